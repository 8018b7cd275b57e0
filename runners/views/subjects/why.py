"""What limits a plan and what each measure is worth to it; without a plan what contradicts, and what would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.names import name_kind, name_money
from runners.views.section import Block, Chart, Points, Section, Text
from runners.views.tables import lay_table
from runners.views.theme import PALETTE

THEMES = ("target", "money", "speed", "amount")
"""Kinds of limits, in the order in which they are told."""
MOST_BARS, LONGEST = 18, 40
"""Bars of a chart, and letters of a name beside it."""
MOST_TOLD = {"target": 5, "money": 4, "speed": 3, "amount": 3}
"""Prices of each theme in sentences; the table has all."""
INSIDE, OUTSIDE = 6, 4
"""Measures in sentences, those in the plan and those outside."""
PRINTED = 40
PRICES = (
    *("item", "theme", "year", "worth_of_tenth", "price_ease", "ease_up_to", "unit", "price_per_tonne"),
    *("price_tighten", "tighten_up_to", "check_least", "check_most"),
)
HEADS = {"theme": "theme", "item": "name", "ease_up_to": "up_to_easier", "tighten_up_to": "up_to_harder"}
"""Columns that are called otherwise here than where they stand alone."""
MAY_BE_BLANK = ("year", "price_per_tonne", "check_least", "check_most")
"""Of them those that are left out where no price has them."""
RELEASES = ("saves_least", "saves_most", "eased_saves_least", "eased_saves_most")
MEASURES = (
    *("amount", "unit", "first_year", "worth", "enters_at", "leaves_at", "whole_in_at", "whole_out_at"),
    *("waiting_costs", "earlier_costs", "check_least", "check_most"),
)


def write_why(result: Result, lang: str) -> list[Section]:
    """The section of an answer of `fardplan why`."""
    blocks = _tell_plan(result, lang) if result.facts["feasible"] else _tell_none(result, lang)
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]


def _tell_plan(result: Result, lang: str) -> list[Block]:
    money = name_money(result.money, lang)
    least = format_number(float(result.facts["least_cost"]), lang, 1)
    told = [say("why_basis", lang, least=least, money=money, year=result.facts["price_year"])]
    told.append(say("why_whole" if result.facts["whole_units"] else "subject_parts", lang))
    return [
        Text(" ".join(told)),
        *_show_prices(result, lang, money),
        *_show_releases(result, lang),
        *_show_measures(result, lang, money),
    ]


def _show_prices(result: Result, lang: str, money: str) -> list[Block]:
    prices = result.table("prices")
    if prices is None:
        return [Text(say("why_prices_whole" if result.table("releases") is not None else "why_prices_none", lang))]
    blocks: list[Block] = []
    bars = _list_limits(prices, lang)
    if len(bars):
        top = bars.iloc[0]
        told = say("subject_why_prices_told", lang, name=top["name"], worth=top["shown"], money=money)
        blocks.append(_draw(bars, "prices", told, lang, money))
    for theme in THEMES:
        sentences = prices.loc[prices["theme"] == theme, f"sentence_{lang}"].head(MOST_TOLD[theme]).tolist()
        if sentences:
            blocks.append(Points(tuple(map(_begin, sentences)), lead=say(f"why_prices_{theme}", lang)))
    themes = {theme: say(f"why_prices_{theme}", lang) for theme in THEMES}
    named = prices.assign(item=prices[f"name_{lang}"])
    columns = [column for column in PRICES if column not in MAY_BE_BLANK or _has(prices, column)]
    note = say("subject_why_prices_note", lang)
    blocks.append(
        lay_table(
            *(result, "prices", lang, columns, named),
            note=note,
            words={"theme": themes},
            heads={name: say(f"subject_{key}", lang) for name, key in HEADS.items()},
            printed=PRINTED,
        )
    )
    return blocks


def _show_releases(result: Result, lang: str) -> list[Block]:
    releases = result.table("releases")
    if releases is None:
        return []
    told = releases[releases["saves_most"].fillna(0.0) > 0].sort_values("saves_most", ascending=False, kind="stable")
    note = say("subject_why_releases_note", lang)
    columns = [f"rule_{lang}", *(column for column in RELEASES if _has(told, column))]
    return [lay_table(result, "releases", lang, columns, told, note=note, printed=PRINTED)] if len(told) else []


def _show_measures(result: Result, lang: str, money: str) -> list[Block]:
    measures = result.table("measures")
    if measures is None:
        return []
    inside = measures[measures["first_year"].notna()].sort_values("worth", ascending=False, kind="stable")
    outside = measures[measures["first_year"].isna()].sort_values("enters_at", ascending=False, kind="stable")
    blocks: list[Block] = []
    bars = _list_worths(inside, lang)
    if len(bars):
        top = bars.iloc[0]
        told = say("subject_why_prices_told", lang, name=top["name"], worth=top["shown"], money=money)
        blocks.append(_draw(bars, "measures", told, lang, money))
    sentences = pd.concat([inside.head(INSIDE), outside.head(OUTSIDE)])[f"sentence_{lang}"]
    lead = say("why_measures", lang, inside=len(inside), outside=len(outside))
    blocks.append(Points(tuple(map(_begin, sentences)), lead=lead))
    rows = pd.concat([inside, outside])
    columns = [f"name_{lang}", *(column for column in MEASURES if _has(rows, column))]
    heads = {f"name_{lang}": say("subject_measure", lang)}
    note = say("subject_why_measures_note", lang)
    blocks.append(lay_table(result, "measures", lang, columns, rows, note=note, heads=heads, printed=PRINTED))
    return blocks


def _tell_none(result: Result, lang: str) -> list[Block]:
    """Why there is no plan: how near targets are, what contradicts, and what would give way."""
    names = {name: str(result.facts.get(name) or result.facts["case"]) for name in (f"name_{lang}",)}
    blocks: list[Block] = [Text(_begin(say("why_title_none", lang, name=names[f"name_{lang}"])) + ".")]
    chosen: Mapping[str, tuple[str, ...]] = {
        "targets": (f"name_{lang}", "year", "missed_alone", "missed_together", "first_year"),
        "conflicts": (f"rule_{lang}", "impasse"),
        "repairs": (f"change_{lang}", "impasse", "repair", "cost", "verified"),
        "ways": (f"way_{lang}", "words", "works"),
    }
    for name, columns in chosen.items():
        table = result.table(name)
        if table is not None:
            blocks.append(lay_table(result, name, lang, [column for column in columns if _has(table, column)]))
    return blocks


def _list_limits(prices: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A bar per limit, the dearest first: what easing it by a tenth is worth; a limit of nothing says by which step."""
    known = prices[np.isfinite(prices["worth_of_tenth"]) & (prices["worth_of_tenth"] > 0)]
    known = known.sort_values("worth_of_tenth", ascending=False, kind="stable").head(MOST_BARS)
    count = Counter(known["item"])
    rows = []
    for _, price in known.iterrows():
        name, theme = _shorten(str(price[f"name_{lang}"])), str(price["theme"])
        if theme == "money" and pd.notna(price["year"]):
            name = _shorten(f"{price[f'name_{lang}']} {int(price['year'])}")
        elif theme in ("speed", "amount") and count[price["item"]] > 1:
            name = say(f"why_bar_{theme}", lang, name=name)
        rows.append({"name": name, "value": price["worth_of_tenth"], "group": say(f"why_prices_{theme}", lang)})
    return _show_values(pd.DataFrame(rows), lang)


def _list_worths(inside: pd.DataFrame, lang: str) -> pd.DataFrame:
    known = inside[np.isfinite(inside["worth"])].head(MOST_BARS + 4)
    names = [_shorten(str(name)) for name in known[f"name_{lang}"]]
    group = say("subject_measure", lang)
    return _show_values(pd.DataFrame({"name": names, "value": known["worth"].to_numpy(), "group": group}), lang)


def _show_values(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Bars with their numbers as they are read, of one name each."""
    if rows.empty:
        return rows
    seen: Counter[str] = Counter()
    names = []
    for name in rows["name"]:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return rows.assign(name=names, shown=[format_number(float(value), lang, 1) for value in rows["value"]])


def _draw(bars: pd.DataFrame, key: str, told: str, lang: str, money: str) -> Chart:
    from runners.views.charts import draw_bars

    tones = (PALETTE[4], PALETTE[0], PALETTE[5], PALETTE[3])
    groups = {say(f"why_prices_{theme}", lang): tone for theme, tone in zip(THEMES, tones, strict=True)}
    groups |= {say("subject_measure", lang): PALETTE[0]}
    unit = say("subject_present", lang, money=money)
    spec = draw_bars(bars, unit, groups, (("name", "N", say("subject_name", lang)), ("value", "Q", unit)))
    return Chart(key, say(f"subject_why_{key}_chart", lang), told, spec)


def _has(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _shorten(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _begin(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
