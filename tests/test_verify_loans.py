"""Does the verifier's own loan arithmetic give what a hand, a closed form and the program's schedules give?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import town
import xarray as xr

from model.verifier.loans import Loans, measure_loans, measure_price_level
from model.verifier.money import discount_capital, discount_end
from model.verifier.reading import Reading
from scenarios.arithmetic.loans import loan_schedules

REAL = [{"value": 0.0}]
"""No inflation."""

PLAIN: dict[str, Any] = {"instrument": "loan", "kind": "loan", "basis": "real", "tenor": 4, "rate": 0.05}

TERMS = ((1, 0), (2, 1), (7, 0), (7, 3), (30, 5))
"""Tenors and graces."""


def read_town(*instruments: dict[str, Any], inflation: Any = REAL, last: int = 2030, **more: Any) -> Reading:
    case = {"first_year": 2025, "last_year": last, **more.pop("case", {})}
    scenario = town.scenario_of(
        {
            "case": case,
            "actors": [{"actor": "town", "kind": "municipality"}],
            "instruments": list(instruments),
            "inflation": inflation,
        },
        **more,
    )
    return Reading(scenario, xr.Dataset())


def measure_first(loans: Loans) -> tuple[list[float], list[float], list[float]]:
    """Balance, repayment and interest of a krona drawn in the first year."""
    balance, repayment, interest = (
        getattr(loans, name)[0, 0].round(12).tolist() for name in ("balance", "repayment", "interest")
    )
    return balance, repayment, interest


@pytest.mark.parametrize(
    ("terms", "balance", "repayment", "interest"),
    [
        ({}, [1, 0.75, 0.5, 0.25, 0, 0], [0, 0.25, 0.25, 0.25, 0.25, 0], [0, 0.05, 0.0375, 0.025, 0.0125, 0]),
        ({"grace": 2}, [1, 1, 1, 0.5, 0, 0], [0, 0, 0, 0.5, 0.5, 0], [0, 0.05, 0.05, 0.05, 0.025, 0]),
        ({"repayment": "bullet", "tenor": 3}, [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0.05, 0.05, 0.05, 0, 0]),
        ({"repayment": "annuity", "rate": 0}, [1, 0.75, 0.5, 0.25, 0, 0], [0, 0.25, 0.25, 0.25, 0.25, 0], [0] * 6),
        (
            {"tenor": 2, "rate": {2025: 0.3, 2026: 0.1, 2027: 0.2}},
            [1, 0.5, 0, 0, 0, 0],
            [0, 0.5, 0.5, 0, 0, 0],
            [0, 0.1, 0.1, 0, 0, 0],
        ),
    ],
)
def test_a_schedule_is_what_the_hand_says(
    terms: dict[str, Any], balance: list[float], repayment: list[float], interest: list[float]
) -> None:
    """Interest is the year's rate on what was owed the year before; repayment begins after the grace."""
    found = measure_first(measure_loans(read_town({**PLAIN, "repayment": "straight", **terms})))
    assert found == (balance, repayment, interest)


@pytest.mark.parametrize("rate", [0.1, 0.013, -0.02])
@pytest.mark.parametrize("tenor", [1, 3, 5])
def test_an_annuity_is_the_closed_form(rate: float, tenor: int) -> None:
    """Payment p = r / (1 - (1+r)^-n); owed after t years (1+r)^t - p ((1+r)^t - 1) / r."""
    loans = measure_loans(read_town({**PLAIN, "repayment": "annuity", "tenor": tenor, "rate": rate}))
    payment = rate / (1 - (1 + rate) ** -tenor)
    t = np.arange(tenor + 1)
    owed = (1 + rate) ** t - payment * ((1 + rate) ** t - 1) / rate
    np.testing.assert_allclose(loans.balance[0, 0, : tenor + 1], owed, atol=1e-10)
    np.testing.assert_allclose((loans.repayment + loans.interest)[0, 0, 1 : tenor + 1], payment, atol=1e-10)
    assert not loans.balance[0, 0, tenor + 1 :].any()


def test_an_annuity_after_its_grace_is_level_over_the_years_left() -> None:
    """Tenor 3, grace 1, 10 %: interest 0.1, then two payments of 0.1 / (1 - 1.1^-2) = 0.121 / 0.21 = 0.576190."""
    loans = measure_loans(read_town({**PLAIN, "repayment": "annuity", "tenor": 3, "grace": 1, "rate": 0.1}))
    np.testing.assert_allclose((loans.repayment + loans.interest)[0, 0, :4], [0, 0.1, 0.121 / 0.21, 0.121 / 0.21])


def test_an_annuity_is_set_anew_when_the_rate_moves() -> None:
    """Two years at 10 %, then 20 %: pays 0.121/0.21, owes 1.1 - 0.121/0.21 = 0.11/0.21, and then 1.2 times that."""
    terms = {"repayment": "annuity", "tenor": 2, "rate": {2026: 0.1, 2027: 0.2}}
    loans = measure_loans(read_town({**PLAIN, **terms}))
    np.testing.assert_allclose((loans.repayment + loans.interest)[0, 0, 1:3], [0.121 / 0.21, 1.2 * 0.11 / 0.21])
    np.testing.assert_allclose(loans.balance[0, 0, :3], [1, 0.11 / 0.21, 0], atol=1e-12)


def test_a_nominal_loan_is_paid_in_lighter_money() -> None:
    """Two years at 5 % and inflation of 2 %: 0.05 / 1.02, then 1.05 / 1.0404, whenever one real krona is drawn."""
    terms = {"repayment": "bullet", "tenor": 2, "basis": "nominal"}
    loans = measure_loans(read_town({**PLAIN, **terms}, inflation=[{"value": 0.02}]))
    for u in range(4):
        np.testing.assert_allclose(loans.interest[0, u, u : u + 3], [0, 0.05 / 1.02, 0.05 / 1.0404])
        np.testing.assert_allclose(loans.repayment[0, u, u : u + 3], [0, 0, 1 / 1.0404])
        np.testing.assert_allclose(loans.balance[0, u, u : u + 3], [1, 1 / 1.02, 0], atol=1e-12)


def test_what_is_owed_when_the_horizon_ends_is_the_balance_and_the_interest_then_due() -> None:
    """Drawn in 2025 for ten years, horizon to the end of 2027: 1.05 is owed in 2028, in its money 1.05 / 1.02^3.

    Half of a straight loan of four years is left after 2027 had it been drawn in 2025: 0.5 * 1.05.
    """
    bullet = {**PLAIN, "repayment": "bullet", "tenor": 10}
    instruments = (
        bullet,
        {**bullet, "instrument": "nominal", "basis": "nominal"},
        {**PLAIN, "instrument": "straight", "repayment": "straight"},
        {**PLAIN, "instrument": "gift", "kind": "grant"},
    )
    loans = measure_loans(read_town(*instruments, inflation=[{"value": 0.02}], last=2027))
    np.testing.assert_allclose(loans.terminal[:, 0], [1.05, 1.05 / 1.02**3, 0.525, 0])
    assert not loans.balance[3].any()


def test_a_plan_year_sums_its_calendar_years_and_shows_the_balance_at_its_end() -> None:
    """Plan years 2025 and 2030 of five years each, two-year rates 5 % and 10 %.

    Drawn in 2025, straight over 8: 2026-2029 repay 0.5 with interest 0.05 (1 + 0.875 + 0.75 + 0.625) = 0.1625;
    2030-2033 repay the rest with 0.1 (0.5 + 0.375 + 0.25 + 0.125) = 0.125, and 2034 nothing.
    """
    terms = {"repayment": "straight", "tenor": 8, "rate": {2025: 0.05, 2030: 0.1}}
    loans = measure_loans(read_town({**PLAIN, **terms}, years=(2025, 2030), investment="start"))
    assert measure_first(loans) == (
        [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0, 0],
        [0.5, 0.5],
        [0.1625, 0.125],
    )
    assert loans.terminal[0].round(12).tolist() == [0.0, pytest.approx(0.5 * 1.1)]


@pytest.mark.parametrize(("price_year", "levels"), [(2025, [1, 1.1, 1.32]), (2026, [1 / 1.1, 1, 1.2]), (2023, None)])
def test_the_price_level_is_one_in_the_price_year(price_year: int, levels: list[float] | None) -> None:
    """Inflation 5 % in 2025 and before, 10 % in 2026, 20 % in 2027."""
    inflation = [{"year": 2025, "value": 0.05}, {"year": 2026, "value": 0.1}, {"year": 2027, "value": 0.2}]
    read = read_town(PLAIN, inflation=inflation, last=2027, case={"price_year": price_year})
    found = [measure_price_level(read, t) for t in (2025, 2026, 2027)]
    np.testing.assert_allclose(found, levels or np.array([1, 1.1, 1.32]) * 1.05**2)
    np.testing.assert_allclose(found, read.given.price_index)


@pytest.mark.parametrize("repayment", ["straight", "annuity", "bullet"])
@pytest.mark.parametrize("basis", ["real", "nominal"])
@pytest.mark.parametrize(("tenor", "grace"), [(1, 0), (3, 1), (20, 0)])
def test_a_loan_at_the_discount_rate_costs_nothing(repayment: str, basis: str, tenor: int, grace: int) -> None:
    """Real 4 %, or nominal 1.04 * 1.03 - 1 at inflation 3 %: all that is paid and owed is worth what was drawn."""
    rate = 0.04 if basis == "real" else 1.04 * 1.03 - 1
    terms = {"repayment": repayment, "basis": basis, "tenor": tenor, "grace": grace, "rate": rate}
    read = read_town({**PLAIN, **terms}, inflation=[{"value": 0.03}], case={"discount_rate": 0.04})
    loans, capital = measure_loans(read), discount_capital(read)
    worth = (loans.repayment + loans.interest)[0] @ capital + loans.terminal[0] * discount_end(read)
    np.testing.assert_allclose(worth, capital, atol=1e-12)


@pytest.mark.parametrize("years", [(), (2025, 2026, 2030, 2035)])
def test_the_program_and_the_verifier_reckon_the_same_schedules(years: tuple[int, ...]) -> None:
    """Two independent arithmetics over every kind of contract, moving rates and inflation."""
    generator = np.random.default_rng(3)
    kinds = [(r, b, t, g) for r in ("straight", "annuity", "bullet") for b in ("real", "nominal") for t, g in TERMS]
    instruments = [
        {
            "instrument": f"loan{n}",
            "kind": "loan",
            "repayment": repayment,
            "basis": basis,
            "tenor": tenor,
            "grace": grace,
            "rate": {int(y): float(generator.uniform(-0.01, 0.08)) for y in (2025, 2028, 2033)},
        }
        for n, (repayment, basis, tenor, grace) in enumerate(kinds)
    ]
    inflation = [{"year": y, "value": float(generator.uniform(-0.01, 0.05))} for y in (2025, 2029, 2034)]
    read = read_town(*instruments, inflation=inflation, last=2038, case={"price_year": 2027}, years=years)
    mine, theirs = measure_loans(read), loan_schedules(read.scenario)
    for name in ("balance", "repayment", "interest", "terminal"):
        np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), atol=1e-12)
