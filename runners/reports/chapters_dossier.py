"""A dossier as sections: of each measure or family what the plan has of it, what it costs, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from conf.words import format_amount, say
from runners.results.result import Result
from runners.views.locale import BLANK, Speech, read_names
from runners.views.names import name_programme
from runners.views.section import Block, Grid, Points, Row, Section, Text
from runners.views.setting_words import name_setting, say_setting_value

Tables = Mapping[str, pd.DataFrame]
Content = Mapping[str, Any]
PLAN, FORCED = "plan", "forced"
FAMILY = "family"
PER_TONNE = "SEK/t"
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
    speech = Speech(lang, result.money, str(result.facts["price_year"]), names)
    return write_dossiers(result.tables, result.facts, speech)


def write_dossiers(tables: Tables, content: Content, speech: Speech) -> list[Section]:
    """A section that says how things are reckoned and one an entry, for any medium.

    Args:
        tables: of the folder, by name.
        content: of `dossier.json`.
        speech: language, money and names.
    """
    first = Section("dossiers", _say(speech, "title", name=content[speech.name_column]), tuple(_open(content, speech)))
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
        gap = speech.number(100 * content["gap"], 2)
        blocks.append(Text(_say(speech, "whole", gap=gap)))
    return blocks


def _span(content: Content) -> dict[str, object]:
    return {"first": content["first_year"], "last": content["last_year"], "year": content["annuity_year"]}


def _write_entry(row: pd.Series[Any], tables: Tables, content: Content, speech: Speech) -> Section:
    label = str(row["entry"])
    own = {name: table[table["entry"] == label] for name, table in tables.items() if "entry" in table}
    blocks: list[Block] = [Text(_tell_place(row, content, speech))]
    blocks += _show_amounts(own, speech)
    blocks += _show_payers(row, own, speech)
    blocks += _show_ways(row, own.get("ways"), content, speech)
    blocks.append(Text(_tell_threshold(row, content, speech)))
    blocks += _show_ranges(own, speech)
    blocks += _show_rules(own, speech, "little" if bool(row["in_plan"]) else "blocked")
    blocks += _show_worlds(own, content, speech)
    blocks += _show_numbers(row, own, speech)
    name = f"{row['code']} {row[speech.name_column]}".strip()
    return Section(f"dossier-{label}", name, tuple(blocks))


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


def _show_amounts(own: Tables, speech: Speech) -> list[Block]:
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
            speech.year(begun.min()),
            speech.year(begun.max()),
            format_amount(float(peak["capacity"]), str(peak["unit"]), speech.lang),
            speech.year(peak["year"]),
            speech.number(mine["outlay"].sum()),
        )
        shown.append(Row(cells))
    heads = [_say(speech, f"head_{name}") for name in ("measure", "first", "last", "most", "most_year")]
    return [_make_grid(speech, "amounts", [*heads, _head_money(speech, "outlay")], shown)]


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
        Row((speech.name(str(one["actor"])), speech.number(one["outlay"]), speech.number(one["grant"])))
        for _, one in mine.iterrows()
    ]
    heads = [_say(speech, "head_actor"), _head_money(speech, "outlay"), _head_money(speech, "grant")]
    return [_make_grid(speech, f"payers_{plan}", heads, shown)]


def _show_ways(row: pd.Series[Any], ways: pd.DataFrame | None, content: Content, speech: Speech) -> list[Block]:
    """Cost, tonnes and cost per tonne four ways, with errors, and what each way is; or why there are none."""
    if ways is None or ways.empty:
        return [Text(_say(speech, "ways_none"))]
    label = str(row["entry"])
    shown = [Row(_list_cells(way, speech)) for _, way in ways.iterrows()]
    unit = speech.unit_of(ways["unit"].iloc[0])
    heads = [
        _say(speech, "head_way"),
        _say(speech, "head_kind"),
        _head_money(speech, "cost"),
        "±",
        _say(speech, "head_tonnes", unit=unit),
        _say(speech, "head_per_tonne", unit=_name_per_unit(str(ways["per_tonne_unit"].iloc[0]), speech)),
        _head_money(speech, "misses"),
    ]
    others = speech.join([_name_sharer(one, content, speech) for one in content["sharers"][label]])
    orders = content["orders"][label]
    told = [_say(speech, "sharers" if orders else "sharers_exact", others=others, orders=orders)] if others else []
    forced = ways[ways["way"] == FORCED]
    if len(forced):
        told.append(_tell_forced(forced.iloc[0], speech))
    grid = _make_grid(speech, "ways", heads, shown, texts=2)
    return [grid, Points(tuple(told))]


def _name_sharer(label: str, content: Content, speech: Speech) -> str:
    """A family by its name, a programme by its own."""
    names = content["families"].get(label)
    return str(names[speech.lang]) if names else name_programme(label, speech.lang)


def _list_cells(way: pd.Series[Any], speech: Speech) -> tuple[str, ...]:
    per_unit = way["cost_per_tonne"]
    decimals = 0 if way["per_tonne_unit"] == PER_TONNE else 1
    return (
        _say(speech, f"way_{way['way']}"),
        _say(speech, f"kind_{way['kind']}"),
        speech.number(way["cost"]),
        speech.number(way["cost_error"]) if way["cost_error"] >= SMALL else BLANK,
        speech.amount(way["tonnes"]),
        speech.number(per_unit, decimals),
        speech.number(way["misses"]),
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


def _show_ranges(own: Tables, speech: Speech) -> list[Block]:
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
        shown.append(Row((name, speech.unit_of(first["unit"]), speech.amount(first["planned"]), *spans)))
    extra = rows.drop_duplicates("percent").set_index("percent")["extra"]
    heads = [_say(speech, f"head_{name}") for name in ("measure", "unit", "planned")]
    heads += [f"+{at:g} % ({speech.number(extra[at], 0)} {speech.unit})" for at in levels]
    return [_make_grid(speech, "ranges", heads, shown, texts=2)]


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


def _show_worlds(own: Tables, content: Content, speech: Speech) -> list[Block]:
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
        first = speech.year(built["first_year"].min()) if len(built) else BLANK
        amount = "; ".join(most) if most else _say(speech, "none")
        cost = costs.get(world)
        shown.append(
            Row(
                (
                    _say(speech, f"world_{world}"),
                    amount,
                    first,
                    speech.number(mine["outlay"].sum()),
                    speech.number(cost),
                )
            )
        )
    heads = [_say(speech, f"head_{name}") for name in ("world", "most", "first")]
    heads += [_head_money(speech, "outlay"), _head_money(speech, "plan_cost")]
    return [_make_grid(speech, "worlds", heads, shown, texts=2)]


def _show_numbers(row: pd.Series[Any], own: Tables, speech: Speech) -> list[Block]:
    """The assumed numbers of its own that change it, and how many do not."""
    moved, deciding = int(row["numbers"]), int(row["deciding"])
    if not moved:
        return [Text(_say(speech, "numbers_unmoved"))]
    if not deciding:
        return [Text(_say(speech, "numbers_none", moved=moved))]
    rows = own["numbers"]
    chosen = [rank for rank, mine in rows.groupby("rank") if mine["differs"].max() > 0.01][:MOST_NUMBERS]
    shown = []
    for _, one in rows[rows["rank"].isin(chosen)].iterrows():
        shown.append(
            Row(
                (
                    name_setting(str(one["setting"]), speech.names, speech.lang),
                    say_setting_value(str(one["setting"]), float(one["setting_value"]), speech.lang),
                    _tell_change(one, speech),
                    speech.number(one["differs"]) if bool(one["possible"]) else BLANK,
                    speech.number(one["cost"]) if bool(one["possible"]) else BLANK,
                )
            )
        )
    heads = [_say(speech, f"head_{name}") for name in ("number", "moved_to", "then")]
    heads += [_head_money(speech, "differs"), _head_money(speech, "dearer")]
    return [
        Text(_say(speech, "numbers", moved=moved, deciding=deciding)),
        _make_grid(speech, "numbers", heads, shown, texts=3),
    ]


def _tell_change(one: pd.Series[Any], speech: Speech) -> str:
    if not bool(one["possible"]):
        return _say(speech, "no_plan")
    told = [
        _say(speech, key, measures=speech.join([speech.name(label) for label in str(one[column]).split()]))
        for key, column in (("comes", "entered"), ("goes", "left"))
        if str(one[column])
    ]
    return "; ".join(told) if told else BLANK


def _make_grid(speech: Speech, key: str, heads: Sequence[str], rows: Sequence[Row], texts: int = 1) -> Grid:
    return Grid(
        f"dossier-{key}", _say(speech, f"{key}_caption"), _say(speech, f"{key}_note"), tuple(heads), tuple(rows), texts
    )


def _head_money(speech: Speech, name: str) -> str:
    return f"{_say(speech, f'head_{name}')}, {speech.unit}"


def _name_per_unit(unit: str, speech: Speech) -> str:
    return say("measures_per_tonne", speech.lang) if unit == PER_TONNE else speech.unit_of(unit)


def _say(speech: Speech, key: str, /, **fields: object) -> str:
    return speech.say(f"dossier_{key}", **fields)
