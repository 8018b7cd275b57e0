"""Which numbers the plan hangs on, as a long table and as JSON: the screen is a view of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from runners.analyses.assumptions.moves import Unmoved
from runners.analyses.assumptions.ranking import Doubt, Doubts, Effect
from scenarios.quality import FILE

DEFINITION = (
    "differs: sum over technologies of the largest difference, in any year, of what has been invested in it by then "
    "(present value, at the costs of the plan as it is); cost: change of the least cost; parts of units"
)
ENDS = ("low", "high")


def tabulate_doubts(doubts: Doubts) -> pd.DataFrame:
    """A row per number and end, the numbers that matter most first.

    Columns: rank, tie, quantity, item, file, row, value, unit (of the first number moved), numbers (moved together),
    end, setting (its first key), setting_value, possible, cost, differs, entered, left (measures).
    """
    rows = [
        {"rank": rank, **_describe_number(doubt), "end": end, **_describe_end(doubt, place, effect)}
        for rank, doubt in enumerate(doubts.ranked, start=1)
        for place, (end, effect) in enumerate(zip(ENDS, (doubt.low, doubt.high), strict=True))
        if effect is not None
    ]
    return pd.DataFrame(rows)


def describe_doubts(doubts: Doubts) -> dict[str, Any]:
    """The counts, what the columns mean, and what was not moved and why."""
    counts = {"definition": DEFINITION, "least": doubts.least, "moved": doubts.moved, "fixed": doubts.fixed}
    return {**counts, "unmoved": [_describe_unmoved(one) for one in doubts.unmoved]}


def _describe_unmoved(one: Unmoved) -> dict[str, Any]:
    """Numbers that were not moved, and why."""
    about = one.assumption
    place = {FILE: f"{about.table}.csv", "row": about.row}
    return {"quantity": about.quantity, "item": about.item, **place, "numbers": about.count, "reason": one.reason}


def _describe_number(doubt: Doubt) -> dict[str, Any]:
    first = doubt.move.assumptions[0]
    place = {FILE: f"{first.table}.csv", "row": first.row, "value": first.value, "unit": first.unit}
    numbers = sum(assumption.count for assumption in doubt.move.assumptions)
    return {"tie": doubt.move.tie, "quantity": first.quantity, "item": first.item, **place, "numbers": numbers}


def _describe_end(doubt: Doubt, place: int, effect: Effect) -> dict[str, Any]:
    key, number = next(iter(doubt.move.ends[place].items()))
    moved = {"setting": key, "setting_value": number, "possible": effect.possible}
    changed = {"cost": effect.cost, "differs": effect.differs}
    return moved | changed | {"entered": " ".join(effect.entered), "left": " ".join(effect.left)}
