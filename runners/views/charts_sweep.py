"""The charts of a sweep: how wide the future is, what moves it, how often and when measures are chosen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from runners.views import vega
from runners.views.locale import Speech
from runners.views.theme import INK, LONGEST, PALETTE, WIDTH, finish
from runners.views.year_charts import MIDDLE, STEP, place_years, scale_years

LOW = 180
"""Height of the small charts."""


def draw_fan(fan: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bands of 50 and 90 percent of the scenarios around the median, by year, within the least and the most."""
    columns = ("least", "p05", "p25", "p50", "p75", "p95", "most")
    tips = [vega.tooltip("year:O", title=speech.say("tip_year"))] + [
        vega.tooltip(f"{name}:Q", title=speech.say(f"band_{name}"), format=",.1f") for name in columns
    ]
    base = vega.Chart(place_years(fan)).encode(x=scale_years(fan, MIDDLE), tooltip=tips)
    bands = [
        base.draw("area", opacity=opacity, color=PALETTE[0]).encode(
            y=vega.y(f"{low}:Q", title=unit, scale=vega.scale(zero=False)), y2=f"{high}:Q"
        )
        for low, high, opacity in (("least", "most", 0.10), ("p05", "p95", 0.18), ("p25", "p75", 0.30))
    ]
    median = base.draw("line", color=PALETTE[0], strokeWidth=2.5, point=vega.points(color=PALETTE[0], size=20))
    return finish(vega.layer(*bands, median.encode(y="p50:Q")))


def draw_histogram(bins: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """How many scenarios cost how much. Columns: low, high, count."""
    chart = (
        vega.Chart(bins.assign(none=0))
        .draw("rect", color=PALETTE[0], stroke="white")
        .encode(
            x=vega.x("low:Q", title=unit, scale=vega.scale(zero=False, nice=False), axis=vega.axis(grid=False)),
            x2="high",
            y=vega.y("none:Q", title=speech.say("tip_count"), axis=vega.axis(tickMinStep=1, format=",.0f")),
            y2="count",
            tooltip=[
                vega.tooltip("low:Q", title=speech.say("tip_low"), format=",.0f"),
                vega.tooltip("high:Q", title=speech.say("tip_high"), format=",.0f"),
                vega.tooltip("count:Q", title=speech.say("tip_count"), format=",.0f"),
            ],
        )
    )
    return finish(chart, height=LOW)


def draw_counts(counts: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """How many scenarios miss how many targets. Columns: missed, count."""
    chart = (
        vega.Chart(counts)
        .draw("bar", color=PALETTE[4], width={"band": 0.7})
        .encode(
            x=vega.x("missed:O", title=speech.say("tip_missed"), axis=vega.axis(labelAngle=0)),
            y=vega.y("count:Q", title=speech.say("tip_count"), axis=vega.axis(tickMinStep=1, format=",.0f")),
            tooltip=[
                vega.tooltip("missed:O", title=speech.say("tip_missed")),
                vega.tooltip("count:Q", title=speech.say("tip_count"), format=",.0f"),
            ],
        )
    )
    return finish(chart, height=LOW)


def draw_keys(keys: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """From which median cost to which a key moves it: a bar per key. Columns: key, low, high, cost_low, cost_high."""
    tips = [
        vega.tooltip("key:N", title=speech.say("tip_key")),
        vega.tooltip("low:N", title=speech.say("tip_at_low")),
        vega.tooltip("cost_low:Q", title=unit, format=",.0f"),
        vega.tooltip("high:N", title=speech.say("tip_at_high")),
        vega.tooltip("cost_high:Q", title=unit, format=",.0f"),
    ]
    axis = vega.axis(labelLimit=LONGEST)
    base = vega.Chart(keys).encode(y=vega.y("key:N", sort=None, title=None, axis=axis), tooltip=tips)
    bars = base.draw("bar", color=PALETTE[1], height={"band": 0.6}).encode(
        x=vega.x("cost_low:Q", title=unit, scale=vega.scale(zero=False), axis=vega.axis(grid=True)), x2="cost_high:Q"
    )
    ends = base.draw("tick", color=INK, thickness=2, height={"band": 0.7}).encode(x="cost_high:Q")
    return finish(vega.layer(bars, ends), WIDTH - 200, vega.step(26))


def draw_starts(starts: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """In which share of the scenarios a measure is begun by a year. Columns: name, year, share."""
    order = list(dict.fromkeys(starts["name"]))
    chart = (
        vega.Chart(starts)
        .draw("rect", stroke="white", strokeWidth=0.5)
        .encode(
            x=vega.x("year:O", title=None, axis=vega.axis(labelAngle=0, orient="top", labelOverlap=True)),
            y=vega.y("name:N", sort=order, title=None, axis=vega.axis(labelLimit=LONGEST + 60)),
            color=vega.color(
                "share:Q",
                scale=vega.scale(domain=[0, 1], range=["#F2F5F3", PALETTE[2]]),
                legend=vega.legend(title=speech.say("tip_share"), format="%", orient="bottom"),
            ),
            tooltip=[
                vega.tooltip("name:N", title=speech.say("tip_measure")),
                vega.tooltip("year:O", title=speech.say("tip_year")),
                vega.tooltip("share:Q", title=speech.say("tip_share"), format=".0%"),
            ],
        )
    )
    return finish(chart, WIDTH - 160, vega.step(STEP))
