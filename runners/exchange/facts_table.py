"""Figures of municipalities in a table that Kolada, SCB or somebody else let a user download: which cell says what.

Three forms are known by the names of their columns: a row per figure (municipality, year, value, perhaps quantity and
sex), a column per year (`Folkmängd 2024`, `2024`), and a column per quantity (`Personbilar`). Everything that stands
above the row of names is passed over.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conf.whole_numbers import is_whole_within
from scenarios.alike import find_nearest
from scenarios.catalog import CONFIDENCES
from scenarios.errors import CaseError, Problem
from scenarios.recipes.municipality_names import find_meant
from scenarios.recipes.own_facts import EMISSIONS, FIRST_YEAR, OwnFact, find_far, list_units

HEADS: Mapping[str, tuple[str, ...]] = {
    "municipality": ("kommun", "kommunnamn", "region", "municipality", "municipality_name", "område"),
    "code": ("kommunkod", "municipality_id", "code", "regionkod"),
    "year": ("år", "year", "period", "tid"),
    "value": ("värde", "value", "antal"),
    "quantity": ("quantity", "nyckeltal", "kpi", "storhet", "variabel", "tabellinnehåll"),
    "sex": ("kön", "gender"),
    "unit": ("enhet", "unit"),
}
"""What a column may be called, by what it says."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "inhabitants": ("folkmängd", "invånare", "antal invånare", "invånare totalt, antal", "n01951"),
    "cars": ("personbilar", "personbilar i trafik"),
    "cars_electric": ("elbilar", "personbilar, el"),
    "vans": ("lätta lastbilar",),
    "vans_electric": ("lätta lastbilar, el",),
    "heavy_lorries": ("tunga lastbilar",),
    "tractor_units": ("dragfordon", "dragbilar"),
    "buses": ("bussar",),
    "buses_electric": ("bussar, el",),
    "charge_points": ("laddpunkter", "antal laddpunkter"),
    "emissions_machinery": ("arbetsmaskiner",),
    "emissions_waste": ("avfall (inkl.avlopp)", "avfall (inkl. avlopp)", "avfall"),
    "emissions_own_heating": ("egen uppvärmning av bostäder och lokaler", "egen uppvärmning"),
    "emissions_electricity_district_heating": ("el och fjärrvärme",),
    "emissions_industry": ("industri (energi + processer)", "industri"),
    "emissions_agriculture": ("jordbruk",),
    "emissions_products": ("produktanvändning (inkl. lösningsmedel)", "produktanvändning"),
    "emissions_transport": ("transporter", "inrikes transporter"),
    "emissions_international_transport": ("utrikes transporter",),
}
"""What tables call the quantities of facts."""
TOTALS = ("t", "totalt", "total", "totalt antal", "män och kvinnor", "")
MISSING = ("", "..", ".", "-", "–", "−")
TONNES: Mapping[str, float] = {
    **dict.fromkeys(("t co2e", "ton co2e", "ton", "t", "ton co2-ekv", "tonnes"), 1.0),
    **dict.fromkeys(("kt co2e", "kt", "kton", "kton co2e", "tusen ton"), 1000.0),
    **dict.fromkeys(("kg", "kg co2e"), 0.001),
}
COUNTS: Mapping[str, float] = {
    **dict.fromkeys(
        ("antal", "st", "personer", "persons", "fordon", "vehicles", "points", "invånare", "inhabitants"), 1.0
    ),
    **dict.fromkeys(("tusental", "1000-tal", "tusen"), 1000.0),
}
"""Units that a table may have, and what a number of them is of ours."""
ROWS_ABOVE, LEAST_DIGITS, SHOWN = 12, 3, 10
"""How far down the row of names may stand; digits of a municipality's code; mistakes that are told."""
_YEAR = re.compile(r"(?:^|\D)((?:19|20)\d\d)$")
_AREA = re.compile(r"^\d\d\s|\blän$|^(?:riket|sverige|hela riket)$", re.IGNORECASE)
"""The country and its counties."""


@dataclass(frozen=True)
class Given:
    """What a user said beside a table: blank where it is to be found in it."""

    quantity: str = ""
    unit: str = ""
    municipality: str = ""
    year: str = ""
    source: str = ""
    confidence: str = "published"


@dataclass(frozen=True)
class Taken:
    """What was found in a table: figures, rows of other areas or of one sex, and cells without a number."""

    facts: tuple[OwnFact, ...]
    passed: int
    empty: int


def check_given(given: Given, today: int) -> list[Problem]:
    """What is wrong with words beside a table: told once, at the word, and not at each row of the table."""
    units, problems = list_units(), list[Problem]()
    if given.quantity and given.quantity not in units:
        fields: dict[str, object] = {"found": given.quantity, "allowed": ", ".join(units)}
        problems.append(Problem("facts_quantity", f"quantity={given.quantity}", fields=fields))
    if given.year and not _has_been(given.year, today):
        fields = {"found": given.year, "first": FIRST_YEAR, "last": today}
        problems.append(Problem("facts_year", f"year={given.year}", fields=fields))
    if given.municipality and (meant := find_meant(given.municipality)).problem:
        problems.append(meant.tell(given.municipality, f"municipality={given.municipality}"))
    if given.confidence not in CONFIDENCES:
        near = find_nearest(given.confidence, CONFIDENCES)
        fields = {"found": given.confidence, "allowed": ", ".join(CONFIDENCES), "nearest": near}
        problems.append(Problem("word_unknown", f"confidence={given.confidence}", fields=fields))
    return problems


def _has_been(year: str, today: int) -> bool:
    return is_whole_within(year, FIRST_YEAR, today)


def read_facts_table(path: Path, given: Given, today: int) -> Taken:
    """The figures of a table.

    Raises:
        CaseError: the file, its columns or what stands in them; all that is wrong at once.
    """
    rows = _read_rows(path)
    place, columns = _find_header(path.name, rows, given)
    reader = _Reader(path, given, today, rows[place], columns)
    for line, cells in enumerate(rows[place + 1 :], start=place + 2):
        if any(cells):
            reader.take(line, cells)
    return reader.finish()


def _read_rows(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise CaseError([Problem("facts_file_missing", str(path))])
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        from runners.exchange.reading import read_book

        sheet = next((sheet for sheet in read_book(path).sheets if sheet.rows), None)
        rows = {} if sheet is None else sheet.rows
        width = max((max(row) for row in rows.values()), default=0)
        return [
            [_write(rows.get(n, {}).get(c)) for c in range(1, width + 1)] for n in range(1, max(rows, default=0) + 1)
        ]
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # as SCB writes files for Excel
    text = unicodedata.normalize("NFC", text)
    marks = max(";\t,", key=lambda mark: text[:5000].count(mark))
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=marks)]


def _write(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _find_header(file: str, rows: Sequence[Sequence[str]], given: Given) -> tuple[int, dict[str, int]]:
    """Where the row of names stands, and which column says what."""
    needed = ("municipality", "code") if not given.municipality else ("year", "value", *HEADS)
    for place, cells in enumerate(rows[:ROWS_ABOVE]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            kind = next((kind for kind, names in HEADS.items() if cell.casefold() in names), None)
            if kind is not None:
                columns.setdefault(kind, at)
        if any(kind in columns for kind in needed) or (given.municipality and any(map(_YEAR.search, cells))):
            return place, columns
    found = ", ".join(cell for cell in (rows[0] if rows else []) if cell)
    raise CaseError([Problem("facts_no_municipality", file, 1, fields={"found": found})])


class _Reader:
    """Rows of a table taken one after the other, and what is wrong with them."""

    def __init__(self, path: Path, given: Given, today: int, header: Sequence[str], columns: Mapping[str, int]) -> None:
        self._file, self._given, self._today = path.name, given, today
        self._source = given.source or path.stem
        self._columns, self._units = columns, list_units()
        self._problems: list[Problem] = []
        self._found: dict[tuple[str, str, int], tuple[OwnFact, int]] = {}
        self._passed = self._empty = 0
        self._values = list(self._list_values(header))
        if not self._values and not self._problems:
            fields = {"found": ", ".join(cell for cell in header if cell), "allowed": ", ".join(self._units)}
            self._problems.append(Problem("facts_no_value", self._file, 1, fields=fields))
            raise CaseError(self._problems)

    def _list_values(self, header: Sequence[str]) -> Iterator[tuple[int, str, str]]:
        """Columns with figures: place, quantity where its head says it, year where its head says it."""
        taken = set(self._columns.values())
        for at, head in enumerate(header):
            if at == self._columns.get("value"):
                yield at, self._given.quantity, self._given.year
            elif at not in taken and (match := _YEAR.search(head)):
                yield at, self._given.quantity or find_quantity(head[: match.start(1)]), match[1]
            elif at not in taken and find_quantity(head):
                yield at, self._given.quantity or find_quantity(head), self._given.year

    def take(self, line: int, cells: Sequence[str]) -> None:
        """One row."""
        municipality = self._find_municipality(line, cells)
        if municipality is None:
            return
        if self._read(cells, "sex").casefold() not in TOTALS:
            self._passed += 1
            return
        for at, quantity, year in self._values:
            text = cells[at] if at < len(cells) else ""
            if text.strip() in MISSING:
                self._empty += 1
                continue
            self._take_one(line, cells, municipality, quantity, year, text)

    def _take_one(
        self, line: int, cells: Sequence[str], municipality: str, quantity: str, year: str, text: str
    ) -> None:
        own = quantity or find_quantity(self._read(cells, "quantity"))
        when, number = year or self._read(cells, "year"), _read_number(text)
        if unsaid := self._find_unsaid(quantity, year):
            self._problems += [problem for problem in unsaid if problem not in self._problems]
            return
        if own not in self._units:
            said = quantity or self._read(cells, "quantity")
            fields = {"found": said, "allowed": ", ".join(self._units)}
            self._tell("facts_quantity", line, **fields)
            return
        if not _has_been(when, self._today):
            self._tell("facts_year", line, found=when, first=FIRST_YEAR, last=self._today)
            return
        if number is None or number < 0:
            self._tell("facts_number", line, found=text)
            return
        factor = self._find_factor(line, own, self._given.unit or self._read(cells, "unit"))
        if factor is None:
            return
        fact = OwnFact(
            municipality, own, int(when), number * factor, self._units[own], self._source, self._given.confidence
        )
        self._keep(line, fact)

    def _find_unsaid(self, quantity: str, year: str) -> list[Problem]:
        """What neither a word, the header nor a column says: the same at every row, and told once."""
        allowed = {"allowed": ", ".join(self._units)}
        told = (
            []
            if quantity or "quantity" in self._columns
            else [Problem("facts_quantity_unsaid", self._file, fields=allowed)]
        )
        return told + ([] if year or "year" in self._columns else [Problem("facts_year_unsaid", self._file)])

    def _keep(self, line: int, fact: OwnFact) -> None:
        key = fact.municipality, fact.quantity, fact.year
        before = self._found.setdefault(key, (fact, line))
        if before[0].value != fact.value:
            fields = {"name": fact.municipality, "quantity": fact.quantity, "year": fact.year, "other_row": before[1]}
            self._tell("facts_split", line, **fields)
        self._problems += [replace(problem, file=self._file, row=line) for problem in find_far(fact)]

    def _find_municipality(self, line: int, cells: Sequence[str]) -> str | None:
        """The municipality of a row; None where it is another area, or none that is known."""
        said = self._given.municipality or self._read(cells, "municipality") or self._read(cells, "code")
        if not said or (said.isdigit() and len(said) < LEAST_DIGITS) or _AREA.search(said):
            self._passed += 1
            return None
        meant = find_meant(said)
        if meant.problem:
            self._problems.append(replace(meant.tell(said, self._file), row=line))
            return None
        return meant.names[0]

    def _find_factor(self, line: int, quantity: str, unit: str) -> float | None:
        """What a number of a unit is of ours; None where it is none of them."""
        known = TONNES if quantity.startswith(EMISSIONS) else COUNTS
        if not unit and known is COUNTS:
            return 1.0
        factor = known.get(unit.casefold())
        if factor is None:
            key = "facts_unit" if unit else "facts_unit_missing"
            self._tell(key, line, found=unit, quantity=quantity, allowed=", ".join(known))
        return factor

    def _read(self, cells: Sequence[str], kind: str) -> str:
        at = self._columns.get(kind)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def _tell(self, key: str, line: int, **fields: object) -> None:
        self._problems.append(Problem(key, self._file, line, fields=fields))

    def finish(self) -> Taken:
        """What was found.

        Raises:
            CaseError: the first mistakes, and how many more there are.
        """
        if not self._problems and not self._found:
            self._problems.append(Problem("facts_nothing", self._file))
        if self._problems:
            more = len(self._problems) - SHOWN
            shown = self._problems[:SHOWN]
            raise CaseError(
                [*shown, *([Problem("facts_more", self._file, fields={"count": more})] if more > 0 else [])]
            )
        return Taken(tuple(fact for fact, _ in self._found.values()), self._passed, self._empty)


def find_quantity(word: str) -> str:
    """The quantity of facts that a word of a table means; blank where it means none.

    >>> find_quantity("Folkmängd "), find_quantity("cars"), find_quantity("Skolor")
    ('inhabitants', 'cars', '')
    """
    plain = word.strip().strip(",:").casefold()
    if plain in WORDS:
        return plain
    return next((quantity for quantity, words in WORDS.items() if plain in words), "")


def _read_number(text: str) -> float | None:
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace("−", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain) if re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?", plain) else None
    except ValueError:
        return None
