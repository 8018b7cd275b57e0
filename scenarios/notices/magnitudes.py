"""Which numbers are of a size that cannot be meant: kronor for millions, a share of 1e12, a COP of 35?

Only what stands out from its neighbours is told, for a notice that is wrong costs more trust than one that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from scenarios.catalog import ACCOUNT, ACTOR, COMMODITY, PART, SLICE, TECHNOLOGY, VINTAGE, YEAR
from scenarios.cells import COLUMN, KEYS, NUMBER, ROW, TABLE, TEXT, WHEN
from scenarios.checks.view import View, file_of, list_records, write_plainly
from scenarios.errors import Notice
from scenarios.tables import QUANTITY, UNIT

HUGE = 1e9
"""No number of a municipality is larger in a unit that suits it: its traffic is some 1e9 km, or 1e3 Mvkm."""

TINY = 1e-13
"""What is smaller counts as nothing, for the program takes 1e-14 for rounding: a car emits 1.5e-13 Mt per km."""

JUMP = 100.0
"""Times the years beside it, on both sides: what doubles or dwindles does not come back the year after."""

STEADY = 10.0
"""Most by which the other years of a series may differ from each other for its first or last year to stand out."""

MOST_YIELD = 10.0
"""Out over in, in one unit: the best heat pumps give 7. Told where a technology gives more than as many units."""

MOST_WITH_PUMPS = 1000.0
"""Out over in where little goes in: solar heat takes a hundredth of its heat as power for pumps."""

FAR_PRICE = 1000.0
"""Times the dearest other commodity of the unit."""

FAR_BELOW = 10.0
"""Times the dearest other commodity of the unit, below zero: to be paid is common, to be paid tenfold is not."""

FAR_CAPEX = 1000.0
"""Times the dearest other technology of the capacity unit: kronor for thousands stand out by as much."""

BUDGETS = 100.0
"""Times what all actors have in a year, for one unit of capacity."""

PERCENTS = (0.0, 200.0)
"""A reduction by 200 % takes up as much as was emitted."""

COUNTED = ("flows", "factors", "parts", "members", "parameters")
"""Tables whose numbers multiply amounts."""

PRICES = ("purchase_price", "sale_price", "tariff")
SHARES = ("group_most_share", "group_least_share")
PARTS = ("share", "credit_share")
"""Shares of another account, which are no shares where the two have different units."""


def find_huge_numbers(view: View) -> Iterator[Notice]:
    """Numbers beyond HUGE."""
    numbers = view.numbers
    huge = np.isfinite(numbers[NUMBER]) & (numbers[NUMBER].abs() > HUGE)
    for place in list_records(numbers[huge]):
        yield _tell("magnitude_huge", place, unit=place[UNIT])


def find_tiny_numbers(view: View) -> Iterator[Notice]:
    """Numbers other than nothing that count as nothing."""
    numbers = view.numbers
    tiny = (numbers[NUMBER].abs() < TINY) & (numbers[NUMBER] != 0) & numbers[TABLE].isin(COUNTED)
    for place in list_records(numbers[tiny]):
        yield _tell("magnitude_tiny", place, unit=place[UNIT])


def find_jumps(view: View) -> Iterator[Notice]:
    """Years that are a hundred times those beside them, or a hundredth of both."""
    numbers = view.numbers
    dated = numbers[numbers[WHEN].notna() & np.isfinite(numbers[NUMBER])]
    keys = dict.fromkeys(key for key in (TABLE, *KEYS, QUANTITY) if key != YEAR)
    dated = dated.assign(series=dated.groupby(list(keys), sort=False).ngroup()).sort_values(["series", WHEN])
    sizes = dated[NUMBER].abs().to_numpy()
    firsts = np.flatnonzero(np.diff(dated["series"].to_numpy(), prepend=-1))
    for first, last in pairwise([*firsts, len(sizes)]):
        for place in first + np.flatnonzero(_stands_out(sizes[first:last])):
            beside = dated.iloc[place - 1 if place > first else place + 1]
            record = list_records(dated.iloc[[place]])[0]
            yield _tell("magnitude_jump", record, year=int(beside[WHEN]), other=beside[TEXT])


def _stands_out(sizes: np.ndarray) -> np.ndarray:
    """Which sizes of a series are not of it."""
    out = np.zeros(len(sizes), dtype=bool)
    if len(sizes) < 3 or sizes.max() <= JUMP * sizes.min():
        return out
    before, here, after = sizes[:-2], sizes[1:-1], sizes[2:]
    there = (before > 0) & (here > 0) & (after > 0)
    more = here > JUMP * np.maximum(before, after)
    less = here * JUMP < np.minimum(before, after)
    out[1:-1] = there & (more | less)
    for end, rest in ((0, sizes[1:]), (-1, sizes[:-1])):
        if rest.min() > 0 and rest.max() <= STEADY * rest.min() and sizes[end] > JUMP * rest.max():
            out[end] = True
    return out


def find_wondrous_yields(view: View) -> Iterator[Notice]:
    """Technologies that give many times what they take, in one unit."""
    flows = view.written("flow")
    units = flows[COMMODITY].map({name: about[UNIT] for name, about in view.commodities.items()})
    keys = [flows[TECHNOLOGY], units.fillna(""), flows[SLICE], flows[VINTAGE], flows[YEAR]]
    given = flows[NUMBER].clip(lower=0).groupby(keys).transform("sum")
    taken = (-flows[NUMBER]).clip(lower=0).groupby(keys).transform("sum")
    times = given / taken.where(taken > 0)
    wondrous = (times > MOST_WITH_PUMPS) | ((times > MOST_YIELD) & (given > MOST_YIELD))
    for place in list_records(flows.assign(times=times)[wondrous & (flows[NUMBER] > 0)]):
        yield _tell("magnitude_yield", place, technology=place[TECHNOLOGY], times=write_plainly(place["times"]))


def find_large_shares(view: View) -> Iterator[Notice]:
    """Shares above 1."""
    for name in (*SHARES, *PARTS):
        rows = view.written(name)
        for place in list_records(rows[np.isfinite(rows[NUMBER]) & (rows[NUMBER].abs() > 1)]):
            if name in SHARES or _has_one_unit(view, place):
                yield _tell("magnitude_share", place, percent=write_plainly(100 * place[NUMBER]))


def _has_one_unit(view: View, place: dict[str, object]) -> bool:
    accounts = view.labels("accounts")
    units = [accounts.get(str(place[key]), {}).get(UNIT) for key in (ACCOUNT, PART)]
    return units[0] == units[1]


def find_far_prices(view: View) -> Iterator[Notice]:
    """Prices a thousand times those of other commodities in the unit, or far below zero."""
    for name in PRICES:
        rows = view.written(name)
        rows = rows[np.isfinite(rows[NUMBER])]
        dearest = _find_dearest(rows, COMMODITY, {c: about[UNIT] for c, about in view.commodities.items()})
        for place in list_records(rows):
            other = dearest[place[COMMODITY]]
            if other > 0 and (place[NUMBER] > FAR_PRICE * other or place[NUMBER] < -FAR_BELOW * other):
                yield _tell("magnitude_price", place, dearest=write_plainly(other), unit=place[UNIT])


def _find_dearest(rows: pd.DataFrame, owner: str, units: Mapping[str, str]) -> dict[str, float]:
    """For each owner of numbers the largest that any other owner with the same unit has; 0 where there is none."""
    most = {str(name): float(size) for name, size in rows[NUMBER].abs().groupby(rows[owner]).max().items()}
    return {
        name: max(
            (size for other, size in most.items() if other != name and units.get(other) == units.get(name)), default=0
        )
        for name in most
    }


def find_far_investments(view: View) -> Iterator[Notice]:
    """Investments a thousand times those of other technologies in the unit, or a hundred times all money of a year."""
    rows = view.written("capex")
    rows = rows[np.isfinite(rows[NUMBER])]
    dearest = _find_dearest(rows, TECHNOLOGY, {k: about["capacity_unit"] for k, about in view.technologies.items()})
    money = view.written("taxes_and_grants")
    budget = float(money[NUMBER].groupby(money[ACTOR]).max().sum())
    for place in list_records(rows):
        other = dearest[place[TECHNOLOGY]]
        if other > 0 and place[NUMBER] > FAR_CAPEX * other:
            yield _tell("magnitude_capex", place, dearest=write_plainly(other), unit=place[UNIT])
        elif budget > 0 and place[NUMBER] > BUDGETS * budget:
            yield _tell("magnitude_budget", place, budget=write_plainly(budget), unit=place[UNIT])


def find_odd_percents(view: View) -> Iterator[Notice]:
    """Targets in percent of an inventory that are below nothing or above twice of it."""
    bases = {name: about["basis"] for name, about in view.labels("targets").items()}
    rows = view.written("value")
    for place in list_records(rows[np.isfinite(rows[NUMBER])]):
        if bases.get(place["target"]) in ("reduction", "share"):
            low, high = PERCENTS
            if not low <= place[NUMBER] <= high:
                yield _tell("magnitude_percent", place, low=write_plainly(low), high=write_plainly(high))


MAGNITUDES = (
    find_huge_numbers,
    find_tiny_numbers,
    find_jumps,
    find_wondrous_yields,
    find_large_shares,
    find_far_prices,
    find_far_investments,
    find_odd_percents,
)


def find_magnitudes(view: View) -> Iterator[Notice]:
    """All numbers of a size that cannot be meant, each told once, for its first reason."""
    told: set[tuple[str, int | None, str | None]] = set()
    for notice in (notice for find in MAGNITUDES for notice in find(view)):
        place = notice.file, notice.row, notice.column
        if place not in told:
            told.add(place)
            yield notice


def _tell(key: str, place: dict[str, object], **fields: object) -> Notice:
    known = {QUANTITY: str(place[QUANTITY]), "found": str(place[TEXT])}
    return Notice(key, known | fields, file_of(str(place[TABLE])), int(str(place[ROW])), str(place[COLUMN]))
