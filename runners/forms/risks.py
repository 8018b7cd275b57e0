"""Sensitivity and risk in figures, which no form has a table for: runs beside each other, and a plan under stress."""

from __future__ import annotations

from conf.words import say
from runners.forms import amounts as a
from runners.forms.figures import Figure, sum_of
from runners.forms.filled import Beyond, Filled, FormCell, FormRow, Left
from runners.forms.material import MUNICIPALITY, Material

BASE = "base"


def list_risks(m: Material) -> Filled:
    """Risks of the plan as a stress test names them; how they weigh and what is done is for the city."""
    if m.stress is None or m.stress.table("summary") is None:
        return Filled((), notes=("no_stress",))
    rows: list[FormRow] = []
    table = m.tables["stress.summary"]
    for name in dict.fromkeys(table["circumstance"]):
        rows.append({"1": say("form_city_wide", m.lang), "2": say("form_whole_plan", m.lang), "3": str(name)})
    return Filled(tuple(rows), notes=("stress",), beyond=(_show_costs(m), *_show_targets(m), *_show_ranked(m)))


def list_risks_short(m: Material) -> Filled:
    """The same in the other city's form, whose headings are shifted: the first columns hold risk and description."""
    rows = tuple({"1": row["3"], "4": row["1"], "5": row["2"]} for row in list_risks(m).rows)
    return Filled(rows, notes=() if rows else ("no_stress",))


def _show_costs(m: Material) -> Beyond:
    table = m.tables["stress.summary"]
    money = ("planned_cost", "cost_p05", "cost_p50", "cost_p95", "cost_mean")
    counts = {"futures": 1.0, "broken_share": 100.0, "met_all_share": 100.0}
    rows: list[tuple[FormCell | None, ...]] = []
    for row in table.to_dict("records"):
        where = {"circumstance": row["circumstance"], "level": row["level"]}
        rows.append(
            (
                f"{row['circumstance']} {row['level']}".strip(),
                *(sum_of("stress.summary", column, factor, **where) for column, factor in counts.items()),
                *(sum_of("stress.summary", column, m.euro / a.MILLION, **where) for column in money),
            )
        )
    heads = [(say("form_head_circumstance", m.lang), ""), (say("form_head_futures", m.lang), "")]
    heads += [(say(f"form_head_{name}", m.lang), "%") for name in ("broken", "met_all")]
    heads += [(say(f"form_head_{name}", m.lang), "MEUR") for name in money]
    return Beyond("risk_costs", say("form_risk_costs", m.lang), tuple(heads), tuple(rows))


def _show_targets(m: Material) -> tuple[Beyond, ...]:
    table = m.tables.get("stress.targets")
    if table is None:
        return ()
    rows: list[tuple[FormCell | None, ...]] = []
    for row in table[table["year"] == m.last].to_dict("records"):
        where = {name: row[name] for name in ("circumstance", "level", "target")} | {"year": m.last}
        share = sum_of("stress.targets", "share_met", 100.0, **where)
        rows.append((f"{row['circumstance']} {row['level']}".strip(), str(row[m.name]), share))
    heads = (
        (say("form_head_circumstance", m.lang), ""),
        (say("form_head_target", m.lang), ""),
        (say("form_head_met", m.lang), "%"),
    )
    return (Beyond("risk_targets", say("form_risk_targets", m.lang, year=m.last), heads, tuple(rows)),)


def _show_ranked(m: Material) -> tuple[Beyond, ...]:
    table = m.tables.get("stress.ranked")
    if table is None or table.empty:
        return ()
    rows: list[tuple[FormCell | None, ...]] = []
    for row in table.head(15).to_dict("records"):
        where = {name: row[name] for name in ("circumstance", "method", "output", "key")}
        size = sum_of("stress.ranked", "size", **where)
        rows.append((str(row["circumstance"]), str(row["key"]), str(row["output"]), size))
    names = ("circumstance", "number", "output", "size")
    heads = tuple((say(f"form_head_{name}", m.lang), "") for name in names)
    return (Beyond("risk_ranked", say("form_risk_ranked", m.lang), heads, tuple(rows)),)


def compare_runs(m: Material) -> Filled:
    """Sensitivity: what the form's main figures are in each of several runs, and how far from the first."""
    if not m.others:
        return Filled((), notes=("no_others",))
    names = (BASE, *m.others)
    heads: list[tuple[str, str]] = [(say("form_head_figure", m.lang), ""), (say("form_head_unit", m.lang), "")]
    heads += [(m.run.place.name, ""), *((run.place.name, "") for run in m.others.values())]
    rows: list[tuple[FormCell | None, ...]] = []
    for key, unit in (("cost", "MEUR"), ("capex", "MEUR"), ("municipality", "MEUR"), ("emissions", "t CO2e")):
        cells = [_measure(m, key, name) for name in names]
        rows.append((say(f"form_sensitivity_{key}", m.lang, until=m.until), unit, *cells))
    beyond = Beyond("sensitivity", say("form_sensitivity", m.lang), tuple(heads), tuple(rows))
    return Filled((), notes=("sensitivity",), beyond=(beyond,))


def _measure(m: Material, key: str, name: str) -> Figure | Left:
    before = "" if name == BASE else f"{name}."
    million = m.euro / a.MILLION
    if key == "cost":
        return sum_of(f"{before}costs", "present_value", million)
    if key == "capex":
        return sum_of(f"{before}investments", "outlay", million, measure=True, year=m.years)
    if key == "municipality":
        own = m.list_actors(MUNICIPALITY)
        return sum_of(f"{before}investments", "outlay", million, actor=own, measure=True, year=m.years)
    return sum_of(f"{before}accounts", "value", m.tonnes, role="total", year=m.last)
