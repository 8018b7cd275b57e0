"""Whether years, slices, profiles and survival curves add up to a calendar that a plan can be made in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenarios.catalog import AGE, COMMODITY, QUANTITY_BY_NAME, SLICE, TECHNOLOGY, YEAR
from scenarios.cells import CASE, NUMBER, ROW, TABLE, expand_slices, numbers_of, read_numbers
from scenarios.checks.view import View, file_of, list_records, place_problem, write_plainly
from scenarios.errors import Problem
from scenarios.tables import ITEM, QUANTITY

HOURS_OF_YEAR = 8760.0
HOURS_TOLERANCE = 0.01
"""Hours that rounded slices may add up wrongly."""
PROFILE_TOLERANCE = 1e-6


def find_backward_years(view: View) -> Iterator[Problem]:
    """A case whose last year comes before its first."""
    own = numbers_of(view.numbers[view.numbers[TABLE] == CASE], "first_year", "last_year")
    years = {str(place[QUANTITY]): place for place in list_records(own)}
    if len(years) == 2 and years["last_year"][NUMBER] < years["first_year"][NUMBER]:
        fields = {
            "found": write_plainly(years["last_year"][NUMBER]),
            "first": write_plainly(years["first_year"][NUMBER]),
        }
        yield Problem("years_backward", file_of(CASE), years["last_year"][ROW], None, fields)


def find_slices_without_hours(view: View) -> Iterator[Problem]:
    """Slices of no hours, in which nothing can happen."""
    for place in list_records(view.written("hours")):
        if place[NUMBER] == 0:
            yield place_problem("hours_none", place, "hours", slice=place[SLICE])


def find_wrong_hours(view: View) -> Iterator[Problem]:
    """Slices whose hours are not those of a year."""
    hours = view.written("hours")[NUMBER]
    if len(hours) and abs(hours.sum() - HOURS_OF_YEAR) > HOURS_TOLERANCE:
        fields = {"found": write_plainly(hours.sum()), "count": len(hours)}
        yield Problem("hours_sum", file_of("slices"), None, "hours", fields)


def find_wrong_cycles(view: View) -> Iterator[Problem]:
    """Slices of one season whose storage cycles are not equally many."""
    first: dict[str, tuple[str, float]] = {}
    cycles = view.single("cycles")
    for name, about in view.labels("slices").items():
        found = cycles.get(name, QUANTITY_BY_NAME["cycles"].default)
        other, expected = first.setdefault(about["season"], (name, found))
        if found != expected:
            fields = {"found": write_plainly(found), "expected": write_plainly(expected), "other": other}
            place = (file_of("slices"), int(about[ROW]), "cycles")
            yield Problem("cycles_differ", *place, {**fields, "season": about["season"]})


def find_wrong_profiles(view: View) -> Iterator[Problem]:
    """Profiles that do not sum to one over the slices, per item and year written."""
    slices = list(view.labels("slices"))
    rows = view.written("profile")
    rows = expand_slices(rows[rows[ITEM].isin(view.names[TECHNOLOGY] | view.names[COMMODITY])], slices)
    for (item, year), group in rows.groupby([ITEM, YEAR], sort=False):
        total = group[NUMBER].sum()
        if abs(total - 1.0) > PROFILE_TOLERANCE:
            fields = {"item": str(item), "found": write_plainly(total), "slices": ", ".join(slices)}
            key = "profile_sum_year" if year else "profile_sum"
            yield place_problem(key, list_records(group)[0], year=str(year), **fields)


def find_profiles_beyond_capacity(view: View) -> Iterator[Problem]:
    """Profiles of what is decided per year that capacity cannot follow, as far as is known.

    A slice would take more than its part of a year at full use, and no full_load says what it can take.
    """
    hours, loads = view.single("hours"), view.rows_of("full_load")
    yearly = [k for k, about in view.technologies.items() if view.host(k) in view.capacitated]
    yearly = [k for k in yearly if view.technologies[view.host(k)]["resolution"] != SLICE and view.host(k) not in loads]
    rows = view.written("profile")
    rows = expand_slices(rows[rows[ITEM].isin((set(yearly) & _find_sliced(view)) - set(view.commodities))], list(hours))
    for (item, _), group in rows.groupby([ITEM, YEAR], sort=False):
        shares = np.array([hours[name] for name in group[SLICE]]) / HOURS_OF_YEAR
        times = np.divide(group[NUMBER].to_numpy(), shares, out=np.zeros(len(group)), where=shares > 0)
        host = view.host(str(item))
        worst = int(np.argmax(times))
        if view.years and times[worst] * view.filled("annual_availability", [host]).max() > 1.0 + PROFILE_TOLERANCE:
            fields = {"item": str(item), "host": host, "slice": str(group[SLICE].iloc[worst])}
            fields |= {"times": write_plainly(round(times[worst], 3)), "least": write_plainly(_round_up(times[worst]))}
            yield place_problem("profile_beyond_capacity", list_records(group)[worst], **fields)


def _round_up(times: float) -> float:
    """A factor to the next tenth."""
    return float(np.ceil(times * 10.0 - PROFILE_TOLERANCE) / 10.0)


def _find_sliced(view: View) -> set[str]:
    """Technologies that make or use what is balanced in slices."""
    sliced = {c for c, about in view.commodities.items() if about["balance"] == SLICE or about["storage"] != "no"}
    flows = view.written("flow")
    return set(flows[flows[COMMODITY].isin(sliced)][TECHNOLOGY])


def find_ambiguous_profiles(view: View) -> Iterator[Problem]:
    """Profiles of a name that is a technology and a commodity at once."""
    both = frozenset(view.technologies) & frozenset(view.commodities)
    rows = view.numbers[(view.numbers[QUANTITY] == "profile") & view.numbers[ITEM].isin(both)]
    for place in list_records(rows.drop_duplicates(ITEM)):
        yield place_problem("profile_ambiguous", place, ITEM, item=place[ITEM])


def find_growing_survival(view: View) -> Iterator[Problem]:
    """Survival curves on which more stands at a higher age."""
    rows = view.written("survival")
    rows = rows.assign(**{AGE: read_numbers(rows[AGE])}).sort_values([TECHNOLOGY, AGE], kind="stable")
    share, names = rows[NUMBER].to_numpy(), rows[TECHNOLOGY].to_numpy()
    grows = np.flatnonzero((share[1:] > share[:-1]) & (names[1:] == names[:-1])) + 1
    for i in grows:
        before, place = list_records(rows.iloc[i - 1 : i + 1])
        fields = {"age": write_plainly(place[AGE]), "earlier_age": write_plainly(before[AGE])}
        fields |= {"found": write_plainly(share[i]), "earlier": write_plainly(share[i - 1])}
        yield place_problem("survival_grows", place, technology=place[TECHNOLOGY], **fields)


def find_long_horizon_storage(view: View) -> Iterator[Problem]:
    """Storage from year to year in a plan whose years stand for longer periods."""
    long = [int(year) for year, length in zip(*view.span, strict=False) if length != 1]
    for name, about in view.commodities.items():
        if about["storage"] == "horizon" and long:
            fields = {"commodity": name, "year": long[0]}
            yield Problem("horizon_periods", file_of("commodities"), int(about[ROW]), "storage", fields)
