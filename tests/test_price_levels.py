"""The price level of a year: the same wherever the plan begins, in the program and in the verifier."""

from __future__ import annotations

import pytest
import xarray as xr
from town import build_town

from model.verifier.loans import measure_price_level
from model.verifier.reading import open_scene
from runners.accounts.amounts import expand_years
from runners.solve import find_plan
from scenarios.arithmetic.loans import index_prices
from scenarios.assemble import assemble
from scenarios.choices import Choices

RISES = [{"year": 2024, "value": 0.08}, {"year": 2025, "value": 0.02}, {"year": 2026, "value": 0.03}]
RISES += [{"year": 2027, "value": 0.06}, {"year": 2028, "value": 0.01}]


def build(price_year: int, choices: Choices) -> xr.Dataset:
    """A town whose city has a frame of 30 in money of its year, 2025 to 2028."""
    tables = build_town(
        case={"first_year": 2025, "last_year": 2028, "price_year": price_year, "discount_rate": 0},
        commodities=[{"commodity": "heat", "demand": 10, "purchase_price": 2, "trader": "city"}],
        technologies=[
            {"technology": "pump", "actor": "city", "buildable": "yes", "measure": "yes", "capex": 10, "life": 50}
            | {"flow": {"heat": 1}}
        ],
        actors=[{"actor": "city", "kind": "municipality", "taxes_and_grants": 100}],
        finances=[{"actor": "city", "quantity": "frame", "value": 30, "unit": "nominal MSEK/yr"}],
        inflation=RISES,
    )
    return assemble(tables, choices)


@pytest.mark.parametrize("first", [2025, 2026, 2027, 2028])
@pytest.mark.parametrize(
    ("price_year", "level"),
    [
        (2022, 1.08 * 1.08 * 1.02 * 1.03 * 1.06 * 1.01),  # before the first year of the table its first rise holds
        (2023, 1.08 * 1.02 * 1.03 * 1.06 * 1.01),
        (2026, 1.06 * 1.01),
        (2030, 1 / 1.01**2),  # after its last year the last one does
    ],
)
def test_the_level_of_a_year_does_not_hang_on_where_the_plan_begins(price_year: int, level: float, first: int) -> None:
    scenario = build(price_year, Choices(first_year=first))
    assert float(scenario["price_index"].sel(year=2028)) == pytest.approx(level)
    assert measure_price_level(open_scene(scenario), 2028) == pytest.approx(level)
    assert float(scenario["frame"].sel(actor="city", year=2028)) == pytest.approx(30 / level)


def test_a_rise_of_a_year_before_the_price_year_is_nothing() -> None:
    """2027 against 2025: 1.03 x 1.06, whatever 2024 and 2025 were."""
    scenario = build(2025, Choices(first_year=2027))
    assert float(scenario["price_index"].sel(year=2027)) == pytest.approx(1.03 * 1.06)


def test_a_plan_of_later_years_is_accepted_by_the_verifier() -> None:
    assert find_plan(build(2023, Choices(first_year=2027))).sizes["year"] == 2


@pytest.mark.parametrize("price_year", [2022, 2026, 2030])
def test_every_calendar_year_as_a_plan_year_has_the_levels_of_the_plan(price_year: int) -> None:
    scenario = build(price_year, Choices(first_year=2026))
    assert index_prices(expand_years(scenario)).tolist() == pytest.approx(index_prices(scenario).tolist())
