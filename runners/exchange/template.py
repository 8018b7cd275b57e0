"""The workbook in which a case is edited: a sheet that explains, the quantities, and one sheet per table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from conf.words import say
from runners.exchange.choosing import Drop, choose_drops, year_bounds
from runners.exchange.measures_sheet import COLUMNS, DECLARED, LISTS
from runners.exchange.notes import (
    describe_column,
    describe_default,
    describe_meaning,
    describe_range,
    describe_unit,
    is_needed,
)
from runners.exchange.own_measure import NEEDED
from runners.exchange.sheets import (
    LISTS_SHEET,
    MEASURES_SHEET,
    QUANTITIES_SHEET,
    START,
    VARIANTS_NAME,
    Kind,
    kind_of,
    title_sheet,
)
from scenarios.catalog import QUANTITIES, TABLES, Table
from scenarios.checks.view import file_of
from scenarios.errors import CaseError, Problem
from scenarios.tables import CASE, MONEY_UNIT, NOTE, QUANTITY, VALUE, Tables, columns_of, number_columns, parse_number

SPARE_ROWS = 1000
"""Rows below the last one that have drop-down lists, for what is added."""
MOST_LETTERS = 32_767
"""Letters that a cell of Excel holds."""
_NARROW, _WIDE, _NOTE = 12, 42, 60
_SAMPLE = 300
"""Rows by which the width of a column is judged."""
_LINE_HEIGHT, _START_WIDTH = 15, 100
"""Points of a line of text, and the width of the texts of the first sheet in letters."""
_AUTHOR = "Fardplan"
_STEPS = 8
"""Lines of `exchange_start_1` and on, which explain how to use the workbook."""


@dataclass(frozen=True)
class _Pen:
    """The workbook that is written, its cell formats, its language and the money of the case."""

    book: Any
    formats: Mapping[str, Any]
    lists: Any
    lang: str
    money: str


def write_template(tables: Tables, variants: Sequence[str], lang: str) -> bytes:
    """The workbook of a case, with a sheet for every table, also for those without rows.

    `variants` are those under which an import will check it; they stand on the first sheet, where they can be changed.

    Raises:
        CaseError: texts that are longer than a cell can be.
    """
    _refuse_long_texts(tables)
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    case = tables.frames[CASE]
    money = case.loc[case[QUANTITY] == MONEY_UNIT, VALUE]
    start = book.add_worksheet(title_sheet(START, lang))
    explained = book.add_worksheet(title_sheet(QUANTITIES_SHEET, lang))
    measures = book.add_worksheet(title_sheet(MEASURES_SHEET, lang))
    sheets = {table.name: book.add_worksheet(title_sheet(table.name, lang)) for table in TABLES}
    lists = book.add_worksheet(LISTS_SHEET)
    lists.hide()
    pen = _Pen(book, _make_formats(book), lists, lang, str(money.iloc[0]) if len(money) else "")
    _write_start(pen, start, tables, variants)
    _write_quantities(pen, explained)
    used = _write_measures(pen, measures)
    for table in TABLES:
        used = _write_table(pen, sheets[table.name], table, tables, used)
    book.close()
    return file.getvalue()


def _make_formats(book: Any) -> dict[str, Any]:
    head = {"bold": True, "font_color": "white", "valign": "top", "border": 1, "border_color": "#FFFFFF"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "input": book.add_format({"num_format": "@", "bg_color": "#FFF8DC", "border": 1, "valign": "top"}),
        "link": book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"}),
        "needed": book.add_format({**head, "bg_color": "#1F4E79"}),
        "optional": book.add_format({**head, "bg_color": "#6B7F93"}),
        Kind.TEXT.name: book.add_format({"num_format": "@"}),
        Kind.YES_NO.name: book.add_format({"num_format": "@"}),
        Kind.NUMBER.name: book.add_format({"num_format": "General", "align": "right", "indent": 1}),
        Kind.YEAR.name: book.add_format({"num_format": "0", "align": "right", "indent": 1}),
    }


def _write_start(pen: _Pen, sheet: Any, tables: Tables, variants: Sequence[str]) -> None:
    """How to use the workbook, the variants, and a list of its sheets with links."""
    case = tables.frames[CASE]
    named = dict(zip(case[QUANTITY], case[VALUE], strict=True)).get(f"name_{pen.lang}", "")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, _START_WIDTH, pen.formats["wrapped"])
    sheet.set_column(2, 2, 10)
    sheet.write_string(0, 0, say("exchange_start_title", pen.lang, case=named), pen.formats["title"])
    for row in range(1, _STEPS + 1):
        _write_paragraph(pen, sheet, row, say(f"exchange_start_{row}", pen.lang))
    row = _STEPS + 2
    sheet.write_string(row, 0, say("exchange_variants", pen.lang), pen.formats["bold"])
    sheet.write_string(row, 1, ", ".join(variants), pen.formats["input"])
    pen.book.define_name(VARIANTS_NAME, f"='{sheet.get_name()}'!$B${row + 1}")
    _write_paragraph(pen, sheet, row + 1, say("exchange_variants_note", pen.lang))
    top = row + 3
    for column, name in enumerate(("sheet", "meaning", "rows")):
        sheet.write_string(top, column, say(f"exchange_list_{name}", pen.lang), pen.formats["bold"])
    for row, table in enumerate(TABLES, start=top + 1):
        title = title_sheet(table.name, pen.lang)
        sheet.write_url(row, 0, f"internal:'{title}'!A1", pen.formats["link"], title)
        needed = "" if table.optional else " " + say("exchange_table_needed", pen.lang)
        _write_paragraph(pen, sheet, row, say(f"exchange_table_{table.name}", pen.lang, money=pen.money) + needed)
        sheet.write_number(row, 2, len(tables.frames[table.name]), pen.formats["wrapped"])
    sheet.hide_gridlines(2)
    _set_up_print(sheet)


def _write_paragraph(pen: _Pen, sheet: Any, row: int, text: str) -> None:
    """A text of the first sheet, in a row as high as it needs."""
    sheet.set_row(row, _LINE_HEIGHT * -(-len(text) // _START_WIDTH))
    sheet.write_string(row, 1, text, pen.formats["wrapped"])


def _write_quantities(pen: _Pen, sheet: Any) -> None:
    """Every quantity of the catalog: where it stands, unit, default, range, by year, meaning."""
    names = ("sheet", "quantity", "unit", "default", "range", "by_year", "meaning")
    widths = (22, 24, 36, 14, 20, 8, 90)
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(column, column, width, pen.formats["wrapped"])
        sheet.write_string(0, column, say(f"exchange_list_{name}", pen.lang), pen.formats["needed"])
    for row, quantity in enumerate(QUANTITIES, start=1):
        texts = (
            title_sheet(quantity.table, pen.lang),
            quantity.name,
            describe_unit(quantity, pen.money, pen.lang),
            describe_default(quantity, pen.lang),
            describe_range(quantity, pen.lang),
            say("exchange_yes" if quantity.yearly else "exchange_no", pen.lang),
            describe_meaning(quantity, pen.lang),
        )
        lines = max(-(-len(text) // width) for text, width in zip(texts, widths, strict=True))
        sheet.set_row(row, _LINE_HEIGHT * max(lines, 1))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, pen.formats["wrapped"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(QUANTITIES), len(names) - 1)
    _set_up_print(sheet)


def _write_measures(pen: _Pen, sheet: Any) -> int:
    """The sheet of a user's own measures, without rows; gives the columns that it takes of the hidden sheet."""
    used = 0
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, _WIDE if column in ("name", "name_en", "note") else _NARROW)
        sheet.write_string(0, number, column, pen.formats["needed" if column in NEEDED else "optional"])
        _write_note(sheet, number, say(f"exchange_measure_{column}", pen.lang, money=pen.money))
        if column in LISTS:
            used = _add_list(pen, sheet, number, SPARE_ROWS, Drop(LISTS[column], strict=True), used)
        elif column in DECLARED:
            drop = Drop(declared_in=title_sheet(DECLARED[column], pen.lang))
            used = _add_list(pen, sheet, number, SPARE_ROWS, drop, used)
    sheet.freeze_panes(1, 1)
    sheet.set_tab_color("#548235")
    _set_up_print(sheet)
    return used


def _write_table(pen: _Pen, sheet: Any, table: Table, tables: Tables, used: int) -> int:
    """One table; `used` columns of the hidden sheet hold lists already, and the number with its own is given back."""
    columns, frame = columns_of(table), tables.frames[table.name]
    drops = choose_drops(table, tables, pen.lang)
    last = len(frame) + SPARE_ROWS
    for number, column in enumerate(columns):
        kind = kind_of(table, column)
        sheet.set_column(number, number, _judge_width(column, frame[column]), pen.formats[kind.name])
        head = pen.formats["needed" if is_needed(table, column) else "optional"]
        sheet.write_string(0, number, column, head)
        _write_note(sheet, number, describe_column(table, column, pen.money, pen.lang))
        _write_cells(pen, sheet, table, number, column, frame)
        if column in drops:
            used = _add_list(pen, sheet, number, last, drops[column], used)
        elif bounds := year_bounds(table, column):
            _add_years(pen, sheet, number, last, bounds)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(frame), 1), len(columns) - 1)
    sheet.set_tab_color("#1F4E79" if len(frame) else "#BFBFBF")
    sheet.repeat_rows(0)
    _set_up_print(sheet)
    return used


def _write_cells(pen: _Pen, sheet: Any, table: Table, number: int, column: str, frame: Any) -> None:
    """The cells of one column: numbers and years as numbers where nothing is lost by it, all else as text."""
    quantities = frame[QUANTITY] if QUANTITY in frame else [""] * len(frame)
    for row, (text, quantity) in enumerate(zip(frame[column], quantities, strict=True), start=1):
        if not text:
            continue
        kind = kind_of(table, column, quantity)
        value = _find_number(text) if kind in (Kind.NUMBER, Kind.YEAR) else None
        if value is None:
            sheet.write_string(row, number, text, pen.formats[Kind.TEXT.name])
        else:
            sheet.write_number(row, number, value, pen.formats[kind.name])


def _find_number(text: str) -> float | None:
    """The number that a cell may hold in place of its text; None where it would not come back the same."""
    try:
        value = parse_number(text)
        return value if float(f"{value:.15g}") == value and abs(value) < float("inf") else None
    except ValueError:
        return None


def _write_note(sheet: Any, column: int, text: str) -> None:
    lines = sum(1 + len(line) // _NOTE for line in text.splitlines())
    options = {"author": _AUTHOR, "width": 400, "height": min(18 * (lines + 1), 620), "font_size": 9}
    sheet.write_comment(0, column, text, options)


def _add_list(pen: _Pen, sheet: Any, column: int, last: int, drop: Drop, used: int) -> int:
    """A drop-down list below a header; words too many for a rule go to the hidden sheet."""
    source: Any
    if drop.declared_in:
        own = f"'{drop.declared_in}'!$A"
        source = f"=OFFSET({own}$2,0,0,MAX(1,COUNTA({own}:$A)-1),1)"  # grows with the rows that are added
    elif drop.inline:
        source = list(drop.words)
    else:
        letter = xl_col_to_name(used)
        pen.lists.write_column(0, used, drop.words, pen.formats[Kind.TEXT.name])
        source, used = f"={LISTS_SHEET}!${letter}$1:${letter}${len(drop.words)}", used + 1
    rule = {
        "validate": "list",
        "source": source,
        "error_type": "stop" if drop.strict else "warning",
        "error_title": say("exchange_list_title", pen.lang),
        "error_message": say("exchange_list_stop" if drop.strict else "exchange_list_warn", pen.lang),
    }
    sheet.data_validation(1, column, last, column, rule)
    return used


def _add_years(pen: _Pen, sheet: Any, column: int, last: int, bounds: tuple[int, int]) -> None:
    first, final = bounds
    rule = {
        "validate": "integer",
        "criteria": "between",
        "minimum": first,
        "maximum": final,
        "error_type": "warning",
        "error_title": say("exchange_year_title", pen.lang),
        "error_message": say("exchange_year_warn", pen.lang, first=first, last=final),
    }
    sheet.data_validation(1, column, last, column, rule)


def _judge_width(column: str, cells: Any) -> int:
    longest = max([len(column) + 3, *(len(text) for text in cells[:_SAMPLE])])
    return min(max(longest + 1, _NARROW), _NOTE if column == NOTE else _WIDE)


def _set_up_print(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _refuse_long_texts(tables: Tables) -> None:
    problems = [
        Problem("exchange_text_long", file_of(table.name), int(row), column, {"allowed": MOST_LETTERS})
        for table in TABLES
        for column in columns_of(table)
        if column not in number_columns(table)
        for row, text in zip(tables.frames[table.name].index, tables.frames[table.name][column], strict=True)
        if len(text) > MOST_LETTERS
    ]
    if problems:
        raise CaseError(problems)
