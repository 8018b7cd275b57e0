"""Base years of a case: the variants `base_YEAR` of its tables, one of which a plan begins from."""

from __future__ import annotations

from conf.whole_numbers import read_whole
from scenarios.choices import Choices
from scenarios.tables import VARIANT, Tables

PREFIX = "base_"


def name_base_year(year: int) -> str:
    """The variant of a base year.

    >>> name_base_year(2024)
    'base_2024'
    """
    return f"{PREFIX}{year}"


def list_base_years(tables: Tables) -> list[int]:
    """The base years that a case has rows of, the earliest first; none where its rows hold for whatever year."""
    variants = {str(name) for frame in tables.frames.values() for name in frame[VARIANT].unique()}
    years = [name.removeprefix(PREFIX) for name in variants if name.startswith(PREFIX)]
    return sorted(int(year) for year in years if read_whole(year) is not None)


def choose_newest(tables: Tables) -> Choices:
    """The choices about a case for which nothing was chosen: the newest of its base years."""
    return Choices(variants=tuple(name_base_year(year) for year in list_base_years(tables)[-1:]))
