"""What a search among nearly cheapest plans says, as long tables and as one JSON: all else is a view of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from runners.analyses.near_optimal.amounts import Measure
from runners.analyses.near_optimal.ranges import SMALLEST
from runners.analyses.near_optimal.search import Level, Nearness
from runners.reports.tables import tabulate_targets
from scenarios.catalog import TECHNOLOGY, YEAR

DEFINITION = (
    "amount: capacity of the plan's own vintages in service, as a mean over the plan's calendar years; "
    "range: least and most of it among all plans that cost at most the limit (linear relaxation: no plan is outside); "
    "whole: the same with whole units, as far as the solver proved; "
    "distance: mean over measures of the difference of their amounts in parts of the most within the widest level"
)


def tabulate_ranges(near: Nearness) -> pd.DataFrame:
    """A row per level and measure.

    Columns: `near/ranges` in the catalog of results.
    """
    rows = [
        {
            "percent": level.percent,
            "limit": level.most,
            **_name(near, measure),
            "planned": clean(measure.size(near.point)),
            "planned_first": find_first(near, measure, near.point),
            **{name: getattr(span, name) for name in ("low", "high", "whole_low", "whole_high", "earliest", "latest")},
            "choice": span.choice.value,
        }
        for level in near.levels
        for measure, span in zip(near.measures, level.ranges, strict=True)
    ]
    table = pd.DataFrame(rows)
    return table.astype({name: "Int64" for name in ("planned_first", "earliest", "latest") if name in table})


def tabulate_alternatives(near: Nearness) -> pd.DataFrame:
    """A row per alternative and measure: percent, plan (1, 2 ...), the measure, amount, first, and both as planned."""
    rows = [
        {
            "percent": level.percent,
            "plan": number,
            **_name(near, measure),
            "amount": clean(measure.size(alternative.point)),
            "first": find_first(near, measure, alternative.point),
            "planned": clean(measure.size(near.point)),
            "planned_first": find_first(near, measure, near.point),
        }
        for level in near.levels
        for number, alternative in enumerate(level.alternatives, 1)
        for measure in near.measures
    ]
    table = pd.DataFrame(rows)
    return table.astype({name: "Int64" for name in ("first", "planned_first") if name in table})


def tabulate_outcomes(near: Nearness) -> pd.DataFrame:
    """A row per alternative and target year: percent, plan, cost, and how the target fares, there and in the plan."""
    planned = tabulate_targets(near.outcome.scenario, near.outcome.plan)
    parts = []
    for level in near.levels:
        for number, alternative in enumerate(level.alternatives, 1):
            table = tabulate_targets(near.outcome.scenario, alternative.plan)
            columns = ["target", "name_sv", "name_en", YEAR, "cap", "value", "excess", "unit"]
            head = pd.DataFrame({"percent": level.percent, "plan": number, "cost": alternative.cost}, index=table.index)
            asked = pd.DataFrame({"planned_value": planned["value"], "planned_excess": planned["excess"]})
            parts.append(pd.concat([head, table[columns], asked], axis=1))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def describe_near(near: Nearness) -> dict[str, Any]:
    """The whole as JSON writes it."""
    attrs, plan = near.outcome.scenario.attrs, near.outcome.plan
    return {
        "definition": DEFINITION,
        "case": attrs["case"],
        "name_sv": attrs["name_sv"],
        "name_en": attrs["name_en"],
        "digest": attrs["digest"],
        "money": attrs["money"],
        "price_year": attrs["price_year"],
        "objective": str(plan.attrs["perspective"]) or "society",
        "least_cost": float(plan.attrs["objective"]),
        "least_cost_bound": float(plan.attrs["bound"]),
        "levels_of": near.room.of,
        "levels_of_money": near.room.money,
        "share": near.share,
        "ranges_of": "relaxation" if near.relaxed else "program",
        "verified": near.verified,
        "questions": near.questions,
        "levels": [_describe_level(near, level) for level in near.levels],
        "seconds": {**near.outcome.seconds, **near.seconds},
    }


def find_first(near: Nearness, measure: Measure, point: np.ndarray) -> int | None:
    """The year in which a measure has begun at a point, by the share that counts."""
    return measure.find_first(point, max(near.share * near.largest[measure.technology], SMALLEST) * (1.0 - SMALLEST))


def clean(amount: float) -> float:
    """The amount without the solver's rounding."""
    return amount if abs(amount) > SMALLEST else 0.0


def _describe_level(near: Nearness, level: Level) -> dict[str, Any]:
    return {
        "percent": level.percent,
        "limit": level.most,
        "measures": list(_list_measures(near, level)),
        "plans": [
            {
                "cost": alternative.cost,
                "distance": alternative.distance,
                "max_violation": alternative.violation,
                "amounts": {m.technology: clean(m.size(alternative.point)) for m in near.measures},
            }
            for alternative in level.alternatives
        ],
    }


def _list_measures(near: Nearness, level: Level) -> Iterator[dict[str, Any]]:
    for measure, span in zip(near.measures, level.ranges, strict=True):
        yield {
            TECHNOLOGY: measure.technology,
            "unit": measure.unit,
            "planned": clean(measure.size(near.point)),
            **{name: getattr(span, name) for name in ("low", "high", "whole_low", "whole_high", "earliest", "latest")},
            "choice": span.choice.value,
        }


def _name(near: Nearness, measure: Measure) -> dict[str, str]:
    scenario = near.outcome.scenario
    labels = {
        name: str(scenario[f"{TECHNOLOGY}_{name}"].values[measure.row]) for name in ("code", "name_sv", "name_en")
    }
    return {TECHNOLOGY: measure.technology, **labels, "unit": measure.unit}
