"""How much of a plan is assumed: how many of its numbers, and those on which most of its money hangs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conf.words import format_number
from runners.views.locale import NBSP
from runners.views.setting_words import name_quantity
from scenarios.catalog import CONFIDENCES

ASSUMED = CONFIDENCES[-1]
MOST = 3
KEPT = 256
PERCENT = 100


@dataclass(frozen=True)
class Assumed:
    """How many numbers of a plan are assumed, of how many, and what the largest of them are about.

    `largest`: quantity, and names in each language, dearest first.
    """

    count: int
    total: int
    largest: tuple[tuple[str, Mapping[str, str]], ...]

    def share(self, lang: str) -> str:
        """Part of all numbers."""
        return f"{format_number(PERCENT * self.count / self.total, lang, 0)}{NBSP}%" if self.total else ""

    def tell_largest(self, lang: str) -> list[str]:
        """The largest as a reader calls them: `Investeringsutgift, Bio-CCS`."""
        return [f"{name_quantity(quantity, lang) or quantity}, {names[lang]}" for quantity, names in self.largest]


def read_assumed(run: Path) -> Assumed | None:
    """What a plan's folder says of its numbers; None where it says nothing."""
    file = run / "tables" / "quality.csv"
    try:
        return _read(run, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError):  # no such table, or one that somebody changed: the result's page tells it
        return None


@lru_cache(maxsize=KEPT)
def _read(run: Path, _stamp: int) -> Assumed:
    counts = _read_rows(run / "tables" / "quality.csv")
    named = _read_rows(run / "tables" / "assumptions.csv")[:MOST]
    largest = tuple((row["quantity"], {"sv": row["name_sv"], "en": row["name_en"]}) for row in named)
    total = sum(int(row[name]) for row in counts for name in CONFIDENCES)
    return Assumed(sum(int(row[ASSUMED]) for row in counts), total, largest)


def _read_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
