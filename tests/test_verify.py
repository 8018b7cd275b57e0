"""Does the verifier accept what keeps the rules, and name the rule, the place and the amount of what does not?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import town
import xarray as xr
from hand_plans import TOWNS, Change, change_plan, found_town, write_plan

from conf.words import LANGUAGES, read_messages
from model.verifier.form import DECISIONS
from model.verifier.verdict import PlanRefused
from model.verifier.verify import verify
from runners.solve import find_plan

BROKEN = """
heat | digest = 0 | digest | | 1
heat | objective = 9.0554, bound = 8 | objective | | 1
heat | objective = nan | objective | | inf
heat | bound = 9.0554 | bound | | 1
heat | bound = 7.0554 | gap | | 1
heat | build pump 2026 = nan | finite | build pump 2026 | 1
heat | build pump 2025 = 0.9 | capacity_balance | pump 2026 | 0.1
heat | activity pump summer 2026 = -1 | nonnegative | activity pump summer 2026 | 1
heat | activity pump winter 2025 = 5.38 | use_most | pump winter 2025 | 1
heat | activity pump summer 2025 = 4.38 | use_annual | pump 2025 | 0.876
heat | activity pump summer 2026 = 2.5 | balance | heat summer 2026 | 0.5
heat | purchase gas winter 2025 = 1 | balance | gas 2025 | 0.6375
heat | purchase gas winter 2025 = 3.275, purchase gas summer 2025 = 0 | spread | purchase gas winter 2025 | 1.6375
heat | purchase heat winter 2025 = 0.2 | exists | purchase heat winter 2025 | 0.2
heat | sale power winter 2025 = 0.2 | exists | sale power winter 2025 | 0.2
heat | build boiler 2025 = 1 | exists | build boiler 2025 | 1
heat | retired pump 2025 2026 = 1 | exists | retired pump 2025 2026 | 1
heat | excess cap 2025 = 0.2 | exists | excess cap 2025 | 0.2
heat | account_value co2 2026 = 1.2 | target | cap 2026 | 0.2
heat | account_value co2 2026 = 0.6 | account | co2 2026 | 0.055
heat | capacity boiler 2025 = 0.25, capacity pump 2025 = 0.25 | firm | heat winter 2025 | 9.62
store | level heat summer 2025 = 3 | storage | heat winter 2025 | 0.3
store | level heat summer 2025 = 3 | level_start | heat 2025 | 0.3333333333333333
store | level heat summer 2025 = 4.5 | content | heat summer 2025 | 0.5
project | units sink 2026 = 2 | unit_lump | sink 2026 | 2
project | units sink 2026 = 0.5, build sink 2026 = 1 | whole | units sink 2026 | 0.5
project | begin sink 2026 = 0 | begin_most | sink 2026 | 2
project | begin sink 2026 = 1e-07 | begin_most | sink 2026 | 2
project | begin sink 2026 = 2 | most_one | begin sink 2026 | 1
project | begin sink 2027 = 1 | begin_units | sink 2027 | 1
project | begin sink 2027 = 1 | once | sink | 1
project | build pipe 2025 = 0.4 | begin_least | pipe 2025 | 0.6
project | begin pipe 2025 = 0, begin pipe 2026 = 1 | follows | after 2026 | 1
project | begin pipe 2025 = 0, begin pipe 2026 = 1 | requires | permit 2026 | 1
project | capacity sink 2027 = 2.5 | supports | carried 2027 | 0.5
project | ever sink = 0 | ever | sink 2026 | 1
project | ever rival = 1 | excludes | one | 1
project | build sink 2026 = 6 | build_most | sink 2026 | 2
project | build pipe 2027 = 1 | build_most | pipe 2027 | 1
project | build sink 2025 = 2 | group_build | crews 2025 | 1
project | credit net removal 2026 = 1.75 | credit_most | net removal 2026 | 0.25
project | credit net removal 2025 = 1.25 | credit_share | net removal 2025 | 1.25
project | excess cap 2026 = 0.1 | target | cap 2026 | 0.4
project | excess_total budget = 0.5 | target_total | budget | 1.5
project | missed cap 2027 = 0.2 | missed_own | cap 2027 | 0.3
project | missed cap 2027 = 1 | missed_parts | all 2027 | 0.25
nearest | miss = 25.5 | miss | | 1
nearest | miss = 23.5 | miss | | 0.9999755
nearest | miss = nan | miss | | inf
traffic | retired bus 2025 2026 = 2.5 | retired_most | bus 2025 2026 | 0.5
traffic | retired bus 2025 2025 = 1.5 | retired_order | bus 2025 2026 | 0.5
traffic | scrapped car 2025 = 0.5 | scrapped_order | car 2026 | 0.25
traffic | activity bus all 2026 = 2.5 | use_least | bus 2026 | 0.5
traffic | activity car all 2026 = 6.5 | use_most | car 2026 | 0.5
traffic | build bus 2025 = 2.5 | build_most | bus 2025 | 0.5
traffic | build bus 2026 = 1.5 | build_least | bus 2026 | 0.5
traffic | build bus 2025 = 2.5 | build_growth | bus 2025 | 0.5
traffic | build bus 2025 = 1.5 | build_growth | bus 2026 | 0.5
traffic | capacity bus 2026 = 3.5 | capacity_most | bus 2026 | 0.5
traffic | capacity car 2026 = 5.5 | capacity_least | car 2026 | 0.5
traffic | activity bus all 2026 = 3.5 | activity_most | bus 2026 | 0.5
traffic | activity bus all 2025 = 1.5 | activity_least | bus 2025 | 0.5
traffic | activity bus all 2025 = 2.5 | activity_growth | bus 2025 | 0.5
traffic | activity bus all 2025 = 1.5 | activity_growth | bus 2026 | 0.5
traffic | purchase power all 2026 = 3.5 | purchase_most | power 2026 | 0.5
traffic | purchase power all 2025 = 1.5 | purchase_least | power 2025 | 0.5
traffic | sale tyres all 2026 = 3.5 | sale_most | tyres 2026 | 0.5
traffic | capacity car 2025 = 8.5 | group_capacity | wheels 2025 | 0.5
traffic | capacity car 2026 = 5.5 | group_capacity | wheels 2026 | 0.5
traffic | build bus 2026 = 1.5 | group_build | buses 2026 | 0.5
traffic | build bus 2025 = 2.5 | group_build_growth | buses 2025 | 0.5
traffic | build bus 2025 = 1.5 | group_build_growth | buses 2026 | 0.5
traffic | activity bus all 2025 = 2.5 | group_activity_growth | buses 2025 | 0.5
traffic | activity bus all 2025 = 1.5 | group_activity_growth | buses 2026 | 0.5
traffic | activity car all 2025 = 8.5 | group_activity | wheels 2025 | 0.5
traffic | activity car all 2026 = 5.5 | group_activity | wheels 2026 | 0.5
traffic | activity car all 2026 = 5.1 | group_share | buses 2026 | 0.3
traffic | activity car all 2025 = 9 | group_share | buses 2025 | 0.2
"""
"""Town | what is changed in its plan | the rule that breaks | where | by how much."""


def read_changes(text: str) -> tuple[Change, ...]:
    changes = []
    for change in text.split(", "):
        labels, _, number = change.partition(" = ")
        places = [int(word) if word.isdigit() else word for word in labels.split()]
        changes.append((*places, number if labels == "digest" else float(number)))
    return tuple(changes)


def read_broken() -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in BROKEN.strip().split("\n")]


@pytest.mark.parametrize("name", TOWNS)
def test_a_plan_worked_out_by_hand_is_accepted(name: str) -> None:
    scenario, plan = found_town(name)
    verdict = verify(scenario, plan)
    assert verdict.violations == ()
    assert verdict.accepted
    assert verdict.max_violation < 1e-12
    assert verdict.objective == pytest.approx(plan.attrs["objective"], rel=1e-12)
    assert sum(verdict.components.values()) == pytest.approx(verdict.objective)


@pytest.mark.parametrize(("name", "changes", "rule", "place", "amount"), read_broken())
def test_a_plan_tampered_with_is_refused_with_rule_place_and_amount(
    name: str, changes: str, rule: str, place: str, amount: str
) -> None:
    scenario, plan = found_town(name)
    verdict = verify(scenario, change_plan(plan, read_changes(changes)))
    assert not verdict.accepted
    assert verdict.max_violation > 1e-3
    found = {(v.rule, " ".join(map(str, v.place.values()))): v.amount for v in verdict.violations}
    assert found.get((rule, place)) == pytest.approx(float(amount)), found


def test_every_rule_is_broken_by_some_tampering() -> None:
    known = {rule for name in TOWNS for rule in verify(*found_town(name)).checked}
    elsewhere = {"coordinates", "project_least", "begin_project"}  # the latter in test_towns_project*.py
    elsewhere |= {"use_peak"}  # in test_towns_use.py
    elsewhere |= {"capacity_end_most", "group_capacity_end_most"}  # in test_towns_periods.py
    assert known == {rule for _, _, rule, _, _ in read_broken()} | elsewhere


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda plan: plan.isel(year=[1, 0]), {"decision": "activity", "dimension": "year"}),
        (lambda plan: plan.drop_vars("credit"), {"decision": "credit", "dimension": "account, part, year"}),
        (lambda plan: plan.isel(slice=[0]), {"decision": "activity", "dimension": "slice"}),
        (lambda plan: plan.transpose("year", ...), {"decision": "capacity", "dimension": "technology, year"}),
        (lambda plan: plan.drop_vars("technology"), {"decision": "build", "dimension": "technology"}),
    ],
)
def test_a_plan_on_other_labels_is_refused_before_its_numbers_are_read(spoil: Any, place: Mapping[str, str]) -> None:
    scenario, plan = found_town("heat")
    verdict = verify(scenario, spoil(plan))
    assert not verdict.accepted
    assert {v.rule for v in verdict.violations} == {"coordinates"}
    assert place in [dict(v.place) for v in verdict.violations]
    assert np.isnan(verdict.objective)


def test_a_miss_is_weighed_by_the_size_of_its_terms() -> None:
    """The winter balance of heat has terms 4.38 + 2.62 + 7 = 14: a miss of 1.3e-5 is below 14e-6, one of 1.5e-5 not."""

    def finds_imbalance(extra: float) -> bool:
        scenario, plan = found_town("heat")
        tampered = change_plan(plan, (("activity", "boiler", "winter", 2025, 2.62 + extra),))
        violations = verify(scenario, tampered).violations
        return any(v.rule == "balance" and v.place["commodity"] == "heat" for v in violations)

    assert not finds_imbalance(1.3e-5)
    assert finds_imbalance(1.5e-5)
    assert not finds_imbalance(-1.3e-5)
    assert finds_imbalance(-1.5e-5)


def test_the_tolerance_is_the_callers_choice() -> None:
    scenario, plan = found_town("heat")
    tampered = change_plan(plan, (("account_value", "co2", 2026, 0.655 + 1e-4),))
    assert not verify(scenario, tampered).accepted
    assert verify(scenario, tampered, tolerance=1e-3).accepted


def test_a_relaxed_plan_may_have_parts_of_units_and_is_refused_otherwise() -> None:
    """Half a sink: removes 1, all credited: net 10, 9, 9 = 28, missed 1 a year and 3 in all; the whole 1.25 a year.

    Cost 4 + 5 + 7 (1.25 + 1.25 + 3) = 47.5.
    """
    scenario, plan = found_town("project")
    years = (2026, 2027)
    half = (
        ("build", "sink", 2026, 1),
        ("units", "sink", 2026, 0.5),
        ("begin", "sink", 2026, 0.5),
        ("ever", "sink", 0.5),
        *(("capacity", "sink", y, 1) for y in years),
        *(("account_value", "removal", y, 1) for y in years),
        *(("account_value", "net", y, 9) for y in years),
        *(("credit", "net", "removal", y, 1) for y in years),
        *(("account_value", "whole", y, 10) for y in years),
        *((name, "cap", y, 1) for name in ("excess", "missed") for y in years),
        *((name, "all", y, 1.25) for name in ("excess", "missed") for y in years),
        ("excess_total", "budget", 3),
        ("objective", 47.5),
        ("bound", 47.5),
    )
    assert verify(scenario, change_plan(plan, half), relaxed=True).violations == ()
    refused = verify(scenario, change_plan(plan, half))
    assert {v.rule for v in refused.violations} >= {"whole"}


def test_a_refused_plan_says_what_is_broken_where_and_by_how_much_the_worst_first() -> None:
    changes = (("credit", "net", "removal", 2026, 1.75), ("objective", 39.5), ("bound", 39.5))
    scenario, plan = found_town("project")
    verdict = verify(scenario, change_plan(plan, changes))
    error = PlanRefused(verdict)
    assert str(error) == (
        "The plan is refused: 3 violations of the rules, the worst first.\n"
        "more is credited than the most allowed (account net, part removal, year 2026): 0.250 kt\n"
        "the cost is not what the plan states: 1.00 MSEK\n"
        "the account does not add up (account net, year 2026): 0.250 kt"
    )
    assert error.tell("sv") == (
        "Planen underkänns: 3 avvikelser från reglerna, de värsta först.\n"
        "mer tillgodoräknas än högst tillåtet (konto net, delkonto removal, år 2026): 0,250 kt\n"
        "kostnaden är inte den som planen anger: 1,00 MSEK\n"
        "kontot summerar inte (konto net, år 2026): 0,250 kt"
    )


def test_a_refused_plan_lists_ten_violations_and_counts_the_rest() -> None:
    scenario, plan = found_town("traffic")
    broken = plan.copy(deep=True)
    broken["activity"] -= 20
    verdict = verify(scenario, broken)
    lines = PlanRefused(verdict).tell("sv").split("\n")
    assert len(verdict.violations) > 10
    assert len(lines) == 12
    assert lines[-1] == f"och {len(verdict.violations) - 10} till"
    assert [v.relative for v in verdict.violations] == sorted((v.relative for v in verdict.violations), reverse=True)


def test_every_rule_place_and_decision_can_be_told_in_both_languages() -> None:
    messages = read_messages()
    rules = {rule for name in TOWNS for rule in verify(*found_town(name)).checked}
    dims = {dim for dims in DECISIONS.values() for dim in dims} | {
        "commodity",
        "group",
        "rule",
        "decision",
        "dimension",
    }
    keys = {f"verify_rule_{rule}" for rule in rules} | {f"verify_place_{dim}" for dim in dims}
    keys |= {f"verify_decision_{name}" for name in DECISIONS}
    assert {key for key in keys if any(not messages.get(key, {}).get(lang) for lang in LANGUAGES)} == set()


def test_a_case_of_the_size_of_lund_is_accepted_and_judged_at_every_place() -> None:
    """100 technologies, 40 commodities, 45 accounts, 5 slices, 21 years.

    What is amiss in the last of all places is found as well: 45 accounts and 40 * 5 balances stand in each year.
    """
    names = [f"k{i}" for i in range(100)]
    goods = [f"c{i}" for i in range(40)]
    scenario = town.scenario_of(
        {
            "case": {"first_year": 2025, "last_year": 2045, "discount_rate": 0.035},
            "slices": [{"slice": f"s{i}", "hours": 1752} for i in range(5)],
            "commodities": [{"commodity": c, "balance": "slice", "purchase_price": 1} for c in goods],
            "technologies": [
                {"technology": k, "buildable": "yes", "flow": {goods[i % 40]: -1}} for i, k in enumerate(names)
            ],
            "accounts": [{"account": f"e{i}", "factor_activity": {names[i]: 1}} for i in range(45)],
        }
    )
    plan = write_plan(scenario, 0.0)
    verdict = verify(scenario, plan)
    assert verdict.violations == ()
    assert (verdict.checked["account"], verdict.checked["balance"]) == (45 * 21, 40 * 5 * 21)
    amiss = change_plan(plan, (("account_value", "e44", 2045, 1.0), ("purchase", "c39", "s4", 2045, 1.0)))
    found = {(v.rule, *v.place.values()) for v in verify(scenario, amiss).violations}
    assert found == {("account", "e44", 2045), ("balance", "c39", "s4", 2045), ("objective",)}


@pytest.mark.parametrize("km", [1.0, 1e6])
@pytest.mark.parametrize("beside", [40.0, 1e9])
def test_a_number_wrong_by_a_millionth_of_its_own_size_is_refused_whatever_stands_beside_it(
    beside: float, km: float
) -> None:
    """Trips 1e9 or 40 in one year, 40 in the next. 1e-6 of the terms 40 + 40 is 8e-5: 1e-4 too many are seen.

    Weighed against a ten-thousandth of the year beside it, 0.1 of 40 went unseen.
    """
    car = {"technology": "car", "capacitated": "no", "flow": {"trip": 1}, "variable_cost": 1 / km}
    scenario = town.scenario_of(
        {
            "case": {"last_year": 2026},
            "commodities": [{"commodity": "trip", "demand": {2025: beside * km, 2026: 40 * km}}],
            "technologies": [car],
        }
    )
    plan = find_plan(scenario)
    assert verify(scenario, plan).max_violation < 1e-9
    for more, refused in ((1e-4 * km, True), (5e-5 * km, False)):
        amiss = change_plan(plan, (("activity", "car", "all", 2026, 40 * km + more),))
        found = [v.rule for v in verify(scenario, amiss).violations]
        assert ("balance" in found) is refused, (more, found)


def test_a_plan_read_back_from_its_file_is_accepted(tmp_path: Path) -> None:
    scenario, plan = found_town("nearest")
    plan.to_netcdf(tmp_path / "plan.nc")
    assert verify(scenario, xr.load_dataset(tmp_path / "plan.nc")).accepted


@pytest.mark.slow
def test_the_verifier_loads_nothing_of_the_builder() -> None:
    script = "import model.verifier.verify, sys; print(*(m for m in sys.modules if m.split('.')[0] in sys.argv[1:]))"
    packages = ["model", "scenarios", "pyomo", "highspy"]
    told = subprocess.run([sys.executable, "-c", script, *packages], capture_output=True, text=True, check=True)
    loaded = {name for name in told.stdout.split() if not name.startswith("model.verifier")}
    assert loaded == {
        *("model", "scenarios", "scenarios.catalog", "scenarios.catalog_aside", "scenarios.catalog_finance"),
        *("scenarios.errors", "scenarios.terms"),
    }
