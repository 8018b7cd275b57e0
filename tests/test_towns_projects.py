"""Towns solved by hand with projects that are settled: forced into the plan, or decided and there whatever is done.

Heat is bought for 4 MSEK/GWh or made by a pump, a measure, whose 1 MW makes 1 GWh a year; the city pays for all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, decided
from paying import assert_near, grant, lend
from test_towns_idle import heated, solve

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.reports.tables import tabulate_investments
from runners.views.locale import Speech
from scenarios.errors import CaseError

DEAR = {"capex": 20, "life": 20}
"""A pump that never pays: 1 MW saves 8 MSEK in two years."""


def settle(status: str, year: int | str = 2026, **pump: Any) -> dict[str, Any]:
    return {**DEAR, "status": status, "status_year": year, "project_size": 1, **pump}


@pytest.mark.parametrize(("status", "planned", "nothing"), [("option", 0, 0), ("forced", 1, 0), ("decided", 1, 1)])
def test_what_is_forced_is_in_the_plan_and_what_is_decided_in_doing_nothing_too(
    status: str, planned: float, nothing: float
) -> None:
    """2 GWh bought for two years are 16; 1 MW from 2026 on costs 20 and spares 4: 32."""
    outcome = solve(heated(settle(status)))
    assert_close(decided(outcome.plan, "build", "pump"), [0, planned])
    assert_close(decided(outcome.reference, "build", "pump"), [0, nothing])
    costs = [float(plan.attrs["objective"]) for plan in (outcome.plan, outcome.reference)]
    assert_close(costs, [16 + 16 * planned, 16 + 16 * nothing])
    alone = solve(heated(settle(status)), do_nothing=True)
    assert_close(alone.plan.attrs["objective"], 16 + 16 * nothing)
    assert [notice.key for notice in alone.notices] == (["project_not_forced"] if status == "forced" else [])


def test_more_than_the_project_stays_an_option() -> None:
    """The pump at 3 pays at once: 2 MW in 2025 were the plan; 1 MW decided for 2026 leaves 2 of 2025 and adds 3.

    Doing nothing builds the one that is decided: 8 + 4 bought and 3.
    """
    outcome = solve(heated(settle("decided", capex=3)))
    assert_close(decided(outcome.plan, "build", "pump"), [2, 1])
    assert_close(decided(outcome.reference, "build", "pump"), [0, 1])
    assert_close(outcome.reference.attrs["objective"], 15)


@pytest.mark.parametrize(
    ("sizes", "built"),
    [
        ({"unit_size": 2}, 2),
        ({"least_size": 1.5}, 1.5),
        ({"unit_size": 2, "project_size": 4}, 4),
        ({"project_size": 0.5}, 0.5),
    ],
)
def test_a_project_is_one_unit_or_the_least_size_or_what_is_written(sizes: dict[str, float], built: float) -> None:
    pump = {**DEAR, "status": "decided", "status_year": 2025, "most_build": 9, **sizes}
    outcome = solve(heated(pump))
    assert_close(decided(outcome.plan, "build", "pump"), [built, 0])
    assert_close(decided(outcome.reference, "build", "pump"), [built, 0])


@pytest.mark.slow
def test_a_project_begins_in_its_year_of_the_period_that_contains_it() -> None:
    """1 MW from 2027 on serves 3 of the first 5 years: 0.6 on the mean; spread over the period it would be 0.5.

    2 GWh a year for ten years at 4 are 80; the pump spares 3 and then 5 of them and costs 200, paid in 2027: at a
    rate of 10 percent 200 / 1.1^2, where heat costs nothing.
    """
    town = heated(settle("decided", 2027, capex=200), last_year=2034)
    periods: dict[str, Any] = {"years": (2025, 2030), "last_length": 5}
    plan = solve(town, **periods).plan
    assert_close(decided(plan, "build", "pump"), [1, 0])
    assert_close(decided(plan, "capacity", "pump"), [0.6, 1])
    assert_close(plan.attrs["objective"], 80 - 4 * 8 + 200)
    first_day = solve(town, service="start", **periods).plan
    assert_close(decided(first_day, "capacity", "pump"), [1, 1])
    town["case"]["discount_rate"] = 0.1
    town["commodities"][0]["purchase_price"] = 0
    assert_close(solve(town, **periods).plan.attrs["objective"], 200 / 1.1**2)


def test_more_than_the_project_of_a_period_begins_with_it() -> None:
    """At 15 a second MW, from 2027 on as the first, spares 32; a third would spare 12 before heat is enough."""
    town = heated(settle("decided", 2027, capex=15, most_build=1), last_year=2034)
    plan = solve(town, years=(2025, 2030), last_length=5).plan
    assert_close(decided(plan, "build", "pump"), [2, 0])
    assert_close(decided(plan, "capacity", "pump"), [1.2, 2])


def test_a_project_may_grow_through_the_years_of_its_period() -> None:
    """0.25 a year more each year: 0.25 to 1.25 of five years are 3.75 in all."""
    grown: dict[str, Any] = {"build_growth": 1, "build_seed": 0.25, "build_before": 0}
    town = heated(settle("decided", 2027, project_size=3.75, **grown), last_year=2034)
    town["commodities"][0]["demand"] = 9
    assert_close(decided(solve(town, years=(2025, 2030), last_length=5).plan, "build", "pump"), [3.75, 0])
    town["technologies"][0]["project_size"] = 3.8
    with pytest.raises(CaseError, match="build_growth"):
        solve(town, years=(2025, 2030), last_length=5)


def test_settings_move_the_year_and_the_amount() -> None:
    outcome = solve(heated(settle("decided", 2025)), {"adjust.status_year.pump": 1.0, "set.project_size.pump": 1.5})
    assert_close(decided(outcome.plan, "build", "pump"), [0, 1.5])
    assert_close(decided(outcome.reference, "build", "pump"), [0, 1.5])


@pytest.mark.parametrize("status", ["forced", "decided"])
@pytest.mark.parametrize("more", [{}, {"build_growth": 9, "build_seed": 9}])
def test_a_slower_pace_does_not_undo_what_is_settled(status: str, more: dict[str, float]) -> None:
    """A pace of 1 MW a year, scaled to 0.6 as a sweep of the pace does: the project's 1 MW begins all the same.

    2 GWh bought in 2025, 1 in 2026 and 20 for the pump: 32, as with the whole pace. It was said that there is no plan.
    What is an option keeps to the pace: at 3 a MW, 0.6 MW in each year, and 1.4 and 0.8 GWh bought: 12.4.
    """
    outcome = solve(heated(settle(status, most_build=1, **more)), {"adjust.most_build.all": 0.6})
    assert_close(decided(outcome.plan, "build", "pump"), [0, 1])
    assert_close(outcome.plan.attrs["objective"], 32)
    option = solve(heated(settle("option", most_build=1, capex=3)), {"adjust.most_build.all": 0.6})
    assert_close(decided(option.plan, "build", "pump"), [0.6, 0.6])
    assert_close(option.plan.attrs["objective"], 12.4)


def test_a_slower_pace_does_not_undo_a_project_inside_a_period() -> None:
    """Periods of five years, 1 MW at 60 decided for 2027 and a pace of 0.6: it begins in its year, and is verified."""
    pump = settle("decided", 2027, capex=60, most_build=1, build_growth=9, build_seed=9)
    outcome = solve(heated(pump, last_year=2034), {"adjust.most_build.all": 0.6}, years=(2025, 2030))
    assert_close(decided(outcome.plan, "build", "pump"), [1, 0])


def framed_town(pump: dict[str, Any], limit: str, most: float, **tables: Any) -> dict[str, Any]:
    town = heated(pump, **tables)
    town["actors"] = [{**town["actors"][0], limit: most}]
    return town


@pytest.mark.parametrize(("limit", "earliest"), [("frame", 2025), ("own_funds", 2025), ("outlay_step", 2026)])
def test_what_is_decided_stands_on_top_of_the_frames(limit: str, earliest: int) -> None:
    """A project of 1 MW for 20 is decided for 2026, and roofs for 5 a MW have to be built.

    At most 5 a year is 1 MW of roof in 2025 and 1 in 2026, and 5 more than the year before is 1 in 2026, whatever the
    pump costs. Forced, the pump takes the frame itself, and there is no plan.
    """
    roofs = [earliest < 2026, 1]
    roof = {
        "technology": "roof",
        "buildable": True,
        "measure": True,
        "capex": 5,
        "life": 20,
        "earliest_start": earliest,
    }
    rule = {"target": "roofs", "account": "roofs", "sense": "at_least", "basis": "cumulative", "year": 2025}
    tables: dict[str, Any] = {
        "accounts": [{"account": "roofs", "factor_build": {"roof": 1}}],
        "targets": [{**rule, "until": 2026, "value": sum(roofs), "mode": "hard"}],
    }
    town = framed_town(settle("decided", earliest_start=2026), limit, 5)
    town["technologies"].append({"actor": "city", "flow": {"heat": 1}, **roof})
    town |= tables
    outcome = solve(town)
    assert_close(decided(outcome.plan, "build", "pump"), [0, 1])
    assert_close(decided(outcome.plan, "build", "roof"), roofs)
    assert verify(outcome.scenario, outcome.plan).accepted
    town["technologies"][0] |= {"status": "forced"}
    with pytest.raises(NoPlan):
        solve(town)


def test_the_grants_of_a_decided_project_do_not_free_the_frame() -> None:
    """Half of 20 is granted. The project's net outlay of 10 is on top; a second MW, granted too, needs 10 of the frame.

    A frame of 9.9 holds no second MW, one of 10 does: its own grant counts, that of the project does not.
    """
    pump = settle("decided", 2025, once=False, least_build={2025: 2, 2026: 0})
    tables = {"instruments": [grant("aid", {"pump": 0.5})]}
    with pytest.raises(NoPlan):
        solve(framed_town(pump, "frame", 9.9, **tables))
    outcome = solve(framed_town(pump, "frame", 10, **tables))
    assert_close(decided(outcome.plan, "build", "pump"), [2, 0])
    assert_close(decided(outcome.plan, "claimed", "aid", "pump"), [40, 0])
    assert_close(decided(outcome.plan, "secured", "aid", "pump"), [20, 0])


def test_the_debt_ceiling_sees_what_is_decided() -> None:
    """20 of outlay, no ceiling on own money: under a ceiling of 15 at most 15 is lent, though lending is cheaper."""
    town = framed_town(settle("decided", 2025), "debt_ceiling_amount", 15, instruments=[lend(rate=-0.1, tenor=5)])
    outcome = solve(town)
    assert_near(decided(outcome.plan, "draw", "loan", "city"), [15, 0])
    assert_near(decided(outcome.plan, "own", "city"), [5, 0])


def test_a_decided_host_runs_with_its_modes_where_nothing_is_done() -> None:
    """1 MW of pump, which runs by its mode alone, is decided for 2025: it makes 2 of the 4 GWh, for 20 and 8."""
    mode = {"technology": "mode", "measure": True, "host": "pump"}
    outcome = solve(heated({**settle("decided", 2025), "flow": {}}, mode))
    assert_close(decided(outcome.reference, "activity", "mode").ravel(), [1, 1])
    assert_close(outcome.reference.attrs["objective"], 28)


def test_the_verifier_misses_a_project_and_sees_it_under_the_frame() -> None:
    outcome = solve(heated(settle("decided")))
    broken = outcome.plan.copy(deep=True)
    broken["build"].loc[{"technology": "pump"}] = 0.0
    assert "project_least" in {violation.rule for violation in verify(outcome.scenario, broken).violations}
    claimed = outcome.plan.copy(deep=True)
    claimed["net_outlay"].loc[{"actor": "city"}] = np.array([0.0, 0.0])
    assert not verify(outcome.scenario, claimed).accepted


@pytest.mark.parametrize(("secured", "rules"), [(140.0, {"secured_most"}), (0.0, {"secured_least", "secured_owner"})])
def test_the_verifier_knows_which_grants_are_a_projects_own(secured: float, rules: set[str]) -> None:
    """40 are claimed for 2 MW, one of them decided: at most 40 of the claims are its own, and at least 20."""
    pump = settle("decided", 2025, once=False, least_build={2025: 2, 2026: 0})
    outcome = solve(framed_town(pump, "frame", 10, instruments=[grant("aid", {"pump": 0.5})]))
    broken = outcome.plan.copy(deep=True)
    broken["secured"].loc[{"instrument": "aid", "technology": "pump", "vintage": 2025}] = secured
    assert rules <= {violation.rule for violation in verify(outcome.scenario, broken).violations}


@pytest.mark.parametrize("status", ["forced", "decided"])
def test_what_is_settled_is_not_excluded_by_a_setting(status: str) -> None:
    with pytest.raises(CaseError) as error:
        solve(heated(settle(status)), {"exclude.pump": 1.0})
    assert error.value.problems[0].tell("en") == (
        f"exclude.pump: 'pump' has status = {status} and cannot be excluded. Write status = option in technologies.csv "
        "where the plan may choose."
    )


@pytest.mark.parametrize(
    ("status", "lang", "name"),
    [("option", "sv", "pump"), ("forced", "sv", "pump (tvingad)"), ("decided", "en", "pump (decided)")],
)
def test_lists_of_investments_say_which_projects_are_settled(status: str, lang: str, name: str) -> None:
    outcome = solve(heated(settle(status, capex=3)))
    row = tabulate_investments(outcome.scenario, outcome.plan).iloc[0]
    assert row["status"] == status
    assert Speech(lang, "MSEK", "2025", {}).name_measure(row) == name


@pytest.mark.parametrize("status", ["forced", "decided"])
def test_a_settled_project_that_a_hard_target_forbids_is_the_cause_told(status: str) -> None:
    """The project's 1 MW lets out 1 kt a year, and 0.1 is allowed: 0.9 too much, whatever else is done."""
    target = {"target": "cap", "account": "co2", "year": 2025, "value": 0.1, "mode": "hard"}
    town = heated(settle(status, 2025, capex=3), targets=[target])
    town["accounts"] = [{"account": "co2", "factor_capacity": {"pump": 1}}]
    with pytest.raises(NoPlan) as refused:
        solve(town)
    assert refused.value.tell("en").split("\n") == [
        "There is no plan: these targets and rules cannot all hold.",
        "  - the target cap (2026)",
        "  - forced or decided project: pump (2025)",
        "Each by itself, with all other hard targets gone, these targets are missed by at least:",
        "  - cap: 0.900 kt; it cannot be held in any of its years",
        "fardplan why with the same choices shows which changes would do, and what they cost.",
    ]
    assert refused.value.tell("sv").split("\n")[:3] == [
        "Det finns ingen plan: dessa mål och regler kan inte gälla samtidigt.",
        "  - målet cap (2026)",
        "  - tvingat eller beslutat projekt: pump (2025)",
    ]
