"""Why there is no plan: the targets and rules that cannot all hold, in the plan's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from conf.words import LANGUAGES, format_amount, format_number, say
from model.attainable import Reach, find_core, find_reach, list_target_rows
from model.chain import solve_program
from model.highs import CONFLICT_SECONDS, find_conflict
from model.revise import LinearProgram
from model.solution import SolverOptions, Status
from scenarios.errors import FardplanError

IDENTITIES = frozenset({"account_sum", "capacity_balance", "net_outlay_sum", "operating_sum", "unit_lump"})
"""Families that only define a quantity: part of every conflict, cause of none."""

GIVING = frozenset(
    {
        *("target", "target_total", "build_most", "build_least", "build_growth", "capacity_most", "capacity_least"),
        *("activity_most", "activity_least", "activity_growth", "purchase_most", "purchase_least", "sale_most"),
        *(f"group_{what}_{side}" for what in ("capacity", "build", "activity", "share") for side in ("most", "least")),
        "level_start",
        *("group_build_growth", "group_activity_growth"),
        *("once", "requires", "follows", "supports", "excludes", "begin_least", "credit_most", "firm"),
        *("own_most", "frame_most", "step_most", "ceiling_most", "result_least", "draw_most", "issue_least"),
        *("grant_pool", "claim_project", "support_most", "support_in_all"),
    }
)
"""Families of rules that a person set and could let go; the others are how things are."""

TARGET_FAMILIES = ("target", "target_total")
SMALL = 1.0
"""Misses below this are written with three decimals."""


@dataclass(frozen=True)
class ConflictingRule:
    """One rule of a conflict: its family, the label it is about, and the years in which it takes part."""

    family: str
    item: str
    years: tuple[int, ...]

    def tell(self, names: Mapping[str, Mapping[str, str]], lang: str) -> str:
        """The rule in words, such as `målet Transport (2030)`."""
        item = names.get(self.item, {}).get(lang, self.item)
        text = say(f"rule_{self.family}", lang, item=item)
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


class NoPlan(FardplanError):
    """No plan keeps all rules and hard targets (exit code 3), or the program is not sound (exit code 1).

    Attributes:
        status: INFEASIBLE, UNBOUNDED, NO_PLAN_IN_TIME or FAILED.
        rules: for an infeasible program, rules that cannot all hold; empty where only whole units make it so.
        names: label to language to name, for the words.
        reaches: how near each hard target can be come to; empty where no target is what cannot hold.
        units: of each target's account.
        in_parts: in parts of units there is a plan.
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
    ) -> None:
        self.status, self.rules, self.names = status, tuple(rules), names
        self.reaches, self.units, self.in_parts = tuple(reaches), units or {}, in_parts
        super().__init__(self.tell("en"))

    @property
    def cause(self) -> Cause:
        """The reason in short."""
        return Cause(self)

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """What cannot hold together, one rule a line, targets first."""
        lines = [say(f"no_plan_{self.status.value}", lang)]
        if self.in_parts or (self.status is Status.INFEASIBLE and not self.rules):
            lines.append(say("no_plan_whole_units", lang))
        lines += [f"  - {rule.tell(self.names, lang)}" for rule in self.rules]
        if self.status is Status.INFEASIBLE:
            lines += self._tell_reaches(lang)
            lines.append(say("no_plan_way_out", lang))
            lines += [say("no_plan_repairs", lang)] if self.reaches else []
        return "\n".join(lines)

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


def format_miss(amount: float, unit: str, lang: str) -> str:
    """An amount and its unit with digits enough to tell it from nothing.

    >>> format_miss(0.15, "t", "en"), format_miss(68.3, "GWh", "en")
    ('0.150 t', '68.3 GWh')
    """
    if amount >= SMALL:
        return format_amount(amount, unit, lang)
    return f"{format_number(amount, lang, 3)} {unit}".rstrip()


def explain_no_plan(scenario: xr.Dataset, program: LinearProgram, status: Status, options: SolverOptions) -> NoPlan:
    """The error that says why a program has no plan.

    Args:
        scenario: for the names of what conflicts.
        program: the one that was solved.
        status: how the solve ended.
        options: its options; their time limit bounds the search for the conflict.
    """
    if status is not Status.INFEASIBLE:
        return NoPlan(status, (), name_items(scenario))
    weights = dict(zip(map(str, scenario["target"].values), scenario["price"].values.tolist(), strict=True))
    units = dict(zip(map(str, scenario["account"].values), map(str, scenario["account_unit"].values), strict=True))
    accounts = zip(map(str, scenario["target"].values), map(str, scenario["target_account"].values), strict=True)
    reaches = find_reach(program, options, weights) if list_target_rows(program) else ()
    reaches = () if any(np.isnan(reach.alone) for reach in reaches) else reaches
    rules = find_rules(program, options, reaches)
    by_target = {target: units[account] for target, account in accounts}
    in_parts = bool(program.program.integrality.any()) and not options.relax and _has_plan_in_parts(program, options)
    return NoPlan(status, rules, name_items(scenario), reaches, by_target, in_parts=in_parts)


def _has_plan_in_parts(program: LinearProgram, options: SolverOptions) -> bool:
    return solve_program(program, replace(options, relax=True)).status.has_plan


def find_rules(program: LinearProgram, options: SolverOptions, reaches: Sequence[Reach]) -> list[ConflictingRule]:
    """Rules that cannot all hold and of which none can be left out.

    Where some targets are out of reach each by itself, those of the one that is missed least are told: of one that
    can be held from some later year, if there is such a one.
    """
    missed = sorted((r for r in reaches if not r.reached), key=lambda r: (r.first_year is None, r.alone))
    asked = _keep_target(program, missed[0].target) if missed else program
    rows = find_core(asked, options, list_giving(program)) if reaches else ()
    rows = rows or find_conflict(program, GIVING, min(CONFLICT_SECONDS, options.time_limit))
    return name_rules(program, rows) if rows else _find_whole_unit_targets(program, options)


def list_giving(program: LinearProgram) -> dict[tuple[str, str], list[int]]:
    """Rows of every rule that a person set and could let go, by family and item."""
    giving: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, label in enumerate(program.program.row_labels):
        if label.family in GIVING:
            giving[label.family, _find_item(label.index)].append(row)
    return giving


def _keep_target(program: LinearProgram, target: str) -> LinearProgram:
    """The program with one of its hard targets alone."""
    others = [row for name, held in list_target_rows(program).items() if name != target for row in held]
    return free_program(program, others)


def _find_item(index: Sequence[object]) -> str:
    return next((i for i in index if isinstance(i, str)), "")


def name_rules(program: LinearProgram, rows: Sequence[int]) -> list[ConflictingRule]:
    """Rows as rules: identities left out, years of one rule gathered, targets first."""
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        label = program.program.row_labels[row]
        if label.family in IDENTITIES:
            continue
        item = _find_item(label.index)
        years[label.family, item] |= {int(i) for i in label.index if isinstance(i, (int, np.integer)) and i > 1000}
    rules = [ConflictingRule(family, item, tuple(sorted(held))) for (family, item), held in years.items()]
    return sorted(rules, key=lambda rule: (rule.family not in TARGET_FAMILIES, rule.family, rule.item))


def _find_whole_unit_targets(program: LinearProgram, options: SolverOptions) -> list[ConflictingRule]:
    """Where only whole units stand in the way: targets dropped one by one, until without any left one a plan exists."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, label in enumerate(program.program.row_labels):
        if label.family in TARGET_FAMILIES:
            rows[label.family, label.index[0]].append(row)
    needed = dict(rows)
    for target in rows:
        trial = free_program(program, rows[target])
        if solve_program(trial, options).status is Status.INFEASIBLE:
            program = trial
            del needed[target]
    return name_rules(program, [row for held in needed.values() for row in held])


def free_program(program: LinearProgram, rows: Sequence[int]) -> LinearProgram:
    """The same program without some rows."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[list(rows)], upper[list(rows)] = -np.inf, np.inf
    return replace(program, row_lower=lower, row_upper=upper)


def name_items(scenario: xr.Dataset) -> dict[str, dict[str, str]]:
    """Label to language to name, over everything that has names."""
    names: dict[str, dict[str, str]] = {}
    for dim in ("technology", "commodity", "account", "group", "target", "actor", "instrument"):
        columns = [scenario[f"{dim}_name_{lang}"].values for lang in LANGUAGES]
        for label, *texts in zip(scenario[dim].values, *columns, strict=True):
            names[str(label)] = dict(zip(LANGUAGES, map(str, texts), strict=True))
    return names
