"""How a visitor likes pages: light or dark. The language goes with an address."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from runners.web.render import YEAR_SECONDS
from runners.web.visitor import THEME, THEMES

router = APIRouter()
SEE_OTHER = 303


@router.post("/theme")
def set_theme(request: Request, theme: Annotated[str, Form()] = "") -> Response:
    """Light or dark from now on; back to the page that was looked at."""
    answer = RedirectResponse(find_way_back(request), SEE_OTHER)
    if theme in THEMES:
        answer.set_cookie(THEME, theme, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return answer


def find_way_back(request: Request) -> str:
    """The page from which a form was sent; the first one where that is not said or was elsewhere."""
    parts = urlsplit(request.headers.get("referer", ""))
    path = parts.path if parts.netloc == request.url.netloc and parts.path.startswith("/") else "/"
    return path if not path.startswith("//") else "/"
