"""Ranges of assumed numbers: which rule holds, what has none, and each mistake told whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import town
from spoiled import tell

from runners.analyses.assumptions.range_words import write_ranges
from runners.analyses.cost_curve.varied_target import set_aside
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.ranges import Assumption, find_unranged, list_assumptions
from scenarios.tables import Tables, read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"


def limit(quantity: str, about: str, low: float | str, high: float | str, **words: Any) -> dict[str, Any]:
    return {"quantity": quantity, "about": about, "low": str(low), "high": str(high)} | {
        "source": "hand",
        "confidence": "assumed",
        **words,
    }


def build(ranges: list[dict[str, Any]]) -> Tables:
    """A boiler and two pumps; the price of gas is published in 2025 and assumed in 2030 and 2035."""
    tables = town.build_town(
        case={"first_year": 2025, "last_year": 2040},
        commodities=[{"commodity": "gas", "purchase_price": {2025: 1, 2030: 2, 2035: 3}}, {"commodity": "heat"}],
        technologies=[
            {"technology": "boiler", "programme": "old", "existing": 5, "flow": {"heat": 1, "gas": -1.2}},
            {"technology": "pump_big", "programme": "new", "buildable": "yes", "capex": 3, "life": 20},
            {"technology": "pump_small", "programme": "new", "buildable": "yes", "capex": 5, "life": 15},
        ],
        ranges=ranges,
    )
    tables.frames["prices"].loc[2, "confidence"] = "published"
    return tables


def find(ranges: list[dict[str, Any]], quantity: str, item: str) -> Assumption:
    """The assumption of a number of the town."""
    found = list_assumptions(build(ranges), ())
    return next(one for one in found if one.quantity == quantity and one.item == item)


def test_the_rule_that_says_most_holds() -> None:
    """All pumps, those of a programme, those of a pattern, one; of two alike the later."""
    rules = [limit("capex", "*", 0.1, 1), limit("capex", "new", 0.2, 1), limit("capex", "pump_*", 0.3, 1)]
    for place, low in enumerate((0.1, 0.2, 0.3)):
        rule = find(rules[: place + 1], "capex", "pump_big").rule
        assert rule is not None
        assert rule.low == low
    exact = [limit("capex", "pump_big", 0.4, 1), *rules]
    assert [find(exact, "capex", item).rule.low for item in ("pump_big", "pump_small")] == [0.4, 0.3]  # type: ignore[union-attr]
    assert find([*exact, limit("capex", "pump_big", 0.5, 1, variant="")], "capex", "pump_big").rule.low == 0.5  # type: ignore[union-attr]
    assert (
        find([limit("flow", "boiler.gas", 0.6, 1), limit("flow", "boiler", 0.7, 1)], "flow", "boiler.gas").rule.low
        == 0.6
    )  # type: ignore[union-attr]


def test_years_of_an_assumption_begin_where_better_numbers_end() -> None:
    """Gas is published for 2025: what is assumed decides from 2030 on; a number without years decides always."""
    gas = find([], "purchase_price", "gas")
    assert (gas.count, gas.value, gas.least, gas.most, gas.span) == (2, 2.0, 2.0, 3.0, (2030, None))
    assert find([], "capex", "pump_big").span is None


def test_numbers_without_a_range_are_told_where_a_case_has_ranges() -> None:
    assert find_unranged(build([]), ()) == []
    assert write_ranges(build([]), (), "en") == []
    tables = build([limit(name, "*", 0.8, 1.2) for name in ("purchase_price", "capex", "flow", "existing")])
    missing = [(one.quantity, one.item) for one in find_unranged(tables, ()) if one.table != "case"]
    assert missing == [("hours", ""), ("life", "pump_big"), ("life", "pump_small")]
    lines = write_ranges(tables, (), "en")
    assert lines[0] == "Ranges (ranges.csv): 8 of 15 assumed numbers have none. Write a rule for"
    assert lines[-1] == "  life pump_small  parameters.csv:5"
    assert write_ranges(tables, (), "sv")[0] == (
        "Spann (ranges.csv): 8 av 15 antagna tal har inget. Skriv en regel för"
    )
    told = "Ranges (ranges.csv): all 15 assumed numbers have one."
    own = ("discount_rate", "price_year", "first_year", "last_year", "base_year", "hours")
    more = [*(limit(name, "*", 1, 1) for name in own), limit("life", "*", -1, 1, basis="shift")]
    named = [limit(name, "*", 0.8, 1.2) for name in ("purchase_price", "capex", "flow", "existing")]
    assert write_ranges(build([*named, *more]), (), "en") == [told]


def test_a_tie_gives_a_range_too() -> None:
    ranges = [limit("capex", "pump_*", 1.2, 0.8, tie="pumps")]
    found = find(ranges, "capex", "pump_big")
    assert found.rule is None
    assert [rule.tie for rule in found.ties] == ["pumps"]
    assert ("capex", "pump_big") not in {(one.quantity, one.item) for one in find_unranged(build(ranges), ())}


def test_ranges_are_no_part_of_a_scenario() -> None:
    assert (
        town.scenario_of(build([limit("capex", "*", 0.8, 1.2)])).attrs["digest"]
        == (town.scenario_of(build([])).attrs["digest"])
    )


@pytest.mark.parametrize(
    ("row", "english", "swedish"),
    [
        (
            limit("capx", "*", 0.8, 1.2),
            "ranges.csv row 2, column 'quantity': 'capx' is no quantity. Did you mean 'capex'? The quantities stand in "
            "docs/data-model.md.",
            "ranges.csv rad 2, kolumn 'quantity': 'capx' är ingen storhet. Menade du 'capex'? Storheterna står i "
            "docs/data-model.md.",
        ),
        (
            limit("capex", "pmp", 0.8, 1.2),
            "ranges.csv row 2, column 'about': 'pmp' is nothing that capex can be about. Did you mean 'pump'? Write a "
            "name, several with dots between them, a pattern with *, a programme, or * for all.",
            "ranges.csv rad 2, kolumn 'about': 'pmp' är inget som capex kan gälla. Menade du 'pump'? Skriv ett namn, "
            "flera med punkt emellan, ett mönster med *, ett program, eller * för allt.",
        ),
        (
            limit("capex", "pump", "low", 1.2),
            "ranges.csv row 2, column 'low': 'low' is no number. Write a number, such as 0.8.",
            "ranges.csv rad 2, kolumn 'low': 'low' är inget tal. Skriv ett tal, till exempel 0.8.",
        ),
        (
            limit("capex", "pump", 1.2, 0.8),
            "ranges.csv row 2, column 'low': the range runs from 1.2 to 0.8, downwards. Write the lower end in low and "
            "the higher one in high.",
            "ranges.csv rad 2, kolumn 'low': spannet går från 1.2 till 0.8 och alltså nedåt. Skriv den lägre änden i "
            "low och den högre i high.",
        ),
        (
            limit("capex", "pump", -0.2, 0.8),
            "ranges.csv row 2, column 'low': a factor cannot be negative, but here is -0.2. Write a factor such as "
            "0.8, or basis = value or shift for numbers that are set or added.",
            "ranges.csv rad 2, kolumn 'low': en faktor kan inte vara negativ, men här står -0.2. Skriv en faktor som "
            "0.8, eller basis = value eller shift för tal som sätts eller läggs till.",
        ),
        (
            limit("life", "pump", 0.8, 1.2),
            "ranges.csv row 2, column 'basis': life is a point or a stretch of time and is not multiplied. Write basis "
            "= shift, with years to be added, or basis = value.",
            "ranges.csv rad 2, kolumn 'basis': life är en tidpunkt eller en tid och multipliceras inte. Skriv basis = "
            "shift, med år som läggs till, eller basis = value.",
        ),
        (
            limit("capex", "pump", 0.8, 1.2, basis="facter"),
            "ranges.csv row 2, column 'basis': 'facter' is none of the words allowed: factor, value, shift. Did you "
            "mean 'factor'?",
            "ranges.csv rad 2, kolumn 'basis': 'facter' är inget av de tillåtna orden: factor, value, shift. Menade du "
            "'factor'?",
        ),
        (
            limit("capex", "pump", "", 1.2),
            "ranges.csv row 2, column 'low': the cell is blank but has to be filled. Write a value, or remove the row.",
            "ranges.csv rad 2, kolumn 'low': cellen är tom men måste fyllas i. Skriv in ett värde eller ta bort raden.",
        ),
    ],
)
def test_a_mistake_is_told_whole(row: dict[str, Any], english: str, swedish: str) -> None:
    assert tell({"ranges": [row]}) == [english]
    assert tell({"ranges": [row]}, "sv") == [swedish]


def test_the_same_rule_stands_once() -> None:
    (told,) = tell({"ranges": [limit("capex", "pump", 0.8, 1.2), limit("capex", "pump", 0.7, 1.2)]})
    assert told.startswith("ranges.csv row 3: ")
    assert tell({"ranges": [limit("flow", "pump.power", 0.8, 1.2), limit("flow", "pump.*", 1.2, 0.8, tie="all")]}) == []


@pytest.mark.slow
def test_every_assumed_number_of_lund_has_a_range_with_its_reason() -> None:
    """A new assumed number needs a rule in scenarios/lund/ranges.csv."""
    tables = read_tables(LUND)
    for variants in (("base_2024",), ("base_2023",), ("base_2024", "ets2", "ccs_auction")):
        assert [(one.quantity, one.item) for one in find_unranged(tables, variants)] == []
    assert (tables.frames["ranges"]["note"] != "").all()


def test_an_analysis_without_a_target_is_not_refused_for_the_range_of_its_level() -> None:
    """A curve leaves the case's own targets aside; `curve` of Lund ended with "'carbon_storage_*' is nothing"."""
    tables = town.build_town(
        commodities=[{"commodity": "gas", "purchase_price": 1}, {"commodity": "heat", "demand": 1}],
        technologies=[{"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.2}}],
        accounts=[{"account": "co2", "factor_purchase": {"gas": 0.2}}],
        targets=[{"target": "cap_2030", "account": "co2", "year": 2025, "value": 1}],
        ranges=[limit("value", "cap_*", 0.9, 1.1)],
    )
    assert [problem.tell("en") for problem in check_tables(tables, Choices())] == []
    left = set_aside(tables)
    assert left.frames["targets"].empty
    assert check_tables(left, Choices()) == []
