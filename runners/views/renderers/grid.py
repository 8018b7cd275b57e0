"""A table as text in one language: what a page, paper and a screen show of its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from conf.words import choose_decimals, format_number, say
from runners.views.section import Block, Cell, Column, Formula, Gathering, Grid, Kind, Open, Row, Said, Section, Table

BLANK = "–"
WORDS = (Kind.TEXT, Kind.LONG)
ALONE = 6
"""Years shown one by one before years are gathered."""
GATHERED = 5
"""Years gathered into one period after that."""


def read_section(section: Section, lang: str) -> Section:
    """A section whose tables are text."""
    return replace(section, blocks=tuple(read for block in section.blocks for read in _read_block(block, lang)))


def _read_block(block: Block, lang: str) -> Iterator[Block]:
    """A block; of a table in constant prices, that of each year's prices below it."""
    if not isinstance(block, Table):
        yield block
        return
    yield read_table(block, lang)
    if block.current is not None:
        yield read_table(block.current, lang)


def read_table(table: Table, lang: str) -> Grid:
    """The table as it is read: years as periods, spare columns left out, its sums in a last row and column."""
    note = _write_note(table, lang)
    table = _sum_across(gather_years(_leave_out(table)))
    rows = [
        Row(tuple(_write(cell, column, table.decimals[at] if table.decimals else None, lang)
                  for cell, column in zip(row, table.columns, strict=True)))
        for at, row in enumerate(table.rows)
    ]  # fmt: skip
    if table.total and table.rows:
        rows.append(Row(tuple(_write_sum(table, place, lang) for place in range(len(table.columns))), "total"))
    texts = next((place for place, column in enumerate(table.columns) if column.kind not in WORDS), len(table.columns))
    return Grid(
        key=table.key,
        caption=table.caption,
        note=note,
        heads=tuple(str(column.title) for column in table.columns),
        rows=tuple(rows),
        texts=texts,
        folded=table.folded or table.annex,
        printed=table.printed,
        words=tuple(place for place, column in enumerate(table.columns) if column.kind in WORDS and place >= texts),
    )


def list_periods(years: Sequence[int]) -> dict[int, str]:
    """The period of each year: the first years by themselves, then spans of a few.

    >>> list_periods(range(2025, 2036))[2031], list_periods(range(2025, 2036))[2026]
    ('2031–35', '2026')
    """
    ordered = sorted({int(year) for year in years})
    periods = {year: str(year) for year in ordered[:ALONE]}
    rest = ordered[ALONE:]
    for place in range(0, len(rest), GATHERED):
        span = rest[place : place + GATHERED]
        label = str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1] % 100:02d}"
        periods |= dict.fromkeys(span, label)
    return periods


def gather_years(table: Table) -> Table:
    """A table with a column per period instead of one per year."""
    places = [place for place, column in enumerate(table.columns) if column.kind is Kind.YEARLY]
    if table.gathered is Gathering.NONE or not places:
        return table
    periods = list_periods([int(table.columns[place].title) for place in places])
    spans: dict[str, list[int]] = {}
    for place in places:
        spans.setdefault(periods[int(table.columns[place].title)], []).append(place)
    first, last = places[0], places[-1] + 1
    columns = tuple(replace(table.columns[span[-1]], title=label) for label, span in spans.items())
    rows = tuple(
        (
            *row[:first],
            *(_gather([row[place] for place in span], table.gathered) for span in spans.values()),
            *row[last:],
        )
        for row in table.rows
    )
    return replace(table, columns=(*table.columns[:first], *columns, *table.columns[last:]), rows=rows)


def _gather(cells: Sequence[Cell], how: Gathering) -> Cell:
    known = list(_list_values(cells))
    if how is Gathering.SUM:
        return math.fsum(known)
    return known[-1] if known else None


def _list_values(cells: Iterable[Cell]) -> Iterator[float]:
    """The numbers among cells."""
    for cell in cells:
        value = cell.value if isinstance(cell, Formula | Said) else cell
        if isinstance(value, int | float):
            yield float(value)


def _leave_out(table: Table) -> Table:
    kept = [place for place, column in enumerate(table.columns) if not column.spare]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def _sum_across(table: Table) -> Table:
    """A table with the sums of its rows as one more column."""
    if not table.across:
        return table
    summed = [place for place, column in enumerate(table.columns) if column.summed]
    rows = tuple((*row, math.fsum(_list_values(row[place] for place in summed))) for row in table.rows)
    last = replace(table.columns[summed[-1]], title=table.across)
    return replace(table, columns=(*table.columns, last), rows=rows)


def _write_note(table: Table, lang: str) -> str:
    """Price level and how years were gathered, then what else has to be known."""
    gathered = "" if table.gathered is Gathering.NONE else say(f"table_gathered_{table.gathered.value}", lang)
    opening = ", ".join(part for part in (table.level, gathered) if part)
    whole = f"{opening[:1].upper()}{opening[1:]}. {table.note}" if opening else table.note
    return whole.strip()


def _write(cell: Cell, column: Column, decimals: int | None, lang: str) -> str:
    if isinstance(cell, Said):
        return cell.text
    if isinstance(cell, Open):
        return ""
    if isinstance(cell, Formula):
        cell = cell.value
    if isinstance(cell, str):
        return cell
    if cell is None:
        return "" if column.kind in WORDS else BLANK
    if column.kind is Kind.WHOLE:
        return str(int(cell))
    if column.kind is Kind.COUNT:
        return format_number(float(cell), lang, 0)
    own = column.decimals if column.decimals is not None else decimals
    return format_number(float(cell), lang, choose_decimals(float(cell)) if own is None else own)


def _write_sum(table: Table, place: int, lang: str) -> str:
    column = table.columns[place]
    if place == 0:
        return table.total
    if not column.summed:
        return ""
    decimals = max(table.decimals) if table.decimals else None
    return _write(math.fsum(_list_values(row[place] for row in table.rows)), column, decimals, lang)
