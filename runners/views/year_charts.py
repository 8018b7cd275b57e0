"""The charts of a plan, as Vega-Lite: drawn in the browser with tooltips, or once as SVG for paper.

Years are stretches of time: a bar begins with its year and ends with the last calendar year that it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from runners.views import vega
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


def scale_years(rows: pd.DataFrame, field: str = START, orient: Any = "bottom") -> vega.Spec:
    """A scale over all years of the rows; a label stands in the middle of its year."""
    placed = place_years(rows)
    years = np.unique(placed["year"])
    shown = years if len(years) <= FEW_YEARS else np.unique([years[0], *years[years % LABELLED == 0]])
    axis = vega.axis(
        values=(shown + 0.5).tolist(), labelExpr="format(floor(datum.value), 'd')", orient=orient, labelOverlap=True
    )
    scale = vega.scale(domain=[float(placed[START].min()), float(placed[END].max())], nice=False, zero=False)
    return vega.x(f"{field}:Q", title=None, scale=scale, axis=axis)


def pile_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `low` and `high`: positive values pile upwards from zero, negative ones downwards, in their order."""
    value = rows["value"].astype(float).round(DIGITS)
    high = value.groupby([rows["year"], value >= 0]).cumsum().round(DIGITS)
    return rows.assign(value=value, low=(high - value).round(DIGITS), high=high)


def colour_series(names: Sequence[str], others: Sequence[str] = ()) -> vega.Spec:
    """The palette in order for names, grey for what is no series of its own."""
    own = [name for name in names if name not in others]
    colours = dict(zip(own, (PALETTE[place % len(PALETTE)] for place in range(len(own))), strict=True))
    return vega.scale(domain=list(names), range=[colours.get(name, OTHERS) for name in names])


def stack_series(rows: pd.DataFrame, speech: Speech, unit: str, others: Sequence[str] = ()) -> Any:
    """Bars of `value` by year, piled in the order of the rows; the legend picks a series out.

    Columns: series, year, length, value. `others` are drawn in grey.
    """
    order = list(dict.fromkeys(rows["series"]))
    picked = vega.pick_point("picked", ["series"])
    return (
        vega.Chart(pile_up(place_years(rows)))
        .draw("rect", stroke="white", strokeWidth=0.6)
        .encode(
            x=scale_years(rows),
            x2=END,
            y=vega.y("low:Q", title=unit),
            y2="high",
            color=vega.color("series:N", scale=colour_series(order, others), legend=vega.legend(title=None)),
            opacity=vega.condition(picked, vega.value(1.0), vega.value(0.15)),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
        .add_params(picked)
    )


def draw_line(rows: pd.DataFrame, speech: Speech, unit: str, colour: str, dashed: bool = False) -> Any:
    """A line of `value` in one colour. Columns: series, year, length, value."""
    mark: dict[str, Any] = {"strokeDash": DASH} if dashed else {}
    return (
        vega.Chart(place_years(rows))
        .draw("line", color=colour, strokeWidth=2, point=vega.points(color=colour, size=16), **mark)
        .encode(
            x=scale_years(rows, MIDDLE),
            y=vega.y("value:Q", title=unit),
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
        lines = vega.Chart(place_years(caps)).draw("rule", color=LIMIT, strokeWidth=3)
        layers.append(lines.encode(x=scale_years(sectors), x2=END, y="value:Q", tooltip=tips))
    return finish(vega.layer(*layers))


def draw_timetable(service: pd.DataFrame, speech: Speech) -> dict[str, Any]:
    """When measures stand: a row per measure, darker where more of it stands, a line where it is being started.

    Columns: measure, year, length, share, amount (as it is read), outlay, started (bool), programme.
    """
    order = list(dict.fromkeys(service["measure"]))
    fields = (("measure", "N"), ("programme", "N"), ("year", "O"), ("amount", "N"), ("outlay", "Q"))
    labels = vega.axis(labelLimit=LONGEST + 60, domain=False, ticks=False)
    base = vega.Chart(place_years(service)).encode(
        x=scale_years(service, orient="top"),
        x2=END,
        y=vega.y("measure:N", sort=order, title=None, axis=labels),
        tooltip=_tips(speech, "", *fields),
    )
    shades = vega.color("share:Q", scale=vega.scale(domain=[0.0, 1.0], range=[PALE, FULL]), legend=None)
    standing = base.pick_rows("datum.share > 0").draw("bar", stroke="white", height={"band": 0.82})
    started = base.pick_rows("datum.started").draw("rule", color=INK, strokeWidth=2.5, yOffset=6)
    return finish(vega.layer(standing.encode(color=shades), started), WIDTH - 190, vega.step(STEP))


def draw_stack(rows: pd.DataFrame, speech: Speech, unit: str, others: Sequence[str] = ()) -> dict[str, Any]:
    """Stacked bars by year, `others` in grey. Columns: series, year, length, value."""
    return finish(stack_series(rows, speech, unit, others))


def draw_debt(debt: pd.DataFrame, ceiling: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Debt piled by what it is for, and its ceiling over it. Columns: series, year, length, value."""
    layers = [stack_series(debt, speech, unit, debt["series"].head(1).tolist())]
    if len(ceiling):
        tips = _tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q"))
        line = vega.Chart(place_years(ceiling)).draw("rule", color=LIMIT, strokeWidth=3)
        layers.append(line.encode(x=scale_years(debt), x2=END, y="value:Q", tooltip=tips))
    return finish(vega.layer(*layers))


def draw_ceiling(debt: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Debt against the ceiling, both by year. Columns: series, year, length, value, kind (debt or ceiling)."""
    colours = {"debt": PALETTE[0], "ceiling": LIMIT}
    names = {str(row["series"]): colours[str(row["kind"])] for _, row in debt.iterrows()}
    chart = (
        vega.Chart(place_years(debt))
        .draw("line", strokeWidth=2.5, point=vega.points(size=18))
        .encode(
            x=scale_years(debt, MIDDLE),
            y=vega.y("value:Q", title=unit, scale=vega.scale(zero=False)),
            color=vega.color("series:N", scale=vega.scale(domain=list(names), range=list(names.values())), title=None),
            strokeDash=vega.stroke_dash(
                "series:N", scale=vega.scale(domain=list(names), range=[[1, 0], DASH]), title=None
            ),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
    )
    return finish(chart)


def draw_bars(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bars to the right and left of zero, one per name. Columns: series, value."""
    bars = (
        vega.Chart(rows)
        .draw("bar", height={"band": 0.7})
        .encode(
            x=vega.x("value:Q", title=unit, axis=vega.axis(grid=True)),
            y=vega.y("series:N", sort=None, title=None),
            color=vega.condition("datum.value < 0", vega.value(PALETTE[4]), vega.value(PALETTE[0])),
            tooltip=_tips(speech, unit, ("series", "N"), ("value", "Q")),
        )
    )
    zero = vega.Chart(pd.DataFrame({"value": [0.0]})).draw("rule", color=INK, strokeWidth=1).encode(x="value:Q")
    return finish(vega.layer(bars, zero), WIDTH - 220, vega.step(24))


def draw_shares(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """Bars that each fill to the whole, cut by series. Columns: name, series, value (a share), count."""
    order = list(dict.fromkeys(rows["series"]))
    chart = (
        vega.Chart(rows.assign(rank=[order.index(name) for name in rows["series"]]))
        .draw("bar", height={"band": 0.75})
        .encode(
            x=vega.x("value:Q", stack="normalize", title=unit, axis=vega.axis(format="%", grid=False)),
            y=vega.y("name:N", sort=None, title=None),
            color=vega.color("series:N", sort=order, scale=colour_series(order), legend=vega.legend(title=None)),
            order=vega.order("rank:Q"),
            tooltip=_tips(speech, "", ("name", "N"), ("series", "N"), ("count", "Q")),
        )
    )
    return finish(chart, WIDTH - 220, vega.step(STEP))


def draw_lines(rows: pd.DataFrame, speech: Speech, unit: str) -> dict[str, Any]:
    """A line per series in colours and dashes of their own. Columns: series, year, value."""
    order = list(dict.fromkeys(rows["series"]))
    picked = vega.pick_point("picked", ["series"])
    chart = (
        vega.Chart(place_years(rows))
        .draw("line", strokeWidth=2, point=vega.points(size=18))
        .encode(
            x=scale_years(rows, MIDDLE),
            y=vega.y("value:Q", title=unit),
            color=vega.color("series:N", sort=order, scale=colour_series(order), title=None),
            strokeDash=vega.stroke_dash("series:N", sort=order, scale=vega.scale(domain=order), title=None),
            opacity=vega.condition(picked, vega.value(1.0), vega.value(0.15)),
            tooltip=_tips(speech, unit, ("series", "N"), ("year", "O"), ("value", "Q")),
        )
        .add_params(picked)
    )
    return finish(chart)


def _tips(speech: Speech, unit: str, *fields: tuple[str, str]) -> list[vega.Spec]:
    """Tooltips of fields, each named `tip_<field>` in the catalogue; a value is named by its unit."""
    tips = []
    for field, kind in fields:
        title = unit if field == "value" and unit else speech.say(f"tip_{field}")
        if kind == "Q":
            tips.append(vega.tooltip(field, type="quantitative", title=title, format=",.1f"))
        else:
            tips.append(vega.tooltip(field, type="nominal" if kind == "N" else "ordinal", title=title))
    return tips
