"""The copy of a workbook in which every problem stands at its cell, in colour and in a comment, and in a first list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from conf.words import LANGUAGES, say
from runners.exchange.placing import Placed
from runners.exchange.reading import open_quietly
from runners.exchange.sheets import HEADER_ROW, PROBLEMS, title_sheet

COLOUR = "FFFFC7CE"
"""The pink in which Excel itself shows what is bad; marks of an earlier import are known by it."""
AUTHOR = "Fardplan"
_RULE = "\n" + "\u2500" * 12 + "\n"
"""Between the note that a header has and the problem told below it."""
_FONT, _SIZE = "Calibri", 11
_WIDTHS = (22, 9, 110)
_ROW_HEIGHT, _ROW_LETTERS = 15, 100
"""Points of a line of the list, and letters that fit on one."""
_LINE_LETTERS, _LINE_HEIGHT, _NOTE_WIDTH, _NOTE_HEIGHT = 48, 17, 340, 400


def mark_workbook(data: bytes, problems: Sequence[Placed], lang: str) -> bytes:
    """A copy of the workbook with its problems marked; it holds values, no formulas, macros or links.

    Marks of an earlier import go. A problem without a cell stands in the list only.
    """
    workbook = open_quietly(data, read_only=False)
    _remove_marks(workbook)
    texts: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        if problem.sheet in workbook.sheetnames and problem.cell:
            texts.setdefault((problem.sheet, problem.cell), []).append(problem.text)
    for (sheet, cell), told in texts.items():
        _mark_cell(workbook[sheet][cell], told)
    _list_problems(workbook, problems, lang)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _mark_cell(cell: Cell | MergedCell, texts: Sequence[str]) -> None:
    cell.fill = PatternFill("solid", fgColor=COLOUR)
    if isinstance(cell, MergedCell):
        return
    if cell.font.color is not None:  # a white header would not be seen on pink
        font = cell.font
        cell.font = Font(name=font.name, sz=font.sz, b=font.b, i=font.i)
    told = "\n\n".join(texts)
    cell.comment = _comment(cell.comment.text + _RULE + told if cell.comment else told)


def _comment(text: str) -> Comment:
    lines = sum(1 + len(line) // _LINE_LETTERS for line in text.splitlines())
    height = min(_NOTE_HEIGHT, _LINE_HEIGHT * (lines + 1))
    return Comment(text, AUTHOR, height=height, width=_NOTE_WIDTH)


def _remove_marks(workbook: Workbook) -> None:
    """Take away what an earlier import marked: the list, the colours and the comments of coloured cells."""
    for title in {title_sheet(PROBLEMS, lang) for lang in LANGUAGES} & set(workbook.sheetnames):
        workbook.remove(workbook[title])
    for cell in _list_marked(workbook):
        cell.fill = PatternFill()
        if cell.comment is not None:
            note, _, _ = cell.comment.text.partition(_RULE)
            cell.comment = _comment(note) if cell.row == HEADER_ROW and note != cell.comment.text else None


def _list_marked(workbook: Workbook) -> Iterator[Any]:
    for sheet in workbook.worksheets:
        for cell in list(sheet._cells.values()):  # those that exist; rows of a sheet may be a million blank ones
            if isinstance(cell, Cell) and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == COLOUR:
                yield cell


def _list_problems(workbook: Workbook, problems: Sequence[Placed], lang: str) -> None:
    sheet = workbook.create_sheet(title_sheet(PROBLEMS, lang), 0)
    sheet.append([say(f"exchange_list_{name}", lang) for name in ("sheet", "cell", "problem")])
    for row, problem in enumerate(problems, start=HEADER_ROW + 1):
        for column, text in enumerate((problem.sheet, problem.cell, problem.text), start=1):
            cell = sheet.cell(row, column, text)
            cell.data_type = "s"  # text, whatever it begins with
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = _ROW_HEIGHT * (1 + len(problem.text) // _ROW_LETTERS)
        if problem.cell:
            link = sheet.cell(row, 2)
            quoted = problem.sheet.replace("'", "''")
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{problem.cell}")
            link.font = Font(name=_FONT, sz=_SIZE, u="single", color="FF0563C1")
    for cell in sheet[HEADER_ROW]:
        cell.font = Font(name=_FONT, sz=_SIZE, b=True)
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    workbook.active = 0
    for other in workbook.worksheets[1:]:
        other.sheet_view.tabSelected = False
