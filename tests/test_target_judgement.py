"""One judge of targets: a target met and then missed is told alike in every medium, and so is any other."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import random_towns
import town
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conf.words import format_number
from model.queries.no_plan import NoPlan
from runners.cli import main
from runners.record import summarise_targets
from runners.reports.summary import write_targets
from runners.reports.tables import tabulate_targets
from runners.results.reading import read_csv_table
from runners.results.target_judgement import judge_targets
from runners.solve import find_plan
from runners.sweep_store.results import TARGETS, Books, Head, tabulate_outcome
from runners.views.locale import Speech
from runners.views.renderers.grid import read_table
from runners.views.section import Said
from runners.views.subjects.decision import explain_misses
from runners.views.subjects.targets import lay_all_years, lay_targets

SPEECH = Speech("sv", "MSEK", "2025", {})


def follow(*excess: float, first: int = 2025, **columns: object) -> pd.Series:
    """What is judged of one target with these misses in the years from the first."""
    years = range(first, first + len(excess))
    rows = pd.DataFrame({"target": "t", "year": years, "met": [e == 0 for e in excess], "excess": excess})
    return judge_targets(rows.assign(**({"acts": "full"} | columns))).iloc[0]


def spans(judged: pd.Series) -> tuple[object, ...]:
    names = ("year", "met", "excess", "years_missed", "missed_from", "missed_since", "met_from")
    return tuple(None if judged[name] is pd.NA else judged[name] for name in names)


@pytest.mark.parametrize(
    ("excess", "expected"),
    [
        ((0, 0, 0), (2025, True, 0, 0, None, None, 2025)),
        ((2, 0, 1), (2025, False, 2, 2, 2025, 2027, None)),
        ((2, 0), (2025, False, 2, 1, 2025, None, 2026)),
        ((0, 0, 2, 1), (2027, False, 2, 2, 2027, 2027, None)),
        ((0, 2, 3, 0), (2027, False, 3, 2, 2026, None, 2028)),
        ((1, 2, 2), (2026, False, 2, 3, 2025, 2025, None)),
        ((2, 2 + 1e-9), (2025, False, 2, 2, 2025, 2025, None)),
    ],
)
def test_a_target_is_told_in_the_year_in_which_it_is_missed_most(
    excess: tuple[float, ...], expected: tuple[object, ...]
) -> None:
    assert spans(follow(*excess)) == expected


def test_a_target_that_is_met_is_told_in_the_first_year_in_which_it_shapes_the_plan() -> None:
    assert follow(0, 0, 0, acts=["slack", "acts", "acts"])["year"] == 2026
    assert follow(0, 0, acts="slack")["year"] == 2025


def test_no_targets_are_judged_to_none() -> None:
    judged = judge_targets(pd.DataFrame(columns=["target", "year", "met", "excess", "acts"]))
    assert judged.empty
    assert "met_from" in judged


def write_case(folder: Path) -> Path:
    """5 kt in 2025 and 2026, 8 in 2027 and 7 in 2028; 6 may be emitted, a kt too many costs 10 and a trap 1,000.

    Met in 2025 and 2026, missed by 2 in 2027 and by 1 in 2028: 20 + 10 = 30 MSEK.
    """
    emit = {"technology": "emit", "capacitated": "no", "flow": {"dirt": 1}, "factor_activity": {"co2": 1}}
    trap = {"technology": "trap", "buildable": "yes", "measure": "yes", "capex": 1000, "life": 40, "flow": {"dirt": 1}}
    limit = {"target": "limit", "name_sv": "Gränsen", "name_en": "The limit", "account": "co2", "year": 2025}
    tables = town.build_town(
        case={"last_year": 2028, "name_sv": "Småstad", "name_en": "Smalltown"},
        commodities=[{"commodity": "dirt", "unit": "kt", "demand": {2025: 5, 2026: 5, 2027: 8, 2028: 7}}],
        technologies=[emit, trap],
        accounts=[{"account": "co2", "role": "total", "unit": "kt CO2e"}],
        targets=[{**limit, "value": 6, "mode": "priced", "price": 10}],
    )
    folder.mkdir()
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_what_is_met_and_then_missed_is_told_alike_in_all_media(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told in 2027, its worst year, wherever it is told; the old report said `2.0 over the limit in 2025`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
    case = write_case(tmp_path / "case")
    assert main(["plan", f"case.path={case}", "lang=en", "out=run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "The limit                  2027      8.0     ≤ 6.0     2.0 kt CO2e >10,000 SEK/t" in lines

    entry = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))["targets"]
    told = {name: entry[0][name] for name in ("year", "met", "value", "cap", "excess", "price", "years_missed")}
    assert told == {"year": 2027, "met": False, "value": 8, "cap": 6, "excess": 2, "price": 10, "years_missed": 2}
    told = {name: entry[0][name] for name in ("first_year", "last_year", "missed_from", "missed_since", "met_from")}
    assert told == {
        "first_year": 2025, "last_year": 2028, "missed_from": 2027, "missed_since": 2027, "met_from": None
    }  # fmt: skip

    assert main(["report", "run", "--out", "run.html", "lang=en"]) == 0
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    sentence = "The limit: 2.0\xa0kt CO2e over the limit in 2027 and missed for as long as the target holds."
    assert sentence in page
    row = ["The limit", "kt CO2e", "2027", "≤\xa06.0", "8.0", "2.0", "2", "–", "10,000\xa0SEK/t"]
    assert row in read_rows(page)

    assert main(["workbook", "run", "--out", "run.xlsx", "--csv", "csv", "lang=en"]) == 0
    book = openpyxl.load_workbook(tmp_path / "run.xlsx", data_only=True)
    assert ["The limit", "kt CO2e", 2027, 6, 8, 2, 2, None, 10] in rows_of(book["Summary"], 9)
    assert ["The limit", 2027, "at most", 6, 8, 2, 0, "kt CO2e", "no", 10, 10] in rows_of(book["Targets"], 11)
    written = (tmp_path / "csv" / "01_summary_targets.csv").read_text(encoding="utf-8-sig")
    assert "The limit,kt CO2e,2027,6.0,8.0,2.0,2,,10.0" in written.splitlines()


def read_rows(page: str) -> list[list[str]]:
    """The cells of every row of every table of a page."""
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[unescape(cell).strip() for cell in row] for row in cells]


def rows_of(sheet: object, width: int) -> list[list[object]]:
    return [list(row[:width]) for row in sheet.iter_rows(values_only=True)]  # type: ignore[attr-defined]


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_target_of_a_random_town_is_judged_alike_in_all_media(data: st.DataObject) -> None:
    """Name, year, value, limit, miss: on the screen, in JSON, CSV, report and workbook."""
    scenario = data.draw(random_towns.draw_scenario())
    try:
        plan = find_plan(scenario)
    except NoPlan:  # a town without a plan has nothing to judge
        return
    made = tabulate_targets(scenario, plan)
    table = read_csv_table("plan", "targets", made.to_csv(index=False).encode())
    judged = judge_targets(table)
    assert len(judged) == made["target"].nunique()
    swept = tabulate_outcome(Books(scenario), scenario, plan, Head(0, "a", ()), 0.0)
    assert swept.fate["targets_missed"] == (judged["years_missed"] > 0).sum()
    assert swept.slabs[TARGETS].numbers[2].tolist() == table["excess"].tolist()

    entries = json.loads(json.dumps(summarise_targets(made)))
    screen = [line for line in write_targets(scenario, plan, "sv")[1:] if line]
    laid = lay_targets({"targets": table}, SPEECH)
    grid = read_table(laid, "sv").rows
    first = [tuple(cell.value if isinstance(cell, Said) else cell for cell in row) for row in laid.rows]
    sheet = {(row[0], row[1]): row for row in lay_all_years({"targets": table}, SPEECH).rows}
    sentences = explain_misses({"targets": table}, SPEECH)
    assert len(sentences) == (judged["years_missed"] > 0).sum()
    for place, (_, row) in enumerate(judged.iterrows()):
        name, year, met = row["name_sv"], int(row["year"]), row["years_missed"] == 0
        assert met == bool(row["met"])
        assert row["excess"] == table.loc[table["target"] == row["target"], "excess"].max()
        entry = entries[place]
        assert (entry["target"], entry["year"], entry["met"]) == (row["target"], year, met)
        assert all(entry[key] == row[key] for key in ("value", "cap", "excess"))
        cells = grid[place].cells
        assert cells[2] == str(year)
        assert cells[5] == (SPEECH.say("target_met") if met else SPEECH.amount(row["excess"]))
        assert first[place][2:7] == (year, row["cap"], row["value"], row["excess"], row["years_missed"])
        assert first[place][8] == entry["price"] == sheet[name, year][9]
        assert sheet[name, year][3:6] == (row["cap"], row["value"], row["excess"])
        line = screen[place].split()
        assert str(year) in line
        small = 0 < max(abs(row["value"]), abs(row["cap"])) < 1
        said = "nås" if met else format_number(row["excess"], "sv", 2 if small else 1)
        assert said in line or abs(row["excess"]) >= 1000
