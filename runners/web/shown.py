"""What folders say as sections, kept for as long as their files stay as they are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from runners.found_once import Kept
from runners.reports.curve_folder import open_curves
from runners.reports.run_folder import open_run
from runners.results.result import open_result
from runners.views.section import Section, Table
from runners.views.subjects.choice import write_sections
from runners.views.subjects.plan import write_plan
from runners.web.answers import WebAnswer, sign_folder

CURVES = ("system", "frontier", "measures")
MOST_SHOWN = 48
"""Folders in a language whose sections are kept: some megabytes each."""
_plans: Kept[dict[str, Section]] = Kept(MOST_SHOWN)
_answers: Kept[tuple[Section, ...]] = Kept(MOST_SHOWN)


def show_plan(place: Path, lang: str) -> dict[str, Section]:
    """The sections of a plan by their keys; raises CaseError where its folder was changed."""
    return _plans.find((place, lang), sign_folder(place), partial(_write_plan, place, lang))


def show_answer(answer: WebAnswer, lang: str) -> tuple[Section, ...]:
    """The sections of an answer; raises CaseError where its folder was changed."""
    place, kind = answer.folder, answer.kind
    return _answers.find((place, kind, lang), sign_folder(place), partial(_write_answer, place, kind, lang))


def turn_current(section: Section) -> Section:
    """A section whose tables of money are in the prices of each year, where they are kept so."""
    blocks = (block.current if isinstance(block, Table) and block.current else block for block in section.blocks)
    return replace(section, blocks=tuple(blocks))


def turn_constant(section: Section) -> Section:
    """A section whose tables of money are in constant prices alone."""
    blocks = (replace(block, current=None) if isinstance(block, Table) else block for block in section.blocks)
    return replace(section, blocks=tuple(blocks))


def _write_plan(place: Path, lang: str) -> dict[str, Section]:
    return {section.key: section for section in write_plan(open_run(place).result, lang)}


def _write_answer(place: Path, kind: str, lang: str) -> tuple[Section, ...]:
    result = open_curves([place])[0] if kind in CURVES else open_result(place)
    return tuple(write_sections(result, lang))
