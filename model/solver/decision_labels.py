"""The decisions that a plan states, and the labels that each of them is indexed by."""

from __future__ import annotations

from collections.abc import Mapping

from model.parameters.structure import Structure
from scenarios.arithmetic.breaches import BREACHES
from scenarios.arithmetic.vintages import RUN
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    CALENDAR,
    COMMODITY,
    GROUP,
    INSTRUMENT,
    PART,
    SLICE,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    YEAR,
)

DECISION_DIMS: Mapping[str, tuple[str, ...]] = {
    "build": (TECHNOLOGY, VINTAGE),
    "capacity": (TECHNOLOGY, YEAR),
    "activity": (TECHNOLOGY, YEAR, SLICE),
    "retired": (TECHNOLOGY, VINTAGE, YEAR),
    "scrapped": (TECHNOLOGY, YEAR),
    "purchase": (COMMODITY, YEAR, SLICE),
    "sale": (COMMODITY, YEAR, SLICE),
    "level": (COMMODITY, YEAR, SLICE),
    "units": (TECHNOLOGY, VINTAGE),
    "begin": (TECHNOLOGY, VINTAGE),
    "ever": (TECHNOLOGY,),
    "account": (ACCOUNT, YEAR),
    "credit": (ACCOUNT, PART, YEAR),
    "excess": (TARGET, YEAR),
    "excess_total": (TARGET,),
    "missed": (TARGET, YEAR),
}
"""Every decision of the program and the labels it is indexed by, in the order of its index."""

MONEY_DIMS: Mapping[str, tuple[str, ...]] = {
    "net_outlay": (ACTOR, YEAR),
    "own": (ACTOR, YEAR),
    "draw": (INSTRUMENT, ACTOR, YEAR),
    "issue": (INSTRUMENT, ACTOR, YEAR),
    "claimed": (INSTRUMENT, TECHNOLOGY, VINTAGE),
    "secured": (INSTRUMENT, TECHNOLOGY, VINTAGE),
    "rise": (ACTOR, YEAR),
    "operating": (ACTOR, YEAR),
}
"""The same of money, in plans of cases with actors."""

SUPPORT_DIMS: Mapping[str, tuple[str, ...]] = {"supported": (INSTRUMENT, TECHNOLOGY, YEAR, SLICE)}
"""The same of support by output, where there is any."""

RUN_DIMS: Mapping[str, tuple[str, ...]] = {RUN: (TECHNOLOGY, VINTAGE, YEAR, SLICE)}
"""The same of what vintages run, where any technology runs by vintage."""

SHIFTED_DIMS: Mapping[str, tuple[str, ...]] = {"shifted": (ACTOR, YEAR)}
"""The same of what gives way in ordinary investment plans, where anything may."""

CARRIED_DIMS: Mapping[str, tuple[str, ...]] = {
    "own_spent": (ACTOR, YEAR),
    "own_moved": (ACTOR, VINTAGE, YEAR),
    "frame_spent": (ACTOR, YEAR),
    "frame_moved": (ACTOR, VINTAGE, YEAR),
}
"""The same of what is carried over to later years, where anybody may; of a move the year it leaves stands first."""

BREACH_DIMS: Mapping[str, tuple[str, ...]] = dict.fromkeys(BREACHES, (ACTOR, YEAR))
"""The same of limits of money that are priced, where there are any."""

SAVINGS_DIMS: Mapping[str, tuple[str, ...]] = dict.fromkeys(("saved", "saves", "used", "savings"), (ACTOR, YEAR))
"""The same of savings, where anybody keeps some."""

FREED_DIMS: Mapping[str, tuple[str, ...]] = {"freed": (INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR)}
"""The same of grants for what may be retired early, where a least result depends on them."""

PACE_DIMS: Mapping[str, tuple[str, ...]] = {
    "build_pace": (TECHNOLOGY, CALENDAR),
    "activity_pace": (TECHNOLOGY, CALENDAR),
    "group_build_pace": (GROUP, CALENDAR),
    "group_activity_pace": (GROUP, CALENDAR),
}
"""The same of growth inside periods, in plans that have periods of several years."""

ALL_DIMS: Mapping[str, tuple[str, ...]] = {
    **DECISION_DIMS,
    **MONEY_DIMS,
    **RUN_DIMS,
    **SUPPORT_DIMS,
    **CARRIED_DIMS,
    **BREACH_DIMS,
    **SHIFTED_DIMS,
    **SAVINGS_DIMS,
    **FREED_DIMS,
    **PACE_DIMS,
}


def list_dims(at: Structure) -> dict[str, tuple[str, ...]]:
    """The decisions that a plan of a structure has, with their labels."""
    money = dict(MONEY_DIMS) if at.finance.actors else {}
    money |= SUPPORT_DIMS if at.finance.supporting else {}
    money |= CARRIED_DIMS if at.finance.carrying else {}
    money |= BREACH_DIMS if at.finance.pricing else {}
    money |= SHIFTED_DIMS if at.finance.shiftable else {}
    money |= SAVINGS_DIMS if at.finance.savers else {}
    money |= FREED_DIMS if at.finance.freeing else {}
    runs = RUN_DIMS if at.running else {}
    return {**DECISION_DIMS, **runs, **money, **(PACE_DIMS if at.has_periods else {})}
