"""Money of the climate budget: outlays, funding, effects on operation and key figures, by actor and year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from conf.words import say, say_unit
from runners.results.result import Result
from runners.views.names import name_known, name_money
from runners.views.section import Block, Section, Table, Text
from runners.views.yearly import lay_years

KIND = "budget"
PRICES = ("amount", "nominal")
"""The same money in constant and in current prices."""
PERCENT, PER = "%", " per "
CERTAINTY = {"decided": 0, "applied": 1, "to_find": 2, "others": 3}
"""In which order what is how certain is shown."""


def write_outlays(result: Result, lang: str) -> Section:
    """Outlays by actor: constant prices, current prices, and what comes beyond doing nothing."""
    rows = list_rows(result, "outlays")
    title = say("budget_title_outlays", lang)
    if rows.empty:
        return Section(f"{KIND}_outlays", title, ())
    blocks: list[Block] = [Text(say("budget_outlays_text", lang, year=result.facts["price_year"]))]
    for value in ("amount", "nominal", "change"):
        if rows[value].notna().any():
            blocks.append(
                _lay_money(result, "outlays", rows, value, {f"name_{lang}": say("budget_head_actor", lang)}, lang)
            )
    return Section(f"{KIND}_outlays", title, tuple(blocks))


def write_funding(result: Result, lang: str) -> Section:
    """What pays for the outlays: how certain, then source by source."""
    rows = list_rows(result, "funding")
    title = say("budget_title_funding", lang)
    if rows.empty:
        return Section(f"{KIND}_funding", title, ())
    rows = rows.assign(status_name=[say(f"budget_status_{status}", lang) for status in rows["status"]])
    short = {"status_name": say("budget_head_status", lang)}
    full = {
        f"name_{lang}": say("budget_head_actor", lang),
        f"item_{lang}": say("budget_head_source", lang),
        **short,
    }
    sorted_rows = rows.sort_values("status", key=lambda column: column.map(CERTAINTY), kind="stable")
    blocks: list[Block] = [Text(say("budget_funding_text", lang))]
    blocks.append(_lay_money(result, "statuses", sorted_rows, "amount", short, lang))
    blocks += [_lay_money(result, "funding", rows, value, full, lang) for value in PRICES]
    return Section(f"{KIND}_funding", title, tuple(blocks))


def write_operation(result: Result, lang: str) -> Section:
    """Effect on operation by actor, and what it consists of."""
    rows = list_rows(result, "operation")
    title = say("budget_title_operation", lang)
    if rows.empty:
        return Section(f"{KIND}_operation", title, ())
    rows = rows.assign(item_name=[say(f"budget_item_{item}", lang) for item in rows["item"]])
    actor = {f"name_{lang}": say("budget_head_actor", lang)}
    full = {**actor, "item_name": say("budget_head_item", lang)}
    blocks: list[Block] = [Text(say("budget_operation_text", lang))]
    blocks += [_lay_money(result, "effect", rows, value, actor, lang) for value in ("change", "change_nominal")]
    blocks += [_lay_money(result, "operation", rows, value, full, lang) for value in ("change", "change_nominal")]
    return Section(f"{KIND}_operation", title, tuple(blocks))


def write_figures(result: Result, lang: str) -> Section:
    """Key figures with the plan and without, a row each."""
    rows = list_rows(result, "figures")
    title = say("budget_title_figures", lang)
    if rows.empty:
        return Section(f"{KIND}_figures", title, ())
    both = []
    for column in ("amount", "without"):
        own = rows.assign(value=rows[column], path=say(f"budget_path_{column}", lang))
        both.append(own)
    joined = pd.concat(both)
    joined = joined.assign(
        order=joined.groupby(["actor", "item"], sort=False).ngroup(),
        item_name=[_name_figure(str(row["item"]), str(row["unit"]), lang) for _, row in joined.iterrows()],
    ).sort_values("order", kind="stable")
    labels = {
        f"name_{lang}": say("budget_head_actor", lang),
        "item_name": say("budget_head_figure", lang),
        "path": say("budget_head_path", lang),
    }
    table = lay_years(
        *(joined, labels, "value"),
        key="budget_figures",
        caption=say("budget_figures_caption", lang),
        note=say("budget_figures_note", lang, year=result.facts["price_year"]),
        decimals=None,
    )
    return Section(f"{KIND}_figures", title, (table,))


def list_rows(result: Result, name: str) -> pd.DataFrame:
    """Rows of a table; none where there is no such table."""
    found = result.table(name)
    return pd.DataFrame() if found is None else found


def _lay_money(
    result: Result, name: str, rows: pd.DataFrame, value: str, labels: Mapping[str, str], lang: str
) -> Table:
    """Money by year with its sum, in the prices that the column is in."""
    money, year = name_money(result.money, lang), result.facts["price_year"]
    nominal = value.endswith("nominal")
    prices = say("budget_prices_nominal" if nominal else "budget_prices_constant", lang, money=money, year=year)
    what = "outlays_change" if (name, value) == ("outlays", "change") else name
    return lay_years(
        *(rows, labels, value),
        key=f"budget_{name}_{value}",
        caption=say(f"budget_{what}_caption", lang, prices=prices),
        note=say(f"budget_{what}_note", lang) if not nominal else "",
        total=say("subject_total", lang),
        years=result.facts["years"],
    )


def _name_figure(item: str, unit: str, lang: str) -> str:
    """A key figure with its unit, where its name does not say it; of a year as every column is."""
    own = name_known(f"item_{item}", lang, item)
    if PERCENT not in own and name_known(f"unit_{unit}", lang, ""):
        told = say_unit(unit, lang)
        short = told.partition(PER)[0] if PER in own else told
        return f"{own[:1].upper()}{own[1:]}, {short}"
    money, slash, rest = unit.removesuffix("/yr").partition("/")
    told = "" if PERCENT in own else f", {say_unit(f'{name_money(money, lang)}{slash}{rest}', lang)}"
    return f"{own[:1].upper()}{own[1:]}{told}"
