"""UTOPIA of OSeMOSYS, a case that nobody here wrote: its published optimum through the ordinary way of a case.

Its data and figures: OSeMOSYS_GNU_MathProg (Apache-2.0), version 5, retyped in `cases/utopia`. A stock of 999 PJ
stands in its dam and more fits than is ever used; its bounds of 999999999 mean that there is none. Its imports,
its river and what is not met have no cost of capacity and no limit, so they are not capacitated here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from runners.outcome import Outcome
from runners.solve import solve_case
from scenarios.choices import Choices

CASE = Path(__file__).parent / "cases" / "utopia"
CHOICES = Choices(salvage="sinking_fund", discount_capital="start", discount_operation="middle")
OPTIMUM = 29446.86269
EMISSIONS = {"CO2": 163.516797, "NOX": 170.895}
NEW_CAPACITY = {
    "E01": 2.279801,
    "E21": 0.0,
    "E31": 0.11,
    "E70": 0.0,
    "RHE": 46.867723,
    "RHO": 46.135248,
    "RL1": 34.30399,
    "SRE": 0.1,
    "TXD": 17.79,
    "TXE": 0.0,
    "TXG": 0.0,
}
INVESTMENT = {
    "E01": 2845.536735,
    "E31": 330.0,
    "RHE": 4218.09505,
    "RHO": 4613.524752,
    "SRE": 10.0,
    "TXD": 18572.76,
}


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return solve_case(CASE, CHOICES)


@pytest.fixture(scope="module")
def plan(outcome: Outcome) -> xr.Dataset:
    return outcome.plan


@pytest.mark.slow
def test_the_published_optimum_is_reached(plan: xr.Dataset) -> None:
    assert plan.attrs["objective"] == pytest.approx(OPTIMUM, rel=1e-6)


@pytest.mark.parametrize("account", sorted(EMISSIONS))
def test_emissions_sum_to_the_published_figures(plan: xr.Dataset, account: str) -> None:
    assert float(plan["account_value"].sel(account=account).sum("year")) == pytest.approx(EMISSIONS[account], rel=1e-6)


@pytest.mark.parametrize("technology", sorted(NEW_CAPACITY))
def test_new_capacity_sums_to_the_published_figures(plan: xr.Dataset, technology: str) -> None:
    built = float(plan["build"].sel(technology=technology).sum())
    assert built == pytest.approx(NEW_CAPACITY[technology], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("technology", sorted(INVESTMENT))
def test_investment_sums_to_the_published_figures(outcome: Outcome, technology: str) -> None:
    """Undiscounted, in M$: what is built each year at that year's cost."""
    built = outcome.plan["build"].sel(technology=technology).to_numpy()
    spent = float(built @ outcome.scenario["capex"].sel(technology=technology).to_numpy())
    assert spent == pytest.approx(INVESTMENT[technology], rel=1e-6)


def test_nothing_is_left_unmet(plan: xr.Dataset) -> None:
    unmet = plan["activity"].sel(technology=["RHu", "RLu", "TXu"])
    assert float(unmet.sum()) == pytest.approx(0.0, abs=1e-6)
