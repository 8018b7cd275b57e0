"""The emission picture: every tonne of the account that is shown stands in a bar, whatever accounts are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import town
import xarray as xr
from hand_plans import write_plan

from runners.reports.emissions import trace_emissions

YEARS = 2


def write_soils() -> tuple[xr.Dataset, xr.Dataset]:
    """Traffic of 30 in the whole; drained soils of 8 and a sink of 5 only in the net: 30 + 8 - 5 = 33.

    The net line lay 8 above the bars when they showed sectors alone.
    """
    accounts = [
        {"account": "cars", "role": "sector"},
        {"account": "vans", "role": "sector"},
        {"account": "all", "role": "total", "share": {"cars": 1, "vans": 1}},
        {"account": "soils"},
        {"account": "sink", "role": "removal"},
        {"account": "net", "share": {"all": 1, "soils": 1}, "credit_share": {"sink": 1}},
    ]
    scenario = town.scenario_of(
        {"case": {"last_year": 2026}, "commodities": [], "technologies": [], "accounts": accounts}
    )
    values = {"cars": 20, "vans": 10, "all": 30, "soils": 8, "sink": 5, "net": 33}
    return scenario, write_plan(scenario, 0.0, account_value=values, credit={("net", "sink"): 5})


def test_what_only_the_net_counts_has_a_bar_of_its_own() -> None:
    path = trace_emissions(*write_soils())
    bars = {name: values.tolist() for name, values in path.sectors.items()}
    assert bars == {"cars": [20, 20], "vans": [10, 10], "soils": [8, 8]}
    assert {name: values.tolist() for name, values in path.removals.items()} == {"sink": [5, 5]}
    assert path.net is not None
    assert path.net.tolist() == [33, 33]


def draw_accounts(seed: int) -> tuple[xr.Dataset, xr.Dataset, dict[str, np.ndarray]]:
    """Accounts made of others at random shares, some with amounts of their own, some credited with a sink."""
    draw = np.random.default_rng(seed)
    names = [f"a{number}" for number in range(8)]
    rows: list[dict[str, Any]] = [
        {"account": "sink", "role": "removal"},
        *({"account": name, "role": "sector"} for name in names[:4]),
    ]
    amounts = {"sink": draw.uniform(1, 3, YEARS), **{name: draw.uniform(0, 20, YEARS) for name in names[:4]}}
    credit = {}
    for place, name in enumerate(names[4:], start=4):
        parts = {part: float(draw.choice([0.5, 1.0])) for part in names[:place] if draw.random() < 0.5}
        row: dict[str, Any] = {"account": name, "role": "total" if name == names[-2] else "other", "share": parts}
        own = draw.uniform(0, 5, YEARS) * (draw.random() < 0.5)
        amounts[name] = own + sum((share * amounts[part] for part, share in parts.items()), np.zeros(YEARS))
        if draw.random() < 0.4 or name == names[-1]:
            row["credit_share"] = {"sink": 1}
            credit[name, "sink"] = 0.3 * amounts["sink"]
            amounts[name] = amounts[name] - credit[name, "sink"]
        rows.append(row)
    scenario = town.scenario_of({"case": {"last_year": 2026}, "commodities": [], "technologies": [], "accounts": rows})
    return scenario, write_plan(scenario, 0.0, account_value=amounts, credit=credit), amounts


@pytest.mark.parametrize("seed", range(25))
def test_bars_less_removals_are_the_account_in_every_year(seed: int) -> None:
    scenario, plan, amounts = draw_accounts(seed)
    path = trace_emissions(scenario, plan)
    shown = path.net if path.net is not None else amounts["a6"]
    planned = path.years >= path.first
    bars = sum((values[planned] for values in path.sectors.values()), np.zeros(YEARS))
    removed = sum((values[planned] for values in path.removals.values()), np.zeros(YEARS))
    assert bars - removed == pytest.approx(shown)
