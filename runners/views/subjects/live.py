"""A plan that was moved beside the one before: a few figures, the path of emissions, and what changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from conf.words import format_number, say
from runners.results.catalog import find_table
from runners.results.result import Result
from runners.results.sweep import SWEEP
from runners.views import vega
from runners.views.locale import Speech, begin
from runners.views.names import name_money
from runners.views.section import Block, Chart, Fact, Facts, Section, Table, Text
from runners.views.subjects.comparison import show_bridge, show_rest, tell_difference
from runners.views.tables import lay_table
from runners.views.theme import FAINT, PALETTE, finish
from runners.views.year_charts import draw_line

FIGURES = ("peak_debt_money", "least_margin_money", "most_need_money", "least_result_money")
"""What finance looks at, beside the cost and the targets."""
MISSES = "misses_money"
SCENARIOS, NOTE = "scenarios", "note"
SMALLEST = 1e-6
"""Misses nearer to each other than this are the same."""
MOST_ROWS = 15
"""Rows of a table that is open from the start."""
VISIBLE = 0.05
"""Differences of money below this show as nothing."""


def write_live(result: Result, lang: str) -> list[Section]:
    """What a moved plan comes to, and what it does otherwise than the one before."""
    pair = result.facts["comparisons"][0]
    now = Section(
        "live_now",
        say("live_now", lang),
        (_list_facts(result, lang), _tell_level(result, lang), *_draw_paths(result, pair, lang)),
    )
    rest = show_rest(result, pair, _take_own(result, pair), lang)
    changes = [*_table_worst(result, pair, lang), *(_fold(block) for block in rest if not _is_asked(block))]
    told = changes or [Text(say("live_same", lang))]
    return [now, Section("live_changes", say("live_changes", lang), tuple(told))]


def write_live_bridge(result: Result, lang: str) -> list[Section]:
    """Why the cost is another: the bridge by component, by item and by who bears it."""
    pair = result.facts["comparisons"][0]
    blocks = show_bridge(result, pair, _take_own(result, pair), lang)
    return [Section("live_bridge", say("live_bridge", lang), tuple(blocks))]


def _is_asked(block: Block) -> bool:
    """Whether a block only repeats which levers were moved."""
    return isinstance(block, Table) and block.key.startswith("compare_asked")


def _fold(block: Block) -> Block:
    """A long table is opened by who wants it."""
    return replace(block, folded=True) if isinstance(block, Table) and len(block.rows) > MOST_ROWS else block


def _table_worst(result: Result, pair: Mapping[str, Any], lang: str) -> list[Table]:
    """By how much each target is missed at the most, where that is another amount now."""
    table = result.tables["targets"]
    sides = ["excess_first", "excess_second"]
    worst = table.groupby("target", sort=False)[sides].max().fillna(0.0)
    moved = worst[(worst[sides[0]] - worst[sides[1]]).abs() > SMALLEST]
    if moved.empty:
        return []
    rows = table.drop_duplicates("target").set_index("target").loc[moved.index].assign(**moved).reset_index()
    heads = {
        f"name_{lang}": say("live_target", lang),
        **dict(zip(sides, (str(pair["first"]), str(pair["second"])), strict=True)),
    }
    columns = (f"name_{lang}", *sides, "unit")
    return [
        lay_table(
            result, "targets", lang, columns, rows, key="live_worst", caption=say("live_worst", lang), heads=heads
        )
    ]


def _take_own(result: Result, pair: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    return {name: table[table["beside"] == pair["second"]] for name, table in result.tables.items()}


def _list_facts(result: Result, lang: str) -> Facts:
    """Cost, targets and money now, each with how far it is from the plan before."""
    before, now = result.facts["figures"]
    money = name_money(result.money, lang)
    first, second = (float(plan["cost_money"]) for plan in result.facts["plans"])
    facts = [
        Fact(
            f"{format_number(second, lang, 0)}\N{NO-BREAK SPACE}{money}",
            say("live_cost", lang),
            _tell_change(first, second, lang, money),
        ),
        Fact(
            f"{format_number(now[MISSES], lang, 0)}\N{NO-BREAK SPACE}{money}",
            say("live_misses", lang),
            _tell_change(before[MISSES], now[MISSES], lang, money),
        ),
        Fact(str(now["targets_missed"]), _head("targets_missed", lang), _tell_count(before, now, lang)),
    ]
    for name in FIGURES:
        if now[name] is not None and math.isfinite(now[name]):
            figure = f"{format_number(now[name], lang, 0)}\N{NO-BREAK SPACE}{money}"
            facts.append(Fact(figure, _head(name, lang), _tell_change(before[name], now[name], lang, money)))
    return Facts(tuple(facts))


def _tell_level(result: Result, lang: str) -> Text:
    """In prices of which year the money of the figures is."""
    return Text(begin(_speak(result, lang).price_level), NOTE)


def _speak(result: Result, lang: str) -> Speech:
    return Speech(lang, result.money, str(result.facts.get("price_year") or ""), {})


def _head(name: str, lang: str) -> str:
    head = find_table(SWEEP, SCENARIOS).columns[name].heads[lang]
    return head[:1].upper() + head[1:]


def _tell_change(before: float, now: float, lang: str, money: str) -> str:
    change = now - before
    if abs(change) < VISIBLE:
        return say("live_unchanged", lang)
    return say("live_change", lang, change=f"{'+' if change > 0 else ''}{format_number(change, lang)}", unit=money)


def _tell_count(before: Mapping[str, Any], now: Mapping[str, Any], lang: str) -> str:
    change = int(now["targets_missed"]) - int(before["targets_missed"])
    if not change:
        return say("live_unchanged", lang)
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return say("live_change", lang, change=f"{sign}{abs(change)}", unit="").strip()


def _draw_paths(result: Result, pair: Mapping[str, Any], lang: str) -> list[Block]:
    """The account of the case's first target in both plans, year by year, with its table."""
    table = result.tables["accounts"]
    rows = table[table["account"] == result.facts.get("account")]
    if rows.empty:
        return []
    first, second = str(pair["first"]), str(pair["second"])
    unit = str(rows["unit"].iloc[0])
    speech = _speak(result, lang)
    parts = [
        rows[["year"]].assign(series=name, length=1.0, value=rows[f"value_{side}"].astype(float))
        for name, side in ((first, "first"), (second, "second"))
    ]
    lines = [
        draw_line(parts[0], speech, speech.unit_of(unit), FAINT, dashed=True),
        draw_line(parts[1], speech, speech.unit_of(unit), PALETTE[2]),
    ]
    name = str(rows[f"name_{lang}"].iloc[0])
    caption = say("live_path", lang, name=name, unit=speech.unit_of(unit), first=first, second=second)
    columns = ("year", "value_first", "value_second", "difference")
    heads = {"value_first": first, "value_second": second}
    told: Table = lay_table(
        result, "accounts", lang, columns, rows, key="live_path", caption=caption, heads=heads, folded=True
    )
    return [Chart("live_path", caption, caption, finish(vega.layer(*lines))), told]


def tell_answer(result: Result, lang: str) -> str:
    """In one sentence what the levers did to the cost, and how fast and how exactly that was found."""
    pair = result.facts["comparisons"][0]
    money = name_money(result.money, lang)
    told = tell_difference(str(pair["first"]), str(pair["second"]), float(pair["difference_money"]), money, lang)
    return f"{told} {say('live_found', lang, seconds=format_number(float(result.facts['seconds']), lang, 2))}"
