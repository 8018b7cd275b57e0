"""How every figure is drawn: axes with title and unit, stacked bars, legends, colours, a note on its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from conf.words import format_number, say
from runners.views.theme import FAINT as FAINT
from runners.views.theme import GRID as GRID
from runners.views.theme import INK as INK
from runners.views.theme import LIMIT as LIMIT
from runners.views.theme import OTHERS as OTHERS
from runners.views.theme import PALETTE as PALETTE
from scenarios.catalog import YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DIGEST_LENGTH = 8
SIZE = (10.0, 5.4)
DPI = 120
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "fardplan",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "axes.axisbelow": True,
    "axes.grid": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "path.simplify": True,
    "text.hinting": "none",
}
LEGEND: dict[str, Any] = {"frameon": False, "fontsize": 9}
SMALLEST = 1e-6
LONGEST_NAME = 34
"""Letters of a name beside the axes."""


def open_axes(
    figure: Figure, title: str, subtitle: str, left: float = 0.07, right: float = 0.72, below: float = 0.72
) -> Axes:
    """Axes with title and unit above; margins are fixed in inches, so nothing is measured twice."""
    height = figure.get_figheight()
    ax = figure.add_axes((left, below / height, right - left, 1.0 - (below + 0.78) / height))
    write_title(figure, title, subtitle)
    return ax


def write_title(figure: Figure, title: str, subtitle: str) -> None:
    """What a figure shows, and in which unit, above everything else."""
    height = figure.get_figheight()
    figure.text(0.015, 1.0 - 0.3 / height, title, fontsize=14, fontweight="bold", color=INK, va="center")
    figure.text(0.015, 1.0 - 0.56 / height, subtitle, fontsize=10, color=FAINT, va="center")


def write_note(figure: Figure, ax: Axes, scenario: xr.Dataset, lang: str, key: str) -> None:
    """A note under the axes that says where the figure comes from, and whole years along them."""
    attrs, first = scenario.attrs, scenario[YEAR].values[0]
    case, digest = attrs[f"name_{lang}"], attrs["digest"][:DIGEST_LENGTH]
    text = say(key, lang, case=case, digest=digest, price_year=attrs["price_year"], first=first)
    figure.text(0.015, 0.2 / figure.get_figheight(), text, fontsize=8, color=FAINT, va="center")
    mark_years(ax)


def mark_years(ax: Axes) -> None:
    """Whole years along the axes."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, steps=[1, 2, 5, 10]))


def shorten(name: str) -> str:
    """A name as it fits into a legend."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def finish_amounts(ax: Axes, lang: str) -> None:
    """Numbers as the language writes them, a line at zero, and a legend beside in the order of the stack."""
    handles, labels = ax.get_legend_handles_labels()
    if handles:
        handles, labels = handles[::-1], labels[::-1]
        ax.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0, **LEGEND)
    ax.axhline(0.0, color=FAINT, linewidth=0.8)
    ax.yaxis.set_major_formatter(lambda value, _: format_tick(value, lang))
    ax.grid(axis="y", color=GRID, linewidth=0.7)
    ax.use_sticky_edges = False
    ax.margins(x=0.01, y=0.06)


def name_colours(figure: Figure, colours: Mapping[str, str]) -> None:
    """A legend of plain colours at the lower right."""
    from matplotlib.patches import Patch

    handles = [Patch(color=colour, label=name) for name, colour in colours.items()]
    if handles:
        columns = min(len(handles), 5)
        place = (0.99, 0.3 / figure.get_figheight())
        figure.legend(handles=handles, loc="lower right", bbox_to_anchor=place, ncols=columns, **LEGEND)


def format_tick(value: float, lang: str) -> str:
    """A number at an axis, with a decimal only where it has one."""
    return format_number(value, lang, 0 if abs(value - round(value)) < SMALLEST else 1)


def stack_bars(
    ax: Axes,
    years: np.ndarray,
    widths: np.ndarray,
    series: Mapping[str, np.ndarray],
    colours: Mapping[str, str],
    hatch: str | None = None,
) -> None:
    """Bars from each year to its end, positive amounts upwards from zero and negative ones downwards.

    One collection per series, not one patch per bar: drawing takes half the time.
    """
    from matplotlib.collections import PolyCollection

    up, down = np.zeros(len(years)), np.zeros(len(years))
    for name, values in series.items():
        bottom = np.where(values >= 0, up, down)
        left, right, top = years, years + widths, bottom + values
        corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]]).transpose(2, 0, 1)
        drawn = corners[np.abs(values) > SMALLEST]
        if len(drawn):
            edge = INK if hatch else "white"
            bars = PolyCollection(
                list(drawn), facecolors=colours[name], edgecolors=edge, linewidths=0.4, hatch=hatch, label=name
            )
            ax.add_collection(bars)
        up, down = up + np.maximum(values, 0.0), down + np.minimum(values, 0.0)
    ax.autoscale_view()


def keep_largest(series: Mapping[str, np.ndarray], others: str) -> dict[str, np.ndarray]:
    """As many series as there are colours, the largest first; the rest in one."""
    ordered = sorted(series.items(), key=lambda item: -float(np.abs(item[1]).sum()))
    kept, rest = ordered[: len(PALETTE)], ordered[len(PALETTE) :]
    return dict(kept) | ({others: np.sum([values for _, values in rest], axis=0)} if rest else {})


def choose_colours(series: Mapping[str, np.ndarray], others: str) -> dict[str, str]:
    """A colour per series, grey for the others."""
    named = [name for name in series if name != others]
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(named)} | {others: OTHERS}
