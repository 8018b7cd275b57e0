"""Tables of money of a report, each twice: in constant prices, and under it in those of each year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from runners.reports.overviews import AMOUNT, NOMINAL, spread_periods
from runners.views.locale import Speech, spread_grid
from runners.views.section import Grid


def show_both(speech: Speech, write: Callable[[Speech, str], Grid]) -> list[Grid]:
    """A table in constant and in current prices.

    Args:
        speech: language and names.
        write: makes it of a speech, which knows the prices, and the column that they stand in.
    """
    return [write(speech, AMOUNT), write(speech.in_current_prices(), NOMINAL)]


def spread_both(
    speech: Speech,
    key: str,
    table: pd.DataFrame,
    names: Sequence[str],
    heads: Sequence[str],
    last: bool = False,
    total: bool = True,
) -> list[Grid]:
    """A long table of `amount` and `nominal` with periods as columns, in both prices; `last` and `total` as there."""
    return show_both(
        speech,
        lambda spoken, values: spread_grid(
            spoken, key, spread_periods(table, names, values, last, total), names, heads
        ),
    )
