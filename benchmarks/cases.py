"""Which programs are measured: frozen cases, each with what a scenario of it is, and a town where any case will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xarray as xr
from town import build_town

from runners.family import Family
from scenarios.choices import Choices

ROOT = Path(__file__).parent.parent
LUND = ROOT / "scenarios" / "lund"


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
    Case("lund", lambda: load_folder(LUND, Choices(variants=("base_2024",)))),
)


@dataclass(frozen=True)
class Measured:
    """The case of a benchmark that takes any: its folder, the choices that go with it and the words that say so."""

    name: str
    folder: Path
    choices: Choices
    words: tuple[str, ...] = ()


def measure_lund() -> Measured:
    return Measured("lund", LUND, Choices(variants=("base_2024",)))


def measure_town(folder: Path) -> Measured:
    """A town of some hundred rows with actors, a loan and a target, written to a folder."""
    tables = build_town(
        case={"last_year": 2030, "discount_rate": 0.035},
        commodities=[
            {"commodity": "gas", "purchase_price": 0.4, "trader": "city"},
            {"commodity": "electricity", "purchase_price": {2025: 0.5, 2030: 0.6}, "trader": "city"},
            {"commodity": "heat", "demand": 10, "tariff": 1.0, "trader": "city"},
        ],
        technologies=[
            {"technology": "boiler", "actor": "city", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}},
            {"technology": "pump", "actor": "city", "buildable": "yes", "measure": "yes", "capex": 30, "life": 20}
            | {"yield": 8.76, "flow": {"heat": 1, "electricity": -0.3}},
        ],
        accounts=[{"account": "co2", "role": "total", "factor_purchase": {"gas": 0.2}}],
        targets=[{"target": "cap", "account": "co2", "year": 2028, "value": 1, "mode": "priced", "price": 7}],
        actors=[{"actor": "city", "kind": "municipality"}],
        instruments=[
            {"instrument": "loan", "kind": "loan", "repayment": "bullet", "basis": "real", "rate": 0.02, "tenor": 10}
            | {"eligible": {"city": 1}}
        ],
        inflation=[{"value": 0.02}],
    )
    folder.mkdir(exist_ok=True)
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return Measured("town", folder, Choices(salvage="none"), (f"case.path={folder}", "convention=no_salvage"))
