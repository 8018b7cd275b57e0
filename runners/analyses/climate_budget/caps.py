"""Emission caps of a climate budget by sector and year, and the targets that are due.

A sector's cap is what the plan leaves it to emit. In every year the sectors less the removals are the account that is
capped: the net one where anything is credited, else the whole.

    sum of sectors[y] - sum of removals[y] = net[y], or total[y]
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from runners.analyses.climate_budget.amounts import pick
from runners.analyses.climate_budget.window import Window

PLAN, DO_NOTHING = "plan", "do_nothing"
CUMULATIVE = "cumulative"


def find_caps(tables: Mapping[str, pd.DataFrame], window: Window) -> pd.DataFrame:
    """Caps by sector, removals, their sum, and what would be emitted without measures."""
    rows = tables["emissions"]
    rows = rows[rows["year"].isin(window.years) & rows["period"].isin((PLAN, DO_NOTHING))]
    kinds = rows["kind"].where(rows["period"] == PLAN, DO_NOTHING)
    return pick("caps", rows.assign(kind=kinds))


def find_milestones(tables: Mapping[str, pd.DataFrame], window: Window) -> pd.DataFrame:
    """Targets that hold in the years, and how the plan keeps them; budgets over many years are told apart."""
    rows = tables["targets"]
    rows = rows[rows["year"].isin(window.years) & (rows["basis"] != CUMULATIVE)]
    return pick("milestones", rows)


def find_indicators(tables: Mapping[str, pd.DataFrame], window: Window) -> pd.DataFrame:
    """What should stand of each measure at the end of each year, and of the plan year before: what is followed up.

    Where the plan begins with the budget nothing of it stands before.
    """
    years = window.years if window.before is None else (window.before, *window.years)
    rows = tables["capacity"]
    rows = rows[rows["year"].isin(years) & rows["measure"]]
    whole = rows.groupby(["technology", "year"], sort=False)["added"].sum().unstack(fill_value=0)
    least = 0.0 if window.before is None else whole.min(axis=1)
    moving = whole.index[(whole.max(axis=1) - least) > 0.0]
    first = rows[rows["technology"].isin(moving)].drop_duplicates(["technology", "year"])
    amounts = [float(whole.loc[t, y]) for t, y in zip(first["technology"], first["year"], strict=True)]
    return pick("indicators", first.assign(amount=amounts))
