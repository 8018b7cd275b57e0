"""What the plan's assets cost in the books: depreciation, internal interest, and grants released over their lives.

The Swedish municipal way: assets stand at what was once paid for them, are written off in equal parts over their
lives from the start of service, and their opening book value carries internal interest at a nominal rate. Investment
grants are income over the asset's life. Nothing is reckoned after the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from runners.accounts.amounts import Floats, Money, find_ends, find_starts, gather_years, list_rows
from runners.accounts.outlays import grant_vintages, spend_vintages
from scenarios.cash import share_grants, share_owners
from scenarios.loans import index_prices, list_calendar, spread_years
from scenarios.money import outlay_shares
from scenarios.terms import ACTOR, TECHNOLOGY, VINTAGE, YEAR

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


def keep_book(scenario: xr.Dataset, plan: xr.Dataset, spent: Floats, owners: Floats) -> Book:
    """The book of what was paid for the plan's vintages.

    Args:
        scenario: lives, service and price levels.
        plan: what of each vintage was retired; that share of the value is written off at once.
        spent: real money (technology, vintage, year).
        owners: in whose book what part of it stands (technology, actor).
    """
    calendar = _calendar(scenario)
    paid = np.zeros((*spent.shape[:2], len(calendar)))
    paid[..., find_starts(scenario)] = spent * scenario["price_index"].values
    depreciated = paid.sum(axis=2, keepdims=True) * _serve(scenario, calendar)
    whole = np.cumsum(paid - depreciated, axis=2)
    gone = _retire(scenario, plan, calendar)
    newly = np.diff(gone, axis=2, prepend=0.0)
    before = np.concatenate([np.zeros_like(whole[..., :1]), whole[..., :-1]], axis=2)
    of_actors = (
        np.einsum("ka,kvt->at", owners, values)
        for values in (paid, depreciated * (1.0 - gone), newly * before + gone * paid, whole * (1.0 - gone))
    )
    return Book(*of_actors)


def depreciate_krona(scenario: xr.Dataset) -> Floats:
    """Real depreciation over each plan year of a krona of capex begun, nothing retired (technology, vintage, year).

    What `keep_book` writes off, by vintage: linear in what is built, so that a sweep has it from one product.
    """
    paid = (outlay_shares(scenario) * scenario["price_index"].values).sum(axis=2)
    depreciated = paid[:, :, None] * _serve(scenario, _calendar(scenario))
    return gather_years(scenario, depreciated / index_prices(scenario)[:-1])


def reckon_capital(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """Every item of `tabulate_capital_costs` (actor, year), over the calendar years of each plan year.

    opening + outlay + revaluation - depreciation - written_off = closing; there is no revaluation in nominal money.
    """
    assets = keep_book(scenario, plan, spend_vintages(scenario, plan), share_owners(scenario))
    grants = _keep_grants(scenario, plan)
    calendar, prices = _calendar(scenario), index_prices(scenario)[:-1]
    rates = spread_years(scenario, scenario["internal_rate"].values, calendar)
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

    Columns: actor, name_sv, name_en, kind, year, item, amount (deflated), nominal (historical cost), unit. Items:
    opening_book_value, outlay, depreciation, written_off (book value of what is retired early), revaluation (what
    historical cost loses by inflation), closing_book_value, internal_interest (on the opening book value, grants not
    deducted), capital_cost (depreciation and internal interest), grants_received, grants_released (income),
    grants_left (not released yet), net_capital_cost (capital cost and what is written off, less grants released).
    """
    return list_rows(scenario, reckon_capital(scenario, plan), str(scenario.attrs["money"]))


def _keep_grants(scenario: xr.Dataset, plan: xr.Dataset) -> Book:
    """The book of grants not yet released, all instruments together."""
    nothing = np.zeros((scenario.sizes[ACTOR], len(_calendar(scenario))))
    book = Book(nothing, nothing, nothing, nothing)
    for granted, owners in zip(grant_vintages(scenario, plan), share_grants(scenario), strict=True):
        if granted.any():
            book = book + keep_book(scenario, plan, granted, owners)
    return book


def _calendar(scenario: xr.Dataset) -> NDArray[np.int64]:
    return np.asarray(list_calendar(scenario)[:-1])


def _serve(scenario: xr.Dataset, calendar: NDArray[np.int64]) -> Floats:
    """Part of its life that each vintage spends in each calendar year (technology, vintage, calendar year).

    |[t, t+1) n [b, b+life)| / life,  b = v + lead_time + start_delay; 0 where the life is endless
    """
    life = scenario["life"].values[:, None, None]
    wait = (scenario["lead_time"] + scenario["start_delay"]).values
    begin = (scenario[VINTAGE].values + wait[:, None])[:, :, None]
    served = np.minimum(calendar + 1.0, begin + life) - np.maximum(calendar, begin)
    return np.asarray(np.clip(served, 0.0, None) / life)


def _retire(scenario: xr.Dataset, plan: xr.Dataset, calendar: NDArray[np.int64]) -> Floats:
    """Share of each vintage that is retired by each calendar year (technology, vintage, calendar year)."""
    retired = plan["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values
    build = plan["build"].transpose(TECHNOLOGY, VINTAGE).values[:, :, None]
    share = np.divide(retired, build, out=np.zeros_like(retired), where=build > 0)
    return spread_years(scenario, np.clip(share, 0.0, 1.0), calendar)
