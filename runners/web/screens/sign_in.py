"""Signing in and out, choosing a password by invitation, and changing one's own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from conf.words import say
from runners.web.deeds import note_deed
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import MISSING, SIGN_IN, TOO_MANY, UNUSABLE, Refusal
from runners.web.render import keep_visit, render
from runners.web.visitor import Asked, Served

router = APIRouter()
Said = Annotated[str, Form()]
LONGEST = 80


@router.get("/sign-in")
def show_sign_in(request: Request, site: Served, visitor: Asked, to: str = "/") -> Response:
    """The form; who has signed in already goes on."""
    if not site.users or visitor.name:
        return RedirectResponse(find_inside(to), SEE_OTHER)
    title = say("web_sign_in_title", visitor.lang)
    return render(
        request, "sign_in.html.j2", title=title, to=find_inside(to), problem="", openid=request.app.state.openid
    )


@router.post("/sign-in")
def sign_in(
    request: Request, site: Served, visitor: Asked, name: Said = "", password: Said = "", to: Said = "/"
) -> Response:
    """A new visit where name and password are right."""
    user, address = name.lower()[:LONGEST], request.client.host if request.client else ""
    if not (site.addresses.admits(address) and site.sign_ins.admits(user)):  # counted before it is tried
        raise Refusal(TOO_MANY, "web_sign_in_often")
    found = site.accounts.check(name, password)
    if found is None:
        note_deed(site.base, name[:LONGEST], "sign_in_refused")
        title, problem = say("web_sign_in_title", visitor.lang), say("web_sign_in_wrong", visitor.lang)
        content: dict[str, Any] = {"to": find_inside(to), "problem": problem, "openid": request.app.state.openid}
        return render(request, "sign_in.html.j2", status=SIGN_IN, title=title, **content)
    site.sign_ins.forgive(user)
    site.addresses.give_back(address)
    note_deed(site.base, found, "signed_in")
    return keep_visit(request, RedirectResponse(find_inside(to), SEE_OTHER), site.accounts.begin_visit(found))


@router.post("/sign-out")
def sign_out(request: Request, site: Served, visitor: Asked) -> Response:
    """The visit ends here and in the database."""
    site.accounts.end_visit(visitor.session)
    note_deed(site.base, visitor.name, "signed_out")
    answer = RedirectResponse("/sign-in", SEE_OTHER)
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return keep_visit(request, answer, "")


@router.get("/invited/{secret}")
def show_invited(request: Request, site: Served, visitor: Asked, secret: str) -> Response:
    """The form in which who was invited chooses a password."""
    name = site.accounts.find_invited(secret)
    if name is None:
        raise Refusal(MISSING, "web_invitation_void")
    title = say("web_password_title", visitor.lang)
    return render(
        request, "password.html.j2", title=title, name=name, action=f"/invited/{secret}", asked=False, problem=""
    )


@router.post("/invited/{secret}")
def choose_password(request: Request, site: Served, visitor: Asked, secret: str, password: Said = "") -> Response:
    """The password is set, and the visit begins."""
    name = site.accounts.find_invited(secret)
    if name is None:
        raise Refusal(MISSING, "web_invitation_void")
    try:
        site.accounts.set_password(name, password)
    except Refusal as refusal:
        title = say("web_password_title", visitor.lang)
        content: dict[str, Any] = {
            "name": name,
            "action": f"/invited/{secret}",
            "asked": False,
            "problem": refusal.tell(visitor.lang),
        }
        return render(request, "password.html.j2", status=UNUSABLE, title=title, **content)
    note_deed(site.base, name, "chose_password")
    return keep_visit(request, RedirectResponse("/", SEE_OTHER), site.accounts.begin_visit(name))


@router.get("/password")
def show_password(request: Request, visitor: Asked) -> Response:
    """The form in which a user changes a password."""
    title = say("web_password_title", visitor.lang)
    return render(
        request, "password.html.j2", title=title, name=visitor.name, action="/password", asked=True, problem=""
    )


@router.post("/password")
def change_password(request: Request, site: Served, visitor: Asked, old: Said = "", password: Said = "") -> Response:
    """Changed where the old one is right; every other visit of the user ends."""
    problem = ""
    if not site.sign_ins.admits(visitor.name.lower()):
        raise Refusal(TOO_MANY, "web_sign_in_often")
    if site.accounts.check(visitor.name, old) is None:
        problem = say("web_password_wrong", visitor.lang)
    else:
        try:
            site.accounts.set_password(visitor.name, password)
        except Refusal as refusal:
            problem = refusal.tell(visitor.lang)
    if problem:
        title = say("web_password_title", visitor.lang)
        content: dict[str, Any] = {"name": visitor.name, "action": "/password", "asked": True, "problem": problem}
        return render(request, "password.html.j2", status=UNUSABLE, title=title, **content)
    note_deed(site.base, visitor.name, "chose_password")
    return keep_visit(request, RedirectResponse("/", SEE_OTHER), site.accounts.begin_visit(visitor.name))


def find_inside(place: str) -> str:
    """An address of this site; the first page where it leads elsewhere.

    >>> find_inside("/case/lund"), find_inside("//elsewhere.example"), find_inside("/\\\\\\\\elsewhere.example")
    ('/case/lund', '/', '/')
    """
    plain = place.startswith("/") and place.isprintable() and not place.startswith("//") and "\\" not in place
    return place if plain else "/"
