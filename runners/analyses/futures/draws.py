"""Futures drawn from ranges: a Latin hypercube, with what belongs together drawn together.

All of one group have the same rank correlation r with each other. With z normal, one part of it the group's:

    rho = 2 sin(pi r / 6),   z[k] = sqrt(rho) common + sqrt(1 - rho) own[k],   number[k] = quantile(Phi(z[k]))

so a group without a `correlation` (1) moves as one: the same share of each range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from runners.analyses.futures.rows import Row
from runners.designs.samples import FIELDS as NUMBERS
from runners.designs.samples import OPTIONAL, QUANTILES, Range, read_range
from scenarios.errors import Problem

SETTING, DISTRIBUTION, GROUP, CORRELATION, REVEALED = "setting", "distribution", "group", "correlation", "revealed"
PARAMETERS = tuple(dict.fromkeys([*(name for names in NUMBERS.values() for name in names), *OPTIONAL["normal"]]))
FIELDS = (SETTING, DISTRIBUTION, *PARAMETERS, GROUP, CORRELATION, REVEALED)
LEAST_SHARE = 1e-9
"""A share of a range that is nearer to an end than this is that far from it: normal ranges have no ends."""


@dataclass(frozen=True)
class Uncertain:
    """A number that is not known: its key, its range, what it moves with, and from which year on it is known."""

    key: str
    range: Range
    group: str = ""
    correlation: float = 1.0
    revealed: int | None = None
    row: int = 0


def read_uncertain(file: str, rows: Sequence[Row], problems: list[Problem]) -> tuple[Uncertain, ...]:
    """What is uncertain, row by row; mistakes are put with the problems."""
    found: list[Uncertain] = []
    for row in rows:
        key = row.take(SETTING)
        if not key:
            problems.append(Problem("futures_blank", file, row.line, SETTING))
            continue
        if any(one.key == key for one in found):
            problems.append(Problem("futures_uncertain_twice", file, row.line, SETTING, {"key": key}))
        before = len(problems)
        declared = _declare(row, file, problems)
        correlation = row.read_number(CORRELATION, file, problems) if row.take(CORRELATION) else 1.0
        revealed = row.read_number(REVEALED, file, problems) if row.take(REVEALED) else None
        if correlation is not None and not 0 <= correlation <= 1:
            fields = {"value": row.take(CORRELATION)}
            problems.append(Problem("futures_correlation", file, row.line, CORRELATION, fields))
        if len(problems) > before:
            continue
        one, wrong = read_range(key, declared)
        problems += [Problem(w.key, file, row.line, fields=w.fields) for w in wrong]
        if one is not None:
            year = None if revealed is None else int(revealed)
            found.append(Uncertain(key, one, row.take(GROUP), float(correlation or 0.0), year, row.line))
    problems += _check_groups(file, found)
    return tuple(found)


def draw_numbers(uncertain: Sequence[Uncertain], count: int, seed: int) -> list[dict[str, float]]:
    """So many draws of all numbers; the same arguments give the same numbers on any machine."""
    if not uncertain:
        return [{} for _ in range(count)]
    from scipy.special import ndtr, ndtri
    from scipy.stats import qmc

    groups = list(dict.fromkeys(one.group for one in uncertain if one.group))
    points = qmc.LatinHypercube(len(uncertain) + len(groups), rng=seed).random(count)
    normal = ndtri(np.clip(points, LEAST_SHARE, 1.0 - LEAST_SHARE))
    columns = []
    for place, one in enumerate(uncertain):
        share = points[:, place]
        if one.group:
            rho = 2.0 * np.sin(np.pi * one.correlation / 6.0)
            common = normal[:, len(uncertain) + groups.index(one.group)]
            share = ndtr(np.sqrt(rho) * common + np.sqrt(max(1.0 - rho, 0.0)) * normal[:, place])
        columns.append(QUANTILES[one.range.distribution](share, one.range.numbers))
    return [{one.key: float(column[i]) for one, column in zip(uncertain, columns, strict=True)} for i in range(count)]


def expect_numbers(uncertain: Sequence[Uncertain]) -> dict[str, float]:
    """The middle of each range: half of the shares lie below it."""
    return {
        one.key: float(QUANTILES[one.range.distribution](np.array([0.5]), one.range.numbers)[0]) for one in uncertain
    }


def _declare(row: Row, file: str, problems: list[Problem]) -> Mapping[str, object]:
    """The range of a row in the form in which sweeps declare ranges."""
    declared: dict[str, object] = {}
    if row.take(DISTRIBUTION):
        declared[DISTRIBUTION] = row.take(DISTRIBUTION)
    for name in PARAMETERS:
        if row.take(name):
            declared[name] = row.read_number(name, file, problems)
    return declared


def _check_groups(file: str, uncertain: Sequence[Uncertain]) -> list[Problem]:
    """One correlation in each group: told at the first row that says another."""
    problems = []
    for group in dict.fromkeys(one.group for one in uncertain if one.group):
        first, *others = [one for one in uncertain if one.group == group]
        other = next((one for one in others if one.correlation != first.correlation), None)
        if other is not None:
            fields = {"group": group, "first": f"{first.correlation:g}", "other": f"{other.correlation:g}"}
            problems.append(Problem("futures_group", file, other.row, CORRELATION, fields))
    return problems
