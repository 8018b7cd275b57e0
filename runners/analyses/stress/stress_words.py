"""A plan under stress on the screen: in how many futures each target is met, what it costs, and what hurts most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from conf.words import format_number, say, say_unit
from runners.analyses.stress.conditions import list_names, name_key, tabulate_conditions
from runners.analyses.stress.failures import Failure, list_missed, list_newly_missed
from runners.analyses.stress.sensitivity import COST
from runners.analyses.stress.study import Study
from runners.analyses.stress.tables import Tried, summarise, tabulate_actors, tabulate_targets
from runners.views.names import name_money
from scenarios.terms import TARGET, YEAR

MOST_TARGETS = 8
MOST_ACTORS = 4
MOST_CONDITIONS = 3
MOST_FAILURES = 5
MOST_PAIRS = 3
MOST_RANKED = 8
NOTHING = 0.05


def write_stress(study: Study, plan: Path, place: Path, lang: str) -> str:
    """The screen of `fardplan stress`."""
    scenario = study.restored.scenario
    lines = [say("stress_title", lang, name=scenario.attrs[f"name_{lang}"], plan=plan)]
    lines.append(say("stress_basis", lang))
    money = name_money(scenario.attrs["money"], lang)
    summary = summarise(study.tried, study.expected.fate.get("objective_msek", float("nan")))
    targets = tabulate_targets(study.tried, scenario)
    conditions = tabulate_conditions(study.tried, scenario)
    actors = tabulate_actors(study.tried, scenario)
    for circumstance in study.circumstances:
        for level in study.levels:
            mine = summary[(summary["circumstance"] == circumstance.name) & (summary["level"] == level)].iloc[0]
            lines += ["", _write_head(circumstance.titles[lang], level, mine, money, lang)]
            lines += [f"  {line}" for line in _write_targets(_pick(targets, circumstance.name, level), study, lang)]
            lines += [f"  {line}" for line in _write_conditions(_pick(conditions, circumstance.name, level), lang)]
            lines += [f"  {line}" for line in _write_money(_pick(actors, circumstance.name, level), mine, money, lang)]
    lines += _write_ranked(study, money, lang)
    lines += ["", *_write_failures(study, money, lang)]
    seconds = format_number(study.seconds, lang, 1)
    count = format_number(study.verified, lang, 0)
    return "\n".join([*lines, "", say("stress_place", lang, place=place, seconds=seconds, count=count)])


def _pick(table: pd.DataFrame, circumstance: str, level: str) -> pd.DataFrame:
    if not len(table):
        return table
    return table[(table["circumstance"] == circumstance) & (table["level"] == level)]


def _write_head(title: str, level: str, row: pd.Series, money: str, lang: str) -> str:
    futures, answered = int(row["futures"]), int(row["answered"])
    head = say("stress_circumstance", lang, title=title, level=say(f"stress_level_{level}", lang))
    if futures != answered:
        head += "\n  " + say("stress_unanswered", lang, count=futures - answered, futures=futures)
    if not answered:
        return head
    planned = format_number(row["planned_cost"], lang, 0)
    if futures == 1:
        cost = format_number(row["cost_p50"], lang, 0)
        return head + "\n  " + say("stress_cost_one", lang, cost=cost, planned=planned, money=money)
    low, middle, high = (format_number(row[f"cost_{name}"], lang, 0) for name in ("p05", "p50", "p95"))
    told = say("stress_cost", lang, low=low, middle=middle, high=high, planned=planned, money=money)
    return head + "\n  " + told


def _write_targets(table: pd.DataFrame, study: Study, lang: str) -> list[str]:
    """Each target in the year in which it is met least often; those always met, or missed as planned, are counted."""
    if not len(table):
        return []
    before = list_missed(study.expected)
    planned = np.array([place in before for place in zip(table[TARGET], table[YEAR], strict=True)], dtype=bool)
    worst = table[~planned].sort_values(["share_met", YEAR]).drop_duplicates(TARGET)
    missed, lines = worst[worst["share_met"] < 1.0], list[str]()
    units = _list_units(study)
    for row in missed.head(MOST_TARGETS).to_dict("records"):
        unit = say_unit(units[str(row[TARGET])], lang)
        fields = {
            "name": row[f"name_{lang}"],
            "year": int(row[YEAR]),
            "met": int(row["met"]),
            "futures": int(row["futures"]),
            "excess": f"{format_number(row['most_excess'], lang, 1)} {unit}".rstrip(),
        }
        single = "_one" if row["futures"] == 1 else "_never" if row["met"] == 0 else ""
        lines.append(say(f"stress_target{single}", lang, **fields))
    rest = len(missed) - MOST_TARGETS
    lines += [say("stress_targets_more", lang, count=rest)] if rest > 0 else []
    always = len(worst) - len(missed)
    lines += [say("stress_targets_met", lang, count=always)] if always else []
    count = len({target for target, _ in before})
    return [*lines, *([say("stress_targets_planned", lang, count=count)] if count else [])]


def _write_conditions(table: pd.DataFrame, lang: str) -> list[str]:
    """Which numbers lead to a miss, of the targets that most misses are told of."""
    rows = table.sort_values("missed_inside", ascending=False, kind="stable").head(MOST_CONDITIONS).to_dict("records")
    return [
        say(
            "stress_condition_always" if row["inside"] == row["missed_inside"] else "stress_condition",
            lang,
            name=row[f"target_{lang}"],
            condition=row[f"condition_{lang}"],
            **{key: row[key] for key in ("inside", "missed_inside", "missed")},
        )
        for row in rows
    ]


def _write_money(actors: pd.DataFrame, row: pd.Series, money: str, lang: str) -> list[str]:
    """Whose own funds are short and whose ceiling is broken, the most first."""
    lines = []
    if len(actors):
        short = actors[(actors["quantity"] == "short_own_funds") & (actors["p95"] > NOTHING)]
        for one in short.sort_values("mean", ascending=False).head(MOST_ACTORS).to_dict("records"):
            amounts = {name: format_number(one[name], lang, 0) for name in ("p50", "p95")}
            key = "stress_short_one" if one["futures"] == 1 else "stress_short"
            lines.append(say(key, lang, name=one[f"name_{lang}"], money=money, **amounts))
        above = actors[(actors["quantity"] == "years_above_ceiling") & (actors["mean"] > 0)]
        for one in above.sort_values("mean", ascending=False).head(MOST_ACTORS).to_dict("records"):
            years = format_number(one["mean"], lang, 1)
            lines.append(say("stress_above", lang, name=one[f"name_{lang}"], years=years))
    share = row["broken_share"]
    if share is not None and np.isfinite(share) and share > 0 and not lines:
        amount = format_number(row["broken_mean"], lang, 0)
        lines.append(
            say("stress_broken", lang, percent=format_number(100 * share, lang, 0), amount=amount, money=money)
        )
    return lines


def _write_ranked(study: Study, money: str, lang: str) -> list[str]:
    """What the cost hangs on most, where that was asked for."""
    if study.ranked is None:
        return []
    names = list_names(study.restored.scenario, lang)
    rows = study.ranked[study.ranked["output"] == COST].head(MOST_RANKED).to_dict("records")
    lines = ["", say("stress_ranked", lang)]
    for row in rows:
        amount = format_number(row["size"], lang, 0)
        told = say("stress_ranked_number", lang, name=name_key(row["key"], names, lang), amount=amount, money=money)
        lines.append(f"  {told}")
    return lines


def _write_failures(study: Study, money: str, lang: str) -> list[str]:
    """The failures that hurt most, measure by measure and two by two."""
    base = study.expected.answer.hurt
    names = list_names(study.restored.scenario, lang)
    lines = [say("stress_failures", lang)]
    singles = _sort([one for one in study.failures if len(one.measures) == 1], base)
    lines += [f"  {_say_failure(one, study.expected, names, money, lang)}" for one in singles[:MOST_FAILURES]]
    pairs = _sort([one for one in study.failures if len(one.measures) == 2], base)
    if pairs:
        lines.append(say("stress_pairs", lang))
        lines += [f"  {_say_failure(one, study.expected, names, money, lang)}" for one in pairs[:MOST_PAIRS]]
    return lines


def _sort(failures: Sequence[Failure], base: float) -> list[Failure]:
    def weigh(one: Failure) -> float:
        change = one.tried.answer.hurt - base
        return -change if np.isfinite(change) else -np.inf

    return sorted(failures, key=weigh)


def _say_failure(one: Failure, expected: Tried, names: dict[str, str], money: str, lang: str) -> str:
    """How a measure fails, what it costs, and which targets are missed then."""
    what = say("stress_and", lang).join(names[name] for name in one.measures)
    failed = say(f"stress_{one.how}", lang, name=what)
    if not one.tried.found:
        return say("stress_no_answer", lang, failed=failed)
    change = one.tried.fate["objective_msek"] - expected.fate["objective_msek"]
    cost = say("stress_dearer" if change > 0 else "stress_cheaper", lang, amount=_write(abs(change), lang), money=money)
    missed = list_newly_missed(expected, one.tried)
    if not missed:
        return say("stress_failure", lang, failed=failed, cost=cost)
    told = ", ".join(f"{names[f'{TARGET}.{target}']} ({year})" for target, year, _ in missed[:3])
    return say("stress_failure_missed", lang, failed=failed, cost=cost, targets=told)


def _write(amount: float, lang: str) -> str:
    return format_number(amount, lang, 1 if amount < 10 else 0)


def _list_units(study: Study) -> dict[str, str]:
    scenario = study.restored.scenario
    units = dict(zip(scenario["account"].values.astype(str), scenario["account_unit"].values.astype(str), strict=True))
    accounts = scenario["target_account"].values.astype(str)
    return {str(t): units[e] for t, e in zip(scenario[TARGET].values.astype(str), accounts, strict=True)}
