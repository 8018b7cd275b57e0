"""The workbook: its figures are the run's, its totals live, its texts texts, and nothing is overwritten unasked."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import test_cli
import workbook_runs
from fake_sweep import sign_sweep, write_sweep
from lund_runs import LundRun
from sealed import rewrite_manifest

from conf.words import LANGUAGES, format_number, read_messages, say
from runners.accounts.green_impact import GRID_FACTOR, OTHERS
from runners.cli import main
from runners.commands.workbook import read_request
from runners.reports.run_folder import Run, check_comparable, open_run
from runners.reports.workbook import SHEETS, list_sheets, write_workbook
from runners.reports.workbook_blocks import Contents
from runners.results.sweep import open_sweep_folder
from runners.views.renderers.workbook_format import write_number_format
from runners.views.section import Kind
from scenarios.catalog import QUANTITIES
from scenarios.choices import Choices
from scenarios.errors import CaseError

LUND = Choices(variants=("base_2024",))
DIGITS = 1e-15
"""A workbook holds sixteen digits of a number."""
OURS = re.compile(
    r"=(SUM|SUBTOTAL|MIN|MEDIAN|AVERAGE|MAX)\((9,)?[A-Z]+\d+(:[A-Z]+\d+)?\)"
    r"|=[A-Z]\d+-[A-Z]\d+(\*grid_factor)?|=I\d+\*E\d+/100|=[a-z_]+_total"
)
"""Every formula that a workbook may hold."""


def run_workbook(words: Sequence[str], lang: str) -> int:
    """The exit code of `fardplan workbook`."""
    return main(["workbook", *words, f"lang={lang}"])


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbooks")


@pytest.fixture(scope="module")
def town_run(places: Path) -> Path:
    return workbook_runs.run_case(workbook_runs.write_rich_case(places / "town"), places / "run")


@pytest.fixture(scope="module")
def evil_run(places: Path) -> Path:
    return workbook_runs.run_case(workbook_runs.write_rich_case(places / "evil", evil=True), places / "evil_run")


@pytest.fixture(scope="module")
def plain_run(places: Path) -> Path:
    """A run without actors."""
    case = test_cli.write_case(places / "plain", cap=-1.0, mode="priced")
    return workbook_runs.run_case(case, places / "plain_run", Choices(salvage="none"))


@pytest.fixture(scope="module")
def lund(lund_run: LundRun) -> Path:
    return lund_run.place


@pytest.fixture(scope="module")
def lund_book(lund: Path, places: Path) -> Path:
    return write_workbook(Contents(open_run(lund), "sv"), places / "lund.xlsx")


def told(error: pytest.ExceptionInfo[CaseError]) -> list[str]:
    return [problem.tell("sv") for problem in error.value.problems]


def formulas_of(path: Path) -> Iterator[tuple[str, str, str]]:
    for sheet in workbook_runs.load(path, values=False).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, str(cell.value)


# What it says


def test_the_figures_of_lund_are_those_of_its_summary(lund: Path, lund_book: Path) -> None:
    """Value, cap and miss of twelve targets, and three sums: 39 figures read back from the first sheet."""
    summary, rows = open_run(lund).summary, workbook_runs.read_rows(workbook_runs.load(lund_book), "Sammanfattning")
    found = {str(row[0]): row for row in rows}
    for entry in summary["targets"]:
        expected = [entry[name] for name in ("year", "cap", "value", "excess")]
        assert found[entry["name_sv"]][2:6] == pytest.approx(expected, rel=DIGITS)
    assert found["planens nuvärde, kostnad plus"][1] == pytest.approx(summary["objective_money"], rel=DIGITS)
    assert found["finansieringens nuvärde, bidrag avdragna"][1] == pytest.approx(
        summary["finance_cost_money"], rel=DIGITS
    )
    assert found["kalkylränta, real"][1] == pytest.approx(100 * summary["discount_rate"])
    assert 3 * len(summary["targets"]) + 3 >= 30


def test_present_values_by_part_sum_to_what_was_least(lund: Path, lund_book: Path) -> None:
    rows = workbook_runs.read_rows(workbook_runs.load(lund_book), "Kostnad")
    present = [row[0] for row in rows].index("Nuvärde per del")
    summed = next(row for row in rows[present:] if row[0] == "summa")
    assert summed[1] == pytest.approx(open_run(lund).summary["objective_money"])


def test_outlays_by_owner_and_by_measure_and_their_funding_are_the_same_money(lund_book: Path) -> None:
    rows = workbook_runs.read_rows(workbook_runs.load(lund_book), "Sammanfattning")
    sums = [
        row[1]
        for row in rows
        if str(row[0]).startswith(("investeringsutgift", "därav med ägare", "finansiering, alla"))
    ]
    assert len(sums) == 3
    assert sums[0] == pytest.approx(5861.9, abs=0.5)
    assert sums == pytest.approx([sums[0]] * 3)


@pytest.mark.slow
def test_every_sheet_with_money_says_of_which_price_level(town_run: Path) -> None:
    contents = Contents(open_run(town_run), "en")
    for sheet in list_sheets(contents):
        if sheet.key not in ("path", "sources"):
            assert sheet.notes[0].startswith("Money in MSEK, constant prices of 2024"), sheet.key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_has_a_tab_a_title_and_a_reason_to_be_left_out(lang: str) -> None:
    known = read_messages()
    keys = ("summary", "charts", *SHEETS)
    tabs = [say(f"result_tab_{k}" if f"result_tab_{k}" in known else f"workbook_tab_{k}", lang) for k in keys]
    assert len(set(tabs)) == len(tabs)
    assert all(len(tab) <= 31 and not set(tab) & set("[]:*?/\\") for tab in tabs)
    for key in (key for key in SHEETS if key != "finder"):  # left out as the sheet of its sweep is
        assert say(f"workbook_title_{key}", lang)
        assert say(f"workbook_without_{key}", lang)


def test_every_quantity_of_the_catalog_has_a_name_for_readers() -> None:
    known = read_messages()
    missing = [q.name for q in QUANTITIES if not {f"quantity_{q.name}", f"workbook_quantity_{q.name}"} & set(known)]
    assert missing == []


@pytest.mark.slow
def test_a_case_without_actors_has_no_sheets_of_money_and_says_so(plain_run: Path, tmp_path: Path) -> None:
    book = workbook_runs.load(write_workbook(Contents(open_run(plain_run), "sv"), tmp_path / "plan.xlsx"))
    assert "Finansiering" not in book.sheetnames
    rows = workbook_runs.read_rows(book, "Sammanfattning")
    assert ["Finansiering: vem betalar med vad", "utelämnat", "fallet har inga aktörer (actors.csv)"] in [
        row[:3] for row in rows
    ]
    assert ["Planens kostnad, del för del", "Kostnad", None] in [row[:3] for row in rows]


def test_names_freeze_filter_and_print_as_they_should(lund_book: Path) -> None:
    book = workbook_runs.load(lund_book)
    assert {"facts", "outlays", "outlays_total", "funding_total", "numbers", "grid_factor"} <= set(book.defined_names)
    measures = book["Åtgärder"]
    assert (measures.freeze_panes, measures.page_setup.paperSize) == ("C8", 9)
    assert (measures.page_setup.orientation, measures.print_title_rows) == ("landscape", "$7:$7")
    assert measures.auto_filter.ref.startswith("A7:")
    assert "&P/&N" in str(measures.oddFooter.right.text)
    assert measures["A8"].font.name == "Calibri"


def test_charts_are_drawn_from_cells(lund_book: Path) -> None:
    with zipfile.ZipFile(lund_book) as file:
        charts = [name for name in file.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 10
        text = file.read(charts[0]).decode()
    assert re.search(r"<c:f>'?Utsläppsbana'?!\$C\$6:\$W\$6</c:f>", text)


def test_number_formats_leave_the_marks_to_the_reader() -> None:
    assert write_number_format(Kind.COUNT) == "#,##0;−#,##0;#,##0"
    assert write_number_format(Kind.YEARLY, 1) == "#,##0.0;−#,##0.0;–"
    assert write_number_format(Kind.WHOLE) == "0"


@pytest.mark.slow
def test_one_run_gives_one_file(town_run: Path, tmp_path: Path) -> None:
    contents = Contents(open_run(town_run), "sv")
    one, two = (write_workbook(contents, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == two.read_bytes()


# Formulas


@pytest.mark.slow
def test_no_text_of_a_case_becomes_a_formula(evil_run: Path, tmp_path: Path) -> None:
    path = write_workbook(Contents(open_run(evil_run), "sv"), tmp_path / "evil.xlsx")
    formulas = list(formulas_of(path))
    assert len(formulas) > 50
    assert [found for found in formulas if not OURS.fullmatch(found[2])] == []
    texts = {row[0] for row in workbook_runs.read_rows(workbook_runs.load(path), "Utgift per åtgärd")}
    assert {text for text in texts if str(text).startswith(("=1+1", "+1", "-2+3", "@SUM"))}


@pytest.mark.slow
def test_totals_were_written_with_the_sums_of_their_cells(lund_book: Path) -> None:
    formulas, values = workbook_runs.load(lund_book, values=False), workbook_runs.load(lund_book)
    checked = 0
    for tab, place, text in formulas_of(lund_book):
        span = re.fullmatch(r"=(?:SUM|SUBTOTAL)\((?:9,)?([A-Z]+\d+:[A-Z]+\d+)\)", text)
        if span:
            cells = [cell.value for row in values[tab][span[1]] for cell in row]
            total = sum(cell for cell in cells if isinstance(cell, float | int))
            assert values[tab][place].value == pytest.approx(total, abs=1e-9), (tab, place)
            checked += 1
    assert checked > 200
    assert formulas.sheetnames == values.sheetnames


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here")
def test_libreoffice_recalculates_every_formula_to_the_same_digits(lund: Path, evil_run: Path, tmp_path: Path) -> None:
    """Each formula, reckoned anew, is what it was written with, far beyond the last digit shown."""
    sweep = make_sweep(tmp_path / "sweep", lund)
    contents = Contents(open_run(lund), "sv", open_run(lund), open_sweep_folder(sweep))
    for name, made in (("lund", contents), ("evil", Contents(open_run(evil_run), "en"))):
        path = write_workbook(made, tmp_path / f"{name}.xlsx")
        again = recalculate(path, tmp_path / "again")
        before, after = workbook_runs.load(path), workbook_runs.load(again)
        formulas = list(formulas_of(path))
        assert len(formulas) > 50
        for tab, place, _ in formulas:
            value, shown = before[tab][place].value, after[tab][place].value
            assert shown == pytest.approx(value, rel=1e-12, abs=1e-9), (tab, place)
            assert format_number(shown, "sv", 1) == format_number(value, "sv", 1)


def recalculate(path: Path, folder: Path) -> Path:
    """The file as LibreOffice saves it, without the values it was written with."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    bare = folder / path.name
    folder.mkdir(exist_ok=True)
    drop_values(path, bare)
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(folder / "out"), str(bare)], check=True, capture_output=True, timeout=120)
    return folder / "out" / path.name


def drop_values(path: Path, bare: Path) -> None:
    """A copy in which formulas have no values, so that whoever opens it has to reckon them."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text)
            new.writestr(name, text)


# Green money


def test_tonnes_of_measures_and_the_rest_sum_to_the_difference_of_the_accounts(lund: Path) -> None:
    """No tonne is counted twice: the rows sum to what the plan emits less than the do-nothing path."""
    table = open_run(lund).tables["green_impact"]
    assert table["technology"].iloc[-1] == OTHERS
    assert ((table["green_share"].dropna() >= 0) & (table["green_share"].dropna() <= 1)).all()
    assert table["tonnes_total"].notna().all()


def test_tonnes_with_electricity_follow_the_factor(lund_book: Path) -> None:
    """Solar roofs make power: their tonnes are all of the grid, and all of them financed by green loans."""
    rows = workbook_runs.read_rows(workbook_runs.load(lund_book), "Gröna obligationer")
    owners = [row for row in rows if row[1] == "B6"]
    assert [row[2] for row in owners] == ["Lunds kommun", "Lunds kommuns fastighets AB (LKF)"]
    for solar in owners:
        assert solar[6] == pytest.approx(0.0)
        assert solar[8] == pytest.approx(-GRID_FACTOR * float(str(solar[7])))
        assert solar[9] == pytest.approx(float(str(solar[8])) * float(str(solar[4])) / 100)


# Against another run, and a sweep


def make_sweep(place: Path, run: Path, **columns: object) -> Path:
    """Four scenarios of a plan's case, the last without a plan."""
    write_sweep(place, 4)
    results = pd.read_parquet(place / "results.parquet").drop(columns=["price", "target.territorial_2030"])
    table = {
        "price": ["low", "high", "=1+1", "base"],
        "adjust.capex.all": [0.8, 1.0, 1.2, 1.0],
        "status": ["optimal", "optimal", "within_gap", "infeasible"],
        "objective_money": [10.0, 20.0, 60.0, np.nan],
        "targets_missed": [1, 2, 3, 0],
        "peak_debt_money": [5.0, 6.0, 7.0, np.nan],
        **columns,
    }
    results.assign(**table).to_parquet(place / "results.parquet")
    rewrite_manifest(place, **{name: open_run(run).manifest[name] for name in ("case", "inputs")})
    sign_sweep(place)
    return place


@pytest.mark.slow
def test_a_sweep_shows_its_spread_and_every_scenario(town_run: Path, tmp_path: Path) -> None:
    """Costs 10, 20 and 60: least 10, median 20, mean 30, most 60; the one without a plan has none."""
    sweep, out = make_sweep(tmp_path / "sweep", town_run), tmp_path / "plan.xlsx"
    assert run_workbook([str(town_run), "--sweep", str(sweep), "--out", str(out)], "sv") == 0
    rows = workbook_runs.read_rows(workbook_runs.load(out), "Känslighet")
    (heads,) = [row for row in rows if row[:2] == ["post", "lägst"]]
    (costs,) = [row for row in rows if row[0] == "nuvärde, mnkr" and row[1] == 10.0]
    spread = dict(zip(heads, costs, strict=True))
    assert [spread[name] for name in ("lägst", "median", "medel", "högst")] == [10.0, 20.0, 30.0, 60.0]
    rows = workbook_runs.read_rows(workbook_runs.load(out), "Scenarier")
    assert [3, "olösbar", None, None, None, "base", 1.0] in [row[:7] for row in rows]


@pytest.mark.slow
def test_a_sweep_by_itself_is_a_workbook_too(town_run: Path, tmp_path: Path) -> None:
    sweep, out = make_sweep(tmp_path / "sweep", town_run), tmp_path / "sweep.xlsx"
    assert run_workbook([str(sweep), "--out", str(out), "--csv", str(tmp_path / "csv")], "sv") == 0
    assert workbook_runs.load(out).sheetnames == ["Känslighet", "Scenarier"]
    assert "low;0,8" in (tmp_path / "csv" / "02_finder_scenarios.csv").read_text(encoding="utf-8-sig")


@pytest.mark.slow
def test_changes_show_what_was_chosen_otherwise_and_what_came_of_it(town_run: Path, tmp_path: Path) -> None:
    run = open_run(town_run)
    config = {**run.manifest["config"], "exclude": ["pump"]}
    other = replace(run, manifest={**run.manifest, "config": config}, summary={**run.summary, "objective_money": 1.0})
    path = write_workbook(Contents(run, "sv", other), tmp_path / "plan.xlsx")
    rows = workbook_runs.read_rows(workbook_runs.load(path), "Ändringar")
    assert ["exclude", "[]", "['pump']"] in [row[:3] for row in rows]
    (row,) = [row for row in rows if str(row[0]).startswith("nuvärde, mål värderade")]
    assert row[1:5] == ["mnkr", run.summary["objective_money"], 1.0, run.summary["objective_money"] - 1.0]


@pytest.mark.slow
def test_runs_of_other_money_are_not_compared(town_run: Path, plain_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    mine, other = open_run(town_run), open_run(plain_run)
    with pytest.raises(CaseError) as caught:
        check_comparable(mine, other)
    assert told(caught) == [
        f"{plain_run}: 'price_year' är 2025 där men 2024 i körningen, så beloppen kan inte jämföras. "
        "Räkna om den ena planen med samma pengar."
    ]
    assert run_workbook([str(town_run), "--against", str(plain_run), "--out", str(out)], "sv") == 2
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (shutil.rmtree, "{place}: mappen finns inte. Ange en svepnings mapp efter --sweep."),
        (
            lambda place: (place / "results.parquet").unlink(),
            "{place}: svepet är inte färdigt: results.parquet saknas. Kör samma svep igen, så fortsätter det där det "
            "slutade.",
        ),
        (
            lambda place: pd.DataFrame({"scenario": [1]}).to_parquet(place / "results.parquet"),
            "{place}/results.parquet: tabellen saknar id, message, objective_money, peak_debt_money, status, "
            "targets_missed. Den är ändrad eller gjord med en annan version: kör svepet på nytt.",
        ),
    ],
)
def test_a_sweep_that_is_none_is_told(
    spoil: object, message: str, town_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_sweep(tmp_path / "sweep", town_run)
    spoil(place)  # type: ignore[operator]
    if (place / "results.parquet").exists():
        sign_sweep(place)
    words = [str(town_run), "--sweep", str(place), "--out", str(tmp_path / "plan.xlsx")]
    assert run_workbook(words, "sv") == 2
    assert capsys.readouterr().err == message.format(place=place) + "\n"


@pytest.mark.slow
def test_results_that_are_no_parquet_are_told(
    town_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_sweep(tmp_path / "sweep", town_run)
    (place / "results.parquet").write_bytes(b"spoiled")
    sign_sweep(place)
    assert run_workbook([str(town_run), "--sweep", str(place), "--csv", str(tmp_path / "csv")], "sv") == 2
    told = "results.parquet: filen saknas eller är ingen Parquet-tabell. Kör samma svep igen, så skrivs den.\n"
    assert capsys.readouterr().err == f"{place}/{told}"


# Places and words


@pytest.mark.slow
def test_nothing_is_overwritten_unless_it_is_forced(
    town_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.xlsx"
    out.write_text("mine", encoding="utf-8")
    assert run_workbook([str(town_run), "--out", str(out)], "sv") == 2
    assert capsys.readouterr().err == (
        f"{out}: filen finns redan och skrivs inte över. Välj ett annat namn, eller lägg till --force.\n"
    )
    assert out.read_text(encoding="utf-8") == "mine"
    assert run_workbook([str(town_run), "--out", str(out), "--force"], "sv") == 0
    assert capsys.readouterr().out == f"Skrivet: {out}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


def test_a_run_that_was_edited_gives_no_workbook(
    town_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Path(shutil.copytree(town_run, tmp_path / "run"))
    (run / "tables" / "funding.csv").unlink()
    assert run_workbook([str(run), "--out", str(tmp_path / "plan.xlsx"), "--csv", str(tmp_path / "csv")], "sv") == 2
    assert capsys.readouterr().err == (
        f"{run}/tables/funding.csv: filen saknas, men körningen skrevs med den. "
        "Lägg tillbaka den eller gör om körningen.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.slow
def test_a_failure_while_writing_leaves_what_stood_there(
    town_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    out = tmp_path / "plan.xlsx"
    out.write_text("mine", encoding="utf-8")
    monkeypatch.setattr("runners.reports.workbook._fill_file", fail)
    with pytest.raises(CaseError) as caught:
        write_workbook(Contents(open_run(town_run)), out, force=True)
    assert told(caught) == [
        f"{out}: går inte att skriva (disken är full). "
        "Välj en annan plats, eller stäng filen om den är öppen i ett annat program."
    ]
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (
            [],
            [
                "RUN: ange körningens mapp, till exempel fardplan workbook runs/NAMN --out plan.xlsx.",
                "--out: ange vad som ska skrivas: --out FIL.xlsx, --csv MAPP eller båda.",
            ],
        ),
        (["run", "--out", "plan.xls"], ["plan.xls: arbetsbokens namn måste sluta på .xlsx. Byt ändelse."]),
        (
            ["run", "--outt", "--csv", "csv"],
            ["--outt: ordet är okänt; närmast ligger --out. Se fardplan workbook --help."],
        ),
        (
            ["run", "more", "--csv=csv"],
            ["more: en körning är redan angiven. Ange en mapp; den som ska jämföras anges med --against."],
        ),
        (
            ["run", "--csv=csv", "--sweep"],
            ["--sweep: efter ordet måste en fil eller mapp stå, till exempel --out PLATS."],
        ),
    ],
)
def test_words_that_cannot_be_followed_are_told_all_at_once(words: list[str], messages: list[str]) -> None:
    with pytest.raises(CaseError) as caught:
        read_request(words)
    assert told(caught) == messages


def test_a_folder_is_no_place_for_a_workbook(town_run: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(CaseError) as caught:
        write_workbook(Contents(open_run(town_run)), tmp_path / "plan.xlsx", force=True)
    assert told(caught) == [f"{tmp_path}/plan.xlsx: är en mapp. Ange en fil, till exempel en ny i den."]


def test_help_is_given_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_workbook(["--help"], "en") == 0
    assert capsys.readouterr().out.startswith("fardplan workbook RUN --out FILE.xlsx")


def test_a_run_is_a_value() -> None:
    assert Run.__dataclass_params__.frozen  # type: ignore[attr-defined]
