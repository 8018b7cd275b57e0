"""The report as one HTML file that needs nothing else, and as a page without scripts for a notebook."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from runners.reports.scripts import bundle_scripts
from runners.views.renderers.html import make_environment
from runners.views.renderers.picture import draw_svg, find_locale
from runners.views.section import Chart, Document, Grid

TEMPLATES = Path(__file__).parent / "templates"


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
        style=_read_style(),
        script=Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
        bundle=Markup(bundle),
        locales=locales,
    )


def write_still(document: Document, pictures: Mapping[str, str] = MappingProxyType({})) -> str:
    """A page without scripts: one language, charts as pictures; `pictures` are drawn already, by their key."""
    return _render([document], static=True, style=_read_style(), pictures=pictures)


def _read_style() -> Markup:
    return Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))


def _render(
    documents: Sequence[Document], *, static: bool, pictures: Mapping[str, str] = MappingProxyType({}), **parts: Any
) -> str:
    def limit(grid: Grid) -> int | None:
        return grid.printed if static else None

    environment = make_environment([TEMPLATES], limit)
    environment.globals["picture"] = partial(_embed_picture, pictures)
    return environment.get_template("report.html.j2").render(documents=documents, static=static, **parts)


def _embed_picture(pictures: Mapping[str, str], chart: Chart, lang: str) -> str:
    picture = pictures[chart.key] if chart.key in pictures else draw_svg(chart, lang)
    return "data:image/svg+xml;base64," + b64encode(picture.encode("utf-8")).decode("ascii")
