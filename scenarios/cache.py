"""Answers that were worked out before, in no more memory than they are given: the longest unused go first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

LEAST_BYTES = 200
"""What an answer takes at the least, its key among it."""


class Cache(Generic[Key, Answer]):
    """Answers by key.

    Args:
        most_bytes: that all answers may take together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._answers: dict[Key, tuple[Answer, int]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def bytes(self) -> int:
        """What all answers take."""
        return self._bytes

    def get(self, key: Key) -> Answer | None:
        """The answer, None where there is none."""
        found = self._answers.pop(key, None)
        if found is None:
            return None
        self._answers[key] = found
        return found[0]

    def put(self, key: Key, answer: Answer, size: int | None = None) -> None:
        """Keep an answer, and let the longest unused go until all have room; the newest stays however large it is.

        Args:
            key: of the answer; one that is there is replaced.
            answer: to keep.
            size: its bytes; None: those of the arrays in it.
        """
        self.drop(key)
        taken = (count_bytes(answer) if size is None else size) + LEAST_BYTES
        self._answers[key] = answer, taken
        self._bytes += taken
        while self._bytes > self._most and len(self._answers) > 1:
            self.drop(next(iter(self._answers)))

    def drop(self, key: Key) -> None:
        """Let an answer go, if it is there."""
        _, taken = self._answers.pop(key, (None, 0))
        self._bytes -= taken


def count_bytes(answer: Any) -> int:
    """Bytes of an array, or of all arrays in a tuple, a mapping or a dataclass.

    >>> import numpy as np
    >>> count_bytes((np.zeros(3), np.zeros(2)))
    40
    """
    if (size := getattr(answer, "nbytes", None)) is not None:
        return int(size)
    if isinstance(answer, tuple | list):
        return sum(map(count_bytes, answer))
    if isinstance(answer, dict):
        return sum(map(count_bytes, answer.values()))
    return sum(map(count_bytes, vars(answer).values())) if hasattr(answer, "__dataclass_fields__") else 0
