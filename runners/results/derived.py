"""Tables that follow from other tables: derived once for all who ask, of the few sets of tables asked about last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

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
    kept: OrderedDict[tuple[int, Hashable], tuple[Any, pd.DataFrame]] = OrderedDict()
    lock = Lock()

    @wraps(derive)
    def recall(source: Source, /, *args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        key = id(source), (*args, *sorted(kwargs.items()))
        with lock:
            found = kept.get(key)
        if found is None:
            found = source, derive(source, *args, **kwargs)  # the source is held: no other can have its identity
        with lock:
            kept[key] = found
            kept.move_to_end(key)
            while len(kept) > MOST_KEPT:
                kept.popitem(last=False)
        return found[1].copy(deep=False)

    return recall
