"""Which words are alike: the one bound below which nothing is offered in place of a word that there is none of."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FAR = 0.5
"""A text less near than this is no suggestion: twice the letters in common, in their order, over those of both."""
COMPARED = 100
"""Signs of a word or text that are compared: what it takes grows with them, and no name is longer."""


def find_alike(word: str, words: Iterable[str], most: int = 1) -> list[str]:
    """The words spelled alike, whatever their capitals, the nearest first; none where nothing is.

    >>> find_alike("boilr", ["wind", "boiler"]), find_alike("zqxw", ["wind", "boiler"]), find_alike("CO2", ["co2"])
    (['boiler'], [], ['co2'])
    """
    spelled: dict[str, str] = {}
    for one in words:
        spelled.setdefault(one.casefold(), one)
    return [spelled[near] for near in get_close_matches(word[:COMPARED].casefold(), spelled, n=most, cutoff=FAR)]


def find_nearest(word: str, words: Iterable[str]) -> str:
    """The word most alike, the first of several by their letters; blank where none is.

    >>> find_nearest("boilr", ["wind", "boiler"]), find_nearest("zqxw", ["wind", "boiler"])
    ('boiler', '')
    """
    return next(iter(find_alike(word, sorted(words))), "")
