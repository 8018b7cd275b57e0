"""A plan that is explained: its scenario and least costs, and questions about it, answered here or by a team.

A question is a function of a module, of what is explained and of one item: it can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from model.queries.giving import GIVING, Hold, Rule, list_giving
from model.solver.decision_labels import ALL_DIMS
from model.solver.solution import SolverOptions
from model.verifier.verify import PlanRefused
from runners.analyses.oracle import Oracle
from runners.analyses.team import Opening, Team
from runners.family import Family
from runners.progress import QUIET, Progress
from scenarios.arithmetic.projects import OPTION
from scenarios.catalog import TECHNOLOGY
from scenarios.choices import Choices
from scenarios.settings import Settings

NOTHING = 1e-7
"""A dual below this is none."""
OF_ACTORS = ("frame_most", "ceiling_most", "own_most", "step_most", "result_least", "loss_most")
"""Rules of an actor: they are about all that it owns."""
MOST_ALONE = 20
"""Measures up to which a case is explained sooner alone than another process would have opened it."""

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass
class Explained:
    """A plan of a family, with all that its prices and reasons are asked of, each made when it is first asked for."""

    family: Family
    settings: Settings
    scenario: xr.Dataset
    plan: xr.Dataset

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


class Inquiry:
    """Questions about one plan, answered in this process or, where there is one, by a team."""

    def __init__(self, explained: Explained, team: Team | None = None) -> None:
        self.explained, self._team = explained, team

    def ask(
        self, question: Callable[[Explained, Item], Found], items: Sequence[Item], progress: Progress = QUIET
    ) -> list[Found]:
        """The answers about each item, in their order."""
        done = 0

        def watch(taken: int) -> None:
            nonlocal done
            while done < taken:
                progress.step()
                done += 1

        if self._team is not None:
            jobs = [(question, item) for item in items]
            alone = [[place] for place in range(len(jobs))]
            return self._team.solve(self._answer, jobs, alone, self.explained.plan, watch)
        found = []
        for item in items:
            found += answer_jobs(self.explained, [(question, item)])
            watch(len(found))
        return found

    def _answer(self, jobs: Sequence[tuple[Callable[[Explained, Any], Any], Any]]) -> list[Any]:
        return answer_jobs(self.explained, jobs)


def answer_jobs(explained: Explained, jobs: Sequence[tuple[Callable[[Explained, Any], Any], Any]]) -> list[Any]:
    """What questions find about their items; the do-nothing paths that they met are verified together.

    Raises:
        PlanRefused: the verifier did not accept one.
    """
    found = [question(explained, item) for question, item in jobs]
    for _, verdict in explained.family.find_refused_nothing():
        raise PlanRefused(verdict)
    return found


def open_explained(
    folder: Path, choices: Choices, options: SolverOptions, programs: Path | None, settings: Settings
) -> Callable[[xr.Dataset, Sequence[tuple[Callable[[Explained, Any], Any], Any]]], list[Any]]:
    """What a helper does: it opens the case, is given the plan that is explained, and answers questions about it."""
    family = Family(folder, choices, options, programs)
    scenario, held = family.describe(settings), list[Explained]()

    def answer(plan: xr.Dataset, jobs: Sequence[tuple[Callable[[Explained, Any], Any], Any]]) -> list[Any]:
        if not held:
            held.append(Explained(family, settings, scenario, plan))
        return answer_jobs(held[0], jobs)

    return answer


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
