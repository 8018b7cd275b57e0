"""What the three ways say, as long tables, and as the one JSON of a curve by measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES
from runners.accounts.owners import split_owners
from runners.analyses.abatement.abatement_metrics import (
    ANNUITY,
    DEFINITIONS,
    PER_DEFINITION,
    PRICED,
    Amounts,
    name_per_unit,
    scale_unit,
)
from runners.analyses.abatement.attribution import ALONE, WAYS, Comparison, Level, Reading
from runners.analyses.abatement.measure_bundles import MEASURE
from runners.analyses.abatement.ranking import (
    RANKED,
    SAVING,
    Scale,
    choose_shown,
    classify_reading,
    cost_per_unit,
    find_dominated,
    find_enabling,
    find_scale,
    list_differences,
)
from runners.views.names import name_heading
from scenarios.arithmetic.windows import find_last_years
from scenarios.arrays import read_arrays
from scenarios.catalog import ACCOUNT, ACTOR, TARGET, TECHNOLOGY, YEAR
from scenarios.headings import read_headings
from scenarios.terms import PROGRAMME

TABLE_OF_LEVEL = {"measure": "measures", "programme": "programmes"}
PERCENT = 100.0


@dataclass(frozen=True)
class Row:
    """One player of a level, as it is shown: by the way `shown`, in which it is of a `kind`.

    `per_unit`: SEK per tonne (or money per unit of account), not a number where it is not to be ranked by it.
    """

    name: str
    code: str
    names: Mapping[str, str]
    programme: str
    reading: Reading
    shown: str
    kind: str
    per_unit: float
    dominated: bool
    differences: tuple[str, ...]

    @property
    def amounts(self) -> Amounts:
        """The amounts by which it is shown; zero where it has none."""
        return self.reading.ways.get(self.shown, Amounts(*np.zeros(len(Amounts._fields))))

    def label(self, lang: str) -> str:
        """Code and name."""
        return f"{self.code} {self.names[lang]}".strip()


def list_rows(scenario: xr.Dataset, comparison: Comparison, level: Level, definition: str) -> tuple[Row, ...]:
    """The players of a level as they are shown, in the order of the case."""
    scale, enabling = find_scale(level), find_enabling(comparison) if level.name == MEASURE else frozenset()
    kinds = {
        reading.player.name: classify_reading(
            reading, choose_shown(reading), definition, scale, reading.player.name in enabling
        )
        for reading in level.readings
    }
    saving = {
        reading.player.name: reading.ways[choose_shown(reading)]
        for reading in level.readings
        if kinds[reading.player.name] == SAVING
    }
    dominated = find_dominated(saving)
    factor = _scale(scenario, comparison)
    return tuple(
        _make_row(scenario, reading, kinds[reading.player.name], dominated, definition, scale, factor)
        for reading in level.readings
    )


def _make_row(
    scenario: xr.Dataset,
    reading: Reading,
    kind: str,
    dominated: frozenset[str],
    definition: str,
    scale: Scale,
    factor: float,
) -> Row:
    name, shown = reading.player.name, choose_shown(reading)
    code, names, programme = _name_player(scenario, name)
    ranked = kind == RANKED
    per_unit = factor * cost_per_unit(reading.ways[shown], definition, scale) if ranked else float("nan")
    differences = list_differences(reading, definition, scale)
    return Row(name, code, names, programme, reading, shown, kind, per_unit, name in dominated, differences)


def tabulate_ways(scenario: xr.Dataset, comparison: Comparison, level: Level, definition: str) -> pd.DataFrame:
    """A row per player and way.

    Columns: `measures/measures` in the catalog of results.
    """
    scale, enabling = find_scale(level), find_enabling(comparison)
    rows = []
    for row in list_rows(scenario, comparison, level, definition):
        for way in WAYS:
            kind = classify_reading(row.reading, way, definition, scale, row.name in enabling)
            rows.append(_head(row) | {"in_plan": row.reading.used, "way": way, "kind": kind} | _fill(row, way))
    table = pd.DataFrame(rows)
    table["money"], table["unit"] = scenario.attrs["money"], comparison.yardstick.unit
    return table


def tabulate_definitions(scenario: xr.Dataset, comparison: Comparison) -> pd.DataFrame:
    """A row per player, way and definition: what is divided by what, over which year or span, and what comes of it.

    Columns: `measures/costs_per_tonne` in the catalog of results.
    """
    factor, unit = _scale(scenario, comparison), name_unit(scenario, comparison)
    rows = []
    for level in comparison.levels.values():
        scale = find_scale(level)
        for row in list_rows(scenario, comparison, level, DEFINITIONS[0]):
            for way, amounts in row.reading.ways.items():
                for definition in DEFINITIONS:
                    cost, tonnes = (getattr(amounts, name) for name in PER_DEFINITION[definition])
                    per_unit = factor * cost_per_unit(amounts, definition, scale)
                    over = describe_span(scenario, comparison, definition)
                    found = {"way": way, "definition": definition, "over": over, "cost": cost, "tonnes": tonnes}
                    rows.append({"level": level.name} | _head(row) | found | {"cost_per_tonne": per_unit, "unit": unit})
    return pd.DataFrame(rows)


def tabulate_enabling(comparison: Comparison) -> pd.DataFrame:
    """A row per link: enabler, enabled, rule; cost and tonnes of each alone, and of the enabled with all it needs."""
    alone = {r.player.name: r.ways.get(ALONE) for r in comparison.levels[MEASURE].readings}
    together = {package.enabled: package for package in comparison.packages}
    columns = ["enabler", "enabled", "rule", "with"]
    amounts = ["cost_alone", "tonnes_alone", "enabler_cost_alone", "enabler_tonnes_alone", "cost_with", "tonnes_with"]
    rows = []
    for link in comparison.links:
        package = together[link.enabled]
        three = (alone[link.enabled], alone[link.enabler], package.amounts)
        found = [number for one in three for number in ((one.cost, one.tonnes) if one else (np.nan, np.nan))]
        rows.append([link.enabler, link.enabled, link.kind, " ".join(package.enablers), *found])
    return pd.DataFrame(rows, columns=[*columns, *amounts])


def tabulate_comparison(scenario: xr.Dataset, comparison: Comparison, definition: str) -> dict[str, pd.DataFrame]:
    """Every table by its file name."""
    tables = {
        TABLE_OF_LEVEL[name]: tabulate_ways(scenario, comparison, level, definition)
        for name, level in comparison.levels.items()
    }
    tables["costs_per_tonne"] = tabulate_definitions(scenario, comparison)
    if MEASURE in comparison.levels:
        tables["enabling"] = tabulate_enabling(comparison)
    return tables


def describe_curve(scenario: xr.Dataset, comparison: Comparison, definition: str, seconds: float) -> dict[str, Any]:
    """The content of `curve.json`: the curve of the shares, and every level with its sums."""
    first = next(iter(comparison.levels.values()))
    rows = list_rows(scenario, comparison, first, definition)
    return {
        "kind": "measures",
        "case": scenario.attrs["case"],
        "digest": scenario.attrs["digest"],
        "definition": definition,
        "definitions": {name: describe_span(scenario, comparison, name) for name in DEFINITIONS},
        **{name: scenario.attrs[name] for name in ("name_sv", "name_en", "money", "price_year")},
        "account": comparison.yardstick.account,
        **name_account(scenario, comparison.yardstick.account),
        "year": comparison.yardstick.year,
        "span": describe_span(scenario, comparison, DEFINITIONS[1]),
        "unit": comparison.yardstick.unit,
        "discount_rate": float(scenario["discount_rate"]),
        "owners": name_owners(scenario),
        "programmes": read_headings(scenario, PROGRAMME),
        "price_lines": list_price_lines(scenario, comparison),
        "points": list(_list_points(rows, definition)),
        "certified_error": None,
        "verified": True,
        "levels": {name: _describe_level(scenario, comparison, level, definition) for name, level in _each(comparison)},
        "enabling": [
            {"enabler": link.enabler, "enabled": link.enabled, "rule": link.kind} for link in comparison.links
        ],
        "seconds": round(seconds, 3),
    }


def name_account(scenario: xr.Dataset, account: str) -> dict[str, str]:
    """What a curve is about, by language: an account."""
    return {
        f"about_{lang}": str(scenario[f"{ACCOUNT}_name_{lang}"].sel({ACCOUNT: account}).values) for lang in LANGUAGES
    }


def name_owners(scenario: xr.Dataset) -> dict[str, dict[str, str]]:
    """Who owns each measure, by language; several with their shares."""
    marked = np.flatnonzero(scenario[f"{TECHNOLOGY}_measure"].values)
    owned = split_owners(scenario, marked)
    actors = {str(name): place for place, name in enumerate(scenario[ACTOR].values)}
    found: dict[str, dict[str, str]] = {}
    for place, k in enumerate(marked):
        label = str(scenario[TECHNOLOGY].values[k])
        mine = [(str(a), s) for row, a, s in zip(owned.rows, owned.actor, owned.share, strict=True) if row == place]
        found[label] = {
            lang: ", ".join(_name_owner(scenario, actors, actor, share, lang) for actor, share in mine)
            for lang in LANGUAGES
        }
    return found


def _name_owner(scenario: xr.Dataset, actors: Mapping[str, int], actor: str, share: float, lang: str) -> str:
    name = str(scenario[f"{ACTOR}_name_{lang}"].values[actors[actor]]) if actor in actors else actor
    return name if share >= 1.0 else f"{name} {round(PERCENT * share)} %"


def list_price_lines(scenario: xr.Dataset, comparison: Comparison) -> list[dict[str, Any]]:
    """What a unit of account is valued at in the case: where targets are missed, and by a price on the account.

    Of targets in the unit of the account that is compared; one line per price, named by the first of them.
    """
    factor, unit = _scale(scenario, comparison), comparison.yardstick.unit
    units = dict(zip(scenario[ACCOUNT].values.tolist(), scenario[f"{ACCOUNT}_unit"].values.tolist(), strict=True))
    found: dict[float, dict[str, Any]] = {}
    price = np.where(scenario[f"{TARGET}_mode"].values == PRICED, scenario["price"].values, 0.0)
    for t, target in enumerate(scenario[TARGET].values.tolist()):
        if price[t] > 0 and units[str(scenario["target_account"].values[t])] == unit:
            names = {f"name_{lang}": str(scenario[f"{TARGET}_name_{lang}"].values[t]) for lang in LANGUAGES}
            line = {"kind": "target", "item": target, **names, "price": factor * float(price[t])}
            found.setdefault(round(float(price[t]), 6), line)
    for e, account in enumerate(scenario[ACCOUNT].values.tolist()):
        mean = float(scenario["account_price"].values[e].mean())
        if mean > 0 and units[account] == unit:
            names = {f"name_{lang}": str(scenario[f"{ACCOUNT}_name_{lang}"].values[e]) for lang in LANGUAGES}
            found[-mean] = {"kind": "account", "item": account, **names, "price": factor * mean}
    return list(found.values())


def name_unit(scenario: xr.Dataset, comparison: Comparison) -> str:
    """The unit of a cost per unit of account, in money of the case."""
    return name_per_unit(str(scenario.attrs["money"]), comparison.yardstick.unit)


def describe_span(scenario: xr.Dataset, comparison: Comparison, definition: str) -> str:
    """The year or span that a definition stands for."""
    if definition == ANNUITY:
        return str(comparison.yardstick.year)
    return f"{int(scenario[YEAR].values[0])}-{find_last_years(read_arrays(scenario))[-1]}"


def _list_points(rows: tuple[Row, ...], definition: str) -> Iterator[dict[str, Any]]:
    """The curve: first in one step all that is not ranked, then each ranked one by rising cost per tonne."""
    cost_name, tonnes_name = PER_DEFINITION[definition]
    ranked = sorted((row for row in rows if row.kind == RANKED), key=lambda row: row.per_unit)
    others = [row.amounts for row in rows if row.kind != RANKED]
    level, cost = (float(sum(getattr(a, name) for a in others)) for name in (tonnes_name, cost_name))
    yield {"item": None, "level": level, "cost_msek": cost, "marginal_sek_per_t": None}
    for row in ranked:
        level, cost = level + getattr(row.amounts, tonnes_name), cost + getattr(row.amounts, cost_name)
        yield {"item": row.name, "level": level, "cost_msek": cost, "marginal_sek_per_t": row.per_unit}


def _describe_level(scenario: xr.Dataset, comparison: Comparison, level: Level, definition: str) -> dict[str, Any]:
    sums = {
        way: [r.ways[way]._asdict() for r in level.readings if way in r.ways] if level.readings else [] for way in WAYS
    }
    return {
        "whole": level.whole._asdict() if level.whole else None,
        "sums": {
            way: {name: sum(one[name] for one in every) for name in Amounts._fields} if every else None
            for way, every in sums.items()
        },
        "orders": level.orders,
        "plans_solved": level.solved,
        "gap_msek": level.gap,
        "items": [_describe_row(row) for row in list_rows(scenario, comparison, level, definition)],
    }


def _describe_row(row: Row) -> dict[str, Any]:
    ways = {way: amounts._asdict() for way, amounts in row.reading.ways.items()}
    return {
        **_head(row),
        "in_plan": row.reading.used,
        "kind": row.kind,
        "shown": row.shown,
        "cost_per_tonne": row.per_unit,
        "dominated": row.dominated,
        "differs": list(row.differences),
        "ways": ways,
        "standard_error": row.reading.errors._asdict(),
    }


def _each(comparison: Comparison) -> Iterator[tuple[str, Level]]:
    return iter(comparison.levels.items())


def _scale(scenario: xr.Dataset, comparison: Comparison) -> float:
    return scale_unit(scenario.attrs["money"], comparison.yardstick.unit)


def _head(row: Row) -> dict[str, Any]:
    names = {f"name_{lang}": row.names[lang] for lang in LANGUAGES}
    return {"item": row.name, "code": row.code, **names, "programme": row.programme}


def _fill(row: Row, way: str) -> dict[str, Any]:
    amounts, errors = row.reading.ways.get(way), row.reading.errors
    own = errors if way == "share" else Amounts(*np.zeros(len(Amounts._fields)))
    given = amounts or Amounts(*np.full(len(Amounts._fields), np.nan))
    return {
        "cost": given.cost,
        "cost_error": own.cost,
        "misses": given.misses,
        "tonnes": given.tonnes,
        "tonnes_error": own.tonnes,
        "tonnes_discounted": given.discounted,
        "year_cost": given.year_cost,
        "year_tonnes": given.year_tonnes,
        "dominated": row.dominated,
        "differs": " ".join(row.differences),
    }


def _name_player(scenario: xr.Dataset, name: str) -> tuple[str, dict[str, str], str]:
    """Code, names and programme of a measure, or of a programme."""
    technologies = scenario[TECHNOLOGY].values.tolist()
    if name not in technologies:
        return "", {lang: name_heading(name, lang, read_headings(scenario, PROGRAMME)) for lang in LANGUAGES}, name
    k = technologies.index(name)
    names = {lang: str(scenario[f"{TECHNOLOGY}_name_{lang}"].values[k]) for lang in LANGUAGES}
    return str(scenario["technology_code"].values[k]), names, str(scenario["technology_programme"].values[k])
