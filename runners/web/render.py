"""How a page is made: a template filled with what a screen found, in the visitor's language, around the same frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup

from conf.words import LANGUAGES, say
from runners.reports.document import read_page_words
from runners.views.renderers.html import make_environment
from runners.views.renderers.picture import find_locale
from runners.views.section import Section
from runners.web.assets import CHARTS, find_asset
from runners.web.called import name_case
from runners.web.cases import find_case
from runners.web.plans import list_runs
from runners.web.screen import Screen
from runners.web.visitor import CSRF, CSRF_HEADER, LANG, LOCAL, SESSION, Visitor, get_site, get_visitor, make_token

TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = "sections.html.j2"
YEAR_SECONDS = 31_536_000


@cache
def read_templates() -> Environment:
    """The templates of all pages, with the blocks that reports are made of too."""
    environment = make_environment([TEMPLATES])
    environment.globals.update(asset=lambda name: find_asset(name).address, charts=CHARTS, static=False)
    return environment


def render(
    request: Request,
    template: str,
    screen: Screen | None = None,
    fields: Mapping[str, object] | None = None,
    status: int = 200,
    **content: Any,
) -> Response:
    """A whole page.

    Args:
        request: what is answered.
        template: its file; it fills the block `content` of `base.html.j2`.
        screen: whose question is the title, and which is marked in the navigation; else `title` in the content.
        fields: of the question.
        status: of HTTP.
        content: what the template is filled with, beside `visitor`, `lang`, `say` (bound to it), `token` (a hidden
            field for every form), `case` and `run` (the names in the address, or None).
    """
    visitor = get_visitor(request)
    title = content.pop("title", None)
    if title is None and screen is not None:
        title = say(screen.title, visitor.lang, **(fields or {}))
    shown = {**frame_page(request, screen), "title": title or say("web_name", visitor.lang), **content}
    answer = HTMLResponse(read_templates().get_template(template).render(shown), status_code=status)
    return set_cookies(request, answer)


def render_part(request: Request, template: str, status: int = 200, **content: Any) -> Response:
    """A piece of a page, for what htmx puts into one that is shown already."""
    return set_cookies(request, HTMLResponse(fill_part(request, template, **content), status_code=status))


def fill_part(request: Request, template: str, **content: Any) -> str:
    """The HTML of a piece of a page."""
    return read_templates().get_template(template).render({**describe_visit(request), **content})


def render_sections(
    request: Request, sections: Sequence[Section], screen: Screen, fields: Mapping[str, object] | None = None
) -> Response:
    """A page that shows sections, as a report does."""
    return render(request, SECTIONS, screen, fields, sections=[section for section in sections if not section.empty])


def describe_visit(request: Request) -> dict[str, Any]:
    """What every template may say of the visit."""
    visitor = get_visitor(request)
    token = getattr(request.state, "token", "") or make_token(get_site(request), visitor)
    request.state.token = token  # the same for all parts of an answer: a stream tells what changed

    def speak(key: str, **fields: object) -> str:
        return say(key, visitor.lang, **fields)

    return {
        "visitor": visitor,
        "lang": visitor.lang,
        "say": speak,
        "name_user": lambda name: speak("web_user_local") if name == LOCAL else name,
        "token": Markup('<input type="hidden" name="{}" value="{}">').format(CSRF, token),
        "token_header": f'{{"{CSRF_HEADER}": "{token}"}}',
        "case": getattr(request.state, "case", None),
        "run": getattr(request.state, "run", None),
        "doc": {"lang": visitor.lang, "words": read_page_words(visitor.lang)},
    }


def frame_page(request: Request, screen: Screen | None) -> dict[str, Any]:
    """What the frame of a page is filled with: the visit, the navigation, and the other language."""
    visit = describe_visit(request)
    screens: Sequence[Screen] = request.app.state.screens
    case, run = visit["case"], visit["run"] or _find_newest(request, visit["case"])
    links = [(each.locate(case, run), visit["say"](each.name), each is screen) for each in screens]
    other = next(lang for lang in LANGUAGES if lang != visit["lang"])
    return visit | {
        "links": [link for link in links if link[0] is not None],
        "other": other,
        "other_name": say("web_this_language", other),
        "other_address": f"/{quote(request.url.path.lstrip('/'))}?{urlencode({'lang': other})}",
        "users": get_site(request).users,
        "case_name": _name_case(request, visit["case"], visit["lang"]),
        "locales": find_locale,
    }


def _name_case(request: Request, case: str | None, lang: str) -> str:
    found = None if case is None else find_case(get_site(request).folder, case)
    return (case or "") if found is None else name_case(found.folder, lang)


def _find_newest(request: Request, case: str | None) -> str | None:
    """The newest plan of the case that is looked at, for the screens that are about a run."""
    if case is None:
        return None
    runs = list_runs(get_site(request).folder, case)
    return next((run.name for run in runs if run.indexed is not None and run.indexed.kind == "plan"), None)


def set_cookies(request: Request, answer: Response) -> Response:
    """Keep what the browser has to remember of the visit."""
    visitor: Visitor = get_visitor(request)
    secure = get_site(request).secure
    if visitor.fresh:
        answer.set_cookie(SESSION, visitor.session, httponly=True, samesite="lax", secure=secure)
    if "lang" in request.query_params:
        answer.set_cookie(LANG, visitor.lang, max_age=YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)
    return answer


def keep_visit(request: Request, answer: Response, session: str) -> Response:
    """Let the browser carry another visit, or none: a new secret whenever somebody signs in or out."""
    if session:
        answer.set_cookie(SESSION, session, httponly=True, samesite="lax", secure=get_site(request).secure)
    else:
        answer.delete_cookie(SESSION, httponly=True, samesite="lax", secure=get_site(request).secure)
    return answer
