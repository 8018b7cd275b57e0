"""Which targets shape a plan, and why do the others not? Read off what the plan's accounts come to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.pools import CUMULATIVE, Parts, find_parts
from scenarios.arithmetic.targets import count_years
from scenarios.arithmetic.unavoidable import measure_unavoidable
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog import ACCOUNT
from scenarios.target_states import ACTS, COVERED, FULL, NEAREST, NOWHERE, OUTSIDE, SLACK

AT_LEAST = "at_least"
MET = 1e-6
"""A target counts as met where it is missed by less than this share of the larger of 1 and its cap."""
FREE = 1e-6
"""Prices below this are none."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Acting:
    """How targets fare, each (target, year); a cumulative one stands in the last year in which it holds, with sums.

    `value` is what the account holds, `over` how far it is on the wrong side of the cap (below zero: on the right
    one), `missed` whether that is a miss, `beyond` what of it no plan can mend. `state` is a word of `ACTING`,
    `because` the place of the target that covers it, -1 where none does.
    """

    value: Floats
    over: Floats
    missed: NDArray[np.bool_]
    beyond: Floats
    state: NDArray[np.str_]
    because: NDArray[np.intp]


@dataclass(frozen=True)
class Frame:
    """What of a scenario its targets are judged by; the same for every plan of it.

    `account` (target) is the place of each target's, `sign` (target, 1) -1 for floors, `listed` (target, year) where it
    stands, `spans` the targets on sums with the years they add up, as weights. `parts` as `find_parts` gives them.
    """

    account: NDArray[np.intp]
    sign: Floats
    cap: Floats
    room: Floats
    listed: NDArray[np.bool_]
    spans: tuple[tuple[int, int, Floats], ...]
    nearest: NDArray[np.bool_]
    beyond: Floats
    parts: Parts


def frame_targets(scenario: Scenario) -> Frame:
    """The frame of a scenario's targets."""
    given = read_arrays(scenario)
    told, cap = _read_targets(given), given["cap"]
    held = ~np.isnan(cap)
    listed, spans, counted = held.copy(), [], count_years(given)
    for t in np.flatnonzero(told.cumulative & held.any(axis=1)).tolist():
        last = int(np.flatnonzero(held[t])[-1])
        listed[t] = np.arange(held.shape[1]) == last
        spans.append((t, last, counted[t]))
    return Frame(
        account=told.account,
        sign=told.sign,
        cap=cap,
        room=MET * np.maximum(1.0, np.abs(np.nan_to_num(cap))),
        listed=listed,
        spans=tuple(spans),
        nearest=told.nearest,
        beyond=np.where(listed, measure_unavoidable(given), 0.0),
        parts=find_parts(given),
    )


@dataclass(frozen=True)
class _Told:
    """What the words of targets say, whatever their caps are; as in `Frame`."""

    account: NDArray[np.intp]
    sign: Floats
    nearest: NDArray[np.bool_]
    cumulative: NDArray[np.bool_]


@remember
def _read_targets(given: Arrays) -> _Told:
    place = {str(name): i for i, name in enumerate(given[ACCOUNT])}
    return _Told(
        account=np.array([place[str(name)] for name in given["target_account"]], dtype=np.intp),
        sign=np.where(given["target_sense"] == AT_LEAST, -1.0, 1.0)[:, None],
        nearest=(given["target_mode"] == NEAREST)[:, None],
        cumulative=given["target_basis"] == CUMULATIVE,
    )


def judge_targets(frame: Frame, account_value: Floats, shadow_price: Floats | None = None) -> Acting:
    """How every target fares, and whether it shapes the plan.

    Args:
        frame: of the scenario that was solved.
        account_value: of the plan (account, year).
        shadow_price: of the plan (target, year), where it is known: a target that is met and has none is slack.
    """
    value = account_value[frame.account]
    for t, last, weights in frame.spans:
        value[t, last] = value[t] @ weights
    over = np.where(frame.listed, frame.sign * (value - frame.cap), 0.0)
    missed = over > frame.room
    tight = frame.listed & ~missed & (over > -frame.room)
    if shadow_price is not None:
        tight &= ~(shadow_price < FREE)
    state = np.full(over.shape, NOWHERE, dtype="<U8")
    state[frame.listed] = SLACK
    state[tight] = ACTS
    state[missed] = FULL
    state[missed & frame.nearest] = NEAREST
    mendable = missed & (over - frame.beyond > frame.room)
    state[missed & ~mendable] = OUTSIDE
    because = _find_covering(frame.parts, np.where(mendable, over - frame.beyond, 0.0))
    state[because >= 0] = COVERED
    return Acting(value, over, missed, np.where(missed, frame.beyond, 0.0), state, because)


def _find_covering(parts: Parts, excess: Floats) -> NDArray[np.intp]:
    """For each miss of a year the target whose larger miss has every unit of it in it (target, year); -1: none has.

    A whole whose own miss is larger than those of its parts together covers them all; parts that are together missed
    by more than the whole cover it, told by the largest of them.
    """
    covering = np.full(excess.shape, -1, dtype=np.intp)
    inside = {(u, year) for (_, year), members in parts.items() for u in members}

    def count(t: int, year: int) -> float:
        return max(float(excess[t, year]), sum(count(u, year) for u in parts.get((t, year), ())))

    def cover(t: int, year: int, by: int) -> None:
        own, counted = float(excess[t, year]), {u: count(u, year) for u in parts.get((t, year), ())}
        if own <= 0 and not any(counted.values()):
            return
        within, room = sum(counted.values()), MET * max(1.0, own)
        if own > 0 and by >= 0:
            covering[t, year] = by
        elif own > 0 and within > own + room:
            covering[t, year] = max(counted, key=lambda u: counted[u])
        if by < 0 and own > within + room:
            by = t
        for u in counted:
            cover(u, year, by)

    for year in np.flatnonzero(excess.any(axis=0)).tolist():
        for t, _ in (key for key in parts if key[1] == year and key not in inside):
            cover(t, year, -1)
    return covering
