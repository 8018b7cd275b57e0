"""How plans differ, on one screen: what was asked otherwise, the bridge of cost, what moved, targets, binding rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd

from conf.words import format_amount, format_number, read_messages, say
from model.queries.infeasibility import name_items
from runners.analyses.comparison.bridge import group_components, group_items
from runners.analyses.comparison.compared_plans import TABLES_ONLY, Side
from runners.analyses.comparison.comparison import Comparison
from runners.analyses.comparison.differences import GONE, NEW, SAME
from runners.views.names import name_money
from runners.views.subjects.comparison import VISIBLE, name_actor, name_component, name_item, tell_difference
from scenarios.catalog import TARGET, YEAR

WIDTH, NAME, NUMBER = 84, 40, 11
MOST_ROWS = 5
"""Rows of each section where two plans are compared; of more plans each has fewer."""
FEWEST = 3
PARTS = ("first", "second", "difference", "numbers", "plan")
KILO = 1000.0
BUILD = 16
"""Letters of an amount with its unit."""


def write_comparisons(
    sides: Sequence[Side], comparisons: Sequence[Comparison], words: Sequence[str], place: Path, lang: str
) -> str:
    """The screen of `fardplan compare`."""
    most = max(MOST_ROWS // len(comparisons), FEWEST)
    sections = [_write_head(sides, words, lang)]
    for one in comparisons:
        sections += [
            _write_asked(one, most, lang),
            _write_bridge(one, lang),
            _write_items(one, most, lang),
            _write_actors(one, most, lang),
            _write_moved(one, most, lang),
            _write_targets(one, most, lang),
            _write_rules(one, lang),
        ]
    sections.append([say("compare_place", lang, place=place)])
    return "\n".join("\n".join(section) for section in sections if section)


def _write_head(sides: Sequence[Side], words: Sequence[str], lang: str) -> list[str]:
    first = sides[0]
    money = name_money(first.money, lang)
    lines = [say("compare_title", lang, name=first.names[lang])]
    for side, word in zip(sides, words, strict=True):
        cost = f"{format_number(side.cost, lang)} {money}"
        level = "" if side.price_year is None else say("summary_price_level", lang, year=side.price_year)
        shown = word if len(word) <= NAME else "…" + word[-NAME + 1 :]
        kind = say(f"compare_kind_{side.kind}", lang)
        lines.append(f"{side.name}  {shown:<{NAME}} {cost:>16}  {level}  {kind}".rstrip())
    for side in sides:
        for notice in side.notices:
            lines += wrap(f"{side.name}: {notice[lang]}", WIDTH, subsequent_indent="   ")
    return lines


def _write_asked(one: Comparison, most: int, lang: str) -> list[str]:
    title = say("compare_asked", lang, first=one.first.name, second=one.second.name)
    if not one.asked:
        return ["", f"{title}: {say('compare_asked_same', lang)}"]
    parts = [f"{key} {mine} → {theirs}" for key, mine, theirs in one.asked[: 2 * most]]
    rest = len(one.asked) - len(parts)
    if rest:
        parts.append(say("compare_and_more", lang, count=rest))
    return ["", *wrap(f"{title}: {', '.join(parts)}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)]


def tell_dearer(one: Comparison, lang: str, by: float | None = None) -> str:
    """How much more or less the second costs, in a sentence; `by` an amount that is not that of all costs."""
    dearer, money = one.dearer if by is None else by, name_money(one.first.money, lang)
    return tell_difference(one.first.name, one.second.name, dearer, money, lang)


def _write_bridge(one: Comparison, lang: str) -> list[str]:
    if one.bridge is None:
        told = [say(one.why_no_bridge, lang)]
        return [tell_dearer(one, lang), *told] if isfinite(one.dearer) else told
    parted = bool(one.bridge["numbers"].notna().any())
    columns = PARTS if parted else PARTS[:3]
    heads = [_head(one, column, lang) for column in columns]
    table = group_components(one.bridge)
    lines = [tell_dearer(one, lang), *_tell_unvalued(one, lang)]
    lines.append(_line(say("compare_bridge", lang, money=name_money(one.first.money, lang)), heads))
    for row in table.to_dict("records"):
        cells = [float(row[column]) for column in columns]
        if max(map(abs, cells)) >= VISIBLE:
            lines.append(_line("  " + name_component(str(row["component"]), lang), _format(cells, lang)))
    sums = [float(table[column].sum()) for column in columns]
    lines.append(_line(say("summary_total", lang), _format(sums, lang)))
    return lines if parted else [*lines, *_tell_unparted(one, lang)]


def _tell_unvalued(one: Comparison, lang: str) -> list[str]:
    """Where one side puts no value on what it misses and the other does: what they cost without any."""
    if not one.silent:
        return []
    rest = tell_dearer(one, lang, one.dearer - one.valued_misses)
    return wrap(say("compare_unvalued", lang, name=" ".join(one.silent), rest=rest), WIDTH)


def _tell_unparted(one: Comparison, lang: str) -> list[str]:
    """Why the difference is not parted by numbers and plan: a case that is gone, or other labels."""
    gone = [side.name for side in (one.first, one.second) if side.kind == TABLES_ONLY]
    if not gone:
        return [say("compare_other_labels", lang)]
    return [say("compare_case_changed", lang, names=", ".join(gone))]


def _head(one: Comparison, column: str, lang: str) -> str:
    if column in ("first", "second"):
        return str(getattr(one, column).name)
    return say(f"compare_{column}", lang)


def _line(name: str, cells: Sequence[str]) -> str:
    clipped = name if len(name) <= NAME - 1 else name[: NAME - 2].rstrip() + "…"
    return (f"{clipped:<{NAME - 1}}" + "".join(f"{cell:>{NUMBER}}" for cell in cells)).rstrip()


def _format(amounts: Sequence[float], lang: str) -> list[str]:
    return [format_number(amount, lang) for amount in amounts]


def _write_items(one: Comparison, most: int, lang: str) -> list[str]:
    """The largest differences by measure, energy and target."""
    if one.bridge is None:
        return []
    table = group_items(one.bridge).sort_values("difference", key=abs, ascending=False).head(most)
    rows = [row for row in table.to_dict("records") if abs(row["difference"]) >= VISIBLE]
    texts = [f"{name_item(row, lang)} {_sign(float(row['difference']), lang)}" for row in rows]
    return _wrap(say("compare_items", lang), texts)


def _sign(amount: float, lang: str) -> str:
    return ("+" if amount > 0 else "") + format_number(amount, lang)


def _write_actors(one: Comparison, most: int, lang: str) -> list[str]:
    if one.actors is None:
        return []
    table = one.actors.sort_values("difference", key=abs, ascending=False).head(most)
    rows = [row for row in table.to_dict("records") if abs(row["difference"]) >= VISIBLE]
    texts = [f"{name_actor(row, lang)} {_sign(float(row['difference']), lang)}" for row in rows]
    return _wrap(say("compare_actors", lang), texts)


def _wrap(title: str, texts: Sequence[str]) -> list[str]:
    from textwrap import wrap

    return wrap(f"{title}: {'; '.join(texts)}", WIDTH, subsequent_indent="  ") if texts else []


def _write_moved(one: Comparison, most: int, lang: str) -> list[str]:
    """Measures that moved, and what is built of them in all."""
    table = one.measures[one.measures["measure"].astype(bool) & (one.measures["moved"] != SAME)]
    if table.empty:
        return [say("compare_nothing_moved", lang)]
    lines = wrap(say("compare_moved", lang, count=len(table)), WIDTH)
    lines.append(_line_moved("", "", one.first.name, one.second.name))
    for row in sort_moved(table).head(most).to_dict("records"):
        name = f"{row['code']} {row[f'name_{lang}']}".strip()
        cells = [_tell_build(row, side, lang) for side in ("first", "second")]
        lines.append(_line_moved(f"  {name}", say(f"compare_moved_{row['moved']}", lang), *cells))
    return lines


def sort_moved(table: pd.DataFrame) -> pd.DataFrame:
    """Measures that come or go entirely, then the others, of each the most money first."""
    weight = (table["outlay_second"] - table["outlay_first"]).abs().fillna(0.0)
    ordered = table.assign(whole=table["moved"].isin((NEW, GONE)), weight=weight)
    return ordered.sort_values(["whole", "weight"], ascending=False, kind="stable")


def _tell_build(row: dict[Any, Any], side: str, lang: str) -> str:
    """Amount and first year, such as `62,9 MW 2030`."""
    amount, year = float(row[f"build_{side}"]), row[f"year_{side}"]
    text = format_amount(amount, str(row["unit"]), lang)
    return "–" if pd.isna(year) else f"{text if len(text) <= BUILD else text[: BUILD - 1].rstrip() + '…'} {year}"


def _line_moved(name: str, moved: str, first: str, second: str) -> str:
    clipped = name if len(name) <= 29 else name[:28].rstrip() + "…"
    return f"{clipped:<29} {moved:<10}{first:>22}{second:>23}".rstrip()


def _write_targets(one: Comparison, most: int, lang: str) -> list[str]:
    """Targets in the first year in which their outcome differs most."""
    table = one.targets.assign(moved=(one.targets["value_second"] - one.targets["value_first"]).abs())
    table = table[table["moved"] > 1e-3 * table["cap_first"].abs().clip(lower=1.0)]
    if table.empty:
        return [say("compare_targets_same", lang)]
    rows = table.loc[table.groupby(TARGET)["moved"].idxmax()].sort_values("moved", ascending=False)
    cap = say("compare_cap", lang)
    lines = [_line_target(say("compare_targets", lang), "", one.first.name, one.second.name, cap, "")]
    for row in rows.head(most).to_dict("records"):
        name = str(row.get(f"name_{lang}", row[TARGET]))
        mine, theirs, cap = (
            _write_value(float(row[key]), lang) for key in ("value_first", "value_second", "cap_second")
        )
        lines.append(_line_target(f"  {name}", str(row[YEAR]), mine, theirs, cap, str(row.get("unit", ""))))
    return lines


def _write_value(value: float, lang: str) -> str:
    return "–" if not isfinite(value) else format_number(value, lang, 0 if abs(value) >= KILO else 2)


def _line_target(name: str, year: str, first: str, second: str, cap: str, unit: str) -> str:
    clipped = name if len(name) <= 40 else name[:39].rstrip() + "…"
    return f"{clipped:<40} {year:>5}{first:>10}{second:>10}{cap:>10}  {unit}".rstrip()


def _write_rules(one: Comparison, lang: str) -> list[str]:
    """Rules that only one stands against, those of most years first."""
    if one.bindings is None:
        return [say("compare_no_rules", lang)]
    lines = []
    for side in ("first", "second"):
        found = sorted(_list_rules(one, side, lang), key=lambda item: -item[0])
        texts = [text for _, text in found[:FEWEST]]
        if len(found) > FEWEST:
            texts.append(say("compare_and_more", lang, count=len(found) - FEWEST))
        lines += _wrap(say("compare_rules", lang, name=getattr(one, side).name), texts)
    return lines or [say("compare_rules_same", lang)]


def _list_rules(one: Comparison, side: str, lang: str) -> Iterator[tuple[int, str]]:
    """How many years, and the rule in words with its years."""
    if one.bindings is None or one.first.scenario is None:
        return
    names = name_items(one.first.scenario)
    for row in one.bindings.to_dict("records"):
        years = [int(year) for year in str(row[side]).split()]
        if years:
            item = names.get(str(row["item"]), {}).get(lang, str(row["item"]))
            yield len(years), f"{tell_rule(str(row['rule']), item, lang)} ({tell_years(years)})"


def tell_rule(rule: str, item: str, lang: str) -> str:
    """A rule in words."""
    key = f"rule_{rule}"
    return say(key, lang, item=item) if key in read_messages() else f"{rule} {item}"


def tell_years(years: Sequence[int]) -> str:
    """Years with runs of them joined: `2030–2032, 2040`; none where a rule has no year."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs if run[0])
