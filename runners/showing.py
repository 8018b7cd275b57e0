"""Commands that show plans of earlier runs, with each plan verified again before it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from runners.confirmation import confirm_run
from runners.reports import report_command, workbook_command


def run_report(words: Sequence[str], lang: str) -> int:
    """`fardplan report`; see `runners.reports.report_command`."""
    return report_command.run_report(words, lang, confirm_run)


def run_workbook(words: Sequence[str], lang: str) -> int:
    """`fardplan workbook`; see `runners.reports.workbook_command`."""
    return workbook_command.run_workbook(words, lang, confirm_run)
