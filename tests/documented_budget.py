"""What docs/climate-budget.md says of Lund's climate budget of 2027, and the commands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from documented import Answer, Quote, Runs

PAGE = "docs/climate-budget.md"
FAST = "solver=fast"
YEAR = 2027
GROUP = ("municipality", "company")


def _answer(runs: Runs) -> Answer:
    """The climate budget of the plan that `fardplan plan solver=fast` makes."""
    return runs.answer("budget", str(runs.plan(FAST).run.place), f"year={YEAR}")


def _read_caps(runs: Runs) -> Mapping[str, float]:
    rows = _answer(runs).table("caps")
    rows = rows[rows["year"] == YEAR]
    sums = rows.groupby("kind")["value"].sum()
    return {name: float(sums[name]) for name in ("sector", "removal", "net", "total")} | {
        "idle": float(sums["do_nothing"])
    }


def _read_money(runs: Runs) -> Mapping[str, float]:
    outlays, funding = (_answer(runs).table(name) for name in ("outlays", "funding"))
    outlays, funding = outlays[outlays["year"] == YEAR], funding[funding["year"] == YEAR]
    own = outlays[outlays["kind"].isin(GROUP)]
    return {
        "outlay": float(outlays["amount"].sum()),
        "nominal": float(outlays["nominal"].sum()),
        "group": float(own["amount"].sum()),
        "change": float(outlays["change"].sum()),
        "paid": float(funding["amount"].sum()),
        "others": float(funding.loc[funding["status"] == "others", "amount"].sum()),
        "applied": float(funding.loc[funding["status"] == "applied", "amount"].sum()),
    }


def _read_decisions(runs: Runs) -> Mapping[str, float]:
    rows = _answer(runs).table("decisions")
    now = rows[rows["when"] == "now"]
    own = now[now["decider"].isin(("board", "company"))]
    return {"count": float(own["technology"].nunique()), "bound": float(own["committed"].sum())}


def _read_cut(runs: Runs, percent: float) -> Mapping[str, float]:
    rows = _answer(runs).table("cuts")
    row = rows[rows["cut_percent"] == percent].iloc[0]
    return {name: float(row[name]) for name in ("frame", "waiting", "cost_change", "emissions_change")}


BUDGET_QUOTES: tuple[Quote, ...] = (
    Quote(PAGE, "sectors of 2027 sum to {sector:1} kt CO2e, less {removal:1} in sinks: {net:1} net", _read_caps),
    Quote(PAGE, "territorial emissions are {total:1}, and {idle:1} if nothing is done", _read_caps),
    Quote(PAGE, "Outlays of 2027 are {outlay:1} MSEK ({nominal:1} in current prices)", _read_money),
    Quote(PAGE, "{group:1} of them of the municipality and its companies; {change:1} come beyond", _read_money),
    Quote(
        PAGE,
        "Funding sums to {paid:1}, of which {applied:1} are applied for and {others:1} are others' money",
        _read_money,
    ),
    Quote(PAGE, "decide on {count:0} measures that commit {bound:1} MSEK", _read_decisions),
    *(
        Quote(
            PAGE,
            f"| {percent} % | {{frame:1}} | {{waiting:0}} | {{cost_change:1}} | {{emissions_change:2}} |",
            partial(_read_cut, percent=float(percent)),
        )
        for percent in (10, 25)
    ),
)
"""Every quote of the page."""
