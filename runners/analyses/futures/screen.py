"""The screen of `fardplan futures`: the section's blocks as text, without charts, whose tables stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.renderers.grid import read_table
from runners.views.section import Block, Facts, Grid, Points, Table, Text
from runners.views.subjects.futures import write_futures

WIDTH = 100
NAME = 40
MOST_ROWS = 12
"""Rows of a table on the screen; the folder has all."""


def draw_screen(result: Result, place: Path, seconds: float, notices: Sequence[str], lang: str) -> str:
    """The whole screen."""
    (section,) = write_futures(result, lang)
    parts = [section.title]
    parts += ["\n".join(lines) for block in section.blocks if (lines := list(_draw_block(block, lang)))]
    parts += (
        ["\n".join(line for told in notices for line in wrap(told, WIDTH, subsequent_indent="  "))] if notices else []
    )
    parts.append(say("summary_place", lang, place=place, seconds=format_number(seconds, lang)))
    return "\n\n".join(parts)


def _draw_block(block: Block, lang: str) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield from wrap(text, WIDTH)
        case Facts(facts=facts):
            for fact in facts:
                yield f"{fact.figure:>18}  {fact.name}" + (f" ({fact.remark})" if fact.remark else "")
        case Points(items=items):
            for item in items:
                yield from wrap(f"- {item}", WIDTH, subsequent_indent="  ")
        case Table(folded=False) if block.rows:
            yield from _draw_grid(read_table(block, lang), lang)
        case _:
            return


def _draw_grid(grid: Grid, lang: str) -> Iterator[str]:
    """Head and rows, columns of words to the left and all others to the right."""
    shown = grid.rows[:MOST_ROWS]
    table = [grid.heads, *(row.cells for row in shown)]
    wide = [max(len(row[i]) for row in table) for i in range(len(grid.heads))]
    wide[0] = min(wide[0], NAME)
    words = {*range(grid.texts), *grid.words}
    yield grid.caption
    for row in table:
        first = row[0] if len(row[0]) <= wide[0] else row[0][: wide[0] - 1] + "…"
        rest = [
            cell.ljust(w) if i in words else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row[1:], wide[1:], strict=True), 1)
        ]
        yield "  ".join([first.ljust(wide[0]), *rest]).rstrip()
    if len(grid.rows) > MOST_ROWS:
        yield say("futures_more_rows", lang, count=len(grid.rows) - MOST_ROWS)
