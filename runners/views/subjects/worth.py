"""What the plan is worth: its costs by part, beside doing nothing, what is spared, who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from conf.words import say
from runners.results.plan_words import COMPONENTS, NOTHING, PLAN, TOTAL
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.overviews import compare_costs, list_gains, list_spared, list_worth
from runners.views.section import Block, Cell, Chart, Column, Drawing, Formula, Kind, Section, Shape, Table, Text
from runners.views.subjects.payers import chart_stack
from runners.views.tables import choose_row
from runners.views.year_charts import draw_bars
from runners.views.year_tables import find_head, head_label, lay_years, list_cells
from scenarios.terms import ACTOR, TECHNOLOGY

GRID_TABLE, GRID_NAME = "grid", "grid_factor"
"""The table with the factor of electricity, and the defined name of its cell, which a reader may change."""
PERCENT = 100.0
WORTH = ("investment", "nominal", "npv", "annuity", "irr_percent", "payback_years")


def write_costs(result: Result, speech: Speech) -> Section:
    """What the plan costs, part by part: by year, in present value, beside doing nothing; who gains and who loses."""
    blocks: list[Block] = []
    beside = compare_costs(result.tables)
    if len(beside):
        blocks += [
            Text(_tell_worth(beside, speech)),
            _lay_beside(beside, speech),
            _lay_spared(list_spared(result.tables), speech),
        ]
    if "measures_finance" in result.tables:
        blocks += _show_gains(list_gains(result.tables), speech)
    if result.table("costs") is not None:
        blocks += _lay_costs(result, speech)
    worth = list_worth(result.tables) if "measures_finance" in result.tables else pd.DataFrame()
    if len(worth):
        blocks.append(_lay_worth(worth, speech))
    return Section("costs", say("workbook_title_costs", speech.lang), tuple(blocks))


def write_green(result: Result, speech: Speech) -> Section:
    """A row per measure and owner that green debt finances; tonnes with electricity follow the factor above it."""
    title = say("workbook_title_green", speech.lang)
    table = result.table("green_impact")
    if table is None:
        return Section("green", title, ())
    from runners.accounts.green_impact import GRID_FACTOR, GRID_YEAR, OTHERS

    financed = table[(table[TECHNOLOGY] != OTHERS) & (table["green_share"] > 0)]
    if financed.empty:
        return Section("green", title, ())
    lang = speech.lang
    factor = Table(
        GRID_TABLE,
        say("workbook_heading_grid", lang),
        "",
        (
            Column(say("workbook_assumption", lang), width=42),
            Column(say("workbook_value", lang), Kind.COUNT, 8),
            Column(say("workbook_unit", lang), width=20),
            Column(say("workbook_edition", lang), Kind.WHOLE, 12),
        ),
        ((say("workbook_grid_factor", lang), GRID_FACTOR, say("workbook_grid_unit", lang), GRID_YEAR),),
        annex=True,
    )
    projects = Table(
        "green",
        say("workbook_heading_green", lang),
        say("workbook_note_green_method", lang),
        _list_green_columns(speech),
        tuple(_describe_project(row, speech, GRID_FACTOR) for row in financed.to_dict("records")),
        say("workbook_total", lang),
        level=speech.price_level,
        annex=True,
        filtered=True,
    )
    return Section("green", title, (Text(say("workbook_note_green", lang)), factor, projects))


def _lay_costs(result: Result, speech: Speech) -> Iterator[Block]:
    """Cost by part and year, and in present value, which sums to what was least."""
    table = result.tables["costs"]
    order = [component for component in COMPONENTS if (table["component"] == component).any()]
    table = table.assign(order=pd.Categorical(table["component"], order)).sort_values("order", kind="stable")
    named = table.assign(part=[speech.name_component(component) for component in table["component"]])
    part = head_label(find_head(speech, "costs", "component"), 42.0)
    charted = named.assign(series=named["part"], amount=named["cost"])
    sums = named.groupby("part", sort=False)["present_value"].sum().reset_index()
    told = speech.say("yearly_costs_alternative", total=speech.money(float(named["cost"].sum())))
    by_year = charted.groupby(["series", "year"], sort=False)["amount"].sum().reset_index()
    yield chart_stack(result, speech, "yearly_costs", by_year, told)
    yield lay_years(result, speech, "yearly_costs", named, {"part": part}, "cost")
    yield Table(
        "present_costs",
        speech.say("present_costs_caption"),
        "",
        (part, _head_money(find_head(speech, "costs", "present_value", speech.unit))),
        list_cells(sums),
        speech.say("total"),
        decimals=(1,) * len(sums),
        level=speech.price_level,
    )


def _lay_beside(costs: pd.DataFrame, speech: Speech) -> Table:
    """Present values of the plan and of doing nothing; a sheet reckons their difference."""
    rows: list[tuple[Cell, ...]] = [
        (
            speech.name_component(str(row["item"])),
            float(row[PLAN]),
            float(row[NOTHING]),
            Formula("=B{row}-C{row}", float(row["change"])),
        )
        for _, row in costs.iterrows()
        if row["item"] != TOTAL
    ]
    heads = [speech.say(f"head_{key}") for key in ("plan", "nothing", "change")]
    return Table(
        "costs",
        speech.say("costs_caption"),
        speech.say("costs_note"),
        (head_label(speech.say("head_cost"), 42.0), *(_head_money(head) for head in heads)),
        tuple(rows),
        speech.say("total"),
        decimals=(1,) * len(rows),
        level=speech.price_level,
    )


def _lay_spared(beside: pd.DataFrame, speech: Speech) -> Table:
    """Sums over the horizon of the accounts that the plan changes."""
    rows = tuple(
        (
            str(row[speech.name_column]),
            speech.unit_of(row["unit"]),
            float(row[PLAN]),
            float(row[NOTHING]),
            Formula("=C{row}-D{row}", float(row["change"])),
        )
        for _, row in beside.iterrows()
    )
    heads = [speech.say(f"head_{key}") for key in ("plan", "nothing", "change")]
    columns = (
        head_label(speech.say("head_account"), 42.0),
        Column(speech.say("head_unit"), width=15.0),
        *(Column(head, Kind.AMOUNT, 12.0) for head in heads),
    )
    decimals = tuple(choose_row([float(row[PLAN]), float(row[NOTHING])]) for _, row in beside.iterrows())
    return Table("spared", speech.say("spared_caption"), speech.say("spared_note"), columns, rows, decimals=decimals)


def _show_gains(gains: pd.DataFrame, speech: Speech) -> list[Block]:
    if gains.empty:
        return []
    bars = pd.DataFrame({"series": gains[speech.name_column], "value": gains["npv"]})
    told = speech.say(
        "gains_alternative",
        winner=gains[speech.name_column].iloc[0],
        gain=speech.money(float(gains["npv"].iloc[0])),
        loser=gains[speech.name_column].iloc[-1],
        loss=speech.money(float(gains["npv"].iloc[-1])),
    )
    unit = speech.say("present_value_unit", money=speech.unit)
    table = _lay_gains(gains, speech)
    drawing = Drawing("gains", unit, Shape.BARS, columns=(len(table.columns) - 1,))
    return [Text(told), Chart("gains", speech.say("gains_chart"), told, draw_bars(bars, speech, unit), drawing), table]


def _lay_gains(gains: pd.DataFrame, speech: Speech) -> Table:
    support = ("support",) if gains["support"].abs().max() > 0 else ()
    names = ("outlay", "grant", "operating", *support, "residual_value", "financing", "npv")
    columns = (
        head_label(find_head(speech, "funding", "actor")),
        *(_head_money(speech.say(f"gain_{name}")) for name in names),
    )
    return Table(
        "gains",
        speech.say("gains_caption"),
        speech.say("gains_note"),
        columns,
        list_cells(gains, (speech.name_column, *names)),
        level=speech.price_level,
    )


def _lay_worth(worth: pd.DataFrame, speech: Speech) -> Table:
    columns = (
        head_label(speech.say("head_measure"), 42.0),
        *(Column(speech.say(f"worth_{name}"), Kind.AMOUNT, 12.0, decimals=1) for name in WORTH),
    )
    return Table(
        "annex_worth",
        speech.say("annex_worth_caption"),
        speech.say("annex_worth_note"),
        columns,
        list_cells(worth, (speech.name_column, *WORTH)),
        level=speech.price_level,
        annex=True,
    )


def _tell_worth(costs: pd.DataFrame, speech: Speech) -> str:
    extra = float(costs.set_index("item")["change"][TOTAL])
    return speech.say("worth_dearer" if extra >= 0 else "worth_cheaper", extra=speech.money(abs(extra)))


def _head_money(title: str) -> Column:
    return Column(title, Kind.AMOUNT, 12.0, summed=True, decimals=1)


def _list_green_columns(speech: Speech) -> tuple[Column, ...]:
    def head(name: str, unit: str = "") -> str:
        return find_head(speech, "green_impact", name, unit)

    return (
        Column(head(TECHNOLOGY), width=42),
        Column(head("code"), width=8),
        Column(head(ACTOR), width=20),
        Column(head("outlay", speech.unit), Kind.AMOUNT, 12, summed=True, decimals=1),
        Column(head("green_share", "%"), Kind.AMOUNT, 12, decimals=1),
        Column(head("service_years"), Kind.COUNT, 10),
        Column(head("tonnes"), Kind.COUNT, 14, summed=True),
        Column(head("electricity"), Kind.AMOUNT, 14, summed=True, decimals=1),
        Column(say("workbook_tonnes_with_grid", speech.lang), Kind.COUNT, 16, summed=True),
        Column(say("workbook_tonnes_financed", speech.lang), Kind.COUNT, 16, summed=True),
        Column(head("nominal"), Kind.AMOUNT, 12, summed=True, decimals=1),
    )


def _describe_project(row: Mapping[Any, Any], speech: Speech, factor: float) -> tuple[Cell, ...]:
    """A row of a project and an owner; two cells are reckoned in the sheet from the others and the factor."""
    share, tonnes, used = (float(row[name]) for name in ("green_share", "tonnes", "electricity"))
    whole = tonnes - used * factor
    return (
        str(row[speech.name_column]),
        str(row["code"]),
        speech.name(str(row[ACTOR])),
        float(row["outlay"]),
        PERCENT * share,
        int(np.rint(row["service_years"])),
        tonnes,
        used,
        Formula(f"=G{{row}}-H{{row}}*{GRID_NAME}", whole),
        Formula("=I{row}*E{row}/100", whole * share),
        float(row["nominal"]),
    )
