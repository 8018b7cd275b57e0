"""How plans are looked at before they are shown: while something is made of them, and before it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from runners.reports.run_folder import Run

Settle = Callable[[], None]
"""Waits until plans were looked at; raises where one is not what it says."""
Confirm = Callable[[Sequence[Run], str], AbstractContextManager[Settle]]
"""Begins to look at plans, told in a language."""


@contextmanager
def trust(_plans: Sequence[Run], _lang: str) -> Iterator[Settle]:
    """Take plans as they are."""
    yield lambda: None
