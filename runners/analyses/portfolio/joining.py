"""How links become shared rows: which cases are in each, what of them counts, the limit, and what lets them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.compiled.linked import BOUGHT, BUILT, CLAIMED, HELD, STANDING, Counted
from runners.analyses.portfolio.member import Described
from scenarios.errors import CaseError, Problem
from scenarios.links import GOAL, LINKS, PART, PLANT, POOL, SUPPLY, Link, Window
from scenarios.naming import offer_words
from scenarios.terms import ACCOUNT, COMMODITY, INSTRUMENT, TECHNOLOGY

DIM = {POOL: INSTRUMENT, PLANT: TECHNOLOGY, GOAL: ACCOUNT}
"""What the item of a kind is a label of; of a supply a technology or a commodity."""
RELEASED = {INSTRUMENT: "pool", COMMODITY: "most_purchase"}
"""The limit of a case's own that sharing takes the place of."""
ROOM = 2.0
"""How many times all that is shared a case may have by itself: its own limit must not be what binds at the end."""
NAMED = 3
"""Cases that a message names."""
EMITTED = "emitted"
"""The row that binds nothing and counts what all accounts of role `total` hold over all years."""


@dataclass(frozen=True)
class SharedRow:
    """One row over cases: its link, years, limit (at most; of a least one its negative), and what is beyond costs.

    `window` is its row in links.csv; `inside` how many calendar years of each plan year lie in that, `times` how often
    what a case has in the plan year counts; `case` is whose share of a plant it limits, blank: everybody's.
    """

    link: str
    window: int
    inside: Mapping[int, float]
    times: Mapping[int, float]
    limit: float
    price: float
    sign: float
    unit: str
    case: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        """Its plan years."""
        return tuple(self.inside)


@dataclass(frozen=True)
class Joint:
    """All shared rows; by case what counts in them and the settings that let it share."""

    rows: tuple[SharedRow, ...]
    counted: Mapping[str, tuple[Counted, ...]]
    settings: Mapping[str, Mapping[str, float]]

    @property
    def limits(self) -> np.ndarray:
        """Of all rows."""
        return np.array([row.limit for row in self.rows])

    @property
    def prices(self) -> np.ndarray:
        """What is beyond each limit costs; endless where it is hard."""
        return np.array([row.price for row in self.rows])


def join_links(links: Sequence[Link], members: Sequence[Described]) -> Joint:
    """The shared rows of a portfolio.

    Raises:
        CaseError: links to what is not there, or cases that cannot be planned together; all problems at once.
    """
    problems = list(_check_alike(members))
    joined = {link.key: _find_members(link, members, problems) for link in links}
    if problems:
        raise CaseError(problems)
    rows: list[SharedRow] = []
    counted: dict[str, list[Counted]] = {one.case: [] for one in members}
    settings: dict[str, dict[str, float]] = {one.case: {} for one in members}
    for link in links:
        for window in link.windows:
            _add_window(link, window, joined[link.key], rows, counted, settings, problems)
    if problems:
        raise CaseError(problems)
    _count_emitted(members, rows, counted)
    return Joint(tuple(rows), {case: tuple(own) for case, own in counted.items()}, settings)


def check_drawn(links: Sequence[Link], joint: Joint, counts: Mapping[str, np.ndarray]) -> None:
    """Refuse links of which nothing of any case counts.

    Args:
        links: of the portfolio.
        joint: their rows.
        counts: by case how many of its columns count in each row.

    Raises:
        CaseError: one problem a link.
    """
    total = np.sum([np.zeros(len(joint.rows)), *counts.values()], axis=0)
    found = {row.link for row, count in zip(joint.rows, total, strict=True) if count}
    empty = [link for link in links if link.key not in found]
    problems = [
        Problem("portfolio_nobody", LINKS, link.row, "item", {"link": link.key, "item": link.item}) for link in empty
    ]
    if problems:
        raise CaseError(problems)


def _check_alike(members: Sequence[Described]) -> Iterator[Problem]:
    """Cases whose money or years are not those of the first, or whose targets are to be missed by the least."""
    first = members[0]
    for one in members:
        if (one.money, one.price_year) != (first.money, first.price_year):
            fields = {"found": f"{one.money} {one.price_year}", "first": f"{first.money} {first.price_year}"}
            yield Problem("portfolio_money", one.case, fields={**fields, "case": first.case})
        if (one.years, one.lengths) != (first.years, first.lengths):
            fields = {"found": f"{one.years[0]}-{one.years[-1]}", "first": f"{first.years[0]}-{first.years[-1]}"}
            yield Problem("portfolio_years", one.case, fields={**fields, "case": first.case})
        if one.nearest:
            yield Problem("portfolio_nearest", one.case)


def _find_members(link: Link, members: Sequence[Described], problems: list[Problem]) -> list[tuple[Described, str]]:
    """The cases of a link, each with the dimension of its item."""
    dims = (DIM[link.kind],) if link.kind in DIM else (TECHNOLOGY, COMMODITY)
    found, there = [], {one.case for one in members}
    named = [case for case in (*link.cases, *([link.host] if link.host else [])) if case in there]
    for one in members:
        if link.cases and one.case not in named:
            continue
        if link.kind == PLANT and one.case != link.host and one.case not in link.shares:
            continue
        item = link.item if link.kind == PLANT and one.case == link.host else link.share_of(one.case).item
        dim = next((dim for dim in dims if item in one.labels.get(dim, ())), "")
        if dim:
            found.append((one, dim))
        elif one.case in named or one.case in link.shares:
            problems.append(_refuse_item(link, item, dims, [one], one.case))
    if not found and not any(problem.row == link.row for problem in problems):
        problems.append(_refuse_item(link, link.item, dims, members, ""))
    if link.unit and link.kind != PLANT and not link.relative:
        problems += _check_units(link, found)
    problems += _check_bases(link, [one for one, _ in found] if link.relative else [])
    return found


def _check_bases(link: Link, members: Sequence[Described]) -> Iterator[Problem]:
    """Cases that do not say what they let out in the year of which a limit is percent."""
    for one in members:
        item, year = link.share_of(one.case).item, link.base_year or one.base_year
        if (item, year) not in one.inventory:
            years = ", ".join(str(known) for account, known in one.inventory if account == item)
            fields = {"case": one.case, "found": item, "year": year, "years": years or "-"}
            yield Problem("portfolio_base_missing", LINKS, link.row, "base_year", fields)


def _check_units(link: Link, found: Sequence[tuple[Described, str]]) -> Iterator[Problem]:
    """A unit that is not that of the cases: once for each unit that is theirs, whose cases are named."""
    counting: dict[str, list[str]] = {}
    for one, dim in found:
        unit = one.units.get((dim, link.share_of(one.case).item), one.money if dim == INSTRUMENT else "")
        if unit and unit != link.unit:
            counting.setdefault(unit, []).append(one.case)
    for unit, cases in counting.items():
        rest = len(cases) - NAMED
        named = ", ".join([*cases[:NAMED], *([f"+{rest}"] if rest > 0 else [])])
        yield Problem("portfolio_unit", LINKS, link.row, "unit", {"found": link.unit, "expected": unit, "cases": named})


def _refuse_item(link: Link, item: str, dims: Sequence[str], members: Sequence[Described], case: str) -> Problem:
    names = {label for one in members for dim in dims for label in one.labels.get(dim, ())}
    nearest = offer_words(sorted(names), item)
    fields = {"found": item, "nearest": nearest, "case": case}
    return Problem("portfolio_item_unknown" if case else "portfolio_item_nowhere", LINKS, link.row, "item", fields)


def _add_window(
    link: Link,
    window: Window,
    members: Sequence[tuple[Described, str]],
    rows: list[SharedRow],
    counted: dict[str, list[Counted]],
    settings: dict[str, dict[str, float]],
    problems: list[Problem],
) -> None:
    """The rows of one window, what counts in them, and what lets the cases share."""
    first = members[0][0]
    inside = window.choose(first.years, first.lengths)
    if not inside:
        fields = {"first": first.years[0], "last": first.years[-1]}
        problems.append(Problem("portfolio_window_outside", LINKS, window.row, "first", fields))
        return
    lengths = dict(zip(first.years, first.lengths, strict=True))
    begun = members[0][1] in (INSTRUMENT, TECHNOLOGY) and link.kind != PLANT
    for span in [{year: count} for year, count in inside.items()] if window.each else [inside]:
        limit = _find_limit(link, window, span, members, begun=begun)
        if limit is None:
            problems.append(Problem("portfolio_value_missing", LINKS, window.row, "value", {"link": link.key}))
            return
        sign = -1.0 if link.least else 1.0
        several = sum(span.values()) if window.each and not begun else 1.0
        price = np.inf if link.price is None else link.price * several
        unit = first.units.get((ACCOUNT, link.share_of(first.case).item), "") if link.relative else link.unit
        parts = {year: count / lengths[year] for year, count in span.items()}  # starts of a period: spread over it
        times = parts if begun else dict.fromkeys(span, 1.0) if window.each else span
        for case in ("", *_list_limited(link)):
            row = SharedRow(link.key, window.row, span, times, sign * limit, price, sign, unit, case)
            for one, dim in members:
                counted[one.case] += _count(link, one, dim, len(rows), row)
            rows.append(row)
        for one, dim in members:
            _release(link, one, dim, [year for year in span if parts[year] == 1.0], limit, lengths, settings[one.case])


def _list_limited(link: Link) -> list[str]:
    """Users of a plant that may not use all of it."""
    return [
        case for case, share in link.shares.items() if link.kind == PLANT and share.share < 1.0 and case != link.host
    ]


def _find_limit(
    link: Link,
    window: Window,
    span: Mapping[int, float],
    members: Sequence[tuple[Described, str]],
    *,
    begun: bool,
) -> float | None:
    """The limit of a row; None where it is not given and the cases have none of their own."""
    if link.kind == PLANT:
        return 0.0
    count = sum(span.values())
    if link.relative and window.value is not None:
        return _find_part(link, window.value) * _sum_base(link, members) * (1.0 if window.each else count)
    if window.value is not None:
        return window.value * (count if window.each and begun else 1.0)
    own = 0.0
    for one, dim in members:
        share = link.share_of(one.case)
        limits = (one.pools if dim == INSTRUMENT else one.supplies if dim == COMMODITY else {}).get(share.item)
        if limits is None:
            return None
        times = {year: years if begun or not window.each else 1.0 for year, years in span.items()}
        own += share.weight * sum(limits[one.years.index(year)] * time for year, time in times.items())
    return own if np.isfinite(own) else None


def _find_part(link: Link, percent: float) -> float:
    """The part of a base that a limit in percent leaves."""
    return percent / 100.0 if link.basis == PART else 1.0 - percent / 100.0


def _sum_base(link: Link, members: Sequence[tuple[Described, str]]) -> float:
    """What the cases of a link let out in its base year, or each in its own."""
    shares = [(one, link.share_of(one.case)) for one, _ in members]
    return sum(share.weight * one.inventory[share.item, link.base_year or one.base_year] for one, share in shares)


def _count(link: Link, one: Described, dim: str, place: int, row: SharedRow) -> list[Counted]:
    """What of a case counts in a row."""
    share = link.share_of(one.case)
    if link.kind == PLANT:
        return _count_plant(link, one.case, place, row)
    family = {INSTRUMENT: CLAIMED, TECHNOLOGY: BUILT, COMMODITY: BOUGHT, ACCOUNT: HELD}[dim]
    factors = {year: row.sign * share.weight * times for year, times in row.times.items()}
    return [Counted(place, family, share.item, factors, one.granted[share.item] if dim == INSTRUMENT else None)]


def _count_plant(link: Link, case: str, place: int, row: SharedRow) -> list[Counted]:
    """Users count their capacity; the host's counts against it, or a share of it for a user that may not use all."""
    found = []
    share = link.share_of(case)
    part = link.shares[row.case].share if row.case else 1.0
    if case == link.host:
        found.append(Counted(place, STANDING, link.item, {year: -part * times for year, times in row.times.items()}))
    user = case in link.shares and (case != link.host or share.item != link.item)
    if user and row.case in ("", case):
        found.append(
            Counted(place, STANDING, share.item, {year: share.weight * times for year, times in row.times.items()})
        )
    return found


def _count_emitted(members: Sequence[Described], rows: list[SharedRow], counted: dict[str, list[Counted]]) -> None:
    """A row without a limit: what all cases let out over all years."""
    for one in members:
        years = dict(zip(one.years, one.lengths, strict=True))
        counted[one.case] += [Counted(len(rows), HELD, account, years) for account in one.totals]
    unit = next((one.units.get((ACCOUNT, e), "") for one in members for e in one.totals), "")
    inside = dict(zip(members[0].years, members[0].lengths, strict=True))
    rows.append(SharedRow(EMITTED, 0, inside, inside, np.inf, np.inf, 1.0, unit))


def _release(
    link: Link,
    one: Described,
    dim: str,
    span: Iterable[int],
    limit: float,
    lengths: Mapping[int, float],
    settings: dict[str, float],
) -> None:
    """Let a case have the whole of what is shared in place of its own, in plan years that lie in the window whole."""
    if dim not in RELEASED or link.least or link.kind not in (POOL, SUPPLY):
        return
    item = link.share_of(one.case).item
    own = (one.pools if dim == INSTRUMENT else one.supplies).get(item, ())
    for year in span:
        if own and np.isfinite(own[one.years.index(year)]):
            whole = ROOM * (limit + 1.0) / (lengths[year] if dim == INSTRUMENT else 1.0)
            key = f"set.{RELEASED[dim]}.{item}.{year}"
            settings[key] = max(settings.get(key, 0.0), whole, own[one.years.index(year)])
