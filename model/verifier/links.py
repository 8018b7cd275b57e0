"""Do the plans of several cases together keep what links.csv says? Recomputed from their arrays and the page alone.

used[link, case, year]   pool: sum of grant_share claimed; supply: begun, or bought; plant: weight capacity of a user,
                         less capacity of the host; target: the account
shared                   sum over cases, and over the years of the window where it is one sum, within the limit
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from conf.words import format_number, say
from scenarios.errors import FardplanError
from scenarios.links import GOAL, PART, PLANT, POOL, SUPPLY, Link, Share, Window

TOLERANCE = 1e-6
"""Largest miss over the size of what is summed, at least one unit: as of the rules of a plan."""
MOST_TOLD = 10

Amounts = Mapping[tuple[str, int], float]


@dataclass(frozen=True)
class Used:
    """What a case uses of each link in each plan year, how long the plan years are, and what it has of it alone.

    `begun` are links whose amounts are of all calendar years of a plan year; others are of each of them.
    """

    amounts: Amounts
    own: Amounts
    lengths: Mapping[int, float]
    begun: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LinkViolation:
    """A link that is not kept: its window's row in links.csv, its years, the sum, and the limit."""

    link: str
    row: int
    first: int
    last: int
    used: float
    limit: float
    case: str = ""

    def tell(self, lang: str) -> str:
        """One line."""
        fields = {"link": self.link, "row": self.row, "first": self.first, "last": self.last, "case": self.case}
        numbers = {
            name: format_number(number, lang, 6) for name, number in (("used", self.used), ("limit", self.limit))
        }
        return say("portfolio_violation_case" if self.case else "portfolio_violation", lang, **fields, **numbers)


class LinksRefused(FardplanError):
    """Plans that together do not keep their links."""

    def __init__(self, violations: Sequence[LinkViolation]) -> None:
        self.violations = tuple(violations)
        super().__init__(self.tell("en"))

    def tell(self, lang: str = "sv") -> str:
        """The worst of them, one a line."""
        lines = [say("portfolio_refused", lang, count=len(self.violations))]
        return "\n".join([*lines, *(violation.tell(lang) for violation in self.violations[:MOST_TOLD])])


def measure_case(scenario: xr.Dataset, plan: xr.Dataset, links: Sequence[Link], case: str) -> Used:
    """What a plan uses of each link, and what the scenario gives its case alone.

    Args:
        scenario: of the case alone, with pools and supplies of its own.
        plan: whose use is counted.
        links: of the portfolio.
        case: name of the case.
    """
    years = [int(year) for year in plan["year"].values]
    lengths = scenario["length"].values.astype(float)
    amounts: dict[tuple[str, int], float] = {}
    own: dict[tuple[str, int], float] = {}
    for link in links:
        if link.cases and case not in (*link.cases, link.host):
            continue
        used = _measure_link(scenario, plan, link, case)
        if used is not None:
            amounts |= {(link.key, year): float(used[place]) for place, year in enumerate(years)}
            limit = _read_own(scenario, link, link.share_of(case), lengths)
            own |= {(link.key, year): float(limit[place]) for place, year in enumerate(years)}
    technologies = set(scenario["technology"].values.astype(str))
    begun = {
        link.key
        for link in links
        if link.kind == POOL or (link.kind == SUPPLY and link.share_of(case).item in technologies)
    }
    return Used(amounts, own, dict(zip(years, lengths.tolist(), strict=True)), frozenset(begun))


def _measure_link(scenario: xr.Dataset, plan: xr.Dataset, link: Link, case: str) -> np.ndarray | None:
    """What a plan uses in each year; None where it has nothing of the kind."""
    share = link.share_of(case)
    if link.kind == POOL:
        if share.item not in plan["instrument"].values:
            return None
        claimed = plan["claimed"].sel(instrument=share.item)
        part = scenario["grant_share"].sel(instrument=share.item)
        return np.asarray(share.weight * (claimed * part).sum("technology").values)
    if link.kind == GOAL:
        here = share.item in plan["account"].values
        return np.asarray(share.weight * plan["account_value"].sel(account=share.item).values) if here else None
    if link.kind == PLANT:
        uses = share.weight * _read_capacity(plan, share.item) if case in link.shares else None
        if case != link.host:
            return uses if uses is not None or not link.cases else None
        stands = -_read_capacity(plan, link.item)
        return stands if uses is None or share.item == link.item else stands + uses
    if share.item in plan["technology"].values:
        return np.asarray(share.weight * plan["build"].sel(technology=share.item).values)
    if share.item in plan["commodity"].values:
        return np.asarray(share.weight * plan["purchase"].sel(commodity=share.item).sum("slice").values)
    return None


def _read_capacity(plan: xr.Dataset, technology: str) -> np.ndarray:
    return np.asarray(plan["capacity"].sel(technology=technology).values)


def _read_own(scenario: xr.Dataset, link: Link, share: Share, lengths: np.ndarray) -> np.ndarray:
    """What a case has alone in each plan year; of a limit in percent its base. Endless where it has no limit."""
    endless = np.full(len(lengths), np.inf)
    if link.relative:
        year = link.base_year or int(scenario["base_year"])
        written = scenario["inventory"].sel(account=share.item)
        base = (
            written.values[written["inventory_year"].values == year].sum()
            if year in written["inventory_year"]
            else np.nan
        )
        return np.full(len(lengths), share.weight * float(base))
    if link.kind == POOL:
        return np.asarray(scenario["pool"].sel(instrument=share.item).values * lengths) * share.weight
    if share.item in scenario["commodity"].values:
        return np.asarray(scenario["most_purchase"].sel(commodity=share.item).values) * share.weight
    return endless


def find_violations(links: Sequence[Link], used: Mapping[str, Used]) -> list[LinkViolation]:
    """Links that plans together do not keep; of soft ones none, for what is beyond is told.

    Args:
        links: of the portfolio.
        used: by case.
    """
    found = []
    for link in links:
        members = {case: one for case, one in used.items() if any(key == link.key for key, _ in one.amounts)}
        for window in link.windows if members else ():
            for first, last, amounts, limit in _list_sums(link, window, members):
                total, size = sum(amounts), max(1.0, sum(map(abs, amounts)), abs(limit))
                over = limit - total if link.least else total - limit
                if link.price is None and over > TOLERANCE * size:
                    found.append(LinkViolation(link.key, window.row, first, last, total, limit))
        found += list(_find_beyond_shares(link, members))
    return found


def _list_sums(
    link: Link, window: Window, members: Mapping[str, Used]
) -> Iterator[tuple[int, int, list[float], float]]:
    """First and last year, what each case uses, and the limit: of the window, or of each of its years."""
    lengths = next(iter(members.values())).lengths
    first, last = window.first or -np.inf, window.last or np.inf
    inside = {y: sum(first <= t <= last for t in range(y, y + int(lengths[y]))) for y in sorted(lengths)}
    years = [y for y in inside if inside[y]]
    yearly = all(link.key not in one.begun for one in members.values())
    spans = [[year] for year in years] if window.each else [years]
    for span in spans:
        parts = {y: inside[y] / lengths[y] for y in span}
        counted = {y: parts[y] if not yearly else 1.0 if window.each else inside[y] for y in span}
        amounts = [sum(counted[y] * one.amounts[link.key, y] for y in span) for one in members.values()]
        if link.kind == PLANT:
            limit = 0.0
        elif link.relative and window.value is not None:
            left = window.value if link.basis == PART else 100.0 - window.value
            limit = left / 100.0 * sum(counted[y] * one.own[link.key, y] for one in members.values() for y in span)
        elif window.value is None:
            limit = sum(counted[y] * one.own[link.key, y] for one in members.values() for y in span)
        else:
            limit = window.value * (inside[span[0]] if window.each and not yearly else 1.0)
        if span:
            yield span[0], span[-1], amounts, limit


def _find_beyond_shares(link: Link, members: Mapping[str, Used]) -> Iterator[LinkViolation]:
    """Users of a plant beyond their share of its capacity."""
    if link.kind != PLANT or link.host not in members:
        return
    for case, share in link.shares.items():
        if case not in members or case == link.host or share.share >= 1.0:
            continue
        for (key, year), amount in members[case].amounts.items():
            stands = -members[link.host].amounts.get((key, year), 0.0)
            if key == link.key and amount > share.share * stands + TOLERANCE * max(1.0, abs(amount)):
                yield LinkViolation(link.key, share.row or link.row, year, year, amount, share.share * stands, case)
