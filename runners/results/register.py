"""The register of decisions: which runs of a place are adopted, under which names, and that they are as they were.

It stands beside the runs, in `adopted/register.json`; a frozen copy of each adopted run stands in a folder there. What
identifies a run is the SHA-256 of its manifest, which has the digests of all its files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runners.results.folder import digest_file
from runners.results.manifest import MANIFEST, PROGRAM
from scenarios.errors import CaseError, Problem

FOLDER, FILE, HISTORY = "adopted", "register.json", "history"
"""The register's folder beside the runs, its file, and the folder of the result that tells all adopted plans."""


@dataclass(frozen=True)
class Adopted:
    """A run that was adopted.

    Args:
        name: of the decision, as `KF 2026-06-15 §112`.
        adopted: when it was taken into the register.
        case: of the run.
        digest: of its scenario.
        seal: SHA-256 of its manifest.
        run: where it lay.
        folder: of its frozen copy, within the register's.
    """

    name: str
    adopted: str
    case: str
    digest: str
    seal: str
    run: str
    folder: str


@dataclass(frozen=True)
class Register:
    """The adopted runs of a place, in the order in which they were adopted."""

    place: Path
    entries: tuple[Adopted, ...]

    def find_frozen(self, adopted: Adopted) -> Path:
        """The frozen copy of an adopted run.

        Raises:
            CaseError: it is gone, or its manifest is not the one that was adopted.
        """
        folder = self.place / adopted.folder
        if not (folder / MANIFEST).is_file() or digest_file(folder / MANIFEST) != adopted.seal:
            raise CaseError([Problem("adopted_changed", str(folder), fields={"name": adopted.name})])
        return folder

    def find_name(self, name: str) -> Adopted | None:
        """The run that was adopted under a name, however it is written."""
        return next((entry for entry in self.entries if entry.name.casefold() == name.casefold()), None)

    def find_seal(self, seal: str) -> Adopted | None:
        """The adopted run with a manifest."""
        return next((entry for entry in self.entries if entry.seal == seal), None)

    def find_current(self, case: str) -> Adopted | None:
        """The run of a case that was adopted last."""
        return next((entry for entry in reversed(self.entries) if entry.case == case), None)


def find_register(place: Path) -> Path:
    """The folder of the register that holds beside a run: of a frozen copy the one that it stands in."""
    parent = place.absolute().parent
    return parent if (parent / FILE).is_file() else parent / FOLDER


def read_register(folder: Path) -> Register:
    """A register; empty where there is none.

    Raises:
        CaseError: it is there and cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return Register(folder, ())
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(_read_entry(entry) for entry in content["adopted"])
        if content["program"] != PROGRAM:
            raise ValueError(content["program"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise CaseError([Problem("adopted_register_spoiled", str(path))]) from error
    return Register(folder, entries)


def write_register(register: Register) -> str:
    """The text of a register's file."""
    content = {"program": PROGRAM, "adopted": [asdict(entry) for entry in register.entries]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def find_adoption(place: Path) -> Adopted | None:
    """Under what a run was adopted, None where it was not; raises CaseError where the register cannot be read."""
    if not (place / MANIFEST).is_file():
        return None
    register = read_register(find_register(place))
    return register.find_seal(digest_file(place / MANIFEST)) if register.entries else None


def _read_entry(entry: Mapping[str, Any]) -> Adopted:
    texts = {name: entry[name] for name in Adopted.__dataclass_fields__}
    if not all(isinstance(text, str) and text for text in texts.values()) or "/" in texts["folder"]:
        raise ValueError(entry)
    return Adopted(**texts)
