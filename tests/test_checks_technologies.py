"""Technologies, project logic and commodities that cannot work, each with the whole text that a user reads."""

from __future__ import annotations

from typing import Any

import pytest
from spoiled import tell

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "investment without a life": (
        {"technologies.pump.life": None},
        (
            "parameters.csv row 2, column 'value': 'pump' costs something to build but has no life, so that "
            "its whole investment would count as left over when the plan ends. Write life in parameters.csv "
            "(inf if it really stands for ever)."
        ),
    ),
    "term of a loan without a rate": (
        {"technologies.pump.loan_term": 5},
        (
            "parameters.csv row 6, column 'value': 'pump' has a loan_term but no hurdle_rate, and without a rate the "
            "term changes nothing. Add hurdle_rate, or take loan_term away."
        ),
    ),
    "host with a host": (
        {
            "technologies": [
                {"technology": "mode", "resolution": "slice", "host": "pump", "flow": {"heat": 1}},
                {"technology": "deep", "resolution": "slice", "host": "mode", "flow": {"heat": 1}},
            ]
        },
        (
            "technologies.csv row 8, column 'host': 'deep' uses the capacity of 'mode', which itself uses "
            "that of 'pump'. Write host = pump."
        ),
    ),
    "host without capacity": (
        {"technologies": [{"technology": "mode", "host": "free", "flow": {"heat": 1}}]},
        (
            "technologies.csv row 7, column 'host': 'mode' uses the capacity of 'free', which has none "
            "(capacitated = no). Write capacitated = yes for 'free', or leave host blank."
        ),
    ),
    "host of another resolution": (
        {"technologies": [{"technology": "mode", "host": "pump", "flow": {"heat": 1}}]},
        (
            "technologies.csv row 7, column 'host': 'mode' is decided per year but 'pump', whose capacity it "
            "uses, per slice. Give both the same resolution."
        ),
    ),
    "mode that is built": (
        {
            "technologies": [
                {"technology": "mode", "resolution": "slice", "host": "pump", "buildable": "yes", "flow": {"heat": 1}}
            ]
        },
        (
            "technologies.csv row 7, column 'buildable': 'mode' uses the capacity of 'pump' and cannot be "
            "built or retired itself. Write no here and yes for 'pump'."
        ),
    ),
    "built without capacity": (
        {"technologies.free.buildable": "yes"},
        (
            "technologies.csv row 6, column 'buildable': 'free' has no capacity (capacitated = no) to build "
            "or retire. Write no here, or capacitated = yes."
        ),
    ),
    "stock of a mode": (
        {
            "technologies": [
                {"technology": "mode", "resolution": "slice", "host": "pump", "existing": 3, "flow": {"heat": 1}}
            ]
        },
        (
            "stock.csv row 4, column 'value': existing of 'mode' has no effect, since it uses the capacity "
            "of 'pump'. Move the row to 'pump', or remove it."
        ),
    ),
    "must run without capacity": (
        {"technologies.free.must_run": 1},
        (
            "parameters.csv row 10, column 'value': must_run of 'free' has no effect, since it has no "
            "capacity (capacitated = no). Write capacitated = yes, or remove the row."
        ),
    ),
    "technology that does nothing": (
        {"technologies": [{"technology": "ghost", "existing": 1}]},
        (
            "technologies.csv row 7, column 'technology': the technology 'ghost' does nothing: it has no "
            "rows in flows, factors, members or logic. Add what it does, or remove it."
        ),
    ),
    "circular prerequisites": (
        {
            "technologies.pump.least_size": 1,
            "technologies.retrofit.least_size": 1,
            "logic": [
                {"rule": "a", "technology": "pump", "other": "retrofit", "kind": "requires", "value": 0},
                {"rule": "b", "technology": "retrofit", "other": "pump", "kind": "follows", "value": 1},
            ],
        },
        (
            "logic.csv row 3: the prerequisites go in a circle: pump -> retrofit -> pump. Remove one of the "
            "rows so that something can come first."
        ),
    ),
    "prerequisite without a size": (
        {
            "technologies.pump.least_size": 1,
            "logic": [{"rule": "a", "technology": "pump", "other": "retrofit", "kind": "requires", "value": 0}],
        },
        (
            "logic.csv row 2, column 'other': 'retrofit' stands in a rule of the kind requires but has no "
            "least size, so it could begin in name only. Write least_size or unit_size in parameters.csv."
        ),
    ),
    "prerequisite that cannot be": (
        {
            "technologies.pump.least_size": 1,
            "logic": [{"rule": "a", "technology": "pump", "other": "free", "kind": "follows", "value": 0}],
        },
        (
            "logic.csv row 2, column 'other': 'pump' depends on 'free' (follows), which neither stands from "
            "the start nor can be built. Write buildable = yes for 'free', give it rows in stock.csv, or "
            "remove the rule."
        ),
    ),
    "exclusion of one": (
        {"logic": [{"rule": "a", "technology": "pump", "kind": "excludes"}]},
        (
            "logic.csv row 2, column 'rule': the rule 'a' excludes nothing: it names only 'pump'. Add the "
            "technologies that exclude each other, or remove the rule."
        ),
    ),
    "demand nobody serves": (
        {"commodities": [{"commodity": "light", "demand": 1}]},
        (
            "demands.csv row 3, column 'value': nobody can serve the demand for 'light': no technology that "
            "can run makes it, and it has no purchase price. Add a flow, a stock or purchase_price, or admit "
            "technologies that the choices exclude."
        ),
    ),
    "input nobody delivers": (
        {"commodities": [{"commodity": "wood"}], "technologies.boiler.flow": {"heat": 1, "wood": -1}},
        (
            "flows.csv row 3, column 'commodity': 'boiler' consumes 'wood', which nobody can deliver, and so "
            "can never run. Add a flow that makes it, or purchase_price."
        ),
    ),
    "output nobody takes": (
        {"commodities.cold.surplus": "no"},
        (
            "flows.csv row 6, column 'commodity': 'pump' makes 'cold', which nobody takes, and so can never "
            "run. Add a demand, a consuming flow or sale_price, or write surplus = yes."
        ),
    ),
    "limit without a market": (
        {"commodities.heat.most_sale": 5},
        (
            "supplies.csv row 3, column 'value': most_sale of 'heat' has no effect, since there is no "
            "sale_price. Write sale_price (0 if it is free) in prices.csv, or remove the row."
        ),
    ),
    "endless profit": (
        {"commodities.power.sale_price": 0.6},
        (
            "prices.csv row 5, column 'value': 'power' can be bought for less than it is sold for, without "
            "limit, so that no plan is cheapest. Lower sale_price, or write most_purchase or most_sale in "
            "supplies.csv."
        ),
    ),
    "storage without a store": (
        {"technologies.tank.stores": None, "technologies.tank.flow": {"heat": 1}},
        (
            "commodities.csv row 5, column 'storage': 'cold' is to be stored, but no technology is its "
            "store. Add a row stores = 1 to flows.csv, or write storage = no."
        ),
    ),
    "store of what is not stored": (
        {"technologies.boiler.stores": {"heat": 1}},
        (
            "flows.csv row 4, column 'commodity': 'boiler' is a store of 'heat', which is not stored "
            "(storage = no). Write season, year or horizon in commodities.csv, or remove the row."
        ),
    ),
    "store without room": (
        {"technologies.tank.content": None},
        (
            "flows.csv row 7, column 'technology': 'tank' is a store of 'cold' but has no room. Write its "
            "content in parameters.csv, and give it capacity of its own."
        ),
    ),
    "level that is not kept": (
        {"commodities.cold.initial_level": 3},
        (
            "supplies.csv row 3, column 'value': initial_level of 'cold' has no effect with storage = year; "
            "it needs horizon. Change storage in commodities.csv, or remove the row."
        ),
    ),
    "reserve margin over the year": (
        {"commodities.gas.reserve_margin": 0.1, "technologies.boiler.firm_credit": {"gas": 1}},
        (
            "demands.csv row 2, column 'value': 'gas' has a reserve margin but is balanced over the year and "
            "has no peak. Write balance = slice in commodities.csv, or remove the row."
        ),
    ),
    "reserve margin without firm capacity": (
        {"commodities.heat.reserve_margin": 0.1},
        (
            "demands.csv row 3, column 'value': 'heat' has a reserve margin, but no technology counts as "
            "firm. Write firm_credit in flows.csv, or remove the row."
        ),
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_whole(edits: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell(edits)) == expected


def test_a_term_of_a_loan_without_a_rate_is_told_in_swedish() -> None:
    assert tell({"technologies.pump.loan_term": 5}, lang="sv") == [
        "parameters.csv rad 6, kolumn 'value': 'pump' har loan_term men ingen hurdle_rate, och utan en ränta ändrar "
        "lånetiden ingenting. Lägg till hurdle_rate, eller ta bort loan_term."
    ]
