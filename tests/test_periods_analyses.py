"""Towns solved by hand: what analyses say of a plan whose years stand for several."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hand import assert_close
from measure_towns import amounts_of, compare_town, filter_of, town_of
from test_towns_reasons import emitting_town, family_of
from town import build_town, scenario_of

from model.solver.solution import SolverOptions
from runners.analyses.abatement.abatement_metrics import UNDISCOUNTED, choose_yardstick, spread_investments
from runners.analyses.abatement.attribution import ALONE, MEASURE
from runners.analyses.dossier.inquiry import Wish as DossierWish
from runners.analyses.dossier.inquiry import inquire
from runners.analyses.dossier.tables import describe_dossiers
from runners.analyses.live.levers import list_levers
from runners.analyses.sensitivity.answer import Wish, explain
from runners.analyses.sensitivity.sentences import say_reason
from runners.analyses.sensitivity.steps import find_window
from runners.family import Family
from runners.progress import QUIET
from runners.record import summarise
from runners.reports.summary import begin_summary, end_summary
from runners.reports.tables import tabulate_targets
from scenarios.choices import Choices

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


@pytest.mark.slow
def test_measures_are_compared_in_the_period_of_a_target_inside_it() -> None:
    """Of 2030: the filter runs from 2028 on, 4 kt at 1 each year of nine; in one year 4 MSEK for 4 kt."""
    choices = {"years": PERIODS, "last_length": 4}
    level = compare_town(capped_town(2030), levels=[MEASURE], samples=0, choices=choices).levels[MEASURE]
    alone = amounts_of(level, "a", ALONE)
    assert_close((alone.cost, alone.tonnes, alone.year_cost, alone.year_tonnes), (36, 36, 4, 4))


@pytest.mark.slow
def test_a_dossier_counts_to_the_end_of_the_last_period() -> None:
    """Tonnes are those of 2025 to 2036; the span that was told ended in 2033, where the last period begins."""
    choices = Choices(salvage="none", years=PERIODS, last_length=4)
    family = Family(build_town(**capped_town(2030)), choices, SolverOptions(threads=1))
    yardstick = choose_yardstick(family.scenario, "co2", None)
    wish = DossierWish(("a",), (1.0,), 4, 0, UNDISCOUNTED, {})
    facts = describe_dossiers(inquire(family, {}, yardstick, wish, QUIET))
    assert (facts["first_year"], facts["last_year"], facts["annuity_year"]) == (2025, 2036, 2028)


def test_a_plan_is_told_to_the_end_of_the_last_period() -> None:
    """In facts, on the screen and over the columns of costs: to 2036; told was 2033, when the last one begins."""
    choices = Choices(salvage="none", years=PERIODS, last_length=4)
    found = Family(build_town(**capped_town(2030)), choices, SolverOptions(threads=1)).solve()
    assert found.plan is not None
    facts = summarise(found, tabulate_targets(found.scenario, found.plan), {})
    assert (facts["first_year"], facts["last_year"]) == (2025, 2036)
    told = end_summary(begin_summary(found.scenario, found.plan, "sv", ()), Path("x"), 1.0, "sv")
    assert "2025–2036" in told
    assert re.search(r"2025–27 +2028–32 +2033–36", told)


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


def waiting_town() -> dict[str, Any]:
    """Three filters, each for 10 kt a year of its own, in 2025-29 and 2030-34.

    `kept` and `late` have caps from 2030 on and cost 1 MSEK a MW and year; `saving` spares 3 MSEK a kt. It and `late`
    may begin from 2026 on.
    """
    window = {"earliest_start": 2026}
    filters = {
        "kept": {"capex": {2025: 1, 2030: 100}, "fixed_cost": 1},
        "saving": {"capex": 2, "most_capacity": 2, **window},
        "late": {"capex": 1.5, "fixed_cost": 1, **window},
    }
    own = {"buildable": True, "measure": True, "life": 50}
    emit = {"capacitated": False, "life": 50}
    caps = {"kept": 8, "late": 9}
    return {
        "case": {"last_year": 2034},
        "commodities": [{"commodity": f"dirt_{name}", "unit": "kt", "demand": 10} for name in filters],
        "technologies": [
            row
            for name, filled in filters.items()
            for row in (
                {"technology": name, "flow": {f"dirt_{name}": 1}, **own, **filled},
                {"technology": f"emit_{name}", "flow": {f"dirt_{name}": 1}, **emit}
                | {"factor_activity": {name: 1}, "variable_cost": 3 if name == "saving" else 0},
            )
        ],
        "accounts": [{"account": name} for name in filters],
        "targets": [
            {"target": f"cap_{name}", "account": name, "year": 2030, "value": cap, "mode": "hard"}
            for name, cap in caps.items()
        ],
    }


def test_waiting_is_counted_from_the_first_start_inside_a_period_and_may_save() -> None:
    """What is begun in the last n years of a period of five stands for n / 2 of them on the mean.

    kept    2 MW, from 2025 on half of five years: 2 + 5 + 10. From 2026 on two fifths of them: 2 + 4 + 10, 1 less,
            which was told as 0; a plan cannot leave out the first of the years that are open
    saving  2 MW from 2026 on spare 2 (2 + 5) 3 = 42, from 2027 on 2 (1.5 + 5) 3 = 39: 3. It is worth
            42 - 4. From 2026 on was asked for, which costs 0
    late    2 MW in 2030-34 for 3 + 5, not 1 MW in 2026-29 for 1.5 + 2 + 5: 0.5 more a MW, which was not told. From 2031
            on 2.5 MW, 3.75 + 5: 0.75
    """
    choices = Choices(years=(2025, 2030), last_length=5, salvage="none")
    why = explain(Family(build_town(**waiting_town()), choices, SolverOptions(threads=1, gap=1e-9)), {}, Wish())
    reasons = {reason.measure: reason for reason in why.reasons}
    assert {name: reason.start and reason.start.year for name, reason in reasons.items()} == (
        {"kept": 2025, "saving": 2026, "late": 2030}
    )
    assert_close([reasons[name].waits for name in ("kept", "saving", "late")], [-1, 3, 0.75])
    assert_close(reasons["late"].earlier, 0.5)
    assert say_reason(why, reasons["kept"], "sv", full=True)[1] == (
        "  att börja 2026 i stället för 2025 skulle göra planen 1,0 mnkr billigare: i en period på flera år fördelas "
        "starterna jämnt på de år då åtgärden får påbörjas, och planen kan inte själv välja bort de första; "
        "set.earliest_start.kept=2026 gör det"
    )
    place, *told = say_reason(why, reasons["saving"], "en", full=True)
    assert place.startswith("saving: at most 2.0 MW, from 2026 on; without it the plan costs 38.0 MSEK more; ")
    assert told[:2] == ["  beginning in 2027 instead of 2026 would cost 3.0 MSEK", "  it may not begin earlier"]
    assert say_reason(why, reasons["late"], "sv", full=True)[1:3] == [
        "  att börja 2031 i stället för 2030 skulle kosta 0,750 mnkr",
        "  1,0 MW redan 2026–2029 skulle kosta 0,500 mnkr mer",
    ]


@pytest.mark.parametrize(("service", "year"), [("spread", 2029), ("start", 2025)])
def test_a_start_is_let_in_as_many_years_sooner_as_are_enough(service: str, year: int) -> None:
    """9 MW a year may begin from 2030 on; 1 kt a year is to be spared in 2025-29. Begun in 2029 alone 9 MW spare 9 / 5.

    Only years in which periods begin were tried: 2025, and that is so where all is begun then.
    """
    filters = {"late": {"capex": 1, "earliest_start": 2030, "most_build": 9}}
    town = emitting_town(filters, {"year": 2025, "value": 9}, last=2034)
    choices = Choices(years=(2025, 2030), last_length=5, salvage="none", service=service)
    family = Family(family_of(town).tables, choices, SolverOptions(threads=1))
    assert list(find_window(family, {}, "late")) == [("earliest_start", year)]
