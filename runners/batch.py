"""How a sweep goes through Hydra: words that vary, and our sweeper and launcher `batch`.

Hydra composes once; the sweeper makes the design and the launcher `batch` hands it on whole. With any other launcher
every scenario is a job of Hydra's, which composes a configuration of its own and solves one scenario.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from importlib import import_module
from types import ModuleType
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, IntervalSweep, Override, RangeSweep, Transformer
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus
from hydra.errors import HydraException
from hydra.initialize import initialize_config_dir
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from conf.schema import GROUPS, Config
from conf.words import say
from runners.chosen import find_folder, list_variants
from runners.compositions import CONF_FOLDER, store_schema
from runners.designs.design import Design
from runners.designs.options import check_options
from runners.designs.request import (
    Axis,
    Request,
    Steps,
    add_declared,
    build_design,
    check_axes,
    check_once,
    read_plain_axis,
)
from runners.designs.samples import Range, read_range
from runners.overrides import (
    Words,
    check_pair,
    fill_config,
    list_options,
    sort_words,
    split_words,
    write_overrides,
)
from scenarios.errors import CaseError, Problem

BATCH = "batch"
PACKAGE = "hydra_plugins"
PLUGINS = f"{PACKAGE}.batch"
"""Hydra takes plugins of the package `hydra_plugins` only; ours are registered from here under such a name."""
LAUNCHER = "hydra/launcher"
HYDRA_KEYS = (LAUNCHER, "hydra.launcher.*", "hydra.sweep.*")
"""What of Hydra's own configuration can be chosen: which launcher, its options, and where it may write."""
QUIET: Mapping[str, str] = {
    "hydra/sweeper": BATCH,
    LAUNCHER: BATCH,
    "hydra/job_logging": "none",
    "hydra/hydra_logging": "none",
    "hydra.output_subdir": "null",
    "hydra.sweep.dir": ".",
    "hydra.sweep.subdir": ".",
}
"""No folders and no log files of Hydra's own."""


@dataclass(frozen=True)
class JobEnd:
    """How one job of Hydra's ended: what `run_one` gave, or what it raised."""

    scenario: int
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True)
class SweepCalls:
    """What is done with a design; each gives the exit code.

    run_sweep: the whole design, under the configuration of what does not vary, and the words that gave it.
    run_one: one scenario of the design, its settings in `config.settings`; whatever it gives ends up in a `JobEnd`.
    end_jobs: after all jobs, in the order of the design; with the words too.
    """

    run_sweep: Callable[[Design, Config, Sequence[str]], int]
    run_one: Callable[[Config, int], Any]
    end_jobs: Callable[[Design, Config, Sequence[str], Sequence[JobEnd]], int]


@dataclass
class SweepTask:
    """What Hydra calls its task function: solves one job's scenario. The sweeper finds the design through it."""

    request: Request
    calls: SweepCalls
    design: Design | None = field(default=None)

    def __call__(self, composed: DictConfig) -> Any:
        """Solve the scenario of the job that Hydra composed this configuration for."""
        if self.design is None:
            raise RuntimeError("a job began before its sweep had a design")
        scenario = int(HydraConfig.get().job.num)
        named = {**self.request.fixed.named, **sort_words(self.design.row(scenario)).named}
        return self.calls.run_one(fill_config(composed, named), scenario)


class BatchSweeper(Sweeper):
    """Makes the design, and hands it to our launcher whole or to another one job by job."""

    __module__ = PLUGINS

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Keep what Hydra composed, with a launcher of the kind that it names."""
        if not isinstance(task_function, SweepTask):
            raise TypeError("the sweeper 'batch' works for SweepTask only")
        self.task, self.composed = task_function, config
        self.launches = Plugins.instance().instantiate_launcher(hydra_context, task_function, config)
        _hide_plugins()

    def sweep(self, arguments: list[str]) -> int:  # noqa: ARG002 - the words were read before Hydra saw them
        """Solve all scenarios; gives the exit code."""
        composed = self.composed.copy()
        OmegaConf.set_struct(composed, False)
        del composed["hydra"]
        request = self.task.request
        config = fill_config(composed, request.fixed.named)
        if problems := check_options(config.sweep, config.runners):
            raise CaseError(problems)
        lacking = _tell_lacking(config)
        declared = add_declared(request, config.sweep, read_axis, lacking)
        self.task.design = design = build_design(declared, config.sweep)
        if isinstance(self.launches, BatchLauncher):
            return self.launches.launch_whole(design, config)
        words = [_write_job(request.fixed, design.row(scenario)) for scenario in range(len(design))]
        jobs = self.launches.launch(words, 0)
        ends = [_end_job(place, job) for place, job in enumerate(jobs)]
        return self.task.calls.end_jobs(design, config, write_words(request.fixed), ends)


def _tell_lacking(config: Config) -> list[str]:
    """Keys of a ready-made choice about what the case does not have, told in one line."""
    from scenarios.ready_made import list_lacking
    from scenarios.tables import read_tables

    named = config.case.path or config.case.name
    ready = config.sweep.ready_made if named else {}
    found = list_lacking(read_tables(find_folder(config)), list_variants(config.case), ready) if ready else []
    if found:
        print(say("sweep_left_out", config.lang, keys=", ".join(found)), file=sys.stderr)
    return found


class BatchLauncher(Launcher):
    """Solves a design as one piece of work: composed once, compiled once, cut into chunks."""

    __module__ = PLUGINS

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:  # noqa: ARG002
        """Keep the task, which knows how to solve a sweep."""
        self.task = task_function

    def launch_whole(self, design: Design, config: Config) -> int:
        """Solve the whole design; gives the exit code."""
        task = self.task
        if not isinstance(task, SweepTask):
            raise TypeError("the launcher 'batch' works for SweepTask only")
        fixed = task.request.fixed
        return task.calls.run_sweep(design, config, write_words(fixed))

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Refused: this launcher takes designs, not jobs."""
        raise NotImplementedError("the launcher 'batch' needs the sweeper 'batch'")


def run_multirun(words: Sequence[str], calls: SweepCalls) -> int:
    """Run the words of a command with `-m` through Hydra; gives the exit code.

    Raises:
        CaseError: every word, level, table or range that cannot be used.
    """
    register_plugins()
    request, chosen = read_request(words)
    overrides = [*(f"{key}={value}" for key, value in chosen.items()), *write_overrides(request.fixed.plain)]
    with initialize_config_dir(str(CONF_FOLDER), version_base="1.3"):
        hydra = GlobalHydra.instance().hydra
        if hydra is None:
            raise RuntimeError("Hydra is not initialised")
        _show_plugins()
        try:
            code = hydra.multirun("config", SweepTask(request, calls), overrides, with_log_configuration=False)
        except HydraException as error:
            raise _refuse_hydra(words, error) from error
        finally:
            _hide_plugins()
    return int(code)


def register_plugins() -> None:
    """Make our sweeper and launcher known to Hydra, and the schema of the configuration."""
    store_schema()
    for group, plugin in (("sweeper", BatchSweeper), ("launcher", BatchLauncher)):
        Plugins.instance().register(plugin)
        node = {"_target_": f"{PLUGINS}.{plugin.__name__}"}
        ConfigStore.instance().store(group=f"hydra/{group}", name=BATCH, node=node)


def _show_plugins() -> None:
    """Let Hydra import our plugins by their names while it makes them.

    Not for longer: workers of other launchers are sent all plugins and could not import ours, so those have to be
    sent by value, as whatever cannot be imported is.
    """
    try:
        import_module(PACKAGE)
    except ModuleNotFoundError:
        package = sys.modules[PACKAGE] = ModuleType(PACKAGE)
        package.__path__ = []
    sys.modules[PLUGINS] = sys.modules[__name__]


def _hide_plugins() -> None:
    sys.modules.pop(PLUGINS, None)
    if PACKAGE in sys.modules and sys.modules[PACKAGE].__spec__ is None:
        del sys.modules[PACKAGE]


def read_request(words: Sequence[str]) -> tuple[Request, dict[str, str]]:
    """What the words of a command ask for, and what they choose of Hydra's own.

    Raises:
        CaseError: every word that cannot be used, levels included.
    """
    chosen: dict[str, str] = {}
    fixed: dict[str, str] = {}
    varied: list[Axis | Range] = []
    problems: list[Problem | None] = []
    for word in words:
        try:
            ((key, value),) = split_words([word]).items()
            if key.startswith("hydra"):
                chosen[key] = value
            elif found := read_axis(key, value):
                varied.append(found)
            else:
                fixed[key] = value
        except CaseError as error:
            problems += error.problems
    problems += [_check_hydra(key, value) for key, value in chosen.items()]
    problems += [check_pair(key, value) for key, value in fixed.items()]
    axes = tuple(one for one in varied if isinstance(one, Axis))
    ranges = tuple(one for one in varied if isinstance(one, Range))
    request = Request(sort_words(fixed), axes, ranges)
    keys = [*fixed, *(one.key for one in varied)]
    problems += [*check_once(keys), *check_axes(request)]
    if any(problems):
        raise CaseError([problem for problem in problems if problem])
    return request, {**QUIET, **chosen}


def write_words(words: Words) -> list[str]:
    """The words as a person writes them; `read_config` gives the same configuration again."""
    return [f"{key}={value}" for key, value in {**words.plain, **words.named}.items()]


def read_axis(key: str, value: str) -> Axis | Range | None:
    """What a word varies: levels in Hydra's sweep syntax, or an interval to sample from; None where it is one value.

    Raises:
        CaseError: Hydra's grammar does not know the form.
    """
    if not any(sign in value for sign in ",("):
        return None
    if axis := read_plain_axis(key, value):
        return axis
    try:
        override = OverridesParser.create().parse_override(f"key={value}")
        return _read_override(key, override) if override.is_sweep_override() else None
    except (HydraException, ValueError, ArithmeticError) as error:
        reason = str(error).strip().splitlines()[0]
        raise CaseError([Problem("design_syntax", f"{key}={value}", fields={"reason": reason})]) from error


def _read_override(key: str, override: Override) -> Axis | Range:
    sweep: Any = override.value()
    if isinstance(sweep, IntervalSweep):
        one, problems = read_range(key, {"low": sweep.start, "high": sweep.end})
        if one is None:
            raise CaseError([replace(problem, file=key) for problem in problems])
        return one
    if isinstance(sweep, RangeSweep):
        return Axis(key, Steps.of(sweep.start or 0, sweep.stop or 0, sweep.step))
    if isinstance(sweep, Glob):
        return Axis(key, tuple(sweep.filter(list_options(key))) if key in GROUPS else ())
    if isinstance(sweep, ChoiceSweep):
        return Axis(key, tuple(str(Transformer.str(one)) for one in sweep.list))
    raise ValueError(type(sweep).__name__)


def _check_hydra(key: str, value: str) -> Problem | None:
    """What is wrong with a choice of Hydra's own configuration."""
    if not any(fnmatchcase(key, name) for name in HYDRA_KEYS):
        return Problem("design_hydra_key", f"{key}={value}", fields={"names": ", ".join(HYDRA_KEYS)})
    names = [name.removesuffix(".yaml") for name in ConfigStore.instance().list(LAUNCHER)]
    if key == LAUNCHER and value not in names:
        return Problem("override_choice", f"{key}={value}", fields={"value": value, "names": ", ".join(sorted(names))})
    return None


def _refuse_hydra(words: Sequence[str], error: HydraException) -> CaseError:
    said = " ".join(word for word in words if word.startswith("hydra"))
    return CaseError([Problem("design_hydra", said or BATCH, fields={"reason": str(error).strip().splitlines()[0]})])


def _write_job(fixed: Words, row: Mapping[str, str]) -> list[str]:
    """The words of one job: what does not vary and what the scenario says; names in maps follow by the task."""
    return write_overrides(sort_words({**fixed.plain, **row}).plain)


def _end_job(scenario: int, job: JobReturn) -> JobEnd:
    """How a job ended; `return_value` itself would raise, and print, what the job raised."""
    value = job._return_value
    if job.status == JobStatus.COMPLETED:
        return JobEnd(scenario, value)
    return JobEnd(scenario, error=value if isinstance(value, Exception) else RuntimeError(str(value)))
