"""The screen of `fardplan futures`: its section, what a reader should know beside it, and where all of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.renderers.screen import MOST_ROWS, WIDTH, write_sections
from runners.views.subjects.futures import write_futures


def draw_screen(result: Result, place: Path, seconds: float, notices: Sequence[str], lang: str) -> str:
    """The whole screen."""
    parts = [write_sections(write_futures(result, lang), lang, MOST_ROWS)]
    parts += (
        ["\n".join(line for told in notices for line in wrap(told, WIDTH, subsequent_indent="  "))] if notices else []
    )
    parts.append(say("summary_place", lang, place=place, seconds=format_number(seconds, lang)))
    return "\n\n".join(parts)
