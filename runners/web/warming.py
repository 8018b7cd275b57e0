"""What the first visitor would wait for: modules that are read late, words, templates, and files for browsers."""

from __future__ import annotations

from importlib import import_module

from conf.words import LANGUAGES
from runners.reports.document import read_page_words
from runners.web.assets import CHARTS, find_asset
from runners.web.render import TEMPLATES, read_templates
from scenarios.recipes.facts import read_facts

LATE = (
    "runners.analyses.live.lever_names",
    "runners.analyses.live.levers",
    "runners.chosen",
    "runners.overrides",
    "runners.reports.background",
    "runners.results.register",
    "runners.web.outlook",
    "scenarios.assemble",
    "scenarios.checks.check",
)
"""Modules that pages import when they need them, so that commands begin fast."""


def prepare() -> None:
    """Read all of it."""
    for module in LATE:
        import_module(module)
    for lang in LANGUAGES:
        read_page_words(lang)
    read_facts()
    find_asset(CHARTS)
    for file in TEMPLATES.iterdir():
        read_templates().get_template(file.name)
