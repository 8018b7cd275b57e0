"""Plans that were adopted: their history in one picture and one table, and a later plan beside the one that holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.section import Block, Cell, Chart, Column, Kind, Section, Table, Text
from runners.views.yearly import lay_years

KIND = "adopted"
TOTAL, PLAN = "total", "plan"
TERMS = ("money", "price_year", "first_year", "last_year", "discount_rate")
"""What two plans have in common whose sums of money can be laid beside each other."""
SAME = 1e-6
"""Amounts nearer to each other than this, in parts of the larger, are the same."""


def write_adopted(result: Result, lang: str) -> list[Section]:
    """The history: a line per adopted plan, its years, and what each was to cost."""
    paths, blocks = result.table("paths"), list[Block]()
    blocks.append(Text(say("adopted_text", lang, name=result.facts["current"], count=len(result.tables["plans"]))))
    if paths is not None:
        blocks += _show_paths(paths, lang)
    blocks.append(_table_plans(result, lang))
    return [Section(KIND, say("result_adopted", lang), tuple(blocks))]


def _show_paths(paths: pd.DataFrame, lang: str) -> list[Block]:
    """A picture and a table of what the plans leave to emit, of each unit by itself: unlike ones share no axis."""
    return [
        block
        for place, (_, own) in enumerate(paths.groupby("unit", sort=False))
        for block in _show_path(own, f"_{place + 1}" if place else "", lang)
    ]


def _show_path(paths: pd.DataFrame, end: str, lang: str) -> list[Block]:
    name, unit = str(paths[f"name_{lang}"].iloc[-1]), say_unit(str(paths["unit"].iloc[-1]), lang)
    ends = paths.groupby("decision", sort=False).last()
    told = "; ".join(
        say(
            "adopted_end",
            lang,
            name=decision,
            year=row["year"],
            value=format_number(float(row["value"]), lang),
            unit=unit,
        )
        for decision, row in ends.iterrows()
    )
    caption = say("adopted_chart", lang, name=name, unit=unit)
    heads = {"decision": say("adopted_head_decision", lang)}
    table = lay_years(paths, heads, "value", key=f"adopted_paths{end}", caption=caption)
    return [Chart(f"adopted{end}", caption, told, _draw(paths, unit, lang)), table]


def _draw(paths: pd.DataFrame, unit: str, lang: str) -> dict[str, Any]:
    """A line per plan, the one that holds drawn thickest."""
    from runners.views import vega
    from runners.views.charts import choose_colours
    from runners.views.theme import finish

    rows = paths[["decision", "number", "year", "value"]]
    colours = choose_colours(list(dict.fromkeys(rows["decision"])))
    scale = vega.scale(domain=list(colours), range=list(colours.values()))
    last = int(rows["number"].max())
    lines = vega.Chart(rows.assign(width=[3.5 if number == last else 1.5 for number in rows["number"]])).draw("line",
        point=True
    ).encode(
        x=vega.x("year:Q", title=None, axis=vega.axis(format="d"), scale=vega.scale(nice=False)),
        y=vega.y("value:Q", title=unit),
        color=vega.color("decision:N", scale=scale, sort=list(colours), legend=vega.legend(title=None)),
        strokeWidth=vega.stroke_width("width:Q", scale=None, legend=None),
        tooltip=[
            vega.tooltip("decision:N", title=say("adopted_head_decision", lang)),
            vega.tooltip("year:Q", format="d"),
            vega.tooltip("value:Q", title=unit, format=",.1f"),
        ],
    )  # fmt: skip
    return finish(lines)


def _table_plans(result: Result, lang: str) -> Table:
    """A row per plan; a unit that they share stands in the head, else each has its own beside it."""
    plans = result.tables["plans"]
    money = [name_money(str(word), lang) for word in plans["money"]]
    units = [say_unit(str(word), lang) if str(word) else "" for word in plans["unit"]]
    one_money, one_unit = (_share(words) for words in (money, units))
    emits = any(units)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            str(row["decision"]),
            str(row["adopted"]),
            f"{row['first_year']}–{row['last_year']}",
            int(row["price_year"]),
            *([] if one_money else [own_money]),
            float(row["cost"]),
            float(row["outlay"]),
            *([None if pd.isna(row["emitted"]) else float(row["emitted"])] if emits else []),
            *([own_unit] if emits and not one_unit else []),
            int(row["targets_missed"]),
        )
        for (_, row), own_money, own_unit in zip(plans.iterrows(), money, units, strict=True)
    )
    columns = (
        Column(say("adopted_head_decision", lang), Kind.TEXT, 30),
        Column(say("adopted_head_adopted", lang), Kind.TEXT, 12),
        Column(say("adopted_head_years", lang), Kind.TEXT, 11),
        Column(say("adopted_head_prices", lang), Kind.WHOLE, 10),
        *([] if one_money else [Column(say("adopted_head_money", lang), Kind.TEXT, 10)]),
        Column(say("adopted_head_cost", lang, money=one_money), Kind.AMOUNT, 13, decimals=1),
        Column(say("adopted_head_outlay", lang, money=one_money), Kind.AMOUNT, 13, decimals=1),
        *([Column(say("adopted_head_emitted", lang, unit=one_unit), Kind.AMOUNT, 13, decimals=1)] if emits else []),
        *([Column(say("adopted_head_unit", lang), Kind.TEXT, 10)] if emits and not one_unit else []),
        Column(say("adopted_head_missed", lang), Kind.COUNT, 10),
    )
    return Table("adopted_plans", say("adopted_caption", lang), say("adopted_note", lang), columns, rows)


def _share(words: list[str]) -> str:
    """The word that all have who have one; blank where they differ, or none has any."""
    said = {word for word in words if word}
    return said.pop() if len(said) == 1 else ""


def write_against(run: Result, adopted: Result, name: str, lang: str) -> Section:
    """A later plan beside the adopted one: cost, outlays by actor, emissions, and measures that moved.

    Money only where both count it in the same terms.
    """
    apart = differs_in_terms(run.facts, adopted.facts)
    rows = [] if apart else _list_money(run, adopted, lang)
    old, new = (_emit(one) for one in (adopted, run))
    unit = say_unit(next((str(one["unit"].iloc[0]) for one in (new, old) if len(one)), ""), lang)
    for year in _choose_years(run):
        if year in old.index and year in new.index and str(old["unit"][year]) == str(new["unit"][year]):
            label = say("adopted_row_emitted", lang, year=year, name=str(new.loc[year, f"name_{lang}"]), unit=unit)
            rows.append(_pair(label, float(old["value"][year]), float(new["value"][year])))
    columns = (
        Column(say("adopted_head_figure", lang), Kind.TEXT, 52),
        *(
            Column(say(f"adopted_head_{side}", lang), Kind.AMOUNT, 15, decimals=1)
            for side in ("old", "new", "difference")
        ),
    )
    told = [Text(say("adopted_beside", lang, name=name))]
    if apart:
        told.append(Text(tell_terms(adopted.facts, name, lang), "note"))
    if run.origin.get("digest") != adopted.origin.get("digest"):
        told.append(Text(say("adopted_other_numbers", lang), "note"))
    caption = say("adopted_against_caption", lang, name=name)
    tables = [Table("against_adopted", caption, "", columns, tuple(rows))] if rows else []
    moved = _table_moved(run, adopted, lang)
    return Section("against_adopted", say("adopted_against_title", lang), (*told, *tables, *moved))


def differs_in_terms(facts: Mapping[str, Any], standard: Mapping[str, Any]) -> bool:
    """Whether sums of money of two plans are of other years, prices, rates or units, so that no difference is one."""
    return any(facts.get(term) != standard.get(term) for term in TERMS)


def tell_terms(standard: Mapping[str, Any], name: str, lang: str) -> str:
    """That the money of a plan is not laid beside that of the adopted one, and in which terms that one counts."""
    rate = format_number(100 * float(standard["discount_rate"]), lang)
    words = {term: standard[term] for term in ("first_year", "last_year", "price_year")}
    money = name_money(str(standard["money"]), lang)
    return say("adopted_other_terms", lang, name=name, rate=rate, money=money, **words)


def _list_money(run: Result, adopted: Result, lang: str) -> list[tuple[Cell, ...]]:
    """Cost and outlays, in all and by actor, of the adopted plan, the later one and between them."""
    money = name_money(run.money, lang)
    cost = (float(one.facts["objective_money"]) for one in (adopted, run))
    before, after = (_spend(one) for one in (adopted, run))
    names = {**_name_actors(adopted, lang), **_name_actors(run, lang)}
    return [
        _pair(say("adopted_row_cost", lang, money=money), *cost),
        _pair(say("adopted_row_outlay", lang, money=money), sum(before.values()), sum(after.values())),
        *(
            _pair(
                say("adopted_row_actor", lang, name=names.get(actor, actor), money=money),
                before.get(actor, 0.0),
                after.get(actor, 0.0),
            )
            for actor in dict.fromkeys([*before, *after])
        ),
    ]


def _pair(label: str, before: float, after: float) -> tuple[Cell, ...]:
    return label, before, after, after - before


def _spend(result: Result) -> dict[str, float]:
    """Outlays by actor, undiscounted."""
    rows = result.tables["investments"].groupby("actor", sort=False)["outlay"].sum()
    return {str(actor): float(amount) for actor, amount in rows.items()}


def _name_actors(result: Result, lang: str) -> dict[str, str]:
    actors = result.table("actors")
    return {} if actors is None else dict(zip(actors["actor"], actors[f"name_{lang}"], strict=True))


def _emit(result: Result) -> pd.DataFrame:
    rows = result.tables["emissions"]
    return rows[(rows["kind"] == TOTAL) & (rows["period"] == PLAN)].set_index("year")


def _choose_years(result: Result) -> list[int]:
    """Years in which a target begins, and the last one."""
    years = {int(target["first_year"]) for target in result.facts["targets"] if target.get("first_year")}
    return sorted(years | {max(int(year) for year in result.facts["years"])})


def _table_moved(run: Result, adopted: Result, lang: str) -> list[Table]:
    """Measures that begin in another year or amount than was adopted."""
    old, new = (_begin(one) for one in (adopted, run))
    rows: list[tuple[Cell, ...]] = []
    for label in dict.fromkeys([*old, *new]):
        first, second = old.get(label), new.get(label)
        amounts = [0.0 if one is None else one[2] for one in (first, second)]
        years = [None if one is None else one[1] for one in (first, second)]
        if years[0] == years[1] and abs(amounts[0] - amounts[1]) <= SAME * max(*map(abs, amounts), 1.0):
            continue
        row = new[label][0] if label in new else old[label][0]
        name = f"{row['code']} {row[f'name_{lang}']}".strip()
        rows.append((name, *years, *amounts, say_unit(str(row["unit"]), lang)))
    if not rows:
        return []
    heads = ("start_old", "start_new", "amount_old", "amount_new")
    columns = (
        Column(say("budget_head_measure", lang), Kind.TEXT, 40),
        *(Column(say(f"adopted_head_{name}", lang), Kind.WHOLE, 12) for name in heads[:2]),
        *(Column(say(f"adopted_head_{name}", lang), Kind.AMOUNT, 12) for name in heads[2:]),
        Column(say("adopted_head_unit", lang), Kind.TEXT, 14),
    )
    return [Table("against_measures", say("adopted_moved_caption", lang), "", columns, tuple(rows))]


def _begin(result: Result) -> dict[str, tuple[Any, int, float]]:
    """First row, first year and whole amount of what is begun of each measure."""
    rows = result.tables["investments"]
    rows = rows[rows["measure"].astype(bool) & (rows["build"] > SAME)]
    return {
        str(label): (own.iloc[0], int(own["year"].min()), float(own["build"].sum()))
        for label, own in rows.groupby("technology", sort=False)
    }
