"""A plan that was found before, with all that made it: its case as it was, its scenario; the plan verified again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import xarray as xr

    from conf.schema import Config
    from runners.family import Family
    from runners.reports.run_folder import Run


@dataclass(frozen=True)
class Restored:
    """A run folder with the family of its case, its configuration, its scenario and its plan."""

    run: Run
    config: Config
    folder: Path
    family: Family
    scenario: xr.Dataset
    plan: xr.Dataset


def restore_plan(place: Path, say_phase: Callable[[str], None] = lambda _: None) -> Restored:
    """The plan of a run folder, verified against its scenario.

    Raises:
        CaseError: it is no run folder or was changed, or the case is not as it was when the plan was made.
        PlanRefused: the verifier does not accept the plan.
    """
    from runners.chosen import choose, choose_solver, find_folder
    from runners.confirmation import PLAN, read_config_of
    from runners.record import digest_inputs
    from runners.reports.run_folder import open_run

    run = open_run(place)
    config: Config = read_config_of(run.manifest["config"])
    folder = find_folder(config)
    made, now = run.manifest["inputs"], digest_inputs(folder)
    changed = sorted(name for name in made.keys() | now.keys() if made.get(name) != now.get(name))
    if changed:
        raise CaseError([Problem("restored_case_changed", str(place), fields={"files": ", ".join(changed)})])
    from model.compiled.cache import default_folder
    from model.verifier.verify import PlanRefused, verify
    from runners.family import Family

    family = Family(folder, choose(config), choose_solver(config), default_folder(), say_phase)
    scenario = family.describe(config.settings)
    if str(scenario.attrs["digest"]) != run.manifest["digest"]:
        raise CaseError([Problem("restored_other_scenario", str(place))])
    import xarray as xr

    with xr.open_dataset(place / PLAN, engine="netcdf4") as stored:
        plan = stored.load()
    verdict = verify(scenario, plan, relaxed=bool(plan.attrs.get("relaxed", 0)))
    if not verdict.accepted:
        raise PlanRefused(verdict)
    return Restored(run, config, folder, family, scenario, plan)
