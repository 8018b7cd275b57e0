"""What is kept of a sweep: nothing lost and nothing twice, whatever happens to the process, the disk or the folder."""

from __future__ import annotations

import errno
import json
import os
import pickle
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sweeping import CUT, CUTS, PRICE, PRICES, chunk_of, design_of, identify, manifest_of, write_sweep

from runners.sweep_store import disk, store
from runners.sweep_store.disk import ASIDE, Unwritable
from runners.sweep_store.lock import SILENT, FolderLock, is_locked
from runners.sweep_store.parts import TABLES, choose_shares, copy_finished, place_chunk, place_table
from runners.sweep_store.results import LONG
from runners.sweep_store.store import SweepStore, open_sweep
from scenarios.errors import CaseError

WRITER = Path(__file__).parent / "sweep_writer.py"
ROWS = {"investments": 2, "accounts": 4, "targets": 2, "cash_flow": 4}
"""Of one scenario of `sweeping`."""


def assert_whole(place: Path, count: int) -> None:
    """Every scenario once, in every table, with its own numbers."""
    sweep = open_sweep(place)
    assert sweep.scenarios["scenario"].tolist() == list(range(count))
    assert sweep.scenarios["objective_money"].tolist() == [100.0 + number for number in range(count)]
    for name, rows in ROWS.items():
        table = sweep.table(name)
        assert table.groupby("id").size().to_dict() == {identify(number): rows for number in range(count)}
        first = table.groupby("id")[LONG[name][1][0]].min()
        assert [first[identify(number)] for number in range(count)] == [float(number) for number in range(count)]


def tell(error: CaseError, lang: str = "sv") -> list[str]:
    return [problem.tell(lang) for problem in error.problems]


def create(place: Path, count: int = 6) -> SweepStore:
    return SweepStore.create(place, manifest_of(), design_of(count))


def test_a_sweep_reads_back_before_and_after_it_is_compacted(tmp_path: Path) -> None:
    with create(tmp_path / "svep") as kept:
        kept.write_chunk("0", chunk_of([0, 1, 2]))
        kept.write_chunk("1", chunk_of([3, 4, 5]))
        assert_whole(kept.place, 6)
        assert kept.compact() == tmp_path / "svep" / "results.parquet"
        assert_whole(kept.place, 6)
    names = {path.name for path in (tmp_path / "svep").iterdir()}
    assert names == {"manifest.json", "design.parquet", *(place_table(tmp_path, table).name for table in TABLES)}


def test_what_is_finished_is_known_and_what_crashed_is_tried_again(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0, 1]))
        kept.write_chunk("1", chunk_of([2], status="infeasible"))
        kept.write_chunk("2", chunk_of([3], status="crashed"))
    with create(tmp_path) as kept:
        assert kept.finished() == {identify(number) for number in (0, 1, 2)}
        kept.compact()
        assert kept.finished() == {identify(number) for number in (0, 1, 2)}
        kept.write_chunk("3", chunk_of([3]))
        assert kept.finished() == {identify(number) for number in range(4)}
        kept.compact()
    sweep = open_sweep(tmp_path)
    assert sweep.scenarios["status"].tolist() == ["optimal", "optimal", "infeasible", "optimal"]
    assert sweep.count() == {"optimal": 3, "infeasible": 1}


def test_a_scenario_solved_twice_counts_once(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0, 1]))
        kept.write_chunk("1", chunk_of([1, 2], worth=1000.0))
        for _ in range(2):
            assert_whole_part = open_sweep(tmp_path).scenarios["objective_money"].tolist()
            assert assert_whole_part == [100.0, 101.0, 1102.0]
            assert len(open_sweep(tmp_path).table("accounts")) == 3 * ROWS["accounts"]
            kept.compact()
        assert pq.read_table(tmp_path / "results.parquet").num_rows == 3


def test_a_chunk_with_a_scenario_twice_is_our_own_fault(tmp_path: Path) -> None:
    twice = {name: pa.concat_tables([table, table]) for name, table in chunk_of([0]).tables.items()}
    with create(tmp_path) as kept, pytest.raises(ValueError, match="twice"):
        kept.write_chunk("0", store.ChunkResult(twice))


def test_two_chunks_of_one_name_do_not_replace_each_other(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0, 1, 2]))
        kept.write_chunk("0", chunk_of([3, 4, 5]))
        kept.write_chunk("0", chunk_of([3, 4, 5]))
    assert_whole(tmp_path, 6)


def test_long_tables_without_their_mark_do_not_count(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0]))
        kept.write_chunk("1", chunk_of([1]))
        (mark,) = (tmp_path / "chunks" / "scenarios").glob("1-*")
        mark.unlink()
        assert kept.finished() == {identify(0)}
        assert_whole(tmp_path, 1)
        kept.compact()
        assert_whole(tmp_path, 1)


def test_a_mark_that_a_power_failure_cut_off_does_not_count(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0]))
        kept.write_chunk("1", chunk_of([1]))
        (mark,) = (tmp_path / "chunks" / "scenarios").glob("1-*")
        mark.write_bytes(b"PAR1")
        assert kept.finished() == {identify(0)}
        kept.compact()
        assert_whole(tmp_path, 1)


def test_what_killed_workers_left_goes_with_the_chunks(tmp_path: Path) -> None:
    """One was killed while it wrote a table, another before it had set its mark."""
    with create(tmp_path, 2) as kept:
        kept.write_chunk("0", chunk_of([0]))
        (orphan,) = (tmp_path / "chunks" / "accounts").glob("0-*")
        orphan.with_name("9-abc.parquet").write_bytes(orphan.read_bytes())
        orphan.with_name(f".8-abc.parquet.1-2{ASIDE}").write_bytes(b"PAR1")
        kept.write_chunk("1", chunk_of([1]))
        kept.compact()
        assert_whole(tmp_path, 2)
    assert not (tmp_path / "chunks").exists()


def test_files_of_a_dead_process_are_removed_at_the_start(tmp_path: Path) -> None:
    create(tmp_path).close()
    stale = [tmp_path / ".results.parquet.7-a.tmp", tmp_path / "chunks" / "accounts" / ".0.parquet.7-b.tmp"]
    for path in stale:
        path.write_bytes(b"half")
    create(tmp_path).close()
    assert not any(path.exists() for path in stale)


def test_a_start_that_was_cut_off_before_its_manifest_begins_again(tmp_path: Path) -> None:
    create(tmp_path).close()
    (tmp_path / "manifest.json").unlink()
    (tmp_path / ".manifest.json.7-a.tmp").write_text("{", encoding="utf-8")
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of(range(6)))
    assert_whole(tmp_path, 6)


@pytest.mark.parametrize("cut", [*(place_table(Path(), table).name for table in TABLES), "unlink"])
def test_a_compaction_cut_off_anywhere_changes_nothing(
    cut: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the sweep is compacted, one scenario of it crashed; the rest comes in chunks; each step fails once."""
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0]))
        kept.write_chunk("1", chunk_of([1], status="crashed"))
        kept.compact()
        kept.write_chunk("2", chunk_of([1, 2]))
        kept.write_chunk("3", chunk_of([2, 3, 4, 5]))
        with monkeypatch.context() as patched:
            cut_off(patched, cut)
            with pytest.raises(RuntimeError, match="cut off"):
                kept.compact()
        assert_whole(tmp_path, 6)
        kept.compact()
        assert_whole(tmp_path, 6)
        before = {path.name: path.read_bytes() for path in tmp_path.glob("*.parquet")}
        kept.compact()
        assert {path.name: path.read_bytes() for path in tmp_path.glob("*.parquet")} == before


def cut_off(patched: pytest.MonkeyPatch, cut: str) -> None:
    """Fail before a file is put in place, or when the first chunk is to be removed."""

    def put(path: Path, write: Callable[[Path], object]) -> None:
        if path.name == cut:
            raise RuntimeError("cut off")
        disk.put_file(path, write)

    def remove(place: Path, parts: object) -> None:
        next((place / "chunks" / "scenarios").glob("2-*")).unlink()
        raise RuntimeError("cut off")

    patched.setattr(store, "put_file", put)
    if cut == "unlink":
        patched.setattr(store, "_remove_chunks", remove)


def test_a_sweep_without_a_single_result_is_compacted_to_empty_tables(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.compact()
    assert open_sweep(tmp_path).scenarios.empty
    assert list(open_sweep(tmp_path).table("accounts").columns) == ["id", "account", "year", "value"]


@pytest.mark.parametrize("compacted", [False, True])
def test_duckdb_reads_the_files(compacted: bool, tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0, 1, 2]))
        kept.write_chunk("1", chunk_of([3, 4, 5]))
        if compacted:
            kept.compact()
    files = [str(tmp_path / ("results.parquet" if compacted else "chunks/scenarios/*.parquet"))]
    files += [str(tmp_path / ("accounts.parquet" if compacted else "chunks/accounts/*.parquet"))]
    asked = (
        "select count(*), sum(s.objective_money), sum(a.value) from read_parquet(?) s join read_parquet(?) a using (id)"
    )
    values = sum(4 * number + 6 for number in range(6))
    assert duckdb.execute(asked, files).fetchone() == (24, 4 * 615.0, float(values))


def test_a_grid_is_a_block_over_its_keys(tmp_path: Path) -> None:
    block = open_sweep(write_sweep(tmp_path, 6)).to_xarray("accounts", "investments")
    assert block["objective_money"].dims == (PRICE, CUT)
    assert block["objective_money"].values.tolist() == [[100.0, 101.0, 102.0], [103.0, 104.0, 105.0]]
    assert (block[PRICE].values.tolist(), block[CUT].values.tolist()) == (list(PRICES), list(CUTS))
    assert block["status"].sel({PRICE: "low", CUT: 2.0}).item() == "optimal"
    assert block["accounts_value"].sel({PRICE: "base", CUT: 0.5, "account": "nox", "year": 2026}).item() == 3 + 3
    assert block["investments_build"].dims == (PRICE, CUT, "technology", "year")


def test_what_is_no_grid_is_a_row_of_scenarios_with_blanks_for_what_is_missing(tmp_path: Path) -> None:
    with SweepStore.create(tmp_path, manifest_of(source="table"), design_of(4)) as kept:
        kept.write_chunk("0", chunk_of([0, 3]))
        kept.write_chunk("1", chunk_of([1], status="infeasible"))
    block = open_sweep(tmp_path).to_xarray("investments")
    np.testing.assert_array_equal(block["objective_money"], [100.0, np.nan, np.nan, 103.0])
    assert block["status"].values.tolist() == ["optimal", "infeasible", "", "optimal"]
    assert np.isnan(block["investments_build"].sel(scenario=1)).all()
    assert block["investments_build"].sel(scenario=3).sum() == 3 + 4


def test_scenarios_of_equal_inputs_share_their_result(tmp_path: Path) -> None:
    """The second row of the design does not differ in effect: it has the first one's id."""
    design = design_of(3).to_pydict()
    design["id"][1] = design["id"][0]
    with SweepStore.create(tmp_path, manifest_of(source="table"), pa.table(design)) as kept:
        kept.write_chunk("0", chunk_of([0, 2]))
    rows = open_sweep(tmp_path).scenarios
    assert rows["scenario"].tolist() == [0, 1, 2]
    assert rows["objective_money"].tolist() == [100.0, 100.0, 102.0]
    assert rows[CUT].tolist() == list(CUTS)
    assert open_sweep(tmp_path).to_xarray("accounts")["accounts_value"].sel(scenario=1).notnull().all()


def test_finished_scenarios_of_another_sweep_are_copied_under_the_numbers_of_this_one(tmp_path: Path) -> None:
    """The other sweep solved 0 to 3, 3 of them in vain; this design holds its 2, 3 and 1 as 0, 1 and 2."""
    with create(tmp_path / "gammalt") as kept:
        kept.write_chunk("0", chunk_of([0, 1]))
        kept.compact()
        kept.write_chunk("1", chunk_of([2]))
        kept.write_chunk("2", chunk_of([3], status="crashed"))
    wanted = pa.table({"scenario": [0, 1, 2], "id": [identify(n) for n in (2, 3, 1)], "seed": ["a", "b", "c"]})
    copies = list(copy_finished(tmp_path / "gammalt", wanted))
    rows = [row for copy in copies for row in copy.tables["scenarios"].to_pylist()]
    assert sorted((row["scenario"], row["seed"], row["objective_money"]) for row in rows) == [
        (0, "a", 102.0),
        (2, "c", 101.0),
    ]
    assert [copy.tables["cash_flow"].num_rows for copy in copies] == [4, 4, 0][: len(copies)]


COMPACT = """
import sys
from pathlib import Path
from peak_memory import read_peak
from sweeping import chunk_of, design_of, manifest_of
from runners.sweep_store.store import SweepStore
place, chunks = Path(sys.argv[1]), int(sys.argv[2])
with SweepStore.create(place, manifest_of(), design_of(chunks * 50)) as store:
    for first in range(chunks):
        store.write_chunk(str(first), chunk_of(range(first * 50, first * 50 + 50)))
    before = read_peak()
    store.compact()
    print(read_peak() - before)
"""


@pytest.mark.slow
def test_memory_stays_flat_however_many_chunks_are_compacted(tmp_path: Path) -> None:
    """Ten times the scenarios, 2 000 of them, take no more than a few megabytes more."""
    grown = []
    for chunks in (4, 40):
        command = [sys.executable, "-c", COMPACT, str(tmp_path / str(chunks)), str(chunks)]
        ended = subprocess.run(command, capture_output=True, text=True, env=make_environment(), check=True)
        grown.append(int(ended.stdout))
    assert grown[1] < grown[0] + 8_000


def make_environment() -> dict[str, str]:
    """For a process that finds the program and the tests' own modules."""
    paths = [str(WRITER.parent.parent), str(WRITER.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


# Locks


def test_a_second_sweep_in_the_folder_is_told_who_writes_there(tmp_path: Path) -> None:
    with create(tmp_path):
        assert is_locked(tmp_path)
        since = json.loads((tmp_path / "lock").read_text(encoding="utf-8"))["since"]
        with pytest.raises(CaseError) as caught:
            create(tmp_path)
        holder = f"process {os.getpid()} på {socket.gethostname()}, sedan {since}"
        assert tell(caught.value) == [
            f"out={tmp_path}: här skriver redan en annan körning: {holder}. Vänta tills den är klar eller välj en "
            "annan mapp med out=MAPP. En körning på en annan dator räknas som död när den varit tyst i 3 minuter."
        ]
        holder = f"process {os.getpid()} on {socket.gethostname()}, since {since}"
        assert tell(caught.value, "en") == [
            f"out={tmp_path}: another run is writing here: {holder}. Wait until it is done, or choose another folder "
            "with out=FOLDER. A run on another computer counts as dead after 3 minutes of silence."
        ]
    assert not is_locked(tmp_path)
    create(tmp_path).close()


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    create(tmp_path).close()
    write_lock(tmp_path, socket.gethostname(), 2**22 + 1)
    assert not is_locked(tmp_path)
    create(tmp_path).close()


@pytest.mark.parametrize(("silent", "free"), [(SILENT - 30, False), (SILENT + 30, True)])
def test_a_lock_of_another_computer_falls_after_long_silence(silent: float, free: bool, tmp_path: Path) -> None:
    create(tmp_path).close()
    write_lock(tmp_path, "annan-dator", 7)
    os.utime(tmp_path / "lock", (time.time() - silent, time.time() - silent))
    if free:
        create(tmp_path).close()
    else:
        with pytest.raises(CaseError, match="process 7 on annan-dator"):
            create(tmp_path)


def test_a_lock_shows_signs_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runners.sweep_store.lock.BEAT", 0.01)
    lock = FolderLock.take(tmp_path)
    os.utime(tmp_path / "lock", (0, 0))
    deadline = time.monotonic() + 10
    while (tmp_path / "lock").stat().st_mtime == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (tmp_path / "lock").stat().st_mtime > 0
    lock.release()
    lock.release()


def write_lock(place: Path, host: str, pid: int) -> None:
    content = {"host": host, "pid": pid, "since": "2026-11-24 20:08:05+00:00"}
    (place / "lock").write_text(json.dumps(content), encoding="utf-8")


# Folders and disks that cannot be used


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (
            errno.ENOSPC,
            "disken är full. Allt som var klart är sparat; gör plats och ge samma kommando igen för att fortsätta.",
        ),
        (
            errno.EROFS,
            "mappen går inte att skriva i (skrivskyddad, eller utan rättigheter). Välj en annan med out=MAPP.",
        ),
        (
            errno.EIO,
            "mappen går inte att skriva i (disken kunde varken läsas eller skrivas). Allt som var klart är sparat; "
            "ge samma kommando igen, eller välj en annan med out=MAPP.",
        ),
    ],
)
def test_a_disk_that_takes_no_more_is_told_and_nothing_is_lost(
    number: int, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with create(tmp_path) as kept:
        kept.write_chunk("0", chunk_of([0, 1]))
        with monkeypatch.context() as patched:
            patched.setattr(pq, "write_table", fail)
            patched.setattr(pq, "ParquetWriter", fail)
            for keep in (lambda: kept.write_chunk("1", chunk_of([2])), kept.compact):
                with pytest.raises(Unwritable) as caught:
                    keep()
                assert caught.value.errno == number
                assert tell(caught.value) == [f"out={tmp_path}: {text}"]
        assert_whole(tmp_path, 2)
        assert not list(tmp_path.rglob("*.tmp"))
        kept.write_chunk("1", chunk_of([2, 3, 4, 5]))
        kept.compact()
    assert_whole(tmp_path, 6)


def test_an_error_of_the_disk_can_be_handed_from_a_worker_to_its_driver(tmp_path: Path) -> None:
    with pytest.raises(Unwritable) as caught, disk.tell_of_disk(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (tell(again), again.errno) == (tell(caught.value), errno.ENOSPC)


FILL = """
from pathlib import Path
from sweeping import chunk_of, design_of, manifest_of
from runners.sweep_store.disk import Unwritable
from runners.sweep_store.store import SweepStore, open_sweep
place = Path({place!r}) / "svep"
with SweepStore.create(place, manifest_of(), design_of(5000)) as store:
    number = 0
    try:
        while number < 5000:
            store.write_chunk(str(number), chunk_of(range(number, number + 50)))
            number += 50
    except Unwritable as error:
        print(number, len(store.finished()), len(open_sweep(place).table("accounts")), error.problems[0].key)
"""
READ = """
from pathlib import Path
from sweeping import design_of, manifest_of
from runners.sweep_store.store import SweepStore, open_sweep
from scenarios.errors import CaseError
place = Path({place!r})
try:
    SweepStore.create(place, manifest_of(), design_of(6))
except CaseError as error:
    print(error.problems[0].tell("en"))
print(len(open_sweep(place).scenarios))
"""


def run_mounted(script: str, mounts: str) -> str:
    """What a script prints in a name space of its own, where disks can be mounted; skips where that is not allowed."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh"]
    try:
        allowed = subprocess.run([*command, "true"], capture_output=True, timeout=30, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("this system lets nobody mount disks in a name space of one's own")
    ended = subprocess.run(
        [*command, sys.executable, "-c", script], capture_output=True, text=True, env=make_environment(), check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.slow
def test_a_disk_that_really_fills_up_keeps_what_was_committed(tmp_path: Path) -> None:
    script = FILL.format(place=str(tmp_path))
    number, finished, accounts, key = run_mounted(script, f"mount -t tmpfs -o size=1m tmpfs {tmp_path}").split()
    assert int(number) == int(finished) > 0
    assert int(accounts) == 4 * int(number)
    assert key == "store_full"


@pytest.mark.slow
def test_a_folder_on_a_read_only_disk_is_told_and_can_still_be_read(tmp_path: Path) -> None:
    write_sweep(tmp_path, 6)
    script = READ.format(place=str(tmp_path))
    mounts = f"mount --bind {tmp_path} {tmp_path} && mount -o remount,bind,ro {tmp_path}"
    assert run_mounted(script, mounts).splitlines() == [
        f"out={tmp_path}: the folder cannot be written to (read-only, or without permission). "
        "Choose another with out=FOLDER.",
        "6",
    ]


def test_a_folder_with_something_else_in_it_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "brev.txt").write_text("hej", encoding="utf-8")
    for place in (tmp_path, tmp_path / "brev.txt"):
        with pytest.raises(CaseError) as caught:
            create(place)
        assert tell(caught.value) == [
            f"out={place}: där finns redan något som inte är ett svep, och det skrivs inte över. "
            "Välj en annan mapp med out=MAPP."
        ]
    assert [path.name for path in tmp_path.iterdir()] == ["brev.txt"]


def test_what_is_no_sweep_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        open_sweep(tmp_path)
    assert tell(caught.value) == [
        f"{tmp_path}: här finns inget svep. Ange mappen som ett svep skrev (den har en manifest.json); "
        "fardplan runs list visar dem."
    ]


# A sweep that has changed since it began

CHANGES = [
    ({"version": "0.2.0"}, "svepet i mappen gjordes med programmets version 0.1.0, nu är den 0.2.0."),
    ({"case": "by"}, "svepet i mappen gäller fallet stad, inte by."),
    (
        {"digest": "d" * 64},
        "fallets siffror har ändrats sedan svepet började (från aaaaaaaaaaaa till dddddddddddd).",
    ),
    (
        {"digest": "d" * 64, "inputs": {"prices.csv": "e" * 64, "targets.csv": "c" * 64}},
        "filen prices.csv har ändrats sedan svepet började (från bbbbbbbbbbbb till eeeeeeeeeeee).",
    ),
    ({"keys": [PRICE]}, f"svepet i mappen varierar price, {CUT}, nu varieras price."),
    (
        {"levels": {PRICE: ["low", "base"], CUT: ["0.5", "1"]}},
        f"nivåerna ({CUT}) är andra än i svepet i mappen: 0.5, 1, 2 där, 0.5, 1 nu.",
    ),
    ({"source": "table"}, "scenarierna kommer från table, i svepet i mappen från grid."),
    (
        {"options": {"gap": 0.001, "relax": True}},
        "valet gap är ett annat än i svepet i mappen: 0.0001 där, 0.001 nu.",
    ),
]


@pytest.mark.parametrize(("changes", "text"), CHANGES, ids=[next(iter(changes)) for changes, _ in CHANGES])
def test_a_sweep_of_something_else_is_not_mixed_in(changes: dict[str, object], text: str, tmp_path: Path) -> None:
    create(tmp_path).close()
    with pytest.raises(CaseError) as caught:
        SweepStore.create(tmp_path, manifest_of(**changes), design_of(6))
    assert tell(caught.value) == [
        f"out={tmp_path}: {text}",
        f"out={tmp_path}: svepet fortsätter inte, eftersom resultaten skulle blandas. Välj en ny mapp med out=MAPP, "
        "eller återställ det som ändrats; det som redan är klart ligger kvar.",
    ]
    assert not is_locked(tmp_path)
    create(tmp_path).close()


def test_other_scenarios_of_the_same_keys_are_not_mixed_in(tmp_path: Path) -> None:
    create(tmp_path).close()
    with pytest.raises(CaseError) as caught:
        create(tmp_path, 5)
    old, new = (store.digest_design(design_of(count))[:12] for count in (6, 5))
    assert tell(caught.value, "en")[0] == (
        f"out={tmp_path}: the scenarios are not those of the sweep in the folder (from {old} to {new})."
    )


def test_when_it_began_and_how_it_ended_is_no_difference(tmp_path: Path) -> None:
    with create(tmp_path) as kept:
        kept.update(ended="2026-11-24T21:00:00+00:00", counts={"optimal": 6})
    SweepStore.create(tmp_path, manifest_of(started="2026-11-25T08:00:00+00:00"), design_of(6)).close()
    manifest = open_sweep(tmp_path).manifest
    assert (manifest["started"], manifest["counts"]) == ("2026-11-24T20:08:05+00:00", {"optimal": 6})
    assert (manifest["program"], manifest["kind"]) == ("fardplan", "sweep")


# Killed


@pytest.mark.slow
def test_of_sweeps_started_in_one_folder_at_once_only_one_writes(tmp_path: Path) -> None:
    writers = [prepare_writer(tmp_path / "svep", 60, 2) for _ in range(3)]
    for writer in writers:
        begin(writer)
    told = [writer.communicate(timeout=120)[1] for writer in writers]
    assert 0 in [writer.returncode for writer in writers]
    assert all("another run is writing here" in text for text in told if text)
    assert [bool(text) for text in told] == [writer.returncode != 0 for writer in writers]
    assert_whole(tmp_path / "svep", 60)


def start_writer(place: Path, count: int, size: int) -> subprocess.Popen[str]:
    """A writer that begins now."""
    writer = prepare_writer(place, count, size)
    begin(writer)
    return writer


def begin(writer: subprocess.Popen[str]) -> None:
    assert writer.stdin is not None
    writer.stdin.write("\n")
    writer.stdin.flush()


def prepare_writer(place: Path, count: int, size: int) -> subprocess.Popen[str]:
    """A writer that has imported everything and waits for a line."""
    command = [sys.executable, str(WRITER), str(place), str(count), str(size)]
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    writer = subprocess.Popen(command, **streams, text=True, env=make_environment())
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def kill_and_go_on(place: Path, kills: int, count: int, size: int, longest: float) -> None:
    """Kill writers of one sweep after random times, then let one end; every scenario is there once."""
    generator = random.Random(20261124)
    for _ in range(kills):
        writer = start_writer(place, count, size)
        time.sleep(generator.uniform(0.0, longest))
        writer.kill()
        writer.communicate()
        if (place / "manifest.json").exists():
            before = SweepStore.join(place).finished()
            ids = [name for share in choose_shares(place) for name in share.ids]
            assert len(ids) == len(set(ids))
            assert set(open_sweep(place).table("accounts")["id"]) == before
    writer = start_writer(place, count, size)
    assert "done" in writer.communicate(timeout=120)[0]
    assert_whole(place, count)
    assert not list(place.rglob("*.tmp"))
    assert not (place / "lock").exists()


@pytest.mark.slow
def test_a_writer_killed_three_times_loses_nothing_and_keeps_nothing_twice(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path / "svep", kills=3, count=120, size=2, longest=0.4)


@pytest.mark.slow
def test_a_writer_killed_twenty_times_loses_nothing_and_keeps_nothing_twice(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path / "svep", kills=20, count=600, size=2, longest=0.6)


def test_a_file_of_a_chunk_is_where_the_contract_says(tmp_path: Path) -> None:
    assert place_chunk(tmp_path, "accounts", "0") == tmp_path / "chunks" / "accounts" / "0.parquet"
