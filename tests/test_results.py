"""What a worker gives back: the rows of a scenario equal the tables of its run folder, and cost next to nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import town
import xarray as xr
from account_towns import CITY, FIRM, scenario_of_rich, write_hand_town, write_random_plan
from test_towns_targets import emitting_town

import scenarios
from runners.accounts.cash_flow import tabulate_cash_flow
from runners.accounts.debt import tabulate_debt
from runners.accounts.key_figures import tabulate_key_figures
from runners.outcome import Outcome
from runners.reports.tables import tabulate_accounts, tabulate_investments, tabulate_targets
from runners.solve import find_plan
from runners.sweep_store.cash import FLOWS
from runners.sweep_store.results import (
    LONG,
    NOT_VERIFIED,
    NUMBER,
    TEXT,
    Books,
    Head,
    Rows,
    gather_rows,
    list_schemas,
    tabulate_design,
    tabulate_failure,
    tabulate_outcome,
    type_keys,
)

LUND = Path(scenarios.__file__).parent / "lund"
HEAD = Head(7, "00000000000000aa", (1.3,))
KEYS = {"adjust.purchase_price.electricity": NUMBER}
EXACT = 1e-9
PRICES = ("tariff", "purchase_price", "energy_tax", "variable_cost", "fixed_cost", "capex")
MONEY = ("rate", "tenor", "grant_share", "owned", "standing_debt", "inflation")
CHANGED = (*PRICES, *MONEY, "flow", "demand", "construction_years", "cap", "account_price", "share", "support_rate")
NAMES = ("investments", "accounts", "targets", "cash_flow", "debt")
TABULATE = (tabulate_investments, tabulate_accounts, tabulate_targets, tabulate_cash_flow, tabulate_debt)


def tables_of(rows: Rows) -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in gather_rows([rows], KEYS).tables.items()}


def tabulate(scenario: xr.Dataset, plan: xr.Dataset, books: Books | None = None) -> dict[str, pd.DataFrame]:
    return tables_of(tabulate_outcome(books or Books(scenario), scenario, plan, HEAD, 0.25))


def decide(seed: int, scenario: xr.Dataset) -> xr.Dataset:
    """A plan of the rich town with whatever numbers, accounts and prices of targets among them."""
    plan, generator = write_random_plan(scenario, seed), np.random.default_rng(seed)
    plan["account_value"] = plan["account_value"].dims, generator.uniform(0.0, 3.0, plan["account_value"].shape)
    plan["shadow_price"] = ("target", "year"), generator.uniform(0.0, 9.0, scenario["cap"].shape)
    plan.attrs["status"] = "optimal"
    return plan


def hand_town() -> tuple[xr.Dataset, xr.Dataset]:
    scenario, plan, _ = write_hand_town()
    return scenario, plan.assign(shadow_price=(("target", "year"), np.zeros(scenario["cap"].shape)))


def spread(table: pd.DataFrame, item: str) -> pd.Series:
    return table[table["item"] == item].set_index(["actor", "year"])["amount"]


def assert_same(rows: pd.DataFrame, table: pd.DataFrame, keys: list[str], columns: dict[str, str]) -> None:
    """The columns of `rows`, by their names in the run folder's `table`, in the same order of the same keys."""
    assert rows[keys].to_numpy().tolist() == table[keys].to_numpy().tolist()
    for mine, other in columns.items():
        np.testing.assert_allclose(rows[mine], table[other].astype(float), rtol=EXACT, atol=EXACT, err_msg=mine)


def assert_accounts_agree(rows: dict[str, pd.DataFrame], scenario: xr.Dataset, plan: xr.Dataset) -> None:
    run = dict(zip(NAMES, (tabulate(scenario, plan) for tabulate in TABULATE), strict=True))
    built = {"build": "build", "outlay_money": "outlay"}
    spent = run["investments"].groupby(["technology", "year"], sort=False)[["build", "outlay"]].sum().reset_index()
    assert_same(rows["investments"], spent, ["technology", "year"], built)
    assert_same(rows["accounts"], run["accounts"], ["account", "year"], {"value": "value"})
    judged = dict.fromkeys(("cap", "value", "excess", "shadow_price"))
    assert_same(rows["targets"], run["targets"], ["target", "year"], {name: name for name in judged})
    cash = rows["cash_flow"].set_index(["actor", "year"])
    for item in (*FLOWS, "net"):
        expected = spread(run["cash_flow"], item).reindex(cash.index)
        np.testing.assert_allclose(cash[item], expected, rtol=EXACT, atol=EXACT, err_msg=item)
    figures = tabulate_key_figures(scenario, plan)
    for mine, item in {"need": "yearly_need", "result": "result", "self_financing": "self_financing"}.items():
        expected = spread(figures, item).reindex(cash.index)
        np.testing.assert_allclose(cash[mine], expected, rtol=EXACT, atol=1e-8, err_msg=mine)
    margin = spread(run["debt"].query("instrument == ''"), "margin").reindex(cash.index)
    np.testing.assert_allclose(cash["margin"], margin, rtol=EXACT, atol=EXACT)
    flows, ends = run["cash_flow"], ["support", "draw", "repayment", "interest", "grant", "debt_left"]
    lent = flows[flows["item"].isin(ends)].groupby("actor")["present_value"].sum()
    paid = cash.groupby("actor")["finance_cost"].sum()
    np.testing.assert_allclose(paid, -lent.reindex(paid.index), rtol=EXACT, atol=1e-8)
    whole = rows["scenarios"].iloc[0]
    assert whole["finance_cost_money"] == pytest.approx(paid.sum())
    assert whole["interest_money"] == pytest.approx(-cash["interest"].sum())
    assert whole["most_need_money"] == pytest.approx(cash["need"].max())
    assert whole["least_margin_money"] == pytest.approx(cash["margin"].min(), nan_ok=True)
    debt = spread(run["debt"].query("instrument == ''"), "net_debt").reindex(cash.index)
    np.testing.assert_allclose(cash["net_debt"], debt, rtol=EXACT, atol=EXACT)
    missed = int((~run["targets"]["met"].astype(bool)).groupby(run["targets"]["target"]).any().sum())
    assert rows["scenarios"]["targets_missed"].item() == missed


@pytest.mark.slow
def test_the_rows_of_lund_are_those_of_its_run_folder(lund_outcome: Outcome) -> None:
    lund = lund_outcome.scenario, lund_outcome.plan
    rows = tabulate(*lund)
    assert_accounts_agree(rows, *lund)
    debt = rows["cash_flow"].query("actor == 'municipality'")["net_debt"]
    assert rows["scenarios"]["peak_debt_money"].item() == pytest.approx(debt.max(), rel=EXACT)


@pytest.mark.parametrize("seed", range(4))
def test_any_plan_with_loans_grants_and_long_years_agrees(seed: int) -> None:
    scenario = scenario_of_rich()
    plan = decide(seed, scenario)
    assert_accounts_agree(tabulate(scenario, plan), scenario, plan)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    CHANGED,
)
def test_what_was_kept_from_another_scenario_is_never_used_for_changed_numbers(name: str) -> None:
    scenario = scenario_of_rich()
    books, plan = Books(scenario), decide(1, scenario)
    tabulate(scenario, plan, books)
    numbers = np.roll(scenario[name].values, 1, axis=1) if name == "owned" else scenario[name].values * 2.0
    changed = scenario.assign({name: scenario[name].copy(data=numbers)})
    assert_accounts_agree(tabulate(changed, plan, books), changed, plan)
    assert_accounts_agree(tabulate(scenario, plan, books), scenario, plan)


@pytest.mark.slow
def test_what_was_kept_from_another_plan_is_never_used_for_one_that_decides_otherwise() -> None:
    """Each decision in turn is another one, and then what it was."""
    scenario = scenario_of_rich()
    books, plan = Books(scenario), decide(1, scenario)
    before = tabulate(scenario, plan, books)
    for name in map(str, plan.data_vars):
        other = plan.assign({name: plan[name].copy(data=plan[name].values * 1.5)})
        kept, fresh = tabulate(scenario, other, books), tabulate(scenario, other)
        for table, rows in fresh.items():
            pd.testing.assert_frame_equal(kept[table], rows, check_exact=True)
    after = tabulate(scenario, plan, books)
    assert all(after[table].equals(rows) for table, rows in before.items())


@pytest.mark.slow
def test_peak_debt_counts_the_actors_with_a_ceiling() -> None:
    """The city of 100 owes 60 more at the end of 2025; without any ceiling it is still the municipality that counts."""
    scenario, plan = hand_town()
    assert tabulate(scenario, plan)["scenarios"]["peak_debt_money"].item() == pytest.approx(160.0)
    free = scenario.assign(debt_ceiling=scenario["debt_ceiling"] * np.inf)
    assert tabulate(free, plan)["scenarios"]["peak_debt_money"].item() == pytest.approx(160.0)
    rich = scenario_of_rich()
    assert {CITY, FIRM} == set(
        rich["actor"].values[
            np.isfinite(rich[["debt_ceiling", "debt_ceiling_amount"]].to_array()).any(("variable", "year"))
        ]
    )
    rows = tabulate(rich, decide(0, rich))
    owed = rows["cash_flow"].query("actor in ['city', 'firm']").groupby("year")["net_debt"].sum()
    assert rows["scenarios"]["peak_debt_money"].item() == pytest.approx(owed.max())


def test_a_cumulative_target_has_one_row_in_its_last_year() -> None:
    budget = {"year": 2025, "value": 25, "basis": "cumulative", "mode": "priced"}
    scenario = town.scenario_of(emitting_town({"capex": 50}, budget, last_year=2027), salvage="none")
    plan = find_plan(scenario)
    rows = tabulate(scenario, plan)
    table = tabulate_targets(scenario, plan)
    assert (table["year"].tolist(), table["value"].tolist()) == ([2027], [pytest.approx(30)])
    assert rows["scenarios"]["targets_missed"].item() == 1
    judged = ("cap", "value", "excess", "shadow_price")
    assert_same(rows["targets"], table, ["target", "year"], {name: name for name in judged})
    assert rows["cash_flow"].empty
    assert pd.isna(rows["scenarios"]["peak_debt_money"].item())


def test_the_row_of_a_scenario_says_which_it_is_and_how_it_ended() -> None:
    scenario, plan = hand_town()
    row = tabulate(scenario, plan)["scenarios"].iloc[0]
    assert (row["scenario"], row["id"], row["adjust.purchase_price.electricity"]) == (7, "00000000000000aa", 1.3)
    assert (row["status"], row["verified"], row["objective_money"], row["seconds"]) == ("optimal", "yes", 170.0, 0.25)
    refused = tabulate_outcome(Books(scenario), scenario, plan, HEAD, 0.25, verified="no")
    assert refused.fate["status"] == NOT_VERIFIED


def test_a_failure_has_a_row_with_blanks_and_no_others() -> None:
    scenario = scenario_of_rich()
    solved = tabulate_outcome(Books(scenario), scenario, decide(0, scenario), Head(1, "b" * 16, (1.0,)), 0.1)
    failed = tabulate_failure(HEAD, "infeasible", 0.5, "målen går inte ihop")
    result = gather_rows([failed, solved], KEYS)
    row = result.tables["scenarios"].to_pylist()[0]
    assert (row["status"], row["message"], row["verified"]) == ("infeasible", "målen går inte ihop", "not_checked")
    assert row["objective_money"] is row["targets_missed"] is row["peak_debt_money"] is None
    assert result.ids == [HEAD.id, "b" * 16]
    assert {name: set(result.tables[name].column("id").to_pylist()) for name in LONG} == {
        name: {"b" * 16} for name in LONG
    }


def test_rows_of_families_with_other_labels_keep_their_own() -> None:
    first, second = hand_town(), scenario_of_rich()
    one = tabulate_outcome(Books(first[0]), *first, Head(0, "a" * 16, (1.0,)), 0.1)
    two = tabulate_outcome(Books(second), second, decide(2, second), Head(1, "b" * 16, (1.0,)), 0.1)
    table = gather_rows([one, two], KEYS).tables["cash_flow"].to_pandas()
    assert set(table.loc[table["id"] == "a" * 16, "actor"]) == set(first[0]["actor"].values)
    assert set(table.loc[table["id"] == "b" * 16, "actor"]) == set(second["actor"].values)


def test_a_key_is_a_number_where_every_level_is_one() -> None:
    types = type_keys(("price", "adjust.capex.all"), (("low", "1"), ("0.8", "1.2e0")))
    assert types == {"price": TEXT, "adjust.capex.all": NUMBER}
    schema = list_schemas(types)["scenarios"]
    assert schema.names[:4] == ["scenario", "id", "price", "adjust.capex.all"]
    assert schema.field("scenario").type == pa.int64()


def test_a_design_is_a_table_with_blanks_where_a_key_is_left_alone() -> None:
    codes = np.array([[0, 1], [1, 0], [1, 2]], dtype=np.int32)
    table = tabulate_design(("price", "adjust.capex.all"), (("low", ""), ("", "0.8", "1")), codes, ["a", "b", "c"])
    assert table.to_pydict() == {
        "scenario": [0, 1, 2],
        "id": ["a", "b", "c"],
        "price": ["low", None, None],
        "adjust.capex.all": [0.8, None, 1.0],
    }
    assert table.schema.field("adjust.capex.all").type == NUMBER


def test_a_chunk_of_failures_alone_has_empty_long_tables() -> None:
    result = gather_rows([tabulate_failure(HEAD, "crashed", 0.0, "")], KEYS)
    assert {name: table.num_rows for name, table in result.tables.items() if name != "scenarios"} == dict.fromkeys(
        LONG, 0
    )
    assert {name: table.schema for name, table in result.tables.items()} == list_schemas(KEYS)
