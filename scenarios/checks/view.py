"""What a check looks at: the tables of a case, its numbers, and the rows that hold under the choices made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.arithmetic.projects import DECIDED
from scenarios.assemble import plan_years
from scenarios.catalog import AGE, QUANTITY_BY_NAME, TABLE_BY_NAME, TABLES, TECHNOLOGY, VINTAGE
from scenarios.cells import (
    CASE,
    COLUMN,
    NUMBER,
    ROW,
    TABLE,
    fill_years,
    is_year,
    list_case_numbers,
    list_numbers,
    read_numbers,
)
from scenarios.choices import SPREAD, Choices
from scenarios.errors import Problem
from scenarios.paths import Paths, lay_out, read_paths
from scenarios.tables import QUANTITY, VALUE, Tables, choose_rows

_LEAST = {name: quantity.lower for name, quantity in QUANTITY_BY_NAME.items()}
_MOST = {name: quantity.upper for name, quantity in QUANTITY_BY_NAME.items()}


@dataclass(frozen=True)
class View:
    """A case under check: `tables` holds all rows, `chosen` those that the chosen variants select.

    `today` is the calendar year in which it is looked at: nothing later can have been measured.
    """

    tables: Tables
    choices: Choices
    today: int = field(default_factory=lambda: date.today().year)

    @cached_property
    def digest(self) -> str:
        """The digest of all that it is of: rows, what gave way to them, choices, and year."""
        rows, gone = (
            {name: {str(column): frame[column].tolist() for column in frame} for name, frame in frames.items()}
            for frames in (self.tables.frames, self.tables.overridden)
        )
        layers = [layer.name for layer in self.tables.layers]
        seen = [Path(self.tables.folder).name, layers, repr(self.choices), self.today, rows, gone]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()

    @cached_property
    def selected(self) -> Tables:
        """The tables without the rows of variants not chosen, as they are written."""
        return choose_rows(self.tables, self.choices.variants)

    @cached_property
    def chosen(self) -> Tables:
        """The tables without the rows of variants not chosen, paths followed."""
        return replace(self.selected, frames=lay_out(self.selected.frames, self.paths))

    @cached_property
    def paths(self) -> Paths:
        """The paths that chosen rows declare."""
        base = self.case.get("base_year", QUANTITY_BY_NAME["base_year"].default)
        return read_paths(self.selected.frames, self.years, base)

    @cached_property
    def every_number(self) -> pd.DataFrame:
        """All numbers of the case, as `list_numbers` gives them."""
        return list_numbers(self.tables)

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """The numbers that hold under the chosen variants; one out of the catalog's bounds reads as the nearest bound.

        What is out of bounds is told by itself. No other check may reckon with it: a year of -2e9 would be a calendar
        of as many years.
        """
        same = all(self.chosen.frames[name] is frame for name, frame in self.tables.frames.items())
        return _bound(self.every_number if same else list_numbers(self.chosen))

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """Dimension to the names that its table declares."""
        return _list_names(self.tables)

    @cached_property
    def chosen_names(self) -> Mapping[str, frozenset[str]]:
        """Dimension to the names that its chosen rows declare."""
        return _list_names(self.chosen)

    @cached_property
    def case(self) -> Mapping[str, float]:
        """The numbers of the case table that can be read."""
        every = list_case_numbers(self.tables)
        own = _bound(every[every[NUMBER].notna() & every[ROW].isin(self.selected.frames[CASE].index)])
        return dict(zip(own[QUANTITY], own[NUMBER], strict=True))

    @cached_property
    def _by_quantity(self) -> Mapping[str, pd.DataFrame]:
        return {str(name): rows for name, rows in self.numbers[self.numbers[NUMBER].notna()].groupby(QUANTITY)}

    @cached_property
    def _none(self) -> pd.DataFrame:
        return self.numbers[:0]

    @cached_property
    def _drawn(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def _labels(self) -> dict[str, dict[str, dict[str, str]]]:
        return {}

    def written(self, quantity: str) -> pd.DataFrame:
        """The readable numbers of one quantity under the chosen variants."""
        return self._by_quantity.get(quantity, self._none)

    @cached_property
    def span(self) -> tuple[np.ndarray, np.ndarray]:
        """The plan years, each once, and their lengths; empty where the case or the choices do not say them."""
        names, choices = ("first_year", "last_year"), self.usable
        case = {name: write_plainly(self.case[name]) for name in names if name in self.case}
        chosen = [getattr(choices, name) for name in names]
        years = [*case.values(), *map(str, choices.years), *(str(year) for year in chosen if year is not None)]
        if (len(case) < len(names) and not choices.years) or not all(map(is_year, years)):
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        return plan_years(case, replace(choices, years=tuple(dict.fromkeys(choices.years))))

    @property
    def begins(self) -> float:
        """The first year of which the case has numbers: its base year, or its first where that is before."""
        return min((self.case[name] for name in ("base_year", "first_year") if name in self.case), default=-inf)

    @property
    def usable(self) -> Choices:
        """The choices without plan years of which the case has no numbers: they are told by themselves.

        Paths run backward without end, so that all other checks would tell what a growth makes of 1999.
        """
        first, begins = self.choices.first_year, self.begins
        years = tuple(year for year in self.choices.years if year >= begins)
        return replace(self.choices, years=years, first_year=None if first is None or first < begins else first)

    @property
    def years(self) -> list[int]:
        """The plan years, ascending; empty where they cannot be told."""
        years, lengths = self.span
        return [int(year) for year in years] if len(years) == len(lengths) else []

    def find_open(self, first: float, last: float) -> list[int]:
        """Plan years in any calendar year of which something may begin that may from a first to a last year.

        In their first year, where all that is begun in a period begins then.
        """
        years, lengths = self.span
        within = lengths if self.choices.service == SPREAD else np.ones(len(years))
        return [int(y) for y, n in zip(years, within, strict=True) if first <= y + n - 1 and last >= y]

    def filled(self, quantity: str, labels: Sequence[str]) -> np.ndarray:
        """A quantity with one label and years, as an array (label, year); its default where nothing is written.

        Of one given by vintage the largest of any vintage.
        """
        known = QUANTITY_BY_NAME[quantity]
        if self.written(quantity).empty:
            return np.full((len(labels), len(self.years)), known.default)
        if quantity not in self._drawn:
            by = [self.key(quantity), *([VINTAGE] if known.vintaged else [])]
            drawn = fill_years(self.written(quantity), known, by, self.years)
            self._drawn[quantity] = drawn.groupby(level=0).max() if known.vintaged else drawn
        filled = self._drawn[quantity].reindex(np.array(labels, dtype=object)).to_numpy(float)
        return np.where(np.isnan(filled), known.default, filled)

    def single(self, quantity: str) -> dict[str, float]:
        """A quantity with one label and no year, label to number, where written."""
        own = self.written(quantity)
        if own.empty:
            return {}
        return dict(zip(own[self.key(quantity)], own[NUMBER], strict=True))

    @cached_property
    def lives(self) -> Mapping[str, tuple[float, float]]:
        """Until which age all of what is begun stands, and until which any of it does, by technology.

        Its life, whose place a survival curve takes; what says nothing of either stands for ever.
        """
        ages = {name: (life, life) for name, life in self.single("life").items()}
        curves = self.written("survival")
        curves = curves.assign(**{AGE: read_numbers(curves[AGE])}).sort_values(AGE, kind="stable")
        for name, curve in curves.groupby(TECHNOLOGY):
            age, share = curve[AGE].to_numpy(dtype=float), curve[NUMBER].to_numpy(dtype=float)
            whole, none = age[share >= 1.0], age[share <= 0.0]
            ages[str(name)] = (
                float(whole.max() + 1.0) if whole.size else 0.0,
                float(none.min()) if none.size else float(age.max() + 1.0),
            )
        return ages

    def key(self, quantity: str) -> str:
        """The column of the label of a quantity that has one label."""
        return TABLE_BY_NAME[QUANTITY_BY_NAME[quantity].table].keys[0]

    def rows_of(self, quantity: str) -> dict[str, tuple[int, str]]:
        """Label to the line and column on which a quantity with one label is first written."""
        own = self.written(quantity)
        if own.empty:
            return {}
        own = own.drop_duplicates(self.key(quantity))
        return dict(zip(own[self.key(quantity)], zip(own[ROW], own[COLUMN], strict=True), strict=True))

    def labels(self, table: str) -> Mapping[str, Mapping[str, str]]:
        """The chosen rows of a label table: name to column to text, blanks replaced by the label's default."""
        if table not in self._labels:
            about = TABLE_BY_NAME[table]
            frame = self.chosen.frames[table]
            columns = {label.name: [cell or label.default for cell in frame[label.name]] for label in about.labels}
            columns[ROW] = [str(row) for row in frame.index]
            records = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
            named = zip(frame[about.declares], records, strict=True)
            self._labels[table] = {name: record for name, record in named if name}
        return self._labels[table]

    @cached_property
    def technologies(self) -> Mapping[str, Mapping[str, str]]:
        """The technologies with their labels."""
        return self.labels("technologies")

    @cached_property
    def commodities(self) -> Mapping[str, Mapping[str, str]]:
        """The commodities with their labels."""
        return self.labels("commodities")

    def host(self, technology: str) -> str:
        """The technology whose capacity a technology uses."""
        return self.technologies[technology]["host"] or technology

    @cached_property
    def capacitated(self) -> list[str]:
        """Technologies that have a capacity of their own."""
        return [k for k, about in self.technologies.items() if about["capacitated"] == "yes" and self.host(k) == k]

    @cached_property
    def builders(self) -> frozenset[str]:
        """Technologies to whose capacity a plan may add."""
        return frozenset(k for k in self.capacitated if self.technologies[k]["buildable"] == "yes")

    @cached_property
    def excluded(self) -> frozenset[str]:
        """Technologies that the choices forbid to build."""
        measures = {
            k for k, about in self.technologies.items() if about["measure"] == "yes" and about["status"] != DECIDED
        }
        return frozenset(self.choices.exclude) | (measures if self.choices.do_nothing else frozenset())


def _bound(numbers: pd.DataFrame) -> pd.DataFrame:
    least, most = (numbers[QUANTITY].map(bounds).astype(float) for bounds in (_LEAST, _MOST))
    return numbers.assign(**{NUMBER: numbers[NUMBER].clip(least, most)})


def _list_names(tables: Tables) -> dict[str, frozenset[str]]:
    return {t.declares: frozenset(tables.frames[t.name][t.declares]) - {""} for t in TABLES if t.declares}


Check = Callable[[View], Iterator[Problem]]
"""One question to a case; yields a problem for each place where the answer is wrong."""


def file_of(table: str) -> str:
    """The file of a table, as messages name it.

    >>> file_of("flows")
    'flows.csv'
    """
    return f"{table}.csv"


def write_plainly(number: float) -> str:
    """A number as a cell may hold it, whole ones without decimals.

    >>> write_plainly(2030.0), write_plainly(0.25)
    ('2030', '0.25')
    """
    return f"{number:.10g}"


def list_records(numbers: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table of numbers, each as column to cell."""
    if numbers.empty:
        return []
    names = list(map(str, numbers.columns))
    return [dict(zip(names, cells, strict=True)) for cells in zip(*(numbers[n].tolist() for n in names), strict=True)]


def place_problem(key: str, place: Mapping[str, Any], column: str = VALUE, **fields: object) -> Problem:
    """A problem at a row of `list_numbers`: its file and line."""
    return Problem(key, file_of(str(place[TABLE])), int(place[ROW]), column, fields)


def find_cycle(arrows: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Cycles of a graph, each once, as the names along it with the first one again at the end.

    >>> list(find_cycle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}))
    [['a', 'b', 'c', 'a']]
    """
    done: set[str] = set()
    for start in arrows:
        path: list[str] = []
        branches = [iter([start])]
        while branches:
            name = next(branches[-1], None)
            if name is None:
                branches.pop()
                if path:
                    done.add(path.pop())
            elif name in path:
                yield [*path[path.index(name) :], name]
            elif name not in done:
                path.append(name)
                branches.append(iter(list(arrows.get(name, ()))))
