"""What a user may choose about a case without touching its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TIMINGS: Mapping[str, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""When in a year its money is counted, as a part of the year."""

SPREAD, AT_START = SPREADS = ("spread", "start")
"""How what is begun in a period of several years is spread over it: evenly over its years, or all on its first day."""

SALVAGES = ("none", "straight_line", "sinking_fund", "annuities")
"""What an investment is worth at the end of the horizon."""


SOCIETY = "society"
LEXICOGRAPHIC = "lexicographic"
"""Whose cost is least: society's, society's and then the cheapest finance, or that of the actor who is named."""


HARD, PRICED, OFF = "hard", "priced", "off"
LIMIT_MODES = (HARD, PRICED, OFF)
"""How a kind of limit of money holds: not to be broken, broken at a price, or not there."""
BESIDE, IN_OBJECTIVE = BENEFIT_MODES = ("beside", "in_objective")
"""Whether benefits are told beside the cost, or counted into it."""
LIMIT_CHOICES = ("ceiling", "frames", "result")
"""The choices that are one of these."""


@dataclass(frozen=True)
class Choices:
    """Choices that turn tables into one scenario; every default is the written default of the program.

    `years` empty: every year from the case's first to its last. `last_length`: calendar years that the last plan
    year stands for (None: as many as the one before; 1 where there is one). `target_mode` empty: as each target says.
    `ceiling` of debt, `frames` (with own funds and steps of outlay) and least `result` are one of `LIMIT_MODES`.
    `instruments`: those left out. `left_out`: of a ready-made choice, commodities that the case does not price.
    `tolerance`: part of what the plan decides that later stages of the lexicographic perspective may give up.
    `service` and `investment`: whether what is begun in a period serves, and is paid, from
    starts spread over the period or from its first day; without effect where plan years are years.
    """

    years: tuple[int, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    last_length: int | None = None
    variants: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    do_nothing: bool = False
    target_mode: str = ""
    excess_price: float | None = None
    discount_rate: float | None = None
    discount_capital: str = "start"
    discount_operation: str = "middle"
    salvage: str = "sinking_fund"
    service: str = SPREAD
    investment: str = SPREAD
    price_scale: Mapping[str, float] = field(default_factory=dict)
    account_price: Mapping[str, float] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    perspective: str = SOCIETY
    ceiling: str = HARD
    frames: str = HARD
    result: str = HARD
    instruments: tuple[str, ...] = ()
    tolerance: float = 1e-3
    benefits: str = BESIDE
