"""What a unit of an account costs, as it is read: the one place where money per kilotonne becomes money per tonne."""

from __future__ import annotations

from conf.words import find_decimals, format_number, say, say_unit
from runners.views.names import name_known, name_money

KILOTONNE = "kt"
KILO = 1000.0
"""Millions per kilotonne are this many per tonne."""
LARGE = 10.0
"""Other prices from here on are shown without decimals, below it with two or as many as tell them from nothing."""
MILLION = "M"
"""What a unit of money in millions begins with."""


def tell_price(price: float, unit: str, money: str, lang: str) -> str:
    """The price of a unit: of a kilotonne by the tonne, in the case's own money.

    >>> tell_price(7.0, "kt CO2e", "MEUR", "en"), tell_price(0.1, "GWh", "MSEK", "en")
    ('7,000 EUR/t', '0.10 MSEK/GWh')

    Args:
        price: in the money of the case per unit.
        unit: of the account.
        money: of the case, as `MSEK`.
        lang: one of LANGUAGES.
    """
    if counts_tonnes(unit, money):
        if abs(price) < KILO:
            return say("summary_per_tonne", lang, amount=format_number(price * KILO, lang, 0), money=_coin(money, lang))
        amount = format_number(price / KILO, lang, 1)
        return say("summary_per_tonne", lang, amount=amount, money=name_money(money, lang))
    decimals = find_decimals(price, 2) if abs(price) < LARGE else 0
    noun = unit.split()[0] if unit else unit
    return f"{format_number(price, lang, decimals)} {name_money(money, lang)}/{say_unit(noun, lang)}"


def name_price(unit: str, money: str, lang: str) -> str:
    """What a price of a unit is counted in, as it is read: of a kilotonne by the tonne, in the case's own money.

    >>> name_price("kt CO2e", "MSEK", "sv"), name_price("kt CO2e", "MEUR", "sv"), name_price("GWh", "MSEK", "sv")
    ('kr/ton', 'EUR/ton', 'mnkr/GWh')
    """
    if counts_tonnes(unit, money):
        return say("summary_per_tonne", lang, amount="", money=_coin(money, lang)).strip()
    return f"{name_money(money, lang)}/{say_unit(unit, lang)}"


def counts_tonnes(unit: str, money: str) -> bool:
    """Whether a price of a unit is told by the tonne: millions a kilotonne."""
    return unit.startswith(KILOTONNE) and money.startswith(MILLION)


def _coin(money: str, lang: str) -> str:
    """A million's own unit: `kr` of `MSEK`."""
    return name_known(f"currency_{money[1:]}", lang, money[1:])
