"""How far may an assumed number be from what is written? The rules of `ranges.csv`, and which one holds for a number.

A rule names a quantity and what it is about: a label, several with dots between them, a pattern with `*`, or the
programme of technologies. Of the rules without a tie that fit a number the one that says most holds. Rules of one tie
are moved together, each to the end of the same name: traffic with the vehicles that serve it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import fsum, isnan
from typing import NamedTuple

from scenarios.catalog import QUANTITY_BY_NAME, SOURCE, TECHNOLOGY, YEAR, Quantity
from scenarios.catalog_aside import ABOUT, BASIS, FACTOR, HIGH, LOW, RANGES
from scenarios.cells import NUMBER, ROW, TABLE, WHEN, list_numbers
from scenarios.layers import Layer, name_place
from scenarios.paths import weaken
from scenarios.quality import ASSUMED
from scenarios.tables import CONFIDENCE, NOTE, QUANTITY, UNIT, Tables, choose_rows, key_column, parse_number
from scenarios.terms import INVENTORY_YEAR, PATH, SLICE, TIE

EVERY = "*"
BETWEEN = "."
WHOLE, OWN, PATTERN, PROGRAMME, ALL = 4.0, 3.0, 2.0, 1.0, 0.5
"""How much a rule says that names all labels of a number, one of them, a pattern, a programme, or everything."""
LONGEST = 1000.0
UNMOVED = (YEAR, SLICE, INVENTORY_YEAR)
"""Dimensions over which numbers move together."""


@dataclass(frozen=True)
class Range:
    """One rule: the ends are factors, numbers of their own, or what is added, as `basis` says."""

    row: int
    quantity: str
    about: str
    tie: str
    basis: str
    low: float
    high: float
    source: str
    confidence: str
    note: str

    @property
    def moves(self) -> bool:
        """Whether the range is more than the number itself."""
        return self.basis not in (FACTOR,) or (self.low, self.high) != (1.0, 1.0)


@dataclass(frozen=True)
class Assumption:
    """The assumed numbers of a quantity with the same labels: how many, the first of them, and its range.

    `span` are the years in which assumed rows decide, None where they all do; `least` and `most` are the smallest and
    the largest of the numbers. `rule` is None where no range is given. `ties` are rules that move it with others.
    """

    quantity: str
    labels: tuple[str, ...]
    count: int
    value: float
    least: float
    most: float
    unit: str
    table: str
    row: int
    span: tuple[int, int | None] | None
    rule: Range | None
    ties: tuple[Range, ...]

    @property
    def item(self) -> str:
        """Its labels as a setting writes them."""
        return BETWEEN.join(self.labels)


def read_end(text: str) -> float:
    """An end of a range as a number; ValueError where the cell holds none.

    >>> read_end("1,25"), read_end("-0.01")
    (1.25, -0.01)
    """
    return parse_number(text.replace(",", "."))


def list_ranges(tables: Tables) -> list[Range]:
    """The rules of a case in their order; none where it has no such table."""
    found = []
    for row, cells in zip(tables.frames[RANGES].index, tables.frames[RANGES].to_dict("records"), strict=True):
        ends = read_end(str(cells[LOW])), read_end(str(cells[HIGH]))
        quantity, about, tie = (str(cells[name]) for name in (QUANTITY, ABOUT, TIE))
        known = str(cells[SOURCE]), str(cells[CONFIDENCE]), str(cells[NOTE])
        found.append(Range(int(row), quantity, about, tie, str(cells[BASIS]) or FACTOR, *ends, *known))
    return found


def find_range(
    ranges: Sequence[Range], quantity: str, labels: Sequence[str], programmes: Sequence[str]
) -> Range | None:
    """The rule without a tie that holds for a number; of two that say as much the later one."""
    fitting = [(fit_rule(rule, labels, programmes), rule) for rule in ranges if rule.quantity == quantity]
    fitting = [(fit, rule) for fit, rule in fitting if fit > 0 and not rule.tie]
    return max(fitting, key=lambda pair: (pair[0], pair[1].row))[1] if fitting else None


def fit_rule(rule: Range, labels: Sequence[str], programmes: Sequence[str]) -> float:
    """How much a rule says of labels, 0 where it is not about them.

    >>> rule = Range(2, "capex", "cars_*", "", "factor", 0.8, 1.2, "hand", "assumed", "")
    >>> fit_rule(rule, ["cars_electric"], ["transport"]), fit_rule(rule, ["pump"], ["heat"])
    (2.005, 0.0)
    """
    names = [BETWEEN.join(labels), *labels]
    if rule.about == names[0] and labels:
        return WHOLE
    if rule.about in labels:
        return OWN
    if rule.about == EVERY:
        return ALL
    if EVERY in rule.about and any(fnmatchcase(name, rule.about) for name in names):
        return PATTERN + (len(rule.about) - rule.about.count(EVERY)) / LONGEST
    return PROGRAMME if rule.about in programmes else 0.0


def list_assumptions(tables: Tables, variants: Sequence[str]) -> list[Assumption]:
    """The assumed numbers that the chosen variants select, by quantity and labels, each with its range."""
    chosen = choose_rows(tables, variants)
    ranges = list_ranges(chosen)
    frame = chosen.frames["technologies"]
    programmes = dict(zip(frame[TECHNOLOGY], frame["programme"], strict=True))
    return list(_list_groups(chosen, ranges, programmes))


def find_unranged(tables: Tables, variants: Sequence[str]) -> list[Assumption]:
    """Assumed numbers without a range; none where the case has no ranges at all."""
    if tables.frames[RANGES].empty:
        return []
    return [found for found in list_assumptions(tables, variants) if found.rule is None and not found.ties]


class _Cell(NamedTuple):
    """A number of a case, and what of its row an assumption is made of."""

    number: float
    confidence: str
    path: str
    slice: str
    when: float
    unit: str
    table: str
    row: int


FIELDS = (NUMBER, CONFIDENCE, PATH, SLICE, WHEN, UNIT, TABLE, ROW)


def _list_groups(chosen: Tables, ranges: Sequence[Range], programmes: Mapping[str, str]) -> Iterator[Assumption]:
    for quantity, labels, cells in _group_cells(chosen):
        if any(cell.confidence == ASSUMED for cell in cells):
            yield _make_assumption(quantity, labels, cells, ranges, programmes, chosen.layers)


def _group_cells(chosen: Tables) -> Iterator[tuple[Quantity, tuple[str, ...], list[_Cell]]]:
    """The numbers of each quantity by their labels, in the order in which they stand first."""
    numbers = weaken(list_numbers(chosen))
    numbers = numbers[numbers[NUMBER].notna() & numbers[QUANTITY].isin(QUANTITY_BY_NAME)]
    texts = {str(name): numbers[name].tolist() for name in numbers}
    groups: dict[str, dict[tuple[str, ...], list[_Cell]]] = {}
    columns = {
        name: [texts[key_column(quantity, dim)] for dim in quantity.dims if dim not in UNMOVED]
        for name, quantity in QUANTITY_BY_NAME.items()
        if name in set(texts[QUANTITY])
    }
    for place, cell in enumerate(map(_Cell, *(texts[name] for name in FIELDS))):
        name = texts[QUANTITY][place]
        labels = tuple(column[place] for column in columns[name])
        groups.setdefault(name, {}).setdefault(labels, []).append(cell)
    for name, parts in groups.items():
        yield from ((QUANTITY_BY_NAME[name], labels, cells) for labels, cells in parts.items())


def _make_assumption(
    quantity: Quantity,
    labels: tuple[str, ...],
    cells: Sequence[_Cell],
    ranges: Sequence[Range],
    programmes: Mapping[str, str],
    layers: Sequence[Layer],
) -> Assumption:
    assumed = [cell for cell in cells if cell.confidence == ASSUMED]
    first = assumed[0]
    about = [programmes[label] for label in labels if label in programmes]
    values = _sum_slices(cells) if any(cell.path for cell in cells) else [cell.number for cell in assumed]
    ties = [rule for rule in ranges if rule.tie and rule.quantity == quantity.name and fit_rule(rule, labels, about)]
    file, row = name_place(layers, f"{first.table}.csv", first.row)
    return Assumption(
        quantity.name,
        labels,
        len(assumed),
        values[0],
        min(values),
        max(values),
        first.unit,
        file.removesuffix(".csv"),
        row,
        _find_span(cells, assumed),
        find_range(ranges, quantity.name, labels, about),
        tuple(ties),
    )


def _sum_slices(cells: Sequence[_Cell]) -> list[float]:
    """What rows that follow paths add up to: one number in each slice."""
    found: dict[str, list[float]] = {}
    for cell in cells:
        found.setdefault(cell.slice, []).append(cell.number)
    return [fsum(found[name]) for name in sorted(found)]


def _find_span(cells: Sequence[_Cell], assumed: Sequence[_Cell]) -> tuple[int, int | None] | None:
    """The years in which assumed rows decide: from the first of them, to the last where a better one follows."""
    whens = [cell.when for cell in assumed]
    if len(cells) == len(assumed) or any(map(isnan, whens)) or any(cell.path for cell in cells):
        return None
    first, last = int(min(whens)), int(max(whens))
    return first, last if any(cell.when > last for cell in cells if cell.confidence != ASSUMED) else None
