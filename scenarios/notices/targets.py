"""Which targets hold in none of the plan's years, or ask for less than stands already?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from scenarios.arithmetic.targets import CUMULATIVE, NEXT, ONLY, RELATIVE
from scenarios.catalog import ACCOUNT, TARGET, YEAR
from scenarios.cells import NUMBER, ROW
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Notice

UNTIL = "until"


def find_targets_without_years(view: View) -> Iterator[Notice]:
    """Targets that hold in no year of the plan, and why: they end before it, begin after it, or are overtaken."""
    starts, lengths = view.span
    if not len(starts):
        return
    first, last = int(starts[0]), int(starts[-1] + lengths[-1] - 1)
    targets = view.labels("targets")
    for name, about in targets.items():
        begin = int(about[YEAR])
        end = last if about[UNTIL] == NEXT else begin if about[UNTIL] == ONLY else int(about[UNTIL])
        fields: dict[str, object] = {TARGET: name, YEAR: begin, "end": end, "first": first, "last": last}
        key = ""
        if begin > last:
            key = "target_after"
        elif about["basis"] == CUMULATIVE:
            key = "budget_before" if begin < first else "budget_after" if end > last else ""
        elif about[UNTIL] == NEXT:
            other = _find_next(targets, about)
            later = int(targets[other][YEAR]) if other else last + 1
            place = int(np.searchsorted(starts, max(begin, first), side="right"))
            if later <= first or (other and later < (starts[place] if place < len(starts) else last + 1)):
                key = "target_overtaken"
                fields |= {"other": other, "later": later}
        elif end < first:
            key = "target_before"
        if key:
            yield Notice(key, fields, file_of("targets"), int(about[ROW]))


def _find_next(targets: Mapping[str, Mapping[str, str]], about: Mapping[str, str]) -> str:
    """The next yearly target of the account and sense; blank where there is none."""
    later = [
        (int(other[YEAR]), name)
        for name, other in targets.items()
        if (other["account"], other["sense"]) == (about["account"], about["sense"])
        and other["basis"] != CUMULATIVE
        and int(other[YEAR]) > int(about[YEAR])
    ]
    return min(later)[1] if later else ""


def find_percents_of_sinks(view: View) -> Iterator[Notice]:
    """Percents of an inventory below zero: half of a sink of 10 is a sink of 5, which asks for less than stands."""
    rows = view.written("inventory")
    stock = {(row[ACCOUNT], row[YEAR]): row[NUMBER] for row in rows.to_dict("records")}
    for name, about in view.labels("targets").items():
        year = about["base_year"] or write_plainly(view.case.get("base_year", 0))
        found = stock.get((about["account"], year))
        if about["basis"] in RELATIVE and found is not None and found < 0:
            percent = view.single("value").get(name, 0.0)
            cap = found * (1.0 - percent / 100.0) if about["basis"] == RELATIVE[0] else found * percent / 100.0
            fields = {TARGET: name, "percent": write_plainly(percent), "inventory": write_plainly(found)}
            fields |= {"base_year": year, "cap": write_plainly(cap)}
            yield Notice(f"percent_of_sink_{about['basis']}", fields, file_of("targets"), int(about[ROW]), "value")
