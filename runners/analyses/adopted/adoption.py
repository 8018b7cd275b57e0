"""How a run is adopted: looked at once more, frozen as a copy that is only read, and written into the register."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from runners.atomic_write import put_file, put_folder, tell_unwritable
from runners.reports.run_folder import Run, open_run
from runners.results.folder import digest_file
from runners.results.manifest import FILES, MANIFEST
from runners.results.register import FILE, HISTORY, Adopted, Register, find_register, read_register, write_register
from runners.sweep_store.lock import FolderLock
from scenarios.errors import CaseError, Problem

LONGEST_NAME, LONGEST_FOLDER = 80, 48
READ_ONLY = 0o444


def adopt_run(place: Path, name: str, now: datetime, confirm: Callable[[Run], None]) -> tuple[Register, Adopted]:
    """Adopt the run of a folder under the name of a decision; gives the register as it is then, and the entry.

    Args:
        place: a folder that `fardplan plan` wrote.
        name: of the decision.
        now: when it is.
        confirm: raises a CaseError where the plan is not what it says.

    Raises:
        CaseError: the name is none or is taken, the run is adopted already, was changed or is refused, or the register
            cannot be written. Then nothing has changed.
    """
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME or not words.isprintable():
        raise CaseError(
            [Problem("adopt_name", str(place), fields={"name": words[:LONGEST_NAME], "most": LONGEST_NAME})]
        )
    run = open_run(place)
    folder = find_register(place)
    _refuse(read_register(folder), words, place)
    confirm(run)
    with tell_unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FolderLock.take(folder)
    try:
        register = read_register(folder)
        _refuse(register, words, place)
        seal = digest_file(place / MANIFEST)
        own = _name_folder(words, seal, register)
        case, digest = str(run.manifest["case"]), str(run.manifest["digest"])
        entry = Adopted(words, now.isoformat(timespec="seconds"), case, digest, seal, str(place.absolute()), own)
        _freeze(run, folder / own)
        grown = replace(register, entries=(*register.entries, entry))
        put_file(folder / FILE, lambda path: path.write_text(write_register(grown), encoding="utf-8"), force=True)
    finally:
        lock.release()
    return grown, entry


def _refuse(register: Register, name: str, place: Path) -> None:
    """Raise CaseError where a name is taken or a run adopted already."""
    taken, before = register.find_name(name), register.find_seal(digest_file(place / MANIFEST))
    if before is not None:
        fields = {"name": before.name, "date": before.adopted[:10]}
        raise CaseError([Problem("adopt_twice", str(place), fields=fields)])
    if taken is not None:
        fields = {"name": taken.name, "date": taken.adopted[:10], "run": taken.run}
        raise CaseError([Problem("adopt_name_taken", str(place), fields=fields)])


def _freeze(run: Run, place: Path) -> None:
    """Copy the manifest and the files that it names, and let nobody write in them by mistake.

    A copy that nothing registered, of an adoption that was cut off, is replaced.
    """
    with put_folder(place, _clear_unregistered, name=str(place)) as folder:
        for name in (MANIFEST, *run.manifest[FILES]):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(run.place / name, folder / name)
            (folder / name).chmod(READ_ONLY)


def _clear_unregistered(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)


def _name_folder(name: str, seal: str, register: Register) -> str:
    """A folder's name from that of a decision: letters, digits and hyphens, like no other's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    own = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_FOLDER].strip("-")
    taken = {HISTORY, *(entry.folder for entry in register.entries)}
    return own if own and own not in taken else f"{own or 'run'}-{seal[:8]}"
