"""What `fardplan check` says of ranges: how many assumed numbers have one, and which have none."""

from __future__ import annotations

from collections.abc import Sequence

from conf.words import format_number, say
from scenarios.catalog_aside import RANGES
from scenarios.ranges import Assumption, find_unranged, list_assumptions
from scenarios.tables import Tables

SHOWN = 8


def write_ranges(tables: Tables, variants: Sequence[str], lang: str) -> list[str]:
    """Lines about the ranges of a case; none where it has no `ranges.csv`."""
    if tables.frames[RANGES].empty:
        return []
    count = format_number(sum(found.count for found in list_assumptions(tables, variants)), lang, 0)
    missing = find_unranged(tables, variants)
    if not missing:
        return [say("doubts_ranged", lang, count=count)]
    numbers = format_number(sum(found.count for found in missing), lang, 0)
    lines = [say("doubts_unranged", lang, missing=numbers, count=count)]
    lines += [f"  {_name(found)}" for found in missing[:SHOWN]]
    rest = len(missing) - SHOWN
    return [*lines, *([f"  {say('doubts_unranged_more', lang, count=rest)}"] if rest > 0 else [])]


def _name(found: Assumption) -> str:
    """The quantity, what it is about, and where the first of its numbers stands."""
    about = f" {found.item}" if found.item else ""
    return f"{found.quantity}{about}  {found.table}.csv:{found.row}"
