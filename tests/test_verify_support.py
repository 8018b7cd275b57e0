"""Does the verifier see support that is paid for more than runs, than its vintages can give, or than its caps allow?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import xarray as xr
from supporting import growing_town, support
from town import scenario_of

from conf.words import LANGUAGES, read_messages
from model.verifier.actors import SUPPORT_DECISIONS
from model.verifier.verdict import Verdict
from model.verifier.verify import verify
from runners.solve import find_plan

HALVES = [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}]
BOTH = (
    support({"mill": 1}, support_years=2, most_support=15, most_support_in_all=30),
    support({"mill": 2}, instrument="better", first_start=2026, most_support=8),
)


def solve_town(**keys: Any) -> tuple[xr.Dataset, xr.Dataset]:
    """A mill of 4 + 1 + 1 MW, decided per year; of 10, 20 and 20 GWh some are paid for by one support or the other.

    The better one has 8 MSEK a year, 4 GWh from 2026 on. The auction pays for 10 GWh in 2025, for 15 of the 20 in 2026
    and, since the vintage of 2025 has had its two years, for 6 at most of what the better one leaves of 10 in 2027; in
    all for 30.
    """
    scenario = scenario_of(growing_town(*BOTH, **keys), salvage="none")
    return scenario, find_plan(scenario)


def write(plan: xr.Dataset, *changes: tuple[Any, ...]) -> xr.Dataset:
    """The plan with other numbers of what is supported: instrument, technology, slice, year, GWh."""
    changed = plan.copy(deep=True)
    for *labels, amount in changes:
        changed["supported"].loc[dict(zip(SUPPORT_DECISIONS["supported"], labels, strict=True))] = amount
    return changed


def read_places(verdict: Verdict) -> dict[tuple[str, str], float]:
    return {(v.rule, " ".join(map(str, v.place.values()))): v.amount for v in verdict.violations}


FOUND = (
    ("auction", "mill", "all", 2025, 10),
    ("auction", "mill", "all", 2026, 15),
    ("auction", "mill", "all", 2027, 5),
    ("better", "mill", "all", 2026, 4),
    ("better", "mill", "all", 2027, 4),
)
"""One of the best: in which years the auction's 30 fall is all the same."""

TAMPERED: Mapping[str, tuple[tuple[tuple[Any, ...], ...], str, str, float]] = {
    "above the cap of the year": ((("better", "mill", "all", 2026, 6),), "support_most", "better 2026", 4),
    "above the cap in all": ((("auction", "mill", "all", 2027, 6),), "support_in_all", "auction", 1),
    "before its window": ((("better", "mill", "all", 2025, 2),), "support_serving", "mill 2025", 2),
    "past its years": (
        (("auction", "mill", "all", 2027, 14), ("better", "mill", "all", 2027, 0)),
        "support_serving",
        "mill 2027",
        4,
    ),
    "for more than all vintages give": ((("auction", "mill", "all", 2026, 18),), "support_serving", "mill 2026", 2),
    "less than nothing": (
        (("auction", "mill", "all", 2025, -1),),
        "nonnegative",
        "supported auction mill all 2025",
        1,
    ),
}
"""What is forged, the rule that breaks, where, and by how much."""


def test_a_supported_plan_is_accepted() -> None:
    scenario, plan = solve_town()
    assert plan.attrs["finance_cost"] == pytest.approx(-(30 + 16), abs=1e-3)
    for right in (plan, write(plan, *FOUND)):
        verdict = verify(scenario, right)
        assert verdict.violations == ()
        assert verdict.checked["support_serving"] > 0


@pytest.mark.parametrize("name", TAMPERED)
def test_support_tampered_with_is_refused_with_rule_place_and_amount(name: str) -> None:
    changes, rule, place, amount = TAMPERED[name]
    scenario, plan = solve_town()
    found = read_places(verify(scenario, write(plan, *FOUND, *changes)))
    assert found.get((rule, place)) == pytest.approx(amount, abs=1e-5), found


def test_what_is_not_run_is_not_supported() -> None:
    """5 GWh of activity and 9 of support: 4 too much."""
    scenario, plan = solve_town(least_activity=5, most_activity=5)
    found = read_places(verify(scenario, write(plan, ("auction", "mill", "all", 2025, 9))))
    assert found["support_active", "mill all 2025"] == pytest.approx(4)


def test_support_of_a_slice_is_weighed_against_its_slice_and_the_year() -> None:
    """1 MW gives 5 GWh in a half and 6 in 60 percent of a year: 6 in winter are 1 too much, 5 + 2 in all."""
    town = growing_town(
        support({"mill": 1}), resolution="slice", annual_availability=0.6, least_activity={2025: 30, 2026: 36}
    )
    scenario = scenario_of({**town, "slices": HALVES}, salvage="none")
    plan = find_plan(scenario)
    forged = write(plan, ("auction", "mill", "winter", 2025, 6), ("auction", "mill", "summer", 2025, 0))
    assert read_places(verify(scenario, forged))["support_serving", "mill winter 2025"] == pytest.approx(1)
    forged = write(plan, ("auction", "mill", "winter", 2025, 5), ("auction", "mill", "summer", 2025, 2))
    assert read_places(verify(scenario, forged))["support_annual", "mill 2025"] == pytest.approx(1)


def test_support_of_one_decided_per_year_stands_by_its_profile() -> None:
    scenario = scenario_of({**growing_town(support({"mill": 1})), "slices": HALVES}, salvage="none")
    plan = find_plan(scenario)
    forged = write(plan, ("auction", "mill", "winter", 2025, 6), ("auction", "mill", "summer", 2025, 4))
    assert read_places(verify(scenario, forged))["spread", "supported auction mill winter 2025"] == pytest.approx(1)


def test_support_of_a_technology_that_has_none_is_no_decision() -> None:
    town = growing_town(support({"mill": 1}))
    town["technologies"].append({"technology": "wheel", "actor": "city", "existing": 1, "flow": {"power": 1}})
    scenario = scenario_of(town, salvage="none")
    forged = write(find_plan(scenario), ("auction", "wheel", "all", 2025, 1))
    assert read_places(verify(scenario, forged))["exists", "supported auction wheel all 2025"] == pytest.approx(1)


def test_what_support_brings_is_not_what_the_plan_says_of_itself() -> None:
    scenario, plan = solve_town()
    plan.attrs["finance_cost"] += 10
    assert read_places(verify(scenario, plan))["finance_cost", ""] == pytest.approx(10)


def test_rules_of_support_have_names_in_every_language() -> None:
    said = read_messages()
    for rule in ("active", "serving", "annual", "most", "in_all"):
        assert set(said[f"verify_rule_support_{rule}"]) == set(LANGUAGES)
    assert set(said["verify_decision_supported"]) == set(LANGUAGES)
