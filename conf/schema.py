"""Which choices there are, and of which type: the dataclasses that every configuration is checked against.

Hydra's ConfigStore wants them plain, not frozen. What is left None follows the case or the written default.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, get_type_hints

GROUPS = ("case", "target", "price", "finance", "solver", "convention")
"""Folders of choices under `conf/`; the word before the equals sign in `target=hard`."""


@dataclass
class CaseConfig:
    """Which case, and which of its years and variants."""

    name: str | None = None
    """A folder of this name under `scenarios/`."""
    path: str | None = None
    """A folder anywhere; goes before the name."""
    base_year: int | None = None
    """Chooses the variant `base_<year>` of the case's rows."""
    variants: list[str] = field(default_factory=list)
    """Further variants of the case's rows."""
    first_year: int | None = None
    last_year: int | None = None
    years: list[int] = field(default_factory=list)
    """The plan's years one by one, instead of every year from first to last."""
    last_length: int | None = None
    """Calendar years that the last plan year stands for."""


@dataclass
class TargetConfig:
    """How targets are treated."""

    mode: str | None = None
    """hard, priced or nearest for every target; None: as each target says."""
    excess_price: float | None = None
    """What a unit of excess costs, in money of the case per unit of account."""


@dataclass
class PriceConfig:
    """What prices are."""

    scale: dict[str, float] = field(default_factory=dict)
    """Commodity to a factor on its prices."""
    account: dict[str, float] = field(default_factory=dict)
    """Account to what a unit of it costs, such as a carbon price in MSEK/kt."""


@dataclass
class ConventionConfig:
    """How money of different years is compared."""

    discount_rate: float | None = None
    discount_capital: str = "start"
    discount_operation: str = "middle"
    salvage: str = "sinking_fund"


@dataclass
class FinanceConfig:
    """Whose cost counts, and what limits those who pay."""

    perspective: str = "society"
    """society, lexicographic (then the cheapest finance, then the smoothest outlay), or an actor of the case."""
    ceiling: bool = True
    """Whether debt ceilings hold."""
    frames: bool = True
    """Whether frames, limits of own funds, steps of outlay and least results hold."""
    instruments: list[str] = field(default_factory=list)
    """Loans, bonds, grants and private capital to leave out."""
    tolerance: float = 1e-3
    """Part of the least cost that the later stages of lexicographic may give up."""


@dataclass
class SolverConfig:
    """How long and how well the solver works."""

    method: str = "choose"
    gap: float = 1e-4
    time_limit: float = 300.0
    threads: int = 1
    seed: int = 0
    relax: bool = False
    log: bool = False


@dataclass
class Config:
    """Everything that a person may choose on the command line."""

    case: CaseConfig = field(default_factory=CaseConfig)
    target: TargetConfig = field(default_factory=TargetConfig)
    price: PriceConfig = field(default_factory=PriceConfig)
    finance: FinanceConfig = field(default_factory=FinanceConfig)
    convention: ConventionConfig = field(default_factory=ConventionConfig)
    solver: SolverConfig = field(default_factory=SolverConfig)
    exclude: list[str] = field(default_factory=list)
    """Technologies that the plan may not build."""
    do_nothing: bool = False
    """Leave out every measure."""
    lang: str = "sv"
    out: str | None = None
    """Run folder; None: a new one under `runs/`."""


def list_keys(schema: type = Config, prefix: str = "") -> dict[str, Any]:
    """Every key of the configuration with its type, as it is written in an override.

    >>> list_keys()["solver.gap"]
    <class 'float'>
    """
    keys: dict[str, Any] = {}
    hints = get_type_hints(schema)
    for item in fields(schema):
        kind = hints[item.name]
        if isinstance(kind, type) and is_dataclass(kind):
            keys |= list_keys(kind, f"{prefix}{item.name}.")
        else:
            keys[prefix + item.name] = kind
    return keys
