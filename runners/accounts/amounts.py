"""An amount of money twice: in constant prices of the price year, and in the money of its own year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.arithmetic.loans import Loans, index_prices, list_calendar, loan_schedules, spread_years
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.choices import SPREAD
from scenarios.terms import ACTOR, INFLATION_OUTSIDE, INSTRUMENT, OUTSIDE, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

NAMED = ("name_sv", "name_en", "kind")
OF_LOANS = (
    *("tenor", "grace", "price_year", OUTSIDE, INFLATION_OUTSIDE),
    *(f"{INSTRUMENT}_{name}" for name in ("kind", "repayment", "basis")),
)
"""What is told of loans and price levels whatever the year of the plan."""
ITEM, AMOUNT, NOMINAL, UNIT = "item", "amount", "nominal", "unit"


@dataclass(frozen=True)
class Money:
    """Amounts of one shape, `real` in money of the price year and `nominal` in that of their own years."""

    real: Floats
    nominal: Floats

    def __add__(self, other: Money) -> Money:
        return Money(self.real + other.real, self.nominal + other.nominal)

    def __sub__(self, other: Money) -> Money:
        return Money(self.real - other.real, self.nominal - other.nominal)

    def __neg__(self) -> Money:
        return Money(0.0 - self.real, 0.0 - self.nominal)

    def __mul__(self, factor: Floats | float) -> Money:
        return Money(self.real * factor, self.nominal * factor)

    def of(self, known: NDArray[np.bool_]) -> Money:
        """The money of the actors of whom it is known (actor, year), no number for the others."""
        return Money(*(np.where(known[:, None], part, np.nan) for part in (self.real, self.nominal)))

    def over(self, axis: int) -> Money:
        """The sum over one axis."""
        return Money(self.real.sum(axis=axis), self.nominal.sum(axis=axis))


def find_starts(scenario: xr.Dataset) -> NDArray[np.int64]:
    """Where each plan year begins among the calendar years of the horizon (year)."""
    years = scenario.variables[YEAR].values.astype(np.int64)
    return np.asarray(years - years[0])


def find_ends(scenario: xr.Dataset) -> NDArray[np.int64]:
    """Where the last calendar year of each plan year stands among those of the horizon (year)."""
    return np.asarray(find_starts(scenario) + scenario.variables["length"].values.astype(np.int64) - 1)


def gather_years(scenario: xr.Dataset, values: Floats) -> Floats:
    """Sums over the calendar years that each plan year stands for (..., calendar year) -> (..., year)."""
    return np.asarray(np.add.reduceat(values, find_starts(scenario), axis=-1))


def is_spread(scenario: xr.Dataset) -> bool:
    """Whether what is spent and drawn in a period is so evenly over its years, and not all in the first of them."""
    return bool(scenario.attrs["investment"] == SPREAD)


def mean_draws(scenario: xr.Dataset, drawn: Floats) -> Floats:
    """What a krona drawn in each calendar year leaves (instrument, drawn, ...), by the plan year of the draw."""
    starts = find_starts(scenario)
    if not is_spread(scenario):
        return drawn[:, starts]
    return np.asarray(np.add.reduceat(drawn, starts, axis=1) / scenario.variables["length"].values[:, None])


def price_decided(scenario: xr.Dataset, real: Floats) -> Money:
    """Real money spent or drawn in a plan year (..., year), at the price level of the years in which it is so."""
    levels = index_prices(scenario)[:-1]
    if is_spread(scenario):
        return Money(real, real * (gather_years(scenario, levels) / scenario.variables["length"].values))
    return Money(real, real * levels[find_starts(scenario)])


def price_paid(scenario: xr.Dataset, paid: Floats) -> Money:
    """Real money of each calendar year (..., calendar), by plan year (..., year), at the price level of its years."""
    return Money(gather_years(scenario, paid), gather_years(scenario, paid * index_prices(scenario)[:-1]))


def price_running(scenario: xr.Dataset, rate: Floats) -> Money:
    """Real money a year (..., year), over all calendar years of the plan year, each at its own price level."""
    levels = gather_years(scenario, index_prices(scenario)[:-1])
    return Money(rate * scenario.variables["length"].values, rate * levels)


def price_standing(scenario: xr.Dataset, real: Floats) -> Money:
    """Real money that stands at the end of a plan year (..., year): of the last calendar year's price level."""
    return Money(real, real * index_prices(scenario)[find_ends(scenario)])


def put_at_end(scenario: xr.Dataset, real: Floats) -> Money:
    """Real money left when the horizon has ended (...): in the last plan year, at the price level of the year after."""
    placed = np.zeros((*real.shape, scenario.sizes[YEAR]))
    placed[..., -1] = real
    return Money(placed, placed * index_prices(scenario)[-1])


def expand_years(scenario: Scenario) -> Arrays:
    """The scenario's loans and inflation with every calendar year of the horizon as a plan year of its own."""
    given = read_arrays(scenario)
    calendar = list_calendar(given)[:-1]
    values = {name: given[name] for name in OF_LOANS}
    values |= {name: spread_years(given, given[name], calendar) for name in ("rate", "inflation")}
    values |= {YEAR: calendar, "length": np.ones(len(calendar))}
    return Arrays(values, given.attrs, {**given.sizes, YEAR: len(calendar)})


@remember
def schedule_calendar(scenario: Arrays) -> Loans:
    """Schedules of all instruments by the calendar year in which a krona is drawn, and that in which it is paid."""
    return loan_schedules(expand_years(scenario))


def list_rows(
    scenario: xr.Dataset, amounts: Mapping[str, Money], unit: str, **columns: Mapping[str, Floats]
) -> pd.DataFrame:
    """Rows of an account: an actor, its names and kind, a year, an item, its amount, nominal amount and unit.

    Args:
        scenario: whose actors and years they are.
        amounts: item to amounts (actor, year); amounts that are no number get no row.
        unit: of the amounts.
        columns: further columns, item to numbers (actor, year); blank for an item that has none.
    """
    blank = np.full((scenario.sizes[ACTOR], scenario.sizes[YEAR]), np.nan)
    places = [np.nonzero(np.isfinite(money.real)) for money in amounts.values()]
    actors, years = (np.concatenate(axis) for axis in zip(*places, strict=True))
    cells = list(zip(amounts.items(), places, strict=True))
    return pd.DataFrame(
        {
            **name_actors(scenario, actors),
            YEAR: scenario.variables[YEAR].values[years],
            ITEM: np.concatenate([np.full(len(rows[0]), item, dtype=object) for (item, _), rows in cells]),
            AMOUNT: np.concatenate([money.real[rows] for (_, money), rows in cells]),
            NOMINAL: np.concatenate([money.nominal[rows] for (_, money), rows in cells]),
            **{
                name: np.concatenate([values.get(item, blank)[rows] for (item, _), rows in cells])
                for name, values in columns.items()
            },
            UNIT: np.full(len(actors), unit, dtype=object),
        }
    )


def name_actors(scenario: xr.Dataset, places: NDArray[np.int64]) -> dict[str, NDArray[np.object_]]:
    """Label, names and kind of the actors at places, as columns."""
    names = {name: scenario.variables[f"{ACTOR}_{name}"].values[places].astype(object) for name in NAMED}
    return {ACTOR: scenario.variables[ACTOR].values[places].astype(object), **names}
