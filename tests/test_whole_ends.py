"""How far plans in whole units go within a limit of cost, and proofs that there is no point: reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from test_grown import mix
from test_towns_near import family_of, maker, near_of, ranges_of

import model.solver.highs_session as sessions
from model.queries.near_optimal import Nearby
from model.queries.whole_ends import WholeEnds
from model.solver.impossible import is_impossible
from runners.analyses.near_optimal.amounts import list_measures


def plants() -> dict[str, Any]:
    """10 GWh of heat, bought at 2; pumps of 2 MW at 1 a MW, wind of 2 MW at 1.2: cheapest 5 pumps, 10."""
    heat = {"commodity": "heat", "demand": 10, "purchase_price": 2}
    rows = [maker("pump", 1, 10, unit_size=2), maker("wind", 1.2, 10, unit_size=2)]
    return {"commodities": [heat], "technologies": rows}


@pytest.mark.slow
def test_ends_of_every_limit_are_those_of_whole_plants() -> None:
    """A wind plant for a pump costs 0.4: within 10.5 one, within 11.3 three; in parts of units 2.5 and 6.5 MW."""
    family = family_of(plants())
    program = family.revise({})
    nearby, wind = Nearby(program, family.options), list_measures(program, family.scenario)[1]
    whole = WholeEnds(nearby, 10.0, [10.5, 11.3])
    found = [whole.bound_end(-wind.weights, parts, 0.0, most, -6.5) for parts, most in ((-2.5, 10.5), (-6.5, 11.3))]
    np.testing.assert_allclose(found, [-2.0, -6.0], atol=1e-6)
    spans = [ranges_of(near_of(plants(), 5, 13), level)["wind"] for level in (0, 1)]
    np.testing.assert_allclose([(span.high, span.whole_high) for span in spans], [(2.5, 2.0), (6.5, 6.0)], atol=1e-6)


def test_a_plan_far_off_is_whole_and_within_its_limit() -> None:
    """Within 11.3 six MW of wind for six of the pump: nothing in whole units is farther."""
    family = family_of(plants())
    program = family.revise({})
    nearby, wind = Nearby(program, family.options), list_measures(program, family.scenario)[1]
    found = WholeEnds(nearby, 10.0, [10.5, 11.3]).find_far(-wind.weights, 0.0, 11.3)
    assert found is not None
    assert found.objective <= 11.3 + 1e-6
    assert wind.size(found.columns) in (pytest.approx(4.0), pytest.approx(6.0))


def test_what_is_asked_of_another_sum_and_limit_goes_on_from_the_least_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Least and most of two plants within two limits: one cold start in all."""
    cold: list[int] = []
    solve = sessions.HighsSession._solve_cold
    monkeypatch.setattr(sessions.HighsSession, "_solve_cold", lambda self, *on: cold.append(1) or solve(self, *on))
    family = family_of(plants())
    program = family.revise({})
    nearby = Nearby(program, family.options)
    nearby.begin(11.3)
    before = len(cold)
    for measure in list_measures(program, family.scenario):
        for sign in (1.0, -1.0):
            for most in (11.3, 10.5):
                assert nearby.reach(sign * measure.weights, most).status.has_plan
    assert len(cold) == before


def test_only_weights_that_prove_it_show_that_there_is_no_point() -> None:
    """The weight of a row is a proof where its least is more than its columns can give."""
    task = mix()
    assert not is_impossible(task, np.zeros(len(task.row_lower)))
    assert not is_impossible(task, np.ones(len(task.row_lower)))
    lower, upper = task.column_lower.copy(), np.minimum(task.column_upper, 1.0)
    row_lower, row_upper = task.row_lower.copy(), task.row_upper.copy()
    row_lower[0], row_upper[0] = 1e3, np.inf
    cut = replace(task, column_lower=lower, column_upper=upper, row_lower=row_lower, row_upper=row_upper)
    first = np.eye(len(row_lower))[0]
    assert is_impossible(cut, first)
    assert is_impossible(cut, -first)
    assert not is_impossible(cut, np.full(len(row_lower), np.nan))
