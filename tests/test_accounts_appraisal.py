"""Present value, rate of return, payback and annuity, against numpy-financial and by hand."""

from __future__ import annotations

import numpy as np
import numpy_financial
import pytest

from runners.accounts.appraisal import find_annuity, find_internal_rate, find_payback, find_present_value

NEAR = 1e-10


def draw_investments(seed: int) -> np.ndarray:
    """Ten investments, paid over up to three years and earning in the years after."""
    generator = np.random.default_rng(seed)
    earned = generator.uniform(1.0, 20.0, (10, 25))
    earned[:, : 1 + seed % 3] = -generator.uniform(5.0, 80.0, (10, 1 + seed % 3))
    return earned


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [-0.02, 0.0, 0.035, 0.2])
def test_present_values_are_those_of_numpy_financial(seed: int, rate: float) -> None:
    for amounts in draw_investments(seed):
        ours = float(find_present_value(rate, np.arange(25.0), amounts))
        assert ours == pytest.approx(float(numpy_financial.npv(rate, amounts)), rel=NEAR, abs=NEAR)


@pytest.mark.parametrize("seed", range(6))
def test_rates_of_return_are_those_of_numpy_financial(seed: int) -> None:
    for amounts in draw_investments(seed):
        ours = find_internal_rate(np.arange(25.0), amounts)
        assert ours == pytest.approx(float(numpy_financial.irr(amounts)), abs=NEAR)


@pytest.mark.parametrize("rate", [-0.01, 0.0, 0.015, 0.035, 0.12])
@pytest.mark.parametrize("years", [1, 7, 21])
def test_annuities_are_those_of_numpy_financial(rate: float, years: int) -> None:
    ours = float(find_annuity(rate, years, 123.4))
    assert ours == pytest.approx(-float(numpy_financial.pmt(rate, years, 123.4)), rel=NEAR)


def test_a_rate_of_return_counts_parts_of_years() -> None:
    """100 grows to 121 in a year and a half: 1.21^(2/3) - 1."""
    assert find_internal_rate(np.array([0.0, 1.5]), np.array([-100.0, 121.0])) == pytest.approx(1.21 ** (2 / 3) - 1)


@pytest.mark.parametrize(
    "amounts",
    [
        [0.0, 0.0, 0.0],
        [-10.0, -1.0, -2.0],
        [10.0, 1.0, 2.0],
        [-100.0, 230.0, -132.0],
    ],
    ids=["nothing", "only cost", "only gain", "10 % and 20 % both"],
)
def test_there_is_no_rate_of_return_where_there_is_none_or_more_than_one(amounts: list[float]) -> None:
    assert np.isnan(find_internal_rate(np.arange(3.0), np.array(amounts)))


def test_a_rate_of_return_of_nothing_is_found() -> None:
    assert find_internal_rate(np.arange(3.0), np.array([-100.0, 50.0, 50.0])) == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize(
    ("spent", "earned", "years"),
    [
        ([-100, 0, 0], [50, 50, 50], 2.0),
        ([-100, 0, 0], [80, 80, 80], 1.25),
        ([0, -100, 0, 0], [0, 0, 80, 80], 2.25),
        ([-100, 0, 0], [30, 30, 30], np.nan),
        ([-60, -60, 0], [90, 0, 60], 2.5),
        ([20, 0, 0], [10, 10, 10], 0.0),
        ([0, 0], [0, 0], 0.0),
    ],
    ids=["whole years", "within a year", "later start", "never", "twice in debt", "a gain", "nothing"],
)
def test_payback_runs_from_the_first_debt_to_the_last(spent: list[float], earned: list[float], years: float) -> None:
    """Twice in debt: -60, +30, -30, 0 earned in the second year, 60 in the third: half of it is enough, 2.5 years."""
    found = find_payback(np.array(spent, dtype=float), np.array(earned, dtype=float))
    assert found == pytest.approx(years, nan_ok=True)
