"""Settings: which words change which numbers, and what is said of those that change none."""

from __future__ import annotations

import numpy as np
import pytest
import town
import xarray

from scenarios.assemble import assemble, open_overlay
from scenarios.choices import Choices
from scenarios.digest import digest_of
from scenarios.errors import CaseError

ROWS = {
    "case": {"first_year": 2025, "last_year": 2030, "discount_rate": 0.04, "base_year": 2024},
    "commodities": [
        {"commodity": "power", "purchase_price": {2025: 0.5, 2030: 1.0}, "sale_price": 0.2},
        {"commodity": "gas", "purchase_price": 0.4},
        {"commodity": "heat", "demand": 10},
    ],
    "technologies": [
        {"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}},
        {"technology": "pump", "buildable": "yes", "measure": "yes", "capex": {2025: 3, 2030: 2}, "life": 20,
         "yield": 8.76, "flow": {"heat": 1, "power": -0.3}, "earliest_start": 2026},
        {"technology": "stove", "buildable": "yes", "capex": 4, "life": 15, "yield": 8.76,
         "flow": {"heat": 1, "gas": -1}},
    ],
    "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}, "inventory": {2024: 100}}],
    "targets": [
        {"target": "half", "account": "co2", "year": 2028, "basis": "reduction", "base_year": 2024, "value": 50},
        {"target": "budget", "account": "co2", "year": 2025, "basis": "cumulative", "until": 2030, "value": 60},
    ],
}  # fmt: skip


def changed(settings: dict[str, float]) -> xarray.Dataset:
    return assemble(town.build_town(**ROWS), Choices(), settings)


def plain() -> xarray.Dataset:
    return assemble(town.build_town(**ROWS), Choices())


@pytest.mark.parametrize(
    ("key", "number", "name", "place", "expected"),
    [
        ("adjust.capex.pump", 1.5, "capex", {"technology": "pump", "year": 2025}, 4.5),
        ("adjust.capex.pump.2030", 1.5, "capex", {"technology": "pump", "year": 2025}, 3.0),
        ("adjust.capex.pump.2030", 1.5, "capex", {"technology": "pump", "year": 2030}, 3.0),
        ("adjust.capex.all.2026-2028", 2, "capex", {"technology": "stove", "year": 2028}, 8.0),
        ("set.capex.stove", 5, "capex", {"technology": "stove", "year": 2027}, 5.0),
        ("adjust.price.power", 2, "purchase_price", {"commodity": "power", "year": 2030}, 2.0),
        ("adjust.price.power", 2, "sale_price", {"commodity": "power", "year": 2030}, 0.4),
        ("adjust.capex.stove.all", 2, "capex", {"technology": "stove", "year": 2028}, 8.0),
        ("set.inflation.all", 0.03, "inflation", {"year": 2026}, 0.03),
        ("adjust.start_delay.all", 2, "start_delay", {"technology": "pump"}, 2.0),
        ("adjust.start_delay.all", 2, "start_delay", {"technology": "stove"}, 0.0),
        ("adjust.earliest_start.pump", 1, "earliest_start", {"technology": "pump"}, 2027.0),
        ("adjust.life.measures", -5, "life", {"technology": "pump"}, 15.0),
        ("set.discount_rate", 0.02, "discount_rate", {}, 0.02),
        ("adjust.flow.pump.power", 1.1, "flow", {"technology": "pump", "commodity": "power", "year": 2025}, -0.33),
        ("target.co2.2028", 0.6, "value", {"target": "half"}, 60.0),
        ("target.co2.2028", 0.6, "cap", {"target": "half", "year": 2028}, 40.0),
        ("target.half", 70, "cap", {"target": "half", "year": 2030}, 30.0),
        ("target.budget", 55, "cap", {"target": "budget", "year": 2026}, 55.0),
        ("set.excess_price.half", 9, "price", {"target": "half"}, 9.0),
        ("exclude.pump", 1, "excluded", {"technology": "pump"}, 1.0),
    ],
)
def test_a_setting_changes_its_numbers(
    key: str, number: float, name: str, place: dict[str, object], expected: float
) -> None:
    array = changed({key: number})[name].sel(place)
    assert np.unique(array.values.astype(float)) == pytest.approx([expected])


@pytest.mark.slow
def test_all_else_stays_as_it_was() -> None:
    before, after = plain(), changed({"adjust.capex.pump": 1.5})
    moved = [str(name) for name in before.variables if not before[name].identical(after[name])]
    assert moved == ["capex"]


def test_what_has_no_effect_gives_the_same_scenario() -> None:
    same = changed({"adjust.capex.all": 1.0, "adjust.start_delay.all": 0, "target.half": 50})
    assert same.attrs["digest"] == plain().attrs["digest"]


def test_the_digest_is_that_of_the_numbers_whatever_said_them() -> None:
    one, other = changed({"adjust.capex.stove": 1.25}), changed({"set.capex.stove": 5})
    assert one.attrs["digest"] == other.attrs["digest"] == digest_of(one) != plain().attrs["digest"]


def test_a_number_is_set_before_it_is_adjusted() -> None:
    found = changed({"adjust.capex.stove": 2, "set.capex.stove": 5})["capex"].sel(technology="stove")
    assert np.unique(found) == [10.0]


def test_unbounded_limits_stay_unbounded() -> None:
    assert np.isinf(changed({"adjust.most_build.all": 0.5})["most_build"].sel(technology="pump")).all()


def test_arrays_that_stay_are_the_same_objects() -> None:
    overlay = open_overlay(town.build_town(**ROWS), Choices())
    settings = {"adjust.capex.pump": 1.5}
    scenario = overlay.describe(overlay.apply(settings), overlay.parse(settings))
    assert scenario.variables["flow"].values is overlay.scenario.variables["flow"].values


@pytest.mark.parametrize(
    ("key", "number", "message"),
    [
        ("adjust.capx.pump", 1, "there is no quantity 'capx'. Nearest: capex. "),
        ("adjust.capex.pmp", 1, "there is no technology 'pmp' in the case. Nearest: pump"),
        ("adjust.price.heat.2050", 1, "no plan year within '2050'. The plan runs from 2025 to 2030; "),
        ("set.discount_rate.2026", 1, "'discount_rate' has no year. Leave out '.2026'"),
        ("adjust.capex.pump.heat", 1, "too many parts. The form is adjust.capex.TECHNOLOGY[.YEAR]"),
        ("set.first_year", 2030, "'first_year' is part of a scenario's shape and cannot be changed this way. "),
        ("target.co2.2029", 0.5, "there is no such target. Nearest: target.co2.2028, "),
        ("target.co2.2025", 0.5, "there is no such target. Nearest: target.co2.2025, "),
        ("adjust.capex.pump", -1, "adjust multiplies, and a factor cannot be negative. Write 0 or more, or use set"),
        ("adjust.capex.pump", float("nan"), "no number that can be reckoned with. Write a number with a decimal"),
        ("exclude.pump", 0.5, "exclude takes 1 (may not be built) or 0 (may be built)"),
        ("target.co2.2028", 60, "the target is counted as a share of its base year. Was 0.6 meant?"),
        ("set.availability.pump", 1.2, "'availability' becomes 1.2. Allowed is 0 to 1. Choose another number"),
        ("adjust.start_delay.pump", -1, "'start_delay' becomes -1. Allowed is 0 to 50. Choose another number"),
    ],
)
def test_a_setting_that_is_none_is_told_with_what_to_do(key: str, number: float, message: str) -> None:
    with pytest.raises(CaseError) as told:
        changed({key: number})
    (problem,) = told.value.problems
    assert message in problem.tell("en")
    assert problem.tell("sv").startswith(key)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(CaseError) as told:
        changed({"adjust.capx.pump": 1, "adjust.capex.pmp": 1, "exclude.pump": 3})
    assert len(told.value.problems) == 3


def test_nominal_amounts_are_changed_as_they_are_written() -> None:
    """A frame of 100 nominal in 2026 at 2 % inflation since 2025 is 98.04 real; half of it 49.02."""
    rows = {
        **ROWS,
        "actors": [{"actor": "town", "kind": "municipality", "name_sv": "t", "name_en": "t"}],
        "finances": [{"actor": "town", "quantity": "frame", "value": 100, "unit": "nominal MSEK/yr"}],
    }
    scenario = assemble(town.build_town(**rows), Choices(), {"adjust.frame.town": 0.5, "set.inflation": 0.02})
    assert float(scenario["frame"].sel(actor="town", year=2026)) == pytest.approx(50 / 1.02)


def test_a_refused_number_is_refused_again() -> None:
    overlay = open_overlay(town.build_town(**ROWS), Choices())
    for _ in range(2):
        with pytest.raises(CaseError):
            overlay.apply({"adjust.availability.pump": 2})


RATES = {
    "actors": [{"actor": "city", "kind": "municipality", "market_rate": 0.02, "standing_rate": 0.03}],
    "instruments": [{"instrument": "loan", "kind": "loan", "rate": 0.03, "tenor": 5, "eligible": {"city": 1}}],
    "inflation": [{"value": 0.02}],
}


@pytest.mark.parametrize(
    ("key", "number", "rate", "market"),
    [
        ("shift.rate.all", 0.01, 0.04, 0.03),
        ("shift.rate", 0.01, 0.04, 0.03),
        ("adjust.rate.all", 2, 0.06, 0.04),
        ("set.rate.all", 0.05, 0.05, 0.05),
        ("shift.rate.loan", 0.01, 0.04, 0.02),
        ("shift.market_rate.city", -0.01, 0.03, 0.01),
    ],
)
def test_every_rate_is_also_that_at_which_standing_debt_is_renewed(
    key: str, number: float, rate: float, market: float
) -> None:
    """The rate that the debt carries until then stays 3 %."""
    actor = {**ROWS, "technologies": [{**row, "actor": "city"} for row in ROWS["technologies"]], **RATES}
    actor["commodities"] = [{**row, "trader": "city"} for row in ROWS["commodities"]]
    scenario = assemble(town.build_town(**actor), Choices(), {key: number})
    assert scenario["rate"].values[0] == pytest.approx(rate)
    assert scenario["market_rate"].values[0] == pytest.approx(market)
    assert scenario["standing_rate"].values[0] == pytest.approx(0.03)


def test_a_shift_adds_in_the_unit_of_the_table_and_acts_after_factors() -> None:
    assert changed({"shift.capex.pump": 0.5, "adjust.capex.pump": 2})["capex"].sel(
        technology="pump", year=2025
    ).item() == pytest.approx(6.5)
    assert changed({"shift.life.pump": -5})["life"].sel(technology="pump").item() == 15
    assert np.isinf(changed({"shift.most_build.pump": 1})["most_build"].sel(technology="pump")).all()


def test_what_has_no_limit_has_none_under_a_factor_of_nothing() -> None:
    """Nothing times infinity is no number: numpy is not asked for it, and warned of it on the screen."""
    with np.errstate(all="raise"):
        scenario = changed({"adjust.most_build.all": 0.0})
    assert np.isinf(scenario["most_build"].sel(technology="pump")).all()
