"""Which choices cannot be applied to the case: unknown names and words, years and numbers out of bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from scenarios.alike import find_nearest
from scenarios.catalog import ACCOUNT, COMMODITY, QUANTITY_BY_NAME, TABLE_BY_NAME, TECHNOLOGY
from scenarios.cells import FIRST_YEAR, LAST_YEAR
from scenarios.checks.consequences import CHOICES
from scenarios.checks.view import View, write_plainly
from scenarios.choices import BENEFIT_MODES, LIMIT_CHOICES, LIMIT_MODES, SALVAGES, SPREADS, TIMINGS
from scenarios.errors import Notice, Problem
from scenarios.naming import Named, list_nearest, name_rows
from scenarios.tables import VARIANT

MODES = next(label.words for label in TABLE_BY_NAME["targets"].labels if label.name == "mode")


def find_unknown_chosen_names(view: View) -> Iterator[Problem]:
    """Technologies, commodities, accounts and variants that the case does not have."""
    choices = view.choices
    variants = {str(name) for frame in view.tables.frames.values() for name in frame[VARIANT].unique()} - {""}
    for choice, found, kind in (
        ("exclude", choices.exclude, TECHNOLOGY),
        ("price_scale", choices.price_scale, COMMODITY),
        ("account_price", choices.account_price, ACCOUNT),
    ):
        yield from _compare(choice, found, name_rows(view.tables, kind), kind)
    yield from _compare("variants", choices.variants, [Named(name) for name in sorted(variants)], VARIANT)


def _compare(choice: str, found: Iterable[str], known: Sequence[Named], kind: str) -> Iterator[Problem]:
    names = frozenset(thing.label for thing in known)
    for name in found:
        if name not in names:
            near = list_nearest(known, name)
            key = f"chosen_{kind}" if near else f"chosen_{kind}_far" if names else f"chosen_{kind}_none"
            yield Problem(key, CHOICES, None, choice, {"found": name, "nearest": next(iter(near), "")})


def find_unknown_chosen_words(view: View) -> Iterator[Problem]:
    """Conventions and modes that are none of the words they may be."""
    choices = view.choices
    for choice, found, allowed in (
        ("target_mode", choices.target_mode, ("", *MODES)),
        ("discount_capital", choices.discount_capital, tuple(TIMINGS)),
        ("discount_operation", choices.discount_operation, tuple(TIMINGS)),
        ("salvage", choices.salvage, SALVAGES),
        *((name, getattr(choices, name), LIMIT_MODES) for name in LIMIT_CHOICES),
        ("benefits", choices.benefits, BENEFIT_MODES),
        ("service", choices.service, SPREADS),
        ("investment", choices.investment, SPREADS),
    ):
        if found not in allowed:
            words = ", ".join(word for word in allowed if word)
            fields = {"found": found, "allowed": words, "nearest": find_nearest(found, filter(None, allowed))}
            yield Problem("word_unknown", CHOICES, None, choice, fields)


def find_wrong_chosen_years(view: View) -> Iterator[Problem]:
    """Years out of any calendar or before the case, written twice, or that leave no plan year; lengths of nothing."""
    choices = view.choices
    named = [("years", year) for year in choices.years]
    named += [(name, year) for name in ("first_year", "last_year") if (year := getattr(choices, name)) is not None]
    far = [(choice, year) for choice, year in named if not FIRST_YEAR <= year <= LAST_YEAR]
    for choice, year in far:
        yield Problem("year_far", CHOICES, None, choice, {"found": year, "first": FIRST_YEAR, "last": LAST_YEAR})
    early = [(choice, year) for choice, year in named if FIRST_YEAR <= year < view.begins and choice != "last_year"]
    for choice, year in early:
        yield Problem("chosen_year_early", CHOICES, None, choice, {"found": year, "first": int(view.begins)})
    for year in sorted({year for year in choices.years if choices.years.count(year) > 1}):
        yield Problem("chosen_year_twice", CHOICES, None, "years", {"found": year})
    if choices.last_length is not None and choices.last_length <= 0:
        yield Problem("chosen_length", CHOICES, None, "last_length", {"found": choices.last_length})
    if named and not far and not early:
        yield from _find_empty_span(view)


def _find_empty_span(view: View) -> Iterator[Problem]:
    """The plan has no year: the choices leave none between first and last."""
    choices, case = view.choices, view.case
    first = choices.first_year if choices.first_year is not None else case.get("first_year")
    last = choices.last_year if choices.last_year is not None else case.get("last_year")
    if not view.years and first is not None and last is not None:
        fields = {"first": write_plainly(first), "last": write_plainly(last)}
        yield Problem("chosen_years_none", CHOICES, None, "years" if choices.years else "last_year", fields)


def find_wrong_chosen_numbers(view: View) -> Iterator[Problem]:
    """Prices, scales and rates that are no finite numbers or out of bounds."""
    choices = view.choices
    rate = QUANTITY_BY_NAME["discount_rate"]
    excess = QUANTITY_BY_NAME["price"]
    checked = [("price_scale", scale, 0.0, float("inf")) for scale in choices.price_scale.values()]
    checked += [("account_price", price, float("-inf"), float("inf")) for price in choices.account_price.values()]
    if choices.excess_price is not None:
        checked.append(("excess_price", choices.excess_price, excess.lower, excess.upper))
    if choices.discount_rate is not None:
        checked.append(("discount_rate", choices.discount_rate, rate.lower, rate.upper))
    for choice, found, lower, upper in checked:
        fields: dict[str, object] = {"found": write_plainly(found), "quantity": choice}
        if not isfinite(found):
            yield Problem("number_infinite", CHOICES, None, choice, fields)
        elif found < lower:
            yield Problem("number_low", CHOICES, None, choice, {**fields, "bound": write_plainly(lower)})
        elif found > upper:
            yield Problem("number_high", CHOICES, None, choice, {**fields, "bound": write_plainly(upper)})


def find_idle_price_scales(view: View) -> Iterator[Problem]:
    """Scales on the price of a commodity that has none, where they would change nothing."""
    priced = {*view.written("purchase_price")[COMMODITY], *view.written("sale_price")[COMMODITY]}
    for name in view.choices.price_scale:
        if name in view.names[COMMODITY] - priced:
            yield Problem("price_scale_idle", CHOICES, None, "price_scale", {COMMODITY: name})


def tell_left_out_prices(view: View) -> Iterator[Notice]:
    """Commodities of a ready-made choice of prices that the case does not have, or gives no price."""
    if view.choices.left_out:
        yield Notice("prices_left_out", {"names": ", ".join(view.choices.left_out)})
