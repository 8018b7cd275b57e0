"""What verifying a plan of a sweep takes: a chunk judged together, beside the same plans judged one by one."""

from __future__ import annotations

from statistics import median
from time import process_time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import model.verifier.verify as verifying
from benchmarks.sweep_cases import CASES
from benchmarks.timed import tell
from model.verifier.together import Case
from model.verifier.verify import Verifier
from runners.sweeps.work import TOGETHER

ROUNDS = 7


def test_a_chunk_of_plans_beside_one_by_one(
    benchmark: BenchmarkFixture, monkeypatch: pytest.MonkeyPatch, smallest: bool
) -> None:
    """Processor time: both hold the chunk before in memory, as a worker does, and see another in each round."""
    case = CASES[-1] if smallest else CASES[0]
    family, grid = case.open_family(), case.list_grid()[: 2 if smallest else 2 * TOGETHER]
    cases = [(outcome.scenario, outcome.plan) for outcome in (family.solve(one, verified=False) for one in grid)]
    halves = cases[: len(cases) // 2], cases[len(cases) // 2 :]
    single, chunked = Verifier(), Verifier()
    beside: list[float] = []
    together: list[float] = []
    alone: list[object] = []
    check = verifying._check

    def judge_each() -> tuple[tuple[list[Case]], dict[str, object]]:
        half = halves[len(beside) % 2]
        started = process_time()
        assert all(single.check(*one, relaxed=True).accepted for one in half)
        beside.append(process_time() - started)
        monkeypatch.setattr(verifying, "_check", lambda *words: alone.append(words) or check(*words))
        return (half,), {}

    def judge_together(half: list[Case]) -> None:
        started = process_time()
        refused = chunked.find_refused(half, relaxed=True)
        together.append(process_time() - started)
        monkeypatch.undo()
        assert refused == {}

    benchmark.group = "verifier"
    benchmark.pedantic(judge_together, setup=judge_each, rounds=ROUNDS, warmup_rounds=0 if smallest else 2)
    assert not alone  # all of them were judged together
    each, alike = (1e3 * median(times[-ROUNDS:]) / len(halves[0]) for times in (together, beside))
    tell(
        benchmark,
        case.name,
        "verifying a plan in a chunk",
        unit="ms",
        size=f"{len(halves[0])} plans; one by one {alike:.1f} ms",
        figure=each,
        bar="at most 0.5",
    )
