"""Which database a served folder has: the one that its `database.toml` names, else a file of its own.

The setting stands in the folder that hosts share, so that none of them can serve from another database by mistake.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from runners.web.base import Base, Lost
from runners.web.sqlite_base import SqliteBase
from scenarios.errors import CaseError, Notice, Problem

FILE = "database.toml"
ADDRESS = "address"
SCHEMES = ("postgresql://", "postgres://")


def open_base(folder: Path) -> Base:
    """The database of a folder, which need not answer yet.

    Raises:
        CaseError: `database.toml` cannot be used.
    """
    path = folder / FILE
    if not path.exists():
        return SqliteBase(folder)
    address = read_address(path)
    from runners.web.postgres_base import PostgresBase, find_host

    if find_host(address) is None:
        raise CaseError([Problem("web_base_address", FILE)])
    return PostgresBase(address)


def read_address(path: Path) -> str:
    """What `database.toml` says; raises CaseError."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CaseError([Problem("web_base_unread", FILE)]) from None
    others = sorted(set(said) - {ADDRESS})
    address = said.get(ADDRESS)
    problems = [Problem("web_base_unknown", FILE, fields={"found": name[:64]}) for name in others]
    if not isinstance(address, str) or not address.startswith(SCHEMES):
        problems.append(Problem("web_base_address", FILE))
    if problems:
        raise CaseError(problems)
    return str(address)


def reach(base: Base) -> None:
    """Ask the database once, so that a page is not begun without it.

    Raises:
        CaseError: it does not answer, in one sentence that says why.
    """
    try:
        assert base.secret
    except Lost as lost:
        raise CaseError([Problem("web_base_lost_start", FILE, fields={"why": Notice(lost.key)})]) from None
