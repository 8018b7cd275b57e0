"""Gathering: what a form is filled from, out of a run folder, its case, other runs and a stress test beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from pathlib import Path

from conf.schema import Config, build_config
from conf.whole_numbers import is_whole_within, read_whole
from runners.chosen import choose, find_folder
from runners.forms import catalog
from runners.forms.catalog import FORMS, FormTable, list_currencies, list_tables
from runners.forms.filling import CaseCell
from runners.forms.material import EUROS, KRONOR, Lever, Material
from runners.reports.run_folder import Run, check_comparable, find_strangers
from runners.results.result import Result
from scenarios.actions import ACTIONS
from scenarios.alike import find_nearest
from scenarios.catalog_aside import COLUMN, FIELD, FORM_CELLS, FORM_FIELDS, GPC, LINE, MAPPED, SHEET
from scenarios.errors import CaseError, Problem
from scenarios.notices.money import Words
from scenarios.tables import Tables, choose_rows, parse_number, read_tables

EURO = ("EUR", "SEK", "1")
"""Sheet, row and column of form_cells.csv in which a case states kronor per euro."""
SHARE_UNIT = "%"
NEEDED = ("actors", "funding", "measures_finance", "green_impact", "key_figures", "idle_accounts", "investments")
"""Tables without which a form would be empty; runs without actors, and those of an older program, lack some."""


def read_case(run: Run) -> Tables:
    """The tables of a run's case as they are now: what forms are filled from may be written after the plan.

    Raises:
        CaseError: the case is gone, or cannot be read.
    """
    config: Config = build_config(run.manifest["config"])
    tables = read_tables(find_folder(config))
    if tables.problems:
        raise CaseError(list(tables.problems))
    return choose_rows(tables, choose(config).variants)


def gather(
    run: Run, form: str, lang: str, words: Mapping[str, str], others: Sequence[Run] = (), stress: Result | None = None
) -> tuple[Material, list[CaseCell]]:
    """The material of a form and what the case gives of its cells.

    Args:
        run: the plan.
        form: which form it is for.
        lang: of what stands in the cells.
        words: `rate`, `until`, `base`, `grid`, `life`, as said.
        others: runs to lay beside it.
        stress: a result of `fardplan stress`.

    Raises:
        CaseError: every reason why no form can be filled, at once.
    """
    case = read_case(run)
    cells = list_cells(case)
    problems = [*_find_lacking(run), *check_cells(cells)]
    rate, stated = _find_rate(run, form, words, cells, problems)
    until, base = _find_years(run, case, words, problems)
    grid = _find_grid(words, problems)
    life = _find_number(words, "life", problems)
    for other in others:
        check_comparable(run, other)
    if stress is not None:
        problems += find_strangers(stress.place or Path(), stress.origin, run)
    if problems:
        raise CaseError(problems)
    actions = tuple({str(k): str(v) for k, v in row.items()} for row in case.frames[ACTIONS].to_dict("records"))
    beside = {other.place.name: other for other in others}
    material = Material(run, lang, rate, stated, until, list_levers(case), actions, base, beside, stress, grid, life)
    return material, [cell for cell in cells if (cell.sheet, cell.row, cell.column) != EURO]


def list_levers(case: Tables) -> dict[str, Lever]:
    """Field and lever by what the case maps: measures, accounts and actors."""
    rows = case.frames[FORM_FIELDS].to_dict("records")
    return {
        str(row[MAPPED]): Lever(str(row[FIELD]), str(row["lever_sv"]), str(row["lever_en"]), str(row[GPC]))
        for row in rows
    }


def list_cells(case: Tables) -> list[CaseCell]:
    """Cells of forms that the case gives."""
    frame = case.frames[FORM_CELLS]
    return [
        CaseCell(
            str(row[SHEET]), str(row[LINE]), str(row[COLUMN]), str(row["value"]), str(row["source"]), int(str(line))
        )
        for line, row in zip(frame.index, frame.to_dict("records"), strict=True)
    ]


def check_cells(cells: Sequence[CaseCell]) -> list[Problem]:
    """Cells of sheets or columns that no form has, texts in columns of numbers, shares below nothing."""
    known: dict[str, FormTable] = {table.sheet: table for form in FORMS for table in list_tables(form)}
    problems = []
    for cell in cells:
        if (cell.sheet, cell.row, cell.column) == EURO:
            continue
        place = (f"{FORM_CELLS}.csv", cell.line)
        table = known.get(cell.sheet) or known.get(cell.sheet.rsplit(" ", 1)[0])
        if table is None:
            fields: dict[str, object] = {"found": cell.sheet, "nearest": find_nearest(cell.sheet, list(known))}
            problems.append(Problem("form_cell_sheet", *place, SHEET, fields))
            continue
        column = next((one for one in table.columns if one.key == cell.column), None)
        if column is None:
            fields = {"found": cell.column, "sheet": cell.sheet, "allowed": ", ".join(one.key for one in table.columns)}
            problems.append(Problem("form_cell_column", *place, COLUMN, fields))
        elif column.numeric:
            problems += _check_number(cell, column.unit, place)
    return problems


def _check_number(cell: CaseCell, unit: str, place: tuple[str, int]) -> list[Problem]:
    fields = {"found": cell.value, "unit": unit or "1", "sheet": cell.sheet}
    try:
        number = parse_number(cell.value)
    except ValueError:
        return [Problem("form_cell_text", *place, "value", fields)]
    return [Problem("form_cell_negative", *place, "value", fields)] if unit == SHARE_UNIT and number < 0 else []


def _find_lacking(run: Run) -> list[Problem]:
    if not len(run.tables.get("actors", ())):
        return [Problem("forms_no_actors", str(run.place))]
    lacking = [name for name in NEEDED if name not in run.tables]
    return [Problem("forms_old_run", str(run.place), fields={"tables": ", ".join(lacking)})] if lacking else []


def _find_rate(
    run: Run, form: str, words: Mapping[str, str], cells: Sequence[CaseCell], problems: list[Problem]
) -> tuple[float, str]:
    """Kronor per euro as said, else as the case states it; NaN where form and case count in one currency."""
    money = str(run.summary["money"])
    if money not in EUROS and money not in KRONOR:
        allowed = ", ".join((*KRONOR, *EUROS))
        problems.append(Problem("forms_money", str(run.place), fields={"found": money, "allowed": allowed}))
    own = next((cell for cell in cells if (cell.sheet, cell.row, cell.column) == EURO), None)
    if "rate" in words:
        return _find_number(words, "rate", problems) or 1.0, "rate="
    if own is not None:
        return _find_number({"rate": own.value}, "rate", problems) or 1.0, f"form_cells.csv: {own.source}"
    own_currency = catalog.EUROS if money in EUROS else catalog.KRONOR
    if asked := list_currencies(form) - {own_currency}:
        other, used = (Words(f"forms_money_{one}") for one in (*asked, own_currency))
        problems.append(Problem("forms_rate_missing", "rate=", fields={"form": other, "case": used}))
    return nan, ""


def _find_number(words: Mapping[str, str], key: str, problems: list[Problem]) -> float | None:
    if key not in words:
        return None
    try:
        number = parse_number(words[key])
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        problems.append(Problem("forms_number", f"{key}={words[key]}", fields={"key": key}))
        return None
    return number


def _find_years(run: Run, case: Tables, words: Mapping[str, str], problems: list[Problem]) -> tuple[int, int]:
    lengths = {int(year): float(length) for year, length in run.summary["years"].items()}
    first, last = int(run.summary["first_year"]), max(lengths)
    until = words.get("until", str(min(max(2030, first), last)))
    if not is_whole_within(until, first, last):
        fields = {"first": first, "last": last}
        problems.append(Problem("forms_until", f"until={until}", fields=fields))
        until = str(last)
    long = min((year for year, length in lengths.items() if year <= int(until) and length > 1), default=None)
    if long is not None:
        span: dict[str, object] = {"year": long, "length": f"{lengths[long]:g}", "until": until}
        problems.append(Problem("forms_year_long", str(run.place), fields=span))
    inventory = case.frames["inventory"]
    known = sorted({int(year) for year in inventory["year"] if read_whole(year)})
    base = words.get("base", str(_usual_base(case, known, first)))
    if "base" in words and read_whole(base) not in known:
        problems.append(Problem("forms_base", f"base={base}", fields={"years": ", ".join(map(str, known))}))
        base = str(first - 1)
    return int(until), int(base)


def _usual_base(case: Tables, known: Sequence[int], first: int) -> int:
    """The base year that most targets refer to; else the first of the statistics."""
    years = [int(year) for year in case.frames["targets"]["base_year"] if read_whole(year) in known]
    return max(dict.fromkeys(years), key=years.count) if years else (known[0] if known else first - 1)


def _find_grid(words: Mapping[str, str], problems: list[Problem]) -> tuple[float, int]:
    """Tonnes per GWh of electricity and their year, as `grid=315 grid_year=2020`."""
    factor = _find_number(words, "grid", problems)
    year = words.get("grid_year", "2020" if factor is None else "")
    if not is_whole_within(year, 1990, 2100):
        problems.append(Problem("forms_grid_year", f"grid_year={year}"))
        year = "2020"
    return (315.0 if factor is None else factor), int(year)
