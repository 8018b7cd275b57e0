"""What was found for several futures, as long tables: how each ends, what begins now, what waits, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from model.compiled.blocks_tree import NEVER, stage_columns
from model.solver.recourse import MISSED_PRICE, UNSERVED_PRICE
from runners.analyses.futures.found import Found, Method
from runners.analyses.futures.hanging import HANGING, tell_hanging
from runners.reports.tables import tabulate_targets
from scenarios.catalog import ACCOUNT, TARGET, TECHNOLOGY, VINTAGE, YEAR

SMALLEST = 1e-6
"""Amounts below this are nothing."""
QUANTILES = {"low": 0.1, "middle": 0.5, "high": 0.9}
SOLVED, ASIDE = "solved", "aside"
NORMAL = 1.96
"""Deviations of a mean that an interval of 95 % reaches to either side."""
N_BATCHES, STUDENT = 5, 2.776
"""Batches of futures, and Student's t of 95 % at one less than so many."""


def tabulate_futures(found: Found) -> pd.DataFrame:
    """A row per future: `futures/futures` in the catalog of results."""
    rows: list[dict[str, Any]] = [
        {
            "future": ending.future.name,
            "probability": float(ending.probability),
            "status": SOLVED,
            "cost": ending.cost,
            "least": ending.least,
            "regret": ending.regret,
            "expected": ending.expected,
            **({} if found.asked.sight is None else {"rolled": ending.rolled, "changed": ending.changed}),
            "value": ending.value,
            "missed": _count_missed(ending.scenario, ending.plan),
            "reason": "",
            "settings": " ".join(f"{key}={number:g}" for key, number in ending.future.settings.items()),
        }
        for ending in found.endings
    ]
    rows += [
        {
            "future": one.future.name,
            "probability": 0.0,
            "status": ASIDE,
            **dict.fromkeys(("cost", "least", "regret", "expected", "value"), np.nan),
            "missed": pd.NA,
            "reason": one.failure.status.value,
            "settings": " ".join(f"{key}={number:g}" for key, number in one.future.settings.items()),
        }
        for one in found.aside
    ]
    table = pd.DataFrame(rows)
    for name in {"expected", "rolled"} & set(table.columns):
        table[name] = table[name].astype(float).where(np.isfinite(table[name].astype(float)))
    return table.astype({"missed": "Int64"})


def tabulate_decisions(found: Found) -> pd.DataFrame:
    """What begins before the futures part, beside the plan for expected numbers: `futures/decisions`."""
    plan, scenario = found.endings[0].plan, found.scenario
    vintages = plan[VINTAGE].values
    mean = _read_mean(found)
    rows = []
    for k, v in _list_places(plan):
        if vintages[v] >= found.asked.decide_until:
            continue
        name = str(plan[TECHNOLOGY].values[k])
        begun, expected = float(plan["build"].values[k, v]), mean.get((name, int(vintages[v])), 0.0)
        if max(begun, expected) > SMALLEST:
            amounts = {"begun": begun, "expected": expected, "difference": begun - expected}
            rows.append({**_name(scenario, k), YEAR: int(vintages[v]), **amounts})
    columns = [*_NAMES, YEAR, "begun", "expected", "difference"]
    return pd.DataFrame(rows, columns=columns)


def tabulate_waiting(found: Found) -> pd.DataFrame:
    """What is decided when more is known, and how much of it in which share of the futures: `futures/waiting`."""
    builds = np.array([ending.plan["build"].values for ending in found.endings])
    vintages = found.endings[0].plan[VINTAGE].values
    later = vintages >= found.asked.decide_until
    rows = []
    for k in range(builds.shape[1]):
        amounts = builds[:, k, later].sum(axis=1)
        if amounts.max(initial=0.0) <= SMALLEST:
            continue
        firsts = [
            vintages[later][np.flatnonzero(row > SMALLEST)[0]] for row in builds[:, k, later] if row.max() > SMALLEST
        ]
        rows.append(
            {
                **_name(found.scenario, k),
                "share": float(found.weights @ (amounts > SMALLEST)),
                "least": float(amounts.min()),
                "mean": float(found.weights @ amounts),
                "most": float(amounts.max()),
                "earliest": int(min(firsts)),
                "latest": int(max(firsts)),
                **tell_hanging(found, amounts),
            }
        )
    columns = [*_NAMES, "share", "least", "mean", "most", "earliest", "latest", *HANGING]
    return pd.DataFrame(rows, columns=columns)


def tabulate_worth(found: Found) -> pd.DataFrame:
    """What was least, and what information is worth: `futures/worth`."""
    money = found.scenario.attrs["money"]
    rows = [
        ("cost", found.expect("cost")),
        ("measure", found.value),
        ("bound", found.bound),
        ("wait", found.expect("least")),
        ("perfect", found.perfect),
        ("mean", found.mean_cost),
        ("expected", found.expect("expected")),
        ("stochastic", found.stochastic),
        ("regret", max(ending.regret for ending in found.endings)),
    ]
    low, high = span_worth(found)
    if np.isfinite(low):
        rows += [("stochastic_low", low), ("stochastic_high", high)]
    if found.asked.sight is not None:
        rows.append(("rolled", found.expect("rolled")))
    if len(found.fresh):
        costs = np.array([tried.cost for tried in found.fresh])
        low, high = _span_mean(costs)
        rows += [("fresh", float(costs.mean())), ("fresh_low", low), ("fresh_high", high)]
    values = [(item, value if np.isfinite(value) else np.nan) for item, value in rows]
    units = ["" if item == "measure" and found.asked.of == "misses" else money for item, _ in values]
    return pd.DataFrame({"item": [i for i, _ in values], "value": [v for _, v in values], "unit": units})


def tabulate_targets_met(found: Found) -> pd.DataFrame:
    """How probable it is that each target is met in each year: `futures/targets`."""
    told = [tabulate_targets(ending.scenario, ending.plan) for ending in found.endings]
    keys = [TARGET, "name_sv", "name_en", YEAR, "unit"]
    first = told[0]
    met = np.array([table["met"].to_numpy(dtype=bool) for table in told])
    values = np.array([table["value"].to_numpy(dtype=float) for table in told])
    caps = np.array([table["cap"].to_numpy(dtype=float) for table in told])
    return first[keys].assign(
        cap=found.weights @ caps,
        probability=found.weights @ met,
        least=values.min(axis=0),
        mean=found.weights @ values,
        most=values.max(axis=0),
    )


def tabulate_paths(found: Found) -> pd.DataFrame:
    """The fan of every account over the years: `futures/paths`."""
    scenario = found.scenario
    values = np.array([ending.plan["account_value"].values for ending in found.endings])
    rows = []
    for e, account in enumerate(scenario[ACCOUNT].values):
        for y, year in enumerate(scenario[YEAR].values):
            here = values[:, e, y]
            rows.append(
                {
                    ACCOUNT: str(account),
                    "name_sv": str(scenario["account_name_sv"].values[e]),
                    "name_en": str(scenario["account_name_en"].values[e]),
                    YEAR: int(year),
                    "least": float(here.min()),
                    **{name: weigh_quantile(here, found.weights, share) for name, share in QUANTILES.items()},
                    "most": float(here.max()),
                    "unit": str(scenario["account_unit"].values[e]),
                }
            )
    return pd.DataFrame(rows)


def weigh_quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """The smallest value at or below which a share of the probability lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, share - 1e-12).clip(0, len(values) - 1)])


def tabulate_found(found: Found) -> dict[str, pd.DataFrame]:
    """All tables of what was found, by name."""
    made = {
        "futures": tabulate_futures,
        "decisions": tabulate_decisions,
        "waiting": tabulate_waiting,
        "worth": tabulate_worth,
        "targets": tabulate_targets_met,
        "paths": tabulate_paths,
    }
    reduced = {"reduced": tabulate_reduced} if found.stands else {}
    return {name: tabulate(found) for name, tabulate in (made | reduced).items()}


def tabulate_reduced(found: Found) -> pd.DataFrame:
    """Which future stands for which: `futures/reduced`."""
    rows = [
        {
            "future": future.name,
            "stands": kept,
            "distance": far,
            "settings": " ".join(f"{key}={number:g}" for key, number in future.settings.items()),
        }
        for future, kept, far in found.stands
    ]
    return pd.DataFrame(rows, columns=["future", "stands", "distance", "settings"])


def span_worth(found: Found) -> tuple[float, float]:
    """An interval of 95 % for the worth of planning for all, from batches of futures; none where they are few.

    worth_b = sum over s in b of p_s (expected_s - cost_s) / sum of p_s;   mean +- t sd / sqrt(batches)
    """
    saved = np.array([ending.expected - ending.cost for ending in found.endings])
    if len(saved) < 2 * N_BATCHES or not np.isfinite(saved).all():
        return np.nan, np.nan
    batches = [slice(b, None, N_BATCHES) for b in range(N_BATCHES)]
    worth = np.array([np.average(saved[b], weights=found.weights[b]) for b in batches])
    half = STUDENT * float(worth.std(ddof=1)) / N_BATCHES**0.5
    return found.stochastic - half, found.stochastic + half


def describe_found(found: Found) -> dict[str, Any]:
    """The whole as JSON writes it."""
    attrs, asked = found.scenario.attrs, found.asked
    return {
        "case": attrs["case"],
        **{f"name_{lang}": attrs[f"name_{lang}"] for lang in ("sv", "en")},
        "digest": attrs["digest"],
        "money": attrs["money"],
        "price_year": attrs["price_year"],
        "decide_until": asked.decide_until,
        "measure": asked.measure.value,
        "alpha": asked.alpha,
        "weight": asked.weight,
        "relative": asked.relative,
        "of": asked.of,
        "futures": len(found.endings),
        "reduced": len(found.stands),
        "reduced_error": found.reduced_error,
        "method": (Method.CUTS if found.joint.rounds else Method.BLOCK).value,
        "rounds": found.joint.rounds,
        "aside": len(found.aside),
        "fresh": len(found.fresh),
        "fresh_failed": sum(tried.strained for tried in found.fresh),
        "expected_failed": sum(ending.tried.strained for ending in found.endings),
        "unserved_price": UNSERVED_PRICE,
        "missed_price": MISSED_PRICE,
        "drawn": found.drawn,
        "rolled": found.asked.sight is not None,
        "rolled_changed": found.expect("changed"),
        "status": found.joint.status.value,
        "gap": found.joint.gap,
        "relaxed": found.relaxed,
        "columns": found.shape[1],
        "rows": found.shape[0],
        "max_violation": max(ending.violation for ending in found.endings),
        "seconds": found.seconds,
    }


_NAMES = (TECHNOLOGY, "code", "name_sv", "name_en", "unit")


def _name(scenario: xr.Dataset, k: int) -> dict[str, str]:
    labels = {name: str(scenario[f"{TECHNOLOGY}_{name}"].values[k]) for name in ("code", "name_sv", "name_en")}
    unit = str(scenario[f"{TECHNOLOGY}_capacity_unit"].values[k])
    return {TECHNOLOGY: str(scenario[TECHNOLOGY].values[k]), **labels, "unit": unit}


def _list_places(plan: xr.Dataset) -> Iterator[tuple[int, int]]:
    """Every technology and vintage."""
    yield from np.ndindex(*plan["build"].shape)


def _read_mean(found: Found) -> dict[tuple[str, int], float]:
    """What the plan for expected numbers begins, by technology and year."""
    compiled = found.program.program
    stages = stage_columns(compiled)
    return {
        (str(compiled.column_labels[j].index[0]), int(compiled.column_labels[j].index[1])): float(found.mean[j])
        for j in compiled.column_families.get("build", ())
        if stages[j] < NEVER
    }


def _count_missed(scenario: xr.Dataset, plan: xr.Dataset) -> int:
    """How many targets are missed in any year."""
    told = tabulate_targets(scenario, plan)
    return int((~told.groupby(TARGET)["met"].all()).sum()) if len(told) else 0


def _span_mean(costs: np.ndarray) -> tuple[float, float]:
    """An interval of 95 % about the mean of costs drawn."""
    if len(costs) < 2 or not np.isfinite(costs).all():
        return np.nan, np.nan
    half = NORMAL * float(costs.std(ddof=1)) / len(costs) ** 0.5
    return float(costs.mean()) - half, float(costs.mean()) + half
