"""What does each actor pay, get granted, draw, owe and write off by the page?

Of all that could be built, claimed or drawn in each year little is, so sums run over what is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from model.verifier.actors import share_grants
from model.verifier.books import charge_gone, measure_pace
from model.verifier.freed import measure_freed
from model.verifier.loans import Loans, measure_loans
from model.verifier.reading import Reading, Scene, kept, once
from model.verifier.terms import Array, Sum, cross, find_some, product, term
from model.verifier.worth import discount_own_payments, pay_outlay, spread_outlay


@kept
def measure_received(read: Scene) -> Array:
    """Grant to each actor per krona claimed, (instrument, technology, actor)."""
    return np.asarray(share_grants(read) * read.given.grant_share[:, :, None])


@dataclass(frozen=True)
class Ledger:
    """The money of a plan, real, actor by actor; amounts of a plan year are sums over its calendar years."""

    read: Reading

    @property
    def loans(self) -> Loans:
        """Schedules of a krona drawn."""
        return measure_loans(self.read)

    @cached_property
    def invested(self) -> Array:
        """Investment begun, neither discounted nor with a hurdle, (technology, vintage)."""
        given, plan = self.read.given, self.read.plan
        begun: Array = given.capex * plan.build + given.project_cost * plan.begin
        return begun

    @cached_property
    def invested_decided(self) -> Array:
        """The same of what is decided alone, (technology, vintage)."""
        given, decided = self.read.given, self.read.decided
        begun: Array = given.capex * decided + given.project_cost * (decided > 0)
        return begun

    @cached_property
    def outlay(self) -> Sum:
        """`sum owned spread capex build`: paid for construction, (actor, year)."""
        return self._share_out(self.invested, spread_outlay(self.read))

    @cached_property
    def positive_outlay(self) -> Sum:
        """Paid for construction of what costs anything, which is all that loans may pay for, (actor, year)."""
        given, plan = self.read.given, self.read.plan
        begun = np.maximum(given.capex, 0.0) * plan.build + given.project_cost * plan.begin
        return self._share_out(begun, spread_outlay(self.read))

    @cached_property
    def grant(self) -> Sum:
        """`sum received spread claimed`: to eligible owners, paid out as the outlays are, (actor, year)."""
        return self._grant_out(spread_outlay(self.read), self.read.plan.claimed)

    @cached_property
    def outlay_worth(self) -> Sum:
        """Present value of what is paid for construction, each at its own rate, (actor)."""
        return (self._share_out(self.invested, pay_outlay(self.read)) * discount_own_payments(self.read)).over(1)

    @cached_property
    def grant_worth(self) -> Sum:
        """Present value of grants, each at its own rate, (actor)."""
        granted = self._grant_out(pay_outlay(self.read), self.read.plan.claimed)
        return (granted * discount_own_payments(self.read)).over(1)

    @cached_property
    def net_outlay(self) -> Sum:
        """Outlay less grants, (actor, year)."""
        return self.outlay - self.grant

    @cached_property
    def settled(self) -> Sum:
        """Net outlay of what is decided: its outlay less the grants that are secured for it, (actor, year)."""
        decided = self._share_out(self.invested_decided, spread_outlay(self.read))
        return decided - self._grant_out(spread_outlay(self.read), self.read.plan.secured)

    @cached_property
    def drawn(self) -> Sum:
        """Drawn on all instruments, (actor, year)."""
        return term(self.read.plan.draw).over(0)

    @cached_property
    def debt(self) -> Sum:
        """`sum balance draw`: owed at the end of each calendar year for what the plan drew, (actor, calendar)."""
        return self._follow(self.loans.balance)

    @cached_property
    def repayment(self) -> Sum:
        """Repaid, (actor, year)."""
        return self._follow(self.loans.repayment)

    @cached_property
    def interest(self) -> Sum:
        """Interest, (actor, year)."""
        return self._follow(self.loans.interest)

    @cached_property
    def depreciation(self) -> Sum:
        """What the books charge a calendar year, less grants, (actor, year): evenly, at once for what is retired.

        wear begun + gone retired[y] - before retired[y-1], of investments less the same of grants
        """
        read, pace = self.read, measure_pace(self.read)
        charged = self._share_out(self.invested, pace.begun) - self._grant_out(pace.begun, read.plan.claimed)
        if read.span("retired") == (0.0, 0.0):
            return charged
        left = charge_gone(pace, read.given.capex[:, :, None] * read.plan.retired)
        released = charge_gone(pace, measure_freed(read))
        gone = product("ka,ky->ay", read.given.owned, left)
        return charged + gone - product("ika,iky->ay", measure_received(read), released)

    def _share_out(self, amounts: Array, over: Array) -> Sum:
        """Amounts (technology, vintage) to their owners, over years (technology, vintage, year)."""
        k, v = find_some(amounts)
        return cross(self.read.given.owned[k] * amounts[k, v][:, None], over[k, v])

    def _grant_out(self, over: Array, claimed: Array) -> Sum:
        """Grants of claims to those who receive them, over years (technology, vintage, year)."""
        i, k, v = find_some(claimed)
        return cross(measure_received(self.read)[i, k] * claimed[i, k, v][:, None], over[k, v])

    def _follow(self, schedule: Array) -> Sum:
        """What draws leave by a schedule (instrument, drawn, year), (actor, year)."""
        draw = self.read.plan.draw
        i, a, u = find_some(draw)
        drawn = draw[i, a, u][:, None] * (a[:, None] == np.arange(draw.shape[1]))
        return cross(drawn, schedule[i, u])


@once
def open_ledger(read: Reading) -> Ledger:
    """The ledger of a plan."""
    return Ledger(read)
