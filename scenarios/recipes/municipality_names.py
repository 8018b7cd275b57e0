"""Spellings of a municipality: which of them a word means, and what to say where it means none, or several."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

from scenarios.errors import Problem
from scenarios.naming import Named, rank_named

FILE = Path(__file__).parents[1] / "facts" / "codes.csv"
MOST_NEAR = 4
CODE_DIGITS = 4
OTHER_NAMES = {"gothenburg": "Göteborg", "falu": "Falun"}
"""Names that no rule makes of the Swedish one: in English, and before 'kommun'."""
OFFICES = re.compile(r"\b(?:kommunen|kommun|stad|municipality(?: of)?|city(?: of)?|region)\b")
"""What may stand beside a name, and is no part of it."""
TWO_LETTERS = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe"})
_CODED = re.compile(r"(\d{3,4})\b(.*)", re.DOTALL)


@dataclass(frozen=True)
class Meant:
    """What a word may mean: one municipality where it is understood; else several, or none, and the nearest."""

    names: tuple[str, ...]
    problem: str = ""
    nearest: tuple[str, ...] = ()

    def tell(self, word: str, place: str) -> Problem:
        """What to say where it is not one municipality."""
        fields = {"found": word, "nearest": ", ".join(self.nearest or self.names), "count": len(read_codes())}
        return Problem(self.problem, place, fields=fields)


@cache
def read_codes() -> Mapping[str, str]:
    """The municipality of each code of four digits."""
    with FILE.open(encoding="utf-8", newline="") as opened:
        return {row["code"]: row["municipality"] for row in csv.DictReader(opened)}


def find_meant(word: str) -> Meant:
    """The municipality that a word means: by name, code, or both; with 'kommun' or 'stad', without å, ä and ö.

    >>> [find_meant(word).names for word in ("MALMO", "1280 Malmö", "Upplands-Väsby kommun", "Upplands")]
    [('Malmö',), ('Malmö',), ('Upplands Väsby',), ('Upplands Väsby', 'Upplands-Bro')]
    """
    coded = _CODED.fullmatch(_plain(word))
    if coded is None:
        return _find_name(word)
    known, beside = read_codes().get(coded[1].zfill(CODE_DIGITS)), coded[2].strip()
    if not beside:
        return Meant((known,)) if known else Meant((), "municipality_code_unknown")
    named = _find_name(beside)
    if known is None or (named.names == (known,) and not named.problem):
        return named
    return Meant((known,), "municipality_code_other")


def _find_name(word: str) -> Meant:
    """By name alone: the strictest way of reading that gives any."""
    plain = _bare(word)
    if plain in OTHER_NAMES:
        return Meant((OTHER_NAMES[plain],))
    words = [plain, *([plain.removesuffix("s")] if plain.endswith("s") else [])]
    strict, loose = _list_spellings()
    for spellings, read in ((strict, words), (loose, words), (loose, [fold_marks(tried) for tried in words])):
        for tried in read:
            found = spellings.get(tried) or spellings.get(tried.replace(" ", "")) or ()
            if found:
                return Meant(found, "" if len(found) == 1 else "municipality_several")
    begun = tuple(name for name in read_codes().values() if plain and _plain(name).startswith(f"{plain} "))
    if len(begun) > 1:
        return Meant(begun, "municipality_several")
    return Meant((), "municipality_unknown", _list_nearest(plain or word, begun))


def _list_nearest(word: str, begun: tuple[str, ...]) -> tuple[str, ...]:
    names = list(read_codes().values())
    ranked = (thing.label for thing in rank_named(map(Named, names), word, MOST_NEAR))
    near = dict.fromkeys([*begun, *ranked])
    return tuple(near)[:MOST_NEAR]


@cache
def _list_spellings() -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """Spelling to the municipalities that it may be of: as they are written, then without marks or blanks."""
    strict: dict[str, list[str]] = {}
    loose: dict[str, list[str]] = {}
    for name in read_codes().values():
        strict.setdefault(_plain(name), []).append(name)
        for spelling in dict.fromkeys(_spell_loosely(name)):
            loose.setdefault(spelling, []).append(name)
    return tuple({word: tuple(names) for word, names in found.items()} for found in (strict, loose))


def _spell_loosely(name: str) -> Iterator[str]:
    plain = _plain(name)
    for spelling in (plain, fold_marks(plain), fold_marks(plain.translate(TWO_LETTERS))):
        yield spelling
        yield spelling.replace(" ", "")


def name_folders(names: Sequence[str]) -> list[str]:
    """A name of a folder for each municipality: small letters without marks, words joined; no two the same.

    >>> name_folders(["Upplands Väsby", "Habo", "Håbo"])
    ['upplands_vasby', 'habo', 'haabo']
    """
    found: list[str] = []
    for name in names:
        short, long = (
            fold_marks(text).replace(" ", "_") for text in (_plain(name), _plain(name).translate(TWO_LETTERS))
        )
        found.append(long if short in found else short)
    return found


def fold_marks(text: str) -> str:
    """A text without the marks of its letters.

    >>> fold_marks("Örkelljunga")
    'Orkelljunga'
    """
    return "".join(letter for letter in normalize("NFKD", text) if not combining(letter))


def _plain(text: str) -> str:
    """Small letters, composed, words apart by one blank, without other signs."""
    return " ".join(re.sub(r"[\W_]+", " ", normalize("NFC", text).casefold()).split())


def _bare(text: str) -> str:
    """A name without what stands beside it."""
    plain = _plain(text)
    return " ".join(OFFICES.sub(" ", plain).split()) or plain
