"""The native charts of a workbook: each drawn from the cells of its block, all on a sheet of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from runners.views.renderers.sheets import Bars, Chart
from runners.views.renderers.workbook_format import FAINT, HEADER, INK, TITLE_LINE, Place, Styles
from runners.views.section import Kind
from runners.views.theme import PALETTE

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

WIDTH, HEIGHT = 665, 500
"""Of a chart, in pixels."""
ROWS_OF_CHART, COLUMNS_OF_CHART = 26, 10
FIRST_ROW = 2
PER_ROW, ROWS_PER_PAGE = 2, 2
LINE_WIDTH = 2.25
MOST_LABELS = 12
"""Years that are written below a chart at most."""
COLOURS = (*PALETTE, "#BBBBBB", "#D55E00", "#4D4D4D")
"""The palette of all figures, and greys for what comes after it."""
FONT = {"name": "Calibri", "size": 9, "color": INK}
PLAIN = {**FONT, "bold": False}


def draw_charts(
    workbook: Workbook, worksheet: Worksheet, styles: Styles, title: str, note: str, places: Sequence[Place]
) -> None:
    """The charts of all blocks, two beside each other, four on a page."""
    worksheet.hide_gridlines(2)
    worksheet.set_row(0, TITLE_LINE)
    worksheet.write_string(0, 0, title, styles.get(bold=True, font_size=14, font_color=HEADER))
    worksheet.write_string(1, 0, note, styles.get(font_color=FAINT, italic=True))
    worksheet.set_column(0, PER_ROW * COLUMNS_OF_CHART, 9)
    drawn = [(place, asked) for place in places for asked in place.block.plots]
    for at, (place, asked) in enumerate(drawn):
        row = FIRST_ROW + at // PER_ROW * ROWS_OF_CHART
        chart = _draw(workbook, place, asked)
        chart.set_size({"width": WIDTH, "height": HEIGHT})
        worksheet.insert_chart(row, at % PER_ROW * COLUMNS_OF_CHART, chart, {"object_position": 2})
    pages = -(-len(drawn) // (PER_ROW * ROWS_PER_PAGE))
    worksheet.set_h_pagebreaks([FIRST_ROW + page * ROWS_PER_PAGE * ROWS_OF_CHART for page in range(1, pages)])
    worksheet.print_area(0, 0, FIRST_ROW + -(-len(drawn) // PER_ROW) * ROWS_OF_CHART, PER_ROW * COLUMNS_OF_CHART)


def _draw(workbook: Workbook, place: Place, asked: Chart | Bars) -> Any:
    if isinstance(asked, Bars):
        return _draw_bars(workbook, place, asked)
    return _draw_years(workbook, place, asked)


def _draw_years(workbook: Workbook, place: Place, asked: Chart) -> Any:
    """A series per row over the years, stacked or as lines."""
    kind = {"type": "line"} if asked.lines else {"type": "column", "subtype": "stacked"}
    chart = workbook.add_chart(kind)
    first, last = _find_years(place)
    rows = range(min(len(place.block.rows), asked.most)) if asked.rows is None else asked.rows
    for at, row in enumerate(rows):
        chart.add_series(_describe_series(place, asked, place.first + row, (first, last), COLOURS[at % len(COLOURS)]))
    step = -(-(last - first + 1) // MOST_LABELS)
    chart.set_x_axis({"num_font": FONT, "num_format": "0", "label_position": "low", "interval_unit": step})
    _finish(chart, asked.title, asked.axis)
    return chart


def _draw_bars(workbook: Workbook, place: Place, asked: Bars) -> Any:
    """A group of bars per row, a bar per column."""
    chart = workbook.add_chart({"type": "column"})
    last = place.first + asked.rows - 1
    for at, column in enumerate(asked.columns):
        chart.add_series(
            {
                "name": "=" + place.refer(place.header, column, place.header, column),
                "categories": "=" + place.refer(place.first, asked.names, last, asked.names),
                "values": "=" + place.refer(place.first, column, last, column),
                "fill": {"color": COLOURS[at]},
                "gap": 60,
            }
        )
    chart.set_x_axis({"num_font": FONT, "label_position": "low"})
    _finish(chart, asked.title, asked.axis)
    return chart


def _finish(chart: Any, title: str, axis: str) -> None:
    """Title, upright axis and legend."""
    chart.set_title({"name": title, "overlay": False, "name_font": {**FONT, "size": 12, "bold": True}})
    lines = {"visible": True, "line": {"color": "#D9DEE2", "width": 0.75}}
    upright = {"name": axis, "name_font": PLAIN, "num_font": FONT, "num_format": "#,##0", "major_gridlines": lines}
    chart.set_y_axis(upright)
    chart.set_legend({"position": "bottom", "font": FONT})


def _find_years(place: Place) -> tuple[int, int]:
    years = [at for at, column in enumerate(place.block.columns) if column.kind is Kind.YEARLY]
    return years[0], years[-1]


def _describe_series(place: Place, asked: Chart, row: int, years: tuple[int, int], colour: str) -> dict[str, Any]:
    first, last = years
    shape = {"line": {"color": colour, "width": LINE_WIDTH}} if asked.lines else {"fill": {"color": colour}, "gap": 40}
    return {
        "name": "=" + place.refer(row, asked.names, row, asked.names),
        "categories": "=" + place.refer(place.header, first, place.header, last),
        "values": "=" + place.refer(row, first, row, last),
        **shape,
    }
