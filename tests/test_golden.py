"""Whether each constraint family still reads as it was written down: golden rows, one file per family.

A family is a Constraint component of the Pyomo program. Its rows, for a town small enough to read, stand in
`golden/<family>.lp`: rows and terms in the order of their names, numbers to ten digits, constants on the right.
`FARDPLAN_GOLDEN=write pytest tests/test_golden.py` writes them anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn
from town import scenario_of

from model.formulation.program import build_program

FOLDER = Path(__file__).parent / "golden"
WRITING = os.environ.get("FARDPLAN_GOLDEN") == "write"

HALVES = [{"slice": "winter", "hours": 2920}, {"slice": "summer", "hours": 5840}]
YEARS = {"last_year": 2026}

AGEING: dict[str, Any] = {
    "case": YEARS,
    "technologies": [
        {"technology": "boiler", "existing": {2025: 4, 2026: 3}, "retirable": True, "buildable": True, "life": 1.5}
    ],
}

HEATING: dict[str, Any] = {
    "slices": HALVES,
    "commodities": [
        {"commodity": "gas", "purchase_price": 0.4, "most_purchase": 30, "least_purchase": 2},
        {"commodity": "heat", "balance": "slice", "demand": 12, "profile": {"winter": 0.75, "summer": 0.25}},
        {
            "commodity": "power",
            "balance": "slice",
            "surplus": True,
            "purchase_price": 1,
            "sale_price": 0.5,
            "most_sale": 9,
        },
    ],
    "technologies": [
        {
            "technology": "plant",
            "existing": 3,
            "resolution": "slice",
            "yield": 8,
            "availability": {"winter": 0.9, "summer": 0.6},
            "annual_availability": 0.7,
            "must_run": {"winter": 0.2, "summer": 0.1},
            "flow": {"heat": 1, "power": 0.3, "gas": -1.5},
        },
        {
            "technology": "condensing",
            "host": "plant",
            "resolution": "slice",
            "capacity_weight": 0.5,
            "flow": {"power": 0.6, "gas": -1.5},
        },
        {
            "technology": "pump",
            "buildable": True,
            "yield": 8,
            "flow": {"heat": {"winter": 2.5, "summer": 3.5}, "power": -1},
        },
    ],
}

PEAKS: dict[str, Any] = {
    "slices": HALVES,
    "commodities": [
        {"commodity": "heat", "balance": "slice", "demand": 4, "profile": {"winter": 0.75, "summer": 0.25}}
    ],
    "technologies": [
        {
            "technology": "boiler",
            "existing": 3,
            "yield": 5,
            "full_load": 8,
            "availability": {"winter": 0.9, "summer": 0.5},
            "profile": {"winter": 0.8, "summer": 0.2},
            "flow": {"heat": 1},
        },
        {"technology": "pellets", "host": "boiler", "capacity_weight": 1.5, "flow": {"heat": 1}},
    ],
}

VINTAGES: dict[str, Any] = {
    "case": YEARS,
    "slices": HALVES,
    "commodities": [{"commodity": "heat", "balance": "slice", "demand": 4}, {"commodity": "gas", "purchase_price": 1}],
    "technologies": [
        {
            "technology": "plant",
            "existing": 1,
            "buildable": True,
            "retirable": True,
            "resolution": "slice",
            "yield": 8,
            "availability": {"winter": {"v2025": 0.9, "v2026": 1}, "summer": 0.6},
            "annual_availability": {"v2025": {2025: 0.7, 2026: 0.65}, "v2026": 0.75},
            "flow": {"heat": 1, "gas": {"v2025": -1.5, "v2026": -1.25}},
        },
        {"technology": "mode", "host": "plant", "resolution": "slice", "capacity_weight": 2, "flow": {"heat": 1}},
        {
            "technology": "boiler",
            "existing": 2,
            "buildable": True,
            "yield": 5,
            "full_load": 8,
            "profile": {"winter": 0.8, "summer": 0.2},
            "availability": {"v2025": 0.5, "v2026": 1},
            "flow": {"heat": 1},
        },
    ],
}

FIRM: dict[str, Any] = {
    "slices": HALVES,
    "commodities": [
        {"commodity": "power", "balance": "slice", "demand": 6, "reserve_margin": 0.2, "peak_factor": 1.5},
        {"commodity": "heat", "demand": 3},
    ],
    "technologies": [
        {"technology": "plant", "existing": 3, "yield": 8, "flow": {"power": 2}, "firm_credit": {"power": 0.9}},
        {"technology": "pump", "existing": 1, "flow": {"heat": 3, "power": -1}},
    ],
}

STORES: dict[str, Any] = {
    "case": YEARS,
    "slices": [{**half, "cycles": 50} for half in HALVES],
    "commodities": [
        {"commodity": "hot water", "storage": "season", "demand": 10, "purchase_price": 1, "storage_loss": 0.5},
        {"commodity": "warm rock", "storage": "year", "demand": 10, "purchase_price": 1, "storage_loss": 0.75}
        | {"start_level": {2025: 1, 2026: 2}},
        {"commodity": "biogas", "storage": "horizon", "demand": 10, "purchase_price": 1, "initial_level": 4}
        | {"start_level": {2025: 4, 2026: 3}},
    ],
    "technologies": [
        {"technology": "tank", "existing": 2, "content": 3, "stores": {"hot water": 1}},
        {"technology": "cave", "existing": 1, "content": 5, "stores": {"warm rock": 1, "biogas": 1}},
    ],
}

LIMITS: dict[str, Any] = {
    "case": YEARS,
    "technologies": [
        {
            "technology": "bus",
            "buildable": True,
            "existing": 1,
            "most_capacity": {2025: 7, 2026: 9},
            "least_capacity": 2,
            "most_build": 3,
            "least_build": 0.5,
            "latest_start": 2025,
            "build_growth": 1.5,
            "build_seed": 0.25,
            "build_before": 2,
            "activity_growth": 1.2,
            "activity_seed": 0.1,
            "activity_before": 4,
            "most_activity": 6,
            "least_activity": 1,
        }
    ],
}

GROUPS: dict[str, Any] = {
    "technologies": [
        {"technology": "bus", "buildable": True, "existing": 1, "weight": {"fleet": 1, "clean": 1}},
        {"technology": "car", "buildable": True, "existing": 2, "weight": {"fleet": 0.5}},
    ],
    "groups": [
        {
            "group": "fleet",
            **{f"group_most_{what}": 8 for what in ("capacity", "build", "activity")},
            **{f"group_least_{what}": 1 for what in ("capacity", "build", "activity")},
        },
        {"group": "clean", "of": "fleet", "group_least_share": 0.25, "group_most_share": 0.75},
    ],
}

CREWS: dict[str, Any] = {
    "case": YEARS,
    "technologies": GROUPS["technologies"],
    "groups": [
        {
            "group": "fleet",
            **{f"group_{what}_growth": 1.5 for what in ("build", "activity")},
            **{f"group_{what}_seed": 0.25 for what in ("build", "activity")},
            **{f"group_{what}_before": 2 for what in ("build", "activity")},
        },
        {"group": "clean", "of": "fleet"},
    ],
}

PROJECTS: dict[str, Any] = {
    "case": YEARS,
    "technologies": [
        {"technology": "track", "buildable": True, "once": True, "unit_size": 4, "most_build": 8, "lead_time": 1},
        {"technology": "tram", "buildable": True, "once": True, "least_size": 2, "most_build": 5},
        {"technology": "road", "buildable": True, "least_size": 1, "most_build": 3},
    ],
    "logic": [
        {"rule": "permit", "kind": "requires", "technology": "tram", "other": "track", "value": 1},
        {"rule": "after", "kind": "follows", "technology": "tram", "other": "track", "value": 0},
        {"rule": "carried", "kind": "supports", "technology": "tram", "other": "track", "value": 0.5},
        {"rule": "either", "kind": "excludes", "technology": "road", "other": "tram"},
    ],
}

LEDGERS: dict[str, Any] = {
    "commodities": [{"commodity": "gas", "demand": 3, "purchase_price": 1, "sale_price": 0.5}],
    "technologies": [{"technology": "sink", "buildable": True}],
    "accounts": [
        {
            "account": "gross",
            "exogenous": 10,
            "factor_purchase": {"gas": 0.2},
            "factor_sale": {"gas": -0.1},
            "factor_build": {"sink": 0.3},
        },
        {
            "account": "removal",
            "factor_activity": {"sink": 2},
            "factor_capacity": {"sink": 1},
            "counted_share": {"sink": 0.5},
        },
        {"account": "net", "share": {"gross": 1}, "credit_share": {"removal": 0.8}, "most_credit": {"removal": 3}},
    ],
}

FORESTS: dict[str, Any] = {
    "commodities": [{"commodity": "timber", "demand": 3}],
    "technologies": [
        {"technology": "felling", "capacitated": False, "most_activity": 6, "flow": {"timber": 1}},
        {"technology": "planting", "buildable": True, "most_build": 4},
    ],
    "accounts": [
        {"account": "forest", "exogenous": 2, "factor_activity": {"felling": -1}, "factor_build": {"planting": 1.5}},
        {"account": "net", "exogenous": 9, "credit_share": {"forest": 0.5}},
    ],
}

TARGETS: dict[str, Any] = {
    "case": YEARS,
    "technologies": [
        {"technology": "path", "measure": True, "buildable": True, "factor_capacity": {"cars": -1}},
        {"technology": "trees", "buildable": True, "factor_capacity": {"removal": 1}},
    ],
    "accounts": [
        {"account": "cars", "exogenous": 6},
        {"account": "farms", "exogenous": 4},
        {"account": "co2", "share": {"cars": 1, "farms": 1}},
        {"account": "removal"},
    ],
    "targets": [
        {"target": "hard", "account": "co2", "year": 2025, "until": "only", "value": 9, "mode": "hard"},
        {"target": "priced", "account": "co2", "year": 2026, "value": 6, "pool": "climate"},
        {"target": "cars", "account": "cars", "year": 2026, "value": 5, "pool": "climate"},
        {"target": "farms", "account": "farms", "year": 2025, "value": 3, "pool": "climate"},
        {"target": "budget", "account": "co2", "year": 2025, "value": 14, "basis": "cumulative"},
        {"target": "floor", "account": "removal", "sense": "at_least", "year": 2026, "value": 2, "mode": "nearest"},
    ],
}

PURSES: dict[str, Any] = {
    "case": YEARS,
    "actors": [{"actor": "city", "kind": "municipality"}, {"actor": "firm", "kind": "company"}],
    "commodities": [
        {"commodity": "oil", "purchase_price": 1, "trader": "firm"},
        {"commodity": "heat", "demand": 4, "tariff": 2, "trader": "city"},
    ],
    "technologies": [
        {"technology": "stove", "actor": "firm", "existing": 9, "fixed_cost": 0.1, "flow": {"heat": 1, "oil": -1}},
        {
            "technology": "pump",
            "buildable": True,
            "capex": 3,
            "life": 4,
            "construction_years": 2,
            "variable_cost": 0.2,
            "flow": {"heat": 1},
        },
    ],
    "ownership": [
        {"technology": "pump", "actor": "city", "value": 0.75},
        {"technology": "pump", "actor": "firm", "value": 0.25},
    ],
    "instruments": [
        {"instrument": "bond", "kind": "bond", "basis": "real"},
        {"instrument": "aid", "kind": "grant"},
    ],
    "instrument_values": [
        {"instrument": "bond", "quantity": "rate", "value": 0.02},
        {"instrument": "bond", "quantity": "tenor", "value": 2},
        {"instrument": "bond", "quantity": "least_issue", "value": 1},
        {"instrument": "bond", "quantity": "most_draw", "value": 8},
        {"instrument": "aid", "quantity": "pool", "value": 2},
        {"instrument": "aid", "quantity": "most_per_project", "value": 3},
    ],
    "eligibility": [
        {"instrument": "bond", "actor": "city", "value": 1},
        {"instrument": "aid", "actor": "city", "value": 1},
    ],
    "grant_shares": [{"instrument": "aid", "technology": "pump", "value": 0.4}],
    "finances": [
        {"actor": "city", "quantity": quantity, "value": value}
        for quantity, value in (
            *(("taxes_and_grants", 50), ("own_funds", 5), ("frame", 7), ("outlay_step", 4), ("debt_ceiling", 0.6)),
            *(("standing_debt", 20), ("planned_result", 3), ("least_result", 0.02)),
        )
    ],
}

RETIRING: dict[str, Any] = PURSES | {
    "technologies": [PURSES["technologies"][0], {**PURSES["technologies"][1], "retirable": True}]
}

SETTLED: dict[str, Any] = PURSES | {
    "technologies": [
        PURSES["technologies"][0],
        {**PURSES["technologies"][1], "status": "decided", "status_year": 2026, "project_size": 0.5},
    ]
}

FOUNDED: dict[str, Any] = SETTLED | {
    "technologies": [
        PURSES["technologies"][0],
        {**SETTLED["technologies"][1], "project_cost": {2025: 2, 2026: 1}, "most_build": 4},
    ]
}

MEETING: dict[str, Any] = FOUNDED | {
    "instruments": [*FOUNDED["instruments"], {"instrument": "more", "kind": "grant"}],
    "eligibility": [*FOUNDED["eligibility"], {"instrument": "more", "actor": "city", "value": 1}],
    "grant_shares": [*FOUNDED["grant_shares"], {"instrument": "more", "technology": "pump", "value": 0.5}],
}

CLOSING: dict[str, Any] = RETIRING | {name: MEETING[name] for name in ("instruments", "eligibility", "grant_shares")}

SUPPORTS: dict[str, Any] = {
    "case": YEARS,
    "slices": HALVES,
    "actors": [{"actor": "city", "kind": "municipality"}, {"actor": "firm", "kind": "company"}],
    "accounts": [{"account": "stored"}],
    "technologies": [
        {
            "technology": "plant",
            "actor": "city",
            "buildable": True,
            "retirable": True,
            "resolution": "slice",
            "yield": 8,
            "annual_availability": 0.75,
            "factor_activity": {"stored": 0.5},
            "owned": {"city": 0.75, "firm": 0.25},
        },
        {"technology": "mode", "actor": "city", "host": "plant", "resolution": "slice", "capacity_weight": 2},
    ],
    "instruments": [
        {
            "instrument": "auction",
            "kind": "support",
            "output": "stored",
            "support_rate": {"plant": {2025: 4, 2026: 3}},
            "support_years": 1,
            "most_support": 9,
            "most_support_in_all": 12,
            "eligible": {"city": 1},
        },
        {
            "instrument": "second",
            "kind": "support",
            "output": "stored",
            "support_rate": {"plant": 1},
            "first_start": 2026,
            "eligible": {"city": 1, "firm": 1},
        },
        {
            "instrument": "third",
            "kind": "support",
            "support_rate": {"plant": 1, "mode": 2},
            "eligible": {"firm": 1},
        },
    ],
}

SAVERS: dict[str, Any] = PURSES | {
    "finances": [
        *PURSES["finances"],
        *(
            {"actor": "city", "quantity": quantity, "value": value}
            for quantity, value in (
                *(("frame_carried", 0.5), ("own_carried", 0.8)),
                *(("planned_outlay", 40), ("reprioritised_share", 0.1)),
            )
        ),
        {"actor": "firm", "quantity": "frame", "value": 9},
        {"actor": "firm", "quantity": "own_funds", "value": 6},
    ],
    "inflation": [{"value": 0.25}],
}

PARTNERS: dict[str, Any] = FOUNDED | {
    "finances": [
        *PURSES["finances"],
        *(
            {"actor": "city", "quantity": name, "value": value}
            for name, value in (("most_loss", 6), ("own_rate", 0.25))
        ),
    ]
}

THRIFTY: dict[str, Any] = PURSES | {
    "technologies": [
        PURSES["technologies"][0],
        {**PURSES["technologies"][1], "most_build": 2},
    ],
    "finances": [*PURSES["finances"], {"actor": "city", "quantity": "saving_share", "value": 0.5}],
    "inflation": [{"value": 0.25}],
}

PERIODS: dict[str, Any] = {
    "technologies": [
        {
            "technology": "bus",
            "buildable": True,
            "retirable": True,
            "existing": 1,
            "life": 2,
            "most_capacity": 7,
            "most_build": 3,
            "build_growth": 1.5,
            "build_seed": 0.25,
            "build_before": 2,
            "activity_growth": 1.2,
            "activity_seed": 0.1,
            "activity_before": 4,
            "most_activity": 6,
            "weight": {"fleet": 0.5},
        }
    ],
    "groups": [
        {
            "group": "fleet",
            **{f"group_most_{what}": 8 for what in ("capacity", "build", "activity")},
            **{f"group_{what}_{name}": 1.5 for what in ("build", "activity") for name in ("growth", "seed")},
        }
    ],
}

SPANS = (
    *("standing_sum", "capacity_end_most", "group_capacity_end_most"),
    *("build_pace_sum", "build_pace_most", "activity_pace_sum", "activity_pace_most"),
    *("group_build_pace_sum", "group_build_pace_most", "group_activity_pace_sum", "group_activity_pace_most"),
)
"""Families that only periods of several years bring."""
SPANNED = {"years": (2025, 2027), "last_length": 1}

VIEWS = {
    "cost_most": {"perspective": "lexicographic"},
    "cash_most": {"perspective": "city"},
    "loss_most": {"perspective": "firm"},
}
"""Families that only a perspective brings, and the perspective."""

FAMILIES: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("capacity_balance", "retired_most", "retired_order", "scrapped_order"), AGEING),
    "use_peak": PEAKS,
    **dict.fromkeys(("run_least", "run_most", "run_annual", "run_peak"), VINTAGES),
    **dict.fromkeys(("use_most", "use_least", "use_annual", "balance"), HEATING),
    **dict.fromkeys(("purchase_most", "purchase_least", "sale_most"), HEATING),
    **dict.fromkeys(("storage", "level_start", "content"), STORES),
    "firm": FIRM,
    **dict.fromkeys(("build_most", "build_least", "build_growth", "capacity_most", "capacity_least"), LIMITS),
    **dict.fromkeys(("activity_most", "activity_least", "activity_growth"), LIMITS),
    **{
        f"group_{what}_{side}": GROUPS
        for what in ("capacity", "build", "activity", "share")
        for side in ("most", "least")
    },
    **dict.fromkeys(("group_build_growth", "group_activity_growth"), CREWS),
    **dict.fromkeys(("unit_lump", "begin_most", "begin_least", "begin_units", "once"), PROJECTS),
    **dict.fromkeys(("requires", "follows", "supports", "ever_begun", "excludes"), PROJECTS),
    **dict.fromkeys(("account_sum", "credit_share_most", "credit_most"), LEDGERS),
    "credit_positive": FORESTS,
    **dict.fromkeys(("target", "target_total", "missed_own", "missed_parts", "miss_most"), TARGETS),
    **dict.fromkeys(("funding",), PURSES),
    **dict.fromkeys(("step_most", "rise_least", "ceiling_most", "operating_sum"), PURSES),
    **dict.fromkeys(("claim_project", "grant_pool"), PURSES),
    **dict.fromkeys(("own_most", "own_paid", "frame_most", "frame_paid", "shifted_most"), SAVERS),
    **dict.fromkeys(SPANS, PERIODS),
    **dict.fromkeys(("draw_most", "issue_least", "issue_most", "finance_most", "cost_most", "cash_most"), PURSES),
    "loss_most": PARTNERS,
    **dict.fromkeys(("saved_least", "saved_most", "saved_gain", "savings_sum", "used_most"), THRIFTY),
    **dict.fromkeys(("project_least", "secured_most"), SETTLED),
    **dict.fromkeys(("net_outlay_sum", "draw_outlay", "claim_most", "claim_owner", "begin_project"), FOUNDED),
    **dict.fromkeys(("secured_least", "secured_owner"), FOUNDED),
    **dict.fromkeys(("claim_together", "secured_together"), MEETING),
    **dict.fromkeys(("result_least", "freed_claimed", "freed_order", "freed_most"), RETIRING),
    **dict.fromkeys(("freed_least", "freed_owner", "freed_kept"), RETIRING),
    **dict.fromkeys(("freed_together", "kept_together"), CLOSING),
    **{f"support_{rule}": SUPPORTS for rule in ("active", "serving", "annual", "most", "in_all")},
}
"""Every constraint family, and the town whose rows of it are written down."""


BREAKABLE = (
    "own_most",
    "own_paid",
    "frame_most",
    "frame_paid",
    "step_most",
    "ceiling_most",
    "result_least",
    "cost_most",
)
"""Families in which breaches of priced limits of money stand."""


def write_rows(family: pyo.Constraint) -> str:
    """Every row of a family as text, one a line, in the order of their names."""
    return "".join(sorted(f"{row.name}: {write_row(row)}\n" for row in family.values()))


def write_row(row: Any) -> str:
    """One row: bounds and terms, the constant moved to the bounds; `+ 0` where no term is left."""
    form = generate_standard_repn(row.body)
    assert form.is_linear()
    terms = sorted((variable.name, coef) for variable, coef in zip(form.linear_vars, form.linear_coefs, strict=True))
    left = " ".join(f"{coef:+.10g} {name}" for name, coef in terms if coef) or "+ 0"
    lower, upper = (None if bound is None else pyo.value(bound) - form.constant for bound in (row.lower, row.upper))
    if lower is not None and lower == upper:
        return f"{left} = {lower + 0.0:.10g}"
    text = left if upper is None else f"{left} <= {upper + 0.0:.10g}"
    return text if lower is None else f"{lower + 0.0:.10g} <= {text}"


@cache
def _program_of(family: str) -> pyo.ConcreteModel:
    choices: dict[str, Any] = {**VIEWS.get(family, {}), **(SPANNED if family in SPANS else {})}
    return build_program(scenario_of(FAMILIES[family], **choices))


def _component_names() -> Iterator[str]:
    for family in FAMILIES:
        for component in _program_of(family).component_objects(pyo.Constraint):
            yield component.name


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_reads_as_its_golden_file(family: str) -> None:
    rows = write_rows(_program_of(family).component(family))
    path = FOLDER / f"{family}.lp"
    if WRITING:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(rows, encoding="utf-8")
    assert rows
    assert path.read_text(encoding="utf-8") == rows


@pytest.mark.parametrize("family", BREAKABLE)
def test_a_limit_that_is_priced_reads_as_its_golden_file(family: str) -> None:
    """The same rows with the breach in them; the breaches' prices stand in the row that holds the cost."""
    modes = dict.fromkeys(("ceiling", "frames", "result"), "priced")
    rows = write_rows(build_program(scenario_of(FAMILIES[family], **modes, **VIEWS.get(family, {}))).component(family))
    path = FOLDER / "priced" / f"{family}.lp"
    if WRITING:
        path.parent.mkdir(exist_ok=True)
        path.write_text(rows, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == rows


def test_every_family_of_the_program_has_a_golden_file() -> None:
    assert set(_component_names()) == set(FAMILIES)
    assert {path.stem for path in FOLDER.glob("*.lp")} == set(FAMILIES)


def test_rows_are_written_alike_in_whatever_order_their_terms_were() -> None:
    model = pyo.ConcreteModel()
    model.x = pyo.Var(["a", "b"])
    model.forth = pyo.Constraint(expr=2 * model.x["b"] + 1 <= 4 - model.x["a"])
    model.back = pyo.Constraint(expr=model.x["a"] + 2 * model.x["b"] - 3 <= 0)
    model.equal = pyo.Constraint(expr=model.x["a"] - model.x["a"] + model.x["b"] == 0.1 + 0.2)
    model.within = pyo.Constraint(expr=(-1, model.x["a"], 5))
    assert write_rows(model.forth) == "forth: +1 x[a] +2 x[b] <= 3\n"
    assert write_rows(model.back) == "back: +1 x[a] +2 x[b] <= 3\n"
    assert write_rows(model.equal) == "equal: +1 x[b] = 0.3\n"
    assert write_rows(model.within) == "within: -1 <= +1 x[a] <= 5\n"
