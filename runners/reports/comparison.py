"""Several plans side by side, as tables: their headline figures, their measures, their paths."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from runners.reports.run_folder import Run
from runners.results.target_judgement import judge_targets
from runners.views.overviews import NAMES, follow_net, follow_total, sum_headline
from scenarios.catalog import TECHNOLOGY, YEAR

DIFFERS = 0.5
"""Outlays of a measure that differ by less, in the money of the case, count as the same."""


def name_plans(runs: Sequence[Run]) -> list[str]:
    """What plans are called side by side: their folders, numbered where two have the same name."""
    names = [run.place.name for run in runs]
    return [f"{name} ({place})" if names.count(name) > 1 else name for place, name in enumerate(names, start=1)]


def compare_headlines(runs: Sequence[Run]) -> pd.DataFrame:
    """Figures of `sum_headline` as rows, plans as columns."""
    figures = [sum_headline(run.tables, run.summary) for run in runs]
    return pd.DataFrame(dict(zip(name_plans(runs), figures, strict=True)))


def compare_misses(runs: Sequence[Run]) -> pd.DataFrame:
    """By how much each target is missed in its worst year: target, names, unit, a column per plan."""
    judged = [judge_targets(run.tables["targets"]) for run in runs]
    first = pd.concat(judged).drop_duplicates("target").set_index("target")[[*NAMES, "unit"]]
    columns = {name: table.set_index("target")["excess"] for name, table in zip(name_plans(runs), judged, strict=True)}
    return first.join(pd.DataFrame(columns)).reset_index()


def compare_measures(runs: Sequence[Run]) -> pd.DataFrame:
    """Outlay of each measure that plans do not agree on: technology, names, a column per plan."""
    spent = [run.tables["investments"].query("measure == True") for run in runs]
    names = pd.concat(spent).drop_duplicates(TECHNOLOGY).set_index(TECHNOLOGY)[list(NAMES)]
    sums = [table.groupby(TECHNOLOGY)["outlay"].sum() for table in spent]
    wide = pd.DataFrame(dict(zip(name_plans(runs), sums, strict=True))).fillna(0.0)
    wide = wide[(wide.max(axis=1) - wide.min(axis=1)) > DIFFERS]
    return names.join(wide, how="right").reset_index()


def compare_paths(runs: Sequence[Run]) -> pd.DataFrame:
    """The net account, or the sum of emissions where nothing is credited, of each plan: series, year, value, unit."""
    parts = []
    for name, run in zip(name_plans(runs), runs, strict=True):
        net = follow_net(run.tables)
        path = net if len(net) else follow_total(run.tables).query("period == 'plan'")
        parts.append(path[[YEAR, "value", "unit", *NAMES]].assign(series=name))
    return pd.concat(parts, ignore_index=True)
