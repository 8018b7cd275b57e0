"""Names in the small tables beside a case that steer a terminal or turn a text are told at their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from runners.analyses.futures.design import read_design
from runners.designs.tables import read_table
from scenarios.errors import CaseError
from scenarios.links import read_links
from scenarios.recipes.own_facts import read_own_facts

RED = "\x1b[31mröd"
TOLD = "'\ufffd[31mröd' holds the control character U+001B, which is not seen and changes how text is shown. Write the "
TOLD += "cell anew without it."


def tell(read: Callable[[], object]) -> Sequence[str]:
    with pytest.raises(CaseError) as caught:
        read()
    return [problem.tell("en") for problem in caught.value.problems]


def test_a_future_has_a_name_that_can_be_shown(tmp_path: Path) -> None:
    """A chart with such a name ended the process that drew it."""
    (tmp_path / "futures.csv").write_text(f"future,setting,value\n{RED},adjust.capex.all,2\n", encoding="utf-8")
    assert tell(lambda: read_design(tmp_path, [2025, 2026], 10, 0)) == [f"futures.csv row 2, column 'future': {TOLD}"]


def test_a_scenario_of_a_design_has_a_name_that_can_be_shown(tmp_path: Path) -> None:
    design = tmp_path / "design.csv"
    design.write_text(f"name,adjust.capex.all\n{RED},2\n", encoding="utf-8")
    found = tell(lambda: read_table(design, 10, lambda _: None, lambda *_: None))
    assert found == [f"design.csv row 2, column 'name': {TOLD}"]


def test_a_link_of_a_portfolio_has_a_name_that_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(f"link,kind,item,name_sv\npot,pool,grant,{RED}\n", encoding="utf-8")
    assert f"links.csv row 2, column 'name_sv': {TOLD}" in tell(lambda: read_links(tmp_path, ["a", "b"]))


def test_a_figure_has_a_source_that_can_be_shown(tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    head = "municipality,quantity,year,value,unit,source,confidence"
    facts.write_text(f"{head}\nLund,population,2024,130000,persons,{RED},published\n", encoding="utf-8")
    assert f"facts.csv row 2, column 'source': {TOLD}" in tell(lambda: read_own_facts(facts, 2026))


def test_a_table_of_chances_without_rows_has_no_sum(tmp_path: Path) -> None:
    (tmp_path / "futures.csv").write_text("future,setting,value\n", encoding="utf-8")
    (tmp_path / "probabilities.csv").write_text("future,probability\n", encoding="utf-8")
    (told,) = tell(lambda: read_design(tmp_path, [2025, 2026], 10, 0))
    assert told.startswith(f"risk.path={tmp_path}: ")
