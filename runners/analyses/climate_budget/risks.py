"""The risk of a climate budget: what a stress run of the same plan found, in the budget's years."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from conf.schema import Config, build_config
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
    same = found.origin.get("digest") == run.manifest["digest"]
    if not same or _read_choices(found.origin) != _read_choices(run.manifest):
        raise CaseError([Problem("budget_stress_other", str(place), fields={"plan": run.place})])
    return found


def _read_choices(manifest: Mapping[str, Any]) -> Config:
    """What a folder was made with: a choice that an older version did not have is as by default."""
    chosen: Config = build_config(manifest.get("config", {}))
    return chosen


def find_risks(stress: Result | None) -> pd.DataFrame:
    """What the plan comes to under each circumstance, at each level of adaptation."""
    return pd.DataFrame() if stress is None else pick("risks", stress.tables["summary"])


def find_target_risks(stress: Result | None, window: Window) -> pd.DataFrame:
    """In how many futures each target is met in the budget's years."""
    if stress is None:
        return pd.DataFrame()
    targets = stress.tables["targets"]
    return pick("target_risks", targets[targets["year"].isin(window.years)])
