"""Who did what: changes, jobs, adoptions, visits and refusals, in a table that is only added to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runners.web.base import Base

LONGEST = 500
LAST = 500
"""Deeds shown at once."""


@dataclass(frozen=True)
class Deed:
    """One thing that somebody did."""

    at: datetime
    user: str
    verb: str
    case: str
    about: str


def note_deed(base: Base, user: str, verb: str, case: str = "", about: str = "") -> None:
    """Write down what was done, by whom, with which case; nothing secret may be in it."""
    order = 'insert into deed (at, "user", verb, "case", about) values (clock(), ?, ?, ?, ?)'
    base.change(order, [user, verb, case, about[:LONGEST]])


def list_deeds(base: Base, cases: Sequence[str] | None = None) -> list[Deed]:
    """The last deeds, the newest first; those with some cases only, where they are named."""
    marks = ", ".join("?" * len(cases or ()))
    where = f'where "case" in ({marks})' if cases is not None else ""
    rows = base.ask(
        f'select at, "user", verb, "case", about from deed {where} order by id desc limit {LAST}', cases or ()
    )
    return [
        Deed(datetime.fromtimestamp(row["at"]).astimezone(), *(row[name] for name in ("user", "verb", "case", "about")))
        for row in rows
    ]
