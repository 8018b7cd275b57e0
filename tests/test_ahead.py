"""Imports beside the solver: begun with it, done when it is, and every phase told on."""

from __future__ import annotations

import sys

import pytest

import runners.ahead
from runners.ahead import import_ahead
from runners.family import PHASES


def test_modules_are_imported_beside_the_solver_and_there_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small module of the standard library stands for the heavy ones."""
    monkeypatch.setattr(runners.ahead, "MODULES", ("colorsys",))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    told: list[str] = []
    tell = import_ahead(told.append)
    for phase in PHASES[: PHASES.index("solve")]:
        tell(phase)
    assert "colorsys" not in sys.modules
    tell("solve")
    tell("verify")
    assert "colorsys" in sys.modules
    assert told == list(PHASES)
