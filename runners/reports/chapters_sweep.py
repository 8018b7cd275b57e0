"""The chapters on a sweep: what may come, what moves it, what stands in every case, and a table to find a scenario."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from runners.reports.charts_sweep import draw_counts, draw_fan, draw_histogram, draw_keys, draw_starts
from runners.reports.locale import BLANK, Speech, begin, note_grid, read_names
from runners.reports.setting_words import name_setting, say_setting_value
from runners.reports.sweep_folder import SOLVED, SweepRun
from runners.reports.sweep_overviews import (
    BANDS,
    FEW_LEVELS,
    bin_costs,
    count_choices,
    count_dearer,
    count_missed,
    count_reasons,
    count_starts,
    count_statuses,
    fan_account,
    judge_sweep_targets,
    spread_figures,
    weigh_keys,
)
from runners.views.section import Block, Chart, Fact, Facts, Finder, Grid, Row, Section, Text
from scenarios.catalog import TECHNOLOGY, YEAR

MOST_MEASURES = 40
MOST_CELLS = 10_000
"""Cells of the table to search: of more scenarios the cheapest, so that the page stays small."""
MOST_KEYS = 4
"""Keys in that table: more do not fit on paper."""
MOST_REASONS = 20
"""Reasons why there is no plan that are told."""
FIGURES = ("objective_msek", "targets_missed", "peak_debt_msek")
SPREAD = ("least", *BANDS, "most")


def write_sweep_summary(sweep: SweepRun, speech: Speech) -> Section:
    """The figures of a sweep to remember, and what they are."""
    speech = _know_labels(sweep, speech)
    spread = spread_figures(sweep).set_index("item")
    facts = [Fact(speech.whole(len(sweep.results)), speech.say("fact_scenarios"), _tell_statuses(sweep, speech))]
    if "objective_msek" in spread.index:
        cost = spread.loc["objective_msek"]
        span = speech.say("span", low=speech.whole(cost["p05"]), high=speech.whole(cost["p95"]))
        facts.append(Fact(speech.money(cost["p50"]), speech.say("fact_median_cost"), span))
    if "targets_missed" in spread.index:
        missed = spread.loc["targets_missed"]
        span = speech.say("span", low=speech.whole(missed["least"]), high=speech.whole(missed["most"]))
        facts.append(Fact(speech.whole(missed["p50"]), speech.say("fact_median_missed"), span))
    texts = (
        Text(speech.say("sweep_text", keys=speech.join(_name_keys(sweep, speech)))),
        Text(speech.say("sweep_meaning"), "note"),
    )
    return Section("summary", speech.say("sweep_summary_title"), (Facts(tuple(facts)), *texts))


def write_sensitivity(sweep: SweepRun, speech: Speech, objective: float | None = None) -> Section:
    """The fan of paths, the spread of cost and misses, what moves them, which measures are chosen when."""
    speech = _know_labels(sweep, speech)
    title = speech.say("sensitivity_title")
    if sweep.solved.empty:
        return Section("sensitivity", title, (Text(speech.say("sweep_none_solved")), *_table_ends(sweep, speech)))
    blocks = (
        Text(" ".join([_tell_sweep(sweep, speech), *_place_plan(sweep, speech, objective)])),
        *_show_fan(sweep, speech),
        *_show_spread(sweep, speech),
        *_show_targets(sweep, speech),
        *_show_keys(sweep, speech),
        *_show_choices(sweep, speech),
        *_table_ends(sweep, speech),
    )
    return Section("sensitivity", title, blocks)


def write_finder(sweep: SweepRun, speech: Speech) -> Section:
    """A table in which a reader finds a scenario by what moves the cost most and by its figures, and all keys."""
    speech = _know_labels(sweep, speech)
    keys = _choose_keys(sweep)
    heads = (speech.say("head_scenario"), *_name_keys(sweep, speech, keys), speech.say("head_status"))
    heads = (*heads, *(speech.say(f"figure_{figure}", money=speech.unit) for figure in FIGURES))
    results = sweep.results.sort_values("objective_msek", na_position="last", kind="stable")
    results = results.head(MOST_CELLS // len(heads))
    rows = tuple(_describe_scenario(row, keys, speech) for row in results.to_dict("records"))
    figures = results[list(FIGURES)].where(results["status"].isin(SOLVED))
    columns = (results["scenario"], *(results[key] for key in keys), results["status"])
    ranks = [_rank(column) for column in (*columns, *(figures[name] for name in FIGURES))]
    orders = tuple(zip(*ranks, strict=True))
    few = [1 + place for place, key in enumerate(keys) if results[key].nunique() <= FEW_LEVELS]
    note = speech.say("finder_note", shown=len(results), count=len(sweep.results), level=begin(speech.price_level))
    finder = Finder("finder", speech.say("finder_caption"), note, heads, rows, orders, (*few, 1 + len(keys)))
    return Section(
        "finder", speech.say("finder_title"), (Text(speech.say("finder_text")), finder, _table_keys(sweep, speech))
    )


def _describe_scenario(row: Mapping[Hashable, Any], keys: Sequence[str], speech: Speech) -> tuple[str, ...]:
    """Cells of a scenario: its number, its values, how it ended, its figures if it has a plan."""
    told = [say_setting_value(key, row[key], speech.lang) for key in keys]
    status = speech.known(f"status_of_{row['status']}", str(row["status"]))
    known = row["status"] in SOLVED
    figures = [
        speech.number(row[figure], 0 if figure == "targets_missed" else 1) if known else BLANK for figure in FIGURES
    ]
    return (str(row["scenario"]), *told, status, *figures)


def _rank(column: pd.Series) -> list[int | None]:
    """The place of each value among all, None where there is none: what the table is sorted by."""
    places = column.rank(method="dense")
    return [None if place != place else int(place) for place in places]


def _place_plan(sweep: SweepRun, speech: Speech, objective: float | None) -> tuple[str, ...]:
    """How the plan of the report lies among the scenarios."""
    if objective is None:
        return ()
    share = f"{speech.number(100 * count_dearer(sweep, objective), 0)} %"
    return (speech.say("plan_in_sweep", objective=speech.money(objective), share=share),)


def _tell_sweep(sweep: SweepRun, speech: Speech) -> str:
    spread = spread_figures(sweep).set_index("item")
    cost, missed = spread.loc["objective_msek"], spread.loc["targets_missed"]
    return speech.say(
        "sensitivity_text",
        count=speech.whole(len(sweep.solved)),
        low=speech.money(cost["p05"]),
        high=speech.money(cost["p95"]),
        median=speech.money(cost["p50"]),
        fewest=speech.whole(missed["least"]),
        most=speech.whole(missed["most"]),
    )


def _tell_statuses(sweep: SweepRun, speech: Speech) -> str:
    return speech.say("solved_of", solved=len(sweep.solved), count=len(sweep.results))


def _show_fan(sweep: SweepRun, speech: Speech) -> list[Block]:
    account, fan = sweep.account, fan_account(sweep)
    if fan.empty:
        return []
    name, last = speech.name(account), fan.iloc[-1]
    told = speech.say(
        "fan_alternative",
        name=name,
        year=int(last[YEAR]),
        low=speech.amount(last["p05"]),
        high=speech.amount(last["p95"]),
        median=speech.amount(last["p50"]),
    )
    units = sweep.labels.query("dimension == 'account'").set_index("label")["unit"]
    unit = speech.unit_of(units.get(account, "")) or speech.say("fan_unit")
    rows = [Row((str(int(row[YEAR])), *(speech.amount(row[column]) for column in SPREAD))) for _, row in fan.iterrows()]
    heads = (speech.say("head_year"), *(speech.say(f"band_{column}") for column in SPREAD))
    grid = Grid("fan", speech.say("fan_caption", name=name), "", heads, tuple(rows), folded=True)
    return [Chart("fan", speech.say("fan_chart", name=name), told, draw_fan(fan, speech, unit)), grid]


def _show_spread(sweep: SweepRun, speech: Speech) -> list[Block]:
    spread = spread_figures(sweep)
    cost = spread.set_index("item").loc["objective_msek"]
    told = speech.say("cost_alternative", low=speech.money(cost["least"]), high=speech.money(cost["most"]))
    unit = speech.say("present_value_unit", money=speech.unit)
    rows = [
        Row(
            (
                speech.say(f"figure_{row['item']}", money=speech.unit),
                *(speech.number(row[column], 0 if row["item"] == "targets_missed" else 1) for column in SPREAD),
            )
        )
        for _, row in spread.iterrows()
    ]
    heads = (speech.say("head_item"), *(speech.say(f"band_{column}") for column in SPREAD))
    grid = Grid("spread", speech.say("spread_caption"), note_grid(speech, "spread"), heads, tuple(rows))
    return [Chart("cost", speech.say("cost_chart"), told, draw_histogram(bin_costs(sweep), speech, unit)), grid]


def _show_targets(sweep: SweepRun, speech: Speech) -> list[Block]:
    counts = count_missed(sweep)
    most = counts.sort_values("count", ascending=False, kind="stable").iloc[0]
    told = speech.say("missed_alternative", missed=int(most["missed"]), count=speech.whole(most["count"]))
    units = sweep.labels.query("dimension == 'target'").set_index("label")["unit"]
    rows = [
        Row(
            (
                speech.name(str(row["target"])),
                speech.unit_of(units.get(row["target"], "")),
                speech.whole(row["missed"]),
                f"{speech.number(100 * row['share'], 0)} %",
                speech.amount(row["p50"]),
                speech.amount(row["p95"]),
            )
        )
        for _, row in judge_sweep_targets(sweep).iterrows()
    ]
    heads = tuple(
        speech.say(f"head_{key}") for key in ("target", "unit", "missing", "share", "excess_median", "excess_most")
    )
    grid = Grid(
        "sweep_targets", speech.say("sweep_targets_caption"), note_grid(speech, "sweep_targets"), heads, tuple(rows), 2
    )
    return [Chart("missed", speech.say("missed_chart"), told, draw_counts(counts, speech)), grid]


def _show_keys(sweep: SweepRun, speech: Speech) -> list[Block]:
    every = weigh_keys(sweep)
    keys = every[every["range"] > every["chance"]].reset_index(drop=True)
    if keys.empty:
        return []
    chance = [
        name_setting(key, speech.names, speech.lang) for key in every.loc[every["range"] <= every["chance"], "key"]
    ]
    for end, sign in (("low", "≤"), ("high", "≥")):
        keys[end] = [_say_end(sign, row, row[end], speech) for _, row in keys.iterrows()]
    keys["key"] = [name_setting(key, speech.names, speech.lang) for key in keys["key"]]
    first = keys.iloc[0]
    told = speech.say("keys_alternative", key=first["key"], range=speech.money(first["range"]))
    unit = speech.say("present_value_unit", money=speech.unit)
    rows = [
        Row(
            (
                str(row["key"]),
                str(row["low"]),
                str(row["high"]),
                *(speech.number(row[column]) for column in ("cost_low", "cost_high", "range")),
                speech.number(row["missed_low"], 1),
                speech.number(row["missed_high"], 1),
            )
        )
        for _, row in keys.iterrows()
    ]
    names = ("key", "low", "high", "cost_low", "cost_high", "range", "missed_low", "missed_high")
    heads = tuple(speech.say(f"head_{name}") for name in names)
    note = note_grid(speech, "keys")
    note += " " + speech.say("keys_noise", names="; ".join(chance)) if chance else ""
    grid = Grid("keys", speech.say("keys_caption"), note, heads, tuple(rows), 3)
    return [Chart("keys", speech.say("keys_chart"), told, draw_keys(keys, speech, unit)), grid]


def _show_choices(sweep: SweepRun, speech: Speech) -> list[Block]:
    choices = count_choices(sweep)
    if choices.empty:
        return []
    always = int((choices["share"] > 0.999).sum())
    told = speech.say("choices_alternative", count=len(choices), always=always)
    names = _name_measures(sweep, speech)
    starts = count_starts(sweep).assign(name=lambda rows: [names(label) for label in rows[TECHNOLOGY]])
    order = choices[TECHNOLOGY].head(MOST_MEASURES).tolist()
    starts = starts[starts[TECHNOLOGY].isin(order)]
    starts = starts.sort_values(TECHNOLOGY, key=lambda labels: labels.map(order.index), kind="stable")
    rows = [
        Row(
            (
                names(str(row[TECHNOLOGY])),
                f"{speech.number(100 * row['share'], 0)} %",
                *(speech.year(row[column]) for column in ("early", "median", "late")),
                speech.number(row["outlay"]),
            )
        )
        for _, row in choices.iterrows()
    ]
    heads = tuple(
        speech.say(f"head_{key}") for key in ("measure", "chosen", "early", "median", "late", "median_outlay")
    )
    grid = Grid("choices", speech.say("choices_caption"), note_grid(speech, "choices"), heads, tuple(rows))
    chart = Chart("choices", speech.say("choices_chart"), told, draw_starts(_drop_label(starts), speech))
    return [chart, grid]


def _name_measures(sweep: SweepRun, speech: Speech) -> Callable[[str], str]:
    """Code and name of a technology."""
    own = sweep.labels[sweep.labels["dimension"] == TECHNOLOGY]
    codes = dict(zip(own["label"], own["code"], strict=True))
    return lambda label: f"{codes.get(label, '')} {speech.name(label)}".strip()


def _drop_label(starts: pd.DataFrame) -> pd.DataFrame:
    return starts[["name", YEAR, "share"]]


def _table_ends(sweep: SweepRun, speech: Speech) -> list[Grid]:
    """How scenarios ended, and what stood in the way of those without a plan."""
    rows = [
        Row((str(row["reason"]), speech.whole(row["count"]), f"{speech.number(100 * row['share'], 1)} %"))
        for _, row in count_reasons(sweep).head(MOST_REASONS).iterrows()
    ]
    heads = tuple(speech.say(f"head_{key}") for key in ("reason", "count", "share"))
    reasons = [Grid("reasons", speech.say("reasons_caption"), note_grid(speech, "reasons"), heads, tuple(rows))]
    return [_table_statuses(sweep, speech), *(reasons if rows else [])]


def _table_statuses(sweep: SweepRun, speech: Speech) -> Grid:
    rows = [
        Row(
            (
                speech.known(f"status_of_{row['status']}", str(row["status"])),
                speech.whole(row["count"]),
                f"{speech.number(100 * row['share'], 1)} %",
            )
        )
        for _, row in count_statuses(sweep).iterrows()
    ]
    heads = tuple(speech.say(f"head_{key}") for key in ("status", "count", "share"))
    return Grid("statuses", speech.say("statuses_caption"), note_grid(speech, "statuses"), heads, tuple(rows))


def _know_labels(sweep: SweepRun, speech: Speech) -> Speech:
    """The same speech, which also knows what the labels of the sweep's case are called."""
    return replace(speech, names={**read_names(sweep.labels, speech.lang), **speech.names})


def _choose_keys(sweep: SweepRun) -> tuple[str, ...]:
    """The keys that move the cost most, as many as a page is wide, in that order."""
    return tuple(weigh_keys(sweep)["key"].head(MOST_KEYS)) or sweep.keys[:MOST_KEYS]


def _name_keys(sweep: SweepRun, speech: Speech, keys: tuple[str, ...] | None = None) -> tuple[str, ...]:
    return tuple(name_setting(key, speech.names, speech.lang) for key in (sweep.keys if keys is None else keys))


def _table_keys(sweep: SweepRun, speech: Speech) -> Grid:
    """Each key as it is typed, beside its words."""
    rows = [Row((name, key)) for name, key in zip(_name_keys(sweep, speech), sweep.keys, strict=True)]
    heads = (speech.say("head_key"), speech.say("head_typed"))
    return Grid("typed_keys", speech.say("typed_keys_caption"), "", heads, tuple(rows), 2)


def _say_end(sign: str, row: pd.Series, value: object, speech: Speech) -> str:
    words = say_setting_value(str(row["key"]), value, speech.lang)
    return f"{sign} {words}" if row["fifths"] else words
