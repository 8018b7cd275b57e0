"""Towns whose cost curves are drawn by hand: kinks, certificates, discounting, other targets, whole units, frontiers.

A town would emit 10 kt a year; a unit of a measure takes 1 kt of them away every year it stands.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hand import assert_close, cost_of, decided, plan_of
from paying import CITY, lend
from town import build_town

from conf.schema import CurveConfig
from model.solver.solution import SolverOptions
from runners.analyses.cost_curve.certificate import Point, measure_error, measure_gap, refine_curve
from runners.analyses.cost_curve.choosing import check_wishes, pose_question, probe_account
from runners.analyses.cost_curve.frontier import Frontier, limit_debt, trace_frontier
from runners.analyses.cost_curve.system import BOUNDS, TANGENTS, Curve, trace_system
from runners.analyses.cost_curve.tables import list_moves, tabulate_points
from runners.analyses.cost_curve.varied_target import add_probe
from runners.analyses.cost_curve.words import write_summary
from runners.family import Family
from scenarios.catalog import TECHNOLOGY
from scenarios.choices import Choices
from scenarios.errors import CaseError

CAP = {"target": "cap", "account": "co2", "year": 2025, "value": 5, "mode": "hard"}


def abating_town(
    measures: dict[str, dict[str, Any]], *targets: dict[str, Any], emitted: float = 10, **case: Any
) -> dict[str, Any]:
    built = [
        {"technology": name, "buildable": True, "measure": True, "life": 40, "flow": {"tonnes": 1}, **row}
        for name, row in measures.items()
    ]
    emit = {"technology": "emit", "capacitated": False, "flow": {"tonnes": 1}, "factor_activity": {"co2": 1}}
    return {
        "case": case,
        "commodities": [{"commodity": "tonnes", "unit": "kt", "demand": emitted}],
        "technologies": [emit, *built],
        "accounts": [{"account": "co2"}],
        "targets": list(targets or (CAP,)),
    }


STEPS = {
    "first": {"capex": 1, "most_capacity": 2},
    "second": {"capex": 2, "most_capacity": 3},
    "third": {"capex": 5, "most_capacity": 4},
}


def curve_of(
    town: dict[str, Any], start: float | None = None, end: float | None = None, relax: bool = True, **wishes: Any
) -> Curve:
    """The curve of a town; keywords are fields of CurveConfig, and `discount_rate`."""
    choices = Choices(salvage="none", discount_rate=wishes.pop("discount_rate", None))
    asked = CurveConfig(**wishes)
    question = pose_question(build_town(**town), choices, asked)
    family = Family(question.tables, question.choices, SolverOptions(relax=relax, threads=1, gap=1e-9))
    return trace_system(family, question.probe, asked.error, asked.points, start, end)


def refusal_of(town: dict[str, Any], lang: str = "en", **wishes: Any) -> str:
    with pytest.raises(CaseError) as caught:
        curve_of(town, **wishes)
    return "\n".join(problem.tell(lang) for problem in caught.value.problems)


def costs_of(curve: Curve, levels: np.ndarray) -> np.ndarray:
    """The curve between its points, on the chords."""
    stops = sorted(curve.stops, key=lambda stop: stop.level)
    return np.interp(levels, [stop.level for stop in stops], [stop.cost for stop in stops])


def capped(town: dict[str, Any], level: float) -> dict[str, Any]:
    return {**town, "targets": [{**CAP, "value": level}]}


def test_a_curve_of_straight_pieces_is_reproduced_exactly() -> None:
    """2 kt at 1, 3 kt at 2, 4 kt at 5: kinks at 8 and 5 kt, where 2 and 8 are paid; the last kt cannot be abated."""
    curve = curve_of(abating_town(STEPS), error=1e-9)
    assert curve.method == TANGENTS
    assert_close([curve.span.free, curve.span.reach, curve.error], [10, 1, 0])
    assert_close(costs_of(curve, np.array([10, 9, 8, 6.5, 5, 3, 1.1])), [0, 1, 2, 5, 8, 18, 27.5])
    assert len(curve.stops) <= 7


def test_the_marginal_cost_of_a_point_is_that_of_the_next_tonne() -> None:
    """A MSEK per kt is 1000 SEK per tonne: 1000, 2000 and 5000 on the three pieces; the mean at 6.5 kt is 5 / 3.5."""
    curve = curve_of(abating_town(STEPS), start=6.5, end=3)
    points = tabulate_points(curve).set_index("level")
    assert_close(points["marginal_per_t"].loc[[6.5, 3]], [2000, 5000])
    assert_close(points["average_discounted_per_t"].loc[6.5], 5000 / 3.5)
    assert_close(points["extra_money"].loc[3], 18)


def test_the_certificate_holds_against_a_dense_grid() -> None:
    """Twelve measures of 0.75 kt at 1, 4, 9 ...: at every level the truth lies within the error of the chord."""
    town = abating_town({f"m{i}": {"capex": (i + 1) ** 2, "most_capacity": 0.75} for i in range(12)})
    curve = curve_of(town, error=0.01)
    levels = np.linspace(curve.span.end, curve.span.start, 60)
    truth = np.array([sum(_pay(10 - level)) for level in levels])
    off = costs_of(curve, levels) - truth
    assert curve.error <= 0.01
    assert len(curve.stops) < 14
    assert off.min() >= -1e-6
    assert off.max() <= curve.error * curve.spread + 1e-6
    assert off.max() > 1e-3


def _pay(abated: float) -> list[float]:
    return [(i + 1) ** 2 * min(max(abated - 0.75 * i, 0.0), 0.75) for i in range(12)]


def test_gaps_are_widest_where_tangents_meet() -> None:
    """x^2 between 0 and 2: tangents 0 and 4 x - 4 meet at 1, where the chord is 2. With x^2 at 1 they shrink to 1/4."""
    a, b = Point(0, 0, 0), Point(2, 4, 4)
    assert measure_gap(a, b) == (2, 1)
    assert measure_error([a, Point(1, 1, 2), b]) == pytest.approx(0.5 / 4)
    refined = refine_curve(lambda x: Point(x, x * x, 2 * x), [a, b], 1e-3, 100)
    assert refined.error <= 1e-3
    assert max(measure_gap(*pair)[0] for pair in pairwise(refined.points)) == pytest.approx(refined.error * 4)
    assert len(refine_curve(lambda x: Point(x, x * x, 2 * x), [a, b], 1e-3, 6).points) == 6


def test_the_slow_deep_measure_starts_before_the_cheap_one_is_used_up() -> None:
    """Cheap: 10 kt at 10, at once. Deep: 10 kt at 20, 1 kt a year. 5 kt by the 5th year, 18 by the 10th.

    8 kt of the deep one take 8 years, so it starts in year 3 at the latest, where 5 of 10 cheap kt are not yet needed:
    10 * 10 + 8 * 20 = 260. A rate of a thousandth makes everything as late as can be. The curve of the last target:
    50 for the first 5 kt, then 10 a kt down to 10 kt emitted, then 20 a kt down to 0.
    """
    measures = {
        "cheap": {"capex": 10, "most_capacity": 10, "most_build": 10},
        "deep": {"capex": 20, "most_capacity": 10, "most_build": 1},
    }
    first, last = {**CAP, "target": "early", "year": 2029, "value": 15}, {**CAP, "year": 2034, "value": 2}
    town = abating_town(measures, first, last, emitted=20, last_year=2034)
    assert_close(cost_of(town), 260)
    assert_close(decided(plan_of(town, discount_rate=1e-3), "build", "deep"), [0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    curve = curve_of(town, target="cap", others="kept", error=1e-9)
    assert_close([curve.span.free, curve.span.reach], [15, 0])
    assert_close(costs_of(curve, np.array([15, 12, 10, 2, 1])), [50, 80, 100, 260, 280])


def test_started_a_year_too_late_the_deep_measure_leaves_a_tonne() -> None:
    """From year 4 on 7 kt of the deep one fit: no cap below 20 - 17 = 3 is reached."""
    deep = {"capex": 20, "most_capacity": 10, "most_build": 1, "earliest_start": 2028}
    town = abating_town(
        {"cheap": {"capex": 10, "most_capacity": 10}, "deep": deep},
        {**CAP, "year": 2034},
        emitted=20,
        last_year=2034,
    )
    curve = curve_of(town)
    assert_close(curve.span.reach, 3)
    assert curve.span.cut == "reach"
    assert_close(costs_of(curve, np.array([3.1])), [238])


def running(cost: float) -> dict[str, Any]:
    """A measure that costs by the kt and year, with nothing to build."""
    return {"buildable": False, "measure": False, "capacitated": False, "variable_cost": cost}


def test_a_marginal_cost_is_money_of_the_year_of_the_cap() -> None:
    """3 a kt, paid in the middle of 2026: at 10 % 3 / 1.1^1.5 in 2025, and again 3 (3000 SEK/t) as money of 2026."""
    town = abating_town({"burn": running(3)}, {**CAP, "year": 2026}, last_year=2026)
    points = tabulate_points(curve_of(town, discount_rate=0.1))
    assert_close(points["marginal_money_per_unit"].iloc[-1], 3 / 1.1**1.5)
    assert_close(points["marginal_per_t"].iloc[-1], 3000)
    assert_close(points["average_discounted_per_t"].iloc[-1], 3000)
    assert_close(points["average_undiscounted_per_t"].iloc[-1], 3000 / 1.1**1.5)


def test_a_budget_is_a_present_cost_per_tonne_and_spent_where_abating_is_cheapest() -> None:
    """20 kt in two years, at 3 a kt and 10 %: the 10 kt of 2026 first, at 3 / 1.1^1.5, then 2025 at 3 / 1.1^0.5."""
    budget = {**CAP, "basis": "cumulative", "value": 15}
    curve = curve_of(abating_town({"burn": running(3)}, budget, last_year=2026), discount_rate=0.1, error=1e-9)
    assert_close([curve.span.free, curve.span.reach], [20, 0])
    assert_close(costs_of(curve, np.array([15, 10, 5])), [15 / 1.1**1.5, 30 / 1.1**1.5, 30 / 1.1**1.5 + 15 / 1.1**0.5])
    points = tabulate_points(curve)
    assert_close(points["marginal_per_t"].iloc[-1], 3000 / 1.1**0.5)


def test_a_floor_has_a_curve_that_rises_upwards() -> None:
    """At least so much abated: 2 kt at 1, 3 at 2, 4 at 5; from 0 to 9."""
    town = abating_town(STEPS) | {
        "accounts": [{"account": "co2"}, {"account": "saved", "factor_capacity": dict.fromkeys(STEPS, 1)}]
    }
    curve = curve_of(town, account="saved", year=2025, sense="at_least", error=1e-9)
    assert_close([curve.span.free, curve.span.reach], [0, 9])
    assert_close(costs_of(curve, np.array([1, 2, 5, 7])), [1, 2, 8, 18])
    assert_close(tabulate_points(curve)["marginal_per_t"].iloc[-1], 5000)


def test_an_account_without_a_target_gets_a_cap_of_its_own_from_its_year_on() -> None:
    """Measures that last a year; a cap from 2026 to 2027 leaves 2025 and 2028 alone: 2 * (2 + 2 * 2) at 6 kt."""
    brief = {name: {**row, "life": 1} for name, row in STEPS.items()}
    town = abating_town(brief, last_year=2028) | {"targets": []}
    curve = curve_of(town, account="co2", year=2026, until=2027, end=6)
    assert_close(curve.stops[-1].cost, 2 * (2 * 1 + 2 * 2))
    assert list(curve.held) == [False, True, True, False]


def test_other_targets_kept_are_in_the_cost_and_the_probed_one_is_not() -> None:
    """NOx is 3 above its cap, at 7: 21 beside the curve. The CO2 target, itself priced, costs nothing missed.

    A filter that nobody would pay takes NOx away; without it no measure would act on NOx, and its miss stand outside.
    """
    filtered = {"filter": {"capex": 1000, "most_capacity": 3, "flow": {}, "factor_capacity": {"nox": -1}}}
    town = abating_town(STEPS | filtered) | {"accounts": [{"account": "co2"}, {"account": "nox", "exogenous": 3}]}
    nox = {"target": "nox cap", "account": "nox", "year": 2025, "value": 0, "mode": "priced"}
    town["targets"] = [{**CAP, "mode": "priced", "price": 9}, nox]
    kept, aside = (curve_of(town, target="cap", others=others, error=1e-9) for others in ("kept", "aside"))
    levels = np.array([10, 8, 5, 3])
    assert_close(costs_of(aside, levels), [0, 2, 8, 18])
    assert_close(costs_of(kept, levels), [21, 23, 29, 39])
    assert_close(tabulate_points(kept)["misses_money"], np.full(len(kept.stops), 21))


def test_a_target_that_is_followed_by_another_holds_until_then_when_left_alone() -> None:
    early, late = {**CAP, "value": 8}, {**CAP, "target": "late", "year": 2027, "value": 4}
    town = abating_town(STEPS, early, late, last_year=2028)
    assert list(curve_of(town, target="cap").held) == [True, True, False, False]
    assert list(curve_of(town).held) == [False, False, True, True]


def test_measures_enter_and_leave_along_the_curve() -> None:
    """Ten houses: a light retrofit saves half a kt at 1, a deep one a whole at 4, one for each house.

    Down to 5 kt the light one is 2 a kt; below it houses change over, at 3 for half a kt. At 0 all are deep.
    """
    measures = {
        "light": {"capex": 1, "flow": {}, "factor_capacity": {"co2": -0.5}},
        "deep": {"capex": 4, "flow": {}, "factor_capacity": {"co2": -1}},
    }
    town = abating_town(measures) | {
        "groups": [{"group": "houses", "weight": {"light": 1, "deep": 1}, "group_most_capacity": 10}]
    }
    curve = curve_of(town, end=0, error=1e-9)
    assert_close(costs_of(curve, np.array([5, 2.5, 1])), [10, 25, 34])
    names = curve.scenario[TECHNOLOGY].values
    moves = [(str(names[move.technology]), move.enters) for move in list_moves(curve)]
    assert moves == [("light", True), ("deep", True), ("light", False)]


def test_whole_units_are_certified_by_bounds() -> None:
    """Units of 3 kt at 4 and of 1 kt at 2, by hand at every 1/20 kt: no level is off by more than is certified."""
    measures = {
        "large": {"capex": 4 / 3, "unit_size": 3, "most_capacity": 6},
        "small": {"capex": 2, "unit_size": 1, "most_capacity": 3},
    }
    town = abating_town(measures)
    curve = curve_of(town, relax=False, error=1e-3, points=12)
    assert curve.method == BOUNDS
    assert_close(curve.span.reach, 1)
    levels = np.linspace(1.001, 9.999, 181)
    truth = np.array([_pay_whole(10 - level) for level in levels])
    off = np.abs(costs_of(curve, levels) - truth).max()
    assert 0.1 < off <= curve.error * curve.spread + 1e-6
    assert curve.error < 0.5
    assert_close(cost_of(capped(town, 4.5)), _pay_whole(5.5))


def _pay_whole(abated: float) -> float:
    return min(4 * a + 2 * b for a in range(3) for b in range(4) if 3 * a + b >= abated - 1e-9)


def test_a_range_out_of_reach_says_where_reach_begins() -> None:
    assert refusal_of(abating_town(STEPS), start=0.5, end=0) == (
        "curve.target: no plan reaches any level between 0.5 and 0 kt. What can be reached begins at 1. "
        "Choose curve.start on the easier side of 1."
    )
    assert refusal_of(abating_town(STEPS), "sv", start=0.5, end=0) == (
        "curve.target: ingen plan når någon nivå mellan 0.5 och 0 kt. Det som går att nå börjar vid 1. "
        "Välj curve.start på den lättare sidan av 1."
    )


def test_a_range_partly_out_of_reach_ends_at_the_reach() -> None:
    curve = curve_of(abating_town(STEPS), start=4, end=0)
    assert curve.span.cut == "reach"
    assert_close([curve.stops[0].cost, curve.stops[-1].level, curve.stops[-1].cost], [13, 1.000009, 28 - 5 * 9e-6])


def test_a_range_that_binds_nowhere_is_refused() -> None:
    assert refusal_of(abating_town(STEPS), start=14, end=12) == (
        "curve.target: levels between 14 and 12 kt bind nowhere: the cheapest plan reaches 10 by itself. "
        "Choose curve.end beyond 10."
    )
    assert refusal_of(abating_town(STEPS), "sv", start=14, end=12) == (
        "curve.target: nivåer mellan 14 och 12 kt binder ingenstans: den billigaste planen når 10 av sig själv. "
        "Välj curve.end bortom 10."
    )


def test_an_account_that_no_measure_moves_has_no_curve() -> None:
    town = abating_town(STEPS) | {"accounts": [{"account": "co2"}, {"account": "nox", "exogenous": 3}]}
    assert refusal_of(town, account="nox", year=2025) == (
        "curve.account: no measure moves the account: it is 3 kt in every plan, so there is no curve. "
        "Choose another target or account."
    )
    assert refusal_of(town, "sv", account="nox", year=2025) == (
        "curve.account: ingen åtgärd ändrar kontot: det är 3 kt i varje plan, så det finns ingen kurva. "
        "Välj ett annat mål eller konto."
    )


def test_a_cheapest_plan_that_is_as_clean_as_can_be_has_no_curve() -> None:
    """Abating all 10 kt pays for itself: a cap costs nothing at any level. It was told that no measure moves it."""
    town = abating_town({"all": {"capex": 1, "most_capacity": 10}})
    town["technologies"][0]["variable_cost"] = 5
    assert refusal_of(town) == (
        "curve.target: the cheapest plan already reaches the tightest there is, 0 kt: a cap never costs anything, so "
        "there is no curve. Choose another target or account."
    )
    assert refusal_of(town, "sv") == (
        "curve.target: den billigaste planen når redan det stramaste som går, 0 kt: ett tak kostar aldrig något, så "
        "det finns ingen kurva. Välj ett annat mål eller konto."
    )


def test_a_frontier_is_a_curve_at_each_level_of_the_other_account() -> None:
    """CO2 at 2 a kt and NOx at 3 a kt, apart: 2 * (10 - c) + 3 * (6 - n) for every pair."""
    town = abating_town({"a": {"capex": 2}}) | {
        "accounts": [{"account": "co2"}, {"account": "nox", "exogenous": 6, "factor_capacity": {"b": -1}}]
    }
    town["technologies"].append({"technology": "b", "buildable": True, "capex": 3, "life": 40, "most_capacity": 6})
    choices, wishes = Choices(salvage="none"), CurveConfig(year=2025)
    question = pose_question(build_town(**town), choices, wishes)
    second = probe_account(question.tables, "nox", wishes, "curve_second", "curve.second=nox")
    family = Family(add_probe(question.tables, second), choices, SolverOptions(relax=True, threads=1))
    frontier = trace_frontier(family, question.probe, second, 3, 1e-3, 50, None)
    assert_close([level for level, _ in frontier.curves], [6, 3.000003, 0.000006])
    for level, curve in frontier.curves:
        assert_close(costs_of(curve, np.array([10, 5, 1])), [3 * (6 - level) + part for part in (0, 10, 18)])
    assert frontier.error == pytest.approx(0, abs=1e-9)


def test_debt_is_weighed_against_cost_and_emissions() -> None:
    """The city has 4 of its own and abates at 1 a kt; homes do at 3. Owing 6, 3 or 0 it abates 10, 7 or 4 kt.

    All 10 kt cost 10, 7 + 3 * 3 = 16, and 4 + 6 * 3 = 22. With 12 of its own it owes nothing, and there is no frontier.
    """

    def town(own: float) -> dict[str, Any]:
        measures = {"a": {"capex": 1, "actor": "city"}, "b": {"capex": 3, "actor": "homes"}}
        actors = [{**CITY, "own_funds": own}, {"actor": "homes", "kind": "households"}]
        paying = {"actors": actors, "instruments": [lend(tenor=2)], "inflation": [{"value": 0}]}
        rows = abating_town({name: {**row, "latest_start": 2025} for name, row in measures.items()}, last_year=2026)
        rows["technologies"][0]["actor"] = rows["commodities"][0]["trader"] = "homes"
        return rows | paying

    def frontier_of(own: float) -> Frontier:
        question = pose_question(build_town(**town(own)), Choices(salvage="none"), CurveConfig())
        family = Family(question.tables, question.choices, SolverOptions(relax=True, threads=1))
        return trace_frontier(family, question.probe, limit_debt(family.scenario, "city"), 3, 1e-3, 50, None)

    frontier = frontier_of(4)
    assert [level for level, _ in frontier.curves] == pytest.approx([6, 3, 0], abs=1e-4)
    for (_, curve), cost in zip(frontier.curves, (10, 16, 22), strict=True):
        assert curve.stops[-1].cost == pytest.approx(cost, abs=1e-3)
    with pytest.raises(CaseError) as caught:
        frontier_of(12)
    assert [problem.tell(lang) for problem in caught.value.problems for lang in ("sv", "en")] == [
        "curve.second: planen lånar inget för 'city', hur stram nivån än är, så ingen skuld att väga mot. "
        "Välj ett konto som curve.second.",
        "curve.second: the plan borrows nothing for 'city', however tight the level, so there is no debt to weigh. "
        "Choose an account as curve.second.",
    ]


def test_a_case_without_targets_needs_an_account() -> None:
    town = abating_town(STEPS) | {"targets": []}
    assert refusal_of(town, "sv") == (
        "curve.target: fallet har inga mål. Välj ett konto med curve.account och curve.year."
    )
    assert refusal_of(town) == (
        "curve.target: the case has no targets. Choose an account with curve.account and curve.year."
    )


def test_an_account_without_end_needs_one() -> None:
    """A measure without limit saves as much as one pays for."""
    town = abating_town({"a": {"capex": 1}}) | {
        "accounts": [{"account": "co2"}, {"account": "saved", "factor_capacity": {"a": 1}}]
    }
    asked = {"account": "saved", "year": 2025, "sense": "at_least"}
    assert refusal_of(town, "sv", **asked) == (
        "curve.account: kontot kan gå hur långt som helst från 0 kt. Välj var kurvan slutar med curve.end."
    )
    assert refusal_of(town, **asked) == (
        "curve.account: the account can go without end from 0 kt. Choose where the curve ends with curve.end."
    )
    assert_close(curve_of(town, end=7, **asked).stops[-1].cost, 7)


def test_one_cost_alone_makes_a_curve() -> None:
    (problem,) = check_wishes(CurveConfig(), Choices(perspective="lexicographic"))
    assert problem.tell("sv") == (
        "finance.perspective: en kurva behöver en enda kostnad. Välj finance.perspective=society eller en aktör."
    )
    assert problem.tell("en") == (
        "finance.perspective: a curve needs one cost alone. Choose finance.perspective=society or an actor."
    )


BASED = {
    "target": "half",
    "account": "co2",
    "basis": "reduction",
    "base_year": 2010,
    "year": 2025,
    "value": 75,
    "unit": "%",
    "mode": "hard",
    "name_sv": "Tre fjärdedelar",
    "name_en": "Three quarters",
}


def based_town() -> dict[str, Any]:
    """20 kt in 2010, the target's own base year, and 10 in 2024, the case's: 5 kt is 75 % below 2010."""
    town = abating_town(STEPS, BASED)
    return town | {"accounts": [{"account": "co2", "inventory": {2010: 20, 2024: 10}}]}


def test_percent_is_against_the_base_year_of_the_target() -> None:
    """5 kt was told as 50 % (of 2024), where the plan meets a target of 75 %."""
    curve = curve_of(based_town(), start=8, end=5)
    points = tabulate_points(curve).set_index("level")
    assert_close(points.loc[[8.0, 5.0], "reduction_percent"], [60, 75])
    assert curve.probe.aim == 5


@pytest.mark.parametrize(
    ("lang", "aim", "anyway", "beside"),
    [
        (
            "sv",
            "Målet ligger vid 5,0 kt/år, 75 % lägre än 2010.",
            "Lönar sig ändå, utan tak",
            "Med redan vid lösaste nivån",
        ),
        (
            "en",
            "The target lies at 5.0 kt/yr, 75 % below 2010.",
            "Pay for themselves",
            "There at the loosest level already",
        ),
    ],
)
def test_the_screen_names_the_year_marks_the_target_and_says_what_pays_only_where_nothing_else_asks(
    lang: str, aim: str, anyway: str, beside: str
) -> None:
    curve = curve_of(based_town())
    aside = "\n".join(write_summary(curve, {lang: "x"}, "aside", 0, lang))
    kept = "\n".join(write_summary(curve, {lang: "x"}, "kept", 0, lang))
    assert aim in aside
    assert anyway in aside
    assert anyway not in kept
    assert beside in kept
    assert {"sv": "lägre än 2010", "en": "below 2010"}[lang] in aside
