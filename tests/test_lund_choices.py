"""Lund asked otherwise: targets step by step, and measures forced in that the plan leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_lund_case import LUND, lund_tables

from model.solver.solution import SolverOptions
from runners.family import Family
from runners.outcome import Outcome
from runners.reports.tables import tabulate_targets
from scenarios.choices import OFF, Choices
from scenarios.tables import Tables, read_tables
from scenarios.target_states import ACTS

pytestmark = pytest.mark.slow

RELAXED = SolverOptions(relax=True)
LUND_2024 = Choices(variants=("base_2024",))
LOOSEST, TIGHTEST, STEP = 70, 100, 5
FREE_OF_HARM = 0.1
"""kt by which a tighter target may make another worse: what parts of units and ties leave."""
MOVED = 1e-3
"""kt that count as another outcome."""


@cache
def lund_family() -> Family:
    return Family(lund_tables(), LUND_2024, RELAXED)


def step_target(name: str, first: int, last: int) -> Iterator[tuple[int, Outcome]]:
    """The plan at each step of a yearly target in percent of 2010."""
    for percent in range(first, last + STEP, STEP):
        yield percent, lund_family().solve({f"target.{name}.2030": percent / 100})


def read_accounts(outcome: Outcome) -> pd.Series:
    """What the accounts hold: account, year."""
    assert outcome.plan is not None
    return outcome.plan["account_value"].to_series()


def test_no_step_of_the_territorial_target_makes_net_emissions_worse() -> None:
    """At 100 % instead of 70-90 net 2030 rose from 36.6 to 53.6 kt and net 2045 from 0 to 23.8: sinks were dropped.

    A tonne not let out and a tonne taken back were of one pool, of which only the larger miss was paid.
    """
    steps = {percent: read_accounts(outcome) for percent, outcome in step_target("territorial", LOOSEST, TIGHTEST)}
    for year in (2030, 2045):
        net = np.array([account["net_territorial", year] for account in steps.values()])
        assert (np.diff(net) <= FREE_OF_HARM).all(), dict(zip(steps, net, strict=True))
    assert steps[TIGHTEST]["territorial", 2030] <= steps[LOOSEST]["territorial", 2030] + MOVED


def test_every_step_of_the_transport_target_moves_the_plan_or_is_told_not_to_act() -> None:
    """Up to 95 % it carried no weight at all, and nothing said so.

    Where a step changes no account, the step before had said that the target does not act, and by which one it is
    covered, or that the next tonne costs more than a miss.
    """
    before: Outcome | None = None
    for percent, outcome in step_target("transport", 80, 100):
        assert outcome.plan is not None
        if before is not None and float((read_accounts(outcome) - read_accounts(before)).abs().max()) <= MOVED:
            assert before.plan is not None
            row = (
                tabulate_targets(before.scenario, before.plan).set_index(["target", "year"]).loc["transport_2030", 2030]
            )
            assert row["acts"] not in (ACTS, ""), percent
            assert row["because"] or row["acts"] != "covered", percent
        before = outcome


@pytest.mark.parametrize(
    ("technology", "year", "amount", "unit"), [("electric_road", 2028, 10, "km"), ("bio_ccs", 2031, 1, "plant")]
)
def test_the_pages_own_way_to_force_a_measure_in_gives_a_plan(
    tmp_path: Path, technology: str, year: int, amount: float, unit: str
) -> None:
    """docs/lund.md: `least_capacity` in a copy's parameters.csv, 0 the year before, then the amount.

    Doing nothing may build no measure but had to keep its least capacity, and the plan was refused as impossible.
    """
    for path in LUND.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name == "parameters.csv":
            rows = [(year - 1, 0), (year, amount)]
            text += "".join(
                f"{technology},least_capacity,,,{y},{v},{unit},judgement,assumed,Forced.,\n" for y, v in rows
            )
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    plan = solve_free(read_tables(tmp_path))
    assert plan.plan is not None
    stands = plan.plan["capacity"].sel(technology=technology).to_series()
    assert stands.loc[year] >= amount - MOVED
    assert stands.loc[: year - 1].max() <= MOVED
    assert plan.plan.attrs["objective"] > solve_free(lund_tables()).plan.attrs["objective"] + 50  # type: ignore[union-attr]
    assert plan.reference is not None
    assert float(plan.reference["capacity"].sel(technology=technology).max()) <= MOVED


def solve_free(tables: Tables) -> Outcome:
    """The plan without limits of money, for which a plant of 5 300 MSEK is too dear."""
    return Family(tables, Choices(variants=("base_2024",), ceiling=OFF, frames=OFF, result=OFF), RELAXED).solve()
