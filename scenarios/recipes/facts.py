"""Published figures of a municipality, and which municipality a name means."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from scenarios.errors import CaseError, Problem
from scenarios.naming import Named, find_named, rank_named

FOLDER = Path(__file__).parents[1] / "facts"
FILE = FOLDER / "municipalities.csv"
COLUMNS = ("municipality", "quantity", "year", "value", "unit", "source", "confidence")
MOST_NEAR = 4
ENDINGS = (" kommun", " stad", "s kommun", "s stad")
"""What may stand after a name, and is no part of it."""


@dataclass(frozen=True)
class Fact:
    """One published figure."""

    value: float
    unit: str
    source: str
    confidence: str
    year: int


@dataclass(frozen=True)
class Facts:
    """What is known of one municipality: quantity and year to the figure; `sources` are those of one's own figures."""

    municipality: str
    known: Mapping[tuple[str, int], Fact]
    sources: tuple[Mapping[str, str], ...] = ()

    def get(self, quantity: str, year: int) -> Fact:
        """A figure; KeyError where there is none."""
        return self.known[quantity, year]

    def value(self, quantity: str, year: int) -> float:
        """A figure's number; zero where there is none."""
        fact = self.known.get((quantity, year))
        return 0.0 if fact is None else fact.value


@cache
def read_facts(file: Path = FILE) -> Mapping[str, Facts]:
    """The figures of every municipality, by its name."""
    found: dict[str, dict[tuple[str, int], Fact]] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            year = int(row["year"])
            fact = Fact(float(row["value"]), row["unit"], row["source"], row["confidence"], year)
            found.setdefault(row["municipality"], {})[row["quantity"], year] = fact
    return {name: Facts(name, known) for name, known in found.items()}


@cache
def read_codes() -> Mapping[str, str]:
    """The municipality of each code of four digits."""
    with (FOLDER / "codes.csv").open(encoding="utf-8", newline="") as opened:
        return {row["code"]: row["municipality"] for row in csv.DictReader(opened)}


def read_sources() -> list[dict[str, str]]:
    """Where the figures come from, as rows of a case's sources."""
    with (FOLDER / "sources.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def find_facts(word: str, facts: Mapping[str, Facts] | None = None) -> Facts:
    """The figures of the municipality that a word means.

    Raises:
        CaseError: no municipality is called so, or several are; the nearest are shown.
    """
    known = read_facts() if facts is None else facts
    things = [Named(name) for name in known]
    tried = [word.strip(), *(word.strip().removesuffix(end) for end in ENDINGS if word.strip().endswith(end))]
    for name in tried:
        found = find_named(things, name)
        if len(found) == 1:
            return known[found[0].label]
    alike = get_close_matches(word, list(known), n=MOST_NEAR, cutoff=0.7)
    near = dict.fromkeys([*(thing.label for thing in rank_named(things, word, MOST_NEAR)), *alike])
    fields = {"found": word, "nearest": ", ".join(list(near)[:MOST_NEAR]), "count": len(known)}
    raise CaseError([Problem("municipality_unknown", "fardplan new", fields=fields)])
