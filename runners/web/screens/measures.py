"""Measures: one row each, every number to be changed, one's own to be added, and a copy of a case to begin from."""

from __future__ import annotations

import shutil
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from conf.words import LANGUAGES, format_number, say
from runners.exchange.own_measure import NEEDED, OPTIONAL, STATUSES, WORDS, add_rows, read_measure
from runners.exchange.own_measure import list_rows as make_rows
from runners.found_once import Kept
from runners.web.deeds import note_deed
from runners.web.dossiers import DOSSIER, find_dossier, order_dossier
from runners.web.editing import list_fields, list_others, mark_fields, name_things, tell_unit
from runners.web.exclusions import choose_excluded, list_excluded, set_excluded
from runners.web.new_cases import begin_case, find_free, require_somewhere
from runners.web.orders import name_place
from runners.web.preferences import SEE_OTHER
from runners.web.reading import KEPT, read_case, read_names, read_rows, stamp_case
from runners.web.refusal import CONFLICT, FORBIDDEN, MISSING, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.savings import read_outputs, tell_saving
from runners.web.screen import Screen
from runners.web.screens.economy import Group, answer_saved, save_tables
from runners.web.screens.scenarios import begin_job, check_plannable
from runners.web.site import Site
from runners.web.tables import Change, Row, Saved, hold_case, save_changes
from runners.web.visitor import Asked, CaseVisit, Served, TakenCase, Visitor, get_site
from scenarios.errors import CaseError, Problem
from scenarios.terms import ACTOR, TECHNOLOGY

router = APIRouter()
SCREEN = Screen("/case/{case}/measures", "web_measures", "web_measures_title", router)
Said = Annotated[str, Form()]
TECHNOLOGIES, PARAMETERS, FLOWS, GRANTS, SHARES = "technologies", "parameters", "flows", "grant_shares", "ownership"
EDITED = (PARAMETERS, FLOWS, GRANTS, SHARES)
SHOWN = ("capex", "fixed_cost", "life", "earliest_start")
EXCLUDED = "excluded"
CHOICES = (*STATUSES, EXCLUDED)
"""What a measure may be: as its row says, or left out of the plans of this page."""


@dataclass(frozen=True)
class Measure:
    """A measure as one row: names, who owns it, its main numbers as written, what it yields, the grant, its status."""

    key: str
    name: str
    owners: str
    numbers: tuple[str, ...]
    saving: str
    grant: str
    status: str


_measures: Kept[tuple[Measure, ...]] = Kept(KEPT)


@router.get("/case/{case}/measures")
def show_measures(request: Request, visit: TakenCase, visitor: Asked) -> Response:
    """All measures of the case."""
    return _show_list(request, visit, visitor, {}, {})


@router.get("/case/{case}/measures/{measure}")
def show_measure(request: Request, visit: TakenCase, visitor: Asked, measure: str) -> Response:
    """All numbers of one measure."""
    return _show_one(request, visit, visitor, measure, {}, {})


@router.post("/case/{case}/measures/{measure}/status")
def set_status(
    site: Served, visit: TakenCase, visitor: Asked, measure: str, status: Said, year: Said = "",
    digest: Said = "", was: Said = "", was_year: Said = "",
) -> Response:  # fmt: skip
    """An option, forced or decided."""
    visit.require(Role.PLANNER)
    if not visit.case.own:
        raise Refusal(FORBIDDEN, "web_case_shipped")
    if status not in CHOICES:
        raise Refusal(UNUSABLE, "web_bad_request")
    row = _find_technology(visit.case.folder, measure)
    asked, status = status, STATUSES[0] if status == EXCLUDED else status
    changes = [
        Change(row.number, digest, "status", was, "" if status == STATUSES[0] and not was else status),
        Change(row.number, digest, "status_year", was_year, "" if status == STATUSES[0] else year),
    ]
    saved = save_changes(visit.case.folder, TECHNOLOGIES, changes)
    if saved.problems:
        raise CaseError(saved.problems)
    if saved.conflicts:
        raise Refusal(CONFLICT, "web_status_conflict", {"theirs": saved.conflicts[0].now or "–"})
    set_excluded(site.base, visit.case.name, measure, asked == EXCLUDED)
    note_deed(site.base, visitor.name, "changed", visit.case.name, f"{measure}: {asked} {year}".strip())
    return RedirectResponse(f"/case/{visit.case.name}/measures/{measure}", SEE_OTHER)


@router.post("/case/{case}/measures/{measure}")
async def save_measure(request: Request, site: Served, visit: TakenCase, visitor: Asked, measure: str) -> Response:
    """Save what was changed of a measure."""
    visit.require(Role.PLANNER)
    said = {str(name): str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_save, request, site, visit, visitor, measure, said)


@router.post("/case/{case}/measures")
async def add_measure(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """A measure of one's own, as `fardplan add measure` takes it; what is wrong is told at its field."""
    visit.require(Role.PLANNER)
    said = {str(name): str(value).strip() for name, value in (await request.form()).items()}
    return await run_in_threadpool(_add, request, site, visit, visitor, {name: said.get(name, "") for name in WORDS})


@router.post("/case/{case}/measures/{measure}/dossier")
def begin_dossier(site: Served, visit: TakenCase, visitor: Asked, measure: str) -> Response:
    """Let all about a measure be computed: cost per tonne, range, what binds and what it hangs on."""
    visit.require(Role.PLANNER)
    tables = read_case(visit.case.folder)
    row = _find_technology(visit.case.folder, measure)
    check_plannable(visit.case)
    choices = choose_excluded(site.base, visit.case.name, tables.frames[TECHNOLOGIES][TECHNOLOGY])
    place = name_place(site.folder, visit.case, DOSSIER, datetime.now())
    words = order_dossier(visit.case, measure, choices, place, visitor.lang)
    called = f"{say('web_dossier_short', visitor.lang)}: {row.cells.get(f'name_{visitor.lang}') or measure}"
    begin_job(site, visit, visitor, DOSSIER, called, words, place)
    return RedirectResponse(f"/case/{visit.case.name}/scenarios", SEE_OTHER)


@router.post("/case/{case}/copy")
def copy_case(site: Served, visit: TakenCase, visitor: Asked, name: Said = "") -> Response:
    """A copy of the case to change, whose administrator is who made it."""
    require_somewhere(site, visitor, Role.PLANNER)
    place = find_free(site, name)
    aside = place.with_name(f".{name}-{token_hex(4)}")
    try:
        shutil.copytree(visit.case.folder, aside, symlinks=False)
        aside.rename(place)
    except OSError:  # somebody else made one of that name meanwhile
        raise Refusal(UNUSABLE, "web_copy_taken", {"found": name}) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    begin_case(site, visitor.name, name, "copied_case", visit.case.name)
    return RedirectResponse(f"/case/{name}/measures", SEE_OTHER)


def _add(request: Request, site: Site, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str]) -> Response:
    if not visit.case.own:
        raise Refusal(FORBIDDEN, "web_case_shipped")
    given = {name: text for name, text in said.items() if text}
    try:
        with hold_case(visit.case.folder):
            tables = read_case(visit.case.folder)
            measure = read_measure(given, tables)
            add_rows(visit.case.folder, make_rows(measure, tables))
    except CaseError as error:
        problems: dict[str, str] = {}
        for problem in error.problems:
            column = problem.column if problem.column in WORDS else ""
            text = Problem(problem.key, "", None, None, problem.fields) if column else problem
            problems[column or ""] = " ".join([problems.get(column or "", ""), text.tell(visitor.lang)]).strip()
        return _show_list(request, visit, visitor, said, problems)
    note_deed(site.base, visitor.name, "added_measure", visit.case.name, measure.key)
    return RedirectResponse(f"/case/{visit.case.name}/measures/{measure.key}", SEE_OTHER)


def _save(
    request: Request, site: Site, visit: CaseVisit, visitor: Visitor, measure: str, said: Mapping[str, str]
) -> Response:
    saved = save_tables(site, visit, visitor, said, EDITED)
    show = partial(_show_one, request, visit, visitor, measure, said, saved)
    return answer_saved(f"/case/{visit.case.name}/measures/{measure}", saved, show)


def _show_list(
    request: Request, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str], problems: Mapping[str, str]
) -> Response:
    folder = visit.case.folder
    measures = list_measures(folder, visitor.lang)
    commodities, actors = (read_names(folder, dim, visitor.lang) for dim in ("commodity", ACTOR))
    return render(
        request,
        "measures.html.j2",
        SCREEN,
        status=UNUSABLE if problems else 200,
        measures=measures,
        shown=[say(f"web_measure_{name}", visitor.lang) for name in SHOWN],
        said={**OPTIONAL, **said},
        problems=problems,
        needed=NEEDED,
        words=[word for word in WORDS if word != "status"],
        statuses=STATUSES,
        excluded=list_excluded(get_site(request).base, visit.case.name),
        choices={"saves": commodities, "owner": actors},
        may=visit.case.own and visit.role >= Role.PLANNER,
        own=visit.case.own,
    )


def _show_one(
    request: Request,
    visit: CaseVisit,
    visitor: Visitor,
    measure: str,
    said: Mapping[str, str],
    saved: Mapping[str, Saved],
    status: int = 200,
) -> Response:
    tables, lang = read_case(visit.case.folder), visitor.lang
    row, left_out = _find_technology(visit.case.folder, measure), list_excluded(get_site(request).base, visit.case.name)
    groups = []
    for table in EDITED:
        rows = [each for each in read_rows(visit.case.folder, table) if each.cells.get(TECHNOLOGY) == measure]
        fields = mark_fields(list_fields(tables, table, rows, lang, [TECHNOLOGY]), said, saved, lang)
        if fields:
            groups.append(Group(table, say(f"web_table_{table}", lang), fields))
    shown = [field for group in groups for field in group.fields]
    return render(
        request,
        "measure.html.j2",
        SCREEN,
        status=status,
        title=row.cells.get(f"name_{lang}") or measure,
        groups=groups,
        others=list_others(shown, saved, lang),
        wrong=any(each.problems for each in saved.values()),
        may=visit.case.own and visit.role >= Role.PLANNER,
        own=visit.case.own,
        about=say("web_measure_about", lang),
        action=f"/case/{visit.case.name}/measures/{measure}",
        row=row,
        dossier=find_dossier(get_site(request).folder, visit.case, measure, lang),
        may_order=visit.role >= Role.PLANNER,
        status_now=EXCLUDED if measure in left_out else row.cells.get("status") or STATUSES[0],
        statuses=CHOICES,
    )


def list_measures(folder: Path, lang: str) -> tuple[Measure, ...]:
    """The measures of a case in the order of their table, found anew only where a file has changed since."""
    return _measures.find((folder, lang), stamp_case(folder), partial(_list_measures, folder, lang))


def _list_measures(folder: Path, lang: str) -> tuple[Measure, ...]:
    tables = read_case(folder)
    frames = tables.frames
    actors = name_things(tables, ACTOR, lang)
    owned = _group(frames[SHARES].to_dict("records"))
    main = frames[PARAMETERS][frames[PARAMETERS]["quantity"].isin(SHOWN)]
    numbers = _group(main[[TECHNOLOGY, "quantity", "value", "unit"]].to_dict("records"))
    grants = _group(frames[GRANTS].to_dict("records"))
    outputs = read_outputs(tables, lang)
    found = []
    for row in frames[TECHNOLOGIES].to_dict("records"):
        key = str(row[TECHNOLOGY])
        if row["measure"] != "yes":
            continue
        parts = [(actors.get(each[ACTOR], each[ACTOR]), each["value"]) for each in owned.get(key, ())]
        shares = [f"{name} {_percent(share, lang)}" for name, share in parts]
        written = {each["quantity"]: each for each in reversed(numbers.get(key, ()))}
        shown = tuple(_show_number(written.get(name), lang) for name in SHOWN)
        saving = tell_saving(key, {str(name): str(cell) for name, cell in row.items()}, outputs, lang)
        grant = next((_percent(each["value"], lang) for each in grants.get(key, ())), "")
        name = str(row.get(f"name_{lang}") or key)
        owners = ", ".join(shares) or actors.get(str(row["actor"]), str(row["actor"]))
        found.append(Measure(key, name, owners, shown, saving, grant, str(row.get("status") or STATUSES[0])))
    return tuple(found)


def _find_technology(folder: Path, measure: str) -> Row:
    found = [row for row in read_rows(folder, TECHNOLOGIES) if row.cells.get(TECHNOLOGY) == measure]
    if not found:
        raise Refusal(MISSING, "web_no_measure", {"name": measure[:64]})
    return found[0]


def _group(records: list[dict[Hashable, Any]]) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for record in records:
        cells = {str(name): str(cell) for name, cell in record.items()}
        groups.setdefault(cells[TECHNOLOGY], []).append(cells)
    return groups


def _show_number(row: Mapping[str, str] | None, lang: str) -> str:
    if row is None:
        return ""
    unit, value = row.get("unit", ""), row["value"].replace(".", "," if lang == LANGUAGES[0] else ".")
    return value if unit in ("year", "yr") else f"{value} {tell_unit(unit, lang)}"


def _percent(text: str, lang: str) -> str:
    try:
        return f"{format_number(100 * float(text), lang, 0)}\u00a0%"
    except ValueError:
        return text
