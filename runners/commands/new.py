"""`fardplan new NAME --out FOLDER` and `fardplan add measure`: a case of a municipality, and a measure of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from conf.words import LANGUAGES, say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.progress import Progress
    from scenarios.recipes.facts import Facts

OUT, CASE, FACTS, PLAIN = "--out", "--case", "--facts", "--plain"
CASE_PATH = "case.path"
"""How every other command is told the case: `--case FOLDER` said in another way."""
MOST = 10
"""Numbers on the page of those to get first."""
PAGES = {"sv": "siffror.md", "en": "numbers.md"}
MEASURE = "measure"


def run_new(words: Sequence[str], lang: str = LANGUAGES[0], now: datetime | None = None) -> int:
    """`fardplan new NAME --out FOLDER [--facts FILE] [--plain]`: a municipality's case, and numbers to get first.

    Raises:
        CaseError: the name means no municipality or several, or the place is taken.
    """
    said = sort_words(words, Grammar((OUT, FACTS), (PLAIN,)))
    problems = said.explain(lambda mistake: _tell_mistake("new", mistake))
    if not " ".join(said.names).strip():
        problems.append(Problem("new_name_missing", "fardplan new"))
    if said.last(OUT) is None:
        problems.append(Problem("new_out_missing", "fardplan new"))
    if problems:
        raise CaseError(problems)
    from runners.exchange.new_case import check_free, write_new_case
    from scenarios.recipes.facts import find_facts
    from scenarios.recipes.own_facts import check_about, lay_facts, read_own_facts

    place = Path(str(said.last(OUT))).expanduser()
    facts = find_facts(" ".join(said.names))
    for file in said.values.get(FACTS, ()):
        own = read_own_facts(Path(file).expanduser(), (now or datetime.now().astimezone()).year)
        check_about(facts, own, Path(file))
        facts = lay_facts(facts, own)
    check_free(place)
    layers = write_new_case(place, facts)
    page = "" if PLAIN in said.switches else write_page(place, facts, lang)
    lines = [say("new_done", lang, name=facts.municipality, place=place, count=len(layers))]
    lines += [say("new_page", lang, page=page)] if page else []
    print("\n".join([*lines, say("new_next", lang, place=place)]), flush=True)
    return DONE


def write_page(place: Path, facts: Facts, lang: str) -> str:
    """Write which numbers of a new case to get first, by what moving each would do to the plan; the page's place."""
    import sys

    from runners.progress import open_progress

    with open_progress(lang, sys.stderr) as progress:
        told = _rank_numbers(place, lang, progress)
    file = place / PAGES[lang]
    head = [f"# {say('new_page_title', lang, name=facts.municipality)}", "", say("new_page_about", lang), ""]
    file.write_text("\n".join([*head, *told, ""]), encoding="utf-8")
    return str(file)


def _rank_numbers(place: Path, lang: str, progress: Progress) -> list[str]:
    from dataclasses import replace

    from model.compiled.cache import default_folder
    from runners.analyses.assumptions.doubt_words import write_doubts
    from runners.chosen import choose, choose_solver
    from runners.commands.check import find_doubts
    from runners.family import Family
    from runners.overrides import read_config

    config = read_config(["case=own"])
    config.case.path = str(place)
    options = replace(choose_solver(config), relax=True)
    family = Family(place, choose(config), options, default_folder(), progress, explained=False)
    progress("doubts")
    doubts = find_doubts(family, {}, (), MOST, progress)
    return ["    " + line if line else "" for line in write_doubts(doubts, family.scenario, lang)]


def run_add(words: Sequence[str], lang: str = LANGUAGES[0]) -> int:
    """`fardplan add measure --case FOLDER name=... owner=... start=... outlay=... saves=... amount=... life=...`.

    Raises:
        CaseError: words that cannot be understood, or a case that has mistakes with the measure in it.
    """
    said = sort_words(words, Grammar((CASE,), (), ("",)))
    problems = said.explain(lambda mistake: _tell_mistake("add", mistake))
    if said.names[:1] != (MEASURE,):
        problems.append(Problem("add_what", "fardplan add", fields={"found": " ".join(said.names)}))
    given = dict(word.split("=", 1) for word in said.choices)
    place = given.pop(CASE_PATH, None) or said.last(CASE)
    if place is None:
        problems.append(Problem("add_case_missing", "fardplan add measure"))
    if problems:
        raise CaseError(problems)
    from runners.exchange.own_measure import PLACE, WORDS, add_rows, find_burners, list_rows, read_measure
    from scenarios.alike import find_nearest
    from scenarios.tables import read_tables

    unknown = [name for name in given if name not in WORDS]
    if unknown:
        raise CaseError(
            [
                Problem("add_word_unknown", PLACE, fields={"found": name, "nearest": find_nearest(name, WORDS)})
                for name in unknown
            ]
        )
    folder = Path(str(place)).expanduser()
    tables = read_tables(folder)
    if tables.problems:
        raise CaseError(tables.problems)
    measure = read_measure(given, tables)
    add_rows(folder, list_rows(measure, tables))
    lines = [say("add_done", lang, name=given["name"], key=measure.key, place=folder)]
    burners = find_burners(measure, tables)
    if burners:
        lines.append(say("add_no_tonnes", lang, fuel=measure.saves, names=", ".join(burners)))
    print("\n".join(lines), flush=True)
    return DONE


def _tell_mistake(command: str, mistake: Mistake) -> Problem:
    place = f"fardplan {command}"
    if mistake.blank:
        return Problem("exchange_option_blank", place, fields={"option": mistake.option})
    nearest = ", ".join(mistake.nearest)
    return Problem("exchange_option_unknown", place, fields={"option": mistake.option, "nearest": nearest})
