"""The chapter that lays the plan beside what an adopted plan lists, action by action."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_amount
from runners.reports.run_folder import Run
from runners.reports.speech import BLANK, Speech, note_grid
from runners.views.section import Grid, Row, Section, Text
from scenarios.actions import ACTIONS
from scenarios.catalog import ACTION, TECHNOLOGY

HEADS = ("action", "action_status", "stated_cost", "stated_tonnes", "measure", "starts", "service", "most", "outlay")
TEXTS = 2


def write_actions(run: Run, speech: Speech) -> Section:
    """Each action: what it states, the measures that it would take, and what the plan does of them."""
    table = run.tables[ACTIONS]
    firsts = table.drop_duplicates(ACTION)
    effective = table.loc[table[TECHNOLOGY] != "", ACTION].nunique()
    taken = table.loc[table["first_start"].notna(), ACTION].nunique()
    told = speech.say(
        "actions_text", count=len(firsts), effective=effective, taken=taken, without=len(firsts) - effective
    )
    return Section(ACTIONS, speech.say("actions_title"), (Text(told), _table_actions(table, speech)))


def _table_actions(table: pd.DataFrame, speech: Speech) -> Grid:
    """A row per action and measure; what the action itself says stands in its first row."""
    rows = []
    before = ""
    for _, row in table.iterrows():
        first = row[ACTION] != before
        before = row[ACTION]
        rows.append(Row((*(_tell_action(row, speech) if first else ("", "", "", "")), *_tell_measure(row, speech))))
    heads = tuple(speech.say(f"head_{key}") for key in (*HEADS, "spared_yearly"))
    return Grid("actions", speech.say("actions_caption"), note_grid(speech, "actions"), heads, tuple(rows), TEXTS)


def _tell_action(row: pd.Series[Any], speech: Speech) -> tuple[str, ...]:
    status = speech.say(f"action_{row['status']}") if row["status"] else BLANK
    cost, tonnes = (_write_range(row, column, speech) for column in ("stated_cost", "stated_tonnes"))
    return str(row[speech.name_column]), status, cost, tonnes


def _write_range(row: pd.Series[Any], column: str, speech: Speech) -> str:
    least, most = (speech.whole(row[f"{column}_{end}"]) for end in ("least", "most"))
    return least if least == most else f"{least}–{most}"


def _tell_measure(row: pd.Series[Any], speech: Speech) -> tuple[str, ...]:
    if not row[TECHNOLOGY]:
        return speech.say("action_no_effect"), *[""] * 5
    name = speech.name(str(row[TECHNOLOGY]))
    if pd.isna(row["first_start"]):
        return name, speech.say("action_not_taken"), *[""] * 4
    return (
        name,
        speech.year(row["first_start"]),
        speech.year(row["first_service"]),
        format_amount(float(row["most"]), str(row["unit"]), speech.lang),
        speech.number(row["outlay"]),
        speech.whole(row["tonnes"]),
    )
