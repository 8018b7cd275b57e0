"""Charts of many futures, as Vega-Lite: fans of paths, chances by year, the spread of costs, both ends of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from runners.views import vega
from runners.views.charts import LABELS, ROW, TALL, WIDE
from runners.views.theme import FAINT, LIMIT, PALETTE, finish

FAN = PALETTE[0]
OUTER, INNER = 0.25, 0.45
LOW = 220
PALE, FULL = "#F3EFF7", "#332288"
SPAN = ("least", "low", "middle", "high", "most")


def draw_fan(paths: pd.DataFrame, unit: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """An account over the years: the span of all futures, that of the middle four fifths, and the middle one.

    Args:
        paths: year and the five columns of `SPAN`.
        unit: title of the scale.
        titles: of the five columns, in tooltips.
    """
    base = vega.Chart(paths[["year", *SPAN]]).encode(
        x=vega.x(
            "year:Q", title=None, axis=vega.axis(format="d", tickMinStep=1), scale=vega.scale(zero=False, nice=False)
        )
    )
    outer = base.draw("area", color=FAN, opacity=OUTER).encode(y=vega.y("least:Q", title=unit), y2="most:Q")
    inner = base.draw("area", color=FAN, opacity=INNER).encode(y=vega.y("low:Q", title=unit), y2="high:Q")
    tips = [vega.tooltip("year:Q", format="d")]
    tips += [vega.tooltip(f"{name}:Q", title=titles[name], format=",.1f") for name in SPAN]
    line = base.draw("line", color=FAN, strokeWidth=2.5).encode(y=vega.y("middle:Q", title=unit), tooltip=tips)
    return finish(vega.layer(outer, inner, line), height=LOW)


def draw_chances(rows: pd.DataFrame, title: str, across: str = "year") -> dict[str, Any]:
    """A square per name and year (or whatever is across), the darker the more probable.

    Args:
        rows: name, the column `across` names, probability from 0 to 1; in the order of the axes.
        title: of the scale of colours.
        across: the column that goes across.
    """
    names, columns = (list(dict.fromkeys(rows[column])) for column in ("name", across))
    axis = vega.axis(labelLimit=LABELS, domain=False, ticks=False)
    turned = (
        vega.axis(labelAngle=0, labelOverlap=True) if across == "year" else vega.axis(labelLimit=LABELS, labelAngle=-35)
    )
    chart = (
        vega.Chart(rows[["name", across, "probability"]])
        .draw("rect", stroke="white")
        .encode(
            x=vega.x(f"{across}:O", title=None, sort=columns, axis=turned),
            y=vega.y("name:N", title=None, sort=names, axis=axis),
            color=vega.color(
                "probability:Q",
                title=title,
                scale=vega.scale(domain=[0, 1], range=[PALE, FULL]),
                legend=vega.legend(format="%", direction="horizontal", type="gradient", values=[0.0, 0.5, 1.0]),
            ),
            tooltip=[
                vega.tooltip("name:N"),
                vega.tooltip(f"{across}:O"),
                vega.tooltip("probability:Q", format=".0%", title=title),
            ],
        )
    )
    return finish(chart, WIDE, vega.step(ROW))


def draw_spread(values: Sequence[float], mark: float, axis: str, count: str, told: str) -> dict[str, Any]:
    """How many futures lie where: bars of equal width, and a line where the plan lies.

    Args:
        values: one per future.
        mark: where the line is.
        axis: title of the scale.
        count: title of how many.
        told: what the line is, in its tooltip.
    """
    bars = (
        vega.Chart(pd.DataFrame({"value": list(values)}))
        .draw("bar", color=FAN)
        .encode(
            x=vega.x("value:Q", bin=vega.bins(maxbins=24), title=axis),
            y=vega.y("count():Q", title=count, axis=vega.axis(tickMinStep=1, format="d")),
        )
    )
    line = vega.Chart(pd.DataFrame({"value": [mark], "name": [told]})).draw("rule", color=LIMIT, strokeWidth=2.5)
    text = vega.Chart(pd.DataFrame({"value": [mark], "name": [told]})).draw(
        "text", color=LIMIT, align="left", dx=5, dy=8, baseline="top", fontSize=11
    )
    place = vega.x("value:Q", title=axis)
    marks = line.encode(x=place, tooltip=["name:N"]), text.encode(x=place, y=vega.value(0), text="name:N")
    return finish(vega.layer(bars, *marks), height=LOW)


def draw_tornado(rows: pd.DataFrame, axis: str, ends: tuple[str, str]) -> dict[str, Any]:
    """Both ends of each number from a line at nothing, the widest first.

    Args:
        rows: name, at_low, at_high, in the order they are drawn.
        axis: title of the scale.
        ends: what the low and the high end are called.
    """
    order = list(dict.fromkeys(rows["name"]))
    parts = [
        rows.assign(end=end, value=rows[column])[["name", "end", "value"]]
        for end, column in zip(ends, ("at_low", "at_high"), strict=True)
    ]
    names = vega.y(
        "name:N", sort=order, title=None, axis=vega.axis(labelLimit=LABELS, domain=False, ticks=False, labelPadding=6)
    )
    bars = (
        vega.Chart(pd.concat(parts))
        .draw("bar", height=TALL)
        .encode(
            y=names,
            x=vega.x("value:Q", title=axis, stack=None),
            color=vega.color(
                "end:N",
                scale=vega.scale(domain=list(ends), range=[PALETTE[1], PALETTE[4]]),
                legend=vega.legend(title=None),
            ),
            opacity=vega.value(0.85),
            tooltip=["name:N", "end:N", vega.tooltip("value:Q", format=",.1f")],
        )
    )
    zero = vega.Chart(pd.DataFrame({"zero": [0.0]})).draw("rule", color=FAINT).encode(x="zero:Q")
    return finish(vega.layer(bars, zero), WIDE, vega.step(ROW))
