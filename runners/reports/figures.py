"""What a plan looks like: emission path against targets, investments per year, schedule of measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from conf.words import LANGUAGES, format_amount, say
from runners.reports.drawing import (
    DPI,
    SIZE,
    SMALLEST,
    STYLE,
    choose_colours,
    finish_amounts,
    keep_largest,
    name_colours,
    open_axes,
    stack_bars,
    write_note,
)
from runners.reports.emissions import EmissionPath, trace_emissions
from runners.reports.finance_figures import FINANCE_FIGURES
from runners.reports.tables import tabulate_investments
from runners.views.names import name_money, name_programme
from runners.views.theme import FAINT, GRID, INK, LIMIT, OTHERS, PALETTE
from scenarios.catalog import ACTOR, YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNSPLIT = "#E3E3E3"
ROW_HEIGHT = 0.24


def draw_figures(
    scenario: xr.Dataset,
    plan: xr.Dataset,
    folder: Path,
    lang: str = LANGUAGES[0],
    reference: xr.Dataset | None = None,
) -> list[Path]:
    """Draw every figure of a plan as SVG and PNG into a folder that exists; gives the files.

    Args:
        scenario: what was solved; where it has no actors there are no figures of who pays.
        plan: its plan.
        folder: where the files go.
        lang: one of LANGUAGES.
        reference: the plan of the do-nothing path, where there is one.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    written = []
    with rc_context(STYLE):
        figure = Figure(figsize=SIZE, dpi=DPI)
        FigureCanvasAgg(figure)
        drawings = {name: partial(draw, figure, scenario, plan, lang) for name, draw in FIGURES.items()}
        if scenario.sizes[ACTOR]:
            paid = FINANCE_FIGURES.items()
            drawings |= {name: partial(draw, figure, scenario, plan, reference, lang) for name, draw in paid}
        for name, draw in drawings.items():
            figure.clear()
            figure.set_size_inches(*SIZE)
            draw()
            for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
                path = folder / f"{name}.{suffix}"
                figure.savefig(path, metadata=metadata)
                written.append(path)
    return written


def draw_emissions(figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> None:
    """Emissions by sector, statistics and plan, what is removed below zero, and the targets over them."""
    path = trace_emissions(scenario, plan, lang)
    title = say("figure_emissions_title", lang, name=scenario.attrs[f"name_{lang}"])
    ax = open_axes(figure, title, say("figure_emissions_subtitle", lang, unit=path.unit))
    others, unsplit = say("figure_others", lang), say("figure_unsplit", lang)
    sectors = keep_largest(path.sectors, others)
    colours = {**choose_colours(sectors, others), unsplit: UNSPLIT}
    stack_bars(ax, path.years, path.widths, sectors, colours)
    removed = {name: -values for name, values in path.removals.items()}
    stack_bars(ax, path.years, path.widths, removed, dict.fromkeys(removed, "#FFFFFF"), hatch="////")
    _draw_lines(ax, path, lang)
    if path.first > path.years[0]:
        _part_history(ax, path.first, lang)
    finish_amounts(ax, lang)
    write_note(figure, ax, scenario, lang, "figure_note_emissions")


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
    ax = open_axes(figure, title, say("figure_investments_subtitle", lang, money=money))
    colours = {name_programme(name, lang): colour for name, colour in _colour_programmes(scenario).items()}
    stack_bars(ax, years, length, ordered, {**colours, others: OTHERS})
    finish_amounts(ax, lang)
    write_note(figure, ax, scenario, lang, "figure_note")


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
    ax = open_axes(figure, title, say("figure_schedule_subtitle", lang), left=0.33, right=0.83, below=1.05)
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
    name_colours(figure, {name_programme(name, lang): colours[name] for name in shown})
    write_note(figure, ax, scenario, lang, "figure_note")


FIGURES: Mapping[str, Callable[[Figure, xr.Dataset, xr.Dataset, str], None]] = {
    "emissions": draw_emissions,
    "investments": draw_investments,
    "schedule": draw_schedule,
}
"""Every figure of a run folder by its file name."""


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
                color=LIMIT,
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
