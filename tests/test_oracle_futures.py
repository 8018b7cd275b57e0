"""Blocks of futures beside mpi-sppy, which puts one Pyomo model per future together: the same optima, however found.

mpi-sppy (Knueven and others, 2023) is no dependency: `pip install mpi-sppy` where this suite is to run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_programs import FARMER, FARMER_STAGES, LANDS, LANDS_STAGES, order_papers, plant_fields

from model.compiled.blocks import join_tasks, mean_task
from model.compiled.blocks_risk import Risk
from model.compiled.blocks_tree import assign_owners, part_all
from model.compiled.task import Task
from model.solver.blocks_solve import find_first, solve_apart, solve_joint
from model.solver.least import solve_task
from model.solver.solution import SolverOptions

EXACT = SolverOptions(gap=0.0, threads=1)
THIRDS = np.full(3, 1 / 3)
WHOLE_FARMER = [plant_fields(yields, whole=("wheat", "corn", "beets")) for yields in (1.27, 0.93, 0.71)]


def ask_oracle(tasks: list[Task], weights: np.ndarray, shared: np.ndarray) -> float:
    """What mpi-sppy's extensive form comes to."""
    pytest.importorskip("mpisppy", reason="mpi-sppy is not installed (pip install mpi-sppy)")
    import pyomo.environ as pyo
    from mpisppy.opt.ef import ExtensiveForm
    from mpisppy.utils import sputils

    def create(name: str, **_: Any) -> Any:
        place = int(name.removeprefix("future"))
        task, model = tasks[place], pyo.ConcreteModel(name=name)
        ends = [tuple(None if np.isinf(end) else float(end) for end in pair) for pair in
                zip(task.column_lower, task.column_upper, strict=True)]  # fmt: skip
        kinds = [pyo.Integers if whole else pyo.Reals for whole in task.integrality]
        model.x = pyo.Var(range(len(ends)), bounds=lambda _, j: ends[j], domain=lambda _, j: kinds[j])
        sums: list[Any] = [0.0] * len(task.row_lower)
        for j in range(len(ends)):
            for entry in range(task.starts[j], task.starts[j + 1]):
                sums[task.rows[entry]] = sums[task.rows[entry]] + float(task.entries[entry]) * model.x[j]
        model.rules = pyo.ConstraintList()
        for row, total in enumerate(sums):
            if np.isfinite(task.row_lower[row]):
                model.rules.add(total >= float(task.row_lower[row]))
            if np.isfinite(task.row_upper[row]):
                model.rules.add(total <= float(task.row_upper[row]))
        model.cost = pyo.Objective(expr=sum(float(c) * model.x[j] for j, c in enumerate(task.costs)) + task.offset)
        sputils.attach_root_node(model, 0.0, [model.x[int(j)] for j in shared])
        model._mpisppy_probability = float(weights[place])
        return model

    names = [f"future{i}" for i in range(len(tasks))]
    form = ExtensiveForm({"solver": "appsi_highs"}, names, create)
    form.solve_extensive_form()
    return float(form.get_objective_value())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tasks", "stages", "weights"),
    [
        (FARMER, FARMER_STAGES, THIRDS),
        (LANDS, LANDS_STAGES, np.array([0.3, 0.4, 0.3])),
        ([order_papers(demand) for demand in (7, 19, 33)], np.array([1, 2, 2]), np.array([0.2, 0.5, 0.3])),
        (WHOLE_FARMER, FARMER_STAGES, np.array([0.25, 0.35, 0.4])),
    ],
    ids=["farmer", "lands", "papers", "whole farmer"],
)
def test_an_oracle_finds_the_same(tasks: list[Task], stages: np.ndarray, weights: np.ndarray) -> None:
    owners = assign_owners(stages, part_all(len(tasks), 2))
    oracle = ask_oracle(tasks, weights, find_first(owners))
    found = solve_joint(join_tasks(tasks, weights, owners), Risk(), EXACT)
    assert found.value == pytest.approx(oracle, rel=1e-6)
    start = solve_task(mean_task(tasks, weights), EXACT).columns
    assert solve_apart(tasks, weights, owners, EXACT, start).value == pytest.approx(oracle, rel=1e-6)
