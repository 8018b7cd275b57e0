"""Layers of a case: later ones win number by number, every row knows its layer, messages name its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.solver.solution import SolverOptions
from runners.exchange.case_writer import write_case
from runners.family import Family
from runners.record import digest_inputs
from runners.reports.layer_words import write_layers
from scenarios.assemble import assemble
from scenarios.catalog import TABLES
from scenarios.checks.check import check_tables
from scenarios.checks.kept import check_once
from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.layers import find_layers
from scenarios.quality import rank_assumptions
from scenarios.ranges import list_assumptions
from scenarios.tables import Tables, _read_shipped, read_tables, tables_of

BELOW = {
    "case": [
        {"quantity": "name_sv", "value": "Byn"},
        {"quantity": "name_en", "value": "The village"},
        {"quantity": "money", "value": "MSEK"},
        {"quantity": "price_year", "value": 2025},
        {"quantity": "first_year", "value": 2025},
        {"quantity": "last_year", "value": 2026},
        {"quantity": "discount_rate", "value": 0},
    ],
    "slices": [{"slice": "year", "season": "year", "hours": 8760}],
    "commodities": [{"commodity": "heat", "unit": "GWh"}, {"commodity": "oil", "unit": "GWh"}],
    "technologies": [
        {
            "technology": "boiler",
            "programme": "heat",
            "sector": "heat",
            "actor": "all",
            "capacity_unit": "MW",
            "activity_unit": "GWh",
            "capacitated": False,
        }
    ],
    "parameters": [{"technology": "boiler", "quantity": "variable_cost", "value": 1}],
    "flows": [
        {"technology": "boiler", "commodity": "heat", "quantity": "flow", "value": 1},
        {"technology": "boiler", "commodity": "oil", "quantity": "flow", "value": -1},
    ],
    "demands": [{"commodity": "heat", "quantity": "demand", "value": 10}],
    "prices": [
        {"commodity": "oil", "quantity": "purchase_price", "year": 2025, "value": 2},
        {"commodity": "oil", "quantity": "purchase_price", "year": 2026, "value": 3},
    ],
}


@pytest.fixture
def below(tmp_path: Path) -> Path:
    """A village that burns 10 GWh of oil a year at 2 and 3 MSEK and 1 for running: 20 + 30 + 2 x 10 = 70."""
    write_case(tmp_path / "below", tables_of(BELOW), False)
    return tmp_path / "below"


def stack(folder: Path, layers: str = "layer\n../below\n", **tables: str) -> Path:
    folder.mkdir()
    (folder / "layers.csv").write_text(layers, encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


PRICE = "commodity,quantity,value,unit,source,confidence\noil,purchase_price,4,MSEK/GWh,hand,assumed\n"


def cost(folder: Path | Tables) -> float:
    outcome = Family(folder, Choices(), SolverOptions()).solve()
    assert outcome.plan is not None
    return float(outcome.plan.attrs["objective"])


def test_a_case_of_one_folder_is_read_as_ever(below: Path) -> None:
    tables = read_tables(below)
    assert [layer.name for layer in tables.layers] == [""]
    assert tables.frames["prices"].index.tolist() == [2, 3]
    assert write_layers(tables) == ""


def test_a_stack_that_says_nothing_of_its_own_is_the_layer_below(below: Path, tmp_path: Path) -> None:
    alone, stacked = read_tables(below), read_tables(stack(tmp_path / "town"))
    for table in TABLES:
        assert alone.frames[table.name].to_numpy().tolist() == stacked.frames[table.name].to_numpy().tolist()
    assert cost(below) == cost(tmp_path / "town") == pytest.approx(70.0)


def test_a_later_layer_wins_the_whole_number_whatever_its_years(below: Path, tmp_path: Path) -> None:
    """Oil at 4 in all years in place of 2 and 3: 10 x (4 + 1) x 2 = 100. Row by row the blank year would give way, and
    the 70 of the layer below would stand.
    """
    town = stack(tmp_path / "town", prices=PRICE)
    assert cost(town) == pytest.approx(100.0)


def test_an_inventory_is_of_one_year(below: Path, tmp_path: Path) -> None:
    accounts = "account,name_sv,name_en,unit\nco2,Utsläpp,Emissions,kt\n"
    head = "account,year,value,unit,source,confidence\n"
    below.joinpath("accounts.csv").write_text(accounts, encoding="utf-8")
    below.joinpath("inventory.csv").write_text(f"{head}co2,2010,9,kt,hand,assumed\nco2,2020,7,kt,hand,assumed\n")
    town = stack(tmp_path / "town", inventory=f"{head}co2,2020,6,kt,hand,assumed\n")
    assert read_tables(town).frames["inventory"]["value"].tolist() == ["9", "6"]


def test_check_tells_what_each_layer_gives_and_what_gave_way(below: Path, tmp_path: Path) -> None:
    town = stack(tmp_path / "town", prices=PRICE)
    assert write_layers(read_tables(town), "sv").splitlines() == [
        "Lager, det lägsta först",
        "  ../below                                      10 tal",
        "  fallet själv                                   1 tal",
        "Ersatta av ett högre lager: 1",
        "  oil purchase_price: 2 MSEK/GWh ... (../below/prices.csv:2) ersätts av 4 MSEK/GWh (prices.csv:2)",
    ]
    assert write_layers(read_tables(town), "en").splitlines()[3:] == [
        "Overridden by a higher layer: 1",
        "  oil purchase_price: 2 MSEK/GWh ... (../below/prices.csv:2) gives way to 4 MSEK/GWh (prices.csv:2)",
    ]


CONTRADICTING = {
    "case": (
        "quantity,value,unit,source,confidence\nname_sv,V,,,\nmoney,MEUR,,,\n",
        "case.csv rad 3, kolumn 'value': här räknas money i 'MEUR', men lagret under har 'MSEK' (../below/case.csv:4), "
        "och dess tal står i den. Skriv MSEK, eller skriv om alla tal som räknas i den.",
        "case.csv row 3, column 'value': here money is counted in 'MEUR', but the layer below has 'MSEK' "
        "(../below/case.csv:4), and its numbers stand in it. Write MSEK, or write all numbers anew that are counted in "
        "it.",
    ),
    "commodities": (
        "commodity,name_sv,name_en,unit,trader\noil,Olja,Oil,m3,all\n",
        "commodities.csv rad 2, kolumn 'unit': här räknas oil i 'm3', men lagret under har 'GWh' "
        "(../below/commodities.csv:3), och dess tal står i den. Skriv GWh, eller skriv om alla tal som räknas i den.",
        "commodities.csv row 2, column 'unit': here oil is counted in 'm3', but the layer below has 'GWh' "
        "(../below/commodities.csv:3), and its numbers stand in it. Write GWh, or write all numbers anew that are "
        "counted in it.",
    ),
}


@pytest.mark.parametrize("table", CONTRADICTING)
def test_layers_that_contradict_are_told_once(below: Path, tmp_path: Path, table: str) -> None:
    """Not at each number of the layer below, whose units are in order where they stand."""
    text, sv, en = CONTRADICTING[table]
    problems = check_tables(read_tables(stack(tmp_path / "town", **{table: text})), Choices())
    assert [(problem.tell("sv"), problem.tell("en")) for problem in problems] == [(sv, en)]


def test_a_price_year_of_ones_own_is_told_and_another_unit_with_all_its_numbers_is_in_order(
    below: Path, tmp_path: Path
) -> None:
    year = "quantity,value,unit,source,confidence\nprice_year,2020,year,hand,assumed\n"
    (problem,) = check_tables(read_tables(stack(tmp_path / "dated", case=year)), Choices())
    assert problem.tell("en").startswith("case.csv row 2, column 'value': here price_year is counted in '2020'")
    town = stack(
        tmp_path / "metric",
        commodities=CONTRADICTING["commodities"][0],
        flows="technology,commodity,quantity,value,unit,source,confidence\nboiler,oil,flow,-100,m3/GWh,hand,assumed\n",
        prices="commodity,quantity,value,unit,source,confidence\noil,purchase_price,0.02,MSEK/m3,hand,assumed\n",
    )
    assert check_tables(read_tables(town), Choices()) == []


def test_a_layer_below_that_changed_is_checked_again(below: Path, tmp_path: Path) -> None:
    """The town's own rows are the same, and so is what it is planned from: only what gave way is another."""
    town = stack(tmp_path / "town", case="quantity,value,unit,source,confidence\nprice_year,2025,year,hand,assumed\n")
    marks = tmp_path / "checked"
    assert check_once(View(read_tables(town), Choices()), marks) == []
    case = below / "case.csv"
    text = case.read_text(encoding="utf-8")
    assert text.count("price_year,2025") == 1
    case.write_text(text.replace("price_year,2025", "price_year,2020"), encoding="utf-8")
    assert [problem.key for problem in check_once(View(read_tables(town), Choices()), marks)] == ["layer_unit"]


def test_a_layer_of_the_program_is_read_once_until_a_file_of_it_changes(
    below: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are shared by all cases of a process; a case of its own, and a user's layers, are read each time."""
    monkeypatch.setattr("scenarios.layers.SHIPPED", tmp_path.resolve())
    folder = stack(tmp_path / "case")
    first, again = read_tables(folder), read_tables(folder)
    assert _read_shipped.cache_info().hits >= 1
    assert first.frames["commodities"].equals(again.frames["commodities"])
    (below / "sources.csv").write_text("source,title\nhand,Another title\n", encoding="utf-8")
    assert read_tables(folder).frames["sources"]["title"].tolist() == ["Another title"]


def test_where_a_layer_is_missing_nothing_is_said_of_what_it_would_hold(below: Path, tmp_path: Path) -> None:
    town = stack(tmp_path / "town", "layer\n../belo\n", prices=PRICE)
    assert [problem.key for problem in check_tables(read_tables(town), Choices())] == ["layer_unknown"]


def test_what_is_said_again_as_it_was_is_no_override(below: Path, tmp_path: Path) -> None:
    """A price of a lower layer, written once more with another note: nothing gave way that a reader has to know."""
    again = below.joinpath("prices.csv").read_text(encoding="utf-8")
    told = write_layers(read_tables(stack(tmp_path / "town", prices=again.replace("hand", "judgement"))), "en")
    assert told.splitlines()[3:] == ["Overridden by a higher layer: 0"]


def test_messages_and_assumptions_name_the_file_of_the_layer(below: Path, tmp_path: Path) -> None:
    with below.joinpath("demands.csv").open("a", encoding="utf-8") as file:
        file.write("heat,demand,x,GWh,hand,assumed\n")
    tables = read_tables(stack(tmp_path / "town", prices=PRICE.replace("4,MSEK", "4,EUR")))
    told = [problem.tell("en") for problem in check_tables(tables, Choices())]
    assert [text.split(":")[0] for text in told] == [
        "../below/demands.csv row 3, column 'value'",
        "../below/demands.csv row 3",
        "prices.csv row 2, column 'unit'",
    ]
    assert "the one of row 2 (../below/demands.csv)" in told[1] or "2 (../below/demands.csv)" in told[1]


def test_an_assumed_number_tells_its_layer(below: Path, tmp_path: Path) -> None:
    tables = read_tables(stack(tmp_path / "town", prices=PRICE))
    weights = {("purchase_price", "oil"): 80.0, ("demand", "heat"): 1.0}
    ranked = rank_assumptions(tables, weights)
    assert ranked[["file", "row"]].to_numpy().tolist() == [["prices.csv", 2], ["../below/demands.csv", 2]]
    places = {(one.quantity, one.table, one.row) for one in list_assumptions(tables, ())}
    assert ("demand", "../below/demands", 2) in places
    assert ("purchase_price", "prices", 2) in places


def test_what_a_run_is_made_of_includes_the_layers(below: Path, tmp_path: Path) -> None:
    town = stack(tmp_path / "town", prices=PRICE)
    before = digest_inputs(town)
    assert {"layers.csv", "prices.csv", "../below/prices.csv"} <= set(before)
    below.joinpath("prices.csv").write_text(PRICE, encoding="utf-8")
    assert digest_inputs(town)["../below/prices.csv"] != before["../below/prices.csv"]


@pytest.mark.parametrize(
    ("layers", "sv", "en"),
    [
        (
            "layer\nlibrary/comon\n",
            "layers.csv rad 2, kolumn 'layer': lagret 'library/comon' finns inte. Ange en mapp med tabeller, sedd från "
            "fallets mapp, eller ett lager som följer med programmet. Närmast: library/common.",
            "layers.csv row 2, column 'layer': there is no layer 'library/comon'. Give a folder of tables, seen from "
            "the folder of the case, or a layer that comes with the program. Nearest: library/common.",
        ),
        (
            "layer\n../below\n.\n",
            "layers.csv rad 3, kolumn 'layer': lagret '.' ligger under sig självt. Ta bort raden: ett fall och ett "
            "lager kan inte vila på sig självt.",
            "layers.csv row 3, column 'layer': the layer '.' lies below itself. Take the row away: no case and no "
            "layer can rest on itself.",
        ),
        (
            "layer,note\n../below,\n,what\n",
            "layers.csv rad 3, kolumn 'layer': cellen är tom. Ange ett lager, eller ta bort raden.",
            "layers.csv row 3, column 'layer': the cell is blank. Name a layer, or take the row away.",
        ),
    ],
)
def test_layers_that_cannot_be_used_are_told(below: Path, tmp_path: Path, layers: str, sv: str, en: str) -> None:
    town = stack(tmp_path / "town", layers)
    problems = read_tables(town).problems
    assert [problem.tell("sv") for problem in problems][:1] == [sv]
    assert [problem.tell("en") for problem in problems][:1] == [en]


def test_a_stack_written_as_one_folder_is_the_same_scenario(below: Path, tmp_path: Path) -> None:
    stacked = read_tables(stack(tmp_path / "town", prices=PRICE))
    write_case(tmp_path / "flat", stacked, False)
    flat = read_tables(tmp_path / "flat")
    assert [assemble(tables, Choices()).attrs["digest"] for tables in (stacked, flat)] == [
        assemble(flat, Choices()).attrs["digest"]
    ] * 2


def test_a_layer_may_have_layers_and_counts_once(below: Path, tmp_path: Path) -> None:
    stack(tmp_path / "middle", prices=PRICE)
    town = stack(tmp_path / "town", "layer\n../below\n../middle\n")
    layers, problems = find_layers(town)
    assert [layer.name for layer in layers] == ["", "../middle", "../below"]
    assert problems == []
    assert cost(town) == pytest.approx(100.0)
