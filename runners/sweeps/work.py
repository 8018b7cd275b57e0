"""What does a worker do with a chunk? Solve its scenarios in a chain on their base, and keep their rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa

from conf.schema import Config
from model.compiled.cache import default_folder
from model.queries.no_plan import NoPlan
from model.solver.solution import SolverOptions
from model.verifier.verdict import PlanRefused, Verdict
from runners.chosen import choose, choose_solver, find_folder
from runners.designs.design import Design
from runners.family import Family
from runners.outcome import Outcome
from runners.overrides import read_config
from runners.sweep_store.disk import put_json, tell_of_disk
from runners.sweep_store.results import (
    BROKEN,
    NO,
    NOT_CHECKED,
    NOT_VERIFIED,
    REFUSED,
    YES,
    Books,
    Head,
    Rows,
    gather_rows,
    tabulate_failure,
    tabulate_outcome,
    type_keys,
)
from runners.sweep_store.store import SweepStore
from runners.sweeps.chunk import Chunk, ChunkReport, Work
from runners.sweeps.schedule import Payload, read_settings, take_numbers
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.settings import Settings

FAMILIES_KEPT = 2
"""Families that a worker holds at a time: chunks come base by base."""
TOGETHER = 25
"""Plans verified at a time: from here on it is their numbers that take time, and more would take memory."""
ALL = "all"
SAMPLED = 16
"""Of plans whose verification is sampled, one in this many is checked: those whose id begins with 0."""
NEED_NO_REPORT = ("optimal", "within_gap", "time_limit")
"""Statuses of scenarios that have a plan."""


@dataclass(frozen=True)
class Setup:
    """What all workers of a sweep know.

    `place` of the sweep; `bases`: the words of each; `keys` and `levels` of the design; `verify`: all or sample.
    """

    place: Path
    bases: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    verify: str

    def write(self, path: Path) -> None:
        """Write the set-up as JSON: data, and no code.

        Raises:
            Unwritable: the disk did not take it.
        """
        with tell_of_disk(path.parent):
            put_json(path, {**self.__dict__, "place": str(self.place)})

    @classmethod
    def read(cls, path: Path) -> Setup:
        """Read it back."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            place=Path(told["place"]),
            bases=tuple(map(tuple, told["bases"])),
            keys=tuple(told["keys"]),
            levels=tuple(map(tuple, told["levels"])),
            verify=told["verify"],
        )


@dataclass(frozen=True)
class Found:
    """What was found for a scenario, not verified yet: its rows, made while what was reckoned of it is at hand."""

    outcome: Outcome
    rows: Rows
    seconds: float

    @property
    def head(self) -> Head:
        """Which scenario."""
        return self.rows.head

    def settle(self, verified: str, seconds: float) -> Rows:
        """The rows of an accepted plan, or of one that nobody looked at, which took so many seconds in all."""
        return replace(self.rows, fate={**self.rows.fate, "verified": verified, "seconds": seconds})


class Solver:
    """Solves scenarios of one base, one row of the design after the other.

    Args:
        config: of the base.
        families: what to look for a family in, and to put a new one into.
    """

    def __init__(self, config: Config, families: dict[str, Family] | None = None) -> None:
        bare, self._beneath = take_numbers(choose(config))
        self._fixed = dict(config.settings)
        self._lang = config.lang
        self._source = find_folder(config), bare, choose_solver(config)
        self._families = {} if families is None else families

    @cached_property
    def family(self) -> Family:
        """The family of the base; raises NoPlan where its do-nothing path has no plan, also for want of time."""
        return _find_family(*self._source, self._families)

    @cached_property
    def books(self) -> Books:
        """What every scenario of the family has in common."""
        return Books(self.family.scenario)

    def solve(self, head: Head, beneath: Settings, settings: Settings) -> Rows | Found:
        """A plan that nobody has verified, or the rows of a scenario that has none."""
        started = perf_counter()
        try:
            family = self.family
        except NoPlan as error:
            return self._tabulate_none(head, error, perf_counter() - started)
        try:
            outcome = family.solve({**self._fixed, **settings}, beneath={**self._beneath, **beneath}, verified=False)
        except CaseError as error:
            message = "; ".join(problem.tell(self._lang) for problem in error.problems)
            return tabulate_failure(head, REFUSED, perf_counter() - started, message)
        except NoPlan as error:
            return self._tabulate_none(head, error, perf_counter() - started)
        except PlanRefused as error:
            return self._tabulate_refused(head, error.verdict, perf_counter() - started)
        seconds = perf_counter() - started
        told = " ".join(notice.tell(self._lang) for notice in outcome.notices[len(family.notices) :])
        answer = (outcome.scenario, outcome.plan)
        rows = tabulate_outcome(self.books, *answer, head, seconds, message=told, known=outcome.known)
        return Found(outcome, rows, seconds)

    def judge(self, found: Sequence[Found], verify: str) -> list[Rows]:
        """The rows of plans, verified together: all of them, or a sample; what doing nothing leads to always is."""
        started = perf_counter()
        asked = [place for place, one in enumerate(found) if verify == ALL or one.head.id.startswith("0")]
        verdicts = self._find_refused(found, asked)
        share = (perf_counter() - started) / max(len(asked), 1)
        rows = []
        for place, one in enumerate(found):
            seconds = one.seconds + share * (place in asked)
            if place in verdicts:
                rows.append(self._tabulate_refused(one.head, verdicts[place], seconds))
            else:
                rows.append(one.settle(YES if place in asked else NOT_CHECKED, seconds))
        return rows

    def _find_refused(self, found: Sequence[Found], asked: Sequence[int]) -> dict[int, Verdict]:
        """Verdicts of plans that are not accepted, of those asked for, and of all measured against such a one."""
        refused = self.family.find_refused([found[place].outcome for place in asked])
        idle = {id(plan): verdict for plan, verdict in self.family.find_refused_nothing()}
        against = {place: idle.get(id(one.outcome.reference)) for place, one in enumerate(found)}
        verdicts = {asked[place]: verdict for place, verdict in refused.items()}
        return verdicts | {place: verdict for place, verdict in against.items() if verdict is not None}

    def _tabulate_refused(self, head: Head, verdict: Verdict, seconds: float) -> Rows:
        return tabulate_failure(head, NOT_VERIFIED, seconds, PlanRefused(verdict).tell(self._lang), NO)

    def _tabulate_none(self, head: Head, error: NoPlan, seconds: float) -> Rows:
        told, reason = error.tell(self._lang), error.reason(self._lang)
        return tabulate_failure(head, error.status.value, seconds, told, reason=reason)


def _find_family(folder: Path, bare: Choices, options: SolverOptions, families: dict[str, Family]) -> Family:
    """The family of these choices; bases that differ in numbers alone, such as prices, have the same one."""
    name = repr((folder, bare, options))
    found = families.pop(name, None)
    while found is None and len(families) >= FAMILIES_KEPT:
        families.pop(next(iter(families)))
    families[name] = found or Family(folder, bare, options, default_folder())
    return families[name]


class ChunkWork:
    """The work of one process: bases as they are needed, chunks into the folder of the sweep."""

    def __init__(self, setup: Setup) -> None:
        pa.allocate_buffer(1)  # Arrow sets aside a gigabyte at its first use, which is not to count as a scenario's
        self._setup = setup
        self._store = SweepStore.join(setup.place)
        self._types: Mapping[str, pa.DataType] = type_keys(setup.keys, setup.levels)
        self._values = read_levels(setup.levels, self._types)
        self._solvers: dict[int, Solver] = {}
        self._families: dict[str, Family] = {}

    def __call__(self, chunk: Chunk) -> ChunkReport:
        """Solve the scenarios of a chunk and keep them."""
        started = perf_counter()
        payload: Payload = chunk.payload
        rows = list(self._solve_all(chunk.scenarios, payload))
        self._store.write_chunk(chunk.name, gather_rows(rows, self._types))
        counts = Counter(str(one.fate["status"]) for one in rows)
        failures = tuple(
            (one.head.scenario, str(one.fate["reason"])) for one in rows if one.fate["status"] not in NEED_NO_REPORT
        )
        return ChunkReport(chunk.name, len(rows), dict(counts), perf_counter() - started, failures)

    def _solve_all(self, scenarios: Sequence[int], payload: Payload) -> Iterator[Rows]:
        """The rows of scenarios of a base, in their order; plans are verified some at a time."""
        waiting: list[Found | Rows] = []
        for scenario in scenarios:
            waiting.append(self._solve(scenario, payload))
            if len(waiting) == TOGETHER:
                yield from self._judge(waiting, payload)
                waiting = []
        yield from self._judge(waiting, payload)

    def _judge(self, waiting: Sequence[Found | Rows], payload: Payload) -> list[Rows]:
        """The rows of what was found; where our program breaks on it together, of each by itself."""
        found = [one for one in waiting if isinstance(one, Found)]
        try:
            judged = iter(self.find_solver(payload.base).judge(found, self._setup.verify) if found else [])
        except (MemoryError, OSError):
            raise
        except Exception as error:
            if len(waiting) > 1:
                return [rows for one in waiting for rows in self._judge([one], payload)]
            return [self._tabulate_broken(found[0].head, error, found[0].seconds)]
        return [next(judged) if isinstance(one, Found) else one for one in waiting]

    def _tabulate_broken(self, head: Head, error: Exception, seconds: float) -> Rows:
        self._solvers.clear()
        self._families.clear()
        return tabulate_failure(head, BROKEN, seconds, f"{type(error).__name__}: {error}")

    def _solve(self, scenario: int, payload: Payload) -> Rows | Found:
        row = payload.rows[scenario]
        values = tuple(levels[code] for levels, code in zip(self._values, row, strict=True))
        head = Head(scenario, payload.ids[scenario], values)
        beneath, settings = read_settings(self._setup.keys, self._setup.levels, row)
        started = perf_counter()
        try:
            return self.find_solver(payload.base).solve(head, beneath, settings)
        except (MemoryError, OSError):
            raise
        except Exception as error:  # one scenario that our program breaks on must not take the others with it
            return self._tabulate_broken(head, error, perf_counter() - started)

    def find_solver(self, base: int) -> Solver:
        """The solver of a base; the one before it is let go."""
        if base not in self._solvers:
            for other in [o for o in self._solvers if o != base]:
                del self._solvers[other]
            self._solvers[base] = Solver(read_config(self._setup.bases[base]), self._families)
        return self._solvers[base]


def make_work(setup: Path) -> Work:
    """The work of a process, from the set-up file of its sweep."""
    return ChunkWork(Setup.read(setup))


def read_levels(levels: Sequence[Sequence[str]], types: Mapping[str, pa.DataType]) -> list[list[Any]]:
    """The levels of each key as they stand in tables: numbers where all are, None for one that changes nothing."""
    return [
        [None if not level else float(level) if kind == pa.float64() else level for level in texts]
        for texts, kind in zip(levels, types.values(), strict=True)
    ]


def fill_values(design: Design, types: Mapping[str, pa.DataType], scenario: int) -> tuple[Any, ...]:
    """What one row of a design says, as it stands in tables."""
    row = design.codes[scenario].tolist()
    return tuple(texts[code] for texts, code in zip(read_levels(design.levels, types), row, strict=True))
