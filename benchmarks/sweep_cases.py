"""Which sweeps are measured: a case, a grid of settings in the order of an agenda, and sampled settings beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from model.compiled.cache import default_folder
from model.solver.solution import SolverOptions
from runners.designs.design import Design, cross_axes
from runners.family import Family
from runners.sweeps.schedule import Agenda, Base, read_settings
from scenarios.choices import Choices
from scenarios.settings import Settings
from scenarios.tables import Tables, read_tables

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))

from town import build_town  # noqa: E402

LINEAR = SolverOptions(relax=True, threads=1)
MOST = 1_000_000
SEED = 20_261_125

Axes = Mapping[str, Sequence[float]]


@dataclass(frozen=True, eq=False)
class SweepCase:
    """A case by name, with the settings that its sweep varies.

    `grid`: levels of each key; `ranges`: lowest and highest of each sampled key; `target`: a key for an ordered chain
    of targets, from its first number to its second.
    """

    name: str
    load: Callable[[], Tables]
    choices: Choices
    grid: Axes
    ranges: Mapping[str, tuple[float, float]]
    target: tuple[str, float, float]

    @cached_property
    def tables(self) -> Tables:
        return self.load()

    def open_family(self, options: SolverOptions = LINEAR) -> Family:
        return Family(self.tables, self.choices, options, default_folder())

    def write(self, folder: Path) -> tuple[str, ...]:
        """Words of the command line that name the case; one that is not the program's own is written to a folder."""
        if self.name == "lund":
            return ()
        folder.mkdir()
        for name, frame in self.tables.frames.items():
            if len(frame):
                frame.to_csv(folder / f"{name}.csv", index=False)
        return (f"case.path={folder}", f"convention.salvage={self.choices.salvage}")

    def list_grid(self) -> list[Settings]:
        """Every combination of the grid, in the order in which a sweep solves them."""
        return order_settings(design_grid(self.grid))

    def draw_samples(self, count: int) -> list[Settings]:
        """Settings all of whose numbers are new."""
        draw = np.random.default_rng(SEED)
        return [{key: float(draw.uniform(*ends)) for key, ends in self.ranges.items()} for _ in range(count)]

    def list_targets(self, count: int) -> list[Settings]:
        """One target from loose to tight."""
        key, first, last = self.target
        return [{key: float(number)} for number in np.linspace(first, last, count)]


def design_grid(axes: Axes) -> Design:
    return cross_axes({key: tuple(map(repr, levels)) for key, levels in axes.items()}, MOST)


def order_settings(design: Design) -> list[Settings]:
    """The settings of a design on one base, in the order in which a sweep solves them."""
    agenda = Agenda(design, [Base((), "")])
    return [
        read_settings(design.keys, design.levels, design.codes[scenario].tolist())[1]
        for scenario in agenda.order(np.ones(len(design), dtype=bool))[0].tolist()
    ]


PLANTS = 4
"""Plants per service of the synthetic cases."""


def make_services(n_years: int, n_slices: int, n_services: int) -> Tables:
    """Services over years and slices, each made by plants that burn, save, or use power.

    25 years, 12 slices and 9 services are about 17 000 rows.
    """
    draw = np.random.default_rng(SEED)
    years = range(2025, 2025 + n_years)
    services = [f"service{n}" for n in range(n_services)]
    slices = [f"s{n:02d}" for n in range(n_slices)]
    weights = draw.uniform(0.5, 1.5, n_slices)
    profile = {name: float(share) for name, share in zip(slices, np.round(weights / weights.sum(), 12), strict=True)}
    profile[slices[-1]] = 1.0 - sum(list(profile.values())[:-1])
    fuel = {year: float(0.15 * 1.01 ** (year - 2025) * draw.uniform(0.95, 1.05)) for year in years}
    power = {year: float(0.6 * draw.uniform(0.9, 1.1)) for year in years}
    plants = [make_plant(draw, service, n, slices) for service in services for n in range(PLANTS)]
    demands = [{"commodity": name, "demand": float(draw.uniform(80, 120)), "profile": profile} for name in services]
    return build_town(
        case={"first_year": years[0], "last_year": years[-1], "discount_rate": 0.035},
        slices=[{"slice": name, "hours": 8760 / n_slices} for name in slices],
        commodities=[
            {"commodity": "fuel", "purchase_price": fuel, "factor_purchase": {"co2": 0.2}},
            {"commodity": "power", "purchase_price": power, "factor_purchase": {"co2": 0.02}},
            *demands,
        ],
        technologies=plants,
        accounts=[{"account": "co2", "account_price": 0.0}],
        targets=[
            {"target": "cap", "account": "co2", "year": 2035, "value": 60, "mode": "priced", "price": 7},
            {"target": "budget", "account": "co2", "year": 2025, "until": str(years[-1]), "basis": "cumulative"}
            | {"value": 2000, "mode": "priced", "price": 7},
        ],
    )


def make_plant(draw: np.random.Generator, service: str, number: int, slices: Sequence[str]) -> dict[str, Any]:
    """The first plant of a service burns fuel and stands; the others may be built, and need power or less fuel."""
    availability = {name: float(draw.uniform(0.7, 1.0)) for name in slices}
    flow = {service: 1.0, "fuel": -1.2} if number == 0 else {service: 1.0, "power": -float(draw.uniform(0.3, 0.9))}
    plant = {
        "technology": f"{service}_{number}",
        "resolution": "slice",
        "yield": 8.76,
        "availability": availability,
        "flow": flow,
        "fixed_cost": float(draw.uniform(0.01, 0.05)),
        "variable_cost": float(draw.uniform(0.005, 0.02)),
    }
    if number == 0:
        return {**plant, "existing": 30}
    return plant | {
        "buildable": "yes",
        "measure": "yes",
        "capex": float(draw.uniform(2, 8)),
        "life": 20,
        "most_build": float(draw.uniform(1, 4)),
        "must_run": float(draw.choice([0.0, 0.1])),
    }


OF_SERVICES: Axes = {
    "adjust.price.power": (0.8, 1.0, 1.2, 1.4),
    "adjust.capex.measures": (0.8, 1.0, 1.2),
    "target.cap": (20.0, 30.0, 40.0, 50.0, 60.0),
}

CASES = (
    SweepCase(
        name="lund",
        load=lambda: read_tables(ROOT / "scenarios" / "lund"),
        choices=Choices(variants=("base_2024",)),
        grid={
            "adjust.price.electricity": (0.7, 0.85, 1.0, 1.2, 1.5),
            "adjust.capex.measures": (0.8, 1.0, 1.2, 1.4),
            "adjust.capex.bio_ccs": (0.8, 1.2),
            "target.transport.2030": (0.80, 0.85, 0.90, 0.95, 0.97),
            "target.territorial.2030": (0.65, 0.70, 0.75, 0.80, 0.85),
        },
        ranges={
            "adjust.price.electricity": (0.7, 1.5),
            "adjust.capex.measures": (0.8, 1.4),
            "adjust.capex.bio_ccs": (0.8, 1.2),
            "target.transport.2030": (0.8, 0.97),
            "target.territorial.2030": (0.65, 0.85),
        },
        target=("target.transport.2030", 0.60, 0.95),
    ),
    SweepCase(
        name="medium",
        load=lambda: make_services(25, 12, 9),
        choices=Choices(salvage="none"),
        grid={**OF_SERVICES, "target.budget": (1600.0, 1700.0, 1800.0, 1900.0, 2000.0)},
        ranges={
            **{key: (levels[0], levels[-1]) for key, levels in OF_SERVICES.items()},
            "target.budget": (1600.0, 2000.0),
        },
        target=("target.cap", 80.0, 20.0),
    ),
    SweepCase(
        name="small",
        load=lambda: make_services(11, 2, 2),
        choices=Choices(salvage="none"),
        grid=OF_SERVICES,
        ranges={key: (levels[0], levels[-1]) for key, levels in OF_SERVICES.items()},
        target=("target.cap", 80.0, 20.0),
    ),
)
"""The last is the smallest: what benchmarks take that run only to see that they run."""
