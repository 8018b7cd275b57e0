"""Sums over a sweep: how wide the future is, what moves it, which measures stand in every case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from runners.reports.sweep_folder import MONEY, SOLVED, SweepRun
from scenarios.catalog import TARGET, TECHNOLOGY, YEAR

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BANDS = ("p05", "p25", "p50", "p75", "p95")
BINS = 20
FEW_LEVELS = 12
"""A key with so few values is compared value by value, another by its lowest and highest fifth."""
FIFTH = 0.2
SAMPLED = ("sobol", "latin_hypercube")
"""Sources of scenarios that are drawn, so that differences between groups of them may be chance."""
MEDIAN_ERROR, CERTAIN, CHOSEN = 1.2533, 2.0, 3.0
"""Standard errors that a range has to exceed; more where its ends were chosen among several as the furthest."""
SMALLEST = 1e-6
COST, MISSED = "objective_msek", "targets_missed"


def count_statuses(sweep: SweepRun) -> pd.DataFrame:
    """How many scenarios ended how: status, count, share."""
    counts = sweep.results["status"].value_counts()
    table = counts.rename_axis("status").rename("count").reset_index()
    return table.assign(share=table["count"] / max(len(sweep.results), 1))


def count_reasons(sweep: SweepRun) -> pd.DataFrame:
    """What stands in the way of scenarios without a plan: reason, count, share; the most common first."""
    failed = sweep.results[~sweep.results["status"].isin(SOLVED)]
    told = failed["reason"] if "reason" in failed else failed["message"].astype(str).str.split("\n").str[0]
    told = told.fillna("").astype(str)
    counts = told[told != ""].value_counts()
    table = counts.rename_axis("reason").rename("count").reset_index()
    return table.assign(share=table["count"] / max(len(sweep.results), 1))


def spread_figures(sweep: SweepRun) -> pd.DataFrame:
    """Cost, missed targets and figures of money over the scenarios with a plan: item, least, p05..p95, most, mean."""
    rows = []
    for item in [name for name in (COST, MISSED, *MONEY) if name in sweep.solved]:
        values = sweep.solved[item].dropna().astype(float)
        if len(values):
            row: dict[str, object] = {"item": item, "least": float(values.min()), "most": float(values.max())}
            row |= dict(zip(BANDS, values.quantile(QUANTILES).tolist(), strict=True))
            rows.append(row | {"mean": float(values.mean())})
    return pd.DataFrame(rows, columns=["item", "least", *BANDS, "most", "mean"])


def fan_account(sweep: SweepRun) -> pd.DataFrame:
    """How the account that sums all emissions spreads by year: year, least, p05, p25, p50, p75, p95, most."""
    values = sweep.tables["accounts"]
    values = values[values["id"].isin(sweep.solved["id"])]
    if values.empty:
        return pd.DataFrame(columns=[YEAR, "least", *BANDS, "most"])
    grouped = values.groupby(YEAR)["value"]
    bands = grouped.quantile(np.array(QUANTILES)).unstack()
    bands.columns = pd.Index(BANDS)
    return pd.concat([grouped.min().rename("least"), bands, grouped.max().rename("most")], axis=1).reset_index()


def bin_costs(sweep: SweepRun) -> pd.DataFrame:
    """A histogram of the cost: low, high, count; equal bins from the least to the most."""
    values = sweep.solved[COST].dropna().to_numpy(dtype=float)
    if not len(values):
        return pd.DataFrame(columns=["low", "high", "count"])
    bins = BINS if np.ptp(values) > SMALLEST else 1
    counts, edges = np.histogram(values, bins=bins)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})


def count_missed(sweep: SweepRun) -> pd.DataFrame:
    """How many scenarios miss how many targets: missed, count."""
    counts = sweep.solved[MISSED].dropna().astype(int).value_counts().sort_index()
    return counts.rename_axis("missed").rename("count").reset_index()


def judge_sweep_targets(sweep: SweepRun) -> pd.DataFrame:
    """How often each target is missed in any of its years, and by how much where it is.

    Columns: target, scenarios, missed (count), share, p50, p95 (excess of the worst year, of those that miss).
    """
    targets = sweep.tables["targets"]
    targets = targets[targets["id"].isin(sweep.solved["id"])]
    worst = targets.groupby([TARGET, "id"], sort=False, observed=True)["excess"].max()
    rows = []
    for target, excess in worst.groupby(level=0, sort=False, observed=True):
        missing = excess[excess > SMALLEST]
        rows.append(
            {
                TARGET: target,
                "scenarios": len(excess),
                "missed": len(missing),
                "share": len(missing) / len(excess),
                "p50": float(missing.median()) if len(missing) else 0.0,
                "p95": float(missing.quantile(0.95)) if len(missing) else 0.0,
            }
        )
    return pd.DataFrame(rows, columns=[TARGET, "scenarios", "missed", "share", "p50", "p95"])


def count_choices(sweep: SweepRun) -> pd.DataFrame:
    """How often each technology is built and when: the share of scenarios with any start of it.

    Columns: technology, share, early, median, late (5, 50 and 95 percent of its first years), outlay (median, of those
    that build it); the most chosen first.
    """
    built = sweep.tables["investments"]
    built = built[built["id"].isin(sweep.solved["id"]) & (built["build"] > SMALLEST)]
    grouped = built.groupby([TECHNOLOGY, "id"], sort=False, observed=True)
    each = grouped.agg(first=(YEAR, "min"), outlay=("outlay_msek", "sum")).reset_index()
    rows = each.groupby(TECHNOLOGY, sort=False, observed=True).agg(
        count=("id", "size"),
        early=("first", lambda years: years.quantile(0.05, interpolation="nearest")),
        median=("first", lambda years: years.quantile(0.5, interpolation="nearest")),
        late=("first", lambda years: years.quantile(0.95, interpolation="nearest")),
        outlay=("outlay", "median"),
    )
    table = rows.assign(share=rows["count"] / max(len(sweep.solved), 1)).reset_index()
    return table.sort_values(["share", "outlay"], ascending=False, kind="stable").reset_index(drop=True)


def count_starts(sweep: SweepRun) -> pd.DataFrame:
    """In which share of the scenarios a technology has been begun by a year: technology, year, share."""
    built = sweep.tables["investments"]
    built = built[built["id"].isin(sweep.solved["id"]) & (built["build"] > SMALLEST)]
    first = built.groupby([TECHNOLOGY, "id"], observed=True)[YEAR].min()
    years = np.sort(sweep.tables["accounts"][YEAR].unique())
    count = max(len(sweep.solved), 1)
    rows = [
        {TECHNOLOGY: technology, YEAR: int(year), "share": float((starts <= year).sum()) / count}
        for technology, starts in first.groupby(level=0, sort=False, observed=True)
        for year in years
    ]
    return pd.DataFrame(rows, columns=[TECHNOLOGY, YEAR, "share"])


def weigh_keys(sweep: SweepRun) -> pd.DataFrame:
    """What each key moves: the median of the cost and of missed targets at its ends.

    Of a key with few values, or with words, these are the values with the lowest and highest median cost; of another
    its lowest and highest fifth.

    Returns:
        One row per key, the one that moves the cost most first: key, low, high (values), fifths (whether they bound the
        lowest and highest fifth), cost_low, cost_high, range, missed_low, missed_high, chance (how large a range may be
        by chance alone; 0 where scenarios are no sample).
    """
    sampled = sweep.manifest.get("source") in SAMPLED
    rows = [row for key in sweep.keys for row in [_weigh_key(sweep.solved, key, sampled)] if row]
    columns = ["key", "low", "high", "fifths", "cost_low", "cost_high", "range", "missed_low", "missed_high", "chance"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("range", ascending=False, kind="stable").reset_index(drop=True)


def _weigh_key(solved: pd.DataFrame, key: str, sampled: bool) -> dict[str, object]:
    values = solved[key]
    if values.nunique() < 2:
        return {}
    fifths = values.nunique() > FEW_LEVELS and pd.api.types.is_numeric_dtype(values)
    ends: tuple[object, object]
    if not fifths:
        medians = solved.groupby(key)[[COST, MISSED]].median().sort_values(COST, kind="stable")
        first, last = medians.iloc[0], medians.iloc[-1]
        ends = (medians.index[0], medians.index[-1])
        sides = [solved.loc[values == end, COST] for end in ends]
    else:
        edges = values.quantile([FIFTH, 1 - FIFTH])
        first = solved.loc[values <= edges.iloc[0], [COST, MISSED]].median()
        last = solved.loc[values >= edges.iloc[1], [COST, MISSED]].median()
        ends = (float(edges.iloc[0]), float(edges.iloc[1]))
        sides = [solved.loc[values <= edges.iloc[0], COST], solved.loc[values >= edges.iloc[1], COST]]
    chosen = not fifths and values.nunique() > len(ends)
    return {
        "key": key,
        "low": ends[0],
        "high": ends[1],
        "fifths": fifths,
        "cost_low": float(first[COST]),
        "cost_high": float(last[COST]),
        "range": abs(float(last[COST]) - float(first[COST])),
        "missed_low": float(first[MISSED]),
        "missed_high": float(last[MISSED]),
        "chance": _measure_chance(sides, CHOSEN if chosen else CERTAIN) if sampled else 0.0,
    }


def _measure_chance(sides: Sequence[pd.Series], errors: float) -> float:
    """So many standard errors of a difference of medians: 1.2533 s / sqrt(n) each, as of a normal distribution."""
    squares = [(MEDIAN_ERROR * float(side.std(ddof=1))) ** 2 / len(side) for side in sides if len(side) > 1]
    return errors * float(np.sqrt(sum(squares)))


def count_dearer(sweep: SweepRun, objective: float) -> float:
    """The share of the scenarios with a plan that cost more than a plan does."""
    costs = sweep.solved[COST].dropna()
    return float((costs > objective).mean()) if len(costs) else float("nan")
