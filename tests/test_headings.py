"""What programmes and sectors are called: by a case's own tables, else by their labels; nothing is computed with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from town import build_town

from conf.words import read_messages
from runners.reports.background import tabulate_labels
from runners.reports.case_tables import tabulate_numbers
from runners.views.locale import Speech, read_programmes
from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.headings import read_headings
from scenarios.tables import Tables, read_tables

SCENARIOS = Path(__file__).parent.parent / "scenarios"
NAMED: dict[str, Any] = {
    "programmes": [{"programme": "warm_homes", "name_sv": "Varma hem", "name_en": "Warm homes"}],
    "sectors": [{"sector": "homes", "name_sv": "Hem", "name_en": ""}],
}


def town_of(**more: Any) -> Tables:
    about = {"programme": "warm_homes", "sector": "homes", "flow": {"heat": 1}, "existing": 5}
    return build_town(
        commodities=[{"commodity": "heat", "demand": 1}], technologies=[{"technology": "boiler", **about}], **more
    )


def test_a_case_names_its_programmes_and_sectors() -> None:
    scenario = assemble(town_of(**NAMED), Choices())
    assert read_headings(scenario, "programme") == {"warm_homes": {"sv": "Varma hem", "en": "Warm homes"}}
    assert read_headings(scenario, "sector") == {"homes": {"sv": "Hem", "en": "homes"}}
    labels = tabulate_labels(scenario)
    own = labels[labels["dimension"].isin(("programme", "sector"))]
    assert own[["label", "name_sv", "name_en"]].to_numpy().tolist() == [
        ["warm_homes", "Varma hem", "Warm homes"],
        ["homes", "Hem", "homes"],
    ]
    speech = Speech("sv", "MSEK", "2025", {}, programmes=read_programmes(labels))
    assert [speech.name_programme(label) for label in ("warm_homes", "cold_homes")] == ["Varma hem", "cold homes"]


def test_names_are_no_part_of_the_digest() -> None:
    """A programme that gets a name is the same scenario: kept runs stay its own."""
    named, plain = (assemble(tables, Choices()).attrs["digest"] for tables in (town_of(**NAMED), town_of()))
    assert named == plain


def test_every_programme_and_sector_of_the_cases_that_come_with_the_program_has_a_name() -> None:
    for case in ("lund", "minimal", "helsingborg"):
        frames = read_tables(SCENARIOS / case).frames
        named = {dim: set(frames[f"{dim}s"][dim]) for dim in ("programme", "sector")}
        assert set(frames["technologies"]["programme"]) <= named["programme"], case
        assert set(frames["technologies"]["sector"]) <= named["sector"] | set(frames["accounts"]["account"]), case


def test_every_number_tells_its_layer() -> None:
    """minimal lies on library layers: its own numbers say none, those of a layer its folder and the line there."""
    numbers = tabulate_numbers(read_tables(SCENARIOS / "minimal"), ())
    assert numbers["layer"].iloc[0] == "library/common"
    assert {"", "library/common"} < set(numbers["layer"])
    assert numbers["row"].min() >= 2
    own = numbers[(numbers["layer"] == "") & (numbers["table"] == "demands")]
    assert len(own) == len((SCENARIOS / "minimal" / "demands.csv").read_text(encoding="utf-8").splitlines()) - 1


def test_no_message_knows_a_programme() -> None:
    assert [key for key in read_messages() if key.startswith(("programme_", "sector_"))] == []
