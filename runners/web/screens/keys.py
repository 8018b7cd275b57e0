"""Keys by which a user's programs may do what the user may."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from conf.words import say
from runners.web.deeds import note_deed
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import MISSING, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.site import Site
from runners.web.visitor import Asked, Served, Visitor

router = APIRouter()
LONGEST = 60
Said = Annotated[str, Form()]


@router.get("/keys")
def show_keys(request: Request, site: Served, visitor: Asked) -> Response:
    """For which purposes there are keys."""
    return _show(request, site, visitor)


@router.post("/keys")
def make_key(request: Request, site: Served, visitor: Asked, purpose: Said = "") -> Response:
    """A new key, shown once."""
    called = purpose.strip()[:LONGEST]
    if not called or not site.users:
        raise Refusal(UNUSABLE if site.users else MISSING, "web_key_purpose" if site.users else "web_no_page")
    note_deed(site.base, visitor.name, "made_key", about=called)
    return _show(request, site, visitor, site.accounts.make_key(visitor.name, called))


@router.post("/keys/drop")
def drop_key(site: Served, visitor: Asked, purpose: Said = "") -> Response:
    """End a key."""
    site.accounts.drop_key(visitor.name, purpose)
    return RedirectResponse("/keys", SEE_OTHER)


def _show(request: Request, site: Site, visitor: Visitor, made: str = "") -> Response:
    keys = site.accounts.list_keys(visitor.name)
    return render(request, "keys.html.j2", title=say("web_keys_title", visitor.lang), keys=keys, made=made)
