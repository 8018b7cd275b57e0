"""What a sweep tells of the money of a scenario, a figure each in `results.parquet`; none where nothing is known."""

from __future__ import annotations

import numpy as np
import xarray as xr

from runners.sweep_store.cash import FIGURES, FLOWS, Floats
from scenarios.arithmetic.standing import know_debts, know_results
from scenarios.terms import ACTOR

MUNICIPALITY = "municipality"


def blank_unknown(scenario: xr.Dataset, net_debt: Floats, figures: Floats) -> tuple[Floats, Floats]:
    """Net debt and figures as they are told: none of actors of whom what stands without the plan is not known."""
    told, earns = figures.copy(), know_results(scenario)[:, None]
    for name in ("result", "self_financing"):
        told[FIGURES.index(name)] = np.where(earns, figures[FIGURES.index(name)], np.nan)
    return np.where(know_debts(scenario)[:, None], net_debt, np.nan), told


def sum_finances(scenario: xr.Dataset, cash: Floats, net_debt: Floats, figures: Floats) -> dict[str, float | None]:
    """The figures of money of a scenario, by their columns in `results.parquet`.

    Cost of finance (present value) and the interest of the plan's loans are of all actors; the largest need is one
    actor's in one year; least result and self-financing are those of municipalities, the least margin of who has a
    ceiling. Blank where there is none.
    """
    need, result, kept, margin, finance = figures
    cities = scenario.variables[f"{ACTOR}_kind"].values == MUNICIPALITY
    least = {"least_result_money": result[cities], "least_self_financing": kept[cities], "least_margin_money": margin}
    return {
        "peak_debt_money": find_peak_debt(scenario, net_debt),
        "finance_cost_money": float(finance.sum()),
        "interest_money": float(-cash[FLOWS.index("interest")].sum()),
        "most_need_money": float(need.max()),
        **{name: float(np.nanmin(part)) if np.isfinite(part).any() else None for name, part in least.items()},
    }


def find_peak_debt(scenario: xr.Dataset, net_debt: Floats) -> float:
    """The largest, over years, sum of net debt of the actors that have a debt ceiling in any year.

    Of those of kind `municipality` where no actor has a ceiling, as under `finance.ceiling=off`; NaN where there are
    none of those either, and where it is not known what they owe without the plan.
    """
    share, amount = (scenario.variables[name].values for name in ("debt_ceiling", "debt_ceiling_amount"))
    counted = (np.isfinite(share) | np.isfinite(amount)).any(axis=1)
    if not counted.any():
        counted = (scenario.variables[f"{ACTOR}_kind"].values == MUNICIPALITY) & know_debts(scenario)
    return float(net_debt[counted].sum(axis=0).max()) if counted.any() else float("nan")
