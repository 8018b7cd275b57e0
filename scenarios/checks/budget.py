"""Whether what budgets carry over is carried over from anything, and whether a limit on losses holds for anybody."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenarios.arithmetic.carrying import CARRIED
from scenarios.checks.view import View, file_of
from scenarios.errors import Notice, Problem
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


def find_nothing_to_shift(view: View) -> Iterator[Problem]:
    """Parts of ordinary investment plans that may give way where there is no such plan."""
    planned = view.rows_of("planned_outlay")
    for name, (row, column) in view.rows_of("reprioritised_share").items():
        given = view.filled("reprioritised_share", [name]).max(initial=0.0) > 0
        if given and not (name in planned and view.filled("planned_outlay", [name]).max(initial=0.0) > 0):
            yield Problem("reprioritised_nothing", FINANCES, row, column, {ACTOR: name})


def tell_idle_losses(view: View) -> Iterator[Notice]:
    """Limits on what the plan may cost an actor that no other actor's perspective asks for."""
    perspective = view.choices.perspective
    for name, (row, column) in view.rows_of("most_loss").items():
        others = view.chosen_names[ACTOR] - {name}
        if perspective not in others and np.isfinite(view.single("most_loss")[name]):
            fields = {ACTOR: name, "perspective": perspective}
            yield Notice("most_loss_idle", fields, FINANCES, row, column)
