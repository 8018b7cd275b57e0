"""Whether discounting, lives, outlays and worth agree with numbers worked by hand (the working in the docstrings)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import town
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.arithmetic.money import (
    annuity_factor,
    capital_discount,
    end_discount,
    finance_multiplier,
    operation_discount,
    outlay_shares,
    salvage_worth,
)
from scenarios.arithmetic.service import measure_alive
from scenarios.choices import SALVAGES


def scenario(years: tuple[int, ...] = (2025, 2026, 2027), rate: float = 0.0, **given: Any) -> xarray.Dataset:
    """One technology `plant` with the parameters given; what is a field of Choices goes there."""
    fields = ("salvage", "discount_capital", "discount_operation", "last_length", "service", "investment")
    choices = {name: given.pop(name) for name in fields if name in given}
    return town.scenario_of(
        {"technologies": [{"technology": "plant", **given}]}, years=years, discount_rate=rate, **choices
    )


def rows(array: Any) -> Any:
    """The numbers of the technology `plant`, the last of its town."""
    return array[-1].tolist()


def test_capital_is_discounted_to_the_start_of_the_first_year() -> None:
    """10 %: 1, 1/1.1, 1/1.21."""
    assert capital_discount(scenario(rate=0.1)) == pytest.approx([1, 1 / 1.1, 1 / 1.21])


@pytest.mark.parametrize(("timing", "offset"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_the_part_of_the_year_in_which_money_is_counted_shifts_both_factors(timing: str, offset: float) -> None:
    s = scenario(rate=0.1, discount_capital=timing, discount_operation=timing)
    factors = [1.1 ** -(place + offset) for place in range(3)]
    assert capital_discount(s) == pytest.approx(factors)
    assert operation_discount(s) == pytest.approx(factors)


def test_a_period_of_five_years_discounts_each_of_its_calendar_years() -> None:
    """At the end of each year and 25 %: (0.8 + 0.64 + 0.512 + 0.4096 + 0.32768), and that times 0.8^5 after."""
    s = scenario((2025, 2030), rate=0.25, discount_operation="end", investment="start")
    first = 0.8 + 0.64 + 0.512 + 0.4096 + 0.32768
    assert operation_discount(s) == pytest.approx([first, first * 0.32768])
    assert capital_discount(s) == pytest.approx([1, 0.32768])
    assert end_discount(s) == pytest.approx(0.8**10)


def test_unequal_periods_count_their_own_years() -> None:
    """Years 2025 (of 5), 2030 (of 10), 2040 (of 2, as chosen): at rate 0 just their numbers, the end in 2042."""
    s = scenario((2025, 2030, 2040), last_length=2)
    assert operation_discount(s).tolist() == [5, 10, 2]
    assert end_discount(scenario((2025, 2030, 2040), rate=1.0, last_length=2)) == pytest.approx(2.0**-17)


def test_the_annuity_of_a_loan_repays_it_exactly() -> None:
    """Two years at 10 %: A/1.1 + A/1.21 = 1, A = 1.21/2.1."""
    assert annuity_factor(0.1, 2) == pytest.approx(1.21 / 2.1)


def test_the_annuity_without_interest_is_one_over_life_and_of_an_endless_life_the_interest() -> None:
    rates, lives = np.array([0.0, 0.05, 0.0, -0.02]), np.array([8.0, np.inf, np.inf, np.inf])
    assert annuity_factor(rates, lives).tolist() == [0.125, 0.05, 0.0, 0.0]


@settings(max_examples=50, deadline=None)
@given(rate=st.integers(-300, 500).map(lambda thousandths: thousandths / 1000), life=st.integers(1, 60))
def test_annuities_over_a_life_are_worth_the_loan(rate: float, life: int) -> None:
    worth = sum((1 + rate) ** -year for year in range(1, life + 1))
    assert float(annuity_factor(rate, life)) * worth == pytest.approx(1, rel=1e-6)


def test_a_hurdle_rate_makes_capital_dearer_by_the_ratio_of_annuities() -> None:
    """Two years, 10 % against 0: (1.21/2.1) / (1/2)."""
    s = scenario(rate=0.0, life=2, hurdle_rate=0.1)
    assert rows(finance_multiplier(s)) == pytest.approx(2 * 1.21 / 2.1)


@pytest.mark.parametrize("given", [{}, {"life": 5}, {"hurdle_rate": 0.07}, {"hurdle_rate": 0.07, "life": 10.5}])
def test_without_a_hurdle_rate_or_with_the_discount_rate_itself_capital_costs_itself(given: dict[str, float]) -> None:
    assert rows(finance_multiplier(scenario(rate=0.07, **given))) == 1


def test_capital_that_is_never_repaid_has_no_finite_cost() -> None:
    assert rows(finance_multiplier(scenario(rate=0.0, hurdle_rate=0.07))) == np.inf


def test_a_vintage_stands_from_its_start_for_its_life_and_not_before() -> None:
    """Life 2: the vintage of 2025 stands in 2025 and 2026, that of 2026 in 2026 and 2027."""
    assert rows(measure_alive(scenario(life=2))) == [[1, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_an_endless_life_stands_to_the_end() -> None:
    assert rows(measure_alive(scenario())) == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]


def test_lead_time_and_delay_move_service_and_its_end() -> None:
    """Lead time 1, delay 1/2, life 1: service of 2025 is [2026.5, 2027.5), half of 2026 and half of 2027."""
    assert rows(measure_alive(scenario(lead_time=1, start_delay=0.5, life=1))) == [
        [0, 0.5, 0.5],
        [0, 0, 0.5],
        [0, 0, 0],
    ]


def test_a_life_of_ten_and_a_half_years_stands_half_of_its_last_year() -> None:
    alive = rows(measure_alive(scenario(tuple(range(2025, 2037)), life=10.5)))
    assert alive[0] == [1] * 10 + [0.5, 0]


def test_in_periods_a_vintage_counts_by_the_years_it_stands() -> None:
    """Periods of 5 and 10 (2025, 2030, 2040; the last of 10), lead time 2, life 10.5: service [2027, 2037.5) is 3 of
    5 and 7.5 of 10 years; of 2030, [2032, 2042.5): 8 of 10 and 2.5 of 10; of 2040, [2042, 2052.5): 8 of 10."""
    alive = rows(measure_alive(scenario((2025, 2030, 2040), lead_time=2, life=10.5, service="start")))
    assert alive == [[0.6, 0.75, 0], [0, 0.8, 0.25], [0, 0, 0.8]]


def test_a_survival_curve_takes_the_place_of_the_life() -> None:
    """Ages 0: 1, 2: 0.5 (so 1: 0.75), past 2 nothing; the life of 1 does not count."""
    s = scenario((2025, 2026, 2027, 2028), life=1, survival={0: 1, 2: 0.5})
    assert rows(measure_alive(s)) == [[1, 0.75, 0.5, 0], [0, 1, 0.75, 0.5], [0, 0, 1, 0.75], [0, 0, 0, 1]]


def test_a_survival_curve_is_constant_before_its_first_age_and_counts_from_service() -> None:
    """Given at 1: 0.8 only, so 0: 0.8 too; lead time 1.5: in 2026 the age is below 0, 2027 has age 0 (2026.5 on)."""
    s = scenario((2025, 2026, 2027, 2028), lead_time=1.5, survival={1: 0.8})
    assert rows(measure_alive(s))[0] == [0, 0, 0.8, 0.8]


def test_in_periods_a_survival_curve_is_the_mean_over_calendar_years() -> None:
    """Two years each: ages 0, 1 are 1, 0.75: 0.875; ages 2, 3 are 0.5, 0: 0.25. Lead time 1: ages -, 0: 0.5."""
    s = scenario((2025, 2027), survival={0: 1, 2: 0.5}, service="start")
    assert rows(measure_alive(s)) == [[0.875, 0.25], [0, 0.875]]
    late = scenario((2025, 2027), survival={0: 1, 2: 0.5}, lead_time=1, service="start")
    assert rows(measure_alive(late)) == [[0.5, 0.625], [0, 0.5]]


def test_technologies_with_and_without_a_curve_stand_side_by_side() -> None:
    s = town.scenario_of(
        {"technologies": [{"technology": "car", "survival": {0: 0.9}}, {"technology": "plant", "life": 1}]},
        years=(2025, 2026),
    )
    assert measure_alive(s)[0].tolist() == [[0.9, 0], [0, 0.9]]
    assert rows(measure_alive(s)) == [[1, 0], [0, 1]]


def test_an_investment_is_paid_evenly_over_construction_and_what_is_late_in_the_last_year() -> None:
    """Three years of construction: thirds; of 2026, a third and then two; of 2027 all in the last year."""
    shares = rows(outlay_shares(scenario(construction_years=3)))
    assert shares == [pytest.approx(row) for row in ([1 / 3, 1 / 3, 1 / 3], [0, 1 / 3, 2 / 3], [0, 0, 1])]


def test_in_periods_construction_years_fall_where_they_lie() -> None:
    """2025 of 5 years, 2030 of 10: eight years of construction from 2025 are 5/8 and 3/8."""
    s = scenario((2025, 2030, 2040), construction_years=8, investment="start")
    assert rows(outlay_shares(s))[0] == [0.625, 0.375, 0]


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(years=st.sets(st.integers(2025, 2050), min_size=1, max_size=6), take=st.integers(1, 20))
def test_the_outlay_of_every_vintage_sums_to_the_investment(years: set[int], take: int) -> None:
    shares = outlay_shares(scenario(tuple(sorted(years)), construction_years=take))
    assert shares.sum(axis=2) == pytest.approx(np.ones((1, len(years))))


def test_straight_line_worth_is_the_share_of_the_life_not_used() -> None:
    """End 2028, life 4: the vintages of 2025, 2026, 2027 have used 3, 2 and 1 years."""
    assert rows(salvage_worth(scenario(life=4, salvage="straight_line"))) == [0.25, 0.5, 0.75]


def test_without_salvage_nothing_is_worth_anything() -> None:
    assert rows(salvage_worth(scenario(salvage="none"))) == [0, 0, 0]


@pytest.mark.parametrize("salvage", ["sinking_fund", "annuities"])
def test_worth_at_a_rate_is_what_the_remaining_annuities_are_worth(salvage: str) -> None:
    """10 %, life 2, end 2027 of two years: 2025 is used up; 2026 has one annuity left, (1.21/2.1)/1.1 = 1.1/2.1.
    The same by a sinking fund: 1 - 0.1/0.21 = 0.11/0.21."""
    s = scenario((2025, 2026), rate=0.1, life=2, salvage=salvage)
    assert rows(salvage_worth(s)) == pytest.approx([0, 1.1 / 2.1])


@pytest.mark.parametrize("salvage", SALVAGES[1:])
def test_an_endless_life_keeps_the_whole_investment(salvage: str) -> None:
    assert rows(salvage_worth(scenario(rate=0.05, salvage=salvage))) == [1, 1, 1]


@pytest.mark.parametrize("salvage", SALVAGES[1:])
def test_what_comes_into_service_after_the_end_keeps_its_whole_worth(salvage: str) -> None:
    """Lead time 2, end 2028, life 1: service begins 2027, 2028 and 2029; the first is used up.

    What was paid in 2026 and 2027 has borne interest of 5 % for two years and one until the end.
    """
    worth = rows(salvage_worth(scenario(rate=0.05, lead_time=2, life=1, salvage=salvage)))
    assert worth == pytest.approx([0, 1.05**2, 1.05])


@pytest.mark.parametrize("salvage", SALVAGES[1:])
def test_a_survival_curve_is_worth_the_service_that_it_has_left(salvage: str) -> None:
    """Ages 0 to 3 stand 1, 0.5, 0.25, 0.25, end 2028: after 3, 2 and 1 years 0.25, 0.5 and 1 of 2 are left."""
    curve = {0: 1, 1: 0.5, 2: 0.25, 3: 0.25}
    assert rows(salvage_worth(scenario(life=9, survival=curve, salvage=salvage))) == pytest.approx([0.125, 0.25, 0.5])


def test_a_survival_curve_repays_a_hurdle_rate_by_what_stands() -> None:
    """1 and 0.5 of it stand: at 100 % 1/2 + 0.5/4 = 0.625 repay a unit, without interest 1.5: 2.4 times as dear."""
    s = scenario(rate=0.0, life=9, hurdle_rate=1.0, survival={0: 1, 1: 0.5})
    assert rows(finance_multiplier(s)) == pytest.approx(1.5 / 0.625)


def test_sinking_fund_without_interest_is_the_straight_line() -> None:
    """Life 10.5, periods 2025 and 2030, end 2035: 10 and 5 years used."""
    s = scenario((2025, 2030), life=10.5, service="start")
    assert rows(salvage_worth(s)) == pytest.approx([0.5 / 10.5, 5.5 / 10.5])


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(rate=st.floats(-0.2, 0.3).filter(lambda rate: abs(rate) > 1e-4), life=st.floats(0.5, 80))
def test_worth_follows_the_formula_of_the_sinking_fund(rate: float, life: float) -> None:
    used = np.minimum(3 - np.arange(3), life)
    expected = 1 - ((1 + rate) ** used - 1) / ((1 + rate) ** life - 1)
    assert rows(salvage_worth(scenario(rate=rate, life=life))) == pytest.approx(list(expected), abs=1e-7)


def test_yearly_annuities_and_worth_together_pay_the_investment() -> None:
    """An investment less its worth at the end is the annuities of the years used, at the end of each: 7 %, life 20."""
    s = scenario(rate=0.07, life=20, discount_operation="end")
    paid = float(annuity_factor(0.07, 20)) * operation_discount(s).sum()
    assert 1 - rows(salvage_worth(s))[0] * end_discount(s) == pytest.approx(paid)
