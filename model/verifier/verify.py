"""Is this plan a plan of this scenario? Money, accounts and every rule, recomputed from the page in numpy alone.

Nothing here is shared with the builder of the program: `docs/mathematics.md` was read twice, once there, once here.
The rules stand in the modules named `verify_*`, each with its equations; this one puts them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import inf, isnan, nan

import numpy as np
import xarray as xr

from model.verifier.balance import check_balance, check_firm, check_storage
from model.verifier.capacity import check_capacity, check_use
from model.verifier.cash import check_cash, measure_objective
from model.verifier.facts import check_facts, is_forgiven, read_loosened
from model.verifier.finance import check_finance
from model.verifier.form import check_form, check_numbers, find_decisions, find_missing_labels
from model.verifier.growth import check_growth
from model.verifier.limits import check_groups, check_technology_limits, check_trade_limits
from model.verifier.logic import check_logic, check_lumps
from model.verifier.memory import Memory
from model.verifier.money import check_money
from model.verifier.reading import LOGIC_ROW, Reading
from model.verifier.runs import check_runs
from model.verifier.targets import check_accounts, check_targets
from model.verifier.terms import Array, Rule
from model.verifier.together import Broken, Case, find_accepted, find_alike, find_broken
from model.verifier.verdict import DECISION, Verdict, Violation
from scenarios.catalog import RULE

TOLERANCE = 1e-6
"""Largest miss of a rule over the size of its own terms (at least one unit).

HiGHS leaves rows open by up to 1e-7, and by more once it has undone its scaling; ten times that is room enough, and
on terms of a thousand million crowns it is a thousand crowns. Whole numbers are whole for it within the same 1e-6.
"""

THEMES: tuple[Callable[[Reading], Iterator[Rule]], ...] = (
    check_form,
    check_capacity,
    check_use,
    check_runs,
    check_balance,
    check_storage,
    check_firm,
    check_technology_limits,
    check_growth,
    check_trade_limits,
    check_groups,
    check_lumps,
    check_logic,
    check_accounts,
    check_targets,
    check_finance,
    check_facts,
)
"""All rules on decisions; those on what the plan says of its cost come last."""


class Verifier:
    """Checks plans of neighbouring scenarios; what did not change between them is reckoned once.

    Scenarios that share an array as one object have it looked at once: it is made read-only, so that a change in place
    is refused rather than missed. Anything else that a scenario brings is compared with what was there before.
    """

    def __init__(self, tolerance: float = TOLERANCE) -> None:
        self._tolerance = tolerance
        self._memory = Memory(lasting=True)

    def check(self, scenario: xr.Dataset, plan: xr.Dataset, relaxed: bool = False) -> Verdict:
        """What `verify` says of the plan."""
        return _check(Reading(scenario, plan, relaxed, self._memory), self._tolerance)

    def find_refused(self, cases: Sequence[Case], relaxed: bool = False) -> dict[int, Verdict]:
        """Verdicts of those of several plans that are not accepted, by their place: what `check` says of each.

        All rules are asked of all plans at once; a plan that does not surely keep them all is judged by itself.

        Args:
            cases: scenarios with their plans, neighbours beside each other.
            relaxed: as in `verify`.
        """
        readings = self._open(cases, relaxed)
        accepted = _find_accepted(readings, self._tolerance)
        refused = {}
        for place in np.flatnonzero(~accepted).tolist():
            verdict = _check(readings[place], self._tolerance)
            if not verdict.accepted:
                refused[place] = verdict
        self._memory.let_go()
        return refused

    def list_violations(self, cases: Sequence[Case], relaxed: bool = False) -> list[list[Violation] | None]:
        """What each of several plans breaks, all looked at at once; None of one that has to be judged by itself.

        A violation that is within the tolerance, but not surely so, is among them.

        Args:
            cases: as in `find_refused`.
            relaxed: as in `verify`.
        """
        readings = self._open(cases, relaxed)
        found: list[list[Violation] | None] = [None] * len(readings)
        alike = _find_alike(readings)
        with np.errstate(all="ignore"):
            broken = find_broken([readings[i] for i in alike], _list_rules, self._tolerance) if alike else []
        for i, ones in zip(alike, broken, strict=True):
            found[i] = None if ones is None else [_tell_broken(readings[i], one) for one in ones]
        self._memory.let_go()
        return found

    def _open(self, cases: Sequence[Case], relaxed: bool) -> list[Reading]:
        readings = []
        for scenario, plan in cases:
            self._memory = self._memory.follow(scenario)
            readings.append(Reading(scenario, plan, relaxed, self._memory))
        return readings


def _find_accepted(readings: Sequence[Reading], tolerance: float) -> Array:
    """Which of several plans surely keep all rules; none where the first has other labels than its scenario."""
    accepted = np.zeros(len(readings), dtype=bool)
    alike = _find_alike(readings)
    if alike:
        with np.errstate(all="ignore"):
            accepted[alike] = find_accepted([readings[place] for place in alike], _list_rules, tolerance)
    return accepted


def _find_alike(readings: Sequence[Reading]) -> list[int]:
    """Plans that can be looked at at once: with the labels of their scenarios and made for their numbers."""
    if not readings or any(_compare_labels(readings[0])):
        return []
    told = [read.dataset.attrs.get("digest") == read.scenario.attrs["digest"] for read in readings]
    found: list[int] = np.flatnonzero(find_alike(readings[0], [read.dataset for read in readings]) & told).tolist()
    return found


def _list_rules(read: Reading) -> Iterator[Rule]:
    """Every rule that a plan with the labels of its scenario has to keep."""
    yield from check_numbers(read)
    yield from (rule for check in THEMES for rule in check(read))
    yield from check_money(read, measure_objective(read))
    yield from check_cash(read)


def verify(scenario: xr.Dataset, plan: xr.Dataset, tolerance: float = TOLERANCE, *, relaxed: bool = False) -> Verdict:
    """Judge a plan by every rule of `docs/mathematics.md`, and of `docs/finance.md` where there are actors.

    Args:
        scenario: Dataset as `scenarios.assemble` makes it.
        plan: Dataset as `docs/architecture.md` says, with the attributes objective, bound, gap, miss and
            digest, and where there are actors social_cost, finance_cost and perspective.
        tolerance: largest miss over the size of a rule's terms, see TOLERANCE.
        relaxed: the plan is one of the program without integrality, so units and starts need not be whole.
    """
    return _check(Reading(scenario, plan, relaxed), tolerance)


def _check(read: Reading, tolerance: float) -> Verdict:
    """Labels first, then numbers, then all rules: each is only worth a look where the one before holds."""
    labels = list(_compare_labels(read))
    checked = {"coordinates": sum(map(len, find_decisions(read).values())), "digest": 1}
    if any(violation.rule == "coordinates" for violation in labels):
        return _conclude(labels, checked, inf)
    numbers, worst = _judge(read, check_numbers(read), tolerance, checked)
    if numbers:
        return _conclude([*labels, *numbers], checked, worst)
    broken, worst = _judge(read, (rule for check in THEMES for rule in check(read)), tolerance, checked)
    components = measure_objective(read)
    stated = chain(check_money(read, components), check_cash(read))
    priced, worst_price = _judge(read, stated, tolerance, checked)
    parts = {name: float(component.value) for name, component in components.items()}
    return _forgive(read, _conclude([*labels, *broken, *priced], checked, max(worst, worst_price), parts), tolerance)


def _forgive(read: Reading, verdict: Verdict, tolerance: float) -> Verdict:
    """The verdict without violations that facts make and the plan tells."""
    told = read_loosened(read)
    if not told:
        return verdict
    forgiven = [v for v in verdict.violations if is_forgiven(told, v.rule, v.place, v.amount)]
    left = tuple(v for v in verdict.violations if v not in forgiven)
    worst = max([min(verdict.max_violation, tolerance), *(v.relative for v in left)])
    return replace(verdict, accepted=not left, violations=left, max_violation=worst, loosened=tuple(forgiven))


def _compare_labels(read: Reading) -> Iterator[Violation]:
    """Labels that differ, and a plan made for other numbers."""
    for decision, dim in find_missing_labels(read):
        yield Violation("coordinates", {DECISION: decision, "dimension": dim}, 1.0, "", inf)
    if read.dataset.attrs.get("digest") != read.scenario.attrs["digest"]:
        yield Violation("digest", {}, 1.0, "", inf)


def _judge(
    read: Reading, rules: Iterable[Rule], tolerance: float, checked: dict[str, int]
) -> tuple[list[Violation], float]:
    """Violations of the rules and the largest relative miss; counts the places of each rule into `checked`.

    A relative miss is at most the miss itself: a rule whose largest miss is below what was found before is not
    weighed against its terms.
    """
    violations: list[Violation] = []
    worst = 0.0
    counts: Counter[str] = Counter()
    for rule in rules:
        counts[rule.name] += rule.places.count
        if rule.most <= min(worst, tolerance):
            continue
        worst = max(worst, float(rule.relative.max(initial=0.0)))
        violations += [_place(read, rule, i) for i in rule.places_over(tolerance)]
    checked.update(counts)
    return violations, worst


def _place(read: Reading, rule: Rule, place: int) -> Violation:
    """A violation with the labels of its position."""
    return _tell_broken(read, Broken(rule, place, float(rule.miss[place]), float(rule.relative[place])))


def _tell_broken(read: Reading, broken: Broken) -> Violation:
    """A violation with the labels of its position; what is no number meets no rule."""
    rule, position = broken.rule, broken.rule.places.find_position(broken.place)
    labels: dict[str, str | int] = {DECISION: rule.decision} if rule.decision else {}
    for dim, i in zip(rule.dims, position, strict=True):
        label = read.labels[dim][i]
        labels[RULE if dim == LOGIC_ROW else dim] = str(label) if isinstance(label, str) else int(label)
    unit = rule.unit if isinstance(rule.unit, str) else str(rule.unit[position[0]])
    amount, relative = (inf if isnan(number) else number for number in (broken.amount, broken.relative))
    return Violation(rule.name, labels, amount, unit, relative)


def _conclude(
    violations: list[Violation],
    checked: Mapping[str, int],
    worst: float,
    components: Mapping[str, float] | None = None,
) -> Verdict:
    """The verdict on what was found, the worst first."""
    ordered = tuple(sorted(violations, key=lambda violation: -violation.relative))
    objective = sum(components.values()) if components else nan
    largest = max([worst, *(violation.relative for violation in ordered)])
    return Verdict(not ordered, ordered, largest, checked, objective, components or {})
