"""Widths of a table's columns on paper, and its type, found from the characters in them."""

from __future__ import annotations

import pytest

from runners.views.renderers.columns import NO_SPACE, PAGE, SIZES, lay_columns
from runners.views.section import Grid, Row

CHARACTER, PADDING = SIZES[0].character, SIZES[0].padding


def make_grid(heads: tuple[str, ...], *rows: tuple[str, ...], texts: int = 1) -> Grid:
    return Grid("table", "Table", "", heads, tuple(Row(cells) for cells in rows), texts=texts)


def test_figures_stand_on_one_line_and_words_share_the_rest() -> None:
    """Two figures of 9 characters need 9 * 5.1 + 8 points; the words want 48 characters and get them, and all is spread
    over the page in that proportion."""
    grid = make_grid(("measure", "2025", "2026"), ("an energy measure " * 5, "123 456,7", "123 456,8"))
    columns = lay_columns(grid, grid.rows)
    figure, words = 9 * CHARACTER + PADDING, 48 * CHARACTER + PADDING
    assert columns.shares == pytest.approx(
        [100 * part / (2 * figure + words) for part in (words, figure, figure)], abs=0.01
    )
    assert sum(columns.shares) == pytest.approx(100, abs=0.05)
    assert all(share * PAGE / 100 >= figure for share in columns.shares[1:])


def test_where_room_is_short_words_give_way_to_figures() -> None:
    grid = make_grid(
        ("measure", "owner", *map(str, range(2025, 2031))),
        ("heat pumps " * 6, "companies and owners of buildings", *["1 234 567,8"] * 6),
        texts=2,
    )
    shares = lay_columns(grid, grid.rows).shares
    assert all(share * PAGE / 100 == pytest.approx(11 * CHARACTER + PADDING, abs=0.1) for share in shares[2:])
    assert (shares[0] + shares[1]) * PAGE / 100 < (48 + 33) * CHARACTER


def test_a_table_that_is_too_wide_is_set_smaller_and_at_last_gives_way_in_every_column() -> None:
    """Nine figures of 16 characters: 9 * (16 * 5.1 + 8) + 48.8 points are 855, in the smallest type 564: over 493."""
    years = tuple(map(str, range(2025, 2034)))
    smaller = make_grid(("measure", *years[:6]), ("a", *["1 234 567 890,12"] * 6))
    assert lay_columns(smaller, smaller.rows).size == SIZES[2]
    widest = make_grid(("measure", *years), ("a", *["1 234 567 890,12"] * 9))
    columns = lay_columns(widest, widest.rows)
    assert columns.size == SIZES[-1]
    assert sum(columns.shares) == pytest.approx(100, abs=0.1)
    assert NO_SPACE in columns.part("1\xa0234\xa0567\xa0890,12", 1)
    assert lay_columns(widest, ()).size == SIZES[1]


def test_a_long_word_is_hyphenated_before_type_gets_smaller() -> None:
    grid = make_grid(
        ("measure", *map(str, range(2025, 2031))), ("Klimatinvesteringsplanering", *["1 234 567,89"] * 6), texts=1
    )
    columns = lay_columns(grid, grid.rows)
    assert columns.size == SIZES[0]
    assert columns.part("Klimatinvesteringsplanering,", 0) == "Klimatinvesteringsplanering,"


def test_an_address_and_a_digest_may_break_and_a_short_text_stays_as_it_is() -> None:
    grid = make_grid(("source", *map(str, range(2025, 2032))), ("a", *["1 234 567,8"] * 7))
    columns = lay_columns(grid, grid.rows)
    assert columns.part("https://lund.se/a_plan", 0) == NO_SPACE.join(
        ["https:", "/", "/", "lund.", "se/", "a_", "plan"]
    )
    assert columns.part("0123456789abcdef" * 2, 0).count(NO_SPACE) > 1
    assert columns.part("Lund 2030", 0) == "Lund 2030"
