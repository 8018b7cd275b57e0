"""What a plan comes down to, on one screen of 80 columns: targets, investments, cost per year, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conf.words import LANGUAGES, clip, format_gap, format_number, say, say_unit
from runners.reports.idle_targets import tell_covered, tell_outside
from runners.reports.notices import write_notices
from runners.reports.summary_payers import write_payers
from runners.reports.tables import tabulate_costs, tabulate_investments, tabulate_targets
from runners.results.target_judgement import judge_targets
from runners.views.names import name_heading, name_known, name_money
from runners.views.prices import tell_price
from scenarios.arithmetic.windows import find_last_years
from scenarios.arrays import read_arrays
from scenarios.catalog import ACCOUNT, COMMODITY, CONFIDENCES, TARGET, TECHNOLOGY, YEAR
from scenarios.choices import Choices
from scenarios.errors import Notice
from scenarios.headings import read_headings
from scenarios.quality import measure_money, measure_quality, rank_assumptions, weigh_by_costs, weigh_by_potential
from scenarios.tables import Tables
from scenarios.target_states import COVERED, FULL, OUTSIDE
from scenarios.terms import PROGRAMME

if TYPE_CHECKING:
    import xarray as xr

WIDTH = 80
LARGEST_WIDTH, LARGEST_NAME = 35, 22
MOST_TARGETS = 12
MOST_PROGRAMMES = 9
MOST_PERIODS = 6
MOST_ASSUMPTIONS = 3
MOST_IN_CHECK = 10
AT_LEAST, NEAREST = "at_least", "nearest"
NO_PRICE = 1e-6
TINY = 1e-9
HALF = 0.5
"""Money below this reads as nothing."""
MORE = ">"
"""Beside the price of a miss: the next unit costs more, or cannot be had."""
KILO = 1000.0
"""MSEK per kt is this many SEK per tonne."""

COST_ROWS: Mapping[str, tuple[str, ...]] = {
    "investment": ("investment", "hurdle"),
    "operation": ("fixed", "variable"),
    "trade": ("purchase", "sale"),
    "accounts": ("account_price",),
    "excess": ("excess",),
    "breach": ("breach",),
}
"""Rows of the cost table and the components they sum; what is left at the end of the horizon is in none."""


def write_summary(
    scenario: xr.Dataset,
    plan: xr.Dataset,
    assumptions: Sequence[str],
    place: Path,
    seconds: float,
    lang: str = LANGUAGES[0],
    notices: Sequence[Notice] = (),
) -> str:
    """The screen after a plan.

    Args:
        scenario: what was solved.
        plan: its verified plan.
        assumptions: lines of `write_assumptions`.
        place: the run folder.
        seconds: from start to end.
        lang: one of LANGUAGES.
        notices: what a reader should know beside the figures.
    """
    return end_summary([*begin_summary(scenario, plan, lang, notices), assumptions], place, seconds, lang)


def begin_summary(scenario: xr.Dataset, plan: xr.Dataset, lang: str, notices: Sequence[Notice]) -> list[Sequence[str]]:
    """The sections of `write_summary` that tell of the plan, before its folder is in its place."""
    return [
        _write_head(scenario, plan, lang),
        write_notices(notices, lang),
        write_targets(scenario, plan, lang),
        _write_investments(scenario, plan, lang),
        _write_costs(scenario, plan, lang),
        write_payers(scenario, plan, name_money(scenario.attrs["money"], lang), lang),
    ]


def end_summary(sections: Sequence[Sequence[str]], place: Path, seconds: float, lang: str) -> str:
    """The screen of some sections, with where the plan is and how long it took."""
    told = [*sections, [say("summary_place", lang, place=place, seconds=format_number(seconds, lang))]]
    return "\n\n".join("\n".join(section) for section in told if section)


def write_assumptions(
    tables: Tables, choices: Choices, scenario: xr.Dataset, plan: xr.Dataset, lang: str = LANGUAGES[0]
) -> list[str]:
    """How many numbers of a case are assumed, and on which of them most of the plan's money hangs."""
    costs = tabulate_costs(scenario, plan).groupby(["component", "item"], as_index=False)["present_value"].sum()
    rows = zip(costs["component"], costs["item"], costs["present_value"], strict=True)
    money = {(str(component), str(item)): float(value) for component, item, value in rows}
    ranked = rank_assumptions(tables, weigh_by_costs(money), choices)
    shares = measure_quality(tables, choices).shares
    percents = {name: format_number(100 * shares[name], lang, 0) for name in CONFIDENCES}
    told, ranking = (
        say("summary_assumed", lang, **percents),
        _list_assumptions(ranked, scenario, MOST_ASSUMPTIONS, lang),
    )
    return [f"{told} {say('summary_matter', lang)}", *ranking] if ranking else [told]


def write_quality(tables: Tables, choices: Choices, scenario: xr.Dataset, lang: str = LANGUAGES[0]) -> str:
    """What `fardplan check` shows of a case without mistakes: confidence by table, assumptions that could matter."""
    quality = measure_quality(tables, choices)
    name, count = scenario.attrs[f"name_{lang}"], len(quality.counts)
    lines = [say("quality_title", lang, name=name, count=format_number(quality.total, lang, 0), tables=count), ""]
    heads = [say(f"quality_{key}", lang) for key in ("numbers", *CONFIDENCES)]
    lines.append(_line_quality(say("quality_table", lang), heads))
    counts = quality.counts.sum(axis=1)
    for (table, shares), numbers in zip(quality.shares_by_table.iterrows(), counts, strict=True):
        lines.append(_line_quality(str(table), [format_number(numbers, lang, 0), *_percents(shares, lang)]))
    lines.append(
        _line_quality(
            say("summary_total", lang), [format_number(quality.total, lang, 0), *_percents(quality.shares, lang)]
        )
    )
    ranked = rank_assumptions(tables, weigh_by_potential(scenario), choices)
    assumptions = _list_assumptions(ranked, scenario, MOST_IN_CHECK, lang)
    return "\n".join([*lines, "", say("quality_matter", lang), *assumptions] if assumptions else lines)


def write_money_quality(tables: Tables, choices: Choices, scenario: xr.Dataset, lang: str = LANGUAGES[0]) -> str:
    """How much of the money that could hang on numbers hangs on published, derived and assumed ones."""
    shares = measure_money(tables, weigh_by_potential(scenario), choices)
    percents = {name: format_number(100 * shares[name], lang, 0) for name in CONFIDENCES}
    return say("quality_money", lang, **percents) if any(shares.values()) else ""


def _line_quality(name: str, cells: Sequence[str]) -> str:
    return f"{name:<20}" + "".join(f"{cell:>14}" for cell in cells)


def _percents(shares: Mapping[Any, float] | pd.Series[Any], lang: str) -> list[str]:
    return [f"{format_number(100 * shares[name], lang, 0)} %" for name in CONFIDENCES]


def _list_assumptions(ranked: pd.DataFrame, scenario: xr.Dataset, most: int, lang: str) -> list[str]:
    """One line each: what, of what, its value, the money that hangs on it, and where it stands."""
    names = {
        str(label): str(name)
        for dim in (TECHNOLOGY, COMMODITY, ACCOUNT, TARGET)
        for label, name in zip(scenario[dim].values, scenario[f"{dim}_name_{lang}"].values, strict=True)
    }
    money = name_money(scenario.attrs["money"], lang)
    lines = []
    for row in ranked.head(most).to_dict("records"):
        what = name_known(f"quantity_{row['quantity']}", lang, str(row["quantity"]))
        unit = say_unit(str(row["unit"]), lang).replace(scenario.attrs["money"], money)
        value = f"{format_number(float(row['value']), lang, 2)} {unit}"
        name = clip(names.get(str(row["item"]), str(row["item"])), max(8, 48 - len(what) - len(value) - 4))
        weight = f"{format_number(float(row['money']), lang, 0)} {money}"
        lines.append(f"  {clip(f'{what}, {name}: {value}', 48):<48}{weight:>12}  {row['file']}:{row['row']}")
    return lines


def _write_head(scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> list[str]:
    attrs, last = scenario.attrs, find_last_years(read_arrays(scenario))[-1]
    title = say("summary_title", lang, name=attrs[f"name_{lang}"], first=scenario[YEAR].values[0], last=last)
    level = say("summary_price_level", lang, year=attrs["price_year"])
    sentence = say(
        f"summary_status_{plan.attrs['status']}",
        lang,
        objective=format_number(plan.attrs["objective"], lang),
        money=name_money(attrs["money"], lang),
        rate=format_number(100 * float(scenario["discount_rate"]), lang),
        gap=format_gap(float(plan.attrs["gap"]), lang),
    )
    head = [
        title + level.rjust(WIDTH - len(title)),
        sentence,
        *_tell_decided(plan, name_money(attrs["money"], lang), lang),
    ]
    parts = [say("summary_parts", lang)] if plan.attrs.get("relaxed", 0) else []
    return [*head, *parts, say("summary_verified", lang)]


def share_decided(plan: xr.Dataset) -> float:
    """How far a plan may be from the best, as a part of the money that it decides, or of its cost."""
    cost = abs(float(plan.attrs["objective"]))
    return float(plan.attrs["gap"]) * cost / max(float(plan.attrs.get("decided", cost)), TINY)


def _tell_decided(plan: xr.Dataset, money: str, lang: str) -> list[str]:
    """Of a plan that is not proven the cheapest: what its distance is of what it decides, where that is known."""
    if plan.attrs["status"] == "optimal" or "decided" not in plan.attrs:
        return []
    parts = {
        "share": format_gap(share_decided(plan), lang),
        "decided": format_number(float(plan.attrs["decided"]), lang, 0),
    }
    return [say("summary_decided", lang, money=money, **parts)]


def write_targets(scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> list[str]:
    """One line per target, in the year in which it is told; and which of them do not act."""
    targets, money = tabulate_targets(scenario, plan), name_money(scenario.attrs["money"], lang)
    if targets.empty:
        return []
    rows = [row for _, row in judge_targets(targets).iterrows()]
    heads = [say(f"summary_target_{head}", lang) for head in ("year", "value", "cap", "missed", "unit", "price")]
    lines = [_line_target(say("summary_targets", lang), *heads)]
    lines += [_line_target(*_tell_target(row, scenario.attrs["money"], lang)) for row in rows[:MOST_TARGETS]]
    if len(rows) > MOST_TARGETS:
        lines.append(say("summary_targets_more", lang, count=len(rows) - MOST_TARGETS))
    full = [say("summary_acts_full", lang)] * any(row["acts"] == FULL for row in rows)
    return [*lines, *tell_covered(rows, lang), *full, *tell_outside(targets, scenario, money, lang)]


def _tell_target(row: pd.Series[Any], money: str, lang: str) -> tuple[str, ...]:
    """Name, year, value, cap, miss, unit, price of the last tonne and whether the next costs more, as they are read."""
    sign = "≥" if row["sense"] == AT_LEAST else "≤"
    decimals = 2 if 0 < max(abs(row["value"]), abs(row["cap"])) < 1 else 1
    return (
        str(row[f"name_{lang}"]),
        str(row[YEAR]),
        _write_amount(row["value"], lang, decimals),
        f"{sign} {_write_amount(row['cap'], lang, decimals)}",
        say("summary_target_met", lang) if row["met"] else _write_amount(row["excess"], lang, decimals),
        str(row["unit"]),
        _price_miss(row, money, lang),
        MORE if row["acts"] == FULL else "",
    )


def _write_amount(amount: float, lang: str, decimals: int) -> str:
    return format_number(amount, lang, decimals if abs(amount) < KILO else 0)


def _line_target(name: str, year: str, value: str, cap: str, missed: str, unit: str, price: str, mark: str = "") -> str:
    head = f"{clip(name, 26):<26}{year:>5} {value:>8} {cap:>9} {missed:>7}"
    line = f"{head} {clip(unit, 7):<7} {clip(mark + price, 13):>13}"
    return line.rstrip()


def _price_miss(row: pd.Series[Any], money: str, lang: str) -> str:
    """What the last tonne is worth to the plan in the year itself: its shadow price.

    A target that is missed as little as can be has none: no money would bring the next tonne. One that another of its
    pool covers does not act at all.
    """
    if row["acts"] in (COVERED, OUTSIDE):
        return say("summary_acts_not" if row["acts"] == COVERED else "summary_acts_outside", lang)
    price = float(row["price"])
    if not np.isfinite(price) or abs(price) < NO_PRICE or (row["mode"] == NEAREST and not row["met"]):
        return "–"
    return tell_price(price, str(row["unit"]), money, lang)


def _write_investments(scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> list[str]:
    """One line per programme: first year, money, its largest measures; what is built without measures last."""
    table = tabulate_investments(scenario, plan)
    if table.empty:
        return [say("summary_no_investments", lang)]
    money = name_money(scenario.attrs["money"], lang)
    title, first, largest = (say(f"summary_{key}", lang) for key in ("investments", "first_year", "largest"))
    lines = [_line_investment(title, first, money, largest)]
    measures = table[table["measure"].astype(bool)]
    order = measures.groupby("programme")["outlay"].sum().sort_values(ascending=False)
    for programme in order.index[:MOST_PROGRAMMES]:
        rows = measures[measures["programme"] == programme]
        name = name_heading(str(programme), lang, read_headings(scenario, PROGRAMME))
        lines.append(_line_investment(name, _first_start(rows), _sum_outlay(rows, lang), _name_largest(rows, lang)))
    others = table[~table["measure"].astype(bool)]
    if not others.empty:
        name = say("summary_reference", lang)
        lines.append(
            _line_investment(name, _first_start(others), _sum_outlay(others, lang), _name_largest(others, lang))
        )
    return [*lines, _line_investment(say("summary_total", lang), "", _sum_outlay(table, lang), "")]


def _line_investment(name: str, first: str, money: str, largest: str) -> str:
    return f"{clip(name, 22):<22} {first:>10} {money:>9}  {largest}".rstrip()


def _first_start(rows: pd.DataFrame) -> str:
    started = rows.loc[rows["build"] > 0, YEAR]
    return str(started.min()) if len(started) else ""


def _sum_outlay(rows: pd.DataFrame, lang: str) -> str:
    return format_number(rows["outlay"].sum(), lang, 0)


def _name_largest(rows: pd.DataFrame, lang: str) -> str:
    """The measures of most money with their money: the first by name, more by code while they fit."""
    keys = [TECHNOLOGY, "code", f"name_{lang}"]
    sums = rows.groupby(keys, sort=False)["outlay"].sum().reset_index()
    sums = sums.sort_values("outlay", ascending=False, kind="stable")
    text = ""
    for technology, code, name, money in sums.itertuples(index=False):
        part = f"{code or technology} {format_number(money, lang, 0)}"
        if not text:
            text = f"{clip(str(name), LARGEST_NAME)} {format_number(money, lang, 0)}"
        elif money < HALF or len(text) + len(part) + 2 > LARGEST_WIDTH:
            break
        else:
            text += f", {part}"
    return text


def _write_costs(scenario: xr.Dataset, plan: xr.Dataset, lang: str) -> list[str]:
    """Undiscounted money per calendar year, as means over a few periods; rows without money are left out."""
    costs = tabulate_costs(scenario, plan)
    years, length = scenario[YEAR].values, scenario["length"].values
    periods = np.array_split(np.arange(len(years)), min(MOST_PERIODS, len(years)))
    places, money = np.searchsorted(years, costs[YEAR].to_numpy()), costs["cost"].to_numpy()
    yearly = {}
    for name, parts in COST_ROWS.items():
        spent = np.bincount(places, money * costs["component"].isin(parts).to_numpy(), len(years))
        yearly[name] = np.array([spent[period].sum() / length[period].sum() for period in periods])
    lasts = find_last_years(read_arrays(scenario))
    heads = [_name_period(int(years[period][0]), int(lasts[period][-1])) for period in periods]
    lines = [_line_cost(say("summary_costs", lang, money=name_money(scenario.attrs["money"], lang)), heads)]
    for name, amounts in yearly.items():
        if np.abs(amounts).max() > 0:
            lines.append(_line_cost(say(f"summary_cost_{name}", lang), _format_all(amounts, lang)))
    total = np.sum(list(yearly.values()), axis=0)
    return [*lines, _line_cost(say("summary_total", lang), _format_all(total, lang))]


def _name_period(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last % 100:02d}"


def _format_all(amounts: Iterable[float], lang: str) -> list[str]:
    return [format_number(amount, lang, 0) for amount in amounts]


def _line_cost(name: str, cells: Sequence[str]) -> str:
    return f"{clip(name, 24):<24}" + "".join(f"{cell:>9}" for cell in cells)
