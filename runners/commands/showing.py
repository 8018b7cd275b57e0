"""Commands that show plans of earlier runs, with each plan verified again before it is shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from conf.words import say
from runners.commands import report as report_command
from runners.commands import workbook as workbook_command
from runners.helper import work_beside
from runners.lean_start import load_arrays
from scenarios.errors import CaseError

if TYPE_CHECKING:
    from runners.reports.confirming import Settle
    from runners.reports.run_folder import Run


def run_report(words: Sequence[str], lang: str) -> int:
    """`fardplan report`; see `runners.commands.report`."""
    return report_command.run_report(words, lang, confirm_beside)


def run_workbook(words: Sequence[str], lang: str) -> int:
    """`fardplan workbook`; see `runners.commands.workbook`."""
    return workbook_command.run_workbook(words, lang, confirm_beside)


@contextmanager
def confirm_beside(plans: Sequence[Run], lang: str) -> Iterator[Settle]:
    """Plans are confirmed by a copy of this process, which alone loads what that takes; see `runners.confirmation`.

    Where something fails over a plan that is not what it says, that is what is told.
    """
    with work_beside(*(partial(_confirm, plan) for plan in plans)) as waits:
        left = list(zip(plans, waits, strict=True))

        def settle() -> None:
            while left:
                plan, wait = left.pop(0)
                if not wait():
                    print(say("run_not_confirmed", lang, place=plan.place), file=sys.stderr)

        try:
            yield settle
        except CaseError:
            raise
        except Exception:
            settle()
            raise


def _confirm(plan: Run) -> bool:
    load_arrays()
    from runners.confirmation import confirm_plan

    return confirm_plan(plan)
