"""Forms read back: actions become drafts of measures with what they lack, and the action list goes there and back."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import workbook_runs
from test_forms import CELLS, fill, write_forms_case

from runners.cli import main
from runners.forms.catalog import ACTION

LISTED = [
    {
        "action": "01_pumps",
        "name_sv": "Värmepumpar",
        "name_en": "Heat pumps",
        "status": "planned",
        "measures": "pump",
        "stated_cost": "7",
        "stated_tonnes": "650",
        "source": "hand",
        "field": "Energy",
        "kind": "Technical",
        "lever": "Technology",
        "responsible": "City",
        "involved": "Owners",
        "begins": "2025",
        "ends": "2030",
        "description": "Pumps for all",
        "comment": "begun",
        "energy": "5 GWh",
        "replaced": "gas",
        "cost_text": "7 MSEK",
    },
    {
        "action": "02_talk",
        "name_sv": "Samtal",
        "name_en": "Talk",
        "status": "ongoing",
        "source": "hand",
        "field": "Cross-cutting",
        "kind": "Management",
        "lever": "Governance",
        "responsible": "Office",
        "begins": "2024",
        "ends": "2026",
        "comment": "with everyone",
    },
]
WORDS = ("field", "kind", "lever", "responsible", "involved", "description", "comment", "energy", "replaced")
NEVER = "unit of how much, and how much there can be; life; what it makes, uses and replaces; operation and upkeep"


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("drafts")
    case = write_forms_case(place / "town")
    pd.DataFrame(LISTED).fillna("").to_csv(case / "actions.csv", index=False)
    workbook_runs.run_case(case, place / "run")
    return fill(place / "run", ACTION, "lang=en")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def draft(file: Path, folder: Path, *words: str) -> Path:
    assert main(["forms", str(file), "--drafts", str(folder), "lang=en", *words]) == 0
    return folder


@pytest.mark.slow
def test_the_list_of_actions_goes_into_a_form_and_comes_back(form: Path, tmp_path: Path) -> None:
    back = read(draft(form, tmp_path / "back") / "actions.csv")
    assert [row["name_en"] for row in back] == [row["name_en"] for row in LISTED]
    for was, came in zip(LISTED, back, strict=True):
        assert {word: came[word] for word in WORDS} == {word: was.get(word, "") for word in WORDS}


def test_each_draft_says_what_it_lacks(form: Path, tmp_path: Path) -> None:
    """The form has no years of its outlines, and the second action has no measure: neither cost nor tonnes."""
    drafts = read(draft(form, tmp_path / "back") / "drafts.csv")
    assert drafts[1]["draft"] == "02_talk"
    assert drafts[1]["missing"] == f"earliest start; investment; effect in tonnes a year; {NEVER}"
    assert drafts[0]["cost_unit"] == "EUR"
    assert float(drafts[0]["cost"]) > 0


def test_other_cells_of_a_form_come_back_as_cells_of_the_case(form: Path, tmp_path: Path) -> None:
    cells = read(draft(form, tmp_path / "back") / "form_cells.csv")
    assert ("A-1.1", "Buildings", "2", "86654") in {(c["sheet"], c["row"], c["column"], c["value"]) for c in cells}
    assert "A-1.1,Buildings,2,86654,hand" in CELLS


def test_a_list_of_actions_becomes_drafts(tmp_path: Path) -> None:
    heads = "city,no,action,field,responsible,capex_low,currency_unit,t_co2e_low"
    text = f"{heads}\nLund,1,Ny panna,Energi,Bolaget,2000,MSEK,100\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    drafts = read(draft(tmp_path / "list.csv", tmp_path / "out") / "drafts.csv")
    assert [(d["draft"], d["cost"], d["cost_unit"], d["tonnes"]) for d in drafts] == [
        ("01_ny_panna", "2000", "MSEK", "100")
    ]
    assert drafts[0]["missing"] == f"earliest start; {NEVER}"


def test_a_form_of_another_version_is_recognised_by_its_headings_and_told(
    form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(form)
    sheet = book["C-3.1"]
    cell = next(c for row in sheet.iter_rows() for c in row if str(c.value).startswith("Start/end date"))
    cell.value = "Timeline"
    book.save(tmp_path / "other.xlsx")
    draft(tmp_path / "other.xlsx", tmp_path / "out")
    told = capsys.readouterr().out
    assert (
        "The sheet 'C-3.1' is another version of the table C-3.1; headings that differ: Start/end date; Timeline"
        in told
    )


def refuse(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    capsys.readouterr()
    assert main(["forms", *map(str, words), "lang=en"]) == 2
    return capsys.readouterr().err.strip()


@pytest.mark.slow
def test_what_cannot_be_read_back_is_told(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert refuse(capsys, tmp_path / "none.csv", "--drafts", tmp_path / "x") == (
        "none.csv row 1: the list has no column with the names of actions. Its columns are: a, b. The name may be "
        "called: name, action, name_en."
    )
    book = openpyxl.Workbook()
    book.active["A1"] = "hello"
    book.save(tmp_path / "empty.xlsx")
    assert refuse(capsys, tmp_path / "empty.xlsx", "--drafts", tmp_path / "x") == (
        "empty.xlsx: no sheet has the headings of any form that we know. See whether the file is a filled form."
    )
    assert refuse(capsys, "--drafts", tmp_path / "x") == (
        "fardplan forms: say which form or list is to be read: one file."
    )
    changed = openpyxl.load_workbook(form)
    sheet = changed["A-1.1"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == 86654)
    cell.value = "much"
    changed.save(tmp_path / "text.xlsx")
    assert refuse(capsys, tmp_path / "text.xlsx", "--drafts", tmp_path / "x").endswith(
        "the column on the sheet 'A-1.1' holds numbers (MWh), and 'much' is none. Write the number with a decimal "
        "point, or leave the cell open."
    )
