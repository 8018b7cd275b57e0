"""Plans beside each other: a bridge of cost that closes, what moved, rules that bind, what is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import account_towns
import numpy as np
import pandas as pd
import pytest
import random_towns
from compared import Kept, Solve, make_solve, side_of
from hand import assert_close
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import write_case

from conf.schema import build_config
from model.queries.no_plan import NoPlan
from runners.analyses.comparison.binding import find_bindings
from runners.analyses.comparison.bridge import (
    BridgeOpen,
    bridge_costs,
    check_closed,
    group_components,
    group_items,
    share_cost,
)
from runners.analyses.comparison.compare_summary import sort_moved, tell_years
from runners.analyses.comparison.compared_plans import flatten
from runners.analyses.comparison.comparison import compare_sides, list_asked, open_all
from runners.cli import main
from runners.solve import find_plan
from scenarios.catalog import ACTOR

OUTLAYS = ["outlay_first", "outlay_second"]


@pytest.fixture(scope="module")
def kept() -> Kept:
    return {}


@pytest.fixture
def solve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: Kept) -> Solve:
    return make_solve(tmp_path, monkeypatch, kept)


@pytest.mark.slow
def test_the_bridge_by_hand_where_a_measure_is_left_out(solve: Solve) -> None:
    """With the pump 3.4247 + 1.5 + 1.8 = 6.7247, without it 12.5 GWh of gas a year: 2 * 5 = 10.

    The difference, 3.2753: 3.4247 less invested, 10 more for gas, 1.5 + 1.8 less for power. No number differs, so
    all of it is another plan.
    """
    first, second = open_all([str(solve("med")), str(solve("utan", "exclude=[pump]"))])
    bridge = bridge_costs(first, second).set_index("item")
    built = 3 * 10 / 8.76
    assert_close(bridge.loc[["pump", "gas", "power"], "difference"], [-built, 10, -3.3])
    assert_close(bridge["numbers"], 0)
    assert_close(bridge["plan"], bridge["difference"])
    assert_close(bridge["difference"].sum(), 10 - built - 3.3)


@pytest.mark.slow
def test_the_bridge_by_hand_where_a_price_differs(solve: Solve) -> None:
    """Power at twice its price: a MW of pump saves 8.76 * (0.2 + 0.14) = 2.98 and costs 3, so gas it is, for 10.

    The plan with the pump would have cost 3.4247 + 6.6 = 10.0247: other numbers +3.3, another plan -0.0247.
    """
    first, second = open_all([str(solve("bas")), str(solve("dyr", "price.scale.power=2"))])
    components = group_components(bridge_costs(first, second)).set_index("component")
    built = 3 * 10 / 8.76
    assert list(components.index) == ["investment", "purchase"]
    assert_close(components["numbers"], [0, 3.3])
    assert_close(components["plan"], [-built, 10 - 6.6])
    assert_close(components["difference"].sum(), second.cost - first.cost)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_bridge_closes_on_random_towns(data: st.DataObject) -> None:
    scenario = data.draw(random_towns.draw_scenario())
    dearer = scenario.copy()
    dearer["purchase_price"] = scenario["purchase_price"] * 1.3
    dearer["fixed_cost"] = scenario["fixed_cost"] * 0.5
    try:
        plans = [find_plan(one) for one in (scenario, dearer)]
    except NoPlan:  # a town without a plan has nothing to compare
        return
    first, second = (side_of(one, plan, "A") for one, plan in zip((scenario, dearer), plans, strict=True))
    bridge = bridge_costs(first, second)
    difference = second.cost - first.cost
    scale = max(1.0, abs(first.cost), abs(second.cost))
    assert abs(bridge["difference"].sum() - difference) <= 1e-6 * scale
    assert abs((bridge["numbers"] + bridge["plan"]).sum() - difference) <= 1e-6 * scale
    items = group_items(bridge)
    assert abs(items["difference"].sum() - difference) <= 1e-6 * scale
    parts = [name for name in ("capital", "operation", "other") if name in items]
    np.testing.assert_allclose(items[parts].sum(axis=1), items["difference"], atol=1e-9 * scale)


def test_a_bridge_that_does_not_close_is_our_fault_and_says_by_how_much() -> None:
    check_closed(2.0, 10.0, 12.0)
    with pytest.raises(BridgeOpen, match=r"the bridge leaves 0\.5 of 2"):
        check_closed(2.5, 10.0, 12.0)


def test_what_actors_bear_sums_to_the_cost_of_society() -> None:
    """A town with tariffs, taxes, owners and a state; and the same without anybody who receives the taxes."""
    scenario, plan, _ = account_towns.solve_rich()
    table = share_cost(scenario, plan)
    assert_close(table["capital"].sum() + table["operating"].sum(), plan.attrs["social_cost"])
    assert set(table.index) == {*scenario[ACTOR].values.tolist(), "missed_targets", "broken_limits", "account_prices"}
    stateless = scenario.assign_coords(
        actor_kind=scenario["actor_kind"].where(scenario["actor_kind"] != "state", "company")
    )
    untaxed = share_cost(stateless, plan)
    assert "tax_unreceived" in untaxed.index
    assert_close(untaxed["capital"].sum() + untaxed["operating"].sum(), plan.attrs["social_cost"])


@pytest.mark.slow
def test_measures_that_moved_are_told_by_how(solve: Solve) -> None:
    """Without the pump it is gone, put back it is new; at 60 % more for gas nothing moves."""
    base, none = solve("bas"), solve("utan", "exclude=[pump]")
    dear = solve("dyr", "price.scale.gas=1.6")
    forth, same = compare_sides(open_all([str(base), str(none), str(dear)]))
    (row,) = forth.measures.to_dict("records")
    assert (row["technology"], row["moved"], row["year_first"]) == ("pump", "gone", 2025)
    assert_close([row["build_first"], row["build_second"]], [10 / 8.76, 0])
    (back,) = compare_sides(open_all([str(none), str(base)]))
    assert back.measures["moved"].tolist() == ["new"]
    assert same.measures["moved"].tolist() == ["same"]


def test_a_later_start_and_another_amount_are_told_apart(solve: Solve) -> None:
    """From 2026 on a MW saves 8.76 * 0.32 = 2.80, less than 3; with gas at twice its price 8.76 * 0.82 = 7.18."""
    words = ["price.scale.gas=2"]
    first, second = (
        solve("nu", *words),
        solve("sen", *words, "set.earliest_start.pump=2026"),
    )
    (one,) = compare_sides(open_all([str(first), str(second)]))
    (row,) = one.measures.to_dict("records")
    assert (row["moved"], row["year_first"], row["year_second"]) == ("later", 2025, 2026)
    half = solve("halv", *words, "adjust.demand.heat=0.5")
    (other,) = compare_sides(open_all([str(first), str(half)]))
    assert other.measures["moved"].tolist() == ["less"]


def test_what_comes_or_goes_entirely_is_told_before_what_only_changes() -> None:
    """One that goes saves 13, one that comes costs 40; 2 % more of the dearest costs 23 more."""
    rows = [("machines", "more", 364.0, 387.0), ("cars", "gone", 13.0, 0.0), ("same", "later", 9.0, 9.0)]
    table = pd.DataFrame([*rows, ("trucks", "new", 0.0, 40.0)], columns=["technology", "moved", *OUTLAYS])
    assert sort_moved(table)["technology"].tolist() == ["trucks", "cars", "machines", "same"]
    unknown = table.assign(**dict.fromkeys(OUTLAYS, float("nan")))
    assert sort_moved(unknown)["technology"].tolist() == ["cars", "trucks", "machines", "same"]


@pytest.mark.slow
def test_rules_that_bind_in_one_alone(solve: Solve) -> None:
    """With at most 1 MW a year the pump is built to the limit in 2025; without the limit nothing holds it."""
    words = ["price.scale.gas=2"]
    free, held = solve("fri", *words), solve("trang", *words, "set.most_build.pump=1")
    (one,) = compare_sides(open_all([str(free), str(held)]))
    assert one.bindings is not None
    rows = one.bindings.set_index(["rule", "item"])
    assert rows.loc[("build_most", "pump"), "second"] == "2025"
    assert rows.loc[("build_most", "pump"), ["both", "first"]].tolist() == ["", ""]


def test_a_rule_with_nothing_on_either_side_does_not_bind(solve: Solve) -> None:
    """Before its earliest start nothing is built and nothing may be: that is no rule to stand against."""
    (side,) = open_all([str(solve("sen", "price.scale.gas=2", "set.earliest_start.pump=2026"))])
    assert side.scenario is not None
    assert side.plan is not None
    assert ("build_most", "pump") not in find_bindings(side.scenario, side.plan)


@pytest.mark.slow
def test_choices_that_differ_are_listed(solve: Solve) -> None:
    first, second = open_all([str(solve("bas")), str(solve("dyr", "price.scale.power=2", "exclude=[pump]"))])
    assert list_asked(first, second) == [("exclude", "–", "pump"), ("price.scale.power", "–", "2.0")] or list_asked(
        first, second
    ) == [("price.scale.power", "–", "2.0"), ("exclude", "–", "pump")]
    assert list_asked(first, first) == []


@pytest.mark.slow
def test_three_plans_each_stand_beside_the_first(solve: Solve, tmp_path: Path) -> None:
    places = [str(solve("ett")), str(solve("tva", "exclude=[pump]")), str(solve("tre", "price.scale.power=2"))]
    assert main(["compare", *places, f"out={tmp_path / 'ut'}"]) == 0
    content = json.loads((tmp_path / "ut" / "compare.json").read_text(encoding="utf-8"))
    assert [one["second"] for one in content["comparisons"]] == ["B", "C"]
    assert all(abs(one["bridge_rest"]) <= 1e-6 for one in content["comparisons"])
    assert [plan["verified_again"] for plan in content["plans"]] == [True] * 3
    figures = {path.name for path in (tmp_path / "ut" / "figures").iterdir()}
    assert figures == {"bridge_B.svg", "bridge_B.png", "bridge_C.svg", "bridge_C.png"}


@pytest.mark.slow
def test_the_screen_in_swedish(solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = solve("med"), solve("utan", "exclude=[pump]")
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}"]) == 0
    shown = capsys.readouterr().out.replace("\xa0", " ").splitlines()
    assert shown[0] == "Småstad: planer bredvid varandra (nuvärde av samhällets kostnad)"
    assert shown[4:6] == ["Skiljer i förutsättningar, A → B: exclude – → pump", "B kostar 3,3 mnkr mer än A."]
    rows = [line.split() for line in shown[6:10]]
    assert rows[0] == ["Kostnadens", "brygga,", "mnkr", "A", "B", "skillnad", "andra", "tal", "annan", "plan"]
    assert rows[1] == ["investeringar", "3,4", "0,0", "−3,4", "0,0", "−3,4"]
    assert rows[2] == ["inköp", "3,3", "10,0", "6,7", "0,0", "6,7"]
    assert rows[3] == ["summa", "6,7", "10,0", "3,3", "0,0", "3,3"]
    assert len(shown) <= 40


@pytest.mark.slow
def test_misses_that_one_side_puts_no_value_on_are_told(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the pump 2.5 kt of 100 are let out; of a cap of 1 in 2026 they are 1.5 too much: 10.5 at 7, or nothing.

    "B costs 10.5 MSEK less than A" was all that was said.
    """
    words = ("exclude=[pump]", f"case.path={write_case(tmp_path / 'trang')}")
    first, second = (
        solve("vard", *words, "target.mode=priced", "target.excess_price=7"),
        solve("nara", *words, "target=nearest"),
    )
    capsys.readouterr()
    assert main(["compare", str(first), str(second), "lang=en", f"out={tmp_path / 'ut'}"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "B costs 10.5 MSEK less than A. B puts no value on what is missed. Without the value of missed targets: "
        "B costs 0.0 MSEK more than A."
    ) in told


def test_runs_of_years_are_written_as_spans() -> None:
    assert tell_years([2032, 2030, 2031, 2040]) == "2030–2032, 2040"
    assert tell_years([0]) == ""


def test_a_configuration_comes_back_from_its_manifest() -> None:
    config = build_config({"case": {"name": "lund"}, "exclude": ["pump"], "settings": {"adjust.capex.pump": 2.0}})
    assert (config.case.name, config.exclude, config.solver.gap) == ("lund", ["pump"], 1e-4)
    content: dict[str, Any] = {"price": {"scale": {"gas": 2.0}}, "exclude": []}
    assert dict(flatten(content)) == {"price.scale.gas": 2.0, "exclude": []}
