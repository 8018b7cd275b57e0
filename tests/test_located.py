"""Is what follows from where an array has numbers kept though the numbers change, and found anew where they move?"""

from __future__ import annotations

import numpy as np

from scenarios.arrays import Arrays, remember


def test_what_hangs_on_where_prices_stand_holds_though_they_change() -> None:
    base = Arrays({"price": np.array([1.0, np.nan]), "other": np.array([1.0])}, {}, {})
    asked = list[int]()

    def count(arrays: Arrays) -> int:
        asked.append(1)
        return int(arrays.locate("price").sum())

    count_priced = remember(count)
    dearer = base.change({"price": np.array([2.0, np.nan])}, {"price": 1})
    moved = base.change({"price": np.array([2.0, 3.0])}, {"price": 2})
    assert [count_priced(arrays) for arrays in (base, dearer, moved, dearer, moved)] == [1, 1, 2, 1, 2]
    assert len(asked) == 2


def test_it_is_found_for_each_where_the_base_was_not_asked_first() -> None:
    base = Arrays({"price": np.array([1.0, np.nan])}, {}, {})
    count_priced = remember(lambda arrays: int(arrays.locate("price").sum()))
    moved = base.change({"price": np.array([2.0, 3.0])}, {"price": 1})
    dearer = base.change({"price": np.array([2.0, np.nan])}, {"price": 2})
    assert [count_priced(arrays) for arrays in (moved, dearer, base, moved, dearer)] == [2, 1, 1, 2, 1]


def test_who_asks_for_numbers_and_places_is_asked_again_for_other_numbers() -> None:
    base = Arrays({"price": np.array([1.0, np.nan])}, {}, {})
    count_priced = remember(lambda arrays: int(arrays.locate("price").sum()))
    sum_priced = remember(lambda arrays: count_priced(arrays) * float(np.nansum(arrays["price"])))
    dearer = base.change({"price": np.array([2.0, np.nan])}, {"price": 1})
    assert [sum_priced(arrays) for arrays in (base, dearer, base)] == [1.0, 2.0, 1.0]
