"""At which price a measure enters or leaves: against every price tried, where money holds it and where it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from paying import CITY, lend
from test_towns_reasons import CAP, emitting_town, family_of, why_of

from runners.analyses.sensitivity.answer import Wish, explain
from runners.analyses.sensitivity.sentences import say_reason
from runners.analyses.sensitivity.thresholds import CHEAPER, DEARER, GIVEN, find_threshold


def steps(*pieces: tuple[float, bool]) -> Callable[[float], bool]:
    """In or out up to each factor."""
    return lambda factor: next(is_in for end, is_in in pieces if factor < end)


@pytest.mark.parametrize("guess", [GIVEN, 0.3, 0.83, 0.9, 1.0])
def test_a_place_is_found_however_wrong_the_guess(guess: float) -> None:
    found = find_threshold(steps((0.83, True), (9, False)), (GIVEN, 1.0), guess, 1e-3)
    assert found is not None
    assert found.inside < 0.83 <= found.outside
    assert found.outside - found.inside <= 1.01e-3 * found.outside
    assert found.factor == pytest.approx(0.83, rel=1e-3)
    assert not found.turns


def test_the_guess_is_told_where_both_sides_agree_with_it() -> None:
    found = find_threshold(steps((2.0, True), (1e9, False)), (1.0, 1e3), 2.0, 1e-3)
    assert found is not None
    assert found.factor == 2.0


def test_what_comes_and_goes_is_told() -> None:
    found = find_threshold(steps((0.35, True), (0.65, False), (0.85, True), (9, False)), CHEAPER, 0.35, 1e-3)
    assert found is not None
    assert found.factor == pytest.approx(0.85, rel=1e-3)
    assert found.turns == (0.4, 0.5, 0.6)


def test_a_guess_is_told_where_it_is_off_a_factor_that_is_looked_at_by_rounding_alone() -> None:
    found = find_threshold(steps((0.8, True), (9, False)), CHEAPER, 0.8 * (1 + 1e-15), 1e-3, steady=True)
    assert found is not None
    assert found.factor == 0.8


@pytest.mark.parametrize("place", [1.0, 1.17, 2.0, 40.0, 999.0])
@pytest.mark.parametrize("guess", [1.0, 2.0, 300.0])
def test_where_dearer_never_means_in_again_a_few_factors_show_what_all_of_them_do(place: float, guess: float) -> None:
    looked: list[float] = []

    def holds(factor: float) -> bool:
        looked.append(factor)
        return factor <= place

    every, few = (find_threshold(holds, DEARER, guess, 1e-3, steady=steady) for steady in (False, True))
    assert every == few
    started = looked.index(looked[0], 1)
    assert len(looked) - started < started


def test_what_is_in_at_no_price_or_at_every_price_is_told() -> None:
    assert find_threshold(lambda _: False, CHEAPER, 0.5, 1e-3) is None
    found = find_threshold(lambda _: True, DEARER, 2.0, 1e-3)
    assert found is not None
    assert found.inside == found.outside == DEARER[-1]


def framed_town(frame: float, price: float = 4, **actor: Any) -> dict[str, Any]:
    """3 kt to abate: at 10 a kt by the town, or by the city's lump of 3 kt at `price` a kt, all paid in one year."""
    lump = {"capex": price, "unit_size": 3, "most_capacity": 3, "actor": "city"}
    town = emitting_town({"dear": {"capex": 10}, "lump": lump}, {**CAP, "value": 7})
    town["commodities"][0]["trader"] = "town"
    city = {**CITY, "frame": frame, **actor}
    return town | {"actors": [city, {"actor": "town", "kind": "private"}], "inflation": [{"value": 0}]}


def founded_town(factor: float = 1.0, found: float = 24) -> dict[str, Any]:
    """3 kt to abate: at 10 a kt, or by a lump of 3 kt at 4 a kt and so much for beginning at all, each at a factor."""
    lump = {"capex": 4 * factor, "project_cost": found * factor, "unit_size": 3, "most_capacity": 3}
    return emitting_town({"dear": {"capex": 10}, "lump": lump}, {**CAP, "value": 7})


@pytest.mark.slow
@pytest.mark.parametrize(("found", "least"), [(24, 30 / 36), (6, 30 / 18)])
def test_a_measure_enters_and_leaves_by_all_that_it_costs_to_begin(found: float, least: float) -> None:
    """12 for 3 kt and 24 to begin cost 36, and the other way 30: in when all of it is 17 % cheaper.

    50 % was told, at which the 12 alone are 6 and with 24 just 30. With 6 to begin it leaves at 30/18, not at 24/12.
    """
    reason = why_of(founded_town(found=found), measure="lump").reasons[0]
    told = reason.leaves if least > 1 else reason.enters
    assert told == pytest.approx(least, rel=0.006)
    for factor, is_in in ((least * 0.99, True), (least * 1.01, False)):
        plan = family_of(founded_town(factor, found)).solve().plan
        assert (float(plan["build"].sel(technology="lump").sum()) > 0) is is_in


def enumerate_lump(frame: float, price: float) -> bool:
    """Whether the lump is in: it is paid for within the frame and costs less than the 30 of the other."""
    return 3 * price <= frame and 3 * price < 30


@pytest.mark.parametrize(
    "frame", [2.0, pytest.param(6.0, marks=pytest.mark.slow), pytest.param(10.0, marks=pytest.mark.slow), 11.5]
)
def test_a_lump_that_a_frame_holds_out_enters_when_it_fits(frame: float) -> None:
    """12 under a frame of 10 fits at 10/12, 17 % cheaper: 0 % was told, for it costs less than the other all along."""
    reason = why_of(framed_town(frame), measure="lump").reasons[0]
    assert reason.first_year is None
    assert reason.whole is not None
    assert reason.whole.inside <= frame / 12 <= reason.whole.outside
    assert reason.whole.outside - reason.whole.inside <= 0.011
    for factor, is_in in ((reason.whole.inside, True), (reason.whole.outside, False)):
        assert enumerate_lump(frame, 4 * factor) is is_in
        plan = family_of(framed_town(frame, 4 * factor)).solve().plan
        assert (float(plan["build"].sel(technology="lump").sum()) > 0) is is_in


@pytest.mark.parametrize(
    "frame", [13.0, pytest.param(15.0, marks=pytest.mark.slow), pytest.param(24.0, marks=pytest.mark.slow), 60.0]
)
def test_a_lump_leaves_when_the_frame_no_longer_holds_it_or_the_other_is_cheaper(frame: float) -> None:
    """12 under a frame of 15 leaves at 15/12; without a frame at 30/12, which was told for both."""
    reason = why_of(framed_town(frame), measure="lump").reasons[0]
    assert reason.first_year == 2025
    assert reason.whole is not None
    expected = min(frame, 30) / 12
    assert reason.whole.inside == pytest.approx(expected, rel=0.006)
    assert reason.whole.outside == pytest.approx(expected, rel=0.006)
    assert reason.whole.parts == pytest.approx(2.5, rel=2e-3)
    assert reason.leaves == pytest.approx(expected, rel=0.006)
    for factor in (reason.whole.inside, reason.whole.outside):
        plan = family_of(framed_town(frame, 4 * factor)).solve().plan
        assert (float(plan["build"].sel(technology="lump").sum()) > 0) is enumerate_lump(frame, 4 * factor)


def test_whole_and_parts_are_told_beside_each_other() -> None:
    why = why_of(framed_town(10.0), measure="lump")
    told = say_reason(why, why.reasons[0], "sv", full=True)
    assert told[0] == "lump: inte med i hela enheter; i delar skulle 2,5 MW byggas"
    assert told[1] == "  i hela enheter: den kommer med om investeringen blir 17 % billigare"


@pytest.mark.parametrize("ceiling", [5.0, 9.0])
def test_a_lump_that_a_ceiling_holds_out_enters_when_it_can_be_borrowed(ceiling: float) -> None:
    """No own money, and debts of 9 at the most: 12 is borrowed from 9/12 on."""
    town = framed_town(99.0, own_funds=0, debt_ceiling_amount=ceiling)
    town["instruments"] = [lend(rate=0.0, tenor=10)]
    reason = why_of(town, measure="lump").reasons[0]
    assert reason.whole is not None
    assert reason.whole.inside <= ceiling / 12 + 1e-6
    assert reason.whole.outside >= ceiling / 12 - 1e-6
    assert reason.whole.outside - reason.whole.inside <= 0.011


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))])
def test_factors_in_parts_are_those_that_every_price_tried_shows(seed: int) -> None:
    """Three measures of drawn prices, potentials and frames: in at 0.2 % less than what is told, out at 0.2 % more."""
    rng = np.random.default_rng(seed)
    measures = {
        name: {
            "capex": float(rng.integers(2, 9)),
            "variable_cost": float(rng.integers(0, 3)),
            "most_capacity": float(rng.integers(1, 4)),
            "actor": ("city", "town")[int(rng.integers(2))],
        }
        for name in ("one", "two", "three")
    }
    town = emitting_town({**measures, "last": {"capex": 20}}, {**CAP, "value": 6})
    town["commodities"][0]["trader"] = "town"
    city = {**CITY, "frame": float(rng.integers(3, 12))}
    town |= {"actors": [city, {"actor": "town", "kind": "private"}], "inflation": [{"value": 0}]}
    family = family_of(town)
    for reason in explain(family, {}, Wish(prices=False)).reasons:
        factor = reason.leaves if reason.first_year else reason.enters
        if not np.isfinite(reason.worth):
            continue
        without = family.solve({f"exclude.{reason.measure}": 1}).plan.attrs["objective"]
        for side, is_in in ((0.998, True), (1.002, False)):
            tried = factor * side
            if not 1e-6 < tried < 1e3 or (not reason.first_year and tried >= 1):
                continue
            cost = family.solve({f"adjust.capex.{reason.measure}": tried}).plan.attrs["objective"]
            assert (cost < without - 1e-6) is is_in, (reason.measure, factor, side)
