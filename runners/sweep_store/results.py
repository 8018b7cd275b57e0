"""What a worker gives back: the rows of solved and failed scenarios, as Arrow tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import xarray as xr
from numpy.typing import NDArray

from runners.reports.tables import AMOUNT, SMALLEST
from runners.results.catalog import check_columns
from runners.results.sweep import MONEY, SWEEP
from runners.results.target_judgement import count_missed
from runners.sweep_store.breaches import sum_breaches
from runners.sweep_store.cash import (
    FIGURES,
    FLOWS,
    Floats,
    reckon_cash,
    reckon_figures,
    spend_outlays,
)
from runners.sweep_store.memory import Memory, take_array
from runners.sweep_store.told_finances import blank_unknown, sum_finances
from scenarios.arithmetic.acting import frame_targets, judge_targets
from scenarios.arrays import Arrays, hold_arrays
from scenarios.target_states import NOWHERE
from scenarios.terms import ACCOUNT, ACTOR, TARGET, TECHNOLOGY, VINTAGE, YEAR
from scenarios.vintage_rows import FLOW_BY_VINTAGE

SCENARIOS, INVESTMENTS, ACCOUNTS, TARGETS, CASH_FLOW = "scenarios", "investments", "accounts", "targets", "cash_flow"
SCENARIO, ID, STATUS = "scenario", "id", "status"

REFUSED, NOT_VERIFIED, CRASHED, BROKEN = "refused", "not_verified", "crashed", "broken"
"""How a scenario can end besides the members of `Status`; `broken`: on a fault of the program."""
UNFINISHED = (CRASHED, BROKEN)
"""Ends that another try may mend."""
YES, NO, NOT_CHECKED = "yes", "no", "not_checked"
"""Whether the verifier accepted the plan."""

TEXT, NUMBER, WHOLE = pa.string(), pa.float64(), pa.int32()
FATE = {
    STATUS: TEXT,
    "gap": NUMBER,
    "verified": TEXT,
    "objective_money": NUMBER,
    "bound_money": NUMBER,
    "targets_missed": WHOLE,
    **dict.fromkeys(MONEY, NUMBER),
    "seconds": NUMBER,
    "reason": TEXT,
    "message": TEXT,
}
"""Columns of `scenarios` after the scenario, its id and its keys; those of `MONEY` blank in a case without actors."""
LONG: Mapping[str, tuple[str, tuple[str, ...]]] = {
    INVESTMENTS: (TECHNOLOGY, ("build", "outlay_money")),
    ACCOUNTS: (ACCOUNT, ("value",)),
    TARGETS: (TARGET, ("cap", "value", "excess", "shadow_price")),
    CASH_FLOW: (ACTOR, (*FLOWS, "net", "net_debt", *FIGURES)),
}
"""Long tables: a row per id, label of this dimension and year, with these numbers."""
WORDS: Mapping[str, tuple[str, ...]] = {TARGETS: ("acts",)}
"""What long tables say in words besides; of targets whether they shape the plan, as `arithmetic.acting` says."""
FRAMED = (
    *("cap", "share", "credit_share", "length", "exogenous", "counted_share", "existing", "demand", "flow"),
    FLOW_BY_VINTAGE,
    *("factor_activity", "factor_capacity", "factor_build", "factor_purchase", "factor_sale"),
    *("purchase_price", "sale_price"),
)
"""Numbers that targets are judged by."""
Fate = Mapping[str, float | int | str | None]


@dataclass(frozen=True)
class Head:
    """Which scenario: its row in the design, its id, and the values of the varied keys in their order.

    None is the value of a key that the scenario leaves alone.
    """

    scenario: int
    id: str
    values: tuple[float | str | None, ...]


@dataclass(frozen=True)
class Slab:
    """Rows of one long table of one scenario: places among `labels`, years, and columns of numbers (column, row).

    `words` are the columns that the table has in `WORDS`; blank where they are left out.
    """

    labels: Sequence[str]
    places: NDArray[np.intp]
    years: NDArray[np.int64]
    numbers: Floats
    words: tuple[Sequence[str], ...] = ()


@dataclass(frozen=True)
class Rows:
    """All rows of one scenario: its head, the columns of `FATE`, and a slab per long table, none without a plan."""

    head: Head
    fate: Fate
    slabs: Mapping[str, Slab] = field(default_factory=dict)


@dataclass(frozen=True)
class ChunkResult:
    """Arrow tables by name: `scenarios` and the tables of `LONG`."""

    tables: Mapping[str, pa.Table]

    @property
    def ids(self) -> list[str]:
        """Of its scenarios, in their order."""
        return list(self.tables[SCENARIOS].column(ID).to_pylist())


class Books:
    """What scenarios of one family share: labels, years, and what was reckoned for the scenario before."""

    def __init__(self, scenario: xr.Dataset) -> None:
        dims = (TECHNOLOGY, ACCOUNT, TARGET, ACTOR)
        self.labels = {dim: tuple(str(label) for label in scenario[dim].values.tolist()) for dim in dims}
        self.years = scenario.variables[YEAR].values.astype(np.int64)
        self.memory = Memory()


def type_keys(keys: Sequence[str], levels: Sequence[Sequence[str]]) -> dict[str, pa.DataType]:
    """The type of each varied key's column: number where every level is one, else text; blank levels do not count."""
    written = [[text for text in texts if text] for texts in levels]
    return {
        key: NUMBER if texts and all(map(_is_number, texts)) else TEXT for key, texts in zip(keys, written, strict=True)
    }


def tabulate_design(
    keys: Sequence[str], levels: Sequence[Sequence[str]], codes: NDArray[np.integer], ids: Sequence[str]
) -> pa.Table:
    """The table of a design: scenario, id and a column per key, blank where the level is.

    Args:
        keys: as written.
        levels: of each key, as text.
        codes: places among the levels (scenario, key).
        ids: of the scenarios.
    """
    columns = {SCENARIO: pa.array(np.arange(len(ids)), pa.int64()), ID: pa.array(ids, TEXT)}
    for place, (key, kind) in enumerate(type_keys(keys, levels).items()):
        values = [(float(text) if kind == NUMBER else text) if text else None for text in levels[place]]
        columns[key] = pa.array(values, kind).take(pa.array(codes[:, place]))
    return pa.table(columns)


def list_schemas(keys: Mapping[str, pa.DataType]) -> dict[str, pa.Schema]:
    """The columns of every table, in their order.

    Args:
        keys: the varied keys with the types of their columns, of `type_keys`.
    """
    first = {SCENARIO: pa.int64(), ID: TEXT}
    schemas = {SCENARIOS: pa.schema({**first, **keys, **FATE})}
    for name, (dim, numbers) in LONG.items():
        columns = dict.fromkeys(numbers, NUMBER) | dict.fromkeys(WORDS.get(name, ()), TEXT)
        schemas[name] = pa.schema({ID: TEXT, dim: TEXT, YEAR: WHOLE, **columns})
    for name, schema in schemas.items():
        check_columns(SWEEP, name, schema.names)
    return schemas


def tabulate_outcome(
    books: Books,
    scenario: xr.Dataset,
    plan: xr.Dataset,
    head: Head,
    seconds: float,
    verified: str = YES,
    message: str = "",
    known: Arrays | None = None,
) -> Rows:
    """The rows of a scenario that has a plan; the same numbers as in the tables of its run folder.

    Args:
        books: of the scenario's family.
        scenario: as it was solved.
        plan: of the scenario; its status, objective, bound and gap stand in its attrs.
        head: which scenario.
        seconds: what it took.
        verified: `YES`, `NO` or `NOT_CHECKED`.
        message: what is to be known of how the plan was found.
        known: arrays of the scenario, with what was reckoned of them for its neighbours.
    """
    with hold_arrays(scenario, known):
        slabs, missed, finance = _tabulate_plan(books, scenario, plan, known)
    fate: Fate = {
        STATUS: NOT_VERIFIED if verified == NO else str(plan.attrs[STATUS]),
        "gap": float(plan.attrs["gap"]),
        "verified": verified,
        "objective_money": float(plan.attrs["objective"]),
        "bound_money": float(plan.attrs["bound"]),
        "targets_missed": missed,
        **{name: finance.get(name) for name in MONEY},
        "seconds": seconds,
        "reason": "",
        "message": message,
    }
    return Rows(head, fate, slabs)


def _tabulate_plan(
    books: Books, scenario: xr.Dataset, plan: xr.Dataset, known: Arrays | None
) -> tuple[dict[str, Slab], int, dict[str, float | None]]:
    """Rows of a plan by table, how many targets it misses, and what it comes to in money."""
    targets, missed = _judge_targets(books, scenario, plan, known)
    slabs, finance = books.memory.recall_plan(
        scenario, plan, TARGET, lambda: _tabulate_deeds(books, scenario, plan, known)
    )
    return {**slabs, TARGETS: targets}, missed, finance


def _tabulate_deeds(
    books: Books, scenario: xr.Dataset, plan: xr.Dataset, known: Arrays | None
) -> tuple[dict[str, Slab], dict[str, float | None]]:
    """Rows of what is done and paid, whatever the targets are: plans that differ in those alone have them in common."""
    spent = spend_outlays(books.memory, scenario, plan)
    slabs = {
        INVESTMENTS: _list_investments(books, plan, spent),
        ACCOUNTS: _list_all(books, ACCOUNT, plan.variables[AMOUNT].values[None]),
    }
    if not books.labels[ACTOR]:
        return slabs, {}
    cash, debt = reckon_cash(books.memory, scenario, plan, spent, known)
    debt, figures = blank_unknown(scenario, debt, reckon_figures(books.memory, scenario, plan, cash, debt))
    rows = np.concatenate([cash, cash.sum(axis=0)[None], debt[None], figures])
    slabs[CASH_FLOW] = _list_all(books, ACTOR, rows)
    return slabs, {**sum_finances(scenario, cash, debt, figures), **sum_breaches(books.memory, scenario, plan)}


def tabulate_failure(
    head: Head, status: str, seconds: float, message: str, verified: str = NOT_CHECKED, reason: str = ""
) -> Rows:
    """The row of a scenario without a plan that can be used: how it ended and why, in words.

    `reason` is what stands in the way in one line, alike for scenarios alike; the message's first line if not given.
    """
    reason = reason or message.split("\n")[0]
    known: Fate = {STATUS: status, "verified": verified, "seconds": seconds, "reason": reason, "message": message}
    return Rows(head, {name: known.get(name) for name in FATE})


def gather_rows(rows: Sequence[Rows], keys: Mapping[str, pa.DataType]) -> ChunkResult:
    """The tables of a chunk from the rows of its scenarios, in their order; of equal ids the first."""
    rows = list({row.head.id: row for row in reversed(rows)}.values())[::-1]
    schemas = list_schemas(keys)
    heads = [row.head for row in rows]
    columns = {
        SCENARIO: [head.scenario for head in heads],
        ID: [head.id for head in heads],
        **{key: [head.values[place] for head in heads] for place, key in enumerate(keys)},
        **{name: [row.fate[name] for row in rows] for name in FATE},
    }
    fields = schemas[SCENARIOS]
    arrays = [pa.array(columns[item.name], type=item.type, from_pandas=True) for item in fields]
    tables = {SCENARIOS: pa.Table.from_arrays(arrays, schema=fields)}
    return ChunkResult(tables | {name: _stack_slabs(rows, name, schemas[name]) for name in LONG})


def _stack_slabs(rows: Sequence[Rows], name: str, schema: pa.Schema) -> pa.Table:
    held = [(place, row.slabs[name]) for place, row in enumerate(rows) if name in row.slabs]
    if not held:
        return schema.empty_table()
    lengths = [len(slab.years) for _, slab in held]
    ids = np.repeat([place for place, _ in held], lengths)
    offsets = np.cumsum([0, *(len(slab.labels) for _, slab in held[:-1])])
    labels = [label for _, slab in held for label in slab.labels]
    places = np.concatenate([slab.places + offset for (_, slab), offset in zip(held, offsets, strict=True)])
    numbers = np.concatenate([slab.numbers for _, slab in held], axis=1)
    arrays = [
        pa.array([row.head.id for row in rows], TEXT).take(pa.array(ids)),
        pa.array(labels, TEXT).take(pa.array(places)),
        pa.array(np.concatenate([slab.years for _, slab in held]), WHOLE),
        *(pa.array(column, NUMBER, from_pandas=True) for column in numbers),
        *(pa.array(_join_words(held, place), TEXT) for place in range(len(WORDS.get(name, ())))),
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _join_words(held: Sequence[tuple[int, Slab]], place: int) -> list[str]:
    """One column of words, scenario after scenario."""
    return [word for _, slab in held for word in (slab.words[place] if slab.words else [""] * len(slab.years))]


def _list_investments(books: Books, plan: xr.Dataset, spent: Floats) -> Slab:
    """A row per technology and year with a start or an outlay."""
    build = take_array(plan, "build", TECHNOLOGY, VINTAGE)
    places, years = np.nonzero((np.abs(build) > SMALLEST) | (np.abs(spent) > SMALLEST))
    numbers = np.stack([build[places, years], spent[places, years]])
    return Slab(books.labels[TECHNOLOGY], places, books.years[years], numbers)


def _list_all(books: Books, dim: str, numbers: Floats) -> Slab:
    """A row per label and year from numbers (column, label, year)."""
    places, years = (axis.ravel() for axis in np.indices(numbers.shape[1:]))
    return Slab(books.labels[dim], places, books.years[years], numbers.reshape(len(numbers), -1))


def _judge_targets(books: Books, scenario: xr.Dataset, plan: xr.Dataset, known: Arrays | None) -> tuple[Slab, int]:
    """Rows of targets, a cumulative one's in its last year with sums, and how many targets are missed in any year."""
    shadow = take_array(plan, "shadow_price", TARGET, YEAR)
    frame = books.memory.recall(scenario, FRAMED, lambda: frame_targets(known or scenario))
    judged = judge_targets(frame, plan.variables[AMOUNT].values, shadow)
    rows = np.nonzero(judged.state != NOWHERE)
    excess = np.where(judged.missed, judged.over, 0.0)
    numbers = np.stack([frame.cap[rows], judged.value[rows], excess[rows], shadow[rows]])
    slab = Slab(books.labels[TARGET], rows[0], books.years[rows[1]], numbers, (judged.state[rows].tolist(),))
    return slab, count_missed(judged.missed)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
