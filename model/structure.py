"""Which indices exist: the sparse sets of the program, read off a scenario's labels and non-zero numbers.

What is not admissible does not exist here: a technology that stores nothing has no level, a hard target has no
excess. Two scenarios with equal structures differ in numbers only, so one compiled program serves both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import xarray as xr

from scenarios.catalog import ACCOUNT, COMMODITY, GROUP, PART, SLICE, TECHNOLOGY, YEAR

WHOLE_YEAR = "whole_year"
"""The one slot of what is decided or balanced over the year."""

STARTING_RULES = ("requires", "follows")


@dataclass(frozen=True)
class Structure:
    """The index sets of one program; every field is plain tuples and dicts of labels.

    `slots` maps a technology to the slots in which its activity is decided, `balance_slots` a commodity to those in
    which it is balanced: the slices, or WHOLE_YEAR alone.
    """

    years: tuple[int, ...]
    lengths: Mapping[int, float]
    slices: tuple[str, ...]
    seasons: Mapping[str, str]
    cycles: Mapping[str, float]
    hosts: tuple[str, ...]
    host: Mapping[str, str]
    modes: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]
    buildable: tuple[str, ...]
    retirable: tuple[str, ...]
    scrappable: tuple[str, ...]
    must_run: tuple[str, ...]
    annually_limited: tuple[str, ...]
    balance_slots: Mapping[str, tuple[str, ...]]
    surplus: tuple[str, ...]
    flows: Mapping[str, tuple[str, ...]]
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
    logic: tuple[tuple[int, str, str, str], ...]
    excludes: Mapping[str, tuple[str, ...]]
    factors: Mapping[str, Mapping[str, tuple[str, ...]]]
    parts: Mapping[str, tuple[str, ...]]
    credits: tuple[tuple[str, str], ...]
    capped_credits: tuple[tuple[str, str], ...]
    yearly_targets: Mapping[str, tuple[int, ...]]
    total_targets: Mapping[str, tuple[int, ...]]
    target_account: Mapping[str, str]
    floors: tuple[str, ...]
    soft: tuple[str, ...]
    nearest: tuple[str, ...]
    pool: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Sixteen hex digits that are equal where the structures are equal."""
        text = "\n".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


LIMITS = (
    "most_capacity",
    "least_capacity",
    "build_growth",
    "least_build",
    "activity_growth",
    "most_activity",
    "least_activity",
    "most_purchase",
    "least_purchase",
    "most_sale",
    "group_most_capacity",
    "group_least_capacity",
    "group_most_build",
    "group_least_build",
    "group_most_activity",
    "group_least_activity",
    "group_most_share",
    "group_least_share",
)
FACTORS = ("factor_activity", "factor_capacity", "factor_build", "factor_purchase", "factor_sale")


def outline_program(scenario: xr.Dataset) -> Structure:
    """The structure of a scenario.

    Args:
        scenario: Dataset as `scenarios.assemble` makes it.
    """
    technologies = _labels(scenario, TECHNOLOGY)
    commodities = _labels(scenario, COMMODITY)
    slices = _labels(scenario, SLICE)
    host = dict(zip(technologies, map(str, scenario["technology_host"].values), strict=True))
    capacitated = dict(zip(technologies, scenario["technology_capacitated"].values, strict=True))
    hosts = tuple(k for k in technologies if host[k] == k and capacitated[k])
    per_slice = dict(zip(technologies, scenario["technology_resolution"].values == SLICE, strict=True))
    slots = {k: slices if per_slice[k] else (WHOLE_YEAR,) for k in technologies}
    kinds = map(str, scenario["commodity_storage"].values)
    storage = {c: kind for c, kind in zip(commodities, kinds, strict=True) if kind != "no"}
    in_slices = dict(zip(commodities, scenario["commodity_balance"].values == SLICE, strict=True))
    buildable = tuple(k for k in _where(scenario, TECHNOLOGY, scenario["technology_buildable"].values) if k in hosts)
    retirable = set(_where(scenario, TECHNOLOGY, scenario["technology_retirable"].values)) & set(hosts)
    logic, excludes = _read_logic(scenario)
    return Structure(
        years=tuple(int(y) for y in scenario[YEAR].values),
        lengths={int(y): float(n) for y, n in zip(scenario[YEAR].values, scenario["length"].values, strict=True)},
        slices=slices,
        seasons=dict(zip(slices, map(str, scenario["slice_season"].values), strict=True)),
        cycles=dict(zip(slices, map(float, scenario["cycles"].values), strict=True)),
        hosts=hosts,
        host=host,
        modes={h: tuple(k for k in technologies if host[k] == h) for h in hosts},
        slots=slots,
        buildable=buildable,
        retirable=tuple(k for k in buildable if k in retirable),
        scrappable=tuple(k for k in _pattern(scenario["existing"] > 0, TECHNOLOGY) if k in retirable),
        must_run=tuple(k for k in _pattern(scenario["must_run"] > 0, TECHNOLOGY) if host[k] in hosts),
        annually_limited=tuple(
            k for k in _pattern(scenario["annual_availability"] < 1, TECHNOLOGY) if k in hosts and per_slice[k]
        ),
        balance_slots={c: slices if in_slices[c] or c in storage else (WHOLE_YEAR,) for c in commodities},
        surplus=_where(scenario, COMMODITY, scenario["commodity_surplus"].values),
        flows=_related(scenario["flow"] != 0, COMMODITY, TECHNOLOGY),
        storage=storage,
        stores=_related(scenario["stores"] != 0, COMMODITY, TECHNOLOGY),
        firm=_firm(scenario),
        consumers=_related(scenario["flow"] < 0, COMMODITY, TECHNOLOGY),
        purchasable=_pattern(scenario["purchase_price"].notnull(), COMMODITY),
        sellable=_pattern(scenario["sale_price"].notnull(), COMMODITY),
        limited={name: _limited(scenario, name) for name in LIMITS},
        members=_related(scenario["weight"] != 0, GROUP, TECHNOLOGY),
        whole={g: str(of) for g, of in zip(_labels(scenario, GROUP), scenario["group_of"].values, strict=True) if of},
        lumpy=tuple(k for k in _pattern(scenario["unit_size"] > 0, TECHNOLOGY) if k in buildable),
        **_read_starts(scenario, buildable, logic, excludes),
        logic=logic,
        excludes=excludes,
        factors={name: _related(scenario[name] != 0, ACCOUNT, _item(name)) for name in FACTORS},
        parts=_related(scenario["share"] != 0, ACCOUNT, PART),
        credits=_pairs(scenario["credit_share"] > 0),
        capped_credits=_pairs((scenario["credit_share"] > 0) & np.isfinite(scenario["most_credit"])),
        **_read_targets(scenario),
    )


def _read_starts(
    scenario: xr.Dataset,
    buildable: tuple[str, ...],
    logic: tuple[tuple[int, str, str, str], ...],
    excludes: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    """Technologies whose starts are decided by a binary, and why."""
    once = set(_where(scenario, TECHNOLOGY, scenario["technology_once"].values))
    sized = set(_pattern(scenario["least_size"] > 0, TECHNOLOGY))
    named = {k for _, kind, *pair in logic if kind in STARTING_RULES for k in pair}
    named |= {k for technologies in excludes.values() for k in technologies}
    return {
        "switched": tuple(k for k in buildable if k in once | sized | named),
        "once": tuple(k for k in buildable if k in once),
        "least_sized": tuple(k for k in buildable if k in sized),
    }


def _read_logic(
    scenario: xr.Dataset,
) -> tuple[tuple[tuple[int, str, str, str], ...], dict[str, tuple[str, ...]]]:
    """Rows of logic between two technologies, and the technologies of each exclusion."""
    names = ("logic_rule", "logic_kind", "logic_technology", "logic_other")
    rows = list(zip(*(map(str, scenario[name].values) for name in names), strict=True))
    pairs = tuple((i, kind, k, other) for i, (_, kind, k, other) in enumerate(rows) if kind != "excludes")
    excludes: dict[str, tuple[str, ...]] = {}
    for rule, kind, k, other in rows:
        if kind == "excludes":
            excludes[rule] = tuple(dict.fromkeys([*excludes.get(rule, ()), k, *([other] if other else [])]))
    return pairs, excludes


def _read_targets(scenario: xr.Dataset) -> dict[str, Any]:
    """Targets by kind, the years they hold, and how a miss is treated."""
    labels = _labels(scenario, "target")
    years = scenario[YEAR].values
    held = {
        t: tuple(int(y) for y in years[row]) for t, row in zip(labels, ~np.isnan(scenario["cap"].values), strict=True)
    }
    total = set(_where(scenario, "target", scenario["target_basis"].values == "cumulative"))
    mode = dict(zip(labels, map(str, scenario["target_mode"].values), strict=True))
    active = [t for t in labels if held[t]]
    return {
        "yearly_targets": {t: held[t] for t in active if t not in total},
        "total_targets": {t: held[t] for t in active if t in total},
        "target_account": dict(zip(labels, map(str, scenario["target_account"].values), strict=True)),
        "floors": _where(scenario, "target", scenario["target_sense"].values == "at_least"),
        "soft": tuple(t for t in active if mode[t] != "hard"),
        "nearest": tuple(t for t in active if mode[t] == "nearest"),
        "pool": {
            t: str(pool)
            for t, pool in zip(labels, scenario["target_pool"].values, strict=True)
            if t in active and mode[t] == "priced"
        },
    }


def _firm(scenario: xr.Dataset) -> dict[str, tuple[str, ...]]:
    """Commodities with a reserve margin, and the technologies credited to each."""
    credited = _related((scenario["firm_credit"] > 0) & (scenario["flow"] > 0).any(SLICE), COMMODITY, TECHNOLOGY)
    return {c: credited[c] for c in _pattern(scenario["reserve_margin"].notnull(), COMMODITY)}


def _limited(scenario: xr.Dataset, name: str) -> tuple[tuple[str, int], ...]:
    """Labels and years in which a limit stands: finite, and more than the zero that holds anyway."""
    values = scenario[name].values
    stands = np.isfinite(values)
    if name.startswith("least_"):
        stands = stands & (values > 0)
    labels, years = _labels(scenario, str(scenario[name].dims[0])), scenario[YEAR].values
    return tuple((labels[i], int(years[j])) for i, j in np.argwhere(stands))


def _item(factor: str) -> str:
    return COMMODITY if factor in ("factor_purchase", "factor_sale") else TECHNOLOGY


def _labels(scenario: xr.Dataset, dim: str) -> tuple[str, ...]:
    return tuple(map(str, scenario[dim].values))


def _where(scenario: xr.Dataset, dim: str, mask: Any) -> tuple[str, ...]:
    return tuple(np.asarray(_labels(scenario, dim), dtype=object)[np.asarray(mask, dtype=bool)])


def _pattern(mask: xr.DataArray, dim: str) -> tuple[str, ...]:
    """Labels of a dimension for which the mask holds anywhere."""
    others = tuple(i for i, name in enumerate(mask.dims) if name != dim)
    return _where(mask.to_dataset(name="mask"), dim, mask.values.any(axis=others))


def _related(mask: xr.DataArray, dim: str, other: str) -> dict[str, tuple[str, ...]]:
    """For each label of `dim`, the labels of `other` with which the mask holds anywhere."""
    return {
        label: _where(mask.to_dataset(name="mask"), other, row)
        for label, row in zip(_text(mask, dim), _table(mask, dim, other), strict=True)
    }


def _pairs(mask: xr.DataArray) -> tuple[tuple[str, str], ...]:
    """Pairs of account and part for which the mask holds anywhere."""
    related = _related(mask, ACCOUNT, PART)
    return tuple((account, part) for account, parts in related.items() for part in parts)


def _table(mask: xr.DataArray, dim: str, other: str) -> np.ndarray:
    keep = tuple(i for i, name in enumerate(mask.dims) if name not in (dim, other))
    table = mask.values.any(axis=keep)
    return np.asarray(table if mask.dims.index(dim) < mask.dims.index(other) else table.T)


def _text(mask: xr.DataArray, dim: str) -> Iterable[str]:
    return map(str, mask[dim].values)
