"""What was found is kept as long as what it was found in stays as it is, and found once, however many ask meanwhile."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Kept(Generic[Found]):
    """Answers by what they are about, each with the stamp of what it was found in.

    Args:
        most: answers that are kept; those asked for longest ago make room.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, Future[Found]]] = OrderedDict()

    def find(self, about: Hashable, stamp: Hashable, make: Callable[[], Found]) -> Found:
        """What is kept under this stamp; else it is made, and whoever asks meanwhile waits for that.

        Args:
            about: what is asked.
            stamp: changes whenever the answer may; an answer with another stamp is forgotten.
            make: finds the answer; what it raises is raised to all who wait, and not kept.
        """
        with self._lock:
            held = self._kept.pop(about, None)
            fresh = held is None or held[0] != stamp
            answer: Future[Found] = Future() if held is None or fresh else held[1]
            self._kept[about] = (stamp, answer)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        if fresh:
            self._make(about, answer, make)
        return answer.result()

    def _make(self, about: Hashable, answer: Future[Found], make: Callable[[], Found]) -> None:
        try:
            answer.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._kept.get(about, (None, None))[1] is answer:
                    del self._kept[about]
            answer.set_exception(error)
