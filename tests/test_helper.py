"""A helper works in a process of its own where that can be; else here, and faults come where the answer is taken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runners.helper import Here, open_helper

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
