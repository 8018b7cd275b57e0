"""Which forced and decided projects contradict the rest of the case, or cannot be built in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenarios.arithmetic.projects import DECIDED, FORCED, OPTION
from scenarios.catalog import GROUP, STATUS_YEAR, TECHNOLOGY, YES_NO
from scenarios.cells import KIND, NUMBER, ROW, is_year
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Notice, Problem

SLACK = 1e-6
"""By how much a project may exceed a limit or miss a whole number of units, relative to it."""
ABOUT = file_of(STATUS_YEAR.table)
STATUS = "status"


@dataclass(frozen=True)
class Project:
    """One project: what it is about, its row, when it begins, its size and its plan year (None: in none)."""

    technology: str
    status: str
    row: int
    start: int
    size: float
    place: int | None

    def tell(self, key: str, column: str = STATUS, **fields: object) -> Problem:
        """A problem at the row of the project."""
        named = {TECHNOLOGY: self.technology, STATUS: self.status, "year": self.start, "size": write_plainly(self.size)}
        return Problem(key, ABOUT, self.row, column, named | fields)


@dataclass(frozen=True)
class Projects:
    """All projects of a case whose rows can be used."""

    view: View

    @cached_property
    def settled(self) -> list[tuple[str, Mapping[str, str]]]:
        """Technologies that are forced or decided, with their labels; forced ones not where nothing is done."""
        left_out = (OPTION, FORCED) if self.view.choices.do_nothing else (OPTION,)
        return [(k, about) for k, about in self.view.technologies.items() if about[STATUS] not in left_out]

    @cached_property
    def usable(self) -> list[Project]:
        """Projects with a year and a size that are buildable and not excluded."""
        found = []
        for name, about in self.settled:
            size = self.size(name)
            fits = name in self.view.builders and name not in self.view.choices.exclude
            if is_year(about[STATUS_YEAR.name]) and fits and size > 0:
                start = int(about[STATUS_YEAR.name])
                found.append(Project(name, about[STATUS], int(about[ROW]), start, size, self.find_place(start)))
        return found

    @cached_property
    def built(self) -> list[Project]:
        """Projects that begin in the plan."""
        return [project for project in self.usable if project.place is not None]

    def size(self, name: str) -> float:
        """Capacity of the project of a technology; 0 where nothing says."""
        sizes = [self.view.single(quantity).get(name, 0.0) for quantity in ("project_size", "unit_size", "least_size")]
        written = name in self.view.single("project_size")
        return sizes[0] if written else sizes[1] or sizes[2]

    def find_place(self, year: int) -> int | None:
        """The plan year that contains a year."""
        years, lengths = self.view.span
        inside = np.flatnonzero((years <= year) & (year < years + lengths))
        return int(inside[0]) if inside.size else None

    def wait(self, name: str) -> float:
        """Years from the start of construction to service."""
        return sum(self.view.single(quantity).get(name, 0.0) for quantity in ("lead_time", "start_delay"))


def find_wrong_projects(view: View) -> Iterator[Problem]:
    """Projects without a year or a size, of what cannot be built, or excluded by name."""
    projects = Projects(view)
    for name, about in projects.settled:
        fields = {TECHNOLOGY: name, STATUS: about[STATUS]}
        key, column = "", STATUS
        if name not in view.builders:
            key = "project_unbuildable"
        elif name in view.choices.exclude:
            key = "project_excluded"
        elif not about[STATUS_YEAR.name]:
            key, column = "project_year_missing", STATUS_YEAR.name
        elif projects.size(name) <= 0:
            key = "project_without_size"
        if key:
            yield Problem(key, ABOUT, int(about[ROW]), column, fields)
    for project in projects.usable:
        unit, least = (view.single(quantity).get(project.technology, 0.0) for quantity in ("unit_size", "least_size"))
        parts = abs(project.size / unit - round(project.size / unit)) if unit > 0 else 0.0
        if parts > SLACK or project.size < least * (1 - SLACK):
            row, column = view.rows_of("project_size")[project.technology]
            fields = {TECHNOLOGY: project.technology, "size": write_plainly(project.size)}
            fields |= {"unit": write_plainly(unit), "least": write_plainly(least)}
            key = "project_in_parts" if parts > SLACK else "project_too_small"
            yield Problem(key, file_of("parameters"), row, column, fields)


def find_untimely_projects(view: View) -> Iterator[Problem]:
    """Projects outside the years of the case or their window, in service after the plan, or before what they need."""
    projects, case = Projects(view), view.case
    for project in projects.usable:
        name, start = project.technology, project.start
        if "first_year" in case and "last_year" in case and not case["first_year"] <= start <= case["last_year"]:
            first, last = write_plainly(case["first_year"]), write_plainly(case["last_year"])
            yield project.tell("project_outside", STATUS_YEAR.name, first=first, last=last)
            continue
        opens, closes = view.single("earliest_start").get(name, -np.inf), view.single("latest_start").get(name, np.inf)
        if not opens <= start <= closes:
            window = f"{write_plainly(opens) if np.isfinite(opens) else ''}-"
            window += write_plainly(closes) if np.isfinite(closes) else ""
            yield project.tell("project_window", STATUS_YEAR.name, window=window)
        served, ending = start + projects.wait(name), view.case.get("last_year", np.inf)
        if served > ending:
            yield project.tell(
                "project_late", STATUS_YEAR.name, service=write_plainly(served), last=write_plainly(ending)
            )
    yield from _find_missing_prerequisites(view, projects)


def _find_missing_prerequisites(view: View, projects: Projects) -> Iterator[Problem]:
    """Projects that wait for what cannot have come by then, and two that exclude each other."""
    starts = {project.technology: project for project in projects.built}
    logic, lags = view.chosen.frames["logic"], view.written("logic")
    lag_of = dict(zip(lags[ROW], lags[NUMBER], strict=True))
    standing = _find_standing(view)
    exclusive: dict[str, list[str]] = {}
    for row, own in logic.iterrows():
        kind, other = own[KIND], own["other"]
        if kind == "excludes":
            exclusive.setdefault(own["rule"], []).extend(filter(None, (own[TECHNOLOGY], other)))
        project = starts.get(own[TECHNOLOGY])
        if project is None or kind not in ("requires", "follows") or other in standing:
            continue
        lag = lag_of.get(row, 0.0) + (projects.wait(other) if kind == "follows" else 0.0)
        earliest = float(view.years[0])
        if other in starts and (project.status == DECIDED or starts[other].start > project.start):
            earliest = float(starts[other].start)
        elif project.status == DECIDED:
            earliest = np.inf
        earliest = max(earliest, view.single("earliest_start").get(other, -np.inf))
        if earliest + lag > project.start:
            when = "" if np.isinf(earliest) else write_plainly(earliest + lag)
            yield project.tell("project_waits" if when else "project_waits_ever", other=other, earliest=when)
    for rule, named in exclusive.items():
        both = [starts[name] for name in dict.fromkeys(named) if name in starts]
        if len(both) > 1:
            yield both[1].tell("project_excludes", other=both[0].technology, rule=rule)


def _find_standing(view: View) -> frozenset[str]:
    names = list(view.rows_of("existing"))
    stock = view.filled("existing", names)
    return frozenset(name for name, row in zip(names, stock, strict=True) if len(row) and row[0] > 0)


def find_oversized_projects(view: View) -> Iterator[Problem]:
    """Projects above the rate, the potential or the growth of what they are, or above the limits of a group."""
    projects = Projects(view)
    if not projects.built:
        return
    names, lengths = [project.technology for project in projects.built], view.span[1]
    rate = view.filled("most_build", names) * lengths
    growth, seed = view.filled("build_growth", names), view.filled("build_seed", names)
    potential, existing = view.filled("most_capacity", names), view.filled("existing", names)
    for k, project in enumerate(projects.built):
        v, size = project.place or 0, project.size
        limits = {"most_build": rate[k, v]}
        if np.isfinite(growth[k, v]) and project.status == DECIDED:
            before = view.single("build_before").get(project.technology, 0.0)
            limits["build_growth"] = _grow_through(before if v == 0 else 0.0, growth[k, v], seed[k, v], lengths[v])
        kept = existing[k] * (view.technologies[project.technology]["retirable"] != YES_NO[0])
        served = _serve(view, projects, project)
        limits["most_capacity"] = (potential[k] - kept)[served].min(initial=np.inf)
        for quantity, most in limits.items():
            if size > most * (1 + SLACK) + SLACK:
                yield project.tell("project_too_large", quantity=quantity, most=write_plainly(max(most, 0.0)))
    yield from _find_crowded_groups(view, projects)


def _grow_through(before: float, growth: float, seed: float, length: float) -> float:
    """Most that is begun in the calendar years of one plan year, each growing from the one before it."""
    pace, begun = before, 0.0
    for _ in range(int(length)):
        pace = growth * pace + seed
        begun += pace
    return begun


def _serve(view: View, projects: Projects, project: Project) -> np.ndarray:
    """Plan years in which all of a project is in service."""
    years, lengths = view.span
    begin = project.start + projects.wait(project.technology)
    end = begin + view.lives.get(project.technology, (np.inf, np.inf))[0]
    return np.asarray((years >= begin) & (years + lengths <= end))


def _find_crowded_groups(view: View, projects: Projects) -> Iterator[Problem]:
    """Limits of groups that decided projects alone exceed."""
    decided = [project for project in projects.built if project.status == DECIDED]
    weights = view.written("weight")
    for what in ("build", "capacity"):
        quantity = f"group_most_{what}"
        groups = list(view.rows_of(quantity))
        for group, most in zip(groups, view.filled(quantity, groups), strict=True):
            own = weights[weights[GROUP] == group]
            weight = dict(zip(own[TECHNOLOGY], own[NUMBER], strict=True))
            members = [project for project in decided if weight.get(project.technology, 0.0) > 0]
            if not members or min(weight.values()) < 0:
                continue
            used = np.zeros(len(view.years))
            for project in members:
                places = (
                    _serve(view, projects, project) if what == "capacity" else np.arange(used.size) == project.place
                )
                used += places * weight[project.technology] * project.size
            limit = most * view.span[1] if what == "build" else most
            over = np.flatnonzero(used > limit * (1 + SLACK) + SLACK)
            if over.size:
                fields = {"group": group, "quantity": quantity, "most": write_plainly(limit[over[0]])}
                yield members[-1].tell(
                    "project_crowds", **fields, used=write_plainly(used[over[0]]), when=view.years[over[0]]
                )


def tell_left_out_projects(view: View) -> Iterator[Notice]:
    """Projects that this plan does not have: forced ones where nothing is done, and those of years not chosen."""
    for name, about in view.technologies.items():
        if about[STATUS] == FORCED and view.choices.do_nothing:
            yield Notice("project_not_forced", {TECHNOLOGY: name}, ABOUT, int(about[ROW]), STATUS)
    for project in Projects(view).usable:
        if project.place is None and view.years:
            last = view.years[-1] + int(view.span[1][-1]) - 1
            fields = {TECHNOLOGY: project.technology, "year": project.start, "first": view.years[0], "last": last}
            yield Notice("project_not_in_years", fields, ABOUT, project.row, STATUS_YEAR.name)
