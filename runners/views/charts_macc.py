"""A cost curve by measure as it is known: bars as wide as tonnes and as high as cost per tonne, cheapest first.

Who reads it chooses the way of reckoning, the year or span, and the order; all bars are in the chart's data, and what
is chosen picks, sorts and lays them side by side in the browser. On paper it stands as it begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from runners.views import vega
from runners.views.locale import Speech
from runners.views.theme import FAINT, FONT, GRID, HEIGHT, INK, LIMIT, PALETTE, WIDTH

COST, TONNES, PROGRAMME = ORDERS = ("cost", "tonnes", "programme")
"""What bars may be sorted by; by programme they are grouped, cheapest first in each."""
TALL = 90
PALE = 0.35
NARROW = 0.02
"""Part of all tonnes from which a bar is wide enough for its code."""
Axis = Mapping[str, Any]
PICKED = {"filter": "datum.way == macc_way && datum.span == macc_span"}
BLOCK = 16
"""Height of the block of savings, in points of the screen."""


def draw_macc(
    bars: pd.DataFrame, lines: Sequence[Mapping[str, Any]], speech: Speech, unit: str, tonnes: str, top: float
) -> dict[str, Any]:
    """Bars by cost and tonnes, savings as a block without rank, errors, and what a tonne is valued at.

    Args:
        bars: a row per measure, way and span: name, code, item (its key), programme, owner, way, span, kind (`ranked`
            or `saving`), chosen (in words), inside (bool), price, cost, tonnes, low, high (price with its error).
        lines: name and price of what a tonne is valued at.
        speech: language and money.
        unit: of a cost per tonne.
        tonnes: unit of tonnes.
        top: end of the axis of prices; bars that go on beyond it are cut there, and say so in their tooltip.
    """
    ways, spans = (list(dict.fromkeys(bars[name])) for name in ("way", "span"))
    orders = [speech.say(f"macc_by_{order}") for order in ORDERS]
    programmes = list(dict.fromkeys(bars["programme"]))
    rows = bars.assign(rank=[programmes.index(name) for name in bars["programme"]])
    options = {"macc_way": ways, "macc_span": spans, "macc_order": orders}
    across = {"type": "quantitative", "title": speech.say("macc_across", unit=tonnes)}
    up = {"type": "quantitative", "title": unit, "scale": {"domainMax": top}}
    layers = [
        *_draw_bars(_lay_bars(orders, top), _colour(programmes), across, up, _tips(speech, unit, tonnes)),
        *_draw_savings(speech, tonnes, across, up),
        *[_draw_value(line, up, top) for line in lines],
    ]
    return {
        "$schema": vega.SCHEMA_URL,
        "width": WIDTH,
        "height": HEIGHT + TALL,
        "padding": {"top": 14, "left": 5, "right": 5, "bottom": 5},
        "background": "transparent",
        "params": [_pick(name, chosen, speech.say(name)) for name, chosen in options.items()],
        "data": {"values": rows.to_dict("records")},
        "layer": layers,
        "config": {
            "font": FONT,
            "aria": False,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "titleColor": FAINT, "gridColor": GRID, "titleFontWeight": "normal"},
            "axisX": {"grid": False},
            "legend": {"labelColor": INK, "symbolType": "square"},
        },
    }


def _lay_bars(orders: Sequence[str], top: float) -> list[dict[str, Any]]:
    """What is chosen, sorted, and laid side by side: each bar begins where the one before it ends."""
    key = (
        f"macc_order == {orders[1]!r} ? -datum.tonnes : "
        f"macc_order == {orders[2]!r} ? datum.rank * 1e9 + datum.price : datum.price"
    )
    return [
        PICKED,
        {"filter": "datum.kind == 'ranked'"},
        {"calculate": key, "as": "order"},
        {"window": [{"op": "sum", "field": "tonnes", "as": "end"}], "sort": [{"field": "order"}], "frame": [None, 0]},
        {"calculate": "datum.end - datum.tonnes", "as": "start"},
        {"calculate": "datum.end - datum.tonnes / 2", "as": "middle"},
        {"joinaggregate": [{"op": "sum", "field": "tonnes", "as": "all"}]},
        {"calculate": f"min(datum.price, {top:g})", "as": "shown"},
        {"calculate": f"min(datum.low, {top:g})", "as": "least"},
        {"calculate": f"min(datum.high, {top:g})", "as": "most"},
    ]


def _draw_bars(
    laid: list[dict[str, Any]], colour: Mapping[str, Any], across: Axis, up: Axis, tips: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Bars, pale and dashed where the plan has none of it; an upright line of errors; codes where there is room."""
    fade = {"condition": {"test": "datum.inside", "value": 0.9}, "value": PALE}
    dashes = {"expr": "datum.inside ? [1, 0] : [4, 2]"}  # a rect has no such channel, only the property
    middle = {"field": "middle", **across}
    return [
        {
            "transform": laid,
            "mark": {"type": "rect", "stroke": INK, "strokeWidth": 0.6, "strokeDash": dashes},
            "encoding": {
                "x": {"field": "start", **across},
                "x2": {"field": "end"},
                "y": {"field": "shown", **up},
                "y2": {"datum": 0},
                "color": colour,
                "opacity": fade,
                "tooltip": tips,
            },
        },
        {
            "transform": [*laid, {"filter": "datum.most > datum.least"}],
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
            "encoding": {"x": middle, "y": {"field": "least", **up}, "y2": {"field": "most"}},
        },
        {
            "transform": [*laid, {"filter": f"datum.tonnes > {NARROW:g} * datum.all"}],
            "mark": {"type": "text", "dy": -7, "fontSize": 10, "color": INK},
            "encoding": {"x": middle, "y": {"field": "shown", **up}, "text": {"field": "code"}},
        },
    ]


def _draw_savings(speech: Speech, tonnes: str, across: Axis, up: Axis) -> list[dict[str, Any]]:
    """All that saves money as one block left of zero, with its name."""
    sums = [
        {"op": "sum", "field": "tonnes", "as": "saved"},
        {"op": "sum", "field": "cost", "as": "money"},
        {"op": "count", "as": "count"},
    ]
    saved = [
        PICKED,
        {"filter": "datum.kind == 'saving'"},
        {"aggregate": sums},
        {"filter": "datum.count > 0"},
        {"calculate": "-datum.saved", "as": "start"},
        {"calculate": "0", "as": "none"},
    ]
    tips = (("count", speech.say("macc_savings"), ",.0f"), ("saved", tonnes, ",.1f"), ("money", speech.unit, ",.1f"))
    return [
        {
            "transform": saved,
            "mark": {"type": "rule", "color": PALETTE[5], "strokeWidth": BLOCK, "opacity": 0.55},
            "encoding": {
                "x": {"field": "start", **across},
                "x2": {"field": "none"},
                "y": {"datum": 0, **up},
                "tooltip": [
                    {"field": field, "title": title, "type": "quantitative", "format": form}
                    for field, title, form in tips
                ],
            },
        },
        {
            "transform": saved,
            "mark": {"type": "text", "align": "right", "dx": -4, "dy": -14, "fontSize": 10, "color": INK},
            "encoding": {
                "x": {"field": "none", **across},
                "y": {"datum": 0, **up},
                "text": {"value": speech.say("macc_saving")},
            },
        },
    ]


def _colour(programmes: Sequence[str]) -> dict[str, Any]:
    return {
        "field": "programme",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(programmes), "range": [PALETTE[i % len(PALETTE)] for i in range(len(programmes))]},
        "legend": {"orient": "bottom", "columns": 4, "labelLimit": 220},
    }


def _pick(name: str, options: Sequence[str], label: str) -> dict[str, Any]:
    """A choice of the reader's, which begins with the first option."""
    return {
        "name": name,
        "value": options[0],
        "bind": {"input": "select", "options": list(options), "name": f"{label} "},
    }


def _tips(speech: Speech, unit: str, tonnes: str) -> list[dict[str, Any]]:
    fields = (
        ("name", speech.say("tip_measure"), ""),
        ("programme", speech.say("tip_programme"), ""),
        ("owner", speech.say("macc_owner"), ""),
        ("chosen", speech.say("macc_chosen"), ""),
        ("price", unit, ",.0f"),
        ("low", speech.say("macc_low"), ",.0f"),
        ("high", speech.say("macc_high"), ",.0f"),
        ("cost", speech.unit, ",.1f"),
        ("tonnes", tonnes, ",.1f"),
    )
    return [
        {"field": field, "title": title, "type": "quantitative", "format": form}
        if form
        else {"field": field, "title": title, "type": "nominal"}
        for field, title, form in fields
    ]


def _draw_value(line: Mapping[str, Any], up: Mapping[str, Any], top: float) -> dict[str, Any]:
    """What a tonne is valued at: a line across, with its name; at the top of the axis where it lies beyond."""
    price = min(float(line["price"]), top)
    values = [{"at": price, "name": str(line["name"])}]
    return {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "color": LIMIT, "strokeDash": [6, 3], "strokeWidth": 1.4},
                "encoding": {"y": {"field": "at", **up}},
            },
            {
                "mark": {
                    "type": "text",
                    "align": "right",
                    "baseline": "bottom",
                    "dy": -3,
                    "fontSize": 10,
                    "color": LIMIT,
                },
                "encoding": {"x": {"value": WIDTH}, "y": {"field": "at", **up}, "text": {"field": "name"}},
            },
        ],
    }
