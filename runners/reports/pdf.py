"""The report as PDF: the page on paper, set by WeasyPrint, with nothing read from anywhere."""

from __future__ import annotations

from runners.reports.blocks import Document
from runners.reports.page import write_paper
from scenarios.errors import CaseError, Problem


def write_pdf(document: Document) -> bytes:
    """The bytes of a PDF in one language, tagged for screen readers.

    Raises:
        CaseError: the system lacks the libraries that set text (Pango); HTML needs none.
    """
    try:
        from weasyprint import HTML
    except OSError as error:
        raise CaseError([Problem("report_no_pango", "pdf", fields={"reason": str(error).split(":")[0]})]) from error
    from weasyprint.urls import URLFetcher

    inside = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
    return bytes(HTML(string=write_paper(document), url_fetcher=inside).write_pdf(pdf_tags=True))
