"""`fardplan curve`: what does each level of a target cost, what do two at once, what does each measure?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from conf.words import LANGUAGES, say
from model.compiled.cache import default_folder
from runners.analyses.cost_curve.choosing import SECOND, Question, pose_question, probe_account
from runners.analyses.cost_curve.frontier import limit_debt, trace_frontier
from runners.analyses.cost_curve.frontier_reports import (
    describe_frontier,
    tabulate_frontier,
    write_frontier,
)
from runners.analyses.cost_curve.system import Curve, trace_system
from runners.analyses.cost_curve.tables import KILOTONNE, PER_TONNE, tabulate_built, tabulate_moves, tabulate_points
from runners.analyses.cost_curve.varied_target import add_probe
from runners.analyses.cost_curve.words import describe_curve, write_summary
from runners.atomic_write import check_place
from runners.chosen import open_request
from runners.family import Family
from runners.keepsake import Answer, choose_place, keep_answer
from runners.outcome import Outcome
from runners.progress import QUIET, Progress
from runners.record import describe_inputs
from runners.reports.notices import write_notices
from runners.views.figures import draw_subject
from runners.word_bounds import check_section
from scenarios.errors import CaseError, Problem
from scenarios.tables import choose_rows, read_tables

if TYPE_CHECKING:
    import pandas as pd

    from conf.schema import Config

SYSTEM, FRONTIER, MEASURES = "system", "frontier", "measures"
CURVE = "curve"
CHECKED = 10
"""Points whose plans are solved once more, whole, and verified."""
AGREE = 1e-5
"""How far the cost of a verified plan may lie from the curve's, relative to the larger of 1 and itself."""
DEBT = "debt."
WIDTH = 100


def answer_curve(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """Draw the curve that the configuration asks for, keep it in a folder; gives what is shown."""
    kind = config.curve.kind
    if problems := list(check_section(config.curve, "curve.")):
        raise CaseError(problems)
    if config.out is not None:
        check_place(Path(config.out), config.force)
    progress("curve")
    if kind == MEASURES:
        shown: str = import_module("runners.analyses.abatement.measures").answer_measures(config, started, progress)
        return shown
    return (answer_system if kind == SYSTEM else answer_frontier)(config, started, progress)


def answer_system(config: Config, started: datetime, progress: Progress) -> str:
    """The curve of the system over the level of one target."""
    folder, question, family = _open_case(config)
    wishes, probe, lang = config.curve, question.probe, config.lang
    curve = trace_system(
        family,
        probe,
        wishes.error,
        wishes.points,
        wishes.start,
        wishes.end,
        _find_price(config, question),
        config.settings,
        progress,
    )
    progress("verify")
    outcomes = verify_stops(family, curve, config.settings)
    tables = {"points": tabulate_points(curve), "investments": tabulate_built(curve), "moves": tabulate_moves(curve)}
    content = describe_curve(curve, _tell_question(question, wishes.others), lang)
    content |= {"verified": len(outcomes), "whole_units": wishes.whole}

    origin = describe_inputs(outcomes[0].scenario, config, folder, started)
    place = _keep_curve(content, tables, origin, config, started)
    told = write_notices(family.tell_nothing(config.settings), lang)
    lines = write_summary(curve, question.names, wishes.others, len(outcomes), lang)
    return _show([*told, *lines], wishes.whole, place, lang)


def answer_frontier(config: Config, started: datetime, progress: Progress) -> str:
    """Curves over one target at several levels of another account or of an actor's debt."""
    if config.curve.second is None:
        raise CaseError([Problem("curve_second_missing", "curve.second")])
    folder, question, family = _open_case(config)
    wishes, lang = config.curve, config.lang
    second = _find_second(question, family, config)
    fine = wishes.levels, wishes.error, wishes.points, _find_price(config, question)
    frontier = trace_frontier(family, question.probe, second, *fine, progress)
    progress("verify")
    outcomes = [verify_ends(family, curve, second.settle(level)) for level, curve in frontier.curves]
    content = describe_frontier(frontier, second, _tell_question(question, wishes.others), lang)
    content |= {"whole_units": wishes.whole}

    tables = {"points": tabulate_frontier(frontier)}
    origin = describe_inputs(outcomes[0].scenario, config, folder, started)
    place = _keep_curve(content, tables, origin, config, started)
    told = write_notices(family.tell_nothing(config.settings), lang)
    lines = write_frontier(frontier, second, question.names, wishes.others, lang)
    return _show([*told, *lines], wishes.whole, place, lang)


def verify_stops(family: Family, curve: Curve, settings: Mapping[str, float]) -> list[Outcome]:
    """Verified plans at evenly spread points of a curve, each of the cost that the curve says.

    Raises:
        PlanRefused: the verifier did not accept one.
        ValueError: one costs something else than its point: our own fault.
    """
    chosen = sorted(set(np.linspace(0, len(curve.stops) - 1, min(CHECKED, len(curve.stops))).round().astype(int)))
    outcomes = []
    for place in chosen:
        stop = curve.stops[place]
        outcome = family.solve({**settings, **curve.probe.settle(stop.level)})
        cost, gap = float(outcome.plan.attrs["objective"]), 2 * family.options.gap if not family.options.relax else 0.0
        if abs(cost - stop.cost) > (AGREE + gap) * max(1.0, abs(cost)):
            raise ValueError(f"the plan at {stop.level:g} costs {cost:g}, its point says {stop.cost:g}")
        outcomes.append(outcome)
    return outcomes


def verify_ends(family: Family, curve: Curve, settings: Mapping[str, float]) -> Outcome:
    """As `verify_stops`, of both ends; gives the first."""
    return verify_stops(family, replace(curve, stops=(curve.stops[0], curve.stops[-1])), settings)[0]


def _open_case(config: Config) -> tuple[Path, Question, Family]:
    """The case with its probe: folder, what is asked, and the family that answers."""
    choices, folder, options = open_request(config)
    question = pose_question(read_tables(folder), choices, config.curve)
    second = config.curve.second
    if config.curve.kind == FRONTIER and second is not None and not second.startswith(DEBT):
        question = _add_second(question, config, second)
    options = replace(options, relax=options.relax or not config.curve.whole)
    return folder, question, Family(question.tables, question.choices, options, default_folder())


def _add_second(question: Question, config: Config, account: str) -> Question:
    written = choose_rows(question.tables, question.choices.variants)
    wishes = replace(config.curve, year=config.curve.second_year or question.probe.year, until=None, cumulative=False)
    probe = probe_account(written, account, wishes, SECOND, f"curve.second={account}")
    return replace(question, tables=add_probe(question.tables, probe), second=probe)


def _find_second(question: Question, family: Family, config: Config) -> Any:
    second = str(config.curve.second)
    return limit_debt(family.scenario, second[len(DEBT) :]) if second.startswith(DEBT) else question.second


def _find_price(config: Config, question: Question) -> float | None:
    """Money per unit of level at which the curve ends by itself; none for what is not counted in tonnes."""
    price = config.curve.most_price
    return None if price is None or not question.probe.unit.startswith(KILOTONNE) else price / PER_TONNE


def _tell_question(question: Question, others: str) -> dict[str, Any]:
    """What was asked, with its names."""
    names = {f"about_{lang}": question.names[lang] for lang in LANGUAGES}
    return {"target": question.target, "others": others, **names}


def _keep_curve(
    content: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    origin: Mapping[str, Any],
    config: Config,
    started: datetime,
) -> Path:
    kind = str(content["kind"])
    draw = partial(draw_subject, kind, content, tables, origin, config.lang)
    answer = Answer(CURVE, content, tables, draw, origin, kind)
    return keep_answer(answer, choose_place(config.out, answer.origin, started, CURVE), started, config.force)


def _show(lines: Sequence[str], whole: bool, place: Path, lang: str) -> str:
    last = [] if whole else [say("curve_parts", lang)]
    wrapped = [part for line in [*lines, *last] for part in (wrap(line, WIDTH) if len(line) > WIDTH else [line])]
    return "\n".join([*wrapped, say("curve_place", lang, place=place)])
