"""Towns solved by hand: efficiency and availability by vintage, beside one number a year for all that stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hand import HALVES, assert_close, cost_of, decided, plan_of
from paying import CITY, STATE, assert_kept, assert_near
from town import build_town, scenario_of

from model.verifier.verify import verify
from runners.reports.tables import tabulate_run
from runners.solve import find_plan
from runners.sweep_store.cash import Memory, reckon_cash, spend_outlays
from scenarios.arithmetic.cash import operating_cash
from scenarios.arithmetic.vintages import measure_flow
from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.errors import CaseError

THIRD, QUARTER = -1 / 3, -1 / 4


def pump_town(power: Any, **pump: Any) -> dict[str, Any]:
    """3 GWh of heat in 2025, 5 in 2026, from pumps of 3 GWh each, one at most built a year; power costs 1."""
    built = {"buildable": True, "yield": 3, "most_build": 1, "flow": {"heat": 1, "power": power}}
    return {
        "case": {"last_year": 2026},
        "commodities": [
            {"commodity": "heat", "demand": {2025: 3, 2026: 5}},
            {"commodity": "power", "purchase_price": 1},
        ],
        "technologies": [{"technology": "pump", **built, **pump}],
    }


def test_a_better_vintage_runs_first_and_the_older_keeps_its_own_efficiency() -> None:
    """COP 3 for what is built in 2025, 4 for 2026: 3/3 in 2025; in 2026 new 3/4 and old 2/3 for the rest: 2.416667.

    With one COP a year for all that stands 2026 counted 5/4, the old pump improving by itself: 2.25.
    """
    plan = plan_of(pump_town({"v2025": THIRD, "v2026": QUARTER}))
    assert_close(plan.attrs["objective"], 1 + 3 / 4 + 2 / 3)
    assert_close(decided(plan, "run", "pump")[:, 0], [[3, 2], [0, 3]])
    assert_close(cost_of(pump_town({2025: THIRD, 2026: QUARTER})), 2.25)


def test_a_worse_vintage_runs_last() -> None:
    """COP 4 for 2025 and 3 for 2026: 3/4, then 3/4 and 2/3; by year 2026 counted 5/3 for all: 2.416667 for 2.166667."""
    plan = plan_of(pump_town({"v2025": QUARTER, "v2026": THIRD}))
    assert_close(plan.attrs["objective"], 3 / 4 + 3 / 4 + 2 / 3)
    assert_close(decided(plan, "run", "pump")[:, 0], [[3, 3], [0, 2]])
    assert_close(cost_of(pump_town({2025: QUARTER, 2026: THIRD})), 3 / 4 + 5 / 3)


def test_between_vintages_given_a_number_runs_straight_and_years_go_with_it() -> None:
    """0.4 for 2024 and 0.2 for 2028: 0.35 for 2025, 0.3 for 2026; that of 2026 wears to twice as much by its end."""
    power = {"v2024": -0.4, "v2028": -0.2}
    plan = plan_of(pump_town(power))
    assert_close(plan.attrs["objective"], 3 * 0.35 + 3 * 0.3 + 2 * 0.35)
    worn = scenario_of(pump_town({"v2025": {2025: -0.4, 2026: -0.8}, "v2026": -0.5}))
    assert_close(worn["flow_by_vintage"].values[0, :, 0], [[-0.4, -0.8], [-0.5, -0.5]])


@pytest.mark.parametrize(("built", "each"), [(None, 0.5), (2020, 0.5), (2030, 0.3), (2040, 0.1)])
def test_the_stock_has_the_number_of_its_vintage_else_that_of_the_first_given(built: int | None, each: float) -> None:
    """0.5 for 2020, 0.1 for 2040; what stands was built before all, or as said: 3 + 5 GWh times its own."""
    said = {} if built is None else {"stock_vintage": built}
    town = pump_town({"v2020": -0.5, "v2040": -0.1}, existing=2, most_build=0, **said)
    assert_close(cost_of(town), 8 * each)


def ageing_town(availability: Any) -> dict[str, Any]:
    """9 GWh of heat a year; a plant of 10 GWh at full use stands from 2025, more costs 9 a MW in 2027; bought at 2."""
    plant = {"technology": "plant", "buildable": True, "yield": 10, "least_build": {2025: 1, 2026: 0, 2027: 0}}
    plant |= {"capex": {2025: 0, 2026: 99, 2027: 9}, "most_build": {2025: 1, 2026: 1, 2027: 1}, "flow": {"heat": 1}}
    return {
        "case": {"last_year": 2027},
        "commodities": [{"commodity": "heat", "demand": 9, "purchase_price": 2}],
        "technologies": [plant | availability],
    }


def test_a_plant_ages_and_a_new_one_does_not_share_its_age() -> None:
    """0.9, 0.7, 0.5 of 10 GWh: 2 bought in 2026 for 4, 4 missing in 2027: 4/9 MW of a new one, at 9 a MW: 4. 8 in all.

    By year alone the new one had 0.5 too: a MW for 5 GWh at 9 is no better than 0.8 MW for 7.2: 11.2.
    """
    aged = {"availability": {"v2025": {2025: 0.9, 2027: 0.5}, "v2027": 0.9}}
    assert_close(cost_of(ageing_town(aged)), 8)
    plan = plan_of(ageing_town(aged))
    assert_close(decided(plan, "run", "plant")[:, 0, 2], [5, 0, 4])
    assert_close(cost_of(ageing_town({"availability": {2025: 0.9, 2027: 0.5}})), 4 + 7.2)


def test_annual_availability_by_vintage_limits_each_in_its_year() -> None:
    """The same decided per slice, over the year: 0.9, 0.7, 0.5 of the old, 0.9 of the new: 8 again."""
    aged = {"annual_availability": {"v2025": {2025: 0.9, 2027: 0.5}, "v2027": 0.9}, "resolution": "slice"}
    assert_close(cost_of(ageing_town(aged) | {"slices": HALVES}), 8)


FEATURES: Mapping[str, dict[str, Any]] = {
    "plain": {},
    "slices": {"resolution": "slice", "availability": {"winter": {"v2025": 0.8, "v2027": 1}, "summer": 0.6}},
    "annual": {"resolution": "slice", "annual_availability": {"v2025": 0.5, "v2026": 0.9}},
    "peak": {"profile": {"winter": 0.7, "summer": 0.3}, "full_load": 4, "availability": {"v2025": 1, "v2027": 0.7}},
    "retired": {"retirable": True, "fixed_cost": {2025: 0, 2027: 0.4}},
    "survival": {"life": 3, "survival": {0: 1, 1: 0.6, 2: 0.2}},
    "late": {"lead_time": 1, "life": 1.5},
    "firm": {"firm_credit": {"heat": 0.9}, "resolution": "slice", "most_build": 4},
    "year": {"annual_availability": {"v2025": 0.5, "v2026": 0.9}, "availability": {"winter": 0.5, "summer": 1}},
}
STOCK, GROUPED = "stock", "all"


def featured_town(feature: str, **pump: Any) -> dict[str, Any]:
    """Heat in two slices over three years from pumps with a stock, of which 2 MW at most are built a year."""
    heat = {"commodity": "heat", "balance": "slice", "demand": {2025: 6, 2027: 9}, "purchase_price": 1.2}
    heat |= {"profile": {"winter": 0.7, "summer": 0.3}}
    heat |= {"reserve_margin": 0.1} if feature == "firm" else {}
    row = {"capex": 0.4, "life": 10, "yield": 3, "most_build": 1, "existing": {2025: 1, 2027: 0.5}}
    flow = {"heat": {"v2025": 0.9, "v2027": 1.1}, "power": {"v2024": -0.5, "v2027": {2025: -0.3, 2027: -0.2}}}
    return {
        "case": {"last_year": 2027, "discount_rate": 0.04},
        "slices": HALVES,
        "commodities": [heat, {"commodity": "power", "balance": "slice", "purchase_price": 1}],
        "technologies": [{"technology": "pump", "buildable": True, **row, "flow": flow, **FEATURES[feature], **pump}],
    }


def split_vintages(town: dict[str, Any], years: tuple[int, ...]) -> dict[str, Any]:
    """The same town with one technology per vintage, and one for the stock: what had to be written before."""
    scenario = scenario_of(town, years=years)
    pump = town["technologies"][0]
    rows = []
    for place, vintage in enumerate((STOCK, *years)):
        flow = {
            str(c): {
                str(s): {int(y): float(number) for y, number in zip(years, line, strict=True)}
                for s, line in zip(("winter", "summer"), lines, strict=True)
            }
            for c, lines in zip(scenario["commodity"].values, take(scenario, "flow", place), strict=True)
        }
        slots, annual = take(scenario, "availability", place), take(scenario, "annual_availability", place)
        own = {"flow": flow, "annual_availability": dict(zip(years, annual.tolist(), strict=True))}
        own["availability"] = {
            s: dict(zip(years, line.tolist(), strict=True)) for s, line in zip(("winter", "summer"), slots, strict=True)
        }
        if vintage == STOCK:
            own |= {"most_build": 0}
        else:
            last = vintage + int(scenario["length"].values[place - 1]) - 1
            own |= {"existing": 0, "earliest_start": vintage, "latest_start": last}
        rows.append({**pump, **own, "technology": f"pump_{vintage}"})
    return {**town, "technologies": rows}


def take(scenario: Any, name: str, place: int) -> np.ndarray:
    """Numbers of the stock (place 0) or of a vintage of the one technology, without its dimension."""
    numbers = np.array(scenario[name].values[0])
    if place:
        own = scenario[f"{name}_by_vintage"].values
        if name != "flow":
            return np.asarray(own[0, place - 1] if len(own) else numbers)
        for pair, c in enumerate(scenario["flown_commodity"].values):
            numbers[scenario["commodity"].values.tolist().index(c)] = own[pair, place - 1]
    return numbers


@pytest.mark.parametrize("years", [(2025, 2026, 2027), (2025, 2027)])
@pytest.mark.parametrize("feature", FEATURES)
def test_vintages_cost_what_one_technology_for_each_costs(feature: str, years: tuple[int, ...]) -> None:
    """The same optimum as of one technology per vintage, which cannot be told from it but by its name."""
    town = featured_town(feature)
    plan = plan_of(town, years=years)
    assert_close(plan.attrs["objective"], cost_of(split_vintages(town, years), years=years))
    run, activity = plan["run"].values[0], plan["activity"].values[0]
    assert (run.sum(axis=0) <= activity + 1e-9).all()
    assert run.any()


@pytest.mark.parametrize(
    ("vintage", "amount", "rule"), [(2026, 0.4, "run_most"), (2026, -0.5, "balance"), (2026, 9.0, "run_least")]
)
def test_a_vintage_that_is_tampered_with_is_refused(vintage: int, amount: float, rule: str) -> None:
    """More of the better than stands of it, less of it than is counted, more than the technology runs."""
    town = pump_town({"v2025": THIRD, "v2026": QUARTER})
    plan = plan_of(town).copy(deep=True)
    plan["run"].loc[{"technology": "pump", "vintage": vintage, "year": 2026}] += amount
    verdict = verify(scenario_of(town, salvage="none"), plan)
    assert rule in {violation.rule for violation in verdict.violations}


def test_what_must_run_may_be_run_by_any_vintage() -> None:
    """Half of two pumps, 3 GWh: the better runs it all, for 3/4; a like half of each would be 1.5/4 + 1.5/3."""
    town = pump_town({"v2025": THIRD, "v2026": QUARTER}, must_run={2025: 0, 2026: 0.5}, least_build=1)
    town["commodities"][0] |= {"demand": {2025: 0, 2026: 3}}
    assert_close(cost_of(town), 3 / 4)


def test_modes_of_a_host_share_each_vintage() -> None:
    """A boiler burns gas, or oil with 0.5 GWh of it per GWh from 2026 on: the new MW runs on oil, the old on gas.

    3 GWh of gas at 1 in 2025; in 2026 3 GWh on oil at 1 * 0.5 and 2 on gas: 3 + 1.5 + 2.
    """
    town = pump_town(0)
    town["technologies"] = [
        {"technology": "boiler", "buildable": True, "yield": 3, "most_build": 1, "flow": {"heat": 1, "power": -1}},
        {"technology": "oil", "host": "boiler", "flow": {"heat": 1, "power": {"v2025": -2, "v2026": -0.5}}},
    ]
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 3 + 1.5 + 2)
    assert_close(decided(plan, "run", "oil")[:, 0], [[0, 0], [0, 3]])
    assert_close(decided(plan, "run", "boiler")[:, 0], [[3, 2], [0, 0]])


def test_vintages_of_what_cannot_be_built_are_those_of_its_stock() -> None:
    """Nothing to choose: the stock of 2030 takes 0.3 of power for 8 GWh, and the plan says nothing of vintages."""
    town = pump_town({"v2020": -0.5, "v2040": -0.1}, existing=2, buildable="no", stock_vintage=2030)
    del town["technologies"][0]["most_build"]
    plan = find_plan(scenario_of(town, salvage="none"))
    assert_close(plan.attrs["objective"], 8 * 0.3)
    assert "run" not in plan


def owned_town(feature: str) -> dict[str, Any]:
    """The same pumps owned by a city, which sells heat to a firm that trades both goods; the state taxes power."""
    town = featured_town(feature, actor="city")
    heat, power = town["commodities"]
    town["commodities"] = [{**heat, "trader": "firm", "tariff": 1.1}, {**power, "trader": "firm", "energy_tax": 0.2}]
    town["actors"] = [CITY, {"actor": "firm", "kind": "company"}, STATE]
    return town | {"inflation": [{"value": 0}]}


@pytest.mark.parametrize("feature", ["plain", "slices"])
def test_an_owner_pays_and_is_paid_for_what_each_vintage_takes_and_makes(feature: str) -> None:
    """The city's least cost, and everybody's cash, are those of one technology per vintage; sweeps say the same."""
    years = (2025, 2026, 2027)
    town = owned_town(feature)
    scenario = scenario_of(town, salvage="none", perspective="city")
    plan = find_plan(scenario)
    split = split_vintages(town, years)
    apart = scenario_of(split, salvage="none", perspective="city")
    other = find_plan(apart)
    assert_kept(plan.attrs["objective"], other.attrs["objective"])
    cash = operating_cash(scenario, plan)
    np.testing.assert_allclose(cash, operating_cash(apart, other), atol=1e-5)
    swept, _ = reckon_cash(Memory(), scenario, plan, spend_outlays(Memory(), scenario, plan))
    np.testing.assert_allclose(swept[0], cash, atol=1e-9)
    assert (np.abs(cash) > 1e-3).all()


def test_supports_pay_for_what_supported_vintages_can_give_at_their_own_availability() -> None:
    """Of 1 MW, 3 GWh, 0.5 is available of 2025 and all of 2026: 1.5 and 4.5 GWh are paid 1 each.

    With half for all that stands it was 1.5 and 3.
    """
    town = pump_town(0) | {"actors": [CITY], "inflation": [{"value": 0}]}
    town["commodities"] = [{"commodity": "heat", "demand": 6, "purchase_price": 2, "trader": "city"}]
    town["technologies"][0] |= {"actor": "city", "availability": {"v2025": 0.5, "v2026": 1}, "flow": {"heat": 1}}
    town["instruments"] = [{"instrument": "bonus", "kind": "support"}]
    town["support_rates"] = [{"instrument": "bonus", "technology": "pump", "value": 1}]
    town["eligibility"] = [{"instrument": "bonus", "actor": "city", "value": 1}]
    paid = decided(plan_of(town, perspective="city"), "supported", "bonus", "pump")[0]
    assert_near(paid, [1.5, 4.5])
    town["technologies"][0]["availability"] = 0.5
    assert_near(decided(plan_of(town, perspective="city"), "supported", "bonus", "pump")[0], [1.5, 3])


def test_a_setting_changes_the_stock_and_all_vintages_alike() -> None:
    """A tenth more power for all, a fifth for a plan year alone, availability set for all; bounds hold for vintages."""
    power = {"v2025": THIRD, "v2026": QUARTER}
    tables = build_town(**pump_town(power, existing=1, availability={"v2025": 0.8, "v2026": 0.9}))
    bare = assemble(tables, Choices())
    changed = assemble(tables, Choices(), {"adjust.flow.pump.power": 1.1, "set.availability.pump": 0.5})
    assert_close(changed["flow"].sel(commodity="power"), 1.1 * bare["flow"].sel(commodity="power"))
    assert_close(changed["flow"].sel(commodity="heat"), 1)
    assert_close(changed["flow_by_vintage"], 1.1 * bare["flow_by_vintage"])
    assert_close(changed["availability"].sel(technology="pump"), 0.5)
    assert_close(changed["availability_by_vintage"], 0.5)
    late = assemble(tables, Choices(), {"adjust.flow.pump.power.2026": 1.2})
    assert_close(late["flow_by_vintage"].values[0, :, 0] / bare["flow_by_vintage"].values[0, :, 0], [[1, 1.2]] * 2)
    with pytest.raises(CaseError):
        assemble(tables, Choices(), {"adjust.availability.pump": 1.2})


def test_accounts_of_what_is_used_and_made_follow_the_vintages() -> None:
    """Power used in 2026 is 3/4 and 2/3, which no single COP of the year gives."""
    scenario = scenario_of(pump_town({"v2025": THIRD, "v2026": QUARTER}), salvage="none")
    plan = find_plan(scenario)
    used = measure_flow(scenario, plan)[0, 1, 0] * plan["activity"].values[0, 0]
    assert_close(used, [-1, -(3 / 4 + 2 / 3)])
    assert_close(-used, plan["purchase"].sel(commodity="power").values[0])


def test_a_table_says_what_each_vintage_runs() -> None:
    """3 GWh of 2025 in its year; in 2026 3 of the new, and the rest of the old or a stock that is as good."""
    town = pump_town({"v2025": THIRD, "v2026": QUARTER}, existing={2025: 0, 2026: 1 / 3})
    scenario = scenario_of(town, salvage="none")
    tables = tabulate_run(scenario, find_plan(scenario))
    rows = tables["vintages"].groupby(["year", "vintage"])["activity"].sum()
    assert_close(rows[2025], [3])
    assert_close(rows[2026]["2026"], 3)
    assert_close(rows[2026].sum(), 5)
    assert_close(tables["activity"].groupby("year")["activity"].sum(), [3, 5])
    bare = scenario_of(pump_town(THIRD))
    assert "vintages" not in tabulate_run(bare, find_plan(bare))
