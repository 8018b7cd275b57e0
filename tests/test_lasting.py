"""The least of a program lasts where rows move that it does not touch, and is looked for anew where it touches them.

The town of `test_chain`: a cap of 1 kt in 2026 where gas alone emits 2.5 kt takes 6 of 10 GWh from a pump of 6 / 8.76 =
0.685 MW, of which at most 1 MW may stand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from paying import CITY, paying_town, road_in
from test_chain import RELAXED, revise, town
from town import build_town

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.solver.chain import Chain
from model.solver.lasting import lasts
from model.solver.least_kept import keep_least
from model.solver.sessions import open_session
from model.solver.stages import pose_task
from model.solver.starts import CHOOSE
from runners.family import Family
from scenarios.choices import Choices


def move(program: LinearProgram, family: str, most: float) -> LinearProgram:
    """The program with another upper bound of a family's rows."""
    upper = program.row_upper.copy()
    upper[list(program.program.row_families[family])] = most
    return replace(program, row_upper=upper)


@pytest.mark.parametrize(
    ("family", "most", "same"),
    [
        ("capacity_most", 0.9, True),
        ("capacity_most", 5.0, True),
        ("capacity_most", 6 / 8.76, False),
        ("capacity_most", 0.5, False),
        ("target", 1.1, False),
        ("target", 1.0, True),
    ],
)
def test_a_least_lasts_where_it_leaves_room(family: str, most: float, same: bool) -> None:
    case = town()
    program = revise(case, case[0])
    found = Chain(RELAXED).solve(program)
    moved = move(program, family, most)
    assert lasts(program, moved, found.columns) is same
    again = Chain(RELAXED).solve(moved)
    if same:
        np.testing.assert_allclose(again.columns, found.columns, atol=1e-9)


def test_other_costs_are_another_question() -> None:
    case = town()
    program = revise(case, case[0])
    found = Chain(RELAXED).solve(program)
    costs = {name: 1.1 * values for name, values in program.costs.items()}
    assert not lasts(program, replace(program, costs=costs), found.columns)


def test_doing_nothing_is_not_solved_again_for_a_limit_that_it_does_not_touch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten GWh of heat come from a boiler that may make 20: with 18 they do, too, and with 8 there is too little."""
    asked = []
    solve = Chain.solve
    monkeypatch.setattr(Chain, "solve", lambda self, *words: asked.append(1) or solve(self, *words))
    boiler = {"technology": "boiler", "actor": "city", "existing": 10, "most_activity": 20}
    rows = paying_town({"road": road_in(2025, life=100)}, [CITY], last_year=2026)
    rows["technologies"].append({**boiler, "flow": {"heat": 1, "gas": -1}})
    rows["commodities"] = [
        {"commodity": "gas", "purchase_price": 1, "trader": "city"},
        {"commodity": "heat", "demand": 10, "trader": "city", "purchase_price": 5},
    ]
    family = Family(build_town(**rows), Choices(salvage="none"))
    base, first = family.solve(), len(asked)
    roomy = family.solve({"adjust.most_activity.boiler": 0.9})
    assert len(asked) == first
    tight, fresh = (
        family.solve({"adjust.most_activity.boiler": 0.4}),
        Family(build_town(**rows), Choices(salvage="none")),
    )
    assert len(asked) > first
    for outcome, settings in ((roomy, 0.9), (tight, 0.4)):
        alone = fresh.solve({"adjust.most_activity.boiler": settings})
        assert outcome.plan.attrs["objective"] == pytest.approx(alone.plan.attrs["objective"])
        assert outcome.reference is not None
        assert alone.reference is not None
        np.testing.assert_allclose(outcome.reference["activity"], alone.reference["activity"], atol=1e-9)
    assert tight.plan.attrs["objective"] > base.plan.attrs["objective"] + 1


def test_a_session_goes_back_to_where_it_was_marked() -> None:
    """What is found after it hangs on nothing that was solved since: to the last bit."""
    case = town()
    program = revise(case, case[0])
    task, other = (pose_task(one, COST) for one in (program, move(program, "target", 1.5)))
    last = pose_task(move(program, "target", 1.2), COST)
    found = []
    for between in ([], [other, task, other]):
        session = open_session(RELAXED, CHOOSE)
        session.solve(task, 10.0)
        session.mark()
        for one in between:
            session.solve(one, 10.0)
        session.go_back()
        found.append(session.solve(last, 10.0))
    assert found[0].columns.tolist() == found[1].columns.tolist()
    assert found[0].objective == pytest.approx(Chain(RELAXED).solve_main(move(program, "target", 1.2)).objective)


@pytest.mark.parametrize(("factor", "proven"), [(1.0, True), (1.2, True), (0.5, False)])
def test_prices_prove_a_point_the_least_of_other_costs_too(factor: float, proven: bool) -> None:
    """The pump is built in 2025; one of 2026 stays out if it is dearer, and would take its place at half the price."""
    case = town()
    program = revise(case, case[0])
    task = pose_task(program, COST)
    found = open_session(RELAXED, CHOOSE).solve(task, 10.0)
    later = [label.family == "build" and label.index[1] == 2026 for label in program.program.column_labels]
    asked = replace(task, costs=np.where(later, factor * task.costs, task.costs))
    assert (keep_least(asked, found) is not None) is proven
    assert keep_least(replace(task, row_lower=task.row_lower + 1.0), found) is None


def test_a_program_that_is_asked_for_tells_no_phase() -> None:
    """Else the count of questions would begin anew with each of them."""
    told: list[str] = []
    rows = paying_town(
        {"road": road_in(2025, life=100)}, [{**CITY, "least_result": 0.01, "taxes_and_grants": 50}], last_year=2026
    )
    family = Family(build_town(**rows), Choices(salvage="none"), say_phase=told.append)
    before = len(told)
    family.revise({"adjust.capex.road": 1.1})
    assert told[before:] == []
