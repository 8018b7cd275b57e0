"""Which futures there are: what each changes, how likely it is, and from which other it parts in which year.

Three tables in one folder:

    futures.csv         future, setting, years, value       what each changes, in the grammar of settings
    probabilities.csv   future, probability, parent, year   how likely each is; from whom it parts, and when
    uncertain.csv       setting, distribution, ...          what futures are drawn from where none are written

Without `probabilities.csv` all futures are equally likely and part in `risk.decide_until`, as do all without a parent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path

import numpy as np

from model.compiled.blocks_tree import Branch
from runners.analyses.futures.draws import FIELDS as DRAWN
from runners.analyses.futures.draws import Uncertain, draw_numbers, read_uncertain
from runners.analyses.futures.rows import FOLDER_KEY, Row, read_rows
from scenarios.errors import CaseError, Problem
from scenarios.naming import offer_words

FUTURES, PROBABILITIES, UNCERTAIN = "futures.csv", "probabilities.csv", "uncertain.csv"
FUTURE, SETTING, YEARS, VALUE = "future", "setting", "years", "value"
PROBABILITY, PARENT, YEAR = "probability", "parent", "year"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    FUTURES: (FUTURE, SETTING, YEARS, VALUE),
    PROBABILITIES: (FUTURE, PROBABILITY, PARENT, YEAR),
    UNCERTAIN: DRAWN,
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    FUTURES: (FUTURE, SETTING, VALUE),
    PROBABILITIES: (FUTURE, PROBABILITY),
    UNCERTAIN: (SETTING, "distribution"),
}
WHOLE_WITHIN = 1e-6
"""How far probabilities may sum from one: what is left is rounding, and is shared out."""
MOST_FUTURES = 500
"""More futures than this are one program that no machine of ours holds."""


@dataclass(frozen=True)
class Future:
    """One future: what it changes, how likely it is, and from which other (its name, blank: from all) it parts when.

    `rows` say on which line of `futures.csv` a key stands.
    """

    name: str
    settings: Mapping[str, float]
    probability: float
    parent: str = ""
    year: int | None = None
    rows: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Design:
    """All futures, and the ranges from which further ones are drawn (none where no table says any)."""

    futures: tuple[Future, ...]
    uncertain: tuple[Uncertain, ...]
    drawn: bool = False

    @property
    def weights(self) -> np.ndarray:
        """Probabilities, summing to one."""
        weights = np.array([future.probability for future in self.futures])
        return np.asarray(weights / weights.sum())

    def draw(self, count: int, seed: int) -> tuple[Future, ...]:
        """Fresh futures, equally likely."""
        return _name_drawn(draw_numbers(self.uncertain, count, seed))

    def order_branches(self, decide_until: int) -> tuple[tuple[Future, ...], tuple[Branch, ...]]:
        """The futures, parents before children, and where each parts."""
        ordered: list[Future] = []
        left = list(self.futures)
        while left:
            known = {future.name for future in ordered}
            ready = [future for future in left if not future.parent or future.parent in known]
            ordered += ready
            left = [future for future in left if future not in ready]
        place = {future.name: i for i, future in enumerate(ordered)}
        branches = [
            Branch(place.get(future.parent, 0), future.year if future.parent and future.year else decide_until)
            for future in ordered
        ]
        return tuple(ordered), tuple(branches)


def read_design(folder: Path, years: Sequence[int], samples: int, seed: int) -> Design:
    """The design in a folder, every mistake told at once.

    Args:
        folder: with at least one of `futures.csv` and `uncertain.csv`.
        years: of the plan.
        samples: how many futures are drawn where none are written.
        seed: of the draws.

    Raises:
        CaseError: what is wrong with the tables.
    """
    if not folder.is_dir():
        raise CaseError([Problem("futures_folder_missing", f"{FOLDER_KEY}={folder}")])
    problems: list[Problem] = []
    tables = {name: read_rows(folder / name, COLUMNS[name], NEEDED[name], problems) for name in COLUMNS}
    uncertain = read_uncertain(UNCERTAIN, tables[UNCERTAIN] or (), problems)
    written = _read_futures(tables[FUTURES] or (), problems)
    if not problems and not written and not uncertain:
        problems.append(Problem("futures_none", f"{FOLDER_KEY}={folder}"))
    futures = written or (
        {} if problems else {one.name: one for one in _name_drawn(draw_numbers(uncertain, samples, seed))}
    )
    chances = tables[PROBABILITIES]
    if chances is not None:
        futures = _weigh_futures(chances, futures, years, written, problems)
    if len(futures) > MOST_FUTURES:
        problems.append(Problem("futures_many", FUTURES, fields={"count": len(futures), "most": MOST_FUTURES}))
    if problems:
        raise CaseError(problems)
    return Design(tuple(futures.values()), uncertain, drawn=not written)


def _name_drawn(drawn: Sequence[Mapping[str, float]]) -> tuple[Future, ...]:
    width = len(str(len(drawn)))
    return tuple(Future(f"{i:0{width}d}", settings, 1.0 / len(drawn)) for i, settings in enumerate(drawn, 1))


def _read_futures(rows: Sequence[Row], problems: list[Problem]) -> dict[str, Future]:
    """Futures in the order in which they are first named; equally likely."""
    settings: dict[str, dict[str, float]] = {}
    lines: dict[str, dict[str, int]] = {}
    for row in rows:
        name, setting, years = row.take(FUTURE), row.take(SETTING), row.take(YEARS)
        missing = [column for column, text in ((FUTURE, name), (SETTING, setting)) if not text]
        problems += [Problem("futures_blank", FUTURES, row.line, column) for column in missing]
        value = row.read_number(VALUE, FUTURES, problems)
        if missing or value is None:
            if name:
                settings.setdefault(name, {})
            continue
        key = f"{setting}.{years}" if years else setting
        own = settings.setdefault(name, {})
        if key in own:
            problems.append(Problem("futures_twice", FUTURES, row.line, SETTING, {"future": name, "key": key}))
        own[key] = value
        lines.setdefault(name, {})[key] = row.line
    return {name: Future(name, own, 1.0 / len(settings), rows=lines.get(name, {})) for name, own in settings.items()}


def _weigh_futures(
    rows: Sequence[Row],
    futures: Mapping[str, Future],
    years: Sequence[int],
    written: Mapping[str, Future],
    problems: list[Problem],
) -> dict[str, Future]:
    """The futures with probabilities, parents and years; one that only `probabilities.csv` names changes nothing."""
    found: dict[str, Future] = {}
    names = [row.take(FUTURE) for row in rows]
    before = len(problems)
    for row, name in zip(rows, names, strict=True):
        if not name:
            problems.append(Problem("futures_blank", PROBABILITIES, row.line, FUTURE))
            continue
        if name in found:
            problems.append(Problem("futures_weighed_twice", PROBABILITIES, row.line, FUTURE, {"future": name}))
        probability = row.read_number(PROBABILITY, PROBABILITIES, problems)
        if probability is not None and not 0 < probability <= 1:
            fields = {"value": row.take(PROBABILITY)}
            problems.append(Problem("futures_probability", PROBABILITIES, row.line, PROBABILITY, fields))
        parent, year = row.take(PARENT), _read_year(row, years, problems)
        if parent and parent not in names:
            fields = {"parent": parent, "nearest": offer_words(dict.fromkeys(names), parent)}
            problems.append(Problem("futures_parent", PROBABILITIES, row.line, PARENT, fields))
        if parent and not row.take(YEAR):
            problems.append(Problem("futures_year_blank", PROBABILITIES, row.line, YEAR, {"parent": parent}))
        base = futures.get(name, Future(name, {}, 0.0))
        found[name] = replace(base, probability=probability or 0.0, parent=parent, year=year)
    unweighed = [name for name in written if name not in names]
    problems += [Problem("futures_unweighed", PROBABILITIES, None, FUTURE, {"future": name}) for name in unweighed]
    if found and len(problems) == before:
        problems += _check_sum(found) + _check_loops(found, rows)
    return found


def _read_year(row: Row, years: Sequence[int], problems: list[Problem]) -> int | None:
    """The year in which a future parts from its parent."""
    text = row.take(YEAR)
    if not text:
        return None
    year = row.read_number(YEAR, PROBABILITIES, problems)
    if year is None:
        return None
    if not float(year).is_integer() or not years[0] <= year <= years[-1]:
        fields = {"value": text, "first": years[0], "last": years[-1]}
        problems.append(Problem("futures_year", PROBABILITIES, row.line, YEAR, fields))
        return None
    return int(year)


def _check_sum(futures: Mapping[str, Future]) -> list[Problem]:
    total = sum(future.probability for future in futures.values())
    if isfinite(total) and abs(total - 1.0) <= WHOLE_WITHIN:
        return []
    return [Problem("futures_sum", PROBABILITIES, None, PROBABILITY, {"total": f"{total:g}"})]


def _check_loops(futures: Mapping[str, Future], rows: Sequence[Row]) -> list[Problem]:
    """A future whose parents lead back to itself; told once for each loop, at the first of its rows."""
    told: set[str] = set()
    problems = []
    for row in rows:
        name = row.take(FUTURE)
        path = [name]
        while (parent := futures[path[-1]].parent) and parent not in path:
            path.append(parent)
        if parent == name and not told & set(path):
            told |= set(path)
            fields = {"path": " → ".join([*path, name])}
            problems.append(Problem("futures_loop", PROBABILITIES, row.line, PARENT, fields))
    return problems
