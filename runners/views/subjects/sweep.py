"""A sweep: what its scenarios come to, what each value leads to, what moves it, which measures stand in every case."""

from __future__ import annotations

from typing import Any

import pandas as pd

from runners.results.sweep import SweepRun
from runners.views.charts import draw_bars
from runners.views.charts_sweep import draw_histogram, draw_keys
from runners.views.locale import Speech, begin, note_grid, read_names
from runners.views.section import Block, Cell, Chart, Column, Fact, Facts, Formula, Kind, Section, Table, Text
from runners.views.setting_words import name_setting
from runners.views.subjects.sweep_plans import show_choices, show_ends, show_fan, show_targets
from runners.views.sweep_scenarios import (
    DEARER,
    MOST_SCENARIOS,
    SCENARIOS,
    find_base_cost,
    find_scenarios,
    list_columns,
    name_figure,
    name_keys,
    say_value,
    tell_changes,
)
from runners.views.sweep_sums import (
    BANDS,
    COST,
    MISSED,
    QUANTILES,
    SPREAD,
    bin_costs,
    compare_with_base,
    count_dearer,
    list_figures,
    list_levels,
    spread_figures,
    weigh_keys,
)
from runners.views.theme import PALETTE

MOST_COMPARED = 30
"""Scenarios that are drawn against the base."""


def write_sweep(sweep: SweepRun, lang: str, objective: float | None = None) -> list[Section]:
    """The sections of a sweep: its summary, what it tells, and every scenario.

    Args:
        sweep: finished.
        lang: of the sections.
        objective: what a plan costs that stands beside it.
    """
    speech = speak_of(sweep, lang)
    return [write_summary(sweep, speech), write_sensitivity(sweep, speech, objective), write_finder(sweep, speech)]


def speak_of(sweep: SweepRun, lang: str) -> Speech:
    """One language, with the money and the names of a sweep's case."""
    manifest, names = sweep.manifest, read_names(sweep.labels, lang)
    return Speech(lang, str(manifest.get("money", "MSEK")), str(manifest.get("price_year") or ""), names)


def write_summary(sweep: SweepRun, speech: Speech) -> Section:
    """The figures of a sweep to remember, and what they are."""
    spread = spread_figures(sweep).set_index("item")
    facts = [Fact(speech.whole(len(sweep.results)), speech.say("fact_scenarios"), _tell_statuses(sweep, speech))]
    if COST in spread.index:
        cost = spread.loc[COST]
        span = speech.say("span", low=speech.whole(cost["p05"]), high=speech.whole(cost["p95"]))
        facts.append(Fact(speech.money(cost["p50"]), speech.say("fact_median_cost"), span))
    if MISSED in spread.index:
        missed = spread.loc[MISSED]
        span = speech.say("span", low=speech.whole(missed["least"]), high=speech.whole(missed["most"]))
        facts.append(Fact(speech.whole(missed["p50"]), speech.say("fact_median_missed"), span))
    texts = (
        Text(speech.say("sweep_text", keys=speech.join(name_keys(speech, sweep.keys)))),
        Text(speech.say("sweep_meaning"), "note"),
    )
    return Section("summary", speech.say("sweep_summary_title"), (Facts(tuple(facts)), *texts))


def write_sensitivity(sweep: SweepRun, speech: Speech, objective: float | None = None) -> Section:
    """Money first: how it spreads, what each value leads to, what moves it; then targets, emissions, and measures."""
    title = speech.say("sensitivity_title")
    if sweep.solved.empty:
        return Section("sensitivity", title, (Text(speech.say("sweep_none_solved")), *show_ends(sweep, speech)))
    blocks = (
        Text(" ".join([_tell_sweep(sweep, speech), *_place_plan(sweep, speech, objective)])),
        *_show_spread(sweep, speech),
        *list_values(sweep, speech),
        *_show_keys(sweep, speech),
        *_show_against(sweep, speech),
        *show_targets(sweep, speech),
        *show_fan(sweep, speech),
        *show_choices(sweep, speech),
        *show_ends(sweep, speech),
    )
    return Section("sensitivity", title, blocks)


def write_short(sweep: SweepRun, lang: str) -> Section:
    """What a screen has room for when a sweep has ended: what each value leads to, and scenarios against the base."""
    speech = speak_of(sweep, lang)
    if sweep.solved.empty:
        return Section("sensitivity", speech.say("sensitivity_title"), ())
    against = [block for block in _show_against(sweep, speech) if isinstance(block, Table)]
    blocks = (Text(_tell_sweep(sweep, speech)), *list_values(sweep, speech), *against)
    return Section("sensitivity", speech.say("sensitivity_title"), blocks)


def write_finder(sweep: SweepRun, speech: Speech) -> Section:
    """All scenarios: a table in which a page lets one search, and which a workbook reckons with; and all keys."""
    title = speech.say("finder_title")
    finder = find_scenarios(sweep, speech)
    return Section("finder", title, (Text(speech.say("finder_text")), finder, _table_keys(sweep, speech)))


def _place_plan(sweep: SweepRun, speech: Speech, objective: float | None) -> tuple[str, ...]:
    """How the plan of the report lies among the scenarios."""
    if objective is None:
        return ()
    share = f"{speech.number(100 * count_dearer(sweep, objective), 0)} %"
    return (speech.say("plan_in_sweep", objective=speech.money(objective), share=share),)


def _tell_sweep(sweep: SweepRun, speech: Speech) -> str:
    spread = spread_figures(sweep).set_index("item")
    cost, missed = spread.loc[COST], spread.loc[MISSED]
    span = {"fewest": speech.whole(missed["least"]), "most": speech.whole(missed["most"])}
    return speech.say(
        "sensitivity_text",
        count=speech.whole(len(sweep.solved)),
        low=speech.money(cost["p05"]),
        high=speech.money(cost["p95"]),
        median=speech.money(cost["p50"]),
        missed=speech.say(f"sensitivity_missed_{'same' if missed['least'] == missed['most'] else 'span'}", **span),
    )


def _tell_statuses(sweep: SweepRun, speech: Speech) -> str:
    return speech.say("solved_of", solved=len(sweep.solved), count=len(sweep.results))


def _show_spread(sweep: SweepRun, speech: Speech) -> list[Block]:
    """How figures spread, each a formula of the column of all scenarios that holds it."""
    spread = spread_figures(sweep)
    cost = spread.set_index("item").loc[COST]
    told = speech.say("cost_alternative", low=speech.money(cost["least"]), high=speech.money(cost["most"]))
    places = {column: place for place, column in enumerate(list_columns(sweep), 1)}
    whole = len(sweep.results) <= MOST_SCENARIOS
    rows: list[tuple[Cell, ...]] = []
    for _, row in spread.iterrows():
        cells = [float(row[column]) for column in SPREAD]
        at = places[str(row["item"])]
        live = [Formula(_write_formula(name, at), cell) for name, cell in zip(SPREAD, cells, strict=True)]
        rows.append((name_figure(str(row["item"]), speech), *(live if whole else cells)))
    columns = (
        Column(speech.say("head_item"), width=40),
        *(Column(speech.say(f"band_{name}"), Kind.AMOUNT, 12) for name in SPREAD),
    )
    decimals = tuple(0 if item == MISSED else 1 for item in spread["item"])
    note = note_grid(speech, "spread")
    table = Table("spread", speech.say("spread_caption"), note, columns, tuple(rows), decimals=decimals)
    unit = speech.say("present_value_unit", money=speech.unit)
    return [table, Chart("cost", speech.say("cost_chart"), told, draw_histogram(bin_costs(sweep), speech, unit))]


def _write_formula(band: str, column: int) -> str:
    """Excel's formula of a band, over a column of the table of scenarios."""
    cells = f"INDEX({SCENARIOS},0,{column})"
    if band in BANDS:
        return f"=PERCENTILE({cells},{QUANTILES[BANDS.index(band)]:g})"
    return {"least": "=MIN({})", "most": "=MAX({})", "mean": "=AVERAGE({})"}[band].format(cells)


def list_values(sweep: SweepRun, speech: Speech) -> list[Block]:
    """What each value of each key leads to: cost, against the base, misses, result, margin and debt."""
    levels, figures = list_levels(sweep), list_figures(sweep)
    if levels.empty:
        return []
    base = find_base_cost(sweep)
    rows: list[tuple[Cell, ...]] = []
    for _, row in levels.iterrows():
        key = str(row["key"])
        cells: list[Cell] = [name_setting(key, speech.names, speech.lang), say_level(row, speech)]
        cells += [int(row["scenarios"]), int(row["unsolved"])]
        cells += [_clean(row[name]) for name in figures]
        cells += [_clean(row[COST] - base)] if base is not None else []
        rows.append(tuple(cells))
    columns = [Column(begin(speech.say("head_key")), width=40), Column(begin(speech.say("head_value")), width=18)]
    columns += [Column(begin(speech.say("fact_scenarios")), Kind.COUNT, 10)]
    columns += [Column(begin(speech.say("head_without_plan")), Kind.COUNT, 10)]
    columns += [_lay_figure(name, speech) for name in figures]
    columns += [Column(name_figure(DEARER, speech), Kind.AMOUNT, 12, decimals=1)] if base is not None else []
    note = note_grid(speech, "levels" if sweep.base is None else "levels_alone")
    return [Table("levels", speech.say("levels_caption"), note, tuple(columns), tuple(rows))]


def say_level(row: pd.Series[Any], speech: Speech) -> str:
    """The value of a row of `list_levels` in words."""
    signs = {"low": "≤ ", "high": "≥ "}
    return signs.get(str(row["end"]), "") + say_value(str(row["key"]), row["value"], speech)


def _show_keys(sweep: SweepRun, speech: Speech) -> list[Block]:
    every = weigh_keys(sweep)
    keys = every[every["range"] > every["chance"]].reset_index(drop=True)
    if keys.empty:
        return []
    chance = name_keys(speech, every.loc[every["range"] <= every["chance"], "key"])
    for end, sign in (("low", "≤ "), ("high", "≥ ")):
        keys[end] = [
            (sign if row["fifths"] else "") + say_value(str(row["key"]), row[end], speech) for _, row in keys.iterrows()
        ]
    keys["key"] = name_keys(speech, keys["key"])
    first = keys.iloc[0]
    told = speech.say("keys_alternative", key=first["key"], range=speech.money(first["range"]))
    unit = speech.say("present_value_unit", money=speech.unit)
    names = ("key", "low", "high", "cost_low", "cost_high", "range", "missed_low", "missed_high")
    kinds = (Kind.TEXT, Kind.TEXT, Kind.TEXT, *(Kind.AMOUNT,) * 5)
    columns = tuple(
        Column(speech.say(f"head_{name}"), kind, 40 if name == "key" else 14, decimals=1)
        for name, kind in zip(names, kinds, strict=True)
    )
    rows = tuple(tuple(_clean(row[name]) for name in names) for _, row in keys.iterrows())
    note = note_grid(speech, "keys")
    note += " " + speech.say("keys_noise", names="; ".join(chance)) if chance else ""
    table = Table("keys", speech.say("keys_caption"), note, columns, rows)
    return [Chart("keys", speech.say("keys_chart"), told, draw_keys(keys, speech, unit)), table]


def _show_against(sweep: SweepRun, speech: Speech) -> list[Block]:
    """Each scenario against the base, the dearest first."""
    compared = compare_with_base(sweep)
    if compared.empty:
        return []
    by_number = sweep.results.set_index("scenario")
    names = [sweep.name(int(number)) for number in compared["scenario"]]
    changes = [tell_changes(by_number.loc[number], sweep.keys, speech) for number in compared["scenario"]]
    rows = tuple(
        (name, told, float(dearer), int(missed))
        for name, told, dearer, missed in zip(names, changes, compared["dearer"], compared["missed"], strict=True)
    )
    columns = (
        Column(begin(speech.say("head_scenario")), width=26),
        Column(begin(speech.say("head_changes")), Kind.LONG, 60),
        Column(name_figure(DEARER, speech), Kind.AMOUNT, 14, decimals=1),
        Column(begin(speech.say("head_more_missed")), Kind.COUNT, 14),
    )
    base = sweep.results.iloc[sweep.base or 0]
    label = sweep.name(int(base["scenario"]))
    caption = speech.say("against_caption", base=label, cost=speech.money(base[COST]))
    note, printed = note_grid(speech, "against"), MOST_COMPARED
    table = Table("against", caption, note, columns, rows, folded=len(rows) > printed, printed=printed)
    if len(rows) > MOST_COMPARED:
        return [table]
    groups = {speech.say("dearer_than_base"): PALETTE[4], speech.say("cheaper_than_base"): PALETTE[2]}
    drawn = compared.assign(
        name=names,
        told=changes,
        value=compared["dearer"],
        shown=[speech.number(value) for value in compared["dearer"]],
        group=[list(groups)[int(value < 0)] for value in compared["dearer"]],
    )[["name", "told", "value", "shown", "group"]]
    tips = (("name", "N", speech.say("head_scenario")), ("told", "N", speech.say("head_changes")))
    axis = name_figure(DEARER, speech)
    told = speech.say("against_alternative", name=names[0], dearer=speech.money(compared["dearer"].iloc[0], 1))
    return [
        Chart("against", speech.say("against_chart", base=label), told, draw_bars(drawn, axis, groups, tips)),
        table,
    ]


def _table_keys(sweep: SweepRun, speech: Speech) -> Table:
    """Each key as it is typed, beside its words."""
    rows = tuple(zip(name_keys(speech, sweep.keys), sweep.keys, strict=True))
    columns = (Column(speech.say("head_key"), width=40), Column(speech.say("head_typed"), width=40))
    return Table("typed_keys", speech.say("typed_keys_caption"), "", columns, rows)


def _lay_figure(name: str, speech: Speech) -> Column:
    return Column(name_figure(name, speech), Kind.AMOUNT, 14, decimals=1)


def _clean(cell: Any) -> Cell:
    return cell if isinstance(cell, str) else None if cell != cell else float(cell)
