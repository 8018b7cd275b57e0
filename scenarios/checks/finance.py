"""Whether actors, their money and their instruments add up: who owns, who pays, under which limits and terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite

import numpy as np
import pandas as pd

from scenarios.alike import find_nearest
from scenarios.arithmetic.finance import NOMINAL_UNIT, may_be_nominal
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    COMMODITY,
    INSTRUMENT,
    QUANTITY_BY_NAME,
    TECHNOLOGY,
    YEAR,
    quantities_of,
)
from scenarios.catalog_finance import DEBTS, FINANCE_TABLES, GRANT
from scenarios.cells import CASE, NUMBER, ROW, TEXT
from scenarios.checks import rows as checks_rows
from scenarios.checks.consequences import CHOICES
from scenarios.checks.view import View, file_of, list_records, place_problem, write_plainly
from scenarios.choices import LEXICOGRAPHIC, SOCIETY
from scenarios.errors import Problem
from scenarios.tables import MONEY_UNIT, QUANTITY, UNIT, VALUE, Tables

DEFLATED = {
    "finances": ACTOR,
    "instrument_values": INSTRUMENT,
    "support_rates": INSTRUMENT,
    "account_values": ACCOUNT,
}
"""Tables that may hold money of its own year, and whose label tells their series apart."""
SHARES = (
    *("debt_ceiling", "least_result", "rate", "grant_share", "inflation", "internal_rate", "owned"),
    *("standing_rate", "market_rate", "refixed_share", "loss_borrowed", "frame_carried", "own_carried", "own_rate"),
    *("reprioritised_share", "saving_share"),
)
"""Shares and rates that people like to write in percent."""
PERCENT_FROM = 2.0
"""From how many times its bound on a share is read as a percent."""
WHOLE_NUMBERS = (
    *("tenor", "grace", "fixing_period", "first_start", "last_start", "eligible", "support_years"),
    *("frame_carried_years", "own_carried_years"),
)
SUM_TOLERANCE = 1e-6
STATE = "state"
INFLATION = "inflation"
TAXES = "taxes_and_grants"


# What the checks of all rows say better where money is meant


def find_numbers_out_of_bounds(view: View) -> Iterator[Problem]:
    """Numbers out of their bounds, percent told as percent where a share is meant."""
    for problem in checks_rows.find_numbers_out_of_bounds(view):
        quantity, found = problem.fields[QUANTITY], float(str(problem.fields["found"]))
        bound = QUANTITY_BY_NAME[str(quantity)].upper
        if quantity in SHARES and found >= PERCENT_FROM * bound:
            fields = {**problem.fields, "meant": write_plainly(found / 100)}
            yield replace(problem, key="percent_for_share", fields=fields)
        else:
            yield problem


def find_wrong_units(view: View) -> Iterator[Problem]:
    """Units other than the catalog's; nominal amounts are in order where there is a year to deflate them by."""
    case = view.tables.frames[CASE]
    money = "".join(case.loc[case[QUANTITY] == MONEY_UNIT, VALUE].head(1))
    dated = re.compile(rf"(?:{NOMINAL_UNIT})?{re.escape(money)}[ _]?([12][0-9]{{3}})(/.*)?")
    for problem in checks_rows.find_wrong_units(view):
        found, expected = str(problem.fields["found"]), str(problem.fields["expected"])
        year = dated.fullmatch(found) if money else None
        price_year = view.case.get("price_year")
        if found == NOMINAL_UNIT + expected and _may_be_nominal(view.tables, problem):
            continue
        if year and price_year is not None and int(year[1]) != price_year:
            fields = {"found": found, "expected": expected, "year": year[1], "price_year": write_plainly(price_year)}
            key = "amount_of_other_year" if _may_be_nominal(view.tables, problem) else "money_of_other_year"
            yield replace(problem, key=key, fields=fields)
        else:
            yield problem


def _may_be_nominal(tables: Tables, problem: Problem) -> bool:
    """Whether the amount on which a problem stands has a year and is deflated when the scenario is made."""
    table = problem.file.removesuffix(".csv")
    frame = tables.frames[table]
    name = frame[QUANTITY].get(problem.row) if QUANTITY in frame else quantities_of(table)[0].name
    quantity = QUANTITY_BY_NAME.get(str(name))
    return quantity is not None and may_be_nominal(quantity)


def find_mixed_years(view: View) -> Iterator[Problem]:
    """Rows without a year beside rows with; inflation, whose only key is the year, is looked at by itself."""
    yield from checks_rows.find_mixed_years(view, aside=("inventory", INFLATION))
    rows = view.chosen.frames[INFLATION]
    undated, dated = rows.index[rows[YEAR] == ""], rows.index[rows[YEAR] != ""]
    if len(dated):
        for row in undated:
            yield Problem("year_mixed", file_of(INFLATION), int(row), YEAR, {"other_row": dated[0]})


def find_mixed_money(view: View) -> Iterator[Problem]:
    """Series of which some rows are nominal money and others real."""
    for table, label in DEFLATED.items():
        frame = view.selected.frames[table]
        nominal = frame[UNIT].str.startswith(NOMINAL_UNIT)
        if not nominal.any():
            continue
        for (name, *quantity), rows in frame.groupby([label, *({QUANTITY} & {*frame})], sort=False):
            kinds = nominal[rows.index]
            others = rows.index[kinds != kinds.iloc[0]]
            if len(others):
                written = quantity[0] if quantity else quantities_of(table)[0].name
                fields = {"quantity": written, "label": name, "other_row": rows.index[0]}
                fields |= {"found": rows[UNIT][others[0]], "other": rows[UNIT].iloc[0]}
                yield Problem("money_mixed", file_of(table), int(others[0]), UNIT, fields)


def find_unwhole_terms(view: View) -> Iterator[Problem]:
    """Terms in years, windows and yes/no numbers that are not whole."""
    numbers = view.every_number
    broken = numbers[QUANTITY].isin(WHOLE_NUMBERS) & np.isfinite(numbers[NUMBER]) & (numbers[NUMBER] % 1 != 0)
    for place in list_records(numbers[broken]):
        yield place_problem("number_unwhole", place, quantity=place[QUANTITY], found=place[TEXT])


# Names


def find_finance_without_actors(view: View) -> Iterator[Problem]:
    """Tables of money in a case that has no actors, where they would say nothing; inflation deflates account prices."""
    if not view.chosen_names[ACTOR]:
        deflating = view.chosen.frames["account_values"][UNIT].str.startswith(NOMINAL_UNIT).any()
        for table in FINANCE_TABLES:
            rows = view.chosen.frames[table.name]
            if len(rows) and not (deflating and table.name == INFLATION):
                yield Problem("finance_without_actors", file_of(table.name), int(rows.index[0]))


def find_unknown_owners(view: View) -> Iterator[Problem]:
    """Actors and instruments that their tables do not declare, or only in rows of variants not chosen."""
    if not view.chosen_names[ACTOR]:
        return
    for table, cells, dim in _list_names(view.tables):
        known = view.names[dim]
        for row, found in cells[~cells.isin([*known, ""])].items():
            key = f"unknown_{dim}" if known else f"none_{dim}"
            fields = {"found": found, "nearest": find_nearest(found, known)}
            yield Problem(key, file_of(table), int(str(row)), str(cells.name), fields)
    for table, cells, dim in _list_names(view.chosen):
        missing = view.names[dim] - view.chosen_names[dim]
        for row, found in cells[cells.isin(missing)].items():
            yield Problem("name_unchosen", file_of(table), int(str(row)), str(cells.name), {"found": found})


def _list_names(tables: Tables) -> Iterator[tuple[str, pd.Series[str], str]]:
    for table in FINANCE_TABLES:
        for dim in {ACTOR, INSTRUMENT} & {*table.keys} - {table.declares}:
            yield table.name, tables.frames[table.name][dim], dim
    yield "commodities", tables.frames["commodities"]["trader"], ACTOR


def find_missing_owners(view: View) -> Iterator[Problem]:
    """Technologies whose `actor` is none of the case's actors, and of which no row says who owns them."""
    known = view.chosen_names[ACTOR]
    said = set(view.chosen.frames["ownership"][TECHNOLOGY])
    for name, about in view.technologies.items():
        if known and name not in said and about[ACTOR] not in known:
            fields = {"technology": name, "found": about[ACTOR], "nearest": find_nearest(about[ACTOR], known)}
            yield Problem("owner_unknown", file_of("technologies"), int(about[ROW]), ACTOR, fields)


def find_missing_traders(view: View) -> Iterator[Problem]:
    """Commodities with a market or a demand and nobody who trades or pays them, in a case with actors."""
    if not view.chosen_names[ACTOR]:
        return
    reasons = {"demand": "demand", "purchase_price": "market", "sale_price": "market"}
    for name, about in view.commodities.items():
        found = [what for quantity, what in reasons.items() if name in set(view.written(quantity)[COMMODITY])]
        if found and not about["trader"]:
            fields = {"commodity": name, "actors": ", ".join(sorted(view.chosen_names[ACTOR]))}
            yield Problem(f"trader_missing_{found[0]}", file_of("commodities"), int(about[ROW]), "trader", fields)


def find_taxes_without_state(view: View) -> Iterator[Problem]:
    """Energy taxes that nobody receives, so that money would vanish between the actors."""
    kinds = {about["kind"] for about in view.labels("actors").values()}
    rows = list_records(view.written("energy_tax"))
    if kinds and STATE not in kinds and rows:
        yield place_problem("tax_without_state", rows[0])


def find_several_states(view: View) -> Iterator[Problem]:
    """Actors of kind state after the first, where there is energy tax: which of them receives it is not said."""
    actors = view.labels("actors")
    states = [name for name, about in actors.items() if about["kind"] == STATE]
    if view.written("energy_tax").empty:
        return
    for name in states[1:]:
        fields = {"actor": name, "first": states[0]}
        yield Problem("tax_several_states", file_of("actors"), int(actors[name][ROW]), "kind", fields)


# Shares, terms and windows


def find_wrong_ownership(view: View) -> Iterator[Problem]:
    """Owners' shares of a technology that do not sum to one."""
    for name, rows in view.written("owned").groupby(TECHNOLOGY, sort=False):
        total = float(rows[NUMBER].sum())
        if abs(total - 1.0) > SUM_TOLERANCE:
            fields = {"technology": str(name), "found": write_plainly(total), "actors": ", ".join(rows[ACTOR])}
            yield place_problem("ownership_sum", list_records(rows)[0], **fields)


def find_unused_instruments(view: View) -> Iterator[Problem]:
    """Instruments that no actor may use."""
    rows = view.written("eligible")
    used = set(rows.loc[rows[NUMBER] > 0, INSTRUMENT])
    for name, about in view.labels("instruments").items():
        if name not in used:
            yield Problem(
                "instrument_unused", file_of("instruments"), int(about[ROW]), INSTRUMENT, {"instrument": name}
            )


def find_wrong_tenors(view: View) -> Iterator[Problem]:
    """Debts that are never repaid, and years of grace that leave none to repay in."""
    tenors, graces = view.single("tenor"), view.single("grace")
    places = {**view.rows_of("tenor")}
    for name, about in view.labels("instruments").items():
        tenor, grace = tenors.get(name, 0.0), graces.get(name, 0.0)
        fields = {"instrument": name, "grace": write_plainly(grace), "tenor": write_plainly(tenor)}
        if about["kind"] in DEBTS and tenor == 0:
            file, (row, column) = file_of("instruments"), (int(about[ROW]), INSTRUMENT)
            if name in places:
                file, (row, column) = file_of("instrument_values"), places[name]
            yield Problem("tenor_none", file, row, column, fields)
        elif about["kind"] in DEBTS and grace >= tenor:
            row, column = view.rows_of("grace")[name]
            yield Problem("grace_long", file_of("instrument_values"), row, column, fields)


def find_wrong_issues(view: View) -> Iterator[Problem]:
    """Least issues without a finite most draw to bound them, or with one that is always smaller."""
    for name, least in view.single("least_issue").items():
        most = view.filled("most_draw", [name])[0]
        if least > 0 and most.size:
            row, column = view.rows_of("least_issue")[name]
            fields = {"instrument": name, "least": write_plainly(least), "most": write_plainly(most.max())}
            if not np.isfinite(most).all():
                yield Problem("issue_unbounded", file_of("instrument_values"), row, column, fields)
            elif (least > most * view.span[1]).all():
                yield Problem("issue_impossible", file_of("instrument_values"), row, column, fields)


def find_closed_grants(view: View) -> Iterator[Problem]:
    """Windows of grants that close before they open."""
    opens, closes = view.single("first_start"), view.single("last_start")
    for name in closes:
        if opens.get(name, -np.inf) > closes[name]:
            row, column = view.rows_of("last_start")[name]
            fields = {"instrument": name, "first": write_plainly(opens[name]), "last": write_plainly(closes[name])}
            yield Problem("grant_closed", file_of("instrument_values"), row, column, fields)


def find_wrong_grants(view: View) -> Iterator[Problem]:
    """Grant shares of what is no grant, and grants that could pay more than a technology costs."""
    kinds = {name: about["kind"] for name, about in view.labels("instruments").items()}
    shares = view.written("grant_share")
    for place in list_records(shares[shares[INSTRUMENT].map(kinds).fillna(GRANT) != GRANT]):
        fields = {"instrument": place[INSTRUMENT], "kind": kinds[place[INSTRUMENT]]}
        yield place_problem("grant_share_of_debt", place, INSTRUMENT, **fields)
    several = shares[shares[TECHNOLOGY].duplicated(keep=False)]  # one alone is within the catalog's bounds
    for name, rows in several.groupby(TECHNOLOGY, sort=False):
        together = _most_at_once(view, rows)
        total = together[NUMBER].sum()
        if len(together) > 1 and total > 1.0 + SUM_TOLERANCE:
            listed = zip(together[INSTRUMENT], together[NUMBER], strict=True)
            grants = ", ".join(f"{instrument} {write_plainly(share)}" for instrument, share in listed)
            fields = {"technology": name, "found": write_plainly(total), "grants": grants}
            yield place_problem("grants_above_cost", list_records(together)[-1], **fields)


def _most_at_once(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of grants that are open in one year, that year in which they pay most."""
    opens = rows[INSTRUMENT].map(view.single("first_start")).fillna(-np.inf)
    closes = rows[INSTRUMENT].map(view.single("last_start")).fillna(np.inf)
    choices: list[pd.DataFrame] = [rows[(opens <= year) & (year <= closes)] for year in {*opens, *closes}]
    return choices[int(np.argmax([open_rows[NUMBER].sum() for open_rows in choices]))]


# Debt


def find_ceilings_without_taxes(view: View) -> Iterator[Problem]:
    """Ceilings in shares of taxes and general grants that are not given."""
    taxed = set(view.written(TAXES)[ACTOR])
    for name, (row, column) in view.rows_of("debt_ceiling").items():
        if name not in taxed and isfinite(view.filled("debt_ceiling", [name]).min(initial=np.inf)):
            yield Problem("ceiling_without_taxes", file_of("finances"), row, column, {ACTOR: name})


def find_wrong_fixing(view: View) -> Iterator[Problem]:
    """Shares of standing debt that are fixed anew more than once within one period, or at no rate."""
    years, lengths = view.span
    calendar = np.repeat(np.arange(len(years)), lengths.astype(int))
    rated = {*view.rows_of("standing_rate"), *view.rows_of("market_rate")}
    periods = view.single("fixing_period")
    for name, (row, column) in {**view.rows_of("fixing_period"), **view.rows_of("refixed_share")}.items():
        if name not in rated:
            yield Problem("refixed_without_rate", file_of("finances"), row, column, {ACTOR: name})
        period, share = periods.get(name, 0.0), view.filled("refixed_share", [name])[0][calendar]
        if len(share) and 1 <= period < np.inf and np.isfinite(share).all():
            summed = np.cumsum(share)
            passed = np.arange(len(share)) - int(period)
            within = summed - np.where(passed >= 0, summed[np.clip(passed, 0, None)], 0.0)
            worst = int(np.argmax(within))
            if within[worst] > 1.0 + SUM_TOLERANCE:
                fields = {ACTOR: name, "found": write_plainly(round(float(within[worst]), 4))}
                fields |= {"period": write_plainly(period), "most": write_plainly(round(1.0 / period, 4))}
                yield Problem("refixed_above_one", file_of("finances"), row, column, fields)


# Choices


def find_wrong_finance_choices(view: View) -> Iterator[Problem]:
    """Perspectives and instruments that the case does not have, and tolerances out of bounds."""
    choices, actors = view.choices, view.chosen_names[ACTOR]
    perspective = choices.perspective
    if not actors and perspective != SOCIETY:
        yield Problem("perspective_without_actors", CHOICES, None, "perspective", {"found": perspective})
    elif perspective not in (SOCIETY, LEXICOGRAPHIC, *actors):
        known = [SOCIETY, LEXICOGRAPHIC, *sorted(actors)]
        fields = {"found": perspective, "allowed": ", ".join(known), "nearest": find_nearest(perspective, known)}
        yield Problem("word_unknown", CHOICES, None, "perspective", fields)
    known = sorted(view.names[INSTRUMENT])
    for name in choices.instruments:
        if name not in known:
            fields = {"found": name, "nearest": find_nearest(name, known)}
            yield Problem(f"chosen_instrument{'' if known else '_none'}", CHOICES, None, "instruments", fields)
    if not 0.0 <= choices.tolerance <= 1.0:
        fields = {"found": write_plainly(choices.tolerance)}
        yield Problem("tolerance_wrong", CHOICES, None, "tolerance", fields)
