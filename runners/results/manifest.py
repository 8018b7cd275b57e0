"""The manifest of a result folder: its names, and the seal by which an edit of the manifest itself is seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.errors import Problem

MANIFEST, FILES, SEAL = "manifest.json", "files", "seal"
"""The manifest's file; where it says the digest of every other file, and where its own."""
PROGRAM = "fardplan"
"""What a manifest's `program` says; a folder without it is not ours."""
KIND, SWEEP, PLAN = "kind", "sweep", "plan"
"""What the manifest of a sweep says of itself; a plan's has no kind, and is called a plan."""


def seal_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the digest of all that it says, whatever the order or the layout of the file.

    >>> sealed = seal_manifest({"program": "fardplan", "seed": 0})
    >>> find_broken_seal(Path("run"), sealed) is None, find_broken_seal(Path("run"), sealed | {"seed": 1}) is None
    (True, False)
    """
    content = {name: value for name, value in manifest.items() if name != SEAL}
    return {**content, SEAL: _digest(content)}


def find_broken_seal(place: Path, manifest: Mapping[str, Any]) -> Problem | None:
    """That a manifest does not say what it was written with, or has no seal; None where it is whole.

    Args:
        place: the folder.
        manifest: as it was read.
    """
    if SEAL not in manifest:
        return Problem("run_manifest_unsealed", str(place / MANIFEST))
    whole = seal_manifest(manifest)[SEAL] == manifest[SEAL]
    return None if whole else Problem("run_manifest_changed", str(place / MANIFEST))


def _digest(content: Mapping[str, Any]) -> str:
    """Of the content as it comes back from the file: JSON knows lists and text keys only."""
    read = json.loads(json.dumps(content))
    text = json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
