"""Two towns solved by hand in periods of unlike length, in MEUR: all kinds of targets at once; a fleet that dwindles.

The workings are plain Python with no part of the product: years, rates and ages as the page of mathematics has them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, decided, plan_of
from measure_towns import compare_town, family_of, filter_of, town_of
from test_stress_towns import cost
from town import build_town

from model.solver.solution import SolverOptions
from runners.analyses.abatement.measures_screen import show_unit
from runners.analyses.abatement.measures_tables import tabulate_comparison
from runners.analyses.stress.circumstances import Circumstance
from runners.analyses.stress.engine import Stress
from runners.analyses.stress.futures import draw_futures
from runners.family import Family
from scenarios.choices import Choices

THREE: dict[str, Any] = {"years": (2025, 2027, 2030), "last_length": 2, "salvage": "sinking_fund"}
"""2025-26, 2027-29, 2030-31."""
LENGTHS = np.array([2, 3, 2])
RATE = 0.05
RUN = np.array(
    [sum((1 + RATE) ** -(y + i + 0.5 - 2025) for i in range(n)) for y, n in ((2025, 2), (2027, 3), (2030, 2))]
)
"""A unit a year of each period, paid in the middle of its years: 1.905329, 2.531065 and 1.492875."""
PAID = np.array(
    [np.mean([(1 + RATE) ** -(y + i - 2025) for i in range(n)]) for y, n in ((2025, 2), (2027, 3), (2030, 2))]
)
"""A unit in all, paid at the start of each of its years: 0.976190, 0.864523 and 0.764871."""


def leave_over(first: int, length: int, life: float) -> float:
    """What is left in 2032 of a unit begun evenly over a period, in money of 2025: sinking fund, start by start."""
    starts = (np.arange(2000) + 0.5) * length / 2000
    annuity = lambda years: (1 - (1 + RATE) ** -years) / np.log(1 + RATE)  # noqa: E731
    left = (annuity(life) - annuity(2032 - first - starts)) * (1 + RATE) ** -starts
    paid = np.mean([(1 + RATE) ** (2032 - first - i) for i in range(length)])
    return float(left.sum() / (annuity(life) * (1 + RATE) ** -starts).sum() * paid * (1 + RATE) ** -7)


EV = np.array([PAID[i] - leave_over(y, n, 9) for i, (y, n) in enumerate(((2025, 2), (2027, 3), (2030, 2)))])
SINK = np.array([PAID[i] - leave_over(y, n, 30) for i, (y, n) in enumerate(((2025, 2), (2027, 3), (2030, 2)))])


def crowded_town(mode: str) -> dict[str, Any]:
    """Cars of 10, 11 and 12 kt a year, farms of 6, a sink; six targets of four kinds, three of them in one pool."""
    cars = {"activity_unit": "Mvkm", "flow": {"travel": 1}}
    ev = {"measure": True, "buildable": True, "capex": 8, "life": 9, "most_build": 1, "variable_cost": 0.2}
    feed = {"measure": True, "flow": {"dirt": 1}, "variable_cost": 4, "most_activity": 2}
    sink = {"measure": True, "buildable": True, "capex": 5, "life": 30, "most_build": 0.5, "fixed_cost": 0.1}
    below = {"account": "total", "basis": "reduction", "base_year": 2010, "price": 3, "pool": "P"}
    total = {"role": "total", "share": {"cars": 1, "farms": 1}, "inventory": {2010: 20}}
    net = {"share": {"total": 1}, "credit_share": {"taken": {2025: 0.5, 2030: 1}}, "most_credit": {"taken": 2}}
    targets: list[dict[str, Any]] = [
        {"target": "cars27", "account": "cars", "year": 2027, "value": 9, "price": 3, "pool": "P"},
        {"target": "total25", "year": 2025, "value": 10, "path": "line", **below},
        {"target": "total30", "year": 2030, "value": 50, **below},
        {"target": "net30", "account": "net", "year": 2030, "value": 8, "price": 2},
        {"target": "floor", "account": "taken", "year": 2027, "sense": "at_least", "value": 3, "price": 2.5},
        {"target": "budget", "account": "total", "year": 2026, "basis": "cumulative", "value": 70, "price": 1},
    ]
    targets[4]["until"] = "only"
    return {
        "case": {"money": "MEUR", "price_year": 2020, "last_year": 2031, "discount_rate": RATE},
        "commodities": [
            {"commodity": "travel", "unit": "Mvkm", "demand": {2025: 10, 2027: 11, 2030: 12}},
            {"commodity": "dirt", "unit": "kt", "demand": 6},
        ],
        "technologies": [
            {"technology": "petrol", "capacitated": "no", "factor_activity": {"cars": 1}, "variable_cost": 1, **cars},
            {"technology": "ev", **ev, **cars},
            {"technology": "emit", "capacitated": "no", "flow": {"dirt": 1}, "factor_activity": {"farms": 1}},
            {"technology": "feed", "capacitated": "no", **feed},
            {"technology": "sink", "factor_capacity": {"taken": 1}, **sink},
        ],
        "accounts": [
            {"account": "cars", "role": "sector"},
            {"account": "farms", "role": "sector"},
            {"account": "total", **total},
            {"account": "taken", "role": "removal"},
            {"account": "net", **net},
        ],
        "groups": [
            {"group": "evs", "of": "all cars", "weight": {"ev": 1}, "group_least_share": {2025: 0, 2030: 0.2}},
            {"group": "all cars", "weight": {"ev": 1, "petrol": 1}},
        ],
        "targets": [{**row, "mode": mode} for row in targets],
    }


def cost_without_misses(evs: Any, sinks: Any, feed: Any, petrol: float = 1.0, capex: float = 8.0) -> float:
    """What is begun each period serves half of it, then all; the rest of 10, 11 and 12 is driven on petrol."""
    built, stored = (np.cumsum(amounts) - np.array(amounts) / 2 for amounts in (evs, sinks))
    run = petrol * (np.array([10, 11, 12]) - built) + 0.2 * built + 4 * np.array(feed) + 0.1 * stored
    return float(run @ RUN + capex * EV @ np.array(evs) + 5 * SINK @ np.array(sinks))


MEAN = float(np.mean([(1 + RATE) ** -(year + 0.5 - 2025) for year in range(2026, 2032)]))
"""A kt of the budget of 2026-2031: 0.825561."""


def test_targets_of_all_kinds_are_priced_by_period_and_by_pool() -> None:
    """All electric cars that can be begun (2, 3, 2) and sinks in time (1, 1.5); feed for 2 kt in 2030.

    Total 15, 13.5 and 10 kt, under 18, 14.8 and 10. Sinks of 1.75 in 2027-29 miss the floor by 1.25, at 2.5 in each of
    three years; of the budget count a year of the first period, three and two: 75.5, missed by 5.5.
    """
    plan = plan_of(crowded_town("priced"), **THREE)
    misses = 1.25 * 2.5 * RUN[1] + 5.5 * MEAN
    assert_close(plan.attrs["objective"], cost_without_misses((2, 3, 2), (1, 1.5, 0), (0, 0, 2)) + misses)
    assert plan.attrs["objective"] == pytest.approx(99.309266, abs=5e-6)
    assert_close(decided(plan, "account_value", "total"), [15, 13.5, 10])
    assert_close(decided(plan, "shadow_price", "floor")[1], 2.5 * RUN[1])
    assert_close(decided(plan, "excess_total", "budget"), 5.5)


def test_the_nearest_plan_weighs_misses_by_calendar_years() -> None:
    """The floor can be missed by no less than 1.25 in three years, 1.25 x 2.5 x 3 = 9.375; the budget not at all.

    5.5 kt less of it are feed in 2027-29, 5.5 / 3 a year at 4. What the least may be missed by is worth 3.4e-5.
    """
    plan = plan_of(crowded_town("nearest"), **THREE)
    assert plan.attrs["miss"] == pytest.approx(9.375, abs=2e-5)
    least = cost_without_misses((2, 3, 2), (1, 1.5, 0), (0, 5.5 / 3, 2))
    assert plan.attrs["objective"] == pytest.approx(least, abs=5e-5)
    assert least == pytest.approx(105.420242, abs=5e-6)


def test_half_the_cars_and_late_sinks_are_made_up_for_where_pace_allows() -> None:
    """Half of the cars come (1, 1.5, 1), half as dear again, on petrol at 1.2; sinks of 2025 and 2027 in 2027-29.

    What was to begin in 2025-26 and did not may begin in 2027-29, what was to in 2027-29 in 2030-31 as pace allows:
    1, 2.5 and 2. Total 15.5, 14.75 and 11.5 with 2 kt of feed, 12.75 beyond the budget; floor missed by 1.75.
    """
    family = Family(build_town(**crowded_town("priced")), Choices(**THREE), SolverOptions())
    outcome = family.solve()
    stress = Stress(family, {}, outcome.scenario, outcome.plan, SolverOptions())
    parts: dict[str, Any] = {
        "settings": {"adjust.capex.ev": 1.5, "adjust.variable_cost.petrol": 1.2},
        "share": {"ev": 0.5},
        "late": {"sink": 2},
    }
    (future,) = draw_futures(Circumstance("tried", {"sv": "", "en": ""}, "", parts), stress.scenario, 1, 0)
    plain = cost_without_misses((1, 2.5, 2), (0, 2.5, 0), (0, 0, 2), petrol=1.2, capex=12)
    misses = 3 * 1.5 * RUN[2] + 2 * 1.5 * RUN[2] + 2.5 * 1.75 * RUN[1] + 12.75 * MEAN
    found = stress.solve(future, "starts")
    assert_close(cost(found), plain + misses)
    assert plain + misses == pytest.approx(134.417144, abs=5e-6)


def dwindling_town() -> dict[str, Any]:
    """3 MW have to begin over 2026-28; survival leaves less of them each year, and upkeep soars in 2029."""
    old = {
        "retirable": "yes",
        "existing": {2025: 10, 2026: 8, 2029: 4},
        "fixed_cost": {2025: 0.2, 2026: 0.3},
        "yield": 2,
    }
    plant: dict[str, Any] = {"measure": True, "buildable": True, "retirable": True, "capex": 40, "yield": 1, "life": 8}
    plant |= {"fixed_cost": {2026: 1, 2029: 30}, "variable_cost": 0.1, "survival": {0: 1, 2: 0.8, 5: 0.5, 6: 0.4}}
    plant |= {"earliest_start": 2026, "latest_start": 2028, "most_build": 1, "least_build": {2025: 0, 2026: 1, 2029: 0}}
    plant |= {"least_capacity": {2026: 0, 2029: 0.6}}
    heat = {"commodity": "heat", "demand": {2025: 10, 2026: 10, 2029: 6}}
    return {
        "case": {"money": "MEUR", "price_year": 2022, "last_year": 2031, "discount_rate": 0.04},
        "commodities": [
            heat,
            {"commodity": "oil", "purchase_price": {2025: 0.5, 2029: 0.8}, "factor_purchase": {"co2": 0.25}},
        ],
        "technologies": [
            {"technology": "old", "flow": {"heat": 1, "oil": -1.2}, "factor_capacity": {"co2": 0.3}, **old},
            {"technology": "plant", "flow": {"heat": 1}, **plant},
        ],
        "accounts": [{"account": "co2", "exogenous": 1}],
    }


def test_a_fleet_that_survives_in_parts_is_retired_early_and_its_stock_with_it() -> None:
    """Starts spread over 2026-28 have ages 0-3 in that period and 0-6 in the next.

    Of a MW (2.5 + 1.35 + 0.4) / 9 = 0.47222 stand, then (0.5 + 1.35 + 2 + 1.75 + 0.9 + 0.25) / 9 = 0.75. 0.6 in 2029-31
    is 0.8 MW, so 2.2 go at once, for they cost 1 and 30 a MW: 0.37778 and 0.6 stand. The old has to give 5, 4.81 and
    2.7 MW of 10, 8 and 4: 0.675 of it is kept from the start, for it does not come back: 6.75, 5.4, 2.7. Emissions are
    1 + 0.3 a MW + 0.3 a GWh of its heat.
    """
    plan = plan_of(dwindling_town(), years=(2025, 2026, 2029), last_length=3, salvage="sinking_fund")
    assert_close(decided(plan, "retired", "plant", 2026)[1:], [2.2, 2.2])
    assert_close(decided(plan, "capacity", "plant"), [0, 0.8 * 4.25 / 9, 0.6])
    assert_close(decided(plan, "capacity", "old"), [6.75, 5.4, 2.7])
    assert_close(decided(plan, "account_value", "co2"), [6.025, 1 + 0.3 * (5.4 + 10 - 0.8 * 4.25 / 9), 3.43])
    assert plan.attrs["objective"] == pytest.approx(dwindled_cost(), abs=2e-5)


def dwindled_cost() -> float:
    """120 paid over 2026-28, less what is left of 0.8 MW in 2032; then upkeep and oil, year by year."""
    q = 1.04
    begun = sum(40 * q ** -(year - 2025) for year in (2026, 2027, 2028))
    standing = np.array([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    year = (1 - 1 / q) / np.log(q)

    def serve(age: float) -> float:
        """Discounted service from an age on."""
        whole = int(age)
        later = sum(standing[a] * q**-a for a in range(whole + 1, 7)) * year
        return float(later + standing[whole] * (q**-age - q ** -(whole + 1)) / np.log(q)) if whole < 7 else 0.0

    starts = (np.arange(3000) + 0.5) / 1000
    left = sum(serve(6 - x) * q**-x for x in starts) / sum(serve(0) * q**-x for x in starts)
    worth = 0.8 * 40 / 3 * sum(q ** (2032 - t) for t in (2026, 2027, 2028)) * left * q**-7
    factor = [sum(q ** -(y + i + 0.5 - 2025) for i in range(n)) for y, n in ((2025, 1), (2026, 3), (2029, 3))]
    plant, old = (0, 0.8 * 4.25 / 9, 0.6), (6.75, 5.4, 2.7)
    oil = (0.5, 0.575, 0.8)
    yearly = [
        rate * stock + keep * new + 0.1 * new + 1.2 * price * (need - new)
        for rate, stock, keep, new, price, need in zip(
            (0.2, 0.3, 0.3), old, (0, 1, 30), plant, oil, (10, 10, 6), strict=True
        )
    ]
    return float(begun - worth + np.dot(yearly, factor))


@pytest.mark.parametrize(
    ("money", "unit", "told"),
    [("MSEK", "SEK/t", "kr/ton"), ("MEUR", "EUR/t", "EUR/ton"), ("kEUR", "kEUR/kt", "kEUR/kt")],
)
def test_a_cost_per_tonne_is_in_the_money_of_the_case(money: str, unit: str, told: str) -> None:
    """20 a kt is 20 000 a tonne of the same currency, where money is in millions; it was SEK whatever the money."""
    town = town_of(filter_of("costs", 20, 10), dirt=10, case={"money": money})
    scenario, comparison = family_of(town).scenario, compare_town(town)
    costs = tabulate_comparison(scenario, comparison, "undiscounted")["costs_per_tonne"]
    assert set(costs["unit"]) == {unit}
    assert_close(costs["cost_per_tonne"].dropna(), 20.0 if money == "kEUR" else 20000.0)
    assert show_unit(scenario, comparison, "sv") == told
