"""What are limits and measures worth, side by side? Bars, the longest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conf.words import say
from runners.reasons.amounts import format_step
from runners.reasons.answer import Why
from runners.reasons.levers import AMOUNT, MONEY, SPEED, TARGETS
from runners.reasons.sentences import name_item
from runners.reports.drawing import (
    DIGEST_LENGTH,
    DPI,
    FAINT,
    GRID,
    PALETTE,
    SIZE,
    STYLE,
    format_tick,
    name_colours,
    shorten,
    write_title,
)
from runners.reports.summary import name_money

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BARS = 18
ROW_HEIGHT = 0.27
COLOURS = {TARGETS: PALETTE[4], MONEY: PALETTE[0], SPEED: PALETTE[5], AMOUNT: PALETTE[3]}
"""By theme."""
Bar = tuple[str, float, str]
"""Name, length and colour."""


def draw_why(why: Why, folder: Path, lang: str) -> None:
    """Draw what limits and measures are worth as SVG and PNG into a folder that exists; nothing where there is none."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        for name, bars in (("prices", _list_limits(why, lang)), ("measures", _list_worths(why, lang))):
            if not bars:
                continue
            figure = Figure(figsize=SIZE, dpi=DPI)
            FigureCanvasAgg(figure)
            _draw_bars(figure, why, bars, f"why_figure_{name}", lang)
            if name == "prices":
                name_colours(
                    figure, {say(f"why_prices_{theme}", lang): COLOURS[theme] for theme in COLOURS if _has(bars, theme)}
                )
            for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
                figure.savefig(folder / f"{name}.{suffix}", metadata=metadata)


def _draw_bars(figure: Figure, why: Why, bars: Sequence[Bar], title: str, lang: str) -> None:
    height = 1.75 + ROW_HEIGHT * max(len(bars), 4)
    figure.set_size_inches(SIZE[0], height)
    attrs = why.scenario.attrs
    unit = say("why_figure_unit", lang, money=name_money(attrs["money"], lang))
    write_title(figure, say(title, lang, name=attrs[f"name_{lang}"]), unit)
    ax = figure.add_axes((0.3, 0.85 / height, 0.64, 1.0 - (0.85 + 0.75) / height))
    places = np.arange(len(bars))
    values = [value for _, value, _ in bars]
    ax.barh(places, values, height=0.7, color=[colour for _, _, colour in bars])
    for place, value in zip(places, values, strict=True):
        ax.annotate(
            format_tick(round(value, 1), lang),
            (value, place),
            (3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=FAINT,
        )
    ax.set_yticks(places, [name for name, _, _ in bars], fontsize=8.5)
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(lambda value, _: format_tick(value, lang))
    ax.grid(axis="x", color=GRID, linewidth=0.7)
    note = say(
        "figure_note",
        lang,
        case=attrs[f"name_{lang}"],
        digest=attrs["digest"][:DIGEST_LENGTH],
        price_year=attrs["price_year"],
    )
    figure.text(0.015, 0.17 / height, note, fontsize=8, color=FAINT, va="center")


def _has(bars: Sequence[Bar], theme: str) -> bool:
    return any(colour == COLOURS[theme] for _, _, colour in bars)


def _list_limits(why: Why, lang: str) -> list[Bar]:
    """What easing each limit by a tenth of what there is saves; one of nothing is eased by a step, which is told."""
    known = [price for price in why.prices if np.isfinite(price.tenth) and price.tenth > 0]
    known.sort(key=lambda price: -price.tenth)
    count = Counter(price.lever.item for price in known[:MOST_BARS])
    bars = []
    for price in known[:MOST_BARS]:
        name, year = name_item(why, price.lever.item, lang), price.lever.year
        theme = price.lever.theme
        shown = shorten(f"{name} {year}" if theme == MONEY else name)
        if theme in (SPEED, AMOUNT) and count[price.lever.item] > 1:
            shown = say(f"why_bar_{theme}", lang, name=shorten(name))
        if not price.lever.size:
            step = format_step(price.step, price.lever.unit, str(why.scenario.attrs["money"]), lang)
            shown = say("why_bar_step", lang, name=shorten(name), step=step)
        bars.append((shown, price.tenth, COLOURS[theme]))
    return bars


def _list_worths(why: Why, lang: str) -> list[Bar]:
    known = [reason for reason in why.reasons if np.isfinite(reason.worth) and reason.first_year is not None]
    known.sort(key=lambda reason: -reason.worth)
    return [
        (shorten(name_item(why, reason.measure, lang)), reason.worth, PALETTE[0]) for reason in known[: MOST_BARS + 4]
    ]
