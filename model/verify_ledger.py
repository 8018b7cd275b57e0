"""What does each actor pay, get granted, draw, owe and write off by the page?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from model.verify_actors import share_grants
from model.verify_capacity import find_service_start
from model.verify_loans import Loans, measure_loans
from model.verify_money import spread_outlay
from model.verify_reading import Reading
from model.verify_terms import Array, Sum, product, term


@dataclass(frozen=True)
class Ledger:
    """The money of a plan, real, actor by actor; amounts of a plan year are sums over its calendar years."""

    read: Reading

    @cached_property
    def loans(self) -> Loans:
        """Schedules of a krona drawn."""
        return measure_loans(self.read)

    @cached_property
    def spread(self) -> Array:
        """Share of an investment paid in each year, (technology, vintage, year)."""
        return spread_outlay(self.read)

    @cached_property
    def invested(self) -> Array:
        """Investment begun, neither discounted nor with a hurdle, (technology, vintage)."""
        return np.asarray(self.read.given.capex * self.read.plan.build)

    @cached_property
    def received(self) -> Array:
        """Grant to each actor per krona claimed, (instrument, technology, actor)."""
        return np.asarray(share_grants(self.read) * self.read.given.grant_share[:, :, None])

    @cached_property
    def outlay(self) -> Sum:
        """Paid for construction, (actor, year)."""
        return product("ka,kvy,kv->ay", self.read.given.owned, self.spread, self.invested)

    @cached_property
    def positive_outlay(self) -> Sum:
        """Paid for construction of what costs anything, which is all that loans may pay for, (actor, year)."""
        begun = np.maximum(self.read.given.capex, 0.0) * self.read.plan.build
        return product("ka,kvy,kv->ay", self.read.given.owned, self.spread, begun)

    @cached_property
    def grant(self) -> Sum:
        """Grants to the eligible among the owners, paid out as the outlays are, (actor, year)."""
        return product("ika,kvy,ikv->ay", self.received, self.spread, self.read.plan.claimed)

    @cached_property
    def net_outlay(self) -> Sum:
        """Outlay less grants, (actor, year)."""
        return self.outlay - self.grant

    @cached_property
    def drawn(self) -> Sum:
        """Drawn on all instruments, (actor, year)."""
        return term(self.read.plan.draw).over(0)

    @cached_property
    def debt(self) -> Sum:
        """Owed at the end of the year for what the plan drew, (actor, year)."""
        return product("iuy,iau->ay", self.loans.balance, self.read.plan.draw)

    @cached_property
    def repayment(self) -> Sum:
        """Repaid, (actor, year)."""
        return product("iuy,iau->ay", self.loans.repayment, self.read.plan.draw)

    @cached_property
    def interest(self) -> Sum:
        """Interest, (actor, year)."""
        return product("iuy,iau->ay", self.loans.interest, self.read.plan.draw)

    @cached_property
    def serving(self) -> Array:
        """Share of the year in which each vintage serves by its life alone, (technology, vintage, year)."""
        begin = find_service_start(self.read)[:, :, None]
        end = begin + self.read.given.life[:, None, None]
        first, length = self.read.years, self.read.length
        served = np.minimum(first + length, end) - np.maximum(first, begin)
        return np.asarray(np.clip(served, 0.0, None) / length)

    @cached_property
    def depreciation(self) -> Sum:
        """Investment less grants, written off evenly over its life, per calendar year, (actor, year)."""
        pace = 1.0 / self.read.given.life
        gross = product("ka,kvy,kv,k->ay", self.read.given.owned, self.serving, self.invested, pace)
        return gross - product("ika,kvy,ikv,k->ay", self.received, self.serving, self.read.plan.claimed, pace)
