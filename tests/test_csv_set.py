"""The CSV set: as Swedish and English Excel read it, every number whole, no text a formula, nothing overwritten."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import workbook_runs

from runners.cli import main
from runners.reports.csv_set import DIALECTS, write_csv_cell, write_csv_set
from runners.reports.run_folder import open_run
from runners.reports.workbook import list_sheets
from runners.reports.workbook_blocks import Contents
from runners.views.section import Formula
from scenarios.errors import CaseError


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    places = tmp_path_factory.mktemp("csv")
    return workbook_runs.run_case(workbook_runs.write_rich_case(places / "evil", evil=True), places / "run")


def write(run: Path, place: Path, lang: str, force: bool = False) -> list[Path]:
    contents = Contents(open_run(run), lang)
    return write_csv_set(lang, list_sheets(contents), place, force)


def read(path: Path, delimiter: str) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "delimiter", "mark"), [("sv", ";", ","), ("en", ",", ".")])
def test_numbers_come_back_whole_with_the_marks_of_the_language(
    lang: str, delimiter: str, mark: str, run: Path, tmp_path: Path
) -> None:
    write(run, tmp_path / "csv", lang)
    (path,) = (tmp_path / "csv").glob("*_costs_present_costs.csv")
    rows = read(path, delimiter)[1:]
    values = [float(row[1].replace(mark, ".")) for row in rows]
    costs = open_run(run).tables["costs"].groupby("component")["present_value"].sum()
    assert sorted(values) == pytest.approx(sorted(costs.tolist()), rel=1e-13)
    assert all(mark in row[1] for row in rows)


@pytest.mark.slow
def test_every_file_begins_with_the_mark_that_excel_needs_and_ends_its_lines_as_excel_does(
    run: Path, tmp_path: Path
) -> None:
    for path in write(run, tmp_path / "csv", "sv"):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf"), path.name
        assert data.endswith(b"\r\n"), path.name


@pytest.mark.slow
def test_no_text_begins_as_a_formula_and_no_number_is_changed(run: Path, tmp_path: Path) -> None:
    begun = 0
    for path in write(run, tmp_path / "csv", "sv"):
        for row in read(path, ";"):
            for cell in row:
                if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                    float(cell.replace(",", "."))
                begun += cell.startswith(("'=", "'+", "'-", "'@", "'\t"))
    assert begun > 20


@pytest.mark.slow
def test_years_are_whole_also_where_some_are_blank(run: Path, tmp_path: Path) -> None:
    """They were written `2025,0`, which a reader's pivot takes for another year than 2025."""
    files = {path.name.partition("_")[2]: path for path in write(run, tmp_path / "csv", "sv")}
    rows = read(files["targets_by_year.csv"], ";")
    place = rows[0].index("år")
    assert {row[place] for row in rows[1:]} <= {str(year) for year in range(2025, 2046)}


def test_cells_are_written_by_what_they_are() -> None:
    sv = DIALECTS["sv"]
    assert [write_csv_cell(cell, sv) for cell in (None, 3, -0.1, "a;b", Formula("=SUM(A1)", 1.5))] == [
        "",
        "3",
        "-0,1",
        "a;b",
        "1,5",
    ]
    assert [write_csv_cell(text, sv) for text in ("=1", "+1", "-1", "@a", "\t=1", "\n=1")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\t=1",
        "'\n=1",
    ]


@pytest.mark.slow
def test_the_first_file_says_what_the_others_are_and_of_which_money(run: Path, tmp_path: Path) -> None:
    files = [path.name for path in write(run, tmp_path / "csv", "sv")]
    rows = read(tmp_path / "csv" / "00_innehall.csv", ";")
    assert rows[0] == ["fil", "innehåll", "del", "anmärkning"]
    assert [row[0] for row in rows[1:]] == files[1:]
    (funding,) = [row for row in rows if row[0].endswith("_funding.csv")]
    assert funding[3].startswith("Pengar i mnkr, fasta priser i 2024 års prisnivå")


@pytest.mark.slow
def test_a_folder_with_something_in_it_is_left_alone_unless_it_is_forced(run: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        write(run, tmp_path, "sv")
    assert [problem.tell("sv") for problem in caught.value.problems] == [
        f"{tmp_path}: mappen är inte tom och inget i den skrivs över. Ange en annan efter --csv, eller säg --force."
    ]
    write(run, tmp_path, "sv", force=True)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "00_innehall.csv").is_file()
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_a_file_is_no_place_for_a_set(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "csv").touch()
    assert main(["workbook", str(run), "--csv", str(tmp_path / "csv"), "--force"]) == 2
    assert capsys.readouterr().err == f"{tmp_path}/csv: platsen är en fil. Ange en mapp efter --csv.\n"
