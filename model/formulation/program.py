"""The program, theme by theme: one formulation, as an ordinary Pyomo model or with symbols for its numbers."""

from __future__ import annotations

import pyomo.environ as pyo
import xarray as xr

from model.formulation.accounts import add_accounts
from model.formulation.balance import add_balance
from model.formulation.books import add_freed
from model.formulation.capacity import add_capacity
from model.formulation.decisions import add_decisions
from model.formulation.finance import (
    add_debts,
    add_funding,
    add_grants,
    add_participation,
    add_results,
    add_secured,
    add_stage_limits,
    sum_cash_cost,
    sum_finance_cost,
    sum_rise,
)
from model.formulation.firm import add_firm_capacity
from model.formulation.frames import add_frames, add_steps
from model.formulation.groups import add_groups
from model.formulation.growth import add_growth
from model.formulation.limits import add_activity_limits, add_build_limits, add_trade_limits
from model.formulation.logic import add_logic, add_lumps
from model.formulation.money import net_present_cost, sum_early
from model.formulation.rows import Program
from model.formulation.savings import add_savings
from model.formulation.storage import add_storage
from model.formulation.support import add_support
from model.formulation.targets import add_targets, sum_miss
from model.formulation.use import add_use
from model.formulation.vintages import add_runs
from model.parameters.coefficients import measure_coefficients
from model.parameters.numbers import Numbers
from model.parameters.structure import Structure, outline_program


def write_program(m: Program, at: Structure, n: Numbers) -> None:
    """Write all decisions, rules and objectives into a Pyomo model."""
    add_decisions(m, at)
    add_capacity(m, at, n)
    add_use(m, at, n)
    add_runs(m, at, n)
    add_balance(m, at, n)
    add_storage(m, at, n)
    add_firm_capacity(m, at, n)
    add_build_limits(m, at, n)
    add_activity_limits(m, at, n)
    add_growth(m, at, n)
    add_trade_limits(m, at, n)
    add_groups(m, at, n)
    add_lumps(m, at, n)
    add_logic(m, at, n)
    add_accounts(m, at, n)
    add_targets(m, at, n)
    add_funding(m, at, n)
    add_frames(m, at, n)
    add_steps(m, at, n)
    add_grants(m, at, n)
    add_secured(m, at, n)
    add_freed(m, at, n)
    add_debts(m, at, n)
    add_support(m, at, n)
    add_results(m, at, n)
    add_savings(m, at, n)
    add_participation(m, at, n)
    m.cost = pyo.Objective(expr=net_present_cost(m, at, n))
    for name, expression in (
        ("miss", sum_miss(m, at, n)),
        ("finance_cost", sum_finance_cost(m, n)),
        ("rise_sum", sum_rise(m)),
        ("cash_cost", sum_cash_cost(m, at, n)),
        ("early", sum_early(m, at, n)),
    ):
        setattr(m, name, pyo.Objective(expr=expression))
        getattr(m, name).deactivate()
    add_stage_limits(m, at, n)


def build_program(scenario: xr.Dataset) -> Program:
    """An ordinary Pyomo model of a scenario, for any solver that Pyomo knows; `cost` is its active objective.

    Args:
        scenario: Dataset as `scenarios.assemble` makes it.
    """
    m = Program(name=str(scenario.attrs.get("case", "")))
    write_program(m, outline_program(scenario), Numbers(measure_coefficients(scenario)))
    return m
