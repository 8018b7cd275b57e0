"""The native charts of a workbook: each drawn from the cells of its block, all on a sheet of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from runners.reports.drawing import PALETTE
from runners.reports.workbook_blocks import Kind
from runners.reports.workbook_format import FAINT, HEADER, INK, TITLE_LINE, Place, Styles

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
COLOURS = (*PALETTE, "#BBBBBB", "#D55E00", "#777777", "#E69F00", "#4D4D4D", "#6699CC", "#F0E442")
"""The palette of all figures, and greys for what comes after it."""


def draw_charts(
    workbook: Workbook, worksheet: Worksheet, styles: Styles, title: str, note: str, places: Sequence[Place]
) -> None:
    """Charts of the blocks that ask for one, two beside each other, four on a page."""
    worksheet.hide_gridlines(2)
    worksheet.set_row(0, TITLE_LINE)
    worksheet.write_string(0, 0, title, styles.get(bold=True, font_size=14, font_color=HEADER))
    worksheet.write_string(1, 0, note, styles.get(font_color=FAINT, italic=True))
    worksheet.set_column(0, PER_ROW * COLUMNS_OF_CHART, 9)
    for at, place in enumerate(places):
        row = FIRST_ROW + at // PER_ROW * ROWS_OF_CHART
        chart = _draw_chart(workbook, place)
        worksheet.insert_chart(row, at % PER_ROW * COLUMNS_OF_CHART, chart, {"object_position": 2})
    pages = -(-len(places) // (PER_ROW * ROWS_PER_PAGE))
    worksheet.set_h_pagebreaks([FIRST_ROW + page * ROWS_PER_PAGE * ROWS_OF_CHART for page in range(1, pages)])
    worksheet.print_area(0, 0, FIRST_ROW + -(-len(places) // PER_ROW) * ROWS_OF_CHART, PER_ROW * COLUMNS_OF_CHART)


def _draw_chart(workbook: Workbook, place: Place) -> Any:
    asked = place.block.chart
    if asked is None:
        raise ValueError(f"block {place.block.key} asks for no chart")
    kind = {"type": "line"} if asked.lines else {"type": "column", "subtype": "stacked"}
    chart = workbook.add_chart(kind)
    first, last = _find_years(place)
    for at in range(min(len(place.block.rows), asked.most)):
        chart.add_series(_describe_series(place, at, first, last, asked.lines))
    font = {"name": "Calibri", "size": 9, "color": INK}
    chart.set_title({"name": asked.title, "overlay": False, "name_font": {**font, "size": 12, "bold": True}})
    step = -(-(last - first + 1) // MOST_LABELS)
    axis = {"num_font": font, "num_format": "0", "label_position": "low", "interval_unit": step}
    chart.set_x_axis(axis)
    chart.set_y_axis(
        {
            "name": asked.axis,
            "name_font": {**font, "bold": False},
            "num_font": font,
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#D9DEE2", "width": 0.75}},
        }
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    return chart


def _find_years(place: Place) -> tuple[int, int]:
    years = [at for at, column in enumerate(place.block.columns) if column.kind is Kind.YEARLY]
    return years[0], years[-1]


def _describe_series(place: Place, at: int, first: int, last: int, lines: bool) -> dict[str, Any]:
    row = place.first + at
    colour = COLOURS[at % len(COLOURS)]
    shape = {"line": {"color": colour, "width": LINE_WIDTH}} if lines else {"fill": {"color": colour}, "gap": 40}
    return {
        "name": "=" + place.refer(row, 0, row, 0),
        "categories": "=" + place.refer(place.header, first, place.header, last),
        "values": "=" + place.refer(row, first, row, last),
        **shape,
    }
