"""Tables that others let one download, read as facts: their forms, what is refused, and what a new case makes "
"of them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from runners.cli import main
from runners.exchange.facts_table import Given, Taken, read_facts_table
from scenarios.errors import CaseError
from scenarios.recipes.facts import find_facts, read_facts
from scenarios.recipes.municipality_names import read_codes
from scenarios.recipes.own_facts import OwnFact, lay_facts, list_units, read_own_facts

TODAY = 2026


def read(place: Path, text: str, **given: str) -> Taken:
    file = place / "table.csv"
    file.write_text(text, encoding="utf-8")
    return read_facts_table(file, Given(**given), TODAY)


def found(taken: Taken) -> list[tuple[str, str, int, float]]:
    return [(one.municipality, one.quantity, one.year, one.value) for one in taken.facts]


def refuse(place: Path, text: str, **given: str) -> list[tuple[str, str]]:
    with pytest.raises(CaseError) as told:
        read(place, text, **given)
    return [(problem.tell("sv"), problem.tell("en")) for problem in told.value.problems]


def test_every_code_is_of_a_municipality_with_facts() -> None:
    assert set(read_codes().values()) == set(read_facts())
    assert read_codes()["1281"] == "Lund"


def test_a_row_per_figure_as_kolada_has_it(tmp_path: Path) -> None:
    """Columns of Kolada's figures: of each sex and T for both; a county has four digits that are no municipality's."""
    text = (
        "kpi,municipality_id,municipality,period,gender,value\n"
        "N01951,1285,Eslöv,2024,T,35000\nN01951,1285,Eslöv,2024,K,17000\n0,0012,Skåne län,2024,T,1400000\n"
    )
    taken = read(tmp_path, text)
    assert found(taken) == [("Eslöv", "inhabitants", 2024, 35000.0)]
    assert (taken.passed, taken.empty) == (2, 0)


def test_a_column_per_year_as_scb_has_it(tmp_path: Path) -> None:
    """A title above, names with codes, decimal commas, spaces in numbers, `..` for what is not known; cp1252."""
    file = tmp_path / "folkmangd.csv"
    file.write_bytes(
        'Folkmängd efter region och år\n\n"region";"Folkmängd 2023";"Folkmängd 2024"\n"00 Riket";10500000;10600000\n'
        '"12 Skåne län";1;1\n"1285 Eslöv";"34 900";"35 000,0"\n"1281 Lund";..;"130 000"\n'.encode("cp1252")
    )
    taken = read_facts_table(file, Given(), TODAY)
    assert found(taken) == [
        ("Eslöv", "inhabitants", 2023, 34900.0),
        ("Eslöv", "inhabitants", 2024, 35000.0),
        ("Lund", "inhabitants", 2024, 130000.0),
    ]
    assert (taken.passed, taken.empty) == (2, 1)
    assert {one.source for one in taken.facts} == {"folkmangd"}


def test_a_column_per_quantity_and_a_unit_that_is_another(tmp_path: Path) -> None:
    """40 kt of transport are 40 000 t; a row of the municipality's code alone."""
    text = "kommun\tår\tTransporter\tJordbruk\tSkolor\n1285\t2024\t40\t30\t7\n"
    assert found(read(tmp_path, text, unit="kton")) == [
        ("Eslöv", "emissions_transport", 2024, 40000.0),
        ("Eslöv", "emissions_agriculture", 2024, 30000.0),
    ]


def test_a_table_of_one_municipality_in_excel(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["År", "Värde"], [2023, 21000], [2024, 21500.0]):
        book.active.append(row)
    book.save(tmp_path / "bilar.xlsx")
    taken = read_facts_table(tmp_path / "bilar.xlsx", Given(quantity="cars", municipality="Eslövs kommun"), TODAY)
    assert found(taken) == [("Eslöv", "cars", 2023, 21000.0), ("Eslöv", "cars", 2024, 21500.0)]


REFUSED = [
    (
        "år,värde\n2024,1\n",
        {},
        "table.csv rad 1: ingen kolumn säger vilken kommun raderna gäller (kolumnerna är: år, värde). Ladda ner "
        "tabellen med kommun, eller skriv municipality=KOMMUN om den gäller en enda.",
        "table.csv row 1: no column says which municipality rows are about (columns are: år, värde). Download "
        "the table "
        "with its municipality, or write municipality=NAME if it is about one alone.",
    ),
    (
        "kommun,år,värde\nEslöf,2024,35000\n",
        {"quantity": "inhabitants"},
        "table.csv rad 2: 'Eslöf' är inte namnet på en av de 290 kommunerna. Skriv ett av dem som ligger närmast: "
        "Eslöv, Eksjö.",
        "table.csv row 2: 'Eslöf' is not the name of one of the 290 municipalities. Write one of the nearest: "
        "Eslöv, Eksjö.",
    ),
    (
        "kommun,år,värde\nEslöv,2031,35000\n",
        {"quantity": "inhabitants"},
        "table.csv rad 2: '2031' är inget år från 1900 till 2026. Rätta cellen, eller skriv year=ÅR om tabellen gäller "
        "ett enda år.",
        "table.csv row 2: '2031' is no year from 1900 to 2026. Correct the cell, or write year=YEAR if the table is "
        "about one year alone.",
    ),
    (
        "kommun,år,värde\nEslöv,2024,många\n",
        {"quantity": "inhabitants"},
        "table.csv rad 2: 'många' är inget tal från noll och uppåt. Rätta cellen; en uppgift som saknas skrivs "
        ".. eller "
        "lämnas tom.",
        "table.csv row 2: 'många' is no number of zero or more. Correct the cell; what is not known is written .. or "
        "left blank.",
    ),
    (
        "kommun,år,ålder,värde\nEslöv,2024,0-9,3500\nEslöv,2024,10-19,4000\n",
        {"quantity": "inhabitants"},
        "table.csv rad 3: Eslöv 2024 har redan ett annat värde för inhabitants på rad 2: tabellen är uppdelad (ålder, "
        "drivmedel, kön?). Ladda ner den med bara summan.",
        "table.csv row 3: Eslöv 2024 has another value of inhabitants on row 2 already: the table is divided (age, "
        "fuel, sex?). Download it with the sum alone.",
    ),
    (
        "kommun,år,värde\nEslöv,2024,35\n",
        {"quantity": "inhabitants"},
        "table.csv rad 2: 35 persons är mer än 30 gånger från den publicerade siffran {published}: är det en "
        "annan enhet "
        "eller storhet? Skriv unit= eller quantity=.",
        "table.csv row 2: 35 persons is more than 30 times away from the published figure {published}: is it another "
        "unit or quantity? Write unit= or quantity=.",
    ),
    (
        "kommun,år,Transporter\nEslöv,2024,40000\n",
        {},
        "table.csv rad 2: tabellen säger ingen enhet för emissions_transport. Skriv unit= med en av: {tonnes}.",
        "table.csv row 2: the table says no unit of emissions_transport. Write unit= with one of: {tonnes}.",
    ),
    (
        "kommun,år,Transporter\nEslöv,2024,40000\n",
        {"unit": "MWh"},
        "table.csv rad 2: 'MWh' är ingen enhet för emissions_transport. Skriv en av: {tonnes}.",
        "table.csv row 2: 'MWh' is no unit of emissions_transport. Write one of: {tonnes}.",
    ),
    (
        "kommun,år,värde\nEslöv,2024,3\n",
        {"quantity": "schools"},
        "table.csv rad 2: 'schools' är ingen storhet som recepten använder. Skriv quantity= med en av: {quantities}.",
        "table.csv row 2: 'schools' is no quantity that recipes use. Write quantity= with one of: {quantities}.",
    ),
    (
        "kommun,år,Skolor\nEslöv,2024,3\n",
        {},
        "table.csv rad 1: ingen kolumn känns igen som siffror (kolumnerna är: kommun, år, Skolor). Döp den till värde, "
        "till ett årtal eller till en storhet: {quantities}.",
        "table.csv row 1: no column is known as figures (columns are: kommun, år, Skolor). Call it value, a year or a "
        "quantity: {quantities}.",
    ),
    (
        "kommun,år,värde\nEslöv,2024,3\nHöör,2024,4\n",
        {},
        "table.csv: ingen kolumn och inget rubrikord säger vilken storhet siffrorna gäller. Skriv quantity= med en av: "
        "{quantities}.",
        "table.csv: no column and no word of the header says of which quantity the figures are. Write quantity= with "
        "one of: {quantities}.",
    ),
    (
        "kommun,värde\nEslöv,3\nHöör,4\n",
        {"quantity": "cars"},
        "table.csv: ingen kolumn och inget rubrikord säger vilket år siffrorna gäller. Skriv year=ÅR om "
        "tabellen gäller ett enda år.",
        "table.csv: no column and no word of the header says of which year the figures are. Write year=YEAR if the "
        "table is about one year alone.",
    ),
    (
        "kommun,år,värde\nRiket,2024,3\n",
        {"quantity": "cars"},
        "table.csv: tabellen har ingen siffra för någon kommun.",
        "table.csv: the table has no figure of any municipality.",
    ),
]


@pytest.mark.parametrize(("text", "given", "swedish", "english"), REFUSED)
def test_what_is_wrong_with_a_table(
    text: str, given: dict[str, str], swedish: str, english: str, tmp_path: Path
) -> None:
    from runners.exchange.facts_table import TONNES

    words = {
        "published": f"{find_facts('Eslöv').value('inhabitants', 2023):g}",
        "tonnes": ", ".join(TONNES),
        "quantities": ", ".join(list_units()),
    }
    assert refuse(tmp_path, text, **given) == [(swedish.format(**words), english.format(**words))]


def test_many_mistakes_are_counted(tmp_path: Path) -> None:
    told = refuse(tmp_path, "kommun,år,värde\n" + "Eslöv,2024,x\n" * 13, quantity="cars")
    assert len(told) == 11
    assert told[-1] == (
        "table.csv: ... och 3 fel till i samma tabell.",
        "table.csv: ... and 3 more mistakes in the same table.",
    )


def test_the_newest_figure_takes_the_place_of_the_published_one() -> None:
    """Cars of 2024 stand where recipes look for those of 2021; those of 2015 do not; emissions are of their year."""
    own = [
        OwnFact("Eslöv", "cars", 2024, 21000, "vehicles", "Trafikanalys 2024"),
        OwnFact("Eslöv", "cars", 2015, 1, "vehicles", "Old"),
        OwnFact("Eslöv", "emissions_waste", 2023, 7, "t CO2e", "SMHI 2025"),
        OwnFact("Lund", "cars", 2024, 3, "vehicles", "Trafikanalys 2024"),
    ]
    before, facts = find_facts("Eslöv"), lay_facts(find_facts("Eslöv"), own)
    assert (facts.value("cars", 2021), facts.get("cars", 2021).year) == (21000, 2024)
    assert facts.value("emissions_waste", 2023) == 7
    assert facts.value("emissions_waste", 2024) == before.value("emissions_waste", 2024)
    assert [row["title"] for row in facts.sources if row["source"] == "facts_trafikanalys_2024"] == [
        "Trafikanalys 2024"
    ]


def test_a_case_is_made_of_imported_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Imported, and laid into a new case: its population starts at the figure, with its source."""
    (tmp_path / "t.csv").write_text("kommun,år,värde\nBjurholm,2025,2500\n", encoding="utf-8")
    words = ["facts", "import", str(tmp_path / "t.csv"), "--out", str(tmp_path / "f.csv"), "quantity=inhabitants"]
    assert main([*words, "source=SCB 2025"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Siffror: 1, kommuner: 1. De är skrivna till {tmp_path / 'f.csv'}: inhabitants.",
        f"Gå vidare: fardplan new KOMMUN --out MAPP --facts {tmp_path / 'f.csv'}",
    ]
    assert main(words) == 2
    assert (
        main(["new", "Bjurholm", "--out", str(tmp_path / "case"), "--plain", "--facts", str(tmp_path / "f.csv")]) == 0
    )
    with (tmp_path / "case" / "recipes" / "path_values.csv").open(encoding="utf-8", newline="") as file:
        [row] = [row for row in csv.DictReader(file) if row["path"] == "population" and row["quantity"] == "path_level"]
    assert (float(row["value"]), row["source"]) == (2500.0, "facts_scb_2025")


def test_words_beside_a_table_are_told_once_at_the_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And not at each row: a year to come, a word that is no confidence, a quantity that no recipe uses, a name."""
    (tmp_path / "t.csv").write_text("kommun,värde\nEslöv,35000\nLund,130000\n", encoding="utf-8")
    words = ["year=2099", "confidence=sure", "quantity=schools", "municipality=Eslöf", "lang=en"]
    assert main(["facts", "import", str(tmp_path / "t.csv"), "--out", str(tmp_path / "f.csv"), *words]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert [line.split(": ")[0] for line in told] == [
        *("quantity=schools", "year=2099", "municipality=Eslöf", "confidence=sure")
    ]
    assert told[1].startswith(f"year=2099: '2099' is no year from 1900 to {date.today().year}. ")
    assert not (tmp_path / "f.csv").exists()


def test_words_and_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "export", "--out", str(tmp_path / "f.csv"), "kind=x", "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan facts: 'export' is nothing that the command does. Write: fardplan facts import FILE --out "
        "figures.csv.",
        "fardplan facts: 'kind' is no word of the command. There are: quantity, unit, municipality, year, source, "
        "confidence.",
    ]
    assert main(["facts", "import"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan facts: ange filen som ska läsas: fardplan facts import FIL --out siffror.csv.",
        "fardplan facts: ange filen som siffrorna ska skrivas till: --out siffror.csv.",
    ]
    assert main(["facts", "import", str(tmp_path / "none.csv"), "--out", str(tmp_path / "f.csv")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none.csv'}: filen finns inte. Kontrollera sökvägen.\n"
    (tmp_path / "f.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CaseError) as told:
        read_own_facts(tmp_path / "f.csv", TODAY)
    assert told.value.problems[0].tell("en") == (
        "f.csv: the file does not have the columns municipality, quantity, year, value, unit, source, confidence. "
        "Make it with fardplan facts import."
    )
    header = "municipality,quantity,year,value,unit,source,confidence\n"
    (tmp_path / "f.csv").write_text(header + "Eslöv,cars,2024,x,kg,s,published\n", encoding="utf-8")
    with pytest.raises(CaseError) as told:
        read_own_facts(tmp_path / "f.csv", TODAY)
    assert len(told.value.problems) == 2


OWN_REFUSED = {
    "Eslöv,inhabitants,2031,35000,persons,SCB,published": (
        "year': '2031' is no year from 1900 to 2026. Correct the cell, or write year=YEAR if the table is about one "
        "year alone."
    ),
    "Eslöv,cars,24,21000,vehicles,SCB,published": "year': '24' is no year from 1900 to 2026.",
    "Eslöv,cars,2024,-4,vehicles,SCB,published": "value': '-4' is no number of zero or more.",
    "Eslöv,cars,2024,many,vehicles,SCB,published": "value': 'many' is no number of zero or more.",
    "Eslöv,cars,2024,21,vehicles,SCB,published": "value': 21 vehicles is more than 30 times away from",
    "Eslöv,cars,2024,21000,kt,SCB,published": "unit': the unit is 'kt' but has to be 'vehicles'.",
    "Eslöv,cars,2024,21000,vehicles,SCB,sure": "confidence': 'sure' is none of the words allowed",
    "Eslövv,cars,2024,21000,vehicles,SCB,assumed": "municipality': 'Eslövv' is not the name of one of the 290",
}


def test_a_file_of_figures_by_hand_is_read_as_strictly_and_all_at_once(tmp_path: Path) -> None:
    """Years to come, negative or faraway numbers, other units and words: each at its cell, each row once."""
    head = "municipality,quantity,year,value,unit,source,confidence\n"
    (tmp_path / "f.csv").write_text(head + "".join(f"{row}\n" for row in OWN_REFUSED), encoding="utf-8")
    with pytest.raises(CaseError) as told:
        read_own_facts(tmp_path / "f.csv", TODAY)
    lines = [problem.tell("en") for problem in told.value.problems]
    assert len(lines) == len(OWN_REFUSED)
    for line, row, words in zip(lines, range(2, 99), OWN_REFUSED.values(), strict=False):
        assert line.startswith(f"f.csv row {row}, column '{words}"), line


def test_a_file_without_a_figure_of_the_municipality_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "municipality,quantity,year,value,unit,source,confidence\nMotala,cars,2024,21000,vehicles,SCB,\n"
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    words = ["new", "Eslöv", "--out", str(tmp_path / "x"), "--plain", "--facts", str(tmp_path / "f.csv"), "lang=en"]
    assert main(words) == 2
    assert capsys.readouterr().err.strip() == (
        "f.csv: the file has no figure of Eslöv, only of Motala. Leave --facts out, or name a file that has the "
        "municipality."
    )
    assert not (tmp_path / "x").exists()
