"""The climate budget as a council reads it: caps, decisions, money, key figures, cuts, what is followed up, risk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from conf.words import format_amount, format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.section import Block, Chart, Column, Fact, Facts, Kind, Points, Section, Table, Text
from runners.views.subjects.climate_budget.decisions import NOW, add_up, read_number, write_cuts, write_decisions
from runners.views.subjects.climate_budget.money import (
    KIND,
    list_rows,
    write_figures,
    write_funding,
    write_operation,
    write_outlays,
)
from runners.views.tables import count_out
from runners.views.yearly import lay_years

SECTOR, REMOVAL, NET, TOTAL, IDLE = "sector", "removal", "net", "total", "do_nothing"
TO_FIND, APPLIED = "to_find", "applied"
GROUP = ("municipality", "company")
"""Kinds of actors that the council decides for."""


def write_budget(result: Result, lang: str) -> list[Section]:
    """The sections of a climate budget, those with nothing to tell left out."""
    sections = (
        write_proposal(result, lang),
        write_caps(result, lang),
        write_decisions(result, lang),
        write_outlays(result, lang),
        write_funding(result, lang),
        write_operation(result, lang),
        write_figures(result, lang),
        write_cuts(result, lang),
        write_followed(result, lang),
        write_risks(result, lang),
        write_basis(result, lang),
    )
    return [section for section in sections if not section.empty]


def write_proposal(result: Result, lang: str) -> Section:
    """What the council is asked to decide, and the figures to remember."""
    year, money = int(result.facts["year"]), name_money(result.money, lang)
    outlay, funding = _of_year(result, "outlays", year), _of_year(result, "funding", year)
    decisions = list_rows(result, "decisions")
    now = decisions[decisions["when"] == NOW] if len(decisions) else decisions
    own = now[now["decider"].isin(("board", "company"))] if len(now) else now
    asked = {status: add_up(_choose_status(funding, status), "amount") for status in (APPLIED, TO_FIND)}
    words = {"year": year, "last": result.facts["years"][-1], "money": money}
    facts, points = list[Fact](), list[str]()
    if len(_of_year(result, "caps", year)):
        cap, name, unit = find_cap(result, year, lang)
        told_cap = f"{format_number(cap, lang)} {say_unit(unit, lang)}"
        facts.append(Fact(told_cap, say("budget_fact_cap", lang, **words), name))
        points.append(say("budget_decide_cap", lang, cap=told_cap, name=name, **words))
    facts += [
        Fact(
            _money(add_up(outlay, "amount"), money, lang),
            say("budget_fact_outlay", lang, **words),
            _of_group(outlay, money, lang),
        ),
        Fact(str(len(set(own["technology"])) if len(own) else 0), say("budget_fact_decisions", lang, **words), ""),
    ]
    if len(own):
        bound = _money(add_up(own, "committed"), money, lang)
        count = len(set(own["technology"]))
        key = "budget_decide_measures" if count > 1 else "budget_decide_measure"
        points.append(say(key, lang, count=count, bound=bound, **words))
    for status, key in ((APPLIED, "budget_decide_grants"), (TO_FIND, "budget_decide_gap")):
        if asked[status]:
            points.append(say(key, lang, amount=_money(asked[status], money, lang), **words))
    points.append(say("budget_decide_follow", lang, **words))
    told = say("budget_text", lang, **words, price_year=result.facts["price_year"], plan=name_plan(result, lang))
    blocks: list[Block] = [Text(told), Facts(tuple(facts)), Points(tuple(points), True, say("budget_proposal", lang))]
    blocks += _tell_missed(result, lang)
    return Section(f"{KIND}_proposal", say("budget_title_proposal", lang, **words), tuple(blocks))


def _tell_missed(result: Result, lang: str) -> list[Block]:
    """Which targets the budget misses although its caps are kept: the first thing a committee asks."""
    targets, year, last = list_rows(result, "milestones"), int(result.facts["year"]), result.facts["years"][-1]
    missed = targets[targets["excess"] > 0] if len(targets) else targets
    if missed.empty:
        return []
    now, later = missed[missed["year"] == year], missed[missed["year"] > year]
    told = []
    if len(now):
        names = "; ".join(_tell_miss(row, lang) for _, row in now.iterrows())
        told.append(say("budget_missed_now", lang, count=len(now), year=year, names=names))
    new = later[~later["target"].isin(now["target"])].drop_duplicates("target")
    if len(new):
        names = "; ".join(f"{row[f'name_{lang}']} ({int(row['year'])})" for _, row in new.iterrows())
        told.append(say("budget_missed_later", lang, count=len(new), last=last, names=names))
    return [Text(" ".join(told))]


def _tell_miss(row: Mapping[Any, Any] | pd.Series[Any], lang: str) -> str:
    return f"{row[f'name_{lang}']} ({format_amount(float(row['excess']), str(row['unit']), lang)})"


def name_plan(result: Result, lang: str) -> str:
    """The plan that the budget is made of, by its folder's name, with the decision by which it was adopted."""
    plan, decision = Path(str(result.facts["plan"])).name, str(result.facts.get("decision") or "")
    return say("budget_plan_adopted", lang, plan=plan, decision=decision) if decision else plan


def find_cap(result: Result, year: int, lang: str) -> tuple[float, str, str]:
    """What may be emitted in a year, of which account, and its unit: the net one where anything is credited."""
    caps = _of_year(result, "caps", year)
    kind = NET if (caps["kind"] == NET).any() else TOTAL
    rows = caps[caps["kind"] == kind]
    if rows.empty:
        rows = caps[caps["kind"] == SECTOR]
        return float(rows["value"].sum()), say("budget_all_sectors", lang), str(rows["unit"].iloc[0])
    row = rows.iloc[0]
    return float(row["value"]), str(row[f"name_{lang}"]), str(row["unit"])


def write_caps(result: Result, lang: str) -> Section:
    """Caps by sector that sum to the whole, beside doing nothing, and the measures of each sector."""
    caps = list_rows(result, "caps")
    if caps.empty:
        return Section(f"{KIND}_caps", say("budget_title_caps", lang), ())
    parts = caps[caps["kind"].isin((SECTOR, REMOVAL))]
    signed = parts.assign(
        value=parts["value"].where(parts["kind"] == SECTOR, -parts["value"]),
        name=[_name_part(row, lang) for _, row in parts.iterrows()],
    )
    unit = say_unit(str(caps["unit"].iloc[0]), lang)
    _, whole, _ = find_cap(result, int(result.facts["year"]), lang)
    heads = {"name": say("budget_head_sector", lang)}
    first = lay_years(
        *(signed, heads, "value"),
        key="budget_caps",
        caption=say("budget_caps_caption", lang, unit=unit),
        note=say("budget_caps_note", lang, name=whole),
        total=whole,
    )
    rest = caps[caps["kind"].isin((TOTAL, IDLE))]
    rest = rest.assign(name=[_name_part(row, lang) for _, row in rest.iterrows()])
    beside = lay_years(
        rest, heads, "value", key="budget_idle", caption=say("budget_idle_caption", lang, unit=unit),
        note=f"{say('budget_idle_note', lang)} {_tell_net(result, lang)}".rstrip(),
    )  # fmt: skip
    sums = [sum(float(str(row[at])) for row in first.rows if row[at] is not None) for at in (1, len(first.columns) - 1)]
    years = result.facts["years"]
    told = say(
        *("budget_caps_told", lang),
        name=whole,
        unit=unit,
        first=years[0],
        last=years[-1],
        now=format_number(sums[0], lang),
        then=format_number(sums[1], lang),
    )
    spec = _draw_caps(signed[signed["kind"] == SECTOR], unit, lang)
    chart = Chart("budget_caps_chart", say("budget_caps_chart", lang, unit=unit), told, spec)
    return Section(
        f"{KIND}_caps", say("budget_title_caps", lang), (Text(told), chart, first, *_measures(result, lang), beside)
    )


def _tell_net(result: Result, lang: str) -> str:
    """How the account that is capped and the whole hang together in the budget's year, where they are two."""
    year = int(result.facts["year"])
    rows = _of_year(result, "caps", year).drop_duplicates("kind").set_index("kind")
    if NET not in rows.index or TOTAL not in rows.index:
        return ""
    words = {kind: str(rows.loc[kind, f"name_{lang}"]) for kind in (NET, TOTAL)}
    values = {f"{kind}_value": format_number(float(str(rows.loc[kind, "value"])), lang) for kind in (NET, TOTAL)}
    return say("budget_net_note", lang, year=year, **words, **values)


def write_followed(result: Result, lang: str) -> Section:
    """Targets with what the plan comes to, and what should stand of each measure."""
    blocks: list[Block] = []
    targets, indicators = list_rows(result, "milestones"), list_rows(result, "indicators")
    if len(targets):
        blocks.append(_table_targets(result, targets, lang))
    if len(indicators):
        plain = count_out(indicators, ["amount"])
        named = plain.assign(
            name=[f"{row['code']} {row[f'name_{lang}']}".strip() for _, row in plain.iterrows()],
            unit_name=[say_unit(str(unit), lang) for unit in plain["unit"]],
        )
        before = {int(year) for year in plain["year"]} - {int(year) for year in result.facts["years"]}
        labels = {"name": say("budget_head_measure", lang), "unit_name": say("budget_head_unit", lang)}
        blocks.append(
            lay_years(
                *(named, labels, "amount"),
                key="budget_indicators",
                caption=say("budget_indicators_caption", lang),
                note=say("budget_indicators_note", lang, before=min(before, default="")),
                decimals=None,
            )
        )
    return Section(f"{KIND}_followed", say("budget_title_followed", lang), tuple(blocks))


def _table_targets(result: Result, targets: pd.DataFrame, lang: str) -> Table:
    """Two rows per target and account: its limit, and what the plan comes to."""
    limits = targets.assign(shown=targets["cap"], what=say("budget_row_cap", lang))
    planned = targets.assign(shown=targets["value"], what=say("budget_row_plan", lang))
    missed = targets.assign(shown=targets["excess"], what=say("budget_row_missed", lang))
    rows = pd.concat([limits, planned, missed[missed["excess"] > 0]])
    rows = rows.assign(
        order=rows.groupby("target", sort=False).ngroup(), unit_name=[say_unit(str(u), lang) for u in rows["unit"]]
    )
    rows = rows.sort_values("order", kind="stable")
    labels = {
        f"name_{lang}": say("budget_head_target", lang),
        "what": say("budget_head_what", lang),
        "unit_name": say("budget_head_unit", lang),
    }
    return lay_years(
        *(rows, labels, "shown"),
        key="budget_milestones",
        caption=say("budget_milestones_caption", lang),
        note=say("budget_milestones_note", lang),
        decimals=None,
        years=result.facts["years"],
    )


def write_risks(result: Result, lang: str) -> Section:
    """What may go wrong, where a stress run was named."""
    rows, targets = list_rows(result, "risks"), list_rows(result, "target_risks")
    title, money = say("budget_title_risks", lang), name_money(result.money, lang)
    if rows.empty:
        return Section(f"{KIND}_risks", title, (Text(say("budget_no_stress", lang, plan=result.facts["plan"])),))
    made = tuple(
        (
            _name_circumstance(result, str(row["circumstance"]), lang),
            say(f"stress_level_{row['level']}", lang)
            if f"stress_level_{row['level']}" in _known()
            else str(row["level"]),
            int(row["futures"]),
            *(read_number(row[name]) for name in ("planned_cost", "cost_p05", "cost_p50", "cost_p95")),
            _percent(row["broken_share"]),
            _percent(row["met_all_share"]),
        )
        for _, row in rows.iterrows()
    )
    names = ("planned_cost", "cost_low", "cost_middle", "cost_high")
    columns = (
        Column(say("budget_head_circumstance", lang), Kind.TEXT, 24),
        Column(say("budget_head_level", lang), Kind.TEXT, 14),
        Column(say("budget_head_futures", lang), Kind.COUNT, 10),
        *(Column(say(f"budget_head_{name}", lang, money=money), Kind.AMOUNT, 13, decimals=0) for name in names),
        Column(say("budget_head_broken", lang), Kind.AMOUNT, 12, decimals=0),
        Column(say("budget_head_met_all", lang), Kind.AMOUNT, 12, decimals=0),
    )
    blocks: list[Block] = [Text(say("budget_risks_text", lang))]
    blocks.append(Table("budget_risks", say("budget_risks_caption", lang), "", columns, made))
    if len(targets):
        share = targets.assign(
            percent=100.0 * targets["share_met"].astype(float),
            where=[_name_circumstance(result, str(c), lang) for c in targets["circumstance"]],
        )
        labels = {f"name_{lang}": say("budget_head_target", lang), "where": say("budget_head_circumstance", lang)}
        caption, note = say("budget_target_risks_caption", lang), say("budget_target_risks_note", lang)
        blocks.append(
            lay_years(share, labels, "percent", key="budget_target_risks", caption=caption, note=note, decimals=0)
        )
    return Section(f"{KIND}_risks", title, tuple(blocks))


def write_basis(result: Result, lang: str) -> Section:
    """What every table is made of, and how to read it."""
    facts = result.facts
    words = {"plan": facts["plan"], "started": str(facts["plan_started"])[:10], "digest": str(facts["digest"])[:8]}
    keys = [
        "budget_basis_plan",
        "budget_basis_prices",
        "budget_basis_sums",
        "budget_basis_nothing",
        "budget_basis_status",
    ]
    if not facts["against_nothing"]:
        keys[3] = "budget_basis_no_nothing"
    if facts.get("whole_units") is False:
        keys.append("budget_basis_parts")
    points = tuple(
        say(key, lang, **words, year=facts["price_year"], money=name_money(result.money, lang)) for key in keys
    )
    return Section(f"{KIND}_basis", say("budget_title_basis", lang), (Points(points),))


def _measures(result: Result, lang: str) -> list[Block]:
    """Measures that begin in the budget's years, by sector."""
    rows = list_rows(result, "decisions")
    if rows.empty:
        return []
    made = []
    for name, own in rows.groupby(f"sector_{lang}", sort=False):
        names = dict.fromkeys(f"{row['code']} {row[f'name_{lang}']}".strip() for _, row in own.iterrows())
        made.append((f"{str(name)[:1].upper()}{str(name)[1:]}", "; ".join(names)))
    columns = (
        Column(say("budget_head_sector", lang), Kind.TEXT, 26),
        Column(say("budget_head_measures", lang), Kind.LONG, 70),
    )
    return [Table("budget_measures", say("budget_measures_caption", lang), "", columns, tuple(made))]


def _draw_caps(rows: pd.DataFrame, unit: str, lang: str) -> dict[str, Any]:
    """Stacked bars of the sectors, a bar per year."""
    from runners.views import vega
    from runners.views.charts import choose_colours
    from runners.views.theme import finish

    shown = rows[["name", "year", "value"]].astype({"year": str})
    colours = choose_colours(list(dict.fromkeys(shown["name"])))
    scale = vega.scale(domain=list(colours), range=list(colours.values()))
    bars = vega.Chart(shown).draw("bar").encode(
        x=vega.x("year:N", title=None, axis=vega.axis(labelAngle=0)),
        y=vega.y("value:Q", title=unit),
        color=vega.color("name:N", scale=scale, legend=vega.legend(title=None), sort=list(colours)),
        tooltip=[
            vega.tooltip("name:N", title=say("budget_head_sector", lang)),
            vega.tooltip("year:N", title=say("budget_head_year", lang)),
            vega.tooltip("value:Q", title=unit, format=",.1f"),
        ],
    )  # fmt: skip
    return finish(bars)


def _name_part(row: Mapping[Any, Any] | pd.Series[Any], lang: str) -> str:
    name = str(row[f"name_{lang}"])
    if row["kind"] == REMOVAL:
        return say("budget_less", lang, name=name)
    return say("budget_idle", lang, name=name) if row["kind"] == IDLE else name


def _name_circumstance(result: Result, name: str, lang: str) -> str:
    """What a circumstance is called by the stress run, else its own name."""
    told = result.facts.get("circumstances", {}).get(name, {})
    return str(told.get(lang) or name)


def _of_year(result: Result, name: str, year: int) -> pd.DataFrame:
    rows = list_rows(result, name)
    return rows[rows["year"] == year] if len(rows) else rows


def _choose_status(funding: pd.DataFrame, status: str) -> pd.DataFrame:
    """Money of a status that the municipality and its companies have to see to."""
    return funding[(funding["status"] == status) & funding["kind"].isin(GROUP)] if len(funding) else funding


def _of_group(rows: pd.DataFrame, money: str, lang: str) -> str:
    """Of it what the municipality and its companies spend."""
    own = rows[rows["kind"].isin(GROUP)] if len(rows) else rows
    return say("budget_of_group", lang, amount=_money(add_up(own, "amount"), money, lang))


def _money(amount: float, money: str, lang: str) -> str:
    return f"{format_number(amount, lang)} {money}"


def _percent(value: object) -> float | None:
    number = read_number(value)
    return None if number is None else 100.0 * number


def _known() -> Mapping[str, Any]:
    from conf.words import read_messages

    return read_messages()
