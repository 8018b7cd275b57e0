"""What dossiers write: their tables, and the same for a program in one JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES
from model.queries.infeasibility import name_items
from model.queries.no_plan import ConflictingRule
from runners.analyses.abatement.abatement_metrics import name_per_unit, scale_unit
from runners.analyses.assumptions.ranking import Doubt, Effect
from runners.analyses.dossier.inquiry import Dossier, Dossiers
from runners.analyses.dossier.standing import Standing
from runners.analyses.dossier.ways import FORCED, list_ways
from runners.reports.background import tabulate_labels
from scenarios.arithmetic.windows import find_last_years
from scenarios.arrays import read_arrays
from scenarios.catalog import ACCOUNT, TECHNOLOGY
from scenarios.quality import FILE

KIND = "dossier"
PLAN = "plan"
DEFINITION = {
    "cost": "present value without what misses are valued at; tonnes: of the account, over the plan's calendar years",
    "alone": "the best plan of nothing else, less that of nothing",
    "last": "the best plan, less the best without it",
    "share": "mean over orders of the entry, the case's families and what is left of each programme (Shapley)",
    "forced": "so much of one of its measures begun in one year, less the best plan without any of it",
    "enters_at, leaves_at": "factor on all its investment, solved on both sides, in parts of units",
    "ranges": "least and most among plans that cost at most so many percent of the room more; parts of units",
}


def tabulate_dossiers(found: Dossiers) -> dict[str, pd.DataFrame]:
    """Tables by name; a table with nothing to tell is left out."""
    tables = {
        "entries": [_describe_entry(one) for one in found.entries],
        "ways": [row for one in found.entries for row in _list_ways(found, one)],
        "amounts": [row for one in found.entries for row in _list_amounts(found, one)],
        "payers": [row for one in found.entries for row in _list_payers(one)],
        "ranges": [row for one in found.entries for row in _list_spreads(one)],
        "rules": [row for one in found.entries for row in _list_rules(found, one)],
        "worlds": [row for one in found.entries for row in _list_worlds(found, one)],
        "numbers": [row for one in found.entries for row in _list_numbers(one)],
    }
    made = {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    return made | {"labels": tabulate_labels(found.outcome.scenario)}


def describe_dossiers(found: Dossiers) -> dict[str, Any]:
    """What the tables do not say: of which plan, by which account and definition, and how well it is known."""
    scenario, plan = found.outcome.scenario, found.outcome.plan
    attrs, account = scenario.attrs, found.yardstick.account
    place = list(scenario[ACCOUNT].values).index(account)
    years = scenario["year"].values
    return {
        "definition": DEFINITION,
        **{name: attrs[name] for name in ("case", "name_sv", "name_en", "money", "price_year", "digest")},
        "account": account,
        **{f"account_{lang}": str(scenario[f"{ACCOUNT}_name_{lang}"].values[place]) for lang in LANGUAGES},
        "account_unit": found.yardstick.unit,
        "first_year": int(years[0]),
        "last_year": int(find_last_years(read_arrays(scenario))[-1]),
        "annuity_year": found.yardstick.year,
        "cost_definition": found.definition,
        "discount_rate": float(scenario["discount_rate"]),
        "relaxed": found.relaxed,
        "whole_units": found.whole,
        "room": found.room,
        "objective": float(plan.attrs["objective"]),
        "gap": float(plan.attrs["gap"]),
        "families": {label: dict(names) for label, names in found.families.items()},
        "sharers": {one.entry.label: list(one.ways.sharers) for one in found.entries},
        "orders": {one.entry.label: one.ways.orders for one in found.entries},
        "world_costs": {world.name: world.cost for world in found.worlds},
        "plans": found.solved,
        "seconds": round(found.seconds, 3),
    }


def name_cost_unit(found: Dossiers) -> str:
    """The unit of a cost per unit of account, in money of the case."""
    return name_per_unit(str(found.outcome.scenario.attrs["money"]), found.yardstick.unit)


def _describe_entry(one: Dossier) -> dict[str, Any]:
    entry, standing, threshold = one.entry, one.standing, one.threshold
    inside = threshold.inside
    return {
        "entry": entry.label,
        "kind": entry.kind,
        "code": entry.code,
        **{f"name_{lang}": entry.names[lang] for lang in LANGUAGES},
        "measures": " ".join(entry.measures),
        "left_out": " ".join(entry.left),
        "in_plan": standing.chosen,
        "first_year": standing.first,
        "last_year": standing.last,
        "outlay": standing.outlay,
        "in_parts": inside,
        "enters_at": np.nan if inside else threshold.factor,
        "leaves_at": threshold.factor if inside else np.nan,
        "out_at": " ".join(f"{turn:g}" for turn in threshold.turns),
        "unit_cost": threshold.capex,
        "unit_cost_at": threshold.capex * threshold.factor,
        "unit": threshold.unit,
        "numbers": one.hangings.moved,
        "deciding": len(one.hangings.deciding),
    }


def _list_ways(found: Dossiers, one: Dossier) -> Iterator[dict[str, Any]]:
    scale = scale_unit(str(found.outcome.scenario.attrs["money"]), found.yardstick.unit)
    forced = one.ways.forced
    for way in list_ways(one.ways):
        kind, per_unit = one.ways.judge(way.name, found.definition)
        named = way.name == FORCED and forced is not None
        yield {
            "entry": one.entry.label,
            "way": way.name,
            "kind": kind,
            "cost": way.amounts.cost,
            "cost_error": way.error,
            "misses": way.amounts.misses,
            "tonnes": way.amounts.tonnes,
            "tonnes_error": way.unsure,
            "cost_per_tonne": per_unit * scale,
            "per_tonne_unit": name_cost_unit(found),
            "unit": found.yardstick.unit,
            "measure": forced.measure if named and forced else "",
            "size": forced.size.amount if named and forced else np.nan,
            "size_unit": _name_capacity(found.outcome.scenario, forced.measure) if named and forced else "",
            "size_by": forced.size.by if named and forced else "",
            "year": forced.year if named and forced else None,
        }


def _list_amounts(found: Dossiers, one: Dossier) -> Iterator[dict[str, Any]]:
    for plan, standing in ((PLAN, one.standing), (FORCED, one.forced)):
        for year in standing.years if standing is not None else ():
            yield {
                "entry": one.entry.label,
                "plan": plan,
                "measure": year.measure,
                "year": year.year,
                "build": year.build,
                "capacity": year.capacity,
                "unit": _name_capacity(found.outcome.scenario, year.measure),
                "outlay": year.outlay,
            }


def _list_payers(one: Dossier) -> Iterator[dict[str, Any]]:
    for plan, standing in ((PLAN, one.standing), (FORCED, one.forced)):
        for payer in standing.payers if standing is not None else ():
            own = {"outlay": payer.outlay, "grant": payer.grant}
            yield {"entry": one.entry.label, "plan": plan, "actor": payer.actor, **own}


def _list_spreads(one: Dossier) -> Iterator[dict[str, Any]]:
    for spread in one.spreads:
        yield {
            "entry": one.entry.label,
            "measure": "" if spread.label == one.entry.label and len(one.entry.measures) > 1 else spread.label,
            "percent": spread.percent,
            "extra": spread.room,
            "low": spread.low,
            "high": spread.high,
            "planned": spread.planned,
            "unit": spread.unit,
        }


def _list_rules(found: Dossiers, one: Dossier) -> Iterator[dict[str, Any]]:
    names = name_items(found.outcome.scenario)
    binding = [ConflictingRule(family, item, ()) for family, item in one.rules]
    blocking = one.ways.forced.rules if one.ways.forced is not None else ()
    for blocks, rules in ((False, binding), (True, blocking)):
        for rule in rules:
            told = {f"rule_{lang}": rule.tell(names, lang) for lang in LANGUAGES}
            yield {"entry": one.entry.label, "blocks": blocks, "family": rule.family, "item": rule.item, **told}


def _list_worlds(found: Dossiers, one: Dossier) -> Iterator[dict[str, Any]]:
    for world in found.worlds:
        standing = world.entries.get(one.entry.label)
        for measure in one.entry.measures:
            yield {
                "entry": one.entry.label,
                "world": world.name,
                "measure": measure,
                "in_plan": standing is not None and measure in standing.list_built(),
                "first_year": None if standing is None else _find_first(standing, measure),
                "amount": np.nan if standing is None else standing.most(measure),
                "unit": _name_capacity(found.outcome.scenario, measure),
                "outlay": np.nan if standing is None else sum(y.outlay for y in standing.years if y.measure == measure),
            }


def _list_numbers(one: Dossier) -> Iterator[dict[str, Any]]:
    for rank, hanging in enumerate(one.hangings.ranked, start=1):
        for end, effect in (("low", hanging.low), ("high", hanging.high)):
            if effect is not None:
                yield {"entry": one.entry.label, "rank": rank, **_describe_number(hanging, end, effect)}


def _describe_number(hanging: Doubt, end: str, effect: Effect) -> dict[str, Any]:
    first, move = hanging.move.assumptions[0], hanging.move
    key, number = next(iter((move.low if end == "low" else move.high).items()))
    return {
        "tie": move.tie,
        "quantity": first.quantity,
        "item": first.item,
        FILE: f"{first.table}.csv",
        "row": first.row,
        "value": first.value,
        "unit": first.unit,
        "end": end,
        "setting": key,
        "setting_value": number,
        "possible": effect.possible,
        "cost": effect.cost,
        "differs": effect.differs,
        "entered": " ".join(effect.entered),
        "left": " ".join(effect.left),
    }


def _find_first(standing: Standing, measure: str) -> int | None:
    return min((y.year for y in standing.years if y.measure == measure and y.build > 0), default=None)


def _name_capacity(scenario: xr.Dataset, measure: str) -> str:
    return str(scenario[f"{TECHNOLOGY}_capacity_unit"].sel({TECHNOLOGY: measure}).values)
