"""Which numbers of a case could be eased, and by which word of the settings: one lever for each rule that a person set.

A lever is a number of the tables behind rows of the program. It is moved by its key, in its own unit, and in the
direction in which its rule gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import SparseProgram
from model.queries.least_violation import TARGET_FAMILIES
from scenarios.arrays import Arrays
from scenarios.catalog import ACCOUNT, COMMODITY, GROUP, QUANTITY_BY_NAME, TECHNOLOGY, YEAR
from scenarios.errors import CaseError
from scenarios.settings import Settings

TARGETS, MONEY, SPEED, AMOUNT = "target", "money", "speed", "amount"
THEMES = (TARGETS, MONEY, SPEED, AMOUNT)
"""What a lever is about: a target; frames, ceilings and instruments; how fast; how much there can be."""


@dataclass(frozen=True)
class Source:
    """The quantity behind a family of rows: which way it gives, and whether its years are one lever or many.

    `places` are the positions in a row's index of the labels that the key takes. `whole` quantities are moved in all
    years by one factor.
    """

    quantity: str
    theme: str
    ease: int = 1
    places: tuple[int, ...] = (0,)
    whole: bool = False


SOURCES: Mapping[str, Source] = {
    "frame_most": Source("frame", MONEY),
    "own_most": Source("own_funds", MONEY),
    "step_most": Source("outlay_step", MONEY),
    "ceiling_most": Source("standing_debt", MONEY, -1),
    "result_least": Source("planned_result", MONEY),
    "loss_most": Source("most_loss", MONEY),
    "draw_most": Source("most_draw", MONEY),
    "issue_most": Source("most_draw", MONEY),
    "grant_pool": Source("pool", MONEY),
    "claim_project": Source("most_per_project", MONEY),
    "build_most": Source("most_build", SPEED, whole=True),
    "build_pace_most": Source("most_build", SPEED, whole=True),
    "build_growth": Source("build_seed", SPEED, whole=True),
    "group_build_most": Source("group_most_build", SPEED, whole=True),
    "group_build_growth": Source("group_build_seed", SPEED, whole=True),
    "group_activity_growth": Source("group_activity_seed", SPEED, whole=True),
    "activity_growth": Source("activity_seed", SPEED, whole=True),
    "build_least": Source("least_build", SPEED, -1, whole=True),
    "group_build_least": Source("group_least_build", SPEED, -1, whole=True),
    "capacity_most": Source("most_capacity", AMOUNT, whole=True),
    "group_build_pace_most": Source("group_most_build", SPEED, whole=True),
    "group_activity_pace_most": Source("group_most_activity", AMOUNT, whole=True),
    "capacity_end_most": Source("most_capacity", AMOUNT, whole=True),
    "capacity_least": Source("least_capacity", AMOUNT, -1, whole=True),
    "activity_most": Source("most_activity", AMOUNT, whole=True),
    "activity_pace_most": Source("most_activity", AMOUNT, whole=True),
    "activity_least": Source("least_activity", AMOUNT, -1, whole=True),
    "purchase_most": Source("most_purchase", AMOUNT, whole=True),
    "purchase_least": Source("least_purchase", AMOUNT, -1, whole=True),
    "sale_most": Source("most_sale", AMOUNT, whole=True),
    "group_capacity_most": Source("group_most_capacity", AMOUNT, whole=True),
    "group_capacity_end_most": Source("group_most_capacity", AMOUNT, whole=True),
    "group_capacity_least": Source("group_least_capacity", AMOUNT, -1, whole=True),
    "group_activity_most": Source("group_most_activity", AMOUNT, whole=True),
    "group_activity_least": Source("group_least_activity", AMOUNT, -1, whole=True),
    "group_share_most": Source("group_most_share", AMOUNT, whole=True),
    "group_share_least": Source("group_least_share", AMOUNT, -1, whole=True),
    "credit_most": Source("most_credit", AMOUNT, places=(0, 1), whole=True),
}
"""Families of rows and the quantity whose number they hold; targets have a grammar of their own."""
UNITS: Mapping[str, tuple[str, str]] = {
    "capacity": (TECHNOLOGY, "technology_capacity_unit"),
    "activity": (TECHNOLOGY, "technology_activity_unit"),
    **{dim: (dim, f"{dim}_unit") for dim in (COMMODITY, GROUP, ACCOUNT)},
}
"""What stands in the braces of a unit: the dimension whose label fills it, and the variable that says how."""
Lay = Callable[[Settings], Arrays]
"""The arrays of a scenario under settings besides its own."""
HALF = 0.5
SMALL_PART = 0.01
"""Part of what its account held by which a target of nothing is eased."""
EMPTY = 10.0
"""What a number that is nothing is eased by at the most, in its own unit."""


@dataclass(frozen=True)
class Lever:
    """One number that could be eased.

    `base` is the number of its setting now, `rate` what the setting's number moves for a unit of the lever; a lever
    over all its years (`year` None) is moved by a factor and `size` is their mean, else `size` is the number itself,
    in `unit`; `sign` is +1 where easing makes it larger. `rows` are the program's rows that hold it. It can be eased
    by `most` and tightened by `tight`.
    """

    key: str
    theme: str
    quantity: str
    family: str
    item: str
    year: int | None
    base: float
    rate: float
    size: float
    sign: float
    unit: str
    rows: tuple[int, ...]
    most: float
    tight: float

    def set(self, step: float) -> dict[str, float]:
        """The settings in which the lever is eased by a step in its own unit (< 0: tightened)."""
        return {self.key: self.base + self.rate * step}

    @property
    def longest(self) -> float:
        """The longest step that is looked at: half as much again as there is."""
        return min(self.most, HALF * self.size or EMPTY)

    @property
    def tightest(self) -> float:
        """The same where the number is tightened, which one that cannot give way any more still can be."""
        return min(self.tight, HALF * self.size or EMPTY)


def list_levers(scenario: xr.Dataset, program: SparseProgram, among: Container[int], lay: Lay) -> list[Lever]:
    """The levers behind some rows of a program, in the order of its rows; a rule without a number has none.

    Args:
        scenario: of the program.
        program: whose rows are looked through.
        among: positions of the rows asked for; a lever is told with all of its rows.
        lay: the scenario's arrays under further settings.
    """
    rows: dict[tuple[str, str, int | None], list[int]] = {}
    for row, label in enumerate(program.row_labels):
        source = SOURCES.get(label.family)
        if source is None and label.family not in TARGET_FAMILIES:
            continue
        places = (0,) if source is None else source.places
        item = ".".join(str(label.index[place]) for place in places)
        whole = source is None or source.whole or YEAR not in QUANTITY_BY_NAME[source.quantity].dims
        year = None if whole else program.structure.plan_year[int(label.index[-1])]
        rows.setdefault((label.family, item, year), []).append(row)
    asked = [(key, tuple(held)) for key, held in rows.items() if any(row in among for row in held)]
    made = [_make_lever(scenario, *key, held, lay) for key, held in asked]
    return list({lever.key: lever for lever in reversed(made) if lever is not None}.values())[::-1]


def _make_lever(
    scenario: xr.Dataset, family: str, item: str, year: int | None, rows: tuple[int, ...], lay: Lay
) -> Lever | None:
    if family in TARGET_FAMILIES:
        return _make_target(scenario, family, item, rows)
    source = SOURCES[family]
    dims = [dim for dim in QUANTITY_BY_NAME[source.quantity].dims if dim != YEAR]
    place: dict[str, Any] = dict(zip(dims, item.split("."), strict=True))
    place = place if year is None else {**place, YEAR: year}
    numbers = np.ravel(scenario[source.quantity].sel(place).values)
    counted = np.isfinite(numbers) & (numbers != 0) if source.whole else np.ones(len(numbers), dtype=bool)
    if not counted.any():
        return None
    mean = float(numbers[counted].mean())
    room = abs(mean) if source.whole else mean - QUANTITY_BY_NAME[source.quantity].lower
    most, tight = (np.inf, room) if source.ease > 0 else (room, np.inf)
    verb = "adjust" if source.whole else "set"
    key = ".".join([verb, source.quantity, item, *([] if year is None else [str(year)])])
    at = tuple(scenario.indexes[dim].get_loc(label) for dim, label in _order(scenario[source.quantity], place))

    def measure(number: float) -> float:
        return float(np.ravel(lay({key: number})[source.quantity][at])[counted].mean())

    base, slope = _gauge(measure, mean, 1.0 if source.whole else mean, mean if source.whole else 1.0)
    unit = _name_unit(scenario, source.quantity, place)
    head = key, source.theme, source.quantity, family, item, year
    return Lever(*head, base, source.ease / slope, abs(mean), float(source.ease), unit, rows, most, tight)


def _order(array: xr.DataArray, place: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The labels of a place in the order of an array's dimensions, which begin with theirs."""
    return [(str(dim), place[str(dim)]) for dim in array.dims if str(dim) in place]


def _gauge(measure: Callable[[float], float], mean: float, number: float, slope: float) -> tuple[float, float]:
    """The number of a setting under which its quantity is as it is, and what the quantity moves for one more of it.

    They are not the quantity's own where a table is written in money of its own year, or another setting acts, too.

    Args:
        measure: the quantity under a number.
        mean: the quantity as it is.
        number: what the setting would be if it were the quantity's own.
        slope: what the quantity would then move for one more.
    """
    try:
        told = measure(number)
        if told == mean and number == 1.0:
            return number, slope
        gauged = measure(number + 1.0) - told
    except CaseError:  # numbers beyond what the catalog allows: nothing to gauge by
        return number, slope
    return (number + (mean - told) / gauged, gauged) if gauged else (number, slope)


def _make_target(scenario: xr.Dataset, family: str, item: str, rows: tuple[int, ...]) -> Lever:
    """A target as its table writes it, moved in the unit of its account."""
    target = scenario.sel(target=item)
    caps = np.asarray(target["cap"].values, dtype=float)
    size = abs(float(caps[np.isfinite(caps)][0]))
    unit = str(scenario["account_unit"].sel(account=str(target["target_account"].values)).values)
    ease = 1.0 if str(target["target_sense"].values) == "at_most" else -1.0
    head = f"target.{item}", TARGETS, "value", family, item, int(str(target["target_year"].values))
    rate = ease / _slope_target(scenario, item)
    return Lever(*head, float(target["value"].values), rate, size, ease, unit, rows, np.inf, np.inf)


def choose_step(scenario: xr.Dataset, lever: Lever) -> float:
    """By how much a number that is nothing gives: of a target as `step_of_target` says, else one."""
    return step_of_target(scenario, lever.item) if lever.theme == TARGETS else 1.0


def step_of_target(scenario: xr.Dataset, item: str) -> float:
    """The power of ten at or below a percent of the most that the target's account held in a year; else one."""
    account = str(scenario["target_account"].sel(target=item).values)
    held = np.abs(np.asarray(scenario["inventory"].sel(account=account).values, dtype=float))
    most = float(np.nan_to_num(held).max(initial=0.0))
    return float(10.0 ** np.floor(np.log10(SMALL_PART * most))) if most > 0 else 1.0


def _slope_target(scenario: xr.Dataset, item: str) -> float:
    """What one more in the table's number adds to a target's cap, in the unit of its account."""
    target = scenario.sel(target=item)
    basis = str(target["target_basis"].values)
    if basis not in ("reduction", "share"):
        return 1.0
    written = str(target["target_base_year"].values)
    base_year = int(written) if written else int(scenario["base_year"])
    account = str(target["target_account"].values)
    inventory = float(scenario["inventory"].sel(account=account, inventory_year=base_year).values)
    return inventory / 100 if basis == "share" else -inventory / 100


def _name_unit(scenario: xr.Dataset, quantity: str, place: Mapping[str, Any]) -> str:
    """The unit of a quantity at labels, the braces of the catalog filled."""
    fills = {"money": str(scenario.attrs["money"])}
    for name, (dim, column) in UNITS.items():
        if dim in place:
            fills[name] = str(scenario[column].sel({dim: place[dim]}).values)
    return QUANTITY_BY_NAME[quantity].unit.format(**fills)


def measure_push(base: LinearProgram, eased: LinearProgram) -> tuple[np.ndarray, np.ndarray] | None:
    """Rows whose bounds a lever moves and by how much; None where it changes anything else of the program."""
    if eased.program is not base.program or not np.array_equal(base.entries, eased.entries):
        return None
    with np.errstate(invalid="ignore"):
        moved = np.where(
            np.isfinite(base.row_upper), eased.row_upper - base.row_upper, eased.row_lower - base.row_lower
        )
    moved = np.nan_to_num(moved)
    rows = np.flatnonzero(np.abs(moved) > 0)
    return rows, moved[rows]
