"""The case of Helsingborg: without mistakes, and all that its contract lists is told."""

from __future__ import annotations

from pathlib import Path

from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.tables import read_tables

CASE = Path(__file__).parents[1] / "scenarios" / "helsingborg"


def test_the_case_has_no_mistakes_and_tells_all_actions_of_the_contract() -> None:
    """40 actions, 28 with a stated cost; ten measures of its own, and its own target over the national one."""
    tables = read_tables(CASE)
    assert check_tables(tables, Choices()) == []
    actions = tables.frames["actions"]
    assert (len(actions), int((actions["stated_cost"] != "").sum())) == (40, 28)
    codes = tables.frames["technologies"]["code"]
    assert int(codes.str.match(r"H\d").sum()) == 10
    targets = tables.frames["targets"].set_index("target")["value"].to_dict()
    assert (targets["territorial_2030"], targets["territorial_2045"]) == ("83", "85")
    assert tables.overridden["targets"]["value"].tolist() == ["63"]
