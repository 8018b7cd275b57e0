"""The numbers that the plan hangs on, on the screen: what is moved, how far, and what the plan then is."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from conf.words import format_number, say
from model.queries.infeasibility import name_items
from runners.analyses.assumptions.ranking import Doubt, Doubts, Effect
from runners.views.names import name_money
from runners.views.setting_words import name_setting, say_setting_value
from scenarios.catalog import TECHNOLOGY
from scenarios.settings import Settings

UNMOVED_SHOWN = 6
"""Numbers named that were not moved, for each reason."""
SHOWN = 4
"""Measures named that come or go."""
SMALL = 10.0
"""Less than this, in the money of the case, is told with a decimal."""
NOTHING = 0.05
"""A change of cost below this is none."""


def write_doubts(doubts: Doubts, scenario: xr.Dataset, lang: str) -> list[str]:
    """Lines about the numbers that would change the plan most."""
    money = name_money(scenario.attrs["money"], lang)
    lines = [say("doubts_title", lang, count=len(doubts.ranked))]
    least = format_number(doubts.least, lang, 1)
    lines.append(say("doubts_basis", lang, moved=format_number(doubts.moved, lang, 0), least=least, money=money))
    lines.append(say("doubts_measure", lang))
    names = {label: texts[lang] for label, texts in name_items(scenario).items()}
    for rank, doubt in enumerate(doubts.ranked, start=1):
        lines += ["", f"{rank:>2}. {_name(doubt, names, lang)}"]
        for end, effect in zip(doubt.move.ends, (doubt.low, doubt.high), strict=True):
            if effect is not None:
                lines.append(f"    {_say_effect(end, effect, scenario, money, lang)}")
    return [*lines, *_tell_unmoved(doubts, lang)]


def _tell_unmoved(doubts: Doubts, lang: str) -> list[str]:
    """What was not moved, by the reason: how many numbers, and what they are about."""
    lines: list[str] = []
    for reason in dict.fromkeys(one.reason for one in doubts.unmoved):
        own = [one.assumption for one in doubts.unmoved if one.reason == reason]
        named = [f"{about.quantity} {about.item}".strip() for about in own[:UNMOVED_SHOWN]]
        rest = len(own) - len(named)
        names = ", ".join([*named, *([f"+{rest}"] if rest else [])])
        count = format_number(sum(about.count for about in own), lang, 0)
        lines.append(say(f"doubts_unmoved_{reason}", lang, count=count, names=names))
    return ["", *lines] if lines else []


def _name(doubt: Doubt, names: Mapping[str, str], lang: str) -> str:
    """The number, how many are moved with it, and where it stands."""
    first = doubt.move.assumptions[0]
    key = next(key for end in doubt.move.ends for key in end)
    name, place = name_setting(key, names, lang), f"{first.table}.csv:{first.row}"
    more = len(doubt.move.assumptions) - 1
    return say("doubts_number", lang, name=name, place=place) + (say("doubts_more", lang, count=more) if more else "")


def _say_effect(end: Settings, effect: Effect, scenario: xr.Dataset, money: str, lang: str) -> str:
    key, number = next(iter(end.items()))
    change = say_setting_value(key, number, lang)
    if not effect.possible:
        return say("doubts_none", lang, change=change)
    dearer = "doubts_same" if abs(effect.cost) < NOTHING else "doubts_dearer" if effect.cost > 0 else "doubts_cheaper"
    words = say(dearer, lang, amount=_write(abs(effect.cost), lang), money=money)
    differs = _write(effect.differs, lang)
    line = say("doubts_effect", lang, change=change, cost=words, differs=differs, money=money)
    for key, labels in (("doubts_entered", effect.entered), ("doubts_left", effect.left)):
        if labels:
            line += say(key, lang, names=_list_names(labels, scenario, lang))
    return line


def _write(amount: float, lang: str) -> str:
    return format_number(amount, lang, 1 if amount < SMALL else 0)


def _list_names(labels: tuple[str, ...], scenario: xr.Dataset, lang: str) -> str:
    """Measures by their codes, or their names where they have none."""
    names = []
    for label in labels[:SHOWN]:
        about = scenario.sel({TECHNOLOGY: label})
        code = str(about["technology_code"].values)
        names.append(code or str(about[f"technology_name_{lang}"].values))
    rest = len(labels) - SHOWN
    return ", ".join([*names, *([f"+{rest}"] if rest > 0 else [])])
