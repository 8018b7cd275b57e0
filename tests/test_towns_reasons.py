"""Towns solved by hand: what rules are worth and how far, why measures are in or out, and what repairs a target.

A town would emit 10 kt a year; a unit of a measure that abates takes 1 kt of them away every year it stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hand import assert_close
from paying import CITY, lend, paying_town
from town import build_town

from model.compiled.sparse import COST
from model.compiled.task import Task
from model.queries.no_plan import NoPlan
from model.solver.chain import Chain
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.stages import solve_stages
from runners.analyses.sensitivity.answer import Why, Wish, explain
from runners.analyses.sensitivity.prices import Price
from runners.analyses.sensitivity.relaxation import Repair
from runners.family import Family
from scenarios.choices import Choices


def emitting_town(measures: dict[str, dict[str, Any]], *targets: dict[str, Any], last: int = 2025) -> dict[str, Any]:
    """A town of measures that abate, under hard caps on `co2` unless a target says otherwise."""
    built = [
        {"technology": name, "buildable": True, "measure": True, "flow": {"tonnes": 1}, **measure}
        for name, measure in measures.items()
    ]
    emit = {"technology": "emit", "capacitated": False, "flow": {"tonnes": 1}, "factor_activity": {"co2": 1}}
    return {
        "case": {"last_year": last},
        "commodities": [{"commodity": "tonnes", "unit": "kt", "demand": 10}],
        "technologies": [emit, *built],
        "accounts": [{"account": "co2"}],
        "targets": [{"target": "cap", "account": "co2", "mode": "hard", **row} for row in targets],
    }


def family_of(town: dict[str, Any], **options: Any) -> Family:
    """The family of a town that the program would take: lives are given, and something is delivered."""
    for technology in town["technologies"]:
        technology.setdefault("life", 50)
    town["technologies"][0].setdefault("flow", {"tonnes": 1})
    town.setdefault("commodities", [{"commodity": "tonnes", "surplus": True}])
    return Family(build_town(**town), Choices(salvage="none"), SolverOptions(threads=1, gap=1e-9, **options))


def why_of(town: dict[str, Any], **wish: Any) -> Why:
    return explain(family_of(town), {}, Wish(**wish))


def price_of(why: Why, key: str) -> Price:
    return next(price for price in why.prices if price.lever.key == key)


def repairs_of(why: Why) -> dict[str, Repair]:
    return {repair.changes[0].quantity: repair for repair in why.impasses[0].repairs}


CAP = {"year": 2025, "value": 8}


def test_a_target_is_worth_its_last_tonne_until_nothing_is_left_to_save_or_to_build() -> None:
    """Cap 8: 2 kt abated at 2. Easier by 2 kt nothing is abated; 3 kt harder the potential of 5 is used up."""
    price = price_of(why_of(emitting_town({"abate": {"capex": 2, "most_capacity": 5}}, CAP)), "target.cap")
    assert_close([price.ease.price, price.ease.step], [2, 2])
    assert_close([price.tighten.price], [2])
    assert price.tighten.step == pytest.approx(3, rel=1e-3)
    assert price.ease.ended
    assert price.tighten.ended


def test_at_a_corner_easing_and_tightening_have_prices_of_their_own() -> None:
    """Cap 7 takes all 3 kt of the cheap measure, at 1: a kt easier saves 1, a kt harder costs the 4 of the dear one."""
    town = emitting_town({"cheap": {"capex": 1, "most_capacity": 3}, "dear": {"capex": 4}}, {**CAP, "value": 7})
    price = price_of(why_of(town), "target.cap")
    assert_close([price.ease.price, price.ease.step, price.tighten.price, price.tighten.step], [1, 3, 4, 3.5])
    assert price.ease.ended
    assert not price.tighten.ended
    assert 1 - 1e-9 <= price.dual <= 4 + 1e-9


def test_a_potential_is_worth_what_its_measure_is_cheaper_than_the_next() -> None:
    """Cap 6: 3 kt at 1 and 1 kt at 4. One more of the cheap saves 3, for the one kt that the dear one does."""
    town = emitting_town({"cheap": {"capex": 1, "most_capacity": 3}, "dear": {"capex": 4}}, {**CAP, "value": 6})
    price = price_of(why_of(town), "adjust.most_capacity.cheap")
    assert_close([price.ease.price, price.ease.step, price.tenth], [3, 1, 0.9])


def test_ten_percent_more_speed_counts_in_every_year() -> None:
    """4 kt by 2026; the cheap measure builds 1 a year, 2 in all, the other 2 kt cost 5 each: 0.2 more saves 0.2 * 4."""
    town = emitting_town(
        {"slow": {"capex": 1, "most_build": 1}, "dear": {"capex": 5}}, {"year": 2026, "value": 6}, last=2026
    )
    price = price_of(why_of(town), "adjust.most_build.slow")
    assert_close([price.tenth, price.ease.price], [0.8, 8])


def test_a_krona_in_a_frame_is_worth_the_rise_of_prices_that_it_saves() -> None:
    """100 MW at 1.0, 1.1, 1.2 in frames of 40: a krona more in 2025 builds in 2025 for 1 what 2027 builds for 1.2."""
    work = {"capex": {2025: 1.0, 2026: 1.1, 2027: 1.2}, "need": 100}
    why = why_of(paying_town({"pipe": work}, [{**CITY, "frame": 40}], last_year=2027))
    assert_close(price_of(why, "set.frame.city.2025").ease.price, 0.2)
    assert_close(price_of(why, "set.frame.city.2026").ease.price, 1.2 / 1.1 - 1)
    assert not [price for price in why.prices if price.lever.key == "set.frame.city.2027"]


def test_a_frame_written_in_money_of_its_own_year_has_a_price_in_money_of_the_price_year() -> None:
    """Frames of 40 and prices that rise by a tenth: 44 in the table of 2026. The setting is written as the table is."""
    work = {"capex": {2025: 1.0, 2026: 1.1, 2027: 1.2}, "need": 100}
    frames = {2025: 40, 2026: 44, 2027: 48.4}
    town = paying_town({"pipe": work}, [{**CITY, "frame": frames}], last_year=2027, inflation=[{"value": 0.1}])
    tables = build_town(**{**town, "technologies": [{"life": 50, **row} for row in town["technologies"]]})
    written = tables.frames["finances"].assign(unit="nominal MSEK/yr")
    tables = replace(tables, frames={**tables.frames, "finances": written})
    family = Family(tables, Choices(salvage="none"), SolverOptions(threads=1, gap=1e-9))
    price = price_of(explain(family, {}, Wish()), "set.frame.city.2026")
    assert_close([price.lever.base, price.lever.rate, price.lever.size], [44, 1.1, 40])
    assert_close([price.ease.price, price.dual], [1.2 / 1.1 - 1, 1.2 / 1.1 - 1])
    assert price.ease.step > 1


def test_a_number_that_a_setting_moved_gives_way_from_where_it_is() -> None:
    """Two a year instead of one: nothing of the plan moves where the speed gives way by nothing."""
    family = family_of(
        emitting_town({"slow": {"capex": 1, "most_build": 1}, "dear": {"capex": 5}}, {**CAP, "value": 7})
    )
    (price,) = explain(family, {"adjust.most_build.slow": 2.0}, Wish(measures=False)).prices[1:]
    assert_close([price.lever.base, price.lever.size, price.ease.price], [2, 2, 4])


def test_a_measure_leaves_at_the_price_of_the_next_and_that_one_enters_at_its_price() -> None:
    """3 kt at 2, the next 4. Without the first: 3 * 2 more. It leaves at twice the price, the other enters at half."""
    town = emitting_town({"cheap": {"capex": 2}, "dear": {"capex": 4}}, {**CAP, "value": 7})
    cheap, dear = why_of(town).reasons
    assert_close([cheap.amount, cheap.worth, cheap.leaves], [3, 6, 2])
    assert dear.first_year is None
    assert_close([dear.worth, dear.enters, dear.reduced], [0, 0.5, 2])
    assert np.isnan(cheap.enters)
    assert np.isnan(dear.leaves)


def test_what_is_dear_to_run_does_not_enter_even_for_nothing() -> None:
    """Running it costs 5 a kt, more than building the other for 2."""
    running = {"capex": 1, "variable_cost": 5}
    town = emitting_town({"cheap": {"capex": 2}, "running": running}, {**CAP, "value": 7})
    assert why_of(town, measure="running").reasons[0].enters == 0


def test_waiting_costs_the_rise_of_what_is_built() -> None:
    """2 kt from 2026 on, built in 2025 at 1 because 2026 asks 1.5: a year later costs 2 * 0.5."""
    town = emitting_town({"abate": {"capex": {2025: 1, 2026: 1.5}}}, {"year": 2026, "value": 8}, last=2026)
    reason = why_of(town).reasons[0]
    assert reason.first_year == 2025
    assert_close(reason.waits, 1)


def test_full_overlap_makes_each_measure_worth_nothing_in_the_plan() -> None:
    """Two measures alike: without one the other does it all at the same price."""
    town = emitting_town({"one": {"capex": 2}, "other": {"capex": 2}}, CAP)
    assert_close([reason.worth for reason in why_of(town).reasons], [0, 0])


def test_prices_of_a_plan_in_whole_units_hold_with_these_as_they_are_and_are_checked_with_them_free() -> None:
    """3 kt by a lump of 2 at 2.5 a kt and 1 kt at 3, 8 in all, for two lumps cost 10: a kt easier saves 3.

    Free again, one lump is left under a cap of 8: 5, so easing by the one kt saves 3 there too.
    """
    town = emitting_town(
        {"lump": {"capex": 2.5, "unit_size": 2, "most_capacity": 8}, "fine": {"capex": 3}}, {**CAP, "value": 7}
    )
    why = why_of(town)
    price = price_of(why, "target.cap")
    assert why.whole
    assert_close([price.ease.price, price.ease.step], [3, 1])
    assert price.check is not None
    assert_close([price.check.bound, price.check.objective], [3, 3])


def test_two_targets_that_exclude_each_other_are_each_reached_alone() -> None:
    """Abating 6 kt to reach 4 uses 6 units of wood, and 3 are allowed: with 3 kt less asked, or 3 units more, it goes.

    Easing the cap builds 3 for 6, easing the wood builds 6 for 12.
    """
    town = emitting_town({"abate": {"capex": 2, "factor_build": {"wood": 1}}}, {**CAP, "value": 4})
    town["accounts"].append({"account": "wood"})
    town["targets"].append({"target": "forest", "account": "wood", "mode": "hard", "year": 2025, "value": 3})
    why = why_of(town)
    assert [(reach.target, reach.reached) for reach in why.reaches] == [("cap", True), ("forest", True)]
    assert sum(reach.together for reach in why.reaches) == pytest.approx(3)
    impasse = why.impasses[0]
    assert {rule.item for rule in impasse.rules} == {"cap", "forest"}
    first, second = impasse.repairs[:2]
    assert [(change.item, round(change.after, 3)) for change in first.changes] == [("cap", 7)]
    assert [(change.item, round(change.after, 3)) for change in second.changes] == [("forest", 6)]
    assert first.cost == pytest.approx(6, rel=1e-4)
    assert second.cost == pytest.approx(12, rel=1e-4)
    assert first.verified
    assert second.verified


def test_a_target_out_of_reach_is_repaired_by_the_target_the_speed_or_the_year() -> None:
    """3 kt by 2026 at 1 a year: 2 are built, 1 kt is missed; from 2027 on it holds.

    Settling for 8 costs 2 units at 2; 1.5 a year or a year more build 3 units.
    """
    town = emitting_town({"abate": {"capex": 2, "most_build": 1}}, {"year": 2026, "value": 7}, last=2028)
    why = why_of(town)
    assert (why.reaches[0].alone, why.reaches[0].first_year) == (pytest.approx(1), 2027)
    assert {(rule.family, rule.item) for rule in why.impasses[0].rules} == {("target", "cap"), ("build_most", "abate")}
    repairs = repairs_of(why)
    assert why.impasses[0].repairs[0] is repairs["value"]
    assert [repairs[name].cost for name in ("value", "most_build", "postpone")] == pytest.approx([4, 6, 6], rel=1e-4)
    after = [repairs[name].changes[0].after for name in ("value", "most_build", "postpone")]
    assert after == pytest.approx([8, 1.5, 2027], rel=1e-4)


@pytest.mark.slow
def test_a_frame_too_small_is_repaired_by_a_larger_one() -> None:
    """100 MW at 1 in two years of 40: 20 are missed; 20 more in either year, or 80 MW, will do."""
    why = why_of(paying_town({"pipe": {"capex": 1, "need": 100}}, [{**CITY, "frame": 40}], last_year=2026))
    assert why.reaches[0].alone == pytest.approx(20)
    told = [(c.quantity, c.year, round(c.after, 2)) for r in why.impasses[0].repairs for c in r.changes]
    assert sorted(told) == [("frame", 2025, 60), ("frame", 2026, 60), ("value", 2025, 80)]
    assert all(repair.verified for repair in why.impasses[0].repairs)


@pytest.mark.slow
def test_a_repair_takes_several_frames_where_one_is_not_enough() -> None:
    """A road each year for 50, with frames of 40: both have to rise by 10."""
    works = {
        name: {"capex": 50, "earliest_start": year, "latest_start": year} for name, year in (("a", 2025), ("b", 2026))
    }
    town = paying_town(works, [{**CITY, "frame": 40}], last_year=2026)
    why = why_of(town)
    frames = [repair for impasse in why.impasses for repair in impasse.repairs if repair.changes[0].quantity == "frame"]
    assert all(repair.verified for repair in frames)
    assert frames


@pytest.mark.slow
def test_whole_units_that_stand_in_the_way_are_said_by_the_target_alone() -> None:
    """Units of 4 kt, two of which are 8, the potential 6: one unit, so a cap of 5 is missed by 1, from 10 down to 6."""
    town = emitting_town({"lump": {"capex": 1, "unit_size": 4, "most_capacity": 6}}, {**CAP, "value": 5})
    why = why_of(town)
    assert why.reaches[0].alone == pytest.approx(1)
    with pytest.raises(NoPlan, match="In parts of units it could be done"):
        family_of(town).solve()


@pytest.mark.parametrize("cap", [8.0, 7.0, 6.0, 5.5])
def test_every_price_is_the_difference_that_solving_finds_over_all_its_stretch(cap: float) -> None:
    measures = {
        "cheap": {"capex": 1, "most_capacity": 3},
        "slow": {"capex": 2, "most_build": 0.5},
        "dear": {"capex": 4},
    }
    family = family_of(emitting_town(measures, {"year": 2026, "value": cap}, last=2027))
    least = float(family.solve().plan.attrs["bound"])
    for price in explain(family, {}, Wish()).prices:
        for stretch, sign in ((price.ease, 1), (price.tighten, -1)):
            for part in (0.3, 0.999):
                step = sign * part * stretch.step
                cost = float(family.solve(price.lever.set(step)).plan.attrs["bound"]) if stretch.step else least
                assert least - cost == pytest.approx(stretch.price * step if stretch.step else 0, rel=1e-5, abs=1e-6)


def test_a_whole_unit_enters_at_the_price_at_which_it_would_be_built_whole() -> None:
    """3 kt at 2 a kt, 6 in all; a lump of 4 at 2.5 a kt costs 10, and so pays from 0.6 of its price on.

    In parts of it, it would enter at 2 / 2.5 = 0.8.
    """
    town = emitting_town(
        {"fine": {"capex": 2}, "lump": {"capex": 2.5, "unit_size": 4, "most_capacity": 4}}, {**CAP, "value": 7}
    )
    reason = why_of(town, measure="lump").reasons[0]
    assert reason.enters == pytest.approx(0.6, abs=0.01)
    assert next(r for r in why_of(town, prices=False).reasons if r.measure == "lump").enters == pytest.approx(0.8)


@pytest.mark.parametrize(("frame", "adds"), [(5, np.inf), (12, 4)])
def test_a_whole_unit_that_no_frame_holds_is_blocked_by_the_frame(frame: float, adds: float) -> None:
    """3 kt by the fine measure for 6; a lump for 10 instead adds 4, where the frame holds 10 in one year."""
    lump = {"capex": 2.5, "unit_size": 4, "most_capacity": 4, "actor": "city"}
    town = emitting_town({"fine": {"capex": 2}, "lump": lump}, {**CAP, "value": 7, "mode": "priced"})
    town["commodities"][0]["trader"] = "town"
    town |= {"actors": [{**CITY, "frame": frame}, {"actor": "town", "kind": "private"}], "inflation": [{"value": 0}]}
    reason = why_of(town, measure="lump").reasons[0]
    assert reason.whole_adds == pytest.approx(adds)
    assert [(rule.family, rule.item) for rule in reason.blocked] == ([("frame_most", "city")] if frame < 10 else [])


def test_a_later_stage_that_loses_the_plan_to_rounding_leaves_the_plan_there_is() -> None:
    """The finance stage is made to find nothing: the cost of 100, found before it, stands."""
    program = family_of(paying_town({"road": {"capex": 100}}, instruments=[lend()])).revise({})
    chain = Chain(SolverOptions(threads=1))

    def solve(objective: str, task: Task, seconds: float) -> Solution:
        found = chain._solve_stage(objective, task, seconds)
        return found if objective == COST else Solution(status=Status.INFEASIBLE)

    found = solve_stages(program, 60.0, 1e-3, solve)
    assert found.status is Status.OPTIMAL
    assert_close(found.objective, 100)
