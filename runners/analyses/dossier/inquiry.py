"""All that is asked about entries of one case, and the answer: one dossier an entry, on one plan and one oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import xarray as xr

from runners.analyses.abatement.abatement_metrics import Yardstick
from runners.analyses.abatement.measure_bundles import Player
from runners.analyses.assumptions.moves import Move, list_moves
from runners.analyses.dossier.entries import Entry, choose_entries
from runners.analyses.dossier.entry_cost import Threshold, find_threshold
from runners.analyses.dossier.hanging import Hangings, find_hangings, list_own
from runners.analyses.dossier.spread import Spread, Spreader
from runners.analyses.dossier.standing import Standing, find_standing
from runners.analyses.dossier.ways import FORCED, Ways, Weigher
from runners.analyses.dossier.worlds import World, find_worlds
from runners.analyses.oracle import Oracle
from runners.analyses.sensitivity.explained import list_binding
from runners.family import Family
from runners.outcome import Outcome
from runners.progress import Progress
from scenarios.catalog import YEAR
from scenarios.errors import CaseError
from scenarios.families import MeasureFamily, list_families
from scenarios.ranges import list_assumptions
from scenarios.settings import Settings


@dataclass(frozen=True)
class Wish:
    """What is asked: words for measures and families, levels in percent, orders drawn, and by which account.

    `scale` are the factors on prices that the user chose.
    """

    words: tuple[str, ...]
    levels: tuple[float, ...]
    samples: int
    seed: int
    definition: str
    scale: Mapping[str, float]


@dataclass(frozen=True)
class Dossier:
    """Everything about an entry: in the plan, its costs, its range, what binds, its price, its numbers.

    `rules` are binding rules that name one of its measures, by family and item; `forced` is the plan with it forced in.
    """

    entry: Entry
    standing: Standing
    ways: Ways
    forced: Standing | None
    spreads: tuple[Spread, ...]
    rules: tuple[tuple[str, str], ...]
    threshold: Threshold
    hangings: Hangings


@dataclass(frozen=True)
class Dossiers:
    """The answer. `relaxed`: parts of units may be built in the plan; `whole`: it has whole ones, so that what is told
    in parts of units is a bound. `room` says of what levels are percent, `solved` counts plans, all verified;
    `families` are the names of all families of the case by language.
    """

    outcome: Outcome
    yardstick: Yardstick
    definition: str
    entries: tuple[Dossier, ...]
    families: Mapping[str, Mapping[str, str]]
    worlds: tuple[World, ...]
    relaxed: bool
    whole: bool
    room: str
    solved: int
    seconds: float


def begin(progress: Progress, phase: str, total: int) -> None:
    """A part of the work with so many steps at most."""
    progress(phase)
    progress.expect(total, most=True)


def inquire(family: Family, settings: Settings, yardstick: Yardstick, wish: Wish, progress: Progress) -> Dossiers:
    """The dossiers of what is asked for.

    Raises:
        CaseError: a word that is no measure or family, or that means several.
        NoPlan: the case has no plan, or none was found in time.
        PlanRefused: the verifier did not accept a plan.
    """
    started = perf_counter()
    groups = list_families(family.tables, family.choices.variants)
    entries = choose_entries(family.describe(settings), groups, wish.words)
    plans = Oracle(family, settings)
    outcome = plans.find_plan()
    parts = Oracle(family, settings, None, outcome.plan)
    ways = _weigh(plans, parts, outcome.scenario, entries, groups, yardstick, wish, progress)
    spreader = Spreader(outcome, plans.pose(), family.options, wish.levels)
    begin(progress, "dossier_ranges", sum(len(e.measures) for e in entries) * len(wish.levels))
    spreads = [tuple(spreader.spread(entry, progress.step)) for entry in entries]
    progress("dossier_worlds")
    worlds = find_worlds(plans, outcome.scenario, wish.scale, entries)
    moves = _list_moves(family, outcome.scenario, settings)
    begin(progress, "dossier_numbers", sum(len(list_own(moves, entry)) for entry in entries))
    found = [
        _close(plans, parts, outcome, way, spread, moves, progress) for way, spread in zip(ways, spreads, strict=True)
    ]
    mixed = bool(parts.program.program.integrality.any())
    return Dossiers(
        outcome,
        yardstick,
        wish.definition,
        tuple(found),
        {group.label: group.names for group in groups},
        tuple(worlds),
        relaxed=mixed and family.options.relax,
        whole=mixed and not family.options.relax,
        room=spreader.room.of,
        solved=plans.solves,
        seconds=perf_counter() - started,
    )


def _weigh(
    plans: Oracle,
    parts: Oracle,
    scenario: xr.Dataset,
    entries: Sequence[Entry],
    groups: Sequence[MeasureFamily],
    yardstick: Yardstick,
    wish: Wish,
    progress: Progress,
) -> list[Ways]:
    begin(progress, "dossier_ways", wish.samples * (len(entries) + 4))
    weigher = Weigher(plans, scenario, yardstick, _list_players(scenario, groups), wish.samples, wish.seed)
    return [weigher.weigh(entry, parts, progress.step) for entry in entries]


def _close(
    plans: Oracle,
    parts: Oracle,
    outcome: Outcome,
    ways: Ways,
    spreads: tuple[Spread, ...],
    moves: Sequence[Move],
    progress: Progress,
) -> Dossier:
    """A dossier of what is known, and what the plan and its prices say."""
    entry, forced, scenario = ways.entry, None, outcome.scenario
    if ways.forced is not None and FORCED in ways.found:
        run = plans.find_plan(ways.forced.settings, ways.forced.held)
        forced = find_standing(run.scenario, run.plan, entry)
    own = set(entry.player.members)
    return Dossier(
        entry,
        find_standing(scenario, outcome.plan, entry),
        ways,
        forced,
        spreads,
        tuple((rule, item) for rule, item, about in list_binding(parts) if about & own),
        find_threshold(parts, scenario, entry, entry.measures[0] if ways.forced is None else ways.forced.measure),
        find_hangings(parts, scenario, entry, moves, progress.step),
    )


def _list_players(scenario: xr.Dataset, groups: Sequence[MeasureFamily]) -> list[Player]:
    """The families of a case as players; those of which nothing is a choice are none."""
    found = []
    for group in groups:
        try:
            found += [entry.player for entry in choose_entries(scenario, [group], [])]
        except CaseError:
            continue
    return found


def _list_moves(family: Family, scenario: xr.Dataset, settings: Settings) -> list[Move]:
    assumptions = list_assumptions(family.tables, family.choices.variants)
    return list_moves(assumptions, [int(year) for year in scenario[YEAR].values], settings)[0]
