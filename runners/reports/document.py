"""The report as a document in one language: which chapters there are, in the order a finance director expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conf.words import LANGUAGES, format_number, read_messages, say
from runners.reports.against import Standard
from runners.reports.chapters_basis import write_annexes, write_assumptions, write_method
from runners.reports.chapters_compare import write_alternatives
from runners.reports.chapters_curve import write_curves
from runners.reports.chapters_dossier import write_dossier
from runners.reports.chapters_money import (
    write_benefits,
    write_funding,
    write_key_figures,
    write_operation,
    write_outlays,
)
from runners.reports.chapters_plan import (
    read_convention,
    write_background,
    write_measures,
    write_summary_chapter,
    write_targets,
)
from runners.reports.chapters_sweep import write_finder, write_sensitivity, write_sweep_summary
from runners.reports.curve_folder import CurveRun
from runners.reports.locale import Speech, begin, read_names
from runners.reports.run_folder import Run
from runners.reports.shown_results import is_of_plan
from runners.reports.sweep_folder import SweepRun
from runners.results.result import Result
from runners.views.names import name_kind
from runners.views.section import Document, Section, Text
from runners.views.subjects.actions import write_actions
from runners.views.subjects.adopted import write_against
from runners.views.subjects.choice import Subject, write_pairs
from scenarios.actions import ACTIONS

DIGEST_LENGTH = 8
CHAPTERS: Mapping[str, Subject] = {"dossier": write_dossier}
"""Subjects of results whose sections are of text alone: a workbook has their tables as they are declared."""
PAGE_WORDS = "report_page_"
"""Messages that the page itself needs: buttons, skip link, names of regions."""


@dataclass(frozen=True)
class Material:
    """What a report is about: plans, the first of them proposed, a sweep, curves and other results of one case.

    `standard` is the plan that was adopted, which the proposed one is compared with.
    """

    plans: tuple[Run, ...]
    sweep: SweepRun | None = None
    curves: tuple[CurveRun, ...] = ()
    results: tuple[Result, ...] = ()
    standard: Standard | None = None

    @property
    def started(self) -> str:
        """When that which it is first about was begun."""
        firsts = [run.manifest for run in self.plans[:1]] or [result.origin for result in self.results[:1]]
        return str((firsts or [_require_sweep(self).manifest])[0].get("started", ""))


def compose_document(
    material: Material, lang: str = LANGUAGES[0], tell: Callable[[Section], object] = bool
) -> Document:
    """The report in one language.

    Args:
        material: at least one plan, a sweep or a result.
        lang: one of LANGUAGES.
        tell: is given each section of a plan as soon as it is written, so that its charts can be drawn meanwhile.
    """
    if material.plans:
        return _compose_plan(material, lang, tell)
    return (
        _compose_results(material, lang, tell) if material.results else _compose_sweep(_require_sweep(material), lang)
    )


def _compose_plan(material: Material, lang: str, tell: Callable[[Section], object]) -> Document:
    run = material.plans[0]
    speech = speak_of(run, lang)
    chapters = []
    for chapter in _write_chapters(run, material, speech):
        tell(chapter)
        chapters.append(chapter)
    left_out = tuple(chapter.title for chapter in chapters if chapter.empty)
    first = [write_summary_chapter(run, speech, left_out), write_alternatives(material.plans, speech)]
    if material.standard is not None:
        first.append(write_against(run.result, material.standard.run.result, material.standard.entry.name, lang))
    tell(first[1])
    summary = run.summary
    span = {"first": summary["first_year"], "last": summary["last_year"]}
    name = str(summary[speech.name_column])
    return Document(
        lang=lang,
        title=speech.say("title", name=name, **span),
        kicker=speech.say("kicker"),
        subtitle=_write_subtitle(speech, str(run.manifest["started"]), str(summary["digest"])),
        sections=_keep([*first, *chapters]),
        words=read_page_words(lang),
    )


def _write_chapters(run: Run, material: Material, speech: Speech) -> Iterator[Section]:
    sweep = material.sweep
    yield write_background(run, speech)
    yield write_targets(run, speech)
    yield write_measures(run, speech)
    if ACTIONS in run.tables:
        yield write_actions(run.result, speech.lang)
    yield write_outlays(run, speech)
    yield write_operation(run, speech)
    yield write_funding(run, speech)
    yield write_key_figures(run, speech)
    yield write_curves(run, material.curves, speech)
    yield from _write_results(run, material.results, speech)
    cost = float(run.summary["objective_msek"])
    yield (
        write_sensitivity(sweep, speech, cost) if sweep else Section("sensitivity", speech.say("sensitivity_title"), ())
    )
    yield write_benefits(run, speech)
    yield write_method(run, speech)
    yield write_assumptions(run, speech)
    if sweep:
        yield write_finder(sweep, speech)
    yield write_annexes(run, speech)


def _write_results(run: Run, results: Sequence[Result], speech: Speech) -> Iterator[Section]:
    """What other results say; one of other numbers or choices than the plan's says so first."""
    for section, result in write_pairs(results, speech.lang, CHAPTERS):
        note = () if is_of_plan(result, run) else (Text(say("subject_other_plan", speech.lang), "note"),)
        yield replace(section, blocks=(*note, *section.blocks))


def _compose_results(material: Material, lang: str, tell: Callable[[Section], object]) -> Document:
    """Results by themselves."""
    first = material.results[0]
    sections = [section for section, _ in write_pairs(material.results, lang, CHAPTERS)]
    for section in sections:
        tell(section)
    speech = Speech(lang, first.money, str(first.facts.get("price_year") or ""), {})
    return Document(
        lang=lang,
        title=say("subject_title", lang, kind=name_kind(first.kind, lang), case=first.name(lang)),
        kicker=say("subject_kicker", lang),
        subtitle=_write_subtitle(speech, str(first.origin["started"]), str(first.origin.get("digest", ""))),
        sections=_keep(sections),
        words=read_page_words(lang),
    )


def _compose_sweep(sweep: SweepRun, lang: str) -> Document:
    names = read_names(sweep.labels, lang)
    manifest = sweep.manifest
    speech = Speech(lang, str(manifest.get("money", "MSEK")), str(manifest.get("price_year") or ""), names)
    sections = [write_sweep_summary(sweep, speech), write_sensitivity(sweep, speech), write_finder(sweep, speech)]
    return Document(
        lang=lang,
        title=speech.say(
            "sweep_title", case=str(manifest.get("case", "")), count=format_number(len(sweep.results), lang, 0)
        ),
        kicker=speech.say("sweep_kicker"),
        subtitle=_write_subtitle(speech, str(manifest.get("started", "")), str(manifest.get("digest", ""))),
        sections=_keep(sections),
        words=read_page_words(lang),
    )


def speak_of(run: Run, lang: str) -> Speech:
    """The language of a report on a plan."""
    money, year = (read_convention(run.tables, item) for item in ("money", "price_year"))
    return Speech(lang, money, year, read_names(run.tables["labels"], lang))


def read_page_words(lang: str) -> dict[str, str]:
    """Words of the page by their key without `report_page_`."""
    keys = [key for key in read_messages() if key.startswith(PAGE_WORDS)]
    return {key[len(PAGE_WORDS) :]: say(key, lang) for key in keys}


def _write_subtitle(speech: Speech, started: str, digest: str) -> str:
    return begin(speech.say("subtitle", level=speech.price_level, date=started[:10], digest=digest[:DIGEST_LENGTH]))


def _keep(sections: Sequence[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if not section.empty)


def _require_sweep(material: Material) -> SweepRun:
    if material.sweep is None:
        raise ValueError("a report needs a plan or a sweep")
    return material.sweep
