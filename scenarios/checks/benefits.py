"""Which benefits cannot be told or counted: numbers that are none, ranges that fall, values of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.actions import list_measures
from scenarios.alike import find_nearest
from scenarios.catalog_aside import BENEFIT, BENEFIT_VALUES, BENEFITS, HIGH, LOW
from scenarios.cells import ROW
from scenarios.checks.consequences import CHOICES
from scenarios.checks.view import View, file_of
from scenarios.choices import IN_OBJECTIVE
from scenarios.errors import Problem
from scenarios.tables import parse_number
from scenarios.terms import ACCOUNT

NUMBERS = {BENEFITS: ("per_outlay", "price_index"), BENEFIT_VALUES: ("value", LOW, HIGH)}


def find_wrong_numbers(view: View) -> Iterator[Problem]:
    """Cells that hold no number, and ranges in which the value does not lie."""
    for table, columns in NUMBERS.items():
        for row, cells in _list_rows(view, table):
            known: dict[str, float] = {}
            for column in columns:
                if cells[column]:
                    try:
                        known[column] = parse_number(cells[column])
                    except ValueError:
                        yield Problem("benefit_number", file_of(table), row, column, {"found": cells[column]})
            ends = [known[name] for name in (LOW, "value", HIGH) if name in known]
            if ends != sorted(ends):
                yield Problem("benefit_range", file_of(table), row, LOW, {"found": ", ".join(map(str, ends))})


def find_unknown_benefits(view: View) -> Iterator[Problem]:
    """Values of benefits that are none, and measures that there are none of."""
    known = list(view.labels(BENEFITS))
    for row, cells in _list_rows(view, BENEFIT_VALUES):
        if cells[BENEFIT] and cells[BENEFIT] not in known:
            fields = {"found": cells[BENEFIT], "nearest": find_nearest(cells[BENEFIT], known)}
            yield Problem("benefit_unknown", file_of(BENEFIT_VALUES), row, BENEFIT, fields)
    measures = [name for name, about in view.technologies.items() if about["measure"] == "yes"]
    for label, about in view.labels(BENEFITS).items():
        for found in list_measures(about["measures"]):
            if found not in measures:
                fields = {BENEFIT: label, "found": found, "nearest": find_nearest(found, measures)}
                yield Problem("benefit_measure", file_of(BENEFITS), int(about[ROW]), "measures", fields)


def find_twofold_benefits(view: View) -> Iterator[Problem]:
    """Benefits with two ways to count units, on accounts that someone pays for, or priced twice."""
    accounts = view.labels("accounts")
    valued = {cells[BENEFIT] for _, cells in _list_rows(view, BENEFIT_VALUES)}
    for label, about in view.labels(BENEFITS).items():
        place, account = (file_of(BENEFITS), int(about[ROW])), about[ACCOUNT]
        if account and about["per_outlay"]:
            yield Problem("benefit_twofold", *place, "per_outlay", {BENEFIT: label})
        if label not in valued or account not in accounts:
            continue
        if accounts[account].get("payer", ""):
            fields = {BENEFIT: label, ACCOUNT: account, "payer": accounts[account]["payer"]}
            yield Problem("benefit_payer", *place, ACCOUNT, fields)
        if view.choices.benefits == IN_OBJECTIVE and account in view.choices.account_price:
            yield Problem("benefit_priced", CHOICES, None, "account_price", {BENEFIT: label, ACCOUNT: account})


def _list_rows(view: View, table: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    frame = view.chosen.frames[table]
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        yield int(row), {str(column): str(text) for column, text in cells.items()}
