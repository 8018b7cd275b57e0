"""Which chunks are to do, and what follows from how each ended: done, tried again in halves, given up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from conf.words import say
from runners.exit_codes import BAD_INPUT, DONE, OUR_FAULT, SIGNALLED, SOME_FAILED
from runners.sweeps.chunk import DEATHS, Answer, Chunk, Ending, explain_unwritable
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.sweep_progress import Watch
from scenarios.errors import Notice

MOST_DEATHS = 3
"""A scenario is given up when so many processes died under it that had nothing else to do."""
MOST_STILLBORN = 8
"""So many workers in a row that never got ready mean that none will."""
LONGEST_PAUSE = 30.0
"""Seconds: the pause before the next start is twice the one before it, and no longer than this."""

RecordCrash = Callable[[int, str], None]
"""Keeps a scenario (row of the design) as crashed, with the message."""


@dataclass(frozen=True)
class Piece:
    """A chunk, or what halving left of it.

    A `fresh` one is for a process that has done nothing before, so that what it dies of is its own; `deaths` of those
    there have been.
    """

    chunk: Chunk
    fresh: bool = False
    deaths: int = 0


class Ledger:
    """The books of one run. A chunk that is taken comes back with its answer, whoever did it.

    Args:
        chunks: to do.
        tally: how far the sweep is.
        record_crash: keeps a crashed scenario.
        watch: is told of workers that die.
        lang: of what is told.
        pause: seconds before a worker is started after one that died in its start; then twice that, and so on.
    """

    def __init__(
        self,
        chunks: Iterable[Chunk],
        tally: Tally,
        record_crash: RecordCrash,
        watch: Watch,
        lang: str,
        pause: float = 0.0,
    ) -> None:
        self.tally = tally
        self.obstacle: str | None = None
        self._watch, self._pause, self._waits_until = watch, pause, 0.0
        self._chunks = iter(chunks)
        self._again: deque[Piece] = deque()
        self._stillborn = 0
        self._code = DONE
        self._record_crash = record_crash
        self._lang = lang

    @property
    def fewer(self) -> int:
        """How many workers to do without: one for each that died in its start, until one gets ready."""
        return self._stillborn

    @property
    def pending(self) -> bool:
        """Whether something is to be tried again, now or after the pause that follows a failed start."""
        return self.obstacle is None and bool(self._again)

    def take(self) -> Piece | None:
        """The next piece to do: what must be tried again first. None where nothing is left or nothing can be done."""
        if self.obstacle is not None or (self._again and monotonic() < self._waits_until):
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
        elif code == DONE and self.tally.broken:
            code = OUR_FAULT
        elif code == DONE and self.tally.failed:
            code = SOME_FAILED
        return PoolEnd(self.tally, signal, self.obstacle, code)

    def _mourn(self, piece: Piece, answer: Answer) -> None:
        """Halve until the one that kills is alone, and has a fresh process to itself.

        A hang or hunger is its own then: what earlier scenarios left in a process may have made it slow or full. A mere
        death may be chance: only those of its own processes are counted, not those of its company's.
        """
        self._watch.tell("watch_replaced", death=self._tell(answer))
        deaths = piece.deaths + piece.fresh
        if len(piece.chunk.scenarios) > 1:
            self._again.extend(Piece(half) for half in piece.chunk.halve())
        elif not piece.fresh or (answer.ending is Ending.DIED and deaths < MOST_DEATHS):
            self._again.append(Piece(piece.chunk, fresh=True, deaths=deaths))
        else:
            self._bury(piece.chunk.scenarios[0], self._tell(answer))

    def _bury(self, scenario: int, message: str) -> None:
        """Keep a scenario as crashed; where the disk does not take even that, it is left for another run."""
        try:
            self._record_crash(scenario, message)
        except OSError as error:
            self.give_up(self._tell(explain_unwritable(error)), BAD_INPUT)
            return
        self.tally = self.tally.add_crash(scenario, message)

    def _retry_start(self, piece: Piece, answer: Answer) -> None:
        """Wait and go on with fewer: a full machine ends processes that start, and has room again later."""
        pause = min(self._pause * 2**self._stillborn, LONGEST_PAUSE)
        self._waits_until = monotonic() + pause
        self._stillborn += 1
        self._again.appendleft(piece)
        if self._stillborn >= MOST_STILLBORN:
            told = say("watch_stillborn", self._lang, count=self._stillborn, death=self._tell(answer))
            self.give_up(told, BAD_INPUT)
        else:
            self._watch.tell("watch_start_failed", death=self._tell(answer))

    def _tell(self, answer: Answer) -> str:
        return Notice(answer.key, answer.fields).tell(self._lang)
