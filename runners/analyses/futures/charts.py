"""The charts of a plan for several futures: what is regretted, how probable targets are, and fans of paths."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import say

REGRET, OUTER, INNER, LINE = "#CC6677", 0.25, 0.45, "#332288"
LOW = 220
STEP = 17


def draw_regrets(futures: pd.DataFrame, lang: str, money: str) -> dict[str, Any]:
    """A bar per future: what it costs more than if it had been known. Columns: future, regret, cost, least."""
    import altair as alt

    from runners.views.year_charts import finish

    rows = futures[["future", "regret", "cost", "least"]].assign(future=futures["future"].astype(str))
    title = say("futures_axis_regret", lang, money=money)
    chart = (
        alt.Chart(rows)
        .mark_bar(color=REGRET)
        .encode(
            x=alt.X("regret:Q", title=title),
            y=alt.Y("future:N", title=say("futures_head_future", lang), sort="-x"),
            tooltip=[alt.Tooltip(f"{name}:Q", format=",.1f") for name in ("cost", "least", "regret")],
        )
    )
    return finish(chart, height=alt.Step(STEP))


def draw_chances(targets: pd.DataFrame, lang: str) -> dict[str, Any]:
    """A square per target and year, the darker the more probable that it is met. Columns: name, year, probability."""
    import altair as alt

    from runners.views.year_charts import FULL, PALE, finish

    rows = targets[["year", "probability"]].assign(name=targets[f"name_{lang}"].astype(str))
    chart = (
        alt.Chart(rows)
        .mark_rect()
        .encode(
            x=alt.X("year:O", title=None),
            y=alt.Y("name:N", title=None, sort=list(dict.fromkeys(rows["name"]))),
            color=alt.Color(
                "probability:Q",
                title=say("futures_head_met", lang),
                scale=alt.Scale(domain=[0, 1], range=[PALE, FULL]),
                legend=alt.Legend(format="%"),
            ),
            tooltip=[alt.Tooltip("name:N"), alt.Tooltip("year:O"), alt.Tooltip("probability:Q", format=".0%")],
        )
    )
    return finish(chart, height=alt.Step(STEP))


def draw_fan(paths: pd.DataFrame, lang: str, unit: str) -> dict[str, Any]:
    """An account over the years: the span of all futures, that of the middle four fifths, and the middle one."""
    import altair as alt

    from runners.views.year_charts import finish

    base = alt.Chart(paths[["year", "least", "low", "middle", "high", "most"]]).encode(
        x=alt.X("year:Q", title=None, axis=alt.Axis(format="d"), scale=alt.Scale(zero=False, nice=False))
    )
    outer = base.mark_area(color=LINE, opacity=OUTER).encode(y=alt.Y("least:Q", title=unit), y2="most:Q")
    inner = base.mark_area(color=LINE, opacity=INNER).encode(y=alt.Y("low:Q", title=unit), y2="high:Q")
    tips = [alt.Tooltip("year:Q", format="d")]
    tips += [
        alt.Tooltip(f"{name}:Q", title=say(f"futures_head_{name}_value", lang), format=",.1f")
        for name in ("least", "low", "middle", "high", "most")
    ]
    line = base.mark_line(color=LINE, strokeWidth=2.5).encode(y=alt.Y("middle:Q", title=unit), tooltip=tips)
    return finish(alt.layer(outer, inner, line), height=LOW)
