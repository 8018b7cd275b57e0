"""Which numbers limit building, capacity, activity and trade, alone and in groups, and in the logic of projects."""

from __future__ import annotations

import numpy as np

from model.parameters.coefficient import Measure, lengthen, take
from scenarios.arithmetic.projects import list_decided, list_projects
from scenarios.arithmetic.service import measure_alive, measure_standing
from scenarios.arithmetic.windows import count_open, find_open, find_plan_years, find_starts, is_spread, read_years
from scenarios.arrays import Arrays, remember
from scenarios.catalog import CALENDAR, COMMODITY, GROUP, TECHNOLOGY, YEAR

LOGIC_ROW = "logic_row"
TY, CY, GY = (TECHNOLOGY, YEAR), (COMMODITY, YEAR), (GROUP, YEAR)
GTY = (GROUP, TECHNOLOGY, YEAR)


def _grow_members(what: str) -> Measure:
    """What each member's amount of the year before allows its group: `growth[g,y] weight[g,k]`."""

    def measure(scenario: Arrays) -> np.ndarray:
        growth = scenario[f"group_{what}_growth"]
        grown = np.where(np.isfinite(growth), growth, 0.0)
        return np.asarray(scenario["weight"][:, :, None] * grown[:, None, :])

    return Measure(GTY, measure)


def _grow_once(scenario: Arrays, what: str) -> np.ndarray:
    """Most of the first year: `growth * before + seed`, per technology; endless where growth is."""
    growth = scenario[f"{what}_growth"][:, 0]
    finite = np.isfinite(growth)
    grown = np.where(finite, growth, 0.0) * scenario[f"{what}_before"] + scenario[f"{what}_seed"][:, 0]
    return np.where(finite, grown, np.inf)


@remember
def bound_build(scenario: Arrays) -> np.ndarray:
    """Most capacity that can begin in a plan year (technology, year): zero outside its window or where excluded.

    A project begins as forced or decided, whatever pace settings leave. Of what is excluded no more begins than is
    decided. Of what the plan ends before it serves no more than is asked for by `least_build` or a project: all of its
    outlay would be left over at the end, and nothing else would limit it. Not so where beginning it counts in an
    account.
    """
    count = count_open(scenario)
    most = np.where(count > 0, scenario["most_build"] * np.where(count > 0, count, 1.0), 0.0)
    most = np.maximum(most, list_projects(scenario))
    asked = np.maximum(scenario["least_build"] * scenario["length"], list_projects(scenario))
    counts = (scenario["factor_build"] != 0).any(axis=(0, 2))
    free = measure_alive(scenario).any(axis=2) | counts[:, None]
    most = np.where(free, most, np.minimum(most, asked))
    return np.where(scenario["excluded"].astype(bool)[:, None], list_decided(scenario), most)


def _bound_pace(scenario: Arrays) -> np.ndarray:
    """Most capacity that can begin in a calendar year (technology, calendar year); a project begins in its own."""
    place = find_plan_years(scenario)
    within = find_open(scenario) & (bound_build(scenario) > 0)[:, place]
    own = np.floor(scenario["status_year"])[:, None] == scenario[CALENDAR]
    asked = np.where(own, list_projects(scenario)[:, place], 0.0)
    return np.where(within, np.maximum(scenario["most_build"][:, place], asked), 0.0)


def _share_whole(name: str) -> Measure:
    """For shares the part of each member of the whole: `share[g,y] weight[of(g),k]`."""

    def measure(scenario: Arrays) -> np.ndarray:
        share, weight = scenario[name], scenario["weight"]
        place = {str(g): i for i, g in enumerate(scenario[GROUP])}
        whole = [place.get(str(g), -1) for g in scenario["group_of"]]
        of_whole = np.where(np.array(whole, dtype=int)[:, None] >= 0, weight[whole], 0.0) if whole else weight
        return np.asarray(of_whole[:, :, None] * np.where(np.isfinite(share), share, 0.0)[:, None, :])

    return Measure(GTY, measure)


def _measure_largest(scenario: Arrays) -> np.ndarray:
    """The least upper bound of one start (technology, vintage); stock that may be scrapped leaves its place to it."""
    staying = np.where(scenario["technology_retirable"].astype(bool)[:, None], 0.0, scenario["existing"])
    room = np.maximum(scenario["most_capacity"] - staying, 0.0).max(axis=1)
    standing = np.maximum(measure_alive(scenario), measure_standing(scenario)).max(axis=2)
    return np.asarray(np.minimum(bound_build(scenario), room[:, None] / np.where(standing > 0, standing, 1.0)))


def _measure_opens(scenario: Arrays) -> np.ndarray:
    """Whether a start in u opens one in v (logic row, start, opener).

    Where starts are spread over periods: whether the first start of u comes the lag before the last start of v.
    """
    starts, years = find_starts(scenario), read_years(scenario)
    first = np.where(starts.count > 0, starts.first, years)
    last = np.where(is_spread(scenario) & (starts.count > 0), first + starts.count - 1.0, years)
    technology = {str(name): i for i, name in enumerate(scenario[TECHNOLOGY])}
    opens = np.zeros((len(scenario["logic"]), len(years), len(years)))
    rows = zip(scenario["logic_kind"], scenario["logic_technology"], scenario["logic_other"], strict=True)
    for i, (kind, own, other) in enumerate(rows):
        if kind in ("requires", "follows"):
            lag = float(scenario["logic"][i])
            if kind == "follows":
                place = technology[str(other)]
                lag += float(scenario["lead_time"][place] + scenario["start_delay"][place])
            opens[i] = first[technology[str(other)]] + lag <= last[technology[str(own)]][:, None]
    return opens


LIMIT_MEASURES: dict[str, Measure] = {
    # building
    "build_bound": Measure(TY, bound_build),
    "project": Measure(TY, list_projects),
    "project_begun": Measure(TY, lambda s: np.asarray((list_projects(s) > 0).astype(float))),
    "pace_bound": Measure((TECHNOLOGY, CALENDAR), _bound_pace),
    "build_first": Measure((TECHNOLOGY,), lambda s: _grow_once(s, "build")),
    "activity_first": Measure((TECHNOLOGY,), lambda s: _grow_once(s, "activity")),
    "weight": take("weight", GROUP, TECHNOLOGY),
    "group_build_grown": _grow_members("build"),
    "group_build_first": Measure((GROUP,), lambda s: _grow_once(s, "group_build")),
    "group_activity_grown": _grow_members("activity"),
    "group_activity_first": Measure((GROUP,), lambda s: _grow_once(s, "group_activity")),
    **{
        f"group_{what}_{part}": take(f"group_{what}_{part}", *GY)
        for what in ("build", "activity")
        for part in ("growth", "seed")
    },
    "group_most_build_yearly": take("group_most_build", *GY),
    "most_part": _share_whole("group_most_share"),
    "least_part": _share_whole("group_least_share"),
    **{
        name: take(name, *TY)
        for name in (
            *("most_capacity", "least_capacity", "most_activity", "least_activity"),
            *("build_growth", "build_seed", "activity_growth", "activity_seed"),
        )
    },
    **{name: take(name, *CY) for name in ("most_purchase", "least_purchase", "most_sale")},
    **{
        name: take(name, *GY)
        for name in ("group_most_capacity", "group_least_capacity", "group_most_activity", "group_least_activity")
    },
    "least_build": lengthen("least_build", *TY),
    **{name: lengthen(name, *GY) for name in ("group_most_build", "group_least_build")},
    # project logic
    "unit_size": take("unit_size", TECHNOLOGY),
    "least_size": take("least_size", TECHNOLOGY),
    "largest_start": Measure(TY, _measure_largest),
    "opens": Measure((LOGIC_ROW, YEAR, YEAR), _measure_opens),
    "support": take("logic", LOGIC_ROW),
}
"""How each limit is measured, by the name that the program asks for."""
