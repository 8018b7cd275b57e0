"""What is a curve drawn over? A cap or floor of its own on one account, whose level every point of the curve moves.

A probe is data: an account that mirrors the one asked about, and a hard target on it. The program needs no change, and
the case's own targets are neither moved nor cut short by it. Where the case's targets stand beside the curve and it is
drawn over one of them, that target itself becomes hard and its level moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from scenarios.arithmetic.targets import CUMULATIVE
from scenarios.catalog import ACCOUNT, TABLE_BY_NAME, TARGET
from scenarios.choices import Choices
from scenarios.settings import AIM, Settings
from scenarios.swapped_table import swap_table
from scenarios.tables import Tables, columns_of

ASIDE, KEPT = "aside", "kept"
"""What is done with the case's own targets: left aside, or kept as they are."""
AT_MOST, AT_LEAST = "at_most", "at_least"
HARD, ABSOLUTE = "hard", "absolute"
SOURCE = "curve_probe"
FAR = 1e7
"""A level, in the account's unit, that binds nothing: no account of a municipality is as large."""


@dataclass(frozen=True)
class Probe:
    """A cap (or floor) on an account, from `year` to `until`: a level in each of the years, or one for their sum.

    `name` is the label of its target, `unit` the account's, `origin` the choice that it came from: target or account.
    `base_year` is that of the case's own target, and `aim` its level, in the unit of the account; None: it has none.
    `until` is as targets have it: `next` (to the end of the plan), `only` or a last year.
    """

    name: str
    account: str
    sense: str
    year: int
    until: str
    cumulative: bool = False
    unit: str = ""
    origin: str = "account"
    base_year: int | None = None
    aim: float | None = None

    def settle(self, level: float) -> Settings:
        """The setting that puts it at a level."""
        return {f"{AIM}.{self.name}": level}

    @property
    def side(self) -> float:
        """1 for a cap, where a lower level is tighter; -1 for a floor."""
        return -1.0 if self.sense == AT_LEAST else 1.0

    @property
    def free(self) -> float:
        """A level so loose that it binds nothing."""
        return self.side * FAR


def set_aside(tables: Tables) -> Tables:
    """The case without any target of its own."""
    return swap_table(tables, "targets", tables.frames["targets"].iloc[:0])


def add_probe(tables: Tables, probe: Probe) -> Tables:
    """The case with a probe beside its own targets, at a level that binds nothing."""
    rest = {"source": SOURCE, "confidence": "assumed"}
    names = {"name_sv": probe.name, "name_en": probe.name}
    tables = _add_row(tables, "accounts", {ACCOUNT: probe.name, "unit": probe.unit, "role": "other", **names})
    share = {ACCOUNT: probe.name, "part": probe.account, "quantity": "share", "value": "1", "unit": "1", **rest}
    tables = _add_row(tables, "parts", share)
    target = {
        TARGET: probe.name,
        "account": probe.name,
        "sense": probe.sense,
        "basis": CUMULATIVE if probe.cumulative else ABSOLUTE,
        "year": str(probe.year),
        "until": probe.until,
        "path": "step",
        "mode": HARD,
        "value": f"{probe.free:g}",
        "unit": probe.unit,
    }
    tables = _add_row(tables, "targets", {**target, **names, **rest})
    return _declare_source(tables)


def harden_target(tables: Tables, probe: Probe) -> Tables:
    """The case in which the probe's own target is hard, in the unit of its account, at a level that binds nothing."""
    targets = tables.frames["targets"].copy()
    mine = targets[TARGET] == probe.name
    basis = CUMULATIVE if probe.cumulative else ABSOLUTE
    cells = {"mode": HARD, "pool": "", "basis": basis, "base_year": "", "path": "step"}
    cells |= {"value": f"{probe.free:g}", "unit": probe.unit}
    for column, text in cells.items():
        targets.loc[mine, column] = text
    return swap_table(tables, "targets", targets)


def write_modes(tables: Tables, choices: Choices) -> tuple[Tables, Choices]:
    """The mode that is chosen for all targets, written into their rows, so that a probe's own can be hard."""
    if not choices.target_mode:
        return tables, choices
    targets = tables.frames["targets"].copy()
    targets["mode"] = choices.target_mode
    return swap_table(tables, "targets", targets), replace(choices, target_mode="")


def _declare_source(tables: Tables) -> Tables:
    if (tables.frames["sources"]["source"] == SOURCE).any():
        return tables
    return _add_row(tables, "sources", {"source": SOURCE, "title": SOURCE})


def _add_row(tables: Tables, name: str, row: Mapping[str, str]) -> Tables:
    frame = tables.frames[name]
    columns = list(columns_of(TABLE_BY_NAME[name]))
    line = int(frame.index.max()) + 1 if len(frame) else 2
    added = pd.DataFrame([[row.get(column, "") for column in columns]], columns=columns, index=[line], dtype=object)
    return swap_table(tables, name, pd.concat([frame, added]))
