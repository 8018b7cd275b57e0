"""What a plan comes to in all futures, as long tables: every view is one of them.

The tables are those of the kind `stress` in the catalog of results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from runners.analyses.stress.engine import Answer
from runners.sweep_store.results import CASH_FLOW, LONG, TARGETS, Books, Head, Slab, tabulate_outcome
from scenarios.terms import ACTOR, TARGET, TECHNOLOGY, YEAR

SMALLEST = 1e-6
FIRST_YEAR = 1000
"""Whole numbers among the labels of a row from here on are years; below they are places in a table."""
QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
MONEY_BREACHES = ("short_own_funds", "beyond_frame", "beyond_step", "beyond_ceiling", "below_result", "beyond_loss")


@dataclass(frozen=True)
class Tried:
    """One answer in numbers: what stands in a row of `futures`, its targets, actors, and breaches.

    Its plan is let go: hundreds of them do not fit into memory.
    """

    circumstance: str
    answer: Answer
    fate: Mapping[str, Any]
    targets: pd.DataFrame
    actors: pd.DataFrame
    breaches: pd.DataFrame

    @property
    def found(self) -> bool:
        """Whether there is a plan that the verifier accepted."""
        return bool(self.fate)


class Reader:
    """Reads answers into numbers; what scenarios of a family share is read once."""

    def __init__(self, scenario: xr.Dataset) -> None:
        self._books = Books(scenario)
        self._scenario = scenario

    def read(self, circumstance: str, answer: Answer) -> Tried:
        """The numbers of an answer; of one without a plan how it ended alone."""
        if answer.plan is None or answer.scenario is None:
            none = pd.DataFrame()
            return Tried(circumstance, answer, {}, none, none, none)
        head = Head(answer.future.number, str(answer.future.number), ())
        rows = tabulate_outcome(self._books, answer.scenario, answer.plan, head, answer.seconds, known=answer.known)
        targets = _unfold(rows.slabs[TARGETS], *LONG[TARGETS])
        actors = _unfold(rows.slabs[CASH_FLOW], *LONG[CASH_FLOW]) if CASH_FLOW in rows.slabs else pd.DataFrame()
        kept = replace(answer, plan=None, scenario=None, known=None)
        return Tried(circumstance, kept, rows.fate, targets, actors, _list_breaches(answer))


def _unfold(slab: Slab, dim: str, names: Sequence[str]) -> pd.DataFrame:
    columns = dict(zip(names, slab.numbers, strict=True))
    return pd.DataFrame({dim: [slab.labels[i] for i in slab.places], YEAR: slab.years, **columns})


def _list_breaches(answer: Answer) -> pd.DataFrame:
    rows = [
        {
            "breach": one.name,
            "item": next((str(label) for label in one.row.index if not isinstance(label, int)), ""),
            YEAR: next((label for label in one.row.index if isinstance(label, int) and label >= FIRST_YEAR), None),
            "amount": one.amount,
            "price": one.price,
        }
        for one in answer.breaches
    ]
    return pd.DataFrame(rows, columns=["breach", "item", YEAR, "amount", "price"])


def tabulate_futures(tried: Iterable[Tried]) -> pd.DataFrame:
    """A row per future and level: how it ends, what it costs, what is missed and broken."""
    rows = []
    for one in tried:
        answer, money = one.answer, one.breaches
        broken = money[money["breach"].isin(MONEY_BREACHES)]["amount"].sum() if len(money) else 0.0
        unserved = money[money["breach"] == "unserved"]["amount"].sum() if len(money) else 0.0
        found = one.found
        rows.append(
            {
                "circumstance": one.circumstance,
                "level": answer.level,
                "future": answer.future.number,
                "status": answer.status,
                "cost": one.fate.get("objective_money"),
                "hurt": answer.hurt if found else None,
                "targets_missed": one.fate.get("targets_missed"),
                "broken": broken if found else None,
                "unserved": unserved if found else None,
                "peak_debt": one.fate.get("peak_debt_money"),
                "least_margin": one.fate.get("least_margin_money"),
                "least_result": one.fate.get("least_result_money"),
                "reason": answer.reason,
            }
        )
    return pd.DataFrame(rows)


def tabulate_draws(tried: Iterable[Tried]) -> pd.DataFrame:
    """A row per future and number drawn."""
    drawn = {
        (one.circumstance, one.answer.future.number, key): value
        for one in tried
        for key, value in one.answer.future.drawn.items()
    }
    rows = [{"circumstance": c, "future": f, "key": key, "value": value} for (c, f, key), value in drawn.items()]
    return pd.DataFrame(rows, columns=["circumstance", "future", "key", "value"])


def tabulate_targets(
    tried: Sequence[Tried], scenario: xr.Dataset, before: Collection[tuple[str, int]] = ()
) -> pd.DataFrame:
    """A row per circumstance, level, target and year: in which part of the futures it is met, and its value.

    `before` are targets and years that are missed where all comes as planned.
    """
    names = {lang: _name(scenario, TARGET, lang) for lang in ("sv", "en")}
    units = find_units(scenario)
    rows = []
    for (circumstance, level), group in group_tried(tried).items():
        frames = [one.targets for one in group if len(one.targets)]
        if not frames:
            continue
        whole = pd.concat(frames)
        for (target, year), part in whole.groupby([TARGET, YEAR], sort=False):
            missed = _find_missed(part)
            rows.append(
                {
                    "circumstance": circumstance,
                    "level": level,
                    TARGET: target,
                    "name_sv": names["sv"][str(target)],
                    "name_en": names["en"][str(target)],
                    YEAR: year,
                    "futures": len(part),
                    "met": int((~missed).sum()),
                    "share_met": float((~missed).mean()),
                    "missed_as_planned": (str(target), int(str(year))) in before,
                    "cap": float(part["cap"].median()),
                    **_quantiles(part["value"]),
                    "most_excess": float(part["excess"].max()),
                    "unit": units[str(target)],
                }
            )
    return pd.DataFrame(rows)


def list_missed(tried: Tried) -> set[tuple[str, int]]:
    """Targets and years in which they are missed."""
    if not len(tried.targets):
        return set()
    missed = tried.targets[_find_missed(tried.targets)]
    return {(str(target), int(year)) for target, year in zip(missed[TARGET], missed[YEAR], strict=True)}


def _find_missed(targets: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(targets["excess"].to_numpy() > SMALLEST * np.maximum(1.0, np.abs(targets["cap"].to_numpy())))


def find_units(scenario: xr.Dataset) -> dict[str, str]:
    """The unit of each target's account."""
    units = dict(zip(scenario["account"].values.astype(str), scenario["account_unit"].values.astype(str), strict=True))
    found = zip(scenario[TARGET].values.astype(str), scenario["target_account"].values.astype(str), strict=True)
    return {target: units[account] for target, account in found}


def tabulate_actors(tried: Sequence[Tried], scenario: xr.Dataset) -> pd.DataFrame:
    """A row per circumstance, level and actor: peak debt, least result and margin, years above the ceiling."""
    lengths = dict(zip(scenario[YEAR].values.astype(int).tolist(), scenario["length"].values.tolist(), strict=True))
    names = {lang: _name(scenario, ACTOR, lang) for lang in ("sv", "en")}
    rows = []
    for (circumstance, level), group in group_tried(tried).items():
        found = [one for one in group if len(one.actors)]
        if not found:
            continue
        ends = _measure_actors(found, lengths)
        for actor in dict.fromkeys(ends.index.get_level_values(ACTOR).tolist()):
            for measure, values in ends.loc[actor].items():
                numbers = values.dropna()
                if not len(numbers):
                    continue
                rows.append(
                    {
                        "circumstance": circumstance,
                        "level": level,
                        ACTOR: actor,
                        "name_sv": names["sv"][str(actor)],
                        "name_en": names["en"][str(actor)],
                        "quantity": measure,
                        "futures": len(numbers),
                        **_quantiles(numbers),
                        "mean": float(numbers.mean()),
                    }
                )
    return pd.DataFrame(rows)


def _measure_actors(found: Sequence[Tried], lengths: Mapping[int, float]) -> pd.DataFrame:
    """What each actor comes to in each future at worst: a row per actor and place of the future."""
    whole = pd.concat([one.actors.assign(place=place) for place, one in enumerate(found)])
    whole["above"] = whole[YEAR].astype(int).map(lengths).where(whole["margin"] < -SMALLEST, 0.0)
    ends = whole.groupby([ACTOR, "place"], sort=False).agg(
        peak_debt=("net_debt", "max"),
        least_margin=("margin", "min"),
        least_result=("result", "min"),
        most_need=("need", "max"),
        years_above_ceiling=("above", "sum"),
    )
    short = [_sum_short(one.breaches) for one in found]
    ends["short_own_funds"] = [short[place].get(str(actor), 0.0) for actor, place in ends.index]
    return ends


def tabulate_breaches(tried: Sequence[Tried]) -> pd.DataFrame:
    """A row per future, level and rule that is broken: by how much, and at which price the plan gave."""
    frames = [
        one.breaches.assign(circumstance=one.circumstance, level=one.answer.level, future=one.answer.future.number)
        for one in tried
        if len(one.breaches)
    ]
    columns = ["circumstance", "level", "future", "breach", "item", YEAR, "amount", "price"]
    return pd.concat(frames)[columns] if frames else pd.DataFrame(columns=columns)


def summarise(tried: Sequence[Tried], planned: float) -> pd.DataFrame:
    """A row per circumstance and level: how many futures have an answer, and the distribution of cost and breaches."""
    rows = []
    for (circumstance, level), group in group_tried(tried).items():
        found = [one for one in group if one.found]
        costs = pd.Series([one.fate["objective_money"] for one in found], dtype=float)
        broken = [_sum_money(one.breaches) for one in found]
        rows.append(
            {
                "circumstance": circumstance,
                "level": level,
                "futures": len(group),
                "answered": len(found),
                "planned_cost": planned,
                **{f"cost_{name}": value for name, value in _quantiles(costs).items()},
                "cost_mean": float(costs.mean()) if len(costs) else None,
                "broken_mean": float(np.mean(broken)) if broken else None,
                "broken_share": float(np.mean([amount > SMALLEST for amount in broken])) if broken else None,
                "met_all_share": float(np.mean([one.fate["targets_missed"] == 0 for one in found])) if found else None,
            }
        )
    return pd.DataFrame(rows)


def _sum_money(breaches: pd.DataFrame) -> float:
    return float(breaches[breaches["breach"].isin(MONEY_BREACHES)]["amount"].sum()) if len(breaches) else 0.0


def _sum_short(breaches: pd.DataFrame) -> dict[str, float]:
    """What each actor is short of own funds."""
    mine = (breaches["breach"] == "short_own_funds").to_numpy()
    items, amounts = breaches["item"].to_numpy()[mine], breaches["amount"].to_numpy(dtype=float)[mine]
    return {str(item): float(amounts[items == item].sum()) for item in dict.fromkeys(items.tolist())}


def group_tried(tried: Iterable[Tried]) -> dict[tuple[str, str], list[Tried]]:
    """Answers by circumstance and level of adaptation."""
    groups: dict[tuple[str, str], list[Tried]] = {}
    for one in tried:
        groups.setdefault((one.circumstance, one.answer.level), []).append(one)
    return groups


def _quantiles(values: pd.Series) -> dict[str, float | None]:
    if not len(values):
        return dict.fromkeys(QUANTILES)
    return dict(zip(QUANTILES, values.quantile(list(QUANTILES.values())).tolist(), strict=True))


def _name(scenario: xr.Dataset, dim: str, lang: str) -> dict[str, str]:
    labels, names = scenario[dim].values.astype(str), scenario[f"{dim}_name_{lang}"].values.astype(str)
    return dict(zip(labels.tolist(), names.tolist(), strict=True))


def list_built(scenario: xr.Dataset, plan: xr.Dataset) -> list[str]:
    """Measures of which the plan builds anything."""
    built = plan["build"].transpose(TECHNOLOGY, ...).values.sum(1) > SMALLEST
    measures = scenario[f"{TECHNOLOGY}_measure"].values.astype(bool)
    return [str(name) for name in scenario[TECHNOLOGY].values[built & measures]]
