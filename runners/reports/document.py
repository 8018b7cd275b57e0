"""The report as a document in one language: which chapters there are, in the order a finance director expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from conf.words import LANGUAGES, format_number, read_messages, say
from runners.reports.against import Standard
from runners.reports.run_folder import Run
from runners.reports.shown_results import is_of_plan
from runners.results.result import Result
from runners.results.sweep import SweepRun
from runners.views.curve_words import tell_choices
from runners.views.locale import Speech, begin, speak_of
from runners.views.names import name_kind
from runners.views.renderers.grid import read_section
from runners.views.section import Document, Section, Table, Text
from runners.views.subjects.adopted import write_against
from runners.views.subjects.beside import write_beside
from runners.views.subjects.choice import write_pairs, write_sections
from runners.views.subjects.plan import write_plan
from runners.views.subjects.sweep import speak_of as speak_of_sweep
from runners.views.subjects.sweep import write_sweep

DIGEST_LENGTH = 8
CHAPTERS_OF_PLAN: Mapping[str, tuple[str, ...]] = {
    "background": ("background",),
    "targets": ("path", "targets"),
    "measures": ("measures", "outlays_by_measure"),
    "actions": ("actions",),
    "side_benefits": ("benefits",),
    "outlays": ("outlays",),
    "operation": ("cash", "capital_costs"),
    "funding": ("funding", "green"),
    "key_figures": ("debt", "key_figures"),
    "benefits": ("costs",),
    "method": ("method",),
    "assumptions": ("quality", "sources", "numbers"),
}
"""Chapters in the order that a finance director expects, each of some sections of the plan."""
SILENT = ("actions", "side_benefits")
"""Chapters that nobody misses where they are empty."""
LAST_OF_RESULTS = "benefits"
"""The chapter after those of other results."""
PAGE_WORDS = "report_page_"
"""Messages that the page itself needs: buttons, skip link, names of regions."""


@dataclass(frozen=True)
class Material:
    """What a report is about: plans, the first of them proposed, a sweep, curves and other results of one case.

    `standard` is the plan that was adopted, which the proposed one is compared with.
    """

    plans: tuple[Run, ...]
    sweep: SweepRun | None = None
    curves: tuple[Result, ...] = ()
    results: tuple[Result, ...] = ()
    standard: Standard | None = None

    @property
    def started(self) -> str:
        """When that which it is first about was begun."""
        firsts = [run.manifest for run in self.plans[:1]] or [result.origin for result in self.results[:1]]
        return str((firsts or [_require_sweep(self).manifest])[0].get("started", ""))


def compose_document(material: Material, lang: str = LANGUAGES[0]) -> Document:
    """The report in one language.

    Args:
        material: at least one plan, a sweep or a result.
        lang: one of LANGUAGES.
    """
    if material.plans:
        return _compose_plan(material, lang)
    return _compose_results(material, lang) if material.results else _compose_sweep(_require_sweep(material), lang)


def _compose_plan(material: Material, lang: str) -> Document:
    run = material.plans[0]
    speech = speak_of(run.result, lang)
    written = {section.key: section for section in write_plan(run.result, lang)}
    beside = write_beside([plan.result for plan in material.plans], lang)
    alternatives = _read_chapter("alternatives", speech.say("alternatives_title"), [beside], lang)
    chapters = _write_chapters(run, material, written, speech)
    against = []
    if material.standard is not None:
        standard = material.standard
        against.append(write_against(run.result, standard.run.result, standard.entry.name, lang))
    left_out = tuple(chapter.title for chapter in chapters if chapter.empty and chapter.key not in SILENT)
    summary, facts = _read_chapter("summary", written["summary"].title, [written["summary"]], lang), run.summary
    if left_out:
        note = Text(speech.say("left_out", names=speech.join(left_out)), "note")
        summary = replace(summary, blocks=(*summary.blocks, note))
    span = {"first": facts["first_year"], "last": facts["last_year"]}
    return Document(
        lang=lang,
        title=speech.say("title", name=str(facts[speech.name_column]), **span),
        kicker=speech.say("kicker"),
        subtitle=_write_subtitle(speech, str(run.manifest["started"]), str(facts["digest"])),
        sections=_keep([summary, *against, alternatives, *chapters, _gather_annexes(written, speech)]),
        words=read_page_words(lang),
    )


def _write_chapters(run: Run, material: Material, written: Mapping[str, Section], speech: Speech) -> list[Section]:
    """The chapters of a plan, those of other results after who pays, those of a sweep where it has any."""
    sweep, cost = material.sweep, float(run.summary["objective_money"])
    swept = write_sweep(sweep, speech.lang, cost)[1:] if sweep else []
    chapters: list[Section] = []
    for key, parts in CHAPTERS_OF_PLAN.items():
        if key == LAST_OF_RESULTS:
            chapters += [section for curve in material.curves for section in _write_curve(run, curve, speech)]
            chapters += [] if material.curves else [Section("curves", speech.say("curves_title"), ())]
            chapters += _write_results(run, material.results, speech)
            chapters.append(swept[0] if swept else Section("sensitivity", speech.say("sensitivity_title"), ()))
        chapters.append(_read_chapter(key, speech.say(f"{key}_title"), [written[part] for part in parts], speech.lang))
    return [*chapters, *swept[1:]]


def _read_chapter(key: str, title: str, sections: Sequence[Section], lang: str) -> Section:
    """A chapter of some sections, its tables as text; what belongs to the annexes is not in it."""
    blocks = [block for section in sections for block in section.blocks if not _is_annex(block)]
    return read_section(Section(key, title, tuple(blocks)), lang)


def _gather_annexes(written: Mapping[str, Section], speech: Speech) -> Section:
    """Full tables, opened by the reader."""
    blocks = [block for section in written.values() for block in section.blocks if _is_annex(block)]
    title, text = speech.say("annexes_title"), Text(speech.say("annexes_text"))
    return read_section(Section("annexes", title, (text, *blocks) if blocks else ()), speech.lang)


def _is_annex(block: object) -> bool:
    return isinstance(block, Table) and block.annex


def _write_curve(run: Run, curve: Result, speech: Speech) -> Iterator[Section]:
    """The sections of a curve, the first of which says what was chosen otherwise than for the plan."""
    note = tuple(Text(told, "note") for told in tell_choices(curve, run.manifest, speech.lang))
    for section in write_sections(curve, speech.lang):
        yield replace(section, blocks=(*section.blocks, *note))


def _write_results(run: Run, results: Sequence[Result], speech: Speech) -> Iterator[Section]:
    """What other results say; one of other numbers or choices than the plan's says so first."""
    for section, result in write_pairs(results, speech.lang):
        note = () if is_of_plan(result, run) else (Text(say("subject_other_plan", speech.lang), "note"),)
        yield replace(section, blocks=(*note, *section.blocks))


def _compose_results(material: Material, lang: str) -> Document:
    """Results by themselves."""
    first = material.results[0]
    sections = [section for section, _ in write_pairs(material.results, lang)]
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
    manifest, speech = sweep.manifest, speak_of_sweep(sweep, lang)
    return Document(
        lang=lang,
        title=speech.say(
            "sweep_title", case=str(manifest.get("case", "")), count=format_number(len(sweep.results), lang, 0)
        ),
        kicker=speech.say("sweep_kicker"),
        subtitle=_write_subtitle(speech, str(manifest.get("started", "")), str(manifest.get("digest", ""))),
        sections=_keep(write_sweep(sweep, lang)),
        words=read_page_words(lang),
    )


@cache
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
