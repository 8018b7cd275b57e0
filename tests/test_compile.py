"""The compiled program is the Pyomo program: same rows, same numbers, same optimum, for any numbers put into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
import town
import xarray as xr
from pyomo.repn import generate_standard_repn

from model.compiled.compile import compile_program
from model.compiled.revise import LinearProgram, revise_program
from model.compiled.sparse import COST, SparseProgram
from model.formulation.program import build_program
from model.parameters.coefficients import measure_coefficients
from model.parameters.structure import outline_program
from model.solver.chain import solve_program
from model.solver.solution import SolverOptions
from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.tables import read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
UTOPIA = Path(__file__).parent / "cases" / "utopia"
REVISIONS, QUICK = 20, 1
VARIED = (
    *("purchase_price", "sale_price", "demand", "cap", "price", "capex", "fixed_cost", "variable_cost"),
    *("flow", "factor_activity", "factor_purchase", "existing", "most_build", "most_capacity", "exogenous"),
)

Row = tuple[dict[tuple[str, tuple[object, ...]], float], float, float]
Rows = dict[tuple[str, tuple[object, ...]], Row]


def index_of(data: object) -> tuple[object, ...]:
    index = data.index()  # type: ignore[attr-defined]
    return () if index is None else index if isinstance(index, tuple) else (index,)


def turn_row(columns: dict[tuple[str, tuple[object, ...]], float], lower: float, upper: float) -> Row:
    """One way round for a row that Pyomo may write as `a <= b` or as `-b <= -a`: its first column is positive."""
    first = min(columns, key=str, default=None)
    if first is None or columns[first] > 0:
        return columns, lower, upper
    return {name: -factor for name, factor in columns.items()}, -upper, -lower


def rows_of_pyomo(m: pyo.ConcreteModel) -> Rows:
    """Every constraint of an ordinary Pyomo model as (columns, lower, upper), read by Pyomo's own standard form."""
    rows: Rows = {}
    for component in m.component_objects(pyo.Constraint):
        for data in component.values():
            repn = generate_standard_repn(data.body, compute_values=True)
            columns = {
                (v.parent_component().local_name, index_of(v)): float(c)
                for v, c in zip(repn.linear_vars, repn.linear_coefs, strict=True)
                if c
            }
            lower = -np.inf if data.lower is None else pyo.value(data.lower) - repn.constant
            upper = np.inf if data.upper is None else pyo.value(data.upper) - repn.constant
            rows[component.local_name, index_of(data)] = turn_row(columns, lower, upper)
    return rows


def rows_of_compiled(program: LinearProgram) -> Rows:
    """The same of a compiled program with a scenario's numbers in it."""
    compiled = program.program
    names = [(label.family, label.index) for label in compiled.column_labels]
    columns: list[dict[tuple[str, tuple[object, ...]], float]] = [{} for _ in compiled.row_labels]
    for j, name in enumerate(names):
        for i in range(compiled.starts[j], compiled.starts[j + 1]):
            if program.entries[i]:
                columns[compiled.rows[i]][name] = float(program.entries[i])
    sides = zip(compiled.row_labels, columns, program.row_lower, program.row_upper, strict=True)
    return {(label.family, label.index): turn_row(row, float(low), float(up)) for label, row, low, up in sides}


def costs_of_pyomo(m: pyo.ConcreteModel) -> dict[tuple[str, tuple[object, ...]], float]:
    repn = generate_standard_repn(m.cost.expr, compute_values=True)
    pairs = zip(repn.linear_vars, repn.linear_coefs, strict=True)
    return {(v.parent_component().local_name, index_of(v)): float(c) for v, c in pairs if c}


def assert_same_program(scenario: xr.Dataset, program: LinearProgram) -> None:
    """Row by row and entry by entry to 1e-9, relative to the entry where it is large."""
    m = build_program(scenario)
    rebuilt, compiled = rows_of_pyomo(m), rows_of_compiled(program)
    endless = {key for key, (_, lower, upper) in compiled.items() if lower == -np.inf and upper == np.inf}
    assert rebuilt.keys() - endless == compiled.keys() - endless
    for key in rebuilt.keys() - endless:
        (columns, *sides), (columns_too, *sides_too) = rebuilt[key], compiled[key]
        assert columns_too == pytest.approx(columns, rel=1e-9, abs=1e-9), key
        assert sides_too == pytest.approx(sides, rel=1e-9, abs=1e-9), key
    names = [(label.family, label.index) for label in program.program.column_labels]
    costs = {name: cost for name, cost in zip(names, program.costs[COST].tolist(), strict=True) if cost}
    assert costs == pytest.approx(costs_of_pyomo(m), rel=1e-9, abs=1e-9)


def vary(scenario: xr.Dataset, random: np.random.Generator) -> xr.Dataset:
    """Other prices, demands, targets, costs, rates and efficiencies, each up to 20 % off; same structure."""
    changed = {name: scenario[name] * random.uniform(0.8, 1.2, scenario[name].shape) for name in VARIED}
    changed["discount_rate"] = scenario["discount_rate"] * random.uniform(0.5, 1.5)
    return scenario.assign(changed)


@pytest.fixture(scope="module")
def lund() -> xr.Dataset:
    return assemble(read_tables(LUND), Choices(variants=("base_2024",)))


@pytest.fixture(scope="module")
def compiled_lund(lund: xr.Dataset) -> SparseProgram:
    return compile_program(lund)


@pytest.mark.parametrize(
    "seed", [*range(QUICK), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(QUICK, REVISIONS))]
)
def test_a_revised_lund_is_the_lund_that_pyomo_rebuilds(
    lund: xr.Dataset, compiled_lund: SparseProgram, seed: int
) -> None:
    scenario = vary(lund, np.random.default_rng(seed))
    assert outline_program(scenario).digest == compiled_lund.structure.digest
    assert_same_program(scenario, revise_program(compiled_lund, measure_coefficients(scenario)))


def test_utopia_compiled_is_utopia_rebuilt() -> None:
    scenario = assemble(read_tables(UTOPIA), Choices())
    assert_same_program(scenario, revise_program(compile_program(scenario), measure_coefficients(scenario)))


def vintage_town() -> dict[str, Any]:
    """A town with efficiency and availability by vintage, a stock that may be scrapped, a margin and a must."""
    pump = {"buildable": True, "retirable": True, "existing": 1, "capex": 1, "life": 5, "yield": 3, "must_run": 0.1}
    pump |= {"resolution": "slice", "availability": {"v2025": 0.8, "v2027": 0.9}, "annual_availability": 0.7}
    flow = {"heat": {"v2025": 1, "v2027": 1.2}, "power": {"v2025": {2025: -0.4, 2027: -0.5}, "v2027": -0.3}}
    pump |= {"flow": flow, "firm_credit": {"heat": 0.9}}
    boiler = {"technology": "boiler", "existing": 2, "buildable": True, "yield": 4, "full_load": 5}
    boiler |= {"availability": {"v2025": 0.9, "v2026": 1}, "profile": {"winter": 0.7, "summer": 0.3}}
    return {
        "case": {"last_year": 2027},
        "slices": [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}],
        "commodities": [
            {"commodity": "heat", "balance": "slice", "demand": 6, "reserve_margin": 0.1, "purchase_price": 9},
            {"commodity": "power", "purchase_price": 1},
        ],
        "technologies": [{"technology": "pump", **pump}, {**boiler, "variable_cost": 2, "flow": {"heat": 1}}],
    }


def test_a_revised_town_with_vintages_is_the_town_that_pyomo_rebuilds() -> None:
    """Flows, availabilities and stock by vintage change; rows and columns are the same."""
    scenario = town.scenario_of(vintage_town())
    random = np.random.default_rng(5)
    names = ("flow", "flow_by_vintage", "availability", "availability_by_vintage", "existing", "demand", "yield")
    names += ("annual_availability", "annual_availability_by_vintage", "must_run", "firm_credit")
    varied = scenario.assign({name: scenario[name] * random.uniform(0.8, 1.0, scenario[name].shape) for name in names})
    program = compile_program(scenario)
    assert outline_program(varied).digest == program.structure.digest
    assert_same_program(varied, revise_program(program, measure_coefficients(varied)))


@pytest.mark.slow
def test_the_program_opens_as_an_ordinary_pyomo_model_for_another_interface() -> None:
    """UTOPIA through Pyomo's own interface to HiGHS gives the optimum that our arrays give."""
    scenario = assemble(read_tables(UTOPIA), Choices())
    m = build_program(scenario)
    pyo.SolverFactory("appsi_highs").solve(m)
    ours = solve_program(revise_program(compile_program(scenario), measure_coefficients(scenario)))
    assert pyo.value(m.cost) == pytest.approx(ours.objective, rel=1e-9)


def test_a_scenario_with_another_structure_has_another_digest() -> None:
    """A storage that is not there, a target that is hard: other rows and columns exist, so the digest differs."""
    rows = {
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 1}],
        "accounts": [{"account": "co2", "factor_purchase": {"heat": 1}}],
        "targets": [{"target": "cap", "account": "co2", "year": 2025, "value": 1}],
    }
    priced, hard = (outline_program(town.scenario_of(rows, target_mode=mode)).digest for mode in ("priced", "hard"))
    dearer = outline_program(town.scenario_of(rows, target_mode="priced", excess_price=9.0)).digest
    assert priced != hard
    assert priced == dearer


@pytest.mark.slow
def test_the_relaxation_is_a_bound_on_the_whole_units() -> None:
    """Without the least result, whose reference only a do-nothing plan gives."""
    lund = assemble(read_tables(LUND), Choices(variants=("base_2024",), frames="off", result="off"))
    program = revise_program(compile_program(lund), measure_coefficients(lund))
    relaxed = solve_program(program, SolverOptions(relax=True))
    whole = solve_program(program, SolverOptions(gap=1e-2))
    assert relaxed.objective <= whole.objective + 1e-6 * abs(whole.objective)
    assert whole.bound <= whole.objective


def test_it_is_told_how_many_rows_are_compiled_by_now(lund: xr.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr("model.compiled.compile.ROWS_TOLD", 4000)
    program = compile_program(lund, tell=told.append)
    assert told == list(range(4000, program.shape[0] + 1, 4000)) != []
