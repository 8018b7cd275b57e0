"""The chapter on alternatives: the proposed plan beside others."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from runners.reports.comparison import compare_headlines, compare_measures, compare_misses, compare_paths, name_plans
from runners.reports.run_folder import Run
from runners.views.locale import Speech, note_grid
from runners.views.section import Block, Chart, Grid, Row, Section, Text
from runners.views.year_charts import draw_lines

COUNTS = ("met", "missed")


def write_alternatives(runs: Sequence[Run], speech: Speech) -> Section:
    """Plans side by side; nothing where there is only one."""
    title = speech.say("alternatives_title")
    if len(runs) < 2:
        return Section("alternatives", title, ())
    names = name_plans(runs)
    blocks: list[Block] = [
        Text(speech.say("alternatives_text", proposal=names[0], others=speech.join(names[1:]))),
        _table_headlines(runs, speech),
    ]
    path = compare_paths(runs)
    if len(path):
        name, unit = path[speech.name_column].iloc[0], speech.unit_of(path["unit"].iloc[0])
        caption = speech.say("alternatives_chart", name=name, unit=unit)
        told = speech.say("alternatives_alternative", name=name, plans=speech.join(_tell_ends(path, speech)))
        blocks.append(Chart("alternatives", caption, told, draw_lines(path, speech, unit)))
    blocks += [_table_misses(runs, speech), _table_measures(runs, speech)]
    return Section("alternatives", title, tuple(blocks))


def _tell_ends(path: pd.DataFrame, speech: Speech) -> list[str]:
    last = path.drop_duplicates("series", keep="last")
    return [f"{name} {speech.amount(value)}" for name, value in zip(last["series"], last["value"], strict=True)]


def _table_headlines(runs: Sequence[Run], speech: Speech) -> Grid:
    table = compare_headlines(runs)
    rows = [
        Row((speech.say(f"headline_{item}"), *(speech.number(value, 0 if item in COUNTS else 1) for value in values)))
        for item, values in zip(table.index, table.to_numpy(), strict=True)
    ]
    heads = (speech.say("head_item"), *map(str, table.columns))
    return Grid("headlines", speech.say("headlines_caption"), note_grid(speech, "headlines"), heads, tuple(rows))


def _table_misses(runs: Sequence[Run], speech: Speech) -> Grid:
    table = compare_misses(runs)
    plans = name_plans(runs)
    rows = [
        Row((str(row[speech.name_column]), speech.unit_of(row["unit"]), *(speech.amount(row[plan]) for plan in plans)))
        for _, row in table.iterrows()
    ]
    heads = (speech.say("head_target"), speech.say("head_unit"), *plans)
    return Grid("misses", speech.say("misses_caption"), note_grid(speech, "misses"), heads, tuple(rows), 2)


def _table_measures(runs: Sequence[Run], speech: Speech) -> Grid:
    table = compare_measures(runs)
    plans = name_plans(runs)
    rows = [
        Row((str(row[speech.name_column]), *(speech.number(row[plan]) for plan in plans)))
        for _, row in table.iterrows()
    ]
    key = "differences"
    heads = (speech.say("head_measure"), *plans)
    return Grid(key, speech.say(f"{key}_caption"), note_grid(speech, key), heads, tuple(rows))
