"""What a form is filled from: a run, its case's texts and mapping, a rate between currencies, other runs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any

import pandas as pd

from conf.words import format_number, say
from runners.reports.run_folder import Run
from runners.results.result import Result
from scenarios.catalog_aside import FIELDS

KRONOR = {"SEK": 1.0, "kSEK": 1e3, "tkr": 1e3, "MSEK": 1e6, "mnkr": 1e6, "GSEK": 1e9}
EUROS = {"EUR": 1.0, "kEUR": 1e3, "MEUR": 1e6}
"""Units of money that a form can be filled from: how many kronor or euros one is."""
MUNICIPALITY, COMPANY, REGION, PRIVATE, STATE, HOUSEHOLDS = (
    *("municipality", "company", "region", "private", "state", "households"),
)
"""Kinds of actors."""
CAPTURING = ("removal",)
TONNES = {"kt": 1000.0, "t": 1.0}


@dataclass(frozen=True)
class Lever:
    """A field of action and a lever, each in both languages; blank where the case maps it to none."""

    field: str = ""
    name_sv: str = ""
    name_en: str = ""
    gpc: str = ""

    def name(self, lang: str) -> str:
        """The lever in a language."""
        return self.name_sv if lang == "sv" else self.name_en


@dataclass(frozen=True)
class Measure:
    """A measure of the plan with what a form says of it."""

    technology: str
    code: str
    names: Mapping[str, str]
    lever: Lever


@dataclass(frozen=True)
class Material:
    """All that a form is filled from.

    Args:
        run: the plan.
        lang: of what stands in the cells.
        rate: kronor per euro; NaN where form and case count in one currency and nobody said it.
        stated: who says the rate.
        until: the form's last year.
        levers: field and lever by measure, account or actor.
        actions: rows of the case's actions.
        base_year: from which the form counts emissions.
        others: further runs, by name.
        stress: a result of `fardplan stress`, if any.
        grid: tonnes per GWh of electricity, and its year.
        life: years of effect that Klimatklivet counts; None: as many as the plan has the measure in service.
    """

    run: Run
    lang: str
    rate: float
    stated: str
    until: int
    levers: Mapping[str, Lever]
    actions: tuple[Mapping[str, str], ...]
    base_year: int
    others: Mapping[str, Run] = field(default_factory=dict)
    stress: Result | None = None
    grid: tuple[float, int] = (315.0, 2020)
    life: float | None = None

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables of the run by name; those of other runs and of a stress test with their name and a point before it."""
        found = dict(self.run.tables)
        for name, other in self.others.items():
            found |= {f"{name}.{table}": frame for table, frame in other.tables.items()}
        if self.stress is not None:
            found |= {f"stress.{table}": frame for table, frame in self.stress.tables.items()}
        return found

    @property
    def name(self) -> str:
        """The column of names in the language."""
        return f"name_{self.lang}"

    @cached_property
    def euro(self) -> float:
        """Euros in a unit of the case's money."""
        unit = str(self.run.summary["money"])
        return EUROS[unit] if unit in EUROS else KRONOR[unit] / self.rate

    @cached_property
    def krona(self) -> float:
        """Kronor in a unit of the case's money."""
        unit = str(self.run.summary["money"])
        return EUROS[unit] * self.rate if unit in EUROS else KRONOR[unit]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Plan years up to the form's last."""
        return tuple(year for year in self.all_years if year <= self.until)

    @cached_property
    def all_years(self) -> tuple[int, ...]:
        """All plan years."""
        return tuple(sorted({int(year) for year in self.tables["accounts"]["year"]}))

    @property
    def base_of_plan(self) -> int:
        """The year of the case's statistics that the plan starts from: the one before the plan."""
        return self.all_years[0] - 1

    @property
    def last(self) -> int:
        """The plan year that the form's last year falls in."""
        return self.years[-1]

    @cached_property
    def actors(self) -> pd.DataFrame:
        """Actors of the run."""
        return self.tables["actors"]

    def list_actors(self, *kinds: str) -> tuple[str, ...]:
        """Labels of the actors of these kinds."""
        return tuple(str(actor) for actor in self.actors.loc[self.actors["kind"].isin(kinds), "actor"])

    def name_actor(self, actor: str) -> str:
        """What an actor is called."""
        found = self.actors.loc[self.actors["actor"] == actor, self.name]
        return str(found.iloc[0]) if len(found) else actor

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Measures in which the plan invests up to the form's last year, by field and lever."""
        table = self.tables["investments"]
        own = table[table["measure"] & table["year"].isin(self.years)]
        made = [
            Measure(
                str(row["technology"]),
                str(row["code"]),
                {"sv": str(row["name_sv"]), "en": str(row["name_en"])},
                self.levers.get(str(row["technology"]), Lever()),
            )
            for row in own.drop_duplicates("technology").to_dict("records")
        ]
        return tuple(sorted(made, key=self._place))

    def _place(self, measure: Measure) -> tuple[int, str, str]:
        order = FIELDS.index(measure.lever.field) if measure.lever.field in FIELDS else len(FIELDS)
        return order, measure.lever.name_en, measure.names["en"]

    @cached_property
    def grouped(self) -> dict[Lever, tuple[str, ...]]:
        """Technologies by their field and lever, in the forms' order."""
        found: dict[Lever, list[str]] = {}
        for measure in self.measures:
            found.setdefault(measure.lever, []).append(measure.technology)
        return {lever: tuple(names) for lever, names in found.items()}

    @cached_property
    def unmapped(self) -> tuple[str, ...]:
        """Measures of the plan and sectors of emissions that the case maps to no field of action."""
        sectors = [account for account in self.sectors.values() if account not in self.levers]
        return tuple([one.technology for one in self.measures if not one.lever.field] + sectors)

    @cached_property
    def sectors(self) -> dict[str, str]:
        """Sectors of the emission path that the total is made of, by Swedish name, each with its account."""
        path, labels = self.tables["emissions"], self.tables["labels"]
        accounts = labels[labels["dimension"] == "account"].set_index("name_sv")["label"].to_dict()
        names = path.loc[path["kind"] == "sector", "name_sv"].drop_duplicates()
        found = {str(name): str(accounts.get(name, name)) for name in names}
        return {name: account for name, account in found.items() if self._is_counted(account)}

    def _is_counted(self, account: str) -> bool:
        """Whether an account, or all that it is made of, is a part of the total; every one where there is no total."""
        accounts, numbers = self.tables["accounts"], self.tables["numbers"]
        totals = set(accounts.loc[accounts["role"] == "total", "account"])
        shares = numbers[numbers["quantity"] == "share"]
        counted = set(shares.loc[shares["account"].isin(totals), "part"])
        own = set(shares.loc[shares["account"] == account, "part"])
        return not counted or account in counted or bool(own and own <= counted)

    def name_sector(self, swedish: str) -> str:
        """A sector in the language."""
        path = self.tables["emissions"]
        return str(path.loc[path["name_sv"] == swedish, self.name].iloc[0])

    @cached_property
    def tonnes(self) -> float:
        """Tonnes in a unit of the emission path."""
        units = [str(unit).split(" ")[0] for unit in self.tables["emissions"]["unit"]]
        return next((TONNES[unit] for unit in units if unit in TONNES), 1.0)

    def describe(self) -> dict[str, Any]:
        """What notes of every sheet are filled with."""
        factor, year = self.grid
        life = "" if self.life is None else self.life
        told = {"until": self.until, "exchange": self._tell_rate(), "base": self.base_year}
        return {**told, "grid": factor, "grid_year": year, "life": life}

    def _tell_rate(self) -> str:
        if isnan(self.rate):
            return ""
        digits = -int(Decimal(str(self.rate)).as_tuple().exponent)
        return say("form_exchange", self.lang, rate=format_number(self.rate, self.lang, digits), stated=self.stated)
