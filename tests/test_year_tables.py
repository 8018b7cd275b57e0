"""Long rows as a row per combination of labels and a column per year."""

from __future__ import annotations

import pandas as pd

from runners.views.year_tables import drop_zeros, spread_years

ROWS = pd.DataFrame(
    [
        ("pump", "heat", 2026, 3.0),
        *[("boiler", "heat", 2025, 0.1)] * 10,
        ("pump", "heat", 2025, 1.0),
        ("pump", "heat", 2024, 9.0),
        ("pump", "power", 2025, float("nan")),
    ],
    columns=["item", "kind", "year", "amount"],
)


def test_rows_stand_as_they_first_stand_and_sum_by_year() -> None:
    """2024 is no plan year; power has no number and no row; ten times 0.1 is 1."""
    wide = spread_years(ROWS, ["item", "kind"], "amount", [2025, 2026])
    assert [row.labels for row in wide] == [("pump", "heat"), ("boiler", "heat")]
    assert [row.amounts for row in wide] == [(1.0, 3.0), (1.0, None)]
    assert wide[1].cells == ("boiler", "heat", 1.0, None)


def test_without_a_number_there_is_no_row() -> None:
    assert spread_years(ROWS[ROWS["kind"] == "power"], ["item"], "amount", [2025]) == []


def test_what_is_nothing_in_every_year_is_dropped() -> None:
    table = pd.DataFrame(
        [("a", "x", 2025, 0.0), ("a", "x", 2026, -1.0), ("a", "y", 2025, 0.0), ("a", "y", 2026, float("nan"))],
        columns=["actor", "item", "year", "amount"],
    )
    assert drop_zeros(table)["item"].tolist() == ["x", "x"]
    assert drop_zeros(table[:0]).empty
