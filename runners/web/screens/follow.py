"""Follow-up: the plan against what became of it, the climate budget, and what was adopted before."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from runners.web.plan_orders import list_budget_years
from runners.web.reading import read_rows
from runners.web.screen import Screen
from runners.web.screens.finding import Kinds, show_finding
from runners.web.visitor import Asked, Served, TakenRun
from scenarios.catalog_aside import ACTUALS

router = APIRouter()
SCREEN = Screen("/run/{run}/follow", "web_follow", "web_follow_title", router)
KINDS: Kinds = {"follow": ("follow", "replan"), "budget": (), "adopted": ()}


@router.get("/run/{run}/follow")
def show_follow(request: Request, site: Served, visitor: Asked, visit: TakenRun, answer: str = "") -> Response:
    """What was found, and what can be computed; how many outcomes are known, and where more are put in."""
    outcomes = len(read_rows(visit.case.folder, ACTUALS))
    years = list_budget_years(visit.run.folder)
    return show_finding(request, site.folder, visitor, visit, SCREEN, KINDS, answer, years, outcomes)
