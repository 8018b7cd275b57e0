"""A screen of what was found about a plan: shown where it is there, the newest first, else ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from fastapi import Request, Response

from conf.words import say
from runners.views.section import Section
from runners.web.answers import About, WebAnswer, choose_answer, list_answers, read_about
from runners.web.called import STAMP
from runners.web.reading import read_case
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.shown import show_answer
from runners.web.visitor import RunVisit, Visitor
from scenarios.errors import CaseError
from scenarios.terms import TECHNOLOGY

MEASURE, MEASURES = "measure", "measures"
Kinds = Mapping[str, tuple[str, ...]]
"""What a screen shows: kind of a folder, to what can be ordered of it."""


def show_finding(
    request: Request, folder: Path, visitor: Visitor, visit: RunVisit, screen: Screen, kinds: Kinds, asked: str,
    years: Sequence[int] = (), outcomes: int | None = None,
) -> Response:  # fmt: skip
    """The newest answer of each kind about a plan, or the one asked for; with what can be computed anew.

    Args:
        years: for which a climate budget can be ordered.
        outcomes: that the case has, to be looked at and added to; None: the screen is not about them.
    """
    about = read_about(visit.run.folder)
    answers = list_answers(folder, visit.case.name, kinds)
    shown = [answers_of for kind in kinds if (answers_of := _choose(answers, kind, asked, about)) is not None]
    parts = [(answer, *_write(answer, visitor.lang, folder), about.covers(answer)) for answer in shown]
    return render(
        request,
        "finding.html.j2",
        screen,
        parts=parts,
        call=partial(_call, visitor.lang),
        measures=name_measures(visit.case.folder, visitor.lang) if MEASURES in kinds else (),
        older=[answer for answer in answers if answer not in shown],
        orders=[(order, say(f"web_order_{order}", visitor.lang)) for orders in kinds.values() for order in orders],
        may_order=visit.role >= Role.PLANNER,
        years=years,
        outcomes=outcomes,
        usual=min((year for year in years if year > datetime.now().year), default=0),
    )


def name_measures(folder: Path, lang: str) -> list[tuple[str, str]]:
    """The measures of a case by key and name, as dossiers are led to."""
    rows = read_case(folder).frames["technologies"].to_dict("records")
    return [
        (str(row[TECHNOLOGY]), str(row[f"name_{lang}"] or row[TECHNOLOGY])) for row in rows if row[MEASURE] == "yes"
    ]


def _call(lang: str, answer: WebAnswer) -> str:
    """When an answer was computed, and the folder that it lies in."""
    return say("web_finding_when", lang, when=answer.started[:STAMP].replace("T", " "), folder=answer.name)


def _choose(answers: list[WebAnswer], kind: str, asked: str, about: About) -> WebAnswer | None:
    return choose_answer([answer for answer in answers if answer.kind == kind], asked, about)


def _write(answer: WebAnswer, lang: str, folder: Path) -> tuple[list[Section], list[str]]:
    """What an answer says; or what is wrong with its folder, which does not keep the others from being shown."""
    try:
        return [section for section in show_answer(answer, lang) if not section.empty], []
    except CaseError as error:
        return [], [problem.tell(lang).replace(f"{folder}/", "") for problem in error.problems]
