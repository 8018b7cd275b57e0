"""Sections as text for a terminal: titles underlined, tables in columns, texts folded at so many characters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from textwrap import wrap

from conf.words import LANGUAGES, clip
from runners.views.renderers.grid import read_table
from runners.views.section import Block, Chart, Facts, Finder, Grid, Points, Section, Table, Text

WIDTH = 100
LONGEST = 44
"""Characters of a cell of words."""
GAP = "  "


def write_section(section: Section, width: int = WIDTH, lang: str = LANGUAGES[0]) -> str:
    """A section as text; charts are said in their sentence."""
    shown = [read_table(block, lang) if isinstance(block, Table) else block for block in section.blocks]
    blocks = ["\n".join(_write_block(block, width)) for block in shown]
    return "\n\n".join([f"{section.title}\n{'─' * min(len(section.title), width)}", *(b for b in blocks if b)])


def _write_block(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Text):
        yield from wrap(block.text, width, break_long_words=False)
    elif isinstance(block, Points):
        yield from wrap(block.lead, width) if block.lead else []
        for item in block.items:
            yield from wrap(item, width, initial_indent="- ", subsequent_indent="  ")
    elif isinstance(block, Facts):
        for fact in block.facts:
            yield f"{fact.name}: {fact.figure}" + (f" ({fact.remark})" if fact.remark else "")
    elif isinstance(block, Grid):
        yield from _write_grid(block, width)
    elif isinstance(block, Chart):
        yield from wrap(block.alternative, width)
    elif isinstance(block, Finder):
        yield block.caption


def _write_grid(grid: Grid, width: int) -> Iterator[str]:
    """A table: words to the left, figures to the right; its caption above and its note below."""
    lines = [grid.heads, *(row.cells for row in grid.rows)]
    words = {*range(grid.texts), *grid.words}
    widths = [min(max(len(line[i]) for line in lines), LONGEST) for i in range(len(grid.heads))]
    yield grid.caption
    for line in lines:
        yield "  " + _write_line(line, widths, words)
    if grid.note:
        yield from wrap(grid.note, width, initial_indent="  ", subsequent_indent="  ")


def _write_line(cells: Sequence[str], widths: Sequence[int], words: Collection[int]) -> str:
    placed = [
        clip(cell, size).ljust(size) if i in words else cell.rjust(size)
        for i, (cell, size) in enumerate(zip(cells, widths, strict=True))
    ]
    return GAP.join(placed).rstrip()
