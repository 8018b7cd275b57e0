"""Which targets do not act on a plan, and why: sentences for the screens of several commands."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conf.words import clip, format_number, say, say_unit
from runners.reports.outside import list_outside
from runners.reports.tables import tabulate_targets
from runners.results.target_judgement import judge_targets
from scenarios.catalog import TARGET
from scenarios.target_states import COVERED

if TYPE_CHECKING:
    import xarray as xr

WIDTH = 80
MOST_NAME = 36
"""Letters of a target's name in a sentence."""
KILO = 1000.0


def tell_idle(scenario: xr.Dataset, plan: xr.Dataset, money: str, lang: str) -> list[str]:
    """Which targets of a plan are covered by another of their pool, and which no measure acts on.

    `money`: its unit as it is read.
    """
    targets = tabulate_targets(scenario, plan)
    rows = [row for _, row in judge_targets(targets).iterrows()]
    return [*tell_covered(rows, lang), *tell_outside(targets, scenario, money, lang)]


def tell_covered(rows: Sequence[pd.Series[Any]], lang: str) -> list[str]:
    """Which targets are covered by which of their pool: a miss of theirs is one of it, and counts once."""
    names = {str(row[TARGET]): clip(str(row[f"name_{lang}"]), MOST_NAME) for row in rows}
    covered: dict[str, list[str]] = {}
    for row in rows:
        if row["acts"] == COVERED:
            covered.setdefault(str(row["because"]), []).append(names[str(row[TARGET])])
    told = [
        say("summary_acts_covered", lang, targets="; ".join(targets), other=names[by])
        for by, targets in covered.items()
    ]
    return [line for text in told for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ")]


def tell_outside(targets: pd.DataFrame, scenario: xr.Dataset, money: str, lang: str) -> list[str]:
    """Which misses stand outside what the plan costs, how large they are over all years and what they are valued at."""
    outside = list_outside(scenario, targets)
    if outside.empty:
        return []
    told = []
    for row in outside.to_dict("records"):
        size = float(row["amount"])
        amount = f"{format_number(size, lang, 1 if abs(size) < KILO else 0)} {say_unit(str(row['unit']), lang)}"
        value = format_number(float(row["present_value"]), lang, 0)
        worth = f" ({value} {money})" if np.isfinite(row["present_value"]) else ""
        told.append(f"{clip(str(row[f'name_{lang}']), MOST_NAME)} {amount}{worth}")
    text = say("summary_outside", lang, targets="; ".join(told))
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
