"""The pictures of a result folder: what the sections of its subject draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.words import say
from runners.results.result import make_result
from runners.views.renderers.picture import write_pictures

if TYPE_CHECKING:
    import pandas as pd

DIGEST_LENGTH = 8


def draw_subject(
    kind: str,
    facts: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    origin: Mapping[str, Any],
    lang: str,
    folder: Path,
) -> None:
    """Draw what the sections of a result draw, before it is written.

    Args:
        kind: of the result.
        facts: its JSON.
        tables: by name.
        origin: what its manifest will say.
        lang: of the pictures.
        folder: of its figures.
    """
    from runners.views.subjects.choice import write_sections

    result = make_result(kind, facts, tables, origin)
    write_pictures(write_sections(result, lang), folder, lang, note_pictures(facts, origin, lang))


def note_pictures(facts: Mapping[str, Any], origin: Mapping[str, Any], lang: str) -> str:
    """What stands under the title of a picture: its case, the digest of its numbers, and the year of its prices."""
    return say(
        "subject_picture_note",
        lang,
        case=facts.get(f"name_{lang}") or origin.get("case") or facts.get("case") or "",
        digest=str(origin.get("digest") or facts.get("digest") or "")[:DIGEST_LENGTH],
        year=facts.get("price_year") or "–",
    )
