"""Whose each technology is: rows of technologies told apart by owner, each with the part that it owns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runners.accounts.amounts import Floats
from scenarios.arithmetic.cash import share_owners
from scenarios.terms import ACTOR, TECHNOLOGY

if TYPE_CHECKING:
    import xarray as xr

SHARE = "share"
"""The column with the part that an owner has."""


@dataclass(frozen=True)
class Owned:
    """Rows of a table, each once per owner.

    `rows` are places among the rows that were given, `actor` the owner's label, and `share` what part is its own.
    """

    rows: NDArray[np.intp]
    actor: NDArray[np.object_]
    share: Floats


def split_owners(scenario: xr.Dataset, technologies: NDArray[np.intp]) -> Owned:
    """One row per owner of each technology, in the order of rows and then of actors; their shares sum to one.

    Args:
        scenario: who owns what; whom the technology names owns it whole where the case has no actors.
        technologies: place of the technology of each row.
    """
    shares = share_owners(scenario)[technologies]
    rows, places = np.nonzero(shares)
    named = shares.sum(axis=1) == 0
    alone = np.flatnonzero(named)
    labels = np.concatenate(
        [
            scenario.variables[ACTOR].values[places],
            scenario.variables[f"{TECHNOLOGY}_{ACTOR}"].values[technologies[alone]],
        ]
    )
    order = np.argsort(np.concatenate([rows, alone]), kind="stable")
    whole = np.concatenate([shares[rows, places], np.ones(len(alone))])
    return Owned(np.concatenate([rows, alone])[order], labels.astype(object)[order], whole[order])
