"""What a recipe is: facts and the library in, rows of tables out, each with formula, source and confidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scenarios.catalog import CONFIDENCES
from scenarios.recipes.facts import Fact, Facts
from scenarios.tables import Tables, parse_number

BASE = 2024
"""Year of the inventory from which paths go on."""
KILO = 1000.0
PUBLISHED, DERIVED, ASSUMED = CONFIDENCES
JUDGEMENT = "judgement"


@dataclass(frozen=True)
class Row:
    """A row to be written: its table, and column to text."""

    table: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Making:
    """What recipes are made from: the facts of a municipality, and the layers of the library that it needs."""

    facts: Facts
    library: Tables

    def emissions(self, account: str, year: int = BASE) -> Fact:
        """What a sector emitted, in kt CO2e."""
        fact = self.facts.get(f"emissions_{account}", year)
        return Fact(fact.value / KILO, "kt CO2e", fact.source, fact.confidence, year)

    def factor(self, account: str, technology: str) -> float:
        """kt of an account per unit of a technology's activity."""
        return self._factors[account, technology]

    def parameter(self, technology: str, quantity: str) -> float:
        """A parameter of a technology, the first where there are several."""
        return self._parameters[technology, quantity]

    def has(self, technology: str) -> bool:
        """Whether the layers of the library have a technology."""
        return technology in self._technologies

    @cached_property
    def _factors(self) -> Mapping[tuple[str, str], float]:
        return self._list_first("factors", "account", "item")

    @cached_property
    def _parameters(self) -> Mapping[tuple[str, str], float]:
        return self._list_first("parameters", "technology", "quantity")

    @cached_property
    def _technologies(self) -> frozenset[str]:
        return frozenset(self.library.frames["technologies"]["technology"])

    def _list_first(self, table: str, *keys: str) -> Mapping[tuple[str, str], float]:
        rows = self.library.frames[table]
        first: dict[tuple[str, str], float] = {}
        for one, other, cell in zip(*(rows[name].tolist() for name in (*keys, "value")), strict=True):
            first.setdefault((one, other), parse_number(cell))
        return first


Recipe = Callable[[Making], Iterator[Row]]
"""One recipe; its docstring is its formula, as the page of recipes has it."""


def write_row(table: str, value: float, unit: str, source: str, confidence: str, note: str = "", **keys: str) -> Row:
    """A row with a number."""
    told = {"value": f"{value:.6g}", "unit": unit, "source": source, "confidence": confidence, "note": note}
    return Row(table, {**keys, **told})
