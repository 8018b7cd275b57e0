"""A folder of futures for people: one HTML page in both languages, and a workbook with a sheet for each table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from conf.words import LANGUAGES, say
from runners.analyses.futures.result import FUTURES, Result
from runners.analyses.futures.subject import write_section
from runners.results.catalog import MONEY_UNIT, find_table

HTML, WORKBOOK = f"{FUTURES}.html", f"{FUTURES}.xlsx"
WIDEST, NARROWEST = 60, 10
"""Widths of columns, in letters."""


def write_views(result: Result, started: str, lang: str, folder: Path) -> None:
    """Write the page and the workbook into a folder; the language asked for comes first."""
    languages = [lang, *(other for other in LANGUAGES if other != lang)]
    from runners.reports.document import read_page_words
    from runners.reports.page import write_page
    from runners.views.section import Document

    documents = []
    for one in languages:
        section = write_section(result, one)
        content = result.content
        subtitle = say("futures_subtitle", one, date=started[:10], digest=str(content["digest"])[:8])
        kicker = say("report_kicker", one)
        documents.append(Document(one, section.title, kicker, subtitle, (section,), read_page_words(one)))
    (folder / HTML).write_text(write_page(documents), encoding="utf-8")
    write_workbook(result, lang, folder / WORKBOOK)


def write_workbook(result: Result, lang: str, path: Path) -> None:
    """A sheet for each table, with the heads of the catalog in a language; text is never a formula."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, table in result.tables.items():
            sheet = book.add_worksheet(say(f"futures_sheet_{name}", lang))
            sheet.freeze_panes(1, 1)
            for place, column in enumerate(_choose_columns(table, lang)):
                head = _name_head(name, column, lang, str(result.content["money"]))
                sheet.write_string(0, place, head, bold)
                cells = table[column].tolist()
                for row, cell in enumerate(cells, start=1):
                    if isinstance(cell, str):
                        sheet.write_string(row, place, cell)
                    elif not pd.isna(cell):
                        sheet.write_number(row, place, float(cell))
                longest = max((len(str(cell)) for cell in cells if isinstance(cell, str)), default=NARROWEST)
                sheet.set_column(place, place, min(max(longest, NARROWEST), WIDEST))


def _choose_columns(table: pd.DataFrame, lang: str) -> list[str]:
    """All columns but the names of other languages."""
    others = {f"name_{other}" for other in LANGUAGES if other != lang}
    return [column for column in table.columns if column not in others]


def _name_head(table: str, column: str, lang: str, money: str) -> str:
    """The head of a column with its unit, where that is the same in all rows."""
    declared = find_table(FUTURES, table).columns[column]
    heads: Mapping[str, str] = declared.heads
    unit = declared.unit.replace(MONEY_UNIT, money)
    return f"{heads[lang]} ({unit})" if unit and "{" not in unit and unit != "1" else heads[lang]
