"""Benefits by hand: what a plan spares in nitrogen oxides, to whom, and what it becomes when that counts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import town
import xarray as xr

from runners.reports.benefits import tabulate_benefits
from runners.reports.tables import tabulate_run
from runners.results.result import Result
from runners.solve import find_plan
from runners.views.section import Points, Table, Text
from runners.views.subjects.benefits import write_benefits
from scenarios.assemble import assemble
from scenarios.benefits import list_benefits
from scenarios.checks.check import check_tables
from scenarios.choices import BESIDE, IN_OBJECTIVE, Choices
from scenarios.tables import Tables

VALUES = [
    {"benefit": "air", "value": "0.1", "low": "0.05", "high": "0.2", "source": "hand", "confidence": "assumed"},
]
NAMES = {"name_sv": "Kväveoxider", "name_en": "Nitrogen oxides"}


def write_benefit(**words: str) -> dict[str, str]:
    about = {"benefit": "air", **NAMES, "kind": "nox", "account": "nox", "unit": "t", "receiver": "inhabitants"}
    return about | words


JOBS = write_benefit(
    benefit="jobs", name_sv="Jobb", name_en="Jobs", kind="jobs", account="", per_outlay="1.5", unit="jobs"
)


def build_smoky_town(benefits: list[dict[str, str]], values: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """10 GWh of heat in 2025: of a boiler at 0.5 MSEK/GWh with 2 t of NOx each, or of pumps at 0.1 + 0.5.

    Beside the cost a benefit changes nothing: all heat is the boiler's, 5.0 MSEK, 20 t of NOx. A tonne costs those who
    breathe 0.1 MSEK: counted, the boiler's heat costs 0.5 + 2 * 0.1 = 0.7 and the pumps' 0.6, so that all is theirs:
    10 MW at 0.1 and 10 GWh at 0.5, 6.0 MSEK. It spares 20 t, worth 2.0 MSEK to the inhabitants (1.0 to 4.0 by the
    ends of the value, 0.05 and 0.2), for 1.0 MSEK more: before, the plan stayed at 5.0 whatever the air was worth.
    """
    return {
        "commodities": [
            {"commodity": "gas", "purchase_price": 0.5},
            {"commodity": "power", "purchase_price": 0.5},
            {"commodity": "heat", "demand": 10},
        ],
        "technologies": [
            {
                "technology": "boiler",
                "existing": 10,
                "yield": 1,
                "flow": {"heat": 1, "gas": -1},
                "factor_activity": {"nox": 2},
            },
            {
                "technology": "pump",
                "measure": "yes",
                "buildable": "yes",
                "capex": 0.1,
                "life": 20,
                "yield": 1,
                "flow": {"heat": 1, "power": -1},
            },
        ],
        "accounts": [{"account": "nox", "unit": "t", "role": "other"}],
        "benefits": benefits,
        "benefit_values": VALUES if values is None else values,
    }


def solve(tables: Tables, benefits: str, **choices: Any) -> tuple[xr.Dataset, xr.Dataset]:
    """Scenario and verified plan."""
    chosen = Choices(salvage="none", benefits=benefits, discount_operation="start", **choices)
    scenario = assemble(tables, chosen)
    return scenario, find_plan(scenario)


def tabulate(tables: Tables, benefits: str) -> pd.DataFrame:
    scenario, plan = solve(tables, benefits)
    idle = solve(tables, benefits, do_nothing=True)[1]
    investments = tabulate_run(scenario, plan)["investments"]
    return tabulate_benefits(tables, (), scenario, plan, idle, investments)["benefits"]


def test_a_benefit_that_counts_changes_the_plan_as_reckoned() -> None:
    tables = town.build_town(**build_smoky_town([write_benefit()]))
    (_, beside), (_, counted) = solve(tables, BESIDE), solve(tables, IN_OBJECTIVE)
    assert beside.attrs["objective"] == pytest.approx(5.0)
    assert counted.attrs["objective"] == pytest.approx(6.0)
    assert float(beside["build"].sum()) == 0.0
    assert float(counted["build"].sum()) == pytest.approx(10.0)


def test_the_verifier_refuses_a_plan_that_leaves_out_what_counts() -> None:
    """The boiler's plan costs 5.0; where its 20 t count it costs 7.0, and its own word of 5.0 is not accepted."""
    from model.verifier.verify import verify

    tables = town.build_town(**build_smoky_town([write_benefit()]))
    (_, beside), (counted, _) = solve(tables, BESIDE), solve(tables, IN_OBJECTIVE)
    wrong = beside.copy()
    wrong.attrs["digest"] = counted.attrs["digest"]
    assert not verify(counted, wrong).accepted


def test_a_benefit_is_told_by_year_with_its_range_against_doing_nothing() -> None:
    table = tabulate(town.build_town(**build_smoky_town([write_benefit()])), IN_OBJECTIVE)
    row = table.iloc[0]
    assert (row["amount"], row["idle"], row["change"]) == pytest.approx((0.0, 20.0, -20.0))
    assert (row["worth"], row["present_value"]) == pytest.approx((2.0, 2.0))
    assert (row["present_low"], row["present_high"]) == pytest.approx((1.0, 4.0))
    assert tabulate(town.build_town(**build_smoky_town([write_benefit()])), BESIDE)["change"].tolist() == [0.0]


def test_jobs_come_with_money_invested_and_have_no_value_unless_given() -> None:
    """10 MW of pumps cost 1.0 MSEK: 1.5 jobs."""
    table = tabulate(town.build_town(**build_smoky_town([write_benefit(), JOBS])), IN_OBJECTIVE)
    row = table[table["benefit"] == "jobs"].iloc[0]
    assert (row["technology"], row["amount"]) == ("pump", pytest.approx(1.5))
    assert pd.isna(row["worth"])


def test_values_run_straight_between_years_and_follow_their_index() -> None:
    """0.1 in 2025 and 0.3 in 2035, twice as much in the case's prices: 0.4 in 2030, 0.6 from 2035 on."""
    values = [{**VALUES[0], "year": "2025"}, {**VALUES[0], "year": "2035", "value": "0.3", "low": "", "high": ""}]
    rows = build_smoky_town([write_benefit(price_index="2")], values)
    one = list_benefits(town.build_town(**rows), ())[0]
    assert one.value_years([2025, 2030, 2040]).tolist() == pytest.approx([0.2, 0.4, 0.6])
    assert one.value_years([2025], "low").tolist() == pytest.approx([0.1])


def test_the_chapter_tells_receivers_what_is_assumed_and_what_is_missing() -> None:
    noise = write_benefit(benefit="noise", name_sv="Buller", name_en="Noise", kind="noise", account="", unit="persons")
    table = tabulate(town.build_town(**build_smoky_town([write_benefit(), noise])), IN_OBJECTIVE)
    section = write_benefits(Result("plan", {"money": "MSEK", "price_year": 2025}, {"benefits": table}), "en")
    text, units, receivers, lacking = section.blocks
    assert isinstance(text, Text)
    assert text.text == (
        "Benefits stand beside the cost and are not counted into it unless chosen (benefits=in_objective). Of what has "
        "a value 100 % rests on assumed values."
    )
    assert isinstance(units, Table)
    assert units.rows[0][:3] == ("Nitrogen oxides", "inhabitants", "t")
    assert list(units.rows[0][3:9]) == pytest.approx([20.0, 0.0, -20.0, 2.0, 1.0, 4.0])
    assert isinstance(receivers, Table)
    assert receivers.rows[0] == ("inhabitants", None, pytest.approx(2.0), pytest.approx(2.0))
    assert isinstance(lacking, Points)
    assert lacking.items == (
        "Noise: its units are not reckoned. Give an account with factors on technologies, or units per krona invested "
        "(benefits.csv).",
        "Noise: no value. Values are in ASEK of the Swedish Transport Administration, the chapter on noise.",
    )


def test_without_benefits_nothing_is_told() -> None:
    section = write_benefits(Result("plan", {}, {}), "sv")
    assert section.empty
    assert section.title == "Nyttor"


WRONG = [
    (
        [write_benefit(per_outlay="1")],
        VALUES,
        "benefits.csv rad 2, kolumn 'per_outlay': nyttan 'air' har både ett konto och enheter per investering. Välj "
        "det ena.",
    ),
    (
        [write_benefit(price_index="två")],
        VALUES,
        "benefits.csv rad 2, kolumn 'price_index': 'två' är inget tal. Skriv det med decimalpunkt, eller lämna cellen "
        "tom.",
    ),
    (
        [write_benefit(account="", per_outlay="1", measures="pmup")],
        VALUES,
        "benefits.csv rad 2, kolumn 'measures': nyttan 'air' nämner 'pmup', som inte är någon åtgärd i fallet. Menade "
        "du 'pump'?",
    ),
    (
        [write_benefit()],
        [{**VALUES[0], "low": "0.5"}],
        "benefit_values.csv rad 2, kolumn 'low': nedre ände, värde och övre ände ska stiga, men är 0.5, 0.1, 0.2. "
        "Rätta dem.",
    ),
    (
        [write_benefit()],
        [{**VALUES[0], "benefit": "airs"}],
        "benefit_values.csv rad 2, kolumn 'benefit': nyttan 'airs' finns inte i benefits.csv. Menade du 'air'?",
    ),
]


@pytest.mark.parametrize(("benefits", "values", "told"), WRONG)
def test_wrong_benefits_are_told(benefits: list[dict[str, str]], values: list[dict[str, str]], told: str) -> None:
    problems = check_tables(town.build_town(**build_smoky_town(benefits, values)), Choices())
    assert [problem.tell("sv") for problem in problems] == [told]
