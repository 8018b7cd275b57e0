"""A folder of cases made from facts, with a links.csv to begin with: what Swedish municipalities share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from runners.atomic_write import put_folder
from runners.exchange.new_case import check_free, write_new_case, write_rows
from scenarios.links import COLUMNS, EACH, GOAL, LINKS, PERCENT, POOL, REDUCTION, SUM, SUPPLY
from scenarios.recipes.facts import Facts
from scenarios.recipes.making import ASSUMED, JUDGEMENT
from scenarios.recipes.municipality_names import name_folders
from scenarios.recipes.sectors import SECTORS

CONTRACT_CITIES = (
    *("Borås", "Borlänge", "Enköping", "Eskilstuna", "Gävle", "Göteborg", "Helsingborg", "Järfälla", "Kalmar"),
    *("Karlstad", "Kristianstad", "Linköping", "Lund", "Malmö", "Mariestad", "Nacka", "Skellefteå", "Stockholm"),
    *("Umeå", "Uppsala", "Växjö", "Örebro", "Östersund"),
)
"""Municipalities of Klimatneutrala städer 2030 (Viable Cities): the 23 of 2021, as Landets Fria named them then."""
FRAME = 1.09
"""MSEK a year per thousand inhabitants that a municipality may invest: Lund's frame of 140 over its 128 thousand."""
TRUCKS_PART = 0.8
"""Part of what all cities could build by their own pace of which suppliers have electric lorries: a judgement."""
CUT = 0.8
"""What the cities are to have cut together by 2030, against 1990."""
BASE = 1990
MISS = 7.0
"""MSEK a kt beyond it, in present value: ASEK's 7 SEK a kg."""
THOUSAND = 1000.0
GRANTS: Mapping[str, tuple[str, str, int, int | None]] = {
    "klimatklivet": ("Klimatklivet", "Klimatklivet", 2025, 2030),
    "vehicle_premium": ("Klimatpremie för lastbilar", "Premium for electric lorries", 2025, 2028),
    "city_environment": ("Stadsmiljöavtal", "Urban environment agreements", 2025, 2030),
    "land_support": ("Stöd till våtmark och skog", "Support for wetland and forest", 2025, None),
}
"""Grants that cities share: names, and the window in which what is left of one year may be given in another."""


def write_portfolio(place: Path, cities: Sequence[Facts]) -> list[str]:
    """Write cases of municipalities and what they share; gives the names of the cases.

    Raises:
        CaseError: the place is taken or cannot be written. Then nothing is left behind.
    """
    names = name_folders([facts.municipality for facts in cities])
    with put_folder(place, check_free, str(place)) as folder:
        for name, facts in zip(names, cities, strict=True):
            write_new_case(folder / name, facts)
            _write_frame(folder / name, facts)
        write_rows(folder / LINKS, COLUMNS, list_links(cities))
    return names


def _write_frame(folder: Path, facts: Facts) -> None:
    """What the municipality itself may invest in a year, which no open figure says."""
    thousands = facts.value("inhabitants", 2023) / THOUSAND
    note = f"{FRAME:g} MSEK x {thousands:.4g} thousand inhabitants, as Lund's frame."
    row = {"actor": "municipality", "quantity": "frame", "value": f"{FRAME * thousands:.6g}", "unit": "MSEK/yr"}
    rows = [{**row, "source": JUDGEMENT, "confidence": ASSUMED, "note": note}]
    write_rows(folder / "finances.csv", list(rows[0]), rows)


def list_links(cities: Sequence[Facts]) -> list[dict[str, str]]:
    """What cities share: pools of national grants, biofuel, and suppliers of electric lorries."""
    return [*_pool_grants(), _limit_biofuel(), _limit_lorries(cities), _aim_together(cities)]


def _pool_grants() -> list[dict[str, str]]:
    """National grants, each as large as what the cities have alone."""
    return [
        {
            "link": grant,
            "kind": POOL,
            "item": grant,
            "first": str(first),
            "last": str(last or ""),
            "span": SUM,
            "unit": "MSEK",
            "name_sv": sv,
            "name_en": en,
            "source": JUDGEMENT,
            "note": "What the cities have alone, summed.",
        }
        for grant, (sv, en, first, last) in GRANTS.items()
    ]


def _limit_biofuel() -> dict[str, str]:
    """What there is of renewable diesel."""
    return {
        "link": "hvo",
        "kind": SUPPLY,
        "item": "hvo",
        "span": EACH,
        "unit": "GWh",
        "name_sv": "HVO100",
        "name_en": "HVO100",
        "source": JUDGEMENT,
        "note": "What the cities can buy alone, summed.",
    }


def _limit_lorries(cities: Sequence[Facts]) -> dict[str, str]:
    """How many electric lorries makers deliver to all."""
    lorries = sum(facts.value("heavy_lorries", 2021) - facts.value("tractor_units", 2021) for facts in cities) / 10.0
    return {
        "link": "lorries",
        "kind": SUPPLY,
        "item": "trucks_electric",
        "span": EACH,
        "value": f"{TRUCKS_PART * 0.158 * lorries:.4g}",
        "unit": "10 trucks",
        "name_sv": "Eldrivna lastbilar från tillverkarna",
        "name_en": "Electric lorries from makers",
        "source": JUDGEMENT,
        "note": f"{TRUCKS_PART:g} of the pace of all cities together (0.158 of their lorries a year): assumed.",
    }


def _aim_together(cities: Sequence[Facts]) -> dict[str, str]:
    """The cut by 2030 that all have together, a miss at its price: percent, so that it is of whoever is in it."""
    emitted = sum(facts.value(f"emissions_{name}", BASE) for facts in cities for name in SECTORS) / THOUSAND
    return {
        "link": "together_2030",
        "kind": GOAL,
        "item": "territorial",
        "first": "2030",
        "last": "2030",
        "span": EACH,
        "basis": REDUCTION,
        "base_year": str(BASE),
        "value": f"{100 * CUT:g}",
        "unit": PERCENT,
        "price": f"{MISS:g}",
        "name_sv": "-80 % till 2030 tillsammans",
        "name_en": "-80 % by 2030 together",
        "source": JUDGEMENT,
        "note": f"{100 * CUT:g} % below {emitted:.6g} kt CO2e of {BASE} for all cities; a miss at ASEK's price.",
    }
