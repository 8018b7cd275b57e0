"""A plan that was found before, with all that made it: its case as it was, its scenario, its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conf.schema import Config, build_config
from runners.lean_start import hide_dask
from runners.reports.run_folder import Run, list_changed, open_run
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import xarray as xr

    from model.verifier.verdict import Verdict
    from runners.family import Family

PLAN = "plan.nc"
SPOILED = (OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError)
"""What is raised over a plan or choices that somebody put together wrongly."""


class CaseMovedError(CaseError):
    """The case of a run is gone, is not as it was, or can no longer be used."""


@dataclass(frozen=True)
class Restored:
    """A run folder with the family of its case, its configuration, its scenario and its plan."""

    run: Run
    config: Config
    folder: Path
    family: Family
    scenario: xr.Dataset
    plan: xr.Dataset


def restore_run(run: Run, say_phase: Callable[[str], None] = lambda _: None) -> Restored:
    """What made the plan of a run folder; the plan as it was written, not verified.

    Raises:
        CaseMovedError: the case is gone or not as it was when the plan was made.
        CaseError: the plan or the choices of the folder cannot be read.
    """
    from runners.chosen import choose, choose_solver, find_folder
    from runners.record import digest_inputs

    try:
        config: Config = build_config(run.manifest["config"])
        folder = find_folder(config)
        made, now = run.manifest["inputs"], digest_inputs(folder)
        changed = list_changed(made, now)
        if changed:
            told = {"files": ", ".join(changed)}
            raise CaseMovedError([Problem("restored_case_changed", str(run.place), fields=told)])
        from model.compiled.cache import default_folder
        from model.solver.kept import solutions_folder
        from runners.family import Family

        options = choose_solver(config, stand_in=True)
        programs, solutions = default_folder(), solutions_folder()
        family = Family(folder, choose(config), options, programs, say_phase, solutions=solutions)
        scenario = family.describe(config.settings)
    except CaseMovedError:
        raise
    except CaseError as error:
        raise CaseMovedError(error.problems) from error
    except SPOILED as error:
        raise CaseError([Problem("run_manifest_spoiled", str(run.place / "manifest.json"))]) from error
    if str(scenario.attrs["digest"]) != run.manifest["digest"]:
        raise CaseMovedError([Problem("restored_other_scenario", str(run.place))])
    return Restored(run, config, folder, family, scenario, _read_plan(run.place / PLAN))


def restore_plan(place: Path, say_phase: Callable[[str], None] = lambda _: None) -> Restored:
    """The plan of a run folder, verified against its scenario.

    Raises:
        CaseError: it is no run folder or was changed, the case is not as it was when the plan was made, or the verifier
            does not accept the plan.
    """
    restored = restore_run(open_run(place), say_phase)
    verify_kept(place, restored.scenario, restored.plan)
    return restored


def verify_kept(place: Path, scenario: xr.Dataset, plan: xr.Dataset) -> Verdict:
    """The verdict on the plan as it stands in a folder.

    Raises:
        CaseError: the plan cannot be read, or is not accepted: its file cannot be used, whoever made it so. (One that
            was just found and is not accepted is a fault of ours: `PlanRefused`.)
    """
    from model.verifier.verify import verify

    try:
        verdict = verify(scenario, plan, relaxed=bool(plan.attrs.get("relaxed", 0)))
    except SPOILED as error:
        raise CaseError([Problem("run_file_spoiled", str(place / PLAN))]) from error
    if not verdict.accepted:
        reason = {"reason": verdict.violations[0]}
        raise CaseError([Problem("run_plan_refused", str(place / PLAN), fields=reason)])
    return verdict


def _read_plan(path: Path) -> xr.Dataset:
    import xarray as xr

    try:
        with hide_dask(), xr.open_dataset(path, engine="netcdf4") as stored:
            return stored.load()
    except SPOILED as error:
        raise CaseError([Problem("run_file_spoiled", str(path))]) from error
