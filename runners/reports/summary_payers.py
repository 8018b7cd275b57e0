"""Who pays and who owes, on the screen: needs, grants, debts and margins of those who spend most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import xarray as xr

from conf.words import clip, format_number, say
from runners.accounts.cash_flow import split_finance
from runners.accounts.debt import measure_ceiling, measure_loans, measure_net_debt
from runners.accounts.key_figures import measure_need
from runners.accounts.outlays import grant_actors, spend_actors
from scenarios.catalog import ACTOR, YEAR

MOST_PAYERS = 4
SMALLEST = 1e-6
DEBTS = ("peak_loans", "peak_debt", "margin")
"""Columns of who owes."""
DATED = ("most_need", *DEBTS)
"""Columns of what falls in a year, which stands beside it."""


def write_payers(scenario: xr.Dataset, plan: xr.Dataset, money: str, lang: str) -> list[str]:
    """Who pays, then who owes: each amount of one year has that year beside it.

    Who has a ceiling comes first, then who spends most. Nothing where a case says nothing of who pays.
    """
    if not scenario.sizes[ACTOR]:
        return []
    spent, limited = np.abs(spend_actors(scenario, plan)).sum(axis=1), ~np.isnan(measure_ceiling(scenario).real)
    order = sorted(range(len(spent)), key=lambda a: (not limited[a].any(), -spent[a]))
    shown = [a for a in order if spent[a] > 0 or limited[a].any()][:MOST_PAYERS]
    debts = _list_debts(scenario, plan, shown, lang)
    return [
        _line_payer(say("finance_head", lang, money=money), _name_heads(("mean_need", "most_need", "grants"), lang)),
        *_list_needs(scenario, plan, shown, lang),
        *([_line_payer(say("finance_debt_head", lang, money=money), _name_heads(DEBTS, lang))] if debts else []),
        *debts,
        _tell_finance(scenario, plan, money, lang),
    ]


def _list_needs(scenario: xr.Dataset, plan: xr.Dataset, actors: Sequence[int], lang: str) -> list[str]:
    """Of each actor the need of a mean year, the largest need and its year, and the grants of all years."""
    need, grants = measure_need(scenario, plan).real, grant_actors(scenario, plan).sum(axis=(0, 2))
    mean = need @ scenario["length"].values / float(scenario["length"].sum())
    lines = []
    for a in actors:
        amount, grant = _format_all([mean[a], grants[a]], lang)
        most = _show_extreme(scenario, need[a], int(np.argmax(need[a])), lang)
        lines.append(_line_payer(_name_actor(scenario, a, lang), [amount, most, grant]))
    return lines


def _list_debts(scenario: xr.Dataset, plan: xr.Dataset, actors: Sequence[int], lang: str) -> list[str]:
    """Of each actor who owes anything or has a ceiling: the plan's own loans, net debt, least margin to the ceiling.

    Net debt is what stands without the plan and the plan's loans; of whom no standing debt is known there is none.
    """
    loans, debt = measure_loans(scenario, plan).real, measure_net_debt(scenario, plan).real
    margin = measure_ceiling(scenario).real - debt
    standing = (scenario["standing_debt"].values != 0).any(axis=1)
    lines = []
    for a in actors:
        limited = not np.isnan(margin[a]).all()
        borrows = bool(loans[a].max(initial=0.0) > SMALLEST)
        if not (limited or borrows or standing[a]):
            continue
        cells = [
            _show_extreme(scenario, loans[a], int(np.argmax(loans[a])), lang) if borrows else "–",
            _show_extreme(scenario, debt[a], int(np.argmax(debt[a])), lang) if limited or standing[a] else "–",
            _show_extreme(scenario, margin[a], int(np.nanargmin(margin[a])), lang) if limited else "–",
        ]
        lines.append(_line_payer(_name_actor(scenario, a, lang), cells))
    return lines


def _show_extreme(scenario: xr.Dataset, amounts: np.ndarray, place: int, lang: str) -> str:
    """The amount of one year, and that year."""
    return _pair(format_number(amounts[place], lang, 0), str(int(scenario[YEAR].values[place])))


def _pair(amount: str, year: str) -> str:
    return f"{amount}{year:>6}"


def _name_heads(names: Sequence[str], lang: str) -> list[str]:
    year = say("finance_year", lang)
    heads = {name: say(f"finance_{name}", lang) for name in names}
    return [_pair(head, year) if name in DATED else head for name, head in heads.items()]


def _name_actor(scenario: xr.Dataset, place: int, lang: str) -> str:
    return str(scenario[f"{ACTOR}_name_{lang}"].values[place])


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


def _format_all(amounts: Iterable[float], lang: str) -> list[str]:
    return [format_number(amount, lang, 0) for amount in amounts]
