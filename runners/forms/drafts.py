"""Drafts: actions of a form or list as measures to be, each with what it lacks to be planned."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from conf.words import say
from runners.forms.filling import CaseCell
from runners.forms.gathering import check_cells
from runners.forms.reading import ReadSheet, list_outlines, read_form, read_list
from scenarios.errors import CaseError, Problem

ACTIONS_FILE, DRAFTS_FILE, CELLS_FILE = "actions.csv", "drafts.csv", "form_cells.csv"
SOURCE = "form"
TEXTS = (
    "field",
    "kind",
    "lever",
    "responsible",
    "involved",
    "begins",
    "ends",
    "description",
    "comment",
    "energy",
    "replaced",
)
DRAFT_COLUMNS = ("draft", "name", "field", "responsible", "begins", "cost", "cost_unit", "tonnes", "sink", "missing")
NEEDED = ("responsible", "begins", "cost", "tonnes")
"""What an action may say of itself that a measure needs; the rest no form asks."""
NEVER = ("capacity", "life", "flows", "running")
"""What a measure needs that no form asks: unit of capacity, life, what it makes and uses, running cost."""
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
WORDLESS = re.compile(r"[^a-z0-9]+")


def draft_actions(path: Path, lang: str) -> tuple[list[dict[str, str]], list[ReadSheet], list[str]]:
    """Drafts of a file, the form's sheets where it is one, and what is to be known of how it was read.

    Raises:
        CaseError: the file is neither a form nor a list, or holds no action.
    """
    sheets: list[ReadSheet] = []
    told: list[str] = []
    if path.suffix.lower() == ".csv":
        rows = read_list(path)
    else:
        sheets, unknown = read_form(path)
        rows, told = list_outlines(sheets), _tell_versions(sheets, lang)
        told += [say("drafts_unknown_sheet", lang, name=name) for name in unknown]
    rows = [row for row in rows if row.get("name")]
    if not rows and not sheets:
        raise CaseError([Problem("drafts_no_actions", path.name)])
    return [_complete(row, at, lang) for at, row in enumerate(rows, start=1)], sheets, told


def list_given(sheets: Sequence[ReadSheet]) -> list[CaseCell]:
    """Cells of words and numbers of a form's tables, as form_cells.csv keeps them; outlines are actions."""
    cells = []
    for sheet in sheets:
        first = sheet.table.columns[0].key
        for row in sheet.rows:
            name = str(row.get(first, "")).strip()
            for key, cell in row.items():
                if name and key != first and sheet.table.sheet != "B-2.2":
                    cells.append(CaseCell(sheet.table.sheet, name, key, str(cell).strip(), SOURCE))
    return cells


def write_drafts(folder: Path, drafts: Sequence[Mapping[str, str]], cells: Sequence[CaseCell]) -> None:
    """The folder of drafts: actions as a case has them, what each lacks, and the form's other cells."""
    actions = [
        {"action": one["draft"], "name_sv": one["name"], "name_en": one["name"], "source": SOURCE}
        | {name: one.get(name, "") for name in TEXTS}
        | {"measures": "", "stated_tonnes": one.get("tonnes", ""), "stated_sink": one.get("sink", "")}
        for one in drafts
    ]
    heads = ("action", "name_sv", "name_en", "measures", "stated_tonnes", "source", *TEXTS, "stated_sink")
    _write(folder / ACTIONS_FILE, heads, actions)
    _write(folder / DRAFTS_FILE, DRAFT_COLUMNS, drafts)
    if cells:
        rows = [
            {"sheet": c.sheet, "row": c.row, "column": c.column, "value": c.value, "source": c.source} for c in cells
        ]
        _write(folder / CELLS_FILE, ("sheet", "row", "column", "value", "source"), rows)


def find_wrong_cells(cells: Sequence[CaseCell]) -> list[Problem]:
    """Texts in columns of numbers, and shares below nothing."""
    return check_cells([cell for cell in cells if cell.value])


def _complete(row: Mapping[str, str], at: int, lang: str) -> dict[str, str]:
    """A draft with a label of its own, its numbers as numbers, and what it lacks."""
    told = dict(row)
    number = re.match(r"([0-9]+)\s+(.*)", told["name"])
    if number:
        told |= {"number": number[1], "name": number[2]}
    label = WORDLESS.sub("_", told["name"].lower()).strip("_")[:40].strip("_")
    told["draft"] = f"{int(told['number']):02d}_{label}" if told.get("number", "").isdigit() else f"x{at:02d}_{label}"
    for name in ("cost", "tonnes", "sink"):
        if told.get(name) and not NUMBER.fullmatch(told[name]):
            told["comment"] = "; ".join(filter(None, (told.get("comment", ""), f"{name}: {told[name]}")))
            told[name] = ""
    lacking = [name for name in NEEDED if not told.get(name) and not (name == "tonnes" and told.get("sink"))]
    told["missing"] = "; ".join(say(f"drafts_missing_{name}", lang) for name in (*lacking, *NEVER))
    return told


def _tell_versions(sheets: Sequence[ReadSheet], lang: str) -> list[str]:
    return [
        say(
            "drafts_version",
            lang,
            sheet=one.title,
            table=one.table.sheet,
            names="; ".join((*one.lacking, *one.further)),
        )
        for one in sheets
        if one.lacking or one.further
    ]


def _write(path: Path, heads: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(heads), extrasaction="ignore", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
