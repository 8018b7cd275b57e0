"""A program that was solved before has its kept solution; another number, a cut search or a spoiled file has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from town import scenario_of

from conf.cache import DIGEST_BYTES
from model.compiled.compile import compile_program
from model.compiled.revise import LinearProgram, revise_program
from model.parameters.coefficients import measure_coefficients
from model.parameters.structure import outline_program
from model.solver.chain import solve_program
from model.solver.decided import Spending
from model.solver.kept import digest_question, obtain_solution
from model.solver.solution import Solution, SolverOptions, Status
from scenarios.arrays import read_arrays

SETTLED = SolverOptions(), 1e-3


@pytest.fixture(scope="module")
def program() -> LinearProgram:
    """A town that needs 10 GWh of heat, from a boiler that burns gas."""
    scenario = scenario_of(
        {
            "commodities": [{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 10}],
            "technologies": [{"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}}],
        }
    )
    arrays = read_arrays(scenario)
    compiled = compile_program(arrays, outline_program(arrays))
    return revise_program(compiled, measure_coefficients(arrays))


def count_solves(
    asked: list[LinearProgram], status: Status | None = None
) -> Callable[[LinearProgram, Spending | None], Solution]:
    """A chain that says what it was asked, and ends with another status where one is said."""

    def solve(program: LinearProgram, nothing: Spending | None) -> Solution:
        asked.append(program)
        found = solve_program(program)
        return found if status is None else replace(found, status=status)

    return solve


def test_the_same_program_is_solved_once(program: LinearProgram, tmp_path: Path) -> None:
    """The gas costs 10 x 1.25 x 0.4 = 5."""
    asked: list[LinearProgram] = []
    first, again = (obtain_solution(count_solves(asked), program, None, SETTLED, tmp_path / "kept") for _ in range(2))
    assert len(asked) == 1
    assert first.objective == again.objective == pytest.approx(5.0)
    assert (first.status, first.bound, first.gap, first.values) == (again.status, again.bound, again.gap, again.values)
    np.testing.assert_array_equal(first.columns, again.columns)
    np.testing.assert_array_equal(first.row_duals, again.row_duals)


def test_whatever_a_solution_follows_from_is_in_its_key(program: LinearProgram) -> None:
    keys = {
        digest_question(program, None, SETTLED),
        digest_question(replace(program, entries=program.entries * 1.5), None, SETTLED),
        digest_question(replace(program, row_lower=program.row_lower - 1.0), None, SETTLED),
        digest_question(replace(program, offsets={**program.offsets, "cost": 1.0}), None, SETTLED),
        digest_question(program, Spending(1.0, 2.0), SETTLED),
        digest_question(program, None, (SolverOptions(gap=0.01), 1e-3)),
        digest_question(program, None, (SolverOptions(), 1e-2)),
    }
    assert len(keys) == 7


def test_an_answer_that_was_cut_short_is_not_kept(program: LinearProgram, tmp_path: Path) -> None:
    asked: list[LinearProgram] = []
    for _ in range(2):
        obtain_solution(count_solves(asked, Status.TIME_LIMIT), program, None, SETTLED, tmp_path / "kept")
    assert len(asked) == 2


def test_a_search_that_used_up_its_time_is_not_kept(program: LinearProgram, tmp_path: Path) -> None:
    """Its last stages may have been cut short, which the status of the first does not say."""
    asked: list[LinearProgram] = []
    settled = SolverOptions(time_limit=1e-6), 1e-3
    for _ in range(2):
        obtain_solution(count_solves(asked), program, None, settled, tmp_path / "kept")
    assert len(asked) == 2


def test_a_spoiled_file_is_solved_again(program: LinearProgram, tmp_path: Path) -> None:
    asked: list[LinearProgram] = []
    obtain_solution(count_solves(asked), program, None, SETTLED, tmp_path)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[DIGEST_BYTES + 9] ^= 1
    file.write_bytes(bytes(content))
    assert obtain_solution(count_solves(asked), program, None, SETTLED, tmp_path).objective == pytest.approx(5.0)
    assert len(asked) == 2
