"""Sheets of what carbon costs: the system's cost curve, each measure three ways, and what two aims cost together."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from conf.words import say
from runners.reports.curve_folder import FRONTIER, MEASURES, SYSTEM, CurveRun
from runners.reports.curve_overviews import RANKED, WAYS, pair_enabling, spread_ways
from runners.reports.curve_words import (
    AT_MOST,
    BY_TONNE,
    choose_marginal,
    cut_axis,
    know,
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
from runners.reports.workbook_blocks import Contents, clean_cell, list_cells, scale_unit
from runners.views.renderers.sheets import Bars, Block, Line, Row, Scatter, Sheet
from runners.views.section import Cell, Column, Formula, Kind

PER_TONNE = 1000.0
"""MSEK per kt is this many SEK per tonne."""
MOST_BARS = 20
FIRST_COST, FIRST_TONNES = 5, 8
"""Columns of the table by measure in which the three costs and the three amounts of tonnes begin."""
LETTERS = "ABCDEFGHIJKLMNOPQ"


def list_system_curve(contents: Contents) -> Sheet | None:
    """Least cost, marginal and mean cost at each level of a target, and which measures come and go along it."""
    curve = contents.find_curve(SYSTEM)
    if curve is None:
        return None
    blocks = (_list_free(contents, curve), _list_points(contents, curve), _list_moves(contents, curve))
    title = contents.say("title_curve_of", name=name_aim(curve, contents.run, contents.lang))
    return Sheet("curve_system", contents.say("tab_curve_system"), title, _note_curve(contents, curve), blocks)


def list_measure_costs(contents: Contents) -> Sheet | None:
    """What each measure and each programme costs per tonne: alone, last into the plan, and as a share of it."""
    curve = contents.find_curve(MEASURES)
    if curve is None:
        return None
    levels = [level for level in ("measure", "programme") if level in dict(curve.content["levels"])]
    blocks = [_list_ways(contents, curve, level) for level in levels]
    enabling = _list_enabling(contents, curve)
    account = name_account(str(curve.content["account"]), contents.run, contents.lang)
    notes = (
        *contents.note_money("curve_ways"),
        contents.say("note_curve_account", account=account),
        tell_definition(curve, contents.lang),
        contents.say("note_curve_differs"),
        *tell_choices(curve, contents.run, contents.lang),
    )
    title = contents.say("title_curve_measures")
    tab = contents.say("tab_curve_measures")
    return Sheet("curve_measures", tab, title, notes, (*blocks, *enabling), "curve_measure" if levels else "")


def list_frontier(contents: Contents) -> Sheet | None:
    """Least cost at each level of a target, for several levels of a second aim."""
    curve = contents.find_curve(FRONTIER)
    if curve is None:
        return None
    lang, points = contents.lang, curve.tables["points"]
    marginal = choose_marginal(curve)
    second, unit = name_second(curve, contents.run, lang), name_level_unit(curve, lang)
    second_unit = contents.write_unit(str(curve.content["second_unit"]))
    columns = (
        Column(contents.say("curve_second", name=second, unit=second_unit), Kind.AMOUNT, 24),
        Column(contents.head("system/points", "level", unit), Kind.AMOUNT, 14),
        *(
            Column(contents.head("system/points", name, contents.money), Kind.AMOUNT, 16)
            for name in ("cost_msek", "extra_msek", "misses_msek")
        ),
        _name_marginal(contents, marginal, unit),
    )
    rows = list_cells(points, ("second_level", "level", "cost_msek", "extra_msek", "misses_msek", marginal))
    lines, at = [], 0
    for level, own in groupby(points["second_level"]):
        count = len(list(own))
        lines.append(Line(f"≤ {level:,.1f} {second_unit}", at, at + count - 1))
        at += count
    plot = Scatter(
        contents.say("chart_frontier"),
        contents.head("system/points", "level", unit),
        contents.head("system/points", "extra_msek", contents.money),
        1,
        3,
        tuple(lines),
        curve.content["sense"] == AT_MOST,
    )
    block = Block("curve_frontier", columns, rows, plots=(plot,))
    title = contents.say("title_curve_frontier_of", name=name_aim(curve, contents.run, lang), second=second)
    tab, notes = contents.say("tab_curve_frontier"), _note_curve(contents, curve)
    return Sheet("curve_frontier", tab, title, notes, (block,), "curve_frontier")


def _note_curve(contents: Contents, curve: CurveRun) -> tuple[str, ...]:
    lang = contents.lang
    return (
        *contents.note_money("curve"),
        tell_span(curve, lang),
        tell_others(curve, lang),
        tell_meaning(curve, contents.run, lang),
        tell_certainty(curve, lang),
        *tell_choices(curve, contents.run, lang),
    )


def _list_free(contents: Contents, curve: CurveRun) -> Block:
    """The plan that the cap does not bind, in the columns of the points."""
    unit = name_level_unit(curve, contents.lang)
    columns = (
        Column(contents.head("system/points", "level", unit), Kind.AMOUNT, 14),
        Column("", width=12),
        Column(contents.head("system/points", "cost_msek", contents.money), Kind.AMOUNT, 16),
    )
    content = curve.content
    rows: tuple[Row, ...] = ((clean_cell(content["free_level"]), None, clean_cell(content["free_cost_msek"])),)
    return Block("curve_free", columns, rows, contents.say("heading_curve_free"))


def _list_points(contents: Contents, curve: CurveRun) -> Block:
    """Every solved level; what is extra is a live difference from the plan without the cap."""
    points, marginal = curve.tables["points"], choose_marginal(curve)
    unit, changes = name_level_unit(curve, contents.lang), list_changes(curve, contents.lang)
    averages = ("average_discounted_sek_per_t", "average_undiscounted_sek_per_t") if marginal == BY_TONNE else ()
    columns = (
        Column(contents.head("system/points", "level", unit), Kind.AMOUNT, 14),
        Column(contents.head("system/points", "reduction_percent", "%"), Kind.AMOUNT, 12),
        *(
            Column(contents.head("system/points", name, contents.money), Kind.AMOUNT, 16)
            for name in ("cost_msek", "extra_msek", "misses_msek")
        ),
        _name_marginal(contents, marginal, unit),
        *(Column(_name_by_tonne(contents, "system/points", name), Kind.COUNT, 16) for name in averages),
        Column(contents.say("curve_changes"), width=40),
    )
    rows = tuple(
        (
            clean_cell(point["level"]),
            clean_cell(point["reduction_percent"]),
            clean_cell(point["cost_msek"]),
            Formula("=C{row}-INDEX({curve_free_2},1)", float(point["extra_msek"])),
            clean_cell(point["misses_msek"]),
            clean_cell(point[marginal]),
            *(clean_cell(point[name]) for name in averages),
            changes.get(float(point["level"]), ""),
        )
        for _, point in points.iterrows()
    )
    level, tighter = contents.head("system/points", "level", unit), curve.content["sense"] == AT_MOST
    lines = (Line(contents.say("tab_curve_system"), 0, len(rows) - 1),)
    extra, top = contents.head("system/points", "extra_msek", contents.money), cut_axis(points, marginal)
    cut = contents.say("chart_cut") if top is not None else ""
    upright = str(columns[5].title)
    plots = (
        Scatter(contents.say("chart_curve_extra"), level, extra, 0, 3, lines, tighter),
        Scatter(contents.say("chart_curve_marginal") + cut, level, upright, 0, 5, lines, tighter, top),
    )
    return Block("curve_points", columns, rows, contents.say("heading_curve_points"), plots=plots)


def _name_marginal(contents: Contents, marginal: str, unit: str) -> Column:
    if marginal == BY_TONNE:
        return Column(_name_by_tonne(contents, "system/points", marginal), Kind.COUNT, 16)
    per_unit = contents.say("curve_per_unit", money=contents.money, unit=unit)
    return Column(contents.head("system/points", marginal, per_unit), Kind.AMOUNT, 16)


def _name_by_tonne(contents: Contents, place: str, column: str) -> str:
    """The head of a cost per tonne."""
    return contents.head(place, column, say("measures_per_tonne", contents.lang))


def _list_moves(contents: Contents, curve: CurveRun) -> Block:
    """Measures that come into the plan or leave it along the curve, in that order."""
    moves = curve.tables["moves"]
    rows = []
    for _, move in moves.iterrows():
        scale, unit = scale_unit(str(move["unit"]))
        rows.append(
            (
                clean_cell(move["level"]),
                contents.say(f"curve_move_{move['move']}"),
                clean_cell(move["marginal_sek_per_t"]),
                scale * float(move["most"]),
                contents.write_unit(unit),
                str(move["code"]),
                str(move[contents.name]),
            )
        )
    columns = (
        Column(contents.head("system/moves", "level", name_level_unit(curve, contents.lang)), Kind.AMOUNT, 14),
        Column(contents.head("system/moves", "move"), width=12),
        Column(_name_by_tonne(contents, "system/moves", "marginal_sek_per_t"), Kind.COUNT, 16),
        Column(contents.head("system/moves", "most"), Kind.AMOUNT, 16),
        Column(contents.head("system/moves", "unit"), width=16),
        Column(contents.head("system/moves", "code"), width=16),
        Column(contents.head("system/moves", "technology"), width=16),
    )
    return Block("curve_moves", columns, tuple(rows), contents.say("heading_curve_moves"))


def _list_ways(contents: Contents, curve: CurveRun, level: str) -> Block:
    """A row per measure or programme; a cost per tonne is a live quotient of its cost and its tonnes."""
    table = spread_ways(curve, level)
    unit = contents.write_unit(str(curve.content["unit"]))
    per_tonne = say("measures_per_tonne", contents.lang)
    summed = _sums_to_whole(table)
    columns = (
        Column(contents.head(f"measures/{level}s", "item"), width=46),
        Column(contents.head("measures/measures", "code"), width=7),
        Column(contents.head("measures/measures", "programme"), width=19),
        Column(contents.head("measures/measures", "in_plan"), width=8),
        Column(contents.head("measures/measures", "kind"), width=30),
        *(_title_way(contents, "cost", way, contents.money, Kind.AMOUNT, summed) for way in WAYS),
        *(_title_way(contents, "tonnes", way, unit, Kind.AMOUNT, summed) for way in WAYS),
        *(_title_way(contents, "per_tonne", way, per_tonne, Kind.COUNT) for way in WAYS),
        Column(contents.head("measures/measures", "cost_error", contents.money), Kind.AMOUNT, 12),
        Column(contents.head("measures/measures", "differs"), width=10),
    )
    rows = tuple(_describe_item(contents, item) for _, item in table.iterrows())
    ranked = min(int((table["kind"] == RANKED).sum()), MOST_BARS)
    first = FIRST_TONNES + len(WAYS)
    bars = Bars(
        contents.say(f"chart_curve_{level}"),
        per_tonne,
        1 if level == "measure" else 0,
        (first, first + 1, first + 2),
        ranked,
    )
    heading, total = contents.say(f"heading_curve_{level}"), contents.say("total") if summed else ""
    return Block(f"curve_{level}", columns, rows, heading, total, plots=(bars,) if ranked else ())


def _sums_to_whole(table: pd.DataFrame) -> bool:
    """Whether every measure has a share: only shares sum to what all measures do together."""
    return bool(table["cost_share"].notna().all()) and len(table) > 0


def _title_way(contents: Contents, what: str, way: str, unit: str, kind: Kind, summed: bool = False) -> Column:
    word = say(f"measures_head_{way}", contents.lang)
    title = contents.say(f"curve_{what}_way", way=word, unit=unit)
    return Column(title, kind, 11, summed=summed and way == "share")


def _describe_item(contents: Contents, item: pd.Series) -> Row:
    quotients = [_divide(item, at, way) for at, way in enumerate(WAYS)]
    kind = str(item["kind"] or "")
    words = contents.say(f"curve_kind_{kind}") if kind else ""
    marked = f"{words} *" if item["dominated"] else words
    return (
        str(item[contents.name]),
        str(item["code"]),
        contents.word(f"programme_{item['programme']}", str(item["programme"]).replace("_", " ")),
        contents.say("yes" if item["in_plan"] else "no"),
        marked,
        *(clean_cell(item[f"cost_{way}"]) for way in WAYS),
        *(clean_cell(item[f"tonnes_{way}"]) for way in WAYS),
        *quotients,
        clean_cell(item["cost_error"]),
        contents.say("curve_differ") if item["differs"] else "",
    )


def _divide(item: pd.Series, at: int, way: str) -> Cell:
    """A cost per tonne, live where it is the quotient of the cells of its row."""
    value = clean_cell(item[f"cost_per_tonne_{way}"])
    cost, tonnes = float(item[f"cost_{way}"]), float(item[f"tonnes_{way}"])
    if not isinstance(value, float) or abs(PER_TONNE * cost / tonnes - value) > abs(value) * 1e-9:
        return value
    return Formula(f"={PER_TONNE:g}*{LETTERS[FIRST_COST + at]}{{row}}/{LETTERS[FIRST_TONNES + at]}{{row}}", value)


def _list_enabling(contents: Contents, curve: CurveRun) -> tuple[Block, ...]:
    """What enables others, and what both do together, in the columns of the measures."""
    pairs = pair_enabling(curve)
    if pairs.empty:
        return ()
    lang, unit = contents.lang, contents.write_unit(str(curve.content["unit"]))
    columns = (
        Column(contents.head("measures/enabling", "enabled"), width=46),
        Column("", width=7),
        Column("", width=19),
        Column("", width=8),
        Column(contents.head("measures/enabling", "enabler"), width=30),
        Column(contents.head("measures/enabling", "cost_alone", contents.money), Kind.AMOUNT, 11),
        Column(contents.head("measures/enabling", "cost_with", contents.money), Kind.AMOUNT, 11),
        Column("", width=11),
        Column(contents.head("measures/enabling", "tonnes_alone", unit), Kind.AMOUNT, 11),
        Column(contents.head("measures/enabling", "tonnes_with", unit), Kind.AMOUNT, 11),
    )
    rows = tuple(
        (
            str(pair[f"enabled_{lang}"]),
            None,
            None,
            None,
            f"{pair[f'enabler_{lang}']} ({_name_rule(str(pair['rule']), lang)})",
            clean_cell(pair["cost_alone"]),
            clean_cell(pair["cost_with"]),
            None,
            clean_cell(pair["tonnes_alone"]),
            clean_cell(pair["tonnes_with"]),
        )
        for _, pair in pairs.iterrows()
    )
    return (Block("curve_enabling", columns, rows, contents.say("heading_curve_enabling")),)


def _name_rule(rule: str, lang: str) -> str:
    return know(f"measures_rule_{rule}", lang, rule)
