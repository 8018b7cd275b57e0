"""Which emissions a plan leaves, by sector and year, with the statistics before it and the targets over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from conf.words import LANGUAGES, say
from runners.reports.tables import AMOUNT
from scenarios.catalog import ACCOUNT, INVENTORY_YEAR, TARGET, YEAR

if TYPE_CHECKING:
    import xarray as xr

LONGEST_HISTORY = 15
"""Years of statistics shown before the plan, unless a target refers to an earlier one."""
UNSPLIT = 0.005
"""Statistics of the whole that no sector has are shown where they are a larger share than this."""
NOTHING = 1e-9
"""Less than this share of the account has no bar."""
SECTOR, TOTAL = "sector", "total"


@dataclass(frozen=True)
class EmissionPath:
    """Emissions by sector over statistics and plan.

    `years` and `widths` (n): first year of each bar and the calendar years that it stands for; `first`: the plan's
    first year. `sectors` and `removals`: name to amounts (n), zero where there is no figure. `net`: the net account
    over the plan's years, None where nothing is credited. `caps`: target's name to (from, to, cap) pieces.

    In every year of the plan the sectors less the removals are the account that is shown: the net one, else the whole.
    """

    unit: str
    years: np.ndarray
    widths: np.ndarray
    first: int
    sectors: Mapping[str, np.ndarray]
    removals: Mapping[str, np.ndarray]
    net: np.ndarray | None
    net_name: str
    caps: Mapping[str, list[tuple[float, float, float]]]


def trace_emissions(scenario: xr.Dataset, plan: xr.Dataset, lang: str = LANGUAGES[0]) -> EmissionPath:
    """The emission path of a plan: its sectors against the targets on accounts of their unit.

    Sectors that one account sums up, such as transport, are shown as that account. What the account that is shown
    counts beside them, such as drained soils, has a bar of its own, so that every tonne is in one; where no account
    sums sectors up they are all shown. Statistics of the whole that no sector has are shown by themselves.
    """
    names = [str(name) for name in scenario.variables[f"account_name_{lang}"].values]
    units = scenario.variables["account_unit"].values
    leaves = np.nonzero(scenario.variables["account_role"].values == SECTOR)[0]
    unit = str(units[leaves[0]]) if len(leaves) else ""
    same = units == unit
    whole, sectors = _choose_sectors(scenario, leaves[same[leaves]], same)
    net = _choose_net(plan, same)
    shown = whole if net is None else net
    past = _choose_history(scenario, sectors)
    before = np.nan_to_num(scenario["inventory"].sel({INVENTORY_YEAR: past}).values)
    planned = plan.variables[AMOUNT].values
    bars = {e: planned[e] for e in sectors} if shown is None else _share_out(scenario, plan, shown, sectors)
    nothing = np.zeros(len(past))
    amounts = {names[e]: np.concatenate([before[e] if e in sectors else nothing, bars[e]]) for e in bars if e != shown}
    rest = nothing if whole is None else np.maximum(before[whole] - before[sectors].sum(axis=0), 0.0)
    left = bars.get(shown, np.zeros(planned.shape[1])) if shown is not None else np.zeros(planned.shape[1])
    if left.any() or (whole is not None and (rest > UNSPLIT * before[whole]).any()):
        amounts[say("figure_unsplit", lang)] = np.concatenate([rest, left])
    return EmissionPath(
        unit=unit,
        years=np.concatenate([past, scenario.variables[YEAR].values]),
        widths=np.concatenate([np.ones(len(past)), scenario.variables["length"].values]),
        first=int(scenario.variables[YEAR].values[0]),
        sectors=amounts,
        removals={} if net is None else _trace_removals(_weigh_credits(scenario, plan, net), names, len(past)),
        net=None if net is None else planned[net],
        net_name="" if net is None else names[net],
        caps=_trace_caps(scenario, [e for e in (whole, net) if e is not None], lang),
    )


def _share_out(scenario: xr.Dataset, plan: xr.Dataset, shown: int, sectors: list[int]) -> dict[int, np.ndarray]:
    """What an account counts before credits, by the account that shows it: sectors first, others where they have any.

    Each account's own amount, without its parts, counts by the shares through which it reaches the account that is
    shown; it is part of the sector in whose sum it is, else it is shown by itself.
    """
    share, planned = scenario.variables["share"].values, plan.variables[AMOUNT].values
    own = planned - np.einsum("epy,py->ey", share, planned) + plan.variables["credit"].values.sum(axis=1)
    weights = _weigh_accounts(share, shown)
    counted = weights * own
    reached = {e: np.flatnonzero(_weigh_accounts(share, e).any(axis=1)).tolist() for e in sectors}
    home = {part: e for e in sectors for part in reached[e]}
    bars = {e: np.zeros(planned.shape[1]) for e in sectors if weights[reached[e]].any()}
    least = NOTHING * np.abs(planned[shown]).max(initial=1.0)
    for account in np.flatnonzero(np.abs(counted).max(axis=1, initial=0.0) > least).tolist():
        place = home.get(account, account)
        bars[place] = bars.get(place, 0.0) + counted[account]
    return bars


def _weigh_accounts(share: np.ndarray, shown: int) -> np.ndarray:
    """How much of each account an account counts, through all accounts in between (account, year)."""
    step = np.zeros((share.shape[0], share.shape[2]))
    step[shown] = 1.0
    weights = np.zeros_like(step)
    while step.any():
        weights += step
        step = np.einsum("ey,epy->py", step, share)
    return weights


def _weigh_credits(scenario: xr.Dataset, plan: xr.Dataset, shown: int) -> np.ndarray:
    """What is credited against an account and against those that it counts (part, year)."""
    weights = _weigh_accounts(scenario.variables["share"].values, shown)
    return np.asarray(np.einsum("ey,epy->py", weights, plan.variables["credit"].values))


def _choose_sectors(scenario: xr.Dataset, leaves: np.ndarray, same: np.ndarray) -> tuple[int | None, list[int]]:
    """The account that sums most sectors, and the sectors to show: those that another account sums up count as it."""
    role, share = scenario.variables["account_role"].values, scenario.variables["share"].values.max(axis=2, initial=0.0)
    sums = np.nonzero((role != SECTOR) & same)[0].tolist()
    below = {e: _list_leaves(share, e, set(leaves.tolist())) for e in sums}
    whole = max((e for e in sums if role[e] == TOTAL and below[e]), key=lambda e: len(below[e]), default=None)
    shown = {int(e): {int(e)} for e in leaves}
    for e in sorted(sums, key=lambda e: len(below[e])):
        parts = [k for k, v in shown.items() if v <= below[e]]
        if 1 < len(below[e]) < len(leaves) and set[int]().union(*(shown[k] for k in parts)) == below[e]:
            shown = {k: v for k, v in shown.items() if k not in parts} | {e: below[e]}
    return whole, list(shown)


def _list_leaves(share: np.ndarray, account: int, leaves: set[int]) -> set[int]:
    """Sectors that are part of an account, through accounts in between."""
    found: set[int] = set()
    waiting, seen = [account], set()
    while waiting:
        for part in np.nonzero(share[waiting.pop()] > 0)[0].tolist():
            if part in leaves:
                found.add(part)
            elif part not in seen:
                seen.add(part)
                waiting.append(part)
    return found


def _choose_net(plan: xr.Dataset, same: np.ndarray) -> int | None:
    """The account of the sectors' unit against which most is credited."""
    credited = plan.variables["credit"].values.sum(axis=(1, 2)) * same
    return int(np.argmax(credited)) if credited.max(initial=0.0) > 0 else None


def _choose_history(scenario: xr.Dataset, sectors: list[int]) -> np.ndarray:
    """Years of statistics to show: those in which any of the sectors has a figure, not too long ago."""
    years = scenario.variables[INVENTORY_YEAR].values.astype(int)
    first = int(scenario.variables[YEAR].values[0])
    bases = [int(year) for year in scenario.variables["target_base_year"].values if str(year).strip()]
    oldest = min([first - LONGEST_HISTORY, *bases])
    known = np.isfinite(scenario.variables["inventory"].values[sectors]).any(axis=0)
    return np.asarray(years[known & (years >= oldest) & (years < first)])


def _trace_removals(credit: np.ndarray, names: list[str], before: int) -> dict[str, np.ndarray]:
    parts = np.nonzero(credit.sum(axis=1) > 0)[0]
    return {names[f]: np.concatenate([np.zeros(before), credit[f]]) for f in parts}


def _trace_caps(scenario: xr.Dataset, accounts: list[int], lang: str) -> dict[str, list[tuple[float, float, float]]]:
    """Caps by account: targets on one account follow each other in one line."""
    labels = list(scenario.variables[ACCOUNT].values)
    years, length, cap = (
        scenario.variables[YEAR].values,
        scenario.variables["length"].values,
        scenario.variables["cap"].values,
    )
    caps: dict[str, list[tuple[float, float, float]]] = {}
    for t in range(scenario.sizes[TARGET]):
        account = labels.index(scenario.variables["target_account"].values[t])
        if account not in accounts or scenario.variables["target_basis"].values[t] == "cumulative":
            continue
        name = str(scenario.variables[f"account_name_{lang}"].values[account])
        held = np.nonzero(~np.isnan(cap[t]))[0]
        for y in held:
            _extend(caps.setdefault(name, []), float(years[y]), float(years[y] + length[y]), float(cap[t, y]))
    return {name: pieces for name, pieces in caps.items() if pieces}


def _extend(pieces: list[tuple[float, float, float]], start: float, end: float, cap: float) -> None:
    """Add a piece, or lengthen the last one where the cap goes on unchanged."""
    if pieces and pieces[-1][1:] == (start, cap):
        pieces[-1] = (pieces[-1][0], end, cap)
    else:
        pieces.append((start, end, cap))
