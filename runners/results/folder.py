"""A folder that fardplan wrote, read back if nobody has touched it: its manifest, and the bytes of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from runners.results.manifest import FILES, KIND, MANIFEST, PLAN, PROGRAM, SWEEP, find_broken_seal
from scenarios.errors import CaseError, Problem, explain_disk

TABLES_FOLDER = "tables"
"""Where the tables of a folder are."""


def read_kept(place: Path, kind: str, needed: Sequence[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest of a folder that fardplan wrote, and the bytes of all its files as they were written.

    Args:
        place: the folder.
        kind: what its manifest has to say of itself; a plan says nothing.
        needed: paths that it cannot do without.

    Raises:
        CaseError: it is none of ours or of another kind, its manifest was changed, a file is missing or was changed
            since, or it was written before manifests had digests; every such file is told at once.
    """
    manifest = _read_manifest(place)
    found = str(manifest.get(KIND, ""))
    if found != kind:
        key = "run_is_sweep" if found == SWEEP else "run_other_kind"
        fields = {"found": found or PLAN, "wanted": kind or PLAN}
        raise CaseError([Problem(key, str(place), fields=fields)])
    files = _list_files(place, manifest, needed)
    broken = find_broken_seal(place, manifest)
    if broken is not None:
        raise CaseError([broken])
    return manifest, _read_files(place, files)


def digest_file(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_edits(place: Path, manifest: Mapping[str, Any], names: Sequence[str]) -> list[Problem]:
    """Which files of a folder, its manifest among them, were changed since, or are gone; that it has no digests.

    Args:
        place: the folder.
        manifest: what it says of itself, with digests by file name.
        names: of the files that are to be read.
    """
    files = manifest.get(FILES)
    if files is None:
        return [Problem("run_without_digests", str(place / MANIFEST))]
    if not isinstance(files, dict) or any(name not in files for name in names):
        return [Problem("run_manifest_wrong", str(place / MANIFEST))]
    broken = find_broken_seal(place, manifest)
    problems = [] if broken is None else [broken]
    for path in (place / name for name in names):
        if not path.is_file():
            problems.append(Problem("run_file_missing", str(path)))
        elif digest_file(path) != files[path.name]:
            problems.append(Problem("run_file_changed", str(path)))
    return problems


def find_kind(place: Path) -> str:
    """What a folder says it is: a kind, `plan`, or nothing where it is none of ours."""
    try:
        return str(_read_manifest(place).get(KIND, PLAN))
    except CaseError:
        return ""


def _read_manifest(place: Path) -> dict[str, Any]:
    if not place.is_dir():
        raise CaseError([Problem("run_no_folder" if place.exists() else "run_missing", str(place))])
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise CaseError([Problem("run_none", str(place))]) from None
    if not isinstance(manifest, dict) or manifest.get("program") != PROGRAM:
        raise CaseError([Problem("run_none", str(place))])
    if not _is_sound(manifest):
        raise CaseError([Problem("run_manifest_spoiled", str(place / MANIFEST))])
    return manifest


def _is_sound(manifest: Mapping[str, Any]) -> bool:
    """Whether what every view reads of a manifest is of the right form: when it was begun, and its lists by name."""
    try:
        datetime.fromisoformat(str(manifest["started"]))
    except (KeyError, ValueError):
        return False
    return all(isinstance(manifest.get(name, {}), dict) for name in ("packages", "inputs", "config"))


def _list_files(place: Path, manifest: Mapping[str, Any], needed: Sequence[str]) -> dict[str, str]:
    """Digest by path of every file that the folder was written with."""
    files = manifest.get(FILES)
    if files is None:
        raise CaseError([Problem("run_without_digests", str(place / MANIFEST))])
    good = isinstance(files, dict) and all(_is_inside(path) and isinstance(files[path], str) for path in files)
    if not good or any(path not in files for path in needed):
        raise CaseError([Problem("run_manifest_wrong", str(place / MANIFEST))])
    return dict(files)


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts and "\\" not in path


def _read_files(place: Path, files: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of every file that is shown, all files compared; raises with every difference."""
    problems, contents = [], {}
    for path, digest in files.items():
        try:
            data = (place / path).read_bytes()
        except FileNotFoundError:
            problems.append(Problem("run_file_missing", str(place / path)))
            continue
        except OSError as error:
            problems.append(Problem("file_unreadable", str(place / path), fields={"reason": explain_disk(error)}))
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            problems.append(Problem("run_file_changed", str(place / path)))
        contents[path] = data
    if problems:
        raise CaseError(problems)
    return contents
