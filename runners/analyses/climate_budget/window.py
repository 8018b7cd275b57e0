"""The years of a climate budget: the budget year and those that follow it, each a calendar year of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.errors import CaseError, Problem

FOLLOWING = 3
"""Years that a budget looks beyond its own: the plan of mål och budget, VEP."""


@dataclass(frozen=True)
class Window:
    """The budget year first, then those that follow it as far as the plan goes.

    `before` is the plan year before them, which may stand for several; None where the plan begins with the budget.
    """

    years: tuple[int, ...]
    before: int | None = None

    @property
    def year(self) -> int:
        """The budget year."""
        return self.years[0]


def choose_window(summary: Mapping[str, Any], asked: int, place: str) -> Window:
    """The years of a budget.

    Args:
        summary: of the plan: `years` says how many calendar years each plan year stands for.
        asked: the budget year.
        place: of the plan, for problems.

    Raises:
        CaseError: the plan has no such year, or one of the years stands for several calendar years.
    """
    lengths = {int(year): float(length) for year, length in summary["years"].items()}
    years = tuple(sorted(lengths))
    if asked not in lengths:
        fields = {"year": asked, "first": years[0], "last": years[-1], "years": ", ".join(map(str, years))}
        whole = years[-1] - years[0] == len(years) - 1
        key = "budget_year_outside" if whole else "budget_year_between"
        raise CaseError([Problem(key, place, fields=fields)])
    chosen = tuple(year for year in years if year >= asked)[: FOLLOWING + 1]
    long = next((year for year in chosen if lengths[year] != 1.0), None)
    if long is not None:
        raise CaseError([Problem("budget_year_long", place, fields={"year": long, "length": f"{lengths[long]:g}"})])
    return Window(chosen, max((year for year in years if year < asked), default=None))
