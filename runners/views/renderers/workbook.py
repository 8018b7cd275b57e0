"""Sections as sheets of a workbook: texts above, tables below each other with live sums, charts drawn from their cells.

A chart without a table to draw it from stands as a picture below the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING

from conf.words import say
from runners.views.names import name_known
from runners.views.renderers.picture import SHARPNESS, draw_png
from runners.views.renderers.sheets import Bars, Block, Sheet
from runners.views.renderers.sheets import Chart as Years
from runners.views.renderers.workbook_format import Place
from runners.views.section import Chart, Column, Drawing, Finder, Kind, Points, Section, Shape, Table, Text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LONGEST_TAB = 31
FORBIDDEN = "[]:*?/\\"
"""What Excel does not take in the name of a sheet."""
NOTE = 130
"""Letters of a line of notes."""
WORDS = 60.0
"""Characters of a column of sentences."""
POINTS_PER_ROW = 18
"""Height of a row that charts are placed by, in points of the screen."""
SMALLER = 0.72 / SHARPNESS
"""A PNG beside its size in a sheet."""


def lay_sheets(
    sections: Sequence[Section], lang: str, first: Sequence[str] = (), last: Sequence[str] = ()
) -> list[Sheet]:
    """A sheet per section that has a table or sentences of its own; what stands in front is left to `lay_front`.

    Args:
        sections: in their order.
        lang: of the workbook.
        first: notes that every sheet begins with.
        last: notes that every sheet ends with.
    """
    sheets: list[Sheet] = []
    for section in sections:
        blocks = align_years(list(lay_blocks(section, lang)))
        if not blocks:
            continue
        tab = _name_tab(section, lang, [sheet.tab for sheet in sheets])
        own = [table for table in _list_tables(section) if not table.front]
        texts = [block.text for block in section.blocks if isinstance(block, Text)]
        notes = dict.fromkeys([*first, *texts, *(table.note for table in own if table.note), *last])
        lines = tuple(line for text in notes for line in wrap(text, NOTE))
        pictures = tuple(block for block in section.blocks if isinstance(block, Chart) and block.drawing is None)
        filtered = next((table.key for table in own if table.filtered), "")
        shaded = next((table.key for table in own if table.shaded), "")
        sheets.append(Sheet(section.key, tab, section.title, lines, blocks, filtered, shaded, pictures))
    return sheets


def lay_front(sections: Iterable[Section]) -> Iterator[Block]:
    """The blocks of a first sheet: tables that stand in front, each with its current prices below it."""
    for section in sections:
        for table in _list_tables(section):
            if table.front and table.rows:
                yield _lay_table(table)
                if table.current is not None:
                    yield _lay_table(table.current)


def lay_blocks(section: Section, lang: str) -> Iterator[Block]:
    """The blocks of a section's sheet: tables in constant prices and sentences, then the tables in current ones."""
    charts = [block for block in section.blocks if isinstance(block, Chart)]
    own = [table for table in _list_tables(section) if table.rows and not table.front]
    for number, block in enumerate(section.blocks):
        table = block.table if isinstance(block, Finder) else block
        if isinstance(table, Table) and table.key in {one.key for one in own}:
            yield _lay_table(table, [chart for chart in charts if chart.drawing and chart.drawing.table == table.key])
        elif isinstance(block, Points):
            column = Column(block.lead or say("subject_sentences", lang), Kind.LONG, WORDS)
            rows = tuple((item,) for item in block.items)
            yield Block(f"{section.key}_words_{number}", (column,), rows)
    yield from (_lay_table(table.current) for table in own if table.current is not None)


def align_years(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks with blank columns after their labels where others have more, so that a year has one column throughout."""
    yearly = [block for block in blocks if any(column.kind is Kind.YEARLY for column in block.columns)]
    most = max((_count_labels(block) for block in yearly), default=0)
    return tuple(_pad_labels(block, most - _count_labels(block)) if block in yearly else block for block in blocks)


def put_pictures(worksheet: Worksheet, places: Sequence[Place], pictures: Iterable[Chart], lang: str) -> None:
    """Charts below the last block of a sheet, each with what it shows for who cannot see it."""
    row = max((place.last + 1 + bool(place.block.total) for place in places), default=0) + 2
    for chart in pictures:
        data = draw_png(chart, lang)
        options = {
            "image_data": BytesIO(data),
            "x_scale": SMALLER,
            "y_scale": SMALLER,
            "description": f"{chart.caption}. {chart.alternative}",
        }
        worksheet.write_string(row, 0, chart.caption)
        worksheet.insert_image(row + 1, 0, f"{chart.key}.png", options)
        row += 3 + int(_read_height(data) * SMALLER / POINTS_PER_ROW)


def _list_tables(section: Section) -> list[Table]:
    """The tables of a section: those of finders can be filtered."""
    tables = []
    for block in section.blocks:
        if isinstance(block, Table):
            tables.append(block)
        elif isinstance(block, Finder):
            tables.append(replace(block.table, filtered=True))
    return tables


def _lay_table(table: Table, charts: Sequence[Chart] = ()) -> Block:
    plots = [
        _plot(chart, chart.drawing, table) for chart in charts if chart.drawing and chart.drawing.shape != Shape.SHADES
    ]
    return Block(
        key=table.key,
        columns=table.columns,
        rows=table.every or table.rows,
        heading=table.caption,
        total=table.total,
        across=table.across,
        decimals=table.decimals,
        plots=tuple(plots),
    )


def _plot(chart: Chart, drawing: Drawing, table: Table) -> Years | Bars:
    if drawing.shape is Shape.BARS:
        rows = min(len(table.rows), drawing.most)
        return Bars(chart.caption, drawing.axis, drawing.names, drawing.columns, rows)
    lines = drawing.shape is Shape.LINES
    return Years(chart.caption, drawing.axis, lines, drawing.most, drawing.rows, drawing.names)


def _count_labels(block: Block) -> int:
    return next(at for at, column in enumerate(block.columns) if column.kind is Kind.YEARLY)


def _pad_labels(block: Block, blanks: int) -> Block:
    at, blank = _count_labels(block), Column("", width=1.0)
    columns = (*block.columns[:at], *(blank,) * blanks, *block.columns[at:])
    rows = tuple((*row[:at], *(None,) * blanks, *row[at:]) for row in block.rows)
    return replace(block, columns=columns, rows=rows)


def _name_tab(section: Section, lang: str, taken: Collection[str]) -> str:
    """The name of a sheet, of its own and no longer than Excel takes."""
    name = name_known(f"result_tab_{section.key}", lang, name_known(f"workbook_tab_{section.key}", lang, section.title))
    name = "".join(" " if letter in FORBIDDEN else letter for letter in name).strip("' ")[:LONGEST_TAB].strip()
    number, own = 2, name
    while own in taken:
        own, number = f"{name[: LONGEST_TAB - 4]} ({number})", number + 1
    return own


def _read_height(png: bytes) -> int:
    """How many dots high a PNG is, as its head says."""
    return int.from_bytes(png[20:24], "big")
