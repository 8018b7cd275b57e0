"""How a curve is told: what its numbers mean, in which unit, over which years; and its summary on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from conf.words import format_number, say
from runners.analyses.cost_curve.system import BOUNDS, Curve
from runners.analyses.cost_curve.tables import find_base, find_base_year, list_moves, scale_tonnes, tabulate_points
from runners.analyses.cost_curve.varied_target import ASIDE
from runners.views.names import name_money
from scenarios.arithmetic.windows import find_last_years
from scenarios.arrays import read_arrays
from scenarios.catalog import YEAR

ROWS = 9
MOST_MOVES = 14
NAME_WIDTH = 42


def name_unit(curve: Curve, lang: str) -> str:
    """The unit of the levels: per year, or of the whole span."""
    return curve.probe.unit if curve.probe.cumulative else say("curve_unit_year", lang, unit=curve.probe.unit)


def name_span(curve: Curve, lang: str) -> str:
    """In which years the cap holds, and whether on each or on their sum."""
    first, last = int(curve.scenario[YEAR].values[curve.held][0]), _find_last(curve)
    kind = "sum" if curve.probe.cumulative else "one" if first == last else "each"
    return say(f"curve_span_{kind}_{curve.probe.sense}", lang, first=first, last=last)


def _find_last(curve: Curve) -> int:
    """The last calendar year in which the cap holds."""
    return int(find_last_years(read_arrays(curve.scenario))[curve.held][-1])


def tell_definition(curve: Curve, lang: str) -> str:
    """What cost and marginal cost are, and which money they are in."""
    years = curve.scenario[YEAR].values[curve.held]
    marginal = "curve_marginal_total" if curve.probe.cumulative else "curve_marginal_year"
    fields = {"first": int(curve.scenario[YEAR].values[0]), "price_year": curve.scenario.attrs["price_year"]}
    return " ".join(
        [
            say(
                "curve_definition_cost",
                lang,
                rate=format_number(float(curve.scenario["discount_rate"]) * 100, lang),
                **fields,
            ),
            say(marginal, lang, year=int(years[0])),
        ]
    )


def describe_question(curve: Curve, question: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What `curve.json` says of what was asked: the account, its years, sense and unit, the money of the answer."""
    years = curve.scenario[YEAR].values[curve.held]
    return {
        "definition": "present_cost_of_system_and_its_slope_in_money_of_year"
        if not curve.probe.cumulative
        else "present_cost_of_system_and_its_slope_in_present_money",
        "definition_text": tell_definition(curve, lang),
        "account": curve.probe.account,
        **question,
        "sense": curve.probe.sense,
        "unit": curve.probe.unit,
        "base_year": find_base_year(curve),
        "aim": curve.probe.aim,
        "year": int(years[0]),
        "last_year": _find_last(curve),
        "cumulative": curve.probe.cumulative,
        "first_year": int(curve.scenario[YEAR].values[0]),
        **{name: curve.scenario.attrs[name] for name in ("name_sv", "name_en", "money")},
        "price_year": int(curve.scenario.attrs["price_year"]),
        "discount_rate": float(curve.scenario["discount_rate"]),
    }


def describe_curve(curve: Curve, question: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The content of `curve.json`."""
    points = tabulate_points(curve)
    moves = list_moves(curve)
    names = curve.scenario["technology"].values
    scale = scale_tonnes(curve)
    return {
        "kind": "system",
        **describe_question(curve, question, lang),
        "definition_average_discounted": "extra_present_cost_over_discounted_tonnes",
        "definition_average_undiscounted": "extra_present_cost_over_undiscounted_tonnes",
        "free_level": curve.span.free,
        "free_cost_msek": curve.free.cost,
        "reach": curve.span.reach,
        "ends_by": curve.span.cut or "choice",
        "points": points.to_dict("records"),
        "moves": [
            {
                "technology": str(names[move.technology]),
                "move": "enters" if move.enters else "leaves",
                "level": move.level,
                "marginal_sek_per_t": move.marginal * scale,
            }
            for move in moves
        ],
        "certified_error": curve.error,
        "certificate": curve.method,
        "cost_range_msek": curve.spread,
        "seconds": curve.seconds,
    }


def write_summary(curve: Curve, names: Mapping[str, str], others: str, verified: int, lang: str) -> list[str]:
    """The curve on one screen: what it is, its points, what comes in, how certain it is."""
    attrs = curve.scenario.attrs
    money, unit = name_money(attrs["money"], lang), name_unit(curve, lang)
    free = say(
        "curve_free",
        lang,
        level=format_number(curve.span.free, lang),
        unit=unit,
        cost=format_number(curve.free.cost, lang, 0),
        money=money,
    )
    return [
        say("curve_title", lang, name=names[lang], case=attrs[f"name_{lang}"]),
        say("curve_span", lang, span=name_span(curve, lang)),
        say("curve_others_aside" if others == ASIDE else "curve_others_kept", lang),
        free,
        _tell_end(curve, unit, lang),
        *_tell_aim(curve, unit, lang),
        "",
        *_write_points(curve, money, unit, lang),
        "",
        *_write_moves(curve, lang, aside=others == ASIDE),
        "",
        tell_definition(curve, lang),
        _tell_certificate(curve, verified, lang),
    ]


def _tell_end(curve: Curve, unit: str, lang: str) -> str:
    reach = format_number(curve.span.reach, lang) if np.isfinite(curve.span.reach) else say("curve_no_reach", lang)
    end = format_number(curve.span.end, lang)
    return say(f"curve_end_{curve.span.cut or 'choice'}", lang, reach=reach, end=end, unit=unit)


def _tell_aim(curve: Curve, unit: str, lang: str) -> list[str]:
    """Where the case's own target lies, and how much less than its base year that is; nothing where it has none."""
    aim, base = curve.probe.aim, find_base(curve)
    if aim is None:
        return []
    level = format_number(aim, lang)
    if not np.isfinite(base):
        return [say("curve_aim", lang, level=level, unit=unit)]
    percent = format_number(100.0 * (1.0 - aim / base), lang, 0)
    return [say("curve_aim_base", lang, level=level, unit=unit, percent=percent, year=find_base_year(curve))]


def _write_points(curve: Curve, money: str, unit: str, lang: str) -> list[str]:
    """A few points, evenly spread over the levels, as a table."""
    points, per_tonne = tabulate_points(curve), np.isfinite(scale_tonnes(curve))
    marginal = "marginal_sek_per_t" if per_tonne else "marginal_msek_per_unit"
    wanted = np.linspace(curve.span.start, curve.span.end, ROWS)
    chosen = sorted({int(np.argmin(np.abs(points["level"].to_numpy() - level))) for level in wanted})
    heads = [
        unit,
        say("curve_head_reduction", lang, year=find_base_year(curve)),
        say("curve_head_extra", lang, money=money),
        say("curve_head_marginal", lang) if per_tonne else say("curve_head_marginal_unit", lang, money=money),
        say("curve_head_average", lang) if per_tonne else "",
    ]
    lines = [_line(heads)]
    for _, row in points.iloc[chosen].iterrows():
        reduction, average = row["reduction_percent"], row["average_discounted_sek_per_t"]
        cells = [
            format_number(row["level"], lang),
            f"{format_number(reduction, lang, 0)} %" if np.isfinite(reduction) else "–",
            format_number(row["extra_msek"], lang, 0 if curve.spread >= 100 else 1),
            format_number(row[marginal], lang, 0 if per_tonne else 2),
            format_number(average, lang, 0) if np.isfinite(average) else "–" if per_tonne else "",
        ]
        lines.append(_line(cells))
    return lines


def _line(cells: list[str]) -> str:
    return "".join(f"{cell:>18}" for cell in cells).rstrip()


def _write_moves(curve: Curve, lang: str, *, aside: bool) -> list[str]:
    """Which measures the cheapest plan has anyway, and which come and go as the cap is tightened."""
    scenario, scale = curve.scenario, scale_tonnes(curve)
    codes, names = scenario["technology_code"].values, scenario[f"technology_name_{lang}"].values
    moves = list_moves(curve)
    first = curve.stops[0].level
    anyway = [str(codes[m.technology] or names[m.technology]) for m in moves if m.level == first]
    later = [move for move in moves if move.level != first]
    lines = [say("curve_anyway" if aside else "curve_first", lang, names=", ".join(anyway) or "–")]
    for move in later[:MOST_MOVES]:
        name = f"{codes[move.technology]} {names[move.technology]}".strip()[:NAME_WIDTH]
        level = format_number(move.level, lang)
        amount = (
            format_number(move.marginal * scale, lang, 0)
            if np.isfinite(scale)
            else format_number(move.marginal, lang, 2)
        )
        key = "curve_enters" if move.enters else "curve_leaves"
        lines.append(say(key, lang, name=f"{name:<{NAME_WIDTH}}", level=f"{level:>8}", amount=f"{amount:>8}"))
    if len(later) > MOST_MOVES:
        lines.append(say("curve_more_moves", lang, count=len(later) - MOST_MOVES))
    return lines


def _tell_certificate(curve: Curve, verified: int, lang: str) -> str:
    key = "curve_certified_bounds" if curve.method == BOUNDS else "curve_certified"
    return say(
        key,
        lang,
        error=format_number(curve.error * 100, lang, 2),
        points=len(curve.stops),
        verified=verified,
        seconds=format_number(curve.seconds, lang),
    )
