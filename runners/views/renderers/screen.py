"""Sections as text for a terminal: titles underlined, tables in columns, texts wrapped; charts are for reports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from textwrap import wrap

from conf.words import LANGUAGES, clip, say
from runners.views.renderers.grid import read_table
from runners.views.section import Block, Facts, Finder, Grid, Points, Section, Table, Text

WIDTH = 100
LONGEST = 44
"""Characters of a cell of words."""
MOST_ROWS = 12
"""Rows of a table where a screen has no room for all: the folder has them."""
GAP = "  "
FIGURE = 18


def write_sections(sections: Sequence[Section], lang: str = LANGUAGES[0], most: int | None = None) -> str:
    """Sections as text, one under the other; `most` as for `write_section`."""
    return "\n\n".join(write_section(section, lang, most) for section in sections)


def write_section(section: Section, lang: str = LANGUAGES[0], most: int | None = None) -> str:
    """A section as text.

    Args:
        section: what is told.
        lang: in which language.
        most: rows of a table that are shown, tables that a reader opens left out; None: all rows of all tables.
    """
    shown = [block for block in section.blocks if most is None or not (isinstance(block, Table) and block.folded)]
    read = [read_table(block, lang) if isinstance(block, Table) else block for block in shown]
    blocks = ["\n".join(_write_block(block, lang, most)) for block in read]
    return "\n\n".join([f"{section.title}\n{'─' * min(len(section.title), WIDTH)}", *(b for b in blocks if b)])


def _write_block(block: Block, lang: str, most: int | None) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield from wrap(text, WIDTH, break_long_words=False)
        case Points():
            yield from wrap(block.lead, WIDTH) if block.lead else []
            for item in block.items:
                yield from wrap(item, WIDTH, initial_indent="- ", subsequent_indent="  ")
        case Facts(facts=facts):
            for fact in facts:
                yield f"{fact.figure:>{FIGURE}}  {fact.name}" + (f" ({fact.remark})" if fact.remark else "")
        case Grid():
            yield from _write_grid(block, lang, most)
        case Finder():
            yield block.caption


def _write_grid(grid: Grid, lang: str, most: int | None) -> Iterator[str]:
    """A table: words to the left, figures to the right; its caption above and its note below."""
    if not grid.rows:
        return
    lines = [grid.heads, *(row.cells for row in grid.rows[:most])]
    words = {*range(grid.texts), *grid.words}
    widths = [min(max(len(line[i]) for line in lines), LONGEST) for i in range(len(grid.heads))]
    yield grid.caption
    for line in lines:
        yield "  " + _write_line(line, widths, words)
    if most is not None and len(grid.rows) > most:
        yield "  " + say("screen_more_rows", lang, count=len(grid.rows) - most)
    if grid.note:
        yield from wrap(grid.note, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _write_line(cells: Sequence[str], widths: Sequence[int], words: Collection[int]) -> str:
    placed = [
        clip(cell, size).ljust(size) if i in words else cell.rjust(size)
        for i, (cell, size) in enumerate(zip(cells, widths, strict=True))
    ]
    return GAP.join(placed).rstrip()
