"""Capital: budgets, sources, who pays for what and how much of it is secured, by actor and by lever."""

from __future__ import annotations

from collections.abc import Sequence

from conf.whole_numbers import read_whole
from conf.words import say
from runners.forms import amounts as a
from runners.forms.costing import name_field, name_lever, name_measure
from runners.forms.figures import Figure, divide, reckon, sum_of
from runners.forms.filled import Beyond, Filled, FormCell, FormRow, Left
from runners.forms.material import COMPANY, HOUSEHOLDS, MUNICIPALITY, PRIVATE, REGION, STATE, Material

PUBLIC_KINDS = ("grant", "support")
HISTORY = 5
OWNERS = {
    "3": ("Citizens", (HOUSEHOLDS,)),
    "4": ("Businesses", (PRIVATE, STATE)),
    "5": ("City", (MUNICIPALITY,)),
    "6": ("Transport operators", (REGION,)),
    "7": ("Utilities", (COMPANY,)),
}
"""Owners of the model's form, and which kinds of actors they are where the case does not say it of an actor."""


def budget_back(m: Material) -> Filled:
    """The municipality's budget of five years to the base year; what the plan adds, ahead."""
    years = [m.base_of_plan - HISTORY + 1 + at for at in range(HISTORY)]
    own = m.list_actors(MUNICIPALITY)
    total: dict[str, FormCell] = {"1": say("form_total_budget", m.lang)}
    for at, year in enumerate(years, start=1):
        figure = sum_of("numbers", "value", m.euro, quantity="taxes_and_grants", actor=own, year=year)
        if a.is_there(m, figure):
            total[f"2.{at}"] = figure
    rows: list[FormRow] = [total, {"1": say("form_climate_budget", m.lang)}, {"1": say("form_climate_share", m.lang)}]
    rows += [{"1": m.name_actor(actor)} for actor in m.list_actors(COMPANY)]
    heads = {f"2.{at}": str(year) for at, year in enumerate(years, start=1)}
    return Filled(tuple(rows), heads=heads, notes=("budget",), beyond=(_budget_ahead(m),))


def _budget_ahead(m: Material) -> Beyond:
    rows: list[tuple[FormCell | None, ...]] = []
    for actor in m.list_actors(MUNICIPALITY, COMPANY):
        spent = [sum_of("funding", "amount", m.euro, actor=actor, item="outlay", year=year) for year in m.years]
        rows.append((m.name_actor(actor), *spent))
    columns = ((say("form_payer", m.lang), ""), *((str(year), "EUR") for year in m.years))
    return Beyond("budget_ahead", say("form_budget_ahead", m.lang), columns, tuple(rows))


def budget_fields(m: Material) -> Filled:
    """Budget by field of the last three years; what the plan puts there in the first three, below."""
    own, years = m.list_actors(MUNICIPALITY, COMPANY), m.years[:3]
    rows: list[FormRow] = []
    ahead: list[tuple[FormCell | None, ...]] = []
    for lever, technologies in m.grouped.items():
        rows.append({"1": name_field(m, lever), "2": name_lever(m, lever)})
        spent = [_invest_in(m, technologies, own, year) for year in years]
        ahead.append((name_field(m, lever), name_lever(m, lever), *spent))
    heads = (say("form_head_field", m.lang), say("form_head_lever", m.lang), *map(str, years))
    units = ("", "", *("EUR" for _ in years))
    beyond = Beyond(
        "fields_ahead", say("form_fields_ahead", m.lang), tuple(zip(heads, units, strict=True)), tuple(ahead)
    )
    return Filled(tuple(rows), notes=("budget",), beyond=(beyond,))


def _invest_in(m: Material, technologies: Sequence[str], actors: Sequence[str], year: int) -> Figure:
    return sum_of("investments", "outlay", m.euro, technology=tuple(technologies), actor=tuple(actors), year=year)


def budget_now(m: Material) -> Filled:
    """Fields and levers of the plan; what is set aside for them now only the city knows."""
    return Filled(tuple({"1": name_field(m, one), "2": name_lever(m, one)} for one in m.grouped))


def list_income(m: Material) -> Filled:
    """Recurring income as far as the case has it: taxes, general grants and equalisation."""
    return Filled(tuple({"1": name, "2": figure} for name, _, figure in _list_taxes(m)))


def list_income_by_year(m: Material) -> Filled:
    """The same with its year in front."""
    return Filled(tuple({"1": year, "2": name, "3": figure} for name, year, figure in _list_taxes(m)))


def _list_taxes(m: Material) -> list[tuple[str, int, Figure]]:
    own, table = m.list_actors(MUNICIPALITY), m.tables["numbers"]
    rows = table[(table["quantity"] == "taxes_and_grants") & table["actor"].isin(own)]
    years = sorted({int(year) for year in rows["year"] if read_whole(year)})
    if not years:
        return []
    figure = sum_of("numbers", "value", m.euro, quantity="taxes_and_grants", actor=own, year=years[-1])
    return [(say("form_taxes", m.lang), years[-1], figure)]


def list_sources(m: Material) -> Filled:
    """Sources of capital of the municipality and its companies, up to the form's year."""
    return Filled(_list_sources(m, 1.0), ("2",), notes=("sources",), beyond=(_share_secured(m),))


def list_sources_short(m: Material) -> Filled:
    """The same in the other city's form."""
    return Filled(_list_sources(m, 1.0), ("2",), notes=("sources",))


def _list_sources(m: Material, scale: float) -> tuple[FormRow, ...]:
    instruments = m.tables["instruments"].set_index("instrument")
    rows: list[FormRow] = []
    for item in dict.fromkeys(m.tables["funding"].query("side == 'source'")["item"]):
        figure = _draw(m, str(item), m.list_actors(MUNICIPALITY, COMPANY)).scale(scale)
        if not a.is_there(m, figure):
            continue
        row: dict[str, FormCell] = {"1": name_source(m, str(item)), "2": figure}
        if item in instruments.index:
            about = instruments.loc[item]
            if about["kind"] in PUBLIC_KINDS:
                row["3"] = say("form_public", m.lang)
            if about["kind"] == "private_capital":
                row["3"] = say("form_private", m.lang)
            if str(about.get("note", "") or ""):
                row["4"] = str(about["note"])
        else:
            row["3"] = say("form_public", m.lang)
        rows.append(row)
    return tuple(rows)


def _draw(m: Material, item: str, actors: Sequence[str], **more: object) -> Figure:
    where = {"side": "source", "item": item, "actor": tuple(actors), "year": m.years, **more}
    return sum_of("funding", "amount", m.euro, **where)


def name_source(m: Material, item: str) -> str:
    """A source of capital in the language."""
    table = m.tables["instruments"]
    found = table.loc[table["instrument"] == item, m.name]
    return str(found.iloc[0]) if len(found) else say(f"form_source_{item}", m.lang)


def _share_secured(m: Material) -> Beyond:
    """How much of each actor's outlays is covered by what is secured."""
    rows: list[tuple[FormCell | None, ...]] = []
    for actor in dict.fromkeys(m.tables["funding"]["actor"]):
        whole = sum_of("funding", "amount", m.euro, side="use", actor=actor, year=m.years)
        secured = sum_of("funding", "amount", m.euro, side="source", actor=actor, status="secured", year=m.years)
        if (reckon(whole, m.tables) or 0.0) > 1.0:
            rows.append((m.name_actor(str(actor)), whole, secured, a.per_hundred(secured, whole)))
    columns = (
        (say("form_payer", m.lang), ""),
        (say("form_outlay", m.lang), "EUR"),
        (say("form_secured", m.lang), "EUR"),
        (say("form_share_secured", m.lang), "%"),
    )
    return Beyond("secured", say("form_secured_title", m.lang), columns, tuple(rows))


def plan_capital(m: Material) -> Filled:
    """Who pays for each measure: the municipality, the public beside it, others, households."""
    kinds = {"6": (MUNICIPALITY,), "9": a.PUBLIC, "12": (PRIVATE,), "15": (HOUSEHOLDS,)}
    rows = []
    for measure in m.measures:
        row: dict[str, FormCell] = {
            "1": name_field(m, measure.lever),
            "2": name_lever(m, measure.lever),
            "3": name_measure(m, measure),
        }
        for column, own in kinds.items():
            amount = a.invest_by_kind(m, (measure.technology,), *own)
            if not a.is_there(m, amount):
                continue
            at = int(column)
            row |= {column: amount, str(at - 1): _name_owners(m, measure.technology, own)}
            row[str(at + 1)] = _tell_frequency(m, measure.technology, own)
        rows.append(row)
    return Filled(tuple(rows), ("6", "9", "12", "15"), notes=("owners",))


def _own_rows(m: Material, technology: str, kinds: Sequence[str]) -> list[tuple[str, int]]:
    table = m.tables["investments"]
    own = table[
        (table["technology"] == technology)
        & table["actor"].isin(m.list_actors(*kinds))
        & table["year"].isin(m.years)
        & (table["outlay"].abs() > 1e-9)
    ]
    return [(str(actor), int(year)) for actor, year in zip(own["actor"], own["year"], strict=True)]


def _name_owners(m: Material, technology: str, kinds: Sequence[str]) -> str:
    names = dict.fromkeys(actor for actor, _ in _own_rows(m, technology, kinds))
    return "; ".join(map(m.name_actor, names))


def _tell_frequency(m: Material, technology: str, kinds: Sequence[str]) -> str:
    years = {year for _, year in _own_rows(m, technology, kinds)}
    return say("form_once", m.lang) if len(years) == 1 else say("form_years", m.lang, count=len(years))


def cover_cost(m: Material) -> Filled:
    """The municipality's cost and that of others by theme; how much of each payer's is secured stands below."""
    rows: list[FormRow] = []
    for lever, technologies in m.grouped.items():
        others = (*a.PUBLIC, PRIVATE, HOUSEHOLDS)
        rows.append(
            {
                "1": name_field(m, lever),
                "2": name_lever(m, lever),
                "3": a.invest_by_kind(m, technologies, MUNICIPALITY),
                "5": a.invest_by_kind(m, technologies, *others),
                "6": Left("by_payer", "finance"),
            }
        )
    return Filled(tuple(rows), ("3", "5"), notes=("owners",), beyond=(_share_secured(m),))


def need_capital(m: Material) -> Filled:
    """Capital need by lever in million euros, and from which sources its payers draw."""
    rows: tuple[FormRow, ...] = tuple(
        {"1": a.invest(m, own).scale(1 / a.MILLION), "2": _name_sources(m, own), "3": name_lever(m, lever)}
        for lever, own in m.grouped.items()
    )
    return Filled(rows, ("1",))


def list_responsible(m: Material) -> Filled:
    """Owners and sources of each measure."""
    everyone = (MUNICIPALITY, *a.PUBLIC, PRIVATE, HOUSEHOLDS)
    rows = tuple(
        {
            "1": name_measure(m, one),
            "2": _name_owners(m, one.technology, everyone),
            "3": _name_sources(m, (one.technology,)),
        }
        for one in m.measures
    )
    return Filled(rows)


def _name_sources(m: Material, technologies: Sequence[str]) -> str:
    table, funding = m.tables["investments"], m.tables["funding"]
    owners = set(table.loc[table["technology"].isin(technologies), "actor"])
    drawn = funding[
        (funding["side"] == "source")
        & funding["actor"].isin(owners)
        & funding["year"].isin(m.years)
        & (funding["amount"] > 1e-9)
    ]
    return "; ".join(name_source(m, str(item)) for item in dict.fromkeys(drawn["item"]))


def split_owners(m: Material) -> Filled:
    """Asset owners by lever, their part of the whole and euros per inhabitant."""
    groups = {column: _find_owners(m, name, kinds) for column, (name, kinds) in OWNERS.items()}
    every = [one.technology for one in m.measures]
    rows: list[FormRow] = []
    for lever, own in m.grouped.items():
        parts = {column: a.invest(m, own, actors).scale(1 / a.MILLION) for column, actors in groups.items()}
        rows.append(
            {"1": name_field(m, lever), "2": name_lever(m, lever), **parts, "8": a.invest(m, own).scale(1 / a.MILLION)}
        )
    whole = a.invest(m, every)
    shares: list[FormCell | None] = [a.per_hundred(a.invest(m, every, actors), whole) for actors in groups.values()]
    people = sum_of("numbers", "value", quantity="inhabitants", actor=m.list_actors(MUNICIPALITY), year=m.until)
    each: list[FormCell | None] = [Left("not_in_case", "finance") for _ in range(len(groups) + 1)]
    if a.is_there(m, people):
        amounts = [*(a.invest(m, every, actors) for actors in groups.values()), whole]
        each = [divide(amount, people) for amount in amounts]
    names = [say(f"form_owner_{column}", m.lang) for column in OWNERS]
    columns = ((say("form_of_all", m.lang), ""), *((name, "% / EUR") for name in (*names, say("form_sum", m.lang))))
    share_row = (say("form_percent_of_total", m.lang), *shares, a.per_hundred(whole, whole))
    euro_row = (say("form_per_inhabitant", m.lang), *each)
    beyond = Beyond("owners", say("form_of_all", m.lang), columns, (share_row, euro_row))
    return Filled(tuple(rows), ("3", "4", "5", "6", "7", "8"), notes=("asset_owners",), beyond=(beyond,))


def _find_owners(m: Material, name: str, kinds: Sequence[str]) -> tuple[str, ...]:
    """Actors of a column: those that the case maps to it, else by their kind."""
    said = {
        actor: lever.name_en for actor, lever in m.levers.items() if lever.name_en in {n for n, _ in OWNERS.values()}
    }
    by_kind = [actor for actor in m.list_actors(*kinds) if actor not in said]
    return (*(actor for actor, own in said.items() if own == name), *by_kind)


def map_stakeholders(m: Material) -> Filled:
    """Who has to invest, and how much up to the form's year."""
    every = [one.technology for one in m.measures]
    rows: list[FormRow] = []
    for actor in m.actors.to_dict("records"):
        need = a.invest(m, every, (str(actor["actor"]),))
        if a.is_there(m, need):
            network = say(f"form_network_{actor['kind']}", m.lang)
            rows.append({"1": str(actor[m.name]), "2": need, "3": network})
    return Filled(tuple(rows), ("2",))


def map_partners(m: Material) -> Filled:
    """The same partners without amounts."""
    return Filled(tuple({"1": row["1"], "2": row["3"]} for row in map_stakeholders(m).rows))
