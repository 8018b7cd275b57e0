"""The page's own database: users, their roles and visits, jobs, and who did what; one SQLite file in the served folder.

Plans and sweeps are not in it: they stand in their folders, and their index is made of these.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from queue import Empty, Full, LifoQueue
from secrets import token_hex
from typing import Any

FILE = "web.sqlite"
MAKE = 1
PATIENCE = 10.0
"""Seconds to wait for another process that writes."""
OWNER_ONLY = 0o600
MOST_IDLE = 16
"""Connections kept open for who asks next."""
TABLES = """
    create table setting (name text primary key, value text not null);
    create table user (
        name text primary key collate nocase, password text not null default '', subject text unique,
        everywhere integer not null default 0, active integer not null default 1, created real not null);
    create table role (
        user text not null references user(name) on delete cascade, "case" text not null, role integer not null,
        primary key (user, "case"));
    create table invitation (
        digest text primary key, user text not null references user(name) on delete cascade, until real not null);
    create table visit (
        digest text primary key, user text not null references user(name) on delete cascade, began real not null,
        seen real not null);
    create table key (
        digest text primary key, user text not null references user(name) on delete cascade, name text not null,
        created real not null);
    create table deed (
        id integer primary key, at real not null, user text not null, verb text not null, "case" text not null,
        about text not null);
    create table job (
        id text primary key, "case" text not null, user text not null, kind text not null, name text not null,
        words text not null, place text not null, state text not null, created real not null, began real, ended real,
        code integer, lease real not null default 0, holder text not null default '', tries integer not null default 0,
        told text not null default '');
    create table scenario (id integer primary key, "case" text not null, name text not null, settings text not null);
    create table excluded ("case" text not null, technology text not null, primary key ("case", technology));
    create index job_state on job(state, created);
"""


class Base:
    """The database in a folder, made where it is not there; any thread may ask, each on a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._idle: LifoQueue[tuple[int, sqlite3.Connection]] = LifoQueue(MOST_IDLE)
        """Connections that nobody uses now, each with the number of the file that it was opened on."""

    def ask(self, question: str, given: Sequence[object] = ()) -> list[Any]:
        """The rows that answer a question."""
        with self.write() as base:
            return base.execute(question, tuple(given)).fetchall()

    def change(self, order: str, given: Sequence[object] = ()) -> int:
        """Change rows; how many there were."""
        with self.write() as base:
            return base.execute(order, tuple(given)).rowcount

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Several changes that are made together or not at all."""
        number, base = self._take()
        try:
            with base:
                yield base
        except BaseException:
            base.close()
            raise
        try:
            self._idle.put_nowait((number, base))
        except Full:
            base.close()

    def close(self) -> None:
        """Close what is open, so that all stands in the one file; who asks later opens it anew."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait()[1].close()

    @cached_property
    def secret(self) -> bytes:
        """What tokens of forms are made with, the same after a restart."""
        self.change("insert or ignore into setting values ('secret', ?)", [token_hex(32)])
        return bytes.fromhex(self.ask("select value from setting where name = 'secret'")[0][0])

    def _take(self) -> tuple[int, sqlite3.Connection]:
        """A connection to the file that is there now, and the number of that file."""
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        number = self.path.stat().st_ino
        with suppress(Empty):
            while True:
                opened, base = self._idle.get_nowait()
                if opened == number:
                    return number, base
                base.close()
        return number, self._open()

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
        base.row_factory = sqlite3.Row
        try:
            base.execute("pragma foreign_keys = on")
            if base.execute("pragma user_version").fetchone()[0] != MAKE:
                base.execute("pragma journal_mode = wal")
                with base:
                    base.execute("begin immediate")
                    if base.execute("pragma user_version").fetchone()[0] != MAKE:
                        for order in TABLES.split(";"):
                            base.execute(order)
                        base.execute(f"pragma user_version = {MAKE}")
            base.execute("pragma synchronous = full")
        except BaseException:
            base.close()
            raise
        return base
