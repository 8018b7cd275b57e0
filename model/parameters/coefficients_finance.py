"""Which numbers of money enter the program: outlays by owner, grants, loan schedules, cash of operation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model.parameters.coefficient import SLOT, Measure, find_sliced, join_year, lengthen, measure_use, share_hours, take
from model.parameters.coefficients_savings import bound_savings, share_savings
from model.parameters.coefficients_vintages import CASH_GAIN, use_begun
from scenarios.arithmetic.actor_rates import discount_capital, discount_end, discount_operation, value_outlays
from scenarios.arithmetic.books import charge_krona
from scenarios.arithmetic.breaches import LIMITS, Limit, price_breach
from scenarios.arithmetic.carrying import (
    CARRIED,
    FRAME,
    OWN_FUNDS,
    hold_savings,
    miss_savings,
    worth_later,
    worth_savings,
    worth_used,
)
from scenarios.arithmetic.cash import (
    earn_activity,
    find_taxer,
    price_use,
    share_grants,
    tax_activity,
    trade_prices,
    traders,
)
from scenarios.arithmetic.charges import charge_build, charge_capacity, find_hosts, find_payers, weigh_unpaid
from scenarios.arithmetic.claims import CLAIMANTS, count_together, list_claimants
from scenarios.arithmetic.loans import loan_schedules
from scenarios.arithmetic.money import operation_discount, outlay_shares, salvage_worth
from scenarios.arithmetic.projects import list_decided
from scenarios.arithmetic.rooms import allow_debt, allow_loss, allow_outlay, allow_step
from scenarios.arithmetic.support import (
    SUPPORTED,
    SUPPORTERS,
    list_supported,
    list_supporters,
    price_support,
    serve_supported,
    share_support,
)
from scenarios.arithmetic.windows import find_claims, share_claims
from scenarios.arrays import Arrays, remember
from scenarios.terms import ACCOUNT, ACTOR, CALENDAR, COMMODITY, INSTRUMENT, TECHNOLOGY, YEAR

SHARE = "share"
"""Pairs of grant and technology for which there is a share."""
CHARGES = {"wear": "wear", "wear_gone": "gone", "wear_before": "before"}
"""Coefficients of what the books charge, and the parts of `scenarios.arithmetic.books.Charge` that they are."""
IY, AY, ATYY = (INSTRUMENT, YEAR), (ACTOR, YEAR), (ACTOR, TECHNOLOGY, YEAR, YEAR)


@remember
def list_shares(scenario: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Places of grant and technology of each pair with a share."""
    grants, technologies = np.nonzero(scenario["grant_share"] > 0)
    return grants, technologies


def _grant_shares(scenario: Arrays, falls: np.ndarray) -> np.ndarray:
    """Grant of each actor per krona claimed (share, actor, start, year); `falls` (technology, start, year)."""
    i, k = list_shares(scenario)
    granted = scenario["grant_share"][i, k, None] * share_grants(scenario)[i, k]
    return np.asarray(np.einsum("pa,pvy->pavy", granted, falls[k]))


def _invest_decided(scenario: Arrays) -> np.ndarray:
    """Investment of what is decided (technology, start)."""
    decided = list_decided(scenario)
    return np.asarray(scenario["capex"] * decided + scenario["project_cost"] * (decided > 0))


@remember
def _measure_spend(scenario: Arrays) -> np.ndarray:
    """Outlay of an owner per unit begun (actor, technology, start, year)."""
    return _spend(scenario, scenario["capex"])


def _spend(scenario: Arrays, invested: np.ndarray) -> np.ndarray:
    """Outlay of an owner for an investment (technology, start), by year (actor, technology, start, year)."""
    spent = outlay_shares(scenario) * invested[:, :, None]
    return np.asarray(scenario["owned"].T[:, :, None, None] * spent[None])


def _claim(scenario: Arrays, invested: np.ndarray) -> np.ndarray:
    """Part of an investment (technology, start) that is eligible owners' and begun while the grant is open.

    (instrument, technology, start)
    """
    part = np.einsum("ia,ka->ik", scenario["eligible"], scenario["owned"])
    return np.asarray(part[:, :, None] * share_claims(scenario) * invested[None])


def _claim_together(scenario: Arrays, invested: np.ndarray) -> np.ndarray:
    """The same part that any of a set of grants counts (claimants, start)."""
    technologies = [k for k, _ in list_claimants(scenario)]
    return np.asarray(count_together(scenario) * invested[technologies])


def _measure_pool(scenario: Arrays) -> np.ndarray:
    """Money of a grant for the starts of a plan year: of each of its years in which it is open (instrument, start)."""
    years = np.clip(find_claims(scenario).count, 0.0, None)
    return np.asarray(scenario["pool"] * np.where(years > 0, years, scenario["length"]))


def _measure_grant_value(scenario: Arrays) -> np.ndarray:
    """What a krona claimed brings those who receive it, each at its rate (instrument, technology, start)."""
    worth = np.einsum("ika,akv->ikv", share_grants(scenario), value_outlays(scenario))
    return np.asarray(scenario["grant_share"][:, :, None] * worth)


def _measure_debt_cost(scenario: Arrays) -> np.ndarray:
    """Cost of a krona drawn in the end, at the rate of who draws (instrument, actor, draw).

    sum d_cap (repayment + interest) + terminal d_end - d_cap
    """
    loans, discount = loan_schedules(scenario), discount_capital(scenario)
    cost = np.einsum("iuy,ay->iau", loans.repayment + loans.interest, discount)
    return np.asarray(cost + loans.terminal[:, None] * discount_end(scenario)[:, None] - discount)


def _measure_result_room(scenario: Arrays) -> np.ndarray:
    """What the plan may take from the result, less the do-nothing path's operating cash (actor, year).

    Endless where there is no such path to measure against.
    """
    return np.asarray(allow_loss(scenario) - np.nan_to_num(scenario["reference_operating"]))


def _measure_loss_room(scenario: Arrays) -> np.ndarray:
    """Most present cost of an actor: what it may lose and what doing nothing costs it (actor); endless without."""
    worth = scenario["reference_worth"]
    return np.where(np.isnan(worth), np.inf, scenario["most_loss"] - worth)


@remember
def _earn_by_slice(scenario: Arrays) -> np.ndarray:
    """Operating cash of an actor per unit of decided activity (actor, technology, slice, year)."""
    profile = np.where(find_sliced(scenario)[:, None, None], 1.0, scenario["activity_profile"])
    earned, taxed = earn_activity(scenario) * profile, tax_activity(scenario) * profile
    cash = scenario["owned"].T[:, :, None, None] * earned[None]
    for a in np.flatnonzero(find_taxer(scenario)):
        cash[a] += taxed
    return np.asarray(cash)


def _measure_cash_activity(scenario: Arrays) -> np.ndarray:
    by_slice = _earn_by_slice(scenario)
    return join_year(by_slice, by_slice.sum(axis=2), axis=2)


def _measure_cash_trade(selling: bool) -> Measure:
    """Cash of an actor per unit bought or sold (actor, commodity, slot, year)."""

    def measure(scenario: Arrays) -> np.ndarray:
        used, (bought, sold) = price_use(scenario), trade_prices(scenario)
        gain = sold - used if selling else used - bought
        by_slice = np.einsum("ca,csy->acsy", traders(scenario), gain)
        return join_year(by_slice, np.einsum("acsy,s->acy", by_slice, share_hours(scenario)), axis=2)

    return Measure((ACTOR, COMMODITY, SLOT, YEAR), measure)


def _measure_cash_demand(scenario: Arrays) -> np.ndarray:
    demand = scenario["demand"][:, None, :] * scenario["demand_profile"]
    return np.asarray(-traders(scenario).T @ (price_use(scenario) * demand).sum(axis=1))


def _measure_cash_capacity(scenario: Arrays) -> np.ndarray:
    """Cash of an actor per unit of capacity (actor, technology, year): upkeep, and charges on the modes that it has."""
    cash = -scenario["owned"].T[:, :, None] * scenario["fixed_cost"][None]
    charged = scenario["owned"].T[:, :, None] * charge_capacity(scenario)[None]
    for technology, host in enumerate(find_hosts(scenario).tolist()):
        cash[:, host] -= charged[:, technology]
    return np.asarray(cash)


def _measure_cash_build(scenario: Arrays) -> np.ndarray:
    return np.asarray(-scenario["owned"].T[:, :, None] * charge_build(scenario)[None])


def _measure_cash_account(scenario: Arrays) -> np.ndarray:
    return np.asarray(-find_payers(scenario).T[:, :, None] * scenario["account_price"][None])


def _pay_outlay(scenario: Arrays, invested: np.ndarray) -> np.ndarray:
    """Present value to an owner of its outlay for an investment (technology, start), (actor, technology, start)."""
    return np.asarray(scenario["owned"].T[:, :, None] * value_outlays(scenario) * invested[None])


def _measure_receive_value(scenario: Arrays) -> np.ndarray:
    """Present value of the grant of each actor per krona claimed (share, actor, start)."""
    i, k = list_shares(scenario)
    granted = scenario["grant_share"][i, k, None] * share_grants(scenario)[i, k]
    return np.asarray(granted[:, :, None] * value_outlays(scenario)[:, k].transpose(1, 0, 2))


def _keep_value(scenario: Arrays, invested: np.ndarray) -> np.ndarray:
    """Present worth left to an owner of an investment (technology, start), (actor, technology, start)."""
    worth = salvage_worth(scenario) * invested
    return np.asarray(np.einsum("ka,kv,a->akv", scenario["owned"], worth, discount_end(scenario)))


def _price_supported(pay: Callable[[Arrays], np.ndarray]) -> Measure:
    """Money per unit of decided activity that is supported (supported, slot, year), by what a slice's unit brings."""

    def measure(scenario: Arrays) -> np.ndarray:
        _, technologies = list_supported(scenario)
        profile = np.where(find_sliced(scenario)[:, None, None], 1.0, scenario["activity_profile"])
        by_slice = pay(scenario) * profile[technologies]
        return join_year(by_slice, by_slice.sum(axis=1), axis=1)

    return Measure((SUPPORTED, SLOT, YEAR), measure)


def _receive_support(discount: Callable[[Arrays], np.ndarray]) -> Measure:
    """Money to an actor per unit of decided activity that is supported (supported, actor, slot, year)."""

    def measure(scenario: Arrays) -> np.ndarray:
        whole = _price_supported(price_support).function(scenario)[:, None] * discount(scenario)[:, None]
        return np.asarray(share_support(scenario)[:, :, None, None] * whole)

    return Measure((SUPPORTED, ACTOR, SLOT, YEAR), measure)


def _pay_support(scenario: Arrays) -> np.ndarray:
    """What a unit of activity in a slice brings all eligible owners together (supported, slice, year)."""
    return np.asarray(share_support(scenario).sum(axis=1)[:, None, None] * price_support(scenario))


def _value_support(scenario: Arrays) -> np.ndarray:
    """The same over the years, each owner's part at its rate (supported, slice, year)."""
    worth = np.einsum("pa,ay->py", share_support(scenario), discount_operation(scenario))
    return np.asarray(worth[:, None, :] * price_support(scenario))


def _measure_support_use(scenario: Arrays) -> np.ndarray:
    """Use per unit begun that a set supports (supporters, slot, start, year)."""
    hosts = [host for host, _ in list_supporters(scenario)]
    used = np.repeat(measure_use(scenario)[hosts][:, :, None, :], scenario.sizes[YEAR], axis=2)
    for place, host in enumerate(hosts):
        begun = use_begun(scenario, host)
        used[place] = used[place] if begun is None else begun.swapaxes(0, 1)
    return np.asarray(used * serve_supported(scenario)[:, None])


def _measure_support_annual(scenario: Arrays) -> np.ndarray:
    hosts = [host for host, _ in list_supporters(scenario)]
    most = scenario["annual_availability"] * scenario["yield"]
    used = np.repeat(most[hosts][:, None, :], scenario.sizes[YEAR], axis=1)
    for place, host in enumerate(hosts):
        begun = use_begun(scenario, host, annual=True)
        used[place] = used[place] if begun is None else begun
    return np.asarray(used * serve_supported(scenario))


def _measure_charge(part: str, price: str = "capex") -> Measure:
    """What an owner is charged in the books per unit begun or retired, or start (actor, technology, start, year)."""

    def measure(scenario: Arrays) -> np.ndarray:
        charged = getattr(charge_krona(scenario), part) * scenario[price][:, :, None]
        return np.asarray(scenario["owned"].T[:, :, None, None] * charged[None])

    return Measure(ATYY, measure)


def _measure_release(part: str) -> Measure:
    """Income of each actor from grants per krona claimed or freed (share, actor, start, year)."""
    return Measure((SHARE, ACTOR, YEAR, YEAR), lambda s: _grant_shares(s, getattr(charge_krona(s), part)))


def _measure_breach_cost(limit: Limit) -> Measure:
    return Measure(AY, lambda s: price_breach(s, limit.price))


def _measure_decided_outlay(scenario: Arrays) -> np.ndarray:
    """Outlay of an owner for what is decided (actor, year)."""
    return np.asarray(_spend(scenario, _invest_decided(scenario)).sum(axis=(1, 2)))


def _save_carried(scenario: Arrays, limit: str) -> np.ndarray:
    """What has to be left unspent for a krona to be carried over (actor, year); 0 where none is."""
    share = scenario[CARRIED[limit][0]]
    return np.asarray(np.divide(1.0, share, out=np.zeros(share.shape), where=share > 0))


FINANCE_MEASURES: dict[str, Measure] = {
    # outlays and grants
    "decided_outlay": Measure(AY, _measure_decided_outlay),
    "claimable_decided": Measure((TECHNOLOGY, YEAR), _invest_decided),
    "claimable_owned_decided": Measure((INSTRUMENT, TECHNOLOGY, YEAR), lambda s: _claim(s, _invest_decided(s))),
    "claimable_together": Measure((CLAIMANTS, YEAR), lambda s: _claim_together(s, s["capex"])),
    "claimable_together_start": Measure((CLAIMANTS, YEAR), lambda s: _claim_together(s, s["project_cost"])),
    "claimable_together_decided": Measure((CLAIMANTS, YEAR), lambda s: _claim_together(s, _invest_decided(s))),
    "spend": Measure(ATYY, _measure_spend),
    "start_spend": Measure(ATYY, lambda s: _spend(s, s["project_cost"])),
    "spend_gross": Measure(ATYY, lambda s: np.maximum(_measure_spend(s), 0.0)),
    "outlay": Measure((TECHNOLOGY, YEAR, YEAR), outlay_shares),
    "owned": take("owned", TECHNOLOGY, ACTOR),
    "grant_share": take("grant_share", INSTRUMENT, TECHNOLOGY),
    "claimable": take("capex", TECHNOLOGY, YEAR),
    "claimable_start": take("project_cost", TECHNOLOGY, YEAR),
    "claimable_owned": Measure((INSTRUMENT, TECHNOLOGY, YEAR), lambda s: _claim(s, s["capex"])),
    "claimable_owned_start": Measure((INSTRUMENT, TECHNOLOGY, YEAR), lambda s: _claim(s, s["project_cost"])),
    "receive": Measure((SHARE, ACTOR, YEAR, YEAR), lambda s: _grant_shares(s, outlay_shares(s))),
    "grant_value": Measure((INSTRUMENT, TECHNOLOGY, YEAR), _measure_grant_value),
    # debts
    "balance": Measure((INSTRUMENT, YEAR, CALENDAR), lambda s: loan_schedules(s).balance),
    "interest": Measure((INSTRUMENT, YEAR, YEAR), lambda s: np.asarray(loan_schedules(s).interest / s["length"])),
    "debt_cost": Measure((INSTRUMENT, ACTOR, YEAR), _measure_debt_cost),
    # support by output
    "support_use": Measure((SUPPORTERS, SLOT, YEAR, YEAR), _measure_support_use),
    "support_annual_use": Measure((SUPPORTERS, YEAR, YEAR), _measure_support_annual),
    "support_paid": _price_supported(lambda s: _pay_support(s) * s["length"]),
    "support_value": _price_supported(_value_support),
    "support_receive": _receive_support(lambda s: np.ones((s.sizes[ACTOR], s.sizes[YEAR]))),
    "support_worth": _receive_support(discount_operation),
    "most_support_in_all": take("most_support_in_all", INSTRUMENT),
    # limits of a plan year: rates times its length
    "most_support": lengthen("most_support", *IY),
    "most_draw": lengthen("most_draw", *IY),
    "pool": Measure(IY, _measure_pool),
    "own_funds": lengthen("own_funds", *AY),
    "frame": lengthen("frame", *AY),
    "own_extra": Measure(AY, lambda s: allow_outlay(s, "own_funds")),
    "frame_extra": Measure(AY, lambda s: allow_outlay(s, "frame")),
    "shiftable": Measure(AY, lambda s: np.asarray(s["reprioritised_share"] * s["planned_outlay"] * s["length"])),
    "saving": Measure(AY, share_savings),
    "saving_reference": Measure(AY, lambda s: share_savings(s) * np.nan_to_num(s["reference_operating"])),
    "saving_fall": Measure(AY, lambda s: bound_savings(s, FINANCE_MEASURES)[0]),
    "saving_rise": Measure(AY, lambda s: bound_savings(s, FINANCE_MEASURES)[1]),
    "support_saving": _receive_support(share_savings),
    "own_saving": Measure(AY, lambda s: _save_carried(s, OWN_FUNDS)),
    "frame_saving": Measure(AY, lambda s: _save_carried(s, FRAME)),
    "money_later": Measure((YEAR, YEAR), worth_later),
    "savings_held": Measure((YEAR, CALENDAR), hold_savings),
    "savings_gone": Measure((YEAR, CALENDAR), miss_savings),
    "savings_later": Measure((YEAR, YEAR), worth_savings),
    "savings_used": Measure((YEAR,), worth_used),
    "least_issue": take("least_issue", INSTRUMENT),
    "most_per_project": take("most_per_project", INSTRUMENT),
    "outlay_step": Measure(AY, allow_step),
    "debt_room": Measure(AY, lambda s: allow_debt(s)),
    "result_room": Measure(AY, _measure_result_room),
    "loss_room": Measure((ACTOR,), _measure_loss_room),
    **{name: _measure_charge(part) for name, part in CHARGES.items()},
    "start_wear": _measure_charge("wear", "project_cost"),
    **{name.replace("wear", "wear_granted"): _measure_release(part) for name, part in CHARGES.items()},
    **{f"{limit.breach}_cost": _measure_breach_cost(limit) for limit in LIMITS},
    **{name: Measure((), lambda _: np.asarray(np.inf)) for name in ("most_cost", "most_finance", "most_cash")},
    # operating cash per unit of each decision; see docs/finance.md
    "cash_activity": Measure((ACTOR, TECHNOLOGY, SLOT, YEAR), _measure_cash_activity),
    "cash_gain": CASH_GAIN,
    "cash_capacity": Measure((ACTOR, TECHNOLOGY, YEAR), _measure_cash_capacity),
    "cash_build": Measure((ACTOR, TECHNOLOGY, YEAR), _measure_cash_build),
    "cash_account": Measure((ACTOR, ACCOUNT, YEAR), _measure_cash_account),
    "cash_purchase": _measure_cash_trade(selling=False),
    "cash_sale": _measure_cash_trade(selling=True),
    "cash_demand": Measure(AY, _measure_cash_demand),
    "cash_discount": Measure(AY, discount_operation),
    "outlay_cost": Measure((ACTOR, TECHNOLOGY, YEAR), lambda s: _pay_outlay(s, s["capex"])),
    "outlay_start": Measure((ACTOR, TECHNOLOGY, YEAR), lambda s: _pay_outlay(s, s["project_cost"])),
    "receive_value": Measure((SHARE, ACTOR, YEAR), _measure_receive_value),
    "unpaid_cost": Measure((ACCOUNT, YEAR), lambda s: np.asarray(weigh_unpaid(s) * operation_discount(s))),
    "kept_value": Measure((ACTOR, TECHNOLOGY, YEAR), lambda s: _keep_value(s, s["capex"])),
    "kept_start": Measure((ACTOR, TECHNOLOGY, YEAR), lambda s: _keep_value(s, s["project_cost"])),
}
"""How each coefficient of money is measured, by the name that the program asks for."""
