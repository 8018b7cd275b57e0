"""The page's database in PostgreSQL: for several hosts that serve one folder.

A connection is asked to begin each change, and one that the server has let go is opened again by that; every wait has
an end, so that a server that is silent, or a host that died within a change, holds nobody up for long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import BoundedSemaphore, Lock
from typing import Any
from weakref import finalize

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row

from runners.web.base import MOST_IDLE, PATIENCE, Answered, Base, Lost, Pool
from runners.web.base_tables import STEPS, list_orders

Connection = psycopg.Connection[DictRow]
CALLED = "fardplan"
SILENT = 5
"""Seconds after which a server that says nothing is given up."""
HOLD = b"select pg_advisory_xact_lock(1718643822)"
"""The lock that whoever makes several changes holds until they are made; its number is ours alone."""
LIMITS = "-c statement_timeout={0} -c lock_timeout={0} -c idle_in_transaction_session_timeout={0}"
WORDS = (
    (re.compile(r"\bclock\(\)"), "extract(epoch from clock_timestamp())::double precision"),
    (re.compile(r"\?"), "%s"),
)
KINDS = (
    (re.compile(r"\binteger primary key\b"), "bigint generated always as identity primary key"),
    (re.compile(r"\breal\b"), "double precision"),
    (re.compile(r" collate nocase\b"), ""),
)
"""What PostgreSQL calls what SQLite says in tables."""
OWN = 'create unique index user_name on "user" (lower(name))'
"""Two names that differ in their capitals alone are one user's, as in SQLite."""
READING = "select "
HOST = re.compile(r"[\w.:/,-]*")
MISSING, FORBIDDEN, REFUSED = "3D000", "42501", "28"
"""States of SQL: no such database, not allowed, and the class of those who are not let in."""
SAID = (
    *(("does not exist", "web_base_missing"), ("finns inte", "web_base_missing")),
    *(("authentication", "web_base_refused"), ("autentisering", "web_base_refused"), ("pg_hba", "web_base_refused")),
)
"""Words by which a server says why it does not let in: with no state, and in its own language."""


class PostgresBase(Base):
    """A database of a server.

    Args:
        address: as libpq reads it: `postgresql://USER@HOST/DATABASE`.
    """

    shared = True

    def __init__(self, address: str) -> None:
        self._address = address
        self.idle: Pool[Connection] = Pool()
        finalize(self, _close, self.idle)
        self._room = BoundedSemaphore(MOST_IDLE)
        self._making, self._made = Lock(), False

    @contextmanager
    def write(self) -> Iterator[_Writing]:
        """Several changes, together."""
        with self._begin(b"begin; " + HOLD) as base:
            yield _Writing(base)

    def ask(self, question: str, given: Sequence[object] = ()) -> list[Any]:
        """The rows that answer a question: in one turn to the server and back where it changes nothing.

        Such a one is asked again where its connection turns out to be lost.
        """
        if question.startswith(READING):
            with suppress(Lost), self._begin(b"") as base:
                return _Writing(base).execute(question, given).fetchall()
        return super().ask(question, given)

    @contextmanager
    def state(self) -> Iterator[_Writing]:
        """One statement."""
        with self._begin(b"begin") as base:
            yield _Writing(base)

    def close(self) -> None:
        """Close what is open."""
        _close(self.idle)

    @contextmanager
    def _begin(self, order: bytes) -> Iterator[Connection]:
        with _tell_lost():
            if not self._room.acquire(timeout=PATIENCE):
                raise Lost("web_base_busy")
            try:
                base = self._take(order)
                try:
                    yield base
                    if order:
                        base.execute(b"commit")
                except BaseException:
                    base.close()
                    raise
                if not self.idle.put(base):
                    base.close()
            finally:
                self._room.release()

    def _take(self, order: bytes) -> Connection:
        """A connection on which a change has begun: one that is kept, where it still lives, else a new one."""
        while (kept := self.idle.take()) is not None:
            try:
                _start(kept, order)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                gone = kept.closed
                kept.close()
                if not gone:  # it lives, and somebody else holds the lock for too long
                    raise
            else:
                return kept
        base = self._open()
        try:
            _start(base, order)
        except BaseException:
            base.close()
            raise
        return base

    def _open(self) -> Connection:
        said = conninfo_to_dict(self._address)
        limits = LIMITS.format(int(1000 * PATIENCE))
        base: Connection = psycopg.connect(
            self._address,
            autocommit=True,
            row_factory=dict_row,
            prepare_threshold=None,
            connect_timeout=SILENT,
            tcp_user_timeout=1000 * SILENT,
            application_name=CALLED,
            options=f"{said.get('options') or ''} {limits}".strip(),
        )
        with self._making:
            if not self._made:
                try:
                    _make_tables(base)
                except BaseException:
                    base.close()
                    raise
                self._made = True
        return base


class _Writing:
    """Statements as both databases understand them, told to this one."""

    def __init__(self, base: Connection) -> None:
        self._base = base

    def execute(self, order: str, given: Sequence[Any] = (), /) -> Answered:
        """One statement; a character that PostgreSQL does not keep stands for itself no more."""
        plain = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in given]
        return self._base.execute(translate(order), plain)


@lru_cache(maxsize=256)
def translate(order: str) -> bytes:
    """A statement in the words of PostgreSQL.

    >>> translate("update visit set seen = clock() where digest = ?")
    b'update visit set seen = extract(epoch from clock_timestamp())::double precision where digest = %s'
    """
    for word, own in WORDS:
        order = word.sub(own, order)
    return order.encode()


def find_host(address: str) -> str | None:
    """The server that an address names, blank for this machine's own; None where the address is none.

    Nothing else of it may be told: a password with signs of its own may stand anywhere in it.

    >>> find_host("postgresql://fardplan:secret@db.kommun.se/fardplan"), find_host("postgresql://a:b@c@d/e")
    ('db.kommun.se', None)
    """
    try:
        said = conninfo_to_dict(address)
    except psycopg.Error:
        return None
    host = str(said.get("host") or "")
    return host if HOST.fullmatch(host) else None


def _start(base: Connection, order: bytes) -> None:
    if order:
        base.execute(order)


def _close(idle: Pool[Connection]) -> None:
    while (kept := idle.take()) is not None:
        kept.close()


def _make_tables(base: Connection) -> None:
    """Make the tables, or those that are lacking: once, however many hosts begin at the same moment."""
    with base.transaction():
        base.execute(HOLD)
        made = _count_steps(base)
        if made > len(STEPS):
            raise Lost("web_base_newer")
        for order in [*list_orders(made), *([] if made else [OWN])]:
            for word, own in KINDS:
                order = word.sub(own, order)
            base.execute(order.encode())
        if made != len(STEPS):
            order = "insert into setting values ('steps', %s) on conflict (name) do update set value = excluded.value"
            base.execute(order.encode(), [str(len(STEPS))])


def _count_steps(base: Connection) -> int:
    found = base.execute("select to_regclass('setting') as found").fetchone()
    if found is None or found["found"] is None:
        return 0
    row = base.execute("select value from setting where name = 'steps'").fetchone()
    return 0 if row is None else int(row["value"])


@contextmanager
def _tell_lost() -> Iterator[None]:
    """Say that the database does not answer, and why, without a word of its address or of what it says itself."""
    key = ""
    try:
        yield
    except errors.InsufficientPrivilege:
        key = "web_base_forbidden"
    except (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected, errors.TooManyConnections):
        key = "web_base_busy"
    except (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction) as error:
        key = _find_reason(error)
    if key:
        raise Lost(key)


def _find_reason(error: psycopg.Error) -> str:
    state = error.sqlstate or ""
    if state:
        known = {MISSING: "web_base_missing", FORBIDDEN: "web_base_forbidden"}
        return known.get(state, "web_base_refused" if state.startswith(REFUSED) else "web_base_silent")
    return next((key for word, key in SAID if word in str(error)), "web_base_silent")
