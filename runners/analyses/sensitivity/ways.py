"""Which choice would give a plan where there is none? What stands in the way loosened, and each choice tried.

Candidates are the choices that loosen one rule of the conflict, for any other leaves it as it is; each is solved as a
plan and verified. Where none is enough, what then stands in the way is looked for, and pairs are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from math import ceil, floor, log10
from pathlib import Path
from time import perf_counter
from typing import Any

from conf.schema import Config
from conf.words import LANGUAGES, say
from model.compiled.cache import default_folder
from model.queries.core import WHOLE_UNITS
from model.queries.giving import START_WINDOW, Hold, list_giving
from model.queries.infeasibility import EXCLUDED, find_rules, free_program, name_items
from model.queries.least_violation import TARGET_FAMILIES
from model.queries.no_plan import ConflictingRule, NoPlan, Way
from model.solver.solution import SolverOptions
from model.verifier.verdict import PlanRefused
from runners.analyses.sensitivity.amounts import format_step
from runners.analyses.sensitivity.parameters import Lever, list_levers
from runners.analyses.sensitivity.steps import find_least_steps, find_window
from runners.chosen import choose, choose_solver, find_folder
from runners.family import Family
from scenarios.arithmetic.breaches import CEILING, LIMITS
from scenarios.choices import HARD, PRICED, Choices
from scenarios.errors import CaseError
from scenarios.overlay import DIGEST
from scenarios.settings import EXCLUDE, Settings

SECONDS = 60.0
"""Longest search; the choice that is being solved when time is out is finished."""
ENOUGH = 4
"""Choices that give a plan: further ones are not looked for."""
DIGITS, NEARLY = 4, 1e-7
"""Digits of a number that is suggested, and how near to such a number one is meant to be it."""
NEAREST = "nearest"


@dataclass(frozen=True)
class Loosening:
    """One or two choices that let go a rule: as typed, in words by language, and what they change of a question."""

    words: tuple[str, ...]
    told: Mapping[str, str]
    choices: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings = field(default_factory=dict)

    def join(self, other: Loosening) -> Loosening:
        """Both at once."""
        return Loosening(
            (*self.words, *other.words),
            {lang: say("way_both", lang, one=self.told[lang], other=other.told[lang]) for lang in LANGUAGES},
            {**self.choices, **other.choices},
            {**self.options, **other.options},
            {**self.settings, **other.settings},
        )


def _tell(key: str, **fields: object) -> dict[str, str]:
    return {lang: say(key, lang, **fields) for lang in LANGUAGES}


PAID_OTHERWISE = Loosening(("finance.instruments=[]",), _tell("way_instruments"), {"instruments": ()})


def _price(kind: str) -> Loosening:
    """One kind of limit of money broken at its price, and told: as good as none for there being a plan."""
    return Loosening((f"finance.{kind}={PRICED}",), _tell(f"way_{kind}"), {kind: PRICED})


LOOSENING: Mapping[str, tuple[Loosening, ...]] = {
    **{limit.rule: (_price(limit.choice), PAID_OTHERWISE) for limit in LIMITS},
    "ceiling_most": (_price(CEILING),),
    WHOLE_UNITS: (Loosening(("solver.relax=true",), _tell("way_relax"), options={"relax": True}),),
}
"""The choices that let go a family of rules whatever it is about."""


@dataclass(frozen=True)
class Question:
    """What has no plan: a case under choices and settings, and how it is solved."""

    family: Family
    settings: Settings
    programs: Path | None

    def loosen(self, way: Loosening) -> Question:
        """The question with choices made otherwise; raises CaseError or NoPlan where it cannot be put."""
        choices: Choices = replace(self.family.choices, **way.choices)
        options: SolverOptions = replace(self.family.options, **way.options)
        settings = {**self.settings, **way.settings}
        if (choices, options) == (self.family.choices, self.family.options):
            return replace(self, settings=settings)
        return Question(Family(self.family.tables, choices, options, self.programs), settings, self.programs)


def find_ways(question: Question, rules: Sequence[ConflictingRule], seconds: float = SECONDS) -> tuple[Way, ...]:
    """Choices that loosen rules of a conflict, each tried; those that give a plan first.

    Args:
        question: that has no plan.
        rules: of its conflict.
        seconds: after which no further choice is tried.
    """
    search = _Search(question, perf_counter() + seconds)
    singles = list(list_loosenings(question, rules))
    search.try_all(singles)
    if not search.found:
        search.try_pairs(singles)
    return tuple(search.ways)


def suggest_ways(config: Config, error: NoPlan) -> None:
    """Put the ways out of a dead end into its error; leave it as it is where it is not the configured case's own.

    Args:
        config: of the command that found no plan.
        error: what it says; a command that asks more of the case than its plan may have failed at that alone.
    """
    programs = default_folder()
    try:
        family = Family(find_folder(config), choose(config), choose_solver(config), programs)
        if family.describe(config.settings).attrs[DIGEST] != error.digest:
            return
        error.ways = find_ways(Question(family, dict(config.settings), programs), error.rules)
    except (CaseError, NoPlan):
        return


class _Search:
    """Choices tried so far."""

    def __init__(self, question: Question, deadline: float) -> None:
        self._question, self._deadline = question, deadline
        self.ways: list[Way] = []

    @property
    def found(self) -> int:
        """How many of them give a plan."""
        return sum(way.works is True for way in self.ways)

    def try_all(self, loosenings: Sequence[Loosening]) -> None:
        """Solve with each while there is time, and until enough are found."""
        for loosening in loosenings:
            if self.found >= ENOUGH:
                return
            late = perf_counter() > self._deadline
            works = None if late else works_with(self._question, loosening)
            self.ways.append(Way(loosening.words, loosening.told, works))

    def try_pairs(self, singles: Sequence[Loosening]) -> None:
        """Each choice that is not enough, with those that loosen what stands in the way behind it."""
        pairs: dict[frozenset[str], Loosening] = {}
        for single in singles:
            if perf_counter() > self._deadline:
                break
            for other in list_behind(self._question, single):
                if not set(other.words) & set(single.words):
                    pairs.setdefault(frozenset((*single.words, *other.words)), single.join(other))
        self.try_all(list(pairs.values()))


def works_with(question: Question, loosening: Loosening) -> bool:
    """Whether there is a verified plan with the choices of a loosening."""
    try:
        loosened = question.loosen(loosening)
        status = loosened.family.solve(loosened.settings).status
    except (NoPlan, PlanRefused, CaseError):
        return False
    return status.has_plan


def list_behind(question: Question, loosening: Loosening) -> list[Loosening]:
    """What loosens the conflict that is left when one has been let go."""
    try:
        left = question.loosen(loosening)
        program = left.family.revise(left.settings)
    except (NoPlan, CaseError):
        return []
    scenario = left.family.describe(left.settings)
    return list(list_loosenings(left, find_rules(scenario, program, left.family.options, ())))


def list_loosenings(question: Question, rules: Sequence[ConflictingRule]) -> Iterator[Loosening]:
    """Choices that let go at least one of some rules: those without a number first."""
    found = chain(_list_choices(question, rules), _list_windows(question, rules), _list_steps(question, rules))
    told: set[tuple[str, ...]] = set()
    for loosening in found:
        if loosening.words not in told:
            told.add(loosening.words)
            yield loosening


def _list_choices(question: Question, rules: Sequence[ConflictingRule]) -> Iterator[Loosening]:
    choices, options = question.family.choices, question.family.options
    names = name_items(question.family.scenario)
    if choices.do_nothing:
        yield Loosening(("do_nothing=false",), _tell("way_measures"), {"do_nothing": False})
    for rule in rules:
        for way in LOOSENING.get(rule.family, ()):
            chosen = all(getattr(choices, name) == value for name, value in way.choices.items())
            same = all(getattr(options, name) == value for name, value in way.options.items())
            if not (chosen and same):
                yield way
        if rule.family in TARGET_FAMILIES:
            yield from _list_modes(question)
        if rule.family == EXCLUDED:
            yield _include(choices, rule.item, names)


def _list_modes(question: Question) -> Iterator[Loosening]:
    """Other modes of targets than the one that forbids: as the case says, where it says otherwise, and nearest."""
    choices = question.family.choices
    written = set(map(str, question.family.tables.frames["targets"]["mode"]))
    if choices.target_mode == HARD and written - {HARD}:
        yield Loosening(("target=as_given",), _tell("way_as_given"), {"target_mode": ""})
    yield Loosening(("target=nearest",), _tell("way_nearest"), {"target_mode": NEAREST})


def _include(choices: Choices, item: str, names: Mapping[str, Mapping[str, str]]) -> Loosening:
    """The choices without an exclusion that stands in the way."""
    told = {lang: say("way_include", lang, item=names.get(item, {}).get(lang, item)) for lang in LANGUAGES}
    if item in choices.exclude:
        left = tuple(name for name in choices.exclude if name != item)
        return Loosening((f"exclude=[{','.join(left)}]",), told, {"exclude": left})
    return Loosening((f"{EXCLUDE}.{item}=0",), told, settings={f"{EXCLUDE}.{item}": 0.0})


def _list_windows(question: Question, rules: Sequence[ConflictingRule]) -> Iterator[Loosening]:
    """Start years that let in what stands outside of them."""
    names = name_items(question.family.scenario)
    for rule in rules:
        if rule.family != START_WINDOW:
            continue
        for quantity, year in find_window(question.family, question.settings, rule.item):
            key = f"set.{quantity}.{rule.item}"
            item = {lang: names.get(rule.item, {}).get(lang, rule.item) for lang in LANGUAGES}
            told = {lang: say(f"way_{quantity}", lang, item=item[lang], year=year) for lang in LANGUAGES}
            yield Loosening((f"{key}={year}",), told, settings={key: float(year)})


def _list_steps(question: Question, rules: Sequence[ConflictingRule]) -> Iterator[Loosening]:
    """The numbers behind the rules, each moved by as little as is enough; if it is not alone, enough for these rules.

    The latter may be half of a pair.
    """
    family, settings = question.family, question.settings
    program = family.revise(settings)
    giving = list_giving(program)
    core = {(rule.family, rule.item) for rule in rules}
    rows = {row for rule in core for row in giving.get(rule, Hold(())).rows}
    levers = list_levers(family.describe(settings), program.program, rows, family.lay_upon(settings))
    steps = {lever.key: step for lever, step in find_least_steps(family, settings, program, levers)}
    left = [lever for lever in levers if lever.key not in steps]
    others = free_program(program, [row for rule, hold in giving.items() if rule not in core for row in hold.rows])
    steps |= {lever.key: step for lever, step in find_least_steps(family, settings, program, left, others)}
    for lever in sorted(levers, key=lambda lever: lever in left):
        if lever.key in steps:
            number = round_outwards(lever, min(steps[lever.key], lever.most))
            moved = (number - lever.base) / lever.rate
            yield Loosening(
                (f"{lever.key}={number:g}",), _tell_step(family, lever, moved), settings={lever.key: number}
            )


def round_outwards(lever: Lever, step: float) -> float:
    """The number of a lever's setting after a step, in as few digits as tell it, and no nearer than the step.

    A number that a step gives to seven digits is meant to be it.
    """
    exact, furthest = lever.base + lever.rate * step, lever.base + lever.rate * lever.most
    if exact == 0:
        return 0.0
    grain = 10.0 ** (floor(log10(abs(exact))) - DIGITS + 1)
    number = round(exact / grain)
    if abs(number * grain - exact) > NEARLY * (1.0 + abs(exact)):
        number = ceil(exact / grain) if lever.rate > 0 else floor(exact / grain)
    told = float(f"{number * grain:.{DIGITS}g}")
    return max(told, furthest) if lever.rate < 0 else min(told, furthest)


def _tell_step(family: Family, lever: Lever, step: float) -> dict[str, str]:
    """What a step does, in each language: the rule, and its number before and after."""
    names, money = name_items(family.scenario), str(family.scenario.attrs["money"])
    yearly = lever.year is not None and lever.family not in TARGET_FAMILIES
    rule = ConflictingRule(lever.family, lever.item.split(".")[0], (int(lever.year or 0),) if yearly else ())
    told = {}
    for lang in LANGUAGES:
        before, after = (
            format_step(size, lever.unit, money, lang) for size in (lever.size, lever.size + lever.sign * step)
        )
        told[lang] = say("way_size", lang, rule=rule.tell(names, lang), before=before, after=after)
    return told
