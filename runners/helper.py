"""A helper: a second process beside this one, a copy of it that has loaded all that is needed; where there can be none,
what it is asked for is done here.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
FORK = "fork"
ENGINE = "vl_convert"
"""What draws charts: its threads would be missing in a copy."""


class Here(Executor):
    """Does what it is asked for at once, in this process; what that raises comes where the answer is taken."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The answer of a function, which is there already."""
        answer: Future[T] = Future()
        try:
            answer.set_result(fn(*args, **kwargs))
        except Exception as error:
            answer.set_exception(error)
        return answer


@contextmanager
def open_helper() -> Iterator[Executor]:
    """Who does one thing after the other, beside this process where that can be; what was not begun is left at the end.

    The copy is made at once: what is loaded and read by then it has.
    """
    if not _can_copy():
        yield Here()
        return
    helper = ProcessPoolExecutor(1, mp_context=get_context(FORK))
    helper.submit(bool)
    try:
        yield helper
    finally:
        helper.shutdown(cancel_futures=True)


def _can_copy() -> bool:
    """Whether a copy of this process would be whole, and have a processor.

    A copy has none of the threads of this process: what one of them holds would be held in it for ever. Systems but
    Linux have libraries that do not bear being copied.
    """
    if sys.platform != "linux" or threading.active_count() > 1 or ENGINE in sys.modules:
        return False
    return len(os.sched_getaffinity(0)) > 1
