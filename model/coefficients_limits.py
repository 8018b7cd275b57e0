"""Which numbers limit building, capacity, activity and trade, alone and in groups, and in the logic of projects."""

from __future__ import annotations

import numpy as np

from model.coefficient import Measure, lengthen, take
from scenarios.arrays import Arrays, remember
from scenarios.catalog import COMMODITY, GROUP, TECHNOLOGY, YEAR
from scenarios.projects import list_decided, list_projects
from scenarios.service import measure_alive

LOGIC_ROW = "logic_row"
TY, CY, GY = (TECHNOLOGY, YEAR), (COMMODITY, YEAR), (GROUP, YEAR)
GTY = (GROUP, TECHNOLOGY, YEAR)


def _count_before(scenario: Arrays) -> np.ndarray:
    """Calendar years from the plan year before; 1 for the first (year)."""
    years = scenario[YEAR].astype(float)
    return np.diff(years, prepend=years[0] - 1)


def _measure_build_growth(scenario: Arrays) -> np.ndarray:
    """Growth over the gap to the year before, for amounts of whole plan years."""
    length = scenario["length"]
    ratio = length / np.concatenate([[1.0], length[:-1]])
    return np.asarray(np.power(scenario["build_growth"], _count_before(scenario)) * ratio)


def _grow_members(what: str) -> Measure:
    """What each member's amount of the plan year before allows its group: `growth[g,y]^(y-u) weight[g,k]`."""

    def measure(scenario: Arrays) -> np.ndarray:
        growth = scenario[f"group_{what}_growth"]
        grown = np.power(np.where(np.isfinite(growth), growth, 0.0), _count_before(scenario))
        if what == "build":
            length = scenario["length"]
            grown = grown * (length / np.concatenate([[1.0], length[:-1]]))
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

    A project that is settled has a window of its own; of what is excluded no more begins than is decided.
    """
    years = scenario[YEAR]
    opened = scenario["earliest_start"][:, None] <= years
    closed = scenario["latest_start"][:, None] < years
    admitted = (opened & ~closed) | (list_projects(scenario) > 0)
    most = np.where(admitted, scenario["most_build"] * scenario["length"], 0.0)
    return np.where(scenario["excluded"].astype(bool)[:, None], list_decided(scenario), most)


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
    standing = measure_alive(scenario).max(axis=2)
    return np.asarray(np.minimum(bound_build(scenario), room[:, None] / np.where(standing > 0, standing, 1.0)))


def _measure_opens(scenario: Arrays) -> np.ndarray:
    """Whether a start in u opens one in v (logic row, start, opener)."""
    years = scenario[YEAR].astype(float)
    technology = {str(name): i for i, name in enumerate(scenario[TECHNOLOGY])}
    opens = np.zeros((len(scenario["logic"]), len(years), len(years)))
    for i, (kind, other) in enumerate(zip(scenario["logic_kind"], scenario["logic_other"], strict=True)):
        if kind in ("requires", "follows"):
            lag = float(scenario["logic"][i])
            if kind == "follows":
                place = technology[str(other)]
                lag += float(scenario["lead_time"][place] + scenario["start_delay"][place])
            opens[i] = years[None, :] + lag <= years[:, None]
    return opens


LIMIT_MEASURES: dict[str, Measure] = {
    # limits
    "build_bound": Measure(TY, bound_build),
    "project": Measure(TY, list_projects),
    "project_begun": Measure(TY, lambda s: np.asarray((list_projects(s) > 0).astype(float))),
    "build_growth": Measure(TY, _measure_build_growth),
    "build_first": Measure((TECHNOLOGY,), lambda s: np.asarray(_grow_once(s, "build") * s["length"][0])),
    "activity_growth": Measure(TY, lambda s: np.asarray(np.power(s["activity_growth"], _count_before(s)))),
    "activity_first": Measure((TECHNOLOGY,), lambda s: _grow_once(s, "activity")),
    "weight": take("weight", GROUP, TECHNOLOGY),
    "group_build_grown": _grow_members("build"),
    "group_build_first": Measure((GROUP,), lambda s: np.asarray(_grow_once(s, "group_build") * s["length"][0])),
    "group_build_seed": lengthen("group_build_seed", *GY),
    "group_activity_grown": _grow_members("activity"),
    "group_activity_first": Measure((GROUP,), lambda s: _grow_once(s, "group_activity")),
    "group_activity_seed": take("group_activity_seed", *GY),
    "most_part": _share_whole("group_most_share"),
    "least_part": _share_whole("group_least_share"),
    **{
        name: take(name, *TY)
        for name in ("most_capacity", "least_capacity", "activity_seed", "most_activity", "least_activity")
    },
    **{name: take(name, *CY) for name in ("most_purchase", "least_purchase", "most_sale")},
    **{
        name: take(name, *GY)
        for name in ("group_most_capacity", "group_least_capacity", "group_most_activity", "group_least_activity")
    },
    **{name: lengthen(name, *TY) for name in ("least_build", "build_seed")},
    **{name: lengthen(name, *GY) for name in ("group_most_build", "group_least_build")},
    # project logic
    "unit_size": take("unit_size", TECHNOLOGY),
    "least_size": take("least_size", TECHNOLOGY),
    "largest_start": Measure(TY, _measure_largest),
    "opens": Measure((LOGIC_ROW, YEAR, YEAR), _measure_opens),
    "support": take("logic", LOGIC_ROW),
}
"""How each limit is measured, by the name that the program asks for."""
