"""What a plan for several futures says: what begins now, what waits and for what, how each ends, what knowing is worth.

Everything is read from the tables and facts of the result, so that a picture and its table cannot disagree.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_gap, format_number, read_messages, say, say_unit
from runners.results.result import Result
from runners.views.names import name_money
from runners.views.section import Block, Chart, Column, Fact, Facts, Kind, Points, Section, Table, Text
from runners.views.tables import lay_table
from runners.views.theme import PALETTE

PERCENT = 100.0
FINE = 100.0
"""Money below this is told with a decimal."""
MANY = 10.0
"""Futures in the tail below which it is noise."""
PRINTED = 20
SHOWN_PATHS, LEAST_SPREAD = 3, 1e-6
"""Accounts whose fan is drawn at the most, and from which spread of its end on, in parts of its middle."""
DIFFERENT = 0.5
"""Money by which a future has to differ to be counted as dearer or cheaper."""
TINY = 1e-9
SPAN = ("least", "low", "middle", "high", "most")


def write_futures(result: Result, lang: str) -> list[Section]:
    """The section: here and now, what waits, how each future ends, what information is worth."""
    blocks: list[Block] = [
        Text(_tell_asked(result, lang)),
        _list_facts(result, lang),
        Points(tuple(_list_sentences(result, lang))),
        _show_decisions(result, lang),
        *_show_waiting(result, lang),
        *_show_futures(result, lang),
        *_show_targets(result, lang),
        *_show_paths(result, lang),
        *_show_reduced(result, lang),
        _show_worth(result, lang),
    ]
    return [Section(result.kind, say("futures_title", lang, name=result.name(lang)), tuple(blocks))]


def read_worth(result: Result, item: str) -> float:
    """A figure of what things are worth; not a number where there is none."""
    table = result.tables["worth"]
    rows = table.loc[table["item"] == item, "value"]
    return float(rows.iloc[0]) if len(rows) else float("nan")


def _tell_asked(result: Result, lang: str) -> str:
    facts = result.facts
    measure = say(f"futures_measure_{facts['measure']}", lang, alpha=_percent(1.0 - facts["alpha"], lang))
    key = "futures_asked_one" if facts["futures"] == 1 else "futures_asked_drawn" if facts["drawn"] else "futures_asked"
    return say(key, lang, count=facts["futures"], year=facts["decide_until"], measure=measure)


def _list_facts(result: Result, lang: str) -> Facts:
    money = name_money(result.money, lang)

    def fact(item: str, remark: str = "") -> Fact:
        return Fact(f"{_money(read_worth(result, item), lang)} {money}", say(f"futures_fact_{item}", lang), remark)

    costs = result.tables["futures"]["cost"].dropna()
    span = say("futures_span", lang, low=_money(costs.min(), lang), high=_money(costs.max(), lang))
    interval = ""
    low, high = (read_worth(result, f"stochastic_{end}") for end in ("low", "high"))
    if low == low and high == high:
        interval = say("futures_interval", lang, low=_money(low, lang), high=_money(high, lang))
    return Facts((fact("cost", span), fact("perfect"), fact("stochastic", interval), fact("regret")))


def _list_sentences(result: Result, lang: str) -> list[str]:
    """What a council has to know, in sentences."""
    facts, futures = result.facts, result.tables["futures"]
    money = name_money(result.money, lang)
    now, later = result.tables["decisions"], result.tables["waiting"]
    begun = now.loc[now["begun"] > 0, "technology"].nunique()
    told = [say("futures_now", lang, count=begun, year=facts["decide_until"], waiting=later["technology"].nunique())]
    solved = futures[futures["status"] == "solved"]
    dearer = (solved["cost"] - solved["expected"]).dropna()
    if len(dearer):
        fields = {"worse": int((dearer > DIFFERENT).sum()), "better": int((dearer < -DIFFERENT).sum())}
        most = {"most": _money(max(dearer.max(), 0.0), lang), "saved": _money(max(-dearer.min(), 0.0), lang)}
        told.append(say("futures_hedge", lang, money=money, count=len(dearer), **fields, **most))
    if facts["expected_failed"]:
        told.append(say("futures_expected_failed", lang, futures=facts["futures"], **_name_prices(result, lang)))
    perfect = _money(read_worth(result, "perfect"), lang)
    told.append(say("futures_perfect_means", lang, amount=perfect, money=money))
    return [*told, *_list_targets(result, lang), *_list_warnings(result, lang, money)]


def _list_targets(result: Result, lang: str) -> list[str]:
    """Targets that some futures miss: in the year in which each is met least often."""
    targets = result.table("targets")
    if targets is None:
        return []
    worst = targets.sort_values(["probability", "year"]).drop_duplicates("target")
    missed = worst[worst["probability"] < 1.0 - TINY]
    if not len(missed):
        return [say("futures_all_met", lang)]
    return [
        say(
            *("futures_target_met", lang),
            name=row[f"name_{lang}"],
            year=row["year"],
            share=format_number(PERCENT * row["probability"], lang, 0),
        )
        for _, row in missed.head(3).iterrows()
    ]


def _list_warnings(result: Result, lang: str, money: str) -> list[str]:
    """What makes figures less sure: a tail of few futures, futures set aside, a gap left, parts of units."""
    facts = result.facts
    told = []
    if facts["measure"] == "cvar" and facts["futures"] * (1.0 - facts["alpha"]) < MANY:
        needed = round(MANY / (1.0 - facts["alpha"]))
        told.append(say("futures_tail_few", lang, count=facts["futures"], needed=needed))
    if facts["reduced"]:
        told.append(_tell_reduced(result, lang))
    for _, row in result.tables["futures"].iterrows():
        if row["status"] == "aside":
            told.append(say("futures_aside", lang, future=row["future"], reason=_tell_reason(row["reason"], lang)))
    if facts["fresh"]:
        low, high, mean = (_money(read_worth(result, item), lang) for item in ("fresh_low", "fresh_high", "fresh"))
        told.append(say("futures_fresh", lang, count=facts["fresh"], mean=mean, low=low, high=high, money=money))
    if facts["fresh_failed"]:
        fields = {**_name_prices(result, lang), "count": facts["fresh_failed"]}
        told.append(say("futures_fresh_failed", lang, fresh=facts["fresh"], **fields))
    if facts["rolled"]:
        told.append(_tell_rolled(result, lang, money))
    gap = format_gap(float(facts["gap"]), lang)
    told.append(say("futures_sure_relaxed" if facts["relaxed"] else "futures_sure", lang, gap=gap))
    return told


def _tell_rolled(result: Result, lang: str, money: str) -> str:
    """What it costs to make the plan anew as years pass, beside the plan for all futures and knowing beforehand."""
    cost, changed = read_worth(result, "rolled"), result.facts["rolled_changed"]
    if cost != cost:
        return say("futures_rolled_stuck", lang)
    more = _money(cost - read_worth(result, "wait"), lang)
    share = "0" if changed is None or changed != changed else format_number(PERCENT * changed, lang, 0)
    return say("futures_rolled", lang, cost=_money(cost, lang), more=more, money=money, changed=share)


def _name_prices(result: Result, lang: str) -> dict[str, object]:
    """How many futures lack something with the first step of expected numbers, and what that was priced at."""
    prices = {name: _money(result.facts[f"{name}_price"], lang) for name in ("unserved", "missed")}
    return {"count": result.facts["expected_failed"], "money": name_money(result.money, lang), **prices}


def _show_decisions(result: Result, lang: str) -> Table:
    columns = [f"name_{lang}", "code", "year", "begun", "expected", "difference", "unit"]
    return lay_table(
        *(result, "decisions", lang, columns),
        caption=say("futures_caption_decisions", lang, year=result.facts["decide_until"]),
        note=say("futures_note_decisions", lang),
        heads={f"name_{lang}": say("subject_measure", lang), "expected": say("futures_head_expected_begun", lang)},
        printed=PRINTED,
    )


def _show_waiting(result: Result, lang: str) -> list[Block]:
    """What waits, and in which part of the futures it comes; bars of the same."""
    from runners.views.charts import draw_bars

    waiting = result.table("waiting")
    if waiting is None:
        return []
    ordered = waiting.sort_values("share", kind="stable")
    columns = [f"name_{lang}", "code", "share", "least", "mean", "most", "unit", "earliest", f"hangs_on_{lang}"]
    year = result.facts["decide_until"]
    table = lay_table(
        *(result, "waiting", lang, columns, ordered),
        caption=say("futures_caption_waiting", lang, year=year),
        note=say("futures_note_waiting", lang),
        heads={f"name_{lang}": say("subject_measure", lang)},
        printed=PRINTED,
    )
    unsure = ordered[ordered["share"] < 1.0 - TINY]
    if not len(unsure):
        return [table]
    title = say("futures_waiting_chart", lang, year=year)
    rows = pd.DataFrame(
        {
            "name": [_name(row, lang) for _, row in unsure.iterrows()],
            "value": PERCENT * unsure["share"],
            "shown": [_percent(share, lang) for share in unsure["share"]],
            "group": title,
        }
    )
    spec = draw_bars(rows, say("futures_axis_share", lang), {title: PALETTE[5]}, (("name", "N", ""),))
    told = say("futures_waiting_told", lang, count=len(unsure), all=len(ordered))
    return [table, Chart("futures_waiting", title, told, spec)]


def _show_futures(result: Result, lang: str) -> list[Block]:
    from runners.views.charts import draw_bars

    futures, money = result.tables["futures"], name_money(result.money, lang)
    solved = futures[futures["status"] == "solved"].sort_values("regret", ascending=False, kind="stable")
    worst = solved.iloc[0]
    told = say("futures_regret_told", lang, future=worst["future"], amount=_money(worst["regret"], lang), money=money)
    title = say("futures_regret_chart", lang)
    rows = pd.DataFrame(
        {
            "name": solved["future"].astype(str),
            "value": solved["regret"].astype(float),
            "shown": [_money(value, lang) for value in solved["regret"]],
            "group": title,
            "cost": solved["cost"].astype(float),
            "least": solved["least"].astype(float),
        }
    )
    tips = (
        ("name", "N", say("futures_head_future", lang)),
        ("cost", "Q", say("futures_head_cost", lang)),
        ("least", "Q", say("futures_head_least_cost", lang)),
    )
    spec = draw_bars(rows, say("futures_axis_regret", lang, money=money), {title: PALETTE[4]}, tips)
    columns = ["future", "probability", "cost", "least", "regret", "expected", "missed"]
    table = lay_table(
        *(result, "futures", lang, columns, solved),
        key="futures_endings",
        caption=say("futures_caption_endings", lang, money=money),
        note=say("futures_note_endings", lang),
        heads={"least": say("futures_head_least_cost", lang), "expected": say("futures_head_expected_cost", lang)},
        printed=PRINTED,
    )
    return [Chart("futures_regret", title, told, spec), table]


def _show_targets(result: Result, lang: str) -> list[Block]:
    from runners.views.charts_futures import draw_chances

    targets = result.table("targets")
    if targets is None:
        return []
    columns = [f"name_{lang}", "year", "probability", "cap", "least", "mean", "most", "unit"]
    table = lay_table(
        *(result, "targets", lang, columns),
        key="futures_chances",
        caption=say("futures_caption_chances", lang),
        note=say("futures_note_chances", lang),
        heads={f"name_{lang}": say("futures_head_target", lang), "probability": say("futures_head_met", lang)},
        folded=True,
        printed=PRINTED,
    )
    sure = int((targets["probability"] > 1.0 - TINY).sum())
    told = say("futures_chances_told", lang, sure=sure, count=len(targets))
    rows = targets.assign(name=targets[f"name_{lang}"].astype(str))
    spec = draw_chances(rows, say("futures_head_met", lang))
    return [Chart("futures_chances", say("futures_chances_chart", lang), told, spec), table]


def choose_paths(result: Result) -> list[str]:
    """The few accounts whose ends differ most between the futures, in parts of their middle."""
    paths = result.table("paths")
    if paths is None:
        return []
    last = paths[paths["year"] == paths["year"].max()]
    spread = (last["most"] - last["least"]) / last["middle"].abs().clip(lower=1.0)
    chosen = last.assign(spread=spread)[spread > LEAST_SPREAD].nlargest(SHOWN_PATHS, "spread")
    return [str(account) for account in chosen["account"]]


def _show_paths(result: Result, lang: str) -> list[Block]:
    """A fan and its table per account that differs."""
    from runners.views.charts_futures import draw_fan

    titles = {name: say(f"futures_head_{name}_value", lang) for name in SPAN}
    blocks: list[Block] = []
    for account in choose_paths(result):
        rows = result.tables["paths"][result.tables["paths"]["account"] == account]
        name, unit = str(rows[f"name_{lang}"].iloc[0]), say_unit(str(rows["unit"].iloc[0]), lang)
        end = rows.iloc[-1]
        span = {key: _amount(end[key], lang) for key in ("least", "middle", "most")}
        told = say("futures_path_told", lang, name=name, year=end["year"], unit=unit, **span)
        chart = say("futures_path_chart", lang, name=name, unit=unit)
        table = lay_table(
            *(result, "paths", lang, ["year", *SPAN], rows),
            key=f"futures_path_{account}_table",
            caption=say("futures_caption_path", lang, name=name, unit=unit),
            note=say("futures_note_path", lang),
            heads=titles,
            folded=True,
        )
        blocks += [Chart(f"futures_path_{account}", chart, told, draw_fan(rows, unit, titles)), table]
    return blocks


def _show_reduced(result: Result, lang: str) -> list[Block]:
    """Which futures stand for which, where there were more than were planned for."""
    table = result.table("reduced")
    if table is None:
        return []
    return [lay_table(result, "reduced", lang, note=_tell_reduced(result, lang), folded=True, printed=PRINTED)]


def _tell_reason(reason: str, lang: str) -> str:
    """Why a future has no plan; as it stands in results of before, which have a sentence there."""
    key = f"no_plan_{reason}"
    return say(key, lang) if key in read_messages() else reason


def _tell_reduced(result: Result, lang: str) -> str:
    """How many futures stand for how many, and what is lost by it."""
    facts = result.facts
    error = format_number(PERCENT * float(facts["reduced_error"]), lang, 1)
    return say("futures_reduced_note", lang, kept=facts["futures"], all=facts["reduced"], error=error)


def _show_worth(result: Result, lang: str) -> Table:
    """What was least and what knowing is worth, each with what it means."""
    money = name_money(result.money, lang)
    rows = tuple(
        (
            say(f"futures_item_{row['item']}", lang),
            None if row["value"] != row["value"] else float(row["value"]),
            say(f"futures_means_{row['item']}", lang),
        )
        for _, row in result.tables["worth"].iterrows()
    )
    columns = (
        Column(_begin(say("futures_head_item", lang)), width=34),
        Column(_begin(say("futures_head_amount", lang)), Kind.AMOUNT, 14, decimals=1),
        Column(_begin(say("futures_head_means", lang)), Kind.LONG, 60),
    )
    caption, note = say("futures_caption_worth", lang, money=money), say("futures_note_worth", lang)
    return Table("futures_worth", caption, note, columns, rows)


def _name(row: pd.Series[Any], lang: str) -> str:
    return f"{row['code']} {row[f'name_{lang}']}".strip()


def _money(value: object, lang: str) -> str:
    number = float(value)  # type: ignore[arg-type]
    return "–" if number != number else format_number(number, lang, 0 if abs(number) >= FINE else 1)


def _amount(value: object, lang: str) -> str:
    number = float(value)  # type: ignore[arg-type]
    if number != number:
        return "–"
    return format_number(number, lang, 0 if abs(number) >= FINE else 1 if abs(number) >= 1 or number == 0 else 2)


def _percent(share: float, lang: str) -> str:
    return f"{format_number(PERCENT * share, lang, 0)} %"


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
