"""Which words a job is made of: the very commands that a person would type, with places of their own."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from runners.keepsake import RUNS
from runners.overrides import read_config
from runners.web.cases import WebCase
from runners.web.reading import read_base_years
from runners.web.refusal import UNUSABLE, Refusal

DESIGNS = "designs"
BASE_YEAR = "case.base_year"
RELAXED = "solver=relaxed"
NAME_COLUMN = "name"
PLAIN_PATH = re.compile(r"/[A-Za-z0-9_/.-]+")
LONGEST = 30
STAMP = 3


def name_place(folder: Path, case: WebCase, name: str, now: datetime) -> Path:
    """A new folder under `runs/` for what somebody called something."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    called = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST]
    parts = (case.name[:LONGEST], called, f"{now:%Y%m%d-%H%M%S}", token_hex(STAMP))
    return folder.resolve() / RUNS / "-".join(part for part in parts if part)


def choose_case(case: WebCase, base_year: int | None = None) -> list[str]:
    """The words that name a case and the base year that it begins from; not chosen, the one of `find_usual`."""
    if not case.own:
        return [f"case={case.name}", *([] if base_year is None else [f"{BASE_YEAR}={base_year}"])]
    year = find_usual(case) if base_year is None else base_year
    place = "case.path=" + quote(str(case.folder.resolve()))
    return ["case=own", place, *([] if year is None else [f"{BASE_YEAR}={year}"])]


def list_years(case: WebCase) -> list[int]:
    """The base years that a case may begin from, the newest first."""
    return list(read_base_years(case.folder))[::-1]


def find_usual(case: WebCase) -> int | None:
    """The base year that a case begins from where nobody chose one: what came with the program says it itself."""
    if not case.own:
        return read_config([f"case={case.name}"]).case.base_year
    return next(iter(list_years(case)), None)


def read_base_year(case: WebCase, said: str) -> int | None:
    """The base year that somebody chose, None where nobody did.

    Raises:
        Refusal: the case has no rows of that year.
    """
    if not said:
        return None
    years = list_years(case)
    if said not in [str(year) for year in years]:
        fields = {"found": said[:20], "years": ", ".join(map(str, years)) or "–"}
        raise Refusal(UNUSABLE, "web_base_year_unknown", fields)
    return int(said)


def order_plan(
    case: WebCase, place: Path, choices: Sequence[str], lang: str, base_year: int | None = None
) -> list[str]:
    """One plan."""
    return [
        "plan",
        *choose_case(case, base_year),
        *choices,
        f"out={quote(str(place))}",
        f"lang={lang}",
    ]


def order_sweep(
    case: WebCase, place: Path, design: Sequence[str], choices: Sequence[str], lang: str, base_year: int | None = None
) -> list[str]:
    """Many scenarios; the same words go on where they were stopped."""
    plan = order_plan(case, place, [*design, *choices], lang, base_year)
    return [plan[0], "-m", *plan[1:]]


def write_design(folder: Path, rows: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """Keep named scenarios as a table that no later edit changes; the word that names it.

    Args:
        folder: that is served.
        rows: name, and settings by key; the base among them has none.
    """
    place = folder.resolve() / DESIGNS / f"{token_hex(8)}.csv"
    place.parent.mkdir(exist_ok=True)
    keys = list(dict.fromkeys(key for _, settings in rows for key in settings))
    with place.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([NAME_COLUMN, *keys])
        writer.writerows(
            [name, *(format(settings[key], ".12g") if key in settings else "" for key in keys)]
            for name, settings in rows
        )
    return f"sweep.design={quote(str(place))}"


def quote(text: str) -> str:
    """A text as Hydra reads it, whatever letters it has; a plain path needs no quotes, nor Hydra to read it."""
    if PLAIN_PATH.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
