"""Decisions that a climate budget asks for: what begins when, whose decision that is, and what is bound by it.

committed[k,a,v] = share[k,a] * sum over calendar years t of outlay[k,v,t]      all that what begins in v will cost
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES
from runners.accounts.amounts import price_paid
from runners.accounts.outlays import spend_calendar
from runners.analyses.climate_budget.amounts import pick
from runners.analyses.climate_budget.deciders import find_decider
from runners.analyses.climate_budget.window import Window
from runners.views.names import name_heading
from scenarios.headings import read_headings
from scenarios.terms import PROGRAMME, SECTOR, TECHNOLOGY, VINTAGE

NOW, LATER, TAKEN = WHENS = ("now", "later", "taken")
"""To be decided with this budget; with one of those that follow; decided or forced already."""
OPTION = "option"
SMALLEST = 1e-9


def find_decisions(investments: pd.DataFrame, scenario: xr.Dataset, plan: xr.Dataset, window: Window) -> pd.DataFrame:
    """A row per measure, owner and year in which it begins.

    Args:
        investments: of the plan.
        scenario: that was solved.
        plan: its plan.
        window: of the budget.
    """
    rows = investments[investments["measure"] & investments["year"].isin(window.years)]
    rows = rows[rows["build"] > SMALLEST]
    real, nominal = _commit(scenario, plan)
    sectors = _name_sectors(scenario, rows)
    owners = dict(zip(scenario["actor"].values.tolist(), _list_owners(scenario), strict=True))
    at = [(str(row["technology"]), int(row["year"])) for _, row in rows.iterrows()]
    share = rows["share"].to_numpy(dtype=float)
    told = [owners.get(str(actor), ("", "", str(actor), str(actor))) for actor in rows["actor"]]
    return pick(
        "decisions",
        rows.assign(
            actor_sv=[owner[2] for owner in told],
            actor_en=[owner[3] for owner in told],
            sector_sv=[sectors[str(sector)][0] for sector in rows["sector"]],
            sector_en=[sectors[str(sector)][1] for sector in rows["sector"]],
            decider=[find_decider(owner[1]) for owner in told],
            when=[_place(str(s), int(y), window) for s, y in zip(rows["status"], rows["year"], strict=True)],
            committed=share * np.array([real[place] for place in at]),
            committed_nominal=share * np.array([nominal[place] for place in at]),
            outlay_unit=str(scenario.attrs["money"]),
        ),
    )


def _name_sectors(scenario: xr.Dataset, rows: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What each sector is called: as the account of that name, else as the case names it or its programme."""
    accounts = [scenario[f"account_name_{lang}"].values.tolist() for lang in LANGUAGES]
    known = dict(zip(scenario["account"].values.tolist(), zip(*accounts, strict=True), strict=True))
    pairs = dict(zip(rows["sector"].astype(str), rows["programme"].astype(str), strict=True))
    called = read_headings(scenario, SECTOR)
    programmes = read_headings(scenario, PROGRAMME)
    named: dict[str, tuple[str, ...]] = {}
    for sector, programme in pairs.items():
        label, names = (sector, called) if sector in called or programme not in programmes else (programme, programmes)
        named[sector] = known.get(sector) or tuple(name_heading(label, lang, names) for lang in LANGUAGES)
    return named


def _place(status: str, year: int, window: Window) -> str:
    if status != OPTION:
        return TAKEN
    return NOW if year == window.year else LATER


def _commit(
    scenario: xr.Dataset, plan: xr.Dataset
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """All that is spent on what begins in a year, in constant and in current prices, by technology and year."""
    paid = price_paid(scenario, spend_calendar(scenario, plan))
    places = [
        (str(technology), int(year)) for technology in scenario[TECHNOLOGY].values for year in scenario[VINTAGE].values
    ]
    real, nominal = (money.sum(axis=2).ravel().tolist() for money in (paid.real, paid.nominal))
    return dict(zip(places, real, strict=True)), dict(zip(places, nominal, strict=True))


def _list_owners(scenario: xr.Dataset) -> list[tuple[str, str, str, str]]:
    columns = (scenario[f"actor_{name}"].values.tolist() for name in ("kind", "name_sv", "name_en"))
    return [(str(a), str(k), str(sv), str(en)) for a, k, sv, en in zip(scenario["actor"].values, *columns, strict=True)]
