"""What each measure and programme costs per tonne: by itself, last into the plan, and as its share of the plan."""

from __future__ import annotations

import pandas as pd

from conf.words import say
from runners.results.result import Result
from runners.views.charts_curve import draw_ways
from runners.views.curve_sums import IDLE, RANKED, WAYS, pair_enabling, spread_ways
from runners.views.curve_words import ROOM, name_aim, tell_definition
from runners.views.locale import Speech, note_grid
from runners.views.macc import chart_macc
from runners.views.names import name_known
from runners.views.prices import name_price
from runners.views.section import Block, Cell, Chart, Column, Formula, Kind, Section, Table, Text

QUANTILE = 0.8
"""An axis of costs per tonne ends a little above what so large a part of them stays below."""
PER_TONNE = 1000.0
"""MSEK per kt is this many SEK per tonne."""
MEASURE, PROGRAMME = "measure", "programme"
FIRST_COST, FIRST_TONNES = 5, 8
"""Columns of the table by measure in which the three costs and the three amounts of tonnes begin."""
LETTERS = "ABCDEFGHIJKLMNOPQ"


def write_measures(curve: Result, lang: str) -> list[Section]:
    """The section of the measures of a case three ways."""
    programmes = curve.facts.get("programmes", {})
    speech = Speech(lang, curve.money, str(curve.facts.get("price_year") or ""), {}, programmes=programmes)
    levels = [level for level in (MEASURE, PROGRAMME) if level in dict(curve.facts["levels"])]
    blocks: list[Block] = [Text(speech.say("ways_text", account=name_aim(curve, lang), count=_count_ranked(curve)))]
    if curve.facts.get("relaxed"):
        blocks.append(Text(say("parts_allowed", lang)))
    for level in levels:
        blocks += _show_level(curve, level, speech)
    blocks += _table_enabling(curve, speech)
    blocks += [
        Text(f"{speech.say('ways_how')} {tell_definition(curve, lang)}", "note"),
        Text(say("workbook_note_curve_ways", lang), "note"),
        Text(say("workbook_note_curve_differs", lang), "note"),
    ]
    return [Section("curve_measures", say("workbook_title_curve_measures", lang), tuple(blocks))]


def _count_ranked(curve: Result) -> int:
    if MEASURE not in dict(curve.facts["levels"]):
        return 0
    return int((spread_ways(curve, MEASURE)["kind"] == RANKED).sum())


def _show_level(curve: Result, level: str, speech: Speech) -> list[Block]:
    """The bars of a level, of measures the ways beside each other too, and the table."""
    macc = chart_macc(curve, speech, level)
    charts = [] if macc is None else [macc]
    table = spread_ways(curve, level)
    ranked = table[table["kind"] == RANKED]
    if level == MEASURE and len(ranked):
        charts.append(_draw_ways(ranked, str(curve.facts["unit"]), speech))
    return [*charts, _table_level(curve, table, level, speech)]


def _draw_ways(ranked: pd.DataFrame, unit: str, speech: Speech) -> Chart:
    """Cost per tonne by way; a way without one is marked, and the axis says where it is cut."""
    long = _stretch_ways(ranked, speech)
    known = long["price"].dropna()
    top = ROOM * float(known.quantile(QUANTILE))
    cut = top if top < known.max() else None
    told = speech.say("ways_alternative", first=long["name"].iloc[0], last=long["name"].iloc[-1])
    caption = speech.say("ways_chart") + (speech.say("curve_cut") if cut is not None else "")
    per_tonne = name_price(unit, speech.money_unit, speech.lang)
    return Chart("ways", caption, told, draw_ways(long, speech, per_tonne, cut))


def _stretch_ways(ranked: pd.DataFrame, speech: Speech) -> pd.DataFrame:
    """A row per measure and way: name, way, price (NaN where there is no cost per tonne), cost, tonnes."""
    parts = [
        pd.DataFrame(
            {
                "name": [_name_item(item, speech) for _, item in ranked.iterrows()],
                "way": speech.say(f"way_{way}"),
                "price": pd.to_numeric(ranked[f"cost_per_tonne_{way}"]).to_numpy(),
                "cost": ranked[f"cost_{way}"].to_numpy(),
                "tonnes": ranked[f"tonnes_{way}"].to_numpy(),
            }
        )
        for way in WAYS
    ]
    return pd.concat(parts).reset_index(drop=True)


def _name_item(item: pd.Series, speech: Speech) -> str:
    return f"{item['code']} {item[speech.name_column]}".strip()


def _table_level(curve: Result, table: pd.DataFrame, level: str, speech: Speech) -> Table:
    """A row per measure or programme; a cost per tonne is a live quotient; those that do nothing are named below."""
    unit, per_tonne = str(curve.facts["unit"]), name_price(str(curve.facts["unit"]), speech.money_unit, speech.lang)
    unit = speech.unit_of(unit)
    error = say("workbook_curve_head_error", speech.lang, money=speech.unit)
    idle = table["kind"] == IDLE
    summed = bool(len(table) and table.loc[~idle, "cost_share"].notna().all())
    columns = (
        Column(speech.say("head_measure" if level == MEASURE else "tip_programme"), width=46),
        Column(say("workbook_curve_head_code", speech.lang), width=7),
        Column(speech.say("tip_programme"), width=19, spare=True),
        Column(say("workbook_curve_head_in_plan", speech.lang), width=8),
        Column(say("workbook_curve_head_kind", speech.lang), width=26),
        *(_title_way(speech, "cost", way, speech.unit, 1, summed) for way in WAYS),
        *(_title_way(speech, "tonnes", way, unit, 1, summed) for way in WAYS),
        *(_title_way(speech, "per_tonne", way, per_tonne, 0) for way in WAYS),
        Column(error, Kind.AMOUNT, 12, decimals=1, spare=True),
        Column(speech.say("ways_head_differ"), width=10),
    )
    rows = tuple(_describe_item(speech, item) for _, item in table[~idle].iterrows())
    names = [_name_item(item, speech) for _, item in table[idle].iterrows()]
    note = note_grid(speech, "ways")
    note += " " + speech.say("ways_idle", names=speech.join(names)) if names else ""
    heading = say(f"workbook_heading_curve_{level}", speech.lang)
    total = say("workbook_total", speech.lang) if summed else ""
    return Table(f"curve_{level}", heading, note, columns, rows, total)


def _title_way(speech: Speech, what: str, way: str, unit: str, decimals: int, summed: bool = False) -> Column:
    word = say(f"measures_head_{way}", speech.lang)
    title = say(f"workbook_curve_{what}_way", speech.lang, way=word, unit=unit)
    spare = way != "share" and what != "per_tonne"
    return Column(title, Kind.AMOUNT, 11, summed and way == "share", decimals, spare)


def _describe_item(speech: Speech, item: pd.Series) -> tuple[Cell, ...]:
    kind = str(item["kind"] or "")
    words = say(f"workbook_curve_kind_{kind}", speech.lang) if kind else ""
    return (
        str(item[speech.name_column]),
        str(item["code"]),
        speech.name_programme(item["programme"]),
        say("subject_yes" if item["in_plan"] else "subject_no", speech.lang),
        f"{words} *" if item["dominated"] else words,
        *(_clean(item[f"cost_{way}"]) for way in WAYS),
        *(_clean(item[f"tonnes_{way}"]) for way in WAYS),
        *(_divide(item, at, way) for at, way in enumerate(WAYS)),
        _clean(item["cost_error"]),
        say("workbook_curve_differ", speech.lang) if item["differs"] else "",
    )


def _divide(item: pd.Series, at: int, way: str) -> Cell:
    """A cost per tonne, live where it is the quotient of the cells of its row."""
    value, cost, tonnes = (
        _clean(item[f"cost_per_tonne_{way}"]),
        float(item[f"cost_{way}"]),
        float(item[f"tonnes_{way}"]),
    )
    if not isinstance(value, float) or abs(PER_TONNE * cost / tonnes - value) > abs(value) * 1e-9:
        return value
    return Formula(f"={PER_TONNE:g}*{LETTERS[FIRST_COST + at]}{{row}}/{LETTERS[FIRST_TONNES + at]}{{row}}", value)


def _table_enabling(curve: Result, speech: Speech) -> list[Block]:
    """What enables others, and what both do together."""
    pairs = pair_enabling(curve)
    if pairs.empty:
        return []
    lang, unit = speech.lang, speech.unit_of(curve.facts["unit"])
    told = [say(f"workbook_curve_head_{name}", lang) for name in ("enabled", "enabler")]
    money = [say(f"workbook_curve_head_cost_{name}", lang, money=speech.unit) for name in ("alone", "with")]
    tonnes = [say(f"workbook_curve_head_tonnes_{name}", lang, unit=unit) for name in ("alone", "with")]
    columns = (
        *(Column(title, width=46) for title in told),
        *(Column(title, Kind.AMOUNT, 13, decimals=1) for title in (*money, *tonnes)),
    )
    rows = tuple(
        (
            str(pair[f"enabled_{lang}"]),
            f"{pair[f'enabler_{lang}']} ({_name_rule(str(pair['rule']), lang)})",
            *(_clean(pair[name]) for name in ("cost_alone", "cost_with", "tonnes_alone", "tonnes_with")),
        )
        for _, pair in pairs.iterrows()
    )
    return [Table("curve_enabling", say("workbook_heading_curve_enabling", lang), "", columns, rows)]


def _name_rule(rule: str, lang: str) -> str:
    return name_known(f"measures_rule_{rule}", lang, rule.replace("_", " "))


def _clean(cell: object) -> Cell:
    number = float("nan") if cell is None else float(cell)  # type: ignore[arg-type]
    return None if number != number else number
