"""How wide the columns of a table are on paper: by the characters that stand in them, before anything is set.

A setter of pages that has to find widths by itself sets every cell twice. On a table whose columns have room here it
does not have to; one that is too wide for the page is left to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from runners.views.section import Grid, Row

PAGE = 493.0
"""Points between the margins of A4 as `paper.css` has them."""
MANY = 9
"""A table with more columns is set smaller (`table.wide`)."""
CHARACTER, PADDING = 5.1, 8.0
SMALL_CHARACTER, SMALL_PADDING = 4.5, 5.0
HEAD = 1.12
"""Heads are bold: by so much wider."""
LONGEST_WORDS = (16, 10)
"""Characters of a word for which room is kept: tried in this order, for a longer one can be hyphenated."""
LONGEST_TEXT = 48
"""Characters of a text on one line."""


def share_widths(grid: Grid, rows: Sequence[Row]) -> tuple[float, ...]:
    """Percent of the page's width for each column; none where the table does not fit, or has no rows.

    Figures stand on one line and get what they need; words share what is left by how long they are.
    """
    if not rows:
        return ()
    found = (_share(grid, rows, longest) for longest in LONGEST_WORDS)
    return next(filter(None, found), ())


def _share(grid: Grid, rows: Sequence[Row], most: int) -> tuple[float, ...]:
    """The same, where words of up to `most` characters stay whole."""
    many = len(grid.heads) > MANY
    character, padding = (SMALL_CHARACTER, SMALL_PADDING) if many else (CHARACTER, PADDING)
    words = {*range(grid.texts), *grid.words, 0}
    least, wished = [], []
    for place, head in enumerate(grid.heads):
        cells = [row.cells[place] for row in rows if place < len(row.cells)]
        longest = max(map(len, cells), default=0)
        word = max(_measure_word(head) * HEAD, *map(_measure_word, cells if place in words else ()), 1)
        need = min(word, most) if place in words else max(longest, min(word, most))
        least.append(need * character + padding)
        wished.append(max(need, min(longest, LONGEST_TEXT) if place in words else need) * character + padding)
    left = PAGE - sum(least)
    if left < 0:
        return ()
    more = [wish - need for wish, need in zip(wished, least, strict=True)]
    part = min(1.0, left / sum(more)) if sum(more) > 0 else 0.0
    widths = [need + part * further for need, further in zip(least, more, strict=True)]
    return tuple(round(100.0 * width / sum(widths), 2) for width in widths)


def _measure_word(text: str) -> int:
    r"""Characters of the longest word of a text; a space that is not broken joins what stands around it.

    >>> _measure_word("Lunds kommun"), _measure_word("1\xa0234 mnkr")
    (6, 5)
    """
    return max(map(len, text.split(" ")), default=0)
