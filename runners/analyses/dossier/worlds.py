"""What becomes of entries where energy is cheap or dear: the plan of each world, and what it has of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.queries.no_plan import NoPlan
from runners.analyses.dossier.entries import Entry
from runners.analyses.dossier.standing import Standing, find_standing
from runners.analyses.oracle import Oracle
from runners.overrides import read_config
from scenarios.catalog import COMMODITY
from scenarios.ready_made import PRICE
from scenarios.settings import SHORT, Settings

BASE, LOW, HIGH = WORLDS = ("base", "low", "high")
"""As the case is asked about, and the choices `price=low` and `price=high` instead of its own scales."""


@dataclass(frozen=True)
class World:
    """A world of prices: what its plan costs, and what it has of each entry by label; no plan: neither."""

    name: str
    cost: float
    entries: Mapping[str, Standing]


def list_settings(scenario: xr.Dataset, chosen: Mapping[str, float]) -> dict[str, Settings]:
    """The settings of each world: the factors of `conf/price/` on what the case has a price of.

    Args:
        scenario: whose commodities count.
        chosen: factors that the scenario has by the user's choice: those of a world take their place.
    """
    known = _list_priced(scenario)
    found: dict[str, Settings] = {BASE: {}}
    for name in (LOW, HIGH):
        scale = {key: factor for key, factor in read_config([f"price={name}"]).price.ready_made.items() if key in known}
        both = {key: scale.get(key, 1.0) / chosen.get(key, 1.0) for key in (*scale, *chosen)}
        found[name] = {f"adjust.price.{key}": factor for key, factor in both.items() if factor != 1.0}
    return {name: settings for name, settings in found.items() if settings or name == BASE}


def _list_priced(scenario: xr.Dataset) -> set[str]:
    """The commodities that are bought or sold at a price."""
    priced = np.zeros(scenario.sizes[COMMODITY], dtype=bool)
    for name in SHORT[PRICE]:
        numbers = scenario[name].transpose(COMMODITY, ...).values
        priced |= np.isfinite(numbers).reshape(len(priced), -1).any(axis=1)
    return {str(name) for name in scenario[COMMODITY].values[priced]}


def find_worlds(
    oracle: Oracle, scenario: xr.Dataset, chosen: Mapping[str, float], entries: Sequence[Entry]
) -> list[World]:
    """Each world's plan, and what it has of entries."""
    worlds = []
    for name, settings in list_settings(scenario, chosen).items():
        try:
            outcome = oracle.find_plan(settings)
        except NoPlan:
            worlds.append(World(name, float("nan"), {}))
            continue
        standing = {entry.label: find_standing(outcome.scenario, outcome.plan, entry) for entry in entries}
        worlds.append(World(name, float(outcome.plan.attrs["objective"]), standing))
    return worlds
