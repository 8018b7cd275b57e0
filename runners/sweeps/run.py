"""How is a sweep run: from a design to a folder of verified results, and again from where it stopped?"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from math import ceil
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa

from conf.schema import Config
from conf.words import say
from model.compiled.cache import digest_formulation
from runners.batch import JobEnd, SweepCalls, run_multirun
from runners.chosen import choose, choose_solver, find_folder, refuse_actuals
from runners.designs.design import AS_BASE, Design
from runners.designs.request import NOTHING
from runners.exit_codes import DONE, OUR_FAULT, SOME_FAILED
from runners.keepsake import RUNS
from runners.overrides import read_config
from runners.record import digest_inputs
from runners.reports.background import tabulate_labels
from runners.results.sweep import NAMES, RESULTS, open_sweep_folder
from runners.run_index import Catalogue
from runners.sweep_store.parts import copy_finished
from runners.sweep_store.results import (
    BROKEN,
    CRASHED,
    ID,
    Head,
    Rows,
    gather_rows,
    tabulate_design,
    tabulate_failure,
    type_keys,
)
from runners.sweep_store.store import SweepStore, open_sweep
from runners.sweeps.chunk import Limits, Task
from runners.sweeps.cluster import ClusterOptions, SlurmOptions, run_on_cluster, write_job_script
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.pool import PoolOptions, run_chunks, start_ahead
from runners.sweeps.process import WorkerProcess
from runners.sweeps.schedule import (
    Agenda,
    Base,
    digest_base,
    list_bases,
    name_setting,
    take_numbers,
)
from runners.sweeps.sweep_progress import open_watch, print_end, write_end
from runners.sweeps.work import ALL, NEED_NO_REPORT, Found, Setup, Solver, fill_values
from runners.views.renderers.screen import write_section
from runners.views.subjects.sweep import write_short
from scenarios.assemble import open_overlay
from scenarios.checks.check import check_tables
from scenarios.errors import CaseError, Problem, drop_repeated
from scenarios.overlay import Overlay
from scenarios.tables import read_tables

MAKE_WORK = "runners.sweeps.work:make_work"
DASK = "dask"
SETUP = "setup.json"
LINEAR_SECONDS, MIXED_SECONDS = 0.15, 1.0
"""What a scenario is taken to need before any was solved, by kind of program; chunks are cut by it."""
MOST_IN_CHUNK = 200
CHUNKS_PER_WORKER = 4
"""At least so many chunks for each worker, so that none is idle at the end."""
SLOWEST = 4.0
"""A worker is held to hang where a scenario takes so many of the solver's time limits, and a minute."""
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Outline:
    """A sweep before it is run: its agenda, and what its manifest says."""

    agenda: Agenda
    words: tuple[tuple[str, ...], ...]
    manifest: dict[str, object]
    case: str

    @property
    def name(self) -> str:
        """A folder name that is the same for the same sweep, so that the same command goes on with it."""
        digest = hashlib.sha256("".join(self.agenda.ids).encode()).hexdigest()
        return f"sweep-{self.case}-{digest[:10]}"


def run_sweep_command(words: Sequence[str], started: datetime, *, dry_run: bool = False) -> int:
    """`fardplan plan -m`: solve every scenario that the words ask for; gives the exit code.

    Args:
        words: after the command, without options.
        started: when the command began.
        dry_run: show what would be run, and on Slurm the job script; solve nothing.
    """
    calls = SweepCalls(partial(_run_sweep, started, dry_run), solve_job, partial(_end_jobs, started))
    try:
        return run_multirun(words, calls)
    except CaseError as error:
        raise CaseError([*_find_unknown(words, error), *error.problems]) from error


def _find_unknown(words: Sequence[str], error: CaseError) -> list[Problem]:
    """Where nothing varies: keys that the case does not know, for one of them was perhaps meant to."""
    if [problem.key for problem in error.problems] != [NOTHING]:
        return []
    config = read_config([word for word in words if not word.startswith("hydra")])
    tables, choices = read_tables(find_folder(config)), choose(config)
    if problems := check_tables(tables, choices):
        return list(problems)
    overlay, unknown = open_overlay(tables, choices), list[Problem]()
    for key, number in config.settings.items():
        try:
            overlay.parse({key: number})
        except CaseError as refused:
            unknown += refused.problems
    return unknown


def outline_sweep(design: Design, config: Config, words: Sequence[str], started: datetime) -> Outline:
    """Read every base, and check every key and number against it.

    Raises:
        CaseError: with every problem found.
    """
    bases, lines, problems = [], [], []
    manifest: dict[str, object] = {}
    for said in list_bases(design):
        line = (*words, *(f"{key}={level}" for key, level in said.items()))
        based = read_config(line)
        refuse_actuals(based)
        choices, options, folder = choose(based), choose_solver(based), find_folder(based)
        tables = read_tables(folder)
        problems += check_tables(tables, choices)
        if problems:
            raise CaseError(problems)
        bare, beneath = take_numbers(choices)
        overlay = open_overlay(tables, bare)
        problems += _check_levels(design, overlay, {**beneath, **based.settings})
        digest = json.dumps([overlay.scenario.attrs["digest"], sorted(beneath.items()), sorted(based.settings.items())])
        bases.append(Base(line, digest_base(digest, options, config.sweep.verify)))
        lines.append(line)
        if not manifest:
            manifest = _begin_manifest(overlay, folder, based, started)
    if problems:
        raise CaseError(drop_repeated(problems)[:MOST_PROBLEMS])
    agenda = Agenda(design, bases)
    manifest |= {
        "bases": [base.digest for base in bases],
        "words": [list(line) for line in lines],
        "keys": list(design.keys),
        "levels": _tell_levels(design),
        "source": design.source,
        **({NAMES: list(design.names)} if design.names else {}),
    }
    return Outline(agenda, tuple(lines), manifest, str(manifest["case"]))


def solve_job(config: Config, _scenario: int) -> Rows:
    """One scenario for a launcher of Hydra's that is not ours: its rows, to be named when all have come back."""
    solver = Solver(config)
    found = solver.solve(Head(0, "0", ()), {}, {})
    return solver.judge([found], ALL)[0] if isinstance(found, Found) else found


def _run_sweep(started: datetime, dry_run: bool, design: Design, config: Config, words: Sequence[str]) -> int:
    limits = Limits(memory_mb=config.sweep.memory_mb, scenario_seconds=SLOWEST * config.solver.time_limit + 60.0)
    if dry_run:
        return _show_plan(outline_sweep(design, config, words, started), config, limits)
    options = PoolOptions(config.sweep.workers, config.lang)
    here = 0 if config.runners.kind == DASK else min(options.count_workers(), len(design))
    with start_ahead(MAKE_WORK, limits, here) as ahead:
        outline = outline_sweep(design, config, words, started)
        return _run_outlined(outline, config, limits, options, ahead)


def _run_outlined(
    outline: Outline, config: Config, limits: Limits, options: PoolOptions, ahead: list[WorkerProcess]
) -> int:
    place = Path(config.out) if config.out is not None else RUNS / outline.name
    clock, fresh, design = perf_counter(), not place.exists(), outline.agenda.design
    with (
        _open_store(outline, place) as store,
        open_watch(config.lang, sys.stderr) as watch,
        _undo_start(store, fresh),
    ):
        kept = _take_over(store, outline, place)
        left = np.array([name not in kept for name in outline.agenda.ids], dtype=bool)
        setup = place / SETUP
        Setup(place.absolute(), outline.words, design.keys, design.levels, config.sweep.verify).write(setup)
        chunks = outline.agenda.cut(left, choose_size(int(left.sum()), config))
        task = Task(MAKE_WORK, setup.absolute(), limits)
        tally = Tally(len(design), len(design) - int(left.sum()))
        record = partial(_record_crash, store, outline)
        if config.runners.kind == DASK:
            end = run_on_cluster(task, chunks, options, choose_cluster(config), watch, tally, record)
        else:
            end = run_chunks(task, chunks, options, watch, tally, record, ahead)
        counts = _close(store, place, end)
    told = [write_end(end, perf_counter() - clock, config.lang), *_tell_results(place, config.lang)]
    print_end("\n".join([*told, say("sweep_place", config.lang, place=place)]))
    return _settle_code(end.exit_code, counts)


def _tell_results(place: Path, lang: str) -> list[str]:
    """What a sweep came to, as far as a screen has room; nothing before it is complete."""
    if not (place / f"{RESULTS}.parquet").is_file():
        return []
    section = write_short(open_sweep_folder(place, ()), lang)
    return [] if section.empty else ["", write_section(section, lang), ""]


@contextmanager
def _undo_start(store: SweepStore, fresh: bool) -> Iterator[None]:
    """Leave nothing behind where a sweep is refused after its folder was made: bad input writes nothing."""
    try:
        yield
    except CaseError:
        if fresh:
            store.discard()
        raise


def choose_size(left: int, config: Config) -> int:
    """How many scenarios make a chunk: some seconds of work, and several chunks for each worker."""
    seconds = LINEAR_SECONDS if config.solver.relax else MIXED_SECONDS
    runners = config.runners
    jobs = runners.jobs * runners.cores if runners.kind == DASK and runners.queue is not None else None
    workers = jobs or PoolOptions(config.sweep.workers).count_workers()
    fair = ceil(left / (workers * CHUNKS_PER_WORKER))
    return max(1, min(int(config.sweep.chunk_seconds / seconds), fair, MOST_IN_CHUNK))


def choose_cluster(config: Config) -> ClusterOptions:
    """Which cluster the configuration names."""
    runners = config.runners
    slurm = None
    if runners.queue is not None:
        slurm = SlurmOptions(
            jobs=runners.jobs,
            cores=runners.cores,
            partition=runners.queue,
            account=runners.account,
            walltime=runners.walltime,
            prologue=tuple(runners.prologue),
            directives=tuple(runners.directives),
            interface=runners.interface,
        )
    return ClusterOptions(config.sweep.workers, runners.address, slurm)


def _show_plan(outline: Outline, config: Config, limits: Limits) -> int:
    """What would be run: how many scenarios on how many bases, and the job script where there is one."""
    design = outline.agenda.design
    numbers = {"scenarios": len(design), "bases": len(outline.words), "size": choose_size(len(design), config)}
    print(say("sweep_dry_run", config.lang, **numbers))
    slurm = choose_cluster(config).slurm if config.runners.kind == DASK else None
    if slurm is not None:
        print(write_job_script(slurm, limits))
    return DONE


def _open_store(outline: Outline, place: Path) -> SweepStore:
    design = outline.agenda.design
    table = tabulate_design(design.keys, design.levels, design.codes, outline.agenda.ids)
    return SweepStore.create(place, outline.manifest, table)


def _take_over(store: SweepStore, outline: Outline, place: Path) -> set[str]:
    """Ids that need no solving: kept here already, or kept by another sweep, from which they are copied."""
    kept = store.finished()
    ids = outline.agenda.ids
    missing = [name for name in ids if name not in kept]
    if not missing:
        return kept
    design = outline.agenda.design
    table = tabulate_design(design.keys, design.levels, design.codes, ids)
    found = Catalogue(place.parent).find_finished(missing)
    for other in sorted({where for where in found.values() if where.resolve() != place.resolve()}):
        asked = pa.array([name for name, where in found.items() if where == other])
        wanted = table.filter(pa.compute.is_in(table.column(ID), asked))
        for number, result in enumerate(copy_finished(other, wanted)):
            store.write_chunk(f"copied-{number}", result)
            kept.update(result.ids)
    return kept


def _record_crash(store: SweepStore, outline: Outline, scenario: int, message: str) -> None:
    """Keep a scenario that took its process with it."""
    design = outline.agenda.design
    types = type_keys(design.keys, design.levels)
    head = Head(scenario, outline.agenda.ids[scenario], fill_values(design, types, scenario))
    store.write_chunk(f"crashed-{scenario:07d}", gather_rows([tabulate_failure(head, CRASHED, 0.0, message)], types))


def _end_jobs(started: datetime, design: Design, config: Config, words: Sequence[str], jobs: Sequence[JobEnd]) -> int:
    """Keep what the jobs of another launcher gave, as any other sweep."""
    outline = outline_sweep(design, config, words, started)
    place = Path(config.out) if config.out is not None else RUNS / outline.name
    types = type_keys(design.keys, design.levels)
    rows = []
    for job in jobs:
        head = Head(job.scenario, outline.agenda.ids[job.scenario], fill_values(design, types, job.scenario))
        if job.error is None:
            rows.append(replace(job.value, head=head))
        else:
            rows.append(tabulate_failure(head, BROKEN, 0.0, f"{type(job.error).__name__}: {job.error}"))
    with _open_store(outline, place) as store:
        kept = store.finished()
        rows = [one for one in rows if one.head.id not in kept]
        if rows:
            store.write_chunk("jobs", gather_rows(rows, types))
        store.compact()
        counts = open_sweep(place).count()
        store.update(ended=datetime.now().astimezone().isoformat(timespec="seconds"), counts=counts)
    print(say("sweep_place", config.lang, place=place), flush=True)
    return _settle_code(DONE, counts)


def _close(store: SweepStore, place: Path, end: PoolEnd) -> dict[str, int]:
    """Compact what is complete, and say in the manifest how it ended."""
    tally = end.tally
    if tally.kept + tally.done >= tally.total and end.obstacle is None:
        store.compact()
    counts = open_sweep(place).count()
    store.update(ended=datetime.now().astimezone().isoformat(timespec="seconds"), counts=counts)
    if RUNS.is_dir():
        Catalogue(RUNS).register(place)
    return counts


def _settle_code(code: int, counts: dict[str, int]) -> int:
    """The exit code; scenarios without a plan count also where an earlier run of the sweep met them."""
    if code != DONE:
        return code
    if counts.get(BROKEN, 0):
        return OUR_FAULT
    return SOME_FAILED if set(counts) - set(NEED_NO_REPORT) else DONE


def _check_levels(design: Design, overlay: Overlay, beneath: dict[str, float]) -> list[Problem]:
    """What is wrong with the keys and numbers of a design, each by itself; a key that is none is told once."""
    problems: list[Problem] = []
    named = zip(map(name_setting, design.keys), design.levels, strict=True)
    asked = [(key, [number]) for key, number in beneath.items()]
    asked += [(name, [float(level) for level in levels if level != AS_BASE]) for name, levels in named if name]
    for key, numbers in asked:
        for number in numbers:
            try:
                overlay.parse({key: number})
            except CaseError as error:
                problems += error.problems
                if not overlay.knows(key):
                    break
    return problems


def _begin_manifest(overlay: Overlay, folder: Path, config: Config, started: datetime) -> dict[str, object]:
    return {
        "version": f"{version('fardplan')} {digest_formulation()}",
        "started": started.isoformat(timespec="seconds"),
        "case": overlay.scenario.attrs["case"],
        "digest": overlay.scenario.attrs["digest"],
        "money": overlay.scenario.attrs["money"],
        "price_year": str(overlay.scenario.attrs["price_year"]),
        "labels": tabulate_labels(overlay.scenario).to_dict("records"),
        "inputs": digest_inputs(folder),
        "options": {**asdict(choose_solver(config)), "verify": config.sweep.verify},
    }


def _tell_levels(design: Design) -> list[object]:
    """The levels of each key; of sampled keys only how many there are, for the design's own file has them."""
    return [list(levels) if len(levels) <= MOST_IN_CHUNK else len(levels) for levels in design.levels]
