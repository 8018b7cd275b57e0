"""Outcomes as data: what is read, what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from town import build_town

from scenarios.actuals import keep_first, keep_latest, list_actuals
from scenarios.assemble import assemble
from scenarios.checks.check import check_view
from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.notices.actuals import find_gaps
from scenarios.tables import Tables

TODAY = 2026
BUILT = {"year": 2025, "outcome": "built", "subject": "pump", "value": 2, "unit": "MW", "status": "final"}


def town_of(*actuals: dict[str, Any]) -> Tables:
    pump = {"technology": "pump", "measure": "yes", "buildable": "yes", "yield": 1, "flow": {"heat": 1}}
    return build_town(
        case={"first_year": 2025, "last_year": 2028},
        sources=[{"source": "books", "title": "Books"}, {"source": "press", "title": "Press"}],
        commodities=[{"commodity": "heat", "demand": 10, "purchase_price": 1}],
        technologies=[
            {**pump, "capex": 2.5, "most_build": 4, "most_capacity": 5, "life": 10},
            {"technology": "boiler", "existing": 3, "yield": 1, "flow": {"heat": 1}},
        ],
        accounts=[{"account": "co2", "factor_purchase": {"heat": 0.1}}],
        actors=[{"actor": "city", "kind": "municipality", "name_sv": "Staden", "name_en": "City"}],
        instruments=[
            {"instrument": "klimatklivet", "kind": "grant", "name_sv": "K", "name_en": "K"},
            {"instrument": "leap", "kind": "grant", "name_sv": "L", "name_en": "L"},
        ],
        grant_shares=[{"instrument": "leap", "technology": "pump", "value": 0.5, "unit": "1"}],
        eligibility=[{"instrument": "leap", "actor": "city", "value": 1, "unit": "1"}],
        actuals=[{"source": "books", **row} for row in actuals],
    )


def told(*actuals: dict[str, Any]) -> list[tuple[str, str]]:
    """What is said of the actuals, in both languages."""
    problems = check_view(View(town_of(*actuals), Choices(), TODAY))
    return [(p.tell("sv"), p.tell("en")) for p in problems if p.file == "actuals.csv"]


REFUSED = [
    (
        {"outcome": "bult"},
        "actuals.csv rad 2, kolumn 'outcome': 'bult' är inget av de tillåtna orden: built, outlay, grant, measured, "
        "price, "
        "demand, taxes, result, debt, loan. Menade du 'built'?",
        "actuals.csv row 2, column 'outcome': 'bult' is none of the words allowed: built, outlay, grant, measured, "
        "price, "
        "demand, taxes, result, debt, loan. Did you mean 'built'?",
    ),
    (
        {"subject": "pumps"},
        "actuals.csv rad 2, kolumn 'subject': tekniken 'pumps' finns inte i technologies.csv. Menade du 'pump'? "
        "Utfall kan "
        "bara gälla det som finns i fallet: rätta namnet, eller lägg till tekniken där.",
        "actuals.csv row 2, column 'subject': there is no technology 'pumps' in technologies.csv. Did you mean 'pump'? "
        "Outcomes can only be of what the case has: correct the name, or add the technology there.",
    ),
    (
        {"outcome": "measured", "subject": "co3", "unit": "kt"},
        "actuals.csv rad 2, kolumn 'subject': kontot 'co3' finns inte i accounts.csv. Menade du 'co2'? Utfall kan "
        "bara gälla "
        "det som finns i fallet: rätta namnet, eller lägg till kontot där.",
        "actuals.csv row 2, column 'subject': there is no account 'co3' in accounts.csv. Did you mean 'co2'? "
        "Outcomes can "
        "only be of what the case has: correct the name, or add the account there.",
    ),
    (
        {"outcome": "price", "subject": "heet", "unit": "MSEK/GWh"},
        "actuals.csv rad 2, kolumn 'subject': varan 'heet' finns inte i commodities.csv. Menade du 'heat'? Utfall "
        "kan bara "
        "gälla det som finns i fallet: rätta namnet, eller lägg till varan där.",
        "actuals.csv row 2, column 'subject': there is no commodity 'heet' in commodities.csv. Did you mean 'heat'? "
        "Outcomes "
        "can only be of what the case has: correct the name, or add the commodity there.",
    ),
    (
        {"outcome": "debt", "subject": "citi", "unit": "MSEK"},
        "actuals.csv rad 2, kolumn 'subject': aktören 'citi' finns inte i actors.csv. Menade du 'city'? Utfall kan "
        "bara gälla "
        "det som finns i fallet: rätta namnet, eller lägg till aktören där.",
        "actuals.csv row 2, column 'subject': there is no actor 'citi' in actors.csv. Did you mean 'city'? Outcomes "
        "can only "
        "be of what the case has: correct the name, or add the actor there.",
    ),
    (
        {"outcome": "grant", "party": "leep", "unit": "MSEK"},
        "actuals.csv rad 2, kolumn 'party': finansieringen 'leep' finns inte i instruments.csv. Menade du 'leap'? "
        "Rätta "
        "namnet, eller lägg till den där.",
        "actuals.csv row 2, column 'party': there is no instrument 'leep' in instruments.csv. Did you mean 'leap'? "
        "Correct "
        "the name, or add it there.",
    ),
    (
        {"outcome": "measured", "subject": "co2", "party": "city", "unit": "kt"},
        "actuals.csv rad 2, kolumn 'party': 'city' har ingen mening här: measured gäller bara det som står i "
        "'subject'. Töm "
        "cellen.",
        "actuals.csv row 2, column 'party': 'city' means nothing here: measured is about what stands in 'subject' "
        "alone. "
        "Clear the cell.",
    ),
    (
        {"outcome": "grant", "unit": "MSEK"},
        "actuals.csv rad 2, kolumn 'party': cellen är tom, men grant säger inget utan sin finansiering. Skriv vilket "
        "lån eller "
        "bidrag det är, som det heter i instruments.csv.",
        "actuals.csv row 2, column 'party': the cell is blank, but grant says nothing without its instrument. Write "
        "which "
        "loan or grant it is, as it is called in instruments.csv.",
    ),
    (
        {"value": "two"},
        "actuals.csv rad 2, kolumn 'value': 'two' är inget tal. Skriv ett tal, till exempel 12.5, eller ta bort "
        "raden: det som "
        "inte är känt räknas som prognos.",
        "actuals.csv row 2, column 'value': 'two' is no number. Write a number, such as 12.5, or remove the row: "
        "what is not "
        "known stays forecast.",
    ),
    (
        {"value": -1},
        "actuals.csv rad 2, kolumn 'value': -1 är under noll, och built kan inte vara det. Skriv beloppet utan "
        "minustecken; "
        "det som tas ur bruk skrivs inte här.",
        "actuals.csv row 2, column 'value': -1 is below nothing, and built cannot be. Write the amount without its "
        "minus; "
        "what is taken out of use is not written here.",
    ),
    (
        {"unit": "GW"},
        "actuals.csv rad 2, kolumn 'unit': enheten är 'GW' men måste vara 'MW'. Räkna om talet till MW, eller rätta "
        "enheten om "
        "talet redan är i den.",
        "actuals.csv row 2, column 'unit': the unit is 'GW' but has to be 'MW'. Convert the number to MW, or correct "
        "the unit "
        "if the number is in it already.",
    ),
    (
        {"year": 2027},
        "actuals.csv rad 2, kolumn 'year': utfall för 2027, men vi är i 2026. Ta bort raden tills året har varit, "
        "eller rätta "
        "året; planerade tal hör hemma i fallets andra tabeller.",
        "actuals.csv row 2, column 'year': an outcome of 2027, but this is 2026. Remove the row until that year has "
        "been, or "
        "correct the year; planned numbers belong in the case's other tables.",
    ),
    (
        {"service": 2024},
        "actuals.csv rad 2, kolumn 'service': taget i drift 2024, före bygget började (2025). Rätta något av åren.",
        "actuals.csv row 2, column 'service': taken into service in 2024, before its construction began (2025). "
        "Correct one "
        "of the years.",
    ),
    (
        {"subject": "boiler"},
        "actuals.csv rad 2, kolumn 'subject': 'boiler' kan inte byggas i fallet (buildable i technologies.csv är no, "
        "eller så "
        "är den ett driftsätt av något annat). Skriv utfallet på den teknik som byggs.",
        "actuals.csv row 2, column 'subject': 'boiler' cannot be built in the case (buildable in technologies.csv is "
        "no, or it "
        "is a mode of something else). Write the outcome on the technology that is built.",
    ),
    (
        {"value": 6},
        "actuals.csv rad 2, kolumn 'value': 6 byggt i allt av pump, men mer än 5 ryms inte (most_capacity minus det "
        "som står). "
        "Rätta beloppet, eller höj most_capacity i parameters.csv om mer faktiskt går att bygga.",
        "actuals.csv row 2, column 'value': 6 built in all of pump, but there is no room for more than 5 "
        "(most_capacity less "
        "what stands). Correct the amount, or raise most_capacity in parameters.csv if more can in fact be built.",
    ),
    (
        {"outcome": "grant", "party": "klimatklivet", "unit": "MSEK"},
        "actuals.csv rad 2, kolumn 'party': 'klimatklivet' ger inget bidrag till pump (ingen rad i "
        "grant_shares.csv). Rätta "
        "namnet, eller skriv andelen där.",
        "actuals.csv row 2, column 'party': 'klimatklivet' gives no grant to pump (no row in grant_shares.csv). "
        "Correct the "
        "name, or write its share there.",
    ),
]


@pytest.mark.parametrize(("change", "sv", "en"), REFUSED, ids=[en[22:60] for _, _, en in REFUSED])
def test_one_mistake_is_told_once_in_both_languages(change: dict[str, Any], sv: str, en: str) -> None:
    assert told({**BUILT, **change}) == [(sv, en)]


def test_what_some_of_the_owners_built_is_no_whole() -> None:
    """Of the two who own the pump one alone, or one beside all together; a row of each is a whole, as is a blank."""
    shares = [{"technology": "pump", "actor": name, "value": 0.5, "unit": "1"} for name in ("city", "firm")]
    firm = {"actor": "firm", "kind": "company", "name_sv": "Bolaget", "name_en": "Firm"}

    def check(*rows: dict[str, Any]) -> list[str]:
        town = build_town(
            case={"first_year": 2025, "last_year": 2028},
            sources=[{"source": "books", "title": "Books"}],
            commodities=[{"commodity": "heat", "demand": 10, "purchase_price": 1, "trader": "city"}],
            technologies=[
                {"technology": "pump", "measure": "yes", "buildable": "yes", "life": 10, "flow": {"heat": 1}}
            ],
            actors=[{"actor": "city", "kind": "municipality", "name_sv": "Staden", "name_en": "City"}, firm],
            ownership=shares,
            actuals=[{"source": "books", **BUILT, **row} for row in rows],
        )
        return [p.tell("sv") for p in check_view(View(town, Choices(), TODAY)) if p.file == "actuals.csv"]

    told = (
        "actuals.csv rad {row}, kolumn 'party': pump ägs av city, firm, och det är inte de som står här för {year}. "
        "Skriv en rad för var och en av dem, eller en enda med tom party för allt tillsammans."
    )
    assert check({"party": "city"}) == [told.format(row=2, year=2025)]
    assert check({"party": "city"}, {"party": "firm"}, {}) == [told.format(row=2, year=2025)]
    assert check({}, {"year": 2026, "party": "firm"}) == [told.format(row=3, year=2026)]
    assert check({"party": "city"}, {"party": "firm"}) == check({}) == []


def test_two_sources_that_disagree_are_told_and_two_that_agree_are_one() -> None:
    assert told(BUILT, {**BUILT, "source": "press", "value": 3}) == [
        (
            "actuals.csv rad 3, kolumn 'value': 3 enligt press, men 2 enligt books på rad 2. Behåll den rad som "
            "gäller, eller "
            "skriv vilken utgåva var och en är i 'revision': den senaste gäller.",
            "actuals.csv row 3, column 'value': 3 by press, but 2 by books on row 2. Keep the row that holds, or "
            "write in "
            "'revision' which edition each is: the latest holds.",
        )
    ]
    assert not told(BUILT, {**BUILT, "source": "press"})
    assert len(keep_latest(list_actuals(town_of(BUILT, {**BUILT, "source": "press"})))) == 1


def test_of_several_editions_the_latest_holds_and_the_first_is_remembered() -> None:
    """An inventory of 9 kt is revised to 11: 11 holds, and 2 of it is revision."""
    first = {**BUILT, "outcome": "measured", "subject": "co2", "unit": "kt", "value": 9, "revision": "2026-06"}
    rows = list_actuals(town_of({**first, "value": 11, "revision": "2026-10"}, first))
    assert not told(first, {**first, "value": 11, "revision": "2026-10"})
    assert [row.value for row in keep_latest(rows)] == [11]
    assert [row.value for row in keep_first(rows)] == [9]


def test_money_may_be_that_of_its_own_year_and_rows_may_be_few() -> None:
    outlay = {**BUILT, "outcome": "outlay", "unit": "nominal MSEK", "value": 5, "status": "preliminary"}
    assert not told(outlay)
    assert list_actuals(town_of(outlay))[0].nominal


def test_actuals_alone_change_no_scenario() -> None:
    assert assemble(town_of(), Choices()).attrs["digest"] == assemble(town_of(BUILT), Choices()).attrs["digest"]


def test_missing_years_between_are_told_and_nothing_is_lost() -> None:
    """2022 and 2024 are known, 2023 is not: two rows stay, and the gap is told where the last of them stands."""
    rows = {**BUILT, "year": 2022, "value": 1}, {**BUILT, "year": 2024, "value": 1}
    [notice] = find_gaps(View(town_of(*rows), Choices(), TODAY))
    assert notice.tell("en") == (
        "actuals.csv row 3: built pump has outcomes of years around but not of 2023: what is not known stays forecast. "
        "Add the row if it is known."
    )
    assert notice.tell("sv") == (
        "actuals.csv rad 3: built pump har utfall för år runt om men inte för 2023: det som inte är känt räknas som "
        "prognos. Lägg till raden om det är känt."
    )
