"""What each rule costs a plan in whole units: against all combinations of units, tried by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paying import CITY
from test_towns_reasons import CAP, emitting_town, why_of

from model.compiled.task import Task
from model.solver.solution import Solution, Status
from runners.analyses.oracle import Oracle
from runners.analyses.sensitivity.answer import Why
from runners.analyses.sensitivity.releases import Release
from runners.analyses.sensitivity.sentences import say_release, say_release_rest
from runners.commands.why import write_screen

Lump = tuple[float, float, int]
"""Size, price in all, and how many the potential allows."""


def lumps_town(lumps: list[Lump], cap: float, **more: Any) -> dict[str, Any]:
    measures = {
        f"m{i}": {"capex": price / size, "unit_size": size, "most_capacity": size * count}
        for i, (size, price, count) in enumerate(lumps)
    }
    return emitting_town(measures, {**CAP, "value": cap}) | more


def find_least(lumps: list[Lump], need: float, free: int | None = None) -> float:
    """The least cost over all counts of units; of one measure as many as one likes."""
    counts = [range((9 if i == free else count) + 1) for i, (_, _, count) in enumerate(lumps)]
    return min(
        sum(n * price for n, (_, price, _) in zip(tried, lumps, strict=True))
        for tried in product(*counts)
        if sum(n * size for n, (size, _, _) in zip(tried, lumps, strict=True)) >= need - 1e-9
    )


def release_of(why: Why, family: str, item: str) -> Release | None:
    found = why.releases.rules if why.releases else ()
    return next((r for r in found if (r.rule.family, r.rule.item) == (family, item)), None)


def test_a_plan_of_lumps_alone_says_what_its_target_costs() -> None:
    """2 kt by four lumps of half a kt at 1.5; 0.8 kt easier three will do. "The plan would be the same" was told."""
    why = why_of(lumps_town([(0.5, 1.5, 20)], 8))
    release = release_of(why, "target", "cap")
    assert release is not None
    assert release.saved is not None
    assert (release.saved.bound, release.saved.objective) == (pytest.approx(6), pytest.approx(6))
    shown = "\n".join(write_screen(why, "sv", full=False, place=Path("x")))
    assert "planen skulle se likadan ut" not in shown
    assert "  målet cap (2025): 6,0 mnkr; 10 % lättare: 1,5 mnkr." in shown
    assert say_release(why, release, "en") == "the target cap (2025): 6.0 MSEK; 10 % easier: 1.5 MSEK."


def test_a_search_that_ends_before_it_has_a_bound_saves_at_most_what_parts_of_units_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without its target the town pays nothing of 6: "at most ∞ cheaper" and "falls without end" were told."""
    solve = Oracle.find_whole

    def stop(oracle: Oracle, task: Task, seconds: float) -> Solution:
        return replace(solve(oracle, task, seconds), status=Status.TIME_LIMIT, bound=-np.inf)

    monkeypatch.setattr(Oracle, "find_whole", stop)
    why = why_of(lumps_town([(0.5, 1.5, 20)], 8))
    release = release_of(why, "target", "cap")
    assert release is not None
    assert release.saved is not None
    assert (release.saved.bound, release.saved.objective) == (pytest.approx(6), pytest.approx(6))
    assert release.eased is not None
    assert release.eased.objective == pytest.approx(6)
    shown = "\n".join(write_screen(why, "sv", full=True, place=Path("x")))
    assert "∞" not in shown
    assert "utan gräns" not in shown


@pytest.mark.parametrize("seed", range(8))
def test_every_rule_let_go_saves_what_all_combinations_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lumps = [(float(rng.integers(1, 5)), float(rng.integers(2, 20)), int(rng.integers(1, 3))) for _ in range(3)]
    most = sum(size * count for size, _, count in lumps)
    need = min(float(rng.integers(2, 10)), most)
    why = why_of(lumps_town(lumps, 10 - need))
    least = find_least(lumps, need)
    assert why.least == pytest.approx(least)
    expected = {("target", "cap"): least}
    expected |= {("capacity_most", f"m{i}"): least - find_least(lumps, need, free=i) for i in range(3)}
    for rule, saved in expected.items():
        release = release_of(why, *rule)
        low, high = (
            (0.0, 0.0)
            if release is None or release.saved is None
            else (
                release.saved.bound,
                release.saved.objective,
            )
        )
        assert low - 1e-4 <= saved <= high + 1e-4, rule
        assert high - low <= 1e-3 * least
    eased = release_of(why, "target", "cap")
    if eased is not None and eased.eased is not None and need < 10:
        saved = least - find_least(lumps, need - 0.1 * (10 - need))
        assert eased.eased.bound - 1e-4 <= saved <= eased.eased.objective + 1e-4


def test_a_frame_that_no_plan_touches_can_still_be_what_costs() -> None:
    """The city's lump of 3 for 12 does not fit a frame of 10, so 30 are paid; nothing of the frame is used."""
    lump = {"capex": 4, "unit_size": 3, "most_capacity": 3, "actor": "city"}
    town = emitting_town(
        {"dear": {"capex": 10, "unit_size": 1, "most_capacity": 20}, "lump": lump}, {**CAP, "value": 7}
    )
    town["commodities"][0]["trader"] = "town"
    town |= {"actors": [{**CITY, "frame": 10}, {"actor": "town", "kind": "private"}], "inflation": [{"value": 0}]}
    release = release_of(why_of(town), "frame_most", "city")
    assert release is not None
    assert release.saved is not None
    assert release.saved.bound == pytest.approx(18)
    assert release.eased is not None
    assert release.eased.objective == pytest.approx(0, abs=1e-6)


def test_a_cap_of_nothing_is_eased_by_a_step_and_not_by_a_tenth_of_it() -> None:
    """All 10 kt by lumps of 0.1 kt at 1: a cap of 0 gives by a percent of what is emitted, 0.1 kt once rounded."""
    town = lumps_town([(0.1, 1, 200)], 0)
    town["technologies"][1]["most_capacity"] = 9.9
    town["technologies"].append(
        {
            "technology": "rest",
            "buildable": True,
            "measure": True,
            "capex": 30,
            "unit_size": 0.1,
            "most_capacity": 20,
            "flow": {"tonnes": 1},
        }
    )
    town["accounts"].append({"account": "other"})
    release = release_of(why_of(town), "target", "cap")
    assert release is not None
    assert np.isfinite(release.step)
    assert release.eased is not None


def test_what_there_was_no_time_for_is_said() -> None:
    why = why_of(lumps_town([(1, 3, 5)], 8), seconds=0.0)
    assert why.releases is not None
    assert why.releases.rules
    assert not why.releases.tried
    told = say_release_rest(why, why.releases, "sv")
    assert told == [f"{len(why.releases.rules)} regler hann inte prövas på 0 s (why.seconds)"]
