"""What is compared: a plan as its folder holds it and, where its scenario can be had again, checked anew against that.

A run folder keeps the digests of the case it was made from. Where the case's files are still the same, the scenario is
assembled again from the folder's own choices, its digest compared, and the plan verified as if it had just been found:
a plan that was edited consistently, digests and all, is seen here. Where they are not, tables are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.restored import CaseMovedError, Restored, restore_run, verify_kept
from scenarios.catalog import ACTOR, TARGET
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from runners.reports.run_folder import Run

SETTINGS = "settings"
"""Words that are settings stand on the command line without this in front."""
NO_DO_NOTHING = "no_do_nothing"
"""How keys of notices begin that tell of a do-nothing path that is none."""
ASKED = ("case", "target", "price", "finance", "convention", "solver", SETTINGS, "exclude", "do_nothing")
"""What of a configuration says which plan it is; the rest is how it was shown."""
WHOLE, TABLES_ONLY, ROWS_ONLY = "whole", "tables", "rows"


@dataclass(frozen=True)
class Side:
    """One of the plans compared.

    Args:
        name: as it is called beside the others.
        kind: `whole` with its scenario, `tables` of a run folder alone, `rows` of a sweep.
        case: its label; `name_sv`, `name_en` its names.
        money: unit of money.
        price_year: of constant prices; None where it is not said.
        years: plan years and how many calendar years each stands for.
        cost: present cost to society, in money; of a sweep the objective.
        tables: long tables by name, as `runners.reports.tables` makes them.
        asked: key of the configuration to what it was.
        inputs: file of the case to its digest.
        scenario: assembled again, else None.
        plan: verified against it, else None.
        max_violation: the largest that the verifier found.
        whole_units: whether its units are whole where they have to be; None where that is not known.
    """

    name: str
    kind: str
    case: str
    names: Mapping[str, str]
    money: str
    price_year: int | None
    years: Mapping[int, float]
    cost: float
    tables: Mapping[str, pd.DataFrame]
    asked: Mapping[str, Any]
    inputs: Mapping[str, str]
    digest: str
    scenario: xr.Dataset | None = None
    plan: xr.Dataset | None = None
    max_violation: float = float("nan")
    facts: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Mapping[str, Any], ...] = ()
    whole_units: bool | None = None

    @property
    def valued(self) -> set[str]:
        """Targets whose misses have a value."""
        targets = self.tables["targets"]
        return set(targets.loc[targets["excess_price"].notna(), TARGET])

    @property
    def missed(self) -> set[str]:
        """Targets that are missed in some year."""
        targets = self.tables["targets"]
        return set(targets.loc[~targets["met"].astype(bool), TARGET])


def open_sides(places: Sequence[Path], names: Sequence[str]) -> list[Side]:
    """The plans of run folders, each opened and, where that can be done, verified again.

    Raises:
        CaseError: folders that are none, whose files were changed, or whose plan the verifier does not accept.
    """
    from runners.reports.run_folder import Run, open_run

    runs, problems = list[Run](), list[Problem]()
    for place in places:
        try:
            runs.append(open_run(place))
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems)
    return [_open_side(run, name) for run, name in zip(runs, names, strict=True)]


def _restore(run: Run) -> Restored | None:
    """What made the plan of a side; None where its case is gone or has changed: then its tables alone are compared."""
    try:
        return restore_run(run)
    except CaseMovedError:
        return None


def _open_side(run: Run, name: str) -> Side:
    summary, manifest = run.summary, run.manifest
    social = summary.get("social_cost_money")
    restored = _restore(run)
    side = Side(
        name=name,
        kind=TABLES_ONLY if restored is None else WHOLE,
        case=str(summary["case"]),
        names={lang: str(summary[f"name_{lang}"]) for lang in ("sv", "en")},
        money=str(summary["money"]),
        price_year=int(summary["price_year"]),
        years={int(year): float(length) for year, length in summary["years"].items()},
        cost=float(summary["objective_money"] if social is None else social),
        tables=run.tables,
        asked=dict(flatten({key: manifest["config"].get(key) for key in ASKED})),
        inputs=manifest["inputs"],
        digest=str(manifest["digest"]),
        facts={"perspective": summary.get("perspective", ""), "discount_rate": summary["discount_rate"]},
        whole_units=summary.get("whole_units"),
        notices=tuple(notice for notice in summary.get("notices", ()) if notice["key"].startswith(NO_DO_NOTHING)),
    )
    return side if restored is None else _complete(side, run.place, restored.scenario, restored.plan)


def _complete(side: Side, place: Path, scenario: xr.Dataset, plan: xr.Dataset) -> Side:
    """The side with its scenario: what it says of itself is judged and reckoned again, its tables are not trusted."""
    from dataclasses import replace

    from runners.reports.tables import TABLES

    verdict = verify_kept(place, scenario, plan)
    tables = dict(side.tables) | {name: tabulate(scenario, plan) for name, tabulate in TABLES.items()}
    cost = float(plan.attrs["social_cost"] if scenario.sizes[ACTOR] else plan.attrs["objective"])
    return replace(
        side, scenario=scenario, plan=plan, tables=tables, cost=cost, max_violation=float(verdict.max_violation)
    )


def flatten(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Key by key, as it is written on the command line."""
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, "" if key == SETTINGS else f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def check_comparable(sides: Sequence[Side]) -> None:
    """Refuse plans that have nothing to be compared in.

    Raises:
        CaseError: other cases or other units of money than the first.
    """
    first, problems = sides[0], list[Problem]()
    for other in sides[1:]:
        for key in ("case", "money"):
            mine, theirs = getattr(first, key), getattr(other, key)
            if mine != theirs:
                fields_of = {"first": first.name, "mine": mine, "theirs": theirs}
                problems.append(Problem(f"compare_{key}_differs", other.name, fields=fields_of))
        if not set(first.years) & set(other.years):
            spans = {"first": first.name, "mine": _span(first), "theirs": _span(other)}
            problems.append(Problem("compare_no_common_years", other.name, fields=spans))
    if problems:
        raise CaseError(problems)


def _span(side: Side) -> str:
    return f"{min(side.years)}–{max(side.years)}"


def list_common_years(sides: Sequence[Side]) -> list[int]:
    """Plan years that all have, each standing for as many calendar years."""
    first = sides[0].years
    return [year for year in sorted(first) if all(side.years.get(year) == first[year] for side in sides)]


def has_same_years(one: Side, other: Side) -> bool:
    """Whether totals over the plan's years mean the same."""
    return dict(one.years) == dict(other.years)


def has_same_prices(one: Side, other: Side) -> bool:
    """Whether a krona is the same."""
    return one.price_year == other.price_year
