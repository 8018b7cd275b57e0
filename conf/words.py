"""In which words the program speaks: one catalogue, Swedish first, and numbers as each language writes them."""

from __future__ import annotations

import math
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from conf.whole_numbers import read_whole

LANGUAGES = ("sv", "en")
"""Languages of the catalogue, the default first."""
PER_YEAR = "/yr"
LEAST = 1e-4
"""Amounts below this are rounding."""
THOUSAND = 1000.0
MOST_UNITS = 1024
"""Units whose words are kept: a report says a few dozen of them a thousand times."""
LARGE = 100.0
"""Amounts from here on are written without decimals."""

_PARTED, _ASKED = "|", "?"
"""Marks in a message: what parts the word of one from that of several; what begins a clause that may be left out."""
_ONE = ("1", "1.0", "1,0")
_FOLDER = Path(__file__).parent / "messages"
_MARKS: Mapping[str, Mapping[int, str]] = {
    "sv": str.maketrans({",": "\u00a0", ".": ",", "-": "−"}),
    "en": str.maketrans({"-": "−"}),
}
"""What stands in a language for the marks that Python writes a number with."""
_HEAD = re.compile(r"^\[([\w-]+|\"[^\"\n]+\")\]\n", re.MULTILINE)
"""The head of a message, on a line of its own."""


class Messages(Mapping[str, dict[str, str]]):
    """Key to language to text; the texts of a key are read when they are first asked for.

    A command says a tenth of all messages, and reading them all takes longer than answering `--help`.
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        self._written = written
        self._read: dict[str, dict[str, str]] = {}

    def __getitem__(self, key: str) -> dict[str, str]:
        texts = self._read.get(key)
        if texts is None:
            texts = self._read[key] = tomllib.loads(self._written[key])
        return texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


@cache
def read_messages() -> Messages:
    """Every message of `messages/*.toml`. A key stands in one file only."""
    written: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        _, *parts = _HEAD.split(path.read_text(encoding="utf-8"))
        for head, texts in zip(parts[::2], parts[1::2], strict=True):
            key = head.strip('"')
            if key in written:
                raise KeyError(f"message {key!r} stands twice, the second time in {path.name}")
            written[key] = texts
    return Messages(written)


def say(key: str, lang: str = LANGUAGES[0], /, **fields: object) -> str:
    """The text of a message in a language, its fields filled in.

    `{count:plan|planer}` is the word that goes with a count, `plan` with 1; `{nearest:? Menade du '{nearest}'?}` is a
    clause that is left out where the field is blank.

    Raises KeyError for an unknown key, language or field: our own mistake, never the user's.
    """
    text = read_messages()[key][lang]
    if _PARTED in text or f":{_ASKED}" in text:
        return _WORDING.vformat(text, (), fields)
    return text.format(**fields)


class _Wording(string.Formatter):
    """Fields as `str.format` has them, with words that go with a count and clauses that may be left out.

    >>> [_Wording().format("{n} {n:plan|planer}{near:? Nearest: {near}.}", n=n, near=n * "a") for n in (0, 1)]
    ['0 planer', '1 plan Nearest: a.']
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        """The word of one where the value is one, a clause where it is not blank."""
        if _PARTED in format_spec:
            one, several = format_spec.split(_PARTED)
            return one if str(value).lstrip("+-−") in _ONE else several
        if format_spec.startswith(_ASKED):
            return "" if str(value) == "" else format_spec.removeprefix(_ASKED)
        return str(super().format_field(value, format_spec))


_WORDING = _Wording()


def format_number(value: float, lang: str = LANGUAGES[0], decimals: int = 1) -> str:
    """A number as the language writes it: `1 234,5` with no-break space in Swedish, `1,234.5` in English.

    >>> format_number(-1234.5, "sv").replace("\\xa0", "_")
    '−1_234,5'
    """
    if value == 0 or abs(value) < 0.5 * 10.0**-decimals:
        value = 0.0
    if not math.isfinite(value):
        return ("−" if value < 0 else "") + ("∞" if math.isinf(value) else "NaN")
    return f"{Decimal(str(value)):,.{decimals}f}".translate(_MARKS[lang])


def format_gap(share: float, lang: str = LANGUAGES[0]) -> str:
    """How far a plan may lie from the best, in percent, rounded up: it is said to be so much at the most.

    >>> format_gap(0.0000195, "sv"), format_gap(0.0001, "en"), format_gap(0.0, "en")
    ('0,01', '0.01', '0.00')
    """
    return format_number(math.ceil(1e4 * share - LEAST) / 1e2, lang, 2)


@lru_cache(MOST_UNITS)
def say_unit(unit: str, lang: str = LANGUAGES[0]) -> str:
    """A unit without its money as it is read; of two years the second is said in words.

    >>> say_unit("GWh/yr/yr", "sv"), say_unit("t CO2e/inhabitant", "sv")
    ('GWh/år per år', 't CO2e/invånare')
    >>> say_unit("100 points", "sv"), say_unit("Mvkm/100 vans/yr", "sv")
    ('100 laddpunkter', 'Mvkm/100 lätta lastbilar/år')
    """
    name, years = unit, 0
    while name.endswith(PER_YEAR):
        name, years = name.removesuffix(PER_YEAR), years + 1
    whole = f"unit_{name}" in read_messages()
    words = "/".join(_say_part(part, lang) for part in ([name] if whole else name.split("/")))
    words = words.replace("inhabitants", say("unit_inhabitants", lang)).replace(
        "inhabitant", say("unit_inhabitant", lang)
    )
    return words + "".join(say(key, lang) for key in ("unit_per_year", "unit_each_year")[:years])


def _say_part(part: str, lang: str) -> str:
    """One part of a unit, whole or between strokes: a known word, or a number of what a known word says."""
    count, _, noun = part.partition(" ")
    if read_whole(count) is not None and f"unit_{noun}" in read_messages():
        return f"{format_number(int(count), lang, 0)} {say(f'unit_{noun}', lang)}"
    return say(f"unit_{part}", lang) if f"unit_{part}" in read_messages() else part


def format_amount(amount: float, unit: str, lang: str = LANGUAGES[0]) -> str:
    """An amount with its unit as it is read: units of `100 points` are counted out, known words are translated.

    >>> format_amount(13.84, "100 points", "en")
    '1,384 points'
    """
    count, _, noun = unit.partition(" ")
    if read_whole(count) and noun:
        amount, unit = amount * int(count), noun
    decimals = 0 if abs(amount) >= LARGE else find_decimals(amount, 1)
    return f"{format_number(amount, lang, decimals)} {say_unit(unit, lang)}"


def find_decimals(amount: float, usual: int) -> int:
    """`usual`, or as many as show two digits of an amount that would read as nothing; below `LEAST` it is nothing.

    >>> find_decimals(0.042, 1), find_decimals(0.42, 1), find_decimals(0.0, 1)
    (3, 1, 1)
    """
    size = abs(amount)
    return 1 - math.floor(math.log10(size)) if LEAST <= size < 0.5 * 10**-usual else usual


def choose_decimals(amount: float) -> int:
    """Decimals that an amount is read with: none from a thousand, two below one, else one; more where it would be 0.

    >>> choose_decimals(1234.5), choose_decimals(12.0), choose_decimals(0.5), choose_decimals(0.002)
    (0, 1, 2, 4)
    """
    size = abs(amount)
    return 0 if size >= THOUSAND else find_decimals(size, 2 if 0 < size < 1 else 1)


def clip(text: str, width: int) -> str:
    """Text of at most so many characters, cut with an ellipsis.

    >>> clip("Kraftringen", 11), clip("Kraftringen", 7)
    ('Kraftringen', 'Kraftr…')
    """
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
