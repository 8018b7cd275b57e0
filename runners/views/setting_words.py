"""What is a setting called, and what does its number say? `adjust.price.hvo` = 1.1 is `Pris: HVO` and `+10 %`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from conf.words import format_number, read_messages, say
from scenarios.catalog import QUANTITY_BY_NAME
from scenarios.settings import ADJUST, AIM, EVERY, EXCLUDE, MEASURES, MOVED, SET, SHIFT, SPAN, split_key, unquote

CONVENTION = "convention"
RATE = "rate"
SHARE = "share"
"""What the names of quantities that are parts of one end in."""
BLANK = "–"
PERCENT = 100.0


def name_setting(key: str, names: Mapping[str, str], lang: str) -> str:
    """A key in words; a key that nobody knows is itself.

    Args:
        key: of a setting or of the configuration, as it is typed.
        names: of labels, in the language.
        lang: `sv` or `en`.

    >>> name_setting("adjust.price.hvo", {"hvo": "HVO"}, "en")
    'Price: HVO'
    """
    if f"varied_key_{key}" in read_messages():
        return say(f"varied_key_{key}", lang)
    verb, *parts = split_key(key)
    parts = [unquote(part) for part in parts]
    if verb in (SET, ADJUST, SHIFT) and parts:
        quantity = name_quantity(parts[0], lang)
        return key if quantity is None else _name_place(quantity, parts[1:], names, lang)
    if verb == AIM and parts and ".".join(parts) in names:
        return _name_place(say("varied_target", lang), parts, names, lang)
    if verb == AIM and len(parts) == 2 and SPAN.fullmatch(parts[1]):
        return _name_place(say("varied_target", lang), parts, names, lang)
    if verb == EXCLUDE and parts:
        return _name_place(say("varied_exclude", lang), [".".join(parts)], names, lang)
    if verb == CONVENTION and len(parts) == 1:
        return name_quantity(parts[0], lang) or key
    return key


def say_setting_value(key: str, value: object, lang: str) -> str:
    """The number or word of a setting as it is read: `+10 %`, `2 år senare`, `4,3 %`, `nej`.

    >>> say_setting_value("adjust.price.hvo", 0.9, "en")
    '\N{MINUS SIGN}10\\xa0%'
    """
    if value is None or value != value:
        return BLANK
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        word = f"varied_value_{str(value).lower()}"
        return say(word, lang) if word in read_messages() else str(value)
    verb, _, rest = key.partition(".")
    name = rest.partition(".")[0]
    if verb == EXCLUDE:
        return say("varied_value_true" if value else "varied_value_false", lang)
    if verb == SHIFT:
        return _say_shift(name, value, lang)
    if verb == ADJUST:
        return _say_years(value, lang) if name in MOVED else _say_change(value, lang)
    if name.endswith((RATE, SHARE)):
        return f"{format_figure(round(value * PERCENT, 2), lang)}\N{NO-BREAK SPACE}%"
    return format_figure(value, lang)


def name_quantity(quantity: str, lang: str) -> str | None:
    """A quantity of the catalog, or a short name of one, as a heading; None where there is no such quantity."""
    for key in (f"varied_quantity_{quantity}", f"workbook_quantity_{quantity}", f"quantity_{quantity}"):
        if key in read_messages() and (key.startswith("varied") or quantity in QUANTITY_BY_NAME):
            words = say(key, lang)
            return words[:1].upper() + words[1:]
    return None


def format_figure(value: float, lang: str) -> str:
    """A number with as many decimals as it has, three at most."""
    decimals = next((places for places in range(3) if math.isclose(value, round(value, places), abs_tol=1e-9)), 3)
    return format_number(value, lang, decimals)


def _name_place(what: str, labels: Sequence[str], names: Mapping[str, str], lang: str) -> str:
    words = [_name_label(label, names, lang) for label in labels]
    return f"{what}: {', '.join(words)}" if words else what


def _name_label(label: str, names: Mapping[str, str], lang: str) -> str:
    if label in (EVERY, MEASURES):
        return say(f"varied_{label}", lang)
    if SPAN.fullmatch(label):
        return label.replace("-", "\N{EN DASH}")
    return names.get(label) or label.replace("_", " ")


def _say_change(factor: float, lang: str) -> str:
    percent = round((factor - 1) * PERCENT, 1)
    if percent == 0:
        return say("varied_unchanged", lang)
    return f"{'+' if percent > 0 else ''}{format_figure(percent, lang)}\N{NO-BREAK SPACE}%"


def _say_shift(name: str, amount: float, lang: str) -> str:
    """What is added to a number: years, percentage points of a rate or share, or its own unit."""
    if name in MOVED or amount == 0:
        return _say_years(amount, lang)
    sign = "+" if amount > 0 else ""
    if name.endswith((RATE, SHARE)):
        points = round(amount * PERCENT, 2)
        return say("varied_points", lang, points=f"{sign}{format_figure(points, lang)}")
    return f"{sign}{format_figure(amount, lang)}"


def _say_years(years: float, lang: str) -> str:
    if years == 0:
        return say("varied_unchanged", lang)
    return say("varied_later" if years > 0 else "varied_earlier", lang, years=format_figure(abs(years), lang))
