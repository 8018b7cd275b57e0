"""What became of the plan: outcomes of a case put in row by row or from a file, changed and taken away."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from conf.words import say
from runners.web.deeds import note_deed
from runners.web.editing import ANYWAY, list_others, mark_fields, name_things
from runners.web.outcomes import SOURCES, STATUS, WORDS, list_added, list_known, list_subjects, make_row
from runners.web.preferences import SEE_OTHER
from runners.web.reading import read_case, read_rows
from runners.web.refusal import CONFLICT, FORBIDDEN, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screens.economy import answer_saved, save_tables
from runners.web.site import Site
from runners.web.tables import REMOVED, Saved, find_next, save_rows
from runners.web.visitor import Asked, CaseVisit, Served, TakenCase, Visitor
from scenarios.actuals import ABOUT
from scenarios.catalog import TABLE_BY_NAME
from scenarios.catalog_aside import ACTUALS, STATUSES
from scenarios.errors import Problem
from scenarios.files import read_csv
from scenarios.tables import columns_of, required_columns
from scenarios.terms import ACTOR, INSTRUMENT, SOURCE

router = APIRouter()
MOST_ROWS = 2000
CSV = f"{ACTUALS}.csv"


@router.get("/case/{case}/actuals")
def show_actuals(request: Request, visit: TakenCase, visitor: Asked) -> Response:
    """The outcomes that are known, and a form for one more."""
    return _show(request, visit, visitor, {}, {})


@router.post("/case/{case}/actuals")
async def save_actuals(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """Save what was changed, and take away the rows that were marked."""
    visit.require(Role.PLANNER)
    said = {str(name): str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_save, request, site, visit, visitor, said)


@router.post("/case/{case}/actuals/row")
async def add_actual(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """One more outcome; what is wrong is told at its field."""
    visit.require(Role.PLANNER)
    said = {str(name): str(value).strip() for name, value in (await request.form()).items()}
    return await run_in_threadpool(_add, request, site, visit, visitor, {name: said.get(name, "") for name in WORDS})


@router.post("/case/{case}/actuals/file")
def take_actuals(
    request: Request, site: Served, visit: TakenCase, visitor: Asked, file: Annotated[UploadFile, File()]
) -> Response:
    """The rows of a file with the columns of `actuals.csv`: all that are new, or none and what is wrong."""
    visit.require(Role.PLANNER)
    _require_own(visit)
    rows, lines, problems = _read_file(file.file.read(site.limits.bytes + 1))
    known = {_sign(row.cells) for row in read_rows(visit.case.folder, ACTUALS)}
    new = [(row, line) for row, line in zip(rows, lines, strict=True) if _sign(row) not in known]
    if new and not problems:
        first = find_next(visit.case.folder, ACTUALS)
        problems = _keep(site, visit, visitor, [row for row, _ in new])
        problems = [_place(problem, first, [line for _, line in new]) for problem in problems]
    if problems:
        told = [problem.tell(visitor.lang) for problem in problems]
        return _show(request, visit, visitor, {}, {}, UNUSABLE, told=told)
    return RedirectResponse(f"/case/{visit.case.name}/actuals", SEE_OTHER)


def _require_own(visit: CaseVisit) -> None:
    if not visit.case.own:
        raise Refusal(FORBIDDEN, "web_case_shipped")


def _sign(cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, cell) for name, cell in cells.items() if cell))


def _read_file(content: bytes) -> tuple[list[Mapping[str, str]], tuple[int, ...], list[Problem]]:
    """The rows of a file with their lines, and what is wrong with it as a file."""
    table = TABLE_BY_NAME[ACTUALS]
    columns = columns_of(table)
    with tempfile.TemporaryDirectory() as place:
        aside = Path(place, CSV)
        aside.write_bytes(content)
        read, problems = read_csv(aside, columns)
    if read is None:
        return [], (), problems or [Problem("file_empty", CSV, fields={"columns": ", ".join(columns)})]
    if not set(required_columns(table)) <= set(read.header) <= set(columns) or len(read.rows) > MOST_ROWS:
        fields = {"columns": ", ".join(columns), "most": MOST_ROWS}
        return [], (), [*problems, Problem("web_actuals_file", CSV, 1, fields=fields)]
    return [dict(zip(read.header, row, strict=True)) for row in read.rows], read.lines, problems


def _place(problem: Problem, first: int, lines: Sequence[int]) -> Problem:
    """A problem of a row where it stands in the file that was sent."""
    number = -1 if problem.file != CSV or problem.row is None else problem.row - first
    return replace(problem, row=lines[number]) if 0 <= number < len(lines) else problem


def _keep(site: Site, visit: CaseVisit, visitor: Visitor, rows: Sequence[Mapping[str, str]]) -> list[Problem]:
    """Add rows; what is wrong with them, and then none is added."""
    saved = save_rows(visit.case.folder, list_added(rows, read_case(visit.case.folder)))
    if not saved.problems:
        told = "; ".join(" ".join(cell for cell in row.values() if cell) for row in rows)
        note_deed(site.base, visitor.name, "changed", visit.case.name, f"{ACTUALS} + {told}")
    return list(saved.problems)


def _add(request: Request, site: Site, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str]) -> Response:
    _require_own(visit)
    row, number = make_row(said, read_case(visit.case.folder)), find_next(visit.case.folder, ACTUALS)
    problems = _keep(site, visit, visitor, [row])
    if not problems:
        return RedirectResponse(f"/case/{visit.case.name}/actuals", SEE_OTHER)
    fields: dict[str, str] = {}
    for problem in problems:
        own = problem.file == CSV and problem.row == number and problem.column in WORDS
        text = replace(problem, file="").tell(visitor.lang) if own else problem.tell(visitor.lang)
        column = str(problem.column) if own else ""
        fields[column] = f"{fields.get(column, '')} {text}".strip()
    return _show(request, visit, visitor, said, {}, UNUSABLE, wrong=fields)


def _save(request: Request, site: Site, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str]) -> Response:
    saved = save_tables(site, visit, visitor, said, (ACTUALS,))
    return answer_saved(f"/case/{visit.case.name}/actuals", saved, partial(_show, request, visit, visitor, said, saved))


def _show(
    request: Request,
    visit: CaseVisit,
    visitor: Visitor,
    said: Mapping[str, str],
    saved: Mapping[str, Saved],
    status: int = 200,
    *,
    wrong: Mapping[str, str] | None = None,
    told: Sequence[str] = (),
) -> Response:
    lang, tables = visitor.lang, read_case(visit.case.folder)
    known = list_known(tables, read_rows(visit.case.folder, ACTUALS), lang)
    fields = mark_fields([each.field for each in known], said, saved, lang)
    return render(
        request,
        "actuals.html.j2",
        status=status,
        title=say("web_actuals_title", lang),
        known=[replace(each, field=field) for each, field in zip(known, fields, strict=True)],
        others=[*told, *list_others(fields, saved, lang)],
        wrong=any(each.problems for each in saved.values()) and status != CONFLICT,
        problems=wrong or {},
        said=said,
        may=visit.case.own and visit.role >= Role.PLANNER,
        own=visit.case.own,
        anyway=ANYWAY,
        removed=REMOVED,
        words=WORDS,
        columns=columns_of(TABLE_BY_NAME[ACTUALS]),
        subjects=list_subjects(tables, lang),
        choices={
            "outcome": [(outcome, say(f"outcome_{outcome}", lang)) for outcome in ABOUT],
            "party": [*name_things(tables, ACTOR, lang).items(), *name_things(tables, INSTRUMENT, lang).items()],
            STATUS: [(each, say(f"follow_status_{each}", lang)) for each in STATUSES],
            SOURCE: [(str(row[SOURCE]), str(row["title"])) for row in tables.frames[SOURCES].to_dict("records")],
            "prices": [(each, say(f"web_result_{each}", lang)) for each in ("current", "constant")],
        },
    )
