"""Which cap a target sets in each year of the plan: none before it begins, none after it ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.money import calendar_factors
from scenarios.arrays import Arrays, remember
from scenarios.catalog import ACCOUNT, INVENTORY_YEAR, TARGET, YEAR

CUMULATIVE = "cumulative"
NEXT = "next"
ONLY = "only"
LINE = "line"
RELATIVE = ("reduction", "share")


def draw_caps(scenario: Arrays) -> NDArray[np.float64]:
    """`cap` (target, year), in the unit of the target's account; NaN where it does not hold.

    A target holds from the plan year that stands for its year (from the first of the plan where it lies before it) to
    the one before that of the next yearly target of its account with the same sense, or to that of its `until`; a
    cumulative one to the end. `only` means that plan year alone. With the path `line` caps run straight to the next
    target's. A cumulative cap is the total, in each year that it counts; it holds only where the plan has all of them,
    for a part of the years against the whole total would look met. Raises KeyError where a percentage refers
    to an inventory that is not given.
    """
    years = scenario[YEAR]
    caps = np.full((scenario.sizes[TARGET], len(years)), np.nan)
    amounts = _find_amounts(scenario)
    begins = scenario["target_year"]
    places = np.arange(len(years))
    for place, following in enumerate(_find_following(scenario)):
        until = str(scenario["target_until"][place])
        first = last = find_period(scenario, int(begins[place]))
        if until == NEXT:
            last = len(years) if following is None else find_period(scenario, int(begins[following])) - 1
        elif until != ONLY:
            last = find_period(scenario, int(until))
        holds = (first <= places) & (places <= last)
        if scenario["target_basis"][place] == CUMULATIVE:
            holds = count_years(scenario)[place] > 0
        path = np.full(len(years), amounts[place])
        if following is not None and scenario["target_path"][place] == LINE:
            path = np.interp(years, [begins[place], begins[following]], [amounts[place], amounts[following]])
        caps[place] = np.where(holds, path, np.nan)
    return caps


@remember
def count_years(scenario: Arrays) -> NDArray[np.float64]:
    """Calendar years of each plan year that a cumulative target counts (target, year).

    All zero where the plan lacks some of the target's years, and for yearly targets.

    counted[t,y] = |[y, y+L) n [first year of t, last year of t]|
    """
    first, last = bound_plan(scenario)
    starts, lengths = scenario[YEAR].astype(float), scenario["length"]
    counted = np.zeros((scenario.sizes[TARGET], len(starts)))
    for place in np.flatnonzero(scenario["target_basis"] == CUMULATIVE).tolist():
        begin, until = int(scenario["target_year"][place]), str(scenario["target_until"][place])
        end = float(begin) if until == ONLY else last if until == NEXT else float(until)
        if first <= begin <= end <= last:
            overlap = np.minimum(starts + lengths, end + 1) - np.maximum(starts, begin)
            counted[place] = np.clip(overlap, 0.0, None)
    return counted


def average_factors(scenario: Arrays) -> NDArray[np.float64]:
    """The mean of the one-year operation factors over the calendar years of each cumulative target: `d_total` (target).

    d_total = mean over its calendar years u of (1+r)^-(u + o_op - y0);  0 for yearly targets.
    """
    starts, counted, factors = scenario[YEAR].astype(float), count_years(scenario), calendar_factors(scenario)
    begin = np.maximum(starts, scenario["target_year"][:, None].astype(float))
    within = starts[:, None] + np.arange(factors.shape[1])
    there = (begin[:, :, None] <= within) & (within < (begin + counted)[:, :, None])
    years = counted.sum(axis=1)
    summed = (there * factors).sum(axis=(1, 2))
    return np.asarray(np.divide(summed, years, out=np.zeros(len(years)), where=years > 0))


def find_period(scenario: Arrays, year: int) -> int:
    """The place of the plan year that stands for a calendar year: -1 before the first, as many as there are after."""
    first, last = bound_plan(scenario)
    if not first <= year <= last:
        return -1 if year < first else len(scenario[YEAR])
    return int(np.searchsorted(scenario[YEAR], year, side="right")) - 1


def bound_plan(scenario: Arrays) -> tuple[float, float]:
    """First and last calendar year that the plan stands for."""
    return float(scenario[YEAR][0]), float(scenario[YEAR][-1] + scenario["length"][-1] - 1)


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
