"""What became of a plan: what deviates and why, the budget of emissions, last moments, and what was not reached."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_heading, name_kind, name_money, name_outcomes
from runners.views.section import Block, Points, Section, Table, Text
from runners.views.tables import lay_table
from scenarios.actuals import ABOUT, NOMINAL
from scenarios.catalog_aside import STATUSES

CAUSES = ("pace", "costs", "prices", "activity", "model_error", "revisions")
QUANTITIES = ("account", "money")
MONEY = "money"
IN_MONEY = ("programmes", "actors", "books")
"""Tables whose heads say the unit: it is the same in all of their rows."""
ORDER = ("outcomes", "measures", "programmes", "actors", "bridge", "pace", "targets", "starts", "books")
"""Tables in the order in which they are read."""
PRINTED = 40
TINY = 1e-6
MAY_BE_EMPTY = ("party", "revision", "method", "note")
"""Columns of the outcomes that are left out where no row says anything in them."""
SHOWN = 0.05
"""Money below which a change is written as nothing."""


def write_follow(result: Result, lang: str) -> list[Section]:
    """The section of an answer of `fardplan follow`."""
    blocks: list[Block] = [Text(_tell_head(result, lang)), Points(tuple(_tell_points(result, lang)))]
    blocks += [_lay(result, name, lang) for name in ORDER if result.table(name) is not None]
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]


def _tell_head(result: Result, lang: str) -> str:
    counts = result.facts["outcomes"]
    kinds = name_outcomes(counts, lang)
    return say("follow_head", lang, until=result.facts["until"], count=sum(counts.values()), kinds=kinds)


def _tell_points(result: Result, lang: str) -> list[str]:
    """What a council has to know, in sentences."""
    return [
        *([] if result.facts["reached"] else [say("follow_not_reached", lang)]),
        *_tell_decision(result, lang),
        *_tell_preliminary(result, lang),
        *([] if result.facts["known"]["measured"] else [say("actuals_unmeasured", lang, until=result.facts["until"])]),
        *_tell_money(result, lang),
        *_tell_pace(result, lang),
        *_tell_lost(result, lang),
        *_tell_starts(result, lang),
        *([say("follow_loosened", lang, count=result.facts["loosened"])] if result.facts["loosened"] else []),
    ]


def _tell_decision(result: Result, lang: str) -> list[str]:
    """Whether it is the adopted plan that is followed up; nothing where none was adopted."""
    decision, holds = result.facts.get("decision"), result.facts.get("holds")
    if not holds:
        return []
    key = "follow_adopted" if decision == holds else "follow_adopted_before" if decision else "follow_not_adopted"
    return [say(key, lang, decision=decision, holds=holds)]


def _tell_preliminary(result: Result, lang: str) -> list[str]:
    counts = result.facts.get("preliminary") or {}
    if not counts:
        return []
    return [say("follow_preliminary", lang, count=sum(counts.values()), kinds=name_outcomes(counts, lang))]


def _tell_money(result: Result, lang: str) -> list[str]:
    before, after = float(result.facts["objective"]), float(result.facts["replanned"])
    change = format_number(abs(after - before), lang)
    key = (
        "follow_dearer"
        if after > before + SHOWN
        else "follow_cheaper"
        if after < before - SHOWN
        else "follow_same_cost"
    )
    return [say(key, lang, change=change, money=name_money(result.money, lang))]


def _tell_pace(result: Result, lang: str) -> list[str]:
    table = result.table("pace")
    return [] if table is None else [told for _, row in table.iterrows() for told in _tell_budget(row, lang)]


def _tell_budget(row: pd.Series[Any], lang: str) -> list[str]:
    """One budget: what is left of it, and for how long that lasts."""
    numbers = {name: format_number(float(row[name]), lang) for name in ("budget", "used", "left", "today")}
    years = {name: int(row[name]) for name in ("first", "last")}
    told = [say("follow_budget", lang, unit=row["unit"], account=row[f"name_{lang}"], **years, **numbers)]
    if row["left"] <= 0:
        return [*told, say("follow_budget_spent", lang)]
    if pd.notna(row["spent"]):
        asked = format_number(float(row["asked"]), lang)
        return [*told, say("follow_pace", lang, asked=asked, spent=int(row["spent"]), last=years["last"])]
    return [*told, say("follow_pace_enough", lang, last=years["last"])]


def _tell_lost(result: Result, lang: str) -> list[str]:
    table = result.table("targets")
    if table is None or not table["lost"].any():
        return []
    lost = table[table["lost"]].drop_duplicates("target")
    names = "; ".join(f"{row[f'name_{lang}']} ({int(row['year'])})" for _, row in lost.iterrows())
    return [say("follow_lost", lang, count=len(lost), names=names)]


def _tell_starts(result: Result, lang: str) -> list[str]:
    table = result.table("starts")
    if table is None:
        return []
    settled, first = table["settled"].astype(bool), result.facts["until"] + 1
    now, open_ = table[settled & table["latest"].notna() & (table["latest"] <= first)], table[~settled]
    return [
        say(key, lang, count=len(own), year=first, names="; ".join(own[f"name_{lang}"]))
        for key, own in (("follow_now", now), ("follow_unsettled", open_))
        if len(own)
    ]


def _lay(result: Result, name: str, lang: str) -> Table:
    note = say(f"follow_note_{name}", lang)
    rows, words = _choose_rows(result, name), _list_words(result, name, lang)
    return lay_table(result, name, lang, rows=rows, words=words, note=note, printed=PRINTED)


def _choose_rows(result: Result, name: str) -> pd.DataFrame:
    """Rows and columns of a table that a reader needs; the folder has all of them."""
    table = result.tables[name]
    if name == "bridge":
        return table[table["amount"].abs() > TINY]
    if name == "starts" and table["settled"].astype(bool).all():
        return table.drop(columns="settled")
    if name in IN_MONEY:
        return table.drop(columns="unit")
    if name == "measures":
        return table[(table[["planned", "built"]].abs() > TINY).any(axis=1)].drop(columns="actor")
    if name == "targets":
        ends = table.groupby("target")["year"].transform("min"), table.groupby("target")["year"].transform("max")
        return table[table["lost"].astype(bool) | (table["year"] == ends[0]) | (table["year"] == ends[1])]
    if name == "outcomes":
        empty = [column for column in MAY_BE_EMPTY if (table[column].fillna("").astype(str) == "").all()]
        hidden = ["party_sv", "party_en"] if "party" in empty else []
        return table.drop(columns=["item", "party", *hidden, *(column for column in empty if column != "party")])
    return table


def _list_words(result: Result, name: str, lang: str) -> dict[str, dict[str, str]]:
    """By column what the words of its cells are called."""
    table = result.tables[name]
    words: dict[str, dict[str, str]] = {}
    if name == "bridge":
        words["cause"] = {cause: say(f"follow_cause_{cause}", lang) for cause in CAUSES}
        words["quantity"] = {quantity: say(f"follow_quantity_{quantity}", lang) for quantity in QUANTITIES}
        words["item"] = {**result.facts["accounts"][lang], MONEY: say(f"follow_quantity_{MONEY}", lang)}
    if name == "outcomes":
        words["outcome"] = {outcome: say(f"outcome_{outcome}", lang) for outcome in ABOUT}
        words["status"] = {status: say(f"follow_status_{status}", lang) for status in STATUSES}
    if "programme" in table:
        words["programme"] = {
            own: name_heading(own, lang, result.facts.get("programmes", {})) for own in table["programme"].astype(str)
        }
    if name in ("bridge", "outcomes"):
        words["unit"] = {own: _name_unit(own, result.money, lang) for own in table["unit"].astype(str)}
    return words


def _name_unit(unit: str, money: str, lang: str) -> str:
    """A unit as it is read; money of its own year is that in current prices."""
    plain = unit.removeprefix(NOMINAL)
    if plain != money and not plain.startswith(f"{money}/"):
        return say_unit(unit, lang)
    told = f"{name_money(money, lang)}{plain.removeprefix(money)}"
    return say("follow_unit_current", lang, unit=told) if unit != plain else told
