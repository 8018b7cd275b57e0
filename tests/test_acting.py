"""Which targets shape a plan and why the others do not: read off towns solved by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hand import plan_of
from town import build_town, scenario_of

from model.verifier.verify import Verifier
from runners.analyses.sensitivity.answer import Wish, explain
from runners.commands.why import write_screen
from runners.family import Family
from runners.progress import QUIET
from runners.reports.outside import list_outside
from runners.reports.summary import write_summary
from runners.reports.tables import tabulate_targets
from runners.solve import find_plan
from scenarios.arithmetic.acting import frame_targets, judge_targets
from scenarios.choices import Choices
from scenarios.target_states import ACTS, COVERED, FULL, NEAREST, OUTSIDE, SLACK


def town_of(*targets: dict[str, Any], most: float = 0.0, capex: float = 1.0) -> dict[str, Any]:
    """Cars and farms let out 10 kt each; a measure takes up to so much off cars, at so much a kt, off farms at 1000."""
    measure = {"technology": "measure", "buildable": True, "measure": True, "factor_capacity": {"cars": -1}}
    shared = {"year": 2025, "mode": "priced", "pool": "one"}
    return {
        "technologies": [
            {**measure, "capex": capex, "most_capacity": most},
            {**measure, "technology": "dear", "capex": 1000, "factor_capacity": {"farms": -1}},
        ],
        "accounts": [
            {"account": "cars", "exogenous": 10},
            {"account": "farms", "exogenous": 10},
            {"account": "total", "share": {"cars": 1, "farms": 1}},
        ],
        "targets": [{"target": row["account"], **shared, **row} for row in targets],
    }


def judge(town: dict[str, Any]) -> pd.DataFrame:
    scenario = scenario_of(town, salvage="none")
    return tabulate_targets(scenario, find_plan(scenario)).set_index("target")


@pytest.mark.parametrize(
    ("most", "capex", "cap", "acts", "price"),
    [
        (0.0, 1.0, 12, SLACK, 0.0),  # 10 kt under a cap of 12
        (4.0, 1.0, 8, ACTS, 1.0),  # 2 kt taken away at 1
        (4.0, 1.0, 2, FULL, 7.0),  # all 4 taken, 4 missed
        (4.0, 8.0, 8, FULL, 7.0),  # none taken at 8: the miss costs 7
    ],
)
def test_a_target_alone_acts_where_its_cap_is_what_the_plan_stops_at(
    most: float, capex: float, cap: float, acts: str, price: float
) -> None:
    table = judge(town_of({"account": "cars", "value": cap}, most=most, capex=capex))
    assert (table.loc["cars", "acts"], table.loc["cars", "because"]) == (acts, "")
    assert table.loc["cars", "price"] == pytest.approx(price)


def test_a_target_is_covered_by_the_whole_that_is_missed_more() -> None:
    """Cars miss 2 kt, the total 8: a kt off cars saves what a kt off farms saves, and cars have no price."""
    table = judge(town_of({"account": "cars", "value": 8}, {"account": "total", "value": 12}))
    assert table["acts"].to_dict() == {"cars": COVERED, "total": FULL}
    assert table["because"].to_dict() == {"cars": "total", "total": ""}
    assert table["price"].to_dict() == {"cars": pytest.approx(0), "total": pytest.approx(7)}
    assert table["excess_price"].tolist() == [7, 7]


def test_a_whole_is_covered_by_its_parts_where_they_miss_more_together() -> None:
    """Cars and farms miss 3 and 4 kt, the total 5: looser by one it is still 7 kt that are missed."""
    rows = ({"account": name, "value": value} for name, value in (("cars", 7), ("farms", 6), ("total", 15)))
    table = judge(town_of(*rows))
    assert table["acts"].to_dict() == {"cars": FULL, "farms": FULL, "total": COVERED}
    assert table.loc["total", "because"] == "farms"
    assert table.loc["total", "price"] == pytest.approx(0)


def test_a_target_that_is_missed_as_little_as_can_be_says_so() -> None:
    table = judge(town_of({"account": "cars", "value": 2, "mode": "nearest"}, most=4))
    assert table.loc["cars", "acts"] == NEAREST


def test_a_budget_is_judged_by_its_sum_in_its_last_year() -> None:
    """20 kt over two years against 15: 5 over, with nothing to be had."""
    town = town_of({"account": "cars", "value": 15, "basis": "cumulative", "pool": ""})
    scenario = scenario_of({**town, "case": {"last_year": 2026}})
    judged = judge_targets(frame_targets(scenario), find_plan(scenario)["account_value"].values)
    assert judged.state.tolist() == [["", FULL]]
    assert judged.over[0, 1] == pytest.approx(5)


@pytest.mark.parametrize("share", [8, 5, 2, 0])
def test_every_step_of_a_target_moves_the_plan_or_says_why_it_does_not(share: float) -> None:
    """Up to 4 of 10 kt can be taken away: from 10 to 6 steps move the plan, below they say why not."""
    town = town_of({"account": "cars", "value": share}, most=4)
    table = judge(town)
    moved = plan_of(town)["account_value"].sel(account="cars").item() == pytest.approx(share)
    assert moved == (table.loc["cars", "acts"] == ACTS)


@pytest.mark.parametrize(
    ("lang", "cells", "told"),
    [
        (
            "sv",
            ["styr inte", "–", ">7,00 mnkr/kt"],
            [
                "Styr inte, för i samma pool missas total mer och en enhet räknas en gång: cars.",
                "> nästa enhet kostar mer eller går inte att få; ett stramare mål ändrar inget",
            ],
        ),
        (
            "en",
            ["does not act", "–", ">7.00 MSEK/kt"],
            [
                "Do not act, for total of the same pool is missed more and a unit counts once:",
                "  cars.",
                "> the next unit costs more or cannot be had; a tighter target changes nothing",
            ],
        ),
    ],
)
def test_the_screen_says_which_targets_do_not_act_and_why(
    lang: str, cells: list[str], told: list[str], tmp_path: Any
) -> None:
    """Cars miss 2 kt and are covered by the total, that misses 8 at its full price; farms are 1 kt below theirs."""
    rows = ({"account": name, "value": value} for name, value in (("cars", 8), ("farms", 11), ("total", 12)))
    town = town_of(*rows)
    for account in town["accounts"]:
        account["unit"] = "Mt"
    scenario = scenario_of(town, salvage="none")
    screen = write_summary(scenario, find_plan(scenario), [], tmp_path, 1.0, lang).splitlines()
    start = screen.index(told[0])
    assert screen[start : start + len(told)] == told
    for line, cell in zip(screen[start - 3 : start], cells, strict=True):
        assert line.replace("Mt", "kt").replace("\xa0", " ").endswith(cell)


def outside_town(*, worse: float = 0.0) -> dict[str, Any]:
    """As above, with works that let out 15 kt which no measure takes away; a measure may add to them."""
    town = town_of({"account": "cars", "value": 8}, most=4)
    town["accounts"].append(
        {"account": "works", "exogenous": 15, "factor_capacity": {"measure": worse} if worse else {}}
    )
    town["targets"].append({"target": "zero", "account": "works", "year": 2025, "value": 9, "mode": "priced"})
    return town


def test_a_miss_that_no_measure_acts_on_stands_outside_what_the_plan_costs() -> None:
    """Cars: 2 kt taken away at 1. Works miss 9 kt by 6: 42 at 7, which no plan can mend; it was paid, 44 in all."""
    scenario = scenario_of(outside_town(), salvage="none")
    plan = find_plan(scenario)
    assert plan.attrs["objective"] == pytest.approx(2)
    table = tabulate_targets(scenario, plan).set_index("target")
    row = table.loc["zero"]
    assert (row["acts"], row["excess"], row["outside"], row["price"]) == (
        OUTSIDE,
        pytest.approx(6),
        pytest.approx(6),
        0,
    )
    listed = list_outside(scenario, table.reset_index())
    assert listed[["target", "amount", "present_value"]].to_numpy().tolist() == [["zero", 6, 42]]


def test_in_a_case_without_measures_all_that_is_missed_is_paid() -> None:
    """Nothing is there to be told apart: the works' 6 kt at 7 stand beside what cars cost, 2."""
    town = outside_town()
    town["technologies"] = [{**row, "measure": False} for row in town["technologies"]]
    assert plan_of(town, salvage="none").attrs["objective"] == pytest.approx(2 + 42)


def test_what_a_measure_adds_to_it_is_paid() -> None:
    """Each kt taken off cars at 1 lets out 0.5 kt more at the works, at 7: 4.5 a kt, two of them 9."""
    scenario = scenario_of(outside_town(worse=0.5), salvage="none")
    plan = find_plan(scenario)
    assert plan.attrs["objective"] == pytest.approx(2 * (1 + 0.5 * 7))
    assert tabulate_targets(scenario, plan).set_index("target").loc["zero", "acts"] == FULL


def test_an_account_that_a_plan_can_lower_is_no_such_account() -> None:
    """At 8 a kt nothing is taken off cars, and the miss of 2 kt is the plan's: 14."""
    scenario = scenario_of(town_of({"account": "cars", "value": 8}, most=4, capex=8.0), salvage="none")
    assert find_plan(scenario).attrs["objective"] == pytest.approx(14)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("sv", "Utanför nuvärdet, för ingen åtgärd rår på dem; summa över åren: zero 6,0 kt (42\n  mnkr)."),
        ("en", "Outside the present value, for no measure acts on them; sum over the years: zero\n  6.0 kt (42 MSEK)."),
    ],
)
def test_the_screen_lists_what_stands_outside(lang: str, told: str, tmp_path: Any) -> None:
    scenario = scenario_of(outside_town(), salvage="none")
    assert told in write_summary(scenario, find_plan(scenario), [], tmp_path, 1.0, lang).replace("\xa0", " ")


def farm_town(*, measure: bool = False, cap: float = 9, **target: Any) -> dict[str, Any]:
    """20 km are flown on 0.5 GWh of fuel each, which lets out 1.5 kt: 15 in all; a measure may fly on air instead."""
    town = outside_town()
    town["accounts"][-1] = {"account": "works", "factor_purchase": {"kerosene": 1.5}}
    town["commodities"] = [
        {"commodity": "trip", "demand": 20},
        {"commodity": "kerosene", "purchase_price": 0.1},
    ]
    town["technologies"].append(
        {"technology": "flight", "existing": 30, "flow": {"trip": 1, "kerosene": -0.5}, "variable_cost": 0.2}
    )
    if measure:
        glider = {"technology": "glider", "measure": True, "buildable": True, "capex": 100, "flow": {"trip": 1}}
        town["technologies"].append(glider)
    town["targets"][-1] |= {"value": cap, **target}
    return town


def test_what_demand_alone_decides_stands_outside_too() -> None:
    """20 trips at 0.2 and 10 GWh of fuel at 0.1 cost 5, cars 2. The miss of 6 kt at 7 was paid: 49, 7 without it."""
    assert plan_of(farm_town(), salvage="none").attrs["objective"] == pytest.approx(7)
    judged = judge(farm_town()).loc["zero"]
    assert (judged["acts"], judged["outside"], judged["shadow_price"]) == (OUTSIDE, pytest.approx(6), 0)


def test_a_measure_that_could_take_its_place_acts_however_dear() -> None:
    """A glider at 100 a trip is not built for the 0.75 kt * 7 it saves, but could be: 42 are the plan's to pay."""
    assert plan_of(farm_town(measure=True), salvage="none").attrs["objective"] == pytest.approx(49)
    assert judge(farm_town(measure=True)).loc["zero", "acts"] == FULL


def test_a_choice_between_what_stands_is_the_plans_to_make() -> None:
    """With two ways to go nothing is settled by demand: 8 of 20 trips by train leave 12 * 0.75 = 9 kt.

    A trip costs 0.3 by train, 0.2 and 0.05 of fuel by air: 8 * 0.05 = 0.4 more than the 5 + 2.
    """
    town = farm_town()
    town["technologies"].append({"technology": "train", "existing": 12, "flow": {"trip": 1}, "variable_cost": 0.3})
    assert plan_of(town, salvage="none").attrs["objective"] == pytest.approx(2 + 5 + 8 * 0.05)
    assert judge(town).loc["zero", "acts"] == ACTS


def test_a_budget_and_a_floor_stand_outside_by_their_own_sums() -> None:
    """15 kt in each of two years against 18: 12 beyond, in its one row. Of 15 asked 20 at least, 5 are lacking."""
    budget = farm_town(cap=18, basis="cumulative", pool="")
    budget["case"] = {"last_year": 2026}
    budget["targets"] = budget["targets"][-1:]
    row = judge(budget).loc["zero"]
    assert (row["acts"], row["outside"], row["excess"]) == (OUTSIDE, pytest.approx(12), pytest.approx(12))
    floor = judge(farm_town(cap=20, sense="at_least", pool="")).loc["zero"]
    assert (floor["acts"], floor["outside"]) == (OUTSIDE, pytest.approx(5))


def test_a_miss_of_which_a_part_is_outside_is_the_plans_where_something_else_acts_on_the_whole() -> None:
    """All let out 10 + 10 + 15 = 35 kt against 30, and cars give 4: one is missed, at 7, still."""
    town = outside_town()
    town["accounts"][2]["share"] = {"cars": 1, "farms": 1, "works": 1}
    town["accounts"] = [*town["accounts"][:2], town["accounts"][3], town["accounts"][2]]
    shared = {"year": 2025, "mode": "priced", "pool": "one"}
    town["targets"] = [
        {"target": name, "account": name, "value": value, **shared} for name, value in (("works", 9), ("total", 30))
    ]
    table = judge(town)
    assert plan_of(town, salvage="none").attrs["objective"] == pytest.approx(4 + 7)
    assert table["acts"].to_dict() == {"works": OUTSIDE, "total": FULL}


def test_a_miss_outside_is_no_part_of_the_least_that_nearest_targets_leave() -> None:
    scenario = scenario_of(farm_town(mode="nearest", pool=""), salvage="none")
    plan = find_plan(scenario)
    assert plan.attrs["miss"] == pytest.approx(0)
    assert plan.attrs["objective"] == pytest.approx(7)


def test_scenarios_of_one_family_reckon_what_stands_outside_each_for_itself() -> None:
    """Works of 15 kt, then 18, then 8 against 9: 6, 9 and 0 stand outside; the plan stays the same."""
    verifier = Verifier()
    for emitted, outside in ((15.0, 6.0), (18.0, 9.0), (8.0, 0.0)):
        town = outside_town()
        town["accounts"][-1]["exogenous"] = emitted
        scenario = scenario_of(town, salvage="none")
        plan = find_plan(scenario)
        assert plan.attrs["objective"] == pytest.approx(2)
        assert verifier.check(scenario, plan).accepted
        assert tabulate_targets(scenario, plan).set_index("target").loc["zero", "outside"] == pytest.approx(outside)


def test_why_says_which_targets_do_not_act(tmp_path: Any) -> None:
    """Cars miss 2 kt and are covered by the total, that misses 8; the 6 of works are outside."""
    town = town_of(*({"account": name, "value": value} for name, value in (("cars", 8), ("total", 12))))
    town["technologies"] = [{**row, "life": 20} for row in town["technologies"]]
    town["accounts"].append({"account": "works", "exogenous": 15})
    town["targets"].append({"target": "zero", "account": "works", "year": 2025, "value": 9, "mode": "priced"})
    family = Family(build_town(**town), Choices(salvage="none"))
    why = explain(family, {}, Wish(measures=False, checks=0), None, QUIET)
    screen = "\n".join(write_screen(why, "en", full=False, place=tmp_path)).replace("\xa0", " ")
    assert "Do not act, for total of the same pool is missed more and a unit counts once:\n  cars." in screen
    assert "for no measure acts on them; sum over the years: zero\n  6.0 kt (42 MSEK)." in screen
    assert [price.lever.item for price in why.prices] == ["total"]
