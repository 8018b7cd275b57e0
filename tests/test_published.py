"""Models of others whose published optimum comes out with survival curves, and in periods of several years.

Data and figures only: Temoa (TemoaProject/temoa), `tests/testing_data/survival_curve.sql`, its optimum in
`tests/legacy_test_values.py`; MESSAGEix (iiasa/message_ix), its tutorial `westeros_baseline`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import plan_of

CURVE = {0: 1, 5: 0.97, 10: 0.88, 15: 0.62, 20: 0.27, 25: 0.08, 35: 0}
"""Share that stands at each age."""
SURVIVAL_OPTIMUM = 31.9423
"""As published, to four places."""


def stand_until(periods: tuple[int, ...], start: int) -> dict[int, float]:
    """What stands of a unit of an old vintage on the mean of each period of five years."""
    ages, shares = list(CURVE), list(CURVE.values())
    return {y: float(np.mean(np.interp(np.arange(y, y + 5) - start, ages, shares))) for y in periods}


def survival_town() -> dict[str, Any]:
    """A demand of 1 in six periods of five years, met by what stands of 1994 and 2010 and by what is built.

    Building costs 1 a unit, standing 1 a year and running 1.
    """
    periods = tuple(range(2025, 2051, 5))
    plants: list[dict[str, Any]] = [
        {"technology": f"built_{start}", "existing": {y: n * s for y, s in stand_until(periods, start).items()}}
        for start, n in ((1994, 3.0), (2010, 0.7))
    ]
    plants.append({"technology": "new", "buildable": True, "capex": 1, "life": 35, "survival": CURVE})
    common = {"flow": {"demand": 1}, "fixed_cost": 1, "variable_cost": 1}
    return {
        "case": {"first_year": 2025, "last_year": 2054, "discount_rate": 0.05},
        "commodities": [{"commodity": "demand", "demand": 1}],
        "technologies": [common | plant for plant in plants],
    }


def test_a_published_model_with_survival_curves_comes_out() -> None:
    """Investments at the start of their period, operation at the end of each year, worth left by service to come."""
    plan = plan_of(
        survival_town(),
        years=tuple(range(2025, 2051, 5)),
        discount_capital="start",
        discount_operation="end",
        salvage="sinking_fund",
        service="start",
        investment="start",
    )
    assert plan.attrs["objective"] == pytest.approx(SURVIVAL_OPTIMUM, abs=5e-5)


WESTEROS_OPTIMUM = 369297.75
"""As published, to two places (iiasa/message_ix, `westeros_baseline`, as its tutorials' test asks)."""
WESTEROS_END_YEARS = (700, 710, 720)
"""Names of its periods of ten years, each called by its last year."""
RATE = 0.05


def shrink_investment(lives: int, vintage: int) -> float:
    """Part of an investment that MESSAGE counts: discounted years of service in the model over those in all.

    Years after the horizon count from the last year of the horizon on, which so counts twice.
    """
    place = WESTEROS_END_YEARS.index(vintage)
    worth = [
        sum((1 + RATE) ** -(end - 690 - i) for i in range(10)) for end in WESTEROS_END_YEARS[place:][: -(-lives // 10)]
    ]
    beyond = max(lives - (720 - vintage + 10), 0)
    after = sum((1 + RATE) ** -(720 - 690 + i) for i in range(beyond))
    return sum(worth) / (sum(worth) + after)


def westeros_town(shrunk: bool) -> dict[str, Any]:
    """Light from bulbs, a grid, coal and wind, in 1000 USD and GWa; a tenth of each period's building in each year.

    In the first period coal may be used 1.1^10 times as much as before, on the mean of the period; later no limit of
    growth binds. Capacity may be retired. `shrunk`: investments cost the part that MESSAGE counts.
    """
    before = 0.85 * 40 * 12 * 1000 / 8760 / 0.9
    years = [end - 9 for end in WESTEROS_END_YEARS]

    def price(capex: float, life: int) -> dict[int, float]:
        parts = [shrink_investment(life, end) if shrunk else 1.0 for end in WESTEROS_END_YEARS]
        return {year: capex * part for year, part in zip(years, parts, strict=True)}

    def plant(capex: float, old: float, fixed: float, **about: Any) -> dict[str, Any]:
        stock = {"existing": {691: old / 2, 701: 0}, "fixed_cost": fixed, "flow": {"plant": 1}}
        return {"buildable": True, "retirable": True, "life": 20, "capex": price(capex, 20), **stock, **about}

    coal = plant(500, 0.6 * before, 30, variable_cost=30, most_activity={691: 0.6 * before * 1.1**10, 701: 1e6})
    wind = plant(1500, 0.4 * before / 0.36, 10, availability=0.36)
    bulb = {"buildable": True, "life": 1, "capex": price(5, 1), "flow": {"light": 1, "home": -1}}
    grid = {"capacitated": False, "variable_cost": 50, "flow": {"home": 0.9, "plant": -1}}
    named = {"coal": coal, "wind": wind, "bulb": bulb, "grid": grid}
    light = {691: 100, 701: 150, 711: 190}
    return {
        "case": {"first_year": 691, "last_year": 720, "base_year": 691, "discount_rate": RATE},
        "commodities": [{"commodity": "light", "demand": light}, {"commodity": "home"}, {"commodity": "plant"}],
        "technologies": [{"technology": name, **about} for name, about in named.items()],
    }


def test_a_published_model_in_periods_of_ten_years_comes_out() -> None:
    """Everything stands from its period's first day, paid year by year over the period, at the end of each year.

    With the salvage of this program, where a year after the horizon counts once, it is 369 515.97 (all of it a year
    earlier, at the start of each year, so that it is the same at the end).
    """
    shared: dict[str, Any] = {"years": (691, 701, 711), "last_length": 10, "service": "start", "investment": "spread"}
    ends = {"discount_capital": "end", "discount_operation": "end"}
    starts = {"discount_capital": "start", "discount_operation": "start"}
    plan = plan_of(westeros_town(shrunk=True), salvage="none", **shared, **ends)
    assert plan.attrs["objective"] == pytest.approx(WESTEROS_OPTIMUM, rel=1e-8)
    coal = plan["activity"].sel(technology="coal").sum("slice").values
    assert (coal[1:] < coal[:-1] * 1.1**10).all()
    ours = plan_of(westeros_town(shrunk=False), salvage="annuities", **shared, **starts)
    assert ours.attrs["objective"] / (1 + RATE) == pytest.approx(369515.973446, rel=1e-8)
