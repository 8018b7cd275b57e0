"""The result model as a page: every table and column that an answer may have, told from the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from runners.results.catalog import KINDS, MAY_LACK, ResultTable, Sign, read_catalog

_INTRODUCTION = """# The result model

Written by `runners.results.reference` from `runners/results/tables.csv` and `columns.csv`: change those, not this page.

Every answer is a folder: `manifest.json` (what it was made with, the digests of all files, and its own), one JSON,
figures, and the tables below, `tables/<table>.csv` (of a sweep `<table>.parquet`). A table that has nothing to
tell is left out.

* **Keys** say what a row is about. **Types**: text; number; whole (a whole number, such as a year, may be blank); mark
  (`True` or `False`). Numbers are written with a decimal point and to the last digit.
* **Units**: `{unit}` is what the row's own `unit` says, `{money}` the money of the case (such as MSEK). Money is in
  constant prices of the case's price year unless the sentence says otherwise. The unit `1` is a plain share.
* **Signs**: *positive* is never below 0; *received*: money received is positive, money paid negative; *paid*: a cost is
  positive, a saving negative; *any*: either.
* A column marked `?` may be missing."""

_HEADINGS = {
    "plan": "A plan (`fardplan plan`)",
    "system": "A cost curve of the whole system (`fardplan curve`)",
    "frontier": "A trade-off between two wishes (`fardplan curve curve.kind=frontier`)",
    "measures": "Cost by measure (`fardplan curve curve.kind=measures`)",
    "why": "What limits a plan (`fardplan why`)",
    "near": "Plans nearly as cheap (`fardplan near`)",
    "check": "Which numbers a plan hangs on (`fardplan check`)",
    "compare": "Plans compared (`fardplan compare`)",
    "stress": "A plan under stress (`fardplan stress`)",
    "futures": "A plan for several futures (`fardplan futures`)",
    "sweep": "A sweep (`fardplan plan --multirun`)",
    "dossier": "Everything about a measure or a family (`fardplan dossier`)",
    "follow": "A plan against what became of it (`fardplan follow`)",
    "budget": "A climate budget (`fardplan budget`)",
    "adopted": "Plans that were adopted (`fardplan adopt`)",
    "portfolio": "Cases planned together (`fardplan portfolio plan`)",
    "municipalities": "A first plan of each municipality (`fardplan portfolio table`)",
}


def describe_result_model() -> str:
    """The page docs/result-model.md, in Markdown."""
    parts = [_INTRODUCTION]
    for kind in KINDS:
        parts.append(f"## {_HEADINGS[kind]}")
        parts += [_describe_table(table) for table in read_catalog()[kind].values()]
    return "\n\n".join(parts) + "\n"


def _describe_table(table: ResultTable) -> str:
    keys = ", ".join(f"`{key}`" for key in table.keys)
    head = ("column", "type", "unit", "sign", "Swedish", "English", "meaning")
    rows = [
        (
            f"`{name}`{MAY_LACK if name in table.may_lack else ''}",
            column.type.value,
            column.unit,
            "" if column.sign is Sign.NONE else column.sign.value,
            column.heads["sv"],
            column.heads["en"],
            column.sentence,
        )
        for name, column in table.columns.items()
    ]
    return "\n\n".join([f"### {table.kind}/{table.name}", f"{table.sentence} Keys: {keys}.", _draw_table(head, rows)])


def _draw_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))
