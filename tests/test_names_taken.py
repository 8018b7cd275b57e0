"""Keys, codes and names in both languages are taken wherever a command is told of what; nonsense is offered none."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_curve_command import write_case

from conf.schema import CurveConfig, MeasuresConfig
from model.solver.solution import SolverOptions
from runners.analyses.abatement.measures import read_request
from runners.analyses.cost_curve.choosing import find_probe
from runners.analyses.sensitivity.answer import Wish, explain
from runners.family import Family
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.settings import parse_setting
from scenarios.tables import read_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_case(tmp_path / "case")


@pytest.mark.parametrize("word", ["filter", "F", "f", "Filters"])
def test_why_is_asked_about_a_measure_by_key_code_or_name(folder: Path, word: str) -> None:
    family = Family(folder, Choices(salvage="none"), SolverOptions(threads=1))
    assert [reason.measure for reason in explain(family, {}, Wish(measure=word, prices=False)).reasons] == ["filter"]


def test_a_nonsense_word_is_offered_no_measure_and_a_code_is(folder: Path) -> None:
    family = Family(folder, Choices(), SolverOptions(threads=1))
    for word, offered in (("zzqq", ""), ("filtres", "filter"), ("scrubers", "scrubber")):
        with pytest.raises(CaseError) as refused:
            explain(family, {}, Wish(measure=word))
        told = refused.value.problems[0].tell("sv")
        assert told.startswith(f"why.measure={word}: det finns ingen åtgärd med det namnet som kan byggas.")
        assert f"Närmast: {offered}" in told if offered else "Närmast" not in told


def test_a_curve_is_drawn_over_a_target_or_account_by_the_name_that_plan_prints(folder: Path) -> None:
    tables = read_tables(folder)
    for word in ("cap", "The cap", "the cap"):
        assert find_probe(tables, Choices(), CurveConfig(target=word))[1] == "cap"
    assert find_probe(tables, Choices(), CurveConfig(account="CO2"))[0].account == "co2"
    with pytest.raises(CaseError) as refused:
        find_probe(tables, Choices(), CurveConfig(target="zzqq"))
    assert "Närmast" not in refused.value.problems[0].tell("sv")


def test_settings_and_yardsticks_take_names_of_targets_and_accounts(folder: Path) -> None:
    family = Family(folder, Choices(), SolverOptions(threads=1))
    assert (
        parse_setting('target."The cap"', family.scenario).index == parse_setting("target.cap", family.scenario).index
    )
    assert parse_setting("target.CO2.2026", family.scenario).index == (0,)
    assert read_request(MeasuresConfig(account="CO2"), family.scenario).yardstick.account == "co2"
