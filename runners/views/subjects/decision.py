"""The first page: figures to remember, what the council would decide, what is missed and whether money mends it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_gap, say
from runners.results.result import Result
from runners.results.target_judgement import judge_targets
from runners.views.locale import BLANK, Speech
from runners.views.overviews import SMALLEST, Tables, follow_total, list_outlays, list_timetable, sum_headline
from runners.views.section import Block, Fact, Facts, Points, Section, Text
from runners.views.subjects.method import read_rate
from scenarios.arithmetic.pools import CUMULATIVE
from scenarios.arithmetic.projects import DECIDED
from scenarios.catalog import ACCOUNT, ACTOR, TARGET, YEAR
from scenarios.target_states import COVERED, FULL, OUTSIDE

OWN_KINDS = ("municipality", "company")
"""Actors over whom a council decides, itself or through a company."""
FIRST_YEARS = 4
"""Plan years from the first that a decision sets going."""
MOST_MEASURES = 8
NEAREST = "nearest"
AT_LEAST = "at_least"


def write_summary(result: Result, speech: Speech) -> Section:
    """The first page of a report."""
    headline = sum_headline(result.tables, result.facts)
    status = speech.say(
        f"status_{result.facts['status']}",
        objective=speech.money(headline["objective"]),
        rate=speech.number(100 * read_rate(result.tables)),
        gap=format_gap(float(result.facts["gap"]), speech.lang),
    )
    blocks: list[Block] = [
        _list_facts(result, speech),
        Text(status + " " + _value_misses(headline, speech)),
        *([Text(say("subject_parts", speech.lang), "note")] if result.facts.get("whole_units") is False else []),
        Points(propose_decision(result, speech), True, speech.say("decide_lead")),
    ]
    first, now = int(result.facts["first_year"]), int(str(result.origin["started"])[:4])
    if now > first:
        blocks.append(Text(speech.say("past_years", first=first, last=now - 1, now=now), "note"))
    misses = explain_misses(result.tables, speech)
    if misses:
        blocks.append(Points(misses, False, speech.say("misses_lead")))
        blocks.append(Text(weigh_misses(result.tables, speech), "note"))
    return Section("summary", speech.say("summary_title"), tuple(blocks))


def _list_facts(result: Result, speech: Speech) -> Facts:
    headline = sum_headline(result.tables, result.facts)
    span = f"{result.facts['first_year']}–{result.facts['last_year']}"
    facts = [Fact(speech.money(headline["outlay"]), speech.say("fact_outlay"), span)]
    if "funding" in result.tables:
        split = split_outlays(result.tables)
        own = sum(amount for actor, amount in split.items() if actor != "others")
        facts.append(Fact(speech.money(own), speech.say("fact_own"), speech.say("fact_own_remark")))
    total = follow_total(result.tables).query("period == 'plan'")
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


def propose_decision(result: Result, speech: Speech) -> tuple[str, ...]:
    """The points of the decision, in order: the whole, the first works, the money, what is not met, what is unsure."""
    tables = result.tables
    points = [_approve(result, speech), _begin(tables, speech)]
    if "funding" in tables:
        points += [_set_aside(tables, speech), _note_ceiling(tables, speech), _apply(tables, speech)]
    return tuple(point for point in [*points, _note_misses(tables, speech)] if point)


def explain_misses(tables: Tables, speech: Speech) -> tuple[str, ...]:
    """One sentence per target that is missed: by how much, how long, and whether any measure acts on it."""
    missed, untouched = _list_missed(tables), _list_untouched(tables)
    return tuple(_tell_miss(row, speech, row[ACCOUNT] in untouched) for _, row in missed.iterrows())


def weigh_misses(tables: Tables, speech: Speech) -> str:
    """Whether money would mend what is missed, as far as this one plan knows."""
    missed = _list_missed(tables)
    if (missed["mode"] == NEAREST).all():
        return speech.say("misses_nearest")
    full = missed[missed["acts"] == FULL]
    prices = [speech.price_of(row["price"], str(row["unit"])) for _, row in full.iterrows()]
    told = list(dict.fromkeys(price for price in prices if price != BLANK))
    key = "misses_priced_each" if len(told) > 1 else "misses_priced"
    sentences = [speech.say(key, prices=speech.join(told)), speech.say("misses_money")] if told else []
    return " ".join([*sentences, *_tell_covered(missed, speech)])


def _list_missed(tables: Tables) -> pd.DataFrame:
    judged = judge_targets(tables["targets"])
    return judged[judged["years_missed"] > 0]


def _tell_covered(missed: pd.DataFrame, speech: Speech) -> list[str]:
    """One sentence per target that does not act because another of its pool is missed more."""
    covered = missed[missed["acts"] == COVERED]
    return [
        speech.say("miss_covered", target=row[speech.name_column], other=speech.name(str(row["because"])))
        for _, row in covered.iterrows()
    ]


def split_outlays(tables: Tables) -> dict[str, float]:
    """Outlays over the horizon of the council's own actors by name of label, and of all others under `others`."""
    outlays = list_outlays(tables)
    own = outlays[outlays["kind"].isin(OWN_KINDS)].groupby(ACTOR, sort=False)["amount"].sum()
    others = float(outlays.loc[~outlays["kind"].isin(OWN_KINDS), "amount"].sum())
    return {str(actor): float(amount) for actor, amount in own.items()} | {"others": others}


def _approve(result: Result, speech: Speech) -> str:
    headline = sum_headline(result.tables, result.facts)
    span = {"first": result.facts["first_year"], "last": result.facts["last_year"]}
    decided = _list_decided(result.tables)
    settled = float(decided["outlay"].sum())
    told = {"outlay": speech.money(headline["outlay"] - settled), **span}
    if decided.empty:
        whole = speech.say("decide_approve", **told)
    else:
        names = speech.join(list(dict.fromkeys(decided[speech.name_column])))
        whole = speech.say("decide_approve_beside", decided=speech.money(settled), names=names, **told)
    if "funding" not in result.tables:
        return whole
    split = split_outlays(result.tables)
    for actor, amount in decided.groupby(ACTOR)["outlay"].sum().items():
        split[str(actor) if actor in split else "others"] -= float(amount)
    own = [f"{speech.name(actor)} {speech.money(amount)}" for actor, amount in split.items() if actor != "others"]
    return whole + " " + speech.say("decide_split", own=speech.join(own), others=speech.money(split["others"]))


def _list_decided(tables: Tables) -> pd.DataFrame:
    """Investments of what is decided already, on which there is nothing left to approve."""
    spent = tables["investments"]
    return spent[(spent["status"] == DECIDED) & (spent["outlay"] > 0)]


def _begin(tables: Tables, speech: Speech) -> str:
    """Measures that start in the first years, dearest first; not what is decided already."""
    timetable = list_timetable(tables)
    timetable = timetable[timetable["status"] != DECIDED]
    if timetable.empty:
        return speech.say("decide_nothing")
    first = int(timetable["first_start"].min())
    last = first + FIRST_YEARS - 1
    early = timetable[timetable["first_start"] <= last].sort_values("outlay", ascending=False, kind="stable")
    named = [str(name) for name in early[speech.name_column].head(MOST_MEASURES)]
    more = len(early) - len(named)
    names = "; ".join(named) + (speech.say("decide_more", count=more) if more > 0 else "")
    return speech.say("decide_begin", first=first, last=last, count=len(early), names=names)


def _set_aside(tables: Tables, speech: Speech) -> str:
    """What the municipality itself needs in its heaviest year, and how much of its outlay is to be borrowed."""
    figures = tables["key_figures"]
    city = figures[figures["kind"] == "municipality"]
    most = city[city["item"] == "most_yearly_need"]
    if most.empty:
        return ""
    sources = tables["funding"].query("side == 'source' and kind == 'municipality'")
    kinds = tables["labels"].query("dimension == 'instrument'").set_index("label")["role"]
    groups = sources["item"].map(kinds).astype(object).fillna("own")
    sums = sources.groupby(groups)["amount"].sum()
    loans = float(sums.drop([kind for kind in ("own", "grant") if kind in sums]).sum())
    row = most.iloc[0]
    return speech.say(
        "decide_money",
        name=row[speech.name_column],
        most=speech.money(row["amount"], 1),
        year=speech.year(row[YEAR]),
        loans=speech.money(loans),
        own=speech.money(float(sums.get("own", 0.0))),
    )


def _note_ceiling(tables: Tables, speech: Speech) -> str:
    """How near the municipality comes to its debt ceiling."""
    figures = tables["key_figures"]
    margin = figures[(figures["kind"] == "municipality") & (figures["item"] == "least_ceiling_margin")]
    margin = margin[margin["amount"].notna()]
    if margin.empty:
        return ""
    row = margin.iloc[0]
    year = speech.year(row[YEAR])
    return speech.say("decide_ceiling", name=row[speech.name_column], margin=speech.money(row["amount"], 1), year=year)


def _apply(tables: Tables, speech: Speech) -> str:
    """Grants that the plan reckons with and nobody has promised."""
    grants = float(tables["funding"].query("status == 'applied'")["amount"].sum())
    return speech.say("decide_grants", grants=speech.money(grants)) if grants > SMALLEST else ""


def _note_misses(tables: Tables, speech: Speech) -> str:
    missed, count = _list_missed(tables), tables["targets"][TARGET].nunique()
    if missed.empty:
        return speech.say("decide_all_met", count=count) if count else ""
    return speech.say("decide_missed", missed=len(missed), count=count)


def _tell_miss(row: pd.Series[Any], speech: Speech, untouched: bool) -> str:
    """`Climate positive 2045: 6.8 kt CO2e over the limit in 2045, the only year in which it is missed.`"""
    amount = f"{speech.amount(row['excess'])}\xa0{speech.unit_of(row['unit'])}"
    key = "miss_short" if row["sense"] == AT_LEAST else "miss_over"
    told = speech.say(key, name=row[speech.name_column], amount=amount, year=row[YEAR], years=_tell_years(row, speech))
    if row["acts"] == OUTSIDE:
        return f"{told} {speech.say('miss_outside')}"
    return told + (" " + speech.say("miss_untouched") if untouched else "")


def _tell_years(row: pd.Series[Any], speech: Speech) -> str:
    """How long a target is missed, after the year in which it is missed most."""
    if not pd.isna(row["met_from"]):
        return speech.say("miss_until", year=row["met_from"])
    if row["basis"] == CUMULATIVE:
        return speech.say("miss_sum")
    if row["years_missed"] == 1:
        return speech.say("miss_once")
    if row["missed_since"] <= row[YEAR]:
        return speech.say("miss_always")
    return speech.say("miss_some", count=row["years_missed"], all=row["years_held"])


def _list_untouched(tables: Tables) -> set[str]:
    """Accounts of which the plan changes nothing: whatever is missed there, no measure of the plan acts on it."""
    if "comparison" not in tables:
        return set()
    beside = tables["comparison"].query("kind == 'emission'")
    return set(beside.loc[beside["change"].abs() < SMALLEST, "item"])
