"""Towns solved by hand: what is shared goes where it is worth most, at the price of the last unit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand import assert_close
from paying import grant, paying_town, road_in
from shared_towns import heat_town, plan_together, write_cases

from model.solver.pricing import CLOSE
from runners.analyses.portfolio.study import LinksContradict, Study
from runners.analyses.portfolio.tables import tabulate_study

METHODS = (pytest.param("block", marks=pytest.mark.slow), "prices")
"""One program is compared with prices in `make slow`."""


OTHERS = ((5, "", 65, 5), (5, 3, 55, 3), (30, "", 20, 0))
"""Further caps, prices of a miss, costs and prices of the last kt."""


def costs_of(study: Study) -> list[float]:
    """Cost of each town's plan together."""
    return [plan.cost for plan in study.together.values()]


def prices_of(study: Study, link: str) -> list[float]:
    """Prices of a link's rows."""
    pairs = zip(study.joint.rows, study.solved.agreement.prices, strict=True)
    return [float(price) for row, price in pairs if row.link == link]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_pool_goes_to_whoever_can_use_it(tmp_path: Path, method: str) -> None:
    """Half of a road of 100 in one town, 40 percent of 50 in the other, in 2025; each has 15 a year of its own.

    Alone they get 15 and 15 and pay 85 and 35: what the pools have in 2026 is nobody's. Together the 60 of both years
    are one sum: all that is asked, 50 + 20 = 70, less 10. A krona more saves a krona. Whoever gets more than its own 30
    pays for it: 60 + 30 is 90, a gain of 30, and each town's gain less what it pays is 15 or between its own ends.
    """
    towns = {
        name: paying_town(
            {"road": road_in(2025, cost, life=100)},
            instruments=[grant("aid", {"road": share}, pool=15)],
            last_year=2026,
        )
        for name, cost, share in (("alvik", 100, 0.5), ("bro", 50, 0.4))
    }
    folder = write_cases(tmp_path / "pair", towns, "aid,pool,aid,,,,,,,,MSEK,\n")
    study = plan_together(folder, method, perspective="city")
    assert_close([plan.cost for plan in study.alone.values()], [85, 35])
    assert_close(sum(costs_of(study)), 90)
    assert_close([study.cost, study.bound, study.solved.agreement.cost], [90, 90, 90])
    assert_close(prices_of(study, "aid"), [1])
    cities = tabulate_study(study)["cities"]
    assert_close(cities["payment"].sum(), 0)
    assert (cities["after"] >= 15 - 1e-6).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("limit", "price", "cost", "last"),
    [(12, "", 36, 2), *(pytest.param(*row, marks=pytest.mark.slow) for row in OTHERS)],
)
def test_a_common_cap_is_met_where_it_costs_least(
    tmp_path: Path, method: str, limit: float, price: object, cost: float, last: float
) -> None:
    """20 kt alone. To 12: 8 kt at 2 are 16 more. To 5: 10 at 2 and 5 at 5 are 45 more, or 5 missed at 3, 35 more.

    Under 30 nobody does anything.
    """
    towns = {"alvik": heat_town(2), "bro": heat_town(5)}
    folder = write_cases(tmp_path / "cap", towns, f"cap,target,co2,,,,,,,{limit},kt,{price}\n")
    study = plan_together(folder, method)
    assert_close(study.cost, cost)
    assert cost * (1 - 2 * CLOSE) <= study.bound <= cost + 1e-6
    assert_close(prices_of(study, "cap"), [last])


@pytest.mark.parametrize("method", METHODS)
def test_a_supply_goes_where_it_saves_most(tmp_path: Path, method: str) -> None:
    """A kt costs 10: a GWh of fuel saves 8 in one town and 5 in the other, which have 4 and 5 GWh of their own.

    Alone 110 - 32 = 78 and 110 - 25 = 85. Together all 9 go to the first, 110 - 72 = 38 and 110; a GWh more saves 8.
    At that price the first pays 5 x 8 = 40 and the other is paid as much: gains of 0 and 15.
    """
    towns = {"alvik": heat_town(2, 4), "bro": heat_town(5, 5)}
    folder = write_cases(tmp_path / "fuel", towns, "fuel,supply,fuel,,,,,,,,GWh,\n")
    study = plan_together(folder, method, account_price={"co2": 10.0})
    assert_close([plan.cost for plan in study.alone.values()], [78, 85])
    assert_close(costs_of(study), [38, 110])
    assert_close(prices_of(study, "fuel"), [8])
    tables = tabulate_study(study)
    assert_close(tables["cities"]["after"], [0, 15])
    assert_close(tables["draws"]["together"], [9, 0])
    moved = tables["moves"].set_index("city")
    assert_close(moved.loc["alvik", ["change", "tonnes"]], [0.09, 0.09])
    assert_close(moved["saved"], [0.72, 0.72])


PAIR = {"years": (2025, 2027), "last_length": 3}
"""Plan years that stand for 2025-26 and 2027-29."""


def plan_periods(folder: Path, links: str) -> Study:
    """Two towns that let out 10 kt a year each, of which a kt less costs 2 or 5, in two periods of 2 and 3 years."""
    towns = {name: heat_town(extra, case={"last_year": 2029}) for name, extra in (("alvik", 2), ("bro", 5))}
    return plan_together(write_cases(folder / "pair", towns, links), **PAIR)


def test_a_sum_counts_the_calendar_years_that_lie_in_its_window(tmp_path: Path) -> None:
    """2026 to 2028 is one year of the first period and two of the second: 60 kt alone, 30 are allowed.

    A kt a year less in 2027-29 costs 3 x 2 and counts twice, one in 2025-26 2 x 2 and counts once: 10 of each are
    60 + 40, beside 2 x 50 for the heat. The last kt that counts costs 4. By the labels of plan years alone the first
    period would not count at all, and all three years of the second would.
    """
    study = plan_periods(tmp_path, "cap,target,co2,,,2026,2028,sum,,30,kt,\n")
    assert_close(study.cost, 200)
    assert_close(prices_of(study, "cap"), [4])
    tables = tabulate_study(study)
    assert_close(tables["prices"].loc[0, ["first", "last", "limit", "used"]], [2025, 2027, 30, 30])
    assert_close(tables["draws"]["alone"], [30, 30])
    assert_close(tables["draws"]["together"], [0, 30])


def test_a_sum_in_one_period_counts_all_its_years(tmp_path: Path) -> None:
    """2027 to 2029 are one plan year of three: 60 kt alone, 45 allowed: 5 kt a year less in alvik, 3 x 5 x 2 = 30."""
    study = plan_periods(tmp_path, "cap,target,co2,,,2027,,sum,,45,kt,\n")
    assert_close(study.cost, 130)
    assert_close(tabulate_study(study)["prices"].loc[0, ["used", "price"]], [45, 2])


@pytest.mark.parametrize(("price", "cost", "last"), [(3.5, 148, 6), (2.5, 140, 5)])
def test_each_year_of_a_period_has_its_price(tmp_path: Path, price: float, cost: float, last: float) -> None:
    """12 kt in each of 2028 and 2029, 20 alone: 8 kt a year less cost 3 x 8 x 2 = 48 in the whole period.

    Missed they cost 2 years' price: 8 x 2 x 3.5 = 56 is more, 8 x 2 x 2.5 = 40 is less.
    """
    study = plan_periods(tmp_path, f"cap,target,co2,,,2028,2029,each,,12,kt,{price}\n")
    assert_close(study.cost, cost)
    assert_close(prices_of(study, "cap"), [last])


@pytest.mark.slow
def test_a_plant_is_built_in_one_town_and_used_in_another(tmp_path: Path) -> None:
    """A kt costs 10. A pipe to the plant next door brings heat for nothing; a MW of the plant costs 5 and brings a GWh.

    Alone both let out 10 kt, 110 each; together the plant has 10 MW for 50 and the user pays nothing: 160 in place of
    220. It pays 60 percent of the plant, 30. Where it may use half of the capacity, 20 MW are built for 100: 210.
    """
    pipe = {"technology": "pipe", "buildable": "yes", "capex": 0, "yield": 1, "flow": {"heat": 1}, "life": 50}
    plant = {"technology": "plant", "buildable": "yes", "capex": 5, "yield": 1, "life": 50, "flow": {"waste": 1}}
    plant["most_capacity"] = 40
    waste = {"commodity": "waste", "surplus": "yes"}
    host = heat_town(20, technologies=[plant])
    host["commodities"].append(waste)
    towns = {"alvik": host, "bro": heat_town(20, technologies=[pipe])}
    shares = "link,case,item,share,cost_share\njoint,bro,pipe,{},0.6\njoint,alvik,plant,,0.4\n"
    link = "joint,plant,plant,,alvik,,,,,,,\n"
    folder = write_cases(tmp_path / "whole", towns, link, shares.format(1))
    study = plan_together(folder, "block", account_price={"co2": 10.0})
    assert_close([plan.cost for plan in study.alone.values()], [110, 110])
    assert_close(costs_of(study), [160, 0])
    assert_close(tabulate_study(study)["plants"].set_index("city")["cost"][["alvik", "bro"]], [20, 30])
    (folder / "shares.csv").write_text(shares.format(0.5))
    assert_close(costs_of(plan_together(folder, "prices", account_price={"co2": 10.0})), [210, 0])


@pytest.mark.slow
def test_whole_units_are_kept_whole_and_the_pool_with_them(tmp_path: Path) -> None:
    """Roads of one unit each, half granted; the pool of 60 pays one of 50 and 10 of the other's 50.

    In parts of units nothing else would come out, for both roads are built anyway.
    """
    work = road_in(2025, 100, life=100, unit_size=1, most_capacity=1)
    towns = {
        name: paying_town({"road": work}, instruments=[grant("aid", {"road": 0.5}, pool=15)], last_year=2026)
        for name in ("alvik", "bro")
    }
    folder = write_cases(tmp_path / "whole", towns, "aid,pool,aid,,,,,,,,MSEK,\n")
    study = plan_together(folder, "prices", perspective="city")
    assert_close(sum(costs_of(study)), 140)
    assert all(plan.mixed for plan in study.together.values())


@pytest.mark.parametrize("method", METHODS)
def test_a_common_cap_that_nobody_can_keep_is_told_with_what_is_missing(tmp_path: Path, method: str) -> None:
    towns = {"alvik": heat_town(2, 4), "bro": heat_town(5, 5)}
    folder = write_cases(tmp_path / "hard", towns, "cap,target,co2,,,,,,,8,kt,\n")
    with pytest.raises(LinksContradict) as refused:
        plan_together(folder, method)
    assert refused.value.tell("en") == (
        "No plans keep all shared limits at the same time. This is how near one can come:\n"
        "cap (row 2) 2025 to 2025: 3.000 kt is missing"
    )
    assert refused.value.tell("sv") == (
        "Inga planer håller alla gemensamma gränser på samma gång. Närmast kommer man så här:\n"
        "cap (rad 2) 2025–2025: 3,000 kt fattas"
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_window_counts_the_years_of_a_period_that_lie_in_it(tmp_path: Path, method: str) -> None:
    """2026-2031 of periods 2025-26, 2027-29, 2030-32: 1, 3 and 2 years of 20 kt each, 120, and 55 are allowed: 65 less.

    A year clean costs 2 D in one town and 5 D in the other, D the period's 1.90533, 2.53106, 2.18643 at 5 %; of the kt
    that count the first has them for 2 D2/3 = 1.69, 2 D3/2 = 2.19 and 2 D1/1 = 3.81, 60 in all, the other its first for
    5 D2/3 = 4.22: 5. In all 20 (D1 + D2 + D3) + 20 (D1 + D2 + D3) + 5 x 4.2184. Periods that began in the window were
    counted whole and others not at all: 245.03 at 3.64 a kt.
    """
    case = {"last_year": 2032, "discount_rate": 0.05, "money": "MEUR", "price_year": 2020}
    towns = {"alvik": heat_town(2, case=case), "bro": heat_town(5, case=case)}
    folder = write_cases(tmp_path / "both", towns, "cap,target,co2,,,2026,2031,sum,,55,kt,\n")
    study = plan_together(folder, method, years=(2025, 2027, 2030))
    d1, d2, d3 = (sum(1.05 ** -(t + 0.5) for t in span) for span in (range(2), range(2, 5), range(5, 8)))
    assert_close(study.cost, 40 * (d1 + d2 + d3) + 25 / 3 * d2)
    assert_close(prices_of(study, "cap"), [5 * d2 / 3])
    draws = tabulate_study(study)["draws"].set_index("city")
    assert_close(draws["alone"], [60, 60])
    assert_close(draws["together"]["bro"], 55)


def test_a_supply_of_each_town_counts_as_many_years_as_what_is_bought_of_it(tmp_path: Path) -> None:
    """4 and 5 GWh of fuel a year over that window, six years of which count: 24 and 30 of their own, 54.

    A GWh saves 1 in the first town and 0.4 in the other. 2027-29 is shared whole, and the first takes all it needs, 30.
    Of 2025-26 and 2030-32 one and two years are: their own limits stand, 4 and 5 a year, for of the years outside
    nothing is shared. The first takes 4 and 8 there, the other 5, and the 7 that are left of 54 in 2030-31, where three
    years save 0.4 for two that count: 0.6. Saved are 4 x 2 + 10 x 3 + 4 x 3 and 0.4 (5 x 2 + 3.5 x 3) of 160.
    What was their own was told as 8 and 10, of each period that began in the window once.
    """
    case = {"last_year": 2032}
    towns = {"alvik": heat_town(-1, 4, case=case), "bro": heat_town(-0.4, 5, case=case)}
    folder = write_cases(tmp_path / "fuel", towns, "fuel,supply,fuel,,,2026,2031,sum,,,GWh,\n")
    study = plan_together(folder, "prices", years=(2025, 2027, 2030))
    assert_close(study.cost, 160 - 50 - 8.2)
    assert_close(prices_of(study, "fuel"), [0.6])
    draws = tabulate_study(study)["draws"].set_index("city")
    assert_close(draws["own"], [24, 30])
    assert_close(draws["alone"], [24, 30])
    assert_close(draws["together"], [42, 12])
