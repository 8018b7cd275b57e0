"""A sweep whose do-nothing path the verifier does not accept: whatever is measured against it is not verified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from test_towns_idle import heated
from town import build_town

from model.verifier.together import Case
from model.verifier.verdict import Verdict
from runners.overrides import read_config
from runners.sweep_store.results import Head
from runners.sweeps.work import ALL, Found, Solver

REFUSED = Verdict(False, (), 1.0, {})


def open_solver(folder: Path) -> Solver:
    for name, frame in build_town(**heated({})).frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return Solver(read_config([f"case.path={folder}", "convention=no_salvage"]))


def find(solver: Solver, *prices: float) -> list[Found]:
    """The plans of a town whose heat is so many times as dear, each with a do-nothing path of its own."""
    heads = [Head(place, f"{place:016x}", ()) for place in range(len(prices))]
    found = [solver.solve(head, {}, {"adjust.price.heat": price}) for head, price in zip(heads, prices, strict=True)]
    return [one for one in found if isinstance(one, Found)]


@pytest.mark.slow
def test_what_is_measured_against_a_refused_path_is_not_verified_now_or_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = open_solver(tmp_path)
    verifier = solver.family._idle_line.verifier
    asked = list[int]()

    def refuse_first(cases: Sequence[Case], relaxed: bool) -> dict[int, Verdict]:
        asked.append(len(cases))
        return {0: REFUSED} if len(asked) == 1 else {}

    monkeypatch.setattr(verifier, "find_refused", refuse_first)
    first = solver.judge(find(solver, 1.1, 1.2, 1.3), ALL)
    later = solver.judge(find(solver, 1.4, 1.1), ALL)
    statuses = [[row.fate["status"] for row in rows] for rows in (first, later)]
    assert statuses == [["not_verified", "optimal", "optimal"], ["optimal", "not_verified"]]
    assert asked == [3, 1]  # three at once, and of the two that came later the one that was new
