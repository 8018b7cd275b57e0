"""Money of a climate budget by actor and year: outlays, what pays for them, effect on operation, key figures.

Every figure is a row of the plan's own tables, so that the budget tallies with the plan. With the plan's tables of who
pays (`use`, `source`, `change`):

    outlay[a,y] = sum over sources of funding[a,y,source]           each actor and year
    effect[a,y] = operating[a,y] + support[a,y] - net_capital_cost[a,y]      each against the do-nothing path
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from runners.accounts.funding import APPLIED, GAP, SECURED, SOURCE, USE
from runners.analyses.climate_budget.deciders import OWN, find_decider
from runners.analyses.climate_budget.window import Window
from runners.results.catalog import find_table

KIND = "budget"
DECIDED, ASKED, TO_FIND, OTHERS = STATUSES = ("decided", "applied", "to_find", "others")
"""How certain a source of money is; `others`: money of those whom the council does not decide for."""
STATUS_OF: Mapping[str, str] = {SECURED: DECIDED, APPLIED: ASKED, GAP: TO_FIND}
"""By what the plan's own table says."""
OPERATING, SUPPORT, CAPITAL = "operating", "support", "net_capital_cost"
OF_TAXES, SELF_FINANCING = "result_percent", "self_financing"
YEARLY = ("yearly_need", "result", OF_TAXES, SELF_FINANCING)
OWED = ("net_debt", "percent_of_taxes_and_grants", "per_inhabitant", "margin")
"""Key figures, of the plan's tables of key figures and of debt."""
NOTHING = 1e-9
"""Money below this is none."""


def find_outlays(tables: Mapping[str, pd.DataFrame], window: Window) -> pd.DataFrame:
    """Outlays by actor and year, whole and against the do-nothing path."""
    funding = tables["funding"]
    rows = funding[(funding["side"] == USE) & funding["year"].isin(window.years)]
    return pick("outlays", rows[_is_some(rows, "amount", "change")])


def find_funding(
    tables: Mapping[str, pd.DataFrame], window: Window, names: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """What pays for them, by source and status.

    Args:
        tables: of the plan.
        window: of the budget.
        names: of sources in each language.
    """
    funding = tables["funding"]
    rows = funding[(funding["side"] == SOURCE) & funding["year"].isin(window.years)]
    rows = rows[_is_some(rows, "amount")]
    status = [_settle_status(str(word), str(kind)) for word, kind in zip(rows["status"], rows["kind"], strict=True)]
    called = {f"item_{lang}": [words[str(item)] for item in rows["item"]] for lang, words in names.items()}
    return pick("funding", rows.assign(status=status, **called))


def find_operation(
    tables: Mapping[str, pd.DataFrame], nothing: Mapping[str, pd.DataFrame], window: Window
) -> pd.DataFrame:
    """What operation costs or brings against the do-nothing path, capital cost apart.

    Money received is positive: a capital cost is negative, and the rows of an actor and year add up to the effect on
    its result.
    """
    cash = tables["cash_flow"]
    rows = cash[cash["item"].isin((OPERATING, SUPPORT)) & cash["year"].isin(window.years)]
    capital = _subtract(tables["capital_costs"], nothing.get("capital_costs"), CAPITAL, window)
    both = pd.concat([rows[list(_columns("operation"))], capital], ignore_index=True)
    return pick("operation", both[_is_some(both, "change", "change_nominal")])


def find_figures(
    tables: Mapping[str, pd.DataFrame], nothing: Mapping[str, pd.DataFrame], window: Window
) -> pd.DataFrame:
    """Key figures of municipality and companies, with the plan and on the do-nothing path.

    Self-financing is that of those whose whole result the case has: who have taxes.
    """
    with_plan = _list_figures(tables, window)
    without = _list_figures(nothing, window)[["actor", "year", "item", "amount"]] if nothing else None
    if without is None:
        return pick("figures", with_plan.assign(without=float("nan")))
    joined = with_plan.merge(without.rename(columns={"amount": "without"}), on=["actor", "year", "item"], how="left")
    return pick("figures", joined)


def _settle_status(word: str, kind: str) -> str:
    """How certain money is: that of region, state, business and households is theirs to decide on."""
    status = STATUS_OF[word]
    return OTHERS if status == DECIDED and find_decider(kind) not in OWN else status


def _list_figures(tables: Mapping[str, pd.DataFrame], window: Window) -> pd.DataFrame:
    yearly, debt = tables["key_figures"], tables["debt"]
    yearly = yearly[yearly["item"].isin(YEARLY)]
    debt = debt[debt["item"].isin(OWED) & (debt["instrument"].fillna("") == "")]
    rows = pd.concat([yearly, debt.drop(columns="instrument")], ignore_index=True)
    rows = rows[rows["year"].isin(window.years) & rows["amount"].notna()]
    own = [find_decider(str(kind)) in OWN for kind in rows["kind"]]
    taxed = rows["actor"].isin(rows.loc[rows["item"] == OF_TAXES, "actor"])
    return rows[np.array(own, dtype=bool) & ((rows["item"] != SELF_FINANCING) | taxed)]


def _subtract(plan: pd.DataFrame, nothing: pd.DataFrame | None, item: str, window: Window) -> pd.DataFrame:
    """A cost of the plan less that of the do-nothing path, as money received."""
    keys = ["actor", "year"]
    rows = plan[(plan["item"] == item) & plan["year"].isin(window.years)].copy()
    for column, change in (("amount", "change"), ("nominal", "change_nominal")):
        before = np.zeros(len(rows))
        if nothing is not None and len(nothing):
            known = nothing[nothing["item"] == item].set_index(keys)[column]
            before = known.reindex(pd.MultiIndex.from_frame(rows[keys])).fillna(0.0).to_numpy(dtype=float)
        rows[change] = before - rows[column].to_numpy(dtype=float)
    return rows[list(_columns("operation"))]


def _is_some(rows: pd.DataFrame, *columns: str) -> pd.Series[bool]:
    return (rows[list(columns)].fillna(0.0).abs() > NOTHING).any(axis=1)


def _columns(name: str) -> Sequence[str]:
    return tuple(find_table(KIND, name).columns)


def pick(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Columns of a declared table of the budget in their order."""
    return rows[list(_columns(name))].reset_index(drop=True)
