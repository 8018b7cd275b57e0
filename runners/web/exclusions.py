"""Measures that a case is planned without: as `exclude=[...]` on the command line, kept with the case on the page."""

from __future__ import annotations

from collections.abc import Iterable

from runners.web.base import Base


def list_excluded(base: Base, case: str) -> list[str]:
    """The measures that plans of a case go without."""
    rows = base.ask('select technology from excluded where "case" = ? order by technology', [case])
    return [str(row["technology"]) for row in rows]


def set_excluded(base: Base, case: str, measure: str, excluded: bool) -> None:
    """Leave a measure out of plans, or let it in again."""
    order = (
        "insert into excluded values (?, ?) on conflict do nothing"
        if excluded
        else 'delete from excluded where "case" = ? and technology = ?'
    )
    base.change(order, [case, measure])


def choose_excluded(base: Base, case: str, known: Iterable[str]) -> list[str]:
    """The word that says so, of measures that the case still has; none where nothing is left out."""
    names = set(list_excluded(base, case)) & set(known)
    return [f"exclude=[{','.join(sorted(names))}]"] if names else []
