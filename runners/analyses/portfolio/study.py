"""A portfolio planned: each case alone, all together, each with its part, and the links verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np

from conf.words import format_number, say
from model.solver.solution import Status, relative_gap
from model.verifier.links import LinksRefused, Used, find_violations
from runners.analyses.portfolio.crew import BEGIN, Crew, Failure, Job
from runners.analyses.portfolio.joining import Joint, SharedRow, check_drawn, join_links
from runners.analyses.portfolio.member import Described, Planned
from runners.analyses.portfolio.solving import CHOOSE, CaseFailed, Solved, collect, find_missing, solve_links
from runners.clock import Clock
from scenarios.errors import CaseError, FardplanError, Problem
from scenarios.links import PLANT, Link

ROUNDS = 2
"""How often a case with whole units is asked again with what others leave."""
BETTER = 1e-9
STEP = 0.01
"""By how much of its limit a row is widened to see where it goes, where its unit is no money; of money by a million."""
ONE = 1.0
DUST = 1e-6
LOST = 1e-8
"""Part of a case's part that rounding may take."""


class LinksContradict(FardplanError):
    """No plans of the cases together keep the links: by how much the nearest miss them."""

    def __init__(self, missing: Sequence[tuple[SharedRow, float]]) -> None:
        self.missing = tuple(missing)
        super().__init__(self.tell("en"))

    def tell(self, lang: str = "sv") -> str:
        """A line for each row that is missed."""
        lines = [say("portfolio_contradict", lang)]
        for row, amount in self.missing:
            fields = {"link": row.link, "row": row.window, "first": row.years[0], "last": row.years[-1]}
            number = f"{format_number(amount, lang, 3)} {row.unit}".rstrip()
            lines.append(say("portfolio_missing", lang, amount=number, **fields))
        return "\n".join(lines)


@dataclass(frozen=True)
class Moved:
    """What a wider row brings: what is saved, whose use of it grows by how much, and what is let out less by whom."""

    row: int
    step: float
    saved: float
    used: np.ndarray
    emitted: np.ndarray


@dataclass(frozen=True)
class Study:
    """A portfolio planned.

    `cost` is of all plans as they are weighed, with `misses` of soft links at their prices in it; `bound` what no plans
    are below; `failures` are cases left out, `stated` links whose limit was written as an amount with these in it.
    """

    links: tuple[Link, ...]
    described: Mapping[str, Described]
    alone: Mapping[str, Planned]
    together: Mapping[str, Planned]
    joint: Joint
    solved: Solved
    cost: float
    misses: float
    bound: float
    failures: tuple[Failure, ...]
    moved: tuple[Moved, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    stated: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """How far the bound lies below the cost, as a part of it."""
        return relative_gap(self.cost, self.bound)


def plan_portfolio(
    links: Sequence[Link],
    job: Job,
    workers: int = 1,
    method: str = CHOOSE,
    *,
    keep_going: bool = False,
    say_phase: Callable[[str], None] = lambda _: None,
    say_round: Callable[[int, float, float], None] = lambda *_: None,
) -> Study:
    """Plan the cases of a folder together.

    Args:
        links: what they share.
        job: the cases, and how they are opened.
        workers: processes.
        method: as in `solve_links`.
        keep_going: leave out cases that fail, and go on with the others.
        say_phase: told what begins.
        say_round: told each round of prices.

    Raises:
        CaseError: a case fails and it is not to go on, or links to what is not there.
        LinksContradict: no plans keep the links.
        LinksRefused: plans do not keep them that should.
    """
    clock = Clock(lambda phase: say_phase(f"portfolio_{phase}"))
    with Crew(job, workers) as crew:
        failures: list[Failure] = []
        with clock.phase("alone"):
            found = crew.ask(BEGIN, dict.fromkeys(job.folders, (links,)))
            failed = [one for one in found.values() if isinstance(one, Failure)]
            _drop(failed, failures, keep_going, len(found))
            begun = {case: one for case, one in found.items() if not isinstance(one, Failure)}
        described: dict[str, Described] = {case: about for case, (about, _) in begun.items()}
        alone: dict[str, Planned] = {case: plan for case, (_, plan) in begun.items()}
        while True:
            cases = list(alone)
            try:
                kept = _keep_links(links, cases)
                with clock.phase("links"):
                    joint, solved = _solve(crew, kept, [described[case] for case in cases], job, method, say_round)
                with clock.phase("parts"):
                    together = _settle(crew, cases, alone, joint, solved)
                break
            except CaseFailed as error:
                _drop(error.failures, failures, keep_going, len(cases))
                for one in error.failures:
                    del alone[one.case]
        _check_links(kept, together)
        money = next(iter(described.values())).money
        moved = _move_rows(joint, solved, money) if solved.agreement.status.has_plan else ()
    misses = _price_misses(joint, solved)
    cost = sum(plan.weighed for plan in together.values()) + misses
    bound, about = min(solved.agreement.bound, cost), {case: described[case] for case in alone}
    told = tuple(failures), moved, clock.seconds
    stated = _list_stated(links, kept, {one.case for one in failures})
    return Study(kept, about, alone, together, joint, solved, cost, misses, bound, *told, stated)


def _price_misses(joint: Joint, solved: Solved) -> float:
    """What is used beyond limits that have a price, at that price."""
    soft = np.isfinite(joint.prices)
    return float(joint.prices[soft] @ solved.agreement.missing[soft])


def _check_links(links: Sequence[Link], plans: Mapping[str, Planned]) -> None:
    """Raise LinksRefused where plans do not keep what they share."""
    violations = find_violations(links, {case: plan.used for case, plan in plans.items()})
    if violations:
        raise LinksRefused(violations)


def _drop(failed: Sequence[Failure], failures: list[Failure], keep_going: bool, count: int) -> None:
    """Take cases that failed out; raises a CaseError where it is not to go on, or nothing is left."""
    if failed and (not keep_going or len(failed) == count):
        raise CaseError([Problem("portfolio_case_failed", one.case, fields={"reason": one}) for one in failed])
    failures += failed


def _keep_links(links: Sequence[Link], cases: Sequence[str]) -> tuple[Link, ...]:
    """The links without cases that are left out."""
    kept = []
    for link in links:
        named = tuple(case for case in link.cases if case in cases)
        if (link.cases and not named) or (link.kind == PLANT and link.host not in cases):
            continue
        shares = {case: share for case, share in link.shares.items() if case in cases}
        kept.append(replace(link, cases=named, shares=shares))
    return tuple(kept)


def _list_stated(links: Sequence[Link], kept: Sequence[Link], left_out: AbstractSet[str]) -> tuple[str, ...]:
    """Links whose limit is an amount that was written with cases in it that are left out: it holds for the others."""
    there = {link.key for link in kept}
    asked = [link for link in links if left_out and link.key in there and not link.relative]
    given = [link for link in asked if any(window.value is not None for window in link.windows)]
    return tuple(link.key for link in given if not link.cases or not set(link.cases).isdisjoint(left_out))


def _solve(
    crew: Crew,
    links: Sequence[Link],
    described: Sequence[Described],
    job: Job,
    method: str,
    say_round: Callable[[int, float, float], None],
) -> tuple[Joint, Solved]:
    """The shared rows, and each case's part of them."""
    joint = join_links(links, described)
    names = [one.case for one in described]
    given = {case: (joint.settings[case], joint.counted[case], len(joint.rows)) for case in names}
    counts = dict(zip(names, collect(crew.ask("join", given)), strict=True))
    check_drawn(links, joint, counts)
    sizes = {one.case: one.size for one in described}
    solved = solve_links(crew, sizes, joint, job.options, method, say_round)
    status = solved.agreement.status
    if status is Status.INFEASIBLE:
        missing = find_missing(crew, names, joint, job.options)
        pairs = zip(joint.rows, missing, strict=True)
        raise LinksContradict([(row, amount) for row, amount in pairs if amount > DUST * max(1.0, abs(row.limit))])
    if not status.has_plan:
        raise CaseError([Problem("portfolio_unsolved", "links.csv", fields={"status": status.value})])
    return joint, solved


def _settle(
    crew: Crew, cases: Sequence[str], alone: Mapping[str, Planned], joint: Joint, solved: Solved
) -> dict[str, Planned]:
    """Each case's plan with its part; those with whole units last, with what the others leave."""
    parts = dict(zip(cases, solved.agreement.parts, strict=True))
    limits = joint.limits + np.where(np.isfinite(joint.prices), solved.agreement.missing, 0.0)
    mixed = [case for case in cases if alone[case].mixed]
    free = ~np.isfinite(limits)

    def allow(case: str, others: Mapping[str, np.ndarray]) -> np.ndarray:
        left = limits - sum((used for other, used in others.items() if other != case), np.zeros(len(limits)))
        return np.where(free, np.inf, left)

    first = {case: (np.where(free, np.inf, _round_up(parts[case])),) for case in cases if case not in mixed}
    plans: dict[str, Planned] = dict(zip(first, collect(crew.ask("settle", first)), strict=True))
    used = parts | {case: count_used(joint, plans[case].used, case) for case in plans}
    for turn in range(ROUNDS if mixed else 0):
        for case in mixed:
            (plan,) = collect(crew.ask("settle", {case: (allow(case, used),)}))
            if turn == 0 or plan.weighed < plans[case].weighed - BETTER:
                plans[case] = plan
                used[case] = count_used(joint, plans[case].used, case)
    return {case: plans[case] for case in cases}


def _round_up(part: np.ndarray) -> np.ndarray:
    """A part with what adding up offers may have lost of it."""
    return np.asarray(part + LOST * np.maximum(1.0, np.abs(part)))


def count_used(joint: Joint, used: Used, case: str) -> np.ndarray:
    """What a plan uses of each shared row."""
    rows = np.zeros(len(joint.rows))
    for place, row in enumerate(joint.rows):
        if row.case and row.case != case:
            continue
        amounts = [used.amounts.get((row.link, year), 0.0) * times for year, times in row.times.items()]
        rows[place] = row.sign * float(sum(amounts))
    return rows


def _move_rows(joint: Joint, solved: Solved, money: str) -> tuple[Moved, ...]:
    """What a little more of each link brings, in its dearest row."""
    prices, limits = solved.agreement.prices, joint.limits
    dearest: dict[str, int] = {}
    for place, row in enumerate(joint.rows):
        if prices[place] > max(DUST, prices[dearest[row.link]] if row.link in dearest else 0.0):
            dearest[row.link] = place
    moved: list[Moved] = []
    base_cost, base = solved.respond(limits) if dearest else (0.0, np.empty((0, 0)))
    for place in dearest.values():
        row = joint.rows[place]
        step = ONE if row.unit in ("", money) else STEP * max(abs(limits[place]), ONE)
        wider = limits.copy()
        wider[place] += step
        cost, parts = solved.respond(wider)
        if len(parts) and len(base):
            change = parts - base
            moved.append(Moved(place, step, base_cost - cost, row.sign * change[:, place], -change[:, -1]))
    return tuple(moved)
