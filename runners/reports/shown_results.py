"""Results that are shown beside a plan or by themselves: opened, and of the case that they stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runners.reports.run_folder import Run, find_strangers
from runners.results.result import Result, open_each, open_result
from scenarios.errors import Problem

COMPARE = "compare"
"""Kind of a comparison: it is of plans, whose inputs it does not repeat."""


def open_results(places: Sequence[Path], run: Run | None = None) -> tuple[Result, ...]:
    """Several results, each of the plan's case where there is a plan, else all of the first one's.

    Args:
        places: their folders.
        run: the plan that they are shown beside.

    Raises:
        CaseError: what is wrong with all of them.
    """
    return open_each(places, open_result, lambda result, before: _find_strangers(result, run, (*before, result)[0]))


def is_of_plan(result: Result, run: Run) -> bool:
    """Whether a result is about the very numbers and choices that a plan has; of a comparison: whether it is in it."""
    digests = [side.get("digest") for side in result.origin.get("sides", ())] or [result.origin.get("digest")]
    return run.manifest.get("digest") in digests


def _find_strangers(result: Result, run: Run | None, first: Result) -> list[Problem]:
    place = result.place or Path()
    if run is not None and result.kind != COMPARE:
        return find_strangers(place, result.origin, run)
    case, found = str((run.manifest if run else first.origin).get("case")), str(result.origin.get("case"))
    if case == found:
        return []
    key = "run_other_case" if run else "result_other_case"
    return [Problem(key, str(place), fields={"found": found, "expected": case})]
