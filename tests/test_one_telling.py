"""One fact, one home: targets, totals and prices of random towns are alike on screen, in JSON, CSV, page and workbook.

A random town is solved, its tables and figures go through CSV and JSON as in a run folder, and its sections are made
once; the page's text and the workbook's cells are then looked at beside the screen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import account_towns
import pytest
import random_towns
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conf.words import format_number
from model.queries.no_plan import NoPlan
from runners.record import summarise
from runners.reports.background import tabulate_background
from runners.reports.document import Material, compose_document
from runners.reports.run_folder import Run
from runners.reports.summary import write_summary
from runners.reports.tables import tabulate_run
from runners.reports.workbook import list_sheets
from runners.reports.workbook_blocks import Contents
from runners.results.result import make_result
from runners.results.target_judgement import judge_targets
from runners.solve import find_plan
from runners.views.prices import tell_price
from runners.views.renderers.sheets import Block
from runners.views.renderers.workbook_format import sum_cells
from runners.views.section import Cell, Formula, Grid, Row, Said

LANG = "sv"
CALM = {"deadline": None, "suppress_health_check": list(HealthCheck)}
STARTED = "2026-11-24T20:08:05+00:00"
PLAIN_SPACE = str.maketrans({"\xa0": " "})


def keep_run(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> Run:
    """What a run folder would hold: tables through CSV, figures through JSON."""
    plan = plan.assign_attrs(status="optimal")
    made = tabulate_run(scenario, plan, reference) | tabulate_background(scenario, plan, reference)
    outcome = SimpleNamespace(
        scenario=scenario,
        plan=plan,
        verdict=SimpleNamespace(accepted=True, max_violation=0.0),
        status=SimpleNamespace(value="optimal"),
        notices=[],
    )
    facts = json.loads(json.dumps(summarise(outcome, made["targets"], {})))  # type: ignore[arg-type]
    origin = {"started": STARTED, "digest": facts["digest"], "case": facts["case"], "inputs": {}}
    kept = make_result("plan", facts, made, origin)
    return Run(Path("run"), kept.tables, kept.facts, kept.origin)


def read_page(run: Run) -> Mapping[str, Grid]:
    """The tables of the report by their key, as they are read."""
    document = compose_document(Material((run,)), LANG)
    return {block.key: block for section in document.sections for block in section.blocks if isinstance(block, Grid)}


def read_book(run: Run) -> Mapping[str, Block]:
    """The blocks of the workbook by their key."""
    return {block.key: block for sheet in list_sheets(Contents(run, LANG)) for block in sheet.blocks}


def take_value(cell: Cell) -> Any:
    return cell.value if isinstance(cell, Formula | Said) else cell


def sum_block(block: Block) -> float:
    """The grand total of a block: what its last row comes to, which the sheet reckons."""
    summed = [place for place, column in enumerate(block.columns) if column.summed]
    return sum_cells(row[place] for row in block.rows for place in summed)


def check_targets(run: Run, screen: list[str], page: Mapping[str, Grid], book: Mapping[str, Block]) -> None:
    """Name, year, limit, value, miss and price of every target; whether it is met, and from when."""
    judged = judge_targets(run.tables["targets"])
    entries = run.summary["targets"]
    assert len(entries) == len(judged)
    if judged.empty:
        return
    rows = zip(entries, judged.to_dict("records"), page["targets"].rows, book["targets"].rows, strict=True)
    for entry, row, read, cells in rows:
        met = row["years_missed"] == 0
        assert (entry["met"], entry["year"], entry["years_missed"]) == (met, row["year"], row["years_missed"])
        assert [take_value(cell) for cell in cells[2:7]] == [
            entry[name] for name in ("year", "cap", "value", "excess", "years_missed")
        ]
        assert take_value(cells[8]) == entry["price"] == row["price"]
        told = tell_price(entry["price"], entry["unit"], run.summary["money"], LANG).translate(PLAIN_SPACE)
        texts = [cell.translate(PLAIN_SPACE) for cell in read.cells]
        assert texts[2] == str(entry["year"])
        assert (texts[5] == "nås") == met
        assert texts[8] == ("" if met else told)
        (line,) = [
            line for line in screen if line.startswith(str(entry["name_sv"])[:25]) and str(entry["year"]) in line
        ]
        assert ("nås" in line.split()) == met
        if line.endswith(("kr/ton", "mnkr/ton")):
            assert line.translate(PLAIN_SPACE).endswith(told)


def check_totals(run: Run, screen: str, page: Mapping[str, Grid], book: Mapping[str, Block]) -> None:
    """What the plan costs and what it builds for, however it is summed."""
    objective = float(run.summary["objective_money"])
    assert run.tables["costs"]["present_value"].sum() == pytest.approx(objective, rel=1e-6, abs=1e-6)
    assert sum_block(book["present_costs"]) == pytest.approx(run.tables["costs"]["present_value"].sum(), abs=1e-9)
    facts = {row[0]: take_value(row[1]) for row in book["facts"].rows}
    assert facts["planens nuvärde, kostnad plus"] == objective
    said = format_number(objective, LANG, 1)
    assert said in {row.cells[1] for row in page["facts"].rows}
    assert said in screen
    outlay = float(run.tables["investments"]["outlay"].sum())
    if "programmes" not in book:
        assert outlay == 0
        return
    assert sum_block(book["programmes"]) == pytest.approx(outlay, abs=1e-9)
    assert facts["investeringsutgift, hela planen, odiskonterat"] == pytest.approx(outlay, abs=1e-9)
    last: Row = page["programmes"].rows[-1]
    assert (last.kind, last.cells[-1]) == ("total", format_number(outlay, LANG, 1))
    assert any(
        line.split()[:1] == ["summa"] and line.endswith(format_number(outlay, LANG, 0)) for line in screen.splitlines()
    )


def check_telling(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> Run:
    run = keep_run(scenario, plan, reference)
    shown = plan.assign_attrs(status="optimal")
    screen = write_summary(scenario, shown, (), Path("run"), 0.0, LANG)
    page, book = read_page(run), read_book(run)
    check_targets(run, screen.splitlines(), page, book)
    check_totals(run, screen, page, book)
    return run


def tell_random(data: st.DataObject) -> None:
    scenario = data.draw(random_towns.draw_scenario())
    try:
        plan = find_plan(scenario)
    except NoPlan:  # a town without a plan tells nothing
        return
    check_telling(scenario, plan)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=6, **CALM)  # type: ignore[arg-type]
def test_random_towns_are_told_alike_in_all_media(data: st.DataObject) -> None:
    tell_random(data)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=150, **CALM)  # type: ignore[arg-type]
def test_many_random_towns_are_told_alike_in_all_media(data: st.DataObject) -> None:
    tell_random(data)


def test_a_town_where_all_kinds_of_money_move_is_told_alike_in_all_media() -> None:
    """Who pays, too: outlays by owner and by source are the same sum in CSV, page and workbook."""
    run = check_telling(*account_towns.solve_rich())
    funding, page, book = run.tables["funding"], read_page(run), read_book(run)
    for side, key in (("use", "outlays"), ("source", "funding")):
        total = float(funding.loc[funding["side"] == side, "amount"].sum())
        assert sum_block(book[key]) == pytest.approx(total)
        assert page[key].rows[-1].cells[-1] == format_number(total, LANG, 1)
        nominal = float(funding.loc[funding["side"] == side, "nominal"].sum())
        assert sum_block(book[f"{key}_current"]) == pytest.approx(nominal)
