"""Which choices of how a sweep is worked through cannot be: workers, memory, chunks, verification, clusters."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from conf.schema import RunnersConfig, SweepConfig
from runners.word_values import check_bounds
from scenarios.errors import Problem

VERIFY = ("all", "sample")
KINDS = ("local", "dask")
BOUNDS: Mapping[str, tuple[float, float]] = {
    "sweep.most": (1, 10_000_000),
    "sweep.workers": (1, 1024),
    "sweep.chunk_seconds": (0.1, 3600),
    "sweep.memory_mb": (200, inf),
    "runners.jobs": (1, 10_000),
    "runners.cores": (1, 1024),
}
"""Key to the least and the most that it may be."""


def check_options(sweep: SweepConfig, runners: RunnersConfig) -> list[Problem]:
    """What is wrong with them, all at once."""
    problems = []
    for key, value, names in (("sweep.verify", sweep.verify, VERIFY), ("runners.kind", runners.kind, KINDS)):
        if value not in names:
            problems.append(_refuse("override_choice", key, value, value=value, names=", ".join(names)))
    if runners.kind != "dask":
        given = {"runners.queue": runners.queue, "runners.address": runners.address}
        problems += [_refuse("design_needs_dask", key, value) for key, value in given.items() if value is not None]
    return [*problems, *check_bounds("sweep", sweep, BOUNDS), *check_bounds("runners", runners, BOUNDS)]


def _refuse(message: str, key: str, found: Any, **fields: Any) -> Problem:
    return Problem(message, f"{key}={found}", fields=fields)
