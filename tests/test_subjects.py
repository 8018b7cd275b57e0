"""Results in report and workbook: each subject says the same in every medium, by itself and beside a plan."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import town
from made_results import STARTED, TAG, keep_comparison, keep_near, keep_why, keep_why_not
from sealed import rewrite_manifest

from conf.words import LANGUAGES
from runners.cli import main
from runners.keepsake import Answer, keep_answer
from runners.reports.curve_folder import FACTS
from runners.results.catalog import list_needed
from runners.results.result import CURVE, Result, open_result
from runners.views.renderers.grid import read_table
from runners.views.renderers.picture import draw_svg, write_pictures
from runners.views.section import Chart, Column, Formula, Kind, Points, Section, Table, Text
from runners.views.subjects.choice import SUBJECTS, write_all, write_sections
from runners.views.tables import lay_table

KEEP: dict[str, Callable[[Path], Path]] = {
    "why": keep_why,
    "why_not": keep_why_not,
    "near": keep_near,
    "compare": keep_comparison,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("results")
    return {name: make(folder / name) for name, make in KEEP.items()}


def read_page(path: Path) -> str:
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def find_tables(sections: list[Section]) -> dict[str, Table]:
    return {block.key: block for section in sections for block in section.blocks if isinstance(block, Table)}


def count_pictures(book: Path) -> int:
    """The pictures on the sheets, by the file itself: openpyxl reads them only where an imaging library is there."""
    with zipfile.ZipFile(book) as parts:
        drawings = [name for name in parts.namelist() if name.startswith("xl/drawings/drawing")]
        return sum(parts.read(name).count(b"<xdr:pic>") for name in drawings)


def report(*words: object) -> int:
    return main(["report", *map(str, words)])


def test_what_limits_a_plan_is_told_in_words_in_a_table_and_in_bars(made: dict[str, Path]) -> None:
    (section,) = write_sections(open_result(made["why"]), "sv")
    assert section.title == "Vad som begränsar planen"
    texts = [block.text for block in section.blocks if isinstance(block, Text)]
    assert texts == [
        "Lägsta kostnad 100,0 mnkr, nuvärde i 2025 års priser. Varje pris är funnet genom att lösa på nytt. "
        "Planen har delar av enheter: en halv anläggning kan stå med, och en plan av hela enheter kan bli dyrare."
    ]
    points = [block for block in section.blocks if isinstance(block, Points)]
    assert [(block.lead, block.items) for block in points] == [
        ("Mål", ("Taket kostar 7 000 kr/ton.",)),
        ("Ramar, tak och finansiering", ("Ramen är värd 3,0 mnkr.",)),
        ("Åtgärder: 1 med, 1 utanför", ("Pump: med.", "Panna: inte med.")),
    ]
    charts = {block.key: block for block in section.blocks if isinstance(block, Chart)}
    assert list(charts) == ["prices", "measures"]
    assert charts["prices"].alternative == f"Mest är Taket {TAG} värd: 12,5 mnkr."
    prices = find_tables([section])["why_prices"]
    assert [column.title for column in prices.columns] == [
        *("Gäller", "Slag", "År", "Värt att lätta en tiondel, mnkr", "Värd att lätta, mnkr per enhet"),
        *("Gäller till, lättare", "Enhet", "Pris per ton", "Kostar att skärpa, mnkr per enhet", "Gäller till, hårdare"),
    ]
    assert prices.rows[0] == (f"Taket {TAG}", "Mål", None, 12.5, 7.0, 0.037, "kt", 7000.0, 8.0, 2.0)
    shown = read_table(prices, "sv")
    assert shown.rows[1].cells == (
        *("Ram", "Ramar, tak och finansiering", "2030", "3,0", "0,50", "6"),
        *("mnkr", "–", "–", "–"),
    )


def test_without_a_plan_it_is_told_what_contradicts_and_what_would_help(made: dict[str, Path]) -> None:
    (section,) = write_sections(open_result(made["why_not"]), "en")
    assert isinstance(section.blocks[0], Text)
    assert section.blocks[0].text == "The town: why there is no plan."
    tables = find_tables([section])
    assert tables["why_conflicts"].rows == (("most build of pump", 1),)
    assert tables["why_repairs"].rows == (("raise the frame", 1, 1, 120.0, "no"),)


def test_ranges_of_nearly_cheapest_plans_keep_their_small_numbers(made: dict[str, Path]) -> None:
    (section,) = write_sections(open_result(made["near"]), "sv")
    (groups,) = (block for block in section.blocks if isinstance(block, Points))
    assert groups.items == (
        "Måste med inom 5 %: B1 Pump.",
        "Kan väljas eller väljas bort redan inom 1 %: C1 Väg.",
    )
    tables = find_tables([section])
    shown = read_table(tables["near_ranges"], "sv")
    assert shown.heads == (
        *("Åtgärd", "Kod", "Nivå", "I billigaste planen", "Minst", "Mest", "Enhet"),
        *("Börjar i billigaste planen", "Tidigast", "Senast", "Val"),
    )
    assert shown.rows[0].cells == (
        *("Pump", "B1", "1 %", "1,50", "0,04", "2,00", "MW", "2026", "2025", "2027", "måste med"),
    )
    assert [row.cells[1:3] for row in shown.rows] == [("B1", "1 %"), ("B1", "5 %"), ("C1", "1 %"), ("C1", "5 %")]
    assert shown.rows[2].cells == (
        *("Väg", "C1", "1 %", "1\xa0500", "1\xa0000", "3\xa0000", "m²", "2026", "2025", "–", "öppet"),
    )
    (plan,) = tables["near_plans"].rows
    assert plan == ("1 %", 1, 100.9, pytest.approx(0.9), 25.0)
    assert [block.key for block in section.blocks if isinstance(block, Chart)] == ["ranges", "starts"]


def test_the_bridge_of_a_comparison_sums_to_the_difference(made: dict[str, Path]) -> None:
    """50 + 40 = 90 and 55 + 55 = 110: 20 more, of which 30 by other numbers and -10 by another plan."""
    plans, pair = write_sections(open_result(made["compare"]), "sv")
    assert [block.text for block in plans.blocks if isinstance(block, Text)] == [
        "B: delar av enheter, en halv anläggning kan stå med; A: hela enheter. En del av skillnaden är det."
    ]
    assert [block.text for block in pair.blocks if isinstance(block, Text)] == [
        "B kostar 20,0 mnkr mer än A.",
        "B värderar inte det som missas. Utan värdet av missade mål: B kostar 25,0 mnkr mer än A.",
    ]
    tables = find_tables([plans, pair])
    assert read_table(tables["compare_components_B"], "sv").rows[-1].cells == (
        *("summa", "90,0", "110,0", "20,0", "30,0", "−10,0"),
    )
    assert tables["compare_components_B"].rows[1][3:] == (
        Formula("=C{row}-B{row}", 15.0),
        30.0,
        Formula("=D{row}-E{row}", -15.0),
    )
    assert [row[0] for row in tables["compare_items_B"].rows] == ["El", "missat mål (Taket)"]
    assert read_table(tables["compare_actors_B"], "sv").rows[-1].cells[:4] == ("summa", "95,0", "115,0", "20,0")
    assert tables["compare_measures_B"].rows == (
        ("Pump", "B1", "mindre", 1.0, 0.037, "MW", 2026, 2027, 8.0, 1.0),
    )  # fmt: skip
    heads = [column.title for column in tables["compare_measures_B"].columns]
    assert heads[3:5] == ["Byggs i allt, A", "Byggs i allt, B"]
    assert "förnyelser med" in tables["compare_measures_B"].note
    (chart,) = (block for block in pair.blocks if isinstance(block, Chart))
    assert chart.alternative == "B kostar 20,0 mnkr mer än A."


@pytest.mark.parametrize("name", KEEP)
def test_a_result_by_itself_is_a_report_in_both_languages(name: str, made: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "svar.html"
    assert report(made[name], "--out", out) == 0
    page = read_page(out)
    for lang in LANGUAGES:
        for section in write_sections(open_result(made[name]), lang):
            assert section.title in page
            for table in find_tables([section]).values():
                cells = [cell for row in read_table(table, lang).rows for cell in row.cells if cell.strip()]
                assert [cell for cell in cells if re.sub(r"\s+", " ", cell) not in page] == []
    assert TAG not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KEEP)
def test_a_result_by_itself_is_a_workbook_with_the_same_numbers(
    name: str, made: dict[str, Path], tmp_path: Path
) -> None:
    out, csv = tmp_path / "svar.xlsx", tmp_path / "csv"
    assert main(["workbook", str(made[name]), "--out", str(out), "--csv", str(csv)]) == 0
    book, live = (openpyxl.load_workbook(out, data_only=values) for values in (True, False))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    sections = write_sections(open_result(made[name]), "sv")
    for table in find_tables(sections).values():
        for row in table.rows:
            for cell in row:
                value = cell.value if isinstance(cell, Formula) else cell
                assert value in (None, "") or value in cells
    formulas = [c.value for sheet in live for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")]
    assert all(re.fullmatch(r"=(SUM\([A-Z]+\d+:[A-Z]+\d+\)|[A-Z]+\d+-[A-Z]+\d+)", text) for text in formulas)
    assert bool(formulas) == (name == "compare")
    charts = sum(isinstance(block, Chart) for section in sections for block in section.blocks)
    assert count_pictures(out) == charts
    assert (csv / "00_innehall.csv").exists()


def test_a_result_of_another_case_is_refused(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = keep_near(tmp_path / "annan", case="by")
    assert report(made["why"], other, "--out", tmp_path / "x.html") == 2
    assert capsys.readouterr().err == (
        f"{other}: mappen är för fallet 'by', den första för 'stad'. Ange mappar för samma fall.\n"
    )
    assert main(["workbook", str(made["why"]), str(other), "--out", str(tmp_path / "x.xlsx"), "lang=en"]) == 2
    assert capsys.readouterr().err == (
        f"{other}: the folder is of the case 'by', the first of 'stad'. Name folders of one case.\n"
    )


def test_a_result_that_was_changed_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = keep_why(tmp_path / "svar")
    (place / "tables" / "prices.csv").write_text("key\n", encoding="utf-8")
    assert report(place, "--out", tmp_path / "x.html") == 2
    assert capsys.readouterr().err == (
        f"{place}/tables/prices.csv: filen har ändrats efter körningen, så dess tal är inte körningens. "
        "Lägg tillbaka den eller gör om körningen.\n"
    )


@pytest.mark.parametrize(("command", "ending"), [("report", "html"), ("workbook", "xlsx")])
def test_a_curve_alone_is_refused_alike_by_report_and_workbook(
    command: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts, tables = dict.fromkeys(FACTS["system"]), {table.name: pd.DataFrame() for table in list_needed("system")}
    curve = Answer(CURVE, {**facts, "kind": "system"}, tables, lambda _: None, {}, "system")
    place = keep_answer(curve, tmp_path / "kurva", STARTED)
    assert main([command, str(place), "--out", str(tmp_path / f"x.{ending}"), "lang=sv"]) == 2
    assert capsys.readouterr().err == (
        f"{place}: en kurva visas bredvid sin plan. Ange planens mapp också: "
        f"fardplan {command} runs/PLAN runs/KURVA --out plan.{ending}.\n"
    )


def test_a_workbook_of_results_alone_compares_with_no_plan(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["workbook", str(made["why"]), "--out", str(tmp_path / "x.xlsx"), "--against", str(made["near"])]
    assert main(words) == 2
    assert "RUN" in capsys.readouterr().err


def test_two_results_of_a_kind_have_keys_of_their_own(made: dict[str, Path]) -> None:
    sections = write_all([open_result(made["near"]), open_result(made["near"])], "sv")
    keys = [block.key for section in sections for block in section.blocks if isinstance(block, Chart | Table)]
    assert len(keys) == len(set(keys))
    assert [section.title for section in sections] == [
        "Planer som är nästan lika billiga",
        "Planer som är nästan lika billiga (2)",
    ]


def test_every_subject_draws_for_paper_and_for_its_folder(made: dict[str, Path], tmp_path: Path) -> None:
    assert set(SUBJECTS) <= {"why", "near", "compare"} | set(SUBJECTS)
    for name in ("why", "near", "compare"):
        write_pictures(write_sections(open_result(made[name]), "sv"), tmp_path, "sv", "Staden")
    names = {path.name for path in tmp_path.iterdir()}
    stems = ("prices", "measures", "ranges", "starts", "bridge_B")
    assert names == {f"{stem}.{ending}" for stem in stems for ending in ("svg", "png")}
    (pair,) = write_sections(open_result(made["compare"]), "sv")[1:]
    (chart,) = (block for block in pair.blocks if isinstance(block, Chart))
    assert "+20,0" in draw_svg(chart, "sv")
    assert "<script" not in (tmp_path / "prices.svg").read_text(encoding="utf-8")


def test_a_kind_without_a_subject_is_shown_by_its_declared_tables(tmp_path: Path) -> None:
    """`check` has none of its own: heads and units are those of the catalog."""
    from made_results import CASE, keep, make_table

    rows = [{"rank": 1, "quantity": "capex", "item": "pump", "cost": 3.25, "unit": "MSEK/MW", "value": 2.0}]
    place = keep("check", tmp_path / "svar", dict(CASE), {"doubts": make_table("check", "doubts", rows)})
    (section,) = write_sections(open_result(place), "en")
    assert section.title == "Assumed numbers that the plan hangs on"
    (table,) = find_tables([section]).values()
    heads = [str(column.title) for column in table.columns]
    assert "Change of cost, MSEK" in heads
    assert not any("Swedish" in head for head in heads)
    assert report(place, "--out", tmp_path / "x.html") == 0


@pytest.mark.slow
def test_a_plan_with_parts_of_units_says_so_in_every_medium(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A boiler of 2 MW is enough at 0.75: three eighths of one, where solver.relax lets units be parted."""
    case = write_lumpy_case(tmp_path / "stad")
    told = "Planen har delar av enheter: en halv anläggning kan stå med, och "
    words = ["plan", f"case.path={case}", "convention=no_salvage"]
    assert main([*words, "solver=relaxed", f"out={tmp_path / 'delar'}"]) == 0
    assert f"{told}hela kan kosta mer." in capsys.readouterr().out
    assert main([*words, f"out={tmp_path / 'hela'}"]) == 0
    assert told not in capsys.readouterr().out
    flags = [
        json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8"))["whole_units"]
        for name in ("delar", "hela")
    ]
    assert flags == [False, True]
    assert report(tmp_path / "delar", "--out", tmp_path / "delar.html") == 0
    sentence = f"{told}en plan av hela enheter kan bli dyrare."
    assert sentence in read_page(tmp_path / "delar.html")
    assert main(["workbook", str(tmp_path / "delar"), "--out", str(tmp_path / "delar.xlsx")]) == 0
    first = openpyxl.load_workbook(tmp_path / "delar.xlsx").worksheets[0]
    assert sentence in [row[0] for row in first.iter_rows(values_only=True)]
    assert main(["compare", str(tmp_path / "delar"), str(tmp_path / "hela"), f"--out={tmp_path / 'jamfort'}"]) == 0
    plans, _ = write_sections(open_result(tmp_path / "jamfort"), "sv")
    assert isinstance(plans.blocks[0], Text)
    assert plans.blocks[0].text == (
        "A: delar av enheter, en halv anläggning kan stå med; B: hela enheter. En del av skillnaden är det."
    )


def write_lumpy_case(folder: Path) -> Path:
    boiler = {"technology": "boiler", "buildable": "yes", "measure": "yes", "capex": 10, "life": 20, "yield": 1}
    boiler |= {"unit_size": 2, "most_capacity": 4, "flow": {"heat": 1}}
    dear = {"technology": "dear", "capacitated": "no", "variable_cost": 100, "flow": {"heat": 1}}
    tables = town.build_town(
        case={"last_year": 2026},
        commodities=[{"commodity": "heat", "unit": "GWh", "demand": 0.75}],
        technologies=[boiler, dear],
    )
    folder.mkdir()
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_a_table_is_read_as_its_language_writes_numbers() -> None:
    columns = (Column("namn"), Column("antal", Kind.COUNT), Column("mnkr", Kind.AMOUNT, summed=True, decimals=1))
    table = Table("t", "c", "", columns, (("a", 1200, 1.25), ("b", None, Formula("=C{row}", -0.5))), "summa")
    swedish, english = (read_table(table, lang) for lang in ("sv", "en"))
    assert [row.cells for row in swedish.rows] == [
        ("a", "1\xa0200", "1,2"),
        ("b", "–", "−0,5"),
        ("summa", "", "0,8"),
    ]
    assert english.rows[0].cells == ("a", "1,200", "1.2")
    assert (swedish.texts, swedish.words) == (1, ())


@pytest.mark.slow
def test_a_result_of_other_numbers_than_the_plan_says_so(made: dict[str, Path], tmp_path: Path) -> None:
    import test_cli

    from runners.reports.run_folder import open_run
    from runners.reports.shown_results import is_of_plan, open_results

    case = test_cli.write_case(tmp_path / "stad", cap=100.0)
    assert main(["plan", f"case.path={case}", test_cli.NO_SALVAGE, f"out={tmp_path / 'plan'}"]) == 0
    run = open_run(tmp_path / "plan")
    own = keep_why(tmp_path / "egen", inputs=run.manifest["inputs"], digest=run.manifest["digest"])
    other = keep_near(tmp_path / "andra", inputs=run.manifest["inputs"])
    assert [is_of_plan(result, run) for result in open_results([own, other], run)] == [True, False]
    out = tmp_path / "rapport.html"
    assert report(run.place, own, other, made["compare"], "--out", out) == 0
    page = read_page(out)
    note = "Svaret gäller inte planen i rapporten, utan samma fall med andra tal eller val."
    assert page.count(note) == 3
    assert "Vad som begränsar planen" in page
    assert main(["workbook", str(run.place), str(own), "--out", str(tmp_path / "bok.xlsx")]) == 0
    tabs = openpyxl.load_workbook(tmp_path / "bok.xlsx").sheetnames
    assert tabs[0] == "Sammanfattning"
    assert tabs[-1] == "Vad som begränsar planen"
    rewrite_manifest(own, inputs={**run.manifest["inputs"], "targets.csv": "1"})
    assert report(run.place, own, "--out", out, "--force") == 2
    assert json.loads((own / "manifest.json").read_text(encoding="utf-8"))["kind"] == "why"


def test_parts_of_a_whole_are_read_in_percent() -> None:
    """What the catalog counts in `1` is a part: 1 is 100 %, 0.625 is 62.5 %."""
    table = pd.DataFrame(
        {
            "programme": ["heat", "roads"],
            "planned_outlay": [8.0, 4.0],
            "outlay": [8.0, 3.0],
            "realised": [1.0, 0.625],
            "unit": ["MSEK", "MSEK"],
        }
    )
    result = Result("follow", {}, {"programmes": table}, {"money": "MSEK"})
    laid = lay_table(result, "programmes", "sv", ["programme", "realised"])
    assert [column.title for column in laid.columns] == ["Program", "Genomfört, %"]
    assert laid.rows == (("heat", 100.0), ("roads", 62.5))
    assert laid.columns[1].decimals == 1
