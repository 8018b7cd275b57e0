"""Tables that views of a curve show: what measures cost per tonne, three ways beside each other, and in which order."""

from __future__ import annotations

import pandas as pd

from conf.words import format_amount
from runners.results.result import Result
from runners.views.curve_words import AT_MOST, choose_marginal

WAYS = ("alone", "last", "share")
"""In the order of the table: by itself, last into the plan, its share of the plan."""
AMOUNTS = ("cost", "tonnes", "cost_per_tonne")
MOST_ROWS = 28
"""Measures that are drawn along a curve."""
SMALLEST = 1e-6
RANKED, IDLE = "ranked", "idle"
KINDS = (RANKED, "saving", "enabling", "burden", "emitting", "indispensable", IDLE, "")
"""The order in which measures are listed: first those that a cost per tonne ranks."""


def spread_ways(curve: Result, level: str) -> pd.DataFrame:
    """A row per measure (`level` measure) or programme, by kind and then by cost per tonne.

    Columns: item, code, name_sv, name_en, programme, in_plan, kind, dominated, differs (all of the way it is shown
    by), cost_error, and for each way cost_WAY, tonnes_WAY and cost_per_tonne_WAY by the definition that `curve.json`
    names; NaN where there is none.
    """
    wanted = str(curve.facts["definition"])
    long = curve.tables["costs_per_tonne"]
    long = long[(long["level"] == level) & (long["definition"] == wanted)]
    head = ["item", "code", "name_sv", "name_en", "programme"]
    rows = long[head].drop_duplicates("item").set_index("item")
    for way in WAYS:
        mine = long[long["way"] == way].set_index("item")
        rows = rows.join(mine[list(AMOUNTS)].add_suffix(f"_{way}"))
    items = {str(entry["item"]): entry for entry in dict(curve.facts["levels"]).get(level, {}).get("items", [])}
    for key in ("in_plan", "kind", "dominated", "shown", "cost_per_tonne"):
        rows[key] = [items.get(str(name), {}).get(key) for name in rows.index]
    rows["differs"] = [bool(items.get(str(name), {}).get("differs")) for name in rows.index]
    rows["cost_error"] = [items.get(str(name), {}).get("standard_error", {}).get("cost") for name in rows.index]
    order = rows["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    price = pd.to_numeric(rows["cost_per_tonne"])
    saved = -rows.filter(regex="^cost_(share|alone)$").max(axis=1)
    return (
        rows.assign(order=order, price=price, saved=saved)
        .sort_values(["order", "price", "saved"], ascending=[True, True, False], kind="stable")
        .drop(columns=["order", "price", "saved"])
        .reset_index()
    )


def step_marginals(curve: Result) -> pd.DataFrame:
    """Marginal cost between neighbouring points, the slope of the chord: from, to (levels), marginal.

    In money per tonne of the first year held where the account is counted in tonnes, else present money per unit. The
    prices at both ends enclose it.
    """
    points, column = curve.tables["points"], choose_marginal(curve)
    sign = 1.0 if curve.facts["sense"] == AT_MOST else -1.0
    usable = points[points["marginal_money_per_unit"] > 0]
    scale = 1.0 if usable.empty else float((usable[column] / usable["marginal_money_per_unit"]).iloc[-1])
    change = points[["level", "cost_money"]].diff().iloc[1:]
    slope = -sign * change["cost_money"] / change["level"]
    return pd.DataFrame(
        {
            "from": points["level"].iloc[:-1].to_numpy(),
            "to": points["level"].iloc[1:].to_numpy(),
            "marginal": (slope.clip(lower=0.0) * scale).to_numpy(),
        }
    )


def pair_enabling(curve: Result) -> pd.DataFrame:
    """Who enables whom, by name: enabler and enabled in both languages, rule, cost and tonnes alone and together."""
    table = curve.tables.get("enabling")
    if table is None or table.empty:
        return pd.DataFrame()
    names = curve.tables["costs_per_tonne"].drop_duplicates("item").set_index("item")
    for side in ("enabler", "enabled"):
        for lang in ("sv", "en"):
            known = {str(item): f"{names['code'][item]} {names[f'name_{lang}'][item]}".strip() for item in names.index}
            table = table.assign(**{f"{side}_{lang}": [known.get(str(name), str(name)) for name in table[side]]})
    return table


def count_built(curve: Result, lang: str) -> pd.DataFrame:
    """How much of each measure is built between neighbouring points, in the order in which measures enter.

    Columns: name, from, to (levels), share (mean of both ends, of the most along the curve), amount (as it is read).
    """
    levels = curve.tables["points"]["level"].to_numpy()
    built, order = curve.tables["investments"], list(dict.fromkeys(curve.tables["moves"]["technology"]))
    rows = []
    for label in order[:MOST_ROWS]:
        own = built[built["technology"] == label]
        amounts = own.groupby("level")["build"].sum().reindex(levels).fillna(0.0).to_numpy()
        name = f"{own['code'].iloc[0]} {own[f'name_{lang}'].iloc[0]}".strip()
        most, unit = max(float(amounts.max()), SMALLEST), str(own["unit"].iloc[0])
        for place in range(len(levels) - 1):
            mean = float(amounts[place] + amounts[place + 1]) / 2
            if mean / most > SMALLEST:
                ends = {"from": levels[place], "to": levels[place + 1]}
                rows.append({"name": name, **ends, "share": mean / most, "amount": format_amount(mean, unit, lang)})
    return pd.DataFrame(rows, columns=["name", "from", "to", "share", "amount"])
