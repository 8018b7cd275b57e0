"""Who pays and who owes, on the screen: the key figures over the horizon of those who spend most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conf.words import clip, format_number, say
from runners.accounts.cash_flow import split_finance
from runners.accounts.key_figures import (
    GRANTS_WON,
    LEAST_MARGIN,
    MEAN_NEED,
    MOST_NEED,
    PEAK_DEBT,
    PEAK_LOANS,
    tabulate_extremes,
)
from runners.accounts.outlays import spend_actors
from scenarios.arithmetic.standing import know_debts
from scenarios.catalog import ACTOR, YEAR

if TYPE_CHECKING:
    import xarray as xr

MOST_PAYERS = 4
SMALLEST = 1e-6
NEEDS = {"mean_need": MEAN_NEED, "most_need": MOST_NEED, "grants": GRANTS_WON}
DEBTS = {"peak_loans": PEAK_LOANS, "peak_debt": PEAK_DEBT, "margin": LEAST_MARGIN}
"""Columns of who pays and of who owes, and the key figures in them."""
DATED = ("most_need", *DEBTS)
"""Columns of what falls in a year, which stands beside it."""
NONE = "–"


def write_payers(scenario: xr.Dataset, plan: xr.Dataset, money: str, lang: str) -> list[str]:
    """Who pays, then who owes: each amount of one year has that year beside it.

    Who has a ceiling comes first, then who spends most. Nothing where a case says nothing of who pays.
    """
    if not scenario.sizes[ACTOR]:
        return []
    figures = tabulate_extremes(scenario, plan)
    known = {actor: rows.set_index("item") for actor, rows in figures.groupby(ACTOR, sort=False)}
    spent = np.abs(spend_actors(scenario, plan)).sum(axis=1)
    actors = scenario[ACTOR].values.tolist()
    limited = [LEAST_MARGIN in known[actor].index for actor in actors]
    order = sorted(range(len(actors)), key=lambda a: (not limited[a], -spent[a]))
    shown = [a for a in order if spent[a] > 0 or limited[a]][:MOST_PAYERS]
    standing = know_debts(scenario)
    needs = [_line(scenario, a, _tell_all(known[actors[a]], NEEDS, lang), lang) for a in shown]
    debts = [
        _line(scenario, a, cells, lang) for a in shown if (cells := _tell_debts(known[actors[a]], standing[a], lang))
    ]
    return [
        *([_line_payer(say("finance_head", lang, money=money), _name_heads(tuple(NEEDS), lang))] if needs else []),
        *needs,
        *([_line_payer(say("finance_debt_head", lang, money=money), _name_heads(tuple(DEBTS), lang))] if debts else []),
        *debts,
        _tell_finance(scenario, plan, money, lang),
    ]


def _tell_debts(figures: pd.DataFrame, standing: bool, lang: str) -> list[str]:
    """The plan's own loans, net debt, least margin to the ceiling; nothing of one who neither owes nor has a ceiling.

    Net debt is what stands without the plan and the plan's loans; of whom no standing debt is known there is none.
    """
    limited = LEAST_MARGIN in figures.index
    borrows = float(figures["amount"][PEAK_LOANS]) > SMALLEST
    if not (limited or borrows or standing):
        return []
    loans, debt, margin = _tell_all(figures, DEBTS, lang)
    return [loans if borrows else NONE, debt if limited or standing else NONE, margin]


def _tell_all(figures: pd.DataFrame, columns: dict[str, str], lang: str) -> list[str]:
    """Amounts of key figures, each that falls in a year with that year."""
    cells = []
    for column, item in columns.items():
        if item not in figures.index:
            cells.append(NONE)
            continue
        amount = format_number(float(figures["amount"][item]), lang, 0)
        cells.append(_pair(amount, str(int(figures[YEAR][item]))) if column in DATED else amount)
    return cells


def _pair(amount: str, year: str) -> str:
    return f"{amount}{year:>6}"


def _name_heads(names: Sequence[str], lang: str) -> list[str]:
    year = say("finance_year", lang)
    heads = {name: say(f"finance_{name}", lang) for name in names}
    return [_pair(head, year) if name in DATED else head for name, head in heads.items()]


def _line(scenario: xr.Dataset, place: int, cells: Sequence[str], lang: str) -> str:
    return _line_payer(str(scenario[f"{ACTOR}_name_{lang}"].values[place]), cells)


def _line_payer(name: str, cells: Sequence[str]) -> str:
    return (f"{clip(name, 25):<25}" + "".join(f"{cell:>18}" for cell in cells)).rstrip()


def _tell_finance(scenario: xr.Dataset, plan: xr.Dataset, money: str, lang: str) -> str:
    """What finance costs; under an actor's perspective, whose cost the plan's present value is."""
    attrs = plan.attrs
    names = dict(zip(scenario[ACTOR].values.tolist(), scenario[f"{ACTOR}_name_{lang}"].values.tolist(), strict=True))
    if attrs["perspective"] in names:
        actor, social = names[attrs["perspective"]], format_number(attrs["social_cost"], lang)
        return say("finance_viewer", lang, actor=actor, social=social, money=money)
    parts = {name: format_number(cost, lang) for name, cost in split_finance(scenario, plan).items()}
    return say("finance_cost", lang, finance=format_number(attrs["finance_cost"], lang), money=money, **parts)
