"""What became of a plan, as the page shows and takes it: rows of `actuals.csv` by the names that a reader knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conf.words import say
from runners.exchange.own_measure import OWN, SOURCE_TITLE
from runners.web.editing import Field, list_fields, name_things, read_number
from runners.web.tables import Row
from scenarios.actuals import ABOUT, MONEY, NEVER_NEGATIVE, NOMINAL, PRICE, WITH
from scenarios.catalog_aside import ACTUALS, OUTCOME, PARTY, REVISION, SUBJECT
from scenarios.tables import CASE, MONEY_UNIT, QUANTITY, UNIT, VALUE, Tables
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, SOURCE, TECHNOLOGY, YEAR

STATUS, SERVICE, METHOD, NOTE, SOURCES = "status", "service", "method", "note", "sources"
PRICES, CURRENT = "prices", "current"
"""The field of a form that says of money whether it is of its own year."""
WORDS = (YEAR, OUTCOME, SUBJECT, PARTY, VALUE, PRICES, STATUS, SERVICE, SOURCE, REVISION, METHOD, NOTE)
"""Fields of the form of one outcome."""
TABLE = {TECHNOLOGY: "technologies", ACCOUNT: "accounts", COMMODITY: "commodities", ACTOR: "actors"}
UNITS = {TECHNOLOGY: "capacity_unit", ACCOUNT: UNIT, COMMODITY: UNIT}


@dataclass(frozen=True)
class Known:
    """One outcome that is known: its field on the page, its status, edition and source, and method and note."""

    field: Field
    status: str
    beside: tuple[str, ...]
    notes: tuple[str, ...]


def list_known(tables: Tables, rows: Sequence[Row], lang: str) -> list[Known]:
    """The outcomes of a case, the newest year first."""
    names = {dim: name_things(tables, dim, lang) for dim in (*TABLE, INSTRUMENT)}
    titles = {str(row[SOURCE]): str(row["title"]) for row in tables.frames[SOURCES].to_dict("records")}
    found = []
    for row, field in zip(rows, list_fields(tables, ACTUALS, rows, lang), strict=True):
        cells = row.cells
        outcome = cells.get(OUTCOME, "")
        subject = names.get(ABOUT.get(outcome, ""), {}).get(cells.get(SUBJECT, ""), cells.get(SUBJECT, ""))
        party = names.get(WITH.get(outcome, ""), {}).get(cells.get(PARTY, ""), cells.get(PARTY, ""))
        called = say(f"outcome_{outcome}", lang) if outcome in ABOUT else outcome
        told = tuple(word for word in (cells.get(YEAR, ""), called, subject, party) if word)
        bounds = say("web_bounds_least", lang, least="0") if outcome in NEVER_NEGATIVE else ""
        source = titles.get(cells.get(SOURCE, ""), cells.get(SOURCE, ""))
        beside = tuple(word for word in (cells.get(REVISION, ""), source) if word)
        notes = tuple(cells[name] for name in (METHOD, NOTE) if cells.get(name))
        found.append(Known(replace(field, names=told, bounds=bounds), cells.get(STATUS, ""), beside, notes))
    return sorted(found, key=lambda known: known.field.row.cells.get(YEAR, ""), reverse=True)


def list_subjects(tables: Tables, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What an outcome may be of, under the kinds of outcome that are of it."""
    return [
        (_name_kinds(dim, lang), [*name_things(tables, dim, lang).items()])
        for dim in (TECHNOLOGY, ACCOUNT, COMMODITY, ACTOR)
    ]


def _name_kinds(dim: str, lang: str) -> str:
    return ", ".join(say(f"outcome_{outcome}", lang) for outcome, about in ABOUT.items() if about == dim)


def make_row(said: Mapping[str, str], tables: Tables) -> dict[str, str]:
    """A row of what was typed; its unit is the one that the case counts in."""
    row = {name: said.get(name, "").strip() for name in WORDS if name not in (PRICES, VALUE)}
    return {
        **row,
        VALUE: read_number(said.get(VALUE, "")),
        UNIT: find_unit(tables, row[OUTCOME], row[SUBJECT], current=said.get(PRICES) == CURRENT),
        SOURCE: row[SOURCE] or OWN,
    }


def find_unit(tables: Tables, outcome: str, subject: str, *, current: bool) -> str:
    """The unit that an outcome has in a case; blank where there is no such outcome or subject."""
    dim = ABOUT.get(outcome, "")
    own = _read_cell(tables, TABLE[dim], dim, subject, UNITS[dim]) if dim in UNITS else ""
    if outcome not in MONEY:
        return own
    case = tables.frames[CASE]
    money = dict(zip(case[QUANTITY], case[VALUE], strict=True)).get(MONEY_UNIT, "")
    per = f"/{own}" if outcome == PRICE else ""
    return f"{NOMINAL if current else ''}{money}{per}"


def list_added(rows: Sequence[Mapping[str, str]], tables: Tables) -> dict[str, list[Mapping[str, str]]]:
    """The rows that are added, by table: with the source of what a municipality knows by itself where it is new."""
    new = any(row.get(SOURCE) == OWN for row in rows) and OWN not in set(tables.frames[SOURCES][SOURCE])
    sources: list[Mapping[str, str]] = [{SOURCE: OWN, "title": SOURCE_TITLE}] if new else []
    return {ACTUALS: list(rows), **({SOURCES: sources} if sources else {})}


def _read_cell(tables: Tables, table: str, dim: str, label: str, column: str) -> str:
    frame = tables.frames[table]
    return next(iter(frame[frame[dim] == label][column].astype(str)), "")
