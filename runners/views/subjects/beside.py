"""Plans side by side: what was chosen otherwise, what they come to and miss, which measures they take, at what cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from conf.words import say
from runners.results.result import Result
from runners.results.target_judgement import judge_targets
from runners.views.locale import Speech, speak_of
from runners.views.overviews import NAMES, follow_net, follow_total, sum_headline
from runners.views.section import (
    Block,
    Cell,
    Chart,
    Column,
    Drawing,
    Formula,
    Gathering,
    Kind,
    Section,
    Shape,
    Table,
    Text,
)
from runners.views.tables import choose_decimals
from runners.views.year_charts import draw_lines
from runners.views.year_tables import clean_cell, head_label, lay_years
from scenarios.terms import TARGET, TECHNOLOGY, YEAR

DIFFERS = 0.5
"""Outlays of a measure that differ by less, in the money of the case, count as the same."""
NO_CHOICES = ("lang", "out")
"""Keys of a command that change no plan."""
COUNTS = ("met", "missed")
SUMS = ("social_cost_money", "finance_cost_money")
"""Sums of the facts that stand below the headline figures."""
PAIR = 2
"""Plans of which the difference is told."""
Line = tuple[str, str, Sequence[object]]
"""Name, unit, and a value per plan."""


def write_beside(results: Sequence[Result], lang: str) -> Section:
    """Plans beside the first of them; of two a last column has the first less the other. Nothing where one is alone."""
    title = say("workbook_title_changes", lang)
    if len(results) < PAIR:
        return Section("changes", title, ())
    speech, names = speak_of(results[0], lang), name_plans(results)
    blocks: list[Block] = [
        Text(speech.say("alternatives_text", proposal=names[0], others=speech.join(names[1:]))),
        *_lay_choices(results, speech),
        _lay_lines("headlines", list(_list_headlines(results, speech)), results, speech),
        *_show_paths(results, speech),
        _lay_lines("misses", _list_misses(results, speech), results, speech),
        _lay_lines("outcomes", _list_outcomes(results, speech), results, speech),
        _lay_lines("differences", _list_outlays(results, speech), results, speech, summed=True),
        _lay_lines("cost_parts", _list_costs(results, speech), results, speech, summed=True),
    ]
    return Section("changes", title, tuple(blocks))


def name_plans(results: Sequence[Result]) -> list[str]:
    """What plans are called side by side: their folders, numbered where two have the same name."""
    names = [result.place.name if result.place else result.name("sv") for result in results]
    return [f"{name} ({place})" if names.count(name) > 1 else name for place, name in enumerate(names, start=1)]


def _lay_lines(
    key: str, lines: Sequence[Line], results: Sequence[Result], speech: Speech, summed: bool = False
) -> Table:
    """A row per line, a column per plan, and of two plans their difference, which a sheet reckons."""
    rows = []
    for name, unit, values in lines:
        cells = [clean_cell(value) for value in values]
        numbers = [cell for cell in cells if isinstance(cell, int | float)]
        whole = len(results) == PAIR and len(numbers) == PAIR
        change = [Formula("=C{row}-D{row}", numbers[0] - numbers[1]) if whole else None] if len(results) == PAIR else []
        row: tuple[Cell, ...] = (name, unit, *cells, *change)
        rows.append(row)
    return Table(
        key,
        speech.say(f"{key}_caption"),
        speech.say(f"{key}_note"),
        _list_columns(results, speech, Kind.AMOUNT, summed),
        tuple(rows),
        speech.say("total") if summed else "",
        decimals=tuple(_choose(row, speech) for row in rows),
        level="" if key in ("misses", "outcomes") else speech.price_level,
    )


def _choose(row: Sequence[Cell], speech: Speech) -> int:
    """One decimal of money, none of counts, as many as an amount needs."""
    return (1 if row[1] == speech.unit else choose_decimals(row[2:])) if row[1] else 0


def _list_columns(results: Sequence[Result], speech: Speech, kind: Kind, summed: bool = False) -> tuple[Column, ...]:
    heads = [*name_plans(results), *([say("workbook_change", speech.lang)] if len(results) == PAIR else [])]
    return (
        head_label(speech.say("head_item"), 44.0),
        Column(speech.say("head_unit"), width=16.0),
        *(Column(head, kind, 14.0, summed) for head in heads),
    )


def _lay_choices(results: Sequence[Result], speech: Speech) -> Iterator[Table]:
    """Choices and input files that are not the same in all plans."""
    configs = [dict(_flatten(result.origin.get("config") or {})) for result in results]
    files = [result.origin.get("inputs") or {} for result in results]
    keys = [key for key in dict.fromkeys(key for config in configs for key in config) if key not in NO_CHOICES]
    rows = [(key, *("" if (found := config.get(key)) is None else str(found) for config in configs)) for key in keys]
    changed = say("workbook_changed", speech.lang)
    for name in sorted({name for known in files for name in known}):
        digests = [known.get(name) for known in files]
        rows.append((name, *("" if d is None or d == digests[0] else changed for d in digests)))
    differing = tuple(row for row in rows if len(set(row[1:])) > 1)
    if differing:
        caption = say("workbook_heading_choices", speech.lang)
        columns = (
            head_label(say("workbook_choice", speech.lang), 44.0),
            *(Column(name, Kind.TEXT, 16.0) for name in name_plans(results)),
        )
        yield Table("choices", caption, "", columns, differing)


def _flatten(config: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _list_headlines(results: Sequence[Result], speech: Speech) -> Iterator[Line]:
    figures = pd.DataFrame([sum_headline(result.tables, result.facts) for result in results])
    for item in figures.columns:
        yield speech.say(f"headline_{item}"), "" if item in COUNTS else speech.unit, figures[item].tolist()
    for name in SUMS:
        values = [result.facts.get(name) for result in results]
        if any(value is not None for value in values):
            yield say(f"workbook_sum_{name}", speech.lang), speech.unit, values


def _list_misses(results: Sequence[Result], speech: Speech) -> list[Line]:
    """By how much each target is missed in its worst year."""
    judged = [judge_targets(result.tables["targets"]).set_index(TARGET) for result in results]
    first = pd.concat(judged)
    first = first[~first.index.duplicated()]
    return [
        (str(row[speech.name_column]), speech.unit_of(row["unit"]), [one["excess"].get(target) for one in judged])
        for target, row in first.iterrows()
    ]


def _list_outcomes(results: Sequence[Result], speech: Speech) -> list[Line]:
    """What each target comes to in the year in which the first plan tells it."""
    first = judge_targets(results[0].tables["targets"]).set_index(TARGET)
    tables = [result.tables["targets"].set_index([TARGET, YEAR])["value"] for result in results]
    return [
        (
            f"{row[speech.name_column]}, {row[YEAR]}",
            speech.unit_of(row["unit"]),
            [table.get((target, row[YEAR])) for table in tables],
        )
        for target, row in first.iterrows()
    ]


def _list_outlays(results: Sequence[Result], speech: Speech) -> list[Line]:
    """Outlay of each measure that plans do not agree on."""
    spent = [result.tables["investments"].query("measure == True") for result in results]
    sums = [table.groupby(TECHNOLOGY, sort=False)["outlay"].sum() for table in spent]
    names = pd.concat(spent).drop_duplicates(TECHNOLOGY).set_index(TECHNOLOGY)[list(NAMES)]
    wide = pd.DataFrame(dict(enumerate(sums))).reindex(names.index).fillna(0.0)
    wide = wide[(wide.max(axis=1) - wide.min(axis=1)) > DIFFERS]
    return [(str(names.at[label, speech.name_column]), speech.unit, row.tolist()) for label, row in wide.iterrows()]


def _list_costs(results: Sequence[Result], speech: Speech) -> list[Line]:
    """Present value of each part of the cost."""
    sums = [result.tables["costs"].groupby("component", sort=False)["present_value"].sum() for result in results]
    wide = pd.DataFrame(dict(enumerate(sums))).fillna(0.0)
    return [(speech.name_component(part), speech.unit, row.tolist()) for part, row in wide.iterrows()]


def _show_paths(results: Sequence[Result], speech: Speech) -> Iterator[Block]:
    """The net account, or the sum of emissions where nothing is credited, of each plan."""
    parts = []
    for plan, result in zip(name_plans(results), results, strict=True):
        net = follow_net(result.tables)
        path = net if len(net) else follow_total(result.tables).query("period == 'plan'")
        parts.append(path[[YEAR, "value", "unit", *NAMES]].assign(series=plan))
    rows = pd.concat(parts, ignore_index=True)
    if rows.empty:
        return
    name, unit = str(rows[speech.name_column].iloc[0]), speech.unit_of(rows["unit"].iloc[0])
    caption = speech.say("alternatives_chart", name=name, unit=unit)
    ends = rows.drop_duplicates("series", keep="last")
    last = [f"{plan} {speech.amount(value)}" for plan, value in zip(ends["series"], ends["value"], strict=True)]
    told = speech.say("alternatives_alternative", name=name, plans=speech.join(last))
    axis = say("workbook_chart_per_year", speech.lang, unit=unit)
    drawing = Drawing("paths", axis, Shape.LINES)
    yield Chart("alternatives", caption, told, draw_lines(rows, speech, unit), drawing)
    labels = {"series": head_label(speech.say("head_plan"))}
    yield lay_years(
        results[0],
        speech,
        "paths",
        rows,
        labels,
        "value",
        gathered=Gathering.LAST,
        summed=False,
        across=False,
        caption=caption,
    )
