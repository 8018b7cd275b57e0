"""Forms of rows: what a page shows of each cell that may be changed, and what was sent back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isinf

from conf.whole_numbers import read_whole
from conf.words import LANGUAGES, read_messages, say, say_unit
from runners.views.locale import NBSP
from runners.views.names import name_money
from runners.views.setting_words import format_figure, name_quantity
from runners.web.tables import Change, Row, Saved
from scenarios.catalog import QUANTITY_BY_NAME, TABLE_BY_NAME
from scenarios.errors import Problem
from scenarios.files import MINUS, point_decimal, write_minus
from scenarios.naming import name_rows
from scenarios.tables import QUANTITY, UNIT, VALUE, Tables
from scenarios.terms import PATH, YEAR

ANYWAY, YEARLY = "anyway", "yr"
SHARES = ("1", "1/yr")
PERCENT = 100.0
NOMINAL, MONEY = "nominal ", ("MSEK", "kSEK", "SEK", "MEUR", "EUR")
GROUPED = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Field:
    """A row with the one cell that is changed: its names, the cell, and what is told at it.

    Args:
        place: how its inputs are called, of table and row.
        names: what the row is about, as a reader knows it.
        unit: of the cell.
        bounds: what may be written, in words; blank where anything may.
        text: what stands in the input.
        was: what stood in the table when the page was made.
        theirs: what somebody else wrote meanwhile; None where nobody did.
        problem: what is wrong with it.
    """

    place: str
    table: str
    row: Row
    column: str
    names: tuple[str, ...]
    unit: str
    bounds: str
    text: str
    was: str
    theirs: str | None = None
    problem: str = ""


def list_fields(tables: Tables, name: str, rows: Iterable[Row], lang: str, hidden: Sequence[str] = ()) -> list[Field]:
    """A field for each row of a table of numbers.

    Args:
        hidden: keys that the heading of the form names already.
    """
    table = TABLE_BY_NAME[name]
    known = {key: name_things(tables, key, lang) for key in table.keys if key in DECLARED}
    return [
        Field(
            f"{name}.{row.number}",
            name,
            row,
            VALUE,
            tuple(
                _name_key(key, row.cells.get(key, ""), known, lang)
                for key in table.keys
                if key not in (*hidden, PATH) and row.cells.get(key)
            ),
            _tell_unit(row, table.name, lang),
            _tell_bounds(row.cells.get(QUANTITY) or table.name, lang),
            write_number(row.cells.get(VALUE, ""), lang),
            row.cells.get(VALUE, ""),
        )
        for row in rows
    ]


DECLARED = ("technology", "commodity", "account", "actor", "instrument", "group")
"""Keys whose things have names."""


def write_number(cell: str, lang: str) -> str:
    """A number of a table as a language writes it, with all its digits.

    >>> write_number("-1.5", "sv"), write_number("inf", "sv")
    ('−1,5', 'inf')
    """
    comma = lang == LANGUAGES[0] and cell.count(".") == 1
    return (cell.replace(".", ",") if comma else cell).replace("-", MINUS if cell.startswith("-") else "-", 1)


def read_number(text: str) -> str:
    """What was typed, as a table writes it.

    >>> read_number(" −1 234,5 "), read_number("mycket")
    ('-1234.5', 'mycket')
    """
    together = point_decimal(write_minus("".join(text.split())))
    return together if GROUPED.fullmatch(together) else point_decimal(write_minus(text.strip()))


def tell_unit(unit: str, lang: str) -> str:
    """A unit of a table as it is read, money and what it is per too.

    >>> tell_unit("nominal MSEK/yr", "sv"), tell_unit("MSEK/plant/yr", "sv")
    ('nominella mnkr/år', 'mnkr/anläggning/år')
    """
    plain = unit.removeprefix(NOMINAL)
    known = f"unit_{plain.removesuffix('/yr')}" in read_messages()
    told = say_unit(plain, lang) if known else "/".join(_tell_part(part, lang) for part in plain.split("/"))
    money = next((word for word in MONEY if word in told), "")
    told = told.replace(money, name_money(money, lang)) if money else told
    return f"{say('web_nominal', lang)} {told}" if plain != unit else told


def _tell_unit(row: Row, table: str, lang: str) -> str:
    """The unit of a row; a rate or a share is told in percent, and what is counted has none."""
    unit = row.cells.get(UNIT, "")
    about = QUANTITY_BY_NAME.get(row.cells.get(QUANTITY) or table)
    if unit not in SHARES or about is None or (unit == SHARES[0] and isinf(about.upper)):
        return "" if unit == SHARES[0] else tell_unit(unit, lang)
    try:
        percent = format_figure(round(PERCENT * float(row.cells.get(VALUE, "")), 4), lang)
    except ValueError:
        return tell_unit(unit, lang)
    return f"= {percent}{NBSP}%{say('unit_per_year', lang) if unit == SHARES[1] else ''}"


def _tell_part(part: str, lang: str) -> str:
    return say("unit_per_year", lang).removeprefix("/") if part == YEARLY else say_unit(part, lang)


def name_things(tables: Tables, dim: str, lang: str) -> dict[str, str]:
    """What each thing of a dimension is called in a language."""
    return {
        thing.label: thing.names[LANGUAGES.index(lang)] if len(thing.names) > LANGUAGES.index(lang) else thing.label
        for thing in name_rows(tables, dim)
    }


def read_changes(said: Mapping[str, str]) -> dict[str, list[Change]]:
    """The changes of a form, by table: `value.TABLE.ROW`, with `was.` and `digest.` beside it."""
    found: dict[str, list[Change]] = {}
    for name, text in said.items():
        head, _, place = name.partition(".")
        table, _, rest = place.partition(".")
        number, _, column = rest.partition(".")
        if head != VALUE or table not in TABLE_BY_NAME or read_whole(number.removeprefix("-")) is None:
            continue
        digest, was = said.get(f"digest.{place}", ""), said.get(f"was.{place}", "")
        found.setdefault(table, []).append(Change(int(number), digest, column or VALUE, was, read_number(text)))
    return found


def mark_fields(fields: Sequence[Field], said: Mapping[str, str], saved: Mapping[str, Saved], lang: str) -> list[Field]:
    """The same fields with what was typed and what is told of it: conflicts with both values, problems at rows."""
    if not said:
        return list(fields)
    marked = []
    for field in fields:
        typed = said.get(f"{VALUE}.{field.place}", field.text)
        if read_number(typed) == said.get(
            f"was.{field.place}", read_number(typed)
        ):  # not touched here: what anybody wrote meanwhile holds
            typed = field.text
        result = saved.get(field.table, Saved())
        theirs = next((each.now for each in result.conflicts if each.change.number == field.row.number), None)
        theirs = None if theirs is None else write_number(theirs, lang)
        told = [each for each in result.problems if each.file == f"{field.table}.csv" and each.row == field.row.number]
        marked.append(replace(field, text=typed, theirs=theirs, problem=" ".join(_tell(each, lang) for each in told)))
    return marked


def list_others(fields: Sequence[Field], saved: Mapping[str, Saved], lang: str) -> list[str]:
    """Problems that stand at none of the fields, with their places."""
    shown = {(f"{field.table}.csv", field.row.number) for field in fields}
    return [
        problem.tell(lang)
        for result in saved.values()
        for problem in result.problems
        if (problem.file, problem.row) not in shown
    ]


def _tell(problem: Problem, lang: str) -> str:
    """A problem without its place, which is the field."""
    return replace(problem, file="").tell(lang)


def _name_key(key: str, cell: str, known: Mapping[str, Mapping[str, str]], lang: str) -> str:
    if key == QUANTITY:
        return name_quantity(cell, lang) or cell
    return known.get(key, {}).get(cell, cell)


def _tell_bounds(quantity: str, lang: str) -> str:
    about = QUANTITY_BY_NAME.get(quantity)
    if about is None or about.unit == YEAR:
        return ""
    least, most = (None if isinf(bound) else _write(bound, lang) for bound in (about.lower, about.upper))
    key = "web_bounds" + ("_both" if least and most else "_least" if least else "_most" if most else "_none")
    return say(key, lang, least=least, most=most) if key in read_messages() else ""


def _write(number: float, lang: str) -> str:
    return format_figure(number, lang)
