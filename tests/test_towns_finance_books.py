"""Towns solved by hand: the result that a rule asks for is the result of the books, to the last krona."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import town
from hand import assert_close, decided
from paying import CITY, COMPANY, assert_near, grant, lend, paying_town, road_in

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.accounts.capital_costs import reckon_capital
from runners.accounts.key_figures import measure_result
from runners.family import Family
from runners.outcome import Outcome
from runners.sweep_store.cash import reckon_cash, reckon_figures, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.choices import Choices

EARNING = {**CITY, "planned_result": 100, "taxes_and_grants": 1000}
STANDS = {"measure": True, "retirable": True, "life": 10, "least_capacity": {2025: 1, 2027: 1, 2028: 0}}
BOILER = {"boiler": road_in(2025, 100, **STANDS)}


def solve(rows: dict[str, Any], **choices: Any) -> Outcome:
    """A verified plan of a town, with its do-nothing path."""
    return Family(town.build_town(**rows), Choices(salvage="none", **choices)).solve()


def close_down(rows: dict[str, Any], most: float = 0, technology: str = "boiler") -> dict[str, Any]:
    """The town where at most so much of a technology may stand from 2028 on."""
    rows["accounts"].append({"account": "standing", "factor_capacity": {technology: 1}})
    rule = {"sense": "at_most", "basis": "absolute", "year": 2028, "value": most, "mode": "hard"}
    rows["targets"].append({"target": "closing", "account": "standing", **rule})
    return rows


def report_result(found: Outcome) -> np.ndarray:
    """The city's result as the accounts have it."""
    return measure_result(found.scenario, found.plan, found.reference).real[0]


def ask_rule(found: Outcome) -> np.ndarray:
    """The result as the rule has it: the 100 that stand, where more is asked for, less what the plan misses of them."""
    return np.asarray(100 - found.plan["under_result"].values[0])


def test_what_is_retired_early_is_written_off_at_once() -> None:
    """A boiler of 100 for ten years is closed in 2028, after three: 10, 10 and 10, and the 70 that are left.

    The result of 100 falls to 30 then, and no more than 30 can be asked for. (The rule saw 90 and let 85 pass.)
    """
    found = solve(close_down(paying_town(BOILER, [{**EARNING, "least_result": 0.03}])))
    assert_close(report_result(found), [90, 90, 90, 30, 100, 100])
    capital = reckon_capital(found.scenario, found.plan)
    assert_close(capital["depreciation"].real[0], [10, 10, 10, 0, 0, 0])
    assert_close(capital["written_off"].real[0], [0, 0, 0, 70, 0, 0])
    with pytest.raises(NoPlan):
        solve(close_down(paying_town(BOILER, [{**EARNING, "least_result": 0.031}])))


def test_a_grant_for_what_is_retired_is_income_at_once() -> None:
    """Half of it was granted: 5 a year are income, and in 2028 the 35 that are left: 65 are the result then."""
    aid = grant("aid", {"boiler": 0.5})
    found = solve(close_down(paying_town(BOILER, [{**EARNING, "least_result": 0.065}], [aid])))
    assert_close(report_result(found), [95, 95, 95, 65, 100, 100])
    assert_close(decided(found.plan, "freed", "aid", "boiler")[0], [0, 0, 0, 100, 100, 100])
    with pytest.raises(NoPlan):
        solve(close_down(paying_town(BOILER, [{**EARNING, "least_result": 0.066}], [aid])))


@pytest.mark.parametrize(("asked", "freed"), [(0.0625, None), (0.0775, 50)])
def test_of_what_was_granted_in_part_the_owner_says_what_goes(asked: float, freed: float | None) -> None:
    """Of two boilers of 50 one was granted for half: 25. One of them is closed in 2028, with 35 of value left.

    Was it the one without, the result is 100 - 5 - 35 + 2.5 = 62.5; was it the one with, the 17.5 left of the grant are
    income at once, 77.5, and none later. No more can be asked for.
    """
    both = {**STANDS, "least_capacity": {2025: 2, 2027: 2, 2028: 0}}
    boiler = {"boiler": road_in(2025, 50, need=2, **both)}
    aid = grant("aid", {"boiler": 0.5}, pool=25)

    def rows(asked: float) -> dict[str, Any]:
        return close_down(paying_town(boiler, [{**EARNING, "least_result": asked}], [aid]), most=1)

    found = solve(rows(asked))
    left = decided(found.plan, "freed", "aid", "boiler")[0]
    assert_close(report_result(found)[4], 97.5 - left[3] / 20)
    if freed is not None:
        assert_near(left[3:], [freed] * 3)
        assert_near(report_result(found)[3:], [77.5, 95, 95])
        with pytest.raises(NoPlan):
            solve(rows(asked + 1e-3))


def test_the_rule_has_the_result_of_the_books_to_the_last_krona() -> None:
    """Prices rise by 5 % a year, a pump is paid over two years, granted in part, lent for, and half of it retired.

    200 are asked for, so the 100 that stand may only be lowered at a price: what is missed tells what the rule has.
    """
    pump = {
        "capex": 80,
        "need": 2,
        "life": 8,
        "depreciation_time": 6,
        "construction_years": 2,
        "lead_time": 1,
        "latest_start": 2026,
        "retirable": True,
        "measure": True,
    }
    actor = {**EARNING, "least_result": 0.2, "result_price": 0.01}
    rows = paying_town(
        {"pump": pump},
        [actor],
        [grant("aid", {"pump": 0.4}, pool=20), lend(rate=0.03, tenor=4, basis="nominal")],
        last_year=2031,
        rate=0.02,
        inflation=[{"value": 0.05}],
    )
    for years in ((), (2025, 2026, 2028, 2031)):
        found = solve(
            close_down({**rows, "accounts": [*rows["accounts"]], "targets": [*rows["targets"]]}, 1, "pump"),
            result="priced",
            years=years,
        )
        assert found.plan["retired"].values.any()
        np.testing.assert_allclose(ask_rule(found), report_result(found), atol=1e-9)
        np.testing.assert_allclose(sweep_result(found), report_result(found), atol=1e-9)


def sweep_result(found: Outcome) -> np.ndarray:
    """The same as a sweep keeps it."""
    memory = Memory()
    cash, debt = reckon_cash(memory, found.scenario, found.plan, spend_outlays(memory, found.scenario, found.plan))
    return np.asarray(reckon_figures(memory, found.scenario, found.plan, cash, debt)[1][0])


@pytest.mark.parametrize(
    ("life", "time", "worn"),
    [(10, 5, [20, 20, 20, 20, 20, 0]), (3, 20, [5, 5, 90, 0, 0, 0]), (10, None, [10] * 6)],
)
def test_a_depreciation_time_is_apart_from_the_life(life: float, time: float | None, worn: list[float]) -> None:
    """Written off before the life ends; or all that is left in the year in which it does; as the life if not said."""
    said = {} if time is None else {"depreciation_time": time}
    road = {"road": road_in(2025, 100, life=life, **said)}
    found = solve(paying_town(road, [{**EARNING, "least_result": 1.0, "result_price": 0.1}]), result="priced")
    assert_close(report_result(found), 100 - np.array(worn))
    assert_close(ask_rule(found), report_result(found))


CURVE = {"survival": {0: 1, 2: 1, 3: 0.5, 6: 0.5}}
"""Whole for three years, half of it for four more: five years on average."""


@pytest.mark.parametrize(
    ("said", "years", "worn"),
    [
        ({}, (), [20, 20, 40, 10, 10, 0, 0, 0]),
        ({"life": 40}, (), [20, 20, 40, 10, 10, 0, 0, 0]),
        ({"depreciation_time": 10}, (), [10, 10, 45, 5, 5, 5, 20, 0]),
        ({}, (2025, 2027, 2030), [40 / 2, 140 / 3, 20 / 3]),
    ],
)
def test_what_a_survival_curve_takes_is_written_off_as_it_goes(
    said: dict[str, float], years: tuple[int, ...], worn: list[float]
) -> None:
    """100 for a road that lasts five years on average: 20 a year. In 2027 its third year ends, and half of it with 2/5
    of its value left: 50 x 2/5 = 20 more; the other half is worn by 2029 and stands on. Over ten years: 10 a
    year, 50 x 7/10 = 35 more in 2027, then 5, and in 2031 the last half ends with 50 x 3/10 = 15 left.

    Two roads spread over 2025 and 2026: they wear one year on average in the first period: 40. At the end of the second
    a start of x years later is 5 - x old, half of it there with x/5 of its value left, 20 on average: 140 are worn.

    The curve was not asked: without a life nothing was ever written off, with one of 40 years 2.5 a year.
    """
    keys = {"capex": 100, "latest_start": 2026 if years else 2025, "need": 2 if years else 1}
    road = {"road": {**keys, **CURVE, **said, "most_build": 1}}
    actor = {**EARNING, "least_result": 1.0, "result_price": 0.1}
    found = solve(paying_town(road, [actor], last_year=2032), result="priced", years=years)
    assert_close(report_result(found), 100 - np.array(worn))
    assert_close(ask_rule(found), report_result(found))


def test_of_what_a_curve_has_thinned_the_retired_share_goes_with_what_is_left_of_it() -> None:
    """The road of the curve, half of which is retired in 2028: of the 20 that it stands at after 2027, 10 go at once.

    The other half is worn by 5 in 2028 and 5 in 2029. A grant for 0.3 of it is income at the same pace.
    """
    stands = {"measure": True, "retirable": True, "least_capacity": {2025: 1, 2027: 1, 2028: 0.25, 2029: 0}}
    road = {"road": road_in(2025, 100, **CURVE, **stands)}
    rows = close_down(
        paying_town(road, [{**EARNING, "least_result": 0.05}], [grant("aid", {"road": 0.3})]), 0.25, "road"
    )
    found = solve(rows)
    assert_close(decided(found.plan, "retired", "road", 2025)[3:], [0.5] * 3)
    assert_close(report_result(found), 100 - 0.7 * np.array([20, 20, 40, 15, 5, 0]))


@pytest.mark.parametrize(("term", "cost"), [(5, 131.8987), (None, 234.9192), (20, 234.9192)])
def test_capital_is_repaid_over_the_term_of_its_loan(term: float | None, cost: float) -> None:
    """100 at 10 %: 26.3797 a year for five years, or 11.7460 for the twenty of its life; money is not discounted."""
    said = {} if term is None else {"loan_term": term}
    found = solve(paying_town({"road": road_in(2025, 100, life=20, hurdle_rate=0.1, **said)}))
    assert found.plan.attrs["objective"] == pytest.approx(cost, abs=1e-3)


def test_the_verifier_follows_grants_of_what_is_retired() -> None:
    """A grant said to be for what stands, though all is gone, is refused."""
    found = solve(close_down(paying_town(BOILER, [{**EARNING, "least_result": 0.03}], [grant("aid", {"boiler": 0.5})])))
    kept = found.plan.copy(deep=True)
    kept["freed"].values[...] = 0.0
    more = found.plan.copy(deep=True)
    more["freed"].values[..., 0] = 50.0
    broken = [{violation.rule for violation in verify(found.scenario, plan).violations} for plan in (kept, more)]
    assert broken[0] >= {"freed_least", "freed_kept"}
    assert broken[1] >= {"freed_most", "freed_owner"}


def test_a_survival_curve_stands_in_the_place_of_a_life_in_checks() -> None:
    """Two decided halls with room for one: the first, of 2025, has all stood for three years and is gone in 2032.

    As soon as half of it is gone the second still crowds nobody out by the checks; a life for ever refused the case.
    """
    decided_one = {"buildable": True, "status": "decided", "project_size": 1, "capex": 5, "flow": {"heat": 1}}
    rows = {
        "case": {"last_year": 2034},
        "commodities": [{"commodity": "heat", "demand": 3, "purchase_price": 2}],
        "technologies": [
            {"technology": "old", "status_year": 2025, **CURVE, **decided_one},
            {"technology": "new", "status_year": 2032, "life": 20, **decided_one},
        ],
        "groups": [{"group": "hall", "weight": {"old": 1, "new": 1}, "group_most_capacity": 1}],
    }
    plan = Family(town.build_town(**rows), Choices(salvage="none")).solve().plan
    assert_close(decided(plan, "capacity").sum(axis=0), [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 1, 1, 1])


def sharing_town(least: float) -> dict[str, Any]:
    """Two boilers of 50, half the city's, half the company's; grants of half to the city, for 30 and 20 of its 50."""
    both = {
        **STANDS,
        "least_capacity": {2025: 2, 2027: 2, 2028: 0},
        "most_build": 2,
        "owned": {"city": 0.5, "company": 0.5},
    }
    aids = [grant("aid", {"boiler": 0.5}, pool=15), grant("support", {"boiler": 0.5}, pool=10)]
    actors = [{**EARNING, "least_result": least}, COMPANY]
    return close_down(paying_town({"boiler": road_in(2025, 50, need=2, **both)}, actors, aids), most=1)


def test_grants_that_meet_release_no_more_than_their_owner_retires() -> None:
    """One boiler closed in 2028 is 25 of the city's 50, so 25 of the 50 that were claimed are released, by any grant.

    Of its 25 there are 17.5 left to write off, 2.5 a year go on; of the grants half of as much: 8.75 and 1.25. So 90
    are left in 2028, of 97.5 before and 98.75 after. Each grant alone could be for all that is retired: 25 and 20
    were, with 15.75 released at once, and the result was told as 96.
    """
    found = solve(sharing_town(0.09))
    assert_near(report_result(found), [97.5, 97.5, 97.5, 90, 98.75, 98.75])
    assert_near(found.plan["freed"].values.sum(axis=(0, 1, 2)), [0, 0, 0, 25, 25, 25])
    with pytest.raises(NoPlan):
        solve(sharing_town(0.0905))


def test_the_verifier_lets_grants_that_meet_release_together_what_is_retired() -> None:
    """25 and 20 are each within the 25 that the city retires, 45 are not; and nothing released leaves 50 for its 25."""
    found = solve(sharing_town(0.08))
    broken = []
    for freed in ([25.0, 20.0], [0.0, 0.0]):
        plan = found.plan.copy(deep=True)
        plan["freed"].values[:, 0, 0, 3:] = np.array(freed)[:, None]
        broken.append({violation.rule for violation in verify(found.scenario, plan).violations})
    assert "freed_together" in broken[0]
    assert "freed_owner" not in broken[0]
    assert "kept_together" in broken[1]
