"""What a command found, in memory exactly as its folder holds it: kind, facts, tables, and what it was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from runners.results.catalog import KINDS, list_needed
from runners.results.facts import plain_facts
from runners.results.folder import TABLES_FOLDER, find_kind, read_kept
from runners.results.manifest import PLAN, SWEEP
from runners.results.reading import read_csv_table
from runners.results.settled import settle_table
from runners.results.soundness import read_sound_facts, read_sound_tables
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd

Opened = TypeVar("Opened")
SUMMARY, CURVE = "summary.json", "curve"
"""The JSON of a plan; what the folder of a curve says of itself, whichever of its kinds it is."""
NOT_SHOWN = (PLAN, SWEEP)
"""Kinds that have chapters and sheets of their own."""


@dataclass(frozen=True)
class Result:
    """An answer of a command.

    Args:
        kind: under which its tables are declared; of a curve which of the three it is.
        facts: the one JSON of the folder.
        tables: by file name, with the types of the catalog; a table with nothing to tell may be left out.
        origin: what it was made with, as the manifest says it.
        place: of its folder; None where it has none.
    """

    kind: str
    facts: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    origin: Mapping[str, Any] = field(default_factory=dict)
    place: Path | None = None

    def table(self, name: str) -> pd.DataFrame | None:
        """A table; None where there is none or nothing stands in it."""
        found = self.tables.get(name)
        return None if found is None or found.empty else found

    def name(self, lang: str) -> str:
        """What its case is called."""
        return str(self.facts.get(f"name_{lang}") or self.origin.get("case") or self.facts.get("case") or "")

    @property
    def money(self) -> str:
        """The unit of money of its case."""
        return str(self.facts.get("money") or "MSEK")


def is_result(place: Path) -> bool:
    """Whether a folder says that it holds an answer that a subject shows: neither plan, sweep nor curve."""
    kind = find_kind(place)
    return kind in KINDS and kind not in NOT_SHOWN


def name_content(kind: str) -> str:
    """The file of a folder's facts, by what the folder says it is."""
    return SUMMARY if kind == PLAN else f"{kind}.json"


def open_result(place: Path, kind: str = "") -> Result:
    """Read a folder whole, after manifest and files were compared with their digests: any kind but a sweep.

    Args:
        place: the folder that a command wrote.
        kind: what it has to say of itself; "" for whatever it says.

    Raises:
        CaseError: it is no such folder, or anything in it was changed; every change is told at once.
    """
    asked = kind or find_kind(place)
    needed = [f"{TABLES_FOLDER}/{table.name}.csv" for table in list_needed(asked)] if asked in KINDS else []
    content = name_content(asked)
    manifest, contents = read_kept(place, "" if asked == PLAN else asked, [content, *needed])
    facts = read_sound_facts(place / content, contents[content], summary=asked == PLAN)
    made = str(facts.get("kind", "")) if asked == CURVE else asked
    tables = read_sound_tables(place, made, contents, TABLES_FOLDER) if made in KINDS else {}
    return Result(made, facts, tables, manifest, place)


def make_result(
    kind: str, facts: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], origin: Mapping[str, Any] | None = None
) -> Result:
    """What `open_result` will give of the same, before it is written.

    Raises:
        UndeclaredColumn: a table has other columns than the catalog declares.
        MistypedColumn: a column has cells of another type than it declares.
    """
    return read_texts(kind, facts, write_texts(kind, tables), origin)


def write_texts(kind: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """What will stand in the file of each table.

    Raises:
        UndeclaredColumn: a table has other columns than the catalog declares.
        MistypedColumn: a column has cells of another type than it declares.
    """
    settled = {name: settle_table(kind, name, table) for name, table in tables.items()}
    return {name: table.to_csv(index=False, lineterminator="\n").encode("utf-8") for name, table in settled.items()}


def read_texts(
    kind: str, facts: Mapping[str, Any], texts: Mapping[str, bytes], origin: Mapping[str, Any] | None = None
) -> Result:
    """The result whose tables are those texts."""
    read = {name: read_csv_table(kind, name, text) for name, text in texts.items()}
    return Result(kind, plain_facts(facts), read, plain_facts(origin or {}))


def open_each(
    places: Sequence[Path],
    open_one: Callable[[Path], Opened],
    find_wrong: Callable[[Opened, Sequence[Opened]], Iterable[Problem]],
) -> tuple[Opened, ...]:
    """Several folders that are shown together.

    Args:
        places: of the folders.
        open_one: what opens one of them.
        find_wrong: what is wrong with one, beside those opened before it.

    Raises:
        CaseError: what is wrong with all of them.
    """
    problems: list[Problem] = []
    opened: list[Opened] = []
    for place in places:
        try:
            one = open_one(place)
        except CaseError as error:
            problems += error.problems
            continue
        problems += find_wrong(one, opened)
        opened.append(one)
    if problems:
        raise CaseError(problems)
    return tuple(opened)
