"""What the plan comes to: the emission path by sector, and every target against its outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from conf.words import say
from runners.results.plan_words import REMOVAL, SECTOR
from runners.results.result import Result
from runners.results.target_judgement import judge_targets
from runners.views.locale import Speech
from runners.views.names import name_known
from runners.views.overviews import Tables, follow_net, follow_total
from runners.views.section import Block, Cell, Chart, Column, Drawing, Gathering, Kind, Said, Section, Table, Text
from runners.views.tables import choose_decimals
from runners.views.year_charts import draw_path
from runners.views.year_tables import PRINTED, find_head, head_label, lay_years, list_cells
from scenarios.catalog import ACCOUNT, YEAR

AT_LEAST = "at_least"
MOST_SECTORS = 7
"""Sectors with a colour of their own; the smallest are drawn as one."""
MOST_DRAWN = 16
"""Rows of the path that a workbook draws."""
AMOUNTS = ("cap", "value", "excess", "outside")


def write_path(result: Result, speech: Speech) -> Section:
    """The emission path by sector, and every other account."""
    title = say("workbook_title_path", speech.lang)
    blocks: list[Block] = []
    sectors = _list_sectors(result.tables, speech)
    table = _lay_path(result, speech)
    if len(sectors):
        unit = str(result.tables["emissions"]["unit"].iloc[0])
        caps, nothing = _list_caps(result.tables, speech), _list_nothing(result.tables, speech)
        told = _tell_path(result.tables, speech)
        axis = say("workbook_chart_per_year", speech.lang, unit=speech.unit_of(unit))
        drawing = Drawing("path", axis, most=MOST_DRAWN) if table is not None and table.total else None
        caption = speech.say("path_caption", unit=unit)
        blocks += [Text(told), Chart("path", caption, told, draw_path(sectors, nothing, caps, speech, unit), drawing)]
    others = _lay_accounts(result, speech)
    blocks += [block for block in (table, others) if block is not None]
    return Section("path", title, tuple(blocks))


def write_targets(result: Result, speech: Speech) -> Section:
    """Every target in the year in which it is told, and in every year."""
    title = say("workbook_title_targets", speech.lang)
    if result.table("targets") is None:
        return Section("targets", title, ())
    return Section("targets", title, (lay_targets(result.tables, speech), lay_all_years(result.tables, speech)))


def lay_targets(tables: Tables, speech: Speech) -> Table:
    """A row per target: when, what it asks, what comes of it, by how much it is missed and how long."""
    rows = [_judge(row, speech) for _, row in judge_targets(tables["targets"]).iterrows()]
    columns = (
        head_label(find_head(speech, "targets", "target"), 46.0),
        Column(find_head(speech, "targets", "unit"), width=22.0),
        Column(find_head(speech, "targets", YEAR), Kind.WHOLE, 13.0),
        *(Column(find_head(speech, "targets", name), Kind.AMOUNT, 12.0) for name in ("cap", "value", "excess")),
        Column(speech.say("head_years_missed"), Kind.WHOLE, 10.0),
        Column(speech.say("head_met_from"), Kind.WHOLE, 10.0),
        Column(speech.say("head_price"), Kind.AMOUNT, 12.0),
    )
    return Table(
        "targets",
        speech.say("targets_caption"),
        speech.say("targets_note"),
        columns,
        tuple(rows),
        decimals=tuple(choose_decimals([_count(cell) for cell in row[3:6]]) for row in rows),
        front=True,
    )


def _judge(row: pd.Series[Any], speech: Speech) -> tuple[Cell, ...]:
    sign = "≥" if row["sense"] == AT_LEAST else "≤"
    cap, value, excess = (float(row[name]) for name in ("cap", "value", "excess"))
    met_from = None if pd.isna(row["met_from"]) else int(row["met_from"])
    price = float(row["price"])
    return (
        str(row[speech.name_column]),
        speech.unit_of(row["unit"]),
        int(row[YEAR]),
        Said(f"{sign}\xa0{speech.amount(cap)}", cap),
        Said(speech.amount(value), value),
        Said(speech.say("target_met") if row["met"] else speech.amount(excess), excess),
        int(row["years_missed"]),
        met_from,
        Said(
            "" if row["years_missed"] == 0 else speech.price_of(price, str(row["unit"])),
            price if np.isfinite(price) else None,
        ),
    )


def _count(cell: Cell) -> Cell:
    return cell.value if isinstance(cell, Said) else cell


def lay_all_years(tables: Tables, speech: Speech) -> Table:
    """How each target fares in each year in which it holds."""
    table = tables["targets"]

    def head(name: str, unit: str = "") -> str:
        return find_head(speech, "targets", name, unit)

    columns = (
        Column(head("target"), width=46),
        Column(head(YEAR), Kind.WHOLE, 7),
        Column(head("sense"), width=9),
        *(Column(head(name), Kind.AMOUNT, 10, spare=name == "outside") for name in AMOUNTS),
        Column(head("unit"), width=15),
        Column(head("met"), width=8),
        Column(head("price", speech.unit), Kind.AMOUNT, 15),
        Column(head("excess_price", speech.unit), Kind.AMOUNT, 15, spare=True),
        Column(head("mode"), width=11, spare=True),
    )
    words = {
        name: [name_known(f"workbook_{name}_{word}", speech.lang, str(word)) for word in table[name]]
        for name in ("sense", "mode")
    }
    shown = table.assign(
        unit=[speech.unit_of(unit) for unit in table["unit"]],
        met=[say("workbook_yes" if met else "workbook_no", speech.lang) for met in table["met"]],
        **words,
    )
    names = (speech.name_column, YEAR, "sense", *AMOUNTS, "unit", "met", "price", "excess_price", "mode")
    return Table(
        "targets_by_year",
        speech.say("annex_targets_caption"),
        say("workbook_note_targets", speech.lang),
        columns,
        list_cells(shown, names),
        decimals=tuple(choose_decimals(row) for row in list_cells(table, AMOUNTS)),
        printed=PRINTED,
        annex=True,
        filtered=True,
    )


def _lay_path(result: Result, speech: Speech) -> Table | None:
    """Sectors upwards and removals downwards by year, and their sum where all are of one unit."""
    table = result.table("accounts")
    if table is None:
        return None
    signed = table.assign(value=np.where(table["role"] == REMOVAL, -table["value"], table["value"]))
    some = signed.groupby(ACCOUNT)["value"].transform(lambda values: values.abs().max()) > 0
    parts = signed[signed["role"].isin((SECTOR, REMOVAL)) & some]
    if parts.empty:
        return None
    size = parts.groupby(ACCOUNT)["value"].transform(lambda values: values.abs().sum())
    ordered = parts.assign(size=size).sort_values(["role", "size"], ascending=[False, False], kind="stable")
    one_unit = ordered["unit"].str.split(" ").str[0].nunique() == 1
    return _spread_accounts(result, speech, "path", ordered, say("workbook_net", speech.lang) if one_unit else "")


def _lay_accounts(result: Result, speech: Speech) -> Table | None:
    """Every account that is no sector and no removal."""
    table = result.table("accounts")
    if table is None:
        return None
    others = table[~table["role"].isin((SECTOR, REMOVAL))]
    return None if others.empty else _spread_accounts(result, speech, "accounts", others, "")


def _spread_accounts(result: Result, speech: Speech, key: str, rows: pd.DataFrame, total: str) -> Table:
    labels = {
        speech.name_column: head_label(find_head(speech, "accounts", "account"), 40.0),
        "unit": Column(find_head(speech, "accounts", "unit"), width=15.0),
    }
    named = rows.assign(unit=[speech.unit_of(unit) for unit in rows["unit"]])
    table = lay_years(
        result,
        speech,
        key,
        named,
        labels,
        "value",
        gathered=Gathering.LAST,
        summed=bool(total),
        across=False,
        caption=speech.say("accounts_caption" if key == "accounts" else "path_table_caption"),
    )
    decimals = (1,) * len(table.rows) if total else table.decimals
    return replace(table, total=total, level="", decimals=decimals)


def _list_sectors(tables: Tables, speech: Speech) -> pd.DataFrame:
    """Sectors upwards and what is credited downwards, largest sector first, as a chart takes them."""
    path = tables["emissions"]
    some = path[path["kind"].isin((SECTOR, REMOVAL))].copy()
    some["series"] = some[speech.name_column]
    some["value"] = some["value"].where(some["kind"] == SECTOR, -some["value"])
    sizes = some.groupby("series")["value"].transform("sum")
    some = some.assign(size=sizes).sort_values("size", ascending=False, kind="stable")
    upwards = list(dict.fromkeys(some.loc[some["kind"] == SECTOR, "series"]))
    rest = set(upwards[MOST_SECTORS:]) if len(upwards) > MOST_SECTORS + 1 else set()
    some["series"] = [speech.say("others") if name in rest else name for name in some["series"]]
    return some.groupby(["series", YEAR, "length"], sort=False)["value"].sum().reset_index()


def _list_nothing(tables: Tables, speech: Speech) -> pd.DataFrame:
    nothing = follow_total(tables).query("period == 'do_nothing'")
    return nothing[[YEAR, "length", "value"]].assign(series=speech.say("do_nothing"))


def _list_caps(tables: Tables, speech: Speech) -> pd.DataFrame:
    """Caps by year of the targets on the account that sums all emissions and on the net one."""
    targets = tables["targets"][tables["targets"]["basis"] != "cumulative"]
    shown = {*follow_total(tables)[speech.name_column], *follow_net(tables)[speech.name_column]}
    named = targets[targets[ACCOUNT].map(speech.name).isin(shown)]
    lengths = follow_total(tables).drop_duplicates(YEAR).set_index(YEAR)["length"]
    return (
        named[[YEAR]]
        .assign(length=named[YEAR].map(lengths).fillna(1.0), series=named[speech.name_column], value=named["cap"])
        .reset_index(drop=True)
    )


def _tell_path(tables: Tables, speech: Speech) -> str:
    total = follow_total(tables)
    plan = total[total["period"] == "plan"]
    if plan.empty:
        return speech.say("path_alternative_plain")
    first, last = plan.iloc[0], plan.iloc[-1]
    told = speech.say(
        "path_alternative",
        name=first[speech.name_column],
        unit=speech.unit_of(first["unit"]),
        first=first[YEAR],
        before=speech.amount(first["value"]),
        last=last[YEAR],
        after=speech.amount(last["value"]),
    )
    nothing = total[total["period"] == "do_nothing"]
    if len(nothing):
        told += " " + speech.say(
            "path_nothing", value=speech.amount(nothing.iloc[-1]["value"]), unit=speech.unit_of(first["unit"])
        )
    return told
