"""A small case as a workbook for tests: edited as a person would, read back, and its problems told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import town
from openpyxl import Workbook, load_workbook

from runners.commands.exchange import run_import
from runners.exchange.importing import import_book
from runners.exchange.placing import place_problem
from runners.exchange.reading import read_book
from runners.exchange.template import write_template
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.tables import Tables

Edit = Callable[[Workbook], object]


def small_case() -> Tables:
    """A boiler heats a town from gas; a pump may be built."""
    return town.build_town(
        case={"last_year": 2030},
        commodities=[
            {"commodity": "gas", "purchase_price": {2025: 0.4, 2030: 0.5}},
            {"commodity": "heat", "demand": 10},
        ],
        technologies=[
            {"technology": "boiler", "existing": 5, "flow": {"heat": 1, "gas": -1.25}},
            {
                "technology": "pump",
                "buildable": "yes",
                "measure": "yes",
                "capex": 3,
                "life": 20,
                "most_capacity": 8,
                "flow": {"heat": 1},
            },
        ],
        accounts=[{"account": "co2", "factor_purchase": {"gas": 0.2}}],
        targets=[{"target": "cap", "account": "co2", "year": 2030, "value": 1}],
    )


@cache
def _small_book(lang: str) -> bytes:
    return write_template(small_case(), (), lang)


def write_book(place: Path, edit: Edit | None = None, lang: str = "en", tables: Tables | None = None) -> Path:
    """The template of a case, edited."""
    place.write_bytes(_small_book(lang) if tables is None else write_template(tables, (), lang))
    if edit is not None:
        book = load_workbook(place)
        edit(book)
        book.save(place)
    return place


def set_cells(cells: Mapping[str, Any]) -> Edit:
    """An edit that sets cells, each named as `Sheet!A1`."""

    def edit(book: Workbook) -> None:
        for place, value in cells.items():
            sheet, cell = place.split("!")
            book[sheet][cell] = value

    return edit


def change_parts(place: Path, changes: Mapping[str, Callable[[bytes], bytes] | bytes | None]) -> Path:
    """Change parts of the container: by a function, by new bytes (also of a new part), or away with None."""
    with zipfile.ZipFile(io.BytesIO(place.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        if change is None:
            del parts[name]
        else:
            parts[name] = change if isinstance(change, bytes) else change(parts[name])
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return place


def tell(place: Path, lang: str = "en") -> list[str]:
    """What a user reads about a workbook: why it is refused, or its problems."""
    try:
        found = import_book(read_book(place), Choices(), "town")
    except CaseError as error:
        return [problem.tell(lang) for problem in error.problems]
    return [place_problem(problem, found.sheets, lang).text for problem in found.problems]


def notice(place: Path) -> list[str]:
    """The keys of what a user is told though nothing is wrong."""
    return [notice.key for notice in import_book(read_book(place), Choices(), "town").notices]


def refuse(words: list[str], run: Callable[..., int] = run_import, lang: str = "en") -> list[str]:
    """What a command that stops says."""
    try:
        code = run(words, lang)
    except CaseError as error:
        return [problem.tell(lang) for problem in error.problems]
    raise AssertionError(f"not refused, but ended with {code}")
