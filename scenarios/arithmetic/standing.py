"""What stands without the plan: the debt, the interest on it, and the result that settings leave of the budget's.

A case writes `planned_result` together with the taxes, rates and debt of the budget that it comes from. Where a
setting changes one of these, the result before the plan moves by the difference to that budget, and by no more: what
the budget holds of interest already is not counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.loans import index_prices, list_calendar, spread_years
from scenarios.arrays import Arrays, remember
from scenarios.terms import ACTOR, YEAR

Floats = NDArray[np.float64]

BUDGETED = (
    "taxes_and_grants",
    "standing_debt",
    "standing_rate",
    "market_rate",
    "refixed_share",
    "fixing_period",
)
"""Quantities of which a scenario also keeps what the case wrote, as `budget_<name>`, out of reach of settings."""
NEARLY_WHOLE = 1e-9


def name_budget(quantity: str) -> str:
    """The variable that holds a quantity as the budget has it."""
    return f"budget_{quantity}"


@dataclass(frozen=True)
class Standing:
    """What each actor has without the plan, in money of the price year.

    `debt` stands at the end of the plan year, the `result` is per calendar year (actor, year). By calendar year (actor,
    calendar): `interest` on the debt as it is forecast, `loss_interest` on what is borrowed for what taxes and rates
    take, and all that is `lost` of the planned result. Money that moves inside a period is told at each year's prices.
    """

    debt: Floats
    result: Floats
    interest: Floats
    loss_interest: Floats
    lost: Floats


@dataclass(frozen=True)
class Terms:
    """How one actor's standing debt is fixed anew, in every calendar year (n_years); `period` in years."""

    standing: Floats
    market: Floats
    share: Floats
    period: int


@remember
def follow_standing(scenario: Arrays) -> Standing:
    """The standing debt of every actor, calendar year by calendar year, as the budget has it and as it is now.

    lost[t]   = budget taxes - taxes + interest - budget interest                         nominal
    owed[t]   = forecast[t] + sum_{u<=t} loss_borrowed[u] lost[u]
    result[y] = planned_result[y] - sum over its calendar years of lost[t] / level[t] / L[y]
    """
    calendar = list_calendar(scenario)[:-1]
    level = index_prices(scenario)[:-1]
    starts = scenario[YEAR].astype(int) - int(calendar[0])
    ends = starts + scenario["length"].astype(int) - 1
    shape = (scenario.sizes[ACTOR], len(calendar))
    lost, forecast, charged, added = (np.zeros(shape) for _ in range(4))
    fewer_taxes = scenario[name_budget("taxes_and_grants")] - scenario["taxes_and_grants"]
    for a in range(scenario.sizes[ACTOR]):
        taxed = spread_years(scenario, fewer_taxes[a], calendar) * level
        borrowed = spread_years(scenario, scenario["loss_borrowed"][a], calendar)
        before, now = (
            (_forecast(scenario[f"{prefix}standing_debt"][a] * level[ends], ends), _read_terms(scenario, a, prefix))
            for prefix in (name_budget(""), "")
        )
        if not (before[0].any() or now[0].any() or taxed.any()):
            continue
        budgeted, _ = _charge(*before, taxed, np.zeros_like(borrowed))
        forecast[a], _ = _charge(*now, taxed, np.zeros_like(borrowed))
        charged[a], added[a] = _charge(*now, taxed - budgeted, borrowed)
        lost[a] = taxed + charged[a] - budgeted
    return Standing(
        debt=scenario["standing_debt"] + added[:, ends] / level[ends],
        result=scenario["planned_result"] - np.add.reduceat(lost / level, starts, axis=1) / scenario["length"],
        interest=forecast / level,
        loss_interest=(charged - forecast) / level,
        lost=lost / level,
    )


@remember
def know_results(scenario: Arrays) -> NDArray[np.bool_]:
    """Of whom the result is known (actor): a planned result is written, or a least one is asked for.

    The model reckons with 0 where nothing is written: there it is changes that count. People are told the whole.
    """
    return np.asarray(((scenario["planned_result"] != 0) | np.isfinite(scenario["least_result"])).any(axis=1))


@remember
def know_debts(scenario: Arrays) -> NDArray[np.bool_]:
    """Of whom the debt without the plan is known (actor): it is written, or a ceiling is measured from none."""
    limited = np.isfinite(scenario["debt_ceiling"]) | np.isfinite(scenario["debt_ceiling_amount"])
    return np.asarray(((scenario["standing_debt"] != 0) | limited).any(axis=1))


def weigh_fixing(share: Floats, period: int) -> Floats:
    """Part of the debt that carries in year t the market rate of year u (t, u).

    The shares of the last `period` years, the latest first, together at most the whole.

    >>> weigh_fixing(np.full(3, 0.4), 2)[2].tolist()
    [0.0, 0.4, 0.4]
    """
    years = np.arange(len(share))
    recent = (years <= years[:, None]) & (years > years[:, None] - period)
    taken = np.where(recent, share, 0.0)
    later = np.cumsum(taken[:, ::-1], axis=1)[:, ::-1] - taken
    return np.asarray(np.clip(1.0 - later, 0.0, taken))


def _charge(forecast: Floats, terms: Terms, loss: Floats, borrowed: Floats) -> tuple[Floats, Floats]:
    """Interest of every year, and what is owed beyond the forecast (n_years), nominal.

    interest[t] = base_rate[t] base[t-1] + sum_{u<t} market[last fixing of layer u] layer[u][t-1]
    owed[t]     = forecast[t] + sum_{u<=t} borrowed[u] (loss[u] + interest[u])

    The base is the debt of the first year, which its rate follows as `weigh_fixing` says; a year in which the debt
    grows adds a layer at that year's market rate, one in which it falls takes from all in proportion.

    Args:
        forecast: debt at the end of every year.
        terms: of the actor.
        loss: what is lost beside the interest itself.
        borrowed: share of what is lost that is borrowed.
    """
    weights = weigh_fixing(terms.share, terms.period)
    base_rate = weights @ terms.market + (1.0 - weights.sum(axis=1)) * terms.standing
    interest, added = np.zeros_like(forecast), np.zeros_like(forecast)
    base, layers, more = max(float(forecast[0]), 0.0), np.zeros_like(forecast), 0.0
    for t in range(len(forecast)):
        opening = base + layers.sum()
        interest[t] = base * base_rate[t] + layers[:t] @ terms.market[_last_fixings(t, terms.period)]
        more += borrowed[t] * (loss[t] + interest[t])
        closing = max(float(forecast[t] + more), 0.0)
        if closing >= opening:
            layers[t] = closing - opening
        else:
            base, layers = base * (closing / opening), layers * (closing / opening)
        added[t] = more
    return interest, added


def _last_fixings(t: int, period: int) -> NDArray[np.int64]:
    """The year whose market rate each layer borrowed in u < t carries in t: u, then u + 1 + period, and so on (t)."""
    borrowed = np.arange(t)
    passed = (t - borrowed - 1) // period
    return np.where(passed > 0, borrowed + 1 + passed * period, borrowed)


def _forecast(at_ends: Floats, ends: NDArray[np.int64]) -> Floats:
    """Debt at the end of every calendar year: straight lines between the ends of plan years, constant before."""
    return np.asarray(np.interp(np.arange(ends[-1] + 1), ends, at_ends))


def _read_terms(scenario: Arrays, a: int, prefix: str) -> Terms:
    """One actor's terms; of two rates of which one is not given it is the other, none at all are 0.

    Where no share is given it is one over the period, where no period is given it is one over the largest share,
    whole years; without both nothing is ever fixed anew.
    """
    calendar = list_calendar(scenario)[:-1]
    values: Mapping[str, Floats] = {
        name: spread_years(scenario, scenario[f"{prefix}{name}"][a], calendar)
        for name in ("standing_rate", "market_rate", "refixed_share")
    }
    standing, market, share = values.values()
    standing = np.where(np.isnan(standing), market, standing)
    market = np.where(np.isnan(market), standing, market)
    period = float(scenario[f"{prefix}fixing_period"][a])
    share = np.nan_to_num(np.where(np.isnan(share), 1.0 / period, share))
    if np.isnan(period):
        largest = share.max(initial=0.0)
        period = np.floor(1.0 / largest + NEARLY_WHOLE) if largest > 0 else len(calendar)
    return Terms(np.nan_to_num(standing), np.nan_to_num(market), share, int(period))
