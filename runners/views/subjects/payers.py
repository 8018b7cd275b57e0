"""Who pays: outlays by actor and year, whole and against doing nothing, and with what they are paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from conf.words import say
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.overviews import (
    SMALLEST,
    count_years,
    list_outlays,
    spread_evenly,
    sum_funding_by_year,
    sum_sources,
)
from runners.views.section import Block, Chart, Column, Drawing, Section, Text
from runners.views.year_charts import draw_stack
from runners.views.year_tables import find_head, head_label, lay_years, order_actors
from scenarios.terms import YEAR

FINANCE_PARTS = ("loans", "grants", "support")
"""What the present cost of finance is made of."""
CHARTED = ["series", YEAR, "length", "value"]


def write_outlays(result: Result, speech: Speech) -> Section:
    """Outlay per year by who pays, whole and against doing nothing."""
    title = say("workbook_title_outlays", speech.lang)
    if "funding" not in result.tables:
        return Section("outlays", title, ())
    outlays = list_outlays(result.tables).assign(name=lambda rows: rows[speech.name_column])
    if outlays.empty:
        return Section("outlays", title, (Text(speech.say("outlays_none")),))
    by_year = outlays.groupby(YEAR)["amount"].sum()
    told = speech.say(
        "outlays_alternative",
        total=speech.money(float(by_year.sum())),
        most=speech.money(float(by_year.max())),
        year=int(str(by_year.idxmax())),
    )
    labels = {"name": head_label(find_head(speech, "funding", "actor"))}
    blocks: list[Block] = [
        Text(told),
        chart_stack(result, speech, "outlays", outlays.assign(series=outlays["name"]), told),
        lay_years(result, speech, "outlays", outlays, labels, by_size=True),
    ]
    if outlays["change"].notna().any():
        blocks.append(lay_years(result, speech, "outlays_change", outlays, labels, "change", by_size=True))
    return Section("outlays", title, tuple(blocks))


def write_funding(result: Result, speech: Speech) -> Section:
    """Where the money comes from: by source and year, and by who gets it."""
    title = say("workbook_title_funding", speech.lang)
    if "funding" not in result.tables:
        return Section("funding", title, ())
    by_year = sum_funding_by_year(result.tables)
    if by_year.empty:
        return Section("funding", title, (Text(speech.say("funding_none")),))
    told = _tell_sources(result, speech)
    funding = result.tables["funding"]
    named = funding[funding["side"] == "source"].assign(
        source=lambda rows: [speech.name_item(item) for item in rows["item"]],
        state=lambda rows: [speech.known(f"status_of_{word}", str(word)) for word in rows["status"].fillna("")],
    )
    source = {
        "source": head_label(find_head(speech, "funding", "item")),
        "state": Column(find_head(speech, "funding", "status"), width=20.0),
    }
    owner = {speech.name_column: head_label(find_head(speech, "funding", "actor"))}
    blocks: tuple[Block, ...] = (
        Text(told),
        *_tell_finance(result.facts, speech),
        chart_stack(
            result,
            speech,
            "funding",
            by_year.assign(series=[speech.name_item(item) for item in by_year["item"]]),
            told,
        ),
        lay_years(result, speech, "funding", named, source, by_size=True),
        lay_years(result, speech, "sources", order_actors(named), {**owner, **source}, filtered=True),
    )
    return Section("funding", title, blocks)


def chart_stack(result: Result, speech: Speech, key: str, rows: pd.DataFrame, told: str) -> Chart:
    """Piles of money by year, a series each, most money first; a workbook draws them from the table of the same key.

    Args:
        result: the plan.
        speech: language and names.
        key: of chart and table; its caption is the message `report_<key>_chart`.
        rows: series, year, amount.
        told: what it shows.
    """
    spread = spread_evenly(rows, count_years(result.facts))
    sizes = spread["value"].abs().groupby(spread["series"]).transform("sum")
    kept = spread.assign(size=sizes)[sizes > SMALLEST].sort_values(
        ["size", "series", YEAR], ascending=[False, True, True], kind="stable"
    )
    drawing = Drawing(key, say("workbook_chart_money", speech.lang, money=speech.unit))
    unit = speech.say("money_per_year", money=speech.unit)
    return Chart(key, speech.say(f"{key}_chart"), told, draw_stack(kept[CHARTED], speech, unit), drawing)


def _tell_sources(result: Result, speech: Speech) -> str:
    groups = sum_sources(result.tables).groupby("group")["amount"].sum()
    told = speech.say(
        "funding_alternative",
        **{name: speech.money(float(groups.get(name, 0.0))) for name in ("own", "loans", "grants")},
    )
    return f"{told} {_tell_gap(float(groups.get('gap', 0.0)), float(groups.get('grants', 0.0)), speech)}"


def _tell_gap(gap: float, applied: float, speech: Speech) -> str:
    """Whether money is missing; while grants are applied for nobody knows."""
    if gap > SMALLEST:
        return speech.say("funding_gap", gap=speech.money(gap))
    if applied > SMALLEST:
        return speech.say("funding_if_granted", grants=speech.money(applied))
    return speech.say("funding_whole")


def _tell_finance(summary: Mapping[str, Any], speech: Speech) -> list[Text]:
    """What finance costs, in its parts; under an actor's perspective, whose cost the plan is. Nothing of an old run."""
    if any(f"finance_{part}_money" not in summary for part in ("cost", *FINANCE_PARTS)):
        return []
    if summary["perspective"] in speech.names:
        social = speech.number(summary["social_cost_money"])
        actor = speech.name(str(summary["perspective"]))
        return [Text(say("finance_viewer", speech.lang, actor=actor, social=social, money=speech.unit))]
    parts = {part: speech.number(summary[f"finance_{part}_money"]) for part in FINANCE_PARTS}
    finance = speech.number(summary["finance_cost_money"])
    return [Text(say("finance_cost", speech.lang, finance=finance, money=speech.unit, **parts))]
