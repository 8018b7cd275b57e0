"""Why there is no plan: the targets and rules that cannot all hold, in the plan's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from conf.words import LANGUAGES
from model.compiled.revise import LinearProgram
from model.queries.core import WHOLE_UNITS, find_any_core
from model.queries.giving import BUILD_MOST, START_WINDOW, find_item, list_giving, name_family
from model.queries.least_violation import Reach, find_core, find_reach, list_target_rows
from model.queries.no_plan import ConflictingRule, NoPlan
from model.solver.chain import solve_program
from model.solver.solution import SolverOptions, Status
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
