"""`fardplan new` and `fardplan add measure`: a case of any municipality that checks and plans, and a measure of one."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from model.solver.solution import SolverOptions
from runners.cli import main
from runners.exchange.new_case import write_new_case
from runners.exchange.own_measure import list_rows, read_measure
from runners.family import Family
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.recipes.facts import FILE, find_facts, read_facts
from scenarios.recipes.making import Making
from scenarios.recipes.recipes import choose_layers, read_library
from scenarios.recipes.road import share_traffic
from scenarios.recipes.sectors import SECTORS
from scenarios.tables import read_tables


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest municipality."""
    folder = tmp_path_factory.mktemp("new") / "bjurholm"
    write_new_case(folder, find_facts("Bjurholm"))
    return folder


def test_facts_are_of_290_municipalities_and_each_has_all() -> None:
    facts = read_facts()
    assert len(facts) == 290
    assert len({frozenset(one.known) for one in facts.values()}) == 1
    with FILE.open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == 1 + sum(len(one.known) for one in facts.values())


@pytest.mark.slow
def test_a_new_case_has_no_mistakes(place: Path) -> None:
    assert check_tables(read_tables(place), Choices()) == []


@pytest.mark.slow
def test_the_do_nothing_path_is_the_inventory_by_sector(place: Path) -> None:
    """In 2024, the year from which the paths go on, within a thousandth: what is let out is what was counted."""
    outcome = Family(place, Choices(years=(2024, 2030), do_nothing=True), SolverOptions(relax=True)).solve()
    assert outcome.plan is not None
    rows = read_tables(place).frames["inventory"]
    counted = rows[rows["year"] == "2024"].set_index("account")["value"].astype(float)
    held = outcome.plan["account_value"].sel(year=2024).to_series()
    for name in counted.index:
        assert held[name] == pytest.approx(counted[name], rel=1e-3), name


def test_sectors_with_nothing_are_left_out() -> None:
    """Electricity and heat let out nothing in 51 municipalities, international transport in 212, farming in one."""
    left_out = {
        name: [m for m, f in read_facts().items() if f"library/{name}" not in choose_layers(f)] for name in SECTORS
    }
    counts = {name: len(municipalities) for name, municipalities in left_out.items()}
    assert counts["electricity_district_heating"] == 51
    assert counts["international_transport"] == 212
    assert counts["agriculture"] == 1
    assert counts["transport"] == counts["machinery"] == counts["own_heating"] == 0


def test_traffic_gives_the_tonnes_back() -> None:
    """Whatever is registered: shares times factors are 96 % of what transport emits, the rest is not on the road."""
    for name in ("Lund", "Helsingborg", "Bjurholm"):
        facts = find_facts(name)
        making = Making(facts, read_library(choose_layers(facts)))
        tonnes = sum(
            fuel * making.factor(f"transport_{kind}", f"{kind}_on_fuel")
            for kind, (fuel, _) in share_traffic(making).items()
        )
        assert tonnes == pytest.approx(0.96 * making.emissions("transport").value)
        assert np.isfinite(tonnes)


def test_the_command_writes_a_case_and_never_over_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sorsele"
    assert main(["new", "Sorsele", "--out", str(folder), "--plain"]) == 0
    told = capsys.readouterr().out.splitlines()
    named = len((folder / "layers.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert told == [
        f"Fallet Sorsele är skrivet till {folder}, på {named} lager.",
        f"Gå vidare: fardplan check case.path={folder}; fardplan plan case.path={folder}",
    ]
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    assert main(["new", "Sorsele", "--out", str(folder), "--plain", "lang=en"]) == 2
    assert capsys.readouterr().err.strip() == (
        f"{folder}: something is here already, and a new case is never written over anything. Choose another folder, "
        "or move what is here."
    )
    assert {path: path.read_bytes() for path in folder.rglob("*.csv")} == before


def test_what_is_missing_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan new: name a municipality, for instance: fardplan new Eslöv --out eslov.",
        "fardplan new: name a folder for the case: --out FOLDER.",
    ]


PATH = ("name=Cykelväg", "owner=municipality", "start=2027", "outlay=4", "saves=heat_boilers", "amount=0,5", "life=40")


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """The minimal case, as a folder that may be changed."""
    folder = tmp_path / "village"
    folder.mkdir()
    for path in (Path(__file__).parents[1] / "scenarios" / "minimal").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.mark.slow
def test_a_measure_of_ones_own_is_one_line(village: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "measure", "--case", str(village), *PATH, "grant=0.3", "status=forced"]) == 0
    assert capsys.readouterr().out == (
        f"Cykelväg (cykelvag) finns nu i fallet {village}. Kontrollera: fardplan check case.path={village}\n"
    )
    tables = read_tables(village)
    assert check_tables(tables, Choices()) == []
    own = tables.frames["parameters"]
    own = own[own["technology"] == "cykelvag"].set_index("quantity")["value"].to_dict()
    assert own["capex"] == "4"
    assert own["yield"] == "0.5"
    assert tables.frames["grant_shares"]["value"].tolist() == ["0.3"]
    rows = tables.frames["technologies"].set_index("technology").loc["cykelvag"]
    assert (rows["status"], rows["status_year"], rows["sector"]) == ("forced", "2027", "own_heating")


def test_a_measure_that_cannot_be_understood_is_told_and_nothing_is_written(
    village: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in village.iterdir()}
    words = ["name=Skola", "owner=kommun", "start=soon", "outlay=4", "saves=heat", "amount=1", "status=maybe"]
    assert main(["add", "measure", "--case", str(village), *words, "lang=en"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[:3] == [
        "fardplan add measure, column 'life': this is needed of a measure and is not given.",
        "fardplan add measure, column 'start': 'soon' is no number. Write a number, such as 12 or 0.5.",
        "fardplan add measure, column 'status': 'maybe' is no status. Choose: option, forced, decided.",
    ]
    assert told[3].startswith(
        "fardplan add measure, column 'saves': the case has no commodity 'heat' to save. Nearest: heat_boilers ("
    )
    assert told[4].startswith(
        "fardplan add measure, column 'owner': the case has no actor 'kommun'. Nearest: municipality (Kommunen)"
    )
    capsys.readouterr()
    wrong = ["start=1999", "outlay=-4", "amount=0", "life=0", "lang=en"]
    assert main(["add", "measure", "--case", str(village), *PATH[:2], "saves=heat_boilers", *wrong]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan add measure, column 'start': 1999 is outside the years 2025–2045 of the plan. Write one of them.",
        "fardplan add measure, column 'outlay': -4 is too small. Write 0 or more.",
        "fardplan add measure, column 'amount': 0 is too small. Write a number above 0.",
        "fardplan add measure, column 'life': 0 is too small. Write a number above 0.",
    ]
    assert {path: path.read_bytes() for path in village.iterdir()} == before


def test_words_of_no_measure_are_told(village: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "measure", "--case", str(village), *PATH, "outlays=3", "lang=en"]) == 2
    assert capsys.readouterr().err.strip() == (
        "fardplan add measure: 'outlays' says nothing of a measure. Did you mean 'outlay'?"
    )
    assert main(["add", "school", "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan add: 'school' cannot be added. Write: fardplan add measure --case FOLDER name=NAME ...",
        "fardplan add measure: name a case: --case FOLDER.",
    ]


def test_an_outlay_in_kronor_is_refused_and_a_grant_may_be_in_percent(
    village: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", "measure", "--case", str(village), *PATH, "outlay=18000000", "lang=en"]) == 2
    assert capsys.readouterr().err.strip() == (
        "fardplan add measure, column 'outlay': the outlay is in MSEK, and 18000000 MSEK is more than any measure "
        "costs. Did you mean 18?"
    )
    tables = read_tables(village)
    said = dict(word.split("=") for word in (*PATH, "grant=30 %"))
    assert list_rows(read_measure(said, tables), tables)["grant_shares"][0]["value"] == "0.3"


@pytest.mark.slow
def test_saving_a_fuel_that_is_counted_where_it_burns_is_told_to_save_no_tonnes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Oil burns in boilers, which have the factor: to save oil spares money alone, to save their heat tonnes too."""
    folder = tmp_path / "bjurholm"
    write_new_case(folder, find_facts("Bjurholm"))
    words = ["add", "measure", "--case", str(folder), *PATH[:4], "amount=0,5", "life=40", "lang=en"]
    assert main([*words, "name=Oil", "saves=fuel_oil"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Note: fuel_oil is counted as emissions where it burns. To save fuel_oil saves money but no tonnes; to save "
        "tonnes, name what it drives in saves: heat_boilers."
    ]
    assert main([*words, "name=Heat", "saves=heat_boilers"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_measure_takes_programme_and_sector_of_what_it_serves(village: Path) -> None:
    tables = read_tables(village)
    said = dict(word.split("=") for word in PATH)
    rows = list_rows(read_measure(said, tables), tables)
    assert rows["technologies"][0]["programme"] == "buildings"
    assert "sources" not in rows


@pytest.mark.slow
def test_the_ten_numbers_to_get_first_are_ranked_by_what_they_do_to_the_plan(tmp_path: Path) -> None:
    folder = tmp_path / "bjurholm"
    assert main(["new", "Bjurholm", "--out", str(folder), "lang=en"]) == 0
    page = (folder / "numbers.md").read_text(encoding="utf-8")
    assert page.startswith("# Bjurholm: the ten numbers to get first\n")
    assert " 1. " in page
    assert "10. " in page
