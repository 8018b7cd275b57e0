"""Does a verifier that goes from scenario to scenario say what one that has seen nothing before would say?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
import xarray as xr
from account_towns import solve_rich
from hand_plans import TOWNS, found_town
from test_towns_idle import CITY, heated, solve

from model.verifier.verdict import Verdict
from model.verifier.verify import Verifier, verify
from model.verifier.weights import weigh
from scenarios.catalog import QUANTITIES, TABLES

RICH = "rich"
SEASONS = "seasons"
SETTLED = "settled"
CHANGING = (RICH, "store", SEASONS, SETTLED, "project", "traffic")
"""Towns that between them have every quantity that a verifier reads."""

MOSTLY_SLOW = [town if town == "store" else pytest.param(town, marks=pytest.mark.slow) for town in CHANGING]
"""One of them in the quick suite, all in the slow one."""

WORDS = {f"{table.declares}_{label.name}": label.words for table in TABLES for label in table.labels if label.words}
"""Coordinates of the scenario whose texts are words to choose among."""

STATED = {
    "discount_capital": "end",
    "discount_operation": "end",
    "salvage": "annuities",
    "price_year": 2020,
    "money": "MEUR",
    "perspective": "city",
    "digest": "another",
}
"""Other attributes of a scenario."""

UNREAD = {"base_year", "first_year", "last_year", "price_year", "stock_vintage"}
"""Quantities that no rule speaks of, or that it reads among the attributes; `stock_vintage` is in others by then."""

OUTSIDE = ("source", "sector", "programme", "code", "measure", "name_sv", "name_en")
"""What coordinates are for readers, not for rules."""


@cache
def found(name: str) -> tuple[xr.Dataset, xr.Dataset]:
    if name == SEASONS:
        scenario, plan = found_town("store")
        return replace_array(scenario, "commodity_storage", np.array(["season"])), plan
    if name == SETTLED:
        return settle_pump()
    return solve_rich()[:2] if name == RICH else found_town(name)


def settle_pump() -> tuple[xr.Dataset, xr.Dataset]:
    """A city that asks for a result has a pump forced in, larger than any that is tried, and written off early."""
    pump = {"status": "forced", "status_year": 2025, "project_size": 30, "capex": 20, "depreciation_time": 10}
    city = {**CITY, "planned_result": 60, "least_result": 0.07}
    outcome = solve(heated(pump, actors=[city]))
    return outcome.scenario, outcome.plan


def spoil(plan: xr.Dataset) -> xr.Dataset:
    """The plan with any numbers at all, so that every rule is broken somewhere and every number shows."""
    generator = np.random.default_rng(5)
    return plan.assign({name: (one.dims, generator.uniform(0, 20, one.shape)) for name, one in plan.data_vars.items()})


def alter(values: np.ndarray, words: tuple[str, ...] = ()) -> np.ndarray:
    """Other numbers, other words or the opposite at every place."""
    if values.dtype == bool:
        return ~values
    if values.dtype.kind == "f":
        return np.where(np.isfinite(values), values * 1.5 + 0.25, np.where(values == -np.inf, 3000.0, 1.0))
    if values.dtype.kind == "i":
        return values + 1
    if words:
        following = dict(zip(words, (*words[1:], *words[:1]), strict=True))
        return np.array([following[str(text)] for text in values])
    return np.full(values.shape, values[0] if len(set(values)) > 1 else f"{values[0]}x")


def replace_array(scenario: xr.Dataset, name: str, values: np.ndarray) -> xr.Dataset:
    """The scenario with one array in the place of another; all others are the same objects."""
    new = {name: (scenario.variables[name].dims, values, scenario.variables[name].attrs)}
    return scenario.assign_coords(new) if name in scenario.coords else scenario.assign(new)


def alter_each(scenario: xr.Dataset) -> Iterator[tuple[str, xr.Dataset]]:
    """The scenario with each of its arrays and attributes changed in turn."""
    for name, variable in ((str(name), variable) for name, variable in scenario.variables.items()):
        if variable.size and not name.startswith(OUTSIDE) and not name.endswith(OUTSIDE):
            yield name, replace_array(scenario, name, alter(variable.values, WORDS.get(name, ())))
    for name, value in STATED.items():
        yield f"attribute {name}", scenario.assign_attrs({name: value})


def judge(check: Callable[..., Verdict], *arguments: Any) -> str:
    """All that a verdict says, numbers to the last digit, or why there is none."""
    try:
        return repr(check(*arguments))
    except (ArithmeticError, IndexError, KeyError, ValueError) as error:
        return repr(error)


@cache
def judge_changes(town: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Verdict before any change; of each change, by a verifier that saw all those before it; and by a fresh one.

    As each array is changed the one before is changed back.
    """
    scenario, plan = found(town)[0], spoil(found(town)[1])
    verifier = Verifier()
    with np.errstate(all="ignore"):
        changes = dict(alter_each(scenario))
        lasting = {name: judge(verifier.check, changed, plan) for name, changed in changes.items()}
        fresh = {name: judge(verify, changed, plan) for name, changed in changes.items()}
    return judge(verify, scenario, plan), lasting, fresh


@pytest.mark.slow
@pytest.mark.parametrize("town", MOSTLY_SLOW)
def test_a_verifier_never_judges_by_an_array_of_the_scenario_before(town: str) -> None:
    _, lasting, fresh = judge_changes(town)
    assert {name for name in fresh if lasting[name] != fresh[name]} == set()


@pytest.mark.slow
def test_a_verdict_changes_with_every_quantity_that_is_tried() -> None:
    """Otherwise the test above would pass whatever a verifier remembers."""
    silent = set.intersection(
        *({name for name in fresh if fresh[name] == before} for before, _, fresh in map(judge_changes, CHANGING))
    )
    assert silent & {quantity.name for quantity in QUANTITIES} == UNREAD


def test_what_is_equal_is_the_same_whoever_holds_it() -> None:
    scenario, plan = found("store")
    verifier = Verifier()
    for _ in range(3):
        assert repr(verifier.check(scenario.copy(deep=True), plan)) == repr(verify(scenario, plan))


@pytest.mark.slow
def test_a_verifier_goes_from_one_town_to_another_and_back() -> None:
    verifier = Verifier()
    for town in (*TOWNS, RICH, *TOWNS, RICH):
        assert repr(verifier.check(*found(town))) == repr(verify(*found(town)))


@pytest.mark.slow
@pytest.mark.parametrize("town", MOSTLY_SLOW)
def test_a_verifier_tells_of_a_broken_plan_what_a_single_check_tells(town: str) -> None:
    scenario, plan = found(town)
    verifier = Verifier()
    for name in plan.data_vars:
        for amount, relaxed in ((1.0, False), (-0.5, True), (np.nan, False)):
            broken = plan.assign({name: plan[name] + amount})
            told = repr(verifier.check(scenario, broken, relaxed))
            assert told == repr(verify(scenario, broken, relaxed=relaxed)), name


def test_an_array_that_was_judged_by_cannot_be_changed_in_place() -> None:
    scenario, plan = found("heat")
    scenario = scenario.copy(deep=True)
    Verifier().check(scenario, plan)
    with pytest.raises(ValueError, match="read-only"):
        scenario["capex"].values[:] = 4.0


def test_a_change_behind_a_view_is_seen() -> None:
    """The price of capital is a column of a table that somebody else writes in."""
    scenario, plan = found("heat")
    table = np.stack([scenario["capex"].values, np.zeros_like(scenario["capex"].values)])
    viewed = replace_array(scenario, "capex", table[0])
    verifier = Verifier()
    assert verifier.check(viewed, plan).accepted
    table[0] += 1.0
    (violation,) = verifier.check(viewed, plan).violations
    assert (violation.rule, violation.amount) == ("objective", pytest.approx(1.0))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("kcsy,ksy->csy", ((3, 4, 2, 5), (3, 2, 5))),
        ("cy,kcsy,ka,ksy->ay", ((4, 5), (3, 4, 2, 5), (3, 2), (3, 2, 5))),
        ("mk,m,msy->ksy", ((3, 3), (3,), (3, 2, 5))),
        ("csy,y,csy->", ((4, 2, 5), (5,), (4, 2, 5))),
        ("ik,ikv->iv", ((2, 3), (2, 3, 5))),
        ("ka,kvy,kv->ay", ((3, 2), (3, 4, 5), (3, 4))),
    ],
)
def test_weights_give_the_sum_of_products_and_of_its_magnitudes(
    subscripts: str, shapes: tuple[tuple[int, ...], ...]
) -> None:
    random = np.random.default_rng(7)
    *factors, decision = (random.normal(size=shape) * (random.random(shape) < 0.5) for shape in shapes)
    found = weigh(subscripts, *factors, shape=decision.shape).times(decision)
    np.testing.assert_allclose(found.value, np.einsum(subscripts, *factors, decision), atol=1e-12)
    np.testing.assert_allclose(found.size, np.einsum(subscripts, *map(np.abs, (*factors, decision))), atol=1e-12)


def test_weights_of_nothing_give_zero() -> None:
    found = weigh("kc,ky->cy", np.zeros((2, 3)), shape=(2, 4)).times(np.ones((2, 4)))
    np.testing.assert_array_equal(found.value, np.zeros((3, 4)))
