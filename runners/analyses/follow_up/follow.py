"""A plan against what became of it, as long tables: deviations, causes, pace, last starts, targets, realisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES, say
from model.queries.no_plan import NoPlan
from runners.analyses.abatement.abatement_metrics import find_account
from runners.analyses.follow_up.last_starts import LastStart, find_last_starts
from runners.analyses.follow_up.outcomes import Planned, tabulate_outcomes
from runners.analyses.follow_up.pace import Pace, choose_account, measure_pace
from runners.analyses.follow_up.steps import Walk, walk_causes
from runners.family import Family
from runners.progress import QUIET, Progress
from runners.reports.tables import tabulate_targets
from scenarios.actuals import RESULT, Actual
from scenarios.headings import read_headings
from scenarios.known import Known
from scenarios.settings import Settings
from scenarios.terms import ACCOUNT, ACTOR, PROGRAMME, TECHNOLOGY, VINTAGE, YEAR

NEAREST = "nearest"
EMISSIONS, MONEY = "account", "money"
SMALLEST = 1e-6


@dataclass(frozen=True)
class Followed:
    """What became of a plan: the way from it to what was, its paces (none: no account), and last starts.

    `reached` is False where hard targets had to be let go for there to be a plan of the rest at all. `nothing` is the
    do-nothing path, where a result is known that it is needed for.
    """

    scenario: xr.Dataset
    plan: xr.Dataset
    until: int
    walk: Walk
    paces: tuple[Pace, ...]
    starts: tuple[LastStart, ...]
    reached: bool
    actuals: tuple[Actual, ...] = ()
    nothing: xr.Dataset | None = None


def follow_plan(
    family: Family,
    settings: Settings,
    actuals: list[Actual],
    until: int,
    forward: str,
    plan: xr.Dataset,
    progress: Progress = QUIET,
) -> Followed:
    """Follow a plan up.

    Args:
        family: of the plan's case.
        settings: of the plan.
        actuals: of the case.
        until: last year that counts.
        forward: what becomes of corrections.
        plan: as it was adopted.
        progress: told what is done.

    Raises:
        NoPlan: there is no plan of the rest even where no target is hard.
        PlanRefused: the verifier did not accept a plan.
    """
    scenario, reached = family.describe(settings), True
    try:
        walk = walk_causes(family, settings, actuals, until, forward, plan, progress)
    except NoPlan:
        family = Family(family.tables, replace(family.choices, target_mode=NEAREST), family.options)
        walk, reached = walk_causes(family, settings, actuals, until, forward, plan, progress), False
    made = walk.replanned
    rest, outcome = made.outcome.scenario, made.outcome.plan
    paces: tuple[Pace, ...] = ()
    if scenario.sizes[ACCOUNT]:
        paces = measure_pace(choose_account(scenario, find_account(scenario)), plan, rest, outcome, until)
    progress("last_starts")
    starts = find_last_starts(family.revise(made.settings), rest, outcome, until, family.options, progress)
    nothing = family.pose(settings).nothing if any(a.outcome == RESULT for a in actuals) else None
    return Followed(scenario, plan, until, walk, paces, tuple(starts), reached, tuple(actuals), nothing)


def tabulate_follow(followed: Followed) -> dict[str, pd.DataFrame]:
    """All tables; those with nothing to tell are left out."""
    tables = {
        "bridge": tabulate_bridge(followed),
        "measures": tabulate_measures(followed),
        "programmes": sum_measures(followed, "programme"),
        "actors": sum_measures(followed, ACTOR),
        "pace": tabulate_pace(followed),
        "targets": tabulate_missed(followed),
        "starts": tabulate_starts(followed),
        "books": tabulate_books(followed),
        "outcomes": tabulate_outcomes(
            Planned(followed.scenario, followed.plan, followed.nothing), followed.actuals, followed.until
        ),
    }
    return {name: table for name, table in tables.items() if len(table)}


def tabulate_bridge(followed: Followed) -> pd.DataFrame:
    """From the plan to what was: an amount by cause, account (or money) and year, that sums without a rest."""
    units = dict(zip(followed.scenario[ACCOUNT].values.tolist(), followed.scenario["account_unit"].values, strict=True))
    money = str(followed.scenario.attrs["money"])
    rows = []
    for cause, before, after in followed.walk.list_steps():
        for (account, year), value in before.accounts.items():
            ends = {"before": value, "after": after.accounts[account, year]}
            rows.append(_step(EMISSIONS, account, year, cause, ends, str(units[account])))
        for year, value in before.money.items():
            rows.append(_step(MONEY, MONEY, year, cause, {"before": value, "after": after.money[year]}, money))
    return pd.DataFrame(rows)


def _step(quantity: str, item: str, year: int, cause: str, ends: dict[str, float], unit: str) -> dict[str, Any]:
    amount = ends["after"] - ends["before"]
    return {"quantity": quantity, "item": item, YEAR: year, "cause": cause, **ends, "amount": amount, "unit": unit}


def tabulate_measures(followed: Followed) -> pd.DataFrame:
    """What was planned and begun of each technology in each past year, and what it costs in all; known or forecast."""
    known, scenario = followed.walk.replanned.known, followed.scenario
    rest, outcome = followed.walk.replanned.outcome.scenario, followed.walk.replanned.outcome.plan
    rows = []
    tonnes = _measure_slips(followed)
    for k in scenario[TECHNOLOGY].values.tolist():
        about = {name: str(scenario[f"technology_{name}"].sel({TECHNOLOGY: k}).values) for name in ABOUT}
        about |= {f"actor_{lang}": _name(scenario, ACTOR, about[ACTOR], lang) for lang in LANGUAGES}
        for year in _list_past(followed):
            planned, built = (_begin(of, k, year) for of in (followed.plan, outcome))
            if max(planned, built) <= SMALLEST and (k, year) not in known.build:
                continue
            rows.append(
                {
                    TECHNOLOGY: k,
                    **about,
                    YEAR: year,
                    "planned": planned,
                    "built": built,
                    "slipped": planned - built,
                    "planned_outlay": _cost(scenario, followed.plan, k, year),
                    "outlay": _cost(rest, outcome, k, year),
                    "let_out": tonnes.get((k, year), np.nan),
                    "known": (k, year) in known.build,
                    "unit": str(scenario["technology_capacity_unit"].sel({TECHNOLOGY: k}).values),
                }
            )
    return pd.DataFrame(rows)


ABOUT = ("name_sv", "name_en", "programme", "actor")


def sum_measures(followed: Followed, by: str) -> pd.DataFrame:
    """Outlays planned and made of what is known, by programme or owner: the share is the realisation rate."""
    table = tabulate_measures(followed)
    if table.empty or not table["known"].any():
        return pd.DataFrame()
    sums = table[table["known"]].groupby(by)[["planned_outlay", "outlay"]].sum().reset_index()
    realised = table[table["known"]].assign(
        done=lambda t: t["planned_outlay"] * np.where(t["planned"] > 0, np.minimum(t["built"] / t["planned"], 1.0), 0.0)
    )
    done = realised.groupby(by)["done"].sum().reset_index(drop=True)
    share = np.where(
        sums["planned_outlay"] > 0, done / sums["planned_outlay"].where(sums["planned_outlay"] > 0, 1.0), np.nan
    )
    if by == ACTOR:
        for lang in LANGUAGES:
            sums[f"name_{lang}"] = [_name(followed.scenario, ACTOR, actor, lang) for actor in sums[ACTOR]]
    return sums.assign(realised=share, unit=str(followed.scenario.attrs["money"]))


def tabulate_pace(followed: Followed) -> pd.DataFrame:
    """The budgets of emissions: used, left, what pace each asks for."""
    rows = [_describe_pace(followed.scenario, pace) for pace in followed.paces]
    return pd.DataFrame(rows).astype({"spent": "Int64"}) if rows else pd.DataFrame()


def _describe_pace(scenario: xr.Dataset, pace: Pace) -> dict[str, Any]:
    unit = str(scenario["account_unit"].sel({ACCOUNT: pace.account}).values).removesuffix("/yr")
    names = {f"name_{lang}": _name(scenario, ACCOUNT, pace.account, lang) for lang in LANGUAGES}
    row: dict[str, Any] = {"account": pace.account, "target": pace.target, **names}
    row |= {name: getattr(pace, name) for name in ("first", "last", "budget", "used", "left", "today")}
    return row | {"asked": 100.0 * pace.asked, "spent": pace.spent, "unit": unit}


def tabulate_missed(followed: Followed) -> pd.DataFrame:
    """Every target and year to come: how far it is missed in the plan, and in the plan of the rest."""
    made = followed.walk.replanned.outcome
    before, after = (
        tabulate_targets(s, p) for s, p in ((followed.scenario, followed.plan), (made.scenario, made.plan))
    )
    keys = ["target", YEAR]
    both = after.merge(before[[*keys, "excess"]].rename(columns={"excess": "planned_excess"}), on=keys, how="left")
    both = both[both[YEAR] > followed.until].assign(lost=lambda t: t["excess"] > t["planned_excess"] + SMALLEST)
    return both[["target", "name_sv", "name_en", YEAR, "cap", "value", "planned_excess", "excess", "lost", "unit"]]


def tabulate_starts(followed: Followed) -> pd.DataFrame:
    """The last moment of each measure that is still to begin; blank where it may wait for ever.

    Where that is not settled the year is one that is early enough.
    """
    scenario = followed.scenario
    rows = [
        {
            TECHNOLOGY: start.technology,
            **{
                name: str(scenario[f"technology_{name}"].sel({TECHNOLOGY: start.technology}).values)
                for name in ABOUT[:2]
            },
            "begins": start.planned,
            "latest": start.latest,
            "settled": start.settled,
        }
        for start in followed.starts
    ]
    return pd.DataFrame(rows).astype({"latest": "Int64"}) if rows else pd.DataFrame()


def tabulate_books(followed: Followed) -> pd.DataFrame:
    """Debt by the books beside what the model has of the same facts, by actor and year, in real money."""
    gaps = [gap for gap in followed.walk.replanned.gaps if gap.quantity == "standing_debt"]
    rows = [
        {
            ACTOR: g.label,
            **{f"name_{lang}": _name(followed.scenario, ACTOR, g.label, lang) for lang in LANGUAGES},
            YEAR: g.year,
            "books": g.known,
            "modelled": g.modelled,
            "difference": g.amount,
        }
        for g in gaps
    ]
    return pd.DataFrame(rows).assign(unit=str(followed.scenario.attrs["money"])) if rows else pd.DataFrame()


def describe_follow(followed: Followed, place: str, decision: str = "", holds: str = "") -> dict[str, Any]:
    """The whole as JSON writes it.

    Args:
        followed: the plan against what became of it.
        place: of the plan's folder.
        decision: by which the plan was adopted; blank where it was not.
        holds: the decision by which the case's plan was adopted last; blank where none was.
    """
    attrs, made = followed.scenario.attrs, followed.walk.replanned
    known: Known = made.known
    return {
        **{name: attrs[name] for name in ("case", "name_sv", "name_en", "digest", "money", "price_year")},
        "plan": place,
        "decision": decision,
        "holds": holds,
        "until": followed.until,
        "reached": followed.reached,
        "objective": float(followed.plan.attrs["objective"]),
        "replanned": float(made.outcome.plan.attrs["objective"]),
        "loosened": len(made.outcome.verdict.loosened) if made.outcome.verdict else 0,
        "realised": describe_realised(followed),
        "outcomes": dict(known.counts),
        "preliminary": dict(known.preliminary),
        "accounts": _name_accounts(followed.scenario),
        "programmes": read_headings(followed.scenario, PROGRAMME),
        "known": {name: len(getattr(known, name)) for name in ("build", "measured", "debts", "draw", "claimed")},
    }


def _measure_slips(followed: Followed) -> dict[tuple[str, int], float]:
    """What is let out more in each year for what was built of each technology, on the account of the pace."""
    if not followed.paces:
        return {}
    account = followed.paces[0].account
    return {
        (k, year): after.accounts[account, year] - before.accounts[account, year]
        for k, (before, after) in followed.walk.slips.items()
        for year in _list_past(followed)
    }


def describe_realised(followed: Followed) -> dict[str, Any]:
    """What each owner carried out, as a circumstance that `fardplan stress RUN --with FOLDER` takes."""
    table = sum_measures(followed, ACTOR)
    shares = {} if table.empty else dict(zip(table[ACTOR], table["realised"], strict=True))
    share = {f"{ACTOR}.{actor}": round(float(part), 9) for actor, part in shares.items() if part == part}
    titles = {lang: say("follow_circumstance", lang, until=followed.until) for lang in LANGUAGES}
    return {**titles, "source": f"actuals.csv ({followed.until})", "share": share}


def _name(scenario: xr.Dataset, dim: str, label: str, lang: str) -> str:
    """The name of a label; itself where the case has none of it."""
    labels = scenario[dim].values.tolist()
    return str(scenario[f"{dim}_name_{lang}"].values[labels.index(label)]) if label in labels else label


def _name_accounts(scenario: xr.Dataset) -> dict[str, dict[str, str]]:
    """What accounts are called, by language."""
    labels = scenario[ACCOUNT].values.tolist()
    return {lang: {e: _name(scenario, ACCOUNT, e, lang) for e in labels} for lang in LANGUAGES}


def _list_past(followed: Followed) -> list[int]:
    return [int(y) for y in followed.scenario[YEAR].values if y <= followed.until]


def _begin(plan: xr.Dataset, technology: str, year: int) -> float:
    return float(plan["build"].sel({TECHNOLOGY: technology, VINTAGE: year}))


def _cost(scenario: xr.Dataset, plan: xr.Dataset, technology: str, year: int) -> float:
    """All that what is begun in a year costs: capex build + project_cost begin, undiscounted."""
    at = {TECHNOLOGY: technology}
    variable = float(scenario["capex"].sel({**at, YEAR: year})) * _begin(plan, technology, year)
    return variable + float(scenario["project_cost"].sel({**at, YEAR: year})) * float(
        plan["begin"].sel({**at, VINTAGE: year})
    )
