"""Charts of more than one subject, as Vega-Lite: bars by group, ranges by level, the steps from one sum to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from runners.views.theme import FAINT, INK, LIMIT, PALETTE, finish

ROW = 19
"""Height of a row, in points."""
WIDE = 430
"""Width of charts whose rows have long names."""
LABELS = 300
"""Points that the name of a row may take."""
TALL = 13
GREY = "#999999"
Tips = Sequence[tuple[str, str, str]]
"""Field, type and title of what a tooltip says."""


def draw_bars(rows: pd.DataFrame, axis: str, groups: Mapping[str, str], tips: Tips) -> dict[str, Any]:
    """A bar per row, in the order of the rows, its number beside it.

    Args:
        rows: name, value, shown (the number as it is read), group, and what the tips name.
        axis: title of the scale.
        groups: colour by group, in the order of the legend; one group has no legend.
        tips: of tooltips.
    """
    order = list(dict.fromkeys(rows["name"]))
    present = [group for group in groups if group in set(rows["group"])]
    scale = alt.Scale(domain=present, range=[groups[group] for group in present])
    legend = alt.Legend(title=None) if len(present) > 1 else None
    base = alt.Chart(rows).encode(y=_name_rows(order), x=alt.X("value:Q", title=axis), tooltip=_list_tips(tips))
    bars = base.mark_bar(height=TALL).encode(color=alt.Color("group:N", scale=scale, legend=legend))
    numbers = base.mark_text(align="left", dx=4, color=FAINT, fontSize=10).encode(text="shown:N")
    return finish(alt.layer(bars, numbers), WIDE, alt.Step(ROW))


def draw_ranges(
    rows: pd.DataFrame, marks: pd.DataFrame, axis: alt.X, levels: Mapping[str, str], mark: str, tips: Tips
) -> dict[str, Any]:
    """A bar from `low` to `high` per row and level, the widest level lightest and behind, and a mark per row.

    Args:
        rows: name, level, low, high, and what the tips name; the widest level first.
        marks: name and value of the marks.
        axis: the scale, of the field `low`.
        levels: colour by level, in the order of the legend.
        mark: what the mark is, said in the legend.
        tips: of tooltips.
    """
    order = list(dict.fromkeys(rows["name"]))
    scale = alt.Scale(domain=[*levels, mark], range=[*levels.values(), LIMIT])
    colour = alt.Color("level:N", scale=scale, legend=alt.Legend(title=None, columns=5))
    names = _name_rows(order)
    bars = alt.Chart(rows).mark_bar(height=TALL, opacity=1.0).encode(
        y=names, x=axis, x2="high", color=colour, tooltip=_list_tips(tips)
    )  # fmt: skip
    ticks = alt.Chart(marks.assign(level=mark)).mark_tick(
        opacity=1.0, thickness=2.5, height=TALL + 2, orient="vertical"
    )
    return finish(alt.layer(bars, ticks.encode(y=names, x="value:Q", color=colour)), WIDE, alt.Step(ROW))


def draw_steps(steps: pd.DataFrame, axis: str, groups: Mapping[str, str], tips: Tips) -> dict[str, Any]:
    """Bars that begin where the one above ended, from zero to their sum.

    Args:
        steps: name, group, value, low, high, shown; the sum is a step of its own.
        axis: title of the scale.
        groups: colour by group, in the order of the legend.
        tips: of tooltips.
    """
    order = list(dict.fromkeys(steps["name"]))
    present = [group for group in groups if group in set(steps["group"])]
    scale = alt.Scale(domain=present, range=[groups[group] for group in present])
    rows = steps.assign(end=steps[["low", "high"]].max(axis=1))
    base = alt.Chart(rows).encode(y=_name_rows(order), tooltip=_list_tips(tips))
    bars = base.mark_bar(height=TALL).encode(
        x=alt.X("low:Q", title=axis), x2="high", color=alt.Color("group:N", scale=scale, legend=alt.Legend(title=None))
    )
    numbers = base.mark_text(align="left", dx=4, color=INK, fontSize=10).encode(x="end:Q", text="shown:N")
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=FAINT).encode(x="zero:Q")
    return finish(alt.layer(zero, bars, numbers), WIDE, alt.Step(ROW))


def shade(name: str, parts: Sequence[float]) -> list[str]:
    """A colour of the palette on white, once per part of it."""
    red, green, blue = (int(name[at : at + 2], 16) for at in (1, 3, 5))
    return ["#" + "".join(f"{round(255 - part * (255 - tone)):02X}" for tone in (red, green, blue)) for part in parts]


def choose_colours(names: Sequence[str]) -> dict[str, str]:
    """A colour of the palette per name, in their order."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def _name_rows(order: Sequence[str]) -> alt.Y:
    labels = alt.Axis(labelLimit=LABELS, domain=False, ticks=False)
    return alt.Y("name:N", sort=list(order), title=None, axis=labels)


def _list_tips(tips: Tips) -> list[alt.Tooltip]:
    formats: dict[str, Any] = {"Q": {"format": ",.1f"}}
    return [alt.Tooltip(f"{field}:{kind}", title=title, **formats.get(kind, {})) for field, kind, title in tips]
