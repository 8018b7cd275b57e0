"""What a page can have computed about a plan: the words of each command, from those of the plan itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from runners.analyses.climate_budget.window import choose_window
from runners.analyses.comparison.compared_plans import ASKED, flatten
from runners.keepsake import RUNS
from runners.overrides import read_config
from runners.results.manifest import MANIFEST
from runners.results.result import SUMMARY
from runners.sweep_store.disk import read_json
from runners.web.orders import quote
from scenarios.errors import CaseError

CASE = "case"
NAMED = (f"{CASE}.name", f"{CASE}.path")


def list_plan_words(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of the command line with which a plan was made, from the configuration that its manifest keeps."""
    about = config[CASE]
    own = about.get("path") is not None
    chosen = (f"{CASE}=own", f"{CASE}.path={quote(str(about['path']))}") if own else (f"{CASE}={about['name']}",)
    usual = dict(_flatten_asked(asdict(read_config(chosen))))
    return (*chosen, *(_write(key, value) for key, value in _flatten_asked(config) if value != usual.get(key)))


def _flatten_asked(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What of a configuration says which plan it is, key by key; a mapping without entries says nothing."""
    told = flatten({key: config[key] for key in ASKED if key in config})
    yield from ((key, value) for key, value in told if key not in NAMED and value != {})


def _write(key: str, value: Any) -> str:
    if value is None:
        return f"{key}=null"
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    if isinstance(value, list):
        return f"{key}=[{','.join(map(str, value))}]"
    return f"{key}={value}"


Order = Callable[[Path, tuple[str, ...]], tuple[str, ...]]
"""The words of a command, from the folder of a plan and the words that it was made with."""


def _ask_of_case(*words: str) -> Order:
    return lambda _run, plan: (words[0], *plan, *words[1:])


def _ask_of_run(command: str) -> Order:
    return lambda run, _plan: (command, str(run))


ORDERS: Mapping[str, Order] = {
    "why": _ask_of_case("why"),
    "near": _ask_of_case("near"),
    "system": _ask_of_case("curve", "curve.kind=system"),
    "measures": _ask_of_case("curve", "curve.kind=measures"),
    "stress": _ask_of_run("stress"),
    "futures": _ask_of_case("futures"),
    "follow": _ask_of_run("follow"),
    "replan": _ask_of_run("replan"),
}
"""What can be ordered about one plan, by kind."""
COMPARE, BUDGET = "compare", "budget"


def write_order(order: str, run: Path, place: Path, lang: str) -> list[str]:
    """The words of what is ordered about the plan of a run folder, which jobs find under the folder that is served.

    Args:
        order: of `ORDERS`.
        run: the folder.
        place: of the answer.
        lang: of what the command says.
    """
    config = read_json(run / MANIFEST).get("config")
    plan = list_plan_words(config) if isinstance(config, dict) else ()
    words = ORDERS[order](Path(RUNS) / run.name, plan)
    return [*words, f"out={place if words[0] in BY_RUN else quote(str(place))}", f"lang={lang}"]


def write_comparison_order(first: str, second: str, place: Path, lang: str) -> list[str]:
    """The words that compare two plans, by the names of their runs."""
    return [COMPARE, f"{RUNS}/{first}", f"{RUNS}/{second}", f"out={place}", f"lang={lang}"]


def write_budget_order(run: Path, year: int, place: Path, lang: str) -> list[str]:
    """The words that make the climate budget of a year from the plan of a run folder; raises CaseError."""
    choose_window(read_json(run / SUMMARY), year, run.name)
    return [BUDGET, f"{RUNS}/{run.name}", f"year={year}", f"out={place}", f"lang={lang}"]


def list_budget_years(run: Path) -> list[int]:
    """The years of a plan that a climate budget can be made for: none that stands for several."""
    summary = read_json(run / SUMMARY)
    years = summary.get("years")
    return [int(year) for year in years if _has_window(summary, int(year))] if isinstance(years, dict) else []


def _has_window(summary: Mapping[str, Any], year: int) -> bool:
    try:
        choose_window(summary, year, "")
    except CaseError:
        return False
    return True


BY_RUN = ("stress", "follow", "replan")
"""Commands that take a run folder: their words are not Hydra's, and are not quoted."""
