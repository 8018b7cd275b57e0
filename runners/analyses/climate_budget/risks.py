"""The risk of a climate budget: what a stress run of the same plan found, in the budget's years."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from runners.analyses.climate_budget.amounts import pick
from runners.analyses.climate_budget.window import Window
from runners.reports.run_folder import Run
from runners.results.result import Result, open_result
from scenarios.errors import CaseError, Problem

STRESS = "stress"


def open_stress(place: Path, run: Run) -> Result:
    """What `fardplan stress` wrote of a plan.

    Raises:
        CaseError: it is no such folder, was changed, or is of another plan.
    """
    found = open_result(place, STRESS)
    if found.origin.get("digest") != run.manifest["digest"] or found.origin.get("config") != run.manifest.get("config"):
        raise CaseError([Problem("budget_stress_other", str(place), fields={"plan": run.place})])
    return found


def find_risks(stress: Result | None) -> pd.DataFrame:
    """What the plan comes to under each circumstance, at each level of adaptation."""
    return pd.DataFrame() if stress is None else pick("risks", stress.tables["summary"])


def find_target_risks(stress: Result | None, window: Window) -> pd.DataFrame:
    """In how many futures each target is met in the budget's years."""
    if stress is None:
        return pd.DataFrame()
    targets = stress.tables["targets"]
    return pick("target_risks", targets[targets["year"].isin(window.years)])
