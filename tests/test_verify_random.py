"""Is every optimal plan of a random town accepted, and every tampering with one refused?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import numpy as np
import pytest
import xarray as xr
from hand_plans import found_town
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_towns import draw_scenario

from model.queries.no_plan import NoPlan
from model.verifier.form import DECISIONS
from model.verifier.verify import verify
from runners.solve import find_plan
from scenarios.arithmetic.projects import list_projects
from scenarios.arrays import read_arrays

QUICK = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
NOTABLE = 0.1
"""An amount so large that half of it is beyond any tolerance."""

Place = tuple[int, ...]
Tampering = Callable[[xr.Dataset, xr.Dataset], Iterator[tuple[str, Place, float]]]
"""Gives (decision, position, number) for every place at which the tampering surely breaks a rule."""


def places(mask: np.ndarray) -> Iterator[Place]:
    return (tuple(map(int, position)) for position in np.argwhere(mask))


def raise_capacity(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    return (("capacity", at, plan["capacity"].values[at] + 1) for at in places(plan["capacity"].values >= 0))


def build_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    """Where service begins at once, more built is more capacity."""
    at_once = (scenario["lead_time"] + scenario["start_delay"]).values == 0
    build = plan["build"].values
    return (("build", at, build[at] + 1) for at in places(at_once[:, None] & (build >= 0)))


def build_what_is_excluded(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    closed = ~scenario["technology_buildable"].values[:, None] & (plan["build"].values >= 0)
    return (("build", at, 1.0) for at in places(closed))


def use_less_than_nothing(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    return (("activity", at, -1.0) for at in places(plan["activity"].values >= 0))


def run_a_vintage_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    """A vintage cannot run more than its technology."""
    if "run" in plan:
        more = plan["run"].values + plan["activity"].values[:, None] + 1
        yield from (("run", at, more[at]) for at in places(more > 0))


def buy_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    """Fuel bought is not used, and heat has no price at all."""
    purchase = plan["purchase"].values
    return (("purchase", at, purchase[at] + 1) for at in places(purchase >= 0))


def sell_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    sale = plan["sale"].values
    return (("sale", at, sale[at] + 1) for at in places(sale >= 0))


def store_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    """A level that runs through more than one slice cannot rise in one alone."""
    level = plan["level"].values
    free = (scenario["commodity_storage"].values != "no") & (scenario["storage_loss"].values == 0).any(1)
    held = np.broadcast_to(~free[:, None, None], level.shape)
    return (("level", at, level[at] + 1) for at in places(held))


def add_a_unit(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    return (("units", at, plan["units"].values[at] + 1) for at in places(plan["units"].values >= 0))


def halve_a_unit(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    units = plan["units"].values
    return (("units", at, units[at] - 0.5) for at in places(units > 0.5))


def forget_a_start(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    started = (plan["begin"].values > 0.5) & (plan["build"].values > NOTABLE)
    return (("begin", at, 0.0) for at in places(started))


def claim_a_start(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    """What has a least size or units cannot have begun where nothing is built."""
    sized = (scenario["least_size"].values > 0) | (scenario["unit_size"].values > 0)
    return (("begin", at, 1.0) for at in places(sized[:, None] & (plan["begin"].values < 0.5)))


def forget_a_choice(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    chosen = (plan["ever"].values > 0.5) & (plan["begin"].values > 0.5).any(1)
    return (("ever", at, 0.0) for at in places(chosen))


def embellish_an_account(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    account = plan["account_value"].values
    return (("account_value", at, account[at] - 0.5) for at in places(np.isfinite(account)))


def credit_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    credit = plan["credit"].values
    return (("credit", at, credit[at] + 0.5) for at in places(credit >= 0))


def hide_an_excess(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    for name in ("excess", "excess_total"):
        values = plan[name].values
        yield from ((name, at, values[at] / 2) for at in places(values > NOTABLE))


def count_half_the_misses(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    values = plan["missed"].values
    return (("missed", at, values[at] / 2) for at in places(values > NOTABLE))


def retire_more_than_is_built(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    built = np.broadcast_to(plan["build"].values[:, :, None], plan["retired"].shape)
    return (("retired", at, built[at] + 1) for at in places(built >= 0))


def forget_a_project(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    settled = list_projects(read_arrays(scenario)) > NOTABLE
    return (("build", at, 0.0) for at in places(settled & (plan["build"].values >= NOTABLE)))


def scrap_more(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    existing, scrapped = scenario["existing"].values, plan["scrapped"].values
    return (("scrapped", at, scrapped[at] + 0.5) for at in places(existing > NOTABLE))


def lose_a_number(scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[tuple[str, Place, float]]:
    for name in DECISIONS:
        yield from ((name, at, np.nan) for at in places(np.isfinite(plan[name].values)))


TAMPERINGS: tuple[Tampering, ...] = (
    raise_capacity,
    build_more,
    build_what_is_excluded,
    use_less_than_nothing,
    run_a_vintage_more,
    buy_more,
    sell_more,
    store_more,
    add_a_unit,
    halve_a_unit,
    forget_a_start,
    claim_a_start,
    forget_a_choice,
    embellish_an_account,
    credit_more,
    hide_an_excess,
    count_half_the_misses,
    retire_more_than_is_built,
    forget_a_project,
    scrap_more,
    lose_a_number,
)


def change_number(plan: xr.Dataset, name: str, at: Place, number: float) -> xr.Dataset:
    changed = plan.copy()
    values = plan[name].values.copy()
    values[at] = number
    changed[name] = (plan[name].dims, values)
    return changed


LOGIC = ("", "requires", "follows", "supports", "excludes")

UNSEEN = {"build_least", "capacity_least", "activity_least", "purchase_least", "begin_project"}
"""Rules that no random town has, since they would make most towns unsolvable, and of projects with a fixed sum.

Hand-written plans break them.
"""


@pytest.mark.slow
def test_every_optimal_plan_is_accepted_and_every_tampering_with_it_refused() -> None:
    """Each kind of tampering at one random place of each plan where it surely breaks a rule.

    Rules and tamperings met on the way are counted, so that the towns keep trying all of them.
    """
    stood: Counter[str] = Counter()
    applied: Counter[str] = Counter()

    def judge(scenario: xr.Dataset, random: Random) -> None:
        try:
            plan = find_plan(scenario)
        except NoPlan:
            return
        verdict = verify(scenario, plan)
        assert verdict.accepted, verdict.violations
        stood.update({rule: 1 for rule, count in verdict.checked.items() if count})
        for tampering in TAMPERINGS:
            found = list(tampering(scenario, plan))
            if found:
                name, at, number = random.choice(found)
                tampered = change_number(plan, name, at, number)
                assert not verify(scenario, tampered).accepted, (tampering.__name__, name, at, number)
                applied[tampering.__name__] += 1

    for kind in LOGIC:
        settings(QUICK, max_examples=16)(given(draw_scenario(kind), st.randoms(use_true_random=False))(judge))()
    assert stood["objective"] > 40
    assert {rule for rule in verify(*found_town("nearest")).checked if not stood[rule]} == UNSEEN
    assert {tampering.__name__ for tampering in TAMPERINGS if applied[tampering.__name__] < 2} == set()
