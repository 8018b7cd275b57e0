"""Where a new case may lie in the served folder, who may make one, and who administers it then."""

from __future__ import annotations

from pathlib import Path

from runners.web.base import Base
from runners.web.cases import CASES, NAME, find_case
from runners.web.deeds import note_deed
from runners.web.refusal import FORBIDDEN, UNUSABLE, Refusal
from runners.web.roles import Role
from runners.web.site import Site
from runners.web.visitor import Visitor
from scenarios.errors import Notice


def require_somewhere(site: Site, visitor: Visitor, role: Role) -> None:
    """Refuse who may do less with every case."""
    if site.users and visitor.highest < role:
        raise Refusal(FORBIDDEN, "web_role_needed", {"role": Notice(role.key)})


def find_free(site: Site, name: str) -> Path:
    """The folder of a case that is not there yet; raises Refusal for a name that is none, or taken."""
    if not NAME.fullmatch(name):
        raise Refusal(UNUSABLE, "web_copy_bad", {"found": name[:64]})
    place = site.folder / CASES / name
    if find_case(site.folder, name) is not None or place.exists():
        raise Refusal(UNUSABLE, "web_copy_taken", {"found": name})
    place.parent.mkdir(exist_ok=True)
    return place


def begin_case(site: Site, user: str, name: str, verb: str, about: str) -> None:
    """Let who made a case administer it, forget what was kept of an earlier one of that name, and write it down."""
    if site.users:
        site.accounts.begin_case(user, name)
    forget_case(site.base, name)
    note_deed(site.base, user, verb, name, about)


def forget_case(base: Base, name: str) -> None:
    """Named scenarios and measures left out of a case that is no more."""
    with base.write() as changed:
        for table in ("scenario", "excluded"):
            changed.execute(f'delete from {table} where "case" = ?', [name])
