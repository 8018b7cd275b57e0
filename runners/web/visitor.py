"""Who asks, in which language, and what they may do: what every page of the web is given."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex, token_urlsafe
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from conf.words import LANGUAGES
from runners.web.cases import WebCase, find_case
from runners.web.plans import WebRun, find_run
from runners.web.refusal import FORBIDDEN, MISSING, SIGN_IN, TOO_MANY, Refusal
from runners.web.roles import Role
from runners.web.site import Site
from scenarios.errors import Notice

SESSION, LANG, THEME = "fardplan_session", "fardplan_lang", "fardplan_theme"
"""Cookies."""
THEMES = ("light", "dark")
CSRF, CSRF_HEADER = "csrf", "x-csrf"
MASK = 16
"""Letters of a token's mask."""
SAFE = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
BEARER, PROGRAM = "Bearer ", "x-fardplan"
"""What a program shows: a key; or, where nobody signs in, a header that no page of another site can send."""
ASSETS, API = "/assets/", "/api/"
OPEN = ("/sign-in", "/invited/", "/openid/", "/theme")
"""Addresses for who has not signed in."""
LOCAL = "local"
"""What the one visitor is called where nobody signs in."""


@dataclass(frozen=True)
class Visitor:
    """Who asks.

    Args:
        name: of the user; blank where nobody has signed in.
        session: secret of the browser's visit.
        lang: in which pages are told.
        theme: light or dark; blank: as the browser likes.
        fresh: whether the visit begins with this answer.
        keyed: whether it is a program that shows a key with each request, which no other site can make a browser do.
        everywhere: the least that the visitor may do with every case.
        roles: more than that, by case.
    """

    name: str
    session: str
    lang: str
    theme: str = ""
    fresh: bool = False
    keyed: bool = False
    everywhere: Role = Role.NONE
    roles: Mapping[str, Role] = field(default_factory=dict)

    def find_role(self, case: str) -> Role:
        """What the visitor may do with a case."""
        return max(self.everywhere, self.roles.get(case, Role.NONE))

    @property
    def highest(self) -> Role:
        """The most that the visitor may do with any case."""
        return max([self.everywhere, *self.roles.values()])


def get_site(request: Request) -> Site:
    """The site that a request is to."""
    site: Site = request.app.state.site
    return site


def get_visitor(request: Request) -> Visitor:
    """Who asks, as `admit` found."""
    visitor: Visitor = request.state.visitor
    return visitor


async def admit(request: Request) -> None:
    """Find who asks, and refuse who asks too often, has not signed in, or would change something with a forged form."""
    if request.url.path.startswith(ASSETS):  # the same for everybody, also while the database does not answer
        return
    site = get_site(request)
    visitor = await run_in_threadpool(find_visitor, request)
    request.state.visitor = visitor
    asking = visitor.name or (request.client.host if request.client else "")
    if not site.requests.admits(asking):
        raise Refusal(TOO_MANY, "web_too_many")
    if site.users and not visitor.name and not request.url.path.startswith(OPEN):
        raise Refusal(SIGN_IN, "web_sign_in_first")
    program = request.url.path.startswith(API) and not site.users and PROGRAM in request.headers
    if request.method not in SAFE and not visitor.keyed and not program:
        await _check_token(request)


def make_token(site: Site, visitor: Visitor, mask: str = "") -> str:
    """What a form of ours carries, which no other site can know.

    Each answer has a mask of its own, so that the sizes of packed answers tell nothing of the token.
    """
    own = mask or token_hex(MASK // 2)
    return own + hmac.new(site.secret, f"{own} {visitor.session}".encode(), "sha256").hexdigest()


def is_token(site: Site, visitor: Visitor, given: str) -> bool:
    """Whether a form carries a token of ours for this visit."""
    mask = given[:MASK]
    return len(mask) == MASK and hmac.compare_digest(given.encode(), make_token(site, visitor, mask).encode())


def find_lang(request: Request) -> str:
    """The language that is asked for, else that of the browser's cookie, else Swedish."""
    asked = request.query_params.get("lang") or request.cookies.get(LANG, "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def find_visitor(request: Request) -> Visitor:
    """Who asks, by the cookies of the browser."""
    lang = find_lang(request)
    theme = request.cookies.get(THEME, "")
    session = request.cookies.get(SESSION, "")
    theme = theme if theme in THEMES else ""
    blank = Visitor("", session or token_urlsafe(), lang, theme, not session)
    site = get_site(request)
    if not site.users:
        return replace(blank, name=LOCAL, everywhere=Role.ADMINISTRATOR)
    key = request.headers.get("authorization", "").removeprefix(BEARER)
    keyed = bool(key) and request.url.path.startswith(API)
    user = site.accounts.find_key(key) if keyed else site.accounts.find_visit(session)
    if user is None:
        return blank
    return replace(blank, name=user.name, everywhere=user.everywhere, roles=user.roles, keyed=keyed)


async def _check_token(request: Request) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    if not given and request.headers.get("content-type", "").split(";")[0] in FORMS:
        given = str((await request.form()).get(CSRF, ""))
    foreign = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or not is_token(get_site(request), get_visitor(request), given):
        raise Refusal(FORBIDDEN, "web_forged")


@dataclass(frozen=True)
class CaseVisit:
    """A case and what the visitor may do with it."""

    case: WebCase
    role: Role

    def require(self, role: Role) -> None:
        """Refuse who may do less."""
        if self.role < role:
            raise Refusal(FORBIDDEN, "web_role_needed", {"role": Notice(role.key)})


@dataclass(frozen=True)
class RunVisit:
    """A run, its case, and what the visitor may do with that."""

    run: WebRun
    case: WebCase
    role: Role

    def require(self, role: Role) -> None:
        """Refuse who may do less."""
        CaseVisit(self.case, self.role).require(role)


def take_case(request: Request, case: str) -> CaseVisit:
    """The case in an address; to who may not see it there is none."""
    found, role = find_case(get_site(request).folder, case), get_visitor(request).find_role(case)
    if found is None or role is Role.NONE:
        raise Refusal(MISSING, "web_no_case", {"name": case})
    request.state.case = found.name
    return CaseVisit(found, role)


def take_run(request: Request, run: str) -> RunVisit:
    """The run in an address; to who may not see its case there is none."""
    found = find_run(get_site(request).folder, run)
    role = Role.NONE if found is None else get_visitor(request).find_role(found.case)
    case = None if found is None else find_case(get_site(request).folder, found.case)
    if found is None or case is None or role is Role.NONE:
        raise Refusal(MISSING, "web_no_run", {"name": run})
    request.state.case, request.state.run = case.name, found.name
    return RunVisit(found, case, role)


async def _give_visitor(request: Request) -> Visitor:
    return get_visitor(request)


async def _give_site(request: Request) -> Site:
    return get_site(request)


Asked = Annotated[Visitor, Depends(_give_visitor)]
"""A handler's argument `visitor: Asked` is who asks."""
TakenCase = Annotated[CaseVisit, Depends(take_case)]
"""A handler's argument `visit: TakenCase`, with `{case}` in its path."""
TakenRun = Annotated[RunVisit, Depends(take_run)]
"""A handler's argument `visit: TakenRun`, with `{run}` in its path."""
Served = Annotated[Site, Depends(_give_site)]
"""A handler's argument `site: Served`. What only looks something up waits for no thread."""
