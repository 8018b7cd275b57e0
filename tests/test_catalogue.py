"""The catalogue of runs: an index that may be lost, damaged or out of date without anybody noticing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from sweeping import chunk_of, design_of, identify, manifest_of, write_sweep
from test_store import make_environment

from runners.results.folder import digest_file
from runners.results.manifest import seal_manifest
from runners.run_index import CATALOGUE, Catalogue
from runners.sweep_store.parts import copy_finished
from runners.sweep_store.store import SweepStore

SUMMARY = {
    "case": "stad",
    "name_sv": "Stad",
    "name_en": "Town",
    "money": "MSEK",
    "digest": "d" * 64,
    "status": "optimal",
    "objective_money": 1.0,
    "discount_rate": 0.035,
    "max_violation": 0.0,
    "price_year": 2025,
    "first_year": 2025,
    "last_year": 2030,
    "bound_money": 1.0,
    "gap": 0.0,
    "social_cost_money": None,
    "finance_cost_money": None,
    "decided_money": None,
    "years": {"2025": 1.0},
    "verified": True,
    "targets": [],
    "notices": [],
}


def write_plan(place: Path, started: str = "2026-11-23T20:00:00+00:00", **summary: object) -> Path:
    """The part of a plan's run folder that the catalogue reads."""
    place.mkdir(parents=True)
    (place / "summary.json").write_text(json.dumps(SUMMARY | summary), encoding="utf-8")
    files = {"summary.json": digest_file(place / "summary.json")}
    manifest = {"program": "fardplan", "started": started, "case": "stad", "digest": "d" * 64, "files": files}
    (place / "manifest.json").write_text(json.dumps(seal_manifest(manifest)), encoding="utf-8")
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan, a sweep of six, and a younger one that holds 4 to 7."""
    runs = tmp_path / "runs"
    write_plan(runs / "plan")
    write_sweep(runs / "svep", 6)
    with SweepStore.create(runs / "yngre", manifest_of(started="2026-11-25T08:00:00+00:00"), design_of(8)) as store:
        store.write_chunk("0", chunk_of([4, 5, 6]))
        store.write_chunk("1", chunk_of([7], status="crashed"))
    (runs / "annat").mkdir()
    (runs / "annat" / "manifest.json").write_text('{"program": "other"}', encoding="utf-8")
    return runs


def test_runs_are_listed_with_the_newest_first(folder: Path) -> None:
    plan = Catalogue(folder).list_runs()[-1]
    assert [(run.place.name, run.kind, dict(run.counts)) for run in Catalogue(folder).list_runs()] == [
        ("yngre", "sweep", {"optimal": 3, "crashed": 1}),
        ("svep", "sweep", {"optimal": 6}),
        ("plan", "plan", {"optimal": 1}),
    ]
    assert (plan.case, plan.started, plan.digest, plan.ended) == ("stad", "2026-11-23T20:00:00+00:00", "d" * 64, "")


def test_finished_scenarios_are_found_where_they_are_kept(folder: Path) -> None:
    found = Catalogue(folder).find_finished([identify(number) for number in (0, 4, 6, 7, 8)])
    assert {name: place.name for name, place in found.items()} == {
        identify(0): "svep",
        identify(4): "svep",
        identify(6): "yngre",
    }
    assert Catalogue(folder).find_finished([]) == {}


def test_more_ids_are_found_than_one_question_holds(tmp_path: Path) -> None:
    write_sweep(tmp_path / "svep", 1200, size=400)
    ids = [identify(number) for number in range(1300)]
    assert set(Catalogue(tmp_path).find_finished(ids)) == set(ids[:1200])


def test_what_is_found_can_be_copied(folder: Path) -> None:
    wanted = design_of(7)
    found = Catalogue(folder).find_finished(wanted.column("id").to_pylist())
    chunks = [chunk for place in set(found.values()) for chunk in copy_finished(place, wanted)]
    assert {name for chunk in chunks for name in chunk.ids} == {identify(number) for number in range(7)}


def test_a_sweep_in_the_making_is_seen_as_far_as_it_is(folder: Path) -> None:
    assert not Catalogue(folder).find_finished([identify(7)])
    with SweepStore.create(folder / "yngre", manifest_of(), design_of(8)) as store:
        store.write_chunk("2", chunk_of([7]))
        assert set(Catalogue(folder).find_finished([identify(7)])) == {identify(7)}
        store.compact()
    assert Catalogue(folder).list_runs()[0].counts == {"optimal": 4}


def test_what_is_gone_is_forgotten(folder: Path) -> None:
    Catalogue(folder).list_runs()
    shutil.rmtree(folder / "svep")
    assert [run.place.name for run in Catalogue(folder).list_runs()] == ["yngre", "plan"]
    assert not Catalogue(folder).find_finished([identify(0)])


def test_a_run_elsewhere_is_known_once_it_is_registered(folder: Path, tmp_path: Path) -> None:
    other = write_sweep(tmp_path / "annanstans", 8, salt="annat")
    Catalogue(folder).register(other)
    assert Catalogue(folder).find_finished([identify(3, "annat")]) == {identify(3, "annat"): other}
    shutil.rmtree(other)
    assert not Catalogue(folder).find_finished([identify(3, "annat")])


def test_what_is_not_ours_is_not_registered(folder: Path) -> None:
    before = Catalogue(folder).list_runs()
    Catalogue(folder).register(folder / "annat")
    assert Catalogue(folder).list_runs() == before


@pytest.mark.parametrize("damage", ["lost", "no database", "cut off", "older make"])
def test_a_catalogue_that_cannot_be_used_is_made_again(damage: str, folder: Path) -> None:
    before = Catalogue(folder).list_runs()
    file = folder / CATALOGUE
    if damage == "lost":
        file.unlink()
    elif damage == "no database":
        file.write_bytes(b"not a database at all" * 100)
    elif damage == "cut off":
        file.write_bytes(file.read_bytes()[:4096] + b"\x07" * 9000)
    else:
        with sqlite3.connect(file) as base:
            base.executescript("drop table finished; pragma user_version = 99")
        base.close()
    assert Catalogue(folder).list_runs() == before
    assert set(Catalogue(folder).find_finished([identify(0)])) == {identify(0)}


def test_rebuilding_gives_the_same(folder: Path) -> None:
    before = Catalogue(folder).list_runs()
    Catalogue(folder).rebuild()
    assert Catalogue(folder).list_runs() == before


def test_a_folder_that_cannot_be_written_is_still_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def refuse(file: str, **options: object) -> sqlite3.Connection:
        if file != ":memory:":
            raise sqlite3.OperationalError("unable to open database file")
        return connect(file)

    monkeypatch.setattr(sqlite3, "connect", refuse)
    assert len(Catalogue(folder).list_runs()) == 3
    assert set(Catalogue(folder).find_finished([identify(0)])) == {identify(0)}
    Catalogue(folder).register(folder / "svep")
    assert not (folder / CATALOGUE).exists()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Catalogue(tmp_path / "runs").list_runs() == []
    assert not (tmp_path / "runs").exists()


def test_the_catalogue_keeps_a_log_beside_it(folder: Path) -> None:
    Catalogue(folder).list_runs()
    with sqlite3.connect(folder / CATALOGUE) as base:
        assert base.execute("pragma journal_mode").fetchone() == ("wal",)
    base.close()


REGISTER = """
import sys
from pathlib import Path
from runners.run_index import Catalogue
for _ in range(20):
    Catalogue(Path(sys.argv[1])).register(Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_many_processes_may_write_at_once(folder: Path) -> None:
    places = [folder / name for name in ("svep", "yngre", "plan")]
    writers = [
        subprocess.Popen([sys.executable, "-c", REGISTER, str(folder), str(place)], env=make_environment())
        for place in places
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert len(Catalogue(folder).list_runs()) == 3


def test_a_copy_leaves_out_what_is_not_asked_for(folder: Path) -> None:
    wanted = design_of(8).slice(5, 2)
    chunks = list(copy_finished(folder / "yngre", wanted))
    assert [name for chunk in chunks for name in chunk.ids] == [identify(5), identify(6)]
    assert isinstance(chunks[0].tables["accounts"], pa.Table)
    assert os.path.isdir(folder / "yngre")
