"""Towns solved by hand in which nothing is done: what binds there, and plans that are found where it is no way.

Heat is bought for 4 MSEK/GWh or made by a pump, a measure, whose 1 MW makes 1 GWh a year; the city pays for all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hand import assert_close, decided, plan_of
from town import build_town

from model.solver.solution import SolverOptions
from runners.cli import main
from runners.family import Family
from runners.outcome import Outcome
from runners.reports.tables import tabulate_run
from runners.sweep_store.store import open_sweep
from scenarios.choices import Choices

CITY = {"actor": "city", "kind": "municipality", "taxes_and_grants": 100}
PUMP = {"technology": "pump", "actor": "city", "buildable": True, "measure": True, "capex": 3, "life": 20}


def heated(pump: dict[str, Any], *others: dict[str, Any], last_year: int = 2026, **tables: Any) -> dict[str, Any]:
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "heat", "demand": 2, "purchase_price": 4, "trader": "city"}],
        "technologies": [
            {**PUMP, "flow": {"heat": 1}, **pump},
            *({"actor": "city", "flow": {"heat": 1}, **other} for other in others),
        ],
        "accounts": [{"account": "co2", "factor_purchase": {"heat": 0.1}}],
        "actors": [CITY],
        "inflation": [{"value": 0}],
        **tables,
    }


def solve(town: dict[str, Any], settings: dict[str, float] | None = None, **choices: Any) -> Outcome:
    family = Family(build_town(**town), Choices(**{"salvage": "none", **choices}), SolverOptions())
    return family.solve(settings or {})


def group(name: str, weight: dict[str, float], **limits: Any) -> dict[str, Any]:
    return {"group": name, "weight": weight, **limits}


STOVE = {"technology": "stove", "existing": 2, "variable_cost": 1}
MODE = {
    "technology": "mode",
    "measure": True,
    "host": "stove",
    "resolution": "slice",
    "must_run": 0.5,
    "variable_cost": 2,
}
TAKEN = [
    {"commodity": "heat", "demand": 2, "purchase_price": 4, "trader": "city"},
    {"commodity": "chips", "purchase_price": 0.5, "least_purchase": 1, "trader": "city"},
]

ASKING: dict[str, dict[str, Any]] = {
    "least capacity": heated({"least_capacity": 1}),
    "least build": heated({"least_build": {2025: 1, 2026: 0}}),
    "must be built": heated({"least_build": {2025: 1, 2026: 0}, "once": True, "most_build": 1}),
    "least activity": heated({"least_activity": 1}),
    "group: capacity": heated({}, groups=[group("all", {"pump": 1}, group_least_capacity=1)]),
    "group: build": heated({}, groups=[group("all", {"pump": 1}, group_least_build={2025: 1, 2026: 0})]),
    "group: activity": heated({}, STOVE, groups=[group("all", {"pump": 1, "stove": 0.1}, group_least_activity=1.1)]),
    "group: weighed the other way": heated(
        {}, STOVE, groups=[group("old", {"stove": 1, "pump": -1}, group_most_activity=0)]
    ),
    "share": heated(
        {},
        STOVE,
        groups=[group("new", {"pump": 1}, of="both", group_least_share=0.5), group("both", {"pump": 1, "stove": 1})],
    ),
    "share of the others": heated(
        {},
        STOVE,
        groups=[group("old", {"stove": 1}, of="both", group_most_share=0.5), group("both", {"pump": 1, "stove": 1})],
    ),
    "must run of a mode": heated({}, {**STOVE, "resolution": "slice", "flow": {}}, MODE),
    "least purchase": heated({"flow": {"heat": 1, "chips": -1}}, commodities=TAKEN),
}


@pytest.mark.parametrize("town", ASKING.values(), ids=ASKING)
def test_what_asks_for_a_measure_does_not_bind_doing_nothing(town: dict[str, Any]) -> None:
    """Doing nothing is buying heat at 4 (or the stove at 1) for two years. (Nobody could: there was no plan.)"""
    outcome = solve(town)
    assert outcome.reference is not None
    assert outcome.notices == ()
    assert_close(decided(outcome.reference, "build", "pump"), [0, 0])
    stove = any(row["technology"] == "stove" and row.get("flow", {"heat": 1}) for row in town["technologies"])
    assert_close(outcome.reference.attrs["objective"], 2 * 2 * (1 if stove else 4))


def test_what_asks_for_a_measure_is_free_under_do_nothing_itself_and_under_settings() -> None:
    """`do_nothing=true` is the same path; a setting that asks for a measure does not bind it either.

    In the plan 1 MW has to stand, which costs 3 and saves 2 years of 4: 3 + 2 x 4 = 11; the second saves 8 for 3: 6.
    """
    town = heated({"most_capacity": 1})
    assert_close(solve(heated({"least_capacity": 1}), do_nothing=True).plan.attrs["objective"], 16)
    outcome = solve(town, {"set.least_capacity.pump": 1.0})
    assert_close([outcome.plan.attrs["objective"], outcome.reference.attrs["objective"]], [11, 16])


@pytest.mark.parametrize("kind", ["requires", "follows", "supports", "excludes"])
def test_what_waits_for_a_measure_is_not_built_where_nothing_is_done(kind: str) -> None:
    """A meter, no measure, makes 1 GWh for 1 MSEK where the pump lets it: never here, unless they exclude each other.

    (The program could not be written: `begin` of the pump was asked for and is not there.)
    """
    size = {"least_size": 1, "most_build": 2, "most_capacity": 2}
    meter = {"technology": "meter", "buildable": True, "capex": 1, "life": 20, **size}
    rule = {"rule": "first", "kind": kind, "technology": "meter", "other": "pump", "value": 1}
    outcome = solve(heated(size, meter, logic=[rule]))
    assert_close(outcome.reference.attrs["objective"], 2 if kind == "excludes" else 16)


CLOSING = {"technology": "old", "existing": {2025: 2, 2026: 0}, "variable_cost": 1}


def closing_town(**city: Any) -> dict[str, Any]:
    """2 GWh of heat a year from an old plant at 1 MSEK/GWh, which closes after 2025; only pumps may take its place."""
    town = heated({}, CLOSING)
    del town["commodities"][0]["purchase_price"]
    town["actors"] = [{**CITY, "planned_result": 5, **city}]
    return town


def test_a_plant_that_closes_without_an_heir_leaves_doing_nothing_no_way() -> None:
    """2 MW of pumps for 6 replace it in 2026, and in 2025 they spare nothing but the 2 of the old plant's running.

    Built in 2026: 6 + 2; built in 2025: 6. The cheapest is 6. (The reader was told that there is no plan.)
    """
    outcome = solve(closing_town())
    assert_close(outcome.plan.attrs["objective"], 6)
    assert outcome.reference is None
    assert np.isnan(outcome.scenario["reference_operating"].values).all()
    assert [notice.key for notice in outcome.notices] == ["no_do_nothing"]
    assert outcome.notices[0].tell("en") == (
        "Doing nothing is no way here (these cannot all hold: demand and supply of heat (2026); most use of old "
        "(2026); most use of pump (2026)). The plan holds, but what is measured against doing nothing is left out: "
        "changes of outlays and operation, result, self-financing, and what measures replace and save."
    )
    assert outcome.notices[0].tell("sv") == (
        "Att inte göra någonting går inte här (detta kan inte gälla samtidigt: efterfrågan och tillförsel av heat "
        "(2026); högsta användning av old (2026); högsta användning av pump (2026)). Planen gäller, men det som mäts "
        "mot nollalternativet utelämnas: förändringar av utgifter och drift, resultat, självfinansiering och vad "
        "åtgärderna ersätter och sparar."
    )


def test_a_least_result_is_not_asked_for_where_nothing_measures_it() -> None:
    """50 of the planned 5 MSEK can never be kept, but a result is a change against doing nothing, which is no way."""
    outcome = solve(closing_town(least_result=0.5))
    assert_close(outcome.plan.attrs["objective"], 6)
    assert [notice.key for notice in outcome.notices] == ["no_do_nothing", "no_do_nothing_result"]
    assert outcome.notices[1].tell("en") == (
        "The least result (least_result) is not asked for: a result is reckoned from doing nothing, which is no way "
        "here."
    )
    assert outcome.notices[1].tell("sv") == (
        "Kravet på lägsta resultat (least_result) tillämpas inte: resultatet räknas från nollalternativet, som inte "
        "finns här."
    )


def test_a_setting_opens_and_closes_the_way_of_doing_nothing() -> None:
    """With the old plant standing on, doing nothing is a way again, and the least result is asked for again."""
    town = closing_town(least_result=0.01)
    family = Family(build_town(**town), Choices(salvage="none"), SolverOptions())
    first, opened, again = (family.solve(settings) for settings in ({}, {"set.existing.old": 2.0}, {}))
    assert [first.reference, again.reference] == [None, None]
    assert_close(opened.reference.attrs["objective"], 4)
    assert opened.notices == ()
    assert_close([first.plan.attrs["objective"], again.plan.attrs["objective"]], [6, 6])
    assert_close(decided(plan_of(closing_town()), "build", "pump").sum(), 2)


def test_tables_leave_out_what_is_measured_against_doing_nothing() -> None:
    """No result, self-financing or change, and no worth of a measure whose worth is what it replaces."""
    outcome = solve(closing_town())
    tables = tabulate_run(outcome.scenario, outcome.plan, outcome.reference)
    assert {"result", "result_percent", "self_financing"}.isdisjoint(tables["key_figures"]["item"])
    assert tables["cash_flow"]["change"].isna().all()
    assert tables["funding"]["change"].isna().all()
    assert tables["green_impact"].empty
    measures = tables["measures_finance"]
    assert set(measures["level"]) == {"measure"}
    assert measures[["replaced", "npv", "irr_percent", "payback_years", "annuity"]].isna().all(axis=None)
    assert_close(measures["investment"], [6] * len(measures))


@pytest.mark.slow
def test_every_command_runs_where_doing_nothing_is_no_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Plan, report, workbook, why, near, a cost curve by measure, a comparison and a sweep."""
    for name, frame in build_town(**closing_town(least_result=0.01)).frames.items():
        if len(frame):
            frame.to_csv(tmp_path / f"{name}.csv", index=False)
    case, out = f"case.path={tmp_path}", tmp_path / "out"
    for words in (
        ["plan", case, "lang=en", f"out={out}/a"],
        ["plan", case, "adjust.capex.pump=2", "lang=en", f"out={out}/b"],
        ["report", f"{out}/a", "--out", f"{out}/a.html"],
        ["workbook", f"{out}/a", "--out", f"{out}/a.xlsx"],
        ["why", case, "lang=en", f"out={out}/why"],
        ["near", case, "lang=en", f"out={out}/near"],
        ["curve", case, "curve.kind=measures", "lang=en", f"out={out}/curve"],
        ["compare", f"{out}/a", f"{out}/b", "lang=en"],
        ["plan", case, "-m", "adjust.capex.pump=1,2", f"out={out}/sweep"],
        ["report", f"{out}/sweep", "--out", f"{out}/sweep.html"],
    ):
        assert main(words) == 0, words
        told = capsys.readouterr().out
        assert "lang=en" not in words or "Doing nothing is no way here" in " ".join(told.split()), words
    messages = open_sweep(out / "sweep").scenarios["message"].tolist()
    assert len(messages) == 2
    assert all("inte göra någonting går inte här" in message for message in messages)
    notices = json.loads((out / "a" / "summary.json").read_text())["notices"]
    assert [notice["key"] for notice in notices] == ["no_do_nothing", "no_do_nothing_result"]
