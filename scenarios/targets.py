"""Which cap a target sets in each year of the plan: none before it begins, none after it ends."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays
from scenarios.catalog import ACCOUNT, INVENTORY_YEAR, TARGET, YEAR

CUMULATIVE = "cumulative"
NEXT = "next"
ONLY = "only"
LINE = "line"
RELATIVE = ("reduction", "share")


def draw_caps(scenario: Arrays) -> NDArray[np.float64]:
    """`cap` (target, year), in the unit of the target's account; NaN where it does not hold.

    A target holds from its year (from the first of the plan where it lies before it) to the year before the next
    yearly target of its account with the same sense, or as its `until` says; a cumulative one to the end. `only`
    means the plan year that stands for the target's year. With the path `line` caps run straight to the next
    target's. A cumulative cap is the total, in each year that it counts; it holds only where the plan has all of them,
    for a part of the years against the whole total would look met. Raises KeyError where a percentage refers
    to an inventory that is not given.
    """
    years = scenario[YEAR]
    caps = np.full((scenario.sizes[TARGET], len(years)), np.nan)
    amounts = _find_amounts(scenario)
    begins = scenario["target_year"]
    for place, following in enumerate(_find_following(scenario)):
        until = str(scenario["target_until"][place])
        begin = int(begins[place])
        end = float(begin)
        if until == ONLY:
            holds = (years <= begin) & (begin < years + scenario["length"])
        else:
            end = float(until) if until != NEXT else inf if following is None else float(begins[following]) - 1
            holds = (begin <= years) & (years <= end)
        if scenario["target_basis"][place] == CUMULATIVE and not _covers(scenario, begin, end):
            holds = np.zeros(len(years), dtype=bool)
        path = np.full(len(years), amounts[place])
        if following is not None and scenario["target_path"][place] == LINE:
            path = np.interp(years, [begin, begins[following]], [amounts[place], amounts[following]])
        caps[place] = np.where(holds, path, np.nan)
    return caps


def _covers(scenario: Arrays, begin: int, end: float) -> bool:
    """Whether the plan has every year from begin to end (endless: to its own last)."""
    years, lengths = scenario[YEAR], scenario["length"]
    return bool(years[0] <= begin and (end == inf or end <= years[-1] + lengths[-1] - 1))


def _find_amounts(scenario: Arrays) -> NDArray[np.float64]:
    """What each target allows in its own year, percentages turned into the account's unit."""
    amounts = scenario["value"].copy()
    for place, basis in enumerate(scenario["target_basis"]):
        if basis in RELATIVE:
            account = scenario["target_account"][place]
            written = scenario["target_base_year"][place]
            base_year = int(written) if written else int(scenario["base_year"])
            column = scenario[INVENTORY_YEAR] == base_year
            inventory = scenario["inventory"][scenario[ACCOUNT] == account][:, column].ravel()
            if not len(inventory) or np.isnan(inventory[0]):
                raise KeyError(f"no inventory of {account} in {base_year}")
            share = amounts[place] / 100
            amounts[place] = inventory[0] * (share if basis == RELATIVE[1] else 1 - share)
    return amounts


def _find_following(scenario: Arrays) -> list[int | None]:
    """For each target the place of the next yearly one of its account and sense; None where there is none."""
    names = ("target_account", "target_sense", "target_basis", "target_year")
    rows = list(zip(*(scenario[name] for name in names), strict=True))
    following: list[int | None] = []
    for account, sense, basis, begin in rows:
        later = [
            (year, place)
            for place, (its_account, its_sense, its_basis, year) in enumerate(rows)
            if (its_account, its_sense) == (account, sense) and year > begin and CUMULATIVE not in (basis, its_basis)
        ]
        following.append(min(later)[1] if later else None)
    return following
