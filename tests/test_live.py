"""A lever is moved: the plan that follows is the command's in parts of units, verified, and what changed is told."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import town

from conf.words import say
from runners.analyses.live.levers import Lever, take_settings
from runners.analyses.live.live_case import LiveCase
from runners.chosen import choose, choose_solver, find_folder
from runners.overrides import read_config
from runners.results.catalog import check_columns
from runners.solve import solve_case
from runners.views.section import Facts, Text
from runners.views.subjects.live import tell_answer, write_live, write_live_bridge
from runners.web import live
from runners.web.live_questions import FOUND, MOVE, Answer, Handle, Question
from runners.web.refusal import Refusal
from scenarios.errors import CaseError

NAMES = ("before", "now")


def write_case(folder: Path) -> Path:
    """Heat of 10 a year in 2025 and 2026: gas at 0.4, of which heat takes 1.25; or a pump for 12, in whole units of 8.

    Doing nothing costs 10 x 1.25 x 0.4 x 2 = 10, the pump 1.2 for each of 10: 12. So gas is burnt, for 10.
    Gas half as dear again costs 15: then pumps are built, in parts of units 10 for 12 and not two units of 8 for 19.2.
    """
    tables = town.build_town(
        accounts=[{"account": "co2", "factor_purchase": {"gas": 0.2}}],
        case={"last_year": 2026},
        commodities=[{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 10}],
        technologies=[
            {"technology": "boiler", "existing": 20, "life": 40, "flow": {"heat": 1, "gas": -1.25}},
            {"technology": "pump", "measure": "yes", "buildable": "yes", "capex": 1.2, "life": 2}
            | {"unit_size": 8, "most_build": 40, "flow": {"heat": 1}},
        ],
        targets=[{"target": "cap", "account": "co2", "year": 2026, "value": 1, "mode": "priced", "price": 0.001}],
    )
    return town.write_town(folder / "town", tables)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    return "case=own", f"case.path={write_case(tmp_path_factory.mktemp('live'))}"


@pytest.fixture(scope="module")
def case(words: tuple[str, ...]) -> LiveCase:
    return LiveCase(words)


def cost_of(result: Any) -> tuple[float, float]:
    before, now = (float(plan["cost_money"]) for plan in result.facts["plans"])
    return before, now


@pytest.mark.slow
def test_dear_gas_brings_pumps_in_parts_of_units_and_the_base_stays(case: LiveCase) -> None:
    moved = case.move({"adjust.price.gas": 1.5}, NAMES)
    before, now = cost_of(moved)
    assert case.base.outcome.plan["build"].sum() == pytest.approx(0.0, abs=1e-9)
    assert now - before == pytest.approx(cost_of(case.explain({"adjust.price.gas": 1.5}, NAMES))[1] - before)
    pump = moved.tables["measures"].set_index("technology").loc["pump"]
    assert pump["build_second"] == pytest.approx(10.0)
    assert pump["moved"] == "new"
    assert [plan["whole_units"] for plan in moved.facts["plans"]] == [True, False]
    assert cost_of(case.move({}, NAMES)) == pytest.approx((before, before))


@pytest.mark.slow
def test_a_moved_plan_is_the_plan_of_the_same_words_in_parts_of_units(case: LiveCase, words: tuple[str, ...]) -> None:
    for settings in (
        {"adjust.capex.all": 0.5},
        {"exclude.pump": 1.0, "adjust.price.gas": 2.0},
    ):
        config = read_config([*words, "solver=relaxed", *(f"{key}={number}" for key, number in settings.items())])
        alone = solve_case(find_folder(config), choose(config), choose_solver(config), settings=config.settings)
        assert cost_of(case.move(settings, NAMES))[1] == pytest.approx(float(alone.plan.attrs["objective"]))


def test_what_is_said_at_once_has_the_columns_of_a_comparison_and_the_bridge_sums(case: LiveCase) -> None:
    quick, deep = (ask({"adjust.price.gas": 1.5}, NAMES) for ask in (case.move, case.explain))
    for result in (quick, deep):
        for name, table in result.tables.items():
            check_columns("compare", name, list(table.columns))
    assert "bridge" not in quick.tables
    before, now = cost_of(deep)
    assert deep.tables["bridge_components"]["difference"].sum() == pytest.approx(now - before)


def test_levers_have_bounds_and_stand_where_they_change_nothing(case: LiveCase) -> None:
    levers = {lever.key: lever for lever in case.levers}
    assert {"adjust.price.gas", "adjust.capex.all", "exclude.pump", "target.cap"} <= set(levers)
    assert all(lever.low <= lever.start <= lever.high for lever in case.levers)
    assert take_settings(case.levers, {key: lever.start for key, lever in levers.items()}) == {}
    for key, lever in levers.items():
        for number in (lever.low, lever.high):
            case.family.check(take_settings(case.levers, {key: number}))


def test_a_lever_beyond_its_end_stops_there_and_a_switch_is_on_or_off() -> None:
    levers = [Lever("adjust.price.gas", "prices", 0.5, 2.0, 0.05, 1.0), Lever("exclude.pump", "measures", 0, 1, 1, 0)]
    assert take_settings(levers, {"adjust.price.gas": 99.0, "exclude.pump": 0.7}) == {
        "adjust.price.gas": 2.0,
        "exclude.pump": 1.0,
    }
    with pytest.raises(KeyError):
        take_settings(levers, {"set.capex.pump": 0.0})


@pytest.mark.parametrize(("lang", "told"), [("sv", "mer än"), ("en", "more than")])
def test_what_changed_is_told_in_both_languages(case: LiveCase, lang: str, told: str) -> None:
    result = case.explain({"adjust.price.gas": 1.5}, NAMES)
    now, changes = write_live(result, lang)
    figures = result.facts["figures"][1]
    assert 0.0 <= figures["misses_money"] <= figures["objective_money"]
    assert say("live_misses", lang) in [
        fact.name for block in now.blocks if isinstance(block, Facts) for fact in block.facts
    ]
    level = next(block for block in now.blocks if isinstance(block, Text))
    assert str(result.facts["price_year"]) in level.text
    assert changes.blocks
    assert told in tell_answer(result, lang)
    assert write_live_bridge(result, lang)[0].blocks


def test_words_that_are_none_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CaseError):
        LiveCase((*words, "target.mode=perhaps"))


class Pipes:
    """A worker that answers from a list, in this process."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.closed = False

    def send(self, question: Question) -> None:
        self.asked.append(question)

    def poll(self, _seconds: float) -> bool:
        return True

    def recv(self) -> Answer:
        lever = Lever("adjust.price.gas", "prices", 0.5, 2.0, 0.05, 1.0)
        question = self.asked[-1]
        handles = (Handle(lever, {"sv": "Gas", "en": "Gas"}),) if question.kind == "open" else ()
        return Answer(FOUND, (question.kind,), (), handles, question.numbers)

    def close(self) -> None:
        self.closed = True


class Gone:
    """A process that can be ended."""

    def kill(self) -> None: ...

    def wait(self) -> None: ...


@pytest.fixture
def pipes(monkeypatch: pytest.MonkeyPatch) -> list[Pipes]:
    made: list[Pipes] = []

    def start() -> live._Open:
        made.append(Pipes())
        return live._Open(Gone(), made[-1])  # type: ignore[arg-type]

    monkeypatch.setattr(live, "_start", start)
    return made


def test_the_case_asked_about_longest_ago_makes_room(pipes: list[Pipes]) -> None:
    desk = live.LiveDesk(most=2)
    for name in ("a", "b", "a", "c"):
        desk.ask((name,), "me", Question(MOVE, (name,)))
    assert [pipe.closed for pipe in pipes] == [False, True, False]
    assert len(pipes) == 3


def test_where_all_open_cases_are_busy_a_further_one_is_refused(pipes: list[Pipes]) -> None:
    desk = live.LiveDesk(most=1)
    desk.ask(("a",), "me", Question(MOVE, ("a",)))
    desk._cases[("a",)].busy = True
    with pytest.raises(Refusal) as refused:
        desk.ask(("b",), "you", Question(MOVE, ("b",)))
    assert refused.value.tell("sv") == "Just nu räknas 1 andra fall på sidan. Försök igen om en stund."


def test_an_earlier_question_of_the_same_visitor_gives_way(pipes: list[Pipes]) -> None:
    desk = live.LiveDesk()
    desk.ask(("a",), "me", Question(MOVE, ("a",)))
    ended: list[str] = []

    def ask(number: float) -> None:
        try:
            desk.ask(("a",), "me", Question(MOVE, ("a",), {"adjust.price.gas": number}))
            ended.append(f"{number}")
        except live.Overtaken:
            ended.append("overtaken")

    with desk._cases[("a",)].lock:
        threads = [Thread(target=ask, args=(number,)) for number in (1.1, 1.2)]
        for thread in threads:
            thread.start()
            while desk._turns["me"] < 2 + threads.index(thread):
                pass
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["1.2", "overtaken"]


def test_a_worker_that_dies_or_dawdles_is_told_and_started_anew(pipes: list[Pipes]) -> None:
    desk = live.LiveDesk()
    desk.ask(("a",), "me", Question(MOVE, ("a",)))
    pipes[0].poll = lambda _seconds: False  # type: ignore[method-assign]
    with pytest.raises(Refusal, match="live_slow"):
        desk.ask(("a",), "me", Question(MOVE, ("a",)))
    assert pipes[0].closed
    assert desk.ask(("a",), "me", Question(MOVE, ("a",))).ending == FOUND

    def fail(_question: Question) -> None:
        raise BrokenPipeError

    pipes[1].send = fail  # type: ignore[method-assign]
    with pytest.raises(Refusal, match="live_died"):
        desk.ask(("a",), "me", Question(MOVE, ("a",)))
