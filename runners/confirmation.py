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
from runners.restored import PLAN, SPOILED, CaseMovedError, restore_run, verify_kept
from runners.results.catalog import Type, find_table
from runners.results.manifest import PLAN as RUN
from runners.results.plan_words import NOTHING
from scenarios.arrays import hold_arrays
from scenarios.catalog import ACTOR
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from runners.reports.run_folder import Run
    from runners.restored import Restored

SUMMARY, EMISSIONS = "summary.json", "emissions"
ALONE = ("cash_flow", "funding", "debt", "capital_costs", "key_figures")
"""Tables of who pays that, but for their changes, can be made of the plan alone."""
CLOSE = 1e-6
"""How far a number that is computed again may lie from the one kept, relative to the larger of 1 and itself."""


def confirm_run(run: Run, lang: str) -> None:
    """As `confirm_plan`; a plan that cannot be confirmed is told on standard error.

    Raises:
        CaseError: as `confirm_plan`.
    """
    if not confirm_plan(run):
        print(say("run_not_confirmed", lang, place=run.place), file=sys.stderr)


def confirm_plan(run: Run) -> bool:
    """Verify the plan of a folder again, and that all that is shown of it belongs together.

    False where its case is gone or has changed: then the folder alone is there to be looked at.

    Raises:
        CaseError: what is shown was not verified, is not accepted now, or does not belong together.
    """
    problems = [*_check_summary(run)]
    if problems:
        raise CaseError(problems)
    try:
        restored = restore_run(run)
    except CaseMovedError:
        return False
    verify_kept(run.place, restored.scenario, restored.plan)
    confirm_restored(restored)
    return True


def confirm_restored(restored: Restored) -> None:
    """That summary and tables of a folder are those of its plan, which is verified already.

    Raises:
        CaseError: something that is shown says something else than the plan.
    """
    run = restored.run
    problems = list(_check_summary(run))
    if problems:
        raise CaseError(problems)
    try:
        with hold_arrays(restored.scenario):
            problems = list(_compare_tables(run, restored.scenario, restored.plan))
    except SPOILED as error:
        raise CaseError([Problem("run_file_spoiled", str(run.place / PLAN))]) from error
    if problems:
        raise CaseError(problems)


def _check_summary(run: Run) -> Iterator[Problem]:
    """That the plan was verified when it was made, and that its costs sum to what the summary says of it."""
    summary = run.summary
    if summary["verified"] is not True:
        yield Problem("run_unverified", str(run.place / SUMMARY))
    costs = float(run.tables["costs"]["present_value"].sum())
    told = [float(summary["objective_money"]), summary.get("social_cost_money")]
    if not any(value is not None and _is_close(costs, float(value)) for value in told):
        yield Problem("run_sums_differ", str(run.place / SUMMARY))


def _compare_tables(run: Run, scenario: xr.Dataset, plan: xr.Dataset) -> Iterator[Problem]:
    """Files of which the plan makes something else than stands in them."""
    from runners.reports.background import tabulate_background
    from runners.reports.tables import ACCOUNTS, TABLES

    if not _is_close(float(plan.attrs["objective"]), float(run.summary["objective_money"])):
        yield Problem("run_file_differs", str(run.place / SUMMARY))
    made = {name: tabulate(scenario, plan) for name, tabulate in TABLES.items()} | tabulate_background(scenario, plan)
    if scenario.sizes[ACTOR]:
        made |= {name: ACCOUNTS[name](scenario, plan, None) for name in ALONE}
    for name, table in made.items():
        kept = run.tables.get(name)
        if kept is None:
            continue
        if name == EMISSIONS:
            kept = kept[kept["period"] != NOTHING]
        if not (_is_same_beside(name, kept, table) if name in ALONE else _is_same(kept, table)):
            yield Problem("run_file_differs", str(run.place / "tables" / f"{name}.csv"))


def _is_same_beside(name: str, kept: pd.DataFrame, made: pd.DataFrame) -> bool:
    """Whether a table of who pays is the one made of the plan alone, but for changes from the do-nothing path.

    A line that only the do-nothing path has stands in the file for its change; the plan itself has nothing there.
    """
    declared = find_table(RUN, name)
    columns = [column for column in made.columns if not column.startswith("change")]
    if not set(columns) <= set(kept.columns):
        return False
    sides = [side.set_index(list(declared.keys), drop=False)[columns] for side in (kept, made)]
    if not all(side.index.is_unique for side in sides):
        return False
    places = sides[1].index.get_indexer(sides[0].index)  # of the rows of one in the other, -1 where it has none
    both, money = places >= 0, [column for column in columns if column in declared.list_typed(Type.NUMBER)]
    alone = sides[0][~both], sides[1][~sides[1].index.isin(sides[0].index[both])]
    if any((side[money].fillna(0.0).abs() > CLOSE).any(axis=None) for side in alone):
        return False
    return _is_same(sides[0][both], sides[1].iloc[places[both]])


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
        elif any(_write(one) != _write(other) for one, other in set(zip(ours.tolist(), theirs.tolist(), strict=True))):
            return False
    return True


def _write(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell)


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(1.0, abs(other))
