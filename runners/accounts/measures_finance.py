"""What each measure and programme is worth to those who own it, and who gains and who pays in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conf.words import LANGUAGES, say
from runners.accounts.amounts import NOMINAL, Floats, price_paid
from runners.accounts.appraisal import find_annuity, find_internal_rate, find_payback, find_present_value
from runners.accounts.cash_flow import DEBT_LEFT, Flow, trace_cash, value_flows
from runners.accounts.debt import DRAW, INTEREST, REPAYMENT
from runners.accounts.streams import (
    Streams,
    join_modes,
    list_cash_years,
    list_payments,
    list_replaced,
    list_streams,
    make_unpriced,
    sum_actors,
    time_payments,
)
from scenarios.arithmetic.cash import operating_cash
from scenarios.arithmetic.money import discount_calendar, end_discount, operation_discount
from scenarios.arrays import read_arrays
from scenarios.terms import ACTOR, TECHNOLOGY

if TYPE_CHECKING:
    import xarray as xr

MEASURE, PROGRAMME, MARKET, FINANCING, PLAN = "measure", "programme", "market", "financing", "plan"
SMALLEST = 1e-9
WORTHS = ("npv", "irr_percent", "payback_years", "annuity")
"""What a measure is worth: with what it replaces, so nothing can be said where that is not known."""
PRESENT_VALUES = ("outlay", "grant", "operating", "support", "residual_value", "replaced")
COLUMNS = (
    *("level", "item", "name_sv", "name_en", ACTOR, "investment", NOMINAL, *PRESENT_VALUES, "npv"),
    *("irr_percent", "payback_years", "annuity", "unit", "annuity_unit"),
)


def tabulate_measures_finance(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None
) -> pd.DataFrame:
    """What measures, programmes and the plan are worth, by payer.

    Columns: `plan/measures_finance` in the catalog of results.

    Levels: `measure`, as its owners see it at the tariffs there are, modes as `join_modes` says; `replaced` is what it
    spares technologies of the do-nothing path that make the same unpriced commodity. Against the do-nothing path, and
    only where there is one: `programme`, all its technologies; `market`, what traders earn, what is paid for demand
    and what taxes bring; `financing`, loans drawn less what they cost; `plan`, the sum of these three, which says of
    each actor whether it gains or pays. Of each item the rows of actors sum to the row of all.
    """
    own = list_streams(scenario, plan)
    rows = list(_appraise_measures(scenario, plan, own, reference))
    if reference is not None:
        rows += _appraise_changes(scenario, plan, reference, own - list_streams(scenario, reference))
    money = str(scenario.attrs["money"])
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(unit=money, annuity_unit=f"{money}/yr")


def _appraise_measures(
    scenario: xr.Dataset, plan: xr.Dataset, own: Streams, reference: xr.Dataset | None
) -> Iterator[dict[str, Any]]:
    """Rows of each measure with an outlay or any cash, its own or spared: all together, then by actor."""
    members = join_modes(scenario, plan)
    streams = own.group(members)
    spared = None if reference is None else list_replaced(scenario, plan, reference).group(members)
    unknown = _lack_worth(scenario, plan, members)
    measure = scenario.variables["technology_measure"].values.astype(bool)
    for k in np.flatnonzero(measure & (members.sum(axis=0) > 0)).tolist():
        mine = Streams(*(part[:, k] for part in streams.parts()))
        replaced = None if spared is None else Streams(*(part[:, k] for part in spared.parts()))
        if _touches(mine) or (replaced is not None and _touches(replaced)):
            names = {f"name_{lang}": str(scenario.variables[f"technology_name_{lang}"].values[k]) for lang in LANGUAGES}
            head = {"level": MEASURE, "item": str(scenario.variables[TECHNOLOGY].values[k]), **names}
            lacking = dict.fromkeys(WORTHS, np.nan) if unknown[k] else {}
            yield from (row | lacking for row in _list_payers(scenario, head, mine, replaced))


def _lack_worth(scenario: xr.Dataset, plan: xr.Dataset, members: Floats) -> np.ndarray:
    """Measures whose worth is what they replace, where doing nothing is no way and nobody can say that (measure)."""
    if not np.isnan(scenario.variables["reference_operating"].values).any():
        return np.zeros(members.shape[1], dtype=bool)
    return np.asarray(members.T @ make_unpriced(scenario, plan).sum(axis=(1, 2)) > SMALLEST)


def _appraise_changes(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset, changes: Streams
) -> Iterator[dict[str, Any]]:
    """Rows of programmes, of the market, of financing and of the whole, all together and by actor."""
    programmes, place = np.unique(scenario.variables["technology_programme"].values, return_inverse=True)
    grouped = changes.group(np.eye(len(programmes))[place])
    for p, programme in enumerate(programmes.tolist()):
        streams = Streams(*(part[:, p] for part in grouped.parts()))
        names = {f"name_{lang}": programme.replace("_", " ") for lang in LANGUAGES}
        yield from _list_payers(scenario, {"level": PROGRAMME, "item": programme, **names}, streams)
    market = _change_market(scenario, plan, reference, changes)
    yield from _list_payers(scenario, _head(MARKET), market)
    whole = Streams(*(part.sum(axis=1) for part in changes.parts())) + market
    flows = [trace_cash(scenario, side, social=True) for side in (plan, reference)]
    financing, worth = (value(flows[0]) - value(flows[1]) for value in (_value_financing, value_flows))
    labels = ["", *scenario.variables[ACTOR].values.tolist()]
    for label, npv in zip(labels, [financing.sum(), *financing], strict=True):
        if label == "" or abs(npv) > SMALLEST:
            yield {**_head(FINANCING), ACTOR: label, "npv": float(npv)}
    for row, npv in zip(_list_payers(scenario, _head(PLAN), whole, every=True), [worth.sum(), *worth], strict=True):
        yield row | {"npv": float(npv), "annuity": _spread(scenario, float(npv))}


def _list_payers(
    scenario: xr.Dataset, head: dict[str, Any], streams: Streams, replaced: Streams | None = None, every: bool = False
) -> Iterator[dict[str, Any]]:
    """A row of all actors together, then one of each actor whom it touches, or of every actor."""
    together = None if replaced is None else sum_actors(replaced)
    yield {**head, ACTOR: "", **_appraise(scenario, sum_actors(streams), together)}
    for a, actor in enumerate(scenario.variables[ACTOR].values.tolist()):
        mine, spared = _pick(streams, a), None if replaced is None else _pick(replaced, a)
        if every or _touches(mine) or (spared is not None and _touches(spared)):
            yield {**head, ACTOR: actor, **_appraise(scenario, mine, spared)}


def _touches(streams: Streams) -> bool:
    return max(float(np.abs(part).max(initial=0.0)) for part in streams.parts()) > SMALLEST


def _appraise(scenario: xr.Dataset, own: Streams, replaced: Streams | None) -> dict[str, float]:
    """Every number of one row from the streams of one item."""
    given = read_arrays(scenario)
    d_cap, d_op, d_end = discount_calendar(given), operation_discount(given), end_discount(given)
    total = own if replaced is None else own + replaced
    times, payments = time_payments(scenario), list_payments(scenario, total)
    rate = float(given["discount_rate"])
    npv = float(find_present_value(rate, times, payments))
    spared = np.nan if replaced is None else float(find_present_value(rate, times, list_payments(scenario, replaced)))
    return {
        "investment": float(0.0 - own.outlay.sum()),
        NOMINAL: float(0.0 - price_paid(scenario, own.outlay).nominal.sum()),
        "outlay": float(own.outlay @ d_cap),
        "grant": float(own.grant @ d_cap),
        "operating": float(own.operating @ d_op),
        "support": float(own.support @ d_op),
        "residual_value": float(own.residual * d_end),
        "replaced": spared,
        "npv": npv,
        "irr_percent": 100.0 * find_internal_rate(times, payments),
        "payback_years": find_payback(*list_cash_years(scenario, total), float(total.residual)),
        "annuity": _spread(scenario, npv),
    }


def _spread(scenario: xr.Dataset, npv: float) -> float:
    given = read_arrays(scenario)
    return float(find_annuity(float(given["discount_rate"]), float(given["length"].sum()), npv))


def _change_market(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset, changes: Streams) -> Streams:
    """Operating cash that no technology earns: trade, demand and taxes, against the do-nothing path (actor, year)."""
    whole = operating_cash(scenario, plan) - operating_cash(scenario, reference)
    rest = whole - changes.operating.sum(axis=1)
    nothing, unpaid = np.zeros_like(rest), np.zeros((len(rest), changes.outlay.shape[-1]))
    return Streams(unpaid, unpaid, rest, nothing, nothing.sum(axis=1))


def _value_financing(flows: Mapping[str, Flow]) -> Floats:
    """Present value of loans drawn less what they cost (actor)."""
    parts = [flows[item].present.sum(axis=1) for item in (DRAW, REPAYMENT, INTEREST, DEBT_LEFT)]
    return np.asarray(np.sum(parts, axis=0))


def _pick(streams: Streams, place: int) -> Streams:
    return Streams(*(np.asarray(part[place]) for part in streams.parts()))


def _head(level: str) -> dict[str, Any]:
    return {"level": level, "item": level, **{f"name_{lang}": say(f"account_{level}", lang) for lang in LANGUAGES}}
