"""Which problems only follow from rows that could not be used, and would mislead whoever corrects the case.

Where `prices.csv` has a number that is none, the price is missing, and a check that looks for it would ask for a
price that stands there. Such messages wait until the rows that they miss can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scenarios.catalog import TABLES
from scenarios.errors import Problem

CHOICES = "choices"
"""What messages name in place of a file where a choice is wrong."""
UNREAD = frozenset(
    {
        "bytes_undecodable",
        "cell_blank",
        "column_missing",
        "file_empty",
        "file_link_broken",
        "file_missing",
        "file_no_file",
        "file_unreadable",
        "row_broken",
        "row_ragged",
        "rows_missing",
    }
)
"""Messages about files, columns and rows that no other check can see, names included."""
UNUSED = UNREAD | {
    "chosen_years_none",
    "entry_missing",
    "name_unchosen",
    "number_infinite",
    "number_comma",
    "number_unreadable",
    "quantity_elsewhere",
    "quantity_unknown",
    "unknown_account",
    "unknown_commodity",
    "unknown_group",
    "unknown_slice",
    "unknown_technology",
    "word_unknown",
    "year_far",
    "years_backward",
}
"""Those, and messages about rows whose numbers or labels no other check can use."""
VARIANTS_HIDING = "variant_unchosen"
"""A message about rows of any table; the names that such rows declare are known all the same."""
REFUSALS = frozenset({"folder_missing", "file_large", "case_large", "rows_many"})
"""Messages after which no table was read at all."""

RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "action_measure_unknown": ("technologies",),
    "credit_without_share": ("parts",),
    **dict.fromkeys(
        ("demand_unserved", "demand_unserved_idle"), ("flows", "technologies", "stock", "prices", "supplies")
    ),
    "group_empty": ("members",),
    **dict.fromkeys(
        ("growth_from_nothing", "growth_lost_activity", "growth_lost_build", "growth_zero"),
        ("parameters", "stock", "limits", "members", "logic", "case", CHOICES),
    ),
    "input_unavailable": ("flows", "technologies", "stock", "prices", "supplies", "demands"),
    "inventory_missing": ("inventory", "case"),
    "inventory_none": ("inventory",),
    "life_missing": ("parameters",),
    "line_to_nowhere": ("targets",),
    "margin_without_firm": ("flows",),
    "market_missing": ("prices",),
    "output_unusable": ("flows", "commodities", "prices", "demands"),
    "prerequisite_impossible": ("technologies", "stock"),
    "profit_endless": ("slices", "prices", "supplies"),
    "price_scale_idle": ("prices",),
    "start_unbounded": ("parameters",),
    "start_without_size": ("parameters", "stock"),
    "store_missing": ("flows",),
    "store_without_room": ("parameters", "technologies"),
    "technology_idle": ("flows", "factors", "members", "logic"),
}
"""Messages that say something is missing, to the tables in which it might stand unused."""
DECLARED_IN: Mapping[str, tuple[str, ...]] = {
    "none_group": ("groups",),
    "unknown_account": ("accounts",),
    "unknown_commodity": ("commodities",),
    "unknown_group": ("groups",),
    "unknown_item": ("technologies", "commodities"),
    "unknown_slice": ("slices",),
    "unknown_source": ("sources",),
    "unknown_technology": ("technologies",),
}
"""Messages that say a name is not declared, to the tables that might declare it unread."""
COMPARED = frozenset({"row_repeated", "year_mixed"})
"""Messages that compare rows by their keys, which says nothing where the column of a key is missing."""
STACKED = frozenset({"layer_unknown", "layer_circular", "layer_blank"})
"""Messages after which layers are missing, so that nothing can be said of what their rows would make."""
MISSED = frozenset({"file_missing", "rows_missing"})
"""What may stand in a layer that is missing."""
OTHER_UNIT, UNIT_WRONG = "layer_unit", "unit_wrong"
"""A unit that contradicts a lower layer, and what is then said of every number of that layer."""


def drop_consequences(problems: Sequence[Problem]) -> list[Problem]:
    """The problems without those that miss something in a table that has rows of no use.

    Where nothing was read, only the reason is left.

    >>> unread = Problem("file_missing", "flows.csv")
    >>> idle = Problem("technology_idle", "technologies.csv", 2)
    >>> drop_consequences([idle, unread]) == [unread], drop_consequences([idle]) == [idle]
    (True, True)
    """
    refused = [problem for problem in problems if problem.key in REFUSALS]
    if refused:
        return refused
    if any(problem.key in STACKED for problem in problems):
        return [problem for problem in problems if problem.key in STACKED | (UNREAD - MISSED)]
    below = any(problem.key == OTHER_UNIT for problem in problems)
    unread, unused = (_list_tables(problems, keys) for keys in (UNREAD, UNUSED))
    if any(problem.key == VARIANTS_HIDING for problem in problems):
        unused |= {table.name for table in TABLES}
    keyless = {problem.file for problem in problems if problem.key == "column_missing"}
    return [
        problem
        for problem in problems
        if not (problem.key in COMPARED and problem.file in keyless)
        and not (below and problem.key == UNIT_WRONG and (problem.row or 0) < 0)
        and unused.isdisjoint(RESTS_ON.get(problem.key, ()))
        and unread.isdisjoint(DECLARED_IN.get(problem.key, ()))
    ]


def _list_tables(problems: Sequence[Problem], keys: frozenset[str]) -> set[str]:
    return {problem.file.rpartition("/")[2].removesuffix(".csv") for problem in problems if problem.key in keys}
