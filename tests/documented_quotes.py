"""The quotes themselves: what README.md, docs/lund.md and docs/lund-finance.md say of Lund, and the commands behind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from documented import EXACT, NET, TERRITORIAL, TRANSPORT, Answer, Edit, Plan, Quote, Runs
from documented_budget import BUDGET_QUOTES

README, LUND, FINANCE = "README.md", "docs/lund.md", "docs/lund-finance.md"
COMPARE = "docs/compare.md"
CONFIDENCE = "docs/confidence.md"
FUTURES = "docs/lund-futures.md"
DOSSIER = "docs/dossier.md"
FAMILIES = {
    "energy efficiency": "energy_efficiency",
    "low-temperature heat": "low_temperature_heat",
    "biochar": "biochar",
    "bio-CCS": "carbon_capture",
    "electric roads": "electric_roads",
}
WAYS = ("alone", "last", "share", "forced")
UNFORCED = "carbon_capture"
"""No least size of it can be forced in, in whatever year."""
CIRCUMSTANCES = (
    *("realised_60", "late_2", "capex_plus_25", "rate_plus_2"),
    *("taxes_minus_2", "grants_none", "hard_times"),
)
NEAR_PAGE = {
    "T2 more electric cars, thousands": "cars_electric",
    "T1 charging, hundreds of points": "charging_points",
    "D2 heat pump on waste heat, MW": "excess_heat_pump",
    "A1 biogas from manure, MW": "manure_biogas",
    "S3 rewetting, 100 ha": "rewetting",
}
WAITING = {
    "B7 rooftop PV on private buildings, MW": "pv_private",
    "B6 rooftop PV on municipal buildings, MW": "pv_municipal",
    "D2 heat pump on waste heat, MW": "excess_heat_pump",
    "D3 electric boiler for peak heat, MW": "electric_boiler",
}
HEDGED = {
    "D2 heat pump on waste heat, MW": "excess_heat_pump",
    "B1a operation and controls in municipal premises, 1000 m2": "operation_municipal",
}
WHY, CURVES, MEASURES = "docs/why.md", "docs/curves.md", "docs/measures.md"
PROGRAMMES = {
    "transport": "transport",
    "district heating": "district_heating",
    "buildings": "buildings",
    "farming": "farming",
    "industry and products": "industry_products",
    "sinks": "sinks",
    "machinery": "machinery",
}
RELAXED = "solver=relaxed"
EDGES = {"enters": "enters_at", "leaves": "leaves_at"}
RETROFITS = ("ventilation_municipal", "ventilation_estates", "retrofit_multifamily")
OPERATION = {group: f"operation_{group}" for group in ("municipal", "lkf", "estates", "houses")}
"""First step of each building group: without it none of the group is to be had."""
LOW_LIFT = ("excess_heat_pump_low", "ess_heat_pump_low")
PARTS_TABLE = "parts.csv"
ROOM = {
    "under climate neutral 2030": "climate_neutral_2030",
    "under -65 % by 2025": "territorial_2025",
    "in the budget 2025-2045": "budget_2045",
    "under transport -90 % by 2030": "transport_2030",
}
TENTHS = {
    "the pace of electric cars": "most_build.cars_electric",
    "manure for biogas": "most_capacity.manure_biogas",
    "places for charging points": "most_capacity.charging_points",
    "cars that may run on HVO": "group_most_share.cars_with_hvo",
}
NEAREST, FREE = "target=nearest", "finance=no_frames"
PRICES = ("1.5", "3", "20", "100")
NETWORK = "experiment=electric_road_network"
MET = 0.05
"""A target missed by less than pages can show is met."""
CAP_2030 = 68.693
"""The territorial target of 2030, kt CO2e."""
SPAN = range(2025, 2046)
CITY, FIRM = "municipality", "kraftringen"
PAYERS = {
    "municipality": CITY,
    "LKF": "lkf",
    "Kraftringen": FIRM,
    "Region Skåne": "region",
    "university and region, premises": "estates",
    "state": "state",
    "businesses, property owners": "private",
    "farmers, landowners": "landowners",
    "households": "households",
}
WITHOUT = {
    "T2 electric cars": "cars_electric",
    "M1 electric machines": "machines_electric",
    "A1 manure biogas": "manure_biogas",
    "T8 HVO on roads": "hvo_for_roads",
    "M2 HVO in machines": "hvo_for_machines",
    "I1 industry heat pump": "industry_heat_pump",
    "A2 farm practice": "farm_practice",
    "F1 F-gases": "f_gas_replacement",
    "S3 rewetting": "rewetting",
    "D2 heat pump on waste heat": "excess_heat_pump",
    "T4 electric vans": "vans_electric",
    "T6 electric semi-trailers": "semi_trailers_electric",
    "S1 biochar, municipal": "biochar_plant",
    "S5 biochar, private": "biochar_private",
    "S4 tree planting": "tree_planting",
    "T9 liquid biogas": "lbg_for_trucks",
    "D3 electric boiler": "electric_boiler",
    "B4 boiler to heat pump": "boiler_to_heat_pump",
    "B5 boiler to district heat": "boiler_to_district_heat",
    "B9a operation, university and region": "operation_estates",
    "B1a operation, municipality": "operation_municipal",
    "B10a operation, small houses": "operation_houses",
    "D1 low-temperature heat": "ltdh_brunnshog",
    "B6 municipal solar": "pv_municipal",
}


@cache
def price_pool(price: str) -> Edit:
    """docs/lund.md's own edit: another price of every tonne that costs 7 SEK/kg."""

    def edit(case: Path) -> None:
        path = case / "targets.csv"
        path.write_text(_reprice(path.read_text(encoding="utf-8"), price), encoding="utf-8")

    return edit


def _reprice(text: str, price: str) -> str:
    import re

    return re.sub(r",priced,(co2e|net|),([^,]*),7,", rf",priced,\1,\2,{price},", text)


def describe_row(plan: Plan) -> dict[str, float]:
    """A row of the table of what closing the gap costs."""
    return {
        "resources": plan.resources,
        "territorial": plan.account(TERRITORIAL, 2030),
        "transport": plan.account(TRANSPORT, 2030),
        "net": plan.account(NET, 2030),
        "late": plan.account(NET, 2045),
    }


def _base(runs: Runs) -> Plan:
    return runs.plan(EXACT)


def _read_nearest(runs: Runs, *words: str) -> Mapping[str, float]:
    near, base = runs.plan(EXACT, NEAREST, *words), _base(runs)
    spared = {name: base.account(NET, year) - near.account(NET, year) for name, year in (("net", 2030), ("late", 2045))}
    return {"more": near.resources - base.resources, "at_best": near.account(TRANSPORT, 2030), **spared}


def _read_miss(runs: Runs, target: str, years: tuple[int, ...]) -> Mapping[str, float]:
    """By how much a target is missed in some years, and from when on it is met."""
    plan = _base(runs)
    rows = plan.table("targets", target=target)
    missed = rows[rows["excess"] > MET]["year"]
    return {f"excess_{year}": plan.excess(target, year) for year in years} | {"met_year": int(missed.max()) + 1}


def _lose(runs: Runs, *measures: str) -> float:
    """How much dearer the plan is without measures, misses included."""
    return runs.plan(EXACT, f"exclude=[{','.join(measures)}]").cost - _base(runs).cost


def _force(runs: Runs, technology: str, year: int, amount: float, *words: str) -> Mapping[str, float]:
    """What a measure costs that is begun in a year whatever it costs, against the plan of the same words."""
    base = runs.plan(EXACT, *words)
    forced = runs.plan(EXACT, *words, f"set.least_build.{technology}.{year}={amount:g}")
    return {
        "dearer": forced.cost - base.cost,
        "spared": sum(base.account(TERRITORIAL, y) - forced.account(TERRITORIAL, y) for y in SPAN),
        "late": base.account(NET, 2045) - forced.account(NET, 2045),
        "left": forced.account(NET, 2045),
    }


def _read_network(runs: Runs) -> Mapping[str, float]:
    """What an electric road is worth where the country has a network of them."""
    joined = runs.plan(EXACT, NETWORK)
    rows = joined.table("investments", technology="electric_road")
    spared = sum(_base(runs).account(TERRITORIAL, y) - joined.account(TERRITORIAL, y) for y in SPAN)
    return {
        "saves": _base(runs).cost - joined.cost,
        "km": float(rows["build"].sum()),
        "begin_year": int(rows.loc[rows["build"] > 0, "year"].min()),
        "transport": joined.account(TRANSPORT, 2030),
        "spared": spared,
    }


def count_from_the_start(case: Path) -> None:
    """docs/lund.md's own edit: sinks outside the border count for net emissions in every year."""
    path = case / PARTS_TABLE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("credit_share,2044,0,", "credit_share,2044,1,"), encoding="utf-8")


def _read_capture(runs: Runs) -> Mapping[str, float]:
    """Whether bio-CCS is built where its tonnes count for net emissions from the start, without frames."""
    counted = runs.plan(EXACT, FREE, edit=count_from_the_start)
    rows = counted.table("investments")
    plants = rows[rows["technology"].isin(["bio_ccs", "bio_ccs_both"])]["build"].sum()
    return {"plants": float(plants), "net": counted.account(NET, 2035)}


def _read_low(runs: Runs) -> Mapping[str, float]:
    """What low-temperature heat is worth with pumps at low lift, and with those alone that serve a common network."""
    common = runs.plan(EXACT, f"exclude=[{','.join(LOW_LIFT)}]").cost
    return {"worth": _lose(runs, "ltdh_brunnshog"), "alone": _base(runs).cost + _lose(runs, "ltdh_brunnshog") - common}


def _read_char(runs: Runs) -> Mapping[str, float]:
    """What biochar is worth, and what of it stays at half its price."""
    half = runs.plan(EXACT, "adjust.price.biochar=0.5")
    return {
        "worth": _lose(runs, "biochar_plant", "biochar_private"),
        "dearer": half.cost - _base(runs).cost,
        "kt": sum(half.most(name)[0] for name in ("biochar_plant", "biochar_private")),
        "now": sum(_base(runs).most(name)[0] for name in ("biochar_plant", "biochar_private")),
    }


def _read_efficiency(runs: Runs) -> Mapping[str, float]:
    """What efficiency is worth in all, what of it is in the plan, and at what price the next steps enter."""
    steps = ("operation_lkf", "ventilation_municipal", "ventilation_estates", "ventilation_lkf")
    return {
        "worth": _lose(runs, *OPERATION.values()),
        **{group: _base(runs).most(first)[0] for group, first in OPERATION.items() if group != "lkf"},
        **{name: _read_reason(runs, name)["cheaper"] for name in steps},
    }


def _read_price(runs: Runs, key: str) -> Mapping[str, float]:
    """What `why` says of one rule: what a unit and a tenth of it are worth, and how far the first price holds."""
    why = runs.answer("why", RELAXED)
    columns = {"saves": "price_ease", "holds": "ease_up_to", "tenth": "worth_of_tenth"}
    return {name: why.find("prices", column, key=key) for name, column in columns.items()}


def _read_reason(runs: Runs, measure: str) -> Mapping[str, float]:
    """What `why` says of one measure: its worth, waiting, and by how many percent its investment has to change."""
    why = runs.answer("why", RELAXED)
    found = {name: why.find("measures", name, measure=measure) for name in ("worth", "waiting_costs")}
    factors = {name: why.find("measures", column, measure=measure) for name, column in EDGES.items()}
    return found | {"cheaper": 100 * (1 - factors["enters"]), "dearer": 100 * (factors["leaves"] - 1)}


def _read_worth(runs: Runs) -> Mapping[str, float]:
    """What the plan for ten futures costs, and what knowing is worth."""
    futures = runs.answer("futures", RELAXED)
    worth = futures.table("worth").set_index("item")["value"].to_dict()
    costs = futures.table("futures")["cost"]
    return {**{str(item): float(value) for item, value in worth.items()}, "low": costs.min(), "high": costs.max()}


def _read_hedge(runs: Runs, technology: str) -> Mapping[str, float]:
    """What begins of a measure before the futures part, and for expected numbers."""
    table = runs.answer("futures", RELAXED).table("decisions")
    rows = table[table["technology"] == technology]
    return {name: float(rows[name].sum()) for name in ("begun", "expected")}


def _read_waiting(runs: Runs, technology: str) -> Mapping[str, float]:
    """In which part of the futures a measure begins later, and how much."""
    futures = runs.answer("futures", RELAXED)
    found = {name: futures.find("waiting", name, technology=technology) for name in ("share", "least", "most")}
    return {**found, "share": 100 * found["share"]}


def _ask_near(runs: Runs) -> Answer:
    return runs.answer("near", RELAXED, "near.plans=1")


def _read_near(runs: Runs) -> Mapping[str, float]:
    """What `near` says in all: its levels, and how many measures must be had within them."""
    near = _ask_near(runs)
    moved, ranges = float(near.facts["levels_of_money"]), near.table("ranges")
    must = {percent: int((rows["choice"] == "must").sum()) for percent, rows in ranges.groupby("percent")}
    count = ranges["technology"].nunique()
    return {
        "least": float(near.facts["least_cost"]),
        "moved": moved,
        **{f"level_{percent}": moved * percent / 100 for percent in (1, 2, 5)},
        "all": count,
        "must": must[5.0],
        "narrow": must[1.0] - must[5.0],
        "open": count - must[1.0],
    }


def _read_range(runs: Runs, technology: str) -> Mapping[str, float]:
    """What `near` says of one measure within 5 %."""
    near = _ask_near(runs)
    columns = {"plan": "planned", "least": "low", "most": "high", "begin_year": "latest"}
    return {name: near.find("ranges", column, technology=technology, percent=5.0) for name, column in columns.items()}


def _read_curve(runs: Runs) -> Mapping[str, float]:
    """Where the curve of territorial emissions begins and ends."""
    curve = runs.answer("curve", RELAXED)
    points = curve.table("points").sort_values("level")
    last, target = points.iloc[0], np.interp(CAP_2030, points["level"], points["extra_money"])
    facts = {"free": "free_level", "cost": "free_cost_money", "reach": "reach"}
    found = {name: float(curve.facts[key]) for name, key in facts.items()}
    return found | {"end": float(last["level"]), "extra": float(last["extra_money"]), "target": float(target)}


def _weigh_programmes(runs: Runs) -> pd.DataFrame:
    return runs.answer("curve", "curve.kind=measures", RELAXED, "measures.samples=4").table("programmes")


def _read_programme(runs: Runs, programme: str) -> Mapping[str, float]:
    """What a programme costs and spares alone, last and as a share."""
    rows = _weigh_programmes(runs).query("item == @programme").set_index("way")
    return {f"{way}_{name}": float(row[name]) for way, row in rows.iterrows() for name in ("cost", "tonnes")}


def _read_payer(runs: Runs, actor: str) -> Mapping[str, float]:
    plan = _base(runs)
    kinds = {kind: plan.source(actor, kind) for kind in ("grants", "loans", "own")}
    return {"outlay": plan.outlay(actor), **kinds, "gain": plan.gain(actor)}


def _read_priced(runs: Runs, price: str) -> Mapping[str, float]:
    return describe_row(runs.plan(EXACT, edit=price_pool(price)))


def _list_ways(entry: str) -> tuple[str, ...]:
    return WAYS[:-1] if entry == UNFORCED else WAYS


def _read_family(runs: Runs, entry: str) -> Mapping[str, float]:
    """What a family is by the four ways, and what the plan spends on it."""
    answer = runs.answer("dossier", RELAXED)
    figures = {"outlay": answer.find("entries", "outlay", entry=entry)}
    for way in _list_ways(entry):
        for column in ("cost", "tonnes"):
            figures[f"{way}_{column}"] = answer.find("ways", column, entry=entry, way=way)
    return figures


def _read_entries(runs: Runs, column: str, *entries: str) -> Mapping[str, float]:
    """A column of the dossiers, entry by entry."""
    return {entry: runs.answer("dossier", RELAXED).find("entries", column, entry=entry) for entry in entries}


def _read_tonnes(runs: Runs, entry: str, *ways: str) -> Mapping[str, float]:
    """What a tonne of an entry costs, way by way."""
    return {way: runs.answer("dossier", RELAXED).find("ways", "cost_per_tonne", entry=entry, way=way) for way in ways}


def _answer_stress(runs: Runs) -> Answer:
    """The plan that `fardplan plan` makes, under named circumstances at every level."""
    return runs.answer("stress", str(runs.plan().run.place), "--with", ",".join(CIRCUMSTANCES), "--level", "all")


def _stress(runs: Runs, circumstance: str, column: str = "cost_p50", level: str = "operation") -> float:
    return _answer_stress(runs).find("summary", column, circumstance=circumstance, level=level)


def _city_above(runs: Runs, circumstance: str) -> float:
    """Years in which the municipality's debt is above its ceiling."""
    labels = {"circumstance": circumstance, "level": "operation", "actor": CITY, "quantity": "years_above_ceiling"}
    return _answer_stress(runs).find("actors", "p50", **labels)


def _read_default(runs: Runs) -> Mapping[str, float]:
    """The plan under the circumstance that is tried where none is named, in a hundred futures."""
    answer = runs.answer("stress", str(runs.plan().run.place))
    summary, targets, actors = answer.table("summary").iloc[0], answer.table("targets"), answer.table("actors")
    city = actors[actors["actor"] == CITY].set_index("quantity")
    return {
        **{name: float(summary[name]) for name in ("cost_p05", "cost_p50", "cost_p95")},
        "freight": 100 * float(targets.loc[targets["target"] == "freight_2025", "share_met"].min()),
        "short": float(city.loc["short_own_funds", "p50"]),
        "most": float(city.loc["short_own_funds", "p95"]),
        "above": float(city.loc["years_above_ceiling", "mean"]),
    }


def _city_short(runs: Runs, circumstance: str, level: str = "operation") -> float:
    """Own funds that the municipality lacks over the plan's years."""
    labels = {"circumstance": circumstance, "level": level, "actor": CITY, "quantity": "short_own_funds"}
    return _answer_stress(runs).find("actors", "p50", **labels)


def _read_late_frame(runs: Runs) -> Mapping[str, float]:
    """What Kraftringen pays beyond its frame where all measures are two years late."""
    rows = _answer_stress(runs).table("breaches")
    late = rows[(rows["circumstance"] == "late_2") & (rows["level"] == "operation") & (rows["item"] == FIRM)]
    return {"frame": float(late.loc[late["breach"] == "beyond_frame", "amount"].sum())}


def _lack(runs: Runs, *measures: str) -> Mapping[str, float]:
    """How much dearer it is if a measure is not built, all else as planned."""
    table = _answer_stress(runs).table("failures")
    alone = table[table["second"].isna() & (table["how"] == "not_built")].drop_duplicates("first").set_index("first")
    return {name: float(alone.loc[name, "cost_change"]) for name in measures}


ROW = "| {resources:0} | {territorial:1} | {transport:1} | {net:1} | {late:1} |"
QUOTES: tuple[Quote, ...] = (
    Quote(
        CONFIDENCE,
        "Of its {count:0} numbers {assumed:0} % are assumed, {derived:0} % derived and {published:0} % published",
        lambda runs: _base(runs).certainty(),
    ),
    Quote(
        CONFIDENCE,
        "of the money of its plan {assumed:0} % hangs on assumed numbers, {derived:0} % on derived and {published:0} % "
        "on published ones",
        lambda runs: _base(runs).money(),
    ),
    Quote(
        README,
        "In resources this costs {resources:0}, {more:0} more than doing nothing",
        lambda runs: {
            "resources": _base(runs).resources,
            "more": _base(runs).resources - runs.plan(EXACT, "do_nothing=true").resources,
        },
    ),
    Quote(README, "whose misses would be valued at {misses:0}", lambda runs: {"misses": _value_idle_misses(runs)}),
    Quote(
        README,
        "Emissions fall from 210 kt (2024) to {territorial:1} in 2030",
        lambda runs: {"territorial": _base(runs).account(TERRITORIAL, 2030)},
    ),
    Quote(
        README,
        "some {cars:0} more electric cars by {cars_year:0} with {points:0} charging points",
        lambda runs: {
            "cars": 1000 * _base(runs).most("cars_electric")[0],
            "cars_year": _base(runs).most("cars_electric")[1],
            "points": 100 * _base(runs).most("charging_points")[0],
        },
    ),
    Quote(
        README,
        "{excess_2025:0} kt over in 2025, {excess_2026:0} in 2026, met from {met_year:0}",
        partial(_read_miss, target="territorial_2025", years=(2025, 2026)),
    ),
    Quote(
        README,
        "with every crown there is, {near:1} kt (cap {cap:1})",
        lambda runs: {
            "near": runs.plan(EXACT, NEAREST).account(TERRITORIAL, 2025),
            "cap": float(_base(runs).table("targets", target="territorial_2025", year=2025)["cap"].iloc[0]),
        },
    ),
    Quote(
        README,
        "{excess_2030:1} kt over, {excess_2031:1} in 2031, met from {met_year:0}",
        partial(_read_miss, target="transport_2030", years=(2030, 2031)),
    ),
    Quote(
        README,
        "transport {transport_2025:0} kt over in 2025 and {transport_2027:1} in 2027, machines {machinery_2025:1} and "
        "{machinery_2027:1}",
        lambda runs: {
            f"{name}_{year}": _base(runs).excess(f"{name}_{year}", year)
            for name in ("transport", "machinery")
            for year in (2025, 2027)
        },
    ),
    Quote(
        README,
        "is met, its last tonne at {tonne:0} SEK",
        lambda runs: {"tonne": 1000 * float(_base(runs).table("targets", target="budget_2045")["price"].iloc[0])},
    ),
    Quote(README, "falling to {late:1} in 2044", lambda runs: {"late": _base(runs).account(NET, 2044)}),
    Quote(
        README,
        "| fossil-free 2030 | {excess_2030:0} GWh, {excess_2038:0} in 2038 |",
        partial(_read_miss, target="fossil_free_2030", years=(2030, 2038)),
    ),
    Quote(
        README,
        "(`target=nearest`) costs {more:0} more and takes {net:1} kt off 2030 and {late:1} off 2045",
        _read_nearest,
    ),
    Quote(README, "at best {at_best:1} kt (cap 14.5)", _read_nearest),
    Quote(
        README,
        "{net:1} kt left, falling to",
        lambda runs: {"net": _base(runs).account(NET, 2030)},
    ),
    Quote(README, "{late:1} kt left | farming", lambda runs: {"late": _base(runs).account(NET, 2045)}),
    Quote(
        README,
        "The heat pumps on ESS and MAX IV save {pumps:0}",
        lambda runs: {"pumps": _lose(runs, "excess_heat_pump")},
    ),
    Quote(
        README,
        "Low-temperature heat in Brunnshög saves {worth:0} against a conventional network; without pumps at low "
        "lift it would save {alone:0}",
        _read_low,
    ),
    Quote(
        README,
        "The debt ceiling costs {cost:2} in all",
        lambda runs: {"cost": _base(runs).cost - runs.plan(EXACT, "finance=no_ceiling").cost},
    ),
    Quote(
        README,
        "the municipality owns little of the plan ({city:0} of {all:0}, {loans:0} of it borrowed, {grants:0} granted)",
        lambda runs: {
            "city": _base(runs).outlay(CITY),
            "all": _base(runs).outlay(),
            "loans": _base(runs).source(CITY, "loans"),
            "grants": _base(runs).source(CITY, "grants"),
        },
    ),
    Quote(
        README,
        "households gain {homes:0}, Kraftringen {firm:0} and the municipality {city:0}; businesses pay {others:0}, and "
        "the state loses {state:0} of energy tax",
        lambda runs: {
            "homes": _base(runs).gain("households"),
            "firm": _base(runs).gain(FIRM),
            "others": -_base(runs).gain("private"),
            "city": _base(runs).gain(CITY),
            "state": -_base(runs).gain("state"),
        },
    ),
    Quote(
        README,
        "without the measure, misses included, the plan costs {cars:0}, {machines:0} and {manure:0} more",
        lambda runs: {
            "cars": _read_reason(runs, "cars_electric")["worth"],
            "machines": _read_reason(runs, "machines_electric")["worth"],
            "manure": _read_reason(runs, "manure_biogas")["worth"],
        },
    ),
    Quote(
        LUND,
        "Of its {count:0} numbers {assumed:0} % are assumed, {derived:0} % derived and {published:0} % published",
        lambda runs: _base(runs).certainty(),
    ),
    Quote(
        LUND,
        "gives {territorial_2025:1} kt in 2025 and {territorial_2030:1} in 2030, transport {transport:1} and "
        "net {net:1}",
        lambda runs: {
            "territorial_2025": runs.plan(EXACT, NEAREST).account(TERRITORIAL, 2025),
            "territorial_2030": runs.plan(EXACT, NEAREST).account(TERRITORIAL, 2030),
            "transport": runs.plan(EXACT, NEAREST).account(TRANSPORT, 2030),
            "net": runs.plan(EXACT, NEAREST).account(NET, 2030),
        },
    ),
    Quote(
        LUND,
        f"| nothing done (`do_nothing=true`) {ROW}",
        lambda runs: describe_row(runs.plan(EXACT, "do_nothing=true")),
    ),
    Quote(LUND, f"| **7** (the plan) {ROW}", lambda runs: describe_row(_base(runs))),
    *(Quote(LUND, f"| {price} {ROW}", partial(_read_priced, price=price)) for price in PRICES),
    Quote(
        LUND,
        f"| as near as can be (`target=nearest`) {ROW}",
        lambda runs: describe_row(runs.plan(EXACT, NEAREST)),
    ),
    *(
        Quote(LUND, f"| {name} | {{worth:1}} |", partial(_read_reason, measure=technology))
        for name, technology in WITHOUT.items()
    ),
    Quote(
        LUND,
        "A plan at 1.5 SEK/kg is {cheaper:0} cheaper than doing nothing",
        lambda runs: {
            "cheaper": runs.plan(EXACT, "do_nothing=true").resources
            - runs.plan(EXACT, edit=price_pool("1.5")).resources
        },
    ),
    Quote(
        LUND,
        "`price=high` {high:0}, `price=low` {low:0}",
        lambda runs: {"high": runs.plan(EXACT, "price=high").cost, "low": runs.plan(EXACT, "price=low").cost},
    ),
    Quote(
        LUND,
        "`case.base_year=2023` {cost:0}.",
        lambda runs: {"cost": runs.plan(EXACT, "case.base_year=2023").cost},
    ),
    Quote(
        README,
        "Ten km forced into service in 2028 (`set.least_build.electric_road.2026=10`) cost {dearer:0} more than "
        "they save, and spare {spared:1} kt until 2045",
        partial(_force, technology="electric_road", year=2026, amount=10),
    ),
    Quote(
        README,
        "(`experiment=electric_road_network`) {km:0} km are begun in {begin_year:0} and save {saves:0}",
        _read_network,
    ),
    Quote(README, "all of it is worth {worth:0}", _read_efficiency),
    Quote(README, "All biochar is worth {worth:0}", _read_char),
    Quote(
        README,
        "Without frames, forced in for 2031, it costs {dearer:0} more",
        lambda runs: _force(runs, "bio_ccs", 2027, 1, FREE),
    ),
    Quote(
        LUND,
        "Without any of it (the first step of each group excluded) the plan is {worth:0} dearer. It takes "
        "{municipal:0}, {estates:0} and {houses:0} thousand m2 of the first steps",
        _read_efficiency,
    ),
    Quote(
        LUND,
        "The next steps enter when they become cheaper: LKF's operation by {operation_lkf:0} %, ventilation and "
        "lighting by {ventilation_municipal:0} (municipality), {ventilation_estates:0} (university and region) and "
        "{ventilation_lkf:0} (LKF).",
        _read_efficiency,
    ),
    Quote(
        LUND,
        "60 000 m2 of ventilation and lighting forced in for 2026 "
        "(`set.least_build.ventilation_municipal.2026=60`) cost {dearer:1} more than they save.",
        partial(_force, technology="ventilation_municipal", year=2026, amount=60),
    ),
    Quote(
        LUND,
        "is worth {worth:1} against a conventional network, and {alone:1} where no pump runs at low lift",
        _read_low,
    ),
    Quote(
        LUND, "It leaves if its network becomes {dearer:0} % dearer.", partial(_read_reason, measure="ltdh_brunnshog")
    ),
    Quote(
        LUND,
        "Both kinds of plants together, {now:0} kt a year, are worth {worth:0}. At half the price of char the plan is "
        "{dearer:0} dearer and holds {kt:0} kt.",
        _read_char,
    ),
    Quote(
        LUND,
        "| bio-CCS at one plant, in service 2031, without frames | {dearer:0} | {spared:1} kt, and {late:1} kt net in "
        "2045 |",
        lambda runs: _force(runs, "bio_ccs", 2027, 1, FREE),
    ),
    Quote(
        LUND,
        "| bio-CCS at both | {dearer:0} | {spared:1} kt, and {late:1} kt net in 2045 |",
        lambda runs: _force(runs, "bio_ccs_both", 2027, 1, FREE),
    ),
    Quote(
        LUND,
        "the plan still has {plants:0} plants, and net emissions are {net:1} kt in 2035",
        _read_capture,
    ),
    Quote(
        LUND,
        "| 10 km of electric road, in service 2028 | {dearer:0} | {spared:1} kt |",
        partial(_force, technology="electric_road", year=2026, amount=10),
    ),
    Quote(
        LUND,
        "{km:0} km are begun in {begin_year:0}: the plan is {saves:0} cheaper, transport lets out {transport:1} kt in "
        "2030",
        _read_network,
    ),
    Quote(
        WHY,
        "Least cost {least:0} MSEK of present value.",
        lambda runs: {"least": float(runs.answer("why", RELAXED).facts["least_cost"])},
    ),
    *(
        Quote(WHY, f"| room {words}, kt | {{saves:1}} | {{holds:1}} kt |", partial(_read_price, key=f"target.{target}"))
        for words, target in ROOM.items()
    ),
    *(
        Quote(WHY, f"| {words} | {{tenth:1}} |", partial(_read_price, key=f"adjust.{key}"))
        for words, key in TENTHS.items()
    ),
    Quote(
        WHY,
        "are worth the same {worth:0} MSEK each, for either without the other is nothing: the two are not to be added. "
        "Waiting a year costs {waiting_costs:0}.",
        partial(_read_reason, measure="charging_points"),
    ),
    Quote(WHY, "the heat pump on waste heat is worth {worth:0}", partial(_read_reason, measure="excess_heat_pump")),
    Quote(
        WHY,
        "low-temperature heat in Brunnshög {worth:1}; it leaves if it becomes {dearer:0} % dearer",
        partial(_read_reason, measure="ltdh_brunnshog"),
    ),
    Quote(
        WHY, "The pit storage enters if it becomes {cheaper:0} % cheaper", partial(_read_reason, measure="pit_storage")
    ),
    Quote(
        WHY,
        "enter when {ventilation_municipal:0}, {ventilation_estates:0} and {retrofit_multifamily:0} % cheaper",
        lambda runs: {name: _read_reason(runs, name)["cheaper"] for name in RETROFITS},
    ),
    Quote(
        CURVES,
        "The cheapest plan of all lets out {free:1} kt a year and costs {cost:0} MSEK. No plan gets below "
        "{reach:1}; from {end:1} on a tonne costs more than 100 000 SEK, and the curve ends there, {extra:0} "
        "dearer than it began.",
        _read_curve,
    ),
    Quote(
        MEASURES,
        "All measures together cost {cost:0} MSEK and spare {tonnes:0} kt against doing nothing.",
        lambda runs: {
            name: float(_weigh_programmes(runs).query("way == 'share'")[name].sum()) for name in ("cost", "tonnes")
        },
    ),
    *(
        Quote(
            MEASURES,
            f"| {name} | {{alone_cost:0}} / {{alone_tonnes:0}} | {{last_cost:0}} / {{last_tonnes:0}} | "
            "{share_cost:0} / {share_tonnes:0} |",
            partial(_read_programme, programme=programme),
        )
        for name, programme in PROGRAMMES.items()
    ),
    Quote(
        COMPARE,
        "The least cost is {least:0} MSEK in parts of units; the plan moves {moved:0} against doing nothing, so 1, 2 "
        "and 5 % of that are {level_1:0}, {level_2:0} and {level_5:0}. Of {all:0} measures {must:0} must be had in "
        "every plan within 5 %, {narrow:0} more within 1 or 2 %, and {open:0} are open within 1 %.",
        _read_near,
    ),
    *(
        Quote(
            COMPARE,
            f"| {name} | {{plan:1}} | {{least:1}} | {{most:1}} | {{begin_year:0}} |",
            partial(_read_range, technology=technology),
        )
        for name, technology in NEAR_PAGE.items()
    ),
    Quote(CURVES, "(68.7 kt) costs some {target:0} more than no cap", _read_curve),
    *(
        Quote(
            FINANCE,
            f"| {name} | {{outlay:0}} | {{grants:0}} | {{loans:0}} | {{own:0}} | {{gain:+0}} |",
            partial(_read_payer, actor=actor),
        )
        for name, actor in PAYERS.items()
    ),
    Quote(
        FINANCE,
        "**The ceiling costs {cost:2} MSEK** of a plan of {whole:0} "
        "({whole:2} against {free:2} without limits of money)",
        lambda runs: {
            "cost": _base(runs).cost - runs.plan(EXACT, "finance=no_ceiling").cost,
            "whole": _base(runs).cost,
            "free": runs.plan(EXACT, "finance=no_frames", "finance.ceiling=off").cost,
        },
    ),
    Quote(
        FINANCE,
        "The municipality's net outlay peaks at {city:0} MSEK ({city_year:0}) in a frame of 140",
        lambda runs: {"city": _base(runs).most_need(CITY)[0], "city_year": _base(runs).most_need(CITY)[1]},
    ),
    *(
        Quote(
            DOSSIER,
            f"| {name} | {{outlay:0}} | "
            + " | ".join(f"{{{way}_cost:0}} / {{{way}_tonnes:1}}" for way in _list_ways(entry))
            + " |",
            partial(_read_family, entry=entry),
        )
        for name, entry in FAMILIES.items()
    ),
    Quote(
        DOSSIER,
        "They leave the plan where their investment is {energy_efficiency:2} and {low_temperature_heat:2} times "
        "as dear.",
        lambda runs: _read_entries(runs, "leaves_at", "energy_efficiency", "low_temperature_heat"),
    ),
    Quote(
        DOSSIER,
        "{alone:0} SEK a tonne alone, {last:0} last in, {share:0} as its share, {forced:0} for its first plant.",
        lambda runs: _read_tonnes(runs, "biochar", *WAYS),
    ),
    Quote(
        DOSSIER,
        "would stay at {biochar:1} times its investment",
        lambda runs: _read_entries(runs, "leaves_at", "biochar"),
    ),
    Quote(DOSSIER, "A part of it costs {alone:0} SEK a tonne.", lambda runs: _read_tonnes(runs, UNFORCED, "alone")),
    Quote(
        FUTURES,
        "The cost is then {realised:0} MSEK against {planned:0}: what is not built",
        lambda runs: {
            "realised": _stress(runs, "realised_60"),
            "planned": _stress(runs, "realised_60", "planned_cost"),
        },
    ),
    Quote(
        FUTURES,
        "60 percent in time costs {made_up:0} MSEK; all of it two years late costs {late:0}, for",
        lambda runs: {"made_up": _stress(runs, "realised_60", level="starts"), "late": _stress(runs, "late_2")},
    ),
    Quote(
        FUTURES,
        "Without public charging points the plan costs {charging_points:0} MSEK more",
        lambda runs: _lack(runs, "charging_points"),
    ),
    Quote(
        FUTURES,
        "the loss is that of the cars themselves ({cars_electric:0}). Next come electric machines "
        "({machines_electric:0}), HVO for road traffic ({hvo_for_roads:0}) and biogas ({manure_biogas:0}).",
        lambda runs: _lack(runs, "cars_electric", "machines_electric", "hvo_for_roads", "manure_biogas"),
    ),
    Quote(
        FUTURES,
        "A quarter more costs {more:0} MSEK in all. The municipality is {short:0} MSEK short over the plan's years if "
        "it borrows as planned, and {left:0} where",
        lambda runs: {
            "more": _stress(runs, "capex_plus_25") - _stress(runs, "capex_plus_25", "planned_cost"),
            "short": _stress(runs, "capex_plus_25", "broken_mean"),
            "left": _stress(runs, "capex_plus_25", "broken_mean", level="money"),
        },
    ),
    Quote(
        FUTURES,
        "60 percent for {rates:0} years, 2 percent less in taxes and grants for {taxes:0}.",
        lambda runs: {"rates": _city_above(runs, "rate_plus_2"), "taxes": _city_above(runs, "taxes_minus_2")},
    ),
    Quote(
        FUTURES,
        "own part is then {short:0} MSEK, all it would have borrowed; {left:0} of them remain",
        lambda runs: {
            "short": _city_short(runs, "rate_plus_2"),
            "left": _city_short(runs, "rate_plus_2", level="money"),
        },
    ),
    Quote(
        FUTURES,
        "Without any grants {short:0} MSEK are missing**, of which loans can carry about half ({left:0} are left)",
        lambda runs: {
            "short": _city_short(runs, "grants_none"),
            "left": _city_short(runs, "grants_none", level="money"),
        },
    ),
    Quote(
        FUTURES,
        "dearer by a quarter: {cost:0} MSEK, {short:0} MSEK short of own funds, and {years:0} years above the ceiling",
        lambda runs: {
            "cost": _stress(runs, "hard_times"),
            "short": _city_short(runs, "hard_times"),
            "years": _city_above(runs, "hard_times"),
        },
    ),
    Quote(
        FUTURES,
        "the cost is {cost_p50:0} MSEK in the middle, and in nine of ten between {cost_p05:0} and {cost_p95:0}.",
        _read_default,
    ),
    Quote(FUTURES, "Freight's cap of 2025 is kept in {freight:0} of them", _read_default),
    Quote(
        FUTURES,
        "The municipality is {short:0} MSEK short in the middle and {most:0} or more in one future of twenty; it is "
        "above its ceiling for {above:1} years on average.",
        _read_default,
    ),
    Quote(
        FUTURES,
        "all two years late, Kraftringen pays {frame:0} MSEK in years in which no frame was lifted",
        _read_late_frame,
    ),
    Quote(FUTURES, "| expected cost of the plan for all ten | {cost:1} |", _read_worth),
    Quote(FUTURES, "| if each future were known from the start | {wait:1} |", _read_worth),
    Quote(FUTURES, "| **what knowing would be worth** | {perfect:1} |", _read_worth),
    Quote(FUTURES, "| what the first step for expected numbers costs in the ten | {expected:1} |", _read_worth),
    Quote(FUTURES, "| **what planning for all ten is worth** | {stochastic:1} |", _read_worth),
    Quote(FUTURES, "| most that is regretted in one of them | {regret:1} |", _read_worth),
    Quote(
        FUTURES,
        "five batches of futures put it between {stochastic_low:1} and {stochastic_high:1} with 95 percent confidence",
        _read_worth,
    ),
    Quote(FUTURES, "The futures themselves cost from {low:1} to {high:1}.", _read_worth),
    Quote(FUTURES, "no study of prices is worth more than {perfect:1} MSEK", _read_worth),
    *(
        Quote(FUTURES, f"| {name} | {{begun:1}} | {{expected:1}} |", partial(_read_hedge, technology=technology))
        for name, technology in HEDGED.items()
    ),
    *(
        Quote(
            FUTURES,
            f"| {name} | {{share:0}} | {{least:1}} | {{most:1}} |",
            partial(_read_waiting, technology=technology),
        )
        for name, technology in WAITING.items()
    ),
    *BUDGET_QUOTES,
)
"""Every quote that a command's figures stand in."""


def _value_idle_misses(runs: Runs) -> float:
    """What the misses of doing nothing are valued at, by the plan that is forced to do nothing."""
    return runs.plan(EXACT, "do_nothing=true").misses
