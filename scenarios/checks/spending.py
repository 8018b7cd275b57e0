"""Whether the shares in which an investment is spent make a whole."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.catalog import TECHNOLOGY
from scenarios.cells import NUMBER
from scenarios.checks.view import View, list_records, place_problem, write_plainly
from scenarios.errors import Problem

SUM_TOLERANCE = 1e-6


def find_wrong_spending(view: View) -> Iterator[Problem]:
    """Shares that do not sum to one, and years of construction said twice: as a number, and one by one."""
    years = view.single("construction_years")
    for name, rows in view.written("spending").groupby(TECHNOLOGY, sort=False):
        total, place = float(rows[NUMBER].sum()), list_records(rows)[0]
        if abs(total - 1.0) > SUM_TOLERANCE:
            yield place_problem("spending_sum", place, technology=str(name), found=write_plainly(total))
        elif str(name) in years:
            fields = {"technology": str(name), "years": write_plainly(years[str(name)])}
            yield place_problem("spending_twice", place, **fields)
