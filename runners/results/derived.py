"""Tables that follow from other tables: derived once for all who ask, of the few sets of tables asked about last."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from runners.found_once import Kept

Source = TypeVar("Source")
P = ParamSpec("P")
MOST_KEPT = 8
"""Answers of one function."""


def derived(
    derive: Callable[Concatenate[Source, P], pd.DataFrame],
) -> Callable[Concatenate[Source, P], pd.DataFrame]:
    """Remember what a function makes of tables that nobody changes, by which tables they are; each asker has a copy.

    Args:
        derive: given the tables (a table or a mapping), and words that are equal where they say the same.
    """
    kept: Kept[tuple[Any, pd.DataFrame]] = Kept(MOST_KEPT)

    @wraps(derive)
    def recall(source: Source, /, *args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        def make() -> tuple[Any, pd.DataFrame]:
            return source, derive(source, *args, **kwargs)  # the source is held: no other can have its identity

        about = id(source), (*args, *sorted(kwargs.items()))
        return kept.find(about, None, make)[1].copy(deep=False)

    return recall
