"""Which programs are measured: frozen cases, each with what a scenario of it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from runners.family import Family
from scenarios.choices import Choices

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Case:
    """A case by name; `load` gives its scenario."""

    name: str
    load: Callable[[], xr.Dataset]


def load_folder(folder: Path, choices: Choices) -> xr.Dataset:
    """A case as it is solved: with what its do-nothing path earns, against which results of actors are measured."""
    return Family(folder, choices).scenario


CASES = (
    Case("utopia", lambda: load_folder(ROOT / "tests" / "cases" / "utopia", Choices())),
    Case("lund", lambda: load_folder(ROOT / "scenarios" / "lund", Choices(variants=("base_2024",)))),
)
