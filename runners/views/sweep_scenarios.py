"""The scenarios of a sweep one by one: what is varied in words, a table to search and one to reckon with."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from runners.results.sweep import MONEY, SOLVED, SweepRun
from runners.views.locale import BLANK, Speech, begin
from runners.views.section import Cell, Column, Finder, Kind, Table
from runners.views.setting_words import name_setting, say_setting_value
from runners.views.sweep_sums import COST, FEW_LEVELS, MISSED, weigh_keys

SCENARIOS = "scenarios"
"""The key of the table of all scenarios, of which others are formulas."""
MOST_CELLS = 10_000
"""Cells of the table to search: of more scenarios the cheapest, so that the page stays small."""
MOST_SCENARIOS = 100_000
"""Rows that a sheet can hold with room to spare."""
MOST_KEYS = 4
"""Keys with a column of their own in the table to search; the others share one, as more do not fit on paper."""
FIGURES = (COST, MISSED, "peak_debt_money")
DEARER, NAME, STATUS, SCENARIO = "dearer", "name", "status", "scenario"


def find_scenarios(sweep: SweepRun, speech: Speech) -> Finder:
    """The table to search, cheapest first, with every key: those that move the cost most in columns of their own."""
    keys = tuple(weigh_keys(sweep)["key"].head(MOST_KEYS)) or sweep.keys[:MOST_KEYS]
    rest = tuple(key for key in sweep.keys if key not in keys)
    results = _order_scenarios(sweep)
    figures = (*FIGURES, *([DEARER] if DEARER in results else []))
    heads = (speech.say("head_scenario"), *name_keys(speech, keys))
    heads += (speech.say("head_other_keys"),) if rest else ()
    heads = (*heads, speech.say("head_status"), *(name_figure(figure, speech) for figure in figures))
    results = results.head(MOST_CELLS // len(heads))
    rows = tuple(_describe(row, sweep, keys, rest, figures, speech) for row in results.to_dict("records"))
    shown = results[list(figures)].where(results[STATUS].isin(SOLVED))
    ranked = [results[SCENARIO], *(results[key] for key in keys), *([results[SCENARIO]] if rest else [])]
    ranked += [results[STATUS], *(shown[name] for name in figures)]
    orders = tuple(zip(*map(_rank, ranked), strict=True))
    few = [1 + place for place, key in enumerate(keys) if results[key].nunique() <= FEW_LEVELS]
    note = speech.say("finder_note", shown=len(results), count=len(sweep.results), level=begin(speech.price_level))
    choices = (*few, 1 + len(keys) + bool(rest))
    caption = speech.say("finder_caption")
    return Finder("finder", caption, note, heads, rows, orders, choices, _table_scenarios(sweep, speech))


def list_columns(sweep: SweepRun) -> tuple[str, ...]:
    """The columns of the table of scenarios, as results have them."""
    figures = [name for name in (COST, MISSED, *MONEY) if name in sweep.results]
    names = [NAME] if sweep.names else []
    return (SCENARIO, *names, STATUS, *figures, *([DEARER] if find_base_cost(sweep) is not None else []), *sweep.keys)


def find_base_cost(sweep: SweepRun) -> float | None:
    """What the base costs; None where a sweep has none with a plan."""
    base = None if sweep.base is None else sweep.results.iloc[sweep.base]
    return float(base[COST]) if base is not None and base[STATUS] in SOLVED else None


def name_keys(speech: Speech, keys: Iterable[str]) -> tuple[str, ...]:
    """Keys in words."""
    return tuple(name_setting(key, speech.names, speech.lang) for key in keys)


def say_value(key: str, value: object, speech: Speech) -> str:
    """A value of a key in words; what is left as it is says so."""
    return speech.say("as_is") if is_blank(value) else say_setting_value(key, value, speech.lang)


def tell_changes(row: Mapping[Hashable, Any], keys: Sequence[str], speech: Speech) -> str:
    """What a scenario changes: `Pris: el +50 %; Kalkylränta 4 %`."""
    changed = [key for key in keys if not is_blank(row[key])]
    told = [
        f"{name} {say_setting_value(key, row[key], speech.lang)}"
        for key, name in zip(changed, name_keys(speech, changed), strict=True)
    ]
    return "; ".join(told) or speech.say("as_is")


def is_blank(value: object) -> bool:
    """Whether a cell of a design leaves its key as it is."""
    return value is None or value is pd.NA or value == "" or value != value


def say_status(status: str, speech: Speech) -> str:
    """How a scenario ended."""
    return speech.known(f"status_of_{status}", status)


def name_figure(name: str, speech: Speech) -> str:
    """A figure of a scenario with its unit."""
    return speech.say(f"figure_{name}", money=speech.unit)


def _order_scenarios(sweep: SweepRun) -> pd.DataFrame:
    results, base = sweep.results.sort_values(COST, na_position="last", kind="stable"), find_base_cost(sweep)
    return results if base is None else results.assign(**{DEARER: results[COST] - base})


def _table_scenarios(sweep: SweepRun, speech: Speech) -> Table:
    """Every scenario with all it varies, in the order of the design."""
    names = list_columns(sweep)
    results = _order_scenarios(sweep).sort_values(SCENARIO, kind="stable").head(MOST_SCENARIOS)
    solved = results[STATUS].isin(SOLVED)
    columns = tuple(_lay_column(name, results, sweep, speech) for name in names)
    cells = [_list_cells(name, results, solved, sweep, speech) for name in names]
    cut = {"shown": len(results), "count": len(sweep.results)}
    note = speech.say("scenarios_cut", **cut) if len(results) < len(sweep.results) else ""
    return Table(SCENARIOS, speech.say("scenarios_caption"), note, columns, tuple(zip(*cells, strict=True)))


def _lay_column(name: str, results: pd.DataFrame, sweep: SweepRun, speech: Speech) -> Column:
    if name == SCENARIO:
        return Column(begin(speech.say("head_scenario")), Kind.WHOLE, 26)
    if name in (NAME, STATUS):
        return Column(begin(speech.say(f"head_{name}")), width=26 if name == NAME else 16)
    if name not in sweep.keys:
        return Column(name_figure(name, speech), Kind.AMOUNT, 14)
    title = name_keys(speech, [name])[0]
    kind = Kind.FULL if results[name].dtype.kind in "if" else Kind.TEXT
    return Column(title, kind, max(12.0, min(40.0, len(title) + 2)))


def _list_cells(
    name: str, results: pd.DataFrame, solved: pd.Series[bool], sweep: SweepRun, speech: Speech
) -> list[Cell]:
    if name == SCENARIO:
        return [int(number) for number in results[SCENARIO]]
    if name == NAME:
        return [sweep.name(int(number)) for number in results[SCENARIO]]
    if name == STATUS:
        return [say_status(str(status), speech) for status in results[STATUS]]
    values = results[name] if name in sweep.keys else results[name].where(solved)
    return [None if is_blank(value) else value if isinstance(value, str) else float(value) for value in values]


def _describe(
    row: Mapping[Hashable, Any],
    sweep: SweepRun,
    keys: Sequence[str],
    rest: Sequence[str],
    figures: Sequence[str],
    speech: Speech,
) -> tuple[str, ...]:
    """Cells of a scenario: its name, its values, how it ended, its figures if it has a plan."""
    told = [say_value(key, row[key], speech) for key in keys]
    told += [tell_changes(row, rest, speech)] if rest else []
    known = row[STATUS] in SOLVED
    cells = [speech.number(row[figure], 0 if figure == MISSED else 1) if known else BLANK for figure in figures]
    return (sweep.name(int(row[SCENARIO])), *told, say_status(str(row[STATUS]), speech), *cells)


def _rank(column: pd.Series[Any]) -> list[int | None]:
    """The place of each value among all, None where there is none: what the table is sorted by."""
    places = column.rank(method="dense")
    return [None if place != place else int(place) for place in places]
