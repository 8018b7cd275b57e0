"""Result: what a plan comes to, does and costs, and whom; in real or nominal money, beside another plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response

from conf.words import say
from runners.views.section import Section
from runners.web.answers import list_answers
from runners.web.plans import list_runs
from runners.web.refusal import MISSING, Refusal
from runners.web.render import render
from runners.web.screen import Screen
from runners.web.shown import show_answer, show_plan, turn_constant, turn_current
from runners.web.visitor import Asked, RunVisit, Served, TakenRun

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
COMPARE, PLAN, CURRENT = "compare", "plan", "current"


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
        others=others,
        against=against,
        found=found,
    )


def _compare(folder: Path, visit: RunVisit, against: str, lang: str) -> tuple[list[Section], bool]:
    """What a comparison of both plans says, the newest that there is."""
    answers = list_answers(folder, visit.case.name, (COMPARE,))
    pair = (against, visit.run.name)
    found = next((answer for answer in answers if answer.plans == pair), None)
    found = found or next((answer for answer in answers if set(pair) <= set(answer.plans)), None)
    return ([], False) if found is None else (list(show_answer(found, lang)), True)
