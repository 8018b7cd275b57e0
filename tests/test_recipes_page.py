"""The page of recipes is what their docstrings say; `FARDPLAN_RECIPES=write pytest` of this file writes it."""

from __future__ import annotations

import os
from pathlib import Path

from scenarios.recipes.recipes import write_page

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"


def test_the_page_of_recipes_is_that_of_the_docstrings() -> None:
    if os.environ.get("FARDPLAN_RECIPES") == "write":
        PAGE.write_text(write_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == write_page()
