"""Lund beside what is published: totals of the base year and unit costs of measures; tables of docs/confidence.md.

    python tests/evidence.py --write [FOLDER]

puts the tables into the page anew; with the folder of `fardplan check check.numbers=10 out=FOLDER` the ten numbers too.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.tables import read_tables

ROOT = Path(__file__).parent.parent
LUND = ROOT / "scenarios" / "lund"
EVIDENCE = LUND / "evidence"
PAGE = ROOT / "docs" / "confidence.md"
BASE = 2024
PERCENT = 100.0
NUMBERS = "numbers"
BEGIN, END = "<!-- {name} -->", "<!-- end of {name} -->"
INSIDE, OUTSIDE, NONE = "inside", "outside", "none"

Row = Mapping[str, str]


@dataclass(frozen=True)
class UnitCost:
    """What a measure costs by the unit: ours, and the range of other cities; NaN where no city states one."""

    measure: str
    code: str
    ours: float
    low: float
    high: float
    row: Row

    @property
    def place(self) -> str:
        """Whether it lies inside the range, outside of it, or there is none."""
        if np.isnan(self.low):
            return NONE
        return INSIDE if self.low <= self.ours <= self.high else OUTSIDE


@cache
def read_evidence(name: str) -> tuple[Row, ...]:
    """The rows of a table of evidence."""
    with (EVIDENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def base_scenario() -> xr.Dataset:
    """Lund from its base year on."""
    choices = Choices(variants=(f"base_{BASE}",), first_year=BASE, frames="off", ceiling="off", result="off")
    return assemble(read_tables(LUND), choices)


def _take(name: str, **labels: str) -> float:
    """A number of the base year, summed over slices where it has any."""
    found = base_scenario()[name].sel(labels | ({"year": BASE} if "year" in base_scenario()[name].dims else {}))
    return float(found.sum())


def _flow(technology: str, commodity: str) -> float:
    """What a unit of activity takes or gives, over the slices alike."""
    found = base_scenario()["flow"].sel(technology=technology, commodity=commodity, year=BASE)
    return float(found.values.reshape(-1)[0])


def _stand(technology: str) -> float:
    return _take("existing", technology=technology)


def _drive(kind: str, *commodities: str) -> tuple[float, float]:
    """Traffic of a class on fuel and on electricity, Mvkm: what stands on electricity is driven, fuel does the rest."""
    plugged = [name for name in _electric(kind) if _stand(name)]
    electric = sum(_stand(name) * _take("yield", technology=name) for name in plugged)
    return sum(_take("demand", commodity=name) for name in commodities) - electric, electric


def _electric(kind: str) -> list[str]:
    named = [str(name) for name in base_scenario()["technology"].values]
    return [name for name in named if name.startswith(f"{kind}_electric_reference")]


CLASSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "cars": ("petrol_diesel", ("car_km",)),
    "vans": ("diesel", ("van_km",)),
    "trucks": ("diesel", ("truck_km",)),
    "semi_trailers": ("diesel", ("semi_trailer_km",)),
    "buses": ("biogas", ("bus_km",)),
}
"""Class of vehicles to its fuel and its traffic."""


def _count(kind: str) -> tuple[float, float]:
    """Vehicles of a class that traffic needs, on fuel and on electricity."""
    size = float(str(base_scenario()["technology_capacity_unit"].sel(technology=f"{kind}_on_fuel").values).split()[0])
    fuel, electric = _drive(kind, *CLASSES[kind][1])
    distance = _take("yield", technology=f"{kind}_on_fuel")
    return size * fuel / distance, size * electric / distance


def _burn(kind: str) -> float:
    fuel, km = CLASSES[kind]
    return -_flow(f"{kind}_on_fuel", fuel) * _drive(kind, *km)[0]


def _charge(kind: str) -> float:
    return -_flow(f"{kind}_electric_reference", "electricity_delivered") * _drive(kind, *CLASSES[kind][1])[1]


def _deliver(*, neighbours: bool) -> float:
    heated = ("municipal", "lkf", "estates", "multifamily", "premises", "houses")
    within = sum(_take("demand", commodity=f"heat_{name}") for name in heated)
    return within + (_take("demand", commodity="heat_neighbours") if neighbours else 0.0)


def _heat_ortofta() -> float:
    return _stand("ortofta_chp") * _take("yield", technology="ortofta_chp") * _available("ortofta_chp")


def _available(technology: str) -> float:
    return _take("annual_availability", technology=technology)


def _emit(account: str) -> float:
    return float(base_scenario()["inventory"].sel(account=account, inventory_year=BASE))


def measure_totals() -> dict[str, float]:
    """The case's own figure of each published total, in the unit of the table."""
    boilers = -_flow("own_boilers", "natural_gas") - _flow("own_boilers", "fuel_oil")
    return {
        "heat_delivered": _deliver(neighbours=True),
        "heat_of_ortofta": _heat_ortofta(),
        "power_of_ortofta": _heat_ortofta() * _flow("ortofta_chp", "electricity"),
        "biogenic_carbon": _heat_ortofta() * _flow("ortofta_chp", "biogenic_co2"),
        "transport_fuel": sum(map(_burn, CLASSES)),
        "transport_electricity": sum(map(_charge, CLASSES)),
        "boiler_fuel": boilers * _take("demand", commodity="heat_boilers"),
        "industry_fuel": -_flow("industry_gas", "natural_gas") * _take("demand", commodity="industry_heat"),
        "heat_in_lund": _deliver(neighbours=False),
        "heat_intensity": 1000.0 * _emit("electricity_district_heating") / _deliver(neighbours=True),
        "cars": sum(_count("cars")),
        "electric_cars": _count("cars")[1],
        "electric_share": PERCENT * _count("cars")[1] / sum(_count("cars")),
        "vans": sum(_count("vans")),
        "electric_vans": PERCENT * _count("vans")[1] / sum(_count("vans")),
        "heavy": sum(_count("trucks")) + sum(_count("semi_trailers")),
        "buses": sum(_count("buses")),
    }


def list_unit_costs() -> list[UnitCost]:
    """Each measure of the table beside its range, in MSEK: capex of the first year that a plan may begin it."""
    ranges = {(row["measure_type"], row["per"]): row for row in read_evidence("unit_cost_ranges")}
    found = []
    for row in read_evidence("unit_costs"):
        k = row["measure"]
        about = base_scenario().sel(technology=k)
        output = float(about["yield"].sel(year=BASE + 1)) if row["by"] == "activity" else 1.0
        ours = float(about["capex"].sel(year=BASE + 1)) / (float(row["times"]) * output)
        stated = ranges.get((row["measure_type"], row["per"]))
        low, high = (float(stated[f"{end}_msek"]) if stated else np.nan for end in ("low", "high"))
        found.append(UnitCost(k, str(about["technology_code"].values), ours, low, high, row))
    return found


def write_totals() -> str:
    """The table of totals, as the page has it."""
    ours = measure_totals()
    head = ("total", "published", "year", "case", "case / published", "allowed", "source", "note")
    rows = []
    for row in read_evidence("totals"):
        part = ours[row["figure"]] / float(row["published"])
        cells = (row["name"], f"{_write(float(row['published']))} {row['unit']}", row["year"])
        bounds = f"{row['low']}-{row['high']}"
        rows.append((*cells, _write(ours[row["figure"]]), f"{part:.2f}", bounds, row["source"], row["note"]))
    return _draw(head, rows)


def write_unit_costs() -> str:
    """The table of unit costs, as the page has it."""
    head = ("measure", "unit", "ours", "other cities", "of", "", "why not")
    rows = []
    for cost in list_unit_costs():
        spread = "-" if cost.place == NONE else f"{_write(cost.low)}-{_write(cost.high)}"
        of = "-" if cost.place == NONE else f"{cost.row['measure_type']}, {cost.row['per'].removeprefix('EUR ')}"
        name, unit = f"{cost.code} `{cost.measure}`", cost.row["unit"]
        rows.append((name, unit, _write(cost.ours), spread, of, cost.place, cost.row["reason"]))
    return _draw(head, rows)


def _write(number: float) -> str:
    """Three digits that count, with spaces between thousands.

    >>> _write(0.00234567), _write(50249.75)
    ('0.00235', '50 200')
    """
    if number == 0:
        return "0"
    places = max(2 - int(np.floor(np.log10(abs(number)))), 0)
    rounded = float(f"{number:.3g}")
    return (
        f"{rounded:,.{places}f}".replace(",", " ").rstrip("0").rstrip(".")
        if places
        else f"{rounded:,.0f}".replace(",", " ")
    )


def _draw(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))


def write_numbers(table: pd.DataFrame) -> str:
    """The ten numbers, as the page has them: a row per end of a range."""
    head = ("", "number", "moved to", "least cost, MSEK", "invested otherwise, MSEK", "in", "out")
    rows = []
    for row in table.fillna("").to_dict("records"):
        first = row["end"] == "low" or not rows or rows[-1][0] != str(row["rank"])
        tied = f", tied: {row['tie']}" if row["tie"] else ""
        name = f"{row['quantity']} `{row['item']}`{tied} ({row['file'].removesuffix('.csv')})" if first else ""
        moved = f"`{row['setting']}={row['setting_value']:.4g}`"
        known = bool(row["possible"])
        cost = f"{round(row['cost']):+,}".replace(",", " ").replace("-", "\N{MINUS SIGN}") if known else "no plan"
        differs = f"{round(row['differs']):,}".replace(",", " ") if known else "-"
        rows.append((str(row["rank"]), name, moved, cost, differs, str(row["entered"]), str(row["left"])))
    return _draw(head, rows)


TABLES = {"totals": write_totals, "unit costs": write_unit_costs}


def find_block(page: str, name: str) -> str:
    """What the page has between the marks of a table."""
    begin, end = BEGIN.format(name=name), END.format(name=name)
    return page.split(begin)[1].split(end)[0].strip()


def write_page(tables: Mapping[str, str]) -> None:
    """Put each table into the page where its marks stand."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in tables.items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    texts = {name: write() for name, write in TABLES.items()}
    for folder in (word for word in sys.argv[1:] if word != "--write"):
        texts[NUMBERS] = write_numbers(pd.read_csv(Path(folder) / "tables" / "doubts.csv"))
    write_page(texts)
