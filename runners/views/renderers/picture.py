"""Charts as pictures: SVG for paper and folders, PNG for folders and workbooks, numbers as a language writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any

from conf.words import LANGUAGES
from runners.helper import open_helper
from runners.views.section import Chart, Section

LOCALES: Mapping[str, Any] = {"sv": "sv-SE", "en": "en-US"}
"""How charts write numbers in each language."""
SHARPNESS = 2.0
"""Dots of a PNG for each point of its chart."""
LETTERS = 90
"""Of a line of a title."""
TITLE: Mapping[str, Any] = {"anchor": "start", "fontSize": 14, "offset": 12, "subtitleColor": "#666666"}


UNDRAWABLE = re.compile(r"(?<!\\)((?:\\\\)*)\\u00[01][0-9a-f]")
"""A control character as JSON writes it: no picture may hold one, and the engine dies of it."""


def draw_svg(chart: Chart, lang: str = LANGUAGES[0]) -> str:
    """A chart as SVG."""
    from vl_convert import vegalite_to_svg

    return str(vegalite_to_svg(_write_spec(chart.spec), format_locale=find_locale(lang)))


def warm_up() -> None:
    """Start the engine that draws, which takes longer than a chart does."""
    draw_svg(Chart("", "", "", {"data": {"values": []}, "mark": "bar", "encoding": {}}))


def draw_png(chart: Chart, lang: str = LANGUAGES[0]) -> bytes:
    """A chart as PNG, on white."""
    from vl_convert import vegalite_to_png

    spec = {**chart.spec, "background": "white"}
    return bytes(vegalite_to_png(_write_spec(spec), scale=SHARPNESS, format_locale=find_locale(lang)))


def begin_pictures(
    sections: Iterable[Section], lang: str, note: str, helper: Executor
) -> Callable[[], dict[str, bytes]]:
    """Begin to draw every chart of some sections; gives what waits for the files, by their names.

    SVG and PNG of each. The engine of charts is the helper's; what makes dots of lines works here meanwhile.

    Args:
        sections: of a result.
        lang: of numbers at axes.
        note: said under each title, such as case and price year.
        helper: draws.
    """
    charts = [_head(block, note) for section in sections for block in section.blocks if isinstance(block, Chart)]
    drawn = [(chart.key, helper.submit(draw_svg, chart, lang)) for chart in charts]

    def finish() -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for key, picture in drawn:
            lines = picture.result()
            files |= {f"{key}.svg": lines.encode("utf-8"), f"{key}.png": _make_dots(lines)}
        return files

    return finish


def write_pictures(sections: Iterable[Section], folder: Path, lang: str, note: str = "") -> None:
    """As `begin_pictures`, the files into a folder that exists."""
    with open_helper() as helper:
        for name, content in begin_pictures(sections, lang, note, helper)().items():
            (folder / name).write_bytes(content)


def _write_spec(spec: Mapping[str, Any]) -> str:
    """A chart as the engine reads it, with a mark where a name has a character that no picture may hold."""
    return UNDRAWABLE.sub(r"\1\\ufffd", json.dumps(spec))


def _make_dots(lines: str) -> bytes:
    from vl_convert import svg_to_png

    return bytes(svg_to_png(lines, scale=SHARPNESS))


def _head(chart: Chart, note: str) -> Chart:
    """A chart that stands alone: on white, its caption over it and the note below that."""
    title = {**TITLE, "text": wrap(chart.caption, LETTERS), **({"subtitle": note} if note else {})}
    return replace(chart, spec={**chart.spec, "title": title, "background": "white"})


@cache
def find_locale(lang: str) -> Any:
    """The numbers of a language for charts, with a true minus sign as the rest of the program writes it."""
    from vl_convert import get_format_locale

    return {**get_format_locale(LOCALES[lang]), "minus": "−"}
