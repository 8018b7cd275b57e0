"""What a comparison of measures comes down to, on one screen of 80 columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import xarray as xr

from conf.words import format_number, say
from runners.analyses.abatement.abatement_metrics import Amounts
from runners.analyses.abatement.attribution import LAST, SHARE, WAYS, Comparison, Level
from runners.analyses.abatement.measure_bundles import MEASURE
from runners.analyses.abatement.measures_tables import Row, describe_span, list_rows
from runners.analyses.abatement.ranking import BURDEN, EMITTING, ENABLING, IDLE, INDISPENSABLE, RANKED, SAVING
from runners.views.names import name_money
from runners.views.prices import name_price
from scenarios.catalog import ACCOUNT

MOST_RANKED, MOST_SAVING, MOST_OTHERS = 9, 6, 2
WIDTH, NAME, CELL = 80, 30, 13


def write_screen(
    scenario: xr.Dataset, comparison: Comparison, definition: str, place: Path, seconds: float, lang: str
) -> str:
    """The screen after `fardplan curve curve.kind=measures`.

    Args:
        scenario: the one compared.
        comparison: what was found.
        definition: of the cost per tonne by which measures are ranked.
        place: the folder.
        seconds: from start to end.
        lang: one of LANGUAGES.
    """
    sections = [_write_head(scenario, comparison, definition, lang)]
    for level in sorted(comparison.levels.values(), key=lambda level: level.name == MEASURE):
        rows = list_rows(scenario, comparison, level, definition)
        sections.append(list(_write_level(scenario, comparison, level, rows, lang)))
    plans = sum(level.solved for level in comparison.levels.values())
    last = say("measures_place", lang, place=place, plans=plans, seconds=format_number(seconds, lang))
    return "\n\n".join("\n".join(section) for section in [*sections, [last]] if section)


def show_unit(scenario: xr.Dataset, comparison: Comparison, lang: str) -> str:
    """The unit of a cost per unit of account, as a reader writes it."""
    return name_price(comparison.yardstick.unit, str(scenario.attrs["money"]), lang)


def define_cost(scenario: xr.Dataset, comparison: Comparison, definition: str, lang: str) -> str:
    """The sentence that says what a cost per tonne is here, with its year or span."""
    over = describe_span(scenario, comparison, definition).replace("-", "–")
    return say(f"measures_definition_{definition}", lang, unit=show_unit(scenario, comparison, lang), over=over)


def _write_head(scenario: xr.Dataset, comparison: Comparison, definition: str, lang: str) -> list[str]:
    attrs, account = scenario.attrs, comparison.yardstick.account
    money = name_money(attrs["money"], lang)
    place = list(scenario[ACCOUNT].values).index(account)
    rate = format_number(100 * float(scenario["discount_rate"]), lang)
    basis = say(
        "measures_account",
        lang,
        account=str(scenario[f"{ACCOUNT}_name_{lang}"].values[place]),
        money=money,
        price_year=attrs["price_year"],
        rate=rate,
    )
    lines = [say("measures_title", lang, name=attrs[f"name_{lang}"]), basis]
    lines.append(define_cost(scenario, comparison, definition, lang))
    whole = next(iter(comparison.levels.values())).whole
    if whole:
        unit = comparison.yardstick.unit
        lines.append(say("measures_whole", lang, money=money, unit=unit, **_write_amounts(whole, lang)))
    return lines


def _write_level(
    scenario: xr.Dataset, comparison: Comparison, level: Level, rows: Sequence[Row], lang: str
) -> Iterator[str]:
    """Ranked ones as a table; of measures also those that save, enable, or do something else."""
    unit = show_unit(scenario, comparison, lang)
    ways = [say(f"measures_head_{way}", lang) for way in WAYS]
    money = name_money(scenario.attrs["money"], lang)
    short = comparison.yardstick.unit.split()[0]
    title = f"{say(f'measures_level_{level.name}', lang)} ({money}/{short})"
    yield _line(title, [*ways, unit])
    ranked = sorted((row for row in rows if row.kind == RANKED), key=lambda row: row.per_unit)
    if level.name != MEASURE:
        ranked += [row for row in rows if row.kind != RANKED]
    tied = find_ties([row for row in ranked if row.kind == RANKED], level.gap)
    yield from (_tell_row(row, lang, tied) for row in ranked[:MOST_RANKED])
    if tied:
        yield say("measures_ties", lang)
    if len(ranked) > MOST_RANKED:
        yield say("measures_more", lang, count=len(ranked) - MOST_RANKED)
    if level.name == MEASURE:
        yield from _tell_others(scenario, comparison, rows, lang)
    yield from _tell_method(scenario, comparison, level, rows, lang)


def find_ties(ranked: Sequence[Row], gap: float) -> frozenset[str]:
    """Of measures by rising cost per tonne those that the error of their numbers does not tell from a neighbour.

    The error is that of a share's cost, with the gap of the plans in money, and that of its tonnes.
    """
    spans = []
    for row in ranked:
        errors, amounts = row.reading.errors, row.amounts
        drawn = row.shown == SHARE
        part = ((errors.cost if drawn else 0.0) + gap) / abs(amounts.cost) if amounts.cost else 0.0
        part += errors.tonnes / abs(amounts.tonnes) if drawn and amounts.tonnes else 0.0
        spans.append((row.per_unit * (1 - part), row.per_unit * (1 + part)))
    found = set()
    for place in range(1, len(ranked)):
        if _overlap(spans[place - 1], spans[place]):
            found |= {ranked[place - 1].name, ranked[place].name}
    return frozenset(found)


def _overlap(cheaper: tuple[float, float], dearer: tuple[float, float]) -> bool:
    """Whether two spans have something in common, both with a width."""
    return cheaper[1] > dearer[0] and (cheaper[1] > cheaper[0] or dearer[1] > dearer[0])


def _tell_others(scenario: xr.Dataset, comparison: Comparison, rows: Sequence[Row], lang: str) -> Iterator[str]:
    saving = sorted((row for row in rows if row.kind == SAVING), key=lambda row: row.amounts.cost)
    if saving:
        yield say("measures_saving", lang, unit=show_unit(scenario, comparison, lang))
        yield from (_tell_row(row, lang) for row in saving[:MOST_SAVING])
    if len(saving) > MOST_SAVING:
        yield say("measures_more", lang, count=len(saving) - MOST_SAVING)
    yield from _tell_enabling(scenario, comparison, rows, lang)
    for row in [row for row in rows if row.kind in (EMITTING, BURDEN, INDISPENSABLE)][:MOST_OTHERS]:
        yield f"{_clip(row.label(lang), NAME)}: {say(f'measures_kind_{row.kind}', lang)}"
    idle = ", ".join(row.code or row.names[lang] for row in rows if row.kind == IDLE)
    if idle:
        yield _clip(say("measures_unused", lang, names=idle), WIDTH)


def _tell_enabling(scenario: xr.Dataset, comparison: Comparison, rows: Sequence[Row], lang: str) -> Iterator[str]:
    named = {row.name: row for row in rows}
    money, unit = name_money(scenario.attrs["money"], lang), comparison.yardstick.unit
    for link in comparison.links[:MOST_OTHERS]:
        if named[link.enabler].kind == ENABLING:
            rule, enabled = say(f"measures_rule_{link.kind}", lang), named[link.enabled].label(lang)
            yield say("measures_enables", lang, name=named[link.enabler].label(lang), enabled=enabled, rule=rule)
    for package in comparison.packages[:MOST_OTHERS]:
        if package.amounts:
            amounts = _write_amounts(package.amounts, lang)
            yield say(
                "measures_package", lang, name=named[package.enabled].label(lang), money=money, unit=unit, **amounts
            )


def _tell_method(
    scenario: xr.Dataset, comparison: Comparison, level: Level, rows: Sequence[Row], lang: str
) -> Iterator[str]:
    count = sum(bool(row.differences) for row in rows)
    if count:
        yield say("measures_differ", lang, count=count, all=len(rows))
    if not any(SHARE in row.reading.ways for row in rows):
        unplanned = level.whole is None or any(LAST not in row.reading.ways for row in rows)
        yield say("measures_no_shares" if unplanned else "measures_no_samples", lang)
    elif level.orders:
        error = max(row.reading.errors.tonnes for row in rows)
        fields = {"orders": level.orders, "error": format_number(error, lang), "unit": comparison.yardstick.unit}
        yield say("measures_drawn", lang, **fields)
    else:
        yield say("measures_exact", lang)
    if level.gap > 0.05:
        money = name_money(scenario.attrs["money"], lang)
        yield say("measures_gap", lang, gap=format_number(level.gap, lang), money=money)


def _tell_row(row: Row, lang: str, tied: Collection[str] = ()) -> str:
    cells = [_write_pair(row.reading.ways.get(way), lang) for way in WAYS]
    per_unit = format_number(row.per_unit, lang, 0) if row.kind == RANKED else "–"
    marks = ("*" if row.dominated else "") + ("!" if row.differences else "") + ("~" if row.name in tied else "")
    return _line(row.label(lang), [*cells, per_unit], marks)


def _write_pair(amounts: Amounts | None, lang: str) -> str:
    if amounts is None:
        return "–"
    return f"{format_number(amounts.cost, lang, 0)}/{format_number(amounts.tonnes, lang, 0)}"


def _write_amounts(amounts: Amounts, lang: str) -> dict[str, str]:
    return {"cost": format_number(amounts.cost, lang, 0), "tonnes": format_number(amounts.tonnes, lang, 0)}


def _line(name: str, cells: Sequence[str], marks: str = "") -> str:
    *ways, per_unit = cells
    return (
        f"{_clip(name, NAME):<{NAME}}" + "".join(f"{cell:>{CELL}}" for cell in ways) + f"{per_unit:>8} {marks}".rstrip()
    )


def _clip(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
