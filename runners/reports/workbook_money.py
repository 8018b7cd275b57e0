"""Sheets of who pays: outlays, funding, debt, capital costs, cash flow and key figures, per actor and year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from runners.reports.workbook_blocks import (
    Contents,
    align_blocks,
    choose_decimals,
    list_cells,
    order_actors,
    spread_years,
    year_columns,
)
from runners.views.renderers.sheets import Block, Chart, Row, Sheet
from runners.views.section import Column, Kind
from scenarios.terms import ACTOR, INSTRUMENT, YEAR

AMOUNT, ITEM = "amount", "item"
USE, SOURCE = "use", "source"
DEBT_ITEMS = ("standing", "closing", "net_debt", "ceiling", "margin", "percent_of_taxes_and_grants", "per_inhabitant")
MOVES = ("opening", "draw", "repayment", "revaluation", "closing", "interest")
LABELS_OF_ACTORS = ("actor", "source", "status")
"""Blocks with so many labels keep each actor's rows together; others have the largest rows first."""
CHARTED_DEBT = ("net_debt", "ceiling")


def list_outlays(contents: Contents) -> Sheet | None:
    """Capital outlay per actor and year: in all, and against the do-nothing path."""
    table = contents.table("funding")
    if table is None:
        return None
    uses = table[table["side"] == USE]
    charts = Chart(contents.say("chart_outlays"), contents.say("chart_money", money=contents.money))
    blocks = [_list_owners(contents, uses, AMOUNT, "outlays", charts)]
    if uses["change"].notna().any():
        blocks.append(_list_owners(contents, uses, "change", "outlays_change", None))
    return _make_sheet(contents, "outlays", blocks, "outlay", "total_and_change")


def list_outlays_by_measure(contents: Contents) -> Sheet | None:
    """Capital outlay per programme, and per technology, and year."""
    table = contents.table("investments")
    if table is None:
        return None
    programmes = [contents.word(f"programme_{p}", p.replace("_", " ")) for p in table["programme"]]
    without = contents.say("reference_path")
    kept = [name if measure else without for name, measure in zip(programmes, table["measure"], strict=True)]
    named = table.assign(programme=kept)
    chart = Chart(contents.say("chart_programmes"), contents.say("chart_money", money=contents.money))
    first = (Column(contents.head("plan/investments", "programme"), width=44),)
    wide = _order_by_size(spread_years(contents, named, ("programme",), "outlay"), 1)
    total, across = contents.say("total"), contents.say("sum")
    by_programme = Block(
        "programmes",
        (*first, *year_columns(contents)),
        list_cells(wide),
        contents.say("heading_programmes"),
        total,
        across,
        chart=chart,
    )
    wide = spread_years(contents, named, (contents.name, "programme"), "outlay")
    columns = (
        Column(contents.say("measure"), width=44),
        Column(contents.head("plan/investments", "programme"), width=20),
    )
    by_measure = Block(
        "outlays_by_measure",
        (*columns, *year_columns(contents)),
        list_cells(wide),
        contents.say("heading_measures"),
        total,
        across,
    )
    blocks = [by_programme, by_measure]
    return _make_sheet(contents, "outlays_by_measure", blocks, "outlay", filtered="outlays_by_measure")


def list_funding(contents: Contents) -> Sheet | None:
    """Who pays with what: sources in all, and of each actor, against the outlays that they cover."""
    table = contents.table("funding")
    if table is None:
        return None
    named = table.assign(
        source=[_name_item(contents, "funding", item) for item in table[ITEM]],
        status=[contents.word(f"workbook_status_{word}", word) for word in table["status"]],
    )
    sources = named[named["side"] == SOURCE]
    if sources.empty:
        return None
    labels = (
        Column(contents.head("plan/funding", "item"), width=32),
        Column(contents.head("plan/funding", "status"), width=20),
    )
    chart = Chart(contents.say("chart_funding"), contents.say("chart_money", money=contents.money))
    together = _sum_block(contents, "funding", sources, ("source", "status"), labels, chart=chart)
    owner = Column(contents.head("plan/funding", "actor"), width=32)
    columns = (
        owner,
        Column(contents.head("plan/funding", "item"), width=32),
        Column(contents.head("plan/funding", "status"), width=14),
    )
    each = _sum_block(contents, "funding_by_actor", order_actors(sources), (contents.name, "source", "status"), columns)
    return _make_sheet(contents, "funding", [together, each], "funding", filtered="funding_by_actor")


def list_debt(contents: Contents) -> Sheet | None:
    """Net debt of each actor against its ceiling, and how the plan's loans move."""
    table = contents.table("debt")
    if table is None:
        return None
    whole = table[table[INSTRUMENT] == ""]
    blocks = []
    charted = _list_charted_debt(contents, whole)
    if charted is not None:
        blocks.append(charted)
    moved = whole.groupby([ACTOR, ITEM])[AMOUNT].transform(lambda values: values.abs().max()) > 0
    standing = whole[whole[ITEM].isin(DEBT_ITEMS) & moved]
    loans = table[(table[INSTRUMENT] != "") & table[ITEM].isin(MOVES)]
    loans = loans[loans.groupby([ACTOR, INSTRUMENT])[AMOUNT].transform(lambda values: values.abs().max()) > 0]
    if not standing.empty:
        blocks.append(_list_items(contents, "debt", standing))
    if not loans.empty:
        named = loans.assign(instrument=[_name_instrument(contents, name) for name in loans[INSTRUMENT]])
        blocks.append(_list_items(contents, "loans", named, INSTRUMENT))
    return _make_sheet(contents, "debt", blocks, "debt") if blocks else None


def list_capital_costs(contents: Contents) -> Sheet | None:
    """What the plan's assets cost in the books: depreciation, internal interest, grants released."""
    table = _drop_zeros(contents.table("capital_costs"))
    if table is None:
        return None
    net = table[table[ITEM] == "net_capital_cost"]
    chart = Chart(contents.say("chart_capital_costs"), contents.say("chart_money", money=contents.money))
    owner = (Column(contents.head("plan/key_figures", "actor"), width=32),)
    first = _sum_block(contents, "capital_costs", net, (contents.name,), owner, chart=chart) if len(net) else None
    blocks = [*([first] if first else []), _list_items(contents, "capital_items", table)]
    return _make_sheet(contents, "capital_costs", blocks, "capital_costs", filtered="capital_items")


def list_cash(contents: Contents) -> Sheet | None:
    """Cash of each actor: operation, outlays, grants, loans, and their sum; change against the do-nothing path."""
    table = contents.table("cash_flow")
    if table is None:
        return None
    blocks = [_list_items(contents, "cash", kept) for kept in [_drop_zeros(table)] if kept is not None]
    changed = table[table["change"].notna()]
    kept = _drop_zeros(changed.assign(amount=changed["change"]))
    if kept is not None:
        blocks.append(_list_items(contents, "cash_change", kept))
    return _make_sheet(contents, "cash", blocks, "cash", filtered="cash") if blocks else None


def list_key_figures(contents: Contents) -> Sheet | None:
    """Key figures of each actor by year, and over the whole plan."""
    table = contents.table("key_figures")
    if table is None:
        return None
    whole = ("peak_loans", "peak_debt", "least_ceiling_margin", "most_yearly_need", "mean_yearly_need", "grants_won")
    over = _drop_zeros(table[table[ITEM].isin(whole)])
    yearly = _drop_zeros(table[~table[ITEM].isin(whole)])
    blocks = []
    if over is not None:
        named = _name_rows(contents, "key_figures", order_actors(over))
        rows = list_cells(named, (contents.name, "what", "unit", AMOUNT, YEAR))
        columns = (
            *_item_columns(contents),
            Column(contents.head("plan/key_figures", "amount"), Kind.AMOUNT, 8),
            Column(contents.head("plan/key_figures", "year"), Kind.WHOLE, 6),
        )
        blocks.append(Block("key_figures", columns, rows, contents.say("heading_key_figures")))
    if yearly is not None:
        blocks.append(_list_items(contents, "key_figures_by_year", yearly))
    return _make_sheet(contents, "key_figures", blocks, "key_figures") if blocks else None


def _list_owners(contents: Contents, table: pd.DataFrame, values: str, key: str, chart: Chart | None) -> Block:
    owner = (Column(contents.head("plan/funding", "actor"), width=32),)
    return _sum_block(contents, key, table, (contents.name,), owner, values, chart)


def _sum_block(
    contents: Contents,
    key: str,
    table: pd.DataFrame,
    labels: Sequence[str],
    columns: Sequence[Column],
    values: str = AMOUNT,
    chart: Chart | None = None,
) -> Block:
    """Flows by labels and year with sums both ways."""
    wide = spread_years(contents, table, labels, values)
    if len(labels) < len(LABELS_OF_ACTORS):
        wide = _order_by_size(wide, len(labels))
    return Block(
        key,
        (*columns, *year_columns(contents)),
        list_cells(wide),
        contents.say(f"heading_{key}"),
        contents.say("total"),
        contents.say("sum"),
        chart=chart,
    )


def _list_items(contents: Contents, key: str, table: pd.DataFrame, extra: str = "") -> Block:
    """Items of actors by year: stocks and flows beside each other, so without sums."""
    named = _name_rows(contents, key, order_actors(table))
    labels = (contents.name, *([extra] if extra else []), "what", "unit")
    wide = spread_years(contents, named, labels, AMOUNT)
    actor, what, unit = _item_columns(contents)
    more = (Column(contents.head("plan/debt", extra), width=28),) if extra else ()
    rows = list_cells(wide)
    columns = (actor, *more, what, unit, *year_columns(contents, summed=False))
    return Block(key, columns, rows, contents.say(f"heading_{key}"), decimals=_choose_decimals(contents, rows))


def _choose_decimals(contents: Contents, rows: Sequence[Row]) -> tuple[int, ...]:
    """One decimal for money, so that a column of it can be added by eye; more for small numbers of other units."""
    return tuple(
        1 if any(str(cell).startswith(contents.money) for cell in row) else decimals
        for row, decimals in zip(rows, choose_decimals(rows), strict=True)
    )


def _list_charted_debt(contents: Contents, table: pd.DataFrame) -> Block | None:
    """Net debt and ceiling of the actors who have one."""
    limited = table.loc[table[ITEM] == "ceiling", ACTOR].unique()
    kept = table[table[ITEM].isin(CHARTED_DEBT) & table[ACTOR].isin(limited)]
    if kept.empty:
        return None
    named = _name_rows(contents, "debt", kept)
    labels = [f"{name}: {what}" for name, what in zip(named[contents.name], named["what"], strict=True)]
    wide = spread_years(contents, named.assign(label=labels), ("label",), AMOUNT).sort_values("label")
    columns = (Column(contents.head("plan/debt", "actor"), width=32), *year_columns(contents, summed=False))
    chart = Chart(contents.say("chart_debt"), contents.say("chart_stock", money=contents.money), lines=True)
    heading = contents.say("heading_debt_ceiling")
    return Block("debt_ceiling", columns, list_cells(wide), heading, chart=chart)


def _item_columns(contents: Contents) -> tuple[Column, Column, Column]:
    item = Column(contents.head("plan/key_figures", "item"), width=32)
    return (
        Column(contents.head("plan/key_figures", "actor"), width=32),
        item,
        Column(contents.head("plan/key_figures", "unit"), width=16),
    )


def _name_rows(contents: Contents, theme: str, table: pd.DataFrame) -> pd.DataFrame:
    """Items and units as they are read."""
    what = [_name_item(contents, theme, item) for item in table[ITEM]]
    return table.assign(what=what, unit=[contents.write_unit(unit) for unit in table["unit"]])


def _name_item(contents: Contents, theme: str, item: str) -> str:
    """An item of an account, or an instrument, as a reader calls it."""
    own = contents.word(f"workbook_item_{theme}_{item}", "")
    return own or contents.word(f"workbook_item_{item}", "") or _name_instrument(contents, item)


def _name_instrument(contents: Contents, label: str) -> str:
    """An instrument by the name that the case gives it; its label where the run knows none."""
    table = contents.table("instruments")
    named = {} if table is None else dict(zip(table[INSTRUMENT], table[contents.name], strict=True))
    return str(named.get(label, label.replace("_", " ")))


def _drop_zeros(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Without the items of an actor that are nothing in every year; None where nothing is left."""
    if table is None or table.empty:
        return None
    kept = table[table.groupby([ACTOR, ITEM])[AMOUNT].transform(lambda values: values.abs().max()) > 0]
    return None if kept.empty else kept


def _order_by_size(wide: pd.DataFrame, labels: int) -> pd.DataFrame:
    """The largest rows first."""
    size = wide.iloc[:, labels:].astype(float).abs().sum(axis=1)
    return wide.loc[size.sort_values(ascending=False, kind="stable").index]


def _make_sheet(contents: Contents, key: str, blocks: Sequence[Block], *notes: str, filtered: str = "") -> Sheet:
    title = contents.say(f"title_{key}")
    return Sheet(key, contents.say(f"tab_{key}"), title, contents.note_money(*notes), align_blocks(blocks), filtered)
