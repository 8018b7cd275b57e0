"""Runs: all plans and sweeps of a case; compare, adopt, take away as report, workbook, Word or tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from runners.found_once import Kept
from runners.results.manifest import SWEEP
from runners.run_index import stamp_run
from runners.web.deeds import note_deed
from runners.web.jobs import Jobs
from runners.web.orders import name_place
from runners.web.plans import WebRun, list_runs
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import MISSING, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.screens.scenarios import begin_job
from runners.web.visitor import Asked, CaseVisit, RunVisit, Served, TakenCase, TakenRun, take_run
from scenarios.errors import CaseError

router = APIRouter()
SCREEN = Screen("/case/{case}/runs", "web_runs", "web_runs_title", router)
TABLES = "csv"
PAPERS: Mapping[str, tuple[str, str]] = {
    "html": ("report", "text/html"),
    "pdf": ("report", "application/pdf"),
    "docx": ("report", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""What a run can be taken away as: the command that makes it, and its type."""
FOLDER = "papers"
TWO = 2
MOST_DECISIONS = 10_000
"""Runs of which is kept under which decision they were adopted."""
_decisions: Kept[str] = Kept(MOST_DECISIONS)


@router.get("/case/{case}/runs")
def show_runs(request: Request, site: Served, visit: TakenCase) -> Response:
    """Every run of the case, who began it, and what can be done with it."""
    jobs = Jobs(site.base).list_jobs(visit.case.name)
    began = {job.place.name: job for job in jobs if job.kind not in PAPERS}
    papers = [job for job in jobs if job.kind in PAPERS]
    runs = list_runs(site.folder, visit.case.name)
    return render(
        request,
        "runs.html.j2",
        SCREEN,
        runs=runs,
        began=began,
        papers=papers,
        adopted=find_adopted(runs),
        kinds=[*PAPERS, TABLES],
        sweep=SWEEP,
        may_plan=visit.role >= Role.PLANNER,
        may_adopt=visit.role >= Role.FINANCE,
    )


@router.post("/case/{case}/compare")
async def compare_runs(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """The comparison of the runs that were marked, as a job; its answer is a run of its own."""
    visit.require(Role.PLANNER)
    names = [str(name) for name in (await request.form()).getlist("run")]
    if len(names) < TWO:
        raise Refusal(UNUSABLE, "web_compare_two")
    taken = [_take_same(request, visit, name) for name in names]
    place = name_place(site.folder, visit.case, "compare", datetime.now())
    folders = [str(each.run.folder.resolve()) for each in taken]
    words = ["compare", *folders, f"out={place}", f"lang={visitor.lang}"]
    begin_job(site, visit, visitor, "compare", " – ".join(names), words, place)
    return RedirectResponse(f"/case/{visit.case.name}/scenarios", SEE_OTHER)


@router.post("/run/{run}/adopt")
def adopt(site: Served, visit: TakenRun, visitor: Asked, name: Annotated[str, Form()] = "") -> Response:
    """Adopt a plan under a decision's name: verified once more and frozen, as by the command."""
    visit.require(Role.FINANCE)
    from functools import partial

    from runners.analyses.adopted.adoption import adopt_run
    from runners.analyses.adopted.history import write_history
    from runners.confirmation import confirm_run

    now = datetime.now().astimezone()
    register, entry = adopt_run(visit.run.folder, name.strip(), now, partial(confirm_run, lang=visitor.lang))
    write_history(register, entry.case, now, visitor.lang)
    note_deed(site.base, visitor.name, "adopted", visit.case.name, f"{visit.run.name}: {entry.name}")
    return RedirectResponse(f"/case/{visit.case.name}/runs", SEE_OTHER)


@router.post("/run/{run}/papers/{kind}")
def order_paper(site: Served, visit: TakenRun, visitor: Asked, kind: str) -> Response:
    """Let a report or a workbook be made."""
    if kind not in PAPERS:
        raise Refusal(MISSING, "web_no_page")
    file = find_paper(site.folder, visit.run, kind, visitor.lang)
    if file.is_file():
        return RedirectResponse(f"/run/{visit.run.name}/papers/{kind}", SEE_OTHER)
    file.parent.mkdir(exist_ok=True)
    words = [PAPERS[kind][0], str(visit.run.folder.resolve()), "--out", str(file), f"lang={visitor.lang}"]
    begin_job(site, CaseVisit(visit.case, visit.role), visitor, kind, f"{visit.run.name}.{kind}", words, file)
    return RedirectResponse(f"/case/{visit.case.name}/runs", SEE_OTHER)


@router.get("/run/{run}/papers/{kind}")
def send_paper(site: Served, visit: TakenRun, visitor: Asked, kind: str) -> Response:
    """A report or workbook that was made; all tables of the run at once."""
    if kind == TABLES:
        return _send_tables(visit)
    file = find_paper(site.folder, visit.run, kind, visitor.lang) if kind in PAPERS else Path()
    if not file.is_file():
        raise Refusal(MISSING, "web_no_paper")
    return FileResponse(file, media_type=PAPERS[kind][1], filename=f"{visit.run.name}.{kind}")


def find_paper(folder: Path, run: WebRun, kind: str, lang: str) -> Path:
    """Where a document of a run is kept."""
    return folder.resolve() / FOLDER / f"{run.name}.{lang}.{kind}"


def find_adopted(runs: list[WebRun]) -> dict[str, str]:
    """Under which decision each adopted run was adopted."""
    found = {run.name: _name_decision(run.folder) for run in runs}
    return {name: decision for name, decision in found.items() if decision}


def _name_decision(place: Path) -> str:
    """Under which decision a run was adopted, blank where it was not or where the register cannot be read."""
    from runners.results.register import FILE, find_adoption, find_register

    register = find_register(place) / FILE
    if not register.exists():
        return ""

    def find() -> str:
        try:
            entry = find_adoption(place)
        except CaseError:
            return ""
        return "" if entry is None else entry.name

    return _decisions.find(place, (stamp_run(place), register.stat().st_mtime_ns), find)


def _take_same(request: Request, visit: CaseVisit, name: str) -> RunVisit:
    found = take_run(request, name)
    if found.case.name != visit.case.name:
        raise Refusal(MISSING, "web_no_run", {"name": name})
    return found


def _send_tables(visit: RunVisit) -> Response:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((visit.run.folder / "tables").glob("*.csv")):
            if not path.is_symlink():
                archive.write(path, path.name)
    headers = {"content-disposition": f'attachment; filename="{visit.run.name}.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)
