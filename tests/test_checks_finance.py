"""Actors, money and instruments that contradict themselves, each with the whole text that a user reads."""

from __future__ import annotations

import copy
import tracemalloc
from typing import Any

import pytest
import town

from scenarios.catalog import TABLE_BY_NAME
from scenarios.checks.check import check_tables
from scenarios.choices import Choices

MONEY_TOWN: dict[str, Any] = {
    "case": {"first_year": 2025, "last_year": 2030, "price_year": 2025},
    "commodities": [
        {"commodity": "gas", "purchase_price": 0.4, "energy_tax": 0.2, "trader": "state"},
        {"commodity": "heat", "demand": 10, "trader": "city"},
    ],
    "technologies": [
        {"technology": "boiler", "actor": "city", "existing": 2, "yield": 8.76, "flow": {"heat": 1, "gas": -1}},
        {
            "technology": "retrofit",
            "actor": "city",
            "owned": {"city": 0.6, "company": 0.4},
            "buildable": "yes",
            "measure": "yes",
            "capex": 1,
            "life": 30,
            "most_build": 2,
            "flow": {"heat": 1},
        },
    ],
    "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}}],
    "actors": [
        {
            "actor": "city",
            "kind": "municipality",
            "taxes_and_grants": 100,
            "debt_ceiling": 0.6,
            "standing_debt": 50,
            "least_result": 0.02,
            "internal_rate": 0.025,
        },
        {"actor": "company", "kind": "company", "frame": 20},
        {"actor": "state", "kind": "state"},
    ],
    "inflation": [{"value": 0.02}],
    "instruments": [
        {"instrument": "loan", "kind": "loan", "rate": 0.03, "tenor": 20, "eligible": {"city": 1, "company": 1}},
        {
            "instrument": "bond",
            "kind": "bond",
            "rate": 0.02,
            "tenor": 5,
            "least_issue": 10,
            "most_draw": 50,
            "eligible": {"city": 1},
        },
        {
            "instrument": "grant",
            "kind": "grant",
            "grant_share": {"retrofit": 0.5},
            "eligible": {"city": 1},
            "first_start": 2025,
            "last_start": 2028,
        },
        {
            "instrument": "feed_in",
            "kind": "support",
            "output": "heat",
            "support_rate": {"retrofit": 0.1},
            "eligible": {"city": 1},
        },
    ],
}
"""A town without mistakes in its money; each test spoils it in one place."""


def tell(edits: dict[str, Any], lang: str = "en", **choices: Any) -> list[str]:
    """What a user reads about MONEY_TOWN after edits.

    `table.label.key` sets a key of the row of that label (None takes it away), `table` replaces the rows (None: none),
    `table+` appends rows, `table:line:column` sets a cell of the finished table. Keywords are fields of Choices.
    """
    rows = copy.deepcopy(MONEY_TOWN)
    for place, value in edits.items():
        table, *rest = place.removesuffix("+").split(".")
        if ":" in place:
            continue
        if place.endswith("+"):
            rows.setdefault(table, []).extend(value)
        elif not rest:
            rows[table] = value or []
        else:
            row = next(row for row in rows[table] if row[TABLE_BY_NAME[table].declares] == rest[0])
            row[rest[1]] = value
            if value is None:
                del row[rest[1]]
    tables = town.build_town(**rows)
    for place in (place for place in edits if ":" in place):
        table, line, column = place.split(":")
        tables.frames[table].loc[int(line), column] = edits[place]
    return [problem.tell(lang) for problem in check_tables(tables, Choices(**choices))]


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "ceiling in percent": (
        {"actors.city.debt_ceiling": 60},
        (
            "finances.csv row 3, column 'value': debt_ceiling is 60, but it is a share and may not be above "
            "5. Did you mean 0.6? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "least result in percent": (
        {"actors.city.least_result": 2},
        (
            "finances.csv row 5, column 'value': least_result is 2, but it is a share and may not be above "
            "1. Did you mean 0.02? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "more fixed anew than there is": (
        {"actors.city.refixed_share": 0.3, "actors.city.fixing_period": 5, "actors.city.market_rate": 0.03},
        (
            "finances.csv row 7, column 'value': 'city' fixes 1.5 times its debt anew within the 5 years for which a "
            "rate is fixed, but a krona can be fixed at most once in that time. Write at most 0.2 a year in "
            "refixed_share, or a shorter fixing_period."
        ),
    ),
    "a share fixed anew above one": (
        {"actors.city.refixed_share": 1.2, "actors.city.market_rate": 0.03},
        "finances.csv row 7, column 'value': refixed_share is 1.2, but may not be above 1. Write 1 or less.",
    ),
    "fixed anew in percent": (
        {"actors.city.refixed_share": 20, "actors.city.market_rate": 0.03},
        (
            "finances.csv row 7, column 'value': refixed_share is 20, but it is a share and may not be above 1. "
            "Did you mean 0.2? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "fixed anew at no rate": (
        {"actors.city.refixed_share": 0.2},
        (
            "finances.csv row 7, column 'value': 'city' fixes its debt anew, but it is not said at which rate. "
            "Write standing_rate (of the debt now) and market_rate (when it is fixed anew) for 'city' in finances.csv."
        ),
    ),
    "a period of fixing in parts of years": (
        {"actors.city.fixing_period": 2.5, "actors.city.market_rate": 0.03},
        "finances.csv row 7, column 'value': fixing_period is 2.5, but has to be whole. Write a whole number.",
    ),
    "rate in percent": (
        {"instruments.loan.rate": 3},
        (
            "instrument_values.csv row 2, column 'value': rate is 3, but it is a share and may not be above "
            "0.5. Did you mean 0.03? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "grant in percent": (
        {"instruments.grant.grant_share": {"retrofit": 44}},
        (
            "grant_shares.csv row 2, column 'value': grant_share is 44, but it is a share and may not be "
            "above 1. Did you mean 0.44? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "inflation in percent": (
        {"inflation": [{"value": 2}]},
        (
            "inflation.csv row 2, column 'value': inflation is 2, but it is a share and may not be above "
            "0.5. Did you mean 0.02? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "internal rate in percent": (
        {"actors.city.internal_rate": 2.5},
        (
            "finances.csv row 6, column 'value': internal_rate is 2.5, but it is a share and may not be "
            "above 0.5. Did you mean 0.025? Write percent as a share: 60 % is 0.6."
        ),
    ),
    "grant share above one": (
        {"instruments.grant.grant_share": {"retrofit": 1.2}},
        ("grant_shares.csv row 2, column 'value': grant_share is 1.2, but may not be above 1. Write 1 or less."),
    ),
    "ownership not one": (
        {"technologies.retrofit.owned": {"city": 0.6, "company": 0.3}},
        (
            "ownership.csv row 2, column 'value': the owners' shares of 'retrofit' (city, company) sum to "
            "0.9 but have to sum to 1. Correct them, or remove the rows so that the actor of "
            "technologies.csv owns it all."
        ),
    ),
    "nobody may use it": (
        {"instruments.loan.eligible": None},
        (
            "instruments.csv row 2, column 'instrument': no actor may use 'loan'. Add a row to "
            "eligibility.csv with the value 1, or remove the instrument."
        ),
    ),
    "half eligible": (
        {"instruments.loan.eligible": {"city": 0.5}},
        ("eligibility.csv row 2, column 'value': eligible is 0.5, but has to be whole. Write a whole number."),
    ),
    "tenor of zero": (
        {"instruments.loan.tenor": 0},
        (
            "instrument_values.csv row 3, column 'value': 'loan' has a tenor of 0 years, but a debt has to "
            "run for at least one. Give its tenor in instrument_values.csv, such as 20."
        ),
    ),
    "tenor not given": (
        {"instruments.loan.tenor": None},
        (
            "instruments.csv row 2, column 'instrument': 'loan' has a tenor of 0 years, but a debt has to "
            "run for at least one. Give its tenor in instrument_values.csv, such as 20."
        ),
    ),
    "tenor of half years": (
        {"instruments.loan.tenor": 2.5},
        ("instrument_values.csv row 3, column 'value': tenor is 2.5, but has to be whole. Write a whole number."),
    ),
    "grace as long as tenor": (
        {"instruments.bond.grace": 5},
        (
            "instrument_values.csv row 8, column 'value': 'bond' has 5 years of grace but a tenor of 5 "
            "years, which leaves none to repay in. Write fewer years than the tenor."
        ),
    ),
    "grants above cost": (
        {
            "instruments+": [
                {"instrument": "more", "kind": "grant", "grant_share": {"retrofit": 0.6}, "eligible": {"city": 1}}
            ]
        },
        (
            "grant_shares.csv row 3, column 'value': the grants of 'retrofit' sum to 1.1 of its investment "
            "(grant 0.5, more 0.6), more than it costs. Lower the shares to 1 at most, or give the grants "
            "windows that do not overlap."
        ),
    ),
    "grant share of a debt": (
        {"instruments.loan.grant_share": {"retrofit": 0.1}},
        (
            "grant_shares.csv row 2, column 'instrument': 'loan' is of kind loan, but only grants have a "
            "grant_share. Remove the row, or change the kind to grant in instruments.csv."
        ),
    ),
    "closed window": (
        {"instruments.grant.last_start": 2024},
        (
            "instrument_values.csv row 9, column 'value': 'grant' takes starts from 2025 to 2024, that is "
            "none. Set last_start to 2025 or later."
        ),
    ),
    "tenor of a support": (
        {"instruments.feed_in.tenor": 5},
        (
            "instrument_values.csv row 10, column 'quantity': 'feed_in' is of kind support, but tenor is said only of "
            "loan, bond, private_capital. Remove the row, or correct the kind in instruments.csv."
        ),
    ),
    "output of a loan": (
        {"instruments.loan.output": "heat"},
        (
            "instruments.csv row 2, column 'output': 'loan' is of kind loan, but only a support pays for 'heat'. Leave "
            "the cell blank, or change the kind to support."
        ),
    ),
    "output of nothing known": (
        {"instruments.feed_in.output": "heta"},
        (
            "instruments.csv row 5, column 'output': 'feed_in' pays for 'heta', which is neither a commodity nor an "
            "account. Did you mean 'heat'? Leave the cell blank where it pays per unit of activity."
        ),
    ),
    "support of a loan": (
        {"support_rates+": [{"instrument": "loan", "technology": "retrofit", "value": 1}]},
        (
            "support_rates.csv row 3, column 'instrument': 'loan' is of kind loan, but only supports have rates here. "
            "Remove the row, or change the kind to support in instruments.csv."
        ),
    ),
    "support without a rate": (
        {"instruments.feed_in.support_rate": {"retrofit": 0}},
        (
            "instruments.csv row 5, column 'instrument': the support 'feed_in' pays for nothing. Add a row to "
            "support_rates.csv with what a unit brings, or remove the support."
        ),
    ),
    "support without output": (
        {"instruments.feed_in.output": "gas"},
        (
            "support_rates.csv row 2, column 'technology': 'feed_in' pays for the commodity 'gas', but 'retrofit' "
            "makes none. Correct the technology, add the flow to flows.csv, or change the output in instruments.csv."
        ),
    ),
    "support without tonnes": (
        {"instruments.feed_in.output": "co2"},
        (
            "support_rates.csv row 2, column 'technology': 'feed_in' pays for the account 'co2', but 'retrofit' adds "
            "nothing to it. Correct the technology, add a factor_activity to factors.csv, or change the output in "
            "instruments.csv."
        ),
    ),
    "support of what is not built": (
        {"instruments.feed_in.support_rate": {"boiler": 0.1}},
        (
            "support_rates.csv row 2, column 'technology': 'feed_in' pays for what begins in the plan, but 'boiler' "
            "cannot be built. Remove the row, or make the technology (or its host) buildable in technologies.csv."
        ),
    ),
    "support in parts of a unit of time": (
        {"instruments.feed_in.support_years": 2.5},
        (
            "instrument_values.csv row 10, column 'value': support_years is 2.5, but has to be whole. Write a "
            "whole number."
        ),
    ),
    "support of two kinds of money": (
        {
            "instruments.feed_in.support_rate": {"retrofit": {2025: 0.1, 2030: 0.2}},
            "support_rates:3:unit": "nominal MSEK/GWh",
        },
        (
            "support_rates.csv row 3, column 'unit': 'support_rate' of 'feed_in' is in nominal MSEK/GWh, but in "
            "MSEK/GWh on row 2. Give the whole series in one kind of money: nominal or real."
        ),
    ),
    "support in kronor a tonne": (
        {"support_rates:2:unit": "SEK/t"},
        (
            "support_rates.csv row 2, column 'unit': the unit is 'SEK/t' but has to be 'MSEK/GWh'. Convert the number "
            "to MSEK/GWh, or correct the unit if the number is in it already."
        ),
    ),
    "price paid by nobody there": (
        {"accounts.co2.payer": "cty"},
        (
            "accounts.csv row 2, column 'payer': 'co2' is paid for by 'cty', which is neither causer nor an actor of "
            "actors.csv. Did you mean 'city'?"
        ),
    ),
    "price of an account with credits paid by its causers": (
        {"accounts+": [{"account": "net", "payer": "causer", "share": {"co2": 1}, "credit_share": {"co2": 0.5}}]},
        (
            "accounts.csv row 3, column 'payer': 'net' is paid for by who causes it, but accounts are credited against "
            "it (credit_share), and nobody can be said to own the credit. Put the price on an account without credits, "
            "or name an actor as payer."
        ),
    ),
    "shares of an investment that are no whole": (
        {"spending+": [{"technology": "retrofit", "age": n, "value": share} for n, share in ((0, 0.1), (1, 0.4))]},
        (
            "spending.csv row 2, column 'value': the shares of the investment in 'retrofit' sum to 0.5 but have to sum "
            "to 1. Correct them, for example 0.1, 0.4 and 0.5 for the years 0, 1 and 2."
        ),
    ),
    "years of construction said twice": (
        {
            "spending+": [{"technology": "retrofit", "age": 0, "value": 1}],
            "technologies.retrofit.construction_years": 2,
        },
        (
            "spending.csv row 2, column 'value': 'retrofit' is paid year by year here but has construction_years 2 in "
            "parameters.csv as well. Remove one of them."
        ),
    ),
    "negative debt": (
        {"actors.city.standing_debt": -5},
        ("finances.csv row 4, column 'value': standing_debt is -5, but may not be below 0. Write 0 or more."),
    ),
    "ceiling without taxes": (
        {"actors.city.taxes_and_grants": None},
        (
            "finances.csv row 2, column 'value': 'city' has a debt ceiling as a share of taxes and general "
            "grants, but none are given. Add taxes_and_grants, or give the ceiling as debt_ceiling_amount."
        ),
    ),
    "nominal and real in one series": (
        {"actors.city.standing_debt": {2025: 50, 2029: 55}, "finances:4:unit": "nominal MSEK"},
        (
            "finances.csv row 5, column 'unit': 'standing_debt' of 'city' is in MSEK, but in nominal MSEK on"
            " row 4. Give the whole series in one kind of money: nominal or real."
        ),
    ),
    "amount of another price year": (
        {"finances:2:unit": "MSEK2020/yr"},
        (
            "finances.csv row 2, column 'unit': the unit is 'MSEK2020/yr', money of 2020, but all money of "
            "the case is of 2025. Convert the number and write MSEK/yr, or write each year's amount in money"
            " of that year with the unit 'nominal MSEK/yr'."
        ),
    ),
    "nominal amount of another price year": (
        {"finances:2:unit": "nominal MSEK 2023/yr"},
        (
            "finances.csv row 2, column 'unit': the unit is 'nominal MSEK 2023/yr', money of 2023, but all "
            "money of the case is of 2025. Convert the number and write MSEK/yr, or write each year's amount"
            " in money of that year with the unit 'nominal MSEK/yr'."
        ),
    ),
    "price of another price year": (
        {"parameters:3:unit": "MSEK2020/MW"},
        (
            "parameters.csv row 3, column 'unit': the unit is 'MSEK2020/MW', money of 2020, but all money of"
            " the case is of 2025. Convert the number and write MSEK/MW."
        ),
    ),
    "nominal where nothing deflates it": (
        {"parameters:3:unit": "nominal MSEK/MW"},
        (
            "parameters.csv row 3, column 'unit': the unit is 'nominal MSEK/MW' but has to be 'MSEK/MW'. "
            "Convert the number to MSEK/MW, or correct the unit if the number is in it already."
        ),
    ),
    "nominal without a year": (
        {"instrument_values:6:unit": "nominal MSEK"},
        (
            "instrument_values.csv row 6, column 'unit': the unit is 'nominal MSEK' but has to be 'MSEK'. "
            "Convert the number to MSEK, or correct the unit if the number is in it already."
        ),
    ),
    "nobody pays the demand": (
        {"commodities.heat.trader": None},
        (
            "commodities.csv row 3, column 'trader': 'heat' is demanded, but no actor pays for it. Write one"
            " of city, company, state in the column trader."
        ),
    ),
    "nobody trades": (
        {"commodities.gas.trader": None},
        (
            "commodities.csv row 2, column 'trader': 'gas' can be bought or sold, but no actor trades it. "
            "Write one of city, company, state in the column trader."
        ),
    ),
    "unknown trader": (
        {"commodities.gas.trader": "stat"},
        (
            "commodities.csv row 2, column 'trader': there is no actor 'stat' in actors.csv. Did you mean "
            "'state'? Correct the name, or add the actor there."
        ),
    ),
    "unknown actor": (
        {"finances+": [{"actor": "citi", "quantity": "frame", "value": 3}]},
        (
            "finances.csv row 8, column 'actor': there is no actor 'citi' in actors.csv. Did you mean "
            "'city'? Correct the name, or add the actor there."
        ),
    ),
    "unknown instrument": (
        {"eligibility+": [{"instrument": "lon", "actor": "city", "value": 1}]},
        (
            "eligibility.csv row 7, column 'instrument': there is no instrument 'lon' in instruments.csv. "
            "Did you mean 'loan'? Correct the name, or add the instrument there."
        ),
    ),
    "unknown owner": (
        {"technologies.boiler.actor": "citi"},
        (
            "technologies.csv row 2, column 'actor': 'boiler' belongs to 'citi', who is not in actors.csv. "
            "Did you mean 'city'? Correct the name, add the actor, or name owners in ownership.csv."
        ),
    ),
    "tax for nobody": (
        {
            "actors": [{"actor": "city", "kind": "municipality"}, {"actor": "company", "kind": "company"}],
            "commodities.gas.trader": "city",
        },
        (
            "prices.csv row 3, column 'value': the commodity bears energy tax, but no actor is of kind state"
            " to receive it. Add one to actors.csv, or remove the tax."
        ),
    ),
    "tax for two": (
        {
            "actors": [
                {"actor": "city", "kind": "municipality"},
                {"actor": "company", "kind": "company"},
                {"actor": "state", "kind": "state"},
                {"actor": "agency", "kind": "state"},
            ],
        },
        (
            "actors.csv row 5, column 'kind': 'agency' is of kind state, and so is 'state'; only one of them can "
            "receive the energy tax. Write another kind, such as private."
        ),
    ),
    "issue without bound": (
        {"instruments.bond.most_draw": None},
        (
            "instrument_values.csv row 6, column 'value': 'bond' has a least issue of 10, but its most_draw "
            "is not finite. Give a most_draw for all years, so that whole numbers can decide on the issue."
        ),
    ),
    "issue above most draw": (
        {"instruments.bond.most_draw": 5},
        (
            "instrument_values.csv row 6, column 'value': 'bond' has a least issue of 10, but at most 5 can "
            "be drawn in a year, so that it can never be issued. Raise most_draw or lower least_issue."
        ),
    ),
    "money without actors": (
        {"actors": None, "technologies.retrofit.owned": None, "instruments": None},
        (
            "inflation.csv row 2: the table has rows but the case has no actors, so that nothing comes of "
            "them. Add actors.csv, or remove the rows."
        ),
    ),
    "inflation with and without years": (
        {"inflation": [{"value": 0.02}, {"year": 2027, "value": 0.03}]},
        (
            "inflation.csv row 2, column 'year': the row has no year while row 3 gives one for the same "
            "number; which one holds cannot be told. Give both a year, or remove one."
        ),
    ),
}


def test_the_town_has_no_mistakes() -> None:
    assert tell({}) == []


@pytest.mark.parametrize(("edits", "text"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_what_to_do(edits: dict[str, Any], text: str) -> None:
    assert tell(edits) == [text]


def test_a_debt_above_its_ceiling_is_no_mistake() -> None:
    """It is told as a notice: see test_towns_finance_rooms."""
    assert tell({"actors.city.standing_debt": 70}) == []


def test_grants_may_sum_to_more_than_one_where_their_windows_do_not_meet() -> None:
    later = {"instrument": "later", "kind": "grant", "first_start": 2029}
    edits = {"instruments+": [{**later, "grant_share": {"retrofit": 0.6}, "eligible": {"city": 1}}]}
    assert tell(edits) == []


def test_a_share_just_above_its_bound_is_not_taken_for_a_percent() -> None:
    """1.2 may be a slip of any kind; nobody means 1.2 percent of a grant."""
    (text,) = tell({"instruments.grant.grant_share": {"retrofit": 1.2}})
    assert "Did you mean" not in text


CHOICES: dict[str, tuple[dict[str, Any], str]] = {
    "perspective of nobody": (
        {"perspective": "citi"},
        (
            "choices, column 'perspective': 'citi' is none of the words allowed: society, lexicographic, city, "
            "company, state. Did you mean 'city'?"
        ),
    ),
    "unknown instrument left out": (
        {"instruments": ("lone",)},
        ("choices, column 'instruments': there is no instrument 'lone' in instruments.csv. Did you mean 'loan'?"),
    ),
    "tolerance above one": (
        {"tolerance": 2.0},
        (
            "choices, column 'tolerance': the tolerance is 2, but has to lie between 0 and 1: it is a share of "
            "what the plan decides. Write for example 0.001."
        ),
    ),
}


@pytest.mark.parametrize(("choices", "text"), CHOICES.values(), ids=CHOICES.keys())
def test_a_choice_that_cannot_be_is_told(choices: dict[str, Any], text: str) -> None:
    assert tell({}, **choices) == [text]


def test_a_perspective_in_a_case_without_actors_is_refused() -> None:
    nobody = {"actors": None, "technologies.retrofit.owned": None, "instruments": None, "inflation": None}
    assert tell(nobody) == []
    assert tell(nobody, perspective="city") == [
        "choices, column 'perspective': the perspective is 'city', but the case has no actors. Choose society, or "
        "add actors.csv."
    ]
    assert tell(nobody, instruments=("loan",)) == [
        "choices, column 'instruments': the instrument 'loan' cannot be left out: the case has none. Remove the choice."
    ]


SWEDISH: dict[str, tuple[dict[str, Any], str]] = {
    "ceiling in percent": (
        {"actors.city.debt_ceiling": 60},
        (
            "finances.csv rad 3, kolumn 'value': debt_ceiling är 60, men är en andel och får inte vara högre"
            " än 5. Menade du 0.6? Skriv procent som andel: 60 % är 0.6."
        ),
    ),
    "more fixed anew than there is": (
        {"actors.city.refixed_share": 0.3, "actors.city.fixing_period": 5, "actors.city.market_rate": 0.03},
        (
            "finances.csv rad 7, kolumn 'value': 'city' binder om 1.5 gånger sin skuld under de 5 år som en ränta är "
            "bunden, men en krona kan bindas om högst en gång på den tiden. Skriv högst 0.2 om året i refixed_share, "
            "eller en kortare fixing_period."
        ),
    ),
    "fixed anew at no rate": (
        {"actors.city.refixed_share": 0.2},
        (
            "finances.csv rad 7, kolumn 'value': 'city' binder om sin skuld, men det står inte till vilken ränta. "
            "Skriv standing_rate (ränta på skulden nu) och market_rate (ränta när den binds om) för 'city' i "
            "finances.csv."
        ),
    ),
    "ownership not one": (
        {"technologies.retrofit.owned": {"city": 0.6, "company": 0.3}},
        (
            "ownership.csv rad 2, kolumn 'value': ägarandelarna i 'retrofit' (city, company) blir 0.9 "
            "tillsammans men måste bli 1. Rätta andelarna, eller ta bort raderna så äger aktören i "
            "technologies.csv allt."
        ),
    ),
    "amount of another price year": (
        {"finances:2:unit": "MSEK2020/yr"},
        (
            "finances.csv rad 2, kolumn 'unit': enheten är 'MSEK2020/yr', pengar i 2020 års priser, men alla"
            " pengar i fallet är i 2025 års. Räkna om talet och skriv MSEK/yr, eller skriv varje års belopp "
            "i det årets pengar med enheten 'nominal MSEK/yr'."
        ),
    ),
}


@pytest.mark.parametrize(("edits", "text"), SWEDISH.values(), ids=SWEDISH.keys())
def test_mistakes_are_told_in_swedish(edits: dict[str, Any], text: str) -> None:
    assert tell(edits, "sv") == [text]


@pytest.mark.slow
@pytest.mark.parametrize("year", [-2_025_000_000, 20_250_000, "1e300", "inf"])
def test_no_check_reckons_with_a_number_out_of_its_bounds(year: object) -> None:
    """A price year of -2e9 once made a calendar of as many years, 16 GB. Now it is one message, at the cost of one."""
    rows = copy.deepcopy(MONEY_TOWN)
    rows["case"]["price_year"] = year
    tables = town.build_town(**rows)
    check_tables(tables, Choices())  # what is imported late does not count
    tracemalloc.start()
    problems = check_tables(tables, Choices())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(problem.file, problem.fields["quantity"]) for problem in problems] == [("case.csv", "price_year")]
    assert peak < 20e6
