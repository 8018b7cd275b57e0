"""A plan under all its circumstances: every future at every level of adaptation, and the failures that hurt most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import pandas as pd
import xarray as xr

from runners.analyses.stress.circumstances import Circumstance
from runners.analyses.stress.conditions import tabulate_conditions
from runners.analyses.stress.failures import (
    Failure,
    count_failures,
    find_failures,
    list_missed,
    tabulate_failures,
)
from runners.analyses.stress.futures import Future, draw_futures, list_uncertain
from runners.analyses.stress.sensitivity import rank_numbers
from runners.analyses.stress.tables import (
    Reader,
    Tried,
    summarise,
    tabulate_actors,
    tabulate_breaches,
    tabulate_draws,
    tabulate_futures,
    tabulate_targets,
)
from runners.analyses.stress.workers import Job, Shares, open_stress, solve_jobs, spread_jobs
from runners.restored import Restored


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
    workers: int = 1,
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
        workers: processes that share the futures, where there are enough of them.
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
    reader = Reader(scenario)
    jobs = [Job(name, future, level) for name, found in drawn for level in levels for future in found]
    shares = Shares(jobs, workers, count_failures(stress, pairs))
    with spread_jobs(restored.run.place, shares) as (mine, others):
        expected, failures = find_failures(stress, reader, pairs)
        own = solve_jobs(stress, reader, mine)
    tried = shares.join([own, *others])
    ranked = None
    if ranking is not None:
        asked = _choose_ranked(circumstances, scenario)
        name = asked.name

        def solve(futures: Sequence[Future]) -> list[Tried]:
            shared = Shares([Job(name, future, levels[0]) for future in futures], workers)
            with spread_jobs(restored.run.place, shared) as (share, rest):
                found = solve_jobs(stress, reader, share)
            return shared.join([found, *rest])

        ranked = rank_numbers(asked, scenario, ranking.method, ranking.size, seed, solve)
    seconds = perf_counter() - started
    return Study(
        restored, tuple(circumstances), tuple(levels), tuple(tried), expected, tuple(failures), seconds, ranked
    )


def _choose_ranked(circumstances: Sequence[Circumstance], scenario: xr.Dataset) -> Circumstance:
    """The first circumstance in which anything is uncertain; the first of all where none is."""
    return next((one for one in circumstances if list_uncertain(one, scenario)[0]), circumstances[0])


def tabulate_study(study: Study) -> dict[str, pd.DataFrame]:
    """All tables of a study, by name."""
    scenario, tried = study.restored.scenario, study.tried
    ranked = {} if study.ranked is None else {"ranked": study.ranked}
    return ranked | {
        "summary": summarise(tried, study.expected.fate.get("objective_msek", float("nan"))),
        "futures": tabulate_futures(tried),
        "draws": tabulate_draws(tried),
        "targets": tabulate_targets(tried, scenario, list_missed(study.expected)),
        "actors": tabulate_actors(tried, scenario),
        "breaches": tabulate_breaches(tried),
        "conditions": tabulate_conditions(tried, scenario),
        "failures": tabulate_failures(study.expected, study.failures, scenario),
    }
