"""The workbook: a run as an Excel file whose numbers can be followed, every sheet a view of the run's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.placement import put_file
from runners.reports.workbook_blocks import Contents, Sheet
from runners.reports.workbook_case import list_numbers, list_quality, list_sources
from runners.reports.workbook_changes import list_changes
from runners.reports.workbook_charts import draw_charts
from runners.reports.workbook_current import show_both
from runners.reports.workbook_curve import list_frontier, list_measure_costs, list_system_curve
from runners.reports.workbook_format import Place, Styles, set_print, write_sheet
from runners.reports.workbook_green import GRID_NAME, list_green_impact
from runners.reports.workbook_money import (
    list_capital_costs,
    list_cash,
    list_debt,
    list_funding,
    list_key_figures,
    list_outlays,
    list_outlays_by_measure,
)
from runners.reports.workbook_plan import list_costs, list_measures, list_path, list_targets
from runners.reports.workbook_summary import list_summary
from runners.reports.workbook_sweep import list_sensitivity

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

SHEETS: Mapping[str, Callable[[Contents], Sheet | None]] = {
    "targets": list_targets,
    "path": list_path,
    "measures": list_measures,
    "outlays": list_outlays,
    "outlays_by_measure": list_outlays_by_measure,
    "funding": list_funding,
    "debt": list_debt,
    "capital_costs": list_capital_costs,
    "cash": list_cash,
    "key_figures": list_key_figures,
    "costs": list_costs,
    "curve_system": list_system_curve,
    "curve_measures": list_measure_costs,
    "curve_frontier": list_frontier,
    "green": list_green_impact,
    "sensitivity": list_sensitivity,
    "changes": list_changes,
    "numbers": list_numbers,
    "sources": list_sources,
    "quality": list_quality,
}
"""Every sheet after the summary and the charts, in their order; None where there is no data for it."""


MONEY = ("outlays", "outlays_by_measure", "funding", "debt", "capital_costs", "cash", "key_figures", "costs")
"""Sheets that show their money in the prices of each year too."""


def list_sheets(contents: Contents) -> list[Sheet]:
    """All sheets of a workbook, the summary first, which also says what was left out and why."""
    made = {key: show_both(contents, make) if key in MONEY else make(contents) for key, make in SHEETS.items()}
    sheets = [sheet for sheet in made.values() if sheet is not None]
    absent = [key for key, sheet in made.items() if sheet is None]
    left_out = {contents.say(f"title_{key}"): contents.say(f"without_{key}") for key in absent}
    return [list_summary(contents, sheets, left_out), *sheets]


def write_workbook(contents: Contents, place: Path, force: bool = False) -> Path:
    """Write the workbook beside its place and move it there.

    Raises:
        CaseError: something stands there and `force` is not said, or it cannot be written; then nothing has changed.
    """
    return put_file(place, lambda aside: _fill_file(contents, aside), force)


def _fill_file(contents: Contents, path: Path) -> None:
    from xlsxwriter.workbook import Workbook

    sheets = list_sheets(contents)
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(str(path), {**plain, "in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties(_describe(contents))
    styles = Styles(book)
    tabs = [sheet.tab for sheet in sheets]
    charted = any(block.drawn for sheet in sheets for block in sheet.blocks)
    worksheets = {tab: book.add_worksheet(tab) for tab in [tabs[0], *_chart_tab(contents, charted), *tabs[1:]]}
    footer = contents.say("title_summary", name=contents.run.summary[contents.name])
    page = contents.say("page")
    places: list[Place] = []
    for sheet in sheets:
        own = write_sheet(worksheets[sheet.tab], styles, sheet)
        repeated = (own[0].header, own[0].header) if len(own) == 1 else None
        set_print(worksheets[sheet.tab], footer, page, repeated)
        places += own
    _name_ranges(book, places)
    _link_sheets(worksheets[tabs[0]], styles, places, tabs)
    if charted:
        drawn = worksheets[contents.say("tab_charts")]
        note = contents.note_money()[0]
        draw_charts(book, drawn, styles, contents.say("title_charts"), note, places)
        set_print(drawn, footer, page, None)
    worksheets[tabs[0]].activate()
    _close(book)


def _close(book: Workbook) -> None:
    """Write the file; what the disk refuses is an error of the disk."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
        raise cause or OSError(str(error)) from error


def _chart_tab(contents: Contents, charted: bool) -> Sequence[str]:
    return [contents.say("tab_charts")] if charted else []


def _describe(contents: Contents) -> dict[str, Any]:
    """Properties of the document; its date is that of the run, so that one run gives one file."""
    summary, manifest = contents.run.summary, contents.run.manifest
    return {
        "title": contents.say("title_summary", name=summary[contents.name]),
        "author": "Fardplan",
        "comments": str(summary["digest"]),
        "created": datetime.fromisoformat(manifest["started"]).replace(tzinfo=None),
    }


def _name_ranges(book: Workbook, places: Sequence[Place]) -> None:
    """Name the rows of every block by its key, its grand total, and the factor of electricity."""
    for place in places:
        key, columns = place.block.key, len(place.block.columns)
        book.define_name(key, "=" + place.refer(place.first, 0, place.last, columns - 1))
        if place.block.total and place.block.across:
            row = place.last + 1
            book.define_name(f"{key}_total", "=" + place.refer(row, columns, row, columns))
        if key == "grid":
            book.define_name(GRID_NAME, "=" + place.refer(place.first, 1, place.first, 1))


def _link_sheets(worksheet: Any, styles: Styles, places: Sequence[Place], tabs: Sequence[str]) -> None:
    """Turn the names of sheets in the summary into links."""
    listed = next(place for place in places if place.block.key == "sheets")
    link = styles.get(font_color="#1F4E9F", underline=1, indent=1)
    for at, row in enumerate(listed.block.rows):
        tab = str(row[1])
        if tab in tabs:
            worksheet.write_url(listed.first + at, 1, f"internal:'{tab}'!A1", link, tab)
