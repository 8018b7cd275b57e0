"""How an assumed number is moved to the ends of its range: settings, in the grammar of every other change.

A number by itself is one move; numbers of one tie are moved together, in the years in which all of them are assumed,
and none of them by itself. What no setting can change is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from scenarios.catalog import QUANTITY_BY_NAME
from scenarios.catalog_aside import FACTOR, NUMBER
from scenarios.ranges import BETWEEN, Assumption, Range
from scenarios.settings import ADJUST, FIXED, SET, SHIFT, SHORT, Settings

LONG: Mapping[str, str] = {names[0]: short for short, names in SHORT.items() if len(names) == 1}
"""Quantities whose name stands for others in a setting, and the name that means them."""


SHARES, SHAPE, REFUSED, BEYOND = "shares", "shape", "refused", "beyond"
"""Why a number is not moved: a share of a whole; the shape of a scenario; no numbers that are allowed; too many."""
SUMMED = ("profile", "spending")
"""Shares of a whole, of which one cannot be moved alone."""


@dataclass(frozen=True)
class Move:
    """What is moved together, and the settings of both ends; an end that is the number itself has none.

    `tie` is blank where it is one number. The number of the first rule of a tie gives the move its name.
    """

    tie: str
    assumptions: tuple[Assumption, ...]
    rules: tuple[Range, ...]
    low: Settings
    high: Settings

    @property
    def ends(self) -> tuple[Settings, Settings]:
        """The settings of the low and of the high end."""
        return self.low, self.high


@dataclass(frozen=True)
class Unmoved:
    """Numbers with a range that were not moved, and why: a word that the messages know."""

    assumption: Assumption
    reason: str


def list_moves(
    assumptions: Sequence[Assumption], years: Sequence[int], chosen: Settings
) -> tuple[list[Move], list[Unmoved]]:
    """All moves of a case, and the assumed numbers that have a range which no setting can reach.

    Args:
        assumptions: with their ranges.
        years: of the plan.
        chosen: settings by hand; a number that one of them sets is no assumption any more.
    """
    moves: list[Move] = []
    fixed: list[Unmoved] = []
    for assumption in assumptions:
        rule = assumption.rule
        if rule is None or not rule.moves or assumption.ties:
            continue
        if assumption.quantity in FIXED:
            fixed.append(Unmoved(assumption, SHARES if assumption.quantity in SUMMED else SHAPE))
            continue
        moves.append(_make_move("", [(assumption, rule)], years, chosen))
    tied = [(rule.tie, assumption, rule) for assumption in assumptions for rule in assumption.ties]
    for tie, group in groupby(sorted(tied, key=lambda found: found[0]), key=lambda found: found[0]):
        pairs = [(assumption, rule) for _, assumption, rule in group]
        moves.append(_make_move(tie, sorted(pairs, key=lambda pair: pair[1].row), years, chosen))
    return [move for move in moves if move.low or move.high], fixed


def _make_move(tie: str, pairs: Sequence[tuple[Assumption, Range]], years: Sequence[int], chosen: Settings) -> Move:
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    span = _share_years([assumption for assumption, _ in pairs], years)
    for assumption, rule in pairs:
        key = _write_key(assumption, rule, span)
        if span == () or key in chosen:
            continue
        for ends, number in ((low, rule.low), (high, rule.high)):
            end = _clip(assumption, rule, number)
            if not _is_written(assumption, rule, end):
                ends[key] = end
    return Move(tie, tuple(a for a, _ in pairs), tuple(rule for _, rule in pairs), low, high)


def _share_years(assumptions: Sequence[Assumption], years: Sequence[int]) -> tuple[int, ...] | None:
    """The years of the plan that hang on assumed rows of all numbers; None where all years of all of them do."""
    spans = [assumption.span for assumption in assumptions if assumption.span is not None]
    if not spans:
        return None
    first = max(span[0] for span in spans)
    last = min((span[1] for span in spans if span[1] is not None), default=years[-1])
    return tuple(year for year in years if first <= year <= last)


def _write_key(assumption: Assumption, rule: Range, span: Sequence[int] | None) -> str:
    """The key of the setting that moves a number, in some years or in all."""
    verb = {FACTOR: ADJUST, NUMBER: SET}.get(rule.basis, SHIFT)
    parts = [verb, LONG.get(assumption.quantity, assumption.quantity), *assumption.labels]
    yearly = QUANTITY_BY_NAME[assumption.quantity].yearly
    return BETWEEN.join([*parts, *([f"{span[0]}-{span[-1]}"] if span and yearly else [])])


def _clip(assumption: Assumption, rule: Range, end: float) -> float:
    """An end that leaves no number outside the bounds of its quantity."""
    quantity = QUANTITY_BY_NAME[assumption.quantity]
    if rule.basis == NUMBER:
        return min(max(end, quantity.lower), quantity.upper)
    if rule.basis == FACTOR:
        return min(end, quantity.upper / assumption.most) if assumption.most > 0 else end
    return min(max(end, quantity.lower - assumption.least), quantity.upper - assumption.most)


def _is_written(assumption: Assumption, rule: Range, end: float) -> bool:
    """Whether an end is the number as it is written."""
    if rule.basis == NUMBER:
        return assumption.least == assumption.most == end
    return end == (1.0 if rule.basis == FACTOR else 0.0) or (
        rule.basis == FACTOR and assumption.least == assumption.most == 0.0
    )
