"""What the plan's assets cost in the books: depreciation, internal interest, and grants released over their lives.

The Swedish municipal way: assets stand at what was once paid for them, are written off in equal parts over their
lives from the start of service, and their opening book value carries internal interest at a nominal rate. Investment
grants are income over the asset's life. Nothing is reckoned after the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runners.accounts.amounts import Floats, Money, find_ends, find_starts, gather_years, list_rows
from scenarios.arithmetic.books import free_grants, keep_krona
from scenarios.arithmetic.cash import share_grants, share_owners
from scenarios.arithmetic.loans import index_prices, list_calendar, spread_years
from scenarios.arithmetic.money import begin_investments
from scenarios.arrays import read_arrays, remember_of_plan
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

OPENING, OUTLAY, DEPRECIATION, WRITTEN_OFF = "opening_book_value", "outlay", "depreciation", "written_off"
REVALUATION, CLOSING = "revaluation", "closing_book_value"
INTERNAL_INTEREST, CAPITAL_COST = "internal_interest", "capital_cost"
GRANTS_RECEIVED, GRANTS_RELEASED, GRANTS_LEFT = "grants_received", "grants_released", "grants_left"
NET_COST = "net_capital_cost"


@dataclass(frozen=True)
class Book:
    """Assets in nominal money (actor, calendar year).

    `value` stands at the end of each year: that of the year before, + paid - depreciated - written_off.
    """

    paid: Floats
    depreciated: Floats
    written_off: Floats
    value: Floats

    def __add__(self, other: Book) -> Book:
        return Book(
            self.paid + other.paid,
            self.depreciated + other.depreciated,
            self.written_off + other.written_off,
            self.value + other.value,
        )


def keep_book(scenario: xr.Dataset, begun: Floats, gone: Floats, owners: Floats) -> Book:
    """The book of what was paid for the plan's vintages.

    Args:
        scenario: lives, service and price levels.
        begun: real money of what was begun (technology, vintage).
        gone: of it, what was retired by each plan year (technology, vintage, year); its value is written off at once.
        owners: in whose book what part of it stands (technology, actor).
    """
    krona, calendar = keep_krona(read_arrays(scenario)), _calendar(scenario)
    left = begun[:, :, None] - spread_years(scenario, gone, calendar)
    newly = np.diff(spread_years(scenario, gone, calendar), axis=2, prepend=0.0)
    before = np.concatenate([np.zeros_like(krona.value[..., :1]), krona.value[..., :-1]], axis=2)
    of_actors = (
        np.einsum("ka,kvt->at", owners, values)
        for values in (
            krona.paid * begun[:, :, None],
            krona.worn * left,
            newly * before + (begun[:, :, None] - left) * krona.paid,
            krona.value * left,
        )
    )
    return Book(*of_actors)


@remember_of_plan
def reckon_capital(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """Every item of `tabulate_capital_costs` (actor, year), over the calendar years of each plan year.

    opening + outlay + revaluation - depreciation - written_off = closing; there is no revaluation in nominal money.
    """
    retired = (
        scenario.variables["capex"].values[:, :, None]
        * plan.variables["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values
    )
    assets = keep_book(scenario, begin_investments(scenario, plan), retired, share_owners(scenario))
    grants = _keep_grants(scenario, plan)
    calendar, prices = _calendar(scenario), index_prices(scenario)[:-1]
    rates = spread_years(scenario, scenario.variables["internal_rate"].values, calendar)
    before = np.concatenate([np.zeros_like(assets.value[:, :1]), assets.value[:, :-1]], axis=1)
    level_before = np.append(prices[:1], prices[:-1])
    starts, ends = find_starts(scenario), find_ends(scenario)

    def gather(nominal: Floats) -> Money:
        return Money(gather_years(scenario, nominal / prices), gather_years(scenario, nominal))

    depreciation, interest = gather(assets.depreciated), gather(rates * before)
    written_off = gather(assets.written_off)
    released = gather(grants.depreciated + grants.written_off)
    lost = gather_years(scenario, before * (1.0 / prices - 1.0 / level_before))
    return {
        OPENING: Money((before / level_before)[:, starts], before[:, starts]),
        OUTLAY: gather(assets.paid),
        DEPRECIATION: depreciation,
        WRITTEN_OFF: written_off,
        REVALUATION: Money(lost, np.zeros_like(lost)),
        CLOSING: Money((assets.value / prices)[:, ends], assets.value[:, ends]),
        INTERNAL_INTEREST: interest,
        CAPITAL_COST: depreciation + interest,
        GRANTS_RECEIVED: gather(grants.paid),
        GRANTS_RELEASED: released,
        GRANTS_LEFT: Money((grants.value / prices)[:, ends], grants.value[:, ends]),
        NET_COST: depreciation + written_off + interest - released,
    }


def tabulate_capital_costs(
    scenario: xr.Dataset, plan: xr.Dataset, _reference: xr.Dataset | None = None
) -> pd.DataFrame:
    """What each actor's assets from the plan cost in its books in each year.

    Columns: `plan/capital_costs` in the catalog of results.
    """
    return list_rows(scenario, reckon_capital(scenario, plan), str(scenario.attrs["money"]))


def _keep_grants(scenario: xr.Dataset, plan: xr.Dataset) -> Book:
    """The book of grants not yet released, all instruments together."""
    nothing = np.zeros((scenario.sizes[ACTOR], len(_calendar(scenario))))
    book = Book(nothing, nothing, nothing, nothing)
    given, claimed = read_arrays(scenario), plan.variables["claimed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    freed = free_grants(given, plan)
    for i, owners in enumerate(share_grants(given)):
        if claimed[i].any():
            share = given["grant_share"][i][:, None]
            book = book + keep_book(scenario, share * claimed[i], share[:, :, None] * freed[i], owners)
    return book


def _calendar(scenario: xr.Dataset) -> NDArray[np.int64]:
    return np.asarray(list_calendar(scenario)[:-1])
