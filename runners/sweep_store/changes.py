"""What differs between a sweep and the one that stands in its folder, in words that name old and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.errors import CaseError, Problem

MUST_AGREE = ("version", "case", "digest", "inputs", "keys", "levels", "source", "options", "design")
"""Fields of the manifest without which a sweep is not the same; a field that neither has is left out."""
ABSENT = "–"
LONGEST = 60
DIGEST_LENGTH, SHOWN_DIGEST = 64, 12


def compare_manifests(place: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to go on with a sweep that is not the one of the folder.

    Raises:
        CaseError: a problem for each thing that differs; what follows from others (the digest of the scenario from
            the input files, that of the design from keys and levels) only where nothing else does.
    """
    problems = [
        Problem(f"store_changed_{name}", f"out={place}", fields={"what": what, "old": before, "new": after})
        for name in MUST_AGREE
        for what, before, after in _list_differences(name, old.get(name), new.get(name))
    ]
    causes = [problem for problem in problems if problem.key not in ("store_changed_digest", "store_changed_design")]
    if problems:
        raise CaseError([*(causes or problems), Problem("store_new_folder", f"out={place}")])


def _list_differences(name: str, old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    """What differs, as it was and as it is; entry by entry of a mapping."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _list_differences(str(key), old.get(key), new.get(key))
    else:
        yield name, _shorten(old), _shorten(new)


def _shorten(value: Any) -> str:
    if value is None:
        return ABSENT
    text = ", ".join(map(_shorten, value)) if isinstance(value, list | tuple) else str(value)
    if len(text) == DIGEST_LENGTH and set(text) <= set("0123456789abcdef"):
        return text[:SHOWN_DIGEST]
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
