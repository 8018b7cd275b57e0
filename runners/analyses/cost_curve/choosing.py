"""Which probe do the choices mean, and which case is solved with it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from runners.analyses.cost_curve.varied_target import (
    ASIDE,
    AT_LEAST,
    AT_MOST,
    KEPT,
    Probe,
    add_probe,
    harden_target,
    set_aside,
    write_modes,
)
from runners.word_bounds import check_section
from scenarios.arithmetic.targets import CUMULATIVE, NEXT, ONLY, RELATIVE
from scenarios.catalog import ACCOUNT, TARGET
from scenarios.checks.check import check_tables
from scenarios.choices import LEXICOGRAPHIC, Choices
from scenarios.errors import CaseError, Problem
from scenarios.naming import name_rows, offer_names, settle_word
from scenarios.tables import Tables, choose_rows, parse_number

if TYPE_CHECKING:
    from conf.schema import CurveConfig

PROBE, SECOND = "curve_probe", "curve_second"
"""Labels of the targets, and accounts, that are added to the case."""
TARGET_ORIGIN, ACCOUNT_ORIGIN = "target", "account"
TOTAL = "total"
NEAREST_MODE = "nearest"
NAMES_SHOWN = 5


@dataclass(frozen=True)
class Question:
    """What a curve is drawn over: the case with its probe in it, and the case's own target that it stands for."""

    tables: Tables
    choices: Choices
    probe: Probe
    target: str
    names: dict[str, str]
    """Language to the name of the target, or of the account where no target is meant."""
    second: Probe | None = None


def pose_question(tables: Tables, choices: Choices, wishes: CurveConfig) -> Question:
    """The case with the probe that the choices mean.

    Raises:
        CaseError: every choice that is none, with the nearest names.
    """
    problems = check_tables(tables, choices) or check_wishes(wishes, choices)
    if problems:
        raise CaseError(problems)
    written = choose_rows(tables, choices.variants)
    probe, target = find_probe(written, choices, wishes)
    label, dim = (target, TARGET) if target else (probe.account, ACCOUNT)
    frame = written.frames[f"{dim}s"]
    row = frame[frame[dim] == label].iloc[0]
    names = {lang: str(row[f"name_{lang}"]) for lang in ("sv", "en")}
    if wishes.others == ASIDE:
        return Question(add_probe(set_aside(tables), probe), replace(choices, target_mode=""), probe, target, names)
    tables, choices = write_modes(tables, choices)
    if target:
        tables = harden_target(tables, replace(probe, name=target))
        return Question(tables, choices, replace(probe, name=target), target, names)
    return Question(add_probe(tables, probe), choices, probe, target, names)


def check_wishes(wishes: CurveConfig, choices: Choices) -> list[Problem]:
    """Choices about a curve that no case could fulfil."""
    problems = list(check_section(wishes, "curve."))
    if choices.perspective == LEXICOGRAPHIC:
        problems.append(Problem("curve_lexicographic", "finance.perspective"))
    if wishes.target is not None and wishes.account is not None:
        problems.append(Problem("curve_two_questions", "curve.target, curve.account"))
    return problems


def find_probe(written: Tables, choices: Choices, wishes: CurveConfig) -> tuple[Probe, str]:
    """The probe, and the case's target that it stands for (blank where an account was named).

    Raises:
        CaseError: there is no such target or account, or the year is none of the plan.
    """
    targets = written.frames["targets"]
    if wishes.others == KEPT and (choices.target_mode or NEAREST_MODE) == NEAREST_MODE:
        nearest = targets[targets["mode"] == NEAREST_MODE] if not choices.target_mode else targets
        if len(nearest):
            raise CaseError([Problem("curve_nearest", "curve.others")])
    if wishes.account is not None:
        return probe_account(written, wishes.account, wishes, PROBE, f"curve.account={wishes.account}"), ""
    word = wishes.target or _choose_target(written)
    things = name_rows(written, TARGET)
    label = settle_word(things, word)
    if label is None:
        fields = {"nearest": offer_names(things, word, NAMES_SHOWN)}
        raise CaseError([Problem("curve_target_none", f"curve.target={word}", fields=fields)])
    row = targets[targets[TARGET] == label].iloc[0]
    probe = Probe(
        name=PROBE,
        account=str(row["account"]),
        sense=str(row["sense"]) or AT_MOST,
        year=int(row["year"]),
        until=_find_until(targets, row),
        cumulative=row["basis"] == CUMULATIVE,
        unit=_find_unit(written, str(row["account"])),
        origin=TARGET_ORIGIN,
        base_year=int(row["base_year"]) if row["base_year"] else None,
        aim=_find_aim(written, row),
    )
    return probe, label


def _find_aim(written: Tables, row: pd.Series) -> float | None:
    """The level of the case's own target, in the unit of its account; None where its base year has no inventory."""
    value = parse_number(str(row["value"]))
    if row["basis"] not in RELATIVE:
        return value
    inventory = written.frames["inventory"]
    mine = inventory[(inventory[ACCOUNT] == row["account"]) & (inventory["year"] == row["base_year"])]
    if mine.empty:
        return None
    share = value / 100.0
    return parse_number(str(mine["value"].iloc[0])) * (share if row["basis"] == RELATIVE[1] else 1.0 - share)


def probe_account(written: Tables, called: str, wishes: CurveConfig, name: str, word: str) -> Probe:
    """A probe on an account that was called something in a word; its year is the plan's last where none is said.

    Raises:
        CaseError: there is no such account, or the year is none of the plan.
    """
    things = name_rows(written, ACCOUNT)
    account = settle_word(things, called)
    if account is None:
        fields = {"nearest": offer_names(things, called, NAMES_SHOWN)}
        raise CaseError([Problem("curve_account_none", word, fields=fields)])
    first, last = _find_years(written)
    begin = wishes.year or last
    until = wishes.until
    if not first <= begin <= last:
        raise CaseError([Problem("curve_year", f"curve.year={begin}", fields={"first": first, "last": last})])
    if until is not None and not begin <= until:
        raise CaseError([Problem("curve_year", f"curve.until={until}", fields={"first": begin, "last": last})])
    ends = NEXT if until is None else ONLY if until == begin and not wishes.cumulative else str(until)
    return Probe(
        name=name,
        account=account,
        sense=wishes.sense,
        year=begin,
        until=ends,
        cumulative=wishes.cumulative,
        unit=_find_unit(written, account),
        origin=ACCOUNT_ORIGIN,
    )


def _choose_target(written: Tables) -> str:
    """The last yearly cap on the total of all sectors; without one, the last yearly cap; else the first target."""
    targets, accounts = written.frames["targets"], written.frames["accounts"]
    if targets.empty:
        raise CaseError([Problem("curve_no_accounts" if accounts.empty else "curve_no_targets", "curve.target")])
    totals = set(accounts.loc[accounts["role"] == TOTAL, ACCOUNT])
    yearly = targets[(targets["basis"] != CUMULATIVE) & (targets["sense"] != AT_LEAST)]
    mine = yearly[yearly["account"].isin(totals)]
    ranked = next((frame for frame in (mine, yearly) if len(frame)), targets.iloc[:1])
    return str(ranked[TARGET].iloc[int(ranked["year"].astype(int).argmax())])


def _find_until(targets: pd.DataFrame, row: pd.Series) -> str:
    """How long a target holds, told without the targets that follow it."""
    until = str(row["until"]) or NEXT
    if until != NEXT or row["basis"] == CUMULATIVE:
        return until
    same = (targets["account"] == row["account"]) & (targets["sense"] == row["sense"])
    later = targets[same & (targets["basis"] != CUMULATIVE)]["year"].astype(int)
    later = later[later > int(row["year"])]
    return str(later.min() - 1) if len(later) else NEXT


def _find_unit(written: Tables, account: str) -> str:
    accounts = written.frames["accounts"]
    return str(accounts.loc[accounts[ACCOUNT] == account, "unit"].iloc[0])


def _find_years(written: Tables) -> tuple[int, int]:
    case = written.frames["case"]
    first, last = (
        int(float(case.loc[case["quantity"] == name, "value"].iloc[-1])) for name in ("first_year", "last_year")
    )
    return first, last
