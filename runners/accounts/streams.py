"""What building and running each technology brings and costs its owners, and what it spares what stood before."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from runners.accounts.amounts import Floats
from runners.accounts.outlays import grant_calendar, keep_worth, spend_calendar
from scenarios.arithmetic.cash import operating_by_technology, price_use, share_grants, share_owners
from scenarios.arithmetic.loans import list_calendar, spread_years
from scenarios.arithmetic.support import support_by_instrument
from scenarios.arithmetic.vintages import measure_flow, reach_flow
from scenarios.arrays import remember_of_plan
from scenarios.choices import TIMINGS
from scenarios.terms import SLICE, TECHNOLOGY, YEAR

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Streams:
    """Real money of many items, received positive: `outlay` and `grant` (..., calendar year), `operating` and `support`
    (..., year) a calendar year, and `residual` (...), what is left at the end.
    """

    outlay: Floats
    grant: Floats
    operating: Floats
    support: Floats
    residual: Floats

    def __add__(self, other: Streams) -> Streams:
        return Streams(*(mine + others for mine, others in zip(self.parts(), other.parts(), strict=True)))

    def __sub__(self, other: Streams) -> Streams:
        return Streams(*(mine - others for mine, others in zip(self.parts(), other.parts(), strict=True)))

    def parts(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """All of them, in their order."""
        outlay, grant, operating, support, residual = (getattr(self, field.name) for field in fields(self))
        return outlay, grant, operating, support, residual

    def group(self, members: Floats) -> Streams:
        """Sums over technologies (the axis before the year), as members (technology, group) say."""
        *yearly, residual = self.parts()
        outlay, grant, operating, support = (np.asarray(np.einsum("...ky,kg->...gy", part, members)) for part in yearly)
        return Streams(outlay, grant, operating, support, residual @ members)


@remember_of_plan
def list_streams(scenario: xr.Dataset, plan: xr.Dataset) -> Streams:
    """Streams of every owner from every technology (actor, technology, year)."""
    owned = share_owners(scenario)
    spent, granted = spend_calendar(scenario, plan), grant_calendar(scenario, plan)
    return Streams(
        outlay=-np.einsum("ka,kvy->aky", owned, spent),
        grant=np.einsum("ika,ikvy->aky", share_grants(scenario), granted),
        operating=operating_by_technology(scenario, plan),
        support=support_by_instrument(scenario, plan).sum(axis=0),
        residual=owned.T * keep_worth(scenario, plan),
    )


def list_replaced(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset) -> Streams:
    """What measures spare the owners of technologies of the do-nothing path (actor, technology, year).

    A car on fuel sells its kilometres to nobody, so what an electric car is worth is what the car on fuel no longer
    costs. What such technologies save against the do-nothing path is shared over the measures that make the same
    commodity, by their output: of the year for operation, of the horizon for outlays and what is left of them.
    Commodities with a price are left out, since there the measure is paid by the unit. Where no measure makes the
    commodity the saving stays with the programme.
    """
    measure = scenario.variables["technology_measure"].values.astype(bool)
    made, before = make_unpriced(scenario, plan), make_unpriced(scenario, reference)
    saved = list_streams(scenario, plan) - list_streams(scenario, reference)
    weights = share_amounts((made + before).sum(axis=2) * ~measure[:, None], axis=1)
    by_year = share_amounts(made * measure[:, None, None], axis=0)
    by_horizon = share_amounts((made * scenario.variables["length"].values).sum(axis=2) * measure[:, None], axis=0)
    outlay, grant, operating, support = (weights.T @ part for part in saved.parts()[:-1])
    return Streams(
        outlay=by_horizon @ outlay,
        grant=by_horizon @ grant,
        operating=np.einsum("kcy,acy->aky", by_year, operating),
        support=np.einsum("kcy,acy->aky", by_year, support),
        residual=saved.residual @ weights @ by_horizon.T,
    )


def join_modes(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Part of each technology that counts as each measure (technology, measure).

    A mode of operation counts as its host where that is a measure. A mode of something that stands anyway, such as a
    lorry driven on another fuel, has no outlay and often no cash of its own: it counts as the measures that make what
    it uses, by their part of all that is made of it over the horizon, where that has no price. Any other measure
    counts as itself.
    """
    labels = {label: place for place, label in enumerate(scenario.variables[TECHNOLOGY].values.tolist())}
    measure = scenario.variables["technology_measure"].values.astype(bool)
    hosts = np.array([labels[host] for host in scenario.variables["technology_host"].values.tolist()], dtype=int)
    own = np.arange(len(labels))
    joined = np.where(measure[hosts] & measure, hosts, own)
    members = np.eye(len(labels))[joined] * measure[:, None]
    made = (make_unpriced(scenario, plan) * scenario.variables["length"].values).sum(axis=2)
    shares = share_amounts(made, axis=0) * measure[:, None]
    used = np.asarray((reach_flow(scenario)[0] < 0).any(axis=(2, 3)))
    for mode in np.flatnonzero(measure & ~measure[hosts] & (hosts != own)).tolist():
        known = shares.sum(axis=0) * used[mode]
        if known.max(initial=0.0) > 0.0:
            makers = shares[:, int(known.argmax())]
            members[mode] = makers + (1.0 - makers.sum()) * (own == mode)
    return np.asarray(members)


def time_payments(scenario: xr.Dataset) -> Floats:
    """Years from the first day of the plan to each payment of `list_payments` (payment)."""
    first, calendar = float(scenario.variables[YEAR].values[0]), list_calendar(scenario)
    capital = calendar[:-1] + TIMINGS[scenario.attrs["discount_capital"]]
    running = calendar[:-1] + TIMINGS[scenario.attrs["discount_operation"]]
    return np.asarray(np.concatenate([capital, running, calendar[-1:]]) - first, dtype=float)


def list_payments(scenario: xr.Dataset, streams: Streams) -> Floats:
    """Streams as payments (..., payment): outlays less grants and cash of calendar years, what is left."""
    spent, earned = list_cash_years(scenario, streams)
    return np.concatenate([spent, earned, streams.residual[..., None]], axis=-1)


def list_cash_years(scenario: xr.Dataset, streams: Streams) -> tuple[Floats, Floats]:
    """What is spent, less grants, and what is earned in each calendar year (..., calendar year); received positive."""
    earned = spread_years(scenario, streams.operating + streams.support, list_calendar(scenario)[:-1])
    return streams.outlay + streams.grant, earned


def sum_actors(streams: Streams) -> Streams:
    """Streams of all actors together: the first axis summed."""
    return Streams(*(part.sum(axis=0) for part in streams.parts()))


@remember_of_plan
def make_unpriced(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Output of commodities that have no price and keep no level (technology, commodity, year)."""
    free = (price_use(scenario) == 0).all(axis=(1, 2)) & (scenario.variables["commodity_storage"].values == "no")
    flow = measure_flow(scenario, plan)
    activity = plan.variables["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values
    made = np.maximum(flow, 0.0) * free[:, None, None]
    return np.asarray(np.einsum("kcsy,ksy->kcy", made, activity))


def share_amounts(amounts: Floats, axis: int) -> Floats:
    """Amounts as shares of their sum along an axis, 0 where there is nothing to share."""
    total = np.broadcast_to(amounts.sum(axis=axis, keepdims=True), amounts.shape)
    return np.asarray(np.divide(amounts, total, out=np.zeros_like(amounts), where=total > 0))
