"""The application: guards, screens and assets for one site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import Depends, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from conf.words import say
from runners.web import assets, preferences
from runners.web.guards import Guards
from runners.web.live import LiveDesk
from runners.web.refusal import MISSING, Refusal
from runners.web.render import render
from runners.web.screen import Screen
from runners.web.screens.register import SCREENS
from runners.web.site import Site
from runners.web.visitor import admit, find_visitor
from scenarios.errors import CaseError

BAD_REQUEST = 422


def create_app(folder: Path, site: Site | None = None, screens: Sequence[Screen] = SCREENS) -> FastAPI:
    """What answers for a folder.

    Args:
        folder: with `cases/` and `runs/`.
        site: how it is served; None: to this machine, without users.
        screens: in the order of the navigation.
    """
    served = site or Site(folder)
    app = FastAPI(
        title="Fardplan",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(admit)],
        middleware=[Middleware(Guards, site=served)],
    )
    app.state.site, app.state.screens, app.state.live = served, tuple(screens), LiveDesk()
    app.include_router(assets.router)
    app.include_router(preferences.router)
    for screen in screens:
        app.include_router(screen.router)
    app.add_exception_handler(Refusal, _tell_refusal)
    app.add_exception_handler(CaseError, _tell_problems)
    app.add_exception_handler(HTTPException, _tell_missing)
    return app


def _tell_refusal(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else Refusal(MISSING, "web_no_page")
    return _refuse(request, refusal)


def _refuse(request: Request, error: Refusal) -> Response:
    if not hasattr(request.state, "visitor"):  # an address that leads nowhere has no handler that asked who it is
        request.state.visitor = find_visitor(request)
    visitor = request.state.visitor
    message = error.tell(visitor.lang)
    return render(request, "refused.html.j2", status=error.status, title=message, problems=())


def _tell_problems(request: Request, error: Exception) -> Response:
    """What is wrong with a case, in the words of `fardplan check`."""
    lang = request.state.visitor.lang
    problems = [problem.tell(lang) for problem in error.problems] if isinstance(error, CaseError) else []
    return render(request, "refused.html.j2", status=BAD_REQUEST, title=say("web_problems", lang), problems=problems)


def _tell_missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else MISSING
    return _refuse(request, Refusal(status, "web_no_page" if status == MISSING else "web_bad_request"))
