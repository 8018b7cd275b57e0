"""Named scenarios of a case: what was called something, and how long it would take to reckon all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from runners.results.manifest import PLAN
from runners.results.result import SUMMARY
from runners.sweep_store.disk import read_json
from runners.web.base import Base
from runners.web.plans import WebRun
from runners.web.refusal import UNUSABLE, Refusal

MOST = 1000
LARGEST_NUMBER = 2**63 - 1
"""The largest number that a row of a database can have."""
LONGEST = 80
PHASES = ("solve", "verify")
"""Of the seconds that a plan says it took, those that each scenario takes again."""


@dataclass(frozen=True)
class Named:
    """A scenario: its name, settings by key, and its number in the database."""

    id: int
    name: str
    settings: Mapping[str, float]


def list_scenarios(base: Base, case: str) -> list[Named]:
    """The scenarios of a case in the order in which they were added."""
    rows = base.ask('select id, name, settings from scenario where "case" = ? order by id', [case])
    return [Named(row["id"], row["name"], json.loads(row["settings"])) for row in rows]


def add_scenario(base: Base, case: str, name: str, settings: Mapping[str, float]) -> None:
    """Keep a scenario under its name.

    Raises:
        Refusal: it has no name, another has it, or there are too many.
    """
    called = " ".join(name.split())[:LONGEST]
    known = list_scenarios(base, case)
    if not called or not called.isprintable():
        raise Refusal(UNUSABLE, "web_scenario_name")
    if called.lower() in {each.name.lower() for each in known}:
        raise Refusal(UNUSABLE, "web_scenario_taken", {"found": called})
    if len(known) >= MOST:
        raise Refusal(UNUSABLE, "web_scenarios_many", {"found": len(known) + 1, "most": MOST})
    given = [case, called, json.dumps(dict(settings))]
    base.change('insert into scenario ("case", name, settings) values (?, ?, ?)', given)


def drop_scenario(base: Base, case: str, number: int) -> None:
    """Forget a scenario."""
    base.change('delete from scenario where "case" = ? and id = ?', [case, number])


def foretell(count: int, runs: list[WebRun], workers: int) -> float | None:
    """About how many seconds so many scenarios take, as the newest plan of the case did; None where there is none."""
    for run in runs:
        if run.indexed is not None and run.indexed.kind == PLAN:
            seconds = read_json(run.folder / SUMMARY).get("seconds")
            if isinstance(seconds, dict):
                each = sum(float(seconds.get(phase, 0.0)) for phase in PHASES)
                return count * max(each, 0.02) / max(workers, 1) + 5
    return None
