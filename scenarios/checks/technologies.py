"""Which technologies cannot do what their rows say: hosts and modes, capacity that does not exist, project logic."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.catalog import RULE, TECHNOLOGY
from scenarios.cells import KIND, NUMBER, ROW
from scenarios.checks.view import View, file_of, find_cycle, list_records, place_problem
from scenarios.errors import Problem
from scenarios.tables import ITEM, QUANTITY

OTHER = "other"
HOST = "host"
LEAST = ("least_capacity", "least_build", "least_activity")
"""What a technology may be there for although it makes nothing that is counted."""
STARTING_KINDS = ("requires", "follows")
ORDERING_KINDS = (*STARTING_KINDS, "supports")
CAPACITY_QUANTITIES = (
    "existing",
    "capex",
    "project_cost",
    "fixed_cost",
    "most_capacity",
    "least_capacity",
    "most_build",
    "least_build",
    "unit_size",
    "least_size",
    "content",
    "stock_vintage",
    "must_run",
)
"""Numbers that mean nothing where a technology has no capacity, its own or (for must_run) its host's."""
USE_OF_HOST = ("must_run",)


def find_wrong_hosts(view: View) -> Iterator[Problem]:
    """Hosts that are themselves modes, have another resolution, or no capacity."""
    for name, about in view.technologies.items():
        host = about[HOST]
        if host not in view.technologies or host == name:
            continue
        its = view.technologies[host]
        key = ""
        if its[HOST] not in ("", host):
            key = "host_has_host"
        elif its["capacitated"] == "no":
            key = "host_uncapacitated"
        elif its["resolution"] != about["resolution"]:
            key = "host_resolution"
        if key:
            fields = {"technology": name, "host": host, "own": about["resolution"], "its": its["resolution"]}
            yield Problem(key, file_of("technologies"), int(about[ROW]), HOST, {**fields, "further": its[HOST]})


def find_wrong_builds(view: View) -> Iterator[Problem]:
    """Technologies marked as buildable or retirable that have no capacity of their own."""
    for name, about in view.technologies.items():
        for column in ("buildable", "retirable"):
            if about[column] == "yes" and name not in view.capacitated:
                key = "mode_built" if about["capacitated"] == "yes" else "uncapacitated_built"
                fields = {"technology": name, HOST: about[HOST]}
                yield Problem(key, file_of("technologies"), int(about[ROW]), column, fields)


def find_numbers_without_capacity(view: View) -> Iterator[Problem]:
    """Numbers about the capacity of technologies that have none, where they would be ignored."""
    modes = {k for k, about in view.technologies.items() if view.host(k) != k and about["capacitated"] == "yes"}
    bare = {k for k, about in view.technologies.items() if about["capacitated"] == "no"}
    written = [quantity for quantity in CAPACITY_QUANTITIES if modes | bare and not view.written(quantity).empty]
    for quantity in written:
        rows = view.written(quantity)
        idle = bare if quantity in USE_OF_HOST else bare | modes
        rows = rows[(rows[NUMBER] != 0) & rows[TECHNOLOGY].isin(idle)]
        for place in list_records(rows.drop_duplicates(TECHNOLOGY)):
            name = place[TECHNOLOGY]
            fields = {TECHNOLOGY: name, QUANTITY: quantity, HOST: view.technologies[name][HOST]}
            yield place_problem("capacity_of_mode" if name in modes else "capacity_of_none", place, **fields)


def find_missing_lives(view: View) -> Iterator[Problem]:
    """Investments with neither life nor survival curve: for ever there, they would be given back whole at the end."""
    told = set(view.single("life")) | set(view.written("survival")[TECHNOLOGY])
    costs = pd.concat([view.written("capex"), view.written("project_cost")])
    for place in list_records(costs[costs[NUMBER] != 0].drop_duplicates(TECHNOLOGY)):
        if place[TECHNOLOGY] in view.builders and place[TECHNOLOGY] not in told:
            yield place_problem("life_missing", place, technology=place[TECHNOLOGY])


def find_retired_projects(view: View) -> Iterator[Problem]:
    """Fixed sums of starts that may be retired bit by bit: what of the sum is lost by that, nobody could say."""
    costs = view.written("project_cost")
    for place in list_records(costs[costs[NUMBER] > 0].drop_duplicates(TECHNOLOGY)):
        if view.technologies[place[TECHNOLOGY]]["retirable"] == "yes":
            yield place_problem("project_cost_retirable", place, technology=place[TECHNOLOGY])


def find_idle_loan_terms(view: View) -> Iterator[Problem]:
    """Terms of loans of technologies whose capital has no rate of its own, where they would change nothing."""
    rated = view.rows_of("hurdle_rate")
    for name, (row, column) in view.rows_of("loan_term").items():
        if name not in rated:
            yield Problem("loan_term_idle", file_of("parameters"), row, column, {"technology": name})


def find_idle_technologies(view: View) -> Iterator[Problem]:
    """Technologies without any row that says what they do; a plain list of measures, with cost alone, has no others."""
    frames = view.chosen.frames
    if frames["flows"].empty and frames["factors"].empty:
        return
    busy = {*frames["flows"][TECHNOLOGY], *frames["factors"][ITEM], *frames["members"][TECHNOLOGY]}
    busy |= {*frames["logic"][TECHNOLOGY], *frames["logic"][OTHER]}
    busy |= {about[HOST] for about in view.technologies.values()}
    busy |= {name for least in LEAST for name in view.rows_of(least)}
    for name, about in view.technologies.items():
        if name not in busy:
            yield Problem("technology_idle", file_of("technologies"), int(about[ROW]), TECHNOLOGY, {TECHNOLOGY: name})


def find_circular_logic(view: View) -> Iterator[Problem]:
    """Prerequisites in a circle, so that none of them can come first."""
    rows = _logic_rows(view, ORDERING_KINDS)
    arrows = {str(name): list(others) for name, others in rows.groupby(TECHNOLOGY, sort=False)[OTHER]}
    for cycle in find_cycle(arrows):
        closing = rows[(rows[TECHNOLOGY] == cycle[-2]) & (rows[OTHER] == cycle[-1])]
        fields = {"cycle": " -> ".join(cycle)}
        yield Problem("logic_circular", file_of("logic"), int(closing.index[0]), None, fields)


def find_nameless_starts(view: View) -> Iterator[Problem]:
    """Technologies in `requires` and `follows` without a size, which could begin in name only."""
    rows = _logic_rows(view, STARTING_KINDS)
    sized = {k for name in ("unit_size", "least_size") for k, size in view.single(name).items() if size > 0}
    standing = {k for k, size in zip(*_first_stock(view), strict=True) if size > 0}
    told: set[str] = set()
    for row, own in rows.iterrows():
        if own[OTHER] in standing:
            continue
        for column in (TECHNOLOGY, OTHER):
            name = own[column]
            if name in view.builders and name not in sized | told:
                told.add(name)
                fields = {TECHNOLOGY: name, KIND: own[KIND]}
                yield Problem("start_without_size", file_of("logic"), int(str(row)), column, fields)


def find_impossible_prerequisites(view: View) -> Iterator[Problem]:
    """Prerequisites that neither stand nor can be built."""
    rows = _logic_rows(view, ORDERING_KINDS)
    standing = {k for k, size in zip(*_first_stock(view), strict=True) if size > 0}
    for row, own in rows.iterrows():
        other = own[OTHER]
        if other in view.technologies and other not in standing | view.builders:
            fields = {TECHNOLOGY: own[TECHNOLOGY], OTHER: other, KIND: own[KIND]}
            yield Problem("prerequisite_impossible", file_of("logic"), int(str(row)), OTHER, fields)


def find_lonely_exclusions(view: View) -> Iterator[Problem]:
    """Exclusions that name one technology only and so exclude nothing."""
    rows = _logic_rows(view, ("excludes",))
    for rule, group in rows.groupby(RULE, sort=False):
        names = {*group[TECHNOLOGY], *group[OTHER]} - {""}
        if len(names) < 2:
            fields = {RULE: rule, TECHNOLOGY: ", ".join(names)}
            yield Problem("exclusion_lonely", file_of("logic"), int(group.index[0]), RULE, fields)


def _logic_rows(view: View, kinds: tuple[str, ...]) -> pd.DataFrame:
    frame = view.chosen.frames["logic"]
    return frame[frame[KIND].isin(kinds)]


def _first_stock(view: View) -> tuple[list[str], list[float]]:
    """Technologies with a stock, and how much of it stands in the first plan year."""
    names = list(view.rows_of("existing"))
    return (names, view.filled("existing", names)[:, 0].tolist()) if view.years else ([], [])
