"""What stands in the files of a case: every table as text, and every file that could not be read.

A table is one CSV file of the case's folder, in UTF-8, separated by `,`, `;` or tabs. With `;` and tabs numbers may
have decimal commas, all of them; they are turned into points here, so that nobody after this module needs to know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from math import isinf
from pathlib import Path
from typing import Any

import pandas

from scenarios.alike import find_nearest
from scenarios.catalog import (
    INSTRUMENT,
    INVENTORY_YEAR,
    NAMES,
    SLICE,
    SOURCE,
    TABLE_BY_NAME,
    TABLES,
    VINTAGE,
    WIDE_TABLES,
    YEAR,
    Quantity,
    Table,
    quantities_of,
)
from scenarios.errors import Problem
from scenarios.files import (
    COMMA_DECIMALS,
    check_decimals,
    check_header,
    point_decimal,
    read_csv,
    refuse_kind,
    refuse_size,
    write_minus,
)
from scenarios.layers import LAYERS, Frames, Layer, Shipped, find_layers, lay_frames, stamp_shipped
from scenarios.terms import PATH, TIE

CASE = "case"
PATH_VALUES = "path_values"
QUANTITY = "quantity"
ITEM = "item"
VALUE = "value"
UNIT = "unit"
CONFIDENCE = "confidence"
NOTE = "note"
VARIANT = "variant"
MONEY_UNIT = "money"
OUTPUT = "output"
"""What a support pays for, and its unit: that of the row's activity where an instrument names no output."""

CASE_TEXTS = ("name_sv", "name_en", MONEY_UNIT)
"""Entries of the case table whose value is text: the names of the case and the unit of its money."""

MOST_SHIPPED = 64
"""Layers of the program whose tables a process keeps at hand, a few hundred rows each."""
_NUMBER = re.compile(r"[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|inf)")


@dataclass(frozen=True)
class Tables:
    """All tables of a case as text, and what was wrong with its files.

    `frames` holds every table of the catalog, missing ones without rows. A frame has all columns of its table in
    the order of `columns_of`; cells are stripped text, blank ones `""`; the index is the line in the file, the
    header being 1, and tells the layer (`scenarios.layers`). `overridden` are rows that gave way to higher layers.
    """

    folder: str
    frames: Mapping[str, pandas.DataFrame]
    problems: tuple[Problem, ...]
    layers: tuple[Layer, ...] = ()
    overridden: Mapping[str, pandas.DataFrame] = field(default_factory=dict)
    chosen: dict[tuple[str, ...], Tables] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `choose_rows` found before, by variants: checks, scenario and reports ask for the same."""
    listed: list[pandas.DataFrame] = field(default_factory=list, init=False, repr=False, compare=False)
    """What `scenarios.cells.list_numbers` made of these rows, once it was asked."""


def columns_of(table: Table) -> tuple[str, ...]:
    """All columns that a table may have, in their order: keys, labels, numbers, where they come from, and the paths.

    >>> columns_of(TABLE_BY_NAME["stock"])
    ('technology', 'year', 'value', 'unit', 'source', 'confidence', 'note', 'variant', 'path')
    """
    last = [PATH] if PATH in table.keys and table.declares != PATH and table.name != PATH_VALUES else []
    names = [*(key for key in table.keys if key not in last), *(label.name for label in table.labels)]
    if table.numbers:
        names += [*number_columns(table), UNIT, SOURCE, CONFIDENCE]
    return (*names, NOTE, VARIANT, *last)


def number_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table that hold numbers of the catalog.

    >>> number_columns(TABLE_BY_NAME["slices"])
    ('hours', 'cycles')
    """
    if not table.numbers:
        return ()
    if table.name in WIDE_TABLES:
        return tuple(quantity.name for quantity in quantities_of(table.name))
    return (VALUE,)


def required_columns(table: Table) -> tuple[str, ...]:
    """The columns that a file must have; blank slices, vintages, years, ties, defaults and notes may be left out.

    >>> required_columns(TABLE_BY_NAME["stock"])
    ('technology', 'value', 'unit', 'source', 'confidence')
    """
    sparse = {SLICE, VINTAGE, TIE, PATH} - {table.declares, PATH if table.name == PATH_VALUES else ""}
    if any(quantity.yearly for quantity in quantities_of(table.name)):
        sparse.add(YEAR)
    left_out = {NOTE, VARIANT, *sparse}
    left_out |= {label.name for label in table.labels if not label.required}
    if table.name in WIDE_TABLES:
        left_out |= {quantity.name for quantity in quantities_of(table.name) if not quantity.required}
    return tuple(name for name in columns_of(table) if name not in left_out)


def key_column(quantity: Quantity, dim: str) -> str:
    """The column of a quantity's table in which the label of one of its dimensions stands.

    >>> key_column(quantities_of("factors")[-1], "commodity")
    'item'
    """
    if dim in TABLE_BY_NAME[quantity.table].keys:
        return dim
    return YEAR if dim == INVENTORY_YEAR else ITEM


def parse_number(text: str) -> float:
    """The number that a cell of a table holds, such as `1.5`, `-1e3` or `inf`.

    Raises ValueError for anything else: blank cells, `nan`, thousands separators, numbers too large. Decimal commas
    of files separated by `;` are points since the file was read; any other comma is refused.

    >>> parse_number("-1.5e3")
    -1500.0
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    number = float(text)
    if isinf(number) and not text.endswith("inf"):
        raise ValueError(f"{text!r} is too large a number")
    return number


def read_tables(folder: Path) -> Tables:
    """Read all tables of a case and of the layers below it; what is wrong becomes a problem, never an exception.

    A file or a folder above the caps is refused before anything is read, with that one problem.
    """
    empty = _list_empty()
    if not folder.is_dir():
        return Tables(str(folder), empty, (Problem("folder_missing", str(folder)),))
    layers, problems = find_layers(folder)
    read = []
    for layer in layers:
        shipped = stamp_shipped(layer)
        frames, found, refused = _read_shipped(shipped) if shipped else _read_folder(layer.folder)
        problems += [replace(one, file=f"{layer.name}/{one.file}") if layer.name else one for one in found]
        if refused:
            return Tables(str(folder), empty, tuple(found))
        read.append(frames)
    for table in TABLES:
        if not table.optional and all(frames.get(table.name) is None for frames in read):
            problems.append(Problem("file_missing", f"{table.name}.csv", fields=_columns_field(table)))
    laid, dropped = lay_frames([{**empty, **frames} for frames in read])
    return Tables(str(folder), laid, tuple(problems), tuple(layers), dropped)


def _list_empty() -> dict[str, pandas.DataFrame]:
    return {table.name: _frame(table, [], []) for table in TABLES}


@lru_cache(MOST_SHIPPED)
def _read_shipped(layer: Shipped) -> tuple[Frames, Sequence[Problem], bool]:
    """As `_read_folder`, once: most cases of a process lie on the same layers, which laying leaves as they are."""
    return _read_folder(layer.folder)


def _read_folder(folder: Path) -> tuple[Frames, Sequence[Problem], bool]:
    """The tables that stand in a folder, what is wrong with its files, and whether it is too large to be read."""
    present = {path.stem: path for path in sorted(folder.glob("*.csv")) if path.stem != LAYERS}
    barred = {name: problem for name, path in present.items() if (problem := refuse_kind(path))}
    readable = [path for name, path in present.items() if name in TABLE_BY_NAME and name not in barred]
    refused = refuse_size(folder, readable)
    if refused is not None:
        return {}, [refused], True
    problems = [
        Problem("file_unknown", path.name, fields={"nearest": near and f"{near}.csv"})
        for name, path in present.items()
        if name not in TABLE_BY_NAME
        for near in (find_nearest(name, TABLE_BY_NAME),)
    ]
    problems += [barred[table.name] for table in TABLES if table.name in barred]
    frames = {table.name: _frame(table, [], []) for table in TABLES if table.name in barred}
    for table in TABLES:
        if table.name in present and table.name not in barred:
            frames[table.name], found = _read_table(table, present[table.name])
            problems += found
    return frames, problems, False


def choose_rows(tables: Tables, variants: Sequence[str]) -> Tables:
    """Keep the rows that hold under the variants chosen.

    Rows of other variants go; a row of a chosen variant takes the place of the row with the same keys and no
    variant, and of variants chosen before its own.
    """
    asked = tuple(variants)
    if asked not in tables.chosen:
        frames = {name: _choose_best(name, frame, asked) for name, frame in tables.frames.items()}
        if all(frames[name] is frame for name, frame in tables.frames.items()):
            return tables
        tables.chosen[asked] = replace(tables, frames=frames)
    return tables.chosen[asked]


def _choose_best(name: str, frame: pandas.DataFrame, variants: Sequence[str]) -> pandas.DataFrame:
    """Of rows with the same keys those of the variant chosen last; without a variant, where none of them is chosen."""
    written = frame[VARIANT].tolist()
    if not any(written):
        return frame
    rank = {"": 0, **{variant: place for place, variant in enumerate(variants, start=1)}}
    keys = list(zip(*(frame[key].tolist() for key in TABLE_BY_NAME[name].keys), strict=True)) or [()] * len(frame)
    best: dict[tuple[str, ...], int] = {}
    for key, variant in zip(keys, written, strict=True):
        if variant in rank:
            best[key] = max(best.get(key, 0), rank[variant])
    kept = [rank.get(variant) == best.get(key, -1) for key, variant in zip(keys, written, strict=True)]
    return frame if all(kept) else frame[kept]


Owners = Mapping[str, tuple[str, Mapping[str, str]]]
"""Word in braces of a unit to the dimension whose label owns the unit, and label to unit."""


def expected_units(tables: Tables, name: str, owners: Owners) -> list[str]:
    """The unit that each row of a table of numbers must state; blank where its labels or quantity are unknown.

    A row of a wide table states the unit of its main number: `hours` of slices (h), `value` of targets (percent
    for reductions and shares, else the account's unit). The others are as the catalog says: `cycles` per year,
    `price` in money per unit of the account. `owners` are those of `units_of_owners`.
    """
    frame = tables.frames[name]
    case = tables.frames[CASE]
    money = case.loc[case[QUANTITY] == MONEY_UNIT, VALUE]
    blank = [""] * len(frame)
    units = []
    for template, *labels in zip(
        _templates(name, frame),
        *(frame[dim] if dim in frame else frame.get(ITEM, blank) for dim, _ in owners.values()),
        strict=True,
    ):
        known = {MONEY_UNIT: str(money.iloc[-1]) if len(money) else ""}
        known |= {unit: words.get(label, "") for (unit, (_, words)), label in zip(owners.items(), labels, strict=True)}
        known[OUTPUT] = known[OUTPUT] or known["activity"]
        needed = re.findall(r"{(\w+)}", template)
        units.append(template.format(**known) if all(known[unit] for unit in needed) else "")
    return units


def tables_of(rows: Mapping[str, Sequence[Mapping[str, object]]], folder: str = "town") -> Tables:
    """The same tables from rows written in Python: table to rows, a row being column to value.

    Numbers, yes/no as bool and None as blank are turned into text. What is left out gets a default: source `hand`
    (declared in sources if it is not), confidence `assumed`, the unit that the catalog expects, and the row's
    label for its names and titles. Raises KeyError for a table or column that the catalog does not have.
    """
    unknown = set(rows) - set(TABLE_BY_NAME)
    if unknown:
        raise KeyError(f"no such table: {sorted(unknown)}")
    written = dict(rows)
    sources = list(written.get("sources", []))
    if all(row[SOURCE] != "hand" for row in sources):
        sources.append({SOURCE: "hand"})
    written["sources"] = sources
    frames = {table.name: _frame_of_rows(table, written.get(table.name, [])) for table in TABLES}
    tables = Tables(folder, frames, ())
    owners = units_of_owners(tables)
    for table in TABLES:
        frame = frames[table.name]
        if table.numbers and len(frame):
            names = frame[QUANTITY].tolist() if table.name == CASE else [""] * len(frame)
            units = expected_units(tables, table.name, owners)
            defaults = {UNIT: units, SOURCE: ["hand"] * len(frame), CONFIDENCE: ["assumed"] * len(frame)}
            for column, default in defaults.items():
                cells = zip(names, frame[column].tolist(), default, strict=True)
                filled = [cell if cell or name in CASE_TEXTS else unit for name, cell, unit in cells]
                frame[column] = pandas.Series(filled, frame.index, dtype=object)
    return tables


def _frame(table: Table, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> pandas.DataFrame:
    if not rows:
        return _empty_frame(columns_of(table)).copy()
    index = pandas.Index(list(lines), dtype="int64")
    return pandas.DataFrame([list(row) for row in rows], columns=_names(columns_of(table)), index=index, dtype=object)


@cache
def _empty_frame(columns: tuple[str, ...]) -> pandas.DataFrame:
    return pandas.DataFrame([], columns=_names(columns), index=pandas.Index([], dtype="int64"), dtype=object)


@cache
def _names(columns: tuple[str, ...]) -> pandas.Index[Any]:
    """Column names as plain objects: taking a column out is then twice as quick as with names held by Arrow."""
    return pandas.Index(columns, dtype=object)


def _frame_of_rows(table: Table, rows: Sequence[Mapping[str, object]]) -> pandas.DataFrame:
    columns = columns_of(table)
    named = {label.name for label in NAMES} | {"title"}
    cells = []
    for row in rows:
        if not set(row) <= set(columns):
            raise KeyError(f"{table.name} has no column {sorted(set(row) - set(columns))}; it has {columns}")
        own = {name: row[table.keys[0]] for name in named if table.declares and name in columns}
        cells.append([_text({**own, **row}.get(column)) for column in columns])
    return _frame(table, cells, range(2, len(cells) + 2))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _templates(name: str, frame: pandas.DataFrame) -> list[str]:
    if name == "targets":
        return ["%" if basis in ("reduction", "share") else "{account}" for basis in frame["basis"]]
    if name == "logic":
        return ["yr" if kind in ("requires", "follows") else "1" for kind in frame["kind"]]
    own = quantities_of(name)
    if QUANTITY in frame:
        units = {quantity.name: quantity.unit for quantity in own}
        return [units.get(quantity, "") for quantity in frame[QUANTITY]]
    return [own[0].unit] * len(frame)


def units_of_owners(tables: Tables) -> Owners:
    """Whose label owns each unit that the catalog writes in braces, and the units of the labels."""
    homes = {
        "capacity": ("technologies", "capacity_unit"),
        "activity": ("technologies", "activity_unit"),
        "commodity": ("commodities", UNIT),
        "account": ("accounts", UNIT),
        "group": ("groups", UNIT),
        "path": ("paths", UNIT),
    }
    owners = {}
    for word, (table, column) in homes.items():
        dim = TABLE_BY_NAME[table].declares
        frame = tables.frames[table]
        owners[word] = (dim, dict(zip(frame[dim], frame[column], strict=True)))
    paid = tables.frames["instruments"]
    units = {**owners["commodity"][1], **owners["account"][1]}
    owners[OUTPUT] = (INSTRUMENT, {i: units.get(o, "") for i, o in zip(paid[INSTRUMENT], paid[OUTPUT], strict=True)})
    return owners


def _columns_field(table: Table) -> dict[str, object]:
    return {"columns": ", ".join(columns_of(table))}


def _read_table(table: Table, path: Path) -> tuple[pandas.DataFrame, list[Problem]]:
    """One file as a frame of all the table's columns; rows and columns that cannot be used are left out."""
    file, problems = read_csv(path, columns_of(table))
    if file is None:
        return _frame(table, [], []), problems or [Problem("file_empty", path.name, fields=_columns_field(table))]
    problems = check_header(path.name, file.header, columns_of(table), required_columns(table)) + problems
    if not file.rows and not problems and not table.optional:
        problems.append(Problem("rows_missing", path.name))
    places = [file.header.index(name) if name in file.header else None for name in columns_of(table)]
    rows = [["" if place is None else row[place] for place in places] for row in file.rows]
    frame = _frame(table, rows, file.lines)
    numbers = {column: list(map(write_minus, frame[column])) for column in number_columns(table)}
    if file.delimiter in COMMA_DECIMALS:
        problems += check_decimals(path.name, file.lines, numbers)
        numbers = {column: list(map(point_decimal, cells)) for column, cells in numbers.items()}
    for column, cells in numbers.items():
        frame[column] = cells
    return frame, problems
