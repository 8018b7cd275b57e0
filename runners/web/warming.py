"""What the first visitor would wait for: what is imported late, words, templates, files for browsers, and cases."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from conf.words import LANGUAGES
from runners.chosen import CASES_FOLDER
from runners.reports.document import read_page_words
from runners.web.assets import CHARTS, find_asset
from runners.web.cases import WebCase, list_cases
from runners.web.opened import read_outlook
from runners.web.render import TEMPLATES, read_templates
from runners.web.screens.scenarios import check_plannable
from scenarios.recipes.facts import read_facts

MOST_SECONDS = 5.0
"""Of opening cases before visitors are let in; those that are left are opened by who asks first."""
SMALLEST = WebCase("minimal", CASES_FOLDER / "minimal", own=False)


def prepare(folder: Path) -> None:
    """Read all of it: what the pages of the smallest case need, then the cases of a served folder."""
    for lang in LANGUAGES:
        read_page_words(lang)
        read_outlook(SMALLEST, lang, current=False)
    check_plannable(SMALLEST)
    read_facts()
    find_asset(CHARTS)
    for file in TEMPLATES.iterdir():
        read_templates().get_template(file.name)
    open_cases(folder)


def open_cases(folder: Path, seconds: float = MOST_SECONDS) -> None:
    """Open the cases of a served folder, or those of the program where it has none, as far as the time goes."""
    until, cases = time.monotonic() + seconds, list_cases(folder)
    for case in [case for case in cases if case.own] or cases:
        if time.monotonic() > until:
            return
        with suppress(OSError):  # it was taken away just now
            read_outlook(case, LANGUAGES[0], current=False)
