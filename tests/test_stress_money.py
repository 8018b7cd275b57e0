"""Whose money does not suffice when a plan meets other circumstances, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close
from paying import CITY, grant, lend, paying_town, road_in
from town import build_town

from model.solver.solution import SolverOptions
from runners.analyses.stress.circumstances import Circumstance, read_circumstance
from runners.analyses.stress.engine import Answer, Stress
from runners.analyses.stress.futures import draw_futures
from runners.family import Family
from scenarios.choices import Choices


def answer(circumstance: Circumstance, level: str, *instruments: dict[str, Any], own: float = 70) -> Answer:
    """A road of 100 MSEK in 2025 that is a measure, out of own funds and of instruments, under a circumstance."""
    town = paying_town({"road": road_in(2025, measure="yes", life=10)}, [{**CITY, "own_funds": own}], instruments)
    family = Family(build_town(**town), Choices(salvage="none"), SolverOptions())
    outcome = family.solve()
    stress = Stress(family, {}, outcome.scenario, outcome.plan, SolverOptions())
    (future,) = draw_futures(circumstance, outcome.scenario, 1, 0)
    return stress.solve(future, level)


def short(found: Answer) -> float:
    """Own funds that are short, and that nothing else is."""
    assert {one.name for one in found.breaches} <= {"short_own_funds"}
    return sum(one.amount for one in found.breaches)


DEARER = read_circumstance("capex_plus_25")


@pytest.mark.slow
@pytest.mark.parametrize(("level", "missing"), [("operation", 25), ("starts", 25), ("money", 0)])
def test_a_dearer_road_is_paid_by_loans_only_where_loans_adapt(level: str, missing: float) -> None:
    """The plan draws 30 of 60 that it may, and pays 70 itself. Of 125 it draws 30 as planned, and own funds of 70 are
    25 short; where loans adapt it draws 55.
    """
    found = answer(DEARER, level, lend(most_draw=60))
    assert_close(short(found), missing)
    assert found.plan is not None
    assert_close(found.plan.attrs["social_cost"], 125)


@pytest.mark.slow
def test_a_grant_that_is_refused_is_missing_at_every_level() -> None:
    """Half the road is granted: 50 of its own. Refused, it takes 100 of 70."""
    half = grant("help", {"road": 0.5})
    assert_close(short(answer(read_circumstance("grants_none"), "operation", half)), 30)
    assert_close(short(answer(read_circumstance("grants_none"), "money", half)), 30)


@pytest.mark.slow
def test_less_of_a_road_takes_less_of_a_loan() -> None:
    """Sixty percent of the road cost 60: own funds suffice, and the target that asks for all of it is missed by 0.4."""
    found = answer(read_circumstance("realised_60"), "operation", lend(most_draw=60))
    assert [(one.name, round(one.amount, 6)) for one in found.breaches] == [("missed_hard", 0.4)]
    assert found.plan is not None
    assert_close(found.plan.attrs["social_cost"], 60)
    assert_close(found.plan["draw"].values.sum(), 0)
