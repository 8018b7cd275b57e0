"""Sections as lines of a terminal: texts wrapped, tables in columns, charts left to the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from conf.words import format_number, say
from runners.views.section import Block, Cell, Facts, Formula, Grid, Kind, Points, Said, Section, Table, Text

WIDTH = 100
NAME = 40
MOST_ROWS = 20
"""Rows of a table on the screen; the folder has all."""


def draw_sections(sections: Sequence[Section], lang: str) -> list[str]:
    """The lines of sections, a blank one between their blocks."""
    lines: list[str] = []
    for section in sections:
        lines += [section.title]
        for block in section.blocks:
            own = list(_draw_block(block, lang))
            lines += ["", *own] if own else []
    return lines


def _draw_block(block: Block, lang: str) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield from wrap(text, WIDTH)
        case Points(items=items):
            for item in items:
                yield from wrap(f"- {item}", WIDTH, subsequent_indent="  ")
        case Facts(facts=facts):
            for fact in facts:
                yield f"{fact.figure:>18}  {fact.name}" + (f" ({fact.remark})" if fact.remark else "")
        case Grid():
            yield from _draw_rows(block.caption, block.heads, [row.cells for row in block.rows], lang)
        case Table():
            heads = tuple(str(column.title) for column in block.columns)
            yield from _draw_rows(
                block.caption, heads, [_write_row(block, i, lang) for i in range(len(block.rows))], lang
            )
        case _:
            return


def _write_row(table: Table, place: int, lang: str) -> tuple[str, ...]:
    own = table.decimals[place] if table.decimals else 1
    pairs = zip(table.columns, table.rows[place], strict=True)
    return tuple(_write_cell(cell, c.kind, own if c.decimals is None else c.decimals, lang) for c, cell in pairs)


def _write_cell(cell: Cell, kind: Kind, decimals: int, lang: str) -> str:
    if isinstance(cell, Said):
        return cell.text
    value = cell.value if isinstance(cell, Formula) else cell
    if value is None or value != value:
        return "–"
    if isinstance(value, str):
        return value
    return str(int(value)) if kind is Kind.WHOLE else format_number(float(value), lang, decimals)


def _draw_rows(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], lang: str) -> Iterator[str]:
    """Head and rows: the first column to the left, all others to the right."""
    yield caption
    table = [list(heads), *map(list, rows[:MOST_ROWS])]
    wide = [min(max(len(row[i]) for row in table), NAME) for i in range(len(heads))]
    for row in table:
        cut = [cell if len(cell) <= w else cell[: w - 1] + "…" for cell, w in zip(row, wide, strict=True)]
        rest = [cell.rjust(w) for cell, w in zip(cut[1:], wide[1:], strict=True)]
        yield "  ".join([cut[0].ljust(wide[0]), *rest]).rstrip()
    if len(rows) > MOST_ROWS:
        yield say("futures_more_rows", lang, count=len(rows) - MOST_ROWS)
