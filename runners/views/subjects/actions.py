"""The plan beside what an adopted action plan lists: what each action states, and what the plan does of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.section import Cell, Column, Kind, Section, Table, Text
from runners.views.tables import choose_row, count_out
from scenarios.actions import ACTIONS
from scenarios.terms import ACTION, TECHNOLOGY

BLANK = "–"
AMOUNT = 7
"""The column of amounts, whose decimals are those of each row."""


def write_actions(result: Result, lang: str) -> Section:
    """The section of a plan whose case has actions; an empty one where it has none."""
    title, table = say("report_actions_title", lang), result.table(ACTIONS)
    if table is None:
        return Section(ACTIONS, title, ())
    firsts = table.drop_duplicates(ACTION)
    effective = table.loc[table[TECHNOLOGY] != "", ACTION].nunique()
    taken = table.loc[table["first_start"].notna(), ACTION].nunique()
    counts = {"count": len(firsts), "effective": effective, "taken": taken, "without": len(firsts) - effective}
    return Section(ACTIONS, title, (Text(say("report_actions_text", lang, **counts)), _lay(result, table, lang)))


def _lay(result: Result, table: pd.DataFrame, lang: str) -> Table:
    """A row per action and measure; what the action itself says stands in its first row."""
    names, before, rows = _read_names(result, lang), "", []
    for _, row in count_out(table, ["most"]).iterrows():
        first = row[ACTION] != before
        before = row[ACTION]
        rows.append((*(_tell_action(row, lang) if first else ("",) * 4), *_tell_measure(row, names, lang)))
    money, year = name_money(result.money, lang), result.facts.get("price_year")
    level = say("report_price_level" if year else "report_price_level_plain", lang, money=money, year=year)
    return Table(
        key=ACTIONS,
        caption=say("report_actions_caption", lang),
        note=say("report_actions_note", lang, level=level, money=money, year=year),
        columns=_list_columns(lang),
        rows=tuple(rows),
        decimals=tuple(choose_row([row[AMOUNT]]) for row in rows),
    )


def _list_columns(lang: str) -> tuple[Column, ...]:
    kinds = {
        "action": (Kind.TEXT, 40.0, None),
        "action_status": (Kind.TEXT, 12.0, None),
        "stated_cost": (Kind.AMOUNT, 12.0, 0),
        "stated_tonnes": (Kind.AMOUNT, 12.0, 0),
        "measure": (Kind.TEXT, 40.0, None),
        "starts": (Kind.WHOLE, 12.0, None),
        "service": (Kind.WHOLE, 10.0, None),
        "most": (Kind.AMOUNT, 12.0, None),
        "unit": (Kind.TEXT, 12.0, None),
        "outlay": (Kind.AMOUNT, 12.0, 1),
        "spared_yearly": (Kind.AMOUNT, 12.0, 0),
    }
    return tuple(
        Column(say(f"report_head_{name}", lang), kind, width, decimals=decimals)
        for name, (kind, width, decimals) in kinds.items()
    )


def _tell_action(row: pd.Series[Any], lang: str) -> tuple[Cell, ...]:
    status = say(f"report_action_{row['status']}", lang) if row["status"] else BLANK
    cost, tonnes = (_tell_range(row, column, lang) for column in ("stated_cost", "stated_tonnes"))
    return str(row[f"name_{lang}"]), status, cost, tonnes


def _tell_range(row: pd.Series[Any], column: str, lang: str) -> Cell:
    """A number, or two of them as a range."""
    least, most = float(row[f"{column}_least"]), float(row[f"{column}_most"])
    if pd.isna(least):
        return BLANK
    return least if least == most else "–".join(format_number(end, lang, 0) for end in (least, most))


def _tell_measure(row: pd.Series[Any], names: dict[str, str], lang: str) -> tuple[Cell, ...]:
    if not row[TECHNOLOGY]:
        return say("report_action_no_effect", lang), *("",) * 6
    label = str(row[TECHNOLOGY])
    name = names.get(label, label.replace("_", " "))
    if pd.isna(row["first_start"]):
        return name, say("report_action_not_taken", lang), *("",) * 5
    years = (int(row[column]) for column in ("first_start", "first_service"))
    tonnes = BLANK if pd.isna(row["tonnes"]) else float(row["tonnes"])
    return name, *years, float(row["most"]), say_unit(str(row["unit"]), lang), float(row["outlay"]), tonnes


def _read_names(result: Result, lang: str) -> dict[str, str]:
    labels = result.table("labels")
    if labels is None:
        return {}
    known = labels.drop_duplicates("label")
    return dict(zip(known["label"].astype(str), known[f"name_{lang}"].astype(str), strict=True))
