"""Results made by hand, as commands write them: what limits a plan, plans nearly as cheap, two plans compared."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from runners.keepsake import Answer, keep_answer
from runners.results.catalog import Type, find_table

STARTED = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
CASE: dict[str, Any] = {"case": "stad", "name_sv": "Staden", "name_en": "The town", "money": "MSEK", "price_year": 2025}
ORIGIN = {"case": "stad", "digest": "d" * 64, "inputs": {"targets.csv": "0"}, "config": {}}
TAG = "<script>alert(1)</script>"


def make_table(kind: str, name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a declared table; a column that a row does not name is blank, a mark of it false."""
    table = find_table(kind, name)
    blanks = {
        column: "" if declared.type is Type.TEXT else False if declared.type is Type.MARK else None
        for column, declared in table.columns.items()
    }
    return pd.DataFrame([{**blanks, **row} for row in rows], columns=list(table.columns))


def keep(kind: str, place: Path, facts: dict[str, Any], tables: dict[str, pd.DataFrame], **origin: Any) -> Path:
    """The folder of a result, without figures."""
    return keep_answer(Answer(kind, facts, tables, lambda _: None, {**ORIGIN, **origin}), place, STARTED)


def keep_why(place: Path, **origin: Any) -> Path:
    """A target worth 12.5 and a frame of 2030 worth 3; a pump worth 40, and a boiler that would enter at 0.8."""
    prices = [
        {"key": "a", "theme": "target", "item": "co2", "name_sv": f"Taket {TAG}", "name_en": "=1+1", "unit": "kt"}
        | {"price_ease": 7.0, "ease_up_to": 0.037, "price_tighten": 8.0, "tighten_up_to": 2.0, "worth_of_tenth": 12.5}
        | {
            "price_per_tonne": 7000.0,
            "sentence_sv": "taket kostar 7 000 kr/ton.",
            "sentence_en": "the cap costs 7,000.",
        },
        {"key": "b", "theme": "money", "item": "city", "name_sv": "Ram", "name_en": "Frame", "year": 2030}
        | {"unit": "MSEK", "price_ease": 0.5, "ease_up_to": 6.0, "worth_of_tenth": 3.0}
        | {"sentence_sv": "ramen är värd 3,0 mnkr.", "sentence_en": "the frame is worth 3.0."},
    ]
    measures = [
        {"measure": "pump", "name_sv": "Pump", "name_en": "Pump", "amount": 1.5, "unit": "MW", "first_year": 2026}
        | {"worth": 40.0, "leaves_at": 3.0, "sentence_sv": "pump: med.", "sentence_en": "pump: in."},
        {"measure": "boiler", "name_sv": "Panna", "name_en": "Boiler", "amount": 0.0, "unit": "1000 m2"}
        | {"enters_at": 0.8, "sentence_sv": "panna: inte med.", "sentence_en": "boiler: out."},
    ]
    tables = {"prices": make_table("why", "prices", prices), "measures": make_table("why", "measures", measures)}
    facts = {**CASE, "feasible": True, "whole_units": False, "least_cost": 100.0}
    return keep("why", place, facts, tables, **origin)


def keep_why_not(place: Path) -> Path:
    """A case without a plan: two rules contradict each other, and a higher frame would help."""
    conflicts = [{"impasse": 1, "rule_sv": "högsta byggtakt för pump", "rule_en": "most build of pump"}]
    repairs = [{"impasse": 1, "repair": 1, "change_sv": "höj ramen", "change_en": "raise the frame", "cost": 120.0}]
    tables = {"conflicts": make_table("why", "conflicts", conflicts), "repairs": make_table("why", "repairs", repairs)}
    facts = {**CASE, "feasible": False, "whole_units": False, "least_cost": None}
    return keep("why", place, facts, tables)


def keep_near(place: Path, **origin: Any) -> Path:
    """A pump that every plan within 1 and 5 % has, 0.037 MW at the least, and paths that are open."""
    rows = []
    for percent, low, choice in ((1.0, 1.0, "may"), (5.0, 0.0, "may")):
        pump = {"percent": percent, "limit": 100.0 + percent, "technology": "pump", "code": "B1", "unit": "MW"}
        names = {"name_sv": "Pump", "name_en": "Pump", "planned": 1.5, "planned_first": 2026, "choice": "must"}
        ends = {"low": 0.037, "high": 2.0, "whole_low": 0.037, "whole_high": 2.0, "earliest": 2025, "latest": 2027}
        path = {"technology": "path", "code": "C1", "unit": "1000 m2", "name_sv": "Väg", "name_en": "Path"}
        open_ends = {"low": low, "high": 3.0, "whole_low": low, "whole_high": 3.0, "latest": None, "choice": choice}
        rows += [pump | names | ends, pump | names | ends | path | open_ends]
    levels = [{"percent": 1.0, "limit": 101.0, "plans": [{"cost": 100.9, "distance": 0.25}]}]
    levels += [{"percent": 5.0, "limit": 105.0, "plans": []}]
    facts = {**CASE, "least_cost": 100.0, "levels_of": "cost", "levels_of_money": 0.0, "share": 0.1, "verified": 9}
    facts |= {"ranges_of": "relaxation", "levels": levels}
    return keep("near", place, facts, {"ranges": make_table("near", "ranges", rows)}, **origin)


def keep_comparison(place: Path, **origin: Any) -> Path:
    """B costs 20 more than A: 30 by other prices of purchase, 10 less by another plan; the city bears 25 of it."""
    parts = [("investment", 50.0, 55.0, 0.0, 5.0), ("purchase", 40.0, 55.0, 30.0, -15.0)]
    components = [
        {
            "component": name,
            "first": a,
            "second": b,
            "difference": b - a,
            "numbers": numbers,
            "plan": plan,
            "beside": "B",
        }
        for name, a, b, numbers, plan in parts
    ]
    items = [
        {"kind": "commodity", "item": "power", "name_sv": "El", "name_en": "Power", "first": 40.0, "second": 55.0}
        | {"difference": 15.0, "capital": 0.0, "operation": 15.0, "other": 0.0, "beside": "B"},
        {"kind": "target", "item": "cap", "name_sv": "Taket", "name_en": "The cap", "first": 0.0, "second": 5.0}
        | {"difference": 5.0, "capital": 0.0, "operation": 0.0, "other": 5.0, "beside": "B"},
    ]
    actors = [
        {"actor": "city", "name_sv": "Staden", "name_en": "The city", "first": 90.0, "second": 115.0, "beside": "B"}
        | {"difference": 25.0, "capital": 5.0, "operating": 20.0},
        {"actor": "missed_targets", "name_sv": "missed_targets", "name_en": "missed_targets", "first": 5.0}
        | {"second": 0.0, "difference": -5.0, "capital": 0.0, "operating": 0.0, "beside": "B"},
    ]
    measures = [
        {"technology": "pump", "code": "B1", "name_sv": "Pump", "name_en": "Pump", "measure": True, "unit": "MW"}
        | {"build_first": 1.0, "year_first": 2026, "build_second": 0.037, "year_second": 2027, "moved": "less"}
        | {"beside": "B", "outlay_first": 8.0, "outlay_second": 1.0},
        {"technology": "same", "name_sv": "Lika", "name_en": "Same", "moved": "same", "beside": "B"},
    ]
    tables = {
        "bridge_components": make_table("compare", "bridge_components", components),
        "bridge_items": make_table("compare", "bridge_items", items),
        "bridge_actors": make_table("compare", "bridge_actors", actors),
        "measures": make_table("compare", "measures", measures),
    }
    plan = {"kind": "whole", "cost_money": 90.0, "name": "A", "whole_units": True}
    plans = [plan, {**plan, "name": "B", "cost_money": 110.0, "whole_units": False}]
    pair = {"first": "A", "second": "B", "difference_money": 20.0, "why_no_bridge": None, "silent": ["B"]}
    facts = {**CASE, "plans": plans, "comparisons": [{**pair, "difference_without_misses_money": 25.0}]}
    return keep("compare", place, facts, tables, **{"plans": {"A": "runs/a", "B": "runs/b"}, **origin})
