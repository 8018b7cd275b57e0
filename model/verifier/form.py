"""Is the plan one of this scenario at all: its labels, its numbers, and nothing decided that is no decision there?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from model.verifier.actors import FINANCE_DECISIONS, SUPPORT_DECISIONS, admit_finance, has_actors, has_supports
from model.verifier.breaches import BREACH_DECISIONS, admit_breaches, has_breaches
from model.verifier.carrying import (
    CARRIED_DECISIONS,
    SAVINGS_DECISIONS,
    SHIFTED_DECISIONS,
    admit_carried,
    admit_savings,
    has_carried,
    has_savings,
    has_shifted,
)
from model.verifier.freed import FREED_DECISIONS, admit_freed, has_freed
from model.verifier.pools import find_missable, find_target_account
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import NOTHING, Array, Places, Rule, at_most, equal, find_places, met, term
from model.verifier.time import find_belonging
from model.verifier.vintages import RUN_DECISIONS, find_running, has_runs
from scenarios.catalog import ACCOUNT, CALENDAR, COMMODITY, GROUP, PART, SLICE, TARGET, TECHNOLOGY, VINTAGE, YEAR

DECISIONS: Mapping[str, tuple[str, ...]] = {
    "build": (TECHNOLOGY, VINTAGE),
    "retired": (TECHNOLOGY, VINTAGE, YEAR),
    "scrapped": (TECHNOLOGY, YEAR),
    "capacity": (TECHNOLOGY, YEAR),
    "activity": (TECHNOLOGY, SLICE, YEAR),
    "purchase": (COMMODITY, SLICE, YEAR),
    "sale": (COMMODITY, SLICE, YEAR),
    "level": (COMMODITY, SLICE, YEAR),
    "units": (TECHNOLOGY, VINTAGE),
    "begin": (TECHNOLOGY, VINTAGE),
    "ever": (TECHNOLOGY,),
    "account_value": (ACCOUNT, YEAR),
    "credit": (ACCOUNT, PART, YEAR),
    "excess": (TARGET, YEAR),
    "excess_total": (TARGET,),
    "missed": (TARGET, YEAR),
}
"""Every variable that the rules speak of in any plan, with its dimensions in their order."""

FURTHER_MONEY: Mapping[str, tuple[str, ...]] = {
    **CARRIED_DECISIONS,
    **SHIFTED_DECISIONS,
    **SAVINGS_DECISIONS,
    **BREACH_DECISIONS,
    **FREED_DECISIONS,
}
"""Variables of money that only some plans with actors have."""

PACES: Mapping[str, tuple[str, ...]] = {
    "build_pace": (TECHNOLOGY, CALENDAR),
    "activity_pace": (TECHNOLOGY, CALENDAR),
    "group_build_pace": (GROUP, CALENDAR),
    "group_activity_pace": (GROUP, CALENDAR),
}
"""The same of plans with periods of several years: how much of what may only grow so fast falls in each year."""

SIGNED = ("account_value", "own", "net_outlay", "operating", "group_build_pace", "group_activity_pace")
SHARES = ("scrapped", "begin", "ever", "issue", "saves")
WHOLE = ("units", "begin", "ever", "issue", "saves")


@kept
def find_decisions(read: Scene) -> Mapping[str, tuple[str, ...]]:
    """Every variable that a plan of this scenario has: money's and what belongs to it where there is any.

    Those inside periods only where there are periods.
    """
    money = dict(FINANCE_DECISIONS) if has_actors(read) else {}
    money |= SUPPORT_DECISIONS if has_supports(read) else {}
    money |= CARRIED_DECISIONS if has_actors(read) and has_carried(read) else {}
    money |= BREACH_DECISIONS if has_breaches(read) else {}
    money |= SAVINGS_DECISIONS if has_actors(read) and has_savings(read) else {}
    money |= SHIFTED_DECISIONS if has_actors(read) and has_shifted(read) else {}
    money |= FREED_DECISIONS if has_freed(read) else {}
    runs = RUN_DECISIONS if has_runs(read) else {}
    return {**DECISIONS, **runs, **money, **(PACES if has_periods(read) else {})}


@kept
def has_periods(read: Scene) -> bool:
    """Whether any plan year stands for several calendar years."""
    return bool(read.given.calendar.size > read.given.year.size)


def find_missing_labels(read: Reading) -> Iterator[tuple[str, str]]:
    """Variable and dimension, wherever the plan lacks one or its labels are not the scenario's, in order."""
    found = read.dataset.variables
    fitting: dict[str, bool] = {}
    for name, dims in find_decisions(read).items():
        if name not in found or found[name].dims != dims:
            yield name, ", ".join(dims)
            continue
        for dim in dims:
            if dim not in fitting:
                fitting[dim] = dim in read.dataset.coords and _fits_labels(read, dim)
            if not fitting[dim]:
                yield name, dim


def _fits_labels(read: Reading, dim: str) -> bool:
    """The scenario's labels in its order."""
    return bool(np.array_equal(read.dataset.variables[dim].values, read.memory.read(dim)))


def check_numbers(read: Reading) -> Iterator[Rule]:
    """`finite`: every number of the plan is one. The other rules wait until they all are."""
    for name, dims in find_decisions(read).items():
        values = getattr(read.plan, name)
        if np.isfinite(read.span(name)).all():
            yield met("finite", dims, "1", Places(values.shape, None), name)
        else:
            yield equal("finite", dims, "1", term(~np.isfinite(values)), NOTHING, decision=name)


def check_form(read: Reading) -> Iterator[Rule]:
    """Rules about one variable at a time.

    nonnegative   every decision but an account and the money that goes both ways is at least zero
    most_one      scrapped, begin, ever, issue <= 1
    whole         units, begin, ever, issue are whole numbers (unless the plan is one of the relaxed program)
    exists        what is no decision of this scenario is zero: no trade without a price, nothing built that may not be
    """
    absent = find_absent(read)
    for name, dims in find_decisions(read).items():
        values, unit, (least, most) = getattr(read.plan, name), find_unit(read, name), read.span(name)
        everywhere = Places(values.shape, None)
        if name not in SIGNED:
            rule = at_most("nonnegative", dims, unit, NOTHING, term(values), everywhere, name) if least < 0 else None
            yield rule or met("nonnegative", dims, unit, everywhere, name)
        if name in SHARES:
            rule = at_most("most_one", dims, unit, term(values), term(1.0), everywhere, name) if most > 1 else None
            yield rule or met("most_one", dims, unit, everywhere, name)
        if name in WHOLE and not read.relaxed:
            yield equal("whole", dims, unit, term(values - np.rint(values)), NOTHING, everywhere, name)
        if name in absent:
            there = absent[name].mask.take(read.find_some(name)).any()
            rule = equal("exists", dims, unit, term(values), NOTHING, absent[name], name) if there else None
            yield rule or met("exists", dims, unit, absent[name], name)


def find_absent(read: Scene) -> dict[str, Places]:
    """Where each decision of its plans is none of this scenario."""
    return {name: places for find in ABSENT for name, places in find(read).items()}


def find_unit(read: Reading, decision: str) -> str | Array:
    """The unit of a decision, one for all or one per label of its first dimension."""
    given = read.given
    if decision in ("scrapped", *WHOLE):
        return "1"
    if decision in ("activity", "activity_pace", *RUN_DECISIONS):
        return given.technology_activity_unit
    if decision in SUPPORT_DECISIONS:
        return ""
    if decision in FINANCE_DECISIONS or decision in FURTHER_MONEY:
        return read.state("money")
    first = {**DECISIONS, **PACES}[decision][0]
    if first == TARGET:
        return find_target_unit(read)
    units = {TECHNOLOGY: "technology_capacity_unit", COMMODITY: "commodity_unit", ACCOUNT: "account_unit"}
    units[GROUP] = "group_unit"
    return read.memory.read(units[first])


@kept
def find_target_unit(read: Scene) -> Array:
    """The unit of the account of each target, (target)."""
    return np.asarray(read.given.account_unit[find_target_account(read)])


def _admit_technologies(read: Scene) -> dict[str, Array]:
    """For whom each decision on technologies exists; activity exists for all."""
    given = read.given
    served = given.vintage[:, None] <= given.year
    stock = read.retirable & (given.existing > 0).any(1)
    return {
        "build": read.buildable[:, None],
        "retired": (read.buildable & read.retirable)[:, None, None] & served,
        "run": find_running(read)[:, None, None, None] & served[:, None],
        "scrapped": stock[:, None],
        "capacity": read.hosts[:, None],
        "units": read.lumpy[:, None],
        "begin": read.switched[:, None],
        "ever": read.exclusive,
    }


def _admit_commodities(read: Scene) -> dict[str, Array]:
    """For whom each decision on commodities exists."""
    return {
        "purchase": _admit_trade(read, "purchase_price"),
        "sale": _admit_trade(read, "sale_price"),
        "level": read.stored[:, None, None],
    }


def _admit_misses(read: Scene) -> dict[str, Array]:
    """For whom each decision on accounts and targets exists; accounts exist for all."""
    return {
        "credit": read.given.credit_share > 0,
        "excess": find_missable(read),
        "excess_total": read.soft & read.cumulative & read.held.any(1),
        "missed": find_missable(read),
    }


def _admit_paces(read: Scene) -> dict[str, Array]:
    """The years of periods of what may only grow so fast in any plan year, (technology, calendar)."""
    inside = (read.length > 1)[find_belonging(read)]
    limited = {name: np.asarray(np.isfinite(read.memory.read(name.replace("pace", "growth"))).any(1)) for name in PACES}
    limited["build_pace"] &= read.buildable
    peopled = np.asarray((read.given.weight != 0).any(1))
    limited |= {name: limited[name] & peopled for name in ("group_build_pace", "group_activity_pace")}
    return {name: held[:, None] & inside for name, held in limited.items()}


def _admit_trade(read: Scene, price: str) -> Array:
    """A price in the slice, or in the year where the commodity is balanced over it."""
    priced = read.memory.locate(price)
    return np.where(read.in_slices[:, None, None], priced, priced.any(1, keepdims=True))


Admit = Callable[[Scene], dict[str, Array]]
"""For whom some decisions exist, by their names; what is not named exists for all."""


def _place_absent(decisions: Mapping[str, tuple[str, ...]], admit: Admit) -> Callable[[Scene], Mapping[str, Places]]:
    """Where those of some decisions that plans of a scenario have are none of it; by what admits them, for what moves
    one of them leaves the others."""

    @kept
    def find(read: Scene) -> Mapping[str, Places]:
        there = find_decisions(read).keys() & decisions.keys()
        shapes = {name: read.shape(*decisions[name]) for name in sorted(there)}
        admitted = admit(read) if shapes else {}
        masks = {name: np.broadcast_to(admitted[name], shape) for name, shape in shapes.items() if name in admitted}
        return {name: find_places(~mask, mask.shape) for name, mask in masks.items()}

    return find


ABSENT = (
    _place_absent({**DECISIONS, **RUN_DECISIONS}, _admit_technologies),
    _place_absent(DECISIONS, _admit_commodities),
    _place_absent(DECISIONS, _admit_misses),
    _place_absent(PACES, _admit_paces),
    _place_absent({**FINANCE_DECISIONS, **SUPPORT_DECISIONS}, admit_finance),
    _place_absent({**CARRIED_DECISIONS, **SHIFTED_DECISIONS}, admit_carried),
    _place_absent(SAVINGS_DECISIONS, admit_savings),
    _place_absent(BREACH_DECISIONS, admit_breaches),
    _place_absent(FREED_DECISIONS, admit_freed),
)
"""Where decisions are none, by what admits them."""
