"""What a run folder holds, read back: its tables, summary and manifest, if nobody has touched them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.results.manifest import MANIFEST, PLAN
from runners.results.result import Result, open_result
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd

SAME = ("case", "digest")
"""What manifest and summary of a plan both say."""
SAME_MONEY = ("money", "price_year")
"""What two runs must share for their money to be compared."""
LIVING = frozenset({"actuals.csv", "sources.csv"})
"""Files of a case that go on being written after its plans, and that none is made of: outcomes, and their sources."""
OF_FORMS = ("form_fields.csv", "form_cells.csv")
"""Files of a case, or of a layer below it, that only its forms are filled from (docs/forms.md)."""


@dataclass(frozen=True)
class Run:
    """A run folder as it was written: tables by file name (blank text is ``""``), summary and manifest."""

    place: Path
    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @property
    def result(self) -> Result:
        """The same, as any result: what subjects write of."""
        return Result(PLAN, self.summary, self.tables, self.manifest, self.place)


def open_run(place: Path) -> Run:
    """Read a run folder whole, after every file was compared with its digest in the manifest.

    Args:
        place: the folder that `fardplan plan` wrote. Files that the manifest does not name are left alone.

    Raises:
        CaseError: it is no run folder, a file is missing or was changed since, or it was written before manifests
            had digests; every such file is told at once.
    """
    result = open_result(place, PLAN)
    summary, manifest = result.facts, result.origin
    if any(manifest.get(name) != summary.get(name) for name in SAME):
        raise CaseError([Problem("run_manifest_spoiled", str(place / MANIFEST))])
    return Run(place, result.tables, summary, manifest)


def list_changed(made: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Tables of a case whose digests differ, but for those that go on being written and that no plan is made of."""
    read = [name for name in (made.keys() | now.keys()) - LIVING if not name.endswith(OF_FORMS)]
    return sorted(name for name in read if made.get(name) != now.get(name))


def find_strangers(place: Path, manifest: Mapping[str, Any], run: Run) -> list[Problem]:
    """Why a folder cannot stand beside a plan: it is of another case, or of other tables of the same case.

    Args:
        place: the folder.
        manifest: what it says of itself.
        run: the plan.
    """
    case, found = str(run.manifest.get("case")), str(manifest.get("case"))
    if case != found:
        return [Problem("run_other_case", str(place), fields={"found": found, "expected": case})]
    inputs, own = (dict(each.get("inputs", {})) for each in (run.manifest, manifest))
    changed = list_changed(inputs, own)
    if changed:
        return [Problem("run_other_tables", str(place), fields={"files": ", ".join(changed)})]
    return []


def check_comparable(run: Run, against: Run) -> None:
    """Refuse two runs whose money is of different units or price levels.

    Raises:
        CaseError: with what differs.
    """
    problems = []
    for name in SAME_MONEY:
        found, expected = against.summary.get(name), run.summary.get(name)
        if found != expected:
            fields = {"name": name, "found": found, "expected": expected}
            problems.append(Problem("workbook_against_money", str(against.place), fields=fields))
    if problems:
        raise CaseError(problems)
