"""What does not apply to the years that the plan has: windows that none of them falls in, and years taken together."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from scenarios.catalog import TECHNOLOGY
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Notice

WINDOWS = (
    ("earliest_start", "latest_start", "window_without_years"),
    ("first_start", "last_start", "grant_without_years"),
)
"""First and last year of a window, of technologies and of grants, and what is told where no plan year lies in it."""


def find_periods(view: View) -> Iterator[Notice]:
    """A plan of which some years stand for several: its results are not those of a plan year by year."""
    starts, lengths = view.span
    if len(starts) and (lengths > 1).any():
        years = ", ".join(str(int(year)) for year in starts[lengths > 1][:3])
        yield Notice("plan_in_periods", {"years": years, "count": int((lengths > 1).sum()), "all": len(starts)})


def find_windows_without_years(view: View) -> Iterator[Notice]:
    """Windows of start in which no plan year is open: what they admit is never begun, or never granted."""
    for opening, closing, key in WINDOWS:
        opens, closes = view.single(opening), view.single(closing)
        table = "parameters" if opening == WINDOWS[0][0] else "instrument_values"
        for name in dict.fromkeys((*opens, *closes)):
            if table == "parameters" and name not in view.builders:
                continue
            begin, end = opens.get(name, -inf), closes.get(name, inf)
            if view.years and not view.find_open(begin, end):
                row, column = view.rows_of(opening if name in opens else closing)[name]
                fields: dict[str, object] = {"name": name, "begin": _write_bound(begin), "end": _write_bound(end)}
                fields |= {"first": view.years[0], "last": view.years[-1]}
                yield Notice(key, fields, file_of(table), row, column)


def find_late_service(view: View) -> Iterator[Notice]:
    """Technologies whose first start is so late that the plan ends before they serve: they are not built."""
    starts, lengths = view.span
    opens, waits, delays = view.single("earliest_start"), view.single("lead_time"), view.single("start_delay")
    asked = {*view.written("least_build")[TECHNOLOGY], *view.written("factor_build")["item"]}
    for name in dict.fromkeys((*waits, *delays)):
        if not len(starts) or name not in view.builders or name in asked:
            continue
        begin = max(opens.get(name, -inf), float(starts[0]))
        ready = begin + waits.get(name, 0.0) + delays.get(name, 0.0)
        if begin < starts[-1] + lengths[-1] <= ready:
            row, column = view.rows_of("lead_time" if name in waits else "start_delay")[name]
            fields = {"name": name, "begin": _write_bound(begin), "ready": _write_bound(ready), "last": view.years[-1]}
            yield Notice("service_after_the_plan", fields, file_of("parameters"), row, column)


def _write_bound(year: float) -> str:
    return write_plainly(year) if abs(year) != inf else ""
