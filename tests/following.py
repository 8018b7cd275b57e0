"""The trace of a form's figures reckoned anew from the CSV files of a run, by other code than the form's."""

from __future__ import annotations

import csv
import re
from functools import cache
from math import fsum, prod
from pathlib import Path

TERM = re.compile(r"(-?)(\w[\w.-]*)\.(\w+)\[([^\]]*)\]")
GROUP = re.compile(r"(\*|/) \(((?:[^()\[\]]|\[[^\]]*\])*)\)")


def follow(trace: str, places: dict[str, Path]) -> float:
    """The number of a trace such as `2.0 * (investments.outlay[technology=pump; year=2025]) / (...)`.

    Args:
        trace: as the last sheet of a form has it.
        places: folders of tables; "" for the run's own, others by what stands before the point.
    """
    return fsum(_follow_part(part, places) for part in trace.split(" ++ "))


def _follow_part(part: str, places: dict[str, Path]) -> float:
    factor, _, rest = part.partition(" * ")
    sides: dict[str, list[float]] = {"*": [], "/": []}
    for side, terms in GROUP.findall("* " + rest):
        sides[side].append(fsum(_follow_term(*found, places) for found in TERM.findall(terms)))
    return float(factor) * prod(sides["*"]) / prod(sides["/"])


def _follow_term(sign: str, table: str, column: str, where: str, places: dict[str, Path]) -> float:
    before, _, name = table.strip(" +").rpartition(".")
    asked = [rule.partition("=") for rule in where.split("; ") if rule]
    wanted = [(key, values.split("|")) for key, _, values in asked]
    rows = _read(places[before] / f"{name}.csv")
    found = [row for row in rows if all(row[key] in values for key, values in wanted)]
    return (-1.0 if sign else 1.0) * fsum(float(row[column]) for row in found if row[column] not in ("", "nan"))


@cache
def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
