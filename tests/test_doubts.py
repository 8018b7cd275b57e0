"""Which assumed numbers a plan hangs on: towns small enough to move each number by hand, and Lund's ten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import town

from model.solver.solution import SolverOptions
from runners.analyses.assumptions.doubt_tables import describe_doubts
from runners.analyses.assumptions.moves import Move, list_moves
from runners.analyses.assumptions.ranking import Doubt, Doubts, Effect, _sort_doubts
from runners.analyses.oracle import Oracle
from runners.cli import main
from runners.commands.check import find_doubts
from runners.family import Family
from scenarios.choices import Choices
from scenarios.ranges import list_assumptions
from scenarios.tables import Tables

MONEY = 1e-9


def limit(quantity: str, about: str, low: float, high: float, **words: str) -> dict[str, Any]:
    ends = {"low": str(low), "high": str(high), "source": "hand", "confidence": "assumed"}
    return {"quantity": quantity, "about": about, **ends, **words}


RANGES = [
    limit("purchase_price", "gas", 0.7, 1.5),
    limit("capex", "pump", 0.8, 1.5),
    limit("most_capacity", "*", 0.5, 2.5),
    limit("demand", "heat", 0.5, 1.2, tie="heat"),
    limit("existing", "boiler", 0.5, 1.2, tie="heat"),
    limit("life", "*", 0, 0, basis="shift"),
    limit("hours", "*", 0.9, 1.1),
]


def build_town(ranges: list[dict[str, Any]]) -> dict[str, Any]:
    """10 GWh of heat in one year, from gas at 1 or from up to 4 MW of pumps at 0.8 MSEK, of 1 GWh each.

    The plan: 4 MW for 3.2 and 6 GWh of gas, 9.2 MSEK.
    """
    return {
        "commodities": [{"commodity": "gas", "purchase_price": 1}, {"commodity": "heat", "demand": 10}],
        "technologies": [
            {"technology": "boiler", "name_en": "Boiler", "existing": 10, "flow": {"heat": 1, "gas": -1}},
            {
                "technology": "pump",
                "name_sv": "Pump",
                "name_en": "Pump",
                "buildable": "yes",
                "measure": "yes",
                "capex": 0.8,
                "life": 1,
                "most_capacity": 4,
                "flow": {"heat": 1},
            },
        ],
        "ranges": ranges,
    }


def doubt(ranges: list[dict[str, Any]], most: int = 10, settings: dict[str, float] | None = None) -> Doubts:
    return doubt_tables(town.build_town(**build_town(ranges)), most, settings)


def doubt_tables(tables: Tables, most: int = 10, settings: dict[str, float] | None = None) -> Doubts:
    family = Family(tables, Choices(salvage="none"), SolverOptions(), explained=False)
    return find_doubts(family, settings or {}, (), most)


def test_each_number_is_moved_to_its_ends_and_the_plan_solved_again() -> None:
    """By hand, against 9.2 with 3.2 invested:

    * potential: 2 MW are 1.6 + 8 = 9.6 (1.6 less invested); 10 MW are 8 (4.8 more);
    * gas at 0.7 beats the pump: 7, nothing invested; at 1.5: 3.2 + 9 = 12.2, built alike;
    * pump at 0.64: 2.56 + 6 = 8.56, built alike; at 1.2: gas alone, 10;
    * demand and boiler tied: 5 GWh are 3.2 + 1 = 4.2, 12 GWh 3.2 + 8 = 11.2, built alike.

    The hours of the year cannot be moved, and a range of nothing is no move.
    """
    found = doubt(RANGES)
    assert (found.moved, found.fixed, found.least) == (4, 1, pytest.approx(9.2))
    told = [(one.move.tie or one.move.assumptions[0].quantity, one.low, one.high) for one in found.ranked]
    assert [name for name, *_ in told] == ["most_capacity", "purchase_price", "capex", "heat"]
    effects = [(end.cost, end.differs) for _, *ends in told for end in ends if end]
    assert effects == [
        *(pytest.approx((0.4, 1.6)), pytest.approx((-1.2, 4.8))),
        *(pytest.approx((-2.2, 3.2)), pytest.approx((3.0, 0.0), abs=MONEY)),
        *(pytest.approx((-0.64, 0.0), abs=MONEY), pytest.approx((0.8, 3.2))),
        *(pytest.approx((-5.0, 0.0), abs=MONEY), pytest.approx((2.0, 0.0), abs=MONEY)),
    ]
    gas = found.ranked[1]
    assert gas.low == Effect(pytest.approx(-2.2), pytest.approx(3.2), (), ("pump",), possible=True)
    assert gas.high is not None
    assert gas.high.entered == gas.high.left == ()


def test_an_end_that_needs_another_program_is_compiled_and_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where gas costs 0.7 no pump is built: 7. Two MW that must stand are 1.6 + 8 * 0.7 = 7.2: a row more."""
    compiled = []
    rebuild = Oracle.rebuild
    monkeypatch.setattr(Oracle, "rebuild", lambda self, end: compiled.append(end) or rebuild(self, end))
    rows = build_town([limit("least_capacity", "pump", 0, 2, basis="value")])
    rows["technologies"][1]["least_capacity"] = 0
    found = doubt_tables(town.build_town(**rows), settings={"adjust.purchase_price.gas": 0.7})
    assert (found.moved, found.unmoved, found.least) == (1, (), pytest.approx(7.0))
    assert found.ranked[0].low is None  # the number itself
    assert found.ranked[0].high == Effect(pytest.approx(0.2), pytest.approx(1.6), ("pump",), (), possible=True)
    assert compiled == [{"set.least_capacity.pump": 2.0}]


def test_what_no_setting_can_move_is_named_with_the_reason() -> None:
    """Hours are the shape of the case; shares of a profile sum to 1."""
    rows = build_town([limit("hours", "*", 0.9, 1.1), limit("profile", "*", 0.9, 1.1)])
    rows["profiles"] = [{"item": "heat", "value": 1}]
    found = doubt_tables(town.build_town(**rows))
    assert [(one.assumption.quantity, one.assumption.item, one.reason) for one in found.unmoved] == [
        ("hours", "", "shape"),
        ("profile", "heat", "shares"),
    ]
    assert describe_doubts(found)["unmoved"][1] == {
        "quantity": "profile",
        "item": "heat",
        "file": "profiles.csv",
        "row": 2,
        "numbers": 1,
        "reason": "shares",
    }


def test_an_end_that_makes_numbers_which_are_not_allowed_is_named_and_not_moved() -> None:
    """A boiler of 15 less 10 along a path: at 90 % more a year it would stand with -4."""
    rows = build_town([limit("path_growth", "p", 0, 0.9, basis="value")])
    del rows["technologies"][0]["existing"]
    rows["paths"] = [{"path": "p", "unit": "1"}]
    rows["path_values"] = [{"path": "p", "quantity": "path_growth", "value": 0}]
    rows["stock"] = [
        {"technology": "boiler", "value": 15},
        {"technology": "boiler", "path": "p", "value": -10},
    ]
    found = doubt_tables(town.build_town(**rows))
    assert (found.moved, found.fixed) == (0, 1)
    assert [(one.assumption.quantity, one.reason) for one in found.unmoved] == [("path_growth", "refused")]


def test_only_as_many_are_named_as_are_asked_for() -> None:
    assert len(doubt(RANGES, most=2).ranked) == 2


def test_an_end_without_a_plan_comes_first() -> None:
    """Without a boiler 4 MW of pumps cannot give 10 GWh."""
    first = doubt([*RANGES[:3], limit("existing", "boiler", 0, 10, basis="value")]).ranked[0]
    assert first.move.assumptions[0].item == "boiler"
    assert first.low is not None
    assert not first.low.possible
    assert first.high is None  # the number itself


def test_a_measure_that_enters_is_named() -> None:
    """At 1.5 a pump is out; at 0.9 it enters."""
    town_ranges = [limit("capex", "pump", 0.6, 1)]
    found = doubt(town_ranges, settings={"adjust.purchase_price.gas": 0.7}).ranked[0]
    assert found.low is not None
    assert found.low.entered == ("pump",)


def test_a_number_that_is_set_by_hand_is_no_assumption() -> None:
    names = [one.move.assumptions[0].quantity for one in doubt(RANGES, settings={"adjust.capex.pump": 1.1}).ranked]
    assert "capex" not in names


def test_an_end_stays_within_the_bounds_of_its_quantity_and_in_assumed_years() -> None:
    """An availability of 0.9 times 1.5 is moved to 1; a price published for 2025 is moved from 2030 on."""
    tables = town.build_town(
        case={"last_year": 2035},
        commodities=[{"commodity": "gas", "purchase_price": {2025: 1, 2030: 2}}],
        technologies=[{"technology": "boiler", "availability": 0.9, "life": 10}],
        ranges=[
            limit("availability", "*", 0.5, 1.5),
            limit("purchase_price", "*", 0.5, 1.5),
            limit("life", "*", -20, 5, basis="shift"),
        ],
    )
    tables.frames["prices"].loc[2, "confidence"] = "published"
    moves, fixed = list_moves(list_assumptions(tables, ()), list(range(2025, 2036)), {})
    ends = {move.assumptions[0].quantity: move.ends for move in moves}
    assert fixed == []
    assert ends["availability"][1] == {"adjust.availability.boiler": pytest.approx(1 / 0.9)}
    assert ends["purchase_price"][0] == {"adjust.purchase_price.gas.2030-2035": 0.5}
    assert ends["life"][0] == {"shift.life.boiler": pytest.approx(0.1 - 10)}


def test_tied_numbers_move_in_the_years_that_they_share() -> None:
    tables = town.build_town(
        case={"last_year": 2035},
        commodities=[{"commodity": "gas", "purchase_price": {2025: 1, 2030: 2}, "sale_price": 0.5}],
        ranges=[limit(f"{name}_price", "gas", 0.5, 1.5, tie="gas") for name in ("purchase", "sale")],
    )
    tables.frames["prices"].loc[2, "confidence"] = "published"
    ((move,), _) = list_moves(list_assumptions(tables, ()), list(range(2025, 2036)), {})
    assert move.low == {f"adjust.{name}_price.gas.2030-2035": 0.5 for name in ("purchase", "sale")}


@pytest.fixture
def case(tmp_path: Path) -> str:
    town.write_town(tmp_path / "town", town.build_town(**build_town(RANGES)))
    return f"case.path={tmp_path / 'town'}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            [
                "2 numbers that would change the plan most, within their ranges:",
                "4 numbers and tied groups were each moved, and the plan solved again in parts of units (9.2 MSEK).",
                "Invested otherwise: largest difference in any year of what went into each technology, summed, present "
                "value.",
                "",
                " 1. Potential: Pump (parameters.csv:4)",
                "    −50 %: 0.4 MSEK dearer, 1.6 MSEK invested otherwise",
                "    +150 %: 1.2 MSEK cheaper, 4.8 MSEK invested otherwise",
                "",
                " 2. Purchase price: gas (prices.csv:2)",
                "    −30 %: 2.2 MSEK cheaper, 3.2 MSEK invested otherwise; out: Pump",
                "    +50 %: 3.0 MSEK dearer, 0.0 MSEK invested otherwise",
                "",
                "Not moved (1): they are the shape of the case, which no word can change (hours).",
            ],
        ),
        (
            "sv",
            [
                "2 tal som skulle ändra planen mest, inom sina spann:",
                "4 tal och bundna grupper flyttades vart och ett, och planen löstes om i delar av enheter (9,2 mnkr).",
                "Annat investerat: största skillnad något år i vad som lagts ut på varje teknik, summerad, nuvärde.",
                "",
                " 1. Potential: Pump (parameters.csv:4)",
                "    −50 %: 0,4 mnkr dyrare, 1,6 mnkr annat investerat",
                "    +150 %: 1,2 mnkr billigare, 4,8 mnkr annat investerat",
                "",
                " 2. Inköpspris: gas (prices.csv:2)",
                "    −30 %: 2,2 mnkr billigare, 3,2 mnkr annat investerat; ut: Pump",
                "    +50 %: 3,0 mnkr dyrare, 0,0 mnkr annat investerat",
                "",
                "Inte flyttade (1): de ger fallet dess form och kan inte ändras av ett ord (hours).",
            ],
        ),
    ],
)
def test_the_screen_names_the_numbers(
    case: str, lang: str, lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "answer"
    words = ["check", case, "check.numbers=2", "convention=no_salvage", f"lang={lang}", f"out={place}"]
    assert main(words) == 0
    shown = capsys.readouterr().out.replace("\xa0", " ").splitlines()
    first = shown.index(lines[0])
    assert shown[first : first + len(lines)] == lines
    table = pd.read_csv(place / "tables" / "doubts.csv")
    assert table[["rank", "quantity", "end"]].to_numpy().tolist() == [
        *([1, "most_capacity", "low"], [1, "most_capacity", "high"]),
        *([2, "purchase_price", "low"], [2, "purchase_price", "high"]),
    ]
    assert table["setting"].tolist()[0] == "adjust.most_capacity.pump"


@pytest.mark.slow
def test_check_alone_says_how_and_solves_nothing(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", case, "lang=en"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Which numbers would change the plan most? fardplan check {case} check.numbers=10 moves each of them and "
        "solves again: seconds for a small case, minutes for a large one."
    )
    assert main(["check", case]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Vilka tal skulle ändra planen mest? fardplan check {case} check.numbers=10 flyttar vart och ett och löser "
        "om: sekunder för ett litet fall, minuter för ett stort."
    )


@pytest.mark.slow
def test_a_case_without_ranges_says_so_where_it_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town.write_town(tmp_path / "town", town.build_town(**build_town([])))
    path = f"case.path={tmp_path / 'town'}"
    assert main(["check", path, "lang=en"]) == 0
    assert "range" not in capsys.readouterr().out
    assert main(["check", path, "check.numbers=3", "lang=en"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "The case has no ranges, so no number can be moved. Write ranges.csv (docs/data-model.md)."
    )
    assert main(["check", path, "check.numbers=3"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Fallet har inga spann, så inget tal kan flyttas. Skriv ranges.csv (docs/data-model.md)."
    )


def test_a_count_below_nothing_is_refused(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", case, "check.numbers=-1", "lang=en"]) == 2
    assert capsys.readouterr().err == ("check.numbers=-1: -1 is too small. Write 0 or more.\n")
    assert main(["check", case, "check.numbers=-1"]) == 2
    assert capsys.readouterr().err == ("check.numbers=-1: -1 är för litet. Skriv 0 eller mer.\n")


def test_effects_alike_but_for_rounding_stay_in_the_order_of_the_case() -> None:
    """Two numbers that move the plan by the same 5,838 were ranked by their last digits, which hang on the machine."""
    effects = [5838.0, 5838.0 + 1e-6, 6000.0, 5838.0 + 2e-6]
    doubts = [
        Doubt(Move(str(n), (), (), {}, {}), Effect(x, x, (), (), possible=True), None) for n, x in enumerate(effects)
    ]
    assert [one.move.tie for one in _sort_doubts(doubts, 1e-6 * 20000)] == ["2", "0", "1", "3"]
