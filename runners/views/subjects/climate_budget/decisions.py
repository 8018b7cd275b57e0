"""Decisions of the climate budget: what is to be decided, by whom, and what waits if the frames are cut."""

from __future__ import annotations

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.section import Block, Column, Kind, Section, Table, Text
from runners.views.subjects.climate_budget.money import KIND, list_rows
from runners.views.tables import choose_row, count_out

NOW, LATER, TAKEN = "now", "later", "taken"
PRINTED = 40
DECIDERS = ("board", "company", "region", "state", "business", "households")
"""In the order in which they are shown: whose decisions are the council's own first."""


def write_decisions(result: Result, lang: str) -> Section:
    """What is to be decided with this budget, by whom; what comes later; what is decided already."""
    rows = list_rows(result, "decisions")
    if rows.empty:
        return Section(
            f"{KIND}_decisions", say("budget_title_decisions", lang), (Text(say("budget_no_decisions", lang)),)
        )
    blocks: list[Block] = [Text(say("budget_decisions_text", lang, year=result.facts["year"]))]
    now = rows[rows["when"] == NOW]
    if len(now):
        blocks += [_table_deciders(result, now, lang), _table_decisions(result, now, NOW, lang)]
    else:
        blocks.append(Text(say("budget_none_now", lang, year=result.facts["year"])))
    for when in (LATER, TAKEN):
        own = rows[rows["when"] == when]
        if len(own):
            blocks.append(_table_decisions(result, own, when, lang))
    return Section(f"{KIND}_decisions", say("budget_title_decisions", lang), tuple(blocks))


def _table_deciders(result: Result, rows: pd.DataFrame, lang: str) -> Table:
    money = name_money(result.money, lang)
    made = tuple(
        (
            say(f"budget_decider_{decider}", lang),
            len(set(own["technology"])),
            add_up(own, "committed"),
            add_up(own, "committed_nominal"),
        )
        for decider in DECIDERS
        if len(own := rows[rows["decider"] == decider])
    )
    columns = (
        Column(say("budget_head_decider", lang), Kind.TEXT, 24),
        Column(say("budget_head_count", lang), Kind.COUNT, 12),
        *_bound_columns(money, lang),
    )
    caption = say("budget_deciders_caption", lang, year=result.facts["year"])
    return Table(
        "budget_deciders", caption, say("budget_deciders_note", lang), columns, made, say("subject_total", lang)
    )


def _bound_columns(money: str, lang: str) -> tuple[Column, Column]:
    constant, current = (
        Column(say(f"budget_head_{name}", lang, money=money), Kind.AMOUNT, 14, True, 1)
        for name in ("bound", "bound_nominal")
    )
    return constant, current


def _table_decisions(result: Result, rows: pd.DataFrame, when: str, lang: str) -> Table:
    money, years = name_money(result.money, lang), when != NOW
    made = []
    for _, row in count_out(rows, ["build"]).iterrows():
        own = (row["year"],) if years else ()
        service = row["first_service"]
        made.append(
            (
                f"{row['code']} {row[f'name_{lang}']}".strip(),
                str(row[f"actor_{lang}"]),
                say(f"budget_decider_{row['decider']}", lang),
                *own,
                float(row["build"]),
                say_unit(str(row["unit"]), lang),
                float(row["committed"]),
                float(row["committed_nominal"]),
                None if pd.isna(service) else int(service),
            )
        )
    columns = (
        Column(say("budget_head_measure", lang), Kind.TEXT, 36),
        Column(say("budget_head_owner", lang), Kind.TEXT, 20),
        Column(say("budget_head_decider", lang), Kind.TEXT, 14),
        *([Column(say("budget_head_start", lang), Kind.WHOLE, 9)] if years else []),
        Column(say("budget_head_amount", lang), Kind.AMOUNT, 10),
        Column(say("budget_head_unit", lang), Kind.TEXT, 12),
        *_bound_columns(money, lang),
        Column(say("budget_head_service", lang), Kind.WHOLE, 9),
    )
    places = {say(f"budget_decider_{decider}", lang): place for place, decider in enumerate(DECIDERS)}
    ordered = tuple(sorted(made, key=lambda cells: (places[str(cells[2])], str(cells[1]))) if not years else made)
    decimals = tuple(choose_row([row[3 + years]]) for row in ordered)
    words = {"year": result.facts["year"], "last": result.facts["years"][-1]}
    return Table(
        key=f"budget_decisions_{when}",
        caption=say(f"budget_decisions_{when}", lang, **words),
        note=say(f"budget_decisions_{when}_note", lang, **words),
        columns=columns,
        rows=ordered,
        total=say("subject_total", lang),
        decimals=decimals,
        folded=when == LATER,
        printed=PRINTED if when == LATER else None,
    )


def write_cuts(result: Result, lang: str) -> Section:
    """What waits if the frames are cut."""
    rows, waiting = list_rows(result, "cuts"), list_rows(result, "waiting")
    title, money = say("budget_title_cuts", lang), name_money(result.money, lang)
    if rows.empty:
        key = "budget_cuts_none" if not result.facts["cuts_tried"] else "budget_cuts_no_frame"
        return Section(f"{KIND}_cuts", title, (Text(say(key, lang)),))
    blocks: list[Block] = [
        Text(say("budget_cuts_text", lang, year=result.facts["year"], last=result.facts["years"][-1]))
    ]
    if not rows["whole_units"].fillna(True).astype(bool).all():
        blocks.append(Text(say("budget_cuts_relaxed", lang)))
    made = tuple(
        (
            f"{format_number(float(row['cut_percent']), lang, 0)} %",
            float(row["frame"]),
            None if pd.isna(row["waiting"]) else int(row["waiting"]),
            read_number(row["cost_change"]),
            read_number(row["emissions_change"]),
            say(f"budget_cut_{row['status']}", lang),
        )
        for _, row in rows.iterrows()
    )
    unit = say_unit(str(rows["emissions_unit"].fillna("").iloc[0]), lang)
    columns = (
        Column(say("budget_head_cut", lang), Kind.TEXT, 12),
        Column(say("budget_head_frame", lang, money=money), Kind.AMOUNT, 14, decimals=1),
        Column(say("budget_head_waiting", lang), Kind.COUNT, 12),
        Column(say("budget_head_dearer", lang, money=money), Kind.AMOUNT, 14, decimals=1),
        Column(say("budget_head_emitted", lang, unit=unit), Kind.AMOUNT, 14, decimals=2),
        Column(say("budget_head_outcome", lang), Kind.TEXT, 20),
    )
    note = say("budget_cuts_note", lang)
    blocks.append(Table("budget_cuts", say("budget_cuts_caption", lang), note, columns, made))
    for percent, own in waiting.groupby("cut_percent") if len(waiting) else ():
        blocks.append(_table_waiting(result, float(str(percent)), own, lang))
    return Section(f"{KIND}_cuts", title, tuple(blocks))


def _table_waiting(result: Result, percent: float, rows: pd.DataFrame, lang: str) -> Table:
    money = name_money(result.money, lang)
    made = []
    for _, row in count_out(rows, ["build_planned", "build_cut"]).iterrows():
        made.append(
            (
                f"{row['code']} {row[f'name_{lang}']}".strip(),
                say(f"budget_moved_{row['moved']}", lang),
                *(None if pd.isna(row[name]) else int(row[name]) for name in ("first_planned", "first_cut")),
                float(row["build_planned"]),
                float(row["build_cut"]),
                say_unit(str(row["unit"]), lang),
                float(row["outlay_change"]),
            )
        )
    heads = ("start_planned", "start_cut", "build_planned", "build_cut")
    columns = (
        Column(say("budget_head_measure", lang), Kind.TEXT, 36),
        Column(say("budget_head_moved", lang), Kind.TEXT, 14),
        *(Column(say(f"budget_head_{name}", lang), Kind.WHOLE, 11) for name in heads[:2]),
        *(Column(say(f"budget_head_{name}", lang), Kind.AMOUNT, 11) for name in heads[2:]),
        Column(say("budget_head_unit", lang), Kind.TEXT, 12),
        Column(say("budget_head_change", lang, money=money), Kind.AMOUNT, 13, True, 1),
    )
    caption = say("budget_waiting_caption", lang, percent=format_number(percent, lang, 0))
    key = f"budget_waiting_{percent:g}".replace(".", "_")
    decimals = tuple(choose_row(row[4:6]) for row in made)
    note, total = say("budget_waiting_note", lang), say("subject_total", lang)
    return Table(key, caption, note, columns, tuple(made), total, decimals=decimals)


def read_number(value: object) -> float | None:
    """A cell as a number, None where it is blank."""
    return None if value is None or value is pd.NA or value != value else float(str(value))


def add_up(rows: pd.DataFrame, column: str) -> float:
    """The sum of a column, 0 without rows."""
    return float(rows[column].sum()) if len(rows) else 0.0
