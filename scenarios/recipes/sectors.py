"""Recipes of the sectors that are known by their tonnes: inventory, heat, machines, and what is let out as it is."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.recipes.making import ASSUMED, BASE, DERIVED, Making, Row, write_row

SECTORS = (
    "transport",
    "machinery",
    "own_heating",
    "electricity_district_heating",
    "industry",
    "agriculture",
    "products",
    "waste",
    "international_transport",
)
"""Sectors of the national inventory, as accounts of the library."""
YEARS = (1990, 2010, 2022, 2023, 2024)
PATHS = {
    "agriculture": "agriculture",
    "products": "products",
    "waste": "waste",
    "international_transport": "",
    "electricity_district_heating": "district_heat",
}
"""Sectors whose tonnes are let out or abated as they are, to the path that they follow."""
SPARE = 1.03
"""Stock over what the base year needs."""
HEAT_PER_INHABITANT = 1.0
"""Tonnes per inhabitant up to which an industry's emissions are taken to be heat of gas."""


def make_inventory(making: Making) -> Iterator[Row]:
    """Inventory of a sector, and of all of them: `inventory = emissions / 1000`, kt CO2e, as published."""
    for account in SECTORS:
        for year in YEARS:
            fact = making.emissions(account, year)
            if account in set(making.library.frames["accounts"]["account"]):
                yield write_row(
                    "inventory", fact.value, fact.unit, fact.source, fact.confidence, account=account, year=str(year)
                )
    for year in YEARS:
        total = sum(making.emissions(account, year).value for account in SECTORS)
        note = "Sum of the nine sectors."
        yield write_row("inventory", total, "kt CO2e", "smhi", DERIVED, note, account="territorial", year=str(year))


def make_population(making: Making) -> Iterator[Row]:
    """Inhabitants: `path_level = inhabitants`; how they grow is the path's `path_growth` in the library, 0: assumed."""
    fact = making.facts.get("inhabitants", 2023)
    own = fact.source != "power_circle"
    note = "" if own else "Chargeable vehicles over chargeable vehicles per 100 inhabitants, rounded."
    keys = {"path": "population", "quantity": "path_level", "year": str(fact.year)}
    yield write_row("path_values", fact.value, "persons", fact.source, fact.confidence, note, **keys)


def make_sector_tonnes(making: Making) -> Iterator[Row]:
    """Tonnes of farming, products, waste, international transport, electricity and heat: `demand = emissions / 1000`.

    Served by letting them out or by a measure, along the reference path of the sector.
    """
    for account, path in PATHS.items():
        fact = making.emissions(account)
        if fact.value > 0:
            keys = {"commodity": f"{account}_tonnes", "quantity": "demand", "path": path}
            yield write_row(
                "demands", fact.value, fact.unit, fact.source, fact.confidence, "Inventory of 2024.", **keys
            )


def make_industry(making: Making) -> Iterator[Row]:
    """Industry: `heat = min(emissions, 1 t x inhabitants) / factor` in GWh, and the tonnes beyond as processes.

    No figure says which part is heat: up to 1 t per inhabitant is taken to be heat of gas (assumed), what is beyond
    to be processes without a measure. `stock = 1.03 x heat / yield`.
    """
    fact, inhabitants = making.emissions("industry"), making.facts.value("inhabitants", 2023)
    heat = min(fact.value, HEAT_PER_INHABITANT * inhabitants / 1000)
    if heat > 0:
        note = f"min({fact.value:.4g} kt, 1 t x {inhabitants:.0f} inhabitants)"
        yield from _make_energy(making, "industry", "industry_heat", "industry_gas", "industry", heat, note)
    if fact.value > heat:
        keys = {"commodity": "processes_tonnes", "quantity": "demand", "path": "industry"}
        note = f"{fact.value:.4g} kt less {heat:.4g} kt taken to be heat."
        yield write_row("demands", fact.value - heat, fact.unit, fact.source, ASSUMED, note, **keys)


def make_own_heating(making: Making) -> Iterator[Row]:
    """Heat of gas and oil boilers: `heat = emissions / factor` in GWh, `stock = 1.03 x heat / yield` in MW."""
    fact = making.emissions("own_heating")
    if fact.value > 0:
        note = f"{fact.value:.4g} kt"
        yield from _make_energy(making, "own_heating", "heat_boilers", "own_boilers", "own_heating", fact.value, note)


def make_machinery(making: Making) -> Iterator[Row]:
    """Work of machines, as diesel: `work = emissions / factor` in GWh, `stock = 1.03 x work`."""
    fact = making.emissions("machinery")
    if fact.value > 0:
        note = f"{fact.value:.4g} kt"
        yield from _make_energy(making, "machinery", "machine_work", "machines_on_fuel", "machines", fact.value, note)


def _make_energy(
    making: Making, account: str, commodity: str, technology: str, path: str, kilotonnes: float, told: str
) -> Iterator[Row]:
    """Demand and stock of what burns fuel, from what it emits."""
    factor = making.factor(account, technology)
    energy = kilotonnes / factor
    yearly = 1.0 if technology == "machines_on_fuel" else making.parameter(technology, "yield")
    unit = "GWh/yr" if technology == "machines_on_fuel" else "MW"
    note = f"{told} of {BASE} / {factor:.6g} kt per GWh."
    keys = {"commodity": commodity, "quantity": "demand", "path": path}
    yield write_row("demands", energy, "GWh", "smhi", DERIVED if account != "industry" else ASSUMED, note, **keys)
    note = f"{SPARE} x {energy:.4g} GWh / {yearly:g}: 3 % to spare."
    keys = {"technology": technology, "path": path}
    yield write_row("stock", SPARE * energy / yearly, unit, "judgement", ASSUMED, note, **keys)
