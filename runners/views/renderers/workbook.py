"""Sections as sheets of a workbook: texts above, tables below each other with live sums, charts as pictures last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING

from conf.words import say
from runners.views.names import name_known
from runners.views.renderers.picture import SHARPNESS, draw_png
from runners.views.renderers.sheets import Block, Sheet
from runners.views.renderers.workbook_format import Place
from runners.views.section import Block as AnyBlock
from runners.views.section import Chart, Column, Finder, Kind, Points, Section, Table, Text

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


def lay_sheets(sections: Sequence[Section], lang: str) -> list[Sheet]:
    """A sheet per section that has a table or sentences."""
    sheets: list[Sheet] = []
    for section in sections:
        blocks = tuple(_lay_blocks(section, lang))
        if not blocks:
            continue
        tab = _name_tab(section, lang, [sheet.tab for sheet in sheets])
        texts = [block.text for block in section.blocks if isinstance(block, Text)]
        tables = [block for block in map(_find_table, section.blocks) if block is not None]
        notes = dict.fromkeys(table.note for table in tables if table.note)
        filtered = next((block.table.key for block in section.blocks if isinstance(block, Finder)), "")
        lines = tuple(line for text in (*texts, *notes) for line in wrap(text, NOTE))
        pictures = tuple(block for block in section.blocks if isinstance(block, Chart))
        sheets.append(Sheet(section.key, tab, section.title, lines, blocks, filtered, pictures=pictures))
    return sheets


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


def _find_table(block: AnyBlock) -> Table | None:
    """The table of a block, with numbers to reckon with; None where it has none."""
    return block if isinstance(block, Table) else block.table if isinstance(block, Finder) else None


def _lay_blocks(section: Section, lang: str) -> Iterable[Block]:
    for number, block in enumerate(section.blocks):
        table = _find_table(block)
        if table is not None and table.rows:
            yield Block(table.key, table.columns, table.rows, table.caption, table.total, decimals=table.decimals)
        elif isinstance(block, Points):
            column = Column(block.lead or say("subject_sentences", lang), Kind.LONG, WORDS)
            rows = tuple((item,) for item in block.items)
            yield Block(f"{section.key}_words_{number}", (column,), rows)


def _name_tab(section: Section, lang: str, taken: Collection[str]) -> str:
    """The name of a sheet, of its own and no longer than Excel takes."""
    name = name_known(f"result_tab_{section.key}", lang, section.title)
    name = "".join(" " if letter in FORBIDDEN else letter for letter in name).strip("' ")[:LONGEST_TAB].strip()
    number, own = 2, name
    while own in taken:
        own, number = f"{name[: LONGEST_TAB - 4]} ({number})", number + 1
    return own


def _read_height(png: bytes) -> int:
    """How many dots high a PNG is, as its head says."""
    return int.from_bytes(png[20:24], "big")
