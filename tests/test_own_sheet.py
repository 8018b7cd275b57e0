"""What a user adds to the template comes into the case: measures of one's own on their sheet, outcomes on theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from town import build_town
from workbooks import write_book

from runners.commands.exchange import run_import
from runners.exchange.importing import import_book
from runners.exchange.placing import place_problem
from runners.exchange.reading import read_book
from scenarios.actuals import list_actuals
from scenarios.choices import Choices
from scenarios.tables import Tables, read_tables

SHEET = "Egna åtgärder"
HEAD = ("name", "owner", "start", "outlay", "saves", "amount", "life", "upkeep", "grant", "status", "name_en", "note")
SCHOOL = (
    "Isolera skolan",
    "Staden",
    2026,
    4.5,
    "heat",
    1.5,
    30,
    0.1,
    0.5,
    "option",
    "Insulate the school",
    "Own tender",
)


def town_of() -> Tables:
    about = {"yield": 1, "flow": {"heat": 1}, "actor": "city"}
    return build_town(
        case={"last_year": 2028},
        sources=[{"source": "books", "title": "Books"}],
        commodities=[{"commodity": "heat", "demand": 10, "purchase_price": 1, "trader": "city"}],
        technologies=[
            {
                "technology": "pump",
                "measure": "yes",
                "buildable": "yes",
                "capex": 2.5,
                "life": 20,
                "most_capacity": 5,
                **about,
            },
        ],
        accounts=[{"account": "co2", "factor_purchase": {"heat": 0.1}}],
        actors=[{"actor": "city", "kind": "municipality", "name_sv": "Staden", "name_en": "City"}],
    )


def fill(*rows: tuple[Any, ...]) -> Any:
    def edit(book: Workbook) -> None:
        for row in rows:
            book[SHEET].append(row)

    return edit


def tell(place: Path, lang: str = "sv") -> list[str]:
    found = import_book(read_book(place), Choices(), "case")
    return [place_problem(problem, found.sheets, lang).text for problem in found.problems]


def test_the_sheet_has_a_column_for_each_word_with_its_meaning(tmp_path: Path) -> None:
    book = load_workbook(write_book(tmp_path / "case.xlsx", lang="sv"))
    assert tuple(cell.value for cell in book[SHEET][1]) == HEAD
    assert all(cell.comment is not None for cell in book[SHEET][1])
    assert book[SHEET]["A1"].comment.text == (
        "Åtgärdens namn. En rad är en åtgärd, som görs en gång och hel; vid importen blir den rader i Tekniker, "
        "Teknikdata och Flöden."
    )


@pytest.mark.slow
def test_measures_on_the_sheet_become_rows_of_the_tables(tmp_path: Path) -> None:
    """Two measures, a decimal comma written as text among their numbers: the rows that `add measure` would write."""
    second = ("Nya fönster", "city", 2027, "2,25", "heat", 0.5, 40)
    place = write_book(tmp_path / "case.xlsx", fill(SCHOOL, second), "sv", town_of())
    assert run_import([str(place), "--out", str(tmp_path / "case")], "sv") == 0
    frames = read_tables(tmp_path / "case").frames
    rows = frames["technologies"].set_index("technology")
    assert rows.loc["isolera_skolan", ["name_sv", "name_en", "actor", "measure", "once"]].tolist() == [
        *("Isolera skolan", "Insulate the school", "city", "yes", "yes")
    ]
    numbers = frames["parameters"].set_index(["technology", "quantity"])["value"]
    assert numbers["isolera_skolan", "capex"] == "4.5"
    assert numbers["isolera_skolan", "yield"] == "1.5"
    assert numbers["nya_fonster", "capex"] == "2.25"
    shares = frames["grant_shares"].set_index("technology")
    assert shares.loc["isolera_skolan", "value"] == "0.5"


@pytest.mark.slow
def test_what_is_wrong_with_a_measure_is_told_at_its_cell(tmp_path: Path) -> None:
    wrong = ("Isolera skolan", "Stden", 2026, "mycket", "heat", 1.5, 30, None, None, "maybe")
    place = write_book(tmp_path / "case.xlsx", fill(wrong, ("Utan allt annat",)), "sv", town_of())
    told = tell(place)
    assert told[:3] == [
        f"{SHEET} rad 2, kolumn 'D (outlay)': 'mycket' är inget tal. Skriv ett tal, som 12 eller 0,5.",
        f"{SHEET} rad 2, kolumn 'J (status)': 'maybe' är ingen status. Välj: option, forced, decided.",
        f"{SHEET} rad 2, kolumn 'B (owner)': fallet har ingen aktör 'Stden'. Närmast: city (Staden).",
    ]
    assert told[3:] == [
        f"{SHEET} rad 3, kolumn '{letter} ({name})': det behövs för en åtgärd men är inte angivet."
        for letter, name in zip("BCDEFG", HEAD[1:7], strict=True)
    ]


@pytest.mark.slow
def test_what_the_case_refuses_of_a_measure_is_told_of_its_row(tmp_path: Path) -> None:
    """A share of more than all is refused by the check of the case, at a row that the user never saw."""
    bad = (*SCHOOL[:8], 1.5, *SCHOOL[9:])
    told = tell(write_book(tmp_path / "case.xlsx", fill(bad), "sv", town_of()))
    assert told
    assert all(text.startswith(f"{SHEET} rad 2, kolumn 'A (name)': ") for text in told), told


@pytest.mark.slow
def test_outcomes_on_their_sheet_come_into_the_case(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book["Utfall"]
        head = [cell.value for cell in sheet[1]]
        row = {"year": 2025, "outcome": "built", "subject": "pump", "source": "books", "value": 2, "unit": "MW"}
        row |= {"status": "preliminary", "service": 2026, "note": "Sent"}
        sheet.append([row.get(str(name)) for name in head])

    place = write_book(tmp_path / "case.xlsx", edit, "sv", town_of())
    assert run_import([str(place), "--out", str(tmp_path / "case")], "sv") == 0
    [actual] = list_actuals(read_tables(tmp_path / "case"))
    assert (actual.year, actual.outcome, actual.subject, actual.value) == (2025, "built", "pump", 2.0)
    assert (actual.status, actual.service, actual.note) == ("preliminary", 2026, "Sent")
