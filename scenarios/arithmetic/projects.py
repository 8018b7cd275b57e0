"""Which projects are settled beforehand: what is forced into the plan, what is decided?

A technology with the status `forced` or `decided` has one project: an amount whose construction starts in the plan
year that contains its `status_year`. More of it remains an option. What is decided stands on the do-nothing path too.
"""

from __future__ import annotations

import numpy as np

from scenarios.arrays import Arrays, remember
from scenarios.terms import YEAR

OPTION, FORCED, DECIDED = "option", "forced", "decided"
STATUSES = (OPTION, FORCED, DECIDED)


@remember
def measure_sizes(scenario: Arrays) -> np.ndarray:
    """Capacity of one project (technology): as written, else one unit, else the least size; 0 where nothing says."""
    unit, least, written = scenario["unit_size"], scenario["least_size"], scenario["project_size"]
    return np.where(np.isnan(written), np.where(unit > 0, unit, least), written)


@remember
def find_project_years(scenario: Arrays) -> np.ndarray:
    """Whether the year in which a project starts lies in a plan year (technology, year)."""
    start, years = scenario["status_year"][:, None], scenario[YEAR].astype(float)
    return np.asarray((years <= start) & (start < years + scenario["length"]))


@remember
def list_projects(scenario: Arrays) -> np.ndarray:
    """What is forced or decided to begin (technology, year)."""
    settled = scenario["technology_status"] != OPTION
    return np.where(settled[:, None] & find_project_years(scenario), measure_sizes(scenario)[:, None], 0.0)


@remember
def list_decided(scenario: Arrays) -> np.ndarray:
    """What is decided to begin, in the plan and where nothing is done alike (technology, year)."""
    return np.where(find_decided(scenario)[:, None], list_projects(scenario), 0.0)


@remember
def find_decided(scenario: Arrays) -> np.ndarray:
    """Technologies with a project that is decided (technology)."""
    return np.asarray(scenario["technology_status"] == DECIDED)
