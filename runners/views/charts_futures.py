"""Charts of many futures, as Vega-Lite: fans of paths, chances by year, the spread of costs, both ends of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

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
    base = alt.Chart(paths[["year", *SPAN]]).encode(
        x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1), scale=alt.Scale(zero=False, nice=False))
    )
    outer = base.mark_area(color=FAN, opacity=OUTER).encode(y=alt.Y("least:Q", title=unit), y2="most:Q")
    inner = base.mark_area(color=FAN, opacity=INNER).encode(y=alt.Y("low:Q", title=unit), y2="high:Q")
    tips = [alt.Tooltip("year:Q", format="d")]
    tips += [alt.Tooltip(f"{name}:Q", title=titles[name], format=",.1f") for name in SPAN]
    line = base.mark_line(color=FAN, strokeWidth=2.5).encode(y=alt.Y("middle:Q", title=unit), tooltip=tips)
    return finish(alt.layer(outer, inner, line), height=LOW)


def draw_chances(rows: pd.DataFrame, title: str, across: str = "year") -> dict[str, Any]:
    """A square per name and year (or whatever is across), the darker the more probable.

    Args:
        rows: name, the column `across` names, probability from 0 to 1; in the order of the axes.
        title: of the scale of colours.
        across: the column that goes across.
    """
    names, columns = (list(dict.fromkeys(rows[column])) for column in ("name", across))
    axis = alt.Axis(labelLimit=LABELS, domain=False, ticks=False)
    turned = (
        alt.Axis(labelAngle=0, labelOverlap=True) if across == "year" else alt.Axis(labelLimit=LABELS, labelAngle=-35)
    )
    chart = (
        alt.Chart(rows[["name", across, "probability"]])
        .mark_rect(stroke="white")
        .encode(
            x=alt.X(f"{across}:O", title=None, sort=columns, axis=turned),
            y=alt.Y("name:N", title=None, sort=names, axis=axis),
            color=alt.Color(
                "probability:Q",
                title=title,
                scale=alt.Scale(domain=[0, 1], range=[PALE, FULL]),
                legend=alt.Legend(format="%", direction="horizontal", type="gradient", values=[0.0, 0.5, 1.0]),
            ),
            tooltip=[
                alt.Tooltip("name:N"),
                alt.Tooltip(f"{across}:O"),
                alt.Tooltip("probability:Q", format=".0%", title=title),
            ],
        )
    )
    return finish(chart, WIDE, alt.Step(ROW))


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
        alt.Chart(pd.DataFrame({"value": list(values)}))
        .mark_bar(color=FAN)
        .encode(
            x=alt.X("value:Q", bin=alt.Bin(maxbins=24), title=axis),
            y=alt.Y("count():Q", title=count, axis=alt.Axis(tickMinStep=1, format="d")),
        )
    )
    line = alt.Chart(pd.DataFrame({"value": [mark], "name": [told]})).mark_rule(color=LIMIT, strokeWidth=2.5)
    text = alt.Chart(pd.DataFrame({"value": [mark], "name": [told]})).mark_text(
        color=LIMIT, align="left", dx=5, dy=8, baseline="top", fontSize=11
    )
    place = alt.X("value:Q", title=axis)
    marks = line.encode(x=place, tooltip=["name:N"]), text.encode(x=place, y=alt.value(0), text="name:N")
    return finish(alt.layer(bars, *marks), height=LOW)


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
    names = alt.Y(
        "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=LABELS, domain=False, ticks=False, labelPadding=6)
    )
    bars = (
        alt.Chart(pd.concat(parts))
        .mark_bar(height=TALL)
        .encode(
            y=names,
            x=alt.X("value:Q", title=axis, stack=None),
            color=alt.Color(
                "end:N",
                scale=alt.Scale(domain=list(ends), range=[PALETTE[1], PALETTE[4]]),
                legend=alt.Legend(title=None),
            ),
            opacity=alt.value(0.85),
            tooltip=["name:N", "end:N", alt.Tooltip("value:Q", format=",.1f")],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=FAINT).encode(x="zero:Q")
    return finish(alt.layer(bars, zero), WIDE, alt.Step(ROW))
