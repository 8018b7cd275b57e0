"""Rows of a case's tables as a page edits them: each with the digest of its cells, so that two who edit lose nothing.

A row of a layer below is not written over: a row of the case's own, with the same keys, takes its place.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas

from conf.cache import write_aside
from runners.exchange.new_case import write_rows
from runners.exchange.own_measure import add_rows
from scenarios.base_years import choose_newest
from scenarios.catalog import TABLE_BY_NAME
from scenarios.checks.check import check_tables
from scenarios.errors import Problem
from scenarios.files import COMMA_DECIMALS, read_csv
from scenarios.tables import VALUE, Tables, columns_of, number_columns, read_tables

LOCK = ".web.lock"
REMOVED = "removed"
"""In place of a column: the row is to go."""
DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Row:
    """A row of a table: its number as problems name it, cells by column, their digest; `own`: of the case itself."""

    number: int
    cells: Mapping[str, str]
    digest: str
    own: bool


@dataclass(frozen=True)
class Change:
    """What somebody wrote into a cell, and what stood there when they began."""

    number: int
    digest: str
    column: str
    was: str
    text: str


@dataclass(frozen=True)
class Conflict:
    """A cell that somebody else changed meanwhile, with what stands there now; None: its row is gone."""

    change: Change
    now: str | None


@dataclass(frozen=True)
class Saved:
    """What became of changes: all were saved, or none, for what stands in the way."""

    count: int = 0
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()


def list_rows(tables: Tables, name: str) -> list[Row]:
    """The rows of a table, those of the case's own and those of layers below that hold."""
    frame = tables.frames[name]
    return [
        Row(int(number), cells, digest_cells(cells), int(number) > 0)
        for number, cells in zip(frame.index.tolist(), _list_cells(frame.to_dict("records")), strict=True)
    ]


def digest_cells(cells: Mapping[str, str]) -> str:
    """The same for the same cells, wherever their row stands."""
    text = "\x1f".join(f"{name}\x1e{cell}" for name, cell in sorted(cells.items()) if cell)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def save_changes(folder: Path, name: str, changes: Sequence[Change], *, anyway: bool = False) -> Saved:
    """Write cells of a table, all or none.

    Args:
        folder: of the case.
        name: of the table.
        changes: cells that are as they were are passed over; one of the column REMOVED takes its row away.
        anyway: also where the case then has mistakes that it did not have: it can be edited on, but not planned.
    """
    wanted = [change for change in changes if change.column == REMOVED or change.text.strip() != change.was]
    if not wanted:
        return Saved()
    with hold_case(folder):
        tables = read_tables(folder)
        rows = {row.number: row for row in list_rows(tables, name)}
        placed = [(change, _find_row(rows, change)) for change in wanted]
        conflicts = tuple(
            Conflict(change, None if row is None else row.cells.get(_show_column(change), ""))
            for change, row in placed
            if row is None or _is_changed(change, row)
        )
        if conflicts:
            return Saved(conflicts=conflicts)
        cells: dict[int, dict[str, str]] = {}
        for change, row in placed:
            assert row is not None
            cells.setdefault(row.number, {})[change.column] = change.text.strip()
        gone = {number for number, changed in cells.items() if REMOVED in changed}
        cells = {number: changed for number, changed in cells.items() if number not in gone}
        problems = _find_new_problems(tables, name, cells, gone)
        if problems and not anyway:
            return Saved(problems=tuple(problems))
        _write(folder, name, cells, rows, gone)
    return Saved(len(wanted))


def _is_changed(change: Change, row: Row) -> bool:
    """Whether somebody else wrote meanwhile: in the cell that is written, or anywhere in a row that is to go."""
    if change.column == REMOVED:
        return row.digest != change.digest or not row.own
    return row.cells.get(change.column, "") != change.was


def _show_column(change: Change) -> str:
    return VALUE if change.column == REMOVED else change.column


def save_rows(folder: Path, added: Mapping[str, Sequence[Mapping[str, str]]]) -> Saved:
    """Add rows to tables, all or none; a problem of an added row has the number that the row would have had."""
    with hold_case(folder):
        tables = read_tables(folder)
        frames = {name: _extend(folder, tables, name, rows) for name, rows in added.items()}
        problems = _compare(tables, replace(tables, frames={**tables.frames, **frames}))
        if problems:
            return Saved(problems=tuple(problems))
        add_rows(folder, added)
    return Saved(sum(len(rows) for rows in added.values()))


def find_next(folder: Path, name: str) -> int:
    """The number that the next row of a case's own table has."""
    read, _ = read_csv(folder / f"{name}.csv", columns_of(TABLE_BY_NAME[name]))
    return max(read.lines, default=1) + 1 if read is not None else 2


def _extend(folder: Path, tables: Tables, name: str, rows: Sequence[Mapping[str, str]]) -> pandas.DataFrame:
    frame, first = tables.frames[name], find_next(folder, name)
    new = pandas.DataFrame(
        [{column: row.get(column, "") for column in frame.columns} for row in rows],
        index=range(first, first + len(rows)),
        columns=frame.columns,
        dtype=object,
    )
    return pandas.concat([frame, new])


@contextmanager
def hold_case(folder: Path) -> Iterator[None]:
    """Nobody else changes the case meanwhile, in whatever process."""
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _find_row(rows: Mapping[int, Row], change: Change) -> Row | None:
    """The row that was changed: where it was, or where it is by now; else the one there, if its keys still agree."""
    there = rows.get(change.number)
    if there is not None and there.digest == change.digest:
        return there
    moved = [row for row in rows.values() if row.digest == change.digest]
    return moved[0] if len(moved) == 1 else there


def _find_new_problems(
    tables: Tables, name: str, cells: Mapping[int, Mapping[str, str]], gone: Set[int]
) -> list[Problem]:
    """What would be wrong with the case that is not wrong now."""
    frame = tables.frames[name].drop(index=list(gone))
    numbers = number_columns(TABLE_BY_NAME[name])
    for number, changed in cells.items():
        for column, text in changed.items():
            frame.loc[number, column] = text.replace(",", ".").replace("\u2212", "-") if column in numbers else text
    return _compare(tables, replace(tables, frames={**tables.frames, name: frame}))


def _compare(tables: Tables, changed: Tables) -> list[Problem]:
    choices = choose_newest(tables)
    before = {_sign(problem) for problem in check_tables(tables, choices)}
    return [problem for problem in check_tables(changed, choices) if _sign(problem) not in before]


def _sign(problem: Problem) -> tuple[object, ...]:
    return problem.key, problem.file, problem.row, problem.column


def _write(
    folder: Path, name: str, cells: Mapping[int, Mapping[str, str]], rows: Mapping[int, Row], gone: Set[int]
) -> None:
    file, table = folder / f"{name}.csv", TABLE_BY_NAME[name]
    numbers = number_columns(table)
    own = {number: changed for number, changed in cells.items() if number > 0}
    if own or gone:
        read, _ = read_csv(file, columns_of(table))
        assert read is not None
        comma = read.delimiter in COMMA_DECIMALS
        header = [*read.header, *dict.fromkeys(c for changed in own.values() for c in changed if c not in read.header)]
        written = []
        for line, row in zip(read.lines, read.rows, strict=True):
            if line in gone:
                continue
            found = dict(zip(read.header, row, strict=True))
            for column, text in own.get(line, {}).items():
                point = text.replace("\u2212", "-").replace(",", ".") if column in numbers else text
                found[column] = point.replace(".", ",") if column in numbers and comma else point
            written.append(found)
        write_aside(file, lambda aside: write_rows(aside, header, written, read.delimiter))
    below = [{**rows[number].cells, **changed} for number, changed in cells.items() if number <= 0]
    if below:
        add_rows(folder, {name: [{key: cell for key, cell in row.items() if cell} for row in below]})


def _list_cells(records: Sequence[Mapping[object, object]]) -> list[dict[str, str]]:
    return [{str(name): str(cell) for name, cell in record.items()} for record in records]
