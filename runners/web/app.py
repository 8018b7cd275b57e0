"""The application: guards, screens and assets for one site."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from conf.cache import cache_folder
from conf.words import say
from runners.run_index import HERE
from runners.web import api, assets, openid, preferences
from runners.web.base import Lost
from runners.web.foreman import Foreman
from runners.web.guards import Guards
from runners.web.live import LiveDesk
from runners.web.openid import read_openid
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import AWAY, MISSING, SIGN_IN, Refusal
from runners.web.render import read_templates, render
from runners.web.screen import Screen
from runners.web.screens import actuals, keys, sign_in, users, workbooks
from runners.web.screens.register import SCREENS
from runners.web.site import Site
from runners.web.visitor import API, admit, find_lang, find_visitor
from runners.web.warming import prepare
from scenarios.errors import CaseError

BAD_REQUEST, FAULT = 422, 500
AGAIN = 10
"""Seconds after which who met no database may come again."""
PACKED = 5
"""How well answers are packed: better takes longer than it saves."""


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
        lifespan=_run_jobs,
        dependencies=[Depends(admit)],
        middleware=[Middleware(Guards, site=served), Middleware(GZipMiddleware, compresslevel=PACKED)],
    )
    app.state.live = LiveDesk()
    app.state.site, app.state.screens, app.state.openid = (
        served,
        tuple(screens),
        read_openid(served.folder) if served.users else None,
    )
    for part in (assets, preferences, sign_in, users, keys, workbooks, actuals, openid, api):
        app.include_router(part.router)
    app.include_router(api.schema)
    for screen in screens:
        app.include_router(screen.router)
    app.add_exception_handler(Refusal, _tell_refusal)
    app.add_exception_handler(Lost, _tell_lost)
    app.add_exception_handler(CaseError, _tell_problems)
    app.add_exception_handler(HTTPException, _tell_missing)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_exception_handler(Exception, _tell_fault)
    return app


@asynccontextmanager
async def _run_jobs(app: FastAPI) -> AsyncIterator[None]:
    """Jobs are run as long as pages are served; what they need is read before they are asked for."""
    if app.state.site.base.shared:
        keep_index_here()
    await run_in_threadpool(prepare, app.state.site.folder)
    foreman = Foreman(app.state.site)
    foreman.start()
    yield
    await run_in_threadpool(foreman.end)
    await run_in_threadpool(app.state.live.close)
    app.state.site.base.close()


def keep_index_here() -> None:
    """Keep the index of runs with this host, for this process and for the jobs that it begins."""
    here = os.environ.setdefault(HERE, str(cache_folder("index")))
    with suppress(OSError):  # it is kept in memory then
        Path(here).mkdir(parents=True, exist_ok=True)


def _tell_refusal(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else Refusal(MISSING, "web_no_page")
    if refusal.status == SIGN_IN and request.method == "GET" and not request.url.path.startswith(API):
        return RedirectResponse(f"/sign-in?{urlencode({'to': request.url.path})}", SEE_OTHER)
    return _refuse(request, refusal)


def _refuse(request: Request, error: Refusal) -> Response:
    if not hasattr(request.state, "visitor"):  # an address that leads nowhere has no handler that asked who it is
        request.state.visitor = find_visitor(request)
    visitor = request.state.visitor
    message = error.tell(visitor.lang)
    if request.url.path.startswith(API):
        return JSONResponse({"problems": [message]}, error.status)
    return render(request, "refused.html.j2", status=error.status, title=message, problems=())


def _tell_lost(request: Request, _error: Exception) -> Response:
    """The database does not answer: a page that asks nothing of it, and when to come again."""
    lang = find_lang(request)
    message = say("web_base_lost", lang)
    again = {"retry-after": str(AGAIN)}
    if request.url.path.startswith(API):
        return JSONResponse({"problems": [message]}, AWAY, again)
    page = read_templates().get_template("lost.html.j2")
    return HTMLResponse(page.render(lang=lang, message=message, say=partial(say, lang=lang)), AWAY, again)


def _tell_problems(request: Request, error: Exception) -> Response:
    """What is wrong with a case, in the words of `fardplan check`."""
    lang = request.state.visitor.lang
    problems = [problem.tell(lang) for problem in error.problems] if isinstance(error, CaseError) else []
    if request.url.path.startswith(API):
        return JSONResponse({"problems": problems}, BAD_REQUEST)
    return render(request, "refused.html.j2", status=BAD_REQUEST, title=say("web_problems", lang), problems=problems)


def _tell_missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else MISSING
    return _refuse(request, Refusal(status, "web_no_page" if status == MISSING else "web_bad_request"))


def _tell_invalid(request: Request, _error: Exception) -> Response:
    return _refuse(request, Refusal(BAD_REQUEST, "web_bad_request"))


def _tell_fault(request: Request, _error: Exception) -> Response:
    """A fault of ours; what it was stands in the server's log, and not on the page."""
    return _refuse(request, Refusal(FAULT, "web_fault"))
