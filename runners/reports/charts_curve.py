"""The charts of cost curves: cost over the level of a target, measures by cost per tonne, one aim against another."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from runners.views.locale import Speech
from runners.views.theme import FAINT, LIMIT, LONGEST, PALETTE, WIDTH, finish
from runners.views.year_charts import STEP

LOW = 190
"""Height of one of the two charts of a curve."""
SHAPES = ("circle", "square", "diamond")


def draw_extra(
    points: pd.DataFrame, speech: Speech, level: str, tighter: bool, aim: float | None = None
) -> dict[str, Any]:
    """Extra cost over the level, a line where the target lies (`aim`). Columns: level, extra_msek, and tooltips."""
    tips = [
        alt.Tooltip("level:Q", title=level, format=",.1f"),
        alt.Tooltip("extra_msek:Q", title=speech.say("curve_extra", money=speech.unit), format=",.1f"),
        alt.Tooltip("marginal:Q", title=speech.say("curve_marginal"), format=",.0f"),
        alt.Tooltip("changes:N", title=speech.say("curve_changes")),
    ]
    chart = (
        alt.Chart(points)
        .mark_line(color=PALETTE[0], strokeWidth=2.5, point=alt.OverlayMarkDef(color=PALETTE[0], size=34))
        .encode(
            x=_scale_level("level", level, tighter),
            y=alt.Y("extra_msek:Q", title=speech.say("curve_extra", money=speech.unit)),
            order=alt.Order("level:Q"),
            tooltip=tips,
        )
    )
    if aim is None or not points["level"].min() <= aim <= points["level"].max():
        return finish(chart, height=LOW)
    marked = alt.Chart(pd.DataFrame({"level": [aim], "name": [speech.say("curve_aim", level=speech.amount(aim))]}))
    rule = marked.mark_rule(color=LIMIT, strokeDash=[5, 3]).encode(x=_scale_level("level", level, tighter))
    text = marked.mark_text(color=LIMIT, align="left", dx=5, dy=8, baseline="top").encode(
        x=_scale_level("level", level, tighter), y=alt.value(0), text="name:N"
    )
    return finish(alt.layer(chart, rule, text), height=LOW)


def draw_marginal(
    steps: pd.DataFrame, speech: Speech, level: str, unit: str, tighter: bool, top: float | None
) -> dict[str, Any]:
    """Marginal cost, a step between neighbouring levels. Columns: from, to, marginal; `top` ends the axis."""
    ends = alt.Scale(domain=[0, top], clamp=True) if top is not None else alt.Scale()
    tips = [
        alt.Tooltip("from:Q", title=speech.say("curve_from"), format=",.1f"),
        alt.Tooltip("to:Q", title=speech.say("curve_to"), format=",.1f"),
        alt.Tooltip("marginal:Q", title=unit, format=",.0f"),
    ]
    chart = (
        alt.Chart(steps.assign(none=0))
        .mark_rect(color=LIMIT, opacity=0.55)
        .encode(
            x=_scale_level("from", level, tighter),
            x2="to",
            y=alt.Y("none:Q", title=unit, scale=ends),
            y2="marginal",
            tooltip=tips,
        )
    )
    return finish(chart, height=LOW)


def draw_ways(rows: pd.DataFrame, speech: Speech, unit: str, top: float | None) -> dict[str, Any]:
    """Cost per tonne of each measure in three ways, joined by a line. Columns: name, way, price, cost, tonnes."""
    order = list(dict.fromkeys(rows["name"]))
    ways = list(dict.fromkeys(rows["way"]))
    scale = alt.Scale(domain=[0, top], clamp=True) if top is not None else alt.Scale(zero=True)
    upright = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=LONGEST))
    base = alt.Chart(rows)
    spans = base.mark_rule(color=FAINT, strokeWidth=1.5).encode(
        x=alt.X("min(price):Q", title=unit, scale=scale, axis=alt.Axis(grid=True)), x2="max(price):Q", y=upright
    )
    dots = base.mark_point(filled=True, size=75, opacity=1).encode(
        x=alt.X("price:Q", title=unit, scale=scale),
        y=upright,
        color=alt.Color("way:N", sort=ways, title=None, scale=alt.Scale(domain=ways, range=list(PALETTE[: len(ways)]))),
        shape=alt.Shape("way:N", sort=ways, title=None, scale=alt.Scale(domain=ways, range=list(SHAPES[: len(ways)]))),
        tooltip=[
            alt.Tooltip("name:N", title=speech.say("tip_measure")),
            alt.Tooltip("way:N", title=speech.say("curve_way")),
            alt.Tooltip("price:Q", title=unit, format=",.0f"),
            alt.Tooltip("cost:Q", title=speech.unit, format=",.1f"),
            alt.Tooltip("tonnes:Q", title=speech.say("curve_tonnes"), format=",.1f"),
        ],
    )
    return finish(alt.layer(spans, dots), WIDTH - 180, alt.Step(STEP + 5))


def draw_tradeoff(rows: pd.DataFrame, speech: Speech, level: str, second: str, tighter: bool) -> dict[str, Any]:
    """Extra cost over one level, a line per level of the second. Columns: level, extra_msek, second."""
    order = list(dict.fromkeys(rows["second"]))
    chart = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=_scale_level("level", level, tighter),
            y=alt.Y("extra_msek:Q", title=speech.say("curve_extra", money=speech.unit)),
            order=alt.Order("level:Q"),
            color=alt.Color(
                "second:N", sort=order, title=second, scale=alt.Scale(domain=order, range=list(PALETTE[: len(order)]))
            ),
            tooltip=[
                alt.Tooltip("second:N", title=second),
                alt.Tooltip("level:Q", title=level, format=",.1f"),
                alt.Tooltip("extra_msek:Q", title=speech.say("curve_extra", money=speech.unit), format=",.1f"),
            ],
        )
    )
    return finish(chart)


def _scale_level(field: str, title: str, tighter: bool) -> alt.X:
    """Levels from loose to tight: downwards for a cap, upwards for a floor."""
    scale = alt.Scale(zero=False, nice=False, reverse=tighter)
    return alt.X(f"{field}:Q", title=title, scale=scale)
