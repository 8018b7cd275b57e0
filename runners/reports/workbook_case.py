"""Sheets of what the plan was made of: every number with its source, the sources, and how certain it all is."""

from __future__ import annotations

from runners.reports.case_tables import KEYS
from runners.reports.workbook_blocks import SEPARATOR, Contents, list_cells
from runners.views.renderers.sheets import Block, Sheet
from runners.views.section import Column, Kind
from scenarios.terms import CONFIDENCES


def list_numbers(contents: Contents) -> Sheet | None:
    """Every number of the case with unit, source and confidence."""
    table = contents.table("numbers")
    if table is None:
        return None
    columns = [name for name in KEYS if name in table and (table[name] != "").any()]
    labels = [SEPARATOR.join(filter(None, cells)) for cells in table[columns].itertuples(index=False, name=None)]
    shown = table.assign(
        what=[contents.name_quantity(name) for name in table["quantity"]],
        labels=labels,
        unit=[contents.write_unit(unit) for unit in table["unit"]],
        confidence=[contents.word(f"workbook_confidence_{word}", word) for word in table["confidence"]],
        place=[f"{name}.csv:{row}" for name, row in zip(table["table"], table["row"], strict=True)],
    )
    block = Block(
        "numbers",
        (
            Column(contents.head("plan/numbers", "quantity"), width=30),
            Column(contents.say("about"), width=36),
            Column(contents.say("labels"), width=36),
            Column(contents.head("plan/numbers", "value"), Kind.FULL, 12),
            Column(contents.head("plan/numbers", "unit"), width=18),
            Column(contents.head("plan/numbers", "confidence"), width=12),
            Column(contents.head("plan/numbers", "source"), width=20),
            Column(contents.head("plan/numbers", "note"), Kind.LONG, 60),
            Column(contents.say("place"), width=24),
        ),
        list_cells(shown, ("what", contents.name, "labels", "value", "unit", "confidence", "source", "note", "place")),
    )
    notes = (*contents.note_money(), contents.say("note_numbers"))
    return Sheet("numbers", contents.say("tab_numbers"), contents.say("title_numbers"), notes, (block,), "numbers")


def list_sources(contents: Contents) -> Sheet | None:
    """Where the numbers come from."""
    table = contents.table("sources")
    if table is None:
        return None
    widths = {"source": 22, "title": 60, "publisher": 36, "address": 50, "accessed": 12, "note": 40}
    names = [name for name in widths if name in table]
    long = ("title", "publisher", "address", "note")
    columns = tuple(
        Column(contents.head("plan/sources", name), Kind.LONG if name in long else Kind.TEXT, widths[name])
        for name in names
    )
    block = Block("sources", columns, list_cells(table, names))
    return Sheet("sources", contents.say("tab_sources"), contents.say("title_sources"), (), (block,), "sources")


def list_quality(contents: Contents) -> Sheet | None:
    """How many numbers are published, derived and assumed; and on which of the assumed ones most money hangs."""
    table = contents.table("quality")
    if table is None:
        return None
    counts = [Column(contents.head("plan/quality", name), Kind.COUNT, 14, summed=True) for name in CONFIDENCES]
    first = Block(
        "quality",
        (Column(contents.head("plan/quality", "table"), width=36), *counts),
        list_cells(table, ("table", *CONFIDENCES)),
        contents.say("heading_quality"),
        contents.say("total"),
        contents.say("sum"),
        decimals=(0,) * len(table),
    )
    blocks = [first, *_list_assumptions(contents)]
    notes = (*contents.note_money(), contents.say("note_quality"))
    return Sheet("quality", contents.say("tab_quality"), contents.say("title_quality"), notes, tuple(blocks))


def _list_assumptions(contents: Contents) -> list[Block]:
    table = contents.table("assumptions")
    if table is None:
        return []
    shown = table.assign(
        what=[contents.name_quantity(name) for name in table["quantity"]],
        unit=[contents.write_unit(unit) for unit in table["unit"]],
        place=[f"{name}:{row}" for name, row in zip(table["file"], table["row"], strict=True)],
    )
    columns = (
        Column(contents.say("about"), width=36),
        Column(contents.head("plan/assumptions", "quantity"), width=20),
        Column(contents.head("plan/assumptions", "value"), Kind.FULL, 14),
        Column(contents.head("plan/assumptions", "unit"), width=14),
        Column(contents.head("plan/assumptions", "money", contents.money), Kind.AMOUNT, 14),
        Column(contents.head("plan/assumptions", "source"), width=20),
        Column(contents.say("place"), width=24),
    )
    rows = list_cells(shown, (contents.name, "what", "value", "unit", "money", "source", "place"))
    return [Block("assumptions", columns, rows, contents.say("heading_assumptions"))]
