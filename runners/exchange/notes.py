"""What a column of a sheet, and a quantity in it, means and may hold, told for a person who edits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf, isfinite, isnan

from conf.words import format_number, say
from runners.exchange.sheets import CALENDAR_YEAR
from scenarios.catalog import CONFIDENCES, WIDE_TABLES, Quantity, Table, quantities_of
from scenarios.checks.rows import BLANK_KEYS
from scenarios.tables import CONFIDENCE, QUANTITY, UNIT, VALUE, number_columns, required_columns

_BRACES = re.compile(r"{(\w+)}")


def describe_column(table: Table, column: str, money: str, lang: str) -> str:
    """The note of a column's header: meaning, whether it may be blank, allowed words, units and ranges.

    `money` is the unit of the case's money.
    """
    return "\n".join(_describe(table, column, money, lang))


def describe_unit(quantity: Quantity, money: str, lang: str) -> str:
    """A quantity's unit, the units of its labels named in words: `mnkr/{capacity}` as `MSEK/(its capacity unit)`."""

    def name(match: re.Match[str]) -> str:
        return money if match.group(1) == "money" else say(f"exchange_unit_{match.group(1)}", lang)

    return _BRACES.sub(name, quantity.unit)


def describe_range(quantity: Quantity, lang: str) -> str:
    """Between which numbers a quantity lies."""
    year = quantity.unit == CALENDAR_YEAR
    lower, upper = (_write_bound(bound, year, lang) for bound in (quantity.lower, quantity.upper))
    if quantity.lower == -inf:
        return say("exchange_any", lang) if quantity.upper == inf else say("exchange_most", lang, upper=upper)
    if quantity.upper == inf:
        return say("exchange_least", lang, lower=lower)
    return say("exchange_between", lang, lower=lower, upper=upper)


def describe_default(quantity: Quantity, lang: str) -> str:
    """What holds where a quantity is not written; blank where it is needed, or nothing does."""
    if quantity.required:
        return say("exchange_needed_short", lang)
    if not isfinite(quantity.default):
        return "" if isnan(quantity.default) else say("exchange_no_limit", lang)
    return _write_bound(quantity.default, quantity.unit == CALENDAR_YEAR, lang)


def describe_meaning(quantity: Quantity, lang: str) -> str:
    """The sentence of a quantity."""
    return say(f"exchange_quantity_{quantity.name}", lang)


def is_needed(table: Table, column: str) -> bool:
    """Whether every row must have something in the column."""
    return column in required_columns(table) and column not in BLANK_KEYS


def _describe(table: Table, column: str, money: str, lang: str) -> Iterator[str]:
    label = next((label for label in table.labels if label.name == column), None)
    own = [quantity for quantity in quantities_of(table.name) if quantity.name == column]
    if label is not None:
        yield say(f"exchange_label_{table.name}_{column}", lang)
    elif table.name in WIDE_TABLES and own:
        yield describe_meaning(own[0], lang)
    else:
        yield say(f"exchange_column_{column}", lang)
    yield say("exchange_needed" if is_needed(table, column) else "exchange_optional", lang)
    words = CONFIDENCES if column == CONFIDENCE else label.words if label is not None else ()
    if words:
        yield say("exchange_words", lang, words=", ".join(words))
    if label is not None and label.default:
        yield say("exchange_default", lang, default=label.default)
    yield from _describe_quantities(table, column, money, lang)


def _describe_quantities(table: Table, column: str, money: str, lang: str) -> Iterator[str]:
    """A line for each quantity: its unit and range below the numbers, its unit below units."""
    quantities = quantities_of(table.name)
    if column in number_columns(table) and column != VALUE:
        quantities = tuple(quantity for quantity in quantities if quantity.name == column)
    elif table.name in WIDE_TABLES:
        quantities = quantities[:1] if column in (UNIT, VALUE) else ()
    if column not in (UNIT, QUANTITY, *number_columns(table)) or (column == UNIT and not table.numbers):
        return
    for quantity in quantities:
        unit, allowed = describe_unit(quantity, money, lang), describe_range(quantity, lang)
        if column == QUANTITY:
            yield f"\u2022 {quantity.name}: {describe_meaning(quantity, lang)}"
        elif column == UNIT:
            yield f"\u2022 {quantity.name}: {unit}"
        else:
            yield f"\u2022 {quantity.name}: {unit}; {allowed}"


def _write_bound(number: float, year: bool, lang: str) -> str:
    if year:
        return f"{number:g}"
    decimals = len(f"{number:g}".partition(".")[2])
    return format_number(number, lang, decimals)
