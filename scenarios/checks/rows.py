"""Which rows cannot be understood by themselves: words, names, numbers, units, years and keys, in every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from conf.whole_numbers import is_whole_within
from scenarios.alike import find_nearest
from scenarios.catalog import (
    ACCOUNT,
    AGE,
    COMMODITY,
    CONFIDENCES,
    GROUP,
    PART,
    PATH,
    QUANTITY_BY_NAME,
    SLICE,
    SOURCE,
    STATUS_YEAR,
    TABLES,
    TECHNOLOGY,
    VINTAGE,
    WIDE_TABLES,
    YEAR,
    Table,
    quantities_of,
)
from scenarios.catalog_aside import ACTUALS, PARTY, REVISION
from scenarios.cells import CASE, FIRST_YEAR, KIND, LAST_YEAR, NUMBER, TABLE, TEXT
from scenarios.checks.view import View, file_of, list_records, place_problem, write_plainly
from scenarios.errors import Problem, find_steering
from scenarios.files import point_decimal
from scenarios.paths import mark_following
from scenarios.tables import (
    CASE_TEXTS,
    CONFIDENCE,
    ITEM,
    PATH_VALUES,
    QUANTITY,
    UNIT,
    VALUE,
    VARIANT,
    Tables,
    columns_of,
    expected_units,
    number_columns,
    units_of_owners,
)
from scenarios.terms import TIE

WHOLE_NUMBERS = (
    *("price_year", "first_year", "last_year", "base_year", "earliest_start", "latest_start"),
    *("stock_vintage", "stores"),
)
BLANK_KEYS = (SLICE, VINTAGE, YEAR, "other", TIE, PATH, PARTY, REVISION)
"""Keys that may be blank: for all slices, vintages and years, and where an exclusion has a row per technology."""
FILLED = ((YEAR, "inventory"), (YEAR, ACTUALS), (PATH, PATH_VALUES))
"""Keys that may be blank elsewhere, in tables where they may not."""
REFERENCES: Mapping[str, str] = {name: name for name in (TECHNOLOGY, COMMODITY, ACCOUNT, GROUP, SLICE, SOURCE)} | {
    PART: ACCOUNT,
    "other": TECHNOLOGY,
}
"""Column to the dimension whose names it may hold."""
YEAR_LABELS: Mapping[str, tuple[str, ...]] = {"year": (), "base_year": (), "until": ("next", "only")}
"""Labels of targets that hold a year, and the words that may stand in its place."""
YEARS_OF_TABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "targets": YEAR_LABELS,
    ACTUALS: {"service": ()},
    STATUS_YEAR.table: {STATUS_YEAR.name: ()},
}
"""Tables with labels that hold a year."""


def find_empty_tables(view: View) -> Iterator[Problem]:
    """A table that every case needs and that has no rows, though its file could be read."""
    for table in TABLES:
        told = any(problem.file == file_of(table.name) for problem in view.tables.problems)
        if not table.optional and view.tables.frames[table.name].empty and not told:
            yield Problem("rows_missing", file_of(table.name))


def _written(tables: Tables) -> Iterator[tuple[Table, pd.DataFrame]]:
    """The tables that have rows, with their frames."""
    for table in TABLES:
        if not tables.frames[table.name].empty:
            yield table, tables.frames[table.name]


def find_missing_case_entries(view: View) -> Iterator[Problem]:
    """Entries that the case table must have."""
    frame = view.chosen.frames[CASE]
    needed = [*CASE_TEXTS, *(quantity.name for quantity in quantities_of(CASE) if quantity.required)]
    if not frame.empty:
        for name in needed:
            if name not in set(frame[QUANTITY]):
                yield Problem("entry_missing", file_of(CASE), None, QUANTITY, {"entry": name})


def find_blank_cells(view: View) -> Iterator[Problem]:
    """Cells that must be filled and are blank: names, keys, required labels and numbers, source, confidence."""
    missing = {(p.file, p.column) for p in view.tables.problems if p.key == "column_missing"}
    for table, frame in _written(view.tables):
        for column, rows in _needed_cells(table, frame):
            blank = rows & (frame[column].to_numpy() == "")
            if blank.any() and (file_of(table.name), column) not in missing:
                for row in frame.index[blank]:
                    yield Problem("cell_blank", file_of(table.name), int(row), column)


def _needed_cells(table: Table, frame: pd.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Columns with cells that must be filled, and in which rows."""
    everywhere = np.ones(len(frame), dtype=bool)
    for key in table.keys:
        if key == "other":
            yield key, (frame[KIND] != "excludes").to_numpy()
        elif key not in BLANK_KEYS or table.declares == key or (key, table.name) in FILLED:
            yield key, everywhere
    for label in table.labels:
        if label.required:
            yield label.name, everywhere
    if table.name == "logic":
        yield VALUE, (frame[KIND] == "supports").to_numpy()
    elif table.name in WIDE_TABLES:
        for quantity in quantities_of(table.name):
            if quantity.required:
                yield quantity.name, everywhere
    elif table.numbers:
        yield VALUE, everywhere
    if table.numbers:
        counted = (~frame[QUANTITY].isin(CASE_TEXTS)).to_numpy() if table.name == CASE else everywhere
        yield from ((SOURCE, counted), (CONFIDENCE, counted))


def find_steering_characters(view: View) -> Iterator[Problem]:
    """Keys, names and labels with characters that steer a terminal or break a line: every view would carry them out."""
    for table, frame in _written(view.tables):
        columns = [*table.keys, *(label.name for label in table.labels)]
        columns += [VALUE, UNIT] if table.name == CASE else [UNIT] if table.numbers else []
        for column in dict.fromkeys(columns):
            for row, text in frame[column].items():
                code = "" if text.isprintable() else find_steering(text)
                if code:
                    fields = {"found": text, "code": code}
                    yield Problem("character_steering", file_of(table.name), int(str(row)), column, fields)


def find_unknown_words(view: View) -> Iterator[Problem]:
    """Words outside the few that a column may hold."""
    for table, frame in _written(view.tables):
        words = {label.name: label.words for label in table.labels if label.words}
        if table.numbers:
            words[CONFIDENCE] = CONFIDENCES
        for column, allowed in words.items():
            for row, found in zip(frame.index, frame[column].tolist(), strict=True):
                if found and found not in allowed:
                    fields = {"found": found, "allowed": ", ".join(allowed), "nearest": find_nearest(found, allowed)}
                    yield Problem("word_unknown", file_of(table.name), int(row), column, fields)


def find_unknown_quantities(view: View) -> Iterator[Problem]:
    """Names in the column `quantity` that the table does not hold, or that another table holds."""
    for table, frame in _written(view.tables):
        if QUANTITY not in table.keys or not table.numbers:
            continue
        own = [quantity.name for quantity in quantities_of(table.name)]
        own += CASE_TEXTS if table.name == CASE else ()
        cells = frame[QUANTITY]
        for row, found in cells[~cells.isin([*own, ""])].items():
            home = QUANTITY_BY_NAME.get(found)
            fields: dict[str, object] = {"found": found, "allowed": ", ".join(own), "nearest": find_nearest(found, own)}
            if home is not None:
                fields = {"found": found, "home": file_of(home.table)}
            key = "quantity_unknown" if home is None else "quantity_elsewhere"
            yield Problem(key, file_of(table.name), int(str(row)), QUANTITY, fields)


def find_unknown_names(view: View) -> Iterator[Problem]:
    """Names of technologies, commodities, accounts, groups, slices and sources that their table does not declare.

    Where a table that every case needs declares nothing at all, that is told of the table, not of each name.
    """
    needed = {table.declares for table in TABLES if table.declares and not table.optional}
    for table, cells, dim in _list_references(view.tables):
        known = _join_names(view.names, dim)
        if set(cells.tolist()) <= known | {""} or (not known and dim in needed | {ITEM}):
            continue
        nearest: dict[str, str] = {}
        for row, found in cells[~cells.isin([*known, ""])].items():
            nearest[found] = nearest[found] if found in nearest else find_nearest(found, known)
            key = f"unknown_{dim}" if known else f"none_{dim}"
            fields = {"found": found, "nearest": nearest[found]}
            yield Problem(key, file_of(table), int(str(row)), str(cells.name), fields)


def find_unchosen_names(view: View) -> Iterator[Problem]:
    """Names in rows that hold, declared only by rows of variants that are not chosen."""
    for table, cells, dim in _list_references(view.chosen):
        missing = _join_names(view.names, dim) - _join_names(view.chosen_names, dim)
        if missing.isdisjoint(cells.tolist()):
            continue
        for row, found in cells[cells.isin(missing)].items():
            yield Problem("name_unchosen", file_of(table), int(str(row)), str(cells.name), {"found": found})


def find_unchosen_variants(view: View) -> Iterator[Problem]:
    """Numbers that stand in two variants or more and nowhere else, where none of these is chosen; told once."""
    told: set[tuple[str, ...]] = set()
    for table, frame in _written(view.tables):
        written = frame[VARIANT].tolist()
        if not any(written):
            continue
        keys = [key for key in table.keys if key not in BLANK_KEYS or key == table.declares]
        found: dict[tuple[str, ...], tuple[int, set[str]]] = {}
        for row, variant, *cells in zip(frame.index, written, *(frame[key].tolist() for key in keys), strict=True):
            found.setdefault(tuple(cells), (int(row), set()))[1].add(variant)
        for labels, (row, names) in found.items():
            variants = tuple(sorted(names))
            chosen = {"", *view.choices.variants} & names
            if len(variants) > 1 and not chosen and variants not in told:
                told.add(variants)
                fields = {"found": labels[0], "names": ", ".join(variants), "first": variants[0]}
                yield Problem("variant_unchosen", file_of(table.name), row, VARIANT, fields)


def _list_references(tables: Tables) -> Iterator[tuple[str, pd.Series[str], str]]:
    """Columns of names: the table, its cells, and the dimension that declares them (ITEM: either of two)."""
    for table, frame in _written(tables):
        columns = {name: REFERENCES[name] for name in columns_of(table) if name in REFERENCES}
        columns |= {label.name: label.refers for label in table.labels if label.refers}
        columns.pop(table.declares, None)
        for column, dim in columns.items():
            yield table.name, frame[column], dim
        if ITEM in table.keys and QUANTITY in table.keys:
            for dim in (TECHNOLOGY, COMMODITY):
                names = [quantity.name for quantity in quantities_of(table.name) if dim in quantity.dims]
                yield table.name, frame.loc[frame[QUANTITY].isin(names), ITEM], dim
        elif ITEM in table.keys:
            yield table.name, frame[ITEM], ITEM


def _join_names(names: Mapping[str, frozenset[str]], dim: str) -> frozenset[str]:
    return names[TECHNOLOGY] | names[COMMODITY] if dim == ITEM else names[dim]


def find_unreadable_numbers(view: View) -> Iterator[Problem]:
    """Text, NaN and the like where a number belongs."""
    numbers = view.every_number
    for place in list_records(numbers[(numbers[TEXT] != "") & numbers[NUMBER].isna()]):
        text, column = str(place[TEXT]), str(place["column"])
        point = point_decimal(text)
        if point == text:
            yield place_problem("number_unreadable", place, column, found=text)
        else:
            yield place_problem("number_comma", place, column, found=text, point=point)


def find_infinite_numbers(view: View) -> Iterator[Problem]:
    """Infinity where it does not mean `no limit`."""
    numbers = view.every_number
    for place in list_records(numbers[np.isinf(numbers[NUMBER])]):
        quantity = QUANTITY_BY_NAME.get(str(place[QUANTITY]))
        if quantity is not None and place[NUMBER] != quantity.default:
            fields = {"found": place[TEXT], "quantity": quantity.name}
            yield place_problem("number_infinite", place, str(place["column"]), **fields)


def find_numbers_out_of_bounds(view: View) -> Iterator[Problem]:
    """Numbers below or above what the catalog admits, such as negative lives."""
    numbers = view.every_number[~mark_following(view.every_number)]
    finite = np.isfinite(numbers[NUMBER])
    for side, key in (("lower", "number_low"), ("upper", "number_high")):
        bounds = {name: getattr(quantity, side) for name, quantity in QUANTITY_BY_NAME.items()}
        bound = numbers[QUANTITY].map(bounds).astype(float)
        outside = numbers[NUMBER] < bound if side == "lower" else numbers[NUMBER] > bound
        for place in list_records(numbers[finite & outside]):
            name = str(place[QUANTITY])
            fields = {"quantity": name, "found": place[TEXT], "bound": write_plainly(bounds[name])}
            yield place_problem(key, place, str(place["column"]), **fields)


def find_unwhole_numbers(view: View) -> Iterator[Problem]:
    """Years and yes/no numbers that are not whole."""
    numbers = view.every_number
    broken = numbers[QUANTITY].isin(WHOLE_NUMBERS) & np.isfinite(numbers[NUMBER]) & (numbers[NUMBER] % 1 != 0)
    for place in list_records(numbers[broken]):
        yield place_problem("number_unwhole", place, quantity=place[QUANTITY], found=place[TEXT])


def find_wrong_years(view: View) -> Iterator[Problem]:
    """Years and ages in keys and labels that are not whole numbers, or out of any calendar we plan for."""
    for table, frame in _written(view.tables):
        columns: dict[str, tuple[str, ...]] = {key: () for key in (YEAR, VINTAGE, AGE) if key in table.keys}
        columns |= YEARS_OF_TABLES.get(table.name, {})
        for column, words in columns.items():
            cells = frame[column]
            for found in sorted(set(cells) - {"", *words}):
                key = _judge_year(found, column)
                if key:
                    fields = {"found": found, "first": FIRST_YEAR, "last": LAST_YEAR}
                    for row in cells.index[cells == found]:
                        yield Problem(key, file_of(table.name), int(row), column, fields)


def _judge_year(found: str, column: str) -> str:
    """The message that a year or age deserves; blank where it is in order."""
    if not (found.isascii() and found.isdigit()):  # one of too many digits is whole, and far
        return "age_unwhole" if column == AGE else "until_unwhole" if column == "until" else "year_unwhole"
    if column != AGE and not is_whole_within(found, FIRST_YEAR, LAST_YEAR):
        return "year_far"
    return "age_high" if column == AGE and not is_whole_within(found, 0, LAST_YEAR - FIRST_YEAR) else ""


def find_wrong_units(view: View) -> Iterator[Problem]:
    """Units other than the catalog's, filled with the labels of the row."""
    missing = {(p.file, p.column) for p in view.tables.problems if p.key == "column_missing"}
    owners = units_of_owners(view.tables)
    for table, frame in _written(view.tables):
        if not table.numbers or (file_of(table.name), UNIT) in missing:
            continue
        filled = (frame[number_columns(table)[0]] != "").to_numpy()
        expected = np.array(expected_units(view.tables, table.name, owners), dtype=object)
        wrong = filled & (expected != "") & (frame[UNIT].to_numpy() != expected)
        for row, found, unit in zip(frame.index[wrong], frame[UNIT].to_numpy()[wrong], expected[wrong], strict=True):
            key = "unit_wrong" if found else "unit_blank"
            yield Problem(key, file_of(table.name), int(row), UNIT, {"found": found, "expected": unit})


def find_repeated_keys(view: View) -> Iterator[Problem]:
    """Rows with the same keys and the same variant: only one of them can be meant."""
    for table, frame in _written(view.tables):
        keys = [*table.keys, VARIANT]
        if len(set(_tuples(frame, keys))) == len(frame):
            continue
        repeated = frame.duplicated(keys, keep="first")
        first = dict(zip(_tuples(frame[~repeated], keys), frame.index[~repeated], strict=True))
        for row, key in zip(frame.index[repeated], _tuples(frame[repeated], keys), strict=True):
            written = ", ".join(part for part in key if part)
            fields = {"key": written, "other_row": first[key]}
            if written:
                yield Problem("row_repeated", file_of(table.name), int(row), None, fields)


def find_mixed_years(view: View, aside: Sequence[str] = ("inventory",)) -> Iterator[Problem]:
    """A row without a year beside rows of years of the same number: which one holds cannot be told.

    Where the plan has no years at all, no path is followed, and numbers still stand as their anchors. Tables that
    stand `aside` are not looked at.
    """
    if not len(view.years):
        return
    for table, frame in _written(view.chosen):
        if YEAR not in table.keys or table.name in aside:
            continue
        keys = [key for key in table.keys if key != YEAR]
        blank = frame[YEAR] == ""
        if blank.all() or not blank.any():
            continue
        undated = frame[blank]
        dated = frame[frame[YEAR] != ""].drop_duplicates(keys)
        rows = dict(zip(_tuples(dated, keys), dated.index, strict=True))
        for row, key in zip(undated.index, _tuples(undated, keys), strict=True):
            if key in rows:
                yield Problem("year_mixed", file_of(table.name), int(row), YEAR, {"other_row": rows[key]})


def find_years_without_meaning(view: View) -> Iterator[Problem]:
    """A year, slice or vintage on a number that has none, where it would be ignored."""
    for column in (YEAR, SLICE, VINTAGE):
        named = {name: column in quantity.dims for name, quantity in QUANTITY_BY_NAME.items()}
        if column == VINTAGE:
            named = {name: quantity.vintaged for name, quantity in QUANTITY_BY_NAME.items()}
        named["inventory"] = True
        numbers = view.every_number
        plain = (numbers[column] != "") & numbers[QUANTITY].map(named).eq(False)
        for place in list_records(numbers[plain & (numbers[TABLE] != "slices")]):
            yield place_problem(f"{column}_meaningless", place, column, quantity=place[QUANTITY])


def _tuples(frame: pd.DataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(frame[column].tolist() for column in columns), strict=True))
