"""What an entry costs and saves, four ways: alone, last of all, as its share, and forced in at its least sensible size.

    alone    V({e}) - V({})                    beside doing nothing else
    last     V(all) - V(all without e)         where all else is done that pays
    share    Shapley's: the mean over all orders of e, the other families, and what is left of each programme
    forced   V(all without e, but s of m in y) - V(all without e)

V is what the best plan costs without what misses are valued at, and the tonnes it saves; every plan is verified. `s`
is the least sensible size of the member `m` of the entry, begun in the year `y` in which that is cheapest; no more of
it and nothing else of the entry is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.queries.no_plan import NoPlan
from runners.analyses.abatement.abatement_metrics import Amounts, Yardstick, divide_costs
from runners.analyses.abatement.coalitions import Coalitions
from runners.analyses.abatement.forcing import Forced, force_player
from runners.analyses.abatement.measure_bundles import Player, join_programmes, list_players
from runners.analyses.abatement.ranking import DUST, Scale, classify
from runners.analyses.abatement.shapley import Shares, share_by_lot, share_exactly
from runners.analyses.dossier.entries import Entry
from runners.analyses.oracle import Oracle
from runners.outcome import Outcome

ALONE, LAST, SHARE, FORCED = WAYS = ("alone", "last", "share", "forced")
MOST_EXACT = 5
"""So many players, and all their sets are solved; orders are drawn for more."""


@dataclass(frozen=True)
class Way:
    """The amounts of a way, and by how much of money they may be wrong: the gaps of two plans, or a standard error.

    `unsure` (tonnes) is the standard error of a share's tonnes.
    """

    name: str
    amounts: Amounts
    error: float
    unsure: float = 0.0


@dataclass(frozen=True)
class Ways:
    """An entry all ways that there are, who shared with it, and how it was forced in."""

    entry: Entry
    found: Mapping[str, Way]
    sharers: tuple[str, ...]
    orders: int
    scale: Scale
    forced: Forced | None

    def judge(self, name: str, definition: str) -> tuple[str, float]:
        """What the entry is in a way, and its cost per unit of account: not a number where it has none."""
        way = self.found[name]
        scale = replace(self.scale, cost=max(self.scale.cost, way.error), tonnes=max(self.scale.tonnes, 2 * way.unsure))
        kind = classify(way.amounts, definition, scale)
        ranked = way.amounts.cost > scale.cost and way.amounts.tonnes > scale.tonnes
        return kind, divide_costs(way.amounts, definition, scale.tonnes) if ranked else np.nan


class Weigher:
    """Weighs entries of one case, one game after the other on the same plans.

    Args:
        oracle: of the case and its settings.
        scenario: of them.
        yardstick: what is measured.
        families: all of the case, as players.
        samples: orders drawn where players are more than MOST_EXACT; 0: no shares there.
        seed: of the orders.
    """

    def __init__(
        self,
        oracle: Oracle,
        scenario: xr.Dataset,
        yardstick: Yardstick,
        families: Sequence[Player],
        samples: int,
        seed: int,
    ) -> None:
        self._oracle, self._scenario, self._yardstick = oracle, scenario, yardstick
        self._families, self._samples, self._seed = tuple(families), samples, seed
        self._games: dict[tuple[Player, ...], Coalitions] = {}
        self._shares: dict[tuple[Player, ...], Shares | None] = {}

    def weigh(self, entry: Entry, parts: Oracle, step: Callable[[], None]) -> Ways:
        """An entry all four ways.

        Args:
            entry: to weigh.
            parts: least costs in parts of units, by which the year is chosen in which it is forced in.
            step: is told each plan looked at.
        """
        players = self.seat(entry.player)
        game = self._games.setdefault(players, Coalitions(self._oracle, players, self._yardstick))
        place, full = players.index(entry.player), game.full
        everything, nothing = game.weigh(full), game.weigh(0)
        if everything is None:
            raise game.failure or ValueError("no plan of all measures, and no reason for it")
        without, alone = game.weigh(full & ~(1 << place)), game.weigh(1 << place)
        found = {
            ALONE: _subtract(ALONE, alone, nothing, game.sum_gaps(1 << place, 0)),
            LAST: _subtract(LAST, everything, without, game.sum_gaps(full, full & ~(1 << place))),
        }
        shares = self._share(players, game, step)
        if shares is not None:
            spread = Amounts(*shares.errors[place].tolist())
            error = max(spread.cost, game.worst)
            found[SHARE] = Way(SHARE, Amounts(*shares.amounts[place].tolist()), error, spread.tonnes)
        forced = force_player(parts, self._scenario, entry.player)
        if forced is not None and forced.year is not None and without is not None:
            found[FORCED] = self._weigh_forced(forced, without, game.sum_gaps(full & ~(1 << place)))
        known = {name: way for name, way in found.items() if way is not None}
        sharers = tuple(player.name for player in players if player != entry.player)
        orders = 0 if shares is None else shares.orders
        return Ways(entry, known, sharers, orders, _find_scale(everything, nothing), forced)

    def seat(self, player: Player) -> tuple[Player, ...]:
        """The players of a game: it, families that share nothing with it or each other, the rest by programme."""
        seated = [player] if player not in self._families else []
        for family in self._families:
            if all(not set(family.members) & set(other.members) for other in seated):
                seated.append(family)
        taken = {measure for one in seated for measure in one.measures}
        rest = [one for one in list_players(self._scenario) if one.name not in taken]
        return (*seated, *join_programmes(self._scenario, rest))

    def _share(self, players: tuple[Player, ...], game: Coalitions, step: Callable[[], None]) -> Shares | None:
        """Shapley's shares; None where a set has no plan, or none were asked for."""
        if players not in self._shares:
            self._shares[players] = self._play(len(players), game, step)
        return self._shares[players]

    def _play(self, count: int, game: Coalitions, step: Callable[[], None]) -> Shares | None:
        def value(allowed: int) -> np.ndarray:
            step()
            worth = game.weigh(allowed)
            if worth is None:
                raise _Unplanned
            return worth

        try:
            if count <= MOST_EXACT:
                return share_exactly(value, count)
            rng = np.random.default_rng(self._seed)
            return share_by_lot(value, count, self._samples, rng) if self._samples else None
        except _Unplanned:
            return None

    def _weigh_forced(self, forced: Forced, without: np.ndarray, gap: float) -> Way | None:
        try:
            outcome = self._oracle.find_plan(forced.settings, forced.held)
        except NoPlan:
            return None
        worth = np.array(self._yardstick.measure(outcome.scenario, outcome.plan))
        return _subtract(FORCED, worth, without, gap + measure_gap(outcome))


class _Unplanned(Exception):
    """A set without a plan, found on the way to the shares."""


def measure_gap(outcome: Outcome) -> float:
    """By how much a plan may be dearer than the best, in money."""
    return float(outcome.plan.attrs["gap"]) * abs(float(outcome.plan.attrs["objective"]))


def _subtract(name: str, later: np.ndarray | None, earlier: np.ndarray | None, error: float) -> Way | None:
    if later is None or earlier is None:
        return None
    return Way(name, Amounts(*(later - earlier).tolist()), error)


def _find_scale(everything: np.ndarray, nothing: np.ndarray | None) -> Scale:
    """Below which amounts are none: a hundred thousandth of what all measures do."""
    whole = Amounts(*(everything - (0 if nothing is None else nothing)).tolist())
    return Scale(DUST * max(abs(whole.cost), abs(whole.misses), 1e-6), DUST * max(abs(whole.tonnes), 1e-6))


def list_ways(ways: Ways) -> Iterator[Way]:
    """The ways that there are, in their order."""
    yield from (ways.found[name] for name in WAYS if name in ways.found)
