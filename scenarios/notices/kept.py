"""What is to be known of a case was found before: then it is read, where nothing it follows from has changed.

Notices follow from the same as checks do (`scenarios/checks/kept.py`). They are kept as JSON, where JSON gives back all
that is in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from conf.cache import keep, read_kept
from scenarios.checks.kept import MOST_KEPT, digest_view
from scenarios.checks.view import View
from scenarios.errors import Notice
from scenarios.notices.notices import find_notices


def find_notices_once(view: View, folder: Path | None) -> tuple[Notice, ...]:
    """As `find_notices`; what was found before is read.

    Args:
        view: of a case that passed the checks.
        folder: where notices are kept; None keeps none.
    """
    if folder is None or view.tables.problems:
        return find_notices(view)
    path = folder / f"{digest_view(view)}.json"
    kept = read_kept(path)
    if kept is not None:
        return tuple(Notice(**told) for told in json.loads(kept))
    found = find_notices(view)
    text = _write(found)
    if text is not None:
        keep(path, text, MOST_KEPT)
    return found


def _write(notices: Sequence[Notice]) -> bytes | None:
    """Notices as JSON; None where JSON would give back something else."""
    told = [{one.name: getattr(notice, one.name) for one in fields(notice)} for notice in notices]
    try:
        text = json.dumps(told)
    except TypeError:  # a field that tells in a language of its own
        return None
    return text.encode() if json.loads(text) == told else None
