"""What green money brings: tonnes and electricity of each measure against the do-nothing path, and the share financed.

After the Nordic position paper on green bonds impact reporting: project by project, expected impact of a year in
service, the share that green debt finances, and the emission factor of electricity with its year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from runners.accounts.amounts import NOMINAL, Floats, Money, price_paid
from runners.accounts.outlays import draw_actors, spend_calendar, spend_vintages
from runners.accounts.owners import SHARE, split_owners
from runners.accounts.streams import join_modes, share_amounts
from scenarios.arithmetic.cash import share_owners
from scenarios.arithmetic.vintages import measure_flow
from scenarios.catalog_finance import DEBTS
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, SLICE, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

GREEN, ELECTRICITY = "green", "electricity"
"""How the labels of green debts and of electricity begin."""
GRID_FACTOR, GRID_YEAR = 315.0, 2020
"""Tonnes of CO2e per GWh of electricity, and the edition of the position paper that recommends them."""
SIGNS = {"sector": 1.0, "removal": -1.0}
"""Accounts that are counted by their role: tonnes emitted, less tonnes taken up."""
TONNES = {"kt": 1000.0, "t": 1.0}
SMALLEST = 1e-9
OTHERS = "others"
COLUMNS = (
    *(TECHNOLOGY, "name_sv", "name_en", "code", ACTOR, SHARE, "outlay", NOMINAL, "green_share", "service_years"),
    *("tonnes", "electricity", "tonnes_total", "unit"),
)

Use: TypeAlias = "Callable[[xr.Dataset, xr.Dataset], Floats]"


def tabulate_green_impact(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> pd.DataFrame:
    """What each measure of the plan is expected to save, and how much of it green debt finances.

    Columns: `plan/green_impact` in the catalog of results. What technologies of the do-nothing path no
    longer emit is shared over the measures that make the same commodity, by their output of the year.
    """
    if reference is None:
        return pd.DataFrame(columns=list(COLUMNS))
    members = join_modes(scenario, plan)
    saved = members.T @ _attribute(scenario, plan, reference, _emit)
    used = -(members.T @ _attribute(scenario, plan, reference, _use_electricity))
    outlay = price_paid(scenario, members.T @ spend_calendar(scenario, plan).sum(axis=1))
    green = _share_green(scenario, plan)
    serving = members.T @ plan.variables["activity"].transpose(TECHNOLOGY, YEAR, SLICE).values.sum(axis=2) > SMALLEST
    rows = [
        row
        for k in np.flatnonzero(serving.any(axis=1)).tolist()
        for row in _describe(
            scenario, k, Money(outlay.real[k], outlay.nominal[k]), green, serving[k], saved[k], used[k]
        )
    ]
    whole = (_emit(scenario, reference) - _emit(scenario, plan)) @ scenario.variables["length"].values
    rest = float(whole.sum()) - sum(row["tonnes_total"] for row in rows)
    return pd.DataFrame([*rows, {TECHNOLOGY: OTHERS, "tonnes_total": rest, **_UNNAMED}], columns=list(COLUMNS))


def _attribute(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset, measure_use: Use) -> Floats:
    """What each technology spares (technology, year): measures their own, and their share of what others no longer use.

    `measure_use` gives an amount (technology, year) of a plan.
    """
    measure = scenario.variables["technology_measure"].values.astype(bool)
    spared = measure_use(scenario, reference) - measure_use(scenario, plan)
    made, before = _make(scenario, plan), _make(scenario, reference)
    weights = share_amounts((made + before) * ~measure[:, None, None], axis=1)
    shares = share_amounts(made * measure[:, None, None], axis=0)
    return np.asarray(
        spared * measure[:, None] + np.einsum("kcy,cy->ky", shares, np.einsum("kcy,ky->cy", weights, spared))
    )


def _emit(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Tonnes that come with each technology (technology, year): emitted in sectors, less taken up."""
    signs = np.array([SIGNS.get(role, 0.0) for role in scenario.variables["account_role"].values.tolist()])
    tonnes = np.array(
        [TONNES.get(unit.split(" ")[0], 0.0) for unit in scenario.variables["account_unit"].values.tolist()]
    )
    hosts = [
        scenario.variables[TECHNOLOGY].values.tolist().index(host)
        for host in scenario.variables["technology_host"].values.tolist()
    ]
    amounts = {
        "factor_activity": plan.variables["activity"].transpose(TECHNOLOGY, YEAR, SLICE).values.sum(axis=2),
        "factor_capacity": plan.variables["capacity"].transpose(TECHNOLOGY, YEAR).values[hosts],
        "factor_build": plan.variables["build"].transpose(TECHNOLOGY, VINTAGE).values
        / scenario.variables["length"].values,
    }
    factors = {
        name: scenario.variables[name].transpose(ACCOUNT, TECHNOLOGY, YEAR).values
        for name in (*amounts, "counted_share")
    }
    counted = factors["counted_share"] * (signs * tonnes)[:, None, None]
    return np.asarray(sum((factors[name] * counted).sum(axis=0) * amount for name, amount in amounts.items()))


def _use_electricity(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Electricity that each technology uses, less what it makes (technology, year)."""
    electric = [label.startswith(ELECTRICITY) for label in scenario.variables[COMMODITY].values.tolist()]
    flow = measure_flow(scenario, plan)[:, electric]
    return -np.asarray(
        np.einsum("kcsy,ksy->ky", flow, plan.variables["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values)
    )


def _make(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Output of commodities that keep no level (technology, commodity, year)."""
    kept = (scenario.variables["commodity_storage"].values == "no")[:, None, None]
    flow = np.maximum(measure_flow(scenario, plan), 0.0) * kept
    return np.asarray(
        np.einsum("kcsy,ksy->kcy", flow, plan.variables["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values)
    )


def _share_green(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Part of each actor's outlays that green debt pays (actor, year)."""
    owned = share_owners(scenario)
    spent = np.einsum("ka,ky->ay", owned, np.maximum(spend_vintages(scenario, plan).sum(axis=1), 0.0))
    green = [label.startswith(GREEN) for label in scenario.variables[INSTRUMENT].values.tolist()]
    debts = np.isin(scenario.variables["instrument_kind"].values, DEBTS)
    drawn = draw_actors(plan)[np.array(green, dtype=bool) & debts].sum(axis=0)
    part = np.divide(drawn, spent, out=np.zeros_like(drawn), where=spent > SMALLEST)
    return np.asarray(np.minimum(part, 1.0))


def _describe(
    scenario: xr.Dataset, k: int, outlay: Money, green: Floats, serving: np.ndarray, saved: Floats, used: Floats
) -> Iterator[dict[str, Any]]:
    """A measure's rows, one per owner; a year in service is a calendar year in which it is used."""
    length = scenario.variables["length"].values
    years, spent = float(length[serving].sum()), np.maximum(outlay.real, 0.0)
    places = {label: place for place, label in enumerate(scenario.variables[ACTOR].values.tolist())}
    owned = split_owners(scenario, np.array([k]))
    for actor, share in zip(owned.actor.tolist(), owned.share.tolist(), strict=True):
        financed = float(spent @ green[places[actor]])
        yield {
            TECHNOLOGY: str(scenario.variables[TECHNOLOGY].values[k]),
            **{
                label: str(scenario.variables[f"{TECHNOLOGY}_{label}"].values[k])
                for label in ("name_sv", "name_en", "code")
            },
            ACTOR: actor,
            SHARE: share,
            "outlay": share * float(outlay.real.sum()),
            NOMINAL: share * float(outlay.nominal.sum()),
            "green_share": financed / float(spent.sum()) if spent.sum() > SMALLEST else 0.0,
            "service_years": years,
            "tonnes": share * float((saved * length)[serving].sum()) / years,
            "electricity": share * float((used * length)[serving].sum()) / years,
            "tonnes_total": share * float((saved * length).sum()),
            "unit": str(scenario.attrs["money"]),
        }


_UNNAMED = {"name_sv": "", "name_en": "", "code": "", ACTOR: "", "unit": ""}
