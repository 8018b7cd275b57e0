"""What a plan for several futures says, as blocks: for the screen, the report and the workbook alike.

Everything is read from the tables and the JSON of the folder, so that a picture and its table cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from conf.words import format_number, say, say_unit
from runners.analyses.futures import charts
from runners.analyses.futures.result import Result
from runners.views.names import name_money
from runners.views.section import Block, Chart, Fact, Facts, Grid, Points, Row, Section, Text

BLANK = "–"
PERCENT = 100.0
MANY = 10.0
"""Futures in the tail below which it is noise."""
MOST_ROWS = 20
SHOWN_PATHS, LEAST_SPREAD = 3, 1e-6
"""Accounts whose fan is drawn at the most, and from which spread of its end on, in parts of its middle."""


def write_section(result: Result, lang: str) -> Section:
    """The section: here and now, what waits, how each future ends, what information is worth."""
    blocks: list[Block] = [
        Text(_tell_asked(result, lang)),
        _list_facts(result, lang),
        Points(tuple(_list_sentences(result, lang))),
        _show_decisions(result, lang),
        _show_waiting(result, lang),
        *_show_futures(result, lang),
        *_show_targets(result, lang),
        *_show_paths(result, lang),
        _show_worth(result, lang),
    ]
    return Section("futures", say("futures_title", lang, name=result.content[f"name_{lang}"]), tuple(blocks))


def _tell_asked(result: Result, lang: str) -> str:
    content = result.content
    measure = say(f"futures_measure_{content['measure']}", lang, alpha=_percent(1.0 - content["alpha"], lang))
    key = "futures_asked_drawn" if content["drawn"] else "futures_asked"
    return say(key, lang, count=content["futures"], year=content["decide_until"], measure=measure)


def _list_facts(result: Result, lang: str) -> Facts:
    money = name_money(result.content["money"], lang)
    facts = [
        Fact(f"{_money(result.worth('cost'), lang)} {money}", say("futures_fact_cost", lang), _span(result, lang)),
        Fact(f"{_money(result.worth('perfect'), lang)} {money}", say("futures_fact_perfect", lang)),
        Fact(f"{_money(result.worth('stochastic'), lang)} {money}", say("futures_fact_stochastic", lang)),
        Fact(f"{_money(result.worth('regret'), lang)} {money}", say("futures_fact_regret", lang)),
    ]
    return Facts(tuple(facts))


def _span(result: Result, lang: str) -> str:
    costs = result.tables["futures"]["cost"].dropna()
    return say("futures_span", lang, low=_money(costs.min(), lang), high=_money(costs.max(), lang))


def _list_sentences(result: Result, lang: str) -> list[str]:
    """What a council has to know, in sentences."""
    content, futures = result.content, result.tables["futures"]
    money = name_money(content["money"], lang)
    now, later = result.tables["decisions"], result.tables["waiting"]
    begun = now.loc[now["begun"] > 0, "technology"].nunique()
    told = [say("futures_now", lang, count=begun, year=content["decide_until"], waiting=later["technology"].nunique())]
    solved = futures[futures["status"] == "solved"]
    dearer = (solved["cost"] - solved["expected"]).dropna()
    if len(dearer):
        fields = {"worse": int((dearer > 0.5).sum()), "better": int((dearer < -0.5).sum()), "count": len(dearer)}
        most = {"most": _money(max(dearer.max(), 0.0), lang), "saved": _money(max(-dearer.min(), 0.0), lang)}
        told.append(say("futures_hedge", lang, money=money, **fields, **most))
    if content["expected_failed"]:
        told.append(say("futures_expected_failed", lang, futures=content["futures"], **_name_prices(result, lang)))
    perfect = _money(result.worth("perfect"), lang)
    told.append(say("futures_perfect_means", lang, amount=perfect, money=money))
    told += _list_warnings(result, lang, money)
    return told


def _list_warnings(result: Result, lang: str, money: str) -> list[str]:
    """What makes figures less sure: a tail of few futures, futures set aside, a gap left, parts of units."""
    content = result.content
    told = []
    if content["measure"] == "cvar" and content["futures"] * (1.0 - content["alpha"]) < MANY:
        needed = round(MANY / (1.0 - content["alpha"]))
        told.append(say("futures_tail_few", lang, count=content["futures"], needed=needed))
    for _, row in result.tables["futures"].iterrows():
        if row["status"] == "aside":
            told.append(say("futures_aside", lang, future=row["future"], reason=row["reason"]))
    if content["fresh"]:
        low, high, mean = (_money(result.worth(item), lang) for item in ("fresh_low", "fresh_high", "fresh"))
        fields = {"count": content["fresh"], "mean": mean, "low": low, "high": high, "money": money}
        told.append(say("futures_fresh", lang, **fields))
    if content["fresh_failed"]:
        fields = {**_name_prices(result, lang), "count": content["fresh_failed"]}
        told.append(say("futures_fresh_failed", lang, fresh=content["fresh"], **fields))
    if content["rolled"]:
        told.append(_tell_rolled(result, lang, money))
    gap = format_number(PERCENT * content["gap"], lang, 2)
    told.append(say("futures_sure_relaxed" if content["relaxed"] else "futures_sure", lang, gap=gap))
    return told


def _tell_rolled(result: Result, lang: str, money: str) -> str:
    """What it costs to make the plan anew as years pass, beside the plan for all futures and knowing beforehand."""
    cost, changed = result.worth("rolled"), result.content["rolled_changed"]
    if cost != cost:
        return say("futures_rolled_stuck", lang)
    more = _money(cost - result.worth("wait"), lang)
    share = "0" if changed is None or changed != changed else format_number(PERCENT * changed, lang, 0)
    return say("futures_rolled", lang, cost=_money(cost, lang), more=more, money=money, changed=share)


def _name_prices(result: Result, lang: str) -> dict[str, object]:
    """How many futures lack something with the first step of expected numbers, and what that was priced at."""
    prices = {name: _money(result.content[f"{name}_price"], lang) for name in ("unserved", "missed")}
    money = name_money(result.content["money"], lang)
    return {"count": result.content["expected_failed"], "money": money, **prices}


def _show_decisions(result: Result, lang: str) -> Grid:
    rows = [
        Row(
            (
                _name(row, lang),
                str(row["year"]),
                _amount(row["begun"], lang),
                _amount(row["expected"], lang),
                _amount(row["difference"], lang),
                say_unit(row["unit"], lang),
            )
        )
        for _, row in result.tables["decisions"].iterrows()
    ]
    heads = ("measure", "year", "begun", "expected_begun", "difference", "unit")
    return _grid("decisions", heads, rows, lang, {"year": result.content["decide_until"]}, 1)


def _show_waiting(result: Result, lang: str) -> Grid:
    rows = [
        Row(
            (
                _name(row, lang),
                f"{_percent(row['share'], lang)}",
                *(_amount(row[name], lang) for name in ("least", "mean", "most")),
                say_unit(row["unit"], lang),
                f"{row['earliest']}–{row['latest']}" if row["earliest"] != row["latest"] else str(row["earliest"]),
            )
        )
        for _, row in result.tables["waiting"].iterrows()
    ]
    heads = ("measure", "share", "least", "mean", "most", "unit", "first")
    return _grid("waiting", heads, rows, lang, {"year": result.content["decide_until"]}, 1)


def _show_futures(result: Result, lang: str) -> list[Block]:
    futures = result.tables["futures"]
    solved = futures[futures["status"] == "solved"]
    rows = [
        Row(
            (
                str(row["future"]),
                _percent(row["probability"], lang),
                *(_money(row[name], lang) for name in ("cost", "least", "regret", "expected")),
                str(row["missed"]),
            )
        )
        for _, row in solved.iterrows()
    ]
    heads = ("future", "probability", "cost", "least_cost", "regret", "expected_cost", "missed")
    money = name_money(result.content["money"], lang)
    grid = _grid("endings", heads, rows, lang, {"money": money}, 1)
    worst = solved.iloc[int(solved["regret"].to_numpy(dtype=float).argmax())]
    told = say("futures_regret_told", lang, future=worst["future"], amount=_money(worst["regret"], lang), money=money)
    title = say("futures_regret_chart", lang)
    return [Chart("futures_regret", title, told, charts.draw_regrets(solved, lang, money)), grid]


def _show_targets(result: Result, lang: str) -> list[Block]:
    targets = result.tables["targets"]
    if not len(targets):
        return []
    rows = [
        Row(
            (
                str(row[f"name_{lang}"]),
                str(row["year"]),
                _percent(row["probability"], lang),
                *(_amount(row[name], lang) for name in ("cap", "least", "mean", "most")),
                say_unit(row["unit"], lang),
            )
        )
        for _, row in targets.iterrows()
    ]
    heads = ("target", "year", "met", "cap", "least_value", "mean_value", "most_value", "unit")
    grid = _grid("chances", heads, rows, lang, {}, 1)
    sure = int((targets["probability"] > 1.0 - 1e-9).sum())
    told = say("futures_chances_told", lang, sure=sure, count=len(targets))
    chart = Chart("futures_chances", say("futures_chances_chart", lang), told, charts.draw_chances(targets, lang))
    return [chart, grid]


def choose_paths(result: Result) -> list[str]:
    """The few accounts whose ends differ most between the futures, in parts of their middle."""
    paths = result.tables["paths"]
    last = paths[paths["year"] == paths["year"].max()]
    spread = (last["most"] - last["least"]) / last["middle"].abs().clip(lower=1.0)
    chosen = last.assign(spread=spread)[spread > LEAST_SPREAD].nlargest(SHOWN_PATHS, "spread")
    return [str(account) for account in chosen["account"]]


def _show_paths(result: Result, lang: str) -> list[Block]:
    """A fan of each account that differs between the futures, with its table."""
    paths = result.tables["paths"]
    blocks: list[Block] = []
    for account in choose_paths(result):
        rows = paths[paths["account"] == account]
        name, unit = str(rows[f"name_{lang}"].iloc[0]), say_unit(str(rows["unit"].iloc[0]), lang)
        end = rows.iloc[-1]
        fields = {"name": name, "year": end["year"], "unit": unit}
        span = {key: _amount(end[key], lang) for key in ("least", "middle", "most")}
        told = say("futures_path_told", lang, **fields, **span)
        cells = [
            Row((str(row["year"]), *(_amount(row[key], lang) for key in ("least", "low", "middle", "high", "most"))))
            for _, row in rows.iterrows()
        ]
        heads = ("year", "least_value", "low_value", "middle_value", "high_value", "most_value")
        spec = charts.draw_fan(rows, lang, unit)
        blocks.append(
            Chart(f"futures_path_{account}", say("futures_path_chart", lang, name=name, unit=unit), told, spec)
        )
        blocks.append(_grid("path", heads, cells, lang, {"name": name, "unit": unit}, 1, folded=True))
    return blocks


def _show_worth(result: Result, lang: str) -> Grid:
    rows = [
        Row(
            (
                say(f"futures_item_{row['item']}", lang),
                _money(row["value"], lang),
                say(f"futures_means_{row['item']}", lang),
            )
        )
        for _, row in result.tables["worth"].iterrows()
    ]
    money = name_money(result.content["money"], lang)
    return _grid("worth", ("item", "amount", "means"), rows, lang, {"money": money}, 1)


def _grid(
    key: str,
    heads: tuple[str, ...],
    rows: list[Row],
    lang: str,
    fields: Mapping[str, object],
    texts: int,
    *,
    folded: bool = False,
) -> Grid:
    named = tuple(say(f"futures_head_{head}", lang) for head in heads)
    caption, note = (say(f"futures_{part}_{key}", lang, **fields) for part in ("caption", "note"))
    return Grid(f"futures_{key}", caption, note, named, tuple(rows), texts, folded, MOST_ROWS)


def _name(row: pd.Series[Any], lang: str) -> str:
    return f"{row['code']} {row[f'name_{lang}']}".strip()


def _money(value: object, lang: str) -> str:
    number = float(value)  # type: ignore[arg-type]
    return BLANK if number != number else format_number(number, lang, 0 if abs(number) >= PERCENT else 1)


def _amount(value: object, lang: str) -> str:
    number = float(value)  # type: ignore[arg-type]
    if number != number:
        return BLANK
    return format_number(number, lang, 0 if abs(number) >= PERCENT else 1 if abs(number) >= 1 or number == 0 else 2)


def _percent(share: float, lang: str) -> str:
    return f"{format_number(PERCENT * share, lang, 0)} %"
