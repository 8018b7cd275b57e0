"""Why there is no plan: the targets and rules that cannot all hold, in the plan's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from conf.words import LANGUAGES, format_amount, format_number, say, say_unit
from model.compiled.revise import LinearProgram
from model.queries.core import WHOLE_UNITS, find_any_core
from model.queries.giving import BUILD_MOST, START_WINDOW, find_item, list_giving, name_family
from model.queries.least_violation import Reach, find_core, find_reach, list_target_rows
from model.solver.chain import solve_program
from model.solver.solution import SolverOptions, Status
from scenarios.errors import FardplanError
from scenarios.terms import TECHNOLOGY

IDENTITIES = frozenset(
    {
        *("account_sum", "capacity_balance", "net_outlay_sum", "operating_sum", "unit_lump", "funding", "standing_sum"),
        *("build_pace_sum", "activity_pace_sum", "group_build_pace_sum", "group_activity_pace_sum"),
    }
)
"""Families that only define a quantity: part of every conflict, cause of none."""

EXCLUDED = "excluded"
CLOSING = (BUILD_MOST, START_WINDOW, "activity_most")
"""Rules by which an exclusion closes what it names."""
LINKS = ("requires", "follows", "supports")
"""Rules between two technologies, both of which are told."""

TARGET_FAMILIES = ("target", "target_total")
MOST_REASONS = 3
"""Rules that a short reason names."""
SMALL = 1.0
"""Misses below this are written with three decimals."""


@dataclass(frozen=True)
class ConflictingRule:
    """One rule of a conflict: its family, the label it is about, and the years in which it takes part.

    `other` is what a rule between two technologies asks for besides.
    """

    family: str
    item: str
    years: tuple[int, ...]
    other: str = ""

    def tell(self, names: Mapping[str, Mapping[str, str]], lang: str) -> str:
        """The rule in words, such as `målet Transport (2030)`."""
        item, other = (names.get(label, {}).get(lang, label) for label in (self.item, self.other))
        text = say(f"rule_{self.family}_other" if other else f"rule_{self.family}", lang, item=item, other=other)
        if not self.years:
            return text
        span = str(self.years[0]) if len(self.years) == 1 else f"{self.years[0]}–{self.years[-1]}"
        return f"{text} ({span})"


@dataclass(frozen=True)
class Cause:
    """Why there is no plan, as a part of a sentence."""

    failure: NoPlan

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The rules that cannot all hold, or how the search ended."""
        status, rules = self.failure.status, self.failure.rules
        if status is not Status.INFEASIBLE:
            return say(f"no_plan_{status.value}", lang).rstrip(".")
        named = "; ".join(rule.tell(self.failure.names, lang) for rule in rules)
        return say("cause_together" if rules else "cause_whole_units", lang, rules=named)


@dataclass(frozen=True)
class Way:
    """Choices that let go what stands in the way, and whether there is a plan with them.

    `words` are as they are typed, `told` says in each language what they do. `works` is None where time was out before
    they were tried.
    """

    words: tuple[str, ...]
    told: Mapping[str, str]
    works: bool | None

    def tell(self, lang: str) -> str:
        """The words and what they do."""
        return say("way", lang, words=" ".join(self.words), told=self.told[lang])


class NoPlan(FardplanError):
    """No plan keeps all rules and hard targets (exit code 3), or the program is not sound (exit code 1).

    Attributes:
        status: INFEASIBLE, UNBOUNDED, NO_PLAN_IN_TIME or FAILED.
        rules: for an infeasible program, rules that cannot all hold.
        names: label to language to name, for the words.
        reaches: how near each hard target can be come to; empty where no target is what cannot hold.
        units: of each target's account.
        in_parts: in parts of units there is a plan.
        digest: of the scenario that has no plan.
        ways: choices that were tried; None where none were looked for.
    """

    def __init__(
        self,
        status: Status,
        rules: Sequence[ConflictingRule],
        names: Mapping[str, Mapping[str, str]],
        reaches: Sequence[Reach] = (),
        units: Mapping[str, str] | None = None,
        *,
        in_parts: bool = False,
        digest: str = "",
    ) -> None:
        self.status, self.rules, self.names = status, tuple(rules), names
        self.reaches, self.units, self.in_parts = tuple(reaches), units or {}, in_parts
        self.digest = digest
        self.ways: tuple[Way, ...] | None = None
        super().__init__(self.tell("en"))

    @property
    def cause(self) -> Cause:
        """The reason in short."""
        return Cause(self)

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """What cannot hold together, one rule a line, targets first; then what was tried, and what else to ask."""
        lines = [say(f"no_plan_{self.status.value}", lang)]
        if self.status is not Status.INFEASIBLE:
            return lines[0]
        lines += [say("no_plan_whole_units", lang)] if self.in_parts else []
        lines += [f"  - {rule.tell(self.names, lang)}" for rule in self.rules]
        lines += self._tell_reaches(lang)
        lines += [] if self.ways is None else tell_ways(self.ways, lang)
        return "\n".join([*lines, say("no_plan_repairs", lang)])

    def reason(self, lang: str = LANGUAGES[0]) -> str:
        """What stands in the way in one line, such as `skuldtaket för Lunds kommun (2030)`: alike where rules are."""
        if self.status is not Status.INFEASIBLE or not self.rules:
            return say(f"no_plan_{self.status.value}", lang)
        told = [rule.tell(self.names, lang) for rule in self.rules[:MOST_REASONS]]
        rest = len(self.rules) - MOST_REASONS
        return "; ".join([*told, say("no_plan_rest", lang, count=rest)] if rest > 0 else told)

    def _tell_reaches(self, lang: str) -> list[str]:
        """By how much each target is missed at the least, and when it could hold; those that can be met say nothing."""
        missed = [reach for reach in self.reaches if not reach.reached]
        lines = [say("no_plan_reach" if missed else "no_plan_reach_each", lang)] if self.reaches else []
        for reach in missed:
            amount = format_miss(reach.alone, self.units.get(reach.target, ""), lang)
            fields = {"name": self.names.get(reach.target, {}).get(lang, reach.target), "amount": amount}
            key = "no_plan_missed_ever" if reach.first_year is None else "no_plan_missed"
            lines.append(f"  - {say(key, lang, **fields, year=reach.first_year)}")
        return lines


def tell_ways(ways: Sequence[Way], lang: str) -> list[str]:
    """What was tried, in lines: first what gives a plan, then what does not, then what there was no time for."""
    if not ways:
        return [say("ways_none", lang)]
    lines = []
    for works, key in ((True, "ways_work"), (False, "ways_fail"), (None, "ways_untried")):
        held = [way.tell(lang) for way in ways if way.works is works]
        lines += [say(key, lang), *(f"  {text}" for text in held)] if held else []
    return lines


def format_miss(amount: float, unit: str, lang: str) -> str:
    """An amount and its unit with digits enough to tell it from nothing.

    >>> format_miss(0.15, "t", "en"), format_miss(68.3, "GWh", "en")
    ('0.150 t', '68.3 GWh')
    """
    if amount >= SMALL:
        return format_amount(amount, unit, lang)
    return f"{format_number(amount, lang, 3)} {say_unit(unit, lang)}".rstrip()


def explain_no_plan(scenario: xr.Dataset, program: LinearProgram, status: Status, options: SolverOptions) -> NoPlan:
    """The error that says why a program has no plan.

    Args:
        scenario: for the names of what conflicts.
        program: the one that was solved.
        status: how the solve ended.
        options: its options; their time limit bounds the search for the conflict.
    """
    digest = str(scenario.attrs.get("digest", ""))
    if status is not Status.INFEASIBLE:
        return NoPlan(status, (), name_items(scenario), digest=digest)
    weights = dict(zip(map(str, scenario["target"].values), scenario["price"].values.tolist(), strict=True))
    units = dict(zip(map(str, scenario["account"].values), map(str, scenario["account_unit"].values), strict=True))
    accounts = zip(map(str, scenario["target"].values), map(str, scenario["target_account"].values), strict=True)
    reaches = find_reach(program, options, weights) if list_target_rows(program) else ()
    reaches = () if any(np.isnan(reach.alone) for reach in reaches) else reaches
    rules = find_rules(scenario, program, options, reaches)
    by_target = {target: units[account] for target, account in accounts}
    in_parts = bool(program.program.integrality.any()) and not options.relax and _has_plan_in_parts(program, options)
    return NoPlan(status, rules, name_items(scenario), reaches, by_target, in_parts=in_parts, digest=digest)


def _has_plan_in_parts(program: LinearProgram, options: SolverOptions) -> bool:
    return solve_program(program, replace(options, relax=True)).status.has_plan


def find_rules(
    scenario: xr.Dataset, program: LinearProgram, options: SolverOptions, reaches: Sequence[Reach]
) -> list[ConflictingRule]:
    """Rules that cannot all hold and of which none can be left out.

    Where some targets are out of reach each by itself, those of the one that is missed least are told: of one that
    can be held from some later year, if there is such a one. Where only whole units stand in the way, they are told
    among the rules.
    """
    missed = sorted((r for r in reaches if not r.reached), key=lambda r: (r.first_year is None, r.alone))
    return find_core_rules(scenario, keep_target(program, missed[0].target) if missed else program, options)


def find_core_rules(scenario: xr.Dataset, program: LinearProgram, options: SolverOptions) -> list[ConflictingRule]:
    """The rules of one irreducible conflict of a program that has no plan."""
    giving = list_giving(program)
    core = find_core(program, options, giving)
    core = core if core.rules else find_any_core(program, options, giving)
    rows = core.rows or tuple(row for held in core.rules.values() for row in held)
    lumps = [ConflictingRule(WHOLE_UNITS, item, ()) for item in core.lumps]
    return [*name_excluded(scenario, name_rules(program, rows)), *lumps]


def name_excluded(scenario: xr.Dataset, rules: Sequence[ConflictingRule]) -> list[ConflictingRule]:
    """The rules, those by which an exclusion closes a technology told as that."""
    excluded = {str(k) for k in scenario[TECHNOLOGY].values[scenario["excluded"].values.astype(bool)]}
    told = [
        ConflictingRule(EXCLUDED, rule.item, ()) if rule.family in CLOSING and rule.item in excluded else rule
        for rule in rules
    ]
    return list(dict.fromkeys(told))


def keep_target(program: LinearProgram, target: str) -> LinearProgram:
    """The program with one of its hard targets alone."""
    others = [row for name, held in list_target_rows(program).items() if name != target for row in held]
    return free_program(program, others)


def name_rules(program: LinearProgram, rows: Sequence[int]) -> list[ConflictingRule]:
    """Rows as rules: identities left out, years of one rule gathered, targets first."""
    years: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for row in rows:
        label = program.program.row_labels[row]
        if label.family in IDENTITIES:
            continue
        texts = [i for i in label.index if isinstance(i, str)]
        other = texts[1] if label.family in LINKS else ""
        held = years[name_family(program, row), find_item(label.index), other]
        held |= {int(i) for i in label.index if isinstance(i, (int, np.integer)) and i > 1000}
    rules = [ConflictingRule(family, item, tuple(sorted(held)), other) for (family, item, other), held in years.items()]
    return sorted(rules, key=lambda rule: (rule.family not in TARGET_FAMILIES, rule.family, rule.item))


def free_program(program: LinearProgram, rows: Sequence[int]) -> LinearProgram:
    """The same program without some rows."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[list(rows)], upper[list(rows)] = -np.inf, np.inf
    return replace(program, row_lower=lower, row_upper=upper)


def name_items(scenario: xr.Dataset) -> dict[str, dict[str, str]]:
    """Label to language to name, over everything that has names; of a name twice the later: paths give way."""
    names: dict[str, dict[str, str]] = {}
    for dim in ("path", "technology", "commodity", "account", "group", "target", "actor", "instrument"):
        columns = [scenario[f"{dim}_name_{lang}"].values for lang in LANGUAGES]
        for label, *texts in zip(scenario[dim].values, *columns, strict=True):
            names[str(label)] = dict(zip(LANGUAGES, map(str, texts), strict=True))
    return names
