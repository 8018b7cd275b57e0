"""Does a verifier that judges a chunk of plans at once refuse exactly those that it refuses one by one?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import xarray as xr
from account_towns import solve_rich
from hand_plans import TOWNS, change_plan, found_town
from test_verifier import alter_each
from test_verify import read_broken, read_changes

import model.verifier.cash as cash
import model.verifier.money as money
import model.verifier.verify as verifying
import model.verifier.vintages as vintages
from model.verifier.memory import Memory
from model.verifier.merging import merge
from model.verifier.reading import Reading, Scene
from model.verifier.stack import Apart, Stack, Uneven
from model.verifier.terms import Array
from model.verifier.together import Case, Shared
from model.verifier.verdict import Verdict
from model.verifier.verify import Verifier, verify
from model.verifier.weights import weigh
from scenarios.overlay import swap_variables

CHUNK = 25
PRICES = ("shadow_price", "marginal_cost")
"""What no rule reads."""
AMOUNTS = (4e-7, 7e-7, 1.2e-6, 0.3)
"""By how much of itself, or of one, a number is moved: on both sides of what is allowed."""


def judge_each(cases: list[Case], relaxed: bool = False) -> dict[int, str]:
    verdicts = (verify(*case, relaxed=relaxed) for case in cases)
    return {place: repr(verdict) for place, verdict in enumerate(verdicts) if not verdict.accepted}


def judge_together(cases: list[Case], relaxed: bool = False) -> dict[int, str]:
    return {place: repr(verdict) for place, verdict in Verifier().find_refused(cases, relaxed).items()}


def tamper(plan: xr.Dataset, seed: int) -> Iterator[xr.Dataset]:
    """The plan with one number of each decision moved a little, and then a little more."""
    draw = np.random.default_rng(seed)
    for name in (name for name, values in plan.data_vars.items() if values.size):
        for amount in AMOUNTS:
            values = plan[name].values.copy()
            place = tuple(draw.integers(values.shape))
            values[place] += amount * max(1.0, abs(float(values[place]))) * draw.choice([-1.0, 1.0])
            yield plan.assign({name: (plan[name].dims, values)})


@pytest.mark.slow
@pytest.mark.parametrize("town", TOWNS)
def test_of_a_chunk_the_same_plans_are_refused_with_the_same_words(town: str) -> None:
    scenario, plan = found_town(town)
    changes = [change_plan(plan, read_changes(text)) for name, text, *_ in read_broken() if name == town]
    cases = [(scenario, one) for broken in changes for one in (plan, broken)]
    refused = judge_together(cases)
    assert refused == judge_each(cases)
    assert sorted(refused) == list(range(1, len(cases), 2))


@pytest.mark.parametrize("relaxed", [False, True])
@pytest.mark.parametrize(
    "town", ["project", *(pytest.param(town, marks=pytest.mark.slow) for town in ("traffic", "rich"))]
)
def test_of_plans_moved_by_a_hair_the_same_are_refused(town: str, relaxed: bool) -> None:
    scenario, plan = solve_rich()[:2] if town == "rich" else found_town(town)
    cases = [(scenario, one) for one in tamper(plan, 3)]
    refused = judge_together(cases, relaxed)
    assert refused == judge_each(cases, relaxed)
    assert 0 < len(refused) < len(cases)


@pytest.mark.parametrize("town", ["store", pytest.param("rich", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_scenarios_that_differ_in_any_number_are_each_judged_by_their_own(town: str) -> None:
    scenario, plan = solve_rich()[:2] if town == "rich" else found_town(town)
    others = [changed for _, changed in alter_each(scenario) if is_sound(changed, plan)]
    cases = [(other, plan) for changed in others for other in (changed, scenario)]
    refused: dict[int, str] = {}
    verifier = Verifier()
    for first in range(0, len(cases), CHUNK):
        found = verifier.find_refused(cases[first : first + CHUNK])
        refused |= {first + place: repr(verdict) for place, verdict in found.items()}
    assert refused == judge_each(cases)
    assert len(refused) > 10


@pytest.mark.slow
def test_what_was_taken_from_a_plan_before_is_watched_when_it_is_judged_by_itself() -> None:
    """A verifier that judged a chunk goes on with single plans of scenarios of which one array differs."""
    scenario, plan = found_town("store")
    for name, changed in list(alter_each(scenario))[::5]:
        if is_sound(changed, plan):
            verifier = Verifier()
            assert verifier.find_refused([(scenario, plan)] * 3) == {}
            assert repr(verifier.check(changed, plan)) == repr(verify(changed, plan)), name


def is_sound(scenario: xr.Dataset, plan: xr.Dataset) -> bool:
    """Whether there is a verdict at all: arrays changed at random may name what is not there."""
    try:
        with np.errstate(all="ignore"):
            verify(scenario, plan)
    except (ArithmeticError, IndexError, KeyError, ValueError):
        return False
    return bool(np.isfinite(verify_quietly(scenario, plan)))


def verify_quietly(scenario: xr.Dataset, plan: xr.Dataset) -> float:
    with np.errstate(all="ignore"):
        return verify(scenario, plan).objective


@pytest.mark.slow
def test_a_plan_that_is_none_leaves_the_others_of_its_chunk_as_they_are() -> None:
    scenario, plan = found_town("heat")
    spoiled = [
        change_plan(plan, (("build", "pump", 2026, np.nan),)),
        plan.isel(year=[1, 0]),
        plan.drop_vars("credit"),
        plan.assign_attrs(digest="another"),
        plan.assign_attrs(objective="much"),
    ]
    for place in range(len(spoiled) + 1):
        cases = [(scenario, one) for one in (*spoiled[:place], plan, *spoiled[place:])]
        refused = judge_together(cases)
        assert refused == judge_each(cases)
        assert place not in refused


@pytest.mark.parametrize("town", [*TOWNS, "rich"])
def test_sound_plans_of_scenarios_that_differ_in_numbers_are_judged_together(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the speed of sweeps would be lost in silence."""
    scenario, plan = solve_rich()[:2] if town == "rich" else found_town(town)
    raised = scenario["most_capacity"] * 1.5
    dearer = scenario.assign({"most_capacity": raised}).assign_attrs(scenario.attrs)

    def refuse(read: Reading, tolerance: float) -> Verdict:
        raise AssertionError(f"judged by itself: {read}, {tolerance}")

    monkeypatch.setattr(verifying, "_check", refuse)
    assert Verifier().find_refused([(scenario, plan), (dearer, plan), (scenario, plan)]) == {}


def test_what_differs_between_scenarios_is_reckoned_of_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve scenarios of other prices ask for no more products of factors than four: it was thrice as many."""
    scenario, plan = solve_rich()[:2]
    names = ("purchase_price", "sale_price", "capex", "reference_operating")
    others = [
        scenario.assign({name: scenario[name] * (1.0 + n / 100) for name in names}).assign_attrs(scenario.attrs)
        for n in range(12)
    ]
    made = list[str]()
    for module in (cash, money, vintages):
        monkeypatch.setattr(module, "weigh", lambda *words, **named: made.append(words[0]) or weigh(*words, **named))
    monkeypatch.setattr(verifying, "_check", lambda *_: Verdict(True, (), 0.0, {}))
    counts = []
    for some in (4, 12):
        made.clear()
        Verifier().find_refused([(one, plan) for one in others[:some]])
        counts.append(len(made))
    assert counts[0] == counts[1] > 0


def test_scenarios_of_other_prices_are_each_judged_by_their_own() -> None:
    scenario, plan = solve_rich()[:2]
    dearer = scenario.assign({name: scenario[name] * 1.1 for name in ("purchase_price", "capex")})
    cases = [(one.assign_attrs(scenario.attrs), plan) for one in (scenario, dearer, scenario, dearer)]
    refused = judge_together(cases)
    assert refused == judge_each(cases)
    assert sorted(refused) == [1, 3]


def test_a_decision_is_put_together_only_where_all_of_it_is_asked_for() -> None:
    """Of three plans: what any has, picked from each as from all of them."""
    each = [np.zeros((2, 3)).T.copy().T for _ in range(3)]
    each[0][1, 2], each[2][0, 1] = 4.0, 5.0
    apart, whole = Apart(each), Stack(np.stack(each))
    places, numbers = apart.find_some()
    assert places.tolist() == whole.find_some()[0].tolist() == [1, 5]
    assert numbers.whole.tolist() == [[0.0, 4.0], [0.0, 0.0], [5.0, 0.0]]
    assert apart._whole is None
    for key in (1, (slice(None), 2), np.array([0, 0])):
        assert apart[key].whole.tolist() == whole[key].whole.tolist()
    assert (apart + 1.0).whole.tolist() == (whole + 1.0).whole.tolist()


def test_no_plans_at_all_are_none_refused() -> None:
    assert Verifier().find_refused([]) == {}


def test_where_an_array_has_numbers_is_looked_at_though_only_a_memory_before_did() -> None:
    """Asked of the first only after the second followed it: the second gave the first's answer, 2 instead of 1."""
    first = xr.Dataset({"most": ("year", np.array([1.0, 2.0]))})
    second = xr.Dataset({"most": ("year", np.array([1.0, np.nan]))})

    def count(memory: Memory) -> int:
        return int(memory.locate("most").sum())

    before = Memory(lasting=True, scenario=first)
    after = before.follow(second)
    assert before.recall(count, before) == 2
    assert after.recall(count, after) == 1


def test_what_no_scenario_of_a_chunk_moves_is_asked_of_the_first_alone_and_kept_for_the_next_chunk() -> None:
    """Three scenarios whose caps differ and whose capex is one: 8 of capex once, and caps 1, 2 and 3 of each."""
    base = xr.Dataset({"capex": ("year", np.array([3.0, 5.0])), "cap": ("year", np.array([1.0, 0.0]))})
    caps = [np.array([cap, 0.0]) for cap in (1.0, 2.0, 3.0)]
    scenarios = [swap_variables(base, {"cap": (("year",), cap, {})}) for cap in caps]
    asked: list[str] = []

    def spend(scene: Scene) -> float:
        asked.append("capex")
        return float(scene.memory.read("capex").sum())

    def bound(scene: Scene) -> Array:
        return np.asarray(scene.memory.read("cap") * 2.0)

    memories = [Memory(lasting=True, scenario=scenarios[0])]
    for scenario in scenarios[1:]:
        memories.append(memories[-1].follow(scenario))
    chunk = Shared(memories)
    assert (chunk.recall(spend), asked) == (8.0, ["capex"])
    assert [memory.keeps(spend) for memory in memories[::2]] == [True, True]
    assert chunk.recall(bound).list_each().tolist() == [[2.0, 0.0], [4.0, 0.0], [6.0, 0.0]]
    memories[-1].let_go()
    following = memories[-1].follow(scenarios[0])
    assert (Shared([following]).recall(spend), asked) == (8.0, ["capex"])
    apart = [Memory(lasting=True, scenario=scenario) for scenario in scenarios]  # nobody says what moved between them
    assert Shared(apart).recall(bound).list_each().tolist() == [[2.0, 0.0], [4.0, 0.0], [6.0, 0.0]]


def test_weights_at_other_places_are_those_of_each_scenario() -> None:
    """Prices (2, 0) and (0, 3) of two things bought: of each 5 the sums are 10 and 15, though neither has the other's
    place. Before, such a chunk was given up and every plan judged by itself."""
    prices = [np.array([[2.0, 0.0]]), np.array([[0.0, 3.0]])]
    both = merge([weigh("ac,c->a", price, shape=(2,)) for price in prices])
    sums = both.times(Stack(np.full((2, 2), 5.0)))
    assert sums.value.whole.tolist() == [[10.0], [15.0]]
    assert sums.size.whole.tolist() == [[10.0], [15.0]]
    same = merge([weigh("ac,c->a", price, shape=(2,)) for price in (prices[0], 2.0 * prices[0])])
    assert same.times(Stack(np.full((2, 2), 5.0))).value.whole.tolist() == [[10.0], [20.0]]


def test_one_corrupt_number_in_one_plan_of_a_chunk_that_share_their_arrays_is_refused() -> None:
    """Of plans that hold the very same arrays, one has a number of its own: in each decision that it has, in turn."""
    scenario, plan = solve_rich()[:2]
    names = [str(name) for name, values in plan.data_vars.items() if values.size and name not in PRICES]
    cases = [(scenario, plan)] * 3
    for place, name in enumerate(names):
        values = plan[name].values.copy()
        values.reshape(-1)[place % values.size] += (
            -7.0 if name == "rise" else 7.0
        )  # to rise less than one may is no fault
        cases += [(scenario, plan.assign({name: (plan[name].dims, values)})), (scenario, plan)]
    assert sorted(judge_together(cases)) == list(range(3, len(cases), 2))


def test_plans_that_share_an_array_have_one_row_of_it() -> None:
    """Of five plans two hold one array and three another; with limits that differ elsewhere there are three rows."""
    few, many = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    built = Apart([few, many, few, many, many])
    most = Stack(np.array([[1.0, 1.0], [2.0, 2.0]]), (0, 0, 0, 0, 1))
    over = built - most
    assert (built.rows, len(built.whole), len(over.whole)) == ((0, 1, 0, 1, 1), 2, 3)
    assert over.list_each().tolist() == [[0, 1], [2, 3], [0, 1], [2, 3], [1, 2]]
    assert np.where(over > 1.0, over, 0.0).list_each().tolist() == [[0, 0], [2, 3], [0, 0], [2, 3], [0, 2]]
    assert np.concatenate([built, most]).list_each()[4].tolist() == [3, 4, 2, 2]
    changed = np.zeros_like(most)
    changed[1:] = built[1:]
    assert changed.list_each().tolist() == [[0, 2], [0, 4], [0, 2], [0, 4], [0, 4]]


def test_scenarios_with_more_of_something_are_not_put_together() -> None:
    """One has a set of grants that meet, another two: compared as they were, their arrays ended in a ValueError."""
    one, other = ((np.array([1.0, 1.0]),), (np.array([1.0, 1.0]),))
    for values in ([(one,), (other, one)], [(one, other), (other,)], [(), (one,)]):
        with pytest.raises(Uneven):
            merge(values)
