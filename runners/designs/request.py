"""Which design a command and its configuration ask for: axes of a grid, a table, ranges to sample, crossed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, prod
from pathlib import Path
from typing import Any

from conf.schema import SweepConfig
from runners.designs.correlation import read_groups
from runners.designs.design import Design, check_count, cross_axes, cross_designs
from runners.designs.samples import Range, read_range, sample_ranges, write_level
from runners.designs.tables import read_table, show_problems
from runners.overrides import Words, check_key, check_pair, takes_numbers
from runners.word_values import is_number, split_list
from scenarios.errors import CaseError, Problem

SIMPLE = re.compile(r"[\w.+-]+(,[\w.+-]+)+")
"""Levels that need no grammar: numbers and names with commas between them."""
LISTS = re.compile(r"(?<=\]),\s*(?=\[)")
"""Between two lists that are levels."""
SENSELESS = ("out", "force", "lang", "settings", "hydra", "sweep", "runners", "solver.log")
"""Keys that belong to a sweep as a whole, with all that begins with them and a dot."""
ENDS = ("low", "mean", "high")
"""Numbers of a range that are values of its key."""
NOTHING = "design_nothing"
GRID, VARY, DESIGN = "sweep.grid", "sweep.vary", "sweep.design"


@dataclass(frozen=True)
class Steps(Sequence[str]):
    """The numbers of a `range(...)`, made when they are asked for."""

    start: Decimal
    step: Decimal
    length: int

    @classmethod
    def of(cls, start: float, stop: float, step: float) -> Steps:
        """From `start` by `step` to `stop`, which is left out. Raises ZeroDivisionError for steps of nothing."""
        first, last, by = (Decimal(str(number)) for number in (start, stop, step))
        return cls(first, by, max(0, ceil((last - first) / by)))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, place: Any) -> Any:
        if not 0 <= place < self.length:
            raise IndexError(place)
        return f"{self.start + place * self.step:f}"


@dataclass(frozen=True)
class Axis:
    """A key that varies over levels."""

    key: str
    levels: Sequence[str]


TOGETHER = "sweep.together"


@dataclass(frozen=True)
class Request:
    """What does not vary, the axes of a grid, and the ranges to sample from."""

    fixed: Words
    axes: tuple[Axis, ...] = ()
    ranges: tuple[Range, ...] = ()


ReadAxis = Callable[[str, str], Axis | Range | None]


def read_plain_axis(key: str, value: str) -> Axis | None:
    """The levels of a word such as `0.80,0.85`, `low,base` or `[],[bio_ccs]`, which need no grammar; else None.

    >>> read_plain_axis("price", "low,base")
    Axis(key='price', levels=('low', 'base'))
    >>> read_plain_axis("exclude", "[],[värmepump,sol]").levels
    ('[]', '[värmepump,sol]')
    """
    if SIMPLE.fullmatch(value):
        return Axis(key, tuple(value.split(",")))
    lists = LISTS.split(value)
    if len(lists) > 1 and all(split_list(one) is not None for one in lists):
        return Axis(key, tuple(lists))
    return None


def add_declared(request: Request, sweep: SweepConfig, read_axis: ReadAxis, lacking: Sequence[str] = ()) -> Request:
    """The request with the axes and ranges of the configuration; words go before them.

    `lacking`: keys of a ready-made choice that are about what the case does not have.

    Raises:
        CaseError: what is wrong with those.
    """
    said = set(list_varied(request)) | {*request.fixed.plain, *request.fixed.named}
    found: list[Axis | Range] = []
    problems: list[Problem] = []
    for key, levels in sweep.grid.items():
        if key not in said:
            axis, wrong = _read_declared(key, levels, read_axis)
            found += axis
            problems += [replace(problem, file=f"{GRID}.{problem.file}") for problem in wrong]
    ready = {key: declared for key, declared in sweep.ready_made.items() if key not in lacking}
    for key, declared in {**ready, **sweep.vary}.items():
        if key not in said:
            one, wrong = read_range(key, declared)
            found += [one] if one else []
            problems += wrong
    axes = tuple(one for one in found if isinstance(one, Axis))
    ranges = tuple(one for one in found if isinstance(one, Range))
    problems += check_axes(replace(request, axes=axes, ranges=ranges))
    if problems:
        raise show_problems(problems, GRID)
    return replace(request, axes=request.axes + axes, ranges=request.ranges + ranges)


def build_design(request: Request, sweep: SweepConfig) -> Design:
    """The scenarios asked for: every combination of the grid with every row of the table and every sample.

    Raises:
        CaseError: nothing varies, a key varies in two ways, there are too many scenarios, or a table is wrong.
    """
    problems = [check_count(_count_scenarios(request, sweep), sweep.most)]
    if not (request.axes or request.ranges or sweep.design):
        problems = [Problem(NOTHING, "sweep")]
    problems += check_once(list_varied(request))
    if found := [problem for problem in problems if problem]:
        raise CaseError(found)
    parts: list[Design] = []
    if request.axes:
        parts.append(cross_axes({axis.key: tuple(axis.levels) for axis in request.axes}, sweep.most))
    if sweep.design:
        parts.append(read_table(Path(sweep.design).expanduser(), sweep.most, check_varied, check_level))
    if request.ranges:
        groups, wrong = read_groups(sweep.together, [one.key for one in request.ranges], TOGETHER)
        if wrong:
            raise CaseError(wrong)
        parts.append(sample_ranges(request.ranges, sweep.method, sweep.samples, sweep.seed, sweep.most, groups))
    design = parts[0]
    for part in parts[1:]:
        design = cross_designs(design, part, sweep.most)
    twice = check_once([*design.keys, *((*request.fixed.plain, *request.fixed.named) if sweep.design else ())])
    if twice:
        raise CaseError(twice)
    return design


def list_varied(request: Request) -> list[str]:
    """The keys that vary, each as often as it is said."""
    return [*(axis.key for axis in request.axes), *(one.key for one in request.ranges)]


def check_axes(request: Request) -> list[Problem]:
    """What is wrong with the keys and levels of a request, each mistake once."""
    problems: list[Problem] = []
    for axis in request.axes:
        if problem := check_varied(axis.key):
            problems.append(problem)
        else:
            problems += _check_levels(axis)
    for one in request.ranges:
        problem = check_varied(one.key)
        problems += [problem] if problem else _check_range(one)
    return problems


def check_varied(key: str) -> Problem | None:
    """What is wrong with a key that is to vary: there is none such, or it belongs to the sweep as a whole."""
    if any(key == name or key.startswith((f"{name}.", f"{name}/")) for name in SENSELESS):
        return Problem("design_key", key)
    if problem := check_key(key):
        return replace(problem, file=key)
    return None


def check_level(key: str, level: str) -> Problem | None:
    """What is wrong with one level of a key."""
    return check_pair(key, level)


def check_once(keys: Sequence[str]) -> list[Problem]:
    """Keys that are said more than once: which one is meant cannot be known."""
    twice = dict.fromkeys(key for key in keys if keys.count(key) > 1)
    return [Problem("design_twice", key) for key in twice]


def _check_levels(axis: Axis) -> Iterator[Problem]:
    """Levels of steps are numbers, and right or wrong together; of others each is looked at."""
    levels = axis.levels
    if isinstance(levels, Steps):
        levels = tuple(levels[place] for place in range(min(len(levels), 2)))
    for level in dict.fromkeys(levels):
        if problem := check_level(axis.key, level):
            yield problem
    seen: set[Any] = set()
    for level in levels:
        value = float(level) if is_number(level) else level
        if value in seen:
            yield Problem("design_level_twice", f"{axis.key}={level}", fields={"value": level})
        seen.add(value)


def _check_range(one: Range) -> list[Problem]:
    """What is wrong with the choices of a key, with sampling numbers for it, or with the ends of its range."""
    if not one.choices and not takes_numbers(one.key):
        return [Problem("design_range_kind", one.key)]
    levels = one.choices or [f"{number:g}" for name, number in one.numbers.items() if name in ENDS]
    return [problem for level in levels if (problem := check_level(one.key, level))]


def _count_scenarios(request: Request, sweep: SweepConfig) -> int:
    """How many there are before any table is read."""
    samples = max(sweep.samples, 1) if request.ranges else 1
    return prod(len(axis.levels) for axis in request.axes) * samples


def _read_declared(key: str, levels: Any, read_axis: ReadAxis) -> tuple[list[Axis | Range], Sequence[Problem]]:
    """An axis of YAML: a list of levels, or text as on the command line."""
    if isinstance(levels, Sequence) and not isinstance(levels, str):
        return [Axis(key, tuple(write_level(level) for level in levels))], []
    try:
        found = read_axis(key, str(levels))
    except CaseError as error:
        return [], error.problems
    return [found or Axis(key, (write_level(levels),))], []
