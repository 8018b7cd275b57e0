"""Which targets and accounts cannot be computed: circles of parts, percents of nothing, years that miss the plan."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from scenarios.arithmetic.targets import CUMULATIVE, LINE, NEXT, ONLY, RELATIVE
from scenarios.catalog import ACCOUNT, PART, TARGET, YEAR
from scenarios.cells import ROW, is_year
from scenarios.checks.view import View, file_of, find_cycle, write_plainly
from scenarios.errors import Problem

UNTIL = "until"


def find_circular_accounts(view: View) -> Iterator[Problem]:
    """Accounts that are, through shares or credits, parts of themselves."""
    rows = view.chosen.frames["parts"]
    arrows = {str(name): list(parts) for name, parts in rows.groupby(ACCOUNT, sort=False)[PART]}
    for cycle in find_cycle(arrows):
        closing = rows[(rows[ACCOUNT] == cycle[-2]) & (rows[PART] == cycle[-1])]
        yield Problem("accounts_circular", file_of("parts"), int(closing.index[0]), PART, {"cycle": " -> ".join(cycle)})


def find_credits_without_share(view: View) -> Iterator[Problem]:
    """Caps on credits where no share may be credited, so that the cap limits nothing."""
    rows = view.written("most_credit")
    shares = view.written("credit_share")
    credited = set(zip(shares[ACCOUNT], shares[PART], strict=True))
    for row, account, part in zip(rows[ROW], rows[ACCOUNT], rows[PART], strict=True):
        if (account, part) not in credited:
            yield Problem("credit_without_share", file_of("parts"), int(row), None, {ACCOUNT: account, PART: part})


def find_missing_inventories(view: View) -> Iterator[Problem]:
    """Percents of an inventory that is not written."""
    rows = view.written("inventory")
    written = set(zip(rows[ACCOUNT], rows[YEAR], strict=True))
    for name, about in view.labels("targets").items():
        year = about["base_year"] or write_plainly(view.case.get("base_year", 0))
        known = about["account"] in view.names[ACCOUNT]
        if about["basis"] in RELATIVE and known and (about["account"], year) not in written:
            own = sorted(y for account, y in written if account == about["account"])
            fields = {TARGET: name, ACCOUNT: about["account"], "base_year": year, "years": ", ".join(own)}
            key = "inventory_missing" if own else "inventory_none"
            yield Problem(key, file_of("targets"), int(about[ROW]), "base_year", fields)


def find_inventories_to_come(view: View) -> Iterator[Problem]:
    """Statistics of a year that has not been."""
    rows = view.written("inventory")
    for row, year in zip(rows[ROW], rows[YEAR], strict=True):
        if is_year(year) and int(year) > view.today:
            yield Problem(
                "inventory_future", file_of("inventory"), int(row), YEAR, {"found": year, "today": view.today}
            )


def find_targets_outside_plan(view: View) -> Iterator[Problem]:
    """Targets that hold in none of the case's own years, or end before they begin."""
    case = view.case
    for name, about in view.labels("targets").items():
        begin, until = about[YEAR], about[UNTIL]
        if not is_year(begin) or not (is_year(until) or until in (NEXT, ONLY)):
            continue
        place = (file_of("targets"), int(about[ROW]))
        if is_year(until) and int(until) < int(begin):
            yield Problem("target_backward", *place, UNTIL, {TARGET: name, "found": until, YEAR: begin})
        elif case.get("first_year", inf) <= case.get("last_year", -inf):
            end = case["last_year"] if until == NEXT else float(begin if until == ONLY else until)
            if int(begin) > case["last_year"] or end < case["first_year"]:
                span = {"first": write_plainly(case["first_year"]), "last": write_plainly(case["last_year"])}
                yield Problem("target_outside", *place, YEAR, {TARGET: name, "found": begin, **span})


def find_targets_at_once(view: View) -> Iterator[Problem]:
    """Yearly targets of the same account, sense and year: only the tighter would ever matter."""
    first: dict[tuple[str, ...], str] = {}
    for name, about in view.labels("targets").items():
        key = (about["account"], about["sense"], about[YEAR])
        if about["basis"] == CUMULATIVE:
            continue
        other = first.setdefault(key, name)
        if other != name:
            fields = {TARGET: name, "other": other, ACCOUNT: key[0], YEAR: key[2]}
            yield Problem("target_twice", file_of("targets"), int(about[ROW]), YEAR, fields)


def find_overlapping_targets(view: View) -> Iterator[Problem]:
    """Yearly targets that are to hold on when the next of their account and sense has begun."""
    targets = {n: about for n, about in view.labels("targets").items() if about["basis"] != CUMULATIVE}
    for name, about in targets.items():
        later = [
            (int(other[YEAR]), other_name)
            for other_name, other in targets.items()
            if (other["account"], other["sense"]) == (about["account"], about["sense"])
            and is_year(other[YEAR])
            and is_year(about[UNTIL])
            and about[YEAR] < other[YEAR] <= about[UNTIL]
        ]
        if later:
            year, other_name = min(later)
            fields = {TARGET: name, "found": about[UNTIL], "other": other_name, YEAR: year, "allowed": year - 1}
            yield Problem("targets_overlap", file_of("targets"), int(about[ROW]), UNTIL, fields)


def find_lines_to_nowhere(view: View) -> Iterator[Problem]:
    """Paths drawn straight to a next target that does not exist."""
    targets = view.labels("targets")
    for name, about in targets.items():
        later = [
            other
            for other in targets.values()
            if other["account"] == about["account"]
            and other["sense"] == about["sense"]
            and other["basis"] != CUMULATIVE
            and other[YEAR] > about[YEAR]
        ]
        if about["path"] == LINE and (about["basis"] == CUMULATIVE or not later):
            yield Problem("line_to_nowhere", file_of("targets"), int(about[ROW]), "path", {TARGET: name})


def find_contradictory_targets(view: View) -> Iterator[Problem]:
    """A floor above a cap of the same account in the same first year, both in the account's own unit."""
    values = view.single("value")
    caps: dict[tuple[str, str], str] = {}
    targets = {name: about for name, about in view.labels("targets").items() if about["basis"] == "absolute"}
    for name, about in targets.items():
        if about["sense"] == "at_most":
            caps[about["account"], about[YEAR]] = name
    for name, about in targets.items():
        other = caps.get((about["account"], about[YEAR]))
        if about["sense"] == "at_least" and other is not None and values.get(name, 0) > values.get(other, 0):
            fields = {TARGET: name, "other": other, "found": write_plainly(values[name])}
            fields["most"] = write_plainly(values[other])
            yield Problem("targets_contradict", file_of("targets"), int(about[ROW]), "value", fields)
