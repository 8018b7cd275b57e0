"""The tutorial's own lines, run from an empty folder: on the minimal case in the quick suite, all in the slow one."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from runners.cli import main

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("tutorial.sv.md", "tutorial.md")
FARDPLAN = "    fardplan "


def list_commands(page: str) -> list[list[str]]:
    """The lines of a page that are commands, as the words after the program's name."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith(FARDPLAN)]


def test_both_pages_have_the_same_commands() -> None:
    verbs = [[words[0] for words in list_commands(page)] for page in PAGES]
    assert (
        verbs[0]
        == verbs[1]
        == ["check", "plan", "report", "curve", "new", "check", "plan", "add", "plan", "report", "dossier"]
    )


def test_the_minimal_case_is_checked_and_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check, plan = list_commands("tutorial.md")[:2]
    assert main(check) == 0
    assert main(plan) == 0


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_line_of_the_tutorial_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in list_commands(page):
        assert main(words) == 0, words
