"""How open is each measure? A bar per level from its least to its most, and one from its first to its last start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf.words import format_amount, say
from runners.nearness.near_summary import name_percent, name_whole, sort_choices
from runners.nearness.near_tables import find_first
from runners.nearness.ranges import SMALLEST
from runners.nearness.search import Nearness
from runners.reports.drawing import DIGEST_LENGTH, FAINT, GRID, INK, LEGEND, LIMIT, SIZE, write_title
from scenarios.catalog import YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOUR = "#332288"
SHADES = (0.95, 0.55, 0.28, 0.15)
FREE = 0.12
ROW_HEIGHT = 0.26
HALF = 0.34


def draw_ranges(figure: Figure, near: Nearness, lang: str) -> None:
    """Ranges of amounts at the left in parts of the most, of the start at the right; the cheapest plan as a mark."""
    rows = sort_choices(near)
    height = 1.75 + ROW_HEIGHT * max(len(rows), 4)
    figure.set_size_inches(SIZE[0] * 1.15, height)
    name = near.outcome.scenario.attrs[f"name_{lang}"]
    write_title(figure, say("near_figure_title", lang, name=name), say("near_figure_subtitle", lang))
    below, tall = 0.85 / height, 1.0 - (0.85 + 0.95) / height
    left = figure.add_axes((0.25, below, 0.33, tall))
    right = figure.add_axes((0.7, below, 0.28, tall), sharey=left)
    _draw_amounts(left, near, lang)
    _draw_starts(right, near, lang)
    left.set_yticks(range(len(rows)), [name_whole(near, measure, lang) for measure, _ in rows], fontsize=8.5)
    left.set_ylim(len(rows) - 0.4, -0.6)
    for ax in (left, right):
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color=GRID, linewidth=0.7)
    right.tick_params(axis="y", labelleft=False)
    _name_levels(figure, near, lang)
    attrs = near.outcome.scenario.attrs
    note = say(
        "figure_note",
        lang,
        case=attrs[f"name_{lang}"],
        digest=attrs["digest"][:DIGEST_LENGTH],
        price_year=attrs["price_year"],
    )
    figure.text(0.015, 0.17 / height, note, fontsize=8, color=FAINT, va="center")


def _draw_amounts(ax: Axes, near: Nearness, lang: str) -> None:
    for place, (measure, ranges) in enumerate(sort_choices(near)):
        largest = ranges[-1].whole_high
        most = max(largest, SMALLEST)
        for span, shade in reversed(list(zip(ranges, SHADES, strict=False))):
            low, high = span.whole_low / most, span.whole_high / most
            ax.barh(place, max(high - low, 0.0), left=low, height=2 * HALF, color=_tint(shade), linewidth=0)
        planned = measure.size(near.point) / most
        ax.plot([planned, planned], [place - HALF, place + HALF], color=LIMIT, linewidth=2.4, solid_capstyle="butt")
        text = format_amount(largest, measure.unit, lang)
        ax.text(1.02, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8, color=FAINT)
    ax.set_xlim(-0.01, 1.01)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25", "50", "75", "100 %"])
    ax.set_title(say("near_figure_amounts", lang), fontsize=9.5, color=INK, loc="left")
    ax.text(1.02, 1.0, say("near_figure_most", lang), transform=ax.transAxes, va="bottom", fontsize=8, color=INK)


def _draw_starts(ax: Axes, near: Nearness, lang: str) -> None:
    years = near.outcome.scenario[YEAR].values
    for place, (measure, ranges) in enumerate(sort_choices(near)):
        for span, shade in reversed(list(zip(ranges, SHADES, strict=False))):
            if span.earliest is None:
                continue
            last = years[-1] + 1 if span.latest is None else span.latest + 1
            tint = _tint(FREE if span.latest is None else shade)
            ax.barh(place, last - span.earliest, left=span.earliest, height=2 * HALF, color=tint, linewidth=0)
        first = find_first(near, measure, near.point)
        if first is not None:
            ax.plot([first + 0.5] * 2, [place - HALF, place + HALF], color=LIMIT, linewidth=2.4, solid_capstyle="butt")
    ax.set_xlim(years[0] - 0.2, years[-1] + 1.2)
    ax.set_title(say("near_figure_starts", lang), fontsize=9.5, color=INK, loc="left")


def _name_levels(figure: Figure, near: Nearness, lang: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = [
        Patch(facecolor=_tint(shade), label=say("near_within", lang, level=name_percent(level.percent, lang)))
        for level, shade in zip(near.levels, SHADES, strict=False)
    ]
    handles.append(Patch(facecolor=_tint(FREE), label=say("near_figure_free", lang)))
    handles.append(Line2D([], [], color=LIMIT, linewidth=2.4, label=say("near_figure_planned", lang)))
    figure.legend(handles=handles, loc="lower right", ncols=len(handles), bbox_to_anchor=(0.99, 0.0), **LEGEND)


def _tint(shade: float) -> tuple[float, float, float]:
    """The colour on white, so that bars over each other do not darken."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1.0 - shade * (1.0 - part) for part in to_rgb(COLOUR))
    return red, green, blue
