"""The charts of a sweep: how wide the future is, what moves it, how often and when measures are chosen."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from runners.views.locale import Speech
from runners.views.theme import INK, LONGEST, PALETTE, WIDTH, finish
from runners.views.year_charts import MIDDLE, STEP, place_years, scale_years

LOW = 180
"""Height of the small charts."""


def draw_fan(fan: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bands of 50 and 90 percent of the scenarios around the median, by year, within the least and the most."""
    columns = ("least", "p05", "p25", "p50", "p75", "p95", "most")
    tips = [alt.Tooltip("year:O", title=speech.say("tip_year"))] + [
        alt.Tooltip(f"{name}:Q", title=speech.say(f"band_{name}"), format=",.1f") for name in columns
    ]
    base = alt.Chart(place_years(fan)).encode(x=scale_years(fan, MIDDLE), tooltip=tips)
    bands = [
        base.mark_area(opacity=opacity, color=PALETTE[0]).encode(
            y=alt.Y(f"{low}:Q", title=unit, scale=alt.Scale(zero=False)), y2=f"{high}:Q"
        )
        for low, high, opacity in (("least", "most", 0.10), ("p05", "p95", 0.18), ("p25", "p75", 0.30))
    ]
    median = base.mark_line(color=PALETTE[0], strokeWidth=2.5, point=alt.OverlayMarkDef(color=PALETTE[0], size=20))
    return finish(alt.layer(*bands, median.encode(y="p50:Q")))


def draw_histogram(bins: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """How many scenarios cost how much. Columns: low, high, count."""
    chart = (
        alt.Chart(bins.assign(none=0))
        .mark_rect(color=PALETTE[0], stroke="white")
        .encode(
            x=alt.X("low:Q", title=unit, scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(grid=False)),
            x2="high",
            y=alt.Y("none:Q", title=speech.say("tip_count"), axis=alt.Axis(tickMinStep=1, format=",.0f")),
            y2="count",
            tooltip=[
                alt.Tooltip("low:Q", title=speech.say("tip_low"), format=",.0f"),
                alt.Tooltip("high:Q", title=speech.say("tip_high"), format=",.0f"),
                alt.Tooltip("count:Q", title=speech.say("tip_count"), format=",.0f"),
            ],
        )
    )
    return finish(chart, height=LOW)


def draw_counts(counts: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """How many scenarios miss how many targets. Columns: missed, count."""
    chart = (
        alt.Chart(counts)
        .mark_bar(color=PALETTE[4], width={"band": 0.7})
        .encode(
            x=alt.X("missed:O", title=speech.say("tip_missed"), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("count:Q", title=speech.say("tip_count"), axis=alt.Axis(tickMinStep=1, format=",.0f")),
            tooltip=[
                alt.Tooltip("missed:O", title=speech.say("tip_missed")),
                alt.Tooltip("count:Q", title=speech.say("tip_count"), format=",.0f"),
            ],
        )
    )
    return finish(chart, height=LOW)


def draw_keys(keys: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """From which median cost to which a key moves it: a bar per key. Columns: key, low, high, cost_low, cost_high."""
    tips = [
        alt.Tooltip("key:N", title=speech.say("tip_key")),
        alt.Tooltip("low:N", title=speech.say("tip_at_low")),
        alt.Tooltip("cost_low:Q", title=unit, format=",.0f"),
        alt.Tooltip("high:N", title=speech.say("tip_at_high")),
        alt.Tooltip("cost_high:Q", title=unit, format=",.0f"),
    ]
    axis = alt.Axis(labelLimit=LONGEST)
    base = alt.Chart(keys).encode(y=alt.Y("key:N", sort=None, title=None, axis=axis), tooltip=tips)
    bars = base.mark_bar(color=PALETTE[1], height={"band": 0.6}).encode(
        x=alt.X("cost_low:Q", title=unit, scale=alt.Scale(zero=False), axis=alt.Axis(grid=True)), x2="cost_high:Q"
    )
    ends = base.mark_tick(color=INK, thickness=2, height={"band": 0.7}).encode(x="cost_high:Q")
    return finish(alt.layer(bars, ends), WIDTH - 200, alt.Step(26))


def draw_starts(starts: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """In which share of the scenarios a measure is begun by a year. Columns: name, year, share."""
    order = list(dict.fromkeys(starts["name"]))
    chart = (
        alt.Chart(starts)
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, orient="top", labelOverlap=True)),
            y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=LONGEST + 60)),
            color=alt.Color(
                "share:Q",
                scale=alt.Scale(domain=[0, 1], range=["#F2F5F3", PALETTE[2]]),
                legend=alt.Legend(title=speech.say("tip_share"), format="%", orient="bottom"),
            ),
            tooltip=[
                alt.Tooltip("name:N", title=speech.say("tip_measure")),
                alt.Tooltip("year:O", title=speech.say("tip_year")),
                alt.Tooltip("share:Q", title=speech.say("tip_share"), format=".0%"),
            ],
        )
    )
    return finish(chart, WIDTH - 160, alt.Step(STEP))
