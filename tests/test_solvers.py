"""The same task by every solver and method that is installed: same status, value, bound and prices.

A test of a solver that is not installed is skipped with what to install.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from small_programs import FARMER, INF, make_task, plant_fields
from town import build_town

from conf.schema import Config, SolverConfig
from conf.words import say
from model.compiled.task import Task
from model.solver import lacks, registry
from model.solver.external.mps import write_mps
from model.solver.external.question import SolverRefused
from model.solver.external.run import prove_value
from model.solver.lacks import find_lack
from model.solver.registry import HIGHS_NAME, SOLVERS
from model.solver.sessions import open_session, solve_once
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.starts import COLD
from runners.chosen import choose_solver
from runners.cli import main
from runners.exit_codes import BAD_INPUT
from runners.family import Family
from scenarios.choices import Choices
from scenarios.errors import CaseError

WAYS = [(name, method) for name, reach in SOLVERS.items() for method in reach.methods]


def require(name: str, method: str = "choose") -> SolverOptions:
    """Options of a solver; the test is skipped, with the reason, where it is not installed."""
    if lack := find_lack(name, method):
        pytest.skip(f"{SOLVERS[name].title} cannot work here by '{method}': {lack.fields['install']}")
    return SolverOptions(name=name, method=method, threads=1, gap=1e-6, time_limit=20.0)


def solve(task: Task, options: SolverOptions) -> Solution:
    if task.mixed:
        return solve_once(task, options, options.time_limit)
    return open_session(options, COLD).solve(task, options.time_limit)


@pytest.mark.parametrize(("name", "method"), WAYS)
def test_the_farmer_by_every_way(name: str, method: str) -> None:
    """Birge and Louveaux: with yields as expected 118 600 are earned, by each of them."""
    options = require(name, method)
    task = replace(FARMER[1], offset=1000.0)
    found, usual = solve(task, options), solve(task, SolverOptions(threads=1))
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(-118_600 + 1000, rel=1e-6)
    assert found.bound == found.objective
    np.testing.assert_allclose(found.columns, usual.columns, rtol=1e-5, atol=1e-2)
    np.testing.assert_allclose(found.row_duals, usual.row_duals, rtol=1e-4, atol=1e-4)


KINDS: Mapping[str, tuple[Task, Status]] = {
    "impossible": (make_task({"x": (1, 0, 5)}, [({"x": 1}, 6, INF)]), Status.INFEASIBLE),
    "impossible rows": (
        make_task({"x": (1, 0, INF), "y": (1, 0, INF)}, [({"x": 1, "y": 1}, 6, INF), ({"x": 1, "y": 1}, -INF, 5)]),
        Status.INFEASIBLE,
    ),
    "endless": (make_task({"x": (-1, 0, INF), "y": (0, 0, 5)}, [({"x": 1, "y": -1}, 0, INF)]), Status.UNBOUNDED),
    "impossible in whole numbers": (
        make_task({"x": (1, 0, 5), "y": (1, 0, 5)}, [({"x": 2, "y": 2}, 3, 3)], whole=["x", "y"]),
        Status.INFEASIBLE,
    ),
}


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_no_is_the_same(name: str, kind: str) -> None:
    task, status = KINDS[kind]
    assert solve(task, require(name)).status is status


@pytest.mark.parametrize("name", SOLVERS)
def test_every_kind_of_bound_is_read_alike(name: str) -> None:
    """A free column, one below zero, one fixed, a row without bounds, one with both, an equality, whole columns.

    min a + b + 3 c + d + e with a free, a >= b - 4 (row), -7 <= b <= -2, c = 1.5 fixed, 2 <= d + e <= 9 with d whole in
    0..3 and e whole above 0 (whose bound some readers take for 1), d - e = -2: d = 0, e = 2; b = -7, a = -11.
    """
    columns = {"a": (1, -INF, INF), "b": (1, -7, -2), "c": (3, 1.5, 1.5), "d": (1, 0, 3), "e": (1, 0, INF)}
    rows = [
        ({"a": 1, "b": -1}, -4, INF),
        ({"a": 5, "c": 1}, -INF, INF),
        ({"d": 1, "e": 1}, 2, 9),
        ({"d": 1, "e": -1}, -2, -2),
    ]
    found = solve(make_task(columns, rows, offset=0.25, whole=["d", "e"]), require(name))
    assert found.status is Status.OPTIMAL
    assert found.columns.tolist() == pytest.approx([-11, -7, 1.5, 0, 2], abs=1e-6)
    assert found.objective == pytest.approx(-11 - 7 + 4.5 + 2 + 0.25)


KNAPSACK = make_task(
    {f"x{i}": (-float(7 + i * 13 % 11), 0, 1) for i in range(12)},
    [({f"x{i}": float(5 + i * 7 % 9) for i in range(12)}, -INF, 31)],
    whole=[f"x{i}" for i in range(12)],
)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_gap_and_a_room_hold_what_they_say(name: str) -> None:
    """Whatever is found costs no more than the bound and what was allowed; the least by an exact search is known."""
    options = require(name)
    least = solve_once(KNAPSACK, SolverOptions(gap=0.0, threads=1), 20.0).objective
    wide = solve_once(KNAPSACK, replace(options, gap=0.1), 20.0)
    assert wide.status in (Status.OPTIMAL, Status.WITHIN_GAP)
    assert wide.bound <= least + 1e-6 <= wide.objective + 2e-6
    assert wide.gap <= 0.1 + 1e-6
    room = solve_once(KNAPSACK, options, 20.0, room=0.5)
    assert least - 1e-6 <= room.objective <= least + 0.5 + 1e-6


@pytest.mark.parametrize("name", [name for name in SOLVERS if name != HIGHS_NAME])
def test_a_town_has_the_same_verified_plan(name: str) -> None:
    """Units of 2 MW for a demand of 3: two of them, by every solver; the verifier accepts each."""
    options = require(name)
    tables = build_town(
        technologies=[
            {"technology": "pump", "buildable": "yes", "measure": "yes", "capex": 30, "life": 20, "unit_size": 2}
            | {"yield": 8.76, "flow": {"heat": 1, "electricity": -0.3}, "most_build": 5}
        ],
        commodities=[
            {"commodity": "electricity", "purchase_price": 0.5},
            {"commodity": "heat", "demand": 3 * 8.76},
        ],
    )
    found = [Family(tables, Choices(salvage="none"), each).solve() for each in (options, SolverOptions(threads=1))]
    mine, usual = (outcome.plan for outcome in found)
    for name in ("build", "capacity", "activity"):
        np.testing.assert_allclose(mine[name], usual[name], rtol=1e-7, atol=1e-9)


def test_prices_that_prove_nothing_are_none() -> None:
    """min 2x + 3y, x + y >= 4, x <= 3: 9 with prices 3 and -1; with 0 in place of the -1 they come to 12."""
    task = make_task({"x": (2, 0, INF), "y": (3, 0, INF)}, [({"x": 1, "y": 1}, 4, INF), ({"x": 1}, -INF, 3)])
    assert prove_value(task, np.array([3.0, -1.0]), 9.0)
    assert not prove_value(task, np.array([3.0, 0.0]), 9.0)
    assert not prove_value(task, np.array([2.0, 0.0]), 9.0)


def test_a_file_has_every_number_to_its_last_digit() -> None:
    """One task in full: E, G with a range, L; a row without bounds is left out and its place kept."""
    task = make_task(
        {"a": (1 / 3, 0, INF), "b": (0, -INF, 4), "c": (-1, 2, INF)},
        [({"a": 1, "b": 2}, 5, 5), ({"a": 1}, -INF, INF), ({"b": 0.1, "c": 1}, 1, 3), ({"c": 1}, -INF, 9)],
        offset=2.5,
        whole=["c"],
    )
    written = write_mps(task, mixed=True)
    assert written.rows.tolist() == [0, 2, 3]
    assert written.text.split("\n") == [
        "NAME fardplan FREE",
        "ROWS",
        " N COST",
        " E R0",
        " G R2",
        " L R3",
        "COLUMNS",
        " C0 COST 0.3333333333333333",
        " C0 R0 1.0",
        " C1 COST 0.0",
        " C1 R0 2.0",
        " C1 R2 0.1",
        " M2 'MARKER' 'INTORG'",
        " C2 COST -1.0",
        " C2 R2 1.0",
        " C2 R3 1.0",
        " MEND 'MARKER' 'INTEND'",
        " OFFSET COST 2.5",
        "RHS",
        " RHS R0 5.0",
        " RHS R2 1.0",
        " RHS R3 9.0",
        "RANGES",
        " RANGE R2 2.0",
        "BOUNDS",
        " MI BND C1",
        " UP BND C1 4.0",
        " LO BND C2 2.0",
        " PL BND C2",
        " FX BND OFFSET 1.0",
        "ENDATA",
        "",
    ]


def test_what_is_not_installed_is_told_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "which", lambda _: None)
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    for name in SOLVERS:
        lack = find_lack(name, "choose")
        assert (lack is None) == (name == HIGHS_NAME)
        if lack:
            assert (lack.key, lack.word) == ("solver_missing", f"solver.name={name}")


@pytest.mark.parametrize(
    ("word", "lang", "text"),
    [
        (
            "solver.name=glpk",
            "sv",
            "solver.name=glpk: GLPK är inte installerad här. Installera den (apt-get install glpk-utils) eller ta bort "
            "solver.name: HiGHS finns alltid.",
        ),
        (
            "solver.name=gurobi",
            "en",
            "solver.name=gurobi: Gurobi is not installed here. Install it (pip install gurobipy) or leave out "
            "solver.name: HiGHS is always there.",
        ),
        (
            "solver.method=hipo",
            "sv",
            "solver.method=hipo: HiGHS saknar HiPO här. Installera tillägget (pip install 'highspy[extras]') eller "
            "välj ipx.",
        ),
        (
            "solver.method=hipo",
            "en",
            "solver.method=hipo: HiGHS is without HiPO here. Install the addition (pip install 'highspy[extras]') or "
            "choose ipx.",
        ),
    ],
)
def test_a_command_says_what_to_install(
    word: str, lang: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "which", lambda _: None)
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    monkeypatch.setattr(lacks, "_has_hipo", lambda: False)
    assert main(["plan", word, f"lang={lang}"]) == BAD_INPUT
    assert text in capsys.readouterr().err


def test_a_method_that_a_solver_has_not_and_a_refusal_are_told_in_both_languages() -> None:
    lack = find_lack("glpk", "pdlp")
    assert lack is not None
    assert say(lack.key, "sv", **lack.fields) == (
        "GLPK har inte metoden 'pdlp'. Välj: choose, simplex, dual, primal, ipm."
    )
    assert say(lack.key, "en", **lack.fields) == (
        "GLPK does not have the method 'pdlp'. Choose: choose, simplex, dual, primal, ipm."
    )
    assert say("solver_missing", "en", solver="CBC", install="x") == (
        "CBC is not installed here. Install it (x) or leave out solver.name: HiGHS is always there."
    )
    assert say("solver_refused", "sv", solver="Gurobi", said="no licence") == (
        "Gurobi löste inte programmet: no licence. Se över licens och installation, eller ta bort solver.name: HiGHS "
        "finns alltid."
    )
    assert say("solver_refused", "en", solver="Gurobi", said="no licence") == (
        "Gurobi did not solve the program: no licence. See to its licence and installation, or leave out solver.name: "
        "HiGHS is always there."
    )


def test_a_plan_is_looked_at_where_its_solver_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kept plan needs solved again is the same by any solver: HiGHS stands in, and options stay as they were."""
    monkeypatch.setattr(registry, "which", lambda _: None)
    config = Config(solver=SolverConfig(name="glpk", method="primal", gap=0.01))
    with pytest.raises(CaseError):
        choose_solver(config)
    options = choose_solver(config, stand_in=True)
    assert (options.name, options.method, options.gap) == ("highs", "choose", 0.01)


def test_a_refusal_is_told_in_the_solvers_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SolverRefused("GurobiError: Model too large for size-limited license")

    monkeypatch.setattr("model.solver.external.run._ask", refuse)
    with pytest.raises(CaseError) as told:
        solve(plant_fields(1.0), SolverOptions(name="gurobi"))
    problem = told.value.problems[0]
    assert (problem.key, problem.file) == ("solver_refused", "solver.name=gurobi")
    assert problem.fields["said"] == "GurobiError: Model too large for size-limited license"
