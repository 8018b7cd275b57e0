"""The charts of cost curves: cost over the level of a target, measures by cost per tonne, one aim against another.

Where an axis is cut, what goes on beyond it is drawn to its end with an arrow and its number; what has no number is a
cross. The level of the target is a line in every chart over levels.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from runners.views import vega
from runners.views.locale import Speech
from runners.views.theme import FAINT, INK, LIMIT, LONGEST, PALETTE, WIDTH, finish
from runners.views.year_charts import STEP

LOW = 190
"""Height of one of the charts of a curve."""
SHAPES = ("circle", "square", "diamond")
PALE, FULL = "#E3EEE7", PALETTE[2]
"""From nothing to all of a measure."""


def draw_extra(
    points: pd.DataFrame, speech: Speech, level: str, tighter: bool, aim: float | None = None
) -> dict[str, Any]:
    """Extra cost over the level, a line where the target lies (`aim`). Columns: level, extra_money, and tooltips."""
    tips = [
        vega.tooltip("level:Q", title=level, format=",.1f"),
        vega.tooltip("extra_money:Q", title=speech.say("curve_extra", money=speech.unit), format=",.1f"),
        vega.tooltip("marginal:Q", title=speech.say("curve_marginal"), format=",.0f"),
        vega.tooltip("changes:N", title=speech.say("curve_changes")),
    ]
    chart = (
        vega.Chart(points)
        .draw("line", color=PALETTE[0], strokeWidth=2.5, point=vega.points(color=PALETTE[0], size=34))
        .encode(
            x=_scale_level("level", level, tighter),
            y=vega.y("extra_money:Q", title=speech.say("curve_extra", money=speech.unit)),
            order=vega.order("level:Q"),
            tooltip=tips,
        )
    )
    return finish(vega.layer(chart, *_mark_aim(points["level"], aim, speech, level, tighter)), height=LOW)


def draw_marginal(
    steps: pd.DataFrame,
    speech: Speech,
    level: str,
    unit: str,
    tighter: bool,
    top: float | None,
    aim: float | None = None,
) -> dict[str, Any]:
    """Marginal cost, a step between neighbouring levels. Columns: from, to, marginal; `top` ends the axis.

    Neighbouring steps beyond the axis are told by the highest of them.
    """
    ends = vega.scale(domain=[0, top], clamp=True) if top is not None else vega.scale()
    tips = [
        vega.tooltip("from:Q", title=speech.say("curve_from"), format=",.1f"),
        vega.tooltip("to:Q", title=speech.say("curve_to"), format=",.1f"),
        vega.tooltip("marginal:Q", title=unit, format=",.0f"),
    ]
    rows = steps.assign(none=0, middle=(steps["from"] + steps["to"]) / 2)
    chart = (
        vega.Chart(rows)
        .draw("rect", color=LIMIT, opacity=0.55)
        .encode(
            x=_scale_level("from", level, tighter),
            x2="to",
            y=vega.y("none:Q", title=unit, scale=ends),
            y2="marginal",
            tooltip=tips,
        )
    )
    layers = [chart]
    beyond = rows[rows["marginal"] > top] if top is not None else rows.head(0)
    if len(beyond):
        highest = beyond.loc[[beyond["marginal"].idxmax()]]
        told = highest.assign(told=[f"▲ {speech.whole(value)}" for value in highest["marginal"]], end=top)
        text = vega.Chart(told).draw("text", color=INK, align="right", dx=-6, dy=8, fontSize=10)
        layers.append(
            text.encode(x=_scale_level("middle", level, tighter), y=vega.y("end:Q", scale=ends), text="told:N")
        )
    levels = pd.concat([steps["from"], steps["to"]])
    return finish(vega.layer(*layers, *_mark_aim(levels, aim, speech, level, tighter)), height=LOW)


def draw_entries(
    built: pd.DataFrame, speech: Speech, level: str, tighter: bool, aim: float | None = None
) -> dict[str, Any]:
    """What is built along the curve: a row per measure in the order in which they enter, darker where more is built.

    Columns: name, from, to, share (of the most along the curve), amount (as it is read).
    """
    order = list(dict.fromkeys(built["name"]))
    chart = (
        vega.Chart(built)
        .draw("bar", height={"band": 0.8})
        .encode(
            x=_scale_level("from", level, tighter),
            x2="to",
            y=vega.y("name:N", sort=order, title=None, axis=vega.axis(labelLimit=LONGEST + 60)),
            color=vega.color(
                "share:Q",
                scale=vega.scale(domain=[0, 1], range=[PALE, FULL]),
                legend=vega.legend(
                    title=speech.say("curve_entries_share"), titleLimit=LONGEST + 60, format="%", orient="bottom"
                ),
            ),
            tooltip=[
                vega.tooltip("name:N", title=speech.say("tip_measure")),
                vega.tooltip("from:Q", title=speech.say("curve_from"), format=",.1f"),
                vega.tooltip("to:Q", title=speech.say("curve_to"), format=",.1f"),
                vega.tooltip("amount:N", title=speech.say("tip_amount")),
            ],
        )
    )
    levels = pd.concat([built["from"], built["to"]])
    marks = _mark_aim(levels, aim, speech, level, tighter, above=True)
    return finish(vega.layer(chart, *marks), WIDTH - 160, vega.step(STEP))


def draw_ways(rows: pd.DataFrame, speech: Speech, unit: str, top: float | None) -> dict[str, Any]:
    """Cost per tonne of each measure in three ways, joined by a line. Columns: name, way, price, cost, tonnes.

    A way without a cost per tonne is a cross at the beginning of the row; one beyond the end of the axis an arrow
    there, with its number.
    """
    order, ways = (list(dict.fromkeys(rows[name])) for name in ("name", "way"))
    known = rows[rows["price"].notna()]
    low = min(0.0, float(known["price"].min()))
    scale = vega.scale(domain=[low, top], clamp=True) if top is not None else vega.scale(zero=True)
    upright = vega.y("name:N", sort=order, title=None, axis=vega.axis(labelLimit=LONGEST))
    across = vega.x("price:Q", title=unit, scale=scale, axis=vega.axis(grid=True))
    colour = vega.color("way:N", sort=ways, title=None, scale=vega.scale(domain=ways, range=list(PALETTE[: len(ways)])))
    shape = vega.shape("way:N", sort=ways, title=None, scale=vega.scale(domain=ways, range=list(SHAPES[: len(ways)])))
    tips = [
        vega.tooltip("name:N", title=speech.say("tip_measure")),
        vega.tooltip("way:N", title=speech.say("curve_way")),
        vega.tooltip("price:Q", title=unit, format=",.0f"),
        vega.tooltip("cost:Q", title=speech.unit, format=",.1f"),
        vega.tooltip("tonnes:Q", title=speech.say("curve_tonnes"), format=",.1f"),
    ]
    spans = vega.Chart(known).draw("rule", color=FAINT, strokeWidth=1.5).encode(
        x=vega.x("min(price):Q", title=unit, scale=scale, axis=vega.axis(grid=True)), x2="max(price):Q", y=upright
    )  # fmt: skip
    inside = known if top is None else known[known["price"] <= top]
    dots = vega.Chart(inside).draw("point", filled=True, size=75, opacity=1)
    layers = [spans, dots.encode(x=across, y=upright, color=colour, shape=shape, tooltip=tips)]
    beyond = known.drop(inside.index)
    if len(beyond):
        told = beyond.groupby("name", sort=False)["price"].agg(lambda prices: ", ".join(map(speech.whole, prices)))
        named = told.rename("told").reset_index().assign(price=top, told=lambda table: "► " + table["told"])
        text = vega.Chart(named).draw("text", align="right", dx=-4, color=INK, fontSize=10)
        layers.append(text.encode(x=across, y=upright, text="told:N"))
    absent = rows[rows["price"].isna()]
    if len(absent):
        lacking = absent.groupby("name", sort=False)["way"].agg(", ".join).rename("told").reset_index()
        lacking = lacking.assign(price=low, told=lambda table: speech.say("ways_absent") + " " + table["told"])
        text = vega.Chart(lacking).draw("text", align="left", dx=4, color=FAINT, fontSize=9)
        layers.append(text.encode(x=across, y=upright, text="told:N"))
    return finish(vega.layer(*layers), WIDTH - 180, vega.step(STEP + 5))


def draw_tradeoff(
    rows: pd.DataFrame, speech: Speech, level: str, second: str, tighter: bool, aim: float | None = None
) -> dict[str, Any]:
    """Extra cost over one level, a line per level of the second; dashes keep apart lines that lie on each other.

    Columns: level, extra_money, second.
    """
    order = list(dict.fromkeys(rows["second"]))
    scale = vega.scale(domain=order, range=[PALETTE[place % len(PALETTE)] for place in range(len(order))])
    dashes = vega.scale(domain=order, range=[[1, 0] if place % 2 == 0 else [6, 4] for place in range(len(order))])
    chart = (
        vega.Chart(rows)
        .draw("line", strokeWidth=2.5)
        .encode(
            x=_scale_level("level", level, tighter),
            y=vega.y("extra_money:Q", title=speech.say("curve_extra", money=speech.unit)),
            order=vega.order("level:Q"),
            color=vega.color("second:N", sort=order, title=second, scale=scale),
            strokeDash=vega.stroke_dash("second:N", sort=order, title=second, scale=dashes),
            tooltip=[
                vega.tooltip("second:N", title=second),
                vega.tooltip("level:Q", title=level, format=",.1f"),
                vega.tooltip("extra_money:Q", title=speech.say("curve_extra", money=speech.unit), format=",.1f"),
            ],
        )
    )
    return finish(vega.layer(chart, *_mark_aim(rows["level"], aim, speech, level, tighter)))


def _mark_aim(
    levels: pd.Series[float], aim: float | None, speech: Speech, level: str, tighter: bool, *, above: bool = False
) -> list[vega.Chart]:
    """A line where the target lies, with its level beside it or above; none where it lies outside the chart."""
    if aim is None or not levels.min() <= aim <= levels.max():
        return []
    marked = vega.Chart(pd.DataFrame({"level": [aim], "name": [speech.say("curve_aim", level=speech.amount(aim))]}))
    rule = marked.draw("rule", color=LIMIT, strokeDash=[5, 3]).encode(x=_scale_level("level", level, tighter))
    place: dict[str, Any] = (
        {"dy": -4, "baseline": "bottom"} if above else {"align": "left", "dx": 5, "dy": 8, "baseline": "top"}
    )
    text = marked.draw("text", color=LIMIT, **place).encode(
        x=_scale_level("level", level, tighter), y=vega.value(0), text="name:N"
    )
    return [rule, text]


def _scale_level(field: str, title: str, tighter: bool) -> vega.Spec:
    """Levels from loose to tight: downwards for a cap, upwards for a floor."""
    scale = vega.scale(zero=False, nice=False, reverse=tighter)
    return vega.x(f"{field}:Q", title=title, scale=scale)
