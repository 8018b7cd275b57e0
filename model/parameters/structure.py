"""Which indices exist: the sparse sets of the program, read off a scenario's labels and non-zero numbers.

What is not admissible does not exist here: a technology that stores nothing has no level, a hard target has no
excess. Two scenarios with equal structures differ in numbers only, so one compiled program serves both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np

from model.parameters.coefficient import WHOLE_YEAR
from model.parameters.coefficients import label_axes
from model.parameters.structure_finance import Finance, outline_finance
from scenarios.arithmetic.account_bounds import find_dipping
from scenarios.arithmetic.pools import find_parts
from scenarios.arithmetic.projects import OPTION
from scenarios.arithmetic.vintages import list_dated, list_flown, list_running, reach_flow
from scenarios.arrays import Arrays, Scenario, read_arrays
from scenarios.catalog import ACCOUNT, COMMODITY, GROUP, PART, QUANTITY_BY_NAME, SLICE, TARGET, TECHNOLOGY, YEAR
from scenarios.choices import SPREAD
from scenarios.exclusion import find_unbuilt
from scenarios.vintage_rows import ANNUAL_BY_VINTAGE, FLOW

Test = Callable[[np.ndarray], Any]
"""Which of an array's numbers count."""

STARTING_RULES = ("requires", "follows")


@dataclass(frozen=True)
class Structure:
    """The index sets of one program; every field is plain tuples and dicts of labels.

    `slots` maps a technology to the slots in which its activity is decided, `balance_slots` a commodity to those in
    which it is balanced: the slices, or WHOLE_YEAR alone. `calendar` are the calendar years of each plan year,
    `outgrowing` what is built over periods, so that more of it stands at their ends than on their mean. `axes` are the
    labels of all dimensions of the coefficients: a compiled program finds its numbers by their places.
    """

    years: tuple[int, ...]
    lengths: Mapping[int, float]
    calendar: Mapping[int, tuple[int, ...]]
    outgrowing: tuple[str, ...]
    slices: tuple[str, ...]
    seasons: Mapping[str, str]
    cycles: Mapping[str, float]
    hosts: tuple[str, ...]
    host: Mapping[str, str]
    modes: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]
    buildable: tuple[str, ...]
    projects: tuple[str, ...]
    retirable: tuple[str, ...]
    scrappable: tuple[str, ...]
    vintaged: tuple[str, ...]
    running: tuple[str, ...]
    must_run: tuple[str, ...]
    annually_limited: tuple[str, ...]
    balance_slots: Mapping[str, tuple[str, ...]]
    surplus: tuple[str, ...]
    flows: Mapping[str, tuple[str, ...]]
    flown: Mapping[str, tuple[str, ...]]
    storage: Mapping[str, str]
    stores: Mapping[str, tuple[str, ...]]
    firm: Mapping[str, tuple[str, ...]]
    consumers: Mapping[str, tuple[str, ...]]
    purchasable: tuple[str, ...]
    sellable: tuple[str, ...]
    limited: Mapping[str, tuple[tuple[str, int], ...]]
    members: Mapping[str, tuple[str, ...]]
    whole: Mapping[str, str]
    lumpy: tuple[str, ...]
    switched: tuple[str, ...]
    once: tuple[str, ...]
    least_sized: tuple[str, ...]
    founded: tuple[str, ...]
    logic: tuple[tuple[int, str, str, str], ...]
    excludes: Mapping[str, tuple[str, ...]]
    factors: Mapping[str, Mapping[str, tuple[str, ...]]]
    parts: Mapping[str, tuple[str, ...]]
    credits: tuple[tuple[str, str], ...]
    capped_credits: tuple[tuple[str, str], ...]
    dipping: tuple[str, ...]
    yearly_targets: Mapping[str, tuple[int, ...]]
    total_targets: Mapping[str, tuple[int, ...]]
    target_account: Mapping[str, str]
    floors: tuple[str, ...]
    soft: tuple[str, ...]
    nearest: tuple[str, ...]
    priced: tuple[str, ...]
    missed_parts: Mapping[tuple[str, int], tuple[str, ...]]
    finance: Finance
    axes: Mapping[str, tuple[object, ...]]

    @property
    def has_periods(self) -> bool:
        """Whether any plan year stands for several calendar years."""
        return len(self.plan_year) > len(self.years)

    @cached_property
    def plan_year(self) -> Mapping[int, int]:
        """The plan year that each calendar year belongs to."""
        return {t: y for y, held in self.calendar.items() for t in held}

    @property
    def digest(self) -> str:
        """Sixteen hex digits that are equal where the structures are equal."""
        text = "\n".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def list_wholes(self, targets: Iterable[str]) -> list[tuple[str, int]]:
        """Target and year of those yearly ones that are no part of another target of their pool then."""
        parts = {(part, y) for (_, y), members in self.missed_parts.items() for part in members}
        return [(t, y) for t in targets for y in self.yearly_targets.get(t, ()) if (t, y) not in parts]


MOST_ACTIVITY = "most_activity"
LIMITS = (
    "most_capacity",
    "least_capacity",
    "full_load",
    "build_growth",
    "least_build",
    "activity_growth",
    MOST_ACTIVITY,
    "least_activity",
    "most_purchase",
    "least_purchase",
    "most_sale",
    "start_level",
    "group_most_capacity",
    "group_least_capacity",
    "group_most_build",
    "group_least_build",
    "group_most_activity",
    "group_least_activity",
    "group_build_growth",
    "group_activity_growth",
    "group_most_share",
    "group_least_share",
)
FACTORS = ("factor_activity", "factor_capacity", "factor_build", "factor_purchase", "factor_sale")


def outline_program(scenario: Scenario) -> Structure:
    """The structure of a scenario.

    Args:
        scenario: Dataset as `scenarios.assemble` makes it.
    """
    given = read_arrays(scenario)
    r = _Reader(given)
    capacity = _read_capacity(r)
    buildable = capacity["buildable"]
    logic, excludes = _read_logic(r)
    credits = r.pairs("credit_share", lambda x: x > 0)
    capped = set(r.pairs("most_credit", np.isfinite))
    return Structure(
        **_read_time(r),
        **capacity,
        **_read_commodities(r, capacity["host"], capacity["hosts"]),
        **_read_vintages(r),
        limited={name: _limited(r, name) for name in LIMITS},
        members=r.related("weight", GROUP, TECHNOLOGY, lambda x: x != 0),
        whole={g: str(of) for g, of in zip(r.labels[GROUP], r["group_of"], strict=True) if of},
        lumpy=tuple(k for k in r.pattern("unit_size", lambda x: x > 0) if k in buildable),
        **_read_starts(r, buildable, logic, excludes),
        logic=_drop_fulfilled(r, logic),
        excludes={rule: tuple(k for k in named if k in buildable) for rule, named in excludes.items()},
        factors={name: r.related(name, ACCOUNT, _item(name), lambda x: x != 0) for name in FACTORS},
        parts=r.related("share", ACCOUNT, PART, lambda x: x != 0),
        credits=credits,
        dipping=r.where(ACCOUNT, find_dipping(r.scenario).tolist()),
        capped_credits=tuple(pair for pair in credits if pair in capped),
        **_read_targets(r),
        finance=outline_finance(given, buildable),
        axes=label_axes(given),
    )


class _Reader:
    """A scenario's labels and arrays, taken once out of xarray, and the questions that index sets are made of."""

    def __init__(self, scenario: Arrays) -> None:
        self.scenario = scenario
        self.years = tuple(int(y) for y in scenario[YEAR])
        self.labels = {
            dim: tuple(map(str, scenario[dim])) for dim in (TECHNOLOGY, COMMODITY, SLICE, ACCOUNT, PART, GROUP, TARGET)
        }

    def __getitem__(self, name: str) -> Any:
        return self.scenario[name]

    def where(self, dim: str, mask: Iterable[Any]) -> tuple[str, ...]:
        """Labels of a dimension at which a mask along it holds."""
        return tuple(compress(self.labels[dim], mask))

    def pattern(self, name: str, test: Test) -> tuple[str, ...]:
        """Labels of a quantity's first dimension for which a test of its numbers holds anywhere."""
        mask = test(self[name])
        return self.where(QUANTITY_BY_NAME[name].dims[0], mask.any(axis=tuple(range(1, mask.ndim))).tolist())

    def related(self, name: str, dim: str, other: str, test: Test) -> dict[str, tuple[str, ...]]:
        """For each label of `dim`, the labels of `other` with which a test of a quantity holds anywhere.

        Of flows, for the stock or any vintage.
        """
        dims = QUANTITY_BY_NAME[name].dims
        reached = reach_flow(self.scenario) if name == FLOW else (self[name],)
        holds = np.logical_or.reduce([test(numbers) for numbers in reached])
        mask = holds.any(axis=tuple(i for i, d in enumerate(dims) if d not in (dim, other)))
        table = mask if dims.index(dim) < dims.index(other) else mask.T
        return {label: self.where(other, row) for label, row in zip(self.labels[dim], table.tolist(), strict=True)}

    def pairs(self, name: str, test: Test) -> tuple[tuple[str, str], ...]:
        """Pairs of account and part for which a test of a quantity holds anywhere."""
        return tuple((e, f) for e, parts in self.related(name, ACCOUNT, PART, test).items() for f in parts)


def _is_given(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(~np.isnan(numbers))


def _read_time(r: _Reader) -> dict[str, Any]:
    """Years and slices."""
    slices = r.labels[SLICE]
    return {
        "years": r.years,
        "lengths": dict(zip(r.years, map(float, r["length"]), strict=True)),
        "calendar": {y: tuple(range(y, y + int(n))) for y, n in zip(r.years, r["length"], strict=True)},
        "slices": slices,
        "seasons": dict(zip(slices, map(str, r["slice_season"]), strict=True)),
        "cycles": dict(zip(slices, map(float, r["cycles"]), strict=True)),
    }


def _read_capacity(r: _Reader) -> dict[str, Any]:
    """What has capacity of its own, what uses it, and what can be built, retired or has to run."""
    technologies = r.labels[TECHNOLOGY]
    host = dict(zip(technologies, map(str, r["technology_host"]), strict=True))
    capacitated = dict(zip(technologies, r["technology_capacitated"], strict=True))
    hosts = tuple(k for k in technologies if host[k] == k and capacitated[k])
    per_slice = dict(zip(technologies, r["technology_resolution"] == SLICE, strict=True))
    buildable = tuple(k for k in r.where(TECHNOLOGY, r["technology_buildable"]) if k in hosts)
    retirable = set(r.where(TECHNOLOGY, r["technology_retirable"])) & set(hosts)
    spread = r.scenario.attrs["service"] == SPREAD and r["length"].max() > 1
    return {
        "hosts": hosts,
        "host": host,
        "modes": {h: tuple(k for k in technologies if host[k] == h) for h in hosts},
        "slots": {k: r.labels[SLICE] if per_slice[k] else (WHOLE_YEAR,) for k in technologies},
        "buildable": buildable,
        "outgrowing": buildable if spread else (),
        "projects": tuple(k for k in r.where(TECHNOLOGY, r["technology_status"] != OPTION) if k in buildable),
        "retirable": tuple(k for k in buildable if k in retirable),
        "scrappable": tuple(k for k in r.pattern("existing", lambda x: x > 0) if k in retirable),
        "must_run": tuple(k for k in r.pattern("must_run", lambda x: x > 0) if host[k] in hosts),
        "annually_limited": tuple(k for k in _find_rationed(r) if k in hosts and per_slice[k]),
    }


def _read_commodities(r: _Reader, host: Mapping[str, str], hosts: tuple[str, ...]) -> dict[str, Any]:
    """How each commodity is balanced, stored, traded and backed up, and what makes and uses it."""
    commodities, slices = r.labels[COMMODITY], r.labels[SLICE]
    kinds = map(str, r["commodity_storage"])
    storage = {c: kind for c, kind in zip(commodities, kinds, strict=True) if kind != "no"}
    in_slices = dict(zip(commodities, r["commodity_balance"] == SLICE, strict=True))
    return {
        "balance_slots": {c: slices if in_slices[c] or c in storage else (WHOLE_YEAR,) for c in commodities},
        "surplus": r.where(COMMODITY, r["commodity_surplus"]),
        "flows": r.related("flow", COMMODITY, TECHNOLOGY, lambda x: x != 0),
        "storage": storage,
        "stores": r.related("stores", COMMODITY, TECHNOLOGY, lambda x: x != 0),
        "firm": _firm(r, host, hosts),
        "consumers": r.related("flow", COMMODITY, TECHNOLOGY, lambda x: x < 0),
        "purchasable": r.pattern("purchase_price", _is_given),
        "sellable": r.pattern("sale_price", _is_given),
    }


def _read_starts(
    r: _Reader,
    buildable: tuple[str, ...],
    logic: tuple[tuple[int, str, str, str], ...],
    excludes: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    """Technologies whose starts are decided by a binary, and why."""
    once = set(r.where(TECHNOLOGY, r["technology_once"]))
    sized = set(r.pattern("least_size", lambda x: x > 0))
    founded = set(r.pattern("project_cost", lambda x: x > 0))
    named = {k for _, kind, *pair in logic if kind in STARTING_RULES for k in pair}
    named |= {k for technologies in excludes.values() for k in technologies}
    return {
        "switched": tuple(k for k in buildable if k in once | sized | named | founded),
        "once": tuple(k for k in buildable if k in once),
        "least_sized": tuple(k for k in buildable if k in sized),
        "founded": tuple(k for k in buildable if k in founded),
    }


def _read_logic(r: _Reader) -> tuple[tuple[tuple[int, str, str, str], ...], dict[str, tuple[str, ...]]]:
    """Rows of logic between two technologies, and the technologies of each exclusion."""
    names = ("logic_rule", "logic_kind", "logic_technology", "logic_other")
    rows = list(zip(*(map(str, r[name]) for name in names), strict=True))
    pairs = tuple((i, kind, k, other) for i, (_, kind, k, other) in enumerate(rows) if kind != "excludes")
    excludes: dict[str, tuple[str, ...]] = {}
    for rule, kind, k, other in rows:
        if kind == "excludes":
            excludes[rule] = tuple(dict.fromkeys([*excludes.get(rule, ()), k, *([other] if other else [])]))
    return pairs, excludes


def _drop_fulfilled(r: _Reader, logic: tuple[tuple[int, str, str, str], ...]) -> tuple[tuple[int, str, str, str], ...]:
    """Rows of logic that still ask for something: what requires or follows a thing that stands already does not."""
    standing = set(r.where(TECHNOLOGY, r["existing"][:, 0] > 0))
    return tuple(row for row in logic if not (row[1] in STARTING_RULES and row[3] in standing))


def _read_targets(r: _Reader) -> dict[str, Any]:
    """Targets by kind, the years they hold, and how a miss is treated."""
    labels = r.labels[TARGET]
    holds = ~np.isnan(r["cap"])
    held = {t: tuple(y for y, on in zip(r.years, row, strict=True) if on) for t, row in zip(labels, holds, strict=True)}
    total = set(r.where(TARGET, (r["target_basis"] == "cumulative").tolist()))
    mode = dict(zip(labels, map(str, r["target_mode"]), strict=True))
    active = [t for t in labels if held[t]]
    return {
        "yearly_targets": {t: held[t] for t in active if t not in total},
        "total_targets": {t: held[t] for t in active if t in total},
        "target_account": dict(zip(labels, map(str, r["target_account"]), strict=True)),
        "floors": r.where(TARGET, (r["target_sense"] == "at_least").tolist()),
        "soft": tuple(t for t in active if mode[t] != "hard"),
        "nearest": tuple(t for t in active if mode[t] == "nearest"),
        "priced": tuple(t for t in active if mode[t] == "priced"),
        "missed_parts": {
            (labels[t], r.years[y]): tuple(labels[part] for part in parts)
            for (t, y), parts in find_parts(r.scenario).items()
        },
    }


def _read_vintages(r: _Reader) -> dict[str, Any]:
    """Hosts and technologies that run by vintage, and by commodity those of them whose flow is given so."""
    technologies, commodities = r.labels[TECHNOLOGY], r.labels[COMMODITY]
    running = tuple(technologies[k] for k in list_running(r.scenario))
    pairs = [(technologies[k], commodities[c]) for k, c in zip(*list_flown(r.scenario), strict=True)]
    hosts = dict(zip(technologies, map(str, r["technology_host"]), strict=True))
    return {
        "vintaged": tuple(k for k in running if hosts[k] == k),
        "running": running,
        "flown": {c: tuple(k for k, other in pairs if other == c and k in running) for c in commodities},
    }


def _find_rationed(r: _Reader) -> tuple[str, ...]:
    """Technologies of which some vintage may not be used all year."""
    rationed = (r["annual_availability"] < 1).any(axis=1)
    rationed[list_dated(r.scenario)] |= (r[ANNUAL_BY_VINTAGE] < 1).any(axis=(1, 2))
    return r.where(TECHNOLOGY, rationed)


def _firm(r: _Reader, host: Mapping[str, str], hosts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Commodities with a reserve margin, and the hosts that are credited to each in any of their modes."""
    credited = r.related("firm_credit", COMMODITY, TECHNOLOGY, lambda x: x > 0)
    makers = r.related("flow", COMMODITY, TECHNOLOGY, lambda x: x > 0)
    asked = r.pattern("reserve_margin", _is_given)
    able = {c: {host[k] for k in credited[c] if k in makers[c]} for c in asked}
    return {c: tuple(k for k in hosts if k in able[c]) for c in asked}


def _limited(r: _Reader, name: str) -> tuple[tuple[str, int], ...]:
    """Labels and years in which a limit stands: finite, and more than the zero that holds anyway."""
    numbers = r[name]
    stands = np.isfinite(numbers)
    if name.startswith("least_"):
        stands &= numbers > 0
    if name == MOST_ACTIVITY:  # what an exclusion would close has a row ready for it
        stands |= (r["technology_measure"].astype(bool) & find_unbuilt(r.scenario))[:, None]
    labels = r.labels[QUANTITY_BY_NAME[name].dims[0]]
    return tuple((labels[i], r.years[j]) for i, j in np.argwhere(stands).tolist())


def _item(factor: str) -> str:
    return COMMODITY if factor in ("factor_purchase", "factor_sale") else TECHNOLOGY
