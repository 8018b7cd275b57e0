"""Does a plan made after its first years stand by what is known of them, and does it break no more than they ask?

The facts stand in the plan as `fact_*`, no number where nothing is known. What facts break is told in `loosened`: a
violation is forgiven where it lies in the past, is named there, and is no larger than is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import numpy as np

from model.verifier.reading import Reading
from model.verifier.terms import Rule, equal, term
from scenarios.terms import ACCOUNT, ACTOR, CALENDAR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

UNTIL, LOOSENED = "actuals_until", "loosened"
"""Attributes of a plan: the last calendar year with actuals, and what they break as JSON."""
FACTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "fact_build": ("build", (TECHNOLOGY, VINTAGE)),
    "fact_draw": ("draw", (INSTRUMENT, ACTOR, YEAR)),
    "fact_claimed": ("claimed", (INSTRUMENT, TECHNOLOGY, VINTAGE)),
    "fact_account": ("account_value", (ACCOUNT, YEAR)),
}
"""Facts, the decision that each is of, and its dimensions."""
DEFINING = frozenset(
    {
        *("digest", "coordinates", "finite", "exists", "whole", "perspective", "spread"),
        *("account", "capacity_balance", "storage", "level_start", "funding", "net_outlay", "operating", "savings_sum"),
        *("objective", "social_cost", "finance_cost", "cash", *FACTS),
    }
)
"""Rules that no fact breaks: they say what a plan is and what its quantities are, not what may be."""
YEARS = (YEAR, VINTAGE, CALENDAR)
ROOM = 1e-6
"""Part, and least amount, by which a break may be larger than was told."""


def check_facts(read: Reading) -> Iterator[Rule]:
    """`fact_build` and so on: what is known is what the plan has."""
    for name, (decision, dims) in FACTS.items():
        if name not in read.dataset.variables:
            continue
        known = read.dataset.variables[name].values
        stands = np.isfinite(known)
        if stands.any():
            found = read.dataset.variables[decision].values
            yield equal(name, dims, "", term(found), term(np.where(stands, known, 0.0)), stands)


def read_loosened(read: Reading) -> dict[tuple[str, str], float]:
    """What the facts of a plan break: rule and place, to the amount."""
    told = json.loads(str(read.dataset.attrs.get(LOOSENED, "[]")))
    until = int(read.dataset.attrs.get(UNTIL, -1))
    return {
        (str(one["rule"]), name_place(one["place"])): float(one["amount"])
        for one in told
        if is_past(one["place"], until) and one["rule"] not in DEFINING
    }


def is_past(place: Mapping[str, str | int], until: int) -> bool:
    """Whether a place is about no year after the last with actuals."""
    return all(int(place[dim]) <= until for dim in YEARS if dim in place)


def name_place(place: Mapping[str, str | int]) -> str:
    """A place as one text."""
    return json.dumps(dict(place), sort_keys=True)


def is_forgiven(
    loosened: Mapping[tuple[str, str], float], rule: str, place: Mapping[str, str | int], amount: float
) -> bool:
    """Whether a violation is one that facts make."""
    told = loosened.get((rule, name_place(place)))
    return told is not None and amount <= told * (1 + ROOM) + ROOM
