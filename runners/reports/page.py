"""The report as one HTML file that needs nothing else, and as the HTML that a PDF is made of."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conf.words import format_number, say
from runners.reports.scripts import bundle_scripts
from runners.views.renderers.grid import read_table
from runners.views.renderers.picture import draw_svg, find_locale
from runners.views.section import Block, Chart, Document, Grid, Row

TEMPLATES = Path(__file__).parent / "templates"
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
"""Marks of direction, which no Swedish or English text needs."""
FIRST_FOUND = 25
"""Rows of the finder without scripts, and on paper."""


def write_page(documents: Sequence[Document], scripts: str | None = None) -> str:
    """One HTML file with every language of a report; the first is shown, a button turns to the others.

    Args:
        documents: one per language.
        scripts: what draws charts, where it was made already.
    """
    bundle = (
        (bundle_scripts() if scripts is None else scripts).replace("</script", "<\\/script").replace("<!--", "<\\!--")
    )
    locales = {document.lang: find_locale(document.lang) for document in documents}
    return _render(
        documents,
        static=False,
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
        bundle=Markup(bundle),
        locales=locales,
    )


def write_paper(document: Document, pictures: Mapping[str, str] = MappingProxyType({})) -> str:
    """The HTML of a PDF: one language, charts as pictures, no scripts; `pictures` are drawn already, by their key."""
    styles = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "paper.css")]
    return _render([document], static=True, style=Markup("\n".join(styles)), pictures=pictures)


def write_data(data: Any) -> Markup:
    """JSON for a script element: no tag can end in it, and no entity is read."""
    text = straighten(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def straighten(text: str) -> str:
    """Text without marks that turn the direction of what follows, in which a name could hide what it says."""
    return text.translate(TURNING)


def _render(
    documents: Sequence[Document], *, static: bool, pictures: Mapping[str, str] = MappingProxyType({}), **parts: Any
) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda cell: straighten(cell) if type(cell) is str else cell,
    )

    def limit(grid: Grid) -> int | None:
        return grid.printed if static else None

    def hide(grid: Grid) -> int:
        return len(grid.rows) - len(show(grid))

    def show(grid: Grid) -> tuple[Row, ...]:
        return grid.rows[: limit(grid)]

    environment.globals.update(
        name_block=_name_block,
        read=read_table,
        data=write_data,
        picture=partial(_embed_picture, pictures),
        count_rows=_count_rows,
        shown=show,
        hidden_rows=hide,
        more_rows=lambda grid, lang: say("report_more_rows", lang, count=format_number(hide(grid), lang, 0)),
        first_found=FIRST_FOUND,
    )
    return environment.get_template("report.html.j2").render(documents=documents, static=static, **parts)


def _name_block(block: Block) -> str:
    return type(block).__name__


def _count_rows(grid: Grid, lang: str) -> str:
    return say("report_row_count", lang, count=format_number(len(grid.rows), lang, 0))


def _embed_picture(pictures: Mapping[str, str], chart: Chart, lang: str) -> str:
    picture = pictures[chart.key] if chart.key in pictures else draw_svg(chart, lang)
    return "data:image/svg+xml;base64," + b64encode(picture.encode("utf-8")).decode("ascii")
