"""Plans made anew as years pass, in a town reckoned by hand: what is held, what is seen, what is revealed.

Heat of 10 a year in 2025-2028 is bought at 1, or made by a pump: 2.5 per MW, 1 GWh a year for 10 years, 10 MW at most.
With all years seen a MW of 2025 saves 4 of 2.5, one of 2026 3: all 10 MW begin in 2025, and cost 25.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hand import assert_close
from town import build_town

from model.solver.facts import close_window, read_facts
from model.solver.solution import SolverOptions
from runners.analyses.rolling import roll
from runners.analyses.rolling.reveal import reveal
from runners.analyses.rolling.roll import NoWayOn, Rolled, Sight, roll_plan, tell_rolled
from runners.family import Family
from scenarios.choices import Choices

YEARS = [2025, 2026, 2027, 2028]


def draw_town(**more: Any) -> dict[str, Any]:
    pump = {"technology": "pump", "measure": "yes", "buildable": "yes", "yield": 1, "flow": {"heat": 1}}
    return {
        "case": {"first_year": 2025, "last_year": 2028},
        "commodities": [{"commodity": "heat", "demand": 10, "purchase_price": 1}],
        "technologies": [{**pump, "capex": 2.5, "most_build": 10, "most_capacity": 10, "life": 10, **more}],
        "accounts": [{"account": "co2", "factor_purchase": {"heat": 0.1}}],
    }


@cache
def town_family(salvage: str = "none") -> Family:
    return Family(build_town(**draw_town()), Choices(salvage=salvage), SolverOptions(threads=1, gap=0.0))


def begun(rolled: Rolled) -> list[float]:
    return [float(value) for value in rolled.outcome.plan["build"].sel(technology="pump").values]


def test_with_nothing_uncertain_a_rolling_plan_is_the_plan() -> None:
    rolled = roll_plan(town_family(), {}, Sight())
    assert_close(begun(rolled), [10, 0, 0, 0])
    assert_close([rolled.cost, rolled.perfect, rolled.nervousness], [25, 25, 0])
    assert [look.year for look in rolled.looks] == YEARS


def test_looks_at_the_very_numbers_of_the_one_before_are_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is learnt: one solve for four looks. Known year by year that heat gets dearer: four solves."""
    asked = []
    look = roll._Looker.look
    monkeypatch.setattr(roll._Looker, "look", lambda *words: (asked.append(words[-1]), look(*words))[1])
    assert len(roll_plan(town_family(), {}, Sight()).looks) == 4
    assert len(asked) == 1
    roll_plan(town_family(), {}, Sight(), {"adjust.price.heat": 1.1})
    assert len(asked) == 1 + 4


def test_a_short_sight_buys_for_ever_where_nothing_is_left_over() -> None:
    """Two years seen: a MW saves 2 of 2.5, each year anew: heat is bought, 40. Three years: 3."""
    assert_close(roll_plan(town_family(), {}, Sight(window=2)).cost, 40)
    assert_close(begun(roll_plan(town_family(), {}, Sight(window=3))), [10, 0, 0, 0])


def test_what_serves_on_after_the_window_is_left_over() -> None:
    """A MW for 10 years costs 0.25 a year of service and saves 1: begun at once however short the sight.

    Until 2029 4 of its 10 years are used: 10 MW cost 25 * 0.4 = 10. In a window of one year it counts 2.5 of 25.
    """
    rolled = roll_plan(town_family("sinking_fund"), {}, Sight(window=1))
    assert_close(begun(rolled), [10, 0, 0, 0])
    assert_close(rolled.cost, 10)
    assert_close(rolled.looks[0].cost, 2.5)


def test_prices_that_fall_are_learnt_year_by_year() -> None:
    """Heat becomes cheap (0.2) from 2026. Known, all is bought: 16. The forecast of 1 begins the pump: 25."""
    rolled = roll_plan(town_family(), {}, Sight(), {"adjust.price.heat.2026-2028": 0.2})
    assert_close(begun(rolled), [10, 0, 0, 0])
    assert_close([rolled.cost, rolled.perfect], [25, 16])


def test_prices_that_rise_are_learnt_when_they_are_there() -> None:
    """The forecast is 0.5 (of all years) and a MW of 2025 saves 2 of 2.5: bought. From 2027 it is 2: 4 saved of 2.5.

    Known in 2027: 5 + 5 + 25 = 35; known from the start 25, a MW of 2025 saves 0.5 + 0.5 + 2 + 2. What is planned
    changes once, wholly, in three looks after the first. Known of 2027 alone, 2028 is still taken for 0.5: 2.5 of 2.5.
    """
    rising = {"adjust.price.heat.2027-2028": 4.0}
    rolled = roll_plan(
        town_family(), {"adjust.price.heat": 0.5}, Sight(), rising, {"adjust.price.heat.2027-2028": 2027}
    )
    assert_close(begun(rolled), [0, 0, 10, 0])
    assert_close([rolled.cost, rolled.perfect], [35, 25])
    assert_close([look.changed for look in rolled.looks], [0, 0, 1, 0])
    assert_close(rolled.nervousness, 1 / 3)


def test_looks_every_second_year_hold_what_begins_between() -> None:
    rolled = roll_plan(town_family(), {}, Sight(step=2))
    assert [look.year for look in rolled.looks] == [2025, 2027]
    assert_close(begun(rolled), [10, 0, 0, 0])


def test_short_sight_may_end_where_nothing_is_left() -> None:
    """A hard cap of 2028 asks for 10 MW, and 4 a year can begin: seen two years before, 8 are possible at the most."""
    tables = draw_town(most_build=4)
    tables["targets"] = [{"target": "none", "account": "co2", "year": 2028, "value": 0.1, "mode": "hard"}]
    family = Family(build_town(**tables), Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    with pytest.raises(NoWayOn) as raised:
        roll_plan(family, {}, Sight(window=2))
    assert raised.value.year == 2027
    assert [raised.value.tell(lang) for lang in ("sv", "en")] == [
        "År 2027 lämnar det som redan påbörjats ingen plan: sikten var för kort, eller det som visade sig gick inte "
        "att möta. Se längre fram (horizon.window), eller låt penninggränser och hårda mål brytas till ett pris "
        "(finance=priced target=priced).",
        "In 2027 what has begun leaves no plan: the sight was too short, or what came could not be met. Look farther "
        "ahead (horizon.window), or let limits of money and hard targets be broken at a price (finance=priced "
        "target=priced).",
    ]


def test_facts_are_what_began_before_the_year() -> None:
    program = town_family().revise({})
    point = np.arange(float(len(program.program.column_labels)))
    facts = read_facts(program.program, point, 2027)
    labels = [program.program.column_labels[j] for j in facts.columns]
    assert [(label.family, label.index) for label in labels] == [("build", ("pump", 2025)), ("build", ("pump", 2026))]
    held = facts.hold(program)
    assert held.program is program.program
    assert (held.column_lower[facts.columns] == held.column_upper[facts.columns]).all()


def test_a_window_to_the_end_is_the_program() -> None:
    program = town_family().revise({})
    assert close_window(program, 2029, np.ones(4)) is program


@pytest.mark.parametrize(
    ("key", "year", "known"),
    [
        ("adjust.price.heat", 2026, {"adjust.price.heat.2025-2026": 1.5}),
        ("adjust.price.heat", 2028, {"adjust.price.heat": 1.5}),
        ("adjust.price.heat.2027-2028", 2026, {}),
        ("adjust.price.heat.2027-2028", 2027, {"adjust.price.heat.2027": 1.5}),
        ("adjust.life.pump", 2025, {"adjust.life.pump": 1.5}),
        ("target.low", 2025, {"target.low": 1.5}),
    ],
)
def test_numbers_are_known_up_to_the_year(key: str, year: int, known: dict[str, float]) -> None:
    assert reveal({key: 1.5}, {}, year, YEARS) == known


def test_what_is_revealed_in_a_year_is_unknown_before_and_known_after() -> None:
    future, when = {"adjust.price.heat": 1.5}, {"adjust.price.heat": 2027}
    assert reveal(future, when, 2026, YEARS) == {}
    assert reveal(future, when, 2027, YEARS) == future


def test_it_is_told_what_not_knowing_cost() -> None:
    rolled = roll_plan(town_family(), {}, Sight(), {"adjust.price.heat.2026-2028": 0.2})
    told = tell_rolled(rolled, Sight(), "MSEK")[0]
    assert told.tell("en") == (
        "The plan was made anew 4 times, every plan year, over all years left. It costs 9.0 MSEK more than with all"
        " known from the start (16.0). From one time to the next 0 % of what was planned changed on average, in money."
    )
    assert tell_rolled(rolled, Sight(step=2), "MSEK")[0].tell("sv") == (
        "Planen gjordes om 4 gånger, vart 2:e planår, över alla år som är kvar. Den kostar 9,0 mnkr mer än om"
        " allt vetat från början (16,0). Från gång till gång ändrades i medel 0 % av det planerade, i pengar."
    )


@pytest.mark.slow
def test_the_command_makes_the_plan_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import test_cli

    from runners.cli import main

    town = test_cli.write_case(tmp_path / "stad", cap=100.0)
    words = [
        "plan",
        f"case.path={town}",
        test_cli.NO_SALVAGE,
        "horizon=myopic",
        "horizon.window=1",
        f"out={tmp_path / 'r'}",
    ]
    assert main(words) == 0
    assert "Planen gjordes om 2 gånger" in " ".join(capsys.readouterr().out.split())
    assert main([*words[:3], "horizon.kind=blind"]) == 2
    assert capsys.readouterr().err.startswith("horizon.kind=blind: ")
