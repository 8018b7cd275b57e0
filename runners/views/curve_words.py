"""What a curve shows, in sentences for its reader: what was asked, what the numbers mean, how certain they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.prices import name_price

PERCENT = 100.0
ASIDE = "aside"
AT_MOST = "at_most"
BOUNDS = "bounds"
BY_TONNE = "marginal_sek_per_t"
BY_UNIT = "marginal_msek_per_unit"
MEASURES = "measures"
CHOICES = ("case", "target", "price", "finance", "convention", "exclude", "settings", "do_nothing")
"""Parts of the configuration that make a curve another one than the plan's."""
ROOM = 1.25
NEAR_END = 0.9
"""An axis of marginal cost ends a little above what it is at this part of the span: the last stretch soars."""


def name_aim(curve: Result, lang: str) -> str:
    """What a curve is drawn over: the target, or the account with the year from which it is capped."""
    return str(curve.facts.get(f"about_{lang}") or str(curve.facts["account"]).replace("_", " "))


def name_second(curve: Result, lang: str) -> str:
    """The second aim of a frontier."""
    return str(curve.facts.get(f"second_{lang}") or str(curve.facts["second"]).replace("_", " "))


def name_second_unit(curve: Result, lang: str) -> str:
    """The unit of the second aim, money as it is read."""
    unit = str(curve.facts["second_unit"])
    return name_money(unit, lang) if unit == curve.money else say_unit(unit, lang)


def name_level_unit(curve: Result, lang: str) -> str:
    """The unit of levels: per year, or of the whole span."""
    unit = say_unit(str(curve.facts["unit"]), lang)
    return unit if curve.facts["cumulative"] else say("curve_unit_year", lang, unit=unit)


def tell_span(curve: Result, lang: str) -> str:
    """In which years the cap holds, and whether on each or on their sum."""
    content = curve.facts
    kind = "sum" if content["cumulative"] else "one" if content["year"] == content["last_year"] else "each"
    fields = {"first": content["year"], "last": content["last_year"]}
    return say("curve_span", lang, span=say(f"curve_span_{kind}_{content['sense']}", lang, **fields))


def tell_meaning(curve: Result, lang: str) -> str:
    """What cost and marginal cost are, and in which money."""
    content = curve.facts
    rate = format_number(float(content["discount_rate"]) * PERCENT, lang)
    marginal = "curve_marginal_total" if content["cumulative"] else "curve_marginal_year"
    return " ".join(
        [
            say(
                "curve_definition_cost",
                lang,
                first=content.get("first_year", content["year"]),
                rate=rate,
                price_year=content["price_year"],
            ),
            say(marginal, lang, year=content["year"]),
        ]
    )


def tell_certainty(curve: Result, lang: str) -> str:
    """How far a curve may be from the truth, and whether units are whole."""
    content = curve.facts
    key = "curve_error_bounds" if content["certificate"] == BOUNDS else "curve_error"
    error = format_number(float(content["certified_error"]) * PERCENT, lang, 2)
    units = say("curve_units_whole" if content["whole_units"] else "curve_units_parts", lang)
    return f"{say(key, lang, error=error, points=len(curve.tables['points']))} {units}"


def tell_others(curve: Result, lang: str) -> str:
    """Whether the case's other targets hold along the curve."""
    return say("curve_told_aside" if curve.facts["others"] == ASIDE else "curve_others_kept", lang)


def tell_choices(curve: Result, plan: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    """A sentence on what was chosen otherwise than for a plan, as its manifest says, if anything was."""
    mine, other = (dict(origin.get("config", {})) for origin in (curve.origin, plan))
    names = [name for name in CHOICES if mine.get(name) != other.get(name)]
    if curve.kind != MEASURES and curve.facts["others"] == ASIDE:
        names = [name for name in names if name != "target"]
    told = ", ".join(say(f"curve_choice_{name}", lang) for name in names)
    return (say("curve_choices_differ", lang, names=told),) if told else ()


def tell_definition(curve: Result, lang: str) -> str:
    """What a cost per tonne by measure is."""
    content = curve.facts
    unit = name_price(str(content["unit"]), str(content["money"]), lang)
    definition = str(content["definition"])
    over = str(content["definitions"][definition]).replace("-", "–")
    return say(f"measures_definition_{definition}", lang, unit=unit, over=over)


def choose_marginal(curve: Result) -> str:
    """The column of marginal cost: per tonne where the account is counted in tonnes, else per unit."""
    points = curve.tables["points"]
    return BY_TONNE if points[BY_TONNE].notna().any() else BY_UNIT


def cut_axis(points: pd.DataFrame, column: str) -> float | None:
    """Where an axis of marginal cost ends so that the last, steep stretch leaves room for the others; None: nowhere."""
    levels, values = points["level"].to_numpy(), points[column].to_numpy()
    if len(levels) < 3 or not values.max() > 0:
        return None
    part = abs(levels - levels[0]) / abs(levels[-1] - levels[0])
    usual = float(values[part <= NEAR_END].max())
    return ROOM * usual if 0 < ROOM * usual < values.max() else None


def list_changes(curve: Result, lang: str) -> dict[float, str]:
    """By level, the codes (names without one) of what comes in and goes out of the plan there: `in T8, M2; ut B5`."""
    told: dict[float, str] = {}
    for level, rows in curve.tables["moves"].groupby("level", sort=False):
        parts = []
        for move in ("enters", "leaves"):
            moved = rows[rows["move"] == move]
            if len(moved):
                pairs = zip(moved["code"], moved[f"name_{lang}"], strict=True)
                names = ", ".join(str(code or name) for code, name in pairs)
                parts.append(say(f"curve_{move}_here", lang, names=names))
        told[float(str(level))] = "; ".join(parts)
    return told
