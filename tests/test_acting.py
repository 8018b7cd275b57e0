"""Which targets shape a plan and why the others do not: read off towns solved by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hand import plan_of
from town import scenario_of

from runners.reports.summary import write_summary
from runners.reports.tables import tabulate_targets
from runners.solve import find_plan
from scenarios.acting import ACTS, COVERED, FULL, NEAREST, SLACK, frame_targets, judge_targets


def town_of(*targets: dict[str, Any], most: float = 0.0, capex: float = 1.0) -> dict[str, Any]:
    """Cars and farms let out 10 kt each; a measure takes up to so much off cars, at so much a kt."""
    measure = {"technology": "measure", "buildable": True, "measure": True, "factor_capacity": {"cars": -1}}
    shared = {"year": 2025, "mode": "priced", "pool": "one"}
    return {
        "technologies": [{**measure, "capex": capex, "most_capacity": most}],
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
    scenario = scenario_of(town)
    screen = write_summary(scenario, find_plan(scenario), [], tmp_path, 1.0, lang).splitlines()
    start = screen.index(told[0])
    assert screen[start : start + len(told)] == told
    for line, cell in zip(screen[start - 3 : start], cells, strict=True):
        assert line.replace("Mt", "kt").replace("\xa0", " ").endswith(cell)
