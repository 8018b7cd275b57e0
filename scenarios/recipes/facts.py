"""Published figures of a municipality, and which municipality a name means."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path

from scenarios.errors import CaseError
from scenarios.recipes.municipality_names import find_meant

FOLDER = Path(__file__).parents[1] / "facts"
FILE = FOLDER / "municipalities.csv"
COLUMNS = ("municipality", "quantity", "year", "value", "unit", "source", "confidence")


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
        rows = csv.reader(opened)
        head = next(rows)
        choose = itemgetter(*(head.index(name) for name in COLUMNS))
        for municipality, quantity, year, value, unit, source, confidence in map(choose, rows):
            fact = Fact(float(value), unit, source, confidence, int(year))
            found.setdefault(municipality, {})[quantity, fact.year] = fact
    return {name: Facts(name, known) for name, known in found.items()}


def read_sources() -> list[dict[str, str]]:
    """Where the figures come from, as rows of a case's sources."""
    with (FOLDER / "sources.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def find_facts(word: str, place: str = "fardplan new") -> Facts:
    """The figures of the municipality that a word means, said by a command.

    Raises:
        CaseError: no municipality is called so, or several are; the nearest are shown.
    """
    return find_all_facts([word], place)[0]


def find_all_facts(words: Iterable[str], place: str) -> list[Facts]:
    """The figures of the municipalities that words mean, each once.

    Raises:
        CaseError: every word that means none, or several.
    """
    meant = {word: find_meant(word) for word in words}
    problems = [found.tell(word, place) for word, found in meant.items() if found.problem]
    if problems:
        raise CaseError(problems)
    known = read_facts()
    return [known[name] for name in dict.fromkeys(found.names[0] for found in meant.values())]
