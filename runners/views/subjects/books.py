"""What actors keep books of: cash, capital costs, debt against its ceiling, and key figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from conf.words import say
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.overviews import count_years, follow_ceilings, list_extremes, sum_operating
from runners.views.section import Block, Cell, Chart, Column, Drawing, Gathering, Kind, Section, Shape, Table, Text
from runners.views.subjects.payers import chart_stack
from runners.views.year_charts import draw_ceiling
from runners.views.year_tables import (
    clean_cell,
    drop_zeros,
    find_head,
    head_label,
    is_something,
    lay_years,
    mark_current,
    order_actors,
)
from scenarios.terms import ACTOR, INSTRUMENT, YEAR

DEBT_ITEMS = ("standing", "closing", "net_debt", "ceiling", "margin", "percent_of_taxes_and_grants", "per_inhabitant")
MOVES = ("opening", "draw", "repayment", "revaluation", "closing", "interest")
OWED = "peak_debt"
EXTREMES = ("grants_won", "mean_yearly_need", "most_yearly_need", "peak_loans", OWED, "least_ceiling_margin")
"""Key figures over the whole plan; those from the third on fall in a year, which stands beside each."""
UNDATED = 2
COUNCIL = "municipality"


def write_cash(result: Result, speech: Speech) -> Section:
    """What the plan does to operation, and the cash of every actor."""
    title = say("workbook_title_cash", speech.lang)
    table = result.table("cash_flow")
    if table is None:
        return Section("cash", title, ())
    blocks: list[Block] = [Text(speech.say("operation_text"))]
    operating = sum_operating(result.tables).assign(name=lambda rows: rows[speech.name_column])
    if drop_zeros(operating, keys=(ACTOR,)).empty:
        blocks.append(Text(speech.say("operating_none")))
    else:
        told = _tell_operating(operating, speech)
        labels = {"name": head_label(find_head(speech, "cash_flow", "actor"))}
        blocks += [
            Text(told),
            chart_stack(result, speech, "operating", operating.assign(series=operating["name"]), told),
            lay_years(result, speech, "operating", operating, labels),
        ]
    blocks += _lay_items(result, speech, "cash", drop_zeros(table), annex=True, filtered=True)
    changed = table[table["change"].notna()].drop(columns=["amount", "nominal"])
    changed = changed.rename(columns={"change": "amount", "change_nominal": "nominal"})
    blocks += _lay_items(result, speech, "cash_change", drop_zeros(changed), annex=True)
    return Section("cash", title, tuple(blocks))


def write_capital_costs(result: Result, speech: Speech) -> Section:
    """What the plan's assets cost in the books: depreciation, internal interest, grants released."""
    title = say("workbook_title_capital_costs", speech.lang)
    table = result.table("capital_costs")
    kept = None if table is None else drop_zeros(table)
    if kept is None or kept.empty:
        return Section("capital_costs", title, ())
    net = kept[kept["item"] == "net_capital_cost"]
    blocks: list[Block] = []
    if len(net):
        named = net.assign(series=net[speech.name_column])
        labels = {speech.name_column: head_label(find_head(speech, "capital_costs", "actor"))}
        told = speech.say("capital_alternative", total=speech.money(float(net["amount"].sum())))
        blocks = [
            chart_stack(result, speech, "capital", named, told),
            lay_years(result, speech, "capital", net, labels, by_size=True),
        ]
    blocks += _lay_items(result, speech, "capital_items", kept, annex=True, filtered=True)
    return Section("capital_costs", title, tuple(blocks))


def write_debt(result: Result, speech: Speech) -> Section:
    """Net debt of each actor against its ceiling, and how the plan's loans move."""
    title = say("workbook_title_debt", speech.lang)
    table = result.table("debt")
    if table is None:
        return Section("debt", title, ())
    whole = table[table[INSTRUMENT] == ""]
    standing = whole[is_something(whole) & whole["item"].isin(DEBT_ITEMS)]
    blocks: list[Block] = list(_lay_items(result, speech, "debt", standing, gathered=Gathering.LAST))
    if blocks:
        blocks = [*_show_ceilings(result, speech, blocks[0]), *blocks]
    loans = table[(table[INSTRUMENT] != "") & table["item"].isin(MOVES)]
    loans = drop_zeros(loans, keys=(ACTOR, INSTRUMENT))
    named = loans.assign(loan=[speech.name(str(name)) for name in loans[INSTRUMENT]])
    loan = Column(find_head(speech, "debt", INSTRUMENT), width=28.0)
    blocks += _lay_items(result, speech, "loans", named, {"loan": loan}, gathered=Gathering.LAST, annex=True)
    return Section("debt", title, tuple(blocks))


def write_key_figures(result: Result, speech: Speech) -> Section:
    """Key figures of each actor over the whole plan, and by year: the municipality's first."""
    title = say("workbook_title_key_figures", speech.lang)
    table = result.table("key_figures")
    if table is None:
        return Section("key_figures", title, ())
    yearly = drop_zeros(table[~table["item"].isin(EXTREMES)])
    own = yearly["kind"] == COUNCIL
    blocks: list[Block] = list(_lay_extremes(result, speech))
    blocks += _lay_items(result, speech, "yearly", yearly[own], gathered=Gathering.LAST)
    blocks += _lay_items(result, speech, "yearly_others", yearly[~own], gathered=Gathering.LAST, folded=True)
    return Section("key_figures", title, tuple(blocks))


def _lay_items(
    result: Result,
    speech: Speech,
    key: str,
    table: pd.DataFrame,
    more: dict[str, Column] | None = None,
    gathered: Gathering = Gathering.SUM,
    **flags: Any,
) -> Iterator[Table]:
    """Items of actors by year: stocks and flows beside each other, so without sums."""
    if table.empty:
        return
    named = order_actors(table)
    named = named.assign(
        what=[speech.name_item(item) for item in named["item"]], unit=[speech.unit_of(unit) for unit in named["unit"]]
    )
    labels = {
        speech.name_column: head_label(find_head(speech, "key_figures", "actor")),
        **(more or {}),
        "what": head_label(find_head(speech, "key_figures", "item")),
        "unit": Column(find_head(speech, "key_figures", "unit"), width=16.0),
    }
    yield lay_years(
        result, speech, key, named, labels, gathered=gathered, summed=False, across=False, **flags
    )  # fmt: skip


def _show_ceilings(result: Result, speech: Speech, table: Block) -> Iterator[Block]:
    """The debt of everyone who has a ceiling, as sentence and chart."""
    ceilings, lengths = follow_ceilings(result.tables), count_years(result.facts)
    for actor in dict.fromkeys(ceilings[ACTOR]):
        own = ceilings[ceilings[ACTOR] == actor]
        own = own.assign(length=own[YEAR].map(lengths).astype(float), name=own[speech.name_column])
        yield from _show_ceiling(str(actor), own, table, speech)


def _show_ceiling(actor: str, own: pd.DataFrame, table: Block, speech: Speech) -> Iterator[Block]:
    """The debt of one who has a ceiling: in percent where taxes are known, else in money; a workbook has the money."""
    percent = bool(own["percent"].notna().all())
    columns = {"debt": "percent" if percent else "net_debt", "ceiling": "ceiling_percent" if percent else "ceiling"}
    least = own.sort_values("margin", kind="stable").iloc[0]
    name = str(own["name"].iloc[0])
    told = speech.say(
        "ceiling_alternative",
        name=name,
        margin=speech.money(float(least["margin"])),
        year=int(least[YEAR]),
        peak=speech.number(float(own[columns["debt"]].max())),
        unit="%" if percent else speech.unit,
    )
    parts = [
        pd.DataFrame({YEAR: own[YEAR], "length": own["length"], "value": own[column], "kind": kind})
        for kind, column in columns.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["series"] = [speech.say(f"debt_{kind}") for kind in rows["kind"]]
    caption = speech.say("ceiling_chart") + (speech.say("axis_from") if float(rows["value"].min()) > 0 else "")
    unit = speech.say("percent_of_taxes") if percent else speech.unit
    yield Text(told)
    drawing = _draw_rows(table, name, speech) if isinstance(table, Table) else None
    yield Chart(f"ceiling_{actor}", caption, told, draw_ceiling(rows, speech, unit), drawing)


def _draw_rows(table: Table, name: str, speech: Speech) -> Drawing:
    """Net debt and ceiling of an actor in the table of debts."""
    items = {speech.name_item(item) for item in ("net_debt", "ceiling")}
    rows = tuple(at for at, row in enumerate(table.rows) if row[0] == name and row[1] in items)
    axis = say("workbook_chart_stock", speech.lang, money=speech.unit)
    return Drawing(table.key, axis, Shape.LINES, rows, names=1)


def _lay_extremes(result: Result, speech: Speech) -> Iterator[Table]:
    """A row per actor: grants, need, debt and margin, each that falls in a year with that year."""
    wide = list_extremes(result.tables, EXTREMES)
    if wide.empty:
        return
    columns = [Column(find_head(speech, "key_figures", "actor"), width=46.0)]
    for place, item in enumerate(EXTREMES):
        columns.append(Column(speech.name_item(item), Kind.AMOUNT, 13.0, decimals=1))
        if place >= UNDATED:
            columns.append(Column(find_head(speech, "key_figures", "year"), Kind.WHOLE, 7.0))
    tell = partial(_tell_extremes, wide, speech)
    table = Table(
        "extremes",
        speech.say("extremes_caption"),
        speech.say("extremes_note") if wide["amount", OWED].isna().any() else "",
        tuple(columns),
        tell("amount"),
        level=speech.price_level,
        front=True,
    )
    yield table if "nominal" not in wide else _set_current(table, tell("nominal"), speech)


def _set_current(table: Table, rows: tuple[tuple[Cell, ...], ...], speech: Speech) -> Table:
    return replace(table, current=mark_current(table, rows, speech))


def _tell_extremes(wide: pd.DataFrame, speech: Speech, values: str) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for actor in wide.index:
        cells: list[Cell] = [speech.name(str(actor))]
        for place, item in enumerate(EXTREMES):
            figure, year = clean_cell(wide.loc[actor, (values, item)]), wide.loc[actor, (YEAR, item)]
            known = figure is not None and not pd.isna(year) and (item == EXTREMES[-1] or bool(figure))
            cells.append(figure)
            if place >= UNDATED:
                cells.append(int(year) if known else None)
        rows.append(tuple(cells))
    return tuple(rows)


def _tell_operating(operating: pd.DataFrame, speech: Speech) -> str:
    sums = operating.groupby("name", sort=False)["amount"].sum()
    return speech.say(
        "operating_alternative",
        winner=str(sums.idxmax()),
        gain=speech.money(float(sums.max())),
        loser=str(sums.idxmin()),
        loss=speech.money(float(sums.min())),
    )
