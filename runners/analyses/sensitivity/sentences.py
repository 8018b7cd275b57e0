"""How is an answer said? Prices, reasons and repairs as sentences of the message catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from conf.words import format_amount, format_number, say
from model.queries.no_plan import format_miss
from runners.analyses.oracle import Bracket
from runners.analyses.sensitivity.amounts import (
    PERCENT,
    SHARE_UNIT,
    format_change,
    format_dearer,
    format_digits,
    format_percent,
    format_step,
)
from runners.analyses.sensitivity.answer import Why
from runners.analyses.sensitivity.measures import Reason
from runners.analyses.sensitivity.parameters import MONEY, Lever
from runners.analyses.sensitivity.prices import Price
from runners.analyses.sensitivity.relaxation import POSTPONE, Change, Impasse, Repair
from runners.analyses.sensitivity.releases import Release, Releases
from runners.analyses.sensitivity.rhs_ranging import Stretch
from runners.views.names import name_money
from scenarios.catalog import YEAR

MOST_RULES, MOST_CHANGES = 6, 3
"""Rules of a conflict and changes of a repair that are told; the tables have them all."""
NEARLY_ALL = 0.999
"""A factor on an investment above this is no cheaper one."""
OWN_CHANGES = ("value", "frame", "own_funds", "standing_debt", "most_build", "build_seed", "most_capacity")
"""Quantities whose change has a sentence of its own."""


def name_item(why: Why, item: str, lang: str) -> str:
    """A label, or several with points between, as a reader calls it."""
    return ", ".join(why.names.get(label, {}).get(lang, label) for label in item.split("."))


def _format_step(why: Why, value: float, unit: str, lang: str) -> str:
    return format_step(value, unit, str(why.scenario.attrs["money"]), lang)


def _format_change(why: Why, value: float, unit: str, lang: str) -> str:
    return format_change(value, unit, str(why.scenario.attrs["money"]), lang)


def say_price(why: Why, price: Price, lang: str) -> str:
    """A price as one sentence: what giving way saves, how far that holds, and what whole units say."""
    lever, money = price.lever, _money(why, lang)
    tonne = ""
    if np.isfinite(price.price_per_tonne):
        tonne = say("why_per_tonne", lang, sek=format_number(price.price_per_tonne, lang, 0))
    one = choose_one(lever)
    text = say(
        _key_price(lever),
        lang,
        name=name_item(why, lever.item, lang),
        year=lever.year,
        one=_format_change(why, one, lever.unit, lang),
        money=money,
        price=format_digits(_known(price.ease.price) * one, lang),
        tenth=format_digits(_known(price.tenth), lang),
        tonne=tonne,
    )
    ease, tighten = (_say_stretch(why, lever, stretch, lang) for stretch in (price.ease, price.tighten))
    key = "why_holds" if price.tighten.step > 0 else "why_holds_ease"
    text += "; " + say(key, lang, ease=ease, tighten=tighten)
    if price.check is not None:
        text += say("why_checked", lang, step=ease, saved=_say_bracket(why, price.check, lang))
    return text + "."


def choose_one(lever: Lever) -> float:
    """How much of a lever its price is told for: one, a percentage point of a share, less where there is below one."""
    if lever.unit == SHARE_UNIT:
        return 1 / PERCENT
    return 1.0 if lever.theme == MONEY or not 0 < lever.size < 1 else 10.0 ** floor(log10(lever.size))


def say_reason(why: Why, reason: Reason, lang: str, *, full: bool) -> list[str]:
    """A measure as a sentence; `full`: with when, what holds it back and what whole units say."""
    lines = [_say_place(why, reason, lang)]
    if not full:
        return lines
    told = (_say_factor, _say_turns, _say_whole, _say_then, _say_rules, _say_worth)
    return [*lines, *(line for tell in told for line in tell(why, reason, lang))]


def say_release(why: Why, release: Release, lang: str) -> str:
    """What letting a rule go saves in whole units, and what easing it a little does."""
    rule = release.rule.tell(why.names, lang)
    text = say("why_release", lang, rule=rule, saved=_say_bracket(why, release.saved, lang))
    if release.eased is None:
        return text + "."
    by = "10 %"
    if np.isfinite(release.step):
        account = str(why.scenario["target_account"].sel(target=release.rule.item).values)
        by = _format_step(why, release.step, str(why.scenario["account_unit"].sel(account=account).values), lang)
    return text + say("why_release_eased", lang, by=by, saved=_say_bracket(why, release.eased, lang)) + "."


def say_release_rest(why: Why, releases: Releases, lang: str) -> list[str]:
    """How many rules cost nothing that can be told, and how many were not tried for want of time."""
    lines, money = [], _money(why, lang)
    dull = [release for release in releases.tried if not release.distinct]
    if dull:
        most = max(release.saved.objective for release in dull if release.saved is not None)
        lines.append(say("why_release_dull", lang, count=len(dull), most=format_digits(most, lang), money=money))
    if releases.untried:
        known = [release.most for release in releases.untried]
        fields = {"count": len(known), "seconds": format_number(releases.seconds, lang, 0)}
        if np.isfinite(max(known)):
            lines.append(say("why_release_untried", lang, **fields, most=format_digits(max(known), lang), money=money))
        else:
            lines.append(say("why_release_unknown", lang, **fields))
    if not releases.rules:
        lines.append(say("why_release_none", lang))
    return lines


def _say_bracket(why: Why, bracket: Bracket | None, lang: str) -> str:
    """Between what bounds something saves, or that it cannot be told from nothing."""
    if bracket is None:
        return say("why_saved_unknown", lang)
    low, high = (format_digits(number, lang) for number in (bracket.bound, bracket.objective))
    money = _money(why, lang)
    if not np.isfinite(bracket.objective):
        return say("why_saved_endless", lang)
    if bracket.bound <= 0:
        return say("why_saved_little", lang, high=high, money=money)
    key = "why_saved" if low == high else "why_saved_between"
    return say(key, lang, low=low, high=high, money=money)


def say_impasse(why: Why, impasse: Impasse, lang: str) -> list[str]:
    """A conflict rule by rule, then the repairs, the cheapest first; what is long is cut, the tables have it all."""
    names = ", ".join(name_item(why, target, lang) for target in impasse.targets)
    lines = [say("why_impasse" if names else "why_impasse_rules", lang, names=names)]
    lines += [f"  - {rule.tell(why.names, lang)}" for rule in impasse.rules[:MOST_RULES]]
    rest = len(impasse.rules) - MOST_RULES
    lines += [f"  - {say('why_rest', lang, count=rest)}"] if rest > 0 else []
    told = [say_repair(why, repair, lang, first=i == 0) for i, repair in enumerate(impasse.repairs)]
    told = [line for line in told if line] or [say("why_repair_none", lang)]
    return lines + [f"  {line}" for line in told]


def say_repair(why: Why, repair: Repair, lang: str, *, first: bool) -> str:
    """What to change and what the plan then costs."""
    told = [say_change(why, change, lang) for change in repair.changes[:MOST_CHANGES]]
    rest = len(repair.changes) - MOST_CHANGES
    changes = "; ".join([*told, say("why_rest", lang, count=rest)] if rest > 0 else told)
    if not repair.verified:
        return say("why_repair_failed", lang, changes=changes)
    cost = format_number(repair.cost, lang, 1)
    key = "why_repair_cheapest" if first else "why_repair"
    return say(key, lang, changes=changes, cost=cost, money=_money(why, lang))


def say_change(why: Why, change: Change, lang: str) -> str:
    """One change, such as `höj kommunens ram 2028 med 31 mnkr`."""
    before, after = (
        str(round(number)) if change.quantity == POSTPONE else _format_step(why, number, change.unit, lang)
        for number in (change.before, change.after)
    )
    key = f"why_change_{change.quantity}" if change.quantity in (*OWN_CHANGES, POSTPONE) else _key_change(why, change)
    return say(
        key,
        lang,
        name=name_item(why, change.item, lang),
        year=change.year,
        before=before,
        after=after,
        step=_format_change(why, change.step, change.unit, lang),
        what=change.quantity,
    )


def say_reaches(why: Why, lang: str) -> list[str]:
    """How near each target can be come to, a line each."""
    units = dict(
        zip(map(str, why.scenario["account"].values), map(str, why.scenario["account_unit"].values), strict=True)
    )
    accounts = zip(why.scenario["target"].values, why.scenario["target_account"].values, strict=True)
    unit = {str(target): units[str(account)] for target, account in accounts}
    lines = [say("why_reach_title", lang)]
    for reach in why.reaches:
        alone, together = (
            format_miss(miss, unit[reach.target], lang) if miss > 1e-6 else say("why_reach_met", lang)
            for miss in (reach.alone, reach.together)
        )
        if not reach.reached:
            key = "why_reach_never" if reach.first_year is None else "why_reach_from"
            together += say(key, lang, year=reach.first_year)
        name = name_item(why, reach.target, lang)
        lines.append(f"  {name[:48]:<50}{alone:>18}   {together}")
    return lines


def _key_price(lever: Lever) -> str:
    if lever.unit == SHARE_UNIT and lever.quantity.endswith("share"):
        return "why_price_share"
    if "least" in lever.quantity and lever.theme != MONEY:
        return "why_price_least"
    if lever.quantity in ("group_most_capacity", "group_most_activity"):
        return "why_price_group"
    return f"why_price_{lever.quantity}"


def _key_change(why: Why, change: Change) -> str:
    if change.unit == SHARE_UNIT:
        return "why_change_share"
    return "why_change_money" if change.unit.startswith(str(why.scenario.attrs["money"])) else "why_change_amount"


def _say_stretch(why: Why, lever: Lever, stretch: Stretch, lang: str) -> str:
    amount = _format_change(why, stretch.step, lever.unit, lang)
    return amount if stretch.ended else say("why_at_least", lang, amount=amount)


def _say_place(why: Why, reason: Reason, lang: str) -> str:
    name, money = name_item(why, reason.measure, lang), _money(why, lang)
    if reason.start is None:
        if reason.parts > 0 and (reason.whole.parts if reason.whole else reason.enters) > NEARLY_ALL:
            return say("why_out_whole", lang, name=name, parts=_format_step(why, reason.parts, reason.unit, lang))
        if reason.enters <= 0:
            return say("why_out_never", lang, name=name)
        return say("why_out", lang, name=name, percent=format_percent(1 - reason.enters, lang))
    amount = format_amount(reason.amount, reason.unit, lang)
    if not np.isfinite(reason.worth):
        return say("why_in_needed", lang, name=name, amount=amount, year=reason.start.year)
    leaves = say("why_leaves_never", lang)
    if np.isfinite(reason.leaves):
        leaves = say("why_leaves", lang, dearer=format_dearer(reason.leaves, lang))
    worth = format_digits(reason.worth, lang)
    return say(
        "why_in", lang, name=name, amount=amount, year=reason.start.year, worth=worth, money=money, leaves=leaves
    )


def _say_factor(_why: Why, reason: Reason, lang: str) -> list[str]:
    """At which price it enters or leaves in whole units as near as is known, and in parts where that is another."""
    whole = reason.whole
    if whole is None:
        return []
    inside, never = reason.first_year is not None, np.isinf(whole.factor) or whole.factor == 0
    lines = []
    if np.isnan(whole.factor):
        lines.append(say("why_whole_unsure", lang))
    elif reason.parts > 0 or (not whole.close and not never):
        low, high = sorted((whole.inside, whole.outside))
        ends = [whole.factor] * 2 if whole.close or never else [low, high]
        told = list(dict.fromkeys(say_factor(end, lang, inside=inside) for end in ends))
        between = say("why_between", lang, low=told[0], high=told[-1]) if len(told) > 1 else told[0]
        lines.append(say("why_whole_factor", lang, factor=between))
    parts = say_factor(whole.parts, lang, inside=inside)
    if reason.parts <= 0 and parts != say_factor(whole.factor, lang, inside=inside):
        lines.append(say("why_parts", lang, factor=parts))
    return lines


def say_factor(factor: float, lang: str, *, inside: bool) -> str:
    """At which price a measure leaves (inside) or enters, as a part of a sentence."""
    if np.isnan(factor):
        return say("why_factor_unsure", lang)
    if inside:
        known = np.isfinite(factor)
        return say("why_leaves", lang, dearer=format_dearer(factor, lang)) if known else say("why_leaves_never", lang)
    if factor <= 0:
        return say("why_enters_never", lang)
    return say("why_enters", lang, percent=format_percent(1 - factor, lang))


def _say_turns(_why: Why, reason: Reason, lang: str) -> list[str]:
    """Where it comes and goes with its price: the price found is the dearest at which it is in."""
    turns = sorted({*reason.turns, *(reason.whole.turns if reason.whole else ())})
    if not turns:
        return []
    told = ", ".join(format_number(PERCENT * factor, lang, 0) for factor in turns)
    return [say("why_turns", lang, percent=told)]


def _say_whole(why: Why, reason: Reason, lang: str) -> list[str]:
    """What stands against a whole unit, or what it would cost."""
    if reason.blocked:
        first = say("why_blocked", lang, year=reason.cheapest)
        return [first, *(f"    - {rule.tell(why.names, lang)}" for rule in reason.blocked)]
    if not np.isfinite(reason.whole_adds):
        return []
    return [say("why_whole_adds", lang, adds=format_digits(reason.whole_adds, lang), money=_money(why, lang))]


def _say_then(why: Why, reason: Reason, lang: str) -> list[str]:
    one, money = _format_step(why, 1.0, reason.unit, lang), _money(why, lang)
    if reason.start is None:
        if reason.cheapest is None or reason.parts > 0:
            return []
        reduced = format_digits(reason.reduced, lang)
        return [say("why_out_reduced", lang, year=reason.cheapest, one=one, reduced=reduced, money=money)]
    lines, start = [], reason.start
    if np.isfinite(reason.waits):
        key = "why_waits_saves" if reason.waits < 0 else "why_waits"
        waits = format_digits(abs(reason.waits), lang)
        years = {"year": start.year, "later": start.later}
        lines.append(say(key, lang, measure=reason.measure, **years, waits=waits, money=money))
    if np.isfinite(reason.earlier):
        earlier = format_digits(reason.earlier, lang)
        since, until = start.span
        span = f"{since}–{until}" if until > since else str(since)
        lines.append(say("why_earlier", lang, one=one, span=span, earlier=earlier, money=money))
    elif start.year > int(why.scenario[YEAR].values[0]):
        lines.append(say("why_earlier_shut", lang))
    return lines


def _say_rules(why: Why, reason: Reason, lang: str) -> list[str]:
    if reason.blocked:
        return []
    if not reason.rules:
        return [say("why_rules_none", lang)]
    rules = [say(f"rule_{family}", lang, item=name_item(why, item, lang)) for family, item in reason.rules]
    return [say("why_rules", lang, rules="; ".join(rules))]


def _say_worth(why: Why, reason: Reason, lang: str) -> list[str]:
    if reason.check is None or reason.first_year is None:
        return []
    low, high = (format_digits(number, lang) for number in (reason.check.bound, reason.check.objective))
    return [say("why_checked_worth", lang, low=low, high=high, money=_money(why, lang))]


def _money(why: Why, lang: str) -> str:
    return name_money(str(why.scenario.attrs["money"]), lang)


def _known(value: float) -> float:
    return value if np.isfinite(value) else 0.0


def rank_reasons(reasons: Sequence[Reason]) -> tuple[list[Reason], list[Reason]]:
    """Measures that are in, the most worth first, and those that are out, the nearest to entering first."""
    inside = sorted((r for r in reasons if r.first_year is not None), key=lambda r: -r.worth)
    outside = sorted((r for r in reasons if r.first_year is None), key=lambda r: -r.enters)
    return inside, outside
