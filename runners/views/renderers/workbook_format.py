"""How a sheet looks in Excel: where its blocks stand, how numbers are shown, what is frozen, filtered and printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from runners.views.renderers.sheets import Block, Sheet
from runners.views.section import Cell, Column, Formula, Kind, Open, Said

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

A4 = 9
MOST_TEXT = 32767
"""Characters that a cell can hold."""
MOST_FOOTER = 60
INK, HEADER, FAINT, LIGHT = "#1F2933", "#1F4E5F", "#5B6770", "#E8EEF1"
SHADE = "#7CCBC0"
LEFT_OPEN = "#FFF3C4"
"""Behind a cell that is left open on purpose."""
ELLIPSIS, NOTHING = "…", "–"
LINE, TITLE_LINE = 13.5, 21.0
"""Heights of a line of text and of a title, in points."""
MOST_HEIGHT = 400.0
"""Points of a row: nearly the most that Excel takes."""
MOST_COUNTED = 10_000
"""Texts of which it is remembered how many lines they take."""
TEXTS = (Kind.TEXT, Kind.LONG)
LABEL_COLUMNS_FROZEN = 2
MARGIN = 1.3
"""Characters that a year's column has more than its longest number."""


@dataclass(frozen=True)
class Place:
    """Where a block stands on its sheet: rows of its header and first row, columns, all from 0."""

    tab: str
    block: Block
    header: int
    first: int

    @property
    def last(self) -> int:
        """Its last row of data."""
        return self.first + len(self.block.rows) - 1

    @property
    def summed(self) -> tuple[int, int]:
        """The first and last of its summed columns."""
        places = [place for place, column in enumerate(self.block.columns) if column.summed]
        return places[0], places[-1]

    def refer(self, first_row: int, first_column: int, last_row: int, last_column: int) -> str:
        """An absolute reference to cells of the sheet."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        start = xl_rowcol_to_cell(first_row, first_column, row_abs=True, col_abs=True)
        end = xl_rowcol_to_cell(last_row, last_column, row_abs=True, col_abs=True)
        return f"'{self.tab}'!{start}" + ("" if start == end else f":{end}")


@dataclass
class Styles:
    """The formats of a workbook, each made once."""

    workbook: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def get(self, **properties: Any) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            base = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
            self.made[key] = self.workbook.add_format({**base, **properties})
        return self.made[key]

    def cell(self, kind: Kind, decimals: int, total: bool = False, first: bool = False) -> Format:
        """The format of a cell of data; texts beyond the first column stand off from the numbers before them."""
        properties: dict[str, Any] = {"bold": True, "top": 1, "bg_color": LIGHT} if total else {}
        if kind in TEXTS:
            return self.get(**properties, text_wrap=kind is Kind.LONG, align="left", indent=int(not first))
        return self.get(**properties, num_format=write_number_format(kind, decimals), align="right")

    def number_among_words(self, decimals: int, first: bool) -> Format:
        """The format of a number in a column of words: it stands where they do."""
        shown = write_number_format(Kind.AMOUNT, decimals)
        return self.get(num_format=shown, align="left", indent=int(not first))


def write_number_format(kind: Kind, decimals: int = 1) -> str:
    """The number format of a kind; Excel writes marks of thousands and decimals as the reader's own language does.

    >>> write_number_format(Kind.AMOUNT, 1)
    '#,##0.0;−#,##0.0;#,##0.0'
    """
    if kind is Kind.WHOLE:
        return "0"
    if kind is Kind.FULL:
        return "General"
    shown = "#,##0." + "0" * decimals if decimals and kind is not Kind.COUNT else "#,##0"
    return f"{shown};−{shown};" + (NOTHING if kind is Kind.YEARLY else shown)


def place_blocks(sheet: Sheet) -> list[Place]:
    """Where the blocks of a sheet come to stand: below its title and notes, a blank row before each."""
    row = 1 + len(sheet.notes)
    places = []
    for block in sheet.blocks:
        header = row + 1 + bool(block.heading)
        places.append(Place(sheet.tab, block, header, header + 1))
        row = places[-1].last + 1 + bool(block.total)
    return places


def measure_widths(sheet: Sheet) -> dict[int, float]:
    """Characters of each column: as many as the widest of the blocks asks for."""
    widths: dict[int, float] = {}
    years = {at for block in sheet.blocks for at, column in enumerate(block.columns) if column.kind is Kind.YEARLY}
    longest = max((_measure_years(block) for block in sheet.blocks), default=0.0)
    for block in sheet.blocks:
        for at, column in enumerate(_list_titles(block)):
            widths[at] = max(widths.get(at, 0.0), column.width, longest if at in years else 0.0)
    return widths


def write_sheet(worksheet: Worksheet, styles: Styles, sheet: Sheet) -> list[Place]:
    """Title, notes and blocks of a sheet, and where the blocks came to stand."""
    worksheet.hide_gridlines(2)
    worksheet.set_row(0, TITLE_LINE)
    worksheet.write_string(0, 0, sheet.title, styles.get(bold=True, font_size=14, font_color=HEADER))
    for row, note in enumerate(sheet.notes, start=1):
        worksheet.write_string(row, 0, note, styles.get(font_color=FAINT, italic=True))
    places, widths = place_blocks(sheet), measure_widths(sheet)
    for at, width in widths.items():
        worksheet.set_column(at, at, width)
    ranges = _name_ranges(places)
    for place in places:
        if place.block.heading:
            heading = styles.get(bold=True, font_size=11, font_color=HEADER)
            worksheet.write_string(place.header - 1, 0, place.block.heading, heading)
        _write_header(worksheet, styles, place, widths)
        _write_block(worksheet, styles, place, place.block.key == sheet.filtered, ranges)
        _make_room(worksheet, place, widths)
    _finish(worksheet, sheet, places)
    return places


def _name_ranges(places: list[Place]) -> dict[str, str]:
    """What formulas may call the columns of the sheet's blocks: block key and place of the column."""
    return {
        f"{place.block.key}_{at}": _span(place.first, at, place.last, at)
        for place in places
        for at in range(len(place.block.columns))
    }


def set_print(worksheet: Worksheet, footer: str, page: str, repeated: tuple[int, int] | None) -> None:
    """A4 landscape, as wide as one page, header rows repeated, name and page numbers below."""
    worksheet.set_landscape()
    worksheet.set_paper(A4)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer(f"&L&8{_escape_footer(footer)}&C&8&A&R&8{page} &P/&N")
    if repeated is not None:
        worksheet.repeat_rows(*repeated)


def sum_cells(cells: Iterable[Cell]) -> float:
    """The sum of the numbers among cells, those of formulas too."""
    values = (cell.value if isinstance(cell, Formula | Said) else cell for cell in cells)
    return math.fsum(value for value in values if isinstance(value, float | int))


def _write_block(worksheet: Worksheet, styles: Styles, place: Place, filtered: bool, ranges: Mapping[str, str]) -> None:
    block = place.block
    shown = {decimals: _list_styles(styles, block, decimals) for decimals in {1, *block.decimals}}
    texts = [column.kind in TEXTS for column in block.columns]
    for at, row in enumerate(block.rows):
        decimals, line = block.decimals[at] if block.decimals else 1, place.first + at
        for column, (cell, style, text) in enumerate(zip(row, shown[decimals], texts, strict=True)):
            if isinstance(cell, Open):
                _leave_open(worksheet, styles, line, column, cell)
                continue
            if isinstance(cell, Formula):
                cell = _fill(cell, line, ranges)
            elif text and isinstance(cell, float):
                own = block.columns[column].decimals
                style = styles.number_among_words(decimals if own is None else own, first=not column)
            write_cell(worksheet, line, column, cell, style)
        if block.across:
            _write_across(worksheet, styles, place, at, decimals)
    if block.total:
        _write_total(worksheet, styles, place, filtered)


def _list_styles(styles: Styles, block: Block, decimals: int) -> list[Format]:
    """The format of each column in a row of so many decimals."""
    own = [decimals if column.decimals is None else column.decimals for column in block.columns]
    return [styles.cell(column.kind, own[at], first=not at) for at, column in enumerate(block.columns)]


def _make_room(worksheet: Worksheet, place: Place, widths: Mapping[int, float]) -> None:
    """Rows as high as their longest text: programs that read the file do not all find that by themselves."""
    long = [at for at, column in enumerate(place.block.columns) if column.kind is Kind.LONG]
    for at, row in enumerate(place.block.rows):
        lines = max((_count_lines(cell, widths[c]) for c in long if isinstance(cell := row[c], str)), default=1)
        if lines > 1:
            worksheet.set_row(place.first + at, min(LINE * lines, MOST_HEIGHT))


def _leave_open(worksheet: Worksheet, styles: Styles, row: int, column: int, cell: Open) -> None:
    """An empty cell in another colour, with a comment that says why it is empty and who knows."""
    worksheet.write_blank(row, column, None, styles.get(bg_color=LEFT_OPEN, border=1, border_color="#D9C77A"))
    worksheet.write_comment(row, column, cell.remark, {"author": "Fardplan", "x_scale": 2.0})


def _write_header(worksheet: Worksheet, styles: Styles, place: Place, widths: Mapping[int, float]) -> None:
    """The titles of the columns, on as many lines as the longest of them needs."""
    header = {"bold": True, "font_color": "#FFFFFF", "bg_color": HEADER, "valign": "vcenter", "text_wrap": True}
    titles = _list_titles(place.block)
    lines = max(_count_lines(column.title, widths[at]) for at, column in enumerate(titles))
    worksheet.set_row(place.header, LINE * lines + 2)
    for at, column in enumerate(titles):
        text = column.kind in TEXTS
        style = styles.get(**header, align="left" if text else "right", indent=int(text and at > 0))
        write_cell(worksheet, place.header, at, column.title, style)


def _list_titles(block: Block) -> list[Column]:
    """The columns of a block, the sums across with them."""
    if not block.across:
        return list(block.columns)
    counted = all(column.kind is Kind.COUNT for column in block.columns if column.summed)
    return [*block.columns, Column(block.across, Kind.COUNT if counted else Kind.AMOUNT, 10)]


@lru_cache(MOST_COUNTED)
def _count_lines(title: str | int, width: float) -> int:
    """Lines of a text in a column of so many characters; notes and sources stand in many rows."""
    if isinstance(title, int):
        return 1
    return sum(len(wrap(line, max(int(width) - 1, 1))) or 1 for line in title.split("\n"))


def write_cell(worksheet: Worksheet, row: int, column: int, cell: Cell, style: Format) -> None:
    """One cell: text is text whatever it begins with, and only our own formulas are formulas."""
    if isinstance(cell, Said):
        cell = cell.value
    if isinstance(cell, str) and cell:
        text = cell if len(cell) <= MOST_TEXT else cell[: MOST_TEXT - 1] + ELLIPSIS
        worksheet.write_string(row, column, text, style)
    elif isinstance(cell, Open) or cell is None or cell == "":
        worksheet.write_blank(row, column, None, style)
    elif isinstance(cell, Formula):
        worksheet.write_formula(row, column, cell.text, style, cell.value)
    else:
        worksheet.write_number(row, column, cell, style)


def _fill(formula: Formula, row: int, ranges: Mapping[str, str]) -> Formula:
    """A formula with its row and the ranges of columns filled in."""
    return Formula(formula.text.format(row=row + 1, **ranges), formula.value)


def _write_across(worksheet: Worksheet, styles: Styles, place: Place, at: int, decimals: int) -> None:
    """The sum of a row's summed columns, in the column after the last."""
    first, last = place.summed
    row = place.first + at
    value = sum_cells(place.block.rows[at][first : last + 1])
    formula = Formula(f"=SUM({_span(row, first, row, last)})", value)
    kind = _list_titles(place.block)[-1].kind
    style = styles.get(bold=True, num_format=write_number_format(kind, decimals), align="right")
    write_cell(worksheet, row, len(place.block.columns), formula, style)


def _write_total(worksheet: Worksheet, styles: Styles, place: Place, filtered: bool) -> None:
    """The sums of the summed columns below the last row; of a filtered block, of the rows that are shown."""
    block, row = place.block, place.last + 1
    for at, column in enumerate(block.columns):
        cell: Cell = block.total if at == 0 else None
        if column.summed:
            span = _span(place.first, at, place.last, at)
            text = f"=SUBTOTAL(9,{span})" if filtered else f"=SUM({span})"
            cell = Formula(text, sum_cells(row_[at] for row_ in block.rows))
        decimals = 1 if column.decimals is None else column.decimals
        write_cell(worksheet, row, at, cell, styles.cell(column.kind, decimals, total=True, first=at == 0))
    if block.across:
        first, last = place.summed
        value = sum_cells(cell for row_ in block.rows for cell in row_[first : last + 1])
        formula = Formula(f"=SUM({_span(row, first, row, last)})", value)
        write_cell(
            worksheet, row, len(block.columns), formula, styles.cell(_list_titles(block)[-1].kind, 1, total=True)
        )


def _span(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(first_row, first_column, last_row, last_column))


def _measure_years(block: Block) -> float:
    """Characters that the longest number of the year columns takes, sums below them included."""
    years = [at for at, column in enumerate(block.columns) if column.kind is Kind.YEARLY]
    shown = [
        f"{row[at]:,.{block.decimals[place] if block.decimals else 1}f}"
        for place, row in enumerate(block.rows)
        for at in years
        if isinstance(row[at], float)
    ]
    if block.total:
        shown += [f"{sum_cells(row[at] for row in block.rows):,.1f}" for at in years]
    return max(map(len, shown), default=0) + MARGIN


def _finish(worksheet: Worksheet, sheet: Sheet, places: list[Place]) -> None:
    """Freeze what says what the numbers are; filter and shade where the sheet asks for it."""
    first = places[0]
    if len(places) == 1:
        labels = sum(1 for column in first.block.columns if not column.summed)
        yearly = any(column.kind is Kind.YEARLY for column in first.block.columns)
        worksheet.freeze_panes(first.first, min(labels, LABEL_COLUMNS_FROZEN) if yearly else 0)
    else:
        worksheet.freeze_panes(1, 0)
    for place in places:
        if place.block.key == sheet.filtered:
            worksheet.autofilter(place.header, 0, place.last, len(place.block.columns) - 1)
        if place.block.key == sheet.shaded:
            _shade(worksheet, place)


def _shade(worksheet: Worksheet, place: Place) -> None:
    """Year columns of each row shaded by their part of the row's largest number."""
    years = [at for at, column in enumerate(place.block.columns) if column.kind is Kind.YEARLY]
    rule = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "min_color": "#FFFFFF", "max_color": SHADE}
    for row in range(place.first, place.last + 1):
        worksheet.conditional_format(row, years[0], row, years[-1], rule)


def _escape_footer(text: str) -> str:
    short = text if len(text) <= MOST_FOOTER else text[: MOST_FOOTER - 1] + ELLIPSIS
    return short.replace("&", "&&")
