"""The charts of a plan, as Vega-Lite: drawn in the browser with tooltips, or once as SVG for paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from runners.reports.drawing import FAINT, GRID, INK, LIMIT, OTHERS, PALETTE
from runners.reports.speech import Speech

WIDTH, HEIGHT = 640, 300
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
LEGEND_COLUMNS = 3
LONGEST = 260
STEP = 17
"""Height of a row in charts with a row per thing."""
DASH = [5, 3]


def finish(chart: Any, width: int = WIDTH, height: int | alt.Step = HEIGHT) -> dict[str, Any]:
    """The specification of a chart in the report's type and colours."""
    styled = (
        chart.properties(width=width, height=height)
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=FAINT, gridColor=GRID, domainColor=FAINT, tickColor=FAINT, labelFontSize=11,
            titleFontSize=11, titleFontWeight="normal", titlePadding=8, labelLimit=LONGEST,
        )
        .configure_axisX(grid=False, labelAngle=0)
        .configure_axisY(domain=False, ticks=False)
        .configure_legend(
            orient="bottom", columns=LEGEND_COLUMNS, labelLimit=LONGEST, labelFontSize=11, title=None, symbolType="square",
        )
    )  # fmt: skip
    return dict(styled.to_dict())


def colour_series(names: Sequence[str], others: Sequence[str] = ()) -> alt.Scale:
    """The palette in order for names, grey for what is no series of its own."""
    own = [name for name in names if name not in others]
    colours = [PALETTE[place % len(PALETTE)] for place in range(len(own))]
    return alt.Scale(domain=[*own, *others], range=[*colours, *[OTHERS] * len(others)])


def stack_series(rows: pd.DataFrame, speech: Speech, unit: str, others: Sequence[str] = ()) -> alt.Chart:
    """Bars of `value` by year, stacked by `series` in the order of the rows; the legend highlights a series.

    `others` are drawn in grey. Columns: series, year, value.
    """
    order = list(dict.fromkeys(rows["series"]))
    picked = alt.selection_point(fields=["series"], bind="legend", name="picked")
    return (
        alt.Chart(rows)
        .mark_bar(stroke="white", strokeWidth=0.4)
        .encode(
            x=alt.X("year:O", title=None, axis=_year_axis(rows["year"])),
            y=alt.Y("sum(value):Q", title=unit, stack="zero"),
            color=alt.Color("series:N", scale=colour_series(order, others), sort=order, legend=alt.Legend(title=None)),
            order=alt.Order("rank:Q"),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.15)),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
        .add_params(picked)
        .transform_calculate(rank=f"indexof({order!r}, datum.series)")
    )


def draw_line(rows: pd.DataFrame, speech: Speech, unit: str, colour: str, dashed: bool = False) -> alt.Chart:
    """A line of `value` by year, one per series. Columns: series, year, value."""
    mark = {"strokeDash": DASH} if dashed else {}
    return (
        alt.Chart(rows)
        .mark_line(color=colour, strokeWidth=2, point=alt.OverlayMarkDef(color=colour, size=18), **mark)
        .encode(
            x=alt.X("year:O", title=None, axis=_year_axis(rows["year"])),
            y=alt.Y("value:Q", title=unit),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
    )


def draw_path(
    sectors: pd.DataFrame, nothing: pd.DataFrame, caps: pd.DataFrame, speech: Speech, unit: str
) -> dict[str, Any]:
    """Emissions by sector, the path without measures, and the caps over it. Columns of each: series, year, value."""
    layers: list[Any] = [stack_series(sectors, speech, unit)]
    if len(nothing):
        layers.append(draw_line(nothing, speech, unit, FAINT, dashed=True))
    if len(caps):
        layers.append(
            alt.Chart(caps)
            .mark_tick(color=LIMIT, thickness=3, width={"band": 1.0})
            .encode(
                x="year:O",
                y="value:Q",
                tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
            )
        )
    return finish(alt.layer(*layers))


def draw_timetable(service: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """When measures stand: a row per measure, darker where more of it stands, a line where it is being started.

    Columns: measure, year, share, amount (as it is read), outlay, started (bool), programme.
    """
    order = list(dict.fromkeys(service["measure"]))
    tips = _tips(speech, "", ("measure", "N"), ("programme", "N"), ("year", "O"), ("amount", "N"), ("outlay", "Q"))
    base = alt.Chart(service).encode(
        x=alt.X("year:O", title=None, axis=_year_axis(service["year"], top=True)),
        y=alt.Y("measure:N", sort=order, title=None, axis=alt.Axis(labelLimit=LONGEST + 60, domain=False, ticks=False)),
        tooltip=tips,
    )
    colours = alt.Scale(domain=[0.0, 1.0], range=["#E7F0EA", PALETTE[2]])
    standing = base.mark_rect(stroke="white", strokeWidth=1, height={"band": 0.8}).encode(
        color=alt.Color("share:Q", scale=colours, legend=None)
    )
    started = base.transform_filter("datum.started").mark_tick(
        color=INK, thickness=2.5, orient="horizontal", width={"band": 0.9}, yOffset=6
    )
    return finish(alt.layer(standing.transform_filter("datum.share > 0"), started), WIDTH - 160, alt.Step(STEP))


def draw_stack(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Stacked bars by year. Columns: series, year, value."""
    return finish(stack_series(rows, speech, unit))


def draw_ceiling(debt: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Debt against the ceiling, both by year. Columns: series, year, value, kind (debt, standing or ceiling)."""
    colours = {"ceiling": LIMIT, "debt": PALETTE[0], "standing": FAINT}
    layers = []
    for kind, dashed in (("standing", True), ("debt", False), ("ceiling", False)):
        rows = debt[debt["kind"] == kind]
        if len(rows):
            line = draw_line(rows, speech, unit, colours[kind], dashed)
            layers.append(line.encode(y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False))))
    names = list(dict.fromkeys(debt["series"]))
    kinds = [debt.loc[debt["series"] == name, "kind"].iloc[0] for name in names]
    key = (
        alt.Chart(debt)
        .mark_point(filled=True, opacity=0)
        .encode(
            x="year:O",
            y="value:Q",
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=names, range=[colours[kind] for kind in kinds]),
                legend=alt.Legend(title=None, symbolOpacity=1, columns=2),
            ),
        )
    )
    return finish(alt.layer(*layers, key))


def draw_bars(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bars to the right and left of zero, one per name. Columns: series, value."""
    bars = (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("value:Q", title=unit, axis=alt.Axis(grid=True)),
            y=alt.Y("series:N", sort=None, title=None, axis=alt.Axis(labelLimit=LONGEST)),
            color=alt.condition("datum.value < 0", alt.value(PALETTE[4]), alt.value(PALETTE[0])),
            tooltip=_tips(speech, unit, ("series", "N"), ("value", "Q")),
        )
    )
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=INK, strokeWidth=1).encode(x="value:Q")
    return finish(alt.layer(bars, zero), WIDTH - 200, alt.Step(24))


def draw_shares(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bars that each fill to the whole, cut by series. Columns: name, series, value (a share)."""
    order = list(dict.fromkeys(rows["series"]))
    chart = (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.75})
        .encode(
            x=alt.X("sum(value):Q", stack="normalize", title=unit, axis=alt.Axis(format="%", grid=False)),
            y=alt.Y("name:N", sort=None, title=None),
            color=alt.Color("series:N", sort=order, scale=colour_series(order), legend=alt.Legend(title=None)),
            order=alt.Order("rank:Q"),
            tooltip=_tips(speech, unit, ("name", "N"), ("series", "N"), ("count", "Q")),
        )
        .transform_calculate(rank=f"indexof({order!r}, datum.series)")
    )
    return finish(chart, WIDTH - 200, alt.Step(STEP))


def draw_lines(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """A line per series in colours of their own. Columns: series, year, value."""
    order = list(dict.fromkeys(rows["series"]))
    picked = alt.selection_point(fields=["series"], bind="legend", name="picked")
    chart = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=18))
        .encode(
            x=alt.X("year:O", title=None, axis=_year_axis(rows["year"])),
            y=alt.Y("value:Q", title=unit),
            color=alt.Color("series:N", sort=order, scale=colour_series(order), legend=alt.Legend(title=None)),
            strokeDash=alt.StrokeDash("series:N", sort=order, legend=None),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.15)),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
        .add_params(picked)
    )
    return finish(chart)


def _year_axis(years: Sequence[int] | pd.Series, top: bool = False) -> alt.Axis:
    """Every fifth year, and all where there are few."""
    known = sorted({int(year) for year in years})
    shown = known if len(known) <= 12 else [year for year in known if year % 5 == 0]
    return alt.Axis(values=shown, labelAngle=0, orient="top" if top else "bottom", labelOverlap=True)


def _tips(speech: Speech, unit: str, *fields: tuple[str, str]) -> list[alt.Tooltip]:
    tips = []
    for field, kind in fields:
        title = unit if field == "value" and unit else speech.say(f"tip_{field}")
        if kind == "Q":
            tips.append(alt.Tooltip(field, type="quantitative", title=title, format=",.1f"))
        else:
            tips.append(alt.Tooltip(field, type="nominal" if kind == "N" else "ordinal", title=title))
    return tips
