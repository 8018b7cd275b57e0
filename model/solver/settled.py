"""A program in which what measures build is settled: what a plan says, or as much of it as comes about.

    build[k,v] = rho[k,v] plan[k,v]     k measures; units, begin and ever likewise, not whole any more
    lower <= A x <= upper               rules about choosing measures, eased to what the settled builds ask:
                                        lower' = min(lower, A x0), upper' = max(upper, A x0), x0 the settled point
    capacity[k,y] - idle[k,y] <= ratio capacity[other,y]      what lacks its support stands idle, and is not run

What is no measure stays free. Levels of adaptation, each with what the one before it has: operation alone; measures
begun later than planned, in all no more than the plan has (`caught_up`); other claims and loans than the plan's.
Bounds of rows and columns move, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.compiled.labels import Label
from model.compiled.revise import LinearProgram
from model.compiled.sparse import SparseProgram
from model.compiled.widening import Entry, Widening
from model.solver.recourse import BROKEN, Breach

OPERATION, STARTS, MONEY = LEVELS = ("operation", "starts", "money")
"""Levels of adaptation."""
SETTLED = ("build", "units", "begin")
"""Decisions of a measure and a vintage that a realised plan settles."""
CHOOSING = (
    *("unit_lump", "begin_most", "begin_least", "begin_units", "begin_project", "once"),
    *("requires", "follows", "ever_begun", "excludes"),
    *("build_most", "build_least", "project_least", "capacity_most", "capacity_end_most", "capacity_least"),
    *("build_growth", "build_pace_sum", "build_pace_most"),
    *(
        "group_build_most",
        "group_build_least",
        "group_capacity_most",
        "group_capacity_least",
        "group_capacity_end_most",
    ),
    *("secured_least", "secured_owner"),
)
"""Rules about what is chosen, which ask of a settled measure no more than it gives."""
FREED = ("group_build_growth", "group_build_pace_sum", "group_build_pace_most")
"""Rules on the pace of groups, which say nothing where a measure's pace is settled."""
USE = ("use_most", "use_least", "use_annual", "use_peak")
IDLE, CAUGHT_UP, SUPPORTS = "idle", "caught_up", "supports"


@dataclass(frozen=True)
class Realised:
    """What comes about of a plan: amounts by decision and labels, of measures alone; and what the plan says itself.

    Args:
        amounts: of `SETTLED`, by (technology, vintage): what is begun when.
        planned: the same as it would be if all of it came, late as it is: what is short of it may come later still.
        claimed: most that is claimed, by (instrument, technology, vintage).
        drawn: most that is drawn, by (instrument, actor, year).
        refused: grants that nobody gets, at any level.
    """

    amounts: Mapping[str, Mapping[tuple[str, int], float]]
    planned: Mapping[str, Mapping[tuple[str, int], float]]
    claimed: Mapping[tuple[str, str, int], float]
    drawn: Mapping[tuple[str, str, int], float]
    refused: frozenset[str] = frozenset()


class Settling:
    """Settles the measures of one compiled program.

    Args:
        compiled: the program; a `Recourse` is put on top of what this one widens.
        measures: labels of the technologies whose builds are settled.
    """

    def __init__(self, compiled: SparseProgram, measures: Collection[str]) -> None:
        self.compiled = compiled
        self._measures = set(measures)
        self._widening = self._widen()
        self.program = self._widening.program
        families, labels = self.program.column_families, self.program.column_labels
        self._places = {name: self._find(families.get(name, ()), labels) for name in SETTLED}
        self._ever = [j for j in families.get("ever", ()) if labels[j].index[0] in self._measures]
        self._standing = self._pair_standing()
        touched = self._touch()
        rows = self.program.row_families
        self._eased = np.array([i for f in CHOOSING for i in rows.get(f, ()) if touched[i]], dtype=np.int64)
        self._freed = np.array([i for f in FREED for i in rows.get(f, ()) if touched[i]], dtype=np.int64)
        self._paces = self._pair_paces()

    def settle(self, program: LinearProgram, realised: Realised, level: str) -> LinearProgram:
        """A scenario's program with its measures settled, widened by idle capacity and rows that bound later starts."""
        program = self._widening.lift(program)
        point = self._find_point(program, realised)
        matrix = _matrix(program)
        sums = matrix @ point
        row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
        row_lower[self._eased] = np.minimum(row_lower[self._eased], sums[self._eased])
        row_upper[self._eased] = np.maximum(row_upper[self._eased], sums[self._eased])
        row_lower[self._freed], row_upper[self._freed] = -np.inf, np.inf
        column_lower, column_upper = program.column_lower.copy(), program.column_upper.copy()
        fixed = np.array([j for places in self._places.values() for j in places.values()], dtype=np.int64)
        column_lower[fixed] = point[fixed]
        if level == OPERATION:
            column_upper[fixed] = point[fixed]
        else:
            self._open_later(column_upper, row_upper, realised, point)
        column_upper[self._ever] = 1.0
        self._close_idle(column_upper, program, sums)
        self._refuse_grants(column_upper, realised)
        if level != MONEY:
            self._bound_money(column_upper, realised)
        return replace(
            program,
            row_lower=row_lower,
            row_upper=row_upper,
            column_lower=column_lower,
            column_upper=np.maximum(column_upper, column_lower),
        )

    def list_idle(self, columns: np.ndarray) -> tuple[Breach, ...]:
        """Measures that stand idle in a point of the widened program, as breaches of the rule that supports them."""
        places = self.program.column_families.get(IDLE, ())
        found = [(self.program.column_labels[j], float(columns[j])) for j in places if columns[j] > BROKEN]
        return tuple(Breach(IDLE, Label(SUPPORTS, label.index), amount, 0.0) for label, amount in found)

    def _widen(self) -> Widening:
        """A column for what of a supported measure stands idle, and a row per measure that bounds later starts."""
        compiled = self.compiled
        n_rows, n_columns, _ = compiled.shape
        by_column = np.repeat(np.arange(n_columns), np.diff(compiled.starts))
        family = [label.family for label in compiled.row_labels]
        capacity = {compiled.column_labels[j].index: int(j) for j in compiled.column_families.get("capacity", ())}
        columns: list[Label] = []
        entries: list[Entry] = []
        for k, y in self._list_supported():
            own, place = capacity.get((k, y)), n_columns + len(columns)
            if own is None:
                continue
            columns.append(Label(IDLE, (k, y)))
            for entry in np.flatnonzero(by_column == own):
                row = int(compiled.rows[entry])
                label = compiled.row_labels[row]
                if family[row] in USE or (family[row] == SUPPORTS and label.index[1] == k):
                    entries.append(Entry(row, place, -1.0, int(entry)))
        built: dict[str, list[int]] = {}
        for j in compiled.column_families.get("build", ()):
            built.setdefault(str(compiled.column_labels[j].index[0]), []).append(int(j))
        names = [k for k in built if k in self._measures]
        for i, k in enumerate(names):
            entries += [Entry(n_rows + i, j, 1.0) for j in built[k]]
        return Widening(compiled, columns, [Label(CAUGHT_UP, (k,)) for k in names], entries, {})

    def _list_supported(self) -> list[tuple[str, int]]:
        """Measures that another technology has to support, year by year."""
        rows = self.compiled.row_families.get(SUPPORTS, ())
        found = [self.compiled.row_labels[row].index for row in rows]
        return list(dict.fromkeys((k, y) for _, k, _, y in found if k in self._measures))

    def _find(self, places: Collection[int], labels: Sequence[Label]) -> dict[tuple[str, int], int]:
        return {labels[j].index: int(j) for j in places if labels[j].index[0] in self._measures}

    def _touch(self) -> np.ndarray:
        """Rows that have a decision of a measure, or what follows from it alone (n_rows)."""
        touching = [j for places in self._places.values() for j in places.values()]
        touching += [*self._ever, *self._standing[0].tolist()]
        families, labels = self.program.column_families, self.program.column_labels
        touching += [int(j) for j in families.get("build_pace", ()) if labels[j].index[0] in self._measures]
        mask = np.zeros(len(labels), dtype=bool)
        mask[touching] = True
        rows = self.program.rows[np.repeat(mask, np.diff(self.program.starts))]
        touched = np.zeros(len(self.program.row_labels), dtype=bool)
        touched[rows] = True
        return touched

    def _pair_standing(self) -> np.ndarray:
        """Columns of what stands of measures, the row that says each, and where among the entries it does, (3, n)."""
        pairs = []
        for family, rule in (("capacity", "capacity_balance"), ("standing", "standing_sum")):
            rows = {self.program.row_labels[i].index: int(i) for i in self.program.row_families.get(rule, ())}
            for j in self.program.column_families.get(family, ()):
                index = self.program.column_labels[j].index
                if index[0] in self._measures:
                    row, (start, end) = rows[index], self.program.starts[j : j + 2]
                    entry = int(start) + int(np.flatnonzero(self.program.rows[start:end] == row)[0])
                    pairs.append((int(j), row, entry))
        return np.array(pairs, dtype=np.int64).reshape(-1, 3).T

    def _pair_paces(self) -> list[tuple[int, int, int]]:
        """Columns of a calendar year's pace, with the column of the plan year's build and how many share it."""
        at, found = self.program.structure, []
        for j in self.program.column_families.get("build_pace", ()):
            k, t = self.program.column_labels[j].index
            y = at.plan_year[t]
            if (k, y) in self._places["build"]:
                found.append((int(j), self._places["build"][k, y], len(at.calendar[y])))
        return found

    def _find_point(self, program: LinearProgram, realised: Realised) -> np.ndarray:
        """Where the settled decisions are, with what stands of them; 0 for all others (n_columns)."""
        point = np.zeros(len(program.column_lower))
        for name, places in self._places.items():
            amounts = realised.amounts.get(name, {})
            for key, j in places.items():
                point[j] = amounts.get(key, 0.0)
        begun: dict[str, float] = {}
        for (k, _), amount in realised.amounts.get("begin", {}).items():
            begun[k] = max(begun.get(k, 0.0), amount)
        for j in self._ever:
            point[j] = min(begun.get(str(program.program.column_labels[j].index[0]), 0.0), 1.0)
        for j, build, length in self._paces:
            point[j] = point[build] / length
        sums = _matrix(program) @ point
        columns, rows, entries = self._standing
        point[columns] = (program.row_lower[rows] - sums[rows]) / program.entries[entries]
        return point

    def _open_later(self, upper: np.ndarray, row_upper: np.ndarray, realised: Realised, point: np.ndarray) -> None:
        """Later starts: in each vintage as much more as is short by then, and no more in all than the plan has."""
        years = sorted({v for _, v in self._places["build"]})
        for name, places in self._places.items():
            planned = realised.planned.get(name, {})
            for k in {k for k, _ in places}:
                short = 0.0
                for v in years:
                    j = places.get((k, v))
                    if j is not None:
                        upper[j] = point[j] + max(short, 0.0)
                        short += planned.get((k, v), 0.0) - point[j]
        for row in self.program.row_families.get(CAUGHT_UP, ()):
            k = str(self.program.row_labels[row].index[0])
            totals = (_total(amounts["build"], k) for amounts in (realised.planned, realised.amounts))
            row_upper[row] = max(totals)

    def _close_idle(self, upper: np.ndarray, program: LinearProgram, sums: np.ndarray) -> None:
        """No more stands idle than lacks its support."""
        families = self.program.column_families
        places = {self.program.column_labels[j].index: int(j) for j in families.get(IDLE, ())}
        most = dict.fromkeys(places, 0.0)
        for row in self.program.row_families.get(SUPPORTS, ()):
            _, k, _, y = self.program.row_labels[row].index
            if (k, y) in most:
                broken = max(sums[row] - program.row_upper[row], program.row_lower[row] - sums[row], 0.0)
                most[k, y] = max(most[k, y], broken)
        for index, j in places.items():
            upper[j] = most[index] * (1.0 + 1e-9) + (1e-9 if most[index] else 0.0)

    def _refuse_grants(self, upper: np.ndarray, realised: Realised) -> None:
        for j in self.program.column_families.get("claimed", ()):
            if self.program.column_labels[j].index[0] in realised.refused:
                upper[j] = 0.0

    def _bound_money(self, upper: np.ndarray, realised: Realised) -> None:
        """Claims and draws are at the most the plan's."""
        for name, amounts in (("claimed", realised.claimed), ("draw", realised.drawn)):
            for j in self.program.column_families.get(name, ()):
                upper[j] = min(upper[j], amounts.get(self.program.column_labels[j].index, 0.0))


def _total(amounts: Mapping[tuple[str, int], float], technology: str) -> float:
    return sum(amount for (k, _), amount in amounts.items() if k == technology)


def _matrix(program: LinearProgram) -> sparse.csc_matrix:
    shape = len(program.row_lower), len(program.column_lower)
    return sparse.csc_matrix((program.entries, program.rows, program.starts), shape=shape)
