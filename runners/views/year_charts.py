"""The charts of a plan, as Vega-Lite: drawn in the browser with tooltips, or once as SVG for paper.

Years are stretches of time: a bar begins with its year and ends with the last calendar year that it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from runners.views.locale import Speech
from runners.views.theme import FAINT, INK, LIMIT, OTHERS, PALETTE
from runners.views.theme import FONT as FONT
from runners.views.theme import HEIGHT as HEIGHT
from runners.views.theme import LONGEST as LONGEST
from runners.views.theme import WIDTH as WIDTH
from runners.views.theme import finish as finish

STEP = 17
"""Height of a row in charts with a row per thing."""
DASH = [5, 3]
PALE, FULL = "#E3EEE7", PALETTE[2]
"""From nothing to all of a thing."""
LABELLED = 5
"""Years between labels."""
FEW_YEARS = 12
DIGITS = 6
"""Decimals of what is drawn: more cannot be seen, and make a page large."""
START, END, MIDDLE = "start", "end", "middle"


def place_years(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `start`, `end` and `middle` of their year, from year and length (1 where it is not said)."""
    length = rows["length"].astype(float) if "length" in rows else pd.Series(1.0, index=rows.index)
    start = rows["year"].astype(int)
    return rows.assign(year=start, start=start, end=start + length, middle=start + 0.5 * length)


def scale_years(rows: pd.DataFrame, field: str = START, orient: Any = "bottom") -> alt.X:
    """A scale over all years of the rows; a label stands in the middle of its year."""
    placed = place_years(rows)
    years = np.unique(placed["year"])
    shown = years if len(years) <= FEW_YEARS else np.unique([years[0], *years[years % LABELLED == 0]])
    axis = alt.Axis(
        values=(shown + 0.5).tolist(), labelExpr="format(floor(datum.value), 'd')", orient=orient, labelOverlap=True
    )
    scale = alt.Scale(domain=[float(placed[START].min()), float(placed[END].max())], nice=False, zero=False)
    return alt.X(f"{field}:Q", title=None, scale=scale, axis=axis)


def pile_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `low` and `high`: positive values pile upwards from zero, negative ones downwards, in their order."""
    value = rows["value"].astype(float).round(DIGITS)
    high = value.groupby([rows["year"], value >= 0]).cumsum().round(DIGITS)
    return rows.assign(value=value, low=(high - value).round(DIGITS), high=high)


def colour_series(names: Sequence[str], others: Sequence[str] = ()) -> alt.Scale:
    """The palette in order for names, grey for what is no series of its own."""
    own = [name for name in names if name not in others]
    colours = dict(zip(own, (PALETTE[place % len(PALETTE)] for place in range(len(own))), strict=True))
    return alt.Scale(domain=list(names), range=[colours.get(name, OTHERS) for name in names])


def stack_series(rows: pd.DataFrame, speech: Speech, unit: str, others: Sequence[str] = ()) -> Any:
    """Bars of `value` by year, piled in the order of the rows; the legend picks a series out.

    Columns: series, year, length, value. `others` are drawn in grey.
    """
    order = list(dict.fromkeys(rows["series"]))
    picked = alt.selection_point(fields=["series"], bind="legend", name="picked")
    return (
        alt.Chart(pile_up(place_years(rows)))
        .mark_rect(stroke="white", strokeWidth=0.6)
        .encode(
            x=scale_years(rows),
            x2=END,
            y=alt.Y("low:Q", title=unit),
            y2="high",
            color=alt.Color("series:N", scale=colour_series(order, others), legend=alt.Legend(title=None)),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.15)),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
        .add_params(picked)
    )


def draw_line(rows: pd.DataFrame, speech: Speech, unit: str, colour: str, dashed: bool = False) -> Any:
    """A line of `value` in one colour. Columns: series, year, length, value."""
    mark: dict[str, Any] = {"strokeDash": DASH} if dashed else {}
    return (
        alt.Chart(place_years(rows))
        .mark_line(color=colour, strokeWidth=2, point=alt.OverlayMarkDef(color=colour, size=16), **mark)
        .encode(
            x=scale_years(rows, MIDDLE),
            y=alt.Y("value:Q", title=unit),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
    )


def draw_path(
    sectors: pd.DataFrame, nothing: pd.DataFrame, caps: pd.DataFrame, speech: Speech, unit: str
) -> dict[str, Any]:
    """Emissions by sector, the path without measures, and the caps over it. Columns: series, year, length, value."""
    layers: list[Any] = [stack_series(sectors, speech, unit, [speech.say("others")])]
    if len(nothing):
        line = draw_line(nothing, speech, unit, FAINT, dashed=True)
        layers.append(line.encode(x=scale_years(sectors, MIDDLE)))
    if len(caps):
        tips = _tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q"))
        lines = alt.Chart(place_years(caps)).mark_rule(color=LIMIT, strokeWidth=3)
        layers.append(lines.encode(x=scale_years(sectors), x2=END, y="value:Q", tooltip=tips))
    return finish(alt.layer(*layers))


def draw_timetable(service: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """When measures stand: a row per measure, darker where more of it stands, a line where it is being started.

    Columns: measure, year, length, share, amount (as it is read), outlay, started (bool), programme.
    """
    order = list(dict.fromkeys(service["measure"]))
    fields = (("measure", "N"), ("programme", "N"), ("year", "O"), ("amount", "N"), ("outlay", "Q"))
    labels = alt.Axis(labelLimit=LONGEST + 60, domain=False, ticks=False)
    base = alt.Chart(place_years(service)).encode(
        x=scale_years(service, orient="top"),
        x2=END,
        y=alt.Y("measure:N", sort=order, title=None, axis=labels),
        tooltip=_tips(speech, "", *fields),
    )
    shades = alt.Color("share:Q", scale=alt.Scale(domain=[0.0, 1.0], range=[PALE, FULL]), legend=None)
    standing = base.transform_filter("datum.share > 0").mark_bar(stroke="white", height={"band": 0.82})
    started = base.transform_filter("datum.started").mark_rule(color=INK, strokeWidth=2.5, yOffset=6)
    return finish(alt.layer(standing.encode(color=shades), started), WIDTH - 190, alt.Step(STEP))


def draw_stack(rows: pd.DataFrame, speech: Speech, unit: str, others: Sequence[str] = ()) -> dict[str, Any]:
    """Stacked bars by year, `others` in grey. Columns: series, year, length, value."""
    return finish(stack_series(rows, speech, unit, others))


def draw_debt(debt: pd.DataFrame, ceiling: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Debt piled by what it is for, and its ceiling over it. Columns: series, year, length, value."""
    layers = [stack_series(debt, speech, unit, debt["series"].head(1).tolist())]
    if len(ceiling):
        tips = _tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q"))
        line = alt.Chart(place_years(ceiling)).mark_rule(color=LIMIT, strokeWidth=3)
        layers.append(line.encode(x=scale_years(debt), x2=END, y="value:Q", tooltip=tips))
    return finish(alt.layer(*layers))


def draw_ceiling(debt: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Debt against the ceiling, both by year. Columns: series, year, length, value, kind (debt or ceiling)."""
    colours = {"debt": PALETTE[0], "ceiling": LIMIT}
    names = {str(row["series"]): colours[str(row["kind"])] for _, row in debt.iterrows()}
    chart = (
        alt.Chart(place_years(debt))
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=18))
        .encode(
            x=scale_years(debt, MIDDLE),
            y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False)),
            color=alt.Color("series:N", scale=alt.Scale(domain=list(names), range=list(names.values())), title=None),
            strokeDash=alt.StrokeDash(
                "series:N", scale=alt.Scale(domain=list(names), range=[[1, 0], DASH]), title=None
            ),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
    )
    return finish(chart)


def draw_bars(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bars to the right and left of zero, one per name. Columns: series, value."""
    bars = (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("value:Q", title=unit, axis=alt.Axis(grid=True)),
            y=alt.Y("series:N", sort=None, title=None),
            color=alt.condition("datum.value < 0", alt.value(PALETTE[4]), alt.value(PALETTE[0])),
            tooltip=_tips(speech, unit, ("series", "N"), ("value", "Q")),
        )
    )
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=INK, strokeWidth=1).encode(x="value:Q")
    return finish(alt.layer(bars, zero), WIDTH - 220, alt.Step(24))


def draw_shares(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bars that each fill to the whole, cut by series. Columns: name, series, value (a share), count."""
    order = list(dict.fromkeys(rows["series"]))
    chart = (
        alt.Chart(rows.assign(rank=[order.index(name) for name in rows["series"]]))
        .mark_bar(height={"band": 0.75})
        .encode(
            x=alt.X("value:Q", stack="normalize", title=unit, axis=alt.Axis(format="%", grid=False)),
            y=alt.Y("name:N", sort=None, title=None),
            color=alt.Color("series:N", sort=order, scale=colour_series(order), legend=alt.Legend(title=None)),
            order=alt.Order("rank:Q"),
            tooltip=_tips(speech, "", ("name", "N"), ("series", "N"), ("count", "Q")),
        )
    )
    return finish(chart, WIDTH - 220, alt.Step(STEP))


def draw_lines(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """A line per series in colours and dashes of their own. Columns: series, year, value."""
    order = list(dict.fromkeys(rows["series"]))
    picked = alt.selection_point(fields=["series"], bind="legend", name="picked")
    chart = (
        alt.Chart(place_years(rows))
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=18))
        .encode(
            x=scale_years(rows, MIDDLE),
            y=alt.Y("value:Q", title=unit),
            color=alt.Color("series:N", sort=order, scale=colour_series(order), title=None),
            strokeDash=alt.StrokeDash("series:N", sort=order, scale=alt.Scale(domain=order), title=None),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.15)),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
        .add_params(picked)
    )
    return finish(chart)


def _tips(speech: Speech, unit: str, *fields: tuple[str, str]) -> list[alt.Tooltip]:
    """Tooltips of fields, each named `tip_<field>` in the catalogue; a value is named by its unit."""
    tips = []
    for field, kind in fields:
        title = unit if field == "value" and unit else speech.say(f"tip_{field}")
        if kind == "Q":
            tips.append(alt.Tooltip(field, type="quantitative", title=title, format=",.1f"))
        else:
            tips.append(alt.Tooltip(field, type="nominal" if kind == "N" else "ordinal", title=title))
    return tips
