"""The report as PDF: the page on paper, set by WeasyPrint, with nothing read from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from runners.reports.page import write_paper
from runners.views.section import Document
from scenarios.errors import CaseError, Problem


def write_pdf(document: Document, pictures: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The bytes of a PDF in one language, tagged for screen readers.

    Args:
        document: as composed.
        pictures: charts that are drawn already, SVG by the chart's key.

    Raises:
        CaseError: the system lacks the libraries that set text (Pango); HTML needs none.
    """
    try:
        from weasyprint import HTML
    except OSError as error:
        raise CaseError([Problem("report_no_pango", "pdf", fields={"reason": str(error).split(":")[0]})]) from error
    from weasyprint.urls import URLFetcher

    inside = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
    return bytes(HTML(string=write_paper(document, pictures), url_fetcher=inside).write_pdf(pdf_tags=True))
