"""Why: what limits the plan and what that is worth, which measures are in it, and which plans are nearly as cheap."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from runners.web.screen import Screen
from runners.web.screens.finding import Kinds, show_finding
from runners.web.visitor import Asked, Served, TakenRun

router = APIRouter()
SCREEN = Screen("/run/{run}/why", "web_why", "web_why_title", router)
KINDS: Kinds = {"why": ("why",), "near": ("near",)}


@router.get("/run/{run}/why")
def show_why(request: Request, site: Served, visitor: Asked, visit: TakenRun, answer: str = "") -> Response:
    """What was found, and what can be computed."""
    return show_finding(request, site.folder, visitor, visit, SCREEN, KINDS, answer)
