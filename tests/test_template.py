"""Whether a case as a workbook shows all that it holds, safely, and says what each column may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import town
import workbooks
from openpyxl import Workbook, load_workbook

from conf.words import LANGUAGES, format_number, read_messages
from runners.commands.exchange import run_template
from runners.exchange.notes import describe_column, describe_range
from runners.exchange.sheets import LISTS_SHEET, OWN_SHEETS, find_table, title_sheet
from runners.exchange.template import write_template
from scenarios.catalog import QUANTITIES, QUANTITY_BY_NAME, TABLE_BY_NAME, TABLES
from scenarios.errors import CaseError
from scenarios.tables import columns_of, read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    return load_workbook(workbooks.write_book(tmp_path / "case.xlsx"))


def test_there_is_a_sheet_for_every_table_with_all_its_columns_and_a_frozen_header(book: Workbook) -> None:
    """Tables without rows have their sheet, too, so that rows can be added."""
    own = [title_sheet(name, "en") for name in ("start", "quantities", "own_measures")]
    assert book.sheetnames == [*own, *(title_sheet(table.name, "en") for table in TABLES), LISTS_SHEET]
    for table in TABLES:
        sheet = book[title_sheet(table.name, "en")]
        assert tuple(cell.value for cell in sheet[1]) == columns_of(table)
        assert sheet.freeze_panes == "B2"
        assert all(cell.comment is not None for cell in sheet[1])
    assert book[LISTS_SHEET].sheet_state == "hidden"


def test_titles_are_told_apart_in_every_language_and_fit_excel() -> None:
    titles = {title_sheet(table.name, lang).casefold(): table for table in TABLES for lang in LANGUAGES}
    assert all(find_table(title.upper()) == table for title, table in titles.items())
    own = [title_sheet(name, lang) for name in OWN_SHEETS for lang in LANGUAGES]
    assert not set(map(str.casefold, own)) & set(titles)
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\'") for title in (*titles, *own))


def test_every_sentence_of_the_catalog_is_told_in_both_languages_and_in_english_as_it_is() -> None:
    said = read_messages()
    for quantity in QUANTITIES:
        assert said[f"exchange_quantity_{quantity.name}"]["en"] == quantity.sentence
    for table in TABLES:
        assert said[f"exchange_table_{table.name}"]["en"] == table.sentence
        for label in table.labels:
            assert said[f"exchange_label_{table.name}_{label.name}"]["en"] == label.sentence


def test_numbers_and_years_are_numbers_and_texts_are_texts(book: Workbook) -> None:
    prices = book["Prices"]
    assert [cell.value for cell in prices[2]][:6] == ["gas", "purchase_price", None, 2025, 0.4, "MSEK/GWh"]
    assert (prices["D2"].data_type, prices["E2"].data_type, prices["A2"].number_format) == ("n", "n", "@")
    assert prices["D2"].number_format == "0"
    assert prices["G2"].value == "hand"


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    tables = workbooks.small_case()
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://example.org", "{=1}"]
    tables.frames["technologies"].loc[2, "name_sv"] = evil[0]
    tables.frames["sources"].loc[2, ["title", "publisher", "address", "accessed", "note"]] = evil[1:6]
    tables.frames["technologies"].loc[3, "name_en"] = evil[6]
    book = load_workbook(workbooks.write_book(tmp_path / "case.xlsx", tables=tables))
    found = [cell for name in ("Technologies", "Sources") for row in book[name].iter_rows() for cell in row]
    assert {cell.value: cell.data_type for cell in found if cell.value in evil} == dict.fromkeys(evil, "s")
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in found)


def test_header_notes_say_meaning_need_words_units_and_ranges() -> None:
    parameters, technologies = TABLE_BY_NAME["parameters"], TABLE_BY_NAME["technologies"]
    assert describe_column(technologies, "resolution", "MSEK", "en") == (
        "Activity decided per slice or per year.\nMay be blank.\nWords allowed: slice, year.\nBlank means year."
    )
    assert describe_column(technologies, "sector", "MSEK", "sv") == "Sektorn som den verkar i.\nMåste fyllas i."
    value = describe_column(parameters, "value", "MSEK", "sv").splitlines()
    assert value[2] == "• capex: MSEK/(teknikens capacity_unit); vilket tal som helst"
    assert "• availability: 1; 0 till 1" in value
    assert "• earliest_start: year; 1900 till 2200" in value
    assert describe_range(QUANTITY_BY_NAME["least_result"], "sv") == "−1 till 1"
    assert describe_range(QUANTITY_BY_NAME["life"], "sv") == "minst 0,1"


def lists_of(book: Workbook, sheet: str) -> dict[str, str]:
    """Column letter to the source of its drop-down list."""
    rules = book[sheet].data_validations.dataValidation
    return {str(rule.sqref)[0]: rule.formula1 for rule in rules if rule.type == "list"}


def test_known_labels_and_words_are_chosen_from_lists(book: Workbook) -> None:
    parameters = lists_of(book, "Parameters")
    assert parameters["A"] == "OFFSET('Technologies'!$A$2,0,0,MAX(1,COUNTA('Technologies'!$A:$A)-1),1)"
    assert parameters["I"] == '"published,derived,assumed"'
    hidden, _, last = parameters["B"].partition("!")[2].replace("$", "").partition(":")
    words = [cell[0].value for cell in book[LISTS_SHEET][f"{hidden}:{last}"]]
    assert words[:2] == ["capex", "project_cost"]
    assert len(words) == sum(quantity.table == "parameters" for quantity in QUANTITIES)
    assert lists_of(book, "Targets")["F"] == '"absolute,reduction,share,cumulative"'


@pytest.mark.slow
def test_the_first_sheet_explains_in_the_language_asked_for(tmp_path: Path) -> None:
    for lang, title in (("sv", "Fallet town: så redigerar du det"), ("en", "The case town: how to edit it")):
        book = load_workbook(workbooks.write_book(tmp_path / f"{lang}.xlsx", lang=lang))
        assert book.worksheets[0]["A1"].value == title
    assert "Källor" in load_workbook(tmp_path / "sv.xlsx").sheetnames


def test_a_text_too_long_for_a_cell_is_told() -> None:
    tables = town.build_town(technologies=[{"technology": "boiler", "note": "x" * 40_000}])
    with pytest.raises(CaseError) as refused:
        write_template(tables, (), "en")
    assert refused.value.problems[0].tell("en") == (
        "technologies.csv row 2, column 'note': the text is longer than the 32767 letters that a cell of Excel holds. "
        "Shorten it."
    )


@pytest.mark.slow
def test_the_command_writes_the_case_named_and_nothing_over_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "lund.xlsx"
    rows = format_number(sum(map(len, read_tables(LUND).frames.values())), "sv", 0)
    assert run_template(["--path", str(LUND), "case.variants=[base_2023]", str(place), "lang=sv"], "sv") == 0
    assert capsys.readouterr().out == (
        f"Skrev {place}: fallet med {rows} rader. Redigera den i Excel eller LibreOffice och läs tillbaka den med "
        "fardplan import.\n"
    )
    book = load_workbook(place)
    assert book["Läs mig först"]["B11"].value == "base_2023"
    before = place.read_bytes()
    assert workbooks.refuse(["--case=lund", str(place)], run_template) == [
        f"{place}: the file exists and is not overwritten. Choose another name, or add --force."
    ]
    assert place.read_bytes() == before
    assert run_template(["--case=lund", str(place), "--force"], "en") == 0
    assert load_workbook(place, read_only=True).sheetnames[0] == "Read me first"
    assert [path.name for path in tmp_path.iterdir()] == ["lund.xlsx"]


WORDS = {
    (): ["fardplan template: one workbook was expected, but this was found: -. Name one file, such as case.xlsx."],
    ("a.xlsx", "b.xlsx"): [
        "fardplan template: one workbook was expected, but this was found: a.xlsx, b.xlsx. Name one file, such as "
        "case.xlsx."
    ],
    ("--casse", "a.xlsx"): ["fardplan template: there is no option '--casse'. Nearest: --case."],
    ("a.xlsx", "--case"): ["fardplan template: --case has no value. Write it after the option."],
    ("a.ods",): ["a.ods: the file's name has to end with .xlsx. Rename it, or save the file as an Excel workbook."],
    ("a.xlsx", "--case", "lundd"): ["case=lundd: there is no 'lundd'. Choose: helsingborg, lund, minimal, own."],
}


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_words_that_cannot_be_understood_are_told(words: tuple[str, ...]) -> None:
    assert workbooks.refuse(list(words), run_template) == WORDS[words]
