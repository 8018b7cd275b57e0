"""What became of a plan: what deviates and why, the budget of emissions, last moments, and what was not reached."""

from __future__ import annotations

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_kind, name_money, name_outcomes
from runners.views.section import Block, Points, Section, Table, Text
from runners.views.tables import lay_table

CAUSES = ("pace", "costs", "prices", "activity", "model_error", "revisions")
QUANTITIES = ("account", "money")
MONEY = "money"
IN_MONEY = ("programmes", "actors", "books")
"""Tables whose heads say the unit: it is the same in all of their rows."""
ORDER = ("measures", "programmes", "actors", "bridge", "pace", "targets", "starts", "books")
"""Tables in the order in which they are read."""
PRINTED = 40
TINY = 1e-6
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
        *([] if result.facts["known"]["measured"] else [say("actuals_unmeasured", lang, until=result.facts["until"])]),
        *_tell_money(result, lang),
        *_tell_pace(result, lang),
        *_tell_lost(result, lang),
        *_tell_starts(result, lang),
        *([say("follow_loosened", lang, count=result.facts["loosened"])] if result.facts["loosened"] else []),
    ]


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
    if table is None:
        return []
    row = table.iloc[0]
    numbers = {name: format_number(float(row[name]), lang) for name in ("budget", "used", "left", "today")}
    told = [say("follow_budget", lang, unit=row["unit"], account=row[f"name_{lang}"], **numbers)]
    if row["left"] <= 0:
        return [*told, say("follow_budget_spent", lang)]
    if row["spent"] == row["spent"] and row["spent"] is not None and str(row["spent"]) != "<NA>":
        asked = format_number(float(row["asked"]), lang)
        return [*told, say("follow_pace", lang, asked=asked, spent=int(row["spent"]), last=int(row["last"]))]
    return [*told, say("follow_pace_enough", lang, last=int(row["last"]))]


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
    words = {}
    if name == "bridge":
        words["cause"] = {cause: say(f"follow_cause_{cause}", lang) for cause in CAUSES}
        words["quantity"] = {quantity: say(f"follow_quantity_{quantity}", lang) for quantity in QUANTITIES}
    table = result.tables[name]
    if name == "bridge":
        words["item"] = {**result.facts["accounts"][lang], MONEY: say(f"follow_quantity_{MONEY}", lang)}
        table = table[table["amount"].abs() > TINY]
    if name == "starts" and table["settled"].astype(bool).all():
        table = table.drop(columns="settled")
    if name in IN_MONEY:
        table = table.drop(columns="unit")
    if name == "measures":
        table = table[(table[["planned", "built"]].abs() > TINY).any(axis=1)].drop(columns="actor")
    note = say(f"follow_note_{name}", lang)
    return lay_table(result, name, lang, rows=table, words=words, note=note, printed=PRINTED)
