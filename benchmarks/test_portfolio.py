"""Contract cities from facts planned together by prices: seconds, and how they grow with the number of cities."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from model.compiled.cache import default_folder
from model.solver.solution import SolverOptions
from runners.analyses.portfolio.crew import Job
from runners.analyses.portfolio.solving import PRICES
from runners.analyses.portfolio.study import Study, plan_portfolio
from runners.exchange.new_portfolio import CONTRACT_CITIES, write_portfolio
from scenarios.choices import Choices
from scenarios.links import read_links
from scenarios.recipes.facts import read_facts

FEW, ALL = 6, len(CONTRACT_CITIES)
WORKERS = 2
MOST_GAP = 0.005
BARS = {"seconds": "at most 120", "growth": "below 1.2"}


def plan_cities(folder: Path, count: int) -> Study:
    """So many cities together; the folder is made where there is none."""
    place = folder / f"cities{count}"
    if not place.exists():
        write_portfolio(place, [read_facts()[name] for name in CONTRACT_CITIES[:count]])
    folders = {path.parent.name: path.parent for path in sorted(place.glob("*/case.csv"))}
    job = Job(folders, Choices(), SolverOptions(relax=True), default_folder())
    return plan_portfolio(read_links(place, list(folders)), job, WORKERS, PRICES)


@pytest.mark.large
def test_contract_cities_together(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Seconds of all, and the power with which they grow from a few to all: programs are compiled before."""
    plan_cities(tmp_path, ALL)
    benchmark.group = "portfolio"
    study = benchmark.pedantic(lambda: plan_cities(tmp_path, ALL), rounds=1)
    few = plan_cities(tmp_path, FEW)
    assert study.gap <= MOST_GAP
    seconds, before = sum(study.seconds.values()), sum(few.seconds.values())
    growth = log(seconds / before) / log(ALL / FEW)
    size = f"{ALL} cities, {sum(one.size for one in study.described.values())} columns, {len(study.joint.rows)} rows"
    told = {"what": f"seconds together (growth n^{growth:.2f}, {BARS['growth']})", "size": size}
    benchmark.extra_info.update(case="cities", figure=seconds, bar=BARS["seconds"], **told)
