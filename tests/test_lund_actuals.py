"""Lund after its first year: outcomes as planned change nothing, the bridge sums, what is published is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.compiled.cache import default_folder
from model.solver.solution import SolverOptions
from runners.analyses.follow_up.follow import follow_plan, tabulate_follow
from runners.analyses.replanning.replan import replan
from runners.family import Family
from runners.outcome import Outcome
from scenarios.actuals import list_actuals
from scenarios.catalog import TABLE_BY_NAME
from scenarios.choices import Choices
from scenarios.tables import Tables, columns_of, read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
CHOICES = Choices(variants=("base_2024",))
OPTIONS = SolverOptions(threads=1)
FIRST = 2025


def put_actuals(tables: Tables, rows: list[dict[str, Any]]) -> Tables:
    """Lund with these outcomes in place of its own."""
    plain = {"status": "final", "source": "judgement"}
    texts = [
        {name: str({**plain, **row}.get(name, "")) for name in columns_of(TABLE_BY_NAME["actuals"])} for row in rows
    ]
    frame = pd.DataFrame(texts, index=range(2, len(texts) + 2))
    return replace(tables, frames={**tables.frames, "actuals": frame})


def list_planned(outcome: Outcome, built: float = 1.0) -> Iterator[dict[str, Any]]:
    """All that the plan begins (or a part of it) and lets out in its first year, as outcomes to the last digit."""
    scenario, plan = outcome.scenario, outcome.plan
    units = scenario["technology_capacity_unit"].values
    for k, unit in zip(scenario["technology"].values.tolist(), units, strict=True):
        amount = float(plan["build"].sel(technology=k, vintage=FIRST)) * built
        if bool(scenario["technology_buildable"].sel(technology=k)):
            yield {"year": FIRST, "outcome": "built", "subject": k, "value": repr(amount), "unit": unit}
    for e, unit in zip(scenario["account"].values.tolist(), scenario["account_unit"].values, strict=True):
        amount = float(plan["account_value"].sel(account=e, year=FIRST))
        yield {"year": FIRST, "outcome": "measured", "subject": e, "value": repr(amount), "unit": unit}


@cache
def planned() -> Outcome:
    return Family(LUND, CHOICES, OPTIONS, default_folder()).solve()


def test_what_is_published_of_2025_can_be_read() -> None:
    """Örtofta 2 was decided and begun in June 2025; the price of electricity is known of its first half."""
    known = {(row.outcome, row.subject): row.value for row in list_actuals(read_tables(LUND))}
    assert known == {("built", "ortofta_2"): 1.0, ("price", "electricity"): 0.588}


@pytest.mark.slow
def test_outcomes_as_planned_change_nothing() -> None:
    tables = put_actuals(read_tables(LUND), list(list_planned(planned())))
    family = Family(tables, CHOICES, OPTIONS, default_folder())
    made = replan(family, {}, list_actuals(tables), FIRST, "hold", planned().plan)
    assert not made.settings
    for name in ("build", "activity", "purchase", "account_value", "draw", "own"):
        assert float(abs(made.outcome.plan[name] - planned().plan[name]).max()) <= 1e-9


@pytest.mark.slow
def test_the_bridge_of_lund_sums_without_a_rest() -> None:
    """Half of each start of the first year came about, and accounts were measured as planned."""
    rows = [
        row for row in list_planned(planned(), 0.5) if row["subject"] in ("heat_pumps", "solar_roofs", "territorial")
    ]
    rows += [row for row in list_planned(planned(), 0.5) if row["outcome"] == "built"][:5]
    tables = put_actuals(read_tables(LUND), [dict(items) for items in {tuple(row.items()) for row in rows}])
    family = Family(tables, CHOICES, OPTIONS, default_folder())
    followed = follow_plan(family, {}, list_actuals(tables), FIRST, "hold", planned().plan)
    bridge = tabulate_follow(followed)["bridge"]
    for (item, year), own in bridge.groupby(["item", "year"]):
        rest = own["amount"].sum() - (own["after"].iloc[-1] - own["before"].iloc[0])
        assert abs(rest) <= 1e-6, (item, year)
    territorial = bridge[(bridge["item"] == "territorial") & (bridge["cause"] == "revisions")]
    assert float(territorial["after"].iloc[0]) == pytest.approx(
        float(planned().plan["account_value"].sel(account="territorial", year=FIRST)), abs=1e-6
    )
