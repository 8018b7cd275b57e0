"""What the README shows of a report: its PDF, of which a picture is made, and its timetable (`make pictures`)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from runners.reports.document import Material, compose_document
from runners.reports.run_folder import open_run
from runners.views.renderers.pdf import write_pdf
from runners.views.renderers.picture import draw_svg
from runners.views.section import Chart, Document

TIMETABLE = "timetable"


def draw_pictures(place: Path, paper: Path, chart: Path) -> None:
    """Write the report of a run as PDF, and its timetable as SVG, over what stood there."""
    document = compose_document(Material((open_run(place),)))
    paper.write_bytes(write_pdf(document))
    chart.write_text(draw_svg(_find_chart(document), document.lang), encoding="utf-8")


def _find_chart(document: Document) -> Chart:
    charts = [block for section in document.sections for block in section.blocks if isinstance(block, Chart)]
    return next(chart for chart in charts if chart.key == TIMETABLE)


def main(words: Sequence[str]) -> int:
    """`python -m runners.reports.pictures RUN PDF SVG`."""
    place, paper, chart = map(Path, words)
    draw_pictures(place, paper, chart)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
