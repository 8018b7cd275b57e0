"""What does `fardplan why` write? Its tables, and the same for a program in one JSON."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import LANGUAGES
from runners.analyses.sensitivity.answer import Why
from runners.analyses.sensitivity.sentences import name_item, say_change, say_price, say_reason, say_release
from scenarios.catalog import TARGET

DEFINITION = {
    "money": "present value of the plan's first year, prices of `price_year`",
    "price_ease": "(V(0) - V(x)) / x on the first straight piece of the least cost V, the rule eased by x",
    "price_tighten": "(V(-x) - V(0)) / x, the rule tightened by x",
    "price_per_tonne": "price over the discounted sum of the years a target holds; of a cumulative one over its tonnes",
    "saves": "least cost less that in whole units without the rule, between what is proven and what is found",
    "worth": "least cost without the measure, all else optimised anew, less the least cost",
}


def tabulate_why(why: Why) -> dict[str, pd.DataFrame]:
    """Tables by name; a table with nothing to tell is left out.

    Money is in the case's unit, of the present; amounts in the unit beside them.
    """
    tables = {
        "prices": _list_prices(why),
        "releases": _list_releases(why),
        "measures": _list_reasons(why),
        "targets": _list_reaches(why),
        "conflicts": _list_conflicts(why),
        "repairs": _list_repairs(why),
        "ways": _list_ways(why),
    }
    return {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}


def describe_why(why: Why) -> dict[str, Any]:
    """The answer for a program: `prices`, `measures`, `targets`, `impasses`, with definitions and seconds."""
    attrs = why.scenario.attrs
    return {
        "definition": DEFINITION,
        **{name: attrs[name] for name in ("case", "name_sv", "name_en", "money", "price_year", "digest")},
        "feasible": why.plan is not None,
        "whole_units": why.whole,
        "least_cost": why.least,
        "prices": _list_prices(why),
        "releases": _list_releases(why),
        "measures": _list_reasons(why),
        "targets": _list_reaches(why),
        "conflicts": _list_conflicts(why),
        "repairs": _list_repairs(why),
        "ways": _list_ways(why),
        "seconds": round(why.seconds, 3),
    }


def _list_prices(why: Why) -> list[dict[str, Any]]:
    return [
        {
            "key": price.lever.key,
            "theme": price.lever.theme,
            "quantity": price.lever.quantity,
            "item": price.lever.item,
            **{f"name_{lang}": name_item(why, price.lever.item, lang) for lang in LANGUAGES},
            "year": price.lever.year,
            "size": price.lever.size,
            "unit": price.lever.unit,
            "price_ease": price.ease.price,
            "ease_up_to": price.ease.step,
            "ease_ends": price.ease.ended,
            "price_tighten": price.tighten.price,
            "tighten_up_to": price.tighten.step,
            "tighten_ends": price.tighten.ended,
            "dual": price.dual,
            "worth_of_tenth": price.tenth,
            "price_per_tonne": price.price_per_tonne,
            "check_least": None if price.check is None else price.check.bound,
            "check_most": None if price.check is None else price.check.objective,
            **{f"sentence_{lang}": say_price(why, price, lang) for lang in LANGUAGES},
        }
        for price in why.prices
    ]


def _list_releases(why: Why) -> list[dict[str, Any]]:
    if why.releases is None:
        return []
    return [
        {
            "family": release.rule.family,
            "item": release.rule.item,
            "years": " ".join(map(str, release.rule.years)),
            **{f"rule_{lang}": release.rule.tell(why.names, lang) for lang in LANGUAGES},
            "tried": release.saved is not None,
            "saves_least": None if release.saved is None else release.saved.bound,
            "saves_most": release.most if release.saved is None else release.saved.objective,
            "eased_by": release.step,
            "eased_saves_least": None if release.eased is None else release.eased.bound,
            "eased_saves_most": None if release.eased is None else release.eased.objective,
            **{f"sentence_{lang}": say_release(why, release, lang) for lang in LANGUAGES},
        }
        for release in why.releases.rules
    ]


def _list_reasons(why: Why) -> list[dict[str, Any]]:
    return [
        {
            "measure": reason.measure,
            **{f"name_{lang}": name_item(why, reason.measure, lang) for lang in LANGUAGES},
            "amount": reason.amount,
            "unit": reason.unit,
            "first_year": reason.first_year,
            "last_year": reason.last_year,
            "worth": reason.worth,
            "enters_at": reason.enters,
            "leaves_at": reason.leaves,
            "out_at": " ".join(f"{factor:g}" for factor in reason.turns),
            "whole_in_at": None if reason.whole is None else reason.whole.inside,
            "whole_out_at": None if reason.whole is None else reason.whole.outside,
            "first_start": None if reason.start is None else reason.start.year,
            "waiting_costs": reason.waits,
            "reduced_cost": reason.reduced,
            "reduced_cost_year": reason.cheapest,
            "earlier_costs": reason.earlier,
            "rules": "; ".join(f"{family} {item}" for family, item in reason.rules),
            "check_least": None if reason.check is None else reason.check.bound,
            "check_most": None if reason.check is None else reason.check.objective,
            **{f"sentence_{lang}": say_reason(why, reason, lang, full=False)[0] for lang in LANGUAGES},
        }
        for reason in why.reasons
    ]


def _list_reaches(why: Why) -> list[dict[str, Any]]:
    return [
        {
            TARGET: reach.target,
            **{f"name_{lang}": name_item(why, reach.target, lang) for lang in LANGUAGES},
            "year": reach.years[0],
            "missed_alone": reach.alone,
            "missed_together": reach.together,
            "first_year": reach.first_year,
        }
        for reach in why.reaches
    ]


def _list_conflicts(why: Why) -> list[dict[str, Any]]:
    return [
        {
            "impasse": number,
            "targets": " ".join(impasse.targets),
            "family": rule.family,
            "item": rule.item,
            "years": " ".join(map(str, rule.years)),
            **{f"rule_{lang}": rule.tell(why.names, lang) for lang in LANGUAGES},
        }
        for number, impasse in enumerate(why.impasses, 1)
        for rule in impasse.rules
    ]


def _list_repairs(why: Why) -> list[dict[str, Any]]:
    return [
        {
            "impasse": number,
            "targets": " ".join(impasse.targets),
            "repair": place,
            "theme": repair.theme,
            "cost": repair.cost,
            "verified": repair.verified,
            "item": change.item,
            "quantity": change.quantity,
            "year": change.year,
            "step": change.step,
            "unit": change.unit,
            "before": change.before,
            "after": change.after,
            "settings": " ".join(f"{key}={value:.10g}" for key, value in change.settings.items()),
            **{f"change_{lang}": say_change(why, change, lang) for lang in LANGUAGES},
        }
        for number, impasse in enumerate(why.impasses, 1)
        for place, repair in enumerate(impasse.repairs, 1)
        for change in repair.changes
    ]


def _list_ways(why: Why) -> list[dict[str, Any]]:
    return [
        {
            "words": " ".join(way.words),
            "works": way.works,
            **{f"way_{lang}": way.tell(lang) for lang in LANGUAGES},
        }
        for way in why.ways
    ]
