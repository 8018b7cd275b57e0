"""Towns solved by hand: what a loan costs by its repayment, rate, term and money, and when a bond is issued."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, assert_kept, assert_near, lend, paying_town, road_in

POOR = {**CITY, "own_funds": 0}


def borrowing_town(last_year: int = 2030, rate: float = 0.0, **loan: Any) -> dict[str, Any]:
    """100 MSEK spent in 2025 by a city that has nothing of its own."""
    return paying_town({"road": road_in(2025)}, [POOR], [lend(**loan)], last_year, rate)


def finance_cost(town: dict[str, Any], **choices: Any) -> float:
    return float(plan_of(town, **choices).attrs["finance_cost"])


@pytest.mark.parametrize(
    ("repayment", "grace", "interest"),
    [
        ("straight", 0, 10 + 7.5 + 5 + 2.5),
        ("annuity", 0, 4 * 100 * 0.1 / (1 - 1.1**-4) - 100),
        ("bullet", 0, 4 * 10),
        ("straight", 2, 10 + 10 + 10 + 5),
        ("annuity", 2, 10 + 10 + 2 * 100 * 0.1 / (1 - 1.1**-2) - 100),
        ("bullet", 2, 4 * 10),
    ],
)
def test_interest_follows_the_repayment(repayment: str, grace: int, interest: float) -> None:
    """100 at 10 percent over 4 years; balances 100 75 50 25, with two years of grace 100 100 100 50.

    The annuity is 31.547 a year, 126.188 in all, after grace 57.619 twice. Straight: 25 and 35, bullet: 40.
    """
    plan = plan_of(borrowing_town(repayment=repayment, grace=grace, tenor=4))
    assert_near(decided(plan, "draw", "loan", "city"), [100, 0, 0, 0, 0, 0])
    assert_kept(plan.attrs["finance_cost"], interest)
    assert_close(plan.attrs["objective"], 100)


def test_what_is_owed_after_the_last_year_counts() -> None:
    """Straight over 4 years, plan 2025-2026: 25 + 10 paid in 2026; 75 left, due with 7.5 of interest in 2027.

    35 + 82.5 - 100 = 17.5.
    """
    assert_kept(finance_cost(borrowing_town(2026, repayment="straight", tenor=4)), 17.5)


def test_a_loan_without_interest_costs_nothing() -> None:
    """100 lent, 100 repaid over two years, at no rate at all; the ceiling of 100 admits no more."""
    town = borrowing_town(repayment="annuity", tenor=2)
    town["instruments"][0]["rate"] = 0
    town["actors"] = [{**POOR, "debt_ceiling_amount": 100}]
    plan = plan_of(town)
    assert_kept(plan.attrs["finance_cost"], 0)
    assert_near(decided(plan, "draw", "loan", "city"), [100, 0, 0, 0, 0, 0])


def test_the_rate_is_that_of_the_year_and_not_of_the_draw() -> None:
    """10 percent in 2026 and 20 in 2027: 10 + 20."""
    assert_kept(finance_cost(lending_town({2025: 0.05, 2026: 0.1, 2027: 0.2}, tenor=2)), 30)


def lending_town(rates: Any, tenor: int, **keys: Any) -> dict[str, Any]:
    return paying_town({"road": road_in(2025)}, [POOR], [lend(rate=rates, tenor=tenor, **keys)], 2034)


def test_years_between_plan_years_have_the_rate_of_the_plan_year() -> None:
    """Plan years 2025 (10 percent) and 2030 (20 percent), six years from 2025: 4 x 10 + 2 x 20."""
    town = lending_town({2025: 0.1, 2030: 0.2}, tenor=6)
    assert_kept(finance_cost(town, years=(2025, 2030), last_length=5, investment="start"), 80)


def test_a_nominal_loan_at_the_same_real_rate_costs_the_same_at_that_rate() -> None:
    """5 percent real is 7.1 percent nominal where prices rise by 2 percent.

    Discounted at 5 percent both are worth what was lent. Undiscounted the real one costs 3 x 5, the nominal one
    7.1/1.02 + 7.1/1.0404 + 107.1/1.061208 - 100 = 14.707805: inflation repays a part early.
    """
    real, nominal = ({"basis": "real", "rate": 0.05}, {"basis": "nominal", "rate": 1.05 * 1.02 - 1})
    for loan, plain in ((real, 15.0), (nominal, 7.1 / 1.02 + 7.1 / 1.0404 + 107.1 / 1.061208 - 100)):
        town = lending_town(loan["rate"], tenor=3, basis=loan["basis"])
        town["inflation"] = [{"value": 0.02}]
        assert_kept(finance_cost(town), plain)
        town["case"]["discount_rate"] = 0.05
        assert_kept(finance_cost(town), 0)


def test_inflation_that_changes_deflates_year_by_year() -> None:
    """Prices 1, 1.1 in 2026 and 1.32 in 2027: a nominal bullet of two years at no rate costs 100/1.32 - 100."""
    town = paying_town({"road": road_in(2025)}, [POOR], [lend(rate=0, tenor=2, basis="nominal", most_draw=100)])
    town["inflation"] = [{"year": 2026, "value": 0.1}, {"year": 2027, "value": 0.2}]
    assert_kept(finance_cost(town), 100 / 1.32 - 100)


@pytest.mark.parametrize(("price", "issued"), [(0.01, True), (0.015, False)])
def test_a_bond_is_issued_only_where_its_least_issue_pays(price: float, issued: bool) -> None:
    """50 of 100 must be lent. The loan takes 2 percent: 1.0. A bond is at least 80: at 1 percent 0.8, at 1.5 1.2."""
    bond = lend("bond", price, kind="bond", least_issue=80, most_draw=200)
    town = paying_town({"road": road_in(2025)}, [{**CITY, "own_funds": 50}], [lend(rate=0.02), bond])
    plan = plan_of(town)
    assert_close(decided(plan, "issue", "bond", "city")[0], float(issued))
    assert_near(decided(plan, "draw", "bond", "city")[0], 80 if issued else 0)
    assert_near(decided(plan, "draw", "loan", "city")[0], 0 if issued else 50)
    assert_near(decided(plan, "own", "city")[0], 20 if issued else 50)
    assert_kept(plan.attrs["finance_cost"], 0.8 if issued else 1.0)


def test_the_cheaper_loan_is_drawn_to_its_most() -> None:
    """30 at 1 percent, the other 20 at 2 percent: 0.3 + 0.4; in the next year there is a new 30."""
    loans = [lend("green", 0.01, most_draw=30), lend("plain", 0.02)]
    works = {"road": road_in(2025, 50), "rail": road_in(2026, 25)}
    plan = plan_of(paying_town(works, [POOR], loans))
    assert_near(decided(plan, "draw", "green", "city")[:2], [30, 25])
    assert_near(decided(plan, "draw", "plain", "city")[:2], [20, 0])
    assert_kept(plan.attrs["finance_cost"], 0.3 + 0.4 + 0.25)


def test_the_most_that_is_drawn_is_shared_by_all_and_counts_for_every_year_of_a_period() -> None:
    """Two owners of one road of 100, 6 a year to both together for five years: 30 at 1 percent, 70 at 2 percent."""
    owned = road_in(2025, owned={"city": 0.6, "company": 0.4})
    actors = [POOR, {"actor": "company", "kind": "company", "own_funds": 0}]
    both = ("city", "company")
    loans = [lend("green", 0.01, to=both, most_draw=6), lend("plain", 0.02, to=both)]
    plan = plan_of(paying_town({"road": owned}, actors, loans, 2029), years=(2025,), last_length=5)
    assert_near(decided(plan, "draw", "green").sum(), 30)
    assert_near(decided(plan, "draw", "plain").sum(), 70)
    assert_kept(plan.attrs["finance_cost"], 0.3 + 1.4)


def test_private_capital_is_a_loan_at_its_own_rate() -> None:
    """100 for two years at 8 percent, in one sum: 16."""
    town = paying_town({"road": road_in(2025)}, [POOR], [lend("fund", 0.08, 2, kind="private_capital")])
    assert_kept(finance_cost(town), 16)


def test_a_loan_cheaper_than_the_discount_rate_is_drawn_for_all_that_is_spent_and_no_more() -> None:
    """3 percent for a year, discounted at 5: 103/1.05 - 100 = -1.904762 for the 100 that are spent."""
    plan = plan_of(paying_town({"road": road_in(2025)}, [CITY], [lend(rate=0.03)], rate=0.05))
    assert_near(decided(plan, "draw", "loan", "city"), [100, 0, 0, 0, 0, 0])
    assert_near(decided(plan, "own", "city"), 0)
    assert_kept(plan.attrs["finance_cost"], 103 / 1.05 - 100)
