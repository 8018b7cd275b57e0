"""How a workbook's sheets are laid out: rows with room for long texts, numbers that are shown as numbers, sums."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import xlsxwriter

from runners.views.renderers.sheets import Block, Sheet
from runners.views.renderers.workbook_format import LINE, Styles, write_sheet
from runners.views.section import Column, Kind


def write_book(path: Path, block: Block) -> openpyxl.Workbook:
    with xlsxwriter.Workbook(str(path)) as book:
        write_sheet(book.add_worksheet("one"), Styles(book), Sheet("one", "one", "One", (), (block,)))
    return openpyxl.load_workbook(path)


def test_rows_are_as_high_as_their_longest_text(tmp_path: Path) -> None:
    """Programs beside Excel do not make rows higher by themselves: texts of two lines ran into the next row."""
    columns = (Column("what", Kind.LONG, 20.0), Column("who", Kind.TEXT, 10.0))
    text = "as many words as need three lines of twenty letters"
    sheet = write_book(tmp_path / "b.xlsx", Block("b", columns, ((text, "x"), ("short", "y"))))["one"]
    (long,) = [cell.row for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert sheet.row_dimensions[long].height == 3 * LINE
    assert sheet.row_dimensions[long + 1].height is None


def test_a_number_among_words_is_shown_with_its_rows_decimals(tmp_path: Path) -> None:
    columns = (Column("what", Kind.LONG, 20.0), Column("content", Kind.LONG, 20.0))
    rows = (("cost", 39218861.20996442), ("name", "a text"))
    sheet = write_book(tmp_path / "b.xlsx", Block("b", columns, rows, decimals=(0, 1)))["one"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)]
    assert cell.number_format == "#,##0;\N{MINUS SIGN}#,##0;#,##0"
    assert cell.alignment.horizontal == "left"


def test_a_sum_has_its_columns_decimals(tmp_path: Path) -> None:
    columns = (Column("what", Kind.TEXT, 20.0), Column("EUR", Kind.AMOUNT, 20.0, summed=True, decimals=0))
    block = Block("b", columns, (("a", 1.25), ("b", 2.5)), total="Sum")
    sheet = write_book(tmp_path / "b.xlsx", block)["one"]
    formats = {str(cell.value): cell.number_format for row in sheet.iter_rows() for cell in row[1:] if cell.value}
    (total,) = [shown for value, shown in formats.items() if value.startswith("=SUM")]
    assert total == formats["1.25"] == "#,##0;\N{MINUS SIGN}#,##0;#,##0"
