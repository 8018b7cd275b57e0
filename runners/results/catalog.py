"""The catalog of results: every table and column that an analysis may make, declared once as quantities of input are.

`tables.csv` has a row per table of a kind of answer: its keys, its columns in their order (`?` after one that may be
missing, `*` where a sweep has a column per key that it varies) and a sentence. `columns.csv` has a row per column:
type, unit, sign, heads in both languages and a sentence. A column that means the same everywhere stands there once;
where it means something else in some tables, `tables` names them, as `plan/costs`, or as `why` for all of a kind.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
KINDS = (
    *("plan", "system", "frontier", "measures", "why", "near", "check", "compare", "futures", "stress", "sweep"),
    *("dossier", "follow", "budget", "adopted", "portfolio", "municipalities"),
)
"""Kinds of answers: a plan; the three curves; what limits a plan; plans nearly as cheap; the numbers that
a plan hangs on; plans compared; a plan for several futures; a plan under stress; a sweep; everything about a measure
or a family; a plan against what became of it; a climate budget; adopted plans; cases planned together; first plans of
municipalities."""
MAY_LACK, VARIED = "?", "*"
MONEY_UNIT = "{money}"
"""What stands in a unit for the money of the case."""


class Type(Enum):
    """What the cells of a column are."""

    TEXT = "text"
    """Text, whatever it looks like; blank is ``""``."""
    NUMBER = "number"
    """A number; blank is none."""
    WHOLE = "whole"
    """A whole number, such as a year; may be blank."""
    MARK = "mark"
    """True or False."""


class Sign(Enum):
    """What the sign of a number says."""

    NONE = ""
    """It is no amount."""
    ANY = "any"
    """Either sign, by what the number is."""
    POSITIVE = "positive"
    """Never below 0."""
    RECEIVED = "received"
    """Money received is positive, money paid negative."""
    PAID = "paid"
    """A cost is positive, a saving negative."""


@dataclass(frozen=True)
class ResultColumn:
    """A column as it is declared. In its unit `{unit}` is the row's own, `{money}` the case's money."""

    name: str
    type: Type
    unit: str
    sign: Sign
    heads: Mapping[str, str]
    sentence: str


@dataclass(frozen=True)
class ResultTable:
    """A table as it is declared; `open` where it has further columns, one per key that a sweep varies.

    `needed`: an answer of its kind cannot be shown without it.
    """

    kind: str
    name: str
    keys: tuple[str, ...]
    columns: Mapping[str, ResultColumn]
    may_lack: frozenset[str]
    sentence: str
    needed: bool
    open: bool

    @property
    def expected(self) -> tuple[str, ...]:
        """Columns that it always has."""
        return tuple(name for name in self.columns if name not in self.may_lack)

    def list_typed(self, *types: Type) -> frozenset[str]:
        """Its columns of some types."""
        return frozenset(name for name, column in self.columns.items() if column.type in types)


class UndeclaredColumn(Exception):
    """A table or column that the catalog does not know, or a declared one that is not made: our own fault."""

    def __init__(self, kind: str, table: str, unknown: Collection[str], lacking: Collection[str] = ()) -> None:
        self.kind, self.table, self.unknown, self.lacking = kind, table, tuple(unknown), tuple(lacking)
        super().__init__(
            f"{kind}/{table}: not declared in runners/results: {', '.join(unknown) or 'nothing'}; "
            f"declared and not made: {', '.join(lacking) or 'nothing'}"
        )


class MistypedColumn(Exception):
    """A column whose cells are of another type than the catalog declares: our own fault."""

    def __init__(self, kind: str, table: str, column: str, declared: Type, found: str) -> None:
        self.kind, self.table, self.column, self.declared, self.found = kind, table, column, declared, found
        super().__init__(f"{kind}/{table}: {column} is declared in runners/results as {declared.value} and is {found}")


@cache
def read_catalog() -> Mapping[str, Mapping[str, ResultTable]]:
    """Every table by kind and name."""
    columns = _read_columns()
    catalog: dict[str, dict[str, ResultTable]] = {kind: {} for kind in KINDS}
    for row in _read_rows("tables.csv"):
        catalog[row["kind"]][row["table"]] = _make_table(row, columns)
    return catalog


def find_table(kind: str, name: str) -> ResultTable:
    """A table of a kind of answer.

    Raises:
        UndeclaredColumn: it is not declared.
    """
    table = read_catalog().get(kind, {}).get(name)
    if table is None:
        raise UndeclaredColumn(kind, name, [name])
    return table


def list_needed(kind: str) -> tuple[ResultTable, ...]:
    """Tables that an answer of a kind cannot be shown without."""
    return tuple(table for table in read_catalog()[kind].values() if table.needed)


def check_columns(kind: str, name: str, columns: Collection[str]) -> None:
    """Raise UndeclaredColumn where a table has a column that is not declared, or lacks one that is.

    Args:
        kind: of the answer.
        name: of the table.
        columns: that it has; none where nothing is to be told.
    """
    table = find_table(kind, name)
    unknown = [] if table.open else [column for column in columns if column not in table.columns]
    lacking = [column for column in table.expected if column not in columns] if len(columns) else []
    if unknown or lacking:
        raise UndeclaredColumn(kind, name, unknown, lacking)


def _make_table(row: Mapping[str, str], columns: Mapping[str, Mapping[str, ResultColumn]]) -> ResultTable:
    kind, name, words = row["kind"], row["table"], row["columns"].split()
    names = [word.removesuffix(MAY_LACK) for word in words if word != VARIED]
    return ResultTable(
        kind=kind,
        name=name,
        keys=tuple(row["keys"].split()),
        columns={column: _choose(columns[column], kind, name) for column in names},
        may_lack=frozenset(word.removesuffix(MAY_LACK) for word in words if word.endswith(MAY_LACK)),
        sentence=row["sentence"],
        needed=row["needed"] == "yes",
        open=VARIED in words,
    )


def _choose(meanings: Mapping[str, ResultColumn], kind: str, table: str) -> ResultColumn:
    """What a column means in a table: its own meaning there, else that of the kind, else everywhere."""
    return meanings.get(f"{kind}/{table}") or meanings.get(kind) or meanings[""]


def _read_columns() -> dict[str, dict[str, ResultColumn]]:
    """Meanings by column and by where they hold."""
    meanings: dict[str, dict[str, ResultColumn]] = {}
    for row in _read_rows("columns.csv"):
        heads = {"sv": row["head_sv"], "en": row["head_en"]}
        column = ResultColumn(row["column"], Type(row["type"]), row["unit"], Sign(row["sign"]), heads, row["sentence"])
        for place in row["tables"].split() or [""]:
            if place in meanings.setdefault(column.name, {}):
                raise ValueError(f"columns.csv tells {column.name!r} of {place or 'all tables'!r} twice")
            meanings[column.name][place] = column
    return meanings


def _read_rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
