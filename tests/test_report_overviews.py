"""Sums over the tables of a run folder, by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from runners.views.overviews import spread_evenly
from runners.views.renderers.grid import list_periods, read_table
from runners.views.section import Column, Gathering, Kind, Table
from runners.views.year_charts import pile_up, place_years

YEARS = [*range(2025, 2031), 2031, 2035]


def test_the_first_years_stand_alone_and_later_ones_together() -> None:
    assert list(dict.fromkeys(list_periods(range(2025, 2046)).values())) == [
        *("2025", "2026", "2027", "2028", "2029", "2030"),
        *("2031–35", "2036–40", "2041–45"),
    ]
    assert list_periods([2025]) == {2025: "2025"}


def test_amounts_are_summed_over_a_period_and_stocks_taken_at_its_end() -> None:
    years = tuple(Column(year, Kind.YEARLY, summed=True, decimals=0) for year in YEARS)
    rows = (("a", *[1.0] * 6, 10.0, 20.0),)
    table = Table("t", "", "", (Column("name"), *years), rows, "total", across="all", gathered=Gathering.SUM)
    flows = read_table(table, "en")
    assert flows.heads == ("name", *map(str, range(2025, 2031)), "2031–35", "all")
    assert [row.cells for row in flows.rows] == [
        ("a", *["1"] * 6, "30", "36"),
        ("total", *["1"] * 6, "30", "36"),
    ]
    stocks = read_table(replace(table, gathered=Gathering.LAST, total="", across=""), "en")
    assert stocks.rows[0].cells == ("a", *["1"] * 6, "20")


def test_what_is_spent_in_a_plan_year_is_spread_over_its_calendar_years() -> None:
    spread = spread_evenly(pd.DataFrame({"year": [2025, 2026], "amount": [3.0, 20.0]}), {2025: 1.0, 2026: 5.0})
    assert spread["value"].tolist() == [3.0, 4.0]
    placed = place_years(spread)
    assert placed["end"].tolist() == [2026.0, 2031.0]
    assert placed["middle"].tolist() == [2025.5, 2028.5]


def test_bars_pile_up_from_zero_and_down_from_zero() -> None:
    rows = pd.DataFrame({"year": [2025] * 4, "value": [2.0, -1.0, 3.0, -4.0]})
    piled = pile_up(rows)
    assert piled["low"].tolist() == [0.0, 0.0, 2.0, -1.0]
    assert piled["high"].tolist() == [2.0, -1.0, 5.0, -5.0]
