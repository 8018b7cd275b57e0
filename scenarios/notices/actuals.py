"""Outcomes with years missing between others: what was then stays forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scenarios.actuals import list_actuals
from scenarios.catalog_aside import ACTUALS
from scenarios.checks.view import View, file_of
from scenarios.errors import Notice


def find_gaps(view: View) -> Iterator[Notice]:
    """Each number of which some year between its first and its last is not known, at the row of its last."""
    years: dict[tuple[str, str, str], dict[int, int]] = defaultdict(dict)
    for actual in list_actuals(view.tables, view.choices.variants):
        years[actual.outcome, actual.subject, actual.party][actual.year] = actual.row
    for (outcome, subject, party), own in sorted(years.items()):
        missing = sorted(set(range(min(own), max(own))) - set(own))
        if missing:
            about = f"{outcome} {subject} {party}".strip()
            fields = {"about": about, "years": ", ".join(map(str, missing))}
            yield Notice("actuals_between", fields, file_of(ACTUALS), own[max(own)])
