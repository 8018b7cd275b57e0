"""Sections as HTML: what the templates of a page and of the web are made with, and their common blocks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conf.words import format_number, say
from runners.views.renderers.grid import read_table
from runners.views.section import Block, Grid, Row
from scenarios.errors import TURNING

TEMPLATES = Path(__file__).parent / "templates"
STRAIGHT = dict.fromkeys(map(ord, TURNING))
"""Marks of direction, which no Swedish or English text needs."""
FIRST_FOUND = 25
"""Rows of the finder without scripts."""


def make_environment(folders: Sequence[Path], limit: Callable[[Grid], int | None] = lambda _: None) -> Environment:
    """What templates are read and filled with: every text escaped, and `blocks.html.j2` to show sections with.

    Args:
        folders: of templates, before those of the blocks.
        limit: how many rows of a table are shown; None: all.
    """
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda cell: straighten(cell) if type(cell) is str else cell,
    )

    def show(grid: Grid) -> tuple[Row, ...]:
        return grid.rows[: limit(grid)]

    def hide(grid: Grid) -> int:
        return len(grid.rows) - len(show(grid))

    environment.globals.update(
        name_block=_name_block,
        read=read_table,
        data=write_data,
        count_rows=_count_rows,
        shown=show,
        hidden_rows=hide,
        more_rows=lambda grid, lang: say("report_more_rows", lang, count=format_number(hide(grid), lang, 0)),
        first_found=FIRST_FOUND,
    )
    return environment


def write_data(data: Any) -> Markup:
    """JSON for a script element: no tag can end in it, and no entity is read."""
    text = straighten(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def straighten(text: str) -> str:
    """Text without marks that turn the direction of what follows, in which a name could hide what it says."""
    if text.isascii() or not any(mark in text for mark in TURNING):  # looked for, each is found or not at once
        return text
    return text.translate(STRAIGHT)


def _name_block(block: Block) -> str:
    return type(block).__name__


def _count_rows(grid: Grid, lang: str) -> str:
    return say("report_row_count", lang, count=format_number(len(grid.rows), lang, 0))
