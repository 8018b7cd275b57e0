"""The page's questions for programs, as JSON: cases, runs and their tables, and the commands as jobs.

What can be asked is told at `/api/openapi.json`.

A program shows a key (`authorization: Bearer KEY`); where nobody signs in it says `x-fardplan: api`, which no page of
another site can make a browser say.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from runners.results.result import open_result
from runners.web.cases import NAME, list_cases
from runners.web.deeds import note_deed
from runners.web.jobs import Job, Jobs
from runners.web.orders import choose_case, name_place, quote
from runners.web.plans import list_runs
from runners.web.refusal import MISSING, UNUSABLE, Refusal
from runners.web.roles import Role
from runners.web.screens.scenarios import begin_job, check_plannable
from runners.web.visitor import Asked, Served, TakenCase, TakenRun, take_case

router = APIRouter(prefix="/api/v1")
COMMANDS = ("plan", "sweep", "curve", "why", "near", "dossier", "futures")
ALLOWED = re.compile(
    r"(adjust|shift|set|target|exclude|price|finance|convention|solver|horizon|do_nothing|curve|why|near|dossier|risk"
    r"|sweep\.(samples|seed|method|grid|vary|workers|verify)|sweep"
    r"|case\.(years|first_year|last_year|last_length|base_year|variants))(\.[\w.+]+)?"
)
"""Keys that a program may choose: what changes the question, and nothing that names a place."""
PLACES = re.compile(r"\.(path|design|together|folder|file)$")
STEERING = re.compile(r"[\x00-\x1f\x7f]|\$\{")
"""What no value may have: control characters, and what a configuration would look up in its surroundings."""
MOST_WORDS, LONGEST = 100, 500
MOST_LINES = 100_000


class Order(BaseModel):
    """A command: which, and the same words `key=value` as on the command line."""

    model_config = ConfigDict(extra="forbid")
    command: Literal["plan", "sweep", "curve", "why", "near", "dossier", "futures"]
    choices: Annotated[list[Annotated[str, Field(max_length=LONGEST)]], Field(max_length=MOST_WORDS)] = []
    name: Annotated[str, Field(max_length=80)] = ""


class Standing(BaseModel):
    """Where a job stands: `run` names its answer when it is there."""

    id: str
    case: str
    command: str
    name: str
    state: str
    code: int | None
    told: str
    run: str | None


class RunEntry(BaseModel):
    """A plan or a sweep of a case."""

    name: str
    case: str
    kind: str
    started: str
    counts: dict[str, int]
    total: int


@router.get("/cases")
def tell_cases(site: Served, visitor: Asked) -> list[str]:
    """The cases that the key may see."""
    return [case.name for case in list_cases(site.folder) if visitor.find_role(case.name) is not Role.NONE]


@router.get("/cases/{case}/runs")
def tell_runs(site: Served, visit: TakenCase) -> list[RunEntry]:
    """The plans and sweeps of a case, the newest first."""
    runs = [(run, run.indexed) for run in list_runs(site.folder, visit.case.name)]
    return [
        RunEntry(name=run.name, case=run.case, kind=of.kind, started=of.started, counts=dict(of.counts), total=of.total)
        for run, of in runs
        if of is not None
    ]


@router.get("/runs/{run}")
def tell_run(visit: TakenRun) -> dict[str, Any]:
    """What a run says of itself: kind, facts, names of tables, and what it was made with but for places."""
    result = open_result(visit.run.folder)
    origin = {name: value for name, value in result.origin.items() if name not in ("files", "seal", "config")}
    facts: dict[str, Any] = json.loads(json.dumps(dict(result.facts), default=str))
    return {"kind": result.kind, "facts": facts, "tables": sorted(result.tables), "origin": origin}


@router.get("/runs/{run}/tables/{table}")
def tell_table(visit: TakenRun, table: str, form: Annotated[Literal["json", "csv"], Query()] = "json") -> Response:
    """A table of a run as JSON (a list of rows) or CSV, as `docs/result-model.md` declares its columns."""
    found = open_result(visit.run.folder).tables.get(table)
    if found is None:
        raise Refusal(MISSING, "web_no_page")
    if form == "csv":
        return Response(found.to_csv(index=False, lineterminator="\n"), media_type="text/csv; charset=utf-8")
    return Response(found.head(MOST_LINES).to_json(orient="records"), media_type="application/json")


@router.post("/cases/{case}/jobs", status_code=202)
async def order_job(request: Request, site: Served, visitor: Asked, case: str, order: Order) -> Standing:
    """Queue a command; ask for the job until it has ended."""

    def begin() -> Job:
        visit = take_case(request, case)
        visit.require(Role.PLANNER)
        check_plannable(visit.case)
        words = [check_choice(word) for word in order.choices]
        place = name_place(site.folder, visit.case, order.name or order.command, datetime.now())
        head = ["plan", "-m"] if order.command == "sweep" else [order.command]
        given = [*head, *choose_case(visit.case), *words, f"out={quote(str(place))}", f"lang={visitor.lang}"]
        return begin_job(site, visit, visitor, order.command, order.name or order.command, given, place)

    return describe(await run_in_threadpool(begin))


@router.get("/jobs/{job}")
def tell_job(request: Request, site: Served, job: str) -> Standing:
    """Where a job stands."""
    return describe(_find(request, Jobs(site.base), job, Role.READER))


@router.delete("/jobs/{job}")
def stop_job(request: Request, site: Served, visitor: Asked, job: str) -> Standing:
    """Ask a job to stop; a sweep keeps what is finished."""
    jobs = Jobs(site.base)
    found = _find(request, jobs, job, Role.PLANNER)
    jobs.stop(found.id)
    note_deed(site.base, visitor.name, "stopped_job", found.case, found.name)
    return describe(jobs.get(found.id))


def check_choice(word: str) -> str:
    """A word that a program may say; raises Refusal for any that names a place or reaches out of the question."""
    key, equals, value = word.partition("=")
    bad = not equals or not ALLOWED.fullmatch(key) or PLACES.search(key) or STEERING.search(word)
    if bad or "/" in value or ".." in value:
        raise Refusal(UNUSABLE, "web_choice", {"found": word[:80]})
    return word


def describe(job: Job) -> Standing:
    """A job as a program reads it."""
    there = NAME.fullmatch(job.place.name) and (job.place / "manifest.json").is_file()
    return Standing(
        id=job.id, case=job.case, command=job.kind, name=job.name, state=job.state.value, code=job.code,
        told=job.told, run=job.place.name if there else None,
    )  # fmt: skip


def _find(request: Request, jobs: Jobs, name: str, role: Role) -> Job:
    try:
        job = jobs.get(name)
    except KeyError:
        raise Refusal(MISSING, "web_no_job") from None
    take_case(request, job.case).require(role)
    return job


schema = APIRouter()


@schema.get("/api/openapi.json", include_in_schema=False)
def tell_schema() -> dict[str, Any]:
    """What can be asked, as OpenAPI says it."""
    described = get_openapi(title="Fardplan", version="1", routes=router.routes)
    described["components"].setdefault("securitySchemes", {})["key"] = {"type": "http", "scheme": "bearer"}
    described["security"] = [{"key": []}]
    return described
