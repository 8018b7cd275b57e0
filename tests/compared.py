"""Run folders and sides to compare, for tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import test_cli
import xarray as xr
from sealed import rewrite_manifest

from runners.analyses.comparison.compared_plans import WHOLE, Side
from runners.analyses.comparison.comparison import compare_sides, open_all
from runners.cli import main
from runners.record import digest_inputs
from runners.reports.tables import TABLES
from runners.results.manifest import MANIFEST
from scenarios.errors import CaseError

Solve = Callable[..., Path]


Kept = dict[tuple[object, ...], Path]
"""Run folders of plans made before, by the files of their case and their words."""


def make_solve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: Kept) -> Solve:
    """Makes the run folder of a plan for the town of `test_cli`, whose emissions may be what they like.

    A plan of the same files and words is made once: its folder is copied, and names the test's own folder.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)  # nobody looks at them here
    case = test_cli.write_case(tmp_path / "stad", cap=100.0)

    def run(name: str, *words: str) -> Path:
        if any(word.startswith("case.path") for word in words):
            return plan(tmp_path / name, *words)
        asked = (*sorted(digest_inputs(case).items()), *words)
        if asked not in kept:
            kept[asked] = shutil.copytree(plan(tmp_path / name, f"case.path={case}", *words), tmp_path / "kept" / name)
            return tmp_path / name
        place, manifest = Path(shutil.copytree(kept[asked], tmp_path / name)), tmp_path / name / MANIFEST
        before, here = (json.dumps(str(folder))[1:-1] for folder in (kept[asked].parent.parent, tmp_path))
        manifest.write_text(manifest.read_text(encoding="utf-8").replace(before, here), encoding="utf-8")
        rewrite_manifest(place)
        return place

    def plan(place: Path, *words: str) -> Path:
        assert main(["plan", test_cli.NO_SALVAGE, f"out={place}", *words]) == 0
        return place

    return run


def side_of(scenario: xr.Dataset, plan: xr.Dataset, name: str) -> Side:
    """A side as if it had been restored."""
    return Side(
        name=name,
        kind=WHOLE,
        case="town",
        names={"sv": "town", "en": "town"},
        money="MSEK",
        price_year=2025,
        years=dict(zip(scenario["year"].values.tolist(), scenario["length"].values.tolist(), strict=True)),
        cost=float(plan.attrs["objective"]),
        tables={name: tabulate(scenario, plan) for name, tabulate in TABLES.items()},
        asked={},
        inputs={},
        digest="0" * 64,
        scenario=scenario,
        plan=plan,
    )


def told(*words: object, lang: str = "sv") -> list[str]:
    """What is said of plans that cannot be compared."""
    with pytest.raises(CaseError) as caught:
        compare_sides(open_all([str(word) for word in words]))
    return [problem.tell(lang) for problem in caught.value.problems]
