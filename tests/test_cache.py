"""What is kept of what was worked out: never more than allowed, the longest unused go first, and answers stay right."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.arrays import Arrays, remember
from scenarios.cache import LEAST_BYTES, Cache

ROOM = 800 + LEAST_BYTES


def test_the_oldest_go_where_there_is_no_more_room() -> None:
    """Room for three arrays of 100 numbers: of five the last three stay."""
    cache: Cache[int, np.ndarray] = Cache(3 * ROOM)
    for key in range(5):
        cache.put(key, np.full(100, float(key)))
    assert [cache.get(key) is not None for key in range(5)] == [False, False, True, True, True]
    assert (len(cache), cache.bytes) == (3, 3 * ROOM)


def test_what_is_asked_for_stays_and_what_is_not_goes() -> None:
    """Room for three: the first is asked for before the fourth comes, so that the second goes."""
    cache: Cache[int, np.ndarray] = Cache(3 * ROOM)
    for key in range(4):
        cache.put(key, np.full(100, float(key)))
        assert cache.get(0) is not None
    assert [cache.get(key) is not None for key in range(4)] == [True, False, True, True]


def test_what_is_put_again_takes_its_room_once() -> None:
    cache: Cache[str, np.ndarray] = Cache(3 * ROOM)
    for _ in range(9):
        cache.put("a", np.zeros(100))
    assert (len(cache), cache.bytes) == (1, ROOM)
    cache.drop("a")
    cache.drop("a")
    assert (len(cache), cache.bytes) == (0, 0)


def test_what_is_larger_than_all_room_stays_until_the_next() -> None:
    cache: Cache[str, np.ndarray] = Cache(10)
    cache.put("large", np.zeros(100))
    assert cache.get("large") is not None
    cache.put("next", np.zeros(1))
    assert cache.get("large") is None


def test_a_thousand_scenarios_are_remembered_in_no_more_than_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten functions of arrays that are new each time: what is kept stays below the room of all of them together."""
    monkeypatch.setattr("scenarios.arrays.MOST_BYTES", 10 * ROOM)
    base = Arrays({"a": np.arange(100.0)}, {}, {"x": 100})
    double = remember(lambda arrays: 2.0 * arrays["a"])
    triples = [remember(lambda arrays, n=n: n * arrays["a"]) for n in range(9)]
    for number in range(1, 1001):
        scenario = base.change({"a": base["a"] + number}, {"a": number})
        assert double(scenario)[1] == 2.0 * (1 + number)
        assert [triple(scenario)[1] for triple in triples] == [n * (1 + number) for n in range(9)]
        assert double(base)[1] == 2.0
    assert base.memory.bytes <= 10 * ROOM
