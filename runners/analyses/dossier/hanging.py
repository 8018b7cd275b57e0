"""Which assumed numbers of its own an entry hangs on: each moved within its range, and all solved again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import xarray as xr

from runners.analyses.assumptions.moves import Move
from runners.analyses.assumptions.ranking import Doubt, Meter
from runners.analyses.dossier.entries import Entry
from runners.analyses.oracle import Oracle

SAME = 0.01
"""Less than this, in money, is no difference of what is invested."""


@dataclass(frozen=True)
class Hangings:
    """The numbers of an entry that were moved, those first that change it most; `moved` counts them all."""

    ranked: tuple[Doubt, ...]
    moved: int

    @property
    def deciding(self) -> tuple[Doubt, ...]:
        """Those that change what is invested in the entry."""
        return tuple(found for found in self.ranked if found.differs > SAME)


def list_own(moves: Sequence[Move], entry: Entry) -> list[Move]:
    """The moves of numbers that belong to an entry."""
    own = set(entry.player.members)
    return [move for move in moves if any(own & set(assumption.labels) for assumption in move.assumptions)]


def find_hangings(
    oracle: Oracle, scenario: xr.Dataset, entry: Entry, moves: Sequence[Move], step: Callable[[], None]
) -> Hangings:
    """What the numbers of an entry do to it, in parts of units."""
    meter = Meter(scenario, oracle, set(entry.measures))
    found = []
    for move in list_own(moves, entry):
        step()
        low, high = (meter.compare(oracle.solve(end)) if end and oracle.keeps(end) else None for end in move.ends)
        if low or high:
            found.append(Doubt(move, low, high))
    return Hangings(tuple(sorted(found, key=lambda one: (-one.differs, -one.swing))), len(found))
