"""A plan under all its circumstances: every future at every level of adaptation, and the failures that hurt most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import pandas as pd
import xarray as xr

from model.solver.settled import OPERATION
from runners.analyses.stress.circumstances import Circumstance
from runners.analyses.stress.conditions import tabulate_conditions
from runners.analyses.stress.failures import (
    Failing,
    Failure,
    list_pairs,
    list_singles,
    make_job,
    tabulate_failures,
)
from runners.analyses.stress.futures import Future, draw_futures, list_uncertain
from runners.analyses.stress.jobs import Job, open_place, open_stress, share_jobs
from runners.analyses.stress.sensitivity import rank_numbers
from runners.analyses.stress.tables import (
    Reader,
    Tried,
    list_missed,
    summarise,
    tabulate_actors,
    tabulate_breaches,
    tabulate_draws,
    tabulate_futures,
    tabulate_targets,
)
from runners.analyses.team import Team
from runners.restored import Restored

Solve = Callable[[Sequence[Job]], list[Tried]]
"""Tries tasks, the answers in their order."""


@dataclass(frozen=True)
class Ranking:
    """How numbers are ranked: the method, and its trajectories or rows."""

    method: str
    size: int


@dataclass(frozen=True)
class Study:
    """What a plan comes to: `expected` as planned, `tried` in every future, and `failures` of its measures.

    `ranked` are the numbers that the spread hangs on, where that was asked for.
    """

    restored: Restored
    circumstances: tuple[Circumstance, ...]
    levels: tuple[str, ...]
    tried: tuple[Tried, ...]
    expected: Tried
    failures: tuple[Failure, ...]
    seconds: float
    ranked: pd.DataFrame | None = None

    @property
    def verified(self) -> int:
        """Answers that the verifier accepted."""
        return sum(one.found for one in self.tried)


def study_plan(
    restored: Restored,
    circumstances: Sequence[Circumstance],
    levels: Sequence[str],
    futures: int,
    seed: int,
    pairs: int,
    team: Team | None = None,
    ranking: Ranking | None = None,
) -> Study:
    """Try a plan.

    Args:
        restored: the plan.
        circumstances: each by itself.
        levels: of adaptation.
        futures: drawn for a circumstance in which anything is uncertain.
        seed: of the draws.
        pairs: measures whose failures are tried two by two.
        team: processes that share the futures; None: this one alone.
        ranking: how the numbers of the first circumstance that has ranges are ranked; None: not at all.

    Raises:
        CaseError: what a circumstance names is none of the case's.
    """
    started = perf_counter()
    scenario = restored.scenario
    drawn = [(one.name, draw_futures(one, scenario, futures, seed)) for one in circumstances]
    stress = open_stress(restored)
    for _, found in drawn:
        stress.check(found)
    reader, crew = Reader(scenario), team or Team(open_place(restored.run.place), 1)
    solve = partial(share_jobs, crew, stress, reader)
    singles = list_singles(stress)
    alone = [Job("", stress.expect(), OPERATION), *(make_job(scenario, one) for one in singles)]
    jobs = [Job(name, future, level) for name, found in drawn for level in levels for future in found]
    tried = solve([*alone, *jobs])
    expected, failures = tried[0], _pair(singles, tried[1 : len(alone)])
    two = list_pairs(expected, failures, pairs)
    failures += _pair(two, solve([make_job(scenario, one) for one in two]))
    ranked = None if ranking is None else _rank(circumstances, scenario, ranking, seed, levels[0], solve)
    told, seconds = tuple(tried[len(alone) :]), perf_counter() - started
    return Study(restored, tuple(circumstances), tuple(levels), told, expected, tuple(failures), seconds, ranked)


def _rank(
    circumstances: Sequence[Circumstance], scenario: xr.Dataset, ranking: Ranking, seed: int, level: str, solve: Solve
) -> pd.DataFrame:
    """How the numbers of the first circumstance that has ranges are ranked, at one level of adaptation."""
    asked = _choose_ranked(circumstances, scenario)

    def try_futures(futures: Sequence[Future]) -> list[Tried]:
        return solve([Job(asked.name, future, level) for future in futures])

    return rank_numbers(asked, scenario, ranking.method, ranking.size, seed, try_futures)


def _pair(failing: Sequence[Failing], tried: Sequence[Tried]) -> list[Failure]:
    """Failures with what came of each."""
    return [Failure(one.measures, one.how, found) for one, found in zip(failing, tried, strict=True)]


def _choose_ranked(circumstances: Sequence[Circumstance], scenario: xr.Dataset) -> Circumstance:
    """The first circumstance in which anything is uncertain; the first of all where none is."""
    return next((one for one in circumstances if list_uncertain(one, scenario)[0]), circumstances[0])


def tabulate_study(study: Study) -> dict[str, pd.DataFrame]:
    """All tables of a study, by name."""
    scenario, tried, before = study.restored.scenario, study.tried, list_missed(study.expected)
    ranked = {} if study.ranked is None else {"ranked": study.ranked}
    return ranked | {
        "summary": summarise(tried, study.expected.fate.get("objective_money", float("nan"))),
        "futures": tabulate_futures(tried),
        "draws": tabulate_draws(tried),
        "targets": tabulate_targets(tried, scenario, before),
        "actors": tabulate_actors(tried, scenario),
        "breaches": tabulate_breaches(tried),
        "conditions": tabulate_conditions(tried, scenario, before),
        "failures": tabulate_failures(study.expected, study.failures, scenario),
    }
