"""Which measure's failure hurts most: each measure of the plan left out or late by itself, and the worst two by two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import xarray as xr

from model.solver.settled import OPERATION
from runners.analyses.stress.engine import Stress
from runners.analyses.stress.futures import Fate, Future, expect_all
from runners.analyses.stress.jobs import Job
from runners.analyses.stress.tables import Tried, find_units, list_built, list_missed
from scenarios.terms import TARGET, TECHNOLOGY, YEAR

NOT_BUILT, LATE = "not_built", "late"
LATE_YEARS = 2
"""Years by which a measure is late."""


@dataclass(frozen=True)
class Failing:
    """One or two measures that fail, and how."""

    measures: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Failure(Failing):
    """The same with what comes of it."""

    tried: Tried


def list_singles(stress: Stress) -> list[Failing]:
    """Each measure that the plan builds left out, and late."""
    return [Failing((name,), how) for name in list_built(stress.scenario, stress.plan) for how in (NOT_BUILT, LATE)]


def list_pairs(expected: Tried, singles: Sequence[Failure], paired: int) -> list[Failing]:
    """Of the measures whose loss hurts most every two.

    Args:
        expected: the plan as planned.
        singles: what comes of each by itself.
        paired: how many measures.
    """
    base = expected.answer.hurt
    worst = sorted((one for one in singles if one.how == NOT_BUILT), key=lambda one: -_hurt(one, base))[:paired]
    return [Failing(names, NOT_BUILT) for names in combinations([one.measures[0] for one in worst], 2)]


def make_job(scenario: xr.Dataset, failing: Failing) -> Job:
    """A failure as a future to be answered, with nothing but operation to adapt."""
    return Job("", Future(0, {}, {}, make_fate(scenario, failing.measures, failing.how)), OPERATION)


def make_fate(scenario: xr.Dataset, names: Sequence[str], how: str) -> Fate:
    """All as planned, but for some measures that are not built, or late."""
    fate = expect_all(scenario)
    places = np.isin(scenario[TECHNOLOGY].values.astype(str), names)
    if how == NOT_BUILT:
        fate.built[places] = 0.0
    else:
        fate.late[places] = LATE_YEARS
    return fate


def tabulate_failures(expected: Tried, failures: Sequence[Failure], scenario: xr.Dataset) -> pd.DataFrame:
    """A row per failure and target that it makes the plan miss in some year; one without a target where it misses none.

    `cost_change` against all as planned at the same level; `hurt_change` with misses and breaches at their prices.
    """
    names = {lang: _name(scenario, TECHNOLOGY, lang) for lang in ("sv", "en")}
    targets = {lang: _name(scenario, TARGET, lang) for lang in ("sv", "en")}
    units = find_units(scenario)
    rows = []
    for one in failures:
        answer = one.tried.answer
        found = one.tried.found
        row = {
            "first": one.measures[0],
            "second": one.measures[1] if len(one.measures) > 1 else "",
            "how": one.how,
            "first_sv": names["sv"][one.measures[0]],
            "first_en": names["en"][one.measures[0]],
            "second_sv": names["sv"][one.measures[1]] if len(one.measures) > 1 else "",
            "second_en": names["en"][one.measures[1]] if len(one.measures) > 1 else "",
            "status": answer.status,
            "cost_change": one.tried.fate["objective_money"] - expected.fate["objective_money"] if found else None,
            "hurt_change": answer.hurt - expected.answer.hurt if found else None,
        }
        missed: list[tuple[str, int | None, float]] = [*list_newly_missed(expected, one.tried)]
        for target, year, excess in missed or [("", None, 0.0)]:
            about = {"target_sv": targets["sv"].get(target, ""), "target_en": targets["en"].get(target, "")}
            rows.append({**row, TARGET: target, **about, YEAR: year, "excess": excess, "unit": units.get(target, "")})
    return pd.DataFrame(rows)


def list_newly_missed(expected: Tried, tried: Tried) -> list[tuple[str, int, float]]:
    """Targets that are missed in years in which they are met as planned: of each the worst such year, by how much."""
    if not len(tried.targets):
        return []
    fresh = list_missed(tried) - list_missed(expected)
    places = zip(tried.targets[TARGET].astype(str), tried.targets[YEAR].astype(int), strict=True)
    missed = tried.targets[[place in fresh for place in places]]
    worst = missed.sort_values("excess", ascending=False).drop_duplicates(TARGET)
    return [(str(t), int(y), float(e)) for t, y, e in zip(worst[TARGET], worst[YEAR], worst["excess"], strict=True)]


def _hurt(one: Failure, base: float) -> float:
    change = one.tried.answer.hurt - base
    return change if np.isfinite(change) else np.inf


def _name(scenario: xr.Dataset, dim: str, lang: str) -> dict[str, str]:
    labels, names = scenario[dim].values.astype(str), scenario[f"{dim}_name_{lang}"].values.astype(str)
    return dict(zip(labels.tolist(), names.tolist(), strict=True))
