"""Do the accounts add up, and is every miss of a target seen and paid for?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_form import find_target_account, find_target_unit
from model.verify_reading import Reading
from model.verify_terms import Rule, Sum, at_most, equal, product, term
from scenarios.catalog import ACCOUNT, PART, TARGET, YEAR

EY = (ACCOUNT, YEAR)
EFY = (ACCOUNT, PART, YEAR)


def measure_accounts(read: Reading) -> Sum:
    """What each account adds up to from all that the plan does, (account, year)."""
    given, plan = read.given, read.plan
    counted = given.counted_share
    total = term(given.exogenous)
    total += product("eky,eky,ky->ey", counted, given.factor_activity, read.yearly_activity)
    total += product("eky,eky,ky->ey", counted, given.factor_capacity, read.capacity_used)
    total += product("eky,eky,ky->ey", counted, given.factor_build, plan.build / read.length)
    total += product("ecy,cy->ey", given.factor_purchase, plan.purchase.sum(1))
    total += product("ecy,cy->ey", given.factor_sale, plan.sale.sum(1))
    total += product("efy,fy->ey", given.share, plan.account_value)
    return total - term(plan.credit).over(1)


def check_accounts(read: Reading) -> Iterator[Rule]:
    """Accounts and credits.

    account        account = exogenous + factors times what is done + shares of other accounts - credits
    credit_share   credit <= credit_share account[part]
    credit_most    credit <= most_credit
    """
    given, plan, unit = read.given, read.plan, read.given.account_unit
    yield equal("account", EY, unit, term(plan.account_value), measure_accounts(read))
    credit, credited = term(plan.credit), given.credit_share > 0
    yield at_most("credit_share", EFY, unit, credit, term(given.credit_share * plan.account_value), credited)
    most = np.where(np.isfinite(given.most_credit), given.most_credit, 0.0)
    yield at_most("credit_most", EFY, unit, credit, term(most), credited & np.isfinite(given.most_credit))


def check_targets(read: Reading) -> Iterator[Rule]:
    """Caps and floors, and what is paid where they are missed.

    target         account <= cap + excess (>= cap - excess), each year in which the target holds
    target_total   sum_y L account <= cap + excess_total, cumulative ones
    pool           paid[q] >= excess[t], each priced yearly target of the pool
    pool_total     paid_total[q] + sum_y L paid[q] >= excess_total[t], each priced cumulative one
    """
    given, plan = read.given, read.plan
    unit, cap = find_target_unit(read), np.nan_to_num(given.cap)
    sign = np.where(read.floor, -1.0, 1.0)
    account = term(sign[:, None] * plan.account_value[find_target_account(read)])
    yearly = read.held & ~read.cumulative[:, None]
    allowed = term(sign[:, None] * cap) + term(plan.excess)
    yield at_most("target", (TARGET, YEAR), unit, account, allowed, yearly)
    span = (account * np.where(read.held, read.length, 0.0)).over(1)
    first = cap[np.arange(len(cap)), read.held.argmax(1)]
    total = read.cumulative & read.held.any(1)
    yield at_most("target_total", (TARGET,), unit, span, term(sign * first) + term(plan.excess_total), total)
    paid = product("tq,qy->ty", read.payers.astype(float), plan.paid)
    priced = read.priced[:, None]
    yield at_most("pool", (TARGET, YEAR), unit, term(plan.excess), paid, yearly & priced)
    paid_total = product("tq,q->t", read.payers.astype(float), plan.paid_total) + (paid * read.length).over(1)
    yield at_most("pool_total", (TARGET,), unit, term(plan.excess_total), paid_total, total & read.priced)


def measure_miss(read: Reading) -> Sum:
    """`sum price[t] (sum_y L[y] excess[t,y] + excess_total[t])` over the nearest targets."""
    given, plan = read.given, read.plan
    weight = np.where(given.target_mode == "nearest", given.price, 0.0)
    return product("t,ty,y->", weight, plan.excess, read.length) + product("t,t->", weight, plan.excess_total)
