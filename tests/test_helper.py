"""A helper works in a process of its own where that can be; else here, and faults come where the answer is taken."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from runners.helper import Here, open_helper, work_beside

ASIDE = """
import os
from runners.helper import open_helper
told = ["loaded before"]
with open_helper() as helper:
    first = helper.submit(os.getpid)
    print(first.result() != os.getpid(), helper.submit(len, told).result())
"""
THREADED = """
import os, threading
from runners.helper import open_helper
wait = threading.Event()
thread = threading.Thread(target=wait.wait)
thread.start()
with open_helper() as helper:
    print(helper.submit(os.getpid).result() == os.getpid())
wait.set()
"""


def run(code: str) -> str:
    words = [sys.executable, "-c", code]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent).stdout


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="a copy is made on Linux, with two processors"
)
def test_a_copy_works_beside_a_process_without_threads() -> None:
    assert run(ASIDE).split() == ["True", "1"]


def test_a_process_with_threads_is_not_copied() -> None:
    assert run(THREADED).split() == ["True"]


def test_what_goes_wrong_here_comes_where_the_answer_is_taken() -> None:
    answer = Here().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        answer.result()
    with open_helper() as helper:
        assert helper.submit(len, "abc").result() == 3


BESIDE = """
import os, signal
from runners.helper import work_beside
here = os.getpid()

def die_there():
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"

def fail():
    raise ValueError("told here" if os.getpid() == here else "told there")

with work_beside(os.getpid, fail, lambda: lambda: 1, die_there, os.getpid) as (first, wrong, unsent, died, last):
    print(first() != here)
    try:
        wrong()
    except ValueError as error:
        print(error)
    print(unsent()(), died(), last() == here)
"""
STOPPED_EARLY = """
import time
from runners.helper import work_beside
with work_beside(lambda: time.sleep(60)):
    pass
print("ended")
"""


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="a copy is made on Linux, with two processors"
)
def test_what_a_copy_does_not_do_is_done_here() -> None:
    assert run(BESIDE).splitlines() == ["True", "told here", "1 done here True"]


def test_nobody_waits_for_works_whose_answers_are_not_asked_for() -> None:
    started = time.monotonic()
    assert run(STOPPED_EARLY).split() == ["ended"]
    assert time.monotonic() - started < 30


def test_without_a_copy_works_are_done_when_asked_for() -> None:
    done: list[int] = []
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with work_beside(lambda: done.append(1), lambda: done.append(2)) as (first, _):
            assert done == []
            first()
    finally:
        stop.set()
        thread.join()
    assert done == [1]
