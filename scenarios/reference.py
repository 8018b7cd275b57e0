"""The data model as a page: every table, column and quantity of a case, told from the catalog."""

from __future__ import annotations

from math import inf, isnan

from scenarios.catalog import CONFIDENCES, TABLES, WIDE_TABLES, Label, Quantity, Table, quantities_of
from scenarios.files import MOST_CASE_MB, MOST_FILE_MB, MOST_ROWS
from scenarios.tables import CASE, CASE_TEXTS, ITEM, QUANTITY, columns_of, required_columns

_INTRODUCTION = """# The data model

Written by `scenarios.reference` from `scenarios/catalog.py`: change the catalog, not this page.

A case is a folder of CSV tables. A table is one file, `<table>.csv`; its first row names the columns, in any order.

* **Files** are UTF-8, with or without a byte order mark, separated by `,` or by `;`. Numbers have a decimal point,
  no thousands separator, and may be `inf`. In a file separated by `;` they may have a decimal comma instead, all of
  them. A file may have {file} MB, a case {case} MB and {rows:,} rows. Other CSV files do not belong in the folder,
  but `layers.csv`, which names the layers that the case lies on ([layers](municipalities.md#layers)).
* **Keys** say what a row is about; the same keys stand only once. **Labels** are words about the thing that a row
  names. A column not marked as needed may be left out, and so may its cells.
* **Numbers** stand in `value`, with the name of the quantity in `quantity` where a table holds several. Each states
  its `unit`, its `source` (a key of `sources.csv`) and its `confidence`: {confidences}. `{{capacity}}` and
  `{{activity}}` in a unit stand for the `capacity_unit` and `activity_unit` of the row's technology, `{{commodity}}`,
  `{{account}}` and `{{group}}` for the `unit` of that row, `{{money}}` for the money of the case, `{{output}}`
  for the unit of what the row's instrument pays for (activity where it names nothing). The unit `1` is a plain share
  (0.1 is a tenth); a growth of 1.1 is 10 % more each year.
* **Years** may be sparse. Between years given a number runs straight, before the first and after the last it is
  constant. A blank year holds for all years; it gives way where the same keys have rows with years. A year of the plan
  that stands for a longer period has the number of its first year. Inventories are never filled.
* **Paths**: a row may name a path in `path`. Its value then is that of its `year` (of the base year where blank), and
  every other year has `value * index(y) / index(year)`, the index being the path's `path_level`, straight between
  years given, and after the last of them `(1 + path_growth)` more each year; a path without levels grows in all
  years. Several paths with spaces between are multiplied (`population distance`). Rows about one number that follow
  different paths, or none, are added up: all that is driven along one path, less what still burns fuel along another.
  A number is as certain as the weakest of what it is made of. `adjust.path_level.population.2030-2045=1.1` and
  `set.path_growth.distance=0` move all that follows.
* **Vintages**: `flow`, `availability` and `annual_availability` may be given by `vintage`, the year in which
  construction starts, as well as by year. Between vintages given a number runs straight, before the first and after
  the last it is constant; a blank vintage holds for all. What stands already has the number of its `stock_vintage`,
  else of the first vintage given. How much each vintage runs is for the plan to decide.
* **Slices**: a blank slice holds for all slices that have no rows of their own. `profile_as` gives a technology or a
  commodity the profile of another.
* **Variants**: a row with a `variant` holds only where that variant is chosen, and then takes the place of the row
  with the same keys and no variant (same year and slice, too); the last of several chosen variants counts.
* **What is not written** has the default of the quantity; *none* means that the rule or market does not exist.

Tables: {index}.

### How to express

Each of these is a town in `tests/test_recipes.py`.

* **A base load by season**: one technology per season, decided per year, with a `profile` that spreads the year over
  the hours of that season and is 0 in the others. Each then runs evenly through its season, at a level of its own.
* **A reserve counted without output**: a technology with `flow`, `yield` and `firm_credit` as if it ran, and
  `most_activity` 0.
* **A fuel balanced per slice and per year**: two commodities, one bought and limited over the year, one with `balance`
  slice, and a technology decided per slice (the pipe, the meter) that takes 1 of the first and gives 1 of the second.
* **One limit over several modes**: a group with the modes as members and `group_most_activity`; `weight` says how much
  a unit of each counts.
* **Growth after a long first period**: growth counts from calendar year to calendar year, inside a period too, where
  the plan chooses what each year builds. To say how much the last of them builds give the plan a year at the end of the
  period, such as `case.years=[2025,2034,2035]`, and `most_build` of that year: the next one grows from it.
* **A plain list of measures**: `technologies`, `parameters`, `slices` with one slice of 8760 h, `sources` and `case`;
  `least_build` or `least_capacity` say what has to be done, and when at the latest.
* **Better later vintages**: rows of `flow` with a `vintage`, such as -0.333 GWh of power per GWh of heat for a heat
  pump of 2025 and -0.25 for one of 2040; what was built before keeps its own.
* **A plant that ages**: rows of `availability` with a `vintage` and a `year`, such as 0.9 in 2025 and 0.5 in 2045 for
  what was built in 2025, and the same twenty years later for what is built in 2045."""

_HOMES = {table.declares: f"`{table.name}`" for table in TABLES if table.declares}
_HOMES[ITEM] = "`technologies` or `commodities`"

_NOTES = {
    CASE: f"Rows of `quantity` {', '.join(f'`{name}`' for name in CASE_TEXTS)} hold text in `value` (names of the "
    "case, and the unit of its money, such as MSEK), without unit, source and confidence.",
    "technologies": "A forced or decided project has `project_size` (parameters), else one unit, else the least size; "
    "it begins in the plan year that contains `status_year`, and more of the technology remains an option. A decided "
    "one must not be counted in the amounts of finances.csv: neither its outlay in `planned_outlay`, nor its debt in "
    "`standing_debt`, nor its depreciation and interest in `planned_depreciation` and `planned_result`.",
    "actuals": "`outcome` is one of `built` (capacity, in the year construction began), `outlay` (all that it costs), "
    "`grant`, `measured` (an account), `price`, `demand`, `taxes`, `result`, `debt`, `loan`; `subject` is the "
    "technology, account, commodity or actor, `party` the owner, grant or loan. Rows of one number with several "
    "`revision`s are its editions, and the latest holds. What is not written stays forecast "
    "([the yearly round](yearly-round.md)).",
    "slices": "Unit, source and confidence are those of `hours` (unit h); `cycles` is per year.",
    "targets": "Unit, source and confidence are those of `value`: % for a reduction or a share, else the account's "
    "unit; `price` is in money per unit of the account. A target holds from its year, or from the first of the plan "
    "where it lies before it. `base_year` left out: that of the case. A cumulative cap counts only years of the plan, "
    "to its end unless `until` says a year.",
    "profiles": "`item` is a commodity (its demand) or a technology decided per year (its activity).",
    "factors": "`item` is a technology, or a commodity for purchase and sale.",
    "survival": "`age` in whole years since service began; constant before the first age given.",
    "spending": "`age` in whole years since construction started. What is not listed is spent evenly over "
    "`construction_years`.",
    "ranges": "`about` is a label of the quantity (`cars_electric`), several with dots between them "
    "(`cars_on_fuel.diesel`), a pattern with `*` (`cars_*`), the programme of technologies, or `*`; the rule that says "
    "most holds, of two alike the later one. Rows with the same `tie` are moved together, each to its end of the same "
    "name (which may then run downwards), beside the rule that holds for the number by itself. Points and stretches of "
    "time are shifted, never multiplied. `fardplan check` tells which assumed numbers have no range.",
    "logic": "Unit: yr for requires and follows, 1 for supports and excludes. `other` is blank for excludes.",
}


def describe_data_model() -> str:
    """The page docs/data-model.md, in Markdown."""
    introduction = _INTRODUCTION.format(
        file=MOST_FILE_MB,
        case=MOST_CASE_MB,
        rows=MOST_ROWS,
        confidences=", ".join(f"`{word}`" for word in CONFIDENCES),
        index=", ".join(f"[{table.name}](#{table.name})" for table in TABLES),
    )
    return "\n\n".join([introduction, *(_describe_table(table) for table in TABLES)]) + "\n"


def _describe_table(table: Table) -> str:
    needed = set(required_columns(table))
    columns = ", ".join(f"**`{name}`**" if name in needed else f"`{name}`" for name in columns_of(table))
    keys = ", ".join(f"`{key}`" for key in table.keys)
    about = "Optional file." if table.optional else "Needed by every case."
    parts = [
        f"## {table.name}",
        f"{table.sentence} {about}",
        f"Columns (needed ones bold): {columns}. Keys: {keys}.",
    ]
    if table.name in _NOTES:
        parts.append(_NOTES[table.name])
    if table.labels:
        parts.append(_draw_table(("label", "words", "default", "meaning"), [_tell_label(own) for own in table.labels]))
    quantities = quantities_of(table.name)
    if quantities:
        place = "column" if table.name in WIDE_TABLES else QUANTITY
        head = (place, "unit", "default", "bounds", "by year", "meaning")
        parts.append(_draw_table(head, [_tell_quantity(own) for own in quantities]))
    return "\n\n".join(parts)


def _tell_label(label: Label) -> tuple[str, ...]:
    words = ", ".join(f"`{word}`" for word in label.words) or (
        f"key of {_HOMES[label.refers]}" if label.refers else "text"
    )
    default = "needed" if label.required else f"`{label.default}`" if label.default else "blank"
    return f"`{label.name}`", words, default, label.sentence


def _tell_quantity(quantity: Quantity) -> tuple[str, ...]:
    default = "needed" if quantity.required else _tell_number(quantity.default)
    bounds = f"{_tell_number(quantity.lower)} to {_tell_number(quantity.upper)}"
    if quantity.lower == -inf and quantity.upper == inf:
        bounds = "any"
    elif quantity.upper == inf:
        bounds = f"at least {_tell_number(quantity.lower)}"
    yearly = "yes, and by vintage" if quantity.vintaged else "yes" if quantity.yearly else "no"
    return f"`{quantity.name}`", quantity.unit, default, bounds, yearly, quantity.sentence


def _tell_number(number: float) -> str:
    return "none" if isnan(number) else f"{number:g}"


def _draw_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))
