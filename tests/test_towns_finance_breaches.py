"""Towns solved by hand: limits of money that may be broken at a price, by how much, and what the plan says of it."""

from __future__ import annotations

from typing import Any

import pytest
import town
from hand import assert_close, decided
from paying import CITY, assert_near, lend, paying_town, road_in

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.analyses.cost_curve.frontier import limit_debt
from runners.family import Family
from runners.outcome import Outcome
from runners.record import summarise
from runners.reports.tables import tabulate_run, tabulate_targets
from runners.sweep_store.breaches import sum_breaches
from runners.sweep_store.memory import Memory
from scenarios.choices import Choices
from scenarios.errors import CaseError

LIMITS = ("ceiling", "frames", "result")
HELD = {"loss_borrowed": 0}
PUMPS = {"pump": {"capex": {2025: 1.0, 2026: 1.1, 2027: 1.2}, "need": 4, "life": 20}}


def solve(rows: dict[str, Any], settings: dict[str, float] | None = None, **choices: Any) -> Outcome:
    """A verified plan of a town, with its do-nothing path."""
    return Family(town.build_town(**rows), Choices(salvage="none", **choices)).solve(settings)


def read_notices(outcome: Outcome, lang: str = "en") -> list[str]:
    """Notices of limits of money, in words."""
    return [notice.tell(lang) for notice in outcome.notices if notice.key.startswith(("standing_", "plan_"))]


def find_component(outcome: Outcome, name: str = "breach") -> float:
    """Part of the cost, as the verifier reckons it."""
    return verify(outcome.scenario, outcome.plan).components.get(name, 0.0)


@pytest.mark.parametrize(("price", "built"), [(0.05, [4, 0, 0]), (0.2, [3, 1, 0])])
def test_a_frame_is_broken_where_waiting_is_dearer(price: float, built: list[float]) -> None:
    """3 a year may be spent. The fourth MW costs 0.1 more a year later: a krona over the frame is worth up to 0.1.

    At 5 % it is begun in 2025 for 1 and 0.05, at 20 % in 2026; hard, it is begun in 2026 at any price.
    """
    actor = {**CITY, "frame": 3, "frame_price": price}
    rows = paying_town(PUMPS, [actor], last_year=2027)
    found = solve(rows, frames="priced")
    assert_close(decided(found.plan, "build", "pump"), built)
    beyond = built[0] - 3
    assert_near(decided(found.plan, "over_frame", "city"), [beyond, 0, 0])
    assert_close(found.plan.attrs["objective"], 3 + (1 if beyond else 1.1) + price * beyond)
    assert_close(find_component(found), price * beyond)
    assert_close(decided(solve(rows).plan, "build", "pump"), [3, 1, 0])


def test_a_breach_is_told_in_words_and_tables() -> None:
    """As above at 5 %: one krona over the frame of 3 in 2025."""
    found = solve(paying_town(PUMPS, [{**CITY, "frame": 3, "frame_price": 0.05}], last_year=2027), frames="priced")
    assert read_notices(found) == [
        "The plan goes beyond the frame of 'city', or further beyond it, in 2025: by 1.0 MSEK a year at the most "
        "(2025). It is priced at 5 %, which costs 0.05 MSEK (present value)."
    ]
    assert read_notices(found, "sv") == [
        "Planen går över ramen för 'city', eller längre över den, 2025: som mest med 1,0 mnkr om året (2025). "
        "Överdraget är prissatt till 5 % och kostar 0,05 mnkr (nuvärde)."
    ]
    tables = tabulate_run(found.scenario, found.plan, found.reference)
    figures = tables["key_figures"]
    rows = figures[figures["item"] == "over_frame"]
    assert rows[["actor", "year", "amount", "unit"]].iloc[0].tolist() == ["city", 2025, 1.0, "MSEK/yr"]
    costs = tables["costs"]
    assert_close(costs.loc[costs["component"] == "breach", "present_value"].sum(), 0.05)
    assert_close(costs["present_value"].sum(), found.plan.attrs["objective"])


def test_own_funds_and_steps_are_broken_at_the_price_of_frames() -> None:
    """A road of 100 in 2026, of which the city has 60 and may raise its outlay by 30 from 2025: 40 and 70 are broken.

    At a price of 0.5 that is 55 on top of 100; there is no plan where both are hard.
    """
    limits = {"own_funds": 60, "outlay_step": 30, "frame_price": 0.5}
    rows = paying_town({"road": road_in(2026, 100, life=40)}, [{**CITY, **limits}])
    found = solve(rows, frames="priced")
    assert_near(decided(found.plan, "over_own_funds", "city")[:3], [0, 40, 0])
    assert_near(decided(found.plan, "over_step", "city")[:3], [0, 70, 0])
    assert_close(found.plan.attrs["objective"], 155)
    with pytest.raises(NoPlan):
        solve(rows)


def test_a_ceiling_costs_its_price_each_year_in_which_it_is_broken() -> None:
    """A road of 100 in 2025, all lent for 3 years, over a ceiling of 30: 70 too much at the end of 2025, 2026, 2027.

    At 10 % a year 21 on top of 100, with no money of its own; hard there is no plan.
    """
    actor = {**CITY, "own_funds": 0, "debt_ceiling_amount": 30, "ceiling_price": 0.1}
    rows = paying_town({"road": road_in(2025, 100, life=40)}, [actor], [lend(rate=0.0, tenor=3)])
    found = solve(rows, ceiling="priced")
    assert_near(decided(found.plan, "over_ceiling", "city"), [70, 70, 70, 0, 0, 0])
    assert_close(found.plan.attrs["objective"], 121)
    with pytest.raises(NoPlan):
        solve(rows)


@pytest.mark.slow
def test_a_breach_that_stands_is_told_apart_from_what_the_plan_adds() -> None:
    """118 stand, 60 % of taxes of 200 are 120: the pumps' last krona is lent, 1 of the 2 that are free.

    With 2 % less taxes 117.6 may be owed, 0.4 stand above that, and the krona lent is 1 more: 0.05 a year on it, less
    than the 0.1 that waiting costs. At 20 % a year it is not lent.
    """
    actor = {**CITY, **HELD, "own_funds": 3, "taxes_and_grants": 200, "standing_debt": 118, "debt_ceiling": 0.6}
    less = {"adjust.taxes_and_grants.city": 0.98}

    def rows(price: float) -> dict[str, Any]:
        return paying_town(PUMPS, [{**actor, "ceiling_price": price}], [lend(rate=0.0)], last_year=2027)

    assert read_notices(solve(rows(0.05), ceiling="priced")) == []
    found = solve(rows(0.05), less, ceiling="priced")
    assert_close(decided(found.plan, "build", "pump"), [4, 0, 0])
    assert_near(decided(found.plan, "over_ceiling", "city"), [1, 0, 0])
    assert read_notices(found) == [
        "Without the plan the debt of 'city' is above its ceiling in 2025–2027, by 0.40 MSEK at the most (2025). What "
        "the plan adds to that is paid for at its price.",
        "The plan takes the debt of 'city' above its ceiling, or further above it, in 2025: by 1.0 MSEK at the most "
        "(2025). Each year of it is priced at 5 %, which costs 0.05 MSEK (present value).",
    ]
    dear = solve(rows(0.2), less, ceiling="priced")
    assert_close(decided(dear.plan, "build", "pump"), [3, 1, 0])
    assert_near(dear.plan["over_ceiling"].values, 0)


def test_a_least_result_is_missed_at_its_price() -> None:
    """10 stand and 9 are asked for; a road of 100 over 10 years wears by 10 a year, from 2025 to 2030: 9 too little.

    At half a krona each, 6 years of 9 cost 27.
    """
    actor = {**CITY, "planned_result": 10, "taxes_and_grants": 450, "least_result": 0.02, "result_price": 0.5}
    rows = paying_town({"road": road_in(2025, 100, life=10)}, [actor])
    found = solve(rows, result="priced")
    assert_near(decided(found.plan, "under_result", "city"), [9] * 6)
    assert_close(found.plan.attrs["objective"], 127)
    with pytest.raises(NoPlan):
        solve(rows)


def test_a_summary_and_a_sweep_keep_what_is_broken() -> None:
    """As in the town before: 0.4 stand above the ceiling for three years, 1 more is lent over it in the first."""
    actor = {**CITY, **HELD, "own_funds": 3, "taxes_and_grants": 200, "standing_debt": 118, "debt_ceiling": 0.6}
    rows = paying_town(PUMPS, [{**actor, "ceiling_price": 0.05}], [lend(rate=0.0)], last_year=2027)
    found = solve(rows, {"adjust.taxes_and_grants.city": 0.98}, ceiling="priced")
    (entry,) = summarise(found, tabulate_targets(found.scenario, found.plan), {})["breaches"]
    assert (entry["limit"], entry["actor"], entry["years"]) == ("over_ceiling", "city", [2025, 2026, 2027])
    assert (entry["standing"], entry["most"]) == (pytest.approx(0.4), pytest.approx(1))
    assert sum_breaches(Memory(), found.scenario, found.plan) == {
        "over_ceiling_money": pytest.approx(1.4),
        "over_frames_money": 0,
        "under_result_money": 0,
        "breach_years": 3,
    }


def test_what_is_off_is_not_there_and_tells_nothing() -> None:
    rows = paying_town(PUMPS, [{**CITY, "frame": 1}], last_year=2027)
    found = solve(rows, frames="off")
    assert_close(decided(found.plan, "build", "pump"), [4, 0, 0])
    assert read_notices(found) == []
    assert "over_frame" not in found.plan


def test_an_actor_weighs_breaches_as_society_does() -> None:
    """The frame of 3 at 5 %, seen by the city: as above, and its cash cost holds the breach."""
    rows = paying_town(PUMPS, [{**CITY, "frame": 3, "frame_price": 0.05}], last_year=2027)
    found = solve(rows, frames="priced", perspective="city")
    assert_near(decided(found.plan, "build", "pump"), [4, 0, 0])
    assert_near(found.plan.attrs["objective"], 4.05)
    assert_near(find_component(found), 0.05)


def test_the_verifier_reckons_breaches_and_their_cost_anew() -> None:
    """Half a krona less of the one that is broken breaks the frame; a breach that is no breach is paid for in vain."""
    rows = paying_town(PUMPS, [{**CITY, "frame": 3, "frame_price": 0.05}], last_year=2027)
    found = solve(rows, frames="priced")
    less, more, hidden = (found.plan.copy(deep=True) for _ in range(3))
    less["over_frame"].values[0, 0] -= 0.5
    more["over_frame"].values[0, 2] += 1.0
    hidden["over_ceiling"].values[0, 0] = 1.0
    broken = [
        {violation.rule for violation in verify(found.scenario, plan).violations} for plan in (less, more, hidden)
    ]
    assert broken == [
        {"frame_most", "objective", "social_cost"},
        {"objective", "social_cost"},
        {"exists", "objective", "social_cost"},
    ]


@pytest.mark.parametrize("mode", ["priced", "off"])
def test_a_curve_over_debt_needs_a_ceiling_that_holds(mode: str) -> None:
    """Its levels are ceilings: where these may be broken, or are not there, they would change nothing."""
    scenario = Family(town.build_town(**paying_town(PUMPS)), Choices(ceiling=mode)).scenario
    with pytest.raises(CaseError) as caught:
        limit_debt(scenario, "city")
    assert [problem.tell("en") for problem in caught.value.problems] == [
        f"finance.ceiling: debt ceilings are '{mode}', but a curve over debt needs ceilings that hold. Write "
        "finance.ceiling=hard."
    ]
    assert [problem.tell("sv") for problem in caught.value.problems] == [
        f"finance.ceiling: skuldtaken är '{mode}', men en kurva över skuld behöver tak som gäller. Skriv "
        "finance.ceiling=hard."
    ]
