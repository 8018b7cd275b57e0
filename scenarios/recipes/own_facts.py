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
from pathlib import Path

from scenarios.errors import CaseError, Problem
from scenarios.files import read_csv
from scenarios.recipes.facts import COLUMNS, Fact, Facts, read_facts
from scenarios.recipes.municipality_names import find_meant
from scenarios.tables import parse_number

EMISSIONS = "emissions_"
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


def read_own_facts(file: Path) -> list[OwnFact]:
    """The figures of a file that `fardplan facts import` wrote, or somebody by hand.

    Raises:
        CaseError: what is wrong with it, all at once.
    """
    if not file.is_file():
        raise CaseError([Problem("facts_file_missing", str(file))])
    read, problems = read_csv(file, COLUMNS)
    if read is None or problems or not set(COLUMNS) <= set(read.header):
        fields = {"columns": ", ".join(COLUMNS)}
        raise CaseError(problems or [Problem("facts_file_form", file.name, fields=fields)])
    units, found = list_units(), list[OwnFact]()
    for line, row in zip(read.lines, read.rows, strict=True):
        cells = dict(zip(read.header, row, strict=True))
        wrong = _find_wrong(file.name, line, cells, units)
        problems += wrong
        if not wrong:
            numbers = int(cells["year"]), parse_number(cells["value"])
            rest = cells["unit"], cells["source"] or file.stem, cells["confidence"]
            found.append(OwnFact(find_meant(cells["municipality"]).names[0], cells["quantity"], *numbers, *rest))
    if problems:
        raise CaseError(problems)
    return found


def _find_wrong(file: str, line: int, cells: dict[str, str], units: dict[str, str]) -> list[Problem]:
    problems = []
    meant = find_meant(cells["municipality"])
    if meant.problem:
        problems.append(replace(meant.tell(cells["municipality"], file), row=line, column="municipality"))
    if cells["quantity"] not in units:
        fields = {"found": cells["quantity"], "allowed": ", ".join(units)}
        problems.append(Problem("facts_quantity", file, line, "quantity", fields))
    elif cells["unit"] != units[cells["quantity"]]:
        fields = {"found": cells["unit"], "expected": units[cells["quantity"]]}
        problems.append(Problem("unit_wrong", file, line, "unit", fields))
    try:
        int(cells["year"]), parse_number(cells["value"])
    except ValueError:
        problems.append(Problem("facts_number", file, line, "value", {"found": f"{cells['year']}: {cells['value']}"}))
    return problems
