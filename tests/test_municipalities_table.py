"""The table of all municipalities: goes on where it was stopped, told on a map, and one real first plan."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from model.solver.solution import SolverOptions
from runners.analyses.municipalities import survey
from runners.analyses.municipalities.first_plan import Asked, plan_first
from runners.exchange.new_portfolio import CONTRACT_CITIES, write_portfolio
from runners.results.result import make_result
from runners.views.section import Chart, Points
from runners.views.subjects.municipalities import write_municipalities
from scenarios.choices import Choices
from scenarios.links import read_links
from scenarios.recipes.facts import find_facts, read_facts


def ask(name: str) -> Asked:
    """A municipality as the command asks for it."""
    return Asked(name, Choices(), SolverOptions(relax=True), None)


def made_row(asked: Asked) -> dict[str, object]:
    """A row as a first plan gives it; Ale has none."""
    row: dict[str, object] = {"municipality": asked.municipality, "inhabitants": 1000.0, "seconds": 1.0}
    if asked.municipality == "Ale":
        return {**row, "reached": False, "verified": False, "trouble": "no plan"}
    size = float(len(asked.municipality))
    amounts = {"cost": 10 * size, "misses": 0.0, "extra_cost": size, "saved": size, "cost_per_tonne": 100 * size}
    emissions = {"emissions_1990": 10.0, "emissions_2030": 2.0, "emissions_2045": 1.0, "cut": 60 + 3 * size}
    hold = {"hold_sv": "transport", "hold_en": "transport", "hold_percent": 60.0}
    return {**row, **amounts, **emissions, **hold, "reached": size > 6, "verified": True}


def test_what_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that somebody stopped before is kept; the order is that in which was asked."""
    done: list[str] = []

    def plan(asked: Asked) -> dict[str, object]:
        done.append(asked.municipality)
        return made_row(asked)

    monkeypatch.setattr(survey, "plan_first", plan)
    rows = tmp_path / "all.rows.csv"
    survey.survey_municipalities([ask("Lund"), ask("Malmö")], rows, 1)
    table = survey.survey_municipalities([ask("Eslöv"), ask("Malmö"), ask("Ale")], rows, 1)
    assert done == ["Lund", "Malmö", "Eslöv", "Ale"]
    assert table["municipality"].tolist() == ["Eslöv", "Malmö", "Ale"]
    assert table["trouble"].tolist()[2] == "no plan"


def test_rows_of_another_question_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other choices: planned anew, and the rows of before are there when the first question is asked again."""
    done: list[float] = []

    def plan(asked: Asked) -> dict[str, object]:
        done.append(asked.choices.discount_rate or 0.0)
        return made_row(asked)

    monkeypatch.setattr(survey, "plan_first", plan)
    rows, other = tmp_path / "all.rows.csv", replace(ask("Lund"), choices=Choices(discount_rate=0.07))
    for asked in (ask("Lund"), other, ask("Lund"), other):
        table = survey.survey_municipalities([asked], rows, 1)
        assert table["municipality"].tolist() == ["Lund"]
        assert list(table) == list(survey.find_table("municipalities", "municipalities").columns)
    assert done == [0.0, 0.07]


def test_the_map_has_every_municipality_and_the_sentences_count(tmp_path: Path) -> None:
    table = pd.DataFrame([made_row(ask(name)) for name in list(read_facts())[:30]])
    columns = list(survey.find_table("municipalities", "municipalities").columns)
    facts = {"money": "MSEK", "price_year": 2024, "name_sv": "kommuner", "name_en": "municipalities"}
    result = make_result("municipalities", facts, {"municipalities": table.reindex(columns=columns)})
    (section,) = write_municipalities(result, "en")
    charts = [block for block in section.blocks if isinstance(block, Chart)]
    assert [chart.key for chart in charts] == ["municipalities_cut", "municipalities_cost_per_tonne"]
    (shapes,) = (
        charts[0].spec["datasets"].values() if "datasets" in charts[0].spec else (charts[0].spec["data"]["values"],)
    )
    assert {shape["properties"]["name"] for shape in shapes} == set(read_facts())
    assert sum(shape["properties"]["value"] is not None for shape in shapes) == 29
    (points,) = [block for block in section.blocks if isinstance(block, Points)]
    reached = int(table["reached"].astype(bool).sum())
    assert points.items[0].startswith(f"{reached} of 29 reach -80 % by 2030 against 1990")
    assert points.items[-1] == "One has no verified plan: Ale."


def test_contract_cities_are_23_and_share_what_links_say(tmp_path: Path) -> None:
    """The pools are blank, so that they are what the cities have alone; the common target is a fifth of 1990."""
    assert len(set(CONTRACT_CITIES)) == 23
    names = write_portfolio(tmp_path / "two", [find_facts("Bjurholm"), find_facts("Upplands Väsby")])
    assert names == ["bjurholm", "upplands_vasby"]
    links = {link.key: link for link in read_links(tmp_path / "two", names)}
    assert list(links) == [
        *("klimatklivet", "vehicle_premium", "city_environment", "land_support", "hvo", "lorries", "together_2030")
    ]
    assert links["klimatklivet"].windows[0].value is None
    together = links["together_2030"]
    assert (together.price, together.basis, together.base_year, together.unit) == (7.0, "reduction", 1990, "%")
    assert together.windows[0].value == 80.0
    with (tmp_path / "two" / "bjurholm" / "finances.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    inhabitants = read_facts()["Bjurholm"].value("inhabitants", 2023)
    assert float(row["value"]) == pytest.approx(1.09 * inhabitants / 1000, rel=1e-5)


@pytest.mark.slow
def test_a_first_plan_is_verified_and_told_in_a_row() -> None:
    row = plan_first(ask("Bjurholm"))
    assert row.get("trouble", "") == ""
    assert row["verified"]
    assert row["cut"] == pytest.approx(100 * (1 - row["emissions_2030"] / row["emissions_1990"]))
    assert row["cost_per_tonne"] == pytest.approx(1000 * row["extra_cost"] / row["saved"])
