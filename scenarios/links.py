"""What the cases of a portfolio share: rows of links.csv and shares.csv, and everything wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conf.words import LANGUAGES
from scenarios.errors import CaseError, Problem
from scenarios.files import COMMA_DECIMALS, find_steering_cells, point_decimal, read_csv
from scenarios.naming import offer_words
from scenarios.tables import parse_number

LINKS, SHARES = "links.csv", "shares.csv"
POOL, SUPPLY, PLANT, GOAL = KINDS = ("pool", "supply", "plant", "target")
SUM, EACH = SPANS = ("sum", "each")
MOST, LEAST = SENSES = ("most", "least")
AMOUNT, REDUCTION, PART = BASES = ("amount", "reduction", "share")
"""How the limit of a target is written: as it is, or in percent of what its cases let out in a base year."""
PERCENT = "%"
COLUMNS = (
    *("link", "kind", "item", "cases", "host", "first", "last", "span", "sense", "basis", "base_year", "value"),
    *("unit", "price", "name_sv", "name_en", "source", "note"),
)
REQUIRED = ("link", "kind", "item")
SHARE_COLUMNS = ("link", "case", "item", "weight", "share", "cost_share", "source", "note")
SHARE_REQUIRED = ("link", "case")
ALIKE = ("kind", "item", "cases", "host", "sense", "basis", "base_year", "unit", "price")
"""What all rows of one link have to say alike."""
NUMBERS = ("first", "last", "base_year", "value", "price", "weight", "share", "cost_share")
WHOLE = 1.0
TOLERANCE = 1e-6

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Window:
    """Years over which a limit holds: together or each by itself; None: from the first, to the last of the plan.

    `value` None: what the cases have alone.
    """

    first: int | None
    last: int | None
    each: bool
    value: float | None
    row: int

    def choose(self, years: Sequence[int]) -> tuple[int, ...]:
        """Those of a plan's years that lie in it."""
        first, last = self.first or years[0], self.last or years[-1]
        return tuple(year for year in years if first <= year <= last)


@dataclass(frozen=True)
class Share:
    """How one case shares: its own label of the item, what a unit of it counts, its part of a plant and of its cost."""

    item: str
    weight: float = 1.0
    share: float = 1.0
    cost_share: float | None = None
    row: int | None = None


@dataclass(frozen=True)
class Link:
    """Something that cases share. `cases` are folders (none: all that have the item); `price` None: a hard limit.

    `basis` REDUCTION or PART: limits are percent of what the cases let out in `base_year` (None: each case's own year).
    """

    key: str
    kind: str
    item: str
    cases: tuple[str, ...]
    host: str
    least: bool
    unit: str
    price: float | None
    names: Mapping[str, str]
    windows: tuple[Window, ...]
    shares: Mapping[str, Share]
    row: int
    basis: str = AMOUNT
    base_year: int | None = None

    @property
    def relative(self) -> bool:
        """Whether its limits are percent of a base year."""
        return self.basis in (REDUCTION, PART)

    def share_of(self, case: str) -> Share:
        """How a case shares it; as everybody where nothing is said of it."""
        return self.shares.get(case, Share(self.item))


def read_links(folder: Path, cases: Sequence[str]) -> tuple[Link, ...]:
    """The links of a portfolio.

    Args:
        folder: with links.csv and perhaps shares.csv.
        cases: names of its cases.

    Raises:
        CaseError: there is no links.csv, or rows that cannot be used; all problems at once.
    """
    if not (folder / LINKS).is_file():
        raise CaseError([Problem("portfolio_no_links", str(folder / LINKS))])
    problems: list[Problem] = []
    rows = list(_read_rows(folder / LINKS, COLUMNS, REQUIRED, problems))
    found: dict[str, tuple[Cells, Link]] = {}
    for line, cells in rows:
        _add_row(found, line, cells, cases, problems)
    links = {key: link for key, (_, link) in found.items()}
    if (folder / SHARES).is_file():
        for line, cells in _read_rows(folder / SHARES, SHARE_COLUMNS, SHARE_REQUIRED, problems):
            _add_share(links, line, cells, cases, problems)
    problems += [problem for link in links.values() for problem in _check_plant(link)]
    if problems:
        raise CaseError(problems)
    return tuple(links.values())


def _read_rows(
    path: Path, columns: Sequence[str], required: Sequence[str], problems: list[Problem]
) -> Iterator[tuple[int, Cells]]:
    """The rows of a file by column, each with its line; rows without what is required are told and left out."""
    file, found = read_csv(path, columns)
    problems += found
    if file is None:
        return
    problems += find_steering_cells(path.name, file, columns)
    for name in (name for name in file.header if name and name not in columns):
        fields = {"found": name, "nearest": _find_nearest(name, columns)}
        problems.append(Problem("portfolio_column_unknown", path.name, fields=fields))
    lacking = [name for name in required if name not in file.header]
    problems += [Problem("portfolio_column_missing", path.name, fields={"column": name}) for name in lacking]
    if lacking:
        return
    comma = file.delimiter in COMMA_DECIMALS
    for line, row in zip(file.lines, file.rows, strict=True):
        cells = dict.fromkeys(columns, "") | dict(zip(file.header, row, strict=True))
        cells |= {name: point_decimal(cells[name]) for name in NUMBERS if comma and name in cells}
        blank = [name for name in required if not cells[name]]
        problems += [Problem("portfolio_blank", path.name, line, name) for name in blank]
        if not blank:
            yield line, cells


def _add_row(
    found: dict[str, tuple[Cells, Link]], line: int, cells: Cells, cases: Sequence[str], problems: list[Problem]
) -> None:
    """Put a row of links.csv with the link that it is of."""
    window = _read_window(line, cells, problems)
    key = cells["link"]
    if key in found:
        first, link = found[key]
        for name in (name for name in ALIKE if cells[name] != first[name]):
            fields = {"link": key, "found": cells[name], "before": first[name], "other_row": link.row}
            problems.append(Problem("portfolio_differs", LINKS, line, name, fields))
        found[key] = first, replace(link, windows=(*link.windows, window))
        return
    for name, words in (("kind", KINDS), ("span", (*SPANS, "")), ("sense", (*SENSES, "")), ("basis", (*BASES, ""))):
        if cells[name] not in words:
            fields = {"found": cells[name], "names": ", ".join(word for word in words if word)}
            problems.append(Problem("portfolio_word", LINKS, line, name, fields))
    named = tuple(cells["cases"].split())
    hosts = (cells["host"],) if cells["host"] else ()
    for column, names in (("cases", named), ("host", hosts)):
        problems += [_refuse_case(LINKS, line, column, name, cases) for name in names if name not in cases]
    if cells["kind"] == PLANT and not hosts:
        problems.append(Problem("portfolio_host_missing", LINKS, line, "host", {"link": key}))
    price, base_year = (_read_number(LINKS, line, cells, name, problems) for name in ("price", "base_year"))
    link = Link(
        key=key,
        kind=cells["kind"],
        item=cells["item"],
        cases=named,
        host=cells["host"],
        least=cells["sense"] == LEAST,
        unit=cells["unit"],
        price=price,
        names={lang: cells[f"name_{lang}"] or key for lang in LANGUAGES},
        windows=(window,),
        shares={},
        row=line,
        basis=cells["basis"] or AMOUNT,
        base_year=None if base_year is None else int(base_year),
    )
    if link.relative and (link.kind != GOAL or link.unit not in ("", PERCENT)):
        fields = {"basis": link.basis, "kind": link.kind, "unit": link.unit}
        problems.append(Problem("portfolio_basis", LINKS, line, "basis", fields))
    if window.value is None and (link.kind == GOAL or (link.kind == POOL and link.least)):
        problems.append(Problem("portfolio_value_missing", LINKS, line, "value", {"link": key}))
    found[key] = cells, link


def _read_window(line: int, cells: Cells, problems: list[Problem]) -> Window:
    years = [_read_number(LINKS, line, cells, name, problems) for name in ("first", "last")]
    first, last = (None if year is None else int(year) for year in years)
    if first is not None and last is not None and first > last:
        problems.append(Problem("portfolio_years_turned", LINKS, line, "last", {"first": first, "last": last}))
    value = _read_number(LINKS, line, cells, "value", problems)
    if value is not None and value < 0 and cells["kind"] in (POOL, SUPPLY):
        problems.append(Problem("portfolio_negative", LINKS, line, "value", {"found": cells["value"]}))
    span = cells["span"] or (SUM if cells["kind"] == POOL else EACH)
    return Window(first, last, span == EACH, value, line)


def _add_share(links: dict[str, Link], line: int, cells: Cells, cases: Sequence[str], problems: list[Problem]) -> None:
    """Put a row of shares.csv with its link."""
    link = links.get(cells["link"])
    if link is None:
        fields = {"found": cells["link"], "nearest": _find_nearest(cells["link"], list(links))}
        problems.append(Problem("portfolio_link_unknown", SHARES, line, "link", fields))
        return
    if cells["case"] not in cases:
        problems.append(_refuse_case(SHARES, line, "case", cells["case"], cases))
        return
    numbers = {name: _read_number(SHARES, line, cells, name, problems) for name in ("weight", "share", "cost_share")}
    for name in ("share", "cost_share"):
        number = numbers[name]
        if number is not None and not 0.0 <= number <= WHOLE:
            problems.append(Problem("portfolio_share_range", SHARES, line, name, {"found": cells[name]}))
    if cells["case"] in link.shares:
        told = {"link": link.key, "case": cells["case"], "other_row": link.shares[cells["case"]].row}
        problems.append(Problem("portfolio_share_twice", SHARES, line, "case", told))
    weight, share = numbers["weight"], numbers["share"]
    own = Share(
        item=cells["item"] or link.item,
        weight=1.0 if weight is None else weight,
        share=1.0 if share is None else share,
        cost_share=numbers["cost_share"],
        row=line,
    )
    links[link.key] = replace(link, shares={**link.shares, cells["case"]: own})


def _check_plant(link: Link) -> Iterator[Problem]:
    """What is wrong with who pays a plant."""
    parts = [share.cost_share for share in link.shares.values() if share.cost_share is not None]
    if parts and abs(sum(parts) - WHOLE) > TOLERANCE:
        yield Problem(
            "portfolio_cost_shares", SHARES, None, "cost_share", {"link": link.key, "found": f"{sum(parts):g}"}
        )


def _read_number(file: str, line: int, cells: Cells, name: str, problems: list[Problem]) -> float | None:
    """A number of a cell; None where it is blank, and a problem where it is none."""
    if not cells[name]:
        return None
    try:
        return parse_number(cells[name])
    except ValueError:
        problems.append(Problem("portfolio_number", file, line, name, {"found": cells[name]}))
        return None


def _refuse_case(file: str, line: int, column: str, found: str, cases: Sequence[str]) -> Problem:
    fields = {"found": found, "nearest": _find_nearest(found, cases)}
    return Problem("portfolio_case_unknown", file, line, column, fields)


def _find_nearest(found: str, names: Sequence[str]) -> str:
    return offer_words(sorted(names), found)
