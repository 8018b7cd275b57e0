"""What the first visitor would wait for: what is imported late, words, templates, files for browsers, and cases."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from threading import Event

from conf.words import LANGUAGES
from runners.chosen import CASES_FOLDER
from runners.reports.document import read_page_words
from runners.web.assets import CHARTS, find_asset
from runners.web.cases import WebCase, list_cases
from runners.web.opened import read_outlook
from runners.web.render import TEMPLATES, read_templates
from runners.web.screens.scenarios import check_plannable
from scenarios.recipes.facts import read_facts

MOST_CASES = 32
"""Cases that are opened before anybody asks for them: as many as tables are kept of."""
REST = 2.0
"""Times as long as a case took that pages have the processor to themselves before the next."""
SMALLEST = WebCase("minimal", CASES_FOLDER / "minimal", own=False)


def prepare() -> None:
    """Read all of it, and open the smallest case: whatever its pages import when they need it is there then."""
    for lang in LANGUAGES:
        read_page_words(lang)
        read_outlook(SMALLEST, lang, current=False)
    check_plannable(SMALLEST)
    read_facts()
    find_asset(CHARTS)
    for file in TEMPLATES.iterdir():
        read_templates().get_template(file.name)


def open_cases(folder: Path, ended: Event) -> None:
    """Open the cases of a served folder, or those of the program where it has none, until the server ends."""
    cases = list_cases(folder)
    for case in ([case for case in cases if case.own] or cases)[:MOST_CASES]:
        began = time.monotonic()
        with suppress(OSError):  # it was taken away just now
            read_outlook(case, LANGUAGES[0], current=False)
        if ended.wait(REST * (time.monotonic() - began)):
            return
