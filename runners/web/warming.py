"""What the first visitor would wait for: modules that are read late, words, templates, and files for browsers."""

from __future__ import annotations

from conf.words import LANGUAGES
from runners.chosen import CASES_FOLDER
from runners.reports.document import read_page_words
from runners.web.assets import CHARTS, find_asset
from runners.web.cases import WebCase
from runners.web.opened import read_outlook
from runners.web.render import TEMPLATES, read_templates
from runners.web.screens.scenarios import check_plannable
from scenarios.recipes.facts import read_facts

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
