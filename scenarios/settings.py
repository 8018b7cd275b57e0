"""Which words change a scenario's numbers, and to what: `adjust.capex.bio_ccs=1.2`, `target.transport.2030=0.85`.

The grammar stands in docs/sweeps.md. A `Setting` is a word's key, understood against the labels of a scenario; it
turns the arrays as written into others, and knows nothing of tables or of the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from scenarios.arithmetic.projects import OPTION
from scenarios.arithmetic.targets import CUMULATIVE, RELATIVE
from scenarios.arrays import Scenario, read_arrays
from scenarios.catalog import ACCOUNT, QUANTITIES, SETTABLE, TARGET, TECHNOLOGY, YEAR, Quantity
from scenarios.errors import CaseError, Problem
from scenarios.naming import Named, find_named, offer_names, offer_words, settle_word
from scenarios.vintage_rows import BY_VINTAGE, place_vintages

Settings = Mapping[str, float]
"""Keys as written, to numbers."""

SET, ADJUST, SHIFT, AIM, EXCLUDE = "set", "adjust", "shift", "target", "exclude"
VERBS = (SET, ADJUST, SHIFT, AIM, EXCLUDE)
"""First words of settings, in the order in which they act."""
CONFIGURED = ("target.mode", "target.excess_price")
"""Keys of the configuration that begin like settings."""
SHORT: Mapping[str, tuple[str, ...]] = {"price": ("purchase_price", "sale_price"), "excess_price": ("price",)}
"""Names that stand for quantities of another name: a commodity's two prices, and what a target's excess costs."""
EVERY = "all"
EVERY_RATE: Mapping[str, tuple[str, ...]] = {"rate": ("rate", "market_rate")}
"""What a name stands for where all its labels are meant: every rate is also that at which standing debt is renewed."""
MEASURES = "measures"
DELAY = "start_delay"
"""Only what is planned comes later than planned: `all` means the measures here."""
MOVED = (
    "start_delay",
    "lead_time",
    "earliest_start",
    "latest_start",
    "construction_years",
    "life",
    "tenor",
    "grace",
    "fixing_period",
    "frame_carried_years",
    "own_carried_years",
    "first_start",
    "last_start",
    "status_year",
)
"""Points and stretches of time: `adjust` adds years to them, where it multiplies all others."""
FIXED = (
    "price_year",
    "first_year",
    "last_year",
    "base_year",
    "hours",
    "cycles",
    "profile",
    "survival",
    "spending",
    "logic",
    "stock_vintage",
)
"""Quantities that no setting can change: they are the shape of a scenario, or have tables of their own form."""
SPAN = re.compile(r"(\d{4})(?:-(\d{4}))?")
MOST_SHARE = 2.0
"""A share of a base year above this was meant as percent."""
NAMES_SHOWN = 4
OUTSIDE_QUOTES = re.compile(r'\.(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""A dot between the parts of a key: one inside quotes belongs to a label."""
QUOTE = '"'


@dataclass(frozen=True)
class Setting:
    """One key understood: `names` of the variables it changes, and where in each (`index`, per dimension).

    `vintages` are the same numbers by vintage, where there are any: all vintages of one name change alike.
    """

    key: str
    verb: str
    names: tuple[str, ...]
    index: tuple[Any, ...] = field(compare=False)
    percent: bool = False
    vintages: Mapping[str, tuple[Any, ...]] = field(default_factory=dict, compare=False)

    def apply(self, values: np.ndarray, number: float, name: str) -> np.ndarray:
        """The array of a variable with the change made at the setting's places."""
        changed, index = np.array(values), self.vintages.get(name, self.index)
        old = changed[index]
        if self.verb not in (ADJUST, SHIFT):
            changed[index] = number * 100.0 if self.percent else number
        elif self.verb == SHIFT or self.names[0] in MOVED:
            changed[index] = old + number
        else:
            changed[index] = np.multiply(old, number, out=np.array(old, dtype=float), where=np.isfinite(old))
        return changed


def split_key(key: str) -> list[str]:
    """The parts of a key; a label in quotes is one, whatever it holds.

    >>> split_key('shift.exogenous."co2.1".2025')
    ['shift', 'exogenous', '"co2.1"', '2025']
    """
    return OUTSIDE_QUOTES.split(key)


def join_key(verb: str, quantity: str, *labels: object) -> str:
    """A key about the labels themselves: one that would be read as something else stands in quotes.

    >>> join_key("shift", "exogenous", "co2.1", 2025), join_key("adjust", "capex", "all")
    ('shift.exogenous."co2.1".2025', 'adjust.capex."all"')
    """
    return ".".join([verb, quantity, *(_quote(label) if isinstance(label, str) else str(label) for label in labels)])


def unquote(label: str) -> str:
    """A label without its quotes."""
    return label[1:-1] if len(label) > 1 and label[0] == label[-1] == QUOTE else label


def _quote(label: str) -> str:
    other = label in (EVERY, MEASURES) or "." in label or SPAN.fullmatch(label)
    return f"{QUOTE}{label}{QUOTE}" if other and QUOTE not in label else label


def is_setting(key: str) -> bool:
    """Whether a key changes numbers of a scenario, rather than the configuration.

    >>> is_setting("target.transport.2030"), is_setting("target.mode"), is_setting("exclude")
    (True, False, False)
    """
    verb, dot, _ = key.partition(".")
    return bool(dot) and verb in VERBS and key not in CONFIGURED


def parse_setting(key: str, scenario: Scenario) -> Setting:
    """Understand one key against the labels of a scenario.

    Raises:
        CaseError: the quantity, a label or the year is none of the scenario's; the nearest are named.
    """
    verb, *parts = split_key(key)
    if verb == AIM:
        return _parse_target(key, [unquote(part) for part in parts], scenario)
    if verb == EXCLUDE:
        place = _find_label(key, TECHNOLOGY, ".".join(parts), scenario)
        _refuse_settled(key, place, scenario)
        return Setting(key, verb, ("excluded",), (place,))
    name, *labels = parts
    names = _find_names(name, labels)
    quantity = SETTABLE.get(names[0])
    if quantity is None or name in FIXED:
        raise CaseError([_refuse_quantity(key, name)])
    dims = list(quantity.dims)
    years: Any = slice(None)
    if labels and YEAR in dims and SPAN.fullmatch(labels[-1]):
        years = _find_years(key, labels.pop(), scenario)
    elif labels and SPAN.fullmatch(labels[-1]):
        raise CaseError([Problem("setting_year_none", key, fields={"quantity": name, "year": labels[-1]})])
    others = [dim for dim in dims if dim != YEAR]
    if labels and labels[-1] == EVERY and YEAR in dims and len(labels) == len(others) + 1:
        labels.pop()  # all years, which is what no year says too
    if len(labels) > len(others):
        raise CaseError([Problem("setting_labels_many", key, fields=_describe_form(verb, name, quantity))])
    chosen = [_find_label(key, dim, label, scenario) for dim, label in zip(others, labels, strict=False)]
    place = dict(zip(others, chosen, strict=False)) | {YEAR: years}
    index = tuple(place.get(dim, slice(None)) for dim in dims)
    return Setting(key, verb, names, index, vintages=place_vintages(quantity, place, scenario))


def _find_names(name: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The quantities that a name stands for, before these labels."""
    if not labels or labels[0] == EVERY or SPAN.fullmatch(labels[0]):
        return EVERY_RATE.get(name) or SHORT.get(name, (name,))
    return SHORT.get(name, (name,))


def check_setting(setting: Setting, number: float) -> Problem | None:
    """What is wrong with a number for a setting, before any scenario is made of it."""
    if not isfinite(number):
        return _refuse_number("setting_number", setting, number)
    if setting.verb == EXCLUDE and number not in (0.0, 1.0):
        return _refuse_number("setting_flag", setting, number)
    if setting.verb == ADJUST and setting.names[0] not in MOVED and number < 0:
        return _refuse_number("setting_factor", setting, number)
    if setting.percent and not -MOST_SHARE <= number <= MOST_SHARE:
        return Problem("setting_share", f"{setting.key}={number:g}", fields={"share": f"{number / 100:g}"})
    return None


def check_result(settings: Sequence[tuple[Setting, float]], name: str, values: np.ndarray) -> Problem | None:
    """What is wrong with an array that settings made: numbers outside the bounds of the catalog."""
    quantity = SETTABLE.get(name.removesuffix(BY_VINTAGE))
    if quantity is None:
        return None
    given = values[np.isfinite(values)]
    if not len(given) or (given.min() >= quantity.lower and given.max() <= quantity.upper):
        return None
    worst = given.min() if given.min() < quantity.lower else given.max()
    words = ", ".join(f"{setting.key}={number:g}" for setting, number in settings)
    bounds = {"lower": f"{quantity.lower:g}", "upper": f"{quantity.upper:g}"}
    return Problem("setting_bounds", words, fields={"quantity": quantity.name, "value": f"{worst:g}", **bounds})


def _parse_target(key: str, parts: Sequence[str], scenario: Scenario) -> Setting:
    """`target.TARGET`, or `target.ACCOUNT.YEAR` of which there must be one."""
    given = read_arrays(scenario)
    labels = [str(label) for label in given[TARGET]]
    named = settle_word(name_labels(scenario, TARGET), parts[0]) if len(parts) == 1 else None
    if named is not None:
        return Setting(key, AIM, ("value",), (labels.index(named),))
    account, year = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], "")
    account = settle_word(name_labels(scenario, ACCOUNT), account) or account
    rows = zip(labels, given["target_account"], given["target_year"], given["target_basis"], strict=True)
    found = [t for t, e, y, basis in rows if e == account and str(y) == year and basis != CUMULATIVE]
    if len(found) > 1:
        raise CaseError(
            [Problem("setting_target_many", key, fields={"names": ", ".join(f"target.{t}" for t in found)})]
        )
    if not found:
        keys = [f"target.{t}" for t in labels]
        keys += [f"target.{e}.{y}" for e, y in zip(given["target_account"], given["target_year"], strict=True)]
        raise CaseError([Problem("setting_target_none", key, fields={"nearest": _name_nearest(key, keys)})])
    place = labels.index(found[0])
    return Setting(key, AIM, ("value",), (place,), percent=str(given["target_basis"][place]) in RELATIVE)


def _find_label(key: str, dim: str, label: str, scenario: Scenario) -> Any:
    labels = [str(name) for name in read_arrays(scenario)[dim]]
    if unquote(label) != label and unquote(label) in labels:
        return labels.index(unquote(label))
    if dim == TECHNOLOGY and (label == MEASURES or (label == EVERY and f".{DELAY}." in key)):
        return np.flatnonzero(read_arrays(scenario)["technology_measure"])
    if label == EVERY:
        return slice(None)
    if label in labels:
        return labels.index(label)
    things = name_labels(scenario, dim)
    found = find_named(things, label)
    if len(found) == 1:
        return labels.index(found[0].label)
    words = [*things, Named(EVERY), *([Named(MEASURES)] if dim == TECHNOLOGY else [])]
    nearest = offer_names(words, label, NAMES_SHOWN)
    raise CaseError([Problem(f"setting_{dim}", key, fields={"label": label, "nearest": nearest})])


def name_labels(scenario: Scenario, dim: str) -> list[Named]:
    """Labels of a dimension with their codes and names, where it has any."""
    given = read_arrays(scenario)
    labels = [str(label) for label in given[dim]]
    columns = [given[f"{dim}_{name}"] for name in ("name_sv", "name_en") if f"{dim}_{name}" in given]
    codes = given["technology_code"] if dim == TECHNOLOGY else [""] * len(labels)
    names = zip(*columns, strict=True) if columns else [()] * len(labels)
    return [
        Named(label, str(code), tuple(map(str, own)), dim)
        for label, code, own in zip(labels, codes, names, strict=True)
    ]


def _refuse_settled(key: str, place: Any, scenario: Scenario) -> None:
    """Raise a CaseError where what is to be excluded is forced or decided: it is one or the other."""
    given = read_arrays(scenario)
    status, names = np.atleast_1d(given["technology_status"][place]), np.atleast_1d(given[TECHNOLOGY][place])
    for word, name in zip(status.tolist(), names.tolist(), strict=True):
        if word != OPTION:
            raise CaseError([Problem("setting_excludes_settled", key, fields={"technology": name, "status": word})])


def _find_years(key: str, span: str, scenario: Scenario) -> Any:
    years = read_arrays(scenario)[YEAR]
    match = SPAN.fullmatch(span)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, -1)
    places = np.flatnonzero((years >= first) & (years <= last))
    if not len(places):
        fields = {"year": span, "first": int(years[0]), "last": int(years[-1])}
        raise CaseError([Problem("setting_year", key, fields=fields)])
    return slice(int(places[0]), int(places[-1]) + 1)


def _refuse_quantity(key: str, name: str) -> Problem:
    if name in FIXED:
        return Problem("setting_fixed", key, fields={"quantity": name})
    names = [quantity.name for quantity in QUANTITIES if quantity.name not in FIXED]
    return Problem("setting_quantity", key, fields={"quantity": name, "nearest": _name_nearest(name, [*names, *SHORT])})


def _refuse_number(message: str, setting: Setting, number: float) -> Problem:
    return Problem(message, f"{setting.key}={number:g}")


def _describe_form(verb: str, name: str, quantity: Quantity) -> dict[str, str]:
    dims = [dim.upper() for dim in quantity.dims if dim != YEAR]
    year = [f"[.{YEAR.upper()}]"] if YEAR in quantity.dims else []
    return {"form": ".".join([verb, name, *dims]) + "".join(year)}


def _name_nearest(word: str, names: Sequence[str]) -> str:
    return offer_words(names, word, NAMES_SHOWN)
