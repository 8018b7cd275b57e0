"""Towns whose money is followed to the last krona: one solved, with every kind of instrument, and one by hand."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import town
import xarray as xr
from hand_plans import write_plan

from model.verifier.actors import FINANCE_DECISIONS, SUPPORT_DECISIONS, has_supports
from model.verifier.reading import open_scene
from runners.solve import find_plan
from scenarios.choices import Choices

YEARS = (2025, 2026, 2027, 2029, 2032)
CITY, FIRM, HOMES, STATE = "city", "firm", "homes", "state"

Change = tuple[Any, ...]
"""A decision, its labels and a number."""


def draw_rich_town() -> dict[str, Any]:
    """A city, its energy company, households and the state, three loans, private capital, two grants and a support.

    Heat is made of gas or by a pump that city and company share; kilometres, which nobody sells, by cars on fuel that
    wear out or on power; an old plant is renewed even when no measure is taken.
    """
    return {
        "case": {"first_year": 2025, "last_year": 2035, "discount_rate": 0.035, "price_year": 2024},
        "commodities": [
            {"commodity": "gas", "trader": FIRM, "purchase_price": 0.6, "energy_tax": 0.05},
            {"commodity": "power", "trader": FIRM, "purchase_price": {2025: 0.5, 2032: 0.7}, "sale_price": 0.3},
            {"commodity": "fuel", "trader": HOMES, "purchase_price": {2025: 1.5, 2032: 2.0}, "energy_tax": 0.4},
            {"commodity": "heat", "trader": HOMES, "demand": {2025: 10, 2032: 14}, "tariff": 0.9},
            {"commodity": "travel", "trader": HOMES, "demand": {2025: 8, 2032: 9}},
        ],
        "technologies": [*draw_heating(), *draw_driving()],
        "accounts": [
            {"account": "co2", "factor_purchase": {"gas": 0.2, "fuel": 0.26}, "account_price": 0.3},
            {"account": "trade", "payer": "causer", "account_price": {2025: 0.1, 2032: 0.3}, "share": {"co2": 0.5}},
            {"account": "levy", "payer": CITY, "account_price": 0.2, "factor_activity": {"cars": 0.01}},
        ],
        "targets": [{"target": "cap", "account": "co2", "year": 2029, "value": 1.5, "price": 2}],
        "actors": draw_actors(),
        "inflation": [{"year": 2024, "value": 0.01}, {"year": 2027, "value": 0.04}, {"year": 2032, "value": 0.02}],
        "instruments": [*draw_debts(), *draw_grants()],
        "eligibility": [{"instrument": "bonus", "actor": HOMES, "value": 1}],
    }


def draw_heating() -> list[dict[str, Any]]:
    """A boiler that stands, a plant that is renewed whatever is done, and the pump that city and company may share."""
    boiler = {"technology": "boiler", "actor": FIRM, "existing": 5, "yield": 8.76, "fixed_cost": 0.1}
    plant = {"technology": "plant", "programme": "heating", "actor": FIRM, "buildable": "yes", "capex": 2, "life": 3}
    pump = {
        "technology": "pump",
        "programme": "heating",
        "measure": "yes",
        "actor": CITY,
        "owned": {CITY: 0.7, FIRM: 0.3},
        "buildable": "yes",
        "retirable": "yes",
        "capex": {2025: 6, 2032: 5},
        "construction_years": 3,
        "lead_time": 1,
        "life": 9,
        "most_build": 0.3,
        "hurdle_rate": 0.05,
        "variable_cost": 0.02,
        "yield": 8.76,
        "flow": {"heat": 1, "power": -0.3},
    }
    return [
        {**boiler, "flow": {"heat": 1, "gas": -1.25}},
        {**plant, "least_build": {2025: 0.5}, "flow": {"heat": 1, "gas": -1.0}},
        pump,
    ]


def draw_driving() -> list[dict[str, Any]]:
    """Cars that wear out, electric ones that come to pay for themselves, and a dear way that is always open."""
    cars = {"technology": "cars", "actor": HOMES, "existing": {2025: 10, 2032: 4}, "variable_cost": 0.2}
    electric = {
        "technology": "electric",
        "programme": "driving",
        "measure": "yes",
        "actor": HOMES,
        "buildable": "yes",
        "capex": {2025: 3, 2032: -0.5},
        "life": 12,
        "most_build": {2025: 1, 2032: 3},
        "flow": {"travel": 1, "power": -0.2},
    }
    reserve = {"technology": "reserve", "actor": HOMES, "capacitated": "no", "variable_cost": 4, "flow": {"travel": 1}}
    return [
        {**cars, "programme": "driving", "flow": {"travel": 1, "fuel": -0.5}},
        electric,
        {**reserve, "programme": "driving"},
    ]


def draw_actors() -> list[dict[str, Any]]:
    """A city with a ceiling in percent and a budget, a company with one in money, households and the state."""
    city = {
        "actor": CITY,
        "kind": "municipality",
        "taxes_and_grants": {2025: 20, 2032: 24},
        "standing_debt": {2025: 9, 2032: 12},
        "debt_ceiling": 0.6,
        "internal_rate": {2025: 0.0125, 2032: 0.03},
        "inhabitants": 5000,
        "planned_outlay": 2,
        "planned_depreciation": 1.2,
        "planned_result": 0.5,
        "own_funds": 1.0,
    }
    firm = {"actor": FIRM, "kind": "company", "standing_debt": 3, "debt_ceiling_amount": 8, "internal_rate": 0.04}
    return [city, firm, {"actor": HOMES, "kind": "households"}, {"actor": STATE, "kind": "state"}]


def draw_debts() -> list[dict[str, Any]]:
    """A loan with a year of grace, a real annuity, a bond in lumps, and a partner's capital."""
    return [
        {
            "instrument": "green_loan",
            "kind": "loan",
            "rate": {2025: 0.06, 2032: 0.05},
            "tenor": 4,
            "grace": 1,
            "most_draw": 2,
            "eligible": {CITY: 1, FIRM: 1},
        },
        {
            "instrument": "real_loan",
            "kind": "loan",
            "repayment": "annuity",
            "basis": "real",
            "rate": 0.03,
            "tenor": 6,
            "most_draw": 1,
            "eligible": {CITY: 1, HOMES: 1},
        },
        {
            "instrument": "bond",
            "kind": "bond",
            "repayment": "bullet",
            "rate": 0.045,
            "tenor": 8,
            "least_issue": 0.2,
            "most_draw": 1,
            "eligible": {FIRM: 1},
        },
        {"instrument": "partner", "kind": "private_capital", "rate": 0.09, "tenor": 5, "eligible": {FIRM: 1}},
    ]


def draw_grants() -> list[dict[str, Any]]:
    """A pool for early pumps, a bonus with a limit for each project, and support by the heat that is made."""
    return [
        {
            "instrument": "support",
            "kind": "grant",
            "pool": 0.5,
            "last_start": 2028,
            "grant_share": {"pump": 0.4},
            "eligible": {CITY: 1},
        },
        {"instrument": "bonus", "kind": "grant", "most_per_project": 1, "grant_share": {"electric": 0.2}},
        {
            "instrument": "by_heat",
            "kind": "support",
            "output": "heat",
            "support_rate": {"pump": {2025: 0.05, 2032: 0.02}},
            "support_years": 4,
            "most_support": 0.2,
            "eligible": {CITY: 1},
        },
    ]


def scenario_of_rich(**choices: Any) -> xr.Dataset:
    """The scenario of the rich town over years of unequal length; keywords are fields of Choices."""
    return town.scenario_of(draw_rich_town(), **{"years": YEARS, "last_length": 4, **choices})


@cache
def solve_rich(perspective: str = Choices().perspective) -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
    """Scenario, plan and plan of the do-nothing path."""
    scenario = scenario_of_rich(perspective=perspective)
    return scenario, find_plan(scenario), find_plan(scenario_of_rich(perspective=perspective, do_nothing=True))


def write_random_plan(scenario: xr.Dataset, seed: int) -> xr.Dataset:
    """A plan that keeps no rule but these: grants count what is built, outlays are paid, what retires was built."""
    generator = np.random.default_rng(seed)
    plan = add_money(write_plan(scenario, 0.0), scenario)
    for name in ("build", "capacity", "activity", "purchase", "sale", "draw"):
        plan[name] = plan[name].dims, generator.uniform(0.0, 2.0, plan[name].shape)
    part = np.sort(generator.uniform(0.0, 1.0, plan["retired"].shape), axis=2)
    plan["retired"] = plan["retired"].dims, part * plan["build"].values[:, :, None]
    kinds = scenario["instrument_kind"].values
    grants = kinds == "grant"
    plan["draw"] = plan["draw"] * ~np.isin(kinds, ("grant", "support"))[:, None, None]
    paid = (scenario["support_rate"].values > 0).any(axis=2)[:, :, None, None]
    plan["supported"] = plan["supported"].dims, paid * generator.uniform(0.0, 2.0, plan["supported"].shape)
    begun = np.maximum(scenario["capex"].values * plan["build"].values, 0.0)
    claimed = grants[:, None, None] * begun * generator.uniform(0.0, 0.5, plan["claimed"].shape)
    plan["claimed"] = plan["claimed"].dims, claimed
    return plan


def add_money(plan: xr.Dataset, scenario: xr.Dataset, *changes: Change) -> xr.Dataset:
    """The plan with all decisions of money, zero but for the changes: decision, its labels, number."""
    supports = SUPPORT_DECISIONS if has_supports(open_scene(scenario)) else {}
    for name, dims in {**FINANCE_DECISIONS, **supports}.items():
        plan = plan.assign_coords({dim: scenario[dim].values for dim in dims})
        plan[name] = (dims, np.zeros([scenario.sizes[dim] for dim in dims]))
    for name, *labels, number in changes:
        plan[name].loc[dict(zip(plan[name].dims, labels, strict=False))] = number
    return plan


def draw_hand_town() -> dict[str, Any]:
    """A city that may build the pump of `write_hand_town`, a company that burns gas, and homes that buy the heat."""
    city = {
        "actor": CITY,
        "name_sv": "Staden",
        "name_en": "City",
        "kind": "municipality",
        "taxes_and_grants": 400,
        "standing_debt": 100,
        "debt_ceiling": 0.5,
        "internal_rate": 0.1,
        "inhabitants": 2000,
        "planned_outlay": 20,
        "planned_depreciation": 10,
        "planned_result": 5,
    }
    pump = {
        "technology": "pump",
        "name_sv": "Värmepump",
        "name_en": "Heat pump",
        "programme": "heating",
        "measure": "yes",
        "actor": CITY,
        "buildable": "yes",
        "capex": 2,
        "lead_time": 1,
        "life": 2,
        "flow": {"heat": 1, "power": -0.5},
    }
    return {
        "case": {"first_year": 2025, "last_year": 2027},
        "commodities": [
            {"commodity": "gas", "trader": FIRM, "purchase_price": 1.0},
            {"commodity": "power", "trader": FIRM, "purchase_price": 0.4},
            {"commodity": "heat", "trader": HOMES, "demand": 50, "tariff": 1.0},
        ],
        "technologies": [
            {"technology": "boiler", "actor": FIRM, "existing": 50, "flow": {"heat": 1, "gas": -1}},
            pump,
        ],
        "accounts": [{"account": "co2"}],
        "actors": [city, {"actor": FIRM, "kind": "company"}, {"actor": HOMES, "kind": "households"}],
        "inflation": [{"value": 0.25}],
        "instruments": [
            {"instrument": "loan", "kind": "loan", "rate": 0.1, "tenor": 2, "eligible": {CITY: 1}},
            {"instrument": "grant", "kind": "grant", "grant_share": {"pump": 0.2}, "eligible": {CITY: 1}},
        ],
    }


@cache
def write_hand_town() -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
    """A pump of 100 of which a fifth is granted, 60 lent for two years at 10 %, prices that rise by a quarter a year.

    Scenario, plan and do-nothing path, three years at a rate of 0. The pump is begun and paid in 2025 and serves two
    years from 2026. It makes 50 of heat at 1 and uses 25 of power at 0.4, which gas did before at 1 a unit of heat.
    Grant 20, loan 60, so 20 of own money. In constant prices the loan owes 60, then 30 / 1.25 = 24, then 0.
    """
    scenario = town.scenario_of(draw_hand_town(), salvage="none")
    before = write_plan(
        scenario, 150.0, capacity={"boiler": 50}, activity={"boiler": 50}, purchase={("gas", "all"): 50}
    )
    later = (2026, 2027)
    plan = write_plan(
        scenario,
        170.0,
        build={("pump", 2025): 50},
        capacity={"boiler": 50} | {("pump", y): 50 for y in later},
        activity={("boiler", "all", 2025): 50} | {("pump", "all", y): 50 for y in later},
        purchase={("gas", "all", 2025): 50} | {("power", "all", y): 25 for y in later},
    )
    plan = add_money(
        plan,
        scenario,
        ("own", CITY, 2025, 20),
        ("draw", "loan", CITY, 2025, 60),
        ("claimed", "grant", "pump", 2025, 100),
        ("rise", CITY, 2025, 80),
    )
    plan.attrs |= {"social_cost": 170.0, "finance_cost": -30.08, "perspective": "society", "status": "optimal"}
    return scenario, plan, add_money(before, scenario)


def write_money_plan(scenario: xr.Dataset, **decisions: Any) -> xr.Dataset:
    """A plan by hand without any decision of money."""
    return add_money(write_plan(scenario, 0.0, **decisions), scenario)


def pay_own(scenario: xr.Dataset, plan: xr.Dataset) -> xr.Dataset:
    """The plan with own money for all that loans and grants do not pay, reckoned krona by krona.

    What is begun in a period starts in equal parts in its years.
    Each technology with a grant has one owner who may have it, or one owner.
    """
    own = -plan["draw"].sum("instrument").values
    shares, years = scenario["owned"].values, scenario["year"].values
    receivers = {"pump": CITY, "electric": HOMES}
    actors = scenario["actor"].values.tolist()
    for k, technology in enumerate(scenario["technology"].values.tolist()):
        taken = float(scenario["construction_years"].values[k])
        for v, begun in enumerate(years):
            paid = float(scenario["capex"].values[k, v] * plan["build"].values[k, v])
            granted = float(scenario["grant_share"].values[:, k] @ plan["claimed"].values[:, k, v])
            within = int(scenario["length"].values[v])
            for start, i in product(range(within), range(int(taken))):
                y = int(np.flatnonzero(years <= begun + start + i)[-1])
                own[:, y] += shares[k] * paid / taken / within
                if granted:
                    own[actors.index(receivers[technology]), y] -= granted / taken / within
    return plan.assign(own=(plan["own"].dims, own))
