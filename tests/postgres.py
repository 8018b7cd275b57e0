"""A PostgreSQL of its own for tests: a cluster in a folder that is thrown away, on a free port of this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

USER, PASSWORD, HOST = "fardplan", "hemligt%40ord", "127.0.0.1"
"""The password as an address writes it: it has a sign that addresses have too."""
PLACES = "/usr/lib/postgresql"
OTHERS = ("postgres", "nobody")
"""Who runs the server where the tests are run by root, whom it refuses."""
PATIENCE = 30.0
QUICK = ("fsync=off", "full_page_writes=off", "max_connections=300", "shared_buffers=16MB")


class NotHere(Exception):
    """No PostgreSQL can be started on this machine, and why."""


@dataclass
class Cluster:
    """A server: its programs, folder and port, and who runs it."""

    programs: Path
    folder: Path
    port: int
    user: int | None
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        """Start it, and wait until it lets somebody in."""
        words = [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-h", HOST]
        settings = [word for setting in (*QUICK, f"unix_socket_directories={self.folder}") for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*words, *settings], stdout=log, stderr=log, **self.run_as())
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), self.connect("postgres"):
                return
            time.sleep(0.1)
        raise NotHere("the server of PostgreSQL does not start here")

    def stop(self) -> None:
        """End it at once, with all connections."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE)

    def make_address(self) -> str:
        """A database that is new."""
        name = f"site_{next(self._numbers)}"
        with self.connect("postgres") as base:
            base.execute(f"create database {name}".encode())
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://{USER}:{PASSWORD}@{HOST}:{self.port}/{name}"

    @contextmanager
    def connect(self, name: str) -> Iterator[Any]:
        """A connection beside the program's own."""
        import psycopg

        try:
            base = psycopg.connect(self.address(name), autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            raise OSError("not yet") from error
        with base:
            yield base

    def run_as(self) -> dict[str, Any]:
        """How its programs are run."""
        return {"cwd": self.folder} if self.user is None else {"cwd": self.folder, "user": self.user}


@contextmanager
def run_cluster() -> Iterator[Cluster]:
    """A cluster, as long as it is needed; raises NotHere."""
    programs, user = _find_programs(), _find_user()
    with tempfile.TemporaryDirectory(prefix="fardplan-postgres-", ignore_cleanup_errors=True) as place:
        cluster = Cluster(programs, Path(place), _find_port(), user)
        secret = cluster.folder / "secret"
        secret.write_text(PASSWORD.replace("%40", "@"))
        if user is not None:
            os.chown(place, user, -1)
            os.chown(secret, user, -1)
        words = ["-D", cluster.folder / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8"]
        made = subprocess.run(
            [programs / "initdb", *words, "--no-sync", "--locale=C"],
            capture_output=True,
            check=False,
            **cluster.run_as(),
        )
        if made.returncode:
            raise NotHere(f"initdb does not work here: {made.stderr.decode(errors='replace')[-200:]}")
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


def _find_programs() -> Path:
    found = [path.parent for path in sorted(Path(PLACES).glob("*/bin/initdb"), reverse=True)]
    named = shutil.which("initdb")
    if named:
        found.append(Path(named).resolve().parent)
    for place in found:
        if (place / "postgres").exists():
            return place
    raise NotHere("PostgreSQL is not installed here")


def _find_user() -> int | None:
    if os.geteuid():
        return None
    for name in OTHERS:
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise NotHere("root runs the tests, and there is no other user for PostgreSQL")


def _find_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
