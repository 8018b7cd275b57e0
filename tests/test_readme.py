"""The README shows what the program says: its first screen is the output of its command, and its links lead somewhere.

`FARDPLAN_README=write pytest tests/test_readme.py` writes the output anew; then read the difference, and the text
around it, before keeping it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from lund_runs import LundRun

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```text\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PLACE = re.compile(r"^Allt finns i \S+ \(\d+,\d s\)\.$")
WRITING = os.environ.get("FARDPLAN_README") == "write"
FIRST_SCREEN = 3
"""Paragraphs that come before the command: title, sentence, command."""


def read_block() -> list[str]:
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    return found.group(1).splitlines() if found else []


def test_the_first_screen_is_what_the_command_prints(lund_run: LundRun) -> None:
    """All but the last line, which tells the run's folder and its seconds."""
    printed = lund_run.screen.splitlines()
    assert PLACE.match(printed[-1])
    shown = read_block()
    if WRITING:
        lines = [*printed[:-1], shown[-1]]
        text = BLOCK.sub(
            lambda _: "```text\n" + "\n".join(lines) + "\n```", README.read_text(encoding="utf-8"), count=1
        )
        README.write_text(text, encoding="utf-8")
        shown = read_block()
    assert shown[:-1] == printed[:-1]
    assert PLACE.match(shown[-1])


def test_the_first_screen_is_a_sentence_the_command_its_output_and_a_picture() -> None:
    title, sentence, command = README.read_text(encoding="utf-8").split("\n\n")[:FIRST_SCREEN]
    assert title == "# Fardplan"
    assert sentence.count(".") == 1
    assert command.strip() == "make plan"
    assert "![" in README.read_text(encoding="utf-8").split("```")[2].split("\n## ")[0]


@pytest.mark.parametrize("page", [README, *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name)
def test_every_link_leads_to_a_file_of_ours(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not missing


def test_every_decision_is_listed_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert [path.name for path in sorted((ROOT / "docs" / "decisions").glob("*.md")) if path.name not in text] == []
