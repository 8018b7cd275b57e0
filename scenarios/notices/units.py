"""Where a plan has parts of units, and where a comparison may: what cannot be built must not be read as a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from conf.words import format_number, say
from scenarios.arrays import Scenario, read_arrays
from scenarios.errors import Notice
from scenarios.terms import TECHNOLOGY, VINTAGE

if TYPE_CHECKING:
    import xarray as xr

NEARLY = 1e-4
"""A number of units nearer to a whole one is that."""
SHOWN = 3


@dataclass(frozen=True)
class Parts:
    """Technologies of which parts of units are built: names by language, and how many units in all."""

    built: tuple[tuple[dict[str, str], float], ...]

    def tell(self, lang: str) -> str:
        """The first of them with their units, and how many more there are."""
        told = [f"{names[lang]} {format_number(units, lang, 2)}" for names, units in self.built[:SHOWN]]
        rest = len(self.built) - SHOWN
        return ", ".join([*told, *([say("parts_more", lang, count=rest)] if rest > 0 else [])])


def find_parts(scenario: xr.Dataset, plan: xr.Dataset) -> tuple[Notice, ...]:
    """That a plan builds parts of units, and of what; nothing where all units are whole."""
    size = scenario.variables["unit_size"].values
    build = plan.variables["build"].transpose(TECHNOLOGY, VINTAGE).values
    units = np.divide(build, size[:, None], out=np.zeros(build.shape), where=size[:, None] > 0)
    parted = np.flatnonzero((np.abs(units - np.round(units)) > NEARLY).any(axis=1))
    names = {lang: scenario.variables[f"{TECHNOLOGY}_name_{lang}"].values for lang in ("sv", "en")}
    built = tuple(
        ({lang: str(texts[k]) for lang, texts in names.items()}, float(units[k].sum()))
        for k in sorted(parted.tolist(), key=lambda k: float(units[k].sum()))
    )
    return (Notice("parts_built", {"named": Parts(built)}),) if built else ()


def find_parts_allowed(scenario: Scenario) -> tuple[Notice, ...]:
    """That plans may have parts of units; nothing where no technology comes in units."""
    given = read_arrays(scenario)
    return (Notice("parts_allowed"),) if (given["unit_size"] > 0).any() else ()
