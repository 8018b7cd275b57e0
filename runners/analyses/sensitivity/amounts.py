"""How are amounts of an answer written? With digits that count, in units that a reader knows."""

from __future__ import annotations

from conf.whole_numbers import read_whole
from conf.words import PER_YEAR, format_number, say, say_unit
from runners.views.names import name_money

SHARE_UNIT = "1"
PERCENT = 100.0
SMALL, LARGE = 1.0, 100.0
FEW = 0.02
"""A part from here on is written in whole percent."""
MOST_PERCENT = 3.0
"""A factor from here on is said as one; a smaller one in percent."""


def format_digits(value: float, lang: str) -> str:
    """A number with three digits that count, or so.

    >>> format_digits(0.0461, "en"), format_digits(12.345, "en"), format_digits(3456.7, "en")
    ('0.046', '12.3', '3,457')
    """
    decimals = 3 if abs(value) < SMALL else 1 if abs(value) < LARGE else 0
    return format_number(value, lang, decimals)


def format_step(value: float, unit: str, money: str, lang: str) -> str:
    """An amount and its unit as it is read, with digits enough; a share in percent, money of a year as money.

    >>> format_step(0.5, "GWh/yr/yr", "MSEK", "sv"), format_step(0.4, "1", "MSEK", "en")
    ('0,500 GWh/år per år', '40.0 %')
    """
    if unit == SHARE_UNIT:
        return f"{format_digits(value * PERCENT, lang)} %"
    if unit.startswith(money):
        rest = unit.removeprefix(money).removesuffix(PER_YEAR)
        return f"{format_digits(value, lang)} {name_money(money, lang)}{say_unit(rest, lang)}"
    count, _, noun = unit.partition(" ")
    if read_whole(count) and noun:
        value, unit = value * int(count), noun
    return f"{format_digits(value, lang)} {say_unit(unit, lang)}"


def format_change(value: float, unit: str, money: str, lang: str) -> str:
    """By how much an amount changes: as `format_step`, but a share in percentage points.

    >>> format_change(0.5, "GWh/yr/yr", "MSEK", "sv"), format_change(0.01, "1", "MSEK", "sv")
    ('0,500 GWh/år per år', '1 procentenhet')
    >>> format_change(0.152, "1", "MSEK", "en")
    '15.2 percentage points'
    """
    if unit == SHARE_UNIT:
        points = value * PERCENT
        return say("varied_points", lang, points=1 if points == 1 else format_digits(points, lang))
    return format_step(value, unit, money, lang)


def format_percent(part: float, lang: str) -> str:
    """A part of one in percent, with a decimal where it is small.

    >>> format_percent(0.1712, "sv"), format_percent(0.004, "en")
    ('17', '0.4')
    """
    return format_number(PERCENT * part, lang, 0 if part >= FEW or part <= 0 else 1)


def format_dearer(factor: float, lang: str) -> str:
    """By how much an investment of this factor (> 1) is dearer, as the end of a sentence.

    >>> format_dearer(1.25, "sv"), format_dearer(81.1, "sv"), format_dearer(3, "en")
    ('25 % dyrare', '81 gånger så dyr', '3.0 times as dear')
    """
    if factor < MOST_PERCENT:
        return say("why_dearer", lang, percent=format_percent(factor - 1, lang))
    return say("why_times", lang, times=format_number(factor, lang, 1 if factor < 10 else 0))
