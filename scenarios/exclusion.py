"""What does an exclusion close? Starts of what is built, and use of what needs no building."""

from __future__ import annotations

import numpy as np

from scenarios.arrays import Arrays
from scenarios.terms import TECHNOLOGY


def find_unbuilt(scenario: Arrays) -> np.ndarray:
    """Technologies that need no building: modes of another, and those without capacity (technology)."""
    modes = scenario["technology_host"] != scenario[TECHNOLOGY]
    return np.asarray(modes | ~scenario["technology_capacitated"].astype(bool))


def close_unbuilt(scenario: Arrays) -> np.ndarray:
    """`most_activity` (technology, year), zero for what is excluded and needs no building."""
    closed = scenario["excluded"].astype(bool) & find_unbuilt(scenario)
    return np.where(closed[:, None], 0.0, scenario["most_activity"])
