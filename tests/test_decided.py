"""A gap is a part of what the plan decides, and not of all the fuel that is burnt whatever is decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from town import build_town

from model.solver.decided import Spending, measure_decided
from model.solver.solution import SolverOptions
from runners.family import Family
from runners.outcome import Outcome
from runners.reports.summary import share_decided, write_summary
from scenarios.choices import Choices

CITY = {"actor": "city", "kind": "municipality"}


def draw_town(**more: Any) -> dict[str, Any]:
    """Fuel for 1 000 a year that is burnt whatever is decided, and heat of 10 that oil makes at 2 or a pump for 12.

    The pump, in whole units of 5, is bought once for 12 and saves 20 of oil in the only year: it moves 12 + 20 = 32 of
    a cost of 1 012, and a gap of 1 % is 0.32, not 10.12.
    """
    return {
        "commodities": [
            {"commodity": "fuel", "trader": "city", "purchase_price": 1.0},
            {"commodity": "drive", "trader": "city", "demand": 1000},
            {"commodity": "oil", "trader": "city", "purchase_price": 2.0},
            {"commodity": "heat", "trader": "city", "demand": 10},
        ],
        "technologies": [
            {"technology": "cars", "actor": "city", "capacitated": "no", "flow": {"drive": 1, "fuel": -1}},
            {"technology": "boiler", "actor": "city", "capacitated": "no", "flow": {"heat": 1, "oil": -1}},
            {"technology": "pump", "actor": "city", "measure": "yes", "buildable": "yes", "capex": 1.2, "life": 1}
            | {"unit_size": 5, "most_build": 20, "flow": {"heat": 1}},
        ],
        "accounts": [{"account": "co2"}],
        **more,
    }


def solve(**more: Any) -> Outcome:
    options = SolverOptions(gap=0.01, threads=1)
    return Family(build_town(**draw_town(**more)), Choices(salvage="none"), options).solve()


def test_a_plan_decides_what_it_spends_otherwise_than_doing_nothing() -> None:
    outcome = solve(actors=[CITY])
    attrs = outcome.plan.attrs
    assert attrs["objective"] == pytest.approx(1012.0)
    assert (attrs["invested"], attrs["running"]) == pytest.approx((12.0, 1000.0))
    assert attrs["decided"] == pytest.approx(32.0)


def test_without_a_do_nothing_path_a_plan_decides_all_that_it_costs() -> None:
    tables = draw_town()
    for row in (*tables["commodities"], *tables["technologies"]):
        row.pop("trader", None)
    outcome = Family(build_town(**tables), Choices(salvage="none"), SolverOptions()).solve()
    assert "decided" not in outcome.plan.attrs
    assert share_decided(outcome.plan) == outcome.plan.attrs["gap"]


@pytest.mark.slow
def test_what_doing_nothing_spends_is_known_to_curves_as_well() -> None:
    """1 000 of fuel and 20 of oil, and nothing invested; not known where nobody pays."""
    family = Family(build_town(**draw_town(actors=[CITY])), Choices(salvage="none"), SolverOptions())
    spent = family.spend_nothing({})
    assert spent is not None
    assert (spent.invested, spent.running) == pytest.approx((0.0, 1020.0))
    tables = draw_town()
    for row in (*tables["commodities"], *tables["technologies"]):
        row.pop("trader", None)
    assert Family(build_town(**tables), Choices(salvage="none"), SolverOptions()).spend_nothing({}) is None


def test_what_saves_as_much_as_it_costs_is_not_nothing() -> None:
    """100 more invested and 100 less of running: a difference of 0, and 200 decided; 1 % of the cost at the least."""
    nothing = Spending(0.0, 1000.0)
    assert measure_decided(Spending(100.0, 900.0), nothing, 1000.0) == 200.0
    assert measure_decided(nothing, nothing, 1000.0) == 10.0
    assert measure_decided(nothing, None, -1000.0) == 1000.0


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("sv", "Det är 3,17 % av de 32 mnkr som planen flyttar mot att inget göra."),
        ("en", "That is 3.17 % of the 32 MSEK that the plan moves against doing nothing."),
    ],
)
def test_the_screen_says_how_near_the_best_a_plan_is_of_what_it_decides(lang: str, line: str) -> None:
    """0.1 % of 1 012 is 1.012, and that is 3.1625 % of 32, rounded up."""
    outcome = solve(actors=[CITY])
    plan = outcome.plan
    plan.attrs |= {"status": "within_gap", "gap": 1e-3}
    assert share_decided(plan) == pytest.approx(1.012 / 32)
    text = write_summary(outcome.scenario, plan, [], Path("svar"), 1.0, lang).replace("\xa0", " ")
    assert line in text.splitlines()
    assert np.isfinite(plan.attrs["decided"])
