"""Which measures the plan takes: when, how much, whose, at what outlay; and outlays by programme and measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from conf.whole_numbers import read_whole
from conf.words import format_amount, say
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.overviews import SMALLEST, count_years, list_programmes, list_service, list_timetable
from runners.views.section import Block, Cell, Chart, Column, Drawing, Kind, Said, Section, Shape, Table, Text
from runners.views.subjects.payers import chart_stack
from runners.views.tables import choose_row
from runners.views.year_charts import draw_timetable
from runners.views.year_tables import (
    LEAST_YEAR,
    PRINTED,
    clean_cell,
    find_head,
    head_label,
    lay_years,
    list_cells,
    list_years,
    spread_years,
)
from scenarios.terms import ACTOR, TECHNOLOGY, YEAR

LARGE = 1000.0
"""Measures counted in thousands are shown in whole units."""


def write_measures(result: Result, speech: Speech) -> Section:
    """Which measures, when, how much, for what money."""
    title, timetable = say("workbook_title_measures", speech.lang), list_timetable(result.tables)
    table = _lay_measures(result, timetable, speech)
    if table is None:
        return Section("measures", title, ())
    blocks: list[Block] = []
    if len(timetable):
        first = timetable["first_start"]
        counts = {"count": len(timetable), "early": int((first == first.min()).sum())}
        told = speech.say("timetable_alternative", first=int(first.min()), last=int(first.max()), **counts)
        chart = draw_timetable(_describe_service(result, speech), speech)
        drawing = Drawing("measures", shape=Shape.SHADES)
        blocks = [Text(told), Chart("timetable", speech.say("timetable_caption"), told, chart, drawing)]
    return Section("measures", title, (*blocks, table))


def write_outlays_by_measure(result: Result, speech: Speech) -> Section:
    """Capital outlay per programme, per measure, and every investment."""
    title = say("workbook_title_outlays_by_measure", speech.lang)
    if result.table("investments") is None:
        return Section("outlays_by_measure", title, ())
    programmes = list_programmes(result.tables)
    programmes["series"] = [
        speech.name_programme(programme) if programme else speech.say("no_programme")
        for programme in programmes["programme"]
    ]
    spent = result.tables["investments"]
    spent = spent.assign(programme=[speech.name_programme(name) for name in spent["programme"]])
    programme = find_head(speech, "investments", "programme")
    told = speech.say("programmes_alternative", total=speech.money(float(spent["outlay"].sum())))
    labels = {
        speech.name_column: head_label(say("workbook_measure", speech.lang), 44.0),
        "programme": Column(programme, width=20.0),
    }
    blocks: tuple[Block, ...] = (
        chart_stack(result, speech, "programmes", programmes, told),
        lay_years(result, speech, "programmes", programmes, {"series": head_label(programme, 44.0)}, by_size=True),
        lay_years(result, speech, "outlays_by_measure", spent, labels, "outlay", annex=True, filtered=True),
        _lay_investments(result, speech),
    )
    return Section("outlays_by_measure", title, blocks)


def _lay_measures(result: Result, timetable: pd.DataFrame, speech: Speech) -> Table | None:
    """A row per measure and owner: with the owner's part of it, and what stands in each year."""
    built, standing = result.table("investments"), result.table("capacity")
    if built is None or standing is None:
        return None
    built = built[built["measure"].astype(bool)]
    if built.empty:
        return None
    added = standing[standing["measure"].astype(bool)]
    owned = spread_years(added, (TECHNOLOGY, ACTOR), "added", list_years(result))
    stands = {(str(row.labels[0]), str(row.labels[1])): row.amounts for row in owned}
    order = {str(label): place for place, label in enumerate(timetable[TECHNOLOGY])}
    groups = sorted(
        built.groupby([TECHNOLOGY, ACTOR], sort=False), key=lambda pair: order.get(str(pair[0][0]), len(order))
    )
    worth, blank = _find_worth(result), (None,) * len(list_years(result))
    rows = [
        _describe(mine, stands.get((str(technology), str(actor)), blank), worth, speech)
        for (technology, actor), mine in groups
    ]
    return Table(
        "measures",
        speech.say("timetable_table_caption"),
        speech.say("timetable_note"),
        _list_columns(result, speech),
        tuple(rows),
        speech.say("total"),
        decimals=tuple(0 if _find_largest(row) >= LARGE else 1 for row in rows),
        level=speech.price_level,
        filtered=True,
        shaded=True,
    )


def _list_columns(result: Result, speech: Speech) -> tuple[Column, ...]:
    def head(name: str, unit: str = "") -> str:
        return find_head(speech, "investments", name, unit)

    return (
        Column(say("workbook_measure", speech.lang), width=44),
        Column(head("code"), width=6, spare=True),
        Column(head("programme"), width=19, spare=True),
        Column(head("actor"), width=24),
        Column(say("workbook_share_owned", speech.lang), Kind.WHOLE, 7),
        Column(find_head(speech, "actions", "first_start"), Kind.WHOLE, 8),
        Column(head("first_service"), Kind.WHOLE, 6),
        Column(speech.say("head_most"), Kind.AMOUNT, 10),
        Column(head("unit"), width=12, spare=True),
        Column(head("build"), Kind.AMOUNT, 8, spare=True),
        Column(head("outlay", speech.unit), Kind.AMOUNT, 8, summed=True, decimals=1),
        Column(head("nominal"), Kind.AMOUNT, 8, summed=True, decimals=1),
        Column(find_head(speech, "measures_finance", "npv", speech.unit), Kind.AMOUNT, 8, spare=True, decimals=1),
        *(Column(year, Kind.YEARLY, LEAST_YEAR, spare=True) for year in list_years(result)),
    )


def _describe(
    mine: pd.DataFrame, stands: tuple[Cell, ...], worth: Mapping[tuple[str, str], float], speech: Speech
) -> tuple[Cell, ...]:
    """A measure and one of its owners, counted in plain units."""
    first, started = mine.iloc[0], mine[mine["build"] > SMALLEST]
    scale, unit = _scale_unit(str(first["unit"]))
    years = [scale * cell if isinstance(cell, float) else cell for cell in stands]
    most = max((cell for cell in years if isinstance(cell, float)), default=0.0)
    begins: Cell = None
    if len(started):
        span = int(started[YEAR].min()), int(started[YEAR].max())
        begins = Said(str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}", span[0])
    return (
        speech.name_measure(first),
        str(first["code"]),
        speech.name_programme(first["programme"]),
        speech.name(str(first[ACTOR])),
        Said(f"{speech.whole(100.0 * float(first['share']))}\xa0%", 100.0 * float(first["share"])),
        begins,
        None if started.empty else int(started["first_service"].min()),
        Said(format_amount(most, unit, speech.lang), most),
        speech.unit_of(unit),
        scale * float(mine["build"].sum()),
        float(mine["outlay"].sum()),
        float(mine["nominal"].sum()),
        clean_cell(worth.get((str(first[TECHNOLOGY]), str(first[ACTOR])))),
        *years,
    )


def _scale_unit(unit: str) -> tuple[float, str]:
    """How many of a plain unit a unit counts: `100 points` are 100 of `points`."""
    count, _, noun = unit.partition(" ")
    return (float(count), noun) if read_whole(count) and noun else (1.0, unit)


def _find_largest(row: tuple[Cell, ...]) -> float:
    return max((abs(cell) for cell in row if isinstance(cell, float)), default=0.0)


def _find_worth(result: Result) -> dict[tuple[str, str], float]:
    """Net present value of each measure to each of its owners."""
    table = result.table("measures_finance")
    if table is None:
        return {}
    own = table[table["level"] == "measure"]
    rows = zip(own["item"], own[ACTOR], own["npv"], strict=True)
    return {(str(item), str(actor)): float(npv) for item, actor, npv in rows if np.isfinite(npv)}


def _lay_investments(result: Result, speech: Speech) -> Table:
    """Every start and outlay."""
    spent = result.tables["investments"]
    keys = (
        ("actor", Kind.TEXT, 24.0),
        ("year", Kind.WHOLE, 7.0),
        ("build", Kind.AMOUNT, 10.0),
        ("unit", Kind.TEXT, 12.0),
    )
    shown = pd.DataFrame(
        {
            "measure": [speech.name_measure(row) for _, row in spent.iterrows()],
            "actor": [speech.name(str(actor)) for actor in spent[ACTOR]],
            "year": spent[YEAR],
            "build": spent["build"],
            "unit": [speech.unit_of(unit) for unit in spent["unit"]],
            "outlay": spent["outlay"],
            "nominal": spent["nominal"],
            "service": spent["first_service"],
        }
    )
    columns = (
        head_label(speech.say("head_measure"), 44.0),
        *(Column(speech.say(f"head_{name}"), kind, width) for name, kind, width in keys),
        *(Column(speech.say(f"head_{name}"), Kind.AMOUNT, 10.0, True, 1) for name in ("outlay", "nominal")),
        Column(speech.say("head_service"), Kind.WHOLE, 8.0),
    )
    return Table(
        "annex_investments",
        speech.say("annex_investments_caption"),
        "",
        columns,
        list_cells(shown),
        decimals=tuple(choose_row([float(build)]) for build in spent["build"]),
        level=speech.price_level,
        printed=PRINTED,
        annex=True,
    )


def _describe_service(result: Result, speech: Speech) -> pd.DataFrame:
    service, lengths = list_service(result.tables), count_years(result.facts)
    names = [
        f"{code} {name}" if code else str(name)
        for code, name in zip(service["code"], service[speech.name_column], strict=True)
    ]
    columns: dict[str, Any] = {
        "measure": names,
        "programme": [speech.name_programme(programme) for programme in service["programme"]],
        "year": service[YEAR].astype(int),
        "length": service[YEAR].map(lengths).fillna(1.0).astype(float),
        "share": service["share"].astype(float),
        "amount": [
            format_amount(float(added), str(unit), speech.lang)
            for added, unit in zip(service["added"], service["unit"], strict=True)
        ],
        "outlay": service["outlay"].astype(float),
        "started": service["build"] > SMALLEST,
    }
    return pd.DataFrame(columns)
