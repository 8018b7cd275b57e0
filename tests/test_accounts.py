"""The accounts of a plan: hand numbers, and identities that hold for any plan whatever."""

from __future__ import annotations

from functools import partial

import account_towns
import numpy as np
import pandas as pd
import pytest
import town
import xarray as xr
from account_towns import CITY, FIRM, HOMES, solve_rich, write_hand_town

from runners.accounts.amounts import gather_years
from runners.accounts.capital_costs import tabulate_capital_costs
from runners.accounts.cash_flow import FLOWS, split_finance, tabulate_cash_flow
from runners.accounts.debt import tabulate_debt
from runners.accounts.funding import tabulate_funding
from runners.accounts.key_figures import tabulate_key_figures
from runners.accounts.measures_finance import tabulate_measures_finance
from runners.reports.tables import ACCOUNTS, tabulate_costs, tabulate_run
from scenarios.arithmetic.loans import index_prices

PERSPECTIVES = ("society", "lexicographic", CITY, FIRM, HOMES)
NEAR = 1e-6
SEEDS = range(8)

approx = partial(pytest.approx, abs=1e-9)


def read_items(table: pd.DataFrame, column: str = "amount") -> dict[str, list[float]]:
    """Item to its numbers year by year, of one actor's rows."""
    return {str(item): rows.sort_values("year")[column].tolist() for item, rows in table.groupby("item")}


def read_row(table: pd.DataFrame, level: str, item: str, actor: str = "") -> pd.Series:
    """The row of one measure, programme or the like, of one payer or of all together."""
    return table[(table["level"] == level) & (table["item"] == item) & (table["actor"] == actor)].iloc[0]


def pivot(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """A row per actor and year, a column per item."""
    return table.pivot_table(index=["actor", "year"], columns="item", values=column, aggfunc="sum")


def sum_unpaid(costs: pd.DataFrame, *components: str) -> float:
    """Present cost of components, and of the price of the rich town's account that nobody pays."""
    valued = (costs["component"] == "account_price") & (costs["item"] == "co2")
    assert costs.loc[(costs["component"] == "account_price") & ~valued, "present_value"].sum() > 0.1
    return float(costs.loc[valued | costs["component"].isin(components), "present_value"].sum())


@pytest.fixture(scope="module", params=SEEDS)
def anything(request: pytest.FixtureRequest) -> tuple[xr.Dataset, xr.Dataset]:
    """A town over years of unequal length, and a plan by chance; nobody writes in them."""
    scenario = account_towns.scenario_of_rich()
    return scenario, account_towns.write_random_plan(scenario, request.param)


# By hand: the working is in write_hand_town.


def test_cash_by_hand() -> None:
    """The city pays 100, gets 20 and 60; then earns 50 - 10 and pays 30 + 6 and 30 + 3 in money of 2026 and 2027."""
    table = tabulate_cash_flow(*write_hand_town())
    city = read_items(table[table["actor"] == CITY])
    assert city["operating"] == approx([0, 40, 40])
    assert city["outlay"] == approx([-100, 0, 0])
    assert city["grant"] == approx([20, 0, 0])
    assert city["draw"] == approx([60, 0, 0])
    assert city["repayment"] == approx([0, -24, -19.2])
    assert city["interest"] == approx([0, -4.8, -1.92])
    assert city["net"] == approx([-20, 11.2, 18.88])
    assert city["residual_value"] == city["debt_left"] == [0.0]
    nominal = read_items(table[table["actor"] == CITY], "nominal")
    assert nominal["operating"] == approx([0, 50, 62.5])
    assert nominal["repayment"] == approx([0, -30, -30])
    assert nominal["interest"] == approx([0, -6, -3])
    assert nominal["net"] == approx([-20, 14, 29.5])
    homes = read_items(table[table["actor"] == HOMES], "change")
    assert homes["operating"] == approx([0, 0, 0])
    assert set(table["unit"]) == {"MSEK"}


def test_funding_by_hand() -> None:
    table = tabulate_funding(*write_hand_town())
    rows = table[["actor", "year", "side", "item", "status", "amount", "change"]].to_numpy().tolist()
    assert rows == [
        [CITY, 2025, "use", "outlay", "", 100.0, 100.0],
        [CITY, 2025, "source", "own", "secured", 20.0, 20.0],
        [CITY, 2025, "source", "loan", "secured", 60.0, 60.0],
        [CITY, 2025, "source", "grant", "applied", 20.0, 20.0],
    ]


def test_own_money_beyond_its_limit_is_a_gap() -> None:
    """20 of own money where 15 is to be had: 5 are missing."""
    scenario, plan, _ = write_hand_town()
    limited = scenario.assign(own_funds=scenario["own_funds"].copy(data=np.full((3, 3), 15.0)))
    table = tabulate_funding(limited, plan).set_index("item")
    assert table.loc["own", ["status", "amount"]].tolist() == ["secured", 15.0]
    assert table.loc["own_gap", ["status", "amount"]].tolist() == ["gap", 5.0]


def test_debt_by_hand() -> None:
    """60, then half of it at prices a quarter higher, then nothing; 100 without the plan, a ceiling of 200."""
    table = tabulate_debt(*write_hand_town()[:2])
    city = read_items(table[(table["actor"] == CITY) & (table["instrument"] == "")])
    assert city["opening"] == approx([0, 60, 24])
    assert city["revaluation"] == approx([0, -12, -4.8])
    assert city["repayment"] == approx([0, 24, 19.2])
    assert city["closing"] == approx([60, 24, 0])
    assert city["net_debt"] == approx([160, 124, 100])
    assert city["percent_of_taxes_and_grants"] == approx([40, 31, 25])
    assert city["per_inhabitant"] == approx([80, 62, 50])
    assert city["ceiling"] == approx([200, 200, 200])
    assert city["margin"] == approx([40, 76, 100])
    loan = read_items(table[table["instrument"] == "loan"].query("actor == 'city'"), "nominal")
    assert loan["closing"] == approx([60, 30, 0])
    assert loan["interest"] == approx([0, 6, 3])
    units = table.set_index("item")["unit"].to_dict()
    assert (units["margin"], units["percent_of_taxes_and_grants"]) == ("MSEK", "%")
    assert units["per_inhabitant"] == "MSEK/1000 inhabitants"
    assert "ceiling" not in set(table.loc[table["actor"] == FIRM, "item"])


def test_capital_costs_by_hand() -> None:
    """100 written off over 2026 and 2027, 10 % on 100 and on 50; the grant of 20 is income of 10 a year."""
    table = tabulate_capital_costs(*write_hand_town()[:2])
    table = table[table["actor"] == CITY]
    nominal, real = read_items(table, "nominal"), read_items(table)
    assert nominal["opening_book_value"] == approx([0, 100, 50])
    assert nominal["depreciation"] == approx([0, 50, 50])
    assert nominal["closing_book_value"] == approx([100, 50, 0])
    assert nominal["internal_interest"] == approx([0, 10, 5])
    assert nominal["capital_cost"] == approx([0, 60, 55])
    assert nominal["grants_released"] == approx([0, 10, 10])
    assert nominal["grants_left"] == approx([20, 10, 0])
    assert nominal["net_capital_cost"] == approx([0, 50, 45])
    assert real["depreciation"] == approx([0, 40, 32])
    assert real["internal_interest"] == approx([0, 8, 3.2])
    assert real["revaluation"] == approx([0, -20, -8])
    assert real["closing_book_value"] == approx([100, 40, 0])


def test_what_is_retired_early_is_written_off_with_its_grant() -> None:
    """Half of the pump goes in 2026, when 100 stand in the book: 50 at once, then 25 a year for what is left."""
    scenario, plan, _ = write_hand_town()
    plan = plan.copy(deep=True)
    for year in (2026, 2027):
        plan["retired"].loc["pump", 2025, year] = 25.0
    table = tabulate_capital_costs(scenario, plan)
    nominal = read_items(table[table["actor"] == CITY], "nominal")
    assert nominal["written_off"] == approx([0, 50, 0])
    assert nominal["depreciation"] == approx([0, 25, 25])
    assert nominal["closing_book_value"] == approx([100, 25, 0])
    assert nominal["grants_released"] == approx([0, 15, 5])
    assert nominal["net_capital_cost"] == approx([0, 25 + 50 + 10 - 15, 25 + 2.5 - 5])


def test_key_figures_by_hand() -> None:
    """Result 5 + 40 - (40 - 8) - 4.8 in 2026; self-financing is (10 + 32 + 8.2) / 20 then, (10 + 5) / 100 before."""
    table = tabulate_key_figures(*write_hand_town())
    table = table[table["actor"] == CITY]
    items = read_items(table)
    assert items["yearly_need"] == approx([80, 0, 0])
    assert items["net_investment"] == approx([100, 20, 20])
    assert items["result"] == approx([5, 8.2, 17.48])
    assert items["result_percent"] == approx([1.25, 2.05, 4.37])
    assert items["self_financing"] == approx([15, 251, 265.4])
    single = table.set_index("item")
    for item, year, amount in (
        ("peak_debt", 2025, 160),
        ("least_ceiling_margin", 2025, 40),
        ("most_yearly_need", 2025, 80),
        ("mean_yearly_need", pd.NA, 80 / 3),
        ("grants_won", pd.NA, 20),
    ):
        assert single.loc[item, "amount"] == approx(amount)
        assert single.loc[item, "year"] is year if year is pd.NA else single.loc[item, "year"] == year


WHOLE_ITEMS = ("result_before_plan", "result", "result_percent", "self_financing", "all_interest", "peak_debt")


@pytest.mark.parametrize("quantity", ["planned_result", "standing_debt"])
def test_what_is_not_known_without_the_plan_is_missing_and_the_plans_own_loans_are_told(quantity: str) -> None:
    """Homes have no row of either: their result, self-financing and net debt were 0 and the plan's own part."""
    scenario, plan, _ = write_hand_town()
    table = tabulate_key_figures(scenario, plan)
    assert set(WHOLE_ITEMS) <= set(table.loc[table["actor"] == CITY, "item"])
    homes = set(table.loc[table["actor"] == HOMES, "item"])
    assert homes.isdisjoint(WHOLE_ITEMS)
    assert {"yearly_need", "peak_loans"} <= homes
    blank = {quantity: scenario[quantity] * 0, "debt_ceiling": scenario["debt_ceiling"] * np.inf}
    blind = scenario.assign(**blank)
    told = tabulate_key_figures(blind, plan).query("actor == @CITY").set_index("item")["amount"]
    gone = ("all_interest", "peak_debt") if quantity == "standing_debt" else WHOLE_ITEMS[:4]
    assert set(gone).isdisjoint(told.index)
    assert set(WHOLE_ITEMS) - set(gone) <= set(told.index)
    assert told["peak_loans"] == approx(60)
    items = set(tabulate_debt(blind, plan).query("actor == @CITY and instrument == ''")["item"])
    assert items.isdisjoint({"net_debt", "standing", "per_inhabitant"}) == (quantity == "standing_debt")
    assert "closing" in items


def test_a_ratio_over_what_is_shown_as_nothing_is_no_number() -> None:
    """Net investment of 0.04 a year is shown as 0.0; of 0.06 it is a number: (10 + 32 + 8.2) / 0.06 in 2026."""
    scenario, plan, before = write_hand_town()
    for outlay, found in ((0.04, [15.0]), (0.06, None)):
        planned = scenario["planned_outlay"].copy()
        planned.loc[{"actor": CITY, "year": [2026, 2027]}] = outlay
        table = tabulate_key_figures(scenario.assign(planned_outlay=planned), plan, before)
        items = read_items(table[table["actor"] == CITY])["self_financing"]
        if found is None:
            assert items[1:] == approx([100 * 50.2 / 0.06, 100 * 53.08 / 0.06], rel=1e-3)
        else:
            assert len(items) == 1


def test_without_a_solved_do_nothing_path_the_result_takes_the_one_that_the_scenario_knows() -> None:
    scenario, plan, before = write_hand_town()
    known = scenario.copy(deep=True)
    known["reference_operating"].loc[{"actor": CITY}] = 3.0
    table = tabulate_key_figures(known, plan)
    found = read_items(table[table["actor"] == CITY])["result"]
    solved = tabulate_key_figures(scenario, plan, before)
    assert found == approx([value - 3.0 for value in read_items(solved[solved["actor"] == CITY])["result"]])


def test_measures_by_hand() -> None:
    """80 of net outlay come back in two years of 40: worth nothing at no interest, back after three years."""
    table = tabulate_measures_finance(*write_hand_town())
    pump = read_row(table, "measure", "pump")
    assert pump[["investment", "outlay", "grant", "operating"]].tolist() == approx([100, -100, 20, 80])
    assert pump[["replaced", "npv", "annuity"]].tolist() == approx([0, 0, 0])
    assert pump["irr_percent"] == approx(0)
    assert pump["payback_years"] == approx(3)
    assert pump["name_sv"] == "Värmepump"
    assert read_row(table, "programme", "heating", CITY)["npv"] == approx(0)
    assert read_row(table, "financing", "financing", CITY)["npv"] == approx(60 - 43.2 - 6.72)
    whole = table[table["level"] == "plan"].set_index("actor")["npv"]
    assert whole.loc[[CITY, FIRM, HOMES, ""]].tolist() == approx([10.08, 0, 0, 10.08])


def test_a_measure_is_worth_what_it_spares_where_nobody_pays_by_the_unit() -> None:
    """An electric car for 5 drives 10 at 0.1 for two years where a car on fuel cost 0.5: 2 (5 - 1) - 5 = 3."""
    car = {"technology": "car", "actor": "homes", "existing": 10, "variable_cost": 0.5, "flow": {"travel": 1}}
    tables = {
        "case": {"last_year": 2026},
        "commodities": [{"commodity": "travel", "trader": "homes", "demand": 10}],
        "technologies": [
            car,
            {**car, "technology": "electric", "existing": 0, "measure": "yes", "buildable": "yes"}
            | {"capex": 0.5, "variable_cost": 0.1, "life": 2},
        ],
        "accounts": [{"account": "co2"}],
        "actors": [{"actor": "homes", "kind": "households"}],
    }
    scenario = town.scenario_of(tables, salvage="none")
    years = (2025, 2026)
    driven = {("car", "all", y): 10 for y in years}
    before = account_towns.write_money_plan(scenario, capacity={"car": 10}, activity=driven)
    driven = {("electric", "all", y): 10 for y in years}
    build = {("electric", 2025): 10}
    plan = account_towns.write_money_plan(scenario, build=build, capacity={"car": 10, "electric": 10}, activity=driven)
    table = tabulate_measures_finance(scenario, plan, before)
    electric = read_row(table, "measure", "electric")
    assert electric[["outlay", "operating", "replaced", "npv"]].tolist() == approx([-5, -2, 10, 3])
    assert electric["payback_years"] == approx(1.25)
    assert read_row(table, "programme", "town")["npv"] == approx(3)
    alone = tabulate_measures_finance(scenario, plan).iloc[0]
    assert np.isnan(alone["replaced"])
    assert alone["npv"] == approx(-7)


# For any plan.


def test_sources_are_uses(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    scenario, plan = anything
    plan = account_towns.pay_own(scenario, plan)
    table = tabulate_funding(scenario, plan)
    for column in ("amount", "nominal"):
        sums = table.groupby(["actor", "year", "side"])[column].sum().unstack(fill_value=0.0)
        np.testing.assert_allclose(sums["source"], sums["use"], rtol=0, atol=NEAR)
    assert sums["income"].sum() > 0.1
    assert table.loc[table["side"] == "use", "amount"].abs().sum() > 1


def test_debt_rolls_forward(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    table = tabulate_debt(*anything)
    assert set(table["instrument"]) == {"", "green_loan", "real_loan", "bond", "partner"}
    for _, rows in table.groupby("instrument"):
        for column in ("amount", "nominal"):
            debt = pivot(rows, column)
            moved = debt["opening"] + debt["draw"] + debt["revaluation"] - debt["repayment"]
            np.testing.assert_allclose(moved, debt["closing"], rtol=0, atol=NEAR)
            for _, actor in debt.groupby("actor"):
                np.testing.assert_allclose(actor["opening"].iloc[1:], actor["closing"].iloc[:-1], rtol=0, atol=NEAR)
    kinds = table.groupby("instrument")["item"].agg(set)
    assert "net_debt" in kinds[""]
    assert "net_debt" not in kinds["bond"]


def test_inflation_moves_nominal_debt_in_constant_prices_and_real_debt_in_current_ones(
    anything: tuple[xr.Dataset, xr.Dataset],
) -> None:
    table = tabulate_debt(*anything).query("item == 'revaluation'").groupby("instrument")[["amount", "nominal"]].sum()
    for instrument in ("green_loan", "bond", "partner"):
        assert table.loc[instrument, "amount"] < -1e-3
        assert table.loc[instrument, "nominal"] == 0
    assert table.loc["real_loan", "amount"] == 0
    assert table.loc["real_loan", "nominal"] > 1e-3


def test_debt_is_the_balance_that_the_program_keeps_under_the_ceiling(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    from scenarios.arithmetic.loans import loan_schedules

    scenario, plan = anything
    debt = (
        tabulate_debt(scenario, plan).query("item == 'net_debt'").pivot(index="actor", columns="year", values="amount")
    )
    ends = np.cumsum(scenario["length"].values).astype(int) - 1
    kept = np.einsum("iuy,iau->ay", loan_schedules(scenario).balance[:, :, ends], plan["draw"].values)
    expected = pd.DataFrame(kept + scenario["standing_debt"].values, scenario["actor"].values, scenario["year"].values)
    assert set(debt.index) == {CITY, FIRM}, "of the others it is not known what they owe without the plan"
    np.testing.assert_allclose(debt, expected.loc[debt.index], rtol=0, atol=NEAR)


def test_book_value_rolls_forward_in_both_kinds_of_money(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    table = tabulate_capital_costs(*anything)
    for column in ("amount", "nominal"):
        book = pivot(table, column)
        added = book["outlay"] + book["revaluation"] - book["depreciation"] - book["written_off"]
        np.testing.assert_allclose(book["opening_book_value"] + added, book["closing_book_value"], rtol=0, atol=NEAR)
        for _, actor in book.groupby("actor"):
            opening, closing = actor["opening_book_value"], actor["closing_book_value"]
            np.testing.assert_allclose(opening.iloc[1:], closing.iloc[:-1], rtol=0, atol=NEAR)
    assert (pivot(table, "nominal")["revaluation"] == 0).all()
    assert table.query("item == 'written_off'")["amount"].sum() > 0.1


def test_grants_are_income_once_and_only_once(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    book = pivot(tabulate_capital_costs(*anything), "nominal")
    received, released = (book[item].groupby("actor").cumsum() for item in ("grants_received", "grants_released"))
    np.testing.assert_allclose(received - released, book["grants_left"], rtol=0, atol=NEAR)
    assert released.groupby("actor").last().max() > 0.1


def test_cash_that_is_spent_once_is_the_same_in_every_account(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    scenario, plan = anything
    cash, book = tabulate_cash_flow(scenario, plan), tabulate_capital_costs(scenario, plan)
    funds = tabulate_funding(scenario, account_towns.pay_own(scenario, plan))
    for column in ("amount", "nominal"):
        flows = pivot(cash, column)
        spent, granted = pivot(book, column)["outlay"], pivot(book, column)["grants_received"]
        np.testing.assert_allclose(-flows["outlay"], spent, rtol=0, atol=NEAR)
        np.testing.assert_allclose(flows["grant"], granted, rtol=0, atol=NEAR)
        used = funds[funds["side"] == "use"].groupby(["actor", "year"])[column].sum()
        np.testing.assert_allclose(used, spent.loc[used.index], rtol=0, atol=NEAR)


def test_net_cash_is_the_sum_of_its_parts(anything: tuple[xr.Dataset, xr.Dataset]) -> None:
    for column in ("amount", "nominal", "present_value"):
        flows = pivot(tabulate_cash_flow(*anything), column)
        np.testing.assert_allclose(flows[list(FLOWS)].sum(axis=1), flows["net"], rtol=0, atol=NEAR)


def test_running_cash_has_the_price_level_of_every_calendar_year_it_stands_for() -> None:
    """2027 and 2028 are one plan year: prices rise by 4 % in each, so 2 of cash are 1 at each of the two levels."""
    scenario = account_towns.scenario_of_rich()
    prices = index_prices(scenario)
    assert prices[3] / prices[2] == approx(1.04)
    plan = account_towns.write_random_plan(scenario, 1)
    cash = tabulate_cash_flow(scenario, plan).query("actor == 'homes' and item == 'operating' and year == 2027")
    assert cash["nominal"].item() == approx(cash["amount"].item() / 2 * (prices[2] + prices[3]))
    assert gather_years(scenario, np.ones(11)).tolist() == scenario["length"].values.tolist()


def test_programmes_market_and_financing_sum_to_what_each_actor_gains(
    anything: tuple[xr.Dataset, xr.Dataset],
) -> None:
    scenario, plan = anything
    before = account_towns.write_random_plan(scenario, 99)
    table = tabulate_measures_finance(scenario, plan, before)
    parts = table[table["level"].isin(["programme", "market", "financing"])].groupby("actor")["npv"].sum()
    whole = table[table["level"] == "plan"].set_index("actor")["npv"]
    np.testing.assert_allclose(parts.loc[whole.index], whole, rtol=0, atol=NEAR)
    assert whole.abs().min() > 1e-3


@pytest.mark.slow
def test_what_is_replaced_is_what_the_technologies_of_the_do_nothing_path_save() -> None:
    """Kilometres are made by one measure alone, so all that cars on fuel save is its."""
    scenario, plan, before = solve_rich()
    table = tabulate_measures_finance(scenario, plan, before)
    assert read_row(table, "measure", "electric")["npv"] == approx(read_row(table, "programme", "driving")["npv"])
    assert read_row(table, "measure", "electric")["replaced"] > 1


# Present value and objective.


@pytest.mark.slow
@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_cash_of_everyone_is_the_cost_to_society(perspective: str) -> None:
    """What is paid among actors cancels; hurdle rates, emission prices that nobody pays and misses are no cash."""
    scenario, plan, _ = solve_rich(perspective)
    cash = tabulate_cash_flow(scenario, plan).groupby("item")["present_value"].sum()
    costs = tabulate_costs(scenario, plan)
    assert costs["present_value"].sum() == pytest.approx(plan.attrs["social_cost"], abs=NEAR)
    unpaid = sum_unpaid(costs, "hurdle", "excess")
    resources = -(cash["operating"] + cash["outlay"] + cash["residual_value"])
    assert resources == pytest.approx(plan.attrs["social_cost"] - unpaid, abs=NEAR)


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_loans_grants_and_support_are_the_cost_of_finance(perspective: str) -> None:
    scenario, plan, _ = solve_rich(perspective)
    cash = tabulate_cash_flow(scenario, plan).groupby("item")["present_value"].sum()
    paid = -cash[["draw", "repayment", "interest", "debt_left", "grant", "support"]].sum()
    assert cash["support"] > 0.1 or perspective in (FIRM, HOMES)
    assert paid == pytest.approx(plan.attrs["finance_cost"], abs=NEAR)
    assert abs(paid) > 0.1


@pytest.mark.parametrize("actor", [CITY, FIRM, HOMES])
def test_cash_of_an_actor_is_the_objective_of_its_perspective(actor: str) -> None:
    scenario, plan, _ = solve_rich(actor)
    cash = tabulate_cash_flow(scenario, plan)
    mine = cash[(cash["actor"] == actor) & ~cash["item"].isin(FLOWS)]["present_value"].sum()
    unpaid = sum_unpaid(tabulate_costs(scenario, plan), "excess")
    assert -mine + unpaid == pytest.approx(plan.attrs["objective"], abs=NEAR)


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_the_solved_plan_pays_for_what_it_builds_and_keeps_its_ceilings(perspective: str) -> None:
    scenario, plan, _ = solve_rich(perspective)
    funds = tabulate_funding(scenario, plan)
    sums = funds.groupby(["actor", "year", "side"])["amount"].sum().unstack(fill_value=0.0)
    np.testing.assert_allclose(sums["source"], sums["use"], rtol=0, atol=NEAR)
    assert perspective in (FIRM, HOMES) or sums["income"].sum() > 0.1
    assert tabulate_debt(scenario, plan).query("item == 'margin'")["amount"].min() > -NEAR
    assert funds.loc[funds["status"] == "gap", "amount"].sum() < NEAR


def test_every_account_is_among_the_tables_of_a_run_where_there_are_actors() -> None:
    scenario, plan, before = write_hand_town()
    plan = plan.assign(shadow_price=(("target", "year"), np.zeros((0, 3))))
    tables = tabulate_run(scenario, plan, before)
    assert set(ACCOUNTS) == {
        "cash_flow",
        "funding",
        "debt",
        "capital_costs",
        "key_figures",
        "measures_finance",
        "green_impact",
    }
    assert set(ACCOUNTS) < set(tables)
    assert all(len(tables[name]) for name in ACCOUNTS)
    nobody = town.scenario_of({"commodities": [], "technologies": [], "accounts": []})
    empty = account_towns.write_plan(nobody, 0.0).assign(shadow_price=(("target", "year"), np.zeros((0, 1))))
    assert not set(ACCOUNTS) & set(tabulate_run(nobody, empty))


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_the_cost_of_finance_is_told_apart_in_loans_grants_and_support(perspective: str) -> None:
    """By hand the grant brings 20, and the loan 60 less 30 + 6 in money of 2026 and 30 + 3 in that of 2027: 10.08."""
    scenario, plan, _ = write_hand_town()
    assert split_finance(scenario, plan) == {"loans": approx(-10.08), "grants": approx(-20), "support": approx(0)}
    scenario, plan, _ = solve_rich(perspective)
    assert sum(split_finance(scenario, plan).values()) == pytest.approx(plan.attrs["finance_cost"], abs=NEAR)
