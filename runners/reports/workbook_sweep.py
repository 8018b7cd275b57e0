"""The sheet of sensitivity: what the scenarios of a sweep come to, in few figures and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runners.reports.locale import read_names
from runners.reports.run_folder import Run, find_strangers
from runners.reports.setting_words import name_setting
from runners.reports.sweep_folder import MONEY, SWEEP, list_varied, read_manifest
from runners.reports.sweep_folder import RESULTS as RESULTS_TABLE
from runners.reports.workbook_blocks import Contents, list_cells
from runners.results.catalog import MONEY_UNIT, find_table
from runners.results.folder import find_edits
from runners.views.renderers.sheets import Block, Sheet
from runners.views.section import Cell, Column, Formula, Kind
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd

RESULTS = "results.parquet"
NEEDED = ("scenario", "status", "objective_msek", "targets_missed", "peak_debt_msek")
FIGURES = ("objective_msek", "targets_missed", *MONEY)
MOST_SCENARIOS = 100_000
SPREAD = {"MIN": "min", "MEDIAN": "median", "AVERAGE": "mean", "MAX": "max"}
"""Functions of Excel and of pandas that say how a figure spreads."""
FIRST_FIGURE = 2
"""The column of the first figure."""


def read_sweep(place: Path, run: Run) -> pd.DataFrame:
    """The scenarios of a finished sweep of a plan's case, one per row.

    Raises:
        CaseError: there is no readable table of results, it lacks a column, or the sweep is of another case.
    """
    import pandas as pd
    import pyarrow as pa

    path = place / RESULTS
    if not place.is_dir():
        raise CaseError([Problem("workbook_sweep_missing", str(place))])
    if not path.is_file():
        raise CaseError([Problem("workbook_sweep_unfinished", str(path))])
    manifest = read_manifest(place) or {}
    problems = find_strangers(place, manifest, run) or find_edits(place, manifest, [RESULTS])
    if problems:
        raise CaseError(problems)
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise CaseError([Problem("workbook_sweep_unreadable", str(path), fields={"reason": reason})]) from error
    missing = [name for name in NEEDED if name not in table]
    if missing:
        fields = {"columns": ", ".join(missing)}
        raise CaseError([Problem("workbook_sweep_columns", str(path), fields=fields)])
    return table.sort_values("scenario", kind="stable")


def list_sensitivity(contents: Contents) -> Sheet | None:
    """How cost, missed targets and debt spread over the scenarios, and every scenario with what it varied."""
    if contents.sweep is None or contents.sweep.empty:
        return None
    shown = contents.sweep.head(MOST_SCENARIOS)
    keys = list_varied(shown)
    block = _list_scenarios(contents, shown, keys)
    notes = [*contents.note_money("sensitivity")]
    if len(shown) < len(contents.sweep):
        notes.append(contents.say("note_scenarios_cut", shown=len(shown), count=len(contents.sweep)))
    figures = _list_figures(contents, shown)
    sheet_blocks = (
        *([figures] if figures is not None else []),
        *([_list_typed(contents, keys)] if keys else []),
        block,
    )
    title = contents.say("title_sensitivity")
    return Sheet("sensitivity", contents.say("tab_sensitivity"), title, tuple(notes), sheet_blocks, "scenarios")


def _list_scenarios(contents: Contents, table: pd.DataFrame, keys: Sequence[str]) -> Block:
    words = [contents.word(f"workbook_state_{word}", str(word)) for word in table["status"]]
    named = table.assign(status=words)
    names, figures = _read_label_names(contents), _find_figures(table)
    heads = [name_setting(key, names, contents.lang) for key in keys]
    kinds = [Kind.FULL if table[key].dtype.kind in "if" else Kind.TEXT for key in keys]
    columns = (
        Column(contents.head("sweep/results", "scenario"), Kind.WHOLE, 26),
        Column(contents.head("sweep/results", "status"), width=16),
        *(Column(_name_figure(contents, name), Kind.AMOUNT, 14) for name in figures),
        *(Column(name, kind, max(12.0, min(40.0, len(name) + 2))) for name, kind in zip(heads, kinds, strict=True)),
    )
    rows = list_cells(named, ("scenario", "status", *figures, *keys))
    return Block("scenarios", columns, rows, contents.say("heading_scenarios"))


def _name_figure(contents: Contents, name: str) -> str:
    """The head of a figure with its unit; one that only counts has none."""
    unit = find_table(SWEEP, RESULTS_TABLE).columns[name].unit.replace(MONEY_UNIT, contents.money)
    return contents.head(f"{SWEEP}/{RESULTS_TABLE}", name, contents.write_unit(unit) if unit else "")


def _find_figures(table: pd.DataFrame) -> tuple[str, ...]:
    """The figures that a sweep has; one of before money was kept in full has fewer."""
    return tuple(name for name in FIGURES if name in table)


def _read_label_names(contents: Contents) -> dict[str, str]:
    labels = contents.table("labels")
    return {} if labels is None else read_names(labels, contents.lang)


def _list_typed(contents: Contents, keys: Sequence[str]) -> Block:
    """Each key as it is typed, beside its words."""
    names = _read_label_names(contents)
    columns = (Column(contents.say("varied"), width=26), Column(contents.say("typed"), width=40))
    rows = tuple((name_setting(key, names, contents.lang), key) for key in keys)
    return Block("typed", columns, rows, contents.say("heading_typed"))


def _list_figures(contents: Contents, table: pd.DataFrame) -> Block | None:
    """Least, median, mean and most of each figure over the scenarios that have one, as live formulas of their rows."""
    named = _find_figures(table)
    figures = table[list(named)]
    if figures.isna().all(axis=None):
        return None
    rows: list[tuple[Cell, ...]] = []
    for function, name in SPREAD.items():
        values = getattr(figures, name)()
        cells = [
            Formula(f"={function}({{scenarios_{at}}})", float(values[figure])) if values.notna()[figure] else None
            for at, figure in enumerate(named, start=FIRST_FIGURE)
        ]
        rows.append((contents.say(f"spread_{name}"), None, *cells))
    columns = (
        Column(contents.say("over_scenarios"), width=26),
        Column("", width=16),
        *(Column(_name_figure(contents, name), Kind.AMOUNT, 14) for name in named),
    )
    return Block("spread", columns, tuple(rows), contents.say("heading_spread"))
