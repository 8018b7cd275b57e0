"""A plan under stress in sentences that a council understands: targets, money, and which failure hurts most.

All of them are told from the tables of the answer, so that screen, report and workbook say the same.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money

MOST_TARGETS, MOST_ACTORS, MOST_CONDITIONS, MOST_FAILURES, MOST_PAIRS, MOST_RANKED = 8, 4, 3, 5, 3, 8
MOST_TOLD = 3
"""Targets that are named of one failure."""
NOTHING = 0.05
BROKEN = 1e-6
"""Hurt beyond cost by more than this, in parts of the cost, is of something that is broken."""
FINE = 10.0
"""Money below this is told with a decimal."""
PERCENT = 100.0
COST = "cost"


def list_places(result: Result) -> list[tuple[str, str]]:
    """Circumstances and levels of adaptation, in the order in which they were asked for."""
    summary = result.tables["summary"]
    return list(dict.fromkeys(zip(summary["circumstance"].astype(str), summary["level"].astype(str), strict=True)))


def pick_rows(table: pd.DataFrame | None, place: tuple[str, str]) -> pd.DataFrame:
    """The rows of a circumstance and a level."""
    if table is None:
        return pd.DataFrame()
    return table[(table["circumstance"] == place[0]) & (table["level"] == place[1])]


def name_circumstance(result: Result, circumstance: str, lang: str) -> str:
    """What a circumstance is called."""
    told: Any = result.facts.get("circumstances") or {}
    return str(told.get(circumstance, {}).get(lang) or circumstance)


def say_head(result: Result, place: tuple[str, str], lang: str) -> str:
    """The circumstance and how far the plan adapts."""
    title, level = name_circumstance(result, place[0], lang), say(f"stress_level_{place[1]}", lang)
    return say("stress_circumstance", lang, title=title, level=level)


def list_sentences(result: Result, place: tuple[str, str], lang: str) -> list[str]:
    """All that is to be known of a circumstance at a level."""
    row = pick_rows(result.tables["summary"], place).iloc[0]
    return [
        *_tell_cost(result, row, lang),
        *_tell_targets(pick_rows(result.table("targets"), place), lang),
        *_tell_conditions(pick_rows(result.table("conditions"), place), lang),
        *_tell_money(result, pick_rows(result.table("actors"), place), row, lang),
    ]


def _tell_cost(result: Result, row: pd.Series[Any], lang: str) -> list[str]:
    futures, answered, money = int(row["futures"]), int(row["answered"]), name_money(result.money, lang)
    told = []
    if futures != answered:
        told.append(say("stress_unanswered", lang, count=futures - answered, futures=futures))
    if not answered:
        return told
    planned = format_number(row["planned_cost"], lang, 0)
    if futures == 1:
        cost = format_number(row["cost_p50"], lang, 0)
        return [*told, say("stress_cost_one", lang, cost=cost, planned=planned, money=money)]
    low, middle, high = (format_number(row[f"cost_{name}"], lang, 0) for name in ("p05", "p50", "p95"))
    return [*told, say("stress_cost", lang, low=low, middle=middle, high=high, planned=planned, money=money)]


def _tell_targets(table: pd.DataFrame, lang: str) -> list[str]:
    """Each target in the year in which it is met least often; those always met, or missed as planned, are counted."""
    if not len(table):
        return []
    planned = table["missed_as_planned"].astype(bool)
    worst = table[~planned].sort_values(["share_met", "year"]).drop_duplicates("target")
    missed, told = worst[worst["share_met"] < 1.0], list[str]()
    for row in missed.head(MOST_TARGETS).to_dict("records"):
        excess = f"{format_number(row['most_excess'], lang, 1)} {say_unit(row['unit'], lang)}".rstrip()
        fields = {"name": row[f"name_{lang}"], "year": int(row["year"]), "excess": excess}
        single = "_one" if row["futures"] == 1 else "_never" if row["met"] == 0 else ""
        told.append(say(f"stress_target{single}", lang, met=int(row["met"]), futures=int(row["futures"]), **fields))
    rest, always = len(missed) - MOST_TARGETS, len(worst) - len(missed)
    told += [say("stress_targets_more", lang, count=rest)] if rest > 0 else []
    told += [say("stress_targets_met", lang, count=always)] if always else []
    count = table.loc[planned, "target"].nunique()
    return [*told, *([say("stress_targets_planned", lang, count=count)] if count else [])]


def _tell_conditions(table: pd.DataFrame, lang: str) -> list[str]:
    """Which numbers lead to a miss, of the targets that most misses are told of."""
    if not len(table):
        return []
    rows = table.sort_values("missed_inside", ascending=False, kind="stable").head(MOST_CONDITIONS).to_dict("records")
    return [
        say(
            "stress_condition_always" if row["inside"] == row["missed_inside"] else "stress_condition",
            lang,
            name=row[f"target_{lang}"],
            condition=row[f"condition_{lang}"],
            **{key: int(row[key]) for key in ("inside", "missed_inside", "missed")},
        )
        for row in rows
    ]


def _tell_money(result: Result, actors: pd.DataFrame, row: pd.Series[Any], lang: str) -> list[str]:
    """Whose own funds are short and whose ceiling is broken, the most first."""
    told, money = [], name_money(result.money, lang)
    if len(actors):
        short = actors[(actors["quantity"] == "short_own_funds") & (actors["p95"] > NOTHING)]
        for one in short.sort_values("mean", ascending=False).head(MOST_ACTORS).to_dict("records"):
            amounts = {name: format_number(one[name], lang, 0) for name in ("p50", "p95")}
            key = "stress_short_one" if one["futures"] == 1 else "stress_short"
            told.append(say(key, lang, name=one[f"name_{lang}"], money=money, **amounts))
        above = actors[(actors["quantity"] == "years_above_ceiling") & (actors["mean"] > 0)]
        for one in above.sort_values("mean", ascending=False).head(MOST_ACTORS).to_dict("records"):
            years = format_number(one["mean"], lang, 1)
            told.append(say("stress_above", lang, name=one[f"name_{lang}"], years=years))
    share = row["broken_share"]
    if not told and share is not None and share == share and share > 0:
        percent, amount = format_number(PERCENT * share, lang, 0), format_number(row["broken_mean"], lang, 0)
        told.append(say("stress_broken", lang, percent=percent, amount=amount, money=money))
    return told


def list_ranked(result: Result, lang: str) -> list[str]:
    """What the cost hangs on most, where that was asked for."""
    ranked = result.table("ranked")
    if ranked is None:
        return []
    money = name_money(result.money, lang)
    rows = ranked[ranked["output"] == COST].head(MOST_RANKED).to_dict("records")
    return [
        say(
            "stress_ranked_number",
            lang,
            name=row[f"name_{lang}"],
            amount=format_number(row["size"], lang, 0),
            money=money,
        )
        for row in rows
    ]


def list_failures(result: Result, lang: str) -> tuple[list[str], list[str]]:
    """The failures that hurt most, measure by measure and two by two."""
    table = result.table("failures")
    if table is None:
        return [], []
    told: tuple[list[str], list[str]] = ([], [])
    keys = ["first", "second", "how"]
    filled = table.assign(second=table["second"].fillna(""))
    worst = filled.drop_duplicates(keys).sort_values("hurt_change", ascending=False, na_position="first", kind="stable")
    for row in worst.to_dict("records"):
        pair = bool(row["second"])
        if len(told[pair]) < (MOST_PAIRS if pair else MOST_FAILURES):
            mine = filled[(filled[keys] == [row[key] for key in keys]).all(axis=1) & (filled["target"] != "")]
            told[pair].append(_say_failure(result, row, mine, lang))
    return told


def name_failed(row: Any, lang: str) -> str:
    """The measure that fails, or both."""
    names = [row[f"first_{lang}"], row[f"second_{lang}"]]
    return say("stress_and", lang).join(str(name) for name in names if name and name == name)


def _say_failure(result: Result, row: Any, missed: pd.DataFrame, lang: str) -> str:
    """How a measure fails, what it costs, which targets are missed then, and whether the cost leaves anything out."""
    failed = say(f"stress_{row['how']}", lang, name=name_failed(row, lang))
    change = row["cost_change"]
    if change is None or change != change:
        return say("stress_no_answer", lang, failed=failed)
    amount = format_number(abs(change), lang, 1 if abs(change) < FINE else 0)
    key = "stress_dearer" if change > 0 else "stress_cheaper"
    cost = say(key, lang, amount=amount, money=name_money(result.money, lang))
    targets = [f"{one[f'target_{lang}']} ({int(one['year'])})" for one in missed.head(MOST_TOLD).to_dict("records")]
    told = say("stress_failure", lang, failed=failed, cost=cost)
    if targets:
        told = say("stress_failure_missed", lang, failed=failed, cost=cost, targets=", ".join(targets))
    broken = row["hurt_change"] - change > BROKEN * max(1.0, abs(change))
    return say("stress_failure_broken", lang, told=told) if broken else told
