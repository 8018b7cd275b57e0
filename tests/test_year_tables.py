"""Long rows as a row per combination of labels and a column per year."""

from __future__ import annotations

import math

import pandas as pd

from runners.views.year_tables import spread_years

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
    assert list(wide.columns) == ["item", "kind", 2025, 2026]
    assert wide[["item", "kind"]].to_numpy().tolist() == [["pump", "heat"], ["boiler", "heat"]]
    assert wide[2025].tolist() == [1.0, 1.0]
    assert wide[2026].tolist()[0] == 3.0
    assert math.isnan(wide[2026].tolist()[1])


def test_without_a_number_there_are_columns_and_no_row() -> None:
    wide = spread_years(ROWS[ROWS["kind"] == "power"], ["item"], "amount", [2025])
    assert (list(wide.columns), len(wide)) == (["item", 2025], 0)
