"""Work of a sweep whose solver gets a millionth of a second: too short for simplex, however fast the machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runners.sweeps import work
from runners.sweeps.chunk import Work

MAKE_WORK = "hurried_work:make_hurried"
INSTANT = 1e-6


def make_hurried(setup: Path) -> Work:
    """The work of a sweep with the time limit cut, whatever its words say."""
    choose = work.choose_solver
    work.choose_solver = lambda config: replace(choose(config), time_limit=INSTANT)
    return work.make_work(setup)
