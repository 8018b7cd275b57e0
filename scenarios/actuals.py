"""What became of the plan: rows of actuals.csv, each one thing that is known of one year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scenarios.catalog_aside import ACTUALS, OUTCOME, PARTY, REVISION, SUBJECT
from scenarios.tables import Tables, choose_rows, parse_number
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, SOURCE, TECHNOLOGY, YEAR

BUILT, OUTLAY, GRANT = "built", "outlay", "grant"
MEASURED, PRICE, DEMAND = "measured", "price", "demand"
TAXES, RESULT, DEBT, LOAN = "taxes", "result", "debt", "loan"
ABOUT = {
    **dict.fromkeys((BUILT, OUTLAY, GRANT), TECHNOLOGY),
    MEASURED: ACCOUNT,
    **dict.fromkeys((PRICE, DEMAND), COMMODITY),
    **dict.fromkeys((TAXES, RESULT, DEBT, LOAN), ACTOR),
}
"""Kinds of outcome, and what each is about."""
WITH = {**dict.fromkeys((BUILT, OUTLAY), ACTOR), **dict.fromkeys((GRANT, LOAN), INSTRUMENT)}
"""With whom: the owner of what was built (blank: all together), the instrument of a grant or a loan."""
PARTED = (GRANT, LOAN)
"""Outcomes that say nothing without their instrument."""
MONEY = (OUTLAY, GRANT, PRICE, TAXES, RESULT, DEBT, LOAN)
NEVER_NEGATIVE = (BUILT, OUTLAY, GRANT, DEMAND, TAXES, LOAN)
NOMINAL = "nominal "


@dataclass(frozen=True)
class Actual:
    """One row: what was, in which year, of what, with whom; `nominal` money is that of its own year."""

    year: int
    outcome: str
    subject: str
    party: str
    value: float
    nominal: bool
    status: str
    source: str
    service: int | None
    method: str
    revision: str
    note: str
    row: int

    @property
    def key(self) -> tuple[int, str, str, str]:
        """What it is an amount of: rows with the same key are editions of one number."""
        return self.year, self.outcome, self.subject, self.party


def list_actuals(tables: Tables, variants: Iterable[str] = ()) -> list[Actual]:
    """All rows of a case's actuals in their order, editions included; the tables must have passed the checks."""
    frame = choose_rows(tables, tuple(variants)).frames[ACTUALS]
    return [
        Actual(
            year=int(cells[YEAR]),
            outcome=cells[OUTCOME],
            subject=cells[SUBJECT],
            party=cells[PARTY],
            value=parse_number(cells["value"]),
            nominal=cells["unit"].startswith(NOMINAL),
            status=cells["status"],
            source=cells[SOURCE],
            service=int(cells["service"]) if cells["service"] else None,
            method=cells["method"],
            revision=cells[REVISION],
            note=cells["note"],
            row=int(str(row)),
        )
        for row, cells in frame.iterrows()
    ]


def keep_latest(actuals: Iterable[Actual]) -> list[Actual]:
    """Of each number its latest edition; editions are ordered as text, a blank one first.

    Sources that agree are one.
    """
    return list(_choose(actuals, later=True))


def keep_first(actuals: Iterable[Actual]) -> list[Actual]:
    """Of each number its first edition: what was known before it was revised."""
    return list(_choose(actuals, later=False))


def _choose(actuals: Iterable[Actual], *, later: bool) -> Iterator[Actual]:
    kept: dict[tuple[int, str, str, str], Actual] = {}
    for actual in actuals:
        before = kept.get(actual.key)
        if before is None or (actual.revision > before.revision if later else actual.revision < before.revision):
            kept[actual.key] = actual
    yield from kept.values()
