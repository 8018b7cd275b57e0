"""A plan that is shown is verified when it is shown: against its case, and its tables against each other.

A run folder keeps the digests of the case it was made from. Where the case's files are still the same, the scenario is
assembled again from the folder's own choices, the plan verified as if it had just been found, and every table of it
made once more: a folder that was edited consistently, digests, seal and all, is seen here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from conf.words import say
from runners.restored import PLAN, SPOILED, CaseMovedError, judge, restore_run
from runners.results.catalog import Type, find_table
from runners.results.manifest import PLAN as RUN
from scenarios.catalog import ACTOR
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from runners.reports.run_folder import Run

SUMMARY = "summary.json"
ALONE = ("cash_flow", "funding", "debt", "capital_costs", "key_figures")
"""Tables of who pays that, but for their changes, can be made of the plan alone."""
NOTHING = 1e-9
"""Money below this is none: a table has a row for it where the do-nothing path has some."""
CLOSE = 1e-6
"""How far a number that is computed again may lie from the one kept, relative to the larger of 1 and itself."""


def confirm_run(run: Run, lang: str) -> None:
    """Verify the plan of a folder again, and that all that is shown of it belongs together.

    A case that is gone or has changed is told on standard error: then the folder alone is there to be looked at.

    Raises:
        CaseError: what is shown was not verified, is not accepted now, or does not belong together.
    """
    problems = [*_check_summary(run)]
    if problems:
        raise CaseError(problems)
    try:
        restored = restore_run(run)
    except CaseMovedError:
        print(say("run_not_confirmed", lang, place=run.place), file=sys.stderr)
        return
    try:
        verdict = judge(restored)
        problems = [] if not verdict.accepted else list(_compare_tables(run, restored.scenario, restored.plan))
    except SPOILED as error:
        raise CaseError([Problem("run_file_spoiled", str(run.place / PLAN))]) from error
    if not verdict.accepted:
        problems = [
            Problem("run_plan_refused", str(run.place / PLAN), fields={"reason": verdict.violations[0].tell(lang)})
        ]
    if problems:
        raise CaseError(problems)


def _check_summary(run: Run) -> Iterator[Problem]:
    """That the plan was verified when it was made, and that its costs sum to what the summary says of it."""
    summary = run.summary
    if summary["verified"] is not True:
        yield Problem("run_unverified", str(run.place / SUMMARY))
    costs = float(run.tables["costs"]["present_value"].sum())
    told = [float(summary["objective_msek"]), summary.get("social_cost_msek")]
    if not any(value is not None and _is_close(costs, float(value)) for value in told):
        yield Problem("run_sums_differ", str(run.place / SUMMARY))


def _compare_tables(run: Run, scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[Problem]:
    """Files of which the plan makes something else than stands in them."""
    from runners.reports.tables import ACCOUNTS, TABLES

    if not _is_close(float(plan.attrs["objective"]), float(run.summary["objective_msek"])):
        yield Problem("run_file_differs", str(run.place / SUMMARY))
    made = {name: tabulate(scenario, plan) for name, tabulate in TABLES.items()}
    if scenario.sizes[ACTOR]:
        made |= {name: _leave_changes(name, ACCOUNTS[name](scenario, plan, None)) for name in ALONE}
    for name, table in made.items():
        if name not in run.tables:
            continue
        kept = _leave_changes(name, run.tables[name]) if name in ALONE else run.tables[name]
        if not _is_same(kept, table):
            yield Problem("run_file_differs", str(run.place / "tables" / f"{name}.csv"))


def _leave_changes(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table of who pays without what is said beside the do-nothing path: columns of changes, rows of changes alone.

    A row of changes alone is one in which the plan itself has nothing.
    """
    alone = table[[column for column in table.columns if not column.startswith("change")]]
    money = [column for column in alone.columns if column in find_table(RUN, name).list_typed(Type.NUMBER)]
    return alone[(alone[money].fillna(0.0).abs() > NOTHING).any(axis=1)].reset_index(drop=True)


def _is_same(kept: pd.DataFrame, made: pd.DataFrame) -> bool:
    """Whether two tables have the same rows, numbers to what a file keeps of them."""
    import numpy as np
    import pandas as pd

    if len(kept) != len(made) or not set(made.columns) <= set(kept.columns):
        return False
    for column in made.columns:
        ours, theirs = made[column], kept[column]
        if pd.api.types.is_numeric_dtype(ours) and not pd.api.types.is_bool_dtype(ours):
            one, other = (side.to_numpy(dtype=float, na_value=np.nan) for side in (ours, theirs))
            if not np.allclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True):
                return False
        elif [_write(cell) for cell in ours] != [_write(cell) for cell in theirs]:
            return False
    return True


def _write(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell)


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(1.0, abs(other))
