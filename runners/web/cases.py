"""Which cases are served: those that lie in the folder, which can be changed, and those that came with the program."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from runners.chosen import CASES_FOLDER

CASES = "cases"
MARK = "case.csv"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
"""What a case or a run may be called in an address: nothing that leads out of its folder."""


@dataclass(frozen=True)
class WebCase:
    """A case: its name in addresses, its folder, and whether it may be written."""

    name: str
    folder: Path
    own: bool


def list_cases(folder: Path) -> list[WebCase]:
    """The cases under a folder, then those of the program that none of these has the name of."""
    found: dict[str, WebCase] = {}
    for parent, own in _list_parents(folder):
        for name in _list_names(parent):
            found.setdefault(name, WebCase(name, parent / name, own))
    return list(found.values())


def find_case(folder: Path, name: str) -> WebCase | None:
    """The case of a name; None where there is none."""
    return next((WebCase(name, each / name, own) for each, own in _list_parents(folder) if _is_case(each, name)), None)


def _list_parents(folder: Path) -> tuple[tuple[Path, bool], ...]:
    """Where cases lie, those of a name that come first, and whether they may be written there."""
    return (folder / CASES, True), (folder, True), (CASES_FOLDER, False)


def _list_names(parent: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(parent) if _is_case(parent, name))
    except OSError:
        return []


def _is_case(parent: Path, name: str) -> bool:
    """Whether a folder is a case, and no link to elsewhere."""
    place = os.path.join(parent, name)
    return NAME.fullmatch(name) is not None and os.path.exists(os.path.join(place, MARK)) and not os.path.islink(place)
