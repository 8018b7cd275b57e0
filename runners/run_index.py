"""Which runs and sweeps there are under a folder, and in which of them a scenario is already solved.

An index and nothing else: what is true stands in the folders. Lost, damaged or of an older make, it is made again from
them; where it cannot be written it is kept in memory for the moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from conf.words import read_messages
from runners.results.manifest import KIND, MANIFEST, PROGRAM, SWEEP
from runners.results.result import SUMMARY
from runners.sweep_store.disk import read_json
from runners.sweep_store.parts import CHUNKS, place_table
from runners.sweep_store.results import SCENARIOS
from runners.sweep_store.store import SweepStore, open_sweep

CATALOGUE = "catalogue.sqlite"
HERE = "FARDPLAN_INDEX"
"""Variable of the environment: the folder of this host that has the indexes of folders that several hosts share, which
SQLite must not. Each host makes its own."""
PLAN, OTHER = "plan", "other"
WATCHED = (Path(MANIFEST), Path(CHUNKS, SCENARIOS), place_table(Path(), SCENARIOS))
"""What of a folder changes with what it holds."""
MAKE = 3
"""Of the tables below; another one's catalogue is made again."""
PATIENCE = 30.0
"""Seconds to wait for another process that writes the catalogue."""
AT_ONCE = 500
"""Ids asked for in one question."""
TABLES = """
    create table run (
        place text primary key, kind text not null, "case" text not null, started text not null, ended text not null,
        digest text not null, counts text not null, total integer not null, stamp integer not null);
    create table finished (id text not null, place text not null references run(place) on delete cascade,
        primary key (id, place)) without rowid;
    create index finished_place on finished(place);
"""
SPOILED = (OSError, ValueError, TypeError, LookupError, ArithmeticError)
"""What is raised over a sweep whose files are cut off, changed or gone."""
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Run:
    """A plan or a sweep: where it lies and what its manifest says.

    `counts`: how many scenarios ended in which status, of `total`; of a plan its one status. `ended` is blank where it
    did not.
    """

    place: Path
    kind: str
    case: str
    started: str
    ended: str
    digest: str
    counts: Mapping[str, int]
    total: int = 1

    @property
    def complete(self) -> bool:
        """Whether every scenario has its answer: a sweep that a signal stopped has ended, and is not complete."""
        return bool(self.ended) and sum(self.counts.values()) >= self.total if self.kind == SWEEP else True

    @property
    def began(self) -> datetime | None:
        """When it began, None where the manifest does not say."""
        return read_time(self.started)


class Catalogue:
    """The runs and sweeps of a folder, one folder each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def file(self) -> Path:
        """Where the index lies."""
        here = os.environ.get(HERE)
        if not here:
            return self.folder / CATALOGUE
        return Path(here, f"{hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:16]}.sqlite")

    def register(self, place: Path) -> None:
        """Take in a run or sweep, or what has changed of it, also one that lies elsewhere; what is not ours is not."""
        self._ask(lambda base: _take_in(base, self.folder, place))

    def list_runs(self) -> list[Run]:
        """All of them, the newest first."""

        def ask(base: sqlite3.Connection) -> list[Run]:
            self._refresh(base)
            columns = 'place, kind, "case", started, ended, digest, counts, total'
            rows = base.execute(f"select {columns} from run where kind != ?", [OTHER]).fetchall()
            return [_read_run(self.folder, row) for row in rows]

        oldest = datetime.fromtimestamp(0).astimezone()
        return sorted(self._ask(ask), key=lambda run: (run.began or oldest, run.place.name), reverse=True)

    def find_finished(self, ids: Iterable[str]) -> dict[str, Path]:
        """Which of these scenarios are solved already, each with the sweep that keeps it.

        A folder may lose its rows after this: copy with `copy_finished`, and solve what it does not give.
        """
        asked = sorted(set(ids))

        def ask(base: sqlite3.Connection) -> dict[str, Path]:
            self._refresh(base)
            found: dict[str, str] = {}
            for first in range(0, len(asked), AT_ONCE):
                some = asked[first : first + AT_ONCE]
                marks = ", ".join("?" * len(some))
                found |= dict(
                    base.execute(f"select id, min(place) from finished where id in ({marks}) group by id", some)
                )
            return {name: self.folder / place for name, place in found.items()}

        return self._ask(ask) if asked else {}

    def rebuild(self) -> None:
        """Make the index again from the folders."""
        self._remove()
        self._ask(self._refresh)

    def _ask(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Ask the index; one that is damaged is made again first, one that cannot be written is kept in memory."""
        try:
            with closing(_open(str(self.file))) as base, base:
                return ask(base)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) in DAMAGED:
                self._remove()
                return self._ask(ask)
            if not isinstance(error, sqlite3.OperationalError):
                raise
        with closing(_open(":memory:")) as base, base:
            self._refresh(base)
            return ask(base)

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm"):
            self.file.with_name(f"{self.file.name}{end}").unlink(missing_ok=True)

    def _refresh(self, base: sqlite3.Connection) -> None:
        """Take in folders that are new or have changed, and forget those that are gone."""
        known = dict(base.execute("select place, stamp from run"))
        stamps = dict(stamp_runs(self.folder))
        stamps |= {name: stamp_run(self.folder / name) for name in known if name not in stamps}
        for name, stamp in stamps.items():
            if known.get(name) != stamp:
                _take_in(base, self.folder, self.folder / name)


def stamp_runs(folder: Path) -> tuple[tuple[str, int], ...]:
    """The folders in a folder that may hold a run, each with its stamp: the same as long as all are as they were.

    Not what is being written aside, and not what only is a link to elsewhere.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(each.name for each in entries if not each.name.startswith(".") and not each.is_symlink())
    except OSError:
        return ()
    found = ((name, stamp_run(folder / name)) for name in names)
    return tuple((name, stamp) for name, stamp in found if stamp)


def stamp_run(place: Path) -> int:
    """Changes whenever the manifest or the results of a folder do; 0 where there is no manifest."""
    manifest, *results = (_read_mtime(os.path.join(place, part)) for part in WATCHED)
    return max(manifest, *results) if manifest else 0


def _read_mtime(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def read_time(text: str) -> datetime | None:
    """A moment as a manifest writes it, in local time; None where it is none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None


def _read_run(folder: Path, row: tuple[str, ...]) -> Run:
    place, kind, case, started, ended, digest, counts, total = row
    return Run(folder / place, kind, case, started, ended, digest, json.loads(counts), int(total))


def _open(file: str) -> sqlite3.Connection:
    """The index, its tables made where they are not of our make."""
    base = sqlite3.connect(file, timeout=PATIENCE)
    try:
        base.execute("pragma journal_mode = wal")
        base.execute("pragma synchronous = normal")
        base.execute("pragma foreign_keys = on")
        if base.execute("pragma user_version").fetchone()[0] != MAKE:
            _make_tables(base)
    except BaseException:
        base.close()
        raise
    return base


def _make_tables(base: sqlite3.Connection) -> None:
    base.executescript(
        f"begin immediate; drop table if exists finished; drop table if exists run; {TABLES}"
        f"pragma user_version = {MAKE}; commit;"
    )


def _take_in(base: sqlite3.Connection, folder: Path, place: Path) -> None:
    """Write down what a folder holds now; forget it where it holds nothing of ours."""
    name, stamp = _name(folder, place), stamp_run(place)
    base.execute("delete from run where place = ?", [name])
    manifest = read_json(place / MANIFEST)
    if not stamp:
        return
    kind = _find_kind(manifest)
    counts, total = _count_sweep(place, manifest) if kind == SWEEP else (_count_plan(place) if kind == PLAN else {}, 1)
    texts = [str(manifest.get(field) or "") for field in ("case", "started", "ended", "digest")]
    row = [name, kind, *texts, json.dumps(counts), total, stamp]
    base.execute(f"insert into run values ({', '.join('?' * len(row))})", row)
    if kind == SWEEP and counts:
        ids = ((scenario, name) for scenario in SweepStore.join(place).finished())
        base.executemany("insert into finished values (?, ?)", ids)


def _find_kind(manifest: Mapping[str, Any]) -> str:
    """A plan, a sweep, or another command's answer: that is no run, and is written down so that it is read once."""
    if manifest.get("program") != PROGRAM or manifest.get(KIND, SWEEP) != SWEEP:
        return OTHER
    return SWEEP if manifest.get(KIND) == SWEEP else PLAN


def _count_sweep(place: Path, manifest: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """How many ended how, and of how many; none of a sweep whose files cannot be read."""
    try:
        return open_sweep(place).count(), _count_scenarios(place, manifest)
    except SPOILED:
        return {}, 1


def _count_scenarios(place: Path, manifest: Mapping[str, Any]) -> int:
    """How many scenarios were asked for."""
    return int(manifest["count"]) if "count" in manifest else len(open_sweep(place).design)


def _count_plan(place: Path) -> dict[str, Any]:
    status = read_json(place / SUMMARY).get("status")
    return {status: 1} if isinstance(status, str) and f"runs_status_{status}" in read_messages() else {}


def _name(folder: Path, place: Path) -> str:
    """How a place is written down: by its name in the folder, or in full."""
    inside, whole = folder.resolve(), place.resolve()
    return str(whole.relative_to(inside)) if whole.is_relative_to(inside) else str(whole)
