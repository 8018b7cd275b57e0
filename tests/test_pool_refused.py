"""What a disk refuses a sweep is told in the reader's words, wherever it was refused."""

from __future__ import annotations

import errno
import os
import pickle
from typing import NoReturn

import pytest

from conf.words import say
from runners.sweeps.chunk import Answer, Chunk, Ending
from runners.sweeps.counts import Tally
from runners.sweeps.retry_queue import Ledger, Piece
from runners.sweeps.sweep_progress import Silence
from runners.sweeps.worker import DISK_ERRORS, _do_chunk
from scenarios.errors import explain_disk

CHUNK = Chunk("c", (1,))


@pytest.mark.parametrize("code", DISK_ERRORS)
def test_a_sweep_tells_in_swedish_what_a_disk_refused(code: int) -> None:
    """To a worker, whose answer comes over a pipe, and where a crash is kept; the system's own words are English."""

    def refuse(*_: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    said = []
    for answer in (_do_chunk(refuse, pickle.dumps(CHUNK)), Answer(Ending.MEMORY, key="watch_died_memory")):
        ledger = Ledger([CHUNK], Tally(1), refuse, Silence(), "sv")
        ledger.settle(Piece(CHUNK, fresh=True), pickle.loads(pickle.dumps(answer)))
        said.append(ledger.obstacle)
    reason = say(f"disk_{errno.errorcode[code]}", "sv")
    told = f"Svepet kan inte skriva sina filer: {reason}. Ge plats eller skrivrätt och kör samma kommando igen."
    assert said == [told, told]


@pytest.mark.parametrize(
    "code", [errno.EDQUOT, errno.EIO, errno.EFBIG, errno.ELOOP, errno.EEXIST, errno.EBUSY, errno.EMFILE]
)
def test_what_a_disk_may_answer_has_words_in_both_languages(code: int) -> None:
    reason = explain_disk(OSError(code, os.strerror(code)))
    assert reason.tell("en") == os.strerror(code)
    assert reason.tell("sv") != os.strerror(code)
