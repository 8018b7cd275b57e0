"""One scenario: the tables of a case under the user's choices, as one xarray Dataset (see docs/architecture.md).

Checks come before: what is wrong with the tables is not looked for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import xarray
from numpy.typing import NDArray

from scenarios.arithmetic.finance import Derive, list_derived
from scenarios.arithmetic.rooms import REFERENCES
from scenarios.arithmetic.standing import BUDGETED, name_budget
from scenarios.arithmetic.targets import draw_caps
from scenarios.arrays import read_arrays
from scenarios.benefits import list_benefits
from scenarios.catalog import (
    ACCOUNT,
    AGE,
    CALENDAR,
    COMMODITY,
    DRAWN,
    INVENTORY_YEAR,
    OUTSIDE,
    PART,
    QUANTITIES,
    QUANTITY_BY_NAME,
    RULE,
    SLICE,
    STATUS_YEAR,
    TABLES,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    YEAR,
    YES_NO,
    Label,
    Quantity,
)
from scenarios.choices import IN_OBJECTIVE, LIMIT_CHOICES, Choices
from scenarios.digest import LOGIC_ROW, digest_of
from scenarios.exclusion import Forms, close_unbuilt, leave_out, list_releases, release_unbuilt
from scenarios.headings import write_headings
from scenarios.overlay import DIGEST, Overlay, swap_variables
from scenarios.paths import Follower, lay_out, list_followers, read_paths
from scenarios.settings import Settings
from scenarios.spread import Floats, Frames, Labels, Written, draw_lines, fill, numbers_of, positions, spread
from scenarios.tables import CASE, CASE_TEXTS, ITEM, QUANTITY, VALUE, Tables, choose_rows
from scenarios.terms import INFLATION_OUTSIDE
from scenarios.vintage_rows import spread_vintages

LENGTH = "length"
BASE_YEAR = "base_year"
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
        written, derived, _ = _write_scenario(draft_scenario(tables, choices), choices)
        return _derive(written, derived)
    overlay = open_overlay(tables, choices)
    scenario = overlay.describe(overlay.apply(settings), overlay.parse(settings))
    scenario.attrs[DIGEST] = digest_of(scenario)
    return scenario


@dataclass(frozen=True)
class Draft:
    """What the tables of a case say of the years chosen, before any other choice acts on it; nothing changes it."""

    tables: Tables
    case: Mapping[str, str]
    frames: Frames
    labels: Labels
    variables: Mapping[str, Any]
    coords: Mapping[str, Any]
    followers: dict[str, Follower]


def open_overlay(
    tables: Tables | Draft, choices: Choices, *, targets: bool = True, reference: Mapping[str, Floats] | None = None
) -> Overlay:
    """All scenarios of tables and choices, by their settings.

    Args:
        tables: of the case, or what they say of the years of the choices.
        choices: about it.
        targets: False leaves out all targets: what is done when nobody acts on them.
        reference: `REFERENCES` of the do-nothing path; None: zero.
    """
    draft = tables if isinstance(tables, Draft) else draft_scenario(tables, choices)
    written, derived, followers = _write_scenario(draft, choices)
    if not targets:
        written = written.isel({TARGET: slice(0, 0)})
    olds = ((name, values, written.variables[name]) for name, values in (reference or {}).items())
    written = swap_variables(written, {name: (old.dims, values, old.attrs) for name, values, old in olds})
    return Overlay(written, derived, _derive(written, derived), followers)


def draft_scenario(tables: Tables, choices: Choices, laid: Frames | None = None) -> Draft:
    """What the tables say; of the choices variants and years matter here, and nothing else.

    Args:
        tables: of the case.
        choices: about it.
        laid: the chosen rows with their paths followed, where they are known.
    """
    chosen = choose_rows(tables, choices.variants).frames
    case = dict(zip(chosen[CASE][QUANTITY], chosen[CASE][VALUE], strict=True))
    years, lengths = plan_years(case, choices)
    paths = read_paths(chosen, years.tolist(), _scalar(QUANTITY_BY_NAME[BASE_YEAR], case))
    frames = lay_out(chosen, paths) if laid is None else laid
    labels = _collect_labels(frames, years)
    coords = _label_coordinates(frames, labels)
    coords[CALENDAR] = (CALENDAR, np.arange(years[0], years[-1] + int(lengths[-1])))
    outside = list_outside(years, lengths, int(_scalar(QUANTITY_BY_NAME["price_year"], case)))
    coords[OUTSIDE] = (OUTSIDE, outside)
    money = case.get("money", "")
    written = Written(frames)
    variables: dict[str, Any] = {}
    for quantity in QUANTITIES:
        if quantity.name not in _OWN_FORM:
            values = _scalar(quantity, case) if quantity.table == CASE else fill(quantity, written, labels)
            variables[quantity.name] = (quantity.dims, values, _attributes(quantity, money))
    variables[LENGTH] = (YEAR, lengths, {"unit": "yr", "sentence": "Calendar years that the plan year stands for."})
    rise = QUANTITY_BY_NAME["inflation"]
    before = fill(rise, written, {**labels, YEAR: pandas.Index(outside)})
    variables[INFLATION_OUTSIDE] = ((OUTSIDE,), before, _attributes(rise, money))
    variables |= _profiles(written, labels, variables["hours"][1], money)
    followers = list_followers(chosen, paths, labels, variables)
    coords |= spread_vintages(written, labels, variables, coords["technology_host"][1].tolist())
    variables["survival"] = _survival(written, labels, money)
    variables["spending"] = _spending(written, labels, money)
    variables["logic"] = _logic(written, money)
    starts = numbers_of(written.of(STATUS_YEAR)[STATUS_YEAR.name])
    variables[STATUS_YEAR.name] = (STATUS_YEAR.dims, starts, _attributes(STATUS_YEAR, money))
    return Draft(tables, case, frames, labels, variables, coords, followers)


def _write_scenario(draft: Draft, choices: Choices) -> tuple[xarray.Dataset, dict[str, Derive], dict[str, Follower]]:
    """The scenario as tables and choices write it, how what is not as written follows, and what follows paths."""
    labels, money = draft.labels, draft.case.get("money", "")
    variables, coords = deepcopy((dict(draft.variables), dict(draft.coords)))
    _apply_choices(variables, coords, labels, choices)
    if choices.benefits == IN_OBJECTIVE:
        _count_benefits(draft, variables, labels, choices)
    for name in BUDGETED:
        dims, values, attributes = variables[name]
        variables[name_budget(name)] = (dims, values.copy(), attributes)
    variables |= _references(labels, money)
    scenario = xarray.Dataset(variables, coords)
    scenario.attrs = _case_attributes(draft.tables, draft.case, scenario, choices) | write_headings(draft.frames)
    derived = {"cap": draw_caps, "most_activity": close_unbuilt, "must_run": release_unbuilt}
    releases = list_releases() if choices.do_nothing else {}
    return scenario, {**derived, **releases, **list_derived(draft.frames, choices)}, draft.followers


def _count_benefits(draft: Draft, variables: Forms, labels: Labels, choices: Choices) -> None:
    """Values of benefits on top of the prices of their accounts: what a unit costs society, or is worth to it."""
    price = variables["account_price"][1]
    for one in list_benefits(draft.tables, choices.variants):
        if one.account:
            price[labels[ACCOUNT].get_loc(one.account)] += one.value_years(labels[YEAR].tolist())


def _references(labels: Labels, money: str) -> dict[str, Any]:
    """What the do-nothing path earns, pays for, writes off and is worth: nothing until it has been solved."""
    made = {}
    for name, (dims, unit, sentence) in REFERENCES.items():
        nothing = np.zeros([len(labels[dim]) for dim in dims])
        told = {"unit": unit.format(money=money), "sentence": f"{sentence} of the do-nothing path."}
        made[name] = (dims, nothing, told)
    return made


def _derive(written: xarray.Dataset, derived: Mapping[str, Derive]) -> xarray.Dataset:
    """The scenario with all that follows from what is written."""
    arrays = read_arrays(written)
    following: dict[str, Any] = {}
    for name, derive in derived.items():
        old = written.variables.get(name)
        dims, attributes = _NEW[name] if old is None else (old.dims, old.attrs)
        following[name] = (dims, derive(arrays), attributes)
    scenario = swap_variables(written, following)
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


def list_outside(years: NDArray[np.int64], lengths: Floats, price_year: int) -> NDArray[np.int64]:
    """Calendar years from the price year to the plan, or from its end to the price year: those of the plan left out.

    >>> list_outside(np.array([2025, 2026]), np.array([1.0, 4.0]), 2022).tolist()
    [2022, 2023, 2024]
    """
    first, after = int(years[0]), int(years[-1] + lengths[-1])
    return np.concatenate([np.arange(min(price_year, first), first), np.arange(after, max(price_year + 1, after))])


def _collect_labels(frames: Frames, years: NDArray[np.int64]) -> Labels:
    labels: Labels = {
        table.declares: pandas.Index(frames[table.name][table.declares], dtype=object)
        for table in TABLES
        if table.declares and not table.aside
    }
    labels[PART] = labels[ACCOUNT]
    labels[YEAR] = labels[VINTAGE] = labels[DRAWN] = pandas.Index(years)
    labels[INVENTORY_YEAR] = pandas.Index(np.unique(numbers_of(frames["inventory"][YEAR].tolist()).astype(np.int64)))
    logic = frames["logic"]
    names = ["/".join(filter(None, keys)) for keys in zip(logic[RULE], logic[TECHNOLOGY], logic["other"], strict=True)]
    labels[LOGIC_ROW] = pandas.Index(names, dtype=object)
    ages = [numbers_of(frames[name][AGE].tolist()).max(initial=-1.0) for name in ("survival", "spending")]
    labels[AGE] = pandas.RangeIndex(int(max(ages)) + 1)
    return labels


def _label_coordinates(frames: Frames, labels: Labels) -> dict[str, Any]:
    coords: dict[str, Any] = {
        dim: (dim, index.to_numpy() if index.dtype.kind == "i" else np.array(index, dtype=str))
        for dim, index in labels.items()
    }
    for table in (table for table in TABLES if not table.aside):
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


def _scalar(quantity: Quantity, case: Mapping[str, str]) -> float:
    return float(case.get(quantity.name) or quantity.default)


def _attributes(quantity: Quantity, money: str) -> dict[str, str]:
    return {"unit": quantity.unit.replace("{money}", money), "sentence": quantity.sentence}


def _profiles(written: Written, labels: Labels, hours: Floats, money: str) -> dict[str, Any]:
    """How demand and activity fall on the slices: as written, by hours where nothing is."""
    quantity = QUANTITY_BY_NAME["profile"]
    rows = written.of(quantity)
    profiles = {}
    for name, dim in (("demand_profile", COMMODITY), ("activity_profile", TECHNOLOGY)):
        own = [row for row, item in enumerate(rows[ITEM]) if item in labels[dim]]
        columns = {column: [rows[column][row] for row in own] for column in (ITEM, SLICE, YEAR, VALUE)}
        shares = spread(quantity, columns, numbers_of(columns.pop(VALUE)), {**labels, ITEM: labels[dim]})
        missing = np.isnan(shares)
        by_hours = np.broadcast_to((hours / _HOURS_OF_YEAR)[:, None], shares.shape)
        shares = np.where(missing.all(axis=1, keepdims=True), by_hours, np.where(missing, 0.0, shares))
        profiles[name] = ((dim, SLICE, YEAR), shares, _attributes(quantity, money))
    return profiles


def _survival(written: Written, labels: Labels, money: str) -> Any:
    """Curves over whole years of age, straight between ages given and zero past the last; NaN where no curve is."""
    quantity = QUANTITY_BY_NAME["survival"]
    rows = written.of(quantity)
    ages = numbers_of(rows[AGE])
    grid = labels[AGE].to_numpy(dtype=float)
    curves = np.full((len(labels[TECHNOLOGY]), len(grid)), np.nan)
    if rows[TECHNOLOGY]:
        place = positions(rows[TECHNOLOGY], labels[TECHNOLOGY])
        codes, lines = draw_lines(place, ages, numbers_of(rows[VALUE]), grid)
        last = np.full(len(curves), -1.0)
        np.maximum.at(last, place, ages)
        curves[codes] = np.where(grid > last[codes][:, None], 0.0, lines)
    return (TECHNOLOGY, AGE), curves, _attributes(quantity, money)


def _spending(written: Written, labels: Labels, money: str) -> Any:
    """Shares of the investment by years since construction started; all zero where it is spent evenly."""
    quantity = QUANTITY_BY_NAME["spending"]
    rows = written.of(quantity)
    shares = np.zeros((len(labels[TECHNOLOGY]), len(labels[AGE])))
    if rows[TECHNOLOGY]:
        place = positions(rows[TECHNOLOGY], labels[TECHNOLOGY])
        shares[place, numbers_of(rows[AGE]).astype(int)] = numbers_of(rows[VALUE])
    return (TECHNOLOGY, AGE), shares, _attributes(quantity, money)


def _logic(written: Written, money: str) -> Any:
    quantity = QUANTITY_BY_NAME["logic"]
    values = np.nan_to_num(numbers_of(written.of(quantity)[VALUE]), nan=quantity.default)
    return LOGIC_ROW, values, _attributes(quantity, money)


def _apply_choices(variables: Forms, coords: Forms, labels: Labels, choices: Choices) -> None:
    """Put the user's own numbers, exclusions and modes of targets in place of the case's.

    What is excluded is not built; what needs no building (another's mode, or no capacity at all) is not used.
    """
    chosen = {
        "discount_rate": choices.discount_rate,
        "first_year": labels[YEAR][0],
        "last_year": labels[YEAR][-1],
        "price": choices.excess_price,
    }
    for name, number in chosen.items():
        if number is not None:
            dims, old, attributes = variables[name]
            variables[name] = (dims, np.full(np.shape(old), number, dtype=float), attributes)
    for commodity, scale in choices.price_scale.items():
        for name in ("purchase_price", "sale_price"):
            variables[name][1][labels[COMMODITY].get_loc(commodity)] *= scale
    for account, price in choices.account_price.items():
        variables["account_price"][1][labels[ACCOUNT].get_loc(account)] = price
    if choices.target_mode:
        coords["target_mode"] = (TARGET, np.full(len(labels[TARGET]), choices.target_mode))
    leave_out(variables, coords, choices)


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
        "service": choices.service,
        "investment": choices.investment,
        "perspective": choices.perspective,
        **{name: getattr(choices, name) for name in LIMIT_CHOICES},
        "tolerance": choices.tolerance,
    }
