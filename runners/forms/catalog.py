"""Which tables a form has: headings column by column in both languages, units, and who knows what the run does not.

`data/tables.csv` and `data/headings.csv` are the forms as cities filled them, read from climate city contracts; each
table says which document and lines it was read from.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
INVESTMENT, ACTION = "investment_plan", "action_plan"
COVENANT, CDP, GREEN_BOND, KLIMATKLIVET = "covenant", "cdp", "green_bond", "klimatklivet"
FORMS = (INVESTMENT, ACTION, COVENANT, CDP, GREEN_BOND, KLIMATKLIVET)
NUMBERS = ("number", "whole")
EUROS, KRONOR = "EUR", "SEK"
CURRENCIES = (EUROS, KRONOR)


@dataclass(frozen=True)
class FormColumn:
    """A column of a table: key, heading by language, unit, who knows what stands there, why it may be open."""

    key: str
    heads: dict[str, str]
    kind: str
    unit: str
    who: str
    why: str

    @property
    def numeric(self) -> bool:
        """Whether numbers stand in it."""
        return self.kind in NUMBERS


@dataclass(frozen=True)
class FormTable:
    """A table of a form: its sheet, version of the form, titles and columns, and where it was read."""

    form: str
    sheet: str
    variant: str
    part: str
    titles: dict[str, str]
    columns: tuple[FormColumn, ...]
    source: str

    def find(self, key: str) -> FormColumn:
        """A column by its key."""
        return next(column for column in self.columns if column.key == key)


@cache
def list_tables(form: str) -> tuple[FormTable, ...]:
    """The tables of a form in their order."""
    columns: dict[str, list[FormColumn]] = {}
    for row in _read("headings.csv"):
        if row["form"] == form:
            columns.setdefault(row["sheet"], []).append(_make_column(row))
    return tuple(
        FormTable(
            form,
            row["sheet"],
            row["variant"],
            row["part"],
            {"sv": row["title_sv"], "en": row["title_en"]},
            tuple(columns[row["sheet"]]),
            row["source"],
        )
        for row in _read("tables.csv")
        if row["form"] == form
    )


def list_currencies(form: str) -> frozenset[str]:
    """The currencies in which a form has amounts, of CURRENCIES."""
    units = {column.unit for table in list_tables(form) for column in table.columns}
    return frozenset(currency for currency in CURRENCIES if any(currency in unit for unit in units))


def list_variants(form: str) -> tuple[str, ...]:
    """The versions of a form that cities have handed in."""
    return tuple(dict.fromkeys(table.variant for table in list_tables(form)))


def _make_column(row: dict[str, str]) -> FormColumn:
    key = row["no"] + (f".{row['sub']}" if row["sub"] else "")
    heads = {"sv": row["heading_sv"], "en": row["heading_en"]}
    return FormColumn(key, heads, row["kind"], row["unit"], row["who"], row["why"])


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
