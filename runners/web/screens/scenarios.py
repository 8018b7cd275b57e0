"""Scenarios: what if? One plan, named scenarios as a table, samples; what runs, how far it is, stop and go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from conf.whole_numbers import is_whole_within
from conf.words import say
from runners.found_once import Kept
from runners.progress import format_duration
from runners.run_index import stamp_run
from runners.sweep_store.store import open_sweep
from runners.web.cases import WebCase
from runners.web.deeds import note_deed
from runners.web.exclusions import choose_excluded
from runners.web.foreman import SWEEP
from runners.web.jobs import Job, Jobs
from runners.web.levels import READY, read_row, tell_form, write_level
from runners.web.opened import open_case
from runners.web.orders import (
    RELAXED,
    choose_case,
    find_usual,
    list_years,
    name_place,
    order_plan,
    order_sweep,
    read_base_year,
    write_design,
)
from runners.web.plans import list_runs
from runners.web.preferences import SEE_OTHER
from runners.web.reading import read_case
from runners.web.refusal import MISSING, UNUSABLE, Refusal
from runners.web.render import fill_part, render
from runners.web.roles import Role
from runners.web.scenarios import LARGEST_NUMBER, add_scenario, drop_scenario, foretell, list_scenarios
from runners.web.screen import Screen
from runners.web.site import Site
from runners.web.visitor import Asked, CaseVisit, Served, TakenCase, Visitor, find_visitor
from scenarios.errors import CaseError
from scenarios.tables import Tables

router = APIRouter()
SCREEN = Screen("/case/{case}/scenarios", "web_scenarios", "web_scenarios_title", router)
Said = Annotated[str, Form()]
PLAN = "plan"
BEAT = 1.0
"""Seconds between two looks at what runs."""
MOST_SAMPLES = 10_000
RUNNING_FIRST = 20
MOST_COUNTED = 1000
"""Sweeps of which is kept how far they are."""


@dataclass(frozen=True)
class Standing:
    """A job with how far it is, in words and as a share; its run where that has something to show."""

    job: Job
    told: str
    share: float | None
    run: str


_counts: Kept[tuple[int, int]] = Kept(MOST_COUNTED)


@router.get("/case/{case}/scenarios")
def show_scenarios(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """Named scenarios, forms for more, and the jobs of the case."""
    return _show(request, site, visit, visitor)


@router.post("/case/{case}/scenarios")
async def add_row(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """Keep a scenario; several levels of a lever make one for each combination. What was typed stays where it fails."""
    visit.require(Role.PLANNER)
    said = {str(key): str(value) for key, value in (await request.form()).items()}
    return await run_in_threadpool(_add_row, request, site, visit, visitor, said)


@router.post("/case/{case}/scenarios/ready")
def add_ready(site: Served, visit: TakenCase, visitor: Asked, ready: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006
    """Keep ready-made tests; those that are there already stay as they are."""
    visit.require(Role.PLANNER)
    levers = [handle.lever for handle in open_case(visit.case).handles]
    for name in (each for each in ready if each in READY):
        settings = read_row(READY[name], levers)[0]
        if settings:
            with suppress(Refusal):
                add_scenario(site.base, visit.case.name, say(f"web_ready_{name}", visitor.lang), settings)
    return _go_back(visit)


@router.post("/case/{case}/scenarios/{number}/drop")
def drop_row(site: Served, visit: TakenCase, number: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]) -> Response:
    """Forget a scenario."""
    visit.require(Role.PLANNER)
    drop_scenario(site.base, visit.case.name, number)
    return _go_back(visit)


@router.post("/case/{case}/plans")
def begin_plan(
    site: Served, visit: TakenCase, visitor: Asked, name: Said = "", number: Said = "", quick: Said = "",
    base_year: Said = "",
) -> Response:  # fmt: skip
    """One plan, as the case is or in a named scenario, from one of the base years of the case."""
    visit.require(Role.PLANNER)
    year = read_base_year(visit.case, base_year)
    check_plannable(visit.case, year)
    named = [each for each in list_scenarios(site.base, visit.case.name) if str(each.id) == number]
    choices = [f"{key}={value:.12g}" for each in named for key, value in each.settings.items()]
    choices += [*([RELAXED] if quick else []), *_leave_out(site, visit.case)]
    called = name.strip() or (named[0].name if named else say("web_plan_as_is", visitor.lang))
    called += f" ({say('web_plan_parts', visitor.lang)})" if quick else ""
    called += _tell_year(visit.case, year, visitor.lang)
    place = name_place(site.folder, visit.case, called, datetime.now())
    begin_job(site, visit, visitor, PLAN, called, order_plan(visit.case, place, choices, visitor.lang, year), place)
    return _go_back(visit)


@router.post("/case/{case}/sweeps")
def begin_sweep(
    site: Served, visit: TakenCase, visitor: Asked, name: Said = "", samples: Said = "", whole: Said = "",
    base_year: Said = "",
) -> Response:  # fmt: skip
    """All named scenarios of the case, or a sample of what it hangs on."""
    visit.require(Role.PLANNER)
    year = read_base_year(visit.case, base_year)
    check_plannable(visit.case, year)
    if samples:
        if not is_whole_within(samples, 1, MOST_SAMPLES):
            raise Refusal(UNUSABLE, "web_samples", {"found": samples[:20], "most": MOST_SAMPLES})
        design = ["sweep=uncertainty", f"sweep.samples={samples}"]
    else:
        rows = [(each.name, each.settings) for each in list_scenarios(site.base, visit.case.name)]
        if not rows:
            raise Refusal(UNUSABLE, "web_scenarios_none")
        design = [write_design(site.folder, [(say("web_plan_as_is", visitor.lang), {}), *rows])]
    called = name.strip() or say("web_samples_name" if samples else "web_scenarios", visitor.lang)
    called += _tell_year(visit.case, year, visitor.lang)
    place = name_place(site.folder, visit.case, called, datetime.now())
    choices = [*([] if whole else [RELAXED]), *_leave_out(site, visit.case)]
    words = order_sweep(visit.case, place, design, choices, visitor.lang, year)
    begin_job(site, visit, visitor, SWEEP, called, words, place)
    return _go_back(visit)


@router.post("/case/{case}/jobs/{job}/stop")
def stop_job(site: Served, visit: TakenCase, visitor: Asked, job: str) -> Response:
    """Let a job end; a sweep keeps what is finished."""
    visit.require(Role.PLANNER)
    found = find_job(site, visit, job)
    Jobs(site.base).stop(found.id)
    note_deed(site.base, visitor.name, "stopped_job", visit.case.name, found.name)
    return _go_back(visit)


@router.post("/case/{case}/jobs/{job}/resume")
def resume_job(site: Served, visit: TakenCase, visitor: Asked, job: str) -> Response:
    """Let a job go on where it was stopped."""
    visit.require(Role.PLANNER)
    found = find_job(site, visit, job)
    Jobs(site.base).resume(found.id, site.limits.jobs)
    note_deed(site.base, visitor.name, "resumed_job", visit.case.name, found.name)
    return _go_back(visit)


@router.get("/case/{case}/jobs")
async def stream_jobs(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """The jobs of the case as they go, as events that the page shows."""

    async def tell() -> AsyncIterator[str]:
        if not site.streams.enter(visitor.name):
            return
        try:
            async for event in _watch_jobs(request, site, visit, visitor):
                yield event
        finally:
            site.streams.leave(visitor.name)

    return StreamingResponse(tell(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _watch_jobs(request: Request, site: Site, visit: CaseVisit, visitor: Visitor) -> AsyncIterator[str]:
    before = None
    for _ in range(site.limits.beats):
        asking = await run_in_threadpool(find_visitor, request)
        if asking.find_role(visit.case.name) is Role.NONE:  # signed out, shut out, or no longer of the case
            return
        part = await run_in_threadpool(_fill_jobs, request, site, visit, visitor)
        if part != before:
            lines = "\n".join(f"data: {line}" for line in part.splitlines())
            yield f"event: jobs\n{lines}\n\n"
        before = part
        await asyncio.sleep(BEAT)


def begin_job(
    site: Site, visit: CaseVisit, visitor: Visitor, kind: str, name: str, words: list[str], place: Any
) -> Job:
    """Queue a command and write down who did."""
    about = {"case": visit.case.name, "user": visitor.name, "kind": kind, "name": name[:80]}
    job = Jobs(site.base).queue(about, words, place, site.limits.jobs)
    note_deed(site.base, visitor.name, "began_job", visit.case.name, f"{kind}: {name}")
    return job


def find_job(site: Site, visit: CaseVisit, name: str) -> Job:
    """A job of the case; another's is not there."""
    try:
        job = Jobs(site.base).get(name)
    except KeyError:
        job = None
    if job is None or job.case != visit.case.name:
        raise Refusal(MISSING, "web_no_job")
    return job


def check_plannable(case: WebCase, base_year: int | None = None) -> None:
    """Refuse a case that has mistakes, with all of them: it can be edited, but not planned."""
    from runners.chosen import choose
    from runners.overrides import read_config
    from scenarios.checks.check import check_tables

    problems = check_tables(read_case(case.folder), choose(read_config(choose_case(case, base_year))))
    if problems:
        raise CaseError(problems)


def describe_jobs(site: Site, case: str, lang: str) -> list[Standing]:
    """The jobs of a case with how far each is."""
    return [_describe(job, lang) for job in Jobs(site.base).list_jobs(case)[:RUNNING_FIRST]]


def _describe(job: Job, lang: str) -> Standing:
    done, total = _counts.find(job.place, stamp_run(job.place), partial(_count, job)) if job.kind == SWEEP else (0, 0)
    told = say("web_job_of", lang, done=done, total=total) if total else ""
    shown = job.place.name if (job.place / "manifest.json").is_file() and (not job.open or total) else ""
    return Standing(job, told, done / total if total else None, shown)


def _count(job: Job) -> tuple[int, int]:
    try:
        sweep = open_sweep(job.place)
        return sum(sweep.count().values()), len(sweep.design)
    except (CaseError, OSError, ValueError, LookupError, ArithmeticError):
        return 0, 0


def _fill_jobs(request: Request, site: Site, visit: CaseVisit, visitor: Visitor) -> str:
    standing = describe_jobs(site, visit.case.name, visitor.lang)
    return fill_part(request, "jobs.html.j2", jobs=standing, may=visit.role >= Role.PLANNER)


def _add_row(request: Request, site: Site, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str]) -> Response:
    levers = [handle.lever for handle in open_case(visit.case).handles]
    problems: dict[str, str] = {}
    made: list[dict[str, float]] = []
    for lever in levers:
        try:
            read_row(said, [lever])
        except Refusal as refusal:
            problems[lever.key] = refusal.tell(visitor.lang)
    if not problems:
        try:
            made = read_row(said, levers)
            for place, settings in enumerate(made):
                name = said.get("name", "") + (f" {place + 1}" if len(made) > 1 else "")
                add_scenario(site.base, visit.case.name, name, settings)
        except Refusal as refusal:
            problems["name"] = refusal.tell(visitor.lang)
    return _show(request, site, visit, visitor, said, problems) if problems else _go_back(visit)


def _show(
    request: Request,
    site: Site,
    visit: CaseVisit,
    visitor: Visitor,
    said: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    lang = visitor.lang
    handles = open_case(visit.case).handles
    named, years = list_scenarios(site.base, visit.case.name), list_years(visit.case)
    seconds = foretell(len(named) + 1, list_runs(site.folder, visit.case.name), site.limits.workers)
    moved = [handle for handle in handles if any(handle.lever.key in each.settings for each in named)]
    known = {handle.lever.key for handle in handles}
    groups = [(key, list(each)) for key, each in groupby(handles, key=lambda handle: handle.lever.group)]
    return render(
        request,
        "scenarios.html.j2",
        SCREEN,
        status=UNUSABLE if problems else 200,
        named=named,
        years=years,
        usual=find_usual(visit.case) if years else None,
        groups=groups,
        moved=moved,
        ready=[name for name, keys in READY.items() if known.issuperset(keys)],
        said=said or {},
        problems=problems or {},
        show=lambda lever, value: write_level(lever, value, lang),
        ask=lambda lever: tell_form(lever, lang),
        time=None if seconds is None else format_duration(seconds, lang),
        jobs=describe_jobs(site, visit.case.name, lang),
        may=visit.role >= Role.PLANNER,
    )


def _tell_year(case: WebCase, year: int | None, lang: str) -> str:
    """What the name of a job ends with where another base year than the usual one was chosen."""
    return "" if year is None or year == find_usual(case) else f" ({say('web_base_year_from', lang, year=year)})"


def _leave_out(site: Site, case: WebCase) -> list[str]:
    return choose_excluded(site.base, case.name, _read(case).frames["technologies"]["technology"])


def _read(case: WebCase) -> Tables:
    return read_case(case.folder)


def _go_back(visit: CaseVisit) -> Response:
    return RedirectResponse(f"/case/{visit.case.name}/scenarios", SEE_OTHER)
