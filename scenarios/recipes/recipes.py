"""All recipes, which layers a municipality needs, and the tables of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from scenarios.catalog import TABLE_BY_NAME
from scenarios.layers import COLUMNS, FILE
from scenarios.recipes import measures, road, sectors
from scenarios.recipes.facts import Facts, read_sources
from scenarios.recipes.making import BASE, Making, Recipe, Row
from scenarios.tables import CASE, MONEY_UNIT, QUANTITY, VALUE, Tables, columns_of, read_tables

RECIPES: tuple[Recipe, ...] = (
    sectors.make_inventory,
    sectors.make_population,
    road.make_road_traffic,
    sectors.make_machinery,
    sectors.make_own_heating,
    sectors.make_industry,
    sectors.make_sector_tonnes,
    measures.make_measures,
    measures.make_supplies,
    measures.make_pools,
)
"""Every recipe, in the order of the page."""
LIBRARY = "library"
PAGE_HEAD = """# Recipes

Written from the docstrings of `scenarios/recipes` by `tests/test_recipes_page.py`: change those, not this page.

What a recipe makes stands in `recipes/` of a case, each number with formula and figures in `note`. Factors and
distances are those of the library. A proxy is marked `assumed`. Base year: 2024; paths go on from there.
"""


def choose_layers(facts: Facts) -> tuple[str, ...]:
    """The layers of the library that a municipality needs, the lowest first: sectors with nothing are left out."""
    area = int(facts.get("electricity_area", BASE).value)
    emitted = {name for name in sectors.SECTORS if facts.value(f"emissions_{name}", BASE) > 0}
    names = ["common", f"se{area}", *(name for name in sectors.SECTORS if name in emitted)]
    if "transport" in emitted:
        names += [name for name in ("semi_trailers", "buses") if _has_vehicles(facts, name)]
    if facts.value("emissions_industry", BASE) > sectors.HEAT_PER_INHABITANT * facts.value("inhabitants", 2023):
        names.append("processes")
    names += ["sinks", "national_targets", *(["national_transport"] if "transport" in emitted else []), "national_net"]
    return tuple(f"{LIBRARY}/{name}" for name in names)


def _has_vehicles(facts: Facts, kind: str) -> bool:
    if kind == "semi_trailers":
        return facts.value("tractor_units", 2021) > 0
    return facts.value("buses", 2021) > facts.value("buses_electric", 2021)


@cache
def read_library(layers: tuple[str, ...]) -> Tables:
    """The tables of some layers of the library alone; most municipalities have one of few stacks of them."""
    with TemporaryDirectory() as name:
        write_layers(Path(name), layers)
        return read_tables(Path(name))


def read_money() -> dict[str, str | int]:
    """The money of the library and the year of its prices, as every new case has them."""
    rows = read_library((f"{LIBRARY}/common",)).frames[CASE].set_index(QUANTITY)[VALUE]
    return {MONEY_UNIT: str(rows[MONEY_UNIT]), "price_year": int(rows["price_year"])}


def write_layers(folder: Path, layers: Sequence[str]) -> None:
    """The file in which a case names its layers."""
    lines = [COLUMNS[0], *layers]
    (folder / FILE).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def make_rows(facts: Facts, library: Tables) -> dict[str, list[dict[str, str]]]:
    """What all recipes make of a municipality: table to rows, each column to text."""
    making, made = Making(facts, library), {"sources": [*read_sources(), *map(dict, facts.sources)]}
    for row in _make_all(making):
        made.setdefault(row.table, []).append(row.cells)
    order = {name: place for place, name in enumerate(TABLE_BY_NAME)}
    return {name: made[name] for name in sorted(made, key=lambda name: order[name])}


def _make_all(making: Making) -> Iterator[Row]:
    for recipe in RECIPES:
        yield from recipe(making)


def list_columns(table: str, rows: list[dict[str, str]]) -> list[str]:
    """The columns that rows of a table have, in the order of the catalog."""
    return [name for name in columns_of(TABLE_BY_NAME[table]) if any(name in row for row in rows)]


def write_page() -> str:
    """The page of recipes: each with its formula, as its docstring has it."""
    parts = [PAGE_HEAD]
    for recipe in RECIPES:
        name = re.sub("^make_", "", recipe.__name__)
        told = "\n".join(line.strip() for line in (recipe.__doc__ or "").strip().splitlines())
        parts.append(f"## {name}\n\n{told}\n")
    parts.append(
        "## Shares of the measures\n\n| measure | quantity | share | of | why |\n|---|---|---:|---|---|\n"
        + "".join(
            f"| `{s.technology}` | `{s.quantity}` | {s.share:g} | {measures.DRIVERS[s.driver][0]} | {s.why} |\n"
            for s in measures.SHARES
        )
    )
    return "\n".join(parts)
