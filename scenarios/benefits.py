"""Benefits of a case: units that a plan changes beside its emissions and money, what one is worth, and to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.actions import list_measures
from scenarios.catalog_aside import BENEFIT, BENEFIT_VALUES, BENEFITS, HIGH, LOW
from scenarios.tables import Tables, choose_rows
from scenarios.terms import ACCOUNT, YEAR

LANGUAGES = ("sv", "en")
ENDS = ("value", LOW, HIGH)


@dataclass(frozen=True)
class BenefitValue:
    """What a unit is worth in a year (None: in all), with the ends of its range, NaN where none is known."""

    year: int | None
    value: float
    low: float
    high: float
    confidence: str
    source: str


@dataclass(frozen=True)
class Benefit:
    """A benefit: what it is of, whose units it counts, who receives it, and its values by year.

    Args:
        account: whose units it is; "" where units come with money invested, or nobody has reckoned them.
        per_outlay: units per unit of money invested; NaN where they are the account's.
        measures: whose investment counts; none: that of all measures.
        index: what money of the values is multiplied by.
    """

    label: str
    names: Mapping[str, str]
    kind: str
    account: str
    per_outlay: float
    measures: tuple[str, ...]
    unit: str
    receiver: str
    index: float
    price_year: str
    values: tuple[BenefitValue, ...]

    def value_years(self, years: Sequence[int], end: str = "value") -> NDArray[np.float64]:
        """Money of the case per unit in each year: straight lines between the years given; 0 where there is no value.

        value_b[y] = index_b (the line through the values written, constant outside them)
        """
        if not self.values:
            return np.zeros(len(years))
        numbers = [getattr(one, end) for one in self.values]
        known = [value if np.isnan(number) else number for number, value in zip(numbers, self._plain(), strict=True)]
        at = [one.year for one in self.values]
        if None in at:
            return np.full(len(years), self.index * known[at.index(None)])
        return np.asarray(self.index * np.interp(years, [float(year or 0) for year in at], known))

    @property
    def valued(self) -> bool:
        """Whether a unit has a value."""
        return bool(self.values)

    @property
    def counted(self) -> bool:
        """Whether its units can be reckoned."""
        return bool(self.account) or not np.isnan(self.per_outlay)

    def _plain(self) -> list[float]:
        return [one.value for one in self.values]


def list_benefits(tables: Tables, variants: Sequence[str]) -> list[Benefit]:
    """The benefits of a case in their order; none where it has no such table. The tables have passed the checks."""
    frames = choose_rows(tables, variants).frames
    values: dict[str, list[BenefitValue]] = {}
    for row in frames[BENEFIT_VALUES].to_dict("records"):
        year = int(row[YEAR]) if row[YEAR] else None
        ends = {end: _read(str(row[end])) for end in ENDS}
        one = BenefitValue(year, **ends, confidence=str(row["confidence"]), source=str(row["source"]))
        values.setdefault(str(row[BENEFIT]), []).append(one)
    return [_make(row, values.get(str(row[BENEFIT]), [])) for row in frames[BENEFITS].to_dict("records")]


def _make(row: Mapping[Any, Any], values: list[BenefitValue]) -> Benefit:
    cells = {str(name): str(cell) for name, cell in row.items()}
    index = _read(cells["price_index"])
    return Benefit(
        cells[BENEFIT],
        {lang: cells[f"name_{lang}"] for lang in LANGUAGES},
        cells["kind"],
        cells[ACCOUNT],
        _read(cells["per_outlay"]),
        list_measures(cells["measures"]),
        cells["unit"],
        cells["receiver"],
        1.0 if np.isnan(index) else index,
        cells["price_year"],
        tuple(sorted(values, key=lambda one: one.year or 0)),
    )


def _read(cell: str) -> float:
    return float(cell) if cell else float("nan")
