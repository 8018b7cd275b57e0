"""Rows that come behind those of a task: solved warm on the same object, in the same units, with the same answers."""

from __future__ import annotations

import numpy as np
import pytest
from small_programs import INF, make_task

from model.compiled.blocks_risk import Added
from model.compiled.task import Task
from model.solver.highs_session import HighsSession
from model.solver.scale import find_scale
from model.solver.sessions import open_session
from model.solver.solution import SolverOptions
from model.solver.starts import COLD, WARM, Step, measure_step

ONE_THREAD = SolverOptions(threads=1)


def mix(small: float = 1.0) -> Task:
    """Two ways to serve 10, the first at 1 and the second at 2 each; all entries are `small`."""
    return make_task(
        {"a": (1.0, 0, 8), "b": (2.0, 0, INF), "c": (0.0, 0, INF)},
        [({"a": small, "b": small, "c": -small}, 10 * small, INF)],
    )


def add(task: Task, *rows: tuple[dict[int, float], float]) -> Task:
    added = Added(task)
    for entries, most in rows:
        added.add_row(np.array(list(entries)), np.array(list(entries.values())), -np.inf, most)
    return added.finish()


def test_a_step_to_more_rows_says_so() -> None:
    before = mix()
    assert measure_step(before, add(before, ({0: 1.0}, 4.0))) == Step(False, False, False, 0, grown=True)
    moved = add(
        make_task({"a": (3.0, 0, 8), "b": (2.0, 0, INF), "c": (0.0, 0, INF)}, [({"a": 1, "b": 1, "c": -1}, 10, INF)]),
        ({0: 1.0}, 4.0),
    )
    step = measure_step(before, moved)
    assert step is not None
    assert (step.costs, step.grown) == (True, True)
    assert measure_step(add(before, ({0: 1.0}, 4.0)), before) is None, "rows do not go"
    assert measure_step(mix(), add(mix(2.0), ({0: 1.0}, 4.0))) is None, "entries of the old rows moved"


@pytest.mark.parametrize("small", [1.0, 1e-9])
def test_rows_that_come_are_kept_by_the_warm_answer(small: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """8 of the first and 2 of the second cost 12; at most 4 of the first 16; at most 5 of the second besides: none."""
    session, cold = HighsSession(ONE_THREAD, WARM), []
    solve_cold = HighsSession._solve_cold
    monkeypatch.setattr(HighsSession, "_solve_cold", lambda self, *given: cold.append(1) or solve_cold(self, *given))
    tasks = [mix(small)]
    for row in (({0: small}, 4.0 * small), ({0: small, 1: 3 * small}, 100.0 * small), ({1: small}, 5.0 * small)):
        tasks.append(add(tasks[-1], row))
    found = [session.solve(task, 10.0) for task in tasks]
    assert [one.objective for one in found[:3]] == pytest.approx([12.0, 16.0, 16.0])
    assert not found[3].status.has_plan
    assert len(cold) == 1, "the first alone: that the last cannot be is proven from where the one before ended"
    assert len(found[2].row_duals) == 3
    assert found[1].row_duals[1] * small == pytest.approx(-1.0)


@pytest.mark.parametrize("seed", range(4))
def test_a_growing_task_costs_what_each_costs_from_cold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"x{i}" for i in range(12)]
    task = make_task(
        {name: (float(cost), 0, 5) for name, cost in zip(names, rng.uniform(1, 9, 12), strict=True)},
        [
            ({name: float(value) for name, value in zip(names, rng.uniform(0, 2, 12), strict=True)}, 9, INF)
            for _ in range(3)
        ],
    )
    session = open_session(ONE_THREAD, WARM)
    for _ in range(8):
        warm, cold = session.solve(task, 10.0), open_session(ONE_THREAD, COLD).solve(task, 10.0)
        assert warm.status is cold.status
        assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
        there = rng.choice(12, 4, replace=False)
        task = add(task, (dict(zip(there.tolist(), rng.uniform(0.5, 2, 4).tolist(), strict=True)), 12.0))


def test_units_of_a_task_are_those_of_more_rows() -> None:
    scale = find_scale(mix(1e-9))
    assert scale is not None
    grown = find_scale(add(mix(1e-9), ({0: 1e-9}, 4e-9)), scale)
    assert grown is not None
    assert grown.continues(scale)
    np.testing.assert_array_equal(grown.rows[:1], scale.rows)
    assert not (find_scale(mix(1e-9)) or grown).continues(grown)
