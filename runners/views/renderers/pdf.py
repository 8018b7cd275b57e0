"""A document of sections as PDF, set by Typst: tagged for screen readers, with nothing read but what it is given.

How it looks stands in `report.typ`, what it says goes beside it as JSON: no word of a case is ever markup or code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from conf.words import format_number, say
from runners.views.renderers.columns import PAGE, lay_columns
from runners.views.renderers.grid import read_table
from runners.views.renderers.picture import draw_svg
from runners.views.renderers.word import clean
from runners.views.section import Block, Chart, Document, Facts, Finder, Grid, Points, Row, Table, Text

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
REGIONS: Mapping[str, str] = {"sv": "SE", "en": "GB"}
FIRST_FOUND = 25
"""Rows of a table that is searched on a page: nobody searches on paper."""
FEWEST_LISTED = 3
"""Sections that a contents list begins with."""
ANNEXES = "annexes"
"""The section that begins on a page of its own: half of the rows, which Typst lays beside the other half."""
MOST_BESIDE = 5
"""Facts in a row."""
SCALE, WIDEST, HIGHEST = 0.62, PAGE, 620.0
"""Points of a chart's dot, and the most points of one that is wide or high: letters are as large in every chart."""
STANDARD = "ua-1"
"""PDF/UA-1, which asks of a file that everybody can read it."""


def write_pdf(document: Document, pictures: Mapping[str, str] = MappingProxyType({}), started: str = "") -> bytes:
    """The bytes of a PDF in the document's language.

    Args:
        document: as composed.
        pictures: charts that are drawn already, SVG by the chart's key.
        started: when what it shows was made, which is the file's own date; so that one result gives one file.
    """
    paper = _Paper(document.lang, pictures)
    report = {
        "lang": document.lang,
        "region": REGIONS[document.lang],
        "dated": bool(started),
        "title": document.title,
        "kicker": document.kicker,
        "subtitle": document.subtitle,
        "contents": document.words["contents"] if len(document.sections) >= FEWEST_LISTED else "",
        "footer": document.words["footer"],
        "sections": [
            {
                "title": section.title,
                "apart": section.key == ANNEXES,
                "blocks": [paper.write_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }
    files = {"report.json": json.dumps(_clean_all(report), ensure_ascii=False).encode("utf-8"), **paper.files}
    return typeset(files, started)


def typeset(files: Mapping[str, bytes], started: str = "", standards: Sequence[str] = (STANDARD,)) -> bytes:
    """The PDF of `report.typ` beside some files, which are all that it can read.

    A sign that no font has is against PDF/UA: a file with one says of itself no more than that it is tagged.
    """
    from typst import Compiler, Fonts, TypstError

    fonts = Fonts(include_system_fonts=False, font_paths=[find_fonts()])
    with TemporaryDirectory() as empty:
        compiler: Any = Compiler(root=empty, font_paths=fonts, package_path=empty, package_cache_path=empty)
        source = {"main.typ": TEMPLATE.read_bytes(), **files}
        made = {"timestamp": _read_time(started)} if started else {}
        try:
            return bytes(compiler.compile(source, pdf_standards=list(standards), **made))
        except TypstError:
            if not standards:
                raise
            return bytes(compiler.compile(source, pdf_standards=[], **made))


def _read_time(written: str) -> datetime:
    """A moment with its zone, which is that of Greenwich where none is written."""
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def find_fonts() -> Path:
    """The folder of the sans serif that charts are measured in and tables are set in."""
    import fontpkg_arimo

    return Path(fontpkg_arimo.ROOT) / "files"


class _Paper:
    """Blocks as the template reads them, and the pictures among them as files."""

    def __init__(self, lang: str, pictures: Mapping[str, str]) -> None:
        self.lang, self.pictures = lang, pictures
        self.files: dict[str, bytes] = {}

    def write_block(self, block: Block) -> dict[str, Any]:
        match block:
            case Text(text=text, kind=kind):
                return {"kind": "text", "text": text, "note": kind == "note"}
            case Points():
                return {"kind": "points", "lead": block.lead, "numbered": block.numbered, "items": block.items}
            case Facts():
                facts = [{"figure": fact.figure, "name": fact.name, "remark": fact.remark} for fact in block.facts]
                return {"kind": "facts", "columns": max(min(len(facts), MOST_BESIDE), 1), "facts": facts}
            case Chart():
                return self._write_chart(block)
            case Table():
                return self._write_grid(read_table(block, self.lang))
            case Finder():
                rows = tuple(Row(cells) for cells in block.rows)
                texts = max(block.choices, default=0) + 1
                found = Grid(block.key, block.caption, block.note, block.heads, rows[:FIRST_FOUND], texts)
                return self._write_grid(found)
            case Grid():
                return self._write_grid(block)

    def _write_grid(self, grid: Grid) -> dict[str, Any]:
        rows = grid.rows[: grid.printed]
        hidden = len(grid.rows) - len(rows)
        lay = lay_columns(grid, rows)
        return {
            "kind": "table",
            "caption": grid.caption,
            "note": grid.note,
            "more": say("report_more_rows", self.lang, count=format_number(hidden, self.lang, 0)) if hidden else "",
            "heads": [lay.part(head, place) for place, head in enumerate(grid.heads)],
            "figures": [place >= grid.texts and place not in grid.words for place in range(len(grid.heads))],
            "size": lay.size.points,
            "padding": lay.size.padding / 2,
            "widths": lay.shares,
            "rows": [
                {"cells": [lay.part(cell, place) for place, cell in enumerate(row.cells)], "total": row.kind == "total"}
                for row in rows
            ],
        }

    def _write_chart(self, chart: Chart) -> dict[str, Any]:
        drawn = self.pictures[chart.key] if chart.key in self.pictures else draw_svg(chart, self.lang)
        file = f"chart-{len(self.files)}.svg"
        self.files[file] = drawn.encode("utf-8")
        alternative = chart.alternative or chart.caption
        width = _measure_picture(drawn)
        return {"kind": "chart", "caption": chart.caption, "alt": alternative, "file": file, "width": width}


def _measure_picture(picture: str) -> float:
    """How many points wide a chart is set, given as SVG.

    >>> _measure_picture('<svg width="500" height="300">'), _measure_picture('<svg width="500" height="2000">')
    (310.0, 155.0)
    """
    sides = re.search(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"', picture)
    if sides is None:
        return WIDEST
    width, height = map(float, sides.groups())
    return round(min(SCALE * width, WIDEST, HIGHEST * width / height), 1)


def _clean_all(told: Any) -> Any:
    """The same with every text free of what cannot be printed."""
    if isinstance(told, str):
        return clean(told)
    if isinstance(told, Mapping):
        return {key: _clean_all(each) for key, each in told.items()}
    return [_clean_all(each) for each in told] if isinstance(told, list | tuple) else told
