"""What nearly cheapest plans have in common, on one screen: must, may and never, and the plans farthest apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conf.words import format_amount, format_number, say
from runners.analyses.near_optimal.alternatives import Alternative
from runners.analyses.near_optimal.amounts import Measure
from runners.analyses.near_optimal.near_tables import clean, find_first
from runners.analyses.near_optimal.ranges import Choice, Range
from runners.analyses.near_optimal.search import Nearness
from runners.views.names import name_money
from scenarios.arithmetic.windows import find_last_years
from scenarios.arrays import read_arrays
from scenarios.catalog import TECHNOLOGY, YEAR

NAME, UNIT = 30, 10
WIDTH = 84
MOST_NAMED = 3
"""Measures that an alternative is told by, more and less."""
PERCENT = 100.0


def write_near(near: Nearness, place: Path, seconds: float, lang: str) -> str:
    """The screen of `fardplan near`, about forty lines."""
    sections = [
        _write_head(near, lang),
        _write_musts(near, lang),
        _list_groups(near, lang),
        _write_alternatives(near, lang),
        [
            say("near_verified", lang, count=format_number(near.verified, lang, 0)),
            *([say("near_relaxed", lang)] if near.relaxed else []),
            say("summary_place", lang, place=place, seconds=format_number(seconds, lang)),
        ],
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def name_percent(percent: float, lang: str) -> str:
    """A level as it is read."""
    return f"{format_number(percent, lang, 0 if percent == round(percent) else 1)} %"


def name_levels(percents: Sequence[float], lang: str) -> str:
    """Levels as they are read: `1, 2 och 5 %`."""
    *first, last = (name_percent(percent, lang) for percent in percents)
    if not first:
        return last
    return say("near_levels", lang, first=", ".join(text.removesuffix(" %") for text in first), last=last)


def name_code(near: Nearness, measure: Measure) -> str:
    """The short name of a measure."""
    return str(near.outcome.scenario[f"{TECHNOLOGY}_code"].values[measure.row]) or measure.technology


def name_whole(near: Nearness, measure: Measure, lang: str) -> str:
    """Code and name of a measure, cut to fit."""
    name = str(near.outcome.scenario[f"{TECHNOLOGY}_name_{lang}"].values[measure.row])
    text = f"{near.outcome.scenario[f'{TECHNOLOGY}_code'].values[measure.row]} {name}".strip()
    return text if len(text) <= NAME else text[: NAME - 1].rstrip() + "…"


def sort_choices(near: Nearness) -> list[tuple[Measure, list[Range]]]:
    """Measures with their ranges by level: those that must longest first, those that never can last."""
    spans = list(zip(near.measures, zip(*(level.ranges for level in near.levels), strict=True), strict=True))
    return sorted(((m, list(r)) for m, r in spans), key=lambda item: (-_count(item[1], Choice.MUST), _never(item[1])))


def _count(ranges: Sequence[Range], choice: Choice) -> int:
    return sum(one.choice is choice for one in ranges)


def _never(ranges: Sequence[Range]) -> int:
    return _count(ranges, Choice.NEVER)


def _write_head(near: Nearness, lang: str) -> list[str]:
    scenario, plan = near.outcome.scenario, near.outcome.plan
    money, years = name_money(scenario.attrs["money"], lang), scenario[YEAR].values
    last = find_last_years(read_arrays(scenario))[-1]
    levels = name_levels([level.percent for level in near.levels], lang)
    least = float(plan.attrs["objective"])
    rooms = ", ".join(
        f"{name_percent(level.percent, lang)} = {format_number(level.most - least, lang)} {money}"
        for level in near.levels
    )
    title = say(f"near_title_{near.room.of}", lang, name=scenario.attrs[f"name_{lang}"], levels=levels)
    parts = say(f"near_of_{near.room.of}", lang, amount=format_number(near.room.money, lang), money=money)
    price = say("summary_price_level", lang, year=scenario.attrs["price_year"])
    amount = say("near_amount", lang, first=years[0], last=last)
    share = say("near_share", lang, percent=name_percent(PERCENT * near.share, lang))
    least_text = say("near_least", lang, cost=format_number(least, lang), money=money, rooms=rooms)
    return [title + price.rjust(WIDTH - len(title)), least_text, *_wrap(parts), amount, share]


def _write_musts(near: Nearness, lang: str) -> list[str]:
    """A line per measure that every plan of the widest level has: as planned, and within the level."""
    widest = near.levels[-1]
    rows = [(m, r[-1]) for m, r in sort_choices(near) if r[-1].choice is Choice.MUST]
    title = say("near_must_within", lang, level=name_percent(widest.percent, lang))
    if not rows:
        return [f"{title}: {say('near_none', lang)}"]
    heads = ("planned", "planned_first", "least_amount", "most", "unit", "earliest", "latest")
    lines = [_line(title, *(say(f"near_{key}", lang) for key in heads))]
    for measure, span in rows:
        shown = [_split(amount, measure.unit, lang) for amount in (measure.size(near.point), span.low, span.high)]
        planned, least, most = (number for number, _ in shown)
        begins, *years = (str(y or "–") for y in (find_first(near, measure, near.point), span.earliest, span.latest))
        lines.append(_line(name_whole(near, measure, lang), planned, begins, least, most, shown[-1][1], *years))
    return lines


def _split(amount: float, unit: str, lang: str) -> tuple[str, str]:
    """An amount and its unit apart."""
    number, _, name = format_amount(clean(amount), unit, lang).partition(" ")
    return number, name


def _line(name: str, planned: str, begins: str, least: str, most: str, unit: str, earliest: str, latest: str) -> str:
    clipped = unit if len(unit) <= UNIT else unit[: UNIT - 1] + "…"
    amounts = f"{planned:>8} {begins:>6} {least:>7} {most:>7} {clipped:<{UNIT}}"
    return f"{name:<{NAME}} {amounts} {earliest:>8} {latest:>6}".rstrip()


def _list_groups(near: Nearness, lang: str) -> list[str]:
    """Codes of the other measures, by where they part."""
    levels = near.levels
    groups: dict[str, list[str]] = {}
    for measure, ranges in sort_choices(near):
        musts, nevers = _count(ranges, Choice.MUST), _never(ranges)
        if musts == len(levels):
            continue
        if musts:
            numbers = {"level": levels[musts - 1].percent, "wider": levels[musts].percent}
            key = say("near_must_but", lang, **{name: name_percent(value, lang) for name, value in numbers.items()})
        elif nevers == len(levels):
            key = say("near_never_within", lang, level=name_percent(levels[-1].percent, lang))
        elif nevers:
            key = say("near_first_from", lang, level=name_percent(levels[nevers].percent, lang))
        else:
            key = say("near_free_within", lang, level=name_percent(levels[0].percent, lang))
        groups.setdefault(key, []).append(name_code(near, measure))
    return [line for key, codes in groups.items() if codes for line in _wrap(f"{key}: {', '.join(codes)}")]


def _wrap(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, WIDTH, subsequent_indent="  ")


def _write_alternatives(near: Nearness, lang: str) -> list[str]:
    """A line per alternative: what it costs more, how far off it is, what it has more and less of."""
    if not any(level.alternatives for level in near.levels):
        return [say("near_no_alternatives", lang)]
    money = name_money(near.outcome.scenario.attrs["money"], lang)
    least = float(near.outcome.plan.attrs["objective"])
    heads = [say(f"near_{key}", lang) for key in ("alternatives", "dearer", "distance", "more", "less")]
    lines = [_line_plan(heads[0], f"{heads[1]}, {money}", *heads[2:])]
    for level in near.levels:
        for number, one in enumerate(level.alternatives, 1):
            name = say("near_plan", lang, level=name_percent(level.percent, lang), number=number)
            distance = name_percent(round(PERCENT * one.distance, 1), lang)
            more, less = (", ".join(_name_largest(near, one, sign)) or "–" for sign in (1.0, -1.0))
            lines.append(_line_plan(name, format_number(one.cost - least, lang), distance, more, less))
    return lines


def _line_plan(name: str, dearer: str, distance: str, more: str, less: str) -> str:
    return f"{name:<27}{dearer:>14}{distance:>9}  {more:<16} {less}".rstrip()


def _name_largest(near: Nearness, one: Alternative, sign: float) -> list[str]:
    """Codes of the measures of which a plan has most more (or less) than the cheapest, in parts of their most."""
    rises = []
    for measure in near.measures:
        largest = near.largest[measure.technology]
        rise = sign * (measure.size(one.point) - measure.size(near.point)) / largest if largest > 0 else 0.0
        if rise > near.share:
            rises.append((rise, name_code(near, measure)))
    return [code for _, code in sorted(rises, key=lambda item: -item[0])[:MOST_NAMED]]
