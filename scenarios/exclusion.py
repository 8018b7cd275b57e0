"""What does leaving something out close? Starts, use of what needs no building, rules that ask for what is not there.

On the do-nothing path no measure is there. A rule that a measure would help to keep is then a rule about something
that is not done, and binds nobody: a least capacity of a measure, a least share of a group that holds one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scenarios.arithmetic.finance import Derive
from scenarios.arithmetic.projects import DECIDED, FORCED, OPTION, find_decided
from scenarios.arithmetic.vintages import reach_flow
from scenarios.arrays import Arrays, Reckon, remember
from scenarios.choices import Choices
from scenarios.terms import GROUP, TECHNOLOGY

Forms = dict[str, Any]
"""Name to what a Dataset takes: dimensions, values and, mostly, attributes."""

LEAST_OF_BUILDING = ("least_capacity", "least_build")
GROUPED_BUILDING = ("group_least_capacity", "group_least_build", "group_most_capacity", "group_most_build")
GROUPED_USE = ("group_least_activity", "group_most_activity")
SHARES = ("group_least_share", "group_most_share")


def leave_out(variables: Forms, coords: Forms, choices: Choices) -> None:
    """Take out what is excluded, and the measures where nothing is to be done.

    What is decided is there whatever is done: of it the project is built and no more, with all modes that it has. What
    is forced into the plan is forced there alone.

    Args:
        variables: of the scenario that is being written; gets `excluded` (technology).
        coords: labels of the scenario; on the do-nothing path what is built and what is forced changes.
        choices: what is excluded, and whether nothing is to be done.
    """
    name = coords[TECHNOLOGY][1]
    excluded = np.isin(name, list(choices.exclude))
    if choices.do_nothing:
        status, host = coords["technology_status"][1], coords["technology_host"][1]
        decided = status == DECIDED
        served = np.isin(host, name[decided]) & (host != name)
        excluded = excluded | (coords["technology_measure"][1] & ~served)
        coords["technology_buildable"] = (TECHNOLOGY, coords["technology_buildable"][1] & (~excluded | decided))
        coords["technology_status"] = (TECHNOLOGY, np.where(status == FORCED, OPTION, status))
    variables["excluded"] = (TECHNOLOGY, excluded, {"sentence": "Whether the plan may not build it."})


def find_unbuilt(scenario: Arrays) -> np.ndarray:
    """Technologies that need no building: modes of another, and those without capacity (technology)."""
    modes = scenario["technology_host"] != scenario[TECHNOLOGY]
    return np.asarray(modes | ~scenario["technology_capacitated"].astype(bool))


@remember
def find_closed(scenario: Arrays) -> np.ndarray:
    """What is excluded and needs no building, so that its use is what is closed (technology)."""
    return np.asarray(scenario["excluded"].astype(bool) & find_unbuilt(scenario))


def close_unbuilt(scenario: Arrays) -> np.ndarray:
    """`most_activity` (technology, year), zero for what is excluded and needs no building."""
    return np.where(find_closed(scenario)[:, None], 0.0, scenario["most_activity"])


def release_unbuilt(scenario: Arrays) -> np.ndarray:
    """`must_run` (technology, slice, year), zero for what may not be used at all."""
    return np.where(find_closed(scenario)[:, None, None], 0.0, scenario["must_run"])


def list_releases() -> dict[str, Derive]:
    """How the rules that ask for measures follow on the do-nothing path, by the array in which they stand."""
    releases: dict[str, Derive] = {name: _release(name, find_measures) for name in LEAST_OF_BUILDING}
    releases["least_activity"] = _release("least_activity", find_absent)
    releases |= {name: _release_group(name, find_measures) for name in GROUPED_BUILDING}
    releases |= {name: _release_group(name, find_absent) for name in GROUPED_USE}
    releases |= {name: _release_share(name) for name in SHARES}
    return releases | {"least_purchase": _release_purchase}


@remember
def find_measures(scenario: Arrays) -> np.ndarray:
    """Measures, of which no more than what is decided is built where nothing is done (technology)."""
    return np.asarray(scenario["technology_measure"].astype(bool))


@remember
def find_absent(scenario: Arrays) -> np.ndarray:
    """Measures that are not there at all where nothing is done (technology): neither decided nor a mode of what is."""
    present = scenario[TECHNOLOGY][find_decided(scenario)]
    return np.asarray(find_measures(scenario) & ~np.isin(scenario["technology_host"], present))


def _release(name: str, find: Reckon) -> Derive:
    """A limit from below (technology, year): none for measures."""
    return lambda scenario: np.where(find(scenario)[:, None], 0.0, scenario[name])


def _release_group(name: str, find: Reckon) -> Derive:
    """A limit on a weighted sum (group, year): none where a measure would help to keep it."""

    def derive(scenario: Arrays) -> np.ndarray:
        least = "least" in name
        helping = (scenario["weight"] > 0) if least else (scenario["weight"] < 0)
        helped = (helping & find(scenario)).any(axis=1)
        return np.where(helped[:, None], -np.inf if least else np.inf, scenario[name])

    return derive


def _release_share(name: str) -> Derive:
    """A limit on a share of a whole (group, year): none where a measure would help to keep it.

    A unit of activity brings the group its own weight, and takes from it the share of its weight in the whole.
    """

    def derive(scenario: Arrays) -> np.ndarray:
        least, share, weight = "least" in name, scenario[name], scenario["weight"]
        place = {str(group): i for i, group in enumerate(scenario[GROUP])}
        whole = np.array([place.get(str(group), -1) for group in scenario["group_of"]], dtype=int)
        of_whole = np.where((whole >= 0)[:, None], weight[whole], 0.0) if len(place) else weight
        taken = np.where(np.isfinite(share), share, 0.0)[:, None, :] * of_whole[:, :, None]
        brought = weight[:, :, None] - taken
        helping = (brought > 0) if least else (brought < 0)
        helped = (helping & find_absent(scenario)[:, None]).any(axis=1)
        return np.where(helped, -np.inf if least else np.inf, share)

    return derive


def _release_purchase(scenario: Arrays) -> np.ndarray:
    """`least_purchase` (commodity, year): none where nothing but measures could take what is bought."""
    using = np.asarray((reach_flow(scenario)[0] < 0).any(axis=(2, 3)))
    absent = find_absent(scenario)
    asked = using[absent].any(axis=0) & ~using[~absent].any(axis=0)
    elsewhere = (scenario["demand"] > 0).any(axis=1) | ~np.isnan(scenario["sale_price"]).all(axis=(1, 2))
    elsewhere |= scenario["commodity_surplus"].astype(bool) | (scenario["commodity_storage"] != "no")
    return np.where((asked & ~elsewhere)[:, None], 0.0, scenario["least_purchase"])
