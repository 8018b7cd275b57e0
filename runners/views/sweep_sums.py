"""Sums over a sweep: how wide the future is, what moves it, which measures stand in every case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from runners.results.sweep import MONEY, SOLVED, SweepRun
from scenarios.catalog import TARGET, TECHNOLOGY, YEAR

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BANDS = ("p05", "p25", "p50", "p75", "p95")
SPREAD = ("least", *BANDS, "most", "mean")
"""What is told of how a figure spreads."""
BINS = 20
FEW_LEVELS = 12
"""A key with so few values is compared value by value, another by its lowest and highest fifth."""
FIFTH = 0.2
SAMPLED = ("sobol", "latin_hypercube")
"""Sources of scenarios that are drawn, so that differences between groups of them may be chance."""
MEDIAN_ERROR, CERTAIN, CHOSEN = 1.2533, 2.0, 3.0
"""Standard errors that a range has to exceed; more where its ends were chosen among several as the furthest."""
SMALLEST = 1e-6
COST, MISSED = "objective_money", "targets_missed"
LEVEL_FIGURES = (COST, MISSED, "least_result_money", "least_margin_money", "peak_debt_money")
"""What is told of each value of a key: cost, misses, the least result and margin, the most debt."""


def count_statuses(sweep: SweepRun) -> pd.DataFrame:
    """How many scenarios ended how: status, count, share."""
    counts = sweep.results["status"].value_counts()
    table = counts.rename_axis("status").rename("count").reset_index()
    return table.assign(share=table["count"] / max(len(sweep.results), 1))


def count_reasons(sweep: SweepRun) -> pd.DataFrame:
    """What stands in the way of scenarios without a plan: reason, count, share, scenarios (their numbers, a list); the
    most common first."""
    failed = sweep.results[~sweep.results["status"].isin(SOLVED)]
    told = failed["reason"] if "reason" in failed else failed["message"].astype(str).str.split("\n").str[0]
    told = told.fillna("").astype(str)
    counts = told[told != ""].value_counts()
    table = counts.rename_axis("reason").rename("count").reset_index()
    numbers = [failed.loc[told == reason, "scenario"].tolist() for reason in table["reason"]]
    return table.assign(share=table["count"] / max(len(sweep.results), 1), scenarios=numbers)


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
    each = grouped.agg(first=(YEAR, "min"), outlay=("outlay_money", "sum")).reset_index()
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


def list_levels(sweep: SweepRun) -> pd.DataFrame:
    """What each value of each key comes to: a row per key and value, values in their order, as it is first.

    A key that was drawn from a range has two rows, its lowest and highest fifth (`end` says which). Figures are medians
    of the scenarios with a plan that have the value; where a sweep has a base and scenarios that change a key alone,
    those alone are meant, so that a difference is the key's own.

    Columns: key, value, end ("", `low`, `high`), scenarios, unsolved, and FIGURES that the sweep has.
    """
    rows = [row for key in sweep.keys for row in _list_values(sweep, key)]
    return pd.DataFrame(rows, columns=["key", "value", "end", "scenarios", "unsolved", *list_figures(sweep)])


def list_figures(sweep: SweepRun) -> tuple[str, ...]:
    """The figures of LEVEL_FIGURES that some scenario of a sweep has."""
    return tuple(name for name in LEVEL_FIGURES if name in sweep.results and sweep.solved[name].notna().any())


def _list_values(sweep: SweepRun, key: str) -> Iterator[dict[str, object]]:
    values = sweep.results[key]
    asked = select_alone(sweep, key)
    known = values if sweep.solved.empty else sweep.solved[key]
    if not is_ranged(known):
        ends = [("", value, _is_value(values, value)) for value in sort_values(values)]
    else:
        edges = known.quantile([FIFTH, 1 - FIFTH]).tolist()
        ends = [("low", edges[0], values <= edges[0]), ("high", edges[1], values >= edges[1])]
    solved = sweep.results["status"].isin(SOLVED)
    for end, value, has in ends:
        rows = sweep.results[has & asked]
        if len(rows):
            medians = rows.loc[solved[rows.index], list(list_figures(sweep))].median()
            figures = {str(name): float(value) for name, value in medians.items()}
            counts = {"scenarios": len(rows), "unsolved": int((~solved[rows.index]).sum())}
            yield {"key": key, "value": value, "end": end, **counts, **figures}


def select_alone(sweep: SweepRun, key: str) -> pd.Series[bool]:
    """Which scenarios tell of a key: those that change nothing else from the base, else all."""
    everything = pd.Series(True, index=sweep.results.index)
    if sweep.base is None:
        return everything
    others = [other for other in sweep.keys if other != key]
    alone = _is_blank(sweep.results[others]).all(axis=1) if others else everything
    return alone if (alone & ~_is_blank(sweep.results[[key]]).all(axis=1)).any() else everything


def is_ranged(values: pd.Series[Any]) -> bool:
    """Whether a key has so many numbers that they are compared by fifths."""
    return bool(values.nunique() > FEW_LEVELS and pd.api.types.is_numeric_dtype(values))


def sort_values(values: pd.Series[Any]) -> list[Any]:
    """The distinct values of a key; None first where a scenario leaves it as it is."""
    blank = _is_blank(values.to_frame()).iloc[:, 0]
    known = values[~blank].drop_duplicates()
    ordered = known.sort_values() if pd.api.types.is_numeric_dtype(known) else known
    return [*([None] if blank.any() else []), *ordered.tolist()]


def _is_value(values: pd.Series[Any], value: Any) -> pd.Series[bool]:
    return _is_blank(values.to_frame()).iloc[:, 0] if value is None else values == value


def _is_blank(table: pd.DataFrame) -> pd.DataFrame:
    return table.isna() | table.isin([""])


def compare_with_base(sweep: SweepRun) -> pd.DataFrame:
    """How each scenario with a plan differs from the base: scenario, dearer (MSEK), missed (more targets); the dearest
    first; none where there is no base with a plan."""
    columns = ["scenario", "dearer", "missed"]
    base = None if sweep.base is None else sweep.results.iloc[sweep.base]
    if base is None or base["status"] not in SOLVED:
        return pd.DataFrame(columns=columns)
    others = sweep.solved[sweep.solved["scenario"] != base["scenario"]]
    table = pd.DataFrame(
        {
            "scenario": others["scenario"],
            "dearer": others[COST] - base[COST],
            "missed": others[MISSED] - base[MISSED],
        }
    )
    return table.sort_values("dearer", ascending=False, kind="stable").reset_index(drop=True)


def weigh_keys(sweep: SweepRun) -> pd.DataFrame:
    """What each key moves: the cost and missed targets at the ends of its levels (`list_levels`).

    The ends are the values with the lowest and highest cost, of a range its lowest and highest fifth.

    Returns:
        One row per key, the one that moves the cost most first: key, low, high (values), fifths (whether they bound the
        lowest and highest fifth), cost_low, cost_high, range, missed_low, missed_high, chance (how large a range may be
        by chance alone; 0 where scenarios are no sample).
    """
    sampled = sweep.manifest.get("source") in SAMPLED
    rows = [
        row for _, levels in list_levels(sweep).groupby("key", sort=False) for row in _weigh(sweep, levels, sampled)
    ]
    columns = ["key", "low", "high", "fifths", "cost_low", "cost_high", "range", "missed_low", "missed_high", "chance"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("range", ascending=False, kind="stable").reset_index(drop=True)


def _weigh(sweep: SweepRun, levels: pd.DataFrame, sampled: bool) -> Iterator[dict[str, object]]:
    known = levels[levels[COST].notna()] if COST in levels else levels.head(0)
    if len(known) < 2:
        return
    fifths = bool(known["end"].any())
    ends = known if fifths else known.sort_values(COST, kind="stable")
    low, high = ends.iloc[0], ends.iloc[-1]
    key = str(low["key"])
    chance = 0.0
    if sampled:
        errors = CHOSEN if not fifths and len(known) > 2 else CERTAIN
        chance = _measure_chance([_select_side(sweep, key, low), _select_side(sweep, key, high)], errors)
    yield {
        "key": key,
        "low": low["value"],
        "high": high["value"],
        "fifths": fifths,
        "cost_low": float(low[COST]),
        "cost_high": float(high[COST]),
        "range": abs(float(high[COST]) - float(low[COST])),
        "missed_low": float(low[MISSED]),
        "missed_high": float(high[MISSED]),
        "chance": chance,
    }


def _select_side(sweep: SweepRun, key: str, level: pd.Series[Any]) -> pd.Series[Any]:
    """Costs of the scenarios with a plan that a level tells of."""
    values, end = sweep.solved[key], str(level["end"])
    has = values <= level["value"] if end == "low" else values >= level["value"] if end else None
    costs: pd.Series[Any] = sweep.solved.loc[_is_value(values, level["value"]) if has is None else has, COST]
    return costs


def _measure_chance(sides: Sequence[pd.Series], errors: float) -> float:
    """So many standard errors of a difference of medians: 1.2533 s / sqrt(n) each, as of a normal distribution."""
    squares = [(MEDIAN_ERROR * float(side.std(ddof=1))) ** 2 / len(side) for side in sides if len(side) > 1]
    return errors * float(np.sqrt(sum(squares)))


def count_dearer(sweep: SweepRun, objective: float) -> float:
    """The share of the scenarios with a plan that cost more than a plan does."""
    costs = sweep.solved[COST].dropna()
    return float((costs > objective).mean()) if len(costs) else float("nan")
