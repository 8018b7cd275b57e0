"""How a curve looks: cost over the level, the marginal cost below it, and which measures are in the plan."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conf.words import say
from runners.analyses.cost_curve.system import Curve
from runners.analyses.cost_curve.tables import list_moves, scale_tonnes, tabulate_points
from runners.analyses.cost_curve.words import name_span, name_unit, tell_definition
from runners.reports.drawing import DPI, SIZE, STYLE, format_tick, write_title
from runners.views.names import name_money
from runners.views.theme import FAINT, GRID, INK, LIMIT, PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ROWS = 28
ROW = 0.24
TINY = 1e-9
LONGEST = 44


def draw_curve(curve: Curve, names: dict[str, str], folder: Path, lang: str) -> list[Path]:
    """Draw the curve and its measures as SVG and PNG into a folder that exists; gives the files."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    written = []
    with rc_context(STYLE):
        for name, draw in (("curve", _draw_cost), ("measures", _draw_measures)):
            figure = Figure(figsize=SIZE, dpi=DPI)
            FigureCanvasAgg(figure)
            draw(figure, curve, names, lang)
            for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
                path = folder / f"{name}.{suffix}"
                figure.savefig(path, metadata=metadata)
                written.append(path)
    return written


def _draw_cost(figure: Figure, curve: Curve, names: dict[str, str], lang: str) -> None:
    """Extra cost above, marginal cost below, over the level; tighter to the right."""
    points = tabulate_points(curve)
    figure.set_size_inches(SIZE[0], 7.2)
    money = name_money(curve.scenario.attrs["money"], lang)
    title = say("curve_figure_title", lang, name=names[lang])
    write_title(figure, title, say("curve_figure_subtitle", lang, span=name_span(curve, lang)))
    upper, lower = figure.add_axes((0.09, 0.52, 0.87, 0.33)), figure.add_axes((0.09, 0.13, 0.87, 0.30))
    upper.plot(points["level"], points["extra_msek"], color=PALETTE[0], linewidth=1.8, marker="o", markersize=3)
    _draw_steps(lower, curve, points["level"].to_numpy())
    per_tonne = np.isfinite(scale_tonnes(curve))
    unit = name_unit(curve, lang)
    labels = (
        say("curve_figure_cost", lang, money=money),
        say("curve_figure_marginal" if per_tonne else "curve_figure_marginal_unit", lang, money=money, unit=unit),
    )
    _mark_aim(upper, curve, lang)
    for ax, label in zip((upper, lower), labels, strict=True):
        ax.set_title(label, loc="left", fontsize=10, color=FAINT)
        ax.set_xlim(curve.span.start, curve.span.end)
        ax.grid(color=GRID, linewidth=0.7)
        ax.set_ylim(bottom=0.0)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: format_tick(value, lang))
    lower.set_xlabel(say("curve_figure_level", lang, unit=unit), fontsize=9, color=FAINT)
    note = tell_definition(curve, lang)
    figure.text(0.015, 0.035, note, fontsize=7.5, color=FAINT, va="center", wrap=True)


def _mark_aim(ax: Axes, curve: Curve, lang: str) -> None:
    """A line where the case's own target lies, if it is on the curve."""
    aim, span = curve.probe.aim, curve.span
    if aim is not None and min(span.start, span.end) <= aim <= max(span.start, span.end):
        ax.axvline(aim, color=FAINT, linewidth=1.2, linestyle="--")
        ax.annotate(say("curve_figure_aim", lang), (aim, 0.92), xycoords=("data", "axes fraction"), fontsize=8.5)


def _draw_steps(ax: Axes, curve: Curve, levels: np.ndarray) -> None:
    """Marginal cost between points: the slope of the chord, which the prices at both ends enclose."""
    scale = scale_tonnes(curve)
    scale = scale if np.isfinite(scale) else 1.0
    costs = np.array([stop.cost for stop in curve.stops])
    steep = np.maximum(-curve.probe.side * np.diff(costs) / np.diff(levels), 0.0) / curve.discount * scale
    ordered = steep[::-1] if levels[0] > levels[-1] else steep
    ax.stairs(ordered, np.sort(levels), color=LIMIT, linewidth=1.8, baseline=None)
    typical = float(np.interp(0.5, np.cumsum(np.abs(np.diff(levels))) / abs(levels[-1] - levels[0]), steep))
    ax.set_yscale("symlog", linthresh=max(typical, TINY))
    ax.set_yticks([tick for tick in _list_ticks(typical) if tick <= steep.max(initial=0.0)], minor=False)
    ax.minorticks_off()


def _list_ticks(typical: float) -> list[float]:
    """Ticks of an axis that is straight up to what is typical and logarithmic beyond."""
    power = 10.0 ** np.floor(np.log10(max(typical, TINY)))
    return [0.0, *(step * power * tenfold for tenfold in (1, 10, 100, 1000) for step in (1, 2, 5))]


def _draw_measures(figure: Figure, curve: Curve, names: dict[str, str], lang: str) -> None:
    """A row per measure in the order in which they enter; darker where more of its most is built."""
    from matplotlib.colors import to_rgb

    scenario = curve.scenario
    ordered = list(dict.fromkeys(move.technology for move in list_moves(curve)))[:MOST_ROWS]
    built = np.array([stop.built for stop in curve.stops])[:, ordered] if ordered else np.zeros((len(curve.stops), 0))
    levels = np.array([stop.level for stop in curve.stops])
    figure.set_size_inches(SIZE[0], max(2.6, 1.9 + ROW * len(ordered)))
    height = figure.get_figheight()
    write_title(figure, say("curve_measures_title", lang, name=names[lang]), say("curve_measures_subtitle", lang))
    ax = figure.add_axes((0.34, 0.75 / height, 0.63, 1.0 - 1.6 / height))
    for row, most in enumerate(built.max(axis=0) if ordered else []):
        share = built[:, row] / max(float(most), 1e-12)
        middle = (share[1:] + share[:-1]) / 2
        bars = [(min(a, b), abs(b - a)) for a, b in pairwise(levels)]
        shades = [(*to_rgb(PALETTE[row % len(PALETTE)]), float(0.12 + 0.88 * s) if s > 1e-6 else 0.0) for s in middle]
        ax.broken_barh(bars, (row - 0.36, 0.72), facecolors=shades, linewidth=0)
    codes, texts = scenario["technology_code"].values, scenario[f"technology_name_{lang}"].values
    ax.set_yticks(range(len(ordered)), [_shorten(f"{codes[k]}  {texts[k]}".strip()) for k in ordered], fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(ordered) - 0.4, -0.6)
    ax.set_xlim(curve.span.start, curve.span.end)
    ax.grid(axis="x", color=GRID, linewidth=0.7)
    ax.xaxis.set_major_formatter(lambda value, _: format_tick(value, lang))
    ax.set_xlabel(say("curve_figure_level", lang, unit=name_unit(curve, lang)), fontsize=9, color=INK)


def _shorten(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
