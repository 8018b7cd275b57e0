"""Numbers by vintage that mean nothing, each with the whole text that a user reads, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from spoiled import tell

POWER = {"v2025": -0.3, "v2030": -0.2}

MISTAKES: dict[str, tuple[dict[str, Any], str, str]] = {
    "vintage that is no year": (
        {"technologies.pump.flow": {"heat": 1, "power": POWER}, "flows:5:vintage": "soon"},
        ("flows.csv row 5, column 'vintage': 'soon' is no year. Write a whole year from 1900 to 2200, such as 2030."),
        (
            "flows.csv rad 5, kolumn 'vintage': 'soon' är inget årtal. Skriv ett helt årtal mellan 1900 och 2200, "
            "till exempel 2030."
        ),
    ),
    "vintage of what has none": (
        {"parameters:2:vintage": "2025"},
        (
            "parameters.csv row 2, column 'vintage': capex cannot be given by vintage, so the vintage would mean "
            "nothing. Leave the cell blank; flow, availability and annual_availability are given by vintage."
        ),
        (
            "parameters.csv rad 2, kolumn 'vintage': capex kan inte anges per byggår, så byggåret skulle inte "
            "betyda något. Lämna cellen tom; per byggår anges flow, availability och annual_availability."
        ),
    ),
    "vintage beside none": (
        {"technologies.pump.flow": {"heat": 1, "power": POWER}, "flows:6:vintage": ""},
        (
            "flows.csv row 6, column 'vintage': the row has no vintage while row 5 gives one for the same number; "
            "which one holds cannot be told. Give all rows of the number a vintage, or none."
        ),
        (
            "flows.csv rad 6, kolumn 'vintage': raden saknar byggår medan rad 5 anger ett för samma tal; det går "
            "inte att veta vilken som gäller. Ge alla rader om talet ett byggår, eller ingen."
        ),
    ),
    "vintages without capacity": (
        {"technologies.free.flow": {"heat": 1, "power": POWER}},
        (
            "flows.csv row 10, column 'vintage': flow is given by vintage for 'free', which has no capacity to "
            "build (capacitated no). Remove the vintage, or give the technology capacity."
        ),
        (
            "flows.csv rad 10, kolumn 'vintage': flow anges per byggår för 'free', som inte har någon kapacitet "
            "att bygga (capacitated no). Ta bort byggåret, eller ge tekniken kapacitet."
        ),
    ),
    "availability of a mode": (
        {
            "technologies": [
                {
                    "technology": "mode",
                    "resolution": "slice",
                    "host": "pump",
                    "flow": {"heat": 1},
                    "availability": {"v2025": 0.9},
                }
            ]
        },
        (
            "parameters.csv row 10, column 'vintage': availability is given by vintage for 'mode', which is a "
            "mode of 'pump': the capacity is its host's. Write the row for 'pump' instead."
        ),
        (
            "parameters.csv rad 10, kolumn 'vintage': availability anges per byggår för 'mode', som är ett "
            "driftsätt hos 'pump': kapaciteten är värdens. Skriv raden för 'pump' i stället."
        ),
    ),
    "vintages without weight": (
        {
            "technologies": [
                {
                    "technology": "mode",
                    "resolution": "slice",
                    "host": "pump",
                    "capacity_weight": 0,
                    "flow": {"heat": {"v2025": 1}},
                }
            ]
        },
        (
            "flows.csv row 11, column 'vintage': flow is given by vintage for 'mode', which takes no capacity "
            "(capacity_weight 0): any vintage could then run without limit. Remove the vintage, or give a "
            "capacity_weight above 0."
        ),
        (
            "flows.csv rad 11, kolumn 'vintage': flow anges per byggår för 'mode', som inte tar någon kapacitet i "
            "anspråk (capacity_weight 0): då kan vilket byggår som helst köras hur mycket som helst. Ta bort "
            "byggåret, eller ange capacity_weight över 0."
        ),
    ),
    "vintages that turn": (
        {"technologies.pump.flow": {"heat": 1, "power": {"v2025": -0.3, "v2030": 0.2}}},
        (
            "flows.csv row 6, column 'value': 'pump' has 0.2 of 'power' here but -0.3 on row 5: one vintage would "
            "make what another takes. Use the same sign, or write two technologies."
        ),
        (
            "flows.csv rad 6, kolumn 'value': 'pump' har 0.2 av 'power' här men -0.3 på rad 5: det ena byggåret "
            "skulle ge det som det andra tar. Ange samma tecken, eller skriv två tekniker."
        ),
    ),
    "idle year of build": (
        {"technologies.pump.stock_vintage": 2010},
        (
            "parameters.csv row 6, column 'value': stock_vintage is given for 'pump', but no number of it is "
            "given by vintage, so it would mean nothing. Remove the row, or give flow or availability by vintage."
        ),
        (
            "parameters.csv rad 6, kolumn 'value': stock_vintage anges för 'pump', men inget tal om tekniken "
            "anges per byggår, så den skulle inte betyda något. Ta bort raden, eller ange flow eller availability "
            "per byggår."
        ),
    ),
    "support": (
        {
            "technologies.pump.flow": {"heat": {"v2025": 1, "v2030": 1.1}, "power": -0.3},
            "actors": [{"actor": "town", "kind": "municipality"}],
            "technologies.boiler.actor": "town",
            "instruments": [{"instrument": "bonus", "kind": "support", "output": "heat"}],
            "support_rates": [{"instrument": "bonus", "technology": "pump", "value": 1}],
            "eligibility": [{"instrument": "bonus", "actor": "town", "value": 1}],
            "commodities.gas.trader": "town",
            "commodities.power.trader": "town",
            "commodities.heat.trader": "town",
        },
        (
            "support_rates.csv row 2, column 'technology': 'bonus' pays per unit of 'heat', and what 'pump' makes "
            "of it is given by vintage (flows.csv row 5): what the support pays for is then unclear. Let the "
            "support pay for activity (blank output), or remove the vintages."
        ),
        (
            "support_rates.csv rad 2, kolumn 'technology': 'bonus' betalar per enhet av 'heat', och vad 'pump' "
            "ger av den anges per byggår (flows.csv rad 5): då är det oklart vad stödet betalar för. Låt stödet "
            "betala per aktivitet (tom output), eller ta bort byggåren."
        ),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_number_by_vintage_that_means_nothing_is_told(mistake: str) -> None:
    edits, english, swedish = MISTAKES[mistake]
    assert tell(edits) == [english]
    assert tell(edits, "sv") == [swedish]


def test_numbers_by_vintage_that_mean_something_are_in_order() -> None:
    flow = {"heat": 1, "power": POWER, "cold": {"v2025": 0, "v2030": {2030: 0.5, 2040: 0.7}}}
    dated = {"availability": {"winter": {"v2025": 0.9, "v2030": 1}}, "annual_availability": {"v2020": 0.8}}
    edits = {f"technologies.pump.{name}": value for name, value in dated.items()}
    assert tell({**edits, "technologies.pump.flow": flow, "technologies.pump.stock_vintage": 2010}) == []
