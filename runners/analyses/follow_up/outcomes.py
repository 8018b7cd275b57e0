"""Every outcome that is known beside what the plan has of the same: one row a number, in its latest edition.

planned[outcome, item, year]    built: owned build;   outlay: owned (capex build + project_cost begin)
                                grant: grant_share claimed;   loan: draw;   measured: account
                                price: mean over hours;   demand, taxes: of the scenario
                                debt, result: nominal, as books have them;   all other money real
difference = known - planned
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES
from runners.accounts.debt import measure_net_debt
from runners.accounts.key_figures import measure_result
from scenarios.actuals import (
    ABOUT,
    BUILT,
    DEBT,
    DEMAND,
    GRANT,
    LOAN,
    MEASURED,
    MONEY,
    NOMINAL,
    OUTLAY,
    PRICE,
    RESULT,
    TAXES,
    WITH,
    Actual,
    keep_latest,
)
from scenarios.known import find_year, read_amounts
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

OF_BOOKS = (DEBT, RESULT)
"""Money that is shown in that of its own year: as the annual report has it."""
WHOLE_YEARS = (BUILT, OUTLAY, GRANT, LOAN)
"""Amounts of a year that a longer plan year has the sum of: what was planned for one of its years is not known."""
AT_END = (DEBT,)


@dataclass(frozen=True)
class Planned:
    """What a plan has of each kind of outcome, by label, party and plan year; `nothing`: the do-nothing path."""

    scenario: xr.Dataset
    plan: xr.Dataset
    nothing: xr.Dataset | None

    def find(self, actual: Actual, year: int) -> float:
        """The planned amount of an outcome in a plan year; NaN where there is none to compare with."""
        return self._readers[actual.outcome](actual.subject, actual.party, year)

    @cached_property
    def _readers(self) -> Mapping[str, Callable[[str, str, int], float]]:
        return {
            BUILT: lambda k, a, y: self._own(k, a) * self._at(self.plan["build"], {TECHNOLOGY: k, VINTAGE: y}),
            OUTLAY: lambda k, a, y: self._own(k, a) * self._spend(k, y),
            GRANT: self._grant,
            LOAN: lambda a, i, y: self._at(self.plan["draw"], {INSTRUMENT: i, ACTOR: a, YEAR: y}),
            MEASURED: lambda e, _, y: self._at(self.plan["account_value"], {ACCOUNT: e, YEAR: y}),
            PRICE: self._price,
            DEMAND: lambda c, _, y: self._at(self.scenario["demand"], {COMMODITY: c, YEAR: y}),
            TAXES: lambda a, _, y: self._at(self.scenario["taxes_and_grants"], {ACTOR: a, YEAR: y}),
            DEBT: lambda a, _, y: self._money(self._debt, a, y),
            RESULT: lambda a, _, y: self._money(self._result, a, y),
        }

    @cached_property
    def _debt(self) -> np.ndarray:
        return measure_net_debt(self.scenario, self.plan).nominal

    @cached_property
    def _result(self) -> np.ndarray:
        return measure_result(self.scenario, self.plan, self.nothing).nominal

    def _at(self, values: xr.DataArray, place: Mapping[str, Any]) -> float:
        return float(values.sel(place))

    def _own(self, technology: str, owner: str) -> float:
        """The part of a technology that is an owner's; all of it where none is named."""
        return float(self.scenario["owned"].sel({TECHNOLOGY: technology, ACTOR: owner})) if owner else 1.0

    def _spend(self, technology: str, year: int) -> float:
        at = {TECHNOLOGY: technology, YEAR: year}
        begun = {TECHNOLOGY: technology, VINTAGE: year}
        return self._at(self.scenario["capex"], at) * self._at(self.plan["build"], begun) + self._at(
            self.scenario["project_cost"], at
        ) * self._at(self.plan["begin"], begun)

    def _grant(self, technology: str, instrument: str, year: int) -> float:
        claimed = self._at(self.plan["claimed"], {INSTRUMENT: instrument, TECHNOLOGY: technology, VINTAGE: year})
        return claimed * float(self.scenario["grant_share"].sel({INSTRUMENT: instrument, TECHNOLOGY: technology}))

    def _price(self, commodity: str, _: str, year: int) -> float:
        hours = self.scenario["hours"].values
        return float(
            self.scenario["purchase_price"].sel({COMMODITY: commodity, YEAR: year}).values @ hours / hours.sum()
        )

    def _money(self, values: np.ndarray, actor: str, year: int) -> float:
        labels, years = (self.scenario[dim].values.tolist() for dim in (ACTOR, YEAR))
        return float(values[labels.index(actor), years.index(year)])


def tabulate_outcomes(planned: Planned, actuals: Sequence[Actual], until: int) -> pd.DataFrame:
    """One row a number that is known of the plan's years up to a year, by kind of outcome as they are told."""
    own = [actual for actual in keep_latest(actuals) if actual.year <= until]
    kinds = list(ABOUT)
    own.sort(key=lambda actual: (kinds.index(actual.outcome), actual.year))
    return pd.DataFrame([row for actual in own for row in _make_row(planned, actual)])


def _make_row(planned: Planned, actual: Actual) -> Iterator[dict[str, Any]]:
    scenario = planned.scenario
    years = scenario[YEAR].values.tolist()
    year = find_year(years, actual.year)
    if year is None:
        return
    length = int(scenario["length"].values[years.index(year)])
    inside = length > 1 and (
        actual.outcome in WHOLE_YEARS or (actual.outcome in AT_END and actual.year != year + length - 1)
    )
    real, nominal = read_amounts(actual, scenario)
    known, before = nominal if actual.outcome in OF_BOOKS else real, np.nan if inside else planned.find(actual, year)
    yield {
        "outcome": actual.outcome,
        "item": actual.subject,
        **_name(scenario, "item", ABOUT[actual.outcome], actual.subject),
        "party": actual.party,
        **_name(scenario, "party", WITH.get(actual.outcome, ""), actual.party),
        YEAR: actual.year,
        "planned": before,
        "value": known,
        "difference": known - before,
        "unit": _tell_unit(scenario, actual),
        "status": actual.status,
        "revision": actual.revision,
        "source": actual.source,
        "method": actual.method,
        "note": actual.note,
    }


def _tell_unit(scenario: xr.Dataset, actual: Actual) -> str:
    money = str(scenario.attrs["money"])
    if actual.outcome in OF_BOOKS:
        return f"{NOMINAL}{money}"
    if actual.outcome == PRICE:
        return f"{money}/{_read_unit(scenario, COMMODITY, actual.subject)}"
    if actual.outcome in MONEY:
        return money
    if actual.outcome == BUILT:
        return str(scenario["technology_capacity_unit"].sel({TECHNOLOGY: actual.subject}).values)
    return _read_unit(scenario, ABOUT[actual.outcome], actual.subject)


def _read_unit(scenario: xr.Dataset, dim: str, label: str) -> str:
    return str(scenario[f"{dim}_unit"].sel({dim: label}).values)


def _name(scenario: xr.Dataset, column: str, dim: str, label: str) -> dict[str, str]:
    """What a label is called, in columns by language; itself where the case has no name."""
    names = {}
    for lang in LANGUAGES:
        known = f"{dim}_name_{lang}"
        at = known in scenario and label in scenario[dim].values.tolist()
        names[f"{column}_{lang}"] = (str(scenario[known].sel({dim: label}).values) if at else "") or label
    return names
