"""The bars of a cost curve by measure, read from the folder of `fardplan curve curve.kind=measures`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from runners.results.result import Result
from runners.views.charts_macc import draw_macc
from runners.views.locale import BLANK, Speech
from runners.views.prices import name_price
from runners.views.section import Chart

MEASURE = "measure"
WAYS = ("share", "alone", "last", "forced")
"""In the order in which a reader may choose them; of those that the curve has the first is shown."""
RANKED, SAVING = "ranked", "saving"
QUANTILE, ROOM = 0.9, 1.25
"""The axis ends a little above what so large a part of the bars stay below."""


def chart_macc(curve: Result, speech: Speech, level: str = MEASURE) -> Chart | None:
    """The chart of measures or programmes with its caption; None where none has a cost per tonne."""
    bars = list_bars(curve, speech, level)
    ranked = bars[bars["kind"] == RANKED] if len(bars) else bars
    if ranked.empty:
        return None
    unit = name_price(str(curve.facts["unit"]), speech.money_unit, speech.lang)
    tonnes = speech.unit_of(curve.facts["unit"])
    lines = [{**line, "name": _name_line(line, speech, unit)} for line in curve.facts.get("price_lines", ())]
    highest = float(ranked["price"].max())
    top = min(highest, ROOM * float(ranked["price"].quantile(QUANTILE)))
    top = max(top, *(float(line["price"]) for line in lines), 1.0) if lines else max(top, 1.0)
    cut = speech.say("macc_cut", top=speech.whole(top)) if top < highest else ""
    first = bars["way"].iloc[0]
    shown = ranked[ranked["way"] == first]
    told = speech.say(
        "macc_alternative",
        way=first,
        count=len(shown[shown["span"] == bars["span"].iloc[0]]),
        tonnes=speech.amount(shown.loc[shown["span"] == bars["span"].iloc[0], "tonnes"].sum()),
        unit=tonnes,
    )
    spec = draw_macc(bars, lines, speech, unit, tonnes, 1.02 * top)
    key, title = ("macc", "macc_chart") if level == MEASURE else ("programmes", "macc_chart_programmes")
    return Chart(key, speech.say(title) + cut, told + " " + speech.say("macc_how"), spec)


def list_bars(curve: Result, speech: Speech, level: str = MEASURE) -> pd.DataFrame:
    """A row per measure, way and span that costs and saves, or saves both; columns as `draw_macc` wants them."""
    costs = curve.tables["costs_per_tonne"]
    rows = [row for _, row in costs[costs["level"] == level].iterrows()]
    known = curve.tables.get(f"{level}s", pd.DataFrame(columns=["item", "way"]))
    about = {(str(row["item"]), str(row["way"])): row for _, row in known.iterrows()}
    wanted = str(curve.facts["definition"])
    found = [bar for row in rows for bar in _make_bar(row, about, curve, speech)]
    order = {speech.say(f"way_{way}"): place for place, way in enumerate(WAYS)}
    table = pd.DataFrame(found)
    if table.empty:
        return table
    keys = table["way"].map(order) * 10 + (table["definition"] != wanted)
    return table.assign(key=keys).sort_values(["key", "programme"], kind="stable").drop(columns="key")


def _make_bar(
    row: pd.Series[Any], about: dict[tuple[str, str], pd.Series[Any]], curve: Result, speech: Speech
) -> Iterator[dict[str, Any]]:
    known = about.get((str(row["item"]), str(row["way"])))
    price, cost, tonnes = (float(row[name]) for name in ("cost_per_tonne", "cost", "tonnes"))
    ranked, saving = price == price, cost < 0 < tonnes
    if known is None or not (ranked or saving):
        return
    inside = bool(known["in_plan"])
    error = _find_error(known, str(row["definition"]))
    owners = curve.facts.get("owners", {}).get(str(row["item"]), {})
    scale = price * tonnes / cost if ranked and cost else 1.0
    yield {
        "name": f"{row['code']} {row[speech.name_column]}".strip(),
        "code": str(row["code"]) or str(row[speech.name_column]),
        "item": str(row["item"]),
        "programme": speech.name_programme(row["programme"]),
        "owner": str(owners.get(speech.lang, BLANK)),
        "way": speech.say(f"way_{row['way']}"),
        "definition": str(row["definition"]),
        "span": speech.say(f"macc_{row['definition']}", over=str(row["over"]).replace("-", "–")),
        "kind": RANKED if ranked else SAVING,
        "chosen": speech.say("macc_inside" if inside else "macc_outside"),
        "inside": inside,
        "price": price if ranked else 0.0,
        "cost": cost,
        "tonnes": tonnes,
        "low": max((cost - error) * scale / tonnes, 0.0) if ranked else 0.0,
        "high": (cost + error) * scale / tonnes if ranked else 0.0,
    }


def _find_error(known: pd.Series[Any], definition: str) -> float:
    """The standard error of a share's cost; of the cost of one year none is known."""
    error = float(known["cost_error"])
    return error if definition != "annuity" and error == error else 0.0


def _name_line(line: dict[str, Any], speech: Speech, unit: str) -> str:
    return speech.say(
        f"macc_line_{line['kind']}", name=line[speech.name_column], price=speech.whole(line["price"]), unit=unit
    )
