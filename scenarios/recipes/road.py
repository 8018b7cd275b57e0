"""The recipe of road traffic: one sum of tonnes shared among vehicles, and traffic and stock from each share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.recipes.making import ASSUMED, BASE, JUDGEMENT, Making, Row, write_row
from scenarios.recipes.sectors import SPARE

OTHER = 0.04
"""Share of transport that is not on the road: as in Lund."""


@dataclass(frozen=True)
class Kind:
    """A kind of vehicle: its name in the library, its commodity and account, and how many one unit of capacity is."""

    name: str
    commodity: str
    unit: str
    each: float

    @property
    def account(self) -> str:
        """The account of its tonnes."""
        return f"transport_{self.name}"


KINDS = (
    Kind("cars", "car_km", "1000 cars", 1000),
    Kind("vans", "van_km", "100 vans", 100),
    Kind("trucks", "truck_km", "10 trucks", 10),
    Kind("semi_trailers", "semi_trailer_km", "10 semi-trailers", 10),
    Kind("buses", "bus_km", "10 buses", 10),
)


def count_vehicles(making: Making, kind: str) -> tuple[float, float]:
    """Registered vehicles of a kind on fuel and on electricity."""
    of = making.facts.value
    every, electric = {
        "cars": (of("cars", 2021), of("cars_electric", 2023)),
        "vans": (of("vans", 2021), of("vans_electric", 2021)),
        "trucks": (of("heavy_lorries", 2021) - of("tractor_units", 2021), 0.0),
        "semi_trailers": (of("tractor_units", 2021), 0.0),
        "buses": (of("buses", 2021), of("buses_electric", 2021)),
    }[kind]
    return max(every - electric, 0.0), electric


def share_traffic(making: Making) -> dict[str, tuple[float, float]]:
    """Traffic of the kinds of vehicles that there are, on fuel and on electricity, in Mvkm of the base year."""
    total = making.emissions("transport").value * (1 - OTHER)
    driven = {}
    for kind in KINDS:
        fuel, electric = count_vehicles(making, kind.name)
        if fuel > 0:
            distance = making.parameter(f"{kind.name}_on_fuel", "yield") / kind.each
            driven[kind.name] = (fuel * distance, electric * distance)
    weight = sum(fuel * making.factor(f"transport_{name}", f"{name}_on_fuel") for name, (fuel, _) in driven.items())
    return {name: (fuel * total / weight, electric * total / weight) for name, (fuel, electric) in driven.items()}


def make_road_traffic(making: Making) -> Iterator[Row]:
    """Road traffic: `traffic[k] = 0.96 x emissions x vehicles[k] x distance[k] / sum of vehicles x distance x factor`.

    The tonnes of transport, less 4 % that are not on the road (as in Lund), are shared among cars, vans, lorries,
    tractor units and buses by how many are registered on fuel, how far each kind drives in a year and what a kilometre
    emits. Where vehicles are registered is not where they drive: assumed. Those on electricity drive as far.
    `stock on fuel = 1.03 x traffic on fuel / distance` falls along `fuel_vehicles`; what is on electricity without the
    plan is all that the demand needs less what is on fuel. `demand = fuel + electricity`, along `population distance`.
    """
    tonnes = making.emissions("transport").value
    for kind in KINDS:
        if kind.name not in share_traffic(making):
            continue
        fuel, electric = share_traffic(making)[kind.name]
        count, plugged = count_vehicles(making, kind.name)
        note = (
            f"{tonnes:.4g} kt of transport in {BASE} shared by vehicles, distance and factor: {count:.0f} on fuel, "
            f"{plugged:.0f} on electricity."
        )
        keys = {"commodity": kind.commodity, "quantity": "demand", "path": "population distance"}
        yield write_row("demands", fuel + electric, "Mvkm", "smhi", ASSUMED, note, **keys)
        distance = making.parameter(f"{kind.name}_on_fuel", "yield")
        stock = {"technology": f"{kind.name}_on_fuel", "path": "fuel_vehicles"}
        told = "What was driven on fuel in the base year, and 3 % to spare."
        yield write_row("stock", SPARE * fuel / distance, kind.unit, JUDGEMENT, ASSUMED, told, **stock)
        for amount, path, told in (
            ((fuel + electric) * (1 + 1e-5), "population distance", "All vehicles that the demand needs."),
            (-fuel, "fuel_vehicles", "Less those on fuel."),
        ):
            keys = {"technology": f"{kind.name}_electric_reference", "path": path}
            yield write_row("stock", amount / distance, kind.unit, JUDGEMENT, ASSUMED, told, **keys)
    note = f"4 % of {tonnes:.4g} kt, as in Lund."
    keys = {"commodity": "other_transport_tonnes", "quantity": "demand", "path": "other_transport"}
    yield write_row("demands", OTHER * tonnes, "kt CO2e", "smhi", ASSUMED, note, **keys)
