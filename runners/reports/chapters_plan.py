"""The chapters on what a plan does: summary and decision, background, targets and path, measures and timetable."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from conf.words import format_amount, say
from runners.reports.background import REMOVAL, SECTOR
from runners.reports.decision import AT_LEAST, explain_misses, propose_decision, split_outlays, weigh_misses
from runners.reports.money_grids import spread_both
from runners.reports.overviews import (
    SMALLEST,
    Tables,
    count_years,
    follow_net,
    follow_total,
    list_owners,
    list_programmes,
    list_service,
    list_timetable,
    spread_periods,
    sum_headline,
)
from runners.reports.run_folder import Run
from runners.results.target_judgement import judge_targets
from runners.views.locale import Speech, note_grid, spread_grid
from runners.views.names import name_programme
from runners.views.section import Block, Chart, Fact, Facts, Grid, Points, Row, Section, Text
from runners.views.year_charts import draw_path, draw_timetable
from scenarios.catalog import ACCOUNT, ACTOR, TECHNOLOGY, YEAR

MOST_SECTORS = 7
"""Sectors with a colour of their own; the smallest are drawn as one."""


def write_summary_chapter(run: Run, speech: Speech, left_out: tuple[str, ...]) -> Section:
    """The first page: the figures to remember, the proposed decision, what is missed and whether money mends it."""
    headline = sum_headline(run.tables, run.summary)
    status = speech.say(
        f"status_{run.summary['status']}",
        objective=speech.money(headline["objective"]),
        rate=speech.number(100 * read_rate(run.tables)),
        gap=speech.number(100 * float(run.summary["gap"]), 2),
    )
    blocks: list[Block] = [
        _list_facts(run, speech),
        Text(status + " " + _value_misses(headline, speech)),
        *([Text(say("subject_parts", speech.lang), "note")] if run.summary.get("whole_units") is False else []),
        Points(propose_decision(run, speech), True, speech.say("decide_lead")),
    ]
    first, now = int(run.summary["first_year"]), int(str(run.manifest["started"])[:4])
    if now > first:
        blocks.append(Text(speech.say("past_years", first=first, last=now - 1, now=now), "note"))
    misses = explain_misses(run.tables, speech)
    if misses:
        blocks.append(Points(misses, False, speech.say("misses_lead")))
        blocks.append(Text(weigh_misses(run.tables, speech), "note"))
    if left_out:
        blocks.append(Text(speech.say("left_out", names=speech.join(left_out)), "note"))
    return Section("summary", speech.say("summary_title"), tuple(blocks))


def read_rate(tables: Tables) -> float:
    """The real discount rate, a share a year."""
    return float(read_convention(tables, "discount_rate"))


def read_convention(tables: Tables, item: str) -> str:
    """What was chosen of how money is counted."""
    chosen = tables["conventions"].set_index("item")["choice"]
    return str(chosen[item])


def write_background(run: Run, speech: Speech) -> Section:
    """What the document is about and how to read it."""
    span = {"first": run.summary["first_year"], "last": run.summary["last_year"]}
    name = run.summary[speech.name_column]
    texts = [
        Text(speech.say("background_what", name=name, **span)),
        Text(speech.say("background_how", base=read_convention(run.tables, "base_year"))),
        Text(speech.say("background_money", level=speech.price_level)),
    ]
    return Section("background", speech.say("background_title"), tuple(texts))


def write_targets(run: Run, speech: Speech) -> Section:
    """Targets against outcome, and the emission path by sector."""
    blocks: list[Block] = []
    sectors = _list_sectors(run.tables, speech)
    if len(sectors):
        unit = str(run.tables["emissions"]["unit"].iloc[0])
        caps, nothing = _list_caps(run.tables, speech), _list_nothing(run.tables, speech)
        blocks += [
            Text(_tell_path(run.tables, speech)),
            Chart(
                "path",
                speech.say("path_caption", unit=unit),
                _tell_path(run.tables, speech),
                draw_path(sectors, nothing, caps, speech, unit),
            ),
            _table_path(run.tables, speech),
        ]
    if len(run.tables["targets"]):
        blocks.append(table_targets(run.tables, speech))
    return Section("targets", speech.say("targets_title"), tuple(blocks))


def write_measures(run: Run, speech: Speech) -> Section:
    """Which measures, when, how much, for what money."""
    timetable = list_timetable(run.tables)
    if timetable.empty:
        return Section("measures", speech.say("measures_title"), ())
    service = _describe_service(run, speech)
    early = timetable[timetable["first_start"] == timetable["first_start"].min()]
    told = speech.say(
        "timetable_alternative",
        count=len(timetable),
        early=len(early),
        first=int(timetable["first_start"].min()),
        last=int(timetable["first_start"].max()),
    )
    programmes = list_programmes(run.tables)
    programmes["name"] = [
        name_programme(programme, speech.lang) if programme else speech.say("no_programme")
        for programme in programmes["programme"]
    ]
    blocks: tuple[Block, ...] = (
        Text(told),
        Chart("timetable", speech.say("timetable_caption"), told, draw_timetable(service, speech)),
        _table_timetable(timetable, list_owners(run.tables), speech),
        *spread_both(speech, "programmes", programmes, ["name"], [speech.say("head_programme")]),
    )
    return Section("measures", speech.say("measures_title"), blocks)


def table_targets(tables: Tables, speech: Speech) -> Grid:
    """A row per target: when, what it asks, what comes of it, by how much it is missed and how long."""
    rows = []
    for _, row in judge_targets(tables["targets"]).iterrows():
        sign = "≥" if row["sense"] == AT_LEAST else "≤"
        met = row["years_missed"] == 0
        cells = (
            str(row[speech.name_column]),
            speech.unit_of(row["unit"]),
            speech.year(row[YEAR]),
            f"{sign}\xa0{speech.amount(row['cap'])}",
            speech.amount(row["value"]),
            speech.say("target_met") if row["met"] else speech.amount(row["excess"]),
            speech.year(row["met_from"]),
            "" if met else speech.price_of(row["price"], str(row["unit"])),
        )
        rows.append(Row(cells))
    keys = ("target", "unit", "year", "cap", "outcome", "missed", "met_from", "price")
    heads = tuple(speech.say(f"head_{key}") for key in keys)
    return Grid("targets", speech.say("targets_caption"), note_grid(speech, "targets"), heads, tuple(rows), 2)


def _list_facts(run: Run, speech: Speech) -> Facts:
    headline = sum_headline(run.tables, run.summary)
    span = f"{run.summary['first_year']}–{run.summary['last_year']}"
    facts = [Fact(speech.money(headline["outlay"]), speech.say("fact_outlay"), span)]
    if "funding" in run.tables:
        split = split_outlays(run.tables)
        own = sum(amount for actor, amount in split.items() if actor != "others")
        facts.append(Fact(speech.money(own), speech.say("fact_own"), speech.say("fact_own_remark")))
    total = follow_total(run.tables).query("period == 'plan'")
    if len(total):
        first, last = total.iloc[0], total.iloc[-1]
        figure = f"{speech.amount(first['value'])} → {speech.amount(last['value'])}"
        facts.append(
            Fact(
                figure, str(first[speech.name_column]), f"{speech.unit_of(first['unit'])}, {first[YEAR]} → {last[YEAR]}"
            )
        )
    count = int(headline["met"] + headline["missed"])
    figure = speech.say("fact_targets_of", met=int(headline["met"]), count=count)
    return Facts((*facts, Fact(figure, speech.say("fact_targets"), speech.say("fact_targets_remark"))))


def _value_misses(headline: pd.Series, speech: Speech) -> str:
    if headline["misses"] < SMALLEST:
        return ""
    return speech.say(
        "value_misses", resources=speech.money(headline["resources"]), misses=speech.money(headline["misses"])
    )


def _list_sectors(tables: Tables, speech: Speech) -> pd.DataFrame:
    """Sectors upwards and what is credited downwards, largest sector first, as a chart takes them."""
    path = tables["emissions"]
    some = path[path["kind"].isin((SECTOR, REMOVAL))].copy()
    some["series"] = some[speech.name_column]
    some["value"] = some["value"].where(some["kind"] == SECTOR, -some["value"])
    sizes = some.groupby("series")["value"].transform("sum")
    some = some.assign(size=sizes).sort_values("size", ascending=False, kind="stable")
    upwards = list(dict.fromkeys(some.loc[some["kind"] == SECTOR, "series"]))
    rest = set(upwards[MOST_SECTORS:]) if len(upwards) > MOST_SECTORS + 1 else set()
    some["series"] = [speech.say("others") if name in rest else name for name in some["series"]]
    return some.groupby(["series", YEAR, "length"], sort=False)["value"].sum().reset_index()


def _list_nothing(tables: Tables, speech: Speech) -> pd.DataFrame:
    nothing = follow_total(tables).query("period == 'do_nothing'")
    return nothing[[YEAR, "length", "value"]].assign(series=speech.say("do_nothing"))


def _list_caps(tables: Tables, speech: Speech) -> pd.DataFrame:
    """Caps by year of the targets on the account that sums all emissions and on the net one."""
    targets = tables["targets"][tables["targets"]["basis"] != "cumulative"]
    shown = {*follow_total(tables)[speech.name_column], *follow_net(tables)[speech.name_column]}
    named = targets[targets[ACCOUNT].map(speech.name).isin(shown)]
    lengths = follow_total(tables).drop_duplicates(YEAR).set_index(YEAR)["length"]
    return (
        named[[YEAR]]
        .assign(length=named[YEAR].map(lengths).fillna(1.0), series=named[speech.name_column], value=named["cap"])
        .reset_index(drop=True)
    )


def _tell_path(tables: Tables, speech: Speech) -> str:
    total = follow_total(tables)
    plan = total[total["period"] == "plan"]
    if plan.empty:
        return speech.say("path_alternative_plain")
    first, last = plan.iloc[0], plan.iloc[-1]
    told = speech.say(
        "path_alternative",
        name=first[speech.name_column],
        unit=speech.unit_of(first["unit"]),
        first=first[YEAR],
        before=speech.amount(first["value"]),
        last=last[YEAR],
        after=speech.amount(last["value"]),
    )
    nothing = total[total["period"] == "do_nothing"]
    if len(nothing):
        told += " " + speech.say(
            "path_nothing", value=speech.amount(nothing.iloc[-1]["value"]), unit=speech.unit_of(first["unit"])
        )
    return told


def _table_path(tables: Tables, speech: Speech) -> Grid:
    """The path by sector at the last year of each period."""
    path = tables["emissions"]
    rows = path[path["period"] != "do_nothing"].assign(name=path[speech.name_column])
    rows = rows[rows["kind"].isin((SECTOR, REMOVAL, "net", "total")) & (rows["period"] == "plan")]
    wide = spread_periods(rows.drop(columns="period"), ["name"], "value", last=True, total=False)
    return spread_grid(speech, "path_table", wide, ["name"], [speech.say("head_sector")])


def _describe_service(run: Run, speech: Speech) -> pd.DataFrame:
    service, lengths = list_service(run.tables), count_years(run.summary)
    names = [
        f"{code} {name}" if code else str(name)
        for code, name in zip(service["code"], service[speech.name_column], strict=True)
    ]
    return pd.DataFrame(
        {
            "measure": names,
            "programme": [name_programme(programme, speech.lang) for programme in service["programme"]],
            "year": service[YEAR].astype(int),
            "length": service[YEAR].map(lengths).fillna(1.0).astype(float),
            "share": service["share"].astype(float),
            "amount": [
                format_amount(float(added), str(unit), speech.lang)
                for added, unit in zip(service["added"], service["unit"], strict=True)
            ],
            "outlay": service["outlay"].astype(float),
            "started": service["build"] > SMALLEST,
        }
    )


def _table_timetable(timetable: pd.DataFrame, owners: Mapping[str, pd.DataFrame], speech: Speech) -> Grid:
    """A row per measure and owner, with the owner's part of it."""
    rows = []
    for _, row in timetable.iterrows():
        first, last = int(row["first_start"]), int(row["last_start"])
        for _, owner in owners[str(row[TECHNOLOGY])].iterrows():
            cells = (
                speech.name_measure(row),
                speech.name(str(owner[ACTOR])),
                f"{speech.whole(100.0 * owner['share'])}\xa0%",
                str(first) if first == last else f"{first}–{last}",
                speech.year(row["first_service"]),
                format_amount(float(owner["share"] * row["most"]), str(row["unit"]), speech.lang),
                speech.number(owner["outlay"]),
                speech.number(owner["nominal"]),
            )
            rows.append(Row(cells))
    keys = ("measure", "actor", "share", "starts", "service", "most", "outlay", "nominal")
    heads = tuple(speech.say(f"head_{key}") for key in keys)
    return Grid(
        "timetable", speech.say("timetable_table_caption"), note_grid(speech, "timetable"), heads, tuple(rows), 2
    )
