"""Which cases are served: those that lie in the folder, which can be changed, and those that came with the program."""

from __future__ import annotations

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
    for parent, own in ((folder / CASES, True), (folder, True), (CASES_FOLDER, False)):
        if not parent.is_dir():
            continue
        for mark in sorted(parent.glob(f"*/{MARK}")):
            name, place = mark.parent.name, mark.parent
            if NAME.fullmatch(name) and not place.is_symlink():
                found.setdefault(name, WebCase(name, place, own))
    return list(found.values())


def find_case(folder: Path, name: str) -> WebCase | None:
    """The case of a name; None where there is none."""
    return next((case for case in list_cases(folder) if case.name == name), None)
