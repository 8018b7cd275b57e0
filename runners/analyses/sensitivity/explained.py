"""A plan that is explained: its scenario, its least costs in whole units and in parts, and the rules that bind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from model.queries.giving import GIVING, Hold, Rule, list_giving
from model.solver.decision_labels import ALL_DIMS
from model.solver.solution import SolverOptions
from model.verifier.verdict import PlanRefused
from runners.analyses.asking import Job, answer_for
from runners.analyses.oracle import Oracle
from runners.analyses.team import Opening
from runners.family import Family
from scenarios.arithmetic.projects import OPTION
from scenarios.catalog import TECHNOLOGY
from scenarios.choices import Choices
from scenarios.settings import Settings

NOTHING = 1e-7
"""A dual below this is none."""
OF_ACTORS = ("frame_most", "ceiling_most", "own_most", "step_most", "result_least", "loss_most")
"""Rules of an actor: they are about all that it owns."""


@dataclass
class Explained:
    """A plan of a family, with all that its prices and reasons are asked of, each made when it is first asked for."""

    family: Family
    settings: Settings
    scenario: xr.Dataset
    plan: xr.Dataset

    def settle(self) -> None:
        """Verify the do-nothing paths that were met; raises PlanRefused where the verifier does not accept one."""
        for _, verdict in self.family.find_refused_nothing():
            raise PlanRefused(verdict)

    @cached_property
    def whole(self) -> dict[int, float]:
        """Columns of whole units and where they stand in the plan; empty where parts may be built."""
        if self.family.options.relax:
            return {}
        program, found = self.family.revise(self.settings).program, {}
        for column in np.flatnonzero(program.integrality).tolist():
            label = program.column_labels[column]
            place = dict(zip(ALL_DIMS[label.family], label.index, strict=True))
            found[column] = float(np.round(self.plan[label.family].sel(place).values))
        return found

    @cached_property
    def oracle(self) -> Oracle:
        """Least costs, whole units as they are in the plan."""
        return Oracle(self.family, self.settings, self.whole, self.plan, verified=False)

    @cached_property
    def parts(self) -> Oracle:
        """Least costs in parts of units."""
        if not self.whole:
            return self.oracle
        return Oracle(self.family, self.settings, None, self.plan, verified=False)

    @cached_property
    def giving(self) -> dict[Rule, Hold]:
        """The rules that a person set, and the rows that hold each."""
        return list_giving(self.oracle.program)

    @cached_property
    def binding(self) -> list[tuple[str, str, frozenset[str]]]:
        """Binding rules in parts of units."""
        return list_binding(self.parts)

    @cached_property
    def columns(self) -> dict[str, list[tuple[int, int]]]:
        """What each measure may begin: its years with their columns."""
        found: dict[str, list[tuple[int, int]]] = {}
        for column, label in enumerate(self.parts.program.program.column_labels):
            if label.family == "build":
                found.setdefault(str(label.index[0]), []).append((int(label.index[1]), column))
        return found


def open_explained(
    folder: Path, choices: Choices, options: SolverOptions, programs: Path | None, settings: Settings
) -> Callable[[xr.Dataset, Sequence[Job]], list[Any]]:
    """What a helper does: it opens the case, is given the plan that is explained, and answers questions about it."""
    family = Family(folder, choices, options, programs)
    scenario = family.describe(settings)
    return answer_for(lambda plan: Explained(family, settings, scenario, plan))


def plan_opening(
    folder: Path, choices: Choices, options: SolverOptions, programs: Path | None, settings: Settings
) -> Opening:
    """How a helper opens a case whose plan is explained."""
    return Opening(__name__, open_explained.__name__, (folder, choices, options, programs, dict(settings)))


def list_measures(scenario: xr.Dataset) -> list[str]:
    """Measures that the plan may build or leave, in the case's order; what is forced or decided is no choice."""
    wanted = scenario["technology_measure"].astype(bool) & scenario["technology_buildable"].astype(bool)
    wanted &= scenario["technology_status"] == OPTION
    return [str(k) for k in scenario[TECHNOLOGY].values[wanted.values]]


def list_binding(oracle: Oracle) -> list[tuple[str, str, frozenset[str]]]:
    """Binding rules that a person set: family, item, and the technologies that they are about."""
    structure = oracle.program.program.structure
    found: dict[tuple[str, str], frozenset[str]] = {}
    priced = np.flatnonzero(np.abs(oracle.base.row_duals) > NOTHING)
    for row in priced:
        label = oracle.program.program.row_labels[int(row)]
        if label.family not in GIVING:
            continue
        item = next((str(i) for i in label.index if isinstance(i, str)), "")
        about = set(structure.members.get(item, ())) if label.family.startswith("group_") else {item}
        if label.family in OF_ACTORS:
            about = {k for k, owners in structure.finance.owners if item in owners}
        found[label.family, item] = frozenset(about)
    return [(family, item, about) for (family, item), about in found.items()]
