"""What is said where there is no plan: what stands in the way, and which choices were tried and work.

Each town is solved by hand; the choice that is told is then typed, and there is a plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from paying import CITY, lend, paying_town
from test_towns_reasons import CAP, emitting_town, family_of, why_of

from model.queries.core import shrink_conflict
from model.queries.no_plan import NoPlan
from runners.analyses.sensitivity.parameters import list_levers
from runners.analyses.sensitivity.ways import Question, find_ways, list_loosenings, round_outwards, works_with
from runners.family import Family
from scenarios.settings import Settings


def ask(family: Family, settings: Settings | None = None) -> NoPlan:
    """Why a family has no plan, its ways tried."""
    with pytest.raises(NoPlan) as caught:
        family.solve(settings or {})
    error = caught.value
    error.ways = find_ways(Question(family, settings or {}, None), error.rules)
    return error


def choosing(town: dict[str, Any], **choices: Any) -> Family:
    """The family of a town under choices."""
    made = family_of(town)
    return Family(made.tables, replace(made.choices, **choices), made.options)


def rules_of(error: NoPlan) -> set[tuple[str, str]]:
    return {(rule.family, rule.item) for rule in error.rules}


def working(error: NoPlan) -> list[str]:
    return [" ".join(way.words) for way in error.ways or () if way.works]


LOAN = [lend(rate=0.0, tenor=10)]


@pytest.mark.slow
def test_a_ceiling_that_taxes_push_below_the_debt_is_no_reason_for_having_no_plan() -> None:
    """Debt of 59 over 0.6 of taxes of 98, 58.8, in 2030: a road of 100 is paid with own money. (There was no plan.)"""
    city = {**CITY, "standing_debt": 59, "taxes_and_grants": 100, "debt_ceiling": {2025: 2, 2030: 0.6}}
    family = family_of(paying_town({"road": {"capex": 100, "life": 40}}, [city], LOAN))
    found = family.solve({"adjust.taxes_and_grants.city": 0.98})
    assert float(found.plan["own"].sum()) == pytest.approx(100)
    assert [notice.key for notice in found.notices] == ["standing_over_ceiling"]


@pytest.mark.slow
def test_the_limits_of_money_in_the_way_are_told_and_priced_one_by_one() -> None:
    """A road of 100 that has to be built, from own funds of 0 and loans of 50: either limit broken is a plan."""
    city = {**CITY, "own_funds": 0, "debt_ceiling_amount": 50}
    rules = {
        "least_capacity": {2025: 0, 2026: 1},
        "earliest_start": 2025,
        "latest_start": 2025,
        "life": 40,
        "measure": True,
    }
    error = ask(family_of(paying_town({"road": {"capex": 100, "need": 0, **rules}}, [city], LOAN)))
    assert rules_of(error) >= {("ceiling_most", "city"), ("own_most", "city")}
    assert error.tell("sv").splitlines()[4:7] == [
        "Prövat, och då finns en plan:",
        "  finance.ceiling=priced: skuldtak får överskridas till ett pris, och planen säger med hur mycket",
        "  finance.frames=priced: ramar, egna medel och ökningen av utgifterna får överskridas till ett pris, och "
        "planen säger med hur mycket",
    ]


@pytest.mark.slow
def test_a_target_behind_a_ceiling_and_own_funds_has_three_ways_out() -> None:
    """A road of 100, no own money, debts of 50 at the most: half a road."""
    city = {**CITY, "own_funds": 0, "debt_ceiling_amount": 50}
    error = ask(family_of(paying_town({"road": {"capex": 100}}, [city], LOAN)))
    assert rules_of(error) == {("target_total", "road"), ("ceiling_most", "city"), ("own_most", "city")}
    assert working(error) == ["target=nearest", "finance.ceiling=priced", "finance.frames=priced", "target.road=0.5"]


def test_two_conflicts_are_let_go_together() -> None:
    """4 of each must stand, where 3 of the one and 2 of the other are built a year: neither number alone will do."""
    one, other = ({"capex": 1, "most_build": most, "least_capacity": 4} for most in (3, 2))
    error = ask(family_of(emitting_town({"one": one, "other": other})))
    failed = [" ".join(way.words) for way in error.ways or () if way.works is False]
    assert failed in (
        ["adjust.most_build.one=1.334", "adjust.least_capacity.one=0.75"],
        ["adjust.most_build.other=2", "adjust.least_capacity.other=0.5"],
    )
    assert {frozenset(words.split()) for words in working(error)} == {
        frozenset({one, other})
        for one in ("adjust.most_build.one=1.334", "adjust.least_capacity.one=0.75")
        for other in ("adjust.most_build.other=2", "adjust.least_capacity.other=0.5")
    }


@pytest.mark.slow
def test_an_exclusion_is_told_as_such_and_taken_back() -> None:
    town = emitting_town({"abate": {"capex": 2}, "other": {"capex": 9, "most_capacity": 1}}, CAP)
    error = ask(choosing(town, exclude=("abate",)))
    assert rules_of(error) == {("target", "cap"), ("excluded", "abate"), ("capacity_most", "other")}
    assert "exclude=[]" in working(error)
    assert error.tell("en").splitlines()[2] == "  - the potential of other (2025)"
    by_setting = ask(family_of(town), {"exclude.abate": 1.0})
    assert "exclude.abate=0" in working(by_setting)


@pytest.mark.slow
def test_doing_nothing_is_taken_back() -> None:
    assert "do_nothing=false" in working(ask(choosing(emitting_town({"abate": {"capex": 2}}, CAP), do_nothing=True)))


@pytest.mark.slow
def test_start_years_are_told_apart_from_speed() -> None:
    """2 kt by 2026 from what may begin in 2028: two years sooner. Its speed is no matter."""
    town = emitting_town({"abate": {"capex": 2, "earliest_start": 2028, "most_build": 9}}, {"year": 2026, "value": 8})
    town["case"]["last_year"] = 2029
    error = ask(family_of(town))
    assert rules_of(error) == {("target", "cap"), ("start_window", "abate")}
    assert working(error) == ["target=nearest", "set.earliest_start.abate=2026", "target.cap=10"]
    assert "tillåtna startår för abate (2025–2026)" in error.tell("sv")


@pytest.mark.slow
def test_what_another_measure_waits_for_is_seen_through_the_logic_between_them() -> None:
    """`abate` asks for `grid`, which may begin in 2027 only: the conflict is with the years of `grid`."""
    abate = {"capex": 2, "most_build": 10, "least_size": 1}
    grid = {**abate, "capex": 1, "earliest_start": 2027, "flow": {}}
    town = emitting_town({"abate": abate, "grid": grid}, {"year": 2026, "value": 8}, last=2028)
    town["logic"] = [{"rule": "r", "technology": "abate", "other": "grid", "kind": "requires", "value": 0}]
    error = ask(family_of(town))
    assert {("requires", "abate"), ("start_window", "grid")} <= rules_of(error)
    assert "set.earliest_start.grid=2026" in working(error)
    assert "  - abate kräver grid (2025–2026)" in error.tell("sv").splitlines()


@pytest.mark.slow
def test_whole_units_that_stand_in_the_way_are_among_the_rules() -> None:
    """Units of 4 under a potential of 6 are one, 4 kt, where 5 are asked for: 8 of potential, or parts of units."""
    town = emitting_town({"lump": {"capex": 1, "unit_size": 4, "most_capacity": 6}}, {**CAP, "value": 5})
    error = ask(family_of(town))
    assert rules_of(error) == {("target", "cap"), ("capacity_most", "lump"), ("whole_units", "lump")}
    assert working(error) == ["target=nearest", "solver.relax=true", "adjust.most_capacity.lump=1.334", "target.cap=6"]
    assert error.tell("sv").splitlines()[1:5] == [
        "Räknat i delar av enheter skulle det gå, men inte i hela enheter.",
        "  - målet cap (2025)",
        "  - potentialen för lump (2025)",
        "  - att lump inte kan delas",
    ]
    assert why_of(town).impasses[0].rules == error.rules


def test_a_potential_that_stands_before_a_start_is_not_hidden_by_it() -> None:
    """4 kt in one start of 3 at the most: the speed forbids it, though the row of the start says so too."""
    once = {"capex": 1, "once": True, "most_build": 3, "least_size": 1}
    error = ask(family_of(emitting_town({"once": once}, {**CAP, "value": 6})))
    assert rules_of(error) == {("target", "cap"), ("build_most", "once")}
    assert "adjust.most_build.once=1.334" in working(error)


@pytest.mark.slow
def test_a_mode_that_the_choices_made_hard_is_given_back() -> None:
    town = emitting_town({"abate": {"capex": 2, "most_build": 1}}, {"year": 2026, "value": 7, "mode": "priced"})
    town["case"]["last_year"] = 2028
    assert working(ask(choosing(town, target_mode="hard"))) == [
        *("target=as_given", "target=nearest", "adjust.most_build.abate=1.5", "target.cap=8")
    ]


def test_least_and_most_that_contradict_each_other_are_both_told() -> None:
    """4 must stand and 3 can be built a year."""
    error = ask(family_of(emitting_town({"abate": {"capex": 2, "most_build": 3, "least_capacity": 4}})))
    assert rules_of(error) == {("build_most", "abate"), ("capacity_least", "abate")}
    assert working(error) == ["adjust.most_build.abate=1.334", "adjust.least_capacity.abate=0.75"]


@pytest.mark.slow
def test_every_choice_that_is_told_gives_a_plan_when_it_is_typed() -> None:
    town = emitting_town({"abate": {"capex": 2, "most_build": 1, "most_capacity": 2.5}}, {"year": 2027, "value": 6})
    town["case"]["last_year"] = 2028
    error = ask(family_of(town))
    question = Question(family_of(town), {}, None)
    told = {loosening.words: loosening for loosening in list_loosenings(question, error.rules)}
    assert {way.words for way in error.ways or ()} <= set(told)
    for way in error.ways or ():
        assert works_with(question, told[way.words]) is way.works


def test_without_time_nothing_is_said_to_work() -> None:
    town = emitting_town({"abate": {"capex": 2, "most_build": 1}}, {"year": 2025, "value": 7})
    family = family_of(town)
    with pytest.raises(NoPlan) as caught:
        family.solve()
    error = caught.value
    error.ways = find_ways(Question(family, {}, None), error.rules, seconds=0.0)
    assert not working(error)
    assert "Inte prövat, tiden tog slut:" in error.tell("sv")


def test_a_number_is_told_in_four_digits_and_never_short_of_what_is_enough() -> None:
    family = family_of(emitting_town({"abate": {"capex": 2, "most_build": 3, "most_capacity": 5}}, CAP))
    program = family.revise({}).program
    levers = {
        lever.key: lever
        for lever in list_levers(family.scenario, program, range(len(program.row_labels)), family.lay_upon({}))
    }
    build, cap = levers["adjust.most_build.abate"], levers["target.cap"]
    assert [round_outwards(build, step) for step in (1.0, 1.5, 1.23456)] == [1.334, 1.5, 1.412]
    assert round_outwards(cap, 1.00001) == 9.001


@pytest.mark.parametrize("core", [{3}, {0, 9}, {2, 3, 4}, set(range(10))])
def test_a_conflict_is_shrunk_to_what_cannot_hold(core: set[int]) -> None:
    rules = [("rule", str(number)) for number in range(10)]
    wanted = {("rule", str(number)) for number in core}
    assert set(shrink_conflict(rules, lambda held: wanted <= set(held))) == wanted
