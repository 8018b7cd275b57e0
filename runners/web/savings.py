"""What a unit of a measure saves or yields in a year, from the tables of a case.

    saved[c] = flow[c] x yield        where what a unit does in a year is decided for the year as a whole

What is decided slice by slice (a boiler, solar panels) yields what its profile lets it, and is told by plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from conf.words import say, say_unit
from runners.views.locale import NBSP
from runners.views.setting_words import format_figure
from runners.web.editing import name_things
from scenarios.tables import QUANTITY, UNIT, VALUE, Tables
from scenarios.terms import COMMODITY, SLICE, TECHNOLOGY

YEARLY, ALWAYS = "year", 1.0
MOST = 2
"""Outputs told of a measure."""


@dataclass(frozen=True)
class Outputs:
    """Flows out per unit of activity, by measure and commodity; activity per unit and year; units and names of goods.

    `always`: measures that must run whenever they stand.
    """

    flows: Mapping[str, Mapping[str, float]]
    yields: Mapping[str, float]
    always: frozenset[str]
    units: Mapping[str, str]
    names: Mapping[str, str]


def read_outputs(tables: Tables, lang: str) -> Outputs:
    """What measures give, the first number of each where there are several."""
    frames = tables.frames
    flows: dict[str, dict[str, float]] = {}
    for row in _list(frames["flows"]):
        if row[QUANTITY] == "flow" and not row[SLICE]:
            with suppress(ValueError):
                flows.setdefault(row[TECHNOLOGY], {}).setdefault(row[COMMODITY], float(row[VALUE]))
    yields: dict[str, float] = {}
    always = set()
    for row in _list(frames["parameters"]):
        with suppress(ValueError):
            if row[QUANTITY] == "yield":
                yields.setdefault(row[TECHNOLOGY], float(row[VALUE]))
            elif row[QUANTITY] == "must_run" and float(row[VALUE]) == ALWAYS:
                always.add(row[TECHNOLOGY])
    units = {row[COMMODITY]: row[UNIT] for row in _list(frames["commodities"])}
    return Outputs(flows, yields, frozenset(always), units, name_things(tables, COMMODITY, lang))


def tell_saving(measure: str, row: Mapping[str, str], outputs: Outputs, lang: str) -> str:
    """What a unit of a measure saves or yields in a year: `0,012 GWh värme i kommunens lokaler`; blank where it varies.

    Args:
        row: of the measure, in the table of technologies.
    """
    if (row.get("resolution") or YEARLY) != YEARLY and measure not in outputs.always:
        return ""
    told = []
    for commodity, flow in outputs.flows.get(measure, {}).items():
        value = flow * outputs.yields.get(measure, 1.0)
        if value > 0:
            unit, name = say_unit(outputs.units.get(commodity, ""), lang), outputs.names.get(commodity, commodity)
            told.append(f"{format_figure(value, lang)}{NBSP}{unit} {_lower(name)}")
    if not told:
        return ""
    return say("web_measure_per", lang, saved=", ".join(told[:MOST]), unit=say_unit(row["capacity_unit"], lang))


def _lower(name: str) -> str:
    """A name within a sentence; what begins as an abbreviation stays so.

    >>> _lower("Värme i skolor"), _lower("HVO100")
    ('värme i skolor', 'HVO100')
    """
    return name if name[1:2].isupper() or name[1:2].isdigit() else name[:1].lower() + name[1:]


def _list(frame: Any) -> list[dict[str, str]]:
    return [{str(name): str(cell) for name, cell in row.items()} for row in frame.to_dict("records")]
