"""What each choice may be: bounds of numbers, words of words, forms of text; or why a choice is free.

Every key of the configuration stands here once. Words of a command, levels of a sweep and configurations made in Python
are held against the same entry before anything runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol

from conf.words import LANGUAGES
from model.solver.registry import METHODS, NAMES
from scenarios.catalog import QUANTITY_BY_NAME, TABLE_BY_NAME
from scenarios.cells import FIRST_YEAR, LAST_YEAR
from scenarios.choices import BENEFIT_MODES, LIMIT_MODES, SALVAGES, SPREADS, TIMINGS
from scenarios.errors import Problem
from scenarios.known import FORWARDS

MOST_SEED = 2**31 - 1
MOST_THREADS = 64
"""More threads than any machine of ours has only wait for each other, time limit or not."""
MOST_SECONDS = 365 * 24 * 3600
MOST_MEGABYTES = 100_000_000
MOST_SCENARIOS = 10_000_000
MOST_MONEY = 1e9
"""A price above this is a slip of the keyboard, and more than a solver can weigh against other money."""
MOST_FACTOR = 1e4
MOST_LEVEL = 1e12
MOST_POINTS = 2000
LEAST_ORDERS = 4
"""Two orders with their reverses: fewer have no standard error."""


@dataclass(frozen=True)
class Wrong:
    """Why a value cannot be: a message and what fills it."""

    key: str
    fields: Mapping[str, object]


class Bound(Protocol):
    """What a value may be."""

    def judge(self, value: Any, /) -> Wrong | None:
        """Why a value of the key's type cannot be; None where it can."""


@dataclass(frozen=True)
class Numbers:
    """From `least` to `most`; `above` and `below`: without that end itself; `zero`: or nothing at all."""

    least: float
    most: float
    above: bool = False
    below: bool = False
    zero: bool = False

    def judge(self, value: Any) -> Wrong | None:
        """Too small or too large; not a number is too small."""
        if self.zero and value == 0:
            return None
        key = ""
        if not value > self.least if self.above else not value >= self.least:
            key = "override_not_above" if self.above else "override_not_zero" if self.zero else "override_too_small"
        elif value >= self.most if self.below else value > self.most:
            key = "override_not_below" if self.below else "override_too_large"
        shown = {"value": show_value(value), "least": show_value(self.least), "most": show_value(self.most)}
        return Wrong(key, shown) if key else None


@dataclass(frozen=True)
class Years:
    """Years of the calendar that cases may have."""

    def judge(self, value: Any) -> Wrong | None:
        """Out of the calendar."""
        if FIRST_YEAR <= value <= LAST_YEAR:
            return None
        return Wrong("year_far", {"found": value, "first": FIRST_YEAR, "last": LAST_YEAR})


@dataclass(frozen=True)
class Words:
    """One of a few words."""

    words: tuple[str, ...]

    def judge(self, value: Any) -> Wrong | None:
        """None of them."""
        return (
            None if value in self.words else Wrong("override_choice", {"value": value, "names": ", ".join(self.words)})
        )


@dataclass(frozen=True)
class Form:
    """Text of a form, told by a message of its own."""

    pattern: str
    message: str

    def judge(self, value: Any) -> Wrong | None:
        """Of another form."""
        return None if re.fullmatch(self.pattern, value) else Wrong(self.message, {"value": value})


@dataclass(frozen=True)
class Items:
    """A list whose items are bound alike; `distinct`: each once."""

    of: Bound
    least: int = 0
    most: int = 10_000
    distinct: bool = False

    def judge(self, value: Any) -> Wrong | None:
        """The first item that cannot be, a length that cannot be, or an item that stands twice."""
        wrong = next((wrong for item in value if (wrong := self.of.judge(item))), None)
        if wrong is not None:
            return wrong
        if not self.least <= len(value) <= self.most:
            return Wrong("override_count", {"count": len(value), "least": self.least, "most": self.most})
        twice = next((item for place, item in enumerate(value) if item in value[:place]), None)
        return Wrong("override_item_twice", {"value": twice}) if self.distinct and twice is not None else None


@dataclass(frozen=True)
class Entries:
    """A map whose values are bound alike."""

    of: Bound

    def judge(self, value: Any) -> Wrong | None:
        """The first value that cannot be."""
        values = value.values() if isinstance(value, Mapping) else [value]
        return next((wrong for one in values if (wrong := self.of.judge(one))), None)


@dataclass(frozen=True)
class Free:
    """Anything of the key's type; `why` says what looks at it instead, or that nothing has to."""

    why: str

    def judge(self, _value: Any) -> Wrong | None:
        """Nothing can be wrong."""
        return None


NAME = Form(r"(?s)\s*\S.*", "override_blank")
"""A name of the case, which is held against its tables: here only that there is one."""
PATH = Form(r"(?s)\s*\S.*", "override_blank")
"""A place, which is looked at where it is opened."""
LABEL = Form(r"[\w.,:@+-]+", "override_wants_name")
"""A name that is handed to Slurm or to a socket."""
TIME = Form(r"(?=.*[1-9])(\d{1,5}-\d{1,2}(:\d{1,2}){0,2}|\d{1,7}(:\d{1,2}){0,2})", "override_wants_time")
"""As Slurm takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, all four."""
FLAG = Form(r"-{1,2}[A-Za-z][^\r\n]*", "override_wants_flag_of_slurm")
LINE = Form(r"[^\r\n]*\S[^\r\n]*", "override_wants_line")
SWITCH = Free("true or false")
SEED = Numbers(0, MOST_SEED)
MODES = next(label.words for label in TABLE_BY_NAME["targets"].labels if label.name == "mode")
_RATE, _EXCESS = QUANTITY_BY_NAME["discount_rate"], QUANTITY_BY_NAME["price"]

BOUNDS: Mapping[str, Bound] = {
    "case.name": PATH,
    "case.path": PATH,
    "case.base_year": Years(),
    "case.variants": Items(NAME),
    "case.first_year": Years(),
    "case.last_year": Years(),
    "case.years": Items(Years(), distinct=True),
    "case.last_length": Numbers(1, LAST_YEAR - FIRST_YEAR),
    "case.actuals_until": Years(),
    "case.actuals_forward": Words(FORWARDS),
    "target.mode": Words(MODES),
    "target.excess_price": Numbers(_EXCESS.lower, MOST_MONEY),
    "price.scale": Entries(Numbers(0.0, MOST_FACTOR)),
    "price.ready_made": Entries(Numbers(0.0, MOST_FACTOR)),
    "price.account": Entries(Numbers(-MOST_MONEY, MOST_MONEY)),
    "finance.perspective": NAME,
    "finance.ceiling": Words(LIMIT_MODES),
    "finance.frames": Words(LIMIT_MODES),
    "finance.result": Words(LIMIT_MODES),
    "finance.instruments": Items(NAME),
    "finance.tolerance": Numbers(1e-6, 1.0),
    "convention.discount_rate": Numbers(_RATE.lower, _RATE.upper),
    "convention.discount_capital": Words(tuple(TIMINGS)),
    "convention.discount_operation": Words(tuple(TIMINGS)),
    "convention.salvage": Words(SALVAGES),
    "convention.service": Words(SPREADS),
    "convention.investment": Words(SPREADS),
    "solver.name": Words(NAMES),
    "solver.method": Words(METHODS),
    "solver.gap": Numbers(0.0, 1.0),
    "solver.time_limit": Numbers(0.1, MOST_SECONDS),
    "solver.threads": Numbers(1, MOST_THREADS),
    "solver.seed": SEED,
    "solver.relax": SWITCH,
    "solver.log": SWITCH,
    "sweep.grid": Free("its keys and levels are held against this table when the sweep is outlined"),
    "sweep.design": PATH,
    "sweep.vary": Free("its ranges are read, and their ends held against this table, when the sweep is outlined"),
    "sweep.ready_made": Free("its ranges are read as those of sweep.vary"),
    "sweep.together": Free("its groups are read, and their keys looked for among those that vary, as of sweep.vary"),
    "sweep.method": Words(("latin_hypercube", "sobol")),
    "sweep.samples": Numbers(1, MOST_SCENARIOS),
    "sweep.seed": SEED,
    "sweep.most": Numbers(1, MOST_SCENARIOS),
    "sweep.workers": Numbers(1, 1024),
    "sweep.verify": Words(("all", "sample")),
    "sweep.chunk_seconds": Numbers(0.1, 3600),
    "sweep.memory_mb": Numbers(200, MOST_MEGABYTES),
    "runners.kind": Words(("local", "dask")),
    "runners.address": PATH,
    "runners.queue": LABEL,
    "runners.account": LABEL,
    "runners.jobs": Numbers(1, 10_000),
    "runners.cores": Numbers(1, 1024),
    "runners.walltime": TIME,
    "runners.interface": LABEL,
    "runners.directives": Items(FLAG),
    "runners.prologue": Items(LINE),
    "near.levels": Items(Numbers(0.0, 1000.0, above=True), least=1, most=4, distinct=True),
    "near.plans": Numbers(0, 20),
    "near.share": Numbers(0.0, 1.0, above=True, below=True),
    "curve.kind": Words(("system", "frontier", "measures")),
    "curve.target": NAME,
    "curve.account": NAME,
    "curve.year": Years(),
    "curve.until": Years(),
    "curve.cumulative": SWITCH,
    "curve.sense": Words(("at_most", "at_least")),
    "curve.others": Words(("aside", "kept")),
    "curve.start": Numbers(-MOST_LEVEL, MOST_LEVEL),
    "curve.end": Numbers(-MOST_LEVEL, MOST_LEVEL),
    "curve.most_price": Numbers(0.0, MOST_LEVEL, above=True),
    "curve.error": Numbers(0.0, 0.5),
    "curve.points": Numbers(3, MOST_POINTS),
    "curve.whole": SWITCH,
    "curve.second": NAME,
    "curve.second_year": Years(),
    "curve.levels": Numbers(2, MOST_POINTS),
    "why.measure": NAME,
    "why.prices": SWITCH,
    "why.measures": SWITCH,
    "why.checks": Numbers(0, 10_000),
    "why.seconds": Numbers(0.0, MOST_SECONDS),
    "why.impasses": Numbers(0, 10_000),
    "check.numbers": Numbers(0, 10_000),
    "dossier.about": Items(NAME),
    "dossier.levels": Items(Numbers(0.0, 1000.0, above=True), least=1, most=4, distinct=True),
    "dossier.samples": Numbers(LEAST_ORDERS, 100_000, zero=True),
    "dossier.seed": SEED,
    "horizon.kind": Words(("whole", "rolling", "myopic")),
    "horizon.window": Numbers(1, 200),
    "horizon.step": Numbers(1, 200),
    "risk.path": PATH,
    "risk.decide_until": Years(),
    "risk.measure": Words(("mean", "cvar", "regret", "worst")),
    "risk.alpha": Numbers(0.0, 0.999),
    "risk.weight": Numbers(0.0, MOST_MONEY),
    "risk.of": NAME,
    "risk.relative": SWITCH,
    "risk.samples": Numbers(1, 500),
    "risk.fresh": Numbers(0, 500),
    "risk.keep": Numbers(1, 500),
    "risk.method": Words(("choose", "block", "cuts")),
    "risk.seed": Numbers(0, MOST_SEED - 1),
    "settings": Free("each is held against the bounds of its quantity in the catalog (scenarios/settings.py)"),
    "exclude": Items(NAME),
    "do_nothing": SWITCH,
    "benefits": Words(BENEFIT_MODES),
    "measures.levels": Items(Words(("measure", "programme")), least=1, most=2, distinct=True),
    "measures.account": NAME,
    "measures.year": Years(),
    "measures.definition": Words(("annuity", "undiscounted", "discounted")),
    "measures.samples": Numbers(LEAST_ORDERS, 100_000, zero=True),
    "measures.seed": SEED,
    "lang": Words(LANGUAGES),
    "out": PATH,
    "force": SWITCH,
}
"""Every key of `conf.schema.list_keys` to what it may be, beside None where its type allows that."""


def judge_value(key: str, value: Any) -> Wrong | None:
    """Why a value of a key's type cannot be; None where it can, and for keys that are groups."""
    bound = BOUNDS.get(key)
    return None if bound is None or value is None else bound.judge(value)


def check_section(section: Any, prefix: str) -> Iterator[Problem]:
    """Each value of a configuration, or of a part of it whose keys begin alike, that cannot be."""
    for item in fields(section):
        key, value = prefix + item.name, getattr(section, item.name)
        if is_dataclass(value):
            yield from check_section(value, f"{key}.")
        elif wrong := judge_value(key, value):
            yield Problem(wrong.key, f"{key}={show_value(value)}", fields=wrong.fields)


def show_value(value: Any) -> str:
    """A value as it is written in a word.

    >>> show_value([1.0, 2.5]), show_value(0.1), show_value("a")
    ('[1,2.5]', '0.1', 'a')
    """
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{','.join(map(show_value, value))}]"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
