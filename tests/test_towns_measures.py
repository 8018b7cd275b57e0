"""Towns solved by hand: what a measure costs per tonne alone, last of all, and as its share.

A town emits 10 kt and may emit nothing; each kt missed is priced at 100 MSEK, dearer than any measure. Cost is without
that price.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close
from measure_towns import amounts_of, compare_town, family_of, filter_of, pair_of, town_of

from model.queries.no_plan import NoPlan
from runners.analyses.abatement.abatement_metrics import (
    DEFINITIONS,
    UNDISCOUNTED,
    Amounts,
    choose_yardstick,
    divide_costs,
)
from runners.analyses.abatement.attribution import ALONE, LAST, SHARE, WAYS, Comparison, Reading
from runners.analyses.abatement.coalitions import Coalitions
from runners.analyses.abatement.measure_bundles import MEASURE, PROGRAMME, Player, list_links, list_players
from runners.analyses.abatement.measures_screen import find_ties
from runners.analyses.abatement.measures_tables import Row
from runners.analyses.abatement.ranking import (
    EMITTING,
    ENABLING,
    INDISPENSABLE,
    RANKED,
    SAVING,
    classify_reading,
    find_dominated,
    find_enabling,
    find_scale,
    list_differences,
)
from runners.analyses.abatement.shapley import share_by_lot, share_exactly
from runners.analyses.abatement.weighed_sets import Compared, weigh_row
from runners.analyses.oracle import Oracle


def measures_of(comparison: Comparison) -> Any:
    return comparison.levels[MEASURE]


def test_measures_that_do_not_touch_each_other_cost_the_same_in_every_way() -> None:
    """Two filters of 4 kt at 1 and 3 kt at 2: 4/4 and 6/3 whichever way, nothing to flag."""
    level = measures_of(compare_town(town_of(filter_of("a", 1, 4), filter_of("b", 2, 3))))
    for way in WAYS:
        assert_close(pair_of(level, "a", way), (4, 4))
        assert_close(pair_of(level, "b", way), (6, 3))
    assert_close(level.whole[:2], (10, 7))
    assert [list_differences(r, UNDISCOUNTED, find_scale(level)) for r in level.readings] == [(), ()]


def test_of_two_that_overlap_wholly_neither_is_missed_and_each_has_half() -> None:
    """Either filter takes all 10 kt at 1: alone 10/10, last 0/0, share 5/5."""
    level = measures_of(compare_town(town_of(filter_of("a", 1, 10), filter_of("b", 1, 10))))
    for name in ("a", "b"):
        assert_close(pair_of(level, name, ALONE), (10, 10))
        assert_close(pair_of(level, name, LAST), (0, 0))
        assert_close(pair_of(level, name, SHARE), (5, 5))
    assert list_differences(level.readings[0], UNDISCOUNTED, find_scale(level)) == ("tonnes", "cost")


def test_a_cheap_measure_shared_with_a_dear_one_saves_money_last_of_all() -> None:
    """Cheap 10 kt at 1, dear 10 kt at 3. Together 10/10. Cheap: alone 10/10; without it the dear takes all at 30, so
    last -20/0; share (10 - 20)/2, (10 + 0)/2 = -5/5. Dear: 30/10, 0/0, 15/5."""
    level = measures_of(compare_town(town_of(filter_of("cheap", 1, 10), filter_of("dear", 3, 10))))
    assert_close([pair_of(level, "cheap", way) for way in WAYS], [(10, 10), (-20, 0), (-5, 5)])
    assert_close([pair_of(level, "dear", way) for way in WAYS], [(30, 10), (0, 0), (15, 5)])


def test_the_price_of_misses_stands_beside_the_cost_and_not_in_it() -> None:
    """A filter of 4 kt at 1 costs 4 and spares 4 misses at 100."""
    assert amounts_of(measures_of(compare_town(town_of(filter_of("a", 1, 4)))), "a", LAST).misses == pytest.approx(-400)


def test_a_saving_is_not_ranked_per_tonne_where_fewer_tonnes_would_look_better() -> None:
    """Taylor's trap: big saves 8 MSEK and 8 kt (-1 a tonne), small saves 3 MSEK and 1 kt (-3 a tonne). Per tonne small
    comes first, though big saves more of both."""
    comparison = compare_town(town_of(filter_of("big", -1, 8), filter_of("small", -3, 1)))
    level = measures_of(comparison)
    big, small = (amounts_of(level, name, SHARE) for name in ("big", "small"))
    assert_close([big[:2], small[:2]], [(-8, 8), (-3, 1)])
    assert divide_costs(small, UNDISCOUNTED, 0) < divide_costs(big, UNDISCOUNTED, 0)
    assert find_dominated({"big": big, "small": small}) == {"small"}
    kinds = [classify_reading(r, SHARE, UNDISCOUNTED, find_scale(level), False) for r in level.readings]
    assert kinds == [SAVING, SAVING]


def test_a_measure_that_saves_money_and_emits_more_has_no_cost_per_tonne() -> None:
    """Burning waste earns 300 per kt of heat and emits 1 kt more for each of 2: -600/-2, worth it at 100 a tonne."""
    burner = filter_of("burner", -300, 2, flow={"dirt": 0}, factor_activity={"co2": 1})
    level = measures_of(compare_town(town_of(burner)))
    assert_close(pair_of(level, "burner", LAST), (-600, -2))
    assert classify_reading(level.readings[0], LAST, UNDISCOUNTED, find_scale(level), False) == EMITTING


def enabling_town() -> dict[str, Any]:
    """Cars take 2 kt per charger, up to 6 kt, at 1; a charger costs 2."""
    charger = {"technology": "charger", "measure": "yes", "buildable": "yes", "capex": 2, "life": 1}
    rule = {"rule": "charging", "technology": "cars", "other": "charger", "kind": "supports", "value": 2}
    return town_of(charger, filter_of("cars", 1, 6), logic=[rule])


def test_what_others_need_is_shown_as_enabling_with_what_it_enables() -> None:
    """Alone both do nothing; together 3 chargers and 6 kt: 6 + 6 = 12/6. Last: 12/6 each; share 6/3 each."""
    comparison = compare_town(enabling_town())
    level = measures_of(comparison)
    for name in ("charger", "cars"):
        assert_close([pair_of(level, name, way) for way in WAYS], [(0, 0), (12, 6), (6, 3)])
    assert [(link.enabler, link.enabled, link.kind) for link in comparison.links] == [("charger", "cars", "supports")]
    assert find_enabling(comparison) == {"charger"}
    assert classify_reading(level.readings[0], SHARE, UNDISCOUNTED, find_scale(level), True) == ENABLING
    (package,) = comparison.packages
    assert (package.enabled, package.enablers) == ("cars", ("charger",))
    assert_close(package.amounts[:2], (12, 6))


def test_uses_go_with_the_measure_that_alone_delivers_what_they_burn() -> None:
    """Clean fuel comes from the contract alone, so that the engine on it is its use; the heater is its own measure, and
    the contract enables it."""
    contract = {"technology": "contract", "measure": "yes", "buildable": "yes", "yield": 1, "flow": {"fuel": 1}}
    engine = {"technology": "engine", "measure": "yes", "capacitated": "no", "flow": {"fuel": -1, "dirt": 1}}
    heater = filter_of("heater", 1, 4, flow={"fuel": -1, "dirt": 1})
    town = town_of(contract, engine, heater)
    town["commodities"].append({"commodity": "fuel"})
    scenario = family_of(town).scenario
    players = list_players(scenario)
    assert [(player.name, player.members) for player in players] == [
        ("contract", ("contract", "engine")),
        ("heater", ("heater",)),
    ]
    links = list_links(scenario, players)
    assert [(link.enabler, link.enabled, link.kind) for link in links] == [("contract", "heater", "supplies")]


def test_what_is_committed_or_excluded_does_not_play() -> None:
    town = town_of(filter_of("a", 1, 4), filter_of("b", 1, 4, least_build=1), filter_of("c", 1, 4))
    assert [player.name for player in list_players(family_of(town, exclude=("c",)).scenario)] == ["a"]


def hard_town(cap: float) -> dict[str, Any]:
    """10 kt, of which two filters take 5 each at 1; the cap must be kept."""
    town = town_of(filter_of("a", 1, 5), filter_of("b", 1, 5), target={"mode": "hard", "price": None}, cap=cap)
    del town["targets"][0]["price"]
    return town


def test_without_either_of_a_pair_that_a_hard_target_needs_there_is_no_plan() -> None:
    """The cap is 0: it takes both. Neither stands alone, neither can be left out, and there are no shares."""
    comparison = compare_town(hard_town(0))
    level = measures_of(comparison)
    assert level.whole is None
    assert all(not reading.ways for reading in level.readings)
    kinds = [classify_reading(r, LAST, UNDISCOUNTED, find_scale(level), False) for r in level.readings]
    assert kinds == [INDISPENSABLE, INDISPENSABLE]


def test_where_one_of_a_pair_will_do_it_can_be_left_out_though_doing_nothing_is_no_plan() -> None:
    """The cap is 5, one filter keeps it. Left out, the other does it: 0/0. Doing nothing is no plan."""
    level = measures_of(compare_town(hard_town(5)))
    assert_close(pair_of(level, "a", LAST), (0, 0))
    assert set(level.readings[0].ways) == {LAST}


def test_a_hard_target_that_all_measures_together_miss_is_told_as_such() -> None:
    town = hard_town(0)
    town["technologies"].pop()
    with pytest.raises(NoPlan):
        compare_town(town)


def test_programmes_are_played_against_each_other_whole() -> None:
    """a and b are one programme, which takes all 10 kt at 1; c of another takes 2 kt at 2. Together 10/10. The first:
    alone 10/10, without it c takes 2 at 4, so last 6/8; share 8/9. The other: alone 4/2, last 0/0, share 2/1."""
    town = town_of(filter_of("a", 1, 8), filter_of("b", 1, 8), filter_of("c", 2, 2, programme="other"))
    level = compare_town(town).levels[PROGRAMME]
    assert_close([pair_of(level, "town", way) for way in WAYS], [(10, 10), (6, 8), (8, 9)])
    assert_close([pair_of(level, "other", way) for way in WAYS], [(4, 2), (0, 0), (2, 1)])


def test_a_measure_that_stands_in_for_another_is_flagged() -> None:
    """a takes 10 kt at 1, b 5 kt at 2. b alone 10/5, last 0/0: the ways differ."""
    level = measures_of(compare_town(town_of(filter_of("a", 1, 10), filter_of("b", 2, 5))))
    assert_close(pair_of(level, "b", ALONE), (10, 5))
    assert_close(pair_of(level, "b", LAST), (0, 0))
    assert "tonnes" in list_differences(level.readings[1], UNDISCOUNTED, find_scale(level))


def span_town(life: int, rate: float) -> dict[str, Any]:
    """A filter of 10 kt a year for 100 MSEK, over a horizon of one life."""
    filter_a = filter_of("a", 0, 10, capex=10, life=life)
    return town_of(filter_a, case={"first_year": 2025, "last_year": 2024 + life, "discount_rate": rate})


def test_without_a_rate_all_three_definitions_agree() -> None:
    """100 MSEK over 4 years of 10 kt: 2.5 MSEK/kt."""
    level = measures_of(compare_town(span_town(4, 0.0)))
    amounts = amounts_of(level, "a", LAST)
    assert_close([divide_costs(amounts, name, 0) for name in DEFINITIONS], [2.5, 2.5, 2.5])


def test_over_forty_years_at_three_and_a_half_percent_the_definitions_differ_by_a_factor_of_two() -> None:
    """100 MSEK at the start of the first year. Undiscounted 100/400 = 0.25. Discounted tonnes: 10 in the middle of each
    year, 10 * 1.035^-0.5 * (1 - 1.035^-40)/(1 - 1.035^-1); the annuity is the same by its definition."""
    level = measures_of(compare_town(span_town(40, 0.035), choices={"discount_capital": "start"}))
    amounts = amounts_of(level, "a", LAST)
    discounted = 10 * 1.035**-0.5 * (1 - 1.035**-40) / (1 - 1.035**-1)
    assert_close([divide_costs(amounts, name, 0) for name in DEFINITIONS], [100 / discounted, 0.25, 100 / discounted])
    assert 1.8 < 100 / discounted / 0.25 < 2.2


def test_an_account_that_is_to_grow_counts_its_growth_as_tonnes() -> None:
    """A sink stores 3 kt at 2, and at least 5 kt are wanted: 6/3."""
    sink = filter_of("sink", 2, 3, flow={"dirt": 0}, factor_activity={"stored": 1})
    town = town_of(sink)
    town["accounts"].append({"account": "stored", "role": "removal"})
    wanted = {"target": "grow", "account": "stored", "sense": "at_least", "year": 2025, "value": 5}
    town["targets"].append({**wanted, "mode": "priced", "price": 100})
    level = measures_of(compare_town(town, account="stored"))
    assert_close(pair_of(level, "sink", ALONE), (6, 3))


def overlapping_town(count: int) -> dict[str, Any]:
    """Filters of 3 kt each for 10 kt of dirt, each dearer than the one before."""
    return town_of(*(filter_of(f"m{i:02}", 1 + i, 3) for i in range(count)))


@pytest.mark.parametrize(("count", "samples"), [(6, 20), pytest.param(12, 8, marks=pytest.mark.slow)])
def test_shares_sum_to_the_whole(count: int, samples: int) -> None:
    level = measures_of(compare_town(overlapping_town(count), levels=[MEASURE], samples=samples))
    sums = np.sum([reading.ways[SHARE] for reading in level.readings], axis=0)
    np.testing.assert_allclose(sums, level.whole, atol=1e-6)
    assert level.orders == (0 if count == 6 else samples)


@pytest.mark.slow
def test_drawn_shares_agree_with_exact_ones_within_their_standard_error() -> None:
    """Six overlapping filters, 200 orders: no share is off by more than 3.5 of its errors, most within two."""
    family = family_of(overlapping_town(6))
    yardstick = choose_yardstick(family.scenario, "co2", None)
    coalitions = Coalitions(Oracle(family), list_players(family.scenario), yardstick)
    exact = share_exactly(coalitions.weigh, 6)
    drawn = share_by_lot(coalitions.weigh, 6, 200, np.random.default_rng(0))
    off = np.abs(drawn.amounts - exact.amounts)[:, :2]
    errors = drawn.errors[:, :2] + 1e-9
    assert (off <= 3.5 * errors).all()
    assert (off <= 2 * errors).mean() >= 0.8
    assert errors.max() > 0.01


@pytest.mark.slow
def test_the_same_seed_draws_the_same_shares_and_another_others() -> None:
    town = overlapping_town(12)
    first, again, other = (
        [r.ways[SHARE] for r in measures_of(compare_town(town, levels=[MEASURE], samples=4, seed=seed)).readings]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_no_shares_are_drawn_where_none_are_asked_for() -> None:
    level = measures_of(compare_town(overlapping_town(12), levels=[MEASURE], samples=0))
    assert all(set(reading.ways) == {ALONE, LAST} for reading in level.readings)


def test_a_set_is_not_solved_again_where_the_plan_of_a_larger_one_used_nothing_else() -> None:
    """a takes all 10 kt, so that the plan of both is that of a; b alone has to be solved, and nothing."""
    once = {"life": 1, "variable_cost": 0}
    family = family_of(town_of(filter_of("a", 0, 10, capex=1, **once), filter_of("b", 0, 10, capex=2, **once)))
    yardstick = choose_yardstick(family.scenario, "co2", None)
    coalitions = Coalitions(Oracle(family), list_players(family.scenario), yardstick)
    worth = [coalitions.weigh(allowed) for allowed in (0b11, 0b01, 0b10, 0b00)]
    assert coalitions.solved == 3
    assert_close(worth[0], worth[1])
    assert_close(np.array([w[0] for w in worth]), [10, 10, 20, 0])


def test_a_row_of_sets_hangs_on_nothing_but_what_it_is_given() -> None:
    """a alone is solved anew after any other row, and known at once where the whole is given, which a serves."""
    once = {"life": 1, "variable_cost": 0}
    family = family_of(town_of(filter_of("a", 0, 10, capex=1, **once), filter_of("b", 0, 10, capex=2, **once)))
    compared = Compared(family, {}, choose_yardstick(family.scenario, "co2", None))
    whole = weigh_row(compared, (MEASURE, [0b11], {}))
    first, again = (weigh_row(compared, (MEASURE, [0b01, 0b00], {})) for _ in range(2))
    assert [answer.allowed for answer in first.values()] == [answer.allowed for answer in again.values()] == [0b01, 0]
    assert [answer.allowed for answer in weigh_row(compared, (MEASURE, [0b01], whole)).values()] == [0b11]


def test_an_exactly_drawn_game_by_hand() -> None:
    """v = 6 for both, 4 and 0 alone: shares (4 + 6)/2 = 5 and (0 + 2)/2 = 1."""
    values = {0: 0.0, 1: 4.0, 2: 0.0, 3: 6.0}
    shares = share_exactly(lambda allowed: np.array([values[allowed]]), 2)
    assert_close(shares.amounts[:, 0], [5, 1])


def test_dominated_is_what_another_beats_in_both() -> None:
    """b saves less of both than a; c saves more money than a but fewer tonnes."""
    saving = {name: Amounts(*pair, 0, 0, 0, 0) for name, pair in {"a": (-5, 5), "b": (-4, 4), "c": (-9, 1)}.items()}
    assert find_dominated(saving) == {"b"}


def test_a_measure_that_costs_and_saves_tonnes_is_ranked() -> None:
    level = measures_of(compare_town(town_of(filter_of("a", 1, 4))))
    assert classify_reading(level.readings[0], ALONE, UNDISCOUNTED, find_scale(level), False) == RANKED


def test_a_rank_is_not_told_within_the_error_of_its_numbers() -> None:
    """100, 105 and 200 a tonne, each of 10 kt with a standard error of 4 % of the cost: 96-104 and 101-109 overlap, and
    192 is clear of them. Without errors, and without a gap of the plans, all three are told apart."""

    def row(name: str, price: float, error: float) -> Row:
        amounts = Amounts(price * 10, 10, 10, price * 10, 10, 0)
        reading = Reading(
            Player(name, (name,), (name,)), {SHARE: amounts}, Amounts(error * price * 10, 0, 0, 0, 0, 0), True
        )
        return Row(name, "", {"sv": name}, "town", reading, SHARE, RANKED, price, False, ())

    unsure = [row(name, price, 0.04) for name, price in (("a", 100), ("b", 105), ("c", 200))]
    sure = [row(name, price, 0.0) for name, price in (("a", 100), ("b", 105), ("c", 200))]
    assert find_ties(unsure, 0.0) == {"a", "b"}
    assert find_ties(sure, 0.0) == frozenset()
    assert find_ties(sure, 30.0) == {"a", "b"}
