"""Sums over the tables of a run folder: what a council reads first, still as labelled tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from runners.results.derived import derived
from runners.results.plan_words import COMPONENTS, COST, NET, NOTHING, PLAN, TOTAL, VALUED
from runners.results.target_judgement import judge_targets
from scenarios.catalog import ACTOR, TECHNOLOGY, YEAR

Tables = Mapping[str, pd.DataFrame]

NAMES = ("name_sv", "name_en")
AMOUNT, NOMINAL = "amount", "nominal"
"""Columns of money: in constant prices, and in those of each year."""
MONEY, CHANGES = [AMOUNT, NOMINAL], ["change", "change_nominal"]
SMALLEST = 1e-6


def sum_headline(tables: Tables, summary: Mapping[str, object]) -> pd.Series:
    """The figures of the first page by name, in the money of the case.

    `objective`; `misses` (what missed targets and broken limits cost of it) and `resources` (the rest); `outlay` (all,
    undiscounted), `measures` (of measures), `first_outlay` (of the first four plan years); `grants, loans, own, gap`;
    targets `met` and `missed`; `reduction` (percent of the first target's base year, NaN where none is known).
    """
    spent = tables["investments"]
    costs = tables["costs"]
    first = sorted(spent[YEAR].unique())[:4]
    misses = float(costs.loc[costs["component"].isin(VALUED), "present_value"].sum())
    targets = judge_targets(tables["targets"])
    figures = {
        "objective": float(str(summary["objective_money"])),
        "misses": misses,
        "resources": float(str(summary["objective_money"])) - misses,
        "outlay": float(spent["outlay"].sum()),
        "measures": float(spent.loc[spent["measure"].astype(bool), "outlay"].sum()),
        "first_outlay": float(spent.loc[spent[YEAR].isin(first), "outlay"].sum()),
        "met": float((targets["years_missed"] == 0).sum()),
        "missed": float((targets["years_missed"] > 0).sum()),
    }
    return pd.Series(figures | _sum_sources(tables))


def _sum_sources(tables: Tables) -> dict[str, float]:
    if "funding" not in tables:
        return {}
    sources = sum_sources(tables).groupby("group")["amount"].sum()
    return {group: float(sources.get(group, 0.0)) for group in ("own", "gap", "loans", "grants")}


@derived
def sum_sources(tables: Tables) -> pd.DataFrame:
    """Where money comes from: actor, its names, item, status, amount, nominal, group (own, gap, loans, grants)."""
    funding = tables["funding"]
    sources = funding[funding["side"] == "source"]
    keys = [ACTOR, *NAMES, "item", "status"]
    table = sources.assign(status=sources["status"].fillna("")).groupby(keys, sort=False)[MONEY].sum().reset_index()
    kinds = tables["labels"].query("dimension == 'instrument'").set_index("label")["role"]
    groups = {"own": "own", "own_gap": "gap"}
    table["group"] = [groups.get(item, "grants" if kinds.get(item) == "grant" else "loans") for item in table["item"]]
    table = table[table["amount"].abs() > SMALLEST]
    actors = list(dict.fromkeys(funding[ACTOR]))
    return table.sort_values(ACTOR, key=lambda names: names.map(actors.index), kind="stable").reset_index(drop=True)


def count_years(summary: Mapping[str, object]) -> dict[int, float]:
    """How many calendar years each plan year stands for."""
    years = summary["years"]
    return {int(year): float(length) for year, length in years.items()} if isinstance(years, dict) else {}


def spread_evenly(table: pd.DataFrame, lengths: Mapping[int, float]) -> pd.DataFrame:
    """A table of amounts by plan year with `length`, and `value`: the amount per calendar year."""
    length = table[YEAR].map(lengths).astype(float)
    return table.assign(length=length, value=table["amount"] / length)


@derived
def sum_funding_by_year(tables: Tables) -> pd.DataFrame:
    """Sources of money by year over all actors: item, year, amount, nominal; outlays below nothing lower own money."""
    funding = tables["funding"]
    sources = funding[funding["side"] == "source"]
    return sources.groupby(["item", YEAR], sort=False)[MONEY].sum().reset_index()


@derived
def list_outlays(tables: Tables) -> pd.DataFrame:
    """Outlay by actor and year: actor, its names, kind, year, money, and its change against doing nothing (both)."""
    funding = tables["funding"]
    uses = funding[funding["side"] == "use"]
    return uses[[ACTOR, *NAMES, "kind", YEAR, *MONEY, *CHANGES]].reset_index(drop=True)


@derived
def list_programmes(tables: Tables) -> pd.DataFrame:
    """Outlay by programme and year: programme (blank: what is no measure), year, amount, nominal."""
    spent = tables["investments"]
    programme = spent["programme"].where(spent["measure"].astype(bool), "")
    named = spent.assign(programme=programme, amount=spent["outlay"])
    return named.groupby(["programme", YEAR], sort=False)[MONEY].sum().reset_index()


@derived
def list_timetable(tables: Tables) -> pd.DataFrame:
    """When each measure is built: a row per measure with a start, by programme and first start.

    Columns: technology, code, name_sv, name_en, programme, first_start, last_start, first_service, most (largest
    capacity that the plan added), unit, status, outlay (undiscounted, all years).
    """
    spent = tables["investments"]
    started = spent[spent["measure"].astype(bool) & (spent["build"] > SMALLEST)]
    keys = [TECHNOLOGY, "code", *NAMES, "programme"]
    grouped = started.assign(code=started["code"].fillna("")).groupby(keys, sort=False)
    table = grouped.agg(
        first_start=(YEAR, "min"),
        last_start=(YEAR, "max"),
        first_service=("first_service", "min"),
        unit=("unit", "first"),
        status=("status", "first"),
    ).reset_index()
    standing = tables["capacity"].groupby([TECHNOLOGY, YEAR])["added"].sum().groupby(TECHNOLOGY).max()
    money = spent.groupby(TECHNOLOGY)["outlay"].sum()
    table["most"] = table[TECHNOLOGY].map(standing).fillna(0.0)
    table["outlay"] = table[TECHNOLOGY].map(money)
    return table.sort_values(["programme", "first_start", "outlay"], ascending=[True, True, False], kind="stable")


@derived
def list_service(tables: Tables) -> pd.DataFrame:
    """What of each measure stands by year: technology, code, names, programme, year, added, share, unit, build, outlay.

    `share` is of the most that the plan ever adds; `build` what is started in the year.
    """
    timetable = list_timetable(tables)
    capacity = tables["capacity"]
    standing = capacity[capacity[TECHNOLOGY].isin(timetable[TECHNOLOGY]) & (capacity["added"] > SMALLEST)]
    most = timetable.set_index(TECHNOLOGY)["most"]
    keys = [TECHNOLOGY, YEAR]
    table = standing.groupby(keys, sort=False)["added"].sum().reset_index()
    table["share"] = table["added"] / table[TECHNOLOGY].map(most)
    started = tables["investments"].groupby(keys, sort=False)[["build", "outlay"]].sum().reset_index()
    started = started[started[TECHNOLOGY].isin(timetable[TECHNOLOGY])]
    table = table.merge(started, on=keys, how="outer").fillna({"added": 0.0, "share": 0.0})
    names = timetable[[TECHNOLOGY, "code", *NAMES, "programme"]]
    units = timetable.set_index(TECHNOLOGY)["unit"]
    table["unit"] = table[TECHNOLOGY].map(units)
    return names.merge(table.fillna({"build": 0.0, "outlay": 0.0}), on=TECHNOLOGY)


@derived
def sum_operating(tables: Tables) -> pd.DataFrame:
    """Operating cash and support against doing nothing: actor, its names, year, amount, nominal (plus: more cash)."""
    cash = tables["cash_flow"]
    running = take_changes(cash[cash["item"].isin(("operating", "support")) & cash["change"].notna()])
    return running.groupby([ACTOR, *NAMES, YEAR], sort=False, as_index=False)[MONEY].sum()


def take_changes(table: pd.DataFrame) -> pd.DataFrame:
    """An account with its changes against doing nothing as its money."""
    return table.assign(**{money: table[change] for money, change in zip(MONEY, CHANGES, strict=True)})


def list_extremes(tables: Tables, items: Sequence[str]) -> pd.DataFrame:
    """Key figures over the horizon: actors as rows, (amount, nominal or year; item) as columns, blank where none."""
    figures = tables["key_figures"]
    picked = figures[figures["item"].isin(list(items))]
    picked = picked[
        picked.groupby(ACTOR)["amount"].transform(lambda values: values.abs().max() > SMALLEST).astype(bool)
    ]
    wide = picked.pivot(index=ACTOR, columns="item", values=[*MONEY, YEAR])
    columns = pd.MultiIndex.from_product([[*MONEY, YEAR], list(items)])
    return wide.reindex(index=list(dict.fromkeys(picked[ACTOR])), columns=columns)


@derived
def list_spared(tables: Tables) -> pd.DataFrame:
    """Accounts that the plan changes and that are no single sector: names, plan, do_nothing, change, unit."""
    beside = tables["comparison"].query("kind == 'emission'")
    accounts = tables["labels"].query("dimension == 'account' and role != 'sector'")["label"]
    kept = beside[beside["item"].isin(accounts) & (beside["change"].abs() > SMALLEST)]
    return kept.reset_index(drop=True)


@derived
def follow_ceilings(tables: Tables, values: str = AMOUNT) -> pd.DataFrame:
    """Debt of who has a ceiling: actor, names, year, net_debt, ceiling, margin (MSEK), percent, ceiling_percent.

    Percent are of taxes and general grants, NaN where there are none. `values` is the column of money.
    """
    debt = tables["debt"]
    together = debt[debt["instrument"].fillna("") == ""]
    wide = together.pivot_table(index=[ACTOR, *NAMES, YEAR], columns="item", values=values, sort=False)
    wide = wide.reindex(columns=["net_debt", "standing", "ceiling", "margin", "percent_of_taxes_and_grants"])
    wide = wide[wide["ceiling"].notna()].rename(columns={"percent_of_taxes_and_grants": "percent"})
    wide["ceiling_percent"] = wide["percent"] * wide["ceiling"] / wide["net_debt"]
    return wide.reset_index()


@derived
def list_gains(tables: Tables) -> pd.DataFrame:
    """Who gains and who loses against doing nothing, by present value, who gains most first.

    Columns: actor, its names, outlay, grant, operating, support, residual_value, financing (loans drawn less what they
    cost), npv, the sum of these. No rows where nothing was compared with.
    """
    measures = tables["measures_finance"]
    known = measures[(measures["level"] == "plan") & (measures[ACTOR] != "")].copy()
    names = tables["labels"].query("dimension == 'actor'").set_index("label")
    for name in NAMES:
        known[name] = known[ACTOR].map(names[name])
    loans = measures[measures["level"] == "financing"].set_index(ACTOR)["npv"]
    known["financing"] = known[ACTOR].map(loans).fillna(0.0).astype(float)
    parts = ["outlay", "grant", "operating", "support", "residual_value", "financing"]
    gains = known.loc[known["npv"].abs() > SMALLEST, [ACTOR, *NAMES, *parts, "npv"]]
    return gains.sort_values("npv", ascending=False, kind="stable").reset_index(drop=True)


@derived
def list_worth(tables: Tables) -> pd.DataFrame:
    """What each measure is worth to all its owners together: names, investment, nominal and the rest, best first."""
    measures = tables["measures_finance"]
    whole = (measures["level"] == "measure") & (measures[ACTOR] == "")
    worth = measures[whole & (measures["investment"].abs() > SMALLEST)]
    columns = ["item", *NAMES, "investment", NOMINAL, "npv", "irr_percent", "payback_years", "annuity"]
    return worth[columns].sort_values("npv", ascending=False, kind="stable").reset_index(drop=True)


@derived
def follow_total(tables: Tables) -> pd.DataFrame:
    """The account that sums all emissions: period (plan, do_nothing), name_sv, name_en, year, length, value, unit."""
    path = tables["emissions"]
    return path[path["kind"] == TOTAL].reset_index(drop=True)


@derived
def follow_net(tables: Tables) -> pd.DataFrame:
    """The net account, after what is credited: name_sv, name_en, year, value, unit."""
    path = tables["emissions"]
    return path[path["kind"] == NET].reset_index(drop=True)


@derived
def compare_costs(tables: Tables) -> pd.DataFrame:
    """Present values of the plan beside doing nothing, by component, and their sum: item, plan, do_nothing, change."""
    if "comparison" not in tables:
        return pd.DataFrame(columns=["item", PLAN, NOTHING, "change"])
    beside = tables["comparison"]
    rows = beside.loc[beside["kind"] == COST, ["item", PLAN, NOTHING, "change"]]
    rows = rows.sort_values("item", key=lambda items: items.map(COMPONENTS.index), kind="stable")
    total = {"item": "total"} | {name: float(rows[name].sum()) for name in (PLAN, NOTHING, "change")}
    return pd.concat([rows, pd.DataFrame([total])], ignore_index=True)


@derived
def weigh_confidence(tables: Tables) -> pd.DataFrame:
    """Counts of numbers by table and confidence as a long table, with the share of the table: table, confidence, ..."""
    long = tables["quality"].melt(id_vars="table", var_name="confidence", value_name="count")
    long["share"] = long["count"] / long.groupby("table")["count"].transform("sum")
    return long
