"""Indicators: what stands of each measure, what accounts hold, and financial key figures, by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conf.words import say
from runners.forms import amounts as a
from runners.forms.costing import list_actions, name_field, name_lever, name_measure, stand
from runners.forms.emissions import list_sectors
from runners.forms.figures import Figure, sum_of
from runners.forms.filled import Beyond, Filled, FormCell, FormRow
from runners.forms.material import MUNICIPALITY, Lever, Material

MILESTONES = {"5": 2025, "6": 2027, "7": 2030}
"""Columns of the action plan's indicators and their years."""


@dataclass(frozen=True)
class Indicator:
    """An indicator: its number, name, unit, what it is about, whether it is of emissions, its figure in a plan year."""

    number: str
    name: str
    unit: str
    lever: Lever
    technology: str = ""
    account: str = ""

    def follow(self, m: Material, year: int) -> Figure:
        """What it should be in a plan year."""
        if self.account:
            return a.emit(m, (self.account,), year)
        return stand(self.technology, year)


def list_indicators(m: Material) -> tuple[Indicator, ...]:
    """Emissions by sector and what stands of each measure, numbered."""
    found = [
        Indicator("", say("form_indicator_emissions", m.lang, name=name), "t CO2e", _lever(m, account), account=account)
        for account, name in list_sectors(m)
    ]
    capacity = m.tables["capacity"]
    for one in m.measures:
        own = capacity[capacity["technology"] == one.technology]
        if len(own):
            name = say("form_indicator_stands", m.lang, name=name_measure(m, one))
            found.append(Indicator("", name, str(own["unit"].iloc[0]), one.lever, one.technology))
    return tuple(
        Indicator(f"I-{at:02d}", one.name, one.unit, one.lever, one.technology, one.account)
        for at, one in enumerate(found, start=1)
    )


def _lever(m: Material, account: str) -> Lever:
    return m.levers.get(account, Lever())


def list_economic(m: Material) -> Filled:
    """Indicators with their value at the start and in the form's last year."""
    return Filled(tuple(_list_values(m)), notes=("baseline",))


def _list_values(m: Material) -> Iterator[FormRow]:
    for one in list_indicators(m):
        before = (
            a.count_past(m, one.account, m.base_of_plan)
            if one.account
            else sum_of("capacity", "existing", technology=one.technology, year=m.all_years[0])
        )
        yield {
            "1": name_field(m, one.lever),
            "2": one.name,
            "3": one.unit,
            "4": before,
            "5": one.follow(m, m.last),
        }


def list_financial(m: Material) -> Filled:
    """Financial indicators of the municipality; their values, for which the form has no column, stand below."""
    rows, values = [], []
    actors = m.list_actors(MUNICIPALITY)
    figures = m.tables["key_figures"]
    for item in dict.fromkeys(figures.loc[figures["actor"].isin(actors), "item"]):
        own = figures[(figures["item"] == item) & figures["actor"].isin(actors)]
        unit = str(own["unit"].iloc[0])
        name = say(f"form_key_{item}", m.lang) if item in KEYS else ""
        if not name:
            continue
        money = unit.split("/")[0] == str(m.run.summary["money"])
        told = unit.replace(str(m.run.summary["money"]), "EUR") if money else unit
        rows.append({"1": say("form_group_municipality", m.lang), "2": name, "3": told})
        years = tuple(int(year) for year in own["year"].dropna() if int(year) in m.years)
        year = years[-1] if years else None
        where = {"year": year} if year is not None else {}
        figure = sum_of("key_figures", "amount", m.euro if money else 1.0, item=str(item), actor=actors, **where)
        values.append((name, told, str(year or ""), figure))
    columns = tuple((say(f"form_head_{head}", m.lang), "") for head in ("indicator", "unit", "year", "value"))
    return Filled(tuple(rows), beyond=(Beyond("financial", say("form_values", m.lang), columns, tuple(values)),))


KEYS = (
    *("yearly_need", "net_investment", "result", "result_percent", "self_financing", "all_interest"),
    *("mean_yearly_need", "grants_won", "peak_loans", "peak_debt", "least_ceiling_margin", "most_yearly_need"),
)
"""Key figures that are financial indicators of a form."""


def list_drivers(m: Material) -> Filled:
    """The same indicators in the other city's form."""
    rows = tuple(
        {"1": row["1"], "2": row["2"], "3": row["3"], "4": row["4"], "5": row["5"]} for row in list_economic(m).rows
    )
    return Filled(rows, notes=("baseline",))


def list_monitored(m: Material) -> Filled:
    """Indicators of the action plan with their targets in its years."""
    rows = []
    for one in list_indicators(m):
        lever = name_lever(m, one.lever) if one.technology else ""
        row: dict[str, FormCell] = {
            "1": " · ".join(word for word in (name_field(m, one.lever), lever) if word),
            "3": one.number,
            "4": f"{one.name} ({one.unit})",
        }
        if one.technology:
            row["2"] = list_actions(m, one.technology) or say("form_no_action", m.lang)
        else:
            row["2"] = say("form_all_actions", m.lang)
        row |= {column: one.follow(m, year) for column, year in MILESTONES.items() if year in m.all_years}
        rows.append(row)
    return Filled(tuple(rows), notes=("targets",))


def describe_indicators(m: Material) -> Filled:
    """What each indicator is, a row each; the form has a sheet each."""
    yes, no = say("form_yes", m.lang), say("form_no", m.lang)
    rows = []
    for one in list_indicators(m):
        direct = bool(one.account)
        row: dict[str, FormCell] = {
            "1": f"{one.number} {one.name}",
            "2": one.unit,
            "3": say("form_defined_emissions" if direct else "form_defined_stands", m.lang),
            "4": say("form_calculated", m.lang),
            "5": yes if direct else no,
            "6": name_field(m, one.lever) if direct else "–",
            "9": yes,
            "10": list_actions(m, one.technology) or say("form_no_action", m.lang) if one.technology else "–",
        }
        rows.append(row)
    return Filled(tuple(rows), notes=("one_sheet",))
