"""The outlook of each payer without the plan: taxes, result, debt and ceiling of every year, and rates, as a case says.

current[year] = constant[year] x price_index[year]        what a payer keeps its books in
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from conf.words import say
from runners.views.locale import Speech
from runners.views.section import Block, Cell, Chart, Column, Gathering, Kind, Section, Table
from runners.views.setting_words import name_quantity
from runners.views.year_charts import draw_ceiling, draw_lines
from runners.views.year_tables import LEAST_YEAR, head_label
from scenarios.terms import ACTOR, YEAR

TAXES, DEBT, CEILING, AMOUNT = "taxes_and_grants", "standing_debt", "debt_ceiling", "debt_ceiling_amount"
RESULT, LEAST = "planned_result", "least_result"
MONEY = (TAXES, RESULT, LEAST, DEBT, CEILING, "planned_outlay", "planned_depreciation", "frame", "own_funds")
RATES = ("standing_rate", "market_rate", "internal_rate")
INDEX, LENGTH = "price_index", "length"
PERCENT = 100.0
Years = NDArray[np.float64]


def take_payers(scenario: xr.Dataset) -> xr.Dataset:
    """What of a scenario the outlook is written from: some kilobytes of it."""
    names = [name for name in (*MONEY, AMOUNT, *RATES, INDEX, LENGTH) if name in scenario]
    return scenario[names].copy(deep=True)


def write_outlook(scenario: xr.Dataset, names: Mapping[str, str], lang: str, current: bool) -> tuple[Section, ...]:
    """A section for each payer whose economy the case knows.

    Args:
        names: of labels, in the language.
        current: whether money is in the prices of each year; else in those of the price year.
    """
    speech = Speech(lang, str(scenario.attrs["money"]), str(scenario.attrs["price_year"]), names)
    told = speech.in_current_prices() if current else speech
    index = scenario[INDEX].values if current else np.ones(scenario.sizes[YEAR])
    sections = [_write_payer(str(actor), scenario.sel({ACTOR: actor}), index, told) for actor in scenario[ACTOR].values]
    return tuple(section for section in sections if section.blocks)


def read_amounts(payer: xr.Dataset, index: Years) -> dict[str, Years]:
    """The money of a payer by quantity, in every year; shares of taxes are the money that they come to.

    What has no end in some year, or is nothing in all, is left out.
    """
    taxes = payer[TAXES].values
    found = {name: payer[name].values for name in MONEY if name in payer}
    for name in (LEAST, CEILING):
        if name in found:
            found[name] = np.where(np.isfinite(found[name]), found[name], np.inf) * np.where(taxes > 0, taxes, np.nan)
    if CEILING in found and AMOUNT in payer:
        found[CEILING] = np.fmin(found[CEILING], payer[AMOUNT].values)
    return {name: each * index for name, each in found.items() if np.isfinite(each).all() and each.any()}


def _write_payer(actor: str, payer: xr.Dataset, index: Years, speech: Speech) -> Section:
    years = [int(year) for year in payer[YEAR].values]
    amounts = read_amounts(payer, index)
    rates = {name: PERCENT * payer[name].values for name in RATES if name in payer}
    rates = {name: each for name, each in rates.items() if np.isfinite(each).all() and each.any()}
    blocks: list[Block] = [*_chart(actor, amounts, years, payer, speech)]
    if amounts:
        caption = say("web_outlook_money", speech.lang)
        blocks.append(_lay(f"outlook_{actor}", caption, amounts, years, speech, speech.price_level, 0))
    if rates:
        caption = say("web_outlook_rates", speech.lang)
        blocks.append(_lay(f"rates_{actor}", caption, rates, years, speech, "", 2))
    title = say("web_outlook", speech.lang, name=speech.name(actor))
    return Section(f"outlook-{actor}", title, tuple(blocks))


def _lay(
    key: str, caption: str, rows: Mapping[str, Years], years: list[int], speech: Speech, level: str, decimals: int
) -> Table:
    columns = (head_label(say("web_number", speech.lang)), *(Column(year, Kind.YEARLY, LEAST_YEAR) for year in years))
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (_name(name, speech), *(float(each) for each in row)) for name, row in rows.items()
    )
    return Table(
        key, caption, "", columns, cells, decimals=(decimals,) * len(cells), level=level, gathered=Gathering.NONE
    )


def _chart(
    actor: str, amounts: Mapping[str, Years], years: list[int], payer: xr.Dataset, speech: Speech
) -> list[Chart]:
    """Debt against its ceiling, and the result against the least that it may be."""
    charts = []
    for key, (first, second), kinds in (("debt", (DEBT, CEILING), True), ("result", (RESULT, LEAST), False)):
        shown = [name for name in (first, second) if name in amounts]
        if first not in shown:
            continue
        rows = pd.DataFrame(
            {
                "series": _name(name, speech),
                YEAR: years,
                "length": payer[LENGTH].values,
                "value": amounts[name],
                "kind": "ceiling" if name == second else "debt",
            }
            for name in shown
        ).explode([YEAR, "length", "value"], ignore_index=True)
        rows = rows.astype({YEAR: int, "length": float, "value": float})
        draw = draw_ceiling if kinds and len(shown) > 1 else draw_lines
        caption = f"{say(f'web_outlook_{key}', speech.lang)}. {speech.price_level}"
        last = {name: speech.money(amounts[name][-1]) for name in shown}
        told = "; ".join(f"{_name(name, speech)} {years[-1]}: {amount}" for name, amount in last.items())
        charts.append(Chart(f"outlook_{key}_{actor}", caption, told, draw(rows, speech, speech.unit)))
    return charts


def _name(quantity: str, speech: Speech) -> str:
    """A quantity as a reader calls it; the ceiling is money here, and no share."""
    if quantity == CEILING:
        return say("web_outlook_ceiling", speech.lang)
    return name_quantity(quantity, speech.lang) or quantity
