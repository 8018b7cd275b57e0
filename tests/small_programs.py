"""Small programs with published optima, as tasks of one pattern per future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from model.compiled.task import Task

Row = tuple[Mapping[str, float], float, float]


def make_task(
    columns: Mapping[str, tuple[float, float, float]],
    rows: Sequence[Row],
    offset: float = 0.0,
    whole: Sequence[str] = (),
) -> Task:
    """A task of columns (cost, least, most) and rows (entries, least, most); explicit zeros keep the pattern."""
    names = {name: place for place, name in enumerate(columns)}
    triples = [(names[name], i, value) for i, (entries, _, _) in enumerate(rows) for name, value in entries.items()]
    triples.sort()
    columns_of = np.array([j for j, _, _ in triples])
    return Task(
        starts=np.searchsorted(columns_of, np.arange(len(names) + 1)).astype(np.int32),
        rows=np.array([i for _, i, _ in triples], dtype=np.int32),
        entries=np.array([value for _, _, value in triples], dtype=float),
        row_lower=np.array([low for _, low, _ in rows], dtype=float),
        row_upper=np.array([high for _, _, high in rows], dtype=float),
        column_lower=np.array([low for _, low, _ in columns.values()], dtype=float),
        column_upper=np.array([high for _, _, high in columns.values()], dtype=float),
        costs=np.array([cost for cost, _, _ in columns.values()], dtype=float),
        offset=offset,
        integrality=np.array([int(name in whole) for name in columns], dtype=np.int32),
    )


INF = np.inf


def plant_fields(yields: float, whole: Sequence[str] = ()) -> Task:
    """Birge and Louveaux, Introduction to Stochastic Programming, section 1.1: the farmer with 500 acres."""
    columns = {
        "wheat": (150, 0, INF),
        "corn": (230, 0, INF),
        "beets": (260, 0, INF),
        "buy_wheat": (238, 0, INF),
        "buy_corn": (210, 0, INF),
        "sell_wheat": (-170, 0, INF),
        "sell_corn": (-150, 0, INF),
        "sell_beets": (-36, 0, 6000),
        "sell_more": (-10, 0, INF),
    }
    rows = [
        ({"wheat": 1, "corn": 1, "beets": 1}, -INF, 500),
        ({"wheat": 2.5 * yields, "buy_wheat": 1, "sell_wheat": -1}, 200, INF),
        ({"corn": 3 * yields, "buy_corn": 1, "sell_corn": -1}, 240, INF),
        ({"beets": 20 * yields, "sell_beets": -1, "sell_more": -1}, 0, INF),
    ]
    return make_task(columns, rows, whole=whole)


FARMER = [plant_fields(yields) for yields in (1.2, 1.0, 0.8)]
FARMER_STAGES = np.array([1, 1, 1, 2, 2, 2, 2, 2, 2])


def expand_power(demand: float) -> Task:
    """Louveaux and Smeers (1988): four plants, three ways of running them, and a demand of 3, 5 or 7."""
    cost = (10, 7, 16, 6)
    run = ((40, 24, 4), (45, 27, 4.5), (32, 19.2, 3.2), (55, 33, 5.5))
    columns: dict[str, tuple[float, float, float]] = {f"x{i}": (cost[i], 0, INF) for i in range(4)}
    columns |= {f"y{i}{j}": (run[i][j], 0, INF) for i in range(4) for j in range(3)}
    rows: list[Row] = [
        ({f"x{i}": 1 for i in range(4)}, 12, INF),
        ({f"x{i}": cost[i] for i in range(4)}, -INF, 120),
    ]
    rows += [({f"y{i}{j}": 1 for j in range(3)} | {f"x{i}": -1}, -INF, 0) for i in range(4)]
    rows += [({f"y{i}{j}": 1 for i in range(4)}, need, INF) for j, need in enumerate((demand, 3, 2))]
    return make_task(columns, rows)


LANDS = [expand_power(demand) for demand in (3, 5, 7)]
LANDS_STAGES = np.array([1] * 4 + [2] * 12)


def invest_savings(ups: Sequence[bool]) -> Task:
    """Birge and Louveaux, section 1.2: 55 to become 80 in three periods, stocks 1.25 or 1.06, bonds 1.14 or 1.12."""
    columns: dict[str, tuple[float, float, float]] = {}
    for t in range(3):
        columns |= {f"stocks{t}": (0, 0, INF), f"bonds{t}": (0, 0, INF)}
    columns |= {"surplus": (-1, 0, INF), "shortage": (4, 0, INF)}
    rows: list[Row] = [({"stocks0": 1, "bonds0": 1}, 55, 55)]
    for t in range(3):
        stock, bond = (1.25, 1.14) if ups[t] else (1.06, 1.12)
        grown = {f"stocks{t}": stock, f"bonds{t}": bond}
        after = {f"stocks{t + 1}": -1.0, f"bonds{t + 1}": -1.0} if t < 2 else {"surplus": -1.0, "shortage": 1.0}
        rows.append((grown | after, 0 if t < 2 else 80, 0 if t < 2 else 80))
    return make_task(columns, rows)


SAVINGS = [invest_savings([bool(s & 4), bool(s & 2), bool(s & 1)]) for s in range(8)]
SAVINGS_STAGES = np.array([1, 1, 2, 2, 3, 3, 4, 4])


def order_papers(demand: float) -> Task:
    """A newsboy: ordered at 1, sold at 3, what is left is worth 0.5."""
    columns = {"order": (1, 0, INF), "sold": (-3, 0, demand), "left": (-0.5, 0, INF)}
    return make_task(columns, [({"order": 1, "sold": -1, "left": -1}, 0, 0)])


def pay_cost(cost: float) -> Task:
    """A future that costs so much whatever is done."""
    return make_task({"none": (0, 0, 1)}, [({"none": 1}, -INF, 1)], offset=cost)
