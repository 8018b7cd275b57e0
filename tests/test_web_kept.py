"""What the page keeps: found once however many ask, found anew when what it came from changes, and never stale."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx2
import pytest
from web_site import make_folder

from runners.found_once import Kept
from runners.results.manifest import MANIFEST
from runners.run_index import CATALOGUE, Catalogue
from runners.web import warming
from runners.web.cases import WebCase
from runners.web.plans import list_runs
from runners.web.reading import read_case, read_rows, stamp_case
from runners.web.serve import KEEP_ALIVE
from runners.web.sqlite_base import SqliteBase
from runners.web.worker import NICENESS, START


def test_what_several_ask_for_at_once_is_found_once() -> None:
    kept: Kept[int] = Kept(4)
    barrier, made = Barrier(4), []

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return len(made)

    def ask(_number: int) -> int:
        barrier.wait()
        return kept.find("town", 1, make)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [1, 1, 1, 1]
    assert kept.find("town", 2, make) == 2


def test_what_fails_is_not_kept_and_the_oldest_makes_room() -> None:
    kept: Kept[str] = Kept(2)

    def fail() -> str:
        raise ValueError("spoiled")

    with pytest.raises(ValueError, match="spoiled"):
        kept.find("a", 1, fail)
    assert kept.find("a", 1, lambda: "well") == "well"
    assert [kept.find(name, 1, lambda name=name: name) for name in ("b", "c")] == ["b", "c"]  # type: ignore[misc]
    assert kept.find("a", 1, lambda: "anew") == "anew"


def test_rows_follow_the_file_and_a_layer_that_comes_to_stand_nearer(tmp_path: Path) -> None:
    """A row that was changed is told; a folder of the case takes the place of the shipped layer of its name."""
    case = make_folder(tmp_path) / "cases" / "town"
    before = read_rows(case, "technologies")
    assert read_rows(case, "technologies") is before
    file = case / "technologies.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:-1]) + "\n")
    assert len(read_rows(case, "technologies")) == len(before) - 1

    (case / "layers.csv").write_text("layer,note\nlibrary/common,\n")
    shipped = {Path(path).parent for path, _, _ in stamp_case(case)}
    nearer = case / "library" / "common"
    nearer.mkdir(parents=True)
    assert {Path(path).parent for path, _, _ in stamp_case(case)} == shipped
    (nearer / "notes.csv").write_text("x\n")
    assert nearer in {Path(path).parent for path, _, _ in stamp_case(case)}
    assert nearer not in shipped
    assert read_case(case) is read_case(case)


def test_questions_share_a_connection_and_follow_a_base_that_was_put_back(tmp_path: Path) -> None:
    base = SqliteBase(tmp_path)
    base.change("insert into setting values ('name', 'first')")
    copy = tmp_path / "copy.sqlite"
    with sqlite3.connect(copy) as other, base.state() as own:
        own.backup(other)
    assert base.idle.count() == 1
    base.change("update setting set value = 'second'")
    base.close()
    assert not (tmp_path / "web.sqlite-wal").exists()
    os.replace(copy, base.path)
    assert base.ask("select value from setting")[0]["value"] == "first"


def test_a_change_that_failed_leaves_nothing_and_no_connection(tmp_path: Path) -> None:
    base = SqliteBase(tmp_path)
    with pytest.raises(sqlite3.OperationalError), base.write() as own:
        own.executescript("begin; insert into setting values ('name', 'half'); insert into nowhere values (1)")
    assert not base.ask("select value from setting where name = 'name'")


def test_answers_that_are_no_runs_are_read_once_and_runs_are_followed(tmp_path: Path) -> None:
    """The index wrote anew of every answer whenever a page was asked for; now a folder that stays is left alone."""
    folder = make_folder(tmp_path)
    for name, text in (("why-1", '{"program": "fardplan", "kind": "why"}'), ("x", "{}")):
        (folder / "runs" / name).mkdir()
        (folder / "runs" / name / MANIFEST).write_text(text)
    assert list_runs(folder) == []
    assert Catalogue(folder / "runs").list_runs() == []
    changes = (folder / "runs" / CATALOGUE).stat().st_mtime_ns
    with sqlite3.connect(folder / "runs" / CATALOGUE) as base:
        assert base.execute("select kind, count(*) from run group by kind").fetchall() == [("other", 2)]
    Catalogue(folder / "runs").list_runs()
    assert (folder / "runs" / CATALOGUE).stat().st_mtime_ns == changes
    plan = '{"program": "fardplan", "case": "town", "started": "2026-11-30T10:00:00+01:00"}'
    (folder / "runs" / "x" / MANIFEST).write_text(plan)
    assert [run.name for run in list_runs(folder)] == ["x"]
    (folder / "runs" / "x" / MANIFEST).unlink()
    assert list_runs(folder) == []


def test_cases_are_opened_before_the_first_visitor_as_far_as_the_time_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cases of one second each and a second and a half: both are begun; with no time, none is."""
    folder, opened, clock = make_folder(tmp_path, "a", "b", "c"), [], [0.0]

    def read(case: WebCase, _lang: str, *, current: bool) -> None:
        opened.append((case.name, current))
        clock[0] += 1.0

    monkeypatch.setattr(warming, "read_outlook", read)
    monkeypatch.setattr(warming.time, "monotonic", lambda: clock[0])
    warming.open_cases(folder, 1.5)
    assert opened == [("a", False), ("b", False)]
    warming.open_cases(folder, -1.0)
    assert len(opened) == 2


def test_the_process_of_a_job_leaves_the_processor_to_pages() -> None:
    code = f"{START.split('; from runners.cli')[0]}; import os; print(os.nice(0), words)"
    words = [sys.executable, "-I", "-c", code, str(os.getpid()), "500", "plan"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, start_new_session=True).stdout
    assert told == f"{min(os.nice(0) + NICENESS, 19)} ['plan']\n"


def test_a_connection_is_kept_longer_than_programs_keep_theirs() -> None:
    """Both kept 5 seconds: what a program asks just then may meet a server that is hanging up."""
    expiry = httpx2.Limits().keepalive_expiry
    assert expiry is not None
    assert 2 * expiry <= KEEP_ALIVE
