"""Start: each case with its last plan, what that assumes, the plan that was adopted and what is running; a new case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from runners.exchange.new_case import write_new_case
from runners.results.manifest import SWEEP
from runners.web.assumed import Assumed, read_assumed
from runners.web.called import call_run, name_case, name_runs
from runners.web.cases import WebCase, list_cases
from runners.web.jobs import Jobs
from runners.web.new_cases import begin_case, find_free, require_somewhere
from runners.web.plans import WebRun, list_runs
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.screens.runs import find_adopted
from runners.web.site import Site
from runners.web.visitor import Asked, Served, Visitor
from scenarios.errors import CaseError
from scenarios.recipes.facts import find_facts, read_facts

router = APIRouter()
SCREEN = Screen("/", "web_start", "web_start_title", router)
LAST = 8
Said = Annotated[str, Form()]


@dataclass(frozen=True)
class Standing:
    """A case: its last plan and what that assumes, the plan adopted last with its decision, how many jobs are open."""

    case: WebCase
    name: str
    last: WebRun | None
    adopted: WebRun | None
    decision: str
    running: int
    may_plan: bool
    assumed: Assumed | None


@router.get("/")
def show_start(request: Request, site: Served, visitor: Asked) -> Response:
    """What there is to go on with."""
    return _show(request, site, visitor)


@router.post("/cases")
def make_case(request: Request, site: Served, visitor: Asked, municipality: Said = "", name: Said = "") -> Response:
    """A new case of a municipality from published figures, as `fardplan new` makes it."""
    require_somewhere(site, visitor, Role.PLANNER)
    said = {"municipality": municipality.strip(), "name": name.strip()}
    try:
        facts = find_facts(said["municipality"])
        called = said["name"] or name_folder(facts.municipality)
        place = find_free(site, called)
        write_new_case(place, facts)
    except CaseError as error:
        problem = " ".join(replace(each, file="").tell(visitor.lang) for each in error.problems)
        return _show(request, site, visitor, said, problem)
    except Refusal as refusal:
        return _show(request, site, visitor, said, refusal.tell(visitor.lang))
    begin_case(site, visitor.name, called, "made_case", facts.municipality)
    return RedirectResponse(f"/case/{called}/economy", SEE_OTHER)


def name_folder(municipality: str) -> str:
    """A folder's name for a municipality.

    >>> name_folder("Malung-Sälen")
    'malung-salen'
    """
    plain = unicodedata.normalize("NFKD", municipality).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _show(
    request: Request, site: Site, visitor: Visitor, said: Mapping[str, str] | None = None, problem: str = ""
) -> Response:
    cases = [case for case in list_cases(site.folder) if visitor.find_role(case.name) is not Role.NONE]
    runs = list_runs(site.folder)
    running = Jobs(site.base).count_open()
    standing = [
        _describe(case, [run for run in runs if run.case == case.name], running.get(case.name, 0), visitor)
        for case in cases
    ]
    known, names = {each.case.name: each.name for each in standing}, name_runs(site.base)
    last = [
        (run.name, call_run(run.name, run.indexed.started if run.indexed else "", names), known[run.case])
        for run in runs
        if run.case in known
    ]
    may_make = not site.users or visitor.highest >= Role.PLANNER
    return render(
        request,
        "start.html.j2",
        SCREEN,
        status=UNUSABLE if problem else 200,
        standing=standing,
        runs=last[:LAST],
        said=said or {},
        problem=problem,
        municipalities=list(read_facts()) if may_make else [],
    )


def _describe(case: WebCase, runs: Sequence[WebRun], running: int, visitor: Visitor) -> Standing:
    plans = [run for run in runs if run.indexed is not None and run.indexed.kind != SWEEP]
    adopted = find_adopted(list(plans))
    first = next((run for run in plans if run.name in adopted), None)
    return Standing(
        case,
        name_case(case.folder, visitor.lang),
        plans[0] if plans else None,
        first,
        "" if first is None else adopted[first.name],
        running,
        visitor.find_role(case.name) >= Role.PLANNER,
        read_assumed(plans[0].folder) if plans else None,
    )
