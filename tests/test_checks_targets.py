"""Accounts, targets and choices that cannot be computed, each with the whole text that a user reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from spoiled import tell

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "circular accounts": (
        {"accounts.co2.share": {"total": 1}},
        (
            "parts.csv row 3, column 'part': the accounts are parts of each other in a circle: co2 -> total "
            "-> co2. Remove one of the rows."
        ),
    ),
    "account of itself": (
        {"accounts.co2.credit_share": {"co2": 1}},
        (
            "parts.csv row 2, column 'part': the accounts are parts of each other in a circle: co2 -> co2. "
            "Remove one of the rows."
        ),
    ),
    "cap on no credit": (
        {"accounts.total.most_credit": {"co2": 2}},
        (
            "parts.csv row 3: the account 'total' has a cap on credits from 'co2' but no share that may be "
            "credited. Add credit_share, or remove the row."
        ),
    ),
    "percent of another year": (
        {"targets.half.base_year": 2010},
        (
            "targets.csv row 2, column 'base_year': the target 'half' is in percent of 'co2' in 2010, which "
            "is missing in inventory.csv (it has 2024). Add that year, or change the base year."
        ),
    ),
    "statistics to come": (
        {"accounts.co2.inventory": {2024: 100, 2199: 50}},
        (
            f"inventory.csv row 3, column 'year': statistics of 2199, but this is {date.today().year}. Write years up "
            f"to {date.today().year}; what is expected stands in demands, stock and paths."
        ),
    ),
    "percent of nothing": (
        {"targets.half.account": "total"},
        (
            "targets.csv row 2, column 'base_year': the target 'half' is in percent of 'total' in 2024, but "
            "inventory.csv has no rows of the account. Add that year, or write the target as absolute."
        ),
    ),
    "pool of two units": (
        {
            "accounts": [{"account": "nox", "unit": "t", "factor_purchase": {"gas": 1}}],
            "targets.half.pool": "p",
            "targets": [{"target": "air", "account": "nox", "year": 2030, "value": 1, "pool": "p"}],
        },
        (
            "targets.csv row 3, column 'pool': the target 'air' is counted in t but 'half' of the same pool "
            "('p') in kt. Put them into different pools."
        ),
    ),
    "pool of two prices": (
        {
            "targets.half.pool": "p",
            "targets": [{"target": "all", "account": "total", "year": 2030, "value": 1, "pool": "p", "price": 9}],
        },
        (
            "targets.csv row 3, column 'pool': the target 'all' has the price 9 but 'half' of the same pool "
            "('p') has 7. Give them one price, or put them into different pools."
        ),
    ),
    "pool of a year and a budget": (
        {
            "targets.half.pool": "p",
            "targets": [
                {"target": "sum", "account": "co2", "year": 2025, "value": 9, "basis": "cumulative", "pool": "p"}
            ],
        },
        (
            "targets.csv row 3, column 'pool': the target 'sum' is on a sum over years and cannot share a pool ('p') "
            "with 'half': a budget and a year do not miss the same units. The budget has a price of its own. Leave "
            "its pool blank."
        ),
    ),
    "pool of two modes": (
        {
            "targets.half.pool": "p",
            "targets": [
                {"target": "all", "account": "total", "year": 2030, "value": 1, "pool": "p", "mode": "nearest"}
            ],
        },
        (
            "targets.csv row 3, column 'pool': the target 'all' is nearest but 'half' of the same pool ('p') is "
            "priced. Give them one mode, or put them into different pools."
        ),
    ),
    "pool of a cap and a floor": (
        {
            "targets.half.pool": "p",
            "targets": [
                {"target": "up", "account": "total", "year": 2030, "value": 1, "pool": "p", "sense": "at_least"}
            ],
        },
        (
            "targets.csv row 3, column 'pool': the target 'up' is at_least but 'half' of the same pool ('p') is "
            "at_most: what is to fall and what is to rise do not miss the same units. Put them into different pools."
        ),
    ),
    "pool of what is not let out and what is taken back": (
        {
            "accounts": [
                {"account": "taken", "factor_capacity": {"pump": 1}},
                {"account": "net", "share": {"co2": 1}, "credit_share": {"taken": 1}},
            ],
            "targets.half.pool": "p",
            "targets": [{"target": "zero", "account": "net", "year": 2030, "value": 0, "pool": "p"}],
        },
        (
            "targets.csv row 3, column 'pool': the targets 'zero' and 'half' cannot share a pool ('p'): what the "
            "account 'taken' removes is taken off one of the accounts 'net' and 'co2' but not off the other. A unit "
            "removed is not a unit never let out. Put them into different pools."
        ),
    ),
    "pool of accounts of which one is a part by half": (
        {
            "accounts": [{"account": "ours", "share": {"co2": 0.5}}],
            "targets.half.pool": "p",
            "targets": [{"target": "own", "account": "ours", "year": 2030, "value": 1, "pool": "p"}],
        },
        (
            "targets.csv row 3, column 'pool': the targets 'own' and 'half' cannot share a pool ('p'): the accounts "
            "'ours' and 'co2' overlap, but neither is wholly a part (share = 1) of the other. Put them into different "
            "pools."
        ),
    ),
    "pool of accounts apart": (
        {
            "accounts": [{"account": "nox", "factor_purchase": {"gas": 1}}],
            "targets.half.pool": "p",
            "targets": [{"target": "air", "account": "nox", "year": 2030, "value": 1, "pool": "p"}],
        },
        (
            "targets.csv row 3, column 'pool': the targets 'air' and 'half' share a pool ('p') for nothing: the "
            "accounts 'nox' and 'co2' have nothing in common, and no target of the pool is on an account that has both "
            "as parts. Leave pool blank, or add the target of the total."
        ),
    ),
    "target that ends before it begins": (
        {"targets.half.until": 2028},
        (
            "targets.csv row 2, column 'until': the target 'half' ends in 2028, before it begins in 2030. "
            "Write 2030 or later."
        ),
    ),
    "target after the plan": (
        {"targets.half.year": 2045},
        (
            "targets.csv row 2, column 'year': the target 'half' (year 2045) holds in none of the years "
            "2025-2030 of the case. Move the target, or change first_year or last_year in case.csv."
        ),
    ),
    "target said twice": (
        {"targets": [{"target": "again", "account": "co2", "year": 2030, "value": 1}]},
        (
            "targets.csv row 3, column 'year': the target 'again' has the same account ('co2'), sense and "
            "year (2030) as 'half'. Keep one of them."
        ),
    ),
    "targets whose periods overlap": (
        {
            "targets.half.year": 2026,
            "targets.half.until": 2030,
            "targets": [{"target": "next", "account": "co2", "year": 2028, "value": 1}],
        },
        (
            "targets.csv row 2, column 'until': the target 'half' holds until 2030, but the next of its account "
            "('next') begins in 2028: the periods overlap. Write 2027 or next."
        ),
    ),
    "line to nowhere": (
        {"targets.half.path": "line"},
        (
            "targets.csv row 2, column 'path': the target 'half' is to run straight to the next target of "
            "its account, but there is none. Write path = step, or add the next target."
        ),
    ),
    "floor above cap": (
        {
            "targets": [
                {"target": "cap", "account": "total", "year": 2028, "value": 3},
                {"target": "floor", "account": "total", "sense": "at_least", "year": 2028, "value": 4},
            ]
        },
        (
            "targets.csv row 4, column 'value': the target 'floor' asks for at least 4 but 'cap' of the same "
            "year for at most 3. Lower the one or raise the other."
        ),
    ),
}

CHOSEN: dict[str, tuple[dict[str, Any], str]] = {
    "unknown technology excluded": (
        {"exclude": ("pumpe",)},
        "choices, column 'exclude': the case has no technology 'pumpe'. Did you mean 'pump'?",
    ),
    "unknown commodity scaled": (
        {"price_scale": {"gass": 2.0}},
        "choices, column 'price_scale': the case has no commodity 'gass'. Did you mean 'gas'?",
    ),
    "unknown account priced": (
        {"account_price": {"CO2": 1.0}},
        "choices, column 'account_price': the case has no account 'CO2'. Did you mean 'co2'?",
    ),
    "unknown variant": (
        {"variants": ("base_2024",)},
        ("choices, column 'variants': there is no variant 'base_2024': the case has none. Remove the choice."),
    ),
    "commodity without a price scaled": (
        {"price_scale": {"heat": 2.0}},
        (
            "choices, column 'price_scale': 'heat' has no price to scale. Add purchase_price or sale_price "
            "to prices.csv, or remove the choice."
        ),
    ),
    "negative scale": (
        {"price_scale": {"gas": -1.0}},
        "choices, column 'price_scale': price_scale is -1, but may not be below 0. Write 0 or more.",
    ),
    "unknown mode": (
        {"target_mode": "soft"},
        ("choices, column 'target_mode': 'soft' is none of the words allowed: hard, priced, nearest."),
    ),
    "unknown discounting": (
        {"discount_capital": "mid"},
        (
            "choices, column 'discount_capital': 'mid' is none of the words allowed: start, middle, end. Did "
            "you mean 'middle'?"
        ),
    ),
    "unknown salvage": (
        {"salvage": "linear"},
        (
            "choices, column 'salvage': 'linear' is none of the words allowed: none, straight_line, "
            "sinking_fund, annuities."
        ),
    ),
    "last year before first chosen": (
        {"first_year": 2032},
        (
            "choices, column 'last_year': there are no plan years between 2032 and 2030. Choose a first year "
            "before the last, and years that lie between them."
        ),
    ),
    "years outside": (
        {"years": (2025, 2030), "first_year": 2031},
        (
            "choices, column 'years': there are no plan years between 2031 and 2030. Choose a first year "
            "before the last, and years that lie between them."
        ),
    ),
    "year twice": (
        {"years": (2025, 2025, 2030)},
        "choices, column 'years': the year 2025 stands twice. Remove one.",
    ),
    "year far": (
        {"first_year": 20250},
        "choices, column 'first_year': the year 20250 lies outside 1900-2200. Write a year between them.",
    ),
    "length of nothing": (
        {"last_length": 0},
        "choices, column 'last_length': the last plan year would stand for 0 years. Write 1 or more.",
    ),
    "rate too high": (
        {"discount_rate": 3.5},
        "choices, column 'discount_rate': discount_rate is 3.5, but may not be above 1. Write 1 or less.",
    ),
    "negative excess price": (
        {"excess_price": -1.0},
        "choices, column 'excess_price': excess_price is -1, but may not be below 0. Write 0 or more.",
    ),
    "infinite carbon price": (
        {"account_price": {"co2": float("inf")}},
        "choices, column 'account_price': account_price is inf, but has to be finite. Write a number.",
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_whole(edits: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell(edits)) == expected


@pytest.mark.parametrize(("choices", "expected"), CHOSEN.values(), ids=CHOSEN)
def test_a_wrong_choice_is_told_whole(choices: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell({}, **choices)) == expected
