"""Which municipality a word means, however it is written; and what is said where it means none, or several."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from runners.cli import main
from scenarios.errors import CaseError
from scenarios.recipes.facts import find_all_facts, find_facts, read_facts
from scenarios.recipes.municipality_names import find_meant, fold_marks, read_codes

SPELLED = {
    "Malmö": ("Malmö stad", "MALMÖ", "Malmo", "malmoe", "1280", "1280 Malmö", "Malmö (kommun)", "City of Malmö"),
    "Upplands Väsby": ("Upplands Väsby kommun", "upplands-väsby", "Upplands\u00a0Vasby", "upplandsvasby", "114"),
    "Upplands-Bro": ("Upplands Bro", "upplands-bro kommun", "UPPLANDS-BRO"),
    "Göteborg": ("Göteborgs Stad", "goteborg", "Gothenburg", "City of Gothenburg"),
    "Stockholm": ("STOCKHOLMS STAD", "Stockholms kommun", "0180", "180"),
    "Gotland": ("Region Gotland", "Gotlands kommun"),
    "Falun": ("Falu kommun", "falun"),
    "Habo": ("HABO", "Habo kommun"),
    "Håbo": ("håbo", "Haabo", "Håbo kommun"),
    "Höganäs": ("Höganas", "Hoganas kommun", "Höganäs kommun"),
    "Sotenäs": ("Sotenäs kommun", "sotenas"),
    "Dals-Ed": ("Dals Ed", "Dals-Eds kommun", "dalsed"),
}


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in SPELLED.items() for word in words])
def test_a_name_is_understood_however_it_is_written(name: str, word: str) -> None:
    assert find_meant(word).names == (name,)
    assert find_meant(word).problem == ""
    assert find_meant(normalize("NFD", word)).names == (name,)


def test_every_municipality_is_found_by_name_code_office_and_without_marks() -> None:
    """All 290; without marks `Habo` is Habo, and Håbo is written `Haabo`, by its code or with its ring."""
    assert set(read_codes().values()) == set(read_facts())
    for code, name in read_codes().items():
        genitive = name if name.endswith("s") else name + "s"
        for word in (name, code, f"{code} {name}", f"{name} kommun", f"{genitive} kommun", name.upper()):
            assert find_facts(word).municipality == name, word
        assert find_facts(fold_marks(name)).municipality == ("Habo" if name == "Håbo" else name)


TOLD = {
    "Helsingbrog": (
        "fardplan new: 'Helsingbrog' är inte namnet på en av de 290 kommunerna. Skriv ett av dem som ligger närmast: "
        "Helsingborg, Lidingö.",
        "fardplan new: 'Helsingbrog' is not the name of one of the 290 municipalities. Write one of the nearest: "
        "Helsingborg, Lidingö.",
    ),
    "Upplands": (
        "fardplan new: 'Upplands' kan vara flera av de 290 kommunerna: Upplands Väsby, Upplands-Bro. Skriv en av dem.",
        "fardplan new: 'Upplands' may be several of the 290 municipalities: Upplands Väsby, Upplands-Bro. "
        "Write one of them.",
    ),
    "9999": (
        "fardplan new: ingen av de 290 kommunerna har koden '9999'. Skriv kommunens namn, eller dess kod med fyra "
        "siffror, som 1280 för Malmö.",
        "fardplan new: none of the 290 municipalities has the code '9999'. Write the name of the municipality, or its "
        "code of four digits, such as 1280 for Malmö.",
    ),
    "1280 Lund": (
        "fardplan new: '1280 Lund': koden är den för Malmö, och namnet är ett annat. Rätta det ena.",
        "fardplan new: '1280 Lund': the code is that of Malmö, and the name is another. Correct one of them.",
    ),
}


@pytest.mark.parametrize("word", TOLD)
def test_a_word_that_means_none_or_several_is_told(word: str) -> None:
    with pytest.raises(CaseError) as caught:
        find_facts(word)
    assert tuple(caught.value.problems[0].tell(lang) for lang in ("sv", "en")) == TOLD[word]


def test_all_words_that_mean_none_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what is named twice is one municipality."""
    names = [facts.municipality for facts in find_all_facts(["Lund", "1281", "Eslöv"], "fardplan new")]
    assert names == ["Lund", "Eslöv"]
    assert main(["portfolio", "new", "Lunt", "Lund", "9999", "--out", str(tmp_path / "x"), "lang=en"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split("'")[1] for line in told] == ["Lunt", "9999"]
    assert told[0].startswith("fardplan portfolio new: ")
    assert not (tmp_path / "x").exists()
