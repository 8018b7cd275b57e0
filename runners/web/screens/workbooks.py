"""The case as a workbook to edit in Excel, and an edited workbook back as a case of its own: the commands, as jobs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse, RedirectResponse

from conf.words import say
from runners.web.foreman import IMPORT
from runners.web.jobs import Job, Jobs
from runners.web.new_cases import find_free
from runners.web.orders import name_place
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import MISSING, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screens.runs import FOLDER, PAPERS
from runners.web.screens.scenarios import begin_job, find_job
from runners.web.visitor import Asked, Served, TakenCase

router = APIRouter()
TEMPLATE = "template"
UPLOADS, SUFFIX, MARKED = "uploads", ".xlsx", "-problems.xlsx"
ZIP = b"PK\x03\x04"
"""How every workbook begins."""


@router.get("/case/{case}/workbooks")
def show_workbooks(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """Workbooks that were made of the case, and those that were taken in."""
    jobs = [job for job in Jobs(site.base).list_jobs(visit.case.name) if job.kind in (TEMPLATE, IMPORT)]
    title = say("web_workbooks_title", visitor.lang)
    marked = {job.id for job in jobs if job.kind == IMPORT and find_marked(job).is_file()}
    may = visit.role >= Role.PLANNER
    return render(request, "workbooks.html.j2", title=title, jobs=jobs, marked=marked, may=may)


@router.post("/case/{case}/workbooks")
def order_workbook(site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """Let the case be written as a workbook."""
    place = name_place(site.folder, visit.case, visit.case.name, datetime.now())
    file = site.folder.resolve() / FOLDER / f"{place.name}{SUFFIX}"
    file.parent.mkdir(exist_ok=True)
    words = [TEMPLATE, "--path", str(visit.case.folder.resolve()), str(file), f"lang={visitor.lang}"]
    begin_job(site, visit, visitor, TEMPLATE, f"{visit.case.name}{SUFFIX}", words, file)
    return RedirectResponse(f"/case/{visit.case.name}/workbooks", SEE_OTHER)


@router.post("/case/{case}/import")
def take_workbook(
    site: Served,
    visit: TakenCase,
    visitor: Asked,
    file: Annotated[UploadFile, File()],
    name: Annotated[str, Form()] = "",
) -> Response:
    """Take an edited workbook in as a case of its own; what is wrong is told by the job, and marked in a copy."""
    visit.require(Role.PLANNER)
    place = find_free(site, name).resolve()
    content = file.file.read(site.limits.bytes + 1)
    if not content.startswith(ZIP):
        raise Refusal(UNUSABLE, "web_no_workbook")
    kept = site.folder.resolve() / UPLOADS / f"{token_hex(8)}{SUFFIX}"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(content)
    words = [IMPORT, str(kept), "--out", str(place), f"lang={visitor.lang}"]
    begin_job(site, visit, visitor, IMPORT, name, words, place)
    return RedirectResponse(f"/case/{visit.case.name}/workbooks", SEE_OTHER)


@router.get("/case/{case}/workbooks/{job}")
def send_workbook(site: Served, visit: TakenCase, job: str) -> Response:
    """A workbook that was made; of one that was taken in, the copy in which its mistakes are marked."""
    found = find_job(site, visit, job)
    file = found.place if found.kind == TEMPLATE else find_marked(found)
    if found.kind not in (TEMPLATE, IMPORT) or not file.is_file():
        raise Refusal(MISSING, "web_no_paper")
    name = found.name if found.kind == TEMPLATE else f"{found.name}{MARKED}"
    return FileResponse(file, media_type=PAPERS["xlsx"][1], filename=name)


def find_marked(job: Job) -> Path:
    """The copy of a workbook that was taken in, in which its mistakes are marked."""
    file = Path(job.words[1])
    return file.with_name(f"{file.stem}{MARKED}")
