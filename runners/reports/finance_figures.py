"""What paying for a plan looks like: sources and uses per year, debt against the ceiling, cumulative cash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from conf.words import format_number, say
from runners.accounts.cash_flow import NET, trace_cash
from runners.accounts.debt import measure_ceiling, measure_net_debt, share_taxes
from runners.accounts.funding import GAP_OF_OWN, OWN, cover_outlays
from runners.accounts.outlays import spend_actors
from runners.reports.drawing import (
    SIZE,
    SMALLEST,
    choose_colours,
    finish_amounts,
    mark_years,
    open_axes,
    shorten,
    stack_bars,
    write_note,
    write_title,
)
from runners.views.names import name_money
from runners.views.theme import FAINT, INK, LIMIT, OTHERS, PALETTE
from scenarios.arithmetic.standing import follow_standing
from scenarios.terms import ACTOR, INSTRUMENT, YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

USES = ("#4D4D4D", "#777777", "#9C9C9C", "#BBBBBB")
OTHER_USES = "#DDDDDD"
MOST_PANELS = 3
PANEL = 2.3
"""Height of a panel in inches, where there are several."""
GAP_BETWEEN = 0.5
BELOW, ABOVE = 0.72, 0.72

Series = dict[str, np.ndarray]


def draw_funding(
    figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, _reference: xr.Dataset | None, lang: str
) -> None:
    """Money for investments per calendar year: sources stacked upwards, outlays by owner downwards."""
    length, years = scenario["length"].values, scenario[YEAR].values
    sources = {
        name: values.sum(axis=0) / length
        for name, values in _name_sources(scenario, cover_outlays(scenario, plan), lang).items()
    }
    sources = {name: values for name, values in sources.items() if np.abs(values).max(initial=0.0) > SMALLEST}
    names = _name_actors(scenario, lang)
    outlays = {name: values / length for name, values in zip(names, spend_actors(scenario, plan), strict=True)}
    others = say("figure_others", lang)
    uses = {
        shorten(say("figure_uses", lang, name=name)): -values for name, values in _keep_first(outlays, others).items()
    }
    money = name_money(scenario.attrs["money"], lang)
    title = say("figure_funding_title", lang, name=scenario.attrs[f"name_{lang}"])
    ax = open_axes(figure, title, say("figure_funding_subtitle", lang, money=money))
    colours = choose_colours(sources, others) | {say("account_own_gap", lang): LIMIT}
    stack_bars(ax, years, length, sources | uses, colours | dict(zip(uses, (*USES, OTHER_USES), strict=False)))
    finish_amounts(ax, lang)
    write_note(figure, ax, scenario, lang, "figure_note")


def draw_debt(figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, _reference: xr.Dataset | None, lang: str) -> None:
    """A panel per actor who owes: debt without the plan, the plan's loans on it, and the ceiling over both."""
    debt, ceiling = measure_net_debt(scenario, plan), measure_ceiling(scenario).real
    owing = np.abs(debt.real).max(axis=1, initial=0.0)
    limited = np.isfinite(ceiling).any(axis=1) & (owing > SMALLEST)
    shown = sorted(np.flatnonzero(owing > SMALLEST).tolist(), key=lambda a: (not limited[a], -owing[a]))[:MOST_PANELS]
    count = max(len(shown), 1)
    if count > 1:
        figure.set_size_inches(SIZE[0], BELOW + ABOVE + count * (PANEL + GAP_BETWEEN))
    title = say("figure_debt_title", lang, name=scenario.attrs[f"name_{lang}"])
    write_title(figure, title, say("figure_debt_subtitle", lang, money=name_money(scenario.attrs["money"], lang)))
    axes = _open_panels(figure, count)
    if not shown:
        axes[0].text(0.5, 0.5, say("figure_debt_none", lang), transform=axes[0].transAxes, ha="center", color=FAINT)
    percent, standing = share_taxes(scenario, debt).real, follow_standing(scenario).debt
    for ax, a in zip(axes, shown, strict=False):
        _draw_owed(ax, scenario, standing[a], debt.real[a], ceiling[a], lang)
        ax.set_title(
            _describe_peak(scenario, a, standing[a], debt.real[a], percent[a], lang), fontsize=10, color=INK, loc="left"
        )
        finish_amounts(ax, lang)
        mark_years(ax)
        if ax is not axes[0] and (legend := ax.get_legend()) is not None:
            legend.remove()
    write_note(figure, axes[-1], scenario, lang, "figure_note")


def draw_cash(figure: Figure, scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None, lang: str) -> None:
    """A line per actor: its cash summed from the first year, against the do-nothing path where there is one."""
    net = trace_cash(scenario, plan)[NET].money.real
    if reference is not None:
        net = net - trace_cash(scenario, reference)[NET].money.real
    total = np.concatenate([np.zeros((len(net), 1)), np.cumsum(net, axis=1)], axis=1)
    years, length = scenario[YEAR].values, scenario["length"].values
    money = name_money(scenario.attrs["money"], lang)
    key = "figure_cash_subtitle_whole" if reference is None else "figure_cash_subtitle"
    title = say("figure_cash_title", lang, name=scenario.attrs[f"name_{lang}"])
    ax = open_axes(figure, title, say(key, lang, money=money))
    names = _name_actors(scenario, lang)
    for place, a in enumerate(np.argsort(total[:, -1], kind="stable").tolist()):
        if np.abs(total[a]).max() > SMALLEST:
            ax.plot(
                np.append(years, years[-1] + length[-1]),
                total[a],
                color=PALETTE[a % len(PALETTE)],
                linestyle="-" if a < len(PALETTE) else "--",
                linewidth=1.8,
                label=shorten(names[a]),
                zorder=2.0 + place,
            )
    finish_amounts(ax, lang)
    write_note(figure, ax, scenario, lang, "figure_note")


FINANCE_FIGURES: Mapping[str, Callable[[Figure, xr.Dataset, xr.Dataset, xr.Dataset | None, str], None]] = {
    "funding": draw_funding,
    "debt": draw_debt,
    "cash": draw_cash,
}
"""Every figure of who pays by its file name."""


def _name_sources(scenario: xr.Dataset, sources: Mapping[str, np.ndarray], lang: str) -> Series:
    labels = scenario[INSTRUMENT].values.tolist()
    names = dict(zip(labels, scenario[f"{INSTRUMENT}_name_{lang}"].values.tolist(), strict=True))
    names |= {OWN: say("account_own", lang), GAP_OF_OWN: say("account_own_gap", lang)}
    return {shorten(str(names[item])): values for item, values in sources.items()}


def _name_actors(scenario: xr.Dataset, lang: str) -> list[str]:
    return [str(name) for name in scenario[f"{ACTOR}_name_{lang}"].values]


def _keep_first(series: Series, others: str) -> Series:
    """As many series as there are greys, the largest first; the rest in one."""
    ordered = sorted(series.items(), key=lambda item: -float(np.abs(item[1]).sum()))
    ordered = [(name, values) for name, values in ordered if np.abs(values).max(initial=0.0) > SMALLEST]
    kept, rest = ordered[: len(USES)], ordered[len(USES) :]
    return dict(kept) | ({others: np.sum([values for _, values in rest], axis=0)} if rest else {})


def _open_panels(figure: Figure, count: int) -> list[Axes]:
    """Axes one under the other; margins in inches."""
    height = figure.get_figheight()
    room = (height - BELOW - ABOVE) / count
    tall = room - GAP_BETWEEN
    return [
        figure.add_axes((0.07, (BELOW + (count - 1 - i) * room) / height, 0.65, tall / height)) for i in range(count)
    ]


def _draw_owed(
    ax: Axes, scenario: xr.Dataset, standing: np.ndarray, debt: np.ndarray, ceiling: np.ndarray, lang: str
) -> None:
    years, length = scenario[YEAR].values, scenario["length"].values
    series = {say("account_standing", lang): standing, say("account_borrowed", lang): debt - standing}
    stack_bars(ax, years, length, series, dict(zip(series, (OTHERS, PALETTE[0]), strict=True)))
    ax.set_xlim(years[0] - 0.2, years[-1] + length[-1] + 0.2)
    if np.isfinite(ceiling).any():
        edges = np.append(years, years[-1] + length[-1])
        steps = np.append(ceiling, ceiling[-1])
        label = say("account_ceiling", lang)
        ax.step(edges, steps, where="post", color=LIMIT, linewidth=2.2, label=label)


def _describe_peak(
    scenario: xr.Dataset, actor: int, standing: np.ndarray, debt: np.ndarray, percent: np.ndarray, lang: str
) -> str:
    """Name of the actor, its largest debt, in percent where that says anything, and the plan's largest loans."""
    loans = debt - standing
    peak, most = int(np.argmax(debt)), int(np.argmax(loans))
    years = scenario[YEAR].values
    key = "figure_debt_peak_percent" if np.isfinite(percent[peak]) else "figure_debt_peak"
    return say(
        key,
        lang,
        name=_name_actors(scenario, lang)[actor],
        debt=format_number(float(debt[peak]), lang, 0),
        year=years[peak],
        percent=format_number(float(np.nan_to_num(percent[peak])), lang, 0),
        loans=format_number(float(loans[most]), lang, 0),
        loans_year=years[most],
    )
