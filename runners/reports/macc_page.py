"""The cost curve by measure alone: an HTML file that needs nothing else, where one chooses way, span and order."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from runners.reports.scripts import bundle_scripts
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.macc import chart_macc
from runners.views.renderers.html import write_data
from runners.views.renderers.picture import find_locale

FILE = "macc.html"
PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }}
.vega-bind {{ display: inline-block; margin: 0 1em 0.5em 0 }}</style></head>
<body><h1>{title}</h1><div id="chart"></div><p>{told}</p>
<script>{bundle}</script>
<script>vegaEmbed("#chart", {spec}, {{ actions: false, renderer: "svg", formatLocale: {locale} }});</script>
</body></html>
"""


def write_macc_page(curve: Result, speech: Speech, folder: Path) -> Path | None:
    """Write the page into a folder that exists; None where no measure has a cost per tonne."""
    chart = chart_macc(curve, speech)
    if chart is None:
        return None
    path = folder / FILE
    page = PAGE.format(
        lang=speech.lang,
        title=escape(chart.caption),
        told=escape(chart.alternative),
        bundle=bundle_scripts().replace("</script", "<\\/script").replace("<!--", "<\\!--"),
        spec=write_data(json.loads(json.dumps(chart.spec))),
        locale=write_data(find_locale(speech.lang)),
    )
    path.write_text(page, encoding="utf-8")
    return path
