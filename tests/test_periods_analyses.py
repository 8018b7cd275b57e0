"""Towns solved by hand: what analyses say of a plan whose years stand for several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hand import assert_close
from measure_towns import amounts_of, compare_town, filter_of, town_of
from town import scenario_of

from runners.analyses.abatement.abatement_metrics import choose_yardstick, spread_investments
from runners.analyses.abatement.attribution import ALONE, MEASURE
from runners.analyses.live.levers import list_levers

PERIODS = (2025, 2028, 2033)
"""Of three, five and four years."""


def capped_town(year: int) -> dict[str, Any]:
    """A filter takes 4 of 10 kt a year at 1; 1 kt may be emitted from a year on."""
    return town_of(filter_of("a", 1, 4), target={"year": year}, case={"last_year": 2036}, cap=1)


@pytest.mark.parametrize(("year", "stands"), [(2027, 2025), (2030, 2028), (2033, 2033), (2035, 2033), (2040, 2033)])
def test_a_target_is_measured_in_the_period_that_contains_its_year(year: int, stands: int) -> None:
    """Looked up among the first years of periods, 2027 and 2030 ended in an IndexError and 2035 was none."""
    scenario = scenario_of(capped_town(year), years=PERIODS, last_length=4)
    assert choose_yardstick(scenario, "co2", None).year == stands


def test_measures_are_compared_in_the_period_of_a_target_inside_it() -> None:
    """Of 2030: the filter runs from 2028 on, 4 kt at 1 each year of nine; in one year 4 MSEK for 4 kt."""
    choices = {"years": PERIODS, "last_length": 4}
    level = compare_town(capped_town(2030), levels=[MEASURE], samples=0, choices=choices).levels[MEASURE]
    alone = amounts_of(level, "a", ALONE)
    assert_close((alone.cost, alone.tonnes, alone.year_cost, alone.year_tonnes), (36, 36, 4, 4))


@pytest.mark.parametrize(("year", "offered"), [(2024, 0), (2030, 1), (2035, 1), (2037, 0)])
def test_a_target_of_the_last_period_has_a_lever(year: int, offered: int) -> None:
    """The last year stands for 2033 to 2036; one of 2035 was taken for one after the plan."""
    scenario = scenario_of(capped_town(year), years=PERIODS, last_length=4)
    levers = list_levers(scenario, xr.Dataset({"build": xr.zeros_like(scenario["capex"])}))
    assert [lever.key for lever in levers if lever.group == "targets"] == ["target.cap"] * offered


@pytest.mark.parametrize(
    ("choices", "annuity"),
    [
        ({}, 7.2152842),
        ({"years": (2025, 2030), "last_length": 5}, 7.2152842),
        ({"years": (2025, 2030), "last_length": 5, "investment": "start"}, 7.7920600),
        ({"years": (2025, 2030), "last_length": 5, "service": "start"}, 6.6812020),
    ],
)
def test_an_annuity_repays_what_each_year_of_a_period_begins_from_then_on(
    choices: dict[str, Any], annuity: float
) -> None:
    """20 a year from 2025 to 2029 for 20 years, 4 %: 100 * 1.04^0.5 / sum_j 1.04^-j = 7.2153 once all of it stands.

    Payments were counted from 2025 on for all five: 6.6812, which is right where all serve from then on. All paid at
    once in 2025, and served a year after the other: 7.2153 over the mean of 1.04^-i, i < 5, which is 0.92598.
    """
    town = {
        "case": {"last_year": 2034, "discount_rate": 0.04},
        "technologies": [{"technology": "pipe", "buildable": True, "life": 20}],
    }
    scenario = scenario_of(town, **choices)
    years = scenario["year"].values
    begun = np.where(years < 2030, 20 * scenario["length"].values, 0)
    paid = spread_investments(scenario, int(np.flatnonzero(years == 2030)[0]))[0]
    assert begun @ paid == pytest.approx(annuity, rel=1e-7)
