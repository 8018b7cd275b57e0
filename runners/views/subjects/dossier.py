"""A dossier as sections: of each measure or family what the plan has of it, what it costs, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from conf.words import format_amount, format_gap, say
from runners.results.result import Result
from runners.views.locale import BLANK, Speech, read_names, read_programmes
from runners.views.prices import counts_tonnes, name_price
from runners.views.section import Block, Cell, Column, Kind, Points, Section, Table, Text
from runners.views.setting_words import name_setting, say_setting_value

Tables = Mapping[str, pd.DataFrame]
Content = Mapping[str, Any]
PLAN, FORCED = "plan", "forced"
FAMILY = "family"
MOST_NUMBERS = 6
"""Numbers that change an entry in its table; the table of the folder has them all."""
NO_PRICE = 999.0
"""A factor from here on is no price that could be."""
SMALL = 0.05
MOST_PERCENT = 3.0
"""A factor from here on is said as one; a smaller one in percent."""


def write_dossier(result: Result, lang: str) -> list[Section]:
    """The sections of what `fardplan dossier` wrote."""
    names = read_names(result.tables["labels"], lang)
    programmes = read_programmes(result.tables["labels"])
    speech = Speech(lang, result.money, str(result.facts["price_year"]), names, programmes=programmes)
    return write_dossiers(result.tables, result.facts, speech)


def write_dossiers(tables: Tables, content: Content, speech: Speech) -> list[Section]:
    """A section that says how things are reckoned and one an entry, for any medium.

    Args:
        tables: of the folder, by name.
        content: of `dossier.json`.
        speech: language, money and names.
    """
    first = Section("dossier", _say(speech, "title", name=content[speech.name_column]), tuple(_open(content, speech)))
    return [first, *(_write_entry(row, tables, content, speech) for _, row in tables["entries"].iterrows())]


def _open(content: Content, speech: Speech) -> list[Block]:
    """By which account and cost tonnes and money are told, and how sure they are."""
    account = content[f"account_{speech.lang}"]
    rate = speech.number(100 * content["discount_rate"])
    basis = _say(speech, "basis", account=account, level=speech.price_level, rate=rate)
    blocks: list[Block] = [Text(basis), Text(_say(speech, f"cost_{content['cost_definition']}", **_span(content)))]
    if content["relaxed"]:
        blocks.append(Text(_say(speech, "relaxed")))
    if content["whole_units"]:
        gap = format_gap(float(content["gap"]), speech.lang)
        blocks.append(Text(_say(speech, "whole", gap=gap)))
    return blocks


def _span(content: Content) -> dict[str, object]:
    return {"first": content["first_year"], "last": content["last_year"], "year": content["annuity_year"]}


def _write_entry(row: pd.Series[Any], tables: Tables, content: Content, speech: Speech) -> Section:
    label = str(row["entry"])
    own = {name: table[table["entry"] == label] for name, table in tables.items() if "entry" in table}
    blocks: list[Block] = [Text(_tell_place(row, content, speech))]
    blocks += _show_amounts(label, own, speech)
    blocks += _show_payers(row, own, speech)
    blocks += _show_ways(row, own.get("ways"), content, speech)
    blocks.append(Text(_tell_threshold(row, content, speech)))
    blocks += _show_ranges(label, own, speech)
    blocks += _show_rules(own, speech, "little" if bool(row["in_plan"]) else "blocked")
    blocks += _show_worlds(label, own, content, speech)
    blocks += _show_numbers(row, own, speech)
    name = f"{row['code']} {row[speech.name_column]}".strip()
    return Section(f"dossier_{label}", name, tuple(blocks))


def _tell_place(row: pd.Series[Any], content: Content, speech: Speech) -> str:
    """Whether the plan has it, from when, and for how much; which of its measures are no choice."""
    measures = str(row["measures"]).split()
    if bool(row["in_plan"]):
        years = {"first": speech.year(row["first_year"]), "last": speech.year(row["last_year"])}
        key = "in" if years["first"] != years["last"] else "in_once"
        text = _say(speech, key, outlay=speech.money(row["outlay"], 1), **years)
    else:
        text = _say(speech, "out")
    if row["kind"] == FAMILY:
        text = _say(speech, "family", measures=speech.join([speech.name(one) for one in measures])) + " " + text
    left = str(row["left_out"]).split()
    if left:
        text += " " + _say(speech, "left", measures=speech.join([speech.name(one) for one in left]))
    if content["relaxed"]:
        text += " " + _say(speech, "parts")
    return text


def _show_amounts(label: str, own: Tables, speech: Speech) -> list[Block]:
    rows = own.get("amounts")
    rows = None if rows is None else rows[rows["plan"] == PLAN]
    if rows is None or rows.empty:
        return []
    shown = []
    for measure, mine in rows.groupby("measure", sort=False):
        begun = mine.loc[mine["build"] > 0, "year"]
        peak = mine.iloc[int(mine["capacity"].to_numpy().argmax())]
        cells = (
            speech.name(str(measure)),
            _year(begun.min()),
            _year(begun.max()),
            format_amount(float(peak["capacity"]), str(peak["unit"]), speech.lang),
            _year(peak["year"]),
            float(mine["outlay"].sum()),
        )
        shown.append(cells)
    kinds = (Kind.TEXT, Kind.WHOLE, Kind.WHOLE, Kind.TEXT, Kind.WHOLE)
    names = ("measure", "first", "last", "most", "most_year")
    columns = [Column(_say(speech, f"head_{name}"), kind, 16) for name, kind in zip(names, kinds, strict=True)]
    return [_make_table(speech, label, "amounts", [*columns, _lay_money(speech, "outlay")], shown)]


def _show_payers(row: pd.Series[Any], own: Tables, speech: Speech) -> list[Block]:
    """Who pays for it in the plan, or would where it is forced in."""
    rows = own.get("payers")
    if rows is None:
        return []
    plan = PLAN if bool(row["in_plan"]) else FORCED
    mine = rows[rows["plan"] == plan]
    if mine.empty:
        owners = speech.join([speech.name(str(actor)) for actor in rows["actor"].unique()])
        return [Text(_say(speech, "owners", owners=owners))]
    shown = [
        (speech.name(str(one["actor"])), _number(one["outlay"]), _number(one["grant"])) for _, one in mine.iterrows()
    ]
    columns = [Column(_say(speech, "head_actor"), width=40), _lay_money(speech, "outlay"), _lay_money(speech, "grant")]
    return [_make_table(speech, str(row["entry"]), f"payers_{plan}", columns, shown)]


def _show_ways(row: pd.Series[Any], ways: pd.DataFrame | None, content: Content, speech: Speech) -> list[Block]:
    """Cost, tonnes and cost per tonne four ways, with errors, and what each way is; or why there are none."""
    if ways is None or ways.empty:
        return [Text(_say(speech, "ways_none"))]
    label = str(row["entry"])
    shown = [_list_cells(way, speech) for _, way in ways.iterrows()]
    counted = str(ways["unit"].iloc[0])
    unit, per_unit = speech.unit_of(counted), name_price(counted, speech.money_unit, speech.lang)
    decimals = 0 if counts_tonnes(counted, speech.money_unit) else 1
    columns = [
        Column(_say(speech, "head_way"), width=16),
        Column(_say(speech, "head_kind"), width=26),
        _lay_money(speech, "cost"),
        Column("±", Kind.AMOUNT, 9, decimals=1),
        Column(_say(speech, "head_tonnes", unit=unit), Kind.AMOUNT, 14),
        Column(_say(speech, "head_per_tonne", unit=per_unit), Kind.AMOUNT, 14, decimals=decimals),
        _lay_money(speech, "misses"),
    ]
    others = speech.join([_name_sharer(one, content, speech) for one in content["sharers"][label]])
    orders = content["orders"][label]
    told = [_say(speech, "sharers" if orders else "sharers_exact", others=others, orders=orders)] if others else []
    forced = ways[ways["way"] == FORCED]
    if len(forced):
        told.append(_tell_forced(forced.iloc[0], speech))
    return [_make_table(speech, label, "ways", columns, shown), Points(tuple(told))]


def _name_sharer(label: str, content: Content, speech: Speech) -> str:
    """A family by its name, a programme by its own."""
    names = content["families"].get(label)
    return str(names[speech.lang]) if names else speech.name_programme(label)


def _list_cells(way: pd.Series[Any], speech: Speech) -> tuple[Cell, ...]:
    return (
        _say(speech, f"way_{way['way']}"),
        _say(speech, f"kind_{way['kind']}"),
        _number(way["cost"]),
        _number(way["cost_error"]) if way["cost_error"] >= SMALL else None,
        _number(way["tonnes"]),
        _number(way["cost_per_tonne"]),
        _number(way["misses"]),
    )


def _tell_forced(way: pd.Series[Any], speech: Speech) -> str:
    size = format_amount(float(way["size"]), str(way["size_unit"]), speech.lang)
    by = _say(speech, f"size_{way['size_by']}")
    return _say(speech, "forced", measure=speech.name(str(way["measure"])), size=size, by=by, year=int(way["year"]))


def _tell_threshold(row: pd.Series[Any], content: Content, speech: Speech) -> str:
    """At which cost of its investment it enters or leaves; that it is in parts of units where the plan is whole."""
    inside = bool(row["in_parts"])
    factor = float(row["leaves_at"] if inside else row["enters_at"])
    unit = speech.unit_of(row["unit"])
    costs = {
        "cost": speech.number(row["unit_cost"], 2),
        "there": speech.number(row["unit_cost_at"], 2),
        "unit": unit,
        "money": speech.unit,
    }
    if inside and factor > NO_PRICE:
        text = _say(speech, "leaves_never")
    elif inside:
        text = _say(speech, "leaves", dearer=_tell_dearer(factor, speech))
    elif factor <= 0:
        text = _say(speech, "enters_never")
    else:
        text = _say(speech, "enters", percent=speech.number(100 * (1 - factor), 1))
    if 0 < factor <= NO_PRICE and float(row["unit_cost"]) > 0:
        text += " " + _say(speech, "there", **costs)
    if row["out_at"]:
        text += " " + _say(speech, "turns", factors=str(row["out_at"]).replace(" ", ", "))
    if content["whole_units"]:
        text += " " + _say(speech, "threshold_parts")
        if inside != bool(row["in_plan"]):
            text += " " + _say(speech, "threshold_in" if inside else "threshold_out")
    return text


def _tell_dearer(factor: float, speech: Speech) -> str:
    """By how much an investment of this factor is dearer: in percent, or in times where it is far."""
    if factor < MOST_PERCENT:
        return say("why_dearer", speech.lang, percent=speech.number(100 * (factor - 1), 1))
    return say("why_times", speech.lang, times=speech.number(factor, 1))


def _show_ranges(label: str, own: Tables, speech: Speech) -> list[Block]:
    rows = own.get("ranges")
    if rows is None or rows.empty:
        return []
    levels = sorted(rows["percent"].unique())
    shown = []
    for measure, mine in rows.groupby("measure", sort=False):
        name = speech.name(str(measure)) if measure else _say(speech, "together")
        by_level = mine.set_index("percent")
        spans = [f"{speech.amount(by_level.at[at, 'low'])} – {speech.amount(by_level.at[at, 'high'])}" for at in levels]
        first = mine.iloc[0]
        shown.append((name, speech.unit_of(first["unit"]), _number(first["planned"]), *spans))
    extra = rows.drop_duplicates("percent").set_index("percent")["extra"]
    columns = [Column(_say(speech, f"head_{name}"), width=16) for name in ("measure", "unit")]
    columns += [Column(_say(speech, "head_planned"), Kind.AMOUNT, 12)]
    columns += [Column(f"+{at:g} % ({speech.number(extra[at], 0)} {speech.unit})", width=22) for at in levels]
    return [_make_table(speech, label, "ranges", columns, shown)]


def _show_rules(own: Tables, speech: Speech, blocked: str) -> list[Block]:
    rows = own.get("rules")
    if rows is None or rows.empty:
        return [Text(_say(speech, "rules_none"))]
    blocks: list[Block] = []
    for blocks_it, key in ((False, "rules"), (True, blocked)):
        told = rows.loc[rows["blocks"].astype(bool) == blocks_it, f"rule_{speech.lang}"]
        if len(told):
            blocks.append(Points(tuple(told.astype(str)), lead=_say(speech, key)))
        elif not blocks_it:
            blocks.append(Text(_say(speech, "rules_none")))
    return blocks


def _show_worlds(label: str, own: Tables, content: Content, speech: Speech) -> list[Block]:
    rows = own.get("worlds")
    costs = content["world_costs"]
    if rows is None or rows["world"].nunique() < 2:
        return [Text(_say(speech, "worlds_none"))]
    shown = []
    for world, mine in rows.groupby("world", sort=False):
        built = mine[mine["in_plan"].astype(bool)]
        most = [
            f"{speech.name(str(one['measure']))} {format_amount(float(one['amount']), str(one['unit']), speech.lang)}"
            for _, one in built.iterrows()
        ]
        first = _year(built["first_year"].min()) if len(built) else None
        amount = "; ".join(most) if most else _say(speech, "none")
        cost = costs.get(world)
        outlay, whole = float(mine["outlay"].sum()), None if cost is None else _number(cost)
        shown.append((_say(speech, f"world_{world}"), amount, first, outlay, whole))
    columns = [Column(_say(speech, "head_world"), width=16), Column(_say(speech, "head_most"), Kind.LONG, 40)]
    columns += [Column(_say(speech, "head_first"), Kind.WHOLE, 12)]
    columns += [_lay_money(speech, "outlay"), _lay_money(speech, "plan_cost")]
    return [_make_table(speech, label, "worlds", columns, shown)]


def _show_numbers(row: pd.Series[Any], own: Tables, speech: Speech) -> list[Block]:
    """The assumed numbers of its own that change it, and how many do not."""
    moved, deciding = int(row["numbers"]), int(row["deciding"])
    if not moved:
        return [Text(_say(speech, "numbers_unmoved"))]
    if not deciding:
        return [Text(_say(speech, "numbers_none", moved=moved))]
    rows = own["numbers"]
    chosen = [rank for rank, mine in rows.groupby("rank") if mine["differs"].max() > 0.01][:MOST_NUMBERS]
    columns = [Column(_say(speech, f"head_{name}"), Kind.LONG, 34) for name in ("number", "moved_to", "then")]
    columns += [_lay_money(speech, "differs"), _lay_money(speech, "dearer")]
    shown = [_list_number(one, speech) for _, one in rows[rows["rank"].isin(chosen)].iterrows()]
    every = tuple(_list_number(one, speech) for _, one in rows.iterrows())
    table = _make_table(speech, str(row["entry"]), "numbers", columns, shown)
    return [Text(_say(speech, "numbers", moved=moved, deciding=deciding)), replace(table, every=every)]


def _list_number(one: pd.Series[Any], speech: Speech) -> tuple[Cell, ...]:
    possible, setting = bool(one["possible"]), str(one["setting"])
    return (
        name_setting(setting, speech.names, speech.lang),
        say_setting_value(setting, float(one["setting_value"]), speech.lang),
        _tell_change(one, speech),
        _number(one["differs"]) if possible else None,
        _number(one["cost"]) if possible else None,
    )


def _tell_change(one: pd.Series[Any], speech: Speech) -> str:
    if not bool(one["possible"]):
        return _say(speech, "no_plan")
    told = [
        _say(speech, key, measures=speech.join([speech.name(label) for label in str(one[column]).split()]))
        for key, column in (("comes", "entered"), ("goes", "left"))
        if str(one[column])
    ]
    return "; ".join(told) if told else BLANK


def _make_table(
    speech: Speech, entry: str, key: str, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]]
) -> Table:
    caption, note = _say(speech, f"{key}_caption"), _say(speech, f"{key}_note")
    return Table(f"dossier_{entry}_{key}", caption, note, tuple(columns), tuple(rows))


def _lay_money(speech: Speech, name: str) -> Column:
    return Column(f"{_say(speech, f'head_{name}')}, {speech.unit}", Kind.AMOUNT, 14, decimals=1)


def _number(value: Any) -> Cell:
    return None if value is None or value is pd.NA or value != value else float(value)


def _year(value: Any) -> Cell:
    return None if value is None or value is pd.NA or value != value else int(value)


def _say(speech: Speech, key: str, /, **fields: object) -> str:
    return speech.say(f"dossier_{key}", **fields)
