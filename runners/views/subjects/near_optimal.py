"""What plans nearly as cheap as the cheapest have in common, how open each measure is, and how unlike they can be."""

from __future__ import annotations

from typing import Any

import pandas as pd

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_kind, name_money
from runners.views.section import Block, Chart, Column, Kind, Points, Section, Table, Text
from runners.views.tables import lay_table
from runners.views.theme import PALETTE

CHOICES = ("must", "may", "never")
SHADES = (0.95, 0.55, 0.28, 0.15)
"""How dark each level is, the nearest first."""
FREE = 0.12
"""How dark what need not begin is."""
LONGEST = 44
PRINTED = 40
TINY = 1e-9
DIFFERENT = 1e-6
"""Misses nearer to each other than this are the same."""
PERCENT = 100.0
RANGES = (
    *("name", "code", "percent", "planned", "low", "high", "whole_low", "whole_high", "unit"),
    *("planned_first", "earliest", "latest", "choice"),
)


def write_near(result: Result, lang: str) -> list[Section]:
    """The section of an answer of `fardplan near`."""
    ranges = result.table("ranges")
    blocks: list[Block] = [Text(_tell_levels(result, lang))]
    if ranges is not None:
        blocks += [Points(tuple(_list_groups(ranges, lang))), *_draw_ranges(ranges, lang)]
        blocks.append(_table_ranges(result, ranges, lang))
    blocks += [*_table_plans(result, lang), *_table_alternatives(result, lang), *_table_targets(result, lang)]
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]


def _tell_levels(result: Result, lang: str) -> str:
    facts, money = result.facts, name_money(result.money, lang)
    least = float(facts["least_cost"])
    rooms = ", ".join(
        f"{_name_level(level['percent'], lang)} = {format_number(level['limit'] - least, lang)} {money}"
        for level in facts["levels"]
    )
    amount = format_number(float(facts["levels_of_money"] or 0.0), lang)
    told = [
        say("near_least", lang, cost=format_number(least, lang), money=money, rooms=rooms),
        say(f"near_of_{facts['levels_of']}", lang, amount=amount, money=money),
        say("near_share", lang, percent=_name_level(PERCENT * float(facts["share"]), lang)),
        say("near_verified", lang, count=format_number(float(facts["verified"]), lang, 0)),
    ]
    if facts["ranges_of"] == "relaxation":
        told.append(say("near_relaxed", lang).replace("\n", " "))
    return " ".join(told)


def _table_ranges(result: Result, ranges: pd.DataFrame, lang: str) -> Table:
    """A row per level and measure; ranges in whole units where they are others than in parts."""
    whole = any(bool((ranges[end] != ranges[f"whole_{end}"]).any()) for end in ("low", "high"))
    columns = [f"name_{lang}" if name == "name" else name for name in RANGES]
    if not whole:
        columns = [name for name in columns if not name.startswith("whole")]
    words = {choice: say(f"subject_near_choice_{choice}", lang) for choice in CHOICES}
    places = {label: place for place, label in enumerate(_sort_measures(ranges))}
    ordered = ranges.assign(place=ranges["technology"].map(places)).sort_values(["place", "percent"], kind="stable")
    return lay_table(
        *(result, "ranges", lang, columns, ordered),
        note=say("subject_near_ranges_note", lang),
        words={"choice": words, "percent": _name_levels(ranges, lang)},
        heads={f"name_{lang}": say("subject_measure", lang), "percent": say("subject_near_level", lang)},
        printed=PRINTED,
    )


def _list_groups(ranges: pd.DataFrame, lang: str) -> list[str]:
    """The measures by where they part: those that every plan has, those open from some level on, those never had."""
    levels = [_name_level(percent, lang) for percent in sorted(ranges["percent"].unique())]
    groups: dict[str, list[str]] = {}
    for label in _sort_measures(ranges):
        own = ranges[ranges["technology"] == label].sort_values("percent")
        musts, nevers = (int((own["choice"] == choice).sum()) for choice in ("must", "never"))
        if musts == len(levels):
            told = say("near_must_within", lang, level=levels[-1])
        elif musts:
            told = say("near_must_but", lang, level=levels[musts - 1], wider=levels[musts])
        elif nevers == len(levels):
            told = say("near_never_within", lang, level=levels[-1])
        elif nevers:
            told = say("near_first_from", lang, level=levels[nevers])
        else:
            told = say("near_free_within", lang, level=levels[0])
        name = f"{own['code'].iloc[0]} {own[f'name_{lang}'].iloc[0]}".strip()
        groups.setdefault(told, []).append(name)
    return [f"{told}: {'; '.join(names)}." for told, names in groups.items()]


def _table_plans(result: Result, lang: str) -> list[Block]:
    """A row per alternative: what it costs, how much dearer, how far off."""
    least, money = float(result.facts["least_cost"]), name_money(result.money, lang)
    rows = [
        (
            _name_level(level["percent"], lang),
            number,
            float(plan["cost"]),
            float(plan["cost"]) - least,
            PERCENT * float(plan["distance"]),
        )
        for level in result.facts["levels"]
        for number, plan in enumerate(level["plans"], 1)
    ]
    if not rows:
        return [Text(say("near_no_alternatives", lang))]
    columns = (
        Column(_begin(say("subject_near_level", lang)), width=10),
        Column(_begin(say("subject_near_plan", lang)), Kind.WHOLE, 9),
        Column(_begin(say("subject_near_cost", lang, money=money)), Kind.AMOUNT, 14, decimals=1),
        Column(_begin(say("subject_near_dearer", lang, money=money)), Kind.AMOUNT, 14, decimals=1),
        Column(_begin(say("subject_near_distance", lang)), Kind.AMOUNT, 14, decimals=1),
    )
    note = say("subject_near_plans_note", lang)
    return [Table("near_plans", say("subject_near_plans", lang), note, columns, tuple(rows))]


def _table_alternatives(result: Result, lang: str) -> list[Block]:
    table = result.table("alternatives")
    if table is None:
        return []
    columns = [f"name_{lang}", "code", "percent", "plan", "amount", "planned", "unit", "first", "planned_first"]
    heads = {f"name_{lang}": say("subject_measure", lang), "percent": say("subject_near_level", lang)}
    words = {"percent": _name_levels(table, lang)}
    return [lay_table(result, "alternatives", lang, columns, words=words, heads=heads, folded=True, printed=0)]


def _table_targets(result: Result, lang: str) -> list[Block]:
    """Only what is missed otherwise than in the cheapest plan."""
    table = result.table("targets")
    if table is None:
        return []
    moved = table[(table["excess"] - table["planned_excess"]).abs() > DIFFERENT]
    if moved.empty:
        return []
    columns = [f"name_{lang}", "percent", "plan", "year", "cap", "value", "excess", "planned_excess", "unit"]
    heads = {f"name_{lang}": say("subject_name", lang), "percent": say("subject_near_level", lang)}
    words = {"percent": _name_levels(moved, lang)}
    return [lay_table(result, "targets", lang, columns, moved, words=words, heads=heads, folded=True, printed=PRINTED)]


def _draw_ranges(ranges: pd.DataFrame, lang: str) -> list[Chart]:
    """How much and when, a bar per level from the nearest to the widest, measures that must be had first."""
    from runners.views import vega
    from runners.views.charts import draw_ranges, shade

    levels = sorted(ranges["percent"].unique())
    order = _sort_measures(ranges)
    rows = ranges.assign(
        name=ranges["technology"].map(_name_measures(ranges, lang)),
        place=ranges["technology"].map({label: place for place, label in enumerate(order)}),
        level=[say("near_within", lang, level=_name_level(percent, lang)) for percent in ranges["percent"]],
    ).sort_values(["place", "percent"], ascending=[True, False], kind="stable")
    names = [say("near_within", lang, level=_name_level(percent, lang)) for percent in levels]
    colours = dict(zip(names, shade(PALETTE[0], SHADES), strict=False))
    (pale,) = shade(PALETTE[0], [FREE])
    widest = ranges[ranges["percent"] == levels[-1]]
    counts = {choice: int((widest["choice"] == choice).sum()) for choice in CHOICES}
    told = say(
        *("subject_near_ranges_told", lang),
        must=counts["must"],
        never=counts["never"],
        count=len(widest),
        level=_name_level(levels[-1], lang),
    )
    mark, measure = say("near_figure_planned", lang), say("subject_measure", lang)
    tips = (("name", "N", measure), ("level", "N", say("subject_near_level", lang)))
    share_axis = vega.x("low:Q", title=say("subject_near_axis", lang), scale=vega.scale(domain=[0, 100]))
    first, last = _find_years(ranges)
    year_axis = vega.x(
        "low:Q", title=None, scale=vega.scale(domain=[first, last + 1], nice=False), axis=vega.axis(format="d")
    )
    free = say("near_figure_free", lang)
    shares, starts = _place_shares(rows), _place_starts(rows, last, free)
    specs: list[tuple[str, str, Any]] = [
        ("ranges", told, draw_ranges(shares, _mark(shares, "share"), share_axis, colours, mark, tips)),
        (
            "starts",
            say("subject_near_starts_told", lang),
            draw_ranges(starts, _mark(starts, "begun"), year_axis, {**colours, free: pale}, mark, tips),
        ),
    ]
    return [Chart(key, say(f"subject_near_{key}_chart", lang), text, spec) for key, text, spec in specs]


def _sort_measures(ranges: pd.DataFrame) -> list[str]:
    """Measures that must be had within most levels first, those never had last."""
    counts = {
        label: (-int((rows["choice"] == "must").sum()), int((rows["choice"] == "never").sum()))
        for label, rows in ranges.groupby("technology", sort=False)
    }
    return [str(label) for label in sorted(counts, key=lambda label: counts[label])]


def _name_measures(ranges: pd.DataFrame, lang: str) -> dict[str, str]:
    names = {}
    for _, row in ranges.drop_duplicates("technology").iterrows():
        name = f"{row['code']} {row[f'name_{lang}']}".strip()
        names[str(row["technology"])] = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
    return names


def _place_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Ranges in percent of the most that any plan of the widest level has."""
    most = rows.groupby("technology")["whole_high"].transform("max").clip(lower=TINY)
    return rows.assign(
        low=PERCENT * rows["whole_low"] / most,
        high=PERCENT * rows["whole_high"] / most,
        share=PERCENT * rows["planned"] / most,
    )[["name", "level", "low", "high", "share"]]


def _place_starts(rows: pd.DataFrame, last: int, free: str) -> pd.DataFrame:
    """From the earliest year to the end of the latest; to the last, and said to be `free`, where it need not begin."""
    begun = rows[rows["earliest"].notna()]
    latest = begun["latest"].fillna(last).astype(float) + 1
    mark = begun["planned_first"].astype(float) + 0.5
    level = begun["level"].where(begun["latest"].notna(), free)
    return begun.assign(low=begun["earliest"].astype(float), high=latest, begun=mark, level=level)[
        ["name", "level", "low", "high", "begun"]
    ]


def _mark(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    marks = rows.drop_duplicates("name")[["name", column]].rename(columns={column: "value"})
    return marks.dropna(subset="value")


def _find_years(ranges: pd.DataFrame) -> tuple[int, int]:
    years = pd.concat([ranges["earliest"], ranges["latest"], ranges["planned_first"]]).dropna()
    return (int(years.min()), int(years.max())) if len(years) else (0, 1)


def _name_levels(table: pd.DataFrame, lang: str) -> dict[str, str]:
    """Levels by how they stand in a table."""
    return {str(percent): _name_level(percent, lang) for percent in table["percent"].unique()}


def _name_level(percent: float, lang: str) -> str:
    return f"{format_number(percent, lang, 0 if percent == round(percent) else 1)} %"


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
