"""Whether an edited workbook comes back as the case it holds, and every problem is told at its cell."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import town
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from random_towns import draw_technology
from workbooks import notice, set_cells, small_case, tell, write_book

from runners.commands.exchange import run_import, run_template
from runners.exchange.importing import import_book
from runners.exchange.marking import COLOUR
from runners.exchange.reading import read_book
from runners.exchange.sheets import Kind
from runners.exchange.values import write_value
from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.tables import Tables, read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"


def import_from(place: Path, folder: Path, *words: str) -> Path:
    assert run_import([str(place), "--out", str(folder), *words], "en") == 0
    return folder


def digest_of(tables: Tables, variants: tuple[str, ...] = ()) -> str:
    return str(assemble(tables, Choices(variants=variants)).attrs["digest"])


def texts_of(tables: Tables) -> dict[str, list[list[str]]]:
    return {name: frame.to_numpy().tolist() for name, frame in tables.frames.items()}


@pytest.mark.slow
def test_lund_goes_out_and_in_again_as_the_same_scenarios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under both base years, from the Swedish workbook; the variant of the template is that of the import."""
    assert run_template(["--case", "lund", str(tmp_path / "lund.xlsx")], "sv") == 0
    capsys.readouterr()
    folder = import_from(tmp_path / "lund.xlsx", tmp_path / "case")
    told = capsys.readouterr()
    assert told.err == ""
    before, after = read_tables(LUND), read_tables(folder)
    rows = sum(map(len, before.frames.values()))
    assert told.out == (
        f"Wrote {folder}: 43 tables with {rows:,} rows, nothing wrong. Go on with: "
        f"fardplan check case.path={folder} case.variants=[base_2024]\n"
    )
    assert after.problems == ()
    for variant in ("base_2023", "base_2024"):
        assert digest_of(after, (variant,)) == digest_of(before, (variant,))
    assert texts_of(after) == texts_of(before)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice's soffice is not installed")
def test_lund_opened_and_saved_by_libreoffice_comes_back_without_a_difference(tmp_path: Path) -> None:
    assert run_template(["--case", "lund", str(tmp_path / "lund.xlsx")], "sv") == 0
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(tmp_path / "saved"), str(tmp_path / "lund.xlsx")], check=True, timeout=170)
    after = read_tables(import_from(tmp_path / "saved" / "lund.xlsx", tmp_path / "case"))
    assert texts_of(after) == texts_of(read_tables(LUND))


@st.composite
def draw_town(draw: st.DrawFn) -> Tables:
    """A town of random technologies, with numbers that take all digits of a float."""
    rows = [draw(draw_technology(name, ("winter", "summer"), False)) for name in ("boiler", "pump")]
    price = draw(st.floats(1e-9, 1e9) | st.integers(1, 10**9))
    return town.build_town(
        case={"last_year": 2027},
        slices=[{"slice": "winter", "hours": 3000}, {"slice": "summer", "hours": 5760}],
        commodities=[
            {"commodity": "heat", "demand": 1},
            {"commodity": "fuel", "purchase_price": {2025: price, 2027: 1}},
        ],
        technologies=rows,
        accounts=[{"account": "co2"}, {"account": "removal"}],
    )


@pytest.mark.slow
@given(draw_town())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_towns_go_out_and_in_again_as_the_same_scenario(tmp_path: Path, tables: Tables) -> None:
    book = read_book(write_book(tmp_path / "town.xlsx", tables=tables))
    assert digest_of(import_book(book, Choices(), "town").tables) == digest_of(tables)


def test_what_people_do_in_excel_is_accepted(tmp_path: Path) -> None:
    """Decimal commas, dates and texts for years, spaces, blank and hidden rows, formulas with saved values."""

    def edit(book: Workbook) -> None:
        prices = book["Prices"]
        prices["E2"], prices["D2"], prices["D3"] = " 0,4 ", datetime(2025, 1, 1), "2030 "
        prices["A2"] = "\u00a0gas "
        prices.insert_rows(3, 2)
        prices.row_dimensions[2].hidden = True
        prices.sheet_state = "hidden"
        prices["M1"], prices["M2"], prices["O9"] = "our own comment", "ask Anna", "in the margin"
        book.create_sheet("Sketches")["A1"] = "anything"
        book["Technologies"].title = " technologies "

    place = write_book(tmp_path / "case.xlsx", edit)
    found = import_book(read_book(place), Choices(), "town")
    assert found.problems == ()
    assert digest_of(found.tables) == digest_of(small_case())
    assert found.tables.frames["prices"].index.tolist() == [2, 5]
    assert notice(place) == ["exchange_ignored", "exchange_notes"]


VALUES: list[tuple[Any, Kind, str]] = [
    (2030.0, Kind.YEAR, "2030"),
    (datetime(1905, 7, 22), Kind.YEAR, "2030"),  # 2030 typed into a cell with a date's format
    (datetime(2030, 12, 31), Kind.YEAR, "2030"),
    ("next", Kind.YEAR, "next"),
    ("\u22121,5", Kind.NUMBER, "-1.5"),
    ("1 234,5", Kind.NUMBER, "1 234,5"),  # no number of ours: the checks will say so
    (0.1 + 0.2, Kind.NUMBER, "0.30000000000000004"),
    (1e300, Kind.NUMBER, "1e+300"),
    (True, Kind.YES_NO, "yes"),
    (True, Kind.NUMBER, "TRUE"),
    (datetime(2026, 3, 1), Kind.TEXT, "2026-03-01"),
    (12.0, Kind.TEXT, "12"),
]


@pytest.mark.parametrize(("value", "kind", "text"), VALUES, ids=str)
def test_a_cell_is_read_as_the_text_that_a_table_would_hold(value: object, kind: Kind, text: str) -> None:
    assert write_value(value, kind) == text


MISTAKES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "error value": (
        {"Prices!E2": "#DIV/0!"},
        ["Prices row 2, column 'E (value)': the cell shows the error #DIV/0!. Correct the formula, or write a value."],
    ),
    "formula never calculated": (
        {"Prices!E2": "=1+1"},
        [
            "Prices row 2, column 'E (value)': the formula =1+1 has no saved value, and formulas are not run. Open the "
            "workbook in Excel and save it, or write a value."
        ],
    ),
    "number that became a date": (
        {"Prices!E2": datetime(2026, 5, 1)},
        [
            "Prices row 2, column 'E (value)': the cell is a date or a time (2026-05-01), not a number. Change the "
            "cell's format to Number, and write the number again."
        ],
    ),
    "text for a year": (
        {"Prices!D2": "year 2025"},
        [
            "Prices row 2, column 'D (year)': 'year 2025' is no year. Write a whole year from 1900 to 2200, such as "
            "2030."
        ],
    ),
    "half-deleted row": (
        {f"Prices!{column}2": None for column in "ABDE"},
        [
            f"Prices row 2, column '{column}': the cell is blank but has to be filled. Write a value, or remove "
            "the row."
            for column in ("A (commodity)", "B (quantity)", "E (value)")
        ],
    ),
    "unknown name": (
        {"Prices!A2": "gass"},
        [
            "Prices row 2, column 'A (commodity)': there is no commodity 'gass' in the sheet Commodities. Did you mean "
            "'gas'? Correct the name, or add the commodity there."
        ],
    ),
    "misspelt column": (
        {"Prices!E1": "Vlaue"},
        [
            "Prices row 1, column 'E (value)': the header is 'Vlaue', which is like the column's name but is not it. "
            "Correct the header; if the column is a note, give it a name that is not like it."
        ],
    ),
    "column without a name": (
        {"Prices!D1": None},
        [
            "Prices row 1, column 'D': the column has values but no header. Write the column's name in row 1, or clear "
            "the column.",
            "Prices row 3: the row has the same keys as row 2 (gas, purchase_price). Keep one of them, or give one a "
            "variant.",
        ],
    ),
    "column gone": (
        {"Actors!A1": "remarks on owners", "Prices!F1": "remarks"},
        [
            "Prices row 1, column 'unit': the column is missing. Add it to the header; the columns found are "
            "commodity, quantity, slice, year, value, remarks, source, confidence, note, variant, path.",
            "Actors row 1, column 'actor': the column is missing. Add it to the header; the columns found are remarks "
            "on owners, name_sv, name_en, kind, note, variant.",
        ],
    ),
    "column twice": (
        {"Prices!K1": "value"},
        ["Prices row 1, column 'E (value)': the column stands twice in the header. Remove one of the two."],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_and_at_its_cell(tmp_path: Path, name: str) -> None:
    cells, texts = MISTAKES[name]
    assert tell(write_book(tmp_path / "case.xlsx", set_cells(cells))) == texts


def clear_header(book: Workbook) -> None:
    for cell in book["Slices"][1]:
        cell.value = None


def delete_rows(book: Workbook) -> None:
    book["Slices"].delete_rows(2, 5)


def merge(book: Workbook) -> None:
    book["Prices"].merge_cells("D2:D3")


SHEETS: dict[str, tuple[Any, list[str]]] = {
    "sheet missing": (
        lambda book: book.remove(book["Slices"]),
        [
            "Slices: the sheet is missing, but every case needs it. Add it with the columns slice, name_sv, name_en, "
            "season, hours, cycles, unit, source, confidence, note, variant."
        ],
    ),
    "misspelt sheet": (
        lambda book: setattr(book["Prices"], "title", "Pricess"),
        ["Pricess: the sheet is called 'Pricess', which is like 'Prices' but is not it. Correct the sheet's name."],
    ),
    "sheet called otherwise": (
        lambda book: setattr(book["Prices"], "title", "What it costs"),
        [
            "What it costs: the sheet 'What it costs' has the columns of 'Prices', which there is none of. Call it "
            "'Prices', or remove it."
        ],
    ),
    "sheet twice": (
        lambda book: book.copy_worksheet(book["Prices"]).__setattr__("title", "Priser"),
        ["Priser: the sheet is the same table as the sheet 'Prices'. Keep one of them, or rename the other."],
    ),
    "header gone": (
        clear_header,
        [
            "Slices row 1: row 1 has no column names that the table knows. The first row has to be the column names "
            "slice, name_sv, name_en, season, hours, cycles, unit, source, confidence, note, variant."
        ],
    ),
    "rows gone": (
        delete_rows,
        ["Slices: the sheet has a header but no rows, and every case needs at least one. Add rows."],
    ),
    "merged cells": (
        merge,
        [
            "Prices row 2, column 'D (year)': the cells here are merged, so that only the first has a value. Unmerge "
            "them, and fill every cell.",
            "Prices row 3, column 'D (year)': the row has no year while row 2 gives one for the same number; which one "
            "holds cannot be told. Give both a year, or remove one.",
        ],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHEETS)
def test_a_mistake_in_a_sheet_is_told_once(tmp_path: Path, name: str) -> None:
    edit, texts = SHEETS[name]
    assert tell(write_book(tmp_path / "case.xlsx", edit)) == texts


@pytest.mark.slow
@pytest.mark.slow
def test_a_copy_of_a_sheet_beside_it_is_a_note_of_the_user(tmp_path: Path) -> None:
    place = write_book(tmp_path / "case.xlsx", lambda book: book.copy_worksheet(book["Prices"]))
    assert tell(place) == []
    assert notice(place) == ["exchange_ignored"]


@pytest.mark.slow
def test_a_sheet_that_was_taken_out_of_a_template_is_told(tmp_path: Path) -> None:
    """Its rows are gone from the case, which may well be without mistakes: a case without targets is one."""
    place = write_book(tmp_path / "case.xlsx", lambda book: book.remove(book["Targets"]))
    assert tell(place) == []
    (told,) = import_book(read_book(place), Choices(), "town").notices
    assert told.tell("sv") == "Obs: dessa tabeller har inget blad och blir tomma i fallet: Mål."


@pytest.mark.slow
def test_all_problems_are_printed_and_marked_in_a_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy can be mended and read in: its marks are gone from the next copy."""
    cells = {"Priser!E2": "dyrt", "Priser!A3": "gass", "Mål!F1": "bases", "Källor!B2": "=1+1"}
    place = write_book(tmp_path / "case.xlsx", set_cells(cells), "sv")
    before = place.read_bytes()
    assert run_import([str(place), "--out", str(tmp_path / "case")], "sv") == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == (
        f"4 fel. Inget fall skrevs. Felen är markerade i {tmp_path / 'case-problems.xlsx'} (värden utan formler): "
        "rätta där eller i originalet och läs in igen."
    )
    assert place.read_bytes() == before
    assert not (tmp_path / "case").exists()
    copy = load_workbook(tmp_path / "case-problems.xlsx")
    marked = {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in copy.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == COLOUR and cell.comment is not None
    }
    assert marked == {"Priser!E2", "Priser!A3", "Mål!F1", "Källor!B2"}
    assert (
        copy["Priser"]["E2"].comment.text
        == lines[-4]
        == (
            "Priser rad 2, kolumn 'E (value)': 'dyrt' är inget tal. Skriv bara siffror, till exempel 1250, utan "
            "mellanslag, enhet eller tusentalsavgränsare."
        )
    )
    assert [row[2].value for row in copy["Fel"].iter_rows(min_row=2)] == [line for line in lines if " rad " in line]
    for cell, value in {"Priser!E2": 0.4, "Priser!A3": "gas", "Källor!B2": "hand"}.items():
        set_cells({cell: value})(copy)
    copy.save(tmp_path / "case-problems.xlsx")
    assert run_import([str(tmp_path / "case-problems.xlsx"), "--out", str(tmp_path / "case")], "sv") == 2
    second = load_workbook(tmp_path / "case-problems-2.xlsx")
    assert second["Priser"]["E2"].comment is None
    assert second["Mål"]["F1"].comment.text.count("\u2500" * 12) == 1
    set_cells({"Mål!F1": "basis"})(second)
    second.save(tmp_path / "case-problems-2.xlsx")
    folder = import_from(tmp_path / "case-problems-2.xlsx", tmp_path / "case")
    assert digest_of(read_tables(folder)) == digest_of(small_case())


@pytest.mark.slow
def test_nothing_is_written_over_without_force_and_nothing_else_with_it(tmp_path: Path) -> None:
    place, folder = write_book(tmp_path / "case.xlsx"), tmp_path / "case"
    import_from(place, folder)
    (folder / "prices.csv").write_text("mine", encoding="utf-8")
    assert workbooks.refuse([str(place), "--out", str(folder)]) == [
        f"{folder}: the folder exists already and is not replaced. Choose another with --out, or add --force if the "
        "case in it may be replaced."
    ]
    import_from(place, folder, "--force")
    assert digest_of(read_tables(folder)) == digest_of(small_case())
    (folder / "diary.txt").write_text("mine", encoding="utf-8")
    assert workbooks.refuse([str(place), "--out", str(folder), "--force"]) == [
        f"{folder}: other things than the tables of a case are there, and are not replaced even with --force. Choose "
        "another folder with --out."
    ]
    assert (folder / "diary.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "case.xlsx"]


def test_where_to_write_has_to_be_said_and_to_be_writable(tmp_path: Path) -> None:
    place = write_book(tmp_path / "case.xlsx")
    assert workbooks.refuse([str(place)]) == [f"{place}: where to write the case is not said. Add --out FOLDER."]
    assert workbooks.refuse([str(place), "--out", str(place / "case")]) == [
        f"{place / 'case'}: the folder cannot be written (File exists). Choose another."
    ]


@pytest.mark.slow
def test_variants_of_the_workbook_give_way_to_those_that_are_said(tmp_path: Path) -> None:
    tables = small_case()
    tables.frames["demands"]["variant"] = np.array(["high"], dtype=object)
    place = write_book(tmp_path / "case.xlsx", set_cells({"Read me first!B11": "hihg"}), tables=tables)
    assert run_import([str(place), "--out", str(tmp_path / "a")], "en") == 2
    import_from(place, tmp_path / "a", "case.variants=[high]")
