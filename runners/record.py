"""What does the folder of a plan hold, and what does a manifest say that a run was made with?"""

from __future__ import annotations

import hashlib
import math
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from runners.accounts.cash_flow import split_finance
from runners.helper import Here, work_beside
from runners.keepsake import FIGURES_FOLDER, choose_place, keep_folder, write_json, write_tables
from runners.lean_start import hide_dask
from runners.reports.outside import list_outside
from runners.reports.summary import share_decided
from runners.results.folder import digest_file
from runners.results.manifest import PLAN as PLAN_KIND
from runners.results.result import SUMMARY, write_texts
from runners.results.target_judgement import SPANS, judge_targets
from scenarios.arithmetic.rooms import measure_standing_breaches
from scenarios.arithmetic.windows import find_last_years
from scenarios.arrays import hold_arrays, read_arrays
from scenarios.layers import find_layers
from scenarios.notices.money import read_breaches
from scenarios.notices.notices import list_notices
from scenarios.terms import ACTOR

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from conf.schema import Config
    from runners.outcome import Judgement, Outcome

PLAN = "plan.nc"
BESIDE = ("activity", "measures_finance")
"""Tables that nothing else of a run folder is made of and that take long: made beside the others."""
PACKAGES = ("fardplan", "highspy", "hydra-core", "netCDF4", "numpy", "pandas", "pyomo", "scipy", "xarray")


def write_run(
    outcome: Outcome,
    config: Config,
    case_folder: Path,
    started: datetime,
    helper: Executor | None = None,
    judge: Callable[[], Judgement] | None = None,
    meanwhile: Callable[[], object] = bool,
) -> Path:
    """Write the run folder of a verified plan and give its place.

    A copy of this process judges the plan and writes the numbers of its case, while the plan's tables are made here.
    The folder is put into its place when all of that is done.

    Args:
        outcome: a plan with its scenario, verdict and seconds.
        config: as composed; `config.out` is the place, None a new folder under `runs/`.
        case_folder: whose files are digested.
        started: when the run began, with its time zone.
        helper: draws the figures while tables are written; None: they are drawn here.
        judge: verifies the plan of an outcome that has no verdict yet.
        meanwhile: what else there is to do of an accepted plan, while the copy is at work.

    Raises:
        CaseError: the place is taken by something else, or cannot be written.
        PlanRefused: the verifier did not accept the plan. In either case nothing is left behind.
    """
    from runners.chosen import choose
    from runners.reports.plan_charts import SHOWN, draw_plan

    clock = perf_counter()
    scenario, plan = outcome.scenario, outcome.plan
    variants = choose(config).variants
    place = choose_place(config.out, scenario.attrs, started)
    manifest = describe_inputs(scenario, config, case_folder, started)
    with keep_folder(place, {}, manifest, config.force) as folder, hold_arrays(scenario, outcome.known):
        works = judge or bool, partial(_write_numbers, outcome, variants, folder)
        with work_beside(*works) as (find_verdict, wait):
            tables = _tabulate_plan(outcome)
            texts = write_texts(PLAN_KIND, {name: table for name, table in tables.items() if name in SHOWN})
            judged = outcome if judge is None else outcome.judged(find_verdict())
            summary = summarise(judged, tables["targets"], judged.seconds)
            fill_figures = draw_plan(texts, summary, config.lang, helper or Here())
            tables |= _tabulate_more(outcome, variants, tables)
            more = write_texts(PLAN_KIND, {name: table for name, table in tables.items() if name not in texts})
            write_tables(folder, texts | more)
            meanwhile()
            _write_plan(plan, folder)
            wait()
        fill_figures(folder / FIGURES_FOLDER)
        seconds = {**judged.seconds, "write": perf_counter() - clock}
        write_json(folder / SUMMARY, {**summary, "seconds": round_seconds(seconds)})
    return place


def _tabulate_plan(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """What a plan does and what it is seen against."""
    from runners.reports.background import tabulate_background
    from runners.reports.tables import tabulate_run

    about = outcome.scenario, outcome.plan, outcome.reference
    return tabulate_run(*about, left_out=BESIDE) | tabulate_background(*about)


def _tabulate_more(
    outcome: Outcome, variants: Sequence[str], tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """What follows from the tables of a plan: against an adopted plan, and benefits."""
    from runners.reports.actions import tabulate_actions
    from runners.reports.benefits import tabulate_benefits

    about = outcome.tables, variants, outcome.scenario, outcome.plan, outcome.reference
    return tabulate_actions(outcome.tables, variants, tables) | tabulate_benefits(*about, tables["investments"])


def _write_numbers(outcome: Outcome, variants: Sequence[str], folder: Path) -> None:
    """Into an open folder: the tables of a case's numbers, weighed by the plan's costs, and those of `BESIDE`."""
    from runners.reports.case_tables import tabulate_case
    from runners.reports.tables import tabulate_costs, tabulate_some

    about = outcome.scenario, outcome.plan, outcome.reference
    costs = tabulate_costs(outcome.scenario, outcome.plan)
    tables = tabulate_some(BESIDE, *about) | tabulate_case(outcome.tables, variants, costs)
    write_tables(folder, write_texts(PLAN_KIND, tables))


def _write_plan(plan: xr.Dataset, folder: Path) -> None:
    """Into an open folder: every number of a plan."""
    with hide_dask():
        plan.to_netcdf(folder / PLAN, engine="netcdf4")


def summarise(outcome: Outcome, targets: pd.DataFrame, seconds: Mapping[str, float]) -> dict[str, Any]:
    """The run in figures that a program reads, the same in every language.

    `targets` holds one entry per target: how it fares in the `year` in which it is missed most, of one that is `met` in
    all its years in the first in which it shapes the plan or holds; and what `judge_targets` says of all its years.
    `whole_units` is false where a plan has a part of a unit that has to be whole: it was solved without (solver.relax).
    `years` says how many calendar years each plan year stands for. `breaches` holds one entry per limit of money and
    actor that is broken: the `standing` most without the plan, the `most` by the plan beyond that, and the plan `years`
    of either. Money is in MSEK where names say so.
    """
    scenario, plan, verdict = outcome.scenario, outcome.plan, outcome.verdict
    if plan is None or verdict is None:
        raise ValueError("a run without a verified plan has no summary")
    case = {name: scenario.attrs[name] for name in ("case", "name_sv", "name_en", "money", "price_year", "digest")}
    return case | {
        "perspective": str(plan.attrs.get("perspective", "")),
        "discount_rate": float(scenario["discount_rate"]),
        "first_year": int(scenario["year"].values[0]),
        "last_year": int(find_last_years(read_arrays(scenario))[-1]),
        "years": {str(year): float(length) for year, length in _list_years(scenario)},
        "status": outcome.status.value,
        "objective_money": float(plan.attrs["objective"]),
        "social_cost_money": float(plan.attrs.get("social_cost", math.nan)),
        "finance_cost_money": float(plan.attrs.get("finance_cost", math.nan)),
        **{f"finance_{name}_money": cost for name, cost in _split_finance(scenario, plan).items()},
        "bound_money": float(plan.attrs["bound"]),
        "gap": float(plan.attrs["gap"]),
        "decided_money": float(plan.attrs.get("decided", math.nan)),
        "gap_of_decided": share_decided(plan),
        "miss": float(plan.attrs.get("miss", math.nan)),
        "whole_units": not plan.attrs.get("relaxed", 0),
        "verified": bool(verdict.accepted),
        "max_violation": float(verdict.max_violation),
        "targets": summarise_targets(targets),
        "breaches": _summarise_breaches(scenario, plan),
        "misses_outside": list_outside(scenario, targets).to_dict("records"),
        "notices": list_notices(outcome.notices),
        "seconds": round_seconds(seconds),
    }


def round_seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    """How long each phase took."""
    return {phase: round(float(value), 4) for phase, value in seconds.items()}


def _split_finance(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, float]:
    """What finance costs in loans, grants and support; none where nobody pays."""
    return split_finance(scenario, plan) if scenario.sizes[ACTOR] else {}


def describe_inputs(scenario: xr.Dataset, config: Config, case_folder: Path, started: datetime) -> dict[str, Any]:
    """What a run was made with: versions, digests of what it read, revision, seed and choices."""
    return {
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


def describe_portfolio(
    facts: Mapping[str, Any], folders: Mapping[str, Path], folder: Path, choices: Sequence[str], started: datetime
) -> dict[str, Any]:
    """What cases planned together were made with: as `describe_inputs`, the files of every case by its name."""
    inputs = {f"{case}/{name}": digest for case, own in folders.items() for name, digest in digest_inputs(own).items()}
    links = {path.name: digest_file(path) for path in sorted(folder.glob("*.csv"))}
    return {
        "started": started.isoformat(timespec="seconds"),
        "case": facts["case"],
        "digest": facts["digest"],
        "inputs": links | inputs,
        "config": {"choices": list(choices)},
        "revision": _find_revision(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def digest_inputs(case_folder: Path) -> dict[str, str]:
    """The SHA-256 of each table of a case and of the layers below it, by its file's name with the layer's."""
    return {
        f"{layer.name}/{path.name}" if layer.name else path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for layer in find_layers(case_folder)[0]
        for path in sorted(layer.folder.iterdir())
        if path.suffix == ".csv"
    }


def _summarise_breaches(scenario: xr.Dataset, plan: xr.Dataset) -> list[dict[str, Any]]:
    if not scenario.sizes[ACTOR]:
        return []
    standing, broken = measure_standing_breaches(read_arrays(scenario)), read_breaches(plan)
    entries = []
    for name, before in standing.items():
        beyond = broken.get(name, np.zeros_like(before))
        for a in np.flatnonzero(((before > 0) | (beyond > 0)).any(axis=1)).tolist():
            years = scenario["year"].values[(before[a] > 0) | (beyond[a] > 0)].tolist()
            amounts = {"standing": float(before[a].max()), "most": float(beyond[a].max())}
            entries.append({"limit": name, ACTOR: str(scenario[ACTOR].values[a]), **amounts, "years": years})
    return entries


def _list_years(scenario: xr.Dataset) -> list[tuple[int, float]]:
    return list(zip(scenario["year"].values.tolist(), scenario["length"].values.tolist(), strict=True))


def summarise_targets(targets: pd.DataFrame) -> list[dict[str, Any]]:
    """How each target fares, as `judge_targets` has it; a year that there is none of is null."""
    import pandas as pd

    texts = ("target", "name_sv", "name_en", "account", "sense", "basis", "mode", "unit", "acts", "because")
    numbers = ("cap", "value", "excess", "shadow_price", "price", "excess_price")
    return [
        {name: str(row[name]) for name in texts}
        | {"year": int(row["year"]), "met": bool(row["met"])}
        | {name: float(row[name]) for name in numbers}
        | {name: None if pd.isna(row[name]) else int(row[name]) for name in SPANS}
        for _, row in judge_targets(targets).iterrows()
    ]


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
