"""Whether what budgets carry over from year to year is carried over from anything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenarios.carrying import CARRIED
from scenarios.checks_view import View, file_of
from scenarios.errors import Problem
from scenarios.tables import QUANTITY
from scenarios.terms import ACTOR

FINANCES = file_of("finances")


def find_wrong_carrying(view: View) -> Iterator[Problem]:
    """What is left of a year carried over by who has no limit of which anything is left, or years without a share."""
    for limit, (share, reach) in CARRIED.items():
        shares, limits = view.rows_of(share), view.rows_of(limit)
        for name, (row, column) in shares.items():
            if view.filled(share, [name]).max(initial=0.0) <= 0:
                continue
            if name not in limits or not np.isfinite(view.filled(limit, [name])).any():
                fields = {ACTOR: name, QUANTITY: share, "limit": limit}
                yield Problem("carried_without_limit", FINANCES, row, column, fields)
        for name, (row, column) in view.rows_of(reach).items():
            if name not in shares:
                fields = {ACTOR: name, QUANTITY: reach, "share": share}
                yield Problem("carried_years_alone", FINANCES, row, column, fields)
