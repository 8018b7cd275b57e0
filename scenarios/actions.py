"""What an adopted plan lists, action by action: its measures, and the amounts that it states."""

from __future__ import annotations

import re

ACTIONS = "actions"
MEASURES = "measures"
AMOUNTS = ("stated_cost", "stated_tonnes")
"""Columns that hold an amount, or a range of two."""

_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:\s*[-–]\s*([0-9]+(?:\.[0-9]+)?))?")


def list_measures(cell: str) -> tuple[str, ...]:
    """The measures that an action names, each once.

    >>> list_measures("cars_electric  charging_points cars_electric")
    ('cars_electric', 'charging_points')
    """
    return tuple(dict.fromkeys(cell.split()))


def read_amount(cell: str) -> tuple[float, float]:
    """The least and the most that an action states; the same where it states one number, NaN where none.

    Raises ValueError for anything else, and for a range that falls.

    >>> read_amount("700-800"), read_amount("7")
    ((700.0, 800.0), (7.0, 7.0))
    """
    if not cell:
        return float("nan"), float("nan")
    match = _AMOUNT.fullmatch(cell)
    if match is None:
        raise ValueError(f"{cell!r} is no amount")
    least = float(match[1])
    most = float(match[2] or match[1])
    if most < least:
        raise ValueError(f"{cell!r} falls")
    return least, most
