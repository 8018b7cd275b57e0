"""Run folders: what they hold, that they read back equal, and that nothing is ever half-written."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import test_cli
import xarray as xr

from conf.schema import Config
from model.verifier.verdict import PlanRefused
from runners.atomic_write import check_place
from runners.outcome import Outcome
from runners.record import describe_inputs, write_run
from runners.solve import solve_case, solve_to_judge
from scenarios.choices import Choices
from scenarios.errors import CaseError

STARTED = datetime(2026, 11, 24, 20, 8, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town of the command line's tests with its target out of reach: at most -1 kt, where 0 is the least."""
    return test_cli.write_case(tmp_path_factory.mktemp("cases") / "stad", cap=-1.0, mode="priced")


@pytest.fixture(scope="module")
def outcome(case: Path) -> Outcome:
    return solve_case(case, Choices(salvage="none"))


def write(outcome: Outcome, case: Path, place: Path) -> Path:
    return write_run(outcome, Config(out=str(place), force=True), case, STARTED)


def read_json(path: Path) -> dict[str, object]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def run(outcome: Outcome, case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(outcome, case, tmp_path_factory.mktemp("runs") / "svar")


@pytest.mark.slow
def test_a_run_folder_holds_plan_summary_tables_figures_and_manifest(run: Path) -> None:
    files = sorted(str(path.relative_to(run)) for path in run.rglob("*") if path.is_file())
    figures = [f"figures/{name}.{kind}" for name in ("emissions", "investments", "schedule") for kind in ("png", "svg")]
    of_plan = ("accounts", "activity", "capacity", "costs", "investments", "targets")
    of_case = ("assumptions", "numbers", "quality", "sources")
    beside = ("conventions", "emissions", "labels")
    tables = [f"tables/{name}.csv" for name in sorted((*of_plan, *of_case, *beside))]
    assert files == [*figures, "manifest.json", "plan.nc", "summary.json", *tables]
    assert [path.name for path in run.parent.iterdir()] == ["svar"]


def test_the_plan_reads_back_equal(run: Path, outcome: Outcome) -> None:
    with xr.open_dataset(run / "plan.nc") as plan:
        xr.testing.assert_equal(plan, outcome.plan)
        assert plan.attrs["digest"] == outcome.scenario.attrs["digest"]
        assert plan.attrs["objective"] == outcome.plan.attrs["objective"]


def test_the_summary_says_how_the_plan_fares(run: Path, outcome: Outcome) -> None:
    """With no gas at all the account is 0, one unit above the cap of -1, and that unit costs the 7 of its price."""
    summary = read_json(run / "summary.json")
    assert {"case", "digest", "status", "objective_money", "bound_money", "gap", "verified", "max_violation"} < set(
        summary
    )
    assert summary["case"] == "stad"
    assert summary["miss"] is None
    assert [name for name in summary if {"sek", "msek"} & set(name.split("_"))] == []
    assert summary["objective_money"] == pytest.approx(3 * 10 / 8.76 + 1.5 + 1.8 + 7.0)
    assert set(summary["seconds"]) == {"load", "build", "compile", "solve", "highs", "verify", "write"}
    (target,) = summary["targets"]
    assert target["target"] == "cap"
    assert (target["account"], target["year"], target["sense"], target["unit"]) == ("co2", 2026, "at_most", "kt")
    assert (target["cap"], target["met"], target["years_missed"], target["last_year"]) == (-1.0, False, 1, 2026)
    assert (target["value"], target["excess"]) == (pytest.approx(0.0), pytest.approx(1.0))
    assert target["shadow_price"] == pytest.approx(7.0)


def test_tables_are_long_and_carry_their_units(run: Path) -> None:
    with (run / "tables" / "investments.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["technology"], row["code"], row["name_sv"], row["year"]) == ("pump", "P1", "Värmepump", "2025")
    assert (row["unit"], row["outlay_unit"], row["first_service"]) == ("MW", "MSEK", "2025")
    assert float(row["build"]) == pytest.approx(10 / 8.76)
    assert float(row["outlay"]) == pytest.approx(30 / 8.76)


def test_the_manifest_says_with_what_a_run_was_made(run: Path, case: Path, outcome: Outcome) -> None:
    manifest = read_json(run / "manifest.json")
    assert manifest["program"] == "fardplan"
    assert manifest["started"] == "2026-11-24T20:08:05+00:00"
    assert manifest["digest"] == outcome.scenario.attrs["digest"]
    assert manifest["inputs"]["targets.csv"] == hashlib.sha256((case / "targets.csv").read_bytes()).hexdigest()
    assert manifest["seed"] == 0
    assert manifest["config"]["solver"]["gap"] == 1e-4
    assert {"fardplan", "highspy", "pyomo", "numpy", "xarray"} <= set(manifest["packages"])
    assert manifest["revision"] is None or re.fullmatch("[0-9a-f]{40}", manifest["revision"])


def test_the_manifest_says_the_digest_of_every_other_file(run: Path) -> None:
    files = read_json(run / "manifest.json")["files"]
    others = [path for path in run.rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert files == {str(p.relative_to(run)): hashlib.sha256(p.read_bytes()).hexdigest() for p in others}


def test_the_numbers_of_the_case_stand_in_the_run_with_unit_source_and_confidence(run: Path) -> None:
    """The pump costs 3 MSEK a MW; the whole case has as many numbers as its quality counts."""
    with (run / "tables" / "numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (capex,) = [row for row in rows if (row["quantity"], row["technology"]) == ("capex", "pump")]
    assert (capex["name_sv"], float(capex["value"]), capex["unit"]) == ("Värmepump", 3.0, "MSEK/MW")
    assert (capex["table"], capex["confidence"] in ("published", "derived", "assumed")) == ("parameters", True)
    with (run / "tables" / "quality.csv").open(encoding="utf-8", newline="") as file:
        counted = sum(int(row[name]) for row in csv.DictReader(file) for name in ("published", "derived", "assumed"))
    assert counted == len(rows)


def test_the_manifest_names_no_path_but_the_one_given(outcome: Outcome, case: Path) -> None:
    manifest = describe_inputs(outcome.scenario, Config(out="svar"), case, STARTED)
    assert str(case.parent) not in json.dumps(manifest)
    assert str(Path.home()) not in json.dumps(manifest)


@pytest.mark.slow
def test_two_runs_of_one_plan_differ_in_nothing_but_time(
    outcome: Outcome, case: Path, run: Path, tmp_path: Path
) -> None:
    again = write(outcome, case, tmp_path / "igen")
    for path in run.rglob("*"):
        if path.suffix in (".csv", ".svg", ".png"):
            assert path.read_bytes() == (again / path.relative_to(run)).read_bytes(), path.name


@pytest.mark.slow
def test_an_earlier_run_is_replaced(outcome: Outcome, case: Path, tmp_path: Path) -> None:
    place = write(outcome, case, tmp_path / "svar")
    (place / "tables" / "mine.csv").write_text("old", encoding="utf-8")
    assert write(outcome, case, place) == place
    assert not (place / "tables" / "mine.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["svar"]


def test_a_failure_while_writing_leaves_no_folder(
    outcome: Outcome, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_folder: Path) -> None:
        raise RuntimeError("pen ran dry")

    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: fail)
    with pytest.raises(RuntimeError, match="pen ran dry"):
        write(outcome, case, tmp_path / "svar")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_failure_while_writing_leaves_the_earlier_run_as_it_was(
    outcome: Outcome, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write(outcome, case, tmp_path / "svar")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}

    def fail(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: fail)
    with pytest.raises(CaseError) as caught:
        write(outcome, case, place)
    assert caught.value.problems[0].tell("sv") == (
        f"out={place}: mappen går inte att skriva (disken är full). Välj en annan."
    )
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["svar"]


@pytest.mark.slow
def test_a_move_that_fails_puts_the_earlier_run_back(
    outcome: Outcome, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write(outcome, case, tmp_path / "svar")
    rename = Path.rename

    def fail_once(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(CaseError, match="Permission denied"):
        write(outcome, case, place)
    assert (place / "manifest.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["svar"]


@pytest.mark.parametrize("manifest", ["", "[]", '{"program": "other"}'])
def test_a_folder_of_others_is_never_replaced(manifest: str, outcome: Outcome, case: Path, tmp_path: Path) -> None:
    (tmp_path / "annat").mkdir()
    (tmp_path / "annat" / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        write(outcome, case, tmp_path / "annat")
    assert caught.value.problems[0].key == "out_not_a_run"
    assert [path.name for path in (tmp_path / "annat").iterdir()] == ["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["annat"]


def test_an_empty_folder_and_a_new_one_are_good_places_and_a_file_is_none(tmp_path: Path) -> None:
    check_place(tmp_path)
    check_place(tmp_path / "new" / "deeper")
    (tmp_path / "file").touch()
    with pytest.raises(CaseError):
        check_place(tmp_path / "file")


@pytest.mark.slow
def test_without_a_place_the_folder_is_named_by_case_time_and_digest(
    outcome: Outcome, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = write_run(outcome, Config(), case, STARTED)
    assert place == Path("runs") / f"stad-20261124-200805-{outcome.scenario.attrs['digest'][:8]}"
    assert (tmp_path / place / "plan.nc").exists()


def test_a_plan_that_is_refused_while_it_is_written_leaves_nothing(case: Path, tmp_path: Path) -> None:
    outcome, judge = solve_to_judge(case, Choices(salvage="none"))
    assert outcome.verdict is None
    place = tmp_path / "runs" / "svar"
    outcome.plan["capacity"] = outcome.plan["capacity"] + 1.0
    with pytest.raises(PlanRefused):
        write_run(outcome, Config(out=str(place)), case, STARTED, judge=judge)
    assert not place.exists()
    assert list(place.parent.iterdir()) == []


def test_a_plan_that_is_judged_while_it_is_written_says_so(case: Path, tmp_path: Path, outcome: Outcome) -> None:
    found, judge = solve_to_judge(case, Choices(salvage="none"))
    place = write_run(found, Config(out=str(tmp_path / "svar")), case, STARTED, judge=judge)
    summary = read_json(place / "summary.json")
    assert outcome.verdict is not None
    assert (summary["verified"], summary["max_violation"]) == (True, outcome.verdict.max_violation)
