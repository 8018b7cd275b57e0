"""Every table by owner gives each owner its share: rows of actors sum to the same money wherever it stands."""

from __future__ import annotations

from functools import cache

import account_towns
import numpy as np
import pandas as pd
import pytest
import town
import xarray as xr
from account_towns import CITY, FIRM, HOMES, solve_rich, write_hand_town, write_money_plan

from runners.accounts.key_figures import tabulate_key_figures
from runners.accounts.measures_finance import tabulate_measures_finance
from runners.accounts.owners import split_owners
from runners.reports.background import tabulate_background
from runners.reports.tables import tabulate_run
from runners.views.overviews import list_service, list_timetable
from scenarios.arithmetic.loans import index_prices

NEAR = 1e-9
NO_SUMS = {"irr_percent", "payback_years"}
"""Columns that are no amounts: the rate of two payments is not the sum of their rates."""


@cache
def write_tables() -> dict[str, pd.DataFrame]:
    scenario, plan, before = solve_rich()
    return tabulate_run(scenario, plan, before) | tabulate_background(scenario, plan, before)


def write_solar_town() -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
    """A roof of 10 MW at 14 a MW of which the city owns 60 % and the firm 40 %, begun in 2025, worth a half at the end.

    It serves ten years, sells 5 a year of power at 1 and the horizon is five years: 140 are paid, 25 come in and 70
    are left at a rate of nothing: 45 are lost.
    """
    tables = {
        "case": {"first_year": 2025, "last_year": 2029},
        "commodities": [{"commodity": "power", "trader": HOMES, "demand": 5, "purchase_price": 1.0}],
        "technologies": [
            {
                "technology": "solar",
                "measure": "yes",
                "programme": "roofs",
                "actor": CITY,
                "owned": {CITY: 0.6, FIRM: 0.4},
                "buildable": "yes",
                "capex": 14,
                "life": 10,
                "flow": {"power": 1},
            }
        ],
        "accounts": [{"account": "co2"}],
        "actors": [
            {"actor": CITY, "kind": "municipality", "standing_debt": 7},
            {"actor": FIRM, "kind": "company"},
            {"actor": HOMES, "kind": "households"},
        ],
    }
    scenario = town.scenario_of(tables)
    years = range(2025, 2030)
    driven = {("solar", "all", y): 5 for y in years}
    plan = write_money_plan(scenario, build={("solar", 2025): 10}, capacity={"solar": 10}, activity=driven)
    return (
        scenario,
        account_towns.pay_own(scenario, plan),
        write_money_plan(scenario, purchase={("power", "all", y): 5 for y in years}),
    )


def test_what_two_own_has_a_row_of_each_with_its_part() -> None:
    """140 in all: 84 are the city's and 56 the firm's; the whole stood as the city's, 84 in funding.csv."""
    scenario, plan, before = write_solar_town()
    plan = plan.assign(shadow_price=(("target", "year"), np.zeros((0, 5))))
    tables = tabulate_run(scenario, plan, before)
    built = tables["investments"][["actor", "share", "build", "outlay", "nominal"]]
    np.testing.assert_allclose(built.iloc[:, 1:], [[0.6, 6, 84, 84], [0.4, 4, 56, 56]])
    assert built["actor"].tolist() == [CITY, FIRM]
    standing = tables["capacity"].query("year == 2026").set_index("actor")["added"]
    assert standing.to_dict() == pytest.approx({CITY: 6.0, FIRM: 4.0})
    used = tables["activity"].query("year == 2026").set_index("actor")["activity"]
    assert used.to_dict() == pytest.approx({CITY: 3.0, FIRM: 2.0})
    assert list_timetable(tables)[["most", "outlay"]].to_numpy().tolist() == [[10.0, 140.0]]
    assert list_service(tables).query("year == 2025")["added"].tolist() == pytest.approx([10.0])


@pytest.mark.slow
def test_whom_a_technology_names_owns_it_whole_where_no_row_says_and_without_actors() -> None:
    scenario, _, _ = write_hand_town()
    owned = split_owners(scenario, np.array([1, 0, 1]))
    assert owned.rows.tolist() == [0, 1, 2]
    assert owned.actor.tolist() == [CITY, FIRM, CITY]
    assert owned.share.tolist() == [1.0, 1.0, 1.0]
    nobody = town.scenario_of({"commodities": [], "technologies": [{"technology": "k"}], "accounts": []})
    assert split_owners(nobody, np.array([0])).actor.tolist() == ["town"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_outlays_by_actor_and_year_are_the_same_in_every_table(seed: int) -> None:
    """Investments, funding, cash and books; a pump is 70 % the city's and 30 % the firm's."""
    scenario = account_towns.scenario_of_rich()
    plan = account_towns.pay_own(scenario, account_towns.write_random_plan(scenario, seed))
    targets, years = scenario.sizes["target"], scenario.sizes["year"]
    plan = plan.assign(shadow_price=(("target", "year"), np.zeros((targets, years))))
    tables = tabulate_run(scenario, plan, account_towns.write_random_plan(scenario, 99))
    for column, money in (("outlay", "amount"), ("nominal", "nominal")):
        spent = tables["investments"].groupby(["actor", "year"])[column].sum()
        used = tables["funding"].query("side == 'use'").groupby(["actor", "year"])[money].sum()
        cash, book = (tables[name].query("item == 'outlay'") for name in ("cash_flow", "capital_costs"))
        for other in (used, -cash.set_index(["actor", "year"])[money], book.set_index(["actor", "year"])[money]):
            np.testing.assert_allclose(spent, other.reindex(spent.index), rtol=0, atol=1e-6)
    by_actor = tables["measures_finance"].query("level == 'measure' and actor != ''").groupby("actor")
    measures = tables["investments"].query("measure").groupby("actor")
    np.testing.assert_allclose(by_actor["investment"].sum(), measures["outlay"].sum(), rtol=0, atol=1e-6)
    np.testing.assert_allclose(by_actor["nominal"].sum(), measures["nominal"].sum(), rtol=0, atol=1e-6)


def test_rows_of_actors_sum_to_the_row_of_all() -> None:
    table = write_tables()["measures_finance"]
    keys, amounts = ["level", "item"], [c for c in table if table[c].dtype == float and c not in NO_SUMS]
    whole = table[table["actor"] == ""].set_index(keys)[amounts]
    each = table[table["actor"] != ""].groupby(keys)[amounts].sum().reindex(whole.index, fill_value=0.0)
    np.testing.assert_allclose(each, whole.fillna(0.0), rtol=0, atol=1e-9)
    assert (table.query("level == 'measure' and actor != ''").groupby("item").size() > 1).any()


def test_green_money_of_a_measure_is_told_by_owner() -> None:
    table = write_tables()["green_impact"].query("technology == 'pump'").set_index("actor")
    assert table["share"].to_dict() == pytest.approx({CITY: 0.7, FIRM: 0.3})
    spent = write_tables()["investments"].query("technology == 'pump'").groupby("actor")["outlay"].sum()
    assert table["outlay"].to_dict() == pytest.approx(spent.to_dict())
    assert table["service_years"].nunique() == 1


def test_no_table_with_owners_leaves_one_out() -> None:
    """Wherever technologies stand beside actors, the shares of each technology sum to one."""
    for name, table in write_tables().items():
        if {"technology", "actor"} <= set(table):
            assert "share" in table, name
            known = table[table["actor"] != ""].drop_duplicates(["technology", "actor"])
            shares = known.groupby("technology")["share"].sum()
            np.testing.assert_allclose(shares, 1.0, err_msg=name)
            assert "pump" in shares, name


def test_money_stands_in_the_prices_of_its_year_beside_constant_ones_in_every_table_of_money() -> None:
    """Present values have no year of their own; all else that is money has both."""
    beside = {"amount", "outlay", "cost", "investment"}
    for name, table in write_tables().items():
        if beside & set(table) and name != "green_impact":
            assert "nominal" in table, name
        if "change" in table and "item" in table and "plan" not in table:
            assert "change_nominal" in table, name
    costs, scenario = write_tables()["costs"], account_towns.scenario_of_rich()
    levels, first = index_prices(scenario), int(scenario["year"].values[0])
    spent = costs[(costs["component"] == "investment") & (costs["cost"] != 0)]
    for year, length in zip(scenario["year"].values, scenario["length"].values.astype(int), strict=True):
        rows = spent[spent["year"] == year]
        level, paid = (rows["nominal"] / rows["cost"]).to_numpy(), levels[year - first : year - first + length]
        assert ((level > paid.min() - 1e-9) & (level < paid.max() + 1e-9)).all()
        assert length == 1 or (level > paid.min() + 1e-3).all()


# What a debt is, and which year a figure is of.


def test_loans_of_the_plan_and_net_debt_are_told_apart_for_every_actor() -> None:
    """The city lends 60 beside 100 that stand: 60 and 160, both in 2025; the column of debt had 160 of it and only
    loans of who has no standing debt."""
    table = tabulate_key_figures(*write_hand_town())
    city = table[(table["actor"] == CITY) & table["year"].notna()].set_index("item")[["amount", "year"]]
    assert city.loc["peak_loans"].tolist() == [60.0, 2025]
    assert city.loc["peak_debt"].tolist() == [160.0, 2025]
    assert city.loc["least_ceiling_margin"].tolist() == [40.0, 2025]
    assert set(table.loc[table["item"] == "peak_loans", "actor"]) == {CITY, FIRM, HOMES}


def test_each_extreme_has_the_year_in_which_it_falls() -> None:
    """Debt that stands grows to 150 in 2027 while taxes double: 60 + 100 in 2025 leaves 40, 150 of 400 leaves 250."""
    scenario, plan, before = write_hand_town()
    standing, taxes = (scenario[name].copy() for name in ("standing_debt", "taxes_and_grants"))
    standing.loc[{"actor": CITY, "year": 2027}], taxes.loc[{"actor": CITY, "year": 2027}] = 170.0, 800.0
    told = {"standing_debt": standing, "taxes_and_grants": taxes}
    told |= {f"budget_{name}": values for name, values in told.items() if f"budget_{name}" in scenario}
    table = tabulate_key_figures(scenario.assign(told), plan, before)
    city = table[table["actor"] == CITY].set_index("item")
    assert city.loc[["peak_debt", "least_ceiling_margin"], "year"].tolist() == [2027, 2025]
    assert city.loc[["peak_debt", "least_ceiling_margin"], "amount"].tolist() == pytest.approx([170.0, 40.0])


# What is left at the end, in every yardstick of a measure.


def test_a_measure_that_is_worth_its_money_with_what_is_left_is_paid_back_with_it() -> None:
    """Sold at 15 a unit: 5 a year of 15 = 75 against 140 in five years, and 70 left: 5 to the good, paid back when the
    horizon ends. It had a rate of return above nothing beside "never paid back"."""
    scenario, plan, before = write_solar_town()
    dear = scenario.assign(purchase_price=scenario["purchase_price"] * 15.0)
    row = tabulate_measures_finance(dear, plan, before).query("item == 'solar' and actor == ''").iloc[0]
    assert row[["outlay", "operating", "residual_value", "npv"]].tolist() == pytest.approx([-140, 375, 70, 305])
    assert row["payback_years"] == pytest.approx(140 / 75)
    cheap = scenario.assign(purchase_price=scenario["purchase_price"] * 3.0)
    row = tabulate_measures_finance(cheap, plan, before).query("item == 'solar' and actor == ''").iloc[0]
    assert row[["operating", "residual_value", "npv"]].tolist() == pytest.approx([75, 70, 5])
    assert row["irr_percent"] > 0
    assert row["payback_years"] == pytest.approx(5.0)
    poor = tabulate_measures_finance(scenario, plan, before).query("item == 'solar' and actor == ''").iloc[0]
    assert poor["npv"] == pytest.approx(-45.0)
    assert poor["irr_percent"] < 0
    assert np.isnan(poor["payback_years"])


def test_a_fuel_is_worth_what_the_lorries_that_run_on_it_spare() -> None:
    """A plant for 4 makes 10 of gas a year at 0.2 for two years; lorries, which stand anyway, drive on it where diesel
    cost 1: 20 - 4 - 4 = 12 to the good. The plant had `replaced` 0 and -8, and the lorries no row at all."""
    lorry = {"technology": "lorries", "actor": HOMES, "existing": 10, "flow": {"haul": 1, "diesel": -1}}
    tables = {
        "case": {"last_year": 2026},
        "commodities": [
            {"commodity": "haul", "trader": HOMES, "demand": 10},
            {"commodity": "diesel", "trader": HOMES, "purchase_price": 1.0},
            {"commodity": "gas"},
        ],
        "technologies": [
            lorry,
            {"technology": "on_gas", "host": "lorries", "measure": "yes", "actor": HOMES}
            | {"flow": {"haul": 1, "gas": -1}},
            {"technology": "plant", "measure": "yes", "buildable": "yes", "actor": FIRM, "capex": 0.4, "life": 2}
            | {"variable_cost": 0.2, "flow": {"gas": 1}},
        ],
        "accounts": [{"account": "co2"}],
        "actors": [{"actor": HOMES, "kind": "households"}, {"actor": FIRM, "kind": "company"}],
    }
    scenario = town.scenario_of(tables, salvage="none")
    years = (2025, 2026)
    bought = {("diesel", "all", y): 10 for y in years}
    driven = {("lorries", "all", y): 10 for y in years}
    before = write_money_plan(scenario, capacity={"lorries": 10}, activity=driven, purchase=bought)
    driven = {(k, "all", y): 10 for k in ("on_gas", "plant") for y in years}
    capacity = {"lorries": 10, "plant": 10}
    plan = write_money_plan(scenario, build={("plant", 2025): 10}, capacity=capacity, activity=driven)
    table = tabulate_measures_finance(scenario, plan, before).query("level == 'measure'").set_index(["item", "actor"])
    whole = table.loc[("plant", "")]
    assert whole[["outlay", "operating", "replaced", "npv"]].tolist() == pytest.approx([-4, -4, 20, 12])
    assert table.loc[("plant", FIRM), "npv"] == pytest.approx(-8)
    assert table.loc[("plant", HOMES), "npv"] == pytest.approx(20)
    assert "on_gas" not in table.index.get_level_values("item")
