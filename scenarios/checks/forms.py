"""Which rows of the tables of forms are about nothing in the case."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.alike import find_nearest
from scenarios.catalog_aside import FORM_FIELDS, MAPPED
from scenarios.checks.view import View, file_of
from scenarios.errors import Problem
from scenarios.terms import ACCOUNT, ACTOR, TECHNOLOGY


def find_unknown_abouts(view: View) -> Iterator[Problem]:
    """Mappings of what is neither a technology, an account nor an actor."""
    known = [name for dim in (TECHNOLOGY, ACCOUNT, ACTOR) for name in sorted(view.names.get(dim, ()))]
    frame = view.tables.frames[FORM_FIELDS]
    for row, found in zip(frame.index, frame[MAPPED].tolist(), strict=True):
        if found and found not in known:
            fields = {"found": found, "nearest": find_nearest(found, known)}
            yield Problem("form_about", file_of(FORM_FIELDS), int(row), MAPPED, fields)
