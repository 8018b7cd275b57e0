"""Towns solved by hand: limits of money that are broken without the plan are told, and never why there is no plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import town
from hand import assert_close, decided
from paying import CITY, assert_near, grant, lend, paying_town, road_in

from runners.accounts.funding import tabulate_funding
from runners.accounts.key_figures import tabulate_key_figures
from runners.family import Family
from runners.outcome import Outcome
from scenarios.arithmetic.carrying import leave_over
from scenarios.arrays import read_arrays
from scenarios.choices import Choices

HELD = {"loss_borrowed": 0}


def solve(rows: dict[str, Any], settings: dict[str, float] | None = None, **choices: Any) -> Outcome:
    """A verified plan of a town, with its do-nothing path."""
    return Family(town.build_town(**rows), Choices(salvage="none", **choices)).solve(settings)


LIMITED = {"frame": "frame", "own": "own_funds"}
STANDING = {"frame": "standing_over_frame", "own": "standing_over_own_funds"}


def read_notices(outcome: Outcome, lang: str = "en") -> list[str]:
    """Notices of limits of money, in words."""
    keys = ("standing_",)
    return [notice.tell(lang) for notice in outcome.notices if notice.key.startswith(keys)]


OWING = {**CITY, **HELD, "taxes_and_grants": 200, "standing_debt": 118, "debt_ceiling": 0.6}
PUMPS = {"capex": {2025: 1.0, 2026: 1.1, 2027: 1.2}, "need": 4, "life": 20}


def test_a_ceiling_below_the_debt_lets_the_plan_own_money() -> None:
    """60 % of 196 is 117.6, below the 118 that stand: 4 MW are paid out of 3 of own money a year, 3 + 1.1.

    (There was no plan, whatever was chosen about targets.) With all taxes 2 may be lent as well: 4 in 2025.
    """
    town_of = paying_town({"pump": PUMPS}, [{**OWING, "own_funds": 3}], [lend()], last_year=2027)
    found = solve(town_of, {"adjust.taxes_and_grants.city": 0.98})
    assert_close(decided(found.plan, "build", "pump"), [3, 1, 0])
    assert_near(found.plan["draw"].values, 0)
    assert read_notices(found) == [
        "Without the plan the debt of 'city' is above its ceiling in 2025–2027, by 0.40 MSEK at the most (2025). The "
        "plan may not add to it there."
    ]
    assert read_notices(found, "sv") == [
        "Utan planen är skulden för 'city' över skuldtaket 2025–2027, som mest med 0,40 mnkr (2025). Planen får inte "
        "öka den mer där."
    ]
    whole = solve(town_of)
    assert_close(decided(whole.plan, "build", "pump"), [4, 0, 0])
    assert read_notices(whole) == []


def test_a_debt_that_comes_below_its_ceiling_makes_room_then() -> None:
    """125 stand in 2025, 119 in 2026, 115 in 2027, and 120 may be owed: 0, 1 and 5 are free, and 2 a year of own money.

    2 MW in 2025 and the other 2.5 in 2026, for 2.75: 2 of own money and 0.75 lent. A loan of a year is repaid in 2027.
    """
    actor = {**OWING, "own_funds": 2, "standing_debt": {2025: 125, 2026: 119, 2027: 115}}
    found = solve(paying_town({"pump": {**PUMPS, "need": 4.5}}, [actor], [lend(rate=0.0)], last_year=2027))
    assert_near(decided(found.plan, "draw", "loan", "city")[:2], [0, 0.75])
    assert_close(decided(found.plan, "build", "pump")[:2], [2, 2.5])
    assert read_notices(found)[0].startswith("Without the plan the debt of 'city' is above its ceiling in 2025, by 5.0")


@pytest.mark.slow
def test_a_result_below_the_least_may_not_be_lowered_further() -> None:
    """200 stand, 2 % of 11 000 are 220: a road that wears by 10 a year has to be granted whole (it was no plan at all).

    At 9 000 of taxes 180 are asked for: 20 are to spare, and the road is built without.
    """
    actor = {**CITY, **HELD, "planned_result": 200, "taxes_and_grants": 11000, "least_result": 0.02}
    aid = {"instrument": "aid", "kind": "grant", "grant_share": {"road": 1.0}, "eligible": {"city": 1}}
    road = {"road": road_in(2025, 100, life=10)}
    rows = paying_town(road, [actor], [aid])
    assert_close(decided(solve(rows).plan, "claimed", "aid", "road")[0], 100)
    assert read_notices(solve(rows)) == [
        "Without the plan the result of 'city' is below its least in 2025–2030, by 20.0 MSEK a year at the most "
        "(2025). The plan may not lower it further there."
    ]
    assert read_notices(solve(rows), "sv") == [
        "Utan planen är resultatet för 'city' under det minsta 2025–2030, som mest med 20,0 mnkr om året (2025). "
        "Planen får inte sänka det mer där."
    ]
    spared = solve(paying_town(road, [{**actor, "taxes_and_grants": 9000}]))
    assert read_notices(spared) == []


OLD = {
    "case": {"last_year": 2027, "discount_rate": 0},
    "commodities": [{"commodity": "heat", "demand": 1, "trader": "city"}],
    "technologies": [
        {
            "technology": "boiler",
            "actor": "city",
            "existing": {2025: 1, 2026: 0},
            "buildable": True,
            "capex": 10,
            "life": 5,
            "earliest_start": 2026,
            "flow": {"heat": 1},
        }
    ],
    "accounts": [{"account": "co2"}],
    "inflation": [{"value": 0}],
}
"""A boiler wears out and is renewed for 10 in 2026 even if nothing is done."""


@pytest.mark.parametrize("limit", ["frame", "own_funds", "outlay_step"])
def test_what_doing_nothing_costs_may_be_paid(limit: str) -> None:
    """6 a year may be spent; the boiler costs 10 in 2026, and there is a plan all the same."""
    found = solve({**OLD, "actors": [{**CITY, limit: 6}]})
    assert_close(decided(found.plan, "build", "boiler"), [0, 1, 0])
    told = {
        "frame": "Even if nothing is done the outlays of 'city' go beyond its frame in 2026, by 4.0 MSEK a year at the "
        "most (2026). The plan may not cost more than that there.",
        "own_funds": "Even if nothing is done the outlays of 'city' are larger than its own funds in 2026, by 4.0 MSEK "
        "a year at the most (2026). That much counts as own funds there all the same.",
        "outlay_step": "Even if nothing is done the outlays of 'city' rise by more than they may in 2026, by 4.0 MSEK "
        "a year at the most (2026). The plan may not let them rise by more than that there.",
    }
    assert read_notices(found) == [told[limit]]


@pytest.mark.parametrize(("share", "told"), [(0, "4.0"), (0.25, "2.5"), (0.5, "1.0"), (1, "")])
@pytest.mark.parametrize("limit", ["frame", "own"])
def test_what_earlier_years_leave_is_no_breach(limit: str, share: float, told: str) -> None:
    """Of the 6 of 2025 a share may be spent in 2026: 10 less 6 and 6 times the share. Whole it is 2 more than needed.

    4.0 were told whatever was carried over, also where nothing had to be broken.
    """
    found = solve({**OLD, "actors": [{**CITY, LIMITED[limit]: 6, f"{limit}_carried": share}]})
    beyond = {"frame": "go beyond its frame", "own": "are larger than its own funds"}[limit]
    start = f"Even if nothing is done the outlays of 'city' {beyond} in 2026, by {told} MSEK a year at the most (2026)."
    assert [notice[: len(start)] for notice in read_notices(found)] == ([start] if told else [])
    figures = tabulate_key_figures(found.scenario, found.plan).set_index(["item", "year"])["amount"]
    assert_close(figures.get((STANDING[limit], 2026), 0.0), float(told or 0))


@pytest.mark.parametrize(
    ("share", "years", "paid", "over"), [(0.5, 1, 6, 2.5), (1, 1, 6, 0), (0.5, 1, 3, 1), (0.5, 2, 3, 0), (1, 1, 20, 4)]
)
def test_money_left_goes_where_it_covers_most(share: float, years: float, paid: float, over: float) -> None:
    """6 a year, of which nothing is paid in 2025, so much in 2026, and 10 in 2027.

    A half, for a year: of 2025 3 go to 2026, which leaves 3 of its own 6 there and 1.5 for 2027: 10 - 6 - 1.5. All of
    it: 2025 pays 2026, and 2026 pays 2027. 3 in 2026 leave all of its 6, 3 for 2027: 1 is over. For two years 2026 pays
    its 3 itself, and what is left of both, 3 and 1.5, pays the 4 of 2027. 20 in 2026 take the 12 there are, 8 are over,
    and so are 4 in 2027.
    """
    city = {**CITY, "frame": 6, "frame_carried": share, "frame_carried_years": years}
    given = read_arrays(town.scenario_of({**OLD, "actors": [city]}, salvage="none"))
    found = leave_over(given, "frame", np.array([[0, paid, 10]], dtype=float))
    assert_close(found[0, :2], [0, max(paid - 12, 0)])
    assert_close(found[0, 2], over)


def test_what_is_decided_gives_no_room_beside_it() -> None:
    """A bridge of 30 is decided for 2025, on top of a frame of 6 a year, and in the do-nothing path as well.

    So 6 a year are left for pumps of 1, 1.1 and 1.2, as without the bridge: 6, 6 and 1 MW of 13.
    """
    works = {
        "pump": {**PUMPS, "need": 13, "capex": {2025: 1.0, 2026: 1.0, 2027: 1.2}},
        "bridge": {"capex": 30, "life": 40, "need": 0, "project_size": 1, "status": "decided", "status_year": 2025},
    }
    found = solve(paying_town(works, [{**CITY, "frame": 6}], last_year=2027))
    assert_close(decided(found.plan, "build", "pump"), [6, 6, 1])
    assert read_notices(found) == []


@pytest.mark.parametrize("status", ["decided", "forced"])
def test_what_a_decided_project_costs_is_no_gap_of_own_money(status: str) -> None:
    """A bridge of 30 and 6 of own money a year: decided it comes on top of the 6, and all of it is there.

    (24 of it were told as a gap.) Forced in, where own money has a price beyond its limit, 24 are a gap.
    """
    bridge = {"capex": 30, "life": 40, "need": 0, "project_size": 1, "status": status, "status_year": 2025}
    rows = paying_town({"bridge": bridge}, [{**CITY, "own_funds": 6}], last_year=2027)
    found = solve(rows, frames="priced")
    told = tabulate_funding(found.scenario, found.plan).set_index("item")["amount"]
    assert told.drop("outlay").to_dict() == pytest.approx(
        {"own": 30} if status == "decided" else {"own": 6, "own_gap": 24}
    )


def test_a_grant_of_what_is_decided_is_no_own_money_beside() -> None:
    """The bridge of 30 has a grant of 10: 20 on top of the 6 of own money pay it and pumps of 6; pumps of 7 leave 1."""
    bridge = {"capex": 30, "life": 40, "need": 0, "project_size": 1, "status": "decided", "status_year": 2025}
    for pumps, gap in ((6, 0), (7, 1)):
        works = {"bridge": bridge, "pump": road_in(2025, pumps, life=20)}
        rows = paying_town(works, [{**CITY, "own_funds": 6}], [grant("aid", {"bridge": 1 / 3})], last_year=2027)
        found = solve(rows, frames="priced")
        told = tabulate_funding(found.scenario, found.plan).query("year == 2025").set_index("item")["amount"]
        assert told.get("own_gap", 0.0) == pytest.approx(gap)
        assert told[["outlay", "aid"]].tolist() == pytest.approx([30 + pumps, 10])


def test_what_doing_nothing_costs_is_told_in_swedish() -> None:
    found = solve({**OLD, "actors": [{**CITY, "frame": 6, "own_funds": 6}]})
    assert read_notices(found, "sv") == [
        "Även om inget görs går utgifterna för 'city' över ramen 2026, som mest med 4,0 mnkr om året (2026). Planen "
        "får inte kosta mer än så där.",
        "Även om inget görs är utgifterna för 'city' större än de egna medlen 2026, som mest med 4,0 mnkr om året "
        "(2026). Så mycket räknas ändå som egna medel där.",
    ]


def test_what_doing_nothing_wears_may_be_worn() -> None:
    """The boiler is written off by 2 a year, and nothing is to spare: 10 stand and 10 are asked for."""
    actor = {**CITY, "planned_result": 10, "taxes_and_grants": 500, "least_result": 0.02}
    assert_close(decided(solve({**OLD, "actors": [actor]}).plan, "build", "boiler"), [0, 1, 0])
