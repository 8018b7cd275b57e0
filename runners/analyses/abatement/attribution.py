"""What does each measure do alone, last of all, and as its share of the whole? The numbers behind docs/measures.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from runners.analyses.abatement.abatement_metrics import Amounts, Yardstick
from runners.analyses.abatement.coalitions import Coalitions
from runners.analyses.abatement.measure_bundles import LEVELS, MEASURE, Link, Player, list_links
from runners.analyses.abatement.shapley import Shares, draw_orders, list_left, list_sets, share_by_lot, share_exactly
from runners.analyses.abatement.weighed_sets import Compared, weigh_row
from runners.analyses.asking import Inquiry
from runners.analyses.team import MOST_ALONE, Team
from runners.family import Family
from runners.progress import QUIET, Progress

ALONE, LAST, SHARE = "alone", "last", "share"
WAYS = (ALONE, LAST, SHARE)
MOST_EXACT = 10
"""So many players, and all their sets are solved; orders are drawn for more."""
ROWS = 8
"""Rows into which all sets are split."""


@dataclass(frozen=True)
class Reading:
    """A player's amounts by way; a way is missing where a set that it asks for has no plan.

    `errors` are standard errors of the share, zero where it is exact. `used`: whether the plan of all uses it.
    """

    player: Player
    ways: Mapping[str, Amounts]
    errors: Amounts
    used: bool


@dataclass(frozen=True)
class Package:
    """A measure with all that it needs: `amounts` together, None where there is no plan."""

    enabled: str
    enablers: tuple[str, ...]
    amounts: Amounts | None


@dataclass(frozen=True)
class Level:
    """All players of a level. `whole` is what all do together, None where nothing done is no plan.

    `orders`: drawn for the shares, 0 where they are exact; `solved`: plans that were solved; `gap`: how far a plan may
    be from the best, in money of the case.
    """

    name: str
    readings: tuple[Reading, ...]
    whole: Amounts | None
    orders: int
    solved: int
    gap: float


@dataclass(frozen=True)
class Comparison:
    """Levels by name, with what enables what among measures, and each such package."""

    yardstick: Yardstick
    levels: Mapping[str, Level]
    links: tuple[Link, ...]
    packages: tuple[Package, ...]


def compare_ways(
    family: Family,
    yardstick: Yardstick,
    levels: Sequence[str] = LEVELS,
    samples: int = 20,
    seed: int = 0,
    settings: Mapping[str, float] | None = None,
    progress: Progress = QUIET,
    team: Team | None = None,
) -> Comparison:
    """Every measure and programme three ways.

    Args:
        family: of the case.
        yardstick: what is measured.
        levels: of LEVELS.
        samples: orders drawn where players are more than MOST_EXACT; 0 leaves their shares out.
        seed: of the orders.
        settings: changes of the case's numbers that hold throughout.
        progress: told each row of sets that is weighed.
        team: processes that share them (`weighed_sets.plan_opening`); they are started where that pays.

    Raises:
        NoPlan: not even with every measure there is a plan.
        CaseError: the settings cannot be used.
        PlanRefused: the verifier did not accept a plan.
    """
    compared = Compared(family, dict(settings or {}), yardstick)
    measures = compared.players[MEASURE]
    if team is not None and len(measures) > MOST_ALONE:
        team.start()
    inquiry, links = Inquiry(compared, yardstick, team), list_links(family.describe(compared.settings), measures)
    coalitions = {name: compared.open_game(name) for name in levels}
    found = {name: _read_level(name, coalitions[name], inquiry, samples, seed, progress) for name in levels}
    packages = _weigh_packages(coalitions[MEASURE], links) if MEASURE in levels else ()
    return Comparison(yardstick, found, links, packages)


def list_needed(links: Sequence[Link], enabled: str) -> tuple[str, ...]:
    """All that a measure needs, and what those need in turn."""
    needed: dict[str, None] = {}
    queue = [enabled]
    while queue:
        one = queue.pop()
        fresh = [link.enabler for link in links if link.enabled == one and link.enabler not in {*needed, enabled}]
        needed |= dict.fromkeys(fresh)
        queue += fresh
    return tuple(needed)


def _read_level(
    name: str, coalitions: Coalitions, inquiry: Inquiry[Compared], samples: int, seed: int, progress: Progress
) -> Level:
    """The whole first; then without each and each alone; then what the shares ask for."""
    full, count = coalitions.full, len(coalitions.players)
    everything = coalitions.weigh(full)
    if everything is None:
        raise coalitions.failure or ValueError("no plan of all measures, and no reason for it")

    def weigh(rows: Sequence[Sequence[int]]) -> None:
        known = coalitions.list_found()
        progress.expect(len(rows))
        for found in inquiry.ask(weigh_row, [(name, row, known) for row in rows], progress):
            coalitions.learn(found)

    weigh([[0], *([full & ~(1 << i)] for i in range(count)), *([1 << i] for i in range(count))])
    nothing = coalitions.weigh(0)
    if nothing is not None:
        weigh(_list_rows(count, samples, seed))
    last = [_subtract(everything, coalitions.weigh(full & ~(1 << i))) for i in range(count)]
    alone = [_subtract(coalitions.weigh(1 << i), nothing) for i in range(count)]
    shares = _share(coalitions.weigh, count, samples, np.random.default_rng(seed)) if count else None
    used = coalitions.find_used(full)
    readings = tuple(
        _read_player(player, alone[i], last[i], shares, i, bool(used >> i & 1))
        for i, player in enumerate(coalitions.players)
    )
    orders = 0 if shares is None else shares.orders
    return Level(name, readings, _subtract(everything, nothing), orders, coalitions.solved, coalitions.worst)


def _read_player(
    player: Player, alone: Amounts | None, last: Amounts | None, shares: Shares | None, place: int, used: bool
) -> Reading:
    share = None if shares is None else Amounts(*shares.amounts[place].tolist())
    errors = Amounts(*np.zeros(len(Amounts._fields))) if shares is None else Amounts(*shares.errors[place].tolist())
    ways = {ALONE: alone, LAST: last, SHARE: share}
    return Reading(player, {way: amounts for way, amounts in ways.items() if amounts is not None}, errors, used)


def _list_rows(count: int, samples: int, seed: int) -> list[list[int]]:
    """The sets on the way to the shares of so many players, in rows that are weighed one by one."""
    if count <= MOST_EXACT:
        sets = list_sets(count)
        size = max(len(sets) // ROWS, 1)
        return [sets[start : start + size] for start in range(0, len(sets), size)]
    return [list_left(order) for order in draw_orders(count, samples, np.random.default_rng(seed))]


def _share(
    weigh: Callable[[int], np.ndarray | None], count: int, samples: int, rng: np.random.Generator
) -> Shares | None:
    """Shapley's shares; None where a set has no plan, or none were asked for."""

    def value(allowed: int) -> np.ndarray:
        worth = weigh(allowed)
        if worth is None:
            raise _Unplanned
        return worth

    try:
        if count <= MOST_EXACT:
            return share_exactly(value, count)
        return share_by_lot(value, count, samples, rng) if samples else None
    except _Unplanned:
        return None


class _Unplanned(Exception):
    """A set without a plan, found on the way to the shares."""


def _weigh_packages(coalitions: Coalitions, links: Sequence[Link]) -> tuple[Package, ...]:
    place = {player.name: i for i, player in enumerate(coalitions.players)}
    nothing = coalitions.weigh(0)
    packages = []
    for enabled in dict.fromkeys(link.enabled for link in links):
        needed = list_needed(links, enabled)
        together = sum(1 << place[name] for name in (enabled, *needed))
        packages.append(Package(enabled, needed, _subtract(coalitions.weigh(together), nothing)))
    return tuple(packages)


def _subtract(later: np.ndarray | None, earlier: np.ndarray | None) -> Amounts | None:
    return None if later is None or earlier is None else Amounts(*(later - earlier).tolist())
