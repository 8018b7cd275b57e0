"""Values of words on the command line as their key's type wants them: numbers, whole numbers and flat lists.

They are read here and not by a grammar. Names keep their letters and their form (`värmepump`, `1e5`, `null`), and a
number is one that can be reckoned with: decimal digits, finite, no longer than it can be held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import isfinite

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
NULL = "null"
_ITEM = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"\[\]{}][^,\[\]{}]*?))\s*(,|$)""")


def is_number(text: str) -> bool:
    """Whether a text is a finite number with a decimal point.

    >>> is_number("3.5e2"), is_number("nan"), is_number("1e999"), is_number("\u0663")
    (True, False, False, False)
    """
    return bool(NUMBER.fullmatch(text)) and isfinite(float(text))


def is_whole(text: str) -> bool:
    """Whether a text is a whole number of at most eighteen digits."""
    return bool(WHOLE.fullmatch(text))


def split_list(text: str) -> list[str] | None:
    """The items of a flat list between brackets, as text; None where the text is no such list.

    >>> split_list("[värmepump, 1e5, '--qos=low', \\"a,b\\"]"), split_list("[]")
    (['värmepump', '1e5', '--qos=low', 'a,b'], [])
    >>> split_list("[[a]]"), split_list("[a,]"), split_list("a")
    (None, None, None)
    """
    if len(text) < 2 or text[0] != "[" or text[-1] != "]":
        return None
    inner = text[1:-1].strip()
    items: list[str] = []
    place = 0
    while place < len(inner):
        found = _ITEM.match(inner, place)
        if found is None or (found[4] == "," and found.end() == len(inner)):
            return None
        quoted = found[1] if found[1] is not None else found[2]
        items.append(found[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        place = found.end()
    return items


def is_list_of(text: str, fits: Callable[[str], bool]) -> bool:
    """Whether a text is a flat list all items of which fit."""
    items = split_list(text)
    return items is not None and all(map(fits, items))


def quote(text: str) -> str:
    """Text as Hydra's grammar takes it whatever stands in it."""
    escaped = re.sub(r"(\\*)('|$)", lambda found: found[1] * 2 + found[2].replace("'", "\\'"), text)
    return f"'{escaped}'"


def quote_list(items: Sequence[str]) -> str:
    """A list of texts as Hydra's grammar takes it."""
    return f"[{','.join(map(quote, items))}]"
