"""The accounts of Lund's plan: the same identities, on real lives, owners and instruments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from runners.accounts.cash_flow import FLOWS
from runners.outcome import Outcome
from runners.reports.tables import tabulate_run

NEAR = 1e-6
MUNICIPALITY = "municipality"


@pytest.fixture(scope="module")
def tables(lund_outcome: Outcome) -> dict[str, pd.DataFrame]:
    return tabulate_run(lund_outcome.scenario, lund_outcome.plan, lund_outcome.reference)


def spread(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """A row per actor and year, a column per item."""
    return table.pivot_table(index=["actor", "year"], columns="item", values=column, aggfunc="sum")


@pytest.mark.slow
def test_sources_are_uses(tables: dict[str, pd.DataFrame]) -> None:
    for column in ("amount", "nominal"):
        sums = tables["funding"].groupby(["actor", "year", "side"])[column].sum().unstack(fill_value=0.0)
        np.testing.assert_allclose(sums["source"], sums["use"], rtol=0, atol=NEAR)


def test_debt_and_book_values_roll_forward(tables: dict[str, pd.DataFrame]) -> None:
    debts = tables["debt"]
    for column in ("amount", "nominal"):
        debt = spread(debts[debts["instrument"] == ""], column)
        owed = debt["opening"] + debt["draw"] + debt["revaluation"] - debt["repayment"]
        np.testing.assert_allclose(owed, debt["closing"], rtol=0, atol=NEAR)
        book = spread(tables["capital_costs"], column)
        added = book["outlay"] + book["revaluation"] - book["depreciation"] - book["written_off"]
        np.testing.assert_allclose(book["opening_book_value"] + added, book["closing_book_value"], rtol=0, atol=NEAR)
    assert debt["closing"].max() > 1


def test_cash_is_the_cost_to_society_the_cost_of_finance_and_the_objective(
    lund_outcome: Outcome, tables: dict[str, pd.DataFrame]
) -> None:
    cash, attrs = tables["cash_flow"], lund_outcome.plan.attrs
    costs = tables["costs"].groupby("component")["present_value"].sum()
    unpaid = costs.reindex(["account_price", "excess"], fill_value=0.0).sum()
    sums = cash.groupby("item")["present_value"].sum()
    resources = -(sums["operating"] + sums["outlay"] + sums["residual_value"])
    assert resources + unpaid + costs.get("hurdle", 0.0) == pytest.approx(attrs["social_cost"], abs=NEAR)
    finance = -sums[["draw", "repayment", "interest", "debt_left", "grant"]].sum()
    assert finance == pytest.approx(attrs["finance_cost"], abs=NEAR)
    if attrs["perspective"] == MUNICIPALITY:
        mine = cash[(cash["actor"] == MUNICIPALITY) & ~cash["item"].isin(FLOWS)]["present_value"].sum()
        assert unpaid - mine == pytest.approx(attrs["objective"], abs=NEAR)
    else:
        assert attrs["objective"] == attrs["social_cost"]


def test_the_ceiling_of_the_municipality_holds_and_says_how_far_it_is(tables: dict[str, pd.DataFrame]) -> None:
    debt = tables["debt"].query("actor == @MUNICIPALITY and instrument == ''")
    margin = debt.loc[debt["item"] == "margin", "amount"]
    assert margin.min() > -1e-3
    assert debt.loc[debt["item"] == "percent_of_taxes_and_grants", "amount"].max() <= 60 + 1e-4
    least = tables["key_figures"].query("actor == @MUNICIPALITY and item == 'least_ceiling_margin'")
    assert least["amount"].item() == margin.min()


def test_gains_and_payments_of_actors_sum_to_those_of_the_programmes(tables: dict[str, pd.DataFrame]) -> None:
    worth = tables["measures_finance"]
    parts = worth[worth["level"].isin(["programme", "market", "financing"])].groupby("actor")["npv"].sum()
    whole = worth[worth["level"] == "plan"].set_index("actor")["npv"]
    np.testing.assert_allclose(parts.reindex(whole.index, fill_value=0.0), whole, rtol=0, atol=NEAR)
