"""Which emissions a plan leaves, by sector and year, with the statistics before it and the targets over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from conf.words import LANGUAGES, say
from runners.reports.tables import AMOUNT
from scenarios.catalog import ACCOUNT, INVENTORY_YEAR, TARGET, YEAR

LONGEST_HISTORY = 15
"""Years of statistics shown before the plan, unless a target refers to an earlier one."""
UNSPLIT = 0.005
"""Statistics of the whole that no sector has are shown where they are a larger share than this."""
SECTOR, TOTAL = "sector", "total"


@dataclass(frozen=True)
class EmissionPath:
    """Emissions by sector over statistics and plan.

    `years` and `widths` (n): first year of each bar and the calendar years that it stands for; `first`: the plan's
    first year. `sectors` and `removals`: name to amounts (n), zero where there is no figure. `net`: the net account
    over the plan's years, None where nothing is credited. `caps`: target's name to (from, to, cap) pieces.
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

    Sectors that one account sums up, such as transport, are shown as that account. Statistics of the whole that no
    sector has are shown by themselves.
    """
    names = [str(name) for name in scenario[f"account_name_{lang}"].values]
    units = scenario["account_unit"].values
    leaves = np.nonzero(scenario["account_role"].values == SECTOR)[0]
    unit = str(units[leaves[0]]) if len(leaves) else ""
    same = units == unit
    whole, sectors = _choose_sectors(scenario, leaves[same[leaves]], same)
    past = _choose_history(scenario, sectors)
    before = np.nan_to_num(scenario["inventory"].sel({INVENTORY_YEAR: past}).values)
    planned = plan[AMOUNT].values
    amounts = {names[e]: np.concatenate([before[e], planned[e]]) for e in sectors}
    if whole is not None and len(past):
        rest = np.maximum(before[whole] - before[sectors].sum(axis=0), 0.0)
        if (rest > UNSPLIT * before[whole]).any():
            amounts[say("figure_unsplit", lang)] = np.concatenate([rest, np.zeros(planned.shape[1])])
    net = _choose_net(plan, same)
    return EmissionPath(
        unit=unit,
        years=np.concatenate([past, scenario[YEAR].values]),
        widths=np.concatenate([np.ones(len(past)), scenario["length"].values]),
        first=int(scenario[YEAR].values[0]),
        sectors=amounts,
        removals={} if net is None else _trace_removals(plan["credit"].values[net], names, len(past)),
        net=None if net is None else planned[net],
        net_name="" if net is None else names[net],
        caps=_trace_caps(scenario, [e for e in (whole, net) if e is not None], lang),
    )


def _choose_sectors(scenario: xr.Dataset, leaves: np.ndarray, same: np.ndarray) -> tuple[int | None, list[int]]:
    """The account that sums most sectors, and the sectors to show: those that another account sums up count as it."""
    role, share = scenario["account_role"].values, scenario["share"].values.max(axis=2, initial=0.0)
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
    credited = plan["credit"].values.sum(axis=(1, 2)) * same
    return int(np.argmax(credited)) if credited.max(initial=0.0) > 0 else None


def _choose_history(scenario: xr.Dataset, sectors: list[int]) -> np.ndarray:
    """Years of statistics to show: those in which any of the sectors has a figure, not too long ago."""
    years = scenario[INVENTORY_YEAR].values.astype(int)
    first = int(scenario[YEAR].values[0])
    bases = [int(year) for year in scenario["target_base_year"].values if str(year).strip()]
    oldest = min([first - LONGEST_HISTORY, *bases])
    known = np.isfinite(scenario["inventory"].values[sectors]).any(axis=0)
    return np.asarray(years[known & (years >= oldest) & (years < first)])


def _trace_removals(credit: np.ndarray, names: list[str], before: int) -> dict[str, np.ndarray]:
    parts = np.nonzero(credit.sum(axis=1) > 0)[0]
    return {names[f]: np.concatenate([np.zeros(before), credit[f]]) for f in parts}


def _trace_caps(scenario: xr.Dataset, accounts: list[int], lang: str) -> dict[str, list[tuple[float, float, float]]]:
    """Caps by account: targets on one account follow each other in one line."""
    labels = list(scenario[ACCOUNT].values)
    years, length, cap = scenario[YEAR].values, scenario["length"].values, scenario["cap"].values
    caps: dict[str, list[tuple[float, float, float]]] = {}
    for t in range(scenario.sizes[TARGET]):
        account = labels.index(scenario["target_account"].values[t])
        if account not in accounts or scenario["target_basis"].values[t] == "cumulative":
            continue
        name = str(scenario[f"account_name_{lang}"].values[account])
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
