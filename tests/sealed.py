"""Manifests changed as somebody careful would: with a seal that fits."""

from __future__ import annotations

import json
from pathlib import Path

from runners.results.folder import digest_file
from runners.results.manifest import MANIFEST, seal_manifest


def rewrite_manifest(place: Path, **fields: object) -> None:
    """Say other things in the manifest of a folder, and seal it anew; a field that is None is taken out."""
    manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8")) | fields
    kept = {name: value for name, value in manifest.items() if value is not None or name not in fields}
    (place / MANIFEST).write_text(json.dumps(seal_manifest(kept)), encoding="utf-8")


def sign_file(place: Path, name: str) -> None:
    """Give the manifest the digest of a file as it is now."""
    manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    rewrite_manifest(place, files=manifest["files"] | {name: digest_file(place / name)})
