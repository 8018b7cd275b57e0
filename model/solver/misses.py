"""What of each target does a plan miss, as far as plans can mend it? Settled by what its accounts come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.parameters.structure import Structure
from scenarios.arithmetic.targets import count_years
from scenarios.arithmetic.unavoidable import measure_unavoidable
from scenarios.arrays import Arrays
from scenarios.catalog import ACCOUNT, TARGET, YEAR

EXCESS, EXCESS_TOTAL, MISSED = SETTLED = ("excess", "excess_total", "missed")
"""What is settled here."""
Place = tuple[int, int]


@dataclass(frozen=True)
class Misses:
    """Where targets that may be missed stand among the labels of a structure's scenarios.

    `targets`, `years`, `accounts` and `signs` of those that hold by the year, one for each year; `totals` of those on
    sums: target, account, sign and first year. `single` are targets and years without parts, `wholes` those that have
    some, after their parts.
    """

    targets: np.ndarray
    years: np.ndarray
    accounts: np.ndarray
    signs: np.ndarray
    totals: tuple[tuple[int, int, float, int], ...]
    single: tuple[np.ndarray, np.ndarray]
    wholes: tuple[tuple[Place, tuple[Place, ...]], ...]

    def settle(self, arrays: Mapping[str, np.ndarray], given: Arrays) -> None:
        """Excess is what is missed of what a plan can mend: a free variable that costs nothing says nothing.

        Each unit that targets of a pool miss together is missed once: by a whole itself, or by its parts.
        """
        accounts, excess, missed = arrays[ACCOUNT], arrays[EXCESS], arrays[MISSED]
        cap, counted, beyond = given["cap"], count_years(given), measure_unavoidable(given)
        at = self.targets, self.years
        over = self.signs * (accounts[self.accounts, self.years] - cap[at])
        excess[at] = np.maximum(over - beyond[at], 0.0)
        for i, account, sign, y in self.totals:
            total = float(counted[i] @ accounts[account])
            arrays[EXCESS_TOTAL][i] = max(sign * (total - cap[i, y]) - beyond[i, y], 0.0)
        own = excess[self.single]
        missed[self.single] = np.where(own < 0.0, 0.0, own)
        for whole, parts in self.wholes:
            missed[whole] = max(float(excess[whole]), sum(float(missed[part]) for part in parts))


def place_misses(at: Structure, labels: Mapping[str, list[object]]) -> Misses:
    """Where the targets of a structure stand among labels."""
    target, year, account = ({name: i for i, name in enumerate(labels[dim])} for dim in (TARGET, YEAR, ACCOUNT))
    kept = {t: (target[t], account[at.target_account[t]], -1.0 if t in at.floors else 1.0) for t in at.soft}
    yearly = [(*kept[t], year[y]) for t in at.soft if t in at.yearly_targets for y in at.yearly_targets[t]]
    rows = [np.array(column) for column in zip(*yearly, strict=True)] or [np.empty(0, dtype=np.intp)] * 4
    totals = [(*kept[t], year[at.total_targets[t][0]]) for t in at.soft if t not in at.yearly_targets]

    def walk(t: str, y: int) -> Iterator[tuple[Place, tuple[Place, ...]]]:
        parts = at.missed_parts.get((t, y), ())
        for part in parts:
            yield from walk(part, y)
        yield (target[t], year[y]), tuple((target[part], year[y]) for part in parts)

    found = dict(one for t, y in at.list_wholes(at.soft) for one in walk(t, y))
    single = np.array([place for place, parts in found.items() if not parts], dtype=np.intp).reshape(-1, 2).T
    wholes = tuple((place, parts) for place, parts in found.items() if parts)
    return Misses(rows[0], rows[3], rows[1], rows[2], tuple(totals), (single[0], single[1]), wholes)
