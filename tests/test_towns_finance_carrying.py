"""Towns solved by hand: unspent frames and own money of one year that a later year may spend."""

from __future__ import annotations

from typing import Any

import pytest
import xarray as xr
from hand import assert_close, decided, plan_of
from paying import CITY, assert_near, paying_town, road_in
from town import build_town, scenario_of

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.accounts.funding import tabulate_funding
from runners.accounts.key_figures import tabulate_key_figures
from scenarios.checks.check import check_tables
from scenarios.choices import Choices

FRAME = {**CITY, "frame": 40}


def frames(road: float, year: int, **finances: Any) -> dict[str, Any]:
    """A city with a frame of 40 a year that has one road to build."""
    return paying_town({"road": road_in(year, road)}, [{**FRAME, **finances}])


def fits(town: dict[str, Any], **choices: Any) -> bool:
    """Whether there is a plan, which the verifier accepts."""
    try:
        plan = plan_of(town, **choices)
    except NoPlan:
        return False
    assert verify(scenario_of(town, salvage="none", **choices), plan).accepted
    return True


@pytest.mark.parametrize(("share", "most"), [(0, 40), (0.5, 60), (1, 80)])
def test_a_share_of_an_unspent_frame_is_spent_the_year_after(share: float, most: float) -> None:
    """Nothing is spent of 40 in 2025; a share of it comes on top of the 40 of 2026. Before: 40 at the most."""
    assert fits(frames(most, 2026, frame_carried=share))
    assert not fits(frames(most + 0.1, 2026, frame_carried=share))


@pytest.mark.parametrize(("years", "most"), [(1, 80), (2, 120)])
def test_a_frame_is_carried_over_for_so_many_years(years: float, most: float) -> None:
    """A road in 2027: 40 of its own year, 40 of 2026, and those of 2025 where two years are allowed.

    With one year the 40 of 2025 may be spent in 2026, but not be kept there in place of what 2026 leaves.
    """
    assert fits(frames(most, 2027, frame_carried=1, frame_carried_years=years))
    assert not fits(frames(most + 0.1, 2027, frame_carried=1, frame_carried_years=years))


def test_what_is_spent_of_a_frame_is_not_carried_over() -> None:
    """30 of 40 are spent in 2025, so half of 10 is left for 2026: 45, not 46."""
    works = {"first": road_in(2025, 30), "second": road_in(2026, 45)}
    assert fits(paying_town(works, [{**FRAME, "frame_carried": 0.5}]))
    works["second"] = road_in(2026, 46)
    assert not fits(paying_town(works, [{**FRAME, "frame_carried": 0.5}]))


def test_an_older_frame_is_spent_before_the_year_s_own() -> None:
    """40 of 2025 pay the 30 of 2026, whose own 40 are whole in 2027 then: 80. Without the first year 10 + 40 = 50."""
    works = {"first": road_in(2026, 30), "second": road_in(2027, 80)}
    assert fits(paying_town(works, [{**FRAME, "frame_carried": 1}]))
    assert fits(
        paying_town(
            works | {"second": road_in(2027, 50)}, [{**FRAME, "frame": {2025: 0, 2026: 40}, "frame_carried": 1}]
        )
    )
    assert not fits(
        paying_town(
            works | {"second": road_in(2027, 50.1)}, [{**FRAME, "frame": {2025: 0, 2026: 40}, "frame_carried": 1}]
        )
    )


def test_own_money_is_kept_until_it_is_needed() -> None:
    """40 of own money a year and nobody who lends: 120 in 2027 where all is kept, 40 where nothing is (as before)."""
    actor = {**CITY, "own_funds": 40}
    assert not fits(paying_town({"road": road_in(2027, 41)}, [actor]))
    assert fits(paying_town({"road": road_in(2027, 120)}, [{**actor, "own_carried": 1}]))
    assert not fits(paying_town({"road": road_in(2027, 121)}, [{**actor, "own_carried": 1}]))


def test_a_krona_that_is_kept_buys_less_where_prices_rise() -> None:
    """40 of 2025 are 40 / 1.25 = 32 in the prices of 2026, where 40 more are given: 72, not 80."""
    actor = {**CITY, "own_funds": 40, "own_carried": 1}
    rising = {"inflation": [{"value": 0.25}]}
    assert fits(paying_town({"road": road_in(2026, 72)}, [actor], **rising))
    assert not fits(paying_town({"road": road_in(2026, 72.1)}, [actor], **rising))


def test_a_period_carries_over_what_its_years_leave() -> None:
    """Two years of 40 in the first period leave 80 for the second, which has 80 of its own: 160."""
    actors, periods = [{**FRAME, "frame_carried": 1}], {"years": (2025, 2027), "last_length": 2}
    assert fits(paying_town({"road": road_in(2027, 160)}, actors, last_year=2028), **periods)
    assert not fits(paying_town({"road": road_in(2027, 161)}, actors, last_year=2028), **periods)


def carried_plan() -> tuple[xr.Dataset, xr.Dataset]:
    """A road of 60 in 2026 that 40 of the year and 20 kept of 2025 pay, in frame and own money alike."""
    town = frames(60, 2026, frame_carried=0.5, own_funds=40, own_carried=1)
    return scenario_of(town, salvage="none"), plan_of(town)


def test_the_accounts_tell_what_is_carried_over_and_find_no_gap() -> None:
    """20 leave the frame of 2025 for 2026, and 20 of own money likewise; the 60 paid in 2026 are no gap of 20."""
    scenario, plan = carried_plan()
    figures = tabulate_key_figures(scenario, plan).set_index(["item", "year"])["amount"]
    assert_near([figures["frame_carried_on", 2025], figures["frame_carried_in", 2026]], 20)
    assert_near([figures["own_carried_on", 2025], figures["own_carried_in", 2026]], 20)
    assert_near(decided(plan, "own", "city")[:2], [0, 60])
    assert set(tabulate_funding(scenario, plan)["item"]) == {"outlay", "own"}


@pytest.mark.parametrize(
    ("name", "labels", "amount", "rule"),
    [
        ("frame_moved", {"vintage": 2025, "year": 2026}, 21, "frame_most"),
        ("frame_moved", {"vintage": 2025, "year": 2026}, 19, "frame_paid"),
        ("own_moved", {"vintage": 2025, "year": 2026}, 41, "own_most"),
        ("own_moved", {"vintage": 2025, "year": 2026}, 19, "own_paid"),
        ("frame_moved", {"vintage": 2025, "year": 2028}, 0.01, "exists"),
    ],
)
def test_the_verifier_names_what_is_carried_over_wrongly(
    name: str, labels: dict[str, int], amount: float, rule: str
) -> None:
    scenario, plan = carried_plan()
    spoilt = plan.copy(deep=True)
    for other, at in (("own", 0), ("frame", 0)):
        spoilt[f"{other}_spent"][at, 1] = 40
        spoilt[f"{other}_moved"][at, 0, 1] = 20
    assert verify(scenario, spoilt).accepted
    spoilt[name].loc[{"actor": "city", **labels}] = amount
    assert rule in {violation.rule for violation in verify(scenario, spoilt).violations}


def test_the_wider_frame_is_worth_what_it_saves() -> None:
    """100 MW at 1.0 in 2025 or 1.5 in 2026, 40 a year: carried over, 2025's frame is spent first all the same."""
    work = {"pipe": {"capex": {2025: 1.5, 2026: 1.0}, "need": 60}}
    plain, carried = (
        plan_of(paying_town(work, [{**FRAME, "frame_carried": share}], last_year=2026)) for share in (0, 1)
    )
    assert_close(plain.attrs["objective"], 40 + 20 * 1.5)
    assert_close(carried.attrs["objective"], 60)


MISTAKES: dict[str, tuple[dict[str, float], str, str]] = {
    "no frame": (
        {"frame_carried": 0.5},
        (
            "finances.csv rad 2, kolumn 'value': 'city' för över det som blir kvar ett år (frame_carried), men "
            "har ingen "
            "rad frame som något kan bli kvar av. Skriv frame för 'city' i finances.csv, eller ta bort frame_carried."
        ),
        (
            "finances.csv row 2, column 'value': 'city' carries over what is left of a year (frame_carried), "
            "but has no "
            "frame of which anything could be left. Write frame of 'city' in finances.csv, or remove frame_carried."
        ),
    ),
    "years alone": (
        {"own_carried_years": 2},
        (
            "finances.csv rad 2, kolumn 'value': own_carried_years för 'city' säger hur länge något får föras "
            "över, men "
            "inte hur mycket. Skriv own_carried för 'city' i finances.csv, till exempel 1 för allt, eller ta "
            "bort raden."
        ),
        (
            "finances.csv row 2, column 'value': own_carried_years of 'city' says for how long something may be "
            "carried "
            "over, but not how much. Write own_carried of 'city' in finances.csv, such as 1 for all of it, or "
            "remove the "
            "row."
        ),
    ),
    "percent": (
        {"own_funds": 40, "own_carried": 50},
        (
            "finances.csv rad 3, kolumn 'value': own_carried är 50, men är en andel och får inte vara högre än 1. "
            "Menade du 0.5? Skriv procent som andel: 60 % är 0.6."
        ),
        (
            "finances.csv row 3, column 'value': own_carried is 50, but it is a share and may not be above 1. "
            "Did you mean 0.5? Write percent as a share: 60 % is 0.6."
        ),
    ),
}


@pytest.mark.parametrize(("finances", "sv", "en"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_carried_over_from_nothing_is_told(finances: dict[str, float], sv: str, en: str) -> None:
    town = paying_town({"road": road_in(2025, life=30)}, [{**CITY, **finances}])
    problems = check_tables(build_town(**town), Choices())
    assert [problem.tell("sv") for problem in problems] == [sv]
    assert [problem.tell("en") for problem in problems] == [en]
