"""Which measures can be ranked by cost per tonne, which cannot, and where the three ways disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runners.analyses.abatement.abatement_metrics import PER_DEFINITION, Amounts, divide_costs
from runners.analyses.abatement.attribution import ALONE, LAST, SHARE, Comparison, Level, Reading
from runners.analyses.abatement.measure_bundles import MEASURE

RANKED, SAVING, EMITTING, BURDEN, IDLE = "ranked", "saving", "emitting", "burden", "idle"
ENABLING, INDISPENSABLE = "enabling", "indispensable"
KINDS = (RANKED, SAVING, EMITTING, BURDEN, IDLE, ENABLING, INDISPENSABLE)
"""What a measure is in one way of looking: it costs and saves tonnes; it saves money, emits no more; it saves money and
emits more; it costs and saves nothing; it does nothing; it is needed by others; there is no plan without it."""
SHOWN = (SHARE, LAST, ALONE)
"""Which way a measure is shown by: the first of these that there is."""
DIFFERENT = 0.2
"""Part of the largest by which the three ways may differ before any one of them misleads."""
CERTAIN = 2.0
DUST = 1e-5
"""Part of the whole below which an amount is none."""


@dataclass(frozen=True)
class Scale:
    """Below which amounts are none: `cost` in money, `tonnes` in the account's unit over the span."""

    cost: float
    tonnes: float


def find_scale(level: Level) -> Scale:
    """A hundred thousandth of the largest amounts of a level."""
    every = [amounts for reading in level.readings for amounts in reading.ways.values()]
    every += [level.whole] if level.whole else []
    costs = [max(abs(a.cost), abs(a.misses)) for a in every]
    return Scale(DUST * max(costs, default=1.0), DUST * max((abs(a.tonnes) for a in every), default=1.0))


def classify(amounts: Amounts, definition: str, scale: Scale) -> str:
    """What a measure with these amounts is, by the cost and tonnes of a definition."""
    cost, tonnes = (float(getattr(amounts, name)) for name in PER_DEFINITION[definition])
    dear, saves = cost > scale.cost, tonnes > scale.tonnes
    if abs(cost) <= scale.cost and abs(tonnes) <= scale.tonnes:
        return IDLE
    if dear:
        return RANKED if saves else BURDEN
    return SAVING if tonnes >= -scale.tonnes else EMITTING


def classify_reading(reading: Reading, way: str, definition: str, scale: Scale, enabling: bool) -> str:
    """What a measure is in one way: enabling where others need it and it saves nothing alone.

    Tonnes of a share within CERTAIN of its standard errors are none.
    """
    if way not in reading.ways:
        return INDISPENSABLE if way == LAST else ""
    if enabling:
        return ENABLING
    if way == SHARE:
        scale = Scale(scale.cost, max(scale.tonnes, CERTAIN * getattr(reading.errors, PER_DEFINITION[definition][1])))
    return classify(reading.ways[way], definition, scale)


def find_enabling(comparison: Comparison) -> frozenset[str]:
    """Measures that others need and that save no tonnes alone."""
    level = comparison.levels.get(MEASURE)
    if level is None:
        return frozenset()
    scale, needed = find_scale(level), {link.enabler for link in comparison.links}
    idle = {r.player.name for r in level.readings if ALONE in r.ways and r.ways[ALONE].tonnes <= scale.tonnes}
    return frozenset(needed & idle)


def cost_per_unit(amounts: Amounts, definition: str, scale: Scale) -> float:
    """Cost per unit of account where it is one to rank by; not a number elsewhere."""
    if classify(amounts, definition, scale) != RANKED:
        return float("nan")
    return divide_costs(amounts, definition, scale.tonnes)


def choose_shown(reading: Reading) -> str:
    """The way a measure is shown by: LAST where there is no plan without it, else the first of SHOWN that there is."""
    return next((way for way in SHOWN if way in reading.ways and LAST in reading.ways), LAST)


def find_dominated(savings: Mapping[str, Amounts]) -> frozenset[str]:
    """Of measures that save money and tonnes those for which another saves as much of both, and more of one."""
    return frozenset(
        name
        for name, mine in savings.items()
        if any(_beats(other, mine) for key, other in savings.items() if key != name)
    )


def list_differences(reading: Reading, definition: str, scale: Scale) -> tuple[str, ...]:
    """In what the ways differ by more than DIFFERENT: `tonnes`, `cost`, `cost_per_tonne`."""
    every = list(reading.ways.values())
    per_unit = [cost_per_unit(amounts, definition, scale) for amounts in every]
    found = {"tonnes": [a.tonnes for a in every], "cost": [a.cost for a in every]}
    if all(value == value for value in per_unit):
        found["cost_per_tonne"] = per_unit
    smallest = {"tonnes": scale.tonnes, "cost": scale.cost, "cost_per_tonne": 0.0}
    return tuple(name for name, values in found.items() if _differ(values, smallest[name]))


def _differ(values: Sequence[float], smallest: float) -> bool:
    largest = max((abs(value) for value in values), default=0.0)
    return largest > smallest and max(values) - min(values) > DIFFERENT * largest


def _beats(other: Amounts, mine: Amounts) -> bool:
    as_good = other.cost <= mine.cost and other.tonnes >= mine.tonnes
    return as_good and (other.cost < mine.cost or other.tonnes > mine.tonnes)
