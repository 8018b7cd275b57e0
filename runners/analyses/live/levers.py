"""Levers of a case: settings that can be moved on a page, each with its bounds, its step and where it stands now.

`conf/live/levers.csv` says which there are: a row per lever, or per kind of lever with a dimension in its key. Where a
plan says which of these matter, `most` are offered; `low` and `high` are the ends of what is dragged, `least` and
`utmost` of what is typed. Rows without ends are targets, whose ends follow from what they ask.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import conf
from scenarios.arithmetic.projects import OPTION
from scenarios.arithmetic.targets import CUMULATIVE, RELATIVE, bound_plan
from scenarios.arrays import read_arrays
from scenarios.errors import CaseError
from scenarios.settings import ADJUST, AIM, EXCLUDE, SHIFT, Settings, parse_setting
from scenarios.terms import COMMODITY, INSTRUMENT, TARGET, TECHNOLOGY, YEAR

TABLE = Path(conf.__file__).parent / "live" / "levers.csv"
GRANT = "grant"
MOST_PERCENT = 100.0
SPREAD = 0.5
"""A target that is no percentage moves by so much of itself, up and down."""
STEPS = 20
"""Steps from one end of a target's lever to the other."""
SMALLEST = 1e-6
BOUNDLESS = 1e9
FACTOR, POINTS, NUMBER, TICK = "factor", "points", "number", "tick"
"""How a lever's number is written."""


@dataclass(frozen=True)
class Lever:
    """A setting that can be moved.

    Args:
        key: in the grammar of settings.
        group: what it is about: money, costs, prices, grants, targets, measures.
        low, high, step: between which numbers it is dragged, and how far at a time.
        start: where it changes nothing.
        unit: of its number, blank where the number is a factor, a shift or a switch.
        used: whether the base plan has what the lever is about.
        least, utmost: between which numbers it may be typed.
    """

    key: str
    group: str
    low: float
    high: float
    step: float
    start: float
    unit: str = ""
    used: bool = True
    least: float = -BOUNDLESS
    utmost: float = BOUNDLESS

    @property
    def form(self) -> str:
        """How its number is written: as a change in percent, in percentage points, as itself, or as a tick."""
        return {ADJUST: FACTOR, SHIFT: POINTS, EXCLUDE: TICK}.get(self.key.partition(".")[0], NUMBER)

    @property
    def own_name(self) -> bool:
        """Whether it is called as what it is about, and not as what it does to it."""
        return self.key.startswith((AIM, EXCLUDE))

    @property
    def plain(self) -> Mapping[str, Any]:
        """As plain data."""
        return asdict(self)


def list_levers(scenario: xr.Dataset, plan: xr.Dataset | None = None) -> list[Lever]:
    """The levers of a case, in the order of the table; what the base plan has more of comes first.

    Args:
        scenario: the base.
        plan: its plan; without it all levers, each as if it mattered.
    """
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [lever for row in rows for lever in _expand(row, scenario, plan)]


def take_settings(levers: Iterable[Lever], numbers: Mapping[str, float]) -> Settings:
    """The settings of levers that do not stand where they change nothing, each within its bounds.

    Raises:
        KeyError: a number is of no lever.
    """
    known = {lever.key: lever for lever in levers}
    moved: dict[str, float] = {}
    for key, number in numbers.items():
        lever = known[key]
        held = min(max(number, lever.low), lever.high)
        held = round(held) if lever.key.startswith(EXCLUDE) else held
        if abs(held - lever.start) > SMALLEST * max(1.0, abs(lever.start)):
            moved[key] = float(held)
    return moved


def _expand(row: Mapping[str, str], scenario: xr.Dataset, plan: xr.Dataset | None) -> Iterator[Lever]:
    dim = next((name for name in FINDERS if f"{{{name}}}" in row["key"]), "")
    if not dim:
        if _is_known(row["key"], scenario):
            yield _make(row, row["key"])
        return
    found = FINDERS[dim](scenario, xr.Dataset() if plan is None else plan)
    for label, used in found if plan is None else found[: int(row["most"])]:
        key = row["key"].replace(f"{{{dim}}}", label)
        yield _make_target(row, key, scenario, label) if dim == TARGET else _make(row, key, used or plan is None)


def _make(row: Mapping[str, str], key: str, used: bool = True) -> Lever:
    low, high, step = (float(row[name]) for name in ("low", "high", "step"))
    start = 1.0 if key.startswith(ADJUST) else 0.0
    return Lever(key, row["group"], low, high, step, start, "", used, float(row["least"]), float(row["utmost"]))


def _make_target(row: Mapping[str, str], key: str, scenario: xr.Dataset, label: str) -> Lever:
    """A percentage moves between nothing and all, another cap by half of itself either way."""
    group, typed = row["group"], (float(row["least"]), float(row["utmost"]))
    place = scenario[TARGET].values.tolist().index(label)
    value = float(scenario["value"].values[place])
    if str(scenario["target_basis"].values[place]) in RELATIVE:
        return Lever(key, group, 0.0, MOST_PERCENT, 1.0, value, "%", True, *typed)
    account = scenario["account"].values.tolist().index(str(scenario["target_account"].values[place]))
    low, high = sorted((value * (1 - SPREAD), value * (1 + SPREAD)))
    unit = str(scenario["account_unit"].values[account])
    return Lever(key, group, low, high, (high - low) / STEPS, value, unit, True, *typed)


def _is_known(key: str, scenario: xr.Dataset) -> bool:
    """Whether a setting means something in a case: one without loans has no rate to move."""
    try:
        setting = parse_setting(key, scenario)
    except CaseError:
        return False
    found = [scenario[name].values for name in setting.names if name in scenario]
    return any(values.size and bool((np.isfinite(values) & (values != 0)).any()) for values in found)


Finder = Callable[[xr.Dataset, xr.Dataset], list[tuple[str, bool]]]


def _find_commodities(scenario: xr.Dataset, plan: xr.Dataset) -> list[tuple[str, bool]]:
    """What is bought, the dearest first: sum of price x purchase over all years; without a plan what has a price."""
    if "purchase" not in plan:
        priced = scenario["purchase_price"].max([d for d in scenario["purchase_price"].dims if d != COMMODITY])
        return [(str(label), True) for label in scenario[COMMODITY].values[priced.notnull().values]]
    bought = plan["purchase"].sum([dim for dim in plan["purchase"].dims if dim not in (COMMODITY, YEAR)])
    price = scenario["purchase_price"]
    price = price.mean([dim for dim in price.dims if dim not in (COMMODITY, YEAR)])
    spent = (bought * price).fillna(0.0).sum(YEAR)
    dearest = sorted(zip(spent[COMMODITY].values.tolist(), spent.values.tolist(), strict=True), key=lambda one: -one[1])
    return [(str(label), True) for label, amount in dearest if amount > SMALLEST]


def _find_grants(scenario: xr.Dataset, plan: xr.Dataset) -> list[tuple[str, bool]]:
    """Grants whose money has an end."""
    kinds, pools = scenario["instrument_kind"].values, scenario["pool"].values
    claimed = (
        plan["claimed"].sum([dim for dim in plan["claimed"].dims if dim != INSTRUMENT]) if "claimed" in plan else None
    )
    used = np.zeros(len(kinds)) if claimed is None else claimed.reindex({INSTRUMENT: scenario[INSTRUMENT]}).values
    return [
        (str(label), bool(used[place] > SMALLEST))
        for place, label in enumerate(scenario[INSTRUMENT].values.tolist())
        if kinds[place] == GRANT and np.isfinite(pools[place]).any() and pools[place].any()
    ]


def _find_targets(scenario: xr.Dataset, plan: xr.Dataset) -> list[tuple[str, bool]]:
    """Targets of a year that ask for something, those of the latest years first; without a plan all there are."""
    years, values = scenario["target_year"].values, scenario["value"].values
    first, last = bound_plan(read_arrays(scenario))
    lasting = (scenario["target_basis"].values == CUMULATIVE) | ((years > first) & (years <= last))
    chosen = np.isfinite(values) & ((lasting & (values != 0)) if plan else np.ones(len(values), bool))
    labels = scenario[TARGET].values.tolist()
    found = [(int(years[place]), str(labels[place])) for place in np.flatnonzero(chosen)]
    return [(label, True) for _, label in sorted(found, key=lambda one: -one[0])]


def _find_measures(scenario: xr.Dataset, plan: xr.Dataset) -> list[tuple[str, bool]]:
    """Measures that are no settled projects, those that the base plan builds first."""
    built = _sum_over(plan, "build", scenario, TECHNOLOGY)
    free = scenario["technology_measure"].values & (scenario["technology_status"].values == OPTION)
    names = scenario[TECHNOLOGY].values.tolist()
    places = sorted(np.flatnonzero(free).tolist(), key=lambda place: built[place] <= SMALLEST)
    return [(str(names[place]), bool(built[place] > SMALLEST)) for place in places]


def _sum_over(plan: xr.Dataset, name: str, scenario: xr.Dataset, dim: str) -> np.ndarray:
    """How much of a decision there is of each label of a dimension; nothing where there is no such decision."""
    if name not in plan or dim not in plan[name].dims:
        return np.zeros(scenario.sizes[dim])
    sums = plan[name].sum([other for other in plan[name].dims if other != dim])
    return np.asarray(sums.reindex({dim: scenario[dim].values}).fillna(0.0).values)


FINDERS: Mapping[str, Finder] = {
    COMMODITY: _find_commodities,
    INSTRUMENT: _find_grants,
    TARGET: _find_targets,
    TECHNOLOGY: _find_measures,
}
"""By dimension: which labels have a lever, and whether the base plan has any of it."""
