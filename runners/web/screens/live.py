"""Levers: a price, a target or a measure is moved, and the plan that follows is shown at once."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from conf.words import say, say_unit
from runners.record import digest_inputs
from runners.web.cases import WebCase
from runners.web.exclusions import choose_excluded
from runners.web.live import Key, LiveDesk, Overtaken
from runners.web.live_questions import EXPLAIN, MOVE, Answer, Handle, Question
from runners.web.orders import choose_case, name_place, order_plan
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import BAD, Refusal
from runners.web.render import render, render_part
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.screens.scenarios import begin_job
from runners.web.site import Site
from runners.web.visitor import Asked, CaseVisit, Served, TakenCase, Visitor, get_site
from scenarios.settings import is_setting
from scenarios.tables import read_tables

router = APIRouter()
SCREEN = Screen("/case/{case}/live", "web_live", "web_live_title", router)
HTMX, PLAN = "hx-request", "plan"
MOST_WAITING = 12
"""Questions that wait or are answered at a time: pages must not wait for levers."""
NO_CONTENT = 204
WAITING = CapacityLimiter(MOST_WAITING)
Found = TypeVar("Found")


@router.get("/case/{case}/live")
def show_live(request: Request, visit: TakenCase) -> Response:
    """The page; levers come when the case is open."""
    return render(request, "live.html.j2", SCREEN, groups=None, answer=None, shipped=not visit.case.own)


@router.get("/case/{case}/live/levers")
async def show_levers(request: Request, visit: TakenCase, visitor: Asked) -> Response:
    """The levers, and the base plan."""
    key, words = await _wait(lambda: name_case(get_site(request), visit.case))
    desk = _find_desk(request)
    try:
        refused, handles = await _wait(lambda: desk.open(key, words, visitor.lang))
        asked = Question(MOVE, words, {}, visitor.lang)
        answer: Answer = await _wait(lambda: refused or desk.ask(key, visitor.session, asked))
    except Refusal as refusal:
        answer, handles = Answer("", (refusal.tell(visitor.lang),)), ()
    except Overtaken:
        return Response(status_code=NO_CONTENT)
    return _show_whole(request, visit, visitor, handles, answer, {})


@router.post("/case/{case}/live/move")
async def move_levers(request: Request, visit: TakenCase, visitor: Asked) -> Response:
    """The plan that follows from where the levers stand."""
    return await _answer(request, visit, visitor, MOVE)


@router.post("/case/{case}/live/explain")
async def explain_levers(request: Request, visit: TakenCase, visitor: Asked) -> Response:
    """Why its cost is another."""
    return await _answer(request, visit, visitor, EXPLAIN)


@router.post("/case/{case}/live/whole")
async def order_whole(request: Request, visit: TakenCase, visitor: Asked, site: Served) -> Response:
    """Let the plan be made in whole units, as a job, with the settings of what was moved."""
    visit.require(Role.PLANNER)
    settings = read_numbers({str(key): str(value) for key, value in (await request.form()).items()})
    if not all(is_setting(key) for key in settings):
        raise Refusal(BAD, "web_bad_request")
    choices = [*_leave_out(site, visit.case), *(f"{key}={number:.12g}" for key, number in settings.items())]
    called = say("web_live_whole", visitor.lang)
    place = name_place(site.folder, visit.case, called, datetime.now())
    words = order_plan(visit.case, place, choices, visitor.lang)
    await run_sync(lambda: begin_job(site, visit, visitor, PLAN, called, words, place))
    return RedirectResponse(f"/case/{visit.case.name}/scenarios", SEE_OTHER)


async def _answer(request: Request, visit: CaseVisit, visitor: Visitor, kind: str) -> Response:
    numbers = read_numbers({str(key): str(value) for key, value in (await request.form()).items()})
    key, words = await _wait(lambda: name_case(get_site(request), visit.case))
    desk = _find_desk(request)
    handles: tuple[Handle, ...] = ()
    try:
        _, handles = await _wait(lambda: desk.open(key, words, visitor.lang))
        known = {handle.lever.key for handle in handles}
        numbers = {name: number for name, number in numbers.items() if name in known}
        question = Question(kind, words, numbers, visitor.lang)
        answer = await _wait(lambda: desk.ask(key, visitor.session, question))
    except Overtaken:
        return Response(status_code=NO_CONTENT)
    except Refusal as refusal:
        answer = Answer("", (refusal.tell(visitor.lang),))
    if HTMX not in request.headers:
        return _show_whole(request, visit, visitor, handles, answer, numbers)
    template = "live_bridge.html.j2" if kind == EXPLAIN and answer.sections else "live_answer.html.j2"
    return render_part(request, template, answer=answer)


def _show_whole(
    request: Request,
    visit: CaseVisit,
    visitor: Visitor,
    handles: tuple[Handle, ...],
    answer: Answer,
    numbers: Mapping[str, float],
) -> Response:
    """Levers and answer: as a part where htmx asked, else in a page."""
    content: dict[str, Any] = {
        "groups": group_handles(handles, visitor.lang, numbers),
        "answer": answer,
        "shipped": not visit.case.own,
    }
    if HTMX in request.headers:
        return render_part(request, "live_levers.html.j2", **content)
    return render(request, "live.html.j2", SCREEN, **content)


def name_case(site: Site, case: WebCase) -> tuple[Key, tuple[str, ...]]:
    """By which key a case is kept open, and the words that open it: saved anew it is another."""
    words = (*choose_case(case), *_leave_out(site, case))
    digests = digest_inputs(case.folder)
    said = hashlib.sha256("".join(f"{name}{digest}" for name, digest in sorted(digests.items())).encode())
    return (*words, said.hexdigest()), words


def _leave_out(site: Site, case: WebCase) -> list[str]:
    return choose_excluded(site.base, case.name, read_tables(case.folder).frames["technologies"]["technology"])


def read_numbers(fields: Mapping[str, str]) -> dict[str, float]:
    """Numbers by lever, from the fields of a form; raises Refusal where one is none."""
    numbers = {}
    for key, text in fields.items():
        if "." not in key:
            continue
        try:
            numbers[key] = float(text)
        except ValueError:
            raise Refusal(BAD, "web_bad_request") from None
        if not math.isfinite(numbers[key]):
            raise Refusal(BAD, "web_bad_request")
    return numbers


def group_handles(handles: tuple[Handle, ...], lang: str, numbers: Mapping[str, float]) -> list[dict[str, Any]]:
    """Levers by what they are about, each with its name and where it stands."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for handle in handles:
        lever = handle.lever
        shown = {
            "lever": lever,
            "name": handle.names[lang],
            "stand": numbers.get(lever.key, lever.start),
            "form": lever.form,
            "unit": say_unit(lever.unit, lang) if lever.unit else "",
        }
        groups.setdefault(lever.group, []).append(shown)
    return [
        {"key": group, "title": say(f"live_group_{group}", lang), "levers": levers} for group, levers in groups.items()
    ]


async def _wait(find: Callable[[], Found]) -> Found:
    return await run_sync(find, limiter=WAITING)


def _find_desk(request: Request) -> LiveDesk:
    desk: LiveDesk = request.app.state.live
    return desk
