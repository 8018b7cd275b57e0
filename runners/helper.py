"""A second process beside this one, a copy of it that has loaded and found all that is needed; where there can be none,
what it is asked for is done here.

`open_helper` gives one that is asked for one thing after the other; `work_beside` one that knows from the start what it
is to do, with all that this process has found by then.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from tempfile import TemporaryFile
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakSet

P = ParamSpec("P")
T = TypeVar("T")
FORK: Final = "fork"
DONE = b"."
ENGINE = "vl_convert"
"""What draws charts: its threads would be missing in a copy."""
_own_threads: WeakSet[threading.Thread] = WeakSet()
"""Those that wait for a helper."""


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
    before = set(threading.enumerate())
    helper = ProcessPoolExecutor(1, mp_context=get_context(FORK))
    helper.submit(bool)
    _own_threads.update(set(threading.enumerate()) - before)
    try:
        yield helper
    finally:
        helper.shutdown(cancel_futures=True)


@contextmanager
def work_beside(*works: Callable[[], Any]) -> Iterator[tuple[Callable[[], Any], ...]]:
    """For each of several works what waits for its answer; a copy of this process does them meanwhile, in this order.

    What fails there, or is not done when the copy is stopped, is done here when its answer is asked for: it fails here.
    """
    if not works or not _can_copy():
        yield works
        return
    with ExitStack() as held:
        asked = [_Asked(work, held) for work in works]
        copy = get_context(FORK).Process(target=_do_all, args=(asked,), daemon=True)
        copy.start()
        held.callback(copy.join)
        held.callback(copy.terminate)
        for one in asked:
            one.tell.close()
        yield tuple(one.take for one in asked)


class _Asked:
    """A work that a copy does: the file of its answer, and a pipe that says that it is there."""

    def __init__(self, work: Callable[[], Any], held: ExitStack) -> None:
        self.work = work
        self._file = TemporaryFile()  # noqa: SIM115 - closed by whoever holds it
        held.callback(self._file.close)
        self.told, self.tell = (held.enter_context(end) for end in get_context(FORK).Pipe(duplex=False))

    def do(self) -> None:
        """In the copy: write the answer, and say so."""
        with self.tell, suppress(Exception):
            pickle.dump(self.work(), self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._file.flush()
            self.tell.send_bytes(DONE)

    def take(self) -> Any:
        """Here: the answer as soon as it is there."""
        try:
            self.told.recv_bytes()
        except EOFError:
            return self.work()
        self._file.seek(0)
        return pickle.load(self._file)


def _do_all(asked: Sequence[_Asked]) -> None:
    """All that a copy was made for; who interrupts the command tells this process of it alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in asked:
        one.do()


def _can_copy() -> bool:
    """Whether a copy of this process would be whole, and have a processor.

    A copy has none of the threads of this process: what one of them holds would be held in it for ever; those that wait
    for a helper hold nothing that a copy asks for. Systems but Linux have libraries that do not bear being copied.
    """
    foreign = [thread for thread in threading.enumerate() if thread not in _own_threads]
    if sys.platform != "linux" or len(foreign) > 1 or ENGINE in sys.modules:
        return False
    return len(os.sched_getaffinity(0)) > 1
