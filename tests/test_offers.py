"""A word that is like nothing is offered nothing in its place, and what there is none of has no heading."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_plans import write_plan
from town import build_town, scenario_of, write_town

from runners.analyses.stress.circumstances import read_circumstance
from runners.cli import main
from runners.reports.summary import write_assumptions
from scenarios.choices import Choices
from scenarios.errors import CaseError

NOTHING = "zqxw"
BOILER = {"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}}
HEAT = [{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 0}]
ACTORS = [{"actor": "city", "kind": "municipality", "name_sv": "Staden", "name_en": "City"}]


def test_no_circumstance_is_offered_for_a_word_like_none() -> None:
    with pytest.raises(CaseError) as refused:
        read_circumstance(NOTHING)
    assert [problem.tell("sv") for problem in refused.value.problems] == [
        f"--with {NOTHING}: det finns ingen omständighet {NOTHING}."
    ]


@pytest.mark.parametrize("actors", [[], ACTORS])
def test_no_actor_is_offered_for_a_word_like_none(
    actors: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the case has none, and where none is like it."""
    traded = [{**row, "trader": "city"} for row in HEAT] if actors else HEAT
    owned = [{**BOILER, "actor": "city"}] if actors else [BOILER]
    case = write_town(tmp_path / "town", build_town(commodities=traded, technologies=owned, actors=actors))
    words = [f"owner={NOTHING}", "start=2025", "outlay=1", "saves=heat", "amount=1", "life=10", "name=Ny"]
    assert main(["add", "measure", "--case", str(case), *words]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"fardplan add measure, kolumn 'owner': fallet har ingen aktör '{NOTHING}'."
    ]


def test_assumed_numbers_without_money_have_no_heading() -> None:
    tables = build_town(commodities=HEAT, technologies=[BOILER])
    scenario = scenario_of(tables)
    plan = write_plan(scenario, 0.0)
    assert write_assumptions(tables, Choices(), scenario, plan) == [
        "Talen: 0 % publicerade, 0 % härledda, 100 % antagna."
    ]


def test_a_key_that_no_form_has_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    """It was taken for a folder; `raet` is like `rate`, `zqxw` like nothing."""
    assert main(["forms", "zqxw=2", "raet=11", "--form", "cdp", "--out", "x.xlsx"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan forms: ordet 'zqxw=2' hör inte hit.",
        "fardplan forms: ordet 'raet=11' hör inte hit. Närmast: --rate.",
        "fardplan forms: säg vilken plan blanketten ska fyllas ur: mappen som fardplan plan skrev.",
    ]
