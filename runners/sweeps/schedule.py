"""In which order are the scenarios of a design solved, on which base each, and under which name is its answer kept?

Keys of the configuration make bases, one assembled case each, but for those that only change numbers: they act
beneath the settings of a scenario. Neighbours in the order differ in little, so that each starts from a plan close to
its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.compiled.cache import digest_formulation
from model.solver.solution import SolverOptions
from runners.designs.design import AS_BASE, Design
from runners.sweeps.chunk import Chunk
from runners.sweeps.walk import Digits, walk
from scenarios.choices import Choices
from scenarios.settings import ADJUST, AIM, MOVED, SHIFT, is_setting

ID_LENGTH = 16

RENAMED: Mapping[str, str] = {
    "convention.discount_rate": "set.discount_rate",
    "target.excess_price": "set.excess_price.all",
}
"""Keys of the configuration that only set a number, and the setting that sets it."""
PREFIXED: Mapping[str, str] = {"price.scale.": "adjust.price.", "price.account.": "set.account_price."}
"""The same for keys with a name at their end."""


@dataclass(frozen=True)
class Payload:
    """What a worker needs for a chunk besides the rows of the design: its base, and the names of its scenarios."""

    base: int
    ids: Mapping[int, str]
    rows: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class Base:
    """One assembled case of a sweep: its words, and a digest of all that its scenarios have in common."""

    words: tuple[str, ...]
    digest: str


def name_setting(key: str) -> str | None:
    """The setting that a key stands for; None where it makes a base of its own.

    >>> name_setting("price.scale.electricity"), name_setting("adjust.capex.all"), name_setting("price")
    ('adjust.price.electricity', 'adjust.capex.all', None)
    """
    if is_setting(key):
        return key
    for prefix, verb in PREFIXED.items():
        if key.startswith(prefix):
            return verb + key.removeprefix(prefix)
    return RENAMED.get(key)


def take_numbers(choices: Choices) -> tuple[Choices, dict[str, float]]:
    """The choices without those that only change numbers, and these as settings."""
    numbers = {f"adjust.price.{name}": factor for name, factor in choices.price_scale.items()}
    numbers |= {f"set.account_price.{name}": price for name, price in choices.account_price.items()}
    numbers |= {f"exclude.{name}": 1.0 for name in choices.exclude}
    for key, number in (
        (RENAMED["convention.discount_rate"], choices.discount_rate),
        (RENAMED["target.excess_price"], choices.excess_price),
    ):
        if number is not None:
            numbers[key] = number
    bare = replace(choices, price_scale={}, account_price={}, exclude=(), discount_rate=None, excess_price=None)
    return bare, numbers


def digest_base(scenario_digest: str, options: SolverOptions, verify: str) -> str:
    """What the answers of a base's scenarios depend on besides their settings: inputs, solver and program."""
    told = {**asdict(options), "log": False}
    text = json.dumps([scenario_digest, told, verify, digest_formulation()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Agenda:
    """The scenarios of a design, by base and in order.

    Args:
        design: which scenarios there are.
        bases: each base that the design asks for, in the order of `list_bases`.
    """

    def __init__(self, design: Design, bases: Sequence[Base]) -> None:
        self.design = design
        self.bases = tuple(bases)
        self.base_of = _number_bases(design)[0]

    @cached_property
    def ids(self) -> list[str]:
        """A name for each scenario; equal names are equal inputs, also in another sweep.

        A scenario that says the same as one before it in other words is told from it by how often that was.
        """
        parts = [_write_parts(key, levels) for key, levels in zip(self.design.keys, self.design.levels, strict=True)]
        kept = [place for place, key in enumerate(self.design.keys) if name_setting(key)]
        kept.sort(key=lambda place: name_setting(self.design.keys[place]) or "")
        names: list[str] = []
        seen: dict[str, int] = {}
        digests = [base.digest for base in self.bases]
        for base, row in zip(self.base_of.tolist(), self.design.codes.tolist(), strict=True):
            text = digests[base] + "".join([parts[place][row[place]] for place in kept])
            name = hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]
            times = seen[name] = seen.get(name, 0) + 1
            if times > 1:
                name = hashlib.sha256(f"{text}#{times}".encode()).hexdigest()[:ID_LENGTH]
            names.append(name)
        return names

    def order(self, left: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        """Scenarios that are left, for each base in the order in which they are solved."""
        columns = _order_columns(self.design)
        grid = prod(column.count for column in columns) * len(self.bases) <= len(self.design)
        some = [np.flatnonzero(left & (self.base_of == base)) for base in range(len(self.bases))]
        return [
            scenarios[walk([column.cut(scenarios) for column in columns], len(scenarios), grid)] for scenarios in some
        ]

    def cut(self, left: NDArray[np.bool_], size: int) -> Iterator[Chunk]:
        """The scenarios that are left, in chunks of at most `size` of one base."""
        ids, codes = self.ids, self.design.codes
        for base, scenarios in enumerate(self.order(left)):
            for first in range(0, len(scenarios), size):
                some = tuple(scenarios[first : first + size].tolist())
                rows = {scenario: tuple(codes[scenario].tolist()) for scenario in some}
                payload = Payload(base, {scenario: ids[scenario] for scenario in some}, rows)
                yield Chunk(f"{base:03d}-{some[0]:07d}", some, payload)


def list_bases(design: Design) -> list[dict[str, str]]:
    """What each base says, key to level, for the keys that make bases."""
    keys = [place for place, key in enumerate(design.keys) if name_setting(key) is None]
    _, first = _number_bases(design)
    return [
        {design.keys[k]: level for k in keys if (level := design.levels[k][design.codes[row, k]]) != AS_BASE}
        for row in first.tolist()
    ]


def read_settings(design_keys: Sequence[str], levels: Sequence[Sequence[str]], row: Sequence[int]) -> tuple[Any, Any]:
    """What acts beneath, and the settings, of one row of a design."""
    beneath: dict[str, float] = {}
    settings: dict[str, float] = {}
    for key, texts, code in zip(design_keys, levels, row, strict=True):
        name, text = name_setting(key), texts[code]
        if name is not None and text != AS_BASE:
            (settings if is_setting(key) else beneath)[name] = float(text)
    return beneath, settings


def _number_bases(design: Design) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The base of each scenario, and the first scenario of each base."""
    keys = [place for place, key in enumerate(design.keys) if name_setting(key) is None]
    if not keys or not len(design):
        return np.zeros(len(design), dtype=np.int64), np.zeros(min(len(design), 1), dtype=np.int64)
    _, first, base = np.unique(design.codes[:, keys], axis=0, return_index=True, return_inverse=True)
    return base.ravel().astype(np.int64), first.astype(np.int64)


def _write_parts(key: str, levels: Sequence[str]) -> list[str]:
    """What each level of a key adds to the text that a scenario is named by; nothing where it has no effect."""
    name = name_setting(key)
    if name is None:
        return [""] * len(levels)
    layer = "" if is_setting(key) else "~"
    return ["" if _is_idle(name, level) else f"\n{layer}{name}={float(level)!r}" for level in levels]


def _is_idle(name: str, level: str) -> bool:
    if level == AS_BASE:
        return True
    verb, _, rest = name.partition(".")
    neutral = 0.0 if verb == SHIFT or rest.split(".")[0] in MOVED else 1.0
    return verb in (ADJUST, SHIFT) and float(level) == neutral


def _order_columns(design: Design) -> list[Digits]:
    """Columns that make settings, by the rank of each scenario's level, the one that changes most often last.

    Targets change most often, for they move bounds only and a plan is soon mended; then keys with many levels.
    """
    columns = []
    for place, (key, levels) in enumerate(zip(design.keys, design.levels, strict=True)):
        name = name_setting(key)
        if name is not None and len(levels) > 1:
            numbers = np.array([float(level) if level != AS_BASE else np.nan for level in levels])
            ranks = np.empty(len(levels), dtype=np.int64)
            ranks[np.argsort(numbers, kind="stable")] = np.arange(len(levels))
            target = name.partition(".")[0] == AIM
            columns.append((target, len(levels), place, Digits(ranks[design.codes[:, place]], len(levels), target)))
    columns.sort(key=lambda column: column[:3])
    return [column[-1] for column in columns]
