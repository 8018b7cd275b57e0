"""Whole numbers as people type them: of the digits 0 to 9, and no more of them than anything here counts."""

from __future__ import annotations

MOST_DIGITS = 18
"""What a database holds as a whole number has one more."""


def read_whole(text: object) -> int | None:
    """The number that a word or cell says; None where it is none: signs, other scripts' digits, thousands of digits.

    >>> read_whole("2030"), read_whole("²"), read_whole("-1"), read_whole("9" * 5000)
    (2030, None, None, None)
    """
    digits = str(text)
    return int(digits) if len(digits) <= MOST_DIGITS and digits.isascii() and digits.isdigit() else None


def is_whole_within(text: object, least: int, most: int) -> bool:
    """Whether a word or cell says a whole number within bounds.

    >>> is_whole_within("2030", 2025, 2045), is_whole_within("2O30", 2025, 2045)
    (True, False)
    """
    number = read_whole(text)
    return number is not None and least <= number <= most
