"""What leads from one plan's cost to the other's? A waterfall: each step a component, first numbers, then the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf.words import format_number, say
from runners.comparing.bridge import group_components
from runners.comparing.compare_summary import VISIBLE, name_component, tell_dearer
from runners.comparing.comparison import Comparison
from runners.reports.drawing import DIGEST_LENGTH, FAINT, GRID, INK, LEGEND, SIZE, format_tick, write_title
from runners.reports.summary import name_money

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"numbers": "#DDCC77", "plan": "#332288", "difference": "#332288", "total": "#999999"}
ROW_HEIGHT = 0.34
Step = tuple[str, str, float]
"""Which part, which name, how much."""


def list_steps(one: Comparison, lang: str) -> list[Step]:
    """The steps of a comparison with a bridge: components by part, those that show as something."""
    if one.bridge is None:
        return []
    table = group_components(one.bridge)
    parts = ("numbers", "plan") if bool(one.bridge["numbers"].notna().any()) else ("difference",)
    rows = [(part, row) for part in parts for row in table.to_dict("records")]
    steps = [(part, name_component(str(row["component"]), lang), float(row[part])) for part, row in rows]
    return [step for step in steps if abs(step[2]) >= VISIBLE]


def draw_bridge(figure: Figure, one: Comparison, lang: str) -> None:
    """Steps from the first plan's cost, at zero, to the second's."""
    steps = list_steps(one, lang)
    money = name_money(one.first.money, lang)
    height = 1.75 + ROW_HEIGHT * (len(steps) + 1)
    figure.set_size_inches(SIZE[0], height)
    title = say("compare_figure_title", lang, first=one.first.name, second=one.second.name)
    write_title(figure, title, f"{tell_dearer(one, lang)} {say('compare_figure_unit', lang, money=money)}")
    ax = figure.add_axes((0.27, 0.75 / height, 0.68, 1.0 - (0.75 + 0.8) / height))
    level, reach = 0.0, [0.0]
    for place, (part, _, amount) in enumerate(steps):
        ax.barh(place, amount, left=level, height=0.66, color=COLOURS[part], linewidth=0)
        ax.plot([level + amount] * 2, [place - 0.33, place + 1.33], color=FAINT, linewidth=0.8)
        level += amount
        reach.append(level)
    total = len(steps)
    ax.barh(total, one.dearer, height=0.66, color=COLOURS["total"], linewidth=0)
    span = (max(reach) - min(reach)) or 1.0
    for place, amount in enumerate([*(amount for *_, amount in steps), one.dearer]):
        right = max(reach[place], reach[place + 1]) if place < total else max(one.dearer, 0.0)
        text = ("+" if amount > 0 else "") + format_number(amount, lang)
        ax.text(right + 0.01 * span, place, text, va="center", fontsize=9, color=INK)
    names = [*(name for _, name, _ in steps), say("compare_difference_of", lang, second=one.second.name)]
    ax.set_yticks(range(total + 1), names, fontsize=9)
    ax.set_ylim(total + 0.6, -0.6)
    ax.set_xlim(min(reach) - 0.03 * span, max(reach) + 0.12 * span)
    ax.axvline(0.0, color=FAINT, linewidth=0.8)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(lambda value, _: format_tick(value, lang))
    ax.grid(axis="x", color=GRID, linewidth=0.7)
    _finish(figure, one, {part for part, *_ in steps}, lang)


def _finish(figure: Figure, one: Comparison, parts: set[str], lang: str) -> None:
    """What the colours mean, and where the numbers come from."""
    from matplotlib.patches import Patch

    shown = [part for part in ("numbers", "plan") if part in parts]
    handles = [Patch(color=COLOURS[part], label=say(f"compare_figure_{part}", lang)) for part in shown]
    if handles:
        figure.legend(handles=handles, loc="lower right", ncols=len(handles), bbox_to_anchor=(0.97, 0.0), **LEGEND)
    digests = ", ".join(side.digest[:DIGEST_LENGTH] for side in (one.first, one.second))
    case, year = one.first.names[lang], one.first.price_year
    note = say("figure_note", lang, case=case, digest=digests, price_year=year)
    figure.text(0.015, 0.17 / figure.get_figheight(), note, fontsize=8, color=FAINT, va="center")
