"""What an adopted plan lists, laid beside the plan: its checks, its table in the run folder and its chapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import town
from spoiled import tell

from runners.reports.actions import tabulate_actions
from runners.reports.tables import tabulate_run
from runners.results.result import Result
from runners.solve import find_plan
from runners.views.renderers.grid import read_table
from runners.views.section import Table, Text
from runners.views.subjects.actions import write_actions
from scenarios.assemble import assemble
from scenarios.catalog import ACTION
from scenarios.choices import Choices
from scenarios.tables import read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
SOURCE = "hand"


def act(action: str, measures: str = "", **words: str) -> dict[str, Any]:
    return {ACTION: action, "name_sv": f"Insats {action}", "name_en": f"Action {action}", **words} | {
        "measures": measures,
        "source": SOURCE,
    }


LISTED = [
    act("1", "pump retrofit", status="decided", stated_cost="7-12.5", stated_tonnes="650"),
    act("2"),
    act("3", "retrofit", status="planned", note="As 1."),
]


def build_listed_town(actions: list[dict[str, Any]]) -> dict[str, Any]:
    """2 MW of pumps at 3 MSEK spare gas for 10 a year; a retrofit at 1000 is left alone."""
    return {
        "case": {"last_year": 2026},
        "commodities": [{"commodity": "gas", "purchase_price": 1}, {"commodity": "heat", "demand": 10}],
        "technologies": [
            {"technology": "boiler", "existing": 2, "yield": 5, "flow": {"heat": 1, "gas": -1}},
            {
                "technology": "pump",
                "measure": "yes",
                "buildable": "yes",
                "capex": 3,
                "life": 20,
                "yield": 5,
                "flow": {"heat": 1},
            },
            {
                "technology": "retrofit",
                "measure": "yes",
                "buildable": "yes",
                "capex": 1000,
                "life": 20,
                "yield": 5,
                "flow": {"heat": 1},
            },
        ],
        "actions": actions,
    }


def tabulate(actions: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    tables = town.build_town(**build_listed_town(actions))
    scenario = assemble(tables, Choices())
    plan = tabulate_run(scenario, find_plan(scenario), None)
    return plan | tabulate_actions(tables, (), plan)


def test_actions_are_no_part_of_a_scenario() -> None:
    """Same digest, no dimension of theirs: every compiled program stays as it was."""
    listed, bare = (town.scenario_of(build_listed_town(actions)) for actions in (LISTED, []))
    assert listed.attrs["digest"] == bare.attrs["digest"]
    assert ACTION not in listed.dims


def test_each_action_stands_beside_what_the_plan_does_of_its_measures() -> None:
    """Both pumps are begun in 2025: 2 MW at 3 are 6 MSEK. An action without measures keeps a row."""
    table = tabulate(LISTED)["actions"]
    assert table[[ACTION, "technology"]].to_numpy().tolist() == [
        *(["1", "pump"], ["1", "retrofit"], ["2", ""], ["3", "retrofit"]),
    ]
    pump = table.iloc[0]
    assert [pump[name] for name in ("first_start", "first_service", "most", "unit", "outlay")] == [
        2025,
        2025,
        2,
        "MW",
        6,
    ]
    assert [pump[f"stated_{name}"] for name in ("cost_least", "cost_most", "tonnes_least", "tonnes_most")] == [
        *(7, 12.5, 650, 650),
    ]
    assert table.iloc[1:][["first_start", "outlay", "tonnes"]].isna().all(axis=None)
    assert np.isnan(table.iloc[2]["stated_cost_least"])
    assert table["note"].tolist() == ["", "", "", "As 1."]


def test_a_case_without_actions_has_no_table_of_them() -> None:
    assert "actions" not in tabulate([])


@pytest.mark.parametrize(
    ("lang", "told", "cells"),
    [
        (
            "en",
            "The action plan lists 3 actions. 2 of them have measures in the case, and the plan takes measures of 1. "
            "Without an effect that can be reckoned: 1.",
            [
                ("Action 1", "decided", "7–12", "650", "Pump", "2025", "2025", "2", "MW", "6.0", "–"),
                ("", "", "", "", "retrofit", "not taken", "", "", "", "", ""),
                ("Action 2", "–", "–", "–", "no effect that can be reckoned", "", "", "", "", "", ""),
                ("Action 3", "planned", "–", "–", "retrofit", "not taken", "", "", "", "", ""),
            ],
        ),
        (
            "sv",
            "Handlingsplanen räknar upp 3 insatser. 2 av dem motsvaras av åtgärder i fallet, och planen tar med "
            "åtgärder ur 1. Utan effekt som går att räkna på: 1.",
            [
                ("Insats 1", "beslutad", "7–12", "650", "Pump", "2025", "2025", "2", "MW", "6,0", "–"),
                ("", "", "", "", "retrofit", "tas inte med", "", "", "", "", ""),
                ("Insats 2", "–", "–", "–", "ingen effekt som går att räkna på", "", "", "", "", "", ""),
                ("Insats 3", "planerad", "–", "–", "retrofit", "tas inte med", "", "", "", "", ""),
            ],
        ),
    ],
)
def test_the_chapter_tells_it_in_both_languages(lang: str, told: str, cells: list[tuple[str, ...]]) -> None:
    labels = pd.DataFrame([{"label": "pump", "name_sv": "Pump", "name_en": "Pump"}])
    result = Result("plan", {"money": "MSEK", "price_year": 2025}, {**tabulate(LISTED), "labels": labels})
    text, table = write_actions(result, lang).blocks
    assert isinstance(text, Text)
    assert text.text == told
    assert isinstance(table, Table)
    grid = read_table(table, lang)
    assert [tuple(cell.replace("\xa0", " ") for cell in row.cells) for row in grid.rows] == cells
    assert all(len(row.cells) == len(grid.heads) for row in grid.rows)


@pytest.mark.parametrize(
    ("action", "english", "swedish"),
    [
        (
            act("1", "pmp"),
            "actions.csv row 2, column 'measures': the action '1' names the measure 'pmp', which is not in "
            "technologies.csv. Did you mean 'pump'? No measure at all: leave the cell blank.",
            "actions.csv rad 2, kolumn 'measures': insatsen '1' nämner åtgärden 'pmp', som inte finns i "
            "technologies.csv. Menade du 'pump'? Ingen åtgärd alls: lämna cellen tom.",
        ),
        (
            act("1", "pump boiler"),
            "actions.csv row 2, column 'measures': the action '1' names 'boiler', which is no measure that the plan "
            "may choose. Take it out, or write measure = yes for it in technologies.csv.",
            "actions.csv rad 2, kolumn 'measures': insatsen '1' nämner 'boiler', som inte är någon åtgärd som planen "
            "kan välja. Ta bort den, eller skriv measure = yes för den i technologies.csv.",
        ),
        (
            act("1", stated_cost="800-700"),
            "actions.csv row 2, column 'stated_cost': '800-700' is no amount. Write a number, or a range from the "
            "lower to the higher: 700-800. None stated: leave the cell blank.",
            "actions.csv rad 2, kolumn 'stated_cost': '800-700' är inget belopp. Skriv ett tal, eller ett spann från "
            "det lägre till det högre: 700-800. Inget angivet: lämna cellen tom.",
        ),
        (
            act("1", status="decide"),
            "actions.csv row 2, column 'status': 'decide' is none of the words allowed: decided, ongoing, planned. Did "
            "you mean 'decided'?",
            "actions.csv rad 2, kolumn 'status': 'decide' är inget av de tillåtna orden: decided, ongoing, planned. "
            "Menade du 'decided'?",
        ),
    ],
)
def test_a_mistake_is_told_whole(action: dict[str, Any], english: str, swedish: str) -> None:
    assert tell({"actions": [action]}) == [english]
    assert tell({"actions": [action]}, "sv") == [swedish]


def test_lund_lists_the_37_actions_of_its_contract() -> None:
    actions = read_tables(LUND).frames["actions"]
    assert [name[:2] for name in actions[ACTION]] == [f"{number:02}" for number in range(1, 38)]
    assert (actions["measures"] == "").sum() == 18
    assert actions.loc[actions["status"] == "decided", ACTION].tolist() == ["31_ortofta_2"]
