"""The order in which scenarios of a sweep are solved: a grid by its reflected code, others each near the one before."""

from __future__ import annotations

import numpy as np
import pytest

from runners.designs.design import Design, cross_axes
from runners.sweeps.schedule import Agenda, Base
from runners.sweeps.walk import BLOCK, Digits, visit, walk

PRICES, TARGETS = "adjust.price.power", "target.cap"


def order(design: Design, left: np.ndarray | None = None) -> list[int]:
    agenda = Agenda(design, [Base((), "")])
    return [int(one) for one in agenda.order(np.ones(len(design), bool) if left is None else left)[0]]


def test_a_grid_is_walked_back_and_forth() -> None:
    """Two prices, three targets: 0 1 2, then back 5 4 3; also where one has been solved."""
    grid = cross_axes({PRICES: ("0.8", "1.2"), TARGETS: ("1", "2", "3")}, most=10)
    assert order(grid) == [0, 1, 2, 5, 4, 3]
    assert order(grid, np.arange(6) != 1) == [0, 2, 5, 4, 3]


def test_of_scenarios_that_are_no_grid_the_nearest_is_next() -> None:
    """From (0, 0) the nearest of (9, 1), (1, 9), (8, 2), (2, 8) by ranks are those with a low first number."""
    levels = tuple(map(str, range(10)))
    rows = [(0, 0), (9, 1), (1, 9), (8, 2), (2, 8)]
    design = Design(("adjust.price.power", "adjust.price.fuel"), (levels, levels), np.array(rows, np.int32), "table")
    assert order(design) == [0, 2, 4, 3, 1]


def test_a_target_counts_less_than_a_price() -> None:
    """From (0, 0): a target six ranks away is nearer than a price three ranks away, 6 x 0.3 < 3."""
    columns = [Digits(np.array([0, 3, 0]), 10, False), Digits(np.array([0, 0, 6]), 10, True)]
    assert walk(columns, 3, grid=False).tolist() == [0, 2, 1]
    even = [Digits(column.digits, column.count, False) for column in columns]
    assert walk(even, 3, grid=False).tolist() == [0, 1, 2]


@pytest.mark.parametrize("size", [0, 1, 2, BLOCK + 3])
def test_every_scenario_is_walked_once(size: int) -> None:
    draw = np.random.default_rng(3)
    columns = [Digits(draw.permutation(size), size, False) for _ in range(3)]
    assert sorted(walk(columns, size, grid=False).tolist()) == list(range(size))


def test_a_walk_is_shorter_than_the_order_of_one_column() -> None:
    at = np.sort(np.random.default_rng(1).uniform(size=(200, 4)), axis=0)
    at[:, 1:] = np.random.default_rng(2).permuted(at[:, 1:], axis=0)
    length = [np.abs(np.diff(at[places], axis=0)).sum() for places in (visit(at), np.arange(200))]
    assert length[0] < 0.6 * length[1]
