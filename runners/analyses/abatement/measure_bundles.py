"""Which measures can be left out one by one: each with the uses that go with it, and which of them enable others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from scenarios.arithmetic.projects import OPTION
from scenarios.arithmetic.vintages import reach_flow
from scenarios.arrays import Arrays, read_arrays
from scenarios.catalog import COMMODITY, TECHNOLOGY
from scenarios.exclusion import find_unbuilt

SUPPLIES = "supplies"
"""Kind of link beside those of the project logic: nobody else delivers what the other consumes."""
MEASURE, PROGRAMME = LEVELS = ("measure", "programme")
"""Who plays: each measure by itself, or all measures of a programme as one."""
ENABLING_RULES = ("requires", "follows", "supports")


@dataclass(frozen=True)
class Player:
    """What is allowed or excluded together: technologies, and those of them that are measures in their own name."""

    name: str
    members: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """One measure needs another: `kind` is a rule of the project logic, or SUPPLIES."""

    enabler: str
    enabled: str
    kind: str


def list_players(scenario: xr.Dataset) -> tuple[Player, ...]:
    """Every measure that the plan may choose, with its uses, in the order of the case."""
    given = read_arrays(scenario)
    names = [str(name) for name in given[TECHNOLOGY]]
    members: dict[str, list[str]] = {}
    for k, owner in sorted(_find_owners(given).items()):
        members.setdefault(names[owner], []).append(names[k])
    return tuple(Player(name, tuple(members[name]), (name,)) for name in names if name in members)


def join_programmes(scenario: xr.Dataset, players: Sequence[Player]) -> tuple[Player, ...]:
    """The programmes of measures as players: all measures of one at once."""
    programme = dict(zip(scenario[TECHNOLOGY].values.tolist(), scenario["technology_programme"].values, strict=True))
    joined: dict[str, list[Player]] = {}
    for player in players:
        joined.setdefault(str(programme[player.name]), []).append(player)
    return tuple(
        Player(name, tuple(k for one in group for k in one.members), tuple(one.name for one in group))
        for name, group in joined.items()
    )


def list_links(scenario: xr.Dataset, players: Sequence[Player]) -> tuple[Link, ...]:
    """Which players need which: by the project logic, and by what only players deliver. Each pair once."""
    given = read_arrays(scenario)
    owner = {member: player.name for player in players for member in player.members}
    found: dict[tuple[str, str], str] = {}
    for enabler, enabled, kind in (*_link_logic(given), *_link_supplies(given, owner)):
        pair = owner.get(enabler, ""), owner.get(enabled, "")
        if all(pair) and pair[0] != pair[1]:
            found.setdefault(pair, kind)
    return tuple(Link(enabler, enabled, kind) for (enabler, enabled), kind in found.items())


def _find_owners(given: Arrays) -> dict[int, int]:
    """Technology to the technology whose player it is part of, for all that an exclusion closes.

    What is forced or decided is no choice, and nobody's. A mode goes with its host; what consumes a commodity that one
    player alone delivers goes with that player.
    """
    free = given["technology_measure"].astype(bool) & ~given["excluded"].astype(bool)
    free &= np.nan_to_num(given["least_build"]).max(axis=1) <= 0
    free &= ~np.isin(given["technology_host"], given[TECHNOLOGY][given["technology_status"] != OPTION])
    built = free & given["technology_buildable"].astype(bool)
    owners = {int(k): int(k) for k in np.flatnonzero(built)}
    place = {str(name): k for k, name in enumerate(given[TECHNOLOGY])}
    uses = [int(k) for k in np.flatnonzero(free & find_unbuilt(given) & ~built)]
    for k in uses:
        host = place[str(given["technology_host"][k])]
        if host in owners and host != k:
            owners[k] = host
    made, bought = _find_makers(given), _find_bought(given)
    consumed = _find_consumed(given)
    for k in (k for k in uses if k not in owners):
        sole = [makers for c, makers in enumerate(made) if consumed[k, c] and not bought[c] and makers]
        deliverers = [{owners.get(m, -1) for m in makers} for makers in sole]
        alone = [one for one in deliverers if len(one) == 1 and -1 not in one]
        owners[k] = alone[0].pop() if alone else k
    return owners


def _find_makers(given: Arrays) -> list[set[int]]:
    """Who makes each commodity."""
    makes = np.asarray(np.any(reach_flow(given)[1] > 0, axis=(2, 3)))
    return [set(np.flatnonzero(makes[:, c]).tolist()) for c in range(given.sizes[COMMODITY])]


def _find_consumed(given: Arrays) -> np.ndarray:
    """Who consumes what (technology, commodity)."""
    return np.asarray(np.any(reach_flow(given)[0] < 0, axis=(2, 3)))


def _find_bought(given: Arrays) -> np.ndarray:
    """Commodities that a market delivers (commodity)."""
    prices = given["purchase_price"]
    return np.asarray(np.isfinite(prices).reshape(len(prices), -1).any(axis=1))


def _link_logic(given: Arrays) -> Iterator[tuple[str, str, str]]:
    columns = (given[f"logic_{name}"] for name in ("other", "technology", "kind"))
    for other, technology, kind in zip(*columns, strict=True):
        if str(kind) in ENABLING_RULES:
            yield str(other), str(technology), str(kind)


def _link_supplies(given: Arrays, owner: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    names = [str(name) for name in given[TECHNOLOGY]]
    bought, consumed = _find_bought(given), _find_consumed(given)
    for c, makers in enumerate(_find_makers(given)):
        if bought[c] or not makers or any(names[m] not in owner for m in makers):
            continue
        for k in np.flatnonzero(consumed[:, c]):
            yield from ((names[m], names[k], SUPPLIES) for m in sorted(makers))
