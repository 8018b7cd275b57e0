"""Solves that know nothing of each other, several at a time: HiGHS runs outside the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Found = TypeVar("Found")


def count_workers() -> int:
    """How many are solved at a time: as many as there are processors."""
    return os.cpu_count() or 1


def solve_each(solve: Callable[[Asked], Found], asked: Iterable[Asked]) -> list[Found]:
    """What `solve` gives of each, in their order."""
    each = list(asked)
    with ThreadPoolExecutor(max(1, min(count_workers(), len(each)))) as pool:
        return list(pool.map(solve, each))
