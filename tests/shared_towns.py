"""Towns that share: heat from dirty or clean plants, and a folder of cases with what links them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from town import build_town, write_town

from model.solver.solution import SolverOptions
from runners.analyses.portfolio.crew import Job
from runners.analyses.portfolio.study import Study, plan_portfolio
from scenarios.choices import Choices
from scenarios.links import read_links

HEAD = "link,kind,item,cases,host,first,last,span,sense,value,unit,price\n"


def heat_town(extra: float, fuel: float | None = None, **tables: Any) -> dict[str, Any]:
    """10 GWh of heat in one year: dirty for 1 MSEK and 1 kt a GWh, or clean for `extra` more.

    `fuel`: most that can be bought of what the clean one burns, a GWh a GWh, for nothing.
    """
    clean: dict[str, Any] = {
        "technology": "clean",
        "capacitated": "no",
        "flow": {"heat": 1},
        "variable_cost": 1 + extra,
    }
    commodities: list[dict[str, Any]] = [{"commodity": "heat", "demand": 10}]
    if fuel is not None:
        clean["flow"] = {"heat": 1, "fuel": -1}
        commodities.append({"commodity": "fuel", "purchase_price": 0, "most_purchase": fuel})
    dirty = {"technology": "dirty", "capacitated": "no", "flow": {"heat": 1}, "variable_cost": 1}
    return {
        "commodities": commodities,
        "technologies": [{**dirty, "factor_activity": {"co2": 1}}, clean, *tables.pop("technologies", [])],
        "accounts": [{"account": "co2", "role": "total"}],
        **tables,
    }


def write_cases(folder: Path, towns: Mapping[str, Mapping[str, Any]], links: str, shares: str = "") -> Path:
    """A folder of towns with links.csv, its head left out, and shares.csv."""
    folder.mkdir(exist_ok=True)
    for name, tables in towns.items():
        write_town(folder / name, build_town(**tables))
    (folder / "links.csv").write_text(HEAD + links, encoding="utf-8")
    if shares:
        (folder / "shares.csv").write_text(shares, encoding="utf-8")
    return folder


def plan_together(folder: Path, method: str = "choose", keep_going: bool = False, **choices: Any) -> Study:
    """The portfolio of a folder in this process; keywords are fields of Choices."""
    folders = {path.parent.name: path.parent for path in sorted(folder.glob("*/case.csv"))}
    job = Job(folders, Choices(**{"salvage": "none", **choices}), SolverOptions(gap=1e-6), None)
    return plan_portfolio(read_links(folder, list(folders)), job, 1, method, keep_going=keep_going)
