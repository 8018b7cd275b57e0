"""The quotes themselves: what README.md, docs/lund.md and docs/lund-finance.md say of Lund, and the commands behind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from documented import EXACT, NET, TERRITORIAL, TRANSPORT, Answer, Edit, Plan, Quote, Runs

README, LUND, FINANCE = "README.md", "docs/lund.md", "docs/lund-finance.md"
COMPARE = "docs/compare.md"
NEAR_PAGE = {
    "T2 more electric cars, thousands": "cars_electric",
    "T1 charging, hundreds of points": "charging_points",
    "D2 heat pump on waste heat, MW": "excess_heat_pump",
    "A1 biogas from manure, MW": "manure_biogas",
    "S3 rewetting, 100 ha": "rewetting",
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
RETROFITS = ("retrofit_municipal", "retrofit_lkf", "retrofit_multifamily")
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
PRICES = ("1.5", "3", "5", "10", "20", "30", "50", "100")
SEMI = "exclude=[semi_trailers_electric]"
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
    "state": "state",
    "businesses, property owners": "private",
    "farmers, landowners": "landowners",
    "households": "households",
}
WITHOUT = {
    "T2 electric cars": "cars_electric",
    "S3 rewetting": "rewetting",
    "A1 manure biogas": "manure_biogas",
    "M1 electric machines": "machines_electric",
    "I1 industry heat pump": "industry_heat_pump",
    "S1 biochar": "biochar_plant",
    "D2 heat pump on waste heat": "excess_heat_pump",
    "A2 farm practice": "farm_practice",
    "T8 HVO on roads": "hvo_for_roads",
    "F1 F-gases": "f_gas_replacement",
    "M2 HVO in machines": "hvo_for_machines",
    "T6 electric semi-trailers": "semi_trailers_electric",
    "S4 tree planting": "tree_planting",
    "T4 electric vans": "vans_electric",
    "T9 liquid biogas": "lbg_for_trucks",
    "D3 electric boiler": "electric_boiler",
    "B4 boiler to heat pump": "boiler_to_heat_pump",
    "B5 boiler to district heat": "boiler_to_district_heat",
    "T3 electric buses": "buses_electric",
    "T7 electric road": "electric_road",
    "S2 bio-CCS": "bio_ccs",
    "D4 pit storage": "pit_storage",
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


def _read_without(runs: Runs, technology: str) -> Mapping[str, float]:
    return {"dearer": runs.plan(EXACT, f"exclude=[{technology}]").cost - _base(runs).cost}


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


def _scale_road(runs: Runs, scale: float, *words: str, upkeep: bool = True) -> float:
    """What an electric road is worth whose cost, and upkeep, are a part of what they are."""
    cheap = [f"adjust.capex.electric_road={scale:g}"] + [f"adjust.fixed_cost.electric_road={scale:g}"] * upkeep
    return runs.plan(EXACT, *words).cost - runs.plan(EXACT, *words, *cheap).cost


def _read_roads(runs: Runs) -> Mapping[str, float]:
    return {
        "twentieth": _scale_road(runs, 0.05),
        "tenth": _scale_road(runs, 0.1),
        "free": _scale_road(runs, 0),
        "kept": _scale_road(runs, 0, upkeep=False),
        "half_alone": _scale_road(runs, 0.5, SEMI),
        "quarter_alone": _scale_road(runs, 0.25, SEMI),
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
    last, target = points.iloc[0], np.interp(CAP_2030, points["level"], points["extra_msek"])
    facts = {"free": "free_level", "cost": "free_cost_msek", "reach": "reach"}
    found = {name: float(curve.facts[key]) for name, key in facts.items()}
    return found | {"end": float(last["level"]), "extra": float(last["extra_msek"]), "target": float(target)}


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


ROW = "| {resources:0} | {territorial:1} | {transport:1} | {net:1} | {late:1} |"
QUOTES: tuple[Quote, ...] = (
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
        lambda runs: {"pumps": _read_without(runs, "excess_heat_pump")["dearer"]},
    ),
    Quote(
        README,
        "the electric boiler saves {boiler:0}",
        lambda runs: {"boiler": _read_without(runs, "electric_boiler")["dearer"]},
    ),
    Quote(
        README,
        "Low-temperature heat in Brunnshög saves {network:0} against",
        lambda runs: {"network": _read_without(runs, "ltdh_brunnshog")["dearer"]},
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
        "households gain {homes:0} and Kraftringen {firm:0}; businesses pay {others:0}, the municipality {city:0}, "
        "and the state loses {state:0} of energy tax",
        lambda runs: {
            "homes": _base(runs).gain("households"),
            "firm": _base(runs).gain(FIRM),
            "others": -_base(runs).gain("private"),
            "city": -_base(runs).gain(CITY),
            "state": -_base(runs).gain("state"),
        },
    ),
    Quote(
        README,
        "without the measure, misses included, the plan costs {cars:0}, {bog:0} and {manure:0} more",
        lambda runs: {
            "cars": _read_without(runs, "cars_electric")["dearer"],
            "bog": _read_without(runs, "rewetting")["dearer"],
            "manure": _read_without(runs, "manure_biogas")["dearer"],
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
        Quote(LUND, f"| {name} | {{dearer:0}} |", partial(_read_without, technology=technology))
        for name, technology in WITHOUT.items()
    ),
    Quote(
        LUND,
        "| D1 low-temperature heat | {dearer:1} |",
        partial(_read_without, technology="ltdh_brunnshog"),
    ),
    Quote(
        LUND,
        "| D1, D2 and D3 together | {dearer:0} |",
        partial(_read_without, technology="ltdh_brunnshog,excess_heat_pump,electric_boiler"),
    ),
    Quote(
        LUND,
        "A plan at 1.5 SEK/kg is {cheaper:0} cheaper than doing nothing",
        lambda runs: {
            "cheaper": runs.plan(EXACT, "do_nothing=true").resources
            - runs.plan(EXACT, edit=price_pool("1.5")).resources
        },
    ),
    Quote(LUND, "| B6 municipal solar | {dearer:1} |", partial(_read_without, technology="pv_municipal")),
    Quote(
        LUND,
        "`price=high` {high:0} (private solar comes in), `price=low` {low:0}",
        lambda runs: {"high": runs.plan(EXACT, "price=high").cost, "low": runs.plan(EXACT, "price=low").cost},
    ),
    Quote(
        LUND,
        "`case.base_year=2023` {cost:0}.",
        lambda runs: {"cost": runs.plan(EXACT, "case.base_year=2023").cost},
    ),
    Quote(
        README,
        "Ten km of the E22 forced into service in 2028 (`set.least_build.electric_road.2026=10`) cost {dearer:0} more "
        "than they save, and spare {spared:1} kt until 2045",
        partial(_force, technology="electric_road", year=2026, amount=10),
    ),
    Quote(
        README,
        "Free of charge, upkeep included, the road would save {free:0}; free to build but not to keep {kept:0}",
        _read_roads,
    ),
    Quote(
        README,
        "At a twentieth of its whole cost it saves {twentieth:0}, at a tenth {tenth:0}. Without electric semi-trailers "
        "it saves {half_alone:0} at half its cost and {quarter_alone:0} at a quarter.",
        _read_roads,
    ),
    Quote(
        README,
        "Without frames, forced in for 2031, it costs {dearer:0} more",
        lambda runs: _force(runs, "bio_ccs", 2027, 1, FREE),
    ),
    Quote(
        LUND,
        "| 10 km of electric road, in service 2028 | {dearer:0} | {spared:1} kt |",
        partial(_force, technology="electric_road", year=2026, amount=10),
    ),
    Quote(
        LUND,
        "| the same, 2032 | {dearer:0} | {spared:1} kt |",
        partial(_force, technology="electric_road", year=2030, amount=10),
    ),
    Quote(
        LUND,
        "| the same, 2028, without electric semi-trailers | {dearer:0} | {spared:1} kt |",
        lambda runs: _force(runs, "electric_road", 2026, 10, SEMI),
    ),
    Quote(
        LUND,
        "| bio-CCS, in service 2031, without frames | {dearer:0} | {spared:1} kt, and {late:1} kt net in 2045 |",
        lambda runs: _force(runs, "bio_ccs", 2027, 1, FREE),
    ),
    Quote(
        LUND,
        "it is worth {tenth:0} at a tenth, {twentieth:0} at a twentieth and {free:0} for nothing; without electric "
        "semi-trailers {half_alone:0} at a half and {quarter_alone:0} at a quarter",
        _read_roads,
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
        "enter when {retrofit_municipal:0}, {retrofit_lkf:0} and {retrofit_multifamily:0} % cheaper",
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
)
"""Every quote that a command's figures stand in."""


def _value_idle_misses(runs: Runs) -> float:
    """What the misses of doing nothing are valued at, by the plan that is forced to do nothing."""
    return runs.plan(EXACT, "do_nothing=true").misses
