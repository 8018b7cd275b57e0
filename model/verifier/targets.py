"""Do the accounts add up, and is every miss of a target seen and paid for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.beyond import measure_beyond
from model.verifier.form import find_target_unit
from model.verifier.pools import count_years, find_missable, find_parts, find_target_account, find_wholes, price_misses
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import Array, Places, Rule, Sum, at_most, equal, find_places, product, term
from model.verifier.weights import Weights, weigh
from scenarios.catalog import ACCOUNT, COMMODITY, PART, TARGET, TECHNOLOGY, YEAR

EY = (ACCOUNT, YEAR)
EFY = (ACCOUNT, PART, YEAR)


@kept
def weigh_accounts(read: Scene) -> Mapping[str, Weights]:
    """What each decision of a year adds to each account, (account, year)."""
    given, counted, length = read.given, read.given.counted_share, read.length
    by_technology, by_commodity = read.shape(TECHNOLOGY, YEAR), read.shape(COMMODITY, YEAR)
    return {
        "activity": weigh("eky,eky,ky->ey", given.factor_activity, counted, shape=by_technology),
        "capacity": weigh("eky,eky,ky->ey", given.factor_capacity, counted, shape=by_technology),
        "build": weigh("eky,eky,y,ky->ey", given.factor_build, counted, 1.0 / length, shape=by_technology),
        "purchase": weigh("ecy,cy->ey", given.factor_purchase, shape=by_commodity),
        "sale": weigh("ecy,cy->ey", given.factor_sale, shape=by_commodity),
        "account": weigh("efy,fy->ey", given.share, shape=read.shape(PART, YEAR)),
    }


def measure_accounts(read: Reading) -> Sum:
    """What each account adds up to from all that the plan does, (account, year)."""
    plan, weights = read.plan, weigh_accounts(read)
    total = term(read.given.exogenous)
    total += weights["activity"].times(read.yearly_activity)
    total += weights["capacity"].times(read.capacity_used)
    total += weights["build"].times(plan.build)
    total += weights["purchase"].times(read.yearly_purchase)
    total += weights["sale"].times(read.yearly_sale)
    total += weights["account"].times(plan.account_value)
    return total - term(plan.credit).over(1)


@kept
def find_credited(read: Scene) -> tuple[Places, Places, Array]:
    """Where credits may be taken, where they are limited, and by how much at most, (account, part, year)."""
    credited, limited = read.given.credit_share > 0, np.isfinite(read.given.most_credit)
    most = np.where(limited, read.given.most_credit, 0.0)
    return find_places(credited, credited.shape), find_places(credited & limited, credited.shape), most


def check_accounts(read: Reading) -> Iterator[Rule]:
    """Accounts and credits.

    account        account = exogenous + factors times what is done + shares of other accounts - credits
    credit_share   credit <= credit_share times what account[part] is above zero
    credit_most    credit <= most_credit
    """
    plan, unit, (credited, limited, most) = read.plan, read.given.account_unit, find_credited(read)
    yield equal("account", EY, unit, term(plan.account_value), measure_accounts(read))
    credit = term(plan.credit)
    yield at_most(
        "credit_share", EFY, unit, credit, term(read.given.credit_share * np.maximum(plan.account_value, 0.0)), credited
    )
    yield at_most("credit_most", EFY, unit, credit, term(most), limited)


@dataclass(frozen=True)
class Targets:
    """What the targets ask for: their account, sense (-1 for floors), caps, years counted, and places of each rule."""

    account: Array
    sign: Array
    cap: Sum
    held: Array
    total: Sum
    places: Mapping[str, Places]


@kept
def find_targets(read: Scene) -> Targets:
    """Caps `(target, year)`, those of cumulative targets `total (target)`, by their sense, as far as can be kept."""
    sign, held = np.where(read.floor, -1.0, 1.0), read.held
    cap = np.nan_to_num(read.given.cap) + sign[:, None] * measure_beyond(read)
    first = cap[np.arange(len(cap)), held.argmax(1)]
    yearly, total = held & ~read.cumulative[:, None], read.cumulative & held.any(1)
    places = {
        "target": find_places(yearly, cap.shape),
        "target_total": find_places(total, total.shape),
        "missed_own": find_places(find_missable(read), cap.shape),
        "missed_parts": find_places(find_parts(read).sum(1) > 0, cap.shape),
    }
    caps = term(sign[:, None] * cap)
    return Targets(find_target_account(read), sign[:, None], caps, count_years(read), term(sign * first), places)


def check_targets(read: Reading) -> Iterator[Rule]:
    """Caps and floors, and what is paid where they are missed.

    target         account <= cap + beyond + excess (>= cap - beyond - excess), each year in which the target holds
    target_total   sum_y counted account <= cap + excess_total, cumulative ones
    missed_own     missed[t] >= excess[t], each yearly one that may be missed
    missed_parts   missed[t] >= sum over its parts u: missed[u]
    """
    plan, unit, targets = read.plan, find_target_unit(read), find_targets(read)
    excess, excess_total, places = term(plan.excess), term(plan.excess_total), targets.places
    account = term(targets.sign * plan.account_value[targets.account])
    yield at_most("target", (TARGET, YEAR), unit, account, targets.cap + excess, places["target"])
    span = (account * targets.held).over(1)
    yield at_most("target_total", (TARGET,), unit, span, targets.total + excess_total, places["target_total"])
    missed, parts = term(plan.missed), product("tuy,uy->ty", find_parts(read), plan.missed)
    yield at_most("missed_own", (TARGET, YEAR), unit, excess, missed, places["missed_own"])
    yield at_most("missed_parts", (TARGET, YEAR), unit, parts, missed, places["missed_parts"])


def measure_miss(read: Reading) -> Sum:
    """`sum price[t] (sum_y L[y] missed[t,y] + excess_total[t])` over nearest targets that are no part of another."""
    given, plan = read.given, read.plan
    weight = np.where(given.target_mode == "nearest", price_misses(read), 0.0)
    yearly = product("t,ty,y->", weight, np.where(find_wholes(read), plan.missed, 0.0), read.length)
    return yearly + product("t,t->", weight, plan.excess_total)
