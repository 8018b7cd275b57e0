"""Towns solved by hand: what taxes and rates do to the debt and the result that stand without the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import town
import xarray as xr
from hand import assert_close
from paying import CITY, COMPANY, lend, paying_town, road_in

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.accounts.debt import tabulate_debt
from runners.accounts.key_figures import tabulate_key_figures
from runners.solve import find_plan
from runners.sweep_store.cash import reckon_cash, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.arithmetic.standing import Standing, follow_standing, weigh_fixing
from scenarios.assemble import assemble
from scenarios.choices import Choices

BUDGET = {"taxes_and_grants": 8000, "planned_result": 200}
OWING = {**CITY, **BUDGET, "standing_debt": 1000, "standing_rate": 0.03, "market_rate": 0.03, "refixed_share": 0.2}
POINT = {"shift.rate.all": 0.01}
HELD = {"set.loss_borrowed.all": 0.0}
"""Other investment gives way, so that the debt stays as forecast."""
NOTHING = {"road": {"capex": 5, "need": 0}}


def scenario_of(actor: dict[str, Any], settings: dict[str, float], **tables: Any) -> xr.Dataset:
    years = tables.pop("years", ())
    choices = Choices(salvage="none", years=years, last_length=3 if years else None)
    return assemble(town.build_town(**paying_town(NOTHING, [actor], **tables)), choices, settings)


def standing(actor: dict[str, Any], settings: dict[str, float], **tables: Any) -> Standing:
    """Of the first actor of a town in which nothing has to be built."""
    return follow_standing(scenario_of(actor, settings, **tables))


def figures_of(scenario: xr.Dataset) -> dict[str, list[float]]:
    """Key figures and debt of the city year by year, of a verified plan."""
    plan = find_plan(scenario)
    assert verify(scenario, plan).accepted
    table = pd.concat([tabulate_key_figures(scenario, plan), tabulate_debt(scenario, plan).query("instrument == ''")])
    rows = table[(table["actor"] == "city") & table["year"].notna()].sort_values("year")
    return {str(item): own["amount"].tolist() for item, own in rows.groupby("item")}


def test_as_the_budget_has_it_nothing_moves() -> None:
    """1 000 at 3 % are 30 a year, which the budget's result of 200 has in it already."""
    found = standing(OWING, {})
    assert_close(found.debt, [[1000] * 6])
    assert_close(found.interest, [[30] * 6])
    assert_close(found.result, [[200] * 6])


def test_two_percent_less_taxes_are_two_percent_less_result() -> None:
    """2 % of 8 000 are 160: 200 becomes 40 (it stayed at 200 where nothing tied the result to taxes)."""
    less = {"adjust.taxes_and_grants.city": 0.98}
    assert_close(standing(OWING, less | HELD).result, [[40] * 6])
    more = {"adjust.taxes_and_grants.city": 1.02}
    assert_close(standing(OWING, more | HELD).result, [[360] * 6])


def test_what_taxes_take_is_borrowed_and_costs_interest() -> None:
    """160 are borrowed in 2025: 40 are left; 4.8 of interest in 2026, so 164.8 are borrowed then; 9.744 in 2027.

    More taxes repay debt the same way.
    """
    found = standing(OWING, {"adjust.taxes_and_grants.city": 0.98})
    assert_close(found.result[0, :3], [40, 35.2, 200 - 160 - 9.744])
    assert_close(found.debt[0, :3], [1160, 1324.8, 1324.8 + 169.744])
    assert_close(found.loss_interest[0, :3], [0, 4.8, 9.744])
    assert_close(found.interest, [[30] * 6])
    gained = standing(OWING, {"adjust.taxes_and_grants.city": 1.02})
    assert_close(gained.result[0, :3], [360, 364.8, 360 + 9.744])
    assert_close(gained.debt[0, :3], [840, 840 - 164.8, 840 - 164.8 - 169.744])


@pytest.mark.parametrize("points", [1, 2])
def test_a_point_more_reaches_the_debt_a_fifth_each_year(points: int) -> None:
    """A fifth of 1 000 is fixed anew each year for five years: 2, 4, 6, 8, 10, 10 a year for each point.

    (Only what the plan itself lent had borne interest.)
    """
    more = points * np.array([2, 4, 6, 8, 10, 10], dtype=float)
    found = standing(OWING, {"shift.rate.all": points / 100} | HELD)
    assert_close(found.interest[0], 30 + more)
    assert_close(found.result[0], 200 - more)
    assert_close(found.debt[0], [1000] * 6)


def test_what_rates_take_is_borrowed_at_the_rate_of_the_year() -> None:
    """2 in 2025; in 2026 4 and 4 % of the 2: 4.08; in 2027 6 and 4 % of 6.08: the debt is 1 012.3232."""
    found = standing(OWING, POINT)
    assert_close(found.result[0, :3], [198, 200 - 4.08, 200 - 6.2432])
    assert_close(found.debt[0, :3], [1002, 1006.08, 1012.3232])
    assert_close(found.interest[0, :3], [32, 34, 36])
    assert_close(found.loss_interest[0, :3], [0, 0.08, 0.2432])


def test_result_margin_self_financing_and_interest_tell_it() -> None:
    """A ceiling of 1 200, 100 written off and 400 invested a year: 300 / 400 is 75 %; less 2, then 6.08 a year."""
    actor = {**OWING, "debt_ceiling_amount": 1200, "planned_outlay": 400, "planned_depreciation": 100}
    plain, dear = figures_of(scenario_of(actor, {})), figures_of(scenario_of(actor, POINT))
    assert_close(plain["result"][:2], [200, 200])
    assert_close(dear["result"][:2], [198, 195.92])
    assert_close(dear["result_before_plan"][:2], [198, 195.92])
    assert_close(plain["self_financing"][:2], [75, 75])
    assert_close(dear["self_financing"][:2], [74.5, 100 * 295.92 / 400])
    assert_close(plain["margin"][:2], [200, 200])
    assert_close(dear["margin"][:2], [198, 193.92])
    assert_close(plain["all_interest"][:2], [30, 30])
    assert_close(dear["all_interest"][:2], [32, 34.08])


def test_a_sweep_reckons_the_same_debt() -> None:
    scenario = scenario_of(OWING, POINT)
    plan, memory = find_plan(scenario), Memory()
    debt = reckon_cash(memory, scenario, plan, spend_outlays(memory, scenario, plan))[1]
    assert_close(debt[0, :3], [1002, 1006.08, 1012.3232])


@pytest.mark.parametrize(("rise", "fits"), [(0.0, True), (0.01, False)])
def test_a_ceiling_counts_what_rates_made_the_city_borrow(rise: float, fits: bool) -> None:
    """1 000 stand, 1 100 may be owed; a road of 98.5 is lent for in 2025. One point more takes 2 of the room."""
    actor = {**OWING, "own_funds": 0, "debt_ceiling_amount": 1100}
    rows = paying_town({"road": road_in(2025, 98.5)}, [actor], [lend()])
    settings = {"shift.market_rate.city": rise}
    scenario = assemble(town.build_town(**rows), Choices(salvage="none"), settings)
    if fits:
        assert verify(scenario, find_plan(scenario)).accepted
    else:
        with pytest.raises(NoPlan):
            find_plan(scenario)


@pytest.mark.parametrize(("taxes", "fits"), [(1.0, True), (0.99, False)])
def test_a_least_result_counts_what_taxes_take(taxes: float, fits: bool) -> None:
    """200 less 2 % of 8 000 leave 40, and a pipe of 30 over one year wears by 30; one percent of taxes takes 80."""
    actor = {**OWING, "least_result": 0.02}
    rows = paying_town({"pipe": road_in(2025, 30, life=1)}, [actor])
    settings = {"adjust.taxes_and_grants.city": taxes}
    scenario = assemble(town.build_town(**rows), Choices(salvage="none"), settings)
    if fits:
        assert verify(scenario, find_plan(scenario)).accepted
    else:
        with pytest.raises(NoPlan):
            find_plan(scenario)


def test_a_debt_that_grows_borrows_at_the_rate_of_its_year() -> None:
    """1 000, then 1 100 from 2026 on: the 100 pay 5 % from 2027 on and keep it for two years, then 3 % again.

    A half of the first 1 000 is fixed anew each year, at 5 % in 2026 alone: 30, 40, 40, 30.
    """
    actor = {**OWING, "standing_debt": {2025: 1000, 2026: 1100, 2030: 1100}, "refixed_share": 0.5, "fixing_period": 2}
    market = {2025: 0.03, 2026: 0.05, 2027: 0.03, 2030: 0.03}
    found = standing({**actor, "market_rate": market}, {})
    assert_close(found.interest[0], [30, 40, 40 + 5, 30 + 5, 30 + 3, 30 + 3])


def test_a_debt_that_falls_takes_from_all_in_proportion() -> None:
    """1 000 halved in 2026: of what the fifths have taken on half is left, 2, 4, then 3, 4, 5 a year for a point."""
    actor = {**OWING, "standing_debt": {2025: 1000, 2026: 500, 2030: 500}}
    plain, dear = standing(actor, HELD), standing(actor, POINT | HELD)
    assert_close((dear.interest - plain.interest)[0], [2, 4, 3, 4, 5, 5])


def test_shares_that_fall_leave_the_rest_at_its_own_rate() -> None:
    """For two years each: a half in 2025, a tenth from 2026 on. 5, 6, 2, 2 for a point: then the half is out."""
    actor = {**OWING, "refixed_share": {2025: 0.5, 2026: 0.1, 2030: 0.1}, "fixing_period": 2}
    found = standing(actor, POINT | HELD)
    assert_close(found.interest[0] - 30, [5, 6, 2, 2, 2, 2])


@pytest.mark.parametrize("given", [{"refixed_share": 0.2}, {"fixing_period": 5}])
def test_share_and_period_follow_from_each_other(given: dict[str, float]) -> None:
    """A fifth a year is five years, and five years are a fifth a year."""
    actor = {name: value for name, value in OWING.items() if name != "refixed_share"}
    assert_close(standing({**actor, **given}, POINT | HELD).interest[0] - 30, [2, 4, 6, 8, 10, 10])


def test_no_more_than_the_whole_is_fixed_the_latest_first() -> None:
    assert_close(weigh_fixing(np.array([0.6, 0.6, 0.6]), 3), [[0.6, 0, 0], [0.4, 0.6, 0], [0, 0.4, 0.6]])


def test_a_rate_that_is_not_given_is_the_other_and_none_at_all_is_nothing() -> None:
    bare = {name: value for name, value in OWING.items() if not name.endswith("_rate")}
    for rates, interest in (({"standing_rate": 0.04}, 40), ({"market_rate": 0.02}, 20), ({}, 0)):
        assert_close(standing({**bare, **rates}, {}).interest, [[interest] * 6])


def test_nominal_taxes_debt_and_results_are_deflated_by_the_same_prices() -> None:
    """Prices double each year: nominal 200 of result, 8 000 of taxes and 1 000 of debt in 2026 are half of that.

    2 % of taxes are 160 nominal, so 40 nominal are left: 20. A debt of 1 000 in both years costs 30 nominal: 15.
    """
    nominal = {"planned_result": 200, "taxes_and_grants": 8000, "standing_debt": 1000}
    rows = [
        {
            "actor": "city",
            "quantity": name,
            "value": value,
            "unit": f"nominal MSEK{'' if name.endswith('debt') else '/yr'}",
        }
        for name, value in nominal.items()
    ]
    rates = {"standing_rate": 0.03, "market_rate": 0.03, "refixed_share": 0.2}
    prices = [{"year": 2025, "value": 0.0}, {"year": 2026, "value": 0.5}]
    settings = {"adjust.taxes_and_grants.city": 0.98} | HELD
    rows += [{"actor": "city", "quantity": name, "value": value} for name, value in rates.items()]
    found = standing(CITY, settings, finances=rows, inflation=prices, last_year=2026)
    assert_close(found.result, [[40, 40 / 1.5]])
    assert_close(found.interest, [[30, 30 / 1.5]])


def test_a_period_counts_each_of_its_years() -> None:
    """Three years as one: 2 + 4 + 6 more of interest are 4 a year, and the loss borrowed by their end is 12.

    Then 8, 10 and 10: 28 / 3 a year.
    """
    found = standing(OWING, POINT | {"set.loss_borrowed.city": 0.0}, years=(2025, 2028))
    assert_close(found.interest[0] - 30, [2, 4, 6, 8, 10, 10])
    assert_close(found.result[0], [200 - 4, 200 - 28 / 3])
    borrowed = standing({**OWING, "market_rate": 0.0, "standing_rate": 0.0}, POINT, years=(2025, 2028))
    first = 2 + (4 + 0.02) + (6 + 0.0602)
    assert_close(borrowed.debt[0, 0], 1000 + first)


def test_each_actor_has_its_own_debt_and_rate() -> None:
    """The city's market rate alone moves: the company's result stays."""
    company = {**OWING, **COMPANY}
    rows = paying_town(NOTHING, [OWING, company])
    found = follow_standing(assemble(town.build_town(**rows), Choices(), {"shift.market_rate.city": 0.01}))
    assert_close(found.result[:, 0], [198, 200])
    both = follow_standing(assemble(town.build_town(**rows), Choices(), POINT))
    assert_close(both.result[:, 0], [198, 198])


def test_a_grant_refused_reaches_need_and_result() -> None:
    """Half of a road of 40 over ten years is granted: 20 to pay and 2 a year to wear; without the pool 40 and 4."""
    aid = {"instrument": "aid", "kind": "grant", "grant_share": {"road": 0.5}, "eligible": {"city": 1}, "pool": 100}
    rows = paying_town({"road": road_in(2025, 40, life=10)}, [OWING], [aid])
    for settings, need, worn in (({}, 20, 2), ({"adjust.pool.aid": 0.0}, 40, 4)):
        figures = figures_of(assemble(town.build_town(**rows), Choices(salvage="none"), settings))
        assert_close(figures["yearly_need"][0], need)
        assert figures["result"][1] == pytest.approx(200 - worn, abs=1e-6)
