"""Sweeps through Hydra: whole with our launcher, job by job with another, with the same numbers and no litter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conf.schema import Config
from runners.batch import JobEnd, SweepCalls, run_multirun
from runners.designs.design import Design
from runners.overrides import read_config
from scenarios.errors import CaseError

WORDS = (
    "price=low,base",
    "adjust.price.electricity=0.9,1.1",
    "exclude=[],[battery]",
    "target.mode=hard",
    "price.scale.hvo=2",
)
Numbers = tuple[Any, ...]


def numbers_of(config: Config) -> Numbers:
    scale = tuple(sorted({**config.price.ready_made, **config.price.scale}.items()))
    return config.target.mode, scale, tuple(config.exclude), tuple(sorted(config.settings.items()))


class Recorder:
    """Stands for the engine: notes the configuration of each scenario instead of solving it."""

    def __init__(self, failing: int | None = None) -> None:
        self.failing = failing
        self.designs: list[tuple[Design, Config, tuple[str, ...]]] = []
        self.found: dict[int, Numbers] = {}
        self.ends: list[JobEnd] = []

    def run_sweep(self, design: Design, config: Config, words: Sequence[str]) -> int:
        self.designs.append((design, config, tuple(words)))
        for scenario in range(len(design)):
            row = design.row(scenario)
            self.found[scenario] = numbers_of(read_config([*words, *(f"{key}={value}" for key, value in row.items())]))
        return 0

    def run_one(self, config: Config, scenario: int) -> Numbers:
        if scenario == self.failing:
            raise ValueError("no plan")
        return numbers_of(config)

    def end_jobs(self, design: Design, config: Config, words: Sequence[str], ends: Sequence[JobEnd]) -> int:
        self.ends = list(ends)
        return 4 if any(end.error for end in ends) else 0

    def run(self, *words: str) -> int:
        return run_multirun(words, SweepCalls(self.run_sweep, self.run_one, self.end_jobs))


@pytest.fixture(autouse=True)
def _in_a_folder_that_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    yield
    assert [path.name for path in tmp_path.rglob("*") if path.name != "design.csv"] == []


@pytest.mark.slow
def test_our_launcher_takes_the_design_whole() -> None:
    recorder = Recorder()
    assert recorder.run(*WORDS) == 0
    ((design, config, words),) = recorder.designs
    assert len(design) == 8
    assert (config.target.mode, config.price.scale, config.settings) == ("hard", {"hvo": 2.0}, {})
    assert words == ("target.mode=hard", "price.scale.hvo=2")


@pytest.mark.slow
def test_another_launcher_works_job_by_job_with_the_same_numbers() -> None:
    whole, jobs = Recorder(), Recorder()
    assert whole.run(*WORDS) == 0
    assert jobs.run(*WORDS, "hydra/launcher=basic") == 0
    assert not jobs.designs
    assert {end.scenario: end.value for end in jobs.ends} == whole.found


@pytest.mark.slow
def test_a_job_that_fails_is_told_and_taints_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    recorder = Recorder(failing=1)
    assert recorder.run("price=low,base,high", "hydra/launcher=basic") == 4
    assert [type(end.error).__name__ for end in recorder.ends] == ["NoneType", "ValueError", "NoneType"]
    assert [end.value is None for end in recorder.ends] == [False, True, False]
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


def test_hydra_itself_knows_that_a_job_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Hydra's callbacks and other launchers are told: FAILED, not COMPLETED."""
    from hydra.core.utils import JobReturn, JobStatus

    import runners.batch

    seen: list[JobStatus] = []
    end_job = runners.batch._end_job

    def note(scenario: int, job: JobReturn) -> JobEnd:
        seen.append(job.status)
        return end_job(scenario, job)

    monkeypatch.setattr(runners.batch, "_end_job", note)
    Recorder(failing=0).run("price=low,base", "hydra/launcher=basic")
    assert seen == [JobStatus.FAILED, JobStatus.COMPLETED]


@pytest.mark.slow
def test_a_table_and_an_experiment_go_through_every_launcher(tmp_path: Path) -> None:
    (tmp_path / "design.csv").write_text("price,adjust.capex.all\nlow,1.3\n,0.9\n", encoding="utf-8")
    words = ("experiment=dear_money", "sweep.design=design.csv")
    whole, jobs = Recorder(), Recorder()
    assert whole.run(*words) == 0
    assert jobs.run(*words, "hydra/launcher=basic") == 0
    assert {end.scenario: end.value for end in jobs.ends} == whole.found
    settings = [dict(found[3]) for found in whole.found.values()]
    assert settings == [{"adjust.capex.all": 1.3}, {"adjust.capex.all": 0.9}]
    assert dict(whole.found[1][1])["electricity"] == 1.5


def test_a_key_both_fixed_and_in_the_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "design.csv").write_text("adjust.capex.all\n1.3\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        Recorder().run("adjust.capex.all=1", "sweep.design=design.csv")
    assert [problem.tell("en") for problem in caught.value.problems] == [
        "adjust.capex.all: the key stands in several places, so its value is not clear. Keep one of them."
    ]


def test_the_plugins_of_other_launchers_can_be_sent_to_their_workers() -> None:
    """Launchers such as joblib send Hydra's singletons and our task to their processes with cloudpickle."""
    import cloudpickle
    from hydra.core.singleton import Singleton

    sent: list[int] = []

    class Sender(Recorder):
        def end_jobs(self, design: Design, config: Config, words: Sequence[str], ends: Sequence[JobEnd]) -> int:
            sent.append(len(cloudpickle.dumps(Singleton.get_state())))
            return 0

    assert Sender().run("price=low,base", "hydra/launcher=basic") == 0
    assert sent[0] > 0


def test_what_can_be_chosen_of_hydra_is_told() -> None:
    with pytest.raises(CaseError) as caught:
        Recorder().run("price=low,base", "hydra.run.dir=x", "hydra/launcher=slurmy", "hydra/sweeper=basic")
    assert [problem.tell("en") for problem in caught.value.problems] == [
        "hydra.run.dir=x: that part of Hydra cannot be chosen here. What can: hydra/launcher, hydra.launcher.*, "
        "hydra.sweep.*.",
        "hydra/launcher=slurmy: there is no 'slurmy'. Choose: basic, batch.",
        "hydra/sweeper=basic: that part of Hydra cannot be chosen here. What can: hydra/launcher, hydra.launcher.*, "
        "hydra.sweep.*.",
    ]
    with pytest.raises(CaseError) as caught:
        Recorder().run("price=low,base", "hydra/launcher=basic", "hydra.launcher.n_jobs=2")
    assert [problem.tell("en") for problem in caught.value.problems] == [
        "hydra/launcher=basic hydra.launcher.n_jobs=2: Hydra does not accept the choice: Could not override "
        "'hydra.launcher.n_jobs'."
    ]


def test_mistakes_in_the_configuration_of_a_sweep_are_told() -> None:
    with pytest.raises(CaseError) as caught:
        Recorder().run("sweep.vary.adjust.capex.all={low:2,high:1}", "sweep.grid.price=[low,hih]")
    assert [problem.tell("en") for problem in caught.value.problems] == [
        "sweep.vary.adjust.capex.all: the range goes from 2 to 1. Write the lower number first.",
        "price=hih: there is no 'hih'. Choose: base, high, low.",
    ]


def test_choices_of_how_to_work_are_told_all_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        Recorder().run("price=low,base", "sweep.verify=some", "runners.kind=ray", "sweep.workers=0", "sweep.most=10**9")
    assert "sweep.most=10**9: '10**9' is not a whole number" in caught.value.problems[3].tell("en")
    with pytest.raises(CaseError) as caught:
        Recorder().run(
            "price=low,base", "sweep.verify=some", "runners.kind=ray", "sweep.workers=0", "runners.cores=5000"
        )
    assert [problem.tell("en") for problem in caught.value.problems] == [
        "sweep.verify=some: there is no 'some'. Choose: all, sample.",
        "runners.kind=ray: there is no 'ray'. Choose: local, dask.",
        "sweep.workers=0: 0 is too small. Write 1 or more.",
        "runners.cores=5000: 5000 is too large. Write 1024 or less.",
    ]


def test_a_cluster_that_would_not_be_used_is_told() -> None:
    with pytest.raises(CaseError) as caught:
        Recorder().run("price=low,base", "runners.queue=long")
    assert [problem.tell(lang) for problem in caught.value.problems for lang in ("sv", "en")] == [
        "runners.queue=long: klustret används bara med runners=dask. Lägg till det, eller ta bort valet för att köra "
        "på den här datorn.",
        "runners.queue=long: the cluster is used with runners=dask only. Add it, or remove this choice to run on this "
        "machine.",
    ]
