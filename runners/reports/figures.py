"""What a plan looks like: emission path against targets, investments per year, schedule of measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from conf.words import LANGUAGES, format_amount, format_number, say
from runners.reports.emissions import EmissionPath, trace_emissions
from runners.reports.summary import name_money, name_programme
from runners.reports.tables import tabulate_investments
from scenarios.catalog import YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE = ("#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677", "#44AA99", "#882255", "#999933", "#AA4499")
"""Paul Tol's `muted` scheme, told apart by readers with any kind of colour blindness."""
OTHERS = "#BBBBBB"
UNSPLIT = "#E3E3E3"
GRID = "#E4E4E4"
DIGEST_LENGTH = 8
INK = "#222222"
FAINT = "#666666"
TARGET_COLOUR = "#D55E00"
SIZE = (10.0, 5.4)
DPI = 120
ROW_HEIGHT = 0.24
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


def draw_figures(scenario: xr.Dataset, plan: xr.Dataset, folder: Path, lang: str = LANGUAGES[0]) -> list[Path]:
    """Draw every figure of a plan as SVG and PNG into a folder that exists; gives the files.

    Args:
        scenario: what was solved.
        plan: its plan.
        folder: where the files go.
        lang: one of LANGUAGES.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    written = []
    with rc_context(STYLE):
        figure = Figure(figsize=SIZE, dpi=DPI)
        FigureCanvasAgg(figure)
        for name, draw in FIGURES.items():
            figure.clear()
            figure.set_size_inches(*SIZE)
            draw(figure, scenario, plan, lang)
            for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
                path = folder / f"{name}.{suffix}"
                figure.savefig(path, metadata=metadata)
                written.append(path)
    return written


def draw_emissions(figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> None:
    """Emissions by sector, statistics and plan, what is removed below zero, and the targets over them."""
    path = trace_emissions(scenario, plan, lang)
    title = say("figure_emissions_title", lang, name=scenario.attrs[f"name_{lang}"])
    ax = _open_axes(figure, title, say("figure_emissions_subtitle", lang, unit=path.unit))
    others, unsplit = say("figure_others", lang), say("figure_unsplit", lang)
    sectors = _keep_largest(path.sectors, others)
    colours = {**_colour(sectors, others), unsplit: UNSPLIT}
    _stack_bars(ax, path.years, path.widths, sectors, colours)
    removed = {name: -values for name, values in path.removals.items()}
    _stack_bars(ax, path.years, path.widths, removed, dict.fromkeys(removed, "#FFFFFF"), hatch="////")
    _draw_lines(ax, path, lang)
    if path.first > path.years[0]:
        _part_history(ax, path.first, lang)
    _finish_amounts(ax, lang)
    _write_note(figure, ax, scenario, lang, "figure_note_emissions")


def draw_investments(figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> None:
    """Money spent each year on building, by programme; what the plan builds beside its measures in grey."""
    table = tabulate_investments(scenario, plan)
    years, length = scenario[YEAR].values, scenario["length"].values
    others = say("figure_without_measures", lang)
    labels = [
        name_programme(str(row.programme), lang) if row.measure else others
        for row in table[["programme", "measure"]].itertuples()
    ]
    series: dict[str, np.ndarray] = {}
    for label, year, outlay in zip(labels, table[YEAR], table["outlay"], strict=True):
        series.setdefault(label, np.zeros(len(years)))[years == year] += outlay / length[years == year]
    ordered = dict(sorted(series.items(), key=lambda item: (item[0] == others, -float(np.abs(item[1]).sum()))))
    title = say("figure_investments_title", lang, name=scenario.attrs[f"name_{lang}"])
    money = name_money(scenario.attrs["money"], lang)
    ax = _open_axes(figure, title, say("figure_investments_subtitle", lang, money=money))
    colours = {name_programme(name, lang): colour for name, colour in _colour_programmes(scenario).items()}
    _stack_bars(ax, years, length, ordered, {**colours, others: OTHERS})
    _finish_amounts(ax, lang)
    _write_note(figure, ax, scenario, lang, "figure_note")


def draw_schedule(figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> None:
    """A row per measure: the years in which it is built, and how much of it is in service."""
    build, capacity = plan["build"].values, plan["capacity"].values
    added = np.maximum(capacity - scenario["existing"].values * (1.0 - plan["scrapped"].values), 0.0)
    built = scenario["technology_measure"].values.astype(bool) & (build.sum(axis=1) > SMALLEST)
    programmes = [str(p) for p in scenario["technology_programme"].values]
    first = np.argmax(build > SMALLEST, axis=1)
    rows = sorted(np.nonzero(built)[0].tolist(), key=lambda k: (programmes[k], first[k], k))
    figure.set_size_inches(SIZE[0], max(2.6, 1.85 + ROW_HEIGHT * len(rows)))
    title = say("figure_schedule_title", lang, name=scenario.attrs[f"name_{lang}"])
    ax = _open_axes(figure, title, say("figure_schedule_subtitle", lang), left=0.33, right=0.83, below=1.05)
    if not rows:
        ax.text(0.5, 0.5, say("figure_schedule_empty", lang), transform=ax.transAxes, ha="center", color=FAINT)
    colours = _colour_programmes(scenario)
    for place, k in enumerate(rows):
        _draw_row(
            ax,
            scenario,
            place,
            build[k],
            added[k],
            float(scenario["construction_years"].values[k]),
            colours[programmes[k]],
        )
    _label_rows(ax, scenario, rows, added, lang)
    years, length = scenario[YEAR].values, scenario["length"].values
    ax.set_xlim(years[0], years[-1] + length[-1])
    ax.grid(axis="x", color=GRID, linewidth=0.7)
    shown = dict.fromkeys(programmes[k] for k in rows)
    _name_colours(figure, {name_programme(name, lang): colours[name] for name in shown})
    _write_note(figure, ax, scenario, lang, "figure_note")


FIGURES: Mapping[str, Callable[[Figure, xr.Dataset, xr.Dataset, str], None]] = {
    "emissions": draw_emissions,
    "investments": draw_investments,
    "schedule": draw_schedule,
}
"""Every figure of a run folder by its file name."""


def _open_axes(
    figure: Figure, title: str, subtitle: str, left: float = 0.07, right: float = 0.72, below: float = 0.72
) -> Axes:
    """Axes with title and unit above; margins are fixed in inches, so nothing is measured twice."""
    height = figure.get_figheight()
    ax = figure.add_axes((left, below / height, right - left, 1.0 - (below + 0.78) / height))
    figure.text(0.015, 1.0 - 0.3 / height, title, fontsize=14, fontweight="bold", color=INK, va="center")
    figure.text(0.015, 1.0 - 0.56 / height, subtitle, fontsize=10, color=FAINT, va="center")
    return ax


def _write_note(figure: Figure, ax: Axes, scenario: xr.Dataset, lang: str, key: str) -> None:
    """A note under the axes that says where the figure comes from, and whole years along them."""
    from matplotlib.ticker import MaxNLocator

    attrs, first = scenario.attrs, scenario[YEAR].values[0]
    case, digest = attrs[f"name_{lang}"], attrs["digest"][:DIGEST_LENGTH]
    text = say(key, lang, case=case, digest=digest, price_year=attrs["price_year"], first=first)
    figure.text(0.015, 0.2 / figure.get_figheight(), text, fontsize=8, color=FAINT, va="center")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, steps=[1, 2, 5, 10]))


def _finish_amounts(ax: Axes, lang: str) -> None:
    """Numbers as the language writes them, a line at zero, and a legend beside in the order of the stack."""
    handles, labels = ax.get_legend_handles_labels()
    if handles:
        handles, labels = handles[::-1], labels[::-1]
        ax.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0, **LEGEND)
    ax.axhline(0.0, color=FAINT, linewidth=0.8)
    ax.yaxis.set_major_formatter(lambda value, _: _format_tick(value, lang))
    ax.grid(axis="y", color=GRID, linewidth=0.7)
    ax.use_sticky_edges = False
    ax.margins(x=0.01, y=0.06)


def _name_colours(figure: Figure, colours: Mapping[str, str]) -> None:
    """A legend of plain colours at the lower right."""
    from matplotlib.patches import Patch

    handles = [Patch(color=colour, label=name) for name, colour in colours.items()]
    if handles:
        columns = min(len(handles), 5)
        place = (0.99, 0.3 / figure.get_figheight())
        figure.legend(handles=handles, loc="lower right", bbox_to_anchor=place, ncols=columns, **LEGEND)


def _format_tick(value: float, lang: str) -> str:
    return format_number(value, lang, 0 if abs(value - round(value)) < SMALLEST else 1)


def _stack_bars(
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


def _keep_largest(series: Mapping[str, np.ndarray], others: str) -> dict[str, np.ndarray]:
    """As many series as there are colours, the largest first; the rest in one."""
    ordered = sorted(series.items(), key=lambda item: -float(np.abs(item[1]).sum()))
    kept, rest = ordered[: len(PALETTE)], ordered[len(PALETTE) :]
    return dict(kept) | ({others: np.sum([values for _, values in rest], axis=0)} if rest else {})


def _colour(series: Mapping[str, np.ndarray], others: str) -> dict[str, str]:
    named = [name for name in series if name != others]
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(named)} | {others: OTHERS}


def _colour_programmes(scenario: xr.Dataset) -> dict[str, str]:
    """A colour per programme of measures, the same in every figure."""
    measures = scenario["technology_measure"].values.astype(bool)
    names = dict.fromkeys(str(name) for name in scenario["technology_programme"].values[measures])
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(names)}


def _draw_lines(ax: Axes, path: EmissionPath, lang: str) -> None:
    """The net account as a line, and each target as a step over the years in which it holds."""
    if path.net is not None:
        middle = path.years + path.widths / 2
        planned = path.years >= path.first
        ax.plot(middle[planned], path.net, color=INK, linewidth=1.6, label=path.net_name)
    styles = ("-", (0, (4, 1.5)), (0, (1, 1)))
    for i, (name, caps) in enumerate(path.caps.items()):
        label = say("figure_target", lang, name=name)
        for start, end, cap in caps:
            ax.plot(
                [start, end],
                [cap, cap],
                color=TARGET_COLOUR,
                linewidth=2.2,
                linestyle=styles[i % 3],
                label=label,
                solid_capstyle="butt",
            )
            label = "_nolegend_"


def _part_history(ax: Axes, first: int, lang: str) -> None:
    """A dotted line between statistics and plan."""
    ax.axvline(first, color=FAINT, linewidth=0.8, linestyle=(0, (2, 2)))
    for key, side, shift in (("figure_statistics", "right", -0.3), ("figure_plan", "left", 0.3)):
        where = ax.get_xaxis_transform()
        ax.text(first + shift, 1.0, say(key, lang), transform=where, ha=side, va="top", color=FAINT, fontsize=9)


def _draw_row(
    ax: Axes, scenario: xr.Dataset, place: int, build: np.ndarray, added: np.ndarray, construction: float, colour: str
) -> None:
    """One measure: service shaded by amount, construction as a dark line under it."""
    from matplotlib.colors import to_rgb

    years, length = scenario[YEAR].values, scenario["length"].values
    share = added / max(added.max(), SMALLEST)
    served, begun = np.nonzero(share > 1e-3)[0], np.nonzero(build > SMALLEST)[0]
    if len(served):
        shades = [(*to_rgb(colour), 0.15 + 0.85 * share[y]) for y in served]
        ax.broken_barh([(years[y], length[y]) for y in served], (place - 0.38, 0.64), facecolors=shades, linewidth=0)
    spans = [(years[v], min(max(length[v], construction), years[-1] + length[-1] - years[v])) for v in begun]
    ax.broken_barh(spans, (place + 0.28, 0.12), facecolors=INK, linewidth=0)


def _label_rows(ax: Axes, scenario: xr.Dataset, rows: Sequence[int], added: np.ndarray, lang: str) -> None:
    """Names of the measures at the left, the most of each in service at the right."""
    codes, names = scenario["technology_code"].values, scenario[f"technology_name_{lang}"].values
    units = scenario["technology_capacity_unit"].values
    labels = [f"{codes[k]}  {names[k]}".strip() for k in rows]
    ax.set_yticks(range(len(rows)), [label if len(label) <= 46 else label[:45] + "…" for label in labels], fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    for place, k in enumerate(rows):
        amount = format_amount(float(added[k].max()), str(units[k]), lang)
        ax.text(1.012, place, amount, transform=ax.get_yaxis_transform(), va="center", fontsize=8, color=FAINT)
    if rows:
        ax.text(
            1.012,
            -0.9,
            say("figure_schedule_amount", lang),
            transform=ax.get_yaxis_transform(),
            va="bottom",
            fontsize=8,
            color=INK,
        )
