"""What may go wrong: the plan under stress, and plans chosen before it is known which future comes."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from runners.web.screen import Screen
from runners.web.screens.finding import Kinds, show_finding
from runners.web.visitor import Asked, Served, TakenRun

router = APIRouter()
SCREEN = Screen("/run/{run}/risk", "web_risk", "web_risk_title", router)
KINDS: Kinds = {"stress": ("stress",), "futures": ("futures",)}


@router.get("/run/{run}/risk")
def show_risk(request: Request, site: Served, visitor: Asked, visit: TakenRun, answer: str = "") -> Response:
    """What was found, and what can be computed."""
    return show_finding(request, site.folder, visitor, visit, SCREEN, KINDS, answer)
