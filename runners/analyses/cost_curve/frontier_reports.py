"""What a frontier says: its table, its JSON, its figure and its summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES, format_number, say
from runners.analyses.cost_curve.frontier import DebtLimit, Frontier
from runners.analyses.cost_curve.tables import tabulate_points
from runners.analyses.cost_curve.varied_target import ASIDE, Probe
from runners.analyses.cost_curve.words import describe_question, name_span, name_unit, tell_definition
from runners.views.names import name_money
from scenarios.catalog import ACCOUNT, ACTOR

Second = Probe | DebtLimit
SECOND_LEVEL = "second_level"
COLUMNS = 6


def tabulate_frontier(frontier: Frontier) -> pd.DataFrame:
    """The points of all curves (as `tabulate_points`, without means), each with the level of the second wish.

    `extra_money` is above the loosest of all: the plan that neither wish binds.
    """
    base = frontier.curves[0][1].free.cost
    parts = [tabulate_points(curve).assign(second_level=level) for level, curve in frontier.curves]
    table = pd.concat(parts, ignore_index=True)
    table["extra_money"] = table["cost_money"] - base
    return table.drop(columns=[name for name in table if str(name).startswith("average")])


def describe_frontier(frontier: Frontier, second: Second, question: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The content of `curve.json` of a frontier."""
    curve = frontier.curves[0][1]
    return {
        "kind": "frontier",
        **describe_question(curve, question, lang),
        "second": second.account if isinstance(second, Probe) else f"debt.{second.actor}",
        **{f"second_{each}": name_second(curve.scenario, second, each) for each in LANGUAGES},
        "second_year": second.year if isinstance(second, Probe) else None,
        "second_unit": second.unit if isinstance(second, Probe) else curve.scenario.attrs["money"],
        "levels_without_plan": list(frontier.unreached),
        "points": tabulate_frontier(frontier).to_dict("records"),
        "certified_error": frontier.error,
        "certificate": curve.method,
        "seconds": frontier.seconds,
    }


def write_frontier(frontier: Frontier, second: Second, names: Mapping[str, str], others: str, lang: str) -> list[str]:
    """The frontier on one screen: extra cost by the level of both wishes."""
    curve = frontier.curves[0][1]
    scenario = curve.scenario
    money, unit = name_money(scenario.attrs["money"], lang), _second_unit(scenario, second, lang)
    head = name_second(scenario, second, lang)
    levels = np.linspace(curve.span.start, curve.span.end, COLUMNS)
    lines = [
        say("curve_frontier_title", lang, name=names[lang], second=head),
        say("curve_span", lang, span=name_span(curve, lang)),
        say("curve_others_aside" if others == ASIDE else "curve_others_kept", lang),
        "",
        say("curve_frontier_table", lang, money=money, unit=name_unit(curve, lang)),
        f"{head[:25]:<26}" + "".join(f"{format_number(level, lang):>11}" for level in levels),
    ]
    for level, each in frontier.curves:
        costs = [_interpolate(each, x, curve.free.cost) for x in levels]
        cells = [format_number(cost, lang, 0) if np.isfinite(cost) else "–" for cost in costs]
        lines.append(f"{'≤ ' + format_number(level, lang) + ' ' + unit:<26}" + "".join(f"{cell:>11}" for cell in cells))
    if frontier.unreached:
        written = ", ".join(format_number(level, lang) for level in frontier.unreached)
        lines.append(say("curve_frontier_unreached", lang, levels=written, unit=unit))
    points = sum(len(each.stops) for _, each in frontier.curves)
    lines += ["", tell_definition(curve, lang)]
    return [
        *lines,
        say(
            "curve_frontier_certified",
            lang,
            error=format_number(frontier.error * 100, lang, 2),
            points=points,
            seconds=format_number(frontier.seconds, lang),
        ),
    ]


def name_second(scenario: xr.Dataset, second: Second, lang: str) -> str:
    """The second wish in words."""
    if isinstance(second, DebtLimit):
        name = str(scenario[f"{ACTOR}_name_{lang}"].sel({ACTOR: second.actor}).values)
        return say("curve_second_debt", lang, name=name)
    name = str(scenario[f"{ACCOUNT}_name_{lang}"].sel({ACCOUNT: second.account}).values)
    return say("curve_second_account", lang, name=name, year=second.year)


def _second_unit(scenario: xr.Dataset, second: Second, lang: str) -> str:
    return second.unit if isinstance(second, Probe) else name_money(scenario.attrs["money"], lang)


def _interpolate(curve: Any, level: float, base: float) -> float:
    """Extra cost at a level, on the chord; what binds nothing costs nothing more, what is out of reach has none."""
    side = curve.probe.side
    stops = sorted(curve.stops, key=lambda stop: stop.level)
    if side * (level - curve.span.end) < -1e-9 * max(1.0, abs(level)):
        return float("nan")
    costs = np.interp(level, [stop.level for stop in stops], [stop.cost for stop in stops])
    return float(costs) - base
