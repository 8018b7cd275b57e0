"""The do-nothing path of a scenario: its plan, what of it counts in others, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.queries.no_plan import NoPlan
from scenarios.errors import Notice
from scenarios.terms import ACTOR


@dataclass(frozen=True)
class Reference:
    """A do-nothing path: a number for its content (0: the base's), its plan, and what of it counts in a plan.

    `counted` are the arrays of `REFERENCES`; where doing nothing is no way there is no plan, they have no numbers, and
    `failure` says why.
    """

    number: int
    plan: xr.Dataset | None
    counted: Mapping[str, np.ndarray]
    failure: NoPlan | None = None

    @property
    def nbytes(self) -> int:
        """What it takes."""
        plan = 0 if self.plan is None else sum(values.nbytes for values in self.plan.variables.values())
        return plan + sum(values.nbytes for values in self.counted.values())

    def list_notices(self, scenario: xr.Dataset) -> tuple[Notice, ...]:
        """What a user should know of a path that is none: why, and which rule is measured against it."""
        if self.failure is None:
            return ()
        told = Notice("no_do_nothing", {"cause": self.failure.cause})
        bound = bool(np.isfinite(scenario["least_result"].values).any())
        guarded = scenario.attrs["perspective"] in scenario[ACTOR] and bool(
            np.isfinite(scenario["most_loss"].values).any()
        )
        measured = {"no_do_nothing_result": bound, "no_do_nothing_loss": guarded}
        return (told, *(Notice(key) for key, there in measured.items() if there))
