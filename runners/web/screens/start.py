"""Start: each case with its last plan, the plan that was adopted and what is running; the last runs of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from runners.results.manifest import SWEEP
from runners.web.cases import WebCase, list_cases
from runners.web.jobs import Jobs
from runners.web.plans import WebRun, list_runs
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.screens.runs import find_adopted
from runners.web.visitor import Asked, Served

router = APIRouter()
SCREEN = Screen("/", "web_start", "web_start_title", router)
LAST = 8


@dataclass(frozen=True)
class Standing:
    """A case: its last plan, the plan adopted last with the decision's name, and how many jobs run or wait."""

    case: WebCase
    last: WebRun | None
    adopted: WebRun | None
    decision: str
    running: int
    may_plan: bool


@router.get("/")
def show_start(request: Request, site: Served, visitor: Asked) -> Response:
    """What there is to go on with."""
    cases = [case for case in list_cases(site.folder) if visitor.find_role(case.name) is not Role.NONE]
    runs = list_runs(site.folder)
    running = Jobs(site.base).count_open()
    standing = [
        _describe(case, [run for run in runs if run.case == case.name], running.get(case.name, 0),
                  visitor.find_role(case.name) >= Role.PLANNER)
        for case in cases
    ]  # fmt: skip
    known = {case.name for case in cases}
    last = [run for run in runs if run.case in known][:LAST]
    return render(request, "start.html.j2", SCREEN, standing=standing, runs=last)


def _describe(case: WebCase, runs: Sequence[WebRun], running: int, may_plan: bool) -> Standing:
    plans = [run for run in runs if run.indexed is not None and run.indexed.kind != SWEEP]
    adopted = find_adopted(list(plans))
    first = next((run for run in plans if run.name in adopted), None)
    decision = "" if first is None else adopted[first.name]
    return Standing(case, plans[0] if plans else None, first, decision, running, may_plan)
