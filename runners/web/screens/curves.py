"""Cost curves: what each level of a target costs, and what each measure costs per tonne."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from runners.web.screen import Screen
from runners.web.screens.finding import Kinds, show_finding
from runners.web.visitor import Asked, Served, TakenRun

router = APIRouter()
SCREEN = Screen("/run/{run}/curves", "web_curves", "web_curves_title", router)
KINDS: Kinds = {"system": ("system",), "measures": ("measures",), "frontier": (), "dossier": ()}


@router.get("/run/{run}/curves")
def show_curves(request: Request, site: Served, visitor: Asked, visit: TakenRun, answer: str = "") -> Response:
    """What was found, and what can be computed."""
    return show_finding(request, site.folder, visitor, visit, SCREEN, KINDS, answer)
