"""What words of a case or of the program are called, where the messages know them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from conf.words import read_messages, say, say_unit

TONNE = "t"
"""What a cost per tonne is counted by, after the currency."""


def name_known(key: str, lang: str, otherwise: str) -> str:
    """The message of a key, or the word itself where there is none."""
    return say(key, lang) if key in read_messages() else otherwise


@cache
def name_money(money: str, lang: str) -> str:
    """The unit of money as a reader writes it: MSEK is `mnkr` in Swedish."""
    return name_known(f"money_{money}", lang, money)


def name_unit(unit: str, lang: str) -> str:
    """A unit of a case as a reader writes it, its money too.

    >>> name_unit("MSEK/GWh", "sv"), name_unit("MSEK/100 vans", "sv")
    ('mnkr/GWh', 'mnkr/100 lätta lastbilar')
    """
    return "/".join(name_money(part, lang) for part in say_unit(unit, lang).split("/"))


def name_per_tonne(unit: str, lang: str) -> str:
    """The unit of a cost per unit of account as a reader writes it: by the tonne with its own currency.

    >>> name_per_tonne("SEK/t", "sv"), name_per_tonne("EUR/t", "sv"), name_per_tonne("MSEK/GWh", "sv")
    ('kr/ton', 'EUR/ton', 'mnkr/GWh')
    """
    currency, _, counted = unit.partition("/")
    if counted != TONNE:
        return name_unit(unit, lang)
    return say("measures_per_tonne", lang, money=name_known(f"currency_{currency}", lang, name_money(currency, lang)))


def name_heading(label: str, lang: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """A programme or sector as a reader calls it: by its name in the case, else by its label in words."""
    return names[label][lang] if label in names else label.replace("_", " ")


def name_table(kind: str, name: str, lang: str) -> str:
    """What a table of a kind of result is called: the message `result_<kind>_<name>`, else its name in words."""
    return name_known(f"result_{kind}_{name}", lang, _spell(name))


def name_kind(kind: str, lang: str) -> str:
    """What a kind of result is called: the message `result_<kind>`, else the kind in words."""
    return name_known(f"result_{kind}", lang, _spell(kind))


def _spell(word: str) -> str:
    return word.replace("_", " ").capitalize()


def name_outcomes(counts: Mapping[str, int], lang: str) -> str:
    """How many outcomes are known, by kind: `built 1, price 1`."""
    return ", ".join(f"{say(f'outcome_{outcome}', lang)} {count}" for outcome, count in counts.items())
