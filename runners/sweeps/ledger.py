"""Which chunks are to do, and what follows from how each ended: done, tried again in halves, given up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conf.words import say
from runners.sweeps.chunk import DEATHS, Answer, Chunk, Ending
from runners.sweeps.tally import BAD_INPUT, OUR_FAULT, SIGNALLED, SOLVED_ALL, SOME_FAILED, PoolEnd, Tally

MOST_DEATHS = 3
"""A scenario alone is given up when so many processes died under it, whatever its company was."""
MOST_STILLBORN = 3
"""So many workers in a row that never got ready mean that none will."""

RecordCrash = Callable[[int, str], None]
"""Keeps a scenario (row of the design) as crashed, with the message."""


@dataclass(frozen=True)
class Piece:
    """A chunk, or what halving left of it, and how often a process died over its scenarios."""

    chunk: Chunk
    deaths: int = 0


class Ledger:
    """The books of one run. A chunk that is taken comes back with its answer, whoever did it."""

    def __init__(self, chunks: Iterable[Chunk], tally: Tally, record_crash: RecordCrash, lang: str) -> None:
        self.tally = tally
        self.obstacle: str | None = None
        self._chunks = iter(chunks)
        self._again: deque[Piece] = deque()
        self._stillborn = 0
        self._code = SOLVED_ALL
        self._record_crash = record_crash
        self._lang = lang

    def take(self) -> Piece | None:
        """The next piece to do: what must be tried again first. None where nothing is left or nothing can be done."""
        if self.obstacle is not None:
            return None
        if self._again:
            return self._again.popleft()
        chunk = next(self._chunks, None)
        return None if chunk is None else Piece(chunk)

    def settle(self, piece: Piece, answer: Answer) -> None:
        """Enter how a piece ended."""
        if answer.ending is not Ending.STILLBORN:
            self._stillborn = 0
        if answer.ending in DEATHS:
            self._mourn(piece, answer)
        elif answer.report is not None:
            self.tally = self.tally.add_report(answer.report)
        elif answer.ending is Ending.BROKE:
            self.tally = self.tally.add_fault(piece.chunk.name, len(piece.chunk.scenarios), self._tell(answer))
        elif answer.ending is Ending.UNWRITABLE:
            self.give_up(self._tell(answer), BAD_INPUT)
        elif answer.ending is Ending.UNREADY:
            self.give_up(self._tell(answer), OUR_FAULT)
        elif answer.ending is Ending.STILLBORN:
            self._retry_start(piece, answer)

    def give_up(self, obstacle: str, code: int) -> None:
        """Begin nothing more because of an obstacle; the first one counts."""
        if self.obstacle is None:
            self.obstacle, self._code = obstacle, code

    def close(self, signal: int | None) -> PoolEnd:
        """The end of the run, with its exit code; `signal` stopped it."""
        code = self._code
        if signal is not None:
            code = SIGNALLED + signal
        elif code == SOLVED_ALL and self.tally.broken:
            code = OUR_FAULT
        elif code == SOLVED_ALL and self.tally.failed:
            code = SOME_FAILED
        return PoolEnd(self.tally, signal, self.obstacle, code)

    def _mourn(self, piece: Piece, answer: Answer) -> None:
        """Halve until the one that kills is alone. Alone, a hang or hunger is its own; a mere death may be chance."""
        deaths = piece.deaths + 1
        if len(piece.chunk.scenarios) > 1:
            self._again.extend(Piece(half, deaths) for half in piece.chunk.halve())
        elif answer.ending is Ending.DIED and deaths < MOST_DEATHS:
            self._again.append(Piece(piece.chunk, deaths))
        else:
            self._bury(piece.chunk.scenarios[0], self._tell(answer))

    def _bury(self, scenario: int, message: str) -> None:
        """Keep a scenario as crashed; where the disk does not take even that, it is left for another run."""
        try:
            self._record_crash(scenario, message)
        except OSError as error:
            self.give_up(say("watch_unwritable", self._lang, reason=error.strerror), BAD_INPUT)
            return
        self.tally = self.tally.add_crash(scenario, message)

    def _retry_start(self, piece: Piece, answer: Answer) -> None:
        self._stillborn += 1
        self._again.appendleft(piece)
        if self._stillborn >= MOST_STILLBORN:
            self.give_up(say("watch_stillborn", self._lang, count=self._stillborn, death=self._tell(answer)), OUR_FAULT)

    def _tell(self, answer: Answer) -> str:
        return say(answer.key, self._lang, **answer.fields)
