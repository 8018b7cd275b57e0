"""Cost curves in workbook and report: the figures of a small town, what stands where, and which folders are refused."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pandas as pd
import pytest
import test_curve_command
import test_workbook
import workbook_runs
from sealed import rewrite_manifest

from runners.cli import main
from runners.reports.curve_folder import open_curve, open_curves
from runners.reports.run_folder import open_run
from runners.reports.workbook import list_sheets, write_workbook
from runners.reports.workbook_blocks import Contents
from runners.results.manifest import seal_manifest
from runners.results.result import Result
from runners.views.curve_sums import spread_ways, step_marginals
from runners.views.curve_words import cut_axis, list_changes, tell_choices
from runners.views.renderers.sheets import Sheet
from runners.views.section import Formula
from scenarios.errors import CaseError

PRICED = ("target.mode=priced", "target.excess_price=10")
EVIL = '=HYPERLINK("http://x")'


def write_case(folder: Path, name: str = "") -> list[str]:
    """The town of the curve: filters take 4 kt at 1 MSEK/kt, scrubbers 5 kt at 3."""
    place = test_curve_command.write_case(folder)
    if name:
        table = pd.read_csv(place / "technologies.csv", keep_default_na=False, dtype=str)
        table.loc[table["technology"] == "filter", ["name_sv", "name_en"]] = name
        table.to_csv(place / "technologies.csv", index=False)
    return [f"case.path={place}", "convention=no_salvage"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with its three curves, and a plan of a town whose filters have an evil name, with its curve."""
    folder = tmp_path_factory.mktemp("curves")
    case, evil = write_case(folder / "case"), write_case(folder / "evil_case", EVIL)
    for out, words in (
        ("plan", ["plan", *case]),
        ("system", ["curve", *case, "curve.error=1e-9"]),
        ("measures", ["curve", *case, *PRICED, "curve.kind=measures", "measures.account=co2"]),
        ("frontier", ["curve", *case, "curve.kind=frontier", "curve.second=soot", "curve.levels=2"]),
        ("dear", ["curve", *case, "convention.discount_rate=0.1"]),
        ("evil_plan", ["plan", *evil]),
        ("evil_curve", ["curve", *evil]),
    ):
        with patch("runners.reports.plan_charts.draw_plan"):  # a plan's own, which nobody looks at here
            assert main([*words, f"out={folder / out}"]) == 0
    return folder


@pytest.fixture
def curves(made: Path) -> tuple[Result, ...]:
    return open_curves([made / kind for kind in ("system", "measures", "frontier")], open_run(made / "plan"))


def find_sheet(made: Path, curves: tuple[Result, ...], key: str, lang: str = "en") -> Sheet:
    sheets = list_sheets(Contents(open_run(made / "plan"), lang, curves=curves))
    return next(sheet for sheet in sheets if sheet.key == key)


def write_page(made: Path, out: Path, *places: str) -> str:
    assert main(["report", *(str(made / place) for place in places), "--out", str(out)]) == 0
    return unescape(re.sub(r"<[^>]+>", " ", out.read_text(encoding="utf-8")))


def copy_curve(made: Path, place: Path, change: dict[str, object] | None = None, drop: str = "") -> Path:
    """A copy of the curve whose `curve.json` says otherwise, with a digest that fits."""
    from runners.keepsake import digest_files

    shutil.copytree(made / "system", place)
    content = json.loads((place / "curve.json").read_text())
    content |= change or {}
    content.pop(drop, None)
    (place / "curve.json").write_text(json.dumps(content))
    manifest = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").unlink()
    manifest["files"] = digest_files(place)
    (place / "manifest.json").write_text(json.dumps(seal_manifest(manifest)))
    return place


def refusal(place: Path) -> list[str]:
    with pytest.raises(CaseError) as error:
        open_curve(place)
    return [problem.tell("en") for problem in error.value.problems]


# What they show


@pytest.mark.slow
def test_a_level_of_one_kt_costs_nineteen_more_than_none(made: Path, curves: tuple[Result, ...]) -> None:
    """4 kt at 1 and 5 kt at 3 are 19; the extra cost is live: its row's less that of the plan without a cap."""
    sheet = find_sheet(made, curves, "curve_system")
    points = next(block for block in sheet.blocks if block.key == "curve_points")
    last = points.rows[-1]
    assert last[0] == pytest.approx(1, abs=1e-4)
    assert last[2] == pytest.approx(19, abs=1e-3)
    assert isinstance(last[3], Formula)
    assert last[3].value == pytest.approx(19, abs=1e-3)
    assert last[5] == pytest.approx(3000)


def test_steps_lie_at_what_the_measures_cost_per_tonne(curves: tuple[Result, ...]) -> None:
    steps = step_marginals(curves[0])
    assert sorted({round(price) for price in steps["marginal"]}) == [1000, 3000]
    assert steps["from"].iloc[0] == pytest.approx(10)


def test_measures_enter_where_they_are_first_built(curves: tuple[Result, ...]) -> None:
    assert " ".join(list_changes(curves[0], "en").values()) == "in F in S"


def test_scrubbers_cost_fifteen_alone_three_last_and_nine_as_a_share(made: Path, curves: tuple[Result, ...]) -> None:
    """5 kt are to go: alone all by scrubbers at 3; after filters (4 kt) 1 kt; the mean of both orders is 3 kt."""
    table = spread_ways(curves[1], "measure").set_index("item")
    costs = [table.loc["scrubber", f"cost_{way}"] for way in ("alone", "last", "share")]
    prices = [table.loc["scrubber", f"cost_per_tonne_{way}"] for way in ("alone", "last", "share")]
    assert costs == pytest.approx([15, 3, 9])
    assert prices == pytest.approx([prices[0]] * 3)
    block = find_sheet(made, curves, "curve_measures").blocks[0]
    live = [cell for row in block.rows for cell in row if isinstance(cell, Formula)]
    assert [cell.text for cell in live[:3]] == ["=1000*F{row}/I{row}", "=1000*G{row}/J{row}", "=1000*H{row}/K{row}"]
    assert [cell.value for cell in live[:3]] == pytest.approx(prices)


def test_a_line_of_the_trade_off_per_level_of_the_second_aim(made: Path, curves: tuple[Result, ...]) -> None:
    sheet, points = find_sheet(made, curves, "curve_frontier"), curves[2].tables["points"]
    assert len(sheet.blocks[0].rows) == len(points)
    (chart,) = sheet.pictures
    (lines,) = [rows for rows in chart.spec["datasets"].values() if "second" in rows[0]]
    assert len({row["second"] for row in lines}) == points["second_level"].nunique()


@pytest.mark.slow
def test_sheet_report_and_json_say_the_same(made: Path, curves: tuple[Result, ...], tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    words = [f"--curve={made / kind}" for kind in ("system", "measures", "frontier")]
    assert main(["workbook", str(made / "plan"), *words, "--out", str(out), "lang=en"]) == 0
    book = openpyxl.load_workbook(out, data_only=True)
    assert {"Cost curve", "Cost by measure", "Trade-off"} <= set(book.sheetnames)
    cells = [cell for row in book["Cost curve"].iter_rows(values_only=True) for cell in row]
    page = write_page(made, tmp_path / "plan.html", "plan", "system")
    for point in curves[0].facts["points"]:
        assert any(cell == pytest.approx(point["cost_money"], rel=1e-12) for cell in cells if isinstance(cell, float))
        assert f"{point['extra_money']:.1f}" in page
    assert "Cost curve of the system: " in page
    assert "Systemets kostnadskurva: " in page


@pytest.mark.slow
def test_the_csv_set_has_the_curve_too(made: Path, tmp_path: Path) -> None:
    words = ["--curve", str(made / "system"), "--csv", str(tmp_path / "csv"), "lang=en"]
    assert main(["workbook", str(made / "plan"), *words]) == 0
    (path,) = (tmp_path / "csv").glob("*curve_points*")
    assert path.read_text(encoding="utf-8-sig").splitlines()[-1].split(",")[-1] == "in S"


def test_without_a_curve_the_workbook_says_how_to_get_one(made: Path) -> None:
    first = list_sheets(Contents(open_run(made / "plan"), "en"))[0]
    rows = [row for block in first.blocks if block.key == "sheets" for row in block.rows]
    reasons = {str(row[0]): str(row[2]) for row in rows}
    assert reasons["Cost curve of the system"] == "no curve was given: fardplan curve out=DIR, and --curve DIR here"


def test_what_was_chosen_otherwise_than_for_the_plan_is_told(made: Path) -> None:
    run = open_run(made / "plan")
    assert tell_choices(open_curve(made / "dear"), run.manifest, "en") == (
        "The curve was made with other choices than the plan in: conventions.",
    )
    assert tell_choices(open_curve(made / "system"), run.manifest, "en") == ()


def test_an_axis_is_cut_only_where_the_last_stretch_soars() -> None:
    even = pd.DataFrame({"level": [10.0, 5.0, 0.0], "price": [1.0, 2.0, 2.2]})
    soaring = pd.DataFrame({"level": [10.0, 5.0, 0.5, 0.0], "price": [1.0, 2.0, 50.0, 900.0]})
    assert cut_axis(even, "price") is None
    assert cut_axis(soaring, "price") == pytest.approx(2.5)


@pytest.mark.slow
def test_a_name_is_no_formula_in_a_curve(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "evil.xlsx"
    words = ["--curve", str(made / "evil_curve"), "--out", str(out)]
    assert main(["workbook", str(made / "evil_plan"), *words]) == 0
    sheet = openpyxl.load_workbook(out)["Kostnadskurva"]
    named = [cell for row in sheet.iter_rows() for cell in row if cell.value == EVIL]
    assert named
    assert all(cell.data_type == "s" for cell in named)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here")
def test_libreoffice_reckons_the_curves_to_the_same_digits(
    made: Path, curves: tuple[Result, ...], tmp_path: Path
) -> None:
    contents = Contents(open_run(made / "plan"), "sv", curves=curves)
    path = write_workbook(contents, tmp_path / "curves.xlsx")
    again = workbook_runs.load(test_workbook.recalculate(path, tmp_path / "again"))
    before, checked = workbook_runs.load(path), 0
    for tab, place, _ in test_workbook.formulas_of(path):
        assert again[tab][place].value == pytest.approx(before[tab][place].value, rel=1e-9, abs=1e-9), (tab, place)
        checked += tab in ("Kostnadskurva", "Åtgärdskostnad")
    assert checked > 10


# What is refused


def test_a_file_that_was_changed_is_named(made: Path, tmp_path: Path) -> None:
    place = shutil.copytree(made / "system", tmp_path / "edited")
    table = place / "tables" / "points.csv"
    table.write_text(table.read_text() + "\n")
    assert refusal(place) == [
        f"{table}: the file was changed after the run, so that its numbers are not the run's. "
        "Put it back, or run it anew."
    ]


def test_a_plan_is_no_curve(made: Path) -> None:
    assert refusal(made / "plan") == [
        f"{made / 'plan'}: the folder says it is 'plan', where 'curve' is needed. "
        "Name a folder that fardplan curve has written."
    ]


def test_a_curve_is_no_plan(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workbook", str(made / "system"), "--out", str(tmp_path / "x.xlsx"), "lang=en"]) == 2
    assert capsys.readouterr().err == (
        f"{made / 'system'}: a curve is shown beside its plan. Name the plan's folder too: "
        "fardplan workbook runs/PLAN runs/CURVE --out plan.xlsx.\n"
    )
    assert not (tmp_path / "x.xlsx").exists()


def test_a_kind_that_is_none_and_facts_that_lack(made: Path, tmp_path: Path) -> None:
    odd = copy_curve(made, tmp_path / "odd", {"kind": "banana"})
    old = copy_curve(made, tmp_path / "old", drop="money")
    assert refusal(odd) == [
        f"{odd / 'curve.json'}: the kind of curve 'banana' is unknown. Make the curve anew with fardplan curve."
    ]
    assert refusal(old) == [
        f"{old}: the curve lacks money: it was made with another version. Make it anew with fardplan curve."
    ]


def test_two_of_a_kind_and_tables_of_another_case_are_told_at_once(made: Path) -> None:
    with pytest.raises(CaseError) as error:
        open_curves([made / "system", made / "system", made / "evil_curve"], open_run(made / "plan"))
    told = [problem.tell("en") for problem in error.value.problems]
    assert told == [
        f"{made / 'system'}: is a second curve of the kind system. Name one of each kind.",
        f"{made / 'evil_curve'}: is a second curve of the kind system. Name one of each kind.",
        f"{made / 'evil_curve'}: the folder is of the case 'evil_case', the plan of 'case'. "
        "Name a folder of the same case.",
    ]


def test_a_curve_of_other_tables_of_the_same_case(made: Path, tmp_path: Path) -> None:
    place = shutil.copytree(made / "system", tmp_path / "other")
    manifest = json.loads((place / "manifest.json").read_text())
    rewrite_manifest(place, inputs=manifest["inputs"] | {"prices.csv": "0"})
    with pytest.raises(CaseError) as error:
        open_curves([place], open_run(made / "plan"))
    assert [problem.tell("en") for problem in error.value.problems] == [
        f"{place}: the folder was made with other tables than the plan: prices.csv. Make anew what is older."
    ]


def test_a_report_of_a_curve_needs_its_plan(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(made / "system"), "--out", str(tmp_path / "x.html"), "lang=en"]) == 2
    assert capsys.readouterr().err == (
        f"{made / 'system'}: a curve is shown beside its plan. Name the plan's folder too: "
        "fardplan report runs/PLAN runs/CURVE --out plan.html.\n"
    )
