"""Whether the targets of a pool miss the same units: of a year, alike in unit, price and sense, on nested accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from scenarios.arithmetic.pools import CUMULATIVE, HARD, find_removals, nest_accounts, sum_shares, touch_accounts
from scenarios.catalog import ACCOUNT, PART, QUANTITY_BY_NAME, TARGET
from scenarios.cells import ROW, fill_years
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Problem

POOL = "pool"
Member = tuple[str, Mapping[str, str]]
"""A target of a pool by its name, with its labels."""


def find_unlike_pools(view: View) -> Iterator[Problem]:
    """Targets that share a pool with one whose misses are other units, each told once with the first that differs."""
    pools: dict[str, list[Member]] = {}
    for name, about in view.labels("targets").items():
        if about[POOL] and find_mode(view, about) != HARD:
            pools.setdefault(about[POOL], []).append((name, about))
    ledger = _Ledger(view)
    for members in pools.values():
        found = [problem for place in range(1, len(members)) for problem in _compare(view, ledger, members, place)]
        yield from found or _find_apart(ledger, members)


def find_mode(view: View, about: Mapping[str, str]) -> str:
    """How a target holds under the choices made."""
    return view.choices.target_mode or about["mode"]


def _compare(view: View, ledger: _Ledger, members: Sequence[Member], place: int) -> Iterator[Problem]:
    """What keeps a target from sharing its pool with those before it: the first thing alone."""
    name, about = members[place]
    for other, its in members[:place]:
        budget = next(((n, m) for n, m in ((name, other), (other, name)) if _is_budget(view, n)), None)
        if budget is not None:
            yield _tell("pool_budget", view, *budget)
            return
        for key, mine, theirs in (
            ("pool_mode", find_mode(view, about), find_mode(view, its)),
            ("pool_unit", ledger.units.get(about["account"], ""), ledger.units.get(its["account"], "")),
            ("pool_sense", about["sense"], its["sense"]),
            ("pool_price", ledger.find_price(name), ledger.find_price(other)),
        ):
            if mine and theirs and mine != theirs:
                yield _tell(key, view, name, other, found=mine, expected=theirs)
                return
        unlike = ledger.compare(about["account"], its["account"])
        if unlike:
            accounts = {"account": about["account"], "its_account": its["account"], "removal": unlike[1]}
            yield _tell(unlike[0], view, name, other, **accounts)
            return


def _find_apart(ledger: _Ledger, members: Sequence[Member]) -> Iterator[Problem]:
    """Targets of which none has the others' accounts as its parts: nothing could be missed twice."""
    accounts = [about["account"] for _, about in members]
    if not all(account in ledger.place for account in accounts) or any(ledger.holds(a, accounts) for a in accounts):
        return
    (other, its), (name, about) = members[0], members[1]
    yield _tell("pool_apart", ledger.view, name, other, account=about["account"], its_account=its["account"])


def _tell(key: str, view: View, name: str, other: str, **fields: str) -> Problem:
    about = view.labels("targets")[name]
    known = {TARGET: name, "other": other, POOL: about[POOL]}
    return Problem(key, file_of("targets"), int(about[ROW]), POOL, {**known, **fields})


def _is_budget(view: View, name: str) -> bool:
    return view.labels("targets")[name]["basis"] == CUMULATIVE


class _Ledger:
    """What the accounts of a case are made of, in the years of the plan."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.units = {name: about["unit"] for name, about in view.labels("accounts").items()}
        self.place = {name: place for place, name in enumerate(self.units)}

    def find_price(self, target: str) -> str:
        """What a unit missed of a target costs, as text."""
        chosen = self.view.choices.excess_price
        own = self.view.single("price").get(target, QUANTITY_BY_NAME["price"].default)
        return write_plainly(own if chosen is None else chosen)

    def compare(self, account: str, other: str) -> tuple[str, str] | None:
        """Why misses of two accounts are other units: the message, and the removal that only one of them knows."""
        if account not in self.place or other not in self.place:
            return None
        i, j = self.place[account], self.place[other]
        differ = self._removals[i] != self._removals[j]
        if differ.any():
            return "pool_removals", self._removers[int(np.flatnonzero(differ)[0])]
        if self._touching[i, j] and not (self._nested[i, j] or self._nested[j, i]):
            return "pool_overlap", ""
        return None

    def holds(self, account: str, others: Sequence[str]) -> bool:
        """Whether all the others are parts of an account, with share 1."""
        return all(bool(self._nested[self.place[account], self.place[other]]) for other in others)

    @cached_property
    def _shares(self) -> np.ndarray:
        return self._fill("share")

    @cached_property
    def _whole(self) -> np.ndarray:
        return sum_shares(self._shares)

    @cached_property
    def _nested(self) -> np.ndarray:
        return nest_accounts(self._whole)

    @cached_property
    def _touching(self) -> np.ndarray:
        return touch_accounts(self._whole)

    @cached_property
    def _credits(self) -> np.ndarray:
        return self._fill("credit_share")

    @cached_property
    def _removals(self) -> np.ndarray:
        return find_removals(self._whole, self._shares, self._credits)

    @cached_property
    def _removers(self) -> list[str]:
        """Accounts of the removals, in the order of the columns of `_removals`."""
        relieved = (self._shares < 0).any(axis=2) | (self._credits > 0).any(axis=2)
        names = list(self.place)
        return [names[part] for part in np.nonzero(relieved)[1]]

    def _fill(self, quantity: str) -> np.ndarray:
        """A quantity of parts as the scenario has it (account, part, year)."""
        years = self.view.years or [0]
        filled = np.zeros((len(self.place), len(self.place), len(years)))
        rows = self.view.written(quantity)
        if len(rows):
            lines = fill_years(rows, QUANTITY_BY_NAME[quantity], [ACCOUNT, PART], years)
            for (account, part), line in zip(lines.index, lines.to_numpy(), strict=True):
                if account in self.place and part in self.place:
                    filled[self.place[account], self.place[part]] = line
        return filled
