"""What is told of one case's plan in a portfolio: what is built, what is let out, and which targets are missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from runners.reports.tables import tabulate_accounts, tabulate_costs, tabulate_investments, tabulate_targets
from runners.results.target_judgement import judge_targets

if TYPE_CHECKING:
    from runners.outcome import Outcome

CITY = "city"
TOTAL = "total"
"""Role of the account that sums what is let out."""
BUILT_KEYS = ("technology", "name_sv", "name_en", "unit")


def tabulate_member(outcome: Outcome, case: str) -> dict[str, pd.DataFrame]:
    """Tables `builds`, `emissions`, `targets` and `plants` (what each technology costs), with the case in front."""
    scenario, plan = outcome.scenario, outcome.plan
    tables = {
        "builds": _sum_builds(tabulate_investments(scenario, plan)),
        "emissions": _choose_emissions(tabulate_accounts(scenario, plan)),
        "targets": _judge_targets(tabulate_targets(scenario, plan)),
        "plants": _sum_costs(tabulate_costs(scenario, plan)),
    }
    for table in tables.values():
        table.insert(0, CITY, case)
    return tables


def _sum_builds(investments: pd.DataFrame) -> pd.DataFrame:
    """What is begun of each technology over all years and owners, from when, and what it costs in cash."""
    begun = investments[investments["build"].abs() > 0]
    grouped = investments.groupby(list(BUILT_KEYS), sort=False)
    first = begun.groupby("technology")["year"].min()
    table = grouped[["build", "outlay"]].sum().reset_index()
    table["first"] = table["technology"].map(first).astype("Int64")
    return table[table["build"] > 0][["technology", "name_sv", "name_en", "first", "build", "unit", "outlay"]]


def _sum_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Present cost of each technology."""
    own = costs[costs["kind"] == "technology"].groupby("item", sort=False)["present_value"].sum()
    return pd.DataFrame({"technology": own.index, "cost": own.to_numpy()})


def _choose_emissions(accounts: pd.DataFrame) -> pd.DataFrame:
    totals = accounts[accounts["role"] == TOTAL]
    return totals[["account", "name_sv", "name_en", "year", "value", "unit"]].reset_index(drop=True)


def _judge_targets(targets: pd.DataFrame) -> pd.DataFrame:
    columns = ["target", "name_sv", "name_en", "year", "cap", "value", "excess", "unit", "met"]
    return judge_targets(targets)[columns].reset_index(drop=True)
