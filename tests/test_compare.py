"""Plans beside each other: a bridge of cost that closes, what moved, rules that bind, and what cannot be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import account_towns
import numpy as np
import pytest
import random_towns
import test_cli
import xarray as xr
from hand import assert_close
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeping import write_sweep

from model.conflict import NoPlan
from model.verify import PlanRefused
from runners.cli import main
from runners.comparing.binding import find_bindings
from runners.comparing.bridge import BridgeOpen, bridge_costs, check_closed, group_components, group_items, share_cost
from runners.comparing.compare_command import read_names
from runners.comparing.compare_summary import tell_years
from runners.comparing.comparison import compare_sides, list_asked, open_all
from runners.comparing.sides import WHOLE, Side, flatten, read_config_of
from runners.reports.tables import TABLES
from runners.solve import find_plan
from scenarios.catalog import ACTOR
from scenarios.errors import CaseError

Solve = Callable[..., Path]


@pytest.fixture
def solve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Solve:
    """Makes the run folder of a plan for the town of `test_cli`, whose emissions may be what they like."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runners.reports.figures.draw_figures", lambda *_: [])  # nobody looks at them here
    case = test_cli.write_case(tmp_path / "stad", cap=100.0)

    def run(name: str, *words: str) -> Path:
        given = () if any(word.startswith("case.path") for word in words) else (f"case.path={case}",)
        assert main(["plan", *given, test_cli.NO_SALVAGE, f"out={tmp_path / name}", *words]) == 0
        return tmp_path / name

    return run


def side_of(scenario: xr.Dataset, plan: xr.Dataset, name: str) -> Side:
    """A side as if it had been restored."""
    return Side(
        name=name,
        kind=WHOLE,
        case="town",
        names={"sv": "town", "en": "town"},
        money="MSEK",
        price_year=2025,
        years=dict(zip(scenario["year"].values.tolist(), scenario["length"].values.tolist(), strict=True)),
        cost=float(plan.attrs["objective"]),
        tables={name: tabulate(scenario, plan) for name, tabulate in TABLES.items()},
        asked={},
        inputs={},
        digest="0" * 64,
        scenario=scenario,
        plan=plan,
    )


def told(*words: object, lang: str = "sv") -> list[str]:
    """What is said of plans that cannot be compared."""
    with pytest.raises(CaseError) as caught:
        compare_sides(open_all([str(word) for word in words]))
    return [problem.tell(lang) for problem in caught.value.problems]


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
    assert set(table.index) == {*scenario[ACTOR].values.tolist(), "missed_targets", "account_prices"}
    stateless = scenario.assign_coords(
        actor_kind=scenario["actor_kind"].where(scenario["actor_kind"] != "state", "company")
    )
    untaxed = share_cost(stateless, plan)
    assert "tax_unreceived" in untaxed.index
    assert_close(untaxed["capital"].sum() + untaxed["operating"].sum(), plan.attrs["social_cost"])


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


def test_choices_that_differ_are_listed(solve: Solve) -> None:
    first, second = open_all([str(solve("bas")), str(solve("dyr", "price.scale.power=2", "exclude=[pump]"))])
    assert list_asked(first, second) == [("exclude", "–", "pump"), ("price.scale.power", "–", "2.0")] or list_asked(
        first, second
    ) == [("price.scale.power", "–", "2.0"), ("exclude", "–", "pump")]
    assert list_asked(first, first) == []


def test_a_table_edited_by_hand_is_refused(solve: Solve, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = solve("ett"), solve("tva")
    costs = second / "tables" / "costs.csv"
    costs.write_text(costs.read_text(encoding="utf-8").replace("investment", "salvage"), encoding="utf-8")
    capsys.readouterr()
    assert main(["compare", str(first), str(second)]) == 2
    assert str(costs) in capsys.readouterr().err


def forge_plan(place: Path, change: Callable[[xr.Dataset], None]) -> None:
    """Change plan.nc and put its new digest into the manifest, as somebody careful would."""
    with xr.open_dataset(place / "plan.nc", engine="netcdf4") as stored:
        plan = stored.load()
    change(plan)
    plan.to_netcdf(place / "plan.nc", engine="netcdf4")
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["plan.nc"] = hashlib.sha256((place / "plan.nc").read_bytes()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_the_verifier_speaks_where_a_plan_was_edited_with_its_digest(
    solve: Solve, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = solve("ett"), solve("tva")

    def build_less(plan: xr.Dataset) -> None:
        plan["build"] = plan["build"] * 0.5

    forge_plan(second, build_less)
    with pytest.raises(PlanRefused):
        open_all([str(first), str(second)])
    capsys.readouterr()
    assert main(["compare", str(first), str(second)]) == 1
    assert "Planen underkänns" in capsys.readouterr().err


def test_tables_are_reckoned_again_from_the_plan_that_was_verified(solve: Solve) -> None:
    """A cost table forged with its digest is not believed while the plan itself can be had."""
    first, second = solve("ett"), solve("tva")
    costs = second / "tables" / "costs.csv"
    costs.write_text(costs.read_text(encoding="utf-8").replace("3.42", "9.42"), encoding="utf-8")
    manifest = json.loads((second / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["tables/costs.csv"] = hashlib.sha256(costs.read_bytes()).hexdigest()
    (second / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert one.bridge is not None
    assert_close(one.bridge["difference"], 0)


def test_a_case_that_changed_leaves_tables_alone(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan cannot be verified again: its tables still give the bridge, by component only."""
    first, second = solve("ett"), solve("tva", "exclude=[pump]")
    prices = tmp_path / "stad" / "prices.csv"
    prices.write_text(prices.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert one.first.kind == "tables"
    assert one.bridge is not None
    assert_close(one.bridge["difference"].sum(), 10 - 6.6 + 3.3 - 3 * 10 / 8.76)
    assert one.bridge["numbers"].isna().all()
    assert (one.actors, one.bindings) == (None, None)
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "Fallets filer är inte de som A, B gjordes av, eller borta: planen kan inte kontrolleras på nytt, och "
        "skillnaden inte delas på andra tal och annan plan eller på aktörer."
    ) in shown
    assert "Vilka regler som binder kan bara sägas om planer som kunde kontrolleras på nytt." in shown


def test_plans_of_different_cases_are_refused(solve: Solve, tmp_path: Path) -> None:
    other = test_cli.write_case(tmp_path / "by", cap=100.0)
    first, second = solve("ett"), solve("tva", f"case.path={other}")
    assert told(first, second) == [
        "B: planen är för fallet 'by', A för 'stad'. Planer för olika fall har inget gemensamt att jämföra; välj två "
        "för samma fall."
    ]
    assert told(first, second, lang="en") == [
        "B: the plan is for the case 'by', A for 'stad'. Plans of different cases have nothing to compare; choose two "
        "of one case."
    ]


def test_plans_of_other_years_are_compared_in_the_years_that_both_have(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A single year pays no pump: 3 against 8.76 * 0.35 = 3.07 does, so it is built in both; only totals differ."""
    first, second = solve("tva"), solve("ett", "case.last_year=2025", "case.last_length=1")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert (one.years, one.bridge) == ([2025], None)
    assert np.isnan(one.dearer)
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}"]) == 0
    shown = capsys.readouterr().out
    assert (
        "Planerna har olika år, så deras kostnader i allt kan inte jämföras. Det som följer gäller de år som båda har."
    ) in shown
    assert "years 2025–2026 → 2025–2025" in shown


def test_plans_with_no_year_in_common_are_refused(solve: Solve) -> None:
    first = solve("tidig", "case.last_year=2025", "case.last_length=1")
    second = solve("sen", "case.first_year=2026", "case.last_length=1")
    assert told(first, second) == [
        "B: planens år är 2026–2026, de i A 2025–2025: inget år är gemensamt. Gör om den ena med case.first_year och "
        "case.last_year."
    ]


def edit_case(folder: Path, quantity: str, value: str) -> None:
    path = folder / "case.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("value")
    for i, line in enumerate(lines):
        cells = line.split(",")
        if quantity in cells:
            cells[at] = value
            lines[i] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_plans_at_other_price_levels_are_compared_in_amounts(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = solve("ett")
    edit_case(tmp_path / "stad", "price_year", "2024")
    second = solve("tva", "exclude=[pump]")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert one.bridge is None
    assert one.measures["outlay_first"].isna().all()
    assert one.measures["moved"].tolist() == ["gone"]
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}", "lang=en"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "The plans are at different price levels, so their costs cannot be compared. What follows is amounts." in shown
    )
    assert "price_year 2025 → 2024" in shown


def test_plans_in_other_money_are_refused(solve: Solve, tmp_path: Path) -> None:
    first = solve("ett")
    edit_case(tmp_path / "stad", "money", "MEUR")
    for path in (tmp_path / "stad").glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("MSEK", "MEUR"), encoding="utf-8")
    second = solve("tva")
    assert told(first, second) == ["B: planen räknar i MEUR, A i MSEK. Gör om den ena med samma penningenhet."]


def test_words_that_name_no_plans_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        read_names(["--bridge", "x=1", str(tmp_path), "lang=sv"])
    assert [problem.tell("sv") for problem in caught.value.problems] == [
        "fardplan compare: '--bridge' är varken en mapp eller ett val här. Skriv två eller fler mappar, och out=MAPP "
        "om svaret ska till en egen.",
        "fardplan compare: 'x=1' är varken en mapp eller ett val här. Skriv två eller fler mappar, och out=MAPP "
        "om svaret ska till en egen.",
        "fardplan compare: 1 planer är nämnda. Skriv 2 till 10: fardplan compare runs/A runs/B.",
    ]


def test_scenarios_of_a_sweep_are_compared_as_far_as_it_keeps_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their objectives are 100 and 102; a sweep has no cost by component, and says what to do instead."""
    sweep = write_sweep(tmp_path / "svep", 6)
    assert main(["compare", f"{sweep}#0", f"{sweep}#2", f"out={tmp_path / 'ut'}"]) == 0
    shown = capsys.readouterr().out.replace("\xa0", " ")
    assert "B kostar 2,0 mnkr mer än A." in shown
    assert (
        "Ett svep behåller inte kostnaden per slag, så den har ingen brygga. Gör planer av scenarierna (fardplan plan "
        "med samma val) och jämför dem."
    ) in shown
    content = json.loads((tmp_path / "ut" / "compare.json").read_text(encoding="utf-8"))
    assert content["comparisons"][0]["difference_msek"] == 2.0
    assert content["comparisons"][0]["bridge"] is None


def test_a_scenario_that_a_sweep_does_not_have_is_refused(tmp_path: Path) -> None:
    sweep = write_sweep(tmp_path / "svep", 6)
    text = "det finns inget färdigt scenario '77'. Skriv ett nummer från 0 till 5, eller ett id ur design.parquet."
    assert told(f"{sweep}#0", f"{sweep}#77") == [f"{sweep}: {text}"]


def test_three_plans_each_stand_beside_the_first(solve: Solve, tmp_path: Path) -> None:
    places = [str(solve("ett")), str(solve("tva", "exclude=[pump]")), str(solve("tre", "price.scale.power=2"))]
    assert main(["compare", *places, f"out={tmp_path / 'ut'}"]) == 0
    content = json.loads((tmp_path / "ut" / "compare.json").read_text(encoding="utf-8"))
    assert [one["second"] for one in content["comparisons"]] == ["B", "C"]
    assert all(abs(one["bridge_rest"]) <= 1e-6 for one in content["comparisons"])
    assert [plan["verified_again"] for plan in content["plans"]] == [True] * 3
    figures = {path.name for path in (tmp_path / "ut" / "figures").iterdir()}
    assert figures == {"bridge_B.svg", "bridge_B.png", "bridge_C.svg", "bridge_C.png"}


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


def test_runs_of_years_are_written_as_spans() -> None:
    assert tell_years([2032, 2030, 2031, 2040]) == "2030–2032, 2040"
    assert tell_years([0]) == ""


def test_a_configuration_comes_back_from_its_manifest() -> None:
    config = read_config_of({"case": {"name": "lund"}, "exclude": ["pump"], "settings": {"adjust.capex.pump": 2.0}})
    assert (config.case.name, config.exclude, config.solver.gap) == ("lund", ["pump"], 1e-4)
    content: dict[str, Any] = {"price": {"scale": {"gas": 2.0}}, "exclude": []}
    assert dict(flatten(content)) == {"price.scale.gas": 2.0, "exclude": []}
