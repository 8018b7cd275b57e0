"""The chapters on money: outlay by actor, operation and capital costs, funding, ceilings, who gains and who loses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from conf.words import say
from runners.reports.background import NOTHING, PLAN, TOTAL
from runners.reports.money_grids import show_both, spread_both
from runners.reports.overviews import (
    AMOUNT,
    NOMINAL,
    SMALLEST,
    Tables,
    compare_costs,
    count_years,
    follow_ceilings,
    list_extremes,
    list_gains,
    list_outlays,
    list_spared,
    pick_items,
    spread_evenly,
    spread_periods,
    sum_funding_by_year,
    sum_operating,
    sum_sources,
    take_changes,
)
from runners.reports.run_folder import Run
from runners.views.locale import Speech, name_grid, note_grid, spread_grid
from runners.views.section import Block, Chart, Grid, Row, Section, Text
from runners.views.year_charts import draw_bars, draw_ceiling, draw_stack
from scenarios.arithmetic.breaches import BREACHES
from scenarios.catalog import ACTOR, YEAR

CAPITAL_ITEMS = ("depreciation", "internal_interest", "grants_released", "net_capital_cost")
YEARLY_ITEMS = (
    *("yearly_need", "net_investment", "result_before_plan", "result", "result_percent", "all_interest"),
    "self_financing",
)
MOVED_ITEMS = (
    *("frame_carried_on", "frame_carried_in", "own_carried_on", "own_carried_in"),
    *("reprioritised", "saved", "savings_used", "savings"),
)
"""Items of actors who move money between years or from their ordinary plan."""
BROKEN = tuple(f"{whose}{name}" for name in BREACHES for whose in ("standing_", ""))
"""Items of limits of money that are broken, without the plan and by it."""
CHARTED = ["series", YEAR, "length", "value", "amount"]
PUBLIC_KINDS = ("municipality", "company", "region")
"""Actors who keep books in the way that capital costs are reckoned here."""
FINANCE_PARTS = ("loans", "grants", "support")
"""What the present cost of finance is made of."""
EXTREMES = ("grants_won", "mean_yearly_need", "most_yearly_need", "peak_loans", "peak_debt", "least_ceiling_margin")


def write_outlays(run: Run, speech: Speech) -> Section:
    """Outlay per year by who pays, whole and against doing nothing."""
    title = speech.say("outlays_title")
    if "funding" not in run.tables:
        return Section("outlays", title, ())
    outlays = list_outlays(run.tables).assign(name=lambda rows: rows[speech.name_column])
    if outlays.empty:
        return Section("outlays", title, (Text(speech.say("outlays_none")),))
    rows = _order_by_size(spread_evenly(outlays.assign(series=outlays["name"]), count_years(run.summary)))
    by_year = outlays.groupby(YEAR)["amount"].sum()
    told = speech.say(
        "outlays_alternative",
        total=speech.money(float(by_year.sum())),
        most=speech.money(float(by_year.max())),
        year=int(str(by_year.idxmax())),
    )
    heads = [speech.say("head_actor")]
    blocks: list[Block] = [
        Text(told),
        Chart("outlays", speech.say("outlays_chart"), told, draw_stack(rows, speech, _per_year(speech))),
        *spread_both(speech, "outlays", outlays, ["name"], heads),
    ]
    if outlays["change"].notna().any():
        blocks += spread_both(speech, "outlays_change", take_changes(outlays), ["name"], heads)
    return Section("outlays", title, tuple(blocks))


def write_operation(run: Run, speech: Speech) -> Section:
    """What the plan does to operation, and what its assets cost in the books."""
    title = speech.say("operation_title")
    if "cash_flow" not in run.tables:
        return Section("operation", title, ())
    operating = sum_operating(run.tables).assign(name=lambda rows: rows[speech.name_column])
    blocks: list[Block] = [Text(speech.say("operation_text"))]
    spread = spread_evenly(operating.assign(series=operating["name"]), count_years(run.summary))
    series = _order_by_size(spread)
    if series.empty:
        blocks.append(Text(speech.say("operating_none")))
    else:
        told = _tell_operating(operating, speech)
        blocks += [
            Text(told),
            Chart("operating", speech.say("operating_chart"), told, draw_stack(series, speech, _per_year(speech))),
            *spread_both(speech, "operating", operating, ["name"], [speech.say("head_actor")]),
        ]
    capital = pick_items(run.tables["capital_costs"], CAPITAL_ITEMS, PUBLIC_KINDS)
    capital = capital.assign(name=capital[speech.name_column], what=[speech.say(f"item_{i}") for i in capital["item"]])
    names = [speech.say("head_actor"), speech.say("head_item")]
    blocks += spread_both(speech, "capital", capital, ["name", "what"], names, total=False)
    return Section("operation", title, tuple(blocks))


def write_funding(run: Run, speech: Speech) -> Section:
    """Where the money comes from: by source and year, and by who gets it."""
    title = speech.say("funding_title")
    if "funding" not in run.tables:
        return Section("funding", title, ())
    by_year = sum_funding_by_year(run.tables)
    if by_year.empty:
        return Section("funding", title, (Text(speech.say("funding_none")),))
    by_year = by_year.assign(series=[name_source(item, speech) for item in by_year["item"]])
    rows = _order_by_size(spread_evenly(by_year, count_years(run.summary)))
    groups = sum_sources(run.tables).groupby("group")["amount"].sum()
    told = speech.say(
        "funding_alternative",
        **{name: speech.money(float(groups.get(name, 0.0))) for name in ("own", "loans", "grants")},
    )
    told += " " + _tell_gap(float(groups.get("gap", 0.0)), float(groups.get("grants", 0.0)), speech)
    funded = by_year[by_year["series"].isin(rows["series"])]
    blocks: tuple[Block, ...] = (
        Text(told),
        *_tell_finance(run.summary, speech),
        Chart("funding", speech.say("funding_chart"), told, draw_stack(rows, speech, _per_year(speech))),
        *spread_both(speech, "funding", _sort_as(funded, rows), ["series"], [speech.say("head_source")]),
        _table_sources(run.tables, speech),
    )
    return Section("funding", title, blocks)


def write_key_figures(run: Run, speech: Speech) -> Section:
    """Debt against its ceiling, yearly need, result, self-financing."""
    title = speech.say("key_figures_title")
    if "key_figures" not in run.tables:
        return Section("key_figures", title, ())
    blocks: list[Block] = []
    ceilings, lengths = follow_ceilings(run.tables), count_years(run.summary)
    for actor in dict.fromkeys(ceilings[ACTOR]):
        own = ceilings[ceilings[ACTOR] == actor]
        blocks += _show_ceiling(str(actor), own.assign(length=own[YEAR].map(lengths).astype(float)), speech)
        blocks += show_both(speech, partial(_table_ceiling, run.tables, str(actor)))
    blocks += show_both(speech, lambda spoken, values: _table_extremes(run.tables, spoken, values))
    figures = run.tables["key_figures"]
    moved = pick_items(figures, MOVED_ITEMS, list(figures["kind"].unique()))
    own, broken = pick_items(figures, YEARLY_ITEMS, ("municipality",)), figures[figures["item"].isin(BROKEN)]
    yearly = pd.concat([own, moved, broken])
    yearly = yearly.assign(name=yearly[speech.name_column], what=[speech.say(f"item_{i}") for i in yearly["item"]])
    names = [speech.say("head_actor"), speech.say("head_item")]
    if len(yearly):
        blocks += spread_both(speech, "yearly", yearly, ["name", "what"], names, last=True, total=False)
    return Section("key_figures", title, tuple(blocks))


def write_benefits(run: Run, speech: Speech) -> Section:
    """What the plan is worth: costs beside doing nothing, emissions spared, who gains and who loses."""
    blocks: list[Block] = []
    costs = compare_costs(run.tables)
    if len(costs):
        blocks += [Text(_tell_worth(costs, speech)), _table_costs(costs, speech), _table_spared(run.tables, speech)]
    if "measures_finance" in run.tables:
        blocks += _show_gains(list_gains(run.tables), speech)
    return Section("benefits", speech.say("benefits_title"), tuple(blocks))


def _tell_gap(gap: float, applied: float, speech: Speech) -> str:
    """Whether money is missing; while grants are applied for nobody knows."""
    if gap > SMALLEST:
        return speech.say("funding_gap", gap=speech.money(gap))
    if applied > SMALLEST:
        return speech.say("funding_if_granted", grants=speech.money(applied))
    return speech.say("funding_whole")


def _tell_finance(summary: Mapping[str, Any], speech: Speech) -> list[Text]:
    """What finance costs, in its parts; under an actor's perspective, whose cost the plan is. Nothing of an old run."""
    if any(f"finance_{part}_msek" not in summary for part in ("cost", *FINANCE_PARTS)):
        return []
    if summary["perspective"] in speech.names:
        social = speech.number(summary["social_cost_msek"])
        actor = speech.name(str(summary["perspective"]))
        return [Text(say("finance_viewer", speech.lang, actor=actor, social=social, money=speech.unit))]
    parts = {part: speech.number(summary[f"finance_{part}_msek"]) for part in FINANCE_PARTS}
    finance = speech.number(summary["finance_cost_msek"])
    return [Text(say("finance_cost", speech.lang, finance=finance, money=speech.unit, **parts))]


def name_source(item: str, speech: Speech) -> str:
    """What a source of money is called."""
    known = {"own": "source_own", "own_gap": "source_gap"}
    return speech.say(known[item]) if item in known else speech.name(item)


def _per_year(speech: Speech) -> str:
    return speech.say("money_per_year", money=speech.unit)


def _order_by_size(rows: pd.DataFrame) -> pd.DataFrame:
    """Series with the most money first, without those that have none."""
    sizes = rows["value"].abs().groupby(rows["series"]).transform("sum")
    kept = rows.assign(size=sizes)[sizes > SMALLEST]
    return kept.sort_values(["size", YEAR], ascending=[False, True], kind="stable")[CHARTED]


def _sort_as(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A table with its series in the order of others."""
    order = list(dict.fromkeys(rows["series"]))
    return table.sort_values("series", key=lambda names: names.map(order.index), kind="stable")


def _tell_operating(operating: pd.DataFrame, speech: Speech) -> str:
    sums = operating.groupby("name", sort=False)["amount"].sum()
    return speech.say(
        "operating_alternative",
        winner=str(sums.idxmax()),
        gain=speech.money(float(sums.max())),
        loser=str(sums.idxmin()),
        loss=speech.money(float(sums.min())),
    )


def _table_sources(tables: Tables, speech: Speech) -> Grid:
    """Who gets what from where, and whether it is certain."""
    rows = [
        Row(
            (
                str(row[speech.name_column]),
                name_source(str(row["item"]), speech),
                speech.known(f"status_of_{row['status']}", str(row["status"])),
                speech.number(row[AMOUNT]),
                speech.number(row[NOMINAL]),
            )
        )
        for _, row in sum_sources(tables).iterrows()
    ]
    heads = tuple(speech.say(f"head_{key}") for key in ("actor", "source", "status", AMOUNT, NOMINAL))
    return Grid("sources", speech.say("sources_caption"), note_grid(speech, "sources"), heads, tuple(rows), 3)


def _show_ceiling(actor: str, own: pd.DataFrame, speech: Speech) -> list[Block]:
    """The debt of one who has a ceiling: in percent where taxes are known, else in money."""
    percent = own["percent"].notna().all()
    columns = {"debt": "percent" if percent else "net_debt", "ceiling": "ceiling_percent" if percent else "ceiling"}
    least = own.sort_values("margin", kind="stable").iloc[0]
    told = speech.say(
        "ceiling_alternative",
        name=own[speech.name_column].iloc[0],
        margin=speech.money(float(least["margin"])),
        year=int(least[YEAR]),
        peak=speech.number(float(own[columns["debt"]].max())),
        unit="%" if percent else speech.unit,
    )
    parts = [
        pd.DataFrame({YEAR: own[YEAR], "length": own["length"], "value": own[column], "kind": kind})
        for kind, column in columns.items()
    ]
    unit = speech.say("percent_of_taxes") if percent else speech.unit
    rows = pd.concat(parts, ignore_index=True)
    rows["series"] = [speech.say(f"debt_{kind}") for kind in rows["kind"]]
    caption = speech.say("ceiling_chart") + (speech.say("axis_from") if float(rows["value"].min()) > 0 else "")
    return [Text(told), Chart(f"ceiling_{actor}", caption, told, draw_ceiling(rows, speech, unit))]


def _table_ceiling(tables: Tables, actor: str, speech: Speech, values: str) -> Grid:
    """Debt, ceiling and margin of one who has a ceiling; in percent too where taxes are known."""
    ceilings = follow_ceilings(tables, values)
    own = ceilings[ceilings[ACTOR] == actor]
    named = [(speech.say(f"ceiling_{item}"), item) for item in ("standing", "net_debt", "ceiling", "margin")]
    if own["percent"].notna().all():
        named += [(speech.say("ceiling_percent"), "percent")]
    long = pd.concat(
        [own[[YEAR]].assign(name=name, amount=own[item].astype(float)) for name, item in named], ignore_index=True
    )
    wide = spread_periods(long, ["name"], last=True, total=False)
    return spread_grid(speech, "ceiling", wide, ["name"], [own[speech.name_column].iloc[0]])


def _table_extremes(tables: Tables, speech: Speech, values: str) -> Grid:
    """A row per actor: grants, need, debt and margin, with the year in which each falls."""
    wide = list_extremes(tables, EXTREMES)
    rows = []
    for actor in wide.index:
        row = wide.loc[actor]
        cells = [speech.name(str(actor))]
        for item in EXTREMES:
            year = row[("year", item)]
            amount = speech.number(row[(values, item)])
            cells.append(amount if year is pd.NA or pd.isna(year) else f"{amount} ({int(year)})")
        rows.append(Row(tuple(cells)))
    heads = (speech.say("head_actor"), *(speech.say(f"item_{item}") for item in EXTREMES))
    return name_grid(speech, "extremes", heads, rows)


def _tell_worth(costs: pd.DataFrame, speech: Speech) -> str:
    extra = float(costs.set_index("item")["change"][TOTAL])
    key = "worth_dearer" if extra >= 0 else "worth_cheaper"
    return speech.say(key, extra=speech.money(abs(extra)))


def _table_costs(costs: pd.DataFrame, speech: Speech) -> Grid:
    rows = []
    for _, row in costs.iterrows():
        last = row["item"] == TOTAL
        name = speech.say("total") if last else speech.say(f"cost_{row['item']}")
        cells = (name, *(speech.number(row[column]) for column in (PLAN, NOTHING, "change")))
        rows.append(Row(cells, "total" if last else ""))
    heads = tuple(speech.say(f"head_{key}") for key in ("cost", "plan", "nothing", "change"))
    return Grid("costs", speech.say("costs_caption"), note_grid(speech, "costs"), heads, tuple(rows))


def _table_spared(tables: Tables, speech: Speech) -> Grid:
    """Sums over the horizon of the accounts that the plan changes."""
    beside = list_spared(tables)
    rows = [
        Row(
            (
                str(row[speech.name_column]),
                speech.unit_of(row["unit"]),
                *(speech.amount(row[c]) for c in (PLAN, NOTHING, "change")),
            )
        )
        for _, row in beside.iterrows()
    ]
    heads = tuple(speech.say(f"head_{key}") for key in ("account", "unit", "plan", "nothing", "change"))
    return Grid("spared", speech.say("spared_caption"), note_grid(speech, "spared"), heads, tuple(rows), 2)


def _table_gains(gains: pd.DataFrame, speech: Speech) -> Grid:
    support = ("support",) if gains["support"].abs().max() > 0 else ()
    columns = ("outlay", "grant", "operating", *support, "residual_value", "financing", "npv")
    rows = [
        Row((str(row[speech.name_column]), *(speech.number(row[column]) for column in columns)))
        for _, row in gains.iterrows()
    ]
    heads = (speech.say("head_actor"), *(speech.say(f"gain_{column}") for column in columns))
    return Grid("gains", speech.say("gains_caption"), note_grid(speech, "gains"), heads, tuple(rows))


def _show_gains(gains: pd.DataFrame, speech: Speech) -> list[Block]:
    if gains.empty:
        return []
    bars = pd.DataFrame({"series": gains[speech.name_column], "value": gains["npv"]})
    told = speech.say(
        "gains_alternative",
        winner=gains[speech.name_column].iloc[0],
        gain=speech.money(float(gains["npv"].iloc[0])),
        loser=gains[speech.name_column].iloc[-1],
        loss=speech.money(float(gains["npv"].iloc[-1])),
    )
    unit = speech.say("present_value_unit", money=speech.unit)
    chart = Chart("gains", speech.say("gains_chart"), told, draw_bars(bars, speech, unit))
    return [Text(told), chart, _table_gains(gains, speech)]
