"""Tables that follow from tables: made once of the same ones, anew of others, and nobody's changes reach another."""

from __future__ import annotations

import pandas as pd

from runners.results.derived import MOST_KEPT, derived


def test_what_follows_is_made_once_and_nobody_changes_it_for_others() -> None:
    asked: list[str] = []

    @derived
    def double(table: pd.DataFrame, column: str = "x") -> pd.DataFrame:
        asked.append(column)
        return table[[column]] * 2

    table = pd.DataFrame({"x": [1.0], "y": [5.0]})
    mine = double(table)
    mine["x"] = 7.0
    mine["z"] = 0.0
    assert double(table).to_dict("list") == {"x": [2.0]}
    assert asked == ["x"]
    assert double(table, "y").to_dict("list") == {"y": [10.0]}
    assert double(pd.DataFrame({"x": [1.0]})).to_dict("list") == {"x": [2.0]}
    assert asked == ["x", "y", "x"]


def test_only_the_last_few_are_kept() -> None:
    asked: list[int] = []

    @derived
    def count(table: pd.DataFrame) -> pd.DataFrame:
        asked.append(len(table))
        return table

    tables = [pd.DataFrame({"x": range(number)}) for number in range(MOST_KEPT + 1)]
    for table in tables:
        count(table)
    count(tables[-1])
    assert len(asked) == MOST_KEPT + 1
    count(tables[0])
    assert len(asked) == MOST_KEPT + 2
