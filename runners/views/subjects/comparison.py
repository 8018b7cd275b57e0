"""How plans differ: what was asked otherwise, the bridge from one cost to the other, who bears it, what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_kind, name_known, name_money
from runners.views.section import Block, Cell, Chart, Column, Formula, Kind, Section, Table, Text
from runners.views.tables import lay_table
from runners.views.theme import PALETTE

VISIBLE = 0.05
"""Differences of money below this show as nothing."""
DIFFERENT = 1e-6
"""Amounts nearer to each other than this, in parts of the larger, are the same."""
PRINTED = 40
UNBORNE = ("missed_targets", "broken_limits", "account_prices", "tax_unreceived")
"""What no actor bears: values put on misses, on broken limits and on accounts, and taxes without a receiver."""
SAME = "same"
TARGET, ACTOR = "target", "actor"
PARTS = ("numbers", "plan")
MARK = {"numbers": "", "plan": "\u200b", "difference": ""}
"""What tells two steps of one component apart in the chart and is not seen."""
BORNE = ("capital", "operating")
"""Parts of what an actor bears."""


def write_comparison(result: Result, lang: str) -> list[Section]:
    """A section with all plans, and one per plan beside the first."""
    pairs = list(result.facts["comparisons"])
    told = (Text(text) for text in _tell_parts(result, lang))
    first = Section(result.kind, name_kind(result.kind, lang), (*told, _table_plans(result, lang)))
    return [first, *(_write_pair(result, pair, lang) for pair in pairs)]


def name_component(component: str, lang: str) -> str:
    """A component of cost as a reader calls it."""
    return name_known(f"workbook_component_{component}", lang, component)


def name_item(row: Mapping[Any, Any], lang: str) -> str:
    """A technology, commodity or account by its name, a target among those missed, an actor whose limits are broken."""
    name = str(row[f"name_{lang}"])
    if row["kind"] == ACTOR:
        return say("compare_breach", lang, actor=name)
    return say("compare_miss", lang, target=name) if row["kind"] == TARGET else name


def name_actor(row: Mapping[Any, Any], lang: str) -> str:
    """An actor by its name, and in words what none bears."""
    return say(f"compare_{row[ACTOR]}", lang) if row[ACTOR] in UNBORNE else str(row[f"name_{lang}"])


def tell_difference(first: str, second: str, dearer: float, money: str, lang: str) -> str:
    """How much more or less the second costs, in a sentence."""
    key = "compare_dearer" if dearer >= 0 else "compare_cheaper"
    amount = f"{format_number(abs(dearer), lang)} {money}"
    return say(key, lang, first=first, second=second, amount=amount)


def _tell_parts(result: Result, lang: str) -> list[str]:
    """That plans have parts of units; where only some have, which."""
    plans = result.facts["plans"]
    parts = [str(plan["name"]) for plan in plans if plan.get("whole_units") is False]
    others = [str(plan["name"]) for plan in plans if plan.get("whole_units")]
    if parts and others:
        return [say("subject_compare_parts", lang, names=", ".join(parts), others=", ".join(others))]
    return [say("subject_parts", lang)] if parts else []


def _table_plans(result: Result, lang: str) -> Table:
    """A row per plan: its letter, its folder, its cost, and whether it was verified again."""
    money = name_money(result.money, lang)
    folders, decisions = (dict(result.origin.get(name, {})) for name in ("plans", "adopted"))
    rows = tuple(
        (
            str(plan["name"]),
            _name_folder(str(folders.get(plan["name"], "")), str(decisions.get(plan["name"], "")), lang),
            _number(plan["cost_money"]),
            say(f"compare_kind_{plan['kind']}", lang),
        )
        for plan in result.facts["plans"]
    )
    columns = (
        Column(_begin(say("subject_near_plan", lang)), width=8),
        Column(_begin(say("subject_compare_folder", lang)), width=46),
        Column(_begin(say("subject_compare_cost", lang, money=money)), Kind.AMOUNT, 16, decimals=1),
        Column(_begin(say("subject_compare_checked", lang)), width=26),
    )
    year = result.facts.get("price_year")
    note = say("subject_prices", lang, money=money, year=year) if year else ""
    return Table("compare_plans", say("subject_compare_plans", lang), note, columns, rows)


def _name_folder(folder: str, decision: str, lang: str) -> str:
    """The folder of a plan, with the decision by which it was adopted."""
    return say("adopted_is", lang, folder=folder, name=decision) if decision else folder


def _write_pair(result: Result, pair: Mapping[str, Any], lang: str) -> Section:
    first, second = str(pair["first"]), str(pair["second"])
    own = {name: table[table["beside"] == second] for name, table in result.tables.items()}
    told = _tell_pair(result, pair, lang)
    blocks: list[Block] = [Text(text) for text in told]
    blocks += [*show_bridge(result, pair, own, lang), *show_rest(result, pair, own, lang)]
    title = say("subject_compare_pair", lang, first=first, second=second)
    return Section(f"{result.kind}_{second}", title, tuple(blocks))


def _tell_pair(result: Result, pair: Mapping[str, Any], lang: str) -> list[str]:
    first, second, money = str(pair["first"]), str(pair["second"]), name_money(result.money, lang)
    dearer = _number(pair["difference_money"])
    told = [] if dearer is None else [tell_difference(first, second, float(dearer), money, lang)]
    if pair.get("why_no_bridge"):
        told.append(say(str(pair["why_no_bridge"]), lang))
    if pair.get("silent"):
        rest = tell_difference(first, second, float(pair["difference_without_misses_money"]), money, lang)
        told.append(say("compare_unvalued", lang, name=" ".join(pair["silent"]), rest=rest))
    return told


def show_bridge(result: Result, pair: Mapping[str, Any], own: Mapping[str, pd.DataFrame], lang: str) -> list[Block]:
    """The waterfall, and the bridge by component, by item and by actor."""
    components = own.get("bridge_components")
    if components is None or components.empty:
        return []
    second = str(pair["second"])
    note = say("subject_compare_numbers_note", lang)
    blocks: list[Block] = [*_draw_bridge(result, pair, components, lang), _table_parts(result, pair, components, lang)]
    items = own["bridge_items"].assign(shown=own["bridge_items"]["difference"].abs())
    items = items[items["shown"] >= VISIBLE].sort_values("shown", ascending=False, kind="stable")
    items = items.assign(**{f"name_{lang}": [name_item(row, lang) for row in items.to_dict("records")]})
    columns = [f"name_{lang}", "first", "second", "difference", "capital", "operation", "other"]
    names = _name_sides(pair, lang)
    if len(items):
        blocks.append(
            lay_table(
                *(result, "bridge_items", lang, [column for column in columns if column in items], items),
                key=f"compare_items_{second}",
                note=say("subject_compare_largest_note", lang),
                heads={**names, f"name_{lang}": say("subject_name", lang)},
                printed=PRINTED,
            )
        )
    actors = own.get("bridge_actors")
    if actors is not None and len(actors):
        shown = actors[actors["difference"].abs() >= VISIBLE]
        shown = shown.assign(**{f"name_{lang}": [name_actor(row, lang) for row in shown.to_dict("records")]})
        blocks.append(
            lay_table(
                *(result, "bridge_actors", lang, [f"name_{lang}", "first", "second", "difference", *BORNE], shown),
                key=f"compare_actors_{second}",
                note=note if not len(items) else "",
                heads={**names, f"name_{lang}": say("subject_name", lang)},
                summed=("first", "second", "difference", *BORNE),
            )
        )
    return blocks


def _table_parts(result: Result, pair: Mapping[str, Any], components: pd.DataFrame, lang: str) -> Table:
    """The bridge by component; the difference and what is another plan are reckoned in the sheet."""
    parted = bool(components["numbers"].notna().any())
    rows: list[tuple[Cell, ...]] = []
    for row in components.to_dict("records"):
        first, second = float(row["first"]), float(row["second"])
        cells: tuple[Cell, ...] = (
            name_component(str(row["component"]), lang),
            first,
            second,
            Formula("=C{row}-B{row}", second - first),
        )
        if parted:
            numbers = float(row["numbers"])
            cells = (*cells, numbers, Formula("=D{row}-E{row}", second - first - numbers))
        rows.append(cells)
    money = name_money(result.money, lang)
    heads = [str(pair["first"]), str(pair["second"]), say("compare_difference", lang)]
    heads += [say(f"compare_{part}", lang) for part in PARTS] if parted else []
    columns = (
        Column(_begin(say("subject_name", lang)), width=36),
        *(Column(f"{_begin(head)}, {money}", Kind.AMOUNT, 16, summed=True, decimals=1) for head in heads),
    )
    note = say("subject_compare_numbers_note", lang)
    caption = say("result_compare_bridge_components", lang)
    return Table(
        f"compare_components_{pair['second']}", caption, note, columns, tuple(rows), say("subject_total", lang)
    )


def _draw_bridge(result: Result, pair: Mapping[str, Any], components: pd.DataFrame, lang: str) -> list[Chart]:
    """A step per component and part, first numbers, then the plan, from zero to the whole difference."""
    from runners.views.charts import GREY, draw_steps

    parts = PARTS if bool(components["numbers"].notna().any()) else ("difference",)
    steps = [
        (part, name_component(str(row["component"]), lang), float(row[part]))
        for part in parts
        for row in components.to_dict("records")
        if abs(float(row[part])) >= VISIBLE
    ]
    if not steps:
        return []
    groups = {
        say(f"subject_compare_part_{part}", lang): tone
        for part, tone in zip((*PARTS, "difference", "total"), (PALETTE[3], PALETTE[0], PALETTE[0], GREY), strict=True)
    }
    level, rows = 0.0, []
    for part, name, amount in steps:
        group = say(f"subject_compare_part_{part}", lang)
        rows.append(
            {"name": f"{name}{MARK[part]}", "group": group, "value": amount, "low": level, "high": level + amount}
        )
        level += amount
    rows.append(
        {"name": say("subject_compare_sum", lang), "group": say("subject_compare_part_total", lang), "value": level}
        | {"low": 0.0, "high": level}
    )
    table = pd.DataFrame(rows)
    table = table.assign(shown=[("+" if value > 0 else "") + format_number(value, lang) for value in table["value"]])
    money = name_money(result.money, lang)
    unit = say("subject_present", lang, money=money)
    first, second = str(pair["first"]), str(pair["second"])
    tips = (("name", "N", say("subject_name", lang)), ("group", "N", ""), ("value", "Q", unit))
    caption = say("subject_compare_chart", lang, first=first, second=second)
    told = tell_difference(first, second, level, money, lang)
    return [Chart(f"bridge_{second}", caption, told, draw_steps(table, unit, groups, tips))]


def show_rest(result: Result, pair: Mapping[str, Any], own: Mapping[str, pd.DataFrame], lang: str) -> list[Block]:
    """What was asked otherwise, which measures moved, how targets fare, and what binds in one only."""
    second, names, blocks = str(pair["second"]), _name_sides(pair, lang), list[Block]()
    name = f"name_{lang}"
    asked = own.get("asked")
    if asked is not None and len(asked):
        blocks.append(_lay(result, "asked", asked, ("what", "first", "second"), second, lang, names))
    measures = own.get("measures")
    if measures is not None:
        moved = measures[measures["moved"] != SAME]
        words = {str(word): say(f"compare_moved_{word}", lang) for word in moved["moved"].unique()}
        built = (name, "code", "moved", "build_first", "build_second", "unit", "year_first", "year_second")
        columns = (*built, "outlay_first", "outlay_second")
        heads = {**names, name: say("subject_measure", lang)}
        if len(moved):
            note = say("subject_compare_built_note", lang)
            blocks.append(_lay(result, "measures", moved, columns, second, lang, heads, {"moved": words}, note))
    targets = own.get("targets")
    if targets is not None and name in targets:
        largest = targets[["value_first", "value_second"]].abs().max(axis=1).clip(lower=1.0)
        other = targets[(targets["value_first"] - targets["value_second"]).abs() > DIFFERENT * largest]
        told = (name, "year", "cap_second", "value_first", "value_second", "excess_first", "excess_second", "unit")
        heads = {**names, name: say("subject_name", lang)}
        if len(other):
            blocks.append(_lay(result, "targets", other, told, second, lang, heads))
    return blocks


def _lay(
    result: Result,
    table: str,
    rows: pd.DataFrame,
    columns: Sequence[str],
    second: str,
    lang: str,
    heads: Mapping[str, str],
    words: Mapping[str, Mapping[str, str]] | None = None,
    note: str = "",
) -> Table:
    shown = [column for column in columns if column in rows and bool(rows[column].notna().any())]
    return lay_table(
        *(result, table, lang, shown, rows),
        key=f"compare_{table}_{second}",
        heads=heads,
        words=words,
        note=note,
        printed=PRINTED,
    )


def _name_sides(pair: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Heads of what is said of each side: `A`, `B`, and `byggs, A` for what the catalog calls `byggs, den första`."""
    from runners.results.catalog import find_table

    heads = {"first": str(pair["first"]), "second": str(pair["second"])}
    for table in ("measures", "targets"):
        for name, column in find_table("compare", table).columns.items():
            for side in ("first", "second"):
                if name.endswith(f"_{side}"):
                    heads[name] = f"{column.heads[lang].split(',')[0]}, {pair[side]}"
    return heads


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
