"""What a plan rests on: how certain its numbers are, on which of them most depends, and where they come from."""

from __future__ import annotations

import pandas as pd

from conf.words import say
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.names import name_known
from runners.views.overviews import weigh_confidence
from runners.views.section import Chart, Column, Drawing, Kind, Section, Shape, Table, Text
from runners.views.year_charts import draw_shares
from runners.views.year_tables import find_head, list_cells
from scenarios.terms import CONFIDENCES, PATH, YEAR

PRINTED = 15
"""Rows of a long table on paper."""
SEPARATOR = " · "
KEYS = (
    *("technology", "commodity", "account", "part", "item", "actor", "instrument", "group", "target", "slice"),
    *("vintage", YEAR, "path", "age"),
)
"""What a number may be written over, in the order in which it is read."""
SOURCES = {"source": 22.0, "title": 60.0, "publisher": 36.0, "address": 50.0, "accessed": 12.0, "note": 40.0}
"""Columns of sources, and their widths."""
BROKEN_IN_LINES = ("title", "publisher", "address", "note")
SPARE_OF_SOURCES = ("accessed", "note")


def write_quality(result: Result, speech: Speech) -> Section:
    """How many numbers are published, derived and assumed; on which of the assumed ones most money hangs."""
    title = say("workbook_title_quality", speech.lang)
    table = result.table("quality")
    if table is None:
        return Section("quality", title, ())
    counts = table[list(CONFIDENCES)].sum()
    shares = {name: speech.number(100 * float(counts[name]) / float(counts.sum()), 0) for name in CONFIDENCES}
    told = speech.say("quality_text", count=speech.whole(float(counts.sum())), **shares)
    weighed = weigh_confidence(result.tables)
    rows = pd.DataFrame(
        {
            "name": [speech.known(f"table_{name}", str(name)) for name in weighed["table"]],
            "series": [speech.say(f"confidence_{name}") for name in weighed["confidence"]],
            "value": weighed["share"],
            "count": weighed["count"],
        }
    )
    unit = speech.say("quality_unit")
    places = tuple(range(1, len(CONFIDENCES) + 1))
    drawing = Drawing(
        "quality", say("workbook_heading_quality", speech.lang), Shape.BARS, columns=places, most=len(table)
    )
    chart = Chart("quality", speech.say("quality_chart"), told, draw_shares(rows, speech, unit), drawing)
    blocks = (Text(told), Text(speech.say("quality_meaning")), chart, _lay_quality(table, speech))
    return Section("quality", title, (*blocks, *_lay_assumptions(result, speech)))


def write_sources(result: Result, speech: Speech) -> Section:
    """Where the numbers come from."""
    title = say("workbook_title_sources", speech.lang)
    table = result.table("sources")
    if table is None:
        return Section("sources", title, ())
    names = [name for name in SOURCES if name in table]
    columns = tuple(
        Column(
            find_head(speech, "sources", name),
            Kind.LONG if name in BROKEN_IN_LINES else Kind.TEXT,
            SOURCES[name],
            spare=name in SPARE_OF_SOURCES,
        )
        for name in names
    )
    caption = speech.say("sources_list_caption")
    return Section(
        "sources",
        title,
        (Table("sources_list", caption, "", columns, list_cells(table, names), folded=True, filtered=True),),
    )


def write_numbers(result: Result, speech: Speech) -> Section:
    """Every number of the case with unit, source and confidence."""
    title = say("workbook_title_numbers", speech.lang)
    table = result.table("numbers")
    if table is None:
        return Section("numbers", title, ())
    filled = [name for name in KEYS if name in table and (table[name] != "").any()]
    labels = [SEPARATOR.join(filter(None, cells)) for cells in table[filled].itertuples(index=False, name=None)]
    shown = table.assign(
        what=[
            name_quantity(str(name or column), speech)
            for name, column in zip(table["quantity"], table["column"], strict=True)
        ],
        labels=labels,
        year=[" ".join(filter(None, pair)) for pair in zip(table[YEAR], table[PATH], strict=True)],
        unit=[speech.unit_of(unit) for unit in table["unit"]],
        confidence=[speech.say(f"confidence_{word}") if word in CONFIDENCES else "" for word in table["confidence"]],
        place=[
            f"{layer}/{name}.csv:{row}".lstrip("/")
            for layer, name, row in zip(_list_layers(table), table["table"], table["row"], strict=True)
        ],
    )
    columns = (
        Column(find_head(speech, "numbers", "quantity"), width=30),
        Column(say("workbook_about", speech.lang), width=36),
        Column(say("workbook_labels", speech.lang), width=36, spare=True),
        Column(find_head(speech, "numbers", YEAR), width=9),
        Column(find_head(speech, "numbers", "value"), Kind.FULL, 12),
        Column(find_head(speech, "numbers", "unit"), width=18),
        Column(find_head(speech, "numbers", "confidence"), width=12),
        Column(find_head(speech, "numbers", "source"), width=20),
        Column(find_head(speech, "numbers", "note"), Kind.LONG, 60, spare=True),
        Column(say("workbook_place", speech.lang), width=24),
    )
    names = ("what", speech.name_column, "labels", YEAR, "value", "unit", "confidence", "source", "note", "place")
    annex = Table(
        "numbers",
        speech.say("annex_numbers_caption"),
        say("workbook_note_numbers", speech.lang),
        columns,
        list_cells(shown, names),
        printed=0,
        annex=True,
        filtered=True,
    )
    return Section("numbers", title, (annex,))


def _list_layers(table: pd.DataFrame) -> list[str]:
    """The layer of each number; a folder written before layers were told has none."""
    return [str(layer or "") for layer in table["layer"]] if "layer" in table else [""] * len(table)


def name_quantity(quantity: str, speech: Speech) -> str:
    """A quantity of the catalog as a reader calls it."""
    known = name_known(f"quantity_{quantity}", speech.lang, quantity.replace("_", " "))
    return name_known(f"workbook_quantity_{quantity}", speech.lang, known)


def _lay_quality(table: pd.DataFrame, speech: Speech) -> Table:
    named = table.assign(table=[speech.known(f"table_{name}", str(name)) for name in table["table"]])
    counts = (Column(find_head(speech, "quality", name), Kind.COUNT, 14, summed=True) for name in CONFIDENCES)
    return Table(
        "quality",
        speech.say("quality_caption"),
        "",
        (Column(find_head(speech, "quality", "table"), width=36), *counts),
        list_cells(named, ("table", *CONFIDENCES)),
        speech.say("total"),
        across=speech.say("total"),
        folded=True,
    )


def _lay_assumptions(result: Result, speech: Speech) -> list[Table]:
    """The assumed numbers on which most of the plan's money hangs, dearest first."""
    table = result.table("assumptions")
    if table is None:
        return []
    shown = table.assign(
        what=[name_quantity(str(name), speech) for name in table["quantity"]],
        unit=[speech.unit_of(unit) for unit in table["unit"]],
        place=[f"{name}:{row}" for name, row in zip(table["file"], table["row"], strict=True)],
    )
    columns = (
        Column(say("workbook_about", speech.lang), width=36),
        Column(find_head(speech, "assumptions", "quantity"), width=20),
        Column(find_head(speech, "assumptions", "value"), Kind.FULL, 14),
        Column(find_head(speech, "assumptions", "unit"), width=14),
        Column(find_head(speech, "assumptions", "money", speech.unit), Kind.AMOUNT, 14, decimals=0),
        Column(find_head(speech, "assumptions", "source"), width=20),
        Column(say("workbook_place", speech.lang), width=24),
    )
    names = (speech.name_column, "what", "value", "unit", "money", "source", "place")
    return [
        Table(
            "assumptions",
            speech.say("assumptions_caption"),
            speech.say("assumptions_note"),
            columns,
            list_cells(shown, names),
            printed=PRINTED,
            level=speech.price_level,
        )
    ]
