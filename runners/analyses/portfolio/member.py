"""One case of a portfolio: its program, what it would do at prices of shared rows, and its plan with its part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import xarray as xr
from scipy import sparse

from model.compiled.linked import Bound, Counted, count_columns
from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST, FINANCE_COST
from model.compiled.task import Task
from model.queries.no_plan import NoPlan
from model.solver.pricing import Offer, find_least_bound
from model.solver.sessions import Session, open_session
from model.solver.solution import SolverOptions
from model.solver.stages import find_main, pose_task
from model.solver.starts import CHOOSE
from model.verifier.links import Used, measure_case
from runners.analyses.portfolio.told import TOTAL, tabulate_member
from runners.family import Family
from runners.outcome import Outcome
from scenarios.choices import Choices
from scenarios.links import PLANT, Link
from scenarios.settings import Settings
from scenarios.terms import ACCOUNT, COMMODITY, INSTRUMENT, INVENTORY_YEAR, TECHNOLOGY

SECOND = 1e-3
"""What a krona of finance weighs beside one of cost: grants that no measure hangs on go where they replace money."""
DIMS = (INSTRUMENT, TECHNOLOGY, COMMODITY, ACCOUNT)
NEAREST = "nearest"


@dataclass(frozen=True)
class Described:
    """What a portfolio has to know of a case before it is joined: names, money, years, labels and units, own limits.

    `granted` is by grant and technology the share of an investment that is granted, `totals` the accounts that sum what
    is let out, `inventory` what an account held in a year before the plan, `base_year` the case's own.
    """

    case: str
    names: Mapping[str, str]
    money: str
    price_year: int
    years: tuple[int, ...]
    lengths: tuple[float, ...]
    labels: Mapping[str, tuple[str, ...]]
    units: Mapping[tuple[str, str], str]
    pools: Mapping[str, tuple[float, ...]]
    supplies: Mapping[str, tuple[float, ...]]
    granted: Mapping[str, Mapping[str, float]]
    totals: tuple[str, ...]
    inventory: Mapping[tuple[str, int], float]
    base_year: int
    nearest: bool
    size: int
    digest: str


@dataclass(frozen=True)
class Planned:
    """A plan of a case: its cost and finance, what it uses of links, its tables, and how long it took.

    `weighed` is cost and finance as the portfolio counts them.
    """

    cost: float
    finance: float
    weighed: float
    used: Used
    tables: Mapping[str, pd.DataFrame]
    mixed: bool
    verified: float
    seconds: float


class Member:
    """A case, opened when it is asked for.

    Args:
        case: its name in the portfolio.
        folder: of its tables.
        choices: about it.
        options: of the solver.
        programs: folder where compiled programs are kept; None keeps none.
    """

    def __init__(
        self, case: str, folder: Path, choices: Choices, options: SolverOptions, programs: Path | None
    ) -> None:
        self.case = case
        self._options = options
        self._open = partial(Family, folder, choices, options, programs, explained=False)
        self._family: Family | None = None
        self._settings: Settings = {}
        self._main = COST
        self._links: Sequence[Link] = ()
        self._session: Session | None = None

    @property
    def opened(self) -> bool:
        """Whether its tables and its program are at hand."""
        return self._family is not None

    @property
    def family(self) -> Family:
        """Its tables and its program, opened where they are not at hand."""
        if self._family is None:
            self._family = self._open()
        return self._family

    def let_go(self) -> None:
        """Keep what it takes to answer to prices; the rest is opened again when it is asked for."""
        self._family = None

    def begin(self, links: Sequence[Link]) -> tuple[Described, Planned]:
        """What the portfolio has to know of it, and its plan with what it has by itself."""
        return self.describe(), self.plan_alone(links)

    def describe(self) -> Described:
        """What the portfolio has to know of it."""
        scenario = self.family.scenario
        attrs = scenario.attrs
        labels = {dim: tuple(scenario[dim].values.astype(str).tolist()) for dim in DIMS if dim in scenario.coords}
        program = self.family.revise({})
        self._main = find_main(program.program.structure)
        return Described(
            case=self.case,
            names={lang: str(attrs[f"name_{lang}"]) for lang in ("sv", "en")},
            money=str(attrs["money"]),
            price_year=int(attrs["price_year"]),
            years=tuple(int(year) for year in scenario["year"].values),
            lengths=tuple(scenario["length"].values.astype(float).tolist()),
            labels=labels,
            units=_list_units(scenario),
            pools=_list_limits(scenario, "pool", labels.get(INSTRUMENT, ())),
            supplies=_list_limits(scenario, "most_purchase", labels[COMMODITY]),
            granted=_list_granted(scenario, labels.get(INSTRUMENT, ())),
            totals=tuple(scenario[ACCOUNT].values[scenario["account_role"].values == TOTAL].astype(str).tolist()),
            inventory=_list_inventory(scenario),
            base_year=int(scenario["base_year"]),
            nearest=bool(NEAREST in set(scenario["target_mode"].values.astype(str).tolist())),
            size=len(program.column_lower),
            digest=str(attrs["digest"]),
        )

    def plan_alone(self, links: Sequence[Link]) -> Planned:
        """Its plan with what it has by itself: without what uses another's plant."""
        started = perf_counter()
        self._links = links
        used = [link.share_of(self.case).item for link in links if link.kind == PLANT and self.case in link.shares]
        hosted = {link.item for link in links if link.kind == PLANT and link.host == self.case}
        return self._tell(self.family.solve({f"exclude.{item}": 1.0 for item in used if item not in hosted}), started)

    def join(self, settings: Settings, counted: Sequence[Counted], n_rows: int) -> np.ndarray:
        """Take what the portfolio shares in place of what it has itself.

        Args:
            settings: that let it have the whole of what is shared.
            counted: what of it counts in shared rows.
            n_rows: how many there are.

        Returns:
            How many of its columns count in each row.
        """
        self._settings = settings
        program = self.family.revise(settings)
        self._task = weigh_task(program, self._main)
        self._counts = count_columns(program.program, counted, n_rows)
        self._session = open_session(replace(self._options, relax=True), CHOOSE)
        return np.diff(self._counts.indptr)

    def pose(self) -> tuple[Task, sparse.csr_matrix]:
        """Its task as the portfolio weighs it, and what its columns count in shared rows."""
        return self._task, self._counts

    def offer(self, prices: np.ndarray, priced_alone: bool = False) -> Offer:
        """What it would do at prices of the shared rows.

        Raises:
            NoPlan: it has no plan, or none within prices that it is paid by.
        """
        if self._session is None:
            raise ValueError("a case answers to prices once it has joined")
        own = np.zeros(len(self._task.costs)) if priced_alone else self._task.costs
        task = replace(self._task.relax(), costs=own + self._counts.T @ prices)
        found = self._session.solve(task, self._options.time_limit)
        if not found.status.has_plan or not len(found.row_duals):
            raise NoPlan(found.status, (), {})
        bound = min(find_least_bound(task, found), found.objective)
        return Offer(float(own @ found.columns) + task.offset, self._counts @ found.columns, bound)

    def settle(self, part: np.ndarray) -> Planned:
        """Its plan where it uses no shared row beyond its part.

        Raises:
            NoPlan: it has none within it.
            PlanRefused: the verifier did not accept it.
        """
        started = perf_counter()
        outcome = self.family.solve(
            self._settings, bind=lambda program: Bound(program.program, self._counts).limit(program, part)
        )
        return self._tell(outcome, started)

    def _tell(self, outcome: Outcome, started: float) -> Planned:
        plan = outcome.plan
        cost, finance = float(plan.attrs["objective"]), float(plan.attrs["finance_cost"])
        return Planned(
            cost=cost,
            finance=finance,
            weighed=cost + weigh_finance(self._main) * finance,
            used=measure_case(self.family.scenario, plan, self._links, self.case),
            tables=tabulate_member(outcome, self.case),
            mixed=bool(self._options.relax is False and self._is_whole()),
            verified=np.nan if outcome.verdict is None else outcome.verdict.max_violation,
            seconds=perf_counter() - started,
        )

    def _is_whole(self) -> bool:
        return bool(self.family.revise(self._settings).program.integrality.any())


def _list_units(scenario: xr.Dataset) -> dict[tuple[str, str], str]:
    names = {COMMODITY: "commodity_unit", ACCOUNT: "account_unit", TECHNOLOGY: "technology_capacity_unit"}
    return {
        (dim, str(label)): str(unit)
        for dim, name in names.items()
        if name in scenario
        for label, unit in zip(scenario[dim].values, scenario[name].values, strict=True)
    }


def _list_inventory(scenario: xr.Dataset) -> dict[tuple[str, int], float]:
    if INVENTORY_YEAR not in scenario.coords:
        return {}
    written = scenario["inventory"].transpose(ACCOUNT, INVENTORY_YEAR)
    years = [int(year) for year in written[INVENTORY_YEAR].values]
    rows = zip(written[ACCOUNT].values.astype(str).tolist(), written.values.astype(float).tolist(), strict=True)
    return {(e, year): value for e, row in rows for year, value in zip(years, row, strict=True) if np.isfinite(value)}


def _list_limits(scenario: xr.Dataset, quantity: str, labels: Sequence[str]) -> dict[str, tuple[float, ...]]:
    if quantity not in scenario:
        return {}
    values = scenario[quantity].values.astype(float)
    return {label: tuple(row.tolist()) for label, row in zip(labels, values, strict=True)}


def _list_granted(scenario: xr.Dataset, instruments: Sequence[str]) -> dict[str, dict[str, float]]:
    if not instruments:
        return {}
    names, shares = scenario[TECHNOLOGY].values.astype(str).tolist(), scenario["grant_share"].values
    return {i: dict(zip(names, row.tolist(), strict=True)) for i, row in zip(instruments, shares, strict=True)}


def weigh_task(program: LinearProgram, main: str) -> Task:
    """The program as one task whose cost is that of the perspective, with finance where that leaves it open."""
    task, weight = pose_task(program, main), weigh_finance(main)
    costs = task.costs + weight * program.costs[FINANCE_COST]
    return replace(task, costs=costs, offset=task.offset + weight * program.offsets[FINANCE_COST])


def weigh_finance(main: str) -> float:
    """What a krona of finance weighs: nothing in an actor's own cash, which has it already."""
    return SECOND if main == COST else 0.0
