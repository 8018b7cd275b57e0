"""Users: who may do what with which case, invitations, and the log of what was done."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from conf.words import say
from runners.web.cases import list_cases
from runners.web.deeds import list_deeds, note_deed
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import FORBIDDEN, MISSING, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.site import Site
from runners.web.users import User
from runners.web.visitor import Asked, Served, Visitor
from scenarios.errors import Notice

router = APIRouter()
Said = Annotated[str, Form()]


@router.get("/users")
def show_users(request: Request, site: Served, visitor: Asked) -> Response:
    """All users, with what each may do."""
    require_administrator(visitor)
    return _show(request, site, visitor)


@router.post("/users")
def add_user(request: Request, site: Served, visitor: Asked, name: Said = "") -> Response:
    """A new user, and the address at which they choose a password."""
    require_administrator(visitor)
    site.accounts.add(name.strip())
    note_deed(site.base, visitor.name, "added_user", about=name.strip())
    return _show(request, site, visitor, name.strip(), site.accounts.invite(name.strip()))


@router.post("/users/{name}/invite")
def invite_user(request: Request, site: Served, visitor: Asked, name: str) -> Response:
    """Another address for a user who has lost the password."""
    require_administrator(visitor)
    user = _find(site, name)
    note_deed(site.base, visitor.name, "invited_user", about=user.name)
    return _show(request, site, visitor, user.name, site.accounts.invite(user.name))


@router.post("/users/{name}/role")
def set_role(site: Served, visitor: Asked, name: str, role: Annotated[int, Form()], case: Said = "") -> Response:
    """What a user may do with a case, or with every case."""
    require_administrator(visitor)
    user = _find(site, name)
    if role not in list(Role) or (case and case not in {each.name for each in list_cases(site.folder)}):
        raise Refusal(UNUSABLE, "web_bad_request")
    if user.name == visitor.name and not case and role < Role.ADMINISTRATOR:
        raise Refusal(UNUSABLE, "web_user_last")
    site.accounts.set_role(user.name, case, Role(role))
    note_deed(site.base, visitor.name, "set_role", case, f"{user.name}: {Role(role).name.lower()}")
    return RedirectResponse("/users", SEE_OTHER)


@router.post("/users/{name}/active")
def set_active(site: Served, visitor: Asked, name: str, active: Annotated[int, Form()]) -> Response:
    """Let a user in or out."""
    require_administrator(visitor)
    user = _find(site, name)
    if user.name == visitor.name:
        raise Refusal(UNUSABLE, "web_user_last")
    site.accounts.set_active(user.name, bool(active))
    note_deed(site.base, visitor.name, "let_in" if active else "let_out", about=user.name)
    return RedirectResponse("/users", SEE_OTHER)


@router.get("/log")
def show_log(request: Request, site: Served, visitor: Asked) -> Response:
    """Who did what; an administrator of all cases sees all of it, others what is done with theirs."""
    own = [case.name for case in list_cases(site.folder) if visitor.find_role(case.name) >= Role.ADMINISTRATOR]
    if not own:
        raise Refusal(FORBIDDEN, "web_role_needed", {"role": Notice(Role.ADMINISTRATOR.key)})
    deeds = list_deeds(site.base, None if visitor.everywhere is Role.ADMINISTRATOR else own)
    return render(request, "log.html.j2", title=say("web_log_title", visitor.lang), deeds=deeds)


def require_administrator(visitor: Visitor) -> None:
    """Refuse who is no administrator of all cases."""
    if visitor.everywhere < Role.ADMINISTRATOR:
        raise Refusal(FORBIDDEN, "web_role_needed", {"role": Notice(Role.ADMINISTRATOR.key)})


def _find(site: Site, name: str) -> User:
    found = site.accounts.find(name)
    if found is None:
        raise Refusal(MISSING, "web_no_user", {"name": name})
    return found


def _show(request: Request, site: Site, visitor: Visitor, invited: str = "", secret: str = "") -> Response:
    cases = [case.name for case in list_cases(site.folder)]
    base = request.base_url.replace(scheme="https" if site.secure else "http")
    address = f"{base}invited/{secret}" if secret else ""
    content: dict[str, Any] = {"people": site.accounts.list_users(), "cases": cases, "roles": list(Role)}
    title = say("web_users_title", visitor.lang)
    return render(request, "users.html.j2", title=title, invited=invited, address=address, **content)
