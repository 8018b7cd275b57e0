"""What a key that a sweep varies is called, and what its values are, in the words of a reader.

`adjust.price.wood_chips` is "pris, Flis och returträ", and 1.1 of it "+10 %". Where a key has to be typed it stands as
it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conf.words import format_number, read_messages, say
from scenarios.settings import ADJUST, AIM, EVERY, EXCLUDE, MOVED, SPAN, is_setting

RATES = ("convention.discount_rate",)
"""Keys of the configuration that are shares a year."""
PERCENT = 100.0
DIGITS = 6


def name_setting(key: str, names: Mapping[str, str], lang: str) -> str:
    """A key in words; the key itself where the catalogue has none.

    Args:
        key: as on the command line, such as `adjust.capex.bio_ccs.2030`.
        names: of labels in the language.
        lang: of the words.
    """
    if not is_setting(key):
        return _know(f"setting_key_{key}", key, lang)
    verb, *parts = key.split(".")
    if verb == EXCLUDE:
        return say("setting_word_exclude", lang, name=_name(".".join(parts), names, lang))
    if verb == AIM:
        return say("setting_word_target", lang, name=_list_names(parts, names, lang))
    quantity, *labels = parts
    return ", ".join([name_quantity(quantity, lang), *([_list_names(labels, names, lang)] if labels else [])])


def name_quantity(quantity: str, lang: str) -> str:
    """A quantity of the catalog as a reader calls it."""
    known = _know(f"quantity_{quantity}", quantity.replace("_", " "), lang)
    known = _know(f"workbook_quantity_{quantity}", known, lang)
    return _know(f"setting_quantity_word_{quantity}", known, lang)


def write_value(key: str, value: object, lang: str) -> str:
    """A value of a key: `+10 %` of a factor, `+2 år` of what is moved, `3,5 %` of a rate, `ja` of what is excluded."""
    number = _read_number(value)
    if number is None:
        return _know(f"setting_level_{value}", str(value), lang)
    if key in RATES:
        return f"{format_number(PERCENT * number, lang)} %"
    if not is_setting(key):
        return _write_plain(number, lang)
    verb, *parts = key.split(".")
    if verb == EXCLUDE:
        return say("setting_word_yes" if number else "setting_word_no", lang)
    if verb != ADJUST:
        return _write_plain(number, lang)
    if parts[0] in MOVED:
        return say("setting_word_years", lang, years=_write_signed(number, lang, 0))
    change = PERCENT * (number - 1.0)
    return f"{_write_signed(change, lang, 0 if abs(change - round(change)) < 0.05 else 1)} %"


def name_value_unit(key: str, lang: str) -> str:
    """What the numbers of a column of a key are: factors, years; nothing where they speak for themselves."""
    verb, _, rest = key.partition(".")
    if not is_setting(key) or verb != ADJUST:
        return ""
    return say("setting_unit_years" if rest.split(".")[0] in MOVED else "setting_unit_factor", lang)


def _read_number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return None if number != number else number


def _list_names(labels: Sequence[str], names: Mapping[str, str], lang: str) -> str:
    return ", ".join(_name(label, names, lang) for label in labels)


def _name(label: str, names: Mapping[str, str], lang: str) -> str:
    if label == EVERY:
        return say("setting_word_all", lang)
    if SPAN.fullmatch(label):
        return label.replace("-", "–")
    return names.get(label, label.replace("_", " "))


def _write_signed(number: float, lang: str, decimals: int) -> str:
    told = format_number(number, lang, decimals)
    return f"+{told}" if number > 0 and told.strip("0,.") else told


def _write_plain(number: float, lang: str) -> str:
    """A number with the digits that it needs, six at the most."""
    _, dot, decimals = f"{number:.{DIGITS}g}".partition(".")
    return format_number(number, lang, len(decimals) if dot and "e" not in decimals else 0)


def _know(key: str, otherwise: str, lang: str) -> str:
    return say(key, lang) if key in read_messages() else otherwise
