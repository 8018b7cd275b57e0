"""Where a run is kept: one folder, written aside and moved into place, so that nothing is ever half-written."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from runners.reports.run_folder import FILES, MANIFEST, PROGRAM, SUMMARY, TABLES_FOLDER
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from conf.schema import Config
    from runners.family import Outcome

RUNS = Path("runs")
SWEEP = "sweep"
"""The kind of folder that no single run may replace."""
PLAN = "plan.nc"
PACKAGES = ("fardplan", "highspy", "hydra-core", "matplotlib", "netCDF4", "numpy", "pandas", "pyomo", "scipy", "xarray")
DIGEST_LENGTH = 8


def write_run(outcome: Outcome, config: Config, case_folder: Path, started: datetime) -> Path:
    """Write the run folder of a verified plan and give its place.

    Args:
        outcome: a plan with its scenario, verdict and seconds.
        config: as composed; `config.out` is the place, None a new folder under `runs/`.
        case_folder: whose files are digested.
        started: when the run began, with its time zone.

    Raises:
        CaseError: the place is taken by something else, or cannot be written. Then nothing is left behind.
    """
    from runners.overrides import choose
    from runners.reports.background import tabulate_background
    from runners.reports.case_tables import tabulate_case
    from runners.reports.figures import draw_figures
    from runners.reports.tables import tabulate_run

    if outcome.plan is None:
        raise ValueError("a run without a plan has nothing to keep")
    clock = perf_counter()
    scenario, plan = outcome.scenario, outcome.plan
    place = Path(config.out) if config.out is not None else RUNS / _name_run(outcome, started)
    tables = tabulate_run(scenario, plan, outcome.reference)
    tables |= tabulate_case(outcome.tables, choose(config).variants, tables["costs"])
    tables |= tabulate_background(scenario, plan, outcome.reference)
    with write_aside(place) as folder:
        plan.to_netcdf(folder / PLAN, engine="netcdf4")
        (folder / TABLES_FOLDER).mkdir()
        for name, table in tables.items():
            table.to_csv(folder / TABLES_FOLDER / f"{name}.csv", index=False, lineterminator="\n")
        (folder / "figures").mkdir()
        draw_figures(scenario, plan, folder / "figures", config.lang, outcome.reference)
        seconds = {**outcome.seconds, "write": perf_counter() - clock}
        write_json(folder / SUMMARY, summarise(outcome, tables["targets"], seconds))
        manifest = describe_run(outcome, config, case_folder, started)
        write_json(folder / MANIFEST, manifest | {FILES: digest_files(folder)})
    return place


def summarise(outcome: Outcome, targets: pd.DataFrame, seconds: Mapping[str, float]) -> dict[str, Any]:
    """The run in figures that a program reads, the same in every language.

    `targets` holds one entry per target: how it fares in the first year in which it holds, and in `years_missed`
    how many of its years miss it, `most_excess` by how much at worst. `years` says how many calendar years each plan
    year stands for. Money is in MSEK where names say so.
    """
    scenario, plan, verdict = outcome.scenario, outcome.plan, outcome.verdict
    if plan is None or verdict is None:
        raise ValueError("a run without a verified plan has no summary")
    case = {name: scenario.attrs[name] for name in ("case", "name_sv", "name_en", "money", "price_year", "digest")}
    return case | {
        "perspective": str(plan.attrs.get("perspective", "")),
        "discount_rate": float(scenario["discount_rate"]),
        "first_year": int(scenario["year"].values[0]),
        "last_year": int(scenario["year"].values[-1]),
        "years": {str(year): float(length) for year, length in _list_years(scenario)},
        "status": outcome.status.value,
        "objective_msek": float(plan.attrs["objective"]),
        "social_cost_msek": float(plan.attrs.get("social_cost", math.nan)),
        "finance_cost_msek": float(plan.attrs.get("finance_cost", math.nan)),
        "bound_msek": float(plan.attrs["bound"]),
        "gap": float(plan.attrs["gap"]),
        "miss": float(plan.attrs.get("miss", math.nan)),
        "verified": bool(verdict.accepted),
        "max_violation": float(verdict.max_violation),
        "targets": _summarise_targets(targets),
        "seconds": {phase: round(float(value), 4) for phase, value in seconds.items()},
    }


def describe_run(outcome: Outcome, config: Config, case_folder: Path, started: datetime) -> dict[str, Any]:
    """What a run was made with: versions, digests of what it read, revision, seed and choices."""
    return describe_inputs(outcome.scenario, config, case_folder, started)


def describe_inputs(scenario: xr.Dataset, config: Config, case_folder: Path, started: datetime) -> dict[str, Any]:
    """As `describe_run`, of a scenario that may have no plan."""
    return {
        "program": PROGRAM,
        "started": started.isoformat(timespec="seconds"),
        "case": scenario.attrs["case"],
        "digest": scenario.attrs["digest"],
        "inputs": digest_inputs(case_folder),
        "seed": config.solver.seed,
        "config": asdict(config),
        "revision": _find_revision(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def digest_inputs(case_folder: Path) -> dict[str, str]:
    """The SHA-256 of each table of a case, by its file's name."""
    files = sorted(path for path in case_folder.iterdir() if path.suffix == ".csv")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def digest_files(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by its path there, so that an edit is seen later."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def check_place(place: Path) -> None:
    """Refuse a place that holds something other than an earlier run.

    Raises:
        CaseError: the place is a file, or a folder with other things in it.
    """
    taken = place.is_dir() and any(place.iterdir()) and not _is_run(place)
    if taken or (place.exists() and not place.is_dir()):
        raise CaseError([Problem("out_not_a_run", f"out={place}")])


def _list_years(scenario: xr.Dataset) -> list[tuple[int, float]]:
    return list(zip(scenario["year"].values.tolist(), scenario["length"].values.tolist(), strict=True))


def _summarise_targets(targets: pd.DataFrame) -> list[dict[str, Any]]:
    entries = []
    for _, years in targets.groupby("target", sort=False):
        first = years.iloc[0].to_dict()
        names = ("name_sv", "name_en", "account", "sense", "basis", "mode", "unit")
        numbers = ("cap", "value", "excess", "shadow_price", "price", "excess_price")
        entries.append(
            {"target": str(first["target"]), "year": int(first["year"]), "met": bool(first["met"])}
            | {name: str(first[name]) for name in names}
            | {name: float(first[name]) for name in numbers}
            | {"last_year": int(years["year"].iloc[-1]), "years_missed": int((~years["met"].astype(bool)).sum())}
            | {"most_excess": float(years["excess"].max())}
        )
    return entries


def _name_run(outcome: Outcome, started: datetime) -> str:
    attrs = outcome.scenario.attrs
    return f"{attrs['case']}-{started:%Y%m%d-%H%M%S}-{attrs['digest'][:DIGEST_LENGTH]}"


def _is_run(place: Path) -> bool:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("program") == PROGRAM and manifest.get("kind") != SWEEP


@contextmanager
def write_aside(place: Path) -> Iterator[Path]:
    """A new folder beside the place, moved to it at the end; gone where anything fails."""
    check_place(place)
    place = place.absolute()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    except OSError as error:
        raise CaseError([_unwritable(place, error)]) from error
    try:
        folder = aside / "new"
        folder.mkdir()
        yield folder
        _move_in(folder, place, aside)
    except OSError as error:
        raise CaseError([_unwritable(place, error)]) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move_in(folder: Path, place: Path, aside: Path) -> None:
    """Put the folder in place; what stood there goes aside first, and back where the move fails."""
    old = aside / "old"
    check_place(place)
    if place.exists():
        place.rename(old)
    try:
        folder.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _unwritable(place: Path, error: OSError) -> Problem:
    return Problem("out_unwritable", f"out={place}", fields={"reason": error.strerror or type(error).__name__})


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write content as JSON; what is no number becomes null."""
    text = json.dumps(_plain(content), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """The value with null for what is no number, which JSON cannot write."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _find_revision() -> str | None:
    """The commit of the program, where it runs from a git working tree."""
    root = Path(__file__).parent.parent
    if not (root / ".git").exists() or shutil.which("git") is None:
        return None
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    found = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", "HEAD"],
        cwd=root,
        env=quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None
