"""What a reader should know beside the figures, on the screen of every command."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from conf.words import LANGUAGES, say
from scenarios.errors import Notice

WIDTH = 80
MOST_NOTICES = 6


def write_notices(notices: Sequence[Notice], lang: str = LANGUAGES[0], most: int | None = MOST_NOTICES) -> list[str]:
    """What a reader should know, wrapped to the screen: a head, one point each, and how many more there are."""
    if not notices:
        return []
    shown = notices[:most]
    lines = [say("notices_head", lang)]
    for notice in shown:
        lines += textwrap.wrap(notice.tell(lang), WIDTH, initial_indent="  - ", subsequent_indent="    ")
    rest = len(notices) - len(shown)
    return [*lines, *([say("notices_more", lang, count=rest)] if rest else [])]
