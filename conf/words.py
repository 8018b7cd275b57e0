"""In which words the program speaks: one catalogue, Swedish first, and numbers as each language writes them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("sv", "en")
"""Languages of the catalogue, the default first."""
PER_YEAR = "/yr"
LARGE = 100.0
"""Amounts from here on are written without decimals."""

_FOLDER = Path(__file__).parent / "messages"


@cache
def read_messages() -> dict[str, dict[str, str]]:
    """Read every `messages/*.toml`: key to language to text. A key stands in one file only."""
    messages: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in messages:
                raise KeyError(f"message {key!r} stands twice, the second time in {path.name}")
            messages[key] = texts
    return messages


def say(key: str, lang: str = LANGUAGES[0], /, **fields: object) -> str:
    """The text of a message in a language, its fields filled in.

    Raises KeyError for an unknown key, language or field: our own mistake, never the user's.
    """
    return read_messages()[key][lang].format(**fields)


def format_number(value: float, lang: str = LANGUAGES[0], decimals: int = 1) -> str:
    """A number as the language writes it: `1 234,5` with no-break space in Swedish, `1,234.5` in English.

    >>> format_number(-1234.5, "sv").replace("\\xa0", "_")
    '−1_234,5'
    """
    from babel.numbers import format_decimal

    if value == 0 or abs(value) < 0.5 * 10.0**-decimals:
        value = 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=lang)).replace("-", "−")


def format_amount(amount: float, unit: str, lang: str = LANGUAGES[0]) -> str:
    """An amount with its unit as it is read: units of `100 points` are counted out, known words are translated.

    >>> format_amount(13.84, "100 points", "en")
    '1,384 points'
    """
    count, _, noun = unit.partition(" ")
    if count.isdigit() and noun:
        amount, unit = amount * int(count), noun
    name = unit.removesuffix(PER_YEAR)
    words = say(f"unit_{name}", lang) if f"unit_{name}" in read_messages() else name
    year = say("unit_per_year", lang) if name != unit else ""
    return f"{format_number(amount, lang, 0 if abs(amount) >= LARGE else 1)} {words}{year}"
