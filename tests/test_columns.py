"""Widths of a table's columns on paper, found from the characters in them."""

from __future__ import annotations

import pytest

from runners.views.renderers.columns import CHARACTER, PADDING, PAGE, share_widths
from runners.views.section import Grid, Row


def make_grid(heads: tuple[str, ...], *rows: tuple[str, ...], texts: int = 1) -> Grid:
    return Grid("table", "Table", "", heads, tuple(Row(cells) for cells in rows), texts=texts)


def test_figures_stand_on_one_line_and_words_share_the_rest() -> None:
    """Two figures of 9 characters need 9 * 5.1 + 8 points; the words want 48 characters and get them, and all is spread
    over the page in that proportion."""
    grid = make_grid(("measure", "2025", "2026"), ("an energy measure " * 5, "123 456,7", "123 456,8"))
    shares = share_widths(grid, grid.rows)
    figure, words = 9 * CHARACTER + PADDING, 48 * CHARACTER + PADDING
    assert shares == pytest.approx([100 * part / (2 * figure + words) for part in (words, figure, figure)], abs=0.01)
    assert sum(shares) == pytest.approx(100, abs=0.05)
    assert all(share * PAGE / 100 >= figure for share in shares[1:])


def test_where_room_is_short_words_give_way_to_figures() -> None:
    grid = make_grid(
        ("measure", "owner", *map(str, range(2025, 2031))),
        ("heat pumps " * 6, "companies and owners of buildings", *["1 234 567,8"] * 6),
        texts=2,
    )
    shares = share_widths(grid, grid.rows)
    assert all(share * PAGE / 100 == pytest.approx(11 * CHARACTER + PADDING, abs=0.1) for share in shares[2:])
    assert (shares[0] + shares[1]) * PAGE / 100 < (48 + 33) * CHARACTER


def test_a_table_that_does_not_fit_and_one_without_rows_have_none() -> None:
    grid = make_grid(("measure", *map(str, range(2025, 2034))), ("a", *["1 234 567 890,12"] * 9))
    assert share_widths(grid, grid.rows) == ()
    assert share_widths(grid, ()) == ()


def test_a_long_word_is_hyphenated_before_a_table_is_given_up() -> None:
    grid = make_grid(
        ("measure", *map(str, range(2025, 2031))), ("Klimatinvesteringsplanering", *["1 234 567,89"] * 6), texts=1
    )
    assert share_widths(grid, grid.rows)
