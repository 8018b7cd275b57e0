"""Families of measures: what the table says, and every mistake in it told whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from measure_towns import filter_of, town_of
from town import build_town

from scenarios import naming
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.families import list_families
from scenarios.naming import Named, find_named, rank_named
from scenarios.tables import read_tables

LUND = Path(__file__).parents[1] / "scenarios" / "lund"


def name_family(label: str, measures: str) -> dict[str, Any]:
    return {"family": label, "name_sv": "Rening", "name_en": "Cleaning", "measures": measures}


def tell(family: dict[str, Any], lang: str) -> list[str]:
    town = town_of(filter_of("good", 1, 4), filter_of("dear", 3, 4), families=[family])
    return [problem.tell(lang) for problem in check_tables(build_town(**town), Choices())]


@pytest.mark.parametrize(
    ("family", "english", "swedish"),
    [
        (
            name_family("cleaning", "good der"),
            "families.csv row 2, column 'measures': the family 'cleaning' names the measure 'der', which is not in "
            "technologies.csv. Did you mean 'dear'? Correct it, or take it out of the cell.",
            "families.csv rad 2, kolumn 'measures': familjen 'cleaning' nämner åtgärden 'der', som inte finns i "
            "technologies.csv. Menade du 'dear'? Rätta den, eller ta bort den ur cellen.",
        ),
        (
            name_family("cleaning", "emit"),
            "families.csv row 2, column 'measures': the family 'cleaning' names 'emit', which is no measure that the "
            "plan may choose. Take it out, or write measure = yes for it in technologies.csv.",
            "families.csv rad 2, kolumn 'measures': familjen 'cleaning' nämner 'emit', som inte är någon åtgärd som "
            "planen kan välja. Ta bort den, eller skriv measure = yes för den i technologies.csv.",
        ),
        (
            name_family("good", "good"),
            "families.csv row 2, column 'family': the family is called 'good', and so is a technology in "
            "technologies.csv: it could not be said which is meant. Give the family another label.",
            "families.csv rad 2, kolumn 'family': familjen heter 'good', och det gör en teknik i technologies.csv "
            "också: då går det inte att säga vilken som menas. Ge familjen ett annat namn.",
        ),
    ],
)
def test_a_mistake_is_told_whole(family: dict[str, Any], english: str, swedish: str) -> None:
    assert tell(family, "en") == [english]
    assert tell(family, "sv") == [swedish]


def test_lund_names_its_five_families() -> None:
    families = list_families(read_tables(LUND), ["base_2024"])
    assert [family.names["sv"] for family in families] == [
        "Energieffektivisering",
        "Lågtempererad fjärrvärme",
        "Biokol",
        "Bio-CCS",
        "Elvägar",
    ]
    assert sum(len(family.measures) for family in families) == 20


@pytest.mark.parametrize(
    ("word", "meant"),
    [("bio_ccs", ["bio_ccs"]), ("S2", ["bio_ccs"]), ("s2", ["bio_ccs"]), ("BIO-CCS", ["bio_ccs"]), ("ccs", [])],
)
def test_a_thing_is_meant_by_its_key_its_code_or_its_name(word: str, meant: list[str]) -> None:
    things = [Named("ortofta_2", "D5", ("Örtofta 2",)), Named("bio_ccs", "S2", ("Bio-CCS", "Bio-CCS"))]
    assert [thing.label for thing in find_named(things, word)] == meant


def test_a_word_of_any_length_is_compared_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form with 100 000 letters held a thread of the page for 17 s: what is compared ends after so many signs."""
    compared: list[int] = []

    def note(word: str, text: str) -> float:
        compared.append(max(len(word), len(text)))
        return 0.5

    monkeypatch.setattr(naming, "_compare", note)
    rank_named([Named("x" * 9000), Named("wind")], "boiler" * 20_000)
    assert max(compared) == naming.COMPARED


def test_the_nearest_is_looked_for_among_keys_codes_and_names() -> None:
    """'S2' led to ortofta_2, another plant, by its letters."""
    things = [Named("ortofta_2", "D5", ("Örtofta 2",)), Named("bio_ccs", "S2", ("Bio-CCS på ett Örtoftaverk",))]
    assert [rank_named(things, word, 1)[0].label for word in ("S2", "ccs", "ortofta", "Örtoftaverk")] == [
        "bio_ccs",
        "bio_ccs",
        "ortofta_2",
        "bio_ccs",
    ]
