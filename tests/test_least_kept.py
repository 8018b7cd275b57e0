"""Whether the least of one task is that of another: what moves it, and what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.compiled.task import Task
from model.solver.least_kept import Known, keep_least
from model.solver.sessions import open_session
from model.solver.solution import SolverOptions, Status
from model.solver.starts import COLD

TOWN = Task(
    starts=np.array([0, 1, 2], dtype=np.int32),
    rows=np.zeros(2, dtype=np.int32),
    entries=np.ones(2),
    row_lower=np.array([1.0]),
    row_upper=np.array([np.inf]),
    column_lower=np.zeros(2),
    column_upper=np.array([5.0, np.inf]),
    costs=np.array([1.0, 2.0]),
    offset=0.0,
    integrality=np.zeros(2, dtype=np.int32),
)
"""One of heat from a cheap plant (at most five) or a dear one: the cheap one gives it, for 1."""


def test_a_cost_that_keeps_the_order_keeps_the_least_at_its_new_price() -> None:
    found = open_session(SolverOptions(), COLD).solve(TOWN, 10.0)
    kept = keep_least(replace(TOWN, costs=np.array([1.5, 2.0]), offset=3.0), found)
    assert kept is None  # the price of heat is 1.5 now: the prices of before prove less than the cost
    kept = keep_least(replace(TOWN, costs=np.array([1.0, 9.0]), offset=3.0), found)
    assert kept is not None
    assert kept.objective == kept.bound == pytest.approx(4.0)
    assert kept.columns.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    "moved",
    [
        {"row_lower": np.array([2.0])},
        {"row_upper": np.array([0.5]), "row_lower": np.array([0.5])},
        {"column_upper": np.array([0.5, np.inf])},
        {"column_lower": np.array([0.0, 0.5])},
        {"costs": np.array([1.0, 0.5])},
        {"entries": np.array([0.5, 1.0])},
    ],
)
def test_what_moves_the_least_is_searched_again(moved: dict[str, np.ndarray]) -> None:
    found = open_session(SolverOptions(), COLD).solve(TOWN, 10.0)
    assert keep_least(replace(TOWN, **moved), found) is None


def test_a_bound_that_does_not_bind_moves_nothing() -> None:
    found = open_session(SolverOptions(), COLD).solve(TOWN, 10.0)
    kept = keep_least(replace(TOWN, column_upper=np.array([1.0, 7.0])), found)
    assert kept is not None
    assert (kept.status, kept.objective) == (Status.OPTIMAL, pytest.approx(1.0))


SHUT = replace(
    TOWN,
    starts=np.array([0, 2, 3], dtype=np.int32),
    rows=np.array([0, 1, 0], dtype=np.int32),
    entries=np.ones(3),
    row_lower=np.array([1.0, -np.inf]),
    row_upper=np.array([np.inf, 0.0]),
    column_upper=np.array([np.inf, np.inf]),
)
"""The same with a rule that shuts the cheap plant: the dear one gives it, for 2."""


@pytest.mark.parametrize("opened", [np.inf, 3.0])
def test_a_rule_that_is_let_go_is_not_taken_to_bind_still(opened: float) -> None:
    found = open_session(SolverOptions(), COLD).solve(SHUT, 10.0)
    assert found.objective == pytest.approx(2.0)
    assert keep_least(replace(SHUT, row_upper=np.array([np.inf, opened])), found) is None


def test_points_tell_what_is_below_an_amount_and_prices_what_is_not() -> None:
    """The cheap plant at 1 costs 1, the dear one 2; at 3 a unit of the cheap one it is 2 in any case."""
    known = Known(open_session(SolverOptions(), COLD).solve(SHUT, 10.0))
    free = replace(SHUT, row_upper=np.array([np.inf, np.inf]))
    assert known.is_below(free, 2.5) is True
    assert known.is_below(free, 1.5) is None
    assert known.is_below(SHUT, 1.5) is False
    known.add(open_session(SolverOptions(), COLD).solve(free, 10.0))
    assert known.is_below(free, 1.5) is True
    assert known.is_below(free, 0.5) is False
    assert known.is_below(replace(free, costs=np.array([3.0, 2.0])), 1.5) is None  # the prices of either prove 1
