"""The chapter on what carbon costs: the system's curve, each measure three ways, and two aims against each other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from conf.words import format_amount, say
from runners.reports.charts_curve import draw_extra, draw_marginal, draw_tradeoff, draw_ways
from runners.reports.curve_folder import FRONTIER, MEASURES, SYSTEM, CurveRun
from runners.reports.curve_overviews import IDLE, RANKED, WAYS, spread_ways, step_marginals
from runners.reports.curve_words import (
    AT_MOST,
    BY_TONNE,
    ROOM,
    choose_marginal,
    cut_axis,
    list_changes,
    name_account,
    name_aim,
    name_level_unit,
    name_second,
    tell_certainty,
    tell_choices,
    tell_definition,
    tell_meaning,
    tell_others,
    tell_span,
)
from runners.reports.macc import chart_macc
from runners.reports.run_folder import Run
from runners.views.locale import BLANK, Speech, note_grid
from runners.views.section import Block, Chart, Grid, Row, Section, Text

MOST_POINTS = 12
"""Levels in the table on paper; the file and the run folder have all."""
MEASURE = "measure"
QUANTILE = 0.8
"""An axis of costs per tonne ends a little above what so large a part of them stays below."""


def write_curves(run: Run, curves: Sequence[CurveRun], speech: Speech) -> Section:
    """The chapter; empty where no curve was given."""
    blocks: list[Block] = []
    for curve in curves:
        write = {SYSTEM: _show_system, MEASURES: _show_measures, FRONTIER: _show_frontier}[curve.kind]
        blocks += write(run, curve, speech)
    return Section("curves", speech.say("curves_title"), tuple(blocks))


def _show_system(run: Run, curve: CurveRun, speech: Speech) -> list[Block]:
    points, marginal = curve.tables["points"], choose_marginal(curve)
    lang, name = speech.lang, name_aim(curve, run, speech.lang)
    unit, tighter = name_level_unit(curve, lang), curve.content["sense"] == AT_MOST
    level, changes = speech.say("curve_level", unit=unit), list_changes(curve, lang)
    shown = points.assign(marginal=points[marginal], changes=[changes.get(float(at), BLANK) for at in points["level"]])[
        ["level", "extra_msek", "marginal", "changes"]
    ]
    first, last = points.iloc[0], points.iloc[-1]
    told = speech.say(
        "curve_alternative",
        name=name,
        free=speech.amount(first["level"]),
        end=speech.amount(last["level"]),
        unit=unit,
        extra=speech.money(last["extra_msek"]),
    )
    per_unit = speech.say("curve_marginal") if marginal == BY_TONNE else _name_per_unit(speech, unit)
    top = cut_axis(points, marginal)
    cut = speech.say("curve_cut") if top is not None else ""
    steps = step_marginals(curve)
    aim = curve.content.get("aim")
    told += "" if aim is None else " " + speech.say("curve_aim_told", level=speech.amount(aim), unit=unit)
    return [
        Text(f"{tell_span(curve, lang)} {tell_others(curve, lang)} {told}"),
        Chart("curve", speech.say("curve_chart", name=name), told, draw_extra(shown, speech, level, tighter, aim)),
        Chart(
            "marginal",
            speech.say("curve_marginal_chart") + cut,
            speech.say("curve_marginal_alternative", unit=per_unit),
            draw_marginal(steps, speech, level, per_unit, tighter, top),
        ),
        _table_points(points, changes, marginal, speech, unit, curve.content.get("base_year", BLANK)),
        Text(" ".join([speech.say("curve_how"), *_tell_end(curve, speech, unit)]), "note"),
        Text(
            " ".join([tell_meaning(curve, run, lang), tell_certainty(curve, lang), *tell_choices(curve, run, lang)]),
            "note",
        ),
    ]


def _tell_end(curve: CurveRun, speech: Speech, unit: str) -> tuple[str, ...]:
    """Why the curve ends before the reach, if a price ended it."""
    reach = curve.content["reach"]
    if curve.content["ends_by"] != "price" or reach is None:
        return ()
    return (speech.say("curve_ends_price", reach=speech.amount(reach), unit=unit),)


def _name_per_unit(speech: Speech, unit: str) -> str:
    return speech.say("curve_marginal_unit", money=speech.unit, unit=unit)


def _table_points(
    points: pd.DataFrame, changes: dict[float, str], marginal: str, speech: Speech, unit: str, base: object
) -> Grid:
    """Every level, or so many that the table fits a page: those where measures come and go are kept first."""
    kept = _choose_points(points, changes)
    by_tonne = marginal == BY_TONNE
    rows = [
        Row(
            (
                speech.amount(point["level"]),
                f"{speech.number(point['reduction_percent'], 0)} %" if pd.notna(point["reduction_percent"]) else BLANK,
                speech.number(point["extra_msek"]),
                speech.number(point[marginal], 0 if by_tonne else 2),
                *([speech.whole(point["average_discounted_sek_per_t"])] if by_tonne else []),
                changes.get(float(point["level"]), ""),
            )
        )
        for _, point in kept.iterrows()
    ]
    heads = [speech.say("curve_level", unit=unit), speech.say("curve_reduction", year=base)]
    heads += [speech.say("curve_extra", money=speech.unit)]
    heads += [speech.say("curve_marginal"), speech.say("curve_average")] if by_tonne else [_name_per_unit(speech, unit)]
    caption = speech.say("curve_caption", shown=len(kept), count=len(points))
    heads.append(speech.say("curve_changes"))
    return Grid("curve_points", caption, note_grid(speech, "curve"), tuple(heads), tuple(rows), printed=MOST_POINTS)


def _choose_points(points: pd.DataFrame, changes: dict[float, str]) -> pd.DataFrame:
    """At most so many levels as fit: the ends, those where measures change, and others evenly between."""
    moved = [bool(changes.get(float(level))) for level in points["level"]]
    ends = {0, len(points) - 1}
    chosen = sorted(ends | {place for place, change in enumerate(moved) if change})
    if len(chosen) > MOST_POINTS:
        step = (len(chosen) - 1) / (MOST_POINTS - 1)
        chosen = sorted({chosen[round(place * step)] for place in range(MOST_POINTS)})
    spare = [place for place in range(len(points)) if place not in chosen]
    count = min(MOST_POINTS - len(chosen), len(spare))
    chosen += [spare[(2 * place + 1) * len(spare) // (2 * count)] for place in range(count)]
    return points.iloc[sorted(chosen)]


def _show_measures(run: Run, curve: CurveRun, speech: Speech) -> list[Block]:
    lang = speech.lang
    if MEASURE not in dict(curve.content["levels"]):
        return []
    table = spread_ways(curve, MEASURE)
    ranked = table[table["kind"] == RANKED]
    per_tonne = say("measures_per_tonne", lang)
    account = name_account(str(curve.content["account"]), run, lang)
    blocks: list[Block] = [Text(speech.say("ways_text", account=account, count=len(ranked)))]
    if curve.content.get("relaxed"):
        blocks.append(Text(say("parts_allowed", lang)))
    macc = chart_macc(curve, speech)
    blocks += [macc] if macc is not None else []
    if len(ranked):
        long = _stretch_ways(ranked, speech)
        top = ROOM * float(long["price"].quantile(QUANTILE))
        top_or_none = top if top < long["price"].max() else None
        cut = speech.say("curve_cut") if top_or_none is not None else ""
        told = speech.say("ways_alternative", first=long["name"].iloc[0], last=long["name"].iloc[-1])
        caption = speech.say("ways_chart") + cut
        blocks.append(Chart("ways", caption, told, draw_ways(long, speech, per_tonne, top_or_none)))
    definition = " ".join([tell_definition(curve, lang), *tell_choices(curve, run, lang)])
    grids = [_table_ranked(ranked, curve, speech)] if len(ranked) else []
    return [
        *blocks,
        *grids,
        _table_others(table, curve, speech),
        Text(f"{speech.say('ways_how')} {definition}", "note"),
    ]


def _stretch_ways(ranked: pd.DataFrame, speech: Speech) -> pd.DataFrame:
    """A row per measure and way that has a cost per tonne: name, way, price, cost, tonnes."""
    parts = [
        pd.DataFrame(
            {
                "name": [_name_item(item, speech) for _, item in ranked.iterrows()],
                "way": speech.say(f"way_{way}"),
                "price": ranked[f"cost_per_tonne_{way}"].to_numpy(),
                "cost": ranked[f"cost_{way}"].to_numpy(),
                "tonnes": ranked[f"tonnes_{way}"].to_numpy(),
            }
        )
        for way in WAYS
    ]
    return pd.concat(parts).dropna(subset="price").reset_index(drop=True)


def _name_item(item: pd.Series, speech: Speech) -> str:
    return f"{item['code']} {item[speech.name_column]}".strip()


def _table_ranked(ranked: pd.DataFrame, curve: CurveRun, speech: Speech) -> Grid:
    """Measures that cost: their share of cost and tonnes, and the cost per tonne in three ways."""
    rows = [
        Row(
            (
                _name_item(item, speech),
                speech.number(item["cost_share"]),
                speech.number(item["tonnes_share"]),
                *(speech.whole(item[f"cost_per_tonne_{way}"]) for way in WAYS),
                speech.say("ways_differ") if item["differs"] else "",
            )
        )
        for _, item in ranked.iterrows()
    ]
    unit, per_tonne = speech.unit_of(curve.content["unit"]), say("measures_per_tonne", speech.lang)
    share = speech.say("way_share")
    heads = (
        *(speech.say("head_measure"), f"{share}, {speech.unit}", f"{share}, {unit}"),
        *(f"{speech.say(f'way_{way}')}, {per_tonne}" for way in WAYS),
        speech.say("ways_head_differ"),
    )
    return Grid("ways", speech.say("ways_caption"), note_grid(speech, "ways"), heads, tuple(rows))


def _table_others(table: pd.DataFrame, curve: CurveRun, speech: Speech) -> Grid:
    """Measures that no cost per tonne ranks: cost and tonnes in three ways; those that do nothing by name."""
    idle = [_name_item(item, speech) for _, item in table[table["kind"] == IDLE].iterrows()]
    others = table[~table["kind"].isin([RANKED, IDLE])]
    rows = [
        Row(
            (
                _name_item(item, speech),
                *(speech.number(item[f"cost_{way}"]) for way in WAYS),
                *(speech.number(item[f"tonnes_{way}"]) for way in WAYS),
            )
        )
        for _, item in others.iterrows()
    ]
    units = (speech.unit, speech.unit_of(curve.content["unit"]))
    heads = (speech.say("head_measure"), *(f"{speech.say(f'way_{way}')}, {unit}" for unit in units for way in WAYS))
    note = note_grid(speech, "ways_others")
    if idle:
        note += " " + speech.say("ways_idle", names=speech.join(idle))
    return Grid("ways_others", speech.say("ways_others_caption"), note, heads, tuple(rows))


def _show_frontier(run: Run, curve: CurveRun, speech: Speech) -> list[Block]:
    lang, points = speech.lang, curve.tables["points"]
    name, second = name_aim(curve, run, lang), name_second(curve, run, lang)
    unit = name_level_unit(curve, lang)
    told = [f"≤ {format_amount(level, str(curve.content['second_unit']), lang)}" for level in points["second_level"]]
    rows = points.assign(second=told)
    alternative = speech.say("tradeoff_alternative", name=name, second=second)
    level = speech.say("curve_level", unit=unit)
    tighter = curve.content["sense"] == AT_MOST
    spec = draw_tradeoff(rows[["level", "extra_msek", "second"]], speech, level, second, tighter)
    return [
        Text(speech.say("tradeoff_text", name=name, second=second)),
        Chart("tradeoff", speech.say("tradeoff_chart"), alternative, spec),
        _table_tradeoff(rows, speech, level, second),
        Text(" ".join([tell_certainty(curve, lang), *tell_choices(curve, run, lang)]), "note"),
    ]


def _table_tradeoff(rows: pd.DataFrame, speech: Speech, level: str, second: str) -> Grid:
    """Both ends of each line: the extra cost where the first aim begins to bind, and where it ends."""
    lines = []
    for told, own in rows.groupby("second", sort=False):
        for point in (own.iloc[0], own.iloc[-1]):
            lines.append(Row((str(told), speech.amount(point["level"]), speech.number(point["extra_msek"]))))
    heads = (second, level, speech.say("curve_extra", money=speech.unit))
    return Grid("tradeoff", speech.say("tradeoff_caption"), note_grid(speech, "tradeoff"), heads, tuple(lines))
