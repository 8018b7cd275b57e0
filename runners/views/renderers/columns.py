"""How wide the columns of a table are on paper, and how large its type: by the characters that stand in them.

Where widths are given a setter of pages sets every cell once; where it has to find them, twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runners.views.section import Grid, Row

PAGE = 493.0
"""Points between the margins of A4 as `report.typ` has them."""
MANY = 9
"""A table with more columns is set smaller from the outset."""


@dataclass(frozen=True)
class Size:
    """Type of so many points: how wide a character is in it, and what stands free beside a cell, in points."""

    points: float
    character: float
    padding: float


SIZES = (Size(8.0, 5.1, 8.0), Size(7.0, 4.5, 5.0), Size(6.2, 4.0, 4.0), Size(5.5, 3.55, 3.0))
"""Tried in this order."""
HEAD = 1.12
"""Heads are bold: by so much wider."""
LONGEST_WORDS = (16, 10)
"""Characters of a word for which room is kept: tried in this order, for a longer one can be hyphenated."""
LONGEST_TEXT = 48
"""Characters of a text on one line."""
JOINTS = re.compile(r"(?<=[_/.:=,;&?@])(?=.)")
"""Where a word that is none, as an address, is parted first."""
NO_SPACE = "\u200b"
"""Where a line may break with nothing to see."""


@dataclass(frozen=True)
class Columns:
    """The type of a table, and percent of the page's width for each of its columns."""

    size: Size
    shares: tuple[float, ...]

    def part(self, text: str, place: int) -> str:
        """A cell's text with places to break in what is longer than its column and no word that can be hyphenated."""
        room = int((self.shares[place] * PAGE / 100 - self.size.padding) / self.size.character + 0.5)
        if len(text) <= room:
            return text
        return " ".join(NO_SPACE.join(_part_word(word, max(room, 1))) for word in text.split(" "))


def _part_word(word: str, room: int) -> Iterator[str]:
    if len(word) <= room or word.isalpha():
        yield word
        return
    for piece in JOINTS.split(word):
        if len(piece) <= room or not any(map(str.isdigit, piece)):
            yield piece
        else:
            yield from (piece[place : place + room] for place in range(0, len(piece), room))


def lay_columns(grid: Grid, rows: Sequence[Row]) -> Columns:
    """The largest type in which a table fits on the page, and the widths of its columns.

    Figures stand on one line and get what they need; words share what is left by how long they are. In a table that
    does not fit even in the smallest type all columns give way alike.
    """
    sizes = SIZES[1:] if len(grid.heads) > MANY else SIZES
    for size in sizes:
        for longest in LONGEST_WORDS:
            least, wished = _measure(grid, rows, longest, size)
            if sum(least) <= PAGE:
                return Columns(size, _share(least, wished))
    return Columns(sizes[-1], _share(least, least))


def _measure(grid: Grid, rows: Sequence[Row], most: int, size: Size) -> tuple[list[float], list[float]]:
    """Points that each column needs at the least and would have, where words of up to `most` characters stay whole."""
    words = {*range(grid.texts), *grid.words, 0}
    least, wished = [], []
    for place, head in enumerate(grid.heads):
        cells = [row.cells[place] for row in rows if place < len(row.cells)]
        longest = max(map(len, cells), default=0)
        word = max(_measure_word(head) * HEAD, *map(_measure_word, cells if place in words else ()), 1)
        need = min(word, most) if place in words else max(longest, min(word, most))
        least.append(need * size.character + size.padding)
        wish = max(need, min(longest, LONGEST_TEXT) if place in words else need)
        wished.append(wish * size.character + size.padding)
    return least, wished


def _share(least: Sequence[float], wished: Sequence[float]) -> tuple[float, ...]:
    """Percent of the page for each column, all of it: what each needs, and of what is left as it would have."""
    more = [wish - need for wish, need in zip(wished, least, strict=True)]
    part = max(0.0, min(1.0, (PAGE - sum(least)) / sum(more))) if sum(more) > 0 else 0.0
    widths = [need + part * further for need, further in zip(least, more, strict=True)]
    return tuple(round(100.0 * width / sum(widths), 2) for width in widths)


def _measure_word(text: str) -> int:
    r"""Characters of the longest word of a text; a space that is not broken joins what stands around it.

    >>> _measure_word("Lunds kommun"), _measure_word("1\xa0234 mnkr")
    (6, 5)
    """
    return max(map(len, text.split(" ")), default=0)
