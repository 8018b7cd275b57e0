"""A run folder read back: its numbers to the last digit, and refused where anybody touched it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import test_cli
import test_record
from sealed import rewrite_manifest

from runners.record import write_run
from runners.reports.run_folder import open_run
from runners.reports.tables import tabulate_run
from runners.results.reading import read_csv_table
from runners.solve import Outcome, solve_case
from scenarios.choices import Choices
from scenarios.errors import CaseError


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return test_cli.write_case(tmp_path_factory.mktemp("cases") / "stad", cap=-1.0, mode="priced")


@pytest.fixture(scope="module")
def outcome(case: Path) -> Outcome:
    return solve_case(case, Choices(salvage="none"))


@pytest.fixture(scope="module")
def written(outcome: Outcome, case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = test_record.Config(out=str(tmp_path_factory.mktemp("runs") / "svar"))
    return write_run(outcome, config, case, test_record.STARTED)


@pytest.fixture
def run(written: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(written, tmp_path / "svar"))


def told(place: Path) -> list[str]:
    with pytest.raises(CaseError) as caught:
        open_run(place)
    return [problem.tell("sv") for problem in caught.value.problems]


@pytest.mark.slow
def test_tables_come_back_to_the_last_digit(run: Path, outcome: Outcome) -> None:
    opened = open_run(run)
    for name, table in tabulate_run(outcome.scenario, outcome.plan, outcome.reference).items():
        assert list(opened.tables[name].columns) == list(table.columns)
        for column in table.select_dtypes("float"):
            np.testing.assert_array_equal(opened.tables[name][column], table[column], strict=True)
    assert opened.summary["objective_money"] == outcome.plan.attrs["objective"]
    assert opened.manifest["case"] == "stad"
    assert opened.place == run


def test_blank_text_is_blank_and_a_name_that_looks_like_no_number_stays_a_name(run: Path) -> None:
    table = read_csv_table("plan", "costs", b"item,name_sv,year,cost\nNA,null,2025,\n007,,2026,0.1\n")
    assert table["item"].tolist() == ["NA", "007"]
    assert table["name_sv"].tolist() == ["null", ""]
    assert np.isnan(table["cost"][0])


def test_the_years_of_the_plan_stand_in_the_summary_with_their_lengths(run: Path) -> None:
    assert open_run(run).summary["years"] == {"2025": 1.0, "2026": 1.0}


def test_a_file_that_was_edited_or_lost_is_told_and_all_of_them_at_once(run: Path) -> None:
    (run / "tables" / "costs.csv").write_text("component,cost\ninvestment,1\n", encoding="utf-8")
    (run / "plan.nc").unlink()
    assert told(run) == [
        f"{run}/plan.nc: filen saknas, men körningen skrevs med den. Lägg tillbaka den eller gör om körningen.",
        f"{run}/tables/costs.csv: filen har ändrats efter körningen, så dess tal är inte körningens. "
        "Lägg tillbaka den eller gör om körningen.",
    ]


def test_a_file_that_somebody_laid_beside_the_others_is_left_alone(run: Path) -> None:
    (run / "tables" / "mine.csv").write_text("year\n1\n", encoding="utf-8")
    assert "mine" not in open_run(run).tables


def test_a_sweep_where_a_plan_is_needed_says_what_to_do(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, "kind": "sweep"}))
    assert told(run) == [
        f"{run}: mappen är ett svep, och här behövs en plan. Lägg svepet vid planen (fardplan workbook PLAN --sweep "
        "MAPP ...), eller visa det för sig med fardplan report eller fardplan runs show.",
    ]


def test_a_run_from_before_there_were_digests_says_so(run: Path) -> None:
    rewrite(run, files=None)
    assert told(run) == [
        f"{run}/manifest.json: körningen skrevs innan manifestet började innehålla filernas kontrollsummor, så ingen "
        "kan se om den har ändrats. Gör om körningen."
    ]


@pytest.mark.parametrize("files", [{}, [], {"../../secret": "0"}, {"summary.json": 3}])
def test_a_list_of_files_that_was_tampered_with_is_refused(run: Path, files: object) -> None:
    rewrite(run, files=files)
    assert told(run) == [
        f"{run}/manifest.json: manifestets lista över filer är ofullständig eller ändrad. Gör om körningen."
    ]


def test_a_folder_that_is_no_run_or_not_there_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        f"{tmp_path}: mappen är ingen körning: den har inget läsbart manifest.json från fardplan. "
        "Ange en mapp som fardplan plan har skrivit."
    ]
    assert told(tmp_path / "borta") == [
        f"{tmp_path}/borta: mappen finns inte. Ange en mapp som fardplan plan har skrivit, till exempel runs/NAMN."
    ]


def rewrite(run: Path, files: object) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest.pop("files")
    if files is not None:
        manifest["files"] = files
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


SPOILED = ({"started": "yesterday"}, {"packages": []}, {"inputs": "none"}, {"config": 1}, {"case": "other"})


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_manifest_that_was_spoiled_is_refused(run: Path, spoiled: dict[str, object]) -> None:
    rewrite_manifest(run, **spoiled)
    assert told(run) == [
        f"{run}/manifest.json: manifestet har ändrats: dess tid, paket, indata eller val går inte att läsa. "
        "Gör om körningen."
    ]


def test_a_manifest_that_was_changed_since_is_refused_in_one_sentence(run: Path) -> None:
    """Another time, seed or field in a manifest that is sound in itself; the layout of its text is no change."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps(dict(reversed(manifest.items()))), encoding="utf-8")
    assert open_run(run).manifest == manifest
    for change in ({"started": "2020-01-01T00:00:00+00:00"}, {"seed": 7}, {"seal": "0"}, {"more": None}):
        (run / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
        assert told(run) == [
            f"{run}/manifest.json: manifestet har ändrats efter körningen, så det som står där (val, indata, tid) är "
            "inte körningens. Lägg tillbaka det eller gör om körningen."
        ]


def test_a_manifest_without_a_seal_is_refused(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    del manifest["seal"]
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert told(run) == [
        f"{run}/manifest.json: manifestet har ingen kontrollsumma för sin egen text: en äldre version skrev det, eller "
        "så har någon ändrat det. Gör om körningen."
    ]


def test_a_file_is_no_run_folder(tmp_path: Path) -> None:
    place = tmp_path / "run"
    place.write_text("")
    assert told(place) == [
        f"{place}: platsen är en fil, ingen mapp. Ange en mapp som fardplan plan har skrivit, till exempel runs/NAMN."
    ]
