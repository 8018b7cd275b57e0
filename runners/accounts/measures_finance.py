"""What each measure and programme is worth to those who own it, and who gains and who pays in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from runners.accounts.amounts import Floats, find_starts
from runners.accounts.appraisal import find_annuity, find_internal_rate, find_payback, find_present_value
from runners.accounts.cash_flow import DEBT_LEFT, NET, FLOWS, RESIDUAL_VALUE, trace_cash
from runners.accounts.debt import DRAW, INTEREST, REPAYMENT
from runners.accounts.outlays import grant_vintages, keep_worth, spend_vintages
from scenarios.cash import operating_by_technology, operating_cash, price_use, share_owners
from scenarios.choices import TIMINGS
from scenarios.loans import list_calendar, spread_years
from scenarios.terms import ACTOR, COMMODITY, SLICE, TECHNOLOGY, YEAR

MEASURE, PROGRAMME, MARKET, FINANCING, PLAN = "measure", "programme", "market", "financing", "plan"
SMALLEST = 1e-9
COLUMNS = ("outlay", "grant", "operating", "replaced", "residual_value", "npv", "irr", "payback", "annuity")


@dataclass(frozen=True)
class Streams:
    """Signed real money of many items: `outlay`, `grant` (..., year), `operating`, `replaced` (..., year, a rate per
    calendar year) and `residual` (...), what is left at the end.
    """

    outlay: Floats
    grant: Floats
    operating: Floats
    replaced: Floats
    residual: Floats

    def __sub__(self, other: Streams) -> Streams:
        return Streams(*(mine - theirs for mine, theirs in zip(_parts(self), _parts(other), strict=True)))

    def over(self, subscripts: str, weights: Floats) -> Streams:
        """Weighted sums, as `numpy.einsum` writes them, with `y` for the last axis of all but `residual`."""
        residual = np.einsum(subscripts.replace("y", ""), self.residual, weights)
        yearly = (np.einsum(subscripts, part, weights) for part in _parts(self)[:-1])
        return Streams(*yearly, residual)

    def at(self, place: tuple[int, ...]) -> Streams:
        """The streams of one item."""
        return Streams(*(part[place] for part in _parts(self)))
