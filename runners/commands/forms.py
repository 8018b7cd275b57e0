"""`fardplan forms RUN --form investment_plan --out FILE.xlsx`: which form, from which runs, where it was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conf.words import say
from runners.command_words import Grammar, Mistake, Words, sort_words
from runners.exit_codes import DONE
from runners.forms.catalog import FORMS, list_variants
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.reports.run_folder import Run
    from runners.results.result import Result

SUFFIX, STRESS = ".xlsx", "stress"
FORM, OUT, DRAFTS, FORCE = "--form", "--out", "--drafts", "--force"
KEYS = ("rate", "until", "base", "variant", "grid", "grid_year", "life")
GRAMMAR = Grammar((FORM, OUT, DRAFTS, *(f"--{key}" for key in KEYS)), (FORCE,))
COMMAND = "fardplan forms"


def run_forms(words: Sequence[str], lang: str) -> int:
    """Fill the form that the words ask for and write it; gives the exit code.

    Args:
        words: those after `fardplan forms`.
        lang: of what is said, and of what stands in the cells.

    Raises:
        CaseError: words, a folder or a case that no form can be filled from.
    """
    said = sort_words(words, GRAMMAR)
    if said.last(DRAFTS) is not None:
        return _write_drafts(said, lang)
    form, out, given, variants = _read(said)
    from runners.atomic_write import check_file
    from runners.confirmation import confirm_run
    from runners.forms.filling import fill_form
    from runners.forms.gathering import gather
    from runners.forms.layout import lay_form
    from runners.reports.workbook import Cover, write_sheets

    check_file(out, FORCE in said.switches)
    runs, stress = _open(said.names)
    for run in runs:
        confirm_run(run, lang)
    material, cells = gather(runs[0], form, lang, given, runs[1:], stress)
    laid = lay_form(material, form, fill_form(material, form, cells, variants))
    summary, manifest = runs[0].summary, runs[0].manifest
    title, note = laid.sheets[0].title, laid.sheets[0].notes[0]
    cover = Cover(title, str(summary["digest"]), str(manifest["started"]), note, lang)
    write_sheets(laid.sheets, cover, out, FORCE in said.switches)
    count = len(laid.sheets) - 3
    tables = say("forms_tables", lang, count=count)
    print(say("forms_written", lang, place=out, filled=laid.filled, left=laid.left, tables=tables))
    if material.unmapped:
        print(say("forms_unmapped", lang, names=", ".join(material.unmapped)))
    return DONE


def _write_drafts(said: Words, lang: str) -> int:
    """Read a filled form or a list of actions, write its actions as drafts of measures into a new folder."""
    from runners.atomic_write import put_folder
    from runners.forms.drafts import draft_actions, find_wrong_cells, list_given, write_drafts

    problems = said.explain(_tell_mistake)
    if len(said.names) != 1:
        problems.append(Problem("forms_drafts_one", COMMAND))
    if problems:
        raise CaseError(problems)
    drafts, sheets, told = draft_actions(Path(said.names[0]).expanduser(), lang)
    cells = list_given(sheets)
    if wrong := find_wrong_cells(cells):
        raise CaseError(wrong)
    place = Path(str(said.last(DRAFTS))).expanduser()
    with put_folder(place, name=f"{DRAFTS} {place}") as folder:
        write_drafts(folder, drafts, cells)
    for line in told:
        print(line)
    print(say("drafts_written", lang, place=place, count=len(drafts), cells=len(cells)))
    return DONE


def _read(said: Words) -> tuple[str, Path, dict[str, str], tuple[str, ...]]:
    """Form, place, choices and versions.

    Raises:
        CaseError: all that is wrong with the words.
    """
    problems = said.explain(_tell_mistake)
    form, out = said.last(FORM) or "", said.last(OUT)
    if form not in FORMS:
        problems.append(Problem("forms_form", f"{FORM} {form}".strip(), fields={"allowed": ", ".join(FORMS)}))
    if out is None:
        problems.append(Problem("forms_out_missing", OUT))
    elif Path(out).suffix.lower() != SUFFIX:
        problems.append(Problem("forms_out_suffix", out, fields={"suffix": SUFFIX}))
    if not said.names:
        problems.append(Problem("forms_run_missing", COMMAND))
    given = {key: value for key in KEYS if (value := said.last(f"--{key}")) is not None}
    variants = tuple(given.pop("variant", "").split(",")) if "variant" in given else ()
    known = list_variants(form) if form in FORMS else ()
    problems += [
        Problem("forms_variant", f"variant={one}", fields={"allowed": ", ".join(known)})
        for one in variants
        if form in FORMS and one not in known
    ]
    if problems:
        raise CaseError(problems)
    return form, Path(str(out)).expanduser(), given, variants


def _open(names: Sequence[str]) -> tuple[list[Run], Result | None]:
    """The runs in their order, the first of which the form is about, and a stress test among them."""
    from runners.reports.run_folder import open_run
    from runners.results.folder import find_kind
    from runners.results.result import open_result

    places = [Path(name).expanduser() for name in names]
    stressed = [place for place in places if find_kind(place) == STRESS]
    runs = [open_run(place) for place in places if place not in stressed]
    if not runs:
        raise CaseError([Problem("forms_run_missing", COMMAND)])
    return runs, open_result(stressed[0], STRESS) if stressed else None


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", COMMAND, fields={"option": mistake.option})
    return Problem("forms_word", COMMAND, fields={"word": mistake.word, "nearest": ", ".join(mistake.nearest)})
