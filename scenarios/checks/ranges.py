"""Which ranges of assumed numbers cannot be used: of no quantity, about nothing, with ends that are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from scenarios.alike import find_nearest
from scenarios.catalog import COMMODITY, QUANTITIES, QUANTITY_BY_NAME, TECHNOLOGY
from scenarios.catalog_aside import ABOUT, BASIS, FACTOR, HIGH, LOW, RANGES
from scenarios.checks.view import View, file_of
from scenarios.errors import Problem
from scenarios.ranges import BETWEEN, EVERY, UNMOVED, read_end
from scenarios.settings import MOVED
from scenarios.tables import ITEM, QUANTITY
from scenarios.terms import TIE


def find_unknown_ranges(view: View) -> Iterator[Problem]:
    """Ranges of quantities that are none, or about things that the quantity cannot be about."""
    names = [quantity.name for quantity in QUANTITIES]
    for row, cells in _list_rows(view):
        found = cells[QUANTITY]
        if found and found not in QUANTITY_BY_NAME:
            fields = {"found": found, "nearest": find_nearest(found, names)}
            yield Problem("range_quantity", file_of(RANGES), row, QUANTITY, fields)
        elif found and cells[ABOUT] and not _is_about(view, found, cells[ABOUT]):
            known = [*_list_labels(view, found), EVERY]
            fields = {"found": cells[ABOUT], "quantity": found, "nearest": find_nearest(cells[ABOUT], known)}
            yield Problem("range_about", file_of(RANGES), row, ABOUT, fields)


def find_wrong_ends(view: View) -> Iterator[Problem]:
    """Ends that are no numbers, that fall, or that multiply what is moved by adding years."""
    for row, cells in _list_rows(view):
        ends = {}
        for column in (LOW, HIGH):
            try:
                ends[column] = read_end(cells[column]) if cells[column] else 0.0
            except ValueError:
                yield Problem("range_end", file_of(RANGES), row, column, {"found": cells[column]})
        if len(ends) < 2 or not (cells[LOW] and cells[HIGH]):
            continue
        factor = (cells[BASIS] or FACTOR) == FACTOR
        if ends[LOW] > ends[HIGH] and not cells[TIE]:
            yield Problem("range_falls", file_of(RANGES), row, LOW, {"low": cells[LOW], "high": cells[HIGH]})
        elif factor and min(ends.values()) < 0:
            yield Problem("range_negative", file_of(RANGES), row, LOW, {"found": min(cells[LOW], cells[HIGH])})
        elif factor and cells[QUANTITY] in MOVED and set(ends.values()) != {1.0}:
            yield Problem("range_of_time", file_of(RANGES), row, BASIS, {"quantity": cells[QUANTITY]})


def _list_rows(view: View) -> Iterator[tuple[int, Mapping[str, str]]]:
    frame = view.tables.frames[RANGES]
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        yield int(row), {str(column): str(text) for column, text in cells.items()}


def _list_labels(view: View, quantity: str) -> list[str]:
    """What a quantity can be about: labels of its dimensions, and programmes of technologies."""
    dims = [dim for dim in QUANTITY_BY_NAME[quantity].dims if dim not in UNMOVED]
    dims += [TECHNOLOGY, COMMODITY] if ITEM in dims else []
    found = [name for dim in dims for name in sorted(view.names.get(dim, ()))]
    if TECHNOLOGY in dims:
        found += sorted({str(about["programme"]) for about in view.technologies.values()})
    return found


def _is_about(view: View, quantity: str, about: str) -> bool:
    """Whether each part of what a rule is about fits some label."""
    labels = [*_list_labels(view, quantity), EVERY]
    return all(any(fnmatchcase(label, part) for label in labels) for part in about.split(BETWEEN))
