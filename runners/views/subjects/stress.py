"""What a plan under stress says: which targets are met how often, what it costs, whose money runs short, what hurts.

Everything is read from the tables and facts of the result, so that a picture and its table cannot disagree.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_kind, name_money
from runners.views.section import Block, Chart, Points, Section, Table, Text
from runners.views.subjects.stress_words import (
    COST,
    list_failures,
    list_places,
    list_ranked,
    list_sentences,
    name_circumstance,
    name_failed,
    pick_rows,
    say_head,
)
from runners.views.tables import lay_table
from runners.views.theme import PALETTE

PRINTED = 30
MOST_BARS = 15
"""Failures and numbers that are drawn."""
MOST_DRAWN = 2
"""Circumstances with many futures of which each has pictures of its own."""
MANY = 5
"""Futures from which on how they are spread is drawn."""
LONGEST = 44
NARROWEST = 0.002
"""Width of a range that is one number, in parts of the widest axis: so that it is seen."""
QUANTITIES = ("peak_debt", "least_margin", "least_result", "short_own_funds", "years_above_ceiling", "most_need")
DRAWN_QUANTITIES = ("peak_debt", "least_margin", "short_own_funds")
TINY = 1e-6


def write_stress(result: Result, lang: str) -> list[Section]:
    """The section of an answer of `fardplan stress`."""
    blocks: list[Block] = [Text(say("stress_basis", lang))]
    for place in list_places(result):
        blocks.append(Points(tuple(list_sentences(result, place, lang)), lead=say_head(result, place, lang)))
    blocks += [*_show_costs(result, lang), *_show_targets(result, lang), *_show_actors(result, lang)]
    blocks += [*_show_conditions(result, lang), *_show_ranked(result, lang), *_show_failures(result, lang)]
    blocks += _show_breaches(result, lang)
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]


def _name_places(result: Result, lang: str) -> dict[tuple[str, str], str]:
    """Circumstances as charts name them, each in its own words; the level where there are several."""
    places = list_places(result)
    several = len({level for _, level in places}) > 1
    named = {}
    for place in places:
        level = f" ({say(f'stress_short_{place[1]}', lang)})" if several else ""
        named[place] = _cut(name_circumstance(result, place[0], lang), LONGEST - len(level)) + level
    return named


def _name_words(result: Result, lang: str) -> dict[str, dict[str, str]]:
    """What the labels of circumstances and levels are called in tables."""
    return {
        "circumstance": {name: name_circumstance(result, name, lang) for name, _ in list_places(result)},
        "level": {level: say(f"stress_level_{level}", lang) for _, level in list_places(result)},
    }


def _list_drawn(result: Result) -> list[tuple[str, str]]:
    """The places with so many futures that their spread is worth a picture."""
    summary = result.tables["summary"]
    many = summary[summary["answered"] >= MANY]
    return list(zip(many["circumstance"].astype(str), many["level"].astype(str), strict=True))[:MOST_DRAWN]


def _show_costs(result: Result, lang: str) -> list[Block]:
    """Where nine of ten futures lie under each circumstance, and how many futures lie where."""
    from runners.views.charts_futures import draw_spread

    money, summary = name_money(result.money, lang), result.tables["summary"]
    blocks: list[Block] = []
    answered = summary[summary["answered"] > 0]
    if len(answered) > 1:
        names = _name_places(result, lang)
        rows = answered.assign(
            name=[names[place] for place in zip(answered["circumstance"], answered["level"], strict=True)],
            low=answered["cost_p05"],
            high=answered["cost_p95"],
            value=answered["cost_p50"],
        )
        axis = say("stress_axis_cost", lang, money=money)
        spec = _draw_spans(rows, axis, lang)
        dearest = answered.sort_values("cost_p50", ascending=False).iloc[0]
        told = say(
            *("stress_costs_told", lang),
            name=name_circumstance(result, str(dearest["circumstance"]), lang),
            cost=format_number(dearest["cost_p50"], lang, 0),
            money=money,
        )
        blocks.append(Chart("stress_costs", say("stress_costs_chart", lang), told, spec))
    for number, place in enumerate(_list_drawn(result), 1):
        costs = pick_rows(result.tables["futures"], place)["cost"].dropna()
        planned = float(summary["planned_cost"].iloc[0])
        above = int((costs > planned).sum())
        title = say("stress_spread_chart", lang, name=name_circumstance(result, place[0], lang))
        told = say("stress_spread_told", lang, above=above, count=len(costs))
        words = (say("stress_axis_cost", lang, money=money), say("stress_axis_count", lang))
        spec = draw_spread(costs.astype(float).tolist(), planned, *words, say("stress_planned", lang))
        blocks.append(Chart(f"stress_spread_{number}", title, told, spec))
    blocks.append(lay_table(result, "summary", lang, words=_name_words(result, lang)))
    return blocks


def _draw_spans(rows: pd.DataFrame, axis: str, lang: str) -> dict[str, Any]:
    """Ranges of nine futures of ten, with a mark in the middle; one that is a number is a thin bar."""
    from runners.views import vega
    from runners.views.charts import draw_ranges

    level = say("stress_span", lang)
    ends = rows[["low", "high", "value"]].astype(float)
    thin = NARROWEST * max(float(ends["high"].max() - ends["low"].min()), TINY)
    spans = rows.assign(level=level, low=ends["low"], high=ends["high"].clip(lower=ends["low"] + thin))
    tips = (("name", "N", ""), ("low", "Q", say("stress_low", lang)), ("high", "Q", say("stress_high", lang)))
    scale = vega.x("low:Q", title=axis, scale=vega.scale(zero=False))
    marks = rows[["name", "value"]].astype({"value": float})
    return draw_ranges(
        spans[["name", "level", "low", "high"]], marks, scale, {level: PALETTE[1]}, say("stress_middle", lang), tips
    )


def _show_targets(result: Result, lang: str) -> list[Block]:
    """How often each target is met: year by year where there are many futures, circumstance by circumstance else."""
    from runners.views.charts_futures import draw_chances

    targets = result.table("targets")
    if targets is None:
        return []
    title, blocks = say("stress_share_met", lang), list[Block]()
    named = targets.assign(name=targets[f"name_{lang}"].astype(str), probability=targets["share_met"].astype(float))
    places = _name_places(result, lang)
    if len(places) > 1:
        worst = named[~named["missed_as_planned"].astype(bool)].sort_values("probability")
        worst = worst.drop_duplicates(["circumstance", "level", "target"])
        worst["across"] = [places[place] for place in zip(worst["circumstance"], worst["level"], strict=True)]
        order = {name: at for at, name in enumerate(places.values())}
        worst = worst.sort_values("across", key=lambda column: column.map(order), kind="stable")
        missed = int((worst["probability"] < 1.0 - TINY).sum())
        told = say("stress_worst_told", lang, missed=missed, count=len(worst))
        spec = draw_chances(worst, title, "across")
        blocks.append(Chart("stress_worst", say("stress_worst_chart", lang), told, spec))
    for number, place in enumerate(_list_drawn(result), 1):
        mine = pick_rows(named, place)
        sure = int((mine["probability"] > 1.0 - TINY).sum())
        told = say("stress_chances_told", lang, sure=sure, count=len(mine))
        caption = say("stress_chances_chart", lang, name=name_circumstance(result, place[0], lang))
        blocks.append(Chart(f"stress_chances_{number}", caption, told, draw_chances(mine, title)))
    columns = ["circumstance", "level", f"name_{lang}", "year", "share_met", "met", "futures", "missed_as_planned"]
    columns += ["cap", "p05", "p50", "p95", "most_excess", "unit"]
    heads = {f"name_{lang}": say("futures_head_target", lang)}
    words = _name_words(result, lang)
    table = lay_table(result, "targets", lang, columns, words=words, heads=heads, folded=True, printed=PRINTED)
    return [*blocks, table]


def _show_actors(result: Result, lang: str) -> list[Block]:
    """Debt, margin and own funds that are short, actor by actor, where nine of ten futures lie."""
    actors = result.table("actors")
    if actors is None:
        return []
    blocks, money = list[Block](), name_money(result.money, lang)
    words = {quantity: say(f"stress_quantity_{quantity}", lang) for quantity in QUANTITIES}
    names = _name_places(result, lang)
    for quantity in DRAWN_QUANTITIES:
        rows = actors[(actors["quantity"] == quantity) & (actors[["p05", "p95"]].abs().max(axis=1) > TINY)]
        if not len(rows):
            continue
        several = len(names) > 1
        labels = [
            f"{row[f'name_{lang}']}: {names[row['circumstance'], row['level']]}"
            if several
            else str(row[f"name_{lang}"])
            for _, row in rows.iterrows()
        ]
        spans = rows.assign(name=labels, low=rows["p05"], high=rows["p95"], value=rows["p50"])
        end, rising = ("p05", True) if quantity == "least_margin" else ("p95", False)
        worst = rows.sort_values(end, ascending=rising).iloc[0]
        amount = format_number(worst[end], lang, 0)
        told = say("stress_actor_told", lang, name=worst[f"name_{lang}"], amount=amount, money=money)
        spec = _draw_spans(spans, money, lang)
        blocks.append(Chart(f"stress_{quantity}", words[quantity], told, spec))
    columns = ["circumstance", "level", f"name_{lang}", "quantity", "futures", "p05", "p50", "p95", "mean"]
    heads = {f"name_{lang}": say("stress_actor", lang)}
    named = {**_name_words(result, lang), "quantity": words}
    return [
        *blocks,
        lay_table(result, "actors", lang, columns, words=named, heads=heads, folded=True, printed=PRINTED),
    ]


def _show_conditions(result: Result, lang: str) -> list[Block]:
    if result.table("conditions") is None:
        return []
    columns = ["circumstance", "level", f"target_{lang}", f"condition_{lang}", "inside", "missed_inside", "missed"]
    columns += ["futures"]
    heads = {
        f"target_{lang}": say("futures_head_target", lang),
        f"condition_{lang}": say("stress_condition_head", lang),
    }
    note = say("stress_conditions_note", lang)
    return [lay_table(result, "conditions", lang, columns, words=_name_words(result, lang), heads=heads, note=note)]


def _show_ranked(result: Result, lang: str) -> list[Block]:
    """What the cost hangs on: both ends of each number (tornado), or how much of it each moves."""
    from runners.views.charts import draw_bars
    from runners.views.charts_futures import draw_tornado

    ranked = result.table("ranked")
    if ranked is None:
        return []
    money = name_money(result.money, lang)
    rows = ranked[ranked["output"] == COST].head(MOST_BARS)
    rows = rows.assign(name=rows[f"name_{lang}"].map(_cut))
    blocks: list[Block] = [Points(tuple(list_ranked(result, lang)), lead=say("stress_ranked", lang))]
    if len(rows):
        title = say("stress_ranked_chart", lang)
        first = rows.iloc[0]
        amount = format_number(first["size"], lang, 0)
        told = say("stress_ranked_told", lang, name=first["name"], amount=amount, money=money)
        if str(first["method"]) == "tornado":
            ends = (say("stress_end_low", lang), say("stress_end_high", lang))
            spec = draw_tornado(rows, say("stress_axis_change", lang, money=money), ends)
        else:
            shown = [format_number(size, lang, 0) for size in rows["size"]]
            bars = rows.assign(value=rows["size"].astype(float), shown=shown, group=title)
            spec = draw_bars(
                bars, say("stress_axis_size", lang, money=money), {title: PALETTE[0]}, (("name", "N", ""),)
            )
        blocks.append(Chart("stress_ranked", title, told, spec))
    columns = [f"name_{lang}", "output", "size", "size_low", "size_high", "at_low", "at_high", "first_order"]
    columns = [name for name in columns if ranked[name].notna().any()]
    heads = {f"name_{lang}": say("stress_number_head", lang)}
    words = {"output": {name: say(f"stress_output_{name}", lang) for name in ("cost", "hurt", "targets_missed")}}
    blocks.append(lay_table(result, "ranked", lang, columns, words=words, heads=heads, folded=True, printed=PRINTED))
    return blocks


def _show_failures(result: Result, lang: str) -> list[Block]:
    """The measures whose failure hurts most, alone and two by two, with bars and the table of all."""
    from runners.views.charts import draw_bars

    table = result.table("failures")
    if table is None:
        return []
    money, blocks = name_money(result.money, lang), list[Block]()
    singles, pairs = list_failures(result, lang)
    each = table.assign(second=table["second"].fillna("")).drop_duplicates(["first", "second", "how"])
    each = each.dropna(subset="hurt_change").sort_values("hurt_change", ascending=False, kind="stable")
    groups = {
        say("stress_group_not_built", lang): PALETTE[4],
        say("stress_group_late", lang): PALETTE[3],
    }
    for key, lines, paired in (("failures", singles, False), ("pairs", pairs, True)):
        if not lines:
            continue
        blocks.append(Points(tuple(lines), lead=say(f"stress_{key}", lang)))
        chosen = each[(each["second"] != "") == paired].head(MOST_BARS)
        if not len(chosen):
            continue
        rows = pd.DataFrame(
            {
                "name": [_name_bar(row, lang, both=not paired) for _, row in chosen.iterrows()],
                "value": chosen["hurt_change"].astype(float),
                "shown": [format_number(value, lang, 0) for value in chosen["hurt_change"]],
                "group": [say(f"stress_group_{how}", lang) for how in chosen["how"]],
            }
        )
        axis = say("stress_axis_hurt", lang, money=money)
        spec = draw_bars(rows, axis, groups, (("name", "N", ""), ("value", "Q", axis)))
        blocks.append(Chart(f"stress_{key}", say(f"stress_{key}_chart", lang), lines[0], spec))
    columns = [
        f"first_{lang}",
        f"second_{lang}",
        "how",
        "cost_change",
        "hurt_change",
        f"target_{lang}",
        "year",
        "excess",
    ]
    heads = {
        f"first_{lang}": say("subject_measure", lang),
        f"second_{lang}": say("stress_second", lang),
        f"target_{lang}": say("stress_missed_head", lang),
    }
    words = {"how": {how: say(f"stress_group_{how}", lang) for how in ("not_built", "late")}}
    note = say("stress_failures_note", lang)
    blocks.append(
        lay_table(
            *(result, "failures", lang, [*columns, "unit"]),
            words=words, heads=heads, note=note, folded=True, printed=PRINTED,
        )
    )  # fmt: skip
    return blocks


def _show_breaches(result: Result, lang: str) -> list[Table]:
    if result.table("breaches") is None:
        return []
    return [lay_table(result, "breaches", lang, words=_name_words(result, lang), folded=True, printed=0)]


def _name_bar(row: pd.Series[Any], lang: str, *, both: bool) -> str:
    """A failure at an axis: a measure that fails, with a bar for each way (`both`), or two measures."""
    if not both:
        halves = [_cut(str(row[f"{place}_{lang}"]), LONGEST // 2) for place in ("first", "second")]
        return say("stress_and", lang).join(halves)
    how = say("stress_bar_late", lang) if row["how"] == "late" else ""
    return _cut(name_failed(row, lang), LONGEST - len(how)) + how


def _cut(name: str, most: int = LONGEST) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
