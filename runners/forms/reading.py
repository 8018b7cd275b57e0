"""Reading: a filled form, or a list of actions, back as text: which table each sheet is, and its rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from runners.exchange.reading import Book, read_book
from runners.exchange.reading import Sheet as Leaf
from runners.forms.catalog import FORMS, FormTable, list_tables
from runners.forms.filling import OUTLINES
from scenarios.errors import CaseError, Problem

BOOK, LIST = ".xlsx", ".csv"
ALIKE = 0.5
"""Part of a table's headings from which on a sheet is that table, in this version or another."""
MOST_LIST = 5_000_000
ACTION_WORDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "action", "name_en"),
    "field": ("field",),
    "kind": ("kind", "action_type"),
    "lever": ("lever", "systemic_lever"),
    "responsible": ("responsible",),
    "involved": ("involved",),
    "begins": ("begins", "start"),
    "ends": ("ends", "end"),
    "comment": ("comment", "status_or_timing", "quantities"),
    "energy": ("energy", "energy_saved_or_produced"),
    "replaced": ("replaced", "fuel_substituted"),
    "cost": ("capex_amount_low", "capex_low", "stated_cost"),
    "cost_unit": ("capex_currency", "currency_unit"),
    "tonnes": ("t_co2e_per_year_low", "t_co2e_low", "stated_tonnes"),
    "sink": ("sink_t_co2e_per_year", "sink_t_co2e", "stated_sink"),
    "city": ("city",),
    "number": ("no",),
}
"""What a list of actions may call the columns that a draft has."""
OUTLINE_WORDS = {
    "1": "name",
    "2": "kind",
    "3": "description",
    "4": "field",
    "5": "lever",
    "7": "responsible",
    "9": "involved",
    "10": "comment",
    "11": "energy",
    "12": "replaced",
    "13": "tonnes",
    "14": "sink",
    "15.abs": "cost",
}
"""Columns of an outline of an action and what a draft calls them."""


@dataclass(frozen=True)
class ReadSheet:
    """A sheet of a form: the table that it is, its rows by column key, and headings that the table does not have.

    `lacking` are headings of the table that the sheet has not: it is of another version.
    """

    title: str
    table: FormTable
    rows: tuple[dict[str, object], ...]
    lacking: tuple[str, ...]
    further: tuple[str, ...]


def read_form(path: Path) -> tuple[list[ReadSheet], list[str]]:
    """The tables of a filled form, and the titles of sheets that are none.

    Raises:
        CaseError: the file cannot be read, or holds no table of any form.
    """
    book: Book = read_book(path)
    found, unknown = [], []
    for sheet in book.sheets:
        read = _read_sheet(sheet)
        if read is None:
            unknown.append(sheet.title)
        else:
            found.append(read)
    if not found:
        raise CaseError([Problem("drafts_no_form", path.name)])
    return found, unknown


def read_list(path: Path) -> list[dict[str, str]]:
    """Rows of a list of actions, by what a draft calls their columns.

    Raises:
        CaseError: the file cannot be read, or has no column of names.
    """
    try:
        if path.stat().st_size > MOST_LIST:
            raise CaseError([Problem("drafts_large", path.name, fields={"allowed": MOST_LIST // 1_000_000})])
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseError([Problem("drafts_unreadable", str(path))]) from error
    heads = list(rows[0]) if rows else []
    known = {name: next((word for word in words if word in heads), "") for name, words in ACTION_WORDS.items()}
    if not known["name"]:
        fields = {"found": ", ".join(map(str, heads)), "allowed": ", ".join(ACTION_WORDS["name"])}
        raise CaseError([Problem("drafts_no_names", path.name, 1, None, fields)])
    return [{name: (row.get(word) or "").strip() for name, word in known.items() if word} for row in rows]


def list_outlines(sheets: list[ReadSheet]) -> list[dict[str, str]]:
    """Actions of a form: of its outlines, and where it has none of its list of what costs."""
    outlines = [row for sheet in sheets if sheet.table.sheet == OUTLINES for row in sheet.rows]
    if outlines:
        return [_name_cells(row, OUTLINE_WORDS) for row in outlines]
    listed = {"1": "name", "2": "responsible", "4": "field", "5": "tonnes", "6": "cost"}
    return [_name_cells(row, listed) for sheet in sheets if sheet.table.sheet == "C-3.1" for row in sheet.rows]


def _name_cells(row: Mapping[str, object], words: Mapping[str, str]) -> dict[str, str]:
    told = {word: _write(row[key]) for key, word in words.items() if row.get(key) not in (None, "")}
    return told | ({"cost_unit": "EUR"} if "cost" in told else {})


def _write(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float | int) and not isinstance(cell, bool) else str(cell).strip()


def _read_sheet(sheet: Leaf) -> ReadSheet | None:
    outline = _read_outline(sheet)
    if outline is not None:
        return outline
    best: tuple[float, int, FormTable] | None = None
    for number, cells in sheet.rows.items():
        heads = {_first_line(cell) for cell in cells.values()}
        for table in _list_all():
            own = {column.heads["en"] for column in table.columns}
            share = len(own & heads) / len(own)
            share += 0.5 if table.sheet == sheet.title else 0.0
            if len(own & heads) > 1 and (best is None or share > best[0]):
                best = (share, number, table)
    if best is None or best[0] < ALIKE:
        return None
    return _read_rows(sheet, best[2], best[1])


def _read_rows(sheet: Leaf, table: FormTable, head: int) -> ReadSheet:
    by_head: dict[str, list[str]] = {}
    for column in table.columns:
        by_head.setdefault(column.heads["en"], []).append(column.key)
    places, further = {}, []
    for at, cell in sorted(sheet.rows[head].items()):
        keys = by_head.get(_first_line(cell))
        if keys:
            places[at] = keys.pop(0)
        else:
            further.append(_first_line(cell))
    lacking = tuple(name for name, keys in by_head.items() if keys)
    rows = tuple(_list_rows(sheet, head, places))
    return ReadSheet(sheet.title, table, rows, lacking, tuple(further))


def _list_rows(sheet: Leaf, head: int, places: Mapping[int, str]) -> Iterator[dict[str, object]]:
    """Rows below the headings up to the first that is blank."""
    number = head + 1
    while any(at in places for at in sheet.rows.get(number, {})):
        yield {places[at]: cell for at, cell in sheet.rows[number].items() if at in places}
        number += 1


def _read_outline(sheet: Leaf) -> ReadSheet | None:
    """An outline of an action, whose headings stand below each other; its content is in the last column."""
    table = next(table for table in _list_all() if table.sheet == OUTLINES)
    heads = {column.heads["en"] for column in table.columns}
    lines = {number: _first_line(cells[1]) for number, cells in sheet.rows.items() if 1 in cells}
    if len(heads & set(lines.values())) <= ALIKE * len(heads):
        return None
    row: dict[str, object] = {}
    keys: dict[str, list[str]] = {}
    for column in table.columns:
        keys.setdefault(column.heads["en"], []).append(column.key)
    last = max(max(cells) for number, cells in sheet.rows.items() if lines.get(number) in heads)
    for number in sorted(lines):
        own = keys.get(lines[number])
        if own:
            key, content = own.pop(0), sheet.rows[number].get(last)
            row |= {key: content} if content is not None else {}
    lacking = tuple(name for name, left in keys.items() if left)
    return ReadSheet(sheet.title, table, (row,), lacking, ())


def _list_all() -> list[FormTable]:
    return [table for form in FORMS for table in list_tables(form)]


def _first_line(cell: object) -> str:
    return str(cell).split("\n")[0].strip()
