"""How others get a scenario to HiGHS: the bare arrays, Pyomo kept and changed in place, linopy built anew or updated.

Each is given the numbers of a scenario ready made; only what is done with them is timed. Ours has to work them out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import highspy
import linopy
import numpy as np
import pyomo.environ as pyo
import xarray as xr
from linopy.persistent import ModelDiff
from linopy.solvers import Solver
from pyomo.contrib.solver.solvers.highs import Highs

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST, OBJECTIVES, SparseProgram
from model.formulation.program import write_program
from model.formulation.rows import Program
from model.parameters.coefficients import measure_coefficients
from model.parameters.numbers import Numbers
from model.parameters.structure import outline_program
from model.solver.highs import load_highs


class Gather:
    """The limit: every value of A, the bounds and the costs taken by index from the vector of numbers, and passed.

    A value that no number enters, and all but the first number of one that several enter, are left out: less work than
    any right answer takes.
    """

    def __init__(self, program: SparseProgram) -> None:
        n_rows, n_columns, n_entries = program.shape
        counts = np.diff(program.map.indptr)
        first = np.zeros(len(counts), dtype=np.int64)
        first[counts > 0] = program.map.indices[program.map.indptr[:-1][counts > 0]]
        cost = n_entries + 2 * n_rows + OBJECTIVES.index(COST) * (n_columns + 1) + 1
        ends = [n_entries, n_entries + n_rows, n_entries + 2 * n_rows]
        self._places = (*np.split(first[: ends[-1]], ends[:-1]), first[cost : cost + n_columns])

    def load(self, p: np.ndarray, like: LinearProgram) -> highspy.Highs:
        """A HiGHS object that holds the numbers of the vector (n_symbols)."""
        entries, lower, upper, costs = (p[places] for places in self._places)
        gathered = replace(like, entries=entries, row_lower=lower, row_upper=upper, costs={**like.costs, COST: costs})
        return load_highs(gathered, COST)


class MutableNumbers(Numbers):
    """Numbers of which some are parameters that may change later; others are plain."""

    def __init__(self, scenario: xr.Dataset, varied: Collection[str]) -> None:
        super().__init__(measure_coefficients(scenario))
        self.varied = frozenset(varied)
        self.parameters = pyo.Param(pyo.Any, mutable=True, within=pyo.Any)

    def __call__(self, name: str, *labels: object) -> Any:
        number = super().__call__(name, *labels)
        if name not in self.varied:
            return number
        position = sum(place[label] for place, label in zip(self._places[name], labels, strict=True))
        if (name, position) not in self.parameters:
            self.parameters[name, position] = number
        return self.parameters[name, position]


class KeptPyomo:
    """A Pyomo model in a persistent HiGHS object, looking at nothing but its parameters.

    Args:
        scenario: of the model.
        varied: names of the coefficients that scenarios change: the parameters.
    """

    def __init__(self, scenario: xr.Dataset, varied: Collection[str]) -> None:
        self.model = Program()
        self.numbers = MutableNumbers(scenario, varied)
        self.model.number = self.numbers.parameters
        write_program(self.model, outline_program(scenario), self.numbers)
        for name in OBJECTIVES:
            if name != COST:
                getattr(self.model, name).deactivate()
        for column in self.model.component_data_objects(pyo.Var):
            column.domain = pyo.Reals
        self.solver = Highs()
        for check in self.solver.config.auto_updates:
            self.solver.config.auto_updates[check] = False
        self.solver.set_instance(self.model)
        self.known: dict[tuple[str, int], float] = {}

    def pick(self, program: SparseProgram, p: np.ndarray) -> dict[tuple[str, int], float]:
        """The numbers of a scenario by parameter."""
        return {
            (name, position): number
            for name, places, positions in program.numbers
            if name in self.numbers.varied
            for position, number in zip(positions.tolist(), p[places].tolist(), strict=True)
            if (name, position) in self.numbers.parameters
        }

    def update(self, numbers: Mapping[tuple[str, int], float]) -> None:
        """Set those parameters that differ from the scenario before, and pass them on."""
        for key, number in numbers.items():
            if self.known.get(key) != number:
                self.numbers.parameters[key] = number
        self.known = dict(numbers)
        self.solver.update_parameters()


@dataclass(frozen=True)
class Block:
    """Rows of one family and one sense: their terms as two padded arrays (row, term), and where the entries come from.

    `places` are positions of the entries in the program, -1 where a row has fewer terms; `upper` where the right-hand
    side is the upper bound.
    """

    name: str
    sign: str
    rows: np.ndarray
    columns: np.ndarray
    places: np.ndarray
    upper: bool

    def take_terms(self, program: LinearProgram) -> xr.DataArray:
        values = np.where(self.places < 0, 0.0, program.entries[self.places])
        return xr.DataArray(values, dims=("row", "_term"), coords={"row": self.rows})

    def take_side(self, program: LinearProgram) -> xr.DataArray:
        bound = program.row_upper if self.upper else program.row_lower
        return xr.DataArray(bound[self.rows], dims="row", coords={"row": self.rows})

    def take_changes(self, program: LinearProgram, terms: bool, side: bool) -> dict[str, xr.DataArray]:
        """What is to be set where terms, right-hand sides or both changed."""
        changes = {"coeffs": self.take_terms(program)} if terms else {}
        return changes | ({"rhs": self.take_side(program)} if side else {})


@dataclass(frozen=True)
class Changes:
    """Of a scenario against the one before: per block what is to be set, and the program where costs differ."""

    rows: Mapping[str, Mapping[str, xr.DataArray]]
    costs: LinearProgram | None


class Linopy:
    """The same rows and columns as labelled arrays of linopy, one container per family."""

    def __init__(self, program: LinearProgram) -> None:
        self._families = program.program.column_families
        self._blocks = list(list_blocks(program))

    def build(self, program: LinearProgram) -> linopy.Model:
        """The model from arrays."""
        m = linopy.Model()
        for name, places in self._families.items():
            coords = {"column": places}
            lower, upper = program.column_lower[places], program.column_upper[places]
            m.add_variables(xr.DataArray(lower, coords), xr.DataArray(upper, coords), name=name)
        order = np.concatenate(list(self._families.values()))
        labels = np.empty(len(order), dtype=np.int64)
        labels[order] = np.arange(len(order))
        for block in self._blocks:
            terms = block.take_terms(program)
            columns = np.where(block.places < 0, -1, labels[block.columns])
            parts = {"coeffs": terms, "vars": (terms.dims, columns), "const": ("row", np.zeros(len(terms)))}
            expression = linopy.LinearExpression(xr.Dataset(parts), m)
            m.add_constraints(expression, block.sign, block.take_side(program), name=block.name)
        m.add_objective(self.write_cost(m, program))
        return m

    def write_cost(self, m: linopy.Model, program: LinearProgram) -> linopy.LinearExpression:
        """The objective as a sum over families."""
        return sum(
            (m.variables[name] * xr.DataArray(program.costs[COST][places], {"column": places})).sum()
            for name, places in self._families.items()
        )

    def load(self, program: LinearProgram) -> highspy.Highs:
        """The model built and translated to HiGHS."""
        return Solver.from_name("highs", model=self.build(program), io_api="direct").solver_model

    def keep(self, program: LinearProgram) -> KeptLinopy:
        """The model built once, to be updated."""
        return KeptLinopy(self, program)

    def list_changes(self, before: LinearProgram, after: LinearProgram) -> Iterator[tuple[Block, bool, bool]]:
        """Blocks of which terms or right-hand sides differ."""
        for block in self._blocks:
            terms = bool((block.take_terms(before) != block.take_terms(after)).any())
            side = bool((block.take_side(before) != block.take_side(after)).any())
            if terms or side:
                yield block, terms, side


class KeptLinopy:
    """A linopy model and its HiGHS object: what changed is set on the model, told apart by linopy, and passed on."""

    def __init__(self, maker: Linopy, program: LinearProgram) -> None:
        self._maker = maker
        self._program = program
        self.model = maker.build(program)
        self.solver = Solver.from_name("highs", model=self.model, io_api="direct", track_updates=True)

    def find_changes(self, program: LinearProgram) -> Changes:
        """What the next program changes, ready to be set."""
        before, self._program = self._program, program
        rows = {
            block.name: block.take_changes(program, terms, side)
            for block, terms, side in self._maker.list_changes(before, program)
        }
        return Changes(rows, None if np.array_equal(before.costs[COST], program.costs[COST]) else program)

    def update(self, changes: Changes) -> None:
        """Set the changes and pass them on."""
        for name, change in changes.rows.items():
            self.model.constraints[name].update(**change)
        if changes.costs is not None:
            self.model.objective = self._maker.write_cost(self.model, changes.costs)
        if not isinstance(self.solver.update(self.model), ModelDiff):
            raise TypeError("linopy did not update its model but built it anew")


def list_blocks(program: LinearProgram) -> Iterator[Block]:
    """Rows by family and sense; a row with two different bounds stands in two blocks."""
    compiled = program.program
    column_of = np.repeat(np.arange(len(program.starts) - 1), np.diff(program.starts))
    by_row = np.argsort(program.rows, kind="stable")
    ends = np.searchsorted(program.rows[by_row], np.arange(compiled.shape[0] + 1))
    lower, upper = np.isfinite(program.row_lower), np.isfinite(program.row_upper)
    equal = program.row_lower == program.row_upper
    for family, rows in compiled.row_families.items():
        for sign, chosen in (("=", equal), ("<=", upper & ~equal), (">=", lower & ~equal)):
            some = rows[chosen[rows]]
            if len(some):
                places = pad_places(by_row, ends, some)
                yield Block(f"{family} {sign}", sign, some, column_of[places], places, sign != ">=")


def pad_places(by_row: np.ndarray, ends: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Positions of the entries of rows (row, term), -1 behind the last of each."""
    counts = ends[rows + 1] - ends[rows]
    terms = np.arange(max(int(counts.max()), 1))
    inside = terms < counts[:, None]
    return np.where(inside, by_row[np.where(inside, ends[rows][:, None] + terms, 0)], -1)
