"""A portfolio as long tables: who gains, what is shared and its price, and what each gets, builds and lets out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.verifier.links import Used
from runners.analyses.portfolio.joining import EMITTED, SharedRow
from runners.analyses.portfolio.member import Planned
from runners.analyses.portfolio.study import Study, count_used
from runners.analyses.portfolio.told import CITY
from scenarios.links import GOAL, PLANT

SMALL = 1e-6
SIDES = ("alone", "together")


def tabulate_study(study: Study) -> dict[str, pd.DataFrame]:
    """All tables of a portfolio, by name."""
    return {
        "cities": _list_cities(study),
        "prices": _list_prices(study),
        "moves": _list_moves(study),
        "draws": _list_draws(study),
        "builds": _join(study, "builds", ["technology", "name_sv", "name_en", "unit"], ["first", "build", "outlay"]),
        "emissions": _join(study, "emissions", ["account", "name_sv", "name_en", "year", "unit"], ["value"]),
        "targets": _stack(study.together, "targets"),
        "plants": _share_plants(study),
    }


def describe_study(study: Study, place: str, case: str) -> dict[str, Any]:
    """The facts of a portfolio."""
    first, agreement = next(iter(study.described.values())), study.solved.agreement
    alone = sum(plan.weighed for plan in study.alone.values())
    return {
        "case": case,
        **{f"name_{lang}": case for lang in ("sv", "en")},
        "digest": first.digest,
        "money": first.money,
        "price_year": first.price_year,
        "place": place,
        "cases": list(study.described),
        "method": study.solved.method,
        "rounds": agreement.rounds,
        "cost": study.cost,
        "misses": study.misses,
        "bound": study.bound,
        "gap": study.gap,
        "agreed": agreement.cost,
        "alone": alone,
        "verified": len(study.together),
        "left_out": {one.case: dict(one.told) for one in study.failures},
        "stated": list(study.stated),
        "seconds": {name: round(seconds, 2) for name, seconds in study.seconds.items()},
    }


def _list_cities(study: Study) -> pd.DataFrame:
    """Cost alone and together, and what is left of the gain when who gets more pays who gets less."""
    paid = _list_payments(study)
    called = Counter(one.names["sv"] for one in study.described.values())
    rows = []
    for case, plan in study.together.items():
        alone, names = study.alone[case], study.described[case].names
        several = called[names["sv"]] > 1
        rows.append(
            {
                CITY: case,
                **{f"name_{lang}": case if several else name for lang, name in names.items()},
                "alone": alone.cost,
                "together": plan.cost,
                "gain": alone.cost - plan.cost,
                "payment": paid[case],
                "after": alone.weighed - plan.weighed - paid[case],
                "finance_alone": alone.finance,
                "finance": plan.finance,
                "missed_alone": _count_missed(alone),
                "missed": _count_missed(plan),
            }
        )
    return pd.DataFrame(rows)


def _count_missed(plan: Planned) -> int:
    table = plan.tables["targets"]
    return int((~table["met"].astype(bool)).sum()) if len(table) else 0


def _list_payments(study: Study) -> dict[str, float]:
    """What each case pays for what it gets beyond its own part, at the prices; received is negative."""
    paid = dict.fromkeys(study.together, 0.0)
    replaced = {link.key for link in study.links if link.kind != PLANT and all(w.value is None for w in link.windows)}
    rows = [
        (place, row.sign * price)
        for place, (row, price) in enumerate(zip(study.joint.rows, study.solved.agreement.prices, strict=True))
        if row.link in replaced and price > SMALL
    ]
    for case, plan in study.together.items():
        used = count_used(study.joint, plan.used, case)
        for place, price in rows:
            row = study.joint.rows[place]
            paid[case] += price * (row.sign * used[place] - _sum_own(plan.used, row, missing=0.0))
    return paid


def _sum_own(used: Used, row: SharedRow, missing: float) -> float:
    """What a case has of its own in a row; `missing` in each year in which it has none."""
    begun = row.link in used.begun
    own = {year: used.own.get((row.link, year), missing) for year in row.years}
    return sum(own[year] * (row.inside[year] / used.lengths[year] if begun else row.times[year]) for year in own)


def _list_prices(study: Study) -> pd.DataFrame:
    """A row per shared row: limit, use, what is beyond, and the price."""
    used = np.sum([count_used(study.joint, plan.used, case) for case, plan in study.together.items()], axis=0)
    names = {link.key: link for link in study.links}
    agreement = study.solved.agreement
    rows = []
    for place, row in enumerate(study.joint.rows):
        if row.link == EMITTED or row.case:
            continue
        soft = np.isfinite(row.price)
        rows.append(
            {
                "link": row.link,
                **{f"name_{lang}": names[row.link].names[lang] for lang in ("sv", "en")},
                "kind": names[row.link].kind,
                "first": row.years[0],
                "last": row.years[-1],
                "limit": row.sign * row.limit,
                "used": row.sign * used[place],
                "beyond": float(agreement.missing[place]) if soft else 0.0,
                "price": float(agreement.prices[place]),
                "unit": row.unit,
            }
        )
    return pd.DataFrame(rows)


def _list_moves(study: Study) -> pd.DataFrame:
    """A row per link and case: what a little more of the dearest row of the link brings, and where."""
    names = {link.key: link for link in study.links}
    rows = []
    for moved in study.moved:
        row = study.joint.rows[moved.row]
        for case, change, less in zip(study.together, moved.used, moved.emitted, strict=True):
            rows.append(
                {
                    "link": row.link,
                    **{f"name_{lang}": names[row.link].names[lang] for lang in ("sv", "en")},
                    "first": row.years[0],
                    "last": row.years[-1],
                    "step": moved.step,
                    "unit": row.unit,
                    "saved": moved.saved,
                    CITY: case,
                    "change": change,
                    "tonnes": less,
                    "tonnes_unit": study.joint.rows[-1].unit,
                }
            )
    columns = ["link", "name_sv", "name_en", "first", "last", "step", "unit", "saved", CITY, "change", "tonnes"]
    return pd.DataFrame(rows, columns=[*columns, "tonnes_unit"])


def _list_draws(study: Study) -> pd.DataFrame:
    """A row per link, window of years and case: what it has of its own, uses alone, and together."""
    names = {link.key: link for link in study.links}
    rows = []
    for case, plan in study.together.items():
        used, before = (count_used(study.joint, one.used, case) for one in (plan, study.alone[case]))
        for place, row in enumerate(study.joint.rows):
            if row.link == EMITTED or row.case or not max(abs(used[place]), abs(before[place])) > SMALL:
                continue
            own = np.nan if names[row.link].kind == GOAL else _sum_own(plan.used, row, missing=np.nan)
            rows.append(
                {
                    "link": row.link,
                    **{f"name_{lang}": names[row.link].names[lang] for lang in ("sv", "en")},
                    CITY: case,
                    "first": row.years[0],
                    "last": row.years[-1],
                    "own": own if np.isfinite(own) else np.nan,
                    "alone": row.sign * before[place],
                    "together": row.sign * used[place],
                    "unit": row.unit,
                }
            )
    columns = ["link", "name_sv", "name_en", CITY, "first", "last", "own", "alone", "together", "unit"]
    return pd.DataFrame(rows, columns=columns)


def _stack(plans: Mapping[str, Planned], name: str) -> pd.DataFrame:
    """A table of all cases, one below the other."""
    return pd.concat([plan.tables[name] for plan in plans.values()], ignore_index=True)


def _join(study: Study, name: str, keys: list[str], amounts: list[str]) -> pd.DataFrame:
    """A table of all cases, what each amount is alone beside what it is together."""
    sides = {side: _stack(plans, name) for side, plans in zip(SIDES, (study.alone, study.together), strict=True)}
    joined = sides["together"].merge(
        sides["alone"][[CITY, *keys, *amounts]], on=[CITY, *keys], how="outer", suffixes=("", "_alone")
    )
    order = {case: place for place, case in enumerate(study.together)}
    joined = joined.sort_values(CITY, key=lambda column: column.map(order), kind="stable").reset_index(drop=True)
    numbers = [column for amount in amounts if amount != "first" for column in (amount, f"{amount}_alone")]
    joined[numbers] = joined[numbers].fillna(0.0)
    return joined[[CITY, *keys, *(column for amount in amounts for column in (amount, f"{amount}_alone"))]]


def _share_plants(study: Study) -> pd.DataFrame:
    """Who pays a shared plant: what it costs in the plan of its host, by the cost shares."""
    rows = []
    for link in (link for link in study.links if link.kind == PLANT):
        costs = study.together[link.host].tables["plants"]
        cost = float(costs[costs["technology"] == link.item]["cost"].sum())
        parts = {case: share.cost_share for case, share in link.shares.items() if share.cost_share is not None}
        for case, part in (parts or {link.host: 1.0}).items():
            rows.append(
                {
                    "link": link.key,
                    **{f"name_{lang}": link.names[lang] for lang in ("sv", "en")},
                    CITY: case,
                    "cost_share": part,
                    "cost": part * cost,
                }
            )
    return pd.DataFrame(rows, columns=["link", "name_sv", "name_en", CITY, "cost_share", "cost"])
