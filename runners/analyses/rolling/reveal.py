"""Which settings of a future are known in a year, and for which years they hold then.

A setting about years is known up to the year at hand: of `adjust.price.heat` in 2027 `adjust.price.heat.2025-2027`,
and of later years the forecast stands. One that says from when it is known (`revealed` in uncertain.csv) is wholly
unknown before that, and wholly known after. One that is about no year is known from the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scenarios.catalog import SETTABLE, YEAR
from scenarios.settings import AIM, EXCLUDE, SHORT, SPAN

Revealed = int


def reveal(
    future: Mapping[str, float], revealed: Mapping[str, Revealed], year: int, years: Sequence[int]
) -> dict[str, float]:
    """The settings of a future as they are known in a year."""
    known: dict[str, float] = {}
    for key, number in future.items():
        if key in revealed:
            if year >= revealed[key]:
                known[key] = number
        elif not _has_years(key):
            known[key] = number
        else:
            cut = _cut_years(key, year, years)
            if cut:
                known[cut] = number
    return known


def _has_years(key: str) -> bool:
    """Whether a setting is about a quantity that years differ in."""
    verb, _, rest = key.partition(".")
    if verb in (AIM, EXCLUDE):
        return False
    name = rest.partition(".")[0]
    quantity = SETTABLE.get(SHORT.get(name, (name,))[0])
    return quantity is not None and YEAR in quantity.dims


def _cut_years(key: str, year: int, years: Sequence[int]) -> str:
    """The key for those of its years that are not after a year; blank where there are none."""
    stem, _, last = key.rpartition(".")
    match = SPAN.fullmatch(last)
    if match is None:
        return key if year >= years[-1] else f"{key}.{years[0]}-{year}"
    first, until = int(match[1]), min(int(match[2] or match[1]), year)
    if until < first:
        return ""
    return f"{stem}.{first}" if first == until else f"{stem}.{first}-{until}"
