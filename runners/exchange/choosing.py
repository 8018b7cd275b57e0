"""From what a user may choose in a cell: fixed words, and labels that the workbook's own sheets declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runners.exchange.sheets import Kind, kind_of, title_sheet
from scenarios.catalog import ACTOR, CONFIDENCES, TABLES, YES_NO, Table, quantities_of
from scenarios.cells import FIRST_YEAR, LAST_YEAR
from scenarios.checks.rows import REFERENCES
from scenarios.tables import CASE, CASE_TEXTS, CONFIDENCE, ITEM, QUANTITY, UNIT, VARIANT, Tables, columns_of

_OWNERS = ("actor", "trader")
"""Labels that name an actor where the case has any."""
_INLINE = 255
"""Most letters of a list that may stand in a rule itself; longer ones stand on the hidden sheet."""


@dataclass(frozen=True)
class Drop:
    """A drop-down list: its `words`, or the sheet whose first column has them. `strict`: nothing else is taken."""

    words: tuple[str, ...] = ()
    declared_in: str = ""
    strict: bool = False

    @property
    def inline(self) -> bool:
        """Whether the words may stand in the rule itself."""
        return bool(self.words) and len(",".join(self.words)) <= _INLINE and not any("," in word for word in self.words)


def choose_drops(table: Table, tables: Tables, lang: str) -> Mapping[str, Drop]:
    """Column to drop-down list, for the columns of a table that have one."""
    drops = {}
    for column in columns_of(table):
        drop = _choose_drop(table, column, tables, lang)
        if drop is not None:
            drops[column] = drop
    return drops


def year_bounds(table: Table, column: str) -> tuple[int, int] | None:
    """First and last year that a column of years may hold; None for any other column."""
    plain = kind_of(table, column) is Kind.YEAR and column in ("year", "base_year")
    return (FIRST_YEAR, LAST_YEAR) if plain else None


def _choose_drop(table: Table, column: str, tables: Tables, lang: str) -> Drop | None:
    label = next((label for label in table.labels if label.name == column), None)
    if column == CONFIDENCE:
        return Drop(CONFIDENCES, strict=True)
    if label is not None and label.words:
        return Drop(YES_NO if label.words == YES_NO else label.words, strict=True)
    if column == QUANTITY:
        texts = CASE_TEXTS if table.name == CASE else ()
        return Drop((*texts, *(quantity.name for quantity in quantities_of(table.name))), strict=True)
    if column == table.declares:
        return None
    if column == ITEM:
        return _known_words([*tables.frames["technologies"]["technology"], *tables.frames["commodities"]["commodity"]])
    if column in (VARIANT, UNIT) and (column == VARIANT or table.numbers):
        return _known_words(list(tables.frames[table.name][column]))
    declared = _find_declaring(label.refers if label is not None else column, tables, label is None)
    if declared is None and label is not None and column in _OWNERS:
        declared = _find_declaring(ACTOR, tables, True)
    return Drop(declared_in=title_sheet(declared.name, lang)) if declared is not None else None


def _known_words(words: list[str]) -> Drop | None:
    known = tuple(dict.fromkeys(word for word in words if word))
    return Drop(known) if known else None


def _find_declaring(name: str, tables: Tables, rows: bool) -> Table | None:
    """The table that declares the labels of a column or dimension; with `rows`, only where it has some."""
    dim = REFERENCES.get(name, name)
    table = next((table for table in TABLES if dim and table.declares == dim), None)
    if table is not None and rows and tables.frames[table.name].empty:
        return None
    return table
