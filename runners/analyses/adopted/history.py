"""The history of adopted plans: what each was to cost and to emit, read from the frozen copies."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import pandas as pd

from runners.keepsake import Answer, keep_answer
from runners.reports.run_folder import Run, open_run
from runners.results.register import HISTORY, Adopted, Register
from runners.views.figures import draw_subject

KIND = "adopted"
TOTAL, PLAN = "total", "plan"


def write_history(register: Register, case: str, now: datetime, lang: str) -> Path:
    """Tell the adopted plans of a case as a result, in the register's folder; gives its place.

    Raises:
        CaseError: a frozen copy is not as it was adopted, or the result cannot be written.
    """
    opened = [(entry, open_run(register.find_frozen(entry))) for entry in register.entries if entry.case == case]
    last = opened[-1][1]
    tables = {"plans": tabulate_plans(opened), "paths": tabulate_paths(opened)}
    facts = {name: last.summary[name] for name in ("case", "name_sv", "name_en", "money", "price_year")}
    facts["current"] = opened[-1][0].name
    origin = {"case": case, "digest": last.manifest["digest"], "inputs": last.manifest.get("inputs", {}), "config": {}}
    draw = partial(draw_subject, KIND, facts, tables, origin, lang)
    return keep_answer(Answer(KIND, facts, tables, draw, origin), register.place / HISTORY, now, force=True)


def tabulate_plans(opened: list[tuple[Adopted, Run]]) -> pd.DataFrame:
    """A row per adopted plan: its decision, what it costs, spends and leaves to emit."""
    rows = []
    for number, (entry, run) in enumerate(opened, 1):
        investments, total = run.tables["investments"], find_total(run)
        rows.append(
            {
                "number": number,
                "decision": entry.name,
                "adopted": entry.adopted[:10],
                "made": str(run.manifest["started"])[:10],
                "first_year": int(run.summary["first_year"]),
                "last_year": int(run.summary["last_year"]),
                "price_year": int(run.summary["price_year"]),
                "money": str(run.summary["money"]),
                "cost": float(run.summary["objective_money"]),
                "outlay": float(investments["outlay"].sum()),
                "emitted": float((total["value"] * total["length"]).sum()) if len(total) else float("nan"),
                "unit": str(total["unit"].iloc[0]) if len(total) else "",
                "targets_missed": sum(not target["met"] for target in run.summary["targets"]),
                "folder": entry.folder,
            }
        )
    return pd.DataFrame(rows)


def tabulate_paths(opened: list[tuple[Adopted, Run]]) -> pd.DataFrame:
    """What each adopted plan leaves to emit, year by year: of the account that is the whole."""
    parts = [
        find_total(run).assign(number=number, decision=entry.name) for number, (entry, run) in enumerate(opened, 1)
    ]
    columns = ["number", "decision", "name_sv", "name_en", "year", "value", "unit"]
    return pd.concat(parts, ignore_index=True)[columns]


def find_total(run: Run) -> pd.DataFrame:
    """The whole account of a plan, by year; no rows where it has none."""
    rows = run.tables["emissions"]
    return rows[(rows["kind"] == TOTAL) & (rows["period"] == PLAN)]
