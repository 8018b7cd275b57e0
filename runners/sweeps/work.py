"""What does a worker do with a chunk? Solve its scenarios in a chain on their base, and keep their rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa

from conf.schema import Config
from model.compiled.cache import default_folder
from model.queries.infeasibility import NoPlan
from model.solver.solution import SolverOptions
from model.verifier.verify import PlanRefused
from runners.chosen import choose, choose_solver, find_folder
from runners.family import Family
from runners.overrides import read_config
from runners.sweeps.chunk import Chunk, ChunkReport, Work
from runners.sweeps.design import Design
from runners.sweeps.disk import put_json, tell_of_disk
from runners.sweeps.results import (
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
from runners.sweeps.schedule import Payload, read_settings, take_numbers
from runners.sweeps.store import SweepStore
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.settings import Settings

FAMILIES_KEPT = 2
"""Families that a worker holds at a time: chunks come base by base."""
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

    def solve(self, head: Head, beneath: Settings, settings: Settings, verify: str) -> Rows:
        """The rows of one scenario, whatever comes of it."""
        started = perf_counter()
        verified = verify == "all" or head.id.startswith("0")
        try:
            family = self.family
        except NoPlan as error:
            return self._tabulate_none(head, error, perf_counter() - started)
        try:
            outcome = family.solve({**self._fixed, **settings}, beneath={**self._beneath, **beneath}, verified=verified)
        except CaseError as error:
            message = "; ".join(problem.tell(self._lang) for problem in error.problems)
            return tabulate_failure(head, REFUSED, perf_counter() - started, message)
        except NoPlan as error:
            return self._tabulate_none(head, error, perf_counter() - started)
        except PlanRefused as error:
            return tabulate_failure(head, NOT_VERIFIED, perf_counter() - started, error.tell(self._lang), NO)
        seconds = perf_counter() - started
        word = YES if verified else NOT_CHECKED
        told = " ".join(notice.tell(self._lang) for notice in outcome.notices[len(family.notices) :])
        return tabulate_outcome(self.books, outcome.scenario, outcome.plan, head, seconds, word, told)

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
        rows = [self._solve(scenario, payload) for scenario in chunk.scenarios]
        self._store.write_chunk(chunk.name, gather_rows(rows, self._types))
        counts = Counter(str(one.fate["status"]) for one in rows)
        failures = tuple(
            (one.head.scenario, str(one.fate["reason"])) for one in rows if one.fate["status"] not in NEED_NO_REPORT
        )
        return ChunkReport(chunk.name, len(rows), dict(counts), perf_counter() - started, failures)

    def _solve(self, scenario: int, payload: Payload) -> Rows:
        row = payload.rows[scenario]
        values = tuple(levels[code] for levels, code in zip(self._values, row, strict=True))
        head = Head(scenario, payload.ids[scenario], values)
        beneath, settings = read_settings(self._setup.keys, self._setup.levels, row)
        started = perf_counter()
        try:
            return self.find_solver(payload.base).solve(head, beneath, settings, self._setup.verify)
        except (MemoryError, OSError):
            raise
        except Exception as error:  # one scenario that our program breaks on must not take the others with it
            self._solvers.clear()
            self._families.clear()
            message = f"{type(error).__name__}: {error}"
            return tabulate_failure(head, BROKEN, perf_counter() - started, message)

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
