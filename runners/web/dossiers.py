"""Dossiers of measures: the newest that was made of a case, and the words that make one."""

from __future__ import annotations

from pathlib import Path

from runners.views.section import Section
from runners.web.answers import WebAnswer, list_answers
from runners.web.cases import WebCase
from runners.web.orders import choose_case, quote
from runners.web.shown import show_answer
from scenarios.errors import CaseError

DOSSIER = "dossier"


def find_dossier(folder: Path, case: WebCase, measure: str, lang: str) -> tuple[WebAnswer, Section] | None:
    """The newest dossier of a case that tells of a measure; None where there is none that can be read."""
    for answer in list_answers(folder, case.name, (DOSSIER,)):
        try:
            sections = show_answer(answer, lang)
        except CaseError:  # its folder was changed: the page of curves tells how
            continue
        found = next((section for section in sections if section.key == f"{DOSSIER}_{measure}"), None)
        if found is not None:
            return answer, found
    return None


def order_dossier(case: WebCase, measure: str, choices: list[str], place: Path, lang: str) -> list[str]:
    """The words that make the dossier of a measure."""
    about = f"{DOSSIER}.about=[{quote(measure)}]"
    return [DOSSIER, *choose_case(case), *choices, about, f"out={quote(str(place))}", f"lang={lang}"]
