"""Random small towns for property tests: every rule of the page appears in some of them.

An uncapacitated `backstop` of dear heat keeps most towns solvable, and bounded building keeps all of them bounded.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import town
import xarray as xr
from hypothesis import strategies as st

from scenarios.choices import SALVAGES, SPREADS, TIMINGS

NAMES = ("boiler", "pump", "retrofit", "sink")
SIZES = (0.5, 1.0, 2.0)


def amounts(*values: float) -> st.SearchStrategy[float]:
    return st.sampled_from(values)


@st.composite
def draw_technology(draw: st.DrawFn, name: str, slices: tuple[str, ...], sized: bool) -> dict[str, Any]:
    """A technology that makes heat from fuel; `sized` gives it a least start, which logic asks for."""
    row: dict[str, Any] = {
        "technology": name,
        "resolution": draw(st.sampled_from(("slice", "year"))),
        "existing": 0 if sized else draw(amounts(0, 0, 1)),
        "yield": draw(amounts(1, 3)),
        "fixed_cost": draw(amounts(0, 0.1)),
        "variable_cost": draw(amounts(0, 0.05)),
        "availability": draw(amounts(0.6, 1)),
        "annual_availability": draw(amounts(0.8, 1)),
        "flow": {"heat": draw(amounts(0.5, 1)), "fuel": draw(amounts(0, -0.5, -1.2))},
        "firm_credit": {"heat": draw(amounts(0.5, 1))},
        "factor_activity": {"co2": draw(amounts(0, 0.3))},
        "retirable": draw(st.sampled_from(("no", "yes"))),
        "must_run": draw(amounts(0, 0, 0.2)),
        "most_capacity": draw(amounts(4, 20)),
    }
    if draw(st.booleans()):
        row["most_activity"] = draw(amounts(3, 8))
    if draw(st.booleans()):
        row |= {"activity_growth": 1.5, "activity_seed": draw(amounts(0.5, 4))}
    if len(slices) > 1 and draw(st.booleans()):
        row |= {"profile": {slices[0]: 0.7, slices[1]: 0.3}, "full_load": draw(amounts(3, 12))}
    row |= draw(draw_building(sized)) if sized or draw(st.booleans()) else {}
    return row | draw(draw_vintages(row))


@st.composite
def draw_vintages(draw: st.DrawFn, row: dict[str, Any]) -> dict[str, Any]:
    """Mostly nothing; of what may be built, now and then efficiency and availability by vintage."""
    if row.get("buildable") != "yes" or draw(st.sampled_from((True, True, False))):
        return {}
    flow = {c: {"v2025": number, "v2027": number * draw(amounts(0.7, 1.1))} for c, number in row["flow"].items()}
    drawn: dict[str, Any] = {"flow": flow}
    for name in ("availability", "annual_availability"):
        if draw(st.booleans()):
            drawn[name] = {"v2025": {2025: row[name], 2027: 0.9 * row[name]}, "v2026": draw(amounts(0.7, 1))}
    return drawn | draw(st.sampled_from(({}, {"stock_vintage": 2026})))


@st.composite
def draw_building(draw: st.DrawFn, sized: bool) -> dict[str, Any]:
    """What a technology that may be built has besides: money, times, limits, lumps."""
    row: dict[str, Any] = {
        "buildable": "yes",
        "capex": draw(amounts(0.5, 2)),
        "life": draw(amounts(2, 2.5, 10, float("inf"))),
        "lead_time": draw(amounts(0, 0, 1)),
        "start_delay": draw(amounts(0, 0, 0.5)),
        "construction_years": draw(amounts(1, 2)),
        "most_build": draw(amounts(2, 4)),
        "factor_build": {"co2": draw(amounts(0, 0.2))},
        "factor_capacity": {"removal": draw(amounts(0, 0.4))},
    }
    if draw(st.booleans()):
        row |= {"build_growth": 2, "build_seed": draw(amounts(1, 2)), "build_before": 0.5}
    if row["life"] < float("inf") and draw(st.booleans()):
        row["hurdle_rate"] = 0.08
    if draw(st.booleans()):
        row["once"] = "yes"
    lump = draw(st.sampled_from(("unit_size", "least_size") if sized else ("", "unit_size", "unit_size", "least_size")))
    if lump:
        row[lump] = draw(amounts(*SIZES))
    if row["life"] == 10 and draw(st.booleans()):
        row["survival"] = {0: 1.0, 2: 0.8, 4: 0.2}
    return row


@st.composite
def draw_project(draw: st.DrawFn, row: dict[str, Any], years: tuple[int, ...]) -> dict[str, Any]:
    """Mostly nothing; of what may be built, and in amounts within its limits, a project settled beforehand."""
    status = draw(st.sampled_from(("option", "option", "option", "forced", "decided")))
    if status == "option" or row.get("buildable") != "yes":
        return {}
    return {"status": status, "status_year": str(draw(st.sampled_from(years))), "project_size": row.get("unit_size", 2)}


@st.composite
def draw_commodities(draw: st.DrawFn, slices: tuple[str, ...], storage: str) -> list[dict[str, Any]]:
    balance = st.sampled_from(("slice", "year"))
    heat: dict[str, Any] = {"commodity": "heat", "balance": draw(balance), "demand": draw(amounts(2, 6))}
    fuel = {"commodity": "fuel", "balance": draw(balance), "purchase_price": draw(amounts(0.2, 0.5))}
    if storage != "no":
        heat |= {"storage": storage, "storage_loss": draw(amounts(0, 0.3))}
        heat |= {"horizon": {"initial_level": 0.5}, "year": {"start_level": 0.5}}.get(storage, {})
    elif draw(st.booleans()):
        heat["surplus"] = "yes"
    if draw(st.booleans()):
        heat |= {"sale_price": 0.1, "most_sale": 2}
    if heat["balance"] == "slice" and draw(st.booleans()):
        heat |= {"reserve_margin": 0.1, "peak_factor": 1.1}
    if len(slices) > 1 and draw(st.booleans()):
        heat["profile"] = {slices[0]: 0.8, slices[1]: 0.2}
    if draw(st.booleans()):
        fuel["most_purchase"] = draw(amounts(2, 5))
    return [heat, {**fuel, "factor_purchase": {"co2": 0.2}}]


@st.composite
def draw_targets(draw: st.DrawFn, years: tuple[int, ...]) -> list[dict[str, Any]]:
    """Up to three targets on emissions, gross or net; a part and its whole in one pool; a floor on removals."""
    targets = []
    for i in range(draw(st.integers(0, 3))):
        basis = draw(st.sampled_from(("absolute", "absolute", "cumulative")))
        row = {
            "target": f"t{i}",
            "account": draw(st.sampled_from(("net", "co2"))),
            "basis": basis,
            "year": draw(st.sampled_from(years)),
            "until": str(years[-1]) if basis == "cumulative" else draw(st.sampled_from(("next", "only"))),
            "value": draw(amounts(0, 0.5, 2)),
            "mode": draw(st.sampled_from(("priced", "priced", "nearest", "hard"))),
            "price": 3.0,
            "pool": draw(st.sampled_from(("", "co2e"))),
        }
        targets.append(row)
    if draw(st.booleans()):
        both = {"year": years[-1], "pool": "both", "price": 2.0, "mode": draw(st.sampled_from(("priced", "nearest")))}
        targets += [
            {"target": name, "account": name, "value": draw(amounts(0, 0.5)), **both} for name in ("co2", "total")
        ]
    if draw(st.booleans()):
        floor = {"account": "removal", "sense": "at_least", "year": years[-1], "value": draw(amounts(0.2, 1))}
        targets.append({"target": "floor", **floor, "mode": draw(st.sampled_from(("priced", "nearest")))})
    return targets


@st.composite
def draw_scenario(draw: st.DrawFn, kind: str = "") -> xr.Dataset:
    """One to four technologies, heat and fuel, one to three plan years, one or two slices, and any of the rest.

    Where a `kind` of project logic is asked for, a row of it stands between the first two technologies, which have
    least sizes then.
    """
    years = draw(st.sampled_from(((2025,), (2025, 2026), (2025, 2026, 2027), (2025, 2027), (2025, 2028, 2030))))
    slices = draw(st.sampled_from((("all",), ("winter", "summer"))))
    hours = (8760,) if len(slices) == 1 else (3000, 5760)
    even = all(later - former == 1 for former, later in pairwise(years))
    storage = draw(st.sampled_from(("no", "no", "year", "season", *(("horizon",) if even else ()))))
    names = NAMES[: draw(st.integers(2 if kind else 1, 4))]
    technologies = [draw(draw_technology(name, slices, bool(kind) and i < 2)) for i, name in enumerate(names)]
    technologies[-1] |= draw(draw_project(technologies[-1], years))
    row = {"rule": "r", "kind": kind, "technology": names[0], "other": NAMES[1], "value": draw(amounts(0, 1, 2))}
    technologies.append(
        {"technology": "backstop", "capacitated": "no", "resolution": "slice", "variable_cost": 20, "flow": {"heat": 1}}
    )
    if storage != "no":
        technologies.append({"technology": "pit", "existing": 2, "content": 1, "stores": {"heat": 1}})
    growth = {"group_build_growth": 2, "group_build_seed": 4, "group_activity_growth": 2, "group_activity_seed": 30}
    limits = growth | {"group_most_build": draw(amounts(3, 8)), "group_most_capacity": 20, "group_most_activity": 30}
    groups = [{"group": "all", "weight": dict.fromkeys(names, 1), **limits}]
    groups.append({"group": "one", "of": "all", "weight": {names[0]: 1}, "group_most_share": draw(amounts(0.6, 1))})
    credit = {"credit_share": {"removal": draw(amounts(0.5, 1))}, "most_credit": {"removal": draw(amounts(0.3, 5))}}
    tables = {
        "case": {"first_year": years[0], "last_year": years[-1], "discount_rate": draw(amounts(0, 0.035, 0.1))},
        "slices": [
            {"slice": s, "hours": h, "season": "year" if storage != "season" else s, "cycles": 5}
            for s, h in zip(slices, hours, strict=True)
        ],
        "commodities": draw(draw_commodities(slices, storage)),
        "technologies": technologies,
        "groups": groups,
        "logic": [row] if kind else [],
        "accounts": [
            {"account": "co2", "exogenous": draw(amounts(0, 1)), "account_price": draw(amounts(0, 0, 0.2))},
            {"account": "removal"},
            {"account": "net", "share": {"co2": 1}, **credit},
            {"account": "total", "share": {"co2": 1}, "exogenous": 0.4},
        ],
        "targets": draw(draw_targets(years)),
    }
    return town.scenario_of(
        tables,
        years=years,
        salvage=draw(st.sampled_from(SALVAGES)),
        discount_capital=draw(st.sampled_from(tuple(TIMINGS))),
        discount_operation=draw(st.sampled_from(tuple(TIMINGS))),
        service=draw(st.sampled_from(SPREADS)),
        investment=draw(st.sampled_from(SPREADS)),
    )
