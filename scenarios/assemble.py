"""One scenario: the tables of a case under the user's choices, as one xarray Dataset (see docs/architecture.md).

Checks come before: what is wrong with the tables is not looked for here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import xarray
from numpy.typing import NDArray

from scenarios.arrays import read_arrays
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    AGE,
    COMMODITY,
    DRAWN,
    INSTRUMENT,
    INVENTORY_YEAR,
    PART,
    QUANTITIES,
    QUANTITY_BY_NAME,
    RULE,
    SLICE,
    SOURCE,
    STATUS_YEAR,
    TABLES,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    WIDE_TABLES,
    YEAR,
    YES_NO,
    Label,
    Quantity,
)
from scenarios.choices import Choices
from scenarios.exclusion import close_unbuilt, leave_out, list_releases, release_unbuilt
from scenarios.finance import Derive, list_derived
from scenarios.overlay import DIGEST, Overlay
from scenarios.settings import Settings
from scenarios.standing import BUDGETED, name_budget
from scenarios.tables import CASE, CASE_TEXTS, ITEM, QUANTITY, VALUE, Tables, choose_rows, key_column
from scenarios.targets import draw_caps

LOGIC_ROW = "logic_row"
LENGTH = "length"
_HOURS_OF_YEAR = 8760.0
_OWN_FORM = ("profile", "survival", "spending", "logic")
_NEW: Mapping[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "cap": (
        (TARGET, YEAR),
        {"unit": "{account}", "sentence": "Cap or floor in the years in which the target holds."},
    ),
    "price_index": ((YEAR,), {"unit": "1", "sentence": "Price level; 1 in the price year."}),
}
"""Variables that follow from others and are not written themselves."""
_UNORDERED = (TECHNOLOGY, COMMODITY, ACCOUNT, PART, TARGET, "group", LOGIC_ROW, ACTOR, INSTRUMENT)

Frames = Mapping[str, pandas.DataFrame]
Labels = dict[str, "pandas.Index[Any]"]
Floats = NDArray[np.float64]


def assemble(tables: Tables, choices: Choices, settings: Settings | None = None) -> xarray.Dataset:
    """The scenario that tables and choices make: every quantity of the catalog over its labels, years filled.

    Between years given a quantity runs straight, outside them it is constant; a blank year holds for all years, a
    blank slice for all slices without rows of their own. The tables must have passed the checks.

    Args:
        tables: of the case.
        choices: about it.
        settings: changes of its numbers, by the grammar of docs/sweeps.md.

    Raises:
        CaseError: settings that are none, or that make numbers which the catalog does not allow.
    """
    if not settings:
        return _derive(*_write_scenario(tables, choices))
    overlay = open_overlay(tables, choices)
    scenario = overlay.describe(overlay.apply(settings), overlay.parse(settings))
    scenario.attrs[DIGEST] = digest_of(scenario)
    return scenario


def open_overlay(
    tables: Tables, choices: Choices, *, targets: bool = True, reference_operating: Floats | None = None
) -> Overlay:
    """All scenarios of tables and choices, by their settings.

    Args:
        tables: of the case.
        choices: about it.
        targets: False leaves out all targets: what is done when nobody acts on them.
        reference_operating: operating cash of the do-nothing path (actor, year); None: zero.
    """
    written, derived = _write_scenario(tables, choices)
    if not targets:
        written = written.isel({TARGET: slice(0, 0)})
    if reference_operating is not None:
        written["reference_operating"] = written["reference_operating"].copy(data=reference_operating)
    return Overlay(written, derived, _derive(written, derived))


def _write_scenario(tables: Tables, choices: Choices) -> tuple[xarray.Dataset, dict[str, Derive]]:
    """The scenario as tables and choices write it, and how what is not as written follows from it."""
    frames = choose_rows(tables, choices.variants).frames
    case = dict(zip(frames[CASE][QUANTITY], frames[CASE][VALUE], strict=True))
    years, lengths = plan_years(case, choices)
    labels = _collect_labels(frames, years)
    coords = _label_coordinates(frames, labels)
    money = case.get("money", "")
    variables: dict[str, Any] = {}
    for quantity in QUANTITIES:
        if quantity.name not in _OWN_FORM:
            values = _scalar(quantity, case) if quantity.table == CASE else _fill(quantity, frames, labels)
            variables[quantity.name] = (quantity.dims, values, _attributes(quantity, money))
    variables[LENGTH] = (YEAR, lengths, {"unit": "yr", "sentence": "Calendar years that the plan year stands for."})
    variables |= _profiles(frames, labels, variables["hours"][1], money)
    variables["survival"] = _survival(frames, labels, money)
    variables["spending"] = _spending(frames, labels, money)
    variables["logic"] = _logic(frames, money)
    starts = _numbers(frames[STATUS_YEAR.table][STATUS_YEAR.name])
    variables[STATUS_YEAR.name] = (STATUS_YEAR.dims, starts, _attributes(STATUS_YEAR, money))
    scenario = _apply_choices(xarray.Dataset(variables, coords), choices)
    for name in BUDGETED:
        scenario[name_budget(name)] = scenario[name].copy(deep=True)
    scenario["reference_operating"] = (
        (ACTOR, YEAR),
        np.zeros((len(labels[ACTOR]), len(years))),
        {"unit": "{money}/yr", "sentence": "Operating cash and support of the do-nothing path."},
    )
    scenario.attrs = _case_attributes(tables, case, scenario, choices)
    derived = {"cap": draw_caps, "most_activity": close_unbuilt, "must_run": release_unbuilt}
    releases = list_releases() if choices.do_nothing else {}
    return scenario, {**derived, **releases, **list_derived(frames, choices)}


def _derive(written: xarray.Dataset, derived: Mapping[str, Derive]) -> xarray.Dataset:
    """The scenario with all that follows from what is written."""
    arrays = read_arrays(written)
    scenario = written.copy()
    for name, derive in derived.items():
        dims, attributes = _NEW[name] if name in _NEW else (written[name].dims, written[name].attrs)
        scenario[name] = (dims, derive(arrays), attributes)
    scenario.attrs[DIGEST] = digest_of(scenario)
    return scenario


def plan_years(case: Mapping[str, str], choices: Choices) -> tuple[NDArray[np.int64], Floats]:
    """The years of the plan, and the calendar years that each one stands for.

    `case` is the case table, quantity to text. First and last year of the choices also cut a list of years chosen.
    """
    listed = sorted(choices.years)
    default_first = listed[0] if listed else int(float(case["first_year"]))
    default_last = listed[-1] if listed else int(float(case["last_year"]))
    first = default_first if choices.first_year is None else choices.first_year
    last = default_last if choices.last_year is None else choices.last_year
    years = np.array([year for year in listed or range(first, last + 1) if first <= year <= last], dtype=np.int64)
    steps = np.diff(years)
    end = choices.last_length
    if end is None:
        end = int(steps[-1]) if len(steps) else 1
    return years, np.append(steps, end).astype(float)


def digest_of(scenario: xarray.Dataset) -> str:
    """The SHA-256 of all that can change a plan: names, dimensions, labels, numbers and conventions of a scenario.

    The same for any order of rows that are no sequence (slices are one), on any machine. Sources, the folder's
    name and sentences do not count.
    """
    ordered = scenario.sortby([dim for dim in _UNORDERED if dim in scenario.dims])
    digest = hashlib.sha256()
    for name in sorted(str(name) for name in ordered.variables):
        variable = ordered.variables[name]
        if SOURCE in variable.dims:
            continue
        digest.update(f"{name}{variable.dims}{variable.shape}".encode())
        digest.update(_canonical_bytes(variable.values))
    for name in sorted(set(scenario.attrs) - {DIGEST, CASE}):
        digest.update(f"{name}={scenario.attrs[name]}".encode())
    return digest.hexdigest()


def draw_lines(series: NDArray[np.int64], at: Floats, values: Floats, grid: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Straight lines through the points of many series, at every place of a grid; constant outside the points.

    Point `i` of series `series[i]` lies at `at[i]` (NaN: everywhere, unless its series has other points) and has
    `values[i]`. Gives the series' numbers, ascending, and one row of values for each over `grid`.
    """
    codes, row = np.unique(series, return_inverse=True)
    placed = np.zeros(len(codes), dtype=bool)
    placed[row[~np.isnan(at)]] = True
    kept = ~(np.isnan(at) & placed[row])
    row, at, values = row[kept], np.nan_to_num(at[kept]), values[kept]
    order = np.lexsort((at, row))
    row, at, values = row[order], at[order], values[order]
    begin = np.searchsorted(row, np.arange(len(codes)))[:, None]
    end = np.append(begin[1:, 0], len(row))[:, None] - 1
    span = 2.0 * max(float(np.ptp(np.concatenate([at, grid, [0.0]]))), 1.0)
    right = np.searchsorted(row * span + at, np.arange(len(codes))[:, None] * span + grid)
    left, right = np.clip(right - 1, begin, end), np.clip(right, begin, end)
    width = at[right] - at[left]
    part = np.divide(grid - at[left], width, out=np.zeros(width.shape), where=width > 0)
    part = np.clip(part, 0.0, 1.0)
    with np.errstate(invalid="ignore"):
        between = values[left] * (1 - part) + values[right] * part
    return codes, np.where(part == 0, values[left], np.where(part == 1, values[right], between))


def _collect_labels(frames: Frames, years: NDArray[np.int64]) -> Labels:
    labels: Labels = {
        table.declares: pandas.Index(frames[table.name][table.declares], dtype=object)
        for table in TABLES
        if table.declares
    }
    labels[PART] = labels[ACCOUNT]
    labels[YEAR] = labels[VINTAGE] = labels[DRAWN] = pandas.Index(years)
    labels[INVENTORY_YEAR] = pandas.Index(np.unique(_numbers(frames["inventory"][YEAR]).astype(np.int64)))
    logic = frames["logic"]
    names = ["/".join(filter(None, keys)) for keys in zip(logic[RULE], logic[TECHNOLOGY], logic["other"], strict=True)]
    labels[LOGIC_ROW] = pandas.Index(names, dtype=object)
    ages = [_numbers(frames[name][AGE]).max(initial=-1.0) for name in ("survival", "spending")]
    labels[AGE] = pandas.RangeIndex(int(max(ages)) + 1)
    return labels


def _label_coordinates(frames: Frames, labels: Labels) -> dict[str, Any]:
    coords: dict[str, Any] = {
        dim: (dim, index.to_numpy() if index.dtype.kind == "i" else np.array(index, dtype=str))
        for dim, index in labels.items()
    }
    for table in TABLES:
        dim, prefix = (table.declares, table.declares) if table.declares else (LOGIC_ROW, table.name)
        for label in table.labels:
            coords[f"{prefix}_{label.name}"] = (dim, _words(frames[table.name][label.name], label))
    for key in (RULE, TECHNOLOGY, "other"):
        coords[f"logic_{key}"] = (LOGIC_ROW, np.array(frames["logic"][key], dtype=str))
    for name, own in (("technology_host", TECHNOLOGY), ("target_pool", TARGET)):
        words = coords[name][1]
        coords[name] = (own, np.where(words == "", coords[own][1], words))
    coords["target_year"] = (TARGET, coords["target_year"][1].astype(np.int64))
    return coords


def _words(column: pandas.Series[Any], label: Label) -> NDArray[Any]:
    words = np.array(column, dtype=str)
    filled = np.where(words == "", label.default, words) if len(words) else words
    return filled == YES_NO[0] if label.words == YES_NO else filled


def _numbers(column: pandas.Series[Any]) -> Floats:
    """Checked cells as floats, blank ones NaN."""
    return np.array(pandas.to_numeric(column.where(column != "")), dtype=float)


def _scalar(quantity: Quantity, case: Mapping[str, str]) -> float:
    return float(case.get(quantity.name) or quantity.default)


def _attributes(quantity: Quantity, money: str) -> dict[str, str]:
    return {"unit": quantity.unit.replace("{money}", money), "sentence": quantity.sentence}


def _rows_of(quantity: Quantity, frames: Frames) -> pandas.DataFrame:
    frame = frames[quantity.table]
    return frame[frame[QUANTITY] == quantity.name] if QUANTITY in frame else frame


def _fill(quantity: Quantity, frames: Frames, labels: Labels) -> Floats:
    """One quantity over all its labels."""
    rows = _rows_of(quantity, frames)
    values = _numbers(rows[quantity.name if quantity.table in WIDE_TABLES else VALUE])
    columns = {dim: rows[key_column(quantity, dim)] for dim in quantity.dims}
    return _spread(quantity, columns, values, labels)


def _spread(quantity: Quantity, columns: Mapping[str, pandas.Series[Any]], values: Floats, labels: Labels) -> Floats:
    """Numbers of rows put where their labels say: blank slices first, slices of their own over them."""
    if quantity.dims == (YEAR,):
        return _spread_over_years(quantity, _numbers(columns[YEAR]), values, labels)
    dims = [dim for dim in quantity.dims if dim != YEAR]
    grid = labels[YEAR].to_numpy(dtype=float) if quantity.yearly else np.zeros(1)
    filled = np.full([*(len(labels[dim]) for dim in dims), len(grid)], quantity.default, dtype=float)
    written = ~np.isnan(values)
    if written.any() and filled.size:
        places = [_positions(columns[dim], labels[dim])[written] + (dim == SLICE) for dim in dims]
        sizes = [len(labels[dim]) + (dim == SLICE) for dim in dims]
        series = np.ravel_multi_index(places, sizes).astype(np.int64)
        at = _numbers(columns[YEAR])[written] if quantity.yearly else np.full(len(series), np.nan)
        codes, lines = draw_lines(series, at, values[written], grid)
        found = list(np.unravel_index(codes, sizes))
        if SLICE not in dims:
            filled[tuple(found)] = lines
        else:
            everywhere = found[-1] == 0
            if everywhere.any():
                filled[tuple(place[everywhere] for place in found[:-1])] = lines[everywhere][:, None, :]
            found[-1] = found[-1] - 1
            filled[tuple(place[~everywhere] for place in found)] = lines[~everywhere]
    return filled if quantity.yearly else filled[..., 0]


def _spread_over_years(quantity: Quantity, at: Floats, values: Floats, labels: Labels) -> Floats:
    """A quantity of years alone: one series, or its default."""
    grid = labels[YEAR].to_numpy(dtype=float)
    if not len(values):
        return np.full(len(grid), quantity.default)
    return np.asarray(draw_lines(np.zeros(len(values), dtype=np.int64), at, values, grid)[1][0])


def _positions(column: pandas.Series[Any], labels: pandas.Index[Any]) -> NDArray[np.int64]:
    """Where each cell stands among the labels; -1 for a blank one. Raises KeyError for a label that is not there."""
    wanted = column.astype(labels.dtype) if labels.dtype.kind == "i" else column
    places = np.asarray(labels.get_indexer(pandas.Index(wanted)), dtype=np.int64)
    if ((places < 0) & (column != "").to_numpy()).any():
        raise KeyError(f"unknown labels: {sorted(set(column[places < 0]))}")
    return places


def _profiles(frames: Frames, labels: Labels, hours: Floats, money: str) -> dict[str, Any]:
    """How demand and activity fall on the slices: as written, by hours where nothing is."""
    quantity = QUANTITY_BY_NAME["profile"]
    rows = frames[quantity.table]
    profiles = {}
    for name, dim in (("demand_profile", COMMODITY), ("activity_profile", TECHNOLOGY)):
        own = rows[rows[ITEM].isin(labels[dim])]
        columns = {ITEM: own[ITEM], SLICE: own[SLICE], YEAR: own[YEAR]}
        shares = _spread(quantity, columns, _numbers(own[VALUE]), {**labels, ITEM: labels[dim]})
        missing = np.isnan(shares)
        by_hours = np.broadcast_to((hours / _HOURS_OF_YEAR)[:, None], shares.shape)
        shares = np.where(missing.all(axis=1, keepdims=True), by_hours, np.where(missing, 0.0, shares))
        profiles[name] = ((dim, SLICE, YEAR), shares, _attributes(quantity, money))
    return profiles


def _survival(frames: Frames, labels: Labels, money: str) -> Any:
    """Curves over whole years of age, straight between ages given and zero past the last; NaN where no curve is."""
    quantity = QUANTITY_BY_NAME["survival"]
    rows = frames[quantity.table]
    ages = _numbers(rows[AGE])
    grid = labels[AGE].to_numpy(dtype=float)
    curves = np.full((len(labels[TECHNOLOGY]), len(grid)), np.nan)
    if len(rows):
        place = _positions(rows[TECHNOLOGY], labels[TECHNOLOGY])
        codes, lines = draw_lines(place, ages, _numbers(rows[VALUE]), grid)
        last = np.full(len(curves), -1.0)
        np.maximum.at(last, place, ages)
        curves[codes] = np.where(grid > last[codes][:, None], 0.0, lines)
    return (TECHNOLOGY, AGE), curves, _attributes(quantity, money)


def _spending(frames: Frames, labels: Labels, money: str) -> Any:
    """Shares of the investment by years since construction started; all zero where it is spent evenly."""
    quantity = QUANTITY_BY_NAME["spending"]
    rows = frames[quantity.table]
    shares = np.zeros((len(labels[TECHNOLOGY]), len(labels[AGE])))
    if len(rows):
        place = _positions(rows[TECHNOLOGY], labels[TECHNOLOGY])
        shares[place, _numbers(rows[AGE]).astype(int)] = _numbers(rows["value"])
    return (TECHNOLOGY, AGE), shares, _attributes(quantity, money)


def _logic(frames: Frames, money: str) -> Any:
    quantity = QUANTITY_BY_NAME["logic"]
    values = np.nan_to_num(_numbers(frames[quantity.table][VALUE]), nan=quantity.default)
    return LOGIC_ROW, values, _attributes(quantity, money)


def _apply_choices(scenario: xarray.Dataset, choices: Choices) -> xarray.Dataset:
    """The scenario with the user's own numbers, exclusions and modes of targets in place of the case's.

    What is excluded is not built; what needs no building (another's mode, or no capacity at all) is not used.
    """
    chosen = {
        "discount_rate": choices.discount_rate,
        "first_year": scenario[YEAR].values[0],
        "last_year": scenario[YEAR].values[-1],
        "price": choices.excess_price,
    }
    for name, number in chosen.items():
        if number is not None:
            old = scenario[name]
            scenario[name] = old.copy(data=np.full(old.shape, number, dtype=float))
    for commodity, scale in choices.price_scale.items():
        for name in ("purchase_price", "sale_price"):
            scenario[name].loc[{COMMODITY: commodity}] *= scale
    for account, price in choices.account_price.items():
        scenario["account_price"].loc[{ACCOUNT: account}] = price
    scenario = leave_out(scenario, choices)
    if choices.target_mode:
        modes = np.full(scenario.sizes[TARGET], choices.target_mode)
        scenario = scenario.assign_coords(target_mode=(TARGET, modes))
    return scenario


def _case_attributes(
    tables: Tables, case: Mapping[str, str], scenario: xarray.Dataset, choices: Choices
) -> dict[str, Any]:
    return {
        CASE: Path(tables.folder).name,
        **{name: case.get(name, "") for name in CASE_TEXTS},
        "price_year": int(scenario["price_year"]),
        "base_year": int(scenario["base_year"]),
        "discount_capital": choices.discount_capital,
        "discount_operation": choices.discount_operation,
        "salvage": choices.salvage,
        "perspective": choices.perspective,
        "tolerance": choices.tolerance,
    }


def _canonical_bytes(values: NDArray[Any]) -> bytes:
    """Values as bytes that are the same on any machine, with one NaN and one zero."""
    if values.dtype.kind == "f":
        plain = np.where(np.isnan(values), np.nan, values + 0.0)
        return plain.astype("<f8").tobytes()
    if values.dtype.kind in "iub":
        return values.astype("<i8").tobytes()
    return "\x00".join(str(value) for value in values.ravel()).encode()
