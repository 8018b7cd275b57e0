"""How far a sweep has come: what was done, what failed and why, and how the run ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from runners.exit_codes import DONE
from runners.sweeps.chunk import ChunkReport

CRASHED = "crashed"
"""Status of a scenario that took its process with it, again when it was alone."""
MOST_LISTED = 20
"""Failures whose message is kept for the summary; the store has them all."""
MOST_REASONS, MOST_EXAMPLES = 500, 3
"""Reasons told apart, and scenarios named for each; further reasons are counted together."""


Reasons = Mapping[str, tuple[int, tuple[int, ...]]]
"""How many scenarios failed for each reason, and the first of them; an empty reason gathers what is too many."""


@dataclass(frozen=True)
class Tally:
    """Counts over the scenarios of a sweep, in no more memory for a million than for ten."""

    total: int
    """How many are to be done, those kept from before included."""
    kept: int = 0
    """How many had their answer before this run."""
    done: int = 0
    """How many got their answer in this run, crashed ones among them."""
    counts: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    failures: tuple[tuple[int, str], ...] = ()
    """The first MOST_LISTED: scenario and message."""
    reasons: Reasons = field(default_factory=dict)
    broken: int = 0
    """How many have no answer through a fault of ours."""
    faults: tuple[tuple[str, str], ...] = ()
    """The first MOST_LISTED: name of the chunk and message."""

    def add_report(self, report: ChunkReport) -> Tally:
        """With a chunk that was solved."""
        return replace(
            self,
            done=self.done + report.done,
            counts=dict(Counter(self.counts) + Counter(report.counts)),
            failed=self.failed + len(report.failures),
            failures=(self.failures + report.failures)[:MOST_LISTED],
            reasons=_add_reasons(self.reasons, report.failures),
        )

    def add_crash(self, scenario: int, message: str) -> Tally:
        """With a scenario that took its process with it."""
        return self.add_report(ChunkReport("", 1, {CRASHED: 1}, 0.0, ((scenario, message),)))

    def add_fault(self, name: str, scenarios: int, message: str) -> Tally:
        """With a chunk whose work raised."""
        return replace(self, broken=self.broken + scenarios, faults=(*self.faults, (name, message))[:MOST_LISTED])


def _add_reasons(reasons: Reasons, failures: Iterable[tuple[int, str]]) -> Reasons:
    """The reasons with some failures counted among them."""
    added = dict(reasons)
    for scenario, message in failures:
        reason = message if message in added or len(added) < MOST_REASONS else ""
        count, examples = added.get(reason, (0, ()))
        added[reason] = count + 1, (*examples, scenario)[:MOST_EXAMPLES]
    return added


@dataclass(frozen=True)
class PoolEnd:
    """How a run of a sweep ended."""

    tally: Tally
    signal: int | None = None
    """Of the signal that stopped it."""
    obstacle: str | None = None
    """Why it could not go on: no worker starts, or the disk takes nothing more."""
    exit_code: int = DONE
