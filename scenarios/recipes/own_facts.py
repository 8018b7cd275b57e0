"""Figures that somebody gathered by oneself, laid upon the published ones: which take whose place.

A file of them has the columns of `scenarios/facts/municipalities.csv`; `source` is a title in words. Emissions are of
their year; of what there is one figure of (inhabitants, vehicles, charge points) the newest takes the place of the
published one.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from conf.whole_numbers import is_whole_within
from scenarios.alike import find_nearest
from scenarios.catalog import CONFIDENCES
from scenarios.errors import CaseError, Problem
from scenarios.files import find_steered, read_csv
from scenarios.recipes.facts import COLUMNS, Fact, Facts, read_facts
from scenarios.recipes.municipality_names import MOST_NEAR, find_meant
from scenarios.tables import parse_number

EMISSIONS = "emissions_"
FIRST_YEAR, MOST_TIMES, LEAST = 1900, 30.0, 10.0
"""The first year of a figure; times a published figure beyond which it is no such one, of next to nothing of ten."""
PREFIX = "facts_"
"""How the keys of such sources begin in a case."""


@dataclass(frozen=True)
class OwnFact:
    """One figure of a municipality and year, with where it comes from in words."""

    municipality: str
    quantity: str
    year: int
    value: float
    unit: str
    source: str
    confidence: str = "published"


def lay_facts(facts: Facts, own: Iterable[OwnFact]) -> Facts:
    """The figures of a municipality with those that somebody gathered in the place of the published ones."""
    known, sources = dict(facts.known), {row["source"]: row for row in facts.sources}
    for one in sorted(own, key=lambda one: one.year):
        if one.municipality != facts.municipality:
            continue
        key = make_source_key(one.source)
        published = [year for quantity, year in known if quantity == one.quantity]
        year = one.year if one.quantity.startswith(EMISSIONS) or not published else max(published)
        before = known.get((one.quantity, year))
        if before is not None and before.year > one.year:
            continue
        known[one.quantity, year] = Fact(one.value, one.unit, key, one.confidence, one.year)
        sources[key] = {"source": key, "title": one.source}
    return replace(facts, known=known, sources=tuple(sources.values()))


def make_source_key(title: str) -> str:
    """The key of a source in a case, from its title.

    >>> make_source_key("SCB, folkmängd 2025")
    'facts_scb_folkmangd_2025'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return PREFIX + re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def list_units() -> dict[str, str]:
    """The unit of every quantity that facts are about."""
    return {quantity: fact.unit for facts in read_facts().values() for (quantity, _), fact in facts.known.items()}


def write_own_facts(file: Path, facts: Sequence[OwnFact]) -> None:
    """Write figures as a file that `read_own_facts` reads."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in sorted(facts, key=lambda one: (one.municipality, one.quantity, one.year)):
            cells = (one.municipality, one.quantity, one.year, f"{one.value:.15g}", one.unit, one.source)
            writer.writerow([*cells, one.confidence])


def read_own_facts(file: Path, today: int) -> list[OwnFact]:
    """The figures of a file that `fardplan facts import` wrote, or somebody by hand; none is of a year after today's.

    Raises:
        CaseError: what is wrong with it, all at once.
    """
    if not file.is_file():
        raise CaseError([Problem("facts_file_missing", str(file))])
    read, problems = read_csv(file, COLUMNS)
    if read is None or problems or not set(COLUMNS) <= set(read.header):
        fields = {"columns": ", ".join(COLUMNS)}
        raise CaseError(problems or [Problem("facts_file_form", file.name, fields=fields)])
    problems += find_steered(file.name, read)
    units, found = list_units(), list[OwnFact]()
    for line, row in zip(read.lines, read.rows, strict=True):
        cells = dict(zip(read.header, row, strict=True))
        wrong = _find_wrong(file.name, line, cells, units, today)
        if not wrong:
            fact = OwnFact(
                find_meant(cells["municipality"]).names[0],
                cells["quantity"],
                int(cells["year"]),
                parse_number(cells["value"]),
                cells["unit"],
                cells["source"] or file.stem,
                cells["confidence"] or CONFIDENCES[0],
            )
            wrong = [replace(problem, file=file.name, row=line, column="value") for problem in find_far(fact)]
            found.append(fact)
        problems += wrong
    if problems:
        raise CaseError(problems)
    return found


def check_about(facts: Facts, own: Iterable[OwnFact], file: Path) -> None:
    """Refuse a file of figures that has none of a municipality: it would be laid nowhere, and nobody would see.

    Raises:
        CaseError: one problem with the municipalities that it has.
    """
    names = dict.fromkeys(one.municipality for one in own)
    if facts.municipality not in names:
        fields = {"name": facts.municipality, "found": ", ".join([*names][:MOST_NEAR])}
        raise CaseError([Problem("facts_of_others", file.name, fields=fields)])


def find_far(fact: OwnFact) -> list[Problem]:
    """What is said of a figure that cannot be of the same unit or quantity as the published one of the nearest year."""
    known = read_facts()[fact.municipality].known
    years = [year for quantity, year in known if quantity == fact.quantity]
    if not years:
        return []
    published = known[fact.quantity, min(years, key=lambda year: abs(year - fact.year))].value
    if published <= MOST_TIMES * max(fact.value, LEAST) and fact.value <= MOST_TIMES * max(published, LEAST):
        return []
    fields = {"found": f"{fact.value:g}", "published": f"{published:g}", "unit": fact.unit}
    return [Problem("facts_magnitude", "", fields=fields)]


def _find_wrong(file: str, line: int, cells: dict[str, str], units: dict[str, str], today: int) -> list[Problem]:
    problems = []

    def tell(key: str, column: str, **fields: object) -> None:
        problems.append(Problem(key, file, line, column, fields))

    meant = find_meant(cells["municipality"])
    if meant.problem:
        problems.append(replace(meant.tell(cells["municipality"], file), row=line, column="municipality"))
    if cells["quantity"] not in units:
        tell("facts_quantity", "quantity", found=cells["quantity"], allowed=", ".join(units))
    elif cells["unit"] != units[cells["quantity"]]:
        tell("unit_wrong", "unit", found=cells["unit"], expected=units[cells["quantity"]])
    if not is_whole_within(cells["year"], FIRST_YEAR, today):
        tell("facts_year", "year", found=cells["year"], first=FIRST_YEAR, last=today)
    if not _is_amount(cells["value"]):
        tell("facts_number", "value", found=cells["value"])
    if cells["confidence"] not in ("", *CONFIDENCES):
        near = find_nearest(cells["confidence"], CONFIDENCES)
        tell("word_unknown", "confidence", found=cells["confidence"], allowed=", ".join(CONFIDENCES), nearest=near)
    return problems


def _is_amount(text: str) -> bool:
    try:
        return 0 <= parse_number(text) < inf
    except ValueError:
        return False
