"""The plan against what an adopted plan lists: each action's measures, what it states and what the plan does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from runners.views.overviews import list_timetable
from scenarios.actions import ACTIONS, AMOUNTS, MEASURES, list_measures, read_amount
from scenarios.catalog import ACTION, NAMES, SOURCE, TECHNOLOGY
from scenarios.tables import NOTE, Tables, choose_rows

TOLD = ("first_start", "first_service", "most", "unit", "outlay")
"""What is told of a measure that the plan takes."""
LEAST, MOST = "least", "most"


def tabulate_actions(
    tables: Tables, variants: Sequence[str], plan: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The table of actions, where the case has any: a row per action and measure, one where it has none.

    Columns: `plan/actions` in the catalog of results.

    Args:
        tables: the case.
        variants: as chosen.
        plan: tables of the plan.
    """
    actions = choose_rows(tables, variants).frames[ACTIONS]
    if actions.empty:
        return {}
    done = list_timetable(plan).set_index(TECHNOLOGY)
    spared = _sum_spared(plan)
    rows: list[dict[str, object]] = []
    for action in actions.to_dict("records"):
        stated = {name: action[name] for name in (ACTION, *(label.name for label in NAMES), "status")}
        amounts: dict[str, object] = {}
        for column in AMOUNTS:
            amounts |= dict(zip((f"{column}_{LEAST}", f"{column}_{MOST}"), read_amount(action[column]), strict=True))
        for measure in list_measures(action[MEASURES]) or ("",):
            told = {name: done.at[measure, name] if measure in done.index else None for name in TOLD}
            tonnes = spared.get(measure) if measure in done.index else None
            origin = {SOURCE: action[SOURCE], NOTE: action[NOTE]}
            rows.append({**stated, TECHNOLOGY: measure, **amounts, **told, "tonnes": tonnes, **origin})
    return {ACTIONS: pd.DataFrame(rows).astype({"first_start": "Int64", "first_service": "Int64"})}


def _sum_spared(plan: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Tonnes a year by measure, of all its owners; none where the case does not say who owns."""
    if "green_impact" not in plan:
        return {}
    table = plan["green_impact"]
    return {str(name): float(sum_) for name, sum_ in table.groupby(TECHNOLOGY)["tonnes"].sum().items()}
