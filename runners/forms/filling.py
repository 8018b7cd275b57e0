"""Filling: every table of a form from its material, what the case gives of open cells, what is left open and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conf.words import LANGUAGES, say
from runners.forms import action_sheets, capital, costing, emissions, indicators, others, risks
from runners.forms.catalog import (
    ACTION,
    CDP,
    COVENANT,
    GREEN_BOND,
    INVESTMENT,
    KLIMATKLIVET,
    FormColumn,
    FormTable,
    list_tables,
)
from runners.forms.figures import Added, Figure, reckon
from runners.forms.filled import Filled, FormCell, FormRow, Given, Left
from runners.forms.material import Material

Fill = Callable[[Material], Filled]

INVESTMENT_FILLS: Mapping[str, Fill] = {
    "IP-A1 T1": capital.budget_back,
    "IP-A1 T2": capital.budget_fields,
    "IP-A2 T3": capital.list_income,
    "IP-A2 T4": capital.list_sources,
    "IP-B1 T6": costing.cost_sectors,
    "IP-B1 T7": costing.list_projects,
    "IP-B2 T8": capital.plan_capital,
    "IP-B2 T9": capital.cover_cost,
    "IP-B3 T10": indicators.list_economic,
    "IP-B3 T11": indicators.list_financial,
    "IP-C2 T13": risks.list_risks,
    "IP-C3 T14": capital.map_stakeholders,
    "Pecs T1": capital.budget_now,
    "Pecs T2": capital.list_income_by_year,
    "Pecs T3": capital.list_sources_short,
    "Pecs T5": costing.cost_levers,
    "Pecs B-1.1a": costing.cost_municipality,
    "Pecs residual": emissions.offset_residual,
    "Pecs B-2 list": capital.list_responsible,
    "Pecs T6": capital.need_capital,
    "Pecs T7": indicators.list_drivers,
    "Pecs T8": costing.indicate_levers,
    "Pecs T10": risks.list_risks_short,
    "Pecs T11": capital.map_partners,
    "NZC B-3-2": costing.indicate_levers,
    "NZC C-3.2": capital.split_owners,
    "NZC gap": emissions.gap_of_model,
    "Dijon projects": costing.list_dijon,
    "Sonderborg costing": costing.summarise_sectors,
    "Barcelona C-3": costing.list_barcelona,
}
ACTION_FILLS: Mapping[str, Fill] = {
    "I-1.1": emissions.tell_boundary,
    "A-1.2": emissions.list_factors,
    "A-1.3": emissions.list_inventory,
    "A-1.5": emissions.trace_path,
    "A-2.1 gap": emissions.gap_of_model,
    "A-2.1 gap7": emissions.gap_of_guidance,
    "A-2.3 gap": emissions.gap_of_2023,
    "A-3.2": action_sheets.list_stakeholders,
    "B-1.1": action_sheets.list_pathways,
    "B-2.1": action_sheets.list_portfolios,
    "B-2.3": emissions.list_sinks,
    "B-3.1": indicators.list_monitored,
    "B-3.2": indicators.describe_indicators,
    "C-3.1": action_sheets.list_costed,
}
FILLS: Mapping[str, Mapping[str, Fill]] = {
    INVESTMENT: INVESTMENT_FILLS,
    ACTION: ACTION_FILLS,
    COVENANT: {"BEI": others.list_covenant_inventory, "Key actions": others.list_covenant_actions},
    CDP: {"GPC inventory": others.list_gpc_inventory, "Actions": others.list_cdp_actions},
    GREEN_BOND: {"Impact": others.list_impact},
    KLIMATKLIVET: {"Klimatnytta": others.list_klimatklivet},
}
OUTLINES = "B-2.2"


@dataclass(frozen=True)
class CaseCell:
    """A cell that the case gives: sheet, what its row is called, key of its column, its text and source."""

    sheet: str
    row: str
    column: str
    value: str
    source: str
    line: int = 0


@dataclass(frozen=True)
class Sheet:
    """A table of a form as it is handed in."""

    table: FormTable
    filled: Filled
    unused: tuple[CaseCell, ...] = ()


def fill_form(m: Material, form: str, cells: Sequence[CaseCell], variants: Sequence[str]) -> list[Sheet]:
    """Every table of a form, in its order; the outlines of actions one after the other.

    Args:
        m: what it is filled from.
        form: which.
        cells: what the case gives of cells that the run does not know.
        variants: versions of the form to write; none: all.
    """
    sheets = []
    for table in list_tables(form):
        if variants and table.variant not in variants:
            continue
        if table.sheet == OUTLINES:
            sheets += [_give(table, one, cells) for one in action_sheets.outline_actions(m)]
            continue
        fill = FILLS[form].get(table.sheet)
        sheets.append(_give(table, fill(m) if fill else Filled(()), cells))
    if m.others:
        sheets.append(Sheet(_name_sensitivity(m, form), risks.compare_runs(m)))
    return sheets


def _name_sensitivity(m: Material, form: str) -> FormTable:
    """The table that no form has."""
    titles = {lang: say("form_sensitivity", lang) for lang in LANGUAGES}
    return FormTable(form, say("form_tab_sensitivity", m.lang), "-", "", titles, (), "-")


def find_cell(m: Material, row: FormRow, column: FormColumn) -> FormCell:
    """What stands in a cell: as filled, else open as its column says; a figure that has no number is open."""
    cell = row.get(column.key)
    if isinstance(cell, Figure | Added) and reckon(cell, m.tables) is None:
        return Left("no_number", column.who)
    return Left(column.why, column.who) if cell is None else cell


def _give(table: FormTable, filled: Filled, cells: Sequence[CaseCell]) -> Sheet:
    """Put what the case gives into cells that are open; rows that are not there are added."""
    own = [cell for cell in cells if cell.sheet in (table.sheet, filled.tab)]
    rows = [dict(row) for row in filled.rows]
    names = {str(row.get(table.columns[0].key, "")): at for at, row in enumerate(rows)}
    unused = []
    for cell in own:
        if cell.row not in names:
            names[cell.row] = len(rows)
            rows.append({table.columns[0].key: cell.row})
        row = rows[names[cell.row]]
        if isinstance(row.get(cell.column, Left("", "")), Left):
            row[cell.column] = Given(_read(table.find(cell.column), cell.value), cell.source)
        else:
            unused.append(cell)
    return Sheet(table, replace(filled, rows=tuple(rows)), tuple(unused))


def _read(column: FormColumn, text: str) -> str | float:
    return float(text) if column.numeric else text


def list_open(m: Material, sheet: Sheet) -> Iterator[tuple[FormColumn, int, int, tuple[Left, ...]]]:
    """Each column of a sheet: how many of its cells are filled, how many there are, and why the others are open."""
    for column in sheet.table.columns:
        cells = [find_cell(m, row, column) for row in sheet.filled.rows]
        left = tuple(cell for cell in cells if isinstance(cell, Left))
        yield column, len(cells) - len(left), len(cells), left
