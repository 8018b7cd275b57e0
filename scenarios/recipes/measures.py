"""The recipe of measures: how much of each there can be and how fast, as shares of what it acts on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from scenarios.recipes.making import ASSUMED, JUDGEMENT, Making, Row, write_row
from scenarios.recipes.road import KINDS, share_traffic

FUEL_PER_TONNE = 0.2417
"""kt CO2e per GWh of diesel at the pump in 2024, as in the library."""
FEED = 17.2
"""GWh of garden waste and straw per kt of biochar."""
SOIL = 1.3
"""kt CO2e a year that 100 ha of drained soil let out."""


@dataclass(frozen=True)
class Share:
    """A potential or pace as a share of a driver: of Lund's numbers, where `why` says nothing else."""

    technology: str
    quantity: str
    unit: str
    driver: str
    share: float
    why: str = "As in Lund's case."


SHARES = (
    Share("charging_points", "most_capacity", "100 points", "cars", 1.35),
    Share("charging_points", "most_build", "100 points/yr", "cars", 0.225),
    Share("cars_electric", "most_capacity", "1000 cars", "cars", 0.675),
    Share("cars_electric", "most_build", "1000 cars/yr", "cars", 0.056),
    Share("vans_electric", "most_capacity", "100 vans", "vans", 0.765),
    Share("vans_electric", "most_build", "100 vans/yr", "vans", 0.10),
    Share("trucks_electric", "most_capacity", "10 trucks", "trucks", 1.0),
    Share("trucks_electric", "most_build", "10 trucks/yr", "trucks", 0.158),
    Share("trucks_electric", "build_seed", "10 trucks/yr", "trucks", 0.053),
    Share("semi_trailers_electric", "most_capacity", "10 semi-trailers", "semi_trailers", 1.0),
    Share("semi_trailers_electric", "most_build", "10 semi-trailers/yr", "semi_trailers", 0.195),
    Share("semi_trailers_electric", "build_seed", "10 semi-trailers/yr", "semi_trailers", 0.065),
    Share("buses_electric", "most_capacity", "10 buses", "buses", 1.0, "All of them."),
    Share("buses_electric", "most_build", "10 buses/yr", "buses", 0.1, "A bus serves some ten years."),
    Share("hvo_for_roads", "most_capacity", "GWh/yr", "road_fuel", 0.21),
    Share("hvo_for_roads", "most_build", "GWh/yr/yr", "road_fuel", 0.085),
    Share("modal_shift", "most_capacity", "Mvkm/yr", "car_km", 0.15),
    Share("modal_shift", "most_build", "Mvkm/yr/yr", "car_km", 0.02),
    Share("machines_electric", "most_capacity", "GWh/yr", "machine_fuel", 0.61),
    Share("machines_electric", "most_build", "GWh/yr/yr", "machine_fuel", 0.073),
    Share("hvo_for_machines", "most_capacity", "GWh/yr", "machine_fuel", 0.49),
    Share("hvo_for_machines", "most_build", "GWh/yr/yr", "machine_fuel", 0.24),
    Share("boiler_to_heat_pump", "most_capacity", "MW", "boilers", 0.8),
    Share("boiler_to_heat_pump", "most_build", "MW/yr", "boilers", 0.2),
    Share("industry_heat_pump", "most_capacity", "MW", "industry_heat", 0.5, "Half of the heat is cool enough."),
    Share("industry_heat_pump", "most_build", "MW/yr", "industry_heat", 0.1, "Over five years."),
    Share("f_gas_replacement", "most_capacity", "kt CO2e/yr", "products", 0.3),
    Share("f_gas_replacement", "most_build", "kt CO2e/yr/yr", "products", 0.074),
    Share("manure_biogas", "most_capacity", "MW", "agriculture", 0.38),
    Share("manure_biogas", "most_build", "MW/yr", "agriculture", 0.38, "One plant."),
    Share("farm_practice", "most_capacity", "kt CO2e/yr", "agriculture", 0.126),
    Share("farm_practice", "most_build", "kt CO2e/yr/yr", "agriculture", 0.025),
    Share("bio_oil_for_peak", "most_capacity", "kt CO2e/yr", "electricity_district_heating", 0.3, "Part that is oil."),
    Share("bio_oil_for_peak", "most_build", "kt CO2e/yr/yr", "electricity_district_heating", 0.1, "Over three years."),
    Share("biochar_plant", "most_capacity", "kt/yr", "inhabitants", 0.0078),
    Share("biochar_plant", "most_build", "kt/yr/yr", "inhabitants", 0.0078, "One plant."),
    Share("rewetting", "most_capacity", "100 ha", "agriculture", 0.15),
    Share("rewetting", "most_build", "100 ha/yr", "agriculture", 0.0075),
    Share("tree_planting", "most_capacity", "100 ha", "agriculture", 0.126),
    Share("tree_planting", "most_build", "100 ha/yr", "agriculture", 0.025),
)


def _count_driven(making: Making, kind: str) -> float:
    """Vehicles on fuel as capacity: those that the inventory's tonnes need."""
    if kind not in share_traffic(making):
        return 0.0
    return share_traffic(making)[kind][0] / making.parameter(f"{kind}_on_fuel", "yield")


def _measure_stock(making: Making, account: str, technology: str) -> float:
    return making.emissions(account).value / making.factor(account, technology) / making.parameter(technology, "yield")


def _measure_industry(making: Making) -> float:
    heat = min(making.emissions("industry").value, making.facts.value("inhabitants", 2023) / 1000)
    return heat / making.factor("industry", "industry_gas") / making.parameter("industry_gas", "yield")


DRIVERS: Mapping[str, tuple[str, Callable[[Making], float]]] = {
    **{kind.name: (f"{kind.unit} on fuel", partial(_count_driven, kind=kind.name)) for kind in KINDS},
    "car_km": ("Mvkm by car", lambda making: sum(share_traffic(making)["cars"])),
    "road_fuel": ("GWh of road fuel", lambda making: making.emissions("transport").value / FUEL_PER_TONNE),
    "machine_fuel": ("GWh of machine fuel", lambda making: making.emissions("machinery").value / FUEL_PER_TONNE),
    "boilers": ("MW of boilers", lambda making: _measure_stock(making, "own_heating", "own_boilers")),
    "industry_heat": ("MW of gas heat", _measure_industry),
    "products": ("kt of product use", lambda making: making.emissions("products").value),
    "agriculture": ("kt of farming", lambda making: making.emissions("agriculture").value),
    "electricity_district_heating": (
        "kt of electricity and heat",
        lambda making: making.emissions("electricity_district_heating").value,
    ),
    "inhabitants": ("thousand inhabitants", lambda making: making.facts.value("inhabitants", 2023) / 1000),
}
"""What measures act on: how it is called, and its amount in the base year."""


def make_measures(making: Making) -> Iterator[Row]:
    """Potential and pace of measures: `most_capacity = share x driver`, `most_build = share x driver a year`.

    Drivers are vehicles on fuel, traffic, fuel, heat, tonnes or inhabitants. The shares are those of Lund's case, where
    potentials and paces were judged one by one; that another municipality is like Lund in this is assumed.
    """
    for share in SHARES:
        if making.has(share.technology):
            told, measure = DRIVERS[share.driver]
            amount = measure(making)
            note = f"{share.share:g} x {amount:.4g} {told}. {share.why}"
            keys = {"technology": share.technology, "quantity": share.quantity}
            yield write_row("parameters", share.share * amount, share.unit, JUDGEMENT, ASSUMED, note, **keys)


POOLS = {"klimatklivet": 0.335, "vehicle_premium": 0.156, "city_environment": 0.234, "land_support": 0.156}
"""MSEK a year of a grant per thousand inhabitants: Lund's part of it over Lund's inhabitants."""


def make_pools(making: Making) -> Iterator[Row]:
    """Part of national grants: `pool = Lund's part x inhabitants / Lund's inhabitants`, MSEK a year.

    Klimatklivet 0.335 per thousand inhabitants, premiums for vehicles 0.156, urban environment agreements 0.234,
    support for wetland, farming and forest 0.156. What cities share of a grant is for a portfolio to say.
    """
    thousands = making.facts.value("inhabitants", 2023) / 1000
    for instrument, share in POOLS.items():
        note = f"{share:g} MSEK x {thousands:.4g} thousand inhabitants, as Lund's part."
        keys = {"instrument": instrument, "quantity": "pool"}
        yield write_row("instrument_values", share * thousands, "MSEK/yr", JUDGEMENT, ASSUMED, note, **keys)


def make_supplies(making: Making) -> Iterator[Row]:
    """Most HVO: `0.25 x (transport + machinery) / factor`; feed of biochar: `17.2 GWh x potential`; drained soil:
    `1.3 kt x 100 ha of potential rewetting`.
    """
    fuel = (making.emissions("transport").value + making.emissions("machinery").value) / FUEL_PER_TONNE
    keys = {"quantity": "most_purchase"}
    if making.has("hvo_for_roads") or making.has("hvo_for_machines"):
        note = f"0.25 x {fuel:.4g} GWh of fuel on roads and in machines, as in Lund's case."
        yield write_row("supplies", 0.25 * fuel, "GWh", JUDGEMENT, ASSUMED, note, commodity="hvo", **keys)
    if making.has("biochar_plant"):
        most = 0.0078 * making.facts.value("inhabitants", 2023) / 1000
        note = f"17.2 GWh x {most:.4g} kt of biochar."
        yield write_row("supplies", FEED * most, "GWh", JUDGEMENT, ASSUMED, note, commodity="garden_waste", **keys)
        area = 0.15 * making.emissions("agriculture").value
        keys = {"account": "drained_soils", "quantity": "exogenous"}
        note = f"1.3 kt x {area:.4g} hundred hectares that may be rewetted; other drained land is left out."
        yield write_row("account_values", SOIL * area, "kt CO2e", JUDGEMENT, ASSUMED, note, **keys)
