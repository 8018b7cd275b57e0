"""Result: what a plan comes to, does and costs, and whom; in real or nominal money, beside another plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from conf.words import say
from runners.views.section import Section
from runners.web.answers import list_answers
from runners.web.called import call_run, name_runs
from runners.web.orders import name_place
from runners.web.plan_orders import (
    BUDGET,
    COMPARE,
    ORDERS,
    write_budget_order,
    write_comparison_order,
    write_order,
)
from runners.web.plans import WebRun, find_run, list_runs
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import BAD, MISSING, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.screens.scenarios import begin_job
from runners.web.shown import show_answer, show_plan, turn_constant, turn_current
from runners.web.visitor import Asked, CaseVisit, RunVisit, Served, TakenRun

router = APIRouter()
SCREEN = Screen("/run/{run}/result", "web_result", "web_result_title", router)
PARTS: Mapping[str, tuple[str, ...]] = {
    "plan": ("summary", "path", "targets", "measures", "actions"),
    "money": (
        *("outlays", "outlays_by_measure", "funding", "cash", "capital_costs", "debt", "key_figures", "costs", "green"),
    ),
    "ground": ("background", "quality", "sources", "numbers", "method"),
}
"""Pages of a result, each of some sections of the plan."""
PLAN, CURRENT = "plan", "current"


@router.get("/run/{run}/result")
def show_result(
    request: Request,
    site: Served,
    visitor: Asked,
    visit: TakenRun,
    part: str = PLAN,
    money: str = "",
    against: str = "",
) -> Response:
    """One part of what a plan says, or the plan beside another."""
    if part not in PARTS:
        raise Refusal(MISSING, "web_no_page")
    plans = [run for run in list_runs(site.folder, visit.case.name) if run.indexed and run.indexed.kind == PLAN]
    others = [run for run in plans if run.name != visit.run.name]
    names = name_runs(site.base)
    if against:
        sections, found = _compare(site.folder, visit, against, visitor.lang)
    else:
        turn = turn_current if money == CURRENT else turn_constant
        written = show_plan(visit.run.folder, visitor.lang)
        sections, found = [turn(written[key]) for key in PARTS[part] if key in written], True
    return render(
        request,
        "result.html.j2",
        SCREEN,
        sections=[section for section in sections if not section.empty],
        parts=[(key, say(f"web_result_{key}", visitor.lang)) for key in PARTS],
        part=part,
        current=money == CURRENT,
        others=[(run.name, call_run(run.name, run.indexed.started, names)) for run in others if run.indexed],
        called=call_run(visit.run.name, _find_start(plans, visit), names),
        other_called=names.get(against, against),
        against=against,
        found=found,
    )


def _find_start(plans: Sequence[WebRun], visit: RunVisit) -> str:
    return next((run.indexed.started for run in plans if run.name == visit.run.name and run.indexed), "")


def _compare(folder: Path, visit: RunVisit, against: str, lang: str) -> tuple[list[Section], bool]:
    """What a comparison of both plans says, the newest that there is."""
    answers = list_answers(folder, visit.case.name, (COMPARE,))
    pair = (against, visit.run.name)
    found = next((answer for answer in answers if answer.plans == pair), None)
    found = found or next((answer for answer in answers if set(pair) <= set(answer.plans)), None)
    return ([], False) if found is None else (list(show_answer(found, lang)), True)


@router.post("/run/{run}/order")
def order_answer(
    site: Served,
    visitor: Asked,
    visit: TakenRun,
    order: Annotated[str, Form()],
    against: Annotated[str, Form()] = "",
    year: Annotated[int, Form()] = 0,
) -> Response:
    """Let something be computed about a plan, as the command would."""
    visit.require(Role.PLANNER)
    if order not in (*ORDERS, COMPARE, BUDGET):
        raise Refusal(BAD, "web_bad_request")
    about = CaseVisit(visit.case, visit.role)
    called = say(f"web_order_{order}", visitor.lang)
    place = name_place(site.folder, visit.case, order, datetime.now())
    if order == COMPARE:
        other = find_run(site.folder, against)
        if other is None or other.case != visit.case.name:
            raise Refusal(MISSING, "web_no_run", {"name": against})
        words = write_comparison_order(other.name, visit.run.name, place, visitor.lang)
    elif order == BUDGET:
        words = write_budget_order(visit.run.folder, year, place, visitor.lang)
        called = f"{called} {year}"
    else:
        words = write_order(order, visit.run.folder, place, visitor.lang)
    begin_job(site, about, visitor, order, called, words, place)
    return RedirectResponse(f"/case/{visit.case.name}/scenarios", SEE_OTHER)
