"""Commands that show plans of earlier runs, with each plan verified again before it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from runners.commands import report as report_command
from runners.commands import workbook as workbook_command
from runners.confirmation import confirm_run


def run_report(words: Sequence[str], lang: str) -> int:
    """`fardplan report`; see `runners.commands.report`."""
    return report_command.run_report(words, lang, confirm_run)


def run_workbook(words: Sequence[str], lang: str) -> int:
    """`fardplan workbook`; see `runners.commands.workbook`."""
    return workbook_command.run_workbook(words, lang, confirm_run)
