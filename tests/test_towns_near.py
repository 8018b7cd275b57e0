"""Nearly cheapest plans of towns small enough to reckon by hand: ranges, first and last starts, alternatives."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_cli
from hand import assert_close
from test_decided import CITY, draw_town
from town import build_town

from model.queries.near_optimal import Nearby, keep_amounts, limit_cost
from model.solver.scale import find_scale
from model.solver.sessions import solve_once
from model.solver.solution import Solution, SolverOptions
from model.solver.stages import pose_task
from model.solver.starts import COLD
from model.verifier.verdict import PlanRefused
from runners.analyses.near_optimal.amounts import list_measures
from runners.analyses.near_optimal.near_summary import write_near
from runners.analyses.near_optimal.near_tables import (
    describe_near,
    tabulate_alternatives,
    tabulate_outcomes,
    tabulate_ranges,
)
from runners.analyses.near_optimal.ranges import Choice, Range, reach_ends, span_measure
from runners.analyses.near_optimal.search import Nearness, find_near
from runners.analyses.near_optimal.searched import Judge, Room
from runners.cli import main
from runners.family import Family
from scenarios.choices import Choices
from scenarios.errors import CaseError


def maker(name: str, capex: float, most: float, **keys: Any) -> dict[str, Any]:
    """A measure of which each MW makes 1 GWh of heat a year."""
    made = {"technology": name, "code": name, "measure": "yes", "buildable": "yes", "yield": 1, "flow": {"heat": 1}}
    return {**made, "capex": capex, "most_build": most, "life": 10, **keys}


def two_makers(**keys: Any) -> dict[str, Any]:
    """10 GWh of heat in one year: bought at 2, by pump at 1 (6 MW at most), by wind at 1.1 (8 MW at most).

    Cheapest: 6 of the pump and 4 of the wind, 6 + 4.4 = 10.4.
    """
    heat = {"commodity": "heat", "demand": 10, "purchase_price": 2}
    return {"commodities": [heat], "technologies": [maker("pump", 1, 6, **keys), maker("wind", 1.1, 8)]}


def family_of(tables: dict[str, Any], **choices: Any) -> Family:
    whole = {"accounts": [{"account": "co2"}], **tables}
    return Family(build_town(**whole), Choices(salvage="none", **choices), SolverOptions(threads=1))


def near_of(tables: dict[str, Any], *percents: float, plans: int = 0) -> Nearness:
    return find_near(family_of(tables), {}, percents, plans, 0.1)


def ranges_of(near: Nearness, level: int = 0) -> dict[str, Range]:
    return {span.technology: span for span in near.levels[level].ranges}


def test_ranges_are_what_the_room_in_cost_buys() -> None:
    """2 % of 10.4 are 0.208. A MW of wind for one of pump costs 0.1: 2.08 MW. Bought heat for wind costs 0.9: 0.2311.

    10 % are 1.04: all 4 MW left of wind for 0.4, and 0.64 of bought heat at 1 in place of the pump.
    """
    near = near_of(two_makers(), 2, 10)
    assert_close([near.levels[0].most, near.levels[1].most], [10.608, 11.44])
    narrow, wide = ranges_of(near), ranges_of(near, 1)
    assert_close([narrow["pump"].low, narrow["pump"].high], [6 - 2.08, 6])
    assert_close([narrow["wind"].low, narrow["wind"].high], [4 - 0.208 / 0.9, 4 + 2.08])
    assert_close([wide["pump"].low, wide["pump"].high], [6 - 4 - 0.64, 6])
    assert_close([wide["wind"].low, wide["wind"].high], [4 - 1.04 / 0.9, 8])
    assert {span.choice for span in (*narrow.values(), *wide.values())} == {Choice.MUST}


def test_levels_are_told_narrowest_first_whatever_the_order_asked_for() -> None:
    assert [level.percent for level in near_of(two_makers(), 10, 2).levels] == [2, 10]


def test_a_measure_is_open_where_a_plan_has_less_than_the_share_that_counts() -> None:
    """At 10 % the pump's least is 1.36; without the wind's limit (10 MW) it would be 0 for 0.6 of room."""
    tables = two_makers()
    tables["technologies"][1]["most_build"] = 10
    span = ranges_of(near_of(tables, 10))["pump"]
    assert_close([span.low, span.high], [0, 6])
    assert (span.choice, span.latest) == (Choice.MAY, None)


def test_what_no_plan_can_afford_is_never_had() -> None:
    """A MW of dear maker costs 8 more than bought heat: 5 % of 10.4, 0.52, buy 0.0725 MW of 9 - 1.1 at 7.9 less wind.

    In parts of units 0.0658 MW; as a plant of 3 MW none.
    """
    tables = two_makers()
    tables["technologies"].append(maker("dear", 9, 3, unit_size=3))
    span = ranges_of(near_of(tables, 5))["dear"]
    assert_close([span.low, span.high], [0, 0.52 / 7.9])
    assert_close([span.whole_low, span.whole_high], [0, 0])
    assert (span.choice, span.earliest) == (Choice.NEVER, None)


def test_whole_units_narrow_the_range_of_the_relaxation() -> None:
    """Two units of 5 MW serve all: 10. Within 20 % parts may go down to 8 MW, but a whole unit less costs 5 more."""
    heat = {"commodity": "heat", "demand": 10, "purchase_price": 2}
    tables = {"commodities": [heat], "technologies": [maker("pump", 1, 10, unit_size=5)]}
    span = ranges_of(near_of(tables, 20))["pump"]
    assert_close([span.low, span.high], [8, 10])
    assert_close([span.whole_low, span.whole_high], [10, 10])


def two_years(**keys: Any) -> dict[str, Any]:
    """10 GWh of heat in each of two years, bought at 0.6: a MW of pump saves 1.2 from 2025 and 0.6 from 2026.

    Cheapest: 10 MW in 2025, 10. Without any: 12.
    """
    heat = {"commodity": "heat", "demand": 10, "purchase_price": 0.6}
    case = {"first_year": 2025, "last_year": 2026}
    return {"case": case, "commodities": [heat], "technologies": [maker("pump", 1, 10, most_capacity=10, **keys)]}


@pytest.mark.parametrize(("percent", "least", "choice", "latest"), [(10, 5, "must", 2025), (20, 0, "may", None)])
def test_the_last_start_is_the_year_by_which_every_plan_has_begun(
    percent: float, least: float, choice: str, latest: int | None
) -> None:
    """A MW left out costs 0.2: within 10 % 5 of 10 MW may be, within 20 % all. Begun counts from 1 MW, in 2025."""
    span = ranges_of(near_of(two_years(), percent))["pump"]
    assert_close([span.low, span.high], [least, 10])
    assert (span.choice.value, span.earliest, span.latest) == (choice, 2025, latest)


def test_the_amount_is_the_mean_in_service_over_the_years() -> None:
    """Built in 2025 but in service from 2026 on, 10 MW are 5 MW in the mean; a lead time of a year halves the most.

    A MW then saves 0.6 and costs 1, so the cheapest plan has none: 12. Within 20 %, 2.4, 6 MW are affordable.
    """
    near = near_of(two_years(lead_time=1), 20)
    span = ranges_of(near)["pump"]
    assert_close([span.low, span.high], [0, 6 / 2])
    assert_close(near.measures[0].serves, [0.5, 0])


def test_nearest_targets_stay_missed_by_no_more_than_their_least() -> None:
    """6 MW of pump at 5 in place of bought heat at 2 that emits 1 kt/GWh: the nearest to 0 kt is 4, whatever it costs.

    Cost alone would leave the pump out; within 10 % of 6 * 5 + 4 * 2 = 38 there is still no plan with less of it.
    """
    heat = {"commodity": "heat", "demand": 10, "purchase_price": 2, "factor_purchase": {"co2": 1}}
    goal = {"target": "goal", "account": "co2", "year": 2025, "value": 0, "mode": "nearest", "price": 1}
    tables = {
        "commodities": [heat],
        "technologies": [maker("pump", 5, 6)],
        "accounts": [{"account": "co2"}],
        "targets": [goal],
    }
    near = near_of(tables, 10)
    span = ranges_of(near)["pump"]
    np.testing.assert_allclose([span.low, span.high], [6, 6], atol=1e-4)
    assert_close(near.levels[0].most, 1.1 * 38)


def test_the_alternative_is_the_farthest_plan_there_is() -> None:
    """Within 10 % the farthest from (6, 4) is (1.36, 8): (4.64 / 6 + 4 / 8) / 2 = 0.6367 of the most, (6, 8)."""
    near = near_of(two_makers(), 10, plans=1)
    (alternative,) = near.levels[0].alternatives
    sizes = [measure.size(alternative.point) for measure in near.measures]
    np.testing.assert_allclose(sizes, [1.36, 8], atol=1e-4)
    np.testing.assert_allclose(alternative.distance, (4.64 / 6 + 4 / 8) / 2, atol=1e-4)
    assert alternative.cost <= near.levels[0].most + 1e-6
    assert alternative.violation < 1e-6
    assert alternative.plan.attrs["status"] == "within_gap"
    np.testing.assert_allclose(alternative.plan.attrs["gap"], 1.04 / 11.44, atol=1e-5)


def test_each_further_alternative_lies_apart_from_all_before() -> None:
    near = near_of(two_makers(), 10, plans=4)
    points = [near.point, *(one.point for one in near.levels[0].alternatives)]
    sizes = np.array([[m.size(point) / near.largest[m.technology] for m in near.measures] for point in points])
    apart = np.abs(sizes[:, None] - sizes[None]).mean(axis=2) + np.eye(len(points))
    assert apart.min() > 1e-3
    np.testing.assert_allclose([one.distance for one in near.levels[0].alternatives], apart.min(axis=1)[1:], atol=1e-6)


def test_alternatives_in_whole_units_are_whole() -> None:
    """Two makers of 5 MW a unit at 1 and 1.1: within 10 % one unit of each, 10.5; in parts of units 0 and 10, 11."""
    heat = {"commodity": "heat", "demand": 10, "purchase_price": 2}
    rows = [maker("pump", 1, 10, unit_size=5), maker("wind", 1.1, 5, unit_size=5)]
    near = near_of({"commodities": [heat], "technologies": rows}, 10, plans=1)
    (alternative,) = near.levels[0].alternatives
    np.testing.assert_allclose([m.size(alternative.point) for m in near.measures], [5, 5], atol=1e-4)
    np.testing.assert_allclose(alternative.cost, 10.5, atol=1e-4)


def test_every_end_and_every_alternative_is_verified() -> None:
    near = near_of(two_makers(), 2, 10, plans=1)
    alternatives = sum(len(level.alternatives) for level in near.levels)
    assert near.verified == 2 * 2 * 2 + alternatives


def test_an_end_that_is_no_plan_is_refused_when_the_judge_settles() -> None:
    family = family_of(two_makers())
    outcome, program = family.solve(), family.revise({})
    nearby = Nearby(program, family.options)
    judge = Judge(outcome.scenario, program, nearby, float(outcome.plan.attrs["bound"]))
    end = nearby.reach(list_measures(program, family.scenario)[0].weights, 11.0)
    judge.accept(end)
    judge.settle()
    assert judge.count == 1
    judge.accept(end)
    judge.accept(replace(end, columns=0.9 * end.columns))
    with pytest.raises(PlanRefused):
        judge.settle()


def test_a_measure_left_out_is_not_asked_about() -> None:
    family = family_of(two_makers(), exclude=("wind",))
    program = family.revise({})
    assert [measure.technology for measure in list_measures(program, family.scenario)] == ["pump"]


def test_where_no_measure_may_be_built_there_is_nothing_to_vary() -> None:
    for choices in ({"do_nothing": True}, {"exclude": ("pump", "wind")}):
        with pytest.raises(CaseError) as caught:
            find_near(family_of(two_makers(), **choices), {}, [1.0], 1, 0.1)
        assert [(problem.tell("sv"), problem.tell("en")) for problem in caught.value.problems] == [
            (
                "near: ingen åtgärd får byggas i scenariot, så det finns inget att variera. Ta bort do_nothing=true, "
                "korta exclude, eller lägg till åtgärder i technologies.csv.",
                "near: no measure may be built in the scenario, so there is nothing to vary. Remove do_nothing=true, "
                "shorten exclude, or add measures to technologies.csv.",
            )
        ]


def test_the_row_of_cost_holds_the_objective_with_its_offset() -> None:
    """Least of the pump among plans of at most 11.44: 1.36; the row alone, solved from cold."""
    family = family_of(two_makers())
    program = family.revise({})
    task = limit_cost(pose_task(program, "cost"), 11.44)
    assert len(task.rows) == task.starts[-1] == len(task.entries)
    found = solve_once(task, SolverOptions(), 10.0)
    assert_close(found.objective, 10.4)
    (pump, _) = list_measures(program, family.scenario)
    warm, cold = (Nearby(program, SolverOptions(), start=start) for start in ("warm", COLD))
    for sign in (1.0, -1.0):
        values = [nearby.reach(sign * pump.weights, 11.44).objective for nearby in (warm, cold)]
        assert_close(values, [{1.0: 1.36, -1.0: -6.0}[sign]] * 2)


def test_a_cost_that_is_rounding_of_nothing_does_not_change_the_units_of_a_question() -> None:
    """2e-15 beside 1: as an entry of the row it made every question one in other units, asked from cold."""
    task = pose_task(family_of(two_makers()).revise({}), "cost")
    costs = np.where(task.costs == 0, 2e-15, task.costs)
    assert (costs != task.costs).any()
    limited = limit_cost(replace(task, costs=costs), 11.44)
    assert find_scale(limited) is None
    assert_close(limited.entries, limit_cost(task, 11.44).entries)


def test_amounts_that_are_kept_stay_within_their_room() -> None:
    family = family_of(two_makers())
    program = family.revise({})
    kept = keep_amounts(program, np.array([0]), np.array([2.0]), 1e-6)
    assert_close([kept.column_lower[0], kept.column_upper[0]], [2 - 2e-6, 2 + 2e-6])
    assert (kept.column_lower[1:] == program.column_lower[1:]).all()


def test_tables_have_a_row_per_level_and_measure() -> None:
    near = near_of(two_makers(), 2, 10, plans=1)
    ranges = tabulate_ranges(near)
    assert ranges[["percent", "technology"]].to_numpy().tolist() == [
        [2, "pump"],
        [2, "wind"],
        [10, "pump"],
        [10, "wind"],
    ]
    assert_close(ranges["planned"], [6, 4, 6, 4])
    assert len(tabulate_alternatives(near)) == 2 * sum(len(level.alternatives) for level in near.levels)
    assert tabulate_outcomes(near).empty  # without targets there is nothing to tell


def test_levels_that_are_no_numbers_are_refused_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["near", "near.levels=[a]"]) == 2
    assert capsys.readouterr().err == (
        "near.levels=[a]: '[a]' är ingen lista av tal. Skriv dem mellan hakparenteser, till exempel [1,2,5].\n"
    )


@pytest.fixture
def case(tmp_path: Path) -> str:
    return f"case.path={test_cli.write_case(tmp_path / 'stad', cap=100.0)}"


def test_the_command_writes_a_folder_and_says_what_is_in_it(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pump saves 0.2747 in 2025 prices over two years of 6.7247 in all: it must be had, wholly from 2025."""
    out = tmp_path / "near"
    words = ["near", case, test_cli.NO_SALVAGE, "near.levels=[1,2]", "near.plans=1", f"out={out}"]
    assert main(words) == 0
    shown = capsys.readouterr().out.replace("\xa0", " ").splitlines()
    assert shown[0] == "Småstad: planer inom 1 och 2 % av lägsta kostnaden                   2025 års priser"
    assert shown[1] == "Lägsta kostnaden är 6,7 mnkr i nuvärde; 1 % = 0,1 mnkr, 2 % = 0,1 mnkr."
    assert shown[2] == "Nivåerna är procent av hela kostnaden; något nollalternativ finns inte."
    assert shown[3] == "Mängd: det som planen själv byggt och har i drift, i medel per år 2025–2026."
    assert shown[4] == (
        "En åtgärd räknas som vald, och som påbörjad, från 10 % av det mesta som någon av planerna har."
    )
    assert shown[6].split() == [
        "Måste",
        "med",
        "inom",
        "2",
        "%",
        "planen",
        "börjar",
        "minst",
        "mest",
        "enhet",
        "tidigast",
        "senast",
    ]
    assert shown[7].split()[0] == "P1"
    content = json.loads((out / "near.json").read_text(encoding="utf-8"))
    assert [level["percent"] for level in content["levels"]] == [1, 2]
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["kind"] == "near"
    assert {path.name for path in (out / "figures").iterdir()} == {
        "ranges.svg",
        "ranges.png",
        "starts.svg",
        "starts.png",
    }
    assert {path.name for path in (out / "tables").iterdir()} == {"ranges.csv", "alternatives.csv", "targets.csv"}


def test_the_summary_speaks_english(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["near", case, test_cli.NO_SALVAGE, "near.levels=[1]", "near.plans=0", f"out={tmp_path / 'n'}", "lang=en"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Smalltown: plans within 1 % of the least cost")
    assert "No alternatives: no plan within the levels differs to speak of from the cheapest." in shown


@pytest.mark.parametrize(
    ("choices", "actors", "room", "of", "choice"),
    [
        ({}, [CITY], 32, "decided", Choice.MUST),
        ({}, [], 1012, "cost", Choice.MAY),
        ({"perspective": "city"}, [CITY], 1012, "own_cost", Choice.MAY),
    ],
)
def test_a_level_is_a_percent_of_what_the_plan_moves_and_not_of_all_the_fuel(
    choices: dict[str, Any], actors: list[Any], room: float, of: str, choice: Choice
) -> None:
    """1 % of the 12 + 20 that the pump moves is 0.32: 0.4 MW less of it at 0.8, in whole units none: it must be had.

    1 % of the whole cost, 1 012 with all that cars burn, is 10.12: the pump, which saves 8, could be left out. So it is
    still where there is no do-nothing path, and under an actor's perspective.
    """
    tables = draw_town(actors=actors) if actors else {k: strip_traders(v) for k, v in draw_town().items()}
    near = find_near(Family(build_town(**tables), Choices(salvage="none", **choices), SolverOptions()), {}, [1], 0, 0.1)
    assert near.room.of == of
    assert_close(near.room.money, room)
    assert_close(near.levels[0].most, 1012 + room / 100)
    span = ranges_of(near)["pump"]
    assert_close(span.low, 9.6 if of == "decided" else 0)
    assert span.choice is choice
    assert describe_near(near)["levels_of"] == of


def strip_traders(rows: Any) -> Any:
    """Rows of a town in which nobody pays."""
    return [{key: value for key, value in row.items() if key != "trader"} for row in rows]


@pytest.mark.parametrize(
    ("of", "title", "swedish", "english"),
    [
        (
            "decided",
            ("town: planer inom 1 % av det planen flyttar", "town: plans within 1 % of what the plan moves"),
            "Nivåerna är procent av de 32,0 mnkr som planen flyttar mot att inget göra.",
            "Levels are percent of the 32.0 MSEK that the plan moves against doing nothing.",
        ),
        (
            "cost",
            ("town: planer inom 1 % av lägsta kostnaden", "town: plans within 1 % of the least cost"),
            "Nivåerna är procent av hela kostnaden; något nollalternativ finns inte.",
            "Levels are percent of the whole cost; there is no do-nothing path.",
        ),
        (
            "own_cost",
            ("town: planer inom 1 % av lägsta kostnaden", "town: plans within 1 % of the least cost"),
            "Nivåerna är procent av hela kostnaden för aktören vars perspektiv planen har.",
            "Levels are percent of the whole cost of the actor whose perspective it is.",
        ),
    ],
)
def test_the_screen_says_what_levels_are_percent_of(
    of: str, title: tuple[str, str], swedish: str, english: str
) -> None:
    """32 are moved, as above; the other two as they would be said of the same plan."""
    family = Family(build_town(**draw_town(actors=[CITY])), Choices(salvage="none"), SolverOptions())
    near = replace(find_near(family, {}, [1], 0, 0.1), room=Room(32.0, of))
    for lang, line, head in (("sv", swedish, title[0]), ("en", english, title[1])):
        shown = write_near(near, Path("svar"), 1.0, lang).replace("\xa0", " ")
        assert shown.startswith(head)
        assert line in " ".join(shown.split())


def test_of_all_plans_at_the_end_of_a_range_the_cheapest_is_told() -> None:
    """With room for 1 000, 8 MW of wind cost 8.8 and the 2 GWh that are left 2 from the pump: 10.8, not up to 1 000.

    What the limit of cost leaves open says nothing: a target counted as missed without being missed, say, would cost
    what no plan does.
    """
    family = family_of(two_makers())
    nearby = Nearby(family.revise({}), family.options)
    wind = next(m for m in list_measures(nearby.program, family.scenario) if m.technology == "wind")
    found = nearby.reach(-wind.weights, 1000.0)
    assert_close([-found.objective, found.values[nearby.objective]], [8, 10.8])


def test_a_small_part_of_a_large_unit_is_shown_as_it_is() -> None:
    """1.5 units of 4 MW, and 4 of ten million MW of wind: 0.0000004 of a unit, which was shown as none and refused."""
    tables = two_makers(unit_size=4)
    tables["technologies"][1] |= {"unit_size": 1e7, "most_build": 1e7}
    whole = {"accounts": [{"account": "co2"}], **tables}
    family = Family(build_town(**whole), Choices(salvage="none"), SolverOptions(threads=1, relax=True))
    plan = family.solve({}).plan
    units = plan["units"].sel(technology=["pump", "wind"]).values.sum(axis=1)
    np.testing.assert_allclose(units, [1.5, 4e-7], rtol=1e-9)


def test_the_end_of_a_wide_level_is_asked_once_for_every_level_that_it_is_within() -> None:
    """Most of the pump is what the cheapest plan has, at 10.4. Its least x costs 11 - 0.1 x, and 12.8 - x below 2."""
    family = family_of(two_makers())
    program = family.revise({})
    (pump, _) = list_measures(program, family.scenario)
    limits = [10.5, 11.44, 12.0]
    accepted: list[Solution] = []
    nearby = Nearby(program, SolverOptions())
    ends = reach_ends(nearby, pump, limits, accepted.append)
    assert nearby.questions == len(accepted) == 4
    assert_close([[low.amount, high.amount] for low, high in ends], [[5, 6], [1.36, 6], [0.8, 6]])


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_first_and_last_starts_are_those_that_asking_for_every_year_shows(share: float) -> None:
    heat = {"commodity": "heat", "demand": {2025: 4, 2026: 7, 2027: 10, 2028: 12}, "purchase_price": 2}
    makers = [maker("pump", 1, 3), maker("wind", {2025: 1.6, 2027: 1.1}, 8)]
    family = family_of({"case": {"last_year": 2028}, "commodities": [heat], "technologies": makers})
    program, least = family.revise({}), float(family.solve().plan.attrs["objective"])
    nearby, limits = Nearby(program, SolverOptions()), [least * factor for factor in (1.01, 1.1, 1.4)]
    for measure in list_measures(program, family.scenario):
        ends = reach_ends(nearby, measure, limits)
        enough = share * ends[-1][1].amount
        spans = span_measure(nearby, measure, enough, limits, ends)
        for span, most in zip(spans, limits, strict=True):
            reached = [
                [sign * nearby.reach(sign * measure.weigh_begun(year), most).objective for sign in (-1.0, 1.0)]
                for year in measure.builds
            ]
            shown = [
                next(
                    (y for y, amounts in zip(measure.builds, reached, strict=True) if amounts[i] >= 0.999999 * enough),
                    None,
                )
                for i in range(2)
            ]
            assert [span.earliest, span.latest] == [
                shown[0] if span.choice is not Choice.NEVER else None,
                shown[1] if span.choice is Choice.MUST else None,
            ]
