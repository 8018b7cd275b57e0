"""Answers that are empty or odd, in everything that shows them: a plan without investments, one year, no target, ...

Each plan is made once by the command, which shows it on the screen and draws its pictures; then it is written as a
report, a workbook and a CSV set, in a language by turns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import test_cli
import town
from sweeping import chunk_of, design_of, manifest_of
from town import write_town

from runners.cli import main
from runners.reports.document import Material, compose_document
from runners.reports.page import write_page
from runners.reports.run_folder import open_run
from runners.results.sweep import open_sweep_folder
from runners.sweep_store.store import SweepStore
from scenarios.tables import Tables

LONG_WORD = "Kraftvärmeverksombyggnadsförberedelser" * 6
ONE: dict[str, Any] = {
    "commodities": [{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 1}],
    "technologies": [
        {
            "technology": "boiler",
            "buildable": "yes",
            "measure": "yes",
            "capex": 1,
            "life": 20,
            "yield": 8.76,
            "flow": {"heat": 1, "gas": -1.25},
        }
    ],
}


def name_long(length: int, word: str = "") -> Tables:
    """The town with a name that is longer than any line, or than any cell."""
    tables = town.build_town(**ONE)
    for frame in (tables.frames["technologies"], tables.frames["commodities"]):
        for column in ("name_sv", "name_en"):
            frame[column] = word or "x " * (length // 2)
    return tables


# None is the town of `test_cli`: a boiler, a pump that may be built, one target.
CASES: dict[str, tuple[Tables | None, tuple[str, ...]]] = {
    "doing nothing": (None, ("do_nothing=true", "target=priced")),
    "no measure to choose": (None, ("exclude=[pump]", "target=priced")),
    "one year": (None, ("case.years=[2025]", "target=priced")),
    "one year of many": (None, ("case.years=[2025]", "case.last_length=5", "target=nearest")),
    "one technology and no target": (town.build_town(**ONE), ()),
    "a long word": (name_long(0, LONG_WORD), ()),
    "a text beyond a cell": (name_long(40_000), ()),
}
QUICK = ("doing nothing", "one year", "one technology and no target")
"""Kinds in the quick suite; all are in the slow one."""


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in CASES]
)
def test_every_odd_plan_is_shown_by_everything(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables, words = CASES[name]
    lang = ("sv", "en")[list(CASES).index(name) % 2]
    place, run = tmp_path / "town", tmp_path / "run"
    case = f"case.path={test_cli.write_case(place) if tables is None else write_town(place, tables)}"
    assert main(["plan", case, *words, f"out={run}", f"lang={lang}"]) == 0, capsys.readouterr().err
    assert len(list((run / "figures").glob("*.svg"))) >= 1
    assert main(["workbook", str(run), "--out", f"{tmp_path}/b.xlsx", "--csv", f"{tmp_path}/csv", f"lang={lang}"]) == 0
    page = write_page([compose_document(Material((open_run(run),), None, ()), lang)])
    assert "<h1" in page
    said = capsys.readouterr()
    assert not said.err.strip()
    assert " nan" not in said.out.lower()


@pytest.mark.slow
@pytest.mark.parametrize("first", ["infeasible", "crashed"])
@pytest.mark.parametrize("solved", [0, 1, 4])
def test_a_sweep_that_begins_without_a_plan_is_shown_by_everything(first: str, solved: int, tmp_path: Path) -> None:
    """Two scenarios without a plan in the first chunk, and none, one or four with one after them."""
    place, count = tmp_path / "sweep", 2 + solved
    with SweepStore.create(place, manifest_of(labels=[], money="MSEK", price_year="2025"), design_of(count)) as store:
        store.write_chunk("00000", chunk_of(range(2), status=first))
        for number in range(2, count):
            store.write_chunk(f"{number:05d}", chunk_of([number]))
        store.compact()
    sweep = open_sweep_folder(place)
    assert len(sweep.solved) == solved
    for lang in ("sv", "en"):
        assert "<h1" in write_page([compose_document(Material((), sweep, ()), lang)])
    assert main(["runs", "show", "sweep", "--folder", str(tmp_path)]) == 0
    assert main(["runs", "list", "--folder", str(tmp_path)]) == 0
