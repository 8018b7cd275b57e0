"""Towns solved by hand: removals that fall below zero are no credit, and their loss counts where the accounts say."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from town import scenario_of

from model.solver.solution import SolverOptions
from runners.solve import find_plan
from scenarios.arithmetic.account_bounds import find_unbounded_credits
from scenarios.arrays import read_arrays


def forest_town(exogenous: Any, **net: Any) -> dict[str, Any]:
    """10 kt let out a year by a stove, removals as given, net at most 5 at 7 MSEK/kt."""
    return {
        "case": {"last_year": 2026},
        "commodities": [{"commodity": "heat", "demand": 10}],
        "technologies": [
            {"technology": "stove", "capacitated": False, "flow": {"heat": 1}, "factor_activity": {"co2": 1}}
        ],
        "accounts": [
            {"account": "co2"},
            {"account": "forest", "exogenous": exogenous},
            {"account": "net", "share": {"co2": 1}, "credit_share": {"forest": 1}, **net},
        ],
        "targets": [{"target": "cap", "account": "net", "year": 2025, "value": 5, "mode": "priced"}],
    }


@pytest.mark.parametrize("relax", [False, True])
def test_removals_below_zero_in_one_year_are_no_credit_then(relax: bool) -> None:
    """-2 kt in 2025 and 3 in 2026: net is 10 and 7, missed by 5 and 2. It was impossible: credit <= -2."""
    plan = find_plan(scenario_of(forest_town({2025: -2, 2026: 3})), SolverOptions(relax=relax))
    assert_close(decided(plan, "credit", "net", "forest"), [0, 3])
    assert_close(decided(plan, "account_value", "net"), [10, 7])
    assert_close(plan.attrs["objective"], 7 * (5 + 2))


def test_the_loss_counts_where_an_account_has_the_removals_as_a_part() -> None:
    """-2 kt in both years, taken off what is let out: 12 kt, missed by 7 a year."""
    town = forest_town(-2, share={"co2": 1, "forest": -1})
    plan = plan_of(town)
    assert_close(decided(plan, "account_value", "net"), [12, 12])
    assert_close(plan.attrs["objective"], 7 * 2 * 7)


def test_two_accounts_credit_the_same_removals_each_by_its_share() -> None:
    town = forest_town({2025: -2, 2026: 4})
    town["accounts"].append({"account": "half", "share": {"co2": 1}, "credit_share": {"forest": 0.5}})
    town["targets"].append({"target": "other", "account": "half", "year": 2025, "value": 0, "mode": "priced"})
    plan = plan_of(town)
    assert_close(decided(plan, "account_value", "net"), [10, 6])
    assert_close(decided(plan, "account_value", "half"), [10, 8])


@pytest.mark.parametrize(("price", "planted", "net"), [(0.5, 0, 10), (7, 4, 9)])
def test_what_is_planted_counts_only_above_what_is_felled(price: float, planted: float, net: float) -> None:
    """3 kt are felled each year; planting takes up 1 kt a unit, at most 4, at 1 a unit in all.

    Planted in full the forest is 1 kt above zero, so 4 units (4 MSEK) bring one kt of credit a year, two in all: worth
    it at 7, not at 0.5, and 3 units bring nothing at any price.
    """
    town = forest_town(0)
    town["commodities"].append({"commodity": "timber", "demand": 3})
    town["technologies"] += [
        {"technology": "felling", "capacitated": False, "most_activity": 3, "flow": {"timber": 1}},
        {"technology": "planting", "buildable": True, "measure": True, "capex": 1, "most_capacity": 4, "most_build": 4},
    ]
    town["accounts"][1] |= {"factor_activity": {"felling": -1}, "factor_capacity": {"planting": 1}}
    town["targets"][0]["price"] = price
    plan = plan_of(town)
    assert_close(decided(plan, "build", "planting").sum(), planted)
    assert_close(decided(plan, "account_value", "net"), [net, net])


def test_removals_without_any_bound_are_told() -> None:
    """Felling without limits: nothing says how far the forest could fall below zero."""
    town = forest_town(0)
    town["commodities"].append({"commodity": "timber", "demand": 3})
    town["technologies"].append({"technology": "felling", "capacitated": False, "flow": {"timber": 1}})
    town["accounts"][1] |= {"factor_activity": {"felling": -1}}
    problems = find_unbounded_credits(read_arrays(scenario_of(town)))
    assert [problem.tell("en") for problem in problems] == [
        "parts.csv, column 'credit_share': the removals 'forest' can fall below zero and are credited to 'net', but no "
        "limit says how large they can be. Write most_credit in parts.csv, or most_build, most_capacity or "
        "most_activity of what removes and what lets out."
    ]
