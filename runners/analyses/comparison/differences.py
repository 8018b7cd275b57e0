"""Which measures moved between two plans: how much is built, for how much, and from when?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from runners.analyses.comparison.compared_plans import Side, has_same_prices
from scenarios.catalog import ACCOUNT, TARGET, TECHNOLOGY, YEAR

SMALLEST = 1e-6
"""Amounts nearer to each other than this, in parts of the larger, are the same."""
NAMES = ("code", "name_sv", "name_en", "measure", "unit")
NEW, GONE, MORE, LESS, EARLIER, LATER, SHIFTED, SAME = (
    "new",
    "gone",
    "more",
    "less",
    "earlier",
    "later",
    "shifted",
    "same",
)


def compare_measures(first: Side, second: Side, years: list[int]) -> pd.DataFrame:
    """A row per technology that either plan builds, in the common years.

    Columns: `compare/measures` in the catalog of results.
    """
    mine, theirs = (_sum_builds(side, years) for side in (first, second))
    rows = []
    for technology in dict.fromkeys([*mine, *theirs]):
        one, other = mine.get(technology), theirs.get(technology)
        known: dict[str, Any] = one or other or {}
        rows.append(
            {TECHNOLOGY: technology, **{name: known[name] for name in NAMES}}
            | {f"{name}_first": _take(one, name) for name in ("build", "year", "outlay")}
            | {f"{name}_second": _take(other, name) for name in ("build", "year", "outlay")}
            | {"moved": _judge(one, other)}
        )
    table = pd.DataFrame(rows, columns=_list_columns())
    if not has_same_prices(first, second):
        table[["outlay_first", "outlay_second"]] = float("nan")
    return table.astype({"year_first": "Int64", "year_second": "Int64"})


def _list_columns() -> list[str]:
    numbers = [f"{name}_{side}" for side in ("first", "second") for name in ("build", "year", "outlay")]
    return [TECHNOLOGY, *NAMES, *numbers, "moved"]


def _sum_builds(side: Side, years: list[int]) -> dict[str, dict[str, Any]]:
    """By technology: its names, what is begun in all and year by year, from when, and for how much."""
    table = side.tables["investments"]
    table = table[table[YEAR].isin(years)]
    names = table.drop_duplicates(TECHNOLOGY).set_index(TECHNOLOGY)[list(NAMES)].to_dict("index")
    built = table.groupby([TECHNOLOGY, YEAR], sort=False)["build"].sum()
    paths: dict[str, dict[int, float]] = {str(technology): {} for technology in names}
    for (technology, year), amount in zip(built.index.tolist(), built.tolist(), strict=True):
        if amount > SMALLEST:
            paths[str(technology)][int(year)] = float(amount)
    sums = table.groupby(TECHNOLOGY, sort=False)[["build", "outlay"]].sum().to_dict("index")
    spent = set(table.loc[table["outlay"].abs() > SMALLEST, TECHNOLOGY])
    return {
        str(technology): {
            **{str(name): value for name, value in names[technology].items()},
            **{str(name): float(value) for name, value in sums[technology].items()},
            "year": min(paths[str(technology)], default=None),
            "path": paths[str(technology)],
        }
        for technology in names
        if paths[str(technology)] or technology in spent
    }


def _take(one: dict[str, Any] | None, name: str) -> Any:
    if one is None:
        return None if name == "year" else 0.0
    return one[name]


def _judge(one: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    before, after = _take(one, "build"), _take(other, "build")
    if before <= SMALLEST or after <= SMALLEST:
        return SAME if before <= SMALLEST and after <= SMALLEST else NEW if before <= SMALLEST else GONE
    if one is None or other is None:
        raise ValueError("a side without a row builds nothing")
    if not _close(before, after):
        return MORE if after > before else LESS
    if one["year"] != other["year"]:
        return EARLIER if other["year"] < one["year"] else LATER
    paths = (one["path"], other["path"])
    years = set(paths[0]) | set(paths[1])
    return SAME if all(_close(paths[0].get(y, 0.0), paths[1].get(y, 0.0), before) for y in years) else SHIFTED


def _close(one: float, other: float, scale: float = 0.0) -> bool:
    return abs(one - other) <= SMALLEST * max(abs(one), abs(other), abs(scale), SMALLEST)


def compare_targets(first: Side, second: Side, years: list[int]) -> pd.DataFrame:
    """A row per target and common year: cap, value, excess and price of each side.

    A cumulative target's one row stands in its last year; it is compared where both have all years.
    """
    keys = [TARGET, YEAR]
    columns = ["cap", "value", "excess", "shadow_price"]
    parts = []
    for side in (first, second):
        table = side.tables["targets"]
        known = [name for name in ("name_sv", "name_en", "sense", "basis", "unit") if name in table]
        parts.append(table.loc[table[YEAR].isin(years), [*keys, *known, *columns]].set_index(keys))
    mine, theirs = parts
    names = [name for name in mine.columns if name not in columns]
    joined = mine[columns].add_suffix("_first").join(theirs[columns].add_suffix("_second"), how="outer")
    described = pd.concat([part[names] for part in parts if set(names) <= set(part.columns)])
    table = joined.join(described[~described.index.duplicated()]).reset_index()
    if not has_same_prices(first, second):
        table[["shadow_price_first", "shadow_price_second"]] = float("nan")
    return table[[*keys, *names, *(f"{name}_{side}" for name in columns for side in ("first", "second"))]]


def compare_accounts(first: Side, second: Side, years: list[int]) -> pd.DataFrame:
    """A row per account and common year: value of each side, and the difference."""
    keys = [ACCOUNT, YEAR]
    parts = [side.tables["accounts"].pipe(lambda t: t[t[YEAR].isin(years)]).set_index(keys) for side in (first, second)]
    table = parts[0][["value"]].add_suffix("_first").join(parts[1][["value"]].add_suffix("_second"), how="outer")
    names = [name for name in ("name_sv", "name_en", "unit") if name in parts[0]]
    table["difference"] = table["value_second"] - table["value_first"]
    return table.join(parts[0][names]).reset_index()
