"""Which numbers of the case a plan was made of: every one with its source, and how certain they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from scenarios.catalog import NAMES, SOURCE, TABLES
from scenarios.cells import COLUMN, NUMBER, ROW, TABLE, TEXT, list_numbers
from scenarios.choices import Choices
from scenarios.layers import LAYER, name_place
from scenarios.quality import OWNERS, Weights, measure_quality, rank_assumptions, weigh_by_costs
from scenarios.tables import CONFIDENCE, ITEM, NOTE, QUANTITY, UNIT, VALUE, VARIANT, Tables, choose_rows
from scenarios.terms import ACTOR, INSTRUMENT, PATH, YEAR

KEYS = (
    "technology",
    "commodity",
    "account",
    "part",
    ITEM,
    ACTOR,
    INSTRUMENT,
    "group",
    "target",
    "slice",
    "vintage",
    YEAR,
    PATH,
    "age",
)
"""What a number may be written over, in the order in which it is read."""
NAMED = (*OWNERS, INSTRUMENT, ACTOR)
"""Keys whose names say what a number is about, the first filled one says it."""
LABELS = ("actors", "instruments")
"""Tables of labels that are kept as they are, where the case has them; with the sources, which every case has."""
NAME_COLUMNS = tuple(label.name for label in NAMES)


def tabulate_case(tables: Tables, variants: Sequence[str], costs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables of the numbers that the chosen variants select, by file name.

    Args:
        tables: the case.
        variants: as chosen.
        costs: of the plan, as `tabulate_costs` makes them: what money hangs on which number.
    """
    choices = Choices(variants=tuple(variants))
    labels = {name: _tabulate_labels(tables, name) for name in LABELS if len(tables.frames[name])}
    return labels | {
        "numbers": tabulate_numbers(tables, variants),
        "sources": _tabulate_labels(tables, "sources"),
        "quality": tabulate_quality(tables, choices),
        "assumptions": tabulate_assumptions(tables, choices, weigh_costs(costs)),
    }


def tabulate_numbers(tables: Tables, variants: Sequence[str]) -> pd.DataFrame:
    """Every number of the case in the order of the catalog.

    Columns: `plan/numbers` in the catalog of results.
    """
    chosen = choose_rows(tables, variants)
    numbers = list_numbers(chosen)
    numbers = numbers[numbers[TEXT] != ""].reset_index(drop=True)
    notes = {(name, row): text for name, frame in chosen.frames.items() for row, text in frame[NOTE].items()}
    own = [notes[place] for place in zip(numbers[TABLE], numbers[ROW], strict=True)]
    places = [name_place(tables.layers, "", row) for row in numbers[ROW]]
    named = numbers.assign(**_name_items(tables, _find_owners(numbers)), value=numbers[NUMBER], note=own)
    named[ROW], named[LAYER] = [line for _, line in places], [file.rstrip("/") for file, _ in places]
    return named[[LAYER, TABLE, ROW, COLUMN, QUANTITY, *NAME_COLUMNS, *KEYS, VALUE, UNIT, SOURCE, CONFIDENCE, NOTE]]


def tabulate_quality(tables: Tables, choices: Choices) -> pd.DataFrame:
    """How many numbers each table has of each confidence: table and a column of counts per confidence."""
    counts = measure_quality(tables, choices).counts
    return counts.rename_axis(index=TABLE, columns=None).reset_index()


def tabulate_assumptions(tables: Tables, choices: Choices, weights: Weights) -> pd.DataFrame:
    """The assumed numbers on which most of the plan's money hangs, dearest first.

    Columns: `plan/assumptions` in the catalog of results.
    """
    ranked = rank_assumptions(tables, weights, choices)
    named = ranked.assign(**_name_items(tables, ranked[ITEM]))
    rest = [name for name in ranked.columns if name not in (QUANTITY, ITEM)]
    return named[[QUANTITY, ITEM, *NAME_COLUMNS, *rest]]


def _tabulate_labels(tables: Tables, name: str) -> pd.DataFrame:
    """A table of labels as the case has it."""
    frame = tables.frames[name]
    return frame[[column for column in frame.columns if column != VARIANT]].reset_index(drop=True)


def weigh_costs(costs: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Present money by quantity and item, from the rows of a plan's costs."""
    sums = costs.groupby(["component", "item"], as_index=False)["present_value"].sum()
    rows = zip(sums["component"], sums["item"], sums["present_value"], strict=True)
    return weigh_by_costs({(str(component), str(item)): float(value) for component, item, value in rows})


def _find_owners(numbers: pd.DataFrame) -> pd.Series[str]:
    """The label of what each number is about, blank where it is about the whole case."""
    owner = numbers[NAMED[0]]
    for key in NAMED[1:]:
        owner = owner.mask(owner == "", numbers[key])
    return owner


def _name_items(tables: Tables, items: pd.Series[str]) -> dict[str, list[str]]:
    names = _find_names(tables)
    return {column: [names.get(item, {}).get(column, item) for item in items] for column in NAME_COLUMNS}


def _find_names(tables: Tables) -> Mapping[str, Mapping[str, str]]:
    """Names by label of everything that has any."""
    names: dict[str, dict[str, str]] = {}
    for table in TABLES:
        frame = tables.frames[table.name]
        if table.declares and set(NAME_COLUMNS) <= set(frame.columns):
            rows = zip(*(frame[column].tolist() for column in NAME_COLUMNS), strict=True)
            for label, row in zip(frame[table.declares].tolist(), rows, strict=True):
                names.setdefault(str(label), dict(zip(NAME_COLUMNS, map(str, row), strict=True)))
    return names
