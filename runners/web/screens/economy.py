"""Economy: taxes, result, debt, ceiling, rates and frames of each payer, with units and bounds, to be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from conf.words import say
from runners.found_once import Kept
from runners.web.deeds import note_deed
from runners.web.editing import ANYWAY, Field, list_fields, list_others, mark_fields, name_things, read_changes
from runners.web.opened import read_outlook
from runners.web.preferences import SEE_OTHER
from runners.web.reading import KEPT, read_case, stamp_case
from runners.web.refusal import CONFLICT, FORBIDDEN, UNUSABLE, Refusal
from runners.web.render import render
from runners.web.roles import Role
from runners.web.screen import Screen
from runners.web.site import Site
from runners.web.tables import Saved, list_rows, save_changes
from runners.web.visitor import Asked, CaseVisit, Served, TakenCase, Visitor
from scenarios.tables import Tables
from scenarios.terms import ACTOR, INSTRUMENT

router = APIRouter()
SCREEN = Screen("/case/{case}/economy", "web_economy", "web_economy_title", router)
FINANCES, TERMS, INFLATION = "finances", "instrument_values", "inflation"
TABLES = (FINANCES, TERMS, INFLATION)
CURRENT = "current"


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    key: str
    title: str
    fields: Sequence[Field]


_groups: Kept[Sequence[Group]] = Kept(KEPT)


@router.get("/case/{case}/economy")
def show_economy(request: Request, visit: TakenCase, visitor: Asked) -> Response:
    """The outlook of each payer in constant or current prices, and the numbers of money to be changed."""
    return _show(request, visit, visitor, {}, {})


@router.post("/case/{case}/economy")
async def save_economy(request: Request, site: Served, visit: TakenCase, visitor: Asked) -> Response:
    """Save what was changed; what somebody else changed meanwhile, or what is wrong, is told at its field."""
    visit.require(Role.FINANCE)
    said = {str(name): str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_save, request, site, visit, visitor, said)


def save_tables(
    site: Site, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str], allowed: Sequence[str]
) -> dict[str, Saved]:
    """What became of the changes of a form, by table; those that were saved are written down.

    Raises:
        Refusal: the case came with the program, or a table may not be changed here.
    """
    if not visit.case.own:
        raise Refusal(FORBIDDEN, "web_case_shipped")
    found = read_changes(said)
    if any(table not in allowed for table in found):
        raise Refusal(UNUSABLE, "web_bad_request")
    saved = {}
    for table, changes in found.items():
        saved[table] = save_changes(visit.case.folder, table, changes, anyway=bool(said.get(ANYWAY)))
        if saved[table].count:
            moved = [each for each in changes if each.text.strip() != each.was]
            told = [f"{each.number} {each.column}: {each.was} → {each.text.strip()}" for each in moved]
            note_deed(site.base, visitor.name, "changed", visit.case.name, f"{table}: {'; '.join(told)}")
    return saved


def _find_status(saved: Mapping[str, Saved]) -> int:
    """How HTTP says what became of changes."""
    if any(each.conflicts for each in saved.values()):
        return CONFLICT
    return UNUSABLE if any(each.problems for each in saved.values()) else SEE_OTHER


def answer_saved(place: str, saved: Mapping[str, Saved], show: Callable[[int], Response]) -> Response:
    """To the page at `place` where all changes are kept; else the page with what was said, as `show` makes it."""
    status = _find_status(saved)
    return RedirectResponse(place, SEE_OTHER) if status == SEE_OTHER else show(status)


def _save(request: Request, site: Site, visit: CaseVisit, visitor: Visitor, said: Mapping[str, str]) -> Response:
    saved = save_tables(site, visit, visitor, said, TABLES)
    return answer_saved(f"/case/{visit.case.name}/economy", saved, partial(_show, request, visit, visitor, said, saved))


def _show(
    request: Request,
    visit: CaseVisit,
    visitor: Visitor,
    said: Mapping[str, str],
    saved: Mapping[str, Saved],
    status: int = 200,
) -> Response:
    groups = list_groups(visit.case.folder, visitor.lang)
    marked = [Group(each.key, each.title, mark_fields(each.fields, said, saved, visitor.lang)) for each in groups]
    fields = [field for group in marked for field in group.fields]
    may = visit.case.own and visit.role >= Role.FINANCE
    current = request.query_params.get("money") == CURRENT
    return render(
        request,
        "economy.html.j2",
        SCREEN,
        status=status,
        groups=marked,
        current=current,
        outlook=read_outlook(visit.case, visitor.lang, current),
        others=list_others(fields, saved, visitor.lang),
        wrong=any(each.problems for each in saved.values()),
        may=may,
        own=visit.case.own,
        about=say("web_economy_about", visitor.lang),
        action=f"/case/{visit.case.name}/economy",
    )


def list_groups(folder: Path, lang: str) -> Sequence[Group]:
    """The fields of a case under their headings, as its tables have them."""
    return _groups.find((folder, lang), stamp_case(folder), lambda: _list_groups(read_case(folder), lang))


def _list_groups(tables: Tables, lang: str) -> list[Group]:
    groups = []
    for table, dim in ((FINANCES, ACTOR), (TERMS, INSTRUMENT)):
        names, rows = name_things(tables, dim, lang), list_rows(tables, table)
        for label in dict.fromkeys(row.cells[dim] for row in rows):
            own = [row for row in rows if row.cells[dim] == label]
            fields = list_fields(tables, table, own, lang, [dim])
            groups.append(Group(f"{table}-{label}", names.get(label, label), fields))
    prices = list_fields(tables, INFLATION, list_rows(tables, INFLATION), lang)
    return [*groups, *([Group(INFLATION, say("web_inflation", lang), prices)] if prices else [])]
