"""Is the answer to a plan under stress what it says? Builds as realised, and no rule broken but as stated.

Facts are stated beside a plan: what has been begun of measures, whether they may be begun later, and which rules are
broken by how much. The plan is judged by every rule as any other; each violation has to be covered by a fact, and what
is built is compared with what was realised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.verifier.verdict import Verdict, Violation
from model.verifier.verify import TOLERANCE, Verifier
from scenarios.catalog import RULE
from scenarios.terms import GROUP, TECHNOLOGY, VINTAGE, YEAR

CHOICE_RULES = frozenset(
    {
        *("unit_lump", "begin_most", "begin_least", "begin_units", "begin_project", "once"),
        *("requires", "follows", "ever", "excludes"),
        *("build_most", "build_least", "project_least", "capacity_most", "capacity_end_most", "capacity_least"),
        *("build_growth", "build_pace_sum", "build_pace_most"),
        *("group_build_most", "group_build_least", "group_capacity_most", "group_capacity_least"),
        *("group_capacity_end_most", "group_build_growth", "group_build_pace_sum", "group_build_pace_most"),
        *("secured_least", "secured_owner"),
    }
)
"""Rules about choosing, which a realised measure may break."""
REALISED, LATER = "realised", "later_starts"
"""Rules that only a plan under stress has: measures are begun as realised, and later no more than planned."""
SURELY = 0.5
"""Part of the tolerance that plans looked at at once are held to: sums over many round otherwise than over one."""


@dataclass(frozen=True)
class Fact:
    """A rule that is broken at most by an amount, wherever all of the labels are among those of the place."""

    rule: str
    labels: tuple[str | int, ...]
    amount: float


@dataclass(frozen=True)
class Facts:
    """What is stated beside a plan under stress.

    `begun` (technology, vintage) is what was realised of measures, `planned` what the plan had, `measures` (technology)
    which are; `later` whether measures may be begun later than realised.
    """

    begun: np.ndarray
    planned: np.ndarray
    measures: np.ndarray
    later: bool
    broken: Sequence[Fact] = ()


def verify_stressed(verifier: Verifier, scenario: xr.Dataset, plan: xr.Dataset, facts: Facts) -> Verdict:
    """The verdict on a plan under stress: what no fact covers is left as a violation.

    Args:
        verifier: that judges plans of the case.
        scenario: of the circumstances.
        plan: found under them, in parts of units.
        facts: stated beside it.
    """
    verdict = verifier.check(scenario, plan, relaxed=True)
    left = _list_left(scenario, plan, facts, verdict.violations, TOLERANCE)
    clean = 0.0 if verdict.violations else verdict.max_violation
    worst = max([clean, *(one.relative for one in left)])
    return replace(verdict, accepted=not left, violations=tuple(left), max_violation=worst)


def find_refused(verifier: Verifier, cases: Sequence[tuple[xr.Dataset, xr.Dataset, Facts]]) -> dict[int, Verdict]:
    """Verdicts of those of several plans that are not accepted, by their place: what `verify_stressed` says.

    All are looked at at once; one of which something is left that no fact surely covers is judged by itself.

    Args:
        verifier: that judges plans of the case.
        cases: scenarios with their plans and what is stated beside them, neighbours beside each other.
    """
    broken = verifier.list_violations([(scenario, plan) for scenario, plan, _ in cases], relaxed=True)
    refused = {}
    for place, (case, violations) in enumerate(zip(cases, broken, strict=True)):
        if violations is not None and not _list_left(*case, violations, SURELY * TOLERANCE):
            continue
        verdict = verify_stressed(verifier, *case)
        if not verdict.accepted:
            refused[place] = verdict
    return refused


def _list_left(
    scenario: xr.Dataset, plan: xr.Dataset, facts: Facts, violations: Sequence[Violation], tolerance: float
) -> list[Violation]:
    """Violations that no fact covers, and what is built otherwise than was realised."""
    settled = _list_settled(scenario, facts.measures)
    left = [one for one in violations if not _is_covered(one, facts.broken, settled, tolerance)]
    return [*left, *_check_builds(scenario, plan, facts, tolerance)]


def _list_settled(scenario: xr.Dataset, measures: np.ndarray) -> Mapping[str, set[str]]:
    """Labels that a realised measure has a part in: measures, groups with one as a member, rules of logic on one."""
    technologies = scenario.variables[TECHNOLOGY].values.astype(str)
    names = set(technologies[measures].tolist())
    weights = scenario.variables["weight"].transpose(GROUP, TECHNOLOGY).values
    groups = scenario.variables[GROUP].values.astype(str)[(weights[:, measures] != 0).any(axis=1)]
    about = zip(
        *(scenario.variables[f"logic_{name}"].values.astype(str) for name in (RULE, TECHNOLOGY, "other")), strict=True
    )
    return {
        TECHNOLOGY: names,
        GROUP: set(groups.tolist()),
        RULE: {rule for rule, one, other in about if {one, other} & names},
    }


def _is_covered(one: Violation, facts: Sequence[Fact], settled: Mapping[str, set[str]], tolerance: float) -> bool:
    """Whether the violation is one that realised measures may bring, or is stated and no larger than that."""
    if one.rule in CHOICE_RULES:
        return any(str(one.place.get(dim)) in labels for dim, labels in settled.items())
    labels = set(one.place.values())
    allowed = sum(fact.amount for fact in facts if fact.rule == one.rule and labels.issuperset(fact.labels))
    size = one.amount / one.relative if one.relative > 0 else 1.0
    return one.amount <= allowed + tolerance * max(size, 1.0)


def _check_builds(scenario: xr.Dataset, plan: xr.Dataset, facts: Facts, tolerance: float) -> Iterator[Violation]:
    """`build = begun` of measures; where later starts are allowed no less, and in all no more than planned or begun."""
    built = plan["build"].transpose(TECHNOLOGY, VINTAGE).values
    size = np.maximum(1.0, np.abs(facts.begun))
    off = facts.begun - built if facts.later else np.abs(built - facts.begun)
    wrong = (off > tolerance * size) & facts.measures[:, None]
    names, years = scenario[TECHNOLOGY].values, scenario[YEAR].values
    for k, v in np.argwhere(wrong).tolist():
        place: dict[str, str | int] = {TECHNOLOGY: str(names[k]), VINTAGE: int(years[v])}
        yield Violation(REALISED, place, float(off[k, v]), "", float(off[k, v] / size[k, v]))
    most = np.maximum(facts.planned.sum(1), facts.begun.sum(1))
    beyond = np.where(facts.measures & facts.later, built.sum(1) - most, 0.0)
    for k in np.flatnonzero(beyond > tolerance * np.maximum(1.0, most)).tolist():
        amount = float(beyond[k])
        yield Violation(LATER, {TECHNOLOGY: str(names[k])}, amount, "", amount / max(1.0, float(most[k])))
