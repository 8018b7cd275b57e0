"""Rows that may be broken at a price: a program with elastic columns behind its own, compiled nothing anew.

    row_lower <= A x + sum of the row's elastic columns, each outwards <= row_upper        z >= 0
    cost' = cost + sum price[g] z[g,i]                                                     likewise the other objectives

A program whose decisions are partly fixed (a plan under stress, a first stage under another future) must have an
answer however bad the circumstances: what it lacks then stands in these columns, by name, place and price, and is taken
out of every value again. Only the pattern is widened, once for each compiled program; numbers move as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from model.compiled.labels import Label
from model.compiled.revise import LinearProgram
from model.compiled.sparse import CASH_COST, COST, MISS, SparseProgram
from model.compiled.widening import Entry, Widening
from model.parameters.structure import Structure
from model.solver.solution import Solution, relative_gap
from model.solver.stages import find_main

PRICED = (COST, CASH_COST, MISS)
"""Objectives in which a breach has its price; who pays and how smoothly is decided with the breaches as they stand."""
HELD = ("cost_most", "cash_most", "miss_most")
"""Rows that hold an objective's least value, which then holds the breaches' price with it."""


@dataclass(frozen=True)
class Give:
    """Rows that may be broken, and the price of one unit of their own, in present money.

    Args:
        name: of the breach.
        families: of rows, each with the side on which more of the breach adds: 1, or -1 where the row is written the
            other way round. Of a row with one bound alone the breach is always outwards.
        price: of one unit.
        prices: where it is another one, by the first label of a row.
        other: name of the breach the other way, of rows with an equals sign; empty where there is none.
        other_price: its price.
        spared: first labels of rows that do not give here, for they have a price of their own.
    """

    name: str
    families: Mapping[str, float]
    price: float
    prices: Mapping[str, float] = field(default_factory=dict)
    other: str = ""
    other_price: float = 0.0
    spared: frozenset[str] = frozenset()

    def price_at(self, name: str, label: Label) -> float:
        """The price of a breach of this name at a row."""
        if name == self.other:
            return self.other_price
        return self.prices.get(str(label.index[0]), self.price) if label.index else self.price


OWN_FUNDS, FRAME, STEP, CEILING, RESULT, LOSS = (
    "short_own_funds",
    "beyond_frame",
    "beyond_step",
    "beyond_ceiling",
    "below_result",
    "beyond_loss",
)
UNSERVED, SPILLED, MISSED = "unserved", "spilled", "missed_hard"
"""Breaches by name."""

MONEY_PRICE = 1.0
"""Present money that a unit of money beyond a frame, a ceiling or a result is taken to cost on top of itself."""
UNSERVED_PRICE, SPILLED_PRICE = 100.0, 1.0
"""Present money of a unit of demand that is not served, dearer than any way to serve it, and of one made in vain."""
MISSED_PRICE = 20.0
"""Present money of a unit by which a hard target is missed."""

MONEY_ROWS: Mapping[str, tuple[tuple[str, ...], str]] = {
    OWN_FUNDS: (("own_most", "own_paid"), "over_own_funds"),
    FRAME: (("frame_most", "frame_paid"), "over_frame"),
    STEP: (("step_most",), "over_step"),
    CEILING: (("ceiling_most",), "over_ceiling"),
    RESULT: (("result_least",), "under_result"),
    LOSS: (("loss_most",), ""),
}
"""Rules of money by breach, and the decision by which a priced one gives of itself: amounts of a plan year, of debt at
the end of a calendar year."""


def list_gives(
    at: Structure,
    money: float = MONEY_PRICE,
    unserved: float = UNSERVED_PRICE,
    missed: float = MISSED_PRICE,
) -> tuple[Give, ...]:
    """What may give in any program: limits of money, demand, hard targets; not what has a price of its own already.

    Args:
        at: structure of the program.
        money: price of a unit of money.
        unserved: price of a unit of a commodity that is demanded.
        missed: price of a unit of a hard target.
    """
    breachable = at.finance.breachable
    limits = [
        Give(name, dict.fromkeys(families, 1.0), money)
        for name, (families, own) in MONEY_ROWS.items()
        if not breachable.get(own)
    ]
    served = Give(UNSERVED, {"balance": 1.0, "storage": -1.0}, unserved, other=SPILLED, other_price=SPILLED_PRICE)
    targets = Give(MISSED, dict.fromkeys(("target", "target_total"), 1.0), missed, spared=frozenset(at.soft))
    return (*limits, served, targets)


@dataclass(frozen=True)
class Breach:
    """A row that was broken: the name of the breach, the row's labels, by how much, and what a unit was priced at."""

    name: str
    row: Label
    amount: float
    price: float


BROKEN = 1e-6
"""Breaches below this are rounding."""


class Recourse:
    """A compiled program with elastic columns.

    Args:
        program: of any scenario; which way a row can be broken is read off its bounds, which is the same in all
            scenarios of its structure.
        gives: what may be broken.

    `program` is the widened `SparseProgram`: columns and rows of the compiled one keep their places and elastic columns
    follow, so that anything that fills, labels or cuts a program works on it unchanged. `labels`, `rows`, `signs` and
    `prices` (n_elastic) say what each elastic column is.
    """

    def __init__(self, program: LinearProgram, gives: Sequence[Give]) -> None:
        self._compiled = program.program
        found = [part for give in gives for part in _list_columns(program, give)]
        self.labels = tuple(label for label, _, _, _ in found)
        self.rows = np.array([row for _, row, _, _ in found], dtype=np.int64)
        self.signs = np.array([sign for _, _, sign, _ in found])
        self.prices = np.array([price for _, _, _, price in found])
        self.width = len(self._compiled.column_labels)
        self._widening = _widen(self._compiled, self)
        self.program = self._widening.program

    def lift(self, program: LinearProgram) -> LinearProgram:
        """A scenario's program with the elastic columns behind its own."""
        return self._widening.lift(program)

    def read(self, solution: Solution) -> tuple[Solution, tuple[Breach, ...]]:
        """The solution of the compiled program's own columns, free of all prices of breaches, and the breaches.

        Its bound says what no point with the same breaches can cost less than.
        """
        if not solution.status.has_plan:
            return solution, ()
        z = np.maximum(solution.columns[self.width :], 0.0)
        paid = float(self.prices @ z)
        values = {name: value - paid * (name in PRICED) for name, value in solution.values.items()}
        objective = values.get(find_main(self._compiled.structure), solution.objective - paid)
        bound = min(solution.bound - paid, objective)
        own = replace(
            solution,
            columns=solution.columns[: self.width],
            objective=objective,
            bound=bound,
            gap=relative_gap(objective, bound),
            miss=values.get(MISS, solution.miss) if np.isfinite(solution.miss) else solution.miss,
            values=values,
        )
        return own, self.list_breaches(solution.columns)

    def list_breaches(self, columns: np.ndarray) -> tuple[Breach, ...]:
        """The breaches of a point of the widened program."""
        z = columns[self.width :]
        return tuple(
            Breach(self.labels[i].family, self._compiled.row_labels[self.rows[i]], float(z[i]), float(self.prices[i]))
            for i in np.flatnonzero(z > BROKEN)
        )


def _list_columns(program: LinearProgram, give: Give) -> list[tuple[Label, int, float, float]]:
    """Label, row, sign and price of each elastic column of a give."""
    compiled, found = program.program, []
    for family, side in give.families.items():
        for row in compiled.row_families.get(family, ()):
            label = compiled.row_labels[row]
            if str(label.index[0]) in give.spared:
                continue
            least, most = np.isfinite(program.row_lower[row]), np.isfinite(program.row_upper[row])
            if least and most:
                sides = [(give.name, side), *([(give.other, -side)] if give.other else [])]
            elif least or most:
                sides = [(give.name, 1.0 if least else -1.0)]
            else:
                sides = []
            for name, sign in sides:
                found.append((Label(name, (family, *label.index)), int(row), sign, give.price_at(name, label)))
    return found


def _widen(compiled: SparseProgram, elastic: Recourse) -> Widening:
    """An entry for each elastic column in its row, and its price in each row that holds an objective."""
    held = [int(row) for family in HELD for row in compiled.row_families.get(family, ())]
    entries = []
    for i, (row, sign, price) in enumerate(zip(elastic.rows, elastic.signs, elastic.prices, strict=True)):
        column = elastic.width + i
        entries += [Entry(int(row), column, float(sign)), *(Entry(limit, column, float(price)) for limit in held)]
    return Widening(compiled, elastic.labels, (), entries, dict.fromkeys(PRICED, elastic.prices))
