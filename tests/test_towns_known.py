"""What is known is what was, whatever else acts on the number: money of its own year, paths, settings, long periods.

A road is begun in 2025 for 100 MSEK. Prices rise by ten percent a year where it is said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hand import assert_close
from paying import CITY, lend, paying_town, road_in
from town import build_town

from model.solver.solution import SolverOptions
from runners.accounts.debt import measure_net_debt
from runners.analyses.follow_up.outcomes import Planned, tabulate_outcomes
from runners.analyses.replanning.replan import Replanned, replan
from runners.family import Family
from scenarios.actuals import list_actuals
from scenarios.choices import Choices

INFLATION = [{"value": 0.1}]
SOURCES = [{"source": "books", "title": "Books"}]
UNITS = {"built": "MW", "demand": "GWh", "measured": "kt", "price": "MSEK/GWh"}
BUILT = {"year": 2025, "outcome": "built", "subject": "road", "value": 1}
POPULATION = [{"path": "pop", "unit": "1", "name_sv": "p", "name_en": "p"}]
STILL = {"paths": POPULATION, "path_values": [{"path": "pop", "quantity": "path_growth", "value": 0.0}]}


def again(
    town: Mapping[str, Any],
    *rows: Mapping[str, Any],
    until: int = 2025,
    settings: Mapping[str, float] | None = None,
    **choices: Any,
) -> Replanned:
    plain = {"year": until, "status": "final", "source": "books"}
    actuals = [{**plain, "unit": UNITS.get(str(one["outcome"]), "MSEK"), **one} for one in rows]
    tables = build_town(**town, sources=SOURCES, actuals=actuals)
    family = Family(tables, Choices(salvage="none", **choices), SolverOptions(threads=1, gap=0.0))
    return replan(family, settings or {}, list_actuals(tables), until, "hold")


def rising_town(price_year: int = 2025, actors: Sequence[Mapping[str, Any]] = (CITY,), **more: Any) -> dict[str, Any]:
    town = paying_town({"road": road_in(2025, life=50)}, actors, last_year=2028, inflation=INFLATION, **more)
    town["case"]["price_year"] = price_year
    return town


def heated_town(**heat: Any) -> dict[str, Any]:
    """100 GWh of heat a year, bought at 2 MSEK."""
    town = paying_town({"road": road_in(2025, life=50)}, last_year=2028)
    town["commodities"] = [{"commodity": "heat", "demand": 100, "purchase_price": 2, "trader": "city", **heat}]
    return town


def long_town(**actor: Any) -> dict[str, Any]:
    """The plan years 2015 (for five) and 2020; the road is begun in 2018, prices are those of 2015."""
    town = paying_town({"road": {"capex": 100, "life": 50}}, [{**CITY, **actor}], last_year=2024, inflation=INFLATION)
    town["case"] |= {"first_year": 2015, "price_year": 2015, "base_year": 2014}
    town["targets"] = [{**target, "year": 2015} for target in town["targets"]]
    return town


def again_long(town: Mapping[str, Any], *rows: Mapping[str, Any]) -> Replanned:
    return again(town, {**BUILT, "year": 2018}, *rows, until=2019, years=(2015, 2020), last_length=5)


def owed(made: Replanned) -> np.ndarray:
    return np.asarray(measure_net_debt(made.outcome.scenario, made.outcome.plan).nominal[0])


def told(made: Replanned, key: str) -> list[tuple[str, str]]:
    return [(one.tell("sv"), one.tell("en")) for one in made.outcome.notices if one.key == key]


@pytest.mark.parametrize(("unit", "value"), [("nominal MSEK", 121), ("MSEK", 110)])
@pytest.mark.parametrize("table", ["nominal MSEK/yr", "MSEK/yr"])
def test_taxes_are_what_was_whatever_money_their_table_and_the_outcome_are_in(
    unit: str, value: float, table: str
) -> None:
    """121 MSEK of 2026 are 110 of 2025. The program shifted a nominal table by real money and had 109.09."""
    years = ((2025, 100), (2026, 102), (2028, 130))
    rows = [
        {"actor": "city", "quantity": "taxes_and_grants", "value": amount, "unit": table, "year": year}
        for year, amount in years
    ]
    taxes = {"outcome": "taxes", "subject": "city", "value": value, "unit": unit}
    made = again(rising_town(finances=rows), BUILT, taxes, until=2026)
    assert_close(made.outcome.scenario["taxes_and_grants"].sel(year=2026).values, [110])


@pytest.mark.parametrize(
    ("rows", "later"),
    [
        ([("MSEK", 50, "")], [100, 100, 100, 100]),
        ([("nominal MSEK", 50 * 1.1 ** (y - 2022), y) for y in (2025, 2026, 2027, 2028)], [100, 100, 100, 100]),
        ([("nominal MSEK", 50 * 1.331, "")], [100, 50 + 50 / 1.1, 50 + 50 / 1.1**2, 50 + 50 / 1.1**3]),
    ],
)
def test_a_debt_is_that_of_the_books_whatever_money_its_table_is_in(
    rows: list[tuple[str, float, Any]], later: list[float]
) -> None:
    """Prices are those of 2022: 133.1 by the books of 2025 are 100, forecast were 50. 50 more are owed from then on.

    A debt written as 66.55 of every year's own money is worth less each year, and the 50 beside it are not.
    """
    finances = [
        {"actor": "city", "quantity": "standing_debt", "value": value, "unit": unit, "year": year}
        for unit, value, year in rows
    ]
    debt = {"outcome": "debt", "subject": "city", "value": 133.1, "unit": "nominal MSEK"}
    made = again(rising_town(2022, finances=finances), BUILT, debt)
    assert_close(owed(made)[0], 133.1)
    assert_close(measure_net_debt(made.outcome.scenario, made.outcome.plan).real[0], later)
    [gap] = made.gaps
    assert_close([gap.known, gap.modelled, gap.amount], [100, 50, 50])
    assert len(told(made, "actuals_gap_standing_debt")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["MSEK", "nominal MSEK"])
def test_a_debt_is_that_of_the_books_where_its_interest_is_borrowed(unit: str) -> None:
    """At 20 percent, all of it borrowed: what is owed more in one year is owed with interest in the next."""
    rows = [
        {"actor": "city", "quantity": name, "value": value, "unit": one}
        for name, value, one in (
            *(("standing_debt", 50, unit), ("standing_rate", 0.2, "1/yr"), ("market_rate", 0.2, "1/yr")),
            ("loss_borrowed", 1, "1"),
        )
    ]
    town = rising_town(2018, finances=rows)
    town["case"] |= {"first_year": 2019, "base_year": 2018}
    books = {2019: 100, 2020: 300, 2021: 310, 2022: 500, 2023: 520, 2024: 900, 2025: 1000}
    debts = [
        {"outcome": "debt", "subject": "city", "value": value, "year": year, "unit": "nominal MSEK"}
        for year, value in books.items()
    ]
    made = again(town, BUILT, *debts)
    assert_close(owed(made)[:7], list(books.values()))
    assert sorted({gap.year for gap in made.gaps}) == [gap.year for gap in made.gaps]
    assert not told(made, "actuals_short")


@pytest.mark.parametrize("growth", [0.0, 0.2])
def test_an_account_is_what_was_measured_where_a_setting_moves_its_path(growth: float) -> None:
    """100 kt, or 120, 144 and so on: 150 measured in 2025, and the difference of 50 or 30 goes on."""
    town = paying_town({"road": road_in(2025, life=50)}, last_year=2028, **STILL)
    town["accounts"].append({"account": "co2"})
    row = {"account": "co2", "quantity": "exogenous", "value": 100, "path": "pop", "year": 2024}
    town["account_values"] = [row]
    measured = {"outcome": "measured", "subject": "co2", "value": 150}
    made = again(town, BUILT, measured, settings={"shift.path_growth.pop": growth} if growth else {})
    values = made.outcome.plan["account_value"].sel(account="co2").values
    first = 100 * (1 + growth)
    assert_close(values, [150, *(150 - first + 100 * (1 + growth) ** n for n in (2, 3, 4))])
    assert_close([gap.amount for gap in made.gaps], [150 - first])


def walked_town(**path: Any) -> dict[str, Any]:
    """The demand of the heated town as a number of 2024 that follows a path."""
    town = {**heated_town(), **STILL, **path}
    [heat] = town["commodities"]
    town["commodities"] = [{name: value for name, value in heat.items() if name != "demand"}]
    town["demands"] = [{"commodity": "heat", "quantity": "demand", "value": 100, "path": "pop", "year": 2024}]
    return town


@pytest.mark.parametrize(
    ("settings", "later"),
    [
        ({"shift.path_growth.pop": 0.2}, [144, 172.8, 207.36]),
        ({"shift.path_growth.pop": 0.2, "adjust.demand.heat": 0.5}, [72, 86.4, 103.68]),
        ({"shift.path_growth.pop": 0.2, "shift.demand.heat.2025": 7}, [144, 172.8, 207.36]),
    ],
)
def test_a_demand_is_what_was_where_settings_move_it_and_its_path(
    settings: dict[str, float], later: list[float]
) -> None:
    """110 GWh were used in 2025; the program had 108 where the path grows by a fifth."""
    made = again(walked_town(), BUILT, {"outcome": "demand", "subject": "heat", "value": 110}, settings=settings)
    assert_close(made.outcome.scenario["demand"].sel(commodity="heat").values, [110, *later])


@pytest.mark.parametrize("settings", [{"shift.purchase_price.heat": 1.0}, {"adjust.price.heat": 1.5}, {}])
def test_a_price_is_what_was_where_settings_move_it(settings: dict[str, float]) -> None:
    """4.5 was paid in 2025; the program had 4 where prices are shifted by 1 from 2."""
    made = again(heated_town(), BUILT, {"outcome": "price", "subject": "heat", "value": 4.5}, settings=settings)
    assert_close(made.outcome.scenario["purchase_price"].values.ravel(), [4.5, *[3 if settings else 2] * 3])


@pytest.mark.parametrize(
    ("settings", "paid", "expected"),
    [
        ({"shift.purchase_price.heat": 1.0}, 4.0, [3.2, 6.4]),
        ({"shift.purchase_price.heat.summer": 2.0, "adjust.price.heat": 2.0}, 9.0, [8, 12]),
        ({"shift.purchase_price.heat": -1.5}, 4.0, [3.5, 5.5]),
    ],
)
def test_the_shape_of_a_price_over_the_slices_stays(
    settings: dict[str, float], paid: float, expected: list[float]
) -> None:
    """1 MSEK in three quarters of the year and 3 in the last: 2 and 4 are 2.5 in the mean, and 4 is 1.6 of that.

    Twice 1 and 3 with 2 more in summer are 4 and 6, half of 9 in the mean. -0.5 and 1.5 are nothing in the mean, which
    has no shape to keep: both are raised by 4.
    """
    town = heated_town(purchase_price={"summer": 1, "winter": 3})
    town["slices"] = [{"slice": "summer", "hours": 6570}, {"slice": "winter", "hours": 2190}]
    made = again(town, BUILT, {"outcome": "price", "subject": "heat", "value": paid}, settings=settings)
    prices = made.outcome.scenario["purchase_price"].sel(commodity="heat", year=2025).values
    assert_close(prices, expected)


def test_a_number_that_no_setting_brings_to_what_was_is_told() -> None:
    """A path of nothing: whatever the demand is shifted by, there is none."""
    levels = {"path_values": [{"path": "pop", "quantity": "path_level", "value": 1, "year": y} for y in (2024, 2028)]}
    demand = {"outcome": "demand", "subject": "heat", "value": 110}
    made = again(walked_town(**levels), BUILT, demand, settings={"set.path_level.pop": 0.0})
    assert told(made, "actuals_short") == [
        (
            "demand för heat 2025: utfallet är 110,000, men planen har 0,000. Ingen inställning når dit: talet saknas "
            "i fallet, följer en bana som är 0 eller rörs av det som det själv flyttar. Rätta raden i actuals.csv "
            "eller talet i fallet.",
            "demand of heat in 2025: the outcome is 110.000, but the plan has 0.000. No setting brings it there: the "
            "case has no such number, it follows a path that is 0, or it is moved by what it moves itself. Correct the "
            "row in actuals.csv or the number of the case.",
        )
    ]


@pytest.mark.parametrize(("unit", "value"), [("MSEK", 110), ("nominal MSEK", 110 * 1.1**3)])
def test_money_inside_a_long_period_is_deflated_from_its_own_year(unit: str, value: float) -> None:
    """110 of 2015 were paid in 2018; the program deflated from 2015, the first of the period, and had 146.41."""
    outlay = {"outcome": "outlay", "subject": "road", "value": value, "year": 2018, "unit": unit}
    made = again_long(long_town(), outlay)
    assert_close(made.outcome.scenario["capex"].sel(technology="road").values, [110, 100])
    assert_close(made.outcome.plan.attrs["objective"], 110)


@pytest.mark.parametrize(("unit", "factor"), [("MSEK", 1.0), ("nominal MSEK", 1.1)])
def test_loans_prices_and_debts_inside_a_long_period_are_deflated_from_their_own_years(
    unit: str, factor: float
) -> None:
    """50 lent in 2018, 3 a GWh in 2019, 100 owed at the end of 2019, all in money of 2015."""
    town = long_town(own_funds={2015: 100, 2020: 0}, standing_debt=50)
    town["instruments"] = [lend(rate=0, tenor=20, most_draw=100)]
    town["commodities"] = [{"commodity": "heat", "demand": 1, "purchase_price": 2, "trader": "city"}]
    loan = {"outcome": "loan", "subject": "city", "party": "loan", "value": 50 * factor**3, "year": 2018, "unit": unit}
    price = {"outcome": "price", "subject": "heat", "value": 3 * factor**4, "year": 2019, "unit": f"{unit}/GWh"}
    debt = {"outcome": "debt", "subject": "city", "value": 100 * factor**4, "year": 2019, "unit": unit}
    made = again_long(town, loan, price, debt)
    assert_close(made.outcome.plan["draw"].values.ravel(), [50, 0])
    assert_close(made.outcome.scenario["purchase_price"].values.ravel(), [3, 2])
    assert_close(measure_net_debt(made.outcome.scenario, made.outcome.plan).real[0][0], 100)


def test_outcomes_inside_a_long_period_are_shown_in_money_of_their_own_year() -> None:
    """An outlay of 146.41 in 2018 is 110 in constant prices; a debt of 100 in constant prices is 146.41 in 2019."""
    made = again_long(long_town())
    rows = (
        {"outcome": "outlay", "subject": "road", "value": 110 * 1.1**3, "year": 2018, "unit": "nominal MSEK"},
        {"outcome": "debt", "subject": "city", "value": 100, "year": 2019, "unit": "MSEK"},
    )
    plain = {"status": "final", "source": "books"}
    actuals = list_actuals(build_town(**long_town(), sources=SOURCES, actuals=[{**plain, **row} for row in rows]))
    table = tabulate_outcomes(Planned(made.outcome.scenario, made.outcome.plan, None), actuals, 2019)
    assert_close(table["value"], [110, 146.41])
