"""Models of others whose published optimum comes out with survival curves, in periods of several years.

Data and figures only: Temoa (TemoaProject/temoa), `tests/testing_data/survival_curve.sql`, its optimum in
`tests/legacy_test_values.py`.
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
    )
    assert plan.attrs["objective"] == pytest.approx(SURVIVAL_OPTIMUM, abs=5e-5)
