"""What each measure costs per tonne, drawn: bars by rising cost, and apart from them those that save."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from conf.words import format_number, say
from runners.analyses.abatement.abatement_metrics import PER_DEFINITION, scale_unit
from runners.analyses.abatement.attribution import ALONE, LAST, MEASURE, Comparison, Level
from runners.analyses.abatement.measures_screen import define_cost, show_unit
from runners.analyses.abatement.measures_tables import TABLE_OF_LEVEL, Row, list_rows
from runners.analyses.abatement.ranking import ENABLING, RANKED, SAVING, cost_per_unit, find_scale
from runners.reports.drawing import DPI, LEGEND, STYLE, format_tick, shorten, write_title
from runners.views.names import name_money, name_programme
from runners.views.theme import FAINT, GRID, INK, LIMIT, PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (12.0, 6.6)
BARS = (0.30, 0.2, 0.42, 0.62)
"""Axes of the ranked bars in parts of the figure: left, bottom, width, height."""
SAVINGS = (0.06, 0.2, 0.19, 0.62)
ROOM = 1.6
"""Height of the scale over the highest bar; markers beyond are drawn at its edge."""
MARKERS = {ALONE: ("^", PALETTE[0]), LAST: ("v", LIMIT)}
MOST_LISTED = 23
SPACING = 0.0285
"""Between lines of the key, in parts of the height of the figure."""


def draw_comparison(
    scenario: xr.Dataset, comparison: Comparison, definition: str, folder: Path, lang: str
) -> list[Path]:
    """Draw a figure per level as SVG and PNG into a folder that exists; gives the files."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    written = []
    with rc_context(STYLE):
        for level in comparison.levels.values():
            figure = Figure(figsize=SIZE, dpi=DPI)
            FigureCanvasAgg(figure)
            draw_level(figure, scenario, comparison, level, definition, lang)
            for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
                path = folder / f"{TABLE_OF_LEVEL[level.name]}.{suffix}"
                figure.savefig(path, metadata=metadata)
                written.append(path)
    return written


def draw_level(
    figure: Figure, scenario: xr.Dataset, comparison: Comparison, level: Level, definition: str, lang: str
) -> None:
    """One level: savings at the left, bars at the right, the key to codes and colours beside."""
    rows = list_rows(scenario, comparison, level, definition)
    key = "measures_figure_title" + ("" if level.name == MEASURE else f"_{level.name}")
    title = say(key, lang, name=scenario.attrs[f"name_{lang}"])
    write_title(figure, title, define_cost(scenario, comparison, definition, lang))
    programmes = list(dict.fromkeys(row.programme for row in rows))
    colours = {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(programmes)}
    apart = [row for row in rows if row.kind in (SAVING, ENABLING)]
    tonnes_unit = comparison.yardstick.unit
    _draw_savings(figure.add_axes(SAVINGS), apart, definition, colours, tonnes_unit, scenario.attrs["money"], lang)
    ranked = sorted((row for row in rows if row.kind == RANKED), key=lambda row: row.per_unit)
    ax = figure.add_axes(BARS)
    _draw_bars(ax, ranked, definition, colours)
    factor, scale = scale_unit(scenario.attrs["money"], tonnes_unit), find_scale(level)
    others = {
        way: [
            factor * cost_per_unit(row.reading.ways[way], definition, scale) if way in row.reading.ways else np.nan
            for row in ranked
        ]
        for way in MARKERS
    }
    _mark_ways(ax, ranked, definition, others, lang)
    per_unit = show_unit(scenario, comparison, lang)
    _finish(ax, say("measures_figure_ranked", lang, per_unit=per_unit, unit=tonnes_unit), lang)
    if not ranked:
        ax.text(0.5, 0.5, say("measures_figure_empty", lang), transform=ax.transAxes, ha="center", color=FAINT)
    _list_names(figure, [*ranked, *apart], colours, level.name == MEASURE, lang)
    _write_source(figure, scenario, lang)


def _draw_savings(
    ax: Axes, rows: Sequence[Row], definition: str, colours: dict[str, str], unit: str, money: str, lang: str
) -> None:
    """Saving over tonnes, hollow where another saves at least as much of both, a square for what enables others."""
    cost_name, tonnes_name = PER_DEFINITION[definition]
    middle = 0.5 * max((-getattr(row.amounts, cost_name) for row in rows), default=0.0)
    for row in rows:
        x, y = -getattr(row.amounts, cost_name), getattr(row.amounts, tonnes_name)
        colour = colours[row.programme]
        face = "none" if row.dominated else colour
        ax.scatter([x], [y], s=46, marker="s" if row.kind == ENABLING else "o", facecolors=face, edgecolors=colour)
        shift, side = (4, "left") if x < middle else (-4, "right")
        place: dict[str, Any] = {"xytext": (shift, 4), "textcoords": "offset points", "ha": side}
        ax.annotate(_tag(row, lang), (x, y), fontsize=8, color=INK, **place)
    if not rows:
        ax.text(0.5, 0.5, say("measures_figure_empty", lang), transform=ax.transAxes, ha="center", color=FAINT)
    ax.margins(x=0.22, y=0.12)
    ax.plot([0.0], [0.0], alpha=0.0)  # the scale begins at nothing
    ax.set_xlabel(say("measures_figure_saved", lang, money=name_money(money, lang)), fontsize=9)
    ax.xaxis.set_major_locator(_few_ticks())
    ax.xaxis.set_major_formatter(lambda value, _: format_tick(value, lang))
    _finish(ax, say("measures_figure_saving", lang), lang)
    ax.set_ylabel(say("measures_figure_tonnes", lang, unit=unit), fontsize=9)
    _explain_savings(ax, rows, lang)


def _explain_savings(ax: Axes, rows: Sequence[Row], lang: str) -> None:
    """What hollow points and squares are, where there are any."""
    from matplotlib.lines import Line2D

    style: dict[str, Any] = {"linestyle": "none", "markeredgecolor": FAINT}
    handles = []
    if any(row.dominated for row in rows):
        label = say("measures_figure_dominated", lang)
        handles.append(Line2D([], [], marker="o", markerfacecolor="none", label=label, **style))
    if any(row.kind == ENABLING for row in rows):
        handles.append(
            Line2D([], [], marker="s", markerfacecolor=FAINT, label=say("measures_figure_enabling", lang), **style)
        )
    if handles:
        ax.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(-0.2, -0.1), ncols=1, **{**LEGEND, "fontsize": 7.5}
        )


def _draw_bars(ax: Axes, ranked: Sequence[Row], definition: str, colours: dict[str, str]) -> None:
    widths = _widths(ranked, definition)
    left = np.cumsum(widths) - widths
    for row, start, width in zip(ranked, left, widths, strict=True):
        ax.bar(start, row.per_unit, width, align="edge", color=colours[row.programme], edgecolor="white", linewidth=0.6)
    top = ROOM * max((row.per_unit for row in ranked), default=1.0)
    ax.set_ylim(0.0, top)
    ax.set_xlim(0.0, max(float(widths.sum()), 1e-6))


def _mark_ways(ax: Axes, ranked: Sequence[Row], definition: str, others: dict[str, list[float]], lang: str) -> None:
    """The cost per tonne by the other ways, over each bar; those beyond the scale at its upper edge, hollow."""
    widths = _widths(ranked, definition)
    middle, top = np.cumsum(widths) - widths / 2, ax.get_ylim()[1]
    for way, (marker, colour) in MARKERS.items():
        values = np.array(others[way], dtype=float)
        outside = values > top
        shown = np.where(outside, 0.985 * top, values)
        faces = ["none" if out else colour for out in outside]
        ax.scatter(middle, shown, marker=marker, s=34, facecolors=faces, edgecolors=colour, zorder=3)
        ax.scatter([], [], marker=marker, s=34, color=colour, label=say(f"measures_figure_{way}", lang))
    if any((np.array(values, dtype=float) > top).any() for values in others.values()):
        label = say("measures_figure_outside", lang)
        ax.scatter([], [], marker="D", s=20, facecolors="none", edgecolors=FAINT, label=label)
    for i, (row, x) in enumerate(zip(ranked, middle, strict=True)):
        high = row.per_unit + (0.012 + 0.03 * (i % 2 and widths[i] < 0.03 * widths.sum())) * top
        ax.text(x, high, _tag(row, lang), ha="center", va="bottom", fontsize=8, color=INK)
    ax.legend(loc="upper left", **LEGEND)


def _finish(ax: Axes, title: str, lang: str) -> None:
    ax.set_title(title, fontsize=10, loc="left", color=INK, pad=14)
    ax.yaxis.set_major_formatter(lambda value, _: format_tick(value, lang))
    ax.xaxis.set_major_formatter(lambda value, _: format_number(value, lang, 0))
    ax.grid(axis="y", color=GRID, linewidth=0.7)
    ax.tick_params(labelsize=9)


def _list_names(figure: Figure, rows: Sequence[Row], colours: dict[str, str], coded: bool, lang: str) -> None:
    """Codes with names at the right in the colours of programmes."""
    for i, row in enumerate(rows[:MOST_LISTED]):
        y = 0.83 - SPACING * i
        figure.text(0.735, y, "■", fontsize=9, color=colours[row.programme], va="center")
        figure.text(0.750, y, shorten(row.label(lang)), fontsize=8, color=INK, va="center")
    if not coded:
        return
    for i, name in enumerate(dict.fromkeys(row.programme for row in rows)):
        x, y = 0.735 + 0.13 * (i % 2), 0.80 - SPACING * min(len(rows), MOST_LISTED) - 0.028 * (i // 2)
        figure.text(x, y, "■", fontsize=8, color=colours[name], va="center")
        figure.text(x + 0.012, y, name_programme(name, lang), fontsize=7.5, color=INK, va="center")


def _write_source(figure: Figure, scenario: xr.Dataset, lang: str) -> None:
    attrs = scenario.attrs
    fields = {"case": attrs[f"name_{lang}"], "digest": attrs["digest"][:8], "price_year": attrs["price_year"]}
    figure.text(0.015, 0.03, say("figure_note", lang, first="", **fields), fontsize=8, color=FAINT, va="center")


def _widths(ranked: Sequence[Row], definition: str) -> np.ndarray:
    name = PER_DEFINITION[definition][1]
    return np.array([getattr(row.amounts, name) for row in ranked], dtype=float)


def _tag(row: Row, lang: str) -> str:
    return row.code or _cut(row.names[lang], 16)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _few_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=4)
