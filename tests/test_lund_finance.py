"""Lund with its ceiling and frames: what they cost, where they bind, and that they cost nothing where switched off."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.solution import SolverOptions
from runners.accounts.debt import tabulate_debt
from runners.solve import Outcome, find_plan, solve_case
from scenarios.choices import Choices

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
EXACT = SolverOptions(gap=1e-6)


@cache
def outcome(ceiling: bool) -> Outcome:
    return solve_case(LUND, Choices(variants=("base_2024",), ceiling=ceiling), EXACT)


def test_money_that_limits_nothing_leaves_the_social_cost_as_it_is_without_actors() -> None:
    free = solve_case(LUND, Choices(variants=("base_2024",), ceiling=False, frames=False), EXACT)
    unpaid = find_plan(free.scenario.isel(actor=slice(0, 0), instrument=slice(0, 0)), EXACT)
    assert free.plan.attrs["social_cost"] == pytest.approx(unpaid.attrs["objective"], rel=1e-6)


def test_the_ceiling_costs_little_and_never_saves() -> None:
    bound, free = outcome(True).plan.attrs, outcome(False).plan.attrs
    assert 0 <= bound["social_cost"] - free["social_cost"] < 1.0
    assert bound["finance_cost"] > free["finance_cost"]


def test_the_ceiling_binds_in_the_late_thirties() -> None:
    """The margin of the municipality is nothing in 2037-2040, and never negative."""
    bound = outcome(True)
    table = tabulate_debt(bound.scenario, bound.plan, bound.reference)
    margin = table[(table["actor"] == "municipality") & (table["item"] == "margin")].set_index("year")["amount"]
    assert margin.min() > -1e-6
    assert margin[[2037, 2038, 2039, 2040]].to_numpy() == pytest.approx(np.zeros(4), abs=1e-6)
    assert margin[2025] > 500


def test_no_bond_is_issued_below_its_least_issue() -> None:
    plan = outcome(True).plan
    assert float(plan["draw"].sel(instrument="green_bond").sum()) == 0
    assert float(plan["draw"].sel(actor="municipality").sum()) == pytest.approx(224.0, abs=1.0)
