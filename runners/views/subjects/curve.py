"""What carbon costs: the least cost at each level of a target, and two aims against each other."""

from __future__ import annotations

import pandas as pd

from conf.words import format_amount, say
from runners.results.result import Result
from runners.views.charts_curve import draw_entries, draw_extra, draw_marginal, draw_tradeoff
from runners.views.curve_sums import count_built, step_marginals
from runners.views.curve_words import (
    AT_MOST,
    BY_TONNE,
    choose_marginal,
    cut_axis,
    list_changes,
    name_aim,
    name_level_unit,
    name_second,
    name_second_unit,
    tell_certainty,
    tell_meaning,
    tell_others,
    tell_span,
)
from runners.views.locale import BLANK, Speech, note_grid
from runners.views.section import Block, Cell, Chart, Column, Formula, Kind, Section, Table, Text
from runners.views.tables import count_out, lay_table

MOST_POINTS = 12
"""Levels in the table that is read; a workbook has all."""


def write_system(curve: Result, lang: str) -> list[Section]:
    """The section of a system's cost curve."""
    speech = speak_of(curve, lang)
    unit, changes = name_level_unit(curve, lang), list_changes(curve, lang)
    title = say("workbook_title_curve_of", lang, name=name_aim(curve, lang))
    told = _tell_span(curve, speech, unit)
    blocks: list[Block] = [
        Text(f"{tell_span(curve, lang)} {tell_others(curve, lang)} {told}"),
        *_draw_curve(curve, speech, unit, told, changes),
        _table_points(curve, speech, unit, changes),
        _table_moves(curve, lang),
        Text(" ".join([speech.say("curve_how"), *_tell_end(curve, speech, unit)]), "note"),
        Text(f"{tell_meaning(curve, lang)} {tell_certainty(curve, lang)}", "note"),
    ]
    return [Section("curve_system", title, tuple(blocks))]


def write_frontier(curve: Result, lang: str) -> list[Section]:
    """The section of two aims against each other."""
    speech = speak_of(curve, lang)
    name, second, unit = name_aim(curve, lang), name_second(curve, lang), name_level_unit(curve, lang)
    levels = curve.tables["points"]["second_level"]
    rows = curve.tables["points"].assign(
        second=[f"≤ {format_amount(level, str(curve.facts['second_unit']), lang)}" for level in levels]
    )
    level, told = speech.say("curve_level", unit=unit), speech.say("tradeoff_alternative", name=name, second=second)
    aim = curve.facts.get("aim")
    spec = draw_tradeoff(rows[["level", "extra_money", "second"]], speech, level, second, _is_capped(curve), aim)
    blocks = (
        Text(speech.say("tradeoff_text", name=name, second=second)),
        Chart("frontier", speech.say("tradeoff_chart"), told, spec),
        _table_tradeoff(curve, rows, speech, unit),
        Text(f"{tell_span(curve, lang)} {tell_others(curve, lang)}", "note"),
        Text(f"{tell_meaning(curve, lang)} {tell_certainty(curve, lang)}", "note"),
    )
    title = say("workbook_title_curve_frontier_of", lang, name=name, second=second)
    return [Section("curve_frontier", title, blocks)]


def speak_of(curve: Result, lang: str) -> Speech:
    """One language with the money of a curve's case."""
    programmes = curve.facts.get("programmes", {})
    return Speech(lang, curve.money, str(curve.facts.get("price_year") or ""), {}, programmes=programmes)


def _is_capped(curve: Result) -> bool:
    return bool(curve.facts["sense"] == AT_MOST)


def _tell_span(curve: Result, speech: Speech, unit: str) -> str:
    """From where to where the curve goes, what that costs, and where the target lies."""
    points = curve.tables["points"]
    first, last, aim = points.iloc[0], points.iloc[-1], curve.facts.get("aim")
    ends = {"free": speech.amount(first["level"]), "end": speech.amount(last["level"])}
    extra = speech.money(last["extra_money"])
    told = speech.say("curve_alternative", name=name_aim(curve, speech.lang), unit=unit, extra=extra, **ends)
    return told if aim is None else f"{told} {speech.say('curve_aim_told', level=speech.amount(aim), unit=unit)}"


def _draw_curve(curve: Result, speech: Speech, unit: str, told: str, changes: dict[float, str]) -> list[Chart]:
    """Extra cost, marginal cost, and what is built, all over the level; the target is marked in each."""
    points, marginal, tighter = curve.tables["points"], choose_marginal(curve), _is_capped(curve)
    level, aim, name = speech.say("curve_level", unit=unit), curve.facts.get("aim"), name_aim(curve, speech.lang)
    shown = points.assign(marginal=points[marginal], changes=[changes.get(float(at), BLANK) for at in points["level"]])
    shown = shown[["level", "extra_money", "marginal", "changes"]]
    per_unit = _name_marginal(curve, speech, unit)
    top = cut_axis(points, marginal)
    cut = speech.say("curve_cut") if top is not None else ""
    steps = draw_marginal(step_marginals(curve), speech, level, per_unit, tighter, top, aim)
    stepped = speech.say("curve_marginal_alternative", unit=per_unit)
    charts = [
        Chart("curve", speech.say("curve_chart", name=name), told, draw_extra(shown, speech, level, tighter, aim)),
        Chart("marginal", speech.say("curve_marginal_chart") + cut, stepped, steps),
    ]
    built = count_built(curve, speech.lang)
    if built.empty:
        return charts
    first = speech.say("curve_entries_alternative", count=built["name"].nunique(), first=built["name"].iloc[0])
    spec = draw_entries(built, speech, level, tighter, aim)
    return [*charts, Chart("measures", speech.say("curve_entries_chart"), first, spec)]


def _tell_end(curve: Result, speech: Speech, unit: str) -> tuple[str, ...]:
    """Why the curve ends before the reach, if a price ended it."""
    reach = curve.facts["reach"]
    if curve.facts["ends_by"] != "price" or reach is None:
        return ()
    return (speech.say("curve_ends_price", reach=speech.amount(reach), unit=unit),)


def _name_marginal(curve: Result, speech: Speech, unit: str) -> str:
    if choose_marginal(curve) == BY_TONNE:
        return speech.say("curve_marginal")
    return speech.say("curve_marginal_unit", money=speech.unit, unit=unit)


def _table_points(curve: Result, speech: Speech, unit: str, changes: dict[float, str]) -> Table:
    """Every level, of which so many are read as fit a page; what is extra is a live difference in a workbook."""
    points, marginal = curve.tables["points"], choose_marginal(curve)
    by_tonne, free = marginal == BY_TONNE, float(curve.facts["free_cost_money"])
    averages = ("average_discounted_per_t",) if by_tonne else ()
    base = curve.facts.get("base_year", BLANK)
    columns = (
        Column(speech.say("curve_level", unit=unit), Kind.AMOUNT, 14),
        Column(f"{speech.say('curve_reduction', year=base)}, %", Kind.AMOUNT, 12, decimals=0),
        Column(speech.say("curve_cost", money=speech.unit), Kind.AMOUNT, 16, decimals=1, spare=True),
        Column(speech.say("curve_extra", money=speech.unit), Kind.AMOUNT, 16, decimals=1),
        Column(speech.say("curve_misses", money=speech.unit), Kind.AMOUNT, 16, decimals=1, spare=True),
        Column(_name_marginal(curve, speech, unit), Kind.AMOUNT, 16, decimals=0 if by_tonne else 2),
        *(Column(speech.say("curve_average"), Kind.AMOUNT, 16, decimals=0) for _ in averages),
        Column(speech.say("curve_changes"), Kind.LONG, 40),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            float(point["level"]),
            _clean(point["reduction_percent"]),
            float(point["cost_money"]),
            Formula(f"=C{{row}}-({free!r})", float(point["extra_money"])),
            _clean(point["misses_money"]),
            _clean(point[marginal]),
            *(_clean(point[name]) for name in averages),
            changes.get(float(point["level"]), ""),
        )
        for _, point in points.iterrows()
    )
    kept = _choose_points([bool(row[-1]) for row in rows])
    caption = speech.say("curve_caption", shown=len(kept), count=len(rows))
    note = note_grid(speech, "curve")
    return Table("curve_points", caption, note, columns, tuple(rows[at] for at in kept), every=rows)


def _choose_points(moved: list[bool]) -> list[int]:
    """At most so many levels as fit: the ends, those where measures change, and others evenly between."""
    chosen = sorted({0, len(moved) - 1} | {place for place, change in enumerate(moved) if change})
    if len(chosen) > MOST_POINTS:
        step = (len(chosen) - 1) / (MOST_POINTS - 1)
        chosen = sorted({chosen[round(place * step)] for place in range(MOST_POINTS)})
    spare = [place for place in range(len(moved)) if place not in chosen]
    count = min(MOST_POINTS - len(chosen), len(spare))
    return sorted([*chosen, *(spare[(2 * place + 1) * len(spare) // (2 * count)] for place in range(count))])


def _table_moves(curve: Result, lang: str) -> Table:
    """Measures that come into the plan or leave it along the curve, in that order."""
    moves = curve.tables["moves"]
    columns = ["level", "move", "marginal_per_t", "code", f"name_{lang}", "most", "unit"]
    words = {"move": {move: say(f"workbook_curve_move_{move}", lang) for move in ("enters", "leaves")}}
    caption = say("workbook_heading_curve_moves", lang)
    shown = count_out(moves, ["most"])
    return lay_table(
        curve, "moves", lang, columns, shown, key="curve_moves", caption=caption, words=words, folded=True, printed=0
    )


def _table_tradeoff(curve: Result, rows: pd.DataFrame, speech: Speech, unit: str) -> Table:
    """Both ends of each line, where the first aim begins to bind and where it ends; a workbook has all points."""
    marginal = choose_marginal(curve)
    second = say(
        "workbook_curve_second",
        speech.lang,
        name=name_second(curve, speech.lang),
        unit=name_second_unit(curve, speech.lang),
    )
    columns = (
        Column(second, Kind.AMOUNT, 24),
        Column(speech.say("curve_level", unit=unit), Kind.AMOUNT, 14),
        Column(speech.say("curve_cost", money=speech.unit), Kind.AMOUNT, 16, decimals=1),
        Column(speech.say("curve_extra", money=speech.unit), Kind.AMOUNT, 16, decimals=1),
        Column(_name_marginal(curve, speech, unit), Kind.AMOUNT, 16, decimals=0 if marginal == BY_TONNE else 2),
    )
    names = ("second_level", "level", "cost_money", "extra_money", marginal)
    every: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(_clean(row[name]) for name in names) for _, row in rows.iterrows()
    )
    places = [list(own.index) for _, own in rows.reset_index(drop=True).groupby("second", sort=False)]
    ends = tuple(every[at] for own in places for at in (own[0], own[-1]))
    return Table(
        "curve_frontier", speech.say("tradeoff_caption"), note_grid(speech, "tradeoff"), columns, ends, every=every
    )


def _clean(cell: float) -> Cell:
    return None if cell != cell else float(cell)
