"""A kept run that nobody touched is confirmed as it stands, whatever its do-nothing path has of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import sealed
import town
import workbook_runs

from runners.confirmation import confirm_run
from runners.reports.run_folder import open_run
from scenarios.errors import CaseError

if TYPE_CHECKING:
    from lund_runs import LundRun


def write_run(folder: Path) -> Path:
    """The run of a town whose households buy boilers and oil when nothing is done, and nothing at all in the plan.

    Heat of 10 a year in 2025 and 2026: boilers for 5 and oil at 2 cost 45; the city's pump, for 12 in whole units of 5,
    costs 12 and no more. The plan has no line of the households; the do-nothing path has their outlay of 5.
    """
    tables = town.build_town(
        actors=[{"actor": "city", "kind": "municipality"}, {"actor": "homes", "kind": "households"}],
        accounts=[{"account": "co2"}],
        case={"last_year": 2026},
        commodities=[
            {"commodity": "oil", "trader": "homes", "purchase_price": 2.0},
            {"commodity": "heat", "trader": "homes", "demand": 10},
        ],
        technologies=[
            {"technology": "boiler", "actor": "homes", "buildable": "yes", "capex": 0.5, "life": 10}
            | {"flow": {"heat": 1, "oil": -1}, "most_build": 20},
            {"technology": "pump", "actor": "city", "measure": "yes", "buildable": "yes", "capex": 1.2, "life": 10}
            | {"unit_size": 5, "most_build": 20, "flow": {"heat": 1}},
        ],
    )
    return workbook_runs.run_case(town.write_town(folder / "case", tables), folder / "run")


@pytest.mark.slow
def test_lines_of_the_do_nothing_path_alone_are_no_difference(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    funding = pd.read_csv(run / "tables" / "funding.csv")
    homes = funding[funding["actor"] == "homes"]
    assert homes["amount"].abs().max() == 0
    assert homes["change"].abs().max() == pytest.approx(5.0)
    confirm_run(open_run(run), "en")


@pytest.mark.slow
def test_a_line_of_the_plan_itself_that_is_gone_is_one(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    path = run / "tables" / "capital_costs.csv"
    rows = pd.read_csv(path)
    owes = (rows.select_dtypes("number").drop(columns="year").abs() > 0.1).any(axis=1)
    assert owes.any()
    rows.drop(index=owes.idxmax()).to_csv(path, index=False)
    sealed.sign_file(run, "tables/capital_costs.csv")
    with pytest.raises(CaseError, match=r"capital_costs\.csv"):
        confirm_run(open_run(run), "en")


def test_the_plan_of_lund_is_confirmed(lund_run: LundRun) -> None:
    confirm_run(open_run(lund_run.place), "en")
