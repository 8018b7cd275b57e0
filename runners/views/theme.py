"""The colours, type and axes that every chart is drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runners.views import vega

PALETTE = (
    *("#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677", "#44AA99", "#882255", "#999933", "#AA4499"),
    *("#6699CC", "#E69F00", "#661100", "#777777", "#F0E442", "#004D73", "#B8A1D9"),
)
"""Paul Tol's `muted` scheme, told apart with any kind of colour blindness; then seven more, for many series."""
OTHERS = "#BBBBBB"
GRID = "#E4E4E4"
INK = "#222222"
FAINT = "#666666"
LIMIT = "#D55E00"
"""Targets and ceilings."""
WIDTH, HEIGHT = 660, 280
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
LEGEND_COLUMNS = 3
LONGEST = 260


AXIS: Mapping[str, Any] = {
    "labelColor": INK,
    "titleColor": FAINT,
    "gridColor": GRID,
    "domainColor": FAINT,
    "tickColor": FAINT,
    "labelFontSize": 11,
    "titleFontSize": 11,
    "titleFontWeight": "normal",
    "titlePadding": 8,
    "labelLimit": LONGEST,
}
LEGEND: Mapping[str, Any] = {
    "orient": "bottom",
    "columns": LEGEND_COLUMNS,
    "labelLimit": LONGEST,
    "labelFontSize": 11,
    "labelColor": INK,
    "titleColor": FAINT,
    "titleFontWeight": "normal",
    "symbolType": "square",
}


def finish(
    chart: vega.Chart | vega.Layers, width: int = WIDTH, height: int | Mapping[str, Any] = HEIGHT
) -> dict[str, Any]:
    """The specification of a chart in the report's type and colours."""
    return vega.write_spec(chart, width=width, height=height, config=configure())


def configure() -> dict[str, Any]:
    """The report's type and colours, as Vega-Lite is told of them."""
    return {
        "font": FONT,
        "background": "transparent",
        "aria": False,
        "view": {**vega.VIEW, "stroke": None},
        "axis": {**AXIS},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "legend": {**LEGEND},
    }
