"""What `fardplan template` and `fardplan import` do with the words after them, and with which code they end."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conf.words import format_number, say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import BAD_INPUT, DONE
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.exchange.importing import Import
    from runners.exchange.reading import Book
    from scenarios.choices import Choices
    from scenarios.errors import Notice

FORCE, CASE, PATH, OUT = "--force", "--case", "--path", "--out"
SUFFIX = ".xlsx"
SUFFIXES = (SUFFIX, ".xlsm", ".xltx", ".xltm")
"""Names that a workbook to import may end with; macros are never read."""
MARK = "-problems"
CASE_KEY = "case."
_MOST_COPIES = 1000


@dataclass(frozen=True)
class Asked:
    """The words of a command sorted: one file, options with values, whether to write over, choices such as `a.b=c`."""

    file: Path
    options: Mapping[str, str]
    force: bool
    choices: tuple[str, ...]


def run_template(words: Sequence[str], lang: str) -> int:
    """`fardplan template [--case NAME | --path FOLDER] [case.key=value ...] [--force] OUT.xlsx`.

    Raises:
        CaseError: words that cannot be understood, tables that cannot be read, or a place that is taken.
    """
    asked = _sort_words("template", words, (CASE, PATH))
    if asked.file.suffix.lower() != SUFFIX:
        raise CaseError([Problem("exchange_suffix", str(asked.file), fields={"allowed": SUFFIX})])
    from runners.atomic_write import check_file, put_file
    from runners.chosen import choose, find_folder
    from runners.exchange.template import write_template
    from runners.overrides import read_config
    from scenarios.tables import read_tables

    check_file(asked.file, asked.force)
    named = [
        f"{key}={asked.options[option]}"
        for option, key in ((CASE, "case"), (PATH, "case.path"))
        if option in asked.options
    ]
    config = read_config([*named, *asked.choices])
    tables = read_tables(find_folder(config))
    if tables.problems:
        raise CaseError(tables.problems)
    content = write_template(tables, choose(config).variants, lang)
    put_file(asked.file, lambda aside: aside.write_bytes(content), asked.force)
    rows = sum(len(frame) for frame in tables.frames.values())
    print(say("exchange_template_done", lang, file=asked.file, rows=format_number(rows, lang, 0)), flush=True)
    return DONE


def run_import(words: Sequence[str], lang: str) -> int:
    """`fardplan import EDITED.xlsx --out FOLDER [case.key=value ...] [--force]`.

    Where anything is wrong it is printed, and marked in a copy of the workbook; else the case's folder is written.

    Raises:
        CaseError: words that cannot be understood, a workbook that cannot be read, or a place that is taken.
    """
    asked = _sort_words("import", words, (OUT,))
    if OUT not in asked.options:
        raise CaseError([Problem("exchange_out_missing", str(asked.file))])
    if asked.file.suffix.lower() not in SUFFIXES:
        raise CaseError([Problem("exchange_suffix", str(asked.file), fields={"allowed": ", ".join(SUFFIXES)})])
    from runners.exchange.case_writer import check_folder, write_case
    from runners.exchange.importing import import_book
    from runners.exchange.reading import read_book
    from scenarios.checks.view import View
    from scenarios.notices.notices import find_notices
    from scenarios.tables import read_tables

    folder = Path(asked.options[OUT]).expanduser()
    check_folder(folder, asked.force)
    book = read_book(asked.file)
    choices = _choose(asked.choices, book)
    found = import_book(book, choices, str(folder))
    _tell_notices(found.notices, lang)
    if found.problems:
        return _tell_problems(asked, book, found, lang)
    count = write_case(folder, found.tables, asked.force)
    rows = format_number(sum(len(frame) for frame in found.tables.frames.values()), lang, 0)
    variants = f" case.variants=[{','.join(choices.variants)}]" if choices.variants else ""
    command = f"fardplan check case.path={folder}{variants}"
    print(say("exchange_import_done", lang, folder=folder, tables=count, rows=rows, command=command), flush=True)
    for notice in find_notices(View(read_tables(folder), choices)):
        print(notice.tell(lang), file=sys.stderr)
    return DONE


def _tell_problems(asked: Asked, book: Book, found: Import, lang: str) -> int:
    """Print every problem with its cell, and write the copy in which they are marked."""
    from runners.atomic_write import put_file
    from runners.exchange.marking import mark_workbook
    from runners.exchange.placing import place_problem

    placed = [place_problem(problem, found.sheets, lang) for problem in found.problems]
    for problem in placed:
        print(problem.text, file=sys.stderr)
    copy = _name_copy(asked.file, asked.force)
    marked = mark_workbook(book.data, placed, lang)
    put_file(copy, lambda aside: aside.write_bytes(marked), asked.force)
    count = format_number(len(placed), lang, 0)
    print(say("exchange_marked", lang, count=count, file=copy), file=sys.stderr, flush=True)
    return BAD_INPUT


def _tell_notices(notices: Sequence[Notice], lang: str) -> None:
    for notice in notices:
        print(notice.tell(lang), file=sys.stderr)


def _name_copy(file: Path, force: bool) -> Path:
    """Where the marked copy goes: beside the workbook, under a number where something stands already."""
    stem = file.stem if MARK in file.stem else file.stem + MARK
    base = stem.partition(MARK)[0] + MARK
    names = [base, *(f"{base}-{number}" for number in range(2, _MOST_COPIES))]
    for name in names:
        place = file.with_name(name + SUFFIX)
        if place.resolve() != file.resolve() and (force or not place.exists()):
            return place
    raise CaseError([Problem("file_taken", str(file.with_name(base + SUFFIX)))])


def _choose(words: Sequence[str], book: Book) -> Choices:
    """The choices under which a workbook is checked; its own variants where none are said."""
    from runners.chosen import choose
    from runners.overrides import read_config

    choices = choose(read_config(["case=own", *words]))
    if choices.variants:
        return choices
    noted = tuple(word for word in book.variants.replace(",", " ").replace(";", " ").split() if word)
    return replace(choices, variants=noted)


def _sort_words(command: str, words: Sequence[str], options: Sequence[str]) -> Asked:
    """What the words after a command are; all mistakes in them at once."""
    said = sort_words(words, Grammar(tuple(options), (FORCE,), (CASE_KEY,)))
    place = f"fardplan {command}"

    def tell(mistake: Mistake) -> Problem:
        if mistake.blank:
            return Problem("exchange_option_blank", place, fields={"option": mistake.option})
        fields = {"option": mistake.option, "nearest": mistake.nearest[0]}
        return Problem("exchange_option_unknown", place, fields=fields)

    problems = said.explain(tell)
    if len(said.names) != 1:
        problems.append(Problem("exchange_one_file", place, fields={"found": ", ".join(said.names) or "-"}))
    if problems:
        raise CaseError(problems)
    given = {option: values[-1] for option, values in said.values.items()}
    return Asked(Path(said.names[0]).expanduser(), given, FORCE in said.switches, said.choices)
