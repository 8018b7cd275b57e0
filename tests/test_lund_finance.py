"""Who pays for Lund's plan: its real ceiling and frames, what they cost, and what the tables of money say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from lund_runs import LundRun

from model.parameters.structure import outline_program
from model.solver.solution import SolverOptions
from runners.accounts.debt import measure_ceiling, measure_net_debt
from runners.accounts.outlays import grant_actors, spend_actors
from runners.family import Family
from runners.solve import find_plan
from scenarios.arithmetic.cash import operating_cash
from scenarios.assemble import assemble
from scenarios.catalog import ACTOR
from scenarios.catalog_finance import FINANCE_TABLES
from scenarios.choices import HARD, OFF, Choices
from scenarios.tables import Tables, read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
BASE = ("base_2024",)
EXACT = SolverOptions(gap=1e-6)
SAME = 1e-6
Plan = tuple[xr.Dataset, xr.Dataset]
MUNICIPALITY = "municipality"
FRAMED = [MUNICIPALITY, "lkf", "kraftringen"]
GRANTS = ("klimatklivet", "industriklivet", "vehicle_premium", "city_environment", "land_support", "green_deduction")


@cache
def lund_tables() -> Tables:
    return read_tables(LUND)


def plan_for(tables: Tables, **choices: Any) -> tuple[xr.Dataset, xr.Dataset]:
    """Scenario and plan of a case with actors, results reckoned against its do-nothing path."""
    outcome = Family(tables, Choices(variants=BASE, **choices), EXACT).solve()
    return outcome.scenario, outcome.plan


@cache
def lund_plan(ceiling: str = HARD, frames: str = HARD, result: str = HARD) -> tuple[xr.Dataset, xr.Dataset]:
    return plan_for(lund_tables(), ceiling=ceiling, frames=frames, result=result)


@pytest.fixture(scope="module")
def lund(lund_run: LundRun) -> Plan:
    """The plan that the command makes, and its scenario."""
    outcome = lund_run.recall()
    assert outcome.plan is not None
    return outcome.scenario, outcome.plan


def social_cost(plan: xr.Dataset) -> float:
    return float(plan.attrs["social_cost"])


def free_cost() -> float:
    """The least cost where nobody has limits of money."""
    return social_cost(lund_plan(ceiling="off", frames="off", result="off")[1])


def edit(table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Tables:
    frames = lund_tables().frames
    return replace(lund_tables(), frames={**frames, table: change(frames[table].copy())})


def owe(share: float) -> Tables:
    """Lund whose standing debt is a share of taxes and general grants, along their path."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        taxes = rows[rows["quantity"] == "taxes_and_grants"].iloc[0]
        debt = rows["quantity"] == "standing_debt"
        for column in ("year", "path"):
            rows.loc[debt, column] = taxes[column]
        rows.loc[debt, "value"] = str(share * float(taxes["value"]))
        return rows

    return edit("finances", change)


def without_actors() -> Tables:
    """Lund without any table of who pays."""
    frames = lund_tables().frames
    bare = {table.name: frames[table.name].head(0) for table in FINANCE_TABLES}
    return replace(lund_tables(), frames={**frames, **bare})


# What the tables say


def test_the_municipality_is_as_its_documents_say() -> None:
    """8 200 MSEK of taxes and general grants and 3 472 of debt in 2023, both outcome: 42.3 percent, of 60 allowed.

    Depreciation is what makes the published self-financing of 93 percent.
    """
    rows = lund_tables().frames["finances"]
    rows = rows[(rows[ACTOR] == MUNICIPALITY) & (rows["year"] == "2023")]
    of_2023 = rows.set_index("quantity")["value"].astype(float)
    assert of_2023["taxes_and_grants"] == 8200
    assert of_2023["standing_debt"] == 3472
    assert of_2023["standing_debt"] / of_2023["taxes_and_grants"] == pytest.approx(0.423, abs=1e-3)
    financed = of_2023["planned_depreciation"] + of_2023["planned_result"]
    assert financed / of_2023["planned_outlay"] == pytest.approx(0.93, abs=1e-3)


def test_the_debt_that_stands_rises_as_the_documents_let_it_and_then_stays_below_the_ceiling() -> None:
    """343 a year until 2028 in current prices, then 59 percent: one percentage point is left for the plan."""
    scenario = assemble(lund_tables(), Choices(variants=BASE)).sel(actor=MUNICIPALITY)
    debt = scenario["standing_debt"] * scenario["price_index"]
    share = scenario["standing_debt"] / scenario["taxes_and_grants"]
    assert np.diff(debt.sel(year=slice(2025, 2028))) == pytest.approx(343)
    assert share.sel(year=2025).item() == pytest.approx(0.473, abs=1e-3)
    assert share.sel(year=slice(2030, None)).values == pytest.approx(0.59, abs=1e-4)


def test_the_frames_sum_to_the_climate_part_of_the_group() -> None:
    scenario = assemble(lund_tables(), Choices(variants=BASE))
    assert scenario["frame"].sel(actor=FRAMED).sum(ACTOR).values == pytest.approx(400)
    assert np.isinf(scenario["frame"].drop_sel(actor=FRAMED)).all()


def test_every_table_of_money_is_filled_and_what_is_assumed_says_why() -> None:
    for table in FINANCE_TABLES:
        frame = lund_tables().frames[table.name]
        assert len(frame), table.name
        if table.numbers:
            assert (frame.loc[frame["confidence"] == "assumed", "note"] != "").all(), table.name


# Money leaves the cost of society alone


@pytest.mark.slow
def test_the_plan_without_limits_of_money_is_the_plan_of_the_case_without_actors() -> None:
    plain = find_plan(assemble(without_actors(), Choices(variants=BASE)), EXACT)
    assert free_cost() == pytest.approx(float(plain.attrs["objective"]), rel=SAME)


@pytest.mark.slow
def test_tariffs_and_taxes_leave_the_cost_of_society() -> None:
    def drop(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[~rows["quantity"].isin(["tariff", "energy_tax"])]

    untaxed = assemble(edit("prices", drop), Choices(variants=BASE, ceiling="off", frames="off", result="off"))
    assert social_cost(find_plan(untaxed, EXACT)) == pytest.approx(free_cost(), rel=SAME)


def test_tariffs_and_taxes_stay_among_the_actors(lund: Plan) -> None:
    """All of them together have the same operating cash without, for each is paid by one and received by another."""
    scenario, plan = lund
    flat = scenario.assign(tariff=scenario["tariff"] * np.nan, energy_tax=scenario["energy_tax"] * 0.0)
    cash, other = operating_cash(scenario, plan), operating_cash(flat, plan)
    assert np.abs(cash - other).max() > 100
    assert other.sum(axis=0) == pytest.approx(cash.sum(axis=0), rel=1e-9)


# What the ceiling does


@pytest.mark.slow
def test_the_ceiling_binds_in_2031_to_2043_and_costs_little() -> None:
    """3.1 of 20 256 MSEK, for solar cells that wait; finance is dearer by 12."""
    scenario, plan = lund_plan()
    free = lund_plan(ceiling="off", frames="off", result="off")[1]
    assert social_cost(plan) - free_cost() == pytest.approx(3.1, abs=0.1)
    assert plan.attrs["finance_cost"] - free.attrs["finance_cost"] == pytest.approx(12.3, abs=0.5)
    place = list(scenario[ACTOR].values).index(MUNICIPALITY)
    margin = (measure_ceiling(scenario) - measure_net_debt(scenario, plan)).real[place]
    assert margin.min() > -1e-6
    assert scenario["year"].values[margin < 1e-3].tolist() == list(range(2031, 2044))
    assert margin[0] > 500
    moved = (plan["build"] - free["build"]).sel(technology="pv_municipal")
    assert float(moved.sel(vintage=slice(None, 2036)).sum()) < -1
    assert float(moved.sel(vintage=slice(2037, None)).sum()) > 1


@pytest.mark.slow
@pytest.mark.parametrize("off", ["ceiling", "frames"])
def test_without_a_ceiling_or_with_money_of_its_own_the_municipality_loses_nothing(off: str) -> None:
    """Either limit alone is idle; only a ceiling over a purse without own money binds."""
    assert social_cost(lund_plan(**{off: OFF})[1]) == pytest.approx(free_cost(), rel=SAME)


def test_the_frames_never_bind(lund: Plan) -> None:
    """32 of 140, 8 of 44 and 122 of 216, on top of the 800 a year of Örtofta 2, which is decided."""
    scenario, plan = lund
    net = spend_actors(scenario, plan) - grant_actors(scenario, plan).sum(axis=0)
    net[list(scenario[ACTOR].values).index("kraftringen"), :3] -= 2400 / 3
    peaks = pd.Series(net.max(axis=1), index=scenario[ACTOR].values)
    assert peaks[FRAMED].to_numpy() == pytest.approx([32.3, 8.2, 121.5], abs=0.5)


@pytest.mark.slow
def test_the_room_under_the_ceiling_is_worth_more_the_less_there_is() -> None:
    """One percent of taxes: 3.1 MSEK; half a percent: 36; none: 5 879, for then the municipality builds nothing.

    Not even what a grant pays half of.
    """
    assert social_cost(plan_for(owe(0.595))[1]) - free_cost() == pytest.approx(36, abs=2)
    scenario, none = plan_for(owe(0.6))
    assert social_cost(none) - free_cost() == pytest.approx(5879, abs=15)
    owned = scenario["owned"].sel(actor=MUNICIPALITY).values > 0
    assert np.abs(none["build"].values[owned]).max() < 1e-6


@pytest.mark.slow
def test_the_published_forecast_leaves_a_plan_without_the_municipality() -> None:
    """Above 60 percent from 2025 on: told, and the plan adds nothing to it, as where there is no room at all."""
    outcome = Family(owe(0.61), Choices(variants=BASE), EXACT).solve()
    assert [notice.key for notice in outcome.notices] == ["standing_over_ceiling"]
    owned = outcome.scenario["owned"].sel(actor=MUNICIPALITY).values > 0
    assert np.abs(outcome.plan["build"].values[owned]).max() < 1e-6
    assert social_cost(outcome.plan) - free_cost() == pytest.approx(5879, abs=15)


@pytest.mark.slow
def test_grants_are_what_makes_the_ceiling_cheap() -> None:
    """Without them it costs 7.9 MSEK; with them 3.1, and the municipality wins 44, which others leave to it."""
    bare = plan_for(lund_tables(), instruments=GRANTS)[1]
    assert social_cost(bare) - free_cost() == pytest.approx(7.9, abs=0.3)
    scenario, plan = lund_plan()
    place = list(scenario[ACTOR].values).index(MUNICIPALITY)
    assert grant_actors(scenario, plan).sum(axis=(0, 2))[place] == pytest.approx(44, abs=2)


# Who pays


def test_most_of_the_investment_is_not_the_municipalitys(lund: Plan) -> None:
    """313 of 5 862 MSEK, of which 2 400 are the decided plant."""
    scenario, plan = lund
    outlay = pd.Series(spend_actors(scenario, plan).sum(axis=1), index=scenario[ACTOR].values)
    assert outlay[MUNICIPALITY] == pytest.approx(313, abs=3)
    assert outlay.sum() == pytest.approx(5862, abs=10)
    assert outlay["kraftringen"] > outlay["private"] > outlay[MUNICIPALITY]


def test_grants_keep_their_windows_and_pools(lund: Plan) -> None:
    scenario, plan = lund
    claimed = plan["claimed"].sel(instrument="klimatklivet")
    granted = claimed * scenario["grant_share"].sel(instrument="klimatklivet")
    assert float(claimed.sel(vintage=slice(2031, None)).sum()) == 0
    assert float(granted.sum("technology").max()) == pytest.approx(43, abs=1e-3)


def test_no_green_bond_is_issued_for_a_plan_this_small(lund: Plan) -> None:
    """300 MSEK at a time; the municipality never spends a tenth of it in a year. It adds 21 whole numbers."""
    scenario, plan = lund
    finance = outline_program(scenario).finance
    assert len(finance.lumpy) * scenario.sizes["year"] == 21
    assert float(plan["draw"].sel(instrument="green_bond").sum()) == 0
    assert float(plan["draw"].sel(actor=MUNICIPALITY).sum()) == pytest.approx(269.5, abs=1)
