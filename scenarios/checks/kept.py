"""Whether a case was checked before and found good: then its checks need not be made again.

What checks say follows from the rows of the tables, the choices made, the calendar year, and the source text of the
rules. Of a case without a problem a mark is kept under the digest of all of these; a case with any problem leaves none,
and is checked each time.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from conf.cache import digest_source, drop_unused, write_aside
from scenarios.checks.view import View
from scenarios.errors import Problem

MOST_KEPT = 1000
"""Marks kept at the most, files without content; the oldest go first. A country's municipalities have to fit."""


def check_once(view: View, folder: Path | None) -> list[Problem]:
    """As `check_view`; a case that was found good before is believed to be.

    Args:
        view: of the case.
        folder: where marks are kept; None: check, keep nothing.
    """
    mark = None if folder is None or view.tables.problems else folder / digest_view(view)
    if mark is not None and mark.is_file():
        return []
    from scenarios.checks.check import check_view

    problems = check_view(view)
    if mark is None or folder is None:
        return problems
    if not problems:
        with suppress(OSError):  # a folder that cannot be written keeps nothing, and that is no error
            write_aside(mark, Path.touch)
            drop_unused(folder, "*", MOST_KEPT)
    return problems


def digest_view(view: View) -> str:
    """The digest of all that checks and notices look at: what the view is of, and the rules themselves."""
    return hashlib.sha256(f"{_digest_rules()} {view.digest}".encode()).hexdigest()


@cache
def _digest_rules() -> str:
    return digest_source(Path(__file__).parents[1])
