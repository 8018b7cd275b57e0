"""Which choices of how a sweep is worked through cannot be: workers, memory, chunks, verification, clusters."""

from __future__ import annotations

from conf.schema import RunnersConfig, SweepConfig
from runners.word_bounds import check_section
from scenarios.errors import Problem

DASK = "dask"
"""The kind of runners that has a queue or an address."""


def check_options(sweep: SweepConfig, runners: RunnersConfig) -> list[Problem]:
    """What is wrong with them, all at once."""
    problems = [*check_section(sweep, "sweep."), *check_section(runners, "runners.")]
    if runners.kind != DASK:
        given = {"runners.queue": runners.queue, "runners.address": runners.address}
        problems += [
            Problem("design_needs_dask", f"{key}={value}") for key, value in given.items() if value is not None
        ]
    return problems
