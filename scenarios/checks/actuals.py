"""Which outcomes cannot be used: of nothing in the case, of years to come, below nothing, or told in two ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from scenarios.actuals import ABOUT, BUILT, GRANT, NEVER_NEGATIVE, NOMINAL, PARTED, PRICE, WITH
from scenarios.actuals import MONEY as OF_MONEY
from scenarios.alike import find_nearest
from scenarios.catalog_aside import ACTUALS, OUTCOME, PARTY, REVISION, SUBJECT
from scenarios.cells import NUMBER, is_year
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Problem
from scenarios.tables import MONEY_UNIT, QUANTITY, UNIT, VALUE, parse_number
from scenarios.terms import ACTOR, COMMODITY, INSTRUMENT, TECHNOLOGY, YEAR

SERVICE = "service"
ROOM = 1e-9
"""Part by which what is built may exceed what can be, for rounding."""


@dataclass(frozen=True)
class _Row:
    """A row with its line, and its value where it can be read."""

    line: int
    cells: Mapping[str, str]
    value: float | None

    def refuse(self, key: str, column: str, **fields: object) -> Problem:
        return Problem(key, file_of(ACTUALS), self.line, column, fields)


def find_unknown_outcomes(view: View) -> Iterator[Problem]:
    """Words that are no outcome, and outcomes of things that the case does not have."""
    for row in _list_rows(view):
        outcome, subject, party = (row.cells[name] for name in (OUTCOME, SUBJECT, PARTY))
        if outcome not in ABOUT:
            if outcome:
                fields = {"found": outcome, "allowed": ", ".join(ABOUT), "nearest": find_nearest(outcome, ABOUT)}
                yield row.refuse("word_unknown", OUTCOME, **fields)
            continue
        yield from _find_stranger(view, row, SUBJECT, ABOUT[outcome], subject)
        if party and outcome in WITH:
            yield from _find_stranger(view, row, PARTY, WITH[outcome], party)
        elif party:
            yield row.refuse("actual_party_none", PARTY, outcome=outcome, found=party)
        elif outcome in PARTED:
            yield row.refuse("actual_party_missing", PARTY, outcome=outcome)


def _find_stranger(view: View, row: _Row, column: str, dim: str, found: str) -> Iterator[Problem]:
    known = view.names[dim]
    if found and found not in known:
        yield row.refuse(f"actual_unknown_{dim}", column, found=found, nearest=find_nearest(found, known))


def find_wrong_outcomes(view: View) -> Iterator[Problem]:
    """Values that are no amounts, units that are others, years to come, services before their start."""
    for row in _list_rows(view):
        outcome, year = row.cells[OUTCOME], row.cells[YEAR]
        if row.value is None:
            if row.cells[VALUE]:
                yield row.refuse("actual_number", VALUE, found=row.cells[VALUE])
        elif row.value < 0 and outcome in NEVER_NEGATIVE:
            yield row.refuse("actual_negative", VALUE, found=row.cells[VALUE], outcome=outcome)
        expected = _expect_units(view, row)
        if expected and row.cells[UNIT] and row.cells[UNIT] not in expected:
            yield row.refuse("unit_wrong", UNIT, found=row.cells[UNIT], expected=expected[0])
        if is_year(year) and int(year) > view.today:
            yield row.refuse("actual_future", YEAR, found=year, today=view.today)
        service = row.cells[SERVICE]
        if is_year(year) and is_year(service) and int(service) < int(year):
            yield row.refuse("actual_service", SERVICE, found=service, year=year)


def _expect_units(view: View, row: _Row) -> tuple[str, ...]:
    """The units that a value may have, the usual one first; none where they cannot be told."""
    outcome, subject = row.cells[OUTCOME], row.cells[SUBJECT]
    case = view.selected.frames["case"]
    money = dict(zip(case[QUANTITY], case[VALUE], strict=True)).get(MONEY_UNIT, "")
    if outcome not in ABOUT or subject not in view.chosen_names[ABOUT[outcome]]:
        return ()
    if outcome == BUILT:
        return (view.technologies[subject]["capacity_unit"],)
    if outcome in OF_MONEY:
        per = f"/{view.commodities[subject]['unit']}" if outcome == PRICE else ""
        return f"{money}{per}", f"{NOMINAL}{money}{per}"
    return ((view.commodities[subject] if ABOUT[outcome] == COMMODITY else view.labels("accounts")[subject])["unit"],)


def find_impossible_outcomes(view: View) -> Iterator[Problem]:
    """What was built of what cannot be built, or more of it than ever could be; grants that the case does not give."""
    total: dict[str, float] = {}
    for row in _list_latest(view):
        outcome, subject = row.cells[OUTCOME], row.cells[SUBJECT]
        if ABOUT.get(outcome) != TECHNOLOGY or subject not in view.technologies or row.value is None:
            continue
        if subject not in view.builders:
            yield row.refuse("actual_unbuildable", SUBJECT, found=subject)
        elif outcome == GRANT and row.cells[PARTY] in view.names[INSTRUMENT] and not _gives(view, row, subject):
            yield row.refuse("actual_grant", PARTY, found=row.cells[PARTY], technology=subject)
        elif outcome == BUILT:
            total[subject] = total.get(subject, 0.0) + row.value
            most = _find_most(view, subject)
            if total[subject] > most * (1 + ROOM) + ROOM:
                fields = {"found": write_plainly(total[subject]), "most": write_plainly(most), "technology": subject}
                yield row.refuse("actual_too_much", VALUE, **fields)


def find_parted_outcomes(view: View) -> Iterator[Problem]:
    """What was built or spent by some of the owners only, or by them and by all together: the whole is not said."""
    rows: dict[tuple[str, ...], list[_Row]] = {}
    for row in _list_latest(view):
        if WITH.get(row.cells[OUTCOME]) == ACTOR and row.cells[SUBJECT] in view.technologies:
            rows.setdefault(tuple(row.cells[name] for name in (YEAR, OUTCOME, SUBJECT)), []).append(row)
    for (year, _, subject), own in rows.items():
        owners, named = _list_owners(view, subject), {row.cells[PARTY] for row in own} - {""}
        parts = [row for row in own if row.cells[PARTY]]
        if parts and named <= view.names[ACTOR] and owners and (len(parts) < len(own) or named != owners):
            fields = {"technology": subject, "owners": ", ".join(sorted(owners)), "year": year}
            yield parts[0].refuse("actual_parts", PARTY, **fields)


def _list_owners(view: View, technology: str) -> set[str]:
    """Who owns a technology: those whose shares are written, else its actor; none in a case without actors."""
    shares = view.written("owned")
    said = set(shares[(shares[TECHNOLOGY] == technology) & (shares[NUMBER] > 0)][ACTOR])
    return said or {view.technologies[technology][ACTOR]} & view.names[ACTOR]


def _find_most(view: View, technology: str) -> float:
    """What may ever be added to what stands."""
    if not view.years:
        return float("inf")
    most, standing = (view.filled(name, [technology])[0] for name in ("most_capacity", "existing"))
    return float(most.max() if view.technologies[technology]["retirable"] == "yes" else (most - standing).max())


def _gives(view: View, row: _Row, technology: str) -> bool:
    """Whether the instrument of a row grants anything to a technology."""
    own = view.written("grant_share")
    return bool(((own[INSTRUMENT] == row.cells[PARTY]) & (own[TECHNOLOGY] == technology)).any())


def find_disagreements(view: View) -> Iterator[Problem]:
    """Rows of one number in one edition whose values differ: which of the sources holds cannot be told."""
    first: dict[tuple[str, ...], _Row] = {}
    for row in _list_rows(view):
        if row.value is None:
            continue
        key = tuple(row.cells[name] for name in (YEAR, OUTCOME, SUBJECT, PARTY, REVISION))
        before = first.setdefault(key, row)
        if before.value != row.value or before.cells[UNIT] != row.cells[UNIT]:
            fields = {"found": row.cells[VALUE], "other": before.cells[VALUE], "other_row": before.line}
            sources = {"source": row.cells["source"], "other_source": before.cells["source"]}
            yield row.refuse("actual_disagree", VALUE, **fields, **sources)


def _list_rows(view: View) -> Iterator[_Row]:
    frame = view.chosen.frames[ACTUALS]
    for line, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        texts = {str(column): str(text) for column, text in cells.items()}
        yield _Row(int(line), texts, _read_value(texts[VALUE]))


def _list_latest(view: View) -> list[_Row]:
    """Of each number its latest edition."""
    latest: dict[tuple[str, ...], _Row] = {}
    for row in _list_rows(view):
        key = tuple(row.cells[name] for name in (YEAR, OUTCOME, SUBJECT, PARTY))
        if key not in latest or row.cells[REVISION] > latest[key].cells[REVISION]:
            latest[key] = row
    return list(latest.values())


def _read_value(text: str) -> float | None:
    try:
        value = parse_number(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
