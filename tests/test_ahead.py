"""Imports beside the solver: begun when it works for longer than a glance, done when it is, and every phase told on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import sleep

import pytest

import runners.ahead
from runners.ahead import import_ahead
from runners.family import PHASES

SOLVE = PHASES.index("solve")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A small module of the standard library stands for the heavy ones."""
    monkeypatch.setattr(runners.ahead, "MODULES", ("colorsys",))
    monkeypatch.setattr("runners.views.renderers.picture.warm_up", lambda: None)
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    phases: list[str] = []
    yield phases
    assert phases == list(PHASES)


def test_modules_are_imported_beside_a_solver_that_works(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners.ahead, "PATIENCE", 0.0)
    tell = import_ahead(told.append)
    for phase in PHASES[:SOLVE]:
        tell(phase)
    assert "colorsys" not in sys.modules
    tell("solve")
    while "colorsys" not in sys.modules:
        sleep(0.001)
    for phase in PHASES[SOLVE + 1 :]:
        tell(phase)


def test_nothing_is_imported_beside_a_solution_that_is_kept(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver ends at once: whoever waits for it does not wait for more."""
    monkeypatch.setattr(runners.ahead, "PATIENCE", 60.0)
    tell = import_ahead(told.append)
    for phase in PHASES:
        tell(phase)
    assert "colorsys" not in sys.modules
