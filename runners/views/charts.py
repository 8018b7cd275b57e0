"""Charts of more than one subject, as Vega-Lite: bars by group, ranges by level, the steps from one sum to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from runners.views import vega
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
    scale = vega.scale(domain=present, range=[groups[group] for group in present])
    legend = vega.legend(title=None) if len(present) > 1 else None
    base = vega.Chart(rows).encode(y=_name_rows(order), x=vega.x("value:Q", title=axis), tooltip=_list_tips(tips))
    bars = base.draw("bar", height=TALL).encode(color=vega.color("group:N", scale=scale, legend=legend))
    numbers = base.draw("text", align="left", dx=4, color=FAINT, fontSize=10).encode(text="shown:N")
    return finish(vega.layer(bars, numbers), WIDE, vega.step(ROW))


def draw_ranges(
    rows: pd.DataFrame, marks: pd.DataFrame, axis: vega.Spec, levels: Mapping[str, str], mark: str, tips: Tips
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
    scale = vega.scale(domain=[*levels, mark], range=[*levels.values(), LIMIT])
    colour = vega.color("level:N", scale=scale, legend=vega.legend(title=None, columns=5))
    names = _name_rows(order)
    bars = vega.Chart(rows).draw("bar", height=TALL, opacity=1.0).encode(
        y=names, x=axis, x2="high", color=colour, tooltip=_list_tips(tips)
    )  # fmt: skip
    ticks = vega.Chart(marks.assign(level=mark)).draw(
        "tick", opacity=1.0, thickness=2.5, height=TALL + 2, orient="vertical"
    )
    return finish(vega.layer(bars, ticks.encode(y=names, x="value:Q", color=colour)), WIDE, vega.step(ROW))


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
    scale = vega.scale(domain=present, range=[groups[group] for group in present])
    rows = steps.assign(end=steps[["low", "high"]].max(axis=1))
    base = vega.Chart(rows).encode(y=_name_rows(order), tooltip=_list_tips(tips))
    bars = base.draw("bar", height=TALL).encode(
        x=vega.x("low:Q", title=axis),
        x2="high",
        color=vega.color("group:N", scale=scale, legend=vega.legend(title=None)),
    )
    numbers = base.draw("text", align="left", dx=4, color=INK, fontSize=10).encode(x="end:Q", text="shown:N")
    zero = vega.Chart(pd.DataFrame({"zero": [0.0]})).draw("rule", color=FAINT).encode(x="zero:Q")
    return finish(vega.layer(zero, bars, numbers), WIDE, vega.step(ROW))


def shade(name: str, parts: Sequence[float]) -> list[str]:
    """A colour of the palette on white, once per part of it."""
    red, green, blue = (int(name[at : at + 2], 16) for at in (1, 3, 5))
    return ["#" + "".join(f"{round(255 - part * (255 - tone)):02X}" for tone in (red, green, blue)) for part in parts]


def choose_colours(names: Sequence[str]) -> dict[str, str]:
    """A colour of the palette per name, in their order."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def _name_rows(order: Sequence[str]) -> vega.Spec:
    labels = vega.axis(labelLimit=LABELS, domain=False, ticks=False)
    return vega.y("name:N", sort=list(order), title=None, axis=labels)


def _list_tips(tips: Tips) -> list[vega.Spec]:
    formats: dict[str, Any] = {"Q": {"format": ",.1f"}}
    return [vega.tooltip(f"{field}:{kind}", title=title, **formats.get(kind, {})) for field, kind, title in tips]
