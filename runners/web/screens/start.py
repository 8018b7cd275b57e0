"""Start: which cases there are, what was planned last, what is running."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from runners.web.cases import list_cases
from runners.web.plans import list_runs
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.visitor import Asked, Served

router = APIRouter()
SCREEN = Screen("/", "web_start", "web_start_title", router)
LAST = 10


@router.get("/")
def show_start(request: Request, site: Served, visitor: Asked) -> Response:
    """What there is to go on with."""
    cases = [case for case in list_cases(site.folder) if visitor.find_role(case.name) is not Role.NONE]
    known = {case.name for case in cases}
    runs = [run for run in list_runs(site.folder) if run.case in known][:LAST]
    return render(request, "start.html.j2", SCREEN, cases=cases, runs=runs)
