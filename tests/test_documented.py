"""README and docs say what their commands say: every quoted figure, and every command that they show.

`python tests/documented.py` prints what differs, as the page has it and as it should be.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from documented import ROOT, SLOT, Quote, Runs, put_figures, read_page, write_figure
from documented_quotes import QUOTES

from runners.chosen import choose, choose_solver
from runners.overrides import read_config

PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
COMMAND = re.compile(r"^    fardplan plan (?!-)(.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("runs"))


@pytest.mark.slow
@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: f"{quote.page}: {SLOT.sub('#', quote.text)[:50]}")
def test_a_page_says_what_its_command_says(quote: Quote, runs: Runs) -> None:
    assert quote.find() == quote.write(runs)


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: f"{quote.page}: {SLOT.sub('#', quote.text)[:50]}")
def test_every_quote_stands_in_its_page_and_takes_its_figures(quote: Quote) -> None:
    said, page = quote.find(), (ROOT / quote.page).read_text(encoding="utf-8")
    assert said
    assert " ".join(put_figures(page, quote.text, said).split()) == read_page(quote.page)


def list_commands() -> list[tuple[str, str]]:
    """Every `fardplan plan` of the pages that varies nothing, by its page."""
    text = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
    return [(page, found[1].split(" #")[0]) for page in PAGES for found in COMMAND.finditer(text[page])]


@pytest.mark.parametrize(("page", "words"), list_commands())
def test_every_plan_that_a_page_asks_for_is_understood(page: str, words: str) -> None:
    """Keys and values exist; what the command answers is another test's."""
    config = read_config(
        [word for word in shlex.split(words) if not word.startswith(("case.path", "--", "lang", "..."))]
    )
    choose(config)
    choose_solver(config)


def test_figures_are_written_as_pages_have_them() -> None:
    assert write_figure(12215.79, 2) == "12 215.79"
    assert write_figure(-70.4, 0) == "-70"
    assert write_figure(-0.01, 1) == "0.0"


def test_a_quote_that_differs_is_found_as_the_page_has_it() -> None:
    quote = Quote("README.md", "Emissions fall from {old:0} kt (2024)", lambda _: {"old": 999.0})
    assert quote.find() == "Emissions fall from 210 kt (2024)"
    assert quote.write(Runs(Path())) == "Emissions fall from 999 kt (2024)"
    assert Quote("README.md", "No such sentence {n:0}.", lambda _: {"n": 1.0}).find() == ""
    assert "  " not in read_page("README.md")


def test_figures_are_put_into_a_page_where_its_quote_stands() -> None:
    page = "What is, 3 and 4.\n\nIt costs 12\n215.8 in\n2030: +4 less.\n"
    wanted = "costs 9.0 in 2031: -1 200 less"
    assert put_figures(page, "costs {x:1} in {a_year:0}: {more:+0} less", wanted) == (
        "What is, 3 and 4.\n\nIt costs 9.0 in\n2031: -1 200 less.\n"
    )
    assert put_figures(page, "costs {x:1} per", "costs 9.0 per") == page
