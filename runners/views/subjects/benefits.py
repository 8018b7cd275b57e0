"""Benefits: what the plan changes beside emissions and money, what that is worth, who pays and who receives."""

from __future__ import annotations

import pandas as pd

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.section import Block, Cell, Column, Kind, Points, Section, Table, Text
from scenarios.catalog_aside import BENEFIT, BENEFITS

WORTH_ITEMS = ("net", "residual_value", "debt_left")
"""Items of an actor's cash whose present values are its net present value."""
ASSUMED = "assumed"


def write_benefits(result: Result, lang: str) -> Section:
    """The section of benefits; an empty one where the case has none."""
    title, table = say("report_side_benefits_title", lang), result.table(BENEFITS)
    if table is None:
        return Section(BENEFITS, title, ())
    blocks: list[Block] = [Text(_tell_share(table, lang)), _lay_benefits(result, table, lang)]
    by_receiver = _lay_receivers(result, table, lang)
    blocks += [by_receiver] if by_receiver.rows else []
    lacking = tuple(_list_lacking(table, lang))
    blocks += [Points(lacking, lead=say("report_side_benefits_lacking", lang))] if lacking else []
    return Section(BENEFITS, title, tuple(blocks))


def _tell_share(table: pd.DataFrame, lang: str) -> str:
    """How much of what is valued rests on assumed values."""
    sizes = table.groupby([BENEFIT, "confidence"])["present_value"].sum().abs()
    whole = float(sizes.sum())
    if whole <= 0:
        return say("report_side_benefits_none", lang)
    assumed = float(sizes[sizes.index.get_level_values("confidence") == ASSUMED].sum())
    return say("report_side_benefits_share", lang, share=format_number(100.0 * assumed / whole, lang, 0))


def _lay_benefits(result: Result, table: pd.DataFrame, lang: str) -> Table:
    """A row per benefit: units over the plan's years without and with it, and present values with their range."""
    rows: list[tuple[Cell, ...]] = []
    money = ("present_value", "present_low", "present_high")
    for _, own in table.groupby(BENEFIT, sort=False):
        first = own.iloc[0]
        counted, valued = own["amount"].notna().any(), own["present_value"].notna().any()
        units: list[Cell] = [float(own[name].sum()) if counted else None for name in ("idle", "amount", "change")]
        worth: list[Cell] = [float(own[name].sum()) if valued else None for name in money]
        certain = say(f"report_certain_{first['confidence']}", lang) if first["confidence"] else ""
        receiver = _name_receiver(result, str(first["receiver"]), lang)
        rows.append((str(first[f"name_{lang}"]), receiver, str(first["unit"]), *units, *worth, certain))
    heads: list[tuple[str, Kind, float]] = [
        ("benefit", Kind.TEXT, 34.0),
        ("receiver", Kind.TEXT, 24.0),
        ("unit", Kind.TEXT, 10.0),
    ]
    heads += [(name, Kind.AMOUNT, 12.0) for name in ("idle", "with", "change", "present", "low", "high")]
    heads += [("certain", Kind.TEXT, 12.0)]
    columns = tuple(Column(say(f"report_benefit_{name}", lang), kind, width) for name, kind, width in heads)
    money_name = name_money(result.money, lang)
    note = say("report_side_benefits_note", lang, money=money_name, year=result.facts.get("price_year", ""))
    return Table("benefits", say("report_side_benefits_caption", lang), note, columns, tuple(rows))


def _lay_receivers(result: Result, table: pd.DataFrame, lang: str) -> Table:
    """A row per receiver: what the plan costs it in money, what benefits it has, and the sum."""
    benefit = table.groupby("receiver", sort=False)["present_value"].sum().to_dict()
    cost: dict[str, float] = {}
    cash = result.table("cash_flow")
    if cash is not None:
        own = cash[cash["item"].isin(WORTH_ITEMS)]
        sums = own.groupby("actor", sort=False)["change_present_value"].sum()
        cost = {str(actor): float(amount) for actor, amount in sums.items()}
    rows: list[tuple[Cell, ...]] = []
    for label in dict.fromkeys([*cost, *map(str, benefit)]):
        paid, had = cost.get(label), float(benefit.get(label, 0.0))
        rows.append((_name_receiver(result, label, lang), paid, had, (paid or 0.0) + had))
    heads = ("receiver", "money", "benefit_sum", "net")
    columns = tuple(
        Column(say(f"report_benefit_{name}", lang), Kind.AMOUNT if at else Kind.TEXT, 14.0 if at else 30.0, bool(at))
        for at, name in enumerate(heads)
    )
    note = say("report_receivers_note", lang)
    total = say("report_benefit_total", lang)
    return Table("benefit_receivers", say("report_receivers_caption", lang), note, columns, tuple(rows), total)


def _name_receiver(result: Result, label: str, lang: str) -> str:
    actors = result.table("actors")
    if actors is not None:
        own = actors.loc[actors["actor"] == label, f"name_{lang}"]
        if len(own):
            return str(own.iloc[0])
    return label.replace("_", " ")


def _list_lacking(table: pd.DataFrame, lang: str) -> list[str]:
    """Benefits without units or without a value, and where values are found."""
    told = []
    for _, own in table.groupby(BENEFIT, sort=False):
        first = own.iloc[0]
        name = str(first[f"name_{lang}"])
        if not own["amount"].notna().any():
            told.append(say("report_benefit_no_units", lang, name=name))
        if not first["confidence"]:
            where = say(f"report_benefit_where_{first['kind']}", lang)
            told.append(say("report_benefit_no_value", lang, name=name, where=where))
    return told
