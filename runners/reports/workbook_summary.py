"""The first sheet: what the plan comes to, how its targets fare, who pays, and what the other sheets hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from conf.words import format_number, say
from runners.reports.workbook_blocks import Contents, choose_decimals, clean_cell
from runners.reports.workbook_current import mark_current, take_current
from runners.views.renderers.sheets import Block, Row, Sheet
from runners.views.section import Cell, Column, Formula, Kind
from scenarios.terms import ACTOR, YEAR

PERCENT = 100.0
EXTREMES_OF_PAYER = ("most_yearly_need", "peak_loans", "peak_debt", "least_ceiling_margin")
"""Figures that fall in a year, which stands beside each."""


def list_summary(contents: Contents, sheets: Sequence[Sheet], left_out: Mapping[str, str]) -> Sheet:
    """The first sheet.

    Args:
        contents: what the workbook is about.
        sheets: all others, in their order.
        left_out: title of each sheet that there is no data for, and why.
    """
    payers, current = _list_payers(contents), _list_payers(take_current(contents))
    blocks = [_list_facts(contents, sheets), list_outcomes(contents), payers]
    if current is not None:
        blocks.append(mark_current(contents, current))
    blocks.append(_list_sheets(contents, sheets, left_out))
    title = contents.say("title_summary", name=contents.run.summary[contents.name])
    notes = contents.note_money("signs", "method")
    if contents.run.summary.get("whole_units") is False:
        notes = (*notes, say("subject_parts", contents.lang))
    return Sheet("summary", contents.say("tab_summary"), title, notes, tuple(b for b in blocks if b is not None))


def _list_facts(contents: Contents, sheets: Sequence[Sheet]) -> Block:
    summary, manifest = contents.run.summary, contents.run.manifest
    money = contents.money
    met = sum(1 for entry in summary["targets"] if not entry["years_missed"])
    gap = summary.get("gap")
    facts: list[tuple[str, Cell, str]] = [
        (contents.say("fact_case"), str(summary[contents.name]), ""),
        (contents.say("fact_years"), f"{summary['first_year']}–{summary['last_year']}", ""),
        (contents.say("fact_prices"), contents.say("price_level", year=summary["price_year"]), money),
        (contents.say("fact_status"), contents.word(f"workbook_state_{summary['status']}", summary["status"]), ""),
        (contents.say("fact_objective"), clean_cell(summary["objective_msek"]), money),
        (contents.say("fact_discount"), PERCENT * float(summary["discount_rate"]), "%"),
        (contents.say("fact_gap"), None if gap is None else PERCENT * float(gap), "%"),
        (contents.say("fact_finance"), clean_cell(summary.get("finance_cost_msek")), money),
        *(
            (contents.say(f"fact_finance_{part}"), clean_cell(summary[f"finance_{part}_msek"]), money)
            for part in ("loans", "grants", "support")
            if f"finance_{part}_msek" in summary
        ),
        *_list_totals(contents, sheets),
        (contents.say("fact_targets"), contents.say("met_of", met=met, count=len(summary["targets"])), ""),
        (contents.say("fact_verified"), contents.say("yes" if summary["verified"] else "no"), ""),
        (contents.say("fact_made"), str(manifest["started"])[:16].replace("T", " "), ""),
        (contents.say("fact_digest"), str(summary["digest"])[:16], ""),
        (contents.say("fact_program"), f"Fardplan {manifest.get('packages', {}).get('fardplan', '')}", ""),
    ]
    shown = tuple(fact for fact in facts if fact[1] is not None)
    columns = (
        Column(contents.say("figure"), width=46),
        Column(contents.say("value"), Kind.AMOUNT, 22),
        Column(contents.say("unit"), width=13),
    )
    return Block("facts", columns, shown)


def _list_totals(contents: Contents, sheets: Sequence[Sheet]) -> list[tuple[str, Cell, str]]:
    """Sums of other sheets, as live references to their totals."""
    from runners.views.renderers.workbook_format import sum_cells

    totals: list[tuple[str, Cell, str]] = []
    for key in ("programmes", "outlays", "funding"):
        for block in (block for sheet in sheets for block in sheet.blocks if block.key == key):
            summed = [at for at, column in enumerate(block.columns) if column.summed]
            value = sum_cells(row[at] for row in block.rows for at in summed)
            totals.append((contents.say(f"fact_{key}"), Formula(f"={key}_total", value), contents.money))
    return totals


def list_outcomes(contents: Contents) -> Block | None:
    """How each target fares in the year in which it is told, and in how many years it is missed."""
    entries = contents.run.summary["targets"]
    if not entries:
        return None
    rows: list[Row] = [
        (
            str(entry[contents.name]),
            _tell_outcome(contents, entry),
            contents.write_unit(entry["unit"]),
            int(entry[YEAR]),
            clean_cell(entry["value"]),
            clean_cell(entry["cap"]),
            clean_cell(entry["excess"]),
        )
        for entry in entries
    ]
    columns = (
        Column(contents.head("plan/targets", "target"), width=46),
        Column(contents.say("outcome"), width=22),
        Column(contents.head("plan/targets", "unit"), width=13),
        Column(contents.head("plan/targets", "year"), Kind.WHOLE, 10),
        *(Column(contents.head("plan/targets", name), Kind.AMOUNT, 12) for name in ("value", "cap", "excess")),
    )
    decimals = choose_decimals([row[4:] for row in rows])
    return Block("summary_targets", columns, tuple(rows), contents.say("heading_targets"), decimals=decimals)


def _tell_outcome(contents: Contents, entry: Mapping[str, Any]) -> str:
    if not entry["years_missed"]:
        return contents.say("met_all")
    most = float(entry["excess"])
    decimals = choose_decimals([(most,)])[0]
    return contents.say("missed", years=entry["years_missed"], most=format_number(most, contents.lang, decimals))


def _list_payers(contents: Contents) -> Block | None:
    """Need, grants, the plan's loans, net debt and margin of each actor over the whole plan, each with its year."""
    table = contents.table("key_figures")
    if table is None:
        return None
    rows = []
    for _, mine in table.groupby(ACTOR, sort=False):
        figures = dict(zip(mine["item"], mine["amount"], strict=True))
        years = dict(zip(mine["item"], mine[YEAR], strict=True))
        cells = [clean_cell(figures.get(name)) for name in ("mean_yearly_need", "grants_won")]
        for name in EXTREMES_OF_PAYER:
            figure, year = clean_cell(figures.get(name)), years.get(name)
            known = figure is not None and not pd.isna(year) and (name == EXTREMES_OF_PAYER[-1] or bool(figure))
            cells += [figure, int(year) if known and year is not None else None]
        if any(isinstance(cell, float) and abs(cell) > 0 for cell in cells):
            rows.append((str(mine[contents.name].iloc[0]), "", contents.money, *cells))
    columns = [
        Column(contents.head("plan/key_figures", "actor"), width=46),
        Column("", width=22),
        Column(contents.head("plan/key_figures", "unit"), width=13),
        *(Column(contents.say(f"item_{name}"), Kind.AMOUNT, 13) for name in ("mean_yearly_need", "grants_won")),
    ]
    for name in EXTREMES_OF_PAYER:
        columns += [
            Column(contents.say(f"item_{name}"), Kind.AMOUNT, 13),
            Column(contents.head("plan/key_figures", "year"), Kind.WHOLE, 7),
        ]
    return Block("payers", tuple(columns), tuple(rows), contents.say("heading_payers")) if rows else None


def _list_sheets(contents: Contents, sheets: Sequence[Sheet], left_out: Mapping[str, str]) -> Block:
    rows: list[Row] = [(sheet.title, sheet.tab, "") for sheet in sheets]
    rows += [(title, contents.say("left_out"), why) for title, why in left_out.items()]
    titles = (("content", 46.0), ("sheet", 22.0), ("reason", 13.0))
    columns = tuple(Column(contents.say(title), width=width) for title, width in titles)
    return Block("sheets", columns, tuple(rows), contents.say("heading_sheets"))
