"""First plans of municipalities: how many reach -80 % by 2030, what it costs, what holds each back, and two maps."""

from __future__ import annotations

import pandas as pd

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_kind, name_money
from runners.views.section import Block, Chart, Points, Section, Text
from runners.views.tables import lay_table

TABLE = "municipalities"
MOST_NAMED = 5
FEW = 12
"""Municipalities from which on a map says something."""
SHOWN = 20
"""Rows on a screen."""


def write_municipalities(result: Result, lang: str) -> list[Section]:
    """The section with maps and the table of all."""
    blocks = [*_tell(result, lang), *_draw_maps(result, lang), _lay(result, result.tables[TABLE], lang)]
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]


def write_front(result: Result, lang: str) -> list[Section]:
    """What a screen shows: the sentences, and the dearest by tonne."""
    rows = result.tables[TABLE].sort_values("cost_per_tonne", ascending=False, kind="stable").head(SHOWN)
    return [Section(result.kind, name_kind(result.kind, lang), (*_tell(result, lang), _lay(result, rows, lang)))]


def _lay(result: Result, rows: pd.DataFrame, lang: str) -> Block:
    columns = ["municipality", "cost", "misses", "cut", "reached", "cost_per_tonne", f"hold_{lang}", "hold_percent"]
    if rows["trouble"].astype(str).str.len().gt(0).any():
        columns.append("trouble")
    return lay_table(result, TABLE, lang, columns, rows, note=say("municipalities_note", lang))


def _tell(result: Result, lang: str) -> list[Block]:
    table, money = result.tables[TABLE], name_money(result.money, lang)
    planned = table[table["cost"].notna()]
    extra = float(planned["extra_cost"].sum())
    points = [
        say(
            "municipalities_reach",
            lang,
            reached=int(planned["reached"].astype(bool).sum()),
            count=len(planned),
            middle=format_number(float(planned["cut"].median()), lang, 0),
        ),
        say(
            "municipalities_cost" if extra >= 0 else "municipalities_saving",
            lang,
            cost=format_number(abs(extra), lang, 0),
            money=money,
            tonnes=format_number(float(planned["saved"].sum()), lang, 0),
            middle=format_number(float(planned["cost_per_tonne"].median()), lang, 0),
        ),
        *_tell_holds(planned, lang),
    ]
    failed = table[~table["verified"].astype(bool)]
    if len(failed):
        names = ", ".join(failed["municipality"].head(MOST_NAMED))
        points.append(say("municipalities_failed", lang, count=len(failed), names=names))
    head = say("municipalities_head", lang, count=len(table), verified=len(table) - len(failed))
    return [Text(head), Points(tuple(points))]


def _tell_holds(planned: pd.DataFrame, lang: str) -> list[str]:
    """What most municipalities have most left of."""
    counts = planned[f"hold_{lang}"].value_counts().head(MOST_NAMED)
    told = ", ".join(f"{name} ({count})" for name, count in counts.items())
    return [say("municipalities_holds", lang, names=told)] if told else []


def _draw_maps(result: Result, lang: str) -> list[Block]:
    from runners.views.charts_map import draw_map

    table = result.tables[TABLE]
    if len(table) < FEW:
        return []
    blocks: list[Block] = []
    for column, unit in (("cut", "%"), ("cost_per_tonne", name_money("SEK", lang))):
        rows = table[table[column].notna()]
        shown = [f"{format_number(value, lang, 0)} {unit}" for value in rows[column]]
        values = rows.assign(value=rows[column].astype(float), shown=shown)
        title = say(f"municipalities_map_{column}", lang)
        ordered = rows.sort_values(column)["municipality"].tolist()
        ends = {"low": ordered[0], "high": ordered[-1]}
        told = say("municipalities_map_told", lang, **ends)
        spec = draw_map(values, unit, turned=column == "cost_per_tonne")
        blocks.append(Chart(f"municipalities_{column}", title, told, spec))
    return blocks
