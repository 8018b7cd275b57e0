"""What differs between vintages, read off the scenario: who runs by vintage, and what a vintage makes and takes.

Letters of the subscripts: p pairs of technology and commodity; the others as in `verify_reading`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import Array, Sum
from model.verifier.weights import Weights, weigh
from scenarios.catalog import SLICE, TECHNOLOGY, VINTAGE, YEAR

RUN_DECISIONS: Mapping[str, tuple[str, ...]] = {"run": (TECHNOLOGY, VINTAGE, SLICE, YEAR)}
"""What plans have besides where any technology runs by vintage."""


@kept
def has_runs(read: Scene) -> bool:
    """Whether any technology runs by vintage: one that can be built, or a mode of it, has numbers by vintage."""
    given, technology = read.given, read.given.technology
    named = np.isin(technology, np.concatenate([given.flown_technology, given.dated]))
    buildable, capacitated = given.technology_buildable.astype(bool), given.technology_capacitated.astype(bool)
    owns = (given.technology_host == technology) & buildable & capacitated
    return bool(np.isin(technology[owns], given.technology_host[named]).any())


@kept
def find_running(read: Scene) -> Array:
    """Technologies that run by vintage, (technology)."""
    given = read.given
    named = np.isin(given.technology, np.concatenate([given.flown_technology, given.dated]))
    hosts = np.zeros(named.size, dtype=bool)
    hosts[read.host[named]] = True
    return np.asarray((hosts & read.buildable)[read.host])


@kept
def read_availability(read: Scene) -> tuple[Array, Array]:
    """Availability and annual availability of each vintage, (technology, vintage, slice, year) and (.., year)."""
    given, count = read.given, read.given.vintage.size
    slots, years = (
        np.repeat(plain[:, None], count, axis=1) for plain in (given.availability, given.annual_availability)
    )
    for row, name in enumerate(given.dated.tolist()):
        own = given.technology.tolist().index(name)
        slots[own], years[own] = given.availability_by_vintage[row], given.annual_availability_by_vintage[row]
    return slots, years


def _pick(read: Scene) -> tuple[Array, Array]:
    """One where a pair is of a technology that runs by vintage (p, technology), or of a commodity (p, commodity)."""
    given = read.given
    technology = (given.flown_technology[:, None] == given.technology) & find_running(read)
    return technology.astype(float), (given.flown_commodity[:, None] == given.commodity).astype(float)


@kept
def measure_more(read: Scene) -> tuple[Array, Array]:
    """What a unit that a vintage runs makes, and takes, more than one of the stock, (p, vintage, slice, year)."""
    given, (technology, commodity) = read.given, _pick(read)
    stock = np.einsum("pk,pc,kcsy->psy", technology, commodity, given.flow)[:, None]
    own = given.flow_by_vintage
    return own - stock, np.maximum(-own, 0.0) - np.maximum(-stock, 0.0)


@kept
def weigh_more(read: Scene) -> tuple[Weights, Weights]:
    """What all vintages make, and take, more than the stock would, (commodity, slice, year) each."""
    shape = read.shape(TECHNOLOGY, VINTAGE, SLICE, YEAR)
    made, taken = measure_more(read)
    return (
        weigh("pk,pc,pvsy,kvsy->csy", *_pick(read), made, shape=shape),
        weigh("pk,pc,pvsy,kvsy->csy", *_pick(read), taken, shape=shape),
    )


@kept
def weigh_cash_more(read: Scene) -> Mapping[str, Weights]:
    """Tariffs and taxes on what vintages make and take more; `priced` needs the price of use as `weigh_priced` does."""
    given, shape = read.given, read.shape(TECHNOLOGY, VINTAGE, SLICE, YEAR)
    technology, commodity = _pick(read)
    _, taken = measure_more(read)
    tax = ("pk,pc,cy,pvsy", technology, commodity, given.energy_tax, taken)
    return {
        "owners": weigh(f"{tax[0]},ka,kvsy->ay", *tax[1:], given.owned, shape=shape),
        "all": weigh(f"{tax[0]},kvsy->y", *tax[1:], shape=shape),
    }


def weigh_priced_more(read: Scene, price: Array) -> Weights:
    """What owners are paid for what vintages make more, at a price (commodity, slice, year), (actor, year)."""
    technology, commodity = _pick(read)
    shape = read.shape(TECHNOLOGY, VINTAGE, SLICE, YEAR)
    factors = (technology, commodity, measure_more(read)[0], price, read.given.owned)
    return weigh("pk,pc,pvsy,csy,ka,kvsy->ay", *factors, shape=shape)


def add_more(read: Reading, whole: Sum, weights: Weights) -> Sum:
    """A sum over activity, with what vintages run weighed besides."""
    return whole + weights.times(read.plan.run) if has_runs(read) else whole
