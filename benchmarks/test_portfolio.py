"""Cities from facts planned together by prices: seconds, and how they grow with the number of cities."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.timed import tell
from model.compiled.cache import default_folder
from model.solver.solution import SolverOptions
from model.verifier.shared import TOLERANCE
from runners.analyses.portfolio.crew import Job
from runners.analyses.portfolio.member import Member
from runners.analyses.portfolio.solving import PRICES
from runners.analyses.portfolio.study import Study, plan_portfolio
from runners.exchange.new_portfolio import CONTRACT_CITIES, write_portfolio
from scenarios.choices import Choices
from scenarios.links import read_links
from scenarios.recipes.facts import read_facts

ALL = len(CONTRACT_CITIES)
SIZES = {"few": (1, 2), "many": (5, 10, 20, 40)}
"""Numbers of cities from which growth is fitted."""
WORKERS = 2
MOST_GAP = 0.005
BARS = {"seconds": "at most 120", "growth": "at most 1.2"}


def write_cities(folder: Path, count: int) -> Path:
    """So many cities and what they share: contract cities first, then municipalities by name."""
    facts = read_facts()
    names = [*CONTRACT_CITIES, *(name for name in facts if name not in CONTRACT_CITIES)]
    write_portfolio(folder / f"cities{count}", [facts[name] for name in names[:count]])
    return folder / f"cities{count}"


def plan_cities(place: Path, workers: int) -> Study:
    """All cities of a folder together, each of them with a verified plan."""
    folders = {path.parent.name: path.parent for path in sorted(place.glob("*/case.csv"))}
    job = Job(folders, Choices(), SolverOptions(relax=True), default_folder())
    study = plan_portfolio(read_links(place, list(folders)), job, workers, PRICES)
    assert list(study.together) == list(folders)
    assert all(plan.verified <= TOLERANCE for plan in study.together.values())
    assert study.gap <= MOST_GAP
    return study


def spend(place: Path) -> float:
    """Processor seconds of planning a folder's cities in this process, from tables to verified plans."""
    before = os.times()
    plan_cities(place, 1)
    after = os.times()
    return after.user + after.system - before.user - before.system


def fit_growth(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of the size with which seconds grow: the slope of their logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


@pytest.mark.large
def test_contract_cities_together(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Seconds of all on two cores: programs are compiled before."""
    place = write_cities(tmp_path, ALL)
    plan_cities(place, WORKERS)
    started = perf_counter()
    study = benchmark.pedantic(lambda: plan_cities(place, WORKERS), rounds=1)
    seconds = perf_counter() - started
    size = f"{ALL} cities, {sum(one.size for one in study.described.values())} columns, {len(study.joint.rows)} rows"
    benchmark.group = "portfolio"
    tell(benchmark, "cities", "planned together", figure=seconds, unit="s", bar=BARS["seconds"], size=size)


@pytest.mark.parametrize("which", ["few", pytest.param("many", marks=pytest.mark.large)])
def test_growth_with_the_number_of_cities(
    benchmark: BenchmarkFixture, tmp_path: Path, which: str, smallest: bool
) -> None:
    """The power of their number with which processor seconds grow, fitted; programs are compiled before."""
    sizes = SIZES[which]
    places = [write_cities(tmp_path, count) for count in sizes]
    for path in () if smallest else sorted(places[-1].glob("*/case.csv")):
        Member(path.parent.name, path.parent, Choices(), SolverOptions(relax=True), default_folder()).describe()
    seconds = [spend(place) for place in places[:-1]]
    seconds.append(benchmark.pedantic(lambda: spend(places[-1]), rounds=1))
    growth = fit_growth(sizes, seconds)
    told = ", ".join(f"{count}: {spent:.1f}" for count, spent in zip(sizes, seconds, strict=True))
    benchmark.group = "portfolio"
    what = "processor seconds grow with the number of cities to the power of"
    tell(benchmark, "cities", what, figure=growth, unit="", bar=BARS["growth"], size=f"seconds of {told}")
